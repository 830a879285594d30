//! Taking a file in.

use kedun_engine::EventDraft;
use kedun_ledger::Outcome;
use kedun_model::{Action, Caller, Error, ErrorKind, ImportId, Result};
use kedun_store::sq::{self, Query};
use kedun_store::{Changeset, KeyRow};

use super::row::KEPT;
use super::sealed::{ImportKey, SealedReader, SealedWriter, disk};
use super::suggest::suggest;
use super::types::{Column, FileChoice, FileDetails, ImportState};
use super::{ImportView, Imports, signed};
use crate::sheet::{self, Choice, Limits, SheetError, SheetKind};

/// Rows looked at to know the columns; the check reads them all.
const LOOK: u64 = 10_000;
/// The longest name of a file kept, in characters.
const MAX_NAME: usize = 120;

/// A file that is arriving. Dropped before it is finished, it leaves nothing.
pub struct Upload {
    imports: Imports,
    id: ImportId,
    key: ImportKey,
    row: Option<KeyRow>,
    writer: Option<SealedWriter>,
}

impl std::fmt::Debug for Upload {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Upload").field("id", &self.id).finish_non_exhaustive()
    }
}

impl Imports {
    /// Begins to take a file in; the caller may import into some object.
    ///
    /// # Errors
    /// `forbidden` for those who may import nothing at all.
    pub async fn begin_upload(&self, caller: &Caller) -> Result<Upload> {
        let mut refused = Error::forbidden("forbidden");
        let mut may = false;
        for object in self.door.catalog().objects() {
            match self.door.grant(caller, &object.def.key, Action::Import).await {
                Ok(_) => {
                    may = true;
                    break;
                }
                Err(error) if error.kind == ErrorKind::StepUp => refused = error,
                Err(error) if error.kind == ErrorKind::Forbidden => {}
                Err(error) => return Err(error),
            }
        }
        if !may {
            return Err(refused);
        }
        std::fs::create_dir_all(&self.config.dir).map_err(disk)?;
        let id = ImportId(self.door.context().new_uuid());
        let (key, row) = self.new_key(id)?;
        let writer = SealedWriter::create(&self.file_path(id), key.clone()).map_err(disk)?;
        Ok(Upload { imports: self.clone(), id, key, row: Some(row), writer: Some(writer) })
    }
}

impl Upload {
    /// Takes the next bytes of the file.
    ///
    /// # Errors
    /// `import.too_large`; `store.unavailable` when the disk is full.
    pub fn write(&mut self, bytes: &[u8]) -> Result<()> {
        let writer = self.writer.as_mut().ok_or_else(|| Error::internal("the upload has ended"))?;
        let max = self.imports.config.limits.max_bytes;
        if writer.bytes().saturating_add(super::count(bytes.len())) > max {
            return Err(SheetError::TooLarge { max }.into());
        }
        writer.write(bytes)
    }

