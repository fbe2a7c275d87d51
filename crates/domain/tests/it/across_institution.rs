//! A bill of a patient who is insured in another province: at the node of the institution, and at his own.

use gongji_domain::burden::Part;
use gongji_domain::journal::Position;
use gongji_domain::message::{Answer, Bill, Command, PeerCommand, Settled};
use gongji_domain::reason::Reason;
use gongji_domain::record::{ClaimSide, MessageState, PaymentState};
use gongji_words::{AreaCode, CommandId, Fen, InstitutionId};

use super::books;
use super::node::Node;
use super::world::{HERE, bill, hospital, person, populated, province_law, request, yuan};

/// Another province.
const FAR: AreaCode = AreaCode::from_number(110_000);

fn node() -> Node {
    populated(province_law(""), "2026-02-02T10:00")
}

/// A bill of 100.00 of 7, who is insured far away, at hospital 1.
fn from_afar() -> Bill {
    Bill { patient_area: FAR, ..bill(7, Part::Copay, yuan(100)) }
}

/// His province says that his own account pays 30.00 and a sponsor of his 50.00.
fn settled() -> Settled {
    Settled {
        own: yuan(30),
        aid: vec![(person(8), yuan(50))],
        wallet: Fen::ZERO,
        cash: yuan(20),
        reason: Some(Reason::SettlePartial),
        owed: vec![(FAR, yuan(80))],
        left: Some(yuan(4)),
    }
}

fn all_cash(reason: Reason) -> Answer {
    let (own, wallet, reason) = (Fen::ZERO, Fen::ZERO, Some(reason));
    Answer::Settled(Settled { own, aid: Vec::new(), wallet, cash: yuan(100), reason, owed: Vec::new(), left: None })
}

/// What hospital 1 is owed.
fn hospital_has(node: &Node) -> Fen {
    let of_hospital = |position: Position| position == Position::Institution(InstitutionId::from_number(1));
    Fen::sum(node.rows.entries.values().filter(|entry| of_hospital(entry.position)).map(|entry| entry.amount))
}

/// The messages that wait for the other province.
fn told(node: &Node) -> Vec<&'static str> {
    node.rows.outbox.values().map(|row| row.ask.command.name()).collect()
}

#[test]
fn what_his_province_pays_is_owed_here_and_nobody_learns_who_the_sponsors_are() {
    let mut node = node();
    let answer = node.send_heard("s1", Command::Settle(from_afar()), |_| Some(Answer::Settled(settled())));
    let nameless = Answer::Settled(Settled { aid: vec![(person(0), yuan(50))], ..settled() });
    assert_eq!(answer, nameless);
    let kept = node.rows.messages.values().map(|row| &row.state);
    assert!(kept.into_iter().any(|state| *state == MessageState::Answered(nameless.clone())), "kept without names too");
    assert_eq!(hospital_has(&node), yuan(80));
    let claims = node.rows.claims.values().map(|claim| (claim.from, claim.to, claim.side, claim.amount));
    assert_eq!(claims.collect::<Vec<_>>(), [(FAR, HERE, ClaimSide::Creditor, yuan(80))]);
    assert_eq!(told(&node), ["confirm-away"]);
    assert_eq!(node.send("s1", Command::Settle(from_afar())), answer, "a repeat asks nobody");
}

#[test]
fn a_bill_that_his_province_does_not_settle_is_cash_unless_it_is_refused_as_a_whole() {
    let upstream = all_cash(Reason::SysUpstream);
    let rows = [
        (None, upstream.clone(), vec!["cancel-away"]),
        (Some(Answer::Refused(Reason::SettleUnknown)), upstream.clone(), vec!["cancel-away"]),
        (Some(Answer::Refused(Reason::SettlePatientInactive)), upstream.clone(), vec!["cancel-away"]),
        (Some(Answer::Done), upstream, vec!["cancel-away"]),
        (Some(Answer::Refused(Reason::SettleInstSuspended)), Answer::Refused(Reason::SettleInstSuspended), Vec::new()),
    ];
    for (said, expected, messages) in rows {
        let mut node = node();
        let answer = node.send_heard("s1", Command::Settle(from_afar()), |_| said.clone());
        assert_eq!((answer, hospital_has(&node)), (expected, Fen::ZERO), "{said:?}");
        assert_eq!(told(&node), messages, "{said:?}");
    }
}

