//! Files of signed notes and of anchors, read line by line with every length bounded.

use std::io::{BufRead, Read};

use crate::note::MAX_NOTE;
use crate::{Anchor, Checkpoint, LedgerError, Result, SignedNote};

const MAX_ANCHORS: usize = 100_000;
const MAX_LINE: u64 = 16 << 10;
const PART: &str = "file of notes";

/// The signed notes of a file, one after the other; ends at the first error.
pub struct Notes<R> {
    lines: Lines<R>,
    ended: bool,
}

impl<R: BufRead> Notes<R> {
    /// A reader over `input`.
    pub fn new(input: R) -> Self {
        Self { lines: Lines { input, line: Vec::new() }, ended: false }
    }
}

impl<R: BufRead> Iterator for Notes<R> {
    type Item = Result<SignedNote>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let item = self.lines.block(None).transpose();
        self.ended = !matches!(item, Some(Ok(_)));
        item
    }
}

/// Reads anchors: lines as [`Anchor::to_line`] writes them, checkpoints as signed notes, remarks after `#`.
///
/// Signatures of such notes are not looked at: an anchor is believed for the place it was kept.
pub fn read_anchors(input: impl BufRead) -> Result<Vec<Anchor>> {
    let mut lines = Lines { input, line: Vec::new() };
    let mut anchors = Vec::new();
    while let Some(line) = lines.next()? {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if anchors.len() >= MAX_ANCHORS {
            return Err(LedgerError::TooLarge { part: "anchors", limit: 100_000 });
        }
        let anchor = match Anchor::from_line(&line) {
            Some(anchor) => anchor?,
            None => match lines.block(Some(line))? {
                Some(note) => Checkpoint::parse(&note)?.anchor("signed note"),
                None => return Err(LedgerError::malformed("anchors")),
            },
        };
        anchors.push(anchor);
    }
    Ok(anchors)
}

struct Lines<R> {
    input: R,
    line: Vec<u8>,
}

impl<R: BufRead> Lines<R> {
    /// The next line without its newline; `None` at the end of the file.
    fn next(&mut self) -> Result<Option<String>> {
        self.line.clear();
        let got = self.input.by_ref().take(MAX_LINE).read_until(b'\n', &mut self.line)?;
        if got == 0 {
            return Ok(None);
        }
        if self.line.pop_if(|last| *last == b'\n').is_none() {
            return Err(LedgerError::malformed(PART));
        }
        std::str::from_utf8(&self.line)
            .ok()
            .map(|line| Some(line.to_owned()))
            .ok_or(LedgerError::malformed(PART))
    }

    /// The next note: lines of text, a blank line, lines of signatures up to a blank line or the end.
    fn block(&mut self, first: Option<String>) -> Result<Option<SignedNote>> {
        let mut note = first.map(|line| line + "\n").unwrap_or_default();
        for blanks_to_see in [1, 0] {
            loop {
                let line = self.next()?;
                if note.is_empty() {
                    match line {
                        None => return Ok(None),
                        Some(line) if line.is_empty() => continue,
                        Some(_) => {}
                    }
                }
                match line {
                    Some(line) if line.is_empty() => break,
                    Some(line) => {
                        note.push_str(&line);
                        note.push('\n');
                    }
                    None if blanks_to_see == 0 => break,
                    None => return Err(LedgerError::malformed(PART)),
                }
                if note.len() > MAX_NOTE {
                    return Err(LedgerError::TooLarge { part: PART, limit: 65_536 });
                }
            }
            if blanks_to_see == 1 {
                note.push('\n');
            }
        }
        note.parse().map(Some)
    }
}
