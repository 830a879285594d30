//! What the bare server answers.

use std::sync::Arc;

use axum::Router;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::Json;
use axum::routing::{get, post};
use rusqlite::{OptionalExtension as _, Row, params};
use serde::{Deserialize, Serialize};
use tokio::task::block_in_place;

use super::Bare;

type Answer<T> = Result<T, (StatusCode, String)>;

const COLUMNS: &str = "id, name, company, phone, email, id_no, title, owner, team, note, created, updated";

#[derive(Serialize, Deserialize)]
struct Contact {
    #[serde(default)]
    id: i64,
    name: String,
    company: String,
    phone: Option<String>,
    email: Option<String>,
    id_no: Option<String>,
    title: Option<String>,
    owner: i64,
    team: i64,
    note: Option<String>,
    #[serde(default)]
    created: i64,
    #[serde(default)]
    updated: i64,
}

impl Contact {
    fn read(row: &Row<'_>) -> rusqlite::Result<Self> {
        Ok(Contact {
            id: row.get(0)?,
            name: row.get(1)?,
            company: row.get(2)?,
            phone: row.get(3)?,
            email: row.get(4)?,
            id_no: row.get(5)?,
            title: row.get(6)?,
            owner: row.get(7)?,
            team: row.get(8)?,
            note: row.get(9)?,
            created: row.get(10)?,
            updated: row.get(11)?,
        })
    }
}

#[derive(Serialize)]
struct Page {
    items: Vec<Contact>,
    count: Option<i64>,
}

#[derive(Serialize)]
struct Sum {
    stage: String,
    owner: i64,
    amount: i64,
}

#[derive(Deserialize)]
struct Question {
    team: Option<i64>,
    phone: Option<String>,
    name: Option<String>,
    last: Option<String>,
    #[serde(default)]
    count: bool,
}

#[derive(Deserialize)]
struct Note {
    note: String,
}

pub(super) fn router(bare: Arc<Bare>) -> Router {
    Router::new()
        .route("/health", get(|| async { "ok" }))
        .route("/contact", get(list).post(create))
        .route("/contact/{id}", get(one).patch(change))
        .route("/import", post(import))
        .route("/sums", get(sums))
        .layer(axum::extract::DefaultBodyLimit::disable())
        .with_state(bare)
}

async fn one(State(bare): State<Arc<Bare>>, Path(id): Path<i64>) -> Answer<Json<Contact>> {
    let db = bare.reader();
    let mut select =
        db.prepare_cached(&format!("SELECT {COLUMNS} FROM contact WHERE id = ?1")).map_err(failed)?;
    let found = select.query_row([id], Contact::read).optional().map_err(failed)?;
    found.map(Json).ok_or((StatusCode::NOT_FOUND, String::new()))
}

/// Its team's page as Kedun's is its caller's; other questions as they come.
async fn list(State(bare): State<Arc<Bare>>, Query(q): Query<Question>) -> Answer<Json<Page>> {
    let (condition, value): (&str, rusqlite::types::Value) = match (&q.phone, &q.name, &q.last, q.team) {
        (Some(phone), ..) => ("phone = ?1", phone.clone().into()),
        (_, Some(name), ..) => ("name LIKE ?1", format!("%{name}%").into()),
        (_, _, Some(last), _) => ("phone LIKE ?1", format!("%{last}").into()),
        (_, _, _, Some(team)) => ("team = ?1", team.into()),
        _ => ("?1", 1_i64.into()),
    };
    let db = bare.reader();
    let sql = format!("SELECT {COLUMNS} FROM contact WHERE {condition} ORDER BY updated DESC LIMIT 50");
    let mut select = db.prepare_cached(&sql).map_err(failed)?;
    let items = select.query_map([&value], Contact::read).and_then(Iterator::collect).map_err(failed)?;
    let count = if q.count {
        let sql = format!("SELECT count(*) FROM (SELECT 1 FROM contact WHERE {condition} LIMIT 1001)");
        let mut count = db.prepare_cached(&sql).map_err(failed)?;
        Some(count.query_row([&value], |row| row.get(0)).map_err(failed)?)
    } else {
        None
    };
    Ok(Json(Page { items, count }))
}

