//! What is shown in the place of a value that the viewer may not see whole.
//!
//! A mask keeps just enough to tell two entries of one's own apart. It is made
//! on the server; the whole value never leaves with it.

use serde::{Deserialize, Serialize};

/// How a field is masked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum MaskStyle {
    /// `138****5678`
    Phone,
    /// `z***@example.com`
    Email,
    /// `王**`
    Name,
    /// `110***********1234`
    IdNumber,
    /// The first six characters, the rest hidden.
    Address,
    /// The last four characters.
    Account,
    /// Nothing of the value.
    #[default]
    Full,
}

const HIDDEN: &str = "••••••";

impl MaskStyle {
    /// The masked form of `text`; never longer than 40 characters and never the text itself.
    pub fn apply(self, text: &str) -> String {
        let chars: Vec<char> = text.trim().chars().collect();
        match self {
            MaskStyle::Phone => keep(&chars, 3, 4, 4),
            MaskStyle::IdNumber => keep(&chars, 3, 4, 11),
            MaskStyle::Account => keep(&chars, 0, 4, 8),
            MaskStyle::Name => match chars.first() {
                Some(first) if chars.len() > 1 => format!("{first}**"),
                _ => "**".to_owned(),
            },
            MaskStyle::Email => mask_email(text.trim()),
            MaskStyle::Address => {
                if chars.len() > 8 {
                    chars.iter().take(6).collect::<String>() + "****"
                } else {
                    HIDDEN.to_owned()
                }
            }
            MaskStyle::Full => HIDDEN.to_owned(),
        }
    }
}

/// Keeps `head` and `tail` characters if at least `3` are hidden between them.
fn keep(chars: &[char], head: usize, tail: usize, stars: usize) -> String {
    if chars.len() < head + tail + 3 {
        return if chars.len() >= tail + 3 && tail > 0 && head > 0 {
            keep(chars, 0, tail.min(2), stars)
        } else {
            HIDDEN.to_owned()
        };
    }
    let start: String = chars.iter().take(head).collect();
    let end: String = chars.iter().skip(chars.len() - tail).collect();
    format!("{start}{}{end}", "*".repeat(stars))
}

fn mask_email(text: &str) -> String {
    match text.split_once('@') {
        Some((local, domain)) if local.chars().count() > 1 && domain.len() <= 30 => {
            let first: String = local.chars().take(1).collect();
            format!("{first}***@{domain}")
        }
        _ => "***".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn masks_keep_what_they_say_and_no_more() {
        assert_eq!(MaskStyle::Phone.apply("13812345678"), "138****5678");
        assert_eq!(MaskStyle::Email.apply("zhang@example.com"), "z***@example.com");
        assert_eq!(MaskStyle::Name.apply("王小明"), "王**");
        assert_eq!(MaskStyle::Name.apply("王"), "**");
        assert_eq!(MaskStyle::IdNumber.apply("11010119900307123X"), "110***********123X");
        assert_eq!(MaskStyle::Account.apply("6222020200112233445"), "********3445");
        assert_eq!(MaskStyle::Full.apply("anything"), HIDDEN);
    }

    #[test]
    fn no_mask_shows_a_short_value_whole() {
        for style in [
            MaskStyle::Phone,
            MaskStyle::Email,
            MaskStyle::Name,
            MaskStyle::IdNumber,
            MaskStyle::Address,
            MaskStyle::Account,
            MaskStyle::Full,
        ] {
            for value in ["1", "ab", "110", "1234", "12345", "a@b", "12345678"] {
                assert!(!style.apply(value).contains(value), "{style:?} shows {value}");
            }
        }
    }
}
