//! Cedar as the judge: policies and entities are written from the rows, never from compiled
//! grants, and every decision must be the same. `KEDUN_CASES` sets how many are asked.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may fail loudly")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use cedar_policy::{Authorizer, Context, Decision, Entities, EntityUid, PolicySet, Request};
use kedun_guard::testing::{Random, World, WorldRecord};
use kedun_guard::*;
use kedun_model::*;
use serde_json::{Value as Json, json};

fn uid(kind: &str, id: impl std::fmt::Display) -> EntityUid {
    format!("{kind}::\"{id}\"").parse().unwrap()
}

fn entity(kind: &str, id: impl std::fmt::Display) -> Json {
    json!({ "__entity": { "type": kind, "id": id.to_string() } })
}

fn live(until: Option<i64>, now: i64) -> bool {
    until.is_none_or(|t| t > now)
}

/// Parents with every circle opened at its smallest member, found by following each line.
fn opened<K: Ord + Copy>(raw: BTreeMap<K, Option<K>>) -> BTreeMap<K, Option<K>> {
    let known = |k: K| raw.get(&k).copied().flatten().filter(|p| raw.contains_key(p));
    let mut out = BTreeMap::new();
    for &start in raw.keys() {
        let mut seen = BTreeSet::from([start]);
        let mut at = known(start);
        while let Some(k) = at.filter(|k| seen.insert(*k)) {
            at = known(k);
        }
        let on_circle = at == Some(start);
        let cut = on_circle && seen.iter().next() == Some(&start);
        out.insert(start, if cut { None } else { known(start) });
    }
    out
}

fn entities(world: &World) -> Entities {
    let rows = &world.rows;
    let mut list = Vec::new();
    let units = opened(rows.units.iter().map(|u| (u.id, u.parent)).collect());
    for (unit, parent) in &units {
        let parents: Vec<Json> = parent.iter().map(|p| json!({ "type": "U", "id": p.to_string() })).collect();
        list.push(json!({ "uid": { "type": "U", "id": unit.to_string() }, "attrs": {}, "parents": parents }));
    }
    let lines = opened(rows.principals.iter().map(|p| (p.id, p.manager)).collect());
    for p in &rows.principals {
        let teams: Vec<Json> = rows
            .team_members
            .iter()
            .filter(|m| m.person == p.id && live(m.valid_until, world.now))
            .map(|m| entity("T", m.team))
            .collect();
        let mut attrs = json!({
            "kind": format!("{:?}", p.kind).to_lowercase(),
            "status": format!("{:?}", p.status),
            "clearance": p.clearance,
            "teams": teams,
        });
        let mut add = |name: &str, value: Option<Json>| {
            if let Some(value) = value {
                attrs[name] = value;
            }
        };
        add("valid_until", p.valid_until.map(Json::from));
        add("unit", p.unit.filter(|u| units.contains_key(u)).map(|u| entity("U", u)));
        add("company", p.company.map(|c| entity("R", c)));
        add("region", p.region.clone().map(Json::from));
        let parents: Vec<Json> =
            lines[&p.id].iter().map(|m| json!({ "type": "P", "id": m.to_string() })).collect();
        list.push(
            json!({ "uid": { "type": "P", "id": p.id.to_string() }, "attrs": attrs, "parents": parents }),
        );
    }
    for record in &world.records {
        let f = &record.facts;
        let mut attrs = json!({
            "classification": f.classification, "restricted": f.restricted, "erased": f.erased,
        });
        for (name, least) in [("share1", 1), ("share2", 2), ("share3", 3)] {
            let with: Vec<Json> = f
                .shares
                .iter()
                .filter(|s| live(s.expires_at, world.now))
                .filter(|s| match s.level {
                    ShareLevel::Read => least <= 1,
                    ShareLevel::Write => least <= 2,
                    ShareLevel::Full => least <= 3,
                })
                .map(|s| match s.kind {
                    GranteeKind::Person => entity("P", s.id),
                    GranteeKind::Unit => entity("U", s.id),
                    GranteeKind::Team => entity("T", s.id),
                })
                .collect();
            attrs[name] = with.into();
        }
        let mut add = |name: &str, value: Option<Json>| {
            if let Some(value) = value {
                attrs[name] = value;
            }
        };
        add("owner", f.owner.map(|x| entity("P", x)));
        add("team", f.team.map(|x| entity("T", x)));
        add("unit", f.unit.map(|x| entity("U", x)));
        add("partner", f.partner.map(|x| entity("R", x)));
        add("region", f.region.clone().map(Json::from));
        add("source", f.source.clone().map(Json::from));
        let id = json!({ "type": "Record", "id": record.id.to_string() });
        list.push(json!({ "uid": id, "attrs": attrs, "parents": [] }));
    }
    Entities::from_json_value(Json::Array(list), None).unwrap()
}

