//! What must hold: after every step at each site, and at every rest over all of them; of what was touched since the
//! last rest, or of everything.

use gongji_domain::policy::Law;
use gongji_domain::record::Rows;
use gongji_words::{AreaCode, Moment};

use crate::cast::Cast;
use crate::client::Order;
use crate::executor::ready;
use crate::orders::Orders;
use crate::site::Site;
use crate::world::World;

mod claims;
mod messages;
mod money;
mod news;
mod relations;
mod shares;

pub use news::{Touched, news};

/// What a check says: nothing, or a sentence about what must not be.
pub type Verdict = Result<(), String>;

/// All that a check at a rest looks at.
pub struct View<'a> {
    /// Rows of each site: all of them, or those that were touched and what they are about.
    pub dumps: &'a [&'a Rows],
    /// The law of all sites.
    pub law: &'a Law,
    /// Who lives where.
    pub cast: &'a Cast,
    /// What clients sent and were told.
    pub orders: &'a Orders,
    /// Those of the orders that are looked at.
    pub asked: Vec<&'a Order>,
    /// What time it is.
    pub now: Moment,
}

impl View<'_> {
    /// The rows of the site of a province.
    #[must_use]
    pub fn rows(&self, area: AreaCode) -> Option<&Rows> {
        self.cast.site(area).map(|site| self.dumps[site])
    }
}

/// The ledger of a site is even: every balance, hold, wallet and counter follows from what was entered.
///
/// # Errors
/// What does not.
pub fn after_step(site: &Site) -> Verdict {
    let totals = ready(site.node.store().audit_totals()).map_err(|error| error.to_string())?;
    match totals.discrepancies.first() {
        Some(wrong) => Err(format!("the audit of {} finds {wrong:?}", site.province)),
        None => Ok(()),
    }
}

/// Everything that must hold when all is answered and everything has arrived, over all rows.
///
/// # Errors
/// The first thing that does not hold.
pub fn at_rest(world: &World) -> Verdict {
    let sites: Vec<&Site> = world.sites.iter().flatten().collect();
    look_at_all(&sites, &[], &mut |dumps| {
        let asked = world.orders.live().map(|(_, order)| order).collect();
        let (law, now) = (world.site(0).node.law(), world.clock.true_time());
        let view = View { dumps, law: &law, cast: &world.cast, orders: &world.orders, asked, now };
        messages::check(&view)?;
        messages::check_put_away(&view)?;
        shares::check(&view)?;
        claims::check(&view)?;
        relations::check(&view)?;
        money::check(&view)
    })
}

/// The rows of all sites at once, none of them copied where the engine keeps them in memory.
fn look_at_all(sites: &[&Site], seen: &[&Rows], then: &mut dyn FnMut(&[&Rows]) -> Verdict) -> Verdict {
    let Some((site, others)) = sites.split_first() else { return then(seen) };
    let looked = site.look(|rows| {
        let all: Vec<&Rows> = seen.iter().copied().chain([rows]).collect();
        look_at_all(others, &all, then)
    });
    looked.map_err(|error| error.to_string())?
}
