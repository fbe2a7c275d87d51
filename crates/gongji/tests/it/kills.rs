//! kill -9 at any moment: what was acknowledged is there, exactly once, and nothing is half.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader};
use std::process::Stdio;

use gongji_words::Fen;

use crate::support::{SON, Town, bill};

const ROUNDS: u64 = 50;
const BILLS: u64 = 12;

/// A sequence of numbers that is the same in every run.
struct Sequence(u64);

impl Sequence {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % bound
    }
}

/// Settles a file and kills the program once this many answers are read; gives every whole line that came out.
fn settle_and_kill(town: &Town, file: &str, after: u64) -> Vec<String> {
    let mut program = town.program(&["settle", file, "--json"]).stdout(Stdio::piped()).spawn().unwrap();
    let mut out = BufReader::new(program.stdout.take().unwrap());
    let mut answers = Vec::new();
    let mut line = String::new();
    loop {
        if answers.len() as u64 == after {
            program.kill().unwrap();
        }
        line.clear();
        if out.read_line(&mut line).unwrap() == 0 {
            break;
        }
        if line.ends_with('\n') {
            answers.push(line.trim_end().to_owned());
        }
    }
    program.wait().unwrap();
    answers
}

fn yuan(text: &str) -> Fen {
    Fen::parse_yuan(text).unwrap()
}

#[test]
fn what_was_acknowledged_before_a_kill_is_there_exactly_once() {
    let town = Town::settled();
    let mut sequence = Sequence(20_261_121);
    let mut left = yuan(&town.balance(SON));
    let mut acknowledged: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut cut_short = 0;
    for round in 0..ROUNDS {
        let bills: Vec<String> = (0..BILLS).map(|number| bill(&format!("R{round}-{number}"), "1.00")).collect();
        let file = town.file(&format!("round-{round}.json"), format!("[{}]", bills.join(",")).as_bytes());
        let answers = settle_and_kill(&town, &file, sequence.below(BILLS));
        let now = yuan(&town.balance(SON));
        let paid = left.minus(now).fen() / 100;
        let told = i64::try_from(answers.len()).unwrap();
        assert!(paid == told || paid == told + 1, "round {round}: {told} were acknowledged, {paid} are there");
        cut_short += u64::from(answers.len() as u64 != BILLS);
        left = now;
        acknowledged.insert(file, answers);
    }
    assert!(cut_short > ROUNDS / 2, "only {cut_short} kills came in time");
    for (file, answers) in &acknowledged {
        let whole = town.run(&["settle", file, "--json"]);
        let again: Vec<&str> = whole.out.lines().collect();
        assert_eq!(again.len() as u64, BILLS, "{}", whole.err);
        assert_eq!(&again[..answers.len()], answers.as_slice(), "a repeat gets the first answer");
    }
    let all = Fen::from_fen(i64::try_from(ROUNDS * BILLS * 100).unwrap());
    assert_eq!(yuan(&town.balance(SON)), yuan("100000.00").minus(all), "each bill is paid once");
    town.digest();
}

/// Rounds in which one of two programs is killed; more would show no more, and take longer.
const ROUNDS_OF_TWO: u64 = 8;

/// On a server two programs write at once. The one that is killed leaves its transaction to the server, which takes it
/// back; the other, and the next, settle for the same people meanwhile.
#[test]
fn of_two_programs_on_a_server_one_may_be_killed_at_any_moment() {
    let town = Town::settled_on_server();
    let mut sequence = Sequence(20_261_122);
    let bills = |name: &str| {
        let bills: Vec<String> = (0..BILLS).map(|number| bill(&format!("{name}-{number}"), "1.00")).collect();
        town.file(&format!("{name}.json"), format!("[{}]", bills.join(",")).as_bytes())
    };
    let (mut cut_short, mut acknowledged) = (0, Vec::new());
    for round in 0..ROUNDS_OF_TWO {
        let (stays, goes) = (bills(&format!("S{round}")), bills(&format!("G{round}")));
        let staying = town.program(&["settle", &stays, "--json"]).stdout(Stdio::piped()).spawn().unwrap();
        let answers = settle_and_kill(&town, &goes, sequence.below(BILLS));
        let stayed = staying.wait_with_output().unwrap();
        assert!(stayed.status.success(), "round {round}: the other was stopped too");
        let stayed: Vec<String> = String::from_utf8(stayed.stdout).unwrap().lines().map(str::to_owned).collect();
        assert_eq!(stayed.len() as u64, BILLS);
        cut_short += u64::from(answers.len() as u64 != BILLS);
        acknowledged.extend([(stays, stayed), (goes, answers)]);
        town.digest();
    }
    assert!(cut_short > ROUNDS_OF_TWO / 2, "only {cut_short} kills came in time");
    for (file, answers) in &acknowledged {
        let whole = town.run(&["settle", file, "--json"]);
        let again: Vec<&str> = whole.out.lines().collect();
        assert_eq!(again.len() as u64, BILLS, "{}", whole.err);
        assert_eq!(&again[..answers.len()], answers.as_slice(), "a repeat gets the first answer");
    }
    let all = Fen::from_fen(i64::try_from(2 * ROUNDS_OF_TWO * BILLS * 100).unwrap());
    assert_eq!(yuan(&town.balance(SON)), yuan("100000.00").minus(all), "each bill is paid once");
    town.digest();
}
