//! Proposals: what is kept of who proposed and who decided, and what is found of those who own the database and not the key.

use gongji_domain::proposal::{Closed, Matter, Proposal, ProposalState, Wish};
use gongji_domain::release::Signed;
use gongji_store::{Store, StoreError};
use gongji_words::{AreaCode, Fen};

use crate::on_every_engine;
use crate::world::{Database, Scratch, command, noon, now, person};

fn signed(by: &str, day: u8) -> Signed {
    Signed { by: by.to_owned(), at: noon(day) }
}

/// A correction that 王敏 proposed under this name.
fn proposal(number: i64, name: &str) -> Proposal {
    Proposal {
        id: command(number),
        name: name.to_owned(),
        area: AreaCode::from_number(130_100),
        wish: Wish { matter: Matter::Correction, person: person(number), amount: Fen::from_fen(-1_234) },
        grounds: "credited twice".to_owned(),
        proposed: signed("王敏", 1),
        state: ProposalState::Open,
        closed: None,
    }
}

fn decided(number: i64, name: &str, (state, by): (ProposalState, &str)) -> Proposal {
    let grounds = (state == ProposalState::Rejected).then(|| "not so".to_owned());
    proposal(number, name).decided(state, Closed { signed: signed(by, 2), grounds })
}

on_every_engine! {
    a_proposal_is_read_again_as_it_was
    a_name_of_a_proposer_is_one_proposal
    a_proposal_is_decided_once
    nobody_approves_what_he_proposed
}

fn a_proposal_is_read_again_as_it_was(store: &Store) {
    let estate = Wish { matter: Matter::Estate, person: person(9), amount: Fen::ZERO };
    let all = [proposal(1, "A"), Proposal { wish: estate, ..proposal(2, "B") }];
    for row in &all {
        assert_eq!(now(store.put_forward(row)).unwrap(), *row);
        assert_eq!(now(store.proposal(row.id)).unwrap().as_ref(), Some(row));
    }
    assert_eq!(now(store.proposals()).unwrap(), all);
    assert_eq!(now(store.proposal(command(3))).unwrap(), None);
}

fn a_name_of_a_proposer_is_one_proposal(store: &Store) {
    now(store.put_forward(&proposal(1, "A"))).unwrap();
    assert_eq!(now(store.put_forward(&proposal(2, "A"))).unwrap(), proposal(1, "A"));
    let others = Proposal { proposed: signed("赵静", 1), ..proposal(3, "A") };
    assert_eq!(now(store.put_forward(&others)).unwrap(), others);
    assert_eq!(now(store.proposals()).unwrap(), [proposal(1, "A"), others]);
}

fn a_proposal_is_decided_once(store: &Store) {
    for state in [ProposalState::Approved, ProposalState::Rejected, ProposalState::Withdrawn] {
        let number = state.number().into();
        let first = decided(number, state.word(), (state, "李强"));
        now(store.put_forward(&proposal(number, state.word()))).unwrap();
        assert!(now(store.close_proposal(&first)).unwrap());
        let later = decided(number, state.word(), (ProposalState::Approved, "赵静"));
        assert!(!now(store.close_proposal(&later)).unwrap());
        assert_eq!(now(store.proposal(first.id)).unwrap(), Some(first));
    }
    assert!(!now(store.close_proposal(&decided(9, "Z", (ProposalState::Approved, "李强")))).unwrap());
}

fn nobody_approves_what_he_proposed(store: &Store) {
    now(store.put_forward(&proposal(1, "A"))).unwrap();
    for wrong in [decided(1, "A", (ProposalState::Approved, "王 敏 ")), proposal(1, "A")] {
        let refused = now(store.close_proposal(&wrong));
        assert!(matches!(refused, Err(StoreError::Constraint { table: "proposal" })), "{refused:?}");
    }
    assert_eq!(now(store.proposal(command(1))).unwrap(), Some(proposal(1, "A")));
    assert!(now(store.close_proposal(&decided(1, "A", (ProposalState::Withdrawn, "王敏")))).unwrap());
}

/// What somebody with the database alone would do to have his way, or to have been somebody else.
const FORGERIES: [&str; 6] = [
    "update proposal set state = 2, closed_by = '李强', closed_ms = proposed_ms where proposal_id = 1",
    "update proposal set amount_fen = 999900 where proposal_id = 1",
    "update proposal set person_id = 7 where proposal_id = 1",
    "update proposal set proposed_by = '赵静' where proposal_id = 1",
    "update proposal set closed_by = '赵静' where proposal_id = 2",
    "update proposal set grounds = 'as the law says' where proposal_id = 2",
];

fn with_two(store: &Store) {
    now(store.put_forward(&proposal(1, "A"))).unwrap();
    now(store.put_forward(&proposal(2, "B"))).unwrap();
    now(store.close_proposal(&decided(2, "B", (ProposalState::Approved, "李强")))).unwrap();
}

/// Whether it is found by whoever reads, and by the audit.
fn are_found(store: &Store) -> [bool; 2] {
    let damaged = matches!(now(store.proposals()), Err(StoreError::Damaged { table: "proposal", .. }));
    let audited = now(store.audit_totals()).unwrap().discrepancies;
    [damaged, audited.iter().any(|found| found.table == "proposal")]
}

#[test]
fn in_a_file_nobody_approves_with_the_database_alone() {
    for forgery in FORGERIES {
        let scratch = Scratch::new();
        with_two(&scratch.create());
        assert_eq!(are_found(&scratch.open()), [false, false]);
        rusqlite::Connection::open(scratch.database()).unwrap().execute_batch(forgery).unwrap();
        assert_eq!(are_found(&scratch.open()), [true, true], "{forgery}");
    }
}

#[test]
fn on_a_server_nobody_approves_with_the_database_alone() {
    let database = Database::new();
    let store = database.create();
    for forgery in FORGERIES {
        with_two(&store);
        assert_eq!(are_found(&store), [false, false]);
        database.tamper(forgery);
        assert_eq!(are_found(&store), [true, true], "{forgery}");
        database.tamper("delete from proposal");
    }
}
