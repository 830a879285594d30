//! The walk over events and checkpoints, in memory that does not grow with the log.

use std::collections::BTreeMap;

use super::{LoggedEvent, Problem, Report, Start, Trust};
use crate::tree::{Frontier, Hash, MAX_SIZE, leaf_hash};
use crate::{Anchor, Chain, Checkpoint, KeyChain, LedgerError, Result, SignedNote, commit};

/// Gaps remembered, to tell a moved event from a doubled one.
const MAX_GAPS: usize = 4_096;

/// Verifies events, in the order of the log, against checkpoints in the order of their sizes, certificates from the first
/// key on, and anchors; an error means input that cannot be read, everything else is in the report.
///
/// `inside` are anchors that came with the export; those kept outside are in `trust`.
pub fn verify_stream(
    trust: &Trust,
    start: Start,
    certificates: impl IntoIterator<Item = Result<SignedNote>>,
    inside: &[Anchor],
    events: impl IntoIterator<Item = Result<LoggedEvent>>,
    checkpoints: impl IntoIterator<Item = Result<SignedNote>>,
) -> Result<Report> {
    let (keys, problems) = KeyChain::follow(&trust.pinned, certificates)?;
    let mut report = Report {
        origin: trust.pinned.name().to_owned(),
        from: start.frontier.size(),
        problems,
        ..Report::default()
    };
    report.key_changes = u64::try_from(keys.certificates().len()).unwrap_or(u64::MAX);
    let heads = Head::sorted(trust, inside, &keys);
    let from = start.frontier.size();
    let mut walk = Walk {
        trust,
        keys: &keys,
        notes: checkpoints.into_iter(),
        waiting: None,
        last_checkpoint: None,
        heads: heads.into_iter().peekable(),
        expected: from,
        proven: from,
        covered: from,
        tree: Some(start.frontier),
        chain: Some(start.chain),
        gaps: BTreeMap::new(),
        scratch: Vec::with_capacity(256),
        behind: None,
        report,
    };
    walk.fetch()?;
    walk.settle(from)?;
    for event in events {
        walk.event(&event?)?;
    }
    walk.finish()
}

/// A root that somebody vouches for besides the checkpoints.
struct Head {
    size: u64,
    root: Hash,
    by: By,
}

enum By {
    Outside,
    Inside,
    Certificate,
}

impl Head {
    fn sorted(trust: &Trust, inside: &[Anchor], keys: &KeyChain) -> Vec<Self> {
        let outside = trust.anchors.iter().map(|a| Self { size: a.size, root: a.root, by: By::Outside });
        let inside = inside.iter().map(|a| Self { size: a.size, root: a.root, by: By::Inside });
        let handed =
            keys.certificates().iter().map(|c| Self { size: c.size, root: c.root, by: By::Certificate });
        let mut heads: Vec<_> = outside.chain(inside).chain(handed).collect();
        heads.sort_by_key(|head| head.size);
        heads
    }
}

struct Walk<'a, N> {
    trust: &'a Trust,
    keys: &'a KeyChain,
    notes: N,
    /// The next checkpoint whose signature holds.
    waiting: Option<Checkpoint>,
    /// Size, root and time of the one before.
    last_checkpoint: Option<(u64, Hash, i64)>,
    heads: std::iter::Peekable<std::vec::IntoIter<Head>>,
    /// The position the next event must have.
    expected: u64,
    /// The largest size whose root was found right.
    proven: u64,
    /// The largest size that a good checkpoint covers.
    covered: u64,
    /// The tree so far, `None` once a leaf is not known.
    tree: Option<Frontier>,
    /// The chain so far, `None` while its head is not known.
    chain: Option<Chain>,
    /// Positions not seen: from → to, not included.
    gaps: BTreeMap<u64, u64>,
    scratch: Vec<u8>,
    /// When the event before was, while the clock lies behind what was seen.
    behind: Option<i64>,
    report: Report,
}

