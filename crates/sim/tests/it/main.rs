//! Many small worlds, and faults that are planted to show that the checkers see them.

mod commands;
mod histories;
mod interface;
mod load;
mod size;

use std::collections::BTreeMap;
use std::sync::OnceLock;

use gongji_domain::policy::Law;
use gongji_service::law;
use gongji_sim::crowd::{self, Compared};
use gongji_sim::ports::POINTS;
use gongji_sim::{Engine, Outcome, Plan, Planted, Server, Telling, Weather, late, run};
use gongji_store::CrashPoint;

/// The address of the server that tests are run beside.
fn server() -> String {
    std::env::var("GONGJI_TEST_POSTGRES")
        .expect("GONGJI_TEST_POSTGRES is set: run the tests by `cargo xtask postgres cargo nextest run`")
}

/// What a run on the server comes to; its schemas are gone afterwards.
fn on_server<T>(prefix: &str, run: impl FnOnce(Engine) -> T) -> T {
    let server = Server::at(&server(), &format!("{prefix}_{}", std::process::id())).expect("a thread");
    let came = run(Engine::Postgres(server));
    server.close().expect("schemas can be taken away");
    came
}

fn built_in() -> &'static Law {
    static LAW: OnceLock<Law> = OnceLock::new();
    LAW.get_or_init(law::built_in)
}

fn play(plan: Plan) -> Outcome {
    run(plan, built_in()).expect("the stores of a run can be made")
}

fn must_be_sound(outcome: &Outcome) {
    assert!(outcome.violation.is_none(), "{:?}\nreplay: {}", outcome.violation, outcome.replay());
}

/// Plays worlds that must be sound; gives how often each point of a group was hit by a crash.
fn storms(seeds: std::ops::Range<u64>, steps: u64, nodes: usize) -> BTreeMap<String, u64> {
    let mut points = BTreeMap::new();
    for seed in seeds {
        let outcome = play(Plan::stormy(seed, steps, nodes));
        must_be_sound(&outcome);
        for (point, count) in outcome.figures.crash_points {
            *points.entry(point).or_default() += count;
        }
    }
    points
}

/// Groups of several commands are rare where few people live: a long world must be hit between them.
fn must_be_hit(points: &BTreeMap<String, u64>) {
    for point in POINTS {
        let between_commands = matches!(point, CrashPoint::AfterJudge(1..));
        let hit = points.contains_key(&format!("{point:?}"));
        assert!(hit || between_commands, "no crash at {point:?} in {points:?}");
    }
}

#[test]
fn one_province_in_a_storm_keeps_its_books_and_its_word() {
    must_be_hit(&storms(0..80, 30, 1));
}

#[test]
fn two_provinces_in_a_storm_agree_at_every_rest() {
    must_be_hit(&storms(1_000..1_100, 30, 2));
}

#[test]
fn three_provinces_in_a_storm_agree_at_every_rest() {
    storms(2_000..2_020, 30, 3);
}

#[test]
fn a_world_in_which_nothing_goes_wrong_is_sound_and_busy() {
    let outcome = play(Plan { weather: Weather::Calm, ..Plan::stormy(9, 80, 2) });
    must_be_sound(&outcome);
    let figures = &outcome.figures;
    assert_eq!((figures.crashes, figures.network.lost, figures.network.late), (0, 0, 0));
    let busy = [figures.settlements, figures.with_aid, figures.reversals, figures.previews, figures.network.sent];
    assert!(busy.iter().all(|count| *count > 0), "{figures:?}");
}

#[test]
fn storms_bring_every_kind_of_trouble() {
    let outcome = play(Plan::stormy(3, 120, 2));
    must_be_sound(&outcome);
    let (figures, net) = (&outcome.figures, &outcome.figures.network);
    let troubles = [figures.crashes, figures.cuts, figures.repeats, net.lost, net.unanswered, net.doubled, net.late];
    assert!(troubles.iter().all(|count| *count > 0), "{figures:?}");
}

