//! The synthetic company: people with logins, customers, contacts, leads, deals and notes,
//! put in through the same door as everything else.

use std::collections::{HashMap, HashSet};

use anyhow::Context as _;
use kedun_engine::write::{ImportBatch, ImportRow, OnMatch, RowOutcome, Source};
use kedun_engine::{Door, Patch};
use kedun_identity::{Identity, Provision, ProvisionPerson, ProvisionUnit};
use kedun_ledger::commit;
use kedun_model::{
    Caller, DataClass, FieldKind, ImportId, ObjectDef, PersonId, PrincipalKind, RecordId, Value,
};
use kedun_testkit::company::{Company, CompanySize, Record};

/// The password of everybody in the demo.
pub const PASSWORD: &str = "kedun demo 2026";
/// Rows in one batch.
const BATCH: usize = 1_000;
/// Of each object, how many records an outside partner may see.
const SHOWN_TO_PARTNER: usize = 12;
/// Officers and the privacy officer sign in with a second factor.
const WITH_FACTOR: [&str; 4] = ["system_admin", "security_admin", "auditor", "privacy_officer"];

/// A login of the demo.
pub struct DemoLogin {
    pub role: String,
    pub name: String,
    pub login: String,
    /// The secret of the second factor, if the role has one.
    pub totp: Option<Vec<u8>>,
}

/// The size of a company with a number of customers.
pub fn company_size(people: usize, customers: usize) -> CompanySize {
    CompanySize {
        people,
        accounts: customers,
        contacts_per_account: 2,
        leads: (customers / 4).max(20),
        opportunities: (customers / 3).max(20),
        follow_ups: (customers / 2).max(40),
    }
}

/// The second factor of a demo login: the same on every machine, because the company is.
pub fn totp_secret(seed: u64, login: &str) -> Vec<u8> {
    let mut salt = [0; 32];
    for (to, from) in salt.iter_mut().zip(seed.to_be_bytes()) {
        *to = from;
    }
    commit(&salt, format!("kedun demo totp {login}").as_bytes()).into_iter().take(20).collect()
}

/// The logins to print: the first of each role.
pub fn logins(company: &Company, seed: u64) -> Vec<DemoLogin> {
    let mut found: Vec<DemoLogin> = Vec::new();
    for person in company.people() {
        if found.iter().any(|l| l.role == person.role) {
            continue;
        }
        found.push(DemoLogin {
            role: person.role.to_owned(),
            name: person.name_zh.clone(),
            totp: WITH_FACTOR.contains(&person.role).then(|| totp_secret(seed, &person.login)),
            login: person.login.clone(),
        });
    }
    found
}

/// Fills an empty installation; `told` hears what is done.
pub async fn fill(
    door: &Door,
    identity: &Identity,
    company: &Company,
    seed: u64,
    told: impl Fn(&str),
) -> anyhow::Result<()> {
    let people = provision(identity, company, seed).await?;
    let owners = owners(company, &people);
    let reps = company
        .people()
        .iter()
        .filter(|p| p.role == "sales")
        .filter_map(|p| people.get(p.index))
        .copied()
        .collect();
    let mut filler = Filler {
        door,
        identity,
        people,
        owners,
        reps,
        batch: HashMap::new(),
        made: HashMap::new(),
        lead_owners: HashMap::new(),
        theirs: HashMap::new(),
    };
    told("accounts");
    filler.object("account", company.accounts()).await?;
    told("contacts");
    filler.object("contact", company.contacts()).await?;
    told("leads");
    filler.object("lead", company.leads()).await?;
    told("opportunities");
    filler.object("opportunity", company.opportunities()).await?;
    told("follow-ups");
    filler.object("follow_up", company.follow_ups()).await?;
    filler.partners(company).await
}

async fn provision(identity: &Identity, company: &Company, seed: u64) -> anyhow::Result<Vec<PersonId>> {
    let units = company
        .units()
        .iter()
        .map(|u| ProvisionUnit { name_zh: u.name_zh.clone(), name_en: u.name_en.clone(), parent: u.parent })
        .collect();
    let people = company
        .people()
        .iter()
        .map(|p| ProvisionPerson {
            name: p.name_zh.clone(),
            login: p.login.clone(),
            kind: if p.role == "partner" { PrincipalKind::Partner } else { PrincipalKind::User },
            unit: (p.role != "partner").then_some(p.unit),
            manager: p.manager,
            title: Some(p.title_zh.to_owned()),
            roles: vec![p.role.to_owned()],
            totp: WITH_FACTOR.contains(&p.role).then(|| totp_secret(seed, &p.login)),
            valid_until: None,
            locale: "zh-CN".to_owned(),
        })
        .collect();
    let plan = Provision {
        org_name: "云杉科技 Spruce".to_owned(),
        password: PASSWORD.to_owned(),
        units,
        people,
        teams: Vec::new(),
    };
    let (_, people) = identity.provision(plan).await?;
    Ok(people)
}

