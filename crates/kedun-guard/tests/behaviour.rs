//! Single rules, each told as a small story.

#![expect(clippy::unwrap_used, reason = "a test may fail loudly")]

use kedun_guard::testing::NOW;
use kedun_guard::*;
use kedun_model::*;
use uuid::Uuid;

const MINUTE: i64 = 60_000_000;
const CONTACT: ObjectId = ObjectId(1);

fn id<T: From<Uuid>>(n: u128) -> T {
    T::from(Uuid::from_u128(n))
}

fn person(n: u128, manager: Option<u128>) -> PrincipalRow {
    PrincipalRow {
        id: id(n),
        kind: PrincipalKind::User,
        status: Status::Active,
        unit: None,
        manager: manager.map(id),
        company: None,
        clearance: 0,
        region: Some("CN".into()),
        valid_until: None,
    }
}

/// 1 heads 2 heads 3; 4 stands alone; 5 gives roles. Role 50 sees and reveals by the reporting line and shares.
fn company() -> DirectoryRows {
    let give = |n: u128, to: u128, permset: u128| AssignmentRow {
        id: id(n),
        assignee: Assignee::Person(id(to)),
        permset: id(permset),
        granted_by: Some(id(5)),
        reason: "post".into(),
        expires_at: None,
    };
    let role = |n: u128, code: &str, officer_group| PermSetRow {
        id: id(n),
        code: code.into(),
        zh: String::new(),
        en: String::new(),
        builtin: false,
        officer_group,
    };
    let mut rows = DirectoryRows {
        principals: vec![
            person(1, None),
            person(2, Some(1)),
            person(3, Some(2)),
            person(4, None),
            person(5, None),
        ],
        permsets: vec![
            role(50, "seller", None),
            role(51, "security", Some(OfficerGroup::Security)),
            role(52, "audit", Some(OfficerGroup::Audit)),
        ],
        perm_capabilities: vec![PermCapabilityRow { permset: id(51), capability: Capability::RolesManage }],
        assignments: vec![give(60, 1, 50), give(61, 2, 50), give(62, 4, 50), give(63, 5, 51)],
        ..DirectoryRows::default()
    };
    for action in [Action::Read, Action::Update, Action::Reveal, Action::Transfer] {
        for scope in [Scope::Subordinates, Scope::Shared] {
            rows.perm_objects.push(PermObjectRow { permset: id(50), object: CONTACT, action, scope });
        }
    }
    for class in [DataClass::P0, DataClass::P1, DataClass::P2, DataClass::P3] {
        rows.perm_fields.push(PermFieldRow {
            permset: id(50),
            object: CONTACT,
            target: FieldTarget::Class(class),
            level: FieldLevel::Write,
        });
    }
    rows
}

fn directory(rows: &DirectoryRows) -> Directory {
    Directory::build(rows.clone(), 1).unwrap()
}

fn who(n: u128) -> Caller {
    Caller {
        org: DEFAULT_ORG,
        person: id(n),
        kind: PrincipalKind::User,
        pseudonym: [0; 16],
        session: SessionId::NIL,
        acting_for: None,
        assurance: Assurance::default(),
        network: "10.1.2.3".into(),
        device: String::new(),
        purpose: None,
        epoch: 9,
        directory: 1,
    }
}

fn owned(n: u128) -> RecordFacts {
    RecordFacts { owner: Some(id(n)), region: Some("CN".into()), ..RecordFacts::default() }
}

fn ask(rows: &DirectoryRows, who: &Caller, action: Action) -> Result<Grant, Denied> {
    directory(rows).compile(who, CONTACT, action, &kedun_guard::testing::object(1), NOW)
}

fn guard(when: Expr, effect: GuardEffect) -> GuardRow {
    GuardRow { id: id(70), object: None, actions: vec![], field_class: None, when, effect, enabled: true }
}

fn is(column: Column, value: &str) -> Expr {
    Expr::Eq(Operand::Col(column), Operand::Lit(Literal::Text(value.into())))
}

