//! Names of columns.

use std::collections::HashSet;

/// The longest name kept, in characters.
const MAX_NAME: usize = 120;

/// Makes names usable: trimmed, one line, never empty (`Column 3`), never twice (`Name (2)`).
pub(super) fn name_columns(raw: &[String]) -> Vec<String> {
    let mut taken = HashSet::new();
    let mut names = Vec::with_capacity(raw.len());
    for (index, text) in raw.iter().enumerate() {
        let words: Vec<&str> =
            text.split(|c: char| c.is_whitespace() || c.is_control() || c == '\u{feff}').collect();
        let mut base: String = words.join(" ").trim().chars().take(MAX_NAME).collect();
        // The cut may fall behind a space.
        base.truncate(base.trim_end().len());
        if base.is_empty() {
            base = format!("Column {}", index + 1);
        }
        let mut name = base.clone();
        let mut count = 2_usize;
        while taken.contains(&name) {
            name = format!("{base} ({count})");
            count += 1;
        }
        taken.insert(name.clone());
        names.push(name);
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_is_cut_ends_without_a_space() {
        let long = format!("{} y", "x".repeat(MAX_NAME - 1));
        assert_eq!(name_columns(&[long]), ["x".repeat(MAX_NAME - 1)]);
    }

    #[test]
    fn empty_and_double_names_are_told_apart() {
        let raw: Vec<String> =
            ["姓名", "", " 姓名 ", "电\n话", "Column 2", "姓名 (2)"].map(str::to_owned).into();
        assert_eq!(
            name_columns(&raw),
            ["姓名", "Column 2", "姓名 (2)", "电 话", "Column 2 (2)", "姓名 (2) (2)"]
        );
    }
}
