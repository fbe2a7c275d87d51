//! How long a decision at the till takes, with its trace, where a patient has three sponsors.
//!
//! `cargo bench -p gongji-domain --bench decide` prints the medians; with `-- --json` one line of JSON. It is no
//! timed test: machines differ, and nothing fails here.

use std::hint::black_box;
use std::path::Path;
use std::time::Instant;

use gongji_domain::binding::{Distance, Standing};
use gongji_domain::burden::{Burden, Part, VisitKind};
use gongji_domain::case::{AccountUse, Candidate, Case, FamilyCode, Filing, Line, PurposeUse};
use gongji_domain::decide::decide;
use gongji_domain::institution::Takes;
use gongji_domain::message::{Urgency, Using};
use gongji_domain::person::{InsuranceStatus, Scheme};
use gongji_domain::policy::Law;
use gongji_domain::trace::{decode, encode, replay};
use gongji_words::{AreaCode, CommandId, Fen, Moment, PersonId};

/// Batches of each figure; the figure is their median.
const BATCHES: usize = 31;

/// Runs of each batch.
const RUNS: u32 = 20_000;

/// A bill in a prefecture where one sponsor pays after another.
const CHAIN: u32 = 652_700;

/// A bill in a city where the highest balance pays alone.
const HIGHEST_ALONE: u32 = 130_100;

fn main() {
    let law = law();
    let chain = case_in(CHAIN);
    let alone = case_in(HIGHEST_ALONE);
    let decision = decide(&law, &chain);
    let bytes = encode(&law, &chain, &decision);
    let trace = decode(&bytes).expect("what was written is read");
    let figures = [
        ("decide + trace, three sponsors", median(|| decide_and_trace(&law, &chain))),
        ("decide + trace, three sponsors, highest alone", median(|| decide_and_trace(&law, &alone))),
        ("decide alone", median(|| decide(&law, &chain).steps.len())),
        ("trace alone", median(|| encode(&law, &chain, &decision).len())),
        ("law of an area on a day", median(|| law.on(black_box(chain.area), chain.at.day()).is_ok().into())),
        ("read a trace", median(|| decode(black_box(&bytes)).is_ok().into())),
        ("judge a trace again", median(|| replay(&law, &trace).steps.len())),
    ];
    if std::env::args().any(|argument| argument == "--json") {
        return println!("{}", as_json(&figures, bytes.len()));
    }
    for (what, nanoseconds) in figures {
        println!("{what}: {nanoseconds} ns");
    }
    println!("trace, three sponsors: {} bytes", bytes.len());
}

fn decide_and_trace(law: &Law, case: &Case) -> usize {
    let case = black_box(case);
    encode(law, case, &decide(law, case)).len()
}

/// Nanoseconds of one run: the median over batches of the mean in a batch.
fn median(mut run: impl FnMut() -> usize) -> u128 {
    let mut batch = || {
        let start = Instant::now();
        for _ in 0..RUNS {
            black_box(run());
        }
        start.elapsed().as_nanos() / u128::from(RUNS)
    };
    let mut times: Vec<u128> = (0..BATCHES).map(|_| batch()).collect();
    times.sort_unstable();
    times[BATCHES / 2]
}

fn as_json(figures: &[(&str, u128)], bytes: usize) -> String {
    let figures = figures.iter().map(|(what, time)| format!("\"{what}\": {time}"));
    let figures: Vec<String> = figures.collect();
    format!("{{\"nanoseconds\": {{{}}}, \"trace_bytes\": {bytes}}}", figures.join(", "))
}

fn law() -> Law {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../policies");
    let entries = std::fs::read_dir(folder).expect("the folder of packs");
    let paths = entries.map(|entry| entry.expect("an entry").path());
    let packs: Vec<(String, String)> = paths
        .filter(|path| path.extension().is_some_and(|end| end == "toml"))
        .map(|path| (path.display().to_string(), std::fs::read_to_string(&path).expect("a pack")))
        .collect();
    let packs: Vec<(&str, &str)> = packs.iter().map(|(file, text)| (file.as_str(), text.as_str())).collect();
    Law::from_packs(&packs).expect("the packs are law")
}

/// A pharmacy bill of 880.00 that takes all three sponsors where one pays after another.
fn case_in(area: u32) -> Case {
    let area = AreaCode::from_number(area);
    let mut burden = Burden::nothing();
    burden.add(Part::Drug, Fen::from_fen(62_000));
    burden.add(Part::Device, Fen::from_fen(26_000));
    let sponsors = [(30_000, 12_000), (25_000, 25_000), (90_000, 10_000)];
    Case {
        at: Moment::parse("2025-03-08T10:00").expect("a moment"),
        patient: person(1),
        area,
        scheme: Scheme::Resident,
        status: InsuranceStatus::Active,
        traits: 0,
        own: Fen::ZERO,
        wallet: None,
        institution_area: area,
        takes_aid: Takes::Yes,
        takes_wallet: Takes::Yes,
        kind: VisitKind::Pharmacy,
        burden,
        fund: Fen::ZERO,
        using: Using::Auto,
        urgency: Urgency::Ordinary,
        filing: Filing::Unfiled,
        family_code: FamilyCode::Absent,
        items_used: Fen::ZERO,
        order: Vec::new(),
        candidates: (2..).zip(sponsors).map(|(number, money)| candidate(area, number, money)).collect(),
    }
}

/// Numbers as long as those of a busy node.
fn person(number: i64) -> PersonId {
    PersonId::from_number(number * 1_234_567_890_123_456_789)
}

fn candidate(area: AreaCode, number: i64, (available, previous_years): (i64, i64)) -> Candidate {
    Candidate {
        sponsor: person(number),
        area,
        binding: CommandId::from_number(number * 987_654_321_987_654_321),
        asked_at: Moment::from_millis(1_740_000_000_000 + number),
        standing: Standing::Usable,
        distance: Distance::Pool,
        line: Line::Up,
        purpose: PurposeUse::Allowed,
        account: AccountUse::Usable,
        available: Fen::from_fen(available),
        previous_years: Fen::from_fen(previous_years),
        frozen_quota: None,
        limit_left: Some(Fen::from_fen(50_000)),
    }
}
