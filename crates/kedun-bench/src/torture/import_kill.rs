//! Killing the program again and again in the middle of one import until it ends: each good row is
//! there once, whatever was interrupted.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use hyper::Method;
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};

use super::crew::Crew;
use super::tally::Tally;
use super::world::World;
use crate::bench::{import_mapping, import_mobile, import_until, import_upload};
use crate::client::{Ask, Browser};
use crate::say;
use crate::server::{number, text};

/// Rows of the file, of them with a broken number, and of them with the number of an earlier row.
const ROWS: usize = 10_000;
const BROKEN: usize = 200;
const DOUBLE: usize = 100;
/// Kills of one import; then it may end.
const KILLS: u64 = 5;
/// How long an import may take to end once nobody kills: on PostgreSQL the lease of the dead process must run out first.
const PATIENCE: Duration = Duration::from_secs(300);

/// Interrupts imports until `times` kills have met one at work.
///
/// # Errors
/// When the program cannot be started any more.
pub async fn run(world: World, seed: u64, times: u64) -> anyhow::Result<Tally> {
    let mut draw = ChaCha8Rng::seed_from_u64(seed);
    let site = world.site.clone();
    let seller = world.sellers.last().cloned().context("no seller")?;
    let mut crew = Crew::new(world, seed, 0);
    for round in 1.. {
        if crew.tally.breaks >= times {
            break;
        }
        let mut running = crew.start(&site).await?;
        let mut browser = Browser::with_cookie(running.endpoint.clone(), &seller.cookie);
        let id = begin(&mut browser, &format!("k{round}z")).await?;
        crew.tally.acknowledged += 1;
        let mut places = Vec::new();
        for _ in 0..KILLS {
            // Where it is killed is drawn from the rows, not from the clock, so that fast and slow machines meet the same places.
            let place = draw.random_range(1..u64::try_from(ROWS)?);
            let Some(done) = reached(&mut browser, &id, place).await? else { break };
            places.push(done);
            running.kill().await?;
            crew.tally.breaks += 1;
            running = crew.start(&site).await?;
            browser = Browser::with_cookie(running.endpoint.clone(), &seller.cookie);
        }
        end(&mut browser, &id, &mut crew.tally).await?;
        say::line(format!("  import {round}: killed after rows {places:?}, {} problems", crew.problems()));
        running.stop().await?;
        crew.verify().await?;
    }
    Ok(crew.collected())
}

/// Rows like those of people: a few broken, a few twice.
fn sheet(marker: &str) -> String {
    let mut csv = "姓名,手机,邮箱,职务\n".to_owned();
    for n in 0..ROWS {
        let phone = match n {
            _ if n % (ROWS / BROKEN) == 7 => "12".to_owned(),
            // Far behind their like, so that both are seldom in one batch.
            _ if n >= ROWS - ROWS / 2 && n % (ROWS / 2 / DOUBLE) == 11 => import_mobile(marker, n - ROWS / 2),
            _ => import_mobile(marker, n),
        };
        // A String takes every write.
        let _ = writeln!(csv, "断电{marker}{n},{phone},{marker}{n}@import.example,采购经理");
    }
    csv
}

/// Uploads, maps, checks and starts; the id of the import.
async fn begin(browser: &mut Browser, marker: &str) -> anyhow::Result<String> {
    let import = browser.send(import_upload(&sheet(marker))).await?.good().context("upload")?;
    let id = text(&import, "/id")?;
    let path = format!("/imports/{id}");
    browser.send(Ask::json(Method::PUT, format!("{path}/mapping"), &import_mapping())).await?.good()?;
    browser.send(Ask::post(format!("{path}/dry-run"), &json!({}))).await?.good()?;
    let checked = import_until(browser, &id, "checked", PATIENCE).await?;
    anyhow::ensure!(
        number(&checked, "/counts/new")? == expected()?
            && number(&checked, "/counts/duplicate")? == u64::try_from(DOUBLE)?
            && number(&checked, "/counts/rejected")? == u64::try_from(BROKEN)?,
        "the dry run counts otherwise: {}",
        checked.get("counts").unwrap_or(&Value::Null)
    );
    browser.send(Ask::post(format!("{path}/run"), &json!({}))).await?.good()?;
    Ok(id)
}

fn expected() -> anyhow::Result<u64> {
    Ok(u64::try_from(ROWS - BROKEN - DOUBLE)?)
}

/// Waits until so many rows are done and tells how many are; `None` when the import has ended before.
async fn reached(browser: &mut Browser, id: &str, place: u64) -> anyhow::Result<Option<u64>> {
    let begun = Instant::now();
    loop {
        let import = browser.send(Ask::get(format!("/imports/{id}"))).await?.good()?;
        if text(&import, "/state")? == "done" {
            return Ok(None);
        }
        let done = number(&import, "/progress/done").unwrap_or(0);
        if done >= place {
            return Ok(Some(done));
        }
        anyhow::ensure!(begun.elapsed() < PATIENCE, "the import stands still at row {done}");
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// Lets the import end and counts what is there.
async fn end(browser: &mut Browser, id: &str, tally: &mut Tally) -> anyhow::Result<()> {
    let done = match import_until(browser, id, "done", PATIENCE).await {
        Ok(done) => done,
        Err(error) => {
            tally.problem(format!("import {id}: {error:#}"));
            return Ok(());
        }
    };
    let mut there = 0;
    let mut names = std::collections::HashSet::new();
    let mut cursor = Value::Null;
    loop {
        let filter = json!({ "field": "_import", "op": "eq", "value": id });
        let query = json!({ "filter": filter, "limit": 200, "cursor": cursor, "fields": ["name", "title"] });
        let page = browser.send(Ask::post("/records/contact/query", &query)).await?.good()?;
        for item in page.get("items").and_then(Value::as_array).context("no items")? {
            there += 1;
            names.insert(item.pointer("/values/name").map(Value::to_string));
        }
        cursor = page.get("next").cloned().unwrap_or(Value::Null);
        if cursor.is_null() {
            break;
        }
    }
    let right = usize::try_from(expected()?)?;
    if there == right && names.len() == right && number(&done, "/progress/new")? == expected()? {
        tally.imports += 1;
    } else {
        let progress = done.get("progress").unwrap_or(&Value::Null);
        tally.problem(format!(
            "import {id}: {there} rows of {} people instead of {right}: {progress}",
            names.len()
        ));
    }
    Ok(())
}
