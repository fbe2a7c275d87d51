//! Messages of other provinces that must arrive and may come late, twice or in another order: mirrors of bindings, their
//! ends, transfers, persons who move here and money that follows them.

use gongji_domain::account::{Account, Colour, Lots};
use gongji_domain::binding::{Binding, BindingState, EndCause};
use gongji_domain::journal::Position;
use gongji_domain::message::{Answer, Command, Due, Heard, Past, PeerCommand, Purse};
use gongji_domain::person::Person;
use gongji_domain::reason::{Notice, Reason};
use gongji_domain::record::{ClaimSide, TimerState};
use gongji_domain::wallet::{Transfer, TransferState};
use gongji_words::{AreaCode, CommandId, Fen, Moment, PersonId};

use super::books;
use super::node::Node;
use super::world::{HERE, binding, pair, person, populated, province_law, request, yuan};

/// Another province.
const FAR: AreaCode = AreaCode::from_number(110_000);

fn node() -> Node {
    populated(province_law(""), "2025-12-20T10:00")
}

/// What a person has been told, in order, from the `from`-th notice on.
fn told(node: &Node, number: i64, from: usize) -> Vec<(Notice, Option<Fen>)> {
    let notices = node.rows.notices.values().filter(|row| row.person == person(number));
    notices.map(|row| (row.notice, row.amount)).skip(from).collect()
}

fn done(node: &mut Node, command: PeerCommand) {
    assert_eq!(node.tell(Command::Peer(command)), Answer::Done);
}

/// The mirror of a binding of 4 by 7, who is insured far away.
fn mirror(state: BindingState) -> Binding {
    let mut template = node();
    template.tell(Command::Bind(request(1, 4)));
    let like = binding(&template, pair(1, 4)).expect("it was bound").clone();
    let id = CommandId::from_number(1000);
    Binding { id, sponsor: person(7), sponsor_area: FAR, state, ..like }
}

#[test]
fn of_a_mirrored_binding_the_beneficiary_hears_what_is_new() {
    use BindingState::{Active, Ended, Paused, PendingConsent, Scheduled};
    let rows: [(&[BindingState], &[Notice]); 7] = [
        (&[PendingConsent], &[Notice::Invite]),
        (&[PendingConsent, PendingConsent, Active], &[Notice::Invite, Notice::Effective]),
        (&[Scheduled, Active, Active], &[Notice::Effective]),
        (&[Active, Paused, Active], &[Notice::Effective]),
        (&[Paused, Ended], &[Notice::Unbound]),
        (&[Active, Ended, Ended], &[Notice::Effective, Notice::Unbound]),
        (&[Active, Ended, Active], &[Notice::Effective, Notice::Unbound]),
    ];
    for (states, expected) in rows {
        let mut node = node();
        let before = told(&node, 4, 0).len();
        for state in states {
            done(&mut node, PeerCommand::Mirror(mirror(*state)));
        }
        let heard: Vec<Notice> = told(&node, 4, before).into_iter().map(|(notice, _)| notice).collect();
        assert_eq!(heard, expected, "{states:?}");
        let kept = if states.contains(&Ended) { Ended } else { *states.last().expect("a state") };
        assert_eq!(binding(&node, pair(7, 4)).expect("a mirror").state, kept, "an end is not undone by {states:?}");
    }
}

/// A binding of 7, who is insured far away, by 1 of this node.
fn bound_away() -> (Node, CommandId) {
    let mut node = node();
    node.tell(Command::Bind(request(1, 4)));
    let known = binding(&node, pair(1, 4)).expect("it was bound").clone();
    let theirs = Binding { beneficiary: person(7), beneficiary_area: FAR, ..known };
    node.rows.bindings.insert((person(1), theirs.id), theirs.clone());
    (node, theirs.id)
}

#[test]
fn an_end_from_the_beneficiary_s_province_takes_effect_when_it_says() {
    let now = node().now;
    let rows = [
        (None, BindingState::Ended),
        (Some(now.plus_minutes(-1)), BindingState::Ended),
        (Some(now), BindingState::Ended),
        (Some(now.plus_minutes(1)), BindingState::Ending),
    ];
    for (ends_at, expected) in rows {
        let (mut node, id) = bound_away();
        let cause = EndCause::ByBeneficiary;
        done(&mut node, PeerCommand::EndBinding { sponsor: person(1), binding: id, cause, ends_at });
        let known = node.rows.bindings[&(person(1), id)].clone();
        assert_eq!((known.state, known.end_cause), (expected, Some(cause)), "{ends_at:?}");
        if expected == BindingState::Ending {
            assert_eq!(known.ends_at, ends_at);
            let timer = &node.rows.timers[&Due::Binding { sponsor: person(1), binding: id }];
            assert_eq!((Some(timer.at), timer.state), (ends_at, TimerState::Waiting));
        }
        let last: Vec<_> = node.rows.outbox.values().map(|row| row.ask.command.clone()).collect();
        assert_eq!(last, [PeerCommand::Mirror(known)], "its mirror is told");
        let before = node.rows.clone();
        node.wait(5);
        let state = node.rows.bindings[&(person(1), id)].state;
        assert_eq!(state, BindingState::Ended, "{ends_at:?}");
        if expected == BindingState::Ended {
            done(&mut node, PeerCommand::EndBinding { sponsor: person(1), binding: id, cause, ends_at });
            assert_eq!(node.rows.bindings, before.bindings, "it ends once");
            assert_eq!(node.rows.outbox, before.outbox);
        }
    }
}

