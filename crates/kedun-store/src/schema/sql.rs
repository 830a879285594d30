//! The steps of the planner, and their statements.

use kedun_model::{FieldId, ObjectId};
use serde::{Deserialize, Serialize};

use crate::ddl::column_sql;
use crate::schema::{ColumnType, ObjectColumn};
use crate::{Dialect, ddl};

/// An index of a record table.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IndexKind {
    Owner,
    Team,
    Unit,
    Partner,
    /// All records, the last changed first.
    Recent,
    /// Deleted records.
    Trash,
    Subject,
    Import,
    /// Filter and sort by a field.
    Field(FieldId),
    /// Equality of a sealed field.
    Blind(FieldId),
}

impl IndexKind {
    /// Those that every record table has.
    pub const SYSTEM: [Self; 8] = [
        Self::Owner,
        Self::Team,
        Self::Unit,
        Self::Partner,
        Self::Recent,
        Self::Trash,
        Self::Subject,
        Self::Import,
    ];

    fn suffix(self) -> String {
        match self {
            Self::Owner => "owner".into(),
            Self::Team => "team".into(),
            Self::Unit => "unit".into(),
            Self::Partner => "partner".into(),
            Self::Recent => "recent".into(),
            Self::Trash => "trash".into(),
            Self::Subject => "subject".into(),
            Self::Import => "import".into(),
            Self::Field(field) => field.column(),
            Self::Blind(field) => field.blind_column(),
        }
    }

    /// The name of the index on `object`'s table.
    pub fn name(self, object: ObjectId) -> String {
        format!("x_{}_{}", object.table(), self.suffix())
    }

    /// The statement that makes it; `concurrently` matters to PostgreSQL only.
    fn create(self, dialect: Dialect, object: ObjectId, concurrently: bool) -> String {
        let column;
        let (mut columns, filter): (Vec<&str>, Option<&str>) = match self {
            Self::Owner => (vec!["org", "owner_id", "updated_at DESC", "id"], Some(ALIVE)),
            Self::Team => (vec!["org", "team_id", "updated_at DESC", "id"], Some(ALIVE)),
            Self::Unit => (vec!["org", "unit_id", "updated_at DESC", "id"], Some(ALIVE)),
            Self::Partner => (vec!["org", "partner_id", "updated_at DESC", "id"], Some(ALIVE)),
            Self::Recent => (vec!["org", "updated_at DESC", "id"], Some(ALIVE)),
            Self::Trash => (vec!["org", "deleted_at"], Some("deleted_at IS NOT NULL")),
            Self::Subject => (vec!["org", "subject_id"], None),
            Self::Import => (vec!["org", "import_id"], Some("import_id IS NOT NULL")),
            Self::Field(field) => {
                column = field.column();
                (vec!["org", column.as_str(), "updated_at DESC", "id"], Some(ALIVE))
            }
            Self::Blind(field) => {
                column = field.blind_column();
                (vec!["org", column.as_str()], None)
            }
        };
        // What the guards look at is then read from the index alone. SQLite includes columns as last
        // keys only, and wants the one of the filter as well.
        let mut include = "";
        match (filter == Some(ALIVE), dialect) {
            (true, Dialect::Postgres) => include = " INCLUDE (erased, classification, restricted)",
            (true, Dialect::Sqlite) => {
                columns.extend(["erased", "classification", "restricted", "deleted_at"]);
            }
            (false, _) => {}
        }
        let filter = filter.map_or_else(String::new, |filter| format!("{include} WHERE {filter}"));
        let head = if concurrently && dialect == Dialect::Postgres {
            "CREATE INDEX CONCURRENTLY IF NOT EXISTS "
        } else {
            "CREATE INDEX IF NOT EXISTS "
        };
        let sql = ddl::index(&self.name(object), &object.table(), &columns, None);
        format!("{}{filter}", sql.replacen("CREATE INDEX ", head, 1))
    }
}

const ALIVE: &str = "deleted_at IS NULL";

/// One step of a schema change: one statement, which may be repeated without harm.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "step", rename_all = "snake_case")]
pub enum SchemaStep {
    /// Makes the table with the system columns and `columns`.
    AddTable {
        object: ObjectId,
        columns: Vec<ObjectColumn>,
    },
    AddColumn {
        object: ObjectId,
        column: ObjectColumn,
    },
    AddIndex {
        object: ObjectId,
        index: IndexKind,
    },
    DropIndex {
        object: ObjectId,
        index: IndexKind,
    },
    /// Takes the column with all its values away.
    DropColumn {
        object: ObjectId,
        column: String,
    },
}

/// A system column: its name, its type, whether it must have a value, its default.
pub type SystemColumn = (&'static str, ColumnType, bool, Option<&'static str>);

/// The columns that every record table begins with.
pub fn system_columns() -> &'static [SystemColumn] {
    use ColumnType::{BigInt, Bool, SmallInt, Text, Uuid};
    &[
        ("org", BigInt, true, None),
        ("id", Uuid, true, None),
        ("version", BigInt, true, None),
        ("owner_id", Uuid, true, None),
        ("team_id", Uuid, false, None),
        ("unit_id", Uuid, false, None),
        ("partner_id", Uuid, false, None),
        ("classification", SmallInt, true, Some("0")),
        ("region", Text, false, None),
        ("restricted", Bool, true, Some("false")),
        ("erased", Bool, true, Some("false")),
        ("subject_id", Uuid, true, None),
        ("created_at", BigInt, true, None),
        ("created_by", Uuid, true, None),
        ("updated_at", BigInt, true, None),
        ("updated_by", Uuid, true, None),
        ("deleted_at", BigInt, false, None),
        ("deleted_by", Uuid, false, None),
        ("source", Text, true, None),
        ("import_id", Uuid, false, None),
        ("purpose", Text, false, None),
        ("basis", Text, false, None),
        ("retain_until", BigInt, false, None),
    ]
}

impl SchemaStep {
    /// The object whose table it changes.
    pub fn object(&self) -> ObjectId {
        match self {
            Self::AddTable { object, .. }
            | Self::AddColumn { object, .. }
            | Self::AddIndex { object, .. }
            | Self::DropIndex { object, .. }
            | Self::DropColumn { object, .. } => *object,
        }
    }

    /// The statement; `concurrently` builds an index beside the traffic.
    pub(crate) fn sql(&self, dialect: Dialect, concurrently: bool) -> String {
        let table = self.object().table();
        match self {
            Self::AddTable { columns, .. } => {
                let mut parts: Vec<String> = system_columns()
                    .iter()
                    .map(|(name, ty, required, default)| column_sql(dialect, name, *ty, *required, *default))
                    .collect();
                parts.extend(columns.iter().map(|c| column_sql(dialect, &c.name, c.ty, false, None)));
                parts.push("PRIMARY KEY (org, id)".into());
                format!("CREATE TABLE IF NOT EXISTS {table} ({})", parts.join(", "))
            }
            Self::AddColumn { column, .. } => {
                let column = column_sql(dialect, &column.name, column.ty, false, None);
                let guard = if dialect == Dialect::Postgres { "IF NOT EXISTS " } else { "" };
                format!("ALTER TABLE {table} ADD COLUMN {guard}{column}")
            }
            Self::AddIndex { object, index } => index.create(dialect, *object, concurrently),
            Self::DropIndex { object, index } => format!("DROP INDEX IF EXISTS {}", index.name(*object)),
            Self::DropColumn { column, .. } => {
                let guard = if dialect == Dialect::Postgres { "IF EXISTS " } else { "" };
                format!("ALTER TABLE {table} DROP COLUMN {guard}{column}")
            }
        }
    }
}
