//! The samples reach what they are samples of.

use kedun_connect::sheet::{Choice, Limits};

use super::office::{Office, ROLES, caller};
use super::sheets::take;
use super::{Target, bundle, csv, filter, ledger_log, xlsx};
use crate::seeds;

fn sample(target: &Target, name: &str) -> Vec<u8> {
    seeds::made(target).into_iter().find(|(known, _)| *known == name).unwrap().1
}

#[test]
fn files_are_read_to_their_end() {
    for (target, name, rows) in [
        (csv::TARGET, "utf8.csv", 3),
        (csv::TARGET, "gb18030.csv", 3),
        (csv::TARGET, "utf16.csv", 3),
        (csv::TARGET, "semicolon.csv", 2),
        (xlsx::TARGET, "ours.xlsx", 3),
        (xlsx::TARGET, "kinds.xlsx", 3),
    ] {
        let (taken, _) = take(&sample(&target, name), &Limits::default(), &Choice::default(), usize::MAX);
        let taken = taken.unwrap();
        assert_eq!((taken.error.as_deref(), taken.rows.len()), (None, rows), "{name}");
    }
}

#[test]
fn questions_are_answered_or_refused_for_the_right_reason() {
    let office = Office::get();
    let ask = |name: &str, role: usize| {
        let text = String::from_utf8(sample(&filter::TARGET, name)).unwrap();
        let (object, json) = text.split_once('\n').unwrap();
        let query = kedun_api::testing::list_query(json).unwrap();
        let who = caller(role);
        let answer = kedun_engine::testing::statement(&office.door, &who, object, &query);
        office.wait(answer).map(|(sql, _)| sql).map_err(|error| error.code.into_owned())
    };
    for name in ["all", "nested", "money", "dates", "reference", "empty"] {
        assert!(ask(name, 0).is_ok_and(|sql| sql.starts_with("SELECT")), "{name}: {:?}", ask(name, 0));
    }
    // The number of a card is masked for everybody somewhere, and does not exist for some.
    for role in 0..ROLES.len() {
        let refused = ask("masked", role).unwrap_err();
        assert!(["field.not_filterable", "field.unknown"].contains(&refused.as_str()), "{role}: {refused}");
    }
}

#[test]
fn the_export_is_intact() {
    let log = ledger_log::Log::sample();
    let files = ledger_log::unpack(&sample(&bundle::TARGET, "export"))
        .into_iter()
        .collect::<std::collections::BTreeMap<_, _>>();
    let trust = kedun_ledger::Trust::new(log.pinned.clone()).with_anchors(vec![log.outside.clone()]);
    let report = kedun_ledger::bundle::Bundle::open(files).unwrap().verify(&trust).unwrap();
    assert!(report.is_clean(), "{:?}", report.problems);
    assert_eq!((report.events, report.anchors, report.key_changes), (ledger_log::EVENTS, 1, 1));
}
