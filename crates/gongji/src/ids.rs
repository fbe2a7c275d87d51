//! Ids of commands: in the order of time, and never twice over restarts, kills and clocks that are put back.
//!
//! An id is the millisecond with 20 bits to count below it. Who counts is known before he does:
//!
//! - To a file one program writes. `<database>.ids` holds a number above every id that was given: a second ahead while the
//!   program runs, exact once it has ended. If the file is lost, the clock alone keeps ids apart; so a backup brings the
//!   number along, and a restored database has it before it has its name.
//! - To a server any number of programs write. Each takes milliseconds that are its own, in a row of the database under its
//!   lock, before it counts in them: never ones that were taken, nor ones before the clock. Whoever is killed leaves some
//!   unused. They are taken anew once they are old, so that ids of several programs stay in the order of time but for
//!   [`FRESH`] and the difference of their clocks.
//!
//! Deliberately absent: guessing from the database, which has no one place where all ids stand.

use std::ffi::OsString;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use gongji_service::Ids;
use gongji_store::{Store, StoreError};
use gongji_words::{CommandId, PersonId};
use tokio::sync::Mutex as Turn;

use crate::clock::millis_of;
use crate::{files, ready};

/// Bits below the millisecond.
const COUNTED: u32 = 20;

/// How far ahead numbers are kept free: a second.
const AHEAD: i64 = 1_000 << COUNTED;

/// How many milliseconds a program takes of a server: a million ids each.
pub const USUAL: i64 = 1;

/// The same for work that draws ids for as many people as there are.
pub const MANY: i64 = 1_000;

/// For how long milliseconds that were taken are as good as the clock.
const FRESH: i64 = 100 << COUNTED;

/// Ids of one run of the program over one database.
#[derive(Debug)]
pub struct TimeOrderedIds {
    state: Mutex<State>,
    /// Of whom they are claimed, if others write there too.
    server: Option<Arc<Store>>,
    /// Whoever claims for all who wait.
    claiming: Turn<()>,
}

#[derive(Debug)]
struct State {
    last: i64,
    /// All below it are free for this run.
    kept: i64,
    file: Option<File>,
}

impl TimeOrderedIds {
    /// Ids for a database that this program alone writes to.
    ///
    /// # Errors
    /// The file beside the database cannot be read or written.
    pub fn over(database: &Path) -> std::io::Result<Self> {
        let mut file =
            files::for_its_owner().read(true).write(true).create(true).truncate(false).open(beside(database))?;
        let last = noted_in(&mut file)?.unwrap_or(0);
        let mut state = State { last, kept: last, file: Some(file) };
        state.keep(last.max(now()) + AHEAD)?;
        Ok(Self { state: Mutex::new(state), server: None, claiming: Turn::default() })
    }

    /// Ids for a database on a server, to which others may write too.
    ///
    /// # Errors
    /// The server cannot be reached.
    pub fn claimed(store: &Arc<Store>) -> Result<Self, StoreError> {
        let state = State { last: 0, kept: 0, file: None };
        let ids = Self { state: Mutex::new(state), server: Some(store.clone()), claiming: Turn::default() };
        ready(ids.refresh(USUAL))?;
        Ok(ids)
    }

    /// Before ids are drawn: takes milliseconds of the server anew if those that are left are old, or too few.
    ///
    /// # Errors
    /// The server cannot be reached.
    pub async fn refresh(&self, millis: i64) -> Result<(), StoreError> {
        let Some(store) = &self.server else { return Ok(()) };
        let now = millis_of(SystemTime::now());
        self.refresh_by(millis, now, async || store.claim(now, millis).await).await
    }

