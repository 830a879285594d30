//! Who holds a role, and through whom.

use std::collections::HashMap;

use kedun_engine::{DirectoryEntry, EventDraft};
use kedun_guard::{PrincipalRow, Status, Via};
use kedun_ledger::Outcome;
use kedun_model::{AssignmentId, Caller, Capability, Error, PermSetId, PersonId, Result, TeamId, UnitId};
use kedun_store::Changeset;
use kedun_store::sq::{Expr, ExprTrait, Query};

use super::AssignmentView;
use crate::Identity;

/// Somebody who holds a role; once for each assignment that it comes by.
#[derive(Debug, Clone)]
pub struct RoleMember {
    pub person: PersonId,
    pub status: Status,
    pub unit: Option<UnitId>,
    pub held: AssignmentView,
}

/// Who belongs to each team, and until when.
type Memberships = HashMap<TeamId, Vec<(PersonId, Option<i64>)>>;

/// Where a page ended.
pub type MemberPlace = (PersonId, AssignmentId);

/// Members in the order of their names.
#[derive(Debug, Clone, Default)]
pub struct MemberPage {
    pub items: Vec<RoleMember>,
    /// How many there are on all pages.
    pub total: usize,
    /// Where the page that follows begins.
    pub next: Option<MemberPlace>,
}

impl Identity {
    /// Who holds a role now, suspended people too: of the page after `after`, at most `limit`.
    ///
    /// # Errors
    /// `forbidden` without the capability to see roles, `not_found`, `cursor.invalid` when who stood
    /// at the end of the page before holds the role no more.
    pub async fn role_members(
        &self,
        caller: &Caller,
        role: PermSetId,
        after: Option<MemberPlace>,
        limit: usize,
    ) -> Result<MemberPage> {
        self.require(caller, Capability::RolesRead).await?;
        let entry = self.door.directory(caller).await?;
        entry.directory.permset(role).ok_or_else(|| Error::not_found("not_found"))?;
        let mut items = self.holders(&entry, role).await?;
        items.sort_by_cached_key(|m| (entry.name(m.person).to_owned(), m.person, m.held.assignment));
        let total = items.len();
        if let Some(after) = after {
            let place = items.iter().position(|m| (m.person, m.held.assignment) == after);
            let place = place.ok_or_else(|| Error::invalid("cursor.invalid"))?;
            items.drain(..=place);
        }
        let more = items.len() > limit;
        items.truncate(limit);
        let next = items.last().filter(|_| more).map(|m| (m.person, m.held.assignment));
        let draft = EventDraft::new("role.members", Outcome::Ok)
            .detail("role", role.to_string())
            .count("people", i64::try_from(items.len()).unwrap_or(i64::MAX));
        self.commit(Changeset::new(self.door.evidence().prepare(caller, draft)?)).await?;
        Ok(MemberPage { items, total, next })
    }

    async fn holders(&self, entry: &DirectoryEntry, role: PermSetId) -> Result<Vec<RoleMember>> {
        let now = self.now();
        let people: Vec<&PrincipalRow> =
            entry.directory.people().iter().filter(|p| p.status != Status::Left).collect();
        let mut teams: Option<Memberships> = None;
        let mut members = Vec::new();
        let query = Query::select()
            .columns(["id", "assignee_kind", "assignee_id", "granted_by", "reason", "expires_at"])
            .from("assignment")
            .and_where(Expr::col("org").eq(self.org().0))
            .and_where(Expr::col("permset_id").eq(role.0))
            .to_owned();
        for row in self.select(&query).await? {
            let expires_at = row.opt_i64(5)?;
            if expires_at.is_some_and(|at| at <= now) {
                continue;
            }
            let who = row.get_uuid(2)?;
            let (assignment, reason) = (AssignmentId(row.get_uuid(0)?), row.get_text(4)?);
            let granted_by = row.opt_uuid(3)?.map(PersonId);
            let member = |person: &PrincipalRow, via, until: Option<i64>| RoleMember {
                person: person.id,
                status: person.status,
                unit: person.unit,
                held: AssignmentView {
                    assignment,
                    role,
                    via,
                    granted_by,
                    reason: reason.clone(),
                    expires_at: expires_at.into_iter().chain(until).min(),
                },
            };
            match row.get_text(1)?.as_str() {
                "unit" => {
                    let unit = UnitId(who);
                    let of = people.iter().filter(|p| p.unit == Some(unit));
                    members.extend(of.map(|p| member(p, Via::Unit(unit), None)));
                }
                "team" => {
                    let teams = match &mut teams {
                        Some(teams) => teams,
                        none => none.insert(self.memberships(now).await?),
                    };
                    for (person, until) in teams.get(&TeamId(who)).into_iter().flatten() {
                        let of = people.iter().filter(|p| p.id == *person);
                        members.extend(of.map(|p| member(p, Via::Team(TeamId(who)), *until)));
                    }
                }
                _ => {
                    let of = people.iter().filter(|p| p.id.0 == who);
                    members.extend(of.map(|p| member(p, Via::Direct, None)));
                }
            }
        }
        Ok(members)
    }

    /// Who belongs to each team, and until when.
    async fn memberships(&self, now: i64) -> Result<Memberships> {
        let query = Query::select()
            .columns(["team_id", "person_id", "valid_until"])
            .from("team_member")
            .and_where(Expr::col("org").eq(self.org().0))
            .to_owned();
        let mut teams = Memberships::new();
        for row in self.select(&query).await? {
            let until = row.opt_i64(2)?;
            if until.is_none_or(|at| at > now) {
                teams.entry(TeamId(row.get_uuid(0)?)).or_default().push((PersonId(row.get_uuid(1)?), until));
            }
        }
        Ok(teams)
    }
}
