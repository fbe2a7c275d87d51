//! The bench: desks, patients, and visits that several checks look at.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use gongji_wire::Value;
use gongji_wire::fields::title;

use super::{Stop, Went};
use crate::desk::{Desk, Draft, Heard, Record};
use crate::judge::Finding;
use crate::line::{Line, Silence};
use crate::profile::{Expect, Patient, World};
use crate::script::{Case, Item};
use crate::station::Kind;

/// Words by which a centre says that somebody asked too often, which is no fault of an answer.
const LIMITED: &[&str] = &["REQ_RATE_LIMIT", "次数", "频繁"];
/// How often a message is sent again that came while the one before it was under way.
const PATIENCE: usize = 50;

/// The desks of a run: one for each station.
pub struct Desks<'l> {
    all: Vec<Desk<'l>>,
}

/// A visit that several checks look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scene {
    /// A visit with lines, not settled.
    Open,
    /// A stay with lines, not settled.
    Stay,
    /// Lines of a purchase, not sent yet.
    Purchase,
    /// A visit that is settled.
    Settled,
    /// A stay that is settled.
    SettledStay,
    /// A purchase that is settled.
    Bought,
}

/// The bench.
pub struct Bench<'l> {
    /// The line.
    pub line: &'l dyn Line,
    /// Whom it speaks for and about.
    pub world: &'l World,
    desks: &'l Desks<'l>,
    record: &'l Record,
    people: RefCell<BTreeMap<(String, String), Case<'l>>>,
    scenes: RefCell<BTreeMap<Scene, Case<'l>>>,
    toured: RefCell<Option<super::tour::Toured>>,
}

impl<'l> Desks<'l> {
    /// A desk for each station of a world.
    #[must_use]
    pub fn of(line: &'l dyn Line, world: &World, record: &'l Record) -> Self {
        Self { all: world.stations.iter().map(|station| Desk::new(line, station.clone(), record)).collect() }
    }
}

pub(super) fn failed<T>(why: impl Into<String>) -> Result<T, Stop> {
    Err(Stop::Failed(why.into()))
}

pub(super) fn not_run(zh: &str, en: &str) -> Stop {
    Stop::NotRun(format!("{zh} {en}"))
}

/// Runs of digits as long as a certificate number are nobody's business in a report.
fn masked(text: &str) -> String {
    let mut shown = String::new();
    let mut rest = text;
    while let Some(start) = rest.find(|letter: char| letter.is_ascii_digit()) {
        let (before, from) = rest.split_at(start);
        let end = from.find(|letter: char| !letter.is_ascii_digit()).unwrap_or(from.len());
        shown.push_str(before);
        shown.push_str(if end >= 15 { "…" } else { &from[..end] });
        rest = &from[end..];
    }
    shown + rest
}

/// It was done.
pub(super) fn done(heard: &Heard) -> Went {
    if heard.is_done() {
        return Ok(());
    }
    let (infno, why) = (&heard.infno, masked(heard.sentence()));
    if LIMITED.iter().any(|word| why.contains(word)) {
        return Err(Stop::NotRun(format!("中心限制了次数 the centre limits how often: {why}")));
    }
    failed(format!("{infno} 应办成，却被退回 should be done, and was refused: {why}"))
}

/// It was not done, and the sentence has one of these words, or the Chinese name of the field; with none, any sentence will do.
pub(super) fn refused(heard: &Heard, words: &[&str]) -> Went {
    let (infno, sentence) = (&heard.infno, heard.sentence());
    if heard.is_done() {
        return failed(format!("{infno} 应退回，却办成了 should be refused, and was done"));
    }
    if heard.infcode() != "-1" {
        return failed(format!("{infno} 没有 infcode -1 的回执 there is no answer with infcode -1"));
    }
    let is_named = |word: &&str| sentence.contains(word) || title(word).is_some_and(|title| sentence.contains(title));
    if words.is_empty() && !sentence.is_empty() || words.iter().any(is_named) {
        return Ok(());
    }
    let (words, sentence) = (words.join(" / "), masked(sentence));
    failed(format!("{infno} 的 err_msg 应指明 {words} err_msg should name it: {sentence}"))
}

/// What is expected is what came.
pub(super) fn same(what: &str, came: &str, expected: &str) -> Went {
    if came == expected {
        return Ok(());
    }
    failed(format!("{what}：应为 {expected}，收到 {came} expected {expected}, got {came}"))
}

/// It holds.
pub(super) fn holds(yes: bool, zh: &str, en: &str) -> Went {
    if yes { Ok(()) } else { failed(format!("{zh} {en}")) }
}

