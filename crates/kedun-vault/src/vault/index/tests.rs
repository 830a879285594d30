//! Blind-index tokens: stable, separate, of the length asked for.

use std::collections::HashSet;

use crate::OrgId;
use crate::vault::tests::{Fixture, ORG};

const PHONE: &[u8] = b"+8613800138000";

#[test]
fn tokens_survive_reopening_and_separate_every_coordinate() {
    let f = Fixture::new();
    let token = f.vault.blind_index(ORG, 3, 12, "full", 1, PHONE, 32);
    assert_eq!(f.reopen().blind_index(ORG, 3, 12, "full", 1, PHONE, 32), token);
    let others = [
        f.vault.blind_index(OrgId(8), 3, 12, "full", 1, PHONE, 32),
        f.vault.blind_index(ORG, 4, 12, "full", 1, PHONE, 32),
        f.vault.blind_index(ORG, 3, 13, "full", 1, PHONE, 32),
        f.vault.blind_index(ORG, 3, 12, "last4", 1, PHONE, 32),
        f.vault.blind_index(ORG, 3, 12, "full", 2, PHONE, 32),
        f.vault.blind_index(ORG, 3, 12, "full", 1, b"+8613800138001", 32),
        Fixture::new().vault.blind_index(ORG, 3, 12, "full", 1, PHONE, 32),
    ];
    let distinct: HashSet<u32> = others.iter().copied().chain([token]).collect();
    assert_eq!(distinct.len(), 8);
}

#[test]
fn a_shorter_token_is_the_beginning_of_a_longer_one() {
    let f = Fixture::new();
    let whole = f.vault.blind_index(ORG, 3, 12, "full", 1, PHONE, 32);
    for bits in 1..=31 {
        assert_eq!(f.vault.blind_index(ORG, 3, 12, "full", 1, PHONE, bits), whole >> (32 - bits));
    }
    assert_eq!(f.vault.blind_index(ORG, 3, 12, "full", 1, PHONE, 0), 0);
    assert_eq!(f.vault.blind_index(ORG, 3, 12, "full", 1, PHONE, 200), whole);
}

#[test]
fn short_tokens_spread_evenly() {
    let f = Fixture::new();
    let mut buckets = [0_u32; 64];
    for number in 0..6400 {
        let value = format!("+86138{number:08}");
        let token = f.vault.blind_index(ORG, 3, 12, "full", 1, value.as_bytes(), 6);
        buckets[usize::try_from(token).unwrap()] += 1;
    }
    // 100 expected each, standard deviation 10: seven of them are not chance.
    assert!(buckets.iter().all(|count| (30..=170).contains(count)), "{buckets:?}");
}

#[test]
fn the_exact_token_is_unrelated_to_the_short_one() {
    let f = Fixture::new();
    let exact = f.vault.exact_index(ORG, 3, 12, "full", 1, PHONE);
    assert_eq!(f.reopen().exact_index(ORG, 3, 12, "full", 1, PHONE), exact);
    assert_ne!(f.vault.exact_index(ORG, 3, 12, "full", 2, PHONE), exact);
    let short = f.vault.blind_index(ORG, 3, 12, "full", 1, PHONE, 32);
    assert_ne!(exact[..4], short.to_be_bytes());
}
