//! The built page, embedded in the binary.
//!
//! A build without `web/dist` compiles and embeds nothing; the server then says so.
//!
//! **Invariant:** this crate knows files and nothing else; it reads none at run time in
//! release builds.

use std::borrow::Cow;

use rust_embed::RustEmbed;

#[derive(RustEmbed)]
#[folder = "../../web/dist"]
#[allow_missing = true]
struct Files;

/// A file of the page.
pub struct Asset {
    pub data: Cow<'static, [u8]>,
    /// The media type by the name's ending.
    pub mime: String,
    /// SHA-256 of the content, in hex.
    pub hash: String,
}

/// The file with this path below `web/dist`.
pub fn asset(path: &str) -> Option<Asset> {
    let file = Files::get(path)?;
    let hash = file.metadata.sha256_hash().iter().fold(String::with_capacity(64), |mut out, byte| {
        use std::fmt::Write as _;
        let _infallible = write!(out, "{byte:02x}");
        out
    });
    let mime = file.metadata.mimetype().to_owned();
    let mime = if mime.starts_with("text/") { format!("{mime}; charset=utf-8") } else { mime };
    Some(Asset { data: file.data, mime, hash })
}
