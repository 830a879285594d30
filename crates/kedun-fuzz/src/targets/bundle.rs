//! The export of the log as a verifier reads it: a changed export is never found intact.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use kedun_ledger::bundle::{Bundle, EVENTS as EVENTS_FILE, EventsReader};
use kedun_ledger::{LoggedEvent, Report, Trust};

use super::Target;
use super::ledger_log::{EVENTS, Log, describe_anew, pack, unpack};
use crate::Seen;
use crate::mutate::Shape;

pub const TARGET: Target = Target {
    name: "bundle",
    run,
    shape: Shape::Files,
    words: &[
        "events.bin",
        "checkpoints.txt",
        "keys.txt",
        "anchors.txt",
        "MANIFEST.json",
        "KDNEVT1\n",
        "kedun-evidence/1",
        "kedun-key/1",
        "kedun-time ",
        "kedun-chain ",
        "anchor ",
        "\u{2014} ",
        "\n\n",
        "\n",
        "# x\n",
        "kedun.example/log",
        "\"first_seq\": 8",
        "\"events\": 0",
        "\"frontier\": \"AQAAAAAAAAAA\"",
        "AA==",
        "anchor 14 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA= 0 x\n",
        "18446744073709551615",
        "9223372036854775807",
        "-1",
        "00",
        "0",
    ],
    short: 6_000,
    meets: 80,
    longest: 64 << 10,
};

/// Reads the bytes as the files of an export and verifies them as they are and with a manifest that describes them,
/// with and without the head that was kept outside.
pub fn run(data: &[u8]) -> Seen {
    static LOG: OnceLock<Log> = OnceLock::new();
    let log = LOG.get_or_init(Log::sample);
    let mut seen = Seen::default();
    let mut files: BTreeMap<String, Vec<u8>> = unpack(data).into_iter().collect();
    let size: usize = files.values().map(Vec::len).sum();
    for anew in [false, true] {
        if anew && !describe_anew(&mut files) {
            break;
        }
        for outside in [false, true] {
            let mut trust = Trust::new(log.pinned.clone());
            if outside {
                trust = trust.with_anchors(vec![log.outside.clone()]);
            }
            match Bundle::open(files.clone()).and_then(|bundle| bundle.verify(&trust)) {
                Err(error) => seen.note(error.code()),
                Ok(report) => {
                    let mut codes: Vec<_> = report.problems.iter().map(|problem| problem.code()).collect();
                    assert!(codes.len() <= 1_000, "the report grows with what an attacker claims");
                    codes.dedup();
                    seen.note(codes);
                    assert!(report.events <= u64::try_from(size).unwrap(), "more events than bytes");
                    if report.is_clean() {
                        intact(log, &files, &report, outside);
                    }
                }
            }
        }
    }
    seen
}

/// What was found intact is the log: every event that something vouches for is the one that was written.
fn intact(log: &Log, files: &BTreeMap<String, Vec<u8>>, report: &Report, outside: bool) {
    let events: Vec<LoggedEvent> =
        EventsReader::new(files[EVENTS_FILE].as_slice()).collect::<Result<_, _>>().expect("was read before");
    assert_eq!(u64::try_from(events.len()).unwrap(), report.events);
    assert_eq!(report.from + report.events, report.to, "a gap was found intact");
    // Without a head kept outside, whoever cuts the end off together with its checkpoints is not found, and what
    // follows the last checkpoint is not signed yet.
    let vouched = if outside { EVENTS } else { report.to - report.tail };
    assert!(!outside || report.to >= EVENTS, "a cut was found intact");
    assert!(vouched <= EVENTS, "a longer log was found intact");
    for (seq, event) in (report.from..).zip(&events).take_while(|(seq, _)| *seq < vouched) {
        let written = &log.events[usize::try_from(seq).unwrap()];
        assert_eq!(event.header, written.header, "event {seq} was found intact");
        assert_eq!(event.leaf, written.leaf);
        assert!(event.chain.is_none() || event.chain == written.chain, "chain of {seq}");
        if let Some(disclosed) = &event.disclosed {
            let commitment = kedun_ledger::commit(&disclosed.salt, &disclosed.body);
            assert_eq!(commitment, written.header.commitment, "body of {seq}");
            assert!(written.disclosed.is_none() || event.disclosed == written.disclosed, "body of {seq}");
        }
    }
}

/// The export of the log.
pub fn samples() -> Vec<(&'static str, Vec<u8>)> {
    vec![("export", pack(&Log::sample().files()))]
}
