//! What happened, counted.

use std::fmt::Write as _;

use serde::Serialize;

/// The counts of a run.
#[derive(Debug, Clone, Default, Serialize)]
pub struct Tally {
    /// Times that something was broken.
    pub breaks: u64,
    /// Times that the program was started again.
    pub starts: u64,
    /// The longest start to the first answer, ms.
    pub slowest_start_ms: u64,
    /// Changes that were acknowledged.
    pub acknowledged: u64,
    /// Requests refused with 503 or another failure of the server.
    pub unavailable: u64,
    /// Changes refused because rights changed between their decision and their commit.
    pub overtaken: u64,
    /// Requests without an answer.
    pub unanswered: u64,
    /// Changes of unknown outcome that had happened.
    pub unsure_happened: u64,
    /// Changes of unknown outcome that had not happened.
    pub unsure_absent: u64,
    /// Records compared with what was acknowledged.
    pub compared: u64,
    /// Versions found in histories, each with its event.
    pub versions: u64,
    /// Reveals acknowledged, each found in the evidence.
    pub reveals: u64,
    /// Reads acknowledged, each found in the evidence.
    pub reads: u64,
    /// Imports that were acknowledged and finished.
    pub imports: u64,
    /// Roles of people found as they were acknowledged.
    pub roles: u64,
    /// Role changes that happened, each found in the evidence once.
    pub role_changes: u64,
    /// Whole verifications of the evidence.
    pub verifications: u64,
    /// Whole comparisons of records, histories, events and keys.
    pub deep_checks: u64,
    /// Events in the log at the end.
    pub events: u64,
    /// Whatever must not be.
    pub problems: Vec<String>,
}

impl Tally {
    /// Notes something that must not be.
    pub fn problem(&mut self, text: impl Into<String>) {
        self.problems.push(text.into());
    }

    /// Adds the counts of another part.
    pub fn add(&mut self, other: Tally) {
        self.breaks += other.breaks;
        self.starts += other.starts;
        self.slowest_start_ms = self.slowest_start_ms.max(other.slowest_start_ms);
        self.acknowledged += other.acknowledged;
        self.unavailable += other.unavailable;
        self.overtaken += other.overtaken;
        self.unanswered += other.unanswered;
        self.unsure_happened += other.unsure_happened;
        self.unsure_absent += other.unsure_absent;
        self.compared += other.compared;
        self.versions += other.versions;
        self.reveals += other.reveals;
        self.reads += other.reads;
        self.imports += other.imports;
        self.roles += other.roles;
        self.role_changes += other.role_changes;
        self.verifications += other.verifications;
        self.deep_checks += other.deep_checks;
        self.events += other.events;
        self.problems.extend(other.problems);
    }

    /// A row of the report.
    pub fn row(&self, name: &str) -> String {
        format!(
            "| {name} | {} | {} | {} | {} | {} / {} | {} | {} | {} / {} | {} | {} | {} |",
            self.breaks,
            self.acknowledged,
            self.unavailable,
            self.imports,
            self.unsure_happened,
            self.unsure_absent,
            self.versions,
            self.reveals + self.reads,
            self.roles,
            self.role_changes,
            self.verifications + self.deep_checks,
            self.slowest_start_ms,
            self.problems.len()
        )
    }

    /// The head of the report's table.
    pub const HEAD: &str = "| What was broken | times | changes acknowledged | refused (503) | imports finished | in flight: happened / not | versions checked \
        | reads and reveals acknowledged | roles: states / changes checked | whole checks | slowest start, ms | wrong |\n|---|---|---|---|---|---|---|---|---|---|---|---|";

    /// The problems, one a line.
    pub fn told(&self) -> String {
        let mut out = String::new();
        for problem in &self.problems {
            // A String takes every write.
            let _ = writeln!(out, "WRONG {problem}");
        }
        out
    }
}
