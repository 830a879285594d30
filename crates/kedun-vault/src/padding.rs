//! Length hiding: what is encrypted has one of a few sizes.
//!
//! The body is the plaintext, a byte 0x80 and zeros, one byte longer than its
//! class, so that a value that exactly fills a class looks like any other of it.

#[cfg(test)]
mod tests;

use crate::error::{Result, VaultError};

/// The capacities of the fixed classes in bytes of plaintext.
const CLASSES: [usize; 7] = [16, 32, 64, 128, 256, 512, 1024];

/// The class of longer values: multiples of this many bytes.
const STEP: usize = 1024;

/// The number of the class for multiples of [`STEP`].
const STEPPED: u8 = 7;

const MARK: u8 = 0x80;

/// The class number (0 to 7) of a plaintext of `len` bytes and its capacity in bytes.
pub(crate) fn class_of(len: usize) -> (u8, usize) {
    for (number, capacity) in (0_u8..).zip(CLASSES) {
        if len <= capacity {
            return (number, capacity);
        }
    }
    (STEPPED, len.div_ceil(STEP).saturating_mul(STEP))
}

/// Appends the mark and zeros to the `len` bytes of plaintext at the end of `out`.
pub(crate) fn pad(out: &mut Vec<u8>, len: usize) {
    let (_, capacity) = class_of(len);
    out.push(MARK);
    out.resize(out.len() + (capacity - len), 0);
}

/// The length of the plaintext within an authenticated body of class `class`.
pub(crate) fn unpadded_len(body: &[u8], class: u8) -> Result<usize> {
    let bad = VaultError::Malformed("the padding");
    let Some(len) = body.iter().rposition(|byte| *byte != 0) else {
        return Err(bad);
    };
    let (expected, capacity) = class_of(len);
    let sound = body.get(len) == Some(&MARK) && expected == class && body.len() == capacity + 1;
    if sound { Ok(len) } else { Err(bad) }
}
