//! An invented plan and catalogue, and bills in one line each.

use gongji_domain::benefit::{
    Approval, Benefits, Bill, Catalogue, Count, Insured, Level, Line, Others, PersonKind, Place, Plans, Price, Split,
    Stay, Visit, Years,
};
use gongji_domain::burden::VisitKind;
use gongji_words::{AreaCode, Day, Fen};

/// The plan of the tests.
pub const PLAN: &str = include_str!("plan.toml");
/// The catalogue of the tests.
pub const CATALOGUE: &str = include_str!("catalogue.toml");

/// The benefits of the tests.
pub fn benefits() -> Benefits {
    benefits_with("", "")
}

/// The same with a piece of the plan replaced.
pub fn benefits_with(piece: &str, other: &str) -> Benefits {
    assert!(PLAN.contains(piece), "{piece} is a piece of the plan");
    let text = PLAN.replace(piece, other);
    let plans = Plans::from_files(&[("990300.toml", &text)]).expect("a plan without mistake");
    let catalogue = Catalogue::from_files(&[("catalogue.toml", CATALOGUE)]).expect("a catalogue without mistake");
    Benefits { plans, catalogue }
}

pub fn day(text: &str) -> Day {
    Day::parse(text).expect("a day")
}

pub fn yuan(text: &str) -> Fen {
    Fen::parse_yuan(text).expect("an amount")
}

/// A bill of somebody at home on 31 March 2025, with lines as [`lines`] reads them.
pub fn bill(person: PersonKind, (kind, level): (VisitKind, Level), text: &str) -> Bill {
    let area = AreaCode::parse("990300").expect("an area");
    let last_day = day("2025-03-31");
    Bill {
        insured: Insured { area, kind: person, traits: Vec::new(), newborn: None },
        visit: Visit {
            kind,
            level,
            care_area: area,
            place: Place::Here,
            stay: Stay::New,
            last_day,
            others: Others::default(),
        },
        lines: lines(text),
    }
}

/// Lines as `number item count price`, divided by semicolons; after them `of NUMBER` for a return, `on DAY`,
/// `stated AMOUNT`, or a word of approval.
pub fn lines(text: &str) -> Vec<Line> {
    text.split(';').map(|line| line_of(line.split_whitespace().collect())).collect()
}

fn line_of(words: Vec<&str>) -> Line {
    let after = |name: &str| words.iter().position(|word| *word == name).map(|at| words[at + 1]);
    let amount = |text: &str| match text.strip_prefix('-') {
        Some(rest) => yuan(rest).negated(),
        None => yuan(text),
    };
    Line {
        number: words[0].parse().expect("a number"),
        returns: after("of").map(|number| number.parse().expect("a number")),
        item: words[1].to_owned(),
        day: day(after("on").unwrap_or("2025-03-05")),
        count: Count::parse(words[2]).expect("a count"),
        price: Price::parse(words[3]).expect("a price"),
        amount: after("stated").map(amount),
        approval: words.iter().find_map(|word| Approval::from_word(word)).unwrap_or(Approval::Unsaid),
    }
}

/// The only split of a bill, by the sums of its years.
pub fn split(benefits: &Benefits, bill: &Bill, years: &Years) -> Split {
    let mut splits = benefits.split(bill, years).unwrap_or_else(|wrong| panic!("{wrong}"));
    assert_eq!(splits.len(), 1);
    splits.remove(0)
}

/// What a split comes to, in words; what is zero is left out.
pub fn told(split: &Split) -> String {
    let (totals, funds) = (&split.totals, &split.totals.funds);
    let named = [
        ("whole", totals.whole),
        ("uninsured", totals.division.uninsured),
        ("over-limit", totals.division.over_limit),
        ("class-b", totals.division.class_b),
        ("scope", totals.division.in_scope),
        ("deductible", totals.deductible),
        ("pool", funds.pool),
        ("large", funds.large),
        ("serious", funds.serious),
        ("enterprise", funds.enterprise),
        ("civil", funds.civil_service),
        ("assistance", funds.assistance),
        ("other", funds.other),
        ("fund", totals.fund),
        ("personal", totals.personal),
        ("hospital", totals.hospital),
    ];
    let told: Vec<String> =
        named.iter().filter(|(_, amount)| !amount.is_zero()).map(|(name, amount)| format!("{name} {amount}")).collect();
    told.join(" ")
}
