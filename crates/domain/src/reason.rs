//! Reasons: why the rules say no, or why aid did not pay, and the notices that people get.
//!
//! GENERATED from `catalogue/reasons.toml` by `cargo xtask reasons`. Do not edit: change the catalogue.
//!
//! A reason is an answer, not a failure: `Reason` deliberately does not implement `std::error::Error`, so
//! that `?` cannot carry a refusal into an error. The texts are templates; nothing here looks anything up.

#[cfg(test)]
mod tests;
mod texts;

/// The language of a text.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Language {
    /// Chinese, the source.
    Zh,
    /// English.
    En,
}

/// Who reads: the law gives each a different right to know.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Audience {
    /// Whose personal account it is.
    Sponsor,
    /// Who uses it; he learns nothing of a sponsor's money or status.
    Beneficiary,
    /// At the till; he learns what to collect, never a sponsor or a balance.
    Cashier,
    /// Staff of the agency; they read what the person concerned reads.
    Staff,
}

/// What a person is told: templates for [`fill`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Text {
    /// What happened.
    pub what: &'static str,
    /// The fact about this case.
    pub why: &'static str,
    /// What the reader can do now.
    pub remedy: &'static str,
}

/// What a code is about.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Family {
    /// Binding (绑定)
    Bind,
    /// Unbinding (解绑)
    Unbind,
    /// Order of sponsors (先后)
    Order,
    /// At the till (看病买药)
    Settle,
    /// Reversal (退费)
    Reverse,
    /// Insurance wallet (医保钱包)
    Wallet,
    /// Premiums (缴费)
    Premium,
    /// Sign-in and system (登录和系统)
    System,
    /// Interface messages (接口消息)
    Request,
}

