//! The PostgreSQL server of a run: made by `scripts/pg-temp.sh with`, which names its directory in
//! `KEDUN_PG_DIR` and a database in `DATABASE_URL`.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use tokio::process::Command;

/// A PostgreSQL server of our own, or one that somebody named.
#[derive(Clone, Debug)]
pub struct Cluster {
    url: String,
    /// The directory of one that we may stop and start.
    dir: Option<PathBuf>,
}

impl Cluster {
    /// The server that the environment names.
    pub fn from_env() -> Option<Self> {
        let url = std::env::var("DATABASE_URL").ok()?;
        Some(Cluster { url, dir: std::env::var_os("KEDUN_PG_DIR").map(PathBuf::from) })
    }

    /// Makes an empty database and returns its URL.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn database(&self, name: &str) -> anyhow::Result<String> {
        kedun_store::admin::drop_database(&self.url, name).await?;
        Ok(kedun_store::admin::create_database(&self.url, name).await?)
    }

    /// Removes a database.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn remove(&self, name: &str) -> anyhow::Result<()> {
        Ok(kedun_store::admin::drop_database(&self.url, name).await?)
    }

    /// Whether it is ours to stop.
    pub fn is_ours(&self) -> bool {
        self.dir.is_some()
    }

    /// The process that its backends are children of, if it is ours.
    pub fn postmaster(&self) -> Option<u32> {
        let text = std::fs::read_to_string(self.dir.as_ref()?.join("data/postmaster.pid")).ok()?;
        text.lines().next()?.trim().parse().ok()
    }

    /// Ends the server as if the power had failed.
    ///
    /// # Errors
    /// When it is not ours or does not end.
    pub async fn crash(&self) -> anyhow::Result<()> {
        self.control(&["stop", "--mode", "immediate"]).await
    }

    /// Starts it again on the same port.
    ///
    /// # Errors
    /// When it is not ours or does not start.
    pub async fn start(&self) -> anyhow::Result<()> {
        let port =
            self.url.rsplit_once(':').and_then(|(_, rest)| rest.split('/').next()).context("no port")?;
        let dir = self.dir.as_deref().context("this PostgreSQL server is not ours")?;
        let log = dir.join("server.log");
        let options = format!("-p {port}");
        self.control(&["start", "--options", &options, "--log", path(&log)?, "--timeout", "60", "--wait"])
            .await
    }

    async fn control(&self, what: &[&str]) -> anyhow::Result<()> {
        let dir = self.dir.as_deref().context("this PostgreSQL server is not ours")?;
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scripts/pg-temp.sh");
        let bin = Command::new(&script).arg("bindir").output().await?;
        let bin = PathBuf::from(String::from_utf8(bin.stdout)?.trim());
        let data = dir.join("data");
        let owner = owner(&data)?;
        let mut command = if owner == current()? {
            Command::new(bin.join("pg_ctl"))
        } else {
            let mut command = Command::new("setpriv");
            command.args(["--reuid", &owner.to_string(), "--clear-groups", "--"]).arg(bin.join("pg_ctl"));
            command
        };
        // Its output goes nowhere: the server would hold a pipe open for as long as it lives.
        let ended = command
            .current_dir(dir)
            .args(what)
            .args(["--silent", "--pgdata", path(&data)?])
            .stdin(std::process::Stdio::null())
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .status()
            .await?;
        anyhow::ensure!(ended.success(), "pg_ctl {} failed", what.first().unwrap_or(&""));
        Ok(())
    }
}

fn path(path: &Path) -> anyhow::Result<&str> {
    path.to_str().context("a path that is not text")
}

fn owner(path: &Path) -> anyhow::Result<u32> {
    use std::os::unix::fs::MetadataExt as _;
    Ok(std::fs::metadata(path)?.uid())
}

fn current() -> anyhow::Result<u32> {
    owner(Path::new("/proc/self"))
}
