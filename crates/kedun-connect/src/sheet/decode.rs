//! A stream of UTF-8 made from a file in any encoding.

use std::io::Read;

use encoding_rs::{CoderResult, Decoder, DecoderResult, Encoding, UTF_8};

use super::encoding::detect_marked;
use super::{SheetError, Source};

/// Bytes taken from the file at a time.
const CHUNK: usize = 64 << 10;

/// A source of UTF-8 bytes that the record reader consumes.
pub(super) trait TextSource {
    /// The bytes at hand, at least one unless the text has ended.
    fn fill(&mut self) -> Result<&[u8], SheetError>;
    /// Marks bytes of the last `fill` as used.
    fn consume(&mut self, count: usize);
}

impl TextSource for &[u8] {
    fn fill(&mut self) -> Result<&[u8], SheetError> {
        Ok(self)
    }

    fn consume(&mut self, count: usize) {
        *self = self.get(count..).unwrap_or_default();
    }
}

/// Decodes a file piece by piece; the first byte that does not fit ends it with an error.
pub(super) struct DecodedFile {
    file: Source,
    encoding: &'static Encoding,
    decoder: Decoder,
    /// False while all was ASCII; the first other byte then decides the encoding.
    certain: bool,
    raw: Vec<u8>,
    ended: bool,
    /// A fault was met; told when the text before it is used up.
    fault: bool,
    text: Vec<u8>,
    used: usize,
    read: u64,
}

impl DecodedFile {
    /// Reads `file` from where it stands, which must be behind the byte order mark.
    pub fn new(file: Source, encoding: &'static Encoding, certain: bool, offset: u64) -> Self {
        DecodedFile {
            file,
            encoding,
            decoder: encoding.new_decoder_without_bom_handling(),
            certain,
            raw: Vec::with_capacity(CHUNK),
            ended: false,
            fault: false,
            text: Vec::with_capacity(CHUNK * 2),
            used: 0,
            read: offset,
        }
    }

    /// The encoding in use.
    pub fn encoding(&self) -> &'static Encoding {
        self.encoding
    }

    /// Bytes of the file taken so far.
    pub fn read(&self) -> u64 {
        self.read
    }

    fn read_more(&mut self) -> Result<(), SheetError> {
        let want = CHUNK.saturating_sub(self.raw.len());
        let count = (&mut self.file).take(to_u64(want)).read_to_end(&mut self.raw)?;
        self.read = self.read.saturating_add(to_u64(count));
        self.ended = count < want;
        Ok(())
    }

    /// Refills `text`; leaves it empty at the end.
    fn decode_more(&mut self) -> Result<(), SheetError> {
        self.text.clear();
        self.used = 0;
        while self.text.is_empty() {
            if self.fault {
                return Err(SheetError::Encoding { row: 0, encoding: self.encoding.name() });
            }
            if !self.ended {
                self.read_more()?;
            }
            if self.raw.is_empty() && self.ended {
                return self.finish();
            }
            if !self.certain {
                let plain = self.raw.iter().position(|b| !b.is_ascii()).unwrap_or(self.raw.len());
                if plain > 0 {
                    self.text.extend(self.raw.drain(..plain));
                    return Ok(());
                }
                // The raw buffer now begins with the first foreign byte and is as full as can be.
                self.encoding = detect_marked(&self.raw, self.ended).unwrap_or(UTF_8);
                self.decoder = self.encoding.new_decoder_without_bom_handling();
                self.certain = true;
            }
            self.decode_raw(false);
        }
        Ok(())
    }

    fn finish(&mut self) -> Result<(), SheetError> {
        if self.certain {
            self.decode_raw(true);
            self.certain = false;
            if self.fault && self.text.is_empty() {
                return Err(SheetError::Encoding { row: 0, encoding: self.encoding.name() });
            }
        }
        Ok(())
    }

    fn decode_raw(&mut self, last: bool) {
        let mut scratch = [0_u8; 8192];
        let mut taken = 0;
        loop {
            let rest = self.raw.get(taken..).unwrap_or_default();
            let (result, read, written) =
                self.decoder.decode_to_utf8_without_replacement(rest, &mut scratch, last);
            taken += read;
            self.text.extend_from_slice(scratch.get(..written).unwrap_or_default());
            match result {
                DecoderResult::OutputFull => {}
                DecoderResult::InputEmpty => break,
                DecoderResult::Malformed(..) => {
                    self.fault = true;
                    break;
                }
            }
        }
        self.raw.drain(..taken.min(self.raw.len()));
    }
}

impl TextSource for DecodedFile {
    fn fill(&mut self) -> Result<&[u8], SheetError> {
        if self.used >= self.text.len() {
            self.decode_more()?;
        }
        Ok(self.text.get(self.used..).unwrap_or_default())
    }

    fn consume(&mut self, count: usize) {
        self.used = self.used.saturating_add(count);
    }
}

/// The beginning of a text as UTF-8 with faults replaced, for detection only.
pub(super) fn decode_sample(encoding: &'static Encoding, bytes: &[u8]) -> String {
    let mut decoder = encoding.new_decoder_without_bom_handling();
    let mut sample = String::with_capacity(bytes.len().saturating_mul(3).saturating_add(16));
    let (result, ..) = decoder.decode_to_string(bytes, &mut sample, false);
    debug_assert!(matches!(result, CoderResult::InputEmpty | CoderResult::OutputFull));
    sample
}

/// `usize` is at most 64 bits wide on every platform that exists.
pub(super) fn to_u64(count: usize) -> u64 {
    u64::try_from(count).unwrap_or(u64::MAX)
}
