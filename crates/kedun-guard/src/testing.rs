//! Random organisations with records and callers, for tests that compare two judges.
//!
//! A world is small and nasty: circles in the reporting lines, references to nobody, people who
//! left, expired gifts, partners with roles far beyond them, guards that cannot be told.

mod exprs;
mod random;

use kedun_model::{
    Action, AssignmentId, Assurance, Caller, Capability, DEFAULT_ORG, DataClass, FieldDef, FieldId,
    FieldKind, FieldLevel, GuardId, MaskStyle, ObjectDef, ObjectId, PermSetId, PersonId, PrincipalKind,
    Purpose, RecordId, Scope, SessionId, SubjectRule, TeamId, Uniqueness, UnitId,
};
use uuid::Uuid;

pub use exprs::{NETWORKS, REGIONS, SOURCES, expr};
pub use random::Random;

use crate::{
    Assignee, AssignmentRow, DirectoryRows, FieldTarget, GranteeKind, GuardEffect, GuardRow, OfficerGroup,
    PermCapabilityRow, PermFieldRow, PermObjectRow, PermSetRow, PrincipalRow, RecordFacts, ShareFact,
    ShareLevel, Status, TeamMemberRow, UnitRow,
};

/// The moment of every world: 2026-01-05T09:30:00Z in microseconds.
pub const NOW: i64 = 1_767_605_400_000_000;
const MINUTE: i64 = 60_000_000;

const CLASSES: [DataClass; 4] = [DataClass::P0, DataClass::P1, DataClass::P2, DataClass::P3];
const LEVELS: [FieldLevel; 4] = [FieldLevel::None, FieldLevel::Masked, FieldLevel::Read, FieldLevel::Write];

/// A record of a world.
#[derive(Debug, Clone)]
pub struct WorldRecord {
    pub id: RecordId,
    pub object: ObjectId,
    pub facts: RecordFacts,
}

/// An organisation as rows, with objects, records and people who ask.
#[derive(Debug, Clone)]
pub struct World {
    pub rows: DirectoryRows,
    pub objects: Vec<ObjectDef>,
    pub records: Vec<WorldRecord>,
    pub callers: Vec<Caller>,
    pub now: i64,
}

/// How large a world is.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    pub units: u64,
    pub people: u64,
    pub teams: u64,
    pub permsets: u64,
    pub assignments: u64,
    pub guards: u64,
    /// Per object; there are two objects.
    pub records: u64,
}

impl Default for Size {
    fn default() -> Size {
        Size { units: 6, people: 14, teams: 3, permsets: 5, assignments: 22, guards: 3, records: 20 }
    }
}

/// The ids that rows may refer to, each list with one that leads nowhere.
struct Names {
    units: Vec<UnitId>,
    people: Vec<PersonId>,
    teams: Vec<TeamId>,
    permsets: Vec<PermSetId>,
    companies: Vec<RecordId>,
}

impl World {
    /// The world of this seed, of the default size.
    pub fn generate(seed: u64) -> World {
        World::generate_sized(seed, Size::default())
    }

    /// The world of this seed and size.
    pub fn generate_sized(seed: u64, size: Size) -> World {
        let mut random = Random::new(seed);
        let r = &mut random;
        let names = Names {
            units: r.ids(size.units + 1),
            people: r.ids(size.people + 1),
            teams: r.ids(size.teams),
            permsets: r.ids(size.permsets + 1),
            companies: r.ids(3),
        };
        let objects = vec![object(1), object(2)];
        let mut rows = DirectoryRows { utc_offset_s: 28_800, ..DirectoryRows::default() };
        organisation(r, &names, size, &mut rows);
        permissions(r, &names, size, &objects, &mut rows);
        guards(r, &names, size, &mut rows);
        let records = objects
            .iter()
            .flat_map(|def| (0..size.records).map(|_| def.id).collect::<Vec<_>>())
            .map(|object| WorldRecord { id: RecordId(r.uuid()), object, facts: facts(r, &names) })
            .collect();
        let callers = rows.principals.iter().map(|p| caller(r, p, &names)).collect();
        World { rows, objects, records, callers, now: NOW }
    }

    /// The definition of an object of this world.
    pub fn object(&self, id: ObjectId) -> Option<&ObjectDef> {
        self.objects.iter().find(|o| o.id == id)
    }
}

