//! Changes of bytes, whatever they mean.

use crate::Random;

/// Numbers at which readers make mistakes.
const NUMBERS: [u64; 14] = [
    0,
    1,
    127,
    128,
    255,
    256,
    32_767,
    65_535,
    65_536,
    (1 << 31) - 1,
    (1 << 32) - 1,
    1 << 32,
    (1 << 63) - 1,
    u64::MAX,
];
/// How often a piece is repeated at most in bytes, for depth and length.
const REPEATED: usize = 32 << 10;

/// One to six changes.
pub fn mutate(input: &[u8], other: &[u8], words: &[&str], random: &mut Random) -> Vec<u8> {
    let mut out = input.to_vec();
    for _ in 0..1 + random.below(6) {
        step(&mut out, other, words, random);
    }
    out
}

/// One change at least, with pieces of `other`, at most `longest` bytes long; for targets that change what
/// they made themselves.
pub fn change(input: &[u8], other: &[u8], random: &mut Random, longest: usize) -> Vec<u8> {
    let mut out = input.to_vec();
    for _ in 0..1 + random.below(3) {
        step(&mut out, other, &["\0", "A"], random);
    }
    out.truncate(longest);
    out
}

/// Two places of a text of this length, in order, not far apart for the most part.
fn range(length: usize, random: &mut Random) -> (usize, usize) {
    let from = random.below(length + 1);
    let most = if random.chance(80) { 16 } else { length };
    (from, length.min(from + random.below(most + 1)))
}

fn step(out: &mut Vec<u8>, other: &[u8], words: &[&str], random: &mut Random) {
    if out.is_empty() {
        out.extend_from_slice(random.pick(words).as_bytes());
        return;
    }
    let length = out.len();
    let at = random.below(length);
    match random.below(15) {
        0 => out[at] ^= 1 << random.below(8),
        1 => out[at] = random.byte(),
        2 => out.insert(at, random.byte()),
        3 => {
            let (from, to) = range(length, random);
            out.drain(from..to);
        }
        4 => {
            let (from, to) = range(length, random);
            let piece = out[from..to].to_vec();
            out.splice(at..at, piece);
        }
        5 => out.truncate(at),
        6 | 7 => {
            let word = random.pick(words).bytes();
            out.splice(at..at, word);
        }
        8 => {
            let word = random.pick(words).as_bytes();
            let end = length.min(at + word.len());
            out.splice(at..end, word.iter().copied());
        }
        9 => {
            let (from, to) = range(other.len(), random);
            let end = if random.chance(50) { at } else { range(length, random).1.max(at) };
            out.splice(at..end, other[from..to].iter().copied());
        }
        10 => number(out, at, random),
        11 => digits(out, at, random),
        12 => {
            let (from, to) = range(length, random);
            let piece = if random.chance(50) {
                out[from..to].to_vec()
            } else {
                random.pick(words).as_bytes().to_vec()
            };
            let most = REPEATED / piece.len().max(1);
            let times = 1 << random.below(16);
            let many = piece.repeat(times.min(most));
            out.splice(at..at, many);
        }
        13 => {
            let (from, to) = range(length, random);
            out[from..to].reverse();
        }
        _ => {
            let to = random.below(length);
            out.swap(at, to);
        }
    }
}

/// Writes a number where a length may stand.
fn number(out: &mut [u8], at: usize, random: &mut Random) {
    let width = *random.pick(&[1, 2, 4, 8]);
    let number = *random.pick(&NUMBERS);
    let little = number.to_le_bytes();
    let big = number.to_be_bytes();
    let bytes = if random.chance(50) { &little[..width] } else { &big[8 - width..] };
    for (place, byte) in out[at..].iter_mut().zip(bytes) {
        *place = *byte;
    }
}

/// Puts another number in the place of the next digits.
fn digits(out: &mut Vec<u8>, at: usize, random: &mut Random) {
    let Some(from) = out[at..].iter().position(u8::is_ascii_digit).map(|n| at + n) else { return };
    let to = out[from..].iter().position(|b| !b.is_ascii_digit()).map_or(out.len(), |n| from + n);
    let number = if random.chance(70) { *random.pick(&NUMBERS) } else { random.number() >> random.below(64) };
    out.splice(from..to, number.to_string().into_bytes());
}
