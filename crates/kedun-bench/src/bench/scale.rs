//! What a large company costs: bringing the rows in, the first page of six viewers, searches, start
//! and memory.

use std::fmt::Write as _;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::Context as _;
use hyper::Method;
use kedun_testkit::company::{Company, Person};
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};

use super::drive::{Cost, Meter, drive};
use super::import::{self, ImportCost};
use super::kedun_side::{self, fragment, last_four, mobile_of};
use super::run::Engine;
use super::{CONNECTIONS, Operation, Script, report};
use crate::client::{Ask, Browser};
use crate::cluster::Cluster;
use crate::server::{PASSWORD, Running, Site, Size, text};
use crate::{process, say};

const BEGIN: &str = "<!-- scale: begin; written by `cargo xtask scale` -->";
const END: &str = "<!-- scale: end -->";
const NEW_PASSWORD: &str = "seven slow boats at noon";
/// How long the arena of the largest company may take to fill.
const FILLING: Duration = Duration::from_secs(600);

/// What is measured.
#[derive(Debug, Clone, clap::Args)]
pub struct ScaleArgs {
    /// The program under test.
    #[arg(long)]
    pub bin: PathBuf,
    #[arg(long, value_enum, default_value = "sqlite")]
    pub engine: Engine,
    /// Contacts of the company, by growing size; the first is what the others are compared with.
    #[arg(long, value_delimiter = ',', default_value = "100000,1000000")]
    pub contacts: Vec<usize>,
    /// Rows of the file that is brought in; none for no file.
    #[arg(long, default_value_t = 1_000_000)]
    pub import: usize,
    /// Where the figures go; nothing is written unless given.
    #[arg(long)]
    pub report: Option<PathBuf>,
    #[arg(long, default_value = "unknown")]
    pub commit: String,
    #[arg(long, default_value = "")]
    pub date: String,
}

/// The figures of one engine at one size.
struct Column {
    name: String,
    contacts: usize,
    fill_seconds: f64,
    costs: Vec<(String, Cost)>,
    start_seconds: f64,
    full_seconds: f64,
    resident_mib: u64,
    peak_mib: u64,
    disk_mib: u64,
}

/// A company of 350 people: seven regions of five teams, each region about fifty people.
fn size(contacts: usize) -> Size {
    Size {
        seed: 2026,
        people: 350,
        accounts: contacts / 50,
        contacts,
        opportunities: 2_000,
        leads: 100,
        follow_ups: 100,
    }
}

/// Measures and reports.
///
/// # Errors
/// When a server fails or answers otherwise than it should.
pub async fn run(args: ScaleArgs) -> anyhow::Result<()> {
    let machine = process::machine();
    say::line(format!("Machine: {machine}"));
    let engines: &[(Engine, &str)] = &[(Engine::Sqlite, "SQLite"), (Engine::Postgres, "PostgreSQL")];
    let (mut columns, mut imports) = (Vec::new(), Vec::new());
    for (engine, name) in engines {
        if args.engine != *engine && args.engine != Engine::Both {
            continue;
        }
        let cluster = match engine {
            Engine::Sqlite => None,
            _ => Some(Cluster::from_env().context("no PostgreSQL server: DATABASE_URL is not set")?),
        };
        if args.import > 0 {
            let (cost, peak) = bring_in(&args, cluster.as_ref()).await?;
            say::line(format!(
                "{name}: {} rows in {:.1} s, {:.0} rows/s, {:.1} s of processor with upload and dry run, {peak} MiB at most",
                cost.rows,
                cost.run_seconds,
                rate(&cost),
                cost.cpu_seconds
            ));
            imports.push((*name, cost, peak));
        }
        for contacts in &args.contacts {
            columns.push(column(&args, name, *contacts, cluster.as_ref()).await?);
        }
    }
    let text = markdown(&args, &machine, &columns, &imports);
    say::line(&text);
    if let Some(path) = &args.report {
        let old = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
        std::fs::write(path, report::between(&old, BEGIN, END, &text)?)?;
    }
    Ok(())
}

fn rate(cost: &ImportCost) -> f64 {
    super::drive::per(cost.rows) / cost.run_seconds
}

