//! One at a time: who sends the same message again while it is being handled waits for that.
//!
//! Two tries of a message at once would ask other provinces twice, and each would tell them to forget what the other had them
//! pay. Deliberately absent: order among those who wait, and memory of what nobody handles any more.

use std::collections::BTreeMap;
use std::future::poll_fn;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker};

type Waiting<K> = BTreeMap<K, Vec<Waker>>;

/// What is being handled, by its name, and who waits for each.
#[derive(Debug)]
pub struct Turns<K: Ord>(Mutex<Waiting<K>>);

impl<K: Ord> Default for Turns<K> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}

/// The right to handle something; given back when dropped, also when its holder is cancelled.
pub struct Turn<'a, K: Ord> {
    turns: &'a Turns<K>,
    name: K,
}

impl<K: Ord + Clone> Turns<K> {
    /// Waits until nobody else handles what has this name.
    pub async fn take(&self, name: &K) -> Turn<'_, K> {
        poll_fn(|context| {
            let mut handled = self.lock();
            if let Some(waiting) = handled.get_mut(name) {
                waiting.push(context.waker().clone());
                return Poll::Pending;
            }
            handled.insert(name.clone(), Vec::new());
            Poll::Ready(())
        })
        .await;
        Turn { turns: self, name: name.clone() }
    }
}

impl<K: Ord> Turns<K> {
    fn lock(&self) -> MutexGuard<'_, Waiting<K>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<K: Ord> Drop for Turn<'_, K> {
    fn drop(&mut self) {
        let waiting = self.turns.lock().remove(&self.name);
        waiting.into_iter().flatten().for_each(Waker::wake);
    }
}
