//! Words for whoever started the run.

use std::io::Write as _;

/// Writes a line to standard output; a closed pipe is nobody listening.
pub fn line(text: impl AsRef<str>) {
    let mut out = std::io::stdout().lock();
    let _nobody_listens = writeln!(out, "{}", text.as_ref()).and_then(|()| out.flush());
}
