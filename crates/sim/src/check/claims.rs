//! Both areas have written down the same claim.

use std::collections::BTreeMap;

use gongji_domain::record::{Claim, ClaimSide};
use gongji_words::{AreaCode, CommandId};

use super::{Verdict, View};

/// Every claim stands on both sides, with one amount and one month.
pub(super) fn check(view: &View<'_>) -> Verdict {
    let mut sides: BTreeMap<(CommandId, AreaCode, AreaCode), BTreeMap<ClaimSide, &Claim>> = BTreeMap::new();
    for (site, rows) in view.dumps.iter().enumerate() {
        for claim in rows.claims.values() {
            let keeper = if claim.side == ClaimSide::Debtor { claim.from } else { claim.to };
            if view.cast.site(keeper) != Some(site) {
                return Err(format!("a claim of {keeper} is kept at another node: {claim:?}"));
            }
            sides.entry((claim.event, claim.from, claim.to)).or_default().insert(claim.side, claim);
        }
    }
    for ((event, from, to), both) in sides {
        let (debtor, creditor) = (both.get(&ClaimSide::Debtor), both.get(&ClaimSide::Creditor));
        let even = matches!((debtor, creditor), (Some(one), Some(other)) if one.amount == other.amount
            && one.month == other.month);
        if !even {
            return Err(format!("the claim {event} of {to} on {from} differs: {debtor:?} and {creditor:?}"));
        }
    }
    Ok(())
}
