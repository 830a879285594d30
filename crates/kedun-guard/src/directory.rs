//! The whole organisation in memory: immutable, indexed, answered without a query.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use kedun_model::{
    Action, Capability, DataClass, FieldId, FieldLevel, ObjectId, PermSetId, PersonId, Scope, TeamId, UnitId,
};

use crate::closure::Tree;
use crate::{
    Assignee, AssignmentRow, DirectoryRows, FieldTarget, GuardError, GuardRow, PermSetRow, PrincipalRow,
    Status, UnitRow,
};

/// People, units, teams, permission sets, assignments and guards at one version.
pub struct Directory {
    pub(crate) version: u64,
    pub(crate) utc_offset_s: i32,
    /// Sorted by id, as are the units; positions are the indexes of the trees.
    people: Vec<PrincipalRow>,
    units: Vec<UnitRow>,
    pub(crate) lines: Tree,
    pub(crate) tree: Tree,
    unit_people: HashMap<UnitId, Vec<PersonId>>,
    team_people: HashMap<TeamId, Vec<(PersonId, Option<i64>)>>,
    person_teams: HashMap<PersonId, Vec<(TeamId, Option<i64>)>>,
    permsets: HashMap<PermSetId, PermSet>,
    assigned: HashMap<Assignee, Vec<AssignmentRow>>,
    pub(crate) guards: Vec<GuardRow>,
}

impl std::fmt::Debug for Directory {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Directory")
            .field("version", &self.version)
            .field("people", &self.people.len())
            .field("units", &self.units.len())
            .finish_non_exhaustive()
    }
}

/// A permission set with what it holds.
#[derive(Debug)]
pub(crate) struct PermSet {
    pub(crate) row: PermSetRow,
    pub(crate) scopes: BTreeMap<(ObjectId, Action), BTreeSet<Scope>>,
    pub(crate) fields: HashMap<ObjectId, FieldRules>,
    pub(crate) capabilities: BTreeSet<Capability>,
}

/// The field levels that a permission set gives on one object.
#[derive(Debug, Default)]
pub(crate) struct FieldRules(HashMap<FieldTarget, FieldLevel>);

impl FieldRules {
    /// The level of a field on records reached by `scope`.
    pub(crate) fn level(&self, field: FieldId, class: DataClass, off: bool, scope: Scope) -> FieldLevel {
        if let Some(level) = self.0.get(&FieldTarget::Field(field)) {
            return *level;
        }
        if off {
            return FieldLevel::None;
        }
        let within = self.0.get(&FieldTarget::ClassWithin(class, scope));
        within.or_else(|| self.0.get(&FieldTarget::Class(class))).copied().unwrap_or_default()
    }
}

impl Directory {
    /// The directory of these rows.
    ///
    /// References to what is not there count as absent; circles in units or reporting lines are
    /// cut at the member with the smallest id. Two rows with one id are an error.
    pub fn build(rows: DirectoryRows, version: u64) -> Result<Directory, GuardError> {
        let mut people = rows.principals;
        people.sort_by_key(|p| p.id);
        distinct(&people, "principal", |p| p.id)?;
        let mut units = rows.units;
        units.sort_by_key(|u| u.id);
        distinct(&units, "org_unit", |u| u.id)?;

        let position = |id: PersonId| people.binary_search_by_key(&id, |p| p.id).ok();
        let lines = Tree::new(people.iter().map(|p| p.manager.and_then(position)).collect());
        let unit_position = |id: UnitId| units.binary_search_by_key(&id, |u| u.id).ok();
        let tree = Tree::new(units.iter().map(|u| u.parent.and_then(unit_position)).collect());

        let mut unit_people: HashMap<UnitId, Vec<PersonId>> = HashMap::new();
        for person in &mut people {
            person.unit = person.unit.filter(|u| unit_position(*u).is_some());
            if let Some(unit) = person.unit {
                unit_people.entry(unit).or_default().push(person.id);
            }
        }
        let mut team_people: HashMap<TeamId, Vec<_>> = HashMap::new();
        let mut person_teams: HashMap<PersonId, Vec<_>> = HashMap::new();
        for member in rows.team_members {
            team_people.entry(member.team).or_default().push((member.person, member.valid_until));
            person_teams.entry(member.person).or_default().push((member.team, member.valid_until));
        }

        let mut assigned: HashMap<Assignee, Vec<AssignmentRow>> = HashMap::new();
        let mut assignments = rows.assignments;
        assignments.sort_by_key(|a| a.id);
        distinct(&assignments, "assignment", |a| a.id)?;
        for row in assignments {
            assigned.entry(row.assignee).or_default().push(row);
        }
        let mut guards = rows.guards;
        guards.sort_by_key(|g| g.id);
        distinct(&guards, "guard", |g| g.id)?;
        guards.retain(|g| g.enabled);

        let mut permsets: HashMap<PermSetId, PermSet> = HashMap::new();
        for row in rows.permsets {
            let id = row.id;
            let set = PermSet {
                row,
                scopes: BTreeMap::new(),
                fields: HashMap::new(),
                capabilities: BTreeSet::new(),
            };
            if permsets.insert(id, set).is_some() {
                return Err(GuardError::DuplicateId { table: "permset" });
            }
        }
        for row in rows.perm_objects {
            if let Some(set) = permsets.get_mut(&row.permset) {
                set.scopes.entry((row.object, row.action)).or_default().insert(row.scope);
            }
        }
        for row in rows.perm_fields {
            if let Some(set) = permsets.get_mut(&row.permset) {
                let rules = &mut set.fields.entry(row.object).or_default().0;
                let level = rules.entry(row.target).or_insert(row.level);
                *level = row.level.min(*level);
            }
        }
        for row in rows.perm_capabilities {
            if let Some(set) = permsets.get_mut(&row.permset) {
                set.capabilities.insert(row.capability);
            }
        }
        Ok(Directory {
            version,
            utc_offset_s: rows.utc_offset_s,
            people,
            units,
            lines,
            tree,
            unit_people,
            team_people,
            person_teams,
            permsets,
            assigned,
            guards,
        })
    }

