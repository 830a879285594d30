//! A look at markup without building anything from it.
//!
//! A reader of workbooks holds one token, one cell, the stack of open elements
//! and some tables in memory; this guard bounds each of them beforehand. It also
//! refuses a document type, so that no entity can be declared at all.

use memchr::memchr;

use super::decode::to_u64;
use super::{Limits, SheetError};

/// A tag, a comment or a piece of text.
const MAX_TOKEN: u64 = 4 << 20;
/// The markup of one cell or one shared text.
const MAX_CELL: u64 = 4 << 20;
/// Elements inside each other; workbooks have about ten.
const MAX_DEPTH: u32 = 256;
/// Elements of the tables of styles, relationships and sheets, which a reader keeps.
const MAX_KEPT: u64 = 400_000;
/// What one entry of the table of shared texts costs besides its bytes.
const TEXT_COST: u64 = 56;
/// How much of a tag is looked at.
const TAG_LOOK: usize = 512;

#[derive(Clone, Copy, PartialEq)]
enum State {
    /// Nothing but white space so far.
    Begin,
    /// Not markup.
    Binary,
    Text,
    /// Behind `<`.
    Open,
    /// In a tag; the quotation mark if inside a value.
    Tag(Option<u8>),
    /// Behind `<!`.
    Bang,
    /// In a comment, with the number of dashes just seen.
    Comment(u8),
    /// In character data, with the number of brackets just seen.
    CData(u8),
    /// In a processing instruction; whether a question mark was just seen.
    Instruction(bool),
}

/// Looks at one part, piece by piece.
pub(super) struct XmlGuard {
    state: State,
    tag: Vec<u8>,
    last: u8,
    token: u64,
    depth: u32,
    /// Bytes since the cell or shared text was opened.
    cell: Option<u64>,
    /// It is a shared text.
    in_table: bool,
    kept: u64,
    shared: u64,
    max_shared: u64,
}

impl XmlGuard {
    pub fn new(limits: &Limits) -> Self {
        XmlGuard {
            state: State::Begin,
            tag: Vec::with_capacity(TAG_LOOK),
            last: 0,
            token: 0,
            depth: 0,
            cell: None,
            in_table: false,
            kept: 0,
            shared: 0,
            max_shared: limits.max_shared_text,
        }
    }

    /// False once the part has turned out to be something else.
    pub fn is_markup(&self) -> bool {
        self.state != State::Binary
    }

    /// Looks at the next piece of the part.
    pub fn look_at(&mut self, mut piece: &[u8]) -> Result<(), SheetError> {
        if self.state == State::Begin {
            let skip = piece
                .iter()
                .position(|b| !matches!(b, b' ' | b'\t' | b'\r' | b'\n' | 0xEF | 0xBB | 0xBF))
                .unwrap_or(piece.len());
            piece = piece.get(skip..).unwrap_or_default();
            match piece.first() {
                None => return Ok(()),
                Some(b'<') => self.state = State::Text,
                Some(_) => self.state = State::Binary,
            }
        }
        if self.state == State::Binary {
            return Ok(());
        }
        if memchr(0, piece).is_some() {
            return Err(SheetError::Hostile { what: "encoding" });
        }
        if let Some(cell) = &mut self.cell {
            *cell = cell.saturating_add(to_u64(piece.len()));
        }
        while !piece.is_empty() {
            if self.state == State::Text {
                let end = memchr(b'<', piece).unwrap_or(piece.len());
                self.grow(to_u64(end))?;
                if self.in_table {
                    self.shared = self.shared.saturating_add(to_u64(end));
                }
                piece = piece.get(end..).unwrap_or_default();
                if !piece.is_empty() {
                    self.state = State::Open;
                    self.token = 0;
                    piece = piece.get(1..).unwrap_or_default();
                }
                continue;
            }
            let Some((&byte, rest)) = piece.split_first() else { break };
            piece = rest;
            self.grow(1)?;
            self.step(byte, to_u64(rest.len()))?;
        }
        match self.cell {
            Some(bytes) if bytes > MAX_CELL => Err(SheetError::Hostile { what: "length of a cell" }),
            _ => Ok(()),
        }
    }

