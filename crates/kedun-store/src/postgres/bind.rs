//! Parameters and rows of PostgreSQL.

use std::error::Error;

use bytes::{BufMut, BytesMut};
use deadpool_postgres::Object;
use futures::{StreamExt, TryStreamExt};
use tokio::sync::mpsc;
use tokio_postgres::error::SqlState;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};

use crate::row::Cell;
use crate::{Param, Result, Row, Stmt, StoreError};

/// An engine's error, without values: PostgreSQL quotes them in its messages.
pub(crate) fn failure(error: tokio_postgres::Error) -> StoreError {
    let Some(db) = error.as_db_error() else {
        return StoreError::Unavailable(without_values(&error));
    };
    let code = db.code().code();
    // Resources, operator intervention, system errors, connection, a time-out of ours.
    if ["53", "57", "58", "08", "55"].iter().any(|class| code.starts_with(class)) {
        return StoreError::Unavailable(format!("{code}: {}", db.message()));
    }
    // Syntax errors and unknown names tell of the program, not of data.
    if code.starts_with("42") {
        return StoreError::Database(format!("{code}: {}", db.message()));
    }
    StoreError::Database(match (db.table(), db.constraint()) {
        (Some(table), Some(constraint)) => format!("{code} on {table} ({constraint})"),
        _ => code.to_owned(),
    })
}

fn without_values(error: &tokio_postgres::Error) -> String {
    match error.source() {
        Some(source) if source.is::<std::io::Error>() || error.is_closed() => format!("{error}: {source}"),
        _ => error.to_string(),
    }
}

/// A parameter as it goes over the wire, in the type the server expects.
#[derive(Debug)]
pub(crate) struct PgParam<'a>(pub &'a Param);

type Encoded = Result<IsNull, Box<dyn Error + Sync + Send>>;

