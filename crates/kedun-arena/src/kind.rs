//! How the text of a field is to be understood.

/// The kind of text in a field: decides its normal form, its order and whether pinyin finds it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TextKind {
    /// A person's or a company's name: letters and digits, found by pinyin and initials too.
    Name,
    /// A telephone number: digits only, without the country code of China.
    Phone,
    /// An e-mail address: lower case, no white space.
    Email,
    /// Free text: lower case, runs of white space are one space.
    Text,
    /// An identifier such as an ID-card number or a tax id: upper-case letters and digits.
    Code,
}

/// One searchable field of an arena.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FieldSpec {
    /// The number of the field, as the caller knows it.
    pub field: u32,
    /// What its text is.
    pub kind: TextKind,
}
