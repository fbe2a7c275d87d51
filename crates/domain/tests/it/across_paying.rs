//! The sponsor's side of an agreement with another province: what he could pay, paying it, confirming it, taking it
//! back, in whatever order the messages come.

use std::collections::BTreeSet;

use gongji_domain::binding::Standing;
use gongji_domain::burden::Purpose;
use gongji_domain::judge::peer_command_id;
use gongji_domain::limits::Limits;
use gongji_domain::message::{
    AidQuestion, Answer, BindRequest, Command, MemberFacts, Pair, PeerCommand, Side, Told, WalletOrder,
};
use gongji_domain::person::{InsuranceStatus, Scheme};
use gongji_domain::reason::{Notice, Reason};
use gongji_domain::record::{ClaimSide, PaymentState};
use gongji_words::{AreaCode, CommandId, Day, Fen, Month};

use super::books;
use super::node::Node;
use super::world::{HERE, binding, pair, person, populated, province_law, request, wallet_order, yuan};

/// Where the beneficiary of these tests is insured.
const FAR: AreaCode = AreaCode::from_number(110_000);
const PAIR: Pair = pair(1, 7);

/// The other province knows 7 as a resident with a wallet.
fn member(command: &PeerCommand) -> Option<Answer> {
    let known = MemberFacts {
        scheme: Scheme::Resident,
        status: InsuranceStatus::Active,
        area: FAR,
        born: Day::new(1970, 1, 1)?,
        sex: None,
        traits: BTreeSet::new(),
        wallet_open: true,
    };
    matches!(command, PeerCommand::MemberFacts(_)).then_some(Answer::Member(known))
}

/// A node where 1, who has 600.00, has bound 7, who is insured far away.
fn bound(rules: &str, change: impl Fn(&mut BindRequest)) -> Node {
    let mut node = populated(province_law(rules), "2026-02-02T10:00");
    let mut asked = BindRequest { beneficiary_area: FAR, ..request(1, 7) };
    change(&mut asked);
    let answer = node.send_heard("bind", Command::Bind(asked), member);
    assert!(matches!(answer, Answer::Binding(_)), "{answer:?}");
    node
}

fn freeze(node: &mut Node, message: &str, amount: i64) {
    let order = WalletOrder { receiver_area: FAR, ..wallet_order(PAIR, yuan(amount)) };
    assert_eq!(node.send_heard(message, Command::SetQuota(order), member), Answer::Frozen(yuan(amount)));
}

/// The same, with 80.00 frozen for him.
fn with_quota() -> Node {
    let mut node = bound("", |_| {});
    freeze(&mut node, "quota", 80);
    node
}

/// The question of a payment far away.
fn question(node: &Node, purpose: Purpose) -> AidQuestion {
    AidQuestion {
        payment: CommandId::from_number(5000),
        attempt: 0,
        sponsor: person(1),
        sponsor_area: HERE,
        binding: binding(node, PAIR).expect("it is bound").id,
        purpose,
        payee_area: FAR,
        at: node.now,
    }
}

fn share(question: AidQuestion) -> CommandId {
    peer_command_id(CommandId::from_number(0), 0, &PeerCommand::Pay(question, Fen::ZERO, Told::Spent))
}

fn pay(question: AidQuestion, amount: i64) -> Command {
    Command::Peer(PeerCommand::Pay(question, yuan(amount), Told::Spent))
}

fn cancel(question: AidQuestion) -> Command {
    Command::Peer(PeerCommand::Cancel { share: share(question), sponsor: question.sponsor })
}

fn confirm(question: AidQuestion, owed: i64) -> Command {
    let owed = yuan(owed);
    Command::Peer(PeerCommand::Confirm { share: share(question), sponsor: question.sponsor, owed })
}

/// What the sponsor has, and what of it is held.
fn money(node: &Node) -> (Fen, Fen) {
    let account = node.rows.accounts[&person(1)].lots.total();
    let held = node.rows.holds.values().filter(|hold| hold.person == person(1)).map(|hold| hold.lots.total());
    (account, Fen::sum(held))
}

fn refused() -> Answer {
    Answer::Refused(Reason::SettleSponsorUnavailable)
}

