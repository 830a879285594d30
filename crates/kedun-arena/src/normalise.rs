//! The normal form of a text: what the arena stores, what a query becomes, what a blind index hashes.

use crate::kind::TextKind;

/// The longest text kept per field, in bytes; what is longer is found by its beginning only.
const LONGEST: usize = 1 << 20;

/// Returns the normal form of `text`: half width, one case, and without what people write differently.
///
/// Applying it twice gives the same as applying it once.
///
/// * `Name`: letters and digits; a single space between two words unless one of them is Chinese or Japanese.
/// * `Phone`: ASCII digits; `+86`, `0086` and a leading `86` before a mobile number are gone, a landline
///   written with the country code gets its leading zero back, other countries keep their code.
/// * `Email`: lower case without white space. `Text`: lower case, white space collapsed and trimmed.
/// * `Code`: upper-case letters and digits.
#[must_use]
pub fn normalise(kind: TextKind, text: &str) -> String {
    let text = truncated(text);
    // Lower case may need more bytes than the original. The room is taken at once so that no outgrown
    // buffer with plaintext is left behind.
    let mut out = String::with_capacity(text.len().saturating_mul(2));
    match kind {
        TextKind::Name => name(text, &mut out),
        TextKind::Phone => phone(text, &mut out),
        TextKind::Email => out.extend(folded(text).filter(|c| !c.is_whitespace() && !c.is_control())),
        TextKind::Text => free_text(text, &mut out),
        TextKind::Code => out.extend(
            text.chars().map(half_width).filter(|c| c.is_alphanumeric()).flat_map(char::to_uppercase),
        ),
    }
    out
}

/// Returns the form on which two values of a field are the same value.
///
/// It is [`normalise`] under the name by which uniqueness and the blind index call it, so that an exact
/// search answers alike with and without the arena.
#[must_use]
pub fn canonical(kind: TextKind, text: &str) -> String {
    normalise(kind, text)
}

/// Returns the normal form of a query, or `None` when a field of this kind cannot contain it.
pub(crate) fn query_form(kind: TextKind, text: &str) -> Option<String> {
    // "张138" is no telephone number: dropping its letters would find everybody with 138.
    if kind == TextKind::Phone && text.chars().map(half_width).any(char::is_alphabetic) {
        return None;
    }
    Some(normalise(kind, text)).filter(|form| !form.is_empty())
}

/// Whether the script of `c` is written without spaces.
pub(crate) fn is_wide(c: char) -> bool {
    matches!(u32::from(c), 0x3040..=0x30FF | 0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0xF900..=0xFAFF | 0x20000..=0x3134F)
}

fn truncated(text: &str) -> &str {
    text.get(..text.floor_char_boundary(LONGEST)).unwrap_or(text)
}

fn half_width(c: char) -> char {
    match c {
        '\u{3000}' => ' ',
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c).saturating_sub(0xFEE0)).unwrap_or(c),
        _ => c,
    }
}

fn folded(text: &str) -> impl Iterator<Item = char> + '_ {
    text.chars().map(half_width).flat_map(char::to_lowercase)
}

fn name(text: &str, out: &mut String) {
    let mut gap = false;
    let mut narrow_before = false;
    for c in folded(text) {
        if c.is_alphanumeric() {
            let narrow = !is_wide(c);
            if gap && narrow && narrow_before {
                out.push(' ');
            }
            out.push(c);
            narrow_before = narrow;
            gap = false;
        } else if !matches!(c, '\'' | '’' | '`') {
            gap = true;
        }
    }
}

fn free_text(text: &str, out: &mut String) {
    let mut gap = false;
    for c in folded(text) {
        if c.is_whitespace() || c.is_control() {
            gap = !out.is_empty();
        } else {
            if gap {
                out.push(' ');
                gap = false;
            }
            out.push(c);
        }
    }
}

