//! People: the administrator's list, taking on, moving, ending; the directory of colleagues.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use kedun_engine::DirectoryEntry;
use kedun_guard::{Status, Via};
use kedun_identity::{AssignmentView, NewPerson, PersonFilter, PersonPatch, PersonView};
use kedun_model::{Caller, Capability, Error, PersonId, PrincipalKind, RecordId, UnitId};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use super::me::SessionItems;
use super::session::{Label, NamedId};
use crate::etag::{if_match, tagged};
use crate::json::{ApiJson, ApiQuery};
use crate::problem::Answer;
use crate::session::Signed;
use crate::state::ApiState;
use crate::when;

pub fn router() -> OpenApiRouter<ApiState> {
    OpenApiRouter::new()
        .routes(routes!(list, create))
        .routes(routes!(get, change))
        .routes(routes!(suspend))
        .routes(routes!(resume))
        .routes(routes!(end))
        .routes(routes!(reset))
        .routes(routes!(sessions, end_sessions))
        .routes(routes!(directory))
        .routes(routes!(first_security_admin))
}

/// A person as administrators see one.
#[derive(Serialize, ToSchema)]
pub struct PersonItem {
    pub id: Uuid,
    pub name: String,
    pub login: String,
    /// `user` or `partner`
    pub kind: String,
    /// `active`, `suspended`, `left`, `pending`
    pub status: String,
    pub unit: Option<NamedId>,
    pub manager: Option<NamedId>,
    /// The account that an outside partner belongs to
    pub company: Option<Uuid>,
    pub title: Option<String>,
    pub email: Option<String>,
    pub valid_until: Option<String>,
    pub roles: Vec<Label>,
    pub last_sign_in: Option<String>,
    pub second_factor: bool,
    pub version: i64,
}

/// A page of people.
#[derive(Serialize, ToSchema)]
pub struct PeoplePage {
    pub items: Vec<PersonItem>,
    /// Where the next page begins.
    pub next: Option<String>,
}

/// Which people.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct PeopleQuery {
    /// A fragment of name or login.
    pub q: Option<String>,
    pub unit: Option<Uuid>,
    pub status: Option<String>,
    pub cursor: Option<String>,
    pub limit: Option<u64>,
}

/// Somebody new.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewPersonBody {
    pub name: String,
    pub login: String,
    /// `user` (default) or `partner`
    pub kind: Option<String>,
    pub unit: Option<Uuid>,
    pub manager: Option<Uuid>,
    pub title: Option<String>,
    pub email: Option<String>,
    /// The account that an outside partner belongs to; partners need one, others have none
    pub company: Option<Uuid>,
    /// When the account ends; partners need an end
    pub valid_until: Option<String>,
    pub locale: Option<String>,
}

/// The invitation; its token stands behind `/join#`.
#[derive(Serialize, ToSchema)]
pub struct InviteView {
    pub link: String,
    pub expires_at: String,
}

/// The new person and the invitation.
#[derive(Serialize, ToSchema)]
pub struct CreatedPerson {
    pub person: PersonItem,
    pub invite: InviteView,
}

/// What is to change; absent stays, null clears.
#[derive(Deserialize, ToSchema, Default)]
#[serde(deny_unknown_fields, default)]
pub struct PersonPatchBody {
    pub name: Option<String>,
    #[serde(deserialize_with = "crate::json::present")]
    #[schema(value_type = Option<Uuid>)]
    pub unit: Option<Option<Uuid>>,
    #[serde(deserialize_with = "crate::json::present")]
    #[schema(value_type = Option<Uuid>)]
    pub manager: Option<Option<Uuid>>,
    #[serde(deserialize_with = "crate::json::present")]
    #[schema(value_type = Option<String>)]
    pub title: Option<Option<String>>,
    #[serde(deserialize_with = "crate::json::present")]
    #[schema(value_type = Option<String>)]
    pub valid_until: Option<Option<String>>,
    /// The account that an outside partner belongs to
    pub company: Option<Uuid>,
}

/// Why.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ReasonBody {
    pub reason: String,
}

/// How many records of an object somebody still owns.
#[derive(Serialize, ToSchema)]
pub struct OwnedCount {
    pub object: String,
    pub count: u64,
}

/// What an end leaves behind.
#[derive(Serialize, ToSchema)]
pub struct EndedView {
    pub owned: Vec<OwnedCount>,
}

/// A colleague.
#[derive(Serialize, ToSchema)]
pub struct Colleague {
    pub id: Uuid,
    pub name: String,
    pub unit: Option<NamedId>,
}

/// Colleagues.
#[derive(Serialize, ToSchema)]
pub struct Colleagues {
    pub items: Vec<Colleague>,
}

