//! What the delivered roles may do, written out: role by object, action and situation of the
//! record. `KEDUN_BLESS=1` writes the file anew; a change of it is a change of rights.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail loudly")]

use std::fmt::Write;
use std::path::Path;

use kedun_guard::testing::NOW;
use kedun_guard::*;
use kedun_model::*;
use uuid::Uuid;

fn id<T: From<Uuid>>(n: u128) -> T {
    T::from(Uuid::from_u128(n))
}

fn def(number: u32, key: &str) -> ObjectDef {
    let mut def = kedun_guard::testing::object(number);
    def.key = key.to_owned();
    def
}

const VIEWER: u128 = 100;
const BETWEEN: u128 = 101;
const BELOW: u128 = 102;
const STRANGER: u128 = 103;
const HEAD: u128 = 1;
const SALES: u128 = 2;
const EAST: u128 = 3;
const FINANCE: u128 = 4;
const TEAM: u128 = 5;
const COMPANY: u128 = 6;

fn directory(role: &str, kind: PrincipalKind, objects: &[ObjectDef]) -> Directory {
    let roles = seed::roles();
    let code = |code: &str| id(1000 + roles.iter().position(|r| r.code == code).unwrap() as u128);
    let given = seed::rows(&roles, objects, code);
    let person = |n: u128, unit: u128, manager: Option<u128>| PrincipalRow {
        id: id(n),
        kind: PrincipalKind::User,
        status: Status::Active,
        unit: Some(id(unit)),
        manager: manager.map(id),
        company: None,
        clearance: 0,
        region: None,
        valid_until: None,
    };
    let viewer = PrincipalRow {
        kind,
        company: (kind == PrincipalKind::Partner).then(|| id(COMPANY)),
        ..person(VIEWER, SALES, None)
    };
    let unit = |n: u128, parent: Option<u128>| UnitRow { id: id(n), parent: parent.map(id) };
    let rows = DirectoryRows {
        principals: vec![
            viewer,
            person(BETWEEN, SALES, Some(VIEWER)),
            person(BELOW, FINANCE, Some(BETWEEN)),
            person(STRANGER, FINANCE, None),
        ],
        units: vec![
            unit(HEAD, None),
            unit(SALES, Some(HEAD)),
            unit(EAST, Some(SALES)),
            unit(FINANCE, Some(HEAD)),
        ],
        team_members: vec![TeamMemberRow { team: id(TEAM), person: id(VIEWER), valid_until: None }],
        permsets: given.permsets,
        perm_objects: given.perm_objects,
        perm_fields: given.perm_fields,
        perm_capabilities: given.perm_capabilities,
        assignments: vec![AssignmentRow {
            id: id(7),
            assignee: Assignee::Person(id(VIEWER)),
            permset: code(role),
            granted_by: None,
            reason: String::new(),
            expires_at: None,
        }],
        ..DirectoryRows::default()
    };
    Directory::build(rows, 1).unwrap()
}

fn situations() -> Vec<(&'static str, RecordFacts)> {
    let other = RecordFacts { owner: Some(id(STRANGER)), unit: Some(id(FINANCE)), ..RecordFacts::default() };
    let own = RecordFacts { owner: Some(id(VIEWER)), ..other.clone() };
    let share =
        |level| ShareFact { kind: GranteeKind::Person, id: Uuid::from_u128(VIEWER), level, expires_at: None };
    vec![
        ("own", own.clone()),
        ("report", RecordFacts { owner: Some(id(BELOW)), ..other.clone() }),
        ("team", RecordFacts { team: Some(id(TEAM)), ..other.clone() }),
        ("unit", RecordFacts { unit: Some(id(SALES)), ..other.clone() }),
        ("below", RecordFacts { unit: Some(id(EAST)), ..other.clone() }),
        ("shared", RecordFacts { shares: vec![share(ShareLevel::Read)], ..other.clone() }),
        ("given", RecordFacts { shares: vec![share(ShareLevel::Full)], ..other.clone() }),
        ("company", RecordFacts { partner: Some(id(COMPANY)), ..other.clone() }),
        ("other", other),
        ("own+rest", RecordFacts { restricted: true, ..own.clone() }),
        ("own+eras", RecordFacts { erased: true, ..own.clone() }),
        ("own+secr", RecordFacts { classification: 1, ..own }),
    ]
}