const INSERT: &str =
    "INSERT INTO contact (name, company, phone, email, id_no, title, owner, team, note, created, updated)
     VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?10)";

fn insert(db: &rusqlite::Connection, c: &Contact, at: i64) -> rusqlite::Result<i64> {
    db.prepare_cached(INSERT)?.execute(params![
        c.name, c.company, c.phone, c.email, c.id_no, c.title, c.owner, c.team, c.note, at
    ])?;
    Ok(db.last_insert_rowid())
}

async fn create(
    State(bare): State<Arc<Bare>>,
    Json(mut new): Json<Contact>,
) -> Answer<(StatusCode, Json<Contact>)> {
    let at = now();
    let db = bare.writer();
    new.id = insert(&db, &new, at).map_err(failed)?;
    Ok((StatusCode::CREATED, Json(new)))
}

async fn change(
    State(bare): State<Arc<Bare>>,
    Path(id): Path<i64>,
    Json(new): Json<Note>,
) -> Answer<Json<Contact>> {
    let at = now();
    let db = bare.writer();
    let mut update = db
        .prepare_cached(&format!(
            "UPDATE contact SET note = ?2, updated = ?3 WHERE id = ?1 RETURNING {COLUMNS}"
        ))
        .map_err(failed)?;
    update.query_row(params![id, new.note, at], Contact::read).map(Json).map_err(failed)
}

/// Rows of CSV without quotes: name, mobile, e-mail, title.
async fn import(State(bare): State<Arc<Bare>>, body: String) -> Answer<Json<usize>> {
    block_in_place(|| {
        let at = now();
        let mut db = bare.writer();
        let all = db.transaction().map_err(failed)?;
        let mut n = 0;
        for line in body.lines().skip(1) {
            let mut cells = line.split(',');
            let mut cell = || cells.next().map(str::to_owned);
            let contact = Contact {
                id: 0,
                name: cell().unwrap_or_default(),
                phone: cell(),
                email: cell(),
                title: cell(),
                company: String::new(),
                id_no: None,
                owner: 1,
                team: 1,
                note: None,
                created: at,
                updated: at,
            };
            insert(&all, &contact, at).map_err(failed)?;
            n += 1;
        }
        all.commit().map_err(failed)?;
        Ok(Json(n))
    })
}

async fn sums(State(bare): State<Arc<Bare>>, Query(q): Query<Question>) -> Answer<Json<Vec<Sum>>> {
    let db = bare.reader();
    let condition = if q.team.is_some() { "team = ?1" } else { "?1 = 0" };
    let sql =
        format!("SELECT stage, owner, sum(amount) FROM opportunity WHERE {condition} GROUP BY stage, owner");
    let mut select = db.prepare_cached(&sql).map_err(failed)?;
    let read = |row: &Row<'_>| Ok(Sum { stage: row.get(0)?, owner: row.get(1)?, amount: row.get(2)? });
    let rows = select.query_map([q.team.unwrap_or(0)], read).and_then(Iterator::collect).map_err(failed)?;
    Ok(Json(rows))
}

/// Later than every record that is there.
fn now() -> i64 {
    static LAST: std::sync::atomic::AtomicI64 = std::sync::atomic::AtomicI64::new(1_790_000_000_000_000);
    LAST.fetch_add(1, std::sync::atomic::Ordering::Relaxed)
}

#[expect(clippy::needless_pass_by_value, reason = "the shape that map_err wants")]
fn failed(error: rusqlite::Error) -> (StatusCode, String) {
    (StatusCode::INTERNAL_SERVER_ERROR, error.to_string())
}
