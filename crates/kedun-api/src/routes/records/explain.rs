//! Why somebody may, or may not, do something with a record.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::State;
use kedun_engine::{BranchView, ExplanationView, FieldLevelView, GuardView, ObligationView, RoleName};
use kedun_model::{Action, Error, PersonId, RecordId, Scope};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use crate::json::{ApiPath, ApiQuery};
use crate::problem::Answer;
use crate::routes::session::{Label, NamedId};
use crate::session::Signed;
use crate::state::ApiState;

/// Whose access, to what.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ExplainParams {
    /// The caller if absent; others need the capability to explain others
    pub person: Option<Uuid>,
    /// `read` if absent
    pub action: Option<String>,
    /// The key of a field whose level is to be explained too
    pub field: Option<String>,
}

/// The same, with the record among the parameters.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ExplainAnyParams {
    /// The key of the object
    pub object: String,
    pub record: Uuid,
    /// The caller if absent; others need the capability to explain others
    pub person: Option<Uuid>,
    /// `read` if absent
    pub action: Option<String>,
    /// The key of a field whose level is to be explained too
    pub field: Option<String>,
}

/// A fact: the key of its sentence, and its arguments.
#[derive(Debug, Serialize, ToSchema)]
pub struct FactItem {
    pub code: &'static str,
    pub args: BTreeMap<&'static str, String>,
    /// Names of the people, units and teams that the arguments mention, by id
    pub names: BTreeMap<String, String>,
}

/// One way to the record.
#[derive(Debug, Serialize, ToSchema)]
pub struct BranchItem {
    /// Such as `own` or `team`; null where the role does not give the action
    pub scope: Option<&'static str>,
    pub role: Option<Label>,
    /// `direct`, `unit` or `team`
    pub via: &'static str,
    pub granted_by: Option<NamedId>,
    pub expires_at: Option<String>,
    /// It leads to this record
    pub matched: bool,
    pub fact: FactItem,
}

/// A rule that takes access away.
#[derive(Debug, Serialize, ToSchema)]
pub struct GuardItem {
    /// `label`, `restricted`, `erased` or `guard`
    pub code: &'static str,
    /// It counts against this record
    pub matched: bool,
    /// What it looked at
    pub inputs: BTreeMap<String, String>,
}

/// Something to be done first.
#[derive(Debug, Serialize, ToSchema)]
pub struct ObligationItem {
    /// `mfa`, `purpose`, `approval` or `device`
    pub code: &'static str,
    pub args: BTreeMap<&'static str, i64>,
    pub met: bool,
}

/// How far a field is seen.
#[derive(Debug, Serialize, ToSchema)]
pub struct FieldLevelItem {
    pub key: String,
    /// `none`, `masked`, `read` or `write`
    pub level: &'static str,
    /// The role that gives it
    pub from: Option<Label>,
}

/// The answer to "why".
#[derive(Debug, Serialize, ToSchema)]
pub struct ExplanationItem {
    /// `allow` or `deny`
    pub decision: &'static str,
    pub code: &'static str,
    pub action: &'static str,
    pub person: NamedId,
    pub branches: Vec<BranchItem>,
    /// For a denial, the ways that nearly led there; for those who may explain others
    pub nearest: Vec<BranchItem>,
    pub guards: Vec<GuardItem>,
    pub obligations: Vec<ObligationItem>,
    pub field: Option<FieldLevelItem>,
}

/// Why somebody may, or may not, do something with a record.
#[utoipa::path(get, path = "/records/{object}/{id}/explain", tag = "access",
    params(("object" = String, Path), ("id" = Uuid, Path), ExplainParams),
    responses((status = 200, body = ExplanationItem), (status = 403, body = crate::Problem),
        (status = 404, body = crate::Problem), (status = 422, body = crate::Problem)))]
pub async fn explain_record(
    State(state): State<ApiState>,
    signed: Signed,
    ApiPath((object, id)): ApiPath<(String, RecordId)>,
    ApiQuery(params): ApiQuery<ExplainParams>,
) -> Answer<Json<ExplanationItem>> {
    explained(&state, &signed, &object, id, params).await
}

/// Why somebody may, or may not, do something with any record.
#[utoipa::path(get, path = "/explain", tag = "access", params(ExplainAnyParams),
    responses((status = 200, body = ExplanationItem), (status = 403, body = crate::Problem),
        (status = 404, body = crate::Problem), (status = 422, body = crate::Problem)))]
pub async fn explain_any(
    State(state): State<ApiState>,
    signed: Signed,
    ApiQuery(params): ApiQuery<ExplainAnyParams>,
) -> Answer<Json<ExplanationItem>> {
    let ExplainAnyParams { object, record, person, action, field } = params;
    explained(&state, &signed, &object, RecordId(record), ExplainParams { person, action, field }).await
}

async fn explained(
    state: &ApiState,
    signed: &Signed,
    object: &str,
    id: RecordId,
    params: ExplainParams,
) -> Answer<Json<ExplanationItem>> {
    let caller = signed.caller();
    let action = match params.action.as_deref() {
        None => Action::Read,
        Some(code) => Action::parse(code)
            .ok_or_else(|| Error::invalid("invalid").field("action", "field.not_an_option"))?,
    };
    let who = params.person.map_or(caller.person, PersonId);
    let told = state.door.explain(caller, who, object, id, action, params.field.as_deref()).await?;
    Ok(Json(told.into()))
}

fn label(role: RoleName) -> Label {
    Label { code: role.code, zh: role.zh, en: role.en }
}

impl From<ExplanationView> for ExplanationItem {
    fn from(view: ExplanationView) -> Self {
        ExplanationItem {
            decision: view.decision,
            code: view.code,
            action: view.action.code(),
            person: view.person.into(),
            branches: view.branches.into_iter().map(Into::into).collect(),
            nearest: view.nearest.into_iter().map(Into::into).collect(),
            guards: view.guards.into_iter().map(Into::into).collect(),
            obligations: view.obligations.into_iter().map(Into::into).collect(),
            field: view.field.map(Into::into),
        }
    }
}

impl From<BranchView> for BranchItem {
    fn from(view: BranchView) -> Self {
        BranchItem {
            scope: view.scope.map(Scope::code),
            role: view.role.map(label),
            via: view.via,
            granted_by: view.granted_by.map(Into::into),
            expires_at: view.expires_at,
            matched: view.matched,
            fact: FactItem { code: view.fact.code, args: view.fact.args, names: view.names },
        }
    }
}

impl From<GuardView> for GuardItem {
    fn from(view: GuardView) -> Self {
        GuardItem { code: view.code, matched: view.matched, inputs: view.inputs }
    }
}

impl From<ObligationView> for ObligationItem {
    fn from(view: ObligationView) -> Self {
        ObligationItem { code: view.code, args: view.args, met: view.met }
    }
}

impl From<FieldLevelView> for FieldLevelItem {
    fn from(view: FieldLevelView) -> Self {
        FieldLevelItem { key: view.key, level: view.level.code(), from: view.from.map(label) }
    }
}
