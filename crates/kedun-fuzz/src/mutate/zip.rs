//! Changes of archives: of the markup inside, and of the archive itself.

use std::io::{Cursor, Read, Write};

use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use super::bytes;
use crate::Random;

/// No part of an input is larger than this when it is taken out.
const LARGEST: u64 = 1 << 20;

type Parts = Vec<(String, Vec<u8>)>;

/// Changes parts and packs them again, or plays a trick on the archive.
pub fn mutate(input: &[u8], other: &[u8], words: &[&str], random: &mut Random) -> Vec<u8> {
    let Some(mut parts) = unpack(input).filter(|parts| !parts.is_empty()) else {
        return bytes::mutate(input, other, words, random);
    };
    let stored = random.chance(60);
    if random.chance(18) {
        return trick(parts, random);
    }
    for _ in 0..1 + random.below(3) {
        let at = chosen(&parts, random);
        let piece = unpack(other)
            .and_then(|others| others.into_iter().find(|(name, _)| *name == parts[at].0))
            .map_or_else(Vec::new, |(_, content)| content);
        parts[at].1 = match random.below(12) {
            0 => piece,
            1..=3 => elements(&parts[at].1, random),
            4..=8 => values(&parts[at].1, words, random),
            _ => bytes::mutate(&parts[at].1, &piece, words, random),
        };
    }
    pack(&parts, stored)
}

/// A part, the worksheet and the texts more often than others.
fn chosen(parts: &Parts, random: &mut Random) -> usize {
    let liked =
        |name: &str| name.contains("sheet1") || name.contains("sharedStrings") || name.contains("styles");
    (0..3)
        .map(|_| random.below(parts.len()))
        .find(|at| liked(&parts[*at].0))
        .unwrap_or_else(|| random.below(parts.len()))
}

/// Puts something else in the place of one value of an attribute or one text, so that the markup stays well formed.
fn values(markup: &[u8], words: &[&str], random: &mut Random) -> Vec<u8> {
    let mut places = Vec::new();
    let mut from = None;
    for (at, byte) in markup.iter().enumerate() {
        match (from, byte) {
            (Some(begin), b'"' | b'<') => {
                if begin < at {
                    places.push((begin, at));
                }
                from = None;
            }
            (None, b'"' | b'>') => from = Some(at + 1),
            _ => {}
        }
    }
    if places.is_empty() {
        return markup.to_vec();
    }
    let (begin, end) = *random.pick(&places);
    let other = *random.pick(&places);
    let value: Vec<u8> = match random.below(6) {
        0 => Vec::new(),
        1 => markup[other.0..other.1].to_vec(),
        2 => random.pick(words).replace(['<', '"'], "").into_bytes(),
        3 => (random.number() >> random.below(64)).to_string().into_bytes(),
        4 => format!("{}.{}", random.below(60_000), random.below(1_000)).into_bytes(),
        _ => format!("{}{}", random.pick(&["A", "B", "Z", "AA", "XFD", "XFE"]), random.below(2_000))
            .into_bytes(),
    };
    let mut out = markup.to_vec();
    out.splice(begin..end, value);
    out
}

/// Doubles, removes or moves whole elements.
fn elements(markup: &[u8], random: &mut Random) -> Vec<u8> {
    let mut pieces: Vec<&[u8]> = markup.split_inclusive(|byte| *byte == b'>').collect();
    if pieces.is_empty() {
        return Vec::new();
    }
    let (from, to) = (random.below(pieces.len()), random.below(pieces.len()));
    match random.below(3) {
        0 => drop(pieces.remove(from)),
        1 => pieces.insert(to, pieces[from]),
        _ => pieces.swap(from, to),
    }
    pieces.concat()
}

/// What is built to exhaust or deceive a reader.
fn trick(mut parts: Parts, random: &mut Random) -> Vec<u8> {
    let sheet = parts.iter().position(|(name, _)| name.contains("worksheets/")).unwrap_or(0);
    match random.below(11) {
        // A part that unpacks to a thousand times its size.
        0 => parts.push(("xl/media/bomb.bin".to_owned(), vec![0; 1 << (16 + random.below(7))])),
        1 => parts[sheet].1 = "<row><c><v>1</v></c></row>".repeat(1 << random.below(16)).into_bytes(),
        // Columns without end.
        2 => {
            let cells = "<c t=\"str\"><v>x</v></c>".repeat(1 << random.below(16));
            parts[sheet].1 =
                format!("<worksheet><sheetData><row r=\"1\">{cells}</row></sheetData></worksheet>")
                    .into_bytes();
        }
        3 => parts[sheet].1 = "<a>".repeat(1 << random.below(16)).into_bytes(),
        4 => {
            let entity = "<!DOCTYPE x [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]>";
            let at = chosen(&parts, random);
            parts[at].1.splice(0..0, entity.bytes());
        }
        // A table that claims more than it holds.
        5 => {
            let claim = format!(
                "<sst uniqueCount=\"{}\"><si><t>h</t></si></sst>",
                random.number() >> random.below(64)
            );
            parts.push(("xl/sharedStrings.xml".to_owned(), claim.into_bytes()));
        }
        6 => {
            let many = if random.chance(10) { 10_001 } else { 300 };
            parts.extend((0..many).map(|n| (format!("xl/media/{n}.bin"), vec![b'x'])));
        }
        // The directory at the end is damaged, cut off or names other sizes.
        7..=9 => {
            let mut packed = pack(&parts, random.chance(50));
            let from = packed.len().saturating_sub(800);
            let tail = bytes::mutate(
                &packed[from..],
                &packed,
                &["PK\u{1}\u{2}", "PK\u{5}\u{6}", "PK\u{6}\u{6}", "PK\u{6}\u{7}", "PK\u{3}\u{4}"],
                random,
            );
            packed.truncate(from);
            packed.extend(tail);
            return packed;
        }
        // Two parts of one name.
        _ => {
            let (name, content) = parts[sheet].clone();
            let mut packed = pack(&parts, true);
            let renamed = format!("{}X", &name[..name.len() - 1]);
            parts.push((renamed.clone(), content));
            let again = pack(&parts, true);
            packed.clear();
            packed.extend(replace(&again, renamed.as_bytes(), name.as_bytes()));
            return packed;
        }
    }
    pack(&parts, false)
}

/// Every occurrence of `from` becomes `to`, which is as long.
fn replace(bytes: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let mut out = bytes.to_vec();
    let mut at = 0;
    while at + from.len() <= out.len() {
        if out[at..].starts_with(from) {
            out[at..at + to.len()].copy_from_slice(to);
        }
        at += 1;
    }
    out
}

fn unpack(input: &[u8]) -> Option<Parts> {
    let mut archive = ZipArchive::new(Cursor::new(input)).ok()?;
    let mut parts = Parts::new();
    for index in 0..archive.len().min(40) {
        let part = archive.by_index(index).ok()?;
        let name = part.name().ok()?.into_owned();
        let mut content = Vec::new();
        part.take(LARGEST).read_to_end(&mut content).ok()?;
        parts.push((name, content));
    }
    Some(parts)
}

fn pack(parts: &Parts, stored: bool) -> Vec<u8> {
    let method = if stored { CompressionMethod::Stored } else { CompressionMethod::Deflated };
    let options = SimpleFileOptions::default().compression_method(method);
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in parts {
        // A name that stands twice is left out: the writer refuses it.
        if writer.start_file(name.as_str(), options).is_ok() {
            writer.write_all(content).unwrap();
        }
    }
    writer.finish().unwrap().into_inner()
}
