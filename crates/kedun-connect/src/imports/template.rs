//! An empty file to fill in.

use kedun_model::{Action, Caller, FieldDef, FieldKind, FieldLevel, Result};

use super::Imports;
use super::suggest::importable;
use crate::coerce::Lang;
use crate::workbook::{Out, WorkbookWriter};

impl Imports {
    /// A workbook with the names of the fields the caller may write and one row of examples, and a name for it.
    ///
    /// # Errors
    /// `object.unknown`; `access.*`.
    pub async fn template(&self, caller: &Caller, object: &str, lang: Lang) -> Result<(String, Vec<u8>)> {
        let grant = self.door.grant(caller, object, Action::Import).await?;
        let catalog = self.door.catalog();
        let object = catalog.require(object)?;
        let fields: Vec<&FieldDef> = object
            .fields
            .iter()
            .filter(|f| {
                importable(f) && !f.off_by_default && grant.field_level_max(f.id) >= FieldLevel::Write
            })
            .collect();
        let labels: Vec<&str> =
            fields.iter().map(|f| if lang == Lang::Zh { &f.zh } else { &f.en }.as_str()).collect();
        let examples: Vec<String> = fields.iter().map(|f| example(f, lang)).collect();
        let widths = vec![18; fields.len()];
        let mut workbook = WorkbookWriter::begin(Vec::new(), &widths)?;
        workbook.row(labels.iter().map(|label| Out::Bold(label)))?;
        workbook
            .row(examples.iter().map(|text| if text.is_empty() { Out::Empty } else { Out::Text(text) }))?;
        let name = match lang {
            Lang::Zh => format!("{}-导入模板.xlsx", object.zh),
            Lang::En => format!("{}-import-template.xlsx", object.key),
        };
        Ok((name, workbook.finish()?))
    }
}

/// A value that the field takes; numbers that reach nobody.
fn example(field: &FieldDef, lang: Lang) -> String {
    let pair = |zh: &str, en: &str| if lang == Lang::Zh { zh.to_owned() } else { en.to_owned() };
    let label = |o: &kedun_model::SelectOption| if lang == Lang::Zh { o.zh.clone() } else { o.en.clone() };
    match &field.kind {
        FieldKind::Text { .. } | FieldKind::LongText { .. } => pair("示例", "Example"),
        FieldKind::Name => pair("示例姓名", "Example Name"),
        FieldKind::Phone if field.key == "mobile" => "13800000000".to_owned(),
        FieldKind::Phone => "010-55550000".to_owned(),
        FieldKind::Email => "name@example.com".to_owned(),
        FieldKind::Url => "https://www.example.com".to_owned(),
        FieldKind::Integer => "1".to_owned(),
        FieldKind::Money => "10000.00".to_owned(),
        FieldKind::Percent => "50%".to_owned(),
        FieldKind::Boolean => pair("否", "No"),
        FieldKind::Date => "2026-01-31".to_owned(),
        FieldKind::DateTime => "2026-01-31 09:30".to_owned(),
        FieldKind::Select { options } => options.first().map(label).unwrap_or_default(),
        FieldKind::MultiSelect { options } => {
            options.iter().take(2).map(label).collect::<Vec<_>>().join("、")
        }
        FieldKind::Reference { .. } => pair("示例公司", "Example Ltd"),
        FieldKind::Code { .. } | FieldKind::Person | FieldKind::AutoNumber { .. } => String::new(),
    }
}
