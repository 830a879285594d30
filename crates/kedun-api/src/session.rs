//! Who a request is from: the extractors that every handler names in its signature.

use std::net::{IpAddr, SocketAddr};

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, header};
use kedun_identity::{Known, Source};
use kedun_model::{Caller, Error, ErrorKind};

use crate::problem::Failure;
use crate::refusal::Asker;
use crate::state::ApiState;

/// The session cookie. The prefix makes browsers refuse it without TLS or from a subdomain.
pub const COOKIE: &str = "__Host-kd";
const DEVICE_MAX: usize = 200;

/// Somebody signed in who has done everything that must be done first.
pub struct Signed(pub Known);

impl Signed {
    /// Who asks.
    pub fn caller(&self) -> &Caller {
        &self.0.caller
    }
}

/// Somebody signed in who may still have to set up a factor or change the password; for
/// the session and one's own account only.
pub struct Entered(pub Known);

impl Entered {
    /// Who asks.
    pub fn caller(&self) -> &Caller {
        &self.0.caller
    }
}

/// Where a request comes from.
pub struct From(pub Source);

impl FromRequestParts<ApiState> for From {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, Failure> {
        Ok(From(source(parts, &state.config.trusted_proxies)))
    }
}

impl FromRequestParts<ApiState> for Entered {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, Failure> {
        let token = cookie(&parts.headers)
            .ok_or_else(|| Error::new(ErrorKind::Unauthenticated, "unauthenticated"))?;
        let known = state.identity.authenticate(token, &source(parts, &state.config.trusted_proxies)).await?;
        if let Some(asker) = parts.extensions.get::<Asker>() {
            asker.set(&known.caller);
        }
        Ok(Entered(known))
    }
}

impl FromRequestParts<ApiState> for Signed {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, state: &ApiState) -> Result<Self, Failure> {
        let Entered(known) = Entered::from_request_parts(parts, state).await?;
        if let Some(first) = must(&known).first() {
            return Err(Error::forbidden(format!("must.{first}")).into());
        }
        Ok(Signed(known))
    }
}

/// What somebody must do before anything else.
pub fn must(known: &Known) -> Vec<&'static str> {
    let mut steps = Vec::new();
    if known.factor_required && !known.totp_enrolled {
        steps.push("enrol_totp");
    }
    if known.must_change_password {
        steps.push("change_password");
    }
    steps
}

/// The session token of a request.
pub fn cookie(headers: &HeaderMap) -> Option<&str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|v| v.to_str().ok())
        .flat_map(|v| v.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(name, value)| (name == COOKIE).then_some(value))
}

/// The header that gives the browser its session.
pub fn set_cookie(token: &str) -> Option<HeaderValue> {
    HeaderValue::from_str(&format!("{COOKIE}={token}; Path=/; Secure; HttpOnly; SameSite=Lax")).ok()
}

/// The header that takes it away.
pub fn clear_cookie() -> HeaderValue {
    HeaderValue::from_static("__Host-kd=; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=0")
}

fn source(parts: &Parts, trusted: &[IpAddr]) -> Source {
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>().map(|c| c.0.ip());
    let device: String = parts
        .headers
        .get(header::USER_AGENT)
        .and_then(|v| v.to_str().ok())
        .unwrap_or_default()
        .chars()
        .take(DEVICE_MAX)
        .collect();
    let network = address(peer, trusted, &parts.headers).map(|ip| ip.to_string()).unwrap_or_default();
    Source { network, device }
}

/// The address a request comes from: the peer, or what a trusted proxy says, read from the
/// right, because everything further left can be invented by the client.
fn address(peer: Option<IpAddr>, trusted: &[IpAddr], headers: &HeaderMap) -> Option<IpAddr> {
    let peer = peer?;
    if !trusted.contains(&peer) {
        return Some(peer);
    }
    let forwarded: Vec<&str> = headers
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|v| v.to_str().ok())
        .flat_map(|v| v.split(','))
        .map(str::trim)
        .collect();
    for hop in forwarded.iter().rev() {
        match hop.parse::<IpAddr>() {
            Ok(ip) if trusted.contains(&ip) => {}
            Ok(ip) => return Some(ip),
            Err(_) => break,
        }
    }
    Some(peer)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().expect("address")
    }

    #[test]
    fn a_forwarded_address_counts_from_trusted_proxies_only() {
        let mut headers = HeaderMap::new();
        headers.insert("x-forwarded-for", HeaderValue::from_static("9.9.9.9, 203.0.113.7, 10.0.0.2"));
        let proxies = [ip("10.0.0.1"), ip("10.0.0.2")];
        assert_eq!(address(Some(ip("198.51.100.1")), &proxies, &headers), Some(ip("198.51.100.1")));
        assert_eq!(address(Some(ip("10.0.0.1")), &proxies, &headers), Some(ip("203.0.113.7")));
        assert_eq!(address(Some(ip("10.0.0.1")), &[], &headers), Some(ip("10.0.0.1")));
    }

    #[test]
    fn the_cookie_is_found_among_others() {
        let mut headers = HeaderMap::new();
        headers.insert(header::COOKIE, HeaderValue::from_static("a=1; __Host-kd=tok; b=2"));
        assert_eq!(cookie(&headers), Some("tok"));
    }
}