#[test]
fn whoever_has_no_role_gets_nothing() {
    let rows = company();
    for action in Action::ALL {
        assert_eq!(ask(&rows, &who(3), action).unwrap_err().code, "access.no_permission");
        assert_eq!(ask(&rows, &who(99), action).unwrap_err().code, "access.unknown_person");
    }
}

#[test]
fn a_move_takes_effect_with_the_next_directory() {
    let mut rows = company();
    assert!(ask(&rows, &who(1), Action::Read).unwrap().allows(&owned(3)));
    assert!(!ask(&rows, &who(4), Action::Read).unwrap().allows(&owned(3)));
    rows.principals[2].manager = Some(id(4));
    assert!(!ask(&rows, &who(1), Action::Read).unwrap().allows(&owned(3)));
    assert!(ask(&rows, &who(4), Action::Read).unwrap().allows(&owned(3)));
    rows.principals[3].status = Status::Left;
    assert_eq!(ask(&rows, &who(4), Action::Read).unwrap_err().code, "access.inactive");
}

#[test]
fn a_share_lasts_until_it_expires() {
    let rows = company();
    let mut record = owned(3);
    let share = |expires_at| ShareFact {
        kind: GranteeKind::Person,
        id: Uuid::from_u128(4),
        level: ShareLevel::Read,
        expires_at,
    };
    record.shares = vec![share(Some(NOW + 1))];
    assert!(ask(&rows, &who(4), Action::Read).unwrap().allows(&record));
    assert!(!ask(&rows, &who(4), Action::Update).unwrap().allows(&record), "shared to read only");
    record.shares = vec![share(Some(NOW))];
    assert!(!ask(&rows, &who(4), Action::Read).unwrap().allows(&record));
}

#[test]
fn own_and_reporting_line_become_one_branch() {
    let mut rows = company();
    rows.perm_objects.push(PermObjectRow {
        permset: id(50),
        object: CONTACT,
        action: Action::Read,
        scope: Scope::Own,
    });
    let grant = ask(&rows, &who(1), Action::Read).unwrap();
    assert_eq!(grant.rows().branches.len(), 2);
    assert_eq!(grant.rows().branches[0], Branch::Owners(vec![id(1), id(2), id(3)].into()));
    assert_eq!(grant.epoch(), 9);
    rows.perm_objects.push(PermObjectRow {
        permset: id(50),
        object: CONTACT,
        action: Action::Read,
        scope: Scope::All,
    });
    assert_eq!(ask(&rows, &who(1), Action::Read).unwrap().rows().branches, vec![Branch::All]);
}

#[test]
fn reveals_rest_on_the_class_of_the_field() {
    let rows = company();
    let grant = ask(&rows, &who(1), Action::Reveal).unwrap();
    let (p1, p2, p3) = (FieldId(103), FieldId(105), FieldId(107));
    let mut caller = who(1);
    let mfa = Obligation::RequireMfa { max_age_us: 10 * MINUTE };
    let missing = |caller: &Caller, field| grant.missing_for(caller, &owned(3), &[field]);
    assert_eq!(missing(&caller, p1), vec![]);
    assert_eq!(missing(&caller, p2), vec![Obligation::RequirePurpose]);
    assert_eq!(missing(&caller, p3), vec![mfa, Obligation::RequirePurpose]);
    assert_eq!(grant.obligations(), &[mfa, Obligation::RequirePurpose]);
    caller.purpose = Some(Purpose { code: " ".into(), note: None });
    assert_eq!(missing(&caller, p2), vec![Obligation::RequirePurpose], "an empty purpose is none");
    caller.purpose = Some(Purpose { code: "call_customer".into(), note: None });
    assert_eq!(missing(&caller, p2), vec![]);
    caller.assurance.second_factor_at = Some(NOW - 10 * MINUTE - 1);
    assert_eq!(missing(&caller, p3), vec![mfa]);
    caller.assurance.second_factor_at = Some(NOW - 10 * MINUTE);
    assert_eq!(grant.missing(&caller), vec![]);
    assert_eq!(ask(&rows, &who(1), Action::Read).unwrap().obligations(), &[]);
}

