//! Stores the delivered roles for the objects that are installed, and brings those that nobody
//! changed up to date when a new version of the program delivers others.
//!
//! With each role the fingerprint of what was delivered is kept. A role that still has it, or that
//! was stored before fingerprints were kept (when nothing could change a role), is nobody's but the
//! program's. Any other was changed by an administrator and stays as it is.

use std::collections::{BTreeSet, HashMap};
use std::fmt::Write as _;

use kedun_engine::EventDraft;
use kedun_guard::PermSetRow;
use kedun_guard::seed::{self, RoleDef, RoleRows};
use kedun_ledger::Outcome;
use kedun_model::{Error, PermSetId, Result};
use kedun_store::Changeset;
use kedun_store::sq::{Expr, ExprTrait, OnConflict, Query, SelectStatement, Value};
use sha2::{Digest, Sha256};

use super::ROLE_ORDER;
use crate::Identity;
use crate::epoch::bump;

/// The names of the settings that keep fingerprints begin so.
const DELIVERED: &str = "role_delivered:";
/// Somebody else stored roles at the same time.
const MOVED: &str = "role.seed_moved";
const ATTEMPTS: usize = 5;

/// What storing the delivered roles came to, by their codes.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct SeedReport {
    /// They were not there.
    pub made: Vec<String>,
    /// Nobody had changed them, and they are now as delivered.
    pub updated: Vec<String>,
    /// An administrator changed them: they stay. True where the delivered role has changed as well.
    pub kept: Vec<(String, bool)>,
}

/// A role with its rows in the form in which they are compared: one line each.
#[derive(Default)]
struct Lines(BTreeSet<String>);

/// A role that is to be stored.
struct Step<'a> {
    set: &'a PermSetRow,
    print: String,
    /// The fingerprint that was found.
    before: Option<&'a String>,
    /// How many lines come and go, where the role was there.
    changed: Option<(usize, usize)>,
}

