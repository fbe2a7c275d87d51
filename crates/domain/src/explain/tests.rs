//! Each reader reads what he may, and no more.

use gongji_words::{AreaCode, CommandId, Fen, Moment, PersonId};
use proptest::prelude::*;

use super::picture::columns;
use super::texts::meaning;
use super::{About, Explanation, Reader, explain, picture};
use crate::binding::{Distance, Standing};
use crate::burden::{Burden, Part, VisitKind};
use crate::case::{AccountUse, Candidate, Case, FamilyCode, Filing, Line, PurposeUse};
use crate::decide::{Clause, Cut, Decision, Outcome, Payment, Source, Step, decide};
use crate::institution::Takes;
use crate::message::{Urgency, Using};
use crate::person::{InsuranceStatus, Scheme};
use crate::policy::{KEYS, Kind, key_of};
use crate::reason::{Language, Reason};
use crate::trace::tests::{case, law};
use crate::trace::{Trace, decode, encode};

const PATIENT: PersonId = PersonId::from_number(1);

/// Highest balance alone, all or nothing.
const HEBEI: u32 = 130_100;

/// Aid first, one sponsor after another, as a requirement document says.
const BORTALA: u32 = 652_700;

fn sponsor(number: i64, yuan: i64) -> Candidate {
    Candidate {
        sponsor: PersonId::from_number(number),
        area: AreaCode::from_number(HEBEI),
        binding: CommandId::from_number(number),
        asked_at: Moment::parse("2025-01-02").expect("a day").plus_minutes(number),
        standing: Standing::Usable,
        distance: Distance::Pool,
        line: Line::Up,
        purpose: PurposeUse::Allowed,
        account: AccountUse::Usable,
        available: Fen::from_fen(yuan * 100),
        previous_years: Fen::ZERO,
        frozen_quota: None,
        limit_left: None,
    }
}

/// A pharmacy bill of 620.00 in an area, with these sponsors of that area.
fn bill(area: u32, sponsors: Vec<Candidate>) -> Case {
    let area = AreaCode::from_number(area);
    let mut burden = Burden::nothing();
    burden.add(Part::Drug, Fen::from_fen(62_000));
    Case {
        at: Moment::parse("2025-03-08T10:30").expect("a moment"),
        patient: PATIENT,
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
        candidates: sponsors.into_iter().map(|candidate| Candidate { area, ..candidate }).collect(),
    }
}

fn traced(case: &Case) -> Trace {
    with_decision(case, &decide(law(), case))
}

fn with_decision(case: &Case, decision: &Decision) -> Trace {
    decode(&encode(law(), case, decision)).expect("a trace")
}

fn label(person: PersonId) -> String {
    format!("P{person}")
}

fn nobody_is_named(person: PersonId) -> String {
    panic!("{person} is named")
}

/// Both languages of all lines that are about something.
fn said(explanation: &Explanation<'_>, about: About) -> String {
    let lines = explanation.lines.iter().filter(|line| line.about == about);
    lines.map(|line| format!("{}\n{}\n", line.text.zh, line.text.en)).collect()
}

fn everything(explanation: &Explanation<'_>) -> String {
    let lines = explanation.lines.iter().map(|line| &line.text);
    let texts = lines.chain(explanation.sources.iter().map(|cited| &cited.text));
    texts.map(|text| format!("{}\n{}\n", text.zh, text.en)).collect()
}

#[test]
fn staff_read_of_every_sponsor_why_he_was_taken_or_passed_over() {
    let paused = Candidate { standing: Standing::Paused, ..sponsor(4, 9_000) };
    let ended = Candidate { standing: Standing::Expired, ..sponsor(5, 9_000) };
    let trace = traced(&bill(HEBEI, vec![sponsor(2, 700), sponsor(3, 800), paused, ended]));
    let told = said(&explain(law(), &trace, Reader::Staff, &label), About::Candidate);
    for expected in [
        "P3（石家庄市参保，2025-01-02绑定）。可用 ¥800.00，其中往年 ¥0.00。用了他的个人账户 ¥620.00。",
        "Available ¥800.00, of previous years ¥0.00. Taken: ¥620.00 of the personal account.",
        "可用 ¥700.00，其中往年 ¥0.00。没有用他的钱：本地规定只问排在最前的一位。",
        "没有用他的钱。SETTLE_PAUSED（告知本人“您暂停了给这位家人的共济。”）",
        "Passed over. SETTLE_PAUSED (the person concerned reads \"You have paused sharing with this relative.\").",
        "Passed over: the binding is over.",
    ] {
        assert!(told.contains(expected), "{expected} is missing in\n{told}");
    }
    assert!(told.find("P3").expect("P3") < told.find("P2").expect("P2"), "the highest balance comes first\n{told}");
}

