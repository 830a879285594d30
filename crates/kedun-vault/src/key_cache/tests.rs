//! The cache is bounded and lets go of what it evicts.

use std::sync::{Arc, Weak};

use super::{KeyCache, SHARDS};
use crate::aead_key::AeadKey;
use crate::key_bytes::KeyBytes;
use crate::{OrgId, SubjectId, SubjectKey};

fn key(number: u16) -> Arc<SubjectKey> {
    let mut subject = [0; 16];
    subject[14..].copy_from_slice(&number.to_be_bytes());
    Arc::new(SubjectKey {
        org: OrgId(1),
        subject: SubjectId(subject),
        generation: 1,
        commitment: [0; 32],
        key: AeadKey::new(KeyBytes::from_slice(&[1; 32]).unwrap()),
    })
}

#[test]
fn it_holds_no_more_than_its_capacity_and_drops_the_rest() {
    let cache = KeyCache::new(160);
    let weak: Vec<Weak<SubjectKey>> = (0..1600)
        .map(|number| {
            let key = key(number);
            cache.put(&key);
            Arc::downgrade(&key)
        })
        .collect();
    let alive = weak.iter().filter(|key| key.strong_count() > 0).count();
    assert_eq!(alive, 160);
    assert!(weak[1599].strong_count() > 0, "the newest stays");
    assert_eq!(weak[0].strong_count(), 0, "the oldest goes");
    cache.clear();
    assert!(weak.iter().all(|key| key.strong_count() == 0));
}

#[test]
fn what_is_used_stays() {
    let cache = KeyCache::new(2 * SHARDS);
    // The same last byte: all of one shard, which holds two.
    let keys = [key(0x0001), key(0x0101), key(0x0201)];
    cache.put(&keys[0]);
    cache.put(&keys[1]);
    assert!(cache.get(&keys[0].subject).is_some());
    cache.put(&keys[2]);
    assert!(cache.get(&keys[0].subject).is_some());
    assert!(cache.get(&keys[1].subject).is_none());
    assert!(cache.get(&keys[2].subject).is_some());
}