    fn grow(&mut self, bytes: u64) -> Result<(), SheetError> {
        self.token += bytes;
        if self.token > MAX_TOKEN {
            return Err(SheetError::Hostile { what: "length of a text" });
        }
        Ok(())
    }

    /// One byte of markup; `rest` bytes of the piece follow it.
    fn step(&mut self, byte: u8, rest: u64) -> Result<(), SheetError> {
        self.state = match self.state {
            State::Open => match byte {
                b'!' => {
                    self.tag.clear();
                    State::Bang
                }
                b'?' => {
                    self.tag.clear();
                    State::Instruction(false)
                }
                _ => {
                    self.tag.clear();
                    self.tag.push(byte);
                    self.last = byte;
                    if byte == b'>' { self.end_token() } else { State::Tag(None) }
                }
            },
            State::Tag(None) if byte == b'>' => {
                self.end_tag(rest)?;
                self.end_token()
            }
            State::Tag(quote) => {
                if self.tag.len() < TAG_LOOK {
                    self.tag.push(byte);
                }
                self.last = byte;
                match quote {
                    None if matches!(byte, b'"' | b'\'') => State::Tag(Some(byte)),
                    Some(mark) if mark == byte => State::Tag(None),
                    same => State::Tag(same),
                }
            }
            State::Bang => {
                self.tag.push(byte);
                match self.tag.as_slice() {
                    b"--" => State::Comment(0),
                    b"[CDATA[" => State::CData(0),
                    begun if b"--".starts_with(begun) || b"[CDATA[".starts_with(begun) => State::Bang,
                    _ => return Err(SheetError::Hostile { what: "document type" }),
                }
            }
            State::Comment(dashes) => match byte {
                b'>' if dashes >= 2 => self.end_token(),
                b'-' => State::Comment((dashes + 1).min(2)),
                _ => State::Comment(0),
            },
            State::CData(brackets) => {
                self.shared = self.shared.saturating_add(u64::from(self.in_table));
                match byte {
                    b'>' if brackets >= 2 => self.end_token(),
                    b']' => State::CData((brackets + 1).min(2)),
                    _ => State::CData(0),
                }
            }
            State::Instruction(question) => {
                if self.tag.len() < TAG_LOOK {
                    self.tag.push(byte);
                }
                if byte == b'>' && question {
                    self.check_declaration()?;
                    self.end_token()
                } else {
                    State::Instruction(byte == b'?')
                }
            }
            same => same,
        };
        Ok(())
    }

    fn end_token(&mut self) -> State {
        self.token = 0;
        State::Text
    }

    fn end_tag(&mut self, rest: u64) -> Result<(), SheetError> {
        let closing = self.tag.first() == Some(&b'/');
        let empty = self.last == b'/' && !closing;
        let name = local_name(&self.tag);
        let cell = matches!(name, b"c" | b"si");
        if closing {
            self.depth = self.depth.saturating_sub(1);
            if cell {
                if self.cell.is_some_and(|bytes| bytes.saturating_sub(rest) > MAX_CELL) {
                    return Err(SheetError::Hostile { what: "length of a cell" });
                }
                self.cell = None;
                self.in_table = false;
            }
            return Ok(());
        }
        match name {
            b"si" => self.shared = self.shared.saturating_add(TEXT_COST),
            b"sst" => {
                // The reader reserves room for as many texts as are claimed here.
                let claimed = attribute(&self.tag, b"uniqueCount").unwrap_or(0);
                if claimed.saturating_mul(24) > self.max_shared {
                    return Err(SheetError::TooMuchText);
                }
            }
            b"xf" | b"font" | b"fill" | b"border" | b"numFmt" | b"sheet" | b"Relationship"
            | b"definedName" => {
                self.kept += 1;
                if self.kept > MAX_KEPT {
                    return Err(SheetError::Hostile { what: "number of styles" });
                }
            }
            _ => {}
        }
        if !empty {
            self.depth += 1;
            if self.depth > MAX_DEPTH {
                return Err(SheetError::Hostile { what: "depth" });
            }
            if cell && self.cell.is_none() {
                self.cell = Some(rest);
                self.in_table = name == b"si";
            }
        }
        if self.shared > self.max_shared {
            return Err(SheetError::TooMuchText);
        }
        Ok(())
    }

