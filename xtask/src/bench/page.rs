//! The figures as tables that people read, in a terminal or in a document.

use serde_json::Value;

use super::figure::Figure;
use super::floors::{Kept, Wanted};

/// A machine is quiet if others take less than this of one processor.
const QUIET_PERCENT: u64 = 10;

/// All of it.
#[must_use]
pub fn text(decide: &Value, figures: &[Figure], kept: &[Kept]) -> String {
    let mut text = decided(decide);
    let rows = figures.iter().map(row_of);
    text.push_str(&table(&HEADS, rows));
    text.push('\n');
    text.push_str(&table(&["comparison", "came to", "floor", ""], kept.iter().map(row_of_kept)));
    text.push('\n');
    text.push_str(&quiet(figures));
    text
}

fn decided(decide: &Value) -> String {
    let nanoseconds = decide.get("nanoseconds").and_then(Value::as_object).into_iter().flatten();
    let rows = nanoseconds.map(|(what, time)| vec![what.clone(), time.to_string()]);
    format!("{}\n", table(&["a decision at the till", "ns"], rows))
}

const HEADS: [&str; 12] = [
    "program",
    "flush + us",
    "callers",
    "people",
    "behind",
    "settlements/s",
    "CPU us each",
    "in the server",
    "p50 ms",
    "p99 ms",
    "peak MiB",
    "others %",
];

fn row_of(figure: &Figure) -> Vec<String> {
    let pages = if figure.checkpoint_pages > 1_000 { ", the product's log" } else { "" };
    let numbers = [
        figure.flush_delay_us,
        figure.callers,
        figure.people,
        figure.behind,
        figure.per_second,
        figure.cpu_micros_each,
        figure.server_micros_each,
    ];
    let mut row = vec![format!("{} on {}{pages}", figure.program, figure.engine)];
    row.extend(numbers.map(|number| number.to_string()));
    row.extend([figure.p50_micros, figure.p99_micros].map(|micros| hundredths(micros / 10)));
    row.extend([figure.peak_kib / 1_024, figure.others_percent].map(|number| number.to_string()));
    row
}

fn row_of_kept(kept: &Kept) -> Vec<String> {
    let floor = match kept.wanted {
        Wanted::AtLeast(floor) => format!("at least {}", hundredths(floor)),
        Wanted::AtMost(most) => format!("at most {}", hundredths(most)),
        Wanted::Nothing => String::new(),
    };
    let verdict = match kept.is_met() {
        Some(true) => "met",
        Some(false) => "MISSED",
        None => "",
    };
    vec![kept.what.clone(), hundredths(kept.hundredths), floor, verdict.to_owned()]
}

/// A number of hundredths with its point.
fn hundredths(number: u64) -> String {
    format!("{}.{:02}", number / 100, number % 100)
}

fn quiet(figures: &[Figure]) -> String {
    let disturbed = figures.iter().filter(|figure| figure.others_percent >= QUIET_PERCENT).count();
    match disturbed {
        0 => format!("The machine was quiet: others used less than {QUIET_PERCENT} % of a processor throughout.\n"),
        _ => format!(
            "The machine was NOT quiet: for {disturbed} of {} figures others used {QUIET_PERCENT} % of a processor or \
             more. Rates and latencies say little then; processor time says more.\n",
            figures.len()
        ),
    }
}

fn table(heads: &[&str], rows: impl Iterator<Item = Vec<String>>) -> String {
    let rows: Vec<Vec<String>> = rows.collect();
    let width = |place: usize| {
        let cells = rows.iter().filter_map(|row| row.get(place)).map(|cell| cell.chars().count());
        cells.chain([heads[place].chars().count()]).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..heads.len()).map(width).collect();
    let line = |cells: Vec<&str>| -> String {
        let padded = cells.iter().zip(&widths).enumerate().map(|(place, (cell, width))| match place {
            0 => format!(" {cell:<width$} |"),
            _ => format!(" {cell:>width$} |"),
        });
        format!("|{}\n", padded.collect::<String>())
    };
    let rule = widths.iter().enumerate().map(|(place, width)| match place {
        0 => format!("{}|", "-".repeat(width + 2)),
        _ => format!("{}:|", "-".repeat(width + 1)),
    });
    let mut text = line(heads.to_vec());
    text.push_str(&format!("|{}\n", rule.collect::<String>()));
    for row in &rows {
        text.push_str(&line(row.iter().map(String::as_str).collect()));
    }
    text
}
