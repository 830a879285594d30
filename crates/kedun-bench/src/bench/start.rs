//! Starting, memory and disk.

use serde::Serialize;

/// What a server needs beside its requests.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Footprint {
    /// From the start of the program to its first answer, the middle one of several.
    pub start_seconds: f64,
    /// Resident memory after the start, MiB.
    pub idle_mib: u64,
    /// The highest resident memory of the run, MiB.
    pub peak_mib: u64,
    /// The data on disk, MiB.
    pub disk_mib: u64,
}

/// The middle of some durations.
pub fn middle(mut seconds: Vec<f64>) -> f64 {
    seconds.sort_by(f64::total_cmp);
    seconds.get(seconds.len() / 2).copied().unwrap_or(0.0)
}
