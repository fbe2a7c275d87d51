//! One message, one answer: repeats, conflicts, the refusals of a settlement as a whole, reversals.

use gongji_domain::burden::Part;
use gongji_domain::burden::Purpose;
use gongji_domain::institution::{Designation, Institution};
use gongji_domain::judge::{derived_id, peer_command_id};
use gongji_domain::message::{AidQuestion, Answer, Bill, Command, PeerCommand, PremiumOrder, Told, Using};
use gongji_domain::person::InsuranceStatus;
use gongji_domain::reason::Reason;
use gongji_words::{CommandId, Fen, InstitutionId, MessageId};

use super::books;
use super::node::Node;
use super::world::{HERE, bill, hospital, pair, person, populated, premium, province_law, request, wallet_order, yuan};

fn family() -> Node {
    let mut node = populated(province_law(""), "2026-02-02T10:00");
    node.tell(Command::Bind(request(1, 4)));
    node
}

fn refused(reason: Reason) -> Answer {
    Answer::Refused(reason)
}

pub fn message(id: &str) -> MessageId {
    MessageId::new("test", id).expect("a short name")
}

#[test]
fn a_changed_repeat_names_the_field_that_differs() {
    let first = bill(4, Part::Copay, yuan(50));
    let mut node = family();
    node.send("s1", Command::Settle(first));
    let kept = node.rows.clone();
    let mut other_parts = first;
    other_parts.burden.add(Part::Drug, yuan(1));
    let changes = [
        ("patient", Bill { patient: person(5), ..first }),
        ("institution", Bill { institution: InstitutionId::from_number(2), ..first }),
        ("kind", Bill { kind: gongji_domain::burden::VisitKind::Chronic, ..first }),
        ("parts", other_parts),
        ("fund", Bill { fund: yuan(1), ..first }),
        ("using", Bill { using: Using::Only(person(1)), ..first }),
        ("code", Bill { code_of: person(1), ..first }),
        ("emergency", Bill { urgency: gongji_domain::message::Urgency::Emergency, ..first }),
    ];
    for (field, changed) in changes {
        assert_eq!(node.send("s1", Command::Settle(changed)), Answer::Conflict(field.to_owned()));
        assert_eq!(node.rows, kept, "a conflict moves nothing");
    }
}

#[test]
fn settlements_premiums_and_transfers_share_one_space_of_names() {
    let mut node = family();
    node.send("x", Command::PayPremium(premium(1, 4, 2027)));
    let dearer = PremiumOrder { amount: yuan(401), ..premium(1, 4, 2027) };
    assert_eq!(node.send("x", Command::PayPremium(dearer)), Answer::Conflict("amount".to_owned()));
    let settle = Command::Settle(bill(4, Part::Copay, yuan(50)));
    assert_eq!(node.send("x", settle), Answer::Conflict("operation".to_owned()));
    let transfer = Command::Transfer(wallet_order(pair(1, 4), yuan(5)));
    assert_eq!(node.send("x", transfer), Answer::Conflict("operation".to_owned()));
}

#[test]
fn a_known_message_is_answered_before_anything_is_looked_at() {
    let mut node = family();
    let settle = Command::Settle(bill(4, Part::Copay, yuan(50)));
    let first = node.send("s1", settle.clone());
    node.tell(Command::RegisterInstitution(Institution {
        designation: Designation::Undesignated,
        ..hospital(1, HERE)
    }));
    node.tell(Command::ChangeStatus { person: person(4), status: InsuranceStatus::Ended });
    assert_eq!(node.send("s1", settle), first);
}

#[test]
fn a_refusal_is_the_answer_for_ever() {
    let mut node = family();
    let strange = Command::Settle(Bill { code_of: person(1), ..bill(4, Part::Copay, yuan(50)) });
    assert_eq!(node.send("s1", strange.clone()), refused(Reason::SettleNotOwnCode));
    assert_eq!(node.send("s1", strange), refused(Reason::SettleNotOwnCode));
    assert!(node.rows.payments.is_empty(), "a refused settlement leaves no payment");
}

#[test]
fn four_reasons_refuse_the_settlement_as_a_whole_in_their_order() {
    let mut node = family();
    let designations = [
        (10, Designation::Undesignated, Reason::SettleInstNotDesignated),
        (11, Designation::Suspended, Reason::SettleInstSuspended),
    ];
    for (number, designation, reason) in designations {
        node.tell(Command::RegisterInstitution(Institution { designation, ..hospital(number, HERE) }));
        let there = Bill { institution: InstitutionId::from_number(number), ..bill(4, Part::Copay, yuan(50)) };
        assert_eq!(node.tell(Command::Settle(there)), refused(reason));
        assert_eq!(node.tell(Command::Preview(there)), refused(reason));
        let strange = Bill { code_of: person(1), ..there };
        assert_eq!(node.tell(Command::Settle(strange)), refused(Reason::SettleNotOwnCode), "the code goes first");
        node.send("known", Command::PayPremium(premium(1, 4, 2027)));
        assert_eq!(node.send("known", Command::Settle(strange)), Answer::Conflict("operation".to_owned()));
    }
    let unknown = Bill { institution: InstitutionId::from_number(99), ..bill(4, Part::Copay, yuan(50)) };
    assert_eq!(node.tell(Command::Settle(unknown)), refused(Reason::SettleInstNotDesignated));
}

