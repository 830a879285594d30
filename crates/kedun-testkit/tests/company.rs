//! The synthetic company is the same each time, consistent, and made of valid values.

use kedun_testkit::company::{Company, CompanySize, Record};
use kedun_testkit::{is_credit_code, is_id_card, is_mobile};
use std::collections::{HashMap, HashSet};
use std::hash::{DefaultHasher, Hash, Hasher};

const SIZE: CompanySize = CompanySize {
    people: 60,
    accounts: 2_000,
    contacts_per_account: 4,
    leads: 2_000,
    opportunities: 2_000,
    follow_ups: 3_000,
};

type Check = fn(&str) -> bool;

fn text<'a>(record: &'a Record, key: &str) -> Option<&'a str> {
    record.get(key).and_then(|v| v.as_str())
}

fn number(record: &Record, key: &str) -> Option<usize> {
    record.get(key).and_then(serde_json::Value::as_u64).and_then(|n| usize::try_from(n).ok())
}

fn all(company: &Company) -> Vec<(&'static str, Record)> {
    let accounts = company.accounts().map(|r| ("account", r));
    let contacts = company.contacts().map(|r| ("contact", r));
    let leads = company.leads().map(|r| ("lead", r));
    let opportunities = company.opportunities().map(|r| ("opportunity", r));
    let follow_ups = company.follow_ups().map(|r| ("follow_up", r));
    accounts.chain(contacts).chain(leads).chain(opportunities).chain(follow_ups).collect()
}

#[test]
fn a_seed_makes_one_company() {
    let (one, same, other) = (Company::new(7, SIZE), Company::new(7, SIZE), Company::new(8, SIZE));
    assert_eq!(one.people(), same.people());
    assert_eq!(all(&one), all(&same));
    assert_ne!(one.contact(0), other.contact(0));
    let larger = Company::new(7, CompanySize { opportunities: 9_000, ..SIZE });
    assert_eq!(one.contact(123), larger.contact(123));
    assert_eq!(one.contacts().nth(5_000), Some(one.contact(5_000)));
}

#[test]
fn units_and_people_form_a_company() {
    for people in [1, 12, 13, 17, 25, 60, 200, 1_000] {
        let company = Company::new(1, CompanySize { people, ..SIZE });
        let (units, staff) = (company.units(), company.people());
        assert_eq!(staff.len(), people.max(12));
        assert!(
            units
                .iter()
                .all(|u| u.parent.map_or(u.index == 0, |p| units[p].level + 1 == u.level && p < u.index))
        );
        assert_eq!(units.iter().map(|u| u.level).max(), Some(2));
        assert!(
            staff.iter().all(|p| p.unit < units.len() && p.manager.map_or(p.index == 0, |m| m < p.index))
        );
        for role in [
            "system_admin",
            "security_admin",
            "auditor",
            "privacy_officer",
            "sales_director",
            "sales_manager",
            "sales",
            "partner",
        ] {
            assert!(staff.iter().any(|p| p.role == role), "{role} of {people}");
        }
        assert!(staff.iter().all(|p| p.company.is_some() == (p.role == "partner")));
        for unique in [
            staff.iter().map(|p| &p.login).collect::<HashSet<_>>(),
            staff.iter().map(|p| &p.mobile).collect(),
        ] {
            assert_eq!(unique.len(), staff.len());
        }
        assert!(staff.iter().all(|p| p.login.is_ascii() && p.email.ends_with(".example")));
    }
    let teams = Company::new(1, CompanySize::workload()).units().iter().filter(|u| u.level == 2).count();
    assert_eq!(teams, 20);
}

