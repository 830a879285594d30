//! One shape of failure for all use cases: a stable code and public arguments
//! for the caller, an internal text for the log of the operator. Neither ever
//! holds the value of a field, a secret or a key.

use std::borrow::Cow;
use std::fmt;

/// The family of an error; decides the HTTP status in exactly one function.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// The input is not acceptable (422).
    Invalid,
    /// Nobody is signed in (401).
    Unauthenticated,
    /// Signed in, and not allowed (403).
    Forbidden,
    /// Does not exist, or must look so (404).
    NotFound,
    /// The state changed meanwhile (409).
    Conflict,
    /// The version named in If-Match is no longer current (412).
    PreconditionFailed,
    /// Something must be done first: a purpose, a fresh factor (403 with the step).
    StepUp,
    /// Too much, too often (429).
    Limited,
    /// Larger than allowed (413).
    TooLarge,
    /// The evidence or the store cannot be written, or the server is sealed (503).
    Unavailable,
    /// A defect (500).
    Internal,
}

/// A failure.
#[derive(Debug)]
pub struct Error {
    pub kind: ErrorKind,
    /// The stable code, such as `record.version_changed`; also the key of its message.
    pub code: Cow<'static, str>,
    /// Public arguments of the message: field keys, limits, counts; never values.
    pub args: Vec<(Cow<'static, str>, String)>,
    /// The field or parameter concerned, if one is.
    pub fields: Vec<FieldError>,
    /// For the operator's log only.
    pub internal: Option<String>,
}

/// What is wrong with one field.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldError {
    pub field: String,
    pub code: Cow<'static, str>,
    pub args: Vec<(Cow<'static, str>, String)>,
}

/// The result of a use case.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    pub fn new(kind: ErrorKind, code: impl Into<Cow<'static, str>>) -> Self {
        Error { kind, code: code.into(), args: Vec::new(), fields: Vec::new(), internal: None }
    }

    pub fn invalid(code: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorKind::Invalid, code)
    }

    pub fn forbidden(code: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorKind::Forbidden, code)
    }

    pub fn not_found(code: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorKind::NotFound, code)
    }

    pub fn conflict(code: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorKind::Conflict, code)
    }

    pub fn unavailable(code: impl Into<Cow<'static, str>>) -> Self {
        Self::new(ErrorKind::Unavailable, code)
    }

    /// A defect or a failure of the surroundings; the text goes to the operator's log only.
    pub fn internal(detail: impl fmt::Display) -> Self {
        Self::new(ErrorKind::Internal, "internal").with_internal(detail)
    }

    #[must_use]
    pub fn arg(mut self, name: impl Into<Cow<'static, str>>, value: impl fmt::Display) -> Self {
        self.args.push((name.into(), value.to_string()));
        self
    }

    #[must_use]
    pub fn field(mut self, field: impl Into<String>, code: impl Into<Cow<'static, str>>) -> Self {
        self.fields.push(FieldError { field: field.into(), code: code.into(), args: Vec::new() });
        self
    }

    #[must_use]
    pub fn with_fields(mut self, fields: Vec<FieldError>) -> Self {
        self.fields = fields;
        self
    }

    #[must_use]
    pub fn with_internal(mut self, detail: impl fmt::Display) -> Self {
        self.internal = Some(detail.to_string());
        self
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.code)?;
        for (name, value) in &self.args {
            write!(f, " {name}={value}")?;
        }
        for field in &self.fields {
            write!(f, " [{}: {}]", field.field, field.code)?;
        }
        if let Some(internal) = &self.internal {
            write!(f, " ({internal})")?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}
