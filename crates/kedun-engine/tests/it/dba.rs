//! Somebody with the password of the database, and no scruples.

use std::time::Duration;

use kedun_testkit::db::TestStore;
use uuid::Uuid;

pub enum Dba {
    Sqlite(std::sync::Mutex<rusqlite::Connection>, Duration),
    Postgres(tokio_postgres::Client),
}

impl Dba {
    pub async fn of(test: &TestStore) -> Dba {
        match test.url() {
            Some(url) => {
                let (client, connection) = tokio_postgres::connect(url, tokio_postgres::NoTls).await.unwrap();
                tokio::spawn(connection);
                Dba::Postgres(client)
            }
            None => Dba::Sqlite(std::sync::Mutex::new(open_file(test, "main.db", &test.db_key)), test.hold()),
        }
    }

    /// Runs statements, and waits until readers see what they did.
    pub async fn run(&self, sql: &str) {
        match self {
            Dba::Sqlite(connection, hold) => {
                connection.lock().unwrap().execute_batch(sql).unwrap();
                tokio::time::sleep(*hold).await;
            }
            Dba::Postgres(client) => client.batch_execute(sql).await.unwrap(),
        }
    }

    /// A number that a query gives.
    pub async fn number(&self, sql: &str) -> i64 {
        match self {
            Dba::Sqlite(connection, _) => {
                connection.lock().unwrap().query_row(sql, [], |r| r.get(0)).unwrap()
            }
            Dba::Postgres(client) => client.query_one(sql, &[]).await.unwrap().get(0),
        }
    }

    /// The literal of an id.
    pub fn id(&self, id: Uuid) -> String {
        match self {
            Dba::Sqlite(..) => format!("x'{}'", id.as_simple()),
            Dba::Postgres(_) => format!("'{id}'::uuid"),
        }
    }

    /// The literal of bytes.
    pub fn bytes(&self, bytes: &[u8]) -> String {
        match self {
            Dba::Sqlite(..) => format!("x'{}'", hex::encode(bytes)),
            Dba::Postgres(_) => format!("'\\x{}'::bytea", hex::encode(bytes)),
        }
    }
}

/// A file of a test's SQLite database, opened with its key.
pub fn open_file(test: &TestStore, file: &str, key: &[u8; 32]) -> rusqlite::Connection {
    let connection = rusqlite::Connection::open(test.dir().unwrap().join(file)).unwrap();
    connection.execute_batch(&format!("PRAGMA key = \"x'{}'\"", hex::encode(key))).unwrap();
    connection.busy_timeout(Duration::from_secs(20)).unwrap();
    connection
}
