//! Reading an export and verifying it; everything in it may come from an attacker.

use std::collections::BTreeMap;
use std::io::{self, BufReader, Read};

use sha2::{Digest, Sha256};

use super::{
    ANCHORS, BundleTarget, CHECKPOINTS, EVENTS, EventsReader, KEYS, MANIFEST, MAX_MANIFEST, Manifest, Notes,
    read_anchors,
};
use crate::{LedgerError, Problem, Report, Result, Trust, verify_stream};

/// Where an export is read from.
pub trait BundleSource {
    /// Opens the file `name` of the export; `None` when there is none.
    fn open(&self, name: &str) -> io::Result<Option<Box<dyn Read + '_>>>;
}

/// An export in memory.
impl BundleSource for BTreeMap<String, Vec<u8>> {
    fn open(&self, name: &str) -> io::Result<Option<Box<dyn Read + '_>>> {
        Ok(self.get(name).map(|bytes| -> Box<dyn Read> { Box::new(bytes.as_slice()) }))
    }
}

/// An export into memory: pairs of name and content, in the order written.
impl BundleTarget for Vec<(String, Vec<u8>)> {
    fn begin(&mut self, name: &str) -> io::Result<()> {
        self.push((name.to_owned(), Vec::new()));
        Ok(())
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        if let Some((_, content)) = self.last_mut() {
            content.extend_from_slice(bytes);
        }
        Ok(())
    }
}

/// An export whose manifest was read.
pub struct Bundle<S> {
    source: S,
    manifest: Manifest,
}

impl<S: BundleSource> Bundle<S> {
    /// Reads the manifest.
    pub fn open(source: S) -> Result<Self> {
        let mut json = Vec::new();
        let file = source.open(MANIFEST)?.ok_or(LedgerError::FileMissing { file: MANIFEST })?;
        file.take(MAX_MANIFEST + 1).read_to_end(&mut json)?;
        if u64::try_from(json.len()).unwrap_or(u64::MAX) > MAX_MANIFEST {
            return Err(LedgerError::TooLarge { part: "manifest", limit: MAX_MANIFEST });
        }
        let manifest = Manifest::from_json(&json)?;
        Ok(Self { source, manifest })
    }

    /// The manifest, of which nothing is proven.
    pub fn manifest(&self) -> &Manifest {
        &self.manifest
    }

    /// Reads all files once and verifies them; an error means an export that cannot be read.
    pub fn verify(&self, trust: &Trust) -> Result<Report> {
        let mut keys = self.file(KEYS)?;
        let mut anchors = self.file(ANCHORS)?;
        let mut events = self.file(EVENTS)?;
        let mut checkpoints = self.file(CHECKPOINTS)?;
        let inside = read_anchors(&mut anchors)?;
        let mut report = verify_stream(
            trust,
            self.manifest.start()?,
            Notes::new(&mut keys),
            &inside,
            EventsReader::new(&mut events),
            Notes::new(&mut checkpoints),
        )?;
        for file in [events, checkpoints, keys, anchors] {
            let mut file = file.into_inner();
            if !file.matches_manifest(&self.manifest)? {
                report.add(Problem::FileDiffersFromManifest { file: file.name.to_owned() });
            }
        }
        if report.events != self.manifest.events {
            report.add(Problem::FileDiffersFromManifest { file: MANIFEST.to_owned() });
        }
        Ok(report)
    }

    fn file(&self, name: &'static str) -> Result<BufReader<Measured<'_>>> {
        let input = self.source.open(name)?.ok_or(LedgerError::FileMissing { file: name })?;
        Ok(BufReader::with_capacity(64 << 10, Measured { input, name, hash: Sha256::new(), bytes: 0 }))
    }
}

/// A file that is hashed while it is read.
struct Measured<'a> {
    input: Box<dyn Read + 'a>,
    name: &'static str,
    hash: Sha256,
    bytes: u64,
}

impl Measured<'_> {
    /// Whether the manifest gives this size and hash; reads what a broken chain of keys left unread.
    fn matches_manifest(&mut self, manifest: &Manifest) -> Result<bool> {
        io::copy(self, &mut io::sink())?;
        let hash = hex::encode(self.hash.clone().finalize());
        Ok(manifest
            .files
            .iter()
            .find(|entry| entry.name == self.name)
            .is_some_and(|entry| entry.bytes == self.bytes && entry.sha256 == hash))
    }
}

impl Read for Measured<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.input.read(buffer)?;
        self.hash.update(buffer.get(..count).unwrap_or_default());
        self.bytes = self.bytes.saturating_add(u64::try_from(count).unwrap_or(u64::MAX));
        Ok(count)
    }
}
