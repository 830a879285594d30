//! A vault that is the same in every run.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use kedun_vault::{Entropy, RootKey, SubjectId, SubjectKey, Vault};

use crate::Random;

pub const ORG: kedun_vault::OrgId = kedun_vault::OrgId(7);
pub const SECRET: &str = "audit-dek-2026-11";

/// Bytes that look random, the same in every process. For inputs alone: nothing real is ever sealed with them.
#[derive(Default)]
pub struct Counted(AtomicU64);

impl Entropy for Counted {
    fn fill(&self, buf: &mut [u8]) {
        let mut random = Random::new(self.0.fetch_add(1, Ordering::Relaxed).wrapping_mul(0x1_0001));
        buf.iter_mut().for_each(|byte| *byte = random.byte());
    }
}

/// A vault with two people.
pub struct Keys {
    pub vault: Vault,
    pub people: [Arc<SubjectKey>; 2],
    pub row: kedun_vault::KeyRow,
}

impl Keys {
    /// The vault of this number, the same in all runs.
    pub fn of(number: u64) -> Keys {
        let entropy = Arc::new(Counted(AtomicU64::new(number << 32)));
        let root = RootKey::generate(entropy.as_ref());
        let (vault, _, _) = Vault::create(&root, entropy, 0).unwrap();
        vault.ensure_secret(SECRET, 32, 0).unwrap();
        let (row, first) = vault.new_subject_key(ORG, SubjectId([1; 16]), 0).unwrap();
        let (_, second) = vault.new_subject_key(ORG, SubjectId([2; 16]), 0).unwrap();
        Keys { vault, people: [first, second], row }
    }
}
