//! How many records each owner, team, unit and partner has: what the shape of a query is chosen by.
//!
//! The numbers are estimates: read at times, moved on by this node's own changes in between.

use std::collections::HashMap;
use std::sync::Arc;

use kedun_guard::Branch;
use kedun_model::{ObjectId, Result};
use kedun_store::{Store, sq};
use parking_lot::RwLock;
use uuid::Uuid;

/// How long counts serve before they are read again, in microseconds (10 minutes).
const LIFE_US: i64 = 600_000_000;

const COLUMNS: [&str; 4] = ["owner_id", "team_id", "unit_id", "partner_id"];

/// The counts by object.
#[derive(Default)]
pub(crate) struct OwnerStats(RwLock<HashMap<ObjectId, Arc<RwLock<Counts>>>>);

#[derive(Default)]
struct Counts {
    total: u64,
    /// By column, then by id.
    by: [HashMap<Uuid, u64>; 4],
    read_at: Option<i64>,
    reading: bool,
}

/// Whose counters a record moves.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Holder {
    pub owner: Option<Uuid>,
    pub team: Option<Uuid>,
    pub unit: Option<Uuid>,
    pub partner: Option<Uuid>,
}

impl OwnerStats {
    fn counts(&self, object: ObjectId) -> Arc<RwLock<Counts>> {
        if let Some(counts) = self.0.read().get(&object) {
            return Arc::clone(counts);
        }
        Arc::clone(self.0.write().entry(object).or_default())
    }

    /// Whether the counts are missing or old; true for one caller only, who is to read them.
    pub fn claim(&self, object: ObjectId, now: i64) -> bool {
        let counts = self.counts(object);
        let old = |c: &Counts| !c.reading && c.read_at.is_none_or(|at| now - at > LIFE_US);
        if !old(&counts.read()) {
            return false;
        }
        let mut counts = counts.write();
        let mine = old(&counts);
        counts.reading |= mine;
        mine
    }

    /// Reads the counts anew.
    pub async fn refresh(&self, store: &Store, org: i64, object: ObjectId, now: i64) -> Result<()> {
        let read = Self::read(store, org, object).await;
        let counts = self.counts(object);
        let mut counts = counts.write();
        counts.reading = false;
        // After a failure the old numbers serve on, and nobody tries again at once.
        counts.read_at = Some(now);
        let (total, by) = read?;
        counts.total = total;
        counts.by = by;
        Ok(())
    }

    async fn read(store: &Store, org: i64, object: ObjectId) -> Result<(u64, [HashMap<Uuid, u64>; 4])> {
        use sq::ExprTrait as _;
        let mut by: [HashMap<Uuid, u64>; 4] = Default::default();
        let mut total = 0;
        for (position, (column, counts)) in COLUMNS.into_iter().zip(&mut by).enumerate() {
            let select = sq::Query::select()
                .column(column)
                .expr(sq::Expr::col(sq::Asterisk).count())
                .from(object.table())
                .and_where(sq::Expr::col("org").eq(org))
                .and_where(sq::Expr::col("deleted_at").is_null())
                .group_by_col(column)
                .to_owned();
            for row in store.query_long(&store.dialect().select(&select)).await? {
                let n = row.get_u64(1)?;
                if position == 0 {
                    total += n;
                }
                if let Some(id) = row.opt_uuid(0)? {
                    counts.insert(id, n);
                }
            }
        }
        Ok((total, by))
    }

    /// Moves the counts on by records added (`delta` > 0) or removed.
    pub fn moved(&self, object: ObjectId, holder: Holder, delta: i64) {
        let counts = self.counts(object);
        let mut counts = counts.write();
        counts.total = counts.total.saturating_add_signed(delta);
        let ids = [holder.owner, holder.team, holder.unit, holder.partner];
        for (id, by) in ids.into_iter().zip(&mut counts.by) {
            if let Some(id) = id {
                let n = by.entry(id).or_default();
                *n = n.saturating_add_signed(delta);
            }
        }
    }

    /// How many records there are, and how many the branches reach at most; none before the first reading.
    pub fn estimate(&self, object: ObjectId, branches: &[Branch]) -> Option<(u64, u64)> {
        let counts = self.counts(object);
        let counts = counts.read();
        counts.read_at?;
        let visible = branches.iter().map(|b| counts.reach(b)).sum::<u64>();
        Some((counts.total, visible.min(counts.total)))
    }
}

impl Counts {
    fn reach(&self, branch: &Branch) -> u64 {
        let [owners, teams, units, partners] = &self.by;
        let sum = |by: &HashMap<Uuid, u64>, ids: &mut dyn Iterator<Item = Uuid>| {
            ids.map(|id| by.get(&id).copied().unwrap_or(0)).sum::<u64>()
        };
        match branch {
            Branch::All => self.total,
            Branch::Owners(ids) => sum(owners, &mut ids.iter().map(|id| id.0)),
            Branch::Teams(ids) => sum(teams, &mut ids.iter().map(|id| id.0)),
            Branch::Units(ids) => sum(units, &mut ids.iter().map(|id| id.0)),
            Branch::Partner(id) => sum(partners, &mut std::iter::once(id.0)),
            // Shares are counted nowhere; they are few.
            Branch::Shared { .. } => 0,
            Branch::AllOf(parts) => parts.iter().map(|b| self.reach(b)).min().unwrap_or(0),
        }
    }
}
