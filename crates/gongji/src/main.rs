//! The program `gongji`: arguments, files, the clock, and the wiring of one node.
//!
//! Only this crate reads files, the environment and the system's time. Invariants: exit statuses are those of
//! `docs/exit-statuses.md`; what machines read stands on standard output, what people are told on standard error;
//! neither carries a name, a certificate number or a balance that was not asked for. Deliberately absent: rules.

mod cli;
mod clock;
mod commands;
mod demo;
mod export;
mod files;
mod guide;
mod ids;
mod input;
mod keys;
mod node;
mod output;
mod policy;
mod randomness;
mod scenario;
mod shreds;
mod telling;
mod witness;

use std::future::Future;
use std::pin::pin;
use std::process::ExitCode;
use std::sync::Arc;
use std::task::{Context, Poll, Wake, Waker};
use std::thread::Thread;

use clap::Parser as _;

use output::{Ended, Failure, Verdict};

/// Runs a future of an embedded engine: those are ready at the first poll.
fn ready<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => unreachable!("the engines and peers of this program never wait"),
    }
}

/// Wakes the thread that waits.
struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }
}

/// Runs a future that may wait for another thread at the desk.
fn waiting<T>(future: impl Future<Output = T>) -> T {
    let waker = Waker::from(Arc::new(Unpark(std::thread::current())));
    let mut future = pin!(future);
    loop {
        match future.as_mut().poll(&mut Context::from_waker(&waker)) {
            Poll::Ready(value) => return value,
            Poll::Pending => std::thread::park(),
        }
    }
}

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let arguments = cli::Arguments::parse();
    let status = status_of(cli::run(arguments));
    output::unwritten().map_or(status, |failure| status_of(Err(failure)))
}

/// The status of an end; failures are told.
fn status_of(ended: Ended) -> ExitCode {
    match ended {
        Ok(Verdict::Yes) => ExitCode::SUCCESS,
        Ok(Verdict::No) => ExitCode::from(1),
        Err(failure) => {
            output::note(failure.text());
            ExitCode::from(match failure {
                Failure::NotUnderstood(_) => 2,
                Failure::Impossible(_) => 3,
            })
        }
    }
}
