//! Signing, keys, verification, export, proofs, and who may ask for them.

use std::collections::HashSet;
use std::io::Read;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

use kedun_engine::EventDraft;
use kedun_engine::evidence::{AnchorConfig, EvidenceFilter, EvidenceState, PUBLIC_KEY, VerifyOptions};
use kedun_ledger::bundle::{Bundle, BundleSource};
use kedun_ledger::{Outcome, Trust, VerifierKey, verify_inclusion};
use kedun_model::{ErrorKind, ObjectId, Purpose};
use kedun_store::{EventFilter, Tuning};
use kedun_testkit::db::TestStore;
use kedun_testkit::db_test;
use kedun_vault::secret_names::AUDIT_SIGNING_SEED;

use crate::evidence_support::{AUDITOR, House, OUTSIDER, SALES, caller, person, record};

const DAY: i64 = 86_400_000_000;
const SECOND: i64 = 1_000_000;

struct Files(PathBuf);

impl BundleSource for Files {
    fn open(&self, name: &str) -> std::io::Result<Option<Box<dyn Read + '_>>> {
        Ok(Some(Box::new(std::fs::File::open(self.0.join(name))?)))
    }
}

async fn verified(house: &House) -> kedun_engine::VerifyReport {
    house.door.evidence().verify_for_operator(VerifyOptions::default()).await.unwrap()
}

async fn actions(house: &House, prefix: &str) -> Vec<(String, Outcome)> {
    house.settle().await;
    let filter =
        EventFilter { action: Some(prefix.into()), ascending: true, limit: 1_000, ..EventFilter::default() };
    let events = house.door.store().events(&filter).await.unwrap();
    events.into_iter().map(|e| (e.header.action, e.header.outcome)).collect()
}