#[test]
fn staff_read_of_money_that_together_was_not_enough() {
    let case = bill(HEBEI, vec![sponsor(2, 100)]);
    let mut decision = decide(law(), &case);
    let step = Step { clause: Clause::Sponsors, candidate: Some(0), reason: None, amount: Fen::from_fen(10_000) };
    decision.steps.retain(|step| step.candidate.is_none());
    decision.steps.push(step);
    let told = explain(law(), &with_decision(&case, &decision), Reader::Staff, &label);
    assert!(said(&told, About::Candidate).contains("能付 ¥100.00，但合起来不够整笔"), "{}", everything(&told));
}

#[test]
fn each_step_names_its_key_its_meaning_its_result_and_its_source() {
    let trace = traced(&bill(HEBEI, vec![sponsor(2, 100)]));
    let told = explain(law(), &trace, Reader::Staff, &label);
    let step = told.lines.iter().rfind(|line| line.about == About::Step).expect("a step");
    assert_eq!(step.clause, Some("till.shortfall"));
    assert!(
        step.text.zh.starts_with("家人的钱付不清整笔时，一分也不用。P2不能付。SETTLE_INSUFFICIENT_WHOLE（告知本人“")
    );
    let source = &told.sources[step.source.expect("a source")];
    assert_eq!(
        source.text.zh,
        "依据：《国家医保局解答：职工医保个人账户如何共济给家人》，国家医疗保障局，2024-10-05。\
         石家庄市沿用河北省的规则，2021-05-01起。"
    );
    assert_eq!(source.provenance.value, "all-or-nothing");
}

#[test]
fn a_requirement_document_is_named_as_such() {
    let trace = traced(&bill(BORTALA, vec![sponsor(2, 1_000)]));
    let told = explain(law(), &trace, Reader::Beneficiary, &nobody_is_named);
    let of_own = told.lines.iter().find(|line| line.clause == Some("till.own-account")).expect("a line");
    let source = &told.sources[of_own.source.expect("a source")].text;
    assert!(source.zh.contains("需求文件《") && source.zh.contains("不是公布的政策"), "{}", source.zh);
    assert!(source.en.contains("a requirement document") && source.en.contains("itself"), "{}", source.en);
}

#[test]
fn a_day_without_law_has_no_sources() {
    let mut case = bill(HEBEI, vec![sponsor(2, 1_000)]);
    case.at = Moment::parse("2021-03-01T09:00").expect("a moment");
    let told = explain(law(), &traced(&case), Reader::Staff, &label);
    assert!(told.sources.is_empty());
    assert!(said(&told, About::Law).contains("这一天还没有成文规则"));
}

#[test]
fn a_sponsor_reads_what_his_account_paid_for_whom_and_when() {
    let trace = traced(&bill(BORTALA, vec![sponsor(2, 1_000), sponsor(3, 1_000)]));
    let one = explain(law(), &trace, Reader::Sponsor(PersonId::from_number(2)), &label);
    assert_eq!(one.lines[0].text.zh, "2025-03-08，您的个人账户为P1付了 ¥620.00。");
    assert_eq!(one.lines[0].text.en, "On 2025-03-08 your personal account paid ¥620.00 for P1.");
    let other = explain(law(), &trace, Reader::Sponsor(PersonId::from_number(3)), &nobody_is_named);
    assert_eq!(everything(&other), "这一笔没有用您的钱。\nNo money of yours was used for this.\n");
}

#[test]
fn a_till_that_collects_nothing_reads_that() {
    let trace = traced(&bill(BORTALA, vec![sponsor(2, 1_000)]));
    let told = explain(law(), &trace, Reader::Cashier, &nobody_is_named);
    assert!(said(&told, About::Payment).ends_with("不用再收钱。\nNothing to collect.\n"));
    assert!(said(&told, About::Reason).is_empty());
}

#[test]
fn the_till_reads_what_to_collect() {
    let trace = traced(&bill(BORTALA, vec![sponsor(2, 500)]));
    let told = explain(law(), &trace, Reader::Cashier, &nobody_is_named);
    assert_eq!(
        said(&told, About::Payment),
        "家庭共济付 ¥500.00。\nFamily sharing pays ¥500.00.\n请收 ¥120.00。\nCollect ¥120.00.\n"
    );
    assert!(said(&told, About::Reason).starts_with("家庭共济付了一部分。已付 ¥500.00，再收 ¥120.00。"));
}

/// What of the outcome a till and a relative may know.
fn outcome_of(case: &Case, reason: Option<Reason>) -> Decision {
    let aid = case.burden.total().min(Fen::from_fen(100));
    let payer = |candidate: &Candidate| Payment {
        sponsor: candidate.sponsor,
        area: candidate.area,
        binding: candidate.binding,
        source: Source::Account,
        amount: aid,
        cut: Cut::NotByLimit,
    };
    let aid: Vec<Payment> = case.candidates.first().map(payer).into_iter().collect();
    let cash = aid.iter().fold(case.burden.total(), |left, payment| left.minus(payment.amount));
    Decision {
        outcome: Outcome { own: Fen::ZERO, wallet: Fen::ZERO, aid, items: Fen::ZERO, cash, reason },
        steps: Vec::new(),
    }
}

