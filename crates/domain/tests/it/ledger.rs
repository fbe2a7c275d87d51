//! Accounts and their money beside bills: who has one, what is credited, corrected, set aside and paid to heirs.

use gongji_domain::account::{Colour, Lots};
use gongji_domain::burden::Part;
use gongji_domain::journal::{JournalKind, Position};
use gongji_domain::limits::Limits;
use gongji_domain::message::{Answer, BindRequest, Command, Correction, CreditKind, PremiumOrder};
use gongji_domain::person::{InsuranceStatus, Person, Scheme};
use gongji_domain::reason::Reason;
use gongji_words::Fen;

use super::books;
use super::node::Node;
use super::world::{bill, pair, person, populated, premium, province_law, request, wallet_order, yuan};

/// 1 has 600.00, 300.00 of it from the year before; 4 has no account and is bound by 1.
fn family(rules: &str) -> Node {
    let mut node = populated(province_law(rules), "2026-02-02T10:00");
    node.tell(Command::Bind(request(1, 4)));
    node
}

fn lots(node: &Node, number: i64) -> Option<Lots> {
    node.rows.accounts.get(&person(number)).map(|account| account.lots.clone())
}

fn refused(reason: Reason) -> Answer {
    Answer::Refused(reason)
}

#[test]
fn an_employee_has_one_account_for_life_and_others_have_none() {
    let mut node = family("");
    assert_eq!(lots(&node, 4), None);
    let before = lots(&node, 1);
    let known = node.rows.persons[&person(1)].clone();
    node.tell(Command::Register(Person { scheme: Scheme::Resident, ..known.clone() }));
    node.tell(Command::Register(known));
    assert_eq!(lots(&node, 1), before, "registered again, he keeps his money");
    node.tell(Command::Register(Person { id: person(6), ..node.rows.persons[&person(1)].clone() }));
    assert_eq!(lots(&node, 6), Some(Lots::none()));
}

#[test]
fn what_is_credited_is_this_year_s_and_its_journal_says_what_it_was() {
    let rows = [
        (CreditKind::Contribution, JournalKind::Credit, Position::Credits, [(2025, 300), (2026, 350)]),
        (CreditKind::Interest, JournalKind::Interest, Position::Interest, [(2025, 300), (2026, 350)]),
        (
            CreditKind::Opening { previous_years: yuan(20) },
            JournalKind::Credit,
            Position::Credits,
            [(2025, 320), (2026, 330)],
        ),
        (
            CreditKind::Opening { previous_years: yuan(70) },
            JournalKind::Credit,
            Position::Credits,
            [(2025, 350), (2026, 300)],
        ),
    ];
    for (kind, journal, source, expected) in rows {
        let mut node = family("");
        let credit = |kind, amount| Command::Credit { person: person(1), amount, kind };
        assert_eq!(node.tell(credit(kind, yuan(50))), Answer::Done);
        let expected: Lots = expected.into_iter().map(|(year, amount)| (Colour(year), yuan(amount))).collect();
        assert_eq!(lots(&node, 1), Some(expected));
        let written = node.rows.journals.values().next_back().expect("a journal");
        let out_of = node.rows.entries.values().find(|entry| entry.journal == written.id).expect("an entry");
        assert_eq!((written.kind, out_of.position), (journal, source));
    }
}

#[test]
fn nothing_is_credited_to_who_has_no_account_and_nothing_below_zero() {
    let mut node = family("");
    for (number, amount) in [(4, yuan(5)), (9, yuan(5)), (1, yuan(-5))] {
        let credit = Command::Credit { person: person(number), amount, kind: CreditKind::Contribution };
        assert_eq!(node.tell(credit), refused(Reason::BindSponsorNoAccount), "{number} {amount}");
    }
}

fn correction(maker: &str, checker: &str, grounds: &str, amount: Fen) -> Command {
    let [maker, checker, grounds] = [maker, checker, grounds].map(str::to_owned);
    Command::Correct(Correction { person: person(1), amount, grounds, maker, checker })
}

#[test]
fn a_correction_has_two_names_and_grounds_and_never_takes_what_is_not_free() {
    let not_allowed = refused(Reason::AccessNotAllowed);
    let rows = [
        (correction("甲", "乙", "错账", yuan(50)), Answer::Done, 650),
        (correction("甲", "乙", "错账", yuan(-50)), Answer::Done, 550),
        (correction("甲", "乙", "错账", yuan(-520)), Answer::Done, 80),
        (correction("甲", "乙", "错账", yuan(-521)), refused(Reason::WalletBalance), 600),
        (correction("甲", "甲", "错账", yuan(50)), not_allowed.clone(), 600),
        (correction("甲 ", " 甲", "错账", yuan(50)), not_allowed.clone(), 600),
        (correction("Wang Min", "wangmin", "错账", yuan(50)), not_allowed.clone(), 600),
        (correction(" ", "乙", "错账", yuan(50)), not_allowed.clone(), 600),
        (correction("甲", "乙", " ", yuan(50)), not_allowed, 600),
    ];
    for (command, expected, left) in rows {
        let mut node = family("");
        node.tell(Command::SetQuota(wallet_order(pair(1, 4), yuan(80))));
        let answer = node.tell(command.clone());
        let total = lots(&node, 1).expect("an account").total();
        assert_eq!((answer, total), (expected, yuan(left)), "{command:?}");
        books::check(&node.rows);
    }
}

