//! Everything that somebody with the database's password can do to the log is found, and named.

use kedun_engine::evidence::{AnchorConfig, Bodies, EvidenceState, Finding, FoundBy, VerifyOptions};
use kedun_ledger::{Chain, Checkpoint, Frontier, KeyRatchet};
use kedun_store::EventFilter;
use kedun_testkit::db::TestStore;
use kedun_testkit::db_test;
use kedun_vault::secret_names::AUDIT_SIGNING_SEED;

use crate::dba::Dba;
use crate::evidence_support::{AUDITOR, House, caller};

const TABLES: [&str; 6] =
    ["event", "event_page", "ledger_state", "tree_node", "checkpoint", "ledger_key_certificate"];

/// 800 events and more, signed at three sizes, anchored at the last of them.
async fn signed_house(test: TestStore, anchors: &std::path::Path) -> House {
    let house = House::build(test).await;
    let evidence = house.door.evidence();
    let anchor = AnchorConfig::File { path: anchors.join("heads.txt"), every_seconds: Some(1) };
    evidence.use_anchors(vec![anchor]).await.unwrap();
    for events in [300, 300, 200] {
        house.events(events).await;
        house.test.clock.advance(11_000_000);
        assert!(evidence.tick().await.unwrap().is_some());
    }
    assert_eq!(evidence.anchor_tick().await.unwrap(), 1);
    house
}

async fn findings(house: &House, bodies: Bodies) -> Vec<Finding> {
    let options = VerifyOptions { bodies, ..VerifyOptions::default() };
    house.door.evidence().verify_for_operator(options).await.unwrap().findings
}

async fn keep(dba: &Dba) {
    for table in TABLES {
        dba.run(&format!("CREATE TABLE kept_{table} AS SELECT * FROM {table}")).await;
    }
}

async fn restore(dba: &Dba) {
    for table in TABLES {
        dba.run(&format!("DELETE FROM {table}; INSERT INTO {table} SELECT * FROM kept_{table}")).await;
    }
}

/// The log up to `size` as the attacker computes it from the rows, with the nodes of its tree.
async fn recompute(house: &House, size: u64) -> (Frontier, Chain, Vec<kedun_ledger::TreeNode>) {
    let (mut tree, mut chain, mut nodes) = (Frontier::new(), Chain::new(), Vec::new());
    let filter =
        EventFilter { before_seq: Some(size), ascending: true, limit: 10_000, ..EventFilter::default() };
    for event in house.door.store().events(&filter).await.unwrap() {
        let leaf = event.header.leaf();
        nodes.extend(tree.append(leaf));
        chain.append(&leaf);
    }
    (tree, chain, nodes)
}

async fn write_state(dba: &Dba, tree: &Frontier, chain: &Chain, nodes: &[kedun_ledger::TreeNode]) {
    let (frontier, head) = (dba.bytes(&tree.to_bytes()), dba.bytes(&chain.head()));
    dba.run(&format!(
        "UPDATE ledger_state SET size = {}, frontier = {frontier}, chain = {head}",
        tree.size()
    ))
    .await;
    dba.run("DELETE FROM tree_node").await;
    for node in nodes {
        let hash = dba.bytes(&node.hash);
        dba.run(&format!(
            "INSERT INTO tree_node (level, idx, hash) VALUES ({}, {}, {hash})",
            node.level, node.index
        ))
        .await;
    }
}

fn has(findings: &[Finding], kind: &str, seq: u64, by: FoundBy) -> bool {
    findings.iter().any(|f| f.kind == kind && f.seq == Some(seq) && f.by == by)
}

