//! Closing days of a database on a server.

use gongji_words::Day;

use super::session::Session;
use super::{Engine, TOUCH};
use crate::StoreError;
use crate::days::{self, ClosedDay, LaneMark};
use crate::sql::{catalogue as sql, values};
use crate::tidings::{self, Marks, OnDay, first_kept};

impl Engine {
    /// Closes the next day until then; none is none. Two programs do it one after the other.
    pub(crate) async fn close_day(&self, until: Day, untold: Option<&Marks>) -> Result<Option<ClosedDay>, StoreError> {
        let session = self.session().await?;
        session.run("begin").await?;
        session.run(TOUCH).await?;
        let closed = close_at(&session, until, untold).await?;
        session.commit().await?;
        self.give_back(session);
        Ok(closed)
    }

    pub(crate) async fn closed_days(&self) -> Result<Vec<ClosedDay>, StoreError> {
        let session = self.session().await?;
        let days = days::closed_days(&session).await?;
        self.give_back(session);
        Ok(days)
    }

    pub(crate) async fn lane_marks(&self) -> Result<Vec<LaneMark>, StoreError> {
        let session = self.session().await?;
        let marks = days::lane_marks(&session).await?;
        self.give_back(session);
        Ok(marks)
    }

    pub(crate) async fn tidings(&self, marks: &Marks, most: usize) -> Result<(Vec<OnDay>, Marks), StoreError> {
        let session = self.session().await?;
        let told = tidings::after(&session, marks, most).await?;
        self.give_back(session);
        Ok(told)
    }
}

async fn close_at(session: &Session, until: Day, untold: Option<&Marks>) -> Result<Option<ClosedDay>, StoreError> {
    let Some(day) = days::next_closed(session, until).await? else { return Ok(None) };
    session.execute(&sql::ADD_CLOSED_DAY, &values::closed_day(&day)).await?;
    for (lane, first) in first_kept(&day, untold) {
        session.execute(&sql::DROP_SHEETS, &[lane.into(), first.into()]).await?;
    }
    Ok(Some(day))
}
