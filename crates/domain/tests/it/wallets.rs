//! The wallet: when a transfer may be sent, what it and a quota may take, and who must have opened what.

use gongji_domain::binding::Binding;
use gongji_domain::journal::Position;
use gongji_domain::message::{Answer, BindRequest, Command, MemberFacts, Pair, PeerCommand, Side, WalletOrder};
use gongji_domain::person::{InsuranceStatus, Scheme};
use gongji_domain::reason::{Notice, Reason};
use gongji_domain::wallet::TransferState;
use gongji_words::{AreaCode, CommandId, Fen, Moment};

use super::books;
use super::laws::law;
use super::node::Node;
use super::world::{HERE, THERE, binding, pair, person, populated, province_law, request, wallet_order, yuan};

/// Another province.
const FAR: AreaCode = AreaCode::from_number(110_000);
const PAIR: Pair = pair(1, 4);
/// A day of the transfer mode, and one of the quota mode.
const TRANSFERS: &str = "2025-12-20T10:00";
const QUOTAS: &str = "2026-02-02T10:00";

/// 1, who has 600.00, has bound 4.
fn family(rules: &str, now: &str) -> Node {
    let mut node = populated(province_law(rules), now);
    node.tell(Command::Bind(request(1, 4)));
    node
}

fn transfer(amount: Fen) -> Command {
    Command::Transfer(wallet_order(PAIR, amount))
}

fn quota(amount: i64) -> Command {
    Command::SetQuota(wallet_order(PAIR, yuan(amount)))
}

fn refused(reason: Reason) -> Answer {
    Answer::Refused(reason)
}

fn moment(text: &str) -> Moment {
    Moment::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"))
}

/// Takes the transfer that waits.
fn accept(node: &mut Node) {
    let waiting = |state| state == TransferState::Pending;
    let id = *node.rows.transfers.iter().find(|(_, known)| waiting(known.state)).expect("one waits").0;
    let accept = Command::AcceptTransfer { transfer: id, receiver: person(4), sender_area: HERE };
    assert!(matches!(node.tell(accept), Answer::Accepted(_)));
}

#[test]
fn transfers_are_taken_between_the_hours() {
    let by_day = "wallet.closed-from = \"12:00\"\nwallet.closed-until = \"13:30\"";
    let rows = [
        ("", "05:59", false),
        ("", "06:00", true),
        ("", "21:59", true),
        ("", "22:00", false),
        ("", "00:00", false),
        (by_day, "11:59", true),
        (by_day, "12:00", false),
        (by_day, "13:29", false),
        (by_day, "13:30", true),
        (by_day, "00:00", true),
    ];
    for (rules, hour, open) in rows {
        let mut node = family(rules, &format!("2025-12-20T{hour}"));
        let expected = if open { Answer::Pending } else { refused(Reason::WalletClosed) };
        assert_eq!(node.tell(transfer(yuan(5))), expected, "{rules} {hour}");
    }
}

#[test]
fn what_is_sent_has_a_least_and_a_most_each_time_and_each_day() {
    const A_DAY: &str = "wallet.transfer-max = \"70.00\"\nwallet.day-max = \"100.00\"";
    let fen = Fen::from_fen(1);
    let rows = [
        ("wallet.transfer-max = \"100.00\"", vec![yuan(100)], Answer::Pending),
        ("wallet.transfer-max = \"100.00\"", vec![yuan(100).plus(fen)], refused(Reason::WalletOverSingle)),
        (A_DAY, vec![yuan(60), yuan(40)], Answer::Pending),
        (A_DAY, vec![yuan(60), yuan(40).plus(fen)], refused(Reason::WalletOverCount)),
        ("wallet.transfers-a-day = 2", vec![yuan(5), yuan(5)], Answer::Pending),
        ("wallet.transfers-a-day = 2", vec![yuan(5), yuan(5), yuan(5)], refused(Reason::WalletOverCount)),
        ("", vec![yuan(600)], Answer::Pending),
        ("", vec![yuan(600).plus(fen)], refused(Reason::WalletBalance)),
        ("", vec![Fen::ZERO], refused(Reason::WalletBalance)),
        ("", vec![yuan(-5)], refused(Reason::WalletBalance)),
    ];
    for (rules, amounts, expected) in rows {
        let mut node = family(rules, TRANSFERS);
        let (last, before) = amounts.split_last().expect("an amount");
        for amount in before {
            assert_eq!(node.tell(transfer(*amount)), Answer::Pending, "{rules}");
            accept(&mut node);
        }
        assert_eq!(node.tell(transfer(*last)), expected, "{rules} {amounts:?}");
        if expected == Answer::Pending {
            continue;
        }
        node.wait_until(moment("2025-12-21T10:00"));
        let tomorrow = Command::Transfer(wallet_order(PAIR, yuan(5)));
        assert_eq!(node.tell(tomorrow), Answer::Pending, "another day, {rules}");
        books::check(&node.rows);
    }
}

