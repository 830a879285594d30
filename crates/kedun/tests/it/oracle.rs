//! What everybody may see and do, derived from the written rules alone.
//!
//! This is a second implementation on purpose: it calls neither the guard nor the engine, reads the
//! shipped object files as text, and says the roles in its own words. Where it and the server
//! differ, one of them is wrong.

use std::collections::BTreeMap;

/// How far a field is seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    None,
    Masked,
    Read,
    Write,
}

/// What may be done with a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Deed {
    Read,
    Create,
    Update,
    Delete,
    Restore,
    Reveal,
    Share,
    Transfer,
    Import,
}

impl Deed {
    /// Those that a record's view tells of, in its order.
    pub const OF_RECORD: [Deed; 7] =
        [Deed::Read, Deed::Update, Deed::Delete, Deed::Restore, Deed::Reveal, Deed::Share, Deed::Transfer];
    pub const ALL: [Deed; 9] = [
        Deed::Read,
        Deed::Create,
        Deed::Update,
        Deed::Delete,
        Deed::Restore,
        Deed::Reveal,
        Deed::Import,
        Deed::Share,
        Deed::Transfer,
    ];

    pub fn code(self) -> &'static str {
        match self {
            Deed::Read => "read",
            Deed::Create => "create",
            Deed::Update => "update",
            Deed::Delete => "delete",
            Deed::Restore => "restore",
            Deed::Reveal => "reveal",
            Deed::Share => "share",
            Deed::Transfer => "transfer",
            Deed::Import => "import",
        }
    }
}

/// How somebody comes to a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Owns it.
    Own,
    /// Owns it, or leads its owner over any number of steps.
    Leads,
    /// Belongs to its team.
    Team,
    /// Its unit is the person's or lies below it.
    UnitBelow,
    /// It is shared with the person, the person's unit or team.
    Shared,
    /// It is of the partner's company.
    Company,
    Any,
}

/// By which ways a role does a deed. Offices do nothing with records.
pub fn ways(role: &str, deed: Deed) -> &'static [Way] {
    match (role, deed) {
        ("privacy_officer", Deed::Read) => &[Way::Any],
        ("sales_director", Deed::Read | Deed::Update) => &[Way::UnitBelow, Way::Own, Way::Shared],
        ("sales_director", _) => &[Way::UnitBelow, Way::Own],
        ("sales_manager", Deed::Read | Deed::Update) => &[Way::Leads, Way::Team, Way::Shared],
        ("sales_manager", _) => &[Way::Leads, Way::Team],
        ("sales", Deed::Read) => &[Way::Own, Way::Team, Way::Shared],
        ("sales", Deed::Update) => &[Way::Own, Way::Shared],
        ("sales", Deed::Transfer) => &[],
        ("sales", _) => &[Way::Own],
        ("partner", Deed::Read) => &[Way::Shared, Way::Company],
        _ => &[],
    }
}

