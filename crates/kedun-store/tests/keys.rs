//! Keys: durable before what they seal, gone when destroyed.
#![cfg(test)]

mod common;

use common::{add_thing, event, insert_thing, ns, things, verify};
use kedun_model::SubjectId;
use kedun_store::{Changeset, CommitError, EpochRow, KeyRow, SecretRow, Store, StoreError};
use kedun_testkit::db::TestStore;
use kedun_testkit::db_test;
use uuid::Uuid;

fn key(subject: Uuid, generation: u32, epoch: u32) -> KeyRow {
    KeyRow {
        subject: *subject.as_bytes(),
        generation,
        epoch,
        wrapped: vec![u8::try_from(epoch).unwrap(); 60],
        commitment: [4; 32],
        created_at: 1,
    }
}

fn epoch(n: u32) -> EpochRow {
    EpochRow { epoch: n, wrapped: vec![5; 60], created_at: 1, retired_at: None }
}

fn secret(name: &str) -> SecretRow {
    SecretRow { name: name.into(), epoch: 1, wrapped: vec![6; 60], created_at: 1 }
}

db_test! {
    async fn keys_are_found_rewrapped_and_destroyed(test: TestStore) {
        let store = test.open(vec![things()]).await.unwrap();
        let ids: Vec<Uuid> = (0..600).map(|_| store.context().new_uuid()).collect();
        let mut change = Changeset::new(event("import"));
        for id in &ids {
            change = change.add_key(key(*id, 1, 1));
        }
        store.commit(change.add_key(key(ids[0], 2, 2))).await.unwrap();
        let subjects: Vec<SubjectId> = ids.iter().copied().map(SubjectId).collect();
        assert_eq!(store.keys_for(&subjects).await.unwrap().len(), 601);
        assert_eq!(store.keys_for(&[]).await.unwrap(), []);
        assert_eq!(store.keys_for(&subjects[..1]).await.unwrap(), [key(ids[0], 1, 1), key(ids[0], 2, 2)]);

        let twice = Changeset::new(event("import")).add_key(key(ids[3], 1, 9));
        assert!(matches!(store.commit(twice).await, Err(CommitError::UniqueViolation { .. })));

        let old = store.keys_before_epoch(2, 10_000).await.unwrap();
        assert_eq!(old.len(), 600);
        assert_eq!(store.destroy_keys(&subjects[..1]).await.unwrap(), 2);
        let rewrapped: Vec<KeyRow> = old.iter().map(|row| KeyRow { epoch: 2, wrapped: vec![2; 60], ..row.clone() }).collect();
        assert_eq!(store.rewrap_keys(&rewrapped).await.unwrap(), 599, "a destroyed key does not come back");
        assert_eq!(store.keys_for(&subjects[..1]).await.unwrap(), []);
        assert_eq!(store.keys_for(&subjects[1..2]).await.unwrap(), [key(ids[1], 1, 2)]);
        assert!(store.keys_before_epoch(2, 10).await.unwrap().is_empty());
        assert_eq!(verify(&store).await, 1);
        store.close().await.unwrap();
    }

    async fn the_vault_comes_back(test: TestStore) {
        let store = test.open(vec![things()]).await.unwrap();
        store.put_vault(&[epoch(1), epoch(2)], &[secret("b"), secret("a")]).await.unwrap();
        let retired = EpochRow { wrapped: Vec::new(), retired_at: Some(9), ..epoch(1) };
        store.put_vault(std::slice::from_ref(&retired), &[]).await.unwrap();
        store.close().await.unwrap();
        let store = test.open(vec![things()]).await.unwrap();
        let (epochs, secrets) = store.load_vault().await.unwrap();
        assert_eq!(epochs, [retired, epoch(2)]);
        assert_eq!(secrets, [secret("a"), secret("b")]);
        store.close().await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_without_its_change_is_cleared_away() {
    let test = TestStore::sqlite().unwrap();
    let store = test.open(vec![things()]).await.unwrap();
    let kept = store.context().new_uuid();
    let change = Changeset::new(event("x")).exec(insert_thing(&store, kept, 1)).add_key(key(kept, 1, 1));
    let committed = store.commit(change).await.unwrap();
    store.close().await.unwrap();

    // As after a crash between the two commits: the keys of the next batch are there, the batch is not.
    let orphan = store.context().new_uuid();
    let keys = rusqlite::Connection::open(test.dir().unwrap().join("keys.db")).unwrap();
    let hex: String = test.keys_key.iter().map(|byte| format!("{byte:02x}")).collect();
    keys.execute_batch(&format!("PRAGMA key = \"x'{hex}'\";")).unwrap();
    let inserted = keys
        .execute(
            "INSERT INTO dek SELECT ?1, 1, 1, wrapped, commitment, created_at, ?2 FROM dek",
            rusqlite::params![orphan.as_bytes().as_slice(), i64::try_from(committed.at_commit).unwrap() + 1],
        )
        .unwrap();
    assert_eq!(inserted, 1);
    drop(keys);

    let store = test.open(vec![things()]).await.unwrap();
    assert_eq!(store.keys_for(&[SubjectId(orphan)]).await.unwrap(), []);
    assert_eq!(store.keys_for(&[SubjectId(kept)]).await.unwrap().len(), 1);
    // The number is used again, and its keys stay.
    let change = Changeset::new(event("x")).add_key(key(orphan, 1, 1));
    assert_eq!(store.commit(change).await.unwrap().at_commit, committed.at_commit + 1);
    store.close().await.unwrap();
    let store = test.open(vec![things()]).await.unwrap();
    assert_eq!(store.keys_for(&[SubjectId(orphan)]).await.unwrap().len(), 1);
    store.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_vault_is_read_before_the_store_is_open() {
    let test = TestStore::sqlite().unwrap();
    let dir = test.dir().unwrap().join("new");
    let keys_key = Some(zeroize::Zeroizing::new([8u8; 32]));
    assert_eq!(Store::read_vault_at(&dir, keys_key.as_ref()).unwrap(), (Vec::new(), Vec::new()));
    Store::write_vault_at(&dir, keys_key.as_ref(), &[epoch(1)], &[secret("database-key")]).unwrap();
    assert_eq!(Store::read_vault_at(&dir, keys_key.as_ref()).unwrap().1, [secret("database-key")]);
    let wrong = Some(zeroize::Zeroizing::new([9u8; 32]));
    assert!(matches!(Store::read_vault_at(&dir, wrong.as_ref()), Err(StoreError::WrongKey { .. })));

    let store = test.open(vec![things()]).await.unwrap();
    let busy = Store::read_vault_at(test.dir().unwrap(), keys_key.as_ref());
    assert!(matches!(busy, Err(StoreError::InUse { .. })));
    store.commit(add_thing(&store, 1)).await.unwrap();
    assert_eq!(ns(&store).await, [1]);
    store.close().await.unwrap();
}