/// Why the rules say no, or why aid did not pay (all). Codes and numbers are stable; the order of the
/// variants is that of the catalogue, not that of precedence (see [`Reason::till_rank`]).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[repr(u16)]
pub enum Reason {
    /// `BIND_SELF`: Not added. The ID number is your own.
    BindSelf = 101,
    /// `BIND_SPONSOR_NO_ACCOUNT`: Not added. Only employee insurance has a personal account, and yours is another kind.
    BindSponsorNoAccount = 102,
    /// `BIND_SPONSOR_INACTIVE`: Not added. Your employee insurance is not active at present.
    BindSponsorInactive = 103,
    /// `BIND_SPONSOR_ARREARS`: Not added. Your employee insurance has unpaid contributions.
    BindSponsorArrears = 104,
    /// `BIND_SPONSOR_FROZEN`: Not added. Your personal account is frozen.
    BindSponsorFrozen = 105,
    /// `BIND_SPONSOR_EXCLUDED`: Not added. The rule here leaves people with this kind of insurance out of family sharing.
    BindSponsorExcluded = 106,
    /// `BIND_AREA_NOT_OPEN`: Not added. The place of insurance has not opened family sharing. It is `area`.
    BindAreaNotOpen = 107,
    /// `BIND_MEMBER_NOT_INSURED`: Not added. This relative has no basic medical insurance.
    BindMemberNotInsured = 108,
    /// `BIND_MEMBER_INACTIVE`: Not added. This relative's insurance is not active at present.
    BindMemberInactive = 109,
    /// `BIND_MEMBER_OTHER_POOL`: Not added. You are insured in different places, and the rule here needs the same one. Your relative is insured in `area`.
    BindMemberOtherPool = 110,
    /// `BIND_MEMBER_OTHER_PROVINCE`: Not added. This relative is insured in another province, out of reach for now. The place is `area`.
    BindMemberOtherProvince = 111,
    /// `BIND_RELATION_NOT_ALLOWED`: Not added. The rule here does not cover this relation. It covers `list`.
    BindRelationNotAllowed = 112,
    /// `BIND_DUPLICATE`: Nothing was added again. This relative is already in your family sharing. The day was `date`.
    BindDuplicate = 113,
    /// `BIND_ROLE_CONFLICT`: Not added. Under the rule here nobody can both share with relatives and use theirs.
    BindRoleConflict = 114,
    /// `BIND_RELATION_COUNT`: Not added. You have added all the relatives allowed for this relation. For `relation` the most is `max`.
    BindRelationCount = 115,
    /// `BIND_MEMBER_LIMIT`: Not added. You have no places left for relatives. The most allowed here is `max`.
    BindMemberLimit = 116,
    /// `BIND_SPONSOR_LIMIT`: Not added. This relative has no place left for another sponsor. The most is `max`.
    BindSponsorLimit = 117,
    /// `BIND_RESERVE_BELOW`: Not added. Your personal account does not exceed what the rule here keeps back. It must hold more than ¥`amount`.
    BindReserveBelow = 118,
    /// `BIND_COOLDOWN`: Not added. You unbound not long ago, and the rule here asks you to wait. You can add again from `date`.
    BindCooldown = 119,
    /// `BIND_PERIOD_INVALID`: Not added. The start cannot be before today, nor the end before the start.
    BindPeriodInvalid = 120,
    /// `BIND_PROOF_REQUIRED`: A proof is still missing. We found no record that you are related, and the rule here asks for proof.
    BindProofRequired = 121,
    /// `BIND_CONSENT_EXPIRED`: Not added. The invitation ran out before it was confirmed. It ran until `date`.
    BindConsentExpired = 122,
    /// `BIND_NOT_FOUND`: Nothing was changed. There is no such family sharing between the two of you.
    BindNotFound = 123,
    /// `BIND_PROOF_UNREADABLE`: The proof was not accepted. The writing on the photo cannot be read.
    /// Given by pages and interfaces, never by a decision of the rules.
    BindProofUnreadable = 124,
    /// `BIND_NAME_ID_MISMATCH`: Not added. The name and the ID number do not belong together.
    /// Given by pages and interfaces, never by a decision of the rules.
    BindNameIdMismatch = 125,
    /// `BIND_ID_INVALID`: Not added. A digit of the ID number is wrong.
    /// Given by pages and interfaces, never by a decision of the rules.
    BindIdInvalid = 126,
    /// `BIND_MEMBER_BLOCKED`: Not added. The register says that this person's insurance is closed.
    /// Given by pages and interfaces, never by a decision of the rules.
    BindMemberBlocked = 127,
    /// `BIND_MEMBER_UNAVAILABLE`: Not added. This person cannot be added now, and only that person may be told why.
    /// Given by pages and interfaces, never by a decision of the rules.
    BindMemberUnavailable = 128,
    /// `BIND_CONSENT_PENDING`: Not active yet. Your relative has to confirm. That can be done until `date`.
    /// Given by pages and interfaces, never by a decision of the rules.
    BindConsentPending = 129,
    /// `BIND_CONSENT_DECLINED`: Not added. Your relative chose not to agree.
    /// Given by pages and interfaces, never by a decision of the rules.
    BindConsentDeclined = 130,
    /// `BIND_GUARDIAN_NEEDED`: One more step. This relative is under age, so a parent or guardian must do it.
    /// Given by pages and interfaces, never by a decision of the rules.
    BindGuardianNeeded = 131,
    /// `REVIEW_RETURNED`: Please complete your papers. The reviewer found something missing. Complete it by `date`.
    /// Given by pages and interfaces, never by a decision of the rules.
    ReviewReturned = 132,
    /// `REVIEW_REJECTED`: The review did not approve it. The papers do not show the relation.
    /// Given by pages and interfaces, never by a decision of the rules.
    ReviewRejected = 133,
    /// `UNBIND_MIN_TERM`: Not unbound yet. The rule here sets a minimum time before unbinding. It is possible from `date`.
    UnbindMinTerm = 201,
    /// `UNBIND_NOT_YOURS`: Not unbound. The rule here leaves unbinding to the other side.
    UnbindNotYours = 202,
    /// `UNBIND_IN_FLIGHT`: Unbinding waits a little. A payment is running, and unbinding follows it.
    /// Given by pages and interfaces, never by a decision of the rules.
    UnbindInFlight = 203,
    /// `ORDER_NOT_YOURS`: The order was not changed. The rule here sets whose money comes first, so it cannot be chosen.
    OrderNotYours = 231,
    /// `SETTLE_NOT_OWN_CODE`: This bill was not settled. The insurance code shown is not the patient's own.
    /// Place 2 at the till.
    /// Refuses the settlement as a whole.
    SettleNotOwnCode = 301,
    /// `SETTLE_INST_NOT_DESIGNATED`: This bill was not settled. This hospital or pharmacy is not designated. Its name is `inst`.
    /// Place 3 at the till.
    /// Refuses the settlement as a whole.
    SettleInstNotDesignated = 302,
    /// `SETTLE_INST_SUSPENDED`: This bill was not settled. Insurance services of this institution are suspended. Its name is `inst`.
    /// Place 3 at the till.
    /// Refuses the settlement as a whole.
    SettleInstSuspended = 303,
    /// `SETTLE_PATIENT_INACTIVE`: Family sharing was not used this time. The patient's insurance is not active at present.
    /// Place 4 at the till.
    SettlePatientInactive = 304,
    /// `SETTLE_CHOSE_NOT`: Family sharing was not used this time. At payment the choice was not to use a relative's money.
    /// Place 5 at the till.
    SettleChoseNot = 305,
    /// `SETTLE_PURPOSE_EXCLUDED`: Family sharing was not used this time. This kind of visit cannot be paid with a relative's money.
    /// Place 6 at the till.
    SettlePurposeExcluded = 306,
    /// `SETTLE_ITEM_EXCLUDED`: One part was not paid by family sharing. The rule here does not let a relative's money pay for these items. They come to ¥`rest`.
    /// Place 7 at the till.
    SettleItemExcluded = 307,
    /// `SETTLE_BENEFIT_LINKED`: Family sharing was not used this time. Insurance already paid part of this bill, and the rule here then stops sharing.
    /// Place 8 at the till.
    SettleBenefitLinked = 308,
    /// `SETTLE_FAMILY_CODE_ONLY`: Family sharing was not used this time. You have only a family code, which shows a code and pays nothing.
    /// Place 9 at the till.
    SettleFamilyCodeOnly = 309,
    /// `SETTLE_NO_BINDING`: Family sharing was not used this time. No relative has added you to family sharing yet.
    /// Place 9 at the till.
    SettleNoBinding = 310,
    /// `SETTLE_CONSENT_PENDING`: Family sharing was not used this time. The invitation is not confirmed, so it is not active yet.
    /// Place 10 at the till.
    SettleConsentPending = 311,
    /// `SETTLE_REVIEW_PENDING`: Family sharing was not used this time. The proof is still under review, so it is not active yet.
    /// Place 10 at the till.
    SettleReviewPending = 312,
    /// `SETTLE_NOT_EFFECTIVE`: Family sharing was not used this time. Family sharing has not reached its first day. It works from `date`.
    /// Place 10 at the till.
    SettleNotEffective = 313,
    /// `SETTLE_EXPIRED`: Family sharing was not used this time. Your sharing with this relative has ended. The last day was `date`.
    /// Place 10 at the till.
    SettleExpired = 314,
    /// `SETTLE_PAUSED`: Family sharing was not used this time. You have paused sharing with this relative.
    /// Place 10 at the till.
    SettlePaused = 315,
    /// `SETTLE_REBIND_NEEDED`: Family sharing was not used this time. The place of insurance of one side changed, which ended the sharing.
    /// Place 10 at the till.
    SettleRebindNeeded = 316,
    /// `SETTLE_AREA_NOT_OPEN`: Family sharing was not used this time. One of the places of insurance has not opened it. It is `area`.
    /// Place 11 at the till.
    SettleAreaNotOpen = 317,
    /// `SETTLE_NO_QUOTA`: Family sharing was not used this time. You are insured in different provinces, so money must first be set aside in the wallet. None is set aside now.
    /// Place 11 at the till.
    SettleNoQuota = 318,
    /// `SETTLE_NOT_REGISTERED_AWAY`: Family sharing was not used this time. Care away from home needs a filing for care elsewhere first.
    /// Place 11 at the till.
    SettleNotRegisteredAway = 319,
    /// `SETTLE_INST_CHANNEL`: Family sharing was not used this time. This institution cannot take a relative's money yet. Its name is `inst`.
    /// Place 11 at the till.
    SettleInstChannel = 320,
    /// `SETTLE_SPONSOR_UNAVAILABLE`: Family sharing was not used this time. Your personal account cannot be used now: overdue, suspended or frozen.
    /// Place 12 at the till.
    SettleSponsorUnavailable = 321,
    /// `SETTLE_OWN_NOT_ZERO`: Family sharing was not used this time. Your own account still holds money, and the rule here wants it used up first.
    /// Place 13 at the till.
    SettleOwnNotZero = 322,
    /// `SETTLE_PREVIOUS_YEARS_ZERO`: Family sharing was not used this time. The rule here uses only money of earlier years, and yours is used up.
    /// Place 14 at the till.
    SettlePreviousYearsZero = 323,
    /// `SETTLE_RESERVE`: Family sharing was not used this time. The rule here keeps some money in your account, and what is above it is too little. ¥`amount` must stay.
    /// Place 14 at the till.
    SettleReserve = 324,
    /// `SETTLE_SPONSOR_ZERO`: Family sharing was not used this time. There is no money left in your personal account.
    /// Place 14 at the till.
    SettleSponsorZero = 325,
    /// `SETTLE_QUOTA`: Family sharing was not used this time. The limit you set does not cover this bill. Of the `kind` limit ¥`left` is left; ¥`due` is due.
    /// Place 15 at the till.
    SettleQuota = 326,
    /// `SETTLE_ITEM_LIMIT`: Family sharing was not used this time. The limit of the rule here for such costs is used up. It is ¥`max`.
    /// Place 15 at the till.
    SettleItemLimit = 327,
    /// `SETTLE_INSUFFICIENT_WHOLE`: Family sharing was not used this time. The rule here wants one relative to pay the whole bill, and none can. ¥`due` is due.
    /// Place 16 at the till.
    SettleInsufficientWhole = 328,
    /// `SETTLE_PARTIAL`: Family sharing paid a part. The money that could be used covers only a part. ¥`paid` is paid and ¥`rest` is left.
    /// Place 17 at the till.
    SettlePartial = 329,
    /// `SETTLE_OWN_FIRST`: No money of a relative was needed. Your own account or wallet covered it.
    /// Place 18 at the till.
    SettleOwnFirst = 330,
    /// `SETTLE_SPONSOR_SHORT`: Family sharing was not used this time. Your relative's account does not cover it this time.
    /// Given by pages and interfaces, never by a decision of the rules.
    SettleSponsorShort = 331,
    /// `SETTLE_UNKNOWN`: It is not known yet whether it was paid. The connection broke and we are checking this payment.
    /// Given by pages and interfaces, never by a decision of the rules.
    SettleUnknown = 332,
    /// `SETTLE_DUPLICATE`: Nothing was charged again. This bill was already paid.
    /// Given by pages and interfaces, never by a decision of the rules.
    SettleDuplicate = 333,
    /// `SETTLE_REFUNDED`: The money has been returned. The hospital or pharmacy refunded this bill. ¥`amount` was returned.
    /// Given by pages and interfaces, never by a decision of the rules.
    SettleRefunded = 334,
    /// `SETTLE_REFUND_LATE`: Not refunded. The time for refunds is over. The last day was `date`.
    /// Given by pages and interfaces, never by a decision of the rules.
    SettleRefundLate = 335,
    /// `SETTLE_ON_HOLD`: This bill is not paid for now. Staff will look at it first. They call you before `date`.
    /// Given by pages and interfaces, never by a decision of the rules.
    SettleOnHold = 336,
    /// `SETTLE_TRIAL_STALE`: The trial result is out of date. The account changed after the trial, so the result may differ.
    /// Given by pages and interfaces, never by a decision of the rules.
    SettleTrialStale = 337,
    /// `SETTLE_STOPPED`: Family sharing cannot be used now. The insurance office has stopped family sharing here for a while. Your own account works as usual.
    /// Place 10 at the till.
    SettleStopped = 338,
    /// `REVERSE_NOT_FOUND`: Not reversed. The settlement to be reversed is not on record. Its number is `id`.
    ReverseNotFound = 401,
    /// `REVERSE_TWICE`: Nothing was reversed again. This settlement was already reversed. Its number is `id`.
    ReverseTwice = 402,
    /// `WALLET_MODE`: Not transferred. The wallet now sets money aside for use and transfers no more. The change was on `date`.
    WalletMode = 501,
    /// `WALLET_NOT_OPEN_SELF`: Not transferred. Your own insurance wallet is not open yet.
    WalletNotOpenSelf = 502,
    /// `WALLET_AREA_NOT_OPEN`: Not transferred. One of the places of insurance has no insurance wallet yet. It is `area`.
    WalletAreaNotOpen = 503,
    /// `WALLET_NOT_OPEN_RECEIVER`: Not transferred. This relative has not opened an insurance wallet.
    WalletNotOpenReceiver = 504,
    /// `WALLET_RELATION`: Not transferred. There is no record that you are close relatives.
    WalletRelation = 505,
    /// `WALLET_CLOSED`: Not transferred. No transfers are made from 22:00 to 06:00.
    WalletClosed = 506,
    /// `WALLET_OVER_SINGLE`: Not transferred. One transfer cannot be this large. The most is ¥`max`.
    WalletOverSingle = 507,
    /// `WALLET_PENDING`: Not transferred. An earlier transfer is waiting to be accepted. It is ¥`amount`.
    WalletPending = 508,
    /// `WALLET_OVER_COUNT`: Not transferred. You have made all transfers of today. The most is `max` a day.
    WalletOverCount = 509,
    /// `WALLET_BALANCE`: Not transferred. Your personal account has too little to use. ¥`amount` is needed.
    WalletBalance = 510,
    /// `WALLET_PLACE`: The wallet's money was not used this time. The place of care is not the place that the wallet is set for. It is `area`.
    /// Place 11 at the till.
    WalletPlace = 511,
    /// `WALLET_NO_WAY_BACK`: Nothing was changed. This transfer was already accepted, returned or cancelled.
    WalletNoWayBack = 512,
    /// `WALLET_RETURNED`: The money is back in the sender's personal account. It was not accepted in time. ¥`amount` was returned.
    /// Given by pages and interfaces, never by a decision of the rules.
    WalletReturned = 513,
    /// `PREMIUM_NOT_PAYABLE`: The premium was not paid. No such premium is due for this person on record.
    PremiumNotPayable = 601,
    /// `PREMIUM_CLOSED`: The premium was not paid. It is outside the time for paying or refunding.
    PremiumClosed = 602,
    /// `PREMIUM_PAID`: Nothing was paid again. This year is already paid for this person. It is `year`.
    PremiumPaid = 603,
    /// `PREMIUM_NO_BINDING`: The premium was not paid. You have not added this relative, or not allowed premiums.
    PremiumNoBinding = 604,
    /// `PREMIUM_SHORT`: The premium was not paid. There is too little to use in the account, and this must be paid whole. ¥`due` is due.
    PremiumShort = 605,
    /// `SYS_UPSTREAM`: It cannot be looked up now. The other insurance system does not answer. It is `area`.
    /// Place 11 at the till.
    SysUpstream = 701,
    /// `SYS_MAINTENANCE`: Maintenance is under way. Some pages are closed for a while. Paying for care works as usual.
    /// Given by pages and interfaces, never by a decision of the rules.
    SysMaintenance = 702,
    /// `SYS_OFFLINE`: Your phone is offline. What you see may be out of date.
    /// Given by pages and interfaces, never by a decision of the rules.
    SysOffline = 703,
    /// `AUTH_FACE_FAILED`: Your face was not recognised. The light may be low, or glasses or a mask in the way.
    /// Given by pages and interfaces, never by a decision of the rules.
    AuthFaceFailed = 704,
    /// `AUTH_CODE_WRONG`: Not signed in. The code is wrong. You can try `left` more times.
    /// Given by pages and interfaces, never by a decision of the rules.
    AuthCodeWrong = 705,
    /// `AUTH_LOCKED`: You cannot sign in now. There were too many tries. You can try again after `date`.
    /// Given by pages and interfaces, never by a decision of the rules.
    AuthLocked = 706,
    /// `AUTH_EXPIRED`: You have been signed out. Nothing happened for a while.
    /// Given by pages and interfaces, never by a decision of the rules.
    AuthExpired = 707,
    /// `ACCESS_NOT_ALLOWED`: You cannot see this record. It is neither yours nor about your family sharing.
    /// Given by pages and interfaces, never by a decision of the rules.
    AccessNotAllowed = 708,
    /// `DISPUTE_LATE`: The time for objections is over. Too much time has passed since the payment. The last day was `date`.
    /// Given by pages and interfaces, never by a decision of the rules.
    DisputeLate = 709,
    /// `RECON_FILE_HASH`: The reconciliation file was not accepted. The file's digest does not match its content.
    /// Given by pages and interfaces, never by a decision of the rules.
    ReconFileHash = 710,
    /// `RECON_TOTALS`: The reconciliation does not balance yet. The counts or totals of the two sides differ.
    /// Given by pages and interfaces, never by a decision of the rules.
    ReconTotals = 711,
    /// `CLEAR_UNBALANCED`: The clearing was not closed. The net positions of all areas do not add up to zero.
    /// Given by pages and interfaces, never by a decision of the rules.
    ClearUnbalanced = 712,
    /// `REQ_IDEMPOTENCY_CONFLICT`: This message was not accepted. The same id already stands for another content. The id is `id`.
    /// Place 1 at the till.
    /// Refuses the settlement as a whole.
    ReqIdempotencyConflict = 801,
    /// `REQ_SIGNATURE_INVALID`: This message was not accepted. The signature does not match the content.
    /// Given by pages and interfaces, never by a decision of the rules.
    ReqSignatureInvalid = 802,
    /// `REQ_TIMESTAMP_SKEW`: This message was not accepted. The message's time is too far from the time here.
    /// Given by pages and interfaces, never by a decision of the rules.
    ReqTimestampSkew = 803,
    /// `REQ_SCHEMA`: This message was not accepted. A field is missing or written in the wrong form.
    /// Given by pages and interfaces, never by a decision of the rules.
    ReqSchema = 804,
    /// `REQ_ENCODING`: This message was not accepted. The bytes are not in the encoding that the header names.
    /// Given by pages and interfaces, never by a decision of the rules.
    ReqEncoding = 805,
    /// `REQ_INFNO_UNSUPPORTED`: This message was not accepted. This transaction number is not offered here.
    /// Given by pages and interfaces, never by a decision of the rules.
    ReqInfnoUnsupported = 806,
    /// `REQ_NOT_SIGNED_IN`: This message was not accepted. There is no sign-in, or it has run out.
    /// Given by pages and interfaces, never by a decision of the rules.
    ReqNotSignedIn = 807,
    /// `REQ_RATE_LIMIT`: This message was not accepted. Messages came too fast.
    /// Given by pages and interfaces, never by a decision of the rules.
    ReqRateLimit = 808,
    /// `REQ_VERSION_GONE`: This message was not accepted. This version of the interface is no longer offered.
    /// Given by pages and interfaces, never by a decision of the rules.
    ReqVersionGone = 809,
    /// `REQ_JSON`: This message was not accepted. The body is not well-formed JSON.
    /// Given by pages and interfaces, never by a decision of the rules.
    ReqJson = 810,
    /// `REQ_MEDIA_TYPE`: This message was not accepted. The media type of the body is not taken here.
    /// Given by pages and interfaces, never by a decision of the rules.
    ReqMediaType = 811,
    /// `REQ_NOT_FOUND`: This message was not accepted. There is no such thing here, or it is not yours to see.
    /// Given by pages and interfaces, never by a decision of the rules.
    ReqNotFound = 812,
    /// `REQ_METHOD`: This message was not accepted. This address does not take this method.
    /// Given by pages and interfaces, never by a decision of the rules.
    ReqMethod = 813,
    /// `REQ_TOO_LARGE`: This message was not accepted. The body is too large.
    /// Given by pages and interfaces, never by a decision of the rules.
    ReqTooLarge = 814,
    /// `REQ_KEY_MISSING`: This message was not accepted. The header Idempotency-Key is missing or malformed.
    /// Given by pages and interfaces, never by a decision of the rules.
    ReqKeyMissing = 815,
    /// `REQ_TOKEN`: This message was not accepted. There is no token, or it is not valid any more.
    /// Given by pages and interfaces, never by a decision of the rules.
    ReqToken = 816,
    /// `REQ_ROLE`: This message was not accepted. Your role or area does not allow this.
    /// Given by pages and interfaces, never by a decision of the rules.
    ReqRole = 817,
    /// `REQ_REFERENCE`: This message was not accepted. Nobody and nothing here has this number.
    /// Given by pages and interfaces, never by a decision of the rules.
    ReqReference = 818,
    /// `REQ_VISIT`: This message was not accepted. A preview needs a visit that was registered today.
    /// Given by pages and interfaces, never by a decision of the rules.
    ReqVisit = 819,
    /// `REQ_TIMEOUT`: This message was not accepted. It was not done within the time allowed.
    /// Given by pages and interfaces, never by a decision of the rules.
    ReqTimeout = 820,
    /// `REQ_BUSY`: This message was not accepted. There are too many requests now, or the database is away.
    /// Given by pages and interfaces, never by a decision of the rules.
    ReqBusy = 821,
    /// `REQ_FAILED`: This message was not accepted. Something failed here, and nothing was changed.
    /// Given by pages and interfaces, never by a decision of the rules.
    ReqFailed = 822,
    /// `REQ_SIGN_IN`: This message was not accepted. The name or the password is wrong.
    /// Given by pages and interfaces, never by a decision of the rules.
    ReqSignIn = 823,
    /// `REQ_SECOND_PERSON`: This message was not accepted. Another person has to approve this.
    /// Given by pages and interfaces, never by a decision of the rules.
    ReqSecondPerson = 824,
    /// `REQ_PRECONDITION`: This message was not accepted. What is there now does not allow this.
    /// Given by pages and interfaces, never by a decision of the rules.
    ReqPrecondition = 825,
    /// `REQ_TRIES`: This message was not accepted. Wrong passwords were tried too often.
    /// Given by pages and interfaces, never by a decision of the rules.
    ReqTries = 826,
    /// `REQ_UPSTREAM`: This message was not done. The centre behind does not answer.
    /// Given by pages and interfaces, never by a decision of the rules.
    ReqUpstream = 827,
}

