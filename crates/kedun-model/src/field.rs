//! What a field is: its kind, class, mask and rules.

use serde::{Deserialize, Serialize};

use crate::{DataClass, FieldId, MaskStyle, ObjectId};

/// One choice of a selection.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SelectOption {
    /// The stable key that is stored.
    pub key: String,
    /// The label in Chinese.
    pub zh: String,
    /// The label in English.
    pub en: String,
    /// A colour token of the page, such as `teal`; none for neutral.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub color: Option<String>,
}

/// The kind of a field's value; says which [`crate::Value`] it holds and how it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum FieldKind {
    /// One line, at most `max` characters.
    Text { max: u32 },
    /// Several lines, at most `max` characters.
    LongText { max: u32 },
    /// A person's name; searched by pinyin too.
    Name,
    /// A telephone number; compared by its digits.
    Phone,
    /// An e-mail address; compared in lower case.
    Email,
    /// A web address.
    Url,
    /// A code such as a tax id or an identity-card number; compared in upper case.
    Code { max: u32 },
    /// A 64-bit integer.
    Integer,
    /// Money in minor units of the organisation's currency.
    Money,
    /// A percentage, 0 to 100.
    Percent,
    /// Yes or no.
    Boolean,
    /// A day.
    Date,
    /// A moment.
    DateTime,
    /// One of the options.
    Select { options: Vec<SelectOption> },
    /// Any of the options.
    MultiSelect { options: Vec<SelectOption> },
    /// A record of another object, named by its key; resolved to `object` when installed.
    Reference {
        to: String,
        #[serde(default, skip_serializing_if = "Option::is_none")]
        object: Option<ObjectId>,
    },
    /// A person of the organisation.
    Person,
    /// A number that the engine gives, such as `KH-000123`.
    AutoNumber { prefix: String, digits: u8 },
}

/// Whether two records may hold the same value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(rename_all = "snake_case")]
pub enum Uniqueness {
    /// They may.
    #[default]
    None,
    /// They may, but whoever enters the second is told (duplicate check), and an import matches by it.
    Warn,
    /// They may not.
    Strict,
}

/// The definition of a field. Labels are metadata: renaming costs nothing.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldDef {
    /// The number of the field; 0 in a data file, given when installed.
    #[serde(default)]
    pub id: FieldId,
    /// The stable key used by the API.
    pub key: String,
    /// The label in Chinese.
    pub zh: String,
    /// The label in English.
    pub en: String,
    #[serde(flatten)]
    pub kind: FieldKind,
    /// How closely it is kept.
    pub class: DataClass,
    /// How it is masked; meaningful for P2 and P3.
    #[serde(default)]
    pub mask: MaskStyle,
    /// Shown whole to those with level read, without a reveal. A P2 name would be
    /// useless otherwise; every look is in the evidence all the same. Never true for P3.
    #[serde(default)]
    pub open: bool,
    /// Must be entered.
    #[serde(default)]
    pub required: bool,
    #[serde(default)]
    pub unique: Uniqueness,
    /// Kept in the search arena (sealed fields) or searched in SQL (plain text).
    #[serde(default)]
    pub searchable: bool,
    /// Has an index for filter and sort; plain fields only.
    #[serde(default)]
    pub indexed: bool,
    /// Written by the engine alone.
    #[serde(default)]
    pub read_only: bool,
    /// Not offered until an administrator turns it on.
    #[serde(default)]
    pub off_by_default: bool,
    /// The section of the record page.
    #[serde(default)]
    pub section: String,
    /// Shown as a column of the default list.
    #[serde(default)]
    pub in_list: bool,
    /// A sentence of help, Chinese then English, shown under the input.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help: Option<(String, String)>,
}

impl FieldDef {
    /// Whether the value is stored as ciphertext.
    pub fn sealed(&self) -> bool {
        self.class.sealed()
    }

    /// Whether the value is masked, even for those who may read it, until it is revealed.
    pub fn revealed_on_demand(&self) -> bool {
        self.sealed() && !self.open
    }

    /// Whether a blind index is kept for it.
    pub fn blind_indexed(&self) -> bool {
        self.sealed() && self.unique != Uniqueness::None
    }
}
