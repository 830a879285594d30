//! A whole run: which engines, which ways of breaking, and the report.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::Context as _;

use super::kill::Limit;
use super::tally::Tally;
use super::world::World;
use super::{clock, database, disk, first_start, import_kill, kill, syscalls};
use crate::cluster::Cluster;
use crate::server::Site;
use crate::{bench, process, say};

/// Which engine is tortured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Engine {
    Sqlite,
    Postgres,
    Both,
}

/// What is broken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Mode {
    /// The program is killed at work and while it starts.
    Kill,
    /// The program is killed while it makes its tables.
    FirstStart,
    /// The program is killed in the middle of an import, again and again.
    Import,
    /// System calls fail (SQLite).
    Syscalls,
    /// Flushes hang (SQLite).
    Hang,
    /// The disk fills up (SQLite).
    Disk,
    /// PostgreSQL is ended as if the power had failed.
    Database,
    /// The clock jumps.
    Clock,
}

impl Mode {
    const ALL: [Mode; 8] = [
        Mode::Kill,
        Mode::FirstStart,
        Mode::Import,
        Mode::Syscalls,
        Mode::Hang,
        Mode::Disk,
        Mode::Database,
        Mode::Clock,
    ];

    fn told(self) -> &'static str {
        match self {
            Mode::Kill => "the program is killed at work and while it starts",
            Mode::FirstStart => "the program is killed while it makes its tables",
            Mode::Import => "the program is killed in the middle of an import of 10,000 rows",
            Mode::Syscalls => "a system call fails (EIO, ENOSPC)",
            Mode::Hang => "a flush hangs for 8 seconds",
            Mode::Disk => "the disk fills up",
            Mode::Database => "PostgreSQL ends as if the power had failed",
            Mode::Clock => "the clock jumps",
        }
    }
}

/// How long and how hard.
#[derive(Debug, Clone, clap::Args)]
pub struct TortureArgs {
    /// The program under test.
    #[arg(long)]
    pub bin: PathBuf,
    #[arg(long, value_enum, default_value = "sqlite")]
    pub engine: Engine,
    /// What is broken; everything when absent.
    #[arg(long, value_enum, value_delimiter = ',')]
    pub mode: Vec<Mode>,
    /// Kills for each engine.
    #[arg(long, default_value_t = 50)]
    pub kills: u64,
    /// Ends the killing after so many minutes.
    #[arg(long)]
    pub minutes: Option<u64>,
    /// Failures of each kind of system call.
    #[arg(long, default_value_t = 6)]
    pub faults: u64,
    /// The same seed breaks at the same moments of the schedule.
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// Where the counts go; nothing is written unless given.
    #[arg(long)]
    pub report: Option<PathBuf>,
    /// The version of the source, for the report.
    #[arg(long, default_value = "unknown")]
    pub commit: String,
    /// The day, for the report.
    #[arg(long, default_value = "")]
    pub date: String,
}

const BEGIN: &str = "<!-- counts: begin; written by `cargo xtask torture` -->";
const END: &str = "<!-- counts: end -->";

/// Tortures and reports.
///
/// # Errors
/// When something was wrong, or could not be tried.
pub async fn run(args: TortureArgs) -> anyhow::Result<()> {
    let cluster = Cluster::from_env();
    let modes = if args.mode.is_empty() { Mode::ALL.to_vec() } else { args.mode.clone() };
    let mut rows = Vec::new();
    let mut all = Tally::default();
    for (engine, name) in [(Engine::Sqlite, "SQLite"), (Engine::Postgres, "PostgreSQL")] {
        if args.engine != engine && args.engine != Engine::Both {
            continue;
        }
        let cluster = match engine {
            Engine::Sqlite => None,
            _ => Some(cluster.as_ref().context("no PostgreSQL server: DATABASE_URL is not set")?),
        };
        for mode in &modes {
            let begun = Instant::now();
            say::line(format!("{name}: {}", mode.told()));
            let Some(tally) =
                one(&args, *mode, cluster).await.with_context(|| format!("{name}, {mode:?}"))?
            else {
                say::line("  not tried here");
                continue;
            };
            let row = tally.row(&format!("{name}: {}", mode.told()));
            say::line(format!(
                "{}\n{row}\n  {} s; {} events",
                Tally::HEAD,
                begun.elapsed().as_secs(),
                tally.events
            ));
            say::line(tally.told());
            rows.push(row);
            all.add(tally);
        }
    }
    let text = format!(
        "Run on {} at commit {}, seed {}: {}.\n\n{}\n{}\n",
        args.date,
        args.commit,
        args.seed,
        process::machine(),
        Tally::HEAD,
        rows.join("\n")
    );
    say::line(&text);
    if let Some(path) = &args.report {
        let old = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
        std::fs::write(path, bench::between(&old, BEGIN, END, &text)?)?;
    }
    anyhow::ensure!(all.problems.is_empty(), "{} things were wrong", all.problems.len());
    Ok(())
}

/// One way of breaking, on one engine; `None` when it cannot be tried here.
async fn one(args: &TortureArgs, mode: Mode, cluster: Option<&Cluster>) -> anyhow::Result<Option<Tally>> {
    const NAME: &str = "kedun_torture";
    match (mode, cluster) {
        (Mode::Syscalls | Mode::Hang | Mode::Disk, Some(_)) | (Mode::Database, None) => return Ok(None),
        (Mode::Database, Some(cluster)) if !cluster.is_ours() => return Ok(None),
        (Mode::FirstStart, _) => {
            return first_start::run(&args.bin, cluster, args.seed, args.kills.div_ceil(5)).await.map(Some);
        }
        (Mode::Disk, _) => return disk::run(&args.bin, args.seed, args.kills.div_ceil(25)).await,
        _ => {}
    }
    let dir = tempfile::tempdir()?;
    let database = match cluster {
        Some(cluster) => Some(cluster.database(NAME).await?),
        None => None,
    };
    let world = World::make(Site::new(&args.bin, dir.path(), database)).await?;
    let tally = match (mode, cluster) {
        (Mode::Import, _) => Some(import_kill::run(world, args.seed, args.kills.div_ceil(5)).await?),
        (Mode::Syscalls, _) => Some(syscalls::sweep(&world, args.seed, args.faults).await?),
        (Mode::Hang, _) => Some(syscalls::hang(&world, args.seed, args.faults.div_ceil(3)).await?),
        (Mode::Clock, _) => clock::run(world, args.seed, dir.path()).await?,
        (Mode::Database, Some(cluster)) => {
            Some(database::run(world, cluster, args.seed, args.kills.div_ceil(5)).await?)
        }
        _ => {
            let time = args.minutes.map(|m| Duration::from_secs(m * 60));
            Some(kill::run(world, args.seed, Limit { kills: args.kills, time }).await?)
        }
    };
    if let Some(cluster) = cluster {
        cluster.remove(NAME).await?;
    }
    Ok(tally)
}

/// A few kills on a site of its own, for the tests.
///
/// # Errors
/// When something was wrong.
pub async fn smoke(site: Site, seed: u64, kills: u64) -> anyhow::Result<Tally> {
    let world = World::make(site).await?;
    let tally = kill::run(world, seed, Limit { kills, time: None }).await?;
    anyhow::ensure!(tally.problems.is_empty(), "{}", tally.told());
    Ok(tally)
}
