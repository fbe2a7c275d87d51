//! Where money is, as rows keep it, and journals that balance.

use std::collections::BTreeSet;

use gongji_domain::account::Colour;
use gongji_domain::journal::{Moves, Position};
use gongji_words::{AreaCode, CommandId, Fen, InstitutionId, PersonId};

use super::world::{HERE, person, yuan};

const POSITIONS: [(Position, (i64, i64, i64)); 11] = [
    (Position::Free(PersonId::from_number(7)), (1, 7, 0)),
    (Position::Held(PersonId::from_number(7), CommandId::from_number(5)), (2, 7, 5)),
    (Position::Wallet(PersonId::from_number(7)), (3, 7, 0)),
    (Position::Institution(InstitutionId::from_number(7)), (4, 7, 0)),
    (Position::Area(HERE), (5, 990_100, 0)),
    (Position::Premiums, (6, 0, 0)),
    (Position::Credits, (7, 0, 0)),
    (Position::Interest, (8, 0, 0)),
    (Position::Suspense(PersonId::from_number(7)), (9, 7, 0)),
    (Position::Heirs(PersonId::from_number(7)), (10, 7, 0)),
    (Position::Corrections, (11, 0, 0)),
];

#[test]
fn a_position_keeps_its_numbers_for_ever() {
    for (position, numbers) in POSITIONS {
        assert_eq!(position.numbers(), numbers, "{position:?}");
        assert_eq!(Position::from_numbers(numbers.0, numbers.1, numbers.2), Some(position));
    }
    assert_eq!(POSITIONS.map(|(position, _)| position).into_iter().collect::<BTreeSet<_>>().len(), 11);
    assert_eq!(Position::from_numbers(12, 7, 0), None, "no kind");
    assert_eq!(Position::from_numbers(5, -1, 0), None, "no area");
}

#[test]
fn a_move_is_two_legs_of_one_journal_and_nothing_moves_for_nothing() {
    let way = (Position::Free(person(1)), Position::Area(AreaCode::from_number(110_000)));
    let mut moves = Moves::none();
    moves.push(person(1), way, (Colour(2025), Fen::ZERO));
    assert!(moves.is_empty());
    moves.push(person(1), way, (Colour(2025), yuan(5)));
    moves.push(person(1), way, (Colour(2026), yuan(7)));
    assert!(!moves.is_empty());
    let entries = moves.into_entries(CommandId::from_number(9));
    let legs = entries.iter().map(|entry| (entry.leg, entry.position, entry.colour, entry.amount));
    let expected = [
        (0, way.0, Colour(2025), yuan(-5)),
        (1, way.1, Colour(2025), yuan(5)),
        (2, way.0, Colour(2026), yuan(-7)),
        (3, way.1, Colour(2026), yuan(7)),
    ];
    assert_eq!(legs.collect::<Vec<_>>(), expected);
    assert!(entries.iter().all(|entry| entry.journal == CommandId::from_number(9) && entry.key == person(1)));
}

#[test]
#[should_panic(expected = "a move is never negative")]
fn less_than_nothing_cannot_be_moved() {
    Moves::none().push(person(1), (Position::Credits, Position::Free(person(1))), (Colour(2025), yuan(-1)));
}
