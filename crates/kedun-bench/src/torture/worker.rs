//! Somebody who works, and remembers what was acknowledged.

use hyper::Method;
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};
use uuid::Uuid;

use super::tally::Tally;
use super::world::Session;
use crate::client::{Answer, Ask, Browser};

/// A record as it was last acknowledged.
#[derive(Debug, Clone)]
pub struct Known {
    pub id: String,
    pub version: u64,
    pub note: String,
    pub mobile: String,
    pub deleted: bool,
    /// Reveals that were acknowledged, and that were asked for.
    pub reveals: (u64, u64),
    /// Reads that were acknowledged.
    pub reads: u64,
    /// Something was done to it since it was compared last.
    pub touched: bool,
}

/// A change whose outcome nobody told.
#[derive(Debug, Clone)]
pub enum Pending {
    Create { ask: Ask, mobile: String, note: String },
    Change { slot: usize, note: String, deleted: bool },
}

/// One session at work.
pub struct Worker {
    pub number: u64,
    pub session: Session,
    draw: ChaCha8Rng,
    next: u64,
    pub known: Vec<Known>,
    pub pending: Vec<Pending>,
    pub tally: Tally,
    browser: Option<Browser>,
}

/// What came of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    Done,
    /// The server said that it cannot; whether it did is unknown.
    Unavailable,
    /// No answer came.
    Broken,
}

impl Worker {
    pub fn new(number: u64, seed: u64, session: Session) -> Self {
        let draw = ChaCha8Rng::seed_from_u64(seed.wrapping_mul(1_000_003).wrapping_add(number));
        let tally = Tally::default();
        Worker {
            number,
            session,
            draw,
            next: 0,
            known: Vec::new(),
            pending: Vec::new(),
            tally,
            browser: None,
        }
    }

    /// Talks to the server from now on.
    pub fn meet(&mut self, endpoint: &crate::client::Endpoint) {
        self.browser = Some(Browser::with_cookie(endpoint.clone(), &self.session.cookie));
    }

    /// Sends something that is no step.
    ///
    /// # Errors
    /// When there is no answer.
    pub async fn send(&mut self, ask: Ask) -> anyhow::Result<Answer> {
        match &mut self.browser {
            Some(browser) => browser.send(ask).await,
            None => anyhow::bail!("nobody to talk to"),
        }
    }

    /// Works until an answer does not come, or for so many steps.
    pub async fn work(&mut self, steps: usize) {
        for _ in 0..steps {
            if self.step().await == Step::Broken {
                return;
            }
        }
    }

    /// Does one thing.
    pub async fn step(&mut self) -> Step {
        // An open question about a record is answered before more is done to it.
        let busy = |slot: usize, pending: &[Pending]| {
            pending.iter().any(|p| matches!(p, Pending::Change { slot: s, .. } if *s == slot))
        };
        let slot =
            if self.known.is_empty() { None } else { Some(self.draw.random_range(0..self.known.len())) };
        let slot = slot.filter(|slot| !busy(*slot, &self.pending));
        let roll = self.draw.random_range(0..100_u32);
        let Some(slot) = slot.filter(|_| roll >= 30) else { return self.create().await };
        let deleted = self.known.get(slot).is_some_and(|k| k.deleted);
        match roll {
            _ if deleted => self.change(slot, false, true).await,
            30..60 => self.change(slot, false, false).await,
            60..68 => self.change(slot, true, false).await,
            68..84 => self.reveal(slot).await,
            _ => self.read(slot).await,
        }
    }

    async fn create(&mut self) -> Step {
        self.next += 1;
        let (n, w) = (self.next, self.number);
        let mobile = format!("17{w:02}{n:07}");
        let note = format!("made {w}.{n}");
        let values =
            json!({ "name": format!("测试{w}号{n}"), "mobile": mobile, "note": note, "title": "采购经理" });
        let key = Uuid::from_u128(u128::from(w) << 64 | u128::from(n));
        let ask = Ask::post("/records/contact", &json!({ "values": values, "allow_duplicate": true }))
            .with("idempotency-key", &key.to_string());
        let (step, answer) = self.ask(ask.clone()).await;
        match answer {
            Some(answer) if answer.status == 201 => self.made(&answer.json(), mobile, note),
            Some(answer) if step == Step::Done => self.unexpected("create", &answer),
            _ => self.pending.push(Pending::Create { ask, mobile, note }),
        }
        step
    }

