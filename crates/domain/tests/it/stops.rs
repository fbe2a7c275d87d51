//! Stops: what a bill, a premium, a transfer and another province come to while an operator's brake is on.

use gongji_domain::binding::{Binding, Distance};
use gongji_domain::burden::Part;
use gongji_domain::case::{Candidate, Line};
use gongji_domain::institution::Takes;
use gongji_domain::message::{Answer, Bill, Command, CreditKind, PeerCommand, Settled};
use gongji_domain::reason::Reason;
use gongji_domain::record::MessageState;
use gongji_domain::stop::{StopTarget, Stops};
use gongji_domain::trace::{decode, replay};
use gongji_words::{AreaCode, CommandId, Fen, InstitutionId, MessageId};

use super::books;
use super::node::{NODE, Node};
use super::till;
use super::world::{
    HERE, THERE, bill, binding, hospital, pair, person, populated, premium, province_law, request, wallet_order, yuan,
};

/// Another province.
const FAR: AreaCode = AreaCode::from_number(110_000);
const HOSPITAL: StopTarget = StopTarget::Institution(InstitutionId::from_number(1));
/// A day of the transfer mode, and one of the quota mode.
const TRANSFERS: &str = "2025-12-20T10:00";
const QUOTAS: &str = "2026-02-02T10:00";

/// 3, who has 800.00, is bound by 1, who has 600.00 in the same area, and then by 2, who has 700.00 in another.
fn family(now: &str) -> Node {
    let rules = "till.own-account = \"own-first\"\ntill.sponsor-order = \"balance-descending\"\n\
        till.shortfall = \"part\"\ntill.sponsors-per-settlement = \"chain\"";
    let mut node = populated(province_law(rules), now);
    node.tell(Command::Bind(request(1, 3)));
    node.tell(Command::Bind(request(2, 3)));
    node.tell(Command::Bind(request(1, 4)));
    node
}

fn stopped(mut node: Node, targets: &[StopTarget]) -> Node {
    node.stops = targets.iter().copied().collect::<Stops>();
    node
}

fn settled(answer: &Answer) -> (Fen, Fen, Fen, Option<Reason>) {
    let Answer::Settled(settled) = answer else { panic!("{answer:?} is no settlement") };
    (settled.own, Fen::sum(settled.aid.iter().map(|(_, amount)| *amount)), settled.cash, settled.reason)
}

fn account(node: &Node, number: i64) -> Fen {
    node.rows.accounts[&person(number)].lots.total()
}

#[test]
fn under_a_stop_the_own_account_and_cash_pay_and_nobody_elses_money_does() {
    let bill = |patient, amount| Command::Settle(bill(patient, Part::Copay, yuan(amount)));
    for target in [HOSPITAL, StopTarget::Area(HERE), StopTarget::Area(NODE)] {
        let mut node = stopped(family(QUOTAS), &[target]);
        let answer = node.send("s1", bill(3, 1_000));
        assert_eq!(settled(&answer), (yuan(800), Fen::ZERO, yuan(200), Some(Reason::SettleStopped)), "{target:?}");
        assert_eq!((account(&node, 1), account(&node, 2), account(&node, 3)), (yuan(600), yuan(700), Fen::ZERO));
        let answer = node.send("s2", bill(4, 50));
        assert_eq!(settled(&answer), (Fen::ZERO, Fen::ZERO, yuan(50), Some(Reason::SettleStopped)), "{target:?}");
        node.stops = Stops::default();
        assert_eq!(node.send("s2", bill(4, 50)), answer, "a message has one answer for ever");
        assert_eq!(settled(&node.send("s3", bill(4, 50))).1, yuan(50), "and the next bill is paid for again");
        books::check(&node.rows);
    }
}

