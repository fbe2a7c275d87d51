//! The program `gongji`: arguments, files, the clock, and the wiring of one node.
//!
//! Only this crate reads files, the environment and the system's time. Invariants: exit statuses are those of
//! `docs/exit-statuses.md`; what machines read stands on standard output, what people are told on standard error;
//! neither carries a name, a certificate number or a balance that was not asked for. Deliberately absent: rules.

mod backup;
mod benefit;
mod cli;
mod clock;
mod commands;
mod cores;
mod database;
mod demo;
mod dump;
mod export;
mod files;
mod guide;
mod his;
mod ids;
mod input;
mod keys;
mod node;
mod output;
mod passwords;
mod policy;
mod randomness;
mod sandbox;
mod scenario;
mod serve;
mod shreds;
mod telling;
mod trust;
mod upstream;
mod webhook;
mod witness;

use std::future::Future;
use std::process::ExitCode;
use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};

use clap::Parser as _;
use tokio::runtime::{Builder, Runtime};

use output::{Ended, Failure, Verdict};

/// Runs a future to its end. The engines in this process are ready at the first poll; those of a server wait in the one
/// runtime that the program has, whose worker moves the bytes of all connections.
fn ready<T>(future: impl Future<Output = T>) -> T {
    runtime().block_on(future)
}

/// The same where a future is being run already, and whoever asks cannot wait otherwise.
fn ready_within<T>(future: impl Future<Output = T>) -> T {
    tokio::task::block_in_place(|| runtime().block_on(future))
}

/// How many threads the runtime gets: one moves bytes, a server wants one for each of the machine's.
static WORKERS: AtomicUsize = AtomicUsize::new(1);

fn runtime() -> &'static Runtime {
    static RUNTIME: OnceLock<Runtime> = OnceLock::new();
    let workers = WORKERS.load(Ordering::Acquire);
    let make = || Builder::new_multi_thread().worker_threads(workers).enable_all().build();
    RUNTIME.get_or_init(|| make().expect("a program may have a thread and a poll of its connections"))
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
