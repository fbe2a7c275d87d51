//! Plots of the figures, drawn by hand in SVG: whole numbers all through, no font that a machine may lack, every line
//! named where it ends.

use super::figure::Figure;

/// One line of a plot.
struct Line {
    name: String,
    /// What is measured against what: both whole numbers above zero.
    points: Vec<(u64, u64)>,
}

/// A plot whose width is a logarithm and whose height begins at zero.
struct Plot<'a> {
    title: String,
    across: &'a str,
    marks: &'a [u64],
    lines: Vec<Line>,
}

/// The drawing and, in it, the field in which lines are drawn.
const WIDTH: u64 = 760;
const HEIGHT: u64 = 420;
const LEFT: u64 = 80;
const RIGHT: u64 = 580;
const TOP: u64 = 56;
const BOTTOM: u64 = 360;
/// Told apart by those who see few colours, too.
const COLOURS: [&str; 4] = ["#0072b2", "#d55e00", "#009e73", "#cc79a7"];
/// Names at the ends of lines stand at least so far apart.
const NAME_HEIGHT: u64 = 16;
/// Marks on the upright axis, at most.
const MARKS: u64 = 6;

/// The plots that the figures allow, with the names of their files.
#[must_use]
pub fn all(figures: &[Figure]) -> Vec<(&'static str, String)> {
    let plots = [
        ("rate-callers.svg", callers(figures, ("sqlite", "SQLite"), (0, "this disk"))),
        ("rate-callers-slow-flush.svg", callers(figures, ("sqlite", "SQLite"), (1_000, SLOW))),
        ("rate-callers-postgres.svg", callers(figures, ("postgres", "PostgreSQL"), (0, "this disk"))),
        ("rate-callers-postgres-slow-flush.svg", callers(figures, ("postgres", "PostgreSQL"), (1_000, SLOW))),
        ("p99-callers-postgres.svg", waits(figures)),
        ("rate-size.svg", sizes(figures)),
    ];
    let drawn = plots.into_iter().filter(|(_, plot)| plot.lines.iter().any(|line| !line.points.is_empty()));
    drawn.map(|(name, plot)| (name, draw(&plot))).collect()
}

const SLOW: &str = "1 ms more for each flush";
const PROGRAMS: [&str; 4] = ["desk", "naive bare", "naive same-rows", "naive same-tables"];

/// Rate against callers: the desk, and what it is measured against.
fn callers(figures: &[Figure], (engine, name): (&str, &str), (delay, disk): (u64, &str)) -> Plot<'static> {
    let lines = lines_of(figures, (engine, delay), |figure| figure.per_second);
    let title = format!("Settlements a second on {name}, {disk}");
    Plot { title, across: "callers at once", marks: &[1, 64, 512], lines }
}

/// The time within which all but one in a hundred have their answer, against callers.
fn waits(figures: &[Figure]) -> Plot<'static> {
    let lines = lines_of(figures, ("postgres", 0), |figure| figure.p99_micros / 1_000);
    let title = "Milliseconds to all but one in a hundred answers on PostgreSQL".to_owned();
    Plot { title, across: "callers at once", marks: &[1, 64, 512], lines }
}

fn lines_of(figures: &[Figure], (engine, delay): (&str, u64), upright: fn(&Figure) -> u64) -> Vec<Line> {
    let line = |program: &str| {
        let of = figures.iter().filter(|figure| figure.is_of((program, engine), delay));
        Line { name: program.to_owned(), points: of.map(|figure| (figure.callers, upright(figure))).collect() }
    };
    PROGRAMS.map(line).into_iter().filter(|line| !line.points.is_empty()).collect()
}

