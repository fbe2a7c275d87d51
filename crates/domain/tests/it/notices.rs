//! Who hears what of money: the sponsor what his account paid and got back, the patient that family paid or did not.

use gongji_domain::burden::Part;
use gongji_domain::limits::Limits;
use gongji_domain::message::{Answer, Bill, BindRequest, Command, Using};
use gongji_domain::reason::Notice;
use gongji_words::{Fen, MessageId};

use super::node::Node;
use super::world::{bill, pair, populated, province_law, request, wallet_order, yuan};

/// What a command lets everybody hear: person, notice, yuan.
fn heard(node: &mut Node, message: &str, command: Command) -> Vec<(i64, Notice, Fen)> {
    let before = node.rows.notices.clone();
    node.send(message, command);
    let new = node.rows.notices.iter().filter(|(key, _)| !before.contains_key(key));
    new.map(|(_, row)| (row.person.number(), row.notice, row.amount.unwrap_or_default())).collect()
}

fn family(limits: Limits) -> Node {
    let mut node = populated(province_law(""), "2026-02-02T10:00");
    node.tell(Command::Bind(BindRequest { limits, ..request(1, 4) }));
    node
}

fn settle(amount: i64) -> Command {
    Command::Settle(bill(4, Part::Copay, yuan(amount)))
}

#[test]
fn the_sponsor_hears_that_his_limit_left_cash_only_where_it_did() {
    let per_settlement = |amount| Limits { per_settlement: Some(yuan(amount)), ..Limits::default() };
    let rows = [
        (Limits::default(), 50, Notice::Spent, 50),
        (Limits::default(), 700, Notice::Spent, 600),
        (per_settlement(40), 50, Notice::Partial, 40),
        (per_settlement(40), 40, Notice::Spent, 40),
        (per_settlement(600), 700, Notice::Spent, 600),
    ];
    for (limits, amount, notice, paid) in rows {
        let expected = [(1, notice, yuan(paid)), (4, Notice::PaidFor, yuan(paid))];
        assert_eq!(heard(&mut family(limits), "s1", settle(amount)), expected, "{limits:?} {amount}");
    }
    let mut two = family(per_settlement(40));
    two.tell(Command::Bind(request(3, 4)));
    let expected = [(1, Notice::Spent, yuan(40)), (3, Notice::Spent, yuan(10)), (4, Notice::PaidFor, yuan(50))];
    assert_eq!(heard(&mut two, "s1", settle(50)), expected, "another paid what was left");
}

#[test]
fn the_patient_hears_that_a_binding_was_not_used_where_it_could_have_been() {
    let not_used = vec![(4, Notice::NotUsed, Fen::ZERO)];
    let mut paused = family(Limits::default());
    paused.tell(Command::Pause(pair(1, 4)));
    assert_eq!(heard(&mut paused, "s1", settle(50)), not_used);
    let mut family = family(Limits::default());
    let chose = Command::Settle(Bill { using: Using::Cash, ..bill(4, Part::Copay, yuan(50)) });
    assert_eq!(heard(&mut family, "s1", chose), [], "he said so himself");
    let excluded = Command::Settle(bill(4, Part::Fitness, yuan(50)));
    assert_eq!(heard(&mut family, "s2", excluded), not_used);
    family.tell(Command::Unbind(pair(1, 4), gongji_domain::message::Side::Sponsor));
    assert_eq!(heard(&mut family, "s3", settle(50)), [], "there is no binding");
}

#[test]
fn a_reversal_is_told_to_who_paid() {
    let mut node = family(Limits::default());
    node.send("s1", settle(50));
    let original = MessageId::new("test", "s1").expect("a short name");
    assert_eq!(heard(&mut node, "r1", Command::Reverse { original }), [(1, Notice::Refund, yuan(50))]);
}

#[test]
fn a_new_binding_is_told_to_both_once_it_is_active() {
    let mut node = populated(province_law(""), "2026-02-02T10:00");
    let both = [(1, Notice::Effective, Fen::ZERO), (4, Notice::Effective, Fen::ZERO)];
    assert_eq!(heard(&mut node, "b1", Command::Bind(request(1, 4))), both);
    let mut slow = populated(province_law("bind.consent = \"everybody\""), "2026-02-02T10:00");
    assert_eq!(heard(&mut slow, "b1", Command::Bind(request(1, 4))), [(4, Notice::Invite, Fen::ZERO)]);
}

#[test]
fn what_comes_back_into_a_quota_that_was_given_up_makes_it_one_again() {
    let mut node = family(Limits::default());
    node.tell(Command::SetQuota(wallet_order(pair(1, 4), yuan(80))));
    node.send("s1", settle(50));
    assert_eq!(node.tell(Command::SetQuota(wallet_order(pair(1, 4), Fen::ZERO))), Answer::Frozen(Fen::ZERO));
    let original = MessageId::new("test", "s1").expect("a short name");
    assert_eq!(node.tell(Command::Reverse { original }), Answer::Reversed);
    let known = super::world::binding(&node, pair(1, 4)).expect("it is bound");
    assert_eq!(known.frozen_quota, Some(yuan(50)));
    super::books::check(&node.rows);
}
