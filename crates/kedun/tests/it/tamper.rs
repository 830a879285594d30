//! Somebody with the files, and without the root key, edits the log of a server that was stopped.
//! Every way is found at the next verification, and named; an export taken elsewhere says the same.

use std::path::{Path, PathBuf};
use std::process::Command;

use kedun::config::{AtRest, DataArgs};
use kedun_engine::evidence::{Finding, FoundBy, VerifyOptions};
use kedun_ledger::bundle::{Bundle, BundleSource};
use kedun_ledger::{Anchor, Chain, EventHeader, Frontier, Outcome, Trust, VerifierKey};
use kedun_model::PersonId;
use kedun_testkit::db::{TestStore, notice};
use rusqlite::Connection;
use serde_json::json;

use crate::app::{AUDITOR, DIRECTOR, REP_A1, TestApp, open};

/// A stopped server with a log, and what was noted of it elsewhere.
struct Stopped {
    test: TestStore,
    /// Goes away with this.
    _dir: tempfile::TempDir,
    args: DataArgs,
    auditor: PersonId,
    kept: PathBuf,
    size: u64,
    key: VerifierKey,
    anchor: Anchor,
}

fn number(n: i64) -> u64 {
    u64::try_from(n).expect("not negative")
}

fn signed(n: u64) -> i64 {
    i64::try_from(n).expect("small")
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        let target = to.join(entry.file_name());
        if entry.file_type().expect("a type").is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).expect("a copy");
        }
    }
}

impl Stopped {
    /// More than 500 events, signed at several sizes.
    async fn build() -> Stopped {
        let test = TestStore::sqlite().expect("a folder");
        let t = TestApp::start_with(&test, AtRest::None).await;
        let rep = t.sign_in(REP_A1).await;
        let director = t.sign_in(DIRECTOR).await;
        for n in 0..80 {
            let body = json!({ "values": { "name": format!("张{n}"), "mobile": format!("138{n:08}") } });
            let made = rep.post("/records/contact", body).await;
            assert!(made.status.is_success(), "{:?}", made.json);
            let path = format!("/records/contact/{}", made.json["id"].as_str().expect("an id"));
            for client in [&rep, &director, &rep] {
                assert!(client.get(&path).await.status.is_success());
                assert!(
                    client.post("/records/contact/query", json!({ "limit": 5 })).await.status.is_success()
                );
            }
            if n % 20 == 19 {
                t.clock.advance(11_000_000);
                t.app.door.evidence().sign_now().await.expect("signed");
            }
        }
        let key = t.app.door.evidence().public_key().await.expect("a key");
        let TestApp { app, router, people, dir, args, .. } = t;
        drop(router);
        app.stop().await.expect("stopped");
        let db = Connection::open(args.data.join("main.db")).expect("the file");
        let (size, at, root): (i64, i64, Vec<u8>) = db
            .query_row("SELECT size, at, root FROM checkpoint ORDER BY size DESC LIMIT 1", [], |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?))
            })
            .expect("a signed head");
        let size = number(size);
        assert!(size > 500, "only {size} events");
        let anchor = Anchor { size, root: root.try_into().expect("a root"), at, place: "paper".into() };
        drop(db);
        let kept = dir.path().join("kept");
        copy(&args.data, &kept);
        Stopped { test, _dir: dir, args, auditor: people[AUDITOR], kept, size, key, anchor }
    }

    /// The files as they were.
    fn restore(&self) {
        std::fs::remove_dir_all(&self.args.data).expect("removed");
        copy(&self.kept, &self.args.data);
    }

    fn db(&self) -> Connection {
        Connection::open(self.args.data.join("main.db")).expect("the file")
    }

    /// What `kedun verify` finds, with or without the head that was kept elsewhere.
    async fn findings(&self, anchored: bool) -> Vec<Finding> {
        let app = open(&self.args, &self.test).await;
        let options = VerifyOptions {
            pinned: Some(self.key.clone()),
            anchors: if anchored { vec![self.anchor.clone()] } else { Vec::new() },
            ..VerifyOptions::default()
        };
        let report = app.door.evidence().verify_for_operator(options).await.expect("verified");
        // A log that is broken is not signed on; the server stops all the same.
        app.stop().await.expect("stopped");
        report.findings
    }
}

