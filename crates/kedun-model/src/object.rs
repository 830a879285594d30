//! What an object is: its fields, and whose data its records are.

use serde::{Deserialize, Serialize};

use crate::{FieldDef, ObjectId};

/// Whose data a record is; the key, the request of a data subject and the erasure hang on it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SubjectRule {
    /// The record is about a person: it is its own subject.
    Itself,
    /// The record belongs to the subject of the record that this field refers to; the first
    /// filled one of several. A record where none is filled is its own subject.
    Via(Vec<String>),
    /// No natural person; sealed values take a key of the record's own.
    None,
}

/// The definition of an object. Its table is named by `id`, never by a label.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ObjectDef {
    /// The number of the object; 0 in a data file, given when installed.
    #[serde(default)]
    pub id: ObjectId,
    /// The stable key used by the API, such as `contact`.
    pub key: String,
    pub zh: String,
    pub en: String,
    /// The plural for headings in English.
    pub en_plural: String,
    /// An icon name of the page.
    #[serde(default)]
    pub icon: String,
    pub subject: SubjectRule,
    /// The key of the field that names a record.
    pub title: String,
    /// The key of a select field drawn as a path of stages, if there is one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<String>,
    /// Sections of the record page: key, Chinese, English.
    #[serde(default)]
    pub sections: Vec<(String, String, String)>,
    pub fields: Vec<FieldDef>,
}

impl ObjectDef {
    /// The field with this key.
    pub fn field(&self, key: &str) -> Option<&FieldDef> {
        self.fields.iter().find(|f| f.key == key)
    }

    /// The field that names a record.
    pub fn title_field(&self) -> Option<&FieldDef> {
        self.field(&self.title)
    }
}