#[test]
fn one_that_waits_blocks_the_next_of_its_sender_where_the_area_says_so() {
    for (rules, expected) in [("", refused(Reason::WalletPending)), ("wallet.pending-blocks = false", Answer::Pending)]
    {
        let mut node = family(rules, TRANSFERS);
        node.tell(Command::Bind(request(3, 4)));
        assert_eq!(node.tell(transfer(yuan(5))), Answer::Pending);
        assert_eq!(node.tell(Command::Transfer(wallet_order(pair(3, 4), yuan(5)))), Answer::Pending, "another's");
        assert_eq!(node.tell(transfer(yuan(5))), expected, "{rules}");
        books::check(&node.rows);
    }
}

#[test]
fn a_transfer_is_told_to_its_receiver_and_is_only_his_to_take_and_the_sender_s_to_cancel() {
    let mut node = family("", TRANSFERS);
    node.tell(transfer(yuan(50)));
    let told = node.rows.notices.values().filter(|row| row.person == person(4) && row.notice == Notice::WalletIn);
    assert_eq!(told.map(|row| row.amount).collect::<Vec<_>>(), [Some(yuan(50))]);
    let id = *node.rows.transfers.keys().next().expect("it was sent");
    let no_way = refused(Reason::WalletNoWayBack);
    let take = |receiver| Command::AcceptTransfer { transfer: id, receiver: person(receiver), sender_area: HERE };
    let cancel = |sender| Command::CancelTransfer { transfer: id, sender: person(sender) };
    assert_eq!((node.tell(take(3)), node.tell(cancel(4))), (no_way.clone(), no_way));
    assert_eq!(node.tell(take(4)), Answer::Accepted(yuan(50)));
    assert!(node.rows.outbox.is_empty(), "no other province is concerned");
}

/// What the other province says of 7.
fn member(wallet_open: bool) -> Answer {
    Answer::Member(MemberFacts {
        scheme: Scheme::Resident,
        status: InsuranceStatus::Active,
        area: FAR,
        born: gongji_words::Day::new(1970, 1, 1).expect("a day"),
        sex: None,
        traits: std::collections::BTreeSet::new(),
        wallet_open,
    })
}

/// 1 has bound 7, who is insured far away.
fn bound_away(now: &str) -> Node {
    let mut node = family("", now);
    let like = binding(&node, PAIR).expect("it was bound").clone();
    let theirs = Binding { beneficiary: person(7), beneficiary_area: FAR, ..like };
    node.rows.bindings.insert((person(1), theirs.id), theirs);
    node
}

