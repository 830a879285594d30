//! Verifying the log where it lives: every row, every signature, every anchor that can be read.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use kedun_ledger::{
    Anchor as Head, Disclosed, LoggedEvent, Outcome, PageFilter, Report, Start, TreeNode, Trust, VerifierKey,
    verify_stream,
};
use kedun_model::{Caller, Capability, Error, Result};
use kedun_store::sq;
use sq::ExprTrait;
use tokio::sync::mpsc;

use super::finding::{Finding, FoundBy};
use super::notes::Drain;
use super::open::Opened;
use super::prepare::{EventDraft, Evidence, Shared};
use super::scan::{Scanned, Tip};
use super::signing_keys::certificates;

const MAX_FINDINGS: usize = 1_000;

/// Which bodies are opened and compared with their commitments.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Bodies {
    #[default]
    All,
    /// Every `n`-th.
    Every(u64),
    None,
}

impl Bodies {
    fn includes(self, seq: u64) -> bool {
        match self {
            Bodies::All => true,
            Bodies::Every(n) => n > 0 && seq.is_multiple_of(n),
            Bodies::None => false,
        }
    }
}

/// How to verify.
#[derive(Clone, Default)]
pub struct VerifyOptions {
    pub bodies: Bodies,
    /// The first public key of the log as learnt elsewhere; the stored one unless given, which
    /// proves nothing against somebody who changed it too.
    pub pinned: Option<VerifierKey>,
    /// Heads kept elsewhere, besides those that the anchors give back.
    pub anchors: Vec<Head>,
    /// Ends the verification when it becomes true.
    pub cancel: Option<Arc<AtomicBool>>,
    /// Told the events read and their number, now and then.
    pub progress: Option<Arc<dyn Fn(u64, u64) + Send + Sync>>,
}

/// What a verification found.
#[derive(Debug, Clone, Default, serde::Serialize)]
pub struct VerifyReport {
    /// The walk over events, signatures and anchors.
    pub report: Report,
    /// All that is wrong, at most 1,000.
    pub findings: Vec<Finding>,
    pub findings_omitted: u64,
    /// Bodies that were opened.
    pub opened: u64,
    /// Bodies whose keys were destroyed; their events are proven all the same.
    pub destroyed: u64,
    /// Microseconds it took.
    pub took: i64,
}

impl VerifyReport {
    /// Whether nothing was found.
    pub fn is_clean(&self) -> bool {
        self.findings.is_empty() && self.findings_omitted == 0
    }

    fn add(&mut self, finding: Finding) {
        let known = self.findings.iter().rev().any(|f| f.kind == finding.kind && f.seq == finding.seq);
        if known {
            return;
        }
        if self.findings.len() < MAX_FINDINGS {
            self.findings.push(finding);
        } else {
            self.findings_omitted = self.findings_omitted.saturating_add(1);
        }
    }
}

impl Evidence {
    /// Verifies the whole log. Needs `evidence_read`; the verification and what it found become an event.
    ///
    /// # Errors
    /// `forbidden`; `job.cancelled`; the store's.
    pub async fn verify(&self, caller: &Caller, options: VerifyOptions) -> Result<VerifyReport> {
        const ACTION: &str = "evidence.verify";
        self.require(caller, Capability::EvidenceRead, ACTION).await?;
        self.cover().await?;
        let report = self.verify_for_operator(options).await?;
        let number = |n: u64| i64::try_from(n).unwrap_or(i64::MAX);
        let found = u64::try_from(report.findings.len()).unwrap_or(u64::MAX);
        let outcome = if report.is_clean() { Outcome::Ok } else { Outcome::Failed };
        let draft = EventDraft::new(ACTION, outcome)
            .count("events", number(report.report.events))
            .count("findings", number(found.saturating_add(report.findings_omitted)))
            .sensitive();
        self.commit(caller, draft).await?;
        Ok(report)
    }