/// A transfer of 50.00 from 7, who is insured far away, to 4.
fn transfer(state: TransferState) -> Transfer {
    Transfer {
        id: CommandId::from_number(2000),
        sender: person(7),
        receiver: person(4),
        sender_area: FAR,
        receiver_area: HERE,
        amount: yuan(50),
        sent_at: Moment::parse("2025-12-20T10:00").expect("a moment"),
        returns_at: Moment::parse("2025-12-21T06:00").expect("a moment"),
        state,
    }
}

#[test]
fn a_transfer_from_afar_is_told_once_and_goes_into_the_wallet_once() {
    use TransferState::{Accepted, Cancelled, Pending, Returned};
    let rows: [(&[TransferState], TransferState, i64, usize); 8] = [
        (&[Pending], Pending, 0, 1),
        (&[Pending, Pending], Pending, 0, 1),
        (&[Pending, Accepted], Accepted, 50, 1),
        (&[Accepted, Accepted], Accepted, 50, 0),
        (&[Accepted, Pending], Accepted, 50, 0),
        (&[Pending, Returned, Pending], Returned, 0, 1),
        (&[Cancelled, Pending], Cancelled, 0, 0),
        (&[Pending, Cancelled, Accepted], Cancelled, 0, 1),
    ];
    for (states, kept, in_wallet, notices) in rows {
        let mut node = node();
        let before = told(&node, 4, 0).len();
        for state in states {
            done(&mut node, PeerCommand::TransferNotice(transfer(*state)));
        }
        assert_eq!(node.rows.transfers[&CommandId::from_number(2000)].state, kept, "{states:?}");
        assert_eq!(node.rows.wallets[&person(4)].balance, yuan(in_wallet), "{states:?}");
        assert_eq!(told(&node, 4, before), vec![(Notice::WalletIn, Some(yuan(50))); notices], "{states:?}");
        let owed = node.rows.claims.values().map(|claim| (claim.from, claim.to, claim.side, claim.amount));
        let expected = (in_wallet > 0).then_some((FAR, HERE, ClaimSide::Creditor, yuan(50)));
        assert_eq!(owed.collect::<Vec<_>>(), expected.into_iter().collect::<Vec<_>>(), "{states:?}");
        books_but_for_holds_far_away(&node);
    }
}

/// The books, without a transfer whose money is held far away.
fn books_but_for_holds_far_away(node: &Node) {
    let mut rows = node.rows.clone();
    rows.transfers.clear();
    books::check(&rows);
}

#[test]
fn a_transfer_from_afar_is_accepted_when_the_sender_s_province_gives_it_up() {
    let accept =
        || Command::AcceptTransfer { transfer: CommandId::from_number(2000), receiver: person(4), sender_area: FAR };
    let rows = [
        (Some(Answer::Accepted(yuan(50))), Answer::Accepted(yuan(50)), 50),
        (None, Answer::Refused(Reason::SysUpstream), 0),
        (Some(Answer::Refused(Reason::WalletNoWayBack)), Answer::Refused(Reason::WalletNoWayBack), 0),
    ];
    for (said, expected, in_wallet) in rows {
        let mut node = node();
        done(&mut node, PeerCommand::TransferNotice(transfer(TransferState::Pending)));
        assert_eq!(node.send_heard("a1", accept(), |_| said.clone()), expected, "{said:?}");
        assert_eq!(node.rows.wallets[&person(4)].balance, yuan(in_wallet), "{said:?}");
        let state = if in_wallet > 0 { TransferState::Accepted } else { TransferState::Pending };
        assert_eq!(node.rows.transfers[&CommandId::from_number(2000)].state, state, "{said:?}");
        books_but_for_holds_far_away(&node);
    }
}

#[test]
fn the_news_that_a_transfer_is_accepted_may_overtake_the_answer_that_it_is() {
    let mut node = node();
    let transfer_id = CommandId::from_number(2000);
    let accept = Command::AcceptTransfer { transfer: transfer_id, receiver: person(4), sender_area: FAR };
    done(&mut node, PeerCommand::TransferNotice(transfer(TransferState::Pending)));
    let (asks, _) = node.break_off("a1", accept.clone());
    done(&mut node, PeerCommand::TransferNotice(transfer(TransferState::Accepted)));
    let heard = asks.into_iter().map(|asked| Heard { asked, answer: Some(Answer::Accepted(yuan(50))) }).collect();
    assert_eq!(node.send_again("a1", accept, heard), Answer::Accepted(yuan(50)));
    assert_eq!(node.rows.wallets[&person(4)].balance, yuan(50), "once");
}

