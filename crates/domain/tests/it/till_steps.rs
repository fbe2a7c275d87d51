//! How a decision came about: the steps that its trace keeps for ever, whose money each payment takes, and what kept
//! a sponsor from paying more.

use gongji_domain::decide::{Cut, Decision, Source, Step, decide, unreachable_reason};
use gongji_domain::message::Bill;
use gongji_words::{Fen, InstitutionId};

use super::till::{Row, row};

fn decided(row: &Row) -> Decision {
    decide(row.law, &row.case)
}

fn yuan(amount: Fen) -> String {
    let text = amount.to_string();
    text.strip_suffix(".00").unwrap_or(&text).to_owned()
}

/// A step in words: the clause, the letter of the sponsor it looked at, the reason or the amount.
fn step_in_words(row: &Row, step: &Step) -> String {
    let letter = |place: u8| {
        let sponsor = row.case.candidates[usize::from(place)].sponsor.number();
        char::from(b'A' + u8::try_from(sponsor).expect("a sponsor has a letter") - 1).to_string()
    };
    let reason = step.reason.map(|reason| reason.code().to_owned());
    let amount = (!step.amount.is_zero()).then(|| yuan(step.amount));
    let clause = Some(step.clause.word().to_owned());
    [clause, step.candidate.map(letter), reason, amount].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

fn steps_of(bill: &str) -> String {
    let row = row(bill);
    let steps = decided(&row).steps;
    steps.iter().map(|step| step_in_words(&row, step)).collect::<Vec<_>>().join(", ")
}

#[test]
fn each_step_names_its_clause_and_whom_it_looked_at() {
    let rows = [
        ("copay 100 A has 200", "till.own-account, till.sponsors-per-settlement A 100"),
        (
            "copay 100 own 30 wallet 20 A has 40 B has 200",
            "till.own-account 30, wallet.mode 20, till.sponsors-per-settlement A 40, till.sponsors-per-settlement B 10",
        ),
        (
            "copay 100 A has 200 paused B has 200",
            "till.own-account, bind.relations A SETTLE_PAUSED, till.sponsors-per-settlement B 100",
        ),
        (
            "copay 100 A has 0 B has 200 limit 0",
            "till.own-account, money.usable A SETTLE_SPONSOR_ZERO, limits.one-for-all B SETTLE_QUOTA",
        ),
        ("copay 100", "till.own-account, bind.relations SETTLE_NO_BINDING"),
        ("strict copay 100 kind inpatient A has 200", "till.own-account, till.kinds-employee SETTLE_PURPOSE_EXCLUDED"),
        (
            "strict drug 100 kind pharmacy resident A has 200",
            "till.own-account, till.kinds-resident SETTLE_PURPOSE_EXCLUDED",
        ),
        ("fitness 100 A has 200", "till.own-account, till.payable-parts SETTLE_ITEM_EXCLUDED"),
        ("strict copay 100 fund 1 A has 200", "till.own-account, till.pooled-benefit SETTLE_BENEFIT_LINKED"),
        ("copay 100 A has 200 left-out", "till.own-account, bind.relations SETTLE_PURPOSE_EXCLUDED"),
        ("before-any-law copay 100 own 30 A has 200", "till.own-account 30"),
        ("copay 100 A has 200 using cash", ""),
    ];
    for (bill, expected) in rows {
        assert_eq!(steps_of(bill), expected, "{bill}");
    }
}

/// Each payment in words: how much, of what, and whether a limit of the sponsor's own cut it.
fn payments_of(bill: &str) -> String {
    let in_words = |source: Source, cut: Cut, amount: Fen| {
        let source = if source == Source::Quota { "quota" } else { "account" };
        let cut = if cut == Cut::ByLimit { " cut by his limit" } else { "" };
        format!("{} of the {source}{cut}", yuan(amount))
    };
    let payments = decided(&row(bill)).outcome.aid;
    payments.iter().map(|paid| in_words(paid.source, paid.cut, paid.amount)).collect::<Vec<_>>().join(", ")
}

#[test]
fn a_limit_cuts_a_payment_only_where_it_alone_keeps_more_from_being_paid() {
    let rows = [
        ("copay 100 A has 200 limit 40", "40 of the account cut by his limit"),
        ("copay 100 A has 40 limit 40", "40 of the account"),
        ("copay 100 A has 39 limit 40", "39 of the account"),
        ("copay 100 A has 200 limit 100", "100 of the account"),
        ("copay 100 A has 200 quota 70 limit 60", "60 of the quota cut by his limit"),
        ("copay 100 A has 200 quota 70", "70 of the quota"),
        ("copay 100 A has 60 limit 60 B has 200 limit 30", "60 of the account, 30 of the account cut by his limit"),
    ];
    for (bill, expected) in rows {
        assert_eq!(payments_of(bill), expected, "{bill}");
    }
}

/// The reason of the same bill where the patient's province does not answer.
fn reason_unanswered(text: &str) -> String {
    let row = row(text);
    let case = &row.case;
    let bill = Bill {
        patient: case.patient,
        patient_area: case.area,
        institution: InstitutionId::from_number(1),
        kind: case.kind,
        burden: case.burden,
        fund: case.fund,
        using: case.using,
        code_of: case.patient,
        urgency: case.urgency,
    };
    unreachable_reason(row.law, &bill, case.at.day()).map_or_else(String::new, |reason| reason.code().to_owned())
}

#[test]
fn what_the_bill_and_the_law_alone_tell_goes_before_a_province_that_does_not_answer() {
    let rows = [
        ("copay 100", "SYS_UPSTREAM"),
        ("", "SETTLE_OWN_FIRST"),
        ("copay 100 using cash", "SETTLE_CHOSE_NOT"),
        ("copay 100 using own", "SETTLE_CHOSE_NOT"),
        ("copay 100 using A", "SYS_UPSTREAM"),
        ("copay 100 before-any-law", "SYS_UPSTREAM"),
        ("strict copay 100 kind inpatient", "SETTLE_PURPOSE_EXCLUDED"),
        ("strict drug 100 kind pharmacy", "SYS_UPSTREAM"),
        ("strict copay 100 kind emergency", "SYS_UPSTREAM"),
        ("fitness 100", "SETTLE_ITEM_EXCLUDED"),
        ("strict copay 100 fund 1", "SETTLE_BENEFIT_LINKED"),
        ("strict copay 100", "SYS_UPSTREAM"),
        ("copay 100 fund 1", "SYS_UPSTREAM"),
    ];
    for (bill, expected) in rows {
        assert_eq!(reason_unanswered(bill), expected, "{bill}");
    }
}