/// Brings a file in through upload, mapping, dry run and run; its cost and the highest memory, MiB.
async fn bring_in(args: &ScaleArgs, cluster: Option<&Cluster>) -> anyhow::Result<(ImportCost, u64)> {
    let small = Size {
        contacts: 40,
        accounts: 20,
        opportunities: 20,
        leads: 20,
        follow_ups: 40,
        people: 40,
        seed: 2026,
    };
    let dir = tempfile::tempdir()?;
    let site = Site::new(&args.bin, dir.path(), database(cluster).await?);
    site.fill(&small).await?;
    let running = site.start().await?;
    let company = kedun_side::company(&small);
    let director = company.people().iter().find(|p| p.role == "sales_director").context("no director")?;
    let mut browser = sign_in(&running, &director.login).await?;
    let meter = meter(&running, cluster);
    let cost = import::kedun(&mut browser, args.import, "m", &meter).await?;
    let peak = process::resident_kib(running.pid)?.1 >> 10;
    running.stop().await?;
    remove(cluster).await?;
    Ok((cost, peak))
}

async fn database(cluster: Option<&Cluster>) -> anyhow::Result<Option<String>> {
    match cluster {
        Some(cluster) => Ok(Some(cluster.database("kedun_scale").await?)),
        None => Ok(None),
    }
}

async fn remove(cluster: Option<&Cluster>) -> anyhow::Result<()> {
    match cluster {
        Some(cluster) => cluster.remove("kedun_scale").await,
        None => Ok(()),
    }
}

fn meter(running: &Running, cluster: Option<&Cluster>) -> Meter {
    let (pid, postmaster) = (running.pid, cluster.and_then(Cluster::postmaster));
    Arc::new(move || {
        let database = postmaster.map_or(Ok(0), process::cpu_millis_with_children)?;
        Ok((process::cpu_millis(pid)?, database))
    })
}

async fn sign_in(running: &Running, login: &str) -> anyhow::Result<Browser> {
    let mut browser = Browser::new(running.endpoint.clone());
    browser.sign_in(login, PASSWORD, async || anyhow::bail!("no code is expected")).await?;
    Ok(browser)
}

/// Fills one company, starts it and measures.
async fn column(
    args: &ScaleArgs,
    name: &str,
    contacts: usize,
    cluster: Option<&Cluster>,
) -> anyhow::Result<Column> {
    let size = size(contacts);
    let company = kedun_side::company(&size);
    let dir = tempfile::tempdir()?;
    let site = Site::new(&args.bin, dir.path(), database(cluster).await?);
    let begun = Instant::now();
    site.fill(&size).await?;
    let fill_seconds = begun.elapsed().as_secs_f64();
    say::line(format!("{name}, {contacts} contacts: filled in {fill_seconds:.1} s"));
    let running = site.start().await?;
    let begun = Instant::now();
    let viewers = viewers(&company, &site, &running).await?;
    // The officer who sees all may not search what is masked for her.
    let everything = viewers.iter().find(|v| v.name == "director").context("no director")?;
    filled(&running, &everything.cookie, &company).await?;
    let full_seconds = running.first_answer.as_secs_f64() + begun.elapsed().as_secs_f64();
    let resident_mib = process::resident_kib(running.pid)?.0 >> 10;
    let meter = meter(&running, cluster);
    let mut costs = Vec::new();
    for mut operation in operations(&company, &viewers) {
        let id = operation.0;
        let cost = drive(&running.endpoint, &mut operation.1, 1, Duration::from_secs(2), &meter).await?;
        say::line(format!(
            "{name}, {contacts}: {id}: p50 {:.2} ms, {:.3} ms of CPU, {} B",
            cost.p50_ms, cost.cpu_ms, cost.bytes
        ));
        costs.push((id, cost));
    }
    let peak_mib = process::resident_kib(running.pid)?.1 >> 10;
    running.stop().await?;
    // With a warm file system, as after an upgrade of the program.
    let running = site.start().await?;
    let start_seconds = running.first_answer.as_secs_f64();
    running.stop().await?;
    let disk_mib = if cluster.is_some() { 0 } else { process::bytes_below(&site.data())? >> 20 };
    remove(cluster).await?;
    Ok(Column {
        name: name.to_owned(),
        contacts,
        fill_seconds,
        costs,
        start_seconds,
        full_seconds,
        resident_mib,
        peak_mib,
        disk_mib,
    })
}