/// Which colleagues.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
pub struct DirectoryQuery {
    /// A fragment of the name.
    pub q: Option<String>,
}

/// People, in the order of their logins.
#[utoipa::path(get, operation_id = "people_list", path = "/people", tag = "people", params(PeopleQuery),
    responses((status = 200, body = PeoplePage), (status = 403, body = crate::Problem)))]
pub async fn list(
    State(state): State<ApiState>,
    signed: Signed,
    ApiQuery(query): ApiQuery<PeopleQuery>,
) -> Answer<Json<PeoplePage>> {
    let limit = query.limit.unwrap_or(100).clamp(1, 500);
    let filter = PersonFilter {
        text: query.q,
        unit: query.unit.map(UnitId),
        status: query.status,
        after: query.cursor,
        limit: limit + 1,
    };
    let mut people = state.identity.people(signed.caller(), &filter).await?;
    let more = u64::try_from(people.len()).unwrap_or(u64::MAX) > limit;
    if more {
        people.pop();
    }
    let next = people.last().filter(|_| more).map(|p| p.login.trim().to_lowercase());
    let entry = state.door.directory(signed.caller()).await?;
    let now = state.now();
    Ok(Json(PeoplePage { items: people.into_iter().map(|p| item(&entry, p, now)).collect(), next }))
}

/// One person.
#[utoipa::path(get, operation_id = "people_get", path = "/people/{id}", tag = "people", params(("id" = Uuid, Path)),
    responses((status = 200, body = PersonItem), (status = 403, body = crate::Problem), (status = 404, body = crate::Problem)))]
pub async fn get(
    State(state): State<ApiState>,
    signed: Signed,
    Path(id): Path<String>,
) -> Answer<impl axum::response::IntoResponse> {
    let person = state.identity.person(signed.caller(), person_id(&id)?).await?;
    let entry = state.door.directory(signed.caller()).await?;
    let version = person.version;
    Ok(tagged(version, Json(item(&entry, person, state.now()))))
}

/// Takes somebody on.
#[utoipa::path(post, operation_id = "people_create", path = "/people", tag = "people", request_body = NewPersonBody,
    responses((status = 201, body = CreatedPerson), (status = 403, body = crate::Problem), (status = 409, body = crate::Problem), (status = 422, body = crate::Problem)))]
pub async fn create(
    State(state): State<ApiState>,
    signed: Signed,
    ApiJson(body): ApiJson<NewPersonBody>,
) -> Answer<(StatusCode, Json<CreatedPerson>)> {
    let kind = match body.kind.as_deref() {
        None | Some("user") => PrincipalKind::User,
        Some("partner") => PrincipalKind::Partner,
        Some(_) => return Err(Error::invalid("invalid").field("kind", "field.not_an_option").into()),
    };
    let new = NewPerson {
        name: body.name,
        login: body.login,
        kind,
        unit: body.unit.map(UnitId),
        manager: body.manager.map(PersonId),
        title: body.title,
        email: body.email,
        company: body.company.map(RecordId),
        valid_until: body.valid_until.as_deref().map(|t| when::parse(t, "valid_until")).transpose()?,
        locale: super::setup::locale(body.locale.as_deref().unwrap_or("zh-CN")),
    };
    let (id, invite) = state.identity.create_person(signed.caller(), new).await?;
    let person = state.identity.person(signed.caller(), id).await?;
    let entry = state.door.directory(signed.caller()).await?;
    let created = CreatedPerson {
        person: item(&entry, person, state.now()),
        invite: InviteView {
            link: format!("/join#{}", invite.token),
            expires_at: when::text(invite.expires_at),
        },
    };
    Ok((StatusCode::CREATED, Json(created)))
}

/// Changes or moves somebody; acts on that person's next request.
#[utoipa::path(patch, operation_id = "people_change", path = "/people/{id}", tag = "people", params(("id" = Uuid, Path)), request_body = PersonPatchBody,
    responses((status = 200, body = PersonItem), (status = 403, body = crate::Problem), (status = 404, body = crate::Problem), (status = 412, body = crate::Problem), (status = 422, body = crate::Problem)))]
