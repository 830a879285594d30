use std::sync::Arc;

use kedun_model::{PersonId, RecordId, TeamId, UnitId};
use proptest::prelude::*;
use uuid::Uuid;

use crate::branch::merge;
use crate::{Branch, GranteeKind, RecordFacts, RowFilter, ShareFact, ShareLevel};

fn id(n: u8) -> Uuid {
    Uuid::from_u128(n.into())
}

fn list<T: From<Uuid> + Ord + std::fmt::Debug>() -> impl Strategy<Value = Vec<T>> {
    proptest::collection::btree_set(0_u8..4, 1..3)
        .prop_map(|s| s.into_iter().map(|n| T::from(id(n))).collect())
}

fn level() -> impl Strategy<Value = ShareLevel> {
    prop_oneof![Just(ShareLevel::Read), Just(ShareLevel::Write)]
}

fn branch() -> impl Strategy<Value = Branch> {
    let single = prop_oneof![
        1 => Just(Branch::All),
        6 => list::<PersonId>().prop_map(|l| Branch::Owners(Arc::new(l))),
        4 => list::<TeamId>().prop_map(Branch::Teams),
        4 => list::<UnitId>().prop_map(|l| Branch::Units(Arc::new(l))),
        4 => (0_u8..3, level()).prop_map(|(n, min_level)| Branch::Shared {
            grantees: vec![(GranteeKind::Person, id(n))],
            min_level,
        }),
        3 => (0_u8..3).prop_map(|n| Branch::Partner(RecordId(id(n)))),
    ];
    single.prop_recursive(1, 3, 3, |inner| proptest::collection::vec(inner, 2..3).prop_map(Branch::AllOf))
}

fn facts() -> impl Strategy<Value = RecordFacts> {
    let key = || proptest::option::of(0_u8..4);
    let share = (0_u8..3, level(), proptest::option::of(-1_i64..2)).prop_map(|(n, level, expires_at)| {
        ShareFact { kind: GranteeKind::Person, id: id(n), level, expires_at }
    });
    (key(), key(), key(), key(), proptest::collection::vec(share, 0..3)).prop_map(|(o, t, u, p, shares)| {
        RecordFacts {
            owner: o.map(|n| PersonId(id(n))),
            team: t.map(|n| TeamId(id(n))),
            unit: u.map(|n| UnitId(id(n))),
            partner: p.map(|n| RecordId(id(n))),
            shares,
            ..RecordFacts::default()
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn merging_changes_no_answer(branches in proptest::collection::vec(branch(), 0..6), facts in facts()) {
        let before = branches.iter().any(|b| b.matches(&facts, 0));
        let merged = merge(branches);
        prop_assert_eq!(merged.iter().any(|b| b.matches(&facts, 0)), before);
        prop_assert_eq!(merge(merged.clone()), merged, "merging again changes something");
    }

    #[test]
    fn intersection_is_both(
        a in proptest::collection::vec(branch(), 0..4),
        b in proptest::collection::vec(branch(), 0..4),
        facts in facts(),
    ) {
        let rows = |branches| RowFilter { branches, guards: Vec::new() };
        let (a, b) = (rows(a), rows(b));
        let both = a.intersect(&b);
        prop_assert_eq!(both.matches(&facts, 0), a.matches(&facts, 0) && b.matches(&facts, 0));
    }
}

#[test]
fn without_a_branch_nothing_is_visible() {
    assert!(!RowFilter::default().matches(&RecordFacts::default(), 0));
}
