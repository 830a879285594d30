//! Somebody who gives and takes a role, and remembers what was acknowledged.
//!
//! The role goes to several people in turn, so that with one change in flight the roles of all
//! others are known exactly.

use std::time::{Duration, Instant};

use anyhow::Context as _;
use hyper::Method;
use serde_json::{Value, json};

use super::check::SEQUENCED;
use super::tally::Tally;
use super::worker::Step;
use super::world::World;
use crate::client::{Ask, Browser, Endpoint};
use crate::server::{number, text};

/// A change of a role as its event tells it: the action and the assignment.
type Change = (&'static str, String);

const GIVEN: &str = "role.assign";
const TAKEN: &str = "role.revoke";

/// Somebody whose role changes.
struct Holder {
    person: String,
    /// The assignment, if the role is given, as it was acknowledged last.
    given: Option<String>,
    /// Nobody told whether the next change happened.
    unsure: bool,
}

/// The giver of a role.
pub struct Roles {
    world: World,
    browser: Option<Browser>,
    auditor: Option<Browser>,
    holders: Vec<Holder>,
    turn: usize,
    /// What happened since the evidence was looked at last.
    changes: Vec<Change>,
    /// The last event that was looked at.
    seen: u64,
    pub tally: Tally,
}

impl Roles {
    pub fn new(world: &World) -> Self {
        let holder = |person: &String| Holder { person: person.clone(), given: None, unsure: false };
        Roles {
            world: world.clone(),
            browser: None,
            auditor: None,
            holders: world.moved.iter().map(holder).collect(),
            turn: 0,
            changes: Vec::new(),
            seen: 0,
            tally: Tally::default(),
        }
    }

    /// Talks to the server from now on.
    pub fn meet(&mut self, endpoint: &Endpoint) {
        self.browser = Some(Browser::with_cookie(endpoint.clone(), &self.world.security.cookie));
        self.auditor = Some(Browser::with_cookie(endpoint.clone(), &self.world.auditor.cookie));
    }

    /// Gives or takes until no answer comes, or for so many steps.
    pub async fn work(&mut self, steps: usize) {
        for _ in 0..steps {
            if self.step().await == Step::Broken {
                return;
            }
            tokio::time::sleep(Duration::from_millis(40)).await;
        }
    }

    async fn step(&mut self) -> Step {
        self.turn = (self.turn + 1) % self.holders.len().max(1);
        let Some(holder) = self.holders.get_mut(self.turn).filter(|h| !h.unsure) else {
            return Step::Unavailable;
        };
        let path = format!("/people/{}/roles", holder.person);
        let ask = match &holder.given {
            None => Ask::post(path, &json!({ "role": self.world.role, "reason": "torture" })),
            Some(assignment) => Ask { method: Method::DELETE, ..Ask::get(format!("{path}/{assignment}")) },
        };
        let Some(browser) = &mut self.browser else { return Step::Broken };
        match browser.send(ask).await {
            Err(_broken) => {
                self.tally.unanswered += 1;
                holder.unsure = true;
                Step::Broken
            }
            Ok(answer) if answer.status >= 500 => {
                self.tally.unavailable += 1;
                holder.unsure = true;
                Step::Unavailable
            }
            Ok(answer) if (200..300).contains(&answer.status) => {
                self.tally.acknowledged += 1;
                holder.given = match holder.given.take() {
                    Some(taken) => {
                        self.changes.push((TAKEN, taken));
                        None
                    }
                    None => {
                        let id = text(&answer.json(), "/id").unwrap_or_default();
                        self.changes.push((GIVEN, id.clone()));
                        Some(id)
                    }
                };
                Step::Done
            }
            Ok(answer) => {
                self.tally.problem(format!("a role change: status {}: {}", answer.status, answer.json()));
                Step::Done
            }
        }
    }

    /// Compares what was acknowledged with what is held, finds out what became of changes in
    /// flight, and asks that the evidence tells of what happened, once, and of nothing else.
    ///
    /// # Errors
    /// When the server does not answer.
    pub async fn compare(&mut self) -> anyhow::Result<()> {
        let Some(browser) = &mut self.browser else { return Ok(()) };
        for holder in &mut self.holders {
            let path = format!("/people/{}/roles", holder.person);
            let held = browser.send(Ask::get(path)).await?.good()?;
            let items = held.get("items").and_then(Value::as_array).context("no roles")?;
            let ours =
                items.iter().filter(|item| item.pointer("/role/code") == Some(&json!("sales_manager")));
            let now = ours.map(|item| text(item, "/assignment")).collect::<Result<Vec<_>, _>>()?;
            let before: Vec<String> = holder.given.clone().into_iter().collect();
            match (now.as_slice(), before.as_slice()) {
                (now, before) if now == before && holder.unsure => self.tally.unsure_absent += 1,
                (now, before) if now == before => self.tally.roles += 1,
                ([id], []) if holder.unsure => {
                    self.tally.unsure_happened += 1;
                    self.changes.push((GIVEN, id.clone()));
                }
                ([], [id]) if holder.unsure => {
                    self.tally.unsure_happened += 1;
                    self.changes.push((TAKEN, id.clone()));
                }
                _ => self.tally.problem(format!(
                    "the role is {now:?}, acknowledged was {before:?}, a change in flight: {}",
                    holder.unsure
                )),
            }
            holder.given = now.into_iter().next();
            holder.unsure = false;
        }
        self.compare_events().await
    }

    async fn compare_events(&mut self) -> anyhow::Result<()> {
        let mut expected = std::mem::take(&mut self.changes);
        expected.sort_unstable();
        let begun = Instant::now();
        loop {
            let (told, last) = self.told().await?;
            if told == expected {
                self.tally.role_changes += u64::try_from(told.len())?;
                self.seen = last;
                return Ok(());
            }
            if begun.elapsed() > SEQUENCED || told.len() > expected.len() {
                self.tally.problem(format!("role changes {expected:?}, their events tell of {told:?}"));
                self.seen = last;
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(200)).await;
        }
    }

    /// The changes of roles by people that the evidence tells of since it was looked at last,
    /// sorted, and its last event.
    async fn told(&mut self) -> anyhow::Result<(Vec<Change>, u64)> {
        let auditor = self.auditor.as_mut().context("nobody to ask")?;
        let (mut told, mut last, mut before) = (Vec::new(), self.seen, String::new());
        loop {
            let path = format!("/evidence?action=role.&outcome=ok&limit=500{before}");
            let page = auditor.send(Ask::get(path)).await?.good().context("evidence of roles")?;
            for event in page.get("items").and_then(Value::as_array).context("no events")? {
                let seq = number(event, "/seq")?;
                if seq <= self.seen {
                    told.sort_unstable();
                    return Ok((told, last));
                }
                last = last.max(seq);
                let action = text(event, "/action")?;
                let action = [GIVEN, TAKEN].into_iter().find(|known| *known == action);
                // The roles of the first day were given by nobody.
                if let (Some(action), Some(_)) = (action, event.pointer("/person/id")) {
                    told.push((action, text(event, "/details/assignment")?));
                }
            }
            match page.get("next").and_then(Value::as_u64) {
                Some(next) => before = format!("&before={next}"),
                None => {
                    told.sort_unstable();
                    return Ok((told, last));
                }
            }
        }
    }
}