/// How far a role sees data of a class (0 to 3) on records that it comes to by a way.
pub fn level(role: &str, class: u8, way: Way) -> Level {
    match (role, class) {
        ("privacy_officer", 0 | 1) | ("partner", 0 | 1) => Level::Read,
        ("privacy_officer", _) | ("partner", 2) | ("sales_manager", 3) => Level::Masked,
        ("sales_director", 3) if way == Way::Shared => Level::Masked,
        ("sales_director", 3) => Level::Read,
        ("sales", 3) if way == Way::Own => Level::Write,
        ("sales", 3) => Level::Masked,
        ("sales_director" | "sales_manager" | "sales", _) => Level::Write,
        _ => Level::None,
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grantee {
    Person(usize),
    Unit(usize),
    Team(usize),
}

#[derive(Debug, Clone)]
pub struct Share {
    pub to: Grantee,
    pub write: bool,
    pub expired: bool,
}

#[derive(Debug, Clone)]
pub struct Person {
    pub role: &'static str,
    pub unit: Option<usize>,
    pub manager: Option<usize>,
    pub company: Option<usize>,
}

/// A value as it was entered.
#[derive(Debug, Clone, PartialEq)]
pub enum Val {
    Null,
    Text(String),
    Int(i64),
    Bool(bool),
    /// A record by its place in the list.
    Ref(usize),
}

#[derive(Debug, Clone)]
pub struct Record {
    pub object: &'static str,
    pub id: String,
    pub version: i64,
    pub owner: usize,
    pub unit: Option<usize>,
    pub team: Option<usize>,
    /// The account of the company it belongs to.
    pub partner: Option<usize>,
    pub shares: Vec<Share>,
    pub deleted: bool,
    pub values: BTreeMap<String, Val>,
}

#[derive(Debug, Clone)]
pub struct Field {
    pub key: String,
    pub kind: String,
    pub class: u8,
    pub mask: String,
    pub open: bool,
    pub searchable: bool,
    pub required: bool,
    pub read_only: bool,
    pub off: bool,
    pub in_list: bool,
    pub unique: bool,
    pub to: Option<String>,
    pub options: Vec<String>,
}

impl Field {
    /// Stored as ciphertext.
    pub fn sealed(&self) -> bool {
        self.class >= 2
    }
}

/// The organisation as the written rules see it.
#[derive(Debug, Clone, Default)]
pub struct Company {
    pub people: Vec<Person>,
    /// The parent of each unit.
    pub units: Vec<Option<usize>>,
    /// The members of each team.
    pub teams: Vec<Vec<usize>>,
    pub records: Vec<Record>,
    pub fields: BTreeMap<&'static str, Vec<Field>>,
    pub titles: BTreeMap<&'static str, String>,
}

pub const OBJECTS: [&str; 5] = ["account", "contact", "lead", "opportunity", "follow_up"];

/// The shipped files, read as text.
pub fn read_fields(company: &mut Company) {
    let files = [
        include_str!("../../../kedun-crm/objects/account.toml"),
        include_str!("../../../kedun-crm/objects/contact.toml"),
        include_str!("../../../kedun-crm/objects/lead.toml"),
        include_str!("../../../kedun-crm/objects/opportunity.toml"),
        include_str!("../../../kedun-crm/objects/follow_up.toml"),
    ];
    for (object, text) in OBJECTS.into_iter().zip(files) {
        let table: toml::Table = toml::from_str(text).expect("the file parses");
        let fields = table["fields"].as_array().expect("fields");
        let fields = fields.iter().map(|f| {
            let text = |key: &str| f.get(key).and_then(toml::Value::as_str).unwrap_or_default().to_owned();
            let flag = |key: &str| f.get(key).and_then(toml::Value::as_bool).unwrap_or(false);
            let options = f.get("options").and_then(toml::Value::as_array).cloned().unwrap_or_default();
            Field {
                key: text("key"),
                kind: text("kind"),
                class: text("class").trim_start_matches('P').parse().expect("a class"),
                mask: text("mask"),
                open: flag("open"),
                searchable: flag("searchable"),
                required: flag("required"),
                read_only: flag("read_only"),
                off: flag("off_by_default"),
                in_list: flag("in_list"),
                unique: f.get("unique").is_some(),
                to: f.get("to").and_then(toml::Value::as_str).map(str::to_owned),
                options: options.iter().map(|o| o["key"].as_str().expect("a key").to_owned()).collect(),
            }
        });
        company.fields.insert(object, fields.collect());
        company.titles.insert(object, table["title"].as_str().expect("a title").to_owned());
    }
}

impl Company {
    pub fn field(&self, object: &str, key: &str) -> &Field {
        self.fields[object].iter().find(|f| f.key == key).expect("the field")
    }

    fn leads(&self, boss: usize, person: usize) -> bool {
        let mut at = Some(person);
        while let Some(here) = at {
            if here == boss {
                return true;
            }
            at = self.people[here].manager;
        }
        false
    }

    fn within(&self, unit: usize, top: usize) -> bool {
        unit == top || self.units[unit].is_some_and(|parent| self.within(parent, top))
    }

    fn is_grantee(&self, who: usize, to: Grantee) -> bool {
        match to {
            Grantee::Person(person) => person == who,
            Grantee::Unit(unit) => self.people[who].unit == Some(unit),
            Grantee::Team(team) => self.teams[team].contains(&who),
        }
    }

    fn leads_there(&self, who: usize, way: Way, deed: Deed, record: &Record) -> bool {
        let person = &self.people[who];
        match way {
            Way::Any => true,
            Way::Own => record.owner == who,
            Way::Leads => self.leads(who, record.owner),
            Way::Team => record.team.is_some_and(|team| self.teams[team].contains(&who)),
            Way::UnitBelow => match (record.unit, person.unit) {
                (Some(unit), Some(top)) => self.within(unit, top),
                _ => false,
            },
            Way::Shared => record
                .shares
                .iter()
                .any(|s| !s.expired && (s.write || deed == Deed::Read) && self.is_grantee(who, s.to)),
            Way::Company => record.partner.is_some() && record.partner == person.company,
        }
    }

    /// Whether a role gives the deed at all.
    pub fn holds(&self, who: usize, deed: Deed) -> bool {
        !ways(self.people[who].role, deed).is_empty()
    }

    /// Whether the deed may be done with this record, apart from its lying in the bin.
    pub fn allowed(&self, who: usize, deed: Deed, record: &Record) -> bool {
        ways(self.people[who].role, deed).iter().any(|way| self.leads_there(who, *way, deed, record))
    }

    pub fn visible(&self, who: usize, record: &Record) -> bool {
        self.allowed(who, Deed::Read, record)
    }

    /// The level of a field of one record for one deed: the most that any way there gives.
    pub fn level_of(&self, who: usize, deed: Deed, record: &Record, field: &Field) -> Level {
        if field.off {
            return Level::None;
        }
        let role = self.people[who].role;
        let there = ways(role, deed).iter().filter(|way| self.leads_there(who, **way, deed, record));
        there.map(|way| level(role, field.class, *way)).max().unwrap_or(Level::None)
    }

    /// The least and the most that a person has of a field over all records that a way could lead
    /// to. A way that leads nowhere, such as a team to somebody in none, does not count.
    pub fn span(&self, who: usize, deed: Deed, field: &Field) -> (Level, Level) {
        if field.off {
            return (Level::None, Level::None);
        }
        let person = &self.people[who];
        let open = |way: &&Way| match way {
            Way::Team => self.teams.iter().any(|t| t.contains(&who)),
            Way::UnitBelow => person.unit.is_some(),
            Way::Company => person.company.is_some(),
            _ => true,
        };
        let levels: Vec<Level> = ways(person.role, deed)
            .iter()
            .filter(open)
            .map(|way| level(person.role, field.class, *way))
            .collect();
        let least = levels.iter().min().copied().unwrap_or(Level::None);
        (least, levels.iter().max().copied().unwrap_or(Level::None))
    }

    /// Whether a value of the record is shown as it is, without a reveal.
    pub fn whole(&self, who: usize, record: &Record, field: &Field) -> bool {
        self.level_of(who, Deed::Read, record, field) >= Level::Read && (!field.sealed() || field.open)
    }

    /// The title as somebody sees it: outer none without access.
    pub fn title(&self, who: usize, record: &Record) -> Option<String> {
        let field = self.field(record.object, &self.titles[record.object]);
        let Val::Text(text) = &record.values[&field.key] else { return None };
        Some(if self.whole(who, record, field) { text.clone() } else { masked(field, text) })
    }

    /// What a view of the record offers, in its order.
    pub fn can(&self, who: usize, record: &Record) -> Vec<&'static str> {
        let fits = |deed: &Deed| match deed {
            Deed::Read => true,
            Deed::Restore => record.deleted,
            _ => !record.deleted,
        };
        let given = Deed::OF_RECORD.into_iter().filter(fits).filter(|deed| self.allowed(who, *deed, record));
        given.map(Deed::code).collect()
    }

    /// The living (or deleted) records of an object that somebody sees.
    pub fn seen(&self, who: usize, object: &str, deleted: bool) -> Vec<usize> {
        let mine =
            |(_, r): &(usize, &Record)| r.object == object && r.deleted == deleted && self.visible(who, r);
        self.records.iter().enumerate().filter(mine).map(|(i, _)| i).collect()
    }
}

/// The masked form of a value of the tests' own shapes.
pub fn masked(field: &Field, text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    let first = |n: usize| chars[..n].iter().collect::<String>();
    let last = |n: usize| chars[chars.len() - n..].iter().collect::<String>();
    match field.mask.as_str() {
        "phone" => format!("{}****{}", first(3), last(4)),
        "email" => format!("{}***@{}", first(1), text.split('@').nth(1).expect("an address")),
        "name" => format!("{}**", first(1)),
        "address" => format!("{}****", first(6)),
        "account" => format!("********{}", last(4)),
        _ => "••••••".to_owned(),
    }
}

/// The outcome of a question that names a field in a filter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// The places of the records that meet it.
    Found(Vec<usize>),
    Refused(u16, &'static str),
}

pub const OPERATORS: [&str; 14] = [
    "eq",
    "ne",
    "in",
    "not_in",
    "lt",
    "lte",
    "gt",
    "gte",
    "between",
    "contains",
    "starts_with",
    "ends_with",
    "is_empty",
    "is_not_empty",
];

/// Whether an operator means anything for a field.
fn meant(field: &Field, op: &str) -> bool {
    if matches!(op, "is_empty" | "is_not_empty") {
        return true;
    }
    let ordered = matches!(op, "lt" | "lte" | "gt" | "gte" | "between");
    let within = matches!(op, "contains" | "starts_with" | "ends_with");
    match field.kind.as_str() {
        _ if field.sealed() => field.searchable && !ordered && !matches!(op, "ne" | "not_in"),
        "boolean" => matches!(op, "eq" | "ne"),
        "select" | "reference" => !ordered && !within,
        "money" | "percent" | "date" | "date_time" => !within,
        _ => !ordered,
    }
}

impl Company {
    /// Why a field may not be named in a filter, an order or a group; none where it may.
    pub fn refusal(&self, who: usize, field: &Field) -> Option<(u16, &'static str)> {
        if !self.holds(who, Deed::Read) {
            return Some((403, "access.no_permission"));
        }
        match self.span(who, Deed::Read, field) {
            (_, Level::None) => Some((422, "field.unknown")),
            (Level::None | Level::Masked, _) => Some((403, "field.not_filterable")),
            _ => None,
        }
    }

    /// What a list filtered by one condition must answer. `value` is the value of some record.
    pub fn filtered(&self, who: usize, object: &str, field: &Field, op: &str, value: &Val) -> Verdict {
        if let Some((status, code)) = self.refusal(who, field) {
            return Verdict::Refused(status, code);
        }
        if !meant(field, op) {
            return Verdict::Refused(422, "filter.operator");
        }
        let holds = |i: &usize| meets(&self.records[*i].values[&field.key], op, value);
        Verdict::Found(self.seen(who, object, false).into_iter().filter(holds).collect())
    }
}

/// The part of a value that `contains`, `starts_with` and `ends_with` are asked with.
pub fn part(op: &str, text: &str) -> String {
    let chars: Vec<char> = text.chars().collect();
    match op {
        _ if chars.len() < 6 => text.to_owned(),
        "contains" => chars[1..chars.len() - 1].iter().collect(),
        "starts_with" => chars[..chars.len() - 2].iter().collect(),
        "ends_with" => chars[chars.len() - 4..].iter().collect(),
        _ => text.to_owned(),
    }
}

fn meets(have: &Val, op: &str, asked: &Val) -> bool {
    let same = have == asked;
    let order = match (have, asked) {
        (Val::Int(a), Val::Int(b)) => Some(a.cmp(b)),
        (Val::Text(a), Val::Text(b)) => Some(a.cmp(b)),
        _ => None,
    };
    let empty = *have == Val::Null;
    let texts = || match (have, asked) {
        (Val::Text(a), Val::Text(b)) => Some((a.to_lowercase(), part(op, b).to_lowercase())),
        _ => None,
    };
    match op {
        "eq" | "in" | "between" => same,
        "ne" | "not_in" => !same,
        "lt" => order.is_some_and(std::cmp::Ordering::is_lt),
        "lte" => order.is_some_and(std::cmp::Ordering::is_le),
        "gt" => order.is_some_and(std::cmp::Ordering::is_gt),
        "gte" => order.is_some_and(std::cmp::Ordering::is_ge),
        "contains" => texts().is_some_and(|(a, b)| a.contains(&b)),
        "starts_with" => texts().is_some_and(|(a, b)| a.starts_with(&b)),
        "ends_with" => texts().is_some_and(|(a, b)| a.ends_with(&b)),
        "is_empty" => empty,
        _ => !empty,
    }
}
