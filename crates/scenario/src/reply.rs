//! What the use cases answered, in the words of the language, and whether it is what was expected.

use std::fmt::Write as _;

use gongji_words::{AreaCode, Fen};

use crate::syntax::{
    AskedState, BalanceExpected, ClearingExpected, Expected, NoticeExpected, RepeatExpected, SettlementExpected,
    UsedExpected, Vocabulary,
};

/// An answer in the words of the language.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Reply {
    /// A word or two: `active`, `shown`, `paid by NAME`.
    Word(String),
    Refused(String),
    Settled(SettledReply),
    Frozen(Fen),
    Balance {
        balance: Fen,
        available: Fen,
        frozen: Fen,
    },
    WalletBalance(Fen),
    Used {
        this_month: Fen,
        this_year: Fen,
        total: Fen,
    },
    Notices(Vec<(String, Option<Fen>)>),
    Clearing(ClearingReply),
    /// The program failed.
    Broken(String),
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct SettledReply {
    pub(crate) own: Fen,
    pub(crate) aid: Fen,
    pub(crate) wallet: Fen,
    pub(crate) cash: Fen,
    pub(crate) by: Vec<(String, Fen)>,
    pub(crate) reason: Option<String>,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) struct ClearingReply {
    pub(crate) owes: Vec<(AreaCode, AreaCode, Fen)>,
    pub(crate) matched: u64,
    pub(crate) unmatched: u64,
}

impl Reply {
    pub(crate) fn text(&self) -> String {
        match self {
            Self::Word(word) => word.clone(),
            Self::Refused(code) => format!("refused {code}"),
            Self::Settled(settled) => settled.text(),
            Self::Frozen(amount) => format!("frozen {amount}"),
            Self::Balance { balance, available, frozen } => {
                format!("balance {balance} available {available} frozen {frozen}")
            }
            Self::WalletBalance(amount) => format!("balance {amount}"),
            Self::Used { this_month, this_year, total } => {
                format!("this-month {this_month} this-year {this_year} total {total}")
            }
            Self::Notices(notices) => notices_text(notices),
            Self::Clearing(clearing) => clearing.text(),
            Self::Broken(why) => why.clone(),
        }
    }

    /// Whether a statement without `=>` has succeeded.
    pub(crate) fn is_success(&self) -> bool {
        !matches!(self, Self::Refused(_) | Self::Broken(_))
    }

    fn is_refused(&self, code: &str) -> bool {
        matches!(self, Self::Refused(got) if got == code)
    }

    pub(crate) fn is_word<T>(&self, expected: &Expected<T>, word: impl FnOnce(&T) -> String) -> bool {
        match expected {
            Expected::Refused(code) => self.is_refused(code.as_str()),
            Expected::Done(value) => *self == Self::Word(word(value)),
        }
    }

    pub(crate) fn is_state(&self, expected: &Expected<AskedState>) -> bool {
        self.is_word(expected, |state| match state {
            AskedState::None => "none".to_owned(),
            AskedState::Is(state) => state.word().to_owned(),
        })
    }

    pub(crate) fn is_settlement(&self, expected: &Expected<SettlementExpected>) -> bool {
        match (expected, self) {
            (Expected::Refused(code), _) => self.is_refused(code.as_str()),
            (Expected::Done(expected), Self::Settled(got)) => got.meets(expected),
            _ => false,
        }
    }

    pub(crate) fn is_repeat(&self, expected: &RepeatExpected) -> bool {
        match expected {
            RepeatExpected::Settlement(expected) => self.is_settlement(expected),
            RepeatExpected::Premium(expected) => self.is_word(expected, |name| format!("paid by {name}")),
            RepeatExpected::Transfer(expected) => self.is_word(expected, |()| "pending".to_owned()),
        }
    }

    pub(crate) fn is_amount(&self, expected: &Expected<Fen>) -> bool {
        match (expected, self) {
            (Expected::Refused(code), _) => self.is_refused(code.as_str()),
            (Expected::Done(amount), Self::Frozen(got) | Self::WalletBalance(got)) => amount == got,
            _ => false,
        }
    }

