//! What stands after `=>` is expected as it is written, and no more.

use gongji_scenario::syntax::{AskedState, BindingState, Expected, MessageKind, RepeatExpected, Statement};
use gongji_words::Fen;

use super::{area, fen, read_below, statement};

#[test]
fn a_state_is_asked_for_with_or_without_a_binding() {
    let rows = [
        ("none", AskedState::None),
        ("paused", AskedState::Is(BindingState::Paused)),
        ("pending review", AskedState::Is(BindingState::PendingReview)),
    ];
    for (word, asked) in rows {
        let text = format!("binding ming kid => {word}");
        let Statement::Binding { expected, .. } = statement(&text) else { panic!() };
        assert_eq!(expected, Some(Expected::Done(asked)));
    }
}

#[test]
fn a_settlement_expects_what_is_written_and_no_more() {
    let text = "settle s1 kid at clinic kind birth copay 9.00 => cash 4.00 by son 3.00 aid 5.00 \
                by ming 2.00 reason SETTLE_PARTIAL # why";
    let line = read_below(text);
    let written = "cash 4.00 by son 3.00 aid 5.00 by ming 2.00 reason SETTLE_PARTIAL";
    assert_eq!(line.expectation.as_deref(), Some(written));
    let Statement::Settle { expected: Some(Expected::Done(expected)), .. } = line.statement else { panic!() };
    assert_eq!((expected.own, expected.wallet), (None, None));
    assert_eq!((expected.aid, expected.cash), (Some(fen("5.00")), Some(fen("4.00"))));
    let by: Vec<(&str, Fen)> = expected.by.iter().map(|(name, a)| (name.as_str(), *a)).collect();
    assert_eq!(by, [("son", fen("3.00")), ("ming", fen("2.00"))]);
    assert_eq!(expected.reason.map(|code| code.to_string()).as_deref(), Some("SETTLE_PARTIAL"));
}

#[test]
fn a_repeat_expects_what_the_first_message_answers() {
    let Statement::Repeat { first, expected, .. } = statement("repeat s0 => cash 1.00") else { panic!() };
    assert_eq!(first, MessageKind::Settlement);
    assert!(matches!(expected, Some(RepeatExpected::Settlement(Expected::Done(_)))));

    let Statement::Repeat { first, expected, .. } = statement("repeat p0 => paid by son") else { panic!() };
    assert_eq!(first, MessageKind::Premium);
    assert!(matches!(expected,
        Some(RepeatExpected::Premium(Expected::Done(name))) if name.as_str() == "son"));

    let Statement::Repeat { first, expected, .. } = statement("repeat t0 => pending") else { panic!() };
    assert_eq!(first, MessageKind::Transfer);
    assert_eq!(expected, Some(RepeatExpected::Transfer(Expected::Done(()))));
}

#[test]
fn the_first_use_of_an_id_says_what_a_repeat_repeats() {
    let text = "transfer s0 ming kid 5.00 => refused REQ_IDEMPOTENCY_CONFLICT\nrepeat s0";
    let Statement::Repeat { first, .. } = statement(text) else { panic!() };
    assert_eq!(first, MessageKind::Settlement);
}

#[test]
fn notices_are_listed_with_or_without_amounts() {
    let text = "notices kid => N_PAID_FOR 5.00 N_EFFECTIVE N_UNBOUND N_PAID_FOR 1.00";
    let Statement::Notices { expected: Some(Expected::Done(list)), .. } = statement(text) else { panic!() };
    let shown: Vec<(&str, Option<Fen>)> = list.iter().map(|notice| (notice.code.as_str(), notice.amount)).collect();
    let meant = [
        ("N_PAID_FOR", Some(fen("5.00"))),
        ("N_EFFECTIVE", None),
        ("N_UNBOUND", None),
        ("N_PAID_FOR", Some(fen("1.00"))),
    ];
    assert_eq!(shown, meant);
}

#[test]
fn balances_and_uses_name_only_what_is_checked() {
    let text = "balance ming => balance 3.00 frozen 1.00";
    let Statement::Balance { expected: Some(Expected::Done(found)), .. } = statement(text) else { panic!() };
    assert_eq!((found.balance, found.available, found.frozen), (Some(fen("3.00")), None, Some(fen("1.00"))));
    let text = "used ming kid => this-year 2.00";
    let Statement::Used { expected: Some(Expected::Done(found)), .. } = statement(text) else { panic!() };
    assert_eq!((found.this_month, found.this_year, found.total), (None, Some(fen("2.00")), None));
}

#[test]
fn clearing_lists_pairs_and_counts() {
    let text = "clearing 2025-03 => owes 150800 320500 500.00 owes 320500 650100 1.00 \
                matched 12 unmatched 0";
    let Statement::Clearing { expected: Some(Expected::Done(found)), month } = statement(text) else { panic!() };
    assert_eq!(month.to_string(), "2025-03");
    let owes: Vec<_> = found.owes.iter().map(|o| (o.from, o.to, o.amount)).collect();
    let meant = [(area("150800"), area("320500"), fen("500.00")), (area("320500"), area("650100"), fen("1.00"))];
    assert_eq!(owes, meant);
    assert_eq!((found.matched, found.unmatched), (Some(12), Some(0)));
}

#[test]
fn every_family_money_and_wallet_statement_may_be_refused() {
    const LINES: &[&str] = &[
        "bind ming kid relation child",
        "consent kid ming",
        "review ming kid approve",
        "limit ming kid quota 1.00",
        "pause ming kid",
        "resume ming kid",
        "unbind ming kid",
        "order kid ming",
        "family-code ming kid",
        "binding ming kid",
        "preview v1 kid at clinic kind birth copay 1.00",
        "settle s1 kid at clinic kind birth copay 1.00",
        "reverse s0",
        "repeat s0",
        "premium p1 ming for kid plan resident year 2026 amount 1.00",
        "balance ming",
        "notices ming",
        "used ming kid",
        "wallet ming open",
        "quota ming kid 1.00",
        "transfer t1 ming kid 1.00",
        "accept t0",
        "cancel t0",
        "wallet-balance ming",
        "clearing 2025-03",
    ];
    for line in LINES {
        let read = read_below(&format!("{line} => refused SYS_UPSTREAM"));
        let shown = format!("{:?}", read.statement);
        assert!(shown.contains("Refused(Code(\"SYS_UPSTREAM\"))"), "{shown}");
        assert_eq!(read_below(line).expectation, None);
    }
}
