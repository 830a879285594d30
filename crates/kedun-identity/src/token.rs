//! Opaque tokens: 256 random bits that the holder keeps, of which only a hash is stored.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use kedun_model::Context;
use sha2::{Digest, Sha256};

/// A new token, as text for a cookie or a link.
pub fn new_token(context: &Context) -> String {
    URL_SAFE_NO_PAD.encode(context.random::<32>())
}

/// What is stored of a token; `purpose` keeps one kind from serving as another.
pub fn token_hash(purpose: &str, token: &str) -> [u8; 32] {
    Sha256::new()
        .chain_update(b"kedun/token/v1/")
        .chain_update(purpose.as_bytes())
        .chain_update([0])
        .chain_update(token.as_bytes())
        .finalize()
        .into()
}
