//! The workload as asked of the bare server.

use hyper::Method;
use kedun_testkit::company::Company;
use rand::{Rng as _, SeedableRng as _};
use rand_chacha::ChaCha8Rng;
use serde_json::json;

use super::kedun_side::{Team, fragment, last_four, mobile_of, new_mobile};
use super::{CONNECTIONS, Operation, Script};
use crate::client::Ask;

/// The operations; those that the bare server cannot do are left out.
pub fn operations(company: &Company, team: &Team) -> Vec<Operation> {
    let contacts = company.size().contacts();
    let unit = team.unit;
    let operation = |id, expect, script: &dyn Fn(usize) -> Script| Operation {
        id,
        expect,
        cookie: None,
        scripts: (0..CONNECTIONS).map(script).collect(),
    };
    let seed = |worker: usize| ChaCha8Rng::seed_from_u64(u64::try_from(worker).unwrap_or(0));
    let pick = |worker: usize, path: fn(usize) -> String| -> Script {
        let (mut draw, mine) = (seed(worker), team.contacts.clone());
        Box::new(move || {
            let n = mine.get(draw.random_range(0..mine.len().max(1))).copied().unwrap_or(0);
            Ask::get(path(n + 1))
        })
    };
    let list = move |question: String| -> Script { Box::new(move || Ask::get(question.clone())) };
    let words = |worker: usize, of: fn(&Company, usize) -> String, name: &'static str| -> Script {
        let mut draw = seed(worker);
        let asks: Vec<String> = (0..500)
            .filter_map(|_| team.contacts.get(draw.random_range(0..team.contacts.len().max(1))))
            .map(|n| format!("/contact?{name}={}", encoded(&of(company, *n))))
            .collect();
        let mut at = 0;
        Box::new(move || {
            at += 1;
            Ask::get(asks.get(at % asks.len().max(1)).cloned().unwrap_or_default())
        })
    };
    vec![
        operation("1", 200, &|w| pick(w, |n| format!("/contact/{n}"))),
        operation("1x", 404, &|_| list(format!("/contact/{}", contacts * 10))),
        operation("2", 200, &|_| list(format!("/contact?team={unit}"))),
        operation("2b", 200, &|_| list(format!("/contact?team={unit}&count=true"))),
        operation("3a", 200, &|w| words(w, mobile_of, "phone")),
        operation("3b", 200, &|w| words(w, fragment, "name")),
        operation("3c", 200, &|w| words(w, last_four, "last")),
        operation("4", 201, &|w| {
            let mut n = 0;
            Box::new(move || {
                n += 1;
                let body = json!({ "name": "新联系人", "company": "新公司", "phone": new_mobile(w, n),
                    "email": format!("new{w}.{n}@new.example"), "title": "采购经理", "owner": 1, "team": unit, "note": "新" });
                Ask::post("/contact", &body)
            })
        }),
        operation("5", 200, &|w| {
            let mine: Vec<usize> = team.contacts.iter().copied().skip(w).step_by(CONNECTIONS).collect();
            let mut n = 0;
            Box::new(move || {
                n += 1;
                let id = mine.get(n % mine.len().max(1)).copied().unwrap_or(0) + 1;
                Ask::json(Method::PATCH, format!("/contact/{id}"), &json!({ "note": format!("note {n}") }))
            })
        }),
        operation("7", 200, &|_| list(format!("/sums?team={unit}"))),
        operation("7all", 200, &|_| list("/sums".to_owned())),
    ]
}

fn encoded(text: &str) -> String {
    text.bytes().map(|b| format!("%{b:02X}")).collect()
}
