//! By which channel a sponsor's money can reach a relative: a function of the two areas of insurance, the purpose and
//! the day. Where care is given has no part in it.

use gongji_words::{AreaCode, Day};

use crate::binding::Distance;
use crate::burden::{Purpose, VisitKind};
use crate::decide::reaches;
use crate::policy::{Law, Policy, WalletMode};
use crate::word::vocabulary;

vocabulary! {
    /// How money reaches a relative.
    PayChannel {
        /// Not at all.
        Closed = 1 "closed",
        /// The sponsor's account is debited at the till.
        Direct = 2 "direct",
        /// Through money transferred into the relative's wallet (2024-12-02 until 2026-01-08).
        WalletTransfer = 3 "wallet-transfer",
        /// Through a quota frozen in the sponsor's account (from 2026-01-09).
        WalletQuota = 4 "wallet-quota",
    }
}

/// The channel between two areas on a day, for a purpose.
///
/// Direct as far as the sponsor's area reaches; beyond, the wallet where both areas have opened it (national notice of
/// 国家医保局 and 财政部, 2026-01-09, for the quota; before that the transfer). Closed where neither is, or where the
/// relative's area lets nobody use aid for the purpose.
#[must_use]
pub fn channel(law: &Law, (sponsor, relative): (AreaCode, AreaCode), purpose: Purpose, day: Day) -> PayChannel {
    let (Ok(theirs), Ok(his)) = (law.on(sponsor, day), law.on(relative, day)) else { return PayChannel::Closed };
    if !is_payable(his, purpose) {
        return PayChannel::Closed;
    }
    between((theirs, his), Distance::between(sponsor, relative))
}

/// The channel between two laws, whatever the purpose.
#[must_use]
pub fn between((sponsor, relative): (&Policy, &Policy), distance: Distance) -> PayChannel {
    if reaches(sponsor.bind.reach, distance) {
        return if sponsor.bind.open && relative.till.open { PayChannel::Direct } else { PayChannel::Closed };
    }
    wallet_between(sponsor, relative)
}

/// The channel of the wallet between two laws: both sides must have opened it.
#[must_use]
pub fn wallet_between(sponsor: &Policy, relative: &Policy) -> PayChannel {
    if !sponsor.wallet.open || !relative.wallet.open {
        return PayChannel::Closed;
    }
    match sponsor.wallet.mode {
        WalletMode::Closed => PayChannel::Closed,
        WalletMode::Transfer => PayChannel::WalletTransfer,
        WalletMode::Quota => PayChannel::WalletQuota,
    }
}

fn is_payable(relative: &Policy, purpose: Purpose) -> bool {
    let kind = VisitKind::ALL.iter().find(|kind| Purpose::from(**kind) == purpose);
    kind.is_none_or(|kind| relative.till.kinds_employee.contains(kind) || relative.till.kinds_resident.contains(kind))
}
