//! The root key file's mode, durability of what is there, and clear refusals.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use super::create_root_file;
use crate::{RootSource, SystemEntropy, VaultError, load_root};

#[test]
fn a_new_file_is_readable_by_its_owner_alone_and_loads_again() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("root.key");
    let made = create_root_file(&path, &SystemEntropy).unwrap();
    assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o7777, 0o400);
    let loaded = load_root(&RootSource::File(path)).unwrap();
    assert_eq!(loaded.fingerprint(), made.fingerprint());
}

#[test]
fn an_existing_file_is_never_overwritten() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("root.key");
    create_root_file(&path, &SystemEntropy).unwrap();
    let before = fs::read(&path).unwrap();
    let again = create_root_file(&path, &SystemEntropy);
    assert!(matches!(again, Err(VaultError::RootFileExists(at)) if at == path));
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[test]
fn any_other_mode_is_refused_with_the_remedy() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("root.key");
    create_root_file(&path, &SystemEntropy).unwrap();
    for mode in [0o600, 0o440, 0o404, 0o644, 0o500] {
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
        let error = load_root(&RootSource::File(path.clone())).unwrap_err();
        assert!(matches!(&error, VaultError::RootFileMode { mode: seen, .. } if *seen == mode));
        let text = error.to_string();
        assert!(text.contains(&format!("{mode:04o}")) && text.contains("chmod 0400"), "{text}");
    }
}

#[test]
fn what_is_not_a_key_file_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let missing = load_root(&RootSource::File(dir.path().join("none")));
    assert!(matches!(missing, Err(VaultError::RootFile { action: "open", .. })));
    let directory = load_root(&RootSource::File(dir.path().to_owned()));
    assert!(matches!(directory, Err(VaultError::RootFile { action: "read", .. })));
    for content in [vec![], vec![b'x'; 5000], b"hunter2".to_vec()] {
        let path = dir.path().join(format!("file-{}", content.len()));
        fs::write(&path, content).unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o400)).unwrap();
        assert!(matches!(load_root(&RootSource::File(path)), Err(VaultError::RootText)));
    }
}
