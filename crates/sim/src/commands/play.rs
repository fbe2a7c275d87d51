//! The way through a file, on one engine or on several side by side.
//!
//! Commands that follow each other in the file and concern different families are entered at once, so that a desk makes
//! groups of them as they come; one that concerns a family who is among them waits until all are answered, and so does
//! what concerns everybody. So within a family the order is that of the file, between families none can be told.

use std::collections::BTreeSet;
use std::io::BufRead;

use gongji_domain::message::Answer;
use gongji_words::{Day, Moment};

use super::{Came, Entry, Line, Player, Script};

/// Most commands that are entered at once.
const WAVE: usize = 256;

/// The first command that engines answer differently.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// The line of the file.
    pub line: u64,
    /// The command.
    pub entry: Entry,
    /// What each engine says.
    pub answers: Vec<(&'static str, Answer)>,
}

/// What a file came to.
#[derive(Clone, Debug, PartialEq)]
pub struct Played {
    /// On each engine.
    pub came: Vec<Came>,
    /// The first difference of answers: there the way ended.
    pub difference: Option<Difference>,
}

impl Played {
    /// Whether all engines came to the same, without a discrepancy: answers, rows, and seals where there are some.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        let alike =
            |of: fn(&Came) -> Option<&String>| self.came.iter().filter_map(of).collect::<BTreeSet<_>>().len() <= 1;
        let same = alike(|came| Some(&came.answers_digest))
            && alike(|came| Some(&came.rows_digest))
            && alike(|came| came.seals_digest.as_ref());
        same && self.difference.is_none() && self.came.iter().all(|came| came.discrepancies.is_empty())
    }
}

/// Plays a file, or its first commands. `watch` hears how many were answered.
///
/// # Errors
/// A sentence if the file is not what its author wrote, or a store fails.
pub fn play<R: BufRead>(
    script: Script<R>,
    players: &mut [Player],
    until: Option<u64>,
    mut watch: impl FnMut(u64),
) -> Result<Played, String> {
    let mut steps = Steps { script, held: None, left: until.unwrap_or(u64::MAX) };
    let mut answered = 0;
    let mut difference = None;
    while difference.is_none()
        && let Some(step) = steps.step()?
    {
        match step {
            Step::Close(line, when) => players.iter_mut().try_for_each(|player| player.close(line, when))?,
            Step::Wave(wave) => {
                let all: Vec<Vec<Answer>> = players.iter_mut().map(|one| one.enter(&wave)).collect::<Result<_, _>>()?;
                difference = first_difference(&wave, &all, players);
                answered += u64::try_from(wave.len()).unwrap_or(0);
                watch(answered);
            }
        }
    }
    let came = players.iter().map(Player::came).collect::<Result<_, _>>()?;
    Ok(Played { came, difference })
}

fn first_difference(wave: &[(u64, Entry)], all: &[Vec<Answer>], players: &[Player]) -> Option<Difference> {
    let differs = |place: &usize| all.iter().any(|answers| answers.get(*place) != all[0].get(*place));
    let place = (0..wave.len()).find(differs)?;
    let answers = players.iter().zip(all).map(|(player, answers)| (player.engine(), answers[place].clone()));
    let (line, entry) = wave[place].clone();
    Some(Difference { line, entry, answers: answers.collect() })
}

/// What is done at once.
enum Step {
    /// These commands.
    Wave(Vec<(u64, Entry)>),
    /// The end of a day.
    Close(u64, (Moment, Day)),
}

struct Steps<R> {
    script: Script<R>,
    /// A line that was read and waits.
    held: Option<(u64, Line)>,
    /// Commands that are still to be entered.
    left: u64,
}

impl<R: BufRead> Steps<R> {
    fn line(&mut self) -> Result<Option<(u64, Line)>, String> {
        if self.left == 0 {
            return Ok(None);
        }
        self.held.take().map_or_else(|| self.script.line(), |line| Ok(Some(line)))
    }

    fn step(&mut self) -> Result<Option<Step>, String> {
        let (mut wave, mut families): (Vec<(u64, Entry)>, BTreeSet<u32>) = Default::default();
        while wave.len() < WAVE
            && let Some((number, line)) = self.line()?
        {
            match line {
                Line::Close { at, day } if wave.is_empty() => return Ok(Some(Step::Close(number, (at, day)))),
                Line::Enter(entry) if entry.family.is_none() && wave.is_empty() => {
                    self.left -= 1;
                    return Ok(Some(Step::Wave(vec![(number, entry)])));
                }
                Line::Enter(entry) if entry.family.is_some_and(|family| families.insert(family)) => {
                    self.left -= 1;
                    wave.push((number, entry));
                }
                other => {
                    self.held = Some((number, other));
                    break;
                }
            }
        }
        Ok((!wave.is_empty()).then_some(Step::Wave(wave)))
    }
}