/// Nothing was found.
pub(super) fn nothing(found: &[Finding]) -> Went {
    found.first().map_or(Ok(()), |finding| failed(finding.to_string()))
}

impl<'l> Bench<'l> {
    /// A bench at these desks.
    #[must_use]
    pub fn new((line, world): (&'l dyn Line, &'l World), desks: &'l Desks<'l>, record: &'l Record) -> Self {
        let (people, scenes) = (RefCell::default(), RefCell::default());
        Self { line, world, desks, record, people, scenes, toured: RefCell::new(None) }
    }

    pub(super) fn taken(&self) -> Vec<Finding> {
        self.record.taken()
    }

    /// Whether the centre answers at all: a message that it may refuse gets an answer.
    ///
    /// # Errors
    /// [`Silence`]; fine where there is no station.
    pub fn reach(&self) -> Result<(), Silence> {
        let Some(desk) = self.desks.all.first() else { return Ok(()) };
        desk.ask("1201", &Value::Null)?;
        drop(self.taken());
        Ok(())
    }

    /// The first hospital's desk, the pharmacy's, or one of a dialect.
    pub(super) fn desk(&self, kind: Kind, dialect: Option<&str>) -> Result<&'l Desk<'l>, Stop> {
        let is_it = |desk: &&Desk<'_>| {
            desk.station.kind == kind && dialect.is_none_or(|dialect| desk.station.dialect() == dialect)
        };
        self.desks.all.iter().find(is_it).ok_or_else(|| {
            let what = format!("{kind:?} {}", dialect.unwrap_or_default());
            not_run(&format!("没有这样接入的机构：{what}"), "no institution connects so")
        })
    }

    pub(super) fn hospital(&self) -> Result<&'l Desk<'l>, Stop> {
        self.desk(Kind::Hospital, None)
    }

    pub(super) fn patient(&self, expect: Expect) -> Result<&'l Patient, Stop> {
        self.world
            .patient(expect)
            .ok_or_else(|| not_run(&format!("没有给出这样的参保人：{expect:?}"), "no such patient was given"))
    }

    /// Somebody at the hospital, whom 1101 has told.
    pub(super) fn case(&self, expect: Expect) -> Result<Case<'l>, Stop> {
        self.at(self.hospital()?, self.patient(expect)?)
    }

    /// Somebody at a desk, whom 1101 has told. It is asked anew: his balance may be another.
    pub(super) fn fresh(&self, desk: &'l Desk<'l>, patient: &Patient) -> Result<Case<'l>, Stop> {
        let mut case = Case::of(desk, patient);
        if patient.expect == Expect::OtherProvince {
            case.elsewhere = Some(patient.area.clone());
            case.say_that("psn_no", if patient.person.is_empty() { "P1" } else { &patient.person });
            case.say_that("insutype", "390");
            case.say_that("psn_type", "15");
            return Ok(case);
        }
        done(&case.ask("1101")?)?;
        Ok(case)
    }

    fn at(&self, desk: &'l Desk<'l>, patient: &Patient) -> Result<Case<'l>, Stop> {
        let key = (desk.station.code.clone(), patient.certificate.clone());
        if let Some(case) = self.people.borrow().get(&key) {
            return Ok(case.clone());
        }
        let case = self.fresh(desk, patient)?;
        self.people.borrow_mut().insert(key, case.clone());
        Ok(case)
    }

    /// A line of the item that is sold here.
    pub(super) fn item(&self, number: u64, price: &str, count: &str) -> Item {
        Item::parse(number, (&self.world.item, price, count)).expect("prices and counts of checks are written right")
    }

    /// A visit of somebody, registered, with a line of so much; accounts are not used.
    pub(super) fn visit(&self, expect: Expect, price: &str) -> Result<Case<'l>, Stop> {
        let mut case = self.case(expect)?;
        case.say_that("flag", "0");
        done(&case.ask("2201")?)?;
        case.lines = vec![self.item(1, price, "1")];
        done(&case.ask("2204")?)?;
        Ok(case)
    }

    /// A stay of somebody, admitted, with lines of so much; accounts are not used.
    pub(super) fn stay(&self, expect: Expect, price: &str) -> Result<Case<'l>, Stop> {
        let mut case = self.case(expect)?;
        case.say_that("flag", "0");
        case.say_that("med_type", "2101");
        case.say_that("clr_type", "21");
        done(&case.ask("2401")?)?;
        case.lines = vec![self.item(1, price, "1")];
        done(&case.ask("2301")?)?;
        Ok(case)
    }

    /// A purchase of somebody, not sent yet; accounts are not used.
    pub(super) fn purchase(&self, expect: Expect, price: &str) -> Result<Case<'l>, Stop> {
        let mut case = self.at(self.desk(Kind::Pharmacy, None)?, self.patient(expect)?)?;
        case.say_that("flag", "0");
        case.say_that("med_type", "41");
        case.say_that("clr_type", "41");
        case.lines = vec![self.item(1, price, "1")];
        Ok(case)
    }

    /// Somebody whose bills leave no trace on accounts, if there is one; otherwise whoever is aided.
    pub(super) fn anybody(&self) -> Expect {
        if self.world.patient(Expect::NoAid).is_some() { Expect::NoAid } else { Expect::Aid }
    }

    /// A visit that several checks look at.
    pub(super) fn scene(&self, scene: Scene) -> Result<Case<'l>, Stop> {
        if let Some(case) = self.scenes.borrow().get(&scene) {
            return Ok(case.clone());
        }
        let who = self.anybody();
        let case = match scene {
            Scene::Open => self.visit(who, "50.00")?,
            Scene::Stay => self.stay(who, "800.00")?,
            Scene::Purchase => self.purchase(who, "40.00")?,
            Scene::Settled => settled(self.visit(who, "60.00")?, "2207")?,
            Scene::SettledStay => settled(self.stay(who, "900.00")?, "2304")?,
            Scene::Bought => settled(self.purchase(who, "30.00")?, "2102")?,
        };
        self.scenes.borrow_mut().insert(scene, case.clone());
        Ok(case)
    }

    /// The answers of one round through all calls.
    pub(super) fn toured(&self, infno: &str) -> Result<Rc<Heard>, Stop> {
        if self.toured.borrow().is_none() {
            let toured = super::tour::tour(self);
            // What is wrong with its answers is told where each of them is looked at.
            drop(self.taken());
            self.toured.replace(Some(toured));
        }
        let toured = self.toured.borrow();
        match toured.as_ref().and_then(|toured| toured.get(infno)) {
            Some(Ok(heard)) => Ok(heard.clone()),
            Some(Err(stop)) => Err(stop.clone()),
            None => Err(not_run("巡检没有走到这个交易", "the round did not come to this call")),
        }
    }

    /// Sends a draft from the hospital's desk; what is wrong with the frame of its answer is not looked at.
    pub(super) fn leniently(&self, desk: &Desk<'_>, draft: &Draft) -> Result<Heard, Stop> {
        let heard = desk.send(draft)?;
        drop(self.taken());
        Ok(heard)
    }

    /// Undoes what the scenes have settled.
    pub(super) fn leave_nothing(&self) {
        for (scene, mut case) in self.scenes.take() {
            let undoing = match scene {
                Scene::Settled => "2208",
                Scene::SettledStay => "2305",
                Scene::Bought => "2103",
                Scene::Open | Scene::Stay | Scene::Purchase => continue,
            };
            let _it_was_tried = case.ask(undoing);
        }
        drop(self.taken());
    }
}

