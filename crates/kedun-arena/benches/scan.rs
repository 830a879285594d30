//! What a search, a sort and a write cost at 100,000 and 1,000,000 contacts.

use criterion::{Criterion, criterion_group, criterion_main};
use kedun_arena::{Arena, FieldSpec, Match, RecordKey, Search, TextKind};
use kedun_testkit::company::{Company, CompanySize, Record};
use std::hint::black_box;

const NAME: u32 = 1;
const MOBILE: u32 = 2;
const EMAIL: u32 = 3;
const ALL: [u32; 3] = [NAME, MOBILE, EMAIL];

fn key(n: usize) -> RecordKey {
    let mut bytes = [0; 16];
    for (target, byte) in bytes.iter_mut().zip(n.to_le_bytes()) {
        *target = byte;
    }
    RecordKey(bytes)
}

fn filled(contacts: usize) -> Arena {
    let size = CompanySize { accounts: contacts / 5, contacts_per_account: 5, ..CompanySize::demo() };
    let company = Company::new(1, size);
    let arena = Arena::new(vec![
        FieldSpec { field: NAME, kind: TextKind::Name },
        FieldSpec { field: MOBILE, kind: TextKind::Phone },
        FieldSpec { field: EMAIL, kind: TextKind::Email },
    ]);
    let mut records = company.contacts().enumerate();
    loop {
        let some: Vec<(usize, Record)> = records.by_ref().take(4_096).collect();
        if some.is_empty() {
            break;
        }
        arena.fill_batch(some.iter().map(|(n, record)| {
            let text = |name: &str| record.get(name).and_then(|v| v.as_str());
            (key(*n), [(NAME, text("name")), (MOBILE, text("mobile")), (EMAIL, text("email"))])
        }));
    }
    arena.set_ready(true);
    arena
}

fn scan(c: &mut Criterion) {
    for contacts in [100_000, 1_000_000] {
        let arena = filled(contacts);
        let mut group = c.benchmark_group(format!("{contacts}"));
        let cases = [
            ("name_fragment_rare", "诸葛", Match::Contains, &[NAME][..]),
            ("name_fragment", "晓明", Match::Contains, &[NAME]),
            ("name_surname_all", "王", Match::Prefix, &[NAME]),
            ("pinyin_initials", "zglei", Match::Contains, &[NAME]),
            ("pinyin_mixed", "wangxm", Match::Contains, &[NAME]),
            ("phone_last_four", "5678", Match::Suffix, &[MOBILE]),
            ("phone_exact", "13812345678", Match::Exact, &[MOBILE]),
            ("email_prefix", "wang.xiao", Match::Prefix, &[EMAIL]),
            ("all_fields", "zhuge", Match::Contains, &ALL),
        ];
        for (name, text, mode, allowed) in cases {
            let search = Search { fields: None, text: text.to_owned(), mode };
            group.bench_function(name, |b| b.iter(|| black_box(arena.search(&search, allowed, usize::MAX))));
        }
        let common = Search { fields: None, text: "王".to_owned(), mode: Match::Contains };
        group.bench_function("first_thousand", |b| {
            b.iter(|| black_box(arena.search(&common, &[NAME], 1_000)))
        });
        let page: Vec<RecordKey> = (0..5_000).map(|n| key(n * 20)).collect();
        group.bench_function("sort_5000_by_name", |b| b.iter(|| black_box(arena.sorted(NAME, &page, false))));
        let mut n = 0;
        group.bench_function("change_one_phone", |b| {
            b.iter(|| {
                n += 1;
                arena.upsert(key(n * 7919 % contacts), &[(MOBILE, Some(&format!("139{n:08}")))]);
            });
        });
        group.finish();
    }
}

criterion_group! {
    name = benches;
    config = Criterion::default().sample_size(20).warm_up_time(std::time::Duration::from_millis(300))
        .measurement_time(std::time::Duration::from_secs(1));
    targets = scan
}
criterion_main!(benches);
