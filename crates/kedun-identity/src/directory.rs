//! Loads the directory (people, units, teams, roles, guards) for the guard, and the
//! names that stand for ids on the page.

use std::collections::HashMap;

use futures::future::BoxFuture;
use kedun_engine::{DirectoryEntry, DirectorySource};
use kedun_guard::{
    Assignee, AssignmentRow, Directory, DirectoryRows, FieldTarget, GuardRow, OfficerGroup,
    PermCapabilityRow, PermFieldRow, PermObjectRow, PermSetRow, PrincipalRow, Status, TeamMemberRow, UnitRow,
};
use kedun_model::{
    Action, AssignmentId, Capability, Error, FieldLevel, ObjectId, OrgId, PermSetId, PersonId, PrincipalKind,
    RecordId, Result, Scope, TeamId, UnitId,
};
use kedun_store::sq::{Expr, ExprTrait, Query, SelectStatement};
use kedun_store::{Row, Snapshot, Store};

/// Reads the tables of this crate.
pub struct TableDirectory;

impl DirectorySource for TableDirectory {
    fn load<'a>(&'a self, store: &'a Store, org: OrgId) -> BoxFuture<'a, Result<DirectoryEntry>> {
        Box::pin(load(store, org))
    }
}

async fn load(store: &Store, org: OrgId) -> Result<DirectoryEntry> {
    let snapshot = store.snapshot().await?;
    let reader = Reader { snapshot: &snapshot, store, org };
    let mut names = HashMap::new();
    let mut pseudonyms = HashMap::new();
    let mut principals = Vec::new();
    for row in reader
        .rows(
            "principal",
            &[
                "id",
                "kind",
                "status",
                "unit_id",
                "manager_id",
                "company_id",
                "clearance",
                "region",
                "valid_until",
                "name",
                "pseudonym",
            ],
        )
        .await?
    {
        let id = PersonId(row.get_uuid(0)?);
        principals.push(PrincipalRow {
            id,
            kind: principal_kind(&row.get_text(1)?)?,
            status: Status::parse(&row.get_text(2)?).ok_or_else(|| bad("principal.status"))?,
            unit: row.opt_uuid(3)?.map(UnitId),
            manager: row.opt_uuid(4)?.map(PersonId),
            company: row.opt_uuid(5)?.map(RecordId),
            clearance: i16::try_from(row.get_i64(6)?).unwrap_or(0),
            region: row.opt_text(7)?,
            valid_until: row.opt_i64(8)?,
        });
        names.insert(id, row.get_text(9)?);
        pseudonyms.insert(row.get_array::<16>(10)?, id);
    }
    let mut unit_names = HashMap::new();
    let mut units = Vec::new();
    for row in reader.rows("org_unit", &["id", "parent_id", "name_zh"]).await? {
        let id = UnitId(row.get_uuid(0)?);
        units.push(UnitRow { id, parent: row.opt_uuid(1)?.map(UnitId) });
        unit_names.insert(id, row.get_text(2)?);
    }
    let mut team_names = HashMap::new();
    for row in reader.rows("team", &["id", "name"]).await? {
        team_names.insert(TeamId(row.get_uuid(0)?), row.get_text(1)?);
    }
    let rows = DirectoryRows {
        principals,
        units,
        team_members: reader.team_members().await?,
        permsets: reader.permsets().await?,
        perm_objects: reader.perm_objects().await?,
        perm_fields: reader.perm_fields().await?,
        perm_capabilities: reader.capabilities().await?,
        assignments: reader.assignments().await?,
        guards: reader.guards().await?,
        utc_offset_s: 8 * 3600,
    };
    let version = reader.version().await?;
    let directory = Directory::build(rows, version).map_err(Error::internal)?;
    Ok(DirectoryEntry { version, directory, names, unit_names, team_names, pseudonyms })
}

struct Reader<'a> {
    snapshot: &'a Snapshot,
    store: &'a Store,
    org: OrgId,
}

