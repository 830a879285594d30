//! Workbooks as spreadsheets write them.

use rust_xlsxwriter::{ExcelDateTime, Format, Formula, Workbook};

use super::*;
use crate::coerce::{DateRules, Reason, calendar, date, integer};
use crate::fixtures::{Acceptance, HEADER, Spec, write_xlsx};

fn rows(sheet: &mut dyn Sheet) -> Vec<Row> {
    std::iter::from_fn(|| sheet.next_row()).map(|row| row.unwrap()).collect()
}

#[test]
fn ten_thousand_rows_come_back_whole() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("客户.xlsx");
    let truth = Acceptance::new(Spec { rows: 10_000, broken: 60, duplicates: 50, seed: 11 });
    write_xlsx(&truth, &path).unwrap();
    let mut sheet = open(&path, &Limits::default()).unwrap();
    assert_eq!(sheet.info().kind, SheetKind::Xlsx);
    assert_eq!(sheet.header(), HEADER);
    let mut position = 0;
    for index in 0..10_000 {
        let row = sheet.next_row().unwrap().unwrap();
        assert_eq!(row.number, Acceptance::number(index));
        let expected = truth.row(index);
        for (column, cell) in row.cells.iter().enumerate() {
            if column == 6 && expected[6] != "面议" {
                let Cell::Number(number) = cell else { panic!("not a number") };
                assert!((number - expected[6].parse::<f64>().unwrap()).abs() < 0.001);
            } else {
                assert_eq!(cell.to_text(), expected[column], "row {index} column {column}");
            }
        }
        assert!(sheet.position() >= position);
        position = sheet.position();
    }
    assert!(sheet.next_row().is_none());
    assert_eq!(sheet.position(), sheet.info().bytes);
    // The broken rows are exactly those whose cells are refused.
    let mut sheet = open(&path, &Limits::default()).unwrap();
    let mut refused = Vec::new();
    for row in rows(sheet.as_mut()) {
        for (column, cell) in row.cells.iter().enumerate() {
            if let Err(reason) = check(column, cell) {
                refused.push((row.number, column, reason.code()));
            }
        }
    }
    assert_eq!(refused, truth.broken());
    assert_eq!((truth.broken().len(), truth.duplicates().len()), (60, 50));
}

fn check(column: usize, cell: &Cell) -> Result<(), Reason> {
    use crate::coerce::{email, minor_units, option, phone, required};
    let table: Vec<kedun_model::SelectOption> = crate::fixtures::INDUSTRIES
        .iter()
        .map(|(key, zh, en)| kedun_model::SelectOption {
            key: (*key).into(),
            zh: (*zh).into(),
            en: (*en).into(),
            color: None,
        })
        .collect();
    match column {
        0 => required(cell),
        2 => phone(cell).map(drop),
        3 => email(cell).map(drop),
        4 => option(cell, &table).map(drop),
        5 => date(cell, &DateRules::default()).map(drop),
        6 => minor_units(cell, 2).map(drop),
        _ => Ok(()),
    }
}