impl Reason {
    /// Every one, in the order of the catalogue.
    pub const ALL: &'static [Self] = &[
        Self::BindSelf,
        Self::BindSponsorNoAccount,
        Self::BindSponsorInactive,
        Self::BindSponsorArrears,
        Self::BindSponsorFrozen,
        Self::BindSponsorExcluded,
        Self::BindAreaNotOpen,
        Self::BindMemberNotInsured,
        Self::BindMemberInactive,
        Self::BindMemberOtherPool,
        Self::BindMemberOtherProvince,
        Self::BindRelationNotAllowed,
        Self::BindDuplicate,
        Self::BindRoleConflict,
        Self::BindRelationCount,
        Self::BindMemberLimit,
        Self::BindSponsorLimit,
        Self::BindReserveBelow,
        Self::BindCooldown,
        Self::BindPeriodInvalid,
        Self::BindProofRequired,
        Self::BindConsentExpired,
        Self::BindNotFound,
        Self::BindProofUnreadable,
        Self::BindNameIdMismatch,
        Self::BindIdInvalid,
        Self::BindMemberBlocked,
        Self::BindMemberUnavailable,
        Self::BindConsentPending,
        Self::BindConsentDeclined,
        Self::BindGuardianNeeded,
        Self::ReviewReturned,
        Self::ReviewRejected,
        Self::UnbindMinTerm,
        Self::UnbindNotYours,
        Self::UnbindInFlight,
        Self::OrderNotYours,
        Self::SettleNotOwnCode,
        Self::SettleInstNotDesignated,
        Self::SettleInstSuspended,
        Self::SettlePatientInactive,
        Self::SettleChoseNot,
        Self::SettlePurposeExcluded,
        Self::SettleItemExcluded,
        Self::SettleBenefitLinked,
        Self::SettleFamilyCodeOnly,
        Self::SettleNoBinding,
        Self::SettleConsentPending,
        Self::SettleReviewPending,
        Self::SettleNotEffective,
        Self::SettleExpired,
        Self::SettlePaused,
        Self::SettleRebindNeeded,
        Self::SettleAreaNotOpen,
        Self::SettleNoQuota,
        Self::SettleNotRegisteredAway,
        Self::SettleInstChannel,
        Self::SettleSponsorUnavailable,
        Self::SettleOwnNotZero,
        Self::SettlePreviousYearsZero,
        Self::SettleReserve,
        Self::SettleSponsorZero,
        Self::SettleQuota,
        Self::SettleItemLimit,
        Self::SettleInsufficientWhole,
        Self::SettlePartial,
        Self::SettleOwnFirst,
        Self::SettleSponsorShort,
        Self::SettleUnknown,
        Self::SettleDuplicate,
        Self::SettleRefunded,
        Self::SettleRefundLate,
        Self::SettleOnHold,
        Self::SettleTrialStale,
        Self::SettleStopped,
        Self::ReverseNotFound,
        Self::ReverseTwice,
        Self::WalletMode,
        Self::WalletNotOpenSelf,
        Self::WalletAreaNotOpen,
        Self::WalletNotOpenReceiver,
        Self::WalletRelation,
        Self::WalletClosed,
        Self::WalletOverSingle,
        Self::WalletPending,
        Self::WalletOverCount,
        Self::WalletBalance,
        Self::WalletPlace,
        Self::WalletNoWayBack,
        Self::WalletReturned,
        Self::PremiumNotPayable,
        Self::PremiumClosed,
        Self::PremiumPaid,
        Self::PremiumNoBinding,
        Self::PremiumShort,
        Self::SysUpstream,
        Self::SysMaintenance,
        Self::SysOffline,
        Self::AuthFaceFailed,
        Self::AuthCodeWrong,
        Self::AuthLocked,
        Self::AuthExpired,
        Self::AccessNotAllowed,
        Self::DisputeLate,
        Self::ReconFileHash,
        Self::ReconTotals,
        Self::ClearUnbalanced,
        Self::ReqIdempotencyConflict,
        Self::ReqSignatureInvalid,
        Self::ReqTimestampSkew,
        Self::ReqSchema,
        Self::ReqEncoding,
        Self::ReqInfnoUnsupported,
        Self::ReqNotSignedIn,
        Self::ReqRateLimit,
        Self::ReqVersionGone,
        Self::ReqJson,
        Self::ReqMediaType,
        Self::ReqNotFound,
        Self::ReqMethod,
        Self::ReqTooLarge,
        Self::ReqKeyMissing,
        Self::ReqToken,
        Self::ReqRole,
        Self::ReqReference,
        Self::ReqVisit,
        Self::ReqTimeout,
        Self::ReqBusy,
        Self::ReqFailed,
        Self::ReqSignIn,
        Self::ReqSecondPerson,
        Self::ReqPrecondition,
        Self::ReqTries,
        Self::ReqUpstream,
    ];

    /// The code that institutions, pages and scenarios use.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::BindSelf => "BIND_SELF",
            Self::BindSponsorNoAccount => "BIND_SPONSOR_NO_ACCOUNT",
            Self::BindSponsorInactive => "BIND_SPONSOR_INACTIVE",
            Self::BindSponsorArrears => "BIND_SPONSOR_ARREARS",
            Self::BindSponsorFrozen => "BIND_SPONSOR_FROZEN",
            Self::BindSponsorExcluded => "BIND_SPONSOR_EXCLUDED",
            Self::BindAreaNotOpen => "BIND_AREA_NOT_OPEN",
            Self::BindMemberNotInsured => "BIND_MEMBER_NOT_INSURED",
            Self::BindMemberInactive => "BIND_MEMBER_INACTIVE",
            Self::BindMemberOtherPool => "BIND_MEMBER_OTHER_POOL",
            Self::BindMemberOtherProvince => "BIND_MEMBER_OTHER_PROVINCE",
            Self::BindRelationNotAllowed => "BIND_RELATION_NOT_ALLOWED",
            Self::BindDuplicate => "BIND_DUPLICATE",
            Self::BindRoleConflict => "BIND_ROLE_CONFLICT",
            Self::BindRelationCount => "BIND_RELATION_COUNT",
            Self::BindMemberLimit => "BIND_MEMBER_LIMIT",
            Self::BindSponsorLimit => "BIND_SPONSOR_LIMIT",
            Self::BindReserveBelow => "BIND_RESERVE_BELOW",
            Self::BindCooldown => "BIND_COOLDOWN",
            Self::BindPeriodInvalid => "BIND_PERIOD_INVALID",
            Self::BindProofRequired => "BIND_PROOF_REQUIRED",
            Self::BindConsentExpired => "BIND_CONSENT_EXPIRED",
            Self::BindNotFound => "BIND_NOT_FOUND",
            Self::BindProofUnreadable => "BIND_PROOF_UNREADABLE",
            Self::BindNameIdMismatch => "BIND_NAME_ID_MISMATCH",
            Self::BindIdInvalid => "BIND_ID_INVALID",
            Self::BindMemberBlocked => "BIND_MEMBER_BLOCKED",
            Self::BindMemberUnavailable => "BIND_MEMBER_UNAVAILABLE",
            Self::BindConsentPending => "BIND_CONSENT_PENDING",
            Self::BindConsentDeclined => "BIND_CONSENT_DECLINED",
            Self::BindGuardianNeeded => "BIND_GUARDIAN_NEEDED",
            Self::ReviewReturned => "REVIEW_RETURNED",
            Self::ReviewRejected => "REVIEW_REJECTED",
            Self::UnbindMinTerm => "UNBIND_MIN_TERM",
            Self::UnbindNotYours => "UNBIND_NOT_YOURS",
            Self::UnbindInFlight => "UNBIND_IN_FLIGHT",
            Self::OrderNotYours => "ORDER_NOT_YOURS",
            Self::SettleNotOwnCode => "SETTLE_NOT_OWN_CODE",
            Self::SettleInstNotDesignated => "SETTLE_INST_NOT_DESIGNATED",
            Self::SettleInstSuspended => "SETTLE_INST_SUSPENDED",
            Self::SettlePatientInactive => "SETTLE_PATIENT_INACTIVE",
            Self::SettleChoseNot => "SETTLE_CHOSE_NOT",
            Self::SettlePurposeExcluded => "SETTLE_PURPOSE_EXCLUDED",
            Self::SettleItemExcluded => "SETTLE_ITEM_EXCLUDED",
            Self::SettleBenefitLinked => "SETTLE_BENEFIT_LINKED",
            Self::SettleFamilyCodeOnly => "SETTLE_FAMILY_CODE_ONLY",
            Self::SettleNoBinding => "SETTLE_NO_BINDING",
            Self::SettleConsentPending => "SETTLE_CONSENT_PENDING",
            Self::SettleReviewPending => "SETTLE_REVIEW_PENDING",
            Self::SettleNotEffective => "SETTLE_NOT_EFFECTIVE",
            Self::SettleExpired => "SETTLE_EXPIRED",
            Self::SettlePaused => "SETTLE_PAUSED",
            Self::SettleRebindNeeded => "SETTLE_REBIND_NEEDED",
            Self::SettleAreaNotOpen => "SETTLE_AREA_NOT_OPEN",
            Self::SettleNoQuota => "SETTLE_NO_QUOTA",
            Self::SettleNotRegisteredAway => "SETTLE_NOT_REGISTERED_AWAY",
            Self::SettleInstChannel => "SETTLE_INST_CHANNEL",
            Self::SettleSponsorUnavailable => "SETTLE_SPONSOR_UNAVAILABLE",
            Self::SettleOwnNotZero => "SETTLE_OWN_NOT_ZERO",
            Self::SettlePreviousYearsZero => "SETTLE_PREVIOUS_YEARS_ZERO",
            Self::SettleReserve => "SETTLE_RESERVE",
            Self::SettleSponsorZero => "SETTLE_SPONSOR_ZERO",
            Self::SettleQuota => "SETTLE_QUOTA",
            Self::SettleItemLimit => "SETTLE_ITEM_LIMIT",
            Self::SettleInsufficientWhole => "SETTLE_INSUFFICIENT_WHOLE",
            Self::SettlePartial => "SETTLE_PARTIAL",
            Self::SettleOwnFirst => "SETTLE_OWN_FIRST",
            Self::SettleSponsorShort => "SETTLE_SPONSOR_SHORT",
            Self::SettleUnknown => "SETTLE_UNKNOWN",
            Self::SettleDuplicate => "SETTLE_DUPLICATE",
            Self::SettleRefunded => "SETTLE_REFUNDED",
            Self::SettleRefundLate => "SETTLE_REFUND_LATE",
            Self::SettleOnHold => "SETTLE_ON_HOLD",
            Self::SettleTrialStale => "SETTLE_TRIAL_STALE",
            Self::SettleStopped => "SETTLE_STOPPED",
            Self::ReverseNotFound => "REVERSE_NOT_FOUND",
            Self::ReverseTwice => "REVERSE_TWICE",
            Self::WalletMode => "WALLET_MODE",
            Self::WalletNotOpenSelf => "WALLET_NOT_OPEN_SELF",
            Self::WalletAreaNotOpen => "WALLET_AREA_NOT_OPEN",
            Self::WalletNotOpenReceiver => "WALLET_NOT_OPEN_RECEIVER",
            Self::WalletRelation => "WALLET_RELATION",
            Self::WalletClosed => "WALLET_CLOSED",
            Self::WalletOverSingle => "WALLET_OVER_SINGLE",
            Self::WalletPending => "WALLET_PENDING",
            Self::WalletOverCount => "WALLET_OVER_COUNT",
            Self::WalletBalance => "WALLET_BALANCE",
            Self::WalletPlace => "WALLET_PLACE",
            Self::WalletNoWayBack => "WALLET_NO_WAY_BACK",
            Self::WalletReturned => "WALLET_RETURNED",
            Self::PremiumNotPayable => "PREMIUM_NOT_PAYABLE",
            Self::PremiumClosed => "PREMIUM_CLOSED",
            Self::PremiumPaid => "PREMIUM_PAID",
            Self::PremiumNoBinding => "PREMIUM_NO_BINDING",
            Self::PremiumShort => "PREMIUM_SHORT",
            Self::SysUpstream => "SYS_UPSTREAM",
            Self::SysMaintenance => "SYS_MAINTENANCE",
            Self::SysOffline => "SYS_OFFLINE",
            Self::AuthFaceFailed => "AUTH_FACE_FAILED",
            Self::AuthCodeWrong => "AUTH_CODE_WRONG",
            Self::AuthLocked => "AUTH_LOCKED",
            Self::AuthExpired => "AUTH_EXPIRED",
            Self::AccessNotAllowed => "ACCESS_NOT_ALLOWED",
            Self::DisputeLate => "DISPUTE_LATE",
            Self::ReconFileHash => "RECON_FILE_HASH",
            Self::ReconTotals => "RECON_TOTALS",
            Self::ClearUnbalanced => "CLEAR_UNBALANCED",
            Self::ReqIdempotencyConflict => "REQ_IDEMPOTENCY_CONFLICT",
            Self::ReqSignatureInvalid => "REQ_SIGNATURE_INVALID",
            Self::ReqTimestampSkew => "REQ_TIMESTAMP_SKEW",
            Self::ReqSchema => "REQ_SCHEMA",
            Self::ReqEncoding => "REQ_ENCODING",
            Self::ReqInfnoUnsupported => "REQ_INFNO_UNSUPPORTED",
            Self::ReqNotSignedIn => "REQ_NOT_SIGNED_IN",
            Self::ReqRateLimit => "REQ_RATE_LIMIT",
            Self::ReqVersionGone => "REQ_VERSION_GONE",
            Self::ReqJson => "REQ_JSON",
            Self::ReqMediaType => "REQ_MEDIA_TYPE",
            Self::ReqNotFound => "REQ_NOT_FOUND",
            Self::ReqMethod => "REQ_METHOD",
            Self::ReqTooLarge => "REQ_TOO_LARGE",
            Self::ReqKeyMissing => "REQ_KEY_MISSING",
            Self::ReqToken => "REQ_TOKEN",
            Self::ReqRole => "REQ_ROLE",
            Self::ReqReference => "REQ_REFERENCE",
            Self::ReqVisit => "REQ_VISIT",
            Self::ReqTimeout => "REQ_TIMEOUT",
            Self::ReqBusy => "REQ_BUSY",
            Self::ReqFailed => "REQ_FAILED",
            Self::ReqSignIn => "REQ_SIGN_IN",
            Self::ReqSecondPerson => "REQ_SECOND_PERSON",
            Self::ReqPrecondition => "REQ_PRECONDITION",
            Self::ReqTries => "REQ_TRIES",
            Self::ReqUpstream => "REQ_UPSTREAM",
        }
    }

    /// The one that has this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Some(match code {
            "BIND_SELF" => Self::BindSelf,
            "BIND_SPONSOR_NO_ACCOUNT" => Self::BindSponsorNoAccount,
            "BIND_SPONSOR_INACTIVE" => Self::BindSponsorInactive,
            "BIND_SPONSOR_ARREARS" => Self::BindSponsorArrears,
            "BIND_SPONSOR_FROZEN" => Self::BindSponsorFrozen,
            "BIND_SPONSOR_EXCLUDED" => Self::BindSponsorExcluded,
            "BIND_AREA_NOT_OPEN" => Self::BindAreaNotOpen,
            "BIND_MEMBER_NOT_INSURED" => Self::BindMemberNotInsured,
            "BIND_MEMBER_INACTIVE" => Self::BindMemberInactive,
            "BIND_MEMBER_OTHER_POOL" => Self::BindMemberOtherPool,
            "BIND_MEMBER_OTHER_PROVINCE" => Self::BindMemberOtherProvince,
            "BIND_RELATION_NOT_ALLOWED" => Self::BindRelationNotAllowed,
            "BIND_DUPLICATE" => Self::BindDuplicate,
            "BIND_ROLE_CONFLICT" => Self::BindRoleConflict,
            "BIND_RELATION_COUNT" => Self::BindRelationCount,
            "BIND_MEMBER_LIMIT" => Self::BindMemberLimit,
            "BIND_SPONSOR_LIMIT" => Self::BindSponsorLimit,
            "BIND_RESERVE_BELOW" => Self::BindReserveBelow,
            "BIND_COOLDOWN" => Self::BindCooldown,
            "BIND_PERIOD_INVALID" => Self::BindPeriodInvalid,
            "BIND_PROOF_REQUIRED" => Self::BindProofRequired,
            "BIND_CONSENT_EXPIRED" => Self::BindConsentExpired,
            "BIND_NOT_FOUND" => Self::BindNotFound,
            "BIND_PROOF_UNREADABLE" => Self::BindProofUnreadable,
            "BIND_NAME_ID_MISMATCH" => Self::BindNameIdMismatch,
            "BIND_ID_INVALID" => Self::BindIdInvalid,
            "BIND_MEMBER_BLOCKED" => Self::BindMemberBlocked,
            "BIND_MEMBER_UNAVAILABLE" => Self::BindMemberUnavailable,
            "BIND_CONSENT_PENDING" => Self::BindConsentPending,
            "BIND_CONSENT_DECLINED" => Self::BindConsentDeclined,
            "BIND_GUARDIAN_NEEDED" => Self::BindGuardianNeeded,
            "REVIEW_RETURNED" => Self::ReviewReturned,
            "REVIEW_REJECTED" => Self::ReviewRejected,
            "UNBIND_MIN_TERM" => Self::UnbindMinTerm,
            "UNBIND_NOT_YOURS" => Self::UnbindNotYours,
            "UNBIND_IN_FLIGHT" => Self::UnbindInFlight,
            "ORDER_NOT_YOURS" => Self::OrderNotYours,
            "SETTLE_NOT_OWN_CODE" => Self::SettleNotOwnCode,
            "SETTLE_INST_NOT_DESIGNATED" => Self::SettleInstNotDesignated,
            "SETTLE_INST_SUSPENDED" => Self::SettleInstSuspended,
            "SETTLE_PATIENT_INACTIVE" => Self::SettlePatientInactive,
            "SETTLE_CHOSE_NOT" => Self::SettleChoseNot,
            "SETTLE_PURPOSE_EXCLUDED" => Self::SettlePurposeExcluded,
            "SETTLE_ITEM_EXCLUDED" => Self::SettleItemExcluded,
            "SETTLE_BENEFIT_LINKED" => Self::SettleBenefitLinked,
            "SETTLE_FAMILY_CODE_ONLY" => Self::SettleFamilyCodeOnly,
            "SETTLE_NO_BINDING" => Self::SettleNoBinding,
            "SETTLE_CONSENT_PENDING" => Self::SettleConsentPending,
            "SETTLE_REVIEW_PENDING" => Self::SettleReviewPending,
            "SETTLE_NOT_EFFECTIVE" => Self::SettleNotEffective,
            "SETTLE_EXPIRED" => Self::SettleExpired,
            "SETTLE_PAUSED" => Self::SettlePaused,
            "SETTLE_REBIND_NEEDED" => Self::SettleRebindNeeded,
            "SETTLE_AREA_NOT_OPEN" => Self::SettleAreaNotOpen,
            "SETTLE_NO_QUOTA" => Self::SettleNoQuota,
            "SETTLE_NOT_REGISTERED_AWAY" => Self::SettleNotRegisteredAway,
            "SETTLE_INST_CHANNEL" => Self::SettleInstChannel,
            "SETTLE_SPONSOR_UNAVAILABLE" => Self::SettleSponsorUnavailable,
            "SETTLE_OWN_NOT_ZERO" => Self::SettleOwnNotZero,
            "SETTLE_PREVIOUS_YEARS_ZERO" => Self::SettlePreviousYearsZero,
            "SETTLE_RESERVE" => Self::SettleReserve,
            "SETTLE_SPONSOR_ZERO" => Self::SettleSponsorZero,
            "SETTLE_QUOTA" => Self::SettleQuota,
            "SETTLE_ITEM_LIMIT" => Self::SettleItemLimit,
            "SETTLE_INSUFFICIENT_WHOLE" => Self::SettleInsufficientWhole,
            "SETTLE_PARTIAL" => Self::SettlePartial,
            "SETTLE_OWN_FIRST" => Self::SettleOwnFirst,
            "SETTLE_SPONSOR_SHORT" => Self::SettleSponsorShort,
            "SETTLE_UNKNOWN" => Self::SettleUnknown,
            "SETTLE_DUPLICATE" => Self::SettleDuplicate,
            "SETTLE_REFUNDED" => Self::SettleRefunded,
            "SETTLE_REFUND_LATE" => Self::SettleRefundLate,
            "SETTLE_ON_HOLD" => Self::SettleOnHold,
            "SETTLE_TRIAL_STALE" => Self::SettleTrialStale,
            "SETTLE_STOPPED" => Self::SettleStopped,
            "REVERSE_NOT_FOUND" => Self::ReverseNotFound,
            "REVERSE_TWICE" => Self::ReverseTwice,
            "WALLET_MODE" => Self::WalletMode,
            "WALLET_NOT_OPEN_SELF" => Self::WalletNotOpenSelf,
            "WALLET_AREA_NOT_OPEN" => Self::WalletAreaNotOpen,
            "WALLET_NOT_OPEN_RECEIVER" => Self::WalletNotOpenReceiver,
            "WALLET_RELATION" => Self::WalletRelation,
            "WALLET_CLOSED" => Self::WalletClosed,
            "WALLET_OVER_SINGLE" => Self::WalletOverSingle,
            "WALLET_PENDING" => Self::WalletPending,
            "WALLET_OVER_COUNT" => Self::WalletOverCount,
            "WALLET_BALANCE" => Self::WalletBalance,
            "WALLET_PLACE" => Self::WalletPlace,
            "WALLET_NO_WAY_BACK" => Self::WalletNoWayBack,
            "WALLET_RETURNED" => Self::WalletReturned,
            "PREMIUM_NOT_PAYABLE" => Self::PremiumNotPayable,
            "PREMIUM_CLOSED" => Self::PremiumClosed,
            "PREMIUM_PAID" => Self::PremiumPaid,
            "PREMIUM_NO_BINDING" => Self::PremiumNoBinding,
            "PREMIUM_SHORT" => Self::PremiumShort,
            "SYS_UPSTREAM" => Self::SysUpstream,
            "SYS_MAINTENANCE" => Self::SysMaintenance,
            "SYS_OFFLINE" => Self::SysOffline,
            "AUTH_FACE_FAILED" => Self::AuthFaceFailed,
            "AUTH_CODE_WRONG" => Self::AuthCodeWrong,
            "AUTH_LOCKED" => Self::AuthLocked,
            "AUTH_EXPIRED" => Self::AuthExpired,
            "ACCESS_NOT_ALLOWED" => Self::AccessNotAllowed,
            "DISPUTE_LATE" => Self::DisputeLate,
            "RECON_FILE_HASH" => Self::ReconFileHash,
            "RECON_TOTALS" => Self::ReconTotals,
            "CLEAR_UNBALANCED" => Self::ClearUnbalanced,
            "REQ_IDEMPOTENCY_CONFLICT" => Self::ReqIdempotencyConflict,
            "REQ_SIGNATURE_INVALID" => Self::ReqSignatureInvalid,
            "REQ_TIMESTAMP_SKEW" => Self::ReqTimestampSkew,
            "REQ_SCHEMA" => Self::ReqSchema,
            "REQ_ENCODING" => Self::ReqEncoding,
            "REQ_INFNO_UNSUPPORTED" => Self::ReqInfnoUnsupported,
            "REQ_NOT_SIGNED_IN" => Self::ReqNotSignedIn,
            "REQ_RATE_LIMIT" => Self::ReqRateLimit,
            "REQ_VERSION_GONE" => Self::ReqVersionGone,
            "REQ_JSON" => Self::ReqJson,
            "REQ_MEDIA_TYPE" => Self::ReqMediaType,
            "REQ_NOT_FOUND" => Self::ReqNotFound,
            "REQ_METHOD" => Self::ReqMethod,
            "REQ_TOO_LARGE" => Self::ReqTooLarge,
            "REQ_KEY_MISSING" => Self::ReqKeyMissing,
            "REQ_TOKEN" => Self::ReqToken,
            "REQ_ROLE" => Self::ReqRole,
            "REQ_REFERENCE" => Self::ReqReference,
            "REQ_VISIT" => Self::ReqVisit,
            "REQ_TIMEOUT" => Self::ReqTimeout,
            "REQ_BUSY" => Self::ReqBusy,
            "REQ_FAILED" => Self::ReqFailed,
            "REQ_SIGN_IN" => Self::ReqSignIn,
            "REQ_SECOND_PERSON" => Self::ReqSecondPerson,
            "REQ_PRECONDITION" => Self::ReqPrecondition,
            "REQ_TRIES" => Self::ReqTries,
            "REQ_UPSTREAM" => Self::ReqUpstream,
            _ => return None,
        })
    }

    /// The stable number that traces and rows keep.
    #[must_use]
    pub const fn number(self) -> u16 {
        self as u16
    }

    /// The one that has this number.
    #[must_use]
    pub fn from_number(number: u16) -> Option<Self> {
        Self::ALL.iter().copied().find(|one| one.number() == number)
    }

    /// The place at the till, 1 to 18: of the reasons that apply, one of the lowest place is what a
    /// settlement carries. Several may share a place: see [`Reason::till_order`].
    #[must_use]
    pub const fn till_rank(self) -> Option<u8> {
        match self {
            Self::SettleNotOwnCode => Some(2),
            Self::SettleInstNotDesignated => Some(3),
            Self::SettleInstSuspended => Some(3),
            Self::SettlePatientInactive => Some(4),
            Self::SettleChoseNot => Some(5),
            Self::SettlePurposeExcluded => Some(6),
            Self::SettleItemExcluded => Some(7),
            Self::SettleBenefitLinked => Some(8),
            Self::SettleFamilyCodeOnly => Some(9),
            Self::SettleNoBinding => Some(9),
            Self::SettleConsentPending => Some(10),
            Self::SettleReviewPending => Some(10),
            Self::SettleNotEffective => Some(10),
            Self::SettleExpired => Some(10),
            Self::SettlePaused => Some(10),
            Self::SettleRebindNeeded => Some(10),
            Self::SettleAreaNotOpen => Some(11),
            Self::SettleNoQuota => Some(11),
            Self::SettleNotRegisteredAway => Some(11),
            Self::SettleInstChannel => Some(11),
            Self::SettleSponsorUnavailable => Some(12),
            Self::SettleOwnNotZero => Some(13),
            Self::SettlePreviousYearsZero => Some(14),
            Self::SettleReserve => Some(14),
            Self::SettleSponsorZero => Some(14),
            Self::SettleQuota => Some(15),
            Self::SettleItemLimit => Some(15),
            Self::SettleInsufficientWhole => Some(16),
            Self::SettlePartial => Some(17),
            Self::SettleOwnFirst => Some(18),
            Self::SettleStopped => Some(10),
            Self::WalletPlace => Some(11),
            Self::SysUpstream => Some(11),
            Self::ReqIdempotencyConflict => Some(1),
            _ => None,
        }
    }

    /// Place at the till and position inside the place: unique, and in the order in which reasons are asked.
    #[must_use]
    pub const fn till_order(self) -> Option<(u8, u8)> {
        match self {
            Self::SettleNotOwnCode => Some((2, 1)),
            Self::SettleInstNotDesignated => Some((3, 1)),
            Self::SettleInstSuspended => Some((3, 2)),
            Self::SettlePatientInactive => Some((4, 1)),
            Self::SettleChoseNot => Some((5, 1)),
            Self::SettlePurposeExcluded => Some((6, 1)),
            Self::SettleItemExcluded => Some((7, 1)),
            Self::SettleBenefitLinked => Some((8, 1)),
            Self::SettleFamilyCodeOnly => Some((9, 1)),
            Self::SettleNoBinding => Some((9, 2)),
            Self::SettleConsentPending => Some((10, 1)),
            Self::SettleReviewPending => Some((10, 2)),
            Self::SettleNotEffective => Some((10, 3)),
            Self::SettleExpired => Some((10, 4)),
            Self::SettlePaused => Some((10, 5)),
            Self::SettleRebindNeeded => Some((10, 6)),
            Self::SettleAreaNotOpen => Some((11, 2)),
            Self::SettleNoQuota => Some((11, 3)),
            Self::SettleNotRegisteredAway => Some((11, 4)),
            Self::SettleInstChannel => Some((11, 5)),
            Self::SettleSponsorUnavailable => Some((12, 1)),
            Self::SettleOwnNotZero => Some((13, 1)),
            Self::SettlePreviousYearsZero => Some((14, 1)),
            Self::SettleReserve => Some((14, 2)),
            Self::SettleSponsorZero => Some((14, 3)),
            Self::SettleQuota => Some((15, 1)),
            Self::SettleItemLimit => Some((15, 2)),
            Self::SettleInsufficientWhole => Some((16, 1)),
            Self::SettlePartial => Some((17, 1)),
            Self::SettleOwnFirst => Some((18, 1)),
            Self::SettleStopped => Some((10, 7)),
            Self::WalletPlace => Some((11, 6)),
            Self::SysUpstream => Some((11, 1)),
            Self::ReqIdempotencyConflict => Some((1, 1)),
            _ => None,
        }
    }

    /// The rank among the causes that refuse a binding: the lowest that applies is given.
    #[must_use]
    pub const fn bind_rank(self) -> Option<u8> {
        match self {
            Self::BindSelf => Some(1),
            Self::BindSponsorNoAccount => Some(2),
            Self::BindSponsorInactive => Some(3),
            Self::BindSponsorArrears => Some(4),
            Self::BindSponsorFrozen => Some(5),
            Self::BindSponsorExcluded => Some(6),
            Self::BindAreaNotOpen => Some(7),
            Self::BindMemberNotInsured => Some(8),
            Self::BindMemberInactive => Some(9),
            Self::BindMemberOtherPool => Some(10),
            Self::BindMemberOtherProvince => Some(11),
            Self::BindRelationNotAllowed => Some(12),
            Self::BindDuplicate => Some(13),
            Self::BindRoleConflict => Some(14),
            Self::BindRelationCount => Some(15),
            Self::BindMemberLimit => Some(16),
            Self::BindSponsorLimit => Some(17),
            Self::BindReserveBelow => Some(18),
            Self::BindCooldown => Some(19),
            Self::BindPeriodInvalid => Some(20),
            Self::BindProofRequired => Some(21),
            _ => None,
        }
    }

    /// The rank among the causes that refuse a transfer of the wallet.
    #[must_use]
    pub const fn transfer_rank(self) -> Option<u8> {
        match self {
            Self::WalletMode => Some(1),
            Self::WalletNotOpenSelf => Some(2),
            Self::WalletAreaNotOpen => Some(3),
            Self::WalletNotOpenReceiver => Some(4),
            Self::WalletRelation => Some(5),
            Self::WalletClosed => Some(6),
            Self::WalletOverSingle => Some(7),
            Self::WalletPending => Some(8),
            Self::WalletOverCount => Some(9),
            Self::WalletBalance => Some(10),
            _ => None,
        }
    }

    /// The rank among the causes that refuse a premium.
    #[must_use]
    pub const fn premium_rank(self) -> Option<u8> {
        match self {
            Self::PremiumNotPayable => Some(1),
            Self::PremiumClosed => Some(2),
            Self::PremiumPaid => Some(3),
            Self::PremiumNoBinding => Some(4),
            Self::PremiumShort => Some(5),
            _ => None,
        }
    }

    /// Whether the settlement is refused as a whole; any other reason denies mutual aid alone and cash pays.
    #[must_use]
    pub const fn refuses_settlement(self) -> bool {
        matches!(
            self,
            Self::SettleNotOwnCode
                | Self::SettleInstNotDesignated
                | Self::SettleInstSuspended
                | Self::ReqIdempotencyConflict
        )
    }

    /// Whether only pages and interfaces give it, never a decision of the rules.
    #[must_use]
    pub const fn is_reserved(self) -> bool {
        matches!(
            self,
            Self::BindProofUnreadable
                | Self::BindNameIdMismatch
                | Self::BindIdInvalid
                | Self::BindMemberBlocked
                | Self::BindMemberUnavailable
                | Self::BindConsentPending
                | Self::BindConsentDeclined
                | Self::BindGuardianNeeded
                | Self::ReviewReturned
                | Self::ReviewRejected
                | Self::UnbindInFlight
                | Self::SettleSponsorShort
                | Self::SettleUnknown
                | Self::SettleDuplicate
                | Self::SettleRefunded
                | Self::SettleRefundLate
                | Self::SettleOnHold
                | Self::SettleTrialStale
                | Self::WalletReturned
                | Self::SysMaintenance
                | Self::SysOffline
                | Self::AuthFaceFailed
                | Self::AuthCodeWrong
                | Self::AuthLocked
                | Self::AuthExpired
                | Self::AccessNotAllowed
                | Self::DisputeLate
                | Self::ReconFileHash
                | Self::ReconTotals
                | Self::ClearUnbalanced
                | Self::ReqSignatureInvalid
                | Self::ReqTimestampSkew
                | Self::ReqSchema
                | Self::ReqEncoding
                | Self::ReqInfnoUnsupported
                | Self::ReqNotSignedIn
                | Self::ReqRateLimit
                | Self::ReqVersionGone
                | Self::ReqJson
                | Self::ReqMediaType
                | Self::ReqNotFound
                | Self::ReqMethod
                | Self::ReqTooLarge
                | Self::ReqKeyMissing
                | Self::ReqToken
                | Self::ReqRole
                | Self::ReqReference
                | Self::ReqVisit
                | Self::ReqTimeout
                | Self::ReqBusy
                | Self::ReqFailed
                | Self::ReqSignIn
                | Self::ReqSecondPerson
                | Self::ReqPrecondition
                | Self::ReqTries
                | Self::ReqUpstream
        )
    }

    /// What it is about.
    #[must_use]
    pub const fn family(self) -> Family {
        match self {
            Self::BindSelf
            | Self::BindSponsorNoAccount
            | Self::BindSponsorInactive
            | Self::BindSponsorArrears
            | Self::BindSponsorFrozen
            | Self::BindSponsorExcluded
            | Self::BindAreaNotOpen
            | Self::BindMemberNotInsured
            | Self::BindMemberInactive
            | Self::BindMemberOtherPool
            | Self::BindMemberOtherProvince
            | Self::BindRelationNotAllowed
            | Self::BindDuplicate
            | Self::BindRoleConflict
            | Self::BindRelationCount
            | Self::BindMemberLimit
            | Self::BindSponsorLimit
            | Self::BindReserveBelow
            | Self::BindCooldown
            | Self::BindPeriodInvalid
            | Self::BindProofRequired
            | Self::BindConsentExpired
            | Self::BindNotFound
            | Self::BindProofUnreadable
            | Self::BindNameIdMismatch
            | Self::BindIdInvalid
            | Self::BindMemberBlocked
            | Self::BindMemberUnavailable
            | Self::BindConsentPending
            | Self::BindConsentDeclined
            | Self::BindGuardianNeeded
            | Self::ReviewReturned
            | Self::ReviewRejected => Family::Bind,
            Self::UnbindMinTerm | Self::UnbindNotYours | Self::UnbindInFlight => Family::Unbind,
            Self::OrderNotYours => Family::Order,
            Self::SettleNotOwnCode
            | Self::SettleInstNotDesignated
            | Self::SettleInstSuspended
            | Self::SettlePatientInactive
            | Self::SettleChoseNot
            | Self::SettlePurposeExcluded
            | Self::SettleItemExcluded
            | Self::SettleBenefitLinked
            | Self::SettleFamilyCodeOnly
            | Self::SettleNoBinding
            | Self::SettleConsentPending
            | Self::SettleReviewPending
            | Self::SettleNotEffective
            | Self::SettleExpired
            | Self::SettlePaused
            | Self::SettleRebindNeeded
            | Self::SettleAreaNotOpen
            | Self::SettleNoQuota
            | Self::SettleNotRegisteredAway
            | Self::SettleInstChannel
            | Self::SettleSponsorUnavailable
            | Self::SettleOwnNotZero
            | Self::SettlePreviousYearsZero
            | Self::SettleReserve
            | Self::SettleSponsorZero
            | Self::SettleQuota
            | Self::SettleItemLimit
            | Self::SettleInsufficientWhole
            | Self::SettlePartial
            | Self::SettleOwnFirst
            | Self::SettleSponsorShort
            | Self::SettleUnknown
            | Self::SettleDuplicate
            | Self::SettleRefunded
            | Self::SettleRefundLate
            | Self::SettleOnHold
            | Self::SettleTrialStale
            | Self::SettleStopped => Family::Settle,
            Self::ReverseNotFound | Self::ReverseTwice => Family::Reverse,
            Self::WalletMode
            | Self::WalletNotOpenSelf
            | Self::WalletAreaNotOpen
            | Self::WalletNotOpenReceiver
            | Self::WalletRelation
            | Self::WalletClosed
            | Self::WalletOverSingle
            | Self::WalletPending
            | Self::WalletOverCount
            | Self::WalletBalance
            | Self::WalletPlace
            | Self::WalletNoWayBack
            | Self::WalletReturned => Family::Wallet,
            Self::PremiumNotPayable
            | Self::PremiumClosed
            | Self::PremiumPaid
            | Self::PremiumNoBinding
            | Self::PremiumShort => Family::Premium,
            Self::SysUpstream
            | Self::SysMaintenance
            | Self::SysOffline
            | Self::AuthFaceFailed
            | Self::AuthCodeWrong
            | Self::AuthLocked
            | Self::AuthExpired
            | Self::AccessNotAllowed
            | Self::DisputeLate
            | Self::ReconFileHash
            | Self::ReconTotals
            | Self::ClearUnbalanced => Family::System,
            Self::ReqIdempotencyConflict
            | Self::ReqSignatureInvalid
            | Self::ReqTimestampSkew
            | Self::ReqSchema
            | Self::ReqEncoding
            | Self::ReqInfnoUnsupported
            | Self::ReqNotSignedIn
            | Self::ReqRateLimit
            | Self::ReqVersionGone
            | Self::ReqJson
            | Self::ReqMediaType
            | Self::ReqNotFound
            | Self::ReqMethod
            | Self::ReqTooLarge
            | Self::ReqKeyMissing
            | Self::ReqToken
            | Self::ReqRole
            | Self::ReqReference
            | Self::ReqVisit
            | Self::ReqTimeout
            | Self::ReqBusy
            | Self::ReqFailed
            | Self::ReqSignIn
            | Self::ReqSecondPerson
            | Self::ReqPrecondition
            | Self::ReqTries
            | Self::ReqUpstream => Family::Request,
        }
    }

    /// The policy key on which the rule stands; `None` where it is no choice of an area.
    #[must_use]
    pub const fn clause(self) -> Option<&'static str> {
        match self {
            Self::BindSponsorExcluded => Some("bind.excluded-sponsor-traits"),
            Self::BindAreaNotOpen => Some("bind.open"),
            Self::BindMemberNotInsured => Some("bind.member-schemes"),
            Self::BindMemberOtherPool | Self::BindMemberOtherProvince => Some("bind.reach"),
            Self::BindRelationNotAllowed => Some("bind.relations"),
            Self::BindRoleConflict => Some("bind.roles"),
            Self::BindRelationCount => Some("bind.relation-count"),
            Self::BindMemberLimit => Some("bind.max-members"),
            Self::BindSponsorLimit => Some("bind.max-sponsors"),
            Self::BindReserveBelow => Some("bind.reserve-hinders"),
            Self::BindCooldown => Some("bind.cooldown-days"),
            Self::BindProofRequired | Self::BindProofUnreadable => Some("bind.proof"),
            Self::BindConsentExpired => Some("bind.consent-days"),
            Self::BindConsentPending | Self::BindConsentDeclined | Self::SettleConsentPending => Some("bind.consent"),
            Self::ReviewReturned | Self::ReviewRejected | Self::SettleReviewPending => Some("bind.review"),
            Self::UnbindMinTerm => Some("unbind.min-term-months"),
            Self::UnbindNotYours => Some("unbind.by"),
            Self::OrderNotYours => Some("till.sponsor-order"),
            Self::SettleChoseNot => Some("till.aid-asked"),
            Self::SettlePurposeExcluded => Some("till.kinds-employee"),
            Self::SettleItemExcluded => Some("till.payable-parts"),
            Self::SettleBenefitLinked => Some("till.pooled-benefit"),
            Self::SettleFamilyCodeOnly => Some("family-code.max-members"),
            Self::SettleNotEffective => Some("bind.effect"),
            Self::SettleExpired => Some("bind.term-years"),
            Self::SettleRebindNeeded => Some("end.events"),
            Self::SettleAreaNotOpen => Some("till.open"),
            Self::SettleNoQuota | Self::WalletMode => Some("wallet.mode"),
            Self::SettleNotRegisteredAway => Some("till.filing-for-aid"),
            Self::SettleOwnNotZero | Self::SettleOwnFirst => Some("till.own-account"),
            Self::SettlePreviousYearsZero => Some("money.usable"),
            Self::SettleReserve => Some("money.reserve"),
            Self::SettleQuota => Some("limits.one-for-all"),
            Self::SettleItemLimit => Some("till.item-limit"),
            Self::SettleInsufficientWhole | Self::SettlePartial => Some("till.shortfall"),
            Self::WalletAreaNotOpen => Some("wallet.open"),
            Self::WalletRelation => Some("bind.relations-across"),
            Self::WalletClosed => Some("wallet.closed-from"),
            Self::WalletOverSingle => Some("wallet.transfer-max"),
            Self::WalletPending => Some("wallet.pending-blocks"),
            Self::WalletOverCount => Some("wallet.transfers-a-day"),
            Self::WalletReturned => Some("wallet.return-at"),
            Self::PremiumNotPayable => Some("premium.resident"),
            Self::PremiumClosed => Some("premium.season"),
            _ => None,
        }
    }

    /// The reason that this reader may know. Some codes alone tell how much a sponsor has: relatives and
    /// cashiers get another one in their place.
    #[must_use]
    pub const fn seen_by(self, audience: Audience) -> Self {
        match audience {
            Audience::Sponsor | Audience::Staff => self,
            Audience::Beneficiary | Audience::Cashier => match self {
                Self::SettlePreviousYearsZero | Self::SettleReserve | Self::SettleSponsorZero => {
                    Self::SettleSponsorShort
                }
                other => other,
            },
        }
    }

    /// The templates for one reader: see [`fill`]. A cashier's text is one line, its `why` and `remedy` are empty.
    #[must_use]
    pub const fn text(self, language: Language, audience: Audience) -> Text {
        texts::spoken(self.seen_by(audience), language).for_audience(audience)
    }
}

