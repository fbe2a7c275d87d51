//! What must hold: after every step at each site, and at every rest over all of them.

use std::collections::BTreeMap;

use gongji_domain::policy::Law;
use gongji_domain::record::Rows;
use gongji_words::{CommandId, Moment};

use crate::cast::Cast;
use crate::client::Order;
use crate::executor::ready;
use crate::site::Site;
use crate::world::World;

mod claims;
mod messages;
mod money;
mod relations;
mod shares;

/// What a check says: nothing, or a sentence about what must not be.
pub type Verdict = Result<(), String>;

/// All that a check at a rest looks at.
pub struct View<'a> {
    /// All rows of each site.
    pub dumps: &'a [Rows],
    /// The law of all sites.
    pub law: &'a Law,
    /// Who lives where.
    pub cast: &'a Cast,
    /// What clients sent and were told.
    pub orders: &'a [Order],
    /// What time it is.
    pub now: Moment,
}

impl View<'_> {
    /// The site of a province, with its rows.
    #[must_use]
    pub fn rows(&self, area: gongji_words::AreaCode) -> Option<&Rows> {
        self.cast.site(area).map(|site| &self.dumps[site])
    }

    /// The orders by the id under which they were entered.
    #[must_use]
    pub fn by_id(&self) -> BTreeMap<CommandId, &Order> {
        self.orders.iter().filter_map(|order| Some((order.id?, order))).collect()
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

/// Everything that must hold when all is answered and everything has arrived.
///
/// # Errors
/// The first thing that does not hold.
pub fn at_rest(world: &World) -> Verdict {
    let dumps: Result<Vec<Rows>, _> = world.sites.iter().flatten().map(Site::dump).collect();
    let dumps = dumps.map_err(|error| error.to_string())?;
    let (cast, law, now) = (&world.cast, world.site(0).node.law(), world.clock.true_time());
    let view = View { dumps: &dumps, law, cast, orders: &world.orders, now };
    messages::check(&view)?;
    shares::check(&view)?;
    claims::check(&view)?;
    relations::check(&view)?;
    money::check(&view)
}