/// An object with two fields of every class, the second P0 off by default.
pub fn object(number: u32) -> ObjectDef {
    let field = |i: u32, class: DataClass| FieldDef {
        id: FieldId(number * 100 + i),
        key: format!("f{i}"),
        zh: String::new(),
        en: String::new(),
        kind: FieldKind::Text { max: 100 },
        class,
        mask: MaskStyle::Full,
        open: false,
        required: false,
        unique: Uniqueness::None,
        searchable: false,
        indexed: false,
        read_only: false,
        off_by_default: i == 2,
        section: String::new(),
        in_list: true,
        help: None,
    };
    let classes = (1..).zip(CLASSES.into_iter().flat_map(|c| [c, c]));
    ObjectDef {
        id: ObjectId(number),
        key: format!("object{number}"),
        zh: String::new(),
        en: String::new(),
        en_plural: String::new(),
        icon: String::new(),
        subject: SubjectRule::Itself,
        title: "f1".to_owned(),
        stage: None,
        sections: Vec::new(),
        fields: classes.map(|(i, class)| field(i, class)).collect(),
    }
}

/// An end in the past, now, in the future, or none.
fn end(r: &mut Random) -> Option<i64> {
    match r.below(10) {
        0 => Some(NOW - 90 * MINUTE),
        1 => Some(NOW),
        2 => Some(NOW + 1),
        3 => Some(NOW + 90 * MINUTE),
        _ => None,
    }
}

fn organisation(r: &mut Random, names: &Names, size: Size, rows: &mut DirectoryRows) {
    let known = usize::try_from(size.units).unwrap_or(0);
    for unit in names.units.iter().take(known) {
        rows.units.push(UnitRow { id: *unit, parent: r.maybe(75, &names.units) });
    }
    let known = usize::try_from(size.people).unwrap_or(0);
    for person in names.people.iter().take(known) {
        let kind = match r.below(10) {
            0 | 1 => PrincipalKind::Partner,
            2 => PrincipalKind::Client,
            _ => PrincipalKind::User,
        };
        let status = match r.below(16) {
            0 => Status::Suspended,
            1 => Status::Left,
            2 => Status::Pending,
            _ => Status::Active,
        };
        rows.principals.push(PrincipalRow {
            id: *person,
            kind,
            status,
            unit: r.maybe(85, &names.units),
            manager: r.maybe(75, &names.people),
            company: r.maybe(if kind == PrincipalKind::Partner { 80 } else { 10 }, &names.companies),
            clearance: i16::try_from(r.below(4)).unwrap_or(0),
            region: r.maybe(70, &REGIONS).map(str::to_owned),
            valid_until: if r.chance(30) { end(r) } else { None },
        });
    }
    for team in &names.teams {
        for person in r.some_of(30, &names.people) {
            rows.team_members.push(TeamMemberRow { team: *team, person, valid_until: end(r) });
        }
    }
}

fn permissions(r: &mut Random, names: &Names, size: Size, objects: &[ObjectDef], rows: &mut DirectoryRows) {
    let known = usize::try_from(size.permsets).unwrap_or(0);
    for (i, permset) in names.permsets.iter().take(known).enumerate() {
        rows.permsets.push(PermSetRow {
            id: *permset,
            code: format!("role{i}"),
            zh: String::new(),
            en: String::new(),
            builtin: false,
            officer_group: r.maybe(20, &[OfficerGroup::System, OfficerGroup::Security, OfficerGroup::Audit]),
        });
        for capability in r.some_of(15, &Capability::ALL) {
            rows.perm_capabilities.push(PermCapabilityRow { permset: *permset, capability });
        }
        for def in objects {
            for action in r.some_of(75, &Action::ALL) {
                // A role that sees everything leaves nothing to compare; it stays rare.
                for scope in r.some_of(28, &Scope::ALL) {
                    if scope != Scope::All || r.chance(25) {
                        let row = PermObjectRow { permset: *permset, object: def.id, action, scope };
                        rows.perm_objects.push(row);
                    }
                }
            }
            for class in CLASSES {
                let mut add = |r: &mut Random, target| {
                    let level = r.pick(&LEVELS).unwrap_or_default();
                    rows.perm_fields.push(PermFieldRow { permset: *permset, object: def.id, target, level });
                };
                if r.chance(80) {
                    add(r, FieldTarget::Class(class));
                }
                if let Some(scope) = r.maybe(30, &Scope::ALL) {
                    add(r, FieldTarget::ClassWithin(class, scope));
                }
                if let Some(field) = r.maybe(25, &def.fields) {
                    add(r, FieldTarget::Field(field.id));
                }
            }
        }
    }
    for _ in 0..size.assignments {
        let assignee = match r.below(10) {
            0..=5 => r.pick(&names.people).map(Assignee::Person),
            6..=7 => r.pick(&names.units).map(Assignee::Unit),
            _ => r.pick(&names.teams).map(Assignee::Team),
        };
        let (Some(assignee), Some(permset)) = (assignee, r.pick(&names.permsets)) else { continue };
        rows.assignments.push(AssignmentRow {
            id: AssignmentId(r.uuid()),
            assignee,
            permset,
            granted_by: r.pick(&names.people),
            reason: String::new(),
            expires_at: end(r),
        });
    }
}

