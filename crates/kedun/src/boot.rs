//! Opens the parts in their order: root key, store, vault, door, people, jobs.

use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use kedun_api::{ApiConfig, ApiState, Kit};
use kedun_connect::sheet::Limits;
use kedun_connect::{ImportConfig, Imports};
use kedun_engine::evidence::{Evidence, EvidenceTasks};
use kedun_engine::{Door, DoorConfig, OpenVaultError, open_vault, system_caller};
use kedun_flow::{Runner, RunnerConfig};
use kedun_identity::{Identity, SeedReport, TableDirectory};
use kedun_model::{Context, DEFAULT_ORG};
use kedun_store::{Migration, Store, StoreConfig, Tuning};
use kedun_vault::{
    PassphraseRow, RootKey, RootSource, SystemEntropy, VaultError, create_root_file, load_root, recovery_kit,
};
use tokio::task::JoinSet;
use tokio::time::MissedTickBehavior;

use crate::config::{AtRest, DataArgs};

/// Seconds east of UTC of the organisation's clock.
const CHINA: i32 = 8 * 3600;

/// A server without its listener.
pub struct App {
    pub state: ApiState,
    pub door: Door,
    pub identity: Identity,
    pub store: Store,
    /// What became of the delivered roles.
    pub roles: SeedReport,
    runner: Runner,
    /// Work that nobody asks for; ends with the server.
    housekeeping: JoinSet<()>,
    _evidence: EvidenceTasks,
}

/// What starting led to.
pub enum Booted {
    Ready(Box<App>),
    /// The root key is missing or wrong: nothing is lost, nothing can be read.
    Sealed {
        reason: String,
    },
}

/// How the parts are opened, beyond where the data is.
#[derive(Debug, Clone, Default)]
pub struct Options {
    /// Addresses of proxies whose X-Forwarded-For is believed.
    pub trusted_proxies: Vec<IpAddr>,
    /// The data is synthetic, and the page says so.
    pub demo: bool,
    pub tuning: Tuning,
}

/// All migrations of the program.
pub fn migrations() -> Vec<Migration> {
    let mut all = kedun_identity::migrations();
    all.extend(kedun_engine::migrations());
    all.extend(kedun_connect::migrations());
    all.extend(kedun_api::migrations());
    all
}

/// Starts everything but the listener.
///
/// # Errors
/// What stands in the way, in words for an operator.
pub async fn boot(args: &DataArgs, context: Context, options: Options) -> anyhow::Result<Booted> {
    let root = match find_root(args, &context).await? {
        Ok(root) => root,
        Err(reason) => return Ok(Booted::Sealed { reason }),
    };
    let store =
        match Store::open_with(store_config(args, &root)?, context.clone(), migrations(), options.tuning)
            .await
        {
            Ok(store) => store,
            Err(error @ kedun_store::StoreError::WrongKey { .. }) => {
                return Ok(Booted::Sealed { reason: error.to_string() });
            }
            Err(error) => return Err(error).context("the store cannot be opened"),
        };
    let vault = match open_vault(&store, &root, Arc::new(SystemEntropy), context.now()).await {
        Ok(vault) => Arc::new(vault),
        Err(OpenVaultError::Vault(VaultError::WrongRootKey)) => {
            return Ok(Booted::Sealed {
                reason: "the root key is not the one the data was sealed with".to_owned(),
            });
        }
        Err(error) => return Err(error.into()),
    };
    let config = DoorConfig { org: DEFAULT_ORG, source: Arc::new(TableDirectory), utc_offset_s: CHINA };
    let door = Door::start(store.clone(), vault, context.clone(), config).await?;
    door.set_rules(kedun_crm::rules()?);
    for object in kedun_crm::standard_objects()? {
        door.install_object(&system_caller(DEFAULT_ORG), object).await?;
    }
    let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    let identity = Identity::new(door.clone(), cores)?;
    let roles = identity.install_roles().await?;
    let evidence = door.evidence().run(args.file()?.anchors).await?;
    let imports =
        Imports::new(door.clone(), ImportConfig { dir: import_dir(args), limits: Limits::default() });
    let runner = Runner::start(store.clone(), imports.handlers(), RunnerConfig::default());
    let api = ApiConfig {
        trusted_proxies: options.trusted_proxies,
        engine: if args.database.is_some() { "postgres" } else { "sqlite" },
        root: root_kind(args),
        started_at: context.now(),
        demo: options.demo,
    };
    let mut housekeeping = JoinSet::new();
    housekeeping.spawn(forget_requests(store.clone(), context.clone()));
    let state = ApiState::new(door.clone(), identity.clone(), imports, Arc::new(RootKit(root)), api);
    Ok(Booted::Ready(Box::new(App {
        state,
        door,
        identity,
        store,
        roles,
        runner,
        housekeeping,
        _evidence: evidence,
    })))
}

impl App {
    /// Has the evidence say when the clock of the machine is set forward. Not for a clock that tests move.
    pub fn watch_clock(&mut self) {
        self.housekeeping.spawn(watch_clock(self.door.evidence().clone()));
    }

    /// Stops jobs where they stand, signs the head of the evidence, and closes the store.
    ///
    /// # Errors
    /// When the store cannot be closed in order; it recovers at the next start.
    pub async fn stop(mut self) -> anyhow::Result<()> {
        self.housekeeping.shutdown().await;
        self.runner.stop().await;
        if let Err(error) = self.door.evidence().cover().await {
            tracing::warn!(%error, "the last head of the evidence could not be signed");
        }
        self.store.close().await?;
        Ok(())
    }
}

