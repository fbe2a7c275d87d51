//! What the law of an area can say: one field a dimension, resolved for one area on one day.
//!
//! A new area is a new pack, no line here. A new *kind* of rule is a new field or variant here, so that the
//! compiler lists every place that has to decide. Values carry their provenance beside them (see
//! [`super::Provenance`]); this file has the values only.

use std::collections::BTreeSet;

use gongji_words::Fen;

use crate::burden::{Part, PartSet, VisitKind};
use crate::kinship::Relation;
use crate::person::{Scheme, Trait};
use crate::word::vocabulary;

vocabulary! {
    /// How far a direct call reaches: where the two persons are insured, never where care is given.
    Reach {
        /// Both in the same pooling area.
        Pool = 1 "same-pool",
        /// Both in the same province.
        Province = 2 "same-province",
        /// Anywhere.
        Nation = 3 "nation",
    }
}

vocabulary! {
    /// What the wallet is, on a day.
    WalletMode {
        /// Not there.
        Closed = 1 "closed",
        /// Money is transferred into the relative's wallet (2024-12-02 until 2026-01-08).
        Transfer = 2 "transfer",
        /// A quota is frozen in the sponsor's own account (from 2026-01-09).
        Quota = 3 "quota",
    }
}

vocabulary! {
    /// Whose agreement a binding needs besides the sponsor's.
    Consent {
        /// Nobody's.
        NotAsked = 1 "none",
        /// The beneficiary's from a certain age.
        FromAge = 2 "from-age",
        /// Only the spouse's.
        Spouse = 3 "spouse",
        /// Every beneficiary's.
        Everybody = 4 "everybody",
    }
}

vocabulary! {
    /// How kinship is shown.
    Proof {
        /// 承诺: a written promise is enough.
        Promise = 1 "promise",
        /// 上传证明材料
        Upload = 2 "upload",
    }
}

vocabulary! {
    /// Whether the agency looks at a binding before it takes effect.
    Review {
        /// It takes effect without.
        NotNeeded = 1 "none",
        /// It waits for a reviewer.
        BeforeEffect = 2 "before-effect",
    }
}

vocabulary! {
    /// When a binding that needs nothing more begins.
    BindEffect {
        /// At once.
        AtOnce = 1 "at-once",
        /// At 00:00 of the next day.
        NextDay = 2 "next-day",
    }
}

vocabulary! {
    /// When an unbinding takes effect.
    UnbindEffect {
        /// At once.
        AtOnce = 1 "at-once",
        /// The same day; at 00:00 of the next day for a binding made today.
        NextDayIfBoundToday = 2 "next-day-if-bound-today",
        /// At 00:00 of the next day.
        NextDay = 3 "next-day",
    }
}

vocabulary! {
    /// Who may unbind.
    UnbindBy {
        /// Either side.
        Either = 1 "either",
        /// Only the sponsor.
        Sponsor = 2 "sponsor",
        /// Only the beneficiary.
        Beneficiary = 3 "beneficiary",
    }
}

vocabulary! {
    /// Whether one person may be on both sides.
    Roles {
        /// Yes, also towards each other.
        Free = 1 "free",
        /// A bound person cannot bind and a binder cannot be bound.
        Exclusive = 2 "exclusive",
    }
}

vocabulary! {
    /// Which of a sponsor's money may be used.
    UsableMoney {
        /// The whole balance.
        All = 1 "all",
        /// Only what stems from previous insurance years.
        PreviousYears = 2 "previous-years",
    }
}

vocabulary! {
    /// How the patient's own account stands to aid.
    OwnAccount {
        /// The own account (then the wallet) pays first.
        OwnFirst = 1 "own-first",
        /// Aid pays first.
        AidFirst = 2 "aid-first",
        /// Own first, and aid only if the own balance was zero before this bill.
        OwnMustBeZero = 3 "own-must-be-zero",
    }
}

vocabulary! {
    /// In which order the sponsors of one patient are asked.
    SponsorOrder {
        /// In the order of binding.
        Binding = 1 "binding-order",
        /// The highest balance first.
        BalanceDescending = 2 "balance-descending",
        /// In the order that the beneficiary set.
        Beneficiary = 3 "beneficiary-order",
        /// By a keyed hash of patient, day and amount, so that preview equals settlement.
        Random = 4 "random",
        /// The latest binding first.
        LatestBound = 5 "latest-bound",
    }
}

vocabulary! {
    /// How many sponsors may pay for one settlement.
    SponsorsPerSettlement {
        /// Only the first in order.
        One = 1 "one",
        /// One after another.
        Chain = 2 "chain",
    }
}

vocabulary! {
    /// What happens when the money of the sponsors is not enough.
    Shortfall {
        /// They pay what they can, cash pays the rest.
        Part = 1 "part",
        /// No aid at all.
        AllOrNothing = 2 "all-or-nothing",
    }
}