const ACTIVE: &str = r#"principal.status == "Active" && (!(principal has valid_until) || context.now < principal.valid_until)"#;

/// The condition of a scope; partners are kept to two of them.
fn scope(scope: Scope, action: Action) -> String {
    let condition = match scope {
        Scope::All => "true".to_owned(),
        Scope::Own => "resource has owner && resource.owner == principal".to_owned(),
        Scope::Subordinates => "resource has owner && resource.owner in principal".to_owned(),
        Scope::Team => "resource has team && principal.teams.contains(resource.team)".to_owned(),
        Scope::Unit => {
            "resource has unit && principal has unit && resource.unit == principal.unit".to_owned()
        }
        Scope::UnitBelow => {
            "resource has unit && principal has unit && resource.unit in principal.unit".to_owned()
        }
        Scope::PartnerCompany => {
            return "(resource has partner && principal has company && resource.partner == principal.company)"
                .to_owned();
        }
        Scope::Shared => return shared(action),
    };
    format!(r#"(principal.kind != "partner" && ({condition}))"#)
}

fn shared(action: Action) -> String {
    let set = match action {
        Action::Read | Action::Reveal | Action::Export => "resource.share1",
        Action::Update => "resource.share2",
        Action::Delete | Action::Restore | Action::Share | Action::Transfer => "resource.share3",
        // A record about to be created has no shares.
        Action::Create | Action::Import => return "false".to_owned(),
    };
    format!(
        "({set}.contains(principal) || {set}.containsAny(principal.teams) || \
         (principal has unit && {set}.contains(principal.unit)))"
    )
}

struct Term {
    has: String,
    get: String,
    kind: &'static str,
    column: bool,
}

fn column_kind(column: Column) -> &'static str {
    match column {
        Column::Owner => "P",
        Column::Unit => "U",
        Column::Team => "T",
        Column::Partner => "R",
        Column::Classification => "int",
        Column::Region | Column::Source => "text",
        Column::Restricted | Column::Erased => "bool",
    }
}

fn term(operand: &Operand) -> Option<Term> {
    let term = |has: &str, get: &str, kind| {
        Some(Term { has: has.to_owned(), get: get.to_owned(), kind, column: false })
    };
    match operand {
        Operand::Lit(_) => None,
        Operand::Col(column) => Some(Term {
            has: format!("resource has {}", column.code()),
            get: format!("resource.{}", column.code()),
            kind: column_kind(*column),
            column: true,
        }),
        Operand::Ctx(attr) => match attr {
            ContextAttr::Network => term("context has network", "context.network", "net"),
            ContextAttr::Hour => term("true", "context.hour", "int"),
            ContextAttr::SecondFactorAge => term("context has factor_age", "context.factor_age", "int"),
            ContextAttr::Kind => term("true", "principal.kind", "text"),
            ContextAttr::Clearance => term("true", "principal.clearance", "int"),
            ContextAttr::Region => term("principal has region", "principal.region", "text"),
            ContextAttr::Unit => term("principal has unit", "principal.unit", "U"),
            ContextAttr::Person => term("true", "principal", "P"),
        },
    }
}

fn literal(literal: &Literal, kind: &str) -> Option<String> {
    match (literal, kind) {
        (Literal::Bool(b), "bool") => Some(b.to_string()),
        (Literal::Int(n), "int") => Some(n.to_string()),
        (Literal::Id(id), "P" | "U" | "T" | "R") => Some(format!("{kind}::\"{id}\"")),
        (Literal::Id(id), "text") => Some(format!("\"{id}\"")),
        (Literal::Text(text), "text") => Some(format!("\"{text}\"")),
        (Literal::Text(text), "net") if text != "nonsense" => Some(format!("\"{text}\"")),
        _ => None,
    }
}

