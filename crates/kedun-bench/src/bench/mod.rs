//! The workload, its measurement and its report.

mod bare_side;
mod drive;
mod import;
mod kedun_side;
mod report;
mod run;
mod scale;
mod start;

pub use import::{
    mapping as import_mapping, mobile as import_mobile, sheet as import_sheet, until as import_until,
    upload as import_upload,
};
pub use kedun_side::company;
pub use report::between;
pub use run::{BenchArgs, Engine, run};
pub use scale::{ScaleArgs, run as scale};

use crate::client::Ask;
use crate::server::Size;

/// Makes the next request of one connection.
pub type Script = Box<dyn FnMut() -> Ask + Send>;

/// One operation of the workload, as asked of one server.
pub struct Operation {
    /// Its number in the list of operations.
    pub id: &'static str,
    /// The status that every answer must have.
    pub expect: u16,
    /// The session of the caller.
    pub cookie: Option<String>,
    /// One for each connection; they keep their state from one measurement to the next.
    pub scripts: Vec<Script>,
}

/// The most connections at once.
pub const CONNECTIONS: usize = 16;

/// The names of the operations, and the budget in processor milliseconds for each.
pub const OPERATIONS: [(&str, &str, Option<f64>); 13] = [
    ("1", "read one contact", Some(0.20)),
    ("1x", "read one that is somebody else's: refused", Some(0.20)),
    ("2", "first page of 50", Some(0.75)),
    ("2b", "the same with a total", Some(0.75)),
    ("3a", "search by exact phone", Some(0.25)),
    ("3b", "search by two characters of the name", Some(0.9)),
    ("3c", "search by the last four digits", Some(0.9)),
    ("4", "create a contact", Some(0.5)),
    ("4i", "the same with an idempotency key", None),
    ("5", "change one field", Some(0.5)),
    ("7", "sum by stage and owner, own rows", Some(0.6)),
    ("7all", "the same, all rows", None),
    ("r", "reveal a phone number", None),
];

/// The company of the workload with so many contacts.
pub fn workload(contacts: usize) -> Size {
    Size {
        seed: 2026,
        people: 200,
        accounts: contacts / 5,
        contacts,
        opportunities: contacts / 2,
        leads: 20,
        follow_ups: 40,
    }
}
