//! Ten thousand values that occur nowhere else are stored; then every file, every table, every log
//! line and every answer to somebody who sees masks is searched for them, as they are, in UTF-16,
//! in base64 and in hexadecimal.

use std::collections::HashMap;
use std::io::Write;
use std::path::Path;
use std::process::Command;
use std::sync::{Arc, OnceLock};

use axum::body::Body;
use axum::http::{Method, Request, StatusCode, header};
use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use kedun::config::AtRest;
use kedun_testkit::db::{TestStore, notice};
use kedun_testkit::{Canary, canaries};
use parking_lot::Mutex;
use serde_json::{Value, json};

use crate::app::{Client, PRIVACY, REP_A1, STRANGER, TestApp};

/// Canaries: each puts five values into a record.
const MANY: usize = 10_000;
/// Of these, as many are entered one by one.
const BY_HAND: usize = 40;

/// Finds any of many needles.
struct Scanner {
    /// By the first eight bytes.
    heads: HashMap<u64, Vec<Vec<u8>>>,
    bloom: Vec<u64>,
}

fn head(bytes: &[u8]) -> u64 {
    u64::from_le_bytes(bytes[..8].try_into().expect("eight bytes"))
}

fn slot(head: u64) -> (usize, u64) {
    let mixed = head.wrapping_mul(0x9E37_79B9_7F4A_7C15) >> 40;
    (usize::try_from(mixed >> 6).expect("small"), 1 << (mixed & 63))
}

impl Scanner {
    fn new<'a>(needles: impl Iterator<Item = &'a str>) -> Scanner {
        let mut scanner = Scanner { heads: HashMap::new(), bloom: vec![0; 1 << 18] };
        for needle in needles {
            let utf16: Vec<u16> = needle.encode_utf16().collect();
            scanner.add(needle.as_bytes().to_vec());
            scanner.add(utf16.iter().flat_map(|u| u.to_le_bytes()).collect());
            scanner.add(utf16.iter().flat_map(|u| u.to_be_bytes()).collect());
            scanner.add(hex::encode(needle).into_bytes());
            scanner.add(hex::encode_upper(needle).into_bytes());
            for shift in 0..3 {
                let padded = [&vec![0; shift][..], needle.as_bytes()].concat();
                // What the neighbours decide as well is cut off.
                let from = if shift == 0 { 0 } else { 4 };
                let whole = padded.len() / 3 * 4;
                scanner.add(STANDARD.encode(&padded).as_bytes()[from..whole].to_vec());
                scanner.add(URL_SAFE.encode(&padded).as_bytes()[from..whole].to_vec());
            }
            // As JSON writes what is not ASCII.
            if !needle.is_ascii() {
                scanner.add(utf16.iter().flat_map(|u| format!("\\u{u:04x}").into_bytes()).collect());
            }
        }
        scanner
    }

    fn add(&mut self, needle: Vec<u8>) {
        assert!(needle.len() >= 8, "too short to be told from chance");
        let head = head(&needle);
        let (word, bit) = slot(head);
        self.bloom[word] |= bit;
        self.heads.entry(head).or_default().push(needle);
    }

    /// How many needles stand in these bytes, and the first of them.
    fn scan(&self, bytes: &[u8]) -> (usize, Option<String>) {
        let (mut n, mut first) = (0, None);
        for at in 0..bytes.len().saturating_sub(7) {
            let head = head(&bytes[at..]);
            let (word, bit) = slot(head);
            if self.bloom[word] & bit == 0 {
                continue;
            }
            for needle in self.heads.get(&head).into_iter().flatten() {
                if bytes[at..].starts_with(needle) {
                    n += 1;
                    first.get_or_insert_with(|| {
                        let around = &bytes[at.saturating_sub(60)..(at + 60).min(bytes.len())];
                        String::from_utf8_lossy(around).into_owned()
                    });
                }
            }
        }
        (n, first)
    }

    /// How many needles stand in the files of a folder.
    fn count(&self, folder: &Path) -> usize {
        let files = std::fs::read_dir(folder).expect("a folder").flatten();
        files.filter_map(|file| std::fs::read(file.path()).ok()).map(|bytes| self.scan(&bytes).0).sum()
    }

    /// Every file below a folder; returns files and bytes.
    fn folder(&self, folder: &Path) -> (usize, usize) {
        let (mut files, mut size) = (0, 0);
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            let Ok(meta) = entry.path().symlink_metadata() else { continue };
            if meta.is_dir() {
                let (f, s) = self.folder(&path);
                files += f;
                size += s;
            } else if meta.is_file()
                && let Ok(bytes) = std::fs::read(&path)
            {
                let (n, first) = self.scan(&bytes);
                assert_eq!(n, 0, "{}: {first:?}", path.display());
                files += 1;
                size += bytes.len();
            }
            let (n, _) = self.scan(path.to_string_lossy().as_bytes());
            assert_eq!(n, 0, "the name of a file");
        }
        (files, size)
    }
}

