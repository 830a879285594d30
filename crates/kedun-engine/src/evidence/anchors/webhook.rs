//! Heads sent to an HTTPS address.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::path::Path;
use std::sync::Arc;

use bytes::Bytes;
use futures::future::BoxFuture;
use http_body_util::{BodyExt, Full, Limited};
use hyper::{Request, Uri};
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio::net::TcpStream;
use zeroize::Zeroizing;

use super::{Anchor, AnchorError, AnchoredHead, trust};

/// The largest answer that is read, in bytes.
const MAX_ANSWER: usize = 64 << 10;

/// An HTTPS address that takes a POST. Redirects are not followed, and the address that a name
/// leads to is judged before anything is sent there.
pub struct WebhookAnchor {
    url: Uri,
    host: String,
    port: u16,
    token: Option<Zeroizing<String>>,
    allow_private: bool,
    tls: Arc<ClientConfig>,
}

impl WebhookAnchor {
    /// An anchor at an `https://` address; `ca_file` names the certificates to trust in place of
    /// the system's.
    ///
    /// # Errors
    /// [`AnchorError::Config`] for another kind of address, or certificates that cannot be read.
    pub fn new(
        url: &str,
        token: Option<Zeroizing<String>>,
        ca_file: Option<&Path>,
        allow_private: bool,
    ) -> Result<Self, AnchorError> {
        let bad = |why: &str| AnchorError::Config(format!("the address of a webhook {why}"));
        let url: Uri = url.parse().ok().ok_or_else(|| bad("is not well formed"))?;
        if url.scheme_str() != Some("https") {
            return Err(bad("must begin with https://"));
        }
        if url.authority().is_some_and(|authority| authority.as_str().contains('@')) {
            return Err(bad("must not carry a password; use token"));
        }
        let host = url.host().ok_or_else(|| bad("names no host"))?;
        let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
        let port = url.port_u16().unwrap_or(443);
        Ok(WebhookAnchor { host, port, token, allow_private, tls: trust::client(ca_file)?, url })
    }

    /// The addresses of the host, none of them private unless that is allowed.
    async fn addresses(&self) -> Result<Vec<SocketAddr>, AnchorError> {
        let found = tokio::net::lookup_host((self.host.as_str(), self.port)).await.map_err(unreachable)?;
        let found: Vec<_> = found.collect();
        if !self.allow_private && found.iter().any(|address| !is_public(address.ip())) {
            return Err(AnchorError::PrivateAddress);
        }
        Ok(found)
    }

    async fn send(&self, head: &AnchoredHead) -> Result<Vec<u8>, AnchorError> {
        let addresses = self.addresses().await?;
        // The address that was judged is the one that is used: no second look-up.
        let stream = TcpStream::connect(addresses.as_slice()).await.map_err(unreachable)?;
        let name = ServerName::try_from(self.host.clone()).map_err(unreachable)?;
        let stream = tokio_rustls::TlsConnector::from(Arc::clone(&self.tls))
            .connect(name, stream)
            .await
            .map_err(unreachable)?;
        let (mut sender, connection) =
            hyper::client::conn::http1::handshake(TokioIo::new(stream)).await.map_err(unreachable)?;
        let driver = tokio::spawn(connection);
        let response = sender.send_request(self.request(head)?).await.map_err(unreachable)?;
        let status = response.status();
        let answer = Limited::new(response.into_body(), MAX_ANSWER).collect().await;
        driver.abort();
        if !status.is_success() {
            return Err(AnchorError::Status(status.as_u16()));
        }
        Ok(answer.map(|body| body.to_bytes().to_vec()).unwrap_or_default())
    }

    fn request(&self, head: &AnchoredHead) -> Result<Request<Full<Bytes>>, AnchorError> {
        let path = self.url.path_and_query().map_or("/", |path| path.as_str());
        let authority = self.url.authority().map(|a| a.as_str().to_owned()).unwrap_or_default();
        let mut request = Request::post(path)
            .header("host", authority)
            .header("content-type", "text/plain; charset=utf-8")
            .header("user-agent", "kedun-anchor");
        if let Some(token) = &self.token {
            request = request.header("authorization", format!("Bearer {}", token.as_str()));
        }
        request
            .body(Full::new(Bytes::from(head.note.clone())))
            .map_err(|e| AnchorError::Config(e.to_string()))
    }
}

impl Anchor for WebhookAnchor {
    fn kind(&self) -> &'static str {
        "webhook"
    }

    fn place(&self) -> &str {
        // The path may hold a token.
        &self.host
    }

    fn publish<'a>(&'a self, head: &'a AnchoredHead) -> BoxFuture<'a, Result<Vec<u8>, AnchorError>> {
        Box::pin(self.send(head))
    }
}

fn unreachable(error: impl std::fmt::Display) -> AnchorError {
    AnchorError::Unreachable(error.to_string())
}

/// Whether an address is one of the public internet.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(v4) => is_public_v4(v4),
        IpAddr::V6(v6) => match v6.to_ipv4_mapped() {
            Some(v4) => is_public_v4(v4),
            None => is_public_v6(v6),
        },
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    let [a, b, c, _] = address.octets();
    let shared = a == 100 && (64..128).contains(&b);
    let protocol = a == 192 && b == 0 && c == 0;
    let benchmark = a == 198 && (b == 18 || b == 19);
    !(address.is_private()
        || address.is_loopback()
        || address.is_link_local()
        || address.is_broadcast()
        || address.is_documentation()
        || address.is_multicast()
        || a == 0
        || a >= 240
        || shared
        || protocol
        || benchmark)
}

fn is_public_v6(address: Ipv6Addr) -> bool {
    let [first, second, ..] = address.segments();
    // Global unicast only, without documentation and without the tunnels that hide IPv4 addresses.
    first & 0xe000 == 0x2000
        && !(first == 0x2001 && (second == 0xdb8 || second < 0x200))
        && first != 0x2002
        && first != 0x3fff
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn private_addresses_are_told_from_public_ones() {
        for private in [
            "127.0.0.1",
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "169.254.169.254",
            "100.64.0.1",
            "0.0.0.0",
            "224.0.0.1",
            "255.255.255.255",
            "198.18.0.1",
            "192.0.0.8",
            "::1",
            "::",
            "fe80::1",
            "fc00::1",
            "fd12::1",
            "ff02::1",
            "::ffff:10.0.0.1",
            "2002:0a00:0001::1",
            "2001:0::1",
            "2001:db8::1",
            "64:ff9b::a00:1",
        ] {
            assert!(!is_public(private.parse().unwrap()), "{private}");
        }
        for public in
            ["1.1.1.1", "114.114.114.114", "172.32.0.1", "100.128.0.1", "2400:3200::1", "2606:4700::1111"]
        {
            assert!(is_public(public.parse().unwrap()), "{public}");
        }
    }

    #[test]
    fn only_https_without_passwords() {
        for bad in ["http://a.example/x", "ftp://a.example", "https://u:p@a.example/", "/x", ""] {
            assert!(
                matches!(WebhookAnchor::new(bad, None, None, false), Err(AnchorError::Config(_))),
                "{bad}"
            );
        }
    }
}
