//! From the directory to a grant, in two steps: a [`Plan`] of what one principal holds, which
//! may be kept until something expires, and the binding of a plan to one call.

use std::collections::BTreeMap;
use std::sync::Arc;

use kedun_model::{Action, Caller, FieldLevel, ObjectDef, ObjectId, PersonId, PrincipalKind, Scope, TeamId};
use uuid::Uuid;

use crate::branch::merge;
use crate::effective::Held;
use crate::fold::{CallContext, Folded, fold};
use crate::grant::Side;
use crate::levels::{FieldGuard, FieldTable};
use crate::obligation::class_rule;
use crate::{
    Branch, Column, CompareOp, Denied, Directory, Discharged, Grant, GranteeKind, GuardRow, Literal,
    Obligation, Pred, PrincipalRow, RowFilter, ShareLevel, Status,
};

/// What one principal holds for one action on one object, whoever asks and from wherever.
///
/// May be kept under (person, object, action, directory version) until [`Plan::valid_until`].
#[derive(Debug)]
pub struct Plan {
    pub(crate) principal: PrincipalRow,
    pub(crate) object: ObjectId,
    pub(crate) action: Action,
    pub(crate) entries: Arc<Vec<Entry>>,
    pub(crate) table: Arc<FieldTable>,
    branches: Vec<Branch>,
    guards: Vec<GuardRow>,
    utc_offset_s: i32,
    valid_until: Option<i64>,
}

/// The rows that one scope reaches, and the field levels there.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    pub(crate) branch: Branch,
    /// In the order of the field table.
    pub(crate) levels: Vec<FieldLevel>,
}

impl Plan {
    /// The moment from which the plan must be made anew; microseconds of UTC.
    pub fn valid_until(&self) -> Option<i64> {
        self.valid_until
    }

    /// The grant of this plan for the call. Acting for somebody else is not looked at:
    /// that is the intersection of two bound plans, as [`Directory::compile`] makes it.
    pub fn bind(&self, caller: &Caller, discharged: Discharged, now: i64) -> Result<Grant, Denied> {
        if self.valid_until.is_some_and(|t| t <= now) {
            return Err(Denied::new("access.plan_expired"));
        }
        let call = CallContext::new(caller, &self.principal, self.utc_offset_s, now);
        let mut guards = label_guards(self.action, self.principal.clearance);
        let mut obligations = Vec::new();
        let mut unmet = Vec::new();
        let mut conditional = Vec::new();
        let mut field_guards = Vec::new();
        for guard in &self.guards {
            let rows = match fold(&guard.when, &call) {
                Folded::Never => continue,
                Folded::Always => None,
                Folded::Rows(pred) => Some(pred),
            };
            let obligation = guard.effect.obligation();
            let met = obligation.is_some_and(|o| o.met(caller, discharged, now));
            if let Some(class) = guard.field_class {
                field_guards.push(FieldGuard { guard: guard.id, class, rows, obligation, met });
                continue;
            }
            match (obligation, rows) {
                (None, None) => return Err(Denied::new("access.guard")),
                (None, Some(pred)) => guards.push(pred),
                (Some(obligation), None) => {
                    obligations.push(obligation);
                    if !met {
                        unmet.push(obligation);
                    }
                }
                (Some(obligation), Some(pred)) if !met => conditional.push((pred, obligation)),
                (Some(_), Some(_)) => {}
            }
        }
        if !unmet.is_empty() {
            return Err(Denied::step_up(tidy(unmet)));
        }
        let obligations = tidy(obligations);
        let classes = self.table.fields.iter().flat_map(|f| class_rule(self.action, f.class));
        let all = tidy(obligations.iter().chain(classes).copied().collect());
        let given = guards.len();
        guards.extend(conditional.iter().map(|(pred, _)| pred.clone()));
        let side = Side {
            entries: Arc::clone(&self.entries),
            field_guards,
            conditional,
            strict: RowFilter {
                branches: self.branches.clone(),
                guards: guards.iter().take(given).cloned().collect(),
            },
        };
        Ok(Grant {
            object: self.object,
            action: self.action,
            person: self.principal.id,
            epoch: caller.epoch,
            now,
            valid_until: self.valid_until,
            rows: RowFilter { branches: self.branches.clone(), guards },
            table: Arc::clone(&self.table),
            sides: vec![side],
            guarded: obligations,
            obligations: all,
            discharged,
        })
    }
}

