//! Bringing 10,000 contacts in, through the same steps as the page: upload, mapping, dry run, run.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use bytes::Bytes;
use hyper::Method;
use hyper::header::{CONTENT_TYPE, HeaderValue};
use serde::Serialize;
use serde_json::{Value, json};

use super::drive::{Meter, per};
use crate::client::{Ask, Browser};
use crate::server::{number, text};

/// How long an import may take.
const PATIENCE: Duration = Duration::from_secs(1_800);

/// What an import cost.
#[derive(Debug, Clone, Serialize)]
pub struct ImportCost {
    pub rows: u64,
    /// From the request to run until the last row is in.
    pub run_seconds: f64,
    /// With upload, mapping and dry run.
    pub all_seconds: f64,
    /// Processor time of server and database for everything.
    pub cpu_seconds: f64,
}

/// Rows that no other record equals.
pub fn sheet(rows: usize, marker: &str) -> String {
    let mut csv = "姓名,手机,邮箱,职务\n".to_owned();
    for n in 0..rows {
        // A String takes every write.
        let _ = writeln!(csv, "导入{marker}{n},{},{marker}{n}@import.example,采购经理", mobile(marker, n));
    }
    csv
}

/// The number in row `n` of [`sheet`].
pub fn mobile(marker: &str, n: usize) -> String {
    let mark: usize = marker.bytes().map(usize::from).fold(7, |a, b| (a * 31 + b) % 900);
    format!("165{:08}", ((mark + 100) * 100_000 + n) % 100_000_000)
}

/// A file as a form sends it.
pub fn upload(csv: &str) -> Ask {
    let border = "kedun-bench-border-5f0c";
    let body = format!(
        "--{border}\r\nContent-Disposition: form-data; name=\"object\"\r\n\r\ncontact\r\n--{border}\r\n\
         Content-Disposition: form-data; name=\"file\"; filename=\"contacts.csv\"\r\nContent-Type: text/csv\r\n\r\n\
         {csv}\r\n--{border}--\r\n"
    );
    let kind = format!("multipart/form-data; boundary={border}");
    let headers = HeaderValue::from_str(&kind).map(|value| vec![(CONTENT_TYPE, value)]).unwrap_or_default();
    Ask { method: Method::POST, path: "/imports".to_owned(), body: Bytes::from(body), headers }
}

/// Which column of [`sheet`] is which field.
pub fn mapping() -> Value {
    let columns: Vec<Value> = ["name", "mobile", "email", "title"]
        .iter()
        .enumerate()
        .map(|(index, field)| json!({ "index": index, "field": field }))
        .collect();
    json!({ "columns": columns, "match_by": ["mobile"], "relations": {}, "on_match": "skip", "source": "exhibition",
        "basis": "consent", "options": {}, "acknowledge_findings": true })
}

/// Waits until an import is in a state.
///
/// # Errors
/// When it fails or takes too long.
pub async fn until(
    browser: &mut Browser,
    id: &str,
    state: &str,
    patience: Duration,
) -> anyhow::Result<Value> {
    let begun = Instant::now();
    loop {
        let import = browser.send(Ask::get(format!("/imports/{id}"))).await?.good()?;
        let now = text(&import, "/state")?;
        if now == state {
            return Ok(import);
        }
        anyhow::ensure!(now != "failed" && now != "cancelled", "the import is {now}: {import}");
        anyhow::ensure!(begun.elapsed() < patience, "the import is still {now}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

/// Runs one import.
///
/// # Errors
/// When a step is refused or rows are missing.
pub async fn kedun(
    browser: &mut Browser,
    rows: usize,
    marker: &str,
    meter: &Meter,
) -> anyhow::Result<ImportCost> {
    let csv = sheet(rows, marker);
    let before = meter()?;
    let begun = Instant::now();
    let import = browser.send_within(upload(&csv), PATIENCE).await?.good().context("upload")?;
    let id = text(&import, "/id")?;
    let path = format!("/imports/{id}");
    browser
        .send(Ask::json(Method::PUT, format!("{path}/mapping"), &mapping()))
        .await?
        .good()
        .context("mapping")?;
    browser.send(Ask::post(format!("{path}/dry-run"), &json!({}))).await?.good().context("dry run")?;
    until(browser, &id, "checked", PATIENCE).await?;
    let running = Instant::now();
    browser.send(Ask::post(format!("{path}/run"), &json!({}))).await?.good().context("run")?;
    let done = until(browser, &id, "done", PATIENCE).await?;
    let (run_seconds, all_seconds) = (running.elapsed().as_secs_f64(), begun.elapsed().as_secs_f64());
    let after = meter()?;
    let made = number(&done, "/progress/new")?;
    let rows = u64::try_from(rows)?;
    anyhow::ensure!(made == rows, "{made} of {rows} rows came in: {done}");
    let cpu_seconds = per((after.0 + after.1).saturating_sub(before.0 + before.1)) / 1_000.0;
    Ok(ImportCost { rows, run_seconds, all_seconds, cpu_seconds })
}

/// The same rows into the bare server, in one request.
///
/// # Errors
/// When it refuses.
pub async fn bare(
    endpoint: &crate::client::Endpoint,
    rows: usize,
    meter: &Meter,
) -> anyhow::Result<ImportCost> {
    let ask = Ask {
        method: Method::POST,
        path: "/import".into(),
        body: Bytes::from(sheet(rows, "b")),
        headers: Vec::new(),
    };
    let mut connection = endpoint.connect().await?;
    let before = meter()?;
    let begun = Instant::now();
    connection.send(&ask, None).await?.good()?;
    let seconds = begun.elapsed().as_secs_f64();
    let after = meter()?;
    let cpu_seconds = per(after.0.saturating_sub(before.0)) / 1_000.0;
    Ok(ImportCost { rows: u64::try_from(rows)?, run_seconds: seconds, all_seconds: seconds, cpu_seconds })
}