#[test]
fn what_a_relation_could_pay_is_told_and_nothing_is_kept() {
    let mut node = with_quota();
    let asked = question(&node, Purpose::Outpatient);
    let before = node.rows.clone();
    let Answer::Standing(known) = node.tell(Command::Peer(PeerCommand::Standing(asked))) else { panic!("a standing") };
    assert_eq!((known.sponsor, known.area, known.standing), (person(1), HERE, Standing::Usable));
    assert_eq!((known.frozen_quota, known.available), (Some(yuan(80)), yuan(520)));
    let unknown = AidQuestion { binding: CommandId::from_number(999), ..asked };
    let answer = node.tell(Command::Peer(PeerCommand::Standing(unknown)));
    assert_eq!(answer, Answer::Refused(Reason::BindNotFound));
    assert_eq!(node.tell(pay(unknown, 50)), Answer::Refused(Reason::BindNotFound));
    node.rows.messages = before.messages.clone();
    assert_eq!(node.rows, before, "a question leaves nothing behind");
}

#[test]
fn exactly_what_is_asked_is_paid_from_the_quota_or_nothing() {
    let suspended = Command::ChangeStatus { person: person(1), status: InsuranceStatus::Suspended };
    let rows: [(&str, Option<Command>, i64, Option<i64>); 7] = [
        ("part of the quota", None, 50, Some(30)),
        ("the whole quota", None, 80, Some(0)),
        ("more than the quota", None, 81, None),
        ("paused", Some(Command::Pause(PAIR)), 50, None),
        ("frozen", Some(Command::Freeze(person(1))), 50, None),
        ("suspended", Some(suspended), 50, None),
        ("unbound", Some(Command::Unbind(PAIR, Side::Sponsor)), 50, None),
    ];
    for (what, before, amount, left) in rows {
        let mut node = with_quota();
        let asked = question(&node, Purpose::Outpatient);
        let _ = before.map(|command| node.tell(command));
        let had = money(&node);
        let answer = node.tell(pay(asked, amount));
        let (expected, has) = match left {
            Some(left) => (Answer::Paid(yuan(amount)), (yuan(600 - amount), yuan(left))),
            None => (refused(), had),
        };
        assert_eq!((answer, money(&node)), (expected, has), "{what}");
    }
}

#[test]
fn without_a_quota_the_account_pays_only_where_its_area_reaches_so_far() {
    let mut near = bound("", |_| {});
    let asked = question(&near, Purpose::Outpatient);
    assert_eq!(near.tell(pay(asked, 50)), refused());
    let rows = [("bind.reach = \"nation\"", 600), ("bind.reach = \"nation\"\nmoney.usable = \"previous-years\"", 300)];
    for (rules, most) in rows {
        for (amount, expected) in [(most + 1, refused()), (most, Answer::Paid(yuan(most)))] {
            let mut node = bound(rules, |_| {});
            assert_eq!(node.tell(pay(asked, amount)), expected, "{rules}");
        }
    }
}

#[test]
fn limits_and_purposes_of_the_binding_hold_for_other_provinces_too() {
    let limits = Limits { per_day: Some(yuan(50)), ..Limits::default() };
    let rows: [(Purpose, i64, bool); 4] = [
        (Purpose::Outpatient, 50, true),
        (Purpose::Outpatient, 51, false),
        (Purpose::Inpatient, 50, false),
        (Purpose::Premium, 50, false),
    ];
    for (purpose, amount, pays) in rows {
        let mut node = bound("bind.reach = \"nation\"", |request| {
            request.limits = limits;
            request.purposes = Some(BTreeSet::from([Purpose::Outpatient]));
        });
        let asked = question(&node, purpose);
        let expected = if pays { Answer::Paid(yuan(amount)) } else { refused() };
        assert_eq!(node.tell(pay(asked, amount)), expected, "{purpose} {amount}");
        let more = AidQuestion { payment: CommandId::from_number(5001), purpose: Purpose::Outpatient, ..asked };
        let expected = if pays { refused() } else { Answer::Paid(yuan(1)) };
        assert_eq!(node.tell(pay(more, 1)), expected, "after {purpose} {amount}");
        books::check(&node.rows);
    }
}

#[test]
fn the_sponsor_hears_what_his_account_paid_and_whether_his_limit_left_cash() {
    for (told, expected) in [(Told::Spent, Notice::Spent), (Told::Partial, Notice::Partial)] {
        let mut node = with_quota();
        let asked = question(&node, Purpose::Outpatient);
        node.tell(Command::Peer(PeerCommand::Pay(asked, yuan(50), told)));
        let heard = node.rows.notices.values().filter(|row| row.amount == Some(yuan(50)));
        assert_eq!(heard.map(|row| (row.person, row.notice)).collect::<Vec<_>>(), [(person(1), expected)]);
    }
}

