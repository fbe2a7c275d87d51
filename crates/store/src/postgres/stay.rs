//! Who waits for the server: the future that asked, as in every program, or the thread that polls it.
//!
//! The second is for a simulation that polls by hand and lets nothing happen beside it: to it a server is then ready at the
//! first poll, as an engine in its own process is. Invariant: the thread is none of the runtime's that moves the bytes.

use std::future::Future;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{Thread, current, park};

/// Who waits.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Stay {
    /// The future does.
    #[default]
    Yields,
    /// The thread does.
    Blocks,
}

impl Stay {
    /// What a server is waited for.
    pub(super) async fn on<T>(self, future: impl Future<Output = T>) -> T {
        match self {
            Self::Yields => future.await,
            Self::Blocks => here(future),
        }
    }
}

struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Waits in this thread.
pub(super) fn here<T>(future: impl Future<Output = T>) -> T {
    let waker = Waker::from(Arc::new(Unpark(current())));
    let (mut future, mut context) = (pin!(future), Context::from_waker(&waker));
    loop {
        match future.as_mut().poll(&mut context) {
            Poll::Ready(value) => return value,
            Poll::Pending => park(),
        }
    }
}
