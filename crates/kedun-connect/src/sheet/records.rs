//! Records of delimited text, in memory that a hostile text cannot make grow.

use memchr::{memchr, memchr_iter, memchr3};

use super::SheetError;
use super::decode::TextSource;

/// One record.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Record {
    /// The line on which it begins, from 1.
    pub line: u64,
    pub fields: Vec<String>,
    /// A field was longer than allowed and is cut.
    pub cut: bool,
}

/// Reads records of RFC 4180 text and of what spreadsheets make of it: any of the three line
/// ends, quotation marks inside plain fields, text behind a closing mark.
pub(super) struct RecordReader<S> {
    source: S,
    delimiter: u8,
    max_field: usize,
    max_fields: usize,
    /// The line that the next byte belongs to.
    line: u64,
    /// The last record ended with a carriage return; a line feed right behind belongs to it.
    after_return: bool,
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    Start,
    Plain,
    Quoted,
    QuoteInQuoted,
}

impl<S: TextSource> RecordReader<S> {
    pub fn new(source: S, delimiter: u8, max_field: usize, max_fields: usize) -> Self {
        RecordReader { source, delimiter, max_field, max_fields, line: 1, after_return: false }
    }

    pub fn source(&self) -> &S {
        &self.source
    }

    /// The next record; blank lines are passed over. None at the end.
    pub fn next_record(&mut self) -> Result<Option<Record>, SheetError> {
        loop {
            match self.read_record()? {
                Some(record) if record.fields.iter().all(|field| field.trim().is_empty()) => {}
                other => return Ok(other),
            }
        }
    }

    fn read_record(&mut self) -> Result<Option<Record>, SheetError> {
        let mut building = Building::new(self.line, self.max_field, self.max_fields);
        let mut state = State::Start;
        let mut quote_line = self.line;
        let mut begun = false;
        loop {
            let line = self.line;
            let buffer = self.source.fill().map_err(|error| at_line(error, line))?;
            let Some(&first) = buffer.first() else {
                return match state {
                    State::Quoted => Err(SheetError::UnclosedQuote { row: quote_line }),
                    _ if !begun => Ok(None),
                    _ => Ok(Some(building.finish())),
                };
            };
            if self.after_return {
                self.after_return = false;
                if first == b'\n' {
                    self.source.consume(1);
                    continue;
                }
            }
            begun = true;
            match state {
                State::Start if first == b'"' => {
                    quote_line = self.line;
                    state = State::Quoted;
                    self.source.consume(1);
                }
                State::QuoteInQuoted if first == b'"' => {
                    building.push(b"\"");
                    state = State::Quoted;
                    self.source.consume(1);
                }
                State::Quoted => {
                    let (part, next) = match memchr(b'"', buffer) {
                        Some(at) => (at, at + 1),
                        None => (buffer.len(), buffer.len()),
                    };
                    let text = buffer.get(..part).unwrap_or_default();
                    building.push(text);
                    self.line += super::decode::to_u64(memchr_iter(b'\n', text).count());
                    if next > part {
                        state = State::QuoteInQuoted;
                    }
                    self.source.consume(next);
                }
                State::Start | State::Plain | State::QuoteInQuoted => {
                    let Some(at) = memchr3(self.delimiter, b'\n', b'\r', buffer) else {
                        building.push(buffer);
                        let all = buffer.len();
                        self.source.consume(all);
                        state = State::Plain;
                        continue;
                    };
                    building.push(buffer.get(..at).unwrap_or_default());
                    let end = buffer.get(at).copied().unwrap_or(b'\n');
                    self.source.consume(at + 1);
                    state = State::Start;
                    if end == self.delimiter {
                        building.end_field();
                        continue;
                    }
                    self.line += 1;
                    self.after_return = end == b'\r';
                    return Ok(Some(building.finish()));
                }
            }
        }
    }
}

/// A decoder does not count lines; the reader does.
fn at_line(error: SheetError, line: u64) -> SheetError {
    match error {
        SheetError::Encoding { encoding, .. } => SheetError::Encoding { row: line, encoding },
        other => other,
    }
}

struct Building {
    record: Record,
    field: Vec<u8>,
    max_field: usize,
    max_fields: usize,
}

impl Building {
    fn new(line: u64, max_field: usize, max_fields: usize) -> Self {
        let record = Record { line, fields: Vec::new(), cut: false };
        Building { record, field: Vec::new(), max_field, max_fields }
    }

    fn push(&mut self, bytes: &[u8]) {
        let room = self.max_field.saturating_sub(self.field.len());
        if bytes.len() > room {
            self.record.cut = true;
        }
        self.field.extend_from_slice(bytes.get(..bytes.len().min(room)).unwrap_or_default());
    }

    fn end_field(&mut self) {
        let bytes = std::mem::take(&mut self.field);
        // One more than allowed is kept, so that "too many" can be told.
        if self.record.fields.len() > self.max_fields {
            return;
        }
        let text = String::from_utf8(bytes).unwrap_or_else(|error| {
            // Only a cut can fall inside a character.
            let end = error.utf8_error().valid_up_to();
            let mut bytes = error.into_bytes();
            bytes.truncate(end);
            String::from_utf8(bytes).unwrap_or_default()
        });
        self.record.fields.push(text);
    }

    fn finish(mut self) -> Record {
        self.end_field();
        self.record
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Vec<(u64, Vec<String>)> {
        let mut reader = RecordReader::new(text.as_bytes(), b',', 100, 100);
        let mut out = Vec::new();
        while let Some(record) = reader.next_record().unwrap() {
            out.push((record.line, record.fields));
        }
        out
    }

    #[test]
    fn quotes_line_ends_and_blank_lines() {
        let text = "a,b\r\n\r\n\"x\"\"y\n2\",\"\"\r\rlast, \"z\"\n\"p\"q,r";
        let rows = read(text);
        assert_eq!(rows[0], (1, vec!["a".into(), "b".into()]));
        assert_eq!(rows[1], (3, vec!["x\"y\n2".into(), String::new()]));
        assert_eq!(rows[2], (6, vec!["last".into(), " \"z\"".into()]));
        assert_eq!(rows[3], (7, vec!["pq".into(), "r".into()]));
        assert_eq!(rows.len(), 4);
    }

    #[test]
    fn an_open_quote_names_its_line() {
        let mut reader = RecordReader::new(&b"a\nb,\"c\nd\ne"[..], b',', 100, 100);
        reader.next_record().unwrap();
        assert!(matches!(reader.next_record(), Err(SheetError::UnclosedQuote { row: 2 })));
    }

    #[test]
    fn long_fields_are_cut_at_a_character() {
        let mut reader = RecordReader::new("中中中,b\nc".as_bytes(), b',', 4, 100);
        let record = reader.next_record().unwrap().unwrap();
        assert!(record.cut);
        assert_eq!(record.fields, ["中", "b"]);
        assert!(!reader.next_record().unwrap().unwrap().cut);
    }

    #[test]
    fn the_number_of_fields_is_bounded() {
        let text = ",".repeat(100_000) + "x";
        let mut reader = RecordReader::new(text.as_bytes(), b',', 4, 10);
        // All that is kept is blank, so the record is passed over.
        assert!(reader.next_record().unwrap().is_none());
        let text = "y".to_owned() + &text;
        let mut reader = RecordReader::new(text.as_bytes(), b',', 4, 10);
        assert_eq!(reader.next_record().unwrap().unwrap().fields.len(), 11);
    }
}
