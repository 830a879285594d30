//! The program under test as a process of its own.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use serde_json::Value;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

use crate::client::{Ask, Browser, Endpoint};
use crate::process;

/// The password of everybody in the synthetic company.
pub const PASSWORD: &str = "kedun demo 2026";
/// How long a start may take.
const START: Duration = Duration::from_secs(120);

/// How large the synthetic company is.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    pub seed: u64,
    pub people: usize,
    pub accounts: usize,
    pub contacts: usize,
    pub opportunities: usize,
    pub leads: usize,
    pub follow_ups: usize,
}

/// Where the data of a run lies and how the program is started on it.
#[derive(Debug, Clone)]
pub struct Site {
    pub bin: PathBuf,
    /// Holds the data directory, the root key and the log.
    pub dir: PathBuf,
    /// The URL of a PostgreSQL database, if it is that engine.
    pub database: Option<String>,
    /// A program with arguments that starts the server in its stead.
    pub wrapper: Vec<String>,
    pub env: Vec<(String, String)>,
    /// Where the data is instead, such as on a small disk.
    pub data: Option<PathBuf>,
}

impl Site {
    /// A site in an existing directory.
    pub fn new(bin: &Path, dir: &Path, database: Option<String>) -> Self {
        Site {
            bin: bin.to_owned(),
            dir: dir.to_owned(),
            database,
            wrapper: Vec::new(),
            env: Vec::new(),
            data: None,
        }
    }

    /// The data directory.
    pub fn data(&self) -> PathBuf {
        self.data.clone().unwrap_or_else(|| self.dir.join("data"))
    }

    /// Where what the program says is kept.
    pub fn log(&self) -> PathBuf {
        self.dir.join("server.log")
    }

    fn command(&self, wrapped: bool, what: &str) -> Command {
        let mut words = if wrapped { self.wrapper.clone() } else { Vec::new() };
        words.push(self.bin.display().to_string());
        let mut words = words.into_iter();
        let mut command = Command::new(words.next().unwrap_or_default());
        command.args(words).arg(what).env("KEDUN_DATA", self.data());
        command.env("KEDUN_ROOT_KEY_FILE", self.dir.join("root.key"));
        command.env_remove("KEDUN_DATABASE");
        if let Some(url) = &self.database {
            command.env("KEDUN_DATABASE", url);
        }
        if wrapped {
            command.envs(self.env.iter().map(|(k, v)| (k, v)));
        }
        command.stdin(Stdio::null()).kill_on_drop(true);
        command
    }

    fn log_file(&self) -> anyhow::Result<Stdio> {
        let path = self.log();
        let file = std::fs::OpenOptions::new().create(true).append(true).open(&path);
        Ok(file.with_context(|| path.display().to_string())?.into())
    }

    /// Fills empty data with the synthetic company.
    ///
    /// # Errors
    /// When the program fails.
    pub async fn fill(&self, size: &Size) -> anyhow::Result<()> {
        let mut command = self.command(false, "demo");
        let numbers = [
            ("--seed", size.seed),
            ("--people", u64::try_from(size.people)?),
            ("--customers", u64::try_from(size.accounts)?),
            ("--contacts", u64::try_from(size.contacts)?),
            ("--opportunities", u64::try_from(size.opportunities)?),
            ("--leads", u64::try_from(size.leads)?),
            ("--follow-ups", u64::try_from(size.follow_ups)?),
        ];
        for (name, n) in numbers {
            command.arg(name).arg(n.to_string());
        }
        let ended =
            command.arg("--fill-only").stdout(self.log_file()?).stderr(self.log_file()?).status().await?;
        anyhow::ensure!(ended.success(), "filling failed; see {}", self.log().display());
        Ok(())
    }

    /// The six digits that are valid now for a login.
    ///
    /// # Errors
    /// When the program fails.
    pub async fn code(&self, seed: u64, login: &str) -> anyhow::Result<String> {
        let seed = seed.to_string();
        let out = self.command(false, "demo").args(["--seed", &seed, "--code", login]).output().await?;
        anyhow::ensure!(out.status.success(), "no code for {login}");
        Ok(String::from_utf8(out.stdout)?.trim().to_owned())
    }

    /// Runs a command on stopped data and gives what it printed, with whether it found nothing wrong.
    ///
    /// # Errors
    /// When it cannot be run.
    pub async fn check(&self, what: &str, arguments: &[&str]) -> anyhow::Result<(bool, String)> {
        let out = self.command(false, what).args(arguments).stderr(self.log_file()?).output().await?;
        Ok((out.status.success(), String::from_utf8_lossy(&out.stdout).into_owned()))
    }

