//! What holds of every decision, whatever the area: generated bills in all combinations of rules.

use std::collections::BTreeSet;

use gongji_domain::binding::{Distance, Standing};
use gongji_domain::burden::{Burden, Part, PartSet, VisitKind};
use gongji_domain::case::{AccountUse, Candidate, Case, Filing, Line, PurposeUse, WalletFacts};
use gongji_domain::decide::{Outcome, Source, decide, usable_amount};
use gongji_domain::institution::Takes;
use gongji_domain::message::Using;
use gongji_domain::person::InsuranceStatus;
use gongji_domain::policy::{
    Law, OwnAccount, Policy, Shortfall, SponsorOrder, SponsorsPerSettlement, TillLaw, UsableMoney,
};
use gongji_domain::reason::Reason;
use gongji_words::{AreaCode, Fen, PersonId};
use proptest::prelude::*;
use proptest::sample::{Index, select};

use super::forall::for_all;
use super::laws::{OPEN, ORDERS, OWN, PAYING, SPONSOR_AREAS, STRICT, area_of};
use super::till::{row, sponsor};

/// A generated bill; a law does not print well, so only whether it is the strict one is drawn.
#[derive(Clone, Debug)]
struct Drawn {
    strict: bool,
    case: Case,
}

impl Drawn {
    fn law(&self) -> &'static Law {
        if self.strict { &STRICT } else { &OPEN }
    }

    fn policy(&self) -> &'static Policy {
        self.law().on(self.case.area, self.case.at.day()).expect("2026 is formalised")
    }

    fn till(&self) -> &'static TillLaw {
        &self.policy().till
    }

    fn outcome(&self) -> Outcome {
        decide(self.law(), &self.case).outcome
    }

    /// What is in scope and left when aid is asked.
    fn whole(&self, outcome: &Outcome) -> Fen {
        let in_scope = self.case.burden.total_of(self.till().payable);
        let before =
            if self.till().own_account == OwnAccount::AidFirst { Fen::ZERO } else { outcome.own.plus(outcome.wallet) };
        in_scope.minus(before)
    }
}

fn money() -> impl Strategy<Value = Fen> {
    prop_oneof![1 => Just(0), 3 => (0..=20_i64).prop_map(|tens| tens * 1000), 2 => 0..=20_000_i64]
        .prop_map(Fen::from_fen)
}

fn mostly<T: Clone + std::fmt::Debug + 'static>(usual: T, others: Vec<T>) -> impl Strategy<Value = T> {
    prop_oneof![6 => Just(usual), 1 => select(others)]
}

fn candidates() -> impl Strategy<Value = Vec<Candidate>> {
    let standings =
        vec![Standing::Paused, Standing::Expired, Standing::Nothing, Standing::RebindNeeded, Standing::ReviewPending];
    let distances = prop_oneof![4 => Just(Distance::Pool), 1 => Just(Distance::Province), 1 => Just(Distance::Across)];
    let stops = (
        mostly(Standing::Usable, standings),
        mostly(Line::Up, vec![Line::Down]),
        mostly(PurposeUse::Allowed, vec![PurposeUse::LeftOut]),
        mostly(AccountUse::Usable, vec![AccountUse::Unavailable]),
        distances,
    );
    let purse =
        (money(), money(), mostly(None, [0, 3_000, 9_000].map(Some).to_vec()), prop::option::weighted(0.3, money()));
    let one = (stops, purse, 0..SPONSOR_AREAS.len(), 0..3_usize);
    prop::collection::vec(one, 0..5).prop_map(|drawn| drawn.into_iter().enumerate().map(candidate).collect())
}

type Stops = (Standing, Line, PurposeUse, AccountUse, Distance);
type Purse = (Fen, Fen, Option<i64>, Option<Fen>);

