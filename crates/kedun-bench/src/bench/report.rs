//! The figures as tables, put between two marks of a document.

use std::fmt::Write as _;
use std::path::Path;

use anyhow::Context as _;

use super::drive::Cost;
use super::run::{Figures, Side};
use super::{CONNECTIONS, OPERATIONS};

const BEGIN: &str = "<!-- figures: begin; written by `cargo xtask bench` -->";
const END: &str = "<!-- figures: end -->";

impl Side {
    fn cost(&self, id: &str, connections: usize) -> Option<&Cost> {
        let (_, costs) = self.costs.iter().find(|(of, _)| of == id)?;
        costs.iter().find(|c| c.connections == connections)
    }
}

/// All tables.
pub fn markdown(figures: &Figures) -> String {
    let mut out = String::new();
    // A String takes every write.
    let _ = writeln!(
        out,
        "Run on {} at commit {}: {}. {} contacts; {} s for each figure after 1 s that is thrown away; \
         Kedun with everything on and `synchronous=FULL`.\n",
        figures.date,
        figures.commit,
        figures.machine,
        thousands(figures.contacts),
        figures.seconds
    );
    processor(&mut out, figures);
    latency(&mut out, figures);
    rest(&mut out, figures);
    out
}

fn processor(out: &mut String, figures: &Figures) {
    let _ = writeln!(
        out,
        "### Processor time\n\nMilliseconds for one request, server and database together, {CONNECTIONS} connections.\n"
    );
    let Some((bare, others)) = figures.sides.split_first() else { return };
    let _ = write!(out, "| | Operation | bare |");
    for side in others {
        let _ = write!(out, " {} | ×bare |", side.name);
    }
    let _ = write!(out, " budget |\n|---|---|---|");
    let _ = writeln!(out, "{}---|", "---|---|".repeat(others.len()));
    for (id, name, budget) in OPERATIONS {
        let of_bare = bare.cost(id, CONNECTIONS);
        if of_bare.is_none() && others.iter().all(|s| s.cost(id, CONNECTIONS).is_none()) {
            continue;
        }
        let _ = write!(
            out,
            "| {id} | {name} | {} |",
            of_bare.map_or("–".to_owned(), |c| format!("{:.3}", c.cpu_ms))
        );
        for side in others {
            let Some(cost) = side.cost(id, CONNECTIONS) else {
                let _ = write!(out, " – | – |");
                continue;
            };
            let over = budget.is_some_and(|b| cost.cpu_ms > b);
            let mark = if over { "**" } else { "" };
            let ratio = of_bare
                .filter(|b| b.cpu_ms > 0.0)
                .map_or("–".to_owned(), |b| format!("{:.1}", cost.cpu_ms / b.cpu_ms));
            let split =
                if cost.database_ms > 0.0 { format!(" ({:.3} db)", cost.database_ms) } else { String::new() };
            let _ = write!(out, " {mark}{:.3}{mark}{split} | {ratio} |", cost.cpu_ms);
        }
        let _ = writeln!(out, " {} |", budget.map_or("–".to_owned(), |b| format!("≤ {b:.2}")));
    }
    let _ = writeln!(out, "\nBold: over the budget.\n");
}

fn latency(out: &mut String, figures: &Figures) {
    let _ = writeln!(out, "### Latency and throughput\n\np50 / p95 in milliseconds, answers per second.\n");
    let _ = write!(out, "| | Operation |");
    for side in &figures.sides {
        let _ = write!(out, " {}, 1 | {}, {CONNECTIONS} |", side.name, side.name);
    }
    let _ = writeln!(out, "\n|---|---|{}", "---|---|".repeat(figures.sides.len()));
    for (id, name, _) in OPERATIONS {
        if figures.sides.iter().all(|s| s.cost(id, 1).is_none()) {
            continue;
        }
        let _ = write!(out, "| {id} | {name} |");
        for side in &figures.sides {
            for connections in [1, CONNECTIONS] {
                let _ = match side.cost(id, connections) {
                    Some(c) => write!(out, " {:.2} / {:.2}, {:.0}/s |", c.p50_ms, c.p95_ms, c.per_second),
                    None => write!(out, " – |"),
                };
            }
        }
        let _ = writeln!(out);
    }
    let _ = writeln!(out);
}

fn rest(out: &mut String, figures: &Figures) {
    let _ = writeln!(out, "### Import, start, memory, disk\n");
    let _ = write!(out, "| |");
    for side in &figures.sides {
        let _ = write!(out, " {} |", side.name);
    }
    let _ = writeln!(out, " budget |\n|---|{}---|", "---|".repeat(figures.sides.len()));
    let mut row = |name: &str, budget: &str, of: &dyn Fn(&Side) -> Option<String>| {
        let _ = write!(out, "| {name} |");
        for side in &figures.sides {
            let _ = write!(out, " {} |", of(side).unwrap_or_else(|| "–".to_owned()));
        }
        let _ = writeln!(out, " {budget} |");
    };
    row("import of 10,000 rows, seconds to run", "≤ 1.0", &|s| {
        s.import.as_ref().map(|i| format!("{:.2}", i.run_seconds))
    });
    row("… with upload, mapping and dry run", "–", &|s| {
        s.import.as_ref().map(|i| format!("{:.2}", i.all_seconds))
    });
    row("… processor seconds of all of it", "–", &|s| {
        s.import.as_ref().map(|i| format!("{:.2}", i.cpu_seconds))
    });
    row("start to first answer, seconds", "≤ 0.3", &|s| Some(format!("{:.3}", s.footprint.start_seconds)));
    row("memory idle, MiB (server)", "≤ 40 + arena", &|s| Some(s.footprint.idle_mib.to_string()));
    row("memory at its highest, MiB (server)", "≤ 150 + arena", &|s| {
        Some(s.footprint.peak_mib.to_string())
    });
    row("data on disk before the run, MiB", "–", &|s| {
        (s.footprint.disk_mib > 0).then(|| s.footprint.disk_mib.to_string())
    });
}

/// Puts the tables between the marks of a document.
///
/// # Errors
/// When it cannot be read or written or has no marks.
pub fn insert(path: &Path, tables: &str) -> anyhow::Result<()> {
    let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    std::fs::write(path, between(&text, BEGIN, END, tables)?)?;
    Ok(())
}

/// A text with what stands between two marks replaced.
///
/// # Errors
/// When a mark is missing.
pub fn between(text: &str, begin: &str, end: &str, new: &str) -> anyhow::Result<String> {
    let (before, rest) = text.split_once(begin).with_context(|| format!("no mark {begin}"))?;
    let (_, after) = rest.split_once(end).with_context(|| format!("no mark {end}"))?;
    Ok(format!("{before}{begin}\n\n{}\n\n{end}{after}", new.trim_end()))
}

pub fn thousands(n: usize) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prose_around_the_figures_stays() {
        let text = "words\n<a>\nold\n<b>\nmore\n";
        let new = between(text, "<a>", "<b>", "new\n").expect("marks");
        assert_eq!(new, "words\n<a>\n\nnew\n\n<b>\nmore\n");
        assert_eq!(between(&new, "<a>", "<b>", "new").expect("marks"), new);
        assert!(between("none", "<a>", "<b>", "").is_err());
    }

    #[test]
    fn large_numbers_are_grouped() {
        assert_eq!(thousands(100_000), "100,000");
        assert_eq!(thousands(999), "999");
    }
}
