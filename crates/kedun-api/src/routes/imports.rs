//! Imports: a file arrives as a stream, the rest is told step by step.

mod body;
mod file;

use axum::Json;
use axum::extract::multipart::{Multipart, MultipartError, MultipartRejection};
use axum::extract::{DefaultBodyLimit, State};
use axum::http::StatusCode;
use axum::response::Response;
use kedun_connect::imports::{FileChoice, ImportView};
use kedun_model::{Error, ImportId, Result};
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;
use uuid::Uuid;

use crate::json::{ApiJson, ApiPath};
use crate::problem::Answer;
use crate::session::Signed;
use crate::state::ApiState;

use body::{ImportItem, ImportItems, MappingBody, UploadForm};

/// The longest text of a part that is not the file, in bytes.
const MAX_TEXT: usize = 200;

pub fn router() -> OpenApiRouter<ApiState> {
    // The limit of a file is the import's own, and is kept while the file arrives.
    let upload = OpenApiRouter::new().routes(routes!(upload_import)).layer(DefaultBodyLimit::disable());
    OpenApiRouter::new()
        .merge(upload)
        .routes(routes!(list_imports))
        .routes(routes!(get_import))
        .routes(routes!(map_import))
        .routes(routes!(check_import))
        .routes(routes!(run_import))
        .routes(routes!(pause_import))
        .routes(routes!(resume_import))
        .routes(routes!(cancel_import))
        .routes(routes!(undo_import))
        .routes(routes!(file::import_rejects))
        .routes(routes!(file::import_template))
}

/// Takes a file in: sealed while it arrives, then looked at.
#[utoipa::path(post, path = "/imports", tag = "imports",
    request_body(content = UploadForm, content_type = "multipart/form-data"),
    responses((status = 201, body = ImportItem), (status = 403, body = crate::Problem),
        (status = 413, body = crate::Problem), (status = 422, body = crate::Problem)))]
pub async fn upload_import(
    State(state): State<ApiState>,
    signed: Signed,
    form: Result<Multipart, MultipartRejection>,
) -> Answer<(StatusCode, Json<ImportItem>)> {
    let mut form =
        form.map_err(|_words| Error::invalid("body.malformed").arg("expected", "multipart/form-data"))?;
    let mut object: Option<String> = None;
    let mut choice = FileChoice::default();
    let mut taken = None;
    while let Some(mut part) = form.next_field().await.map_err(malformed)? {
        let name = part.name().unwrap_or_default().to_owned();
        if name == "file" {
            if taken.is_some() {
                return Err(Error::invalid("invalid").field("file", "import.column_twice").into());
            }
            let file = part.file_name().unwrap_or_default().to_owned();
            let mut upload = state.imports.begin_upload(signed.caller()).await?;
            while let Some(bytes) = part.chunk().await.map_err(malformed)? {
                upload.write(&bytes)?;
            }
            taken = Some((upload, file));
            continue;
        }
        let mut text = Vec::new();
        while let Some(bytes) = part.chunk().await.map_err(malformed)? {
            if text.len() + bytes.len() > MAX_TEXT {
                return Err(Error::invalid("body.malformed").into());
            }
            text.extend_from_slice(&bytes);
        }
        let text = String::from_utf8(text).map_err(|_not_text| Error::invalid("body.malformed"))?;
        match name.as_str() {
            "object" => object = Some(text),
            "encoding" => choice.encoding = Some(text),
            "delimiter" => choice.delimiter = text.chars().next(),
            "worksheet" => choice.worksheet = Some(text),
            _ => return Err(Error::invalid("body.malformed").into()),
        }
    }
    let object = object.ok_or_else(|| Error::invalid("invalid").field("object", "field.required"))?;
    let (upload, file) = taken.ok_or_else(|| Error::invalid("invalid").field("file", "field.required"))?;
    let view = upload.finish(signed.caller(), &object, &file, choice).await?;
    Ok((StatusCode::CREATED, Json(view.into())))
}

/// What the client sent breaks off or is no form.
fn malformed(_words: MultipartError) -> Error {
    Error::invalid("body.malformed")
}

/// The caller's own imports, the newest first, at most 100.
#[utoipa::path(get, path = "/imports", tag = "imports", responses((status = 200, body = ImportItems)))]
pub async fn list_imports(State(state): State<ApiState>, signed: Signed) -> Answer<Json<ImportItems>> {
    let items = state.imports.list(signed.caller()).await?.into_iter().map(ImportItem::from).collect();
    Ok(Json(ImportItems { items }))
}

/// One of them.
#[utoipa::path(get, path = "/imports/{id}", tag = "imports", params(("id" = Uuid, Path)),
    responses((status = 200, body = ImportItem), (status = 404, body = crate::Problem)))]