/// Several may have been bound in the same minute.
fn candidate((place, (stops, purse, area, minute)): (usize, (Stops, Purse, usize, usize))) -> Candidate {
    let (standing, line, purpose, account, distance) = stops;
    let (available, previous, quota, limit_left) = purse;
    let id = PersonId::from_number(i64::try_from(place).expect("a small number") + 1);
    Candidate {
        area: AreaCode::from_number(SPONSOR_AREAS[area].1),
        asked_at: sponsor(id, minute).asked_at,
        standing,
        distance,
        line,
        purpose,
        account,
        available,
        previous_years: previous.min(available),
        frozen_quota: quota.map(Fen::from_fen),
        limit_left,
        ..sponsor(id, place)
    }
}

fn burdens() -> impl Strategy<Value = Burden> {
    let part = prop_oneof![
        4 => select(vec![Part::Copay, Part::Drug, Part::Device, Part::Consumable]),
        1 => select(Part::ALL.to_vec()),
    ];
    prop::collection::vec((part, money()), 0..5).prop_map(|parts| {
        let mut burden = Burden::nothing();
        for (part, amount) in parts {
            burden.add(part, amount);
        }
        burden
    })
}

fn drawn() -> impl Strategy<Value = Drawn> {
    let area = (0..OWN.len(), 0..PAYING.len(), 0..ORDERS.len(), any::<bool>());
    let purses = (mostly(Fen::ZERO, vec![Fen::from_fen(1), Fen::from_fen(5_000), Fen::from_fen(90_000)]), money());
    let only = Using::Only(PersonId::from_number(2));
    let sayings = vec![Using::Own, Using::Cash, only, Using::WithoutAid, Using::WithoutWallet, Using::WithoutBoth];
    let said = (mostly(Using::Auto, sayings), mostly(VisitKind::Outpatient, VisitKind::ALL.to_vec()));
    let states = (
        mostly(InsuranceStatus::Active, vec![InsuranceStatus::Arrears]),
        mostly(Takes::Yes, vec![Takes::No]),
        mostly(Takes::Yes, vec![Takes::No]),
        mostly(Filing::Filed, vec![Filing::Unfiled]),
        select(vec![990_100, 110_000]),
    );
    let more = (mostly(Fen::ZERO, vec![Fen::from_fen(100)]), money(), prop::collection::vec(1..5_i64, 0..3));
    (area, purses, burdens(), said, (states, more), candidates()).prop_map(
        |((own, paying, order, strict), (own_money, wallet), burden, (using, kind), (states, more), candidates)| {
            let (status, takes_aid, takes_wallet, filing, institution) = states;
            let (fund, items_used, choice) = more;
            let area = area_of(own, paying, order);
            let case = Case {
                area,
                status,
                own: own_money,
                wallet: wallet.is_positive().then_some(WalletFacts { balance: wallet, place: area.province() }),
                institution_area: AreaCode::from_number(institution),
                takes_aid,
                takes_wallet,
                kind,
                burden,
                fund,
                using,
                filing,
                items_used,
                order: choice.into_iter().map(PersonId::from_number).collect(),
                candidates,
                ..row("").case
            };
            Drawn { strict, case }
        },
    )
}

const CASES: u32 = 1500;

#[test]
fn the_purses_and_cash_are_the_burden_and_none_is_negative() {
    for_all(CASES, &drawn(), |drawn| {
        let outcome = drawn.outcome();
        let amounts = [outcome.own, outcome.wallet, outcome.aid_total(), outcome.cash];
        assert_eq!(Fen::sum(amounts), drawn.case.burden.total());
        assert!(amounts.iter().all(|amount| !amount.is_negative()));
        assert!(outcome.aid.iter().all(|payment| payment.amount.is_positive()), "nobody pays nothing");
    });
}