    /// The version the rows were read at.
    pub fn version(&self) -> u64 {
        self.version
    }

    /// The row of a person, partner or application.
    pub fn person(&self, id: PersonId) -> Option<&PrincipalRow> {
        self.people.get(self.person_index(id)?)
    }

    /// All principals, ordered by id.
    pub fn people(&self) -> &[PrincipalRow] {
        &self.people
    }

    /// All units, ordered by id.
    pub fn units(&self) -> &[UnitRow] {
        &self.units
    }

    /// The row of a unit.
    pub fn unit(&self, id: UnitId) -> Option<&UnitRow> {
        self.units.get(self.unit_index(id)?)
    }

    /// The row of a permission set.
    pub fn permset(&self, id: PermSetId) -> Option<&PermSetRow> {
        self.permsets.get(&id).map(|p| &p.row)
    }

    /// The units from the top down to this one; empty for an unknown unit.
    pub fn unit_path(&self, id: UnitId) -> Vec<UnitId> {
        self.unit_index(id).map_or_else(Vec::new, |i| self.unit_ids(self.tree.path(i)))
    }

    /// The unit and all below it, ascending by id; empty for an unknown unit.
    pub fn units_below(&self, id: UnitId) -> Vec<UnitId> {
        self.unit_index(id).map_or_else(Vec::new, |i| self.unit_ids(self.tree.below(i)))
    }

    /// The units directly below this one.
    pub fn unit_children(&self, id: UnitId) -> Vec<UnitId> {
        self.unit_index(id).map_or_else(Vec::new, |i| self.unit_ids(self.tree.children(i).to_vec()))
    }

    /// Everybody whose unit is this one, whatever their status.
    pub fn unit_members(&self, id: UnitId) -> &[PersonId] {
        self.unit_people.get(&id).map_or(&[], Vec::as_slice)
    }

    /// The person to whom this one reports.
    pub fn manager(&self, id: PersonId) -> Option<PersonId> {
        let above = self.lines.parent(self.person_index(id)?)?;
        self.people.get(above).map(|p| p.id)
    }

    /// Everybody who reports to the person at any distance, without the person; ascending by id.
    pub fn subordinates(&self, id: PersonId) -> Vec<PersonId> {
        let mut list = self.with_subordinates(id);
        list.retain(|p| *p != id);
        list
    }

    /// The person and everybody who reports to him at any distance; ascending by id.
    pub(crate) fn with_subordinates(&self, id: PersonId) -> Vec<PersonId> {
        self.person_index(id).map_or_else(Vec::new, |i| self.person_ids(self.lines.below(i)))
    }

    /// Those who report to the person directly.
    pub fn direct_reports(&self, id: PersonId) -> Vec<PersonId> {
        self.person_index(id).map_or_else(Vec::new, |i| self.person_ids(self.lines.children(i).to_vec()))
    }

