//! The evidence log: what happened to whom, in an order nobody can change unseen.
//!
//! Every event is a public [`EventHeader`] without personal data and a sealed body that the header
//! only commits to ([`commit`]). Headers are the leaves of an RFC 6962 Merkle tree ([`Frontier`])
//! and the links of a hash chain ([`Chain`]). The head of the tree is signed at short intervals as a
//! [`Checkpoint`] (a C2SP signed note), by a key that changes daily ([`KeyRatchet`]). An export of
//! the log ([`bundle`]) is checked by [`verify_stream`] with the first public key and nothing else.
//! Erasing a person destroys the key of the bodies: leaf, tree and every proof given stay valid.
//!
//! # What is found, and by what
//!
//! | Done to the log | Found by |
//! |---|---|
//! | a body changed | its commitment, wherever the exporter discloses salt and body |
//! | a header changed | its leaf; if the leaf was rewritten too, the chain; if the chain was rewritten too, the next signed checkpoint |
//! | an event removed, doubled or moved | sequence numbers; if renumbered, as for a changed header |
//! | the end cut off | a checkpoint, a key certificate or an anchor of a larger size |
//! | the end cut off together with every checkpoint and certificate that covered it | **only an anchor kept outside** |
//! | everything since a daily key came into use rebuilt, with that stolen key | **only an anchor kept outside**, of a size after the hand-over |
//! | everything before that hand-over rebuilt, with the same stolen key | the certificate: it holds the head of the log at the hand-over and is signed by a key that no longer exists |
//! | the whole log rebuilt with the stolen *first* key | **only an anchor kept outside** |
//!
//! A thief of the signing key can therefore write a new, consistent and correctly signed history
//! from the last hand-over on. No mathematics inside the export finds that. It is found when, and only
//! when, a head of the true log was kept where the thief cannot write: an auditor's mailbox, another
//! host, a time-stamping authority, a sheet of paper. Anchors that travel *inside* an export prove
//! nothing against the one who made the export; the report counts them apart.
//!
//! # Invariant
//!
//! This crate does not know files, sockets, databases, clocks or random numbers: bytes and times come in
//! as arguments, and readers and writers are traits the caller implements. It never sees an opened body
//! except one that an exporter chose to disclose, and never holds a signing key longer than its
//! [`Signer`] lives. What it reads is taken for hostile: sizes are bounded before memory is
//! taken, and wrong bytes give an error, not a panic.

pub mod bundle;
mod chain;
mod checkpoint;
mod encoding;
mod error;
mod event;
mod note;
mod page_filter;
mod ratchet;
mod tree;
mod verify;

pub use chain::Chain;
pub use checkpoint::{Anchor, Checkpoint};
pub use error::{LedgerError, Result};
pub use event::{EventHeader, MAX_ACTION, Outcome, PreparedEvent, commit};
pub use note::{MAX_NOTE, SignatureLine, SignedNote, Signer, VerifierKey};
pub use page_filter::PageFilter;
pub use ratchet::{KeyCertificate, KeyChain, KeyRatchet};
pub use tree::{
    Frontier, Hash, LeafSource, MAX_SIZE, TreeNode, consistency_proof, empty_root, inclusion_proof,
    node_hash, root_at, verify_consistency, verify_inclusion,
};
pub use verify::{Disclosed, LoggedEvent, Problem, Report, Start, Trust, verify_stream};
