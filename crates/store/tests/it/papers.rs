//! Papers: versions follow each other, are listed by owner and person, go with whoever is shredded, and cannot be forged.

use gongji_domain::paper::{Enclosure, Paper, PaperCount, PaperKind, Whose};
use gongji_domain::record::{Facts, Rows, Wanted};
use gongji_store::{Around, Money, Outcomes, Store, StoreError};
use gongji_words::{Fen, InstitutionId, MessageId, Moment};

use crate::on_every_engine;
use crate::rows::full;
use crate::world::{Database, Scratch, dump, noon, now, person, put};

const HOSPITAL: InstitutionId = InstitutionId::from_number(1301);

fn paper(name: &str, day: u8) -> Paper {
    Paper {
        kind: PaperKind::Visit,
        owner: HOSPITAL,
        name: name.to_owned(),
        person: Some(person(1)),
        at: noon(day),
        version: 1,
        body: b"{\"note\":\"headache\"}".to_vec(),
    }
}

fn keep(store: &Store, paper: &Paper) -> bool {
    now(store.keep_paper(paper, &mut |bytes: &mut [u8]| bytes.fill(7))).unwrap()
}

fn read(store: &Store, name: &str) -> Option<Paper> {
    now(store.paper(PaperKind::Visit, HOSPITAL, name)).unwrap()
}

on_every_engine! {
    a_paper_is_read_again_as_it_was
    four_papers_come_in_the_order_in_which_they_are_looked_for
    whose_bill_it_is_comes_with_its_papers
    of_two_who_change_a_paper_the_second_is_told
    papers_are_listed_by_owner_and_person_and_time
    whoever_is_shredded_leaves_no_paper
    a_paper_that_comes_with_a_group_is_kept_with_it_or_neither_is
    rows_are_looked_up_one_by_one
    papers_of_bills_and_their_undoing_are_counted_and_a_group_sees_its_own
}

/// A group that writes everything there is, with this paper.
fn enclose(store: &Store, rows: &Rows, paper: Paper) -> Result<(), StoreError> {
    let (key, enclosed) = (paper.key(), Enclosure { paper, random: [5; 12] });
    put(store, &Rows { papers: [(key, enclosed)].into(), ..rows.clone() })
}

fn a_paper_that_comes_with_a_group_is_kept_with_it_or_neither_is(store: &Store) {
    assert!(keep(store, &paper("A", 1)));
    let refused = enclose(store, &full(), Paper { body: b"other".to_vec(), ..paper("A", 1) }).unwrap_err();
    assert!(matches!(refused, StoreError::Constraint { table: "paper" }), "{refused:?}");
    assert_eq!((dump(store).len(), read(store, "A")), (0, Some(paper("A", 1))), "nothing of the group is there");
    enclose(store, &full(), paper("B", 2)).unwrap();
    assert_eq!((dump(store), read(store, "B")), (full(), Some(paper("B", 2))));
    let twice = enclose(store, &Rows::default(), paper("B", 2)).unwrap_err();
    assert!(matches!(twice, StoreError::Constraint { table: "paper" }), "{twice:?}");
}

fn papers_of_bills_and_their_undoing_are_counted_and_a_group_sees_its_own(store: &Store) {
    let of = |kind, name: &str, whose| Paper { kind, person: Some(person(whose)), ..paper(name, 1) };
    assert!(keep(store, &of(PaperKind::Bill, "A", 1)));
    assert!(keep(store, &of(PaperKind::Bill, "B", 1)));
    assert!(keep(store, &of(PaperKind::Reversal, "B", 1)));
    assert!(keep(store, &of(PaperKind::Visit, "V", 1)));
    assert!(keep(store, &of(PaperKind::Bill, "C", 2)));
    let count = |bills, reversals| PaperCount { bills, reversals };
    let counted = |whose| now(store.papers_counted(person(whose))).unwrap();
    assert_eq!([1, 2, 3].map(counted), [count(2, 1), count(1, 0), count(0, 0)]);
    let wanted = Wanted { people: [person(1), person(3)].into(), ..Wanted::default() };
    let wanted = Wanted { papers_of: [person(1), person(3)].into(), ..wanted };
    let mut seen = Vec::new();
    let mut judge = |place: usize, facts: &Facts| {
        seen.push([1, 2, 3].map(|whose| facts.papers_of(person(whose))));
        let own = of(PaperKind::Bill, &format!("G{place}"), 3);
        Rows { papers: [(own.key(), Enclosure { paper: own, random: [5; 12] })].into(), ..Rows::default() }
    };
    now(store.group(noon(1), &[wanted.clone(), wanted], &mut judge)).unwrap();
    let before = |own| [count(2, 1), count(0, 0), count(own, 0)];
    assert_eq!(seen, [before(0), before(1)], "nobody is counted for whom it was not asked");
    assert_eq!(counted(3), count(2, 0));
}

