//! The workbook of rows that were not taken.
//!
//! It holds the rows as they were, with their number and the reasons, so that
//! somebody can correct it and import it again. Every text is written as text,
//! and one that a spreadsheet might run as a formula gets an apostrophe, which
//! importing takes off again. While it is written its parts lie unnamed in the
//! folder of the file, never in a shared one.

use std::fs::File;
use std::path::{Path, PathBuf};

use rust_xlsxwriter::{DocProperties, ExcelDateTime, Format, Workbook, Worksheet};

use crate::coerce::{Lang, Reason};
use crate::sheet::{Cell, SheetError};

/// The longest text of a cell, in characters, as the format has it.
const MAX_TEXT: usize = 32_767;

/// What is wrong with one row: the column concerned, if one is, and the reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejection {
    /// The index of the column; none if the row as a whole is concerned.
    pub column: Option<usize>,
    pub reason: Reason,
}

/// Writes the workbook with memory that does not grow with the rows.
pub struct RejectWriter {
    path: PathBuf,
    workbook: Workbook,
    worksheet: Worksheet,
    header: Vec<String>,
    lang: Lang,
    next: u32,
}

impl RejectWriter {
    /// Begins a workbook that `finish` writes to `path`, for rows under these column names.
    pub fn create(path: &Path, header: &[String], lang: Lang) -> Result<Self, SheetError> {
        let mut workbook = Workbook::new();
        if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty()) {
            workbook.set_tempdir(folder).map_err(write_error)?;
        }
        // A fixed date keeps the same rows the same file.
        let date = ExcelDateTime::from_ymd(2000, 1, 1).map_err(write_error)?;
        workbook.set_properties(&DocProperties::new().set_creation_datetime(&date));
        let mut worksheet = workbook.new_worksheet_with_constant_memory().map_err(write_error)?;
        worksheet.set_freeze_panes(1, 0).map_err(write_error)?;
        worksheet.set_column_width(1, 40).map_err(write_error)?;
        let bold = Format::new().set_bold();
        let (number, reason) = match lang {
            Lang::Zh => ("行号", "原因"),
            Lang::En => ("Row", "Reason"),
        };
        let names = [number, reason].into_iter().chain(header.iter().map(String::as_str));
        for (column, name) in names.enumerate() {
            worksheet
                .write_string_with_format(0, column_number(column)?, safe_text(name), &bold)
                .map_err(write_error)?;
        }
        Ok(RejectWriter {
            path: path.to_owned(),
            workbook,
            worksheet,
            header: header.to_vec(),
            lang,
            next: 1,
        })
    }

    /// Adds a row with its number in the file. The format ends at 1,048,576 rows.
    pub fn push(&mut self, number: u64, cells: &[Cell], reasons: &[Rejection]) -> Result<(), SheetError> {
        let row = self.next;
        let sentences: Vec<String> = reasons.iter().map(|rejection| self.sentence(rejection)).collect();
        let joint = match self.lang {
            Lang::Zh => ";",
            Lang::En => "; ",
        };
        let number = u32::try_from(number).unwrap_or(u32::MAX);
        self.worksheet.write_number(row, 0, f64::from(number)).map_err(write_error)?;
        self.worksheet.write_string(row, 1, safe_text(&sentences.join(joint))).map_err(write_error)?;
        for (index, cell) in cells.iter().enumerate() {
            let column = column_number(index + 2)?;
            match cell {
                Cell::Empty => Ok(&mut self.worksheet),
                Cell::Number(number) if number.is_finite() => {
                    self.worksheet.write_number(row, column, *number)
                }
                other => self.worksheet.write_string(row, column, safe_text(&other.to_text())),
            }
            .map_err(write_error)?;
        }
        self.next += 1;
        Ok(())
    }

    /// Rows added so far.
    pub fn rows(&self) -> u32 {
        self.next - 1
    }

    /// Writes the file.
    pub fn finish(mut self) -> Result<(), SheetError> {
        self.workbook.push_worksheet(self.worksheet);
        let file = File::create(&self.path)?;
        self.workbook.save_to_writer(file).map_err(write_error)
    }

    fn sentence(&self, rejection: &Rejection) -> String {
        let message = rejection.reason.message(self.lang);
        match rejection.column.and_then(|index| self.header.get(index)) {
            Some(name) if self.lang == Lang::Zh => format!("{name}:{message}"),
            Some(name) => format!("{name}: {message}"),
            None => message,
        }
    }
}