pub async fn change(
    State(state): State<ApiState>,
    signed: Signed,
    Path(id): Path<String>,
    headers: HeaderMap,
    ApiJson(body): ApiJson<PersonPatchBody>,
) -> Answer<impl axum::response::IntoResponse> {
    let id = person_id(&id)?;
    let version = if_match(&headers)?;
    let patch = PersonPatch {
        name: body.name,
        title: body.title,
        unit: body.unit.map(|u| u.map(UnitId)),
        manager: body.manager.map(|m| m.map(PersonId)),
        valid_until: match body.valid_until {
            None => None,
            Some(None) => Some(None),
            Some(Some(text)) => Some(Some(when::parse(&text, "valid_until")?)),
        },
        company: body.company.map(RecordId),
    };
    state.identity.change_person(signed.caller(), id, version, patch).await?;
    let person = state.identity.person(signed.caller(), id).await?;
    let entry = state.door.directory(signed.caller()).await?;
    let version = person.version;
    Ok(tagged(version, Json(item(&entry, person, state.now()))))
}

/// Stops somebody for now.
#[utoipa::path(post, operation_id = "people_suspend", path = "/people/{id}/suspend", tag = "people", params(("id" = Uuid, Path)), request_body = ReasonBody,
    responses((status = 204), (status = 403, body = crate::Problem), (status = 404, body = crate::Problem), (status = 422, body = crate::Problem)))]
pub async fn suspend(
    State(state): State<ApiState>,
    signed: Signed,
    Path(id): Path<String>,
    ApiJson(body): ApiJson<ReasonBody>,
) -> Answer<StatusCode> {
    state.identity.suspend_person(signed.caller(), person_id(&id)?, &body.reason).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Lets somebody in again.
#[utoipa::path(post, operation_id = "people_resume", path = "/people/{id}/resume", tag = "people", params(("id" = Uuid, Path)), request_body = ReasonBody,
    responses((status = 204), (status = 403, body = crate::Problem), (status = 404, body = crate::Problem), (status = 422, body = crate::Problem)))]
pub async fn resume(
    State(state): State<ApiState>,
    signed: Signed,
    Path(id): Path<String>,
    ApiJson(body): ApiJson<ReasonBody>,
) -> Answer<StatusCode> {
    state.identity.resume_person(signed.caller(), person_id(&id)?, &body.reason).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Ends somebody's employment: sessions and invitations die in the same commit.
#[utoipa::path(post, operation_id = "people_end", path = "/people/{id}/end", tag = "people", params(("id" = Uuid, Path)), request_body = ReasonBody,
    responses((status = 200, body = EndedView), (status = 403, body = crate::Problem), (status = 404, body = crate::Problem), (status = 422, body = crate::Problem)))]
pub async fn end(
    State(state): State<ApiState>,
    signed: Signed,
    Path(id): Path<String>,
    ApiJson(body): ApiJson<ReasonBody>,
) -> Answer<Json<EndedView>> {
    let ended = state.identity.end_person(signed.caller(), person_id(&id)?, &body.reason).await?;
    let owned = ended.owned.into_iter().map(|(object, count)| OwnedCount { object, count }).collect();
    Ok(Json(EndedView { owned }))
}

/// A new invitation for somebody who lost password or factor.
#[utoipa::path(post, operation_id = "people_reset", path = "/people/{id}/reset", tag = "people", params(("id" = Uuid, Path)),
    responses((status = 200, body = InviteView), (status = 403, body = crate::Problem), (status = 404, body = crate::Problem)))]
pub async fn reset(
    State(state): State<ApiState>,
    signed: Signed,
    Path(id): Path<String>,
) -> Answer<Json<InviteView>> {
    let invite = state.identity.reset_person(signed.caller(), person_id(&id)?).await?;
    Ok(Json(InviteView {
        link: format!("/join#{}", invite.token),
        expires_at: when::text(invite.expires_at),
    }))
}

/// The living sessions of somebody.
#[utoipa::path(get, operation_id = "people_sessions", path = "/people/{id}/sessions", tag = "people", params(("id" = Uuid, Path)),
    responses((status = 200, body = SessionItems), (status = 403, body = crate::Problem)))]
pub async fn sessions(
    State(state): State<ApiState>,
    signed: Signed,
    Path(id): Path<String>,
) -> Answer<Json<SessionItems>> {
    Ok(Json(state.identity.sessions_of(signed.caller(), person_id(&id)?).await?.into()))
}

/// Ends all sessions of somebody.
#[utoipa::path(delete, operation_id = "people_end_sessions", path = "/people/{id}/sessions", tag = "people", params(("id" = Uuid, Path)),
    responses((status = 204), (status = 403, body = crate::Problem)))]
