//! Checks an exported evidence log, with nothing but its first public key.
//!
//! ```text
//! kedun-verify DIR --key KEY [--anchors FILE] [--json]
//! ```
//!
//! Exit status: 0 when nothing was found, 1 when problems were found, 2 when the input cannot be read.
//!
//! # Invariant
//!
//! This program does not know the product: no database, no network, no configuration. It writes nothing but its report,
//! believes only the pinned key and the anchors its user brings, and takes every byte of the export for hostile.

mod folder;
mod input;
mod text;

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Instant;

use anyhow::{Context as _, Result};
use clap::Parser;
use kedun_ledger::bundle::Bundle;
use kedun_ledger::{Report, Trust};

/// Checks an exported evidence log, with nothing but its first public key.
#[derive(Parser)]
#[command(version, after_help = "Exit status: 0 nothing found, 1 problems found, 2 unusable input.")]
struct Arguments {
    /// The folder with the export.
    dir: PathBuf,
    /// The first public key of the log (name+hash+base64), or a file that holds it. Get it from
    /// another place than the export.
    #[arg(long)]
    key: String,
    /// Heads of the log kept outside: lines "anchor SIZE ROOT TIME PLACE" or signed checkpoints.
    #[arg(long)]
    anchors: Option<PathBuf>,
    /// Write the report as JSON.
    #[arg(long)]
    json: bool,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    let (output, status) = match check(&arguments) {
        Ok((output, true)) => (output, 0),
        Ok((output, false)) => (output, 1),
        Err(error) if arguments.json => {
            (format!("{}\n", serde_json::json!({ "error": format!("{error:#}") })), 2)
        }
        Err(error) => (format!("The export cannot be checked: {error:#}.\n"), 2),
    };
    // Output that cannot be written must not look like a clean check.
    match std::io::stdout().write_all(output.as_bytes()) {
        Ok(()) => ExitCode::from(status),
        Err(_) => ExitCode::from(2),
    }
}

/// The report as text, and whether it is clean.
fn check(arguments: &Arguments) -> Result<(String, bool)> {
    let pinned = input::key(&arguments.key)?;
    let anchors = match &arguments.anchors {
        Some(path) => input::anchors(path)?,
        None => Vec::new(),
    };
    let begun = Instant::now();
    let bundle = Bundle::open(folder::Folder::new(&arguments.dir)).context(shown(&arguments.dir))?;
    let given = anchors.len();
    let report = bundle.verify(&Trust::new(pinned).with_anchors(anchors)).context(shown(&arguments.dir))?;
    let output = if arguments.json {
        json(&report)?
    } else {
        text::report(&report, bundle.manifest().made_at, given, begun.elapsed())
    };
    Ok((output, report.is_clean()))
}

fn json(report: &Report) -> Result<String> {
    let mut value = serde_json::to_value(report)?;
    if let Some(fields) = value.as_object_mut() {
        fields.insert("clean".to_owned(), report.is_clean().into());
    }
    Ok(format!("{}\n", serde_json::to_string_pretty(&value)?))
}

fn shown(path: &std::path::Path) -> String {
    path.display().to_string()
}