db_test! {
    async fn a_thousand_events_verify_and_leave_as_a_bundle(test: TestStore) {
        let folder = tempfile::tempdir().unwrap();
        let house = House::build(test).await;
        let evidence = house.door.evidence();
        let heads = folder.path().join("heads.txt");
        evidence.use_anchors(vec![AnchorConfig::File { path: heads.clone(), every_seconds: None }]).await.unwrap();
        house.events(500).await;
        evidence.sign_now().await.unwrap().unwrap();
        evidence.anchor_tick().await.unwrap();
        house.events(500).await;
        let told = Arc::new(AtomicU64::new(0));
        let teller = told.clone();
        let options = VerifyOptions {
            progress: Some(Arc::new(move |read, _| teller.store(read, Ordering::Relaxed))),
            ..VerifyOptions::default()
        };
        let report = evidence.verify(&caller(AUDITOR), options).await.unwrap();
        assert!(report.is_clean(), "{:?}", report.findings);
        assert!(report.report.events >= 1_000);
        assert_eq!(told.load(Ordering::Relaxed), report.report.events);
        assert_eq!((report.opened, report.destroyed), (report.report.events, 0));
        assert_eq!((report.report.checkpoints_good, report.report.anchors), (2, 1));
        assert_eq!(actions(&house, "evidence.verify").await, [("evidence.verify".into(), Outcome::Ok)]);

        let out = folder.path().join("export");
        let summary = evidence.export(&caller(AUDITOR), &out).await.unwrap();
        // Somebody else, elsewhere, with the key learnt from us and the anchor's file.
        let key: VerifierKey = std::fs::read_to_string(out.join(PUBLIC_KEY)).unwrap().trim().parse().unwrap();
        assert_eq!(key.to_string(), summary.public_key);
        let kept = kedun_ledger::bundle::read_anchors(std::fs::read(&heads).unwrap().as_slice()).unwrap();
        assert_eq!(kept.len(), 1);
        let trust = Trust::new(key).with_anchors(kept);
        let report = Bundle::open(Files(out.clone())).unwrap().verify(&trust).unwrap();
        assert!(report.is_clean(), "{:?}", report.problems);
        assert_eq!((report.events, report.tail, report.anchors), (summary.events, 0, 1));
        let again = evidence.export(&caller(AUDITOR), &out).await;
        assert!(again.is_err(), "an export never overwrites another");

        let cancel = Arc::new(AtomicBool::new(true));
        let options = VerifyOptions { cancel: Some(cancel), ..VerifyOptions::default() };
        assert_eq!(evidence.verify_for_operator(options).await.unwrap_err().code, "job.cancelled");
    }

    async fn a_proof_leads_to_a_signed_head(test: TestStore) {
        let house = House::build(test).await;
        house.events(300).await;
        let proof = house.door.evidence().proof(&caller(AUDITOR), 17).await.unwrap();
        assert!(proof.verified);
        verify_inclusion(&proof.header.leaf(), 17, proof.size, &proof.path, &proof.root).unwrap();
        assert!(verify_inclusion(&proof.header.leaf(), 18, proof.size, &proof.path, &proof.root).is_err());
        let missing = house.door.evidence().proof(&caller(AUDITOR), 1 << 40).await.unwrap_err();
        assert_eq!(missing.kind, ErrorKind::NotFound);
        let head = house.door.evidence().head(&caller(AUDITOR)).await.unwrap();
        assert_eq!(head.checkpoint.unwrap().note, proof.checkpoint.note);
        assert!(head.public_key.parse::<VerifierKey>().is_ok());
    }

    async fn heads_are_signed_when_they_are_due(test: TestStore) {
        let house = House::build(test).await;
        let evidence = house.door.evidence();
        let clock = house.test.clock.clone();
        assert!(evidence.tick().await.unwrap().is_some(), "what a start finds unsigned is signed at once");
        assert_eq!(evidence.tick().await.unwrap(), None, "nothing new");
        house.events(10).await;
        assert_eq!(evidence.tick().await.unwrap(), None, "not yet");
        clock.advance(10 * SECOND);
        assert!(evidence.tick().await.unwrap().is_some(), "after ten seconds");
        house.events(1_000).await;
        assert!(evidence.tick().await.unwrap().is_some(), "after a thousand events");
        let reveal = || EventDraft::new("record.reveal", Outcome::Ok).record(record(1)).sensitive();
        house.event(SALES, reveal()).await;
        assert_eq!(evidence.tick().await.unwrap(), None, "within 200 milliseconds of the last");
        clock.advance(200_000);
        assert!(evidence.tick().await.unwrap().is_some(), "right after something sensitive");
        // A clock that was set back stops nothing, and signed time does not run backwards.
        house.events(5).await;
        clock.advance(-3_600 * SECOND);
        assert!(evidence.tick().await.unwrap().is_some());
        assert!(evidence.clock_behind().await > 3_500 * SECOND);
        let rows = house.door.store().checkpoints(100).await.unwrap();
        assert!(rows.windows(2).all(|pair| pair[0].at >= pair[1].at && pair[0].size > pair[1].size));
        assert!(verified(&house).await.is_clean());
    }

    async fn a_clock_set_forward_is_written_down(test: TestStore) {
        let house = House::build(test).await;
        let evidence = house.door.evidence();
        let (clock, begun) = (house.test.clock.clone(), house.test.context.now());
        let mut even = std::time::Duration::ZERO;
        let mut step = async |wall: i64, monotonic: u64| {
            clock.advance(wall * SECOND);
            even += std::time::Duration::from_secs(monotonic);
            evidence.watch_clock(even).await.unwrap()
        };
        assert_eq!(step(0, 7).await, None, "the first look has nothing to compare with");
        assert_eq!(step(3_600, 3_600).await, None, "both went on");
        assert_eq!(step(61, 1).await, None, "within the bound");
        assert_eq!(step(2, 1).await, Some(61), "small steps add up");
        assert_eq!(step(1, 1).await, None, "told once");
        assert_eq!(step(-86_400, 1).await, None, "back is for the signer to tell");
        assert_eq!(step(86_402, 1).await, Some(86_401), "and forward again");
        house.settle().await;
        assert_eq!(evidence.clock_jumps(begun).await.unwrap().len(), 2);
        assert_eq!(evidence.clock_jumps(house.test.context.now() + 1).await.unwrap(), Vec::<i64>::new());
        let filter = EvidenceFilter { action: Some("evidence.clock_jump".into()), ..EvidenceFilter::default() };
        let page = evidence.events(&caller(AUDITOR), filter).await.unwrap();
        let told: Vec<_> = page.items.iter().map(|e| (e.counts.clone(), e.sensitive)).collect();
        assert_eq!(told, [86_401, 61].map(|n| (vec![("seconds".to_owned(), n)], true)));
    }

    async fn keys_change_by_the_day_and_old_ones_are_gone(test: TestStore) {
        let mut house = House::build(test).await;
        let pinned = house.door.evidence().public_key().await.unwrap();
        let first = house.door.vault().secret(AUDIT_SIGNING_SEED).unwrap();
        for day in 0..4 {
            house.events(20).await;
            house.door.evidence().sign_now().await.unwrap().unwrap();
            house.test.clock.advance(DAY);
            if day == 2 {
                house = house.restart().await;
            }
        }
        let evidence = house.door.evidence();
        assert_eq!(evidence.head_for_operator().await.unwrap().key_changes, 3);
        assert_eq!(evidence.public_key().await.unwrap(), pinned);
        assert_ne!(*house.door.vault().secret(AUDIT_SIGNING_SEED).unwrap(), *first, "overwritten");
        let (_, secrets) = house.door.store().load_vault().await.unwrap();
        let stored = secrets.iter().find(|row| row.name == AUDIT_SIGNING_SEED).unwrap();
        let stored = kedun_vault::SecretRow {
            name: stored.name.clone(), epoch: stored.epoch, wrapped: stored.wrapped.clone(), created_at: stored.created_at,
        };
        house.door.vault().adopt_secret(&stored).unwrap();
        assert_ne!(*house.door.vault().secret(AUDIT_SIGNING_SEED).unwrap(), *first, "overwritten where it was stored");
        let select = kedun_store::sq::Query::select()
            .columns(["idx", "seed"])
            .from("ledger_key_certificate")
            .order_by("idx", kedun_store::sq::Order::Asc)
            .to_owned();
        let rows = house.door.store().query(&house.door.store().dialect().select(&select)).await.unwrap();
        let seeds: Vec<bool> = rows.iter().map(|row| !row.is_null(1).unwrap()).collect();
        assert_eq!(seeds, [false, false, false, true], "only the key in use has a seed");
        let report = verified(&house).await;
        assert!(report.is_clean(), "{:?}", report.findings);
        assert_eq!((report.report.key_changes, report.report.checkpoints_good), (3, 4));
        house.settle().await;
        house.test.clock.advance(DAY);
        assert!(evidence.tick().await.unwrap().is_some(), "the event of the last change");
        // An idle log is left alone: nothing but the event of the change follows.
        house.settle().await;
        assert_eq!(evidence.head_for_operator().await.unwrap().key_changes, 3);
    }

    async fn the_log_is_searched_by_those_who_may(test: TestStore) {
        let house = House::build(test).await;
        let evidence = house.door.evidence();
        house.events(100).await;
        let filter = |person| EvidenceFilter { person, action: Some("record.".into()), limit: 7, ..Default::default() };
        let refused = evidence.events(&caller(SALES), filter(None)).await.unwrap_err();
        assert_eq!((refused.kind, refused.code.as_ref()), (ErrorKind::Forbidden, "forbidden"));
        assert_eq!(actions(&house, "evidence.read").await, [("evidence.read".into(), Outcome::Refused)]);

        let mut seen = Vec::new();
        let mut next = None;
        loop {
            let ask = EvidenceFilter { before: next, ..filter(Some(person(SALES + 3))) };
            let page = evidence.events(&caller(AUDITOR), ask).await.unwrap();
            assert!(page.items.len() <= 7);
            seen.extend(page.items);
            next = page.next;
            if next.is_none() {
                break;
            }
        }
        assert_eq!(seen.len(), 13, "every eighth of a hundred from the fourth on");
        assert!(seen.windows(2).all(|pair| pair[0].seq > pair[1].seq));
        for event in &seen {
            assert_eq!(event.person, Some((person(SALES + 3), "person 13".into())));
            assert_eq!((event.network.as_str(), event.device.as_str()), ("192.0.2.7", "Firefox, Linux"));
            assert_eq!(event.object.as_deref(), Some("contact"));
            assert!(event.readable && !event.damaged);
            assert_eq!(event.purpose.as_ref().unwrap().code, "call_customer");
        }
        let listed = seen.iter().find(|e| e.action == "record.list").unwrap();
        assert_eq!((listed.records_count, listed.counts.as_slice()), (50, [("rows".to_owned(), 50)].as_slice()));
        let sensitive = EvidenceFilter { sensitive: Some(true), ..Default::default() };
        assert_eq!(evidence.events(&caller(AUDITOR), sensitive).await.unwrap().items.len(), 0);
        let refusals = EvidenceFilter { outcome: Some(Outcome::Refused), action: Some("record.".into()), limit: 500, ..Default::default() };
        assert_eq!(evidence.events(&caller(AUDITOR), refusals).await.unwrap().items.len(), 20);
        let asked: HashSet<_> = actions(&house, "evidence.read").await.into_iter().map(|(_, o)| o).collect();
        assert!(asked.contains(&Outcome::Ok), "the auditor's own searches are events");
        let export = evidence.export(&caller(SALES), &house_folder()).await.unwrap_err();
        assert_eq!(export.kind, ErrorKind::Forbidden);
        assert_eq!(evidence.head(&caller(OUTSIDER)).await.unwrap_err().kind, ErrorKind::Forbidden);
    }

    async fn who_saw_a_record(test: TestStore) {
        let house = House::build(test).await;
        let evidence = house.door.evidence();
        let (wanted, other) = (record(1_000), record(2_000));
        let of = |action: &'static str| EventDraft::new(action, Outcome::Ok).object(ObjectId(1));
        let page = |with: bool| (0..50).map(record).chain(with.then_some(wanted)).collect::<Vec<_>>();
        house.event(SALES, of("record.read").record(wanted).fields(["name"])).await;
        house.event(SALES + 1, of("record.list").records(page(true)).fields(["name", "mobile"])).await;
        let purpose = Purpose { code: "call_customer".into(), note: None };
        let revealed = of("record.reveal").record(wanted).fields(["mobile"]).purpose(Some(purpose.clone())).sensitive();
        house.event(SALES + 2, revealed).await;
        house.event(SALES + 3, of("record.search").records(vec![other, wanted])).await;
        house.event(SALES + 4, of("record.export").records((900..1_100).map(record).collect())).await;
        // Others saw others, or were refused, or it was another object, or no look at all.
        house.event(SALES + 5, of("record.list").records(page(false))).await;
        house.event(SALES + 6, of("record.read").record(other)).await;
        house.event(SALES + 7, EventDraft::new("record.read", Outcome::Refused).object(ObjectId(1)).record(wanted)).await;
        house.event(SALES + 7, EventDraft::new("record.read", Outcome::Ok).object(ObjectId(2)).record(wanted)).await;
        // Filters of many pages that might seem to contain it.
        house.events(400).await;

        let looks = evidence.looks(&caller(AUDITOR), "contact", wanted, None).await.unwrap();
        let items = looks.items.unwrap();
        let people: HashSet<_> = items.iter().map(|look| look.person.as_ref().unwrap().0).collect();
        assert_eq!(people, (SALES..SALES + 5).map(person).collect());
        assert_eq!((looks.count, looks.people, items.len()), (5, 5, 5));
        assert!(items.iter().all(|look| look.confirmed));
        let reveal = items.iter().find(|look| look.action == "record.reveal").unwrap();
        assert_eq!((reveal.fields.as_slice(), reveal.purpose.as_ref()), (["mobile".to_owned()].as_slice(), Some(&purpose)));
        let refused = evidence.looks(&caller(OUTSIDER), "contact", wanted, None).await.unwrap_err();
        assert_eq!(refused.kind, ErrorKind::Forbidden);
        assert_eq!(
            actions(&house, "evidence.looks").await,
            [("evidence.looks".into(), Outcome::Ok), ("evidence.looks".into(), Outcome::Refused)]
        );
    }

    async fn an_erased_person_leaves_proofs_behind(test: TestStore) {
        let house = House::build(test).await;
        let evidence = house.door.evidence();
        let (one, two) = (house.subject(50).await, house.subject(51).await);
        let read = |subjects: Vec<_>| {
            EventDraft::new("record.reveal", Outcome::Ok).record(record(5)).subjects(subjects).reason("rang me back")
        };
        house.event(SALES, read(vec![one])).await;
        house.event(SALES, read(vec![one, two])).await;
        house.event(SALES, read(vec![])).await;
        evidence.sign_now().await.unwrap();
        let readable = async || {
            let filter = EvidenceFilter { action: Some("record.reveal".into()), ..Default::default() };
            let page = evidence.events(&caller(AUDITOR), filter).await.unwrap();
            page.items.iter().map(|e| (e.readable, e.reason.is_some())).collect::<Vec<_>>()
        };
        assert_eq!(readable().await, [(true, true); 3]);
        house.door.store().destroy_keys(&[one]).await.unwrap();
        house.door.vault().forget(&kedun_vault::SubjectId(one.bytes()));
        assert_eq!(readable().await, [(true, true), (true, true), (false, false)]);
        let report = verified(&house).await;
        assert!(report.is_clean(), "{:?}", report.findings);
        assert_eq!(report.destroyed, 1);
    }

    async fn bodies_come_back_after_a_restart(test: TestStore) {
        let house = House::build(test).await;
        let subject = house.subject(60).await;
        house.event(SALES, EventDraft::new("record.read", Outcome::Ok).record(record(1)).subjects(vec![subject])).await;
        house.events(60).await;
        // A new month has a key of its own, made ahead.
        house.test.clock.advance(31 * DAY);
        house.door.evidence().tick().await.unwrap();
        house.events(10).await;
        let house = house.restart().await;
        assert_eq!(house.door.evidence().state(), EvidenceState::Whole);
        house.events(10).await;
        // The lease of the process that is gone runs out.
        house.test.clock.advance(16 * SECOND);
        house.door.evidence().sign_now().await.unwrap().unwrap();
        let report = verified(&house).await;
        assert!(report.is_clean(), "{:?}", report.findings);
        assert_eq!(report.destroyed, 0);
    }

    async fn what_cannot_be_written_down_is_not_released(test: TestStore) {
        let house = House::build(test).await;
        house.events(20).await;
        house.door.evidence().sign_now().await.unwrap();
        if house.test.url().is_some() {
            // A server that takes no more writes.
            let dba = house.dba().await;
            dba.run("ALTER TABLE event_inbox ADD CONSTRAINT full_disk CHECK (false) NOT VALID").await;
            refuses(&house).await;
        } else {
            let house = house.restart_within(Tuning { reserve_bytes: u64::MAX, ..Tuning::default() }).await;
            refuses(&house).await;
        }
    }
}

