//! The markup of a workbook's parts.

use std::fmt::Write as _;

use super::{Out, safe_text};

/// Where the rows are.
pub(super) const SHEET: &str = "xl/worksheets/sheet1.xml";
pub(super) const SHEET_TAIL: &str = "</sheetData></worksheet>";

const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";

/// The parts that are always the same. Style 1 is bold.
pub(super) const PARTS: &[(&str, &str)] = &[
    (
        "[Content_Types].xml",
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\
         <Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">\
         <Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>\
         <Default Extension=\"xml\" ContentType=\"application/xml\"/>\
         <Override PartName=\"/xl/workbook.xml\" \
         ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/>\
         <Override PartName=\"/xl/worksheets/sheet1.xml\" \
         ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml\"/>\
         <Override PartName=\"/xl/styles.xml\" \
         ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml\"/></Types>",
    ),
    (
        "_rels/.rels",
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\
         <Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
         <Relationship Id=\"rId1\" \
         Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" \
         Target=\"xl/workbook.xml\"/></Relationships>",
    ),
    (
        "xl/workbook.xml",
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\
         <workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" \
         xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\">\
         <sheets><sheet name=\"Sheet1\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>",
    ),
    (
        "xl/_rels/workbook.xml.rels",
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\
         <Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\
         <Relationship Id=\"rId1\" \
         Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" \
         Target=\"worksheets/sheet1.xml\"/>\
         <Relationship Id=\"rId2\" \
         Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/styles\" \
         Target=\"styles.xml\"/></Relationships>",
    ),
    (
        "xl/styles.xml",
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\
         <styleSheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\">\
         <fonts count=\"2\"><font><sz val=\"11\"/><name val=\"Calibri\"/></font>\
         <font><b/><sz val=\"11\"/><name val=\"Calibri\"/></font></fonts>\
         <fills count=\"2\"><fill><patternFill patternType=\"none\"/></fill>\
         <fill><patternFill patternType=\"gray125\"/></fill></fills>\
         <borders count=\"1\"><border><left/><right/><top/><bottom/><diagonal/></border></borders>\
         <cellStyleXfs count=\"1\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\"/></cellStyleXfs>\
         <cellXfs count=\"2\"><xf numFmtId=\"0\" fontId=\"0\" fillId=\"0\" borderId=\"0\" xfId=\"0\"/>\
         <xf numFmtId=\"0\" fontId=\"1\" fillId=\"0\" borderId=\"0\" xfId=\"0\" applyFont=\"1\"/></cellXfs>\
         <cellStyles count=\"1\"><cellStyle name=\"Normal\" xfId=\"0\" builtinId=\"0\"/></cellStyles></styleSheet>",
    ),
];

/// Begins the worksheet: the first row stays in sight, the first columns have these widths.
pub(super) fn sheet_head(out: &mut String, widths: &[u16]) {
    let _infallible = write!(
        out,
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?><worksheet xmlns=\"{MAIN}\">\
         <sheetViews><sheetView workbookViewId=\"0\">\
         <pane ySplit=\"1\" topLeftCell=\"A2\" activePane=\"bottomLeft\" state=\"frozen\"/></sheetView></sheetViews>"
    );
    if !widths.is_empty() {
        out.push_str("<cols>");
        for (index, width) in (1_u32..).zip(widths) {
            let _infallible =
                write!(out, "<col min=\"{index}\" max=\"{index}\" width=\"{width}\" customWidth=\"1\"/>");
        }
        out.push_str("</cols>");
    }
    out.push_str("<sheetData>");
}

/// Adds a row; `number` counts from 1.
pub(super) fn row<'a>(out: &mut String, number: u32, cells: impl IntoIterator<Item = Out<'a>>) {
    let _infallible = write!(out, "<row r=\"{number}\">");
    for (column, cell) in (0_u32..).zip(cells) {
        let (text, style) = match cell {
            Out::Empty => continue,
            Out::Number(value) if value.is_finite() => {
                out.push_str("<c r=\"");
                reference(out, column, number);
                let _infallible = write!(out, "\"><v>{value}</v></c>");
                continue;
            }
            Out::Number(_) => continue,
            Out::Text(text) => (text, ""),
            Out::Bold(text) => (text, " s=\"1\""),
        };
        out.push_str("<c r=\"");
        reference(out, column, number);
        let _infallible = write!(out, "\" t=\"inlineStr\"{style}><is><t xml:space=\"preserve\">");
        escape(out, &safe_text(text));
        out.push_str("</t></is></c>");
    }
    out.push_str("</row>");
}

/// `A1`, `AB7`
fn reference(out: &mut String, mut column: u32, row: u32) {
    let mut letters = Vec::with_capacity(3);
    loop {
        letters.push(char::from_digit(column % 26 + 10, 36).unwrap_or('a').to_ascii_uppercase());
        match (column / 26).checked_sub(1) {
            Some(rest) => column = rest,
            None => break,
        }
    }
    out.extend(letters.iter().rev());
    let _infallible = write!(out, "{row}");
}

/// Text as markup; what the format cannot hold is left out.
fn escape(out: &mut String, text: &str) {
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\r' => out.push_str("_x000D_"),
            // What looks like the format's own escape must not become one.
            '_' if rest.peek() == Some(&'x') => out.push_str("_x005F_"),
            '\t' | '\n' => out.push(c),
            '\u{fffe}' | '\u{ffff}' => {}
            c if c < ' ' => {}
            c => out.push(c),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_count_like_a_spreadsheet() {
        let name = |column| {
            let mut out = String::new();
            reference(&mut out, column, 1);
            out
        };
        assert_eq!([0, 25, 26, 51, 52, 701, 702].map(name), ["A1", "Z1", "AA1", "AZ1", "BA1", "ZZ1", "AAA1"]);
    }

    #[test]
    fn no_text_becomes_markup() {
        let mut out = String::new();
        escape(&mut out, "a<b>&\"\r\u{1}_x0041_");
        assert_eq!(out, "a&lt;b&gt;&amp;&quot;_x000D__x005F_x0041_");
    }
}
