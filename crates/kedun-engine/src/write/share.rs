//! Sharing a record with a person, a unit or a team: a change of rights, so it moves the access epoch.

use kedun_guard::{GranteeKind, ShareLevel};
use kedun_ledger::Outcome;
use kedun_model::{Action, Caller, Error, PersonId, RecordId, Result, TeamId, UnitId};
use kedun_store::{Changeset, sq};
use serde::Serialize;
use sq::{Expr, ExprTrait};
use uuid::Uuid;

use crate::access::DirectoryEntry;
use crate::catalog::CatalogObject;
use crate::door::{Door, Inner};
use crate::evidence::EventDraft;
use crate::read::view::Named;

/// The column of a share that names the record.
pub(crate) const RECORD: &str = "record_id";

const CREATE: &str = "share.create";
const REVOKE: &str = "share.revoke";

/// A share to be made, or changed where the grantee has one.
#[derive(Debug, Clone)]
pub struct NewShare {
    pub kind: GranteeKind,
    pub grantee: Uuid,
    pub level: ShareLevel,
    /// Microseconds of UTC; none for ever.
    pub expires_at: Option<i64>,
    pub purpose: Option<String>,
}

/// A share as those see it who may share the record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ShareView {
    pub id: Uuid,
    pub kind: GranteeKind,
    pub grantee: Named,
    pub level: ShareLevel,
    pub granted_by: Option<Named>,
    /// Microseconds of UTC.
    pub created_at: i64,
    pub expires_at: Option<i64>,
    pub cause: String,
}

impl Door {
    /// With whom a record is shared.
    pub async fn shares(&self, caller: &Caller, object: &str, id: RecordId) -> Result<Vec<ShareView>> {
        let inner = self.inner();
        let catalog = inner.catalog();
        let object = catalog.require(object)?;
        inner.writable(caller, object, Action::Share, "share.list", id).await?;
        let receipt = inner
            .receipt(caller, EventDraft::new("share.list", Outcome::Ok).object(object.def.id).record(id))?;
        let directory = inner.directory(caller).await?;
        let mut select = sq::Query::select();
        select
            .columns([
                "id",
                "grantee_kind",
                "grantee_id",
                "level",
                "granted_by",
                "created_at",
                "expires_at",
                "cause",
            ])
            .from("share")
            .and_where(inner.on_record(object, id))
            .order_by("created_at", sq::Order::Asc);
        let mut shares = Vec::new();
        for row in inner.store.query(&inner.store.dialect().select(&select)).await? {
            let level = i16::try_from(row.get_i64(3)?).ok().and_then(ShareLevel::from_number);
            let (Some(kind), Some(level)) = (row.text(1)?.and_then(GranteeKind::parse), level) else {
                continue;
            };
            let person = |id: Uuid| Named { id, name: directory.name(PersonId(id)).to_owned() };
            shares.push(ShareView {
                id: row.get_uuid(0)?,
                kind,
                grantee: named(&directory, kind, row.get_uuid(2)?),
                level,
                granted_by: row.opt_uuid(4)?.map(person),
                created_at: row.get_i64(5)?,
                expires_at: row.opt_i64(6)?,
                cause: row.get_text(7)?,
            });
        }
        receipt.durable().await?;
        Ok(shares)
    }

