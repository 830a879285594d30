//! Saying which column goes where.

use std::collections::{BTreeMap, HashSet};

use kedun_engine::CatalogObject;
use kedun_model::error::FieldError;
use kedun_model::{Action, Caller, Error, FieldDef, FieldKind, FieldLevel, ImportId, Result};
use kedun_store::sq::{Expr, ExprTrait, OnConflict, Query};
use serde::{Deserialize, Serialize};

use super::row::{ImportRow, Move, no_bytes, no_text};
use super::suggest::{importable, plain};
use super::types::{Column, FileDetails, ImportState, Mapping, OnMatch, Options};
use super::{ImportView, Imports, Inner};
use crate::detect::{PersonalKind, scan};

/// The grounds on which data may be kept.
pub(crate) const BASES: [&str; 5] = ["consent", "contract", "legitimate", "legal_duty", "public"];
/// The longest source, in characters.
const MAX_SOURCE: usize = 200;

/// How a text of the file names a record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Relation {
    /// The key of the field of the other object that the text is compared with.
    pub by: String,
    /// Whether a record that is named and does not exist is made.
    #[serde(default)]
    pub create_missing: bool,
}

/// What the importer decided.
#[derive(Debug, Clone)]
pub struct MappingRequest {
    /// Index of the column and key of the field; none for a column that is not taken.
    pub columns: Vec<(usize, Option<String>)>,
    pub match_by: Vec<String>,
    pub relations: BTreeMap<String, Relation>,
    pub on_match: OnMatch,
    pub source: String,
    pub basis: String,
    pub options: Options,
    pub acknowledge_findings: bool,
}

/// Whether a value of a column that is mapped to `field` would be stored in clear.
pub(crate) fn stores_in_clear(field: &FieldDef) -> bool {
    !field.sealed()
        && !matches!(
            field.kind,
            FieldKind::Select { .. }
                | FieldKind::MultiSelect { .. }
                | FieldKind::Boolean
                | FieldKind::Date
                | FieldKind::DateTime
                | FieldKind::Reference { .. }
                | FieldKind::Person
        )
}

/// Personal data that must not lie in a plain field unseen.
pub(crate) fn alarming(kind: PersonalKind) -> bool {
    matches!(kind, PersonalKind::IdCard | PersonalKind::BankCard | PersonalKind::Mobile | PersonalKind::Email)
}

impl Imports {
    /// Maps the columns; a check or import that was made before is to be made again.
    ///
    /// # Errors
    /// 422 `import.mapping` with the fields that are wrong; 422 `import.personal_data_in_unclassified`;
    /// `import.state`; `not_found`.
    pub async fn map(&self, caller: &Caller, id: ImportId, request: MappingRequest) -> Result<ImportView> {
        let import = self.own(caller, id).await?;
        let grant = self.door.grant(caller, &import.object, Action::Import).await?;
        let catalog = self.door.catalog();
        let object = catalog.require(&import.object)?;
        let details = self.details(&import).await?;
        let writable = |f: &FieldDef| grant.field_level_max(f.id) >= FieldLevel::Write;
        let mapping =
            check(object, &details.columns, request, writable, |key| catalog.object(key).map(|o| &**o))?;

        let text = serde_json::to_string(&mapping).map_err(Error::internal)?;
        let step = Move {
            from: &[ImportState::Uploaded, ImportState::Mapped, ImportState::Checked],
            to: ImportState::Mapped,
            action: "import.map",
            set: vec![
                ("mapping", text.into()),
                ("counts", no_text()),
                ("sample", no_bytes()),
                ("progress", no_text()),
                ("code", no_text()),
            ],
            job: None,
            details: vec![
                ("basis", mapping.basis.clone()),
                ("acknowledged", if mapping.acknowledged { "yes" } else { "no" }.to_owned()),
            ],
            counts: vec![("columns", super::count(mapping.columns.len()))],
        };
        self.move_import(caller, &import, step).await?;
        self.remember(caller, &import, &details, &mapping).await?;
        self.view(caller, id).await
    }
}

