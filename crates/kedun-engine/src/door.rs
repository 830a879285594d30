//! The door itself: what it holds, how it is opened.

use std::sync::Arc;

use kedun_guard::Grant;
use kedun_model::{
    Action, Assurance, Caller, Context, Error, OrgId, PersonId, PrincipalKind, Result, SessionId,
};
use kedun_store::Store;
use kedun_vault::Vault;
use parking_lot::RwLock;

use crate::access::{DirectoryCache, DirectoryEntry, DirectorySource, Grants};
use crate::arenas::Arenas;
use crate::catalog::{self, Catalog, CatalogObject};
use crate::evidence::Evidence;
use crate::forms::Forms;
use crate::stats::OwnerStats;
use crate::write::WriteState;

/// What a door needs besides store, vault and context.
#[derive(Clone)]
pub struct DoorConfig {
    pub org: OrgId,
    /// Brings people, units, roles and guards.
    pub source: Arc<dyn DirectorySource>,
    /// Seconds east of UTC of the organisation's clock: where a day begins.
    pub utc_offset_s: i32,
}

/// The only way to records. Cheap to clone.
#[derive(Clone)]
pub struct Door(Arc<Inner>);

pub(crate) struct Inner {
    pub store: Store,
    pub vault: Arc<Vault>,
    pub ctx: Context,
    pub org: OrgId,
    catalog: RwLock<Arc<Catalog>>,
    pub installing: tokio::sync::Mutex<()>,
    pub evidence: Evidence,
    pub arenas: Arenas,
    pub forms: Forms,
    pub directories: DirectoryCache,
    pub grants: Grants,
    pub stats: OwnerStats,
    pub utc_offset_s: i32,
    pub writes: WriteState,
}

impl Door {
    /// Opens the door: reads the definitions, makes the secrets it needs, and fills the arenas in the
    /// background; see [`Door::arenas_ready`].
    ///
    /// # Errors
    /// The store's, when definitions cannot be read or secrets not kept.
    pub async fn start(store: Store, vault: Arc<Vault>, ctx: Context, config: DoorConfig) -> Result<Door> {
        let evidence = Evidence::start(store.clone(), Arc::clone(&vault), ctx.clone(), config.org).await?;
        evidence.ensure_secret(crate::read::CURSOR_SECRET).await?;
        evidence.ensure_secret(crate::door_secrets::IDENTITY_SECRET).await?;
        let catalog = catalog::load(&store, config.org).await?;
        let arenas = Arenas::default();
        for object in catalog.objects() {
            arenas.ensure(&object.def);
        }
        let door = Door(Arc::new(Inner {
            store,
            vault,
            ctx,
            org: config.org,
            catalog: RwLock::new(Arc::new(catalog)),
            installing: tokio::sync::Mutex::new(()),
            evidence,
            arenas,
            forms: Forms::default(),
            directories: DirectoryCache::new(config.source),
            grants: Grants::default(),
            stats: OwnerStats::default(),
            utc_offset_s: config.utc_offset_s,
            writes: WriteState::default(),
        }));
        door.0.evidence.attach(&door.0);
        door.keep_arenas();
        Ok(door)
    }

    /// The definitions as they are now.
    pub fn catalog(&self) -> Arc<Catalog> {
        self.0.catalog()
    }

    /// Reads the definitions again, after another node changed them.
    pub async fn reload_catalog(&self) -> Result<()> {
        self.0.reload_catalog().await
    }

    /// The directory at the version the caller has seen, or a later one.
    pub async fn directory(&self, caller: &Caller) -> Result<Arc<DirectoryEntry>> {
        self.0.directory(caller).await
    }

    /// The caller's grant for an action on an object.
    ///
    /// # Errors
    /// `object.unknown`; `access.*` when nothing is granted; a step-up when something must be done first.
    pub async fn grant(&self, caller: &Caller, object: &str, action: Action) -> Result<Grant> {
        let catalog = self.0.catalog();
        self.0.grant(caller, catalog.require(object)?, action).await
    }

    /// The evidence log.
    pub fn evidence(&self) -> &Evidence {
        &self.0.evidence
    }

    /// The search arenas, for status and metrics.
    pub fn arenas(&self) -> &Arenas {
        &self.0.arenas
    }

    /// The store below, for tables that hold no records.
    pub fn store(&self) -> &Store {
        &self.0.store
    }

    /// The vault below.
    pub fn vault(&self) -> &Arc<Vault> {
        &self.0.vault
    }

    /// The organisation whose records these are.
    pub fn org(&self) -> OrgId {
        self.0.org
    }

    /// The outside world as the door sees it.
    pub fn context(&self) -> &Context {
        &self.0.ctx
    }

    pub(crate) fn inner(&self) -> &Arc<Inner> {
        &self.0
    }
}

impl std::fmt::Debug for Door {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Door")
    }
}

impl Inner {
    pub fn catalog(&self) -> Arc<Catalog> {
        Arc::clone(&self.catalog.read())
    }

    pub async fn reload_catalog(&self) -> Result<()> {
        let catalog = catalog::load(&self.store, self.org).await?;
        for object in catalog.objects() {
            self.arenas.ensure(&object.def);
        }
        *self.catalog.write() = Arc::new(catalog);
        self.grants.clear();
        Ok(())
    }

    pub async fn directory(&self, caller: &Caller) -> Result<Arc<DirectoryEntry>> {
        if caller.org != self.org {
            return Err(Error::forbidden("access.organisation"));
        }
        self.directories.at(&self.store, self.org, caller.directory).await
    }

    /// The grant of a caller, or why there is none.
    pub async fn grant(&self, caller: &Caller, object: &CatalogObject, action: Action) -> Result<Grant> {
        let directory = self.directory(caller).await?;
        Ok(self.grants.grant(&directory, caller, object, action, self.ctx.now())?)
    }
}

/// The program itself as a caller, for what it does by its own: installing, filling, keeping house.
pub fn system_caller(org: OrgId) -> Caller {
    Caller {
        org,
        person: PersonId::NIL,
        kind: PrincipalKind::System,
        pseudonym: [0; 16],
        session: SessionId::NIL,
        acting_for: None,
        assurance: Assurance::default(),
        network: String::new(),
        device: String::new(),
        purpose: None,
        epoch: 0,
        directory: 0,
    }
}
