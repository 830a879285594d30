//! The store's own tables.

use crate::ddl::{Table, index};
use crate::{ColumnType::*, Dialect, Migration};

/// The tables of the main database.
pub(crate) fn own() -> Vec<Migration> {
    vec![
        Migration { id: 1, name: "store", steps: base, housekeeping: &[] },
        Migration { id: 2, name: "evidence", steps: evidence, housekeeping: &[] },
        Migration { id: 3, name: "jobs", steps: jobs, housekeeping: &["job", "idempotency"] },
        Migration { id: 4, name: "nodes", steps: nodes, housekeeping: &[] },
    ]
}

/// The journal of schema steps, made before any migration.
pub(crate) fn journal(dialect: Dialect) -> String {
    Table::new("schema_step")
        .col("id", Text)
        .col("step", BigInt)
        .col("state", Text)
        .opt("body", Text)
        .col("at", BigInt)
        .key(&["id", "step"])
        .build(dialect)
        .replacen("CREATE TABLE", "CREATE TABLE IF NOT EXISTS", 1)
}

/// The tables of the keys database.
pub(crate) fn keys(dialect: Dialect) -> Vec<String> {
    let prefix = keys_prefix(dialect);
    let table = |table: Table| {
        table.build(dialect).replacen("CREATE TABLE ", &format!("CREATE TABLE IF NOT EXISTS {prefix}"), 1)
    };
    let mut steps = Vec::new();
    if dialect == Dialect::Postgres {
        steps.push("CREATE SCHEMA IF NOT EXISTS kedun_keys".to_owned());
    }
    steps.push(table(
        Table::new("dek")
            .col("subject", Uuid)
            .col("generation", BigInt)
            .col("epoch", BigInt)
            .col("wrapped", Bytes)
            .col("commitment", Bytes)
            .col("created_at", BigInt)
            .col("batch", BigInt)
            .key(&["subject", "generation"]),
    ));
    steps.push(table(
        Table::new("epoch")
            .col("epoch", BigInt)
            .col("wrapped", Bytes)
            .col("created_at", BigInt)
            .opt("retired_at", BigInt)
            .key(&["epoch"]),
    ));
    steps.push(table(
        Table::new("secret")
            .col("name", Text)
            .col("epoch", BigInt)
            .col("wrapped", Bytes)
            .col("created_at", BigInt)
            .key(&["name"]),
    ));
    steps.push(format!("CREATE INDEX IF NOT EXISTS dek_batch ON {prefix}dek (batch) WHERE batch > 0"));
    steps.push(format!("CREATE INDEX IF NOT EXISTS dek_epoch ON {prefix}dek (epoch)"));
    steps
}

/// What stands before the names of the key tables.
pub(crate) fn keys_prefix(dialect: Dialect) -> &'static str {
    match dialect {
        Dialect::Sqlite => "",
        Dialect::Postgres => "kedun_keys.",
    }
}

fn base(dialect: Dialect) -> Vec<String> {
    vec![
        Table::new("store_meta").col("key", Text).col("value", BigInt).key(&["key"]).build(dialect),
        "INSERT INTO store_meta (key, value) VALUES ('batch', 0)".to_owned(),
    ]
}

