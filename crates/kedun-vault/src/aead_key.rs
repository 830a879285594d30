//! A key together with its prepared cipher contexts.

use std::sync::OnceLock;

use crate::error::{Result, VaultError};
use crate::framing::Framed;
use crate::kdf;
use crate::key_bytes::KeyBytes;
use crate::suite::{self, AES_256_GCM_ID, SUITE_COUNT, Suite, SuiteKey};

/// 32 bytes and one context per suite, prepared at first use and then kept.
pub(crate) struct AeadKey {
    raw: KeyBytes,
    contexts: [OnceLock<Box<dyn SuiteKey>>; SUITE_COUNT],
}

impl AeadKey {
    pub(crate) fn new(raw: KeyBytes) -> Self {
        Self { raw, contexts: std::array::from_fn(|_| OnceLock::new()) }
    }

    pub(crate) fn raw(&self) -> &[u8; 32] {
        self.raw.as_bytes()
    }

    /// The suite named by `id` with this key's context for it.
    pub(crate) fn context(&self, id: u8) -> Result<(&'static dyn Suite, &dyn SuiteKey)> {
        let (place, suite) = suite::by_id(id)?;
        let slot = self.contexts.get(place).ok_or(VaultError::UnknownSuite(id))?;
        if let Some(context) = slot.get() {
            return Ok((suite, context.as_ref()));
        }
        let context = self.prepare(suite)?;
        Ok((suite, slot.get_or_init(|| context).as_ref()))
    }

    /// The default suite uses the key itself; any other gets its own derived
    /// key, so that two ciphers never share one.
    fn prepare(&self, suite: &dyn Suite) -> Result<Box<dyn SuiteKey>> {
        if suite.id() == AES_256_GCM_ID {
            return suite.key(self.raw.as_bytes());
        }
        let info = Framed::new("kedun/suite-key/v1").part(&[suite.id()]).into_bytes();
        suite.key(kdf::derive(self.raw.as_bytes(), &info).as_bytes())
    }
}
