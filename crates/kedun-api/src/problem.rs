//! Errors on the wire: RFC 9457 problem documents with stable codes, in the language
//! of the request. The one place where a failure becomes a status.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use kedun_model::{Error, ErrorKind};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;

/// What is wrong with one field.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct FieldProblem {
    pub field: String,
    pub code: String,
    /// In the language of the request.
    pub message: String,
    pub args: BTreeMap<String, String>,
}

/// A problem document.
#[derive(Debug, Clone, Serialize, ToSchema)]
pub struct Problem {
    /// Names the kind of problem; not an address to visit.
    #[serde(rename = "type")]
    pub kind: String,
    pub title: String,
    pub status: u16,
    /// Stable; what programs compare.
    pub code: String,
    /// What to do, in the language of the request.
    pub detail: String,
    pub args: BTreeMap<String, String>,
    pub fields: Vec<FieldProblem>,
    /// What else the problem has to tell, such as the matches of a duplicate.
    #[serde(flatten)]
    #[schema(value_type = Object)]
    pub more: BTreeMap<String, Value>,
    /// Names the request in the operator's log.
    pub trace: String,
}

/// A failure on its way out.
#[derive(Debug)]
pub struct Failure {
    pub error: Error,
    pub more: BTreeMap<String, Value>,
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        Failure { error, more: BTreeMap::new() }
    }
}

impl From<kedun_store::StoreError> for Failure {
    fn from(error: kedun_store::StoreError) -> Self {
        Error::from(error).into()
    }
}

impl From<kedun_store::CommitError> for Failure {
    fn from(error: kedun_store::CommitError) -> Self {
        Error::from(error).into()
    }
}

impl Failure {
    /// Adds something the problem has to tell.
    #[must_use]
    pub fn with(mut self, name: &str, value: Value) -> Self {
        self.more.insert(name.to_owned(), value);
        self
    }
}

/// What handlers return.
pub type Answer<T> = Result<T, Failure>;

/// The status of a family of errors.
pub fn status(error: &Error) -> StatusCode {
    match error.kind {
        ErrorKind::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
        ErrorKind::Unauthenticated => StatusCode::UNAUTHORIZED,
        ErrorKind::Forbidden | ErrorKind::StepUp => StatusCode::FORBIDDEN,
        ErrorKind::NotFound => StatusCode::NOT_FOUND,
        ErrorKind::Conflict => StatusCode::CONFLICT,
        ErrorKind::PreconditionFailed if error.code == "precondition_required" => {
            StatusCode::PRECONDITION_REQUIRED
        }
        ErrorKind::PreconditionFailed => StatusCode::PRECONDITION_FAILED,
        ErrorKind::Limited => StatusCode::TOO_MANY_REQUESTS,
        ErrorKind::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        ErrorKind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        ErrorKind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

/// Put on a response so that a layer can see what went wrong.
#[derive(Debug, Clone)]
pub struct FailedWith(pub String);

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        let Failure { error, more } = self;
        let status = status(&error);
        let request = crate::request::current();
        if error.kind == ErrorKind::Internal {
            tracing::error!(trace = %request.trace, %error, "a request failed");
        } else if error.kind == ErrorKind::Unavailable {
            tracing::warn!(trace = %request.trace, %error, "a request could not be served");
        }
        let args: BTreeMap<String, String> =
            error.args.iter().map(|(k, v)| (k.clone().into_owned(), v.clone())).collect();
        let fields = error
            .fields
            .iter()
            .map(|f| {
                let args: BTreeMap<String, String> =
                    f.args.iter().map(|(k, v)| (k.clone().into_owned(), v.clone())).collect();
                FieldProblem {
                    field: f.field.clone(),
                    code: f.code.clone().into_owned(),
                    message: message(&f.code, request.english, &args).1,
                    args,
                }
            })
            .collect();
        let (title, detail) = message(&error.code, request.english, &args);
        let problem = Problem {
            kind: format!("https://kedun.invalid/problems/{}", error.code),
            title,
            status: status.as_u16(),
            code: error.code.clone().into_owned(),
            detail,
            args: args.clone(),
            fields,
            more,
            trace: request.trace,
        };
        let mut response = (status, Json(problem)).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        if let Some(Ok(wait)) = args.get("retry_after").map(|s| HeaderValue::from_str(s)) {
            headers.insert(header::RETRY_AFTER, wait);
        }
        response.extensions_mut().insert(FailedWith(error.code.into_owned()));
        response
    }
}

/// The answer to an address of the interface that does not exist.
pub async fn no_such_route() -> Failure {
    Error::not_found("route.unknown").into()
}

/// The answer when a handler panicked; the server goes on.
pub fn after_panic(panic: Box<dyn std::any::Any + Send + 'static>) -> Response {
    let text = panic
        .downcast_ref::<String>()
        .cloned()
        .or_else(|| panic.downcast_ref::<&str>().map(|s| (*s).to_owned()))
        .unwrap_or_default();
    Failure::from(Error::internal(format!("panic: {text}"))).into_response()
}

type Catalogue = BTreeMap<String, [String; 4]>;

/// Title and detail of a code: title zh, detail zh, title en, detail en.
fn catalogue() -> &'static Catalogue {
    static MESSAGES: OnceLock<Catalogue> = OnceLock::new();
    MESSAGES.get_or_init(|| match toml::from_str(include_str!("messages.toml")) {
        Ok(messages) => messages,
        Err(error) => {
            tracing::error!(%error, "messages.toml");
            Catalogue::new()
        }
    })
}

/// Title and detail in a language; a code without an entry speaks for its family.
fn message(code: &str, english: bool, args: &BTreeMap<String, String>) -> (String, String) {
    let all = catalogue();
    let family = code.split_once('.').map_or(code, |(family, _)| family);
    let entry = all.get(code).or_else(|| all.get(family)).or_else(|| all.get("internal"));
    let Some([title_zh, detail_zh, title_en, detail_en]) = entry else {
        return (code.to_owned(), String::new());
    };
    let (title, detail) = if english { (title_en, detail_en) } else { (title_zh, detail_zh) };
    let mut detail = detail.clone();
    for (name, value) in args {
        detail = detail.replace(&format!("{{{name}}}"), value);
    }
    (title.clone(), detail)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_messages_parse_and_are_complete() {
        let parsed: Catalogue = toml::from_str(include_str!("messages.toml")).expect("messages.toml parses");
        assert!(parsed.len() > 40);
        for (code, texts) in &parsed {
            assert!(texts.iter().all(|t| !t.trim().is_empty()), "{code} has an empty text");
        }
    }

    #[test]
    fn arguments_are_put_in() {
        let args = BTreeMap::from([("min".to_owned(), "15".to_owned())]);
        let (_, detail) = message("password.too_short", true, &args);
        assert!(detail.contains("15"), "{detail}");
        assert_ne!(message("password.too_short", false, &args).1, detail);
    }
}