fn settled<'l>(mut case: Case<'l>, infno: &str) -> Result<Case<'l>, Stop> {
    done(&case.ask(infno)?)?;
    Ok(case)
}

/// Sends a message again until it is done, as a client does that is told that the one before is still under way.
pub(super) fn patiently(case: &mut Case<'_>, draft: &Draft) -> Result<Heard, Stop> {
    let mut heard = case.send(draft)?;
    for _ in 1..PATIENCE {
        if heard.is_done() {
            break;
        }
        heard = case.send(draft)?;
    }
    Ok(heard)
}

/// A good 1101 of somebody at the hospital, as a draft.
pub(super) fn enquiry<'l>(bench: &Bench<'l>) -> Result<(Case<'l>, Draft), Stop> {
    let case = bench.case(bench.anybody())?;
    let draft = case.draft("1101");
    Ok((case, draft))
}

/// The same with a field of the envelope changed or taken away.
pub(super) fn enquiry_with(bench: &Bench<'_>, (field, new): (&str, Option<Value>)) -> Result<Heard, Stop> {
    let (case, mut draft) = enquiry(bench)?;
    match new {
        Some(new) => draft.object.set(field, new),
        None => drop(draft.object.remove(field)),
    }
    Ok(case.desk.send(&draft)?)
}

#[cfg(test)]
mod tests {
    use super::masked;

    #[test]
    fn certificate_numbers_are_not_told() {
        assert_eq!(masked("证件 170101200509010223 不对，第 3 行"), "证件 … 不对，第 3 行");
    }
}
