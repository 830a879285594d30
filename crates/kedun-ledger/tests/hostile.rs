//! Exports made by an attacker: never a panic, and no change of a byte that matters goes unseen.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, its helpers too"
)]

mod support;

use std::collections::BTreeMap;
use std::sync::LazyLock;

use kedun_ledger::bundle::{
    ANCHORS, CHECKPOINTS, EVENTS, EventsReader, KEYS, MANIFEST, Manifest, Notes, read_anchors,
};
use kedun_ledger::{EventHeader, Frontier, PageFilter, Problem, VerifierKey};
use proptest::prelude::*;
use support::{Log, happenings, verify_bundle, write};

static LOG: LazyLock<Log> = LazyLock::new(|| write(&happenings(230), &[100, 200]));
static FILES: LazyLock<BTreeMap<String, Vec<u8>>> = LazyLock::new(|| LOG.bundle());

/// Gives the manifest the hashes of the changed files, as who changes files would.
fn describe_anew(files: &mut BTreeMap<String, Vec<u8>>) {
    use std::fmt::Write as _;
    let mut manifest: Manifest = serde_json::from_slice(&files[MANIFEST]).unwrap();
    for entry in &mut manifest.files {
        let content = &files[&entry.name];
        entry.bytes = u64::try_from(content.len()).unwrap();
        entry.sha256 = sha2_hex(content);
    }
    files.insert(MANIFEST.into(), serde_json::to_vec(&manifest).unwrap());

    fn sha2_hex(bytes: &[u8]) -> String {
        let digest = aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes);
        digest.as_ref().iter().fold(String::new(), |mut hex, byte| {
            write!(hex, "{byte:02x}").unwrap();
            hex
        })
    }
}

#[test]
fn the_export_is_clean_before_it_is_damaged() {
    let mut files = FILES.clone();
    describe_anew(&mut files);
    let report = verify_bundle(files, &LOG.pinned).unwrap();
    assert!(report.is_clean(), "{:?}", report.problems);
    assert_eq!((report.events, report.checkpoints_good, report.key_changes), (230, 3, 2));
}

#[test]
fn damage_on_the_way_is_told_by_the_manifest() {
    let mut files = FILES.clone();
    files.get_mut(ANCHORS).unwrap().extend_from_slice(b"# x\n");
    let report = verify_bundle(files, &LOG.pinned).unwrap();
    assert_eq!(report.problems, [Problem::FileDiffersFromManifest { file: ANCHORS.into() }]);
}

#[test]
fn another_pinned_key_believes_nothing() {
    let other = support::signer(8).verifier().clone();
    let report = verify_bundle(FILES.clone(), &other).unwrap();
    assert!(report.problems.contains(&Problem::BadKeyCertificate { index: 1 }));
    assert!(report.problems.contains(&Problem::BadSignature { size: 100 }));
    assert_eq!(report.checkpoints_good, 0);
}

#[test]
fn every_single_byte_of_a_small_export_matters() {
    let log = write(&happenings(6), &[3]);
    let clean = log.bundle();
    let (mut named, mut unreadable) = (0, 0);
    for name in [EVENTS, CHECKPOINTS, KEYS] {
        for place in 0..clean[name].len() {
            for flip in [0x01, 0x20, 0x80] {
                let mut files = clean.clone();
                files.get_mut(name).unwrap()[place] ^= flip;
                describe_anew(&mut files);
                match verify_bundle(files, &log.pinned) {
                    Ok(report) => {
                        assert!(!report.is_clean(), "byte {place} of {name} changed by {flip:#x} unseen");
                        named += 1;
                    }
                    Err(_) => unreadable += 1,
                }
            }
        }
    }
    assert!(named > 3_000 && unreadable > 500, "{named} named, {unreadable} unreadable");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn no_changed_byte_of_a_proving_file_goes_unseen(
        name in prop::sample::select(vec![EVENTS, CHECKPOINTS, KEYS]), spot in any::<prop::sample::Index>(), flip in 1u8..
    ) {
        let mut files = FILES.clone();
        let content = files.get_mut(name).unwrap();
        let place = spot.index(content.len());
        content[place] ^= flip;
        describe_anew(&mut files);
        if let Ok(report) = verify_bundle(files, &LOG.pinned) {
            prop_assert!(!report.is_clean(), "byte {place} of {name} changed by {flip:#x} unseen");
        }
    }

    #[test]
    fn mangled_exports_never_panic(
        edits in prop::collection::vec((0usize..5, any::<prop::sample::Index>(), any::<prop::sample::Index>(), 0u8..5, any::<u8>()), 1..8),
        fresh in any::<bool>(),
    ) {
        let mut files = FILES.clone();
        for (file, from, to, how, byte) in edits {
            let name = [EVENTS, CHECKPOINTS, KEYS, ANCHORS, MANIFEST][file];
            let content = files.get_mut(name).unwrap();
            let (from, to) = (from.index(content.len() + 1), to.index(content.len() + 1));
            let (from, to) = (from.min(to), from.max(to));
            match how {
                0 => content.truncate(from),
                1 => drop(content.drain(from..to)),
                2 => content[from..to].fill(byte),
                3 => { let copy = content[from..to].to_vec(); content.splice(to..to, copy); }
                _ => content.insert(from, byte),
            }
        }
        if fresh && serde_json::from_slice::<Manifest>(&files[MANIFEST]).is_ok() {
            let known = serde_json::from_slice::<Manifest>(&files[MANIFEST]).unwrap().files;
            if known.iter().all(|entry| files.contains_key(&entry.name)) {
                describe_anew(&mut files);
            }
        }
        let _outcome = verify_bundle(files, &LOG.pinned);
    }

    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..600), text in "[ -~\n\u{2014}]{0,300}") {
        let with_magic = [b"KDNEVT1\n".as_slice(), &bytes].concat();
        EventsReader::new(with_magic.as_slice()).for_each(drop);
        EventsReader::new(bytes.as_slice()).for_each(drop);
        Notes::new(bytes.as_slice()).for_each(drop);
        Notes::new(text.as_bytes()).for_each(drop);
        let _anchors = read_anchors(text.as_bytes());
        let _header = EventHeader::from_canonical(&bytes);
        let _frontier = Frontier::from_bytes(&bytes);
        let _filter = PageFilter::from_bytes(&bytes);
        let _key = text.parse::<VerifierKey>();
    }

    #[test]
    fn headers_round_trip(seq: u64, at: i64, org: i64, action in "[a-z._]{0,128}", object: u32, outcome in 0u8..3,
        actor: [u8; 16], session: [u8; 8], policy: u64, commitment: [u8; 32]) {
        let outcome = kedun_ledger::Outcome::from_byte(outcome).unwrap();
        let header = EventHeader { seq, at, org, action, object, outcome, actor, session, policy, commitment };
        prop_assert_eq!(EventHeader::from_canonical(&header.canonical()).unwrap(), header);
    }
}