#[test]
fn a_sponsor_of_a_stopped_area_pays_nowhere_and_the_others_go_on() {
    let at_there = |amount| {
        let bill = bill(3, Part::Copay, yuan(amount));
        Command::Settle(Bill { institution: InstitutionId::from_number(2), ..bill })
    };
    for (target, by_first, by_second) in [
        (StopTarget::Area(HERE), yuan(600), yuan(600)),
        (StopTarget::Area(THERE), yuan(600), yuan(700)),
        (StopTarget::Institution(InstitutionId::from_number(7)), yuan(600), yuan(600)),
    ] {
        let mut node = stopped(family(QUOTAS), &[target]);
        let (_, aid, _, reason) = settled(&node.send("s1", at_there(900)));
        let expected = if target == StopTarget::Area(THERE) { Fen::ZERO } else { yuan(100) };
        assert_eq!(aid, expected, "{target:?}: {reason:?}");
        assert_eq!((account(&node, 1), account(&node, 2)), (by_first, by_second), "{target:?}");
    }
}

#[test]
fn what_the_patient_chose_and_what_he_is_not_bound_by_goes_before_a_stop() {
    use gongji_domain::message::Using;
    let mut node = stopped(family(QUOTAS), &[HOSPITAL]);
    let in_cash = Bill { using: Using::Cash, ..bill(4, Part::Copay, yuan(50)) };
    assert_eq!(settled(&node.send("s1", Command::Settle(in_cash))).3, Some(Reason::SettleChoseNot));
    let unbound = bill(5, Part::Copay, yuan(50));
    assert_eq!(settled(&node.send("s2", Command::Settle(unbound))).3, Some(Reason::SettleNoBinding));
    node.tell(Command::Pause(pair(1, 4)));
    let paused = Command::Settle(bill(4, Part::Copay, yuan(50)));
    assert_eq!(settled(&node.send("s3", paused)).3, Some(Reason::SettlePaused));
    let alone = bill(3, Part::Copay, yuan(50));
    assert_eq!(settled(&node.send("s4", Command::Settle(alone))).1, Fen::ZERO);
}

#[test]
fn a_quota_that_is_set_aside_waits_until_the_stop_ends() {
    let mut node = family(QUOTAS);
    assert_eq!(node.tell(Command::SetQuota(wallet_order(pair(1, 4), yuan(80)))), Answer::Frozen(yuan(80)));
    let mut node = stopped(node, &[StopTarget::Area(HERE)]);
    let bill = || Command::Settle(bill(4, Part::Copay, yuan(50)));
    assert_eq!(settled(&node.send("s1", bill())), (Fen::ZERO, Fen::ZERO, yuan(50), Some(Reason::SettleStopped)));
    node.stops = Stops::default();
    assert_eq!(settled(&node.send("s2", bill())).1, yuan(50));
}

#[test]
fn a_stopped_settlement_can_be_reversed_and_is_decided_the_same_again() {
    let node = family(QUOTAS);
    let law = node.law().clone();
    let mut node = stopped(node, &[HOSPITAL]);
    node.send("s1", Command::Settle(bill(3, Part::Copay, yuan(1_000))));
    let trace = decode(&node.rows.traces.values().next().expect("it was decided").bytes).expect("a trace");
    assert_eq!(trace.case.takes_aid, Takes::Stopped);
    node.stops = Stops::default();
    assert_eq!(replay(&law, &trace), trace.decision, "the trace says that it was stopped");
    let reasons: Vec<_> = trace.decision.steps.iter().filter_map(|step| step.reason).collect();
    assert_eq!(reasons, [Reason::SettleStopped; 2], "a step for each sponsor");
    let original = MessageId::new("test", "s1").expect("a short name");
    let mut node = stopped(node, &[HOSPITAL]);
    assert_eq!(node.tell(Command::Reverse { original }), Answer::Reversed);
    assert_eq!(account(&node, 3), yuan(800));
}

