//! Imports on the wire.

use std::collections::BTreeMap;

use kedun_connect::coerce::DayOrder;
use kedun_connect::detect::PersonalKind;
use kedun_connect::imports::{
    Column, Counts, FileDetails, ImportView, Mapping, MappingRequest, OnMatch, Options, Outcome, Progress,
    Relation, SampleRow,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::when;

/// The parts of an upload.
#[derive(ToSchema)]
#[expect(dead_code, reason = "describes a form that is read as a stream")]
pub struct UploadForm {
    /// The key of the object
    pub object: String,
    #[schema(value_type = String, format = Binary)]
    pub file: Vec<u8>,
    /// Instead of what is detected, such as `gb18030`
    pub encoding: Option<String>,
    /// Instead of what is detected
    pub delimiter: Option<String>,
    /// Instead of the first visible one
    pub worksheet: Option<String>,
}

/// Imports, the newest first.
#[derive(Serialize, ToSchema)]
pub struct ImportItems {
    pub items: Vec<ImportItem>,
}

/// An import.
#[derive(Serialize, ToSchema)]
pub struct ImportItem {
    pub id: Uuid,
    /// The key of the object
    pub object: String,
    /// `uploaded`, `mapped`, `checking`, `checked`, `running`, `paused`, `cancelled`, `done`, `failed`, `undoing`, `undone`
    pub state: &'static str,
    /// Absent once the file is deleted
    pub file: Option<ImportFile>,
    pub columns: Vec<ImportColumn>,
    pub warnings: Vec<ImportWarning>,
    pub mapping: Option<MappingBody>,
    pub counts: Option<ImportCounts>,
    pub reasons: Option<Vec<ImportReason>>,
    /// After a check, at most 20 rows
    pub sample: Option<Vec<ImportSample>>,
    pub progress: Option<ImportProgress>,
    /// Why it failed
    pub code: Option<String>,
    pub created_at: String,
    pub updated_at: String,
    /// Until when the file is kept and the import can be undone
    pub keep_until: String,
}

/// The uploaded file.
#[derive(Serialize, ToSchema)]
pub struct ImportFile {
    pub name: String,
    pub bytes: u64,
    /// `csv` or `xlsx`
    pub kind: String,
    pub encoding: String,
    pub delimiter: Option<String>,
    pub worksheet: Option<String>,
    pub worksheets: Vec<String>,
    /// Data rows, if all were looked at
    pub rows: Option<u64>,
}

/// A column of the file.
#[derive(Serialize, ToSchema)]
pub struct ImportColumn {
    pub index: usize,
    pub name: String,
    /// `text`, `long_text`, `integer`, `decimal`, `money`, `date`, `date_time`, `boolean`, `phone`, `email`, `url`, `select`
    #[schema(value_type = String)]
    pub kind: kedun_connect::sheet::GuessedKind,
    /// Filled cells per row, 0 to 1
    pub fill: f64,
    pub distinct: u64,
    /// The key of the field it seems to be for
    pub suggested: Option<String>,
    pub findings: Vec<ImportFinding>,
    /// At most three values, masked
    pub sample: Vec<String>,
}

/// Personal data found in a column.
#[derive(Serialize, ToSchema)]
pub struct ImportFinding {
    /// `id_card`, `bank_card`, `mobile`, `email`, …
    #[schema(value_type = String)]
    pub kind: PersonalKind,
    /// Cells that hold it
    pub count: u64,
}

/// What deserves a look.
#[derive(Serialize, ToSchema)]
pub struct ImportWarning {
    pub code: &'static str,
    /// `column`, if one is concerned
    #[schema(value_type = Object)]
    pub args: BTreeMap<&'static str, usize>,
}

/// What came of the rows.
#[derive(Serialize, ToSchema)]
pub struct ImportCounts {
    pub rows: u64,
    pub new: u64,
    pub changed: u64,
    pub unchanged: u64,
    pub duplicate: u64,
    pub rejected: u64,
}

/// Why rows were not taken.
#[derive(Serialize, ToSchema)]
pub struct ImportReason {
    pub code: String,
    pub field: Option<String>,
    pub count: u64,
}

/// A row as it was checked.
#[derive(Serialize, ToSchema)]
pub struct ImportSample {
    pub row: u64,
    /// `new`, `changed`, `unchanged`, `duplicate`, `rejected`
    #[schema(value_type = String)]
    pub outcome: Outcome,
    pub changes: Vec<ImportChange>,
}

/// A cell of it: its text, masked where the field is sealed, or the code of what is wrong.
#[derive(Serialize, ToSchema)]
pub struct ImportChange {
    pub field: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
}

/// How far a job has come.
#[derive(Serialize, ToSchema)]
pub struct ImportProgress {
    pub done: u64,
    /// 0 while not known
    pub total: u64,
    pub new: u64,
    pub changed: u64,
    pub unchanged: u64,
    pub duplicate: u64,
    pub rejected: u64,
    pub rows_per_second: Option<u64>,
}

/// Which column goes where, and on what ground.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MappingBody {
    pub columns: Vec<MappedColumn>,
    /// Keys of the fields by which a record is recognised, the strongest first
    #[serde(default)]
    pub match_by: Vec<String>,
    /// By key of the reference field
    #[serde(default)]
    pub relations: BTreeMap<String, RelationBody>,
    /// `skip` or `update`
    #[schema(value_type = String)]
    pub on_match: OnMatch,
    /// Where the data come from; stored with each record
    #[serde(default)]
    pub source: String,
    /// `consent`, `contract`, `legitimate`, `legal_duty`, `public`
    #[serde(default)]
    pub basis: String,
    #[serde(default)]
    pub options: OptionsBody,
    /// Personal data in columns of plain fields were seen and are wanted there
    #[serde(default)]
    pub acknowledge_findings: bool,
}