    /// How many steps `low` reports below `high`; 0 for the same person.
    pub fn report_levels(&self, high: PersonId, low: PersonId) -> Option<usize> {
        self.lines.depth(self.person_index(high)?, self.person_index(low)?)
    }

    /// How many steps `low` lies below `high`; 0 for the same unit.
    pub fn unit_depth(&self, high: UnitId, low: UnitId) -> Option<usize> {
        self.tree.depth(self.unit_index(high)?, self.unit_index(low)?)
    }

    /// Those whose membership in the team is live at `now`; ascending by id.
    pub fn team_members(&self, team: TeamId, now: i64) -> Vec<PersonId> {
        live(self.team_people.get(&team), now)
    }

    /// The teams in which the person's membership is live at `now`; ascending by id.
    pub fn teams_of(&self, person: PersonId, now: i64) -> Vec<TeamId> {
        live(self.person_teams.get(&person), now)
    }

    /// The memberships of a person, live or not.
    pub(crate) fn memberships(&self, person: PersonId) -> &[(TeamId, Option<i64>)] {
        self.person_teams.get(&person).map_or(&[], Vec::as_slice)
    }

    /// The memberships of a team, live or not.
    pub(crate) fn all_members(&self, team: TeamId) -> &[(PersonId, Option<i64>)] {
        self.team_people.get(&team).map_or(&[], Vec::as_slice)
    }

    /// Every pair of a unit and a unit at or below it, with the number of steps.
    pub fn org_closure(&self) -> Vec<(UnitId, UnitId, u32)> {
        let name = |i: usize| self.units.get(i).map(|u| u.id);
        pairs(&self.tree, name)
    }

    /// Every pair of a person and a person who is or reports to him, with the number of steps.
    pub fn report_closure(&self) -> Vec<(PersonId, PersonId, u32)> {
        let name = |i: usize| self.people.get(i).map(|p| p.id);
        pairs(&self.lines, name)
    }

    /// Whether the person exists, is active and has not expired at `now`.
    pub fn person_active(&self, id: PersonId, now: i64) -> bool {
        self.person(id).is_some_and(|p| p.status == Status::Active && p.valid_until.is_none_or(|t| t > now))
    }

    pub(crate) fn permset_full(&self, id: PermSetId) -> Option<&PermSet> {
        self.permsets.get(&id)
    }

    pub(crate) fn assignments_to(&self, assignee: Assignee) -> &[AssignmentRow] {
        self.assigned.get(&assignee).map_or(&[], Vec::as_slice)
    }

    pub(crate) fn person_index(&self, id: PersonId) -> Option<usize> {
        self.people.binary_search_by_key(&id, |p| p.id).ok()
    }

    pub(crate) fn unit_index(&self, id: UnitId) -> Option<usize> {
        self.units.binary_search_by_key(&id, |u| u.id).ok()
    }

    fn person_ids(&self, indexes: Vec<usize>) -> Vec<PersonId> {
        indexes.into_iter().filter_map(|i| self.people.get(i).map(|p| p.id)).collect()
    }

    fn unit_ids(&self, indexes: Vec<usize>) -> Vec<UnitId> {
        indexes.into_iter().filter_map(|i| self.units.get(i).map(|u| u.id)).collect()
    }
}

fn distinct<T, K: PartialEq>(
    sorted: &[T],
    table: &'static str,
    key: impl Fn(&T) -> K,
) -> Result<(), GuardError> {
    let mut pairs = sorted.iter().zip(sorted.iter().skip(1));
    if pairs.any(|(a, b)| key(a) == key(b)) { Err(GuardError::DuplicateId { table }) } else { Ok(()) }
}

fn live<T: Copy + Ord>(list: Option<&Vec<(T, Option<i64>)>>, now: i64) -> Vec<T> {
    let mut ids: Vec<T> = list
        .into_iter()
        .flatten()
        .filter(|(_, until)| until.is_none_or(|t| t > now))
        .map(|(id, _)| *id)
        .collect();
    ids.sort_unstable();
    ids.dedup();
    ids
}

fn pairs<T>(tree: &Tree, name: impl Fn(usize) -> Option<T>) -> Vec<(T, T, u32)> {
    let steps = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
    tree.closure().into_iter().filter_map(|(a, b, n)| Some((name(a)?, name(b)?, steps(n)))).collect()
}