#[test]
fn premiums_by_a_relative_and_transfers_stop_and_ones_own_premium_does_not() {
    let refused = Answer::Refused(Reason::SettleStopped);
    let mut node = stopped(family(QUOTAS), &[StopTarget::Area(HERE)]);
    assert_eq!(node.tell(Command::PayPremium(premium(1, 4, 2027))), refused);
    let own = gongji_domain::message::PremiumOrder { plan: "long-term-care".to_owned(), ..premium(3, 3, 2027) };
    assert_eq!(node.tell(Command::PayPremium(own)), Answer::PaidBy(person(3)));
    let mut node = stopped(family(TRANSFERS), &[StopTarget::Area(HERE)]);
    let transfer = || Command::Transfer(wallet_order(pair(1, 4), yuan(50)));
    assert_eq!(node.tell(transfer()), refused);
    assert_eq!(account(&node, 1), yuan(600));
    node.stops = Stops::default();
    assert_eq!(node.tell(transfer()), Answer::Pending);
}

/// 4 is bound by 7, who is insured far away, too.
fn from_afar() -> Node {
    let mut node = family(QUOTAS);
    let like = binding(&node, pair(1, 4)).expect("it was bound").clone();
    node.tell(Command::Unbind(pair(1, 4), gongji_domain::message::Side::Sponsor));
    let mirror = Binding { id: CommandId::from_number(1000), sponsor: person(7), sponsor_area: FAR, ..like };
    node.tell(Command::Peer(PeerCommand::Mirror(mirror)));
    stopped(node, &[StopTarget::Peer(FAR)])
}

fn nobody_is_asked(command: &PeerCommand) -> Option<Answer> {
    panic!("a stopped province is asked {command:?}")
}

#[test]
fn a_stopped_province_is_asked_nothing_for_a_bill_or_a_premium() {
    let mut node = from_afar();
    let answer = node.send_heard("s1", Command::Settle(bill(4, Part::Copay, yuan(50))), nobody_is_asked);
    assert_eq!(settled(&answer), (Fen::ZERO, Fen::ZERO, yuan(50), Some(Reason::SettleStopped)));
    let answer = node.send_heard("p1", Command::PayPremium(premium(7, 4, 2027)), nobody_is_asked);
    assert_eq!(answer, Answer::Refused(Reason::SettleStopped));
    assert!(node.rows.outbox.is_empty(), "and told nothing");
}

#[test]
fn a_bill_of_a_patient_of_a_stopped_province_is_cash_at_once() {
    let mut node = from_afar();
    let bill = Bill { patient_area: FAR, ..bill(8, Part::Copay, yuan(50)) };
    let expected = (Fen::ZERO, Fen::ZERO, yuan(50), Some(Reason::SettleStopped));
    assert_eq!(settled(&node.send_heard("p1", Command::Preview(bill), nobody_is_asked)), expected);
    assert_eq!(settled(&node.send_heard("s1", Command::Settle(bill), nobody_is_asked)), expected);
    assert!(node.rows.outbox.is_empty(), "there is nothing to take back");
}

#[test]
fn a_bill_that_was_asking_when_the_stop_came_is_cash_and_taken_back() {
    let bill = Bill { patient_area: FAR, ..bill(8, Part::Copay, yuan(50)) };
    let mut node = stopped(from_afar(), &[]);
    node.break_off("s1", Command::Settle(bill));
    assert!(node.rows.messages.values().any(|row| matches!(row.state, MessageState::Asking(_))));
    let mut node = stopped(node, &[StopTarget::Peer(FAR)]);
    let answer = node.send_heard("s1", Command::Settle(bill), nobody_is_asked);
    assert_eq!(settled(&answer).3, Some(Reason::SettleStopped));
    let told: Vec<_> = node.rows.outbox.values().map(|row| row.ask.command.name()).collect();
    assert_eq!(told, ["cancel-away"]);
}