fn rows_are_looked_up_one_by_one(store: &Store) {
    put(store, &full()).unwrap();
    let rows = full();
    let (id, person) = rows.persons.first_key_value().unwrap();
    assert_eq!(now(store.person(*id)).unwrap().as_ref(), Some(person));
    let (id, institution) = rows.institutions.first_key_value().unwrap();
    assert_eq!(now(store.institution(*id)).unwrap().as_ref(), Some(institution));
    for (id, account) in &rows.accounts {
        let held = Fen::sum(rows.holds.values().filter(|hold| hold.person == *id).map(|hold| hold.lots.total()));
        assert_eq!(now(store.money_of(*id)).unwrap(), Money { total: account.lots.total(), held });
    }
    for (id, row) in &rows.messages {
        assert_eq!(now(store.message(id)).unwrap().as_ref(), Some(row));
    }
    let nobody = crate::world::person(987_654);
    assert_eq!(now(store.person(nobody)).unwrap(), None);
    assert_eq!(now(store.money_of(nobody)).unwrap(), Money::default());
    let unknown = MessageId::new("H1", "never sent").unwrap();
    assert_eq!(now(store.message(&unknown)).unwrap(), None);
    let asked = rows.messages.keys().cloned().chain([unknown]).collect();
    let Outcomes { messages, payments } = now(store.outcomes(&asked)).unwrap();
    assert_eq!(messages, rows.messages);
    let of_messages =
        rows.messages.values().filter_map(|row| Some((row.command, rows.payments.get(&row.command)?.state)));
    assert_eq!(payments, of_messages.collect());
}

fn a_paper_is_read_again_as_it_was(store: &Store) {
    assert!(keep(store, &paper("A", 1)));
    assert_eq!(read(store, "A"), Some(paper("A", 1)));
    assert_eq!(read(store, "B"), None);
    let agency = Paper { person: None, owner: InstitutionId::from_number(0), body: Vec::new(), ..paper("A", 1) };
    assert!(keep(store, &agency));
    assert_eq!(now(store.paper(PaperKind::Visit, agency.owner, "A")).unwrap(), Some(agency));
}

fn four_papers_come_in_the_order_in_which_they_are_looked_for(store: &Store) {
    let of = |kind, name: &str, owner| Paper { kind, owner, ..paper(name, 1) };
    let (visit, lines) = (of(PaperKind::Visit, "A", HOSPITAL), of(PaperKind::Lines, "A", HOSPITAL));
    let (bill, elsewhere) =
        (of(PaperKind::Bill, "B", HOSPITAL), of(PaperKind::Bill, "A", InstitutionId::from_number(1302)));
    for one in [&visit, &lines, &bill, &elsewhere] {
        assert!(keep(store, one));
    }
    let [v, l, b] = [&visit, &lines, &bill].map(|paper| Some(paper.clone()));
    let cases = [
        (
            [(PaperKind::Visit, "A"), (PaperKind::Lines, "A"), (PaperKind::Bill, "B"), (PaperKind::Bill, "A")],
            [&v, &l, &b, &None],
        ),
        (
            [(PaperKind::Bill, "B"), (PaperKind::Visit, "B"), (PaperKind::Lines, "A"), (PaperKind::Visit, "A")],
            [&b, &None, &l, &v],
        ),
        (
            [(PaperKind::Visit, "A"), (PaperKind::Visit, "A"), (PaperKind::Bill, ""), (PaperKind::Bill, "B")],
            [&v, &v, &None, &b],
        ),
    ];
    for (named, wanted) in cases {
        let found = now(store.around((HOSPITAL, named), person(9))).unwrap();
        assert_eq!(found.papers.each_ref(), wanted, "{named:?}");
        assert!(found.person.is_none() && found.secrets.is_none(), "nobody is registered under this number");
    }
}