/// Whether a spreadsheet might take a text for a formula or a command.
pub fn starts_formula(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '\0', '＝', '＋', '－', '＠'])
}

/// The text with an apostrophe in front if it might be run, cut to what a cell holds.
pub fn safe_text(text: &str) -> String {
    let guard = starts_formula(text) || starts_formula(text.trim_start());
    let mut safe = String::with_capacity(text.len() + 1);
    if guard {
        safe.push('\'');
    }
    safe.extend(text.chars().take(MAX_TEXT - 1));
    safe
}

fn column_number(index: usize) -> Result<u16, SheetError> {
    u16::try_from(index).map_err(|_too_many| SheetError::Write)
}

/// The writer's error without the texts that it may quote.
fn write_error(error: rust_xlsxwriter::XlsxError) -> SheetError {
    match error {
        rust_xlsxwriter::XlsxError::IoError(io) => SheetError::Io(io.kind()),
        _ => SheetError::Write,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sheet::{Limits, open};
    use std::io::Read;

    const HOSTILE: [&str; 12] = [
        "=1+1",
        "+cmd|' /C calc'!A0",
        "-2+3",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "  =1",
        "=HYPERLINK(\"http://x\")",
        "＝1+1",
        "'=already",
        "{=1}",
        "<f>1</f>",
    ];

    #[test]
    fn nothing_is_a_formula_and_everything_comes_back() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("rejects.xlsx");
        let header: Vec<String> = vec!["名称".into(), "=电话".into(), "额".into()];
        let mut writer = RejectWriter::create(&path, &header, Lang::Zh).unwrap();
        for (index, text) in HOSTILE.iter().enumerate() {
            let cells =
                [Cell::Text((*text).to_owned()), Cell::Text("+8613800138000".into()), Cell::Number(-1.5)];
            let reasons = [
                Rejection { column: Some(0), reason: Reason::UnknownOption },
                Rejection { column: None, reason: Reason::DuplicateInFile { row: 2 } },
            ];
            writer.push(index as u64 + 2, &cells, &reasons).unwrap();
        }
        assert_eq!(writer.rows(), 12);
        writer.finish().unwrap();
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 1, "a part was left behind");

        let mut archive = zip::ZipArchive::new(File::open(&path).unwrap()).unwrap();
        let mut markup = String::new();
        archive.by_name("xl/worksheets/sheet1.xml").unwrap().read_to_string(&mut markup).unwrap();
        assert!(!markup.contains("<f>") && !markup.contains("<f "), "a formula was written");

        let mut sheet = open(&path, &Limits::default()).unwrap();
        assert_eq!(sheet.header(), ["行号", "原因", "名称", "'=电话", "额"]);
        for (index, text) in HOSTILE.iter().enumerate() {
            let row = sheet.next_row().unwrap().unwrap();
            assert_eq!(row.cells[0], Cell::Number(index as f64 + 2.0));
            assert_eq!(row.cells[1], Cell::Text("名称:不在可选项之中;与文件第 2 行重复".into()));
            let Cell::Text(back) = &row.cells[2] else { panic!("not a text") };
            assert!(!starts_formula(back.trim_start()), "{text:?} could run");
            assert_eq!(crate::coerce::phone(&row.cells[3]).unwrap(), "13800138000");
            assert_eq!(row.cells[4], Cell::Number(-1.5));
        }
        assert!(sheet.next_row().is_none());
    }

    #[test]
    fn long_texts_are_cut_to_what_a_cell_holds() {
        assert_eq!(safe_text(&"=".repeat(40_000)).chars().count(), MAX_TEXT);
        assert_eq!(safe_text("正常"), "正常");
    }
}