    /// Starts the program without waiting until it listens.
    ///
    /// # Errors
    /// When it cannot be started.
    pub fn spawn(&self) -> anyhow::Result<Starting> {
        let mut command = self.command(true, "serve");
        let begun = Instant::now();
        let child = command
            .args(["--listen", "127.0.0.1:0"])
            .stdout(Stdio::piped())
            .stderr(self.log_file()?)
            .spawn()
            .with_context(|| format!("{} cannot be started", self.bin.display()))?;
        Ok(Starting {
            child,
            begun,
            certificate: self.data().join("tls/cert.pem"),
            wrapped: !self.wrapper.is_empty(),
        })
    }

    /// Starts the program and waits for its first answer.
    ///
    /// # Errors
    /// When it ends or does not answer.
    pub async fn start(&self) -> anyhow::Result<Running> {
        self.spawn()?.ready().await
    }
}

/// A program that does not listen yet.
pub struct Starting {
    child: Child,
    begun: Instant,
    certificate: PathBuf,
    wrapped: bool,
}

impl Starting {
    /// Waits for the first answer.
    ///
    /// # Errors
    /// When it ends or does not answer.
    pub async fn ready(mut self) -> anyhow::Result<Running> {
        let out = self.child.stdout.take().context("no output")?;
        let mut lines = BufReader::new(out).lines();
        let listening = async {
            while let Some(line) = lines.next_line().await? {
                if let Some((_, address)) = line.split_once("listens on https://") {
                    return anyhow::Ok(address.trim().parse()?);
                }
            }
            anyhow::bail!("the server ended before it listened")
        };
        let address =
            tokio::time::timeout(START, listening).await.context("the server does not listen")??;
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        let endpoint = Endpoint::new(address, &self.certificate)?;
        let answer = Browser::new(endpoint.clone()).send(Ask::get("/health")).await?;
        answer.good()?;
        let first_answer = self.begun.elapsed();
        let own = self.child.id().context("the server ended")?;
        let pid = if self.wrapped { process::children(own)?.first().copied().unwrap_or(own) } else { own };
        Ok(Running { child: self.child, pid, endpoint, first_answer })
    }

    /// Kills it where it stands.
    ///
    /// # Errors
    /// When it cannot be waited for.
    pub async fn kill(mut self) -> anyhow::Result<()> {
        Ok(self.child.kill().await?)
    }
}

/// A program that answers.
pub struct Running {
    child: Child,
    pub pid: u32,
    pub endpoint: Endpoint,
    /// From its start to its first answer.
    pub first_answer: Duration,
}

impl Running {
    /// Kills it where it stands (SIGKILL).
    ///
    /// # Errors
    /// When it cannot be waited for.
    pub async fn kill(mut self) -> anyhow::Result<()> {
        signal("-KILL", self.pid).await?;
        self.child.wait().await?;
        Ok(())
    }

    /// Asks it to end (SIGTERM) and waits.
    ///
    /// # Errors
    /// When it does not end in order within 60 seconds.
    pub async fn stop(mut self) -> anyhow::Result<()> {
        signal("-TERM", self.pid).await?;
        let ended = tokio::time::timeout(Duration::from_secs(60), self.child.wait()).await;
        let ended = ended.context("the server does not stop")??;
        anyhow::ensure!(ended.success(), "the server ended with {ended}");
        Ok(())
    }

    /// Whether it has ended by itself.
    ///
    /// # Errors
    /// When it cannot be asked.
    pub fn ended(&mut self) -> anyhow::Result<bool> {
        Ok(self.child.try_wait()?.is_some())
    }
}

async fn signal(what: &str, pid: u32) -> anyhow::Result<()> {
    // Whether it was there to hear it shows when it is waited for.
    Command::new("kill").args([what, &pid.to_string()]).stderr(Stdio::null()).status().await?;
    Ok(())
}

/// A text in a JSON answer.
///
/// # Errors
/// When it is not there.
pub fn text(json: &Value, path: &str) -> anyhow::Result<String> {
    let found = json.pointer(path).and_then(Value::as_str).map(str::to_owned);
    found.with_context(|| format!("no {path} in {json}"))
}

/// A number in a JSON answer.
///
/// # Errors
/// When it is not there.
pub fn number(json: &Value, path: &str) -> anyhow::Result<u64> {
    json.pointer(path).and_then(Value::as_u64).with_context(|| format!("no {path} in {json}"))
}