fn whose_bill_it_is_comes_with_its_papers(store: &Store) {
    put(store, &full()).unwrap();
    crate::vault::is_known(store, person(1));
    let nothing = [(PaperKind::Bill, ""), (PaperKind::Visit, ""), (PaperKind::Lines, ""), (PaperKind::Preview, "")];
    for id in full().persons.into_keys() {
        assert!(keep(store, &Paper { kind: PaperKind::Bill, person: Some(id), ..paper(&id.to_string(), 1) }));
        let Around { papers, person, secrets, counted } = now(store.around((HOSPITAL, nothing), id)).unwrap();
        assert_eq!((papers, person), ([const { None }; 4], now(store.person(id)).unwrap()));
        assert!(secrets == now(store.reveal(id)).unwrap());
        assert_eq!(secrets.is_some(), id == crate::world::person(1));
        assert_eq!(counted, PaperCount { bills: 1, reversals: 0 });
    }
}

fn of_two_who_change_a_paper_the_second_is_told(store: &Store) {
    let second = Paper { version: 2, body: b"2".to_vec(), at: noon(2), ..paper("A", 1) };
    assert!(!keep(store, &second), "there is no first");
    assert!(keep(store, &paper("A", 1)));
    assert!(!keep(store, &Paper { body: b"other".to_vec(), ..paper("A", 1) }));
    assert!(keep(store, &second));
    assert!(!keep(store, &Paper { body: b"late".to_vec(), ..second.clone() }));
    assert_eq!(read(store, "A"), Some(second));
}

fn papers_are_listed_by_owner_and_person_and_time(store: &Store) {
    let all = [paper("C", 1), paper("B", 2), paper("A", 3)];
    all.iter().for_each(|paper| assert!(keep(store, paper)));
    let others = [
        Paper { kind: PaperKind::Bill, ..paper("A", 2) },
        Paper { owner: InstitutionId::from_number(7), person: Some(person(2)), ..paper("A", 2) },
    ];
    others.iter().for_each(|paper| assert!(keep(store, paper)));
    let listed = |whose, from, until| now(store.papers(PaperKind::Visit, whose, (noon(from), noon(until)))).unwrap();
    assert_eq!(listed(Whose::Owner(HOSPITAL), 1, 4), all);
    assert_eq!(listed(Whose::Owner(HOSPITAL), 2, 3), all[1..2]);
    assert_eq!(listed(Whose::Person(person(1)), 1, 4), all);
    assert_eq!(listed(Whose::Person(person(2)), 1, 4), others[1..]);
}

fn whoever_is_shredded_leaves_no_paper(store: &Store) {
    let other = Paper { person: Some(person(2)), ..paper("B", 1) };
    assert!(keep(store, &paper("A", 1)) && keep(store, &other));
    now(store.shred(person(1))).unwrap();
    assert_eq!((read(store, "A"), read(store, "B")), (None, Some(other)));
}

const FORGERIES: [&str; 5] = [
    "update paper set person_id = 2",
    "update paper set listed_ms = listed_ms + 1",
    "update paper set name = 'B'",
    "update paper set version = 2",
    "update paper set owner_id = 1302",
];

fn is_found(store: &Store) -> bool {
    let all = [HOSPITAL, InstitutionId::from_number(1302)].map(|owner| {
        let span = (Moment::from_millis(0), noon(9));
        now(store.papers(PaperKind::Visit, Whose::Owner(owner), span))
    });
    all.iter().any(|read| matches!(read, Err(StoreError::Damaged { table: "paper", .. })))
}

#[test]
fn in_a_file_a_paper_that_was_edited_is_not_believed() {
    for forgery in FORGERIES {
        let scratch = Scratch::new();
        assert!(keep(&scratch.create(), &paper("A", 1)));
        assert!(!is_found(&scratch.open()));
        rusqlite::Connection::open(scratch.database()).unwrap().execute_batch(forgery).unwrap();
        assert!(is_found(&scratch.open()), "{forgery}");
    }
}

#[test]
fn on_a_server_a_paper_that_was_edited_is_not_believed() {
    let database = Database::new();
    let store = database.create();
    for forgery in FORGERIES {
        assert!(keep(&store, &paper("A", 1)));
        assert!(!is_found(&store));
        database.tamper(forgery);
        assert!(is_found(&store), "{forgery}");
        database.tamper("delete from paper");
    }
}
