//! Workbooks that go out: rows that were not taken, and empty ones to fill in.

use axum::body::Body;
use axum::extract::State;
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use kedun_connect::coerce::Lang;
use kedun_model::ImportId;
use uuid::Uuid;

use super::FileAnswer;
use crate::json::ApiPath;
use crate::session::Signed;
use crate::state::ApiState;

const XLSX: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// The rows that were not taken, with the reasons, to be corrected and imported again.
#[utoipa::path(get, path = "/imports/{id}/rejects", tag = "imports", params(("id" = Uuid, Path)),
    responses((status = 200, body = Vec<u8>, content_type = XLSX), (status = 404, body = crate::Problem), (status = 409, body = crate::Problem)))]
pub async fn import_rejects(
    State(state): State<ApiState>,
    signed: Signed,
    ApiPath(id): ApiPath<Uuid>,
) -> FileAnswer {
    let rows = state.imports.rejected(signed.caller(), ImportId(id), lang()).await?;
    let pieces =
        futures::stream::unfold(rows.bytes, |mut bytes| async move { Some((bytes.recv().await?, bytes)) });
    // The layer that compresses asks once more after the end.
    let pieces = futures::StreamExt::fuse(pieces);
    Ok(workbook(&rows.name, Body::from_stream(pieces)))
}

/// A workbook with the names of the fields and one row of examples.
#[utoipa::path(get, path = "/imports/templates/{object}", tag = "imports", params(("object" = String, Path)),
    responses((status = 200, body = Vec<u8>, content_type = XLSX), (status = 403, body = crate::Problem), (status = 404, body = crate::Problem)))]
pub async fn import_template(
    State(state): State<ApiState>,
    signed: Signed,
    ApiPath(object): ApiPath<String>,
) -> FileAnswer {
    let (name, bytes) = state.imports.template(signed.caller(), &object, lang()).await?;
    Ok(workbook(&name, Body::from(bytes)))
}

fn lang() -> Lang {
    if crate::request::current().english { Lang::En } else { Lang::Zh }
}

fn workbook(name: &str, body: Body) -> Response {
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(XLSX));
    let fallback = HeaderValue::from_static("attachment; filename=\"kedun.xlsx\"");
    let disposition = format!("attachment; filename=\"kedun.xlsx\"; filename*=UTF-8''{}", percent(name));
    headers.insert(header::CONTENT_DISPOSITION, HeaderValue::from_str(&disposition).unwrap_or(fallback));
    response
}

/// A name as RFC 8187 writes it.
fn percent(name: &str) -> String {
    let mut out = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_') {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    #[test]
    fn names_of_files_are_written_for_headers() {
        assert_eq!(super::percent("线索 a\"1.xlsx"), "%E7%BA%BF%E7%B4%A2%20a%221.xlsx");
    }
}
