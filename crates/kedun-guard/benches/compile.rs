//! How long a decision takes with 10,000 people, 400 units and 1,000 gifts.

use std::hint::black_box;

use criterion::{Criterion, criterion_group, criterion_main};
use kedun_guard::testing::{NOW, Random, Size, World};
use kedun_guard::{Assignee, AssignmentRow, Directory, Discharged, PermObjectRow, Status};
use kedun_model::{Action, AssignmentId, Caller, PrincipalKind, Scope};

/// A company in the shape of a tree: ten people report to each, and the first heads them all.
fn company() -> (World, Caller) {
    let size = Size {
        units: 400,
        people: 10_000,
        teams: 50,
        permsets: 20,
        assignments: 985,
        guards: 20,
        records: 200,
    };
    let mut world = World::generate_sized(7, size);
    let ids: Vec<_> = world.rows.principals.iter().map(|p| p.id).collect();
    let units: Vec<_> = world.rows.units.iter().map(|u| u.id).collect();
    let mut random = Random::new(7);
    for (i, person) in world.rows.principals.iter_mut().enumerate() {
        person.manager = i.checked_sub(1).and_then(|n| ids.get(n / 10)).copied();
        person.unit = if i == 0 { units.first().copied() } else { random.pick(&units) };
        person.status = Status::Active;
        person.valid_until = None;
        person.kind = PrincipalKind::User;
    }
    for (i, unit) in world.rows.units.iter_mut().enumerate() {
        unit.parent = i.checked_sub(1).and_then(|n| units.get(n / 5)).copied();
    }
    world.rows.guards.retain(|g| g.field_class.is_some());
    let head = ids.first().copied().unwrap_or(kedun_model::PersonId::NIL);
    let permset = world.rows.permsets.first().map_or(kedun_model::PermSetId::NIL, |p| p.id);
    world.rows.perm_objects.retain(|p| p.scope != Scope::All);
    for def in &world.objects {
        for scope in [Scope::Own, Scope::Team, Scope::UnitBelow, Scope::Subordinates, Scope::Shared] {
            world.rows.perm_objects.push(PermObjectRow {
                permset,
                object: def.id,
                action: Action::Read,
                scope,
            });
        }
    }
    for _ in 0..15 {
        world.rows.assignments.push(AssignmentRow {
            id: AssignmentId(random.uuid()),
            assignee: Assignee::Person(head),
            permset,
            granted_by: None,
            reason: String::new(),
            expires_at: None,
        });
    }
    let caller = world.callers.iter().find(|c| c.person == head).cloned();
    let mut caller = caller.unwrap_or_else(|| panic!("the head of the company is among the callers"));
    caller.kind = PrincipalKind::User;
    caller.acting_for = None;
    (world, caller)
}

fn decisions(c: &mut Criterion) {
    let (world, head) = company();
    let Some(def) = world.objects.first() else { return };
    let Ok(directory) = Directory::build(world.rows.clone(), 1) else { return };
    let Ok(plan) = directory.plan(head.person, def.id, Action::Read, def, NOW) else { return };
    let Ok(grant) = plan.bind(&head, Discharged::default(), NOW) else { return };
    let seen = world.records.iter().filter(|r| grant.allows(&r.facts)).count();
    assert!(seen > 0, "the head sees nothing: nothing would be measured");
    let mut group = c.benchmark_group("10,000 people, 1,000 gifts");
    group.sample_size(20);
    group.bench_function("build the directory", |b| b.iter(|| Directory::build(world.rows.clone(), 1)));
    group.bench_function("compile for the head of all", |b| {
        b.iter(|| directory.compile(black_box(&head), def.id, Action::Read, def, NOW))
    });
    group.bench_function("bind a kept plan", |b| {
        b.iter(|| plan.bind(black_box(&head), Discharged::default(), NOW))
    });
    group.bench_function("decide 400 records", |b| {
        b.iter(|| world.records.iter().filter(|r| grant.allows(black_box(&r.facts))).count())
    });
    group.bench_function("levels of 400 records", |b| {
        b.iter(|| world.records.iter().map(|r| grant.levels(black_box(&r.facts))).collect::<Vec<_>>())
    });
    group.finish();
}

criterion_group!(benches, decisions);
criterion_main!(benches);