fn lots(amounts: &[(i32, i64)]) -> Lots {
    amounts.iter().map(|(year, amount)| (Colour(*year), yuan(*amount))).collect()
}

/// Somebody like 1, by number, who is insured here now.
fn arriving(node: &Node, number: i64) -> Person {
    Person { id: person(number), ..node.rows.persons[&person(1)].clone() }
}

/// Whose account arrives frozen.
const FROZEN: i64 = 7;

fn arrive(node: &mut Node, number: i64, money: Option<Lots>, wallet: Option<(AreaCode, Fen)>) {
    let whose = person(number);
    let account = money.map(|lots| Account { person: whose, lots, frozen: number == FROZEN });
    let (purse, incoming) = (Purse { account, wallet }, vec![transfer(TransferState::Pending)]);
    done(node, PeerCommand::Arrive { person: arriving(node, number), purse, incoming, past: Past::default() });
}

#[test]
fn who_moves_here_brings_his_money_with_its_colours_and_what_waits_for_him() {
    let mut node = node();
    arrive(&mut node, 6, Some(lots(&[(2024, 70), (2025, 30)])), Some((HERE, yuan(20))));
    assert_eq!(node.rows.accounts[&person(6)].lots, lots(&[(2024, 70), (2025, 30)]));
    assert_eq!(node.rows.wallets[&person(6)].balance, yuan(20));
    assert!(node.rows.transfers.contains_key(&CommandId::from_number(2000)));
    books_but_for_holds_far_away(&node);
    arrive(&mut node, 6, None, Some((HERE, yuan(5))));
    assert_eq!(node.rows.wallets[&person(6)].balance, yuan(25), "what came back before him is his still");
    arrive(&mut node, 8, Some(Lots::none()), None);
    assert_eq!(node.rows.accounts[&person(8)].lots, Lots::none(), "an account that holds nothing");
    assert!(!node.rows.accounts[&person(8)].frozen);
    arrive(&mut node, FROZEN, Some(lots(&[(2024, 70)])), None);
    assert!(node.rows.accounts[&person(FROZEN)].frozen, "a move thaws nothing");
    arrive(&mut node, 9, None, None);
    assert!(!node.rows.accounts.contains_key(&person(9)) && !node.rows.wallets.contains_key(&person(9)));
    books_but_for_holds_far_away(&node);
}

/// What stands at a position.
fn at(node: &Node, wanted: Position) -> Fen {
    Fen::sum(node.rows.entries.values().filter(|entry| entry.position == wanted).map(|entry| entry.amount))
}

fn remit(node: &mut Node, whose: PersonId, money: &[(i32, i64)], wallet: i64) {
    done(node, PeerCommand::Remit { person: whose, lots: lots(money), wallet: yuan(wallet), reversed: Fen::ZERO });
}

#[test]
fn money_that_follows_a_person_goes_into_his_account_and_his_wallet() {
    let mut node = node();
    remit(&mut node, person(1), &[(2023, 7), (2025, 5)], 0);
    assert_eq!(node.rows.accounts[&person(1)].lots, lots(&[(2023, 7), (2024, 300), (2025, 305)]));
    remit(&mut node, person(1), &[], 9);
    assert_eq!(node.rows.wallets[&person(1)].balance, yuan(9));
    books::check(&node.rows);
    remit(&mut node, person(4), &[(2024, 3)], 0);
    assert_eq!(at(&node, Position::Suspense(person(4))), yuan(3), "a resident has no account");
}

#[test]
fn money_that_follows_a_person_who_has_moved_on_follows_him() {
    let mut node = node();
    node.tell(Command::Move { person: person(1), area: FAR });
    let before = node.rows.outbox.len();
    remit(&mut node, person(1), &[(2024, 7)], 9);
    let sent = node.rows.outbox.values().skip(before).map(|row| (row.ask.to, row.ask.command.clone()));
    let whose = person(1);
    let reversed = Fen::ZERO;
    let expected = [
        (FAR, PeerCommand::Remit { person: whose, lots: lots(&[(2024, 7)]), wallet: Fen::ZERO, reversed }),
        (FAR, PeerCommand::Remit { person: whose, lots: Lots::none(), wallet: yuan(9), reversed }),
    ];
    assert_eq!(sent.collect::<Vec<_>>(), expected);
    assert_eq!(node.rows.accounts[&person(1)].lots, Lots::none());
    books::check(&node.rows);
}

#[test]
fn another_province_learns_of_a_person_here_whether_and_how_he_is_insured() {
    let mut node = node();
    let ask = |number| Command::Peer(PeerCommand::MemberFacts(person(number)));
    let Answer::Member(known) = node.tell(ask(4)) else { panic!("4 is insured here") };
    assert_eq!((known.area, known.wallet_open), (HERE, true));
    assert_eq!(node.tell(ask(7)), Answer::Refused(Reason::BindMemberNotInsured));
    node.tell(Command::Move { person: person(4), area: FAR });
    assert_eq!(node.tell(ask(4)), Answer::Refused(Reason::BindMemberNotInsured), "not any more");
}