#[test]
fn a_preview_is_no_message() {
    let mut node = family();
    let kept = node.rows.clone();
    let asked = bill(4, Part::Copay, yuan(50));
    let answer = node.send("p", Command::Preview(asked));
    assert_eq!(node.rows, kept);
    assert_eq!(node.send("p", Command::Settle(asked)), answer);
    assert_eq!(node.send("r", Command::Reverse { original: message("p") }), Answer::Reversed);
}

#[test]
fn only_what_paid_can_be_reversed_and_only_once() {
    let mut node = family();
    node.send("bind", Command::Bind(request(3, 4)));
    for unknown in ["nobody", "bind"] {
        let reverse = Command::Reverse { original: message(unknown) };
        assert_eq!(node.tell(reverse), refused(Reason::ReverseNotFound), "{unknown}");
    }
    node.send("s1", Command::Settle(bill(4, Part::Copay, yuan(50))));
    assert_eq!(node.send("r1", Command::Reverse { original: message("s1") }), Answer::Reversed);
    assert_eq!(node.send("r2", Command::Reverse { original: message("s1") }), refused(Reason::ReverseTwice));
    assert_eq!(node.send("r1", Command::Reverse { original: message("s1") }), Answer::Reversed, "a repeat");
    assert_eq!(node.tell(Command::Reverse { original: message("r1") }), refused(Reason::ReverseNotFound));
}

#[test]
fn no_later_change_of_a_person_account_or_binding_stops_a_reversal() {
    let changes = [
        Command::Freeze(person(1)),
        Command::ChangeStatus { person: person(1), status: InsuranceStatus::Arrears },
        Command::ChangeStatus { person: person(4), status: InsuranceStatus::Ended },
        Command::Unbind(pair(1, 4), gongji_domain::message::Side::Sponsor),
        Command::TurnYear(HERE),
        Command::RegisterInstitution(Institution { designation: Designation::Suspended, ..hospital(1, HERE) }),
    ];
    for change in changes {
        let mut node = family();
        let money = node.rows.accounts[&person(1)].lots.clone();
        node.send("s1", Command::Settle(bill(4, Part::Copay, yuan(550))));
        node.tell(change.clone());
        assert_eq!(node.tell(Command::Reverse { original: message("s1") }), Answer::Reversed, "{change:?}");
        assert_eq!(node.rows.accounts[&person(1)].lots, money, "{change:?}");
        books::check(&node.rows);
    }
}

#[test]
fn what_was_a_dead_person_s_goes_into_suspense() {
    let mut node = family();
    node.send("s1", Command::Settle(bill(4, Part::Copay, yuan(50))));
    node.tell(Command::ChangeStatus { person: person(1), status: InsuranceStatus::Dead });
    assert_eq!(node.tell(Command::Reverse { original: message("s1") }), Answer::Reversed);
    let suspended = node
        .rows
        .entries
        .values()
        .filter(|entry| entry.position == gongji_domain::journal::Position::Suspense(person(1)));
    assert_eq!(Fen::sum(suspended.map(|entry| entry.amount)), yuan(50));
    books::check(&node.rows);
}

#[test]
fn a_reversal_of_a_quota_goes_into_the_quota_only_while_the_binding_runs() {
    let mut node = family();
    node.tell(Command::SetQuota(wallet_order(pair(1, 4), yuan(80))));
    let held = |node: &Node| Fen::sum(node.rows.holds.values().map(|hold| hold.lots.total()));
    node.send("s1", Command::Settle(bill(4, Part::Copay, yuan(50))));
    assert_eq!(held(&node), yuan(30));
    let mut unbound = node.clone();
    node.tell(Command::Reverse { original: message("s1") });
    assert_eq!(held(&node), yuan(80));
    unbound.tell(Command::Unbind(pair(1, 4), gongji_domain::message::Side::Sponsor));
    unbound.tell(Command::Reverse { original: message("s1") });
    assert_eq!(held(&unbound), Fen::ZERO);
    assert_eq!(unbound.rows.accounts[&person(1)].lots.total(), yuan(600));
}