#[test]
fn no_sponsor_pays_more_than_his_usable_money_his_limit_or_his_quota() {
    for_all(CASES, &drawn(), |drawn| {
        let mut paid = BTreeSet::new();
        for payment in drawn.outcome().aid {
            let known = drawn.case.candidates.iter().find(|known| known.binding == payment.binding);
            let known = known.expect("only a candidate pays");
            let law = drawn.law().on(known.area, drawn.case.at.day()).expect("2026 is formalised");
            let most = match known.frozen_quota {
                Some(left) => (Source::Quota, left),
                None => (Source::Account, usable_amount(&law.money, known.available, known.previous_years)),
            };
            assert_eq!(payment.source, most.0);
            assert!(payment.amount <= most.1, "within his usable money or his quota");
            assert!(known.limit_left.is_none_or(|left| payment.amount <= left), "within his limit");
            assert!(paid.insert(payment.binding), "each pays once");
        }
    });
}

#[test]
fn only_a_sponsor_whom_nothing_stops_pays() {
    for_all(CASES, &drawn(), |drawn| {
        for payment in drawn.outcome().aid {
            let known = drawn.case.candidates.iter().find(|known| known.binding == payment.binding);
            let known = known.expect("only a candidate pays");
            let state = (known.standing, known.line, known.purpose, known.account);
            assert_eq!(state, (Standing::Usable, Line::Up, PurposeUse::Allowed, AccountUse::Usable));
            assert!(known.distance != Distance::Across || known.frozen_quota.is_some() || reaches_everywhere(known));
            assert!(!matches!(drawn.case.using, Using::Only(name) if name != payment.sponsor), "he was not named");
        }
    });
}

fn reaches_everywhere(known: &Candidate) -> bool {
    SPONSOR_AREAS.iter().any(|(word, code, _)| *word == "reaching" && known.area.number() == *code)
}

#[test]
fn where_one_must_pay_all_a_part_is_never_paid() {
    for_all(CASES, &drawn(), |drawn| {
        let outcome = drawn.outcome();
        if drawn.till().shortfall == Shortfall::AllOrNothing && outcome.aid_total().is_positive() {
            assert_eq!(outcome.aid_total(), drawn.whole(&outcome));
        }
        if drawn.till().sponsors == SponsorsPerSettlement::One {
            assert!(outcome.aid.len() <= 1, "one sponsor for a settlement");
        }
    });
}

#[test]
fn the_order_of_the_candidates_in_the_case_never_matters() {
    for_all(CASES, &(drawn(), any::<Index>(), any::<bool>()), |(drawn, turn, backwards)| {
        let mut other = drawn.clone();
        if !other.case.candidates.is_empty() {
            let turn = turn.index(other.case.candidates.len());
            other.case.candidates.rotate_left(turn);
        }
        if backwards {
            other.case.candidates.reverse();
        }
        assert_eq!(drawn.outcome(), other.outcome());
    });
}

/// Not so where only the sponsor with the highest balance pays: more money puts him before one who could have paid
/// more, because a limit, a reserve, the years or a quota keep his money back.
fn more_money_helps(drawn: &Drawn) -> bool {
    let till = drawn.till();
    let highest_alone =
        till.sponsor_order == SponsorOrder::BalanceDescending && till.sponsors == SponsorsPerSettlement::One;
    let kept_back = |known: &Candidate| {
        let law = drawn.law().on(known.area, drawn.case.at.day()).expect("2026 is formalised");
        let money = &law.money;
        known.limit_left.is_some()
            || known.frozen_quota.is_some()
            || money.reserve.is_positive()
            || money.usable == UsableMoney::PreviousYears
    };
    !highest_alone || !drawn.case.candidates.iter().any(kept_back)
}

#[test]
fn more_money_of_a_sponsor_never_lowers_the_aid() {
    for_all(CASES * 2, &(drawn(), any::<Index>(), money(), any::<bool>()), |(drawn, which, more, this_year)| {
        if drawn.case.candidates.is_empty() || !more_money_helps(&drawn) {
            return;
        }
        let mut richer = drawn.clone();
        let which = which.index(richer.case.candidates.len());
        let sponsor = &mut richer.case.candidates[which];
        sponsor.available = sponsor.available.plus(more);
        sponsor.previous_years = sponsor.previous_years.plus(if this_year { Fen::ZERO } else { more });
        assert!(richer.outcome().aid_total() >= drawn.outcome().aid_total(), "{which} has {more} more");
    });
}

