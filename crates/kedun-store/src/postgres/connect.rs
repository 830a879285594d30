//! From a URL to a pool of connections.

use std::str::FromStr;
use std::time::Duration;

use deadpool_postgres::{Manager, ManagerConfig, Pool, RecyclingMethod, Runtime};
use tokio_postgres::config::{Host, SslMode};
use tokio_postgres::{Config, NoTls};

use crate::postgres::tls::Tls;
use crate::{Result, StoreError, Tuning};

/// A URL with what this program reads itself taken out.
pub(crate) struct Target {
    pub config: Config,
    pub tls: Option<Tls>,
}

impl Target {
    pub(crate) fn parse(url: &str) -> Result<Self> {
        let (rest, root) = take_parameter(url, "sslrootcert");
        // The certificate is always verified; both modes then mean the same.
        let rest = rest
            .replace("sslmode=verify-full", "sslmode=require")
            .replace("sslmode=verify-ca", "sslmode=require");
        let mut config = Config::from_str(&rest).map_err(|error| {
            // The cause may quote the URL, which holds a password.
            tracing::debug!(%error, "the URL of the database was refused");
            StoreError::Config("the URL of the database is not well formed".into())
        })?;
        config.application_name("kedun");
        config.options("-c idle_in_transaction_session_timeout=60000 -c timezone=UTC");
        let tls = match (config.get_ssl_mode(), root) {
            (SslMode::Require, None) => {
                return Err(StoreError::Config(
                    "sslmode=require needs sslrootcert=<file with the certificate authority of the database>"
                        .into(),
                ));
            }
            (SslMode::Require, Some(root)) => Some(Tls::trusting(&root)?),
            (SslMode::Disable | SslMode::Prefer, None) => None,
            _ => {
                return Err(StoreError::Config("sslrootcert needs sslmode=require".into()));
            }
        };
        if config.get_connect_timeout().is_none() {
            config.connect_timeout(Duration::from_secs(5));
        }
        Ok(Target { config, tls })
    }
}

pub(crate) fn pool(url: &str, size: usize, tuning: &Tuning) -> Result<Pool> {
    let Target { config, tls } = Target::parse(url)?;
    if tls.is_none() && config.get_hosts().iter().any(is_remote) {
        tracing::warn!(
            "the connection to the database is not encrypted; add sslmode=require and sslrootcert"
        );
    }
    let recycling = ManagerConfig { recycling_method: RecyclingMethod::Fast };
    let manager = match tls {
        Some(tls) => Manager::from_config(config, tls, recycling),
        None => Manager::from_config(config, NoTls, recycling),
    };
    Pool::builder(manager)
        .max_size(size)
        .runtime(Runtime::Tokio1)
        .wait_timeout(Some(tuning.deadline.max(Duration::from_secs(2)) * 5))
        .create_timeout(Some(Duration::from_secs(10)))
        .recycle_timeout(Some(Duration::from_secs(5)))
        .build()
        .map_err(|error| StoreError::Config(error.to_string()))
}

fn is_remote(host: &Host) -> bool {
    match host {
        Host::Tcp(name) => {
            name != "localhost"
                && !name.parse::<std::net::IpAddr>().is_ok_and(|address| address.is_loopback())
        }
        #[cfg(unix)]
        Host::Unix(_) => false,
    }
}

/// Takes `name=value` out of the parameters of a URL.
fn take_parameter(url: &str, name: &str) -> (String, Option<String>) {
    let Some((base, query)) = url.split_once('?') else { return (url.to_owned(), None) };
    let (mine, others): (Vec<&str>, Vec<&str>) =
        query.split('&').partition(|pair| pair.split_once('=').is_some_and(|(key, _)| key == name));
    let value = mine.last().and_then(|pair| pair.split_once('=')).map(|(_, value)| value.to_owned());
    let rest = if others.is_empty() { base.to_owned() } else { format!("{base}?{}", others.join("&")) };
    (rest, value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_is_taken_out() {
        assert_eq!(
            take_parameter("postgres://a@b/c?sslmode=require&sslrootcert=/ca.pem&x=1", "sslrootcert"),
            ("postgres://a@b/c?sslmode=require&x=1".into(), Some("/ca.pem".into()))
        );
        assert_eq!(take_parameter("postgres://a@b/c", "sslrootcert"), ("postgres://a@b/c".into(), None));
    }

    #[test]
    fn encryption_is_never_silently_left_out() {
        assert!(matches!(Target::parse("postgres://a@b/c?sslmode=require"), Err(StoreError::Config(_))));
        assert!(matches!(Target::parse("postgres://a@b/c?sslmode=verify-full"), Err(StoreError::Config(_))));
        assert!(matches!(Target::parse("postgres://a@b/c?sslrootcert=/ca.pem"), Err(StoreError::Config(_))));
        assert!(Target::parse("postgres://a@b/c").unwrap().tls.is_none());
    }
}
