//! A whole run: fill, start, measure each side, write the report.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use serde::Serialize;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

use super::drive::{Cost, Meter, drive};
use super::import::ImportCost;
use super::kedun_side::{self, Team};
use super::start::{Footprint, middle};
use super::{CONNECTIONS, Operation, bare_side, import, report, workload};
use crate::bare;
use crate::client::{Browser, Endpoint};
use crate::cluster::Cluster;
use crate::server::{PASSWORD, Running, Site, Size};
use crate::{process, say};

/// Which engine is measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Engine {
    Sqlite,
    Postgres,
    Both,
}

/// What is measured.
#[derive(Debug, Clone, clap::Args)]
pub struct BenchArgs {
    /// The program under test.
    #[arg(long)]
    pub bin: PathBuf,
    #[arg(long, value_enum, default_value = "sqlite")]
    pub engine: Engine,
    /// Contacts of the workload; accounts are a fifth, opportunities half of it.
    #[arg(long, default_value_t = 100_000)]
    pub contacts: usize,
    /// One second for each measurement instead of four.
    #[arg(long)]
    pub quick: bool,
    /// Only these operations, by number.
    #[arg(long, value_delimiter = ',')]
    pub only: Vec<String>,
    /// Where the figures go; nothing is written unless given.
    #[arg(long)]
    pub report: Option<PathBuf>,
    /// The version of the source, for the report.
    #[arg(long, default_value = "unknown")]
    pub commit: String,
    /// The day, for the report.
    #[arg(long, default_value = "")]
    pub date: String,
    /// A directory that keeps filled data from one run to the next.
    #[arg(long)]
    pub keep: Option<PathBuf>,
    /// Waits so many seconds with the server under the load of the first operation, for a profiler.
    #[arg(long, default_value_t = 0)]
    pub profile: u64,
}

/// One side's figures.
#[derive(Debug, Serialize)]
pub struct Side {
    pub name: String,
    /// By operation: one connection, then [`CONNECTIONS`].
    pub costs: Vec<(String, Vec<Cost>)>,
    pub import: Option<ImportCost>,
    pub footprint: Footprint,
}

/// All figures of a run.
#[derive(Debug, Serialize)]
pub struct Figures {
    pub machine: String,
    pub commit: String,
    pub date: String,
    pub contacts: usize,
    pub seconds: u64,
    pub sides: Vec<Side>,
}

/// Measures and reports.
///
/// # Errors
/// When a server fails or answers otherwise than it should.
pub async fn run(args: BenchArgs) -> anyhow::Result<()> {
    let machine = process::machine();
    say::line(format!("Machine: {machine}"));
    let size = workload(args.contacts);
    let company = kedun_side::company(&size);
    let team = kedun_side::team(&company)?;
    let share = team.contacts.len() * 1_000 / args.contacts.max(1);
    say::line(format!(
        "The caller sees {} of {} contacts ({}.{} %)",
        team.contacts.len(),
        args.contacts,
        share / 10,
        share % 10
    ));
    let scratch = tempfile::tempdir()?;
    let place = args.keep.clone().unwrap_or_else(|| scratch.path().to_owned());
    let bench = Bench { args: &args, size, company: &company, team: &team, place };
    let mut sides = vec![bench.bare().await?];
    if args.engine != Engine::Postgres {
        sides.push(bench.kedun("Kedun, SQLite", None).await?);
    }
    if args.engine != Engine::Sqlite {
        let cluster = Cluster::from_env().context("no PostgreSQL server: DATABASE_URL is not set")?;
        sides.push(bench.kedun("Kedun, PostgreSQL", Some(&cluster)).await?);
    }
    let figures = Figures {
        machine,
        commit: args.commit.clone(),
        date: args.date.clone(),
        contacts: args.contacts,
        seconds: bench.time().as_secs(),
        sides,
    };
    let text = report::markdown(&figures);
    say::line(&text);
    if let Some(path) = &args.report {
        report::insert(path, &text)?;
    }
    Ok(())
}

