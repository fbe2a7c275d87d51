//! Tells webhooks what happened: each in its own order, at least once, until it was told or is three days old.
//!
//! Invariants: how far one was told is written down after it was told, never before; one that does not answer holds up
//! nobody else, and is tried again after pauses that grow from seconds to hours; of several programs on a database one at a
//! time tells a webhook. No line names a URL or a body. Deliberately absent: a queue. What is still to be told stands in the
//! sheets of the store, which keeps them until then.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use gongji_service::Clock as _;
use gongji_store::{Marks, Store, StoreError};
use gongji_words::Day;
use serde_json::json;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use super::connections::Front;
use super::timer::tell_failure;
use crate::clock::SystemClock;
use crate::node::Open;
use crate::output::{self, Failure};
use crate::randomness::SystemRandomness;
use crate::webhook::address::Reach;
use crate::webhook::call::{Caller, LIMIT, Parcel};
use crate::webhook::{self, Progress, Webhook, event};

/// How often is looked for what is to be told.
const LOOK: Duration = Duration::from_secs(1);
/// Sheets that are read at once.
const PAGE: usize = 16;
/// For how long one program tells a webhook before another may, in milliseconds: longer than [`ROUND`] and a call.
const HELD: i64 = 60_000;
/// For how long a webhook is told before that is written down, in milliseconds.
const ROUND: i64 = 30_000;
/// Events that are told before that is written down.
const MOST: usize = 64;
/// The first pause, and the longest, in milliseconds.
const FIRST_PAUSE: i64 = 2_000;
const LONGEST_PAUSE: i64 = 2 * 60 * 60 * 1_000;
/// For how many days an event is tried.
const DAYS: i32 = 3;
/// So many sheets without anything to tell are written down as passed.
const PASSED: i64 = 16;
/// How long is waited where nobody can be told: the database is away, or the file of authorities.
const AWAY: Duration = Duration::from_secs(10);

/// Who tells.
pub struct Courier {
    /// The node.
    pub open: Arc<Open>,
    /// What counts.
    pub front: Arc<Front>,
    /// The authorities that vouch for receivers, and where these may be.
    pub trust: (PathBuf, Reach),
    /// The name of this program among others on the database; none if there are no others.
    pub name: Option<String>,
    /// Whether it was told to stop.
    pub stopped: watch::Receiver<bool>,
    /// How receivers are called, once there are any.
    pub caller: OnceLock<Caller>,
}

/// How a round ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Ended {
    /// There is nothing more to tell.
    Through,
    /// There may be more.
    More,
    /// The receiver did not take it, or it is not its time.
    Later,
}

/// What waits, and the marks after it.
struct Page {
    waiting: Vec<(Day, Parcel)>,
    after: Marks,
}

type Telling = BTreeMap<u32, JoinHandle<()>>;

impl Courier {
    /// Goes on until it is told to stop. A call that is under way then is waited for.
    pub async fn go_on(self) {
        let mut stopped = self.stopped.clone();
        let courier = Arc::new(self);
        let mut under_way = Telling::new();
        loop {
            let pause = match courier.look(&mut under_way).await {
                Ok(()) => LOOK,
                Err(failure) => {
                    courier.failed(failure.text());
                    AWAY
                }
            };
            if tokio::time::timeout(pause, stopped.wait_for(|stopped| *stopped)).await.is_ok() {
                break;
            }
        }
        for telling in under_way.into_values() {
            let _what_is_not_written_down_is_told_again = tokio::time::timeout(LIMIT, telling).await;
        }
    }

    /// Begins to tell whoever is not being told.
    async fn look(self: &Arc<Self>, under_way: &mut Telling) -> Result<(), Failure> {
        under_way.retain(|_, telling| !telling.is_finished());
        for webhook in webhook::standing(self.store()).await? {
            if self.caller.get().is_none() {
                let (authorities, reach) = &self.trust;
                let _nobody_else_sets_it = self.caller.set(Caller::of(authorities, *reach)?);
            }
            let number = webhook.number;
            under_way.entry(number).or_insert_with(|| tokio::spawn(self.clone().tell(webhook)));
        }
        Ok(())
    }

    /// Tells one webhook whatever there is.
    async fn tell(self: Arc<Self>, webhook: Webhook) {
        while !self.is_stopped() {
            match self.round(&webhook).await {
                Ok(Ended::More) => {}
                Ok(Ended::Through | Ended::Later) => return,
                Err(failure) => return self.failed(&format!("webhook {}: {}", webhook.number, failure.text())),
            }
        }
    }

    fn store(&self) -> &Store {
        self.open.node.store()
    }

    fn is_stopped(&self) -> bool {
        *self.stopped.borrow()
    }

