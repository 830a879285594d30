//! Comparing everything with everything, for an operator: records with their histories, histories
//! with the evidence, records with their keys, keys with what they seal.

use std::collections::{HashMap, HashSet};

use kedun_ledger::Outcome;
use kedun_model::Result;
use kedun_store::{Row, in_texts, sq};
use sq::{Expr, ExprTrait};
use uuid::Uuid;

use crate::catalog::CatalogObject;
use crate::door::{Door, Inner};

/// Rows that are taken at a time.
const BATCH: usize = 5_000;
/// Problems that are told one by one.
const TOLD: usize = 20;
/// Events that each make one version of one record, and the actions of these versions.
const CHANGES: [(&str, &str); 4] = [
    ("record.create", "create"),
    ("record.update", "update"),
    ("record.delete", "delete"),
    ("record.restore", "restore"),
];

/// What a comparison found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct DeepReport {
    pub records: u64,
    /// Versions in histories.
    pub versions: u64,
    /// Versions that have an event each.
    pub changes: u64,
    /// Subjects with keys.
    pub keys: u64,
    /// Keys that seal nothing.
    pub orphans: u64,
    /// Records whose key was destroyed.
    pub unreadable: u64,
    /// What does not fit, the first ones; ids and counts, no values.
    pub problems: Vec<String>,
    /// How many there are.
    pub found: u64,
}

impl DeepReport {
    fn problem(&mut self, text: impl FnOnce() -> String) {
        self.found += 1;
        if self.problems.len() < TOLD {
            self.problems.push(text());
        }
    }
}

impl Door {
    /// Compares every record with its history, its events and its key. `others` are subjects that
    /// have keys and are no records. Nothing may be written meanwhile.
    ///
    /// # Errors
    /// The store's.
    pub async fn deep_check(&self, others: &HashSet<Uuid>) -> Result<DeepReport> {
        let inner = self.inner();
        // On PostgreSQL the last events may not have their place in the log yet.
        inner.store.flush_sequencer().await?;
        let mut report = DeepReport::default();
        let keyed: HashSet<Uuid> = inner.store.key_subjects().await?.into_iter().collect();
        report.keys = u64::try_from(keyed.len()).unwrap_or(u64::MAX);
        let mut used: HashSet<Uuid> = HashSet::with_capacity(keyed.len());
        for object in inner.catalog().objects() {
            inner.compare(object, &keyed, &mut used, &mut report).await?;
        }
        for subject in &keyed {
            if !used.contains(subject) && !others.contains(subject) {
                report.orphans += 1;
                report.problem(|| format!("the key of {subject} seals nothing"));
            }
        }
        Ok(report)
    }
}

/// What is known of one record.
#[derive(Default)]
struct Found {
    version: u64,
    sealed: bool,
    /// Versions in its history, and the highest of them.
    versions: u64,
    highest: u64,
    /// Versions that should have an event each, and such events.
    changes: u64,
    events: u64,
}

impl Inner {
    async fn compare(
        &self,
        object: &CatalogObject,
        keyed: &HashSet<Uuid>,
        used: &mut HashSet<Uuid>,
        report: &mut DeepReport,
    ) -> Result<()> {
        let dialect = self.store.dialect();
        let here = || Expr::col("org").eq(self.org.0).and(Expr::col("object").eq(i64::from(object.def.id.0)));
        let mut all: HashMap<Uuid, Found> = HashMap::new();
        let records = sq::Query::select()
            .columns(["id", "version", "subject_id"])
            .from(object.def.id.table())
            .and_where(Expr::col("org").eq(self.org.0))
            .to_owned();
        self.each(dialect.select(&records), |row| {
            let subject = row.get_uuid(2)?;
            used.insert(subject);
            let found =
                Found { version: row.get_u64(1)?, sealed: keyed.contains(&subject), ..Found::default() };
            all.insert(row.get_uuid(0)?, found);
            Ok(())
        })
        .await?;
        let key = &object.def.key;
        let versions = sq::Query::select()
            .column("record")
            .expr(Expr::col("version").count())
            .expr(Expr::col("version").max())
            .from("record_history")
            .and_where(here())
            .group_by_col("record")
            .to_owned();
        self.each(dialect.select(&versions), |row| {
            let id = row.get_uuid(0)?;
            match all.get_mut(&id) {
                Some(found) => (found.versions, found.highest) = (row.get_u64(1)?, row.get_u64(2)?),
                None => report.problem(|| format!("{key} {id} has a history and no record")),
            }
            Ok(())
        })
        .await?;
        let actions = CHANGES.map(|(_, action)| action.to_owned()).to_vec();
        let changes = sq::Query::select()
            .column("record")
            .expr(Expr::col("version").count())
            .from("record_history")
            .and_where(here())
            .and_where(in_texts(dialect, Expr::col("action"), actions))
            .group_by_col("record")
            .to_owned();
        self.each(dialect.select(&changes), |row| {
            if let Some(found) = all.get_mut(&row.get_uuid(0)?) {
                found.changes = row.get_u64(1)?;
            }
            Ok(())
        })
        .await?;
        let codes = CHANGES.map(|(code, _)| code.to_owned()).to_vec();
        let events = sq::Query::select()
            .column("record")
            .expr(Expr::col("seq").count())
            .from("event")
            .and_where(here())
            .and_where(Expr::col("record").is_not_null())
            .and_where(Expr::col("outcome").eq(i64::from(Outcome::Ok.to_byte())))
            .and_where(in_texts(dialect, Expr::col("action"), codes))
            .group_by_col("record")
            .to_owned();
        self.each(dialect.select(&events), |row| {
            let id = row.get_uuid(0)?;
            match all.get_mut(&id) {
                Some(found) => found.events = row.get_u64(1)?,
                None => report.problem(|| format!("{key} {id} has events of changes and no record")),
            }
            Ok(())
        })
        .await?;
        for (id, found) in &all {
            report.records += 1;
            report.versions += found.versions;
            report.changes += found.events;
            if !found.sealed {
                // After an erasure no history can be sealed any more.
                report.unreadable += 1;
            } else if found.versions != found.version || found.highest != found.version {
                let Found { version, versions, .. } = found;
                report
                    .problem(|| format!("{key} {id} is at version {version} with {versions} in its history"));
            }
            if found.changes != found.events && found.sealed {
                let Found { changes, events, .. } = found;
                report.problem(|| format!("{key} {id} has {changes} changes and {events} events of them"));
            }
        }
        Ok(())
    }

    async fn each(&self, stmt: kedun_store::Stmt, mut one: impl FnMut(&Row) -> Result<()>) -> Result<()> {
        let mut rows = self.store.stream(stmt, BATCH);
        while let Some(batch) = rows.recv().await.transpose()? {
            batch.iter().try_for_each(&mut one)?;
        }
        Ok(())
    }
}
