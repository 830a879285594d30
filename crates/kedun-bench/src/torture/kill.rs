//! Killing the program, at work and while it starts.

use std::time::{Duration, Instant};

use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;

use super::crew::Crew;
use super::tally::Tally;
use super::world::World;
use crate::say;

/// When to stop killing.
#[derive(Debug, Clone, Copy)]
pub struct Limit {
    pub kills: u64,
    pub time: Option<Duration>,
}

/// Kills, starts and compares until the limit.
///
/// # Errors
/// When the program cannot be started any more.
pub async fn run(world: World, seed: u64, limit: Limit) -> anyhow::Result<Tally> {
    let mut draw = ChaCha8Rng::seed_from_u64(seed);
    let site = world.site.clone();
    let mut crew = Crew::new(world, seed, 6);
    let begun = Instant::now();
    while crew.tally.breaks < limit.kills && limit.time.is_none_or(|t| begun.elapsed() < t) {
        let delay = Duration::from_millis(draw.random_range(0..1_200));
        let import = draw.random_range(0..4_u32) == 0;
        if draw.random_range(0..6_u32) == 0 {
            // While it starts: what the last kill left is being cleared.
            let starting = site.spawn()?;
            tokio::time::sleep(delay / 4).await;
            starting.kill().await?;
            crew.tally.breaks += 1;
            continue;
        }
        let running = crew.start(&site).await?;
        crew.settle(&running.endpoint.clone(), false).await?;
        crew.work(usize::MAX, import, async {
            tokio::time::sleep(delay).await;
            running.kill().await
        })
        .await?;
        crew.tally.breaks += 1;
        if crew.tally.breaks.is_multiple_of(25) {
            crew.verify().await?;
            say::line(format!("  {} kills, {} problems", crew.tally.breaks, crew.problems()));
        }
    }
    let running = crew.start(&site).await?;
    crew.settle(&running.endpoint.clone(), true).await?;
    running.stop().await?;
    crew.verify().await?;
    Ok(crew.collected())
}
