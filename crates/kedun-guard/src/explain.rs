//! Why: every branch with where it comes from, every guard with what it looked at, every field.

use std::collections::BTreeMap;

use kedun_model::{
    Action, AssignmentId, Caller, DataClass, FieldId, FieldLevel, GuardId, ObjectDef, ObjectId, PermSetId,
    PersonId, PrincipalKind, Scope,
};
use serde::Serialize;

use crate::compile::{restriction_bars, standing, tidy};
use crate::effective::Held;
use crate::fold::{CallContext, Folded, fold};
use crate::levels::FieldTable;
use crate::pred::column_value;
use crate::scope_fact::ScopeFact;
use crate::{
    Denied, Directory, Discharged, Expr, Grant, GuardEffect, GuardRow, Literal, Obligation, Operand,
    PrincipalRow, RecordFacts, Via,
};

/// How many near misses are told.
const NEAREST: usize = 3;

/// A fact as a code, the key of its sentence, and arguments: ids, counts, moments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Fact {
    pub code: &'static str,
    pub args: BTreeMap<&'static str, String>,
}

/// One way to the record that somebody gave.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct BranchExplained {
    /// Absent where the role does not give the action at all.
    pub scope: Option<Scope>,
    pub permset: PermSetId,
    pub assignment: AssignmentId,
    pub via: Via,
    pub granted_by: Option<PersonId>,
    pub expires_at: Option<i64>,
    pub fact: Fact,
    pub matched: bool,
}

/// One rule that could take the access away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct GuardExplained {
    /// Absent for a built-in rule.
    pub guard: Option<GuardId>,
    /// `label`, `restricted`, `erased`, or `guard`.
    pub rule: &'static str,
    pub effect: GuardEffect,
    pub field_class: Option<DataClass>,
    /// Whether it counts against the record.
    pub applies: bool,
    /// Whether it counts because it could not be told.
    pub unresolved: bool,
    /// What it looked at; `null` for what was absent.
    pub inputs: BTreeMap<String, String>,
}

/// The level of one field and where it comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldExplained {
    pub field: FieldId,
    pub level: FieldLevel,
    /// The permission set that gives most; none where nobody gives anything.
    pub from: Option<PermSetId>,
    /// The guard that lowered it.
    pub lowered_by: Option<GuardId>,
}

/// The whole answer to "why".
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Explanation {
    pub decision: bool,
    /// `access.allowed`, a code of [`Denied`], or `access.no_branch`.
    pub code: &'static str,
    pub person: PersonId,
    pub object: ObjectId,
    pub action: Action,
    pub branches: Vec<BranchExplained>,
    pub guards: Vec<GuardExplained>,
    pub fields: Vec<FieldExplained>,
    pub missing: Vec<Obligation>,
    /// For a denial, the ways that nearly led there, nearest first.
    pub nearest: Vec<BranchExplained>,
    /// Whether the person alone would be allowed and the application is what narrows.
    pub narrowed: bool,
}

impl Explanation {
    /// The answer for those who may not learn how a denial might be got round.
    #[must_use]
    pub fn without_near_misses(mut self) -> Explanation {
        self.nearest.clear();
        self.branches.retain(|b| b.matched);
        if !self.decision {
            self.guards.clear();
        }
        self
    }
}

impl Directory {
    /// Why `who` may or may not do `action` to the record.
    ///
    /// Guards look at the address and factor that `who` carries. To explain somebody else, hand in
    /// a caller with that person's id and nothing else known: what cannot be told is shown as such.
    pub fn explain(
        &self,
        who: &Caller,
        object: ObjectId,
        action: Action,
        defs: &ObjectDef,
        facts: &RecordFacts,
        now: i64,
    ) -> Explanation {
        let person = who.acting_for.unwrap_or(who.person);
        let outcome = self.compile(who, object, action, defs, now);
        let (decision, code, missing) = judge(&outcome, who, facts);
        let mut explanation = Explanation {
            decision,
            code,
            person,
            object,
            action,
            branches: Vec::new(),
            guards: Vec::new(),
            fields: Vec::new(),
            missing,
            nearest: Vec::new(),
            narrowed: false,
        };
        let Some(principal) = self.person(person).filter(|p| standing(p, now).is_ok()) else {
            return explanation;
        };
        let mut ways = self.ways(principal, object, action, facts, now);
        if !decision {
            let mut missed: Vec<_> = ways.iter().filter(|(b, _)| !b.matched).collect();
            missed.sort_by_key(|(b, distance)| (*distance, b.assignment, b.scope));
            explanation.nearest = missed.into_iter().take(NEAREST).map(|(b, _)| b.clone()).collect();
        }
        ways.sort_by_key(|(b, _)| (!b.matched, b.scope, b.permset, b.assignment));
        explanation.branches = ways.into_iter().map(|(b, _)| b).collect();
        explanation.guards = self.guards_explained(who, principal, object, action, facts, now);
        if let (true, Ok(grant)) = (decision, &outcome) {
            explanation.fields = self.fields_explained(grant, &explanation.branches, defs, facts);
        }
        explanation.narrowed = !decision
            && who.acting_for.is_some()
            && who.kind != PrincipalKind::System
            && self
                .plan(person, object, action, defs, now)
                .and_then(|plan| plan.bind(who, Discharged::default(), now))
                .is_ok_and(|grant| grant.allows(facts));
        explanation
    }

