//! Measures Kedun against a bare server, and tortures it.
//!
//! [`bench`] drives the workload of `docs/performance.md` against the real program and against
//! [`bare`], a server that protects nobody, over the same TLS, in the same run. [`torture`] kills
//! the program, fails its system calls, fills and hangs its disk, takes its database away and
//! moves its clock, and checks that what was acknowledged is there with its evidence.
//!
//! # Invariant
//!
//! Everything here looks at Kedun from outside: through HTTPS, its command line and `/proc`. A
//! figure is printed only if it was measured in the run that prints it, and an acknowledgement is
//! believed only if an answer with a status of success was read whole.

pub mod bare;
pub mod bench;
pub mod client;
pub mod cluster;
pub mod process;
pub mod say;
pub mod server;
pub mod torture;
