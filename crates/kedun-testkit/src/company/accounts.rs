//! Accounts.

use super::brands::CompanyName;
use super::names::chinese_person;
use super::phrases;
use super::places::place;
use super::{Company, Fields, Record, Stream, Subject};
use crate::draw::{index_word, scatter};
use crate::numbers::credit_code;

pub(super) const SOURCES: [&str; 12] = [
    "promotion",
    "search_engine",
    "advertising",
    "referral",
    "online_signup",
    "online_inquiry",
    "appointment",
    "cold_visit",
    "phone",
    "email",
    "event",
    "other",
];
const SCALES: [&str; 5] = ["under_20", "20_99", "100_499", "500_999", "1000_plus"];

/// What the records of an account share.
pub(super) struct AccountIdentity {
    pub(super) name: String,
    pub(super) domain: String,
    pub(super) industry: &'static str,
    pub(super) english: bool,
    pub(super) city: Option<usize>,
    pub(super) kind: &'static str,
}

impl Company {
    /// Makes account `n`.
    #[must_use]
    pub fn account(&self, n: usize) -> Record {
        let mut draw = self.draw(Stream::Account, n);
        let own = self.account_identity(n);
        let place = place(&mut draw, own.city);
        let mut fields = Fields::new(n);
        fields.set("_owner", self.account_owner(n));
        fields.set("type", own.kind);
        fields.set("level", draw.pick(&["a", "b", "b", "b", "c", "c"]));
        fields.set("industry", own.industry);
        fields.set("source", draw.pick(&SOURCES));
        if own.kind != "person" {
            fields.set("scale", draw.pick(&SCALES));
            if !own.english {
                fields.set("uscc", credit_code(self.seed, index_word(n)));
            }
            fields.set_some("website", draw.percent(70).then(|| format!("https://www.{}", own.domain)));
        }
        fields.set_some("phone", draw.percent(85).then_some(place.phone));
        let reachable = own.kind == "person" || draw.percent(30);
        fields.set_some("mobile", reachable.then(|| self.mobile(Subject::Account, n)));
        let mailbox = draw.pick(&["info", "contact", "sales", "service", "office"]);
        fields.set("email", format!("{mailbox}@{}", own.domain));
        fields.set("region", place.region);
        fields.set("address", place.address);
        fields.set_some("note", draw.percent(25).then(|| phrases::account_note(&mut draw, own.english)));
        fields.set("name", own.name);
        fields.0
    }

    /// Returns the index of the person who owns account `n`.
    #[must_use]
    pub fn account_owner(&self, n: usize) -> usize {
        self.seller(&mut self.draw(Stream::AccountOwner, n))
    }

    pub(super) fn account_identity(&self, n: usize) -> AccountIdentity {
        let roll = scatter(self.seed, 0x6B69, index_word(n), 100 << 32) % 100;
        let company = self.name_of_company(n);
        let domain = format!("{}{n}.example", company.latin);
        let kind = match roll {
            0..=2 if !company.english => "person",
            3..=12 => "agent",
            13..=18 => "partner",
            _ => "end_customer",
        };
        let CompanyName { text, industry, english, city, .. } = company;
        let (name, industry) = if kind == "person" {
            // A sole trader: the brand keeps the name unique, the person makes it personal.
            let mut draw = self.draw(Stream::Account, n);
            let person = chinese_person(&mut draw, true).text;
            (format!("{}个体工商户（{person}）", strip_form(&text)), "other")
        } else {
            (text, industry)
        };
        AccountIdentity { name, domain, industry, english, city, kind }
    }
}

fn strip_form(name: &str) -> &str {
    ["有限责任公司", "股份有限公司", "有限公司"]
        .iter()
        .find_map(|form| name.strip_suffix(form))
        .unwrap_or(name)
}