/// Whose the records of each person are: those of outside partners belong to whom they report to.
fn owners(company: &Company, people: &[PersonId]) -> Vec<PersonId> {
    let owner = |person: &kedun_testkit::company::Person| {
        let index = if person.role == "partner" { person.manager.unwrap_or(0) } else { person.index };
        people.get(index).copied()
    };
    company.people().iter().filter_map(owner).collect()
}

struct Filler<'a> {
    door: &'a Door,
    identity: &'a Identity,
    people: Vec<PersonId>,
    owners: Vec<PersonId>,
    /// Those whose role may write sensitive fields of their own records.
    reps: HashSet<PersonId>,
    /// The number of the next batch of each owner's import.
    batch: HashMap<PersonId, (ImportId, u32)>,
    /// The record of each index, by object.
    made: HashMap<&'static str, Vec<Option<RecordId>>>,
    /// Whose each lead is, by index: what is noted about a lead is its owner's.
    lead_owners: HashMap<u64, PersonId>,
    /// What each outside partner works on, by index of the person: objects and indexes.
    theirs: HashMap<usize, Vec<(&'static str, usize)>>,
}

impl Filler<'_> {
    /// Puts the records of one object in, owner by owner.
    async fn object(
        &mut self,
        key: &'static str,
        records: impl Iterator<Item = Record>,
    ) -> anyhow::Result<()> {
        let catalog = self.door.catalog();
        let def = catalog.require(key)?.def.clone();
        self.batch.clear();
        let mut waiting: HashMap<PersonId, Vec<ImportRow>> = HashMap::new();
        let mut count = 0;
        for record in records {
            let index = usize::try_from(record.get("_ref").and_then(serde_json::Value::as_u64).unwrap_or(0))?;
            count = count.max(index + 1);
            let owner = self.owner(&record)?;
            self.note_partner(key, index, &record)?;
            if key == "lead" {
                self.lead_owners.insert(u64::try_from(index)?, owner);
            }
            let row = ImportRow {
                number: u64::try_from(index)?,
                values: self.values(&def, &record, self.reps.contains(&owner))?,
                match_existing: None,
            };
            let rows = waiting.entry(owner).or_default();
            rows.push(row);
            if rows.len() >= BATCH {
                let rows = std::mem::take(rows);
                self.apply(key, owner, rows).await?;
            }
        }
        let mut rest: Vec<_> = waiting.into_iter().filter(|(_, rows)| !rows.is_empty()).collect();
        rest.sort_by_key(|(owner, _)| *owner);
        for (owner, rows) in rest {
            self.apply(key, owner, rows).await?;
        }
        self.made.entry(key).or_default().resize(count, None);
        Ok(())
    }

    async fn apply(
        &mut self,
        key: &'static str,
        owner: PersonId,
        rows: Vec<ImportRow>,
    ) -> anyhow::Result<()> {
        let caller: Caller = self.identity.caller_for(owner).await?;
        let context = self.door.context();
        let (import, number) = self.batch.entry(owner).or_insert_with(|| (ImportId(context.new_uuid()), 0));
        let batch = ImportBatch {
            import: *import,
            batch: *number,
            source: Source::Demo,
            purpose: Some("demo".to_owned()),
            basis: Some("synthetic".to_owned()),
            owner: Some(owner),
            on_match: OnMatch::Skip,
            rows,
        };
        *number += 1;
        let report = self.door.import_batch(&caller, key, batch).await?;
        let made = self.made.entry(key).or_default();
        for (row, outcome) in report.rows {
            let index = usize::try_from(row)?;
            if made.len() <= index {
                made.resize(index + 1, None);
            }
            match outcome {
                RowOutcome::Created(id) => {
                    if let Some(slot) = made.get_mut(index) {
                        *slot = Some(id);
                    }
                }
                RowOutcome::Rejected(errors) => {
                    let codes: Vec<String> =
                        errors.iter().map(|e| format!("{}: {}", e.field, e.code)).collect();
                    anyhow::bail!("the synthetic {key} {row} was refused: {}", codes.join(", "));
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn owner(&self, record: &Record) -> anyhow::Result<PersonId> {
        let lead = record.get("_lead").and_then(serde_json::Value::as_u64);
        if let Some(owner) = lead.and_then(|lead| self.lead_owners.get(&lead)) {
            return Ok(*owner);
        }
        let index = record.get("_owner").and_then(serde_json::Value::as_u64);
        let index = match index {
            Some(index) => usize::try_from(index)?,
            // An unassigned lead waits with the director.
            None => 0,
        };
        self.owners.get(index).copied().context("an owner that is no person")
    }

    fn values(
        &self,
        def: &ObjectDef,
        record: &Record,
        sensitive: bool,
    ) -> anyhow::Result<Vec<(kedun_model::FieldId, Value)>> {
        let mut values = Vec::new();
        for field in def.fields.iter().filter(|f| sensitive || f.class < DataClass::P3) {
            let relation = record.get(&format!("_{}", field.key));
            let value = match (&field.kind, relation) {
                (FieldKind::Reference { to, .. }, Some(index)) => {
                    let index = usize::try_from(index.as_u64().unwrap_or(u64::MAX))?;
                    let made = self.made.get(to.as_str()).and_then(|m| m.get(index)).copied().flatten();
                    made.map(|id| Value::Id(id.0))
                }
                _ => match record.get(&field.key) {
                    Some(json) if !field.off_by_default && !field.read_only => {
                        Some(value(&field.kind, json).with_context(|| format!("{}.{}", def.key, field.key))?)
                    }
                    _ => None,
                },
            };
            if let Some(value) = value {
                values.push((field.id, value));
            }
        }
        Ok(values)
    }

    /// Each outside partner belongs to the company of an account, which some records are assigned to.
    async fn partners(&self, company: &Company) -> anyhow::Result<()> {
        let accounts: Vec<RecordId> =
            self.made.get("account").into_iter().flatten().flatten().copied().collect();
        let partners = company.people().iter().filter(|p| p.role == "partner");
        for (n, person) in partners.enumerate() {
            let theirs = self.theirs.get(&person.index).map_or(&[][..], Vec::as_slice);
            let own = theirs
                .iter()
                .find(|(object, _)| *object == "account")
                .and_then(|(_, i)| self.record("account", *i));
            let Some(account) = own.or_else(|| accounts.get(n).copied()) else { continue };
            if let (Some(id), Some(owner)) = (self.people.get(person.index), self.owners.get(person.index)) {
                self.identity.set_partner_company(*id, account).await?;
                self.assign(*owner, account, theirs).await?;
            }
        }
        Ok(())
    }

    /// Gives records to a partner's company, in the name of their owner.
    async fn assign(
        &self,
        owner: PersonId,
        company: RecordId,
        records: &[(&'static str, usize)],
    ) -> anyhow::Result<()> {
        let caller = self.identity.caller_for(owner).await?;
        let patch = Patch { partner: Some(Some(company)), ..Patch::default() };
        for (object, index) in records {
            if let Some(id) = self.record(object, *index) {
                self.door.update(&caller, object, id, 1, patch.clone()).await?;
            }
        }
        Ok(())
    }

    fn record(&self, object: &str, index: usize) -> Option<RecordId> {
        self.made.get(object)?.get(index).copied().flatten()
    }

    /// Notes a record that an outside partner works on.
    fn note_partner(&mut self, object: &'static str, index: usize, record: &Record) -> anyhow::Result<()> {
        let Some(worker) = record.get("_owner").and_then(serde_json::Value::as_u64) else { return Ok(()) };
        let worker = usize::try_from(worker)?;
        if self.owners.get(worker) != self.people.get(worker)
            && self.owner(record)? == self.owners.get(worker).copied().unwrap_or(PersonId::NIL)
        {
            let theirs = self.theirs.entry(worker).or_default();
            if theirs.iter().filter(|(o, _)| *o == object).count() < SHOWN_TO_PARTNER {
                theirs.push((object, index));
            }
        }
        Ok(())
    }
}

fn value(kind: &FieldKind, json: &serde_json::Value) -> anyhow::Result<Value> {
    use serde_json::Value as Json;
    Ok(match (kind, json) {
        (_, Json::Null) => Value::Null,
        (_, Json::Bool(b)) => Value::Bool(*b),
        (_, Json::Number(n)) => Value::Int(n.as_i64().context("not an integer")?),
        (FieldKind::Date, Json::String(text)) => {
            Value::Date(kedun_engine::parse_date(text).context("not a date")?)
        }
        (FieldKind::DateTime, Json::String(text)) => {
            Value::Time(kedun_engine::parse_time(text).context("not a time")?)
        }
        (_, Json::String(text)) => Value::Text(text.clone()),
        _ => anyhow::bail!("a value of an unexpected kind"),
    })
}
