//! Sealed values, event bodies and wrapped keys: nothing that was changed by a bit ever opens.

use std::sync::{Arc, OnceLock};

use kedun_vault::{EventKeys, FieldCtx, KeyRow, Sealed, SealedEvent, SubjectId, SubjectKey};

use super::Target;
use super::vault::{Keys, ORG, SECRET};
use crate::mutate::{Shape, change};
use crate::{Random, Seen};

pub const TARGET: Target = Target {
    name: "envelope",
    run,
    shape: Shape::Bytes,
    words: &["\u{80}", "\0\0\0\0", "\u{1}", "audit-dek-2026-11", "kedun", "13800138000"],
    short: 8_000,
    meets: 10,
    longest: 8 << 10,
};

/// The vault of the samples. Nothing else is sealed with it, because libFuzzer reads off comparisons what was sealed.
const SAMPLED: u64 = 2;
const HEADER: &[u8] = b"the public header of an event";

/// Seals the bytes in every way, tries changes of what came out, and tries the bytes as if they were sealed.
pub fn run(data: &[u8]) -> Seen {
    let mut seen = Seen::default();
    let keys = Keys::of(1);
    let mut random = Random::of(data);
    let place = place(&keys.people[0]);

    let sealed = keys.vault.seal(&keys.people[0], &place, data).unwrap().into_bytes();
    let open = |bytes: &[u8]| keys.vault.open_field(&keys.people[0], &place, bytes).ok();
    assert_eq!(open(&sealed).unwrap().as_bytes(), data, "a value changed");
    // Sizes hide lengths: 16, 32, … 1024, then multiples of 1024.
    let padded = sealed.len() - 7 - 12 - 16 - 1;
    assert!(
        padded >= data.len() && (padded.is_power_of_two() || padded.is_multiple_of(1024)) && padded >= 16
    );
    assert!(padded <= 16.max(2 * data.len()) || padded - data.len() <= 1024);
    let mut elsewhere = [place; 5];
    elsewhere[0].field += 1;
    elsewhere[1].object += 1;
    elsewhere[2].record[3] ^= 1;
    elsewhere[3].org.0 += 1;
    elsewhere[4].subject = keys.people[1].subject();
    for other in elsewhere {
        assert!(keys.vault.open_field(&keys.people[0], &other, &sealed).is_err(), "opened in another place");
    }
    changed(&sealed, data, &mut random, |bytes| open(bytes).is_some());

    let sealed = keys.vault.seal_with_secret(SECRET, HEADER, data).unwrap().into_bytes();
    let open = |bytes: &[u8]| keys.vault.open_with_secret(SECRET, HEADER, bytes).ok();
    assert_eq!(open(&sealed).unwrap().as_bytes(), data);
    changed(&sealed, data, &mut random, |bytes| open(bytes).is_some());

    let subjects = &keys.people[..random.below(3)];
    let sealed = keys
        .vault
        .seal_event(EventKeys { org: ORG, subjects, secret: SECRET }, HEADER, data)
        .unwrap()
        .into_bytes();
    let open = |bytes: &[u8]| keys.vault.open_event(ORG, &|id, n| find(&keys, id, n), HEADER, bytes).ok();
    assert_eq!(open(&sealed).unwrap().as_bytes(), data);
    assert!(SealedEvent::from_db(sealed.clone()).unwrap().readers().is_ok());
    changed(&sealed, data, &mut random, |bytes| open(bytes).is_some());

    changed(&keys.row.wrapped, data, &mut random, |bytes| {
        keys.vault.forget_all();
        keys.vault.unwrap_key(ORG, &KeyRow { wrapped: bytes.to_vec(), ..keys.row.clone() }).is_ok()
    });

    arbitrary(data, &mut seen);
    seen
}

/// The bytes in place of something sealed: only the samples open, for what they are.
fn arbitrary(data: &[u8], seen: &mut Seen) {
    let keys = &Keys::of(SAMPLED);
    static SAMPLES: OnceLock<Vec<Vec<u8>>> = OnceLock::new();
    let known = SAMPLES.get_or_init(|| samples().into_iter().map(|(_, bytes)| bytes).collect());
    let is_known = known.iter().any(|sample| sample == data);
    let place = place(&keys.people[0]);
    let opened = [
        keys.vault.open_field(&keys.people[0], &place, data).map(drop),
        keys.vault.open_with_secret(SECRET, HEADER, data).map(drop),
        keys.vault.open_event(ORG, &|id, n| find(keys, id, n), HEADER, data).map(drop),
    ];
    for outcome in opened {
        assert!(outcome.is_err() || is_known, "bytes opened that nobody sealed");
        seen.note(outcome.map_err(|error| std::mem::discriminant(&error)));
    }
    seen.note(Sealed::from_db(data.to_vec()).ok().and_then(|sealed| sealed.generation().ok()).is_some());
    match SealedEvent::from_db(data.to_vec()).and_then(|event| event.readers()) {
        Ok(readers) => seen.note(std::mem::discriminant(&readers)),
        Err(error) => seen.note(std::mem::discriminant(&error)),
    }
}

/// Flips a bit, and changes more.
fn changed(sealed: &[u8], data: &[u8], random: &mut Random, opens: impl Fn(&[u8]) -> bool) {
    let mut flipped = sealed.to_vec();
    let at = random.below(flipped.len());
    flipped[at] ^= 1 << random.below(8);
    assert!(!opens(&flipped), "a flipped bit was not found");
    let other = change(sealed, data, random, 16 << 10);
    assert!(other == sealed || !opens(&other), "a change was not found");
}

fn find(keys: &Keys, id: &SubjectId, generation: u32) -> Option<Arc<SubjectKey>> {
    keys.people.iter().find(|key| key.subject() == *id && key.generation() == generation).cloned()
}

fn place(key: &SubjectKey) -> FieldCtx {
    FieldCtx { org: ORG, object: 3, field: 5, record: [9; 16], subject: key.subject() }
}

/// Something sealed in each way.
pub fn samples() -> Vec<(&'static str, Vec<u8>)> {
    let keys = Keys::of(SAMPLED);
    let event = |subjects: &[Arc<SubjectKey>]| {
        keys.vault
            .seal_event(EventKeys { org: ORG, subjects, secret: SECRET }, HEADER, b"what happened")
            .unwrap()
            .into_bytes()
    };
    let place = place(&keys.people[0]);
    vec![
        ("field", keys.vault.seal(&keys.people[0], &place, b"13800138000").unwrap().into_bytes()),
        ("secret", keys.vault.seal_with_secret(SECRET, HEADER, b"").unwrap().into_bytes()),
        ("event-nobody", event(&[])),
        ("event-one", event(&keys.people[..1])),
        ("event-two", event(&keys.people)),
        ("text", "王小明".as_bytes().to_vec()),
    ]
}