#[test]
fn heirs_are_paid_once_and_only_of_the_dead() {
    let mut node = family("");
    let pay = Command::PayHeirs { person: person(1) };
    assert_eq!(node.tell(pay.clone()), refused(Reason::BindSponsorInactive));
    assert_eq!(node.tell(Command::PayHeirs { person: person(9) }), refused(Reason::BindSponsorInactive));
    node.tell(Command::ChangeStatus { person: person(1), status: InsuranceStatus::Ended });
    assert_eq!(node.tell(pay.clone()), refused(Reason::BindSponsorInactive));
    node.tell(Command::ChangeStatus { person: person(1), status: InsuranceStatus::Dead });
    assert_eq!((node.tell(pay), lots(&node, 1)), (Answer::Done, Some(Lots::none())));
    books::check(&node.rows);
}

/// What stops an account: the words of the test, and how it comes about.
fn stops() -> Vec<(&'static str, Command)> {
    let known = populated(province_law(""), "2026-02-02T10:00").rows.persons[&person(1)].clone();
    vec![
        ("frozen", Command::Freeze(person(1))),
        ("suspended", Command::ChangeStatus { person: person(1), status: InsuranceStatus::Suspended }),
        ("no employee", Command::Register(Person { scheme: Scheme::Resident, ..known })),
    ]
}

#[test]
fn an_account_that_is_stopped_pays_no_bill_and_no_premium_of_a_relative() {
    for (what, stop) in stops() {
        let mut node = family("");
        node.tell(stop);
        let Answer::Settled(settled) = node.tell(Command::Settle(bill(4, Part::Copay, yuan(50)))) else { panic!() };
        assert_eq!((settled.aid, settled.reason), (Vec::new(), Some(Reason::SettleSponsorUnavailable)), "{what}");
        let order = PremiumOrder { amount: yuan(50), ..premium(1, 4, 2027) };
        assert_eq!(node.tell(Command::PayPremium(order)), refused(Reason::PremiumShort), "{what}");
    }
}

#[test]
fn from_an_account_that_is_stopped_nothing_more_is_frozen_but_what_is_may_be_less() {
    for (what, stop) in stops().into_iter().take(2) {
        let mut node = family("");
        let quota = |amount| Command::SetQuota(wallet_order(pair(1, 4), yuan(amount)));
        assert_eq!(node.tell(quota(80)), Answer::Frozen(yuan(80)));
        node.tell(stop);
        assert_eq!(node.tell(quota(81)), refused(Reason::WalletBalance), "{what}");
        assert_eq!(node.tell(quota(30)), Answer::Frozen(yuan(30)), "{what}");
        books::check(&node.rows);
    }
}

#[test]
fn where_only_previous_years_money_is_used_this_year_s_stays() {
    let mut node = family("money.usable = \"previous-years\"");
    let Answer::Settled(settled) = node.tell(Command::Settle(bill(4, Part::Copay, yuan(310)))) else { panic!() };
    assert_eq!((settled.aid_total(), settled.cash), (yuan(300), yuan(10)));
    assert_eq!(lots(&node, 1), Some(Lots::one(Colour(2026), yuan(300))));
    books::check(&node.rows);
}

#[test]
fn what_stays_frozen_of_one_sponsor_is_no_money_of_the_next() {
    let limits = Limits { per_settlement: Some(yuan(30)), ..Limits::default() };
    let mut node = populated(province_law(""), "2026-02-02T10:00");
    node.tell(Command::Bind(BindRequest { limits, ..request(1, 4) }));
    node.tell(Command::Bind(request(3, 4)));
    node.tell(Command::SetQuota(wallet_order(pair(1, 4), yuan(80))));
    let Answer::Settled(settled) = node.tell(Command::Settle(bill(4, Part::Copay, yuan(830)))) else { panic!() };
    assert_eq!(settled.aid, [(person(1), yuan(30)), (person(3), yuan(800))]);
    assert_eq!((lots(&node, 1).map(|left| left.total()), lots(&node, 3)), (Some(yuan(570)), Some(Lots::none())));
    books::check(&node.rows);
}
