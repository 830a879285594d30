//! Why a cell or a row is not taken.

use std::borrow::Cow;

use kedun_model::error::FieldError;
use serde::{Deserialize, Serialize};

/// A language of messages.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Lang {
    Zh,
    En,
}

/// A reason with a stable code and arguments; never holds the value itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Reason {
    /// Nothing is entered where something must be.
    Required,
    NotANumber,
    /// A number with a fraction where a whole one is asked for.
    NotAnInteger,
    /// More decimals than are kept.
    TooManyDecimals {
        max: u64,
    },
    /// Larger or smaller than can be kept.
    OutOfRange,
    NotADate,
    /// Day and month could be either way round.
    AmbiguousDate,
    NotABoolean,
    NotAPhone,
    NotAnEmail,
    NotAUrl,
    /// None of the options of a selection.
    UnknownOption,
    /// More characters than allowed.
    TooLong {
        max: u64,
    },
    /// More bytes in one cell than any field holds; the cell was cut.
    CellTooLong {
        max: u64,
    },
    /// The cell holds the error of a formula.
    FormulaError,
    /// The row has not as many cells as the header.
    Ragged {
        expected: u64,
        found: u64,
    },
    /// The same as an earlier row of the file.
    DuplicateInFile {
        row: u64,
    },
    /// The same as a record that exists.
    DuplicateExisting,
    /// No record has this name, telephone number or tax id.
    RelationNotFound,
    /// Several records have this name, telephone number or tax id.
    RelationAmbiguous,
    /// A field of this kind takes nothing from a file.
    NotImportable,
    /// The importer may not write this field, or not this record.
    NotAllowed,
    /// Somebody changed the record while the file was imported.
    ChangedMeanwhile,
    /// Not acceptable for a cause that has no words of its own.
    NotAccepted,
}

impl Reason {
    /// The stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Reason::Required => "required",
            Reason::NotANumber => "not_a_number",
            Reason::NotAnInteger => "not_an_integer",
            Reason::TooManyDecimals { .. } => "too_many_decimals",
            Reason::OutOfRange => "out_of_range",
            Reason::NotADate => "not_a_date",
            Reason::AmbiguousDate => "ambiguous_date",
            Reason::NotABoolean => "not_a_boolean",
            Reason::NotAPhone => "not_a_phone",
            Reason::NotAnEmail => "not_an_email",
            Reason::NotAUrl => "not_a_url",
            Reason::UnknownOption => "unknown_option",
            Reason::TooLong { .. } => "too_long",
            Reason::CellTooLong { .. } => "cell_too_long",
            Reason::FormulaError => "formula_error",
            Reason::Ragged { .. } => "ragged",
            Reason::DuplicateInFile { .. } => "duplicate_in_file",
            Reason::DuplicateExisting => "duplicate_existing",
            Reason::RelationNotFound => "relation_not_found",
            Reason::RelationAmbiguous => "relation_ambiguous",
            Reason::NotImportable => "not_importable",
            Reason::NotAllowed => "not_allowed",
            Reason::ChangedMeanwhile => "changed_meanwhile",
            Reason::NotAccepted => "not_accepted",
        }
    }

    /// The arguments of the message.
    pub fn args(&self) -> Vec<(&'static str, u64)> {
        match self {
            Reason::TooManyDecimals { max } | Reason::TooLong { max } | Reason::CellTooLong { max } => {
                vec![("max", *max)]
            }
            Reason::Ragged { expected, found } => vec![("expected", *expected), ("found", *found)],
            Reason::DuplicateInFile { row } => vec![("row", *row)],
            _ => Vec::new(),
        }
    }

    /// The same for an answer of the API, for the field with this key.
    pub fn for_field(&self, field: impl Into<String>) -> FieldError {
        let args = self.args().into_iter().map(|(name, n)| (Cow::Borrowed(name), n.to_string())).collect();
        FieldError { field: field.into(), code: Cow::Borrowed(self.code()), args }
    }

    /// A sentence that tells a person what to correct.
    pub fn message(&self, lang: Lang) -> String {
        let (zh, en) = self.sentences();
        match lang {
            Lang::Zh => zh,
            Lang::En => en,
        }
    }

    fn sentences(&self) -> (String, String) {
        let pair = |zh: &str, en: &str| (zh.to_owned(), en.to_owned());
        match self {
            Reason::Required => pair("必填项为空", "must not be empty"),
            Reason::NotANumber => pair("不是数字", "is not a number"),
            Reason::NotAnInteger => pair("不是整数", "is not a whole number"),
            Reason::TooManyDecimals { max } => {
                (format!("小数位数超过 {max} 位"), format!("has more than {max} decimals"))
            }
            Reason::OutOfRange => pair("数值超出范围", "is out of range"),
            Reason::NotADate => pair("不是有效日期", "is not a date"),
            Reason::AmbiguousDate => {
                pair("日期的日与月无法区分,请写成 2026-01-31", "has day and month unclear: write 2026-01-31")
            }
            Reason::NotABoolean => pair("不是“是”或“否”", "is neither yes nor no"),
            Reason::NotAPhone => pair("不是有效电话号码", "is not a telephone number"),
            Reason::NotAnEmail => pair("不是有效邮箱地址", "is not an e-mail address"),
            Reason::NotAUrl => pair("不是有效网址", "is not a web address"),
            Reason::UnknownOption => pair("不在可选项之中", "is not one of the options"),
            Reason::TooLong { max } => {
                (format!("超过 {max} 个字符"), format!("has more than {max} characters"))
            }
            Reason::CellTooLong { max } => (
                format!("单元格超过 {max} 字节,已截断"),
                format!("was cut: the cell has more than {max} bytes"),
            ),
            Reason::FormulaError => pair("公式结果为错误值", "is the error of a formula"),
            Reason::Ragged { expected, found } => (
                format!("列数不符:应为 {expected},实为 {found}"),
                format!("has {found} cells instead of {expected}"),
            ),
            Reason::DuplicateInFile { row } => {
                (format!("与文件第 {row} 行重复"), format!("is the same as row {row}"))
            }
            Reason::DuplicateExisting => pair("与已有记录重复", "exists already"),
            Reason::RelationNotFound => pair("找不到关联的记录", "names no record"),
            Reason::RelationAmbiguous => pair("关联到多条记录", "names several records"),
            Reason::NotImportable => pair("此字段不能导入", "cannot be imported"),
            Reason::NotAllowed => pair("您无权写入", "is not yours to write"),
            Reason::ChangedMeanwhile => {
                pair("导入期间记录被他人修改,请重新导入此行", "was changed meanwhile: import the row again")
            }
            Reason::NotAccepted => pair("不符合要求", "is not acceptable"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stored_form_has_the_code() {
        let reason = Reason::DuplicateInFile { row: 7 };
        let json = serde_json::to_value(&reason).unwrap();
        assert_eq!(json, serde_json::json!({"code": "duplicate_in_file", "row": 7}));
        assert_eq!(json["code"], reason.code());
        assert_eq!(serde_json::from_value::<Reason>(json).unwrap(), reason);
        assert_eq!(reason.for_field("phone").args[0].1, "7");
        assert_ne!(reason.message(Lang::Zh), reason.message(Lang::En));
    }
}
