//! Stored checkpoints in the order of their sizes, and channels between tasks and code that cannot wait.

use kedun_ledger::{Checkpoint, SignedNote};
use kedun_model::Result;
use kedun_store::{Row, sq};
use sq::ExprTrait;
use tokio::sync::mpsc;

use super::finding::{Finding, FoundBy};
use super::prepare::Shared;
use super::scan::signed;

/// How many checkpoints are read at a time.
const BATCH: usize = 1_000;

/// What comes over a channel, for code on a thread of its own.
pub(super) struct Drain<T> {
    from: mpsc::Receiver<Vec<T>>,
    current: std::vec::IntoIter<T>,
}

impl<T> Drain<T> {
    /// A channel of a few batches.
    pub fn new() -> (mpsc::Sender<Vec<T>>, Self) {
        let (to, from) = mpsc::channel(4);
        (to, Drain { from, current: Vec::new().into_iter() })
    }
}

impl<T> Iterator for Drain<T> {
    type Item = kedun_ledger::Result<T>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(item) = self.current.next() {
                return Some(Ok(item));
            }
            self.current = self.from.blocking_recv()?.into_iter();
        }
    }
}

impl Shared {
    /// Sends the checkpoints up to `size`; returns what is wrong with their rows.
    pub(super) async fn send_checkpoints(
        &self,
        size: u64,
        to: mpsc::Sender<Vec<SignedNote>>,
    ) -> Result<Vec<Finding>> {
        let select = sq::Query::select()
            .columns(["size", "at", "root", "note"])
            .from("checkpoint")
            .and_where(sq::Expr::col("size").lte(signed(size)?))
            .order_by("size", sq::Order::Asc)
            .to_owned();
        let mut rows = self.store.stream(self.store.dialect().select(&select), BATCH);
        let mut findings = Vec::new();
        while let Some(batch) = rows.recv().await.transpose()? {
            let mut notes = Vec::with_capacity(batch.len());
            for row in &batch {
                match note(row) {
                    Some(note) => notes.push(note),
                    None => findings.push(Finding::new(
                        "evidence.checkpoint_row",
                        row.get_u64(0).ok(),
                        FoundBy::Checkpoint,
                        "the stored checkpoint is not the note that was signed for it",
                    )),
                }
            }
            if to.send(notes).await.is_err() {
                // The reader gave up, and says why.
                break;
            }
        }
        Ok(findings)
    }
}

/// The note of a row, when both speak of the same head.
fn note(row: &Row) -> Option<SignedNote> {
    let note: SignedNote = std::str::from_utf8(row.blob(3).ok()??).ok()?.parse().ok()?;
    let head = Checkpoint::parse(&note).ok()?;
    let same = row.get_u64(0).ok()? == head.size
        && row.get_i64(1).ok()? == head.at
        && row.get_array::<32>(2).ok()? == head.root;
    same.then_some(note)
}
