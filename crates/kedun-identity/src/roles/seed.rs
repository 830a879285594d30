//! Stores the delivered roles for the objects that are installed.

use std::collections::HashMap;

use kedun_guard::seed;
use kedun_model::{ObjectDef, PermSetId, Result};
use kedun_store::Changeset;
use kedun_store::sq::{Expr, ExprTrait, OnConflict, Query, Value};

use super::ROLE_ORDER;
use crate::Identity;

impl Identity {
    /// Adds the statements that store the delivered roles and the first access epoch. What is
    /// there already stays, so that a new object gets its rows and nothing else changes.
    pub(crate) async fn seed_roles(&self, mut changes: Changeset, objects: &[ObjectDef]) -> Result<Changeset> {
        let known = self.role_ids().await?;
        let rows = seed::rows(&seed::roles(), objects, |code| {
            known.get(code).copied().unwrap_or_else(|| PermSetId(self.door.context().new_uuid()))
        });
        let org = self.org().0;
        for set in &rows.permsets {
            let sort = ROLE_ORDER.iter().position(|code| *code == set.code).unwrap_or(ROLE_ORDER.len());
            changes = self.seed_row(
                changes,
                "permset",
                &["org", "id", "code", "zh", "en", "builtin", "officer_group", "sort"],
                vec![
                    org.into(),
                    set.id.0.into(),
                    set.code.clone().into(),
                    set.zh.clone().into(),
                    set.en.clone().into(),
                    set.builtin.into(),
                    set.officer_group.map(|g| g.code().to_owned()).into(),
                    i64::try_from(sort).unwrap_or(0).into(),
                ],
            );
        }
        for row in &rows.perm_objects {
            changes = self.seed_row(
                changes,
                "permset_object",
                &["org", "permset_id", "object", "action", "scope"],
                vec![
                    org.into(),
                    row.permset.0.into(),
                    i64::from(row.object.0).into(),
                    row.action.code().into(),
                    row.scope.code().into(),
                ],
            );
        }
        for row in &rows.perm_fields {
            changes = self.seed_row(
                changes,
                "permset_field",
                &["org", "permset_id", "object", "target", "level"],
                vec![
                    org.into(),
                    row.permset.0.into(),
                    i64::from(row.object.0).into(),
                    row.target.code().into(),
                    row.level.code().into(),
                ],
            );
        }
        for row in &rows.perm_capabilities {
            changes = self.seed_row(
                changes,
                "permset_capability",
                &["org", "permset_id", "capability"],
                vec![org.into(), row.permset.0.into(), row.capability.code().into()],
            );
        }
        Ok(self.seed_row(
            changes,
            "authz_epoch",
            &["org", "n", "directory"],
            vec![org.into(), 1i64.into(), 1i64.into()],
        ))
    }

    fn seed_row(
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

    /// The ids of the roles that are stored, by code.
    pub(crate) async fn role_ids(&self) -> Result<HashMap<String, PermSetId>> {
        let query = Query::select()
            .columns(["code", "id"])
            .from("permset")
            .and_where(Expr::col("org").eq(self.org().0))
            .to_owned();
        self.select(&query).await?.iter().map(|row| Ok((row.get_text(0)?, PermSetId(row.get_uuid(1)?)))).collect()
    }
}