/// A message that a person gets without asking. Codes and numbers are stable.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
#[repr(u16)]
pub enum Notice {
    /// `N_INVITE`, to beneficiary: `name` wants to let you use a personal account for care. Agree or decline before `date`.
    Invite = 901,
    /// `N_EFFECTIVE`, to both: Family sharing is active. Use your own code; your relative's account pays the personal part.
    Effective = 902,
    /// `N_SPENT`, to sponsor: `name` used ¥`amount` of yours. If it was not your relative, call 12393.
    Spent = 903,
    /// `N_PAID_FOR`, to beneficiary: Your relative's account paid ¥`amount`. You pay ¥`rest`.
    PaidFor = 904,
    /// `N_NOT_USED`, to beneficiary: No money of a relative was used. Open the link for the reason and what to do.
    NotUsed = 905,
    /// `N_PARTIAL`, to sponsor: `name` used ¥`amount` of yours and reached your limit. Your relative paid ¥`rest`.
    Partial = 906,
    /// `N_QUOTA80`, to sponsor: `name` has used ¥`amount` of a limit of ¥`max`.
    Quota80 = 907,
    /// `N_EXPIRING`, to both: Family sharing runs until `date`. To go on, add the relative again.
    Expiring = 908,
    /// `N_REVIEW_BACK`, to sponsor: Your papers need one more thing. Complete them by `date`; the rest is kept.
    ReviewBack = 909,
    /// `N_UNBOUND`, to both: Unbound. A relative's money is no longer used; earlier payments stay.
    Unbound = 910,
    /// `N_WALLET_IN`, to beneficiary: `name` sent you ¥`amount`. Accept it before `date` or it goes back.
    WalletIn = 911,
    /// `N_WALLET_REMIND`, to beneficiary: ¥`amount` is still waiting and goes back at 06:00.
    WalletRemind = 912,
    /// `N_WALLET_BACK`, to sponsor: ¥`amount` was not accepted and is back in your personal account.
    WalletBack = 913,
    /// `N_REFUND`, to sponsor: `inst` made a refund: ¥`amount` is back in your personal account.
    Refund = 914,
    /// `N_FROZEN`, to sponsor: Your personal account is frozen, so your relatives cannot use it. Call 12393.
    Frozen = 915,
    /// `N_DISPUTE`, to who asked: We have your question, number `id`. The answer comes before `date`.
    Dispute = 916,
}