impl<N: Iterator<Item = Result<SignedNote>>> Walk<'_, N> {
    fn event(&mut self, event: &LoggedEvent) -> Result<()> {
        let seq = event.header.seq;
        if seq >= MAX_SIZE {
            return Err(LedgerError::TooLarge { part: "sequence number", limit: MAX_SIZE });
        }
        self.report.events = self.report.events.saturating_add(1);
        self.content(event);
        self.time(seq, event.header.at);
        if seq < self.expected {
            let problem =
                if self.fill_gap(seq) { Problem::Reordered { seq } } else { Problem::DuplicateSeq { seq } };
            self.report.add(problem);
            return Ok(());
        }
        if seq > self.expected {
            self.open_gap(self.expected, seq);
            self.tree = None;
            self.chain = None;
            self.settle(seq)?;
        }
        self.link(event);
        if let Some(tree) = &mut self.tree {
            // The stored leaf: where only the header was changed, the tree still proves all others.
            tree.append(event.leaf);
        }
        self.expected = seq + 1;
        self.settle(self.expected)
    }

    fn content(&mut self, event: &LoggedEvent) {
        self.scratch.clear();
        event.header.canonical_into(&mut self.scratch);
        let mut edited = leaf_hash(&self.scratch) != event.leaf;
        if let Some(disclosed) = &event.disclosed {
            self.report.bodies = self.report.bodies.saturating_add(1);
            edited |= commit(&disclosed.salt, &disclosed.body) != event.header.commitment;
        }
        if edited {
            self.report.add(Problem::EditedEvent { seq: event.header.seq });
        }
    }

    fn time(&mut self, seq: u64, at: i64) {
        let before = |earlier: i64| at.saturating_add(self.trust.time_slack) < earlier;
        let behind = self.report.last_at.is_some_and(before);
        // A clock that was set back is named once, and not with every event until it has caught up.
        if behind && self.behind.is_none_or(before) {
            self.report.add(Problem::TimeWentBack { seq });
        }
        self.behind = behind.then_some(at);
        self.report.saw_time(at);
    }

    /// Follows the chain; after a break it goes on from what is stored, to name each break once.
    fn link(&mut self, event: &LoggedEvent) {
        let computed = self.chain.as_mut().map(|chain| chain.append(&event.leaf));
        match (computed, event.chain) {
            (Some(computed), Some(stored)) if computed != stored => {
                self.report.add(Problem::ChainBroken { seq: event.header.seq });
                self.chain = Some(Chain::from_head(stored));
            }
            (None, Some(stored)) => self.chain = Some(Chain::from_head(stored)),
            _ => {}
        }
    }

    fn open_gap(&mut self, from: u64, to: u64) {
        if self.gaps.len() < MAX_GAPS {
            self.gaps.insert(from, to);
        } else {
            self.report.add_missing(from, to);
        }
    }

    /// Takes a position out of the gaps; false when it was in none.
    fn fill_gap(&mut self, seq: u64) -> bool {
        let Some((&from, &to)) = self.gaps.range(..=seq).next_back() else { return false };
        if seq >= to {
            return false;
        }
        self.gaps.remove(&from);
        if from < seq {
            self.gaps.insert(from, seq);
        }
        if seq + 1 < to {
            self.gaps.insert(seq + 1, to);
        }
        true
    }

    /// Reads on to the next checkpoint that is signed as it must be.
    fn fetch(&mut self) -> Result<()> {
        self.waiting = None;
        while self.waiting.is_none() {
            let Some(note) = self.notes.next().transpose()? else { return Ok(()) };
            self.report.checkpoints = self.report.checkpoints.saturating_add(1);
            match self.keys.checkpoint(&note) {
                Ok(checkpoint) => self.waiting = self.in_order(checkpoint),
                Err(LedgerError::BadSignature) => {
                    self.report.add(Problem::BadSignature { size: Checkpoint::parse(&note)?.size });
                }
                Err(other) => return Err(other),
            }
        }
        Ok(())
    }

    /// Compares a checkpoint with the one before; one that shrinks the log is reported and dropped.
    fn in_order(&mut self, checkpoint: Checkpoint) -> Option<Checkpoint> {
        if let Some((size, root, at)) = self.last_checkpoint {
            if checkpoint.size < size || (checkpoint.size == size && checkpoint.root != root) {
                self.report.add(Problem::ConsistencyBroken { between: (size, checkpoint.size) });
                return None;
            }
            if checkpoint.at < at {
                self.report.add(Problem::CheckpointTimeWentBack { size: checkpoint.size });
            }
        }
        self.last_checkpoint = Some((checkpoint.size, checkpoint.root, checkpoint.at));
        Some(checkpoint)
    }

    /// Checks all heads up to `size`, which is where the tree stands unless it is lost.
    fn settle(&mut self, size: u64) -> Result<()> {
        let mut root = None;
        let tree = self.tree.as_ref();
        let mut root_of = |wanted: u64| {
            let tree = tree.filter(|tree| tree.size() == wanted)?;
            Some(*root.get_or_insert_with(|| tree.root()))
        };
        while let Some(head) = self.heads.next_if(|head| head.size <= size) {
            match (root_of(head.size), head.by) {
                (None, _) => self.report.unproven = self.report.unproven.saturating_add(1),
                (Some(root), By::Outside) if root == head.root => self.report.anchors += 1,
                (Some(root), By::Inside) if root == head.root => self.report.anchors_inside += 1,
                (Some(root), By::Certificate) if root == head.root => {}
                (Some(_), By::Certificate) => {
                    self.report.add(Problem::RootMismatch { size: head.size, proven: self.proven });
                }
                (Some(_), By::Outside | By::Inside) => {
                    self.report.add(Problem::AnchorMismatch { size: head.size });
                }
            }
        }
        while let Some(checkpoint) = self.waiting.take_if(|checkpoint| checkpoint.size <= size) {
            let root = self.tree.as_ref().filter(|tree| tree.size() == checkpoint.size).map(Frontier::root);
            self.compare(&checkpoint, root);
            self.fetch()?;
        }
        Ok(())
    }

    fn compare(&mut self, checkpoint: &Checkpoint, root: Option<Hash>) {
        let Some(root) = root else {
            self.report.unproven = self.report.unproven.saturating_add(1);
            return;
        };
        if root != checkpoint.root {
            self.report.add(Problem::RootMismatch { size: checkpoint.size, proven: self.proven });
            return;
        }
        self.report.checkpoints_good = self.report.checkpoints_good.saturating_add(1);
        self.proven = checkpoint.size;
        self.covered = checkpoint.size;
        if self.chain.is_some_and(|chain| chain.head() != checkpoint.chain) {
            self.report.add(Problem::ChainBroken { seq: checkpoint.size.saturating_sub(1) });
            self.chain = Some(Chain::from_head(checkpoint.chain));
        }
        let slack = self.trust.time_slack;
        if self.report.last_at.is_some_and(|last| checkpoint.at.saturating_add(slack) < last) {
            self.report.add(Problem::CheckpointTimeWentBack { size: checkpoint.size });
        }
    }

    fn finish(mut self) -> Result<Report> {
        for (from, to) in std::mem::take(&mut self.gaps) {
            self.report.add_missing(from, to);
        }
        let events = self.expected;
        for head in self.heads.by_ref() {
            self.report.add(match head.by {
                By::Certificate => Problem::TruncatedBelowCheckpoint { size: head.size, events },
                By::Outside | By::Inside => Problem::AnchorMissing { size: head.size },
            });
        }
        while let Some(checkpoint) = self.waiting.take() {
            self.report.add(Problem::TruncatedBelowCheckpoint { size: checkpoint.size, events });
            self.fetch()?;
        }
        self.report.to = events;
        self.report.tail = events.saturating_sub(self.covered);
        // Where events are missing that is said already, and what covers the rest is not known.
        if let Some(tree) = &self.tree {
            self.report.set_root(&tree.root());
            let unsigned = self.report.checkpoints_good == 0 && self.report.events > 0;
            if self.report.tail > self.trust.max_tail || unsigned {
                self.report.add(Problem::UncoveredTail { from: self.covered, events: self.report.tail });
            }
        }
        Ok(self.report)
    }
}
