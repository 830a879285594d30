//! What is known of the request being served: its trace and language, kept in a task-local
//! so that an error made anywhere can be told in the right language.

use axum::http::{HeaderMap, header};

/// The request being served.
#[derive(Debug, Clone, Default)]
pub struct Current {
    /// A short id, also in the header `x-trace` and in the operator's log.
    pub trace: String,
    pub english: bool,
}

tokio::task_local! {
    static CURRENT: Current;
}

/// The request being served; empty outside of one.
pub fn current() -> Current {
    CURRENT.try_with(Clone::clone).unwrap_or_default()
}

/// Runs `work` as the serving of this request.
pub async fn scope<F: Future>(current: Current, work: F) -> F::Output {
    CURRENT.scope(current, work).await
}

/// Whether English is asked for before Chinese.
pub fn wants_english(headers: &HeaderMap) -> bool {
    let languages = headers.get(header::ACCEPT_LANGUAGE).and_then(|v| v.to_str().ok()).unwrap_or_default();
    for language in languages.split(',') {
        let language = language.trim().to_ascii_lowercase();
        if language.starts_with("zh") {
            return false;
        }
        if language.starts_with("en") {
            return true;
        }
    }
    false
}