impl Notice {
    /// Every one, in the order of the catalogue.
    pub const ALL: &'static [Self] = &[
        Self::Invite,
        Self::Effective,
        Self::Spent,
        Self::PaidFor,
        Self::NotUsed,
        Self::Partial,
        Self::Quota80,
        Self::Expiring,
        Self::ReviewBack,
        Self::Unbound,
        Self::WalletIn,
        Self::WalletRemind,
        Self::WalletBack,
        Self::Refund,
        Self::Frozen,
        Self::Dispute,
    ];

    /// The code that institutions, pages and scenarios use.
    #[must_use]
    pub const fn code(self) -> &'static str {
        match self {
            Self::Invite => "N_INVITE",
            Self::Effective => "N_EFFECTIVE",
            Self::Spent => "N_SPENT",
            Self::PaidFor => "N_PAID_FOR",
            Self::NotUsed => "N_NOT_USED",
            Self::Partial => "N_PARTIAL",
            Self::Quota80 => "N_QUOTA80",
            Self::Expiring => "N_EXPIRING",
            Self::ReviewBack => "N_REVIEW_BACK",
            Self::Unbound => "N_UNBOUND",
            Self::WalletIn => "N_WALLET_IN",
            Self::WalletRemind => "N_WALLET_REMIND",
            Self::WalletBack => "N_WALLET_BACK",
            Self::Refund => "N_REFUND",
            Self::Frozen => "N_FROZEN",
            Self::Dispute => "N_DISPUTE",
        }
    }

    /// The one that has this code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        Some(match code {
            "N_INVITE" => Self::Invite,
            "N_EFFECTIVE" => Self::Effective,
            "N_SPENT" => Self::Spent,
            "N_PAID_FOR" => Self::PaidFor,
            "N_NOT_USED" => Self::NotUsed,
            "N_PARTIAL" => Self::Partial,
            "N_QUOTA80" => Self::Quota80,
            "N_EXPIRING" => Self::Expiring,
            "N_REVIEW_BACK" => Self::ReviewBack,
            "N_UNBOUND" => Self::Unbound,
            "N_WALLET_IN" => Self::WalletIn,
            "N_WALLET_REMIND" => Self::WalletRemind,
            "N_WALLET_BACK" => Self::WalletBack,
            "N_REFUND" => Self::Refund,
            "N_FROZEN" => Self::Frozen,
            "N_DISPUTE" => Self::Dispute,
            _ => return None,
        })
    }

    /// The stable number that traces and rows keep.
    #[must_use]
    pub const fn number(self) -> u16 {
        self as u16
    }

    /// The one that has this number.
    #[must_use]
    pub fn from_number(number: u16) -> Option<Self> {
        Self::ALL.iter().copied().find(|one| one.number() == number)
    }

    /// The template of its text; all its values must be given to [`fill`] (see [`values_of`]).
    #[must_use]
    pub const fn text(self, language: Language) -> &'static str {
        texts::notice(self, language)
    }
}