/// The log of the whole process.
#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn log() -> Log {
    static LOG: OnceLock<Log> = OnceLock::new();
    LOG.get_or_init(|| {
        let log = Log::default();
        let writer = log.clone();
        // Everything that any crate says, down to the drivers.
        tracing_subscriber::fmt()
            .with_max_level(tracing::Level::TRACE)
            .with_ansi(false)
            .with_writer(move || writer.clone())
            .try_init()
            .expect("the only log of this process");
        log
    })
    .clone()
}

async fn upload(client: &Client, file: &[u8]) -> Value {
    const BOUNDARY: &str = "kedun-canary-boundary";
    let mut body = format!(
        "--{BOUNDARY}\r\ncontent-disposition: form-data; name=\"object\"\r\n\r\ncontact\r\n\
         --{BOUNDARY}\r\ncontent-disposition: form-data; name=\"file\"; filename=\"c.csv\"\r\n\r\n"
    )
    .into_bytes();
    body.extend_from_slice(file);
    body.extend_from_slice(format!("\r\n--{BOUNDARY}--\r\n").as_bytes());
    let request = Request::builder()
        .method(Method::POST)
        .uri("/api/v1/imports")
        .header("x-kd-csrf", "1")
        .header(header::HOST, "kedun.test")
        .header(header::ORIGIN, "https://kedun.test")
        .header(header::CONTENT_TYPE, format!("multipart/form-data; boundary={BOUNDARY}"))
        .header(header::COOKIE, client.cookie().expect("a session"));
    let answer = client.raw(request.body(Body::from(body)).expect("a request")).await;
    assert_eq!(answer.status, StatusCode::CREATED, "{:?}", answer.json);
    answer.json
}