#[test]
fn where_only_the_richest_pays_more_money_can_lower_the_aid() {
    let rules = "balance-descending one copay 100 B has 90";
    super::till::check(&[
        (&format!("{rules} A has 80 limit 10"), "B 90 cash 10 SETTLE_PARTIAL"),
        (&format!("{rules} A has 95 limit 10"), "A 10 cash 90 SETTLE_PARTIAL"),
        (&format!("{rules} A has 95 under reserve"), "A 45 cash 55 SETTLE_PARTIAL"),
    ]);
}

#[test]
fn a_reason_stands_exactly_where_aid_is_nothing_or_cash_is_left() {
    for_all(CASES, &drawn(), |drawn| {
        let outcome = drawn.outcome();
        let nothing_asked = drawn.till().own_account == OwnAccount::AidFirst && drawn.case.burden.total().is_zero();
        let due = !nothing_asked && (outcome.aid_total().is_zero() || outcome.cash.is_positive());
        let inactive = outcome.reason == Some(Reason::SettlePatientInactive);
        assert_eq!(outcome.reason.is_some(), due || inactive);
        if outcome.aid_total().is_positive() && outcome.cash.is_positive() {
            let out_of_scope = outcome.cash == drawn.case.burden.total().minus(in_scope(&drawn));
            let expected = if out_of_scope { Reason::SettleItemExcluded } else { Reason::SettlePartial };
            assert_eq!(outcome.reason, Some(expected));
        }
        assert!(outcome.reason.is_none_or(|reason| reason.till_rank().is_some_and(|rank| rank >= 4)));
    });
}

fn in_scope(drawn: &Drawn) -> Fen {
    drawn.case.burden.total_of(drawn.till().payable)
}

#[test]
fn what_is_out_of_scope_stays_in_cash() {
    for_all(CASES, &drawn(), |drawn| {
        let outcome = drawn.outcome();
        let out_of_scope = PartSet::of(Part::ALL).without(drawn.till().payable);
        assert!(outcome.cash >= drawn.case.burden.total_of(out_of_scope));
    });
}

#[test]
fn own_purses_pay_what_they_can_and_only_where_the_payer_lets_them() {
    for_all(CASES, &drawn(), |drawn| {
        let (case, outcome) = (&drawn.case, drawn.outcome());
        let before = if drawn.till().own_account == OwnAccount::AidFirst { outcome.aid_total() } else { Fen::ZERO };
        let open = in_scope(&drawn).minus(before);
        let expected = if case.using == Using::Cash { Fen::ZERO } else { case.own.min(open) };
        assert_eq!(outcome.own, expected);
        let covered = case.wallet.filter(|wallet| wallet.place.covers(case.institution_area));
        let usable = covered.filter(|_| {
            case.takes_wallet == Takes::Yes && matches!(case.using, Using::Auto | Using::Only(_) | Using::WithoutAid)
        });
        let balance = usable.map_or(Fen::ZERO, |wallet| wallet.balance);
        assert_eq!(outcome.wallet, balance.min(open.minus(outcome.own)));
    });
}

#[test]
fn the_area_s_limit_on_items_is_never_passed() {
    for_all(CASES, &drawn(), |drawn| {
        let outcome = drawn.outcome();
        let Some(limit) = &drawn.till().item_limit else {
            assert!(outcome.items.is_zero(), "nothing is counted where nothing is limited");
            return;
        };
        let room = limit.monthly.minus(drawn.case.items_used.min(limit.monthly));
        assert!(outcome.items <= room && outcome.items <= drawn.case.burden.total_of(limit.parts));
        assert!(outcome.items <= outcome.aid_total(), "only aid counts");
    });
}
