//! Histories of generated families under generated policies, and that each thing that must hold can be seen not to.

use gongji_domain::account::{Account, Colour, Lots};
use gongji_domain::burden::{Burden, Part, VisitKind};
use gongji_domain::journal::{Entry, Journal, JournalKind, Position};
use gongji_domain::message::{Answer, Bill, Command, Settled, Urgency, Using};
use gongji_domain::record::{MessageRow, MessageState, Rows};
use gongji_sim::books::{Books, Money};
use gongji_sim::client::Order;
use gongji_sim::histories::{Digest, judge};
use gongji_sim::orders::message_of;
use gongji_sim::world::World;
use gongji_sim::{Engine, Histories, Plan, Played, play_histories};
use gongji_words::{AreaCode, CommandId, Day, Fen, InstitutionId, Moment, PersonId};

use super::{built_in, on_server};

const SEED: u64 = 1;

const QUARTER: u64 = 25_000;

fn played(engine: Engine, (first, count): (u64, u64), digest: Digest) -> Played {
    let plan = Histories { seed: SEED, first, count, engine, digest };
    let played = play_histories(plan, |_| {}).expect("stores can be made");
    if let Some(failure) = &played.failure {
        panic!("seed {SEED}, history {}: {}\n{}", failure.number, failure.what, failure.story.join("\n"));
    }
    played
}

/// Plays a quarter of a hundred thousand on the memory engine; they must be sound and busy.
fn must_be_sound(quarter: u64) {
    let Played { told, policies, .. } = played(Engine::Memory, (quarter * QUARTER, QUARTER), Digest::Answers);
    let done = [told.with_aid, told.after_change, told.undone_at_once, told.enriched, told.repeats, told.twins];
    assert!(policies > 30 && done.iter().all(|count| *count > 1_000), "{told:?}");
}

#[test]
fn the_first_quarter_of_a_hundred_thousand_histories_is_sound() {
    must_be_sound(0);
}

#[test]
fn the_second_quarter_of_a_hundred_thousand_histories_is_sound() {
    must_be_sound(1);
}

#[test]
fn the_third_quarter_of_a_hundred_thousand_histories_is_sound() {
    must_be_sound(2);
}

#[test]
fn the_last_quarter_of_a_hundred_thousand_histories_is_sound() {
    must_be_sound(3);
}

#[test]
fn a_thousand_histories_come_to_the_same_rows_and_answers_on_memory_and_sqlite() {
    let of = |engine| played(engine, (4 * QUARTER, 1_000), Digest::Everything);
    assert_eq!(of(Engine::Memory), of(Engine::Sqlite));
}

#[test]
fn two_hundred_histories_come_to_the_same_rows_and_answers_on_postgresql() {
    let of = |engine| played(engine, (5 * QUARTER, 200), Digest::Everything);
    assert_eq!(of(Engine::Memory), on_server("histories", of));
}

fn settled(aid: i64, cash: i64) -> Answer {
    let (own, wallet, reason) = (Fen::ZERO, Fen::ZERO, None);
    let aid = vec![(PersonId::from_number(1), Fen::from_fen(aid))];
    Answer::Settled(Settled { own, aid, wallet, cash: Fen::from_fen(cash), reason, owed: Vec::new(), left: None })
}

fn noon() -> Moment {
    Moment::at(Day::new(2026, 3, 2).expect("a day"), 12, 0)
}

/// Rows in which these amounts stand at positions, all in one journal.
fn entered(journal: i64, amounts: &[(Position, i64)]) -> Rows {
    let id = CommandId::from_number(journal);
    let mut rows = Rows::default();
    rows.journals.insert(id, Journal { id, at: noon(), kind: JournalKind::Credit, reverses: None });
    for (leg, (position, amount)) in (0..).zip(amounts) {
        let (key, colour, amount) = (PersonId::from_number(1), Colour(2026), Fen::from_fen(*amount));
        rows.entries.insert((id, leg), Entry { journal: id, leg, key, position: *position, colour, amount });
    }
    rows
}

fn books() -> Books {
    Books::of(AreaCode::from_number(130_000))
}

const FREE: Position = Position::Free(PersonId::from_number(1));

