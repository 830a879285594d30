//! What objects and fields there are, as far as the caller may know of them.

use axum::Json;
use axum::extract::State;
use kedun_engine::CatalogObject;
use kedun_guard::Grant;
use kedun_model::{Action, Caller, Error, ErrorKind, FieldDef, FieldKind, FieldLevel, Result, Uniqueness};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::json::ApiPath;
use crate::problem::Answer;
use crate::session::Signed;
use crate::state::ApiState;

pub fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(list_objects)).routes(routes!(get_object))
}

/// A text in both languages.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct BothLanguages {
    pub zh: String,
    pub en: String,
}

/// A section of the page of a record.
#[derive(Debug, Serialize, ToSchema)]
pub struct Section {
    pub key: String,
    pub zh: String,
    pub en: String,
}

/// One choice of a selection.
#[derive(Debug, Serialize, ToSchema)]
pub struct OptionView {
    pub key: String,
    pub zh: String,
    pub en: String,
    /// A colour of the page, such as `teal`.
    pub color: Option<String>,
}

/// A field as the caller has it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ObjectField {
    pub key: String,
    pub zh: String,
    pub en: String,
    /// `text`, `long_text`, `name`, `phone`, `email`, `url`, `code`, `integer`, `money`, `percent`,
    /// `boolean`, `date`, `date_time`, `select`, `multi_select`, `reference`, `person`, `auto_number`
    pub kind: &'static str,
    /// `P0` to `P3`
    pub class: &'static str,
    /// `masked`, `read` or `write`: the most that the caller has on any record
    #[schema(value_type = String)]
    pub level: FieldLevel,
    /// The least that the caller has on any record
    #[schema(value_type = String)]
    pub level_everywhere: FieldLevel,
    /// How it is masked; none for fields that never are
    pub mask: Option<String>,
    /// Shown whole without a reveal to those who may read it
    pub open: bool,
    pub required: bool,
    /// `none`, `warn` or `strict`
    pub unique: &'static str,
    /// The caller finds records by it
    pub searchable: bool,
    /// The caller may order lists by it
    pub sortable: bool,
    /// The caller may filter by it
    pub filterable: bool,
    /// The caller may group sums and counts by it
    pub groupable: bool,
    /// Written by the server alone
    pub read_only: bool,
    pub section: Option<String>,
    pub in_list: bool,
    pub help: Option<BothLanguages>,
    /// Of a selection only
    pub options: Option<Vec<OptionView>>,
    /// Of a reference only: the key of the other object
    pub to: Option<String>,
    /// The most characters, where there is a limit of the field's own
    pub max: Option<u32>,
}

/// An object as the caller has it.
#[derive(Debug, Serialize, ToSchema)]
pub struct ObjectItem {
    pub key: String,
    pub zh: String,
    pub en: String,
    pub en_plural: String,
    pub icon: String,
    /// The key of the field that names a record
    pub title: String,
    /// The key of the field drawn as a path of stages
    pub stage: Option<String>,
    pub sections: Vec<Section>,
    /// What the caller may do with some record
    pub actions: Vec<&'static str>,
    /// Fields that the caller does not see at all are absent
    pub fields: Vec<ObjectField>,
}

/// The objects the caller may do anything with.
#[derive(Debug, Serialize, ToSchema)]
pub struct ObjectItems {
    pub items: Vec<ObjectItem>,
}

/// The objects, with the fields the caller sees.
#[utoipa::path(get, path = "/objects", tag = "objects", responses((status = 200, body = ObjectItems)))]
pub async fn list_objects(State(state): State<ApiState>, signed: Signed) -> Answer<Json<ObjectItems>> {
    let mut items = Vec::new();
    for object in state.door.catalog().objects() {
        items.extend(object_item(&state, signed.caller(), object).await?);
    }
    Ok(Json(ObjectItems { items }))
}

/// One object.
#[utoipa::path(get, path = "/objects/{key}", tag = "objects", params(("key" = String, Path)),
    responses((status = 200, body = ObjectItem), (status = 404, body = crate::Problem)))]
pub async fn get_object(
    State(state): State<ApiState>,
    signed: Signed,
    ApiPath(key): ApiPath<String>,
) -> Answer<Json<ObjectItem>> {
    let catalog = state.door.catalog();
    let object = catalog.require(&key)?;
    let item = object_item(&state, signed.caller(), object).await?;
    Ok(Json(item.ok_or_else(|| Error::not_found("object.unknown"))?))
}

/// What the grants of a caller make of an object; none where nothing is granted.
async fn object_item(
    state: &ApiState,
    caller: &Caller,
    object: &CatalogObject,
) -> Result<Option<ObjectItem>> {
    let mut actions = Vec::new();
    let mut seen = Seen::default();
    for action in Action::ALL {
        match state.door.grant(caller, &object.def.key, action).await {
            Ok(grant) => {
                actions.push(action.code());
                seen.keep(action, grant);
            }
            // What only needs a step to be taken first may be offered.
            Err(error) if error.kind == ErrorKind::StepUp => actions.push(action.code()),
            Err(error) if matches!(error.kind, ErrorKind::Forbidden | ErrorKind::NotFound) => {}
            Err(error) => return Err(error),
        }
    }
    if actions.is_empty() {
        return Ok(None);
    }
    let def = &object.def;
    let section = |(key, zh, en): &(String, String, String)| Section {
        key: key.clone(),
        zh: zh.clone(),
        en: en.clone(),
    };
    Ok(Some(ObjectItem {
        key: def.key.clone(),
        zh: def.zh.clone(),
        en: def.en.clone(),
        en_plural: def.en_plural.clone(),
        icon: def.icon.clone(),
        title: def.title.clone(),
        stage: def.stage.clone(),
        sections: def.sections.iter().map(section).collect(),
        actions,
        fields: def.fields.iter().filter_map(|f| seen.field(f)).collect(),
    }))
}

