//! Every scenario of the project holds on every engine.

use std::future::Future;
use std::path::{Path, PathBuf};
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use gongji_scenario::run::{Report, is_known_code, run};
use gongji_scenario::syntax::parse;
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

fn play(path: &Path, mut make_store: impl FnMut(AreaCode) -> Result<Store, String>) -> Report {
    let bytes = std::fs::read(path).expect("a scenario can be read");
    let name = path.display().to_string();
    let scenario = parse(&name, &bytes, &is_known_code)
        .unwrap_or_else(|errors| panic!("{}", errors.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n")));
    let law = gongji_service::law::built_in();
    ready(run(&scenario, &law, &mut make_store))
}

/// Plays every file, on as many threads as the machine has cores.
fn all_hold(play: impl Fn(&Path) -> Report + Sync) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../scenarios");
    let files = files(&folder);
    assert!(!files.is_empty(), "there are scenarios");
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let share = |first: usize| files.iter().skip(first).step_by(cores).map(|path| play(path)).collect::<Vec<_>>();
    let share = &share;
    let reports: Vec<Report> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..cores).map(|first| scope.spawn(move || share(first))).collect();
        workers.into_iter().flat_map(|worker| worker.join().expect("no file stops the runner")).collect()
    });
    let passed: u64 = reports.iter().map(|report| report.passed).sum();
    let failures: Vec<String> = reports.iter().flat_map(|report| &report.failures).map(ToString::to_string).collect();
    assert!(failures.is_empty(), "{} failed, {passed} passed:\n{}", failures.len(), failures.join("\n"));
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
