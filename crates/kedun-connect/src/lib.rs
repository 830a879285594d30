//! What goes into and out of Kedun as files: this part reads spreadsheets.
//!
//! * [`sheet`] opens a CSV or XLSX file of unknown origin and yields its rows
//!   one at a time, with memory that does not grow with the file, and
//!   [`sheet::profile`] says what each column seems to hold.
//! * [`detect`] finds numbers and addresses of people inside free text, so that
//!   nothing personal slips into a field without protection.
//! * [`coerce`] turns a cell into a typed [`kedun_model::Value`], or into a
//!   [`coerce::Reason`] that a person can act on.
//! * [`rejects`] writes the rows that were not taken, with their reasons, as a
//!   workbook that can be corrected and imported again.
//!
//! # Invariant
//!
//! Nothing here knows of records, rights, jobs or storage, tells the time or
//! opens a connection: input is a file or a text, output is a value. A file is
//! hostile until proved otherwise: size, ratio, width, depth and length are
//! bounded before a parser sees it. No error and no reason carries a cell's
//! content.

pub mod coerce;
pub mod detect;
#[cfg(any(test, feature = "fixtures"))]
pub mod fixtures;
pub mod rejects;
pub mod sheet;
