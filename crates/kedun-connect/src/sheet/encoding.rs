//! Which encoding a text is in.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{Encoding, GB18030, GBK, UTF_8, UTF_16BE, UTF_16LE};

use super::SheetError;

/// The result of looking at the beginning of a text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Detected {
    pub encoding: &'static Encoding,
    /// The length of the byte order mark, which is not part of the text.
    pub bom: usize,
    /// False if only ASCII was seen, which says nothing about the rest.
    pub certain: bool,
}

/// Decides the encoding from the first bytes; `complete` if they are the whole text.
pub(super) fn detect(head: &[u8], complete: bool) -> Result<Detected, SheetError> {
    for (mark, encoding) in
        [(&b"\xEF\xBB\xBF"[..], UTF_8), (&b"\xFF\xFE"[..], UTF_16LE), (&b"\xFE\xFF"[..], UTF_16BE)]
    {
        if head.starts_with(mark) {
            return Ok(Detected { encoding, bom: mark.len(), certain: true });
        }
    }
    if !looks_like_text(head) {
        return Err(SheetError::NotASheet);
    }
    if head.is_ascii() {
        return Ok(Detected { encoding: UTF_8, bom: 0, certain: false });
    }
    let encoding = detect_marked(head, complete).ok_or(SheetError::NotASheet)?;
    Ok(Detected { encoding, bom: 0, certain: true })
}

/// The encoding of bytes that are not all ASCII; none if they fit no encoding.
pub(super) fn detect_marked(bytes: &[u8], complete: bool) -> Option<&'static Encoding> {
    if mostly_utf8(bytes, complete) {
        return Some(UTF_8);
    }
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    detector.feed(bytes, complete);
    let guess = detector.guess(Some(b"cn"), Utf8Detection::Deny);
    // GB18030 contains GBK, so the wider one reads both.
    let guess = if guess == GBK { GB18030 } else { guess };
    let chinese = decodes(GB18030, bytes, complete);
    if chinese && (guess == GB18030 || common_hanzi_share(bytes) >= 80) {
        return Some(GB18030);
    }
    if decodes(guess, bytes, complete) {
        return Some(guess);
    }
    chinese.then_some(GB18030)
}

/// No zero bytes and hardly any control characters.
fn looks_like_text(head: &[u8]) -> bool {
    let controls = head.iter().filter(|b| **b < 0x20 && !matches!(**b, b'\t' | b'\n' | b'\r')).count();
    !head.contains(&0) && controls * 100 <= head.len()
}

/// Valid UTF-8, or UTF-8 with so few faults that it cannot be anything else: then the row of the
/// fault is told instead of reading the whole file as another encoding.
fn mostly_utf8(bytes: &[u8], complete: bool) -> bool {
    let mut good = 0_usize;
    let mut faults = 0_usize;
    let mut rest = bytes;
    loop {
        match std::str::from_utf8(rest) {
            Ok(text) => {
                good += text.chars().filter(|c| !c.is_ascii()).count();
                break;
            }
            Err(error) => {
                let (valid, after) = rest.split_at(error.valid_up_to());
                good += valid.utf8_chunks().flat_map(|c| c.valid().chars()).filter(|c| !c.is_ascii()).count();
                let Some(length) = error.error_len() else {
                    faults += usize::from(complete);
                    break;
                };
                faults += 1;
                rest = after.get(length..).unwrap_or_default();
            }
        }
        if faults > 1000 {
            return false;
        }
    }
    faults == 0 || (good >= 20 && faults * 50 <= good)
}

/// Whether the bytes hold no sequence that the encoding forbids; a cut at the end is allowed
/// unless they are complete.
fn decodes(encoding: &'static Encoding, bytes: &[u8], complete: bool) -> bool {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut scratch = [0_u8; 8192];
    let mut rest = bytes;
    loop {
        let (result, read, _) = decoder.decode_to_utf8_without_replacement(rest, &mut scratch, complete);
        rest = rest.get(read..).unwrap_or_default();
        match result {
            encoding_rs::DecoderResult::InputEmpty => return true,
            encoding_rs::DecoderResult::OutputFull => {}
            encoding_rs::DecoderResult::Malformed(..) => return false,
        }
    }
}

/// Of the double bytes, the percentage that are everyday characters and signs of GB2312 level 1.
fn common_hanzi_share(bytes: &[u8]) -> usize {
    let mut pairs = 0_usize;
    let mut common = 0_usize;
    let mut iter = bytes.iter().copied();
    while let Some(lead) = iter.next() {
        if lead < 0x80 {
            continue;
        }
        let Some(trail) = iter.next() else { break };
        pairs += 1;
        if trail >= 0xA1 && matches!(lead, 0xA1..=0xA3 | 0xB0..=0xD7) {
            common += 1;
        }
    }
    (common * 100).checked_div(pairs).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(bytes: &[u8]) -> &'static str {
        detect(bytes, true).unwrap().encoding.name()
    }

    #[test]
    fn short_chinese_texts_are_recognised() {
        for text in ["姓名,电话\n张三,1\n", "客户名称\n", "备注;金额\n王小明;3\n李雷;4"] {
            assert_eq!(name(&GB18030.encode(text).0), "gb18030", "{text}");
            assert_eq!(name(text.as_bytes()), "UTF-8");
        }
    }

    #[test]
    fn four_byte_sequences_are_read() {
        let text = "姓名,备注\n张𠮷三,这是一个测试\n";
        assert_eq!(name(&GB18030.encode(text).0), "gb18030");
    }

    #[test]
    fn other_languages_are_not_taken_for_chinese() {
        let french = encoding_rs::WINDOWS_1252.encode("prénom,société\nHélène,Café crème\nRené,Été\n").0;
        assert_ne!(name(&french), "gb18030");
    }

    #[test]
    fn a_single_fault_does_not_turn_utf8_into_something_else() {
        let mut bytes = "姓名\n".repeat(40).into_bytes();
        bytes.extend_from_slice(b"\xE5\xBC\n");
        assert_eq!(name(&bytes), "UTF-8");
    }

    #[test]
    fn binary_data_is_no_text() {
        assert!(matches!(detect(b"\x7FELF\0\0\0\x01", true), Err(SheetError::NotASheet)));
        assert!(matches!(detect(b"a\x01\x02\x03,b", true), Err(SheetError::NotASheet)));
    }
}
