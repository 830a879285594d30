//! The file of events: a frame for each, written and read one at a time.

use std::io::{Read, Write};

use crate::encoding::{Cursor, put_framed};
use crate::event::MAX_ACTION;
use crate::{Disclosed, EventHeader, LedgerError, LoggedEvent, Result};

/// The largest disclosed body in bytes.
pub const MAX_BODY: usize = 16 << 20;

const MAGIC: &[u8; 8] = b"KDNEVT1\n";
/// The largest body, and room for header and hashes.
const MAX_FRAME: u64 = (16 << 20) + 4_096;
const PART: &str = "events";
const HAS_CHAIN: u8 = 1;
const HAS_BODY: u8 = 2;

/// Writes the file of events.
pub struct EventsWriter<W> {
    out: W,
    frame: Vec<u8>,
}

impl<W: Write> EventsWriter<W> {
    /// Begins the file.
    pub fn new(mut out: W) -> Result<Self> {
        out.write_all(MAGIC)?;
        Ok(Self { out, frame: Vec::with_capacity(512) })
    }

    /// Adds an event; refuses an action or body longer than readers accept.
    pub fn push(&mut self, event: &LoggedEvent) -> Result<()> {
        if event.header.action.len() > MAX_ACTION {
            return Err(LedgerError::TooLarge { part: "action code", limit: 128 });
        }
        self.frame.clear();
        put_framed(&mut self.frame, &event.header.canonical());
        self.frame.extend_from_slice(&event.leaf);
        let chain = if event.chain.is_some() { HAS_CHAIN } else { 0 };
        let body = if event.disclosed.is_some() { HAS_BODY } else { 0 };
        self.frame.push(chain | body);
        if let Some(chain) = &event.chain {
            self.frame.extend_from_slice(chain);
        }
        if let Some(disclosed) = &event.disclosed {
            if disclosed.body.len() > MAX_BODY {
                return Err(LedgerError::TooLarge { part: "disclosed body", limit: MAX_FRAME });
            }
            self.frame.extend_from_slice(&disclosed.salt);
            put_framed(&mut self.frame, &disclosed.body);
        }
        let length = u32::try_from(self.frame.len()).ok().ok_or(LedgerError::malformed(PART))?;
        self.out.write_all(&length.to_be_bytes())?;
        self.out.write_all(&self.frame)?;
        Ok(())
    }

    /// Gives the underlying writer back.
    pub fn into_inner(self) -> W {
        self.out
    }
}

/// Reads the file of events; ends at the first error.
pub struct EventsReader<R> {
    input: R,
    frame: Vec<u8>,
    begun: bool,
    ended: bool,
}

impl<R: Read> EventsReader<R> {
    /// A reader over `input`, which should be buffered.
    pub fn new(input: R) -> Self {
        Self { input, frame: Vec::new(), begun: false, ended: false }
    }

    #[cfg(test)]
    pub(crate) fn frame_capacity(&self) -> usize {
        self.frame.capacity()
    }

    fn read(&mut self) -> Result<Option<LoggedEvent>> {
        if !self.begun {
            self.begun = true;
            let mut magic = [0; 8];
            self.input.read_exact(&mut magic)?;
            if magic != *MAGIC {
                return Err(LedgerError::malformed(PART));
            }
        }
        let Some(length) = self.length()? else { return Ok(None) };
        // The buffer grows with what is really there, not with what the length claims.
        self.frame.clear();
        let got = self.input.by_ref().take(length).read_to_end(&mut self.frame)?;
        if u64::try_from(got).ok() != Some(length) {
            return Err(LedgerError::malformed(PART));
        }
        decode(&self.frame).map(Some)
    }

    /// The length of the next frame; `None` at a clean end of the file.
    fn length(&mut self) -> Result<Option<u64>> {
        let mut bytes = [0u8; 4];
        let mut rest: &mut [u8] = &mut bytes;
        while !rest.is_empty() {
            match self.input.read(rest) {
                Ok(0) if rest.len() == 4 => return Ok(None),
                Ok(0) => return Err(LedgerError::malformed(PART)),
                Ok(count) => rest = rest.get_mut(count..).unwrap_or_default(),
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error.into()),
            }
        }
        let length = u64::from(u32::from_be_bytes(bytes));
        if length > MAX_FRAME {
            return Err(LedgerError::TooLarge { part: PART, limit: MAX_FRAME });
        }
        Ok(Some(length))
    }
}

impl<R: Read> Iterator for EventsReader<R> {
    type Item = Result<LoggedEvent>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.ended {
            return None;
        }
        let item = self.read().transpose();
        self.ended = !matches!(item, Some(Ok(_)));
        item
    }
}

fn decode(frame: &[u8]) -> Result<LoggedEvent> {
    let mut cursor = Cursor::new(frame, PART);
    let header = EventHeader::from_canonical(cursor.framed(4_096)?)?;
    let leaf = cursor.array()?;
    let flags = cursor.u8()?;
    if flags & !(HAS_CHAIN | HAS_BODY) != 0 {
        return Err(LedgerError::malformed(PART));
    }
    let chain = if flags & HAS_CHAIN != 0 { Some(cursor.array()?) } else { None };
    let disclosed = if flags & HAS_BODY != 0 {
        Some(Disclosed { salt: cursor.array()?, body: cursor.framed(MAX_BODY)?.to_vec() })
    } else {
        None
    };
    cursor.end()?;
    Ok(LoggedEvent { header, leaf, chain, disclosed })
}
