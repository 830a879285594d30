//! Making and removing whole databases on a server, for setup and for tests.

use tokio_postgres::NoTls;

use crate::postgres::bind::failure;
use crate::postgres::connect::Target;
use crate::{Result, StoreError};

/// Makes the database `name` on the server of `url` and returns the URL of the new database.
pub async fn create_database(url: &str, name: &str) -> Result<String> {
    let name = checked(name)?;
    execute(url, &format!("CREATE DATABASE {name}")).await?;
    let (base, query) = url.split_once('?').map_or((url, None), |(base, query)| (base, Some(query)));
    let slash = base.rfind('/').filter(|at| *at > base.find("://").map_or(0, |at| at + 2));
    let server = slash.and_then(|at| base.get(..at)).unwrap_or(base);
    Ok(query.map_or_else(|| format!("{server}/{name}"), |query| format!("{server}/{name}?{query}")))
}

/// Removes the database `name`, ending whoever is connected to it.
pub async fn drop_database(url: &str, name: &str) -> Result<()> {
    let name = checked(name)?;
    execute(url, &format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")).await
}

fn checked(name: &str) -> Result<&str> {
    let fits = !name.is_empty()
        && name.len() <= 63
        && name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    if fits { Ok(name) } else { Err(StoreError::Config("a database is named by a-z, 0-9 and _".into())) }
}

async fn execute(url: &str, sql: &str) -> Result<()> {
    let Target { config, tls } = Target::parse(url)?;
    let (client, ended) = match tls {
        Some(tls) => {
            let (client, connection) = config.connect(tls).await.map_err(failure)?;
            (client, tokio::spawn(connection))
        }
        None => {
            let (client, connection) = config.connect(NoTls).await.map_err(failure)?;
            (client, tokio::spawn(connection))
        }
    };
    let result = client.batch_execute(sql).await.map_err(failure);
    drop(client);
    // The connection ends with its client; how does not matter any more.
    let _ = ended.await;
    result
}
