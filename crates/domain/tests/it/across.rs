//! One node's side of an agreement with another province, where its answers are written out: what is asked, tried
//! again, taken back.

use gongji_domain::binding::{Binding, Distance};
use gongji_domain::burden::Part;
use gongji_domain::case::Candidate;
use gongji_domain::institution::{Designation, Institution};
use gongji_domain::message::{Answer, Command, PeerAsk, PeerCommand, PremiumOrder};
use gongji_domain::reason::Reason;
use gongji_domain::record::{MessageState, Rows};
use gongji_words::{AreaCode, CommandId, Fen};

use super::node::Node;
use super::till;
use super::world::{HERE, bill, binding, hospital, pair, person, populated, premium, province_law, request, yuan};

/// Where the sponsors of these tests are insured.
const FAR: AreaCode = AreaCode::from_number(110_000);

/// The mirror of a binding of 4 whose sponsor is insured far away, with a frozen quota.
fn mirror(sponsor: i64, place: i64) -> Binding {
    let mut template = populated(province_law(""), "2026-02-02T10:00");
    template.tell(Command::Bind(request(1, 4)));
    let like = binding(&template, pair(1, 4)).expect("it was bound").clone();
    let asked_at = like.asked_at.plus_minutes(place);
    let id = CommandId::from_number(1000 + place);
    Binding { id, sponsor: person(sponsor), sponsor_area: FAR, asked_at, frozen_quota: Some(yuan(80)), ..like }
}

/// A node where 4 is bound by 7 and then by 8, both insured far away.
fn two_from_afar() -> Node {
    let mut node = populated(province_law(""), "2026-02-02T10:00");
    for (place, sponsor) in [(0, 7), (1, 8)] {
        node.tell(Command::Peer(PeerCommand::Mirror(mirror(sponsor, place))));
    }
    node
}

/// What a sponsor's province says of a relation that could pay so much.
fn could_pay(question: &gongji_domain::message::AidQuestion, quota: Fen) -> Answer {
    let place = usize::try_from(question.binding.number() - 1000).expect("a place");
    Answer::Standing(Candidate {
        area: FAR,
        distance: Distance::Across,
        frozen_quota: Some(quota),
        ..till::sponsor(question.sponsor, place)
    })
}

/// Everybody could pay 80.00, and pays what is asked of him.
fn willing(command: &PeerCommand) -> Option<Answer> {
    match command {
        PeerCommand::Standing(question) => Some(could_pay(question, yuan(80))),
        PeerCommand::Pay(_, amount, _) => Some(Answer::Paid(*amount)),
        _ => None,
    }
}

fn settle() -> Command {
    Command::Settle(bill(4, Part::Copay, yuan(50)))
}

/// The try that questions belong to.
fn tries(asks: &[PeerAsk]) -> Vec<(i64, u16)> {
    let of = |ask: &PeerAsk| match &ask.command {
        PeerCommand::Standing(question) | PeerCommand::Pay(question, ..) => {
            assert_eq!(ask.to, FAR);
            (question.sponsor.number(), question.attempt)
        }
        other => panic!("{other:?} is no question to a sponsor's province"),
    };
    asks.iter().map(of).collect()
}

/// To whom messages wait that take a payment back, and how many differ.
fn taken_back(rows: &Rows) -> Vec<i64> {
    let cancelled = rows.outbox.values().filter_map(|row| match row.ask.command {
        PeerCommand::Cancel { share, sponsor } => Some((sponsor.number(), share)),
        _ => None,
    });
    let cancelled: std::collections::BTreeSet<_> = cancelled.collect();
    cancelled.into_iter().map(|(sponsor, _)| sponsor).collect()
}

fn confirmed(rows: &Rows) -> Vec<i64> {
    let confirmed = rows.outbox.values().filter_map(|row| match row.ask.command {
        PeerCommand::Confirm { sponsor, .. } => Some(sponsor.number()),
        _ => None,
    });
    confirmed.collect()
}

fn aid_of(answer: &Answer) -> Vec<(i64, Fen)> {
    let Answer::Settled(settled) = answer else { panic!("{answer:?} is no settlement") };
    settled.aid.iter().map(|(sponsor, amount)| (sponsor.number(), *amount)).collect()
}

#[test]
fn a_bill_that_asks_is_kept_with_its_try_and_a_preview_is_not() {
    let mut node = two_from_afar();
    let before = node.rows.clone();
    let (asks, rows) = node.break_off("p1", Command::Preview(bill(4, Part::Copay, yuan(50))));
    assert_eq!(tries(&asks), [(7, 0), (8, 0)]);
    assert_eq!(rows, Rows::default(), "a question leaves nothing behind");
    assert_eq!(node.rows, before);
    let (asks, rows) = node.break_off("s1", settle());
    assert_eq!(tries(&asks), [(7, 0), (8, 0)]);
    let kept: Vec<_> = rows.messages.values().map(|row| (row.attempt, row.state.clone())).collect();
    assert_eq!(kept, [(1, MessageState::Asking(Box::new(settle())))]);
    assert!(rows.entries.is_empty() && rows.payments.is_empty() && rows.outbox.is_empty(), "no money moves");
}

