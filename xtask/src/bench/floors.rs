//! What the figures should at least come to. All in hundredths, so that no float is near.

use serde::Serialize;

use super::figure::Figure;

/// A comparison and its floor.
#[derive(Clone, Debug, Serialize, PartialEq, Eq)]
pub struct Kept {
    /// What is compared.
    pub what: String,
    /// What it came to, in hundredths.
    pub hundredths: u64,
    /// What it should come to, in hundredths.
    pub wanted: Wanted,
}

/// The side on which it should be.
#[derive(Clone, Copy, Debug, Serialize, PartialEq, Eq)]
#[serde(rename_all = "snake_case")]
pub enum Wanted {
    /// So many hundredths or more.
    AtLeast(u64),
    /// So many hundredths or less.
    AtMost(u64),
    /// Nothing is asked: it is told to be known.
    Nothing,
}

impl Kept {
    /// Whether it is on the right side; `None` where nothing is asked.
    #[must_use]
    pub fn is_met(&self) -> Option<bool> {
        match self.wanted {
            Wanted::AtLeast(floor) => Some(self.hundredths >= floor),
            Wanted::AtMost(most) => Some(self.hundredths <= most),
            Wanted::Nothing => None,
        }
    }
}

const CROWD: u64 = 512;
/// MiB, in hundredths.
const MEMORY: u64 = 30_000;

/// Thousands of entries a second, in hundredths.
const ENTRIES: u64 = 20_000;

/// Against which program, on which engine, with how many callers and flushes how much slower, the desk should have so many
/// hundredths of the rate.
const RATES: [(&str, &str, u64, u64, Wanted); 12] = [
    ("naive bare", "sqlite", CROWD, 0, Wanted::AtLeast(130)),
    ("naive same-rows", "sqlite", CROWD, 0, Wanted::AtLeast(180)),
    ("naive bare", "sqlite", CROWD, 1_000, Wanted::AtLeast(800)),
    ("naive same-rows", "sqlite", CROWD, 1_000, Wanted::AtLeast(800)),
    ("naive same-tables", "postgres", CROWD, 0, Wanted::AtLeast(200)),
    ("naive same-tables", "postgres", 64, 0, Wanted::AtLeast(150)),
    ("naive same-tables", "postgres", CROWD, 1_000, Wanted::AtLeast(250)),
    ("naive same-tables", "postgres", 64, 1_000, Wanted::AtLeast(150)),
    ("naive bare", "postgres", CROWD, 0, Wanted::Nothing),
    ("naive bare", "postgres", 64, 0, Wanted::Nothing),
    ("naive bare", "postgres", CROWD, 1_000, Wanted::Nothing),
    ("naive bare", "postgres", 64, 1_000, Wanted::Nothing),
];
/// Of the processor time of a naive program on a server the desk should have at most so many hundredths.
const CPU_ON_SERVER: u64 = 45;

/// Every comparison that the figures allow.
#[must_use]
pub fn of(figures: &[Figure]) -> Vec<Kept> {
    let mut kept: Vec<Kept> = RATES.iter().filter_map(|rate| against(figures, *rate)).flatten().collect();
    kept.extend(sizes(figures));
    kept.extend(figures.iter().filter(|figure| figure.program == "audit").map(audited));
    kept
}

fn find<'a>(figures: &'a [Figure], program: (&str, &str), (delay, callers): (u64, u64)) -> Option<&'a Figure> {
    figures.iter().find(|figure| figure.is_of(program, delay) && figure.callers == callers)
}

/// The desk against a naive program, by rate and by processor time.
fn against(
    figures: &[Figure],
    (naive, engine, callers, delay, wanted): (&str, &str, u64, u64, Wanted),
) -> Option<[Kept; 2]> {
    let desk = find(figures, ("desk", engine), (delay, callers))?;
    let other = find(figures, (naive, engine), (delay, callers))?;
    let disk = if delay == 0 { "this disk" } else { "1 ms more a flush" };
    let rate = Kept {
        what: format!("rate of the desk on {engine} to {naive}, {callers} callers, {disk}"),
        hundredths: ratio(desk.per_second, other.per_second),
        wanted,
    };
    let on_server = engine == "postgres" && wanted != Wanted::Nothing;
    let cpu = Kept {
        what: format!("processor time of the desk on {engine} to that of {naive}, {callers} callers, {disk}"),
        hundredths: ratio(desk.cpu_micros_each, other.cpu_micros_each),
        wanted: if on_server { Wanted::AtMost(CPU_ON_SERVER) } else { Wanted::Nothing },
    };
    Some([rate, cpu])
}

