//! Opportunities.

use super::accounts::SOURCES;
use super::phrases;
use super::{Company, Fields, Record, Stream, day, days};

/// The stage, its win rate in percent and how many of a hundred opportunities are in it.
const STAGES: [(&str, u64, u64); 7] = [
    ("new", 10, 22),
    ("requirement", 30, 20),
    ("proposal", 50, 16),
    ("presentation", 70, 10),
    ("procurement", 90, 8),
    ("won", 100, 14),
    ("lost", 0, 10),
];

impl Company {
    /// Makes opportunity `n`.
    #[must_use]
    pub fn opportunity(&self, n: usize) -> Record {
        let account = self.opportunity_account(n);
        let customer = self.account_identity(account);
        let english = customer.english;
        let mut draw = self.draw(Stream::Opportunity, n);
        let (stage, win_rate, _) = draw.weighted(&STAGES, |s| s.2).copied().unwrap_or(("new", 10, 1));
        let mut fields = Fields::new(n);
        fields.set("_owner", self.account_owner(account));
        fields.set("_account", account);
        let per_account = self.size.contacts_per_account;
        if per_account > 0 {
            fields
                .set("_contact", account.saturating_mul(per_account).saturating_add(draw.index(per_account)));
        }
        let project = phrases::project(&mut draw, english);
        let separator = if english { " – " } else { "" };
        fields.set("name", format!("{}{separator}{project}", customer.name));
        fields.set("source", draw.pick(&SOURCES));
        // Most are small, some are large: two factors spread over three orders of magnitude.
        let thousands = (1 + draw.below(60)) * draw.pick(&[1, 2, 5, 10, 20]);
        fields.set("amount", thousands * 100_000);
        let distance = days(1 + draw.below(180));
        let closed = matches!(stage, "won" | "lost");
        let expected =
            if closed { self.today.saturating_sub(distance) } else { self.today.saturating_add(distance) };
        fields.set("expected_close", day(expected));
        fields.set("stage", stage);
        fields.set("win_rate", win_rate);
        fields.set_some("competitor", draw.percent(40).then(|| phrases::competitor(&mut draw, english)));
        fields.set_some("lost_reason", (stage == "lost").then(|| phrases::lost_reason(&mut draw, english)));
        fields.set_some("note", draw.percent(25).then(|| phrases::account_note(&mut draw, english)));
        fields.0
    }

    pub(super) fn opportunity_account(&self, n: usize) -> usize {
        self.draw(Stream::OpportunityAccount, n).index(self.size.accounts)
    }
}
