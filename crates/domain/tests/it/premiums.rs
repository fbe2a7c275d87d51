//! Premiums: what is offered to whom and when, and from whose money it is paid, whole or not at all.

use std::collections::BTreeSet;

use gongji_domain::binding::{Binding, Distance};
use gongji_domain::burden::Purpose;
use gongji_domain::case::{AccountUse, Candidate, PurposeUse};
use gongji_domain::limits::Limits;
use gongji_domain::message::{Answer, BindRequest, Command, PeerCommand, PremiumOrder};
use gongji_domain::person::InsuranceStatus;
use gongji_domain::reason::Reason;
use gongji_domain::wallet::Wallet;
use gongji_words::{AreaCode, CommandId, Fen};

use super::books;
use super::node::Node;
use super::till;
use super::world::{HERE, binding, pair, person, populated, premium, province_law, request, wallet_order, yuan};

/// Another province.
const FAR: AreaCode = AreaCode::from_number(110_000);

/// 1, who has 600.00, has bound 4, a resident, and 3, an employee with 800.00.
fn family(rules: &str, now: &str) -> Node {
    let mut node = populated(province_law(rules), now);
    node.tell(Command::Bind(request(1, 4)));
    node.tell(Command::Bind(request(1, 3)));
    node
}

fn refused(reason: Reason) -> Answer {
    Answer::Refused(reason)
}

fn account(node: &Node, number: i64) -> Fen {
    node.rows.accounts[&person(number)].lots.total()
}

#[test]
fn a_season_lies_in_the_year_before_the_plan_year_and_has_two_ends() {
    let season = "premium.season = { first = \"09-15\", last = \"12-20\" }";
    let rows = [
        ("2026-09-14T10:00", 2027, false),
        ("2026-09-15T10:00", 2027, true),
        ("2026-10-01T10:00", 2027, true),
        ("2026-12-20T10:00", 2027, true),
        ("2026-12-21T10:00", 2027, false),
        ("2026-10-01T10:00", 2026, false),
        ("2026-10-01T10:00", 2028, false),
        ("2027-10-01T10:00", 2027, false),
    ];
    for (now, year, open) in rows {
        let expected = if open { Answer::PaidBy(person(1)) } else { refused(Reason::PremiumClosed) };
        let order = Command::PayPremium(premium(1, 4, year));
        assert_eq!(family(season, now).tell(order.clone()), expected, "{now} for {year}");
        assert_eq!(family("", now).tell(order), Answer::PaidBy(person(1)), "where nothing is dated");
    }
}

#[test]
fn each_plan_is_offered_to_whom_it_is_for() {
    let rules = "premium.products = [{ name = \"care\" }]";
    let closed = "premium.resident = false\npremium.long-term-care = false";
    let rows = [
        (rules, "resident", 4, true),
        (rules, "resident", 3, false),
        (rules, "long-term-care", 3, true),
        (rules, "care", 3, true),
        (rules, "other", 3, false),
        (closed, "resident", 4, false),
        (closed, "long-term-care", 3, false),
        (closed, "care", 3, false),
    ];
    for (rules, plan, insured, offered) in rows {
        let mut node = family(rules, "2026-02-02T10:00");
        let order = PremiumOrder { plan: plan.to_owned(), ..premium(1, insured, 2027) };
        let expected = if offered { Answer::PaidBy(person(1)) } else { refused(Reason::PremiumNotPayable) };
        assert_eq!(node.tell(Command::PayPremium(order)), expected, "{rules}: {plan} for {insured}");
        books::check(&node.rows);
    }
}

#[test]
fn nothing_is_paid_for_the_dead_for_nothing_or_for_who_is_not_of_this_node() {
    let mut node = family("", "2026-02-02T10:00");
    let order = premium(1, 4, 2027);
    for strange in [PremiumOrder { amount: Fen::ZERO, ..order.clone() }, premium(1, 9, 2027)] {
        assert_eq!(node.tell(Command::PayPremium(strange)), refused(Reason::PremiumNotPayable));
    }
    node.tell(Command::ChangeStatus { person: person(4), status: InsuranceStatus::Dead });
    assert_eq!(node.tell(Command::PayPremium(order)), refused(Reason::PremiumNotPayable));
}