    /// Ends the file: looks at it, and keeps it for `object`.
    ///
    /// # Errors
    /// `import.empty`, `import.encrypted` and so on for a file that cannot be read; `access.*`.
    pub async fn finish(
        mut self,
        caller: &Caller,
        object: &str,
        name: &str,
        choice: FileChoice,
    ) -> Result<ImportView> {
        let imports = self.imports.clone();
        imports.door.grant(caller, object, Action::Import).await?;
        let catalog = imports.door.catalog();
        let object = catalog.require(object)?;
        let writer = self.writer.take().ok_or_else(|| Error::internal("the upload has ended"))?;
        let (path, key, limits) =
            (imports.file_path(self.id), self.key.clone(), imports.config.limits.clone());
        let looked = {
            let choice = choice.clone();
            tokio::task::spawn_blocking(move || {
                let bytes = writer.finish()?;
                Ok::<_, Error>((bytes, look(&path, key, bytes, &limits, &choice)?))
            })
        };
        let (bytes, (info, profile)) = looked.await.map_err(Error::internal)??;

        let suggested = suggest(&object.def, &profile.columns);
        let mut columns: Vec<Column> = Vec::with_capacity(profile.columns.len());
        for (index, ((column, examples), suggested)) in
            profile.columns.into_iter().zip(profile.examples).zip(suggested).enumerate()
        {
            columns.push(Column {
                index,
                name: column.name,
                kind: column.kind,
                fill: column.fill_rate,
                distinct: column.distinct,
                suggested,
                findings: column.personal,
                sample: examples.masked,
            });
        }
        if let Some(known) = imports.remembered(caller, &object.def.key, &columns).await? {
            for column in &mut columns {
                column.suggested = known
                    .columns
                    .iter()
                    .find(|(index, key)| *index == column.index && object.field(key).is_some())
                    .map(|(_, key)| key.clone());
            }
        }
        let details = FileDetails {
            name: clean_name(name),
            kind: match info.kind {
                SheetKind::Csv => "csv",
                SheetKind::Xlsx => "xlsx",
            }
            .to_owned(),
            encoding: info.encoding.to_owned(),
            delimiter: info.delimiter,
            worksheet: info.worksheet,
            worksheets: info.worksheets,
            rows: profile.complete.then_some(profile.rows),
            columns,
            choice,
        };
        let now = imports.now();
        let insert = Query::insert()
            .into_table("import_file")
            .columns([
                "org",
                "id",
                "object",
                "person",
                "state",
                "bytes",
                "details",
                "created_at",
                "updated_at",
                "keep_until",
                "gone",
            ])
            .values([
                imports.org().0.into(),
                self.id.0.into(),
                object.def.key.as_str().into(),
                caller.person.0.into(),
                ImportState::Uploaded.code().into(),
                signed(bytes).into(),
                sq::Expr::from(self.key.seal_json(0, &details)?),
                now.into(),
                now.into(),
                now.saturating_add(KEPT).into(),
                false.into(),
            ])
            .map_err(Error::internal)?
            .to_owned();
        let draft = EventDraft::new("import.upload", Outcome::Ok)
            .object(object.def.id)
            .detail("import", self.id.to_string())
            .detail("kind", details.kind.clone())
            .count("bytes", signed(bytes))
            .count("columns", signed(super::count(details.columns.len())));
        let store = imports.door.store();
        let mut changes = Changeset::new(imports.door.evidence().prepare(caller, draft)?)
            .require_epoch(imports.org(), caller.epoch)
            .exec(store.dialect().insert(&insert));
        if let Some(key) = self.row.clone() {
            changes = changes.add_key(key);
        }
        store.commit(changes).await?;
        // From here on the file belongs to the import.
        self.row = None;
        imports.view(caller, self.id).await
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        if self.row.is_some() {
            self.writer = None;
            if let Err(error) = std::fs::remove_file(self.imports.file_path(self.id)) {
                tracing::warn!(import = %self.id, kind = ?error.kind(), "a broken upload could not be removed");
            }
            self.imports.door.vault().forget(&kedun_vault::SubjectId(self.id.bytes()));
        }
    }
}

/// What the user decided, as the reader takes it.
pub(crate) fn sheet_choice(choice: &FileChoice) -> Choice {
    Choice {
        encoding: choice.encoding.clone(),
        delimiter: choice.delimiter,
        worksheet: choice.worksheet.clone(),
    }
}

fn look(
    path: &std::path::Path,
    key: ImportKey,
    bytes: u64,
    limits: &Limits,
    choice: &FileChoice,
) -> Result<(sheet::SheetInfo, sheet::Profile)> {
    if bytes == 0 {
        return Err(SheetError::Empty.into());
    }
    let source = SealedReader::open(path, key, bytes).map_err(SheetError::from)?;
    let mut sheet = sheet::open_source(Box::new(source), bytes, limits, &sheet_choice(choice))?;
    let profile = sheet::profile(&mut *sheet, LOOK)?;
    Ok((sheet.info().clone(), profile))
}

/// The last part of a path, on one line.
fn clean_name(name: &str) -> String {
    let last = name.rsplit(['/', '\\']).next().unwrap_or_default();
    last.chars().filter(|c| !c.is_control()).take(MAX_NAME).collect()
}
