//! A refusal is evidence too: every 403 of somebody signed in is recorded with its code
//! and the route, never with values.

use axum::extract::{MatchedPath, Request, State};
use axum::http::StatusCode;
use axum::middleware::Next;
use axum::response::Response;
use kedun_engine::EventDraft;
use kedun_ledger::Outcome;
use kedun_model::Caller;
use kedun_store::Changeset;

use crate::problem::FailedWith;
use crate::state::ApiState;

/// Put into the request by whoever finds out who it is from.
#[derive(Clone, Default)]
pub struct Asker(std::sync::Arc<parking_lot::Mutex<Option<Caller>>>);

impl Asker {
    pub fn set(&self, caller: &Caller) {
        *self.0.lock() = Some(caller.clone());
    }
}

/// Records the refusal before the answer is released.
pub async fn record(State(state): State<ApiState>, mut request: Request, next: Next) -> Response {
    let asker = Asker::default();
    request.extensions_mut().insert(asker.clone());
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().map(|p| p.as_str().to_owned()).unwrap_or_default();
    let response = next.run(request).await;
    if response.status() != StatusCode::FORBIDDEN {
        return response;
    }
    let code = response.extensions().get::<FailedWith>().map(|f| f.0.clone()).unwrap_or_default();
    let caller = asker.0.lock().clone();
    if let Some(caller) = caller {
        let draft = EventDraft::new("access.refused", Outcome::Refused)
            .detail("code", code)
            .detail("route", format!("{method} {route}"));
        let recorded = match state.door.evidence().prepare(&caller, draft) {
            Ok(event) => state.door.store().commit(Changeset::new(event)).await.map(drop).map_err(Into::into),
            Err(error) => Err(error),
        };
        if let Err(error) = recorded {
            tracing::error!(%error, "a refusal could not be recorded");
        }
    }
    response
}
