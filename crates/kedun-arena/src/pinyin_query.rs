//! Finding Chinese names by what is typed on a Latin keyboard.
//!
//! Each character of a name takes one or more letters of the query: a beginning of one of its readings,
//! or the character itself. So "wxm", "wangxm", "wang xiao ming" and "王xm" all find 王小明. All ways to
//! divide the query are followed at once, one bit per letter already taken.

use crate::initials::AMBIGUOUS;
use crate::search::Match;
use crate::segment::{Column, WIPED};
use crate::syllables::Syllables;
use memchr::memmem::Finder;

/// The letters of the longest reading, "zhuang".
const LONGEST_READING: usize = 6;
/// One bit is for the state in which nothing has been taken yet.
const LONGEST_QUERY: usize = 63;

/// Per number of letters a character may take, the places of the query where it may.
type Masks = [u64; LONGEST_READING];

/// A query compiled for scanning.
pub(crate) struct PinyinQuery {
    syllables: &'static Syllables,
    /// Per set of readings the number of its masks, 0 where it fits nowhere.
    by_set: Vec<u16>,
    masks: Vec<Masks>,
    /// Per ASCII character the places where it is meant itself.
    ascii: [u64; 128],
    /// The same for the other characters of the query.
    others: Vec<(u32, u64)>,
    accept: u64,
    mode: Match,
    filter: Filter,
}

/// What a matching name must have among its initials, unless it has an ambiguous one.
enum Filter {
    /// One character can take the whole query.
    Initial(u8),
    /// The first character takes a part, the next one begins with what follows.
    Pairs(Vec<Finder<'static>>),
}

impl PinyinQuery {
    /// Compiles a normalised query, or returns `None` when it has no Latin letter, is too long or is exact.
    pub(crate) fn new(query: &str, mode: Match) -> Option<Self> {
        let letters: Vec<char> = query.chars().filter(|c| *c != ' ').collect();
        if mode == Match::Exact
            || letters.len() > LONGEST_QUERY
            || !letters.iter().any(char::is_ascii_lowercase)
        {
            return None;
        }
        let mut ascii = [0_u64; 128];
        let mut others: Vec<(u32, u64)> = Vec::new();
        for (place, &c) in letters.iter().enumerate() {
            let bit = 1_u64 << place;
            if let Some(mask) = usize::try_from(u32::from(c)).ok().and_then(|c| ascii.get_mut(c)) {
                *mask |= bit;
            } else if let Some((_, mask)) = others.iter_mut().find(|(other, _)| *other == u32::from(c)) {
                *mask |= bit;
            } else {
                others.push((u32::from(c), bit));
            }
        }
        let syllables = Syllables::get();
        let mut masks: Vec<Masks> = vec![[0; LONGEST_READING]];
        let mut by_set = Vec::with_capacity(syllables.readings().len());
        for readings in syllables.readings() {
            let own = masks_of(readings, &letters);
            let number = masks.iter().position(|known| *known == own).unwrap_or_else(|| {
                masks.push(own);
                masks.len().saturating_sub(1)
            });
            by_set.push(u16::try_from(number).ok()?);
        }
        let filter = Filter::new(syllables, &letters, &masks);
        Some(Self { syllables, by_set, masks, ascii, others, accept: 1 << letters.len(), mode, filter })
    }

    /// Calls `hit` with each slot whose text has a Chinese character and matches, until it returns false.
    ///
    /// A slot may be named twice. Without a Chinese character pinyin finds nothing that a search for the
    /// query itself does not.
    pub(crate) fn scan(&self, column: &Column, mut hit: impl FnMut(usize) -> bool) {
        let Some(initials) = column.initials() else { return };
        let bytes = initials.bytes();
        let mut each = |next: &dyn Fn(&[u8]) -> Option<usize>| {
            let mut from = 0;
            while let Some(found) = bytes.get(from..).and_then(next) {
                let Some((slot, end)) = initials.row_at(from.saturating_add(found)) else { return true };
                from = end;
                if self.matches(column.text(slot)) && !hit(slot) {
                    return false;
                }
            }
            true
        };
        match &self.filter {
            Filter::Initial(initial) => {
                each(&|rest| memchr::memchr2(*initial, AMBIGUOUS, rest));
            }
            Filter::Pairs(pairs) => {
                let _ = pairs.iter().all(|pair| each(&|rest| pair.find(rest)))
                    && each(&|rest| memchr::memchr(AMBIGUOUS, rest));
            }
        }
    }

    /// Whether one normalised text matches.
    pub(crate) fn matches(&self, text: &[u8]) -> bool {
        if text.first().is_none_or(|byte| *byte == WIPED) {
            return false;
        }
        let mut taken = 0_u64;
        let mut first = true;
        let mut rest = text;
        while let Some((code, after)) = next_char(rest) {
            rest = after;
            if first || self.mode != Match::Prefix {
                taken |= 1;
            }
            taken = self.step(taken, code, first);
            first = false;
            if taken & self.accept != 0 && (self.mode != Match::Suffix || rest.is_empty()) {
                return true;
            }
            if taken == 0 && self.mode == Match::Prefix {
                return false;
            }
        }
        false
    }

