//! Killing the program while it makes its tables: the first start of an installation.

use std::path::Path;
use std::time::{Duration, Instant};

use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

use super::tally::Tally;
use crate::cluster::Cluster;
use crate::server::Site;

/// Makes `times` installations, each killed several times before it stands.
///
/// # Errors
/// When something other than the program fails.
pub async fn run(bin: &Path, cluster: Option<&Cluster>, seed: u64, times: u64) -> anyhow::Result<Tally> {
    let mut draw = ChaCha8Rng::seed_from_u64(seed);
    let mut tally = Tally::default();
    let whole = one(bin, cluster, &mut tally, &[]).await?;
    for _ in 0..times {
        // Anywhere between the first instruction and the first answer.
        let delays: Vec<Duration> =
            (0..draw.random_range(1..4_u32)).map(|_| whole.mul_f64(draw.random())).collect();
        one(bin, cluster, &mut tally, &delays).await?;
    }
    Ok(tally)
}

/// One installation, killed after each of `delays`; returns how long its last start took.
async fn one(
    bin: &Path,
    cluster: Option<&Cluster>,
    tally: &mut Tally,
    delays: &[Duration],
) -> anyhow::Result<Duration> {
    const NAME: &str = "kedun_torture_first";
    let dir = tempfile::tempdir()?;
    let database = match cluster {
        Some(cluster) => Some(cluster.database(NAME).await?),
        None => None,
    };
    let site = Site::new(bin, dir.path(), database);
    for delay in delays {
        let starting = site.spawn()?;
        tokio::time::sleep(*delay).await;
        starting.kill().await?;
        tally.breaks += 1;
    }
    let begun = Instant::now();
    match site.start().await {
        Ok(running) => {
            tally.starts += 1;
            tally.slowest_start_ms =
                tally.slowest_start_ms.max(u64::try_from(running.first_answer.as_millis())?);
            running.stop().await?;
        }
        Err(error) => {
            let log = std::fs::read_to_string(site.log()).unwrap_or_default();
            tally.problem(format!("no start after kills at {delays:?}: {error:#}: {log}"));
        }
    }
    let took = begun.elapsed();
    for (what, arguments) in
        [("verify", vec!["--json"]), ("doctor", vec!["--deep", "--listen", "127.0.0.1:0"])]
    {
        let (clean, report) = site.check(what, &arguments).await?;
        tally.verifications += 1;
        if !clean {
            tally.problem(format!("after kills at {delays:?} {what} found: {report}"));
        }
    }
    if let Some(cluster) = cluster {
        cluster.remove(NAME).await?;
    }
    Ok(took)
}
