//! `kedun verify`

use std::process::ExitCode;

use clap::Args;
use kedun_engine::evidence::VerifyOptions;

use crate::boot::{Booted, Options, boot};
use crate::config::DataArgs;
use crate::{outside, say};

#[derive(Debug, Args)]
pub struct VerifyArgs {
    #[command(flatten)]
    pub data: DataArgs,
    /// The first public key of the log as it was noted elsewhere; the stored one unless given.
    #[arg(long, value_name = "KEY")]
    pub key: Option<String>,
    /// A file with heads that were kept elsewhere, one a line.
    #[arg(long, value_name = "FILE")]
    pub anchors: Option<std::path::PathBuf>,
    /// Prints the report as JSON.
    #[arg(long)]
    pub json: bool,
}

/// Checks every event, signature and anchor; exits with 1 when something is wrong.
pub async fn run(args: VerifyArgs) -> anyhow::Result<ExitCode> {
    let app = match boot(&args.data, outside::context(), Options::default()).await? {
        Booted::Ready(app) => app,
        Booted::Sealed { reason } => anyhow::bail!("sealed: {reason}"),
    };
    let mut options = VerifyOptions::default();
    if let Some(key) = &args.key {
        options.pinned =
            Some(key.parse().map_err(|e| anyhow::anyhow!("the key is not a verifier key: {e}"))?);
    }
    if let Some(path) = &args.anchors {
        for line in std::fs::read_to_string(path)?.lines() {
            if let Some(anchor) = kedun_ledger::Anchor::from_line(line) {
                options.anchors.push(anchor?);
            }
        }
    }
    // A server that was killed left its last events unsigned; a rewritten log is not signed here either.
    app.door.evidence().cover().await?;
    let report = app.door.evidence().verify_for_operator(options).await?;
    let clean = report.is_clean();
    if args.json {
        say::line(serde_json::to_string_pretty(&report)?);
    } else {
        let seconds = report.took / 1_000_000;
        say::line(format!(
            "{} events, {} signed heads, {} anchors; {} bodies compared, {} with destroyed keys; {seconds} s",
            report.report.events,
            report.report.checkpoints,
            report.report.anchors,
            report.opened,
            report.destroyed
        ));
        for finding in &report.findings {
            let at = finding.seq.map(|seq| format!(" at {seq}")).unwrap_or_default();
            say::line(format!("FOUND {}{at} by {:?}: {}", finding.kind, finding.by, finding.detail));
        }
        if report.findings_omitted > 0 {
            say::line(format!("… and {} more", report.findings_omitted));
        }
        if clean {
            say::line("Nothing is missing, changed or out of order.");
        }
        if report.report.anchors == 0 {
            say::line(
                "No head kept elsewhere was compared: a log rebuilt as a whole, or cut off at its end together with its signatures, would not be found.",
            );
        }
    }
    app.stop().await?;
    Ok(if clean { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}
