//! A server that protects nobody: one plain table per object, no sign-in, no rights, no
//! encryption, no history, no evidence, `synchronous=NORMAL`. What the machine can do.

mod fill;
mod routes;

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::Context as _;
use axum_server::Handle;
use axum_server::tls_rustls::RustlsConfig;
use parking_lot::{Mutex, MutexGuard};
use rusqlite::{Connection, OpenFlags};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::say;

pub use fill::fill;

/// The tables.
const SCHEMA: &str = "
CREATE TABLE contact (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL, company TEXT NOT NULL, phone TEXT, email TEXT, id_no TEXT,
    title TEXT, owner INTEGER NOT NULL, team INTEGER NOT NULL, note TEXT,
    created INTEGER NOT NULL, updated INTEGER NOT NULL);
CREATE INDEX contact_updated ON contact (updated DESC);
CREATE INDEX contact_team ON contact (team, updated DESC);
CREATE INDEX contact_phone ON contact (phone);
CREATE TABLE opportunity (
    id INTEGER PRIMARY KEY, name TEXT NOT NULL, company TEXT NOT NULL, owner INTEGER NOT NULL, team INTEGER NOT NULL,
    stage TEXT NOT NULL, amount INTEGER NOT NULL, expected_close TEXT, created INTEGER NOT NULL,
    updated INTEGER NOT NULL);
CREATE INDEX opportunity_team ON opportunity (team);
";

/// The database: readers that take turns and one writer.
pub(crate) struct Bare {
    readers: Vec<Mutex<Connection>>,
    writer: Mutex<Connection>,
    turn: AtomicUsize,
}

impl Bare {
    fn open(path: &Path) -> anyhow::Result<Self> {
        let cores = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
        let readers =
            (0..cores.clamp(2, 8)).map(|_| Ok(Mutex::new(connect(path)?))).collect::<anyhow::Result<_>>()?;
        Ok(Bare { readers, writer: Mutex::new(connect(path)?), turn: AtomicUsize::new(0) })
    }

    pub(crate) fn reader(&self) -> MutexGuard<'_, Connection> {
        if let Some(free) = self.readers.iter().find_map(Mutex::try_lock) {
            return free;
        }
        let turn = self.turn.fetch_add(1, Ordering::Relaxed) % self.readers.len().max(1);
        self.readers.get(turn).unwrap_or(&self.writer).lock()
    }

    pub(crate) fn writer(&self) -> MutexGuard<'_, Connection> {
        self.writer.lock()
    }
}

fn connect(path: &Path) -> anyhow::Result<Connection> {
    let db =
        Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE)?;
    // The same memory for pages as Kedun's by default.
    db.execute_batch("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -131072;")?;
    db.set_prepared_statement_cache_capacity(64);
    Ok(db)
}

/// Where the bare server finds its data and its certificate.
#[derive(Debug, Clone, clap::Args)]
pub struct BareArgs {
    #[arg(long)]
    pub db: PathBuf,
    /// The directory with `cert.pem` and `key.pem`; made when it is missing.
    #[arg(long)]
    pub tls: PathBuf,
}

/// Serves until it is killed.
///
/// # Errors
/// When it cannot listen.
pub async fn serve(args: BareArgs) -> anyhow::Result<()> {
    let bare = Arc::new(Bare::open(&args.db)?);
    let tls = RustlsConfig::from_config(tls(&args.tls)?);
    let handle = Handle::new();
    let address = SocketAddr::from(([127, 0, 0, 1], 0));
    let serving = axum_server::bind_rustls(address, tls)
        .handle(handle.clone())
        .serve(routes::router(bare).into_make_service_with_connect_info::<SocketAddr>());
    let serving = tokio::spawn(serving);
    let address = handle.listening().await.context("the bare server cannot listen")?;
    say::line(format!("The bare server listens on https://{address}"));
    Ok(serving.await??)
}

/// The same settings as Kedun's: rustls, TLS 1.3 and 1.2, a self-signed certificate.
fn tls(dir: &Path) -> anyhow::Result<Arc<rustls::ServerConfig>> {
    let (cert, key) = (dir.join("cert.pem"), dir.join("key.pem"));
    if !cert.exists() {
        std::fs::create_dir_all(dir)?;
        let pair = rcgen::KeyPair::generate()?;
        let signed = rcgen::CertificateParams::new(["localhost".to_owned()])?.self_signed(&pair)?;
        std::fs::write(&cert, signed.pem())?;
        std::fs::write(&key, pair.serialize_pem())?;
    }
    let chain = CertificateDer::pem_file_iter(&cert)?.collect::<Result<_, _>>()?;
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(chain, PrivateKeyDer::from_pem_file(&key)?)?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}
