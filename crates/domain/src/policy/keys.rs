//! The keys that rules can have: one table, from which packs are read, policies built and the reference written.
//!
//! Invariant: each key sets its own field of the model and no other. A new key is a line here and a field
//! there. Deliberately absent: values of areas (see the packs), the order of inheritance (see [`super::law`]).

use super::model::{
    AidAsked, BindEffect, Consent, EndEvent, FilingForAid, OwnAccount, Policy, PooledBenefit, Proof, Reach, Review,
    Roles, Shortfall, SponsorOrder, SponsorsPerSettlement, UnbindBy, UnbindEffect, UsableMoney, WalletMode,
};
use super::value::{Kind, Value};
use crate::burden::{Part, VisitKind};
use crate::kinship::Relation;
use crate::person::{Scheme, Trait};

/// A key that a rule can have.
#[derive(Debug)]
pub struct Key {
    /// Its name in packs.
    pub name: &'static str,
    /// The kind of its values.
    pub kind: Kind,
    /// The dimensions of policy that it expresses, by number (see [`super::DIMENSIONS`]).
    pub dimensions: &'static [&'static str],
    /// What it means, in Chinese.
    pub zh: &'static str,
    /// What it means, in English.
    pub en: &'static str,
    /// Writes a value into the model.
    pub(super) set: fn(&mut Policy, &Value),
}

impl Key {
    /// Whose area speaks: the sponsor's on binding and on his money, each side's own on its wallet, the
    /// patient's on all at the till.
    #[must_use]
    pub fn speaker(&self) -> Speaker {
        match self.name.split('.').next() {
            Some("till") => Speaker::Patient,
            Some("wallet") => Speaker::EachSide,
            _ => Speaker::Sponsor,
        }
    }

    /// Whether the decision at the till asks it. The others speak before the till (which bindings there are, what is
    /// in a wallet, which order may be set) or of something else; of them a past decision holds only what came of them.
    #[must_use]
    pub fn is_asked_by_settlements(&self) -> bool {
        match self.name.split_once('.') {
            Some(("till", rule)) => !matches!(rule, "aid-asked" | "order-changeable"),
            Some(("money", _)) => true,
            Some(("wallet", rule)) => matches!(rule, "open" | "mode"),
            _ => matches!(self.name, "bind.open" | "bind.reach" | "limits.one-for-all"),
        }
    }
}

/// Whose area's rule holds where two areas are concerned.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Speaker {
    /// The sponsor's (of a premium: the payer's).
    Sponsor,
    /// The patient's.
    Patient,
    /// Each side's own.
    EachSide,
}

/// The key of a name.
#[must_use]
pub fn key_of(name: &str) -> Option<&'static Key> {
    index_of(name).map(|index| &KEYS[index])
}

/// The place of a key in [`KEYS`].
pub(super) fn index_of(name: &str) -> Option<usize> {
    KEYS.iter().position(|key| key.name == name)
}

const ANY_NUMBER: Kind = Kind::Number { least: 1, most: 1000, absent: Some("unlimited") };
const NO_TERM: Kind = Kind::Number { least: 1, most: 1200, absent: Some("none") };
const MONEY: Kind = Kind::Money { absent: None };

macro_rules! words {
    ($vocabulary:ident) => {
        || $vocabulary::ALL.iter().map(|value| value.word()).collect()
    };
}

macro_rules! keys {
    ($($name:literal $kind:expr, [$($dimension:literal),+], $zh:literal, $en:literal => $set:expr;)+) => {
        /// Every key, in the order in which policies are shown and digested.
        pub static KEYS: &[Key] = &[$(Key {
            name: $name,
            kind: $kind,
            dimensions: &[$($dimension),+],
            zh: $zh,
            en: $en,
            set: $set,
        }),+];
    };
}

