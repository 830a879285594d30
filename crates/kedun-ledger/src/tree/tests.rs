use std::cell::RefCell;
use std::collections::HashMap;

use proptest::prelude::*;

use super::*;
use crate::Result;

/// RFC 6962 written down as it reads; roots of ranges are remembered, or the tests would take minutes.
struct Naive<'a> {
    leaves: &'a [Hash],
    roots: RefCell<HashMap<(usize, usize), Hash>>,
}

impl<'a> Naive<'a> {
    fn new(leaves: &'a [Hash]) -> Self {
        Self { leaves, roots: RefCell::default() }
    }

    fn split(n: usize) -> usize {
        let mut k = 1;
        while k * 2 < n {
            k *= 2;
        }
        k
    }

    fn root(&self, from: usize, to: usize) -> Hash {
        if let Some(root) = self.roots.borrow().get(&(from, to)) {
            return *root;
        }
        let root = match to - from {
            0 => empty_root(),
            1 => self.leaves[from],
            n => {
                let k = Self::split(n);
                node_hash(&self.root(from, from + k), &self.root(from + k, to))
            }
        };
        self.roots.borrow_mut().insert((from, to), root);
        root
    }

    fn path(&self, m: usize, from: usize, to: usize) -> Vec<Hash> {
        if to - from == 1 {
            return vec![];
        }
        let middle = from + Self::split(to - from);
        let (mut proof, sibling) = if m < middle {
            (self.path(m, from, middle), self.root(middle, to))
        } else {
            (self.path(m, middle, to), self.root(from, middle))
        };
        proof.push(sibling);
        proof
    }

    fn subproof(&self, m: usize, from: usize, to: usize, whole: bool) -> Vec<Hash> {
        if m == to {
            return if whole { vec![] } else { vec![self.root(from, to)] };
        }
        let middle = from + Self::split(to - from);
        let (mut proof, other) = if m <= middle {
            (self.subproof(m, from, middle, whole), self.root(middle, to))
        } else {
            (self.subproof(m, middle, to, false), self.root(from, middle))
        };
        proof.push(other);
        proof
    }
}

#[derive(Default)]
struct Log {
    leaves: Vec<Hash>,
    nodes: HashMap<(u8, u64), Hash>,
    frontier: Frontier,
}

impl Log {
    fn of(count: u64) -> Self {
        let mut log = Self::default();
        for number in 0..count {
            let leaf = leaf_hash(&number.to_be_bytes());
            log.leaves.push(leaf);
            for node in log.frontier.append(leaf) {
                assert!(log.nodes.insert((node.level, node.index), node.hash).is_none());
            }
        }
        log
    }
}

impl LeafSource for Log {
    fn leaf(&self, seq: u64) -> Result<Hash> {
        Ok(self.leaves[usize::try_from(seq).unwrap()])
    }
    fn node(&self, level8: u8, index: u64) -> Option<Hash> {
        self.nodes.get(&(level8, index)).copied()
    }
}

fn us(value: u64) -> usize {
    usize::try_from(value).unwrap()
}

#[test]
fn known_roots_of_certificate_transparency() {
    let inputs: [&[u8]; 8] = [
        &[],
        &[0],
        &[0x10],
        &[0x20, 0x21],
        &[0x30, 0x31],
        &[0x40, 0x41, 0x42, 0x43],
        &[0x50, 0x51, 0x52, 0x53, 0x54, 0x55, 0x56, 0x57],
        &[0x60, 0x61, 0x62, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6a, 0x6b, 0x6c, 0x6d, 0x6e, 0x6f],
    ];
    let mut frontier = Frontier::new();
    assert_eq!(
        hex::encode(frontier.root()),
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    );
    for (number, input) in inputs.iter().enumerate() {
        frontier.append(leaf_hash(input));
        if number == 0 {
            assert_eq!(
                hex::encode(frontier.root()),
                "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d"
            );
        }
    }
    assert_eq!(
        hex::encode(frontier.root()),
        "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"
    );
}

/// All positions in small trees and at the edge of a stored node, every seventh elsewhere.
fn positions(size: u64) -> impl Iterator<Item = u64> {
    let all = size <= 100 || (254..=258).contains(&size) || size == 300;
    (0..size).filter(move |seq| all || (seq + size).is_multiple_of(7) || *seq + 1 == size)
}