db_test! {
    async fn edits_are_named(test: TestStore) {
        let folder = tempfile::tempdir().unwrap();
        let house = signed_house(test, folder.path()).await;
        let size = house.door.store().ledger_head().await.unwrap().size;
        let dba = house.dba().await;
        keep(&dba).await;
        assert_eq!(findings(&house, Bodies::All).await, []);

        let refused = 405;
        let cases: [(&str, &str, u64, FoundBy); 9] = [
            ("UPDATE event SET action = 'record.other' WHERE seq = 123", "evidence.edited_event", 123, FoundBy::Body),
            ("UPDATE event SET at = at + 1 WHERE seq = 124", "evidence.edited_event", 124, FoundBy::Body),
            ("UPDATE event SET outcome = 0 WHERE seq = 405", "evidence.edited_event", refused, FoundBy::Body),
            ("UPDATE event SET outcome = 9 WHERE seq = 126", "evidence.edited_event", 126, FoundBy::Body),
            (
                "UPDATE event SET body = (SELECT body FROM kept_event WHERE seq = 131) WHERE seq = 130",
                "evidence.edited_event", 130, FoundBy::Body,
            ),
            ("UPDATE event SET record = NULL WHERE seq = 140", "evidence.edited_event", 140, FoundBy::Body),
            ("DELETE FROM event WHERE seq = 200", "evidence.missing_event", 200, FoundBy::Sequence),
            ("DELETE FROM event_page WHERE seq = 301", "evidence.page_index", 301, FoundBy::Index),
            (
                "UPDATE event SET seq = -1 WHERE seq = 210; UPDATE event SET seq = 210 WHERE seq = 211; \
                 UPDATE event SET seq = 211 WHERE seq = -1",
                "evidence.tree_node", 0, FoundBy::Tree,
            ),
        ];
        // The fixture is what the cases say it is.
        let filter = EventFilter { from_seq: Some(0), limit: 10_000, ascending: true, ..EventFilter::default() };
        let rows = house.door.store().events(&filter).await.unwrap();
        let offset = rows.iter().position(|e| e.header.action == "record.read").unwrap();
        let shift = |n: u64| n + u64::try_from(offset).unwrap();
        let wants_record = rows.iter().find(|e| e.header.seq >= 140 && e.record.is_some()).unwrap().header.seq;
        let wants_page = rows.iter().find(|e| e.header.seq >= 300 && e.records > 1).unwrap().header.seq;
        let wants_refused = rows
            .iter()
            .find(|e| e.header.seq >= 400 && e.header.outcome == kedun_ledger::Outcome::Refused)
            .unwrap()
            .header
            .seq;
        assert!(shift(0) < 100);
        for (sql, kind, seq, by) in cases {
            let renumber = |text: &str| {
                text.replace("140", &wants_record.to_string())
                    .replace("301", &wants_page.to_string())
                    .replace("405", &wants_refused.to_string())
            };
            let seq: u64 = renumber(&seq.to_string()).parse().unwrap();
            dba.run(&renumber(sql)).await;
            let found = findings(&house, Bodies::All).await;
            assert!(has(&found, kind, seq, by), "{sql}: {found:?}");
            restore(&dba).await;
        }

        // Without opening bodies the signed heads find it too, and say between which sizes.
        dba.run("UPDATE event SET action = 'record.other' WHERE seq = 123").await;
        let found = findings(&house, Bodies::None).await;
        assert!(found.iter().any(|f| f.kind == "evidence.root_mismatch" && f.by == FoundBy::Checkpoint), "{found:?}");
        assert!(has(&found, "evidence.tree_node", 0, FoundBy::Tree), "{found:?}");
        assert!(found.iter().any(|f| f.by == FoundBy::Anchor), "{found:?}");
        restore(&dba).await;

        // The stored head alone.
        let other = dba.bytes(&[9; 32]);
        dba.run(&format!("UPDATE ledger_state SET chain = {other}")).await;
        assert!(has(&findings(&house, Bodies::None).await, "evidence.head_differs", size, FoundBy::Chain));
        restore(&dba).await;
        dba.run("UPDATE checkpoint SET at = at + 1 WHERE size = (SELECT max(size) FROM kept_checkpoint)").await;
        assert!(has(&findings(&house, Bodies::None).await, "evidence.checkpoint_row", size, FoundBy::Checkpoint));
        restore(&dba).await;
        assert_eq!(findings(&house, Bodies::All).await, []);
    }

    async fn a_cut_tail_is_found_by_a_checkpoint_or_else_by_an_anchor(test: TestStore) {
        let folder = tempfile::tempdir().unwrap();
        let house = signed_house(test, folder.path()).await;
        let size = house.door.store().ledger_head().await.unwrap().size;
        let dba = house.dba().await;
        let (tree, chain, nodes) = recompute(&house, 700).await;
        dba.run("DELETE FROM event WHERE seq >= 700; DELETE FROM event_page WHERE seq >= 700").await;
        write_state(&dba, &tree, &chain, &nodes).await;
        let found = findings(&house, Bodies::All).await;
        assert!(has(&found, "evidence.truncated_below_checkpoint", size, FoundBy::Checkpoint), "{found:?}");

        dba.run("DELETE FROM checkpoint WHERE size > 700").await;
        let found = findings(&house, Bodies::All).await;
        assert!(has(&found, "evidence.anchor_missing", size, FoundBy::Anchor), "{found:?}");
        assert!(found.iter().all(|f| f.by == FoundBy::Anchor), "nothing else can know: {found:?}");
    }

    async fn a_log_rebuilt_with_the_stolen_key_is_found_by_an_anchor(test: TestStore) {
        let folder = tempfile::tempdir().unwrap();
        let house = signed_house(test, folder.path()).await;
        let store = house.door.store();
        let dba = house.dba().await;
        let checkpoints = store.checkpoints(100).await.unwrap();
        // The thief has the running process: its seed, which is the first one, and all keys.
        let seed: [u8; 32] = house.door.vault().secret(AUDIT_SIGNING_SEED).unwrap().as_slice().try_into().unwrap();
        let origin = house.door.evidence().public_key().await.unwrap().name().to_owned();
        let ratchet = KeyRatchet::first(&origin, &seed).unwrap();
        dba.run("UPDATE event SET action = 'record.other' WHERE seq = 400").await;
        for old in &checkpoints {
            let (tree, chain, nodes) = recompute(&house, old.size).await;
            let head = Checkpoint {
                origin: origin.clone(), size: old.size, root: tree.root(), at: old.at, chain: chain.head(),
            };
            let note = head.sign(&[ratchet.signer()]).unwrap().to_string();
            let (root, note) = (dba.bytes(&head.root), dba.bytes(note.as_bytes()));
            dba.run(&format!("UPDATE checkpoint SET root = {root}, note = {note} WHERE size = {}", old.size)).await;
            if old.size == store.ledger_head().await.unwrap().size {
                write_state(&dba, &tree, &chain, &nodes).await;
            }
        }
        let size = store.ledger_head().await.unwrap().size;
        let found = findings(&house, Bodies::None).await;
        assert!(has(&found, "evidence.anchor_mismatch", size, FoundBy::Anchor), "{found:?}");
        assert!(found.iter().all(|f| f.by == FoundBy::Anchor), "nothing else can know: {found:?}");
        // The body still speaks against the new header, unless the thief seals a new one as well.
        assert!(has(&findings(&house, Bodies::All).await, "evidence.edited_event", 400, FoundBy::Body));
    }

    async fn a_rewritten_log_is_not_signed_on(test: TestStore) {
        let folder = tempfile::tempdir().unwrap();
        let house = signed_house(test, folder.path()).await;
        let evidence = house.door.evidence();
        assert_eq!(evidence.state(), EvidenceState::Whole);
        house.events(20).await;
        let signed = house.door.store().checkpoints(1).await.unwrap()[0].size;
        let dba = house.dba().await;
        dba.run(&format!("UPDATE event SET action = 'record.other' WHERE seq = {}", signed + 5)).await;
        assert_eq!(evidence.sign_now().await.unwrap(), None);
        assert!(matches!(evidence.state(), EvidenceState::Broken { problem: "evidence.rewritten", .. }));
        house.settle().await;
        let filter = EventFilter { action: Some("evidence.broken".into()), ..EventFilter::default() };
        assert_eq!(house.door.store().events(&filter).await.unwrap().len(), 1);
        assert_eq!(evidence.sign_now().await.unwrap(), None);
        assert_eq!(house.door.store().checkpoints(1).await.unwrap()[0].size, signed);
        // Reading goes on, and says so.
        let head = evidence.head(&caller(AUDITOR)).await.unwrap();
        assert!(matches!(head.state, EvidenceState::Broken { .. }));
    }

    async fn a_restart_sees_an_older_copy_of_the_database(test: TestStore) {
        let folder = tempfile::tempdir().unwrap();
        let house = signed_house(test, folder.path()).await;
        let (tree, chain, nodes) = recompute(&house, 700).await;
        let dba = house.dba().await;
        dba.run("DELETE FROM event WHERE seq >= 700; DELETE FROM event_page WHERE seq >= 700").await;
        write_state(&dba, &tree, &chain, &nodes).await;
        drop(dba);
        let house = house.restart().await;
        let state = house.door.evidence().state();
        assert!(matches!(state, EvidenceState::Broken { problem: "evidence.truncated", .. }), "{state:?}");

        // As from a backup: the checkpoints are of that day too, and only the anchor knows better.
        house.dba().await.run("DELETE FROM checkpoint WHERE size > 700").await;
        let house = house.restart().await;
        assert_eq!(house.door.evidence().state(), EvidenceState::Whole);
        let anchor = AnchorConfig::File { path: folder.path().join("heads.txt"), every_seconds: None };
        house.door.evidence().use_anchors(vec![anchor]).await.unwrap();
        let state = house.door.evidence().state();
        assert!(matches!(state, EvidenceState::Broken { problem: "evidence.anchor_missing", .. }), "{state:?}");
    }
}
