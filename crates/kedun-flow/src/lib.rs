//! Long work: jobs are rows that a runner leases, so that they show progress, can be
//! cancelled, and go on after a crash where they stopped.
//!
//! A handler is called again with the progress it last noted; it must therefore note
//! progress in the same commit as its effect, or be able to tell what was done.
//!
//! **Invariant:** this crate knows no nouns of sales, no HTTP and no SQL. It never
//! looks into the payload or the progress of a job.

mod run;
mod runner;

pub use run::{JobRun, Stopped};
pub use runner::{JobHandler, Runner, RunnerConfig};
