//! Each way to tamper with a log is found, under its own name; and what cannot be found is not.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test fails by panicking, its helpers too"
)]

mod support;

use kedun_ledger::{Chain, Checkpoint, Frontier, KeyCertificate, Problem, SignedNote, Start};
use support::{EVERY, Log, ORIGIN, happenings, sample, signer, write};

#[test]
fn an_unchanged_log_is_clean_and_fully_counted() {
    let log = sample();
    let report = log.verify(&log.anchors);
    assert!(report.is_clean(), "{:?}", report.problems);
    assert_eq!((report.from, report.to, report.events, report.bodies), (0, 2_000, 2_000, 2_000));
    assert_eq!((report.checkpoints, report.checkpoints_good, report.key_changes), (20, 20, 3));
    assert_eq!((report.anchors, report.anchors_inside, report.unproven, report.tail), (4, 0, 0, 0));
    assert_eq!(report.last_at.unwrap() - report.first_at.unwrap(), 1_999_000_000);
    assert_eq!(report.root.unwrap(), hex_root(&log));
}

fn hex_root(log: &Log) -> String {
    let mut frontier = Frontier::new();
    for event in &log.events {
        frontier.append(event.leaf);
    }
    frontier.root().iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn an_edited_body_is_named() {
    let mut log = sample();
    log.events[777].disclosed.as_mut().unwrap().body[0] ^= 1;
    assert_eq!(log.problems(), [Problem::EditedEvent { seq: 777 }]);
    let mut log = sample();
    log.events[778].disclosed.as_mut().unwrap().salt[0] ^= 1;
    assert_eq!(log.problems(), [Problem::EditedEvent { seq: 778 }]);
}

#[test]
fn an_edited_header_is_named_and_all_other_events_stay_proven() {
    let mut log = sample();
    log.events[1_234].header.actor = [9; 16];
    let report = log.verify(&log.anchors);
    assert_eq!(report.problems, [Problem::EditedEvent { seq: 1_234 }]);
    assert_eq!(report.checkpoints_good, 20);
}

#[test]
fn an_edited_header_with_a_new_leaf_breaks_the_chain_there() {
    let mut log = sample();
    log.events[1_234].header.actor = [9; 16];
    log.seal(1_234);
    let problems = log.problems();
    assert!(problems.contains(&Problem::ChainBroken { seq: 1_234 }), "{problems:?}");
    assert!(problems.contains(&Problem::RootMismatch { size: 1_300, proven: 1_200 }), "{problems:?}");
}

#[test]
fn an_edited_header_with_everything_recomputed_misses_the_signed_root() {
    let mut log = sample();
    log.events[1_234].header.actor = [9; 16];
    log.relink();
    let problems = log.problems();
    assert_eq!(problems.first(), Some(&Problem::RootMismatch { size: 1_300, proven: 1_200 }));
    assert!(!problems.iter().any(|p| matches!(p, Problem::EditedEvent { .. } | Problem::ChainBroken { .. })));
}

#[test]
fn deleted_events_are_named() {
    let mut log = sample();
    log.events.drain(100..103);
    let problems = log.problems();
    assert_eq!(problems, [100, 101, 102].map(|seq| Problem::MissingEvent { seq }));
    let report = log.verify(&log.anchors);
    assert_eq!(report.checkpoints_good, 1);
    assert!(report.unproven > 0 && report.root.is_none());
}

#[test]
fn a_deleted_event_with_everything_renumbered_misses_the_signed_root() {
    let mut log = sample();
    log.events.remove(150);
    log.renumber();
    log.relink();
    let problems = log.problems();
    assert_eq!(problems.first(), Some(&Problem::RootMismatch { size: 200, proven: 100 }));
    assert_eq!(problems.last(), Some(&Problem::UncoveredTail { from: 100, events: 1_899 }));
    assert!(problems.contains(&Problem::TruncatedBelowCheckpoint { size: 2_000, events: 1_999 }));
}

#[test]
fn the_first_event_deleted_is_missed() {
    let mut log = sample();
    log.events.remove(0);
    assert_eq!(log.problems(), [Problem::MissingEvent { seq: 0 }]);
}

#[test]
fn a_moved_event_is_named() {
    let mut log = sample();
    log.events.swap(300, 301);
    assert_eq!(log.problems(), [Problem::Reordered { seq: 300 }]);
    let mut log = sample();
    let moved = log.events.remove(300);
    log.events.insert(900, moved);
    assert!(log.problems().contains(&Problem::Reordered { seq: 300 }));
}

#[test]
fn two_events_that_change_places_with_their_numbers_are_named() {
    let mut log = sample();
    log.events.swap(300, 301);
    log.renumber();
    let problems = log.problems();
    assert!(problems.contains(&Problem::EditedEvent { seq: 300 }), "{problems:?}");
    assert!(problems.contains(&Problem::EditedEvent { seq: 301 }), "{problems:?}");
    assert!(problems.contains(&Problem::ChainBroken { seq: 300 }), "{problems:?}");
    assert!(problems.contains(&Problem::RootMismatch { size: 400, proven: 300 }), "{problems:?}");
}

#[test]
fn a_doubled_event_is_named() {
    let mut log = sample();
    let copy = log.events[40].clone();
    log.events.insert(41, copy);
    assert_eq!(log.problems(), [Problem::DuplicateSeq { seq: 40 }]);
}

#[test]
fn a_cut_end_is_seen_by_a_later_checkpoint() {
    let mut log = sample();
    log.events.truncate(1_950);
    assert_eq!(log.problems(), [Problem::TruncatedBelowCheckpoint { size: 2_000, events: 1_950 }]);
}

#[test]
fn a_cut_end_is_seen_by_a_certificate_even_without_its_checkpoints() {
    let mut log = sample();
    log.events.truncate(1_400);
    log.checkpoints.truncate(14);
    assert_eq!(log.problems(), [Problem::TruncatedBelowCheckpoint { size: 1_500, events: 1_400 }]);
}

#[test]
fn a_cut_end_without_its_checkpoints_and_certificates_is_seen_by_an_outside_anchor_alone() {
    let mut log = sample();
    log.events.truncate(1_400);
    log.checkpoints.truncate(14);
    log.certificates.truncate(2);
    assert!(log.verify(&[]).is_clean());
    assert_eq!(log.verify(&log.anchors).problems, [1_500, 2_000].map(|size| Problem::AnchorMissing { size }));
}

/// Another history, written with the same keys.
fn rewritten(from: usize, keys: &[u64]) -> Log {
    let mut happened = happenings(2_000);
    for (header, _) in happened.iter_mut().skip(from) {
        header.actor = [0xee; 16];
    }
    write(&happened, keys)
}

#[test]
fn a_log_rebuilt_with_the_stolen_first_key_is_seen_by_outside_anchors_alone() {
    let honest = write(&happenings(2_000), &[]);
    let forged = rewritten(10, &[]);
    assert!(forged.verify(&[]).is_clean(), "nothing inside the export can show this");
    let found = forged.verify(&honest.anchors);
    assert_eq!(found.problems, [500, 1_000, 1_500, 2_000].map(|size| Problem::AnchorMismatch { size }));
}

#[test]
fn a_stolen_later_key_rewrites_only_what_follows_its_hand_over() {
    let honest = sample();
    // The thief has the last key, number 3, in use since size 1 500, and rewrites from event 1 600 on.
    let mut forged = rewritten(1_600, &[500, 1_000, 1_500]);
    assert!(forged.verify(&[]).is_clean());
    assert_eq!(forged.verify(&honest.anchors).problems, [Problem::AnchorMismatch { size: 2_000 }]);

    // From event 700 on: the true certificates hold the true roots, and no other key can be had.
    forged = rewritten(700, &[500, 1_000, 1_500]);
    forged.certificates.clone_from(&honest.certificates);
    let thief = signer(3);
    forged.checkpoints = forged
        .checkpoints
        .iter()
        .map(|note| Checkpoint::parse(note).unwrap().sign(&[&thief]).unwrap())
        .collect();
    let problems = forged.problems();
    assert!(problems.contains(&Problem::RootMismatch { size: 1_000, proven: 0 }), "{problems:?}");
    assert!(problems.contains(&Problem::RootMismatch { size: 1_500, proven: 0 }), "{problems:?}");
    assert!(problems.contains(&Problem::BadSignature { size: 800 }), "{problems:?}");
}

#[test]
fn a_forged_certificate_is_named_and_its_key_not_believed() {
    let mut log = sample();
    let mut certificate = KeyCertificate::parse(&log.certificates[1]).unwrap();
    certificate.size = 600;
    let text = certificate.text();
    log.certificates[1] = SignedNote::new(text.clone(), vec![signer(2).sign(&text)]).unwrap();
    let problems = log.problems();
    assert_eq!(problems.first(), Some(&Problem::BadKeyCertificate { index: 2 }));
    assert!(problems.contains(&Problem::BadSignature { size: 1_100 }), "{problems:?}");
}

#[test]
fn a_checkpoint_by_another_key_or_changed_after_signing_is_named() {
    let mut log = sample();
    let head = Checkpoint::parse(&log.checkpoints[3]).unwrap();
    log.checkpoints[3] = head.sign(&[&signer(9)]).unwrap();
    assert_eq!(log.problems(), [Problem::BadSignature { size: 400 }]);
    let mut log = sample();
    let changed = log.checkpoints[3].to_string().replace("\n400\n", "\n401\n");
    log.checkpoints[3] = changed.parse().unwrap();
    assert_eq!(log.problems(), [Problem::BadSignature { size: 401 }]);
}

#[test]
fn a_missing_checkpoint_is_no_problem_but_missing_all_is() {
    let mut log = write(&happenings(250), &[]);
    log.checkpoints.remove(0);
    assert!(log.verify(&[]).is_clean());
    log.checkpoints.clear();
    assert_eq!(log.problems(), [Problem::UncoveredTail { from: 0, events: 250 }]);
}

#[test]
fn two_signed_heads_of_one_size_break_consistency() {
    let mut log = sample();
    let head = Checkpoint::parse(&log.checkpoints[3]).unwrap();
    let other = Checkpoint { root: [1; 32], ..head.clone() }.sign(&[&signer(0)]).unwrap();
    log.checkpoints.insert(4, other);
    assert_eq!(log.problems(), [Problem::ConsistencyBroken { between: (400, 400) }]);
    let mut log = sample();
    let smaller = Checkpoint { size: 399, ..head }.sign(&[&signer(0)]).unwrap();
    log.checkpoints.insert(4, smaller);
    assert_eq!(log.problems(), [Problem::ConsistencyBroken { between: (400, 399) }]);
}

#[test]
fn time_that_goes_back_is_named() {
    let mut happened = happenings(300);
    happened[150].0.at -= 20_000_000;
    assert!(write(&happened, &[]).verify(&[]).is_clean(), "within the slack");
    happened[150].0.at -= 20_000_000;
    assert_eq!(write(&happened, &[]).problems(), [Problem::TimeWentBack { seq: 150 }]);
    let mut twice = happenings(300);
    for (n, (event, ..)) in twice.iter_mut().enumerate().skip(100) {
        event.at -= if n < 200 { 86_400_000_000 } else { 2 * 86_400_000_000 };
    }
    // The heads that were signed with these times go back too, and are named by themselves.
    let (events, heads): (Vec<Problem>, Vec<Problem>) = write(&twice, &[])
        .problems()
        .into_iter()
        .partition(|problem| matches!(problem, Problem::TimeWentBack { .. }));
    assert_eq!(
        events,
        [Problem::TimeWentBack { seq: 100 }, Problem::TimeWentBack { seq: 200 }],
        "each step back once, not with every event"
    );
    assert!(!heads.is_empty() && heads.iter().all(|p| matches!(p, Problem::CheckpointTimeWentBack { .. })));
    let mut log = write(&happenings(300), &[]);
    let head = Checkpoint::parse(&log.checkpoints[1]).unwrap();
    log.checkpoints[1] = Checkpoint { at: head.at - 60_000_000, ..head.clone() }.sign(&[&signer(0)]).unwrap();
    assert_eq!(log.problems(), [Problem::CheckpointTimeWentBack { size: 200 }]);
    log.checkpoints[1] = Checkpoint { at: head.at - 200_000_000, ..head }.sign(&[&signer(0)]).unwrap();
    assert_eq!(log.problems(), vec![Problem::CheckpointTimeWentBack { size: 200 }; 2]);
}

#[test]
fn a_part_of_a_log_is_proven_from_its_start() {
    let whole = sample();
    let cut = 700;
    let (mut frontier, mut chain) = (Frontier::new(), Chain::new());
    for event in &whole.events[..cut] {
        chain.append(&event.leaf);
        frontier.append(event.leaf);
    }
    let mut part = whole.clone();
    part.events.drain(..cut);
    let start = Start::after(frontier.clone(), chain).unwrap();
    let report = part.verify_from(start.clone(), &whole.anchors);
    assert!(report.is_clean(), "{:?}", report.problems);
    assert_eq!((report.from, report.to, report.events), (700, 2_000, 1_300));
    assert_eq!((report.checkpoints_good, report.anchors), (14, 3));
    assert_eq!(report.unproven, 8, "six checkpoints, one anchor and one certificate lie before");

    part.events[5].header.org = 2;
    part.events[5].leaf = part.events[5].header.leaf();
    assert!(!part.verify_from(start, &[]).is_clean());
    let mut bytes = frontier.to_bytes();
    *bytes.last_mut().unwrap() ^= 1;
    let wrong = Start::after(Frontier::from_bytes(&bytes).unwrap(), chain).unwrap();
    let problems = whole.clone().tap(|log| drop(log.events.drain(..cut))).verify_from(wrong, &[]).problems;
    assert!(problems.contains(&Problem::RootMismatch { size: 700, proven: 700 }), "{problems:?}");
}

trait Tap: Sized {
    fn tap(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }
}
impl Tap for Log {}

#[test]
fn a_gap_as_wide_as_numbers_go_is_counted_not_listed() {
    let mut log = write(&happenings(10), &[]);
    log.checkpoints.clear();
    log.events[9].header.seq = (1 << 62) + 9;
    log.seal(9);
    let report = log.verify(&[]);
    assert!(report.problems.len() <= 1_000);
    assert!(report.problems_omitted > 1 << 61);
    log.events[9].header.seq = u64::MAX;
    log.seal(9);
    let refused = kedun_ledger::verify_stream(
        &kedun_ledger::Trust::new(log.pinned.clone()),
        Start::beginning(),
        [],
        &[],
        log.events.into_iter().map(Ok),
        [],
    );
    assert!(refused.is_err());
}

#[test]
fn the_sample_signs_as_often_as_it_says() {
    let sizes: Vec<_> = sample().checkpoints.iter().map(|n| Checkpoint::parse(n).unwrap().size).collect();
    assert_eq!(sizes, (1..=20).map(|n| n * EVERY).collect::<Vec<_>>());
    assert_eq!(sample().pinned.name(), ORIGIN);
}