#[test]
fn values_are_valid_and_unique_where_they_must_be() {
    let company = Company::new(7, SIZE);
    let mut seen: HashMap<(&str, &str), HashSet<String>> = HashMap::new();
    for (object, record) in all(&company) {
        let checks: [(&str, Check); 4] = [
            ("mobile", is_mobile),
            ("id_no", is_id_card),
            ("uscc", is_credit_code),
            ("email", |m| {
                m.split_once('@')
                    .is_some_and(|(l, d)| !l.is_empty() && d.ends_with(".example") && m.is_ascii())
            }),
        ];
        for (key, valid) in checks {
            if let Some(value) = text(&record, key) {
                assert!(valid(value), "{object}.{key} {value}");
                let shared = if key == "mobile" { "all" } else { object };
                assert!(
                    seen.entry((shared, key)).or_default().insert(value.to_owned()),
                    "{object}.{key} {value} twice"
                );
            }
        }
        if matches!(object, "account" | "lead") {
            let name = text(&record, "name").unwrap().to_owned();
            assert!(seen.entry(("companies", "name")).or_default().insert(name), "{record:?}");
        }
        assert!(record.values().all(|v| v.as_str() != Some("")), "{object} {record:?}");
    }
    let keys = company.accounts().filter(|account| {
        let region = text(account, "region").unwrap();
        !region.is_empty() && region.bytes().all(|b| b.is_ascii_lowercase() || b == b'_')
    });
    assert_eq!(keys.count(), SIZE.accounts, "a region is the key of an option");
    assert!(seen[&("contact", "id_no")].len() > 1_000 && seen[&("account", "uscc")].len() > 1_000);
}

#[test]
fn relations_lead_somewhere() {
    let company = Company::new(7, SIZE);
    for (object, record) in all(&company) {
        let limits = [
            ("_account", SIZE.accounts),
            ("_contact", SIZE.contacts()),
            ("_lead", SIZE.leads),
            ("_opportunity", SIZE.opportunities),
            ("_owner", SIZE.people),
        ];
        for (key, limit) in limits {
            assert!(number(&record, key).is_none_or(|n| n < limit), "{object} {key}");
        }
        let targets = ["_account", "_contact", "_lead", "_opportunity"]
            .iter()
            .filter(|k| record.contains_key(**k))
            .count();
        match object {
            "follow_up" => assert_eq!(targets, 1),
            "opportunity" => {
                let contact = company.contact(number(&record, "_contact").unwrap());
                assert_eq!(number(&contact, "_account"), number(&record, "_account"));
                assert_eq!(number(&contact, "_owner"), number(&record, "_owner"));
            }
            "contact" => assert_eq!(targets, 1),
            _ => assert_eq!(targets, 0),
        }
        assert_eq!(record.contains_key("_owner"), text(&record, "status") != Some("unassigned"), "{object}");
    }
}

#[test]
fn there_is_natural_variety() {
    let company = Company::new(7, SIZE);
    let names: Vec<String> = company.contacts().filter_map(|r| text(&r, "name").map(str::to_owned)).collect();
    let wang = names.iter().filter(|n| n.starts_with('王')).count();
    assert!((350..850).contains(&wang), "{wang} of {}", names.len());
    assert!(names.iter().filter(|n| n.is_ascii()).count() > names.len() / 12);
    assert!(names.iter().collect::<HashSet<_>>().len() > names.len() / 2);
    let notes: HashSet<String> =
        company.follow_ups().filter_map(|r| text(&r, "content").map(str::to_owned)).collect();
    assert!(notes.len() > 2_000, "{}", notes.len());
}

#[test]
fn a_million_contacts_are_streamed() {
    let company = Company::new(7, CompanySize { accounts: 200_000, contacts_per_account: 5, ..SIZE });
    // Mobile numbers stay unique over the whole million; their hashes are enough to see it.
    let mut mobiles: Vec<u64> = Vec::with_capacity(company.size().contacts());
    for contact in company.contacts() {
        let mut hasher = DefaultHasher::new();
        text(&contact, "mobile").hash(&mut hasher);
        mobiles.push(hasher.finish());
    }
    assert_eq!(mobiles.len(), 1_000_000);
    mobiles.sort_unstable();
    mobiles.dedup();
    assert_eq!(mobiles.len(), 1_000_000);
}