async fn refuses(house: &House) {
    let evidence = house.door.evidence();
    assert!(evidence.events(&caller(AUDITOR), EvidenceFilter::default()).await.is_err());
    assert!(evidence.looks(&caller(AUDITOR), "contact", record(1), None).await.is_err());
    assert!(evidence.proof(&caller(AUDITOR), 1).await.is_err());
    assert!(evidence.export(&caller(AUDITOR), &house_folder()).await.is_err());
    // What is not personal data can still be looked at.
    assert!(verified(house).await.is_clean());
}

fn house_folder() -> PathBuf {
    tempfile::tempdir().unwrap().keep().join("export")
}

#[tokio::test(flavor = "multi_thread")]
async fn of_several_nodes_one_signs() {
    let Some(test) = TestStore::postgres().await.unwrap() else {
        return kedun_testkit::db::notice("skipped: DATABASE_URL not set");
    };
    let remains = test.remains();
    let house = House::build(test).await;
    let second = house.second_node().await;
    house.events(30).await;
    assert!(house.door.evidence().sign_now().await.unwrap().is_some());
    house.events(30).await;
    assert_eq!(second.evidence().sign_now().await.unwrap(), None, "the first node has the lease");
    house.test.clock.advance(16 * SECOND);
    assert!(second.evidence().sign_now().await.unwrap().is_some(), "the first node lost it");
    house.events(30).await;
    assert_eq!(house.door.evidence().sign_now().await.unwrap(), None);
    house.test.clock.advance(DAY);
    assert!(house.door.evidence().sign_now().await.unwrap().is_some());
    house.test.clock.advance(DAY);
    house.events(30).await;
    assert!(second.evidence().sign_now().await.unwrap().is_some());
    let report = verified(&house).await;
    assert!(report.is_clean(), "{:?}", report.findings);
    assert_eq!(report.report.key_changes, 2);
    let newest = second.evidence().verify_for_operator(VerifyOptions::default()).await.unwrap();
    assert_eq!(newest.destroyed, 0, "each node reads what the other wrote");
    house.test.clock.advance(-10 * DAY);
    house.events(30).await;
    assert!(
        house.door.evidence().sign_now().await.unwrap().is_some(),
        "a lease does not outlive a clock set back"
    );
    remains.remove().await;
}

/// `cargo test -p kedun-engine --test it -- --ignored speed_of_the_evidence --nocapture`
#[tokio::test(flavor = "multi_thread")]
#[ignore = "a measurement"]
async fn speed_of_the_evidence() {
    let house = House::build(TestStore::sqlite().unwrap()).await;
    let begun = std::time::Instant::now();
    for _ in 0..40 {
        house.events(1_000).await;
        house.door.evidence().sign_now().await.unwrap().unwrap();
    }
    let written = begun.elapsed();
    let begun = std::time::Instant::now();
    let report = verified(&house).await;
    assert!(report.is_clean() && report.report.events >= 40_000);
    let text =
        format!("40,000 events written in {written:?}, verified with all bodies in {:?}", begun.elapsed());
    kedun_testkit::db::notice(&text);
}
