//! Ending PostgreSQL as if the power had failed, while the program goes on.

use std::time::{Duration, Instant};

use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

use super::crew::Crew;
use super::tally::Tally;
use super::world::World;
use crate::client::Ask;
use crate::cluster::Cluster;

/// How long the program may take to find its database again.
const BACK: Duration = Duration::from_secs(60);

/// Ends and starts the database server `times` times; now and then the program with it.
///
/// # Errors
/// When the database server is not ours or does not start.
pub async fn run(world: World, cluster: &Cluster, seed: u64, times: u64) -> anyhow::Result<Tally> {
    let mut draw = ChaCha8Rng::seed_from_u64(seed);
    let site = world.site.clone();
    let mut crew = Crew::new(world, seed, 6);
    let mut running = crew.start(&site).await?;
    for n in 0..times {
        let (delay, away) = (draw.random_range(100..1_500), draw.random_range(0..1_500));
        let ended = async {
            tokio::time::sleep(Duration::from_millis(delay)).await;
            cluster.crash().await?;
            tokio::time::sleep(Duration::from_millis(away)).await;
            cluster.start().await
        };
        crew.work(250, false, ended).await?;
        crew.tally.breaks += 1;
        if n % 4 == 3 {
            running.kill().await?;
            running = crew.start(&site).await?;
        }
        let begun = Instant::now();
        crew.meet(&running.endpoint);
        while !answers(&mut crew).await {
            anyhow::ensure!(begun.elapsed() < BACK, "the program does not find its database again");
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
        crew.settle(&running.endpoint.clone(), false).await?;
    }
    crew.settle(&running.endpoint.clone(), true).await?;
    running.stop().await?;
    crew.verify().await?;
    Ok(crew.collected())
}

/// Whether everybody is answered.
async fn answers(crew: &mut Crew) -> bool {
    for worker in &mut crew.workers {
        let ask = Ask::post("/records/contact/query", &serde_json::json!({ "limit": 1 }));
        if !worker.send(ask).await.is_ok_and(|a| a.status == 200) {
            return false;
        }
    }
    true
}
