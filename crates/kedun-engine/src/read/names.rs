//! Names of what a record refers to: other records under the caller's own grant on their object,
//! people from the directory.

use std::collections::HashMap;

use kedun_guard::Grant;
use kedun_model::{Action, Caller, FieldKind, FieldLevel, ObjectId, RecordId, Result, Value};
use uuid::Uuid;

use super::row::{Cell, RecordRow};
use crate::catalog::CatalogObject;
use crate::door::Inner;
use crate::seal::SubjectKeys;
use crate::value_format::value_to_text;

/// The titles of the records that a page refers to; those missing may not be seen.
#[derive(Debug, Default)]
pub(crate) struct Titles(HashMap<(ObjectId, Uuid), Option<String>>);

impl Titles {
    /// Outer none: no access. Inner none: accessible, and the title may not be shown.
    pub fn get(&self, object: ObjectId, id: Uuid) -> Option<Option<&str>> {
        self.0.get(&(object, id)).map(Option::as_deref)
    }
}

impl Inner {
    /// The titles of these records, by object, that the caller may read.
    pub async fn titles(&self, caller: &Caller, wanted: HashMap<ObjectId, Vec<RecordId>>) -> Result<Titles> {
        let mut titles = Titles::default();
        let catalog = self.catalog();
        for (object, mut ids) in wanted {
            let Some(target) = catalog.object_by_id(object) else { continue };
            let Ok(grant) = self.grant(caller, target, Action::Read).await else { continue };
            ids.sort_unstable();
            ids.dedup();
            let fields: Vec<_> = target.def.title_field().into_iter().collect();
            let rows = self.points(target, &grant, &ids, &fields).await?;
            let subjects: Vec<_> = rows
                .iter()
                .filter(|r| matches!(r.cells.first(), Some(Cell::Sealed(_))))
                .map(|r| r.subject)
                .collect();
            let keys = self.subject_keys(&subjects).await?;
            for row in &rows {
                let title = self.title(target, &grant, row, &keys)?;
                titles.0.insert((object, row.id.0), title);
            }
        }
        Ok(titles)
    }

    /// The title of a row whose first cell is the title field: whole, masked, or none.
    pub(super) fn title(
        &self,
        object: &CatalogObject,
        grant: &Grant,
        row: &RecordRow,
        keys: &SubjectKeys,
    ) -> Result<Option<String>> {
        let (Some(field), Some(cell)) = (object.def.title_field(), row.cells.first()) else {
            return Ok(None);
        };
        let level = grant.level(&row.facts, field.id);
        if level == FieldLevel::None {
            return Ok(None);
        }
        let value = match cell {
            Cell::Plain(value) => value.clone(),
            Cell::Sealed(sealed) => match keys.get(&row.subject) {
                Some(key) => self.open_value(key, object.def.id, field.id, row.id, sealed)?,
                None => return Ok(None),
            },
        };
        if value.is_null() {
            return Ok(None);
        }
        let text = value_to_text(&value);
        let whole = level >= FieldLevel::Read && !field.revealed_on_demand();
        Ok(Some(if whole { text } else { field.mask.apply(&text) }))
    }
}

/// Adds what the cells of a row refer to.
pub(crate) fn referred<'a>(
    wanted: &mut HashMap<ObjectId, Vec<RecordId>>,
    cells: impl Iterator<Item = (&'a FieldKind, &'a Value)>,
) {
    for (kind, value) in cells {
        if let (FieldKind::Reference { object: Some(object), .. }, Value::Id(id)) = (kind, value) {
            wanted.entry(*object).or_default().push(RecordId(*id));
        }
    }
}
