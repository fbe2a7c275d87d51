//! What can be wrong between rules that are each well written: days of one key, completeness of the nation's
//! file, contradictions between keys.

use gongji_words::Day;

use super::keys::{KEYS, index_of};
use super::mistake::Mistakes;
use super::model::{Consent, OwnAccount, Policy, Shortfall, SponsorsPerSettlement, WalletMode};
use super::pack::{Level, Pack, Rule, first_formalised_day};
use crate::kinship::Relation;

/// Orders the rules of a pack, states the last day that the next rule implies, and notes gaps and overlaps.
pub(super) fn settle_days(pack: &mut Pack, mistakes: &mut Mistakes<'_>) {
    pack.rules.sort_by_key(|rule| (rule.key, rule.from));
    for index in 1..pack.rules.len() {
        let (before, after) = pack.rules.split_at_mut(index);
        let (Some(earlier), Some(later)) = (before.last_mut(), after.first()) else { continue };
        if earlier.key == later.key {
            note_gap_or_overlap(earlier, later, mistakes);
            earlier.until = Some(later.from.plus_days(-1));
        }
    }
}

fn note_gap_or_overlap(earlier: &Rule, later: &Rule, mistakes: &mut Mistakes<'_>) {
    let name = later.key().name;
    let ends = earlier.until.unwrap_or_else(|| later.from.plus_days(-1));
    if later.from <= earlier.from || later.from <= ends {
        let message = format!("`{name}` has two rules on {}", later.from);
        let help = format!("the rule from {} must end before, or this one begin later", earlier.from);
        mistakes.note(later.places.from.clone(), message, help);
    } else if ends.next() < later.from {
        let message = format!("`{name}` has no rule from {} until {}", ends.next(), later.from.plus_days(-1));
        let help = format!("let the rule of {} last, or this one begin on {}", earlier.from, ends.next());
        mistakes.note(later.places.from.clone(), message, help);
    }
}

/// The nation's file answers every key from the first formalised day for ever.
pub(super) fn note_unanswered(pack: &Pack, mistakes: &mut Mistakes<'_>) {
    if pack.level != Level::Nation {
        return;
    }
    let first = first_formalised_day();
    for (index, key) in KEYS.iter().enumerate() {
        let mut rules = pack.rules.iter().filter(|rule| rule.key == index);
        let Some(opening) = rules.next() else {
            let message = format!("the nation's file says nothing of `{}`", key.name);
            mistakes.note(0..0, message, format!("add a rule from {first}; expected is {}", key.kind.expected()));
            continue;
        };
        if opening.from > first {
            let message = format!("the nation's `{}` begins on {}, after {first}", key.name, opening.from);
            mistakes.note(opening.places.from.clone(), message, "the nation's rules leave no day open");
        }
        let last = rules.next_back().unwrap_or(opening);
        if last.until.is_some() {
            let message = format!("the nation's `{}` ends, and nothing stands behind it", key.name);
            mistakes.note(last.places.until.clone(), message, "leave `until` away");
        }
    }
}

/// Two keys whose values cannot both hold.
pub(super) struct Contradiction {
    /// The keys, the one to be shown first.
    pub(super) keys: &'static [&'static str],
    message: &'static str,
    help: &'static str,
    holds: fn(&Policy) -> bool,
}

impl Contradiction {
    /// Notes it at a rule of the pack.
    pub(super) fn note(&self, rule: &Rule, day: Day, mistakes: &mut Mistakes<'_>) {
        let message = format!("from {day} {}", self.message);
        mistakes.note(rule.places.value.clone(), message, format!("{} ({})", self.help, self.keys.join(", ")));
    }

    /// The places of its keys in the table of keys.
    pub(super) fn key_indices(&self) -> impl Iterator<Item = usize> {
        self.keys.iter().filter_map(|name| index_of(name))
    }
}

/// The contradictions in a resolved policy.
pub(super) fn contradictions(policy: &Policy) -> impl Iterator<Item = &'static Contradiction> {
    CONTRADICTIONS.iter().filter(|contradiction| (contradiction.holds)(policy))
}