#[test]
fn a_premium_is_reversed_until_its_plan_year_begins() {
    let mut node = family();
    node.send("p1", Command::PayPremium(premium(1, 4, 2027)));
    assert_eq!(node.tell(Command::PayPremium(premium(1, 4, 2027))), refused(Reason::PremiumPaid));
    let mut late = node.clone();
    late.wait_until(gongji_words::Moment::parse("2027-01-01").expect("a moment"));
    assert_eq!(late.tell(Command::Reverse { original: message("p1") }), refused(Reason::PremiumClosed));
    node.wait_until(gongji_words::Moment::parse("2026-12-31T23:59").expect("a moment"));
    assert_eq!(node.tell(Command::Reverse { original: message("p1") }), Answer::Reversed);
    assert_eq!(node.tell(Command::PayPremium(premium(1, 4, 2027))), Answer::PaidBy(person(1)), "it can be paid again");
}

/// Ends a transfer, given the commands that accept and cancel it.
type Ending = fn(&mut Node, &[Command; 2]);

#[test]
fn a_transfer_is_taken_or_comes_back_and_then_there_is_no_way_back() {
    let mut node = populated(province_law(""), "2025-12-20T10:00");
    node.tell(Command::Bind(request(1, 4)));
    assert_eq!(node.send("t1", Command::Transfer(wallet_order(pair(1, 4), yuan(350)))), Answer::Pending);
    let transfer = *node.rows.transfers.keys().next().expect("it was sent");
    let accept = Command::AcceptTransfer { transfer, receiver: person(4), sender_area: HERE };
    let cancel = Command::CancelTransfer { transfer, sender: person(1) };
    let account = |node: &Node| node.rows.accounts[&person(1)].lots.total();
    let endings: [(Ending, i64, i64); 3] = [
        (|node, [accept, _]| assert_eq!(node.tell(accept.clone()), Answer::Accepted(yuan(350))), 250, 350),
        (|node, [_, cancel]| assert_eq!(node.tell(cancel.clone()), Answer::Cancelled), 600, 0),
        (|node, _| node.wait_until(gongji_words::Moment::parse("2025-12-21T06:00").expect("a moment")), 600, 0),
    ];
    for (end, in_account, in_wallet) in endings {
        let mut node = node.clone();
        end(&mut node, &[accept.clone(), cancel.clone()]);
        assert_eq!((account(&node), node.rows.wallets[&person(4)].balance), (yuan(in_account), yuan(in_wallet)));
        books::check(&node.rows);
        for late in [&accept, &cancel] {
            assert_eq!(node.tell(late.clone()), refused(Reason::WalletNoWayBack));
        }
        assert_eq!(
            node.send("t1", Command::Transfer(wallet_order(pair(1, 4), yuan(350)))),
            Answer::Pending,
            "a repeat"
        );
        assert_eq!(account(&node), yuan(in_account), "moves nothing");
    }
}

#[test]
fn ids_made_beside_a_command_never_change() {
    let base = CommandId::from_number(7);
    assert_eq!(derived_id(base, &[1, 2]), derived_id(base, &[1, 2]));
    assert_eq!(derived_id(base, &[1, 2]).number(), PINNED_1_2);
    let others = [derived_id(base, &[2, 1]), derived_id(base, &[1]), derived_id(CommandId::from_number(8), &[1, 2])];
    assert!(!others.contains(&derived_id(base, &[1, 2])));
    assert!((0..1000).all(|salt| derived_id(base, &[salt]).number() >= 0), "ids are not negative");
}

const PINNED_1_2: i64 = 825_034_979_826_561_905;

#[test]
fn a_question_to_another_province_has_the_same_id_for_every_repeat_of_a_try() {
    let question = |attempt| AidQuestion {
        payment: CommandId::from_number(7),
        attempt,
        sponsor: person(1),
        sponsor_area: HERE,
        binding: CommandId::from_number(3),
        purpose: Purpose::Outpatient,
        payee_area: HERE,
        at: gongji_words::Moment::parse("2026-02-02").expect("a moment"),
    };
    let asker = CommandId::from_number(7);
    let id = |place, attempt| peer_command_id(asker, place, &PeerCommand::Pay(question(attempt), yuan(5), Told::Spent));
    assert_eq!(id(0, 1), id(3, 1), "wherever it stands among the questions");
    assert_ne!(id(0, 1), id(0, 2), "another try is another payment");
    let member = |place| peer_command_id(asker, place, &PeerCommand::MemberFacts(person(1)));
    assert_ne!(member(0), member(1));
    let away = PeerCommand::SettleAway(bill(4, Part::Copay, yuan(50)), hospital(1, HERE));
    assert_eq!(peer_command_id(asker, 2, &away), asker, "the bill keeps its id at both nodes");
}

#[test]
fn things_made_beside_a_command_never_share_an_id_for_small_numbers_that_lie_close_together() {
    let mut seen = std::collections::BTreeSet::new();
    for base in 0..64 {
        for (binding, attempt) in (0..64).flat_map(|binding| [(binding, 0), (binding, 1), (binding, 2)]) {
            let id = gongji_domain::judge::derived_id(gongji_words::CommandId::from_number(base), &[binding, attempt]);
            assert!(seen.insert(id), "{base} with {binding} in try {attempt} has the id of another");
        }
    }
}
