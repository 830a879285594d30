//! What a statement made of a stranger's question may consist of.

use std::collections::HashSet;

use kedun_engine::testing::SYSTEM_COLUMNS;
use kedun_model::ObjectDef;

/// Words of the language that the compiler of questions uses.
const KEYWORDS: [&str; 44] = [
    "SELECT", "FROM", "AS", "WHERE", "AND", "OR", "NOT", "IS", "NULL", "IN", "LIKE", "ESCAPE", "BETWEEN",
    "EXISTS", "ORDER", "BY", "ASC", "DESC", "NULLS", "LAST", "LIMIT", "UNION", "INNER", "JOIN", "ON",
    "LOWER", "COALESCE", "CASE", "WHEN", "THEN", "ELSE", "END", "COUNT", "rarray", "RARRAY", "value", "TRUE",
    "FALSE", "CAST", "DISTINCT", "ANY", "ALL", "UUID", "CARRAY",
];
/// Columns of shares, and names beside those of records.
const COLUMNS: [&str; 10] = [
    "org",
    "object",
    "record_id",
    "level",
    "expires_at",
    "grantee_kind",
    "grantee_id",
    "share",
    "u",
    "value",
];

/// Asserts that a statement holds keywords, names of the catalogue, placeholders and signs, and no value at all.
pub fn check(sql: &str, object: &ObjectDef) {
    let mut names: HashSet<String> =
        SYSTEM_COLUMNS.iter().chain(&COLUMNS).map(|&name| name.to_owned()).collect();
    names.insert(object.id.table());
    for field in &object.fields {
        names.insert(field.id.column());
        if field.blind_indexed() {
            names.insert(field.id.blind_column());
        }
    }
    let mut rest = sql;
    while let Some(first) = rest.chars().next() {
        let length = match first {
            '"' => {
                let end = 1 + rest[1..].find('"').expect("a name ends") + 1;
                let name = &rest[1..end - 1];
                assert!(names.contains(name) || short(name), "the name {name} is not of the catalogue");
                end
            }
            '\'' => {
                // The sign that LIKE escapes with is the only text a statement may hold.
                assert!(rest.starts_with("'\\'"), "a text stands in the statement");
                3
            }
            c if c.is_ascii_alphabetic() || c == '_' => {
                let end = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(rest.len());
                let word = &rest[..end];
                assert!(KEYWORDS.contains(&word), "the word {word} is none of the language");
                end
            }
            '?' | '$' => 1 + rest[1..].find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len() - 1),
            // What an empty list becomes.
            '1' if rest.starts_with("1 = 2") || rest.starts_with("1 = 1") => 5,
            ' ' | '(' | ')' | ',' | '.' | '=' | '<' | '>' | '*' => 1,
            other => panic!("{other:?} stands in the statement"),
        };
        rest = &rest[length..];
    }
}

/// Names that the compiler gives to parts of a statement: `t`, `p`, `s`, `k0`, `a12`.
fn short(name: &str) -> bool {
    let digits = name.trim_start_matches(['t', 'p', 's', 'k', 'a']);
    name.len() <= 4 && name.len() - digits.len() == 1 && digits.bytes().all(|b| b.is_ascii_digit())
}
