//! What a webhook says of something that happened.
//!
//! Invariants: an institution reads amounts of its own bills, an area none; nobody reads a patient, a sponsor or a balance.
//! The name of an event is made of the row that it is about, so it is the same however often it is told.

use gongji_domain::record::{PaymentRow, Wanted};
use gongji_store::{PaymentId, Store, StoreError, Tiding};
use gongji_words::{CommandId, Moment, PersonId};
use serde_json::{Value, json};

use super::call::Parcel;
use super::{Event, Scope, Webhook};

/// What is sent to see whether a receiver is there.
pub fn ping(now: Moment) -> Parcel {
    let id = format!("ping-{}", now.millis());
    let body = json!({ "id": id, "event": "ping", "at": gongji_http::time(now) });
    Parcel { id, body: body.to_string() }
}

const fn event_of(tiding: &Tiding) -> Event {
    match tiding {
        Tiding::Settled(_) => Event::Settled,
        Tiding::Reversed(..) => Event::Reversed,
        Tiding::Bound(..) => Event::Bound,
        Tiding::Unbound(..) => Event::Unbound,
    }
}

/// The name of what happened.
pub fn name_of(tiding: &Tiding) -> String {
    let about = match tiding {
        Tiding::Settled(of) | Tiding::Reversed(of, _) => of.payment,
        Tiding::Bound(_, binding) | Tiding::Unbound(_, binding) => *binding,
    };
    format!("{}-{about}", event_of(tiding).word())
}

/// Whether a webhook may be concerned at all, as far as can be said without a row.
fn may_concern(webhook: &Webhook, tiding: &Tiding) -> bool {
    let is_of_it = match (webhook.scope, tiding) {
        (Scope::Institution(own), Tiding::Settled(of) | Tiding::Reversed(of, _)) => of.institution == own,
        (Scope::Institution(_), _) => false,
        (Scope::Area(_), _) => true,
    };
    is_of_it && webhook.events.contains(&event_of(tiding))
}

/// What a webhook is told; nothing if it is not concerned.
///
/// # Errors
/// [`StoreError`] if the rows cannot be read.
pub async fn parcel(store: &Store, webhook: &Webhook, tiding: &Tiding) -> Result<Option<Parcel>, StoreError> {
    if !may_concern(webhook, tiding) {
        return Ok(None);
    }
    let said = match tiding {
        Tiding::Settled(of) => of_bill(store, webhook, (of, None)).await?,
        Tiding::Reversed(of, at) => of_bill(store, webhook, (of, Some(*at))).await?,
        Tiding::Bound(sponsor, id) | Tiding::Unbound(sponsor, id) => {
            of_binding(store, webhook, (*sponsor, *id, event_of(tiding))).await?
        }
    };
    Ok(said.map(|mut said| {
        let id = name_of(tiding);
        said["id"] = id.as_str().into();
        said["event"] = event_of(tiding).word().into();
        Parcel { id, body: said.to_string() }
    }))
}

async fn of_bill(
    store: &Store,
    webhook: &Webhook,
    (of, reversed_at): (&PaymentId, Option<Moment>),
) -> Result<Option<Value>, StoreError> {
    let wanted = Wanted { payments: [of.payment].into(), ..Wanted::default() };
    let Some(row) = store.read(&wanted).await?.rows.payments.remove(&of.payment) else { return Ok(None) };
    let mut said = json!({
        "at": gongji_http::time(reversed_at.unwrap_or(row.at)),
        "settlement": settlement(of),
        "number": row.id.to_string(),
        "institution": of.institution.number(),
        "area": row.payee_area.to_string(),
    });
    match webhook.scope {
        Scope::Institution(_) => add_amounts(&mut said, &row),
        Scope::Area(area) if area.covers(row.payee_area) || area.covers(row.key_area) => {}
        Scope::Area(_) => return Ok(None),
    }
    Ok(Some(said))
}

/// What a till reads of its own bill.
fn add_amounts(said: &mut Value, row: &PaymentRow) {
    let aid = row.shares.iter().fold(gongji_words::Fen::ZERO, |sum, share| sum.plus(share.amount));
    for (name, amount) in [("own", row.own), ("aid", aid), ("wallet", row.wallet), ("cash", row.cash)] {
        said[name] = amount.to_string().into();
    }
}

/// The name under which REST knows a settlement; none of a bill that came otherwise.
fn settlement(of: &PaymentId) -> Option<String> {
    let message = of.message.as_ref()?;
    let is_own = message.sender() == format!("institution-{}", of.institution);
    is_own.then(|| format!("{}-{}", of.institution, message.id()))
}

async fn of_binding(
    store: &Store,
    webhook: &Webhook,
    (sponsor, id, event): (PersonId, CommandId, Event),
) -> Result<Option<Value>, StoreError> {
    let wanted = Wanted { people: [sponsor].into(), ..Wanted::default() };
    let Some(row) = store.read(&wanted).await?.rows.bindings.remove(&(sponsor, id)) else { return Ok(None) };
    let is_of_it = |area: gongji_words::AreaCode| area.covers(row.beneficiary_area) || area.covers(row.sponsor_area);
    let Scope::Area(area) = webhook.scope else { return Ok(None) };
    if !is_of_it(area) {
        return Ok(None);
    }
    let begun = row.asked_at.max(row.from.start());
    let at = if event == Event::Bound { begun } else { row.ended_at.unwrap_or(begun) };
    Ok(Some(json!({
        "at": gongji_http::time(at),
        "binding": id.to_string(),
        "area": row.beneficiary_area.to_string(),
    })))
}
