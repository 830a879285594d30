//! What a person holds at a moment, and through whom.

use std::collections::BTreeSet;

use kedun_model::{AssignmentId, Capability, PermSetId, PersonId, PrincipalKind, TeamId, UnitId};
use serde::{Deserialize, Serialize};

use crate::{Assignee, AssignmentRow, Directory, PrincipalRow};

/// How an assignment comes to a person.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Via {
    /// Given to the person.
    Direct,
    /// Given to the person's unit.
    Unit(UnitId),
    /// Given to a team of the person.
    Team(TeamId),
}

/// A permission set that a person holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Held {
    pub permset: PermSetId,
    pub assignment: AssignmentId,
    pub via: Via,
    pub granted_by: Option<PersonId>,
    /// When the assignment, or the membership it comes through, ends; microseconds of UTC.
    pub expires_at: Option<i64>,
}

/// All that a person holds at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Effective {
    /// Ordered by permission set, then assignment.
    pub held: Vec<Held>,
    /// The earliest moment after the one asked about at which this may no longer be so.
    pub valid_until: Option<i64>,
}

impl Directory {
    /// What the person holds at `now`; nothing if not active.
    pub fn effective_permsets(&self, person: PersonId, now: i64) -> Effective {
        match self.person(person) {
            Some(row) if self.person_active(person, now) => self.effective_of(row, now),
            _ => Effective::default(),
        }
    }

    /// The capabilities of the person at `now`. An outside partner has none, whatever is assigned.
    pub fn capabilities(&self, person: PersonId, now: i64) -> BTreeSet<Capability> {
        if self.person(person).is_none_or(|p| p.kind == PrincipalKind::Partner) {
            return BTreeSet::new();
        }
        let held = self.effective_permsets(person, now).held;
        held.iter()
            .filter_map(|h| self.permset_full(h.permset))
            .flat_map(|set| set.capabilities.iter().copied())
            .collect()
    }

    pub(crate) fn effective_of(&self, person: &PrincipalRow, now: i64) -> Effective {
        let mut held = Vec::new();
        let mut valid_until = person.valid_until;
        for (row, via, membership) in self.reaching(person) {
            if dead(membership, now) || dead(row.expires_at, now) || self.permset(row.permset).is_none() {
                continue;
            }
            let expires_at = earliest(row.expires_at, membership);
            valid_until = earliest(valid_until, expires_at);
            held.push(Held {
                permset: row.permset,
                assignment: row.id,
                via,
                granted_by: row.granted_by,
                expires_at,
            });
        }
        // A team also opens records and shares, so the end of a membership counts even if no role comes by it.
        for (_, until) in self.memberships(person.id) {
            if !dead(*until, now) {
                valid_until = earliest(valid_until, *until);
            }
        }
        held.sort_by_key(|h| (h.permset, h.assignment));
        Effective { held, valid_until }
    }

    /// Every assignment that comes to the person, with the end of the membership it comes through.
    pub(crate) fn reaching<'a>(
        &'a self,
        person: &'a PrincipalRow,
    ) -> impl Iterator<Item = (&'a AssignmentRow, Via, Option<i64>)> {
        let direct =
            self.assignments_to(Assignee::Person(person.id)).iter().map(|row| (row, Via::Direct, None));
        let by_unit = person.unit.into_iter().flat_map(move |unit| {
            self.assignments_to(Assignee::Unit(unit)).iter().map(move |row| (row, Via::Unit(unit), None))
        });
        let by_team = self.memberships(person.id).iter().flat_map(move |(team, until)| {
            self.assignments_to(Assignee::Team(*team)).iter().map(move |row| (row, Via::Team(*team), *until))
        });
        direct.chain(by_unit).chain(by_team)
    }
}

fn dead(until: Option<i64>, now: i64) -> bool {
    until.is_some_and(|t| t <= now)
}

/// The earlier of two ends; absent is never.
pub(crate) fn earliest(a: Option<i64>, b: Option<i64>) -> Option<i64> {
    match (a, b) {
        (Some(a), Some(b)) => Some(a.min(b)),
        (a, b) => a.or(b),
    }
}
