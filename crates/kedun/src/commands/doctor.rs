//! `kedun doctor`: what is set, and what stands in the way.

use std::process::ExitCode;

use clap::Args;

use kedun_engine::format_time;
use kedun_identity::SeedReport;

use crate::boot::{Booted, boot};
use crate::config::{DataArgs, ListenArgs};
use crate::{outside, say};

/// How far back the doctor looks for a clock that was set forward: 30 days.
const MONTH_US: i64 = 30 * 86_400 * 1_000_000;

#[derive(Debug, Args)]
pub struct DoctorArgs {
    #[command(flatten)]
    pub data: DataArgs,
    #[command(flatten)]
    pub listen: ListenArgs,
    /// Compares every record with its history, its events and its key as well; takes a while.
    #[arg(long)]
    pub deep: bool,
}

/// Opens everything as `serve` would, without listening, and says what it found.
pub async fn run(args: DoctorArgs) -> anyhow::Result<ExitCode> {
    let mut good = true;
    let mut note = |ok: bool, text: String| {
        good &= ok;
        say::line(format!("{} {text}", if ok { "ok  " } else { "FAIL" }));
    };
    match args.data.file() {
        Ok(file) => {
            note(true, format!("configuration: {} anchors", file.anchors.len()));
            if file.anchors.len() < 2 {
                say::line(
                    "note keep signed heads of the evidence in two places outside this machine at least (anchors)",
                );
            }
        }
        Err(error) => note(false, format!("configuration: {error:#}")),
    }
    match std::net::TcpListener::bind(args.listen.listen) {
        Ok(_) => note(true, format!("address {} is free", args.listen.listen)),
        Err(error) => note(false, format!("address {}: {error}", args.listen.listen)),
    }
    match boot(&args.data, outside::context(), args.listen.options(false)).await {
        Ok(Booted::Ready(app)) => {
            note(true, "root key, store, vault and objects open".to_owned());
            for line in role_notes(&app.roles) {
                say::line(line);
            }
            let since = app.door.context().now().saturating_sub(MONTH_US);
            if let Some(line) = clock_notes(&app.door.evidence().clock_jumps(since).await?) {
                say::line(line);
            }
            if args.deep {
                let report = app.door.deep_check(&app.state.imports.subjects().await?).await?;
                note(
                    report.found == 0,
                    format!(
                        "{} records, {} versions, {} changes with their events, {} keys; {} keys that seal nothing, {} records whose key was destroyed",
                        report.records,
                        report.versions,
                        report.changes,
                        report.keys,
                        report.orphans,
                        report.unreadable
                    ),
                );
                for problem in &report.problems {
                    say::line(format!("     {problem}"));
                }
            }
            app.stop().await?;
        }
        Ok(Booted::Sealed { reason }) => note(false, format!("sealed: {reason}")),
        Err(error) => note(false, format!("{error:#}")),
    }
    Ok(if good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// What an operator is told of a clock that was set forward, the newest moment first.
fn clock_notes(jumps: &[i64]) -> Option<String> {
    let last = format_time(*jumps.first()?);
    let times = jumps.len();
    Some(format!(
        "note in 30 days the clock was set forward more than a minute (times: {times}, last {last}): see evidence.clock_jump in the evidence"
    ))
}

/// What an operator is told of the delivered roles.
fn role_notes(report: &SeedReport) -> Vec<String> {
    let updated = report.updated.iter().map(|code| format!("note role {code} was brought up to date"));
    let kept = report.kept.iter().map(|(code, is_behind)| {
        let behind = if *is_behind { "; what this version delivers for it is not in it" } else { "" };
        format!("note role {code} was changed by an administrator and stays as it is{behind}")
    });
    updated.chain(kept).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_was_set_forward_is_told() {
        assert_eq!(clock_notes(&[]), None);
        let note = clock_notes(&[1_767_225_600_000_000, 0]);
        assert!(note.is_some_and(|n| n.contains("times: 2, last") && n.contains("2026-01-01T00:00:00")));
    }

    #[test]
    fn roles_that_were_changed_are_told_and_whether_they_are_behind() {
        assert!(role_notes(&SeedReport::default()).is_empty());
        let report = SeedReport {
            made: vec!["auditor".into()],
            updated: vec!["partner".into()],
            kept: vec![("sales".into(), false), ("sales_manager".into(), true)],
        };
        let notes = role_notes(&report);
        assert_eq!(notes.len(), 3);
        assert!(notes.iter().any(|n| n.contains("partner was brought up to date")));
        assert!(
            notes.iter().any(|n| n.ends_with("sales was changed by an administrator and stays as it is"))
        );
        assert!(notes.iter().any(|n| n.contains("sales_manager") && n.contains("delivers")));
    }
}
