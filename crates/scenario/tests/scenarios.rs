//! Every scenario of the project holds on every engine.

use std::future::Future;
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::{Context, Poll, Waker};

use gongji_domain::policy::Law;
use gongji_domain::trace::replaying::{Laws, Replayed, replay_under};
use gongji_scenario::run::{Report, is_known_code, run};
use gongji_scenario::syntax::parse;
use gongji_service::law::{BUILT_IN, built_in};
use gongji_store::{Store, WorkingKey};
use gongji_words::AreaCode;

/// The engines here are ready at the first poll.
fn ready<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("an embedded engine is ready at the first poll"),
    }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("the folder of scenarios is there") {
        let path = entry.expect("a folder entry").path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|ending| ending == "scn") {
            found.push(path);
        }
    }
    found.sort();
    found
}

fn play(path: &Path, make_store: impl FnMut(AreaCode) -> Result<Store, String>) -> Report {
    ready(played(path, make_store))
}

async fn played(path: &Path, mut make_store: impl FnMut(AreaCode) -> Result<Store, String>) -> Report {
    let bytes = std::fs::read(path).expect("a scenario can be read");
    let name = path.display().to_string();
    let scenario = parse(&name, &bytes, &is_known_code)
        .unwrap_or_else(|errors| panic!("{}", errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")));
    run(&scenario, &built_in(), &mut make_store).await
}

/// Plays every file; each expectation holds.
fn all_hold(play: impl Fn(&Path) -> Report + Sync) {
    let reports = reports(play);
    let passed: u64 = reports.iter().map(|report| report.passed).sum();
    let failures: Vec<String> = reports.iter().flat_map(|report| &report.failures).map(ToString::to_string).collect();
    assert!(failures.is_empty(), "{} failed, {passed} passed:\n{}", failures.len(), failures.join("\n"));
}

/// Plays every file, on as many threads as the machine has cores.
fn reports(play: impl Fn(&Path) -> Report + Sync) -> Vec<Report> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios");
    let files = files(&folder);
    assert!(!files.is_empty(), "there are scenarios");
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let share = |first: usize| files.iter().skip(first).step_by(cores).map(|path| play(path)).collect::<Vec<_>>();
    let share = &share;
    std::thread::scope(|scope| {
        let workers: Vec<_> = (0..cores).map(|first| scope.spawn(move || share(first))).collect();
        workers.into_iter().flat_map(|worker| worker.join().expect("no file stops the runner")).collect()
    })
}

#[test]
fn all_scenarios_hold_on_the_memory_engine() {
    all_hold(|path| play(path, |_| Ok(Store::memory())));
}

#[test]
fn all_scenarios_hold_on_sqlite() {
    let keys = WorkingKey::generate([7; 32]);
    all_hold(|path| {
        let folder = tempfile::tempdir().expect("a temporary folder");
        play(path, |province| {
            let file = folder.path().join(format!("{province}.gongji"));
            Store::create_sqlite(&file, &keys).map_err(|error| error.to_string())
        })
    });
}

/// On a server every node has a schema of its own in one database.
#[test]
fn all_scenarios_hold_on_postgresql() {
    let server = std::env::var("GONGJI_TEST_POSTGRES")
        .expect("GONGJI_TEST_POSTGRES is set: run the tests by `cargo xtask postgres cargo nextest run`");
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let (keys, next) = (WorkingKey::generate([7; 32]), AtomicU32::new(0));
    all_hold(|path| {
        let mut rooms = Vec::new();
        let report = runtime.block_on(played(path, |_| {
            let room = format!("scenario_{}", next.fetch_add(1, Ordering::Relaxed));
            rooms.push(room.clone());
            let make = || runtime.block_on(Store::create_postgres_room(&server, &room, &keys));
            // The runner does not wait for a store: another thread does.
            let made = std::thread::scope(|scope| scope.spawn(make).join().expect("a store"));
            made.map_err(|error| error.to_string())
        }));
        for room in &rooms {
            runtime.block_on(Store::drop_postgres_room(&server, room)).expect("a schema that was made");
        }
        report
    });
}

/// The packs that are built in, with a text in all of them replaced.
fn law_but(from: &str, to: &str) -> Law {
    let packs: Vec<_> = BUILT_IN.iter().map(|(name, text)| (*name, text.replace(from, to))).collect();
    Law::from_packs(&packs.iter().map(|(name, text)| (*name, text.as_str())).collect::<Vec<_>>()).expect("law")
}

#[test]
fn every_settlement_of_every_scenario_comes_out_the_same_when_it_is_judged_again() {
    let reports = reports(|path| play(path, |_| Ok(Store::memory())));
    let traces: Vec<_> =
        reports.iter().flat_map(|report| &report.explained).map(|explained| &explained.trace).collect();
    let law = built_in();
    let under =
        |other: &Law| traces.iter().map(|trace| replay_under(Laws { now: &law, other }, trace)).collect::<Vec<_>>();
    let otherwise = |judged: &[Replayed]| judged.iter().filter(|one| **one != Replayed::Same).count();
    let same = under(&law);
    assert!(same.len() > 300, "only {} settlements", same.len());
    assert_eq!(otherwise(&same), 0);
    for (from, to) in [("\"all-or-nothing\"", "\"part\""), ("\"own-first\"", "\"aid-first\"")] {
        assert!(otherwise(&under(&law_but(from, to))) > 10, "{to} where it was {from} changes something");
    }
}