    fn ways(
        &self,
        principal: &PrincipalRow,
        object: ObjectId,
        action: Action,
        facts: &RecordFacts,
        now: i64,
    ) -> Vec<(BranchExplained, u8)> {
        let teams = self.teams_of(principal.id, now);
        let mut ways = Vec::new();
        for held in self.effective_of(principal, now).held {
            let Some(set) = self.permset_full(held.permset) else { continue };
            match set.scopes.get(&(object, action)) {
                Some(scopes) => {
                    for scope in scopes {
                        let told = self.scope_fact(principal, &teams, *scope, action, facts, now);
                        ways.push((branch(&held, Some(*scope), told.fact, told.matched), told.distance));
                    }
                }
                None if set.scopes.keys().any(|(o, _)| *o == object) => {
                    let fact = Fact::new("action_not_given").arg("role", &set.row.code);
                    ways.push((branch(&held, None, fact, false), 2));
                }
                None => {}
            }
        }
        for (row, via, membership) in self.reaching(principal) {
            let ended = [row.expires_at, membership].into_iter().flatten().filter(|t| *t <= now).min();
            let Some(at) = ended else { continue };
            let Some(scopes) = self.permset_full(row.permset).and_then(|s| s.scopes.get(&(object, action)))
            else {
                continue;
            };
            let held = Held {
                permset: row.permset,
                assignment: row.id,
                via,
                granted_by: row.granted_by,
                expires_at: Some(at),
            };
            for scope in scopes {
                let ScopeFact { matched, .. } =
                    self.scope_fact(principal, &teams, *scope, action, facts, now);
                let fact = Fact::new("assignment_expired").arg("at", at);
                ways.push((branch(&held, Some(*scope), fact, false), if matched { 0 } else { 6 }));
            }
        }
        ways
    }

    fn guards_explained(
        &self,
        who: &Caller,
        principal: &PrincipalRow,
        object: ObjectId,
        action: Action,
        facts: &RecordFacts,
        now: i64,
    ) -> Vec<GuardExplained> {
        let mut list = builtin(principal, action, facts);
        let call = CallContext::new(who, principal, self.utc_offset_s, now);
        for guard in &self.guards {
            if guard.object.is_some_and(|o| o != object)
                || !(guard.actions.is_empty() || guard.actions.contains(&action))
            {
                continue;
            }
            let holds = hits(&guard.when, &call, facts);
            let met = guard.effect.obligation().is_some_and(|o| o.met(who, Discharged::default(), now));
            list.push(GuardExplained {
                guard: Some(guard.id),
                rule: "guard",
                effect: guard.effect,
                field_class: guard.field_class,
                applies: holds && !met,
                unresolved: holds && hits(&Expr::Not(Box::new(guard.when.clone())), &call, facts),
                inputs: inputs(guard, &call, facts),
            });
        }
        list
    }

