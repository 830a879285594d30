//! `kedun-fuzz`: feeds the targets for as long as wanted, and runs one input again.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use clap::{Parser, Subcommand};
use kedun_fuzz::drive::{Until, drive, once, reader_panics};
use kedun_fuzz::{ALL, Random, Target, seeds, target};

#[derive(Parser)]
struct Args {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Feeds the targets with changes of their seeds
    Run {
        /// Seconds in all, shared out evenly
        #[arg(long, default_value_t = 300)]
        seconds: u64,
        /// Executions of each target instead of a time
        #[arg(long)]
        executions: Option<u64>,
        /// Where random changes begin; the same number does the same again
        #[arg(long, default_value_t = 1)]
        seed: u64,
        /// Names of targets; all if none
        targets: Vec<String>,
    },
    /// Runs saved inputs again: `fuzz/failures/<target>/<name>`
    Replay { files: Vec<PathBuf> },
    /// Writes the seeds anew
    Seeds,
}

fn main() -> ExitCode {
    match run(Args::parse().command) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            say(&format!("{error:#}"));
            ExitCode::from(2)
        }
    }
}

fn run(command: Command) -> Result<bool> {
    match command {
        Command::Run { seconds, executions, seed, targets } => feed(seconds, executions, seed, &targets),
        Command::Replay { files } => files.iter().try_fold(true, |good, file| Ok(replay(file)? && good)),
        Command::Seeds => {
            for target in ALL {
                let folder = seeds::folder().join(target.name);
                std::fs::create_dir_all(&folder)?;
                for (name, bytes) in seeds::made(target) {
                    std::fs::write(folder.join(name), bytes)?;
                }
            }
            Ok(true)
        }
    }
}

fn feed(seconds: u64, executions: Option<u64>, seed: u64, names: &[String]) -> Result<bool> {
    let mut chosen: Vec<&Target> = Vec::new();
    for name in names {
        chosen.push(target(name).with_context(|| format!("there is no target {name}"))?);
    }
    if chosen.is_empty() {
        chosen.extend(ALL);
    }
    let each = Duration::from_secs(seconds) / u32::try_from(chosen.len())?;
    let until = executions.map_or(Until::Time(each), Until::Executions);
    say(&format!("{:<10} {:>12} {:>8}  failures (seed {seed})", "target", "executions", "met"));
    let mut good = true;
    for target in chosen {
        let outcome = drive(target, seed, until);
        let failed = outcome.failure.is_some();
        say(&format!(
            "{:<10} {:>12} {:>8}  {}",
            target.name,
            outcome.executions,
            outcome.met,
            u8::from(failed)
        ));
        if let Some((input, said)) = outcome.failure {
            good = false;
            let path = save(target, &input)?;
            say(&format!("  {said}\n  again: cargo run -p kedun-fuzz -- replay {}", path.display()));
        }
    }
    if reader_panics() > 0 {
        say(&format!(
            "The reader of workbooks gave up {} files with a panic on its own thread.",
            reader_panics()
        ));
    }
    Ok(good)
}

/// Keeps a failing input under a name made of its content.
fn save(target: &Target, input: &[u8]) -> Result<PathBuf> {
    let folder = Path::new("fuzz/failures").join(target.name);
    std::fs::create_dir_all(&folder)?;
    let path = folder.join(format!("{:016x}", Random::of(input).number()));
    std::fs::write(&path, input)?;
    Ok(path)
}

fn replay(file: &Path) -> Result<bool> {
    let name = file.parent().and_then(Path::file_name).and_then(|name| name.to_str()).unwrap_or_default();
    let Some(target) = target(name) else {
        bail!("{} does not lie in the folder of a target", file.display())
    };
    let input = std::fs::read(file).with_context(|| file.display().to_string())?;
    let outcome = once(target, &input);
    match &outcome {
        Ok(_) => say(&format!("{}: passes", file.display())),
        Err(said) => say(&format!("{}: {said}", file.display())),
    }
    Ok(outcome.is_ok())
}

#[expect(clippy::print_stdout, reason = "the report of a command")]
fn say(text: &str) {
    println!("{text}");
}
