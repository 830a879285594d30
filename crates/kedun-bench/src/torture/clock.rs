//! Moving the clock of the machine forwards and backwards under the program (needs libfaketime).

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::Context as _;
use serde_json::Value;

use super::crew::Crew;
use super::tally::Tally;
use super::world::{World, enter};
use crate::client::{Ask, Browser, Endpoint};
use crate::server::Site;

/// Where the clock stands in minutes, one after another, against the real one. Sessions that have
/// run out for that are entered anew.
const JUMPS: [i64; 9] = [0, 5, -5, -DAY, 120, 0, -30 * DAY, 30 * DAY, 0];
const DAY: i64 = 24 * 60;

/// In longer than this the program has compared its clocks.
const COMPARED: Duration = Duration::from_millis(2500);

/// Moves the clock; `None` when libfaketime is missing.
///
/// # Errors
/// When the program does not start or stop.
pub async fn run(mut world: World, seed: u64, dir: &Path) -> anyhow::Result<Option<Tally>> {
    let Some(library) = library() else { return Ok(None) };
    let file = dir.join("clock");
    std::fs::write(&file, "+0\n")?;
    world.site.env = vec![
        ("LD_PRELOAD".to_owned(), library.display().to_string()),
        ("FAKETIME_TIMESTAMP_FILE".to_owned(), file.display().to_string()),
        ("FAKETIME_NO_CACHE".to_owned(), "1".to_owned()),
        // What waits is measured by the monotonic clock, which does not jump on a real machine either.
        ("FAKETIME_DONT_FAKE_MONOTONIC".to_owned(), "1".to_owned()),
        ("DONT_FAKE_MONOTONIC".to_owned(), "1".to_owned()),
    ];
    let site = world.site.clone();
    let plain = Site { env: Vec::new(), ..site.clone() };
    let mut crew = Crew::new(world, seed, 3);
    let mut running = crew.start(&site).await?;
    let (mut stood, mut forward) = (0, 0);
    for (n, jump) in JUMPS.into_iter().enumerate() {
        std::fs::write(&file, format!("{jump:+}m\n"))?;
        crew.tally.breaks += 1;
        forward += usize::from(jump > stood);
        stood = jump;
        tokio::time::sleep(COMPARED).await;
        for worker in &mut crew.workers {
            worker.session = enter(&site, &running.endpoint, &worker.session.login.clone()).await?;
            worker.meet(&running.endpoint);
        }
        for worker in &mut crew.workers {
            worker.work(30).await;
        }
        if n % 3 == 2 {
            running.kill().await?;
            running = crew.start(&site).await?;
        }
    }
    running.stop().await?;
    // What is looked at is looked at in the present.
    let running = crew.start(&plain).await?;
    for worker in &mut crew.workers {
        worker.session = enter(&plain, &running.endpoint, &worker.session.login.clone()).await?;
    }
    crew.settle(&running.endpoint.clone(), true).await?;
    let told = jumps_told(&plain, &running.endpoint, &crew.world.auditor.login).await?;
    if told != forward {
        crew.tally.problem(format!("the evidence tells of {told} clocks set forward, {forward} were"));
    }
    running.stop().await?;
    // That the clock was set back is what the evidence must say; nothing else.
    crew.verify_but(&["time_went_back"]).await?;
    Ok(Some(crew.collected()))
}

/// How often the evidence says that the clock was set forward.
async fn jumps_told(site: &Site, endpoint: &Endpoint, auditor: &str) -> anyhow::Result<usize> {
    let auditor = enter(site, endpoint, auditor).await?;
    let mut browser = Browser::with_cookie(endpoint.clone(), &auditor.cookie);
    let page = browser.send(Ask::get("/evidence?action=evidence.clock_jump&limit=500")).await?.good()?;
    Ok(page.get("items").and_then(Value::as_array).context("no events")?.len())
}

fn library() -> Option<PathBuf> {
    let machine = std::env::consts::ARCH;
    let places = [
        format!("/usr/lib/{machine}-linux-gnu/faketime/libfaketimeMT.so.1"),
        "/usr/lib64/faketime/libfaketimeMT.so.1".to_owned(),
        "/usr/lib/faketime/libfaketimeMT.so.1".to_owned(),
    ];
    places.into_iter().map(PathBuf::from).find(|p| p.exists())
}