vocabulary! {
    /// Whether bills with pooled benefit can be paid by aid.
    PooledBenefit {
        /// Yes.
        Allowed = 1 "allowed",
        /// Only bills without.
        PureAccountOnly = 2 "pure-account-only",
    }
}

vocabulary! {
    /// Whether aid needs 异地就医备案.
    FilingForAid {
        /// No.
        NotNeeded = 1 "none",
        /// For care outside the patient's province.
        OutsideProvince = 2 "outside-province",
        /// For care outside the patient's pooling area.
        OutsidePool = 3 "outside-pool",
    }
}

vocabulary! {
    /// Whether aid is taken without a word.
    AidAsked {
        /// Automatically.
        Automatic = 1 "automatic",
        /// Only when the payer asks for it.
        AtPayment = 2 "at-payment",
    }
}

vocabulary! {
    /// An event that ends a binding by itself.
    EndEvent {
        /// Either side's insurance relation moves to another pooling area.
        Moved = 1 "moved",
        /// Either side's insurance relation ends.
        InsuranceEnded = 2 "insurance-ended",
        /// Either side dies.
        Death = 3 "death",
        /// The kinship changes; the sponsor must report it.
        KinshipChange = 4 "kinship-change",
    }
}

/// The law on making and ending bindings: the sponsor's area speaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BindLaw {
    /// Whether bindings can be made (`bind.open`).
    pub open: bool,
    /// How far a direct call reaches (`bind.reach`).
    pub reach: Reach,
    /// Relatives allowed within the reach (`bind.relations`).
    pub relations: BTreeSet<Relation>,
    /// Relatives allowed where the relation crosses provinces (`bind.relations-across`).
    pub relations_across: BTreeSet<Relation>,
    /// Most bindings of one relation; parents count by sex (`bind.relation-count`): (relation, most).
    pub relation_count: Vec<(Relation, u32)>,
    /// Whether a spouse of the same sex is refused (`bind.spouse-of-other-sex`).
    pub spouse_of_other_sex: bool,
    /// Insurance a beneficiary may have (`bind.member-schemes`).
    pub member_schemes: BTreeSet<Scheme>,
    /// Traits that stand in for insurance (`bind.member-traits`): 互助帮困 in Shanghai.
    pub member_traits: BTreeSet<Trait>,
    /// Traits that exclude a sponsor (`bind.excluded-sponsor-traits`).
    pub excluded_sponsor_traits: BTreeSet<Trait>,
    /// Traits that exclude a beneficiary (`bind.excluded-member-traits`).
    pub excluded_member_traits: BTreeSet<Trait>,
    /// Most beneficiaries of one sponsor (`bind.max-members`); `None`: any number.
    pub max_members: Option<u32>,
    /// Whether the sponsor himself counts among them (`bind.members-include-sponsor`).
    pub members_include_sponsor: bool,
    /// Most sponsors of one beneficiary (`bind.max-sponsors`); `None`: any number.
    pub max_sponsors: Option<u32>,
    /// Whether one person may be on both sides (`bind.roles`).
    pub roles: Roles,
    /// Whose agreement is needed (`bind.consent`).
    pub consent: Consent,
    /// The age, in years, from which consent is needed (`bind.consent-age`).
    pub consent_age: i32,
    /// Days an invitation waits (`bind.consent-days`); it ends at 24:00 of the last.
    pub consent_days: i32,
    /// How kinship is shown (`bind.proof`).
    pub proof: Proof,
    /// Whether the agency reviews (`bind.review`).
    pub review: Review,
    /// Channels that take an application (`bind.channels`): words shown to people, no rule.
    pub channels: Vec<String>,
    /// When it begins (`bind.effect`).
    pub effect: BindEffect,
    /// Years a binding lasts at most (`bind.term-years`); `None`: until unbound.
    pub term_years: Option<u32>,
    /// Days to wait after an unbinding before the same two may bind again (`bind.cooldown-days`).
    pub cooldown_days: Option<u32>,
    /// Money a sponsor must have above the reserve before he may bind (`bind.reserve-hinders`).
    pub reserve_hinders: bool,
    /// When an unbinding takes effect (`unbind.effect`).
    pub unbind_effect: UnbindEffect,
    /// Who may unbind (`unbind.by`).
    pub unbind_by: UnbindBy,
    /// Months a binding must have lasted (`unbind.min-term-months`).
    pub unbind_min_term_months: Option<u32>,
    /// Events that end a binding by themselves (`end.events`).
    pub end_events: BTreeSet<EndEvent>,
    /// Whether an amount set on one binding holds for all of the sponsor's together (`limits.one-for-all`).
    pub one_limit_for_all: bool,
}

/// Which of a sponsor's money may be used: the sponsor's area speaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MoneyLaw {
    /// Which money (`money.usable`).
    pub usable: UsableMoney,
    /// What must stay in the account (`money.reserve`), zero for nothing.
    pub reserve: Fen,
    /// The month in which the insurance year begins (`money.insurance-year-month`): 1, in Shanghai 7.
    pub insurance_year_month: u8,
}