fn audited(figure: &Figure) -> Kept {
    Kept {
        what: format!("thousands of entries audited a second on {}", figure.engine),
        hundredths: figure.per_second / 10,
        wanted: Wanted::AtLeast(ENTRIES),
    }
}

/// A large ledger against an empty one, and the memory that it takes.
fn sizes(figures: &[Figure]) -> Vec<Kept> {
    let large = figures.iter().filter(|figure| figure.behind > 0 && figure.program == "desk");
    let mut kept = Vec::new();
    for figure in large {
        let of =
            format!("{} people and {} settlements behind, {} callers", figure.people, figure.behind, figure.callers);
        let same_people =
            |other: &&Figure| other.people == figure.people && other.behind == 0 && other.engine == figure.engine;
        let empty = figures.iter().filter(same_people).find(|other| other.callers == figure.callers);
        let usual = find(figures, ("desk", &figure.engine), (0, figure.callers));
        for (base, wanted) in [(empty, Wanted::AtLeast(67)), (usual, Wanted::Nothing)] {
            let Some(base) = base else { continue };
            kept.push(Kept {
                what: format!("rate with {of}, to that with {} people and none", base.people),
                hundredths: ratio(figure.per_second, base.per_second),
                wanted,
            });
        }
        kept.push(Kept {
            what: format!("MiB of memory with {of}"),
            hundredths: figure.peak_kib.saturating_mul(100) / 1_024,
            wanted: Wanted::AtMost(MEMORY),
        });
    }
    kept
}

fn ratio(one: u64, other: u64) -> u64 {
    one.saturating_mul(100) / other.max(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bench::figure::PEOPLE;

    fn figure(program: &str, (callers, per_second): (u64, u64)) -> Figure {
        let (program, engine) = (program.to_owned(), "sqlite".to_owned());
        Figure { program, engine, callers, per_second, cpu_micros_each: 10, people: PEOPLE, ..Figure::default() }
    }

    #[test]
    fn a_ratio_stands_beside_its_floor() {
        let figures = [figure("desk", (512, 1_299)), figure("naive bare", (512, 1_000)), figure("desk", (1, 9))];
        let kept = of(&figures);
        assert_eq!(kept[0].what, "rate of the desk on sqlite to naive bare, 512 callers, this disk");
        assert_eq!((kept[0].hundredths, kept[0].is_met()), (129, Some(false)));
        assert_eq!((kept[1].hundredths, kept[1].is_met()), (100, None));
        assert_eq!(kept.len(), 2, "what was not measured is not compared");
    }

    #[test]
    fn on_a_server_processor_time_has_a_ceiling_too() {
        let on_server = |figure: Figure| Figure { engine: "postgres".to_owned(), ..figure };
        let naive = Figure { cpu_micros_each: 20, ..on_server(figure("naive same-tables", (64, 1_000))) };
        let kept = of(&[on_server(figure("desk", (64, 1_500))), naive]);
        assert_eq!(
            kept.iter().map(|kept| (kept.hundredths, kept.is_met())).collect::<Vec<_>>(),
            [(150, Some(true)), (50, Some(false))]
        );
    }

    #[test]
    fn a_large_ledger_is_held_against_an_empty_one_and_its_memory_against_a_ceiling() {
        let (usual, empty) = (figure("desk", (64, 2_000)), Figure { people: 60, ..figure("desk", (64, 1_000)) });
        let large = Figure { behind: 50, people: 60, peak_kib: 300 * 1_024, ..figure("desk", (64, 670)) };
        let kept = of(&[usual.clone(), empty.clone(), large.clone()]);
        assert_eq!(kept.iter().map(Kept::is_met).collect::<Vec<_>>(), [Some(true), None, Some(true)]);
        let larger = Figure { peak_kib: 300 * 1_024 + 11, per_second: 669, ..large };
        let kept = of(&[usual, empty, larger]);
        assert_eq!(kept.iter().map(Kept::is_met).collect::<Vec<_>>(), [Some(false), None, Some(false)]);
    }
}