impl ToSql for PgParam<'_> {
    fn to_sql(&self, ty: &Type, out: &mut BytesMut) -> Encoded {
        match self.0 {
            Param::Null => Ok(IsNull::Yes),
            Param::Bool(b) => match *ty {
                Type::BOOL => b.to_sql(ty, out),
                Type::INT2 | Type::INT4 | Type::INT8 => integer(i64::from(*b), ty, out),
                _ => mismatch("a boolean", ty),
            },
            Param::Int(n) => integer(*n, ty, out),
            Param::Float(x) => match *ty {
                #[expect(clippy::cast_possible_truncation, reason = "the column has this precision")]
                Type::FLOAT4 => (*x as f32).to_sql(ty, out),
                Type::FLOAT8 => x.to_sql(ty, out),
                _ => mismatch("a float", ty),
            },
            Param::Text(s) => match *ty {
                Type::TEXT | Type::VARCHAR | Type::BPCHAR | Type::NAME | Type::UNKNOWN => s.to_sql(ty, out),
                _ => mismatch("a text", ty),
            },
            Param::Blob(bytes) => match *ty {
                Type::BYTEA => bytes.to_sql(ty, out),
                Type::UUID if bytes.len() == 16 => {
                    out.put_slice(bytes);
                    Ok(IsNull::No)
                }
                _ => mismatch("bytes", ty),
            },
            Param::Uuid(id) => match *ty {
                Type::UUID => id.to_sql(ty, out),
                Type::BYTEA => id.as_bytes().as_slice().to_sql(ty, out),
                _ => mismatch("a uuid", ty),
            },
            Param::Uuids(ids) => match *ty {
                Type::UUID_ARRAY => ids.to_sql(ty, out),
                Type::BYTEA_ARRAY => {
                    ids.iter().map(|id| id.as_bytes().as_slice()).collect::<Vec<_>>().to_sql(ty, out)
                }
                _ => mismatch("a list of uuids", ty),
            },
            Param::Ints(ints) => match *ty {
                Type::INT8_ARRAY => ints.to_sql(ty, out),
                Type::INT4_ARRAY => narrow::<i32>(ints)?.to_sql(ty, out),
                Type::INT2_ARRAY => narrow::<i16>(ints)?.to_sql(ty, out),
                _ => mismatch("a list of integers", ty),
            },
            Param::Texts(texts) => match *ty {
                Type::TEXT_ARRAY | Type::VARCHAR_ARRAY => texts.to_sql(ty, out),
                _ => mismatch("a list of texts", ty),
            },
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

fn integer(n: i64, ty: &Type, out: &mut BytesMut) -> Encoded {
    match *ty {
        Type::INT8 => n.to_sql(ty, out),
        Type::INT4 => i32::try_from(n)?.to_sql(ty, out),
        Type::INT2 => i16::try_from(n)?.to_sql(ty, out),
        #[expect(clippy::cast_precision_loss, reason = "the column is a float")]
        Type::FLOAT8 => (n as f64).to_sql(ty, out),
        Type::NUMERIC => numeric(n, out),
        Type::TEXT | Type::VARCHAR => n.to_string().to_sql(ty, out),
        Type::BOOL if n == 0 || n == 1 => (n == 1).to_sql(ty, out),
        _ => mismatch("an integer", ty),
    }
}

/// Digits to the base 10000, the most significant first.
fn numeric(n: i64, out: &mut BytesMut) -> Encoded {
    let mut digits = Vec::new();
    let mut rest = n.unsigned_abs();
    while rest > 0 {
        digits.push(i16::try_from(rest % 10_000)?);
        rest /= 10_000;
    }
    let count = i16::try_from(digits.len())?;
    out.put_i16(count);
    out.put_i16((count - 1).max(0));
    out.put_u16(if n < 0 { 0x4000 } else { 0 });
    out.put_u16(0);
    for digit in digits.iter().rev() {
        out.put_i16(*digit);
    }
    Ok(IsNull::No)
}

fn narrow<T: TryFrom<i64>>(ints: &[i64]) -> Result<Vec<T>, T::Error> {
    ints.iter().map(|&n| T::try_from(n)).collect()
}

fn mismatch(given: &str, ty: &Type) -> Encoded {
    Err(format!("{given} was given where {ty} is expected").into())
}

/// A NUMERIC: an integer where it is whole and fits, a float otherwise.
struct Numeric(Cell);

impl<'a> FromSql<'a> for Numeric {
    fn from_sql(_: &Type, raw: &'a [u8]) -> Result<Self, Box<dyn Error + Sync + Send>> {
        let words: Vec<i16> = raw.as_chunks::<2>().0.iter().map(|pair| i16::from_be_bytes(*pair)).collect();
        let [count, weight, sign, _scale, digits @ ..] = words.as_slice() else {
            return Err("a numeric is too short".into());
        };
        if usize::try_from(*count)? != digits.len() {
            return Err("a numeric has another length than it says".into());
        }
        let negative = match *sign {
            0 => false,
            0x4000 => true,
            _ => return Ok(Numeric(Cell::Float(f64::NAN))),
        };
        let mut whole: Option<i128> = Some(0);
        let mut float = 0f64;
        for (place, digit) in (0i16..).zip(digits) {
            let power = weight - place;
            float += f64::from(*digit) * 10_000f64.powi(i32::from(power));
            whole = match (whole, u32::try_from(power)) {
                (Some(sum), Ok(power)) => 10_000i128
                    .checked_pow(power)
                    .and_then(|unit| unit.checked_mul(i128::from(*digit)))
                    .and_then(|part| sum.checked_add(part)),
                (Some(sum), Err(_)) if *digit == 0 => Some(sum),
                _ => None,
            };
        }
        let whole = whole.map(|n| if negative { -n } else { n }).and_then(|n| i64::try_from(n).ok());
        Ok(Numeric(match whole {
            Some(n) => Cell::Int(n),
            None => Cell::Float(if negative { -float } else { float }),
        }))
    }

    fn accepts(ty: &Type) -> bool {
        *ty == Type::NUMERIC
    }
}

fn row(row: &tokio_postgres::Row) -> Result<Row> {
    let mut cells = Vec::with_capacity(row.len());
    for (i, column) in row.columns().iter().enumerate() {
        macro_rules! get {
            ($type:ty, $wrap:expr) => {
                row.try_get::<_, Option<$type>>(i).map_err(failure)?.map_or(Cell::Null, $wrap)
            };
        }
        cells.push(match *column.type_() {
            Type::BOOL => get!(bool, Cell::Bool),
            Type::INT2 => get!(i16, |n| Cell::Int(n.into())),
            Type::INT4 => get!(i32, |n| Cell::Int(n.into())),
            Type::INT8 => get!(i64, Cell::Int),
            Type::FLOAT4 => get!(f32, |x| Cell::Float(x.into())),
            Type::FLOAT8 => get!(f64, Cell::Float),
            Type::TEXT | Type::VARCHAR | Type::BPCHAR | Type::NAME | Type::UNKNOWN => {
                get!(String, Cell::Text)
            }
            Type::BYTEA => get!(Vec<u8>, Cell::Blob),
            Type::UUID => get!(uuid::Uuid, Cell::Uuid),
            Type::NUMERIC => get!(Numeric, |n| n.0),
            Type::VOID => Cell::Null,
            _ => {
                return Err(StoreError::Column {
                    index: i,
                    expected: "a type of this program",
                    found: "another type of PostgreSQL",
                });
            }
        });
    }
    Ok(Row(cells))
}

pub(crate) fn rows(rows: &[tokio_postgres::Row]) -> Result<Vec<Row>> {
    rows.iter().map(row).collect()
}

/// Whether a cached statement was made before the schema changed.
pub(crate) fn stale(error: &tokio_postgres::Error) -> bool {
    error.code() == Some(&SqlState::FEATURE_NOT_SUPPORTED)
        || error.code() == Some(&SqlState::INVALID_SQL_STATEMENT_NAME)
}

/// The rows of a SELECT.
pub(crate) async fn select(client: &Object, stmt: &Stmt) -> Result<Vec<Row>> {
    match try_select(client, stmt).await {
        Err(error) if stale(&error) => {
            client.statement_cache.clear();
            rows(&try_select(client, stmt).await.map_err(failure)?)
        }
        result => rows(&result.map_err(failure)?),
    }
}

async fn try_select(client: &Object, stmt: &Stmt) -> Result<Vec<tokio_postgres::Row>, tokio_postgres::Error> {
    let statement = client.prepare_cached(&stmt.sql).await?;
    client.query_raw(&statement, stmt.params.iter().map(PgParam)).await?.try_collect().await
}

/// Sends the rows of a SELECT on in batches; ends early when nobody receives them.
pub(crate) async fn scan(
    client: &Object,
    stmt: &Stmt,
    batch: usize,
    to: &mpsc::Sender<Result<Vec<Row>>>,
) -> Result<()> {
    let statement = client.prepare_cached(&stmt.sql).await.map_err(failure)?;
    let found = client.query_raw(&statement, stmt.params.iter().map(PgParam)).await.map_err(failure)?;
    let mut chunks = std::pin::pin!(found.chunks(batch));
    while let Some(chunk) = chunks.next().await {
        let mut out = Vec::with_capacity(chunk.len());
        for found in chunk {
            out.push(row(&found.map_err(failure)?)?);
        }
        if to.send(Ok(out)).await.is_err() {
            return Ok(());
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn through(n: i64) -> Cell {
        let mut out = BytesMut::new();
        assert!(matches!(integer(n, &Type::NUMERIC, &mut out), Ok(IsNull::No)));
        Numeric::from_sql(&Type::NUMERIC, &out).unwrap().0
    }

    #[test]
    fn numerics_come_back_as_they_went() {
        for n in [0, 1, -1, 9_999, 10_000, 10_001, -123_456_789, 1 << 40, i64::MAX, i64::MIN] {
            assert!(through(n) == Cell::Int(n), "{n}");
        }
    }

    #[test]
    fn a_fraction_is_a_float() {
        // 12.5: one digit before the point, one after.
        let raw = [0, 2, 0, 0, 0, 0, 0, 1, 0, 12, 0x13, 0x88];
        assert!(Numeric::from_sql(&Type::NUMERIC, &raw).unwrap().0 == Cell::Float(12.5));
    }
}