    pub(crate) fn is_balance(&self, expected: &Expected<BalanceExpected>) -> bool {
        let (Expected::Done(wanted), Self::Balance { balance, available, frozen }) = (expected, self) else {
            return false;
        };
        named(wanted.balance, *balance) && named(wanted.available, *available) && named(wanted.frozen, *frozen)
    }

    pub(crate) fn is_used(&self, expected: &Expected<UsedExpected>) -> bool {
        let (Expected::Done(wanted), Self::Used { this_month, this_year, total }) = (expected, self) else {
            return false;
        };
        named(wanted.this_month, *this_month) && named(wanted.this_year, *this_year) && named(wanted.total, *total)
    }

    pub(crate) fn is_notices(&self, expected: &Expected<Vec<NoticeExpected>>) -> bool {
        let (Expected::Done(wanted), Self::Notices(got)) = (expected, self) else { return false };
        let same = |(wanted, (code, amount)): (&NoticeExpected, &(String, Option<Fen>))| {
            wanted.code.as_str() == code && wanted.amount.is_none_or(|wanted| Some(wanted) == *amount)
        };
        wanted.len() == got.len() && wanted.iter().zip(got).all(same)
    }

    pub(crate) fn is_clearing(&self, expected: &Expected<ClearingExpected>) -> bool {
        let (Expected::Done(wanted), Self::Clearing(got)) = (expected, self) else { return false };
        let mut owes: Vec<_> = wanted.owes.iter().map(|owes| (owes.from, owes.to, owes.amount)).collect();
        owes.sort();
        (owes.is_empty() || owes == got.owes)
            && wanted.matched.is_none_or(|matched| matched == got.matched)
            && wanted.unmatched.is_none_or(|unmatched| unmatched == got.unmatched)
    }
}

/// An amount that is not named is not checked.
fn named(wanted: Option<Fen>, got: Fen) -> bool {
    wanted.is_none_or(|wanted| wanted == got)
}

fn notices_text(notices: &[(String, Option<Fen>)]) -> String {
    if notices.is_empty() {
        return "none".to_owned();
    }
    let one = |(code, amount): &(String, Option<Fen>)| match amount {
        Some(amount) => format!("{code} {amount}"),
        None => code.clone(),
    };
    notices.iter().map(one).collect::<Vec<_>>().join(" ")
}

impl SettledReply {
    /// Exactly what is written is checked; `by`s, if written, are all who paid, in the order of paying.
    fn meets(&self, wanted: &SettlementExpected) -> bool {
        let by: Vec<(String, Fen)> =
            wanted.by.iter().map(|(name, amount)| (name.as_str().to_owned(), *amount)).collect();
        named(wanted.own, self.own)
            && named(wanted.aid, self.aid)
            && named(wanted.wallet, self.wallet)
            && named(wanted.cash, self.cash)
            && (by.is_empty() || by == self.by)
            && wanted.reason.as_ref().is_none_or(|reason| Some(reason.as_str()) == self.reason.as_deref())
    }

    pub(crate) fn sum(&self) -> Fen {
        Fen::sum([self.own, self.aid, self.wallet, self.cash])
    }

    fn text(&self) -> String {
        let mut text = format!("own {} aid {} wallet {} cash {}", self.own, self.aid, self.wallet, self.cash);
        for (name, amount) in &self.by {
            let _ = write!(text, " by {name} {amount}");
        }
        if let Some(reason) = &self.reason {
            let _ = write!(text, " reason {reason}");
        }
        text
    }
}

impl ClearingReply {
    fn text(&self) -> String {
        let mut text = String::new();
        for (from, to, amount) in &self.owes {
            let _ = write!(text, "owes {from} {to} {amount} ");
        }
        let _ = write!(text, "matched {} unmatched {}", self.matched, self.unmatched);
        text
    }
}
