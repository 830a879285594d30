//! What a caller may keep in a view, and which views are for her.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use kedun_engine::CatalogObject;
use kedun_guard::Grant;
use kedun_model::{Caller, Capability, Error, FieldLevel, ObjectId, PersonId, PrincipalKind, Result};

use super::table::Stored;
use super::{READ, ViewBody, ViewScope, ViewState};
use crate::routes::records::filter;
use crate::state::ApiState;

const MAX_NAME: usize = 60;
const MAX_COLUMNS: usize = 100;
const MAX_SORT: usize = 3;
const SYSTEM: [&str; 8] =
    ["_owner", "_unit", "_team", "_partner", "_created_at", "_updated_at", "_deleted_at", "_import"];

/// The views of one object, seen by one caller.
pub struct Views<'a> {
    caller: &'a Caller,
    object: Arc<CatalogObject>,
    grant: Grant,
    capabilities: BTreeSet<Capability>,
    /// Codes of the roles that the caller holds.
    roles: HashSet<String>,
}

impl<'a> Views<'a> {
    /// # Errors
    /// `object.unknown`, `access.*` for those who may not read the object.
    pub async fn of(state: &ApiState, caller: &'a Caller, object: &str) -> Result<Views<'a>> {
        let object = Arc::clone(state.door.catalog().require(object)?);
        let grant = state.door.grant(caller, &object.def.key, READ).await?;
        let entry = state.door.directory(caller).await?;
        let directory = &entry.directory;
        let held = directory.effective_permsets(caller.person, state.now()).held;
        let roles =
            held.iter().filter_map(|h| directory.permset(h.permset)).map(|p| p.code.clone()).collect();
        let capabilities = directory.capabilities(caller.person, state.now());
        Ok(Views { caller, object, grant, capabilities, roles })
    }

    pub fn object_id(&self) -> ObjectId {
        self.object.def.id
    }

    /// Whether a view is for the caller.
    pub fn may_see(&self, view: &Stored) -> bool {
        let colleague = self.caller.kind == PrincipalKind::User;
        self.owns(view.owner)
            || match view.scope {
                ViewScope::Private => false,
                ViewScope::Shared => colleague,
                ViewScope::Role => view.role.as_ref().is_some_and(|role| self.roles.contains(role)),
            }
    }

    /// Whether the caller may change a view: one's own, and those for others if one keeps the settings.
    pub fn may_change(&self, view: &Stored) -> bool {
        self.owns(view.owner) || (view.scope != ViewScope::Private && self.keeps_settings())
    }

    /// The view, if the caller may change it.
    ///
    /// # Errors
    /// `not_found` where it does not exist or is not for the caller; `forbidden` where it is another's.
    pub fn changeable(&self, view: Option<Stored>) -> Result<Stored> {
        let view = view
            .filter(|view| self.may_see(view) || self.may_change(view))
            .ok_or_else(|| Error::not_found("not_found"))?;
        if self.may_change(&view) { Ok(view) } else { Err(Error::forbidden("forbidden")) }
    }

    /// The role that a view is for, after a look at whether the caller may set up such a view.
    ///
    /// # Errors
    /// `forbidden` with what is needed; 422 for a role that does not fit the scope.
    pub fn scope(&self, body: &ViewBody) -> Result<Option<String>> {
        let needs_settings =
            body.scope == ViewScope::Role || (body.scope == ViewScope::Shared && body.default);
        if needs_settings && !self.keeps_settings() {
            return Err(Error::forbidden("forbidden").arg("needs", Capability::SettingsManage.code()));
        }
        if body.scope != ViewScope::Private && self.caller.kind != PrincipalKind::User {
            return Err(Error::forbidden("forbidden"));
        }
        let not_an_option = || Error::invalid("invalid").field("role", "field.not_an_option");
        match (body.scope, &body.role) {
            (ViewScope::Role, Some(role)) if is_code(role) => Ok(Some(role.clone())),
            (ViewScope::Role, _) => Err(not_an_option()),
            (_, None) => Ok(None),
            (_, Some(_)) => Err(not_an_option()),
        }
    }

    /// The state of a view, if the caller may keep it.
    ///
    /// # Errors
    /// 422: too much, unknown fields, a filter that does not parse, and the value of a sealed field
    /// in a view that others will see.
    pub fn state(&self, state: ViewState, scope: ViewScope) -> Result<ViewState> {
        if state.columns.len() > MAX_COLUMNS || state.sort.len() > MAX_SORT {
            return Err(Error::invalid("view.size").arg("columns", MAX_COLUMNS).arg("sort", MAX_SORT));
        }
        for column in &state.columns {
            if !self.sees(&column.key) {
                return Err(Error::invalid("field.unknown").field("columns", "field.unknown"));
            }
            if column.width.is_some_and(|width| !(40..=2_000).contains(&width)) {
                return Err(Error::invalid("invalid").field("columns", "view.width"));
            }
        }
        if let Some(key) = state.sort.iter().find(|key| !self.uses(&key.field)) {
            return Err(Error::invalid("field.not_filterable").field(&key.field, "field.not_filterable"));
        }
        let Some(tree) = filter::optional(state.filter.clone())? else {
            return Ok(ViewState { filter: None, ..state });
        };
        let mut wrong = None;
        filter::each(&tree, &mut |key, _, value| {
            let sealed = self.object.field(key).is_some_and(|f| f.sealed());
            let code = match (self.uses(key), scope) {
                (false, _) => "field.not_filterable",
                (true, ViewScope::Shared | ViewScope::Role) if sealed && value.is_some() => {
                    "view.personal_value"
                }
                _ => return,
            };
            wrong.get_or_insert_with(|| Error::invalid(code).field(key, code));
        });
        match wrong {
            Some(error) => Err(error),
            None => Ok(state),
        }
    }

    /// Whether the caller may order and filter as the view does.
    pub fn usable(&self, state: &ViewState) -> bool {
        let sort = state.sort.iter().all(|key| self.uses(&key.field));
        let mut all = sort;
        if let Some(tree) = &state.filter {
            match filter::parse(tree.clone()) {
                Ok(tree) => filter::each(&tree, &mut |key, _, _| all &= self.uses(key)),
                Err(_) => all = false,
            }
        }
        all
    }

    /// Whether the caller sees the field on some record.
    pub fn sees(&self, key: &str) -> bool {
        SYSTEM.contains(&key)
            || self.object.field(key).is_some_and(|f| self.grant.field_level_max(f.id) > FieldLevel::None)
    }

    /// Whether the caller reads the field on every record.
    fn uses(&self, key: &str) -> bool {
        SYSTEM.contains(&key)
            || self.object.field(key).is_some_and(|f| self.grant.field_level_min(f.id) >= FieldLevel::Read)
    }

    fn owns(&self, owner: PersonId) -> bool {
        owner == self.caller.person
    }

    fn keeps_settings(&self) -> bool {
        self.capabilities.contains(&Capability::SettingsManage)
    }
}

/// Whether a text may be the code of a role. A view for a role that nobody holds is seen by nobody.
fn is_code(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_')
}

/// The name of a view.
///
/// # Errors
/// 422 for an empty one and one that is too long.
pub fn name(text: &str) -> Result<String> {
    let text = text.trim();
    let wrong = |code: &'static str| Err(Error::invalid("invalid").field("name", code));
    if text.is_empty() {
        return wrong("field.required");
    }
    if text.chars().nth(MAX_NAME).is_some() || text.chars().any(char::is_control) {
        return wrong("field.too_long");
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    #[test]
    fn names_are_short_and_not_empty() {
        assert_eq!(super::name("  华东重点 ").expect("accepted"), "华东重点");
        assert!(super::name(" ").is_err());
        assert!(super::name(&"客".repeat(60)).is_ok());
        assert!(super::name(&"客".repeat(61)).is_err());
        assert!(super::name("a\u{0}b").is_err());
    }
}
