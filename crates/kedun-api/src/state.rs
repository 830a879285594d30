//! What every handler has at hand.

use std::net::IpAddr;
use std::ops::Deref;
use std::sync::Arc;

use kedun_connect::Imports;
use kedun_engine::Door;
use kedun_identity::Identity;
use kedun_model::Result;

/// Shows the recovery kit once and compares what was typed back; held by whoever has the root key.
pub trait Kit: Send + Sync {
    /// The kit as text for printing.
    fn text(&self) -> String;
    /// Whether `typed` is the kit, letter case and spaces apart.
    fn matches(&self, typed: &str) -> bool;
}

/// How the interface behaves.
#[derive(Debug, Clone)]
pub struct ApiConfig {
    /// Proxies whose `X-Forwarded-For` is believed; from others it is ignored.
    pub trusted_proxies: Vec<IpAddr>,
    /// The engine as shown in the status: `sqlite` or `postgres`.
    pub engine: &'static str,
    /// How the root key is held, as shown in the status: `file`, `env` or `passphrase`.
    pub root: &'static str,
    /// Microseconds of UTC at which the program started.
    pub started_at: i64,
    /// Answers synthetic data: the page says so.
    pub demo: bool,
}

/// Shared by all handlers; cheap to clone.
#[derive(Clone)]
pub struct ApiState(Arc<Shared>);

/// What [`ApiState`] shares.
pub struct Shared {
    pub door: Door,
    pub identity: Identity,
    pub imports: Imports,
    pub kit: Arc<dyn Kit>,
    pub config: ApiConfig,
}

impl ApiState {
    pub fn new(
        door: Door,
        identity: Identity,
        imports: Imports,
        kit: Arc<dyn Kit>,
        config: ApiConfig,
    ) -> Self {
        ApiState(Arc::new(Shared { door, identity, imports, kit, config }))
    }

    /// Now, in microseconds of UTC.
    pub fn now(&self) -> i64 {
        self.door.context().now()
    }

    /// The name of the organisation, once the first start has given one.
    ///
    /// # Errors
    /// Fails when the store cannot be read.
    pub async fn org_name(&self) -> Result<Option<String>> {
        self.identity.setting("org_name").await
    }
}

impl Deref for ApiState {
    type Target = Shared;
    fn deref(&self) -> &Shared {
        &self.0
    }
}