#[test]
fn a_preview_tells_what_his_province_says_and_keeps_nothing() {
    let mut node = node();
    let before = node.rows.clone();
    let preview = || Command::Preview(from_afar());
    assert_eq!(node.send_heard("p1", preview(), |_| Some(Answer::Settled(settled()))), Answer::Settled(settled()));
    assert_eq!(node.send("p2", preview()), all_cash(Reason::SysUpstream));
    assert_eq!(node.rows, before);
}

#[test]
fn a_reversal_takes_back_what_was_owed_and_tells_his_province() {
    let mut node = node();
    node.send_heard("s1", Command::Settle(from_afar()), |_| Some(Answer::Settled(settled())));
    let original = gongji_words::MessageId::new("test", "s1").expect("a short name");
    assert_eq!(node.tell(Command::Reverse { original }), Answer::Reversed);
    assert_eq!(hospital_has(&node), Fen::ZERO);
    assert_eq!(Fen::sum(node.rows.claims.values().map(|claim| claim.amount)), Fen::ZERO);
    assert_eq!(told(&node), ["confirm-away", "reverse"]);
}

/// A bill of 4, who is insured here and bound by 1, at a hospital far away.
fn away(patient: i64) -> Command {
    let bill = bill(patient, Part::Copay, yuan(50));
    Command::Peer(PeerCommand::SettleAway(bill, hospital(9, FAR)))
}

fn family() -> Node {
    let mut node = node();
    node.tell(Command::Bind(request(1, 4)));
    node
}

fn cancel(settlement: CommandId) -> Command {
    Command::Peer(PeerCommand::CancelAway { settlement, patient: person(4) })
}

fn account(node: &Node) -> Fen {
    node.rows.accounts[&person(1)].lots.total()
}

#[test]
fn at_home_a_debt_is_written_when_the_institution_s_node_confirms() {
    let mut node = family();
    let Answer::Settled(outcome) = node.tell(away(4)) else { panic!("it is settled") };
    assert_eq!((outcome.aid, account(&node)), (vec![(person(1), yuan(50))], yuan(550)));
    assert!(node.rows.claims.is_empty(), "not yet");
    let settlement = *node.rows.payments.keys().next().expect("a payment");
    assert_eq!(node.tell(Command::Peer(PeerCommand::ConfirmAway { settlement, patient: person(4) })), Answer::Done);
    let claims = node.rows.claims.values().map(|claim| (claim.from, claim.to, claim.side, claim.amount));
    assert_eq!(claims.collect::<Vec<_>>(), [(HERE, FAR, ClaimSide::Debtor, yuan(50))]);
    books::check(&node.rows);
}

#[test]
fn at_home_a_cancellation_gives_back_once_whenever_it_comes() {
    let mut node = family();
    let mut early = node.clone();
    node.tell(away(4));
    let settlement = *node.rows.payments.keys().next().expect("a payment");
    assert_eq!((node.tell(cancel(settlement)), account(&node)), (Answer::Reversed, yuan(600)));
    assert_eq!((node.tell(cancel(settlement)), account(&node)), (Answer::Done, yuan(600)));
    assert_eq!(node.rows.payments[&settlement].state, PaymentState::Reversed);
    assert!(node.rows.claims.is_empty(), "nothing was owed");
    books::check(&node.rows);
    let next = CommandId::from_number(settlement.number() + 1);
    assert_eq!(early.tell(cancel(next)), Answer::Done);
    assert_eq!(early.tell(away(4)), Answer::Refused(Reason::SettleUnknown), "a tombstone refuses it");
    assert_eq!((early.tell(cancel(next)), account(&early)), (Answer::Done, yuan(600)));
}
