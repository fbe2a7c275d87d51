//! One round through all calls, in the order in which an institution makes them. Its answers are looked at by many checks.

use std::collections::BTreeMap;
use std::rc::Rc;

use gongji_wire::Value;

use super::Stop;
use super::bench::{Bench, done, not_run};
use crate::desk::Heard;
use crate::profile::Expect;
use crate::script::Case;

/// Answers by call; of a call without one, why.
pub(super) type Toured = BTreeMap<&'static str, Result<Rc<Heard>, Stop>>;

/// The calls of the round.
pub(super) const CALLS: &[&str] = &[
    "9001", "1201", "1101", "2001", "2201", "2203", "2203A", "2204", "2206", "2207", "5201", "5202", "5203", "5204",
    "5206", "2208", "2205", "2202", "2101", "2102", "2103", "2401", "2403", "2301", "5303", "2402", "2303", "2304",
    "2305", "2405", "2302", "2404", "2601", "2501", "5304", "2502", "2503", "2504", "2505", "2506", "3201", "9101",
    "3202", "9102", "9002",
];

/// Calls of a visit, after one another; one that is not done ends them.
struct Walk<'t, 'l> {
    case: Case<'l>,
    toured: &'t mut Toured,
}

impl Walk<'_, '_> {
    fn go(&mut self, calls: &[&'static str]) {
        for infno in calls {
            let heard = self.case.ask(infno).map_err(Stop::from);
            let went = heard.and_then(|heard| done(&heard).map(|()| Rc::new(heard)));
            let stops = went.is_err();
            self.toured.insert(infno, went);
            if stops {
                return;
            }
        }
    }
}

/// Makes the round.
pub(super) fn tour(bench: &Bench<'_>) -> Toured {
    let mut toured = Toured::new();
    for walk in [clinic, pharmacy, stay, filings, totals] {
        if let Err(stop) = walk(bench, &mut toured) {
            toured.entry("9001").or_insert(Err(stop));
        }
    }
    for infno in CALLS {
        let before = || not_run("前面的交易没有办成", "a call before it was not done");
        toured.entry(infno).or_insert_with(|| Err(before()));
    }
    toured
}

/// Whoever is aided, if somebody is: his bills have all parts.
fn whom(bench: &Bench<'_>) -> Expect {
    if bench.world.patient(Expect::Aid).is_some() { Expect::Aid } else { bench.anybody() }
}

fn clinic(bench: &Bench<'_>, toured: &mut Toured) -> Result<(), Stop> {
    let mut case = bench.fresh(bench.hospital()?, bench.patient(whom(bench))?)?;
    case.lines = vec![bench.item(1, "30.00", "2"), bench.item(2, "12.345", "3")];
    let mut walk = Walk { case, toured };
    walk.go(&["9001", "1201", "1101", "2001", "2201", "2203", "2203A", "2204", "2206", "2207"]);
    walk.go(&["5201", "5202", "5203", "5204", "5206"]);
    walk.go(&["2208", "2205", "2202", "9002"]);
    // A second visit, whose bill is undone by its message.
    let mut other = bench.visit(whom(bench), "20.00")?;
    done(&other.ask("2207")?)?;
    Walk { case: other, toured }.go(&["2601"]);
    Ok(())
}

fn pharmacy(bench: &Bench<'_>, toured: &mut Toured) -> Result<(), Stop> {
    let mut case = bench.purchase(whom(bench), "36.60")?;
    case.say_that("flag", "1");
    Walk { case, toured }.go(&["2101", "2102", "2103"]);
    Ok(())
}

fn stay(bench: &Bench<'_>, toured: &mut Toured) -> Result<(), Stop> {
    let mut case = bench.case(whom(bench))?;
    case.say_that("med_type", "2101");
    case.lines = vec![bench.item(1, "60.00", "12")];
    Walk { case, toured }.go(&["2401", "2403", "2301", "5303", "2402", "2303", "2304", "2305", "2405", "2302", "2404"]);
    Ok(())
}

fn filings(bench: &Bench<'_>, toured: &mut Toured) -> Result<(), Stop> {
    let case = bench.case(whom(bench))?;
    for calls in [&["2501", "5304", "2502"][..], &["2503", "2504"], &["2505", "2506"]] {
        Walk { case: case.clone(), toured }.go(calls);
    }
    Ok(())
}

fn totals(bench: &Bench<'_>, toured: &mut Toured) -> Result<(), Stop> {
    let mut case = bench.case(whom(bench))?;
    for (name, zero) in
        [("total_whole", "0.00"), ("total_fund", "0.00"), ("total_account", "0.00"), ("total_count", "0")]
    {
        case.say_that(name, zero);
    }
    case.set("file", Value::text(super::reconcile::file_text(&[])));
    Walk { case, toured }.go(&["3201", "9101", "3202", "9102"]);
    Ok(())
}
