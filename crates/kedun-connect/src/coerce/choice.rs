//! Yes and no, and options of selections.

use kedun_model::SelectOption;

use super::{Reason, clean};
use crate::sheet::Cell;

const YES: [&str; 14] = ["是", "有", "对", "真", "已", "yes", "y", "true", "t", "1", "on", "√", "✓", "✔"];
const NO: [&str; 14] =
    ["否", "无", "没有", "不是", "假", "未", "no", "n", "false", "f", "0", "off", "×", "✗"];

/// Yes or no.
pub fn boolean(cell: &Cell) -> Result<bool, Reason> {
    match cell {
        Cell::Error => Err(Reason::FormulaError),
        Cell::Bool(value) => Ok(*value),
        Cell::Text(_) | Cell::Number(_) => {
            let word = clean(&cell.to_text()).to_lowercase();
            if YES.contains(&word.as_str()) {
                Ok(true)
            } else if NO.contains(&word.as_str()) {
                Ok(false)
            } else {
                Err(Reason::NotABoolean)
            }
        }
        _ => Err(Reason::NotABoolean),
    }
}

/// The key of the option that the cell names by its key or by either label.
pub fn option(cell: &Cell, table: &[SelectOption]) -> Result<String, Reason> {
    if matches!(cell, Cell::Error) {
        return Err(Reason::FormulaError);
    }
    find(&cell.to_text(), table).ok_or(Reason::UnknownOption)
}

/// The keys of several options, separated by commas, semicolons, slashes, `、` or `|`; each key once.
pub fn options(cell: &Cell, table: &[SelectOption]) -> Result<Vec<String>, Reason> {
    if matches!(cell, Cell::Error) {
        return Err(Reason::FormulaError);
    }
    let text = cell.to_text();
    // A label may itself contain one of the separators.
    if let Some(key) = find(&text, table) {
        return Ok(vec![key]);
    }
    let mut keys: Vec<String> = Vec::new();
    for part in text.split([',', ';', '/', '|', '、', '，', '；', '\n']) {
        if part.trim().is_empty() {
            continue;
        }
        let key = find(part, table).ok_or(Reason::UnknownOption)?;
        if !keys.contains(&key) {
            keys.push(key);
        }
    }
    Ok(keys)
}

fn find(text: &str, table: &[SelectOption]) -> Option<String> {
    let wanted = clean(text).to_lowercase();
    let same = |label: &str| clean(label).to_lowercase() == wanted;
    table.iter().find(|o| same(&o.key) || same(&o.zh) || same(&o.en)).map(|o| o.key.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table() -> Vec<SelectOption> {
        [("it", "互联网/软件", "Internet"), ("fin", "金融", "Finance"), ("mfg", "制造(业)", "Manufacturing")]
            .map(|(key, zh, en)| SelectOption { key: key.into(), zh: zh.into(), en: en.into(), color: None })
            .into()
    }

    #[test]
    fn labels_in_both_languages_become_keys() {
        for (text, key) in [
            ("金融", "fin"),
            (" finance ", "fin"),
            ("FIN", "fin"),
            ("互联网/软件", "it"),
            ("制造（业）", "mfg"),
        ] {
            assert_eq!(option(&Cell::Text(text.into()), &table()).as_deref(), Ok(key), "{text}");
        }
        assert_eq!(option(&Cell::Text("农业".into()), &table()), Err(Reason::UnknownOption));
        assert_eq!(options(&Cell::Text("金融、Internet；金融".into()), &table()).unwrap(), ["fin", "it"]);
        assert_eq!(options(&Cell::Text("互联网/软件".into()), &table()).unwrap(), ["it"]);
        assert_eq!(options(&Cell::Text("金融,x".into()), &table()), Err(Reason::UnknownOption));
    }

    #[test]
    fn yes_and_no() {
        for text in ["是", "YES", "√", "１", "True"] {
            assert_eq!(boolean(&Cell::Text(text.into())), Ok(true), "{text}");
        }
        for text in ["否", "no", "0", "×", "FALSE"] {
            assert_eq!(boolean(&Cell::Text(text.into())), Ok(false), "{text}");
        }
        assert_eq!(boolean(&Cell::Number(1.0)), Ok(true));
        for cell in [Cell::Text("也许".into()), Cell::Number(2.0), Cell::Empty] {
            assert_eq!(boolean(&cell), Err(Reason::NotABoolean));
        }
    }
}
