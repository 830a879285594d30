//! What every test of the vault starts from, and creation and opening.

use std::sync::Arc;

use crate::{
    EpochRow, FieldCtx, KeyRow, OrgId, Plain, RootKey, SecretRow, SubjectId, SubjectKey, SystemEntropy,
    Vault, VaultError, secret_names,
};

pub(crate) const NOW: i64 = 1_795_000_000_000_000;
pub(crate) const ORG: OrgId = OrgId(7);

pub(crate) struct Fixture {
    pub root: RootKey,
    pub vault: Vault,
    pub epoch: EpochRow,
    pub secrets: Vec<SecretRow>,
}

impl Fixture {
    pub fn new() -> Self {
        let root = RootKey::generate(&SystemEntropy);
        let (vault, epoch, secrets) = Vault::create(&root, Arc::new(SystemEntropy), NOW).unwrap();
        Self { root, vault, epoch, secrets }
    }

    pub fn subject(&self, number: u8) -> (KeyRow, Arc<SubjectKey>) {
        self.vault.new_subject_key(ORG, SubjectId([number; 16]), NOW).unwrap()
    }

    pub fn reopen(&self) -> Vault {
        open(&self.root, std::slice::from_ref(&self.epoch), &self.secrets).unwrap()
    }
}

pub(crate) fn open(root: &RootKey, epochs: &[EpochRow], secrets: &[SecretRow]) -> Result<Vault, VaultError> {
    Vault::open(root, epochs, secrets, Arc::new(SystemEntropy))
}

pub(crate) fn place(subject: SubjectId) -> FieldCtx {
    FieldCtx { org: ORG, object: 3, field: 12, record: [9; 16], subject }
}

pub(crate) fn text(plain: &Plain) -> &str {
    plain.as_str().unwrap()
}

#[test]
fn a_created_vault_opens_again_and_reads_what_it_sealed() {
    let f = Fixture::new();
    let (row, key) = f.subject(1);
    let sealed = f.vault.seal(&key, &place(key.subject()), "王小明".as_bytes()).unwrap();

    let again = f.reopen();
    assert!(again.cached(&row.subject).is_none());
    let key = again.unwrap_key(ORG, &row).unwrap();
    let plain = again.open_field(&key, &place(row.subject), sealed.as_bytes()).unwrap();
    assert_eq!(text(&plain), "王小明");
    for name in secret_names::STANDING {
        assert_eq!(f.vault.secret(name).unwrap(), again.secret(name).unwrap());
        assert_eq!(again.secret(name).unwrap().len(), 32);
    }
}

#[test]
fn another_root_key_is_told_from_a_damaged_row() {
    let f = Fixture::new();
    let wrong = RootKey::generate(&SystemEntropy);
    let rows = [f.epoch.clone()];
    assert!(matches!(open(&wrong, &rows, &f.secrets), Err(VaultError::WrongRootKey)));

    let mut damaged = f.epoch.clone();
    *damaged.wrapped.last_mut().unwrap() ^= 1;
    assert!(matches!(open(&f.root, &[damaged], &f.secrets), Err(VaultError::Refused)));

    // A second epoch whose verifier alone is damaged does not read as a wrong root key.
    let mut second = f.vault.roll_epoch(NOW).unwrap();
    second.wrapped[0] ^= 1;
    let opened = open(&f.root, &[f.epoch.clone(), second], &f.secrets);
    assert!(matches!(opened, Err(VaultError::Malformed("an epoch row"))));
}

#[test]
fn an_epoch_row_under_another_number_is_refused() {
    let f = Fixture::new();
    let moved = EpochRow { epoch: 2, ..f.epoch.clone() };
    assert!(matches!(open(&f.root, &[moved], &[]), Err(VaultError::Refused)));
}

#[test]
fn missing_parts_are_named() {
    let f = Fixture::new();
    assert!(matches!(open(&f.root, &[], &f.secrets), Err(VaultError::NoEpoch)));
    let retired = EpochRow { retired_at: Some(NOW), ..f.epoch.clone() };
    assert!(matches!(open(&f.root, &[retired], &f.secrets), Err(VaultError::NoEpoch)));
    let rows = [f.epoch.clone()];
    let mut later = f.secrets.clone();
    later[2].epoch = 5;
    assert!(matches!(open(&f.root, &rows, &later), Err(VaultError::EpochGone(5))));
    let without: Vec<_> = f.secrets.iter().filter(|s| s.name != secret_names::INDEX_ROOT).cloned().collect();
    let opened = open(&f.root, &rows, &without);
    assert!(matches!(opened, Err(VaultError::MissingSecret(name)) if name == "index-root"));
}

#[test]
fn no_bytes_of_any_row_make_opening_panic() {
    let f = Fixture::new();
    for len in 0..f.epoch.wrapped.len() {
        let short = EpochRow { wrapped: f.epoch.wrapped[..len].to_vec(), ..f.epoch.clone() };
        assert!(open(&f.root, &[short], &f.secrets).is_err());
    }
    for len in 0..f.secrets[0].wrapped.len() {
        let mut secrets = f.secrets.clone();
        secrets[0].wrapped.truncate(len);
        assert!(open(&f.root, std::slice::from_ref(&f.epoch), &secrets).is_err());
    }
}

#[test]
fn nothing_secret_shows_in_debug() {
    let f = Fixture::new();
    let (row, key) = f.subject(1);
    let sealed = f.vault.seal(&key, &place(key.subject()), b"canary-value").unwrap();
    let plain = f.vault.open_field(&key, &place(key.subject()), sealed.as_bytes()).unwrap();
    let secret = f.vault.secret(secret_names::SESSION_PEPPER).unwrap();
    let source = crate::RootSource::Raw(zeroize::Zeroizing::new(*f.root.bytes()));
    let phrase =
        crate::RootSource::Passphrase("correct horse".into(), crate::PassphraseRow::new(&SystemEntropy));
    assert_eq!(format!("{:?}", f.root), "RootKey");
    assert_eq!(format!("{:?}", f.vault), "Vault");
    assert_eq!(format!("{plain:?}"), "Plain");
    assert_eq!(format!("{sealed:?}"), format!("Sealed({} bytes)", sealed.as_bytes().len()));
    assert_eq!(format!("{source:?} {phrase:?}"), "Raw Passphrase");
    let event = f
        .vault
        .seal_event(
            crate::EventKeys { org: ORG, subjects: std::slice::from_ref(&key), secret: "none" },
            b"",
            b"canary-value",
        )
        .unwrap();

    let all =
        format!("{key:?} {row:?} {:?} {:?} {sealed:?} {event:?} {plain:?} {:?}", f.epoch, f.secrets, f.root);
    let lists = [
        key.key.raw().as_slice(),
        &row.wrapped,
        &row.commitment,
        &f.epoch.wrapped,
        &secret,
        f.root.bytes(),
        b"canary-value",
    ];
    for bytes in lists {
        // A derived Debug would print a byte list; look for its beginning, in decimal and in hex.
        let decimal = format!("{:?}", &bytes[..4]);
        assert!(!all.contains(decimal.trim_matches(['[', ']'])), "{all}");
        assert!(!all.contains(&hex::encode(&bytes[..4])), "{all}");
    }
    assert!(!all.contains("canary"));
}
