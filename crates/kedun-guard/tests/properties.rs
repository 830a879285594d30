//! Properties of trees, of changes to them, and of giving roles.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail loudly")]

use std::collections::BTreeSet;

use kedun_guard::testing::{NOW, Random, World};
use kedun_guard::*;
use kedun_model::*;
use proptest::prelude::*;
use uuid::Uuid;

fn unit(n: usize) -> UnitId {
    UnitId(Uuid::from_u128(n as u128 + 1))
}

fn tree(parents: &[Option<usize>]) -> Directory {
    let units = parents.iter().enumerate().map(|(i, p)| UnitRow { id: unit(i), parent: p.map(unit) });
    Directory::build(DirectoryRows { units: units.collect(), ..DirectoryRows::default() }, 1).unwrap()
}

fn has_circle(parents: &[Option<usize>]) -> bool {
    (0..parents.len()).any(|start| {
        let mut at = Some(start);
        for _ in 0..=parents.len() {
            at = at.and_then(|i| parents[i]);
        }
        at.is_some()
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever the parents, the closure is reflexive, transitive and without circles.
    #[test]
    fn closures_are_orders(parents in proptest::collection::vec(proptest::option::of(0_usize..12), 12)) {
        let directory = tree(&parents);
        let closure = directory.org_closure();
        let pairs: BTreeSet<(UnitId, UnitId)> = closure.iter().map(|(a, b, _)| (*a, *b)).collect();
        prop_assert_eq!(pairs.len(), closure.len());
        for (a, b, depth) in &closure {
            prop_assert_eq!(*depth == 0, a == b);
            prop_assert!(a == b || !pairs.contains(&(*b, *a)), "a circle");
            for (c, d, more) in &closure {
                if b == c {
                    let sum = closure.iter().find(|(x, y, _)| x == a && y == d).map(|(_, _, n)| *n);
                    prop_assert_eq!(sum, Some(depth + more));
                }
            }
        }
        for i in 0..12 {
            prop_assert!(pairs.contains(&(unit(i), unit(i))));
            let below: BTreeSet<UnitId> = directory.units_below(unit(i)).into_iter().collect();
            let expected: BTreeSet<UnitId> =
                closure.iter().filter(|(a, _, _)| *a == unit(i)).map(|(_, b, _)| *b).collect();
            prop_assert_eq!(below, expected);
            prop_assert_eq!(directory.unit_path(unit(i)).last().copied(), Some(unit(i)));
        }
    }

    /// In a tree without circles, a move is refused exactly where it would make one.
    #[test]
    fn moves_are_refused_where_they_make_a_circle(
        seeds in proptest::collection::vec(any::<u32>(), 10),
        what in 0_usize..10,
        under in proptest::option::of(0_usize..10),
    ) {
        let mut parents: Vec<Option<usize>> = seeds
            .iter()
            .enumerate()
            .map(|(i, s)| (i > 0 && s % 4 != 0).then(|| *s as usize % i))
            .collect();
        let answer = tree(&parents).check_unit_move(unit(what), under.map(unit));
        let people = parents.iter().enumerate().map(|(i, p)| PrincipalRow {
            id: PersonId(unit(i).0),
            kind: PrincipalKind::User,
            status: Status::Active,
            unit: None,
            manager: p.map(|p| PersonId(unit(p).0)),
            company: None,
            clearance: 0,
            region: None,
            valid_until: None,
        });
        let people = DirectoryRows { principals: people.collect(), ..DirectoryRows::default() };
        let lines = Directory::build(people, 1).unwrap();
        let line = lines.check_manager_change(PersonId(unit(what).0), under.map(|u| PersonId(unit(u).0)));
        parents[what] = under;
        let circle = has_circle(&parents);
        prop_assert_eq!(answer, if circle { Err(GuardError::UnitCycle) } else { Ok(()) });
        prop_assert_eq!(line, if circle { Err(GuardError::ManagerCycle) } else { Ok(()) });
    }

    /// A chain of any length is followed without recursion.
    #[test]
    fn long_chains_are_no_danger(length in 1_usize..4000) {
        let parents: Vec<Option<usize>> = (0..length).map(|i| i.checked_sub(1)).collect();
        let directory = tree(&parents);
        prop_assert_eq!(directory.units_below(unit(0)).len(), length);
        prop_assert_eq!(directory.unit_path(unit(length - 1)).len(), length);
    }
}

/// No sequence of permitted gifts changes what the giver holds, and nobody comes to hold two
/// offices that exclude each other.
#[test]
fn giving_never_raises_the_giver() {
    let (mut given, mut refused) = (0, 0);
    for seed in 0..150 {
        let mut world = World::generate(seed);
        let mut random = Random::new(seed);
        // Only what comes by permitted gifts is judged: offices that met before are taken apart.
        let officers: BTreeSet<PermSetId> =
            world.rows.permsets.iter().filter(|p| p.officer_group.is_some()).map(|p| p.id).collect();
        world.rows.assignments.retain(|a| !officers.contains(&a.permset));
        let permset = world.rows.permsets[0].id;
        world.rows.permsets[0].officer_group = None;
        world.rows.perm_capabilities.push(PermCapabilityRow { permset, capability: Capability::RolesManage });
        for round in 0..12 {
            let directory = Directory::build(world.rows.clone(), 1).unwrap();
            let granter = random.pick(&world.rows.principals).unwrap().id;
            let person = random.pick(&world.rows.principals).unwrap();
            let assignee = match random.below(3) {
                0 => Assignee::Person(person.id),
                1 => person.unit.map_or(Assignee::Person(person.id), Assignee::Unit),
                _ => random
                    .pick(&world.rows.team_members)
                    .map_or(Assignee::Person(person.id), |m| Assignee::Team(m.team)),
            };
            let permset = random.pick(&world.rows.permsets).unwrap().id;
            if directory.check_assignment(granter, assignee, permset, NOW).is_err() {
                refused += 1;
                continue;
            }
            given += 1;
            assert!(directory.capabilities(granter, NOW).contains(&Capability::RolesManage));
            let before = directory.effective_permsets(granter, NOW);
            world.rows.assignments.push(AssignmentRow {
                id: AssignmentId(random.uuid()),
                assignee,
                permset,
                granted_by: Some(granter),
                reason: String::new(),
                expires_at: None,
            });
            let after = Directory::build(world.rows.clone(), 2).unwrap();
            assert_eq!(after.effective_permsets(granter, NOW), before, "seed {seed} round {round}");
            for p in &world.rows.principals {
                let held = after.effective_permsets(p.id, NOW).held;
                assert!(after.officer_conflicts(held.iter().map(|h| h.permset)).is_empty(), "seed {seed}");
            }
        }
    }
    assert!(given > 50 && refused > 200, "{given} given, {refused} refused");
}

/// What an application gets for somebody is never more than either may do alone.
#[test]
fn acting_for_somebody_only_narrows() {
    let (mut cases, mut both) = (0, 0);
    for seed in 0..150 {
        let world = World::generate(seed);
        let directory = Directory::build(world.rows.clone(), 1).unwrap();
        for who in &world.callers {
            for other in &world.callers {
                let def = &world.objects[0];
                let ask = |who: &Caller| directory.compile(who, def.id, Action::Read, def, NOW);
                let alone = Caller { acting_for: None, kind: PrincipalKind::User, ..who.clone() };
                let user = Caller { person: other.person, ..alone.clone() };
                let client =
                    Caller { acting_for: Some(other.person), kind: PrincipalKind::Client, ..who.clone() };
                let (Ok(alone), Ok(user), Ok(joint)) = (ask(&alone), ask(&user), ask(&client)) else {
                    assert!(ask(&client).is_err() || (ask(&alone).is_ok() && ask(&user).is_ok()));
                    continue;
                };
                assert_eq!(joint.person(), other.person);
                for record in world.records.iter().filter(|r| r.object == def.id) {
                    let f = &record.facts;
                    assert_eq!(joint.allows(f), alone.allows(f) && user.allows(f), "seed {seed}");
                    cases += 1;
                    both += u32::from(joint.allows(f));
                    for (field, level) in joint.levels(f).iter().filter(|_| joint.allows(f)) {
                        assert_eq!(level, alone.level(f, field).min(user.level(f, field)));
                    }
                }
            }
        }
    }
    assert!(cases > 1000 && both > 100, "{cases} cases, {both} allowed");
}
