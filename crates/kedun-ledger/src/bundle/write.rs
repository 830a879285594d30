//! Writing an export, file after file, into whatever keeps files.

use std::io::{self, Write};

use sha2::{Digest, Sha256};

use super::{ANCHORS, CHECKPOINTS, EVENTS, EventsWriter, FileEntry, KEYS, MANIFEST, Manifest};
use crate::{Anchor, LedgerError, LoggedEvent, Result, SignedNote, Start};

const BUFFER: usize = 64 << 10;

/// Where an export goes: a folder, an archive, memory. Files come one after the other, never two at a time.
pub trait BundleTarget {
    /// Begins the file `name`, ending the one before.
    fn begin(&mut self, name: &str) -> io::Result<()>;

    /// Adds bytes to the file begun last.
    fn write(&mut self, bytes: &[u8]) -> io::Result<()>;
}

/// An export being written: events first, then [`finish`](Self::finish).
pub struct BundleWriter<T: BundleTarget> {
    events: EventsWriter<File<T>>,
    manifest: Manifest,
}

impl<T: BundleTarget> BundleWriter<T> {
    /// Begins the export of the log `origin` from `start` on; `made_at` in microseconds since 1970 UTC.
    pub fn begin(target: T, origin: &str, start: &Start, made_at: i64) -> Result<Self> {
        let events = EventsWriter::new(File::begin(target, EVENTS)?)?;
        Ok(Self { events, manifest: Manifest::new(origin, start, made_at) })
    }

    /// Adds the next event.
    pub fn event(&mut self, event: &LoggedEvent) -> Result<()> {
        self.manifest.events = self.manifest.events.saturating_add(1);
        self.events.push(event)
    }

    /// Adds checkpoints (by growing size), all key certificates (from the first on) and anchors, writes the manifest and
    /// gives the target back.
    pub fn finish(
        self,
        checkpoints: impl IntoIterator<Item = Result<SignedNote>>,
        certificates: impl IntoIterator<Item = Result<SignedNote>>,
        anchors: impl IntoIterator<Item = Anchor>,
    ) -> Result<T> {
        let Self { events, mut manifest } = self;
        let target = events.into_inner().end(&mut manifest)?;
        let target = notes(File::begin(target, CHECKPOINTS)?, checkpoints)?.end(&mut manifest)?;
        let target = notes(File::begin(target, KEYS)?, certificates)?.end(&mut manifest)?;
        let mut file = File::begin(target, ANCHORS)?;
        for anchor in anchors {
            writeln!(file, "{}", anchor.to_line())?;
        }
        let mut target = file.end(&mut manifest)?;
        let json = serde_json::to_vec_pretty(&manifest).ok().ok_or(LedgerError::malformed("manifest"))?;
        target.begin(MANIFEST)?;
        target.write(&json)?;
        Ok(target)
    }
}

fn notes<T: BundleTarget>(
    mut file: File<T>,
    notes: impl IntoIterator<Item = Result<SignedNote>>,
) -> Result<File<T>> {
    for (count, note) in notes.into_iter().enumerate() {
        if count > 0 {
            file.write_all(b"\n")?;
        }
        write!(file, "{}", note?)?;
    }
    Ok(file)
}

/// One file of the export, gathered into larger writes and hashed on the way.
struct File<T> {
    target: T,
    name: &'static str,
    buffer: Vec<u8>,
    hash: Sha256,
    bytes: u64,
}

impl<T: BundleTarget> File<T> {
    fn begin(mut target: T, name: &'static str) -> Result<Self> {
        target.begin(name)?;
        Ok(Self { target, name, buffer: Vec::with_capacity(BUFFER), hash: Sha256::new(), bytes: 0 })
    }

    fn end(mut self, manifest: &mut Manifest) -> Result<T> {
        self.flush()?;
        manifest.files.push(FileEntry {
            name: self.name.to_owned(),
            bytes: self.bytes,
            sha256: hex::encode(self.hash.finalize()),
        });
        Ok(self.target)
    }
}

impl<T: BundleTarget> Write for File<T> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.buffer.extend_from_slice(bytes);
        if self.buffer.len() >= BUFFER {
            self.flush()?;
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.target.write(&self.buffer)?;
        self.hash.update(&self.buffer);
        self.bytes = self.bytes.saturating_add(u64::try_from(self.buffer.len()).unwrap_or(u64::MAX));
        self.buffer.clear();
        Ok(())
    }
}