#[test]
fn an_open_obligation_shuts_the_action_and_says_what_to_do() {
    let mut rows = company();
    rows.guards.push(guard(Expr::always(), GuardEffect::RequireApproval { n: 2 }));
    let denied = ask(&rows, &who(1), Action::Update).unwrap_err();
    assert_eq!(
        (denied.code, denied.missing.as_slice()),
        ("access.step_up", &[Obligation::RequireApproval { n: 2 }][..])
    );
    assert_eq!(Error::from(denied).kind, ErrorKind::StepUp);
    let def = kedun_guard::testing::object(1);
    let with = |approvals| {
        let done = Discharged { approvals, trusted_device: false };
        directory(&rows).compile_with(&who(1), CONTACT, Action::Update, &def, NOW, done)
    };
    assert!(with(1).is_err());
    assert!(with(2).unwrap().allows(&owned(3)));
}

#[test]
fn rows_behind_an_obligation_are_hidden_until_it_is_met() {
    let mut rows = company();
    rows.guards.push(guard(is(Column::Region, "EU"), GuardEffect::RequirePurpose));
    let eu = RecordFacts { region: Some("EU".into()), ..owned(3) };
    let nowhere = RecordFacts { region: None, ..owned(3) };
    let grant = ask(&rows, &who(1), Action::Read).unwrap();
    assert!(grant.allows(&owned(3)) && !grant.allows(&eu) && !grant.allows(&nowhere));
    assert_eq!(grant.step_up(&eu), vec![Obligation::RequirePurpose]);
    assert_eq!(grant.step_up(&owned(3)), vec![]);
    let stranger = RecordFacts { owner: Some(id(4)), ..eu.clone() };
    assert_eq!(grant.step_up(&stranger), vec![], "no step helps where no branch leads");
    let mut caller = who(1);
    caller.purpose = Some(Purpose { code: "audit".into(), note: None });
    assert!(ask(&rows, &caller, Action::Read).unwrap().allows(&eu));
}

#[test]
fn a_guard_on_a_class_of_fields_lowers_the_fields() {
    let mut rows = company();
    let by_class =
        |effect| GuardRow { field_class: Some(DataClass::P2), ..guard(is(Column::Region, "EU"), effect) };
    let eu = RecordFacts { region: Some("EU".into()), ..owned(3) };
    rows.guards = vec![by_class(GuardEffect::Deny)];
    let grant = ask(&rows, &who(1), Action::Read).unwrap();
    assert_eq!(grant.level(&eu, FieldId(105)), FieldLevel::None);
    assert_eq!(grant.level(&eu, FieldId(107)), FieldLevel::Write);
    assert_eq!(grant.level(&owned(3), FieldId(105)), FieldLevel::Write);
    assert_eq!(grant.field_level_min(FieldId(105)), FieldLevel::None);
    assert_eq!(grant.field_level_max(FieldId(105)), FieldLevel::Write);
    rows.guards = vec![by_class(GuardEffect::RequireMfa { max_age_us: MINUTE })];
    let grant = ask(&rows, &who(1), Action::Reveal).unwrap();
    assert_eq!(grant.level(&eu, FieldId(105)), FieldLevel::Masked);
    let first = grant.missing_for(&who(1), &eu, &[FieldId(105)]);
    assert_eq!(first, vec![Obligation::RequireMfa { max_age_us: MINUTE }, Obligation::RequirePurpose]);
    let mut caller = who(1);
    caller.assurance.second_factor_at = Some(NOW);
    assert_eq!(ask(&rows, &caller, Action::Reveal).unwrap().level(&eu, FieldId(105)), FieldLevel::Write);
}

