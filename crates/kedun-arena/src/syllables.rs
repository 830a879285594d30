//! How Chinese characters are read.

use crate::initials::{AMBIGUOUS, OTHER};
use pinyin::ToPinyin;
use std::collections::HashMap;
use std::sync::OnceLock;

const FIRST: u32 = 0x3400;
const LAST: u32 = 0x9FFF;
/// Set on a character that is read otherwise at the beginning of a name.
const READ_OTHERWISE_FIRST: u16 = 1 << 15;

/// Characters with several usual readings anywhere in a name; searching accepts each of them.
const SEVERAL_READINGS: &[(char, &str)] = &[
    ('重', "zhong chong"),
    ('长', "chang zhang"),
    ('乐', "le yue"),
    ('行', "hang xing"),
    ('都', "du dou"),
    ('厦', "xia sha"),
    ('朝', "chao zhao"),
    ('藏', "cang zang"),
    ('传', "chuan zhuan"),
    ('会', "hui kuai"),
    ('曾', "zeng ceng"),
    ('参', "can shen"),
    ('盛', "sheng cheng"),
    ('率', "lv lu shuai"),
    ('弹', "dan tan"),
    ('大', "da dai"),
    ('车', "che ju"),
    ('柏', "bai bo"),
    ('蚌', "bang beng"),
    ('六', "liu lu"),
    ('单', "dan shan"),
    ('覃', "qin tan"),
    ('阿', "a e"),
    ('莞', "guan wan"),
    ('茜', "qian xi"),
    ('殷', "yin yan"),
    ('便', "bian pian"),
    ('娜', "na nuo"),
    ('晟', "sheng cheng"),
    ('俟', "si qi"),
    ('调', "diao tiao"),
    ('卜', "bu bo"),
    ('薄', "bo bao"),
    ('校', "xiao jiao"),
    ('降', "jiang xiang"),
    ('盖', "gai ge"),
];

/// Surnames read otherwise than the character usually is.
const SURNAMES: &[(char, &str)] = &[
    ('单', "shan"),
    ('曾', "zeng"),
    ('仇', "qiu"),
    ('解', "xie"),
    ('查', "zha"),
    ('朴', "piao"),
    ('区', "ou"),
    ('任', "ren"),
    ('华', "hua"),
    ('盖', "ge"),
    ('葛', "ge"),
    ('黑', "he"),
    ('洗', "xian"),
    ('缪', "miao"),
    ('纪', "ji"),
    ('员', "yun"),
    ('种', "chong"),
    ('召', "shao"),
    ('折', "she"),
    ('秘', "bi"),
    ('繁', "po"),
    ('翟', "zhai"),
    ('乜', "nie"),
    ('牟', "mou"),
    ('覃', "qin"),
    ('瞿', "qu"),
    ('宓', "mi"),
    ('谌', "chen"),
    ('晁', "chao"),
    ('郇', "xun"),
    ('隗', "wei"),
    ('郗', "xi"),
    ('祭', "zhai"),
    ('乐', "yue"),
    ('车', "che"),
    ('石', "shi"),
    ('宿', "su"),
    ('柏', "bai"),
    ('殷', "yin"),
    ('燕', "yan"),
    ('应', "ying"),
    ('俞', "yu"),
    ('薄', "bo"),
    ('卜', "bu"),
    ('訾', "zi"),
    ('眭', "sui"),
    ('句', "gou"),
    ('过', "guo"),
    ('那', "na"),
    ('撒', "sa"),
    ('沈', "shen"),
    ('贾', "jia"),
    ('长', "chang"),
    ('重', "chong"),
    ('大', "da"),
    ('阚', "kan"),
    ('教', "jiao"),
    ('冼', "xian"),
    ('逄', "pang"),
    ('佴', "nai"),
    ('钭', "tou"),
];

/// Surnames of two characters of which one is read otherwise.
const DOUBLE_SURNAMES: &[(&str, [&str; 2])] = &[
    ("尉迟", ["yu", "chi"]),
    ("万俟", ["mo", "qi"]),
    ("长孙", ["zhang", "sun"]),
    ("单于", ["chan", "yu"]),
    ("澹台", ["tan", "tai"]),
    ("令狐", ["ling", "hu"]),
    ("鲜于", ["xian", "yu"]),
    ("亓官", ["qi", "guan"]),
    ("宰父", ["zai", "fu"]),
    ("中行", ["zhong", "hang"]),
];

/// The readings of the characters U+3400 to U+9FFF, as sets shared by all characters read alike.
pub(crate) struct Syllables {
    /// Per character the number of its set of readings, 0 without one.
    sets: Vec<u16>,
    /// The sets at the beginning of a name, where they differ.
    first: HashMap<u32, u16>,
    readings: Vec<Vec<String>>,
    /// Per set the letter with which all its readings begin.
    initials: Vec<u8>,
}

