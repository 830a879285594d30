//! One's own account: sessions, password, second factor.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use kedun_identity::SessionView;
use kedun_model::{Error, SessionId};
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::setup::TotpView;
use crate::json::ApiJson;
use crate::problem::Answer;
use crate::session::Entered;
use crate::state::ApiState;
use crate::when;

pub fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(sessions, end_others))
        .routes(routes!(end_session))
        .routes(routes!(change_password))
        .routes(routes!(factors))
        .routes(routes!(begin_totp, remove_totp))
        .routes(routes!(confirm_totp))
        .routes(routes!(replace_totp))
        .routes(routes!(confirm_replacement))
        .routes(routes!(renew_codes))
        .routes(routes!(change_me))
}

/// A living session.
#[derive(Serialize, ToSchema)]
pub struct SessionItem {
    pub id: Uuid,
    pub current: bool,
    pub created_at: String,
    pub last_seen_at: String,
    pub expires_at: String,
    pub network: String,
    pub device: String,
}

/// Living sessions.
#[derive(Serialize, ToSchema)]
pub struct SessionItems {
    pub items: Vec<SessionItem>,
}

impl From<Vec<SessionView>> for SessionItems {
    fn from(views: Vec<SessionView>) -> Self {
        let items = views
            .into_iter()
            .map(|v| SessionItem {
                id: v.id.0,
                current: v.current,
                created_at: when::text(v.created_at),
                last_seen_at: when::text(v.last_seen_at),
                expires_at: when::text(v.expires_at),
                network: v.network,
                device: v.device,
            })
            .collect();
        SessionItems { items }
    }
}

/// The password now and the one to be.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordBody {
    #[schema(value_type = String, format = Password)]
    pub current: SecretString,
    #[schema(value_type = String, format = Password)]
    pub new: SecretString,
}

/// The second factor.
#[derive(Serialize, ToSchema)]
pub struct TotpState {
    pub enrolled: bool,
    pub at: Option<String>,
}

/// All factors.
#[derive(Serialize, ToSchema)]
pub struct FactorsView {
    pub totp: TotpState,
    pub recovery_codes_left: u64,
    pub required: bool,
}

/// Six digits.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TotpCode {
    pub code: String,
}

/// Codes shown once.
#[derive(Serialize, ToSchema)]
pub struct CodesView {
    pub recovery_codes: Vec<String>,
}

/// What may be changed of oneself.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MeBody {
    /// `zh-CN` or `en`
    pub locale: String,
}

/// One's own sessions.
#[utoipa::path(get, operation_id = "me_sessions", path = "/me/sessions", tag = "account", responses((status = 200, body = SessionItems)))]
pub async fn sessions(State(state): State<ApiState>, entered: Entered) -> Answer<Json<SessionItems>> {
    Ok(Json(state.identity.own_sessions(entered.caller()).await?.into()))
}

/// Ends all one's other sessions.
#[utoipa::path(delete, operation_id = "me_end_others", path = "/me/sessions", tag = "account", responses((status = 204)))]
pub async fn end_others(State(state): State<ApiState>, entered: Entered) -> Answer<StatusCode> {
    state.identity.end_other_sessions(entered.caller()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ends one of one's sessions.
#[utoipa::path(delete, operation_id = "me_end_session", path = "/me/sessions/{id}", tag = "account", params(("id" = Uuid, Path)),
    responses((status = 204), (status = 404, body = crate::Problem)))]
pub async fn end_session(
    State(state): State<ApiState>,
    entered: Entered,
    Path(id): Path<String>,
) -> Answer<StatusCode> {
    let id: SessionId = id.parse().map_err(|_e| Error::not_found("not_found"))?;
    state.identity.end_own_session(entered.caller(), id).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Changes one's password; all other sessions end.
#[utoipa::path(post, operation_id = "me_change_password", path = "/me/password", tag = "account", request_body = PasswordBody,
    responses((status = 204), (status = 422, body = crate::Problem), (status = 429, body = crate::Problem)))]
