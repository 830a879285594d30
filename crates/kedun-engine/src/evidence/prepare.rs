//! Making an event: header, sealed body, commitment.

use std::borrow::Cow;
use std::sync::{Arc, OnceLock, Weak};

use kedun_ledger::{Outcome, PreparedEvent};
use kedun_model::{Caller, Context, Error, ObjectId, OrgId, Purpose, RecordId, Result, SubjectId};
use kedun_store::Store;
use kedun_vault::{EventKeys, Vault, secret_names};
use parking_lot::RwLock;

use super::anchors::AnchorSlot;
use super::checkpoint::Signing;
use super::open::binding;
use super::start_check::EvidenceState;
use super::{EventBody, QueryShape};
use crate::door::Inner;
use crate::seal::vault_error;

/// What happened, before it is sealed.
#[derive(Debug, Clone)]
pub struct EventDraft {
    /// A stable code such as `record.read`.
    pub action: Cow<'static, str>,
    pub object: Option<ObjectId>,
    pub outcome: Outcome,
    /// The one record concerned.
    pub record: Option<RecordId>,
    /// The records of a page.
    pub records: Vec<RecordId>,
    /// Whose keys seal the body; the month's key does with none or more than 16, and where a key
    /// is not in memory.
    pub subjects: Vec<SubjectId>,
    pub body: EventBody,
    /// Whether the head of the log is to be signed right after this event.
    pub sensitive: bool,
}

impl EventDraft {
    /// An event that says only what was done and how it ended.
    pub fn new(action: impl Into<Cow<'static, str>>, outcome: Outcome) -> Self {
        EventDraft {
            action: action.into(),
            object: None,
            outcome,
            record: None,
            records: Vec::new(),
            subjects: Vec::new(),
            body: EventBody::default(),
            sensitive: false,
        }
    }

    #[must_use]
    pub fn object(mut self, object: ObjectId) -> Self {
        self.object = Some(object);
        self
    }

    #[must_use]
    pub fn record(mut self, record: RecordId) -> Self {
        self.record = Some(record);
        self
    }

    #[must_use]
    pub fn records(mut self, records: Vec<RecordId>) -> Self {
        self.records = records;
        self
    }

    #[must_use]
    pub fn subjects(mut self, subjects: Vec<SubjectId>) -> Self {
        self.subjects = subjects;
        self
    }

    /// The keys of the fields that were shown or changed.
    #[must_use]
    pub fn fields<S: Into<String>>(mut self, keys: impl IntoIterator<Item = S>) -> Self {
        self.body.fields = keys.into_iter().map(Into::into).collect();
        self
    }

    #[must_use]
    pub fn purpose(mut self, purpose: Option<Purpose>) -> Self {
        self.body.purpose = purpose;
        self
    }

    #[must_use]
    pub fn reason(mut self, reason: impl Into<String>) -> Self {
        self.body.reason = Some(reason.into());
        self
    }

    #[must_use]
    pub fn count(mut self, name: impl Into<String>, n: i64) -> Self {
        self.body.counts.push((name.into(), n));
        self
    }

    /// An id or a code; never the value of a field.
    #[must_use]
    pub fn detail(mut self, name: impl Into<String>, value: impl Into<String>) -> Self {
        self.body.details.push((name.into(), value.into()));
        self
    }

    #[must_use]
    pub fn query(mut self, shape: QueryShape) -> Self {
        self.body.query = Some(shape);
        self
    }

    /// The head of the log is signed right after this event.
    #[must_use]
    pub fn sensitive(mut self) -> Self {
        self.sensitive = true;
        self
    }
}

/// The evidence of one organisation. Cheap to clone.
#[derive(Clone)]
pub struct Evidence(pub(super) Arc<Shared>);

/// What all parts of the evidence work with.
pub(super) struct Shared {
    pub store: Store,
    pub vault: Arc<Vault>,
    pub ctx: Context,
    pub org: OrgId,
    /// This process among equal nodes.
    pub node: uuid::Uuid,
    /// The door that the evidence belongs to: people, rights and definitions.
    pub door: OnceLock<Weak<Inner>>,
    pub signing: tokio::sync::Mutex<Signing>,
    /// How far the clock is ahead of the monotonic one, microseconds; `None` before they were compared.
    pub clock_offset: tokio::sync::Mutex<Option<i64>>,
    pub state: RwLock<EvidenceState>,
    pub anchors: RwLock<Vec<Arc<AnchorSlot>>>,
    /// Told whenever a sensitive event is prepared.
    pub hurry: tokio::sync::Notify,
    /// The name of the newest audit secret that is durable.
    newest: RwLock<Option<String>>,
}