    /// As [`Evidence::verify`], for the operator at the command line: signs nothing and writes nothing.
    ///
    /// # Errors
    /// `job.cancelled`; the store's.
    pub async fn verify_for_operator(&self, options: VerifyOptions) -> Result<VerifyReport> {
        let shared = &self.0;
        let begun = shared.ctx.now();
        let mut found = VerifyReport::default();
        // Anchors and checkpoints first: of an intact log no head is larger than the events read after it.
        let mut anchors = self.kept_heads().await;
        anchors.extend(options.anchors.iter().cloned());
        let signed = shared.store.checkpoints(1).await?.first().map_or(0, |row| row.size);
        let keys = shared.keys().await?;
        let (stored, end) = shared.ends().await?;
        if stored.size() != end {
            let detail = format!("the stored head speaks of {} events, there are {end}", stored.size());
            found.add(Finding::new("evidence.head_differs", end, FoundBy::Tree, detail));
        }
        let (notes, unreadable) = certificates(&keys);
        if let Some(index) = unreadable {
            found.add(Finding::new(
                "evidence.bad_key_certificate",
                index,
                FoundBy::Key,
                "a certificate cannot be read",
            ));
        }
        let first = keys.first().filter(|key| key.index == 0).and_then(|key| key.verifier().ok());
        if first.is_none() || options.pinned.as_ref().is_some_and(|pinned| first.as_ref() != Some(pinned)) {
            let detail = "the stored first key is missing, or not the one expected";
            found.add(Finding::new("evidence.first_key", 0, FoundBy::Key, detail));
        }
        let unknown = || VerifierKey::new("unknown", [0; 32]).map_err(Error::internal);
        let pinned = match options.pinned.clone().or(first) {
            Some(key) => key,
            None => unknown()?,
        };
        let trust = Trust::new(pinned).with_anchors(anchors);
        let (events_to, events) = Drain::new();
        let (notes_to, checkpoints) = Drain::new();
        let walk = tokio::task::spawn_blocking(move || {
            let certificates = notes.into_iter().map(Ok);
            verify_stream(&trust, Start::beginning(), certificates, &[], events, checkpoints)
        });
        let upto = Ord::max(end, stored.size());
        let (rows, heads, report) = tokio::join!(
            shared.check_rows(&stored, upto, &options, &mut found, events_to),
            shared.send_checkpoints(Ord::max(upto, signed), notes_to),
            walk,
        );
        rows?;
        for finding in heads? {
            found.add(finding);
        }
        let report = report.map_err(Error::internal)?.map_err(Error::internal)?;
        for problem in &report.problems {
            found.add(problem.into());
        }
        found.findings_omitted = found.findings_omitted.saturating_add(report.problems_omitted);
        found.report = report;
        found.took = shared.ctx.now().saturating_sub(begun);
        Ok(found)
    }
}

impl Shared {
    /// Checks all that a row says by itself and sends it on.
    async fn check_rows(
        &self,
        stored: &Tip,
        upto: u64,
        options: &VerifyOptions,
        found: &mut VerifyReport,
        to: mpsc::Sender<Vec<LoggedEvent>>,
    ) -> Result<()> {
        let mut scan = self.scan(upto)?;
        let mut tip = Some(Tip::beginning());
        let mut read = 0_u64;
        while let Some(batch) = scan.next().await? {
            if options.cancel.as_ref().is_some_and(|cancel| cancel.load(Ordering::Relaxed)) {
                return Err(Error::conflict("job.cancelled"));
            }
            read = read.saturating_add(u64::try_from(batch.len()).unwrap_or(u64::MAX));
            let wanted = batch.iter().flatten().map(|row| &row.event);
            let keyring = self.keyring(wanted.filter(|e| options.bodies.includes(e.header.seq))).await?;
            let mut nodes = Vec::new();
            let mut events = Vec::with_capacity(batch.len());
            for row in batch {
                let row = match row {
                    Ok(row) => row,
                    Err(seq) => {
                        let detail = format!("event {seq} was changed: a column holds what no event holds");
                        found.add(Finding::new("evidence.edited_event", seq, FoundBy::Body, detail));
                        tip = None;
                        continue;
                    }
                };
                let leaf = row.event.header.leaf();
                match &mut tip {
                    Some(tip) if tip.size() == row.event.header.seq => nodes.extend(tip.append(leaf)),
                    _ => tip = None,
                }
                let opened =
                    options.bodies.includes(row.event.header.seq).then(|| self.open(&keyring, &row.event));
                let disclosed = found.body(&row, opened);
                events.push(LoggedEvent { header: row.event.header, leaf, chain: None, disclosed });
            }
            self.check_nodes(&nodes, found).await?;
            if let Some(progress) = &options.progress {
                progress(read, upto);
            }
            if to.send(events).await.is_err() {
                // The walk gave up, and says why.
                return Ok(());
            }
        }
        match tip {
            Some(tip) if tip.size() == stored.size() && !tip.is(stored) => {
                let (by, what) =
                    if tip.tree == stored.tree { (FoundBy::Chain, "chain") } else { (FoundBy::Tree, "tree") };
                let detail = format!("the events do not give the stored head of the {what}");
                found.add(Finding::new("evidence.head_differs", stored.size(), by, detail));
            }
            _ => {}
        }
        Ok(())
    }

