//! Databases for tests: each test gets a fresh one on SQLite, and on PostgreSQL when
//! `DATABASE_URL` names a server.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use kedun_model::{Clock, Context, IdSource};
use kedun_store::{Migration, Store, StoreConfig, Tuning, admin};
use parking_lot::Mutex;
use rand::{RngCore, SeedableRng};
use rand_chacha::ChaCha20Rng;
use uuid::Uuid;

/// 2026-01-01T00:00:00Z in microseconds: when virtual time begins.
pub const EPOCH: i64 = 1_767_225_600_000_000;

/// The longest that a reader does not see what a test writes behind the store's back.
const HOLD: std::time::Duration = std::time::Duration::from_millis(100);

/// A clock that moves when it is told to.
#[derive(Debug)]
pub struct VirtualClock(AtomicI64);

impl Default for VirtualClock {
    fn default() -> Self {
        VirtualClock(AtomicI64::new(EPOCH))
    }
}

impl VirtualClock {
    /// Moves the clock on by so many microseconds.
    pub fn advance(&self, micros: i64) {
        self.0.fetch_add(micros, Ordering::SeqCst);
    }

    /// Sets the clock, microseconds of UTC.
    pub fn set(&self, at: i64) {
        self.0.store(at, Ordering::SeqCst);
    }
}

impl Clock for VirtualClock {
    fn now(&self) -> i64 {
        self.0.load(Ordering::SeqCst)
    }
}

/// Ids and random bytes from a seed.
pub struct SeededIds(Mutex<ChaCha20Rng>);

impl SeededIds {
    pub fn new(seed: u64) -> Self {
        SeededIds(Mutex::new(ChaCha20Rng::seed_from_u64(seed)))
    }
}

impl IdSource for SeededIds {
    fn uuid(&self, at: i64) -> Uuid {
        let mut random = [0; 10];
        self.random(&mut random);
        kedun_model::context::uuid_v7(at, random)
    }

    fn random(&self, buf: &mut [u8]) {
        self.0.lock().fill_bytes(buf);
    }
}

/// A context in virtual time with ids from `seed`, and the clock that moves it.
pub fn context(seed: u64) -> (Context, Arc<VirtualClock>) {
    let clock = Arc::new(VirtualClock::default());
    (Context { clock: clock.clone(), ids: Arc::new(SeededIds::new(seed)) }, clock)
}

/// Where a test's database is.
enum Place {
    Sqlite(tempfile::TempDir),
    Postgres { server: String, name: String, url: String },
}

/// A database of a test, and what is needed to open it again.
pub struct TestStore {
    place: Place,
    pub context: Context,
    pub clock: Arc<VirtualClock>,
    /// The key of the main file (SQLite).
    pub db_key: [u8; 32],
    /// The key of the keys file (SQLite).
    pub keys_key: [u8; 32],
}

impl TestStore {
    /// A fresh, encrypted SQLite database in a directory that goes away with it.
    pub fn sqlite() -> anyhow::Result<Self> {
        let (context, clock) = context(1);
        let place = Place::Sqlite(tempfile::tempdir()?);
        Ok(TestStore { place, context, clock, db_key: [7; 32], keys_key: [8; 32] })
    }

    /// A fresh PostgreSQL database; `None` when no server is named.
    pub async fn postgres() -> anyhow::Result<Option<Self>> {
        static NUMBER: AtomicU64 = AtomicU64::new(0);
        let Ok(server) = std::env::var("DATABASE_URL") else { return Ok(None) };
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("kedun_t{}_{number}_{:08x}", std::process::id(), rand::random::<u32>());
        let url = admin::create_database(&server, &name).await?;
        let (context, clock) = context(1);
        let place = Place::Postgres { server, name, url };
        Ok(Some(TestStore { place, context, clock, db_key: [7; 32], keys_key: [8; 32] }))
    }

