//! Changes of the organisation that must be refused.

use std::collections::BTreeSet;

use kedun_model::{Capability, PermSetId, PersonId, PrincipalKind, UnitId};

use crate::{Assignee, Directory, GuardError, OfficerGroup, Via};

impl Directory {
    /// Whether the unit may be put below `parent`: not below itself.
    pub fn check_unit_move(&self, unit: UnitId, parent: Option<UnitId>) -> Result<(), GuardError> {
        self.unit(unit).ok_or(GuardError::UnknownUnit)?;
        let Some(parent) = parent else { return Ok(()) };
        self.unit(parent).ok_or(GuardError::UnknownUnit)?;
        match self.unit_depth(unit, parent) {
            Some(_) => Err(GuardError::UnitCycle),
            None => Ok(()),
        }
    }

    /// Whether the person may report to `manager`: not to himself at any distance.
    pub fn check_manager_change(
        &self,
        person: PersonId,
        manager: Option<PersonId>,
    ) -> Result<(), GuardError> {
        self.person(person).ok_or(GuardError::UnknownPerson)?;
        let Some(manager) = manager else { return Ok(()) };
        self.person(manager).ok_or(GuardError::UnknownPerson)?;
        match self.report_levels(person, manager) {
            Some(_) => Err(GuardError::ManagerCycle),
            None => Ok(()),
        }
    }

    /// The offices among these permission sets that exclude each other: two or more, or none.
    pub fn officer_conflicts(&self, permsets: impl IntoIterator<Item = PermSetId>) -> Vec<OfficerGroup> {
        let held: BTreeSet<OfficerGroup> =
            permsets.into_iter().filter_map(|id| self.permset(id)?.officer_group).collect();
        if held.len() > 1 { held.into_iter().collect() } else { Vec::new() }
    }

    /// Whether `granter` may give the permission set to the assignee at `now`.
    ///
    /// Refused: without the capability to manage roles; to oneself, also by one's unit or team;
    /// where two offices that exclude each other would meet in anybody reached; a set with
    /// capabilities to an outside partner.
    pub fn check_assignment(
        &self,
        granter: PersonId,
        assignee: Assignee,
        permset: PermSetId,
        now: i64,
    ) -> Result<(), GuardError> {
        if !self.capabilities(granter, now).contains(&Capability::RolesManage) {
            return Err(GuardError::MayNotGrant);
        }
        let set = self.permset_full(permset).ok_or(GuardError::UnknownPermSet)?;
        let reached = self.reached(assignee, now)?;
        if reached.contains(&granter) {
            return Err(GuardError::ToOneself);
        }
        if let Assignee::Person(person) = assignee {
            let partner = self.person(person).is_some_and(|p| p.kind == PrincipalKind::Partner);
            if partner && !set.capabilities.is_empty() {
                return Err(GuardError::NotForPartners);
            }
        }
        if set.row.officer_group.is_none() {
            return Ok(());
        }
        for person in reached {
            self.check_together(person, [permset], now, |_| true)?;
        }
        Ok(())
    }

    /// Whether `actor` may put the person into the unit or team, which gives what it holds.
    ///
    /// Refused: oneself, where the unit or team holds any permission set; and where offices would meet.
    pub fn check_placement(
        &self,
        actor: PersonId,
        person: PersonId,
        place: Assignee,
        now: i64,
    ) -> Result<(), GuardError> {
        self.person(person).ok_or(GuardError::UnknownPerson)?;
        let brought: Vec<PermSetId> = match place {
            Assignee::Person(_) => return Ok(()),
            _ => self
                .assignments_to(place)
                .iter()
                .filter(|a| a.expires_at.is_none_or(|t| t > now))
                .map(|a| a.permset)
                .collect(),
        };
        if brought.is_empty() {
            return Ok(());
        }
        if actor == person {
            return Err(GuardError::ToOneself);
        }
        // What comes by the unit that is left does not stay.
        let leaves_unit = matches!(place, Assignee::Unit(_));
        self.check_together(person, brought, now, |via| !(leaves_unit && matches!(via, Via::Unit(_))))
    }

    /// Everybody the assignee stands for, whatever their status: who is suspended may come back.
    fn reached(&self, assignee: Assignee, now: i64) -> Result<Vec<PersonId>, GuardError> {
        match assignee {
            Assignee::Person(person) => {
                self.person(person).map(|p| vec![p.id]).ok_or(GuardError::UnknownPerson)
            }
            Assignee::Unit(unit) => {
                self.unit(unit).map(|u| self.unit_members(u.id).to_vec()).ok_or(GuardError::UnknownUnit)
            }
            Assignee::Team(team) => Ok(self
                .all_members(team)
                .iter()
                .filter(|(_, until)| until.is_none_or(|t| t > now))
                .map(|(person, _)| *person)
                .collect()),
        }
    }

    fn check_together(
        &self,
        person: PersonId,
        brought: impl IntoIterator<Item = PermSetId>,
        now: i64,
        stays: impl Fn(&Via) -> bool,
    ) -> Result<(), GuardError> {
        let Some(row) = self.person(person) else { return Ok(()) };
        let held = self.effective_of(row, now).held;
        let kept = held.iter().filter(|h| stays(&h.via)).map(|h| h.permset);
        if self.officer_conflicts(kept.chain(brought)).is_empty() {
            Ok(())
        } else {
            Err(GuardError::OfficersMeet)
        }
    }
}