impl Directory {
    /// What the caller may do: rows, fields, and what it rests on.
    ///
    /// An application acting for somebody gets what both may do; the program itself gets what the
    /// person may do for whom it works, and nothing for itself. An obligation that a guard puts on
    /// the whole action and that is not met denies with `access.step_up` and the steps.
    pub fn compile(
        &self,
        caller: &Caller,
        object: ObjectId,
        action: Action,
        defs: &ObjectDef,
        now: i64,
    ) -> Result<Grant, Denied> {
        self.compile_with(caller, object, action, defs, now, Discharged::default())
    }

    /// As [`Directory::compile`], with what the caller has done outside the request.
    pub fn compile_with(
        &self,
        caller: &Caller,
        object: ObjectId,
        action: Action,
        defs: &ObjectDef,
        now: i64,
        discharged: Discharged,
    ) -> Result<Grant, Denied> {
        let bind =
            |person: PersonId| self.plan(person, object, action, defs, now)?.bind(caller, discharged, now);
        match (caller.kind, caller.acting_for) {
            (PrincipalKind::System, Some(user)) => bind(user),
            (_, Some(user)) => Ok(bind(user)?.intersect(&bind(caller.person)?)),
            (_, None) => bind(caller.person),
        }
    }

    /// What the person holds for the action at `now`.
    pub fn plan(
        &self,
        person: PersonId,
        object: ObjectId,
        action: Action,
        defs: &ObjectDef,
        now: i64,
    ) -> Result<Plan, Denied> {
        if defs.id != object {
            return Err(Denied::new("access.object_mismatch"));
        }
        let principal = self.person(person).ok_or(Denied::new("access.unknown_person"))?;
        standing(principal, now)?;
        if principal.kind == PrincipalKind::Partner && action == Action::Export {
            return Err(Denied::new("access.partner"));
        }
        let effective = self.effective_of(principal, now);
        let mut scopes: BTreeMap<Scope, Vec<&Held>> = BTreeMap::new();
        for held in &effective.held {
            let given = self.permset_full(held.permset).and_then(|set| set.scopes.get(&(object, action)));
            for scope in given.into_iter().flatten() {
                scopes.entry(*scope).or_default().push(held);
            }
        }
        if scopes.is_empty() {
            return Err(Denied::new("access.no_permission"));
        }
        let table = Arc::new(FieldTable::new(defs));
        let teams = self.teams_of(person, now);
        let mut entries = Vec::new();
        for (scope, held) in scopes {
            if let Some(branch) = self.resolve(principal, &teams, scope, action) {
                let levels = self.scope_levels(&table, object, scope, &held);
                entries.push(Entry { branch, levels });
            }
        }
        let applies = |g: &&GuardRow| {
            g.object.is_none_or(|o| o == object) && (g.actions.is_empty() || g.actions.contains(&action))
        };
        Ok(Plan {
            principal: principal.clone(),
            object,
            action,
            branches: merge(entries.iter().map(|e| e.branch.clone()).collect()),
            entries: Arc::new(entries),
            table,
            guards: self.guards.iter().filter(applies).cloned().collect(),
            utc_offset_s: self.utc_offset_s,
            valid_until: effective.valid_until,
        })
    }