struct Bench<'a> {
    args: &'a BenchArgs,
    size: Size,
    company: &'a kedun_testkit::company::Company,
    team: &'a Team,
    place: PathBuf,
}

impl Bench<'_> {
    fn time(&self) -> Duration {
        Duration::from_secs(if self.args.quick { 1 } else { 4 })
    }

    fn import_rows(&self) -> usize {
        10_000
    }

    fn wanted(&self, id: &str) -> bool {
        self.args.only.is_empty() || self.args.only.iter().any(|only| only == id)
    }

    async fn bare(&self) -> anyhow::Result<Side> {
        let dir = self.place.join("bare");
        std::fs::create_dir_all(&dir)?;
        let db = dir.join("bare.db");
        if !db.exists() {
            bare::fill(&db, self.company)?;
        }
        let mut starts = Vec::new();
        let (mut child, mut endpoint, mut first) = start_bare(&dir).await?;
        for _ in 0..4 {
            starts.push(first);
            child.kill().await?;
            (child, endpoint, first) = start_bare(&dir).await?;
        }
        starts.push(first);
        let pid = child.id().context("the bare server ended")?;
        let idle = process::resident_kib(pid)?.0;
        let meter: Meter = Arc::new(move || Ok((process::cpu_millis(pid)?, 0)));
        let costs =
            self.measure("bare", &endpoint, bare_side::operations(self.company, self.team), &meter).await?;
        let import = if self.wanted("6") {
            Some(import::bare(&endpoint, self.import_rows(), &meter).await?)
        } else {
            None
        };
        let footprint = Footprint {
            start_seconds: middle(starts),
            idle_mib: idle >> 10,
            peak_mib: process::resident_kib(pid)?.1 >> 10,
            disk_mib: process::bytes_below(&dir)? >> 20,
        };
        child.kill().await?;
        Ok(Side { name: "bare".to_owned(), costs, import, footprint })
    }

    async fn kedun(&self, name: &str, cluster: Option<&Cluster>) -> anyhow::Result<Side> {
        let dir = self.place.join(if cluster.is_some() { "postgres" } else { "sqlite" });
        let filled = dir.join("filled");
        let fresh = cluster.is_some() || !filled.exists();
        if fresh {
            if dir.exists() {
                std::fs::remove_dir_all(&dir)?;
            }
            std::fs::create_dir_all(&dir)?;
        }
        let database = match cluster {
            Some(cluster) => Some(cluster.database("kedun_bench").await?),
            None => None,
        };
        let site = Site::new(&self.args.bin, &dir, database);
        if fresh {
            let begun = Instant::now();
            site.fill(&self.size).await?;
            say::line(format!("{name}: filled in {:.1} s", begun.elapsed().as_secs_f64()));
            std::fs::write(&filled, "")?;
        }
        let disk = if cluster.is_some() { 0 } else { process::bytes_below(&site.data())? };
        let (running, starts) = restarted(&site).await?;
        let side = self.measured(name, &site, &running, cluster).await;
        running.stop().await?;
        let (costs, import, idle, peak) = side?;
        let footprint = Footprint {
            start_seconds: middle(starts),
            idle_mib: idle >> 10,
            peak_mib: peak >> 10,
            disk_mib: disk >> 20,
        };
        // What was measured has grown by what was measured.
        if cluster.is_none() && self.args.keep.is_some() {
            std::fs::remove_file(&filled)?;
        }
        if let Some(cluster) = cluster {
            cluster.remove("kedun_bench").await?;
        }
        Ok(Side { name: name.to_owned(), costs, import, footprint })
    }

    async fn measured(
        &self,
        name: &str,
        site: &Site,
        running: &Running,
        cluster: Option<&Cluster>,
    ) -> anyhow::Result<(Vec<(String, Vec<Cost>)>, Option<ImportCost>, u64, u64)> {
        // The arenas fill in the background.
        let mut head = Browser::new(running.endpoint.clone());
        tokio::time::sleep(Duration::from_secs(3)).await;
        let idle = process::resident_kib(running.pid)?.0;
        let no_code = async || anyhow::bail!("no code is expected");
        let head_cookie = head.sign_in(&self.team.head, PASSWORD, no_code).await?;
        let mut director = Browser::new(running.endpoint.clone());
        let director_cookie = director.sign_in(&self.team.director, PASSWORD, no_code).await?;
        let seen = kedun_side::look(&mut head, &mut director).await?;
        let (pid, postmaster) = (running.pid, cluster.and_then(Cluster::postmaster));
        let meter: Meter = Arc::new(move || {
            let database = postmaster.map_or(Ok(0), process::cpu_millis_with_children)?;
            Ok((process::cpu_millis(pid)?, database))
        });
        let operations =
            kedun_side::operations(self.company, self.team, &seen, &head_cookie, &director_cookie);
        let costs = self.measure(name, &running.endpoint, operations, &meter).await?;
        let import = if self.wanted("6") {
            Some(import::kedun(&mut head, self.import_rows(), "k", &meter).await?)
        } else {
            None
        };
        let peak = process::resident_kib(running.pid)?.1;
        let _kept_for_the_log = site;
        Ok((costs, import, idle, peak))
    }

    async fn measure(
        &self,
        name: &str,
        endpoint: &Endpoint,
        operations: Vec<Operation>,
        meter: &Meter,
    ) -> anyhow::Result<Vec<(String, Vec<Cost>)>> {
        let mut all = Vec::new();
        for mut operation in operations {
            if !self.wanted(operation.id) {
                continue;
            }
            let time = if self.args.profile > 0 && name != "bare" {
                Duration::from_secs(self.args.profile)
            } else {
                self.time()
            };
            let mut costs = Vec::new();
            for connections in [1, CONNECTIONS] {
                let cost = drive(endpoint, &mut operation, connections, time, meter).await?;
                say::line(format!(
                    "{name:<18} {:<5} {connections:>2} connections: {:>8.0}/s  p50 {:>8.2} ms  p95 {:>8.2} ms  {:.3} ms of CPU{}  {} B",
                    operation.id,
                    cost.per_second,
                    cost.p50_ms,
                    cost.p95_ms,
                    cost.cpu_ms,
                    if cost.database_ms > 0.0 {
                        format!(" ({:.3} of it the database)", cost.database_ms)
                    } else {
                        String::new()
                    },
                    cost.bytes,
                ));
                costs.push(cost);
            }
            all.push((operation.id.to_owned(), costs));
        }
        Ok(all)
    }
}

/// Starts five times and keeps the last.
async fn restarted(site: &Site) -> anyhow::Result<(Running, Vec<f64>)> {
    let mut running = site.start().await?;
    let mut starts = vec![running.first_answer.as_secs_f64()];
    for _ in 0..4 {
        running.stop().await?;
        running = site.start().await?;
        starts.push(running.first_answer.as_secs_f64());
    }
    Ok((running, starts))
}

async fn start_bare(dir: &Path) -> anyhow::Result<(Child, Endpoint, f64)> {
    let begun = Instant::now();
    let mut child = Command::new(std::env::current_exe()?)
        .arg("bare")
        .arg("--db")
        .arg(dir.join("bare.db"))
        .arg("--tls")
        .arg(dir.join("tls"))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    let mut lines = BufReader::new(child.stdout.take().context("no output")?).lines();
    let line = lines.next_line().await?.context("the bare server ended")?;
    let (_, address) = line.split_once("https://").context("the bare server does not listen")?;
    let endpoint = Endpoint::new(address.parse()?, &dir.join("tls/cert.pem"))?;
    endpoint.connect().await?.send(&crate::client::Ask::get("/health"), None).await?;
    Ok((child, endpoint, begun.elapsed().as_secs_f64()))
}
