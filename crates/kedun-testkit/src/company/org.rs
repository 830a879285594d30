//! Units and people.

use super::names::{PersonName, chinese_person, english_given, english_person};
use super::{Stream, Subject, mobile};
use crate::draw::Draw;
use std::collections::HashSet;

const REGIONS: [(&str, &str); 7] = [
    ("华东", "East China"),
    ("华南", "South China"),
    ("华北", "North China"),
    ("西南", "Southwest China"),
    ("华中", "Central China"),
    ("西北", "Northwest China"),
    ("东北", "Northeast China"),
];
const PARTNERS: [&str; 6] = [
    "苏州云帆渠道服务有限公司",
    "成都同创信息代理有限公司",
    "Meridian Partners Pte. Ltd.",
    "广州联拓商贸有限公司",
    "武汉智桥科技有限公司",
    "Northgate Resellers Ltd",
];
/// Roles at the headquarters, one person each, the director first because all report there.
const HEADQUARTERS: [(&str, &str, &str); 5] = [
    ("sales_director", "销售总监", "Sales director"),
    ("system_admin", "系统管理员", "System administrator"),
    ("security_admin", "安全管理员", "Security administrator"),
    ("auditor", "审计员", "Auditor"),
    ("privacy_officer", "个人信息保护负责人", "Privacy officer"),
];
const FEWEST_PEOPLE: usize = 12;

/// An organisational unit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unit {
    /// Its place in the list of units.
    pub index: usize,
    /// The unit above it; the headquarters has none.
    pub parent: Option<usize>,
    /// 0 headquarters, 1 region, 2 team.
    pub level: u8,
    /// Its Chinese name.
    pub name_zh: String,
    /// Its English name.
    pub name_en: String,
}

/// Somebody who works with Kedun.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// The place in the list of people.
    pub index: usize,
    /// The Chinese name; for a partner abroad the English one.
    pub name_zh: String,
    /// The English name.
    pub name_en: String,
    /// The login, unique, lower-case ASCII.
    pub login: String,
    /// The e-mail address, unique.
    pub email: String,
    /// The mobile number, unique.
    pub mobile: String,
    /// The index of the unit.
    pub unit: usize,
    /// The index of the manager.
    pub manager: Option<usize>,
    /// `system_admin`, `security_admin`, `auditor`, `privacy_officer`, `sales_director`, `sales_manager`,
    /// `sales` or `partner`.
    pub role: &'static str,
    /// The job title in Chinese.
    pub title_zh: &'static str,
    /// The job title in English.
    pub title_en: &'static str,
    /// The company of a partner.
    pub company: Option<&'static str>,
}

impl Person {
    pub(super) fn sells(&self) -> bool {
        matches!(self.role, "sales" | "sales_manager" | "partner")
    }
}

/// Makes the units and the people; a team has about ten people.
pub(super) fn build(seed: u64, people: usize) -> (Vec<Unit>, Vec<Person>) {
    let people = people.max(FEWEST_PEOPLE);
    let teams = (people / 10).max(1);
    let regions = teams.div_ceil(2).min(REGIONS.len());
    let mut staff =
        Staff { seed, people: Vec::with_capacity(people), logins: HashSet::new(), names: HashSet::new() };
    let mut units = vec![unit(0, None, 0, "总部".to_owned(), "Headquarters".to_owned())];
    for (role, zh, en) in HEADQUARTERS {
        let manager = (!staff.people.is_empty()).then_some(0);
        staff.add(role, (zh, en), 0, manager, None);
    }
    let mut directors = Vec::new();
    for (zh, en) in REGIONS.iter().take(regions) {
        units.push(unit(units.len(), Some(0), 1, format!("{zh}大区"), (*en).to_owned()));
        directors.push(staff.add(
            "sales_director",
            ("大区总监", "Regional director"),
            units.len() - 1,
            Some(0),
            None,
        ));
    }
    let mut heads = Vec::new();
    for team in 0..teams {
        if staff.people.len() + 2 > people {
            break;
        }
        let (region, number) = (team % regions, team / regions + 1);
        let (zh, en) = REGIONS.get(region).copied().unwrap_or_default();
        let (name_zh, name_en) = (format!("{zh}{number}组"), format!("{en} Team {number}"));
        units.push(unit(units.len(), Some(region + 1), 2, name_zh, name_en));
        let director = directors.get(region).copied();
        let head = staff.add("sales_manager", ("销售经理", "Sales manager"), units.len() - 1, director, None);
        heads.push((units.len() - 1, head));
    }
    let partners = (people / 20).clamp(1, people - staff.people.len());
    for n in 0..partners {
        let region = n % regions;
        let company = PARTNERS.get(n % PARTNERS.len()).copied();
        staff.add("partner", ("合作伙伴", "Partner"), region + 1, directors.get(region).copied(), company);
    }
    let mut turn = heads.iter().cycle();
    while staff.people.len() < people {
        let (unit, head) = turn.next().copied().unwrap_or((0, 0));
        staff.add("sales", ("销售", "Salesperson"), unit, Some(head), None);
    }
    (units, staff.people)
}

fn unit(index: usize, parent: Option<usize>, level: u8, name_zh: String, name_en: String) -> Unit {
    Unit { index, parent, level, name_zh, name_en }
}

struct Staff {
    seed: u64,
    people: Vec<Person>,
    logins: HashSet<String>,
    names: HashSet<String>,
}

impl Staff {
    fn add(
        &mut self,
        role: &'static str,
        (title_zh, title_en): (&'static str, &'static str),
        unit: usize,
        manager: Option<usize>,
        company: Option<&'static str>,
    ) -> usize {
        let index = self.people.len();
        let mut draw = Draw::new(self.seed, Stream::People as u64, index);
        let male = draw.percent(55);
        let abroad = company.is_some_and(str::is_ascii);
        let name = self.fresh_name(&mut draw, male, abroad);
        let family = capitalised(name.family);
        let name_en =
            if abroad { name.text.clone() } else { format!("{} {family}", english_given(&mut draw, male)) };
        let login = self.fresh_login(&name);
        let domain = if company.is_some() { "partners.kedun.example" } else { "kedun.example" };
        self.people.push(Person {
            index,
            name_zh: name.text,
            name_en,
            email: format!("{login}@{domain}"),
            login,
            mobile: mobile(self.seed, Subject::Person, index),
            unit,
            manager,
            role,
            title_zh,
            title_en,
            company,
        });
        index
    }

    // Colleagues of one name are confusing in a demonstration; in a large company they are real.
    fn fresh_name(&mut self, draw: &mut Draw, male: bool, abroad: bool) -> PersonName {
        let mut name = if abroad { english_person(draw, male) } else { chinese_person(draw, male) };
        for _ in 0..8 {
            if self.names.insert(name.text.clone()) {
                break;
            }
            name = if abroad { english_person(draw, male) } else { chinese_person(draw, male) };
        }
        name
    }

    fn fresh_login(&mut self, name: &PersonName) -> String {
        let plain = format!("{}.{}", name.given, name.family.to_lowercase());
        let numbered = (2_u32..).map(|n| format!("{plain}{n}"));
        let fresh = std::iter::once(plain.clone()).chain(numbered).find(|login| !self.logins.contains(login));
        let login = fresh.unwrap_or_else(|| plain.clone());
        self.logins.insert(login.clone());
        login
    }
}

fn capitalised(word: &str) -> String {
    let mut chars = word.chars();
    chars.next().map(|c| c.to_uppercase().chain(chars).collect()).unwrap_or_default()
}
