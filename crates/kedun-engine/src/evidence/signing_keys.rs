//! The keys that sign the head of the log: one a day, each certified by the one before.
//!
//! Row 0 of `ledger_key_certificate` names the first key, which verifiers pin; its seed is a secret
//! of the vault. Every later row holds the certificate of its key for ever, and the sealed seed
//! only as long as that key is in use: the transaction that brings a new key empties the seed of
//! the old one, and the event of the change stands in the log. Copies of the database made before
//! may still hold an old seed, as they may hold anything else of their day.

use kedun_ledger::{Hash, KeyRatchet, Outcome, SignedNote, VerifierKey};
use kedun_model::{Error, Result};
use kedun_store::{Changeset, Row, sq};
use kedun_vault::secret_names::AUDIT_SIGNING_SEED;
use sq::ExprTrait;
use zeroize::Zeroizing;

use super::prepare::{EventDraft, Evidence, Shared};
use crate::door::system_caller;
use crate::seal::vault_error;

const TABLE: &str = "ledger_key_certificate";
/// The secret that seals the seeds of later keys.
const WRAPPING: &str = "audit-seed-wrap";

/// A key of the log as stored.
pub(super) struct KeyRow {
    pub index: u64,
    pub at: i64,
    /// The number of events when it came into use.
    pub size: u64,
    pub public: String,
    /// The certificate, empty for the first key.
    pub note: String,
    seed: Option<Vec<u8>>,
}

impl KeyRow {
    fn read(row: &Row) -> Result<Self> {
        Ok(KeyRow {
            index: row.get_u64(0)?,
            at: row.get_i64(1)?,
            size: row.get_u64(2)?,
            public: row.get_text(3)?,
            note: row.get_text(4)?,
            seed: row.opt_blob(5)?,
        })
    }

    /// The public key.
    pub fn verifier(&self) -> Result<VerifierKey> {
        self.public.parse().map_err(Error::internal)
    }
}

impl Shared {
    /// Makes the first key known, once in the life of a log.
    pub(super) async fn begin_keys(&self) -> Result<()> {
        self.ensure_secret(WRAPPING).await?;
        // A log that was signed had a key; to make another first key would hide that it is gone.
        if !self.keys().await?.is_empty() || !self.store.checkpoints(1).await?.is_empty() {
            return Ok(());
        }
        let origin = format!("kedun-{}", hex::encode(self.ctx.random::<8>()));
        let seed = self.first_seed()?;
        let ratchet = KeyRatchet::first(&origin, &seed).map_err(Error::internal)?;
        let insert = sq::Query::insert()
            .into_table(TABLE)
            .columns(["idx", "at", "size", "public", "note", "seed"])
            .values_panic([
                0_i64.into(),
                self.ctx.now().into(),
                0_i64.into(),
                ratchet.signer().verifier().to_string().into(),
                "".into(),
                sq::Value::Bytes(None).into(),
            ])
            .on_conflict(sq::OnConflict::column("idx").do_nothing().to_owned())
            .to_owned();
        self.store.housekeeping(vec![self.store.dialect().insert(&insert)]).await?;
        Ok(())
    }

    /// All keys, the first one first.
    pub(super) async fn keys(&self) -> Result<Vec<KeyRow>> {
        let select = columns().order_by("idx", sq::Order::Asc).to_owned();
        self.store.query_long(&self.store.dialect().select(&select)).await?.iter().map(KeyRow::read).collect()
    }

    /// The key in use; `None` when the table is empty.
    pub(super) async fn newest_key(&self) -> Result<Option<KeyRow>> {
        let select = columns().order_by("idx", sq::Order::Desc).limit(1).to_owned();
        let rows = self.store.query(&self.store.dialect().select(&select)).await?;
        rows.first().map(KeyRow::read).transpose()
    }

    /// The private half of the key in use. Destroys the first seed when it was left over.
    pub(super) async fn ratchet(&self, row: &KeyRow) -> Result<KeyRatchet> {
        let public = row.verifier()?;
        let seed = match &row.seed {
            None if row.index == 0 => self.first_seed()?,
            None => return Err(Error::internal("the seed of the signing key is gone")),
            Some(sealed) => {
                let plain = self
                    .vault
                    .open_with_secret(WRAPPING, &seed_place(row.index, &row.public), sealed)
                    .map_err(vault_error)?;
                seed_of(plain.as_bytes())?
            }
        };
        let ratchet = KeyRatchet::resume(public.name(), row.index, &seed).map_err(Error::internal)?;
        if *ratchet.signer().verifier() != public {
            return Err(Error::internal("the seed is not that of the signing key"));
        }
        if row.index > 0 {
            self.destroy_first_seed().await?;
        }
        Ok(ratchet)
    }

