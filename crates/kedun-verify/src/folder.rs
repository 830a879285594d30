//! An export that lies in a folder.

use std::fs::File;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use kedun_ledger::bundle::BundleSource;

/// The folder; only plain files in it are opened.
pub struct Folder {
    path: PathBuf,
}

impl Folder {
    pub fn new(path: &Path) -> Self {
        Self { path: path.to_owned() }
    }
}

impl BundleSource for Folder {
    fn open(&self, name: &str) -> io::Result<Option<Box<dyn Read + '_>>> {
        let path = self.path.join(name);
        // A link could lead anywhere, and a pipe would wait for ever.
        match std::fs::symlink_metadata(&path) {
            Ok(found) if found.is_file() => Ok(Some(Box::new(File::open(path)?))),
            Ok(_) => Err(io::Error::new(io::ErrorKind::InvalidInput, format!("{name} is not a plain file"))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }
}
