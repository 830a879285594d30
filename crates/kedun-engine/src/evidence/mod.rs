//! The evidence log: events are prepared here, with a sealed body, and committed with the change
//! or before the answer they speak of.

mod body;
mod prepare;

pub use body::{EventBody, QueryShape};
pub use prepare::{EventDraft, Evidence};
