//! One long world: bills by the thousand under crashes and faults, each step checked by what it wrote.

use gongji_sim::ports::POINTS;
use gongji_sim::{Engine, Figures, Outcome, Plan, Planted, Weather};

use super::{must_be_sound, on_server, play};

fn long(settlements: u64) -> Outcome {
    let outcome = play(Plan::of_size(1, settlements, 2));
    must_be_sound(&outcome);
    outcome
}

fn most_commands_in_a_group(figures: &Figures) -> u64 {
    figures.groups.keys().max().copied().unwrap_or_default()
}

#[test]
fn twenty_thousand_settlements_on_two_nodes_keep_their_books_and_their_word() {
    let figures = long(20_000).figures;
    assert!(figures.settlements >= 20_000 && figures.with_aid * 10 >= figures.settlements, "{figures:?}");
    assert!(figures.crashes >= 100 && figures.network.lost >= 100 && figures.days >= 365, "{figures:?}");
    for point in POINTS {
        assert!(figures.crash_points.contains_key(&format!("{point:?}")), "no crash at {point:?}: {figures:?}");
    }
    assert!(most_commands_in_a_group(&figures) >= 20, "{:?}", figures.groups);
}

#[test]
fn a_long_world_comes_to_the_same_on_memory_and_sqlite() {
    let plan = Plan::of_size(2, 1_000, 2);
    let (memory, sqlite) = (play(plan), play(Plan { engine: Engine::Sqlite, ..plan }));
    must_be_sound(&sqlite);
    assert_eq!((memory.hash, memory.figures), (sqlite.hash, sqlite.figures));
}

#[test]
fn a_long_world_comes_to_the_same_on_postgresql() {
    let plan = Plan::of_size(3, 200, 2);
    let (memory, server) = (play(plan), on_server("size", |engine| play(Plan { engine, ..plan })));
    must_be_sound(&server);
    assert_eq!((memory.hash, memory.figures), (server.hash, server.figures));
}

#[test]
fn what_is_planted_is_found_in_a_long_world_before_everything_is_checked() {
    for planted in Planted::ALL {
        let found = (0..20).any(|seed| {
            let plan = Plan::of_size(seed, 400, 2);
            let weather = if planted == Planted::SwallowedCancel { Weather::Storm } else { Weather::Calm };
            let outcome = play(Plan { planted, weather, ..plan });
            outcome.violation.is_some() && outcome.figures.whole_checks == 0
        });
        assert!(found, "{planted:?} was not found");
    }
}