/// Checks what was decided against the definition and the file.
fn check<'a>(
    object: &'a CatalogObject,
    columns: &[Column],
    request: MappingRequest,
    writable: impl Fn(&FieldDef) -> bool,
    other: impl Fn(&str) -> Option<&'a CatalogObject>,
) -> Result<Mapping> {
    let mut errors: Vec<FieldError> = Vec::new();
    let mut wrong = |field: String, code: &'static str| {
        errors.push(FieldError { field, code: code.into(), args: Vec::new() });
    };
    let mut mapped: Vec<(usize, String)> = Vec::new();
    let mut fields: Vec<(&Column, &FieldDef)> = Vec::new();
    let (mut seen_columns, mut seen_fields) = (HashSet::new(), HashSet::new());
    for (index, key) in request.columns {
        let place = format!("columns.{index}");
        let Some(column) = columns.iter().find(|c| c.index == index) else {
            wrong(place, "import.unknown_column");
            continue;
        };
        if !seen_columns.insert(index) {
            wrong(place, "import.column_twice");
            continue;
        }
        let Some(key) = key else { continue };
        // The same answer for a field that is not there and one that the caller may not see.
        let Some(field) = object.field(&key).filter(|f| writable(f)) else {
            wrong(place, "field.unknown");
            continue;
        };
        if !importable(field) {
            wrong(place, "field.read_only");
        } else if seen_fields.insert(key.clone()) {
            fields.push((column, field));
            mapped.push((index, key));
        } else {
            wrong(place, "import.field_twice");
        }
    }
    let is_mapped = |key: &str| fields.iter().any(|(_, f)| f.key == key);
    if mapped.is_empty() {
        wrong("columns".to_owned(), "import.nothing_mapped");
    }
    for key in &request.match_by {
        let matchable = fields.iter().any(|(_, f)| &f.key == key && matchable_field(f));
        if !matchable {
            wrong(
                "match_by".to_owned(),
                if is_mapped(key) { "import.not_matchable" } else { "import.not_mapped" },
            );
        }
    }
    let mut relations = BTreeMap::new();
    for (_, field) in &fields {
        let FieldKind::Reference { to, .. } = &field.kind else { continue };
        let place = format!("relations.{}", field.key);
        let Some(target) = other(to) else {
            wrong(place, "field.unknown");
            continue;
        };
        let relation = request
            .relations
            .get(&field.key)
            .cloned()
            .unwrap_or_else(|| Relation { by: target.title.clone(), create_missing: false });
        if !target.field(&relation.by).is_some_and(matchable_field) {
            wrong(place, "import.not_matchable");
        } else if relation.create_missing && relation.by != target.title {
            wrong(place, "import.cannot_create");
        } else {
            relations.insert(field.key.clone(), relation);
        }
    }
    let source = request.source.trim().to_owned();
    if source.is_empty() {
        wrong("source".to_owned(), "field.required");
    } else if source.chars().count() > MAX_SOURCE {
        wrong("source".to_owned(), "field.too_long");
    } else if scan(&source).iter().any(|f| alarming(f.kind)) {
        // It is stored in clear with every record.
        wrong("source".to_owned(), "import.personal_data_in_source");
    }
    if !BASES.contains(&request.basis.as_str()) {
        wrong(
            "basis".to_owned(),
            if request.basis.is_empty() { "field.required" } else { "field.not_an_option" },
        );
    }
    if !errors.is_empty() {
        return Err(Error::invalid("import.mapping").with_fields(errors));
    }
    if !request.acknowledge_findings {
        let found: Vec<FieldError> = fields
            .iter()
            .filter(|(column, field)| {
                stores_in_clear(field) && column.findings.iter().any(|(kind, n)| alarming(*kind) && *n > 0)
            })
            .map(|(column, _)| unclassified(column.index))
            .collect();
        if !found.is_empty() {
            return Err(Error::invalid("import.personal_data_in_unclassified").with_fields(found));
        }
    }
    mapped.sort_unstable();
    Ok(Mapping {
        columns: mapped,
        match_by: request.match_by,
        relations,
        on_match: request.on_match,
        source,
        basis: request.basis,
        options: request.options,
        acknowledged: request.acknowledge_findings,
    })
}

/// What is wrong with a column whose personal data would lie in a plain field.
pub(crate) fn unclassified(column: usize) -> FieldError {
    FieldError {
        field: format!("columns.{column}"),
        code: "import.personal_data_in_unclassified".into(),
        args: Vec::new(),
    }
}

/// Whether records can be found by the text of a field.
fn matchable_field(field: &FieldDef) -> bool {
    matches!(
        field.kind,
        FieldKind::Text { .. }
            | FieldKind::Name
            | FieldKind::Phone
            | FieldKind::Email
            | FieldKind::Code { .. }
            | FieldKind::Url
            | FieldKind::AutoNumber { .. }
    )
}

impl Inner {
    /// Names the header of a file, without telling it: keyed, so that it cannot be guessed.
    fn fingerprint(&self, columns: &[Column]) -> Vec<u8> {
        let names: Vec<String> = columns.iter().map(|c| plain(&c.name)).collect();
        let org = kedun_vault::OrgId(self.org().0);
        self.door.vault().exact_index(org, 0, 0, "import.header", 1, names.join("\u{1f}").as_bytes()).to_vec()
    }

    /// Keeps a mapping for the next file with the same header.
    async fn remember(
        &self,
        caller: &Caller,
        import: &ImportRow,
        details: &FileDetails,
        mapping: &Mapping,
    ) -> Result<()> {
        let text = serde_json::to_string(mapping).map_err(Error::internal)?;
        let insert = Query::insert()
            .into_table("import_mapping")
            .columns(["org", "person", "object", "header", "mapping", "at"])
            .values([
                self.org().0.into(),
                caller.person.0.into(),
                import.object.as_str().into(),
                self.fingerprint(&details.columns).into(),
                text.into(),
                self.now().into(),
            ])
            .map_err(Error::internal)?
            .on_conflict(
                OnConflict::columns(["org", "person", "object", "header"])
                    .update_columns(["mapping", "at"])
                    .to_owned(),
            )
            .to_owned();
        let store = self.door.store();
        store.housekeeping(vec![store.dialect().insert(&insert)]).await?;
        Ok(())
    }

    /// The mapping that this person used for the last file with this header.
    pub(crate) async fn remembered(
        &self,
        caller: &Caller,
        object: &str,
        columns: &[Column],
    ) -> Result<Option<Mapping>> {
        let select = Query::select()
            .column("mapping")
            .from("import_mapping")
            .and_where(Expr::col("org").eq(self.org().0))
            .and_where(Expr::col("person").eq(caller.person.0))
            .and_where(Expr::col("object").eq(object))
            .and_where(Expr::col("header").eq(self.fingerprint(columns)))
            .to_owned();
        let store = self.door.store();
        let rows = store.query(&store.dialect().select(&select)).await?;
        // A form of an older release is forgotten.
        Ok(rows
            .first()
            .map(|row| row.get_text(0))
            .transpose()?
            .and_then(|text| serde_json::from_str(&text).ok()))
    }
}
