//! Sums of all tables, as they are at one moment, through a cursor for each: a table is never here at once.

use super::{Engine, SNAPSHOT, Session};
use crate::StoreError;
use crate::sql::Fields;
use crate::sql::reading::asks_for_everything;
use crate::tally::{Tallies, Tally};

impl Engine {
    pub(crate) async fn tallies(&self) -> Result<Vec<Tally>, StoreError> {
        let session = self.session().await?;
        session.run(SNAPSHOT).await?;
        let tallies = tallies_at(&session).await?;
        session.run("commit").await?;
        self.give_back(session);
        Ok(tallies)
    }
}

async fn tallies_at(session: &Session) -> Result<Vec<Tally>, StoreError> {
    let mut tallies = Tallies::default();
    for ask in asks_for_everything() {
        session.open_page(ask.statement).await?;
        loop {
            let rows = session.next_page(ask.statement).await?;
            if rows.is_empty() {
                break;
            }
            rows.iter().try_for_each(|row| tallies.take(&ask, &mut Fields::of(ask.statement.table, row)))?;
        }
        session.run("close page").await?;
        tallies.let_go();
    }
    Ok(tallies.finish())
}