#[test]
fn every_size_up_to_300_agrees_with_the_naive_tree() {
    let log = Log::of(300);
    let naive = Naive::new(&log.leaves);
    let mut frontier = Frontier::new();
    for size in 0..=300u64 {
        let root = naive.root(0, us(size));
        assert_eq!(frontier.root(), root);
        assert_eq!(root_at(&log, size).unwrap(), root);
        assert_eq!(Frontier::from_bytes(&frontier.to_bytes()).unwrap(), frontier);
        for seq in positions(size) {
            let proof = inclusion_proof(&log, seq, size).unwrap();
            assert_eq!(proof, naive.path(us(seq), 0, us(size)), "{seq} in {size}");
            verify_inclusion(&log.leaves[us(seq)], seq, size, &proof, &root).unwrap();
            let proof = consistency_proof(&log, seq, size).unwrap();
            if seq > 0 {
                assert_eq!(proof, naive.subproof(us(seq), 0, us(size), true), "{seq} to {size}");
            }
            verify_consistency(seq, size, &naive.root(0, us(seq)), &root, &proof).unwrap();
        }
        verify_consistency(size, size, &root, &root, &consistency_proof(&log, size, size).unwrap()).unwrap();
        if size < 300 {
            frontier.append(log.leaves[us(size)]);
        }
    }
}

#[test]
fn wrong_positions_are_refused() {
    let log = Log::of(10);
    assert!(inclusion_proof(&log, 10, 10).is_err());
    assert!(inclusion_proof(&log, 0, 0).is_err());
    assert!(consistency_proof(&log, 11, 10).is_err());
    assert!(verify_inclusion(&[0; 32], 5, 5, &[], &[0; 32]).is_err());
    assert!(verify_consistency(6, 5, &[0; 32], &[0; 32], &[]).is_err());
    assert!(verify_consistency(0, 5, &[0; 32], &[0; 32], &[]).is_err());
}

#[test]
fn frontier_bytes_of_a_wrong_length_are_refused() {
    let bytes = Log::of(13).frontier.to_bytes();
    assert!(Frontier::from_bytes(&bytes[..bytes.len() - 1]).is_err());
    assert!(Frontier::from_bytes(&[bytes.as_slice(), &[0]].concat()).is_err());
    assert!(Frontier::from_bytes(&[&[1][..], &u64::MAX.to_be_bytes(), &[0; 64 * 32]].concat()).is_err());
}

#[test]
fn proofs_do_not_read_more_than_a_few_hundred_leaves() {
    struct Counting(Log, std::cell::Cell<u64>);
    impl LeafSource for Counting {
        fn leaf(&self, seq: u64) -> Result<Hash> {
            self.1.set(self.1.get() + 1);
            self.0.leaf(seq)
        }
        fn node(&self, level8: u8, index: u64) -> Option<Hash> {
            self.0.node(level8, index)
        }
    }
    let log = Counting(Log::of(70_000), std::cell::Cell::new(0));
    let root = log.0.frontier.root();
    for seq in [0, 1, 255, 256, 65_535, 65_536, 69_999] {
        log.1.set(0);
        let proof = inclusion_proof(&log, seq, 70_000).unwrap();
        verify_inclusion(&log.0.leaves[us(seq)], seq, 70_000, &proof, &root).unwrap();
        assert!(log.1.get() <= 512, "{} leaves read for {seq}", log.1.get());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn larger_trees_agree_and_damage_is_refused(
        new in 1u64..=5_000, old in 0u64..=5_000, seq in 0u64..5_000, bit in 0u8..8, spot in any::<prop::sample::Index>()
    ) {
        let (old, seq) = (old % (new + 1), seq % new);
        let log = Log::of(new);
        let naive = Naive::new(&log.leaves);
        let (old_root, root) = (naive.root(0, us(old)), naive.root(0, us(new)));
        prop_assert_eq!(log.frontier.root(), root);
        prop_assert_eq!(root_at(&log, old).unwrap(), old_root);

        let mut proof = inclusion_proof(&log, seq, new).unwrap();
        prop_assert_eq!(&proof, &naive.path(us(seq), 0, us(new)));
        let leaf = log.leaves[us(seq)];
        prop_assert!(verify_inclusion(&leaf, seq, new, &proof, &root).is_ok());
        let mut longer = proof.clone();
        longer.push([0; 32]);
        prop_assert!(verify_inclusion(&leaf, seq, new, &longer, &root).is_err());
        if new > 1 {
            prop_assert!(verify_inclusion(&leaf, (seq + 1) % new, new, &proof, &root).is_err());
            let place = spot.index(proof.len());
            proof[place][3] ^= 1 << bit;
            prop_assert!(verify_inclusion(&leaf, seq, new, &proof, &root).is_err());
        }

        let mut proof = consistency_proof(&log, old, new).unwrap();
        if old > 0 {
            prop_assert_eq!(&proof, &naive.subproof(us(old), 0, us(new), true));
        }
        prop_assert!(verify_consistency(old, new, &old_root, &root, &proof).is_ok());
        prop_assert!(verify_consistency(old, new, &[7; 32], &root, &proof).is_err());
        if !proof.is_empty() {
            let place = spot.index(proof.len());
            proof[place][0] ^= 1 << bit;
            prop_assert!(verify_consistency(old, new, &old_root, &root, &proof).is_err());
        }
    }
}
