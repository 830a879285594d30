//! What sealing costs: one value, one key, one page of a list.

use std::hint::black_box;
use std::sync::Arc;

use criterion::{Criterion, criterion_group, criterion_main};
use kedun_vault::{FieldCtx, KeyRow, OrgId, RootKey, SubjectId, SubjectKey, SystemEntropy, Vault};

const ORG: OrgId = OrgId(1);
const ROWS: u8 = 50;
const FIELDS: u32 = 3;

fn place(subject: SubjectId, field: u32) -> FieldCtx {
    FieldCtx { org: ORG, object: 3, field, record: subject.0, subject }
}

fn vault() -> Result<Vault, kedun_vault::VaultError> {
    let root = RootKey::generate(&SystemEntropy);
    Ok(Vault::create(&root, Arc::new(SystemEntropy), 0)?.0)
}

struct Row {
    stored: KeyRow,
    key: Arc<SubjectKey>,
    sealed: Vec<Vec<u8>>,
}

fn row(vault: &Vault, number: u8) -> Result<Row, kedun_vault::VaultError> {
    let subject = SubjectId([number; 16]);
    let (stored, key) = vault.new_subject_key(ORG, subject, 0)?;
    let sealed = (0..FIELDS)
        .map(|field| Ok(vault.seal(&key, &place(subject, field), &[b'x'; 24])?.into_bytes()))
        .collect::<Result<_, kedun_vault::VaultError>>()?;
    Ok(Row { stored, key, sealed })
}

fn open_row(vault: &Vault, key: &SubjectKey, row: &Row) {
    for (field, sealed) in (0..FIELDS).zip(&row.sealed) {
        let plain = vault.open_field(key, &place(row.stored.subject, field), sealed);
        assert!(black_box(plain).is_ok());
    }
}

fn run(c: &mut Criterion) -> Result<(), kedun_vault::VaultError> {
    let vault = vault()?;
    let one = row(&vault, 200)?;
    for len in [16, 64, 1024] {
        let value = vec![b'x'; len];
        let ctx = place(one.stored.subject, 0);
        let sealed = vault.seal(&one.key, &ctx, &value)?;
        c.bench_function(&format!("seal {len} B"), |b| b.iter(|| vault.seal(&one.key, &ctx, &value).is_ok()));
        c.bench_function(&format!("open {len} B"), |b| {
            b.iter(|| vault.open_field(&one.key, &ctx, sealed.as_bytes()).is_ok());
        });
    }
    c.bench_function("unwrap a subject key", |b| {
        b.iter(|| {
            vault.forget(&one.stored.subject);
            vault.unwrap_key(ORG, &one.stored).is_ok()
        });
    });
    let page: Vec<Row> = (0..ROWS).map(|number| row(&vault, number)).collect::<Result<_, _>>()?;
    c.bench_function("page of 50 x 3, keys cached", |b| {
        b.iter(|| {
            for row in &page {
                let key = vault.cached(&row.stored.subject);
                assert!(key.is_some());
                if let Some(key) = key {
                    open_row(&vault, &key, row);
                }
            }
        });
    });
    c.bench_function("page of 50 x 3, keys unwrapped", |b| {
        b.iter(|| {
            vault.forget_all();
            for row in &page {
                let key = vault.unwrap_key(ORG, &row.stored);
                assert!(key.is_ok());
                if let Ok(key) = key {
                    open_row(&vault, &key, row);
                }
            }
        });
    });
    c.bench_function("blind index token", |b| {
        b.iter(|| vault.blind_index(ORG, 3, 1, "full", 1, b"+8613800138000", 12));
    });
    Ok(())
}

fn all(c: &mut Criterion) {
    let done = run(c);
    assert!(done.is_ok(), "{done:?}");
}

criterion_group!(benches, all);
criterion_main!(benches);