fn phone(text: &str, out: &mut String) {
    let mut international = false;
    for c in text.chars().map(half_width) {
        if c.is_ascii_digit() {
            out.push(c);
        } else if c == '+' && out.is_empty() {
            international = true;
        }
    }
    loop {
        let called_out = out.starts_with("00") && out.len() >= 11;
        if called_out {
            out.drain(..2);
        }
        let china = out.starts_with("86");
        if (called_out || international) && china {
            out.drain(..2);
            if is_landline_without_zero(out) {
                out.insert(0, '0');
            }
        } else if china && out.len() == 13 && out.get(2..).is_some_and(is_mobile_start) {
            out.drain(..2);
        } else if !called_out {
            return;
        }
        international = false;
    }
}

fn is_mobile_start(digits: &str) -> bool {
    matches!(digits.as_bytes(), [b'1', b'3'..=b'9', ..])
}

fn is_landline_without_zero(digits: &str) -> bool {
    (9..=11).contains(&digits.len())
        && !digits.starts_with('0')
        && !digits.starts_with("400")
        && !digits.starts_with("800")
        && !is_mobile_start(digits)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn phones_written_differently_are_one_number() {
        for written in [
            "13812345678",
            "138 1234 5678",
            "+86 138-1234-5678",
            "0086 13812345678",
            "8613812345678",
            "１３８１２３４５６７８",
            "(+86)13812345678",
        ] {
            assert_eq!(normalise(TextKind::Phone, written), "13812345678", "{written}");
        }
        for written in ["010-62345678", "+86 10 6234 5678", "+86 (0)10 62345678", "0086-10-62345678"] {
            assert_eq!(normalise(TextKind::Phone, written), "01062345678", "{written}");
        }
        assert_eq!(normalise(TextKind::Phone, "+86 400 810 6666"), "4008106666");
        assert_eq!(normalise(TextKind::Phone, "+1 (415) 555-2671"), "14155552671");
        assert_eq!(normalise(TextKind::Phone, "00 1 415 555 2671"), "14155552671");
        assert_eq!(normalise(TextKind::Phone, "0086"), "0086", "a fragment stays a fragment");
        assert_eq!(normalise(TextKind::Phone, "+86 138"), "138");
    }

    #[test]
    fn names_written_differently_are_one_name() {
        for (a, b) in [
            ("王 小明", "王小明"),
            ("王　小　明", "王小明"),
            ("古丽·阿依", "古丽阿依"),
            ("华信科技（上海）有限公司", "华信科技(上海)有限公司"),
            ("Acme Co., Ltd.", "ＡＣＭＥ co ltd"),
            ("O'Brien", "OBrien"),
            ("张三 Tom  Lee", "张三tom lee"),
        ] {
            assert_eq!(normalise(TextKind::Name, a), normalise(TextKind::Name, b), "{a}");
        }
        assert_ne!(normalise(TextKind::Name, "john smith"), normalise(TextKind::Name, "johnsmith"));
    }

    #[test]
    fn other_kinds() {
        assert_eq!(normalise(TextKind::Email, " Wang.XM＠Huaxin.example\n"), "wang.xm@huaxin.example");
        assert_eq!(normalise(TextKind::Code, "11010519491231002x"), "11010519491231002X");
        assert_eq!(normalise(TextKind::Code, "91 350100-m000100y43"), "91350100M000100Y43");
        assert_eq!(normalise(TextKind::Text, "  客户 \u{1f} 希望\r\nDISCOUNT "), "客户 希望 discount");
        assert_eq!(query_form(TextKind::Phone, "张138"), None);
        assert_eq!(query_form(TextKind::Name, "···"), None);
    }

    fn kinds() -> impl Strategy<Value = TextKind> {
        prop::sample::select(vec![
            TextKind::Name,
            TextKind::Phone,
            TextKind::Email,
            TextKind::Text,
            TextKind::Code,
        ])
    }

    proptest! {
        #[test]
        fn twice_is_once(kind in kinds(), text in "(?s).{0,40}|[+0-9 86]{0,18}|(00|\\+|86|0086){0,4}[0-9]{0,13}") {
            let once = normalise(kind, &text);
            prop_assert_eq!(normalise(kind, &once), once);
        }

        #[test]
        fn no_control_character_survives(kind in kinds(), text in "[\\x00-\\x7f王小明]{0,40}") {
            prop_assert!(!normalise(kind, &text).chars().any(char::is_control));
        }
    }
}
