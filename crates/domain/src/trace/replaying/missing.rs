//! What a trace cannot hold: facts that came about under one law, or not at all, and that another law asks for.
//!
//! Whether such a fact matters is tried, not reasoned about: it is put at the ends of what it may have been, and where
//! the outcome is the same at both it is told. Between the ends an outcome cannot differ: what a sponsor pays grows
//! with what he may pay, and of two who can both pay, whoever is asked first pays something.

use gongji_words::{AreaCode, Fen};

use super::{Laws, pays_alike};
use crate::burden::PartSet;
use crate::case::{Candidate, Case, WalletFacts};
use crate::channel::{self, PayChannel};
use crate::decide::{Outcome, decide};
use crate::policy::{Policy, SponsorOrder};
use crate::trace::{LawMatch, Trace};
use crate::word::vocabulary;

vocabulary! {
    /// A fact that another law asks for and that the trace does not hold.
    Missing {
        /// The order of sponsors that the beneficiary would have set; he could not.
        Order = 1 "order",
        /// A quota or wallet money that a sponsor would have set apart; between the two areas there was no such thing.
        Quota = 2 "quota",
        /// What of a sponsor's money stems from previous years, when the year begins in another month.
        Years = 3 "years",
        /// What a sponsor's limits leave, when they count for all of his relatives together, or no more.
        Limit = 4 "limit",
        /// What an area's limit on items had paid that month, when it counted other items or none.
        Items = 5 "items",
    }
}

/// The first fact that the other law asks for, that the trace does not hold, and without which `after` may be wrong.
pub(super) fn that_matters(laws: Laws<'_>, trace: &Trace, after: &Outcome) -> Option<Missing> {
    if trace.law_match(laws.other) == LawMatch::Same {
        return None;
    }
    let case = &trace.case;
    let other = laws.other.on(case.area, case.at.day()).ok()?;
    let asked = Asked { laws, case, other, is_law_kept: trace.law_match(laws.now) == LawMatch::Same };
    let mut guesses: Vec<Case> = Vec::new();
    for missing in Missing::ALL.iter().copied().filter(|missing| asked.lacks(*missing)) {
        let known = if guesses.is_empty() { std::slice::from_ref(case) } else { &guesses[..] };
        guesses = known.iter().flat_map(|known| asked.guesses(missing, known)).collect();
        if guesses.iter().any(|guess| !pays_alike(after, &decide(laws.other, guess).outcome)) {
            return Some(missing);
        }
    }
    None
}

/// A case, and a law that asks about it.
struct Asked<'a> {
    laws: Laws<'a>,
    case: &'a Case,
    other: &'a Policy,
    /// Whether the law that the decision was made under is the one in force; of any other nothing is known here.
    is_law_kept: bool,
}

impl Asked<'_> {
    /// Whether the law that the decision was made under answers a question otherwise, or is not known any more.
    fn answers_otherwise<T: PartialEq>(&self, area: AreaCode, question: impl Fn(&Policy) -> T) -> bool {
        let day = self.case.at.day();
        let then = self.laws.now.on(area, day).ok().filter(|_| self.is_law_kept);
        let Ok(other) = self.laws.other.on(area, day) else { return false };
        then.is_none_or(|then| question(then) != question(other))
    }

    fn lacks(&self, missing: Missing) -> bool {
        let case = self.case;
        match missing {
            Missing::Order => {
                let by_him = self.other.till.sponsor_order == SponsorOrder::Beneficiary;
                let could_not = self.answers_otherwise(case.area, |policy| policy.till.order_changeable);
                by_him && could_not && case.order.is_empty() && case.candidates.len() > 1
            }
            Missing::Quota => case.candidates.iter().any(|candidate| self.lacks_quota(candidate)),
            Missing::Years => case.candidates.iter().any(|candidate| self.lacks_years(candidate)),
            Missing::Limit => case.candidates.iter().any(|candidate| self.lacks_limit(candidate)),
            Missing::Items => {
                let counted = |policy: &Policy| policy.till.item_limit.as_ref().map_or(PartSet::EMPTY, |one| one.parts);
                self.other.till.item_limit.is_some() && self.answers_otherwise(case.area, counted)
            }
        }
    }

    /// By which channel the other law lets a sponsor's money come who has no quota.
    fn channel(&self, candidate: &Candidate) -> Option<PayChannel> {
        let theirs = self.laws.other.on(candidate.area, self.case.at.day()).ok()?;
        Some(channel::between((theirs, self.other), candidate.distance))
    }

    fn lacks_quota(&self, candidate: &Candidate) -> bool {
        let day = self.case.at.day();
        let now = |area| self.laws.now.on(area, day).ok().filter(|_| self.is_law_kept);
        let then = now(candidate.area).zip(now(self.case.area));
        let then = then.map(|(theirs, his)| channel::between((theirs, his), candidate.distance));
        let asked = self.channel(candidate);
        let by_wallet = matches!(asked, Some(PayChannel::WalletTransfer | PayChannel::WalletQuota));
        by_wallet && then != asked && candidate.frozen_quota.is_none()
    }

    fn lacks_years(&self, candidate: &Candidate) -> bool {
        self.answers_otherwise(candidate.area, |policy| policy.money.insurance_year_month)
    }

    fn lacks_limit(&self, candidate: &Candidate) -> bool {
        candidate.limit_left.is_some() && self.answers_otherwise(candidate.area, |policy| policy.bind.one_limit_for_all)
    }

    /// The case with the fact at the ends of what it may have been.
    fn guesses(&self, missing: Missing, case: &Case) -> Vec<Case> {
        let zero = Fen::ZERO;
        match missing {
            Missing::Order => {
                let first = |candidate: &Candidate| Case { order: vec![candidate.sponsor], ..case.clone() };
                case.candidates.iter().map(first).collect()
            }
            Missing::Quota => vec![case.clone(), self.with_wallets_full(case)],
            Missing::Years => {
                let of_all = |c: &mut Candidate| c.previous_years = c.available;
                let lacks = |c: &Candidate| self.lacks_years(c);
                vec![each(case, lacks, |c| c.previous_years = zero), each(case, lacks, of_all)]
            }
            Missing::Limit => {
                let lacks = |c: &Candidate| self.lacks_limit(c);
                vec![each(case, lacks, |c| c.limit_left = Some(zero)), each(case, lacks, |c| c.limit_left = None)]
            }
            Missing::Items => {
                let monthly = self.other.till.item_limit.as_ref().map_or(zero, |limit| limit.monthly);
                [zero, monthly].map(|items_used| Case { items_used, ..case.clone() }).into()
            }
        }
    }

    /// As if each sponsor whose quota or transfer is missing had set all apart that he had.
    fn with_wallets_full(&self, case: &Case) -> Case {
        let mut full = case.clone();
        for candidate in full.candidates.iter_mut().filter(|candidate| self.lacks_quota(candidate)) {
            if self.channel(candidate) == Some(PayChannel::WalletQuota) {
                candidate.frozen_quota = Some(candidate.available);
                continue;
            }
            let wallet = full.wallet.unwrap_or(WalletFacts { balance: Fen::ZERO, place: case.area });
            full.wallet = Some(WalletFacts { balance: wallet.balance.plus(candidate.available), ..wallet });
        }
        full
    }
}

/// The case with some of its candidates changed.
fn each(case: &Case, which: impl Fn(&Candidate) -> bool, change: impl Fn(&mut Candidate)) -> Case {
    let mut changed = case.clone();
    changed.candidates.iter_mut().filter(|candidate| which(candidate)).for_each(change);
    changed
}