fn letter(level: FieldLevel) -> char {
    match level {
        FieldLevel::None => 'n',
        FieldLevel::Masked => 'm',
        FieldLevel::Read => 'r',
        FieldLevel::Write => 'w',
    }
}

fn matrix() -> String {
    let objects = [def(1, "account"), def(2, "contact")];
    let mut out = String::from(
        "What the delivered roles may do. One column per situation of the record, one letter per\n\
         class of field (P0 P1 P2 P3): w write, r read, m masked, n none; ---- not allowed.\n\
         own: owned by the viewer; report: owned by somebody two levels below; team, unit: of the\n\
         viewer's; below: of a unit below; shared: to read; given: shared in full; company: of the\n\
         partner's company; other: none of these; own and restricted, erased, above the clearance.\n",
    );
    let mut subjects: Vec<(String, &str, PrincipalKind)> = seed::roles()
        .iter()
        .map(|r| {
            let kind = if r.code == "partner" { PrincipalKind::Partner } else { PrincipalKind::User };
            (r.code.to_owned(), r.code, kind)
        })
        .collect();
    subjects.push(("partner holding sales_director".into(), "sales_director", PrincipalKind::Partner));
    subjects.push(("partner holding security_admin".into(), "security_admin", PrincipalKind::Partner));
    for (title, role, kind) in subjects {
        let directory = directory(role, kind, &objects);
        let who = viewer(kind);
        writeln!(out, "\n## {title}").unwrap();
        let capabilities: Vec<&str> =
            directory.capabilities(who.person, NOW).into_iter().map(Capability::code).collect();
        writeln!(out, "capabilities: {}", capabilities.join(" ")).unwrap();
        let names: Vec<String> = situations().iter().map(|(n, _)| format!("{n:<8}")).collect();
        writeln!(out, "{:<18} {}", "", names.join(" ").trim_end()).unwrap();
        for def in &objects {
            for action in Action::ALL {
                let grant = directory.compile(&who, def.id, action, def, NOW);
                let cells: Vec<String> = situations()
                    .iter()
                    .map(|(_, facts)| match &grant {
                        Ok(grant) if grant.allows(facts) => {
                            let levels = grant.levels(facts);
                            let shown = [1, 3, 5, 7].map(|i| levels.get(def.fields[i - 1].id));
                            assert_eq!(levels.get(def.fields[1].id), FieldLevel::None, "off by default");
                            format!("{:<8}", shown.map(letter).iter().collect::<String>())
                        }
                        _ => format!("{:<8}", "----"),
                    })
                    .collect();
                let name = format!("{} {}", def.key, action.code());
                writeln!(out, "{name:<18} {}", cells.join(" ").trim_end()).unwrap();
            }
        }
    }
    out
}

fn viewer(kind: PrincipalKind) -> Caller {
    Caller {
        org: DEFAULT_ORG,
        person: id(VIEWER),
        kind,
        pseudonym: [0; 16],
        session: SessionId::NIL,
        acting_for: None,
        assurance: Assurance::default(),
        network: String::new(),
        device: String::new(),
        purpose: None,
        epoch: 1,
        directory: 1,
    }
}

#[test]
fn the_delivered_roles_may_do_what_the_file_says() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/matrix.txt");
    let actual = matrix();
    if std::env::var("KEDUN_BLESS").is_ok() {
        std::fs::write(&path, &actual).unwrap();
    }
    let expected = std::fs::read_to_string(&path).unwrap();
    for (n, (want, have)) in expected.lines().zip(actual.lines()).enumerate() {
        assert_eq!(have, want, "line {} of tests/golden/matrix.txt", n + 1);
    }
    assert_eq!(actual, expected);
}
