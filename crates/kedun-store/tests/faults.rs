//! What goes wrong is told, and nothing acknowledged is lost (SQLite).
#![cfg(test)]

mod common;

use std::io::{BufRead, BufReader};
use std::process::{Command, Stdio};
use std::time::Duration;

use common::{add_thing, event, insert_thing, ns, things, verify};
use kedun_model::SubjectId;
use kedun_store::{Changeset, CommitError, KeyRow, Stmt, Store, StoreConfig, StoreError, Tuning, sq};
use kedun_testkit::db::{TestStore, context};
use uuid::Uuid;

fn note(store: &Store, id: Uuid, bytes: usize) -> Changeset {
    let insert = sq::Query::insert()
        .into_table("thing")
        .columns(["id", "n", "note"])
        .values_panic([id.into(), 1.into(), vec![0xA5u8; bytes].into()])
        .to_owned();
    Changeset::new(event("thing.create")).exec(store.dialect().insert(&insert))
}

fn delete_all(store: &Store) -> Stmt {
    store.dialect().delete(sq::Query::delete().from_table("thing"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_told_and_writing_goes_on_when_there_is_room() {
    let test = TestStore::sqlite().unwrap();
    let store =
        test.open_with(vec![things()], Tuning { max_pages: Some(200), ..Tuning::default() }).await.unwrap();
    let mut committed = 0u64;
    let refused = loop {
        match store.commit(note(&store, store.context().new_uuid(), 40_000)).await {
            Ok(_) => committed += 1,
            Err(error) => break error,
        }
        assert!(committed < 100, "200 pages hold no 100 notes of 10 pages");
    };
    assert_eq!(refused, CommitError::Unavailable);
    assert_eq!(ns(&store).await.len(), usize::try_from(committed).unwrap());
    assert_eq!(verify(&store).await, committed, "no event without its change");
    // Small things still fit or fail cleanly; then room is made, and all is well.
    let deleted = Changeset::new(event("thing.delete")).exec_expect(delete_all(&store), committed, "all");
    store.commit(deleted).await.unwrap();
    store.commit(note(&store, store.context().new_uuid(), 40_000)).await.unwrap();
    assert_eq!(verify(&store).await, committed + 2);
    store.close().await.unwrap();
    let store = test.open(vec![things()]).await.unwrap();
    for _ in 0..100 {
        store.commit(note(&store, store.context().new_uuid(), 40_000)).await.unwrap();
    }
    assert_eq!(verify(&store).await, committed + 102);
    store.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_written_below_the_reserve() {
    let test = TestStore::sqlite().unwrap();
    let store = test.open(vec![things()]).await.unwrap();
    store.commit(add_thing(&store, 1)).await.unwrap();
    store.close().await.unwrap();
    let tuning = Tuning { reserve_bytes: u64::MAX, ..Tuning::default() };
    let store = test.open_with(vec![things()], tuning).await.unwrap();
    assert_eq!(store.commit(add_thing(&store, 2)).await, Err(CommitError::Unavailable));
    assert_eq!(ns(&store).await, [1], "reading goes on");
    store.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hanging_writer_is_waited_for_no_longer_than_the_deadline() {
    let test = TestStore::sqlite().unwrap();
    let tuning = Tuning { deadline: Duration::from_millis(300), queue: 4, ..Tuning::default() };
    let store = Store::open_with(test.config(), test.context.clone(), vec![things()], tuning).await.unwrap();
    store.commit(add_thing(&store, 1)).await.unwrap();
    // Somebody else holds the write lock of the file.
    let main = rusqlite::Connection::open(test.dir().unwrap().join("main.db")).unwrap();
    let hex: String = test.db_key.iter().map(|byte| format!("{byte:02x}")).collect();
    main.execute_batch(&format!("PRAGMA key = \"x'{hex}'\"; BEGIN IMMEDIATE;")).unwrap();
    let begin = std::time::Instant::now();
    let waiting: Vec<_> = (0..12).map(|n| store.submit(add_thing(&store, n))).collect();
    for one in waiting {
        assert_eq!(one.await, Err(CommitError::Unavailable));
    }
    assert!(begin.elapsed() < Duration::from_secs(2), "{:?}", begin.elapsed());
    assert_eq!(ns(&store).await, [1]);
    main.execute_batch("ROLLBACK").unwrap();
    drop(main);
    let begin = std::time::Instant::now();
    while store.commit(add_thing(&store, 2)).await.is_err() {
        assert!(begin.elapsed() < Duration::from_secs(20), "the writer never came back");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let events = verify(&store).await;
    assert_eq!(usize::try_from(events).unwrap(), ns(&store).await.len());
    store.close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_wrong_key_is_refused_and_named() {
    let mut test = TestStore::sqlite().unwrap();
    test.open(vec![things()]).await.unwrap().close().await.unwrap();
    test.db_key = [1; 32];
    match test.open(vec![things()]).await {
        Err(StoreError::WrongKey { file }) => assert!(file.ends_with("main.db")),
        other => panic!("{other:?}"),
    }
    let StoreConfig::Sqlite { dir, keys_key, cache_bytes, readers, .. } = test.config() else { panic!() };
    let plain = StoreConfig::Sqlite { dir, db_key: None, keys_key, cache_bytes, readers };
    let opened = Store::open(plain, context(1).0, vec![things()]).await;
    assert!(matches!(opened, Err(StoreError::WrongKey { .. })), "{opened:?}");
    test.db_key = [7; 32];
    test.keys_key = [1; 32];
    match test.open(vec![things()]).await {
        Err(StoreError::WrongKey { file }) => assert!(file.ends_with("keys.db")),
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_data_directory_is_open_once() {
    let test = TestStore::sqlite().unwrap();
    let store = test.open(vec![things()]).await.unwrap();
    assert!(matches!(test.open(vec![things()]).await, Err(StoreError::InUse { .. })));
    store.close().await.unwrap();
    test.open(vec![things()]).await.unwrap().close().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_at_rest_cannot_be_read() {
    let test = TestStore::sqlite().unwrap();
    let store = test.open(vec![things()]).await.unwrap();
    let canary = b"canary-5f1d0c6b";
    let id = store.context().new_uuid();
    let insert = sq::Query::insert()
        .into_table("thing")
        .columns(["id", "n", "note"])
        .values_panic([id.into(), 1.into(), canary.to_vec().into()])
        .to_owned();
    let mut seen = event("thing.create");
    seen.sealed_body = canary.to_vec();
    let wrapped = KeyRow {
        subject: *id.as_bytes(),
        generation: 1,
        epoch: 1,
        wrapped: canary.to_vec(),
        commitment: [0; 32],
        created_at: 0,
    };
    store.commit(Changeset::new(seen).exec(store.dialect().insert(&insert)).add_key(wrapped)).await.unwrap();
    // With the write-ahead log in use, and after it was folded back.
    let look = |when: &str| {
        let mut files = 0;
        for entry in std::fs::read_dir(test.dir().unwrap()).unwrap() {
            let entry = entry.unwrap();
            let bytes = std::fs::read(entry.path()).unwrap();
            let name = entry.file_name().into_string().unwrap();
            assert!(!bytes.windows(canary.len()).any(|w| w == canary), "{when}: {name} holds the canary");
            assert!(!bytes.starts_with(b"SQLite format 3"), "{when}: {name} is not encrypted");
            files += 1;
        }
        files
    };
    assert!(look("open") >= 5);
    store.close().await.unwrap();
    assert_eq!(look("closed"), 3, "main.db, keys.db and the lock");
    let store = test.open(vec![things()]).await.unwrap();
    let keys = store.keys_for(&[SubjectId(id)]).await.unwrap();
    assert_eq!(keys[0].wrapped, canary);
    store.close().await.unwrap();
}

/// Runs in a process of its own, which the test below kills.
#[tokio::test(flavor = "multi_thread")]
#[ignore = "started by another test"]
async fn child_that_writes_until_it_is_killed() {
    let Ok(dir) = std::env::var("KEDUN_TEST_CHILD") else { return };
    let config = StoreConfig::Sqlite {
        dir: dir.into(),
        db_key: Some([7; 32].into()),
        keys_key: Some([8; 32].into()),
        cache_bytes: 1 << 20,
        readers: 1,
    };
    let seed = u64::from(std::process::id());
    let store = Store::open(config, context(seed).0, vec![things()]).await.unwrap();
    let tasks: Vec<_> = (0..8)
        .map(|_| {
            let store = store.clone();
            tokio::spawn(async move {
                loop {
                    let id = store.context().new_uuid();
                    let key = KeyRow {
                        subject: *id.as_bytes(),
                        generation: 1,
                        epoch: 1,
                        wrapped: vec![1; 40],
                        commitment: [0; 32],
                        created_at: 0,
                    };
                    let change = Changeset::new(event("x")).exec(insert_thing(&store, id, 1)).add_key(key);
                    if store.commit(change).await.is_err() {
                        return;
                    }
                    println!("durable {id}");
                }
            })
        })
        .collect();
    for task in tasks {
        task.await.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_killed_process_loses_nothing_it_acknowledged() {
    let test = TestStore::sqlite().unwrap();
    let mut acknowledged: Vec<Uuid> = Vec::new();
    for round in 0..3usize {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--ignored", "--exact", "child_that_writes_until_it_is_killed", "--nocapture"])
            .env("KEDUN_TEST_CHILD", test.dir().unwrap())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        let wanted = acknowledged.len() + 100 + 37 * round;
        let mut killed = false;
        for line in output.lines() {
            let line = line.unwrap();
            if let Some(id) = line.rsplit_once("durable ").and_then(|(_, id)| Uuid::parse_str(id).ok()) {
                acknowledged.push(id);
            }
            if !killed && acknowledged.len() >= wanted {
                child.kill().unwrap();
                killed = true;
            }
        }
        child.wait().unwrap();
        assert!(killed, "the child ended by itself");

        let store = test.open(vec![things()]).await.unwrap();
        let stored = store.query_long(&all_ids(&store)).await.unwrap();
        let stored: std::collections::HashSet<Uuid> =
            stored.iter().map(|row| row.get_uuid(0).unwrap()).collect();
        assert!(acknowledged.iter().all(|id| stored.contains(id)), "an acknowledged change is lost");
        assert_eq!(usize::try_from(verify(&store).await).unwrap(), stored.len(), "one event for each change");
        let subjects: Vec<SubjectId> = stored.iter().copied().map(SubjectId).collect();
        assert_eq!(store.keys_for(&subjects).await.unwrap().len(), stored.len(), "each has its key");
        assert_eq!(
            store.keys_before_epoch(9, 1_000_000).await.unwrap().len(),
            stored.len(),
            "and no key has none"
        );
        store.close().await.unwrap();
    }
}

fn all_ids(store: &Store) -> Stmt {
    store.dialect().select(sq::Query::select().column("id").from("thing"))
}

/// Connections that are open when `main` returns crash the process, so a store that nobody closed
/// closes itself before anything else goes on.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_store_that_is_dropped_has_closed_its_files() {
    let test = TestStore::sqlite().unwrap();
    let store = test.open(vec![things()]).await.unwrap();
    let dir = test.dir().unwrap().to_owned();
    let open = || {
        std::fs::read_dir("/proc/self/fd")
            .unwrap()
            .filter_map(|fd| std::fs::read_link(fd.ok()?.path()).ok())
            .filter(|file| file.starts_with(&dir))
            .count()
    };
    assert_eq!(ns(&store).await.len(), 0);
    assert!(open() > 3, "the files of this test's store are seen");
    let pending: Vec<_> = (0..50).map(|n| store.submit(add_thing(&store, n))).collect();
    drop(store);
    assert_eq!(open(), 0);
    for commit in pending {
        commit.await.unwrap();
    }
    let store = test.open(vec![things()]).await.unwrap();
    assert_eq!(ns(&store).await.len(), 50);
}