async fn import(rep: &Client, people: &[Canary]) {
    let mut text = "姓名,手机,邮箱,微信,地址,备注\r\n".to_owned();
    for c in people {
        text.push_str(&format!(
            "{},{},{},{}wx,北京市朝阳区{}路,{} {} {}\r\n",
            c.name_zh, c.phone, c.email, c.token, c.token, c.note, c.id_no, c.bank_card
        ));
    }
    let made = upload(rep, text.as_bytes()).await;
    let id = made["id"].as_str().expect("an id").to_owned();
    let columns: Vec<Value> = ["name", "mobile", "email", "wechat", "address", "note"]
        .iter()
        .enumerate()
        .map(|(index, field)| json!({ "index": index, "field": field }))
        .collect();
    let mapping = json!({
        "columns": columns, "match_by": ["mobile"], "on_match": "skip", "source": "展会", "basis": "consent",
        "options": {}, "acknowledge_findings": true,
    });
    let mapped = rep.send(Method::PUT, &format!("/imports/{id}/mapping"), Some(mapping), &[]).await;
    assert_eq!(mapped.status, StatusCode::OK, "{:?}", mapped.json);
    for (verb, state) in [("dry-run", "checked"), ("run", "done")] {
        let begun = rep.send(Method::POST, &format!("/imports/{id}/{verb}"), None, &[]).await;
        assert_eq!(begun.status, StatusCode::ACCEPTED, "{:?}", begun.json);
        let mut view = Value::Null;
        for _ in 0..12_000 {
            view = rep.get(&format!("/imports/{id}")).await.json;
            assert_ne!(view["state"], "failed", "{view}");
            if view["state"] == state {
                break;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        assert_eq!(view["state"], state, "{view}");
    }
}

/// Stores, walks and scans; `plain` says that not even what is stored in clear may be in a file.
async fn plant_and_search(test: TestStore, at_rest: AtRest, plain: bool) {
    let log = log();
    let t = TestApp::start_with(&test, at_rest).await;
    let people = canaries(MANY + 200);
    let (people, companies) = people.split_at(MANY);
    let rep = t.sign_in(REP_A1).await;
    let (by_hand, by_file) = people.split_at(BY_HAND);
    import(&rep, by_file).await;
    for c in by_hand {
        let body = json!({ "values": {
            "name": c.name_zh, "mobile": c.phone, "phone": c.phone, "email": c.email, "wechat": c.token,
            "address": c.note, "note": format!("{} {} {}", c.note, c.id_no, c.bank_card),
        } });
        let made = rep.post("/records/contact", body).await;
        assert_eq!(made.status, StatusCode::CREATED, "{:?}", made.json);
        let id = made.json["id"].as_str().expect("an id").to_owned();
        // What is done with values every day: search, filter, duplicates, reveal, change, follow-up.
        let path = format!("/records/contact/{id}");
        rep.get(&format!("/search?q={}", c.phone)).await;
        rep.get(&format!("/search?q={}", c.token)).await;
        let filter =
            json!({ "filter": { "field": "mobile", "op": "eq", "value": c.phone }, "search": c.token });
        rep.post("/records/contact/query", filter).await;
        rep.post("/records/contact/duplicates", json!({ "values": { "mobile": c.phone } })).await;
        let reveal =
            json!({ "fields": ["mobile", "note"], "purpose": { "code": "call_customer", "note": "回访" } });
        let shown = rep.post(&format!("{path}/reveal"), reveal).await;
        assert_eq!(shown.json["values"]["mobile"], c.phone.as_str(), "{:?}", shown.json);
        let changed = rep.patch(&path, 1, json!({ "values": { "note": c.bank_card } })).await;
        assert_eq!(changed.status, StatusCode::OK, "{:?}", changed.json);
        let wrong = rep
            .post("/records/contact", json!({ "values": { "birthday": c.token, "mobile": c.token } }))
            .await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        let follow_up = json!({ "values": {
            "contact": id, "method": "phone", "at": "2025-12-31T08:00:00Z", "content": c.note,
        } });
        assert!(rep.post("/records/follow_up", follow_up).await.status.is_success());
        let lead = json!({ "values": {
            "name": "线索", "contact_name": c.name_zh, "mobile": c.phone, "email": c.email, "note": c.note,
        }, "allow_duplicate": true });
        assert!(rep.post("/records/lead", lead).await.status.is_success());
    }
    if plain {
        for c in companies {
            let body = json!({ "values": { "name": format!("{}公司", c.token), "note": c.note } });
            assert!(rep.post("/records/account", body).await.status.is_success());
        }
    }
    let hidden = || people.iter().flat_map(Canary::needles);
    let masked = Scanner::new(hidden());
    let answers = walk(&t, &masked, people).await;
    t.app.store.flush_sequencer().await.expect("numbered");

    let on_disk = if plain {
        Scanner::new(hidden().chain(companies.iter().map(|c| c.token.as_str())))
    } else {
        Scanner::new(hidden())
    };
    if !plain && test.url().is_none() {
        // What is kept in clear is found in clear: the search works.
        let name = &companies[0].token;
        let body = json!({ "values": { "name": format!("{name}公司") } });
        assert!(rep.post("/records/account", body).await.status.is_success());
        let kept = Scanner::new(std::iter::once(name.as_str()));
        let found = kept.count(&t.args.data);
        assert!(found > 0, "a plain value is not found in plain pages");
    }
    // While it runs, with the log of the database not yet folded in, and after it stopped.
    let running = on_disk.folder(&std::env::temp_dir());
    let rows = match test.url() {
        Some(url) => tables(url, &masked).await,
        None => 0,
    };
    let dumped = test.url().map_or(0, |url| dump(url, &masked, rows));
    t.app.stop().await.expect("stopped");
    let stopped = on_disk.folder(&std::env::temp_dir());
    tracing::trace!("the last words");
    let said = std::mem::take(&mut *log.0.lock());
    let (n, first) = Scanner::new(hidden().chain(companies.iter().map(|c| c.token.as_str()))).scan(&said);
    assert_eq!(n, 0, "the log: {first:?}");
    notice(&format!(
        "canaries: {} values ({} needles) searched in {running:?} files and bytes while running, {stopped:?} after, \
         {rows} rows of tables, {dumped} bytes of a dump, {} bytes of logs, {answers} answers to those who see masks: 0 found",
        5 * MANY,
        masked.heads.values().map(Vec::len).sum::<usize>(),
        said.len(),
    ));
    assert!(
        String::from_utf8_lossy(&said).contains("the last words"),
        "the log is taken down to its last level"
    );
}

/// What the privacy officer, who sees masks, and a stranger are answered.
async fn walk(t: &TestApp, scanner: &Scanner, people: &[Canary]) -> usize {
    let mut answers = 0;
    let mut look = |what: &str, answer: &crate::app::Answer| {
        let (n, first) = scanner.scan(&answer.bytes);
        assert_eq!(n, 0, "{what}: {first:?}");
        answers += 1;
    };
    for who in [PRIVACY, STRANGER] {
        let client = t.sign_in(who).await;
        for object in ["contact", "lead", "follow_up", "account", "opportunity"] {
            let mut question = json!({ "limit": 200, "count": true });
            let mut ids = Vec::new();
            let mut seen = 0;
            loop {
                let page = client.post(&format!("/records/{object}/query"), question.clone()).await;
                look("a page", &page);
                assert_eq!(page.status == StatusCode::OK, who == PRIVACY);
                let items = page.json["items"].as_array().cloned().unwrap_or_default();
                seen += items.len();
                ids.extend(items.iter().step_by(25).map(|i| i["id"].as_str().expect("an id").to_owned()));
                match page.json["next"].as_str() {
                    Some(next) => question["cursor"] = json!(next),
                    None => break,
                }
            }
            if object == "contact" && who == PRIVACY {
                assert_eq!(seen, MANY, "all are stored and listed");
            }
            for id in ids {
                for rest in ["", "/history", "/related", "/timeline", "/explain", "/looks"] {
                    if rest == "/looks" && !id.ends_with('0') {
                        continue;
                    }
                    look(rest, &client.get(&format!("/records/{object}/{id}{rest}")).await);
                }
            }
        }
        for c in people.iter().step_by(67) {
            for text in [&c.phone, &c.token, &c.name_zh, &c.phone[7..].to_owned()] {
                let text = crate::matrix::urlencode(text);
                look("a search", &client.get(&format!("/search?q={text}&limit=50")).await);
            }
            let filter = json!({ "filter": { "field": "mobile", "op": "eq", "value": c.phone } });
            look("a filter", &client.post("/records/contact/query", filter).await);
        }
        look("the evidence", &client.get("/evidence?limit=200").await);
    }
    answers
}

/// What `pg_dump` takes away; returns its bytes, 0 where it is not installed.
fn dump(url: &str, scanner: &Scanner, rows: usize) -> usize {
    let Ok(out) = Command::new("pg_dump").arg("--dbname").arg(url).output() else {
        notice("pg_dump is not installed: no dump is searched");
        return 0;
    };
    let said = String::from_utf8_lossy(&out.stderr);
    if said.contains("version mismatch") {
        notice("pg_dump is older than the server: no dump is searched");
        return 0;
    }
    assert!(out.status.success(), "pg_dump: {said}");
    let lines = out.stdout.split(|byte| *byte == b'\n').count();
    assert!(lines > rows, "a dump of {lines} lines for {rows} rows");
    let (n, first) = scanner.scan(&out.stdout);
    assert_eq!(n, 0, "the dump: {first:?}");
    out.stdout.len()
}

/// Every row of every table as text, with bytes in hexadecimal.
async fn tables(url: &str, scanner: &Scanner) -> usize {
    let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await.expect("connected");
    tokio::spawn(connection);
    let names = client
        .query(
            "SELECT quote_ident(table_schema) || '.' || quote_ident(table_name) FROM information_schema.tables \
             WHERE table_schema NOT IN ('pg_catalog', 'information_schema') AND table_type = 'BASE TABLE'",
            &[],
        )
        .await
        .expect("the tables");
    let mut rows = 0;
    for name in names {
        let name: String = name.get(0);
        for message in client.simple_query(&format!("SELECT t::text FROM {name} t")).await.expect("rows") {
            if let tokio_postgres::SimpleQueryMessage::Row(row) = message {
                let text = row.get(0).unwrap_or_default();
                let (n, first) = scanner.scan(text.as_bytes());
                assert_eq!(n, 0, "{name}: {first:?}");
                rows += 1;
            }
        }
    }
    assert!(rows > MANY, "only {rows} rows");
    rows
}

#[test]
fn the_search_finds_every_form() {
    let needle = "13900001234";
    let scanner = Scanner::new(std::iter::once(needle));
    let utf16 = |big: bool| -> Vec<u8> {
        let units = needle.encode_utf16();
        units.flat_map(|u| if big { u.to_be_bytes() } else { u.to_le_bytes() }).collect()
    };
    let around = |before: &str| STANDARD.encode(format!("{before}{needle}, und so weiter")).into_bytes();
    let forms = [
        needle.as_bytes().to_vec(),
        utf16(false),
        utf16(true),
        hex::encode(needle).into_bytes(),
        hex::encode_upper(needle).into_bytes(),
        around(""),
        around("a"),
        around("ab"),
        around("abc"),
    ];
    for form in forms {
        let bytes = [b"....".as_slice(), &form, b"...."].concat();
        assert!(scanner.scan(&bytes).0 > 0, "{}", String::from_utf8_lossy(&bytes));
        let other = Scanner::new(std::iter::once("13812345678"));
        assert_eq!(other.scan(&bytes).0, 0, "another number is not it");
    }
}

/// Runs one of the searches below in a process whose files all go to a folder of its own.
fn in_a_folder_of_its_own(name: &str) {
    let folder = tempfile::tempdir().expect("a folder");
    let output = Command::new(std::env::current_exe().expect("a path"))
        .args(["--exact", name, "--ignored", "--nocapture", "--test-threads=1"])
        .env("TMPDIR", folder.path())
        .output()
        .expect("it runs");
    let said = String::from_utf8_lossy(&output.stderr);
    let told: Vec<&str> = said.lines().filter(|line| line.starts_with("canaries:")).collect();
    notice(&format!("{name}: {}", told.join("; ")));
    let out = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{out}\n{}", &said[said.len().saturating_sub(4000)..]);
    assert!(out.contains("1 passed"), "{out}");
}

#[test]
fn no_value_is_found_with_encrypted_pages() {
    in_a_folder_of_its_own("canary::inside::encrypted_pages");
}

#[test]
fn no_sealed_value_is_found_with_plain_pages() {
    in_a_folder_of_its_own("canary::inside::plain_pages");
}

#[test]
fn no_sealed_value_is_found_in_postgres() {
    if std::env::var_os("DATABASE_URL").is_none() {
        return notice("skipped: DATABASE_URL not set");
    }
    in_a_folder_of_its_own("canary::inside::postgres");
}

/// What the tests above run in processes of their own.
mod inside {
    use super::*;

    #[tokio::test(flavor = "multi_thread")]
    #[ignore = "run by no_value_is_found_with_encrypted_pages"]
    async fn encrypted_pages() {
        let test = TestStore::sqlite().expect("a folder");
        plant_and_search(test, AtRest::Sqlcipher, true).await;
    }

    #[tokio::test(flavor = "multi_thread")]
    #[ignore = "run by no_sealed_value_is_found_with_plain_pages"]
    async fn plain_pages() {
        let test = TestStore::sqlite().expect("a folder");
        plant_and_search(test, AtRest::None, false).await;
    }

    #[tokio::test(flavor = "multi_thread")]
    #[ignore = "run by no_sealed_value_is_found_in_postgres"]
    async fn postgres() {
        let test = TestStore::postgres().await.expect("a server").expect("DATABASE_URL");
        let remains = test.remains();
        plant_and_search(test, AtRest::None, false).await;
        remains.remove().await;
    }
}
