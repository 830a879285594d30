//! Changes of inputs: of bytes, and of the parts of a format, so that what is behind its first checks is reached.

mod bytes;
mod files;
mod json;
mod zip;

use crate::{Random, Target};

pub use bytes::change;

/// How the inputs of a target are built.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    Bytes,
    Text,
    /// A line, then JSON.
    Json,
    /// An archive of markup.
    Zip,
    /// Files as [`crate::targets::pack`] packs them.
    Files,
}

/// Makes another input of `input`; `other` is one to take pieces from.
pub fn mutate(target: &Target, input: &[u8], other: &[u8], random: &mut Random) -> Vec<u8> {
    let mut out = match target.shape {
        Shape::Json if random.chance(75) => json::mutate(input, other, target.words, random),
        Shape::Zip if random.chance(80) => zip::mutate(input, other, target.words, random),
        Shape::Files if random.chance(85) => files::mutate(input, other, target.words, random),
        _ => bytes::mutate(input, other, target.words, random),
    };
    if out.len() > target.longest && target.shape != Shape::Zip {
        out.truncate(target.longest);
    }
    out
}
