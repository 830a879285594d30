//! The organisation tree.

use kedun_ledger::Outcome;
use kedun_model::{Caller, Capability, Error, Result, UnitId};
use kedun_store::sq::{Expr, ExprTrait, Order, Query};
use kedun_store::{Changeset, Stmt};

use crate::Identity;
use crate::epoch::bump;

/// A unit.
#[derive(Debug, Clone)]
pub struct UnitView {
    pub id: UnitId,
    pub parent: Option<UnitId>,
    pub name_zh: String,
    pub name_en: String,
    /// People in this very unit who have not left.
    pub members: u64,
}

impl Identity {
    /// All units, parents before children of the same level by name; for everybody who sees colleagues.
    ///
    /// # Errors
    /// Fails when the store cannot be read.
    pub async fn units(&self) -> Result<Vec<UnitView>> {
        let query = Query::select()
            .columns(["id", "parent_id", "name_zh", "name_en"])
            .from("org_unit")
            .and_where(Expr::col("org").eq(self.org().0))
            .order_by("sort", Order::Asc)
            .order_by("name_zh", Order::Asc)
            .to_owned();
        let count = Query::select()
            .column("unit_id")
            .expr(Expr::col("id").count())
            .from("principal")
            .and_where(Expr::col("org").eq(self.org().0))
            .and_where(Expr::col("status").ne("left"))
            .group_by_col("unit_id")
            .to_owned();
        let mut members = std::collections::HashMap::new();
        for row in self.select(&count).await? {
            if let Some(unit) = row.opt_uuid(0)? {
                members.insert(unit, u64::try_from(row.get_i64(1)?).unwrap_or(0));
            }
        }
        self.select(&query)
            .await?
            .iter()
            .map(|row| {
                let id = row.get_uuid(0)?;
                Ok(UnitView {
                    id: UnitId(id),
                    parent: row.opt_uuid(1)?.map(UnitId),
                    name_zh: row.get_text(2)?,
                    name_en: row.get_text(3)?,
                    members: members.get(&id).copied().unwrap_or(0),
                })
            })
            .collect()
    }

    /// Makes a unit below `parent`.
    ///
    /// # Errors
    /// `forbidden`, 422.
    pub async fn create_unit(
        &self,
        caller: &Caller,
        parent: Option<UnitId>,
        zh: &str,
        en: &str,
    ) -> Result<UnitId> {
        self.require(caller, Capability::PeopleManage).await?;
        let names = unit_names(zh, en)?;
        self.check_place(caller, None, parent, None)
            .await
            .map_err(|_e| Error::invalid("invalid").field("parent", "relation.not_found"))?;
        let id = UnitId(self.door.context().new_uuid());
        let event = self.event(caller, "unit.create", Outcome::Ok, &[("unit", id.to_string())])?;
        let changes = Changeset::new(event)
            .require_epoch(self.org(), caller.epoch)
            .exec(self.insert_unit(id, parent, &names, 0));
        self.commit(bump(changes, self.door.store().dialect(), self.org())).await?;
        Ok(id)
    }

    pub(crate) fn insert_unit(
        &self,
        id: UnitId,
        parent: Option<UnitId>,
        names: &(String, String),
        sort: i64,
    ) -> Stmt {
        let statement = Query::insert()
            .into_table("org_unit")
            .columns(["org", "id", "parent_id", "name_zh", "name_en", "sort", "version"])
            .values_panic([
                self.org().0.into(),
                id.0.into(),
                parent.map(|p| p.0).into(),
                names.0.clone().into(),
                names.1.clone().into(),
                sort.into(),
                1i64.into(),
            ])
            .to_owned();
        self.door.store().dialect().insert(&statement)
    }

    /// Renames a unit or hangs it elsewhere; absent fields stay.
    ///
    /// # Errors
    /// `forbidden`, `not_found`, `unit.circle`, 422.
    pub async fn change_unit(
        &self,
        caller: &Caller,
        id: UnitId,
        zh: Option<String>,
        en: Option<String>,
        parent: Option<Option<UnitId>>,
    ) -> Result<()> {
        self.require(caller, Capability::PeopleManage).await?;
        let entry = self.door.directory(caller).await?;
        let all = self.units().await?;
        let old = all.into_iter().find(|u| u.id == id).ok_or_else(|| Error::not_found("not_found"))?;
        let names = unit_names(&zh.unwrap_or(old.name_zh), &en.unwrap_or(old.name_en))?;
        let mut statement = Query::update();
        statement
            .table("org_unit")
            .value("name_zh", names.0)
            .value("name_en", names.1)
            .value("version", Expr::col("version").add(1))
            .and_where(Expr::col("org").eq(self.org().0))
            .and_where(Expr::col("id").eq(id.0));
        if let Some(parent) = parent {
            if let Some(parent) = parent
                && !entry.unit_names.contains_key(&parent)
            {
                return Err(Error::invalid("invalid").field("parent", "relation.not_found"));
            }
            entry
                .directory
                .check_unit_move(id, parent)
                .map_err(|e| Error::invalid("unit.circle").field("parent", "unit.circle").with_internal(e))?;
            statement.value("parent_id", parent.map(|p| p.0));
        }
        let dialect = self.door.store().dialect();
        let event = self.event(caller, "unit.update", Outcome::Ok, &[("unit", id.to_string())])?;
        let changes = Changeset::new(event).require_epoch(self.org(), caller.epoch).exec_expect(
            dialect.update(&statement),
            1,
            "not_found",
        );
        self.commit(bump(changes, dialect, self.org())).await
    }

    /// Removes an empty unit.
    ///
    /// # Errors
    /// `forbidden`, `unit.not_empty` while it has people or units.
    pub async fn delete_unit(&self, caller: &Caller, id: UnitId) -> Result<()> {
        self.require(caller, Capability::PeopleManage).await?;
        let dialect = self.door.store().dialect();
        let occupied = |table: &'static str, column: &'static str| {
            let query = Query::select()
                .column("id")
                .from(table)
                .and_where(Expr::col("org").eq(self.org().0))
                .and_where(Expr::col(column).eq(id.0))
                .to_owned();
            dialect.select(&query)
        };
        let delete = Query::delete()
            .from_table("org_unit")
            .and_where(Expr::col("org").eq(self.org().0))
            .and_where(Expr::col("id").eq(id.0))
            .to_owned();
        let event = self.event(caller, "unit.delete", Outcome::Ok, &[("unit", id.to_string())])?;
        let changes = Changeset::new(event)
            .require_epoch(self.org(), caller.epoch)
            .require_rows(occupied("principal", "unit_id"), 0, "unit.not_empty")
            .require_rows(occupied("org_unit", "parent_id"), 0, "unit.not_empty")
            .exec_expect(dialect.delete(&delete), 1, "not_found");
        self.commit(bump(changes, dialect, self.org())).await
    }
}

fn unit_names(zh: &str, en: &str) -> Result<(String, String)> {
    let (zh, en) = (zh.trim(), en.trim());
    if zh.is_empty() || zh.chars().count() > 100 {
        return Err(Error::invalid("invalid").field("name_zh", "field.required"));
    }
    Ok((zh.to_owned(), if en.is_empty() { zh.to_owned() } else { en.chars().take(100).collect() }))
}