impl Reader<'_> {
    async fn rows(&self, table: &'static str, columns: &[&'static str]) -> Result<Vec<Row>> {
        self.select(
            Query::select()
                .columns(columns.iter().copied())
                .from(table)
                .and_where(Expr::col("org").eq(self.org.0)),
        )
        .await
    }

    async fn select(&self, statement: &SelectStatement) -> Result<Vec<Row>> {
        Ok(self.snapshot.query(&self.store.dialect().select(statement)).await?)
    }

    async fn version(&self) -> Result<u64> {
        let rows = self.rows("authz_epoch", &["directory"]).await?;
        match rows.first() {
            Some(row) => Ok(u64::try_from(row.get_i64(0)?).unwrap_or(0)),
            None => Ok(0),
        }
    }

    async fn team_members(&self) -> Result<Vec<TeamMemberRow>> {
        let rows = self.rows("team_member", &["team_id", "person_id", "valid_until"]).await?;
        rows.iter()
            .map(|row| {
                Ok(TeamMemberRow {
                    team: TeamId(row.get_uuid(0)?),
                    person: PersonId(row.get_uuid(1)?),
                    valid_until: row.opt_i64(2)?,
                })
            })
            .collect()
    }

    async fn permsets(&self) -> Result<Vec<PermSetRow>> {
        let rows = self.rows("permset", &["id", "code", "zh", "en", "builtin", "officer_group"]).await?;
        rows.iter()
            .map(|row| {
                Ok(PermSetRow {
                    id: PermSetId(row.get_uuid(0)?),
                    code: row.get_text(1)?,
                    zh: row.get_text(2)?,
                    en: row.get_text(3)?,
                    builtin: row.get_bool(4)?,
                    officer_group: row.opt_text(5)?.as_deref().and_then(OfficerGroup::parse),
                })
            })
            .collect()
    }

    async fn perm_objects(&self) -> Result<Vec<PermObjectRow>> {
        let rows = self.rows("permset_object", &["permset_id", "object", "action", "scope"]).await?;
        rows.iter()
            .map(|row| {
                Ok(PermObjectRow {
                    permset: PermSetId(row.get_uuid(0)?),
                    object: object(row.get_i64(1)?)?,
                    action: Action::parse(&row.get_text(2)?).ok_or_else(|| bad("permset_object.action"))?,
                    scope: Scope::parse(&row.get_text(3)?).ok_or_else(|| bad("permset_object.scope"))?,
                })
            })
            .collect()
    }

    async fn perm_fields(&self) -> Result<Vec<PermFieldRow>> {
        let rows = self.rows("permset_field", &["permset_id", "object", "target", "level"]).await?;
        rows.iter()
            .map(|row| {
                Ok(PermFieldRow {
                    permset: PermSetId(row.get_uuid(0)?),
                    object: object(row.get_i64(1)?)?,
                    target: FieldTarget::parse(&row.get_text(2)?)
                        .ok_or_else(|| bad("permset_field.target"))?,
                    level: FieldLevel::parse(&row.get_text(3)?).ok_or_else(|| bad("permset_field.level"))?,
                })
            })
            .collect()
    }

    async fn capabilities(&self) -> Result<Vec<PermCapabilityRow>> {
        let rows = self.rows("permset_capability", &["permset_id", "capability"]).await?;
        rows.iter()
            .map(|row| {
                Ok(PermCapabilityRow {
                    permset: PermSetId(row.get_uuid(0)?),
                    capability: Capability::parse(&row.get_text(1)?)
                        .ok_or_else(|| bad("permset_capability"))?,
                })
            })
            .collect()
    }

    async fn assignments(&self) -> Result<Vec<AssignmentRow>> {
        let rows = self
            .rows(
                "assignment",
                &["id", "assignee_kind", "assignee_id", "permset_id", "granted_by", "reason", "expires_at"],
            )
            .await?;
        rows.iter()
            .map(|row| {
                let who = row.get_uuid(2)?;
                Ok(AssignmentRow {
                    id: AssignmentId(row.get_uuid(0)?),
                    assignee: match row.get_text(1)?.as_str() {
                        "person" => Assignee::Person(PersonId(who)),
                        "unit" => Assignee::Unit(UnitId(who)),
                        "team" => Assignee::Team(TeamId(who)),
                        _ => return Err(bad("assignment.assignee_kind")),
                    },
                    permset: PermSetId(row.get_uuid(3)?),
                    granted_by: row.opt_uuid(4)?.map(PersonId),
                    reason: row.get_text(5)?,
                    expires_at: row.opt_i64(6)?,
                })
            })
            .collect()
    }

    async fn guards(&self) -> Result<Vec<GuardRow>> {
        let rows = self.rows("guard", &["rule", "enabled"]).await?;
        rows.iter()
            .map(|row| {
                // A rule that cannot be read must not vanish: the directory is refused instead.
                let mut rule: GuardRow = serde_json::from_str(&row.get_text(0)?)
                    .map_err(|e| Error::internal(format!("guard: {e}")))?;
                rule.enabled = row.get_bool(1)?;
                Ok(rule)
            })
            .collect()
    }
}

fn object(number: i64) -> Result<ObjectId> {
    u32::try_from(number).map(ObjectId).map_err(Error::internal)
}

fn bad(what: &str) -> Error {
    Error::internal(format!("{what} holds an unknown code"))
}

/// The stored code of a kind of principal.
pub(crate) fn kind_code(kind: PrincipalKind) -> &'static str {
    match kind {
        PrincipalKind::User => "user",
        PrincipalKind::Partner => "partner",
        PrincipalKind::Client => "client",
        PrincipalKind::System => "system",
    }
}

/// The kind of principal with this code.
pub(crate) fn principal_kind(code: &str) -> Result<PrincipalKind> {
    Ok(match code {
        "user" => PrincipalKind::User,
        "partner" => PrincipalKind::Partner,
        "client" => PrincipalKind::Client,
        "system" => PrincipalKind::System,
        _ => return Err(bad("principal.kind")),
    })
}