#[test]
fn a_condition_that_cannot_be_told_denies() {
    let lit = |v: &str| Operand::Lit(Literal::Text(v.into()));
    let network = || Operand::Ctx(ContextAttr::Network);
    let inside =
        |list: &[&str]| Expr::In(network(), list.iter().map(|r| Literal::Text((*r).into())).collect());
    let outside = |list: &[&str]| Expr::Not(Box::new(inside(list)));
    let allowed = |when: Expr, from: &str| {
        let mut rows = company();
        rows.guards.push(guard(when, GuardEffect::Deny));
        let caller = Caller { network: from.into(), ..who(1) };
        ask(&rows, &caller, Action::Read).is_ok_and(|g| g.allows(&owned(3)))
    };
    assert!(allowed(outside(&["10.0.0.0/8"]), "10.200.0.1"));
    assert!(allowed(outside(&["10.0.0.0/8"]), "::ffff:10.200.0.1"), "an IPv4 address in IPv6 clothes");
    assert!(!allowed(outside(&["10.0.0.0/8"]), "11.0.0.1"));
    assert!(!allowed(outside(&["10.0.0.0/8"]), "no address"));
    assert!(!allowed(inside(&["10.0.0.0/8"]), "no address"), "unknown counts against the caller both ways");
    assert!(allowed(outside(&["2001:db8::/32", "0.0.0.0/0"]), "2001:db8:1::5"));
    assert!(!allowed(outside(&["2001:db8::/32"]), "2001:db9::1"));
    assert!(!allowed(Expr::Eq(network(), lit("10.0.0.0/8")), "10.1.1.1"), "a range is not an address");
    assert!(!allowed(is(Column::Classification, "CN"), "10.1.1.1"), "a number is not a text");
    let mut deep = is(Column::Region, "EU");
    assert!(allowed(deep.clone(), "10.1.1.1"));
    for _ in 0..9 {
        deep = Expr::Not(Box::new(deep));
    }
    assert!(!allowed(deep.clone(), "10.1.1.1"), "too deep to judge");
    assert!(!allowed(Expr::Not(Box::new(deep.clone())), "10.1.1.1"));
    assert_eq!(deep.validate().unwrap_err().code(), "guard.too_large");
    for bad in [
        Expr::Eq(Operand::Col(Column::Owner), Operand::Col(Column::Unit)),
        Expr::Lt(Operand::Col(Column::Region), lit("EU")),
        Expr::Eq(network(), lit("10.0.0.0/8")),
        Expr::In(network(), vec![]),
        Expr::In(network(), vec![Literal::Text("10.0.0.0/33".into())]),
        Expr::Eq(lit("a"), lit("a")),
        is(Column::Classification, "CN"),
    ] {
        assert!(bad.validate().is_err(), "{bad:?}");
    }
    assert!(Expr::And(vec![outside(&["10.0.0.0/8"]), is(Column::Region, "EU")]).validate().is_ok());
}

#[test]
fn conditions_keep_their_shape_in_json() {
    let text = r#"{"and":[{"not":{"in":[{"ctx":"network"},["10.0.0.0/8"]]}},{"gte":[{"col":"classification"},{"lit":2}]},{"has":{"col":"team"}}]}"#;
    let expr: Expr = serde_json::from_str(text).unwrap();
    assert!(expr.validate().is_ok());
    assert_eq!(serde_json::to_string(&expr).unwrap(), text);
    for target in [
        FieldTarget::Field(FieldId(12)),
        FieldTarget::Class(DataClass::P2),
        FieldTarget::ClassWithin(DataClass::P3, Scope::Own),
    ] {
        assert_eq!(FieldTarget::parse(&target.code()), Some(target));
    }
}

#[test]
fn no_write_moves_a_record_unless_it_is_a_transfer_within_ones_reach() {
    let rows = company();
    let update = ask(&rows, &who(1), Action::Update).unwrap();
    let transfer = ask(&rows, &who(1), Action::Transfer).unwrap();
    assert!(update.allows_write(&owned(2), &owned(2)));
    assert!(!update.allows_write(&owned(2), &owned(3)));
    assert!(transfer.allows_write(&owned(2), &owned(3)));
    assert!(!transfer.allows_write(&owned(2), &owned(4)), "out of one's reach");
    assert!(!transfer.allows_write(&owned(4), &owned(2)), "into one's reach");
    let above = RecordFacts { classification: 1, ..owned(2) };
    assert!(!update.allows_write(&owned(2), &above), "above one's own clearance");
}

