//! Struck down at any point, a group is there whole or not at all, and the store opens again.

use std::sync::Arc;

use gongji_domain::record::{Facts, Rows, Wanted};
use gongji_store::{CrashPoint, Faults, Store, StoreError};

use crate::rows::full;
use crate::world::{Scratch, dump, now, owners, put};

struct CrashesAt(CrashPoint);

impl Faults for CrashesAt {
    fn crashes(&self, point: CrashPoint) -> bool {
        point == self.0
    }
}

const POINTS: [CrashPoint; 8] = [
    CrashPoint::BeforeRead,
    CrashPoint::AfterRead,
    CrashPoint::AfterJudge(0),
    CrashPoint::AfterJudge(1),
    CrashPoint::BeforeWrite,
    CrashPoint::HalfWritten,
    CrashPoint::BeforeCommit,
    CrashPoint::AfterCommit,
];

/// Two commands of one group; the second writes everything.
fn write(store: &Store) -> Result<(), StoreError> {
    let wanted = [Wanted::default(), owners(&full())];
    now(store.group(crate::world::noon(1), &wanted, &mut |place: usize, _: &Facts| {
        if place == 0 { Rows::default() } else { full() }
    }))
}

fn expected_after(point: CrashPoint) -> Rows {
    if point == CrashPoint::AfterCommit { full() } else { Rows::default() }
}

#[test]
fn a_crashed_file_opens_with_the_whole_group_or_none_of_it() {
    for point in POINTS {
        let scratch = Scratch::new();
        let store = scratch.create().with_faults(Arc::new(CrashesAt(point)));
        let failure = write(&store).unwrap_err();
        assert!(matches!(failure, StoreError::Crashed), "{failure:?}");
        drop(store);
        assert_eq!(dump(&scratch.open()), expected_after(point), "after a crash at {point:?}");
    }
}

#[test]
fn a_crashed_memory_engine_keeps_the_whole_group_or_none_of_it() {
    for point in POINTS {
        let store = Store::memory().with_faults(Arc::new(CrashesAt(point)));
        assert!(matches!(write(&store), Err(StoreError::Crashed)));
        assert_eq!(dump(&store), expected_after(point), "after a crash at {point:?}");
    }
}

#[test]
fn what_a_crashed_group_wrote_can_be_written_again() {
    let scratch = Scratch::new();
    let store = scratch.create().with_faults(Arc::new(CrashesAt(CrashPoint::AfterJudge(1))));
    assert!(write(&store).is_err());
    put(&store, &full()).unwrap();
    assert_eq!(dump(&store), full());
}
