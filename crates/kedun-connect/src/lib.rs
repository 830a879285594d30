//! What goes into Kedun as files: spreadsheets, read and imported.
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
//! * [`workbook`] writes a workbook as a stream.
//! * [`imports`] takes a file in, maps its columns, checks it, imports it and takes it back.
//!
//! # Invariant
//!
//! Apart from [`imports`] nothing here knows of records, rights, jobs or
//! storage: input is a file or a text, output is a value. [`imports`] knows
//! neither HTTP nor the nouns of sales, and reaches records through the door
//! alone. A file is hostile until proved otherwise: size, ratio, width, depth and
//! length are bounded before a parser sees it. An uploaded file never lies on a
//! disk in clear, and no error and no reason carries a cell's content.

pub mod coerce;
pub mod detect;
#[cfg(any(test, feature = "fixtures"))]
pub mod fixtures;
pub mod imports;
pub mod rejects;
pub mod sheet;
pub mod workbook;

pub use imports::{ImportConfig, Imports, migrations};