#[test]
fn of_a_receiver_in_another_province_that_province_says_whether_he_has_a_wallet() {
    let rows = [
        (Some(member(true)), Answer::Frozen(yuan(5)), Answer::Pending),
        (Some(member(false)), refused(Reason::WalletNotOpenReceiver), refused(Reason::WalletNotOpenReceiver)),
        (
            Some(refused(Reason::BindMemberNotInsured)),
            refused(Reason::WalletNotOpenReceiver),
            refused(Reason::WalletNotOpenReceiver),
        ),
        (None, refused(Reason::SysUpstream), refused(Reason::SysUpstream)),
    ];
    for (said, frozen, sent) in rows {
        let order = WalletOrder { receiver_area: FAR, ..wallet_order(pair(1, 7), yuan(5)) };
        let answer = bound_away(QUOTAS).send_heard("q1", Command::SetQuota(order), |_| said.clone());
        assert_eq!(answer, frozen, "{said:?}");
        let mut node = bound_away(TRANSFERS);
        assert_eq!(node.send_heard("t1", Command::Transfer(order), |_| said.clone()), sent, "{said:?}");
        let notified =
            node.rows.outbox.values().filter(|row| matches!(row.ask.command, PeerCommand::TransferNotice(_)));
        assert_eq!(notified.count(), usize::from(sent == Answer::Pending), "his node hears of what waits");
    }
}

#[test]
fn a_receiver_far_away_takes_it_once_and_his_province_is_owed_it() {
    let mut node = bound_away(TRANSFERS);
    let order = WalletOrder { receiver_area: FAR, ..wallet_order(pair(1, 7), yuan(50)) };
    node.send_heard("t1", Command::Transfer(order), |_| Some(member(true)));
    let id = *node.rows.transfers.keys().next().expect("it was sent");
    let accepted = PeerCommand::TransferAccepted { transfer: id, sender: person(1), receiver_area: FAR };
    for _ in 0..2 {
        assert_eq!(node.tell(Command::Peer(accepted.clone())), Answer::Accepted(yuan(50)), "a repeat too");
        assert_eq!(node.rows.accounts[&person(1)].lots.total(), yuan(550));
        let owed = node.rows.claims.values().map(|claim| (claim.from, claim.to, claim.amount));
        assert_eq!(owed.collect::<Vec<_>>(), [(HERE, FAR, yuan(50))]);
        books::check(&node.rows);
    }
    let back = Command::CancelTransfer { transfer: id, sender: person(1) };
    assert_eq!(node.tell(back), refused(Reason::WalletNoWayBack));
    let unknown =
        PeerCommand::TransferAccepted { transfer: CommandId::from_number(999), sender: person(1), receiver_area: FAR };
    assert_eq!(node.tell(Command::Peer(unknown)), refused(Reason::WalletNoWayBack));
}

#[test]
fn a_receiver_who_has_moved_takes_it_where_he_is_now() {
    let now_in = AreaCode::from_number(310_000);
    let mut node = bound_away(TRANSFERS);
    let order = WalletOrder { receiver_area: FAR, ..wallet_order(pair(1, 7), yuan(50)) };
    node.send_heard("t1", Command::Transfer(order), |_| Some(member(true)));
    let id = *node.rows.transfers.keys().next().expect("it was sent");
    let accepted = PeerCommand::TransferAccepted { transfer: id, sender: person(1), receiver_area: now_in };
    assert_eq!(node.tell(Command::Peer(accepted)), Answer::Accepted(yuan(50)));
    let owed = node.rows.claims.values().map(|claim| (claim.from, claim.to, claim.amount));
    assert_eq!(owed.collect::<Vec<_>>(), [(HERE, now_in, yuan(50))]);
    assert_eq!(node.rows.transfers[&id].receiver_area, now_in);
}

