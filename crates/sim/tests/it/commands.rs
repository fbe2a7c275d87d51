//! Files of commands: what is in them, and that all engines come to the same, or are seen not to.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use gongji_domain::message::{Command, CreditKind};
use gongji_domain::policy::Law;
use gongji_service::law::BUILT_IN;
use gongji_sim::commands::{Author, Entry, Line, Place, Played, Player, Script, play, write};
use gongji_sim::load::tasks;
use gongji_words::Fen;

use super::{built_in, server};

fn file(seed: u64, count: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    write(Author::new(seed, count, 2), &mut bytes).expect("memory takes what is written");
    bytes
}

fn lines(file: &[u8]) -> Vec<Line> {
    let mut script = Script::of(file).expect("a file");
    let mut lines = Vec::new();
    while let Some((_, line)) = script.line().expect("a line") {
        lines.push(line);
    }
    lines
}

fn entries(file: &[u8]) -> Vec<Entry> {
    let entry = |line| match line {
        Line::Enter(entry) => Some(entry),
        Line::Close { .. } => None,
    };
    lines(file).into_iter().filter_map(entry).collect()
}

/// Plays a file in these places, each by its law.
fn played(file: &[u8], places: &[(Place, &Law)], until: Option<u64>) -> Played {
    let runtime = Arc::new(tasks::runtime().expect("threads"));
    let script = Script::of(file).expect("a file");
    let player = |(place, law): &(Place, &Law)| Player::new(place, &script.head.provinces, (law, &runtime));
    let mut players = places.iter().map(player).collect::<Result<Vec<_>, _>>().expect("stores");
    play(script, &mut players, until, |_| {}).expect("a file can be played")
}

fn on_server(lanes: usize) -> Place {
    Place::Postgres { address: server(), lanes }
}

fn name_of(command: &Command) -> String {
    let text = format!("{command:?}");
    text.split(|letter: char| !letter.is_alphanumeric()).next().unwrap_or_default().to_owned()
}

#[test]
fn a_file_has_commands_of_every_kind_repeats_and_the_ends_of_days() {
    let file = file(1, 20_000);
    let entries = entries(&file);
    let kinds: BTreeSet<String> = entries.iter().map(|entry| name_of(&entry.command)).collect();
    // Those of time and of other provinces are made by nodes.
    assert_eq!(kinds.len(), 29, "{kinds:?}");
    let mut messages: BTreeMap<_, Vec<&Command>> = BTreeMap::new();
    entries.iter().for_each(|entry| messages.entry(&entry.message).or_default().push(&entry.command));
    let again = |same: bool| {
        let repeated = messages.values().flat_map(|all| all.windows(2)).filter(|pair| (pair[0] == pair[1]) == same);
        repeated.count()
    };
    assert!(again(true) > 100 && again(false) > 50, "{} {}", again(true), again(false));
    let days = lines(&file).iter().filter(|line| matches!(line, Line::Close { .. })).count();
    let years: BTreeSet<i32> = entries.iter().map(|entry| entry.at.day().year()).collect();
    assert!(days > 400 && years.len() > 1, "{days} days of {years:?}");
    assert!(entries.is_sorted_by_key(|entry| (entry.at, entry.id)));
}

#[test]
fn a_seed_and_a_count_are_one_file() {
    assert_eq!(file(3, 2_000), file(3, 2_000));
    assert_ne!(file(3, 2_000), file(4, 2_000));
}

/// What is wrong with a file, when it is read to its end.
fn fault(file: &[u8]) -> Option<String> {
    let mut script = Script::of(file).ok()?;
    loop {
        match script.line() {
            Ok(Some(_)) => {}
            Ok(None) => return None,
            Err(what) => return Some(what),
        }
    }
}

#[test]
fn a_file_that_was_changed_or_cut_is_told_from_a_whole_one() {
    let whole = file(3, 300);
    let changed = String::from_utf8(whole.clone()).unwrap().replacen("\"fund\":", "\"fund\": ", 1);
    let last = whole[..whole.len() - 1].iter().rposition(|byte| *byte == b'\n').unwrap();
    assert_eq!(fault(&whole), None);
    assert_eq!(fault(changed.as_bytes()).as_deref(), Some("the file is not what its author wrote"));
    assert_eq!(fault(&whole[..=last]).as_deref(), Some("the file ends before its end"));
    assert!(Script::of(&b"{}\n"[..]).is_err());
}

