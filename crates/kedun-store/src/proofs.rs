//! Proofs from the stored tree. The ledger's algorithms ask for hashes one after the other
//! and cannot wait; so they run on what is known, note what they missed, and run again
//! when it has been fetched.

use std::cell::RefCell;
use std::collections::{HashMap, HashSet};

use kedun_ledger::{Hash, LeafSource, LedgerError};

use crate::dialect::Verb;
use crate::ledger::signed;
use crate::{EventFilter, Param, Result, Stmt, Store, StoreError};

#[derive(Default)]
struct Known {
    leaves: HashMap<u64, Hash>,
    nodes: HashMap<(u8, u64), Option<Hash>>,
    missed_leaves: RefCell<HashSet<u64>>,
    missed_nodes: RefCell<HashSet<(u8, u64)>>,
}

impl LeafSource for Known {
    fn leaf(&self, seq: u64) -> kedun_ledger::Result<Hash> {
        Ok(self.leaves.get(&seq).copied().unwrap_or_else(|| {
            self.missed_leaves.borrow_mut().insert(seq);
            Hash::default()
        }))
    }

    fn node(&self, level8: u8, index: u64) -> Option<Hash> {
        self.nodes.get(&(level8, index)).copied().unwrap_or_else(|| {
            self.missed_nodes.borrow_mut().insert((level8, index));
            Some(Hash::default())
        })
    }
}

impl Store {
    /// The root over the first `size` events.
    pub async fn root_at(&self, size: u64) -> Result<Hash> {
        self.prove(move |known| kedun_ledger::root_at(known, size)).await
    }

    /// The proof that the event at `seq` is among the first `size`.
    pub async fn inclusion_proof(&self, seq: u64, size: u64) -> Result<Vec<Hash>> {
        self.prove(move |known| kedun_ledger::inclusion_proof(known, seq, size)).await
    }

    /// The proof that the first `old` events are the beginning of the first `new`.
    pub async fn consistency_proof(&self, old: u64, new: u64) -> Result<Vec<Hash>> {
        self.prove(move |known| kedun_ledger::consistency_proof(known, old, new)).await
    }

    async fn prove<T>(&self, run: impl Fn(&Known) -> kedun_ledger::Result<T>) -> Result<T> {
        let mut known = Known::default();
        // A tree of 2^63 leaves has 8 stored levels; each round gets at least one level further.
        for _ in 0..16 {
            let made = run(&known)?;
            let leaves = known.missed_leaves.take();
            let nodes = known.missed_nodes.take();
            if leaves.is_empty() && nodes.is_empty() {
                return Ok(made);
            }
            self.fetch_leaves(&mut known, leaves).await?;
            self.fetch_nodes(&mut known, nodes).await?;
        }
        Err(StoreError::Database("the stored tree is incomplete".into()))
    }

    async fn fetch_leaves(&self, known: &mut Known, mut missed: HashSet<u64>) -> Result<()> {
        while let Some(&seq) = missed.iter().min() {
            // Leaves are asked for in aligned runs of up to 256.
            let from = seq & !0xff;
            let filter = EventFilter {
                from_seq: Some(from),
                before_seq: Some(from.saturating_add(256)),
                limit: 256,
                ascending: true,
                ..EventFilter::default()
            };
            for event in self.events(&filter).await? {
                known.leaves.insert(event.header.seq, event.header.leaf());
            }
            if !known.leaves.contains_key(&seq) {
                return Err(StoreError::Ledger(LedgerError::LeafUnavailable { seq }));
            }
            missed.retain(|seq| !known.leaves.contains_key(seq));
        }
        Ok(())
    }

    async fn fetch_nodes(&self, known: &mut Known, missed: HashSet<(u8, u64)>) -> Result<()> {
        let p = |n| self.dialect().placeholder(n);
        let sql: std::sync::Arc<str> =
            format!("SELECT hash FROM tree_node WHERE level = {} AND idx = {}", p(1), p(2)).into();
        for (level, index) in missed {
            let params = vec![Param::Int(level.into()), Param::Int(signed(index)?)];
            let rows = self.query(&Stmt::own(Verb::Select, sql.clone(), params)).await?;
            let hash = rows.first().map(|row| row.get_array(0)).transpose()?;
            known.nodes.insert((level, index), hash);
        }
        Ok(())
    }
}
