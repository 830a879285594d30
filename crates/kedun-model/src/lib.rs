//! The words that every other crate shares: typed ids, values, kinds and
//! classes of fields, definitions of objects, the caller, the vocabulary of
//! access, filters, and errors that carry a public and an internal message.
//!
//! **Invariant:** this crate does no I/O and knows neither SQL nor HTTP nor
//! tokio. Nothing here can read a clock, draw randomness or make an id except
//! through the traits of [`context`].

pub mod access;
pub mod caller;
pub mod class;
pub mod context;
pub mod error;
pub mod field;
pub mod id;
pub mod mask;
pub mod object;
pub mod query;
pub mod value;

pub use access::{Action, Capability, FieldLevel, Scope};
pub use caller::{Assurance, Caller, PrincipalKind, Purpose};
pub use class::DataClass;
pub use context::{Clock, Context, IdSource};
pub use error::{Error, ErrorKind, Result};
pub use field::{FieldDef, FieldKind, SelectOption, Uniqueness};
pub use id::*;
pub use mask::MaskStyle;
pub use object::{ObjectDef, SubjectRule};
pub use query::{Filter, FilterOp, ListQuery, Sort};
pub use value::Value;
