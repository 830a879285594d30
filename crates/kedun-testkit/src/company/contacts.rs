//! Contacts.

use super::names::{PersonName, chinese_person, english_person};
use super::phrases;
use super::places::{CITIES, place};
use super::{Company, Fields, Record, Stream, Subject, day};
use crate::draw::{Draw, index_word};
use crate::numbers::identity;

pub(super) const TITLES: [(&str, &str); 14] = [
    ("总经理", "Managing director"),
    ("副总经理", "Deputy managing director"),
    ("采购经理", "Purchasing manager"),
    ("采购专员", "Buyer"),
    ("技术总监", "Technical director"),
    ("信息部经理", "IT manager"),
    ("财务经理", "Finance manager"),
    ("行政主管", "Office manager"),
    ("运营经理", "Operations manager"),
    ("项目经理", "Project manager"),
    ("市场总监", "Marketing director"),
    ("人事经理", "HR manager"),
    ("工程师", "Engineer"),
    ("总裁助理", "Assistant to the president"),
];
pub(super) const DEPARTMENTS: [(&str, &str); 9] = [
    ("总经办", "Management"),
    ("采购部", "Purchasing"),
    ("技术部", "Engineering"),
    ("信息部", "IT"),
    ("财务部", "Finance"),
    ("行政部", "Administration"),
    ("运营部", "Operations"),
    ("市场部", "Marketing"),
    ("人力资源部", "Human resources"),
];

impl Company {
    /// Makes contact `n`; it belongs to account `n / contacts_per_account`.
    #[must_use]
    pub fn contact(&self, n: usize) -> Record {
        let account = n.checked_div(self.size.contacts_per_account).unwrap_or(0);
        let ordinal = n.checked_rem(self.size.contacts_per_account).unwrap_or(0);
        let employer = self.account_identity(account);
        let mut draw = self.draw(Stream::Contact, n);
        let identity = identity(self.seed, index_word(n));
        let english = employer.english;
        let person = if english {
            english_person(&mut draw, identity.male)
        } else {
            chinese_person(&mut draw, identity.male)
        };
        let mut fields = Fields::new(n);
        fields.set("_owner", self.account_owner(account));
        fields.set("_account", account);
        fields.set("mobile", self.mobile(Subject::Contact, n));
        // Most live where they work.
        let elsewhere = draw.index(CITIES.len());
        let city = employer.city.map(|city| if draw.percent(85) { city } else { elsewhere });
        let place = place(&mut draw, city);
        fields.set_some("phone", draw.percent(30).then_some(place.phone));
        if draw.percent(90) {
            fields.set("email", address(&mut draw, &person, ordinal, &employer.domain));
        }
        if draw.percent(65) {
            let tail = draw.below(10_000);
            fields.set("wechat", format!("{}_{}{tail:04}", person.family.to_lowercase(), person.initials));
        }
        fields.set("title", in_language(draw.pick(&TITLES), english));
        fields.set("department", in_language(draw.pick(&DEPARTMENTS), english));
        fields.set("decision_maker", draw.percent(20));
        fields.set("gender", if identity.male { "male" } else { "female" });
        fields.set_some("birthday", draw.percent(60).then(|| day(identity.birthday)));
        fields.set_some("id_no", (!english && draw.percent(30)).then_some(identity.number));
        fields.set_some("address", draw.percent(50).then_some(place.address));
        fields.set("preferred_channel", draw.pick(&["phone", "wechat", "wechat", "email", "sms"]));
        fields.set("do_not_contact", draw.percent(3));
        fields.set_some("note", draw.percent(20).then(|| phrases::contact_note(&mut draw, english)));
        fields.set("name", person.text);
        fields.0
    }
}

pub(super) fn in_language((zh, en): (&'static str, &'static str), english: bool) -> &'static str {
    if english { en } else { zh }
}

/// Writes a work address; the ordinal keeps colleagues of one name apart.
pub(super) fn address(draw: &mut Draw, person: &PersonName, ordinal: usize, domain: &str) -> String {
    let family = person.family.to_lowercase();
    let number = if ordinal == 0 { String::new() } else { (ordinal + 1).to_string() };
    let local = match draw.below(3) {
        0 => format!("{}.{family}", person.given),
        1 => format!("{family}{}", person.initials),
        _ => format!("{family}.{}", person.given),
    };
    format!("{local}{number}@{domain}")
}
