//! The workbook of rows that were not taken.
//!
//! It holds the rows as they were, with their number and the reasons, so that
//! somebody can correct it and import it again. Every text is written as text,
//! and one that a spreadsheet might run as a formula gets an apostrophe, which
//! importing takes off again. It is written as a stream: no part of it lies
//! anywhere else while it is written.

use std::io::Write;

use crate::coerce::{Lang, Reason};
use crate::sheet::{Cell, SheetError};
use crate::workbook::{Out, WorkbookWriter};
pub use crate::workbook::{safe_text, starts_formula};

/// What is wrong with one row: the column concerned, if one is, and the reason.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rejection {
    /// The index of the column; none if the row as a whole is concerned.
    pub column: Option<usize>,
    pub reason: Reason,
}

/// Writes the workbook with memory that does not grow with the rows.
pub struct RejectWriter<W: Write> {
    workbook: WorkbookWriter<W>,
    header: Vec<String>,
    lang: Lang,
}

impl<W: Write> RejectWriter<W> {
    /// Begins a workbook for rows under these column names.
    ///
    /// # Errors
    /// What the target says.
    pub fn create(out: W, header: &[String], lang: Lang) -> Result<Self, SheetError> {
        let mut workbook = WorkbookWriter::begin(out, &[8, 40])?;
        let (number, reason) = match lang {
            Lang::Zh => ("行号", "原因"),
            Lang::En => ("Row", "Reason"),
        };
        let names = [number, reason].into_iter().chain(header.iter().map(String::as_str));
        workbook.row(names.map(Out::Bold))?;
        Ok(RejectWriter { workbook, header: header.to_vec(), lang })
    }

    /// Adds a row with its number in the file. The format ends at 1,048,576 rows.
    ///
    /// # Errors
    /// What the target says.
    pub fn push(&mut self, number: u64, cells: &[Cell], reasons: &[Rejection]) -> Result<(), SheetError> {
        let sentences: Vec<String> = reasons.iter().map(|rejection| self.sentence(rejection)).collect();
        let joint = match self.lang {
            Lang::Zh => ";",
            Lang::En => "; ",
        };
        let reason = sentences.join(joint);
        let number = u32::try_from(number).unwrap_or(u32::MAX);
        let texts: Vec<Option<String>> = cells
            .iter()
            .map(|cell| match cell {
                Cell::Empty | Cell::Number(_) => None,
                other => Some(other.to_text()),
            })
            .collect();
        let row = cells.iter().zip(&texts).map(|(cell, text)| match (cell, text) {
            (Cell::Number(number), _) => Out::Number(*number),
            (_, Some(text)) => Out::Text(text),
            (_, None) => Out::Empty,
        });
        self.workbook.row([Out::Number(f64::from(number)), Out::Text(&reason)].into_iter().chain(row))
    }

    /// Rows added so far.
    pub fn rows(&self) -> u32 {
        self.workbook.rows() - 1
    }

    /// Ends the workbook and gives back what it was written to.
    ///
    /// # Errors
    /// What the target says.
    pub fn finish(self) -> Result<W, SheetError> {
        self.workbook.finish()
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sheet::{Limits, open};
    use std::fs::File;
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
        let mut writer = RejectWriter::create(File::create(&path).unwrap(), &header, Lang::Zh).unwrap();
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
        assert_eq!(safe_text(&"=".repeat(40_000)).chars().count(), crate::workbook::MAX_TEXT);
        assert_eq!(safe_text("正常"), "正常");
    }
}
