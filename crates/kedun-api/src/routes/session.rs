//! Signing in, the session, signing out.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use kedun_identity::{Known, SetupState, SignIn};
use kedun_model::{Action, Capability, Error, ErrorKind, PrincipalKind};
use secrecy::SecretString;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::json::ApiJson;
use crate::problem::{Answer, Failure};
use crate::request;
use crate::session::{Entered, From, clear_cookie, cookie, must, set_cookie};
use crate::state::ApiState;
use crate::when;

pub fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(get_session, sign_in, sign_out))
        .routes(routes!(give_code))
        .routes(routes!(step_up))
}

/// Somebody or something with a name.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct NamedId {
    pub id: Uuid,
    pub name: String,
}

/// A label in both languages.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Label {
    pub code: String,
    pub zh: String,
    pub en: String,
}

/// Who is signed in.
#[derive(Debug, Serialize, ToSchema)]
pub struct PersonSelf {
    pub id: Uuid,
    pub name: String,
    pub login: String,
    /// `user` or `partner`
    pub kind: String,
    pub unit: Option<NamedId>,
    pub title: Option<String>,
    pub locale: String,
}

/// What may be done with an object.
#[derive(Debug, Serialize, ToSchema)]
pub struct ObjectActions {
    pub key: String,
    pub actions: Vec<String>,
}

/// The second factor of the session.
#[derive(Debug, Serialize, ToSchema)]
pub struct SecondFactor {
    pub enrolled: bool,
    pub required: bool,
    /// When it was given last in this session.
    pub at: Option<String>,
}

/// The session itself.
#[derive(Debug, Serialize, ToSchema)]
pub struct SessionTimes {
    pub id: Uuid,
    pub expires_at: String,
    pub idle_expires_at: String,
}

/// The state of the session.
#[derive(Debug, Serialize, ToSchema)]
#[serde(untagged)]
pub enum SessionState {
    In(Box<SignedIn>),
    Out(SignedOut),
}

/// Signed in.
#[derive(Debug, Serialize, ToSchema)]
pub struct SignedIn {
    pub signed_in: bool,
    pub org_name: Option<String>,
    pub person: PersonSelf,
    pub roles: Vec<Label>,
    pub capabilities: Vec<String>,
    pub objects: Vec<ObjectActions>,
    pub second_factor: SecondFactor,
    /// What must be done before anything else: `enrol_totp`, `change_password`.
    pub must: Vec<String>,
    pub session: SessionTimes,
    /// The text of the watermark.
    pub watermark: String,
    /// How long a revealed value is shown, in seconds.
    pub reveal_seconds: u32,
    pub purposes: Vec<Label>,
    /// Nobody gives roles yet: who manages people must name a security administrator.
    pub needs_security_admin: bool,
    /// The data is synthetic.
    pub demo: bool,
}

/// Not signed in.
#[derive(Debug, Serialize, ToSchema)]
pub struct SignedOut {
    pub signed_in: bool,
    /// `ready` or `setup`
    pub state: String,
    pub org_name: Option<String>,
    /// `totp` when a code is needed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next: Option<String>,
    /// Names the half-made sign-in for five minutes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ticket: Option<String>,
    pub demo: bool,
}

/// Login and password.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignInBody {
    pub login: String,
    #[schema(value_type = String, format = Password)]
    pub password: SecretString,
}

/// A code for a half-made sign-in.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CodeBody {
    pub ticket: String,
    /// Six digits, or a recovery code.
    pub code: String,
}

/// A proof of who sits there.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct StepUpBody {
    #[schema(value_type = Option<String>, format = Password)]
    pub password: Option<SecretString>,
    pub code: Option<String>,
}

/// When the factor was given.
#[derive(Serialize, ToSchema)]
pub struct SteppedUp {
    pub second_factor_at: String,
}

