//! Moving the clock of the machine forwards and backwards under the program (needs libfaketime).

use std::path::{Path, PathBuf};
use std::time::Duration;

use super::crew::Crew;
use super::tally::Tally;
use super::world::{World, enter};

/// Where the clock stands, one after another, against the real one. Sessions that have run out
/// for that are entered anew.
const JUMPS: [&str; 9] = ["+0", "+5m", "-5m", "-1d", "+2h", "+0", "-30d", "+30d", "+0"];

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
    let plain = crate::server::Site { env: Vec::new(), ..site.clone() };
    let mut crew = Crew::new(world, seed, 3);
    let mut running = crew.start(&site).await?;
    for (n, jump) in JUMPS.into_iter().enumerate() {
        std::fs::write(&file, format!("{jump}\n"))?;
        crew.tally.breaks += 1;
        tokio::time::sleep(Duration::from_millis(300)).await;
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
    running.stop().await?;
    // That the clock was set back is what the evidence must say; nothing else.
    crew.verify_but(&["time_went_back"]).await?;
    Ok(Some(crew.collected()))
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
