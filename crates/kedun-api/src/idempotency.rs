//! Requests that may be sent twice and must act once.
//!
//! What is kept of an answer is its status and the id of what was made; the answer itself
//! is made anew, under the rights of now. Of key and body only digests are kept: the key is
//! random, so that neither it nor the body can be found by trying.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use kedun_model::{Caller, Error, Result};
use kedun_store::{Claim, Recorded};
use serde::Serialize;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use crate::problem::Failure;
use crate::state::ApiState;

/// How long a repeated request is recognised: a day, in microseconds.
const KEPT: i64 = 86_400 * 1_000_000;
const HEADER: &str = "idempotency-key";

/// The key of a request, from the header `Idempotency-Key`; a UUID, if there is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct IdempotencyKey(pub Option<Uuid>);

impl<S: Send + Sync> FromRequestParts<S> for IdempotencyKey {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        let mut values = parts.headers.get_all(HEADER).iter();
        let key = match (values.next(), values.next()) {
            (None, _) => return Ok(IdempotencyKey(None)),
            (Some(value), None) => value.to_str().ok().and_then(|text| Uuid::parse_str(text).ok()),
            _ => None,
        };
        match key {
            Some(key) => Ok(IdempotencyKey(Some(key))),
            None => Err(Error::invalid("idempotency.key").into()),
        }
    }
}

/// What is to be done about a request.
pub enum Turn {
    /// Act, and then say how it ended.
    Act(Claimed),
    /// It was done before, and made this.
    Done(Uuid),
}

/// The right to act, held by one request.
pub struct Claimed {
    state: ApiState,
    actor: Uuid,
    /// The digest of the key; none where the request carries no key.
    key: Option<String>,
}

impl Claimed {
    /// Remembers what the request made.
    pub async fn made(self, id: Uuid) {
        let Some(key) = self.key else { return };
        let answer = Recorded { status: 201, body: id.as_bytes().to_vec() };
        let org = self.state.door.org().0;
        if let Err(error) = self.state.door.store().idempotency_record(org, self.actor, &key, &answer).await {
            // The claim stands: a repetition is refused as being at work, and makes nothing twice.
            tracing::warn!(%error, "the answer of a request could not be kept");
        }
    }

    /// Lets the request be tried again: nothing was made.
    pub async fn nothing_made(self) {
        let Some(key) = self.key else { return };
        let org = self.state.door.org().0;
        if let Err(error) = self.state.door.store().idempotency_release(org, self.actor, &key).await {
            tracing::warn!(%error, "the claim of a request could not be given back");
        }
    }
}

/// Whether a request is the first with its key. `request` is all that it asks for.
///
/// # Errors
/// 409 `idempotency.reused` when the key came with another request, `idempotency.in_progress`
/// while the first is at work; the store's.
pub async fn turn(
    state: &ApiState,
    caller: &Caller,
    key: IdempotencyKey,
    request: &impl Serialize,
) -> Result<Turn> {
    let actor = caller.person.0;
    let Some(key) = key.0 else { return Ok(Turn::Act(Claimed { state: state.clone(), actor, key: None })) };
    let (name, digest) = digests(key, &serde_json::to_vec(request).map_err(Error::internal)?);
    let store = state.door.store();
    match store.idempotency_claim(state.door.org().0, actor, &name, &digest, state.now(), KEPT).await? {
        Claim::New => Ok(Turn::Act(Claimed { state: state.clone(), actor, key: Some(name) })),
        Claim::InProgress => Err(Error::conflict("idempotency.in_progress")),
        Claim::Mismatch => Err(Error::conflict("idempotency.reused")),
        Claim::Done(answer) => Uuid::from_slice(&answer.body).map(Turn::Done).map_err(Error::internal),
    }
}

/// The name under which a key is kept, and the digest of the request under that key.
fn digests(key: Uuid, request: &[u8]) -> (String, [u8; 32]) {
    let name =
        Sha256::new().chain_update(b"kedun/idempotency-key/v1").chain_update(key.as_bytes()).finalize();
    let digest = Sha256::new()
        .chain_update(b"kedun/idempotency-request/v1")
        .chain_update(key.as_bytes())
        .chain_update(request);
    (hex::encode(name), digest.finalize().into())
}

#[cfg(test)]
mod tests {
    use axum::http::Request;

    use super::*;

    async fn read(values: &[&str]) -> Result<Option<Uuid>, Failure> {
        let mut request = Request::builder().uri("/");
        for value in values {
            request = request.header(HEADER, *value);
        }
        let (mut parts, ()) = request.body(()).expect("request").into_parts();
        IdempotencyKey::from_request_parts(&mut parts, &()).await.map(|key| key.0)
    }

    #[tokio::test]
    async fn a_key_is_one_uuid() {
        let key = "6f1c2c1e-77a1-4e0e-9f0e-1a2b3c4d5e6f";
        assert_eq!(read(&[]).await.expect("accepted"), None);
        assert_eq!(read(&[key]).await.expect("accepted"), Uuid::parse_str(key).ok());
        for bad in [["1", "1"].as_slice(), &["abc"], &[""], &[key, key]] {
            assert_eq!(read(bad).await.expect_err("refused").error.code, "idempotency.key");
        }
    }

    #[test]
    fn neither_key_nor_request_is_kept() {
        let key = Uuid::from_bytes([7; 16]);
        let (name, digest) = digests(key, b"{\"mobile\":\"13800138000\"}");
        assert!(!name.contains(&hex::encode(key.as_bytes())));
        let (other_name, other_digest) = digests(Uuid::from_bytes([8; 16]), b"{\"mobile\":\"13800138000\"}");
        assert_ne!((&name, &digest), (&other_name, &other_digest));
        assert_ne!(digest, digests(key, b"{\"mobile\":\"13800138001\"}").1);
        let plain: [u8; 32] = Sha256::digest(b"{\"mobile\":\"13800138000\"}").into();
        assert_ne!(digest, plain);
    }
}
