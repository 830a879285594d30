//! Everybody who works at once, and everything that is looked at afterwards.

use futures::future::join_all;
use serde_json::Value;

use super::import::Importer;
use super::roles::Roles;
use super::tally::Tally;
use super::worker::Worker;
use super::world::World;
use crate::client::Endpoint;
use crate::server::{Running, Site};

/// The crew.
pub struct Crew {
    pub world: World,
    pub workers: Vec<Worker>,
    roles: Roles,
    importer: Importer,
    pub tally: Tally,
}

impl Crew {
    /// So many workers, and one each who changes roles and imports.
    pub fn new(world: World, seed: u64, workers: usize) -> Self {
        let sessions = world.sellers.iter().cycle().take(workers);
        let workers = (1_u64..).zip(sessions).map(|(n, s)| Worker::new(n, seed, s.clone())).collect();
        let roles = Roles::new(&world);
        // Those whose role changes are among the first; the last imports.
        let importer = world.sellers.last().cloned().map(Importer::new);
        let importer = importer.unwrap_or_else(|| Importer::new(world.auditor.clone()));
        Crew { world, workers, roles, importer, tally: Tally::default() }
    }

    /// Everybody talks to this server from now on.
    pub fn meet(&mut self, endpoint: &Endpoint) {
        self.workers.iter_mut().for_each(|w| w.meet(endpoint));
        self.roles.meet(endpoint);
        self.importer.meet(endpoint);
    }

    /// Starts the program and notes how long that took.
    ///
    /// # Errors
    /// When it does not start.
    pub async fn start(&mut self, site: &Site) -> anyhow::Result<Running> {
        let running = site.start().await?;
        self.tally.starts += 1;
        let took = u64::try_from(running.first_answer.as_millis())?;
        self.tally.slowest_start_ms = self.tally.slowest_start_ms.max(took);
        self.meet(&running.endpoint);
        Ok(running)
    }

    /// Everybody works, each until its connection breaks or its steps are done, while `meanwhile`
    /// happens; ends when both have ended.
    pub async fn work<T>(&mut self, steps: usize, import: bool, meanwhile: impl Future<Output = T>) -> T {
        let workers = join_all(self.workers.iter_mut().map(|w| w.work(steps)));
        let roles = self.roles.work(steps);
        let importer = async {
            if import {
                self.importer.work().await;
            }
        };
        let (_, (), (), ended) = futures::join!(workers, roles, importer, meanwhile);
        ended
    }

    /// Finds out what became of open questions and compares what was touched, or all.
    ///
    /// # Errors
    /// When the server does not answer.
    pub async fn settle(&mut self, endpoint: &Endpoint, all: bool) -> anyhow::Result<()> {
        self.meet(endpoint);
        let auditor = self.world.auditor.clone();
        let looked = join_all(self.workers.iter_mut().map(async |worker| {
            worker.resolve().await?;
            worker.compare(all, endpoint, &auditor).await
        }));
        for result in looked.await {
            if let Err(error) = result {
                self.tally.problem(format!("{error:#}"));
            }
        }
        if let Err(error) = self.roles.compare().await {
            self.tally.problem(format!("roles: {error:#}"));
        }
        if let Err(error) = self.importer.compare().await {
            self.tally.problem(format!("import: {error:#}"));
        }
        Ok(())
    }

    /// Verifies the whole evidence and compares records, histories, events and keys, on stopped data.
    ///
    /// # Errors
    /// When the commands cannot be run.
    pub async fn verify(&mut self) -> anyhow::Result<()> {
        self.verify_but(&[]).await
    }

    /// The same, where findings of some kinds are right because they happened.
    ///
    /// # Errors
    /// When the commands cannot be run.
    pub async fn verify_but(&mut self, kinds: &[&str]) -> anyhow::Result<()> {
        let site = Site { wrapper: Vec::new(), env: Vec::new(), ..self.world.site.clone() };
        let (clean, report) = site.check("verify", &["--json"]).await?;
        let json: Value = serde_json::from_str(&report).unwrap_or(Value::Null);
        self.tally.events = json.pointer("/report/events").and_then(Value::as_u64).unwrap_or(0);
        self.tally.verifications += 1;
        let findings = json.get("findings").and_then(Value::as_array).cloned().unwrap_or_default();
        let right = |finding: &Value| {
            let kind = finding.pointer("/kind/kind").or_else(|| finding.get("kind")).and_then(Value::as_str);
            kind.is_some_and(|kind| kinds.iter().any(|k| kind.ends_with(k)))
        };
        let all_told = json.get("findings_omitted").and_then(Value::as_u64) == Some(0);
        let expected = !findings.is_empty() && all_told && findings.iter().all(right);
        if !clean && !expected {
            self.tally.problem(format!("the evidence is not clean: {report}"));
        }
        let (clean, report) = site.check("doctor", &["--deep", "--listen", "127.0.0.1:0"]).await?;
        self.tally.deep_checks += 1;
        if !clean {
            self.tally.problem(format!("the doctor found: {report}"));
        }
        Ok(())
    }

    /// All counts so far.
    pub fn collected(mut self) -> Tally {
        for worker in &mut self.workers {
            self.tally.add(std::mem::take(&mut worker.tally));
        }
        self.tally.add(std::mem::take(&mut self.roles.tally));
        self.tally.add(std::mem::take(&mut self.importer.tally));
        self.tally
    }

    /// How many problems there are so far.
    pub fn problems(&self) -> usize {
        let workers: usize = self.workers.iter().map(|w| w.tally.problems.len()).sum();
        workers
            + self.tally.problems.len()
            + self.roles.tally.problems.len()
            + self.importer.tally.problems.len()
    }
}