    /// Shares a record, no further than the caller may go, and returns the id of the share.
    ///
    /// # Errors
    /// `share.grantee` for somebody who is not there, `share.expired` for an end in the past,
    /// `share.too_much` for a level the caller does not have.
    pub async fn share(&self, caller: &Caller, object: &str, id: RecordId, new: NewShare) -> Result<Uuid> {
        let inner = self.inner();
        let catalog = inner.catalog();
        let object = catalog.require(object)?;
        let (row, _grant) = inner.writable(caller, object, Action::Share, CREATE, id).await?;
        if row.deleted_at.is_some() {
            return Err(Error::not_found("not_found"));
        }
        let now = inner.ctx.now();
        let directory = inner.directory(caller).await?;
        if !exists(&directory, new.kind, new.grantee, now) {
            return Err(Error::invalid("share.grantee"));
        }
        if new.expires_at.is_some_and(|at| at <= now) {
            return Err(Error::invalid("share.expired"));
        }
        let needed = match new.level {
            ShareLevel::Read => None,
            ShareLevel::Write => Some(Action::Update),
            ShareLevel::Full => Some(Action::Transfer),
        };
        if let Some(action) = needed {
            let Ok(grant) = inner.grant(caller, object, action).await else {
                return Err(Error::forbidden("share.too_much"));
            };
            let mut row = row.clone();
            inner.fill_shares(object.def.id, std::slice::from_mut(&mut row), [&grant]).await?;
            if !grant.allows(&row.facts) {
                return Err(Error::forbidden("share.too_much"));
            }
        }
        let share = inner.ctx.new_uuid();
        let insert = sq::Query::insert()
            .into_table("share")
            .columns([
                "org",
                "id",
                "grantee_id",
                "grantee_kind",
                "object",
                RECORD,
                "level",
                "cause",
                "granted_by",
                "purpose",
                "created_at",
                "expires_at",
            ])
            .values([
                inner.org.0.into(),
                share.into(),
                new.grantee.into(),
                new.kind.code().into(),
                i64::from(object.def.id.0).into(),
                id.0.into(),
                i64::from(new.level.number()).into(),
                "manual".into(),
                caller.person.0.into(),
                sq::Value::String(new.purpose).into(),
                now.into(),
                sq::Value::BigInt(new.expires_at).into(),
            ])
            .map_err(Error::internal)?
            .on_conflict(
                sq::OnConflict::columns(["org", "grantee_id", "object", RECORD])
                    .update_columns(["id", "level", "granted_by", "purpose", "created_at", "expires_at"])
                    .to_owned(),
            )
            .to_owned();
        let draft = EventDraft::new(CREATE, Outcome::Ok)
            .object(object.def.id)
            .record(id)
            .subjects(vec![row.subject])
            .detail("grantee_kind", new.kind.code())
            .detail("grantee", new.grantee.to_string())
            .detail("level", new.level.code());
        let changes = Changeset::new(inner.evidence.prepare(caller, draft)?)
            .require_epoch(inner.org, caller.epoch)
            .exec_expect(inner.store.dialect().insert(&insert), 1, "share.changed");
        inner.store.commit(inner.move_epoch(changes)).await.map_err(Inner::commit_error)?;
        Ok(share)
    }

    /// Takes a share back.
    pub async fn unshare(&self, caller: &Caller, object: &str, id: RecordId, share: Uuid) -> Result<()> {
        let inner = self.inner();
        let catalog = inner.catalog();
        let object = catalog.require(object)?;
        let (row, _grant) = inner.writable(caller, object, Action::Share, REVOKE, id).await?;
        let delete = sq::Query::delete()
            .from_table("share")
            .and_where(inner.on_record(object, id))
            .and_where(Expr::col("id").eq(share))
            .to_owned();
        let draft = EventDraft::new(REVOKE, Outcome::Ok)
            .object(object.def.id)
            .record(id)
            .subjects(vec![row.subject])
            .detail("share", share.to_string());
        let changes = Changeset::new(inner.evidence.prepare(caller, draft)?)
            .require_epoch(inner.org, caller.epoch)
            .exec_expect(inner.store.dialect().delete(&delete), 1, "not_found");
        match inner.store.commit(inner.move_epoch(changes)).await {
            Ok(_) => Ok(()),
            Err(kedun_store::CommitError::Precondition { code: "not_found" }) => {
                Err(Error::not_found("not_found"))
            }
            Err(error) => Err(Inner::commit_error(error)),
        }
    }
}

impl Inner {
    /// The condition of shares of a record.
    fn on_record(&self, object: &CatalogObject, id: RecordId) -> Expr {
        Expr::col("org")
            .eq(self.org.0)
            .and(Expr::col("object").eq(i64::from(object.def.id.0)))
            .and(Expr::col(RECORD).eq(id.0))
    }

    /// Raises the access epoch, and not the version of the directory: shares are read with every query.
    fn move_epoch(&self, changes: Changeset) -> Changeset {
        let update = sq::Query::update()
            .table("authz_epoch")
            .value("n", Expr::col("n").add(1))
            .and_where(Expr::col("org").eq(self.org.0))
            .to_owned();
        changes.exec_expect(self.store.dialect().update(&update), 1, "access.changed")
    }
}

fn exists(directory: &DirectoryEntry, kind: GranteeKind, id: Uuid, now: i64) -> bool {
    match kind {
        GranteeKind::Person => directory.directory.person_active(PersonId(id), now),
        GranteeKind::Unit => directory.directory.unit(UnitId(id)).is_some(),
        GranteeKind::Team => directory.team_names.contains_key(&TeamId(id)),
    }
}

fn named(directory: &DirectoryEntry, kind: GranteeKind, id: Uuid) -> Named {
    let name = match kind {
        GranteeKind::Person => Some(directory.name(PersonId(id)).to_owned()),
        GranteeKind::Unit => directory.unit_names.get(&UnitId(id)).cloned(),
        GranteeKind::Team => directory.team_names.get(&TeamId(id)).cloned(),
    };
    Named { id, name: name.unwrap_or_default() }
}
