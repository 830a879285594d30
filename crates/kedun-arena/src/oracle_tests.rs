//! The arena against a model that keeps every text in a map and looks at each.

use crate::arena::{Arena, RecordKey};
use crate::kind::{FieldSpec, TextKind};
use crate::normalise::normalise;
use crate::search::{Match, Search};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

const KINDS: [TextKind; 5] =
    [TextKind::Name, TextKind::Phone, TextKind::Email, TextKind::Text, TextKind::Code];
const MODES: [Match; 4] = [Match::Contains, Match::Prefix, Match::Suffix, Match::Exact];

fn specs() -> Vec<FieldSpec> {
    (10..).zip(KINDS).map(|(field, kind)| FieldSpec { field, kind }).collect()
}

fn id(n: u8) -> RecordKey {
    RecordKey([n.wrapping_add(1); 16])
}

type Fields = Vec<(u32, Option<String>)>;

#[derive(Clone, Debug)]
enum Step {
    Upsert(u8, Fields),
    Batch(Vec<(u8, Fields)>),
    Remove(u8),
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[王小明单安西吕]{1,4}",
        2 => "[王小明a-cwxm ]{0,6}",
        2 => "1[38][0-2]{0,9}",
        1 => "[abx]{1,3}@[ab]\\.example",
        1 => "[a-cX0-2 ]{0,8}",
    ]
}

fn fields() -> impl Strategy<Value = Fields> {
    prop::collection::vec((9_u32..15, prop::option::weighted(0.85, text())), 0..6)
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => (any::<u8>(), fields()).prop_map(|(n, f)| Step::Upsert(n, f)),
        2 => prop::collection::vec((any::<u8>(), fields()), 0..20).prop_map(Step::Batch),
        4 => any::<u8>().prop_map(Step::Remove),
    ]
}

fn query() -> impl Strategy<Value = String> {
    prop_oneof![
        "[王小明单安西吕]{1,2}",
        "[wxmaSDnlviu]{1,3}",
        Just("wang x".to_owned()),
        Just("shanm".to_owned()),
        Just("王xm".to_owned()),
        Just("xian".to_owned()),
        "[0-2]{1,4}",
        "[abx@ .]{1,3}",
        text(),
    ]
}

#[derive(Default)]
struct Model {
    rows: BTreeMap<RecordKey, BTreeMap<u32, String>>,
}

impl Model {
    fn upsert(&mut self, n: u8, fields: &Fields) {
        let row = self.rows.entry(id(n)).or_default();
        for (field, text) in fields {
            if let Some(spec) = specs().iter().find(|spec| spec.field == *field) {
                row.insert(*field, text.as_ref().map_or_else(String::new, |t| normalise(spec.kind, t)));
            }
        }
    }

    fn search(&self, search: &Search, allowed: &[u32]) -> BTreeSet<RecordKey> {
        let matches = |row: &BTreeMap<u32, String>| {
            specs().iter().any(|spec| {
                allowed.contains(&spec.field)
                    && search.fields.as_ref().is_none_or(|f| f.contains(&spec.field))
                    && row.get(&spec.field).is_some_and(|text| field_matches(spec.kind, text, search))
            })
        };
        self.rows.iter().filter(|(_, row)| matches(row)).map(|(id, _)| *id).collect()
    }
}

fn field_matches(kind: TextKind, text: &str, search: &Search) -> bool {
    let query = normalise(kind, &search.text);
    if query.is_empty() || (kind == TextKind::Phone && search.text.chars().any(char::is_alphabetic)) {
        return false;
    }
    let plain = |query: &str| match search.mode {
        Match::Contains => text.contains(query),
        Match::Prefix => text.starts_with(query),
        Match::Suffix => text.ends_with(query),
        Match::Exact => text == query,
    };
    let joined = query.replace(' ', "");
    let name = kind == TextKind::Name && search.mode != Match::Exact;
    plain(&query) || (name && (plain(&joined) || sounds(text, &joined, search.mode)))
}

/// Whether `query` can be divided over consecutive characters of `text`.
fn sounds(text: &str, query: &str, mode: Match) -> bool {
    fn takes(chars: &[(bool, char)], query: &str, to_end: bool) -> bool {
        if query.is_empty() {
            return !to_end || chars.is_empty();
        }
        let Some(((first, c), rest)) = chars.split_first() else { return false };
        if query.starts_with(*c) && takes(rest, &query[c.len_utf8()..], to_end) {
            return true;
        }
        readings(*c, *first).iter().any(|reading| {
            (1..=reading.len()).any(|n| query.starts_with(&reading[..n]) && takes(rest, &query[n..], to_end))
        })
    }
    let chars: Vec<(bool, char)> = text.chars().enumerate().map(|(at, c)| (at == 0, c)).collect();
    let starts = if mode == Match::Prefix { 0..1 } else { 0..chars.len() };
    query.bytes().any(|b| b.is_ascii_lowercase())
        && starts.into_iter().any(|at| takes(chars.get(at..).unwrap_or(&[]), query, mode == Match::Suffix))
}

fn readings(c: char, first: bool) -> &'static [&'static str] {
    match (c, first) {
        ('王', _) => &["wang"],
        ('小', _) => &["xiao"],
        ('明', _) => &["ming"],
        ('单', true) => &["dan", "shan", "chan"],
        ('单', false) => &["dan", "shan"],
        ('安', _) => &["an"],
        ('西', _) => &["xi"],
        ('吕', _) => &["lv", "lu"],
        _ => &[],
    }
}

