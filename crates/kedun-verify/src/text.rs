//! The report for people.

use std::fmt::Write as _;
use std::time::Duration;

use kedun_ledger::{Problem, Report};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

/// Problems of one kind that are written out; the rest are counted.
const SHOWN: usize = 20;

/// The whole report; `given` is the number of anchors the user brought.
pub fn report(report: &Report, made_at: i64, given: usize, took: Duration) -> String {
    let mut out = String::new();
    let mut line = |text: String| {
        out.push_str(&text);
        out.push('\n');
    };
    line(format!("Log         {}", report.origin));
    line(format!("Export      made {} (as it says itself)", moment(made_at)));
    line(format!(
        "Events      {}, numbers {} up to {}",
        report.events,
        report.from,
        report.to.saturating_sub(1)
    ));
    if let (Some(first), Some(last)) = (report.first_at, report.last_at) {
        line(format!("Time        {} to {}", moment(first), moment(last)));
    }
    line(String::new());
    line("Checked".to_owned());
    line(format!("  {} leaves and their order, by SHA-256 chain and Merkle tree", report.events));
    line(format!("  {} disclosed bodies, by their commitments", report.bodies));
    line(format!(
        "  {} of {} checkpoints hold, by signature and root",
        report.checkpoints_good, report.checkpoints
    ));
    line(format!("  {} changes of the signing key, by certificates from the pinned key", report.key_changes));
    line(format!("  {} of {given} anchors you brought hold, by root", report.anchors));
    line(format!(
        "  {} anchors inside the export hold; they prove nothing against its maker",
        report.anchors_inside
    ));
    if report.unproven > 0 {
        line(format!(
            "  {} heads could not be checked: they lie before the export or after a missing event",
            report.unproven
        ));
    }
    if report.tail > 0 {
        line(format!("  {} events at the end are not proven by a checkpoint", report.tail));
    }
    if let Some(root) = &report.root {
        line(format!("  root over {} events: {root}", report.to));
    }
    line(format!("  in {:.2} s", took.as_secs_f64()));
    line(String::new());
    found(&mut out, report);
    if report.anchors == 0 {
        out.push_str(
            "\nNo anchor from outside confirms this log. A log rebuilt with a stolen signing key, or cut off together \
             with its last checkpoints, looks the same as a true one. Bring anchors with --anchors.\n",
        );
    }
    out
}

fn found(out: &mut String, report: &Report) {
    if report.is_clean() {
        out.push_str("Found: nothing wrong.\n");
        return;
    }
    out.push_str("Found: PROBLEMS\n");
    let mut kinds: Vec<(&str, Vec<&Problem>)> = Vec::new();
    for problem in &report.problems {
        match kinds.iter_mut().find(|(code, _)| *code == problem.code()) {
            Some((_, same)) => same.push(problem),
            None => kinds.push((problem.code(), vec![problem])),
        }
    }
    for (code, problems) in kinds {
        let _infallible = writeln!(out, "  {code} ({})", problems.len());
        for problem in problems.iter().take(SHOWN) {
            let _infallible = writeln!(out, "    {problem}");
        }
        if problems.len() > SHOWN {
            let _infallible = writeln!(out, "    and {} more", problems.len() - SHOWN);
        }
    }
    if report.problems_omitted > 0 {
        let _infallible = writeln!(out, "  and {} more problems", report.problems_omitted);
    }
}

/// A time in RFC 3339; the bare number when it is no time.
fn moment(micros: i64) -> String {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(micros) * 1_000)
        .ok()
        .and_then(|moment| moment.format(&Rfc3339).ok())
        .unwrap_or_else(|| micros.to_string())
}
