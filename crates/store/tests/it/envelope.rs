//! The envelope: what the master key wraps, where it stands, and what another key makes of it.

use gongji_store::{Envelope, MasterKey, Scheme, Store, StoreError};

use crate::rows::full;
use crate::world::{Scratch, key, now, put};

fn master(byte: u8) -> MasterKey {
    MasterKey::generate([byte; 32])
}

/// The working key of the tests' stores, wrapped.
fn wrapped(by: u8) -> Envelope {
    master(by).wrap(&key(7), &mut |bytes| bytes.fill(3))
}

#[test]
fn a_wrapped_working_key_is_unwrapped_by_its_own_master_key_alone() {
    let envelope = wrapped(1);
    assert_eq!(master(1).unwrap(&envelope).unwrap().reveal(), key(7).reveal());
    assert!(matches!(master(2).unwrap(&envelope), Err(StoreError::WrongKey)));
    let of_a_token = Envelope::new(Scheme::TokenAesGcm, envelope.master.clone(), &envelope.sealed().unwrap());
    assert!(matches!(master(1).unwrap(&of_a_token), Err(StoreError::WrongKey)));
}

#[test]
fn an_envelope_with_a_changed_bit_is_damaged_and_opens_nothing() {
    let envelope = wrapped(1);
    let sealed = envelope.sealed().unwrap();
    for place in 0..sealed.len() {
        let mut changed = sealed.clone();
        changed[place] ^= 1;
        let changed = Envelope::new(envelope.scheme, envelope.master.clone(), &changed);
        let failure = master(1).unwrap(&changed).unwrap_err();
        assert!(matches!(failure, StoreError::Damaged { table: "store_identity", .. }), "{place}: {failure:?}");
    }
}

#[test]
fn an_envelope_is_read_before_any_key_is_there() {
    let scratch = Scratch::new();
    let store = scratch.create();
    let none = Store::envelope_sqlite(&scratch.database()).unwrap_err();
    assert!(matches!(none, StoreError::NoEnvelope { .. }), "{none:?}");
    now(store.keep_envelope(&wrapped(1))).unwrap();
    assert_eq!(Store::envelope_sqlite(&scratch.database()).unwrap(), wrapped(1));
}

#[test]
fn an_envelope_that_was_replaced_is_in_no_file() {
    let scratch = Scratch::new();
    let store = scratch.create();
    let old = wrapped(1);
    let text: String = old.sealed().unwrap().iter().map(|byte| format!("{byte:02x}")).collect();
    let is_there = || {
        let files = ["gongji.db", "gongji.db-wal"].map(|name| std::fs::read(scratch.file(name)).unwrap_or_default());
        let bytes = files.concat();
        let is_part_there = |part: &[u8]| bytes.windows(part.len()).any(|window| window == part);
        text.as_bytes().chunks_exact(16).any(is_part_there)
    };
    now(store.keep_envelope(&old)).unwrap();
    assert!(is_there());
    // A longer row does not lie over the one that was there.
    let longer = Envelope::new(Scheme::TokenAesGcm, "pkcs11:token=gongji;object=master".to_owned(), &[9; 80]);
    now(store.keep_envelope(&longer)).unwrap();
    assert!(!is_there());
    assert_eq!(Store::envelope_sqlite(&scratch.database()).unwrap(), longer);
}

#[test]
fn the_ledger_can_be_audited_when_the_key_is_lost() {
    let scratch = Scratch::new();
    put(&scratch.create(), &full()).unwrap();
    let with = now(scratch.open().audit_totals()).unwrap();
    let without = Store::audit_sqlite_without_key(&scratch.database()).unwrap();
    assert_eq!((without.people, without.journals, without.entries), (with.people, with.journals, with.entries));
    assert_eq!(without.discrepancies.len(), with.discrepancies.len());
}

#[test]
fn a_master_key_prints_as_its_fingerprint() {
    let text = format!("{:?} {:?}", master(7), wrapped(7));
    assert!(!text.contains("0707") && text.contains(&master(7).fingerprint()), "{text}");
}

#[test]
fn a_key_file_is_written_once_and_read_back() {
    let scratch = Scratch::new();
    let path = scratch.file("master.key");
    master(9).write_file(&path).unwrap();
    assert!(matches!(master(1).write_file(&path), Err(StoreError::Io { .. })));
    let read = MasterKey::from_file(&path).unwrap();
    assert_eq!(read.fingerprint(), master(9).fingerprint());
}

#[test]
fn a_short_key_file_is_refused_with_the_remedy() {
    let scratch = Scratch::new();
    let path = scratch.file("master.key");
    master(9).write_file(&path).unwrap();
    std::fs::write(&path, "abc").unwrap();
    let failure = MasterKey::from_file(&path).unwrap_err();
    assert!(failure.to_string().contains("64 hexadecimal digits"), "{failure}");
}

#[cfg(unix)]
#[test]
fn a_key_file_that_others_can_read_is_refused_with_the_remedy() {
    use std::os::unix::fs::PermissionsExt;
    let scratch = Scratch::new();
    let path = scratch.file("master.key");
    master(9).write_file(&path).unwrap();
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
    let failure = MasterKey::from_file(&path).unwrap_err();
    assert!(failure.to_string().contains("chmod 600"), "{failure}");
}
