//! Heads in a file that only grows, on another disk or host.

use std::fs::{File, OpenOptions};
use std::io::{BufRead, BufReader, ErrorKind, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use futures::future::BoxFuture;
use kedun_ledger::Anchor as Head;

use super::{Anchor, AnchorError, AnchoredHead};

/// Lines that are read at most: a century of one an hour.
const MAX_LINES: usize = 1_000_000;

/// A file of anchor lines, as the stand-alone verifier reads them. Its head names the first public
/// key of the log.
pub struct FileAnchor {
    path: PathBuf,
    place: String,
}

impl FileAnchor {
    /// An anchor at `path`; the file is made when the first head comes.
    pub fn new(path: PathBuf) -> Self {
        let place = path.display().to_string();
        FileAnchor { path, place }
    }
}

impl Anchor for FileAnchor {
    fn kind(&self) -> &'static str {
        "file"
    }

    fn place(&self) -> &str {
        &self.place
    }

    fn publish<'a>(&'a self, head: &'a AnchoredHead) -> BoxFuture<'a, Result<Vec<u8>, AnchorError>> {
        let (path, place, head) = (self.path.clone(), self.place.clone(), head.clone());
        Box::pin(async move {
            tokio::task::spawn_blocking(move || append(&path, &place, &head))
                .await
                .map_err(|e| AnchorError::Unreachable(e.to_string()))?
        })
    }

    fn kept(&self) -> BoxFuture<'_, Result<Vec<Head>, AnchorError>> {
        let path = self.path.clone();
        Box::pin(async move {
            tokio::task::spawn_blocking(move || read(&path))
                .await
                .map_err(|e| AnchorError::Unreachable(e.to_string()))?
        })
    }
}

fn append(path: &Path, place: &str, head: &AnchoredHead) -> Result<Vec<u8>, AnchorError> {
    if let Some(last) = read(path)?.last() {
        let other = last.size > head.checkpoint.size
            || (last.size == head.checkpoint.size && last.root != head.checkpoint.root);
        if other {
            return Err(AnchorError::OtherLog(format!("size {}", last.size)));
        }
    }
    let mut file = OpenOptions::new().read(true).append(true).create(true).open(path)?;
    let mut text = String::new();
    if file.metadata()?.len() == 0 {
        text.push_str("# first public key: ");
        text.push_str(&head.public_key);
        text.push('\n');
    } else {
        let mut last = [0; 1];
        file.seek(SeekFrom::End(-1))?;
        file.read_exact(&mut last)?;
        if last != *b"\n" {
            // A loss of power tore the line before.
            text.push('\n');
        }
    }
    let line = head.checkpoint.anchor(place).to_line();
    text.push_str(&line);
    text.push('\n');
    // One write, so that a line is there whole or not at all as far as the system can give it.
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
        File::open(folder)?.sync_all()?;
    }
    Ok(line.into_bytes())
}

fn read(path: &Path) -> Result<Vec<Head>, AnchorError> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error.into()),
    };
    let mut heads = Vec::new();
    for line in BufReader::new(file).lines().take(MAX_LINES) {
        // A line torn by a loss of power is no head.
        if let Some(Ok(head)) = Head::from_line(&line?) {
            heads.push(head);
        }
    }
    Ok(heads)
}
