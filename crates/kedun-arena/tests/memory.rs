//! The promise of at most 100 bytes per contact.

use kedun_arena::{Arena, FieldSpec, Match, RecordKey, Search, TextKind};
use kedun_testkit::company::{Company, CompanySize, Record};

const NAME: u32 = 1;
const MOBILE: u32 = 2;
const EMAIL: u32 = 3;

fn key(n: usize) -> RecordKey {
    let mut bytes = [0; 16];
    for (target, byte) in bytes.iter_mut().zip(n.to_le_bytes()) {
        *target = byte;
    }
    RecordKey(bytes)
}

fn company(contacts: usize) -> Company {
    Company::new(1, CompanySize { accounts: contacts / 5, contacts_per_account: 5, ..CompanySize::demo() })
}

fn filled(company: &Company) -> Arena {
    let arena = Arena::new(vec![
        FieldSpec { field: NAME, kind: TextKind::Name },
        FieldSpec { field: MOBILE, kind: TextKind::Phone },
        FieldSpec { field: EMAIL, kind: TextKind::Email },
    ]);
    let mut records = company.contacts().enumerate();
    loop {
        let some: Vec<(usize, Record)> = records.by_ref().take(4_096).collect();
        if some.is_empty() {
            break;
        }
        arena.fill_batch(some.iter().map(|(n, record)| {
            let text = |name: &str| record.get(name).and_then(|v| v.as_str());
            (key(*n), vec![(NAME, text("name")), (MOBILE, text("mobile")), (EMAIL, text("email"))])
        }));
    }
    arena.set_ready(true);
    arena
}

#[test]
fn a_contact_needs_at_most_100_bytes() {
    // The index doubles when it is seven eighths full: 115,000 and 250,000 stand soon after a doubling.
    for contacts in [100_000, 115_000, 250_000] {
        let company = company(contacts);
        let arena = filled(&company);
        assert_eq!(arena.len(), contacts);
        let per_contact = arena.memory_bytes() / contacts;
        println!("{contacts} contacts: {per_contact} bytes each");
        assert!(per_contact <= 100, "{per_contact} bytes per contact at {contacts}");
        let sample = company.contact(contacts / 2);
        let mobile = sample.get("mobile").and_then(|v| v.as_str()).unwrap();
        let search = Search { fields: None, text: mobile.to_owned(), mode: Match::Exact };
        assert_eq!(arena.search(&search, &[MOBILE], 10).ids, [key(contacts / 2)]);
    }
}

#[test]
fn changes_do_not_break_the_promise() {
    let arena = filled(&company(50_000));
    for n in 0..50_000_usize {
        arena.upsert(key(n * 7 % 50_000), &[(MOBILE, Some(&format!("139{n:08}")))]);
    }
    assert_eq!(arena.len(), 50_000);
    // Up to a third of dead rows beside the living before a segment is compacted.
    assert!(arena.memory_bytes() / 50_000 <= 133, "{}", arena.memory_bytes() / 50_000);
}
