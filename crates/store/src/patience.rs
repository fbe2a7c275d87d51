//! How long a store waits for a server that is away, and for others who ask it something.
//!
//! Invariant: the store only asks for the next pause and waits for it to end. Deliberately absent: a timer, which belongs
//! to the program, and a clock.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use crate::StoreError;

/// A wait that ends by itself.
pub type Pause = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Who says how long a server is waited for.
pub trait Patience: Send + Sync {
    /// What to wait for before the next try, after so many that failed one after another, from 1; none if they were enough.
    fn pause(&self, failed: u32) -> Option<Pause>;

    /// What to wait for before something is looked up, so that others can be answered with it; none if nobody is likely to come.
    fn gather(&self) -> Option<Pause> {
        None
    }
}

/// How often what lost against others is done again, and how often at once what found no server.
const TRIES: u32 = 6;

/// The patience of a store: without any, a few tries at once.
#[derive(Clone, Default)]
pub(crate) struct Patient(Option<Arc<dyn Patience>>);

impl fmt::Debug for Patient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Patient" } else { "Impatient" })
    }
}

/// What failed one after another.
#[derive(Debug, Default)]
pub(crate) struct Tries {
    contended: u32,
    away: u32,
}

impl Patient {
    pub(crate) fn of(patience: Arc<dyn Patience>) -> Self {
        Self(Some(patience))
    }

    /// Waits for others, if they are likely to come.
    pub(crate) async fn gather(&self) {
        if let Some(pause) = self.0.as_ref().and_then(|patience| patience.gather()) {
            pause.await;
        }
    }

    /// Does what may be done twice, until it is done or waiting is of no more use.
    pub(crate) async fn until_done<T, F>(&self, once: impl Fn() -> F) -> Result<T, StoreError>
    where
        F: Future<Output = Result<T, StoreError>>,
    {
        let mut tries = Tries::default();
        loop {
            // Boxed, because what asks carries it through everything that it is part of.
            match Box::pin(once()).await {
                Err(error) if self.again(&error, &mut tries).await => {}
                done => return done,
            }
        }
    }

    /// Waits if it is worth it; whether to try again.
    pub(crate) async fn again(&self, error: &StoreError, tries: &mut Tries) -> bool {
        if matches!(error, StoreError::Contended) {
            tries.contended += 1;
            return tries.contended < TRIES;
        }
        if !error.is_worth_retrying() {
            return false;
        }
        tries.away += 1;
        let Some(patience) = &self.0 else { return tries.away < TRIES };
        let Some(pause) = patience.pause(tries.away) else { return false };
        pause.await;
        true
    }
}