#[test]
fn a_patients_province_is_told_that_an_institution_takes_no_aid_for_now() {
    let mut node = stopped(from_afar(), &[HOSPITAL]);
    let bill = Bill { patient_area: FAR, ..bill(8, Part::Copay, yuan(50)) };
    node.send_heard("s1", Command::Settle(bill), |command| {
        let PeerCommand::SettleAway(_, institution) = command else { panic!("{command:?}") };
        assert_eq!(institution.aid, Takes::Stopped);
        let (own, cash) = (yuan(20), yuan(30));
        let reason = Some(Reason::SettleStopped);
        let owed = vec![(FAR, own)];
        Some(Answer::Settled(Settled { own, aid: Vec::new(), wallet: Fen::ZERO, cash, reason, owed, left: None }))
    });
    assert_eq!(node.rows.institutions[&InstitutionId::from_number(1)].aid, Takes::Yes, "the register stays as it is");
}

#[test]
fn what_a_patients_own_node_is_told_or_knows_of_a_stop_holds_at_an_institution_far_away() {
    let at = |aid| gongji_domain::institution::Institution { aid, ..hospital(9, FAR) };
    let away = |aid| Command::Peer(PeerCommand::SettleAway(bill(4, Part::Copay, yuan(50)), at(aid)));
    for (aid, stop, pays) in [
        (Takes::Yes, None, true),
        (Takes::Stopped, None, false),
        (Takes::Yes, Some(StopTarget::Peer(FAR)), false),
        (Takes::Yes, Some(StopTarget::Institution(InstitutionId::from_number(9))), true),
    ] {
        let mut node = stopped(family(QUOTAS), stop.as_slice());
        let (_, paid, _, reason) = settled(&node.tell(away(aid)));
        assert_eq!(paid.is_positive(), pays, "{aid:?} {stop:?}");
        assert_eq!(reason, (!pays).then_some(Reason::SettleStopped), "{aid:?} {stop:?}");
    }
}

#[test]
fn a_sponsors_node_answers_a_question_and_a_payment_with_its_stop() {
    use gongji_domain::burden::Purpose;
    use gongji_domain::message::{AidQuestion, Told};
    for (target, payee) in [(StopTarget::Area(HERE), FAR), (StopTarget::Peer(FAR), FAR)] {
        let node = family(QUOTAS);
        let binding = binding(&node, pair(1, 4)).expect("it was bound").id;
        let mut node = stopped(node, &[target]);
        let question = AidQuestion {
            payment: CommandId::from_number(70),
            attempt: 0,
            sponsor: person(1),
            sponsor_area: HERE,
            binding,
            purpose: Purpose::Outpatient,
            payee_area: payee,
            at: node.now,
        };
        let Answer::Standing(known) = node.tell(Command::Peer(PeerCommand::Standing(question))) else {
            panic!("it is a question to him")
        };
        assert_eq!(known.line, Line::Stopped, "{target:?}");
        let pay = Command::Peer(PeerCommand::Pay(question, yuan(50), Told::Spent));
        assert_eq!(node.tell(pay.clone()), Answer::Refused(Reason::SettleStopped), "{target:?}");
        assert_eq!(account(&node, 1), yuan(600));
    }
}

#[test]
fn a_sponsor_whose_province_says_that_he_is_stopped_is_passed_over_for_that() {
    let mut node = stopped(from_afar(), &[]);
    let answer = node.send_heard("s1", Command::Settle(bill(4, Part::Copay, yuan(50))), |command| {
        let PeerCommand::Standing(question) = command else { panic!("{command:?}") };
        let known = till::sponsor(question.sponsor, 0);
        let binding = question.binding;
        Some(Answer::Standing(Candidate {
            area: FAR,
            distance: Distance::Across,
            line: Line::Stopped,
            binding,
            ..known
        }))
    });
    assert_eq!(settled(&answer).3, Some(Reason::SettleStopped));
}

#[test]
fn money_still_arrives_under_a_stop() {
    let mut node = stopped(family(QUOTAS), &[StopTarget::Area(NODE), HOSPITAL]);
    let credit = Command::Credit { person: person(1), amount: yuan(10), kind: CreditKind::Contribution };
    assert_eq!(node.tell(credit), Answer::Done);
    assert_eq!(account(&node, 1), yuan(610));
}
