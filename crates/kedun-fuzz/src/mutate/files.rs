//! Changes of one of several files.

use super::bytes;
use crate::Random;
use crate::targets::{pack, unpack};

/// Changes one file, or the set of files.
pub fn mutate(input: &[u8], other: &[u8], words: &[&str], random: &mut Random) -> Vec<u8> {
    let mut files = unpack(input);
    let others = unpack(other);
    if files.is_empty() {
        return bytes::mutate(input, other, words, random);
    }
    for _ in 0..1 + random.below(3) {
        let at = random.below(files.len());
        let piece =
            others.iter().find(|(name, _)| *name == files[at].0).map_or(other, |(_, content)| content);
        match random.below(12) {
            0 if files.len() > 1 => drop(files.remove(at)),
            1 => files[at].1.clear(),
            2 => {
                let to = random.below(files.len());
                let content = files[to].1.clone();
                files[at].1 = content;
            }
            3 => files[at].1 = piece.to_vec(),
            4 | 5 if files[at].0 == "events.bin" => frames(&mut files[at].1, random),
            4 | 5 => lines(&mut files[at].1, random),
            _ => files[at].1 = bytes::mutate(&files[at].1, piece, words, random),
        }
        if files.is_empty() {
            break;
        }
    }
    pack(files.iter().map(|(name, content)| (name, content)))
}

/// Removes, doubles or moves whole blocks of a file of notes.
fn lines(content: &mut Vec<u8>, random: &mut Random) {
    let text = String::from_utf8_lossy(content).into_owned();
    let separator = if random.chance(50) { "\n" } else { "\n\n" };
    let parts: Vec<&str> = text.split(separator).collect();
    *content = shuffle(&parts, random).join(separator).into_bytes();
}

/// Removes, doubles or moves whole events.
fn frames(content: &mut Vec<u8>, random: &mut Random) {
    let Some((magic, mut rest)) = content.split_at_checked(8) else { return };
    let mut frames: Vec<&[u8]> = Vec::new();
    while let Some((length, _)) = rest.split_first_chunk::<4>() {
        let length =
            usize::try_from(u32::from_be_bytes(*length)).unwrap_or(0).saturating_add(4).min(rest.len());
        frames.push(&rest[..length]);
        rest = &rest[length..];
    }
    *content = [magic, &shuffle(&frames, random).concat()].concat();
}

fn shuffle<T: Clone>(parts: &[T], random: &mut Random) -> Vec<T> {
    let mut parts = parts.to_vec();
    if parts.is_empty() {
        return parts;
    }
    let (from, to) = (random.below(parts.len()), random.below(parts.len()));
    match random.below(4) {
        0 => drop(parts.remove(from)),
        1 => parts.insert(to, parts[from].clone()),
        2 => parts.swap(from, to),
        _ => parts.truncate(from + 1),
    }
    parts
}