/// Two Cedar expressions: that the condition holds, and that it does not. Neither may fail.
fn both(e: &Expr) -> (String, String) {
    let open = || ("false".to_owned(), "false".to_owned());
    let list = |parts: &[Expr], all: bool| {
        let (mut yes, mut no) = (all.to_string(), (!all).to_string());
        for part in parts {
            let (y, n) = both(part);
            let (a, o) = if all { ("&&", "||") } else { ("||", "&&") };
            yes = format!("({yes} {a} ({y}))");
            no = format!("({no} {o} ({n}))");
        }
        (yes, no)
    };
    let (a, op, b) = match e {
        Expr::Eq(a, b) => (a, "==", b),
        Expr::Ne(a, b) => (a, "!=", b),
        Expr::Lt(a, b) => (a, "<", b),
        Expr::Lte(a, b) => (a, "<=", b),
        Expr::Gt(a, b) => (a, ">", b),
        Expr::Gte(a, b) => (a, ">=", b),
        Expr::And(parts) => return list(parts, true),
        Expr::Or(parts) => return list(parts, false),
        Expr::Not(inner) => {
            let (yes, no) = both(inner);
            return (no, yes);
        }
        Expr::Has(operand) => {
            let has = term(operand).unwrap().has;
            return (has.clone(), format!("!({has})"));
        }
        Expr::In(operand, values) => {
            let t = term(operand).unwrap();
            let tests: Option<Vec<String>> = values
                .iter()
                .map(|v| match v {
                    Literal::Text(r) if t.kind == "net" && r == "10.0.0.0/8" => {
                        Some(format!(r#"{} like "10.*""#, t.get))
                    }
                    Literal::Text(r) if t.kind == "net" && r == "192.168.0.0/16" => {
                        Some(format!(r#"{} like "192.168.*""#, t.get))
                    }
                    v => literal(v, t.kind).map(|v| format!("{} == {v}", t.get)),
                })
                .collect();
            let Some(tests) = tests else { return open() };
            let any = tests.join(" || ");
            return (format!("({} && ({any}))", t.has), format!("({} && !({any}))", t.has));
        }
    };
    let (left, right) = (term(a), term(b));
    let kind = left.as_ref().or(right.as_ref()).unwrap().kind;
    if let (Some(l), Some(r)) = (&left, &right)
        && (l.kind != r.kind || (l.column && r.column))
    {
        return open();
    }
    if !matches!(op, "==" | "!=") && kind != "int" {
        return open();
    }
    let side = |t: Option<Term>, o: &Operand| match (t, o) {
        (Some(t), _) => Some((t.has, t.get)),
        (None, Operand::Lit(l)) => literal(l, kind).map(|l| ("true".to_owned(), l)),
        _ => None,
    };
    let (Some((has_a, get_a)), Some((has_b, get_b))) = (side(left, a), side(right, b)) else { return open() };
    let there = format!("{has_a} && {has_b}");
    let holds = format!("{get_a} {op} {get_b}");
    (format!("({there} && {holds})"), format!("({there} && !({holds}))"))
}

/// The policies that matter for one object and action.
fn policies(world: &World, object: ObjectId, action: Action) -> PolicySet {
    let rows = &world.rows;
    let mut text = String::new();
    for a in &rows.assignments {
        let holder = match a.assignee {
            Assignee::Person(id) => format!("principal == P::\"{id}\""),
            Assignee::Unit(id) => format!("principal has unit && principal.unit == U::\"{id}\""),
            Assignee::Team(id) => format!("principal.teams.contains(T::\"{id}\")"),
        };
        let until = a.expires_at.map_or("true".to_owned(), |t| format!("context.now < {t}"));
        let known = rows.permsets.iter().any(|p| p.id == a.permset);
        let given = rows.perm_objects.iter().filter(|p| p.permset == a.permset);
        for row in given.filter(|p| known && p.object == object && p.action == action) {
            let scope = scope(row.scope, action);
            writeln!(
                text,
                "permit(principal, action, resource) when {{ {ACTIVE} && {until} && ({holder}) && {scope} }};"
            )
            .unwrap();
        }
    }
    let mut forbid = |when: &str| {
        writeln!(text, "forbid(principal, action, resource) when {{ {when} }};").unwrap();
    };
    forbid("resource.classification > principal.clearance");
    if matches!(action, Action::Update | Action::Reveal | Action::Export | Action::Share) {
        forbid("resource.restricted");
    }
    if action != Action::Read {
        forbid("resource.erased");
    }
    if action == Action::Export {
        forbid(r#"principal.kind == "partner""#);
    }
    for g in rows.guards.iter().filter(|g| g.enabled && g.field_class.is_none()) {
        if g.object.is_some_and(|o| o != object) || !(g.actions.is_empty() || g.actions.contains(&action)) {
            continue;
        }
        let (_, no) = both(&g.when);
        let done = match g.effect {
            GuardEffect::RequireMfa { max_age_us } => {
                format!("(context has factor_us && context.factor_us <= {max_age_us})")
            }
            GuardEffect::RequirePurpose => "context has purpose".to_owned(),
            _ => "false".to_owned(),
        };
        forbid(&format!("!({no}) && !({done})"));
    }
    text.parse().unwrap_or_else(|e| panic!("{e}\n{text}"))
}

fn context(world: &World, who: &Caller) -> Context {
    let local = time::seconds_of_day(world.now, i64::from(world.rows.utc_offset_s));
    let mut attrs = json!({ "now": world.now, "hour": local / 3600 });
    if who.network.chars().all(|c| c.is_ascii_digit() || c == '.') {
        attrs["network"] = who.network.clone().into();
    }
    if let Some(at) = who.assurance.second_factor_at.filter(|at| *at <= world.now) {
        attrs["factor_us"] = (world.now - at).into();
        attrs["factor_age"] = ((world.now - at) / 1_000_000).into();
    }
    if let Some(purpose) = &who.purpose {
        attrs["purpose"] = purpose.code.clone().into();
    }
    Context::from_json_value(attrs, None).unwrap()
}

mod time {
    /// Seconds since midnight of a moment in microseconds of UTC, `east` seconds east.
    pub fn seconds_of_day(at: i64, east: i64) -> i64 {
        (at / 1_000_000 + east) % 86_400
    }
}

struct Court {
    authorizer: Authorizer,
    entities: Entities,
    policies: BTreeMap<(ObjectId, Action), PolicySet>,
}

impl Court {
    fn decide(&mut self, world: &World, who: &Caller, record: &WorldRecord, action: Action) -> bool {
        let set = self
            .policies
            .entry((record.object, action))
            .or_insert_with(|| policies(world, record.object, action));
        let principals = match (who.kind, who.acting_for) {
            (PrincipalKind::System, Some(user)) => vec![user],
            (_, Some(user)) => vec![user, who.person],
            (_, None) => vec![who.person],
        };
        principals.into_iter().all(|p| {
            if !world.rows.principals.iter().any(|row| row.id == p) {
                return false;
            }
            let request = Request::new(
                uid("P", p),
                uid("Action", action.code()),
                uid("Record", record.id),
                context(world, who),
                None,
            )
            .unwrap();
            let answer = self.authorizer.is_authorized(&request, set, &self.entities);
            let errors: Vec<String> = answer.diagnostics().errors().map(|e| e.to_string()).collect();
            assert!(errors.is_empty(), "a policy could not be told: {errors:?}");
            answer.decision() == Decision::Allow
        })
    }
}

#[test]
fn cedar_decides_the_same() {
    let wanted: u64 = std::env::var("KEDUN_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(10_000);
    let (mut cases, mut allowed, mut seed) = (0_u64, 0_u64, 1_000_000);
    while cases < wanted {
        let world = World::generate(seed);
        let directory = Directory::build(world.rows.clone(), 1).unwrap();
        let mut court =
            Court { authorizer: Authorizer::new(), entities: entities(&world), policies: BTreeMap::new() };
        let mut random = Random::new(seed);
        for _ in 0..500 {
            let who = random.pick(&world.callers).unwrap();
            let record = random.pick(&world.records).unwrap();
            let action = random.pick(&Action::ALL).unwrap();
            let def = world.object(record.object).unwrap();
            let ours = directory
                .compile(&who, record.object, action, def, world.now)
                .is_ok_and(|g| g.allows(&record.facts));
            let theirs = court.decide(&world, &who, &record, action);
            assert_eq!(ours, theirs, "seed {seed}: {who:?} {action:?} {record:?}");
            cases += 1;
            allowed += u64::from(ours);
        }
        seed += 1;
    }
    println!("{cases} cases, {allowed} allowed, 0 differences");
    assert!(allowed * 50 > cases, "too few allowed cases to mean anything");
}