/// Watches the clock once a second, by one that nobody sets.
async fn watch_clock(evidence: Evidence) {
    let begun = Instant::now();
    let mut second = tokio::time::interval(Duration::from_secs(1));
    second.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        second.tick().await;
        if let Err(error) = evidence.watch_clock(begun.elapsed()).await {
            tracing::warn!(%error, "that the clock was set forward could not be written down; tried again");
        }
    }
}

/// Forgets, once an hour, the requests that can no longer be sent again.
async fn forget_requests(store: Store, context: Context) {
    let mut hour = tokio::time::interval(Duration::from_secs(3600));
    loop {
        hour.tick().await;
        if let Err(error) = store.idempotency_prune(context.now()).await {
            tracing::warn!(%error, "old requests could not be forgotten; tried again in an hour");
        }
    }
}

/// The root key, or why there is none although there is data.
async fn find_root(args: &DataArgs, context: &Context) -> anyhow::Result<Result<RootKey, String>> {
    let source = if let Some(name) = &args.root_key_env {
        RootSource::Env(name.clone())
    } else if args.root_passphrase {
        passphrase(args)?
    } else {
        let path = args.root_key_path();
        let inside = std::path::absolute(&path)?.starts_with(std::path::absolute(&args.data)?);
        if inside && args.database.is_none() {
            anyhow::bail!(
                "the root key {} lies inside the data directory: whoever takes one takes both; name another place",
                path.display()
            );
        }
        if !path.exists() {
            if has_data(args, context).await? {
                return Ok(Err(format!("the root key {} is missing", path.display())));
            }
            if let Some(parent) = path.parent().filter(|p| !p.as_os_str().is_empty()) {
                std::fs::create_dir_all(parent).with_context(|| parent.display().to_string())?;
            }
            return Ok(Ok(create_root_file(&path, &SystemEntropy)?));
        }
        RootSource::File(path)
    };
    Ok(load_root(&source).map_err(|error| error.to_string()))
}

/// Whether there is something that a new root key could not open.
async fn has_data(args: &DataArgs, context: &Context) -> anyhow::Result<bool> {
    let Some(url) = &args.database else { return Ok(args.data.join("keys.db").exists()) };
    let config = StoreConfig::Postgres { url: url.clone(), max_connections: 2 };
    let store = Store::open_with(config, context.clone(), migrations(), Tuning::default())
        .await
        .context("the store cannot be opened")?;
    let (epochs, _) = store.load_vault().await?;
    store.close().await?;
    Ok(!epochs.is_empty())
}

fn passphrase(args: &DataArgs) -> anyhow::Result<RootSource> {
    std::fs::create_dir_all(&args.data).with_context(|| args.data.display().to_string())?;
    let parameters = args.data.join("passphrase.json");
    let row: PassphraseRow = match std::fs::read_to_string(&parameters) {
        Ok(text) => serde_json::from_str(&text).with_context(|| parameters.display().to_string())?,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
            let row = PassphraseRow::new(&SystemEntropy);
            std::fs::write(&parameters, serde_json::to_string_pretty(&row)?)?;
            row
        }
        Err(error) => return Err(error).with_context(|| parameters.display().to_string()),
    };
    crate::say::line("Passphrase of the root key:");
    let mut typed = zeroize::Zeroizing::new(String::new());
    std::io::stdin().read_line(&mut typed)?;
    Ok(RootSource::Passphrase(typed.trim_end_matches(['\r', '\n']).to_owned().into(), row))
}

fn store_config(args: &DataArgs, root: &RootKey) -> anyhow::Result<StoreConfig> {
    if let Some(url) = &args.database {
        return Ok(StoreConfig::Postgres { url: url.clone(), max_connections: 16 });
    }
    make_private_dir(&args.data)?;
    let key = |label: &str| (args.at_rest == AtRest::Sqlcipher).then(|| root.derive_file_key(label));
    let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    Ok(StoreConfig::Sqlite {
        dir: args.data.clone(),
        db_key: key("main.db"),
        keys_key: key("keys.db"),
        cache_bytes: args.cache_mib << 20,
        readers: cores.clamp(2, 8),
    })
}

/// A directory that nobody else on the machine may enter.
pub fn make_private_dir(dir: &Path) -> anyhow::Result<()> {
    use std::os::unix::fs::{DirBuilderExt as _, PermissionsExt as _};
    if dir.exists() {
        std::fs::set_permissions(dir, std::fs::Permissions::from_mode(0o700))
    } else {
        std::fs::DirBuilder::new().recursive(true).mode(0o700).create(dir)
    }
    .with_context(|| format!("the directory {} cannot be made", dir.display()))
}

fn import_dir(args: &DataArgs) -> PathBuf {
    args.data.join("imports")
}

fn root_kind(args: &DataArgs) -> &'static str {
    match (&args.root_key_env, args.root_passphrase) {
        (Some(_), _) => "env",
        (None, true) => "passphrase",
        (None, false) => "file",
    }
}

/// Keeps the root key to show the recovery kit during the first start.
struct RootKit(RootKey);

impl Kit for RootKit {
    fn text(&self) -> String {
        recovery_kit(&self.0)
    }

    fn matches(&self, typed: &str) -> bool {
        RootKey::from_recovery_kit(typed).is_ok_and(|key| key.fingerprint() == self.0.fingerprint())
    }
}
