//! A picture of who paid a bill, as bars of text for terminals. It names sponsors: it is for staff and
//! demonstrations, not for tills.

use gongji_words::{Fen, PersonId};

use crate::decide::Outcome;
use crate::reason::Language;

/// A bar shorter than this many columns says nothing; then the picture does without.
const SHORTEST_BAR: usize = 4;

/// One bar.
struct Row {
    label: String,
    ink: char,
    amount: Fen,
}

/// Draws who paid what, a line for each purse that paid, none of them wider than `width` columns unless labels
/// and amounts alone are. Chinese characters count two columns. `names` supplies the labels of sponsors.
#[must_use]
pub fn picture(outcome: &Outcome, width: usize, language: Language, names: &dyn Fn(PersonId) -> String) -> String {
    let rows = rows(outcome, language, names);
    let total = Fen::sum(rows.iter().map(|row| row.amount));
    let labels = rows.iter().map(|row| columns(&row.label)).max().unwrap_or_default();
    let amounts = rows.iter().map(|row| row.amount.to_string().len()).max().unwrap_or_default();
    let room = width.saturating_sub(labels + amounts + 2);
    rows.iter().map(|row| line(row, total, Room { labels, bars: room, amounts })).collect()
}

/// Columns of the three fields of a line.
#[derive(Clone, Copy)]
struct Room {
    labels: usize,
    bars: usize,
    amounts: usize,
}

fn rows(outcome: &Outcome, language: Language, names: &dyn Fn(PersonId) -> String) -> Vec<Row> {
    let (own, aid, wallet, cash) = match language {
        Language::Zh => ("个人账户", "共济", "医保钱包", "现金"),
        Language::En => ("own account", "aid", "wallet", "cash"),
    };
    let row = |label: &str, ink, amount| Row { label: label.to_owned(), ink, amount };
    let mut rows = vec![row(own, '▓', outcome.own), row(wallet, '▒', outcome.wallet)];
    for payment in &outcome.aid {
        rows.push(row(&format!("{aid} {}", plain(&names(payment.sponsor))), '█', payment.amount));
    }
    rows.push(row(cash, '░', outcome.cash));
    rows.retain(|row| row.amount.is_positive());
    rows
}

/// A name without control characters, which could redraw a terminal.
fn plain(name: &str) -> String {
    name.chars().filter(|character| !character.is_control()).collect()
}

fn line(row: &Row, total: Fen, room: Room) -> String {
    let label = format!("{}{}", row.label, " ".repeat(room.labels - columns(&row.label)));
    let amount = format!("{:>width$}", row.amount, width = room.amounts);
    if room.bars < SHORTEST_BAR {
        return format!("{label} {amount}\n");
    }
    let inked = inked(row.amount, total, room.bars);
    let bar: String = std::iter::repeat_n(row.ink, inked).collect();
    format!("{label} {bar}{} {amount}\n", " ".repeat(room.bars - inked))
}

/// Columns of a bar: its share of the whole, but one at least, so that nobody who paid is left out.
fn inked(amount: Fen, total: Fen, room: usize) -> usize {
    let wide = |fen: Fen| u128::from(fen.fen().unsigned_abs());
    let room_wide = u128::try_from(room).expect("a width has at most 128 bits");
    let share = wide(amount) * room_wide / wide(total).max(1);
    usize::try_from(share).map_or(room, |share| share.clamp(1, room))
}

/// How many columns a text takes in a terminal.
pub(super) fn columns(text: &str) -> usize {
    text.chars().map(columns_of).sum()
}

/// East Asian wide characters take two columns, combining marks none (Unicode Standard Annex 11).
fn columns_of(character: char) -> usize {
    match u32::from(character) {
        0x0300..=0x036f | 0x200b..=0x200f | 0xfe00..=0xfe0f => 0,
        0x1100..=0x115f | 0x2e80..=0x303e | 0x3041..=0xa4cf | 0xac00..=0xd7a3 | 0xf900..=0xfaff => 2,
        0xfe30..=0xfe6f | 0xff00..=0xff60 | 0xffe0..=0xffe6 | 0x1f300..=0x1faff | 0x20000..=0x3fffd => 2,
        _ => 1,
    }
}