    fn fields_explained(
        &self,
        grant: &Grant,
        branches: &[BranchExplained],
        defs: &ObjectDef,
        facts: &RecordFacts,
    ) -> Vec<FieldExplained> {
        let table = FieldTable::new(defs);
        let explain = |f: &crate::levels::FieldInfo| {
            let given = branches.iter().filter(|b| b.matched).filter_map(|b| {
                let rules = self.permset_full(b.permset)?.fields.get(&grant.object())?;
                Some((rules.level(f.id, f.class, f.off, b.scope?), b.permset))
            });
            let best = given.filter(|(level, _)| *level > FieldLevel::None).max_by_key(|(level, _)| *level);
            let level = grant.level(facts, f.id);
            let lowered = best.is_some_and(|(given, _)| given > level);
            let guards = grant.sides.iter().flat_map(|s| &s.field_guards);
            let by = guards.filter(|g| g.concerns(f.class, facts)).min_by_key(|g| g.cap());
            FieldExplained {
                field: f.id,
                level,
                from: best.map(|(_, permset)| permset),
                lowered_by: by.filter(|_| lowered).map(|g| g.guard),
            }
        };
        table.fields.iter().map(explain).collect()
    }
}

fn judge(
    outcome: &Result<Grant, Denied>,
    who: &Caller,
    facts: &RecordFacts,
) -> (bool, &'static str, Vec<Obligation>) {
    match outcome {
        Err(denied) => (false, denied.code, denied.missing.clone()),
        Ok(grant) if grant.allows(facts) => (true, "access.allowed", grant.missing(who)),
        Ok(grant) => {
            let steps = grant.step_up(facts);
            let code = match steps.is_empty() {
                false => "access.step_up",
                true if grant.rows().reaches(facts, grant.at()) => "access.guard",
                true => "access.no_branch",
            };
            (false, code, tidy(steps))
        }
    }
}

fn branch(held: &Held, scope: Option<Scope>, fact: Fact, matched: bool) -> BranchExplained {
    BranchExplained {
        scope,
        permset: held.permset,
        assignment: held.assignment,
        via: held.via,
        granted_by: held.granted_by,
        expires_at: held.expires_at,
        fact,
        matched,
    }
}

fn builtin(principal: &PrincipalRow, action: Action, facts: &RecordFacts) -> Vec<GuardExplained> {
    let rule = |rule, applies, inputs: &[(&str, String)]| GuardExplained {
        guard: None,
        rule,
        effect: GuardEffect::Deny,
        field_class: None,
        applies,
        unresolved: false,
        inputs: inputs.iter().map(|(k, v)| ((*k).to_owned(), v.clone())).collect(),
    };
    vec![
        rule(
            "label",
            facts.classification > principal.clearance,
            &[
                ("record.classification", facts.classification.to_string()),
                ("clearance", principal.clearance.to_string()),
            ],
        ),
        rule(
            "restricted",
            facts.restricted && restriction_bars(action),
            &[("record.restricted", facts.restricted.to_string())],
        ),
        rule(
            "erased",
            facts.erased && action != Action::Read,
            &[("record.erased", facts.erased.to_string())],
        ),
    ]
}

fn hits(expr: &Expr, call: &CallContext, facts: &RecordFacts) -> bool {
    match fold(expr, call) {
        Folded::Never => false,
        Folded::Always => true,
        Folded::Rows(pred) => pred.hits(facts),
    }
}

fn inputs(guard: &GuardRow, call: &CallContext, facts: &RecordFacts) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    let mut stack = if guard.when.small() { vec![&guard.when] } else { Vec::new() };
    while let Some(expr) = stack.pop() {
        let operands: Vec<&Operand> = match expr {
            Expr::Eq(a, b) | Expr::Ne(a, b) | Expr::Lt(a, b) | Expr::Lte(a, b) => vec![a, b],
            Expr::Gt(a, b) | Expr::Gte(a, b) => vec![a, b],
            Expr::In(a, _) | Expr::Has(a) => vec![a],
            Expr::And(list) | Expr::Or(list) => {
                stack.extend(list);
                Vec::new()
            }
            Expr::Not(inner) => {
                stack.push(inner);
                Vec::new()
            }
        };
        for operand in operands {
            let (name, value) = match operand {
                Operand::Ctx(attr) => (attr.code().to_owned(), call.value(*attr)),
                Operand::Col(column) => (format!("record.{}", column.code()), column_value(*column, facts)),
                Operand::Lit(_) => continue,
            };
            found.insert(name, value.map_or_else(|| "null".to_owned(), text));
        }
    }
    found
}

fn text(literal: Literal) -> String {
    match literal {
        Literal::Bool(b) => b.to_string(),
        Literal::Int(n) => n.to_string(),
        Literal::Id(id) => id.as_hyphenated().to_string(),
        Literal::Text(text) => text,
    }
}
