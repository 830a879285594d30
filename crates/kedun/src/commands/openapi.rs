//! `kedun openapi`

use std::process::ExitCode;

/// Prints the document, for generated clients.
pub fn run() -> anyhow::Result<ExitCode> {
    crate::say::line(serde_json::to_string_pretty(&kedun_api::document())?);
    Ok(ExitCode::SUCCESS)
}
