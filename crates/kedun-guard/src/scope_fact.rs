//! Why a scope reaches a record, or does not: a code and its arguments.

use std::collections::BTreeMap;

use kedun_model::{Action, PrincipalKind, Scope, TeamId};

use crate::compile::{grantees, share_level};
use crate::{Directory, Fact, PrincipalRow, RecordFacts};

/// A fact about one scope and one record.
pub(crate) struct ScopeFact {
    pub(crate) matched: bool,
    pub(crate) fact: Fact,
    /// For a miss, how near it was; 0 is nearest.
    pub(crate) distance: u8,
}

impl Fact {
    pub(crate) fn new(code: &'static str) -> Fact {
        Fact { code, args: BTreeMap::new() }
    }

    pub(crate) fn arg(mut self, name: &'static str, value: impl ToString) -> Fact {
        self.args.insert(name, value.to_string());
        self
    }
}

fn hit(fact: Fact) -> ScopeFact {
    ScopeFact { matched: true, fact, distance: 0 }
}

fn miss(distance: u8, fact: Fact) -> ScopeFact {
    ScopeFact { matched: false, fact, distance }
}

impl Directory {
    /// What the scope says of the record, seen from the principal.
    pub(crate) fn scope_fact(
        &self,
        principal: &PrincipalRow,
        teams: &[TeamId],
        scope: Scope,
        action: Action,
        facts: &RecordFacts,
        now: i64,
    ) -> ScopeFact {
        if principal.kind == PrincipalKind::Partner && !matches!(scope, Scope::Shared | Scope::PartnerCompany)
        {
            return miss(5, Fact::new("partner_confined"));
        }
        match scope {
            Scope::All => hit(Fact::new("all_records")),
            Scope::Own => match facts.owner {
                Some(owner) if owner == principal.id => hit(Fact::new("owner_is_viewer")),
                Some(owner) => miss(4, Fact::new("owner_is_other").arg("owner", owner)),
                None => miss(4, Fact::new("record_without_owner")),
            },
            Scope::Subordinates => self.line_fact(principal, facts),
            Scope::Team => match facts.team {
                None => miss(4, Fact::new("record_without_team")),
                Some(team) if teams.contains(&team) => hit(Fact::new("team_member").arg("team", team)),
                Some(team) => {
                    let ended = self.memberships(principal.id).iter().find(|(t, _)| *t == team);
                    match ended.and_then(|(_, until)| *until) {
                        Some(at) => miss(1, Fact::new("membership_ended").arg("team", team).arg("at", at)),
                        None => miss(3, Fact::new("not_team_member").arg("team", team)),
                    }
                }
            },
            Scope::Unit | Scope::UnitBelow => self.unit_fact(principal, scope, facts),
            Scope::Shared => share_fact(principal, teams, action, facts, now),
            Scope::PartnerCompany => match (principal.company, facts.partner) {
                (None, _) => miss(4, Fact::new("viewer_without_company")),
                (_, None) => miss(4, Fact::new("record_without_partner")),
                (Some(mine), Some(theirs)) if mine == theirs => {
                    hit(Fact::new("partner_company").arg("company", mine))
                }
                (_, Some(theirs)) => miss(3, Fact::new("other_company").arg("company", theirs)),
            },
        }
    }

    fn line_fact(&self, principal: &PrincipalRow, facts: &RecordFacts) -> ScopeFact {
        let Some(owner) = facts.owner else {
            return miss(4, Fact::new("record_without_owner"));
        };
        match self.report_levels(principal.id, owner) {
            Some(0) => hit(Fact::new("owner_is_viewer")),
            Some(levels) => {
                hit(Fact::new("owner_reports_to_viewer").arg("levels", levels).arg("owner", owner))
            }
            None => miss(3, Fact::new("owner_does_not_report").arg("owner", owner)),
        }
    }

    fn unit_fact(&self, principal: &PrincipalRow, scope: Scope, facts: &RecordFacts) -> ScopeFact {
        let Some(unit) = facts.unit else {
            return miss(4, Fact::new("record_without_unit"));
        };
        let Some(mine) = principal.unit else {
            return miss(4, Fact::new("viewer_without_unit"));
        };
        match (scope, self.unit_depth(mine, unit)) {
            (_, Some(0)) => hit(Fact::new("same_unit").arg("unit", unit)),
            (Scope::UnitBelow, Some(depth)) => {
                hit(Fact::new("unit_below").arg("depth", depth).arg("unit", unit))
            }
            (_, Some(depth)) => miss(2, Fact::new("unit_below_only").arg("depth", depth).arg("unit", unit)),
            (_, None) => miss(3, Fact::new("other_unit").arg("unit", unit)),
        }
    }
}

fn share_fact(
    principal: &PrincipalRow,
    teams: &[TeamId],
    action: Action,
    facts: &RecordFacts,
    now: i64,
) -> ScopeFact {
    let Some(needed) = share_level(action) else {
        return miss(5, Fact::new("not_by_share"));
    };
    let reach = grantees(principal, teams);
    let mut nearest = miss(4, Fact::new("not_shared"));
    for share in facts.shares.iter().filter(|s| reach.contains(&(s.kind, s.id))) {
        let told = |code| {
            let fact = Fact::new(code)
                .arg("grantee_kind", share.kind.code())
                .arg("grantee", share.id)
                .arg("level", share.level.code());
            match share.expires_at {
                Some(at) => fact.arg("expires_at", at),
                None => fact,
            }
        };
        let live = share.expires_at.is_none_or(|t| t > now);
        if live && share.level >= needed {
            return hit(told("share"));
        }
        nearest = if live {
            miss(0, told("share_level_too_low").arg("needed", needed.code()))
        } else {
            miss(1, told("share_expired"))
        };
    }
    nearest
}
