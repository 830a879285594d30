//! An HTTPS client with one connection that stays open, trusting exactly the certificate of the
//! server under test.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context as _;
use bytes::Bytes;
use http_body_util::{BodyExt as _, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper::header::{CONTENT_TYPE, COOKIE, HOST, HeaderMap, HeaderName, HeaderValue, SET_COOKIE};
use hyper::{Method, Request};
use hyper_util::rt::TokioIo;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use serde_json::Value;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

/// How long an answer may take before the client gives up.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// A server and the certificate it must show.
#[derive(Clone)]
pub struct Endpoint {
    address: SocketAddr,
    tls: TlsConnector,
}

impl Endpoint {
    /// A server at `address` that shows the certificate in the PEM file `certificate`.
    ///
    /// # Errors
    /// When the file cannot be read or holds no certificate.
    pub fn new(address: SocketAddr, certificate: &Path) -> anyhow::Result<Self> {
        let mut roots = rustls::RootCertStore::empty();
        for cert in
            CertificateDer::pem_file_iter(certificate).with_context(|| certificate.display().to_string())?
        {
            roots.add(cert?)?;
        }
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let mut config = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Endpoint { address, tls: TlsConnector::from(Arc::new(config)) })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Opens a connection.
    ///
    /// # Errors
    /// When nobody answers or the handshake fails.
    pub async fn connect(&self) -> anyhow::Result<Connection> {
        let opened = async {
            let tcp = TcpStream::connect(self.address).await?;
            tcp.set_nodelay(true)?;
            let tls = self.tls.connect(ServerName::try_from("localhost")?, tcp).await?;
            let (sender, connection) = handshake(TokioIo::new(tls)).await?;
            tokio::spawn(async move {
                // The sender learns of the end by itself.
                let _ended = connection.await;
            });
            anyhow::Ok(Connection { sender, host: HeaderValue::from_str(&self.address.to_string())? })
        };
        tokio::time::timeout(PATIENCE, opened).await.context("the connection is not accepted")?
    }
}

/// A request as it is prepared.
#[derive(Clone, Debug)]
pub struct Ask {
    pub method: Method,
    /// The path with its query.
    pub path: String,
    pub body: Bytes,
    pub headers: Vec<(HeaderName, HeaderValue)>,
}

impl Ask {
    /// A GET.
    pub fn get(path: impl Into<String>) -> Self {
        Ask { method: Method::GET, path: path.into(), body: Bytes::new(), headers: Vec::new() }
    }

    /// A request with a body of JSON.
    pub fn json(method: Method, path: impl Into<String>, body: &Value) -> Self {
        let headers = vec![(CONTENT_TYPE, HeaderValue::from_static("application/json"))];
        Ask { method, path: path.into(), body: Bytes::from(body.to_string()), headers }
    }

    /// A POST of JSON.
    pub fn post(path: impl Into<String>, body: &Value) -> Self {
        Self::json(Method::POST, path, body)
    }

    /// The same with one more header.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: &str) -> Self {
        if let Ok(value) = HeaderValue::from_str(value) {
            self.headers.push((HeaderName::from_static(name), value));
        }
        self
    }

    /// The same for a record at a version.
    #[must_use]
    pub fn at_version(self, version: u64) -> Self {
        self.with("if-match", &format!("\"{version}\""))
    }
}

/// An answer, read to its end.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Answer {
    /// The body as JSON; null when it is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or(Value::Null)
    }

    /// The session cookie that came with it.
    pub fn cookie(&self) -> Option<String> {
        let set = self.headers.get(SET_COOKIE)?.to_str().ok()?;
        set.split(';').next().map(str::to_owned)
    }

    /// The body as JSON, if the status is one of success.
    ///
    /// # Errors
    /// Names the status and the code of the problem.
    pub fn good(&self) -> anyhow::Result<Value> {
        let json = self.json();
        if (200..300).contains(&self.status) {
            return Ok(json);
        }
        anyhow::bail!("status {}: {}", self.status, String::from_utf8_lossy(&self.body));
    }
}

