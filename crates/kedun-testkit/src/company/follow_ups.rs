//! Follow-ups.

use super::phrases;
use super::{Company, Fields, Record, Stream, days, moment};

const METHODS: [&str; 8] = ["phone", "phone", "phone", "wechat", "wechat", "visit", "email", "meeting"];

impl Company {
    /// Makes follow-up `n`; it has exactly one of `_lead`, `_account`, `_contact` and `_opportunity`.
    #[must_use]
    pub fn follow_up(&self, n: usize) -> Record {
        let mut draw = self.draw(Stream::FollowUp, n);
        let size = self.size;
        let stranger = self.seller(&mut draw);
        let targets = [
            ("_lead", size.leads, 20),
            ("_account", size.accounts, 30),
            ("_contact", size.contacts(), 30),
            ("_opportunity", size.opportunities, 20),
        ];
        let present = targets.map(|(key, count, weight)| (key, count, if count > 0 { weight } else { 0 }));
        let mut fields = Fields::new(n);
        let mut account = None;
        let mut english = false;
        if let Some(&(key, count, _)) = draw.weighted(&present, |t| t.2) {
            let target = draw.index(count);
            account = match key {
                "_account" => Some(target),
                "_contact" => target.checked_div(size.contacts_per_account),
                "_opportunity" => Some(self.opportunity_account(target)),
                _ => None,
            };
            english =
                account.map_or_else(|| self.lead_is_english(target), |a| self.account_identity(a).english);
            fields.set(key, target);
        }
        fields.set("_owner", account.map_or(stranger, |account| self.account_owner(account)));
        let method = if draw.percent(4) { "sms" } else { draw.pick(&METHODS) };
        // Most contacts are recent, as in a company at work; the oldest are a year back.
        let age = draw.below(365);
        let date = self.today.saturating_sub(days(age * age / 365));
        fields.set("method", method);
        // Not later today: that is still to come.
        let happened = date.min(self.today.saturating_sub(days(1)));
        fields.set("at", moment(happened, draw.below(600)));
        fields.set("content", phrases::follow_up(&mut draw, method, english));
        if draw.percent(55) {
            let next = date.saturating_add(days(2 + draw.below(28)));
            fields.set("next_at", moment(next, draw.below(40) * 15));
        }
        fields.0
    }
}
