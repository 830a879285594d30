//! Filling the disk while the program works (needs the right to mount a small one).

use std::path::Path;
use std::time::Duration;

use tokio::process::Command;

use super::crew::Crew;
use super::tally::Tally;
use super::world::World;
use crate::client::{Ask, Browser};
use crate::server::Site;

/// The size of the disk; the program keeps 64 MiB of it free.
const DISK_MIB: u64 = 256;

/// Fills the disk and frees it again, several times; `None` when no disk can be mounted.
///
/// # Errors
/// When the program does not start or stop.
pub async fn run(bin: &Path, seed: u64, times: u64) -> anyhow::Result<Option<Tally>> {
    let dir = tempfile::tempdir()?;
    let Some(mount) = Mount::make(&dir.path().join("disk")).await? else { return Ok(None) };
    let mut site = Site::new(bin, dir.path(), None);
    site.data = Some(mount.0.join("data"));
    let ended = torture(site, &mount.0.join("ballast"), seed, times).await;
    mount.remove().await?;
    ended.map(Some)
}

async fn torture(site: Site, ballast: &Path, seed: u64, times: u64) -> anyhow::Result<Tally> {
    let world = World::make(site.clone()).await?;
    let mut crew = Crew::new(world, seed, 4);
    let mut running = crew.start(&site).await?;
    for n in 0..times {
        crew.work(40, false, async {}).await;
        // Below the reserve: writing stops before the disk is full, and says so.
        fill(ballast, 40 << 20).await?;
        let before: u64 = crew.workers.iter().map(|w| w.tally.acknowledged).sum();
        crew.work(5, false, async {}).await;
        let after: u64 = crew.workers.iter().map(|w| w.tally.acknowledged).sum();
        if after > before {
            crew.tally.problem(format!("{} changes were acknowledged below the reserve", after - before));
        }
        if Browser::new(running.endpoint.clone()).send(Ask::get("/health")).await.is_err() {
            crew.tally.problem("a full disk silences the health of the program");
        }
        crew.tally.breaks += 1;
        // Freed, it works on without a new start.
        std::fs::remove_file(ballast)?;
        tokio::time::sleep(Duration::from_millis(100)).await;
        crew.settle(&running.endpoint.clone(), false).await?;
        let before: u64 = crew.workers.iter().map(|w| w.tally.acknowledged).sum();
        crew.work(10, false, async {}).await;
        let after: u64 = crew.workers.iter().map(|w| w.tally.acknowledged).sum();
        if after == before {
            crew.tally.problem("after space was freed nothing is written");
        }
        // To the last byte while it works, and killed there.
        crew.work(60, n % 2 == 0, fill(ballast, 0)).await?;
        running.kill().await?;
        crew.tally.breaks += 1;
        std::fs::remove_file(ballast)?;
        running = crew.start(&site).await?;
        crew.settle(&running.endpoint.clone(), true).await?;
    }
    running.stop().await?;
    crew.verify().await?;
    Ok(crew.collected())
}

/// Writes a file until only so many bytes are free.
async fn fill(ballast: &Path, leave: u64) -> anyhow::Result<()> {
    let disk = ballast.parent().unwrap_or(ballast).display().to_string();
    let out = Command::new("df").args(["--output=avail", "-B1", &disk]).output().await?;
    let text = String::from_utf8_lossy(&out.stdout).into_owned();
    let free: u64 = text.lines().nth(1).and_then(|l| l.trim().parse().ok()).unwrap_or(0);
    let bytes = free.saturating_sub(leave).to_string();
    // What does not fit is the point.
    Command::new("head")
        .args(["-c", &bytes, "/dev/zero"])
        .stdout(std::fs::File::create(ballast)?)
        .status()
        .await?;
    Ok(())
}

/// A small disk in memory.
struct Mount(std::path::PathBuf);

impl Mount {
    async fn make(at: &Path) -> anyhow::Result<Option<Self>> {
        std::fs::create_dir_all(at)?;
        let size = format!("size={DISK_MIB}m");
        let out = Command::new("mount").args(["-t", "tmpfs", "-o", &size, "none"]).arg(at).output().await?;
        Ok(out.status.success().then(|| Mount(at.to_owned())))
    }

    async fn remove(self) -> anyhow::Result<()> {
        let ended = Command::new("umount").arg(&self.0).status().await?;
        anyhow::ensure!(ended.success(), "{} cannot be unmounted", self.0.display());
        Ok(())
    }
}