    /// The highest level of each field over the permission sets that give the scope.
    fn scope_levels(
        &self,
        table: &FieldTable,
        object: ObjectId,
        scope: Scope,
        held: &[&Held],
    ) -> Vec<FieldLevel> {
        let rules: Vec<_> = held
            .iter()
            .filter_map(|h| self.permset_full(h.permset))
            .filter_map(|set| set.fields.get(&object))
            .collect();
        let level = |f: &crate::levels::FieldInfo| {
            rules.iter().map(|r| r.level(f.id, f.class, f.off, scope)).max().unwrap_or_default()
        };
        table.fields.iter().map(level).collect()
    }

    /// The branch of a scope for a principal; none where it cannot be resolved.
    pub(crate) fn resolve(
        &self,
        principal: &PrincipalRow,
        teams: &[TeamId],
        scope: Scope,
        action: Action,
    ) -> Option<Branch> {
        let confined = principal.kind == PrincipalKind::Partner;
        if confined && !matches!(scope, Scope::Shared | Scope::PartnerCompany) {
            return None;
        }
        match scope {
            Scope::Own => Some(Branch::Owners(Arc::new(vec![principal.id]))),
            Scope::Subordinates => Some(Branch::Owners(Arc::new(self.with_subordinates(principal.id)))),
            Scope::Team => (!teams.is_empty()).then(|| Branch::Teams(teams.to_vec())),
            Scope::Unit => principal.unit.map(|u| Branch::Units(Arc::new(vec![u]))),
            Scope::UnitBelow => principal.unit.map(|u| Branch::Units(Arc::new(self.units_below(u)))),
            Scope::Shared => share_level(action)
                .map(|min_level| Branch::Shared { grantees: grantees(principal, teams), min_level }),
            Scope::PartnerCompany => principal.company.map(Branch::Partner),
            Scope::All => Some(Branch::All),
        }
    }
}

/// Whether the principal may act at all.
pub(crate) fn standing(principal: &PrincipalRow, now: i64) -> Result<(), Denied> {
    if principal.status != Status::Active {
        return Err(Denied::new("access.inactive"));
    }
    if principal.valid_until.is_some_and(|t| t <= now) {
        return Err(Denied::new("access.expired"));
    }
    Ok(())
}

/// Those whose shares reach the principal; sorted.
pub(crate) fn grantees(principal: &PrincipalRow, teams: &[TeamId]) -> Vec<(GranteeKind, Uuid)> {
    let mut list = vec![(GranteeKind::Person, principal.id.0)];
    list.extend(principal.unit.map(|u| (GranteeKind::Unit, u.0)));
    list.extend(teams.iter().map(|t| (GranteeKind::Team, t.0)));
    list.sort_unstable();
    list
}

/// The least share that carries the action; none for actions on records that do not exist yet.
pub(crate) fn share_level(action: Action) -> Option<ShareLevel> {
    match action {
        Action::Read | Action::Reveal | Action::Export => Some(ShareLevel::Read),
        Action::Update => Some(ShareLevel::Write),
        Action::Delete | Action::Restore | Action::Share | Action::Transfer => Some(ShareLevel::Full),
        Action::Create | Action::Import => None,
    }
}

/// The guards that stand without anybody setting them: the label, restriction, erasure.
fn label_guards(action: Action, clearance: i16) -> Vec<Pred> {
    let mut guards = vec![Pred::Compare {
        column: Column::Classification,
        op: CompareOp::Gt,
        value: Literal::Int(i64::from(clearance)),
    }];
    if restriction_bars(action) {
        guards.push(Pred::is(Column::Restricted));
    }
    if action != Action::Read {
        guards.push(Pred::is(Column::Erased));
    }
    guards
}

/// Whether a restricted record withholds the action.
pub(crate) fn restriction_bars(action: Action) -> bool {
    matches!(action, Action::Update | Action::Reveal | Action::Export | Action::Share)
}

/// The obligations in a fixed order without repeats.
pub(crate) fn tidy(mut list: Vec<Obligation>) -> Vec<Obligation> {
    list.sort_unstable();
    list.dedup();
    list
}
