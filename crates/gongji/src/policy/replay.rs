//! `gongji policy replay`: judges past settlements again under other rules, and tells what would have been otherwise.
//!
//! One thread reads, the others judge; the database is only read, in short pieces, beside the program that writes to
//! it. Invariants: the answer does not depend on the number of threads; numbers of commands are told, never people.

mod telling;

use std::ops::RangeInclusive;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::available_parallelism;

use gongji_domain::policy::Law;
use gongji_domain::record::TraceRow;
use gongji_domain::trace::decode;
use gongji_domain::trace::replaying::{Laws, Tally, differing_keys, replay_under};
use gongji_service::past::{LawOf, Past};
use gongji_service::release::law_in_force;
use gongji_store::Store;
use gongji_words::{CommandId, Day};

use super::law_under;
use super::show::read_day;
use crate::node::{Book, Open};
use crate::output::{self, Ended, Failure, Tongue, Verdict};
use crate::ready;

/// Traces read at a time, in one short look at the database.
const PAGE: usize = 1_000;
/// Pages that wait to be judged, for each thread that judges.
const WAITING: usize = 4;
/// Traces between two notes of progress.
const STRIDE: usize = 100_000;

/// Arguments of `gongji policy replay`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example 例:\n  gongji policy replay --from 2025-01-01 --to 2025-12-31 --draft 130000-draft.toml\n\n\
    The draft is a whole pack; it stands in place of the pack of its area. A rule of it speaks about a day only from its\n\
    own first day on: date back what is to be tried on the past. Nothing is written. Each settlement is judged on its own\n\
    facts, with the bindings and the money that there were.\n\
    Exit status 1: without a draft, a settlement comes out otherwise; or a trace cannot be read, or was decided by\n\
    rules that no release resolves to."
)]
pub struct Replay {
    /// The first day
    #[arg(long, value_name = "DAY")]
    from: String,
    /// The last day
    #[arg(long, value_name = "DAY")]
    to: String,
    /// Packs (.toml) to try, or a folder of them; without any, the rules in force
    #[arg(long, value_name = "FILE")]
    draft: Vec<PathBuf>,
    #[command(flatten)]
    book: Book,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

/// By which law to judge, what was law then, and of which days.
type Asked<'l> = (&'l Law, &'l Past, RangeInclusive<Day>);

/// What came of judging, with what was passed over.
#[derive(Default)]
struct Judged {
    tally: Tally,
    /// Traces that are not what was written.
    unreadable: Vec<CommandId>,
    /// Decisions by rules that no release resolves to.
    unreleased: Vec<CommandId>,
    /// The first and last day of all that could be read.
    kept: Option<(Day, Day)>,
}

impl Judged {
    fn judge(&mut self, row: &TraceRow, (other, past, days): &Asked<'_>) {
        let Ok(trace) = decode(&row.bytes) else { return self.unreadable.push(row.command) };
        let day = trace.case.at.day();
        self.keep((day, day));
        if !days.contains(&day) {
            return;
        }
        let now = match past.law_of(&trace) {
            LawOf::Known(law) => law,
            LawOf::Unknown => {
                self.unreleased.push(row.command);
                past.law()
            }
        };
        self.tally.count(row.command, &trace, &replay_under(Laws { now, other }, &trace));
    }

    fn keep(&mut self, (first, last): (Day, Day)) {
        let known = self.kept.unwrap_or((first, last));
        self.kept = Some((known.0.min(first), known.1.max(last)));
    }

