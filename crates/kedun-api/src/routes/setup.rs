//! The first start, and the invitation of everybody after it.

use axum::Json;
use axum::extract::State;
use axum::response::Response;
use kedun_identity::{SetupStart, SetupState};
use kedun_model::Error;
use secrecy::{ExposeSecret as _, SecretString};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::session::with_session;
use crate::json::ApiJson;
use crate::problem::Answer;
use crate::session::From;
use crate::state::ApiState;

pub fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new().routes(routes!(get_setup, begin)).routes(routes!(confirm)).routes(routes!(join))
}

/// How far the first start has come.
#[derive(Serialize, ToSchema)]
pub struct SetupView {
    pub needed: bool,
    pub recovery_kit_confirmed: bool,
}

/// The first administrator.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetupBody {
    /// From the one-time link that the server printed.
    pub token: String,
    pub org_name: String,
    pub name: String,
    pub login: String,
    #[schema(value_type = String, format = Password)]
    pub password: SecretString,
    /// `zh-CN` or `en`
    pub locale: String,
}

/// A second factor that waits for its first code.
#[derive(Serialize, ToSchema)]
pub struct TotpView {
    pub secret: String,
    pub uri: String,
}

/// What must be kept and proved.
#[derive(Serialize, ToSchema)]
pub struct SetupBegun {
    pub totp: TotpView,
    /// To be printed; without it and without the root key no backup can ever be read.
    pub recovery_kit: String,
}

/// The proof of both.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConfirmBody {
    pub token: String,
    pub code: String,
    /// Typed from the paper.
    pub recovery_kit: String,
}

/// A first password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct JoinBody {
    /// From the invitation.
    pub token: String,
    #[schema(value_type = String, format = Password)]
    pub password: SecretString,
}

/// Done.
#[derive(Serialize, ToSchema)]
pub struct Joined {
    pub joined: bool,
}

/// Whether the first start is still to be done.
#[utoipa::path(get, operation_id = "setup_get_setup", path = "/setup", tag = "setup", security(()), responses((status = 200, body = SetupView)))]
pub async fn get_setup(State(state): State<ApiState>) -> Answer<Json<SetupView>> {
    let setup = state.identity.setup_state().await?;
    Ok(Json(SetupView {
        needed: setup != SetupState::Done,
        recovery_kit_confirmed: setup == SetupState::Done,
    }))
}

/// Names the first administrator.
#[utoipa::path(post, operation_id = "setup_begin", path = "/setup", tag = "setup", security(()), request_body = SetupBody,
    responses((status = 200, body = SetupBegun), (status = 401, body = crate::Problem), (status = 409, body = crate::Problem), (status = 422, body = crate::Problem)))]
pub async fn begin(
    State(state): State<ApiState>,
    ApiJson(body): ApiJson<SetupBody>,
) -> Answer<Json<SetupBegun>> {
    let start = SetupStart {
        org_name: body.org_name,
        name: body.name,
        login: body.login,
        password: body.password.expose_secret().to_owned(),
        locale: locale(&body.locale),
    };
    let totp = state.identity.setup_begin(&body.token, start).await?;
    Ok(Json(SetupBegun {
        totp: TotpView { secret: totp.secret, uri: totp.uri },
        recovery_kit: state.kit.text(),
    }))
}

/// Proves the second factor and that the recovery kit was written down; signs in.
#[utoipa::path(post, operation_id = "setup_confirm", path = "/setup/confirm", tag = "setup", security(()), request_body = ConfirmBody,
    responses((status = 200, body = super::session::SessionState), (status = 401, body = crate::Problem), (status = 422, body = crate::Problem)))]
pub async fn confirm(
    State(state): State<ApiState>,
    From(source): From,
    ApiJson(body): ApiJson<ConfirmBody>,
) -> Answer<Response> {
    if !state.kit.matches(&body.recovery_kit) {
        return Err(Error::invalid("setup.kit").field("recovery_kit", "setup.kit").into());
    }
    let signed = state.identity.setup_confirm(&body.token, &body.code, &source).await?;
    with_session(&state, &source, &signed.token).await
}

/// Takes an invitation up: sets the first password.
#[utoipa::path(post, operation_id = "setup_join", path = "/join", tag = "setup", security(()), request_body = JoinBody,
    responses((status = 200, body = Joined), (status = 401, body = crate::Problem), (status = 422, body = crate::Problem)))]
pub async fn join(
    State(state): State<ApiState>,
    From(source): From,
    ApiJson(body): ApiJson<JoinBody>,
) -> Answer<Json<Joined>> {
    state.identity.join(&body.token, body.password.expose_secret().to_owned(), &source).await?;
    Ok(Json(Joined { joined: true }))
}

/// One of the two languages there are.
pub fn locale(text: &str) -> String {
    if text.to_ascii_lowercase().starts_with("en") { "en" } else { "zh-CN" }.to_owned()
}
