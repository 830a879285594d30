//! Rights as the door sees them: the directory of the organisation, cached by its version, and
//! the grants compiled from it, cached by person, object and action.

mod directories;
mod epoch;
mod grants;
mod source;

pub use directories::DirectoryCache;
pub use epoch::Epoch;
pub(crate) use grants::Grants;
pub use source::{DirectoryEntry, DirectorySource};