    fn absorb(mut self, other: Self) -> Self {
        self.tally.absorb(other.tally);
        self.unreadable.extend(other.unreadable);
        self.unreleased.extend(other.unreleased);
        other.kept.into_iter().for_each(|span| self.keep(span));
        self
    }
}

/// Judges the past again.
pub fn replay(arguments: &Replay, tongue: Tongue) -> Ended {
    let (from, to) = (read_day(&arguments.from)?, read_day(&arguments.to)?);
    if from > to {
        return Err(Failure::NotUnderstood(format!("--from {from} is after --to {to}: give the earlier day first")));
    }
    let store = Open::rows_to_read(&arguments.book)?;
    let other = law_under(&store, &arguments.draft)?;
    let law = ready(law_in_force(&store))?;
    let past = ready(Past::of(&store, &law))?;
    let mut judged = judge_all(&store, (&other, &past, from..=to))?;
    judged.unreadable.sort_unstable();
    judged.unreleased.sort_unstable();
    if judged.tally.decisions == 0 && judged.unreadable.is_empty() {
        return Err(Failure::NotUnderstood(nothing_there((from, to), judged.kept)));
    }
    let keys = differing_keys(Laws { now: &law, other: &other }, &judged.tally.asked, (from, to));
    let told = telling::Told { days: (from, to), law: &other, judged: &judged, keys };
    if arguments.json {
        output::json(&told.json());
    } else {
        told.lines(tongue).into_iter().for_each(output::line);
    }
    for note in told.notes(!arguments.draft.is_empty(), tongue) {
        output::note(note);
    }
    let as_it_was = judged.tally.moved.changed == 0 || !arguments.draft.is_empty();
    Ok(Verdict::of(as_it_was && judged.unreadable.is_empty() && judged.unreleased.is_empty()))
}

fn nothing_there((from, to): (Day, Day), kept: Option<(Day, Day)>) -> String {
    let there = kept.map_or_else(
        || "this database has none yet".to_owned(),
        |(first, last)| format!("those that are kept are from {first} to {last}"),
    );
    format!("no settlement was decided from {from} to {to}: {there}")
}

/// Reads every trace, and judges those of the days on all processors.
fn judge_all(store: &Store, asked: Asked<'_>) -> Result<Judged, Failure> {
    let threads = available_parallelism().map_or(1, usize::from);
    let (send, receive) = sync_channel(threads * WAITING);
    // Each judge holds it: when none is left, the reader is told so.
    let receive = Arc::new(Mutex::new(receive));
    std::thread::scope(|scope| {
        let asked = &asked;
        let judge = |_| {
            let receive = Arc::clone(&receive);
            scope.spawn(move || judge_pages(&receive, asked))
        };
        let judges: Vec<_> = (0..threads).map(judge).collect();
        drop(receive);
        let read = read_pages(store, &send);
        drop(send);
        let judged = judges.into_iter().map(|judge| judge.join().expect("judging is total"));
        let judged = judged.fold(Judged::default(), Judged::absorb);
        read.map(|()| judged)
    })
}

fn read_pages(store: &Store, send: &SyncSender<Vec<TraceRow>>) -> Result<(), Failure> {
    let (mut after, mut read) = (None, 0);
    loop {
        let page = ready(store.traces(after, PAGE))?;
        let Some(last) = page.last() else { return Ok(()) };
        after = Some(last.command);
        let before = read;
        read += page.len();
        if read / STRIDE > before / STRIDE {
            output::note(format!("已读 read {read}"));
        }
        if send.send(page).is_err() {
            return Ok(());
        }
    }
}

fn judge_pages(receive: &Mutex<Receiver<Vec<TraceRow>>>, asked: &Asked<'_>) -> Judged {
    let mut judged = Judged::default();
    loop {
        let page = receive.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(page) = page else { return judged };
        page.iter().for_each(|row| judged.judge(row, asked));
    }
}

#[cfg(test)]
mod tests {
    use gongji_words::PersonId;

    use super::*;

    #[test]
    fn a_trace_that_is_not_what_was_written_is_named_and_counted_nowhere_else() {
        let law = gongji_service::law::built_in();
        let past = ready(Past::of(&Store::memory(), &law)).expect("a store in memory is read");
        let asked: Asked<'_> = (&law, &past, law.first_day()..=law.first_day());
        let mut judged = Judged::default();
        let row =
            |number, bytes| TraceRow { command: CommandId::from_number(number), key: PersonId::from_number(1), bytes };
        judged.judge(&row(7, vec![9]), &asked);
        let judged = judged.absorb(Judged { unreadable: vec![CommandId::from_number(3)], ..Judged::default() });
        assert_eq!(judged.unreadable, [CommandId::from_number(7), CommandId::from_number(3)]);
        assert_eq!((judged.tally.decisions, judged.kept), (0, None));
    }
}