pub async fn end_sessions(
    State(state): State<ApiState>,
    signed: Signed,
    Path(id): Path<String>,
) -> Answer<StatusCode> {
    state.identity.end_sessions_of(signed.caller(), person_id(&id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Names the first security administrator, as long as nobody gives roles.
#[utoipa::path(post, operation_id = "people_first_security_admin", path = "/people/{id}/first-security-admin", tag = "people", params(("id" = Uuid, Path)),
    responses((status = 204), (status = 403, body = crate::Problem), (status = 404, body = crate::Problem), (status = 409, body = crate::Problem)))]
pub async fn first_security_admin(
    State(state): State<ApiState>,
    signed: Signed,
    Path(id): Path<String>,
) -> Answer<StatusCode> {
    state.identity.name_security_admin(signed.caller(), person_id(&id)?).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Colleagues by name: names and units only. Outside partners have none.
#[utoipa::path(get, operation_id = "people_directory", path = "/directory", tag = "people", params(DirectoryQuery),
    responses((status = 200, body = Colleagues), (status = 403, body = crate::Problem)))]
pub async fn directory(
    State(state): State<ApiState>,
    signed: Signed,
    ApiQuery(query): ApiQuery<DirectoryQuery>,
) -> Answer<Json<Colleagues>> {
    let caller = signed.caller();
    let entry = state.door.directory(caller).await?;
    require(&entry, caller, state.now(), &[Capability::DirectoryRead, Capability::PeopleManage])?;
    let wanted = query.q.unwrap_or_default().trim().to_lowercase();
    let mut items: Vec<Colleague> = entry
        .directory
        .people()
        .iter()
        .filter(|p| p.kind == PrincipalKind::User && p.status == Status::Active)
        .filter(|p| wanted.is_empty() || entry.name(p.id).to_lowercase().contains(&wanted))
        .map(|p| Colleague { id: p.id.0, name: entry.name(p.id).to_owned(), unit: unit(&entry, p.unit) })
        .collect();
    items.sort_by(|a, b| a.name.cmp(&b.name));
    items.truncate(200);
    Ok(Json(Colleagues { items }))
}

/// Refuses a caller who holds none of these capabilities.
pub fn require(entry: &DirectoryEntry, caller: &Caller, now: i64, any: &[Capability]) -> Result<(), Error> {
    let held = entry.directory.capabilities(caller.person, now);
    if any.iter().any(|c| held.contains(c)) { Ok(()) } else { Err(Error::forbidden("forbidden")) }
}

/// The id in a path; what is none does not exist.
pub fn person_id(text: &str) -> Result<PersonId, Error> {
    text.parse().map_err(|_e| Error::not_found("not_found"))
}

/// A unit with its name.
pub fn unit(entry: &DirectoryEntry, id: Option<UnitId>) -> Option<NamedId> {
    id.map(|u| NamedId { id: u.0, name: entry.unit_names.get(&u).cloned().unwrap_or_default() })
}

fn item(entry: &DirectoryEntry, person: PersonView, now: i64) -> PersonItem {
    let held = entry.directory.effective_permsets(person.id, now).held;
    let roles = held
        .iter()
        .filter_map(|h| entry.directory.permset(h.permset))
        .map(|p| Label { code: p.code.clone(), zh: p.zh.clone(), en: p.en.clone() })
        .collect();
    PersonItem {
        id: person.id.0,
        login: person.login,
        kind: if person.kind == PrincipalKind::Partner { "partner" } else { "user" }.to_owned(),
        status: person.status,
        unit: unit(entry, person.unit),
        manager: person.manager.map(|m| NamedId { id: m.0, name: entry.name(m).to_owned() }),
        company: person.company.map(|c| c.0),
        title: person.title,
        email: person.email,
        valid_until: when::opt(person.valid_until),
        roles,
        last_sign_in: when::opt(person.last_sign_in_at),
        second_factor: person.second_factor,
        version: person.version,
        name: person.name,
    }
}

/// A role that somebody holds, and through whom.
#[derive(Serialize, ToSchema)]
pub struct HeldRole {
    pub assignment: Uuid,
    pub role: Label,
    /// `direct`, `unit` or `team`
    pub via: String,
    pub granted_by: Option<NamedId>,
    pub reason: String,
    pub expires_at: Option<String>,
}

/// The view of an assignment.
pub fn held_role(entry: &DirectoryEntry, view: AssignmentView) -> HeldRole {
    let role = entry.directory.permset(view.role);
    HeldRole {
        assignment: view.assignment.0,
        role: Label {
            code: role.map(|r| r.code.clone()).unwrap_or_default(),
            zh: role.map(|r| r.zh.clone()).unwrap_or_default(),
            en: role.map(|r| r.en.clone()).unwrap_or_default(),
        },
        via: match view.via {
            Via::Direct => "direct",
            Via::Unit(_) => "unit",
            Via::Team(_) => "team",
        }
        .to_owned(),
        granted_by: view.granted_by.map(|p| NamedId { id: p.0, name: entry.name(p).to_owned() }),
        reason: view.reason,
        expires_at: when::opt(view.expires_at),
    }
}
