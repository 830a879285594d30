//! Keys and sealing: the hierarchy of keys, the envelope of a sealed field,
//! blind indexes, sealed event bodies, and the ways to hold the root key.
//!
//! ```text
//! root key            a file, the environment, a passphrase: never in a database
//!  └─ epoch key       wrapped by the root; rolled, then destroyed
//!      ├─ subject key one per person; destroying it erases what it sealed
//!      └─ secrets     index root, audit seed, monthly audit keys, …
//! ```
//!
//! Rows go in and rows come out ([`KeyRow`], [`EpochRow`], [`SecretRow`]);
//! whoever calls keeps them. A row returned by a method must be durable before
//! anything sealed with its key is.
//!
//! **Invariant:** this crate knows no tables, no users and no rights. It reads
//! no clock and draws no randomness but through [`Entropy`], and the only I/O it
//! does is to read or make the root key's file. No error, `Debug` or log of it
//! ever carries a key, a secret or a plaintext. A ciphertext opens only in the
//! place it was sealed for: organisation, object, field, record, subject and key
//! generation are all part of what is authenticated.

mod aead_key;
mod entropy;
mod envelope;
mod error;
mod framing;
mod ids;
mod kdf;
mod key_bytes;
mod key_cache;
mod padding;
mod passphrase;
mod plain;
mod recovery;
mod root;
mod root_file;
mod rows;
mod subject_key;
mod suite;
mod vault;
mod wrap;

pub use entropy::{Entropy, SystemEntropy};
pub use envelope::{MAX_PLAINTEXT, Sealed};
pub use error::{Result, VaultError};
pub use ids::{FieldCtx, OrgId, SubjectId};
pub use passphrase::PassphraseRow;
pub use plain::Plain;
pub use recovery::recovery_kit;
pub use root::{RootKey, RootSource, load_root};
pub use root_file::create_root_file;
pub use rows::{EpochRow, KeyRow, SecretRow, secret_names};
pub use subject_key::SubjectKey;
pub use suite::supported_suites;
pub use vault::Vault;
pub use vault::events::{EventKeys, EventReaders, MAX_EVENT_SUBJECTS, SealedEvent};
