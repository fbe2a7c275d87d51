//! Bills and broken messages of the national interface, a few of each: what is too long for a test is a command.

use gongji_sim::interface::{bills, decoders, mutants};

#[test]
fn what_an_institution_adds_up_is_what_the_centre_has() {
    let found = bills::play((250, 30, 1), &mut |_| ()).unwrap();
    assert_eq!(found.wrong, Vec::<String>::new());
    assert!(found.bills > 200 && found.undone > 0 && found.with_aid > 0, "{found:?}");
    assert_eq!(found.lines, found.bills + found.undone);
}

#[test]
fn broken_messages_are_all_answered_and_move_nothing_that_they_do_not_say() {
    let found = mutants::send((4_000, 1), &mut |_| ()).unwrap();
    assert_eq!(found.wrong, Vec::<String>::new());
    assert!(found.done > 0 && found.refused > 0 && found.shut_out > 0 && found.payments > 0, "{found:?}");
}

#[test]
fn every_decoder_says_yes_or_no() {
    assert_eq!(decoders::run((1_000, 1), None), Vec::<String>::new());
}
