//! The root key in a file that only its owner may read.

#[cfg(all(test, unix))]
mod tests;

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Write};
use std::path::Path;

use zeroize::Zeroizing;

use crate::entropy::Entropy;
use crate::error::{Result, VaultError};
use crate::recovery::recovery_kit;
use crate::root::RootKey;

/// More than any form of a root key takes.
const MAX_LEN: u64 = 1024;

/// Makes a root key and writes it to a new file of mode 0400 as a recovery
/// code; file and directory are durable when this returns. An existing file is
/// never overwritten.
pub fn create_root_file(path: &Path, entropy: &dyn Entropy) -> Result<RootKey> {
    let root = RootKey::generate(entropy);
    let mut file = open_new(path).map_err(|source| match source.kind() {
        io::ErrorKind::AlreadyExists => VaultError::RootFileExists(path.to_owned()),
        _ => failed("create", path, source),
    })?;
    let mut text = Zeroizing::new(recovery_kit(&root));
    text.push('\n');
    let written = write_durably(&mut file, path, text.as_bytes());
    if let Err(source) = written {
        // Half a key would stop every later start; the first error matters more.
        drop(std::fs::remove_file(path));
        return Err(failed("write", path, source));
    }
    Ok(root)
}

/// The content of a root key file, after checking its mode on the open file.
pub(crate) fn read(path: &Path) -> Result<Zeroizing<Vec<u8>>> {
    let file = File::open(path).map_err(|source| failed("open", path, source))?;
    let about = file.metadata().map_err(|source| failed("inspect", path, source))?;
    if !about.is_file() {
        let source = io::Error::new(io::ErrorKind::InvalidInput, "it is not a regular file");
        return Err(failed("read", path, source));
    }
    check_mode(path, &about)?;
    // One allocation up front: growing would leave copies of the key behind.
    let mut content = Zeroizing::new(Vec::with_capacity(2048));
    file.take(MAX_LEN + 1).read_to_end(&mut content).map_err(|source| failed("read", path, source))?;
    if u64::try_from(content.len()).unwrap_or(u64::MAX) > MAX_LEN {
        return Err(VaultError::RootText);
    }
    Ok(content)
}

fn write_durably(file: &mut File, path: &Path, text: &[u8]) -> io::Result<()> {
    file.write_all(text)?;
    file.sync_all()?;
    let parent = match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    };
    File::open(parent)?.sync_all()
}

#[cfg(unix)]
fn open_new(path: &Path) -> io::Result<File> {
    use std::os::unix::fs::OpenOptionsExt;
    OpenOptions::new().write(true).create_new(true).mode(0o400).open(path)
}

#[cfg(not(unix))]
fn open_new(path: &Path) -> io::Result<File> {
    OpenOptions::new().write(true).create_new(true).open(path)
}

#[cfg(unix)]
fn check_mode(path: &Path, about: &std::fs::Metadata) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let mode = about.permissions().mode() & 0o7777;
    if mode == 0o400 { Ok(()) } else { Err(VaultError::RootFileMode { path: path.to_owned(), mode }) }
}

/// Without Unix modes the directory's access list is what protects the file.
#[cfg(not(unix))]
fn check_mode(_path: &Path, _about: &std::fs::Metadata) -> Result<()> {
    Ok(())
}

fn failed(action: &'static str, path: &Path, source: io::Error) -> VaultError {
    VaultError::RootFile { action, path: path.to_owned(), source }
}
