//! From cells to values, or to the reason why not.
//!
//! People write numbers, dates and telephone numbers in many ways; each
//! function here accepts those that can mean one thing only and refuses the
//! rest with a [`Reason`] that has a stable code and never the value.

pub mod calendar;
mod choice;
mod clean;
mod contact;
mod date;
mod number;
mod reason;
mod value;

pub use choice::{boolean, option, options};
pub use clean::clean;
pub(crate) use clean::narrow as clean_char;
pub(crate) use contact::{area_length, is_domain, is_mobile, looks_like_phone};
pub use contact::{email, phone, url};
pub use date::{DateRules, DayOrder, date, moment};
pub use number::{integer, minor_units};
pub use reason::{Lang, Reason};
pub use value::{code, required, text, value};
