//! The keys database: wrapped keys of subjects, epochs and secrets.

use kedun_model::SubjectId;
use uuid::Uuid;

use crate::dialect::Verb;
use crate::migrations::keys_prefix;
use crate::{Dialect, KeyRow, Param, Result, Row, Stmt, Store};

/// A wrapped epoch key.
#[derive(Clone, PartialEq, Eq)]
pub struct EpochRow {
    pub epoch: u32,
    /// Empty once the key is destroyed.
    pub wrapped: Vec<u8>,
    /// Microseconds of UTC.
    pub created_at: i64,
    /// Set when the key was destroyed.
    pub retired_at: Option<i64>,
}

/// A wrapped secret that belongs to no person.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretRow {
    pub name: String,
    /// The epoch whose key wraps it.
    pub epoch: u32,
    pub wrapped: Vec<u8>,
    /// Microseconds of UTC.
    pub created_at: i64,
}

impl std::fmt::Debug for EpochRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EpochRow").field("epoch", &self.epoch).finish_non_exhaustive()
    }
}

impl std::fmt::Debug for SecretRow {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("SecretRow").field("name", &self.name).finish_non_exhaustive()
    }
}

const DEK: &str = "subject, generation, epoch, wrapped, commitment, created_at";

impl Store {
    /// Every epoch key and every secret, in order.
    pub async fn load_vault(&self) -> Result<(Vec<EpochRow>, Vec<SecretRow>)> {
        let [epochs, secrets] = vault_queries(self.dialect());
        let epochs = self.query_keys(&epochs).await?;
        let secrets = self.query_keys(&secrets).await?;
        Ok((
            epochs.iter().map(epoch_row).collect::<Result<_>>()?,
            secrets.iter().map(secret_row).collect::<Result<_>>()?,
        ))
    }

    /// Writes epoch keys and secrets, replacing those of the same number and name; durable on return.
    pub async fn put_vault(&self, epochs: &[EpochRow], secrets: &[SecretRow]) -> Result<()> {
        self.write_keys(vault_writes(self.dialect(), epochs, secrets)).await?;
        Ok(())
    }

    /// The keys of these subjects, every generation.
    pub async fn keys_for(&self, subjects: &[SubjectId]) -> Result<Vec<KeyRow>> {
        let ids: Vec<Uuid> = subjects.iter().map(|s| s.0).collect();
        let among = match self.dialect() {
            Dialect::Sqlite => "subject IN rarray(?1)",
            Dialect::Postgres => "subject = ANY($1)",
        };
        let prefix = keys_prefix(self.dialect());
        let sql = format!("SELECT {DEK} FROM {prefix}dek WHERE {among} ORDER BY subject, generation");
        let rows = self.query_keys(&Stmt::own(Verb::Select, sql, vec![Param::Uuids(ids)])).await?;
        rows.iter().map(key_row).collect()
    }

    /// Every subject that has a key.
    pub async fn key_subjects(&self) -> Result<Vec<Uuid>> {
        let prefix = keys_prefix(self.dialect());
        let sql = format!("SELECT DISTINCT subject FROM {prefix}dek");
        let rows = self.query_keys(&Stmt::own(Verb::Select, sql, Vec::new())).await?;
        rows.iter().map(|row| row.get_uuid(0)).collect()
    }

    /// Up to `limit` keys that an epoch before `epoch` wraps, to be wrapped anew.
    pub async fn keys_before_epoch(&self, epoch: u32, limit: u32) -> Result<Vec<KeyRow>> {
        let (d, prefix) = (self.dialect(), keys_prefix(self.dialect()));
        let sql = format!(
            "SELECT {DEK} FROM {prefix}dek WHERE epoch < {} ORDER BY epoch LIMIT {}",
            d.placeholder(1),
            d.placeholder(2)
        );
        let params = vec![Param::Int(epoch.into()), Param::Int(limit.into())];
        let rows = self.query_keys(&Stmt::own(Verb::Select, sql, params)).await?;
        rows.iter().map(key_row).collect()
    }

    /// Replaces the wrapping of keys that are there; those that are gone stay gone. Returns how many were replaced.
    pub async fn rewrap_keys(&self, rows: &[KeyRow]) -> Result<u64> {
        let (d, prefix) = (self.dialect(), keys_prefix(self.dialect()));
        let p = |n| d.placeholder(n);
        let sql: std::sync::Arc<str> = format!(
            "UPDATE {prefix}dek SET epoch = {}, wrapped = {} WHERE subject = {} AND generation = {} AND commitment = {}",
            p(1), p(2), p(3), p(4), p(5)
        )
        .into();
        let stmts = rows
            .iter()
            .map(|row| {
                Stmt::own(
                    Verb::Write,
                    sql.clone(),
                    vec![
                        Param::Int(row.epoch.into()),
                        Param::Blob(row.wrapped.clone()),
                        Param::Uuid(Uuid::from_bytes(row.subject)),
                        Param::Int(row.generation.into()),
                        Param::Blob(row.commitment.to_vec()),
                    ],
                )
            })
            .collect();
        Ok(self.write_keys(stmts).await?.iter().sum())
    }