/// Leaves, chain and tree of the log as somebody computes them who has the rows alone.
fn rebuild(db: &Connection, size: u64) {
    let (mut tree, mut chain, mut nodes) = (Frontier::new(), Chain::new(), Vec::new());
    {
        let mut rows = db
            .prepare("SELECT seq, at, org, action, object, outcome, actor, session, policy, commitment FROM event WHERE seq < ?1 ORDER BY seq")
            .expect("a statement");
        let mut rows = rows.query([signed(size)]).expect("rows");
        while let Some(row) = rows.next().expect("a row") {
            let bytes = |i: usize| row.get::<_, Vec<u8>>(i).expect("bytes");
            let header = EventHeader {
                seq: number(row.get(0).expect("seq")),
                at: row.get(1).expect("at"),
                org: row.get(2).expect("org"),
                action: row.get(3).expect("action"),
                object: row.get(4).expect("object"),
                outcome: Outcome::from_byte(row.get(5).expect("outcome")).expect("an outcome"),
                actor: bytes(6).try_into().expect("an actor"),
                session: bytes(7).try_into().expect("a session"),
                policy: number(row.get(8).expect("policy")),
                commitment: bytes(9).try_into().expect("a commitment"),
            };
            let leaf = header.leaf();
            nodes.extend(tree.append(leaf));
            chain.append(&leaf);
        }
    }
    assert_eq!(tree.size(), size);
    db.execute(
        "UPDATE ledger_state SET size = ?1, frontier = ?2, chain = ?3",
        rusqlite::params![signed(tree.size()), tree.to_bytes(), chain.head().to_vec()],
    )
    .expect("the head");
    db.execute("DELETE FROM tree_node", []).expect("no nodes");
    for node in nodes {
        db.execute(
            "INSERT INTO tree_node (level, idx, hash) VALUES (?1, ?2, ?3)",
            rusqlite::params![node.level, signed(node.index), node.hash.to_vec()],
        )
        .expect("a node");
    }
}

/// A folder with an export.
struct Files(PathBuf);

impl BundleSource for Files {
    fn open(&self, name: &str) -> std::io::Result<Option<Box<dyn std::io::Read + '_>>> {
        match std::fs::File::open(self.0.join(name)) {
            Ok(file) => Ok(Some(Box::new(file))),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }
}

/// The program that was built beside the tests, if it was.
fn program() -> Option<PathBuf> {
    let here = std::env::current_exe().expect("a path");
    let path = here.parent()?.parent()?.join("kedun-verify");
    path.exists().then_some(path)
}

