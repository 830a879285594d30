//! What a salesperson types and whom it finds.

use kedun_arena::{Arena, FieldSpec, Match, RecordKey, Search, TextKind};

const NAME: u32 = 1;
const PHONE: u32 = 2;

fn key(n: usize) -> RecordKey {
    RecordKey([u8::try_from(n + 1).unwrap_or(u8::MAX); 16])
}

fn arena(rows: &[(&str, &str)]) -> Arena {
    let arena = Arena::new(vec![
        FieldSpec { field: NAME, kind: TextKind::Name },
        FieldSpec { field: PHONE, kind: TextKind::Phone },
    ]);
    for (n, (name, phone)) in rows.iter().enumerate() {
        arena.upsert(key(n), &[(NAME, Some(name)), (PHONE, Some(phone))]);
    }
    arena
}

fn found(arena: &Arena, text: &str, mode: Match, allowed: &[u32]) -> Vec<usize> {
    let search = Search { fields: None, text: text.to_owned(), mode };
    arena
        .search(&search, allowed, 100)
        .ids
        .iter()
        .map(|id| usize::from(id.0.first().copied().unwrap_or(0)) - 1)
        .collect()
}

#[test]
fn people_are_found_as_they_are_typed() {
    let arena = arena(&[
        ("王小明", "138 1234 5678"),
        ("单立新", "+86 139-0000-5678"),
        ("John Smith", "+1 415 555 2671"),
        ("华信科技（上海）有限公司", "021-62345678"),
    ]);
    for (text, mode, expected) in [
        ("wxm", Match::Contains, vec![0]),
        ("wangxm", Match::Contains, vec![0]),
        ("Wang Xiao Ming", Match::Contains, vec![0]),
        ("小明", Match::Contains, vec![0]),
        ("shanlx", Match::Contains, vec![1]),
        ("SMITH", Match::Contains, vec![2]),
        ("hxkj", Match::Prefix, vec![3]),
        ("上海", Match::Contains, vec![3]),
        ("5678", Match::Suffix, vec![0, 1, 3]),
        ("138", Match::Prefix, vec![0]),
        ("+86 138-1234-5678", Match::Exact, vec![0]),
        ("王小", Match::Exact, vec![]),
        ("", Match::Contains, vec![]),
        ("（）", Match::Contains, vec![]),
    ] {
        assert_eq!(found(&arena, text, mode, &[NAME, PHONE]), expected, "{text} {mode:?}");
    }
}

#[test]
fn a_field_that_is_not_allowed_is_not_searched() {
    let arena = arena(&[("王小明", "13812345678")]);
    assert_eq!(found(&arena, "1381", Match::Contains, &[NAME]), Vec::<usize>::new());
    assert_eq!(found(&arena, "1381", Match::Contains, &[]), Vec::<usize>::new());
    let asked = Search { fields: Some(vec![PHONE]), text: "1381".into(), mode: Match::Contains };
    assert!(arena.search(&asked, &[NAME], 10).ids.is_empty());
    assert_eq!(arena.search(&asked, &[NAME, PHONE], 10).ids, [key(0)]);
}

#[test]
fn chinese_names_are_sorted_by_pinyin_and_missing_ones_come_last() {
    let names = ["张伟", "王芳", "", "万芳", "单丽", "Bob", "安琪"];
    let arena = arena(&names.map(|name| (name, "1")));
    let ids: Vec<RecordKey> = (0..names.len()).map(key).collect();
    let order = |descending| {
        let sorted = arena.sorted(NAME, &ids, descending);
        sorted.iter().map(|id| names[usize::from(id.0[0]) - 1]).collect::<Vec<_>>()
    };
    assert_eq!(order(false), ["安琪", "Bob", "单丽", "万芳", "王芳", "张伟", ""]);
    assert_eq!(order(true), ["张伟", "王芳", "万芳", "单丽", "Bob", "安琪", ""]);
}

#[test]
fn debug_shows_no_text() {
    let arena = arena(&[("王小明", "13812345678")]);
    let search = Search { fields: None, text: "王小明".into(), mode: Match::Contains };
    let hits = arena.search(&search, &[NAME], 10);
    let shown = format!("{arena:?} {search:?} {hits:?}");
    assert!(!shown.contains("王小明") && !shown.contains("138"), "{shown}");
    assert!(shown.contains("records: 1") && shown.contains("ids: 1"), "{shown}");
}

#[test]
fn readers_run_beside_a_writer() {
    let arena = arena(&[("王小明", "13812345678")]);
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| {
                for _ in 0..300 {
                    assert_eq!(found(&arena, "wxm", Match::Exact, &[NAME]), Vec::<usize>::new());
                    assert_eq!(found(&arena, "王小明", Match::Exact, &[NAME]), [0]);
                }
            });
        }
        scope.spawn(|| {
            for n in 0..3_000_u32 {
                let phone = format!("139{n:08}");
                arena.upsert(RecordKey([200; 16]), &[(NAME, Some("李雷")), (PHONE, Some(&phone))]);
            }
        });
    });
    assert_eq!(arena.duplicates(PHONE, "139 0000 2999"), [RecordKey([200; 16])]);
    assert_eq!(arena.len(), 2);
}