    /// Remembers a record that was acknowledged.
    pub fn made(&mut self, view: &Value, mobile: String, note: String) {
        let (Some(id), Some(version)) =
            (view.get("id").and_then(Value::as_str), view.get("version").and_then(Value::as_u64))
        else {
            self.tally.problem(format!("an acknowledged record without id or version: {view}"));
            return;
        };
        self.tally.acknowledged += 1;
        let id = id.to_owned();
        self.known.push(Known {
            id,
            version,
            note,
            mobile,
            deleted: false,
            reveals: (0, 0),
            reads: 0,
            touched: true,
        });
    }

    async fn change(&mut self, slot: usize, delete: bool, restore: bool) -> Step {
        let Some(known) = self.known.get_mut(slot) else { return Step::Done };
        self.next += 1;
        known.touched = true;
        let note = if delete || restore {
            known.note.clone()
        } else {
            format!("changed {}.{}", self.number, self.next)
        };
        let path = format!("/records/contact/{}", known.id);
        let ask = if delete {
            Ask { method: Method::DELETE, ..Ask::get(path) }
        } else if restore {
            Ask::post(format!("{path}/restore"), &json!({}))
        } else {
            Ask::json(Method::PATCH, path, &json!({ "values": { "note": note } }))
        };
        let ask = ask.at_version(known.version);
        let (step, answer) = self.ask(ask).await;
        match answer {
            Some(answer) if (200..300).contains(&answer.status) => {
                let told = answer.json().get("version").and_then(Value::as_u64);
                let Some(known) = self.known.get_mut(slot) else { return step };
                known.version += 1;
                known.note = note;
                known.deleted = delete;
                self.tally.acknowledged += 1;
                if let (Some(told), now) = (told, known.version)
                    && told != now
                {
                    let id = known.id.clone();
                    self.tally.problem(format!("record {id}: version {told} acknowledged instead of {now}"));
                }
            }
            Some(answer) if step == Step::Done => self.unexpected("change", &answer),
            _ => self.pending.push(Pending::Change { slot, note, deleted: delete }),
        }
        step
    }

    async fn reveal(&mut self, slot: usize) -> Step {
        let Some(known) = self.known.get_mut(slot) else { return Step::Done };
        known.touched = true;
        known.reveals.1 += 1;
        let body = json!({ "fields": ["mobile"], "purpose": { "code": "call_customer" } });
        let ask = Ask::post(format!("/records/contact/{}/reveal", known.id), &body);
        let mobile = known.mobile.clone();
        let (step, answer) = self.ask(ask).await;
        let Some(answer) = answer.filter(|_| step == Step::Done) else { return step };
        if answer.status == 200 {
            self.tally.reveals += 1;
            let shown = answer.json().pointer("/values/mobile").cloned().unwrap_or_default();
            if let Some(known) = self.known.get_mut(slot) {
                known.reveals.0 += 1;
                let id = known.id.clone();
                // A number is kept in its international form.
                if !shown.as_str().is_some_and(|s| s.ends_with(&mobile)) {
                    self.tally.problem(format!("record {id}: the number is another one"));
                }
            }
        } else {
            self.unexpected("reveal", &answer);
        }
        step
    }

    async fn read(&mut self, slot: usize) -> Step {
        let Some(known) = self.known.get_mut(slot) else { return Step::Done };
        known.touched = true;
        let ask = Ask::get(format!("/records/contact/{}", known.id));
        let (step, answer) = self.ask(ask).await;
        let Some(answer) = answer.filter(|_| step == Step::Done) else { return step };
        if answer.status == 200 {
            self.tally.reads += 1;
            if let Some(known) = self.known.get_mut(slot) {
                known.reads += 1;
            }
        } else {
            self.unexpected("read", &answer);
        }
        step
    }

    async fn ask(&mut self, ask: Ask) -> (Step, Option<Answer>) {
        match self.send(ask).await {
            Err(_broken) => {
                self.tally.unanswered += 1;
                (Step::Broken, None)
            }
            Ok(answer) if answer.status >= 500 => {
                if answer.status != 503 {
                    let body = String::from_utf8_lossy(&answer.body).into_owned();
                    self.tally.problem(format!("status {}: {body}", answer.status));
                }
                self.tally.unavailable += 1;
                (Step::Unavailable, None)
            }
            Ok(answer) => (Step::Done, Some(answer)),
        }
    }

    /// A refusal that nothing explains. One does: rights changed between decision and commit.
    fn unexpected(&mut self, what: &str, answer: &Answer) {
        if answer.status == 409 && answer.json().get("code") == Some(&json!("access.changed")) {
            self.tally.overtaken += 1;
            return;
        }
        let body = String::from_utf8_lossy(&answer.body).into_owned();
        let login = &self.session.login;
        self.tally.problem(format!("{what} by {login}: status {}: {body}", answer.status));
    }
}
