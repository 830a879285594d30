//! The synthetic company.

mod accounts;
mod brands;
mod contacts;
mod follow_ups;
mod leads;
mod names;
mod opportunities;
mod org;
mod phrases;
mod places;

use crate::draw::{Draw, index_word};
use serde_json::{Map, Value};
use time::{Date, macros::date};

pub use org::{Person, Unit};

/// A record: values by field key; keys with an underscore are relations as indexes.
///
/// `_ref` is the record's own index, `_owner` the person's; `_account`, `_contact`, `_lead` and
/// `_opportunity` are indexes into the streams of these. Optional fields without a value are absent.
/// Days are `YYYY-MM-DD`, moments are RFC 3339 in UTC, amounts are integers in minor units.
pub type Record = Map<String, Value>;

/// How large a company is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CompanySize {
    /// People with a login; at least 12 are made.
    pub people: usize,
    /// Accounts.
    pub accounts: usize,
    /// Contacts of each account.
    pub contacts_per_account: usize,
    /// Leads.
    pub leads: usize,
    /// Opportunities.
    pub opportunities: usize,
    /// Follow-ups.
    pub follow_ups: usize,
}

impl CompanySize {
    /// Returns the size that `kedun demo` shows.
    #[must_use]
    pub const fn demo() -> Self {
        Self {
            people: 60,
            accounts: 240,
            contacts_per_account: 3,
            leads: 400,
            opportunities: 320,
            follow_ups: 1_500,
        }
    }

    /// Returns the size on which budgets are measured: 200 people, 100,000 contacts.
    #[must_use]
    pub const fn workload() -> Self {
        Self {
            people: 200,
            accounts: 20_000,
            contacts_per_account: 5,
            leads: 20_000,
            opportunities: 50_000,
            follow_ups: 100_000,
        }
    }

    /// Returns the number of contacts.
    #[must_use]
    pub const fn contacts(&self) -> usize {
        self.accounts.saturating_mul(self.contacts_per_account)
    }
}

impl Default for CompanySize {
    fn default() -> Self {
        Self::demo()
    }
}

/// What a stream of random choices is for.
#[derive(Clone, Copy)]
enum Stream {
    People = 1,
    AccountOwner,
    Account,
    Contact,
    Lead,
    OpportunityAccount,
    Opportunity,
    FollowUp,
}

/// Whose mobile number it is: numbers of different kinds never meet.
#[derive(Clone, Copy)]
enum Subject {
    Person,
    Account,
    Contact,
    Lead,
}

/// A company made from a seed; it holds its units and people, and makes its records when asked.
#[derive(Clone, Debug)]
pub struct Company {
    seed: u64,
    size: CompanySize,
    today: Date,
    units: Vec<Unit>,
    people: Vec<Person>,
    sellers: Vec<usize>,
}

impl Company {
    /// Makes the company as it was on 30 June 2026.
    #[must_use]
    pub fn new(seed: u64, size: CompanySize) -> Self {
        Self::as_of(seed, size, date!(2026 - 06 - 30))
    }

    /// Makes the company as it is now, an instant in microseconds of UTC.
    #[must_use]
    pub fn at(seed: u64, size: CompanySize, now: i64) -> Self {
        let day = time::OffsetDateTime::from_unix_timestamp(now.div_euclid(1_000_000));
        Self::as_of(seed, size, day.map_or(date!(2026 - 06 - 30), time::OffsetDateTime::date))
    }

    /// Makes the company as it is on a day: follow-ups lie before it, expected closings around it.
    #[must_use]
    pub fn as_of(seed: u64, size: CompanySize, today: Date) -> Self {
        let (units, people) = org::build(seed, size.people);
        let sellers = people.iter().filter(|p| p.sells()).map(|p| p.index).collect();
        Self { seed, size, today, units, people, sellers }
    }

    /// Returns its size.
    #[must_use]
    pub fn size(&self) -> CompanySize {
        self.size
    }

    /// Returns the tree of units, parents before children, the headquarters first.
    #[must_use]
    pub fn units(&self) -> &[Unit] {
        &self.units
    }

    /// Returns the people, managers before those they manage.
    #[must_use]
    pub fn people(&self) -> &[Person] {
        &self.people
    }

    /// Makes all accounts, one at a time.
    pub fn accounts(&self) -> impl Iterator<Item = Record> + '_ {
        (0..self.size.accounts).map(|n| self.account(n))
    }

    /// Makes all contacts, account by account.
    pub fn contacts(&self) -> impl Iterator<Item = Record> + '_ {
        (0..self.size.contacts()).map(|n| self.contact(n))
    }

    /// Makes all leads.
    pub fn leads(&self) -> impl Iterator<Item = Record> + '_ {
        (0..self.size.leads).map(|n| self.lead(n))
    }

    /// Makes all opportunities.
    pub fn opportunities(&self) -> impl Iterator<Item = Record> + '_ {
        (0..self.size.opportunities).map(|n| self.opportunity(n))
    }

    /// Makes all follow-ups.
    pub fn follow_ups(&self) -> impl Iterator<Item = Record> + '_ {
        (0..self.size.follow_ups).map(|n| self.follow_up(n))
    }

    fn draw(&self, stream: Stream, index: usize) -> Draw {
        Draw::new(self.seed, stream as u64, index)
    }

    fn mobile(&self, subject: Subject, index: usize) -> String {
        mobile(self.seed, subject, index)
    }

    fn seller(&self, draw: &mut Draw) -> usize {
        draw.pick(&self.sellers)
    }

    fn name_of_company(&self, n: usize) -> brands::CompanyName {
        brands::company(self.seed, n)
    }
}

fn mobile(seed: u64, subject: Subject, index: usize) -> String {
    crate::numbers::mobile(seed, index_word(index) * 4 + subject as u64)
}

/// Puts a record together.
struct Fields(Record);

impl Fields {
    fn new(index: usize) -> Self {
        let mut record = Map::new();
        record.insert("_ref".to_owned(), Value::from(index));
        Self(record)
    }

    fn set(&mut self, key: &str, value: impl Into<Value>) {
        self.0.insert(key.to_owned(), value.into());
    }

    fn set_some(&mut self, key: &str, value: Option<impl Into<Value>>) {
        if let Some(value) = value {
            self.set(key, value);
        }
    }
}

fn day(date: Date) -> String {
    format!("{:04}-{:02}-{:02}", date.year(), u8::from(date.month()), date.day())
}

/// Writes a moment in office hours in China, as UTC.
fn moment(date: Date, minute_of_shift: u64) -> String {
    let minute = minute_of_shift % 600;
    format!("{}T{:02}:{:02}:00Z", day(date), minute / 60, minute % 60)
}

fn days(n: u64) -> time::Duration {
    time::Duration::days(i64::try_from(n).unwrap_or(0))
}