/// A column and its field; null leaves it out.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MappedColumn {
    pub index: usize,
    pub field: Option<String>,
}

/// How a text names a record.
#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RelationBody {
    /// The key of a field of the other object
    pub by: String,
    #[serde(default)]
    pub create_missing: bool,
}

/// How cells are to be understood.
#[derive(Serialize, Deserialize, ToSchema, Default)]
#[serde(deny_unknown_fields, default)]
pub struct OptionsBody {
    /// `day_first` or `month_first`, for dates such as 03/04/2026
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>)]
    pub date_order: Option<DayOrder>,
}

impl From<MappingBody> for MappingRequest {
    fn from(body: MappingBody) -> Self {
        MappingRequest {
            columns: body.columns.into_iter().map(|c| (c.index, c.field)).collect(),
            match_by: body.match_by,
            relations: body
                .relations
                .into_iter()
                .map(|(key, r)| (key, Relation { by: r.by, create_missing: r.create_missing }))
                .collect(),
            on_match: body.on_match,
            source: body.source,
            basis: body.basis,
            options: Options { date_order: body.options.date_order },
            acknowledge_findings: body.acknowledge_findings,
        }
    }
}

impl From<Mapping> for MappingBody {
    fn from(mapping: Mapping) -> Self {
        MappingBody {
            columns: mapping
                .columns
                .into_iter()
                .map(|(index, field)| MappedColumn { index, field: Some(field) })
                .collect(),
            match_by: mapping.match_by,
            relations: mapping
                .relations
                .into_iter()
                .map(|(key, r)| (key, RelationBody { by: r.by, create_missing: r.create_missing }))
                .collect(),
            on_match: mapping.on_match,
            source: mapping.source,
            basis: mapping.basis,
            options: OptionsBody { date_order: mapping.options.date_order },
            acknowledge_findings: mapping.acknowledged,
        }
    }
}

impl From<ImportView> for ImportItem {
    fn from(view: ImportView) -> Self {
        let (file, columns) = match view.file {
            Some(file) => file_of(file, view.bytes),
            None => (None, Vec::new()),
        };
        // A run that is under way, paused or broken off has its own reasons.
        let told = view.progress.as_ref().map(|p| &p.counts).filter(|c| c.rows > 0).or(view.counts.as_ref());
        let reasons = told.map(|counts| {
            let reason = |r: &kedun_connect::imports::ReasonCount| ImportReason {
                code: r.code.clone(),
                field: r.field.clone(),
                count: r.count,
            };
            counts.reasons.iter().map(reason).collect()
        });
        ImportItem {
            id: view.id.0,
            object: view.object,
            state: view.state.code(),
            file,
            columns,
            warnings: view
                .warnings
                .into_iter()
                .map(|(code, column)| ImportWarning {
                    code,
                    args: column.map(|c| ("column", c)).into_iter().collect(),
                })
                .collect(),
            mapping: view.mapping.map(MappingBody::from),
            reasons,
            counts: view.counts.as_ref().map(ImportCounts::from),
            sample: (!view.sample.is_empty())
                .then(|| view.sample.into_iter().map(ImportSample::from).collect()),
            progress: view.progress.map(ImportProgress::from),
            code: view.code,
            created_at: when::text(view.created_at),
            updated_at: when::text(view.updated_at),
            keep_until: when::text(view.keep_until),
        }
    }
}

fn file_of(file: FileDetails, bytes: u64) -> (Option<ImportFile>, Vec<ImportColumn>) {
    let columns = file.columns.into_iter().map(ImportColumn::from).collect();
    let file = ImportFile {
        name: file.name,
        bytes,
        kind: file.kind,
        encoding: file.encoding,
        delimiter: file.delimiter.map(String::from),
        worksheet: file.worksheet,
        worksheets: file.worksheets,
        rows: file.rows,
    };
    (Some(file), columns)
}

impl From<Column> for ImportColumn {
    fn from(column: Column) -> Self {
        ImportColumn {
            index: column.index,
            name: column.name,
            kind: column.kind,
            fill: column.fill,
            distinct: column.distinct,
            suggested: column.suggested,
            findings: column
                .findings
                .into_iter()
                .map(|(kind, count)| ImportFinding { kind, count })
                .collect(),
            sample: column.sample,
        }
    }
}

impl From<&Counts> for ImportCounts {
    fn from(counts: &Counts) -> Self {
        ImportCounts {
            rows: counts.rows,
            new: counts.new,
            changed: counts.changed,
            unchanged: counts.unchanged,
            duplicate: counts.duplicate,
            rejected: counts.rejected,
        }
    }
}

impl From<SampleRow> for ImportSample {
    fn from(row: SampleRow) -> Self {
        let changes = row
            .changes
            .into_iter()
            .map(|c| ImportChange { field: c.field, text: c.text, code: c.code })
            .collect();
        ImportSample { row: row.row, outcome: row.outcome, changes }
    }
}

impl From<Progress> for ImportProgress {
    fn from(progress: Progress) -> Self {
        let counts = progress.counts;
        ImportProgress {
            done: progress.done,
            total: progress.total,
            new: counts.new,
            changed: counts.changed,
            unchanged: counts.unchanged,
            duplicate: counts.duplicate,
            rejected: counts.rejected,
            rows_per_second: progress.rows_per_second,
        }
    }
}
