//! The zoo: faults that are planted on purpose, to show that the checks of the house find each of them.
//!
//! A cage holds one fault: a rule that is skipped or bent by one condition where it stands. In a program made
//! without the feature `zoo` every cage is shut for ever, and the compiler takes the conditions out. With it one
//! cage at a time can be opened, for the whole process. Deliberately absent: faults of the network, of clocks and of
//! disks, which are the simulator's, and what a fault breaks: nothing here changes what a rule says.

use gongji_words::Fen;

/// A part of the house, as the table of faults is ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Room {
    /// What a till may pay, and what a relation is.
    Decision,
    /// Accounts, holds, wallets, limits that are counted, journals.
    Ledger,
    /// Groups, messages, and what is kept of them.
    Seam,
    /// What provinces say to each other, and what they owe.
    Exchange,
}

impl Room {
    /// Its name.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Decision => "decision",
            Self::Ledger => "ledger",
            Self::Seam => "seam",
            Self::Exchange => "exchange",
        }
    }
}

macro_rules! cages {
    ($($room:ident { $(#[doc = $rule:literal] $name:ident = $word:literal $(like $seen:literal)?,)+ })+) => {
        /// A fault, by the rule that it breaks: the text is the rule, the name what becomes of it.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        #[repr(u16)]
        pub enum Cage { $($(#[doc = $rule] $name,)+)+ }

        impl Cage {
            /// Every cage, room by room.
            pub const ALL: &'static [Self] = &[$($(Self::$name,)+)+];

            /// Its name on the command line and in the table.
            #[must_use]
            pub const fn name(self) -> &'static str {
                match self { $($(Self::$name => $word,)+)+ }
            }

            /// The rule that it breaks.
            #[must_use]
            pub fn rule(self) -> &'static str {
                match self { $($(Self::$name => $rule,)+)+ }.trim()
            }

            /// Where it stands.
            #[must_use]
            pub const fn room(self) -> Room {
                match self { $($(Self::$name)|+ => Room::$room,)+ }
            }

            /// Where another house has had a fault of this kind, in public.
            #[must_use]
            pub fn seen(self) -> Option<&'static str> {
                let seen: &[&'static str] = match self { $($(Self::$name => &[$($seen)?],)+)+ };
                seen.first().copied()
            }
        }
    };
}

cages! {
    Decision {
        /// Only who is insured in good standing uses family aid.
        PatientStatusIgnored = "patient-status-ignored",
        /// The area says for which kinds of visit aid pays.
        KindIgnored = "kind-ignored",
        /// A sponsor may leave purposes out of his binding.
        PurposeIgnored = "purpose-ignored",
        /// Aid pays the parts of a bill that the area has in scope, and no others.
        PartsIgnored = "parts-ignored",
        /// Where aid is for bills without pooled benefit only, a bill with some gets none.
        FundIgnored = "fund-ignored",
        /// Where the own account must be empty first, one that is not stops aid.
        OwnNotZeroIgnored = "own-not-zero-ignored",
        /// The own account pays before the family does.
        OwnAccountSpared = "own-account-spared",
        /// A payer who chose cash or his own money gets no aid.
        ChosenPurseIgnored = "chosen-purse-ignored",
        /// Equal balances are asked in the order of binding.
        TieToTheLater = "tie-to-the-later",
        /// Sponsors are asked in the order of the area.
        OrderReversed = "order-reversed",
        /// Where aid pays all or nothing, nobody pays a part.
        PaidInPart = "paid-in-part",
        /// A balance equal to the bill pays it.
        EqualIsNotEnough = "equal-is-not-enough",
        /// A limit is the most that may be spent, to the fen.
        LimitOneFenMore = "limit-one-fen-more" like "tigerbeetle #2955",
        /// A limit equal to the bill allows it.
        LimitEqualRefuses = "limit-equal-refuses",
        /// The limit in one settlement holds.
        SettlementLimitIgnored = "settlement-limit-ignored",
        /// The quota over the life of a binding holds.
        QuotaIgnored = "quota-ignored",
        /// The limit of a day holds.
        DayLimitIgnored = "day-limit-ignored",
        /// The limit of a month holds.
        MonthLimitIgnored = "month-limit-ignored",
        /// The limit of a year holds.
        YearLimitIgnored = "year-limit-ignored",
        /// Where only previous years' money may be used, this year's stays.
        PreviousYearsIgnored = "previous-years-ignored",
        /// What an area reserves to the sponsor stays in his account.
        ReserveIgnored = "reserve-ignored",
        /// The area's monthly limit on items holds.
        ItemLimitIgnored = "item-limit-ignored",
        /// Away from home aid needs a filing where the area asks for one.
        FilingIgnored = "filing-ignored",
        /// An institution that takes no aid gets none.
        InstitutionChannelIgnored = "institution-channel-ignored",
        /// A wallet pays at its place of use only.
        WalletPlaceIgnored = "wallet-place-ignored",
        /// A bill is settled with the patient's own code.
        NotOwnCode = "not-own-code",
        /// Only designated institutions settle, and none that is suspended.
        UndesignatedPays = "undesignated-pays",
        /// Nothing is spent from a frozen account.
        FrozenAccountPays = "frozen-account-pays" like "JiRaska/open-bank-oss PR #541",
        /// A sponsor whose insurance does not stand does not pay.
        UninsuredSponsorPays = "uninsured-sponsor-pays",
        /// A direct call reaches as far as the sponsor's area says.
        ReachIgnored = "reach-ignored",
        /// The last day of a binding is a whole day.
        LastDayNotCounted = "last-day-not-counted",
        /// A binding begins on the day that the area says.
        BeginsADayLate = "begins-a-day-late",
        /// A term of years ends on the day before its anniversary.
        TermADayLong = "term-a-day-long",
        /// Who comes of age is asked for his consent from that day on.
        AgeADayEarly = "age-a-day-early",
        /// Who has unbound waits so many days.
        CooldownADayShort = "cooldown-a-day-short",
        /// A sponsor binds at most so many relatives.
        MemberCapOneMore = "member-cap-one-more",
        /// A pair is bound once at a time.
        DuplicateBound = "duplicate-bound",
        /// Who must agree is asked.
        ConsentSkipped = "consent-skipped",
        /// A paused binding pays nothing.
        PausedPays = "paused-pays",
        /// A death ends the bindings of the dead.
        DeathEndsNothing = "death-ends-nothing",
        /// A move to another pooling area ends bindings.
        MoveEndsNothing = "move-ends-nothing",
        /// A rule holds from its first day on.
        RuleADayLate = "rule-a-day-late" like "CatalaLang/catala #198",
        /// Money becomes previous years' money when the insurance year turns.
        YearTurnsLate = "year-turns-late",
    }
    Ledger {
        /// What is held is not available.
        HoldsLeftOut = "holds-left-out" like "blnkfinance/blnk #181",
        /// Previous years' money is spent first.
        NewestFirst = "newest-first",
        /// A reversal gives every fen back with its colour.
        ReversalInOneColour = "reversal-in-one-colour",
        /// A reversal gives back to who paid.
        ReversalToPatient = "reversal-to-patient",
        /// Every journal balances.
        LegUnbalanced = "leg-unbalanced",
        /// Money that is held is held once.
        HeldTwice = "held-twice",
        /// What was held for a binding is free when it ends.
        HoldNotReleased = "hold-not-released" like "LerianStudio/midaz PR #2317",
        /// A transfer that nobody accepts returns to its sender.
        TransferNotReturned = "transfer-not-returned" like "mojaloop/project #868",
        /// A transfer returns at the first time of day that the area says.
        ReturnADayLate = "return-a-day-late",
        /// A transfer is of more than nothing.
        ZeroTransfer = "zero-transfer" like "mojaloop/project #3673",
        /// An accepted transfer goes into the wallet once.
        WalletCreditedTwice = "wallet-credited-twice",
        /// Interest is this year's money.
        InterestToPreviousYears = "interest-to-previous-years",
        /// A reversal lowers the periods of what it undoes.
        CounterOfReversalDay = "counter-of-reversal-day",
        /// What is paid counts against the limits.
        CounterNotWritten = "counter-not-written" like "tigerbeetle #2955",
        /// A payment is undone once.
        ReversedTwice = "reversed-twice" like "juspay/hyperswitch #5298",
    }
    Seam {
        /// A command sees what those before it in the group wrote.
        StaleFacts = "stale-facts" like "LerianStudio/midaz PR #2499",
        /// One message is in a group once.
        SameMessageInGroup = "same-message-in-group" like "formancehq/stack PR #1633",
        /// A repeat moves nothing.
        RepeatJudgedAgain = "repeat-judged-again" like "openMF/web-app PR #3902",
        /// A changed repeat is told which field differs.
        ChangedRepeatSilent = "changed-repeat-silent" like "apache/fineract PR #5674",
        /// An answer is never written over.
        AnswerOverwritten = "answer-overwritten" like "mojaloop/project #460",
        /// Only the guilty command of a group fails.
        InnocentFails = "innocent-fails",
        /// An account is written only over the version that was read.
        VersionNotChecked = "version-not-checked" like "LerianStudio/midaz PR #1784",
        /// Nobody is answered before the commit.
        AnsweredBeforeCommit = "answered-before-commit",
        /// What is committed is there.
        CommitLost = "commit-lost",
        /// A group that was struck down has left nothing.
        HalfWrittenKept = "half-written-kept" like "formancehq/ledger #1363",
        /// Who is linked to the patient is read and locked like him.
        LinksNotFollowed = "links-not-followed" like "GaloyMoney/cala PR #784",
        /// A commit waits for the disk.
        SynchronousNormal = "synchronous-normal",
    }
    Exchange {
        /// Whoever paid a share learns that the bill stands.
        ConfirmNotSent = "confirm-not-sent" like "mojaloop/project #2526",
        /// Every area that paid for a bill learns that it stands.
        OneLegConfirmed = "one-leg-confirmed" like "tigerbeetle #3382",
        /// A share that is not needed after all is taken back.
        CancelNotSent = "cancel-not-sent" like "mojaloop/project #868",
        /// A cancellation that comes first refuses the payment later.
        NoTombstone = "no-tombstone" like "LerianStudio/midaz PR #2492",
        /// A cancellation undoes what was paid.
        CancelIgnored = "cancel-ignored" like "LerianStudio/midaz PR #2492",
        /// A reversal reaches all who paid.
        ReversalNotSent = "reversal-not-sent",
        /// A claim is written by debtor and creditor.
        ClaimOneSided = "claim-one-sided" like "mojaloop/project #597",
        /// Both sides write the same amount.
        ClaimOtherAmount = "claim-other-amount" like "mojaloop/project #714",
        /// Both sides write the claim into the month of the bill.
        ClaimOtherMonth = "claim-other-month",
        /// Both sides write a reversal into its own month.
        ReversalOtherMonth = "reversal-other-month",
        /// Aid is told when every sponsor's node has paid.
        AidBeforePaid = "aid-before-paid" like "mojaloop/project #460",
        /// A share is paid once, however often it is asked for.
        SharePaidAgain = "share-paid-again" like "apache/fineract PR #5674",
        /// A message waits until it has arrived.
        MarkedDelivered = "marked-delivered",
        /// A binding across provinces is mirrored.
        MirrorNotSent = "mirror-not-sent",
        /// An end that the beneficiary's side wrote is not undone by an older copy.
        LateMirrorOverwrites = "late-mirror-overwrites" like "Jepsen, RDS for PostgreSQL",
        /// Only what both sides have alike is netted.
        OneSidedNetted = "one-sided-netted",
        /// Sponsors of all provinces stand in one order.
        AcrossProvincesLast = "across-provinces-last",
        /// Money follows a person who has moved.
        MovedMoneyStays = "moved-money-stays",
        /// A message that waits for other provinces is brought to an answer after a crash.
        WaitingNotRecovered = "waiting-not-recovered" like "Jepsen, TigerBeetle",
    }
}

/// Whether a cage is open. Without the feature none ever is.
#[cfg(not(feature = "zoo"))]
#[must_use]
pub const fn open(_cage: Cage) -> bool {
    false
}

/// A fen where a cage is open, else nothing.
#[must_use]
pub fn fen(cage: Cage) -> Fen {
    if open(cage) { Fen::from_fen(1) } else { Fen::ZERO }
}

/// A day where a cage is open, else none.
#[must_use]
pub fn days(cage: Cage) -> i32 {
    i32::from(open(cage))
}

#[cfg(feature = "zoo")]
mod keeper {
    use std::sync::atomic::{AtomicU16, Ordering};

    use super::Cage;

    const ALL_SHUT: u16 = u16::MAX;

    static OPEN: AtomicU16 = AtomicU16::new(ALL_SHUT);

    /// Whether a cage is open.
    #[must_use]
    pub fn open(cage: Cage) -> bool {
        OPEN.load(Ordering::Relaxed) == cage as u16
    }

    /// Opens a cage, and shuts whichever was open before.
    pub fn release(cage: Cage) {
        OPEN.store(cage as u16, Ordering::SeqCst);
    }

    /// Shuts the cage that is open.
    pub fn close() {
        OPEN.store(ALL_SHUT, Ordering::SeqCst);
    }
}

#[cfg(feature = "zoo")]
pub use keeper::{close, open, release};

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_cage_has_a_name_and_a_rule_of_its_own() {
        let names: BTreeSet<&str> = Cage::ALL.iter().map(|cage| cage.name()).collect();
        let rules: BTreeSet<&str> = Cage::ALL.iter().map(|cage| cage.rule()).collect();
        assert_eq!((names.len(), rules.len()), (Cage::ALL.len(), Cage::ALL.len()));
    }

    #[test]
    fn every_cage_is_shut() {
        assert!(Cage::ALL.iter().all(|cage| !open(*cage)));
    }
}