/// The debts that are written down here: which side, in which month, how much.
fn debts(node: &Node) -> Vec<(ClaimSide, Month, Fen)> {
    node.rows.claims.values().map(|claim| (claim.side, claim.month, claim.amount)).collect()
}

#[test]
fn a_debt_is_written_when_the_bill_stands_and_in_the_month_of_the_bill() {
    let mut node = with_quota();
    let february = Month::of(node.now.day());
    let asked = question(&node, Purpose::Outpatient);
    assert_eq!(node.tell(confirm(asked, 50)), Answer::Done, "of a share that is not there");
    node.tell(pay(asked, 50));
    assert_eq!(debts(&node), [], "not before");
    node.wait(40 * 24 * 60);
    node.tell(confirm(asked, 50));
    assert_eq!(debts(&node), [(ClaimSide::Debtor, february, yuan(50))]);
}

#[test]
fn a_premium_is_owed_to_nobody_s_institution() {
    let mut node = with_quota();
    let asked = question(&node, Purpose::Premium);
    assert_eq!(node.tell(pay(asked, 50)), Answer::Paid(yuan(50)));
    node.tell(confirm(asked, 50));
    assert_eq!(debts(&node), []);
}

#[test]
fn a_cancellation_gives_back_once_whenever_it_comes() {
    let mut node = with_quota();
    let had = money(&node);
    let asked = question(&node, Purpose::Outpatient);
    let mut early = node.clone();
    assert_eq!(node.tell(pay(asked, 50)), Answer::Paid(yuan(50)));
    assert_eq!(node.tell(pay(asked, 50)), refused(), "a share is paid once");
    assert_eq!(node.tell(cancel(asked)), Answer::Reversed);
    assert_eq!((money(&node), node.rows.payments[&share(asked)].state), (had, PaymentState::Reversed));
    assert_eq!(node.tell(cancel(asked)), Answer::Done, "a second one finds nothing to do");
    assert_eq!(node.tell(pay(asked, 50)), refused());
    assert_eq!(money(&node), had);
    books::check(&node.rows);
    assert_eq!(early.tell(cancel(asked)), Answer::Done);
    assert_eq!(early.rows.payments[&share(asked)].state, PaymentState::Refused, "a tombstone");
    assert_eq!(early.tell(pay(asked, 50)), refused());
    assert_eq!(early.tell(cancel(asked)), Answer::Done);
    assert_eq!(money(&early), had);
}

#[test]
fn a_message_about_money_of_a_bill_names_the_area_where_the_bill_is() {
    let node = with_quota();
    let asked = question(&node, Purpose::Outpatient);
    let id = CommandId::from_number(9);
    let reversed = PeerCommand::ReverseAway {
        settlement: id,
        reversal: id,
        at: node.now,
        key: person(1),
        day: node.now.day(),
        payee_area: FAR,
        owed: Fen::ZERO,
    };
    let rows = [
        (PeerCommand::Standing(asked), Some(FAR)),
        (PeerCommand::Pay(asked, yuan(5), Told::Spent), Some(FAR)),
        (reversed, Some(FAR)),
        (PeerCommand::MemberFacts(person(1)), None),
        (PeerCommand::Cancel { share: id, sponsor: person(1) }, None),
    ];
    for (command, expected) in rows {
        assert_eq!(command.payee_area(), expected, "{command:?}");
    }
}

#[test]
fn a_reversal_elsewhere_gives_back_once_and_takes_back_what_was_owed() {
    let mut node = with_quota();
    let had = money(&node);
    let asked = question(&node, Purpose::Outpatient);
    node.tell(pay(asked, 50));
    node.tell(confirm(asked, 50));
    let reversed = PeerCommand::ReverseAway {
        settlement: share(asked),
        reversal: CommandId::from_number(6000),
        at: node.now,
        key: person(1),
        day: node.now.day(),
        payee_area: FAR,
        owed: yuan(50),
    };
    for expected in [Answer::Reversed, Answer::Done] {
        assert_eq!(node.tell(Command::Peer(reversed.clone())), expected);
        assert_eq!(money(&node), had);
        assert_eq!(debts(&node).iter().map(|(.., amount)| amount.fen()).sum::<i64>(), 0);
        books::check(&node.rows);
    }
}
