//! Leads.

use super::accounts::SOURCES;
use super::contacts::{DEPARTMENTS, TITLES, address, in_language};
use super::names::{chinese_person, english_person};
use super::phrases;
use super::places::place;
use super::{Company, Fields, Record, Stream, Subject};

/// The status and how many of a hundred leads have it.
const STATUS: [(&str, u64); 5] =
    [("unassigned", 15), ("pending", 25), ("following", 40), ("converted", 12), ("invalid", 8)];

impl Company {
    /// Makes lead `n`; one that is unassigned has no `_owner`.
    #[must_use]
    pub fn lead(&self, n: usize) -> Record {
        let mut draw = self.draw(Stream::Lead, n);
        // Names go on where those of the accounts end, so that no lead is a customer already.
        let index = self.size.accounts.saturating_add(n);
        let company = self.account_identity(index);
        let english = company.english;
        let male = draw.percent(55);
        let person = if english { english_person(&mut draw, male) } else { chinese_person(&mut draw, male) };
        let place = place(&mut draw, company.city);
        let status = draw.weighted(&STATUS, |s| s.1).map_or("pending", |s| s.0);
        let source = draw.pick(&SOURCES);
        let mut fields = Fields::new(n);
        if status != "unassigned" {
            fields.set("_owner", self.seller(&mut draw));
        }
        fields.set("name", company.name);
        fields.set("mobile", self.mobile(Subject::Lead, n));
        fields.set_some("phone", draw.percent(40).then_some(place.phone));
        if draw.percent(60) {
            fields.set("email", address(&mut draw, &person, 0, &company.domain));
        }
        fields.set("contact_name", person.text);
        fields.set("title", in_language(draw.pick(&TITLES), english));
        fields
            .set_some("department", draw.percent(70).then(|| in_language(draw.pick(&DEPARTMENTS), english)));
        fields.set("source", source);
        fields.set_some("source_detail", phrases::source_detail(&mut draw, source, english));
        fields.set("industry", company.industry);
        fields.set("level", draw.pick(&["a", "b", "b", "c", "c"]));
        fields.set("status", status);
        let progress = draw.pick(&["initial", "initial", "strong"]);
        fields.set_some("progress", matches!(status, "following" | "converted").then_some(progress));
        fields.set("need", phrases::need(&mut draw, english));
        fields.set("region", place.region);
        fields.set_some("address", draw.percent(50).then_some(place.address));
        fields.set_some("note", draw.percent(15).then(|| phrases::account_note(&mut draw, english)));
        fields.0
    }

    pub(super) fn lead_is_english(&self, n: usize) -> bool {
        self.name_of_company(self.size.accounts.saturating_add(n)).english
    }
}