static CONTRADICTIONS: &[Contradiction] = &[
    Contradiction {
        keys: &["bind.consent", "bind.consent-age"],
        message: "consent is asked from an age that is not stated",
        help: "state the age",
        holds: |p| p.bind.consent == Consent::FromAge && p.bind.consent_age == 0,
    },
    Contradiction {
        keys: &["bind.relations", "bind.open"],
        message: "bindings can be made, but with no relative",
        help: "name relatives or close binding",
        holds: |p| p.bind.open && p.bind.relations.is_empty(),
    },
    Contradiction {
        keys: &["bind.relation-count", "bind.relations"],
        message: "a relation is counted that is not allowed",
        help: "count only relatives that may be bound",
        holds: |p| p.bind.relation_count.iter().any(|(relation, _)| !p.bind.relations.contains(relation)),
    },
    Contradiction {
        keys: &["bind.spouse-of-other-sex", "bind.relations"],
        message: "a spouse's sex is looked at, but no spouse is allowed",
        help: "allow the spouse or drop the rule",
        holds: |p| p.bind.spouse_of_other_sex && !p.bind.relations.contains(&Relation::Spouse),
    },
    Contradiction {
        keys: &["bind.members-include-sponsor", "bind.max-members"],
        message: "the sponsor counts among a number that leaves nobody else, or that has no limit",
        help: "state a number above 1",
        holds: |p| p.bind.members_include_sponsor && p.bind.max_members.is_none_or(|most| most < 2),
    },
    Contradiction {
        keys: &["bind.reserve-hinders", "money.reserve"],
        message: "a reserve hinders binding, but there is none",
        help: "state the reserve",
        holds: |p| p.bind.reserve_hinders && p.money.reserve.is_zero(),
    },
    Contradiction {
        keys: &["unbind.min-term-months", "bind.term-years"],
        message: "a binding must last longer than it can",
        help: "shorten the minimum or lengthen the term",
        holds: |p| p.bind.unbind_min_term_months.zip(p.bind.term_years).is_some_and(|(least, most)| least > most * 12),
    },
    Contradiction {
        keys: &["till.shortfall", "till.sponsors-per-settlement"],
        message: "one sponsor must pay all or nothing, but several may pay",
        help: "all-or-nothing goes with one sponsor for a settlement",
        holds: |p| p.till.shortfall == Shortfall::AllOrNothing && p.till.sponsors == SponsorsPerSettlement::Chain,
    },
    Contradiction {
        keys: &["till.own-account", "till.kinds-employee"],
        message: "the own account must be empty first, but no kind of visit can be paid by aid",
        help: "name kinds, or close the till",
        holds: |p| {
            p.till.own_account == OwnAccount::OwnMustBeZero
                && p.till.kinds_employee.is_empty()
                && p.till.kinds_resident.is_empty()
        },
    },
    Contradiction {
        keys: &["till.item-limit", "till.payable-parts"],
        message: "a part is limited that aid never pays",
        help: "limit only payable parts",
        holds: |p| p.till.item_limit.as_ref().is_some_and(|limit| limit.parts.and(p.till.payable) != limit.parts),
    },
    Contradiction {
        keys: &["wallet.open", "wallet.mode"],
        message: "the wallet is open where it is not there yet",
        help: "open it from the day of a mode",
        holds: |p| p.wallet.open && p.wallet.mode == WalletMode::Closed,
    },
    Contradiction {
        keys: &["wallet.closed-from", "wallet.closed-until"],
        message: "the wallet closes and opens at the same minute",
        help: "state two different times",
        holds: |p| p.wallet.closed_from == p.wallet.closed_until,
    },
    Contradiction {
        keys: &["wallet.day-max", "wallet.transfer-max"],
        message: "a day takes less than one transfer",
        help: "lower the transfer or raise the day",
        holds: |p| p.wallet.day_max.is_some_and(|most| most < p.wallet.transfer_max),
    },
];