/// One connection.
pub struct Connection {
    sender: SendRequest<Full<Bytes>>,
    host: HeaderValue,
}

impl Connection {
    /// Sends a request and reads the answer whole.
    ///
    /// # Errors
    /// When the connection breaks or the answer takes longer than [`PATIENCE`].
    pub async fn send(&mut self, ask: &Ask, cookie: Option<&str>) -> anyhow::Result<Answer> {
        self.send_within(ask, cookie, PATIENCE).await
    }

    /// The same for an answer that may take as long as `patience`.
    ///
    /// # Errors
    /// When the connection breaks or the answer takes longer.
    pub async fn send_within(
        &mut self,
        ask: &Ask,
        cookie: Option<&str>,
        patience: Duration,
    ) -> anyhow::Result<Answer> {
        let mut request = Request::builder()
            .method(ask.method.clone())
            .uri(&ask.path)
            .header(HOST, self.host.clone())
            .header("x-kd-csrf", "1");
        if let Some(cookie) = cookie {
            request = request.header(COOKIE, cookie);
        }
        for (name, value) in &ask.headers {
            request = request.header(name, value);
        }
        let request = request.body(Full::new(ask.body.clone()))?;
        let exchange = async {
            self.sender.ready().await?;
            let response = self.sender.send_request(request).await?;
            let (parts, body) = response.into_parts();
            let body = body.collect().await?.to_bytes();
            anyhow::Ok(Answer { status: parts.status.as_u16(), headers: parts.headers, body })
        };
        tokio::time::timeout(patience, exchange).await.context("no answer came in time")?
    }
}

/// Somebody's browser: a connection that is opened anew when it breaks, and a session.
pub struct Browser {
    endpoint: Endpoint,
    connection: Option<Connection>,
    pub cookie: Option<String>,
}

impl Browser {
    /// Somebody not signed in.
    pub fn new(endpoint: Endpoint) -> Self {
        Browser { endpoint, connection: None, cookie: None }
    }

    /// Somebody with a session from before.
    pub fn with_cookie(endpoint: Endpoint, cookie: &str) -> Self {
        Browser { endpoint, connection: None, cookie: Some(cookie.to_owned()) }
    }

    /// Sends a request under `/api/v1`.
    ///
    /// # Errors
    /// When no connection can be had or it breaks; whether the request acted is then unknown.
    pub async fn send(&mut self, ask: Ask) -> anyhow::Result<Answer> {
        self.send_within(ask, PATIENCE).await
    }

    /// The same for an answer that may take as long as `patience`.
    ///
    /// # Errors
    /// As [`Browser::send`].
    pub async fn send_within(&mut self, mut ask: Ask, patience: Duration) -> anyhow::Result<Answer> {
        ask.path = format!("/api/v1{}", ask.path);
        let mut connection = match self.connection.take() {
            Some(connection) if !connection.sender.is_closed() => connection,
            _ => self.endpoint.connect().await?,
        };
        let answer = connection.send_within(&ask, self.cookie.as_deref(), patience).await?;
        self.connection = Some(connection);
        Ok(answer)
    }

    /// Signs in; `code` gives the six digits when they are asked for.
    ///
    /// # Errors
    /// When the server refuses.
    pub async fn sign_in(
        &mut self,
        login: &str,
        password: &str,
        code: impl AsyncFnOnce() -> anyhow::Result<String>,
    ) -> anyhow::Result<String> {
        let body = serde_json::json!({ "login": login, "password": password });
        let mut answer = self.send(Ask::post("/session", &body)).await?;
        let json = answer.good().with_context(|| format!("{login} signs in"))?;
        if let Some(ticket) = json.get("ticket").and_then(Value::as_str) {
            let body = serde_json::json!({ "ticket": ticket, "code": code().await? });
            answer = self.send(Ask::post("/session/totp", &body)).await?;
            answer.good().with_context(|| format!("{login} gives a code"))?;
        }
        let cookie = answer.cookie().context("no session came")?;
        self.cookie = Some(cookie.clone());
        Ok(cookie)
    }
}
