//! A page of records.

use axum::Json;
use axum::extract::State;
use kedun_engine::ListPage;
use kedun_model::{Error, ListQuery, Result};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use super::filter::{self, FilterTree, SortKey};
use super::view::{CountView, Record};
use crate::json::{ApiJson, ApiPath, ApiQuery};
use crate::problem::Answer;
use crate::session::Signed;
use crate::state::ApiState;

/// A question for a page of records.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct ListBody {
    #[schema(value_type = Option<FilterTree>)]
    pub filter: Option<Value>,
    /// Words typed into the search field of the list
    pub search: Option<String>,
    /// Up to 3 keys; empty for the last changed first
    pub sort: Vec<SortKey>,
    /// Keys of the fields wanted; empty for those of the default list
    pub fields: Vec<String>,
    /// 1 to 200; 50 if absent
    pub limit: Option<u32>,
    /// `next` of the page before
    pub cursor: Option<String>,
    /// Count too, up to 1,000
    pub count: bool,
    /// Records in the recycle bin instead of living ones
    pub deleted: bool,
}

impl ListBody {
    pub(super) fn question(self) -> Result<ListQuery> {
        Ok(ListQuery {
            filter: filter::optional(self.filter)?,
            search: self.search,
            sort: self.sort.into_iter().map(Into::into).collect(),
            fields: self.fields,
            limit: self.limit,
            cursor: self.cursor,
            count: self.count,
            deleted: self.deleted,
        })
    }
}

/// The question as a parameter of the address.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ListParams {
    /// A body of `POST /records/{object}/query` as JSON. Values of fields belong in that body, not
    /// in an address, which others may log.
    pub q: Option<String>,
}

/// A page.
#[derive(Debug, Serialize, ToSchema)]
pub struct RecordPage {
    pub items: Vec<Record>,
    /// The cursor of the next page; null on the last one
    pub next: Option<String>,
    /// Null unless asked for
    pub count: Option<CountView>,
}

impl From<ListPage> for RecordPage {
    fn from(page: ListPage) -> Self {
        RecordPage {
            items: page.items.into_iter().map(Into::into).collect(),
            next: page.next,
            count: page.count.map(Into::into),
        }
    }
}

/// A page of the records that the caller may read.
#[utoipa::path(get, path = "/records/{object}", tag = "records", params(("object" = String, Path), ListParams),
    responses((status = 200, body = RecordPage), (status = 403, body = crate::Problem),
        (status = 404, body = crate::Problem), (status = 422, body = crate::Problem)))]
pub async fn list_records(
    State(state): State<ApiState>,
    signed: Signed,
    ApiPath(object): ApiPath<String>,
    ApiQuery(params): ApiQuery<ListParams>,
) -> Answer<Json<RecordPage>> {
    let body: ListBody = match params.q {
        None => ListBody::default(),
        // The parser's words would quote the question.
        Some(text) => serde_json::from_str(&text).ok().ok_or_else(|| Error::invalid("query.malformed"))?,
    };
    let page = state.door.list(signed.caller(), &object, &body.question()?).await?;
    Ok(Json(page.into()))
}

/// The same, with the question in the body.
#[utoipa::path(post, path = "/records/{object}/query", tag = "records", params(("object" = String, Path)),
    request_body = ListBody,
    responses((status = 200, body = RecordPage), (status = 403, body = crate::Problem),
        (status = 404, body = crate::Problem), (status = 422, body = crate::Problem)))]
pub async fn query_records(
    State(state): State<ApiState>,
    signed: Signed,
    ApiPath(object): ApiPath<String>,
    ApiJson(body): ApiJson<ListBody>,
) -> Answer<Json<RecordPage>> {
    let page = state.door.list(signed.caller(), &object, &body.question()?).await?;
    Ok(Json(page.into()))
}
