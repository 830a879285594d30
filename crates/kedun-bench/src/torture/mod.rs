//! Breaking the program and what it stands on, and looking whether what it acknowledged is there.
//!
//! Workers change records over HTTPS and write down what was acknowledged ([`worker`]). Something
//! is broken ([`run`], [`syscalls`], [`disk`], [`database`], [`clock`], [`first_start`]). After the
//! next start every acknowledged change must be there with its version, its history and its
//! event, and nothing else may have happened ([`check`]); what was in flight when it broke may
//! have happened or not, but not by halves. All choices come from one seed.

mod check;
mod clock;
mod crew;
mod database;
mod disk;
mod first_start;
mod import;
mod import_kill;
mod kill;
mod roles;
mod run;
mod syscalls;
mod tally;
mod worker;
mod world;

pub use run::{Engine, Mode, TortureArgs, run, smoke};
pub use tally::Tally;
