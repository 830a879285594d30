//! The workload as asked of Kedun.

use std::collections::HashSet;

use anyhow::Context as _;
use hyper::Method;
use kedun_testkit::company::{Company, CompanySize};
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{CONNECTIONS, Operation, Script};
use crate::client::{Ask, Browser};
use crate::server::{Size, text};

/// The caller: the head of a team, who sees its records and no others.
#[derive(Clone, Debug)]
pub struct Team {
    /// The unit, by its place in the company.
    pub unit: usize,
    /// The login of its head.
    pub head: String,
    /// The login of one who sees all.
    pub director: String,
    /// The contacts of the team, by their place in the company.
    pub contacts: Vec<usize>,
}

/// The company that the program makes of the same numbers.
pub fn company(size: &Size) -> Company {
    Company::new(
        size.seed,
        CompanySize {
            people: size.people,
            accounts: size.accounts,
            contacts_per_account: size.contacts.checked_div(size.accounts).unwrap_or(0),
            leads: size.leads,
            opportunities: size.opportunities,
            follow_ups: size.follow_ups,
        },
    )
}

/// The first team.
///
/// # Errors
/// When the company has none.
pub fn team(company: &Company) -> anyhow::Result<Team> {
    let people = company.people();
    let head = people.iter().find(|p| p.role == "sales_manager").context("no head of a team")?;
    let director = people.iter().find(|p| p.role == "sales_director").context("no director")?;
    let per_account = company.size().contacts_per_account;
    let mine =
        |account: &usize| people.get(company.account_owner(*account)).is_some_and(|p| p.unit == head.unit);
    let contacts = (0..company.size().accounts)
        .filter(mine)
        .flat_map(|account| account * per_account..(account + 1) * per_account)
        .collect();
    Ok(Team { unit: head.unit, head: head.login.clone(), director: director.login.clone(), contacts })
}