pub async fn change_password(
    State(state): State<ApiState>,
    entered: Entered,
    ApiJson(body): ApiJson<PasswordBody>,
) -> Answer<StatusCode> {
    let (current, new) = (body.current.expose_secret().to_owned(), body.new.expose_secret().to_owned());
    state.identity.change_password(entered.caller(), current, new).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// One's factors.
#[utoipa::path(get, operation_id = "me_factors", path = "/me/factors", tag = "account", responses((status = 200, body = FactorsView)))]
pub async fn factors(State(state): State<ApiState>, entered: Entered) -> Answer<Json<FactorsView>> {
    let factors = state.identity.factors(entered.caller()).await?;
    Ok(Json(FactorsView {
        totp: TotpState {
            enrolled: factors.totp_enrolled_at.is_some(),
            at: when::opt(factors.totp_enrolled_at),
        },
        recovery_codes_left: factors.recovery_codes_left,
        required: factors.required,
    }))
}

/// Begins a second factor.
#[utoipa::path(post, operation_id = "me_begin_totp", path = "/me/factors/totp", tag = "account",
    responses((status = 200, body = TotpView), (status = 409, body = crate::Problem)))]
pub async fn begin_totp(State(state): State<ApiState>, entered: Entered) -> Answer<Json<TotpView>> {
    let totp = state.identity.begin_totp(entered.caller()).await?;
    Ok(Json(TotpView { secret: totp.secret, uri: totp.uri }))
}

/// Completes it with the first code.
#[utoipa::path(post, operation_id = "me_confirm_totp", path = "/me/factors/totp/confirm", tag = "account", request_body = TotpCode,
    responses((status = 200, body = CodesView), (status = 409, body = crate::Problem), (status = 422, body = crate::Problem)))]
pub async fn confirm_totp(
    State(state): State<ApiState>,
    entered: Entered,
    ApiJson(body): ApiJson<TotpCode>,
) -> Answer<Json<CodesView>> {
    let codes = state.identity.confirm_totp(entered.caller(), &body.code).await?;
    Ok(Json(CodesView { recovery_codes: codes.0 }))
}

/// Begins to replace one's second factor: proves the old one, or gives a recovery code, and gets
/// the new secret. The old one works until the new one is confirmed.
#[utoipa::path(post, operation_id = "me_replace_totp", path = "/me/factors/totp/replace", tag = "account", request_body = TotpCode,
    responses((status = 200, body = TotpView), (status = 409, body = crate::Problem), (status = 422, body = crate::Problem), (status = 429, body = crate::Problem)))]
pub async fn replace_totp(
    State(state): State<ApiState>,
    entered: Entered,
    ApiJson(body): ApiJson<TotpCode>,
) -> Answer<Json<TotpView>> {
    let totp = state.identity.begin_replacement(entered.caller(), &body.code).await?;
    Ok(Json(TotpView { secret: totp.secret, uri: totp.uri }))
}

/// Completes it with the first code of the new one, in the session that began it, within ten
/// minutes; all other sessions end, and the recovery codes are new.
#[utoipa::path(post, operation_id = "me_confirm_replacement", path = "/me/factors/totp/replace/confirm", tag = "account", request_body = TotpCode,
    responses((status = 200, body = CodesView), (status = 409, body = crate::Problem), (status = 422, body = crate::Problem), (status = 429, body = crate::Problem)))]
pub async fn confirm_replacement(
    State(state): State<ApiState>,
    entered: Entered,
    ApiJson(body): ApiJson<TotpCode>,
) -> Answer<Json<CodesView>> {
    let codes = state.identity.confirm_replacement(entered.caller(), &body.code).await?;
    Ok(Json(CodesView { recovery_codes: codes.0 }))
}

/// Takes the second factor away.
#[utoipa::path(delete, operation_id = "me_remove_totp", path = "/me/factors/totp", tag = "account",
    responses((status = 204), (status = 403, body = crate::Problem)))]
pub async fn remove_totp(State(state): State<ApiState>, entered: Entered) -> Answer<StatusCode> {
    state.identity.remove_totp(entered.caller()).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// New recovery codes.
#[utoipa::path(post, operation_id = "me_renew_codes", path = "/me/factors/recovery-codes", tag = "account",
    responses((status = 200, body = CodesView), (status = 403, body = crate::Problem)))]
pub async fn renew_codes(State(state): State<ApiState>, entered: Entered) -> Answer<Json<CodesView>> {
    Ok(Json(CodesView { recovery_codes: state.identity.renew_recovery_codes(entered.caller()).await?.0 }))
}

/// Changes one's language.
#[utoipa::path(patch, operation_id = "me_change_me", path = "/me", tag = "account", request_body = MeBody, responses((status = 204)))]
pub async fn change_me(
    State(state): State<ApiState>,
    entered: Entered,
    ApiJson(body): ApiJson<MeBody>,
) -> Answer<StatusCode> {
    state.identity.set_locale(entered.caller(), &super::setup::locale(&body.locale)).await?;
    Ok(StatusCode::NO_CONTENT)
}