pub async fn get_import(
    State(state): State<ApiState>,
    signed: Signed,
    ApiPath(id): ApiPath<Uuid>,
) -> Answer<Json<ImportItem>> {
    Ok(shown(state.imports.view(signed.caller(), ImportId(id)).await?))
}

/// Says which column goes where, and on what ground.
#[utoipa::path(put, path = "/imports/{id}/mapping", tag = "imports", params(("id" = Uuid, Path)), request_body = MappingBody,
    responses((status = 200, body = ImportItem), (status = 404, body = crate::Problem),
        (status = 409, body = crate::Problem), (status = 422, body = crate::Problem)))]
pub async fn map_import(
    State(state): State<ApiState>,
    signed: Signed,
    ApiPath(id): ApiPath<Uuid>,
    ApiJson(body): ApiJson<MappingBody>,
) -> Answer<Json<ImportItem>> {
    Ok(shown(state.imports.map(signed.caller(), ImportId(id), body.into()).await?))
}

/// Reads every row and tells what an import would do.
#[utoipa::path(post, path = "/imports/{id}/dry-run", tag = "imports", params(("id" = Uuid, Path)),
    responses((status = 202, body = ImportItem), (status = 404, body = crate::Problem), (status = 409, body = crate::Problem)))]
pub async fn check_import(
    State(state): State<ApiState>,
    signed: Signed,
    ApiPath(id): ApiPath<Uuid>,
) -> Answer<(StatusCode, Json<ImportItem>)> {
    Ok(begun(state.imports.dry_run(signed.caller(), ImportId(id)).await?))
}

/// Imports the rows as they were checked.
#[utoipa::path(post, path = "/imports/{id}/run", tag = "imports", params(("id" = Uuid, Path)),
    responses((status = 202, body = ImportItem), (status = 404, body = crate::Problem),
        (status = 409, body = crate::Problem), (status = 422, body = crate::Problem)))]
pub async fn run_import(
    State(state): State<ApiState>,
    signed: Signed,
    ApiPath(id): ApiPath<Uuid>,
) -> Answer<(StatusCode, Json<ImportItem>)> {
    Ok(begun(state.imports.run(signed.caller(), ImportId(id)).await?))
}

/// Stops after the batch that is under way.
#[utoipa::path(post, path = "/imports/{id}/pause", tag = "imports", params(("id" = Uuid, Path)),
    responses((status = 200, body = ImportItem), (status = 404, body = crate::Problem), (status = 409, body = crate::Problem)))]
pub async fn pause_import(
    State(state): State<ApiState>,
    signed: Signed,
    ApiPath(id): ApiPath<Uuid>,
) -> Answer<Json<ImportItem>> {
    Ok(shown(state.imports.pause(signed.caller(), ImportId(id)).await?))
}

/// Goes on after a pause or a failure.
#[utoipa::path(post, path = "/imports/{id}/resume", tag = "imports", params(("id" = Uuid, Path)),
    responses((status = 202, body = ImportItem), (status = 404, body = crate::Problem), (status = 409, body = crate::Problem)))]
pub async fn resume_import(
    State(state): State<ApiState>,
    signed: Signed,
    ApiPath(id): ApiPath<Uuid>,
) -> Answer<(StatusCode, Json<ImportItem>)> {
    Ok(begun(state.imports.resume(signed.caller(), ImportId(id)).await?))
}

/// Gives it up and deletes the file; what is in stays until it is undone.
#[utoipa::path(post, path = "/imports/{id}/cancel", tag = "imports", params(("id" = Uuid, Path)),
    responses((status = 200, body = ImportItem), (status = 404, body = crate::Problem), (status = 409, body = crate::Problem)))]
pub async fn cancel_import(
    State(state): State<ApiState>,
    signed: Signed,
    ApiPath(id): ApiPath<Uuid>,
) -> Answer<Json<ImportItem>> {
    Ok(shown(state.imports.cancel(signed.caller(), ImportId(id)).await?))
}

/// Takes it back: what it made is removed, what it changed is as it was.
#[utoipa::path(post, path = "/imports/{id}/undo", tag = "imports", params(("id" = Uuid, Path)),
    responses((status = 202, body = ImportItem), (status = 404, body = crate::Problem), (status = 409, body = crate::Problem)))]
pub async fn undo_import(
    State(state): State<ApiState>,
    signed: Signed,
    ApiPath(id): ApiPath<Uuid>,
) -> Answer<(StatusCode, Json<ImportItem>)> {
    Ok(begun(state.imports.undo(signed.caller(), ImportId(id)).await?))
}

fn shown(view: ImportView) -> Json<ImportItem> {
    Json(view.into())
}

fn begun(view: ImportView) -> (StatusCode, Json<ImportItem>) {
    (StatusCode::ACCEPTED, Json(view.into()))
}

/// A file as an answer.
type FileAnswer = Answer<Response>;