fn evidence(dialect: Dialect) -> Vec<String> {
    let empty = hex::encode(kedun_ledger::Frontier::new().to_bytes());
    let chain = hex::encode(kedun_ledger::Chain::new().head());
    let bytes = |hex: String| match dialect {
        Dialect::Sqlite => format!("x'{hex}'"),
        Dialect::Postgres => format!("'\\x{hex}'::bytea"),
    };
    vec![
        event_columns(Table::new("event").col("seq", RowId)).key(&["seq"]).build(dialect),
        index("event_at", "event", &["at"], None),
        index("event_actor", "event", &["actor", "seq"], None),
        index("event_action", "event", &["action", "seq"], None),
        index("event_record", "event", &["record", "seq"], Some("record IS NOT NULL")),
        index("event_sensitive", "event", &["seq"], Some("sensitive")),
        Table::new("event_page")
            .col("seq", RowId)
            .col("at", BigInt)
            .col("object", BigInt)
            .col("n", BigInt)
            .col("filter", Bytes)
            .key(&["seq"])
            .build(dialect),
        index("event_page_object", "event_page", &["object", "seq"], None),
        Table::new("ledger_state")
            .col("id", BigInt)
            .col("size", BigInt)
            .col("frontier", Bytes)
            .col("chain", Bytes)
            .key(&["id"])
            .build(dialect),
        format!(
            "INSERT INTO ledger_state (id, size, frontier, chain) VALUES (1, 0, {}, {})",
            bytes(empty),
            bytes(chain)
        ),
        Table::new("tree_node")
            .col("level", BigInt)
            .col("idx", BigInt)
            .col("hash", Bytes)
            .key(&["level", "idx"])
            .build(dialect),
        Table::new("checkpoint")
            .col("size", RowId)
            .col("at", BigInt)
            .col("root", Bytes)
            .col("note", Bytes)
            .key(&["size"])
            .build(dialect),
        Table::new("anchor")
            .counted("id")
            .col("size", BigInt)
            .col("target", Text)
            .col("at", BigInt)
            .col("ok", Bool)
            .col("receipt", Bytes)
            .build(dialect),
        index("anchor_size", "anchor", &["size"], None),
    ]
}

fn event_columns(table: Table) -> Table {
    table
        .col("at", BigInt)
        .col("org", BigInt)
        .col("action", Text)
        .col("object", BigInt)
        .col("outcome", SmallInt)
        .col("actor", Uuid)
        .col("session", Bytes)
        .col("policy", BigInt)
        .col("commitment", Bytes)
        .opt("record", Uuid)
        .col("records", BigInt)
        .col("sensitive", Bool)
        .col("body", Bytes)
}

fn jobs(dialect: Dialect) -> Vec<String> {
    vec![
        Table::new("job")
            .col("id", Uuid)
            .col("org", BigInt)
            .col("kind", Text)
            .col("payload", Bytes)
            .col("created_by", Uuid)
            .col("created_at", BigInt)
            .col("run_at", BigInt)
            .col("state", Text)
            .default("attempts", BigInt, "0")
            .opt("lease_owner", Uuid)
            .opt("lease_until", BigInt)
            .default("done", BigInt, "0")
            .default("total", BigInt, "0")
            .opt("progress", Bytes)
            .default("cancel", Bool, "false")
            .opt("outcome", Bytes)
            .opt("finished_at", BigInt)
            .key(&["id"])
            .build(dialect),
        index("job_due", "job", &["kind", "run_at"], Some("finished_at IS NULL")),
        index("job_recent", "job", &["org", "created_at"], None),
        Table::new("idempotency")
            .col("org", BigInt)
            .col("actor", Uuid)
            .col("key", Text)
            .col("digest", Bytes)
            .opt("status", BigInt)
            .opt("body", Bytes)
            .col("created_at", BigInt)
            .col("expires_at", BigInt)
            .key(&["org", "actor", "key"])
            .build(dialect),
        index("idempotency_expires", "idempotency", &["expires_at"], None),
    ]
}

/// What equal nodes on one PostgreSQL need: the inbox of events, the lease of the sequencer, the feed.
fn nodes(dialect: Dialect) -> Vec<String> {
    if dialect == Dialect::Sqlite {
        return Vec::new();
    }
    vec![
        event_columns(Table::new("event_inbox").counted("id")).opt("filter", Bytes).build(dialect),
        Table::new("lease")
            .col("name", Text)
            .col("owner", Uuid)
            .col("until", BigInt)
            .key(&["name"])
            .build(dialect),
        Table::new("feed")
            .counted("id")
            .col("node", Uuid)
            .col("commit_no", BigInt)
            .col("object", BigInt)
            .col("ids", Bytes)
            .col("at", BigInt)
            .build(dialect),
        index("feed_commit", "feed", &["commit_no", "id"], None),
        index("feed_at", "feed", &["at"], None),
    ]
}
