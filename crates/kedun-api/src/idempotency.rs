//! Requests that may be sent twice and must act once.
//!
//! What is kept is the id of what was made, in the commit that makes it: whatever becomes of the
//! answer, a repetition finds that it was made, or makes it. The answer itself is made anew, under
//! the rights of now. Of key and body only digests are kept: the key is random, so that neither it
//! nor the body can be found by trying.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use kedun_model::{Caller, Error, RecordId, Result};
use kedun_store::Once;
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

impl IdempotencyKey {
    /// The request as it is kept, if it carries a key. `request` is all that it asks for.
    ///
    /// # Errors
    /// When the request cannot be written as JSON (a defect).
    pub fn once(self, state: &ApiState, caller: &Caller, request: &impl Serialize) -> Result<Option<Once>> {
        let Some(key) = self.0 else { return Ok(None) };
        let (key, digest) = digests(key, &serde_json::to_vec(request).map_err(Error::internal)?);
        let until = state.now().saturating_add(KEPT);
        Ok(Some(Once { org: state.door.org().0, actor: caller.person.0, key, digest, until }))
    }
}

/// What the request made when it was sent before; nothing for requests without a key.
///
/// # Errors
/// 409 `idempotency.reused` when the key came with another request; the store's.
pub async fn made_before(state: &ApiState, request: Option<&Once>) -> Result<Option<RecordId>> {
    let Some(request) = request else { return Ok(None) };
    match state.door.store().earlier(request, state.now()).await? {
        Some(earlier) if earlier.digest != request.digest => Err(Error::conflict("idempotency.reused")),
        earlier => Ok(earlier.map(|e| RecordId(e.made))),
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
