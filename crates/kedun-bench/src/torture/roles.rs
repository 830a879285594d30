//! Somebody who gives and takes a role, and remembers what was acknowledged.

use hyper::Method;
use serde_json::{Value, json};

use super::tally::Tally;
use super::worker::Step;
use super::world::World;
use crate::client::{Ask, Browser, Endpoint};

/// The giver of a role.
pub struct Roles {
    world: World,
    browser: Option<Browser>,
    /// The assignment, if the role is given; unknown after a change of unknown outcome.
    given: Option<Option<String>>,
    pub tally: Tally,
}

impl Roles {
    pub fn new(world: &World) -> Self {
        Roles { world: world.clone(), browser: None, given: Some(None), tally: Tally::default() }
    }

    /// Talks to the server from now on.
    pub fn meet(&mut self, endpoint: &Endpoint) {
        self.browser = Some(Browser::with_cookie(endpoint.clone(), &self.world.security.cookie));
    }

    /// Gives or takes until no answer comes, or for so many steps.
    pub async fn work(&mut self, steps: usize) {
        for _ in 0..steps {
            if self.step().await == Step::Broken {
                return;
            }
            tokio::time::sleep(std::time::Duration::from_millis(40)).await;
        }
    }

    async fn step(&mut self) -> Step {
        let Some(given) = self.given.clone() else { return Step::Unavailable };
        let path = format!("/people/{}/roles", self.world.moved);
        let ask = match &given {
            None => Ask::post(path, &json!({ "role": self.world.role, "reason": "torture" })),
            Some(assignment) => Ask { method: Method::DELETE, ..Ask::get(format!("{path}/{assignment}")) },
        };
        let Some(browser) = &mut self.browser else { return Step::Broken };
        match browser.send(ask).await {
            Err(_broken) => {
                self.tally.unanswered += 1;
                self.given = None;
                Step::Broken
            }
            Ok(answer) if answer.status >= 500 => {
                self.tally.unavailable += 1;
                self.given = None;
                Step::Unavailable
            }
            Ok(answer) if (200..300).contains(&answer.status) => {
                self.tally.acknowledged += 1;
                let id = answer.json().get("id").and_then(Value::as_str).map(str::to_owned);
                self.given = Some(if given.is_none() { id } else { None });
                Step::Done
            }
            Ok(answer) => {
                self.tally.problem(format!("a role change: status {}: {}", answer.status, answer.json()));
                self.given = None;
                Step::Done
            }
        }
    }

    /// Compares what was acknowledged with what is held.
    ///
    /// # Errors
    /// When the server does not answer.
    pub async fn compare(&mut self) -> anyhow::Result<()> {
        let Some(browser) = &mut self.browser else { return Ok(()) };
        let held = browser.send(Ask::get(format!("/people/{}/roles", self.world.moved))).await?.good()?;
        let now = held
            .get("items")
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .find(|item| item.pointer("/role/code") == Some(&json!("sales_manager")))
            .and_then(|item| item.get("assignment")?.as_str())
            .map(str::to_owned);
        match &self.given {
            Some(given) if *given != now => {
                self.tally.problem(format!("the role is {now:?}, acknowledged was {given:?}"));
            }
            Some(_) => self.tally.roles += 1,
            None if now.is_some() => self.tally.unsure_happened += 1,
            None => self.tally.unsure_absent += 1,
        }
        self.given = Some(now);
        Ok(())
    }
}
