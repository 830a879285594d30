//! From one version of an object's definition to the next.

use kedun_model::{FieldDef, FieldKind, ObjectDef, Uniqueness};
use serde::{Deserialize, Serialize};

use crate::schema::{ColumnType, IndexKind, SchemaStep};
use crate::{Result, StoreError};

/// A column of a field. It may always be null.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObjectColumn {
    pub name: String,
    pub ty: ColumnType,
}

/// The type of the column that holds a field's value.
pub fn column_type(field: &FieldDef) -> ColumnType {
    if field.sealed() {
        return ColumnType::Bytes;
    }
    match field.kind {
        FieldKind::Text { .. }
        | FieldKind::LongText { .. }
        | FieldKind::Url
        | FieldKind::Code { .. }
        | FieldKind::Select { .. }
        | FieldKind::MultiSelect { .. }
        | FieldKind::Name
        | FieldKind::Phone
        | FieldKind::Email
        | FieldKind::AutoNumber { .. } => ColumnType::Text,
        FieldKind::Integer | FieldKind::Money | FieldKind::Percent | FieldKind::DateTime => {
            ColumnType::BigInt
        }
        FieldKind::Boolean => ColumnType::Bool,
        FieldKind::Date => ColumnType::Int,
        FieldKind::Reference { .. } | FieldKind::Person => ColumnType::Uuid,
    }
}

/// The steps that lead from `old` (`None`: no table yet) to `new`. A field that is no longer there
/// loses its column. A column cannot change its type: the field must get a new number.
pub fn plan_object(old: Option<&ObjectDef>, new: &ObjectDef) -> Result<Vec<SchemaStep>> {
    let object = new.id;
    let columns: Vec<ObjectColumn> = new.fields.iter().flat_map(columns).collect();
    let indexes: Vec<IndexKind> = new.fields.iter().filter_map(field_index).collect();
    let Some(old) = old else {
        let mut steps = vec![SchemaStep::AddTable { object, columns }];
        let all = IndexKind::SYSTEM.into_iter().chain(indexes);
        steps.extend(all.map(|index| SchemaStep::AddIndex { object, index }));
        return Ok(steps);
    };
    let old_columns: Vec<ObjectColumn> = old.fields.iter().flat_map(self::columns).collect();
    let old_indexes: Vec<IndexKind> = old.fields.iter().filter_map(field_index).collect();
    let mut steps = Vec::new();
    for column in &columns {
        match old_columns.iter().find(|known| known.name == column.name) {
            None => steps.push(SchemaStep::AddColumn { object, column: column.clone() }),
            Some(known) if known.ty != column.ty => {
                return Err(StoreError::TypeChange {
                    column: column.name.clone(),
                    from: known.ty.name(),
                    to: column.ty.name(),
                });
            }
            Some(_) => {}
        }
    }
    let added = indexes.iter().filter(|index| !old_indexes.contains(index));
    steps.extend(added.map(|&index| SchemaStep::AddIndex { object, index }));
    let dropped = old_indexes.iter().filter(|index| !indexes.contains(index));
    steps.extend(dropped.map(|&index| SchemaStep::DropIndex { object, index }));
    let gone = old_columns.iter().filter(|known| !columns.iter().any(|column| column.name == known.name));
    steps.extend(gone.map(|column| SchemaStep::DropColumn { object, column: column.name.clone() }));
    Ok(steps)
}

fn columns(field: &FieldDef) -> Vec<ObjectColumn> {
    let mut columns = vec![ObjectColumn { name: field.id.column(), ty: column_type(field) }];
    if field.blind_indexed() {
        columns.push(ObjectColumn { name: field.id.blind_column(), ty: ColumnType::BigInt });
    }
    columns
}

fn field_index(field: &FieldDef) -> Option<IndexKind> {
    if field.blind_indexed() {
        return Some(IndexKind::Blind(field.id));
    }
    if field.sealed() {
        return None;
    }
    // A long text would not fit a page of a PostgreSQL index.
    let fits = match field.kind {
        FieldKind::Text { max } | FieldKind::Code { max } => max <= 512,
        FieldKind::LongText { .. } | FieldKind::Url | FieldKind::MultiSelect { .. } => false,
        _ => true,
    };
    let wanted = field.indexed
        || field.unique != Uniqueness::None
        || matches!(field.kind, FieldKind::Reference { .. });
    (fits && wanted).then_some(IndexKind::Field(field.id))
}
