//! The audit of a server: everything as it is at one moment, by two sessions and two threads.

use std::sync::Arc;
use std::thread;

use tokio::runtime::Builder;
use tokio::sync::oneshot;

use super::session::Session;
use super::stay::Stay;
use super::{Engine, SNAPSHOT};
use crate::audit::{self, Asked, Beside, Commands, Progress, Ranges, Scope, Totals};
use crate::seal::Sealer;
use crate::{StoreError, WorkingKey};

/// Whoever is through first waits for the other.
const HOLD: &str = "set local idle_in_transaction_session_timeout = 0";

impl Engine {
    /// Of one moment, in sessions of its own.
    pub(crate) async fn audit(
        &self,
        asked: Asked<'_>,
        progress: &mut (dyn FnMut(Progress) + Send),
    ) -> Result<Totals, StoreError> {
        let session = self.session().await?;
        session.run(SNAPSHOT).await?;
        session.run(HOLD).await?;
        let keys = (!self.keys.is_none()).then_some(&self.keys);
        let beside = match keys {
            // Machines that a database is spread over have no moment in common.
            Some(keys) if asked.scope == Scope::All && !session.is_spread() => self.beside(&session, keys).await?,
            _ => Beside::nobody(&session).await?,
        };
        let mut totals = audit::run(&session, (keys, asked), beside, progress).await?;
        session.run("commit").await?;
        self.give_back(session);
        if asked.scope == Scope::All && keys.is_some() {
            totals.discrepancies.extend(self.audit_releases().await?);
            totals.discrepancies.extend(self.audit_stops().await?);
            totals.discrepancies.extend(self.audit_proposals().await?);
        }
        Ok(totals)
    }

    /// Lets a thread go through parts of the commands by a session that sees the moment of this one.
    async fn beside(&self, session: &Session, keys: &WorkingKey) -> Result<Beside<'static>, StoreError> {
        let moment = session.text_of("select pg_export_snapshot()").await?;
        let joining = format!("{SNAPSHOT}; set transaction snapshot '{moment}'; {HOLD}");
        let (told, commands) = oneshot::channel();
        let address = self.address.clone().staying(Stay::Yields);
        let (sealer, ranges) = (Sealer::of(keys), Arc::new(Ranges::of(session).await?));
        let shared = ranges.clone();
        // The thread moves the bytes of its session itself: handing each piece over from another costs a quarter of the audit.
        let read = async move {
            let other = Session::connect(&address).await?;
            other.run(&joining).await?;
            Commands::read(&other, &sealer, &shared, &mut |_| ()).await
        };
        // Its session ends with it, and the transaction with that.
        let started = thread::Builder::new().name("audit".to_owned()).spawn(move || {
            let runtime = Builder::new_current_thread().enable_all().build();
            let read = runtime.map_err(|_| StoreError::Unreachable).and_then(|runtime| runtime.block_on(read));
            let _nobody_may_wait_any_more = told.send(read);
        });
        let (started, stay) = (started.is_ok(), self.address.stay);
        let found = async move {
            let lost = |_| Err(StoreError::Unreachable);
            if started { Some(stay.on(commands).await.unwrap_or_else(lost)) } else { None }
        };
        Ok(Beside { ranges, found: Box::pin(found) })
    }
}
