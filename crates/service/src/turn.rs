//! One try at a time for a message: who sends the same message again while it is being handled waits for that.
//!
//! Two tries at once would ask other provinces twice, and each would tell them to forget what the other had them
//! pay. Deliberately absent: order among those who wait, and memory of messages that nobody handles any more.

use std::collections::BTreeMap;
use std::future::poll_fn;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker};

use gongji_words::MessageId;

type Waiting = BTreeMap<MessageId, Vec<Waker>>;

/// The messages that are being handled, and who waits for each.
#[derive(Debug, Default)]
pub(crate) struct Turns(Mutex<Waiting>);

/// The right to handle a message; given back when dropped, also when its holder is cancelled.
pub(crate) struct Turn<'a> {
    turns: &'a Turns,
    message: MessageId,
}

impl Turns {
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits until nobody else handles the message.
    pub(crate) async fn take(&self, message: &MessageId) -> Turn<'_> {
        poll_fn(|context| {
            let mut handled = self.lock();
            if let Some(waiting) = handled.get_mut(message) {
                waiting.push(context.waker().clone());
                return Poll::Pending;
            }
            handled.insert(message.clone(), Vec::new());
            Poll::Ready(())
        })
        .await;
        Turn { turns: self, message: message.clone() }
    }
}

impl Drop for Turn<'_> {
    fn drop(&mut self) {
        let waiting = self.turns.lock().remove(&self.message);
        waiting.into_iter().flatten().for_each(Waker::wake);
    }
}
