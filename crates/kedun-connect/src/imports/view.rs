//! What the importer is shown.

use kedun_model::{Caller, ImportId, Result};
use kedun_store::sq::{Expr, ExprTrait, Order};

use super::mapping::{alarming, stores_in_clear};
use super::row::ImportRow;
use super::types::{Counts, FileDetails, ImportState, Mapping, Progress, SampleRow};
use super::{Imports, Inner};

/// How many imports a list shows.
const LISTED: u64 = 100;

/// An import.
#[derive(Debug, Clone)]
pub struct ImportView {
    pub id: ImportId,
    /// The key of the object.
    pub object: String,
    pub state: ImportState,
    pub bytes: u64,
    /// Absent once the file is gone.
    pub file: Option<FileDetails>,
    pub mapping: Option<Mapping>,
    /// The counts of the check, then those of the import.
    pub counts: Option<Counts>,
    pub sample: Vec<SampleRow>,
    pub progress: Option<Progress>,
    /// Why it failed.
    pub code: Option<String>,
    pub created_at: i64,
    pub updated_at: i64,
    /// Until when it can be undone.
    pub keep_until: i64,
    /// Codes and column of what deserves a look.
    pub warnings: Vec<(&'static str, Option<usize>)>,
}

impl Imports {
    /// One import.
    ///
    /// # Errors
    /// `not_found` unless it is the caller's own.
    pub async fn view(&self, caller: &Caller, id: ImportId) -> Result<ImportView> {
        let import = self.own(caller, id).await?;
        let sample = self.sample(&import).await?;
        self.shown(import, sample).await
    }

    /// The caller's imports, the newest first, at most 100; without their samples.
    ///
    /// # Errors
    /// The store's.
    pub async fn list(&self, caller: &Caller) -> Result<Vec<ImportView>> {
        let statement = self
            .select_imports()
            .and_where(Expr::col("person").eq(caller.person.0))
            .order_by("created_at", Order::Desc)
            .order_by("id", Order::Desc)
            .limit(LISTED)
            .to_owned();
        let mut views = Vec::new();
        for import in self.imports_of(&statement).await? {
            views.push(self.shown(import, Vec::new()).await?);
        }
        Ok(views)
    }
}

impl Inner {
    async fn shown(&self, import: ImportRow, sample: Vec<SampleRow>) -> Result<ImportView> {
        let file = if import.gone { None } else { Some(self.details(&import).await?) };
        let warnings = file.as_ref().map(|file| self.warnings(&import, file)).unwrap_or_default();
        Ok(ImportView {
            id: import.id,
            object: import.object,
            state: import.state,
            bytes: import.bytes,
            file,
            mapping: import.mapping,
            counts: import.counts,
            sample,
            progress: import.progress,
            code: import.code,
            created_at: import.created_at,
            updated_at: import.updated_at,
            keep_until: import.keep_until,
            warnings,
        })
    }

    fn warnings(&self, import: &ImportRow, file: &FileDetails) -> Vec<(&'static str, Option<usize>)> {
        let mut warnings = Vec::new();
        if !file.encoding.eq_ignore_ascii_case("utf-8") {
            warnings.push(("import.encoding_guessed", None));
        }
        if file.worksheets.len() > 1 {
            warnings.push(("import.several_worksheets", None));
        }
        let catalog = self.door.catalog();
        let object = catalog.object(&import.object);
        for column in &file.columns {
            let field = column.suggested.as_deref().and_then(|key| object.and_then(|o| o.field(key)));
            if column.findings.iter().any(|(kind, _)| alarming(*kind)) && field.is_none_or(stores_in_clear) {
                warnings.push(("import.personal_data", Some(column.index)));
            }
        }
        if let Some(counts) = &import.counts {
            warnings
                .extend(counts.findings.iter().map(|(column, ..)| ("import.personal_data", Some(*column))));
        }
        warnings.dedup();
        warnings
    }
}
