//! Comparing what was acknowledged with what is there.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::Context as _;
use serde_json::{Value, json};

use super::worker::{Known, Pending, Worker};
use super::world::Session;
use crate::client::{Ask, Browser, Endpoint};
use crate::server::{number, text};

/// How long an event may take to be in the log: on PostgreSQL it is numbered within a second.
pub(super) const SEQUENCED: Duration = Duration::from_secs(10);

impl Worker {
    /// Finds out what became of the changes that nobody told about.
    ///
    /// # Errors
    /// When the server does not answer.
    pub async fn resolve(&mut self) -> anyhow::Result<()> {
        for pending in std::mem::take(&mut self.pending) {
            match pending {
                Pending::Create { ask, mobile, note } => self.resolve_create(ask, mobile, note).await?,
                Pending::Change { slot, note, deleted } => self.resolve_change(slot, note, deleted).await?,
            }
        }
        Ok(())
    }

    async fn resolve_create(&mut self, ask: Ask, mobile: String, note: String) -> anyhow::Result<()> {
        let before = self.with_mobile(&mobile).await?;
        if before.len() > 1 {
            self.tally.problem(format!("a record was made {} times", before.len()));
        }
        if let Some(view) = before.first() {
            self.tally.unsure_happened += 1;
            self.made(view, mobile.clone(), note.clone());
            self.tally.acknowledged -= 1;
        } else {
            self.tally.unsure_absent += 1;
        }
        // Sent again with its key it must not be made twice.
        let again = self.send(ask).await?;
        match again.status {
            201 if before.is_empty() => self.made(&again.json(), mobile.clone(), note),
            201 => {
                if again.json().get("id") != before.first().and_then(|v| v.get("id")) {
                    self.tally.problem("a repeated request was answered with another record");
                }
            }
            503 => {}
            status => {
                self.tally.problem(format!("a repeated request was answered with {status}: {}", again.json()))
            }
        }
        let after = self.with_mobile(&mobile).await?.len();
        if after > 1 {
            self.tally.problem(format!("a repeated request made {after} records"));
        }
        Ok(())
    }

    async fn with_mobile(&mut self, mobile: &str) -> anyhow::Result<Vec<Value>> {
        let filter = json!({ "field": "mobile", "op": "eq", "value": mobile });
        let ask = Ask::post("/records/contact/query", &json!({ "filter": filter, "limit": 10 }));
        let page = self.send(ask).await?.good().context("looking for a record by its number")?;
        Ok(page.get("items").and_then(Value::as_array).cloned().unwrap_or_default())
    }

    async fn resolve_change(&mut self, slot: usize, note: String, deleted: bool) -> anyhow::Result<()> {
        let Some(known) = self.known.get(slot).cloned() else { return Ok(()) };
        let view = self.send(Ask::get(format!("/records/contact/{}", known.id))).await?.good()?;
        let version = number(&view, "/version")?;
        if version == known.version {
            self.tally.unsure_absent += 1;
        } else if version == known.version + 1 {
            self.tally.unsure_happened += 1;
            if let Some(known) = self.known.get_mut(slot) {
                *known = Known { version, note, deleted, ..known.clone() };
            }
        } else {
            self.tally.problem(format!("record {}: version {version} after {}", known.id, known.version));
        }
        Ok(())
    }

    /// Compares the records that were touched, or all of them, with the server.
    ///
    /// # Errors
    /// When the server does not answer.
    pub async fn compare(&mut self, all: bool, endpoint: &Endpoint, auditor: &Session) -> anyhow::Result<()> {
        let mut evidence = Browser::with_cookie(endpoint.clone(), &auditor.cookie);
        for slot in 0..self.known.len() {
            let Some(known) = self.known.get_mut(slot).filter(|k| all || k.touched) else { continue };
            known.touched = false;
            let known = known.clone();
            if let Err(error) = self.compare_one(&known, &mut evidence).await {
                self.tally.problem(format!("record {}: {error:#}", known.id));
            }
        }
        Ok(())
    }

    async fn compare_one(&mut self, known: &Known, evidence: &mut Browser) -> anyhow::Result<()> {
        let path = format!("/records/contact/{}", known.id);
        let view =
            self.send(Ask::get(&path)).await?.good().context("an acknowledged record is not answered")?;
        self.tally.compared += 1;
        let version = number(&view, "/version")?;
        anyhow::ensure!(version == known.version, "version {version}, acknowledged was {}", known.version);
        let note = text(&view, "/values/note")?;
        anyhow::ensure!(note == known.note, "its text is {note:?}, acknowledged was {:?}", known.note);
        let deleted = view.get("deleted_at").is_some_and(|at| !at.is_null());
        anyhow::ensure!(deleted == known.deleted, "deleted: {deleted}, acknowledged was {}", known.deleted);

        let expected: Vec<u64> = (1..=known.version).rev().take(50).collect();
        let history = self.send(Ask::get(format!("{path}/history"))).await?.good().context("its history")?;
        let items = history.get("items").and_then(Value::as_array).context("no history")?;
        let versions: Vec<u64> = items.iter().filter_map(|i| i.get("version")?.as_u64()).collect();
        anyhow::ensure!(
            versions == expected,
            "its history has the versions {versions:?} of {}",
            known.version
        );

        let wanted = |counts: &BTreeMap<String, u64>| -> Result<(), String> {
            let of = |action: &str| counts.get(action).copied().unwrap_or(0);
            let changes: u64 =
                ["record.create", "record.update", "record.delete", "record.restore"].map(of).iter().sum();
            if changes != known.version {
                return Err(format!("{changes} events of changes for {} versions", known.version));
            }
            let (least, most) = known.reveals;
            if !(least..=most).contains(&of("record.reveal")) {
                return Err(format!(
                    "{} events of reveals, {least} acknowledged, {most} asked for",
                    of("record.reveal")
                ));
            }
            if of("record.read") < known.reads {
                return Err(format!("{} events of reads, {} acknowledged", of("record.read"), known.reads));
            }
            Ok(())
        };
        let begun = std::time::Instant::now();
        loop {
            match wanted(&events(evidence, &known.id).await?) {
                Ok(()) => break,
                Err(problem) if begun.elapsed() > SEQUENCED => anyhow::bail!("{problem}"),
                Err(_) => tokio::time::sleep(Duration::from_millis(200)).await,
            }
        }
        self.tally.versions += known.version;
        Ok(())
    }
}

/// How many events of each action name a record.
async fn events(browser: &mut Browser, record: &str) -> anyhow::Result<BTreeMap<String, u64>> {
    let mut counts = BTreeMap::new();
    let mut before = String::new();
    loop {
        let path = format!("/evidence?record={record}&outcome=ok&limit=500{before}");
        let page = browser.send(Ask::get(path)).await?.good().context("its evidence")?;
        for event in page.get("items").and_then(Value::as_array).context("no events")? {
            anyhow::ensure!(event.get("damaged") != Some(&json!(true)), "a damaged event: {event}");
            if event.pointer("/record/id").and_then(Value::as_str) == Some(record) {
                *counts.entry(text(event, "/action")?).or_insert(0) += 1;
            }
        }
        match page.get("next").and_then(Value::as_u64) {
            Some(next) => before = format!("&before={next}"),
            None => return Ok(counts),
        }
    }
}