#[test]
fn partners_stay_confined_whatever_they_hold() {
    let mut rows = company();
    rows.principals[0].kind = PrincipalKind::Partner;
    rows.perm_capabilities.push(PermCapabilityRow { permset: id(50), capability: Capability::DirectoryRead });
    for scope in Scope::ALL {
        for action in Action::ALL {
            rows.perm_objects.push(PermObjectRow { permset: id(50), object: CONTACT, action, scope });
        }
    }
    let grant = ask(&rows, &who(1), Action::Read).unwrap();
    assert!(matches!(grant.rows().branches.as_slice(), [Branch::Shared { .. }]));
    assert_eq!(ask(&rows, &who(1), Action::Export).unwrap_err().code, "access.partner");
    assert!(directory(&rows).capabilities(id(1), NOW).is_empty());
    assert!(ask(&rows, &who(1), Action::Create).unwrap().rows().branches.is_empty());
    assert!(directory(&rows).capabilities(id(4), NOW).contains(&Capability::DirectoryRead));
}

#[test]
fn the_program_itself_has_only_the_rights_of_whom_it_works_for() {
    let rows = company();
    let system = Caller { kind: PrincipalKind::System, person: PersonId::NIL, ..who(1) };
    assert_eq!(ask(&rows, &system, Action::Read).unwrap_err().code, "access.unknown_person");
    let working = Caller { acting_for: Some(id(2)), ..system };
    let grant = ask(&rows, &working, Action::Read).unwrap();
    assert!(grant.allows(&owned(3)) && !grant.allows(&owned(1)));
}

#[test]
fn explanations_name_the_way_and_the_fact() {
    let mut rows = company();
    let def = kedun_guard::testing::object(1);
    let explain = |rows: &DirectoryRows, n, action, facts: &RecordFacts| {
        directory(rows).explain(&who(n), CONTACT, action, &def, facts, NOW)
    };
    let told = explain(&rows, 1, Action::Read, &owned(3));
    let way = &told.branches[0];
    assert!(told.decision && way.matched && told.nearest.is_empty());
    assert_eq!(way.fact.code, "owner_reports_to_viewer");
    assert_eq!(way.fact.args["levels"], "2");
    assert_eq!((way.assignment, way.granted_by, way.via), (id(60), Some(id(5)), Via::Direct));
    assert_eq!(told.fields[0].from, Some(id(50)));

    let mut record = owned(3);
    record.shares.push(ShareFact {
        kind: GranteeKind::Person,
        id: Uuid::from_u128(4),
        level: ShareLevel::Read,
        expires_at: None,
    });
    let told = explain(&rows, 4, Action::Update, &record);
    assert_eq!((told.decision, told.code), (false, "access.no_branch"));
    assert_eq!(told.nearest[0].fact.code, "share_level_too_low");
    assert_eq!(told.nearest[1].fact.code, "owner_does_not_report");
    let told = told.without_near_misses();
    assert!(told.nearest.is_empty() && told.branches.is_empty() && told.guards.is_empty());

    let told = explain(&rows, 1, Action::Delete, &owned(3));
    assert_eq!((told.code, told.nearest[0].fact.code), ("access.no_permission", "action_not_given"));

    rows.assignments[0].expires_at = Some(NOW - 5);
    let told = explain(&rows, 1, Action::Read, &owned(3));
    assert_eq!(told.nearest[0].fact.code, "assignment_expired");
    assert_eq!(told.nearest[0].fact.args["at"], (NOW - 5).to_string());
    rows.assignments[0].expires_at = None;

    let above = RecordFacts { classification: 2, ..owned(3) };
    let told = explain(&rows, 1, Action::Read, &above);
    assert_eq!(told.code, "access.guard");
    let label = told.guards.iter().find(|g| g.rule == "label").unwrap();
    assert!(
        label.applies && label.inputs["record.classification"] == "2" && label.inputs["clearance"] == "0"
    );

    rows.guards.push(guard(is(Column::Source, "import"), GuardEffect::Deny));
    let told = explain(&rows, 1, Action::Read, &owned(3));
    let open = told.guards.iter().find(|g| g.guard.is_some()).unwrap();
    assert!(open.applies && open.unresolved && open.inputs["record.source"] == "null");
}

