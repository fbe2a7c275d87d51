//! What takes several statements where rows are spread over machines, and one where they are not.
//!
//! Invariant: each of them is of one key.

use futures_util::future::try_join_all;
use futures_util::try_join;
use gongji_domain::readiness::Backing;
use gongji_words::{CommandId, InstitutionId, PersonId};

use super::lookups::Readiness;
use super::session::Session;
use crate::sql::{Ask, Reading, catalogue as sql, decode};
use crate::{StoreError, stop};

/// Who could pay for a patient, in the order of sponsors and bindings, the institution, if it is known, and the stops in force.
pub(super) async fn readiness(
    session: &Session,
    (patient, institution): (PersonId, InstitutionId),
) -> Result<Readiness, StoreError> {
    let (patient, institution) = ([patient.number().into()], [institution.number().into()]);
    let (links, places) = try_join!(
        session.query(&sql::LINKS_OF, &patient, decode::link),
        session.query(&sql::INSTITUTION_WITH_STOPS, &institution, stop::institution_with_stop),
    )?;
    let (mut institutions, stops): (Vec<_>, Vec<_>) = places.into_iter().unzip();
    let backings = links.into_iter().map(|(_, (sponsor, binding))| backing_of(session, sponsor, binding));
    let backings = try_join_all(backings).await?.into_iter().flatten().collect();
    Ok((backings, institutions.pop(), stops.into_iter().flatten().collect()))
}

/// A binding with its sponsor and his account, which have one key.
async fn backing_of(session: &Session, sponsor: PersonId, id: CommandId) -> Result<Option<Backing>, StoreError> {
    let (of_sponsor, of_binding) = ([sponsor.number().into()], [sponsor.number().into(), id.number().into()]);
    let (mut bindings, mut people, mut accounts) = try_join!(
        session.query(&sql::BINDING, &of_binding, decode::binding),
        session.query(&sql::PERSON, &of_sponsor, decode::person),
        session.query(&sql::ACCOUNT, &of_sponsor, decode::account),
    )?;
    Ok(bindings.pop().map(|binding| Backing {
        binding,
        sponsor: people.pop().map(|(person, _)| (person.scheme, person.status)),
        account: accounts.pop().map(|kept| {
            let free = kept.account.lots.total().minus(kept.held);
            (kept.account.frozen, free, kept.held)
        }),
    }))
}

/// Transfers that were found by who sent them or whom they wait for, once more by their own numbers, so that they can be
/// locked: by now they may have been accepted.
pub(super) fn transfers_again(reading: &Reading) -> Ask {
    let keys = reading.rows.transfers.keys().map(|id| id.number().into()).collect();
    Ask {
        statement: &sql::TRANSFER,
        keys,
        width: 1,
        take: |reading, f| {
            let row = decode::transfer(f)?;
            reading.rows.transfers.insert(row.id, row);
            Ok(())
        },
    }
}