#[test]
fn for_oneself_the_account_pays_whole_or_else_the_wallet() {
    let order = |amount| {
        Command::PayPremium(PremiumOrder {
            plan: "long-term-care".to_owned(),
            amount: yuan(amount),
            ..premium(3, 3, 2027)
        })
    };
    let rows = [
        (800, 50, false, Some((0, 50))),
        (801, 50, false, None),
        (801, 801, false, Some((800, 0))),
        (801, 850, false, Some((800, 49))),
        (40, 50, true, Some((800, 10))),
        (60, 50, true, None),
    ];
    for (amount, in_wallet, frozen, left) in rows {
        let mut node = populated(province_law(""), "2026-02-02T10:00");
        put_into_wallet(&mut node, 3, in_wallet);
        if frozen {
            node.tell(Command::Freeze(person(3)));
        }
        let answer = node.tell(order(amount));
        let has = (account(&node, 3), node.rows.wallets[&person(3)].balance);
        let (expected, money) = match left {
            Some((account, wallet)) => (Answer::PaidBy(person(3)), (yuan(account), yuan(wallet))),
            None => (refused(Reason::PremiumShort), (yuan(800), yuan(in_wallet))),
        };
        assert_eq!((answer, has), (expected, money), "{amount} of 800 and {in_wallet}");
    }
}

/// Money that another province remitted.
fn put_into_wallet(node: &mut Node, number: i64, amount: i64) {
    let (lots, reversed) = (gongji_domain::account::Lots::none(), Fen::ZERO);
    node.tell(Command::Peer(PeerCommand::Remit { person: person(number), lots, wallet: yuan(amount), reversed }));
    assert_eq!(
        node.rows.wallets[&person(number)],
        Wallet { person: person(number), place: HERE, balance: yuan(amount) }
    );
}

#[test]
fn a_sponsor_pays_whole_within_his_limits_his_quota_and_the_purposes_he_left() {
    let limited = |per_day, per_settlement| Limits {
        per_day: Some(yuan(per_day)),
        per_settlement: Some(yuan(per_settlement)),
        ..Limits::default()
    };
    let only = |purpose| Some(BTreeSet::from([purpose]));
    let none = Limits::default();
    let rows = [
        (none, None, None, Answer::PaidBy(person(1))),
        (limited(400, 1), None, None, Answer::PaidBy(person(1))),
        (limited(399, 500), None, None, refused(Reason::PremiumShort)),
        (none, None, Some(400), Answer::PaidBy(person(1))),
        (none, None, Some(399), refused(Reason::PremiumShort)),
        (none, only(Purpose::Premium), None, Answer::PaidBy(person(1))),
        (none, only(Purpose::Inpatient), None, refused(Reason::PremiumNoBinding)),
    ];
    for (limits, purposes, quota, expected) in rows {
        let mut node = populated(province_law(""), "2026-02-02T10:00");
        node.tell(Command::Bind(BindRequest { limits, purposes: purposes.clone(), ..request(1, 4) }));
        if let Some(quota) = quota {
            let frozen = node.tell(Command::SetQuota(wallet_order(pair(1, 4), yuan(quota))));
            assert_eq!(frozen, Answer::Frozen(yuan(quota)));
        }
        let answer = node.tell(Command::PayPremium(premium(1, 4, 2027)));
        let left = if matches!(answer, Answer::PaidBy(_)) { 200 } else { 600 };
        assert_eq!((answer, account(&node, 1)), (expected, yuan(left)), "{limits:?} {purposes:?} {quota:?}");
        books::check(&node.rows);
    }
}