fn guards(r: &mut Random, names: &Names, size: Size, rows: &mut DirectoryRows) {
    let ids: Vec<Uuid> = names
        .people
        .iter()
        .map(|p| p.0)
        .chain(names.units.iter().map(|u| u.0))
        .chain(names.teams.iter().map(|t| t.0))
        .chain(names.companies.iter().map(|c| c.0))
        .collect();
    for _ in 0..size.guards {
        rows.guards.push(GuardRow {
            id: GuardId(r.uuid()),
            object: r.maybe(60, &[ObjectId(1), ObjectId(2)]),
            actions: if r.chance(20) { Vec::new() } else { r.some_of(30, &Action::ALL) },
            field_class: r.maybe(30, &CLASSES),
            when: exprs::expr(r, 3, &ids),
            effect: match r.below(8) {
                0 => GuardEffect::RequireMfa { max_age_us: 10 * MINUTE },
                1 => GuardEffect::RequirePurpose,
                2 => GuardEffect::RequireApproval { n: 1 },
                3 => GuardEffect::RequireDevice,
                _ => GuardEffect::Deny,
            },
            enabled: r.chance(90),
        });
    }
}

fn facts(r: &mut Random, names: &Names) -> RecordFacts {
    let mut shares = Vec::new();
    for _ in 0..r.below(4) {
        let grantee = match r.below(3) {
            0 => r.pick(&names.people).map(|p| (GranteeKind::Person, p.0)),
            1 => r.pick(&names.units).map(|u| (GranteeKind::Unit, u.0)),
            _ => r.pick(&names.teams).map(|t| (GranteeKind::Team, t.0)),
        };
        let level = r.pick(&[ShareLevel::Read, ShareLevel::Write, ShareLevel::Full]);
        if let (Some((kind, id)), Some(level)) = (grantee, level)
            && !shares.iter().any(|s: &ShareFact| s.kind == kind && s.id == id)
        {
            shares.push(ShareFact { kind, id, level, expires_at: end(r) });
        }
    }
    RecordFacts {
        owner: r.maybe(92, &names.people),
        team: r.maybe(60, &names.teams),
        unit: r.maybe(70, &names.units),
        partner: r.maybe(40, &names.companies),
        classification: if r.chance(60) { 0 } else { i16::try_from(r.below(4)).unwrap_or(0) },
        region: r.maybe(75, &REGIONS).map(str::to_owned),
        restricted: r.chance(10),
        erased: r.chance(7),
        source: r.maybe(90, &SOURCES).map(str::to_owned),
        shares,
    }
}

fn caller(r: &mut Random, principal: &PrincipalRow, names: &Names) -> Caller {
    let (kind, acting_for) = match principal.kind {
        PrincipalKind::Client => {
            let kind = if r.chance(30) { PrincipalKind::System } else { PrincipalKind::Client };
            (kind, r.maybe(80, &names.people))
        }
        kind => (kind, None),
    };
    let second_factor_at = match r.below(6) {
        0 => None,
        1 => Some(NOW - 20 * MINUTE),
        2 => Some(NOW + MINUTE),
        3 => Some(NOW - 2_000_000),
        4 => Some(NOW - 10 * MINUTE),
        _ => Some(NOW - 5 * MINUTE),
    };
    let purpose = r.chance(60).then(|| Purpose { code: "call_customer".to_owned(), note: None });
    Caller {
        org: DEFAULT_ORG,
        person: principal.id,
        kind,
        pseudonym: [0; 16],
        session: SessionId(r.uuid()),
        acting_for,
        assurance: Assurance { password_at: Some(NOW - 60 * MINUTE), second_factor_at },
        network: r.pick(&NETWORKS).unwrap_or_default().to_owned(),
        device: String::new(),
        purpose,
        epoch: 1,
        directory: 1,
    }
}