/// Rate against the size of the ledger.
fn sizes(figures: &[Figure]) -> Plot<'static> {
    let of_desk = |figure: &&Figure| {
        (figure.behind > 0 && figure.program == "desk")
            || (figure.is_of(("desk", "sqlite"), 0) && figure.flush_delay_us == 0)
    };
    let line = |callers: u64| {
        let of = figures.iter().filter(of_desk).filter(|figure| figure.callers == callers);
        let points = of.map(|figure| (figure.people, figure.per_second)).collect();
        Line { name: format!("{callers} callers"), points }
    };
    let title = "Settlements a second by the size of the ledger".to_owned();
    let across = "people, and as many settlements behind them (none behind 30 000)";
    let lines = [64, 512].map(line).into_iter().collect();
    Plot { title, across, marks: &[30_000, 100_000, 1_000_000], lines }
}

/// Sixteen times the logarithm to base 2, in whole numbers.
fn log(number: u64) -> u64 {
    // Where a number has more than 15 digits of base 2, its last ones make no difference in a drawing.
    let (mut number, mut halved) = (u128::from(number.max(1)), 0);
    while number >= 1 << 15 {
        number >>= 1;
        halved += 16;
    }
    let (squared, eight) = (number.pow(8), 8);
    u64::from(squared.ilog2()) * 16 / eight + halved
}

/// From 0, in steps that people count in, to what is at least the highest point.
fn upright_marks(highest: u64) -> Vec<u64> {
    let mut step = 1;
    for times in [2, 5, 10].into_iter().cycle() {
        if highest.div_ceil(step) < MARKS {
            break;
        }
        let tens = 10_u64.pow(step.ilog10());
        step = tens * times;
    }
    (0..=highest.div_ceil(step).max(1)).map(|mark| mark * step).collect()
}

/// Where a point stands in the drawing.
struct Scale {
    first: u64,
    last: u64,
    highest: u64,
}

impl Scale {
    fn across(&self, number: u64) -> u64 {
        let (here, whole) = (log(number).saturating_sub(self.first), (self.last - self.first).max(1));
        LEFT + (RIGHT - LEFT) * here / whole
    }

    fn upright(&self, number: u64) -> u64 {
        BOTTOM - (BOTTOM - TOP) * number / self.highest.max(1)
    }
}

fn draw(plot: &Plot<'_>) -> String {
    let points = || plot.lines.iter().flat_map(|line| &line.points);
    let numbers = || points().map(|(number, _)| *number).chain(plot.marks.iter().copied());
    let marks = upright_marks(points().map(|(_, rate)| *rate).max().unwrap_or(1));
    let scale = Scale {
        first: numbers().map(log).min().unwrap_or(0),
        last: numbers().map(log).max().unwrap_or(1),
        highest: marks.last().copied().unwrap_or(1),
    };
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" font-family=\"sans-serif\" \
         font-size=\"13\" fill=\"#222\">\n<rect width=\"{WIDTH}\" height=\"{HEIGHT}\" fill=\"#fff\"/>\n"
    );
    svg.push_str(&text((LEFT, 28), ("start", "#222"), &plot.title));
    svg.push_str(&axes(plot, &scale, &marks));
    svg.push_str(&drawn_lines(&plot.lines, &scale));
    svg.push_str("</svg>\n");
    svg
}

fn axes(plot: &Plot<'_>, scale: &Scale, marks: &[u64]) -> String {
    let mut svg = String::new();
    for mark in marks {
        let at = scale.upright(*mark);
        svg.push_str(&format!("<path d=\"M{LEFT} {at}H{RIGHT}\" stroke=\"#ddd\"/>\n"));
        svg.push_str(&text((LEFT - 8, at + 4), ("end", "#222"), &thousands(*mark)));
    }
    for mark in plot.marks {
        let at = scale.across(*mark);
        svg.push_str(&format!("<path d=\"M{at} {BOTTOM}v5\" stroke=\"#222\"/>\n"));
        svg.push_str(&text((at, BOTTOM + 20), ("middle", "#222"), &thousands(*mark)));
    }
    svg.push_str(&format!("<path d=\"M{LEFT} {BOTTOM}H{RIGHT}\" stroke=\"#222\"/>\n"));
    svg.push_str(&text((LEFT + (RIGHT - LEFT) / 2, BOTTOM + 44), ("middle", "#222"), plot.across));
    svg
}

