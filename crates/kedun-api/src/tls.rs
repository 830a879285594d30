//! HTTPS, the only way in: TLS 1.3 and 1.2 by rustls, a self-signed certificate unless
//! files are given.

use std::io;
use std::path::Path;
use std::sync::Arc;

use rcgen::{CertificateParams, DnType, KeyPair};
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// The server's side of TLS from PEM files.
///
/// # Errors
/// Says which file cannot be read or what in it does not fit.
pub fn from_files(cert: &Path, key: &Path) -> io::Result<Arc<ServerConfig>> {
    let bad = |path: &Path, e: &dyn std::fmt::Display| io::Error::other(format!("{}: {e}", path.display()));
    let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_file_iter(cert)
        .map_err(|e| bad(cert, &e))?
        .collect::<Result<_, _>>()
        .map_err(|e| bad(cert, &e))?;
    let key_der = PrivateKeyDer::from_pem_file(key).map_err(|e| bad(key, &e))?;
    config(chain, key_der)
}

/// The same with a certificate of our own for `names`, kept in `dir` so that it stays the
/// same over restarts; made anew when it is missing.
///
/// # Errors
/// When it cannot be made or kept.
pub fn self_signed(dir: &Path, names: &[String]) -> io::Result<Arc<ServerConfig>> {
    let (cert, key) = (dir.join("cert.pem"), dir.join("key.pem"));
    if !(cert.exists() && key.exists()) {
        let pair = KeyPair::generate().map_err(io::Error::other)?;
        let mut params = CertificateParams::new(names.to_vec()).map_err(io::Error::other)?;
        params.distinguished_name.push(DnType::CommonName, "Kedun (self-signed)");
        let signed = params.self_signed(&pair).map_err(io::Error::other)?;
        std::fs::create_dir_all(dir)?;
        std::fs::write(&cert, signed.pem())?;
        write_private(&key, &pair.serialize_pem())?;
    }
    from_files(&cert, &key)
}

fn write_private(path: &Path, text: &str) -> io::Result<()> {
    use std::io::Write as _;
    use std::os::unix::fs::OpenOptionsExt as _;
    let mut file =
        std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(path)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()
}

fn config(chain: Vec<CertificateDer<'static>>, key: PrivateKeyDer<'static>) -> io::Result<Arc<ServerConfig>> {
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(io::Error::other)?
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .map_err(io::Error::other)?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}