fn found(findings: &[Finding], kind: &str, by: FoundBy) -> bool {
    findings.iter().any(|f| f.kind == kind && f.by == by)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_done_to_the_files_of_a_stopped_server_is_found() {
    let s = Stopped::build().await;
    assert_eq!(s.findings(true).await, [], "nothing was done");
    let middle = s.size / 2;
    let edits: [(&str, String, &str, FoundBy); 8] = [
        (
            "a header is edited",
            format!("UPDATE event SET action = 'record.other' WHERE seq = {middle}"),
            "evidence.edited_event",
            FoundBy::Body,
        ),
        (
            "who did it is edited",
            format!("UPDATE event SET actor = (SELECT actor FROM event WHERE seq = 1) WHERE seq = {middle}"),
            "evidence.edited_event",
            FoundBy::Body,
        ),
        (
            "when it was is edited",
            format!("UPDATE event SET at = at - 1000000 WHERE seq = {middle}"),
            "evidence.edited_event",
            FoundBy::Body,
        ),
        (
            "a body is put in the place of another",
            format!(
                "UPDATE event SET body = (SELECT body FROM event WHERE seq = {middle} + 1) WHERE seq = {middle}"
            ),
            "evidence.edited_event",
            FoundBy::Body,
        ),
        (
            "a row is deleted",
            format!("DELETE FROM event WHERE seq = {middle}"),
            "evidence.missing_event",
            FoundBy::Sequence,
        ),
        (
            "two rows change places",
            format!(
                "UPDATE event SET seq = -1 WHERE seq = {middle}; UPDATE event SET seq = {middle} WHERE seq = {middle} + 1; \
                 UPDATE event SET seq = {middle} + 1 WHERE seq = -1"
            ),
            "evidence.root_mismatch",
            FoundBy::Checkpoint,
        ),
        (
            "the index of lists loses a row",
            format!(
                "DELETE FROM event_page WHERE seq = (SELECT seq FROM event WHERE records > 1 AND seq > {middle} LIMIT 1)"
            ),
            "evidence.page_index",
            FoundBy::Index,
        ),
        (
            "a signed head is edited",
            "UPDATE checkpoint SET root = zeroblob(32) WHERE size = (SELECT max(size) FROM checkpoint)"
                .to_owned(),
            "evidence.checkpoint_row",
            FoundBy::Checkpoint,
        ),
    ];
    for (what, sql, kind, by) in &edits {
        s.db().execute_batch(sql).expect("edited");
        let findings = s.findings(false).await;
        assert!(found(&findings, kind, *by), "{what}: {findings:?}");
        s.restore();
    }

    // A row is deleted and all after it is renumbered, and everything computed anew.
    s.db()
        .execute_batch(&format!(
            "DELETE FROM event WHERE seq = {middle}; UPDATE event SET seq = -seq WHERE seq > {middle}; \
             UPDATE event SET seq = -seq - 1 WHERE seq < 0"
        ))
        .expect("renumbered");
    rebuild(&s.db(), s.size - 1);
    let findings = s.findings(false).await;
    assert!(
        findings.iter().any(|f| f.by == FoundBy::Checkpoint),
        "the signed heads speak against it: {findings:?}"
    );
    s.restore();

    // An event is edited and everything after it computed anew, bodies left as they are.
    s.db()
        .execute_batch(&format!("UPDATE event SET action = 'record.other' WHERE seq = {middle}"))
        .expect("edited");
    rebuild(&s.db(), s.size);
    let findings = s.findings(false).await;
    assert!(found(&findings, "evidence.edited_event", FoundBy::Body), "{findings:?}");
    assert!(findings.iter().any(|f| f.kind == "evidence.root_mismatch"), "{findings:?}");
    s.restore();

    // The end is cut off: the heads that were signed over it speak against it.
    let cut = s.size - 100;
    let tail = format!("DELETE FROM event WHERE seq >= {cut}; DELETE FROM event_page WHERE seq >= {cut}");
    s.db().execute_batch(&tail).expect("cut");
    rebuild(&s.db(), cut);
    let findings = s.findings(false).await;
    assert!(findings.iter().any(|f| f.by == FoundBy::Checkpoint), "{findings:?}");
    // Those are deleted as well: only what was kept elsewhere knows.
    s.restore();
    let db = s.db();
    let older = "SELECT size FROM checkpoint WHERE size < ?1 ORDER BY size DESC LIMIT 1";
    let covered = number(db.query_row(older, [signed(s.size)], |row| row.get(0)).expect("an older head"));
    db.execute_batch(&format!(
        "DELETE FROM event WHERE seq >= {covered}; DELETE FROM event_page WHERE seq >= {covered}; \
         DELETE FROM checkpoint WHERE size > {covered}"
    ))
    .expect("cut");
    rebuild(&db, covered);
    drop(db);
    let findings = s.findings(true).await;
    assert!(
        findings.iter().any(|f| f.by == FoundBy::Anchor && f.seq == Some(s.size)),
        "the head kept elsewhere: {findings:?}"
    );
    s.restore();
    assert_eq!(s.findings(true).await, [], "the copy is whole");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_is_judged_alike_without_the_server() {
    let s = Stopped::build().await;
    let elsewhere = tempfile::tempdir().expect("a folder");
    let good = elsewhere.path().join("good");
    let bad = elsewhere.path().join("bad");
    let export = async |to: &Path| {
        let app = open(&s.args, &s.test).await;
        let caller = app.identity.caller_for(s.auditor).await.expect("the auditor");
        let summary = app.door.evidence().export(&caller, to).await;
        app.stop().await.expect("stopped");
        summary
    };
    let summary = export(&good).await.expect("exported");
    assert!(summary.events > s.size);
    assert_eq!(summary.public_key, s.key.to_string());
    // Edited in the database with all that was computed of it: an export of it, if there is one, is found.
    s.restore();
    s.db()
        .execute_batch(&format!("UPDATE event SET action = 'record.other' WHERE seq = {}", s.size / 2))
        .expect("edited");
    rebuild(&s.db(), s.size);
    let tampered = export(&bad).await;
    // Edited in the export itself.
    let edited = elsewhere.path().join("edited");
    copy(&good, &edited);
    let events = edited.join(kedun_ledger::bundle::EVENTS);
    let mut bytes = std::fs::read(&events).expect("the events");
    let place = bytes.windows(11).rposition(|w| w == b"record.read").expect("an event");
    bytes[place + 10] = b'x';
    std::fs::write(&events, bytes).expect("edited");

    let mut cases = vec![(good, true), (edited, false)];
    if tampered.is_ok() {
        cases.push((bad, false));
    }
    for (folder, clean) in cases {
        let trust = || Trust::new(s.key.clone()).with_anchors(vec![s.anchor.clone()]);
        let judged = Bundle::open(Files(folder.clone())).and_then(|bundle| bundle.verify(&trust()));
        let judged_clean = judged.as_ref().is_ok_and(kedun_ledger::Report::is_clean);
        assert_eq!(judged_clean, clean, "{}: {judged:?}", folder.display());
        let Some(program) = program() else {
            notice("kedun-verify was not built: its library was asked, the program was not");
            continue;
        };
        let anchors = elsewhere.path().join("anchors.txt");
        std::fs::write(&anchors, format!("{}\n", s.anchor.to_line())).expect("written");
        let output = Command::new(program)
            .arg(&folder)
            .args(["--key", &s.key.to_string(), "--anchors"])
            .arg(&anchors)
            .arg("--json")
            .output()
            .expect("the program runs");
        assert_eq!(output.status.code() == Some(0), clean, "{}", String::from_utf8_lossy(&output.stdout));
        let other = kedun_ledger::Signer::from_seed("kedun.example/other", &[7; 32]).expect("a key");
        let trust = Trust::new(other.verifier().clone());
        let judged = Bundle::open(Files(folder)).and_then(|bundle| bundle.verify(&trust));
        assert!(!judged.is_ok_and(|r| r.is_clean()), "another key proves nothing");
    }
}