    /// One claims, however many come at once: each claim is a commit on the same row, and those of hundreds would wait for
    /// one another. Who comes meanwhile goes on with what is left, unless that is old indeed.
    async fn refresh_by(
        &self,
        millis: i64,
        now: i64,
        claim: impl AsyncFnOnce() -> Result<i64, StoreError>,
    ) -> Result<(), StoreError> {
        let are_good = |fresh: i64| {
            let state = self.state();
            state.last + fresh > now << COUNTED && state.kept - state.last > (millis << COUNTED) / 2
        };
        if are_good(FRESH) {
            return Ok(());
        }
        let _mine = match self.claiming.try_lock() {
            Ok(mine) => mine,
            Err(_) if are_good(2 * FRESH) => return Ok(()),
            Err(_) => self.claiming.lock().await,
        };
        if are_good(FRESH) {
            return Ok(());
        }
        let first = claim().await?;
        let mut state = self.state();
        // What was left of those before is given to nobody.
        if first << COUNTED > state.last {
            state.last = (first << COUNTED) - 1;
            state.kept = (first + millis) << COUNTED;
        }
        Ok(())
    }

    /// Ids for what is not kept.
    pub fn passing() -> Self {
        let state = Mutex::new(State { last: 0, kept: i64::MAX, file: None });
        Self { state, server: None, claiming: Turn::default() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn next_number(&self) -> i64 {
        let mut state = self.state();
        if self.server.is_some() {
            state.last += 1;
            assert!(state.last < state.kept, "more ids were drawn than were taken of the server");
            return state.last;
        }
        state.last = (state.last + 1).max(now());
        if state.last >= state.kept {
            let ahead = state.last + AHEAD;
            // That it fails stops nobody: until the clock is put back, the clock keeps ids apart.
            let _clock_keeps_them_apart = state.keep(ahead);
        }
        state.last
    }

    /// An id for a person who is new here.
    pub fn next_person(&self) -> PersonId {
        PersonId::from_number(self.next_number())
    }
}

fn beside(database: &Path) -> OsString {
    let mut path = OsString::from(database);
    path.push(".ids");
    path
}

fn noted_in(file: &mut File) -> std::io::Result<Option<i64>> {
    let mut text = String::new();
    file.read_to_string(&mut text)?;
    Ok(text.trim().parse().ok())
}

/// A number that no id is above which a database was given until now, if it is noted beside it.
///
/// # Errors
/// The file beside the database cannot be read.
pub fn given_to(database: &Path) -> std::io::Result<Option<i64>> {
    match File::open(beside(database)) {
        Ok(mut file) => noted_in(&mut file),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// Notes beside a database which is about to be there that its ids go up to this number. A higher one that is noted stays.
///
/// # Errors
/// The file beside the database cannot be written.
pub fn give_above(database: &Path, number: i64) -> std::io::Result<()> {
    let mut file = files::for_its_owner().read(true).write(true).create(true).truncate(false).open(beside(database))?;
    let last = noted_in(&mut file)?.unwrap_or(0).max(number);
    State { last, kept: last, file: Some(file) }.keep(last)
}

fn now() -> i64 {
    millis_of(SystemTime::now()) << COUNTED
}

impl State {
    fn keep(&mut self, number: i64) -> std::io::Result<()> {
        self.kept = number;
        self.note(number)?;
        self.file.as_ref().map_or(Ok(()), File::sync_data)
    }

    /// Always as many digits, so that no older ones stay behind.
    fn note(&mut self, number: i64) -> std::io::Result<()> {
        let Some(file) = &mut self.file else { return Ok(()) };
        file.seek(SeekFrom::Start(0))?;
        file.write_all(format!("{number:019}\n").as_bytes())
    }
}

impl Drop for TimeOrderedIds {
    /// If this fails, the next run begins a second later.
    fn drop(&mut self) {
        if self.server.is_some() {
            return;
        }
        let mut state = self.state();
        let last = state.last;
        let _a_second_is_lost = state.note(last);
    }
}

impl Ids for TimeOrderedIds {
    fn next(&self) -> CommandId {
        CommandId::from_number(self.next_number())
    }
}

#[cfg(test)]
mod tests {
    use std::future::Future as _;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::task::{Context, Poll, Waker};

    use tokio::sync::Notify;

    use super::*;

    #[test]
    fn ids_grow_within_a_run_and_over_restarts() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("db");
        let mut given = Vec::new();
        for _ in 0..3 {
            let run = TimeOrderedIds::over(&database).unwrap();
            given.extend([run.next(), run.next(), run.next()]);
        }
        assert!(given.windows(2).all(|pair| pair[0] < pair[1]), "{given:?}");
    }

    #[test]
    fn one_claims_for_all_who_come_and_who_has_some_left_goes_on_meanwhile() {
        let now = 1_786_000_000_000_i64;
        let of = |age: i64| TimeOrderedIds {
            state: Mutex::new(State { last: (now << COUNTED) - age, kept: i64::MAX, file: None }),
            server: None,
            claiming: Turn::default(),
        };
        // How old those are that are left; how many of the three who come go on before the first has claimed.
        for (age, gone_on) in [(FRESH / 2, 3), (FRESH + FRESH / 4, 2), (10 * FRESH, 0)] {
            let (ids, claims) = (of(age), AtomicUsize::new(0));
            let answered = Notify::new();
            let claim = async || {
                claims.fetch_add(1, Ordering::Relaxed);
                answered.notified().await;
                Ok(now)
            };
            let mut all = Vec::from([(); 3].map(|()| Box::pin(ids.refresh_by(USUAL, now, &claim))));
            let mut context = Context::from_waker(Waker::noop());
            all.retain_mut(|one| one.as_mut().poll(&mut context).is_pending());
            assert_eq!(3 - all.len(), gone_on, "{age}");
            answered.notify_one();
            for mut one in all {
                assert!(matches!(one.as_mut().poll(&mut context), Poll::Ready(Ok(()))), "{age}");
            }
            assert_eq!(claims.into_inner(), usize::from(gone_on < 3), "{age}");
        }
    }

    #[test]
    fn a_run_that_was_killed_leaves_no_id_to_be_given_twice() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("db");
        let killed = TimeOrderedIds::over(&database).unwrap();
        let last = killed.next();
        std::mem::forget(killed);
        assert!(TimeOrderedIds::over(&database).unwrap().next() > last);
    }

    #[test]
    fn a_clock_that_was_put_back_gives_no_id_twice() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("db");
        let an_hour_ahead = now() + 3_600 * AHEAD;
        std::fs::write(folder.path().join("db.ids"), format!("{an_hour_ahead:019}\n")).unwrap();
        for _ in 0..2 {
            assert!(TimeOrderedIds::over(&database).unwrap().next().number() > an_hour_ahead);
        }
    }

    #[test]
    fn ids_are_not_pushed_ahead_of_the_clock_by_runs_that_end() {
        let folder = tempfile::tempdir().unwrap();
        let database = folder.path().join("db");
        for _ in 0..20 {
            TimeOrderedIds::over(&database).unwrap().next();
        }
        assert!(TimeOrderedIds::over(&database).unwrap().next().number() < now() + AHEAD);
    }

    #[test]
    fn a_restored_database_is_given_no_id_that_its_backup_has_whatever_the_clock_says() {
        let folder = tempfile::tempdir().unwrap();
        let (database, restored) = (folder.path().join("db"), folder.path().join("restored"));
        let an_hour_ahead = now() + 3_600 * AHEAD;
        std::fs::write(folder.path().join("db.ids"), format!("{an_hour_ahead:019}\n")).unwrap();
        let last = TimeOrderedIds::over(&database).unwrap().next().number();
        for (number, above) in [(given_to(&database).unwrap().unwrap(), last), (1, last)] {
            give_above(&restored, number).unwrap();
            assert!(TimeOrderedIds::over(&restored).unwrap().next().number() > above, "{number}");
        }
        assert_eq!(given_to(&folder.path().join("nothing")).unwrap(), None);
    }
}