/// Waits until a fragment of a sealed name is found in memory.
async fn filled(running: &Running, cookie: &str, company: &Company) -> anyhow::Result<()> {
    let begun = Instant::now();
    let mut browser = Browser::with_cookie(running.endpoint.clone(), cookie);
    // The last one is the last to be filled in.
    let last = company.size().contacts().saturating_sub(1);
    loop {
        let body = json!({ "search": last_four(company, last), "limit": 1 });
        let answer = browser.send(Ask::post("/records/contact/query", &body)).await?;
        if answer.status == 200 {
            return Ok(());
        }
        anyhow::ensure!(answer.status == 503, "searching: status {}: {}", answer.status, answer.json());
        anyhow::ensure!(begun.elapsed() < FILLING, "the arena is not filled");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

struct Viewer {
    name: &'static str,
    cookie: String,
    /// Contacts that the viewer sees, by their place in the company.
    contacts: Vec<usize>,
}

/// A rep, a manager of fifty, a director, one who sees all, a partner, and one who sees nothing.
async fn viewers(company: &Company, site: &Site, running: &Running) -> anyhow::Result<Vec<Viewer>> {
    let people = company.people();
    let find = |of: &dyn Fn(&Person) -> bool| people.iter().find(|p| of(p)).context("somebody is missing");
    let rep = find(&|p| p.role == "sales")?;
    let region = find(&|p| p.role == "sales_director" && p.unit != 0)?;
    let director = find(&|p| p.role == "sales_director" && p.unit == 0)?;
    let officer = find(&|p| p.role == "privacy_officer")?;
    let partner = find(&|p| p.role == "partner")?;
    let owned = |by: &dyn Fn(&Person) -> bool| -> Vec<usize> {
        let per = company.size().contacts_per_account;
        (0..company.size().accounts)
            .filter(|a| people.get(company.account_owner(*a)).is_some_and(by))
            .flat_map(|a| a * per..(a + 1) * per)
            .take(20_000)
            .collect()
    };
    let mut viewers = Vec::new();
    for (name, person, contacts) in [
        ("rep", rep, owned(&|p| p.index == rep.index)),
        ("manager of 50", region, Vec::new()),
        ("director", director, owned(&|_| true)),
        ("view-all", officer, Vec::new()),
        ("partner", partner, Vec::new()),
    ] {
        let mut browser = Browser::new(running.endpoint.clone());
        let code = async || site.code(company_seed(), &person.login).await;
        let cookie = browser.sign_in(&person.login, PASSWORD, code).await?;
        viewers.push(Viewer { name, cookie, contacts });
    }
    let cookie = newcomer(company, site, running).await?;
    viewers.push(Viewer { name: "sees nothing", cookie, contacts: Vec::new() });
    Ok(viewers)
}

fn company_seed() -> u64 {
    2026
}

/// Takes somebody on as a salesperson, who has no customers yet and no colleagues.
async fn newcomer(company: &Company, site: &Site, running: &Running) -> anyhow::Result<String> {
    let officer = |role: &str| company.people().iter().find(|p| p.role == role).map(|p| p.login.clone());
    let enter = async |login: Option<String>| {
        let login = login.context("an officer is missing")?;
        let mut browser = Browser::new(running.endpoint.clone());
        browser.sign_in(&login, PASSWORD, async || site.code(company_seed(), &login).await).await?;
        anyhow::Ok(browser)
    };
    let mut admin = enter(officer("system_admin")).await?;
    let new = json!({ "name": "新来的", "login": "new.comer" });
    let made = admin.send(Ask::post("/people", &new)).await?.good().context("a newcomer")?;
    let id = text(&made, "/person/id")?;
    let link = text(&made, "/invite/link")?;
    let token = link.split_once('#').context("no token")?.1;
    let mut newcomer = Browser::new(running.endpoint.clone());
    let body = json!({ "token": token, "password": NEW_PASSWORD });
    newcomer.send(Ask::post("/join", &body)).await?.good().context("joining")?;
    let mut security = enter(officer("security_admin")).await?;
    let roles = security.send(Ask::get("/roles")).await?.good()?;
    let items = roles.get("items").and_then(Value::as_array).context("no roles")?;
    let sales = items.iter().find(|r| r.get("code") == Some(&json!("sales"))).context("no role")?;
    let body = json!({ "role": text(sales, "/id")?, "reason": "scale" });
    security.send(Ask::post(format!("/people/{id}/roles"), &body)).await?.good().context("a role")?;
    newcomer.sign_in("new.comer", NEW_PASSWORD, async || anyhow::bail!("no code is expected")).await
}

fn operations(company: &Company, viewers: &[Viewer]) -> Vec<(String, Operation)> {
    let query = |body: &Value| Ask::post("/api/v1/records/contact/query", body);
    let operation = |viewer: &Viewer, script: Script| Operation {
        id: "scale",
        expect: 200,
        cookie: Some(viewer.cookie.clone()),
        scripts: vec![script],
    };
    let mut all = Vec::new();
    for viewer in viewers {
        let ask = query(&json!({ "limit": 50 }));
        all.push((
            format!("first page of 50: {}", viewer.name),
            operation(viewer, Box::new(move || ask.clone())),
        ));
    }
    let words = |viewer: &Viewer, of: &dyn Fn(usize) -> Ask| -> Script {
        let mut draw = ChaCha8Rng::seed_from_u64(1);
        let asks: Vec<Ask> = (0..CONNECTIONS * 20)
            .filter_map(|_| viewer.contacts.get(draw.random_range(0..viewer.contacts.len().max(1))))
            .map(|n| of(*n))
            .collect();
        let mut at = 0;
        Box::new(move || {
            at += 1;
            asks.get(at % asks.len().max(1)).cloned().unwrap_or_else(|| Ask::get("/"))
        })
    };
    let middle = |n: usize| mobile_of(company, n).get(3..8).unwrap_or_default().to_owned();
    for viewer in viewers.iter().filter(|v| !v.contacts.is_empty()) {
        let searches: [(&str, &dyn Fn(usize) -> Ask); 5] = [
            ("fragment of a name", &|n| query(&json!({ "search": part_of_name(company, n) }))),
            ("fragment of a phone number", &|n| query(&json!({ "search": middle(n) }))),
            ("last four digits", &|n| query(&json!({ "search": last_four(company, n) }))),
            ("exact phone number", &|n| {
                query(&json!({ "filter": { "field": "mobile", "op": "eq", "value": mobile_of(company, n) } }))
            }),
            ("duplicate check", &|n| {
                let body = json!({ "values": { "name": "新联系人", "mobile": mobile_of(company, n) } });
                Ask::json(Method::POST, "/api/v1/records/contact/duplicates", &body)
            }),
        ];
        for (name, of) in searches {
            all.push((format!("{name}: {}", viewer.name), operation(viewer, words(viewer, of))));
        }
    }
    all
}

/// Two characters of a Chinese name, five letters of another: two letters are in half of all names.
fn part_of_name(company: &Company, n: usize) -> String {
    let two = fragment(company, n);
    if !two.is_ascii() {
        return two;
    }
    let contact = company.contact(n);
    let name = contact.get("name").and_then(Value::as_str).unwrap_or_default();
    name.get(name.len().saturating_sub(5)..).unwrap_or(&two).to_owned()
}

fn markdown(
    args: &ScaleArgs,
    machine: &str,
    columns: &[Column],
    imports: &[(&str, ImportCost, u64)],
) -> String {
    let mut out = String::new();
    // A String takes every write.
    let _ = writeln!(
        out,
        "Run on {} at commit {}: {machine}. 350 people, one connection, the middle of 2 s after 1 s that is thrown away.\n",
        args.date, args.commit
    );
    let _ = write!(out, "| p50, ms (processor ms) |");
    for column in columns {
        let _ = write!(out, " {}, {} |", column.name, report::thousands(column.contacts));
    }
    let _ = writeln!(out, "\n|---|{}", "---|".repeat(columns.len()));
    let Some(first) = columns.first() else { return out };
    for (position, (id, _)) in first.costs.iter().enumerate() {
        let _ = write!(out, "| {id} |");
        for column in columns {
            let _ = match column.costs.get(position) {
                Some((_, cost)) => write!(out, " {:.2} ({:.2}) |", cost.p50_ms, cost.cpu_ms),
                None => write!(out, " – |"),
            };
        }
        let _ = writeln!(out);
    }
    let mut row = |name: &str, of: &dyn Fn(&Column) -> String| {
        let _ = write!(out, "| {name} |");
        for column in columns {
            let _ = write!(out, " {} |", of(column));
        }
        let _ = writeln!(out);
    };
    row("start to first answer, s", &|c| format!("{:.2}", c.start_seconds));
    row("… until fragments are found, s", &|c| format!("{:.1}", c.full_seconds));
    row("memory then, MiB (server)", &|c| c.resident_mib.to_string());
    row("memory at its highest, MiB (server)", &|c| c.peak_mib.to_string());
    row("data on disk, MiB", &|c| if c.disk_mib > 0 { c.disk_mib.to_string() } else { "–".to_owned() });
    row("filling through the engine, s", &|c| format!("{:.0}", c.fill_seconds));
    if !imports.is_empty() {
        let _ = writeln!(
            out,
            "\n| Import of one file | rows | run, s | rows/s | all steps, s | processor s | rows/s of one core | memory at its highest, MiB |\n|---|---|---|---|---|---|---|---|"
        );
    }
    for (name, cost, peak) in imports {
        let _ = writeln!(
            out,
            "| {name} | {} | {:.1} | {:.0} | {:.1} | {:.1} | {:.0} | {peak} |",
            cost.rows,
            cost.run_seconds,
            rate(cost),
            cost.all_seconds,
            cost.cpu_seconds,
            super::drive::per(cost.rows) / cost.cpu_seconds
        );
    }
    out
}