impl Lines {
    fn fingerprint(&self) -> String {
        let mut hash = Sha256::new().chain_update(b"kedun/role/v1");
        for line in &self.0 {
            hash.update(line.as_bytes());
            hash.update(b"\n");
        }
        hash.finalize().iter().fold(String::new(), |mut text, byte| {
            // Writing to a text cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
    }
}

impl Identity {
    /// Stores the delivered roles; run at every start, changes only what the program itself stored.
    ///
    /// # Errors
    /// Fails when the store cannot be read or written.
    pub async fn install_roles(&self) -> Result<SeedReport> {
        self.install_roles_of(&seed::roles()).await
    }

    /// The same with other roles than those of this version.
    ///
    /// # Errors
    /// Fails when the store cannot be read or written.
    pub async fn install_roles_of(&self, roles: &[RoleDef]) -> Result<SeedReport> {
        for _ in 0..ATTEMPTS {
            match self.try_install(roles).await {
                // Another node starts as well.
                Err(error) if matches!(&*error.code, MOVED | "access.changed") => {}
                done => return done,
            }
        }
        Err(Error::unavailable("store.busy"))
    }

    async fn try_install(&self, roles: &[RoleDef]) -> Result<SeedReport> {
        let objects: Vec<_> = self.door.catalog().objects().iter().map(|o| o.def.clone()).collect();
        let known = self.role_ids().await?;
        let rows = seed::rows(roles, &objects, |code| {
            known.get(code).copied().unwrap_or_else(|| PermSetId(self.door.context().new_uuid()))
        });
        let stored = self.stored_roles().await?;
        let delivered = self.delivered().await?;
        let mut report = SeedReport::default();
        let mut steps = Vec::new();
        for set in &rows.permsets {
            let wanted = lines(&rows, set);
            let (print, before) = (wanted.fingerprint(), delivered.get(&set.code));
            let now = stored.get(&set.id);
            let is_new = before != Some(&print);
            let same = now.is_some_and(|now| now.0 == wanted.0);
            match now {
                None => report.made.push(set.code.clone()),
                Some(_) if same && !is_new => continue,
                // Nothing changes but the fingerprint that is kept of it.
                Some(_) if same => {}
                Some(now) if before.is_none_or(|b| *b == now.fingerprint()) => {
                    report.updated.push(set.code.clone());
                }
                Some(_) => {
                    report.kept.push((set.code.clone(), is_new));
                    continue;
                }
            }
            let changed =
                now.map(|now| (wanted.0.difference(&now.0).count(), now.0.difference(&wanted.0).count()));
            steps.push(Step { set, print, before, changed });
        }
        if !steps.is_empty() {
            self.store_roles(&rows, steps).await?;
        }
        Ok(report)
    }

    /// Stores these roles, with an event for all that are new and one for each that was there.
    async fn store_roles(&self, rows: &RoleRows, steps: Vec<Step<'_>>) -> Result<()> {
        let (dialect, caller) = (self.door.store().dialect(), self.system_caller());
        let mut events = Vec::new();
        if steps.iter().any(|step| step.changed.is_none()) {
            events.push(self.event(&caller, "setup.roles", Outcome::Ok, &[])?);
        }
        for step in &steps {
            let Some((added, removed)) = step.changed else { continue };
            let draft = EventDraft::new("role.upgrade", Outcome::Ok)
                .sensitive()
                .detail("role", step.set.id.to_string())
                .detail("code", step.set.code.clone())
                .count("added", i64::try_from(added).unwrap_or(i64::MAX))
                .count("removed", i64::try_from(removed).unwrap_or(i64::MAX));
            events.push(self.door.evidence().prepare(&caller, draft)?);
        }
        let mut events = events.into_iter();
        let first = events.next().ok_or_else(|| Error::internal("roles to store and no event"))?;
        let mut changes = events.fold(Changeset::new(first), Changeset::also_event);
        changes = self.insert_row(
            changes,
            "authz_epoch",
            &["org", "n", "directory"],
            vec![self.org().0.into(), 1i64.into(), 1i64.into()],
        );
        for Step { set, print, before, .. } in steps {
            let marker = self.marker(&set.code, before);
            changes = changes.require_rows(dialect.select(&marker), u64::from(before.is_some()), MOVED);
            changes = self.replace(changes, rows, set);
            changes = changes.exec(self.put_setting(&format!("{DELIVERED}{}", set.code), &print));
        }
        self.commit(bump(changes, dialect, self.org())).await
    }

    /// Puts the rows of one role in the place of those that are there.
    fn replace(&self, mut changes: Changeset, rows: &RoleRows, set: &PermSetRow) -> Changeset {
        let (org, id, dialect) = (self.org().0, set.id, self.door.store().dialect());
        for (table, column) in [
            ("permset", "id"),
            ("permset_object", "permset_id"),
            ("permset_field", "permset_id"),
            ("permset_capability", "permset_id"),
        ] {
            let clear = Query::delete()
                .from_table(table)
                .and_where(Expr::col("org").eq(org))
                .and_where(Expr::col(column).eq(id.0))
                .to_owned();
            changes = changes.exec(dialect.delete(&clear));
        }
        let sort = ROLE_ORDER.iter().position(|code| *code == set.code).unwrap_or(ROLE_ORDER.len());
        changes = self.insert_row(
            changes,
            "permset",
            &["org", "id", "code", "zh", "en", "builtin", "officer_group", "sort"],
            vec![
                org.into(),
                id.0.into(),
                set.code.clone().into(),
                set.zh.clone().into(),
                set.en.clone().into(),
                set.builtin.into(),
                set.officer_group.map(|g| g.code().to_owned()).into(),
                i64::try_from(sort).unwrap_or(0).into(),
            ],
        );
        for row in rows.perm_objects.iter().filter(|r| r.permset == id) {
            changes = self.insert_row(
                changes,
                "permset_object",
                &["org", "permset_id", "object", "action", "scope"],
                vec![
                    org.into(),
                    id.0.into(),
                    i64::from(row.object.0).into(),
                    row.action.code().into(),
                    row.scope.code().into(),
                ],
            );
        }
        for row in rows.perm_fields.iter().filter(|r| r.permset == id) {
            changes = self.insert_row(
                changes,
                "permset_field",
                &["org", "permset_id", "object", "target", "level"],
                vec![
                    org.into(),
                    id.0.into(),
                    i64::from(row.object.0).into(),
                    row.target.code().into(),
                    row.level.code().into(),
                ],
            );
        }
        for row in rows.perm_capabilities.iter().filter(|r| r.permset == id) {
            changes = self.insert_row(
                changes,
                "permset_capability",
                &["org", "permset_id", "capability"],
                vec![org.into(), id.0.into(), row.capability.code().into()],
            );
        }
        changes
    }

    fn insert_row(
        &self,
        changes: Changeset,
        table: &'static str,
        columns: &'static [&'static str],
        values: Vec<Value>,
    ) -> Changeset {
        let insert = Query::insert()
            .into_table(table)
            .columns(columns.iter().copied())
            .values_panic(values.into_iter().map(Expr::val))
            .on_conflict(OnConflict::new().do_nothing().to_owned())
            .to_owned();
        changes.exec(self.door.store().dialect().insert(&insert))
    }

    /// What is stored of each role.
    async fn stored_roles(&self) -> Result<HashMap<PermSetId, Lines>> {
        let mut roles: HashMap<PermSetId, Lines> = HashMap::new();
        let head = ["id", "zh", "en", "officer_group"];
        for (table, columns) in [
            ("permset", head.as_slice()),
            ("permset_object", &["permset_id", "action", "scope", "object"]),
            ("permset_field", &["permset_id", "target", "level", "object"]),
            ("permset_capability", &["permset_id", "capability"]),
        ] {
            let query = Query::select()
                .columns(columns.iter().copied())
                .from(table)
                .and_where(Expr::col("org").eq(self.org().0))
                .to_owned();
            for row in self.select(&query).await? {
                let text = |at: usize| Ok::<_, Error>(row.opt_text(at)?.unwrap_or_default());
                let line = match table {
                    "permset" => name_line(&text(1)?, &text(2)?, &text(3)?),
                    "permset_capability" => capability_line(&text(1)?),
                    table => right_line(table, row.get_i64(3)?, &text(1)?, &text(2)?),
                };
                roles.entry(PermSetId(row.get_uuid(0)?)).or_default().0.insert(line);
            }
        }
        Ok(roles)
    }

    /// The fingerprint that is kept of each role, by code.
    async fn delivered(&self) -> Result<HashMap<String, String>> {
        let query = Query::select()
            .columns(["name", "value"])
            .from("setting")
            .and_where(Expr::col("org").eq(self.org().0))
            .and_where(Expr::col("name").like(format!("{DELIVERED}%")))
            .to_owned();
        let rows = self.select(&query).await?;
        rows.iter()
            .map(|row| {
                let name = row.get_text(0)?;
                Ok((name.trim_start_matches(DELIVERED).to_owned(), row.get_text(1)?))
            })
            .collect()
    }

    /// The query for the fingerprint that was found of a role: one row, or none where there was none.
    fn marker(&self, code: &str, before: Option<&String>) -> SelectStatement {
        let mut query = Query::select()
            .column("name")
            .from("setting")
            .and_where(Expr::col("org").eq(self.org().0))
            .and_where(Expr::col("name").eq(format!("{DELIVERED}{code}")))
            .to_owned();
        if let Some(before) = before {
            query.and_where(Expr::col("value").eq(before.clone()));
        }
        query
    }

    /// The ids of the roles that are stored, by code.
    pub(crate) async fn role_ids(&self) -> Result<HashMap<String, PermSetId>> {
        let query = Query::select()
            .columns(["code", "id"])
            .from("permset")
            .and_where(Expr::col("org").eq(self.org().0))
            .to_owned();
        self.select(&query)
            .await?
            .iter()
            .map(|row| Ok((row.get_text(0)?, PermSetId(row.get_uuid(1)?))))
            .collect()
    }
}

/// The delivered rows of one role.
fn lines(rows: &RoleRows, set: &PermSetRow) -> Lines {
    let officer = set.officer_group.map(|g| g.code().to_owned()).unwrap_or_default();
    let objects = rows.perm_objects.iter().filter(|r| r.permset == set.id);
    let fields = rows.perm_fields.iter().filter(|r| r.permset == set.id);
    let capabilities = rows.perm_capabilities.iter().filter(|r| r.permset == set.id);
    Lines(
        std::iter::once(name_line(&set.zh, &set.en, &officer))
            .chain(objects.map(|r| {
                right_line("permset_object", i64::from(r.object.0), r.action.code(), r.scope.code())
            }))
            .chain(fields.map(|r| {
                right_line("permset_field", i64::from(r.object.0), &r.target.code(), r.level.code())
            }))
            .chain(capabilities.map(|r| capability_line(r.capability.code())))
            .collect(),
    )
}

fn name_line(zh: &str, en: &str, officer: &str) -> String {
    format!("name {zh} {en} {officer}")
}

fn right_line(table: &str, object: i64, what: &str, how_far: &str) -> String {
    format!("{table} {object} {what} {how_far}")
}

fn capability_line(code: &str) -> String {
    format!("capability {code}")
}
