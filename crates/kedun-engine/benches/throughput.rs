//! How fast contacts are imported, and how fast the arenas are filled after a restart.
//!
//! `cargo bench -p kedun-engine --bench throughput -- 200000` imports so many (20,000 if not said)
//! into a fresh encrypted SQLite file and opens it again, as often as a second number says.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::print_stdout, clippy::indexing_slicing)]

#[path = "../tests/it/dba.rs"]
#[allow(dead_code)]
mod dba;
#[path = "../tests/it/office.rs"]
#[allow(dead_code)]
mod office;

use std::time::Instant;

use kedun_engine::{ImportBatch, ImportRow, OnMatch, Source};
use kedun_model::{ImportId, Value};
use kedun_store::{Store, StoreConfig, Tuning};
use kedun_testkit::db::TestStore;
use office::{ALICE, Office, caller};

const BATCH: u64 = 1_000;

/// The processor time of this process in seconds.
fn cpu_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let after = stat.rsplit(')').next().unwrap_or_default();
    let ticks = |i: usize| after.split_whitespace().nth(i).and_then(|t| t.parse::<f64>().ok()).unwrap_or(0.0);
    (ticks(11) + ticks(12)) / 100.0
}

/// The store with as much cache as a server gives it.
async fn open(test: &TestStore) -> Store {
    let mut config = test.config();
    if let StoreConfig::Sqlite { cache_bytes, .. } = &mut config {
        *cache_bytes = 256 << 20;
    }
    let tuning = Tuning { deadline: std::time::Duration::from_secs(60), ..Tuning::default() };
    Store::open_with(config, test.context.clone(), office::migrations(), tuning).await.unwrap()
}

fn rows(office: &Office, from: u64, count: u64) -> Vec<ImportRow> {
    let contact = office.door.catalog().object("contact").unwrap().clone();
    let field = |key: &str| contact.field(key).unwrap().id;
    const SURNAMES: [&str; 8] = ["王", "李", "张", "刘", "陈", "杨", "黄", "赵"];
    const GIVEN: [&str; 8] = ["小明", "伟", "芳", "娜", "秀英", "敏", "静", "强"];
    (from..from + count)
        .map(|n| {
            let pick = |list: [&'static str; 8], by: u64| list[usize::try_from(n / by % 8).unwrap()];
            let text = |s: String| Value::Text(s);
            ImportRow {
                number: n,
                values: vec![
                    (field("name"), text(format!("{}{}", pick(SURNAMES, 1), pick(GIVEN, 8)))),
                    (field("mobile"), text(format!("139{:08}", n % 100_000_000))),
                    (field("email"), text(format!("user{n}@company{}.example", n % 5_000))),
                    (field("wechat"), text(format!("wx_{n:x}"))),
                    (field("title"), text("采购经理".to_owned())),
                    (field("department"), text("采购部".to_owned())),
                    (field("address"), text(format!("上海市浦东新区世纪大道{}号", n % 2_000))),
                    (field("note"), text("在展会上认识, 对报价感兴趣".to_owned())),
                ],
                match_existing: None,
            }
        })
        .collect()
}

#[tokio::main]
async fn main() {
    let mut numbers = std::env::args().filter_map(|a| a.parse().ok());
    let total: u64 = numbers.next().unwrap_or(20_000);
    let repeats: u64 = numbers.next().unwrap_or(1);
    let test = TestStore::sqlite().unwrap();
    let store = open(&test).await;
    let office = Office::open_on(test, store).await;
    let import = ImportId(office.door.context().new_uuid());
    let (started, cpu) = (Instant::now(), cpu_seconds());
    // Two batches on the way: one is sealed while the other is written.
    let mut pending = std::collections::VecDeque::new();
    for (number, from) in (0..total).step_by(usize::try_from(BATCH).unwrap()).enumerate() {
        let batch = ImportBatch {
            import,
            batch: u32::try_from(number).unwrap(),
            source: Source::Import,
            purpose: None,
            basis: Some("consent".into()),
            owner: None,
            on_match: OnMatch::Skip,
            rows: rows(&office, from, BATCH.min(total - from)),
        };
        // Ids grow with time, as they do outside of a test.
        office.test.clock.advance(20_000);
        let door = office.door.clone();
        pending.push_back(tokio::spawn(async move {
            door.import_batch(&caller(ALICE), "contact", batch).await.unwrap()
        }));
        while pending.len() > 2 {
            let report = pending.pop_front().unwrap().await.unwrap();
            assert_eq!(report.counts()[4], 0, "rows were rejected");
        }
    }
    for task in pending {
        task.await.unwrap();
    }
    #[allow(clippy::cast_precision_loss)]
    let n = total as f64;
    let (wall, used) = (started.elapsed().as_secs_f64(), cpu_seconds() - cpu);
    println!(
        "import: {total} contacts in {wall:.2} s, {:.0} rows/s, {:.0} rows/s of one core",
        n / wall,
        n / used
    );

    office.door.store().close().await.unwrap();
    for _ in 0..repeats {
        let (started, cpu) = (Instant::now(), cpu_seconds());
        let door = office.another_on(open(&office.test).await).await;
        let opened = started.elapsed().as_secs_f64();
        door.arenas_ready().await;
        let (wall, used) = (started.elapsed().as_secs_f64(), cpu_seconds() - cpu);
        println!(
            "fill: {total} contacts in {wall:.2} s ({opened:.2} s to open, {used:.2} s of processor): a million in {:.1} s",
            wall * 1_000_000.0 / n
        );
        let started = Instant::now();
        let found = door.search(&caller(ALICE), "小明", None, 20).await.unwrap();
        println!("search: {} groups in {:.1} ms", found.len(), started.elapsed().as_secs_f64() * 1_000.0);
        door.store().close().await.unwrap();
    }
}
