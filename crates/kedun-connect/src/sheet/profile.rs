//! What the columns of a sheet seem to hold.

use kedun_model::MaskStyle;

use super::guess::Votes;
use super::{Cell, GuessedKind, Sheet, SheetError};
use crate::coerce::DateRules;
use crate::detect::{PersonalKind, scan};

/// Examples kept of a column.
const EXAMPLES: usize = 3;

/// What was found out about one column; holds no value of it.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct ColumnProfile {
    pub name: String,
    pub kind: GuessedKind,
    /// Filled cells per row, 0 to 1.
    pub fill_rate: f64,
    /// Different values among the rows looked at, exact below 4096.
    pub distinct: u64,
    /// The longest value in characters.
    pub longest: u64,
    /// Personal data found, with the number of cells that hold it.
    pub personal: Vec<(PersonalKind, u64)>,
}

/// The first different values of one column, masked: no example shows a whole value.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct ColumnExamples {
    pub name: String,
    pub masked: Vec<String>,
}

/// What was found out about a sheet.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Profile {
    pub columns: Vec<ColumnProfile>,
    pub examples: Vec<ColumnExamples>,
    /// Rows looked at.
    pub rows: u64,
    /// Whether these were all rows.
    pub complete: bool,
}

#[derive(Default)]
struct Column {
    votes: Votes,
    longest: u64,
    examples: Vec<String>,
    personal: Vec<(PersonalKind, u64)>,
}

/// Looks at up to `sample_rows` rows, which are then used up.
pub fn profile(sheet: &mut dyn Sheet, sample_rows: u64) -> Result<Profile, SheetError> {
    let names = sheet.header().to_vec();
    let mut columns: Vec<Column> = names.iter().map(|_| Column::default()).collect();
    let rules = DateRules::default();
    let mut rows = 0_u64;
    let mut complete = false;
    while rows < sample_rows {
        let Some(row) = sheet.next_row() else {
            complete = true;
            break;
        };
        let row = row?;
        rows += 1;
        for (column, cell) in columns.iter_mut().zip(&row.cells) {
            if !cell.is_blank() {
                column.look_at(cell, &rules);
            }
        }
    }
    let mut profile = Profile { columns: Vec::new(), examples: Vec::new(), rows, complete };
    for (name, column) in names.into_iter().zip(columns) {
        let kind = column.votes.kind(&name);
        let masked = column.examples.iter().map(|text| mask(text, kind)).collect();
        profile.examples.push(ColumnExamples { name: name.clone(), masked });
        profile.columns.push(ColumnProfile {
            name,
            kind,
            fill_rate: if rows == 0 { 0.0 } else { ratio(column.votes.filled, rows) },
            distinct: column.votes.distinct(),
            longest: column.longest,
            personal: column.personal,
        });
    }
    Ok(profile)
}

impl Column {
    fn look_at(&mut self, cell: &Cell, rules: &DateRules) {
        let text = cell.to_text();
        let text = text.trim();
        self.votes.add(cell, text, rules);
        self.longest = self.longest.max(super::decode::to_u64(text.chars().count()));
        if self.examples.len() < EXAMPLES {
            let short: String = text.chars().take(100).collect();
            if !self.examples.contains(&short) {
                self.examples.push(short);
            }
        }
        let mut seen: Vec<PersonalKind> = Vec::new();
        for finding in scan(text) {
            if seen.contains(&finding.kind) {
                continue;
            }
            seen.push(finding.kind);
            match self.personal.iter_mut().find(|(kind, _)| *kind == finding.kind) {
                Some((_, count)) => *count += 1,
                None => self.personal.push((finding.kind, 1)),
            }
        }
    }
}

/// Shows of a number its form, of everything else the little that its mask allows.
fn mask(text: &str, kind: GuessedKind) -> String {
    match kind {
        GuessedKind::Phone => MaskStyle::Phone.apply(text),
        GuessedKind::Email => MaskStyle::Email.apply(text),
        GuessedKind::Integer
        | GuessedKind::Decimal
        | GuessedKind::Money
        | GuessedKind::Date
        | GuessedKind::DateTime => {
            text.chars().take(40).map(|c| if c.is_numeric() { '#' } else { c }).collect()
        }
        _ => MaskStyle::Name.apply(text),
    }
}

fn ratio(part: u64, whole: u64) -> f64 {
    // Rows are at most some millions, far below what a float holds exactly.
    let exact = |count: u64| f64::from(u32::try_from(count).unwrap_or(u32::MAX));
    exact(part) / exact(whole)
}
