//! The vault: found by certificate, unreadable without the key, gone when shredded.

use gongji_store::{Envelope, Scheme, Secrets, Store, StoreError};
use gongji_words::{CertificateNumber, PersonId, PersonName};

use crate::world::{Database, Scratch, key, now, person};

/// Made-up numbers: they begin with 99, which is given to nobody.
const CERTIFICATE: &str = "990101190001010008";
const OTHER: &str = "990101190001010016";

/// The number whose last character is worked out, so that the examples need not be anybody's.
fn certificate(first_seventeen: &str) -> CertificateNumber {
    "0123456789X"
        .chars()
        .find_map(|last| CertificateNumber::parse(&format!("{}{last}", &first_seventeen[..17])).ok())
        .unwrap()
}

fn secrets(number: &str) -> Secrets {
    Secrets {
        name: PersonName::parse("欧阳测试").unwrap(),
        certificate: certificate(number),
        phone: Some("13800000000".to_owned()),
    }
}

/// Numbers that never repeat, in place of random ones.
fn counting() -> impl FnMut(&mut [u8]) + Send {
    let mut next = 0_u8;
    move |bytes| {
        for byte in bytes {
            next = next.wrapping_mul(5).wrapping_add(17);
            *byte = next;
        }
    }
}

fn enrol(store: &Store, id: i64, secrets: &Secrets) -> Result<(), StoreError> {
    now(store.enrol(person(id), secrets, &mut counting()))
}

/// Enrols somebody, whoever that is.
pub fn is_known(store: &Store, whom: PersonId) {
    enrol(store, whom.number(), &secrets(CERTIFICATE)).unwrap();
}

fn a_person_is_found_and_revealed(store: &Store) {
    let secrets = secrets(CERTIFICATE);
    enrol(store, 1, &secrets).unwrap();
    assert_eq!(now(store.find_person(&secrets.certificate)).unwrap(), Some(person(1)));
    assert_eq!(now(store.find_person(&certificate(OTHER))).unwrap(), None);
    assert_eq!(now(store.reveal(person(1))).unwrap(), Some(secrets));
    assert_eq!(now(store.reveal(person(2))).unwrap(), None);
}

fn a_certificate_belongs_to_one_person(store: &Store) {
    enrol(store, 1, &secrets(CERTIFICATE)).unwrap();
    let failure = enrol(store, 2, &secrets(CERTIFICATE)).unwrap_err();
    assert!(matches!(failure, StoreError::Constraint { table: "certificate_index" }), "{failure:?}");
    assert_eq!(now(store.reveal(person(2))).unwrap(), None);
}

fn enrolling_again_replaces_what_was_there(store: &Store) {
    enrol(store, 1, &secrets(CERTIFICATE)).unwrap();
    let changed = Secrets { phone: None, ..secrets(OTHER) };
    enrol(store, 1, &changed).unwrap();
    assert_eq!(now(store.find_person(&certificate(CERTIFICATE))).unwrap(), None);
    assert_eq!(now(store.reveal(person(1))).unwrap(), Some(changed));
}

fn who_is_shredded_is_not_found_and_not_revealed(store: &Store) {
    enrol(store, 1, &secrets(CERTIFICATE)).unwrap();
    now(store.shred(person(1))).unwrap();
    assert_eq!(now(store.find_person(&certificate(CERTIFICATE))).unwrap(), None);
    assert_eq!(now(store.reveal(person(1))).unwrap(), None);
    enrol(store, 2, &secrets(CERTIFICATE)).unwrap();
}

crate::on_every_engine! {
    a_person_is_found_and_revealed
    a_certificate_belongs_to_one_person
    enrolling_again_replaces_what_was_there
    who_is_shredded_is_not_found_and_not_revealed
    the_enrolled_are_listed_page_by_page
}

/// All bytes of the database and of its log.
fn bytes_of(scratch: &Scratch) -> Vec<u8> {
    let log = scratch.file("gongji.db-wal");
    [scratch.database(), log].iter().flat_map(|path| std::fs::read(path).unwrap_or_default()).collect()
}

fn holds(bytes: &[u8], part: &[u8]) -> bool {
    bytes.windows(part.len()).any(|window| window == part)
}

#[test]
fn no_file_holds_a_name_number_or_telephone_in_the_clear() {
    let scratch = Scratch::new();
    let store = scratch.create();
    let secrets = secrets(CERTIFICATE);
    enrol(&store, 1, &secrets).unwrap();
    let bytes = bytes_of(&scratch);
    assert!(holds(&bytes, b"person_secret"), "the bytes are those of the database");
    for clear in [secrets.name.reveal(), secrets.certificate.reveal(), "13800000000"] {
        assert!(!holds(&bytes, clear.as_bytes()));
    }
}

