//! What can be set: by options, by environment variables of the same name with the prefix
//! `KEDUN_`, and for what has structure by a file.

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use clap::{Args, ValueEnum};
use kedun_engine::evidence::AnchorConfig;
use kedun_store::Tuning;
use serde::Deserialize;

use crate::boot::Options;

/// How the embedded engine keeps its files.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum AtRest {
    /// Every page is encrypted.
    Sqlcipher,
    /// Pages are plain; sealed fields are ciphertext all the same.
    None,
}

/// Where the data is and how it is opened.
#[derive(Debug, Clone, Args)]
pub struct DataArgs {
    /// The data directory of the embedded engine.
    #[arg(long, env = "KEDUN_DATA", default_value = "data", value_name = "DIR")]
    pub data: PathBuf,
    /// A PostgreSQL database (15 or newer) instead of the embedded engine.
    #[arg(long, env = "KEDUN_DATABASE", value_name = "URL", hide_env_values = true)]
    pub database: Option<String>,
    /// The file with the root key; outside the data directory. Made at the first start.
    #[arg(long, env = "KEDUN_ROOT_KEY_FILE", value_name = "FILE")]
    pub root_key_file: Option<PathBuf>,
    /// The environment variable that holds the root key, instead of a file.
    #[arg(long, env = "KEDUN_ROOT_KEY_ENV", value_name = "NAME", conflicts_with = "root_key_file")]
    pub root_key_env: Option<String>,
    /// Asks for a passphrase on standard input, instead of a file.
    #[arg(long, env = "KEDUN_ROOT_PASSPHRASE", conflicts_with_all = ["root_key_file", "root_key_env"])]
    pub root_passphrase: bool,
    /// How the embedded engine keeps its files.
    #[arg(long, env = "KEDUN_AT_REST", value_enum, default_value = "sqlcipher")]
    pub at_rest: AtRest,
    /// Memory for database pages, in MiB, over all readers.
    #[arg(long, env = "KEDUN_CACHE_MIB", default_value_t = 256)]
    pub cache_mib: u64,
    /// The file with settings that have structure, such as anchors.
    #[arg(long, env = "KEDUN_CONFIG", value_name = "FILE")]
    pub config: Option<PathBuf>,
}

/// How the server is reached.
#[derive(Debug, Clone, Args)]
pub struct ListenArgs {
    /// The address to listen on.
    #[arg(long, env = "KEDUN_LISTEN", default_value = "127.0.0.1:8443", value_name = "ADDR:PORT")]
    pub listen: SocketAddr,
    /// The certificate chain in PEM; a self-signed one is made unless given.
    #[arg(long, env = "KEDUN_TLS_CERT", value_name = "FILE", requires = "tls_key")]
    pub tls_cert: Option<PathBuf>,
    /// The private key in PEM.
    #[arg(long, env = "KEDUN_TLS_KEY", value_name = "FILE", requires = "tls_cert")]
    pub tls_key: Option<PathBuf>,
    /// Names and addresses for the self-signed certificate.
    #[arg(long, env = "KEDUN_TLS_NAMES", value_delimiter = ',', default_value = "localhost,127.0.0.1,::1")]
    pub tls_names: Vec<String>,
    /// Addresses of proxies whose X-Forwarded-For is believed.
    #[arg(long, env = "KEDUN_TRUSTED_PROXIES", value_delimiter = ',')]
    pub trusted_proxies: Vec<IpAddr>,
}

/// The file with settings that have structure; unknown keys are errors.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct FileConfig {
    /// Where signed heads of the evidence log are left; at least two are advised.
    pub anchors: Vec<AnchorConfig>,
}

impl ListenArgs {
    /// How the parts are opened.
    pub fn options(&self, demo: bool) -> Options {
        Options { trusted_proxies: self.trusted_proxies.clone(), demo, tuning: Tuning::default() }
    }
}

impl DataArgs {
    /// The settings of the file, or none.
    ///
    /// # Errors
    /// Names the file and what is wrong in it.
    pub fn file(&self) -> anyhow::Result<FileConfig> {
        use anyhow::Context as _;
        let Some(path) = &self.config else { return Ok(FileConfig::default()) };
        let text =
            std::fs::read_to_string(path).with_context(|| format!("{} cannot be read", path.display()))?;
        toml::from_str(&text).with_context(|| format!("{} is not a valid configuration", path.display()))
    }

    /// Where the root key is, or will be, unless it comes from elsewhere: beside the data
    /// directory, never in it.
    pub fn root_key_path(&self) -> PathBuf {
        self.root_key_file.clone().unwrap_or_else(|| {
            let mut name = self.data.file_name().unwrap_or_default().to_os_string();
            name.push(".root-key");
            self.data.with_file_name(name)
        })
    }
}
