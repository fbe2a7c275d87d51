//! What a server does by itself: what falls due, the log of a file, certificates that change, an audit after each day.
//!
//! Invariants: what fails is written down, counted, and done the next time. Deliberately absent: anything that only a server
//! does; `gongji tick` and `gongji audit` do the same.

use std::sync::Arc;
use std::time::Duration;

use gongji_service::Clock as _;
use gongji_store::{Asked, Scope};
use gongji_words::Day;
use serde_json::json;
use tokio::runtime::Handle;
use tokio::sync::watch;

use super::connections::Front;
use crate::clock::SystemClock;
use crate::commands::due::do_due;
use crate::node::Open;
use crate::output;
use crate::witness::Witness;

/// The longest time between two looks at what is due.
const LOOK: Duration = Duration::from_secs(60);
/// How often the log of a file is written back.
const WRITE_BACK: Duration = Duration::from_secs(1);

/// The timed work of a server.
pub struct Timer {
    /// The node and its numbers.
    pub open: Arc<Open>,
    /// Where closed days are added.
    pub witness: Option<Witness>,
    /// What counts, and the certificate.
    pub front: Arc<Front>,
}

impl Timer {
    /// Goes on until it is told to stop.
    pub async fn go_on(mut self, mut stopped: watch::Receiver<bool>) {
        let mut waited = LOOK;
        loop {
            if waited >= LOOK {
                waited = Duration::ZERO;
                self.look().await;
            }
            if tokio::time::timeout(WRITE_BACK, stopped.wait_for(|stopped| *stopped)).await.is_ok() {
                return;
            }
            waited += WRITE_BACK;
            let writing = self.open.clone();
            let written = tokio::task::spawn_blocking(move || writing.node.store().write_back()).await;
            if let Ok(Err(error)) = written {
                self.failed("write-back", &error.to_string());
            }
        }
    }

    async fn look(&mut self) {
        let now = SystemClock.now();
        match do_due(&self.open.node, (&self.open.ids, self.witness.as_mut()), now).await {
            Ok(done) => done.closed.last().into_iter().for_each(|day| self.audit(*day)),
            Err(failure) => self.failed("tick", failure.text()),
        }
        if let Some(tls) = &self.front.tls {
            if let Err(failure) = tls.renew() {
                self.failed("tls", failure.text());
            }
            self.front.metrics.certificate_days.set(tls.days_left(now));
        }
    }

    /// Works out again whatever concerned somebody on a day that was closed just now, beside everything else.
    fn audit(&self, day: Day) {
        let (open, front, runtime) = (self.open.clone(), self.front.clone(), Handle::current());
        let _nobody_waits_for_it = tokio::task::spawn_blocking(move || {
            let asked = Asked { scope: Scope::Since(day), witness: &[] };
            match runtime.block_on(open.node.store().audit(asked, &mut |_| ())) {
                Ok(totals) => front.metrics.audit.set((totals.discrepancies.len(), totals.entries), SystemClock.now()),
                Err(error) => tell_failure("audit", &error.to_string()),
            }
        });
    }

    fn failed(&self, operation: &str, what: &str) {
        self.front.metrics.timer_failed();
        tell_failure(operation, what);
    }
}

/// Writes down what failed.
pub fn tell_failure(operation: &str, what: &str) {
    output::note(json!({
        "level": "error",
        "time": gongji_http::time(SystemClock.now()),
        "operation": operation,
        "what": what,
    }));
}