impl Syllables {
    /// Returns the table, which is made at first use.
    pub(crate) fn get() -> &'static Self {
        static TABLE: OnceLock<Syllables> = OnceLock::new();
        TABLE.get_or_init(Self::build)
    }

    /// Returns all sets of readings, by number.
    pub(crate) fn readings(&self) -> &[Vec<String>] {
        &self.readings
    }

    /// Returns the number of the set of readings of a character, 0 without one.
    pub(crate) fn set_of(&self, code: u32, first: bool) -> usize {
        let Some(at) = code.checked_sub(FIRST).and_then(|at| usize::try_from(at).ok()) else { return 0 };
        let set = self.sets.get(at).copied().unwrap_or(0);
        if set & READ_OTHERWISE_FIRST == 0 {
            return usize::from(set);
        }
        let other = self.first.get(&code).filter(|_| first);
        usize::from(other.copied().unwrap_or(set & !READ_OTHERWISE_FIRST))
    }

    /// Returns the byte that stands for a character among the initials of a name.
    pub(crate) fn initial(&self, c: char, first: bool) -> u8 {
        match self.set_of(u32::from(c), first) {
            0 => u8::try_from(c).ok().filter(u8::is_ascii).unwrap_or(OTHER),
            set => self.initials.get(set).copied().unwrap_or(OTHER),
        }
    }

    fn build() -> Self {
        let mut numbers: HashMap<Vec<String>, u16> = HashMap::new();
        let mut readings = vec![Vec::new()];
        let mut number_of = |mut set: Vec<String>| {
            set.sort();
            set.dedup();
            if set.is_empty() {
                return 0;
            }
            // There are fewer than a thousand different sets.
            *numbers.entry(set).or_insert_with_key(|set| {
                readings.push(set.clone());
                u16::try_from(readings.len().saturating_sub(1)).unwrap_or(0)
            })
        };
        let mut sets = Vec::new();
        let mut first = HashMap::new();
        for code in FIRST..=LAST {
            let Some(c) = char::from_u32(code) else { continue };
            let anywhere = readings_anywhere(c);
            let at_first = readings_at_first(c);
            let mut set = number_of(anywhere.clone());
            if !at_first.is_empty() {
                let number = number_of([anywhere, at_first].concat());
                if number != set {
                    first.insert(code, number);
                    set |= READ_OTHERWISE_FIRST;
                }
            }
            sets.push(set);
        }
        let initials = readings.iter().map(|set| common_initial(set)).collect();
        Self { sets, first, readings, initials }
    }
}

/// Appends the pinyin by which `text` is ordered: syllable by syllable, surnames read as surnames.
pub(crate) fn push_order_key(text: &str, push: &mut impl FnMut(&[u8])) {
    let mut surname: &[&str] = &[];
    let chars = || text.chars();
    if let Some((_, readings)) = DOUBLE_SURNAMES.iter().find(|(name, _)| text.starts_with(name)) {
        surname = readings;
    } else if let Some((_, reading)) = SURNAMES.iter().find(|(c, _)| chars().next() == Some(*c)) {
        surname = std::slice::from_ref(reading);
    }
    for (at, c) in chars().enumerate() {
        match surname.get(at).copied().or_else(|| c.to_pinyin().map(pinyin::Pinyin::plain)) {
            // The low end byte puts wan-fang before wang-an, and 王 before 王一.
            Some(reading) => {
                push(reading.replace('ü', "v").as_bytes());
                push(&[1]);
            }
            None => push(c.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
}

fn common_initial(readings: &[String]) -> u8 {
    let mut initials = readings.iter().filter_map(|reading| reading.bytes().next());
    match initials.next() {
        Some(letter) if initials.all(|other| other == letter) => letter,
        _ => AMBIGUOUS,
    }
}

fn readings_anywhere(c: char) -> Vec<String> {
    let listed = SEVERAL_READINGS.iter().find(|(listed, _)| *listed == c).map_or("", |(_, all)| all);
    let mut readings: Vec<String> = listed.split_whitespace().map(str::to_owned).collect();
    if let Some(usual) = c.to_pinyin() {
        // ü is typed as v by most and as u by some.
        readings.push(usual.plain().replace('ü', "v"));
        readings.push(usual.plain().replace('ü', "u"));
    }
    readings.retain(|reading| !reading.is_empty() && reading.bytes().all(|b| b.is_ascii_lowercase()));
    readings
}

fn readings_at_first(c: char) -> Vec<String> {
    let single = SURNAMES.iter().filter(|(listed, _)| *listed == c).map(|(_, reading)| *reading);
    let double = DOUBLE_SURNAMES
        .iter()
        .filter(|(name, _)| name.starts_with(c))
        .filter_map(|(_, readings)| readings.first().copied());
    single.chain(double).map(str::to_owned).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(c: char, first: bool) -> Vec<String> {
        let table = Syllables::get();
        table.readings()[table.set_of(u32::from(c), first)].clone()
    }

    #[test]
    fn characters_are_read() {
        assert_eq!(read('王', false), ["wang"]);
        assert_eq!(read('吕', true), ["lu", "lv"]);
        assert_eq!(read('仇', true), ["chou", "qiu"]);
        assert_eq!(read('仇', false), ["chou"]);
        assert_eq!(read('a', true), Vec::<String>::new());
        assert!(read('尉', true).contains(&"yu".to_owned()) && read('尉', true).contains(&"wei".to_owned()));
    }

    #[test]
    fn no_reading_is_longer_than_six_letters() {
        let table = Syllables::get();
        assert!(table.readings().len() > 400);
        assert!(table.readings().iter().flatten().all(|r| r.len() <= 6));
    }

    fn key(text: &str) -> Vec<u8> {
        let mut key = Vec::new();
        push_order_key(text, &mut |bytes| key.extend_from_slice(bytes));
        key
    }

    #[test]
    fn names_are_ordered_by_syllable() {
        let mut names =
            ["张伟", "单于明", "王芳", "万芳", "万俟雪", "单丽", "解明", "查良", "王", "安琪", "尉迟恭"];
        names.sort_by_key(|name| key(name));
        assert_eq!(
            names,
            ["安琪", "单于明", "万俟雪", "单丽", "万芳", "王", "王芳", "解明", "尉迟恭", "查良", "张伟"]
        );
    }
}
