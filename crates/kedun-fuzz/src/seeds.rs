//! Valid samples of each format, made by the product's own writers where it has one.
//!
//! They lie in `seeds/<target>/`; `kedun-fuzz seeds` makes them anew. Inputs that once failed are among them,
//! under names that begin with `failed-`.

use std::path::{Path, PathBuf};

use encoding_rs::GB18030;

use crate::targets::{Target, bundle, envelope, keyfile, notes, xlsx};

/// The folder of the seeds of all targets.
pub fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("seeds")
}

/// The seeds of a target, ordered by name.
pub fn of(target: &Target) -> Vec<(String, Vec<u8>)> {
    let mut seeds = Vec::new();
    if let Ok(entries) = std::fs::read_dir(folder().join(target.name)) {
        for entry in entries.flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if let Ok(bytes) = std::fs::read(entry.path()) {
                seeds.push((name, bytes));
            }
        }
    }
    seeds.sort();
    seeds
}

/// The samples of a target, made anew.
pub fn made(target: &Target) -> Vec<(&'static str, Vec<u8>)> {
    match target.name {
        "csv" => csv(),
        "xlsx" => xlsx::samples(),
        "cells" => texts(&CELLS),
        "filter" => texts(&QUESTIONS),
        "cursor" => texts(&CURSORS),
        "envelope" => envelope::samples(),
        "notes" => notes::samples(),
        "bundle" => bundle::samples(),
        "headers" => texts(&HEADERS),
        "keyfile" => keyfile::samples(),
        _ => Vec::new(),
    }
}

fn texts(list: &[(&'static str, &str)]) -> Vec<(&'static str, Vec<u8>)> {
    list.iter().map(|(name, text)| (*name, text.as_bytes().to_vec())).collect()
}

fn csv() -> Vec<(&'static str, Vec<u8>)> {
    let text = "姓名,电话,备注\r\n张三,13800138000,\"老客户, \"\"转介绍\"\"\"\r\n李四,,\r\n\r\n王五,139,两\n";
    let utf16: Vec<u8> = text.encode_utf16().flat_map(u16::to_le_bytes).collect();
    vec![
        ("utf8.csv", text.as_bytes().to_vec()),
        ("mark.csv", [b"\xEF\xBB\xBF", text.as_bytes()].concat()),
        ("gb18030.csv", GB18030.encode(text).0.into_owned()),
        ("utf16.csv", [&[0xFF, 0xFE], utf16.as_slice()].concat()),
        ("semicolon.csv", b"sep=;\r\nname;amount\r\nx;\"1,5\"\r\ny;\"a\r\nb\"\r\n".to_vec()),
        ("tab.txt", b"a\tb\tc\n1, 2\t3\t4\n".to_vec()),
        ("ragged.csv", b"a,b,c\n1,2\n1,2,3,4\n1,2,3,,\n\"x\"y,z,\"\"\n".to_vec()),
        ("names.csv", b"n,n,,\"a\nb\",Column 3\n1,2,3,4,5\n".to_vec()),
    ]
}

const CELLS: [(&str, &str); 12] = [
    ("date", "2026年11月23日 下午3点30分"),
    ("rfc3339", "2026-11-23T08:00:00.123456+08:00"),
    ("ambiguous", "13/04/2026 12:30 pm"),
    ("named", "Nov 23, 2026"),
    ("serial", "46349.25"),
    ("compact", "20261123143000"),
    ("money", "人民币 1,234.50元"),
    ("unit", "(1.2万)"),
    ("phone", "+86 755 8888-6666转801"),
    ("foreign", "+1 (415) 555-0123"),
    ("mail", "mailto:a.b@例.cn 13812345678 11010519491231002X"),
    ("options", "金融、Internet;互联网/软件"),
];

const QUESTIONS: [(&str, &str); 8] = [
    ("all", "contact\n{}"),
    (
        "nested",
        "contact\n{\"filter\":{\"and\":[{\"field\":\"name\",\"op\":\"contains\",\"value\":\"王\"},{\"not\":{\"or\":[{\"field\":\"_owner\",\"op\":\"in\",\"value\":[\"me\"]},{\"field\":\"mobile\",\"op\":\"ends_with\",\"value\":\"8000\"}]}}]},\"sort\":[{\"field\":\"_created_at\",\"descending\":true}],\"limit\":20,\"count\":true}",
    ),
    (
        "money",
        "opportunity\n{\"filter\":{\"and\":[{\"field\":\"amount\",\"op\":\"between\",\"value\":[100,200000]},{\"field\":\"stage\",\"op\":\"not_in\",\"value\":[\"won\",\"lost\"]}]},\"sort\":[{\"field\":\"amount\"}],\"fields\":[\"name\",\"amount\"]}",
    ),
    (
        "dates",
        "opportunity\n{\"filter\":{\"or\":[{\"field\":\"expected_close\",\"op\":\"eq\",\"value\":{\"relative\":\"last_n_days\",\"n\":30}},{\"field\":\"_updated_at\",\"op\":\"gte\",\"value\":\"2026-11-23T08:00:00Z\"},{\"field\":\"_created_at\",\"op\":\"lt\",\"value\":\"2026-11-23\"}]}}",
    ),
    (
        "reference",
        "contact\n{\"filter\":{\"field\":\"account\",\"op\":\"eq\",\"value\":\"6f1c2c1e-77a1-4e0e-9f0e-1a2b3c4d5e6f\"}}",
    ),
    ("masked", "contact\n{\"filter\":{\"field\":\"id_no\",\"op\":\"eq\",\"value\":\"11010519491231002X\"}}"),
    (
        "empty",
        "lead\n{\"filter\":{\"not\":{\"field\":\"mobile\",\"op\":\"is_empty\"}},\"sort\":[{\"field\":\"name\"}],\"deleted\":true}",
    ),
    (
        "search",
        "account\n{\"search\":\"华辰\",\"sort\":[{\"field\":\"industry\"},{\"field\":\"_owner\"}],\"cursor\":\"wQEA\"}",
    ),
];

const CURSORS: [(&str, &str); 3] = [
    ("text", "王小明"),
    ("timeline", "eyJsaW1pdCI6NTAsInRvcCI6MSwiY2hhbmdlcyI6MywiZm9sbG93X3VwcyI6WyJjIiwyXSwicmV2ZWFscyI6OX0"),
    ("zeros", "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"),
];

const HEADERS: [(&str, &str); 5] = [
    ("language", "zh-CN,zh;q=0.9,en;q=0.8"),
    ("english", "en-US,en;q=0.5"),
    ("version", "\"7\""),
    ("weak", " W/\"12\" "),
    ("key", "6f1c2c1e-77a1-4e0e-9f0e-1a2b3c4d5e6f"),
];
