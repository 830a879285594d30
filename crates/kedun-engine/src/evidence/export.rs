//! Exporting the log for a verifier that needs nothing else.

use std::fs::File;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use kedun_ledger::bundle::{BundleTarget, BundleWriter};
use kedun_ledger::{LoggedEvent, Outcome, Start};
use kedun_model::{Caller, Capability, Error, Result};
use tokio::sync::mpsc;

use super::notes::Drain;
use super::prepare::{EventDraft, Evidence, Shared};
use super::signing_keys::certificates;

/// The file with the first public key. A verifier should have the key from elsewhere.
pub const PUBLIC_KEY: &str = "public-key.txt";

/// What was exported.
#[derive(Debug, Clone)]
pub struct ExportSummary {
    /// The number of events, all under the last checkpoint of the export.
    pub events: u64,
    pub checkpoints_to: u64,
    /// The first public key of the log.
    pub public_key: String,
}

/// A folder that an export goes to. Its files must not exist yet.
pub struct Folder {
    path: PathBuf,
    file: Option<File>,
}

impl Folder {
    /// Makes the folder if it is not there.
    ///
    /// # Errors
    /// Those of the file system.
    pub fn new(path: &Path) -> io::Result<Self> {
        std::fs::create_dir_all(path)?;
        Ok(Folder { path: path.to_owned(), file: None })
    }

    fn end(&mut self) -> io::Result<()> {
        match self.file.take() {
            Some(file) => file.sync_all(),
            None => Ok(()),
        }
    }
}

impl BundleTarget for Folder {
    fn begin(&mut self, name: &str) -> io::Result<()> {
        self.end()?;
        self.file = Some(File::create_new(self.path.join(name))?);
        Ok(())
    }

    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        match &mut self.file {
            Some(file) => file.write_all(bytes),
            None => Err(io::Error::other("no file was begun")),
        }
    }
}

impl Evidence {
    /// Writes the whole log into a folder, as of now. Needs `evidence_export`.
    ///
    /// # Errors
    /// As [`Evidence::export_to`].
    pub async fn export(&self, caller: &Caller, folder: &Path) -> Result<ExportSummary> {
        let mut target = Folder::new(folder).map_err(Error::internal)?;
        let summary;
        (target, summary) = self.export_to(caller, target).await?;
        target.end().map_err(Error::internal)?;
        Ok(summary)
    }

    /// Writes the whole log, as of now, with its checkpoints, the certificates of its keys, the
    /// anchors that can be read back, and its first public key. Bodies stay sealed and are not part of
    /// it. Needs `evidence_export`; the export is the last event but those that come meanwhile.
    ///
    /// # Errors
    /// `forbidden`; `evidence.not_signed` when the log does not fit what was signed; the target's and
    /// the store's. What was written before an error is of no use.
    pub async fn export_to<T: BundleTarget + Send + 'static>(
        &self,
        caller: &Caller,
        target: T,
    ) -> Result<(T, ExportSummary)> {
        const ACTION: &str = "evidence.export";
        self.require(caller, Capability::EvidenceExport, ACTION).await?;
        self.commit(caller, EventDraft::new(ACTION, Outcome::Ok).sensitive()).await?;
        let anchors = self.kept_heads().await;
        let shared = &self.0;
        let size = self.cover().await?;
        if size == 0 {
            return Err(Error::unavailable("evidence.not_signed"));
        }
        let mut keys = shared.keys().await?;
        // Keys that came into use after the last checkpoint speak of sizes beyond the export.
        keys.retain(|key| key.size <= size);
        let (certificates, unreadable) = certificates(&keys);
        if unreadable.is_some() {
            return Err(Error::internal("a certificate of the evidence log cannot be read"));
        }
        let public_key = self.public_key().await?;
        let summary =
            ExportSummary { events: size, checkpoints_to: size, public_key: public_key.to_string() };
        let (events_to, events) = Drain::new();
        let (notes_to, checkpoints) = Drain::new();
        let made_at = shared.ctx.now();
        let write = tokio::task::spawn_blocking(move || -> kedun_ledger::Result<(T, u64)> {
            let mut writer = BundleWriter::begin(target, public_key.name(), &Start::beginning(), made_at)?;
            let mut written = 0;
            for event in events {
                writer.event(&event?)?;
                written += 1;
            }
            let certificates = certificates.into_iter().map(Ok);
            let anchors = anchors.into_iter().filter(|anchor| anchor.size <= size);
            let mut target = writer.finish(checkpoints, certificates, anchors)?;
            target.begin(PUBLIC_KEY)?;
            target.write(format!("{public_key}\n").as_bytes())?;
            Ok((target, written))
        });
        let (rows, heads, written) =
            tokio::join!(shared.send_events(size, events_to), shared.send_checkpoints(size, notes_to), write);
        rows?;
        let findings = heads?;
        let (target, written) = written.map_err(Error::internal)?.map_err(Error::internal)?;
        if let Some(finding) = findings.first() {
            tracing::error!(kind = finding.kind, detail = %finding.detail, "a checkpoint was left out of an export");
        }
        Ok((target, ExportSummary { events: written, ..summary }))
    }
}

impl Shared {
    /// Sends the events before `upto`, without bodies. Rows that are no events are left out, which
    /// a verifier finds.
    async fn send_events(&self, upto: u64, to: mpsc::Sender<Vec<LoggedEvent>>) -> Result<()> {
        let mut scan = self.scan(upto)?;
        while let Some(batch) = scan.next().await? {
            let events = batch.into_iter().flatten().map(|row| {
                let header = row.event.header;
                LoggedEvent { leaf: header.leaf(), header, chain: None, disclosed: None }
            });
            if to.send(events.collect()).await.is_err() {
                return Ok(());
            }
        }
        Ok(())
    }
}
