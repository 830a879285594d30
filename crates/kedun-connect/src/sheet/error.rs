//! Why a file cannot be read or written.

use kedun_model::{Error, ErrorKind};

/// A failure that ends the reading or writing of a file; never holds a cell's content.
#[derive(Debug, thiserror::Error)]
pub enum SheetError {
    /// The operating system refused to read or write the file.
    #[error("the file cannot be read or written ({0})")]
    Io(std::io::ErrorKind),
    /// There is no header row.
    #[error("the file is empty: the first row must name the columns")]
    Empty,
    /// The file is larger than allowed.
    #[error("the file is larger than {max} bytes: split it")]
    TooLarge { max: u64 },
    /// There are more data rows than allowed.
    #[error("the file has more than {max} rows: split it")]
    TooManyRows { max: u64 },
    /// The header names more columns than allowed.
    #[error("the file has more than {max} columns: remove those that are not needed")]
    TooManyColumns { max: usize },
    /// A workbook in the format before 2007.
    #[error("this is an old .xls workbook: open it and save it as .xlsx or CSV")]
    OldExcel,
    /// A workbook protected by a password.
    #[error("the workbook is protected by a password: remove the password and save it again")]
    Encrypted,
    /// An OpenDocument spreadsheet.
    #[error("this is an OpenDocument file: save it as .xlsx or CSV")]
    OpenDocument,
    /// A workbook in the binary format.
    #[error("this is a binary .xlsb workbook: save it as .xlsx or CSV")]
    BinaryWorkbook,
    /// Neither text nor a workbook.
    #[error("this is neither a workbook nor a text file: save it as .xlsx or CSV")]
    NotASheet,
    /// The workbook holds no visible worksheet.
    #[error("the workbook has no visible worksheet")]
    NoWorksheet,
    /// The worksheet, encoding or delimiter asked for does not exist.
    #[error("there is no such {what}")]
    UnknownChoice { what: &'static str },
    /// Bytes that are not text in the encoding that the file began with.
    #[error("row {row} is not valid {encoding}: save the file as UTF-8")]
    Encoding { row: u64, encoding: &'static str },
    /// A quotation mark is never closed.
    #[error("the quotation mark opened in row {row} is never closed")]
    UnclosedQuote { row: u64 },
    /// The workbook would unpack to more than is allowed, or is built to exhaust a reader.
    #[error("the workbook is refused because of its {what}: save it again or save it as CSV")]
    Hostile { what: &'static str },
    /// The workbook's distinct texts do not fit in the memory allowed.
    #[error("the workbook holds too much distinct text: save it as CSV")]
    TooMuchText,
    /// The workbook is damaged, at or after a row if that is known.
    #[error("the workbook is damaged near row {row}: open it and save it again")]
    Damaged { row: u64 },
    /// The workbook of rejected rows could not be written.
    #[error("the workbook cannot be written")]
    Write,
}

impl SheetError {
    /// The stable code, such as `import.too_large`.
    pub fn code(&self) -> &'static str {
        match self {
            SheetError::Io(_) => "import.unreadable",
            SheetError::Empty => "import.empty",
            SheetError::TooLarge { .. } => "import.too_large",
            SheetError::TooManyRows { .. } => "import.too_many_rows",
            SheetError::TooManyColumns { .. } => "import.too_many_columns",
            SheetError::OldExcel => "import.old_excel",
            SheetError::Encrypted => "import.encrypted",
            SheetError::OpenDocument => "import.open_document",
            SheetError::BinaryWorkbook => "import.binary_workbook",
            SheetError::NotASheet => "import.not_a_sheet",
            SheetError::NoWorksheet => "import.no_worksheet",
            SheetError::UnknownChoice { .. } => "import.unknown_choice",
            SheetError::Encoding { .. } => "import.encoding",
            SheetError::UnclosedQuote { .. } => "import.unclosed_quote",
            SheetError::Hostile { .. } => "import.hostile_workbook",
            SheetError::TooMuchText => "import.too_much_text",
            SheetError::Damaged { .. } => "import.damaged",
            SheetError::Write => "import.cannot_write",
        }
    }
}

impl From<std::io::Error> for SheetError {
    fn from(error: std::io::Error) -> Self {
        SheetError::Io(error.kind())
    }
}

impl From<SheetError> for Error {
    fn from(error: SheetError) -> Self {
        let kind = match &error {
            SheetError::Io(_) | SheetError::Write => ErrorKind::Internal,
            SheetError::TooLarge { .. } | SheetError::TooManyRows { .. } => ErrorKind::TooLarge,
            _ => ErrorKind::Invalid,
        };
        let out = Error::new(kind, error.code());
        match error {
            SheetError::TooLarge { max } | SheetError::TooManyRows { max } => out.arg("max", max),
            SheetError::TooManyColumns { max } => out.arg("max", max),
            SheetError::Encoding { row, encoding } => out.arg("row", row).arg("encoding", encoding),
            SheetError::UnclosedQuote { row } | SheetError::Damaged { row } => out.arg("row", row),
            SheetError::UnknownChoice { what } | SheetError::Hostile { what } => out.arg("what", what),
            SheetError::Io(kind) => out.with_internal(kind),
            _ => out,
        }
    }
}
