//! Opening the bodies of events: which keys they need, and what came of it.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use kedun_ledger::EventHeader;
use kedun_model::{RecordId, Result, SubjectId};
use kedun_store::StoredEvent;
use kedun_vault::{EventReaders, SealedEvent, SubjectKey, VaultError};
use zeroize::Zeroizing;

use super::EventBody;
use super::prepare::Shared;
use crate::seal::{vault_error, vault_key, vault_subject};

/// The keys that some bodies were sealed with, each of its generation; destroyed ones are missing.
#[derive(Default)]
pub(super) struct Keyring(HashMap<([u8; 16], u32), Arc<SubjectKey>>);

/// What came of opening a body.
pub(super) enum Opened {
    Body(Box<OpenBody>),
    /// No key is left that could open it.
    KeyDestroyed,
    /// It does not belong to this header, or was changed: no event that this program wrote.
    Foreign,
}

/// A body in clear.
pub(super) struct OpenBody {
    pub salt: [u8; 32],
    /// The bytes that the commitment covers.
    pub bytes: Zeroizing<Vec<u8>>,
    pub body: EventBody,
}

impl OpenBody {
    /// Whether the page of the event showed this record.
    pub fn lists(&self, record: RecordId) -> bool {
        self.body.records.contains(&record.bytes())
    }
}

/// What a body is bound to: everything of its event that cannot change, which is all but the
/// position. A header edited in the database thus no longer opens its own body.
pub(super) fn binding(
    header: &EventHeader,
    record: Option<[u8; 16]>,
    records: u64,
    sensitive: bool,
) -> Vec<u8> {
    let mut bound = EventHeader { seq: 0, ..header.clone() }.canonical();
    bound.push(u8::from(record.is_some()));
    bound.extend_from_slice(&record.unwrap_or_default());
    bound.extend_from_slice(&records.to_be_bytes());
    bound.push(u8::from(sensitive));
    bound
}

impl Shared {
    /// The keys for the bodies of these events: from memory, and the rest by one query.
    pub(super) async fn keyring<'a>(&self, events: impl Iterator<Item = &'a StoredEvent>) -> Result<Keyring> {
        let mut keyring = Keyring::default();
        let mut missing: HashMap<([u8; 16], u32), i64> = HashMap::new();
        for event in events {
            let Ok(readers) = SealedEvent::from_db(event.body.clone()).and_then(|sealed| sealed.readers())
            else {
                continue;
            };
            let EventReaders::Subjects(subjects) = readers else { continue };
            for (subject, generation) in subjects {
                let place = (subject.0, generation);
                if keyring.0.contains_key(&place) || missing.contains_key(&place) {
                    continue;
                }
                match self.vault.cached(&subject).filter(|key| key.generation() == generation) {
                    Some(key) => {
                        keyring.0.insert(place, key);
                    }
                    None => {
                        missing.insert(place, event.header.org);
                    }
                }
            }
        }
        if missing.is_empty() {
            return Ok(keyring);
        }
        let subjects: HashSet<SubjectId> = missing.keys().map(|(id, _)| SubjectId::from_bytes(*id)).collect();
        for row in self.store.keys_for(&Vec::from_iter(subjects)).await? {
            let place = (row.subject, row.generation);
            if let Some(org) = missing.get(&place) {
                let key =
                    self.vault.unwrap_key(kedun_vault::OrgId(*org), &vault_key(row)).map_err(vault_error)?;
                keyring.0.insert(place, key);
            }
        }
        Ok(keyring)
    }

    /// Opens the body of an event.
    pub(super) fn open(&self, keyring: &Keyring, event: &StoredEvent) -> Opened {
        let bound = binding(&event.header, event.record, event.records, event.sensitive);
        let find = |subject: &kedun_vault::SubjectId, generation: u32| {
            keyring.0.get(&(subject.0, generation)).cloned()
        };
        let plain =
            match self.vault.open_event(kedun_vault::OrgId(event.header.org), &find, &bound, &event.body) {
                Ok(plain) => plain.into_zeroizing(),
                Err(VaultError::KeyDestroyed | VaultError::MissingSecret(_)) => return Opened::KeyDestroyed,
                Err(_) => return Opened::Foreign,
            };
        let Some((salt, rest)) = plain.split_first_chunk::<32>() else { return Opened::Foreign };
        match ciborium::from_reader(rest) {
            Ok(body) => {
                Opened::Body(Box::new(OpenBody { salt: *salt, bytes: Zeroizing::new(rest.to_vec()), body }))
            }
            Err(_text_may_hold_values) => Opened::Foreign,
        }
    }

    /// The subjects' keys for sealing, when all of them are in memory.
    pub(super) fn sealing_keys(&self, subjects: &[SubjectId]) -> Vec<Arc<SubjectKey>> {
        if subjects.len() > kedun_vault::MAX_EVENT_SUBJECTS {
            return Vec::new();
        }
        let found: Option<Vec<_>> = subjects.iter().map(|s| self.vault.cached(&vault_subject(*s))).collect();
        found.unwrap_or_default()
    }
}
