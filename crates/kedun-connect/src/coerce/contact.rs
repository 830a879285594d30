//! Telephone numbers, e-mail addresses and web addresses.

use super::{Reason, clean};
use crate::sheet::Cell;

/// A telephone number in one form: `13800138000`, `0755-88886666`, `0755-88886666-801`,
/// `4008208820`, and `+14155550123` for other countries, which must be stated.
pub fn phone(cell: &Cell) -> Result<String, Reason> {
    match cell {
        Cell::Error => Err(Reason::FormulaError),
        Cell::Text(_) | Cell::Number(_) => normal_phone(&clean(&cell.to_text())).ok_or(Reason::NotAPhone),
        _ => Err(Reason::NotAPhone),
    }
}

/// Whether a whole text is a telephone number that is not just as well some other number.
pub(crate) fn looks_like_phone(text: &str) -> bool {
    let text = clean(text);
    normal_phone(&text).is_some_and(|normal| {
        let mobile = normal.len() == 11 && normal.starts_with('1');
        mobile || normal.starts_with('+') || (normal.starts_with('0') && normal.contains('-'))
    })
}

fn normal_phone(text: &str) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    let (main, extension) = ["转", "ext.", "ext", "#", "x"]
        .iter()
        .find_map(|mark| lower.split_once(mark))
        .map_or((lower.as_str(), None), |(main, extension)| (main, Some(extension.trim())));
    if extension.is_some_and(|e| e.is_empty() || e.len() > 6 || !e.bytes().all(|b| b.is_ascii_digit())) {
        return None;
    }
    let main = main.trim();
    let stated = main.starts_with('+') || main.starts_with("00");
    let mut digits = String::new();
    for (at, c) in main.char_indices() {
        match c {
            '0'..='9' => digits.push(c),
            '+' if at == 0 => {}
            ' ' | '-' | '(' | ')' | '.' => {}
            _ => return None,
        }
    }
    if stated && !main.starts_with('+') {
        digits.drain(..2);
    }
    // 86 is China's; a mobile number with it in front has 13 digits.
    if let Some(national) = digits.strip_prefix("86").map(str::to_owned)
        && (stated || (national.len() == 11 && is_mobile(&national)))
    {
        let zero = national.strip_prefix('0').unwrap_or(&national);
        digits = if is_mobile(zero) { zero.to_owned() } else { format!("0{zero}") };
        return chinese(&digits, main, extension);
    }
    if stated {
        let good = (7..=15).contains(&digits.len()) && !digits.starts_with('0') && extension.is_none();
        return good.then(|| format!("+{digits}"));
    }
    chinese(&digits, main, extension)
}

fn chinese(digits: &str, main: &str, extension: Option<&str>) -> Option<String> {
    if is_mobile(digits) {
        return extension.is_none().then(|| digits.to_owned());
    }
    let number = if digits.starts_with('0') {
        let area = area_length(digits)?;
        let (area, local) = (digits.get(..area)?, digits.get(area..)?);
        // Some people write the extension behind a third dash.
        if main.matches('-').count() == 2 && extension.is_none() && local.len() > 8 {
            let extension = main.rsplit('-').next()?;
            let local = local.strip_suffix(extension)?;
            return is_local(local, area).then(|| format!("{area}-{local}-{extension}"));
        }
        is_local(local, area).then(|| format!("{area}-{local}"))?
    } else if (digits.len() == 10 && (digits.starts_with("400") || digits.starts_with("800")))
        || ((7..=8).contains(&digits.len()) && digits.starts_with(|c| ('2'..='8').contains(&c)))
        || (digits.len() == 5 && digits.starts_with('9'))
    {
        digits.to_owned()
    } else {
        return None;
    };
    Some(match extension {
        Some(extension) => format!("{number}-{extension}"),
        None => number,
    })
}

fn is_local(local: &str, area: &str) -> bool {
    let length = if area.len() == 3 { 8..=8 } else { 7..=8 };
    length.contains(&local.len()) && local.starts_with(|c| ('2'..='8').contains(&c))
}

/// Eleven digits that begin like a Chinese mobile number.
pub(crate) fn is_mobile(digits: &str) -> bool {
    let mut bytes = digits.bytes();
    digits.len() == 11
        && bytes.next() == Some(b'1')
        && bytes.next().is_some_and(|b| (b'3'..=b'9').contains(&b))
        && bytes.all(|b| b.is_ascii_digit())
}

/// The length of the Chinese area code that `digits` begin with.
pub(crate) fn area_length(digits: &str) -> Option<usize> {
    let mut bytes = digits.bytes();
    if bytes.next() != Some(b'0') {
        return None;
    }
    match (bytes.next()?, bytes.next()?) {
        (b'1', b'0') | (b'2', _) => Some(3),
        (b'3'..=b'9', _) => Some(4),
        _ => None,
    }
}

