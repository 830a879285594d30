//! What the tests of the store share: a small table, events, and checks of the evidence.
#![allow(dead_code, reason = "each test file uses a part")]

use kedun_ledger::{Chain, Frontier, Outcome, PreparedEvent, commit};
use kedun_store::ddl::Table;
use kedun_store::{Changeset, ColumnType, Dialect, EventFilter, Migration, Stmt, Store, sq};
use uuid::Uuid;

pub fn things() -> Migration {
    Migration { id: 900, name: "things", steps, housekeeping: &["seen"] }
}

fn steps(dialect: Dialect) -> Vec<String> {
    vec![
        Table::new("thing")
            .col("id", ColumnType::Uuid)
            .col("n", ColumnType::BigInt)
            .opt("note", ColumnType::Bytes)
            .key(&["id"])
            .build(dialect),
        Table::new("seen")
            .col("id", ColumnType::Uuid)
            .col("at", ColumnType::BigInt)
            .key(&["id"])
            .build(dialect),
        Table::new("authz_epoch")
            .col("org", ColumnType::BigInt)
            .col("n", ColumnType::BigInt)
            .col("directory", ColumnType::BigInt)
            .key(&["org"])
            .build(dialect),
        "INSERT INTO authz_epoch (org, n, directory) VALUES (1, 5, 1)".into(),
    ]
}

pub fn event(action: &str) -> PreparedEvent {
    PreparedEvent {
        at: 1_767_225_600_000_000,
        org: 1,
        action: action.into(),
        object: 7,
        outcome: Outcome::Ok,
        actor: [1; 16],
        session: [2; 8],
        policy: 5,
        commitment: commit(&[3; 32], action.as_bytes()),
        record: None,
        records: Vec::new(),
        sealed_body: b"sealed".to_vec(),
        sensitive: false,
    }
}

pub fn insert_thing(store: &Store, id: Uuid, n: i64) -> Stmt {
    let insert = sq::Query::insert()
        .into_table("thing")
        .columns(["id", "n"])
        .values_panic([id.into(), n.into()])
        .to_owned();
    store.dialect().insert(&insert)
}

pub fn add_thing(store: &Store, n: i64) -> Changeset {
    let id = store.context().new_uuid();
    Changeset::new(event("thing.create")).exec(insert_thing(store, id, n)).touched(7, vec![id])
}

pub fn select_n(store: &Store) -> Stmt {
    store.dialect().select(sq::Query::select().column("n").from("thing").order_by("n", sq::Order::Asc))
}

pub async fn ns(store: &Store) -> Vec<i64> {
    store.query(&select_n(store)).await.unwrap().iter().map(|row| row.get_i64(0).unwrap()).collect()
}

/// Rebuilds chain and tree from the stored events and compares them with the stored head.
pub async fn verify(store: &Store) -> u64 {
    store.flush_sequencer().await.unwrap();
    let head = store.ledger_head().await.unwrap();
    let (mut frontier, mut chain) = (Frontier::new(), Chain::new());
    let mut from = 0;
    loop {
        let filter =
            EventFilter { from_seq: Some(from), limit: 1000, ascending: true, ..EventFilter::default() };
        let events = store.events(&filter).await.unwrap();
        if events.is_empty() {
            break;
        }
        for event in events {
            assert_eq!(event.header.seq, from, "no gaps");
            let leaf = event.header.leaf();
            frontier.append(leaf);
            chain.append(&leaf);
            from += 1;
        }
    }
    assert_eq!((head.size, head.root, head.chain), (from, frontier.root(), chain.head()));
    assert_eq!(store.root_at(from).await.unwrap(), head.root, "the stored nodes fit");
    from
}
