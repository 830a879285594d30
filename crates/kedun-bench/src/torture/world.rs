//! A small company on a site, and the sessions of those who work in it.

use anyhow::Context as _;
use kedun_testkit::company::Company;
use serde_json::{Value, json};

use crate::bench;
use crate::client::{Ask, Browser, Endpoint};
use crate::server::{PASSWORD, Running, Site, Size, text};

/// The company that is tortured.
pub const SIZE: Size =
    Size { seed: 7, people: 16, accounts: 20, contacts: 40, opportunities: 20, leads: 20, follow_ups: 40 };

/// How many people are given a role and lose it.
const MOVED: usize = 3;

/// A session that outlives the process that gave it.
#[derive(Debug, Clone)]
pub struct Session {
    pub login: String,
    pub cookie: String,
}

/// Who works, and on what.
#[derive(Debug, Clone)]
pub struct World {
    pub site: Site,
    pub sellers: Vec<Session>,
    pub auditor: Session,
    pub security: Session,
    /// People whose roles are changed.
    pub moved: Vec<String>,
    /// The role that is given and taken.
    pub role: String,
}

impl World {
    /// Fills the site and signs everybody in.
    ///
    /// # Errors
    /// When the program fails.
    pub async fn make(site: Site) -> anyhow::Result<Self> {
        site.fill(&SIZE).await?;
        let running = site.start().await?;
        let world = Self::enter(site, &running).await;
        running.stop().await?;
        world
    }

    async fn enter(site: Site, running: &Running) -> anyhow::Result<Self> {
        let company: Company = bench::company(&SIZE);
        let mut sellers = Vec::new();
        for person in company.people().iter().filter(|p| p.role == "sales" || p.role == "sales_manager") {
            sellers.push(enter(&site, &running.endpoint, &person.login).await?);
        }
        let officer = |role: &str| {
            let found = company.people().iter().find(|p| p.role == role).map(|p| p.login.clone());
            found.with_context(|| format!("no {role}"))
        };
        let auditor = enter(&site, &running.endpoint, &officer("auditor")?).await?;
        let security = enter(&site, &running.endpoint, &officer("security_admin")?).await?;
        let mut browser = Browser::with_cookie(running.endpoint.clone(), &security.cookie);
        let roles = browser.send(Ask::get("/roles")).await?.good()?;
        let role = find(&roles, "code", "sales_manager")?;
        let people = browser.send(Ask::get("/directory")).await?.good()?;
        let moved = company.people().iter().filter(|p| p.role == "sales").take(MOVED);
        let moved: Vec<_> = moved.map(|p| find(&people, "name", &p.name_zh)).collect::<Result<_, _>>()?;
        anyhow::ensure!(moved.len() == MOVED, "too few sellers");
        Ok(World { site, sellers, auditor, security, moved, role })
    }
}

/// Signs somebody in; codes come from the command line of the program.
///
/// # Errors
/// When the server refuses.
pub async fn enter(site: &Site, endpoint: &Endpoint, login: &str) -> anyhow::Result<Session> {
    let mut browser = Browser::new(endpoint.clone());
    let cookie = browser.sign_in(login, PASSWORD, async || site.code(SIZE.seed, login).await).await?;
    Ok(Session { login: login.to_owned(), cookie })
}

fn find(list: &Value, key: &str, value: &str) -> anyhow::Result<String> {
    let items = list.get("items").and_then(Value::as_array).context("no items")?;
    let found = items.iter().find(|item| item.get(key) == Some(&json!(value)));
    text(found.with_context(|| format!("no {value}"))?, "/id")
}
