//! Saved views of lists: columns, order, filter. Name and filter are kept sealed, because
//! people put into them what they look for.

mod check;
mod table;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use kedun_model::{Action, Error, ViewId};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use self::check::Views;
use self::table::Stored;
use super::records::filter::{FilterTree, SortKey};
use crate::json::{ApiJson, ApiPath};
use crate::problem::Answer;
use crate::session::Signed;
use crate::state::ApiState;

pub fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(list_views, create_view)).routes(routes!(replace_view, delete_view))
}

/// For whom a view is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ViewScope {
    /// For its owner alone.
    Private,
    /// For all colleagues.
    Shared,
    /// For those who hold a role.
    Role,
}

/// How close the rows stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Density {
    Compact,
    Normal,
    Relaxed,
}

/// A column of a list.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ViewColumn {
    /// The key of a field, or a system field such as `_owner`
    pub key: String,
    /// In pixels, 40 to 2,000
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub width: Option<u32>,
}

/// What a view shows.
#[derive(Debug, Clone, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ViewState {
    /// Empty for the default columns
    pub columns: Vec<ViewColumn>,
    pub sort: Vec<SortKey>,
    #[schema(value_type = Option<FilterTree>)]
    pub filter: Option<Value>,
    pub density: Option<Density>,
}

/// A view to be kept.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ViewBody {
    /// 1 to 60 characters
    pub name: String,
    pub scope: ViewScope,
    /// The code of the role, with the scope `role`
    #[serde(default)]
    pub role: Option<String>,
    /// Shown when the list is opened
    #[serde(default)]
    pub default: bool,
    pub state: ViewState,
}

/// A view.
#[derive(Debug, Serialize, ToSchema)]
pub struct ViewItem {
    pub id: Uuid,
    pub name: String,
    pub scope: ViewScope,
    pub role: Option<String>,
    pub default: bool,
    /// The caller may change it
    pub mine: bool,
    pub state: ViewState,
}

/// The views of one object.
#[derive(Debug, Serialize, ToSchema)]
pub struct ViewItems {
    pub items: Vec<ViewItem>,
}

/// The caller's own views, and those of others that are for her.
#[utoipa::path(get, path = "/views/{object}", tag = "views", params(("object" = String, Path)),
    responses((status = 200, body = ViewItems), (status = 403, body = crate::Problem), (status = 404, body = crate::Problem)))]
pub async fn list_views(
    State(state): State<ApiState>,
    signed: Signed,
    ApiPath(object): ApiPath<String>,
) -> Answer<Json<ViewItems>> {
    let views = Views::of(&state, signed.caller(), &object).await?;
    let items = table::all(&state, views.object_id()).await?.into_iter().filter_map(|view| views.shown(view));
    Ok(Json(ViewItems { items: items.collect() }))
}

/// Keeps a view.
#[utoipa::path(post, path = "/views/{object}", tag = "views", params(("object" = String, Path)), request_body = ViewBody,
    responses((status = 201, body = ViewItem), (status = 403, body = crate::Problem), (status = 404, body = crate::Problem),
        (status = 422, body = crate::Problem)))]
pub async fn create_view(
    State(state): State<ApiState>,
    signed: Signed,
    ApiPath(object): ApiPath<String>,
    ApiJson(body): ApiJson<ViewBody>,
) -> Answer<Response> {
    let caller = signed.caller();
    let views = Views::of(&state, caller, &object).await?;
    let view = Stored {
        id: ViewId(state.door.context().new_uuid()),
        owner: caller.person,
        name: check::name(&body.name)?,
        scope: body.scope,
        role: views.scope(&body)?,
        standard: body.default,
        state: views.state(body.state, body.scope)?,
    };
    table::insert(&state, caller, views.object_id(), &view).await?;
    let location = format!("/api/v1/views/{object}/{}", view.id);
    let item = views.shown(view).ok_or_else(|| Error::internal("a view just kept is not its owner's"))?;
    let mut response = (StatusCode::CREATED, Json(item)).into_response();
    if let Ok(location) = HeaderValue::from_str(&location) {
        response.headers_mut().insert(header::LOCATION, location);
    }
    Ok(response)
}

/// Replaces a view of one's own.
#[utoipa::path(put, path = "/views/{object}/{id}", tag = "views",
    params(("object" = String, Path), ("id" = Uuid, Path)), request_body = ViewBody,
    responses((status = 200, body = ViewItem), (status = 403, body = crate::Problem), (status = 404, body = crate::Problem),
        (status = 422, body = crate::Problem)))]
pub async fn replace_view(
    State(state): State<ApiState>,
    signed: Signed,
    ApiPath((object, id)): ApiPath<(String, ViewId)>,
    ApiJson(body): ApiJson<ViewBody>,
) -> Answer<Json<ViewItem>> {
    let caller = signed.caller();
    let views = Views::of(&state, caller, &object).await?;
    let old = views.changeable(table::find(&state, views.object_id(), id).await?)?;
    let view = Stored {
        id,
        owner: old.owner,
        name: check::name(&body.name)?,
        scope: body.scope,
        role: views.scope(&body)?,
        standard: body.default,
        state: views.state(body.state, body.scope)?,
    };
    table::replace(&state, caller, views.object_id(), &view).await?;
    Ok(Json(views.shown(view).ok_or_else(|| Error::not_found("not_found"))?))
}

/// Throws a view of one's own away.
#[utoipa::path(delete, path = "/views/{object}/{id}", tag = "views",
    params(("object" = String, Path), ("id" = Uuid, Path)),
    responses((status = 204), (status = 403, body = crate::Problem), (status = 404, body = crate::Problem)))]
pub async fn delete_view(
    State(state): State<ApiState>,
    signed: Signed,
    ApiPath((object, id)): ApiPath<(String, ViewId)>,
) -> Answer<StatusCode> {
    let caller = signed.caller();
    let views = Views::of(&state, caller, &object).await?;
    let view = views.changeable(table::find(&state, views.object_id(), id).await?)?;
    table::delete(&state, caller, views.object_id(), &view).await?;
    Ok(StatusCode::NO_CONTENT)
}

impl Views<'_> {
    /// The view as this caller may have it: none where it is not for her, or where it filters or
    /// orders by what she may not use; without the columns she does not see.
    fn shown(&self, view: Stored) -> Option<ViewItem> {
        if !self.may_see(&view) || !self.usable(&view.state) {
            return None;
        }
        let mine = self.may_change(&view);
        let mut state = view.state;
        state.columns.retain(|column| self.sees(&column.key));
        Some(ViewItem {
            id: view.id.0,
            name: view.name,
            scope: view.scope,
            role: view.role,
            default: view.standard,
            mine,
            state,
        })
    }
}

/// A view of an object is for those who read its records.
const READ: Action = Action::Read;