fn borrowed(fields: &Fields) -> Vec<(u32, Option<&str>)> {
    fields.iter().map(|(field, text)| (*field, text.as_deref())).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn any_history_answers_like_the_model(
        steps in prop::collection::vec(step(), 0..250),
        queries in prop::collection::vec((query(), prop::option::of(prop::collection::vec(10_u32..15, 1..3)), 0_usize..40), 1..12),
        allowed in prop::sample::subsequence(vec![10_u32, 11, 12, 13, 14], 1..=5),
        slots in 20_usize..100,
    ) {
        let arena = Arena::with_segment_slots(specs(), slots);
        let mut model = Model::default();
        for step in &steps {
            match step {
                Step::Upsert(n, fields) => {
                    arena.upsert(id(*n), &borrowed(fields));
                    model.upsert(*n, fields);
                }
                Step::Batch(rows) => {
                    arena.upsert_batch(rows.iter().map(|(n, fields)| (id(*n), borrowed(fields))));
                    rows.iter().for_each(|(n, fields)| model.upsert(*n, fields));
                }
                Step::Remove(n) => {
                    arena.remove(id(*n));
                    model.rows.remove(&id(*n));
                }
            }
        }
        prop_assert_eq!(arena.len(), model.rows.len());
        for (text, fields, limit) in queries {
            for mode in MODES {
                let search = Search { fields: fields.clone(), text: text.clone(), mode };
                let expected = model.search(&search, &allowed);
                let all = arena.search(&search, &allowed, usize::MAX);
                prop_assert!(!all.truncated);
                prop_assert_eq!(all.ids.len(), expected.len(), "{} {:?} {:?}", text, mode, fields);
                prop_assert_eq!(&all.ids.into_iter().collect::<BTreeSet<_>>(), &expected);
                let some = arena.search(&search, &allowed, limit);
                prop_assert_eq!(some.ids.len(), limit.min(expected.len()));
                prop_assert_eq!(some.truncated, expected.len() > limit);
                prop_assert!(some.ids.iter().all(|id| expected.contains(id)));
                let even: std::collections::HashSet<_> = (0..=255).step_by(2).map(id).collect();
                let among = arena.search_among(&search, &allowed, &even);
                let expected: BTreeSet<_> = expected.into_iter().filter(|id| even.contains(id)).collect();
                prop_assert_eq!(among.len(), expected.len());
                prop_assert_eq!(among.into_iter().collect::<BTreeSet<_>>(), expected);
            }
            for spec in specs() {
                let canonical = normalise(spec.kind, &text);
                let same = |row: &BTreeMap<u32, String>| !canonical.is_empty() && row.get(&spec.field) == Some(&canonical);
                let expected: BTreeSet<_> = model.rows.iter().filter(|(_, row)| same(row)).map(|(id, _)| *id).collect();
                prop_assert_eq!(arena.duplicates(spec.field, &text).into_iter().collect::<BTreeSet<_>>(), expected);
            }
        }
        let ids: Vec<RecordKey> = (0..=255).map(id).collect();
        for field in 11..15_u32 {
            if field == 13 {
                continue; // Text is ordered by pinyin, which the model does not know.
            }
            let text = |id: &RecordKey| model.rows.get(id).and_then(|row| row.get(&field)).filter(|t| !t.is_empty());
            let mut expected: Vec<RecordKey> = ids.iter().copied().filter(|id| text(id).is_some()).collect();
            expected.sort_by(|a, b| text(a).cmp(&text(b)).then(a.cmp(b)));
            let missing: Vec<RecordKey> = ids.iter().copied().filter(|id| text(id).is_none()).collect();
            prop_assert_eq!(arena.sorted(field, &ids, false), [expected.clone(), missing.clone()].concat());
            expected.sort_by(|a, b| text(b).cmp(&text(a)).then(a.cmp(b)));
            prop_assert_eq!(arena.sorted(field, &ids, true), [expected, missing].concat());
        }
    }
}

#[test]
fn memory_does_not_grow_with_the_number_of_changes() {
    let arena = Arena::with_segment_slots(specs(), 64);
    let write = |round: u32| {
        for n in 0..=200_u8 {
            let phone = format!("138{:08}", round * 1000 + u32::from(n));
            arena.upsert(id(n), &[(10, Some("王小明")), (11, Some(&phone))]);
        }
    };
    write(0);
    write(1);
    let before = arena.memory_bytes();
    (2..100).for_each(write);
    assert!(arena.memory_bytes() < before * 2, "{} after {before}", arena.memory_bytes());
    assert_eq!(arena.len(), 201);
}

#[test]
fn a_late_fill_does_not_undo_newer_changes() {
    let arena = Arena::new(specs());
    arena.upsert(id(1), &[(11, Some("13900000001"))]);
    arena.remove(id(2));
    let old = |phone| vec![(10_u32, Some("王小明")), (11, Some(phone))];
    arena.fill_batch([(id(1), old("13800000001")), (id(2), old("13800000002")), (id(3), old("13800000003"))]);
    arena.set_ready(true);
    arena.fill_batch([(id(4), old("13800000004"))]);
    let found = |text: &str| {
        let search = Search { fields: None, text: text.to_owned(), mode: Match::Contains };
        arena.search(&search, &[10, 11], 10).ids
    };
    assert!(arena.ready());
    assert_eq!(found("wxm"), [id(1), id(3)]);
    assert_eq!(found("13900000001"), [id(1)]);
    assert!(found("13800000001").is_empty() && found("13800000002").is_empty() && found("4").is_empty());
    arena.clear();
    assert!(arena.is_empty() && !arena.ready() && found("wxm").is_empty());
}