#[test]
fn cells_of_every_type() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("in.xlsx");
    let mut workbook = Workbook::new();
    let hidden = workbook.add_worksheet().set_name("隐藏").unwrap();
    hidden.set_hidden(true).write_string(0, 0, "x").unwrap();
    let sheet = workbook.add_worksheet().set_name("客户").unwrap().set_active(true);
    let day = Format::new().set_num_format("yyyy\"年\"m\"月\"d\"日\"");
    let time = Format::new().set_num_format("yyyy/m/d h:mm");
    for (column, name) in (0..).zip(["名称", "", "名称", "签约", "时间", "数", "公式", "真", "空"])
    {
        sheet.write_string(2, column, name).unwrap();
    }
    let moment = ExcelDateTime::from_ymd(2026, 11, 23).unwrap();
    sheet.write_string(4, 0, "=1+1 & <b>").unwrap();
    sheet.write_string(4, 1, "  两行\n文本 ").unwrap();
    sheet.write_datetime_with_format(4, 3, &moment, &day).unwrap();
    sheet.write_datetime_with_format(4, 4, moment.clone().and_hms(14, 30, 0).unwrap(), &time).unwrap();
    sheet.write_number(4, 5, 13_800_138_000.0).unwrap();
    sheet.write_formula(4, 6, Formula::new("=SUM(1,2)").set_result("3")).unwrap();
    sheet.write_boolean(4, 7, true).unwrap();
    sheet.write_blank(4, 8, &day).unwrap();
    sheet.write_formula(5, 6, Formula::new("=1/0").set_result("#DIV/0!")).unwrap();
    sheet.write_string(5, 12, "无列名").unwrap();
    workbook.add_worksheet().set_name("第二").unwrap().write_string(0, 0, "别的").unwrap();
    workbook.save(&path).unwrap();

    let mut sheet = open(&path, &Limits::default()).unwrap();
    assert_eq!(sheet.info().worksheet.as_deref(), Some("客户"));
    assert_eq!(sheet.info().worksheets, ["客户", "第二"]);
    assert_eq!(sheet.header()[..3], ["名称", "Column 2", "名称 (2)"]);
    let rows = rows(sheet.as_mut());
    assert_eq!((rows.len(), rows[0].number, rows[1].number), (2, 5, 6));
    let cells = &rows[0].cells;
    let midnight = i64::from(calendar::days(2026, 11, 23).unwrap()) * calendar::DAY;
    assert_eq!(cells[0], Cell::Text("=1+1 & <b>".into()));
    assert_eq!(cells[1], Cell::Text("  两行\n文本 ".into()));
    assert_eq!(cells[2], Cell::Empty);
    assert_eq!(cells[3], Cell::DateTime(midnight));
    assert_eq!(cells[4], Cell::DateTime(midnight + (14 * 60 + 30) * 60_000_000));
    assert_eq!(integer(&cells[5]), Ok(13_800_138_000));
    assert_eq!(cells[6], Cell::Number(3.0), "the cached result, never the formula");
    assert_eq!(cells[7], Cell::Bool(true));
    assert_eq!(cells[8], Cell::Empty);
    assert_eq!(rows[1].cells[6], Cell::Error);
    assert_eq!(rows[1].problem, Some(Reason::Ragged { expected: 9, found: 13 }));

    let choice = Choice { worksheet: Some("第二".into()), ..Choice::default() };
    assert_eq!(open_with(&path, &Limits::default(), &choice).unwrap().header(), ["别的"]);
    let hidden = Choice { worksheet: Some("隐藏".into()), ..Choice::default() };
    assert!(matches!(
        open_with(&path, &Limits::default(), &hidden).err(),
        Some(SheetError::UnknownChoice { what: "worksheet" })
    ));
}

#[test]
fn limits_hold() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("in.xlsx");
    let mut workbook = Workbook::new();
    let sheet = workbook.add_worksheet();
    for row in 0..5 {
        for column in 0..4 {
            sheet.write_string(row, column, format!("值{row}{column}")).unwrap();
        }
    }
    sheet.write_string(1, 0, "很长".repeat(50)).unwrap();
    workbook.save(&path).unwrap();
    let run = |limits: Limits| {
        let mut sheet = open(&path, &limits)?;
        let mut rows = Vec::new();
        while let Some(row) = sheet.next_row() {
            rows.push(row?);
        }
        Ok::<_, SheetError>(rows)
    };
    assert_eq!(run(Limits::default()).unwrap().len(), 4);
    assert!(matches!(
        run(Limits { max_rows: 3, ..Limits::default() }),
        Err(SheetError::TooManyRows { max: 3 })
    ));
    assert!(matches!(
        run(Limits { max_columns: 3, ..Limits::default() }),
        Err(SheetError::TooManyColumns { max: 3 })
    ));
    assert!(matches!(
        run(Limits { max_shared_text: 500, ..Limits::default() }),
        Err(SheetError::TooMuchText)
    ));
    let rows = run(Limits { max_cell_bytes: 100, ..Limits::default() }).unwrap();
    assert_eq!(rows[0].problem, Some(Reason::CellTooLong { max: 100 }));
    assert_eq!(rows[0].cells[0], Cell::Text("很长".repeat(50).chars().take(33).collect()));
    assert_eq!(rows[1].problem, None);
}

#[test]
fn a_reader_that_is_dropped_early_ends() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("in.xlsx");
    write_xlsx(&Acceptance::new(Spec { rows: 5_000, broken: 0, duplicates: 0, seed: 1 }), &path).unwrap();
    for _ in 0..20 {
        let mut sheet = open(&path, &Limits::default()).unwrap();
        sheet.next_row().unwrap().unwrap();
    }
}
