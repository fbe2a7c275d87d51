//! A message that comes again gets its first answer, whatever happened in between.

use serde_json::Value;

use crate::national::{His, Visit, fen, town};
use crate::world::{HOSPITAL, SON};

/// A visit of the son, who pays for himself, with one batch of 300.00.
fn visit<'h, 't>(his: &'h His<'t>) -> Visit<'h, 't> {
    let visit = his.visit(SON);
    visit.upload(&[("1", ("EXD001", 300.0))]);
    visit
}

/// An envelope, and what is answered to it.
fn sent(his: &His<'_>, infno: &str, (msgid, input): (&str, &Value)) -> (Value, Value) {
    let envelope = his.envelope(infno, msgid, input);
    let answer = his.send(&envelope);
    assert_eq!(answer["infcode"], 0, "{answer}");
    (envelope, answer)
}

fn balance(answer: &Value) -> i64 {
    fen(&answer["output"]["setlinfo"], "balc")
}

#[test]
fn the_balance_of_a_bill_is_what_it_left() {
    let town = town();
    let his = His::new(&town, HOSPITAL);
    let (one, two) = (visit(&his), visit(&his));
    let previewed = his.done("2206", &one.bill(300.0, "1"));
    let (envelope, first) = sent(&his, "2207", ("M-1", &one.bill(300.0, "1")));
    assert_eq!(fen(&previewed["setlinfo"], "balc"), balance(&first));
    assert_eq!(balance(&first), town.balance().fen());
    let (_, second) = sent(&his, "2207", ("M-2", &two.bill(300.0, "1")));
    assert!(balance(&second) < balance(&first), "his account has paid again");
    assert_eq!(his.send(&envelope)["output"], first["output"]);
    let info = &first["output"]["setlinfo"];
    assert_eq!(his.done("5203", &one.undo(info))["setlinfo"]["balc"], info["balc"]);
}

#[test]
fn the_balance_of_an_undoing_is_what_it_left() {
    let town = town();
    let his = His::new(&town, HOSPITAL);
    let (one, two) = (visit(&his), visit(&his));
    let (_, settled) = sent(&his, "2207", ("M-1", &one.bill(300.0, "1")));
    let (envelope, undone) = sent(&his, "2208", ("R-1", &one.undo(&settled["output"]["setlinfo"])));
    assert_eq!(balance(&undone), town.balance().fen());
    sent(&his, "2207", ("M-2", &two.bill(300.0, "1")));
    assert_ne!(balance(&undone), town.balance().fen());
    assert_eq!(his.send(&envelope)["output"], undone["output"]);
}

#[test]
fn the_cashier_is_told_again_how_the_bill_differed_from_its_preview_and_from_no_later_one() {
    let town = town();
    let his = His::new(&town, HOSPITAL);
    let visit = visit(&his);
    let (envelope, first) = sent(&his, "2207", ("M-1", &visit.bill(300.0, "1")));
    his.ask("2206", &visit.bill(300.0, "0"));
    let again = his.send(&envelope);
    assert_eq!((&again["output"], &again["warn_msg"]), (&first["output"], &first["warn_msg"]));
}