/// An e-mail address; the domain in lower case.
pub fn email(cell: &Cell) -> Result<String, Reason> {
    let Cell::Text(text) = cell else { return Err(Reason::NotAnEmail) };
    let text = clean(text);
    let text = text.strip_prefix("mailto:").unwrap_or(&text);
    let (local, domain) = text.rsplit_once('@').ok_or(Reason::NotAnEmail)?;
    if !is_email_local(local) || !is_domain(domain) || text.len() > 254 {
        return Err(Reason::NotAnEmail);
    }
    Ok(format!("{local}@{}", domain.to_ascii_lowercase()))
}

fn is_email_local(local: &str) -> bool {
    (1..=64).contains(&local.len())
        && local.bytes().all(|b| b.is_ascii_alphanumeric() || b".!#$%&'*+/=?^_`{|}~-".contains(&b))
        && !local.starts_with('.')
        && !local.ends_with('.')
        && !local.contains("..")
}

/// At least two labels, the last one of letters.
pub(crate) fn is_domain(domain: &str) -> bool {
    let mut labels = 0;
    for label in domain.split('.') {
        labels += 1;
        let plain = label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-');
        if !(1..=63).contains(&label.len()) || !plain || label.starts_with('-') || label.ends_with('-') {
            return false;
        }
    }
    let last = domain.rsplit('.').next().unwrap_or_default();
    labels >= 2
        && last.len() >= 2
        && (last.bytes().all(|b| b.is_ascii_alphabetic()) || last.starts_with("xn--"))
}

/// A web address with `http://` or `https://`, which is added if missing.
pub fn url(cell: &Cell) -> Result<String, Reason> {
    let Cell::Text(text) = cell else { return Err(Reason::NotAUrl) };
    let text = clean(text);
    let lower = text.to_ascii_lowercase();
    let rest = lower.strip_prefix("https://").or_else(|| lower.strip_prefix("http://"));
    let has_scheme = rest.is_some();
    let rest = rest.unwrap_or(&lower);
    let host = rest.split(['/', '?', '#', ':']).next().unwrap_or_default();
    let plain = !text.chars().any(|c| c.is_whitespace() || c.is_control() || matches!(c, '"' | '<' | '>'));
    if !plain || !is_domain(host) || text.len() > 2000 {
        return Err(Reason::NotAUrl);
    }
    Ok(if has_scheme { text } else { format!("https://{text}") })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn telephone_numbers_get_one_form() {
        let table = [
            ("13800138000", "13800138000"),
            ("138 0013 8000", "13800138000"),
            ("138-0013-8000", "13800138000"),
            ("１３８００１３８０００", "13800138000"),
            ("+86 138 0013 8000", "13800138000"),
            ("'+8613800138000", "13800138000"),
            ("8613800138000", "13800138000"),
            ("008613800138000", "13800138000"),
            ("0755-88886666", "0755-88886666"),
            ("(0755) 8888 6666", "0755-88886666"),
            ("+86 755 88886666", "0755-88886666"),
            ("010-62345678转801", "010-62345678-801"),
            ("010-62345678-801", "010-62345678-801"),
            ("+86-10-62345678", "010-62345678"),
            ("400-820-8820", "4008208820"),
            ("88886666", "88886666"),
            ("95588", "95588"),
            ("+1 (415) 555-0123", "+14155550123"),
            ("0044 20 7946 0958", "+442079460958"),
        ];
        for (text, expected) in table {
            assert_eq!(phone(&Cell::Text(text.into())).as_deref(), Ok(expected), "{text}");
        }
        assert_eq!(phone(&Cell::Number(13_800_138_000.0)).as_deref(), Ok("13800138000"));
    }

    #[test]
    fn broken_telephone_numbers_are_refused() {
        for text in [
            "",
            "1380013800",
            "138001380000",
            "12345678901",
            "abc",
            "138-0013-800O",
            "+86",
            "13800138000/13900139000",
            "010-1234567",
            "0000-1234567",
            "12",
            "+123",
            "转801",
            "13800138000转1",
        ] {
            assert_eq!(phone(&Cell::Text(text.into())), Err(Reason::NotAPhone), "{text}");
        }
        assert_eq!(phone(&Cell::Error), Err(Reason::FormulaError));
    }

    #[test]
    fn addresses() {
        let mail = |text: &str| email(&Cell::Text(text.into()));
        assert_eq!(mail(" Zhang.San+crm@Example.COM ").as_deref(), Ok("Zhang.San+crm@example.com"));
        for text in [
            "",
            "a",
            "a@b",
            "a@b.c",
            "@b.com",
            "a b@c.com",
            "a@b..com",
            "a..b@c.com",
            "a@-b.com",
            "张@例.com",
        ] {
            assert_eq!(mail(text), Err(Reason::NotAnEmail), "{text}");
        }
        let web = |text: &str| url(&Cell::Text(text.into()));
        assert_eq!(web("www.example.cn/a?b=1").as_deref(), Ok("https://www.example.cn/a?b=1"));
        assert_eq!(web("HTTP://Example.cn").as_deref(), Ok("HTTP://Example.cn"));
        for text in ["", "javascript:alert(1)", "ftp://a.cn", "无", "http://", "http://a b.cn"] {
            assert_eq!(web(text), Err(Reason::NotAUrl), "{text}");
        }
    }
}
