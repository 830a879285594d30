//! The rows of a grant: branches that give, guards that take.

use std::sync::Arc;

use kedun_model::{PersonId, RecordId, TeamId, UnitId};
use uuid::Uuid;

use crate::{GranteeKind, Pred, RecordFacts, ShareLevel};

/// One way in which a record can be reached. Lists are sorted, without repeats and never empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Branch {
    /// Every record.
    All,
    /// Records owned by one of these.
    Owners(Arc<Vec<PersonId>>),
    /// Records of one of these teams.
    Teams(Vec<TeamId>),
    /// Records whose responsible unit is one of these.
    Units(Arc<Vec<UnitId>>),
    /// Records with a live share for one of the grantees, of at least this level.
    Shared { grantees: Vec<(GranteeKind, Uuid)>, min_level: ShareLevel },
    /// Records of this partner company.
    Partner(RecordId),
    /// Records that every one of these branches reaches (an application narrowed to its user).
    AllOf(Vec<Branch>),
}

impl Branch {
    /// Whether the branch reaches the record at the moment `now`.
    pub fn matches(&self, facts: &RecordFacts, now: i64) -> bool {
        match self {
            Branch::All => true,
            Branch::Owners(list) => facts.owner.is_some_and(|id| list.binary_search(&id).is_ok()),
            Branch::Teams(list) => facts.team.is_some_and(|id| list.binary_search(&id).is_ok()),
            Branch::Units(list) => facts.unit.is_some_and(|id| list.binary_search(&id).is_ok()),
            Branch::Shared { grantees, min_level } => facts.shares.iter().any(|share| {
                share.level >= *min_level
                    && share.expires_at.is_none_or(|t| t > now)
                    && grantees.binary_search(&(share.kind, share.id)).is_ok()
            }),
            Branch::Partner(company) => facts.partner == Some(*company),
            Branch::AllOf(list) => list.iter().all(|b| b.matches(facts, now)),
        }
    }

    fn rank(&self) -> u8 {
        match self {
            Branch::All => 0,
            Branch::Owners(_) => 1,
            Branch::Teams(_) => 2,
            Branch::Units(_) => 3,
            Branch::Shared { .. } => 4,
            Branch::Partner(_) => 5,
            Branch::AllOf(_) => 6,
        }
    }

    /// The union of two branches, where one branch can say it.
    fn union(&self, other: &Branch) -> Option<Branch> {
        match (self, other) {
            (Branch::Owners(a), Branch::Owners(b)) => Some(Branch::Owners(either_shared(a, b))),
            (Branch::Teams(a), Branch::Teams(b)) => Some(Branch::Teams(either(a, b))),
            (Branch::Units(a), Branch::Units(b)) => Some(Branch::Units(either_shared(a, b))),
            (a, b) if a == b => Some(a.clone()),
            _ => None,
        }
    }

    /// What both reach; none where that is nothing.
    fn intersection(&self, other: &Branch) -> Option<Branch> {
        match (self, other) {
            (Branch::All, b) => Some(b.clone()),
            (a, Branch::All) => Some(a.clone()),
            (a, b) if a == b => Some(a.clone()),
            (Branch::Owners(a), Branch::Owners(b)) => filled(both(a, b)).map(|l| Branch::Owners(Arc::new(l))),
            (Branch::Teams(a), Branch::Teams(b)) => filled(both(a, b)).map(Branch::Teams),
            (Branch::Units(a), Branch::Units(b)) => filled(both(a, b)).map(|l| Branch::Units(Arc::new(l))),
            (Branch::Partner(_), Branch::Partner(_)) => None,
            (a, b) => {
                let mut parts = Vec::new();
                for part in [a, b] {
                    match part {
                        Branch::AllOf(inner) => parts.extend(inner.iter().cloned()),
                        single => parts.push(single.clone()),
                    }
                }
                parts.sort_by_key(Branch::rank);
                Some(Branch::AllOf(parts))
            }
        }
    }
}

/// The rows of a grant: `OR(branches) AND NOT OR(guards)`. Without a branch nothing is visible.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RowFilter {
    pub branches: Vec<Branch>,
    pub guards: Vec<Pred>,
}

impl RowFilter {
    /// Whether the record is in, at the moment `now`.
    pub fn matches(&self, facts: &RecordFacts, now: i64) -> bool {
        self.reaches(facts, now) && !self.guards.iter().any(|g| g.hits(facts))
    }

    /// Whether a branch reaches the record, guards apart.
    pub(crate) fn reaches(&self, facts: &RecordFacts, now: i64) -> bool {
        self.branches.iter().any(|b| b.matches(facts, now))
    }

    /// The rows that are in both.
    pub(crate) fn intersect(&self, other: &RowFilter) -> RowFilter {
        let products = self
            .branches
            .iter()
            .flat_map(|a| other.branches.iter().filter_map(|b| a.intersection(b)))
            .collect();
        let mut guards = self.guards.clone();
        for guard in &other.guards {
            if !guards.contains(guard) {
                guards.push(guard.clone());
            }
        }
        RowFilter { branches: merge(products), guards }
    }
}

/// The fewest branches that reach the same records, in a fixed order.
pub(crate) fn merge(branches: Vec<Branch>) -> Vec<Branch> {
    if branches.contains(&Branch::All) {
        return vec![Branch::All];
    }
    let mut merged: Vec<Branch> = Vec::new();
    for branch in branches {
        let joined = merged.iter_mut().find_map(|have| have.union(&branch).map(|u| (have, u)));
        match joined {
            Some((have, union)) => *have = union,
            None => merged.push(branch),
        }
    }
    merged.sort_by_key(Branch::rank);
    merged
}

/// As [`either`]; where one list holds the other, it is shared and not copied.
fn either_shared<T: Ord + Copy>(a: &Arc<Vec<T>>, b: &Arc<Vec<T>>) -> Arc<Vec<T>> {
    let (large, small) = if a.len() >= b.len() { (a, b) } else { (b, a) };
    if small.iter().all(|x| large.binary_search(x).is_ok()) {
        return Arc::clone(large);
    }
    Arc::new(either(a, b))
}

/// The union of two sorted lists, sorted.
fn either<T: Ord + Copy>(a: &[T], b: &[T]) -> Vec<T> {
    let mut list: Vec<T> = a.iter().chain(b).copied().collect();
    list.sort_unstable();
    list.dedup();
    list
}

fn both<T: Ord + Copy>(a: &[T], b: &[T]) -> Vec<T> {
    a.iter().copied().filter(|x| b.binary_search(x).is_ok()).collect()
}

fn filled<T>(list: Vec<T>) -> Option<Vec<T>> {
    (!list.is_empty()).then_some(list)
}
