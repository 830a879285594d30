//! The roles and what is in them, for the matrix on the page.

use std::collections::BTreeMap;

use kedun_model::{Caller, Capability, FieldLevel, PermSetId, Result};
use kedun_store::sq::{Expr, ExprTrait, Order, Query};

use kedun_guard::FieldTarget;

use crate::Identity;

/// What a role may do with one object.
#[derive(Debug, Clone, Default)]
pub struct RoleObject {
    /// The key of the object.
    pub object: String,
    /// Action code and the codes of its scopes.
    pub actions: BTreeMap<String, Vec<String>>,
    /// Field key and level on the widest scope; fields of level none are left out.
    pub fields: Vec<(String, FieldLevel)>,
}

/// A role.
#[derive(Debug, Clone)]
pub struct RoleView {
    pub id: PermSetId,
    pub code: String,
    pub zh: String,
    pub en: String,
    pub builtin: bool,
    pub officer: bool,
    /// Assignments of it.
    pub members: u64,
    pub capabilities: Vec<String>,
    pub objects: Vec<RoleObject>,
}

impl Identity {
    /// All roles.
    ///
    /// # Errors
    /// `forbidden` without the capability to see roles.
    pub async fn roles(&self, caller: &Caller) -> Result<Vec<RoleView>> {
        self.require(caller, Capability::RolesRead).await?;
        let sets = Query::select()
            .columns(["id", "code", "zh", "en", "builtin", "officer_group"])
            .from("permset")
            .and_where(Expr::col("org").eq(self.org().0))
            .order_by("sort", Order::Asc)
            .to_owned();
        let mut roles = Vec::new();
        for row in self.select(&sets).await? {
            roles.push(RoleView {
                id: PermSetId(row.get_uuid(0)?),
                code: row.get_text(1)?,
                zh: row.get_text(2)?,
                en: row.get_text(3)?,
                builtin: row.get_bool(4)?,
                officer: row.opt_text(5)?.is_some(),
                members: 0,
                capabilities: Vec::new(),
                objects: Vec::new(),
            });
        }
        self.fill_members(&mut roles).await?;
        self.fill_capabilities(&mut roles).await?;
        self.fill_objects(&mut roles).await?;
        Ok(roles)
    }

    async fn fill_members(&self, roles: &mut [RoleView]) -> Result<()> {
        let query = Query::select()
            .column("permset_id")
            .expr(Expr::col("id").count())
            .from("assignment")
            .and_where(Expr::col("org").eq(self.org().0))
            .group_by_col("permset_id")
            .to_owned();
        for row in self.select(&query).await? {
            let id = PermSetId(row.get_uuid(0)?);
            let count = u64::try_from(row.get_i64(1)?).unwrap_or(0);
            roles.iter_mut().filter(|r| r.id == id).for_each(|r| r.members = count);
        }
        Ok(())
    }

    async fn fill_capabilities(&self, roles: &mut [RoleView]) -> Result<()> {
        let query = Query::select()
            .columns(["permset_id", "capability"])
            .from("permset_capability")
            .and_where(Expr::col("org").eq(self.org().0))
            .order_by("capability", Order::Asc)
            .to_owned();
        for row in self.select(&query).await? {
            let id = PermSetId(row.get_uuid(0)?);
            let capability = row.get_text(1)?;
            roles.iter_mut().filter(|r| r.id == id).for_each(|r| r.capabilities.push(capability.clone()));
        }
        Ok(())
    }

    async fn fill_objects(&self, roles: &mut [RoleView]) -> Result<()> {
        let catalog = self.door.catalog();
        let actions = Query::select()
            .columns(["permset_id", "object", "action", "scope"])
            .from("permset_object")
            .and_where(Expr::col("org").eq(self.org().0))
            .to_owned();
        let fields = Query::select()
            .columns(["permset_id", "object", "target", "level"])
            .from("permset_field")
            .and_where(Expr::col("org").eq(self.org().0))
            .to_owned();
        let actions = self.select(&actions).await?;
        let fields = self.select(&fields).await?;
        for role in roles.iter_mut() {
            for def in catalog.objects() {
                let number = i64::from(def.id.0);
                let mut object = RoleObject { object: def.key.clone(), ..RoleObject::default() };
                for row in &actions {
                    if row.get_uuid(0)? == role.id.0 && row.get_i64(1)? == number {
                        object.actions.entry(row.get_text(2)?).or_default().push(row.get_text(3)?);
                    }
                }
                if object.actions.is_empty() {
                    continue;
                }
                let mut levels = Vec::new();
                for row in &fields {
                    if row.get_uuid(0)? == role.id.0
                        && row.get_i64(1)? == number
                        && let (Some(target), Some(level)) =
                            (FieldTarget::parse(&row.get_text(2)?), FieldLevel::parse(&row.get_text(3)?))
                    {
                        levels.push((target, level));
                    }
                }
                for field in &def.fields {
                    let exact = levels.iter().find(|(t, _)| *t == FieldTarget::Field(field.id));
                    let class = levels
                        .iter()
                        .filter(|(t, _)| !field.off_by_default && matches_class(*t, field.class))
                        .max_by_key(|(_, level)| *level);
                    if let Some((_, level)) = exact.or(class)
                        && *level > FieldLevel::None
                    {
                        object.fields.push((field.key.clone(), *level));
                    }
                }
                role.objects.push(object);
            }
        }
        Ok(())
    }
}

fn matches_class(target: FieldTarget, class: kedun_model::DataClass) -> bool {
    match target {
        FieldTarget::Class(c) | FieldTarget::ClassWithin(c, _) => c == class,
        FieldTarget::Field(_) => false,
    }
}