    /// How to open it.
    pub fn config(&self) -> StoreConfig {
        match &self.place {
            Place::Sqlite(dir) => StoreConfig::Sqlite {
                dir: dir.path().to_owned(),
                db_key: Some(self.db_key.into()),
                keys_key: Some(self.keys_key.into()),
                cache_bytes: 16 << 20,
                readers: 2,
            },
            Place::Postgres { url, .. } => StoreConfig::Postgres { url: url.clone(), max_connections: 8 },
        }
    }

    /// How long readers may go on without what was written behind the store's back.
    pub fn hold(&self) -> std::time::Duration {
        match self.place {
            Place::Sqlite(_) => HOLD,
            Place::Postgres { .. } => std::time::Duration::ZERO,
        }
    }

    /// Opens it with the migrations of the crate under test.
    pub async fn open(&self, migrations: Vec<Migration>) -> kedun_store::Result<Store> {
        self.open_with(migrations, Tuning { poll: std::time::Duration::from_millis(50), ..Tuning::default() })
            .await
    }

    /// Opens it within other bounds. Tests share a slow disk, so the deadline is never below 30 seconds;
    /// what a test writes behind the store's back is seen at once.
    pub async fn open_with(
        &self,
        migrations: Vec<Migration>,
        mut tuning: Tuning,
    ) -> kedun_store::Result<Store> {
        tuning.deadline = tuning.deadline.max(std::time::Duration::from_secs(30));
        tuning.hold = tuning.hold.min(HOLD);
        Store::open_with(self.config(), self.context.clone(), migrations, tuning).await
    }

    /// The directory of a SQLite database.
    pub fn dir(&self) -> Option<&std::path::Path> {
        match &self.place {
            Place::Sqlite(dir) => Some(dir.path()),
            Place::Postgres { .. } => None,
        }
    }

    /// The URL of a PostgreSQL database.
    pub fn url(&self) -> Option<&str> {
        match &self.place {
            Place::Sqlite(_) => None,
            Place::Postgres { url, .. } => Some(url),
        }
    }

    /// How to remove the database when the test is over.
    pub fn remains(&self) -> Remains {
        Remains(match &self.place {
            Place::Sqlite(_) => None,
            Place::Postgres { server, name, .. } => Some((server.clone(), name.clone())),
        })
    }
}

/// What a test leaves on a server.
pub struct Remains(Option<(String, String)>);

impl Remains {
    /// Removes it. A test that failed leaves its database to be looked at.
    pub async fn remove(self) {
        if let Some((server, name)) = self.0
            && let Err(error) = admin::drop_database(&server, &name).await
        {
            notice(&format!("the database {name} could not be removed: {error}"));
        }
    }
}

/// Tells something to whoever runs the tests.
#[expect(clippy::print_stderr, reason = "tests speak to a terminal")]
pub fn notice(text: &str) {
    eprintln!("{text}");
}

/// Defines a test that runs on both engines: `name::sqlite` and `name::postgres`.
///
/// ```ignore
/// db_test! { async fn a_row_comes_back(test: TestStore) { let store = test.open(vec![]).await.unwrap(); } }
/// ```
#[macro_export]
macro_rules! db_test {
    ($($(#[$attribute:meta])* async fn $name:ident($test:ident: $store:ty) $body:block)*) => {$(
        #[cfg(test)]
        mod $name {
            #[allow(unused_imports)]
            use super::*;

            async fn run($test: $store) $body

            $(#[$attribute])*
            #[tokio::test(flavor = "multi_thread")]
            async fn sqlite() {
                run($crate::db::TestStore::sqlite().expect("a directory for the test")).await;
            }

            $(#[$attribute])*
            #[tokio::test(flavor = "multi_thread")]
            async fn postgres() {
                match $crate::db::TestStore::postgres().await.expect("a database for the test") {
                    Some(test) => {
                        let remains = test.remains();
                        run(test).await;
                        remains.remove().await;
                    }
                    None => $crate::db::notice("skipped: DATABASE_URL not set"),
                }
            }
        }
    )*};
}
