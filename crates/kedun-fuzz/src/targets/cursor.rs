//! Cursors of pages: what was given is read back, in its own place alone; nothing made up is.

use kedun_api::testing::timeline_cursor;
use kedun_engine::testing::{Place, read_cursor, write_cursor};
use kedun_model::{Caller, ObjectId, Value};
use uuid::Uuid;

use super::Target;
use super::office::{Office, caller};
use crate::mutate::{Shape, change};
use crate::{Random, Seen};

pub const TARGET: Target = Target {
    name: "cursor",
    run,
    shape: Shape::Text,
    words: &[
        "eyJsaW1pdCI6NTAsInRvcCI6MCwiY2hhbmdlcyI6bnVsbCwiZm9sbG93X3VwcyI6bnVsbCwicmV2ZWFscyI6bnVsbH0",
        "eyJsaW1pdCI6NDI5NDk2NzI5NSwidG9wIjo5MjIzMzcyMDM2ODU0Nzc1ODA3LCJjaGFuZ2VzIjoxODQ0Njc0NDA3MzcwOTU1MTYxNSwiZm9sbG93X3VwcyI6W251bGwsMTg0NDY3NDQwNzM3MDk1NTE2MTVdLCJyZXZlYWxzIjoxfQ",
        "=",
        "==",
        "A",
        "_",
        "-",
        "+",
        "/",
        "wQEA",
        "\n",
        " ",
    ],
    short: 6_000,
    meets: 150,
    longest: 9_000,
};

/// Writes a cursor of the bytes, reads it, and tries changes of it and the bytes themselves in its place.
pub fn run(data: &[u8]) -> Seen {
    let mut seen = Seen::default();
    let office = Office::get();
    let mut random = Random::of(data);
    let place = place(data, &mut random);
    if let Place::Keys(values, _) = &place {
        values.iter().for_each(|value| seen.note(std::mem::discriminant(value)));
    }
    let (who, object) = (caller(0), ObjectId(1));
    let question = &data[..data.len().min(40)];
    let cursor = write_cursor(&office.door, &who, object, question, &place).unwrap();
    let read = |who: &Caller, object, question: &[u8], cursor: &str| {
        read_cursor(&office.door, who, object, question, cursor).map_err(|error| error.code)
    };
    if cursor.len() <= 8_192 {
        assert_eq!(read(&who, object, question, &cursor), Ok(place));
    }
    let refused = |outcome: Result<Place, _>| assert_eq!(outcome, Err("cursor.invalid".into()));
    refused(read(&caller(1), object, question, &cursor));
    refused(read(&who, ObjectId(2), question, &cursor));
    refused(read(&who, object, &[question, b"x"].concat(), &cursor));
    for _ in 0..3 {
        let changed = change(cursor.as_bytes(), data, &mut random, 9_000);
        let changed = String::from_utf8_lossy(&changed).into_owned();
        if changed != cursor {
            refused(read(&who, object, question, &changed));
        }
    }
    let text = String::from_utf8_lossy(data);
    refused(read(&who, object, question, &text));
    match timeline_cursor(&text) {
        Err(error) => seen.note(error.code),
        Ok(None) => seen.note("the end"),
        Ok(Some(written)) => {
            assert_eq!(timeline_cursor(&written).ok().flatten().as_ref(), Some(&written), "a place changed");
            seen.size(written.len());
        }
    }
    seen
}

/// A place whose values come from the bytes.
fn place(data: &[u8], random: &mut Random) -> Place {
    if random.chance(10) {
        return Place::Offset(u32::try_from(random.below(1 << 30)).unwrap());
    }
    let mut pieces = data.chunks(8);
    let mut values = Vec::new();
    for _ in 0..random.below(4) {
        let piece = pieces.next().unwrap_or_default();
        let mut bytes = [0; 8];
        bytes[..piece.len()].copy_from_slice(piece);
        let number = i64::from_le_bytes(bytes);
        values.push(match random.below(7) {
            0 => Value::Null,
            1 => Value::Bool(number & 1 == 1),
            2 => Value::Int(number),
            3 => Value::Time(number),
            4 => Value::Date(i32::from_le_bytes([bytes[0], bytes[1], bytes[2], bytes[3]])),
            5 => Value::Id(Uuid::from_u64_pair(number.unsigned_abs(), 7)),
            _ => Value::Text(String::from_utf8_lossy(data).into_owned()),
        });
    }
    Place::Keys(values, Uuid::from_u64_pair(random.number(), random.number()))
}
