//! What can go wrong, in words that carry no secret.

use std::path::PathBuf;

/// The result of a vault operation.
pub type Result<T, E = VaultError> = std::result::Result<T, E>;

/// A refusal or failure of the vault; never holds a key, a secret or a plaintext.
#[derive(Debug, thiserror::Error)]
pub enum VaultError {
    #[error("the root key is not the one that these keys were wrapped with")]
    WrongRootKey,
    #[error("the sealed value was altered or does not belong in this place")]
    Refused,
    #[error("{0} is not in the expected form")]
    Malformed(&'static str),
    #[error("cipher suite 0x{0:02x} is not known to this build")]
    UnknownSuite(u8),
    #[error("the value was sealed with key generation {sealed}, the key at hand is generation {key}")]
    WrongGeneration { sealed: u32, key: u32 },
    #[error("the key belongs to another subject or organisation than the value")]
    WrongSubject,
    #[error("an unwrapped key does not match its commitment")]
    Commitment,
    #[error("the key of epoch {0} is not loaded or was destroyed")]
    EpochGone(u32),
    #[error("epoch {0} still protects keys or secrets")]
    EpochInUse(u32),
    #[error("no usable epoch key was given")]
    NoEpoch,
    #[error("no further epoch number or key generation is left")]
    Exhausted,
    #[error("the secret {0:?} does not exist")]
    MissingSecret(String),
    #[error("a secret must have 16 to 1024 bytes and a name of 1 to 128 bytes")]
    SecretShape,
    #[error("no key that can open this is left: it was erased")]
    KeyDestroyed,
    #[error("{0} bytes are more than one sealed value can hold")]
    TooLong(usize),
    #[error("the value is not valid UTF-8")]
    NotText,
    #[error("cannot {action} {path}: {source}", path = path.display())]
    RootFile { action: &'static str, path: PathBuf, source: std::io::Error },
    #[error(
        "the root key file {path} has mode {mode:04o}; only its owner may read it: chmod 0400 {path}",
        path = path.display()
    )]
    RootFileMode { path: PathBuf, mode: u32 },
    #[error("the root key file {path} exists already and is never overwritten", path = .0.display())]
    RootFileExists(PathBuf),
    #[error("the environment variable {0} is not set or not text")]
    RootEnv(String),
    #[error("the root key must be a recovery code, 64 hexadecimal digits, or a file of 32 raw bytes")]
    RootText,
    #[error("group {0} of the recovery code has a typing error")]
    RecoveryGroup(usize),
    #[error("the recovery code has {0} characters, 72 are needed")]
    RecoveryLength(usize),
    #[error("the recovery code is not valid as a whole: compare it with the print-out")]
    RecoveryChecksum,
    #[error("the passphrase has fewer than 12 characters")]
    WeakPassphrase,
    #[error("the stored passphrase parameters are weaker than allowed or too costly")]
    PassphraseParams,
    #[error("the cryptographic library refused to {0}")]
    Crypto(&'static str),
}

impl VaultError {
    /// A stable code for interfaces and the runbook.
    pub fn code(&self) -> &'static str {
        match self {
            Self::WrongRootKey => "vault.wrong_root_key",
            Self::Refused => "vault.refused",
            Self::Malformed(_) => "vault.malformed",
            Self::UnknownSuite(_) => "vault.unknown_suite",
            Self::WrongGeneration { .. } => "vault.wrong_generation",
            Self::WrongSubject => "vault.wrong_subject",
            Self::Commitment => "vault.commitment",
            Self::EpochGone(_) => "vault.epoch_gone",
            Self::EpochInUse(_) => "vault.epoch_in_use",
            Self::NoEpoch => "vault.no_epoch",
            Self::Exhausted => "vault.exhausted",
            Self::MissingSecret(_) => "vault.missing_secret",
            Self::SecretShape => "vault.secret_shape",
            Self::KeyDestroyed => "vault.key_destroyed",
            Self::TooLong(_) => "vault.too_long",
            Self::NotText => "vault.not_text",
            Self::RootFile { .. } => "vault.root_file",
            Self::RootFileMode { .. } => "vault.root_file_mode",
            Self::RootFileExists(_) => "vault.root_file_exists",
            Self::RootEnv(_) => "vault.root_env",
            Self::RootText => "vault.root_text",
            Self::RecoveryGroup(_) => "vault.recovery_group",
            Self::RecoveryLength(_) => "vault.recovery_length",
            Self::RecoveryChecksum => "vault.recovery_checksum",
            Self::WeakPassphrase => "vault.weak_passphrase",
            Self::PassphraseParams => "vault.passphrase_params",
            Self::Crypto(_) => "vault.crypto",
        }
    }
}
