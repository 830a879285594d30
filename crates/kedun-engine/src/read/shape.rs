//! Which shape a query takes. Neither engine's planner chooses reliably between many small
//! ordered pieces and one ordered scan, so it is chosen here.

use kedun_guard::Branch;
use kedun_model::{PersonId, TeamId, UnitId};

use super::candidates::MAX_LOOKUPS;

/// At most so many pieces are united.
const MAX_ARMS: usize = 64;
/// The shape of a query on records.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Shape {
    /// Nothing can be visible.
    Nothing,
    /// Rows in the order of an index, tested one by one (dense viewers).
    Scan,
    /// The first rows of each branch, united (sparse viewers).
    Arms(Vec<Branch>),
    /// Rows looked up by id.
    Lookup,
}

/// What the choice rests on.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Question<'a> {
    pub branches: &'a [Branch],
    /// All records and those that the branches reach, about; none while that is not known.
    pub estimate: Option<(u64, u64)>,
    /// Ordered as the indexes of the branches are.
    pub natural: bool,
    /// Ordered as some index is.
    pub indexed: bool,
    /// Whether further conditions hold rows back.
    pub filtered: bool,
    /// Whether an index finds the few rows that meet the conditions.
    pub selective: bool,
    /// How many ids the rows are among.
    pub ids: Option<usize>,
    /// Rows wanted.
    pub limit: u64,
}

/// Chooses. The costs are rows touched; an ordered piece costs a little more to begin.
#[expect(clippy::cast_precision_loss, reason = "estimates")]
pub(crate) fn choose(q: &Question<'_>) -> Shape {
    if q.branches.is_empty() || q.ids == Some(0) {
        return Shape::Nothing;
    }
    if q.ids.is_some_and(|n| n <= MAX_LOOKUPS) {
        return Shape::Lookup;
    }
    if q.selective || q.branches.contains(&Branch::All) {
        return Shape::Scan;
    }
    let pieces = if q.natural { single_keys(q.branches) } else { None };
    let ordered = pieces.is_some();
    let arms = pieces.unwrap_or_else(|| q.branches.to_vec());
    let Some((total, visible)) = q.estimate else {
        return Shape::Arms(arms);
    };
    let (total, visible, limit) = (total as f64, visible as f64, q.limit as f64);
    let share = (visible / total.max(1.0)).max(1e-9);
    let scan = if q.indexed && !q.filtered { (limit / share).min(total) } else { total };
    let begin = 12.0 * arms.len() as f64;
    let united = if ordered && !q.filtered {
        begin + (limit * arms.len() as f64).min(visible)
    } else {
        begin + visible
    };
    // A row of a scan is read from the table; a row of an arm is met twice.
    if scan <= united * 1.2 { Shape::Scan } else { Shape::Arms(arms) }
}

/// The branches cut into pieces of one key each, so that each is in the order of its index; none
/// when they are too many.
fn single_keys(branches: &[Branch]) -> Option<Vec<Branch>> {
    let mut pieces = Vec::new();
    for branch in branches {
        let room = MAX_ARMS - pieces.len();
        match branch {
            Branch::Owners(ids) if ids.len() <= room => {
                pieces.extend(ids.iter().map(|id: &PersonId| Branch::Owners(std::sync::Arc::new(vec![*id]))));
            }
            Branch::Units(ids) if ids.len() <= room => {
                pieces.extend(ids.iter().map(|id: &UnitId| Branch::Units(std::sync::Arc::new(vec![*id]))));
            }
            Branch::Teams(ids) if ids.len() <= room => {
                pieces.extend(ids.iter().map(|id: &TeamId| Branch::Teams(vec![*id])));
            }
            Branch::Owners(_) | Branch::Units(_) | Branch::Teams(_) => return None,
            whole if room > 0 => pieces.push(whole.clone()),
            _ => return None,
        }
    }
    Some(pieces)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use uuid::Uuid;

    use super::*;

    fn owners(n: u128) -> Branch {
        Branch::Owners(Arc::new((0..n).map(|i| PersonId(Uuid::from_u128(i))).collect()))
    }

    fn question(branches: &[Branch], estimate: Option<(u64, u64)>) -> Question<'_> {
        Question {
            branches,
            estimate,
            natural: true,
            indexed: true,
            filtered: false,
            selective: false,
            ids: None,
            limit: 51,
        }
    }

    #[test]
    fn without_a_branch_nothing_is_asked() {
        assert_eq!(choose(&question(&[], Some((100, 0)))), Shape::Nothing);
    }

    #[test]
    fn a_viewer_of_all_scans() {
        assert_eq!(choose(&question(&[Branch::All], Some((1_000_000, 1_000_000)))), Shape::Scan);
        assert_eq!(choose(&question(&[Branch::All], None)), Shape::Scan);
    }

    #[test]
    fn sparse_viewers_take_arms_and_dense_ones_scan() {
        let rep = [owners(1), Branch::Teams(vec![TeamId(Uuid::from_u128(7))])];
        let Shape::Arms(arms) = choose(&question(&rep, Some((1_000_000, 2_000)))) else { panic!("arms") };
        assert_eq!(arms.len(), 2);
        let manager = [owners(50)];
        assert!(
            matches!(choose(&question(&manager, Some((1_000_000, 12_000)))), Shape::Arms(a) if a.len() == 50)
        );
        assert_eq!(choose(&question(&manager, Some((1_000_000, 600_000)))), Shape::Scan);
        let director = [owners(500)];
        assert!(
            matches!(choose(&question(&director, Some((1_000_000, 40)))), Shape::Arms(a) if a.len() == 1)
        );
        assert_eq!(choose(&question(&director, Some((1_000_000, 100_000)))), Shape::Scan);
    }

    #[test]
    fn ids_found_in_memory_are_looked_up_while_they_are_few() {
        let branches = [owners(1)];
        let q = Question { ids: Some(40), ..question(&branches, None) };
        assert_eq!(choose(&q), Shape::Lookup);
        let q = Question { ids: Some(0), ..q };
        assert_eq!(choose(&q), Shape::Nothing);
    }
}