#[test]
fn roles_are_given_by_those_who_may_to_others_and_never_two_offices_to_one() {
    let mut rows = company();
    let check = |rows: &DirectoryRows, granter, to: Assignee, permset| {
        directory(rows).check_assignment(id(granter), to, id(permset), NOW)
    };
    let one = |n| Assignee::Person(id(n));
    assert_eq!(check(&rows, 5, one(3), 50), Ok(()));
    assert_eq!(check(&rows, 1, one(3), 50), Err(GuardError::MayNotGrant));
    assert_eq!(check(&rows, 5, one(5), 50), Err(GuardError::ToOneself));
    assert_eq!(check(&rows, 5, one(3), 99), Err(GuardError::UnknownPermSet));
    assert_eq!(check(&rows, 5, one(99), 50), Err(GuardError::UnknownPerson));
    rows.team_members.push(TeamMemberRow { team: id(80), person: id(5), valid_until: None });
    assert_eq!(check(&rows, 5, Assignee::Team(id(80)), 50), Err(GuardError::ToOneself));
    rows.permsets.push(PermSetRow { id: id(53), code: "second".into(), ..rows.permsets[1].clone() });
    rows.perm_capabilities.push(PermCapabilityRow { permset: id(53), capability: Capability::RolesManage });
    rows.assignments.push(AssignmentRow {
        id: id(64),
        assignee: one(3),
        permset: id(53),
        ..rows.assignments[0].clone()
    });
    assert_eq!(check(&rows, 3, one(5), 52), Err(GuardError::OfficersMeet));
    assert_eq!(check(&rows, 3, Assignee::Team(id(80)), 52), Err(GuardError::OfficersMeet));
    rows.principals[3].kind = PrincipalKind::Partner;
    assert_eq!(check(&rows, 5, one(4), 51), Err(GuardError::NotForPartners));
    assert_eq!(check(&rows, 5, one(4), 50), Ok(()));

    let place = |rows: &DirectoryRows, actor, who| {
        directory(rows).check_placement(id(actor), id(who), Assignee::Team(id(81)), NOW)
    };
    assert_eq!(place(&rows, 5, 5), Ok(()), "a team that holds nothing gives nothing");
    rows.assignments.push(AssignmentRow {
        id: id(65),
        assignee: Assignee::Team(id(81)),
        permset: id(52),
        ..rows.assignments[0].clone()
    });
    assert_eq!(place(&rows, 1, 1), Err(GuardError::ToOneself));
    assert_eq!(place(&rows, 1, 5), Err(GuardError::OfficersMeet));
    assert_eq!(place(&rows, 5, 1), Ok(()));
}

#[test]
fn a_snapshot_says_until_when_it_stands() {
    let mut rows = company();
    assert_eq!(ask(&rows, &who(1), Action::Read).unwrap().valid_until(), None);
    rows.assignments[0].expires_at = Some(NOW + 7 * MINUTE);
    rows.assignments.push(AssignmentRow {
        id: id(66),
        expires_at: Some(NOW - 1),
        ..rows.assignments[0].clone()
    });
    rows.principals[0].valid_until = Some(NOW + 9 * MINUTE);
    let grant = ask(&rows, &who(1), Action::Read).unwrap();
    assert_eq!(grant.valid_until(), Some(NOW + 7 * MINUTE));
    rows.team_members.push(TeamMemberRow { team: id(80), person: id(1), valid_until: Some(NOW + MINUTE) });
    assert_eq!(directory(&rows).effective_permsets(id(1), NOW).valid_until, Some(NOW + MINUTE));
}

#[test]
fn two_rows_with_one_id_are_no_directory() {
    let mut rows = company();
    rows.principals.push(person(1, None));
    let error = Directory::build(rows, 1).unwrap_err();
    assert_eq!(error, GuardError::DuplicateId { table: "principal" });
}