/// Puts values into a template: each `{name}` becomes its value.
///
/// A sentence that names a value which is not given is left out, so that nobody ever reads a brace; the
/// catalogue makes sure that the first sentence of every reason's text stands without one.
#[must_use]
pub fn fill(template: &str, values: &[(&str, &str)]) -> String {
    let filled: String =
        sentences(template).into_iter().filter_map(|sentence| fill_sentence(sentence, values)).collect();
    filled.trim_end().to_owned()
}

/// The names of the values of a template, in the order in which they stand.
#[must_use]
pub fn values_of(template: &str) -> Vec<&str> {
    template.split('{').skip(1).filter_map(|rest| Some(rest.split_once('}')?.0)).collect()
}

/// A sentence ends with 。 or with a stop before a blank; ¥88.50 is no end.
fn sentences(template: &str) -> Vec<&str> {
    template.split_inclusive('。').flat_map(|part| part.split_inclusive(". ")).collect()
}

fn fill_sentence(sentence: &str, values: &[(&str, &str)]) -> Option<String> {
    let mut pieces = sentence.split('{');
    let mut filled = pieces.next()?.to_owned();
    for piece in pieces {
        let (name, rest) = piece.split_once('}')?;
        let (_, value) = values.iter().find(|(known, _)| *known == name)?;
        filled.push_str(value);
        filled.push_str(rest);
    }
    Some(filled)
}
