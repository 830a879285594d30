//! A workbook by hand, with every kind of cell that a reader tells apart.

use std::io::{Cursor, Write};

use zip::ZipWriter;
use zip::write::SimpleFileOptions;

const PARTS: [(&str, &str); 7] = [
    (
        "[Content_Types].xml",
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\"/>",
    ),
    (
        "_rels/.rels",
        "<Relationships><Relationship Id=\"r1\" Type=\"http://x/relationships/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>",
    ),
    (
        "xl/workbook.xml",
        "<workbook xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><workbookPr/><sheets>\
         <sheet name=\"S\" sheetId=\"1\" r:id=\"rId1\"/><sheet name=\"H\" sheetId=\"2\" state=\"hidden\" r:id=\"rId2\"/></sheets></workbook>",
    ),
    (
        "xl/_rels/workbook.xml.rels",
        "<Relationships><Relationship Id=\"rId1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" \
         Target=\"worksheets/sheet1.xml\"/><Relationship Id=\"rId2\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" \
         Target=\"worksheets/sheet2.xml\"/></Relationships>",
    ),
    (
        "xl/styles.xml",
        "<styleSheet><numFmts><numFmt numFmtId=\"164\" formatCode=\"yyyy-mm-dd\"/><numFmt numFmtId=\"165\" formatCode=\"[h]:mm\"/></numFmts>\
         <cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"164\"/><xf numFmtId=\"165\"/><xf numFmtId=\"14\"/></cellXfs></styleSheet>",
    ),
    (
        "xl/sharedStrings.xml",
        "<sst count=\"2\" uniqueCount=\"2\"><si><t>姓名</t></si><si><r><t>a</t></r><r><t xml:space=\"preserve\"> b</t></r></si></sst>",
    ),
    (
        "xl/worksheets/sheet1.xml",
        "<worksheet><dimension ref=\"A1:F4\"/><sheetData>\
         <row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"str\"><v>n</v></c><c r=\"C1\" t=\"str\"><v>d</v></c>\
         <c r=\"D1\" t=\"str\"><v>b</v></c><c r=\"E1\" t=\"str\"><v>e</v></c></row>\
         <row r=\"2\"><c r=\"A2\" t=\"s\"><v>1</v></c><c r=\"B2\"><v>12.5</v></c><c r=\"C2\" s=\"1\"><v>46349.25</v></c>\
         <c r=\"D2\" t=\"b\"><v>1</v></c><c r=\"E2\" t=\"e\"><v>#DIV/0!</v></c></row>\
         <row r=\"3\"><c r=\"A3\" t=\"inlineStr\"><is><t>x&amp;y</t></is></c><c r=\"B3\"><f>1+1</f><v>2</v></c>\
         <c r=\"C3\" s=\"2\"><v>1.5</v></c><c r=\"D3\" s=\"3\"><v>60</v></c></row>\
         <row r=\"9\"><c r=\"A9\" t=\"d\"><v>2026-11-23T08:00:00</v></c><c r=\"F9\"><v>1</v></c></row>\
         </sheetData></worksheet>",
    ),
];

/// The workbook.
pub fn every_kind() -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in PARTS {
        writer.start_file(name, SimpleFileOptions::default()).unwrap();
        writer.write_all(content.as_bytes()).unwrap();
    }
    writer.finish().unwrap().into_inner()
}
