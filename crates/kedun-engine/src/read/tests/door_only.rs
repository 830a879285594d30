//! Tables of records are named in few places, and read for callers in one.

use std::path::{Path, PathBuf};

/// Where the name of a record table may be made: scoped queries, the counts behind their shapes,
/// the filling of the arenas, and the write path.
/// The store of the operator's own check, `deep_check.rs`, reads no values.
const ALLOWED: [&str; 5] = ["read/scoped.rs", "stats.rs", "arena_fill.rs", "write/", "deep_check.rs"];

fn sources(dir: &Path, out: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(dir).expect("a directory of sources") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            sources(&path, out);
        } else if path.extension().is_some_and(|e| e == "rs") {
            out.push(path);
        }
    }
}

#[test]
fn record_tables_are_named_in_few_places() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&root, &mut files);
    assert!(files.len() > 20, "the sources were not found");
    let mut named = 0;
    for file in files {
        let text = std::fs::read_to_string(&file).expect("a source");
        let name = file.strip_prefix(&root).expect("below src").to_string_lossy().replace('\\', "/");
        if name.starts_with("read/tests/") || !text.contains(".table()") {
            continue;
        }
        named += 1;
        assert!(ALLOWED.iter().any(|a| name.starts_with(a)), "{name} names a table of records");
    }
    assert!(named >= 2, "the rule looks for something that is no longer there");
}

#[test]
fn unjudged_rows_leave_by_one_gate() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    sources(&root, &mut files);
    let users: Vec<String> = files
        .iter()
        .filter(|f| std::fs::read_to_string(f).expect("a source").contains(".unjudged("))
        .map(|f| f.strip_prefix(&root).expect("below src").to_string_lossy().replace('\\', "/"))
        .filter(|name| !name.starts_with("read/tests/"))
        .collect();
    assert_eq!(users, ["read/point.rs"]);
}
