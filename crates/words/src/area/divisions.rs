//! The table of divisions: names of present codes, and what ended codes meant.
//!
//! Invariant: the table is the file `data/divisions.csv` as compiled in, sorted by code; `data/divisions.md` says
//! where it comes from. Deliberately absent: guessing a name from the digits of a neighbour.

use std::sync::OnceLock;

use super::AreaCode;

const TABLE: &str = include_str!("../../data/divisions.csv");

/// What a code meant until it ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct FormerDivision {
    /// The code.
    pub code: AreaCode,
    /// The Chinese name that it stood for.
    pub name_zh: &'static str,
    /// The year in which it began to; unknown if that was before 1981, when the changes begin to be listed.
    pub first_year: Option<i32>,
    /// The year in the course of which it ended.
    pub last_year: i32,
    /// The code that took its place, where one did.
    pub successor: Option<AreaCode>,
}

/// One line of the table; `last_year` is unknown for a division that exists.
struct Row {
    code: AreaCode,
    name_zh: &'static str,
    first_year: Option<i32>,
    last_year: Option<i32>,
    successor: Option<AreaCode>,
}

/// The lines, by code, the ended ones of a code before the present one, oldest first.
fn rows() -> &'static [Row] {
    static ROWS: OnceLock<Vec<Row>> = OnceLock::new();
    ROWS.get_or_init(|| TABLE.lines().skip(1).map(row).collect())
}

fn row(line: &'static str) -> Row {
    let mut fields = line.split(',');
    let mut field = || fields.next().expect("a line of the division table has five fields");
    Row {
        code: AreaCode::parse(field()).expect("the division table holds valid codes"),
        name_zh: field(),
        first_year: field().parse().ok(),
        last_year: field().parse().ok(),
        successor: AreaCode::parse(field()).ok(),
    }
}

fn rows_of(code: AreaCode) -> &'static [Row] {
    let rows = rows();
    let start = rows.partition_point(|row| row.code < code);
    let length = rows[start..].partition_point(|row| row.code == code);
    &rows[start..start + length]
}

pub(super) fn name_zh(code: AreaCode) -> Option<&'static str> {
    rows_of(code).last().map(|row| row.name_zh)
}

pub(super) fn former(code: AreaCode) -> Option<FormerDivision> {
    rows_of(code).iter().rev().find_map(|row| {
        Some(FormerDivision {
            code,
            name_zh: row.name_zh,
            first_year: row.first_year,
            last_year: row.last_year?,
            successor: row.successor,
        })
    })
}

/// English names of the province-level divisions, as these use them themselves.
const PROVINCES_EN: [(u32, &str); 35] = [
    (110_000, "Beijing"),
    (120_000, "Tianjin"),
    (130_000, "Hebei"),
    (140_000, "Shanxi"),
    (150_000, "Inner Mongolia"),
    (210_000, "Liaoning"),
    (220_000, "Jilin"),
    (230_000, "Heilongjiang"),
    (310_000, "Shanghai"),
    (320_000, "Jiangsu"),
    (330_000, "Zhejiang"),
    (340_000, "Anhui"),
    (350_000, "Fujian"),
    (360_000, "Jiangxi"),
    (370_000, "Shandong"),
    (410_000, "Henan"),
    (420_000, "Hubei"),
    (430_000, "Hunan"),
    (440_000, "Guangdong"),
    (450_000, "Guangxi"),
    (460_000, "Hainan"),
    (500_000, "Chongqing"),
    (510_000, "Sichuan"),
    (520_000, "Guizhou"),
    (530_000, "Yunnan"),
    (540_000, "Tibet"),
    (610_000, "Shaanxi"),
    (620_000, "Gansu"),
    (630_000, "Qinghai"),
    (640_000, "Ningxia"),
    (650_000, "Xinjiang"),
    (660_000, "Xinjiang Production and Construction Corps"),
    (710_000, "Taiwan"),
    (810_000, "Hong Kong"),
    (820_000, "Macao"),
];

pub(super) fn name_en(code: AreaCode) -> Option<&'static str> {
    let place = PROVINCES_EN.binary_search_by_key(&code.number(), |(number, _)| *number).ok()?;
    Some(PROVINCES_EN[place].1)
}
