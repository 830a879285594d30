//! `cargo xtask`: builds what is to be measured or tortured, finds its databases, and runs it.
//!
//! # Invariant
//!
//! Heavy dependencies stay out of this crate: the work is done by `kedun-bench` and
//! `kedun-torture`, which are built in the release profile with the program under test.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Context as _;
use clap::{Parser, Subcommand, ValueEnum};

#[derive(Debug, Parser)]
#[command(name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Measures Kedun against a bare server in the same run and writes docs/performance.md.
    Bench(Bench),
    /// Measures how costs grow from 100,000 to 1,000,000 contacts and writes docs/performance.md.
    Scale(Scale),
    /// Kills the program, fails its system calls, fills its disk; writes docs/torture.md.
    Torture(Torture),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Engine {
    Sqlite,
    Postgres,
    Both,
}

impl Engine {
    fn word(self) -> &'static str {
        match self {
            Engine::Sqlite => "sqlite",
            Engine::Postgres => "postgres",
            Engine::Both => "both",
        }
    }
}

#[derive(Debug, clap::Args)]
struct Bench {
    #[arg(long, value_enum, default_value = "both")]
    engine: Engine,
    /// Contacts of the workload.
    #[arg(long, default_value_t = 100_000)]
    contacts: usize,
    /// One second for each figure, and the document stays as it is.
    #[arg(long)]
    quick: bool,
    /// More arguments for kedun-bench.
    #[arg(last = true)]
    more: Vec<String>,
}

#[derive(Debug, clap::Args)]
struct Scale {
    #[arg(long, value_enum, default_value = "both")]
    engine: Engine,
    /// More arguments for kedun-bench.
    #[arg(last = true)]
    more: Vec<String>,
}

#[derive(Debug, clap::Args)]
struct Torture {
    #[arg(long, value_enum, default_value = "both")]
    engine: Engine,
    /// Kills for each engine.
    #[arg(long, default_value_t = 50)]
    kills: u64,
    /// Ends the killing after so many minutes.
    #[arg(long)]
    minutes: Option<u64>,
    /// The same seed breaks at the same moments of the schedule.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Only these: kill, first-start, import, syscalls, hang, disk, database, clock. The document stays as it is.
    #[arg(long, value_delimiter = ',')]
    mode: Vec<String>,
    /// More arguments for kedun-torture.
    #[arg(last = true)]
    more: Vec<String>,
}

fn main() -> anyhow::Result<()> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("no workspace")?;
    match Cli::parse().task {
        Task::Bench(args) => bench(root, args),
        Task::Scale(args) => scale(root, args),
        Task::Torture(args) => torture(root, args),
    }
}

fn bench(root: &Path, args: Bench) -> anyhow::Result<()> {
    let built = build(root)?;
    let mut words = vec!["run".to_owned()];
    words.extend(common(root, &built, args.engine)?);
    words.extend(["--contacts".to_owned(), args.contacts.to_string()]);
    if args.quick {
        words.push("--quick".to_owned());
    } else {
        words.extend(["--report".to_owned(), root.join("docs/performance.md").display().to_string()]);
    }
    words.extend(args.more);
    run(root, args.engine, &built.join("kedun-bench"), &words)
}

fn scale(root: &Path, args: Scale) -> anyhow::Result<()> {
    let built = build(root)?;
    let mut words = vec!["scale".to_owned()];
    words.extend(common(root, &built, args.engine)?);
    words.extend(["--report".to_owned(), root.join("docs/performance.md").display().to_string()]);
    words.extend(args.more);
    run(root, args.engine, &built.join("kedun-bench"), &words)
}

fn torture(root: &Path, args: Torture) -> anyhow::Result<()> {
    let built = build(root)?;
    let mut words = common(root, &built, args.engine)?;
    words.extend(["--kills".to_owned(), args.kills.to_string(), "--seed".to_owned(), args.seed.to_string()]);
    if let Some(minutes) = args.minutes {
        words.extend(["--minutes".to_owned(), minutes.to_string()]);
    }
    if args.mode.is_empty() {
        words.extend(["--report".to_owned(), root.join("docs/torture.md").display().to_string()]);
    } else {
        words.extend(["--mode".to_owned(), args.mode.join(",")]);
    }
    words.extend(args.more);
    run(root, args.engine, &built.join("kedun-torture"), &words)
}

/// Builds the program and what drives it; returns where they are.
fn build(root: &Path) -> anyhow::Result<PathBuf> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let built = Command::new(cargo)
        .current_dir(root)
        .args(["build", "--release", "--locked", "--package", "kedun", "--package", "kedun-bench"])
        .status()?;
    anyhow::ensure!(built.success(), "the build failed");
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root.join("target"), PathBuf::from);
    Ok(std::path::absolute(target)?.join("release"))
}

/// What both take: the program, the engine, and what the report says of the source and the day.
fn common(root: &Path, built: &Path, engine: Engine) -> anyhow::Result<Vec<String>> {
    let said = |program: &str, words: &[&str]| -> anyhow::Result<String> {
        let out = Command::new(program).current_dir(root).args(words).output()?;
        Ok(String::from_utf8_lossy(&out.stdout).trim().to_owned())
    };
    let mut commit = said("git", &["rev-parse", "--short", "HEAD"])?;
    if !said("git", &["status", "--porcelain", "--untracked-files=no", "--", "crates", "Cargo.lock"])?
        .is_empty()
    {
        commit.push_str(" with changes");
    }
    let words = [
        "--bin",
        &built.join("kedun").display().to_string(),
        "--engine",
        engine.word(),
        "--commit",
        &commit,
        "--date",
        &said("date", &["--utc", "+%Y-%m-%d"])?,
    ];
    Ok(words.map(str::to_owned).to_vec())
}

/// Runs it, with a PostgreSQL server of its own when one is needed.
fn run(root: &Path, engine: Engine, program: &Path, words: &[String]) -> anyhow::Result<()> {
    let mut command = if engine == Engine::Sqlite {
        Command::new(program)
    } else {
        let mut command = Command::new(root.join("scripts/pg-temp.sh"));
        command.args(["with", "--durable", "--"]).arg(program);
        command
    };
    let ended = command.current_dir(root).args(words).status()?;
    anyhow::ensure!(ended.success(), "{} failed", program.display());
    Ok(())
}