keys! {
    "bind.open" Kind::Flag, ["1", "3"], "能否建立共济关系", "whether bindings can be made"
        => |p, v| p.bind.open = v.flag();
    "bind.reach" Kind::Word(words!(Reach)), ["2"],
        "直接共济的范围，看两人的参保地，不看就医地", "how far a direct call reaches: where the two are insured, never where care is given"
        => |p, v| p.bind.reach = v.word(Reach::from_word);
    "bind.relations" Kind::Words(words!(Relation)), ["4"], "范围内可共济的亲属", "relatives allowed within the reach"
        => |p, v| p.bind.relations = v.words(Relation::from_word);
    "bind.relations-across" Kind::Words(words!(Relation)), ["4"], "跨省可共济的亲属", "relatives allowed where the relation crosses provinces"
        => |p, v| p.bind.relations_across = v.words(Relation::from_word);
    "bind.relation-count" Kind::Counts, ["5"], "每种关系最多几人；父母按性别各计", "most bindings of one relation; parents count by sex"
        => |p, v| p.bind.relation_count = v.counts();
    "bind.spouse-of-other-sex" Kind::Flag, ["5"], "配偶须为异性", "whether a spouse of the same sex is refused"
        => |p, v| p.bind.spouse_of_other_sex = v.flag();
    "bind.member-schemes" Kind::Words(words!(Scheme)), ["6"], "使用人须参加的医保", "insurance that a beneficiary may have"
        => |p, v| p.bind.member_schemes = v.words(Scheme::from_word);
    "bind.member-traits" Kind::Words(words!(Trait)), ["6"], "可替代参保的身份", "facts that stand in for insurance"
        => |p, v| p.bind.member_traits = v.words(Trait::from_word);
    "bind.excluded-sponsor-traits" Kind::Words(words!(Trait)), ["7"], "不能当共济人的身份", "facts that exclude a sponsor"
        => |p, v| p.bind.excluded_sponsor_traits = v.words(Trait::from_word);
    "bind.excluded-member-traits" Kind::Words(words!(Trait)), ["7"], "不能当使用人的身份", "facts that exclude a beneficiary"
        => |p, v| p.bind.excluded_member_traits = v.words(Trait::from_word);
    "bind.max-members" ANY_NUMBER, ["8"], "一名共济人最多几名使用人", "most beneficiaries of one sponsor"
        => |p, v| p.bind.max_members = v.number();
    "bind.members-include-sponsor" Kind::Flag, ["8"], "上述人数含共济人本人", "whether the sponsor himself counts among them"
        => |p, v| p.bind.members_include_sponsor = v.flag();
    "bind.max-sponsors" ANY_NUMBER, ["9"], "一名使用人最多几名共济人", "most sponsors of one beneficiary"
        => |p, v| p.bind.max_sponsors = v.number();
    "bind.roles" Kind::Word(words!(Roles)), ["10"], "能否既当共济人又当使用人", "whether one person may be on both sides"
        => |p, v| p.bind.roles = v.word(Roles::from_word);
    "bind.consent" Kind::Word(words!(Consent)), ["11"], "除共济人外还须谁同意", "whose agreement a binding needs besides the sponsor's"
        => |p, v| p.bind.consent = v.word(Consent::from_word);
    "bind.consent-age" Kind::Number { least: 1, most: 150, absent: Some("none") }, ["11"], "满几周岁须本人同意", "age in years from which consent is needed"
        => |p, v| p.bind.consent_age = v.small();
    "bind.consent-days" Kind::Number { least: 1, most: 365, absent: None }, ["11"], "邀请有效几天，止于最后一天 24:00", "days an invitation waits; it ends at 24:00 of the last"
        => |p, v| p.bind.consent_days = v.small();
    "bind.proof" Kind::Word(words!(Proof)), ["12"], "亲属关系如何证明", "how kinship is shown"
        => |p, v| p.bind.proof = v.word(Proof::from_word);
    "bind.review" Kind::Word(words!(Review)), ["12"], "生效前是否经办审核", "whether the agency looks at a binding before it takes effect"
        => |p, v| p.bind.review = v.word(Review::from_word);
    "bind.channels" Kind::Texts, ["13"], "办理渠道（只作展示）", "channels that take an application (shown, no rule)"
        => |p, v| p.bind.channels = v.texts();
    "bind.effect" Kind::Word(words!(BindEffect)), ["15"], "何时生效", "when a binding that needs nothing more begins"
        => |p, v| p.bind.effect = v.word(BindEffect::from_word);
    "bind.term-years" NO_TERM, ["14"], "关系最长几年", "years a binding lasts at most"
        => |p, v| p.bind.term_years = v.number();
    "bind.cooldown-days" NO_TERM, ["17"], "解绑后几天内不能再绑同一人", "days after an unbinding before the same two may bind again"
        => |p, v| p.bind.cooldown_days = v.number();
    "bind.reserve-hinders" Kind::Flag, ["20"], "余额不足留存额时不能绑定", "whether money above the reserve is needed to bind"
        => |p, v| p.bind.reserve_hinders = v.flag();
    "unbind.effect" Kind::Word(words!(UnbindEffect)), ["16"], "解绑何时生效", "when an unbinding takes effect"
        => |p, v| p.bind.unbind_effect = v.word(UnbindEffect::from_word);
    "unbind.by" Kind::Word(words!(UnbindBy)), ["18"], "谁能解绑", "who may unbind"
        => |p, v| p.bind.unbind_by = v.word(UnbindBy::from_word);
    "unbind.min-term-months" NO_TERM, ["17"], "绑定满几个月才能解绑", "months a binding must have lasted"
        => |p, v| p.bind.unbind_min_term_months = v.number();
    "end.events" Kind::Words(words!(EndEvent)), ["19", "35b"], "自动终止关系的情形", "events that end a binding by themselves"
        => |p, v| p.bind.end_events = v.words(EndEvent::from_word);
    "limits.one-for-all" Kind::Flag, ["22"], "共济人设的限额为全家合计", "whether an amount set on one binding holds for all of the sponsor's together"
        => |p, v| p.bind.one_limit_for_all = v.flag();
    "money.usable" Kind::Word(words!(UsableMoney)), ["20"], "个人账户哪部分钱可共济", "which money of the account may be used"
        => |p, v| p.money.usable = v.word(UsableMoney::from_word);
    "money.reserve" MONEY, ["20"], "账户须留存的金额", "what must stay in the account"
        => |p, v| p.money.reserve = v.money().unwrap_or_default();
    "money.insurance-year-month" Kind::Number { least: 1, most: 12, absent: None }, ["20"], "医保年度起始月", "the month in which the insurance year begins"
        => |p, v| p.money.insurance_year_month = v.small();
    "till.open" Kind::Flag, ["1", "3"], "能否在结算时使用共济", "whether aid can be used"
        => |p, v| p.till.open = v.flag();
    "till.own-account" Kind::Word(words!(OwnAccount)), ["24"], "使用人本人账户与共济的先后", "how the patient's own account stands to aid"
        => |p, v| p.till.own_account = v.word(OwnAccount::from_word);
    "till.sponsor-order" Kind::Word(words!(SponsorOrder)), ["25", "26"], "多名共济人的扣款顺序", "in which order the sponsors are asked"
        => |p, v| p.till.sponsor_order = v.word(SponsorOrder::from_word);
    "till.order-changeable" Kind::Flag, ["25"], "使用人能否自己排定顺序", "whether the beneficiary may set an order of his own"
        => |p, v| p.till.order_changeable = v.flag();
    "till.sponsors-per-settlement" Kind::Word(words!(SponsorsPerSettlement)), ["25"], "一笔结算可由几名共济人支付", "how many sponsors may pay for one settlement"
        => |p, v| p.till.sponsors = v.word(SponsorsPerSettlement::from_word);
    "till.shortfall" Kind::Word(words!(Shortfall)), ["27"], "共济人余额不足时", "what happens when the money is not enough"
        => |p, v| p.till.shortfall = v.word(Shortfall::from_word);
    "till.pooled-benefit" Kind::Word(words!(PooledBenefit)), ["28"], "享受统筹待遇的费用能否共济", "whether bills with pooled benefit can be paid by aid"
        => |p, v| p.till.pooled_benefit = v.word(PooledBenefit::from_word);
    "till.kinds-employee" Kind::Words(words!(VisitKind)), ["29"], "职工参保人可共济的就医购药类别", "kinds of visits payable by aid for employees"
        => |p, v| p.till.kinds_employee = v.words(VisitKind::from_word);
    "till.kinds-resident" Kind::Words(words!(VisitKind)), ["29"], "居民参保人可共济的就医购药类别", "kinds of visits payable by aid for residents and others"
        => |p, v| p.till.kinds_resident = v.words(VisitKind::from_word);
    "till.payable-parts" Kind::Words(words!(Part)), ["30"], "个人负担中可由个人账户、钱包、共济支付的部分", "parts of the burden payable from own account, wallet and aid"
        => |p, v| p.till.payable = v.parts();
    "till.item-limit" Kind::Limit, ["23"], "某些项目每月共济限额，余额作废", "a monthly limit of aid for some parts; what is not used lapses"
        => |p, v| p.till.item_limit = v.limit();
    "till.filing-for-aid" Kind::Word(words!(FilingForAid)), ["35"], "异地使用共济是否须备案", "whether aid away from home needs filing"
        => |p, v| p.till.filing_for_aid = v.word(FilingForAid::from_word);
    "till.aid-asked" Kind::Word(words!(AidAsked)), ["24", "33"], "共济自动使用还是付款时选用", "whether aid is taken without a word"
        => |p, v| p.till.aid_asked = v.word(AidAsked::from_word);
    "till.member-traits" Kind::Words(words!(Trait)), ["6"], "未参保也可使用共济的身份", "facts with which an uninsured patient may use aid"
        => |p, v| p.till.member_traits = v.words(Trait::from_word);
    "wallet.open" Kind::Flag, ["3"], "本地是否开通医保钱包", "whether the area has opened the wallet"
        => |p, v| p.wallet.open = v.flag();
    "wallet.mode" Kind::Word(words!(WalletMode)), ["1", "21"], "医保钱包的方式：未开通、转账制、额度制", "what the wallet is: closed, transfer, quota"
        => |p, v| p.wallet.mode = v.word(WalletMode::from_word);
    "wallet.transfers-a-day" Kind::Number { least: 1, most: 1000, absent: None }, ["23"], "每天最多转账几笔", "transfers that a sponsor may send on one day"
        => |p, v| p.wallet.transfers_a_day = v.small();
    "wallet.transfer-max" MONEY, ["23"], "单笔转账上限", "most money in one transfer"
        => |p, v| p.wallet.transfer_max = v.money().unwrap_or_default();
    "wallet.day-max" Kind::Money { absent: Some("none") }, ["23"], "每天转账合计上限", "most money of all transfers of a day"
        => |p, v| p.wallet.day_max = v.money();
    "wallet.closed-from" Kind::Minute, ["23"], "转账停办起始时刻", "time of day from which no transfer is taken"
        => |p, v| p.wallet.closed_from = v.minute();
    "wallet.closed-until" Kind::Minute, ["23"], "转账恢复时刻", "time of day until before which no transfer is taken"
        => |p, v| p.wallet.closed_until = v.minute();
    "wallet.return-at" Kind::Minute, ["37"], "未接收的转账次日退回时刻", "time of the next day at which an unaccepted transfer returns"
        => |p, v| p.wallet.return_at = v.minute();
    "wallet.pending-blocks" Kind::Flag, ["37"], "有未接收的转账时不能再转", "whether a pending transfer blocks the next"
        => |p, v| p.wallet.pending_blocks = v.flag();
    "premium.resident" Kind::Flag, ["29"], "能否代缴居民医保费", "whether the resident premium can be paid"
        => |p, v| p.premium.resident = v.flag();
    "premium.long-term-care" Kind::Flag, ["29"], "能否代缴长期护理保险费", "whether the long-term-care premium can be paid"
        => |p, v| p.premium.long_term_care = v.flag();
    "premium.products" Kind::Products, ["29"], "可购买的补充保险", "named products that can be bought"
        => |p, v| p.premium.products = v.products();
    "premium.season" Kind::Season, ["36"], "集中缴费期", "first and last day of the season before the plan year"
        => |p, v| p.premium.season = v.season();
    "family-code.max-members" ANY_NUMBER, ["8"], "亲情账户最多几人（只亮码，不付钱）", "most members of a family code, which never pays"
        => |p, v| p.family_code_max = v.number();
}
