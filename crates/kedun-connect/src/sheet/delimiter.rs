//! Which character separates the fields of a text.

use super::records::RecordReader;

/// The delimiters that occur in practice, the likeliest first.
const CANDIDATES: [u8; 4] = [b',', b'\t', b';', b'|'];
/// Records looked at.
const SAMPLE: usize = 60;

/// Chooses the delimiter with which most records have as many fields as the first one.
///
/// A line `sep=;`, which some spreadsheets understand, decides at once. A text with one column
/// has the delimiter `,`.
pub(super) fn detect(sample: &str) -> u8 {
    if let Some(delimiter) = declared(sample) {
        return delimiter;
    }
    let mut best = (b',', 0_usize, 0_usize);
    for candidate in CANDIDATES {
        let mut reader = RecordReader::new(sample.as_bytes(), candidate, 4096, 1000);
        let mut counts = Vec::new();
        // The last record may be cut off and an open quotation mark ends the sample.
        while counts.len() < SAMPLE {
            match reader.next_record() {
                Ok(Some(record)) => counts.push(record.fields.len()),
                Ok(None) | Err(_) => break,
            }
        }
        let Some(&fields) = counts.first() else { continue };
        if fields < 2 {
            continue;
        }
        let same = counts.iter().filter(|count| **count == fields).count();
        let share = (same * 100).checked_div(counts.len()).unwrap_or(0);
        if (share, fields) > (best.1, best.2) {
            best = (candidate, share, fields);
        }
    }
    best.0
}

/// The delimiter of a first line `sep=;`.
pub(super) fn declared(sample: &str) -> Option<u8> {
    let rest = sample.strip_prefix("sep=").or_else(|| sample.strip_prefix("SEP="))?;
    let mut bytes = rest.bytes();
    let delimiter = bytes.next().filter(|b| CANDIDATES.contains(b))?;
    bytes.next().filter(|b| matches!(b, b'\r' | b'\n')).map(|_| delimiter)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn consistency_decides() {
        assert_eq!(detect("a,b\n1,2\n"), b',');
        assert_eq!(detect("a;b\n1,5;2,5\n3,1;4,2\n"), b';');
        assert_eq!(detect("a\tb\tc\n1, 2\t3\t4\n"), b'\t');
        assert_eq!(detect("a|b\n\"x|y\"|2\n"), b'|');
        assert_eq!(detect("备注\n你好, 世界\n"), b',');
        assert_eq!(detect("name;note\nx;\"a,b,c\"\ny;\"d,e,f\"\n"), b';');
        assert_eq!(detect("sep=;\na,b;c\n"), b';');
        assert_eq!(detect(""), b',');
    }
}