#[test]
fn a_ciphertext_moved_to_another_person_cannot_be_opened() {
    let scratch = Scratch::new();
    let store = scratch.create();
    enrol(&store, 1, &secrets(CERTIFICATE)).unwrap();
    enrol(&store, 2, &secrets(OTHER)).unwrap();
    drop(store);
    let file = rusqlite::Connection::open(scratch.database()).unwrap();
    file.execute_batch(
        "update person_secret set key_wrapped = (select key_wrapped from person_secret where person_id = 1), \
         name_ct = (select name_ct from person_secret where person_id = 1) where person_id = 2",
    )
    .unwrap();
    drop(file);
    let failure = now(scratch.open().reveal(person(2))).unwrap_err();
    assert!(matches!(failure, StoreError::Damaged { table: "person_secret", .. }), "{failure:?}");
}

#[test]
fn a_shredded_key_is_in_no_file() {
    let scratch = Scratch::new();
    let store = scratch.create();
    enrol(&store, 1, &secrets(CERTIFICATE)).unwrap();
    let file = rusqlite::Connection::open(scratch.database()).unwrap();
    let wrapped: Vec<u8> = file.query_row("select key_wrapped from person_secret", [], |row| row.get(0)).unwrap();
    drop(file);
    assert!(holds(&bytes_of(&scratch), &wrapped));
    now(store.shred(person(1))).unwrap();
    assert!(!holds(&bytes_of(&scratch), &wrapped));
}

#[test]
fn nothing_prints_in_the_clear() {
    let secrets = secrets(CERTIFICATE);
    let text = format!("{secrets:?} {:?}", key(7));
    for clear in ["测试", &secrets.certificate.reveal()[6..14], "13800000000", "0707"] {
        assert!(!text.contains(clear), "{text}");
    }
}

#[test]
fn digests_depend_on_field_value_and_key() {
    let digests = [
        key(7).digest("amount", b"88.50"),
        key(7).digest("amount", b"88.51"),
        key(7).digest("patient", b"88.50"),
        key(8).digest("amount", b"88.50"),
    ];
    let different: std::collections::BTreeSet<u64> = digests.into_iter().collect();
    assert_eq!(different.len(), digests.len());
    assert_eq!(key(7).digest("amount", b"88.50"), digests[0]);
}

fn the_enrolled_are_listed_page_by_page(store: &Store) {
    for (id, number) in [(3, CERTIFICATE), (1, OTHER)] {
        enrol(store, id, &secrets(number)).unwrap();
    }
    let page = |after| now(store.enrolled(after, 1)).unwrap();
    assert_eq!([page(None), page(Some(person(1))), page(Some(person(3)))], [vec![person(1)], vec![person(3)], vec![]]);
}

/// Somebody holds the tables while a store waits at them, and then the server throws the store out.
fn cut_off(database: &Database, work: impl FnOnce() -> Result<(), StoreError> + Send) {
    const WAITING: &str =
        "pid from pg_catalog.pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'";
    let holder = database.session("begin; lock table person_secret, certificate_index, store_identity");
    std::thread::scope(|threads| {
        let worker = threads.spawn(work);
        while database.rows(&format!("select {WAITING}")).is_empty() {
            assert!(!worker.is_finished(), "it waits for whoever holds the tables");
        }
        database.tamper(&format!("select pg_terminate_backend(pid) from (select {WAITING}) as waiting"));
        holder.end("rollback");
        worker.join().unwrap().unwrap();
    });
}

#[test]
fn who_is_thrown_out_at_the_vault_of_a_server_comes_again_until_it_is_done() {
    let database = Database::new();
    let store = database.create();
    let secrets = secrets(CERTIFICATE);
    cut_off(&database, || enrol(&store, 1, &secrets));
    assert_eq!(now(store.reveal(person(1))).unwrap(), Some(secrets.clone()));
    let envelope = Envelope::new(Scheme::Sm4Gcm, "somebody".to_owned(), &[7; 44]);
    cut_off(&database, || now(store.keep_envelope(&envelope)));
    assert_eq!(now(Store::envelope_postgres(&database.address())).unwrap(), envelope);
    cut_off(&database, || now(store.shred(person(1))));
    assert_eq!(now(store.find_person(&secrets.certificate)).unwrap(), None);
    assert_eq!(now(store.reveal(person(1))).unwrap(), None);
}

#[test]
fn who_holds_the_log_back_is_waited_for_and_then_said_to_be_in_the_way_of_shredding() {
    let scratch = Scratch::new();
    let store = scratch.create();
    enrol(&store, 1, &secrets(CERTIFICATE)).unwrap();
    let file = rusqlite::Connection::open(scratch.database()).unwrap();
    file.execute_batch("begin").unwrap();
    let wrapped: Vec<u8> = file.query_row("select key_wrapped from person_secret", [], |row| row.get(0)).unwrap();
    let held_back = now(store.shred(person(1))).unwrap_err();
    assert!(matches!(held_back, StoreError::Busy), "{held_back:?}");
    assert_eq!(now(store.reveal(person(1))).unwrap(), None, "nobody finds him all the same");
    file.execute_batch("commit").unwrap();
    now(store.shred(person(1))).unwrap();
    assert!(!holds(&bytes_of(&scratch), &wrapped));
}