#[test]
fn five_thousand_commands_come_to_the_same_answers_rows_and_seals_on_every_engine() {
    let places = [(Place::Memory, built_in()), (Place::Sqlite, built_in()), (on_server(2), built_in())];
    let played = played(&file(1, 5_000), &places, None);
    assert!(played.is_sound(), "{:?}\n{:?}", played.difference, played.came);
    let came = &played.came[0];
    assert_eq!(came.commands, 5_000);
    let often = ["settled", "reversed", "premium paid", "quota frozen", "conflict", "SETTLE_PATIENT_INACTIVE"];
    for (kind, least) in often.map(|kind| (kind, 5)).into_iter().chain([("transfer pending", 1)]) {
        assert!(came.answers.get(kind).is_some_and(|count| *count >= least), "{kind}: {:?}", came.answers);
    }
    let away = came.tables.iter().filter(|(_, tally)| tally.table == "outbox").count();
    assert_eq!(away, 2, "both provinces tell each other something");
    assert!(played.came[1].closed > 400 && played.came[1].seals_digest.is_some());
}

/// Groups are others with one lane, with four, and when everybody waits for everybody.
#[test]
fn what_a_file_comes_to_does_not_follow_from_the_groups() {
    let places = [(Place::Memory, built_in()), (on_server(1), built_in()), (on_server(4), built_in())];
    let played = played(&file(2, 1_500), &places, None);
    assert!(played.is_sound(), "{:?}\n{:?}", played.difference, played.came);
}

#[test]
fn an_engine_that_answers_differently_is_found_at_its_first_answer() {
    let packs: Vec<_> =
        BUILT_IN.iter().map(|(name, text)| (*name, text.replace("\"own-first\"", "\"aid-first\""))).collect();
    let other = Law::from_packs(&packs.iter().map(|(name, text)| (*name, text.as_str())).collect::<Vec<_>>()).unwrap();
    let played = played(&file(1, 3_000), &[(Place::Memory, built_in()), (Place::Sqlite, &other)], None);
    let difference = played.difference.as_ref().expect("bills are paid in another order");
    assert!(matches!(difference.entry.command, Command::Settle(_) | Command::Preview(_)), "{difference:?}");
    assert_ne!(difference.answers[0].1, difference.answers[1].1);
    assert!(!played.is_sound());
}

/// One fen more on an account, of which no answer tells.
#[test]
fn rows_that_differ_are_found_in_their_tables() {
    let original = file(1, 400);
    let all = entries(&original);
    let credit = |entry: &&Entry| matches!(&entry.command, Command::Credit { kind: CreditKind::Opening { .. }, .. });
    let one = all.iter().rfind(credit).expect("accounts are opened").clone();
    let Command::Credit { person, amount, kind } = one.command.clone() else { unreachable!("it was looked for") };
    let more = Command::Credit { person, amount: amount.plus(Fen::from_fen(1)), kind };
    let changed = Entry { command: more, ..one.clone() };
    let runtime = Arc::new(tasks::runtime().unwrap());
    let provinces = Script::of(&original[..]).unwrap().head.provinces;
    let came = |last: Entry| {
        let mut player = Player::new(&Place::Memory, &provinces, (built_in(), &runtime)).unwrap();
        for (line, entry) in (2..).zip(all.iter().take_while(|entry| entry.id < one.id).chain([&last])) {
            player.enter(&[(line, entry.clone())]).unwrap();
        }
        player.came().unwrap()
    };
    let (as_written, otherwise) = (came(one.clone()), came(changed));
    assert_eq!(as_written.answers_digest, otherwise.answers_digest);
    assert_ne!(as_written.rows_digest, otherwise.rows_digest);
    assert_eq!(as_written.differing(&otherwise), ["account", "entry", "message"]);
}

#[test]
fn a_file_that_is_played_in_part_comes_to_its_beginning() {
    let file = file(5, 1_000);
    let places = [(Place::Memory, built_in())];
    let part = played(&file, &places, Some(321));
    assert_eq!(part.came[0].commands, 321);
    let more = played(&file, &places, Some(330));
    assert_ne!(part.came[0].answers_digest, more.came[0].answers_digest);
    assert_ne!(part.came[0].rows_digest, more.came[0].rows_digest);
}
