//! Reading the evidence.

use kedun_ledger::{EventHeader, Outcome, PageFilter};
use uuid::Uuid;

use crate::dialect::Verb;
use crate::{Dialect, Param, Result, Row, Stmt, Store, StoreError};

/// Which events to read. Everything given must hold; the default is all, the newest first.
#[derive(Debug, Clone, Default)]
pub struct EventFilter {
    pub org: Option<i64>,
    /// The first position.
    pub from_seq: Option<u64>,
    /// The position after the last.
    pub before_seq: Option<u64>,
    /// Not before this moment, microseconds of UTC.
    pub from_at: Option<i64>,
    /// Before this moment, microseconds of UTC.
    pub before_at: Option<i64>,
    pub actor: Option<[u8; 16]>,
    /// The beginning of the action code, such as `record.`.
    pub action: Option<String>,
    pub object: Option<u32>,
    /// Events of this record, and pages on which it may have been.
    pub record: Option<Uuid>,
    /// Of a record: its own events alone, no pages.
    pub direct: bool,
    pub sensitive: Option<bool>,
    pub outcome: Option<Outcome>,
    /// How many; 0 means 100.
    pub limit: u32,
    /// The oldest first.
    pub ascending: bool,
}

/// An event as stored.
#[derive(Clone, PartialEq, Eq)]
pub struct StoredEvent {
    pub header: EventHeader,
    /// The one record concerned.
    pub record: Option<[u8; 16]>,
    /// How many records the page listed.
    pub records: u64,
    pub sensitive: bool,
    /// The sealed body.
    pub body: Vec<u8>,
    /// False when the search was for a record and only the filter of the page matched it:
    /// the ids in the body then decide.
    pub certain: bool,
}

impl std::fmt::Debug for StoredEvent {
    // Ids of records and bodies stay out of logs.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("StoredEvent")
            .field("seq", &self.header.seq)
            .field("action", &self.header.action)
            .finish_non_exhaustive()
    }
}

const COLUMNS: &str = "seq, at, org, action, object, outcome, actor, session, policy, commitment, record, records, \
                       sensitive, body";
/// How many page filters are read at a time.
const PAGE_CHUNK: i64 = 2000;

impl Store {
    /// Events that fit the filter.
    pub async fn events(&self, filter: &EventFilter) -> Result<Vec<StoredEvent>> {
        let limit = if filter.limit == 0 { 100 } else { filter.limit };
        let Some(record) = filter.record else {
            return self
                .select_events(Conditions::of(self.dialect(), filter)?, filter.ascending, limit, true)
                .await;
        };
        let mut direct = Conditions::of(self.dialect(), filter)?;
        direct.add("record = ", Param::Uuid(record));
        let mut found = self.select_events(direct, filter.ascending, limit, true).await?;
        if filter.direct {
            return Ok(found);
        }
        for event in self.page_events(filter, record, limit).await? {
            if !found.iter().any(|known| known.header.seq == event.header.seq) {
                found.push(event);
            }
        }
        found.sort_by_key(|event| event.header.seq);
        if !filter.ascending {
            found.reverse();
        }
        found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
        Ok(found)
    }

    /// Events whose page may have shown the record: their filters are walked in the order asked for
    /// until enough events are found.
    async fn page_events(&self, filter: &EventFilter, record: Uuid, limit: u32) -> Result<Vec<StoredEvent>> {
        let wanted = usize::try_from(limit).unwrap_or(usize::MAX);
        let mut found = Vec::new();
        let mut position: Option<i64> = None;
        loop {
            let mut pages = Conditions::new(self.dialect());
            pages.pages(filter)?;
            if let Some(position) = position {
                pages.add(if filter.ascending { "seq > " } else { "seq < " }, Param::Int(position));
            }
            let order = if filter.ascending { "ASC" } else { "DESC" };
            let sql = format!(
                "SELECT seq, filter FROM event_page{} ORDER BY seq {order} LIMIT {PAGE_CHUNK}",
                pages.sql()
            );
            let rows = self.query_long(&Stmt::own(Verb::Select, sql, pages.params)).await?;
            let mut seqs = Vec::new();
            for row in &rows {
                let bytes = row.blob(1)?.unwrap_or_default();
                if PageFilter::from_bytes(bytes)?.might_contain(record.as_bytes()) {
                    seqs.push(row.get_i64(0)?);
                }
            }
            position = rows.last().map(|row| row.get_i64(0)).transpose()?;
            if !seqs.is_empty() {
                let mut conditions = Conditions::of(self.dialect(), filter)?;
                conditions.list("seq", seqs);
                found.extend(self.select_events(conditions, filter.ascending, limit, false).await?);
            }
            if found.len() >= wanted || rows.len() < usize::try_from(PAGE_CHUNK).unwrap_or(usize::MAX) {
                return Ok(found);
            }
        }
    }