/// The number of a contact.
pub fn mobile_of(company: &Company, n: usize) -> String {
    company.contact(n).get("mobile").and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// Two characters of the name of a contact.
pub fn fragment(company: &Company, n: usize) -> String {
    let contact = company.contact(n);
    let name = contact.get("name").and_then(Value::as_str).unwrap_or_default();
    let letters: Vec<char> = name.chars().collect();
    letters.iter().skip(letters.len().saturating_sub(2)).collect()
}

/// The last four digits of the number of a contact.
pub fn last_four(company: &Company, n: usize) -> String {
    let mobile = mobile_of(company, n);
    mobile.get(mobile.len().saturating_sub(4)..).unwrap_or_default().to_owned()
}

/// A number that nobody in the company has.
pub fn new_mobile(worker: usize, n: usize) -> String {
    format!("192{:01}{:07}", worker % 10, (worker / 10) * 5_000_000 + n)
}

/// What a caller may see, as the server says it.
pub struct Seen {
    pub contacts: Vec<(String, u64)>,
    pub foreign: Vec<String>,
    pub account: String,
}

/// Asks what the head of the team sees, and what the director sees besides.
///
/// # Errors
/// When the server refuses.
pub async fn look(head: &mut Browser, director: &mut Browser) -> anyhow::Result<Seen> {
    let contacts = ids(head, "contact", 4_000).await?;
    let visible: HashSet<&String> = contacts.iter().map(|(id, _)| id).collect();
    let everybody = ids(director, "contact", 2_000).await?;
    let mut foreign: Vec<String> =
        everybody.into_iter().map(|(id, _)| id).filter(|id| !visible.contains(id)).collect();
    // What the head does not see on its first pages may still be its own.
    let mut checked = Vec::new();
    for id in foreign.drain(..).take(400) {
        if head.send(Ask::get(format!("/records/contact/{id}"))).await?.status == 404 {
            checked.push(id);
        }
    }
    let account = ids(head, "account", 1).await?.into_iter().next().context("no account")?.0;
    anyhow::ensure!(!contacts.is_empty() && !checked.is_empty(), "nothing to read, or nothing to be refused");
    Ok(Seen { contacts, foreign: checked, account })
}

async fn ids(browser: &mut Browser, object: &str, most: usize) -> anyhow::Result<Vec<(String, u64)>> {
    let mut found = Vec::new();
    let mut cursor = Value::Null;
    while found.len() < most {
        let body = json!({ "limit": most.min(200), "fields": ["name"], "cursor": cursor });
        let page = browser.send(Ask::post(format!("/records/{object}/query"), &body)).await?.good()?;
        for item in page.get("items").and_then(Value::as_array).context("no page")? {
            found.push((text(item, "/id")?, item.get("version").and_then(Value::as_u64).unwrap_or(1)));
        }
        cursor = page.get("next").cloned().unwrap_or_default();
        if cursor.is_null() {
            break;
        }
    }
    Ok(found)
}

/// The operations.
pub fn operations(company: &Company, team: &Team, seen: &Seen, head: &str, director: &str) -> Vec<Operation> {
    let operation = |id, expect, cookie: &str, script: &dyn Fn(usize) -> Script| Operation {
        id,
        expect,
        cookie: Some(cookie.to_owned()),
        scripts: (0..CONNECTIONS).map(script).collect(),
    };
    let seed = |worker: usize| ChaCha8Rng::seed_from_u64(u64::try_from(worker).unwrap_or(0));
    let among = |worker: usize, ids: Vec<String>, ask: fn(&str) -> Ask| -> Script {
        let mut draw = seed(worker);
        Box::new(move || ask(ids.get(draw.random_range(0..ids.len().max(1))).map_or("", |id| id)))
    };
    let mine: Vec<String> = seen.contacts.iter().map(|(id, _)| id.clone()).collect();
    let read = |id: &str| Ask::get(format!("/api/v1/records/contact/{id}"));
    let page = |body: Value| -> Script {
        let ask = Ask::post("/api/v1/records/contact/query", &body);
        Box::new(move || ask.clone())
    };
    let words = |worker: usize, of: fn(&Company, usize) -> String, body: fn(String) -> Value| -> Script {
        let mut draw = seed(worker);
        let asks: Vec<Ask> = (0..500)
            .filter_map(|_| team.contacts.get(draw.random_range(0..team.contacts.len().max(1))))
            .map(|n| Ask::post("/api/v1/records/contact/query", &body(of(company, *n))))
            .collect();
        let mut at = 0;
        Box::new(move || {
            at += 1;
            asks.get(at % asks.len().max(1)).cloned().unwrap_or_else(|| Ask::get("/"))
        })
    };
    let exact = |mobile: String| json!({ "filter": { "field": "mobile", "op": "eq", "value": mobile } });
    let typed = |word: String| json!({ "search": word });
    let create = |worker: usize, first: usize, keyed: bool| -> Script {
        let (mut n, account) = (first, seen.account.clone());
        Box::new(move || {
            n += 1;
            let values = json!({ "name": "新联系人", "account": account, "mobile": new_mobile(worker, n),
                "email": format!("new{worker}.{n}@new.example"), "title": "采购经理", "note": "新" });
            let ask = Ask::post("/api/v1/records/contact", &json!({ "values": values }));
            let key = u128::from(u64::try_from(n).unwrap_or(0)) << 8
                | u128::from(u8::try_from(worker).unwrap_or(0));
            if keyed { ask.with("idempotency-key", &Uuid::from_u128(key).to_string()) } else { ask }
        })
    };
    let change = |worker: usize| -> Script {
        let mut mine: Vec<(String, u64)> =
            seen.contacts.iter().skip(worker).step_by(CONNECTIONS).cloned().collect();
        let mut n = 0;
        Box::new(move || {
            n += 1;
            let slot = n % mine.len().max(1);
            let Some((id, version)) = mine.get_mut(slot) else { return Ask::get("/") };
            let path = format!("/api/v1/records/contact/{id}");
            let ask = Ask::json(Method::PATCH, path, &json!({ "values": { "note": format!("note {n}") } }));
            let ask = ask.at_version(*version);
            *version += 1;
            ask
        })
    };
    let sums = || -> Script {
        let body =
            json!({ "group_by": ["stage", "_owner"], "measures": [{ "op": "sum", "field": "amount" }] });
        let ask = Ask::post("/api/v1/records/opportunity/aggregate", &body);
        Box::new(move || ask.clone())
    };
    let reveal = |id: &str| {
        let body = json!({ "fields": ["mobile"], "purpose": { "code": "call_customer" } });
        Ask::post(format!("/api/v1/records/contact/{id}/reveal"), &body)
    };
    vec![
        operation("1", 200, head, &|w| among(w, mine.clone(), read)),
        operation("1x", 404, head, &|w| among(w, seen.foreign.clone(), read)),
        operation("2", 200, head, &|_| page(json!({ "limit": 50 }))),
        operation("2b", 200, head, &|_| page(json!({ "limit": 50, "count": true }))),
        operation("3a", 200, head, &|w| words(w, mobile_of, exact)),
        operation("3b", 200, head, &|w| words(w, fragment, typed)),
        operation("3c", 200, head, &|w| words(w, last_four, typed)),
        operation("7", 200, head, &|_| sums()),
        operation("7all", 200, director, &|_| sums()),
        operation("r", 200, head, &|w| among(w, mine.clone(), reveal)),
        operation("5", 200, head, &change),
        operation("4", 201, head, &|w| create(w, 0, false)),
        operation("4i", 201, head, &|w| create(w, 2_000_000, true)),
    ]
}