#[test]
fn each_try_takes_back_what_the_tries_before_it_may_have_paid() {
    let mut node = two_from_afar();
    node.tell(Command::Bind(request(1, 4)));
    for number in 0..3 {
        let (asks, rows) = node.break_off("s1", settle());
        assert_eq!(tries(&asks), [(7, number), (8, number)]);
        assert_eq!(taken_back(&rows), [vec![7; usize::from(number)], vec![8; usize::from(number)]].concat());
    }
    let answer = node.send_heard("s1", settle(), willing);
    assert_eq!(aid_of(&answer), [(7, yuan(50))]);
    assert_eq!(confirmed(&node.rows), [7]);
    assert_eq!(taken_back(&node.rows), [7, 7, 7, 8, 8, 8], "three tries were broken off");
    assert_eq!(node.send("s1", settle()), answer, "a repeat asks nobody");
}

#[test]
fn who_does_not_pay_what_he_said_counts_as_silent_and_the_next_pays() {
    let refuses = Some(Answer::Refused(Reason::SettleSponsorUnavailable));
    for (at_payment, back) in [(refuses, vec![]), (None, vec![7])] {
        let mut node = two_from_afar();
        let answer = node.send_heard("s1", settle(), |command| match command {
            PeerCommand::Pay(question, ..) if question.sponsor == person(7) => at_payment.clone(),
            other => willing(other),
        });
        assert_eq!(aid_of(&answer), [(8, yuan(50))], "{at_payment:?}");
        assert_eq!(confirmed(&node.rows), [8]);
        assert_eq!(taken_back(&node.rows), back, "what may have been paid is taken back");
    }
}

#[test]
fn what_one_has_paid_and_the_bill_no_longer_needs_is_taken_back() {
    let mut node = two_from_afar();
    let settle = Command::Settle(bill(4, Part::Copay, yuan(100)));
    let answer = node.send_heard("s1", settle, |command| match command {
        PeerCommand::Pay(question, ..) if question.sponsor == person(7) => None,
        other => willing(other),
    });
    assert_eq!(aid_of(&answer), [(8, yuan(80))], "first 20.00 was asked of him, then all that he could");
    assert_eq!(confirmed(&node.rows), [8]);
    assert_eq!(taken_back(&node.rows), [7, 8]);
}

/// What each share is told that the area of its sponsor owes, by sponsor.
fn owed_through(rows: &Rows) -> Vec<(i64, Fen)> {
    let told = rows.outbox.values().filter_map(|row| match row.ask.command {
        PeerCommand::Confirm { sponsor, owed, .. } => Some((sponsor.number(), owed)),
        PeerCommand::ReverseAway { key, owed, .. } => Some((key.number(), owed)),
        _ => None,
    });
    told.collect()
}

#[test]
fn one_share_of_an_area_says_what_the_area_owes_for_all_of_them() {
    let mut node = two_from_afar();
    let bill = bill(4, Part::Copay, yuan(150));
    let answer = node.send_heard("s1", Command::Settle(bill), willing);
    assert_eq!(aid_of(&answer), [(7, yuan(80)), (8, yuan(70))]);
    assert_eq!(owed_through(&node.rows), [(7, yuan(150)), (8, Fen::ZERO)]);
    let original = gongji_words::MessageId::new("test", "s1").expect("a short name");
    assert_eq!(node.tell(Command::Reverse { original }), Answer::Reversed);
    assert_eq!(owed_through(&node.rows)[2..], [(7, yuan(150)), (8, Fen::ZERO)]);
    let owed = Fen::sum(node.rows.claims.values().map(|claim| claim.amount));
    assert_eq!(owed, Fen::ZERO, "the reversal takes back what was owed");
}

#[test]
fn where_the_institution_is_in_the_sponsors_province_no_share_says_what_is_owed() {
    let mut node = two_from_afar();
    let bill = bill(4, Part::Copay, yuan(150));
    let away = Command::Peer(PeerCommand::SettleAway(bill, hospital(9, FAR)));
    let answer = node.send_heard("s1", away, willing);
    assert_eq!(aid_of(&answer), [(7, yuan(80)), (8, yuan(70))]);
    assert_eq!(owed_through(&node.rows), [], "not before the bill stands");
    let settlement = *node.rows.payments.keys().next().expect("a payment");
    node.tell(Command::Peer(PeerCommand::ConfirmAway { settlement, patient: person(4) }));
    assert_eq!(owed_through(&node.rows), [(7, Fen::ZERO), (8, Fen::ZERO)]);
}

#[test]
fn a_bill_that_is_refused_at_a_later_try_takes_back_the_earlier_ones() {
    let mut node = two_from_afar();
    node.break_off("s1", settle());
    node.tell(Command::RegisterInstitution(Institution { designation: Designation::Suspended, ..hospital(1, HERE) }));
    assert_eq!(node.send_heard("s1", settle(), willing), Answer::Refused(Reason::SettleInstSuspended));
    assert_eq!(taken_back(&node.rows), [7, 8]);
}

#[test]
fn a_premium_that_is_refused_takes_back_what_was_or_may_have_been_paid() {
    let order = || Command::PayPremium(PremiumOrder { amount: yuan(60), ..premium(7, 4, 2027) });
    let mut node = two_from_afar();
    node.break_off("p1", order());
    node.break_off("p1", order());
    let silent_at_payment = |command: &PeerCommand| match command {
        PeerCommand::Pay(..) => None,
        other => willing(other),
    };
    let mut silent = node.clone();
    assert_eq!(silent.send_heard("p1", order(), silent_at_payment), Answer::Refused(Reason::SysUpstream));
    assert_eq!(taken_back(&silent.rows), [7, 7, 7, 8, 8], "of both tries before, and of this one");
    assert_eq!(node.send_heard("p1", order(), willing), Answer::PaidBy(person(7)));
    assert_eq!(confirmed(&node.rows), [7]);
}