#[test]
fn who_is_not_bound_or_is_bound_by_another_pays_nothing() {
    let mut node = family("", "2026-02-02T10:00");
    node.tell(Command::Bind(request(3, 4)));
    assert_eq!(node.tell(Command::PayPremium(premium(2, 4, 2027))), refused(Reason::PremiumNoBinding));
    node.tell(Command::Pause(pair(1, 4)));
    assert_eq!(node.tell(Command::PayPremium(premium(1, 4, 2027))), refused(Reason::PremiumNoBinding));
    assert_eq!(node.tell(Command::PayPremium(premium(3, 4, 2027))), Answer::PaidBy(person(3)));
    assert_eq!((account(&node, 1), account(&node, 3)), (yuan(600), yuan(400)));
}

#[test]
fn some_products_are_for_those_who_keep_enough_themselves() {
    for (threshold, expected) in [(600, Answer::PaidBy(person(1))), (601, refused(Reason::PremiumShort))] {
        let rules = format!(
            "premium.products = [{{ name = \"other\", own-threshold = \"9000.00\" }}, \
             {{ name = \"care\", own-threshold = \"{threshold}.00\" }}]"
        );
        let mut node = family(&rules, "2026-02-02T10:00");
        let order = PremiumOrder { plan: "care".to_owned(), ..premium(1, 4, 2027) };
        assert_eq!(node.tell(Command::PayPremium(order)), expected, "{threshold}");
    }
}

/// A node where 4 is bound by 7, who is insured far away.
fn bound_from_afar() -> Node {
    let mut node = family("", "2026-02-02T10:00");
    let like = binding(&node, pair(1, 4)).expect("it was bound").clone();
    let mirror = Binding { id: CommandId::from_number(1000), sponsor: person(7), sponsor_area: FAR, ..like };
    node.tell(Command::Peer(PeerCommand::Mirror(mirror)));
    node
}

/// What the province of 7 says of the relation: 400.00 can be paid.
fn good() -> Candidate {
    Candidate {
        area: FAR,
        distance: Distance::Across,
        available: yuan(400),
        limit_left: Some(yuan(400)),
        binding: CommandId::from_number(1000),
        ..till::sponsor(person(7), 0)
    }
}

#[test]
fn a_payer_from_another_province_is_asked_to_pay_only_if_he_could() {
    use gongji_domain::binding::Standing;
    let fen_less = yuan(400).minus(Fen::from_fen(1));
    let rows = [
        ("good", good(), true),
        ("a quota that is enough", Candidate { frozen_quota: Some(yuan(400)), available: Fen::ZERO, ..good() }, true),
        ("a quota that is not", Candidate { frozen_quota: Some(fen_less), ..good() }, false),
        ("too little", Candidate { available: fen_less, ..good() }, false),
        ("paused", Candidate { standing: Standing::Paused, ..good() }, false),
        ("frozen", Candidate { account: AccountUse::Unavailable, ..good() }, false),
        ("left out", Candidate { purpose: PurposeUse::LeftOut, ..good() }, false),
        ("limited", Candidate { limit_left: Some(fen_less), ..good() }, false),
        ("not limited", Candidate { limit_left: None, ..good() }, true),
    ];
    for (what, known, pays) in rows {
        let mut node = bound_from_afar();
        let answer = node.send_heard("p1", Command::PayPremium(premium(7, 4, 2027)), |command| match command {
            PeerCommand::Standing(_) => Some(Answer::Standing(known)),
            PeerCommand::Pay(_, amount, _) => {
                assert!(pays, "{what}: nobody is asked for what he could not pay");
                Some(Answer::Paid(*amount))
            }
            other => panic!("{other:?}"),
        });
        let expected = if pays { Answer::PaidBy(person(7)) } else { refused(Reason::PremiumShort) };
        assert_eq!(answer, expected, "{what}");
        assert_eq!(node.rows.premiums.len(), usize::from(pays), "{what}");
    }
}
