//! Polls futures by hand: no runtime, no threads, and the order is the simulator's choice.

use std::collections::BTreeMap;
use std::future::Future;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, Wake, Waker};

/// A piece of work of one node.
pub type Work<T> = Pin<Box<dyn Future<Output = T>>>;

/// Set when a piece of work can go on.
struct Flag(AtomicBool);

impl Wake for Flag {
    fn wake(self: Arc<Self>) {
        self.0.store(true, Ordering::Release);
    }
}

struct Task<K, T> {
    site: usize,
    kind: K,
    work: Work<T>,
    flag: Arc<Flag>,
}

/// The pieces of work that are under way. `K` says what a piece is for, `T` is what it comes to.
pub struct Executor<K, T> {
    tasks: BTreeMap<u64, Task<K, T>>,
    next: u64,
}

impl<K, T> Default for Executor<K, T> {
    fn default() -> Self {
        Self { tasks: BTreeMap::new(), next: 0 }
    }
}

impl<K: Copy, T> Executor<K, T> {
    /// Begins a piece of work at a site. It runs when it is polled.
    pub fn spawn(&mut self, site: usize, kind: K, work: Work<T>) {
        let flag = Arc::new(Flag(AtomicBool::new(true)));
        self.tasks.insert(self.next, Task { site, kind, work, flag });
        self.next += 1;
    }

    /// The pieces that can go on, oldest first.
    #[must_use]
    pub fn runnable(&self) -> Vec<u64> {
        let ready = |task: &Task<K, T>| task.flag.0.load(Ordering::Acquire);
        self.tasks.iter().filter(|(_, task)| ready(task)).map(|(id, _)| *id).collect()
    }

    /// Lets one piece go on; gives its site, and what it came to if it is done.
    pub fn poll(&mut self, id: u64) -> Option<(usize, Option<(K, T)>)> {
        let task = self.tasks.get_mut(&id)?;
        task.flag.0.store(false, Ordering::Release);
        let waker = Waker::from(task.flag.clone());
        let (site, kind) = (task.site, task.kind);
        match task.work.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Pending => Some((site, None)),
            Poll::Ready(value) => {
                self.tasks.remove(&id);
                Some((site, Some((kind, value))))
            }
        }
    }

    /// Ends all work of a site in the middle; says what it was for.
    pub fn kill(&mut self, site: usize) -> Vec<K> {
        let ids: Vec<u64> = self.tasks.iter().filter(|(_, task)| task.site == site).map(|(id, _)| *id).collect();
        ids.into_iter().filter_map(|id| self.tasks.remove(&id)).map(|task| task.kind).collect()
    }

    /// How many pieces are under way.
    #[must_use]
    pub fn len(&self) -> usize {
        self.tasks.len()
    }

    /// Whether nothing is under way.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.tasks.is_empty()
    }
}

/// The value of a future that is ready at the first poll, as those of an engine in this process are.
pub fn ready<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("an engine in this process is ready at the first poll"),
    }
}

/// The value of a future that nobody else has to go on for: it is polled until it is ready, a few times at most.
pub fn soon<T>(future: impl Future<Output = T>) -> Option<T> {
    let mut future = pin!(future);
    let poll = |_| match future.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => Some(value),
        Poll::Pending => None,
    };
    (0..SOON).find_map(poll)
}

const SOON: usize = 16;
