//! Drills for the zoo: what only the inside of the SQLite engine can show, as questions that are answered each time
//! they are asked. The tests of the engine ask the same.

/// A drill and its name.
pub type Drill = (&'static str, fn() -> Result<(), String>);

/// All drills.
pub const ALL: &[Drill] = &[
    ("an account over a stale version", crate::sqlite::drill::stale_version_is_refused),
    ("the setting of a commit", crate::sqlite::drill::commit_waits_for_the_disk),
];