/// Who is signed in, if somebody is.
#[utoipa::path(get, operation_id = "session_get_session", path = "/session", tag = "session", security(()), responses((status = 200, body = SessionState)))]
pub async fn get_session(
    State(state): State<ApiState>,
    From(source): From,
    headers: HeaderMap,
) -> Answer<Json<SessionState>> {
    let Some(token) = cookie(&headers) else { return Ok(Json(signed_out(&state).await?)) };
    match state.identity.authenticate(token, &source).await {
        Ok(known) => Ok(Json(signed_in(&state, &known).await?)),
        Err(error) if error.kind == ErrorKind::Unauthenticated => Ok(Json(signed_out(&state).await?)),
        Err(error) => Err(error.into()),
    }
}

/// Signs in with a password; the answer may ask for a code.
#[utoipa::path(post, operation_id = "session_sign_in", path = "/session", tag = "session", security(()), request_body = SignInBody,
    responses((status = 200, body = SessionState), (status = 401, body = crate::Problem), (status = 429, body = crate::Problem)))]
pub async fn sign_in(
    State(state): State<ApiState>,
    From(source): From,
    ApiJson(body): ApiJson<SignInBody>,
) -> Answer<Response> {
    use secrecy::ExposeSecret as _;
    match state.identity.sign_in(&body.login, body.password.expose_secret().to_owned(), &source).await? {
        SignIn::Signed(signed) => with_session(&state, &source, &signed.token).await,
        SignIn::NeedsCode { ticket } => {
            let answer = SignedOut {
                signed_in: false,
                state: "ready".into(),
                org_name: state.org_name().await?,
                next: Some("totp".into()),
                ticket: Some(ticket),
                demo: state.config.demo,
            };
            Ok(Json(SessionState::Out(answer)).into_response())
        }
    }
}

/// Completes a sign-in with a code.
#[utoipa::path(post, operation_id = "session_give_code", path = "/session/totp", tag = "session", security(()), request_body = CodeBody,
    responses((status = 200, body = SessionState), (status = 401, body = crate::Problem), (status = 429, body = crate::Problem)))]
pub async fn give_code(
    State(state): State<ApiState>,
    From(source): From,
    ApiJson(body): ApiJson<CodeBody>,
) -> Answer<Response> {
    let signed = state.identity.sign_in_code(&body.ticket, &body.code, &source).await?;
    with_session(&state, &source, &signed.token).await
}

/// Proves again who sits there, for what needs a fresh second factor.
#[utoipa::path(post, operation_id = "session_step_up", path = "/session/step-up", tag = "session", request_body = StepUpBody,
    responses((status = 200, body = SteppedUp), (status = 422, body = crate::Problem), (status = 429, body = crate::Problem)))]
pub async fn step_up(
    State(state): State<ApiState>,
    entered: Entered,
    ApiJson(body): ApiJson<StepUpBody>,
) -> Answer<Json<SteppedUp>> {
    use secrecy::ExposeSecret as _;
    let password = body.password.map(|p| p.expose_secret().to_owned());
    let at = state.identity.step_up(entered.caller(), password, body.code.as_deref()).await?;
    Ok(Json(SteppedUp { second_factor_at: when::text(at) }))
}

/// Signs out.
#[utoipa::path(delete, operation_id = "session_sign_out", path = "/session", tag = "session", responses((status = 204)))]
pub async fn sign_out(State(state): State<ApiState>, entered: Entered) -> Answer<Response> {
    state.identity.sign_out(entered.caller()).await?;
    let mut response = StatusCode::NO_CONTENT.into_response();
    let headers = response.headers_mut();
    headers.insert(header::SET_COOKIE, clear_cookie());
    headers.insert("clear-site-data", HeaderValue::from_static("\"cache\", \"storage\""));
    Ok(response)
}

/// The answer that opens a session.
pub async fn with_session(
    state: &ApiState,
    source: &kedun_identity::Source,
    token: &str,
) -> Answer<Response> {
    let known = state.identity.authenticate(token, source).await?;
    let mut response = Json(signed_in(state, &known).await?).into_response();
    let cookie =
        set_cookie(token).ok_or_else(|| Failure::from(Error::internal("the token is no header value")))?;
    response.headers_mut().insert(header::SET_COOKIE, cookie);
    Ok(response)
}