/// A limit of the area on some parts, per patient and calendar month; what is not used lapses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemLimit {
    /// The parts that count together.
    pub parts: PartSet,
    /// Most that aid pays for them in a month.
    pub monthly: Fen,
}

/// The law at the till: the patient's area speaks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TillLaw {
    /// Whether aid can be used (`till.open`).
    pub open: bool,
    /// Order of purses (`till.own-account`).
    pub own_account: OwnAccount,
    /// Order of sponsors (`till.sponsor-order`).
    pub sponsor_order: SponsorOrder,
    /// Whether the beneficiary may set an order of his own (`till.order-changeable`); what he set then goes
    /// before `sponsor_order`. Always true under [`SponsorOrder::Beneficiary`].
    pub order_changeable: bool,
    /// How many sponsors may pay (`till.sponsors-per-settlement`).
    pub sponsors: SponsorsPerSettlement,
    /// What happens when it is not enough (`till.shortfall`).
    pub shortfall: Shortfall,
    /// Bills with pooled benefit (`till.pooled-benefit`).
    pub pooled_benefit: PooledBenefit,
    /// Kinds payable by aid for employees (`till.kinds-employee`).
    pub kinds_employee: BTreeSet<VisitKind>,
    /// Kinds payable by aid for residents and others (`till.kinds-resident`).
    pub kinds_resident: BTreeSet<VisitKind>,
    /// Parts payable from own account, wallet and aid (`till.payable-parts`).
    pub payable: PartSet,
    /// A limit of the area on items (`till.item-limit`).
    pub item_limit: Option<ItemLimit>,
    /// Whether aid needs filing (`till.filing-for-aid`).
    pub filing_for_aid: FilingForAid,
    /// Whether the payer must ask (`till.aid-asked`).
    pub aid_asked: AidAsked,
    /// Traits with which an uninsured patient may use aid (`till.member-traits`).
    pub member_traits: BTreeSet<Trait>,
}

/// The law of the wallet: each side's own area speaks for opening.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WalletLaw {
    /// Whether the area has opened the wallet (`wallet.open`).
    pub open: bool,
    /// What it is (`wallet.mode`).
    pub mode: WalletMode,
    /// Transfers a sponsor may send on one day (`wallet.transfers-a-day`).
    pub transfers_a_day: u32,
    /// Most money in one transfer (`wallet.transfer-max`).
    pub transfer_max: Fen,
    /// Most money of all transfers of a day (`wallet.day-max`); `None`: only the two above.
    pub day_max: Option<Fen>,
    /// Minutes after 00:00 China Standard Time from which no transfer is taken (`wallet.closed-from`).
    pub closed_from: u16,
    /// Minutes after 00:00 until before which no transfer is taken (`wallet.closed-until`).
    pub closed_until: u16,
    /// Minutes after 00:00 of the day on which an unaccepted transfer returns (`wallet.return-at`).
    pub return_at: u16,
    /// Whether a pending transfer blocks the next (`wallet.pending-blocks`).
    pub pending_blocks: bool,
}

/// A named product that aid may buy beside the public premiums.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Product {
    /// Its name, as a plan word.
    pub name: String,
    /// Its price, where the source states one; shown, not enforced.
    pub price: Option<Fen>,
    /// Own usable money that the payer must have before he may buy it.
    pub own_threshold: Option<Fen>,
}

/// The law on premiums.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PremiumLaw {
    /// Whether the resident premium can be paid (`premium.resident`).
    pub resident: bool,
    /// Whether the long-term-care premium can be paid (`premium.long-term-care`).
    pub long_term_care: bool,
    /// Named products (`premium.products`).
    pub products: Vec<Product>,
    /// First and last (month, day) of the season before the plan year (`premium.season`), where dated.
    pub season: Option<((u8, u8), (u8, u8))>,
}

/// The law of one area on one day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// On making and ending bindings.
    pub bind: BindLaw,
    /// On the sponsor's money.
    pub money: MoneyLaw,
    /// At the till.
    pub till: TillLaw,
    /// On the wallet.
    pub wallet: WalletLaw,
    /// On premiums.
    pub premium: PremiumLaw,
    /// Most members of a family code (`family-code.max-members`); it never pays.
    pub family_code_max: Option<u32>,
    /// SM3 digest of the resolved values: what a trace keeps, and what is kept for ever.
    pub digest: [u8; 32],
}

impl TillLaw {
    /// The kinds payable by aid for a patient of this insurance.
    #[must_use]
    pub fn kinds_for(&self, scheme: Scheme) -> &BTreeSet<VisitKind> {
        match scheme {
            Scheme::Employee => &self.kinds_employee,
            Scheme::Resident | Scheme::Uninsured => &self.kinds_resident,
        }
    }

    /// Whether the area's limit on items counts this part.
    #[must_use]
    pub fn is_item_limited(&self, part: Part) -> bool {
        self.item_limit.as_ref().is_some_and(|limit| limit.parts.has(part))
    }
}