    /// Compares computed nodes of the tree with the stored ones.
    async fn check_nodes(&self, nodes: &[TreeNode], found: &mut VerifyReport) -> Result<()> {
        let dialect = self.store.dialect();
        let mut levels: HashMap<u8, Vec<&TreeNode>> = HashMap::new();
        for node in nodes {
            levels.entry(node.level).or_default().push(node);
        }
        for (level, nodes) in levels {
            let places = nodes
                .iter()
                .map(|node| i64::try_from(node.index).map_err(Error::internal))
                .collect::<Result<_>>()?;
            let select = sq::Query::select()
                .columns(["idx", "hash"])
                .from("tree_node")
                .and_where(sq::Expr::col("level").eq(i64::from(level)))
                .and_where(kedun_store::in_ints(dialect, sq::Expr::col("idx"), places))
                .to_owned();
            let mut stored = HashMap::new();
            for row in self.store.query(&dialect.select(&select)).await? {
                stored.insert(row.get_u64(0)?, row.get_blob(1)?);
            }
            for node in nodes {
                if stored.get(&node.index).is_none_or(|hash| hash.as_slice() != node.hash) {
                    let from = node.index << level;
                    let to = from.saturating_add((1 << level) - 1);
                    let detail = format!("events {from} to {to} do not give the stored node of the tree");
                    found.add(Finding::new("evidence.tree_node", from, FoundBy::Tree, detail));
                }
            }
        }
        Ok(())
    }
}

impl VerifyReport {
    /// Checks a body and the index entry of its page; gives what the commitment covers.
    fn body(&mut self, row: &Scanned, opened: Option<Opened>) -> Option<Disclosed> {
        let event = &row.event;
        let seq = event.header.seq;
        let listed = match &row.page {
            None => event.records == 0,
            Some(page) => {
                page.n == event.records && page.at == event.header.at && page.object == event.header.object
            }
        };
        let mut indexed = listed;
        let disclosed = match opened {
            None => None,
            Some(Opened::KeyDestroyed) => {
                self.destroyed = self.destroyed.saturating_add(1);
                None
            }
            Some(Opened::Foreign) => {
                let detail = format!("event {seq} was changed: its body was not written with this header");
                self.add(Finding::new("evidence.edited_event", seq, FoundBy::Body, detail));
                None
            }
            Some(Opened::Body(open)) => {
                self.opened = self.opened.saturating_add(1);
                if let Some(page) = &row.page {
                    indexed &= PageFilter::of(&open.body.records).to_bytes() == page.filter;
                }
                Some(Disclosed { salt: open.salt, body: open.bytes.to_vec() })
            }
        };
        if !indexed {
            let detail = format!("the index of who saw which record is not that of event {seq}");
            self.add(Finding::new("evidence.page_index", seq, FoundBy::Index, detail));
        }
        disclosed
    }
}
