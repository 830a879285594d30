//! The root key: the one secret that is kept outside every database.

#[cfg(test)]
mod tests;

use std::path::PathBuf;

use secrecy::SecretString;
use zeroize::Zeroizing;

use crate::aead_key::AeadKey;
use crate::entropy::Entropy;
use crate::error::{Result, VaultError};
use crate::framing::Framed;
use crate::kdf;
use crate::key_bytes::KeyBytes;
use crate::passphrase::{self, PassphraseRow};
use crate::root_file;

/// Where the root key is kept.
pub enum RootSource {
    /// A file of mode 0400 (a systemd credential is one); that it lies outside
    /// the data directory is for the caller to check.
    File(PathBuf),
    /// The name of an environment variable; weaker than a file, because other
    /// processes of the same user can read it.
    Env(String),
    /// A passphrase and how it is stretched.
    Passphrase(SecretString, PassphraseRow),
    /// The key itself, from a provider.
    Raw(Zeroizing<[u8; 32]>),
}

impl std::fmt::Debug for RootSource {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::File(path) => f.debug_tuple("File").field(path).finish(),
            Self::Env(name) => f.debug_tuple("Env").field(name).finish(),
            Self::Passphrase(..) => f.write_str("Passphrase"),
            Self::Raw(_) => f.write_str("Raw"),
        }
    }
}

/// 256 bits, wiped when dropped.
pub struct RootKey(KeyBytes);

/// Reads the root key from where it is kept.
pub fn load_root(source: &RootSource) -> Result<RootKey> {
    match source {
        RootSource::File(path) => RootKey::parse(&root_file::read(path)?),
        RootSource::Env(name) => {
            let text = std::env::var(name).map_err(|_missing| VaultError::RootEnv(name.clone()))?;
            let text = Zeroizing::new(text);
            RootKey::parse_text(&text)
        }
        RootSource::Passphrase(text, row) => Ok(RootKey(passphrase::stretch(text, row)?)),
        RootSource::Raw(bytes) => Ok(RootKey(KeyBytes::from_slice(bytes.as_slice())?)),
    }
}

impl RootKey {
    /// Makes a new root key.
    pub fn generate(entropy: &dyn Entropy) -> Self {
        Self(KeyBytes::random(entropy))
    }

    /// A short public name of the key, to tell two keys apart: `3fb1-09c2-77e0-a4d8`.
    pub fn fingerprint(&self) -> String {
        let digest = self.derived("kedun/root/fingerprint/v1");
        let text: Vec<String> = digest.as_bytes().chunks(2).take(4).map(hex::encode).collect();
        text.join("-")
    }

    /// A key for a file that must be opened before the vault can be, such as
    /// the key database itself. Different labels give unrelated keys.
    pub fn derive_file_key(&self, label: &str) -> Zeroizing<[u8; 32]> {
        let info = Framed::new("kedun/root/file/v1").part(label.as_bytes()).into_bytes();
        Zeroizing::new(*kdf::derive(self.0.as_bytes(), &info).as_bytes())
    }

    /// The key that wraps epoch keys.
    pub(crate) fn wrapping_key(&self) -> AeadKey {
        AeadKey::new(self.derived("kedun/root/wrap/v1"))
    }

    /// A value beside each epoch key that tells a wrong root key from a damaged row.
    pub(crate) fn verifier(&self) -> [u8; 32] {
        *self.derived("kedun/root/verifier/v1").as_bytes()
    }

    pub(crate) fn bytes(&self) -> &[u8; 32] {
        self.0.as_bytes()
    }

    pub(crate) fn from_bytes(bytes: &[u8]) -> Result<Self> {
        Ok(Self(KeyBytes::from_slice(bytes)?))
    }

    /// Understands a recovery code, 64 hexadecimal digits, or 32 raw bytes.
    fn parse(content: &[u8]) -> Result<Self> {
        if content.len() == 32 {
            return Self::from_bytes(content);
        }
        let text = std::str::from_utf8(content).map_err(|_binary| VaultError::RootText)?;
        Self::parse_text(text)
    }

    fn parse_text(text: &str) -> Result<Self> {
        let text = text.trim();
        if text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            let mut key = KeyBytes::zeroed();
            hex::decode_to_slice(text, key.as_mut()).map_err(|_digits| VaultError::RootText)?;
            return Ok(Self(key));
        }
        if text.len() < 72 {
            return Err(VaultError::RootText);
        }
        Self::from_recovery_kit(text)
    }

    fn derived(&self, label: &str) -> KeyBytes {
        kdf::derive(self.0.as_bytes(), &Framed::new(label).into_bytes())
    }
}

impl std::fmt::Debug for RootKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("RootKey")
    }
}