proptest! {
    #[test]
    fn tills_and_relatives_read_the_same_whoever_the_sponsors_are_and_whatever_they_have(
        one in case(1..=3), other in case(1..=3),
    ) {
        let other = Case { candidates: other.candidates, ..one.clone() };
        for reader in [Reader::Cashier, Reader::Beneficiary] {
            for (first, second) in [
                (Reason::SettlePartial, Reason::SettlePartial),
                (Reason::SettleSponsorZero, Reason::SettleReserve),
                (Reason::SettleInsufficientWhole, Reason::SettlePreviousYearsZero),
            ] {
                let first = with_decision(&one, &outcome_of(&one, Some(first)));
                let mut decision = outcome_of(&other, Some(second));
                decision.steps = decide(law(), &other).steps;
                let second = with_decision(&other, &decision);
                prop_assert_eq!(
                    explain(law(), &first, reader, &nobody_is_named),
                    explain(law(), &second, reader, &nobody_is_named)
                );
            }
        }
    }

    #[test]
    fn a_sponsor_reads_the_same_whatever_the_bill_was(one in case(1..=3), other in case(0..=0)) {
        let other = Case { at: one.at, patient: one.patient, candidates: one.candidates.clone(), ..other };
        let decision = outcome_of(&one, None);
        let mut later = decision.clone();
        later.outcome.aid.retain(|payment| payment.amount <= other.burden.total());
        prop_assume!(later.outcome.aid.len() == decision.outcome.aid.len());
        later.steps = decide(law(), &other).steps;
        later.outcome.reason = Some(Reason::SettlePartial);
        let reader = Reader::Sponsor(one.candidates[0].sponsor);
        prop_assert_eq!(
            explain(law(), &with_decision(&one, &decision), reader, &label),
            explain(law(), &with_decision(&other, &later), reader, &label)
        );
    }

    #[test]
    fn no_sentence_has_an_unfilled_place_or_no_text(case in case(0..=4)) {
        let trace = traced(&case);
        let payers = trace.decision.outcome.aid.iter().map(|payment| Reader::Sponsor(payment.sponsor));
        let readers: Vec<Reader> =
            [Reader::Cashier, Reader::Beneficiary, Reader::Staff].into_iter().chain(payers).collect();
        for reader in readers {
            let told = explain(law(), &trace, reader, &label);
            let unfilled = everything(&told).contains(['{', '}']);
            prop_assert!(!unfilled);
            let texts = told.lines.iter().map(|line| &line.text).chain(told.sources.iter().map(|cited| &cited.text));
            for text in texts {
                prop_assert!(!text.zh.is_empty() && !text.en.is_empty());
            }
            prop_assert!(told.lines.iter().filter_map(|line| line.source).all(|place| place < told.sources.len()));
        }
    }
}

#[test]
fn every_clause_is_a_key_and_each_word_of_it_has_a_sentence() {
    for clause in Clause::ALL {
        let key = key_of(clause.word()).unwrap_or_else(|| panic!("{clause} is no key"));
        let Kind::Word(words) = key.kind else { continue };
        for word in words() {
            let text = meaning(key.name, word);
            assert!(!text.zh.contains('：') && !text.en.starts_with("Rule on"), "{clause} = {word}: {}", text.en);
        }
    }
    assert!(KEYS.iter().all(|key| meaning(key.name, "true").zh.ends_with('。')));
}

#[test]
fn lists_are_told_in_words() {
    assert_eq!(
        meaning("till.payable-parts", "[drug, device]").zh,
        "个人负担中可由个人账户、钱包、共济支付的部分：药品、医疗器械。"
    );
    assert_eq!(
        meaning("till.item-limit", "[device] 300.00 a month").zh,
        "某些项目每月共济限额，余额作废：医疗器械 300.00 元（每月）。"
    );
}

fn paid(amounts: [i64; 4]) -> Outcome {
    let [own, aid, wallet, cash] = amounts.map(Fen::from_fen);
    let son = sponsor(2, 0);
    let payment = Payment {
        sponsor: son.sponsor,
        area: son.area,
        binding: son.binding,
        source: Source::Account,
        amount: aid,
        cut: Cut::NotByLimit,
    };
    Outcome { own, wallet, aid: vec![payment], items: Fen::ZERO, cash, reason: None }
}

#[test]
fn a_picture_shows_who_paid_in_columns_of_equal_width() {
    let outcome = paid([10_000, 62_000, 0, 8_000]);
    let son = |_: PersonId| "儿子".to_owned();
    let zh = "\
        个人账户  ▓▓                    100.00\n\
        共济 儿子 ████████████████      620.00\n\
        现金      ░░                     80.00\n";
    assert_eq!(picture(&outcome, 38, Language::Zh, &son), zh);
    assert!(zh.lines().all(|line| columns(line) == 38));
}

#[test]
fn a_picture_too_narrow_for_bars_keeps_the_amounts() {
    let outcome = paid([0, 62_000, 1, 0]);
    let name = |_: PersonId| "S\u{1b}[2J".to_owned();
    assert_eq!(picture(&outcome, 12, Language::En, &name), "wallet     0.01\naid S[2J 620.00\n");
}
