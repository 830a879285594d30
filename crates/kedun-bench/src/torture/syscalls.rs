//! Failing the system calls that write, one at a time, over a fixed scenario (needs strace).

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use tokio::process::Command;

use super::crew::Crew;
use super::tally::Tally;
use super::world::World;
use crate::say;
use crate::server::Site;

/// Steps of the scenario.
const STEPS: usize = 200;
/// Calls that are failed, and how.
const FAULTS: [(&str, &str); 7] = [
    ("fdatasync", "EIO"),
    ("fsync", "EIO"),
    ("pwrite64", "EIO"),
    ("pwrite64", "ENOSPC"),
    ("ftruncate", "EIO"),
    ("openat", "EIO"),
    ("rename", "EIO"),
];
/// Longer than the two seconds after which a request must be refused, with time for a slow machine.
const HANG: Duration = Duration::from_secs(6);

/// Fails every `stride`-th call of each kind; `per_call` bounds how many of each kind are failed.
///
/// # Errors
/// When strace is missing or the program cannot be started without a fault.
pub async fn sweep(world: &World, seed: u64, per_call: u64) -> anyhow::Result<Tally> {
    let mut draw = ChaCha8Rng::seed_from_u64(seed);
    let mut tally = Tally::default();
    let counts = counted(world, seed).await?;
    for (call, error) in FAULTS {
        let most = counts.get(call).copied().unwrap_or(0);
        say::line(format!(
            "  {call}: {most} calls by the busiest thread in {STEPS} steps; failing with {error}"
        ));
        if most == 0 {
            continue;
        }
        let all: Vec<u64> = if most <= per_call {
            (1..=most).collect()
        } else {
            (0..per_call).map(|_| draw.random_range(1..=most)).collect()
        };
        for n in all {
            let fault = format!("inject={call}:error={error}:when={n}");
            one(world, seed, &fault, call, &mut tally).await?;
        }
    }
    Ok(tally)
}

/// Lets every flush hang, and asks that requests be refused meanwhile instead of hanging too.
///
/// # Errors
/// When strace is missing or the program cannot be started.
pub async fn hang(world: &World, seed: u64, times: u64) -> anyhow::Result<Tally> {
    let mut tally = Tally::default();
    for n in 1..=times {
        // One flush after some work takes eight seconds.
        let fault = format!("inject=fsync,fdatasync:delay_enter=8000000:when={}", 5 + n * 7);
        one(world, seed + n, &fault, "fsync,fdatasync", &mut tally).await?;
    }
    Ok(tally)
}

async fn one(world: &World, seed: u64, fault: &str, call: &str, tally: &mut Tally) -> anyhow::Result<()> {
    let dir = tempfile::tempdir()?;
    let mut site = copy(&world.site, dir.path()).await?;
    site.wrapper = strace(&site, call, &["-o", "/dev/null", "-e", fault]);
    let plain = Site { wrapper: Vec::new(), ..site.clone() };
    let mut crew = Crew::new(World { site: plain.clone(), ..world.clone() }, seed, 1);
    crew.tally.breaks += 1;
    // The fault may come while it starts: then it says so and ends, and nothing is lost.
    if let Ok(running) = site.start().await {
        crew.meet(&running.endpoint);
        let begun = Instant::now();
        for worker in &mut crew.workers {
            for _ in 0..STEPS {
                let step = Instant::now();
                let came = worker.step().await;
                if step.elapsed() > HANG {
                    worker.tally.problem(format!("{fault}: a request took {:?}", step.elapsed()));
                }
                if came == super::worker::Step::Broken || begun.elapsed() > Duration::from_secs(60) {
                    break;
                }
            }
        }
        running.kill().await?;
    }
    let running = crew.start(&plain).await.with_context(|| format!("no start after {fault}"))?;
    crew.settle(&running.endpoint.clone(), true).await?;
    running.stop().await?;
    crew.verify().await?;
    let mut found = crew.collected();
    for problem in &mut found.problems {
        *problem = format!("{fault}: {problem}");
    }
    tally.add(found);
    Ok(())
}

/// The files of the database: other files and sockets are left alone.
fn strace(site: &Site, call: &str, arguments: &[&str]) -> Vec<String> {
    let mut words: Vec<String> = ["strace", "-f", "-qq", "--signal=none"].map(str::to_owned).to_vec();
    for file in ["main.db", "main.db-wal", "main.db-shm", "keys.db", "keys.db-wal", "keys.db-shm"] {
        words.push("-P".to_owned());
        words.push(site.data().join(file).display().to_string());
    }
    words.extend(["-e".to_owned(), format!("trace={call}")]);
    words.extend(arguments.iter().map(|a| (*a).to_owned()));
    words
}

/// How often the busiest thread makes each call in a run without a fault.
async fn counted(world: &World, seed: u64) -> anyhow::Result<BTreeMap<String, u64>> {
    let dir = tempfile::tempdir()?;
    let mut site = copy(&world.site, dir.path()).await?;
    let log = dir.path().join("calls");
    let mut calls: Vec<&str> = FAULTS.iter().map(|(call, _)| *call).collect();
    calls.dedup();
    let log_text = log.display().to_string();
    site.wrapper = strace(&site, &calls.join(","), &["-o", &log_text]);
    let running = site.start().await.context("no start under strace")?;
    let mut crew = Crew::new(World { site: site.clone(), ..world.clone() }, seed, 1);
    crew.meet(&running.endpoint);
    for worker in &mut crew.workers {
        worker.work(STEPS).await;
    }
    running.stop().await?;
    let mut by_thread: BTreeMap<(String, String), u64> = BTreeMap::new();
    for line in std::fs::read_to_string(&log)?.lines() {
        let mut words = line.split_whitespace();
        if let (Some(thread), Some((call, _))) = (words.next(), words.next().and_then(|w| w.split_once('(')))
        {
            *by_thread.entry((call.to_owned(), thread.to_owned())).or_insert(0) += 1;
        }
    }
    let mut most = BTreeMap::new();
    for ((call, _), n) in by_thread {
        let entry = most.entry(call).or_insert(0);
        *entry = n.max(*entry);
    }
    Ok(most)
}

async fn copy(site: &Site, to: &Path) -> anyhow::Result<Site> {
    let from = format!("{}/.", site.dir.display());
    let ended = Command::new("cp").args(["-a", &from]).arg(to).stdout(Stdio::null()).status().await?;
    anyhow::ensure!(ended.success(), "the data cannot be copied");
    Ok(Site { dir: to.to_owned(), ..site.clone() })
}