    fn step(&self, taken: u64, code: u32, first: bool) -> u64 {
        if let Some(mask) = usize::try_from(code).ok().and_then(|code| self.ascii.get(code)) {
            return (taken & mask) << 1;
        }
        let mut next = 0_u64;
        let number = self.by_set.get(self.syllables.set_of(code, first)).copied().unwrap_or(0);
        if number != 0
            && let Some(masks) = self.masks.get(usize::from(number))
            // Where more letters fit, one fits too.
            && masks.first().is_some_and(|one| taken & one != 0)
        {
            for (letters, mask) in (1_u32..).zip(masks) {
                next |= (taken & mask) << letters;
            }
        }
        for (other, mask) in &self.others {
            if *other == code {
                next |= (taken & mask) << 1;
            }
        }
        next
    }
}

impl Filter {
    fn new(syllables: &Syllables, letters: &[char], masks: &[Masks]) -> Self {
        let initials: Vec<u8> = letters.iter().map(|c| syllables.initial(*c, false)).collect();
        let first = initials.first().copied().unwrap_or(AMBIGUOUS);
        // How many letters the first character of a match may take: one as itself, more by a reading.
        let takes = |count: usize| {
            let by_reading =
                |m: &Masks| count.checked_sub(1).and_then(|n| m.get(n)).is_some_and(|m| m & 1 != 0);
            count == 1 || masks.iter().any(by_reading)
        };
        if takes(letters.len()) {
            return Self::Initial(first);
        }
        let mut seconds: Vec<u8> =
            (1..letters.len()).filter(|n| takes(*n)).filter_map(|n| initials.get(n).copied()).collect();
        seconds.sort_unstable();
        seconds.dedup();
        Self::Pairs(seconds.into_iter().map(|second| Finder::new(&[first, second]).into_owned()).collect())
    }
}

fn masks_of(readings: &[String], letters: &[char]) -> Masks {
    let mut masks = [0; LONGEST_READING];
    for reading in readings {
        for place in 0..letters.len() {
            let fitting =
                reading.chars().zip(letters.iter().skip(place)).take_while(|(a, b)| a == *b).count();
            for mask in masks.iter_mut().take(fitting) {
                *mask |= 1_u64 << place;
            }
        }
    }
    masks
}

/// Takes one character off valid UTF-8.
fn next_char(bytes: &[u8]) -> Option<(u32, &[u8])> {
    let low = |byte: &u8| u32::from(byte & 0x3F);
    match bytes {
        [a, rest @ ..] if *a < 0x80 => Some((u32::from(*a), rest)),
        [a, b, c, rest @ ..] if *a & 0xF0 == 0xE0 => {
            Some((u32::from(a & 0x0F) << 12 | low(b) << 6 | low(c), rest))
        }
        [a, b, rest @ ..] if *a & 0xE0 == 0xC0 => Some((u32::from(a & 0x1F) << 6 | low(b), rest)),
        [a, b, c, d, rest @ ..] => {
            Some((u32::from(a & 0x07) << 18 | low(b) << 12 | low(c) << 6 | low(d), rest))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn finds(query: &str, mode: Match, name: &str) -> bool {
        PinyinQuery::new(query, mode).is_some_and(|q| q.matches(name.as_bytes()))
    }

    #[test]
    fn a_name_is_found_by_pinyin_initials_and_mixtures() {
        for query in
            ["wxm", "wangxm", "wang xiao ming", "wangxiaoming", "w", "xm", "xiaom", "王xm", "w小明", "wxming"]
        {
            assert!(finds(query, Match::Contains, "王小明"), "{query}");
        }
        for query in ["ang", "wm", "wxmm", "xw", "wangxiaomingl", "王m", "lxm"] {
            assert!(!finds(query, Match::Contains, "王小明"), "{query}");
        }
    }

    #[test]
    fn polyphonic_surnames_are_found_by_the_surname() {
        for (query, name) in [
            ("shanlx", "单立新"),
            ("zengzw", "曾志伟"),
            ("qiuy", "仇英"),
            ("xiexd", "解晓东"),
            ("zhaly", "查良镛"),
            ("piaojh", "朴京华"),
            ("yuchigong", "尉迟恭"),
            ("moqix", "万俟雪"),
            ("lvbu", "吕布"),
            ("lubu", "吕布"),
            ("cq", "重庆长安"),
            ("changan", "重庆长安"),
        ] {
            assert!(finds(query, Match::Contains, name), "{query} {name}");
        }
        assert!(!finds("qiu", Match::Contains, "报仇"), "a surname's reading holds at the beginning only");
    }

    #[test]
    fn prefix_and_suffix() {
        assert!(finds("wx", Match::Prefix, "王小明") && !finds("xm", Match::Prefix, "王小明"));
        assert!(finds("xm", Match::Suffix, "王小明") && !finds("wx", Match::Suffix, "王小明"));
        assert!(finds("abckj", Match::Contains, "abc科技") && finds("keji", Match::Suffix, "abc科技"));
    }

    #[test]
    fn queries_that_are_none() {
        for query in ["王", "123", "", &"a".repeat(64)] {
            assert!(PinyinQuery::new(query, Match::Contains).is_none());
        }
        assert!(PinyinQuery::new("wxm", Match::Exact).is_none());
        assert!(PinyinQuery::new(&"a".repeat(63), Match::Contains).is_some());
        assert!(finds(&"a".repeat(63), Match::Contains, &"a".repeat(63)));
    }
}