#[test]
fn the_same_seed_is_the_same_world() {
    let plan = Plan::stormy(11, 40, 2);
    assert_eq!(play(plan), play(plan));
    assert_ne!(play(plan).hash, play(Plan { seed: 12, ..plan }).hash);
}

#[test]
fn telling_every_event_changes_nothing() {
    let plan = Plan::stormy(5, 30, 2);
    let told = play(Plan { telling: Telling::Everything, ..plan });
    assert_eq!(told.hash, play(plan).hash);
    assert!(!told.told.is_empty());
}

#[test]
fn a_crowd_at_the_desk_comes_to_what_its_callers_come_to_one_by_one() {
    let crowds: Vec<Compared> = (0..60)
        .map(|seed| crowd::check(seed, built_in()).unwrap_or_else(|what| panic!("crowd {seed}: {what}")))
        .collect();
    let compared = crowds.iter().filter(|crowd| **crowd == Compared::Alike).count();
    assert!(compared > 30, "only {compared} of 60 crowds could be compared");
}

#[test]
fn a_confirmation_that_comes_late_is_a_claim_of_the_month_of_its_bill() {
    assert_eq!(late::check(built_in()), Ok(()));
}

#[test]
fn memory_and_sqlite_come_to_the_same_rows_and_answers() {
    for (seed, nodes) in [(21, 1), (22, 2), (23, 2)] {
        let plan = Plan::stormy(seed, 25, nodes);
        let (memory, sqlite) = (play(plan), play(Plan { engine: Engine::Sqlite, ..plan }));
        must_be_sound(&sqlite);
        assert_eq!((memory.hash, memory.figures), (sqlite.hash, sqlite.figures), "seed {seed}");
    }
}

#[test]
fn a_run_that_stops_early_is_the_beginning_of_the_whole() {
    let plan = Plan { telling: Telling::Everything, ..Plan::stormy(5, 30, 2) };
    let (whole, part) = (play(plan), play(Plan { until: Some(12), ..plan }));
    assert!(whole.told.starts_with(&part.told));
    assert!(part.told.len() < whole.told.len());
}

/// Plays worlds with a planted fault until one is found out, and gives what was said about it.
fn found(planted: Planted, nodes: usize) -> String {
    for seed in 0..20 {
        let outcome = play(Plan { planted, weather: Weather::Calm, ..Plan::stormy(seed, 60, nodes) });
        if let Some(violation) = outcome.violation {
            return violation.what;
        }
    }
    panic!("{planted:?} was not found in any world")
}

fn must_say(what: &str, one_of: &[&str]) {
    assert!(one_of.iter().any(|text| what.contains(text)), "{what}");
}

#[test]
fn planted_swallowed_confirmation_is_found() {
    must_say(&found(Planted::SwallowedConfirm, 2), &["the claim"]);
}

#[test]
fn planted_swallowed_mirror_is_found() {
    must_say(&found(Planted::SwallowedMirror, 2), &["its mirror"]);
}

#[test]
fn planted_swallowed_reversal_is_found() {
    must_say(&found(Planted::SwallowedReversal, 2), &["a bill stands", "paid for no bill", "the claim"]);
}

#[test]
fn planted_swallowed_cancellation_is_found() {
    for seed in 0..60 {
        let outcome = play(Plan { planted: Planted::SwallowedCancel, ..Plan::stormy(seed, 60, 2) });
        if let Some(violation) = outcome.violation {
            return must_say(&violation.what, &["a bill stands", "paid for no bill", "the claim"]);
        }
    }
    panic!("a swallowed cancellation was not found in any world");
}

#[test]
fn planted_clock_that_runs_back_is_found() {
    must_say(&found(Planted::ClockRunsBack, 1), &["entered at"]);
}

#[test]
fn planted_loss_of_an_acknowledged_commit_is_found() {
    must_say(&found(Planted::LostCommit, 1), &["is not kept", "was first answered"]);
}

#[test]
fn planted_bill_sent_again_under_another_id_is_found() {
    must_say(&found(Planted::DoubledSettle, 1), &["nobody ordered"]);
}