#[test]
fn both_must_be_open_and_related_in_the_mode_of_the_day() {
    type Change = fn(&mut Node);
    let rows: [(&str, &str, Change, Reason); 7] = [
        ("wallet.open = false\nwallet.mode = \"closed\"", QUOTAS, |_| {}, Reason::WalletMode),
        ("", TRANSFERS, |_| {}, Reason::WalletMode),
        ("", QUOTAS, |node| without_wallet(node, 1), Reason::WalletNotOpenSelf),
        ("", QUOTAS, |node| without_wallet(node, 4), Reason::WalletNotOpenReceiver),
        ("wallet.open = false", QUOTAS, open_by_hand, Reason::WalletAreaNotOpen),
        ("", QUOTAS, |node| drop(node.tell(Command::Pause(PAIR))), Reason::WalletRelation),
        ("", QUOTAS, |node| drop(node.tell(Command::Unbind(PAIR, Side::Sponsor))), Reason::WalletRelation),
    ];
    for (rules, now, change, expected) in rows {
        let mut node = family(rules, now);
        change(&mut node);
        assert_eq!(node.tell(quota(5)), refused(expected), "{rules} {now}");
    }
    let mut node = family("", QUOTAS);
    let nobody = wallet_order(pair(9, 4), yuan(5));
    assert_eq!(node.tell(Command::SetQuota(nobody)), refused(Reason::WalletNotOpenSelf), "nobody here");
    assert_eq!(node.tell(transfer(yuan(5))), refused(Reason::WalletMode), "transfers are over");
}

fn without_wallet(node: &mut Node, number: i64) {
    node.rows.wallets.remove(&person(number));
}

#[test]
fn the_areas_of_both_must_have_opened_the_wallet() {
    for (closed, sponsor, relative, area) in [(THERE, 1, 5, THERE), (THERE, 2, 4, HERE)] {
        let law = law(&[(HERE.number(), String::new()), (closed.number(), "wallet.open = false".to_owned())]);
        let mut node = populated(law, QUOTAS);
        node.tell(Command::Bind(BindRequest { beneficiary_area: area, ..request(sponsor, relative) }));
        open_by_hand(&mut node);
        let order = WalletOrder { receiver_area: area, ..wallet_order(pair(sponsor, relative), yuan(5)) };
        assert_eq!(node.tell(Command::SetQuota(order)), refused(Reason::WalletAreaNotOpen), "{sponsor} for {relative}");
    }
}

/// Wallets that are there although the area has closed them since.
fn open_by_hand(node: &mut Node) {
    let open = family("", QUOTAS).rows.wallets;
    node.rows.wallets = open;
}

#[test]
fn a_wallet_is_opened_where_the_area_has_opened_it_and_keeps_its_money_when_its_place_changes() {
    let open = |number, place| Command::OpenWallet { person: person(number), place };
    for rules in ["wallet.open = false", "wallet.open = false\nwallet.mode = \"closed\""] {
        let mut node = family(rules, QUOTAS);
        assert_eq!(node.tell(open(1, HERE)), refused(Reason::WalletAreaNotOpen), "{rules}");
    }
    let mut node = family("", TRANSFERS);
    assert_eq!(node.tell(open(9, HERE)), refused(Reason::WalletAreaNotOpen), "nobody here");
    node.tell(transfer(yuan(50)));
    accept(&mut node);
    assert_eq!(node.tell(open(4, FAR)), Answer::Done);
    let wallet = node.rows.wallets[&person(4)];
    assert_eq!((wallet.place, wallet.balance), (FAR, yuan(50)));
}

#[test]
fn a_quota_is_set_up_and_down_within_what_is_free() {
    let mut node = family("", QUOTAS);
    let rows = [
        (80, Answer::Frozen(yuan(80)), 80),
        (30, Answer::Frozen(yuan(30)), 30),
        (600, Answer::Frozen(yuan(600)), 600),
        (601, refused(Reason::WalletBalance), 600),
        (-1, refused(Reason::WalletBalance), 600),
        (0, Answer::Frozen(Fen::ZERO), 0),
    ];
    for (amount, expected, held) in rows {
        assert_eq!(node.tell(quota(amount)), expected, "{amount}");
        let now = Fen::sum(node.rows.holds.values().map(|hold| hold.lots.total()));
        let known = binding(&node, PAIR).expect("it is bound").frozen_quota;
        assert_eq!((now, known.unwrap_or_default()), (yuan(held), yuan(held)), "{amount}");
        let at_holds = node.rows.entries.values().filter(|entry| matches!(entry.position, Position::Held(..)));
        assert_eq!(Fen::sum(at_holds.map(|entry| entry.amount)), yuan(held), "{amount}");
        books::check(&node.rows);
    }
}