    /// Markup in another encoding could hide tags from this guard.
    fn check_declaration(&self) -> Result<(), SheetError> {
        let text = String::from_utf8_lossy(&self.tag).to_ascii_lowercase();
        let Some((_, after)) = text.split_once("encoding") else { return Ok(()) };
        let value = after.trim_start_matches([' ', '=', '"', '\'', '\t', '\r', '\n']);
        if ["utf-8", "utf8", "us-ascii"].iter().any(|known| value.starts_with(known)) {
            return Ok(());
        }
        Err(SheetError::Hostile { what: "encoding" })
    }
}

/// The name of an element without its prefix, from the text between `<` and `>`.
fn local_name(tag: &[u8]) -> &[u8] {
    let tag = tag.strip_prefix(b"/").unwrap_or(tag);
    let end = tag.iter().position(|b| matches!(b, b' ' | b'\t' | b'\r' | b'\n' | b'/')).unwrap_or(tag.len());
    let name = tag.get(..end).unwrap_or_default();
    match name.iter().rposition(|b| *b == b':') {
        Some(colon) => name.get(colon + 1..).unwrap_or_default(),
        None => name,
    }
}

/// The number that an attribute holds; the largest one if it is too long to be looked at.
fn attribute(tag: &[u8], name: &[u8]) -> Option<u64> {
    if tag.len() >= TAG_LOOK {
        return Some(u64::MAX);
    }
    let at = memchr::memmem::find(tag, name)?;
    let after = tag.get(at + name.len()..).unwrap_or_default();
    let digits: String = after
        .iter()
        .skip_while(|b| !b.is_ascii_digit())
        .take_while(|b| b.is_ascii_digit())
        .map(|b| char::from(*b))
        .collect();
    Some(digits.parse().unwrap_or(u64::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(text: &str, chunk: usize) -> Result<(), SheetError> {
        let mut guard = XmlGuard::new(&Limits::default());
        for piece in text.as_bytes().chunks(chunk) {
            guard.look_at(piece)?;
        }
        Ok(())
    }

    #[test]
    fn ordinary_markup_passes_however_it_is_cut() {
        let text = "\u{feff}<?xml version=\"1.0\" encoding=\"UTF-8\"?><!-- a > b --><w><c r=\"A>1\"><v>1</v></c>\
                    <c><is><t><![CDATA[x ]] > y]]></t></is></c><d/></w>";
        for chunk in [1, 2, 3, 7, 1000] {
            look(text, chunk).unwrap();
        }
    }

    #[test]
    fn what_could_exhaust_or_deceive_a_reader_is_refused() {
        let cases = [
            ("<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><x/>".to_owned(), "document type"),
            ("<a>".repeat(300), "depth"),
            (format!("<a>{}</a>", "x".repeat(5 << 20)), "length of a text"),
            (format!("<a b='{}'/>", "x".repeat(5 << 20)), "length of a text"),
            (format!("<!--{}-->", "<x>".repeat(2 << 20)), "length of a text"),
            (format!("<c>{}</c>", "<is/>".repeat(1 << 20)), "length of a cell"),
            ("<xf/>".repeat(400_001), "number of styles"),
            ("<?xml version='1.0' encoding='ISO-2022-JP'?><x/>".to_owned(), "encoding"),
            ("<a>\0</a>".to_owned(), "encoding"),
        ];
        for (text, expected) in cases {
            for chunk in [65_536, 1 << 30] {
                match look(&text, chunk) {
                    Err(SheetError::Hostile { what }) => assert_eq!(what, expected),
                    other => panic!("{expected}: {other:?}"),
                }
            }
        }
    }

    #[test]
    fn claims_about_shared_texts_are_not_believed() {
        let text = "<sst count=\"1\" uniqueCount=\"99999999999\"><si><t>a</t></si></sst>";
        assert!(matches!(look(text, 100), Err(SheetError::TooMuchText)));
    }
}