    async fn destroy_first_seed(&self) -> Result<()> {
        let select = columns().and_where(sq::Expr::col("idx").eq(0_i64)).to_owned();
        let rows = self.store.query(&self.store.dialect().select(&select)).await?;
        let Some(first) = rows.first().map(KeyRow::read).transpose()? else { return Ok(()) };
        let public = first.verifier()?;
        let seed = self.first_seed()?;
        let still_there = KeyRatchet::first(public.name(), &seed)
            .is_ok_and(|ratchet| *ratchet.signer().verifier() == public);
        if still_there { self.overwrite_secret(AUDIT_SIGNING_SEED).await } else { Ok(()) }
    }

    fn first_seed(&self) -> Result<Zeroizing<[u8; 32]>> {
        seed_of(&self.vault.secret(AUDIT_SIGNING_SEED).map_err(vault_error)?)
    }
}

impl Evidence {
    /// Hands over to a new key at this head of the log, in one transaction with the event of it.
    pub(super) async fn hand_over(
        &self,
        old: KeyRatchet,
        at: i64,
        size: u64,
        root: Hash,
    ) -> Result<KeyRatchet> {
        let shared = &self.0;
        let seed = Zeroizing::new(shared.ctx.random::<32>());
        let (next, note) = old.advance(&seed, at, size, root).map_err(Error::internal)?;
        let public = next.signer().verifier().to_string();
        let index = i64::try_from(next.index()).map_err(Error::internal)?;
        let sealed = shared
            .vault
            .seal_with_secret(WRAPPING, &seed_place(next.index(), &public), seed.as_slice())
            .map_err(vault_error)?;
        let dialect = shared.store.dialect();
        let insert = sq::Query::insert()
            .into_table(TABLE)
            .columns(["idx", "at", "size", "public", "note", "seed"])
            .values_panic([
                index.into(),
                at.into(),
                i64::try_from(size).map_err(Error::internal)?.into(),
                public.into(),
                note.to_string().into(),
                sealed.into_bytes().into(),
            ])
            .to_owned();
        let empty = sq::Query::update()
            .table(TABLE)
            .value("seed", sq::Value::Bytes(None))
            .and_where(sq::Expr::col("idx").lt(index))
            .to_owned();
        let draft = EventDraft::new("evidence.key_changed", Outcome::Ok).count("index", index);
        let event = self.prepare(&system_caller(shared.org), draft)?;
        // Of two nodes, the second one's row is refused and its key never used.
        let changes = Changeset::new(event)
            .exec_expect(dialect.insert(&insert), 1, "evidence.key_changed")
            .exec(dialect.update(&empty));
        shared.store.commit(changes).await?;
        shared.destroy_first_seed().await?;
        Ok(next)
    }
}

/// The certificates of a list of keys, as far as they can be read; the index of the first that cannot.
pub(super) fn certificates(keys: &[KeyRow]) -> (Vec<SignedNote>, Option<u64>) {
    let mut notes = Vec::new();
    for key in keys.iter().filter(|key| key.index > 0) {
        match key.note.parse::<SignedNote>().and_then(|n| kedun_ledger::KeyCertificate::parse(&n).map(|_| n))
        {
            Ok(note) => notes.push(note),
            Err(_) => return (notes, Some(key.index)),
        }
    }
    (notes, None)
}

fn columns() -> sq::SelectStatement {
    sq::Query::select().columns(["idx", "at", "size", "public", "note", "seed"]).from(TABLE).to_owned()
}

fn seed_place(index: u64, public: &str) -> Vec<u8> {
    let mut place = index.to_be_bytes().to_vec();
    place.extend_from_slice(public.as_bytes());
    place
}

fn seed_of(bytes: &[u8]) -> Result<Zeroizing<[u8; 32]>> {
    let seed = bytes.try_into().ok().ok_or_else(|| Error::internal("a signing seed has another length"))?;
    Ok(Zeroizing::new(seed))
}
