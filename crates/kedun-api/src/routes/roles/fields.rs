//! What objects and fields there are, for those who see roles: names, kinds, classes and masks. No
//! right on any record is needed, and no value is told.

use axum::Json;
use axum::extract::State;
use kedun_model::{Action, Capability, FieldDef, ObjectDef};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::problem::Answer;
use crate::routes::objects::{Section, class_code, kind_code, mask_code};
use crate::routes::people::require;
use crate::session::Signed;
use crate::state::ApiState;

pub fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(list))
}

/// A field as it is defined.
#[derive(Debug, Serialize, ToSchema)]
pub struct DefinedField {
    pub key: String,
    pub zh: String,
    pub en: String,
    /// As in the objects of a caller
    pub kind: &'static str,
    /// `P0` to `P3`
    pub class: &'static str,
    /// Stored encrypted
    pub sealed: bool,
    /// How it is masked; none for fields that never are
    pub mask: Option<String>,
    /// Shown whole without a reveal to those who may read it
    pub open: bool,
    /// Of nobody's unless a role names the field itself
    pub off_by_default: bool,
    /// Written by the server alone
    pub read_only: bool,
    pub required: bool,
    pub section: Option<String>,
}

/// An object as it is defined.
#[derive(Debug, Serialize, ToSchema)]
pub struct DefinedObject {
    pub key: String,
    pub zh: String,
    pub en: String,
    pub icon: String,
    pub sections: Vec<Section>,
    /// In the order of the record's page
    pub fields: Vec<DefinedField>,
}

/// All objects, and the actions that roles name.
#[derive(Debug, Serialize, ToSchema)]
pub struct DefinedObjects {
    pub items: Vec<DefinedObject>,
    pub actions: Vec<&'static str>,
}

/// All objects with all fields, as roles speak of them.
#[utoipa::path(get, operation_id = "roles_objects", path = "/roles/objects", tag = "roles",
    responses((status = 200, body = DefinedObjects), (status = 403, body = crate::Problem)))]
pub async fn list(State(state): State<ApiState>, signed: Signed) -> Answer<Json<DefinedObjects>> {
    let entry = state.door.directory(signed.caller()).await?;
    require(&entry, signed.caller(), state.now(), &[Capability::RolesRead])?;
    let items = state.door.catalog().objects().iter().map(|o| object(&o.def)).collect();
    Ok(Json(DefinedObjects { items, actions: Action::ALL.into_iter().map(Action::code).collect() }))
}

fn object(def: &ObjectDef) -> DefinedObject {
    let sections = def.sections.iter().cloned();
    DefinedObject {
        key: def.key.clone(),
        zh: def.zh.clone(),
        en: def.en.clone(),
        icon: def.icon.clone(),
        sections: sections.map(|(key, zh, en)| Section { key, zh, en }).collect(),
        fields: def.fields.iter().map(field).collect(),
    }
}

fn field(def: &FieldDef) -> DefinedField {
    DefinedField {
        key: def.key.clone(),
        zh: def.zh.clone(),
        en: def.en.clone(),
        kind: kind_code(&def.kind),
        class: class_code(def),
        sealed: def.sealed(),
        mask: def.sealed().then(|| mask_code(def)).flatten(),
        open: def.open,
        off_by_default: def.off_by_default,
        read_only: def.read_only,
        required: def.required,
        section: Some(def.section.clone()).filter(|s| !s.is_empty()),
    }
}
