//! The same text, however it was typed.

/// Makes full-width signs narrow, drops invisible characters and space around, and takes off the
/// apostrophe that keeps spreadsheets from running a text as a formula.
pub fn clean(text: &str) -> String {
    let narrow: String = text.chars().filter(|c| !invisible(*c)).map(narrow).collect();
    strip_guard(narrow.trim()).to_owned()
}

/// Like [`clean`], but the signs stay as they are: for text that people read.
pub(super) fn clean_text(text: &str) -> String {
    let visible: String = text.chars().filter(|c| !invisible(*c)).collect();
    strip_guard(visible.trim()).trim().to_owned()
}

fn strip_guard(text: &str) -> &str {
    match text.strip_prefix('\'') {
        Some(rest) if crate::rejects::starts_formula(rest) => rest,
        _ => text,
    }
}

/// Full-width ASCII and wide spaces become plain.
pub(crate) fn narrow(c: char) -> char {
    match c {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        '\u{3000}' | '\u{a0}' | '\u{202f}' | '\u{2007}' | '\u{2009}' => ' ',
        '\u{ffe5}' => '¥',
        '\u{2212}' | '\u{2010}' | '\u{2011}' | '\u{2012}' | '\u{2013}' | '\u{2014}' => '-',
        other => other,
    }
}

/// Zero-width characters and marks of direction, which copying from pages brings along.
fn invisible(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_text_however_typed() {
        assert_eq!(clean(" １３８ \u{200b}"), "138");
        assert_eq!(clean("'+86 138"), "+86 138");
        assert_eq!(clean("'tis"), "'tis");
        assert_eq!(clean_text("　（北京）\u{feff}"), "（北京）");
    }
}
