//! Event bodies: who can open them, and who cannot any more.

use std::sync::Arc;

use crate::vault::tests::{Fixture, NOW, ORG};
use crate::{EventKeys, EventReaders, OrgId, SealedEvent, SubjectId, SubjectKey, VaultError};

const MONTH: &str = "audit-dek-2026-11";
const HEADER: &[u8] = b"seq 41, action contact.reveal";
const BODY: &[u8] = b"before and after";

struct Events {
    f: Fixture,
    keys: Vec<Arc<SubjectKey>>,
}

impl Events {
    fn with(subjects: u8) -> Self {
        let f = Fixture::new();
        f.vault.ensure_secret(MONTH, 32, NOW).unwrap();
        let keys = (1..=subjects).map(|number| f.subject(number).1).collect();
        Self { f, keys }
    }

    fn seal(&self) -> SealedEvent {
        let keys = EventKeys { org: ORG, subjects: &self.keys, secret: MONTH };
        self.f.vault.seal_event(keys, HEADER, BODY).unwrap()
    }

    /// Opens with the keys of the given subjects only; the others are destroyed.
    fn open_with(&self, alive: &[u8], blob: &[u8]) -> Result<Vec<u8>, VaultError> {
        let find = |subject: &SubjectId, generation: u32| {
            alive.contains(&subject.0[0]).then_some(())?;
            self.keys.iter().find(|k| k.subject == *subject && k.generation == generation).cloned()
        };
        let plain = self.f.vault.open_event(ORG, &find, HEADER, blob)?;
        Ok(plain.as_bytes().to_vec())
    }
}

#[test]
fn about_one_person_only_their_key_opens_it() {
    let e = Events::with(1);
    let sealed = e.seal();
    assert_eq!(sealed.readers().unwrap(), EventReaders::Subjects(vec![(SubjectId([1; 16]), 1)]));
    assert_eq!(e.open_with(&[1], sealed.as_bytes()).unwrap(), BODY);
    assert!(matches!(e.open_with(&[], sealed.as_bytes()), Err(VaultError::KeyDestroyed)));
}

#[test]
fn about_three_people_any_key_left_opens_it_and_none_ends_it() {
    let e = Events::with(3);
    let sealed = SealedEvent::from_db(e.seal().into_bytes()).unwrap();
    let EventReaders::Subjects(readers) = sealed.readers().unwrap() else { panic!("subjects expected") };
    assert_eq!(readers.len(), 3);
    for alive in [&[1_u8, 2, 3][..], &[2, 3], &[1, 3], &[1], &[2], &[3]] {
        assert_eq!(e.open_with(alive, sealed.as_bytes()).unwrap(), BODY, "{alive:?}");
    }
    assert!(matches!(e.open_with(&[], sealed.as_bytes()), Err(VaultError::KeyDestroyed)));
}

#[test]
fn a_person_who_came_back_with_a_new_key_does_not_read_the_old_event() {
    let e = Events::with(1);
    let sealed = e.seal();
    let (_, stranger) = e.f.subject(1);
    let find = |_: &SubjectId, _: u32| Some(Arc::clone(&stranger));
    let opened = e.f.vault.open_event(ORG, &find, HEADER, sealed.as_bytes());
    assert!(matches!(opened, Err(VaultError::Refused)));
}

#[test]
fn about_nobody_the_key_of_the_month_opens_it() {
    let e = Events::with(0);
    let sealed = e.seal();
    assert_eq!(sealed.readers().unwrap(), EventReaders::Secret(MONTH.to_owned()));
    assert_eq!(e.open_with(&[], sealed.as_bytes()).unwrap(), BODY);
    let opened = e.f.vault.open_event(OrgId(8), &|_, _| None, HEADER, sealed.as_bytes());
    assert!(matches!(opened, Err(VaultError::Refused)), "of another organisation");
    e.f.vault.forget_secret(MONTH);
    assert!(matches!(e.open_with(&[], sealed.as_bytes()), Err(VaultError::MissingSecret(_))));
}

#[test]
fn sixteen_people_have_a_wrap_each_and_seventeen_do_not() {
    let e = Events::with(16);
    assert_eq!(e.open_with(&[16], e.seal().as_bytes()).unwrap(), BODY);
    let e = Events::with(17);
    assert_eq!(e.seal().readers().unwrap(), EventReaders::Secret(MONTH.to_owned()));
}

#[test]
fn a_person_named_twice_counts_once() {
    let mut e = Events::with(1);
    e.keys.push(Arc::clone(&e.keys[0]));
    assert_eq!(e.seal().readers().unwrap(), EventReaders::Subjects(vec![(SubjectId([1; 16]), 1)]));
}

#[test]
fn every_flipped_bit_and_every_cut_is_refused() {
    for subjects in [0, 1, 2] {
        let e = Events::with(subjects);
        let bytes = e.seal().into_bytes();
        for bit in 0..bytes.len() * 8 {
            let mut flipped = bytes.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            assert!(e.open_with(&[1, 2], &flipped).is_err(), "{subjects} subjects, bit {bit}");
        }
        for len in 0..bytes.len() {
            assert!(e.open_with(&[1, 2], &bytes[..len]).is_err(), "{subjects} subjects, {len} bytes");
        }
    }
}

#[test]
fn a_body_is_bound_to_its_header_and_keys_to_their_organisation() {
    for subjects in [0, 1, 3] {
        let e = Events::with(subjects);
        let find = |subject: &SubjectId, _: u32| e.keys.iter().find(|k| k.subject == *subject).cloned();
        let opened = e.f.vault.open_event(ORG, &find, b"another header", e.seal().as_bytes());
        assert!(matches!(opened, Err(VaultError::Refused)), "{subjects} subjects");
    }
    let e = Events::with(2);
    let keys = EventKeys { org: OrgId(8), subjects: &e.keys, secret: MONTH };
    assert!(matches!(e.f.vault.seal_event(keys, HEADER, BODY), Err(VaultError::WrongSubject)));
}
