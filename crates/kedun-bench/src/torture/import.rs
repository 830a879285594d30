//! Somebody who brings small files in; an import that began must end, with every row once.

use std::time::Duration;

use anyhow::Context as _;
use hyper::Method;
use serde_json::{Value, json};

use super::tally::Tally;
use super::world::Session;
use crate::bench::{import_mapping, import_sheet, import_until, import_upload};
use crate::client::{Ask, Browser, Endpoint};
use crate::server::text;

/// Rows of one file.
const ROWS: usize = 400;
/// How long an interrupted import may take to end by itself: its lease must run out first.
const PATIENCE: Duration = Duration::from_secs(120);

/// The importer.
pub struct Importer {
    session: Session,
    browser: Option<Browser>,
    number: u64,
    /// An import whose run was asked for, and whether that was acknowledged.
    running: Option<(String, bool)>,
    pub tally: Tally,
}

impl Importer {
    pub fn new(session: Session) -> Self {
        Importer { session, browser: None, number: 0, running: None, tally: Tally::default() }
    }

    /// Talks to the server from now on.
    pub fn meet(&mut self, endpoint: &Endpoint) {
        self.browser = Some(Browser::with_cookie(endpoint.clone(), &self.session.cookie));
    }

    /// Brings one file in, as far as the server lets it.
    pub async fn work(&mut self) {
        if self.running.is_some() {
            return;
        }
        if self.try_work().await.is_err() {
            self.tally.unanswered += 1;
        }
    }

    async fn try_work(&mut self) -> anyhow::Result<()> {
        let browser = self.browser.as_mut().context("nobody to talk to")?;
        self.number += 1;
        let marker = format!("m{}x", self.number);
        let import = browser.send(import_upload(&import_sheet(ROWS, &marker))).await?.good()?;
        let id = text(&import, "/id")?;
        let path = format!("/imports/{id}");
        browser.send(Ask::json(Method::PUT, format!("{path}/mapping"), &import_mapping())).await?.good()?;
        browser.send(Ask::post(format!("{path}/dry-run"), &json!({}))).await?.good()?;
        import_until(browser, &id, "checked", PATIENCE).await?;
        self.running = Some((id.clone(), false));
        browser.send(Ask::post(format!("{path}/run"), &json!({}))).await?.good()?;
        self.running = Some((id.clone(), true));
        self.tally.acknowledged += 1;
        import_until(browser, &id, "done", PATIENCE).await?;
        Ok(())
    }

    /// Waits until an import that began has ended, and counts its rows.
    ///
    /// # Errors
    /// When the server does not answer.
    pub async fn compare(&mut self) -> anyhow::Result<()> {
        let Some((id, acknowledged)) = self.running.take() else { return Ok(()) };
        let browser = self.browser.as_mut().context("nobody to talk to")?;
        let import = browser.send(Ask::get(format!("/imports/{id}"))).await?.good()?;
        if text(&import, "/state")? == "checked" {
            if acknowledged {
                self.tally.problem(format!("import {id}: its run was acknowledged and is forgotten"));
            }
            return Ok(());
        }
        match import_until(browser, &id, "done", PATIENCE).await {
            Ok(_) => {}
            Err(error) => {
                self.tally.problem(format!("import {id}: {error:#}"));
                return Ok(());
            }
        }
        let filter = json!({ "field": "_import", "op": "eq", "value": id });
        let query = json!({ "filter": filter, "count": true, "limit": 1 });
        let page = browser.send(Ask::post("/records/contact/query", &query)).await?.good()?;
        let rows = page.pointer("/count/n").and_then(Value::as_u64).unwrap_or(0);
        if rows == u64::try_from(ROWS)? {
            self.tally.imports += 1;
        } else {
            self.tally.problem(format!("import {id}: {rows} rows instead of {ROWS}"));
        }
        Ok(())
    }
}