    /// Destroys every key of these subjects: what they sealed can never be read again. Returns how
    /// many keys there were. The event of the erasure must be committed before.
    pub async fn destroy_keys(&self, subjects: &[SubjectId]) -> Result<u64> {
        let prefix = keys_prefix(self.dialect());
        let sql: std::sync::Arc<str> =
            format!("DELETE FROM {prefix}dek WHERE subject = {}", self.dialect().placeholder(1)).into();
        let stmts =
            subjects.iter().map(|s| Stmt::own(Verb::Write, sql.clone(), vec![Param::Uuid(s.0)])).collect();
        Ok(self.write_keys(stmts).await?.iter().sum())
    }
}

pub(crate) fn vault_queries(dialect: Dialect) -> [Stmt; 2] {
    let prefix = keys_prefix(dialect);
    [
        format!("SELECT epoch, wrapped, created_at, retired_at FROM {prefix}epoch ORDER BY epoch"),
        format!("SELECT name, epoch, wrapped, created_at FROM {prefix}secret ORDER BY name"),
    ]
    .map(|sql| Stmt::own(Verb::Select, sql, Vec::new()))
}

pub(crate) fn vault_writes(dialect: Dialect, epochs: &[EpochRow], secrets: &[SecretRow]) -> Vec<Stmt> {
    let prefix = keys_prefix(dialect);
    let epoch_sql: std::sync::Arc<str> = format!(
        "{} ON CONFLICT (epoch) DO UPDATE SET wrapped = excluded.wrapped, created_at = excluded.created_at, retired_at = excluded.retired_at",
        dialect.insert_sql(&format!("{prefix}epoch"), &["epoch", "wrapped", "created_at", "retired_at"])
    )
    .into();
    let secret_sql: std::sync::Arc<str> = format!(
        "{} ON CONFLICT (name) DO UPDATE SET epoch = excluded.epoch, wrapped = excluded.wrapped, created_at = excluded.created_at",
        dialect.insert_sql(&format!("{prefix}secret"), &["name", "epoch", "wrapped", "created_at"])
    )
    .into();
    let epochs = epochs.iter().map(|row| {
        let retired = row.retired_at.map_or(Param::Null, Param::Int);
        let params = vec![
            Param::Int(row.epoch.into()),
            Param::Blob(row.wrapped.clone()),
            Param::Int(row.created_at),
            retired,
        ];
        Stmt::own(Verb::Write, epoch_sql.clone(), params)
    });
    let secrets = secrets.iter().map(|row| {
        let params = vec![
            Param::Text(row.name.clone()),
            Param::Int(row.epoch.into()),
            Param::Blob(row.wrapped.clone()),
            Param::Int(row.created_at),
        ];
        Stmt::own(Verb::Write, secret_sql.clone(), params)
    });
    epochs.chain(secrets).collect()
}

pub(crate) fn epoch_row(row: &Row) -> Result<EpochRow> {
    Ok(EpochRow {
        epoch: row.get_u32(0)?,
        wrapped: row.get_blob(1)?,
        created_at: row.get_i64(2)?,
        retired_at: row.opt_i64(3)?,
    })
}

pub(crate) fn secret_row(row: &Row) -> Result<SecretRow> {
    Ok(SecretRow {
        name: row.get_text(0)?,
        epoch: row.get_u32(1)?,
        wrapped: row.get_blob(2)?,
        created_at: row.get_i64(3)?,
    })
}

fn key_row(row: &Row) -> Result<KeyRow> {
    Ok(KeyRow {
        subject: row.get_array(0)?,
        generation: row.get_u32(1)?,
        epoch: row.get_u32(2)?,
        wrapped: row.get_blob(3)?,
        commitment: row.get_array(4)?,
        created_at: row.get_i64(5)?,
    })
}

/// The parameters of a row of `dek`, in the order of [`DEK_COLUMNS`].
pub(crate) fn dek_params(row: &KeyRow, batch: i64) -> Vec<Param> {
    vec![
        Param::Uuid(Uuid::from_bytes(row.subject)),
        Param::Int(row.generation.into()),
        Param::Int(row.epoch.into()),
        Param::Blob(row.wrapped.clone()),
        Param::Blob(row.commitment.to_vec()),
        Param::Int(row.created_at),
        Param::Int(batch),
    ]
}

pub(crate) const DEK_COLUMNS: [&str; 7] =
    ["subject", "generation", "epoch", "wrapped", "commitment", "created_at", "batch"];