impl Evidence {
    /// Makes the secrets and the first signing key durable, compares the log with what was signed,
    /// and is ready to prepare events.
    ///
    /// # Errors
    /// The store's. A log that does not fit its checkpoints is no error: see [`Evidence::state`].
    pub(crate) async fn start(store: Store, vault: Arc<Vault>, ctx: Context, org: OrgId) -> Result<Self> {
        let node = ctx.new_uuid();
        let evidence = Evidence(Arc::new(Shared {
            store,
            vault,
            ctx,
            org,
            node,
            door: OnceLock::new(),
            signing: tokio::sync::Mutex::default(),
            clock_offset: tokio::sync::Mutex::default(),
            state: RwLock::default(),
            anchors: RwLock::default(),
            hurry: tokio::sync::Notify::new(),
            newest: RwLock::default(),
        }));
        evidence.ensure_months().await?;
        evidence.0.begin_keys().await?;
        evidence.check_start().await?;
        Ok(evidence)
    }

    /// Tells the evidence its door; reading needs it.
    pub(crate) fn attach(&self, door: &Arc<Inner>) {
        // A second call would name the same door.
        let _already = self.0.door.set(Arc::downgrade(door));
    }

    /// Makes the audit secrets of this and the next month; to be called at least once a month.
    pub async fn ensure_months(&self) -> Result<()> {
        let now = self.0.ctx.now();
        let this = audit_secret(now)?;
        self.ensure_secret(&this).await?;
        self.ensure_secret(&audit_secret(now.saturating_add(31 * 86_400 * 1_000_000))?).await?;
        *self.0.newest.write() = Some(this);
        Ok(())
    }

    /// Makes a secret durable unless it exists; of two nodes that make it, the first one's counts.
    pub(crate) async fn ensure_secret(&self, name: &str) -> Result<()> {
        self.0.ensure_secret(name).await
    }

    /// Seals an event, to be committed with what it speaks of.
    ///
    /// The body is 32 random bytes of salt, then the CBOR of the draft's body with network and
    /// device of the caller. The header commits to both; the sealed body is bound to the header.
    /// Whatever in the draft is neither a key, an id nor a code is withheld.
    ///
    /// # Errors
    /// `internal` when no audit secret is at hand or the body cannot be sealed.
    pub fn prepare(&self, caller: &Caller, draft: EventDraft) -> Result<PreparedEvent> {
        let shared = &self.0;
        let at = shared.ctx.now();
        let mut body = draft.body;
        let withheld = body.keep_codes_only();
        if withheld > 0 {
            tracing::error!(action = %draft.action, withheld, "an event carried something that is no key, id or code");
        }
        body.network.clone_from(&caller.network);
        body.device.clone_from(&caller.device);
        body.records = draft.records.iter().map(RecordId::bytes).collect();

        let salt: [u8; 32] = shared.ctx.random();
        let mut plain = zeroize::Zeroizing::new(Vec::with_capacity(256));
        plain.extend_from_slice(&salt);
        ciborium::into_writer(&body, &mut *plain).map_err(Error::internal)?;
        let commitment = kedun_ledger::commit(&salt, plain.get(32..).unwrap_or_default());

        let mut event = PreparedEvent {
            at,
            org: shared.org.0,
            action: draft.action.into_owned(),
            object: draft.object.map_or(0, |o| o.0),
            outcome: draft.outcome,
            actor: caller.pseudonym,
            session: session_reference(caller),
            policy: caller.epoch,
            commitment,
            record: draft.record.map(|r| r.bytes()),
            records: body.records,
            sealed_body: Vec::new(),
            sensitive: draft.sensitive,
        };
        let listed = u64::try_from(event.records.len()).map_err(Error::internal)?;
        let bound = binding(&event.header(0), event.record, listed, event.sensitive);
        let subjects = shared.sealing_keys(&draft.subjects);
        let secret = self.month_secret(at)?;
        let keys =
            EventKeys { org: kedun_vault::OrgId(shared.org.0), subjects: &subjects, secret: secret.as_str() };
        event.sealed_body = shared.vault.seal_event(keys, &bound, &plain).map_err(vault_error)?.into_bytes();
        if event.sensitive {
            shared.hurry.notify_one();
        }
        Ok(event)
    }

    /// The month's secret; before it is made, the newest there is.
    fn month_secret(&self, at: i64) -> Result<String> {
        let name = audit_secret(at)?;
        if self.0.vault.has_secret(&name) {
            return Ok(name);
        }
        self.0.newest.read().clone().ok_or_else(|| Error::internal("no audit secret is at hand"))
    }
}

impl std::fmt::Debug for Evidence {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Evidence")
    }
}

/// The last 8 bytes of the session's id, which are random.
fn session_reference(caller: &Caller) -> [u8; 8] {
    caller.session.bytes().last_chunk::<8>().copied().unwrap_or_default()
}

/// The name of the secret for the month of `at`.
fn audit_secret(at: i64) -> Result<String> {
    let moment =
        time::OffsetDateTime::from_unix_timestamp(at.div_euclid(1_000_000)).map_err(Error::internal)?;
    Ok(secret_names::audit_dek(moment.year(), u8::from(moment.month())))
}