/// The grants that decide how far fields are seen.
#[derive(Default)]
struct Seen {
    read: Option<Grant>,
    /// Those that write: a level of `write` counts under them alone.
    writing: Vec<Grant>,
}

impl Seen {
    fn keep(&mut self, action: Action, grant: Grant) {
        match action {
            Action::Read => self.read = Some(grant),
            Action::Create | Action::Update => self.writing.push(grant),
            _ => {}
        }
    }

    fn field(&self, def: &FieldDef) -> Option<ObjectField> {
        let read = self.read.as_ref();
        let most = read.map_or(FieldLevel::None, |g| g.field_level_max(def.id));
        let least = read.map_or(FieldLevel::None, |g| g.field_level_min(def.id));
        let writable =
            !def.read_only && self.writing.iter().any(|g| g.field_level_max(def.id) == FieldLevel::Write);
        let capped = |level: FieldLevel| if writable { level } else { level.min(FieldLevel::Read) };
        let level = if writable { FieldLevel::Write } else { capped(most) };
        if level == FieldLevel::None {
            return None;
        }
        let everywhere = least >= FieldLevel::Read;
        let (options, to, max) = extras(&def.kind);
        Some(ObjectField {
            key: def.key.clone(),
            zh: def.zh.clone(),
            en: def.en.clone(),
            kind: kind_code(&def.kind),
            class: class_code(def),
            level,
            level_everywhere: capped(least),
            mask: def.sealed().then(|| mask_code(def)).flatten(),
            open: def.open,
            required: def.required,
            unique: match def.unique {
                Uniqueness::None => "none",
                Uniqueness::Warn => "warn",
                Uniqueness::Strict => "strict",
            },
            searchable: everywhere && def.searchable,
            sortable: everywhere && sortable(def),
            filterable: everywhere && filterable(def),
            groupable: everywhere && groupable(def),
            read_only: def.read_only,
            section: Some(def.section.clone()).filter(|s| !s.is_empty()),
            in_list: def.in_list,
            help: def.help.clone().map(|(zh, en)| BothLanguages { zh, en }),
            options,
            to,
            max,
        })
    }
}

/// Sealed values are found in memory or by their blind index; all others in their column.
fn filterable(def: &FieldDef) -> bool {
    !def.sealed() || def.searchable || def.blind_indexed()
}

fn sortable(def: &FieldDef) -> bool {
    if def.sealed() {
        return def.searchable;
    }
    !matches!(def.kind, FieldKind::MultiSelect { .. } | FieldKind::LongText { .. })
}

fn groupable(def: &FieldDef) -> bool {
    let kind = matches!(
        def.kind,
        FieldKind::Select { .. } | FieldKind::Reference { .. } | FieldKind::Person | FieldKind::Boolean
    );
    kind && !def.sealed()
}

/// The code of the class of a field.
pub fn class_code(def: &FieldDef) -> &'static str {
    use kedun_model::DataClass::{P0, P1, P2, P3};
    match def.class {
        P0 => "P0",
        P1 => "P1",
        P2 => "P2",
        P3 => "P3",
    }
}

/// The code of the mask of a field.
pub fn mask_code(def: &FieldDef) -> Option<String> {
    serde_json::to_value(def.mask).ok().and_then(|v| v.as_str().map(str::to_owned))
}

/// The code of a kind of field.
pub fn kind_code(kind: &FieldKind) -> &'static str {
    match kind {
        FieldKind::Text { .. } => "text",
        FieldKind::LongText { .. } => "long_text",
        FieldKind::Name => "name",
        FieldKind::Phone => "phone",
        FieldKind::Email => "email",
        FieldKind::Url => "url",
        FieldKind::Code { .. } => "code",
        FieldKind::Integer => "integer",
        FieldKind::Money => "money",
        FieldKind::Percent => "percent",
        FieldKind::Boolean => "boolean",
        FieldKind::Date => "date",
        FieldKind::DateTime => "date_time",
        FieldKind::Select { .. } => "select",
        FieldKind::MultiSelect { .. } => "multi_select",
        FieldKind::Reference { .. } => "reference",
        FieldKind::Person => "person",
        FieldKind::AutoNumber { .. } => "auto_number",
    }
}

fn extras(kind: &FieldKind) -> (Option<Vec<OptionView>>, Option<String>, Option<u32>) {
    match kind {
        FieldKind::Select { options } | FieldKind::MultiSelect { options } => {
            let view = |o: &kedun_model::SelectOption| OptionView {
                key: o.key.clone(),
                zh: o.zh.clone(),
                en: o.en.clone(),
                color: o.color.clone(),
            };
            (Some(options.iter().map(view).collect()), None, None)
        }
        FieldKind::Reference { to, .. } => (None, Some(to.clone()), None),
        FieldKind::Text { max } | FieldKind::LongText { max } | FieldKind::Code { max } => {
            (None, None, Some(*max))
        }
        _ => (None, None, None),
    }
}