    /// Tells some, and writes down how far it came.
    async fn round(&self, webhook: &Webhook) -> Result<Ended, Failure> {
        let mut kept = webhook::progress(self.store(), webhook.number).await?;
        let now = SystemClock.now().millis();
        if kept.said.next_ms > now || self.is_held(&kept.said, now) {
            return Ok(Ended::Later);
        }
        let before = passed(&kept.said);
        let mut random = SystemRandomness::open()?;
        let Some(page) = self.next(webhook, &mut kept.said).await? else {
            if passed(&kept.said) - before >= PASSED {
                let _another_was_first = kept.keep(self.store(), &mut random).await?;
            }
            return Ok(Ended::Through);
        };
        if let Some(name) = &self.name {
            kept.said.held = Some((name.clone(), now + HELD));
            if !kept.keep(self.store(), &mut random).await? {
                return Ok(Ended::Later);
            }
        }
        let ended = self.tell_page(webhook, &mut kept.said, page).await;
        kept.said.held = None;
        let is_kept = kept.keep(self.store(), &mut random).await?;
        self.front.metrics.webhook_failing(webhook.number, kept.said.failed);
        Ok(if is_kept { ended } else { Ended::Later })
    }

    fn is_held(&self, progress: &Progress, now: i64) -> bool {
        let by_another = |(name, until): &(String, i64)| Some(name) != self.name.as_ref() && *until > now;
        self.name.is_some() && progress.held.as_ref().is_some_and(by_another)
    }

    /// The next page in which there is something for this webhook. Marks go on over pages in which there is nothing.
    async fn next(&self, webhook: &Webhook, progress: &mut Progress) -> Result<Option<Page>, StoreError> {
        loop {
            let (tidings, after) = self.store().tidings(&progress.marks, PAGE).await?;
            if after == progress.marks {
                return Ok(None);
            }
            let mut waiting = Vec::new();
            for (day, tiding) in tidings.iter().filter(|(_, tiding)| !progress.told.contains(&event::name_of(tiding))) {
                let parcel = event::parcel(self.store(), webhook, tiding).await?;
                waiting.extend(parcel.map(|parcel| (*day, parcel)));
            }
            if !waiting.is_empty() {
                return Ok(Some(Page { waiting, after }));
            }
            progress.pass(after);
        }
    }

    /// Tells what waits, as far as it is taken and there is time.
    async fn tell_page(&self, webhook: &Webhook, progress: &mut Progress, page: Page) -> Ended {
        let begun = SystemClock.now().millis();
        for (place, (day, parcel)) in page.waiting.into_iter().enumerate() {
            if place == MOST || SystemClock.now().millis() - begun > ROUND || self.is_stopped() {
                return Ended::More;
            }
            if !self.tell_one(webhook, progress, (day, &parcel)).await {
                return Ended::Later;
            }
            progress.told.insert(parcel.id);
        }
        progress.pass(page.after);
        Ended::More
    }

    /// Whether an event needs not be told again.
    async fn tell_one(&self, webhook: &Webhook, progress: &mut Progress, (day, parcel): (Day, &Parcel)) -> bool {
        let (now, Some(caller)) = (SystemClock.now(), self.caller.get()) else { return false };
        let is_old = is_old(day, now.day());
        if is_old && progress.failed > 0 {
            self.give_up(webhook, progress, parcel);
            return true;
        }
        match caller.call(webhook, parcel, now).await {
            Ok(_) => {
                (progress.failed, progress.next_ms) = (0, 0);
                progress.delivered += 1;
                self.front.metrics.webhook_told();
            }
            Err(why) => {
                progress.failed = progress.failed.saturating_add(1);
                self.note("warning", (webhook, parcel), &format!("try {}: {why}", progress.failed));
                if !is_old {
                    progress.next_ms = SystemClock.now().millis() + pause(progress.failed);
                    return false;
                }
                self.give_up(webhook, progress, parcel);
            }
        }
        true
    }

    fn give_up(&self, webhook: &Webhook, progress: &mut Progress, parcel: &Parcel) {
        progress.given_up += 1;
        self.front.metrics.webhook_given_up();
        self.note("error", (webhook, parcel), &format!("given up: it could not be told for {DAYS} days"));
    }

    fn note(&self, level: &str, (webhook, parcel): (&Webhook, &Parcel), what: &str) {
        output::note(json!({
            "level": level,
            "time": gongji_http::time(SystemClock.now()),
            "operation": "webhook",
            "webhook": webhook.number,
            "event": parcel.id,
            "what": what,
        }));
    }

    fn failed(&self, what: &str) {
        self.front.metrics.timer_failed();
        tell_failure("webhook", what);
    }
}

/// How many sheets were passed.
fn passed(progress: &Progress) -> i64 {
    progress.marks.values().sum()
}

/// The pause after so many failed tries, in milliseconds.
fn pause(failed: u32) -> i64 {
    FIRST_PAUSE.saturating_mul(1 << failed.saturating_sub(1).min(20)).min(LONGEST_PAUSE)
}

/// Whether an event of a day has been tried for long enough.
fn is_old(day: Day, today: Day) -> bool {
    today.number() - day.number() > DAYS
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_from_seconds_to_hours() {
        let pauses: Vec<i64> = [1, 2, 3, 12, 13, 14, 1_000, u32::MAX].map(|failed| pause(failed) / 1_000).into();
        assert_eq!(pauses, [2, 4, 8, 4_096, 7_200, 7_200, 7_200, 7_200]);
    }

    #[test]
    fn an_event_is_tried_for_three_whole_days() {
        let day = |number| Day::from_number(20_000 + number);
        let old: Vec<i32> = (0..6).filter(|later| is_old(day(0), day(*later))).collect();
        assert_eq!(old, [4, 5]);
    }
}