fn drawn_lines(lines: &[Line], scale: &Scale) -> String {
    let mut svg = String::new();
    let mut ends: Vec<(u64, &str, &str)> = Vec::new();
    for (line, colour) in lines.iter().zip(COLOURS) {
        let places: Vec<(u64, u64)> =
            line.points.iter().map(|(number, rate)| (scale.across(*number), scale.upright(*rate))).collect();
        let path: Vec<String> = places.iter().map(|(across, upright)| format!("{across} {upright}")).collect();
        svg.push_str(&format!(
            "<path d=\"M{}\" fill=\"none\" stroke=\"{colour}\" stroke-width=\"2\"/>\n",
            path.join("L")
        ));
        for (across, upright) in &places {
            svg.push_str(&format!("<circle cx=\"{across}\" cy=\"{upright}\" r=\"4\" fill=\"{colour}\"/>\n"));
        }
        ends.extend(places.last().map(|(_, upright)| (*upright, colour, line.name.as_str())));
    }
    svg + &names(ends)
}

/// The names of lines at their ends, from below upwards, each above the one before it.
fn names(mut ends: Vec<(u64, &str, &str)>) -> String {
    ends.sort_by(|one, other| other.cmp(one));
    let mut svg = String::new();
    let mut free = BOTTOM;
    for (upright, colour, name) in ends {
        let at = upright.min(free);
        svg.push_str(&text((RIGHT + 12, at + 4), ("start", colour), name));
        free = at.saturating_sub(NAME_HEIGHT);
    }
    svg
}

fn text((across, upright): (u64, u64), (anchor, colour): (&str, &str), text: &str) -> String {
    format!("<text x=\"{across}\" y=\"{upright}\" text-anchor=\"{anchor}\" fill=\"{colour}\">{text}</text>\n")
}

/// A number with a space before each three digits.
fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let spaced = digits.chars().enumerate().flat_map(|(place, digit)| {
        let left = digits.len() - place;
        (place > 0 && left.is_multiple_of(3)).then_some(' ').into_iter().chain([digit])
    });
    spaced.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logarithms_grow_evenly() {
        for (number, expected) in
            [(0, 0), (1, 0), (2, 16), (3, 24), (64, 96), (512, 144), (1_000_000, 318), (1 << 40, 640)]
        {
            assert_eq!(log(number), expected, "{number}");
        }
    }

    #[test]
    fn marks_are_numbers_that_people_count_in_and_reach_the_highest_point() {
        let table: [(u64, &[u64]); 4] = [
            (0, &[0, 1]),
            (5, &[0, 1, 2, 3, 4, 5]),
            (13_799, &[0, 5_000, 10_000, 15_000]),
            (100_000, &[0, 20_000, 40_000, 60_000, 80_000, 100_000]),
        ];
        for (highest, expected) in table {
            assert_eq!(upright_marks(highest), expected, "{highest}");
        }
    }

    #[test]
    fn lines_are_drawn_and_named_within_the_drawing() {
        let line = |name: &str, rate: u64| Line { name: name.to_owned(), points: vec![(1, 1), (512, rate)] };
        let plot =
            Plot { title: "t".to_owned(), across: "a", marks: &[1, 512], lines: vec![line("one", 9), line("two", 9)] };
        let svg = draw(&plot);
        assert_eq!(svg.matches("<circle").count(), 4);
        assert!(svg.contains("M80 330L580 87"), "{svg}");
        assert!(
            svg.contains("y=\"91\"") && svg.contains("y=\"75\""),
            "names of lines that end alike stand apart: {svg}"
        );
    }

    #[test]
    fn long_numbers_are_spaced() {
        assert_eq!([1, 900, 1_000, 1_000_000].map(thousands), ["1", "900", "1 000", "1 000 000"]);
    }
}