    async fn select_events(
        &self,
        conditions: Conditions,
        ascending: bool,
        limit: u32,
        certain: bool,
    ) -> Result<Vec<StoredEvent>> {
        let order = if ascending { "ASC" } else { "DESC" };
        let sql =
            format!("SELECT {COLUMNS} FROM event{} ORDER BY seq {order} LIMIT {limit}", conditions.sql());
        let stmt = Stmt::own(Verb::Select, sql, conditions.params);
        let rows = if limit > 200 { self.query_long(&stmt).await? } else { self.query(&stmt).await? };
        rows.iter().map(|row| stored_event(row, certain)).collect()
    }
}

pub(crate) fn stored_event(row: &Row, certain: bool) -> Result<StoredEvent> {
    let outcome = u8::try_from(row.get_i64(5)?).ok().and_then(Outcome::from_byte);
    Ok(StoredEvent {
        header: EventHeader {
            seq: row.get_u64(0)?,
            at: row.get_i64(1)?,
            org: row.get_i64(2)?,
            action: row.get_text(3)?,
            object: row.get_u32(4)?,
            outcome: outcome.ok_or_else(|| StoreError::Database("an event has an unknown outcome".into()))?,
            actor: row.get_array(6)?,
            session: row.get_array(7)?,
            policy: row.get_u64(8)?,
            commitment: row.get_array(9)?,
        },
        record: if row.is_null(10)? { None } else { Some(row.get_array(10)?) },
        records: row.get_u64(11)?,
        sensitive: row.get_bool(12)?,
        body: row.get_blob(13)?,
        certain,
    })
}

/// Conditions joined by AND, with their parameters.
struct Conditions {
    dialect: Dialect,
    texts: Vec<String>,
    params: Vec<Param>,
}

impl Conditions {
    fn new(dialect: Dialect) -> Self {
        Conditions { dialect, texts: Vec::new(), params: Vec::new() }
    }

    fn of(dialect: Dialect, filter: &EventFilter) -> Result<Self> {
        let mut all = Conditions::new(dialect);
        all.pages(filter)?;
        if let Some(org) = filter.org {
            all.add("org = ", Param::Int(org));
        }
        if let Some(actor) = filter.actor {
            all.add("actor = ", Param::Uuid(Uuid::from_bytes(actor)));
        }
        if let Some(prefix) = filter.action.as_deref().filter(|p| !p.is_empty()) {
            all.add("action >= ", Param::Text(prefix.to_owned()));
            // Action codes are ASCII, so this is above every code that begins with the prefix.
            all.add("action < ", Param::Text(format!("{prefix}\u{10FFFF}")));
        }
        if let Some(sensitive) = filter.sensitive {
            all.texts.push(if sensitive { "sensitive" } else { "NOT sensitive" }.to_owned());
        }
        if let Some(outcome) = filter.outcome {
            all.add("outcome = ", Param::Int(outcome.to_byte().into()));
        }
        Ok(all)
    }

    /// The conditions that `event_page` can check too.
    fn pages(&mut self, filter: &EventFilter) -> Result<()> {
        if let Some(seq) = filter.from_seq {
            self.add("seq >= ", Param::Int(crate::ledger::signed(seq)?));
        }
        if let Some(seq) = filter.before_seq {
            self.add("seq < ", Param::Int(crate::ledger::signed(seq)?));
        }
        if let Some(at) = filter.from_at {
            self.add("at >= ", Param::Int(at));
        }
        if let Some(at) = filter.before_at {
            self.add("at < ", Param::Int(at));
        }
        if let Some(object) = filter.object {
            self.add("object = ", Param::Int(object.into()));
        }
        Ok(())
    }

    fn add(&mut self, text: &str, param: Param) {
        self.params.push(param);
        self.texts.push(format!("{text}{}", self.dialect.placeholder(self.params.len())));
    }

    fn list(&mut self, column: &str, ints: Vec<i64>) {
        self.params.push(Param::Ints(ints));
        let place = self.dialect.placeholder(self.params.len());
        self.texts.push(match self.dialect {
            Dialect::Sqlite => format!("{column} IN rarray({place})"),
            Dialect::Postgres => format!("{column} = ANY({place})"),
        });
    }

    fn sql(&self) -> String {
        if self.texts.is_empty() { String::new() } else { format!(" WHERE {}", self.texts.join(" AND ")) }
    }
}