async fn signed_out(state: &ApiState) -> Answer<SessionState> {
    let setup = state.identity.setup_state().await?;
    Ok(SessionState::Out(SignedOut {
        signed_in: false,
        state: if setup == SetupState::Done { "ready" } else { "setup" }.to_owned(),
        org_name: state.org_name().await?,
        next: None,
        ticket: None,
        demo: state.config.demo,
    }))
}

async fn signed_in(state: &ApiState, known: &Known) -> Answer<SessionState> {
    let caller = &known.caller;
    let now = state.now();
    let entry = state.door.directory(caller).await?;
    let directory = &entry.directory;
    let person = state.identity.person(caller, caller.person).await?;
    let held = directory.effective_permsets(caller.person, now).held;
    let mut roles: Vec<Label> = held
        .iter()
        .filter_map(|h| directory.permset(h.permset))
        .map(|p| Label { code: p.code.clone(), zh: p.zh.clone(), en: p.en.clone() })
        .collect();
    roles.dedup_by(|a, b| a.code == b.code);
    let mut objects = Vec::new();
    for object in state.door.catalog().objects() {
        let mut actions = Vec::new();
        for action in Action::ALL {
            // What only needs a step to be taken first may be offered.
            match state.door.grant(caller, &object.def.key, action).await {
                Ok(_) => actions.push(action.code().to_owned()),
                Err(error) if error.kind == ErrorKind::StepUp => actions.push(action.code().to_owned()),
                Err(error) if error.kind == ErrorKind::Unavailable => return Err(error.into()),
                Err(_) => {}
            }
        }
        if !actions.is_empty() {
            objects.push(ObjectActions { key: object.def.key.clone(), actions });
        }
    }
    let tail: String =
        person.id.to_string().chars().rev().take(4).collect::<Vec<_>>().into_iter().rev().collect();
    Ok(SessionState::In(Box::new(SignedIn {
        signed_in: true,
        org_name: state.org_name().await?,
        person: PersonSelf {
            id: person.id.0,
            name: person.name.clone(),
            login: person.login,
            kind: if person.kind == PrincipalKind::Partner { "partner" } else { "user" }.to_owned(),
            unit: person
                .unit
                .map(|u| NamedId { id: u.0, name: entry.unit_names.get(&u).cloned().unwrap_or_default() }),
            title: person.title,
            locale: person.locale,
        },
        roles,
        capabilities: directory
            .capabilities(caller.person, now)
            .iter()
            .map(|c| c.code().to_owned())
            .collect(),
        objects,
        second_factor: SecondFactor {
            enrolled: known.totp_enrolled,
            required: known.factor_required,
            at: when::opt(caller.assurance.second_factor_at),
        },
        must: must(known).into_iter().map(str::to_owned).collect(),
        session: SessionTimes {
            id: caller.session.0,
            expires_at: when::text(known.expires_at),
            idle_expires_at: when::text(known.idle_expires_at),
        },
        watermark: format!("{} {tail} {}", person.name, request::current().trace),
        reveal_seconds: 30,
        purposes: purposes(),
        needs_security_admin: directory.capabilities(caller.person, now).contains(&Capability::PeopleManage)
            && state.identity.needs_security_admin(caller).await?,
        demo: state.config.demo,
    })))
}

/// What a value may be revealed for.
pub fn purposes() -> Vec<Label> {
    [
        ("call_customer", "联系客户", "Contact the customer"),
        ("send_quote", "发送报价或合同", "Send a quote or contract"),
        ("deliver", "安排交付或拜访", "Arrange delivery or a visit"),
        ("verify_identity", "核对身份", "Verify identity"),
        ("correct_data", "更正资料", "Correct the data"),
        ("complaint", "处理投诉", "Handle a complaint"),
    ]
    .map(|(code, zh, en)| Label { code: code.into(), zh: zh.into(), en: en.into() })
    .to_vec()
}