#[test]
fn what_must_hold_of_answers_can_be_seen_not_to() {
    let (yes, no) = (settled(500, 0), settled(0, 500));
    let [empty, full] = [books(), followed(&entered(1, &[(Position::Credits, -7), (FREE, 7)]))];
    let moved: (&[Money], &[Money]) = (&[empty.money().clone()], &[full.money().clone()]);
    let wrong = [
        judge::as_foreseen(Some(&yes), Some(&no)),
        judge::no_worse(Some(&yes), Some(&no)),
        judge::no_worse(Some(&yes), Some(&Answer::Done)),
        judge::undone(Some(&Answer::Done)),
        judge::as_before(Some(&Answer::Reversed), moved.0, moved.1),
        judge::not_moved(moved.0, moved.1),
        judge::told_the_field(Some(&yes), "fund"),
    ];
    assert!(wrong.iter().all(Result::is_err), "{wrong:?}");
    let right = [
        judge::as_foreseen(Some(&yes), Some(&yes)),
        judge::no_worse(Some(&no), Some(&yes)),
        judge::as_before(Some(&Answer::Reversed), moved.0, moved.0),
        judge::told_the_field(Some(&Answer::Conflict("fund".to_owned())), "fund"),
    ];
    assert!(right.iter().all(Result::is_ok), "{right:?}");
}

fn followed(rows: &Rows) -> Books {
    let mut books = books();
    books.follow(rows).expect("these rows are sound");
    books
}

#[test]
fn books_see_money_that_is_not_what_was_entered() {
    let sound = entered(1, &[(Position::Credits, -7), (FREE, 7)]);
    let account = |fen: i64| {
        let (person, lots) = (PersonId::from_number(1), Lots::one(Colour(2026), Fen::from_fen(fen)));
        let mut rows = sound.clone();
        rows.accounts.insert(person, Account { person, lots, frozen: false });
        rows
    };
    followed(&account(7));
    let wrong = [
        account(8),
        entered(1, &[(Position::Credits, -7), (FREE, 8)]),
        entered(1, &[(Position::Institution(InstitutionId::from_number(1)), 7), (FREE, -7)]),
    ];
    for rows in wrong {
        assert!(books().follow(&rows).is_err(), "{rows:?}");
    }
}

#[test]
fn books_see_a_second_answer() {
    let mut rows = Rows::default();
    let (id, command) = (message_of(1), CommandId::from_number(1));
    let state = MessageState::Answered(Answer::Done);
    let row = MessageRow { id: id.clone(), command, entered_at: noon(), digests: Vec::new(), attempt: 0, state };
    rows.messages.insert(id, row);
    let mut books = followed(&rows);
    assert!(books.follow(&rows).is_err_and(|what| what.contains("second time")));
}

/// A world in which a till was told of a payment that no ledger has.
fn told(answer: Answer) -> World {
    let mut world = World::new(Plan::stormy(1, 1, 1), built_in()).expect("a world");
    let patient = world.cast.people[0].clone();
    let mut burden = Burden::nothing();
    burden.add(Part::Copay, Fen::from_fen(500));
    let bill = Bill {
        patient: patient.id,
        patient_area: patient.area,
        institution: world.cast.institutions[0].id,
        kind: VisitKind::ALL[0],
        burden,
        fund: Fen::ZERO,
        using: Using::Auto,
        code_of: patient.id,
        urgency: Urgency::Ordinary,
    };
    let (message, command, sent_at) = (message_of(0), Command::Settle(bill), noon());
    let answer = Some(answer);
    world.orders.push(Order { message, site: 0, command, sent_at, answer, id: None, under_way: 0, again_at: 0 });
    world
}

#[test]
fn account_money_that_is_nowhere_is_seen() {
    assert!(judge::no_cash(&told(settled(0, 500))).is_ok());
    assert!(judge::no_cash(&told(settled(500, 0))).is_err());
}

#[test]
fn an_outcome_that_turns_on_numbers_is_seen() {
    let (one, other) = (told(settled(500, 0)), told(settled(400, 100)));
    assert!(judge::differs(&one, &one).is_none());
    assert!(judge::differs(&one, &other).is_some());
}
