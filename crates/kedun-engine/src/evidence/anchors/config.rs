//! Anchors as configured.

use std::path::PathBuf;
use std::sync::Arc;

use serde::Deserialize;
use zeroize::Zeroizing;

use super::{Anchor, AnchorError, FileAnchor, WebhookAnchor};

const SECOND_US: i64 = 1_000_000;

/// An anchor as configured.
#[derive(Clone, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub enum AnchorConfig {
    /// A file that only grows, on another disk or another host: not beside the database.
    File {
        path: PathBuf,
        /// Seconds between two heads; 600 unless given.
        #[serde(default)]
        every_seconds: Option<u32>,
    },
    /// An HTTPS address that takes a POST of the signed head.
    Webhook {
        url: String,
        /// Sent as `Authorization: Bearer …`.
        #[serde(default)]
        token: Option<String>,
        /// Certificates to trust, PEM; those of the system unless given.
        #[serde(default)]
        ca_file: Option<PathBuf>,
        /// Whether the address may be a private one.
        #[serde(default)]
        allow_private: bool,
        /// Seconds between two heads; 600 unless given.
        #[serde(default)]
        every_seconds: Option<u32>,
    },
}

impl std::fmt::Debug for AnchorConfig {
    // Addresses and tokens may be secrets.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::File { .. } => "File",
            Self::Webhook { .. } => "Webhook",
        })
    }
}

impl AnchorConfig {
    /// The anchor that is configured, and the microseconds between two heads.
    ///
    /// # Errors
    /// [`AnchorError::Config`].
    pub fn build(self) -> Result<(Arc<dyn Anchor>, i64), AnchorError> {
        let every = |seconds: Option<u32>| i64::from(seconds.unwrap_or(600)).saturating_mul(SECOND_US);
        Ok(match self {
            Self::File { path, every_seconds } => (Arc::new(FileAnchor::new(path)), every(every_seconds)),
            Self::Webhook { url, token, ca_file, allow_private, every_seconds } => {
                let token = token.map(Zeroizing::new);
                let anchor = WebhookAnchor::new(&url, token, ca_file.as_deref(), allow_private)?;
                (Arc::new(anchor), every(every_seconds))
            }
        })
    }
}
