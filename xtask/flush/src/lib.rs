//! Stands between a program and its C library where files are written and flushed, and can do two things there.
//!
//! `GONGJI_FLUSH_DELAY_US=1000` makes each flush take so many microseconds more: what a disk that has to spin or to
//! answer over a network would make of the figures. `GONGJI_FLUSH_LOG=FILE` writes down in which order the program
//! writes its database, flushes it, and gives its answers, with what was written; `cargo xtask flush` judges that.
//!
//! Loaded with `LD_PRELOAD`; Linux only. What is recorded and how is in [`record`]. Deliberately absent: judging,
//! and files that are neither a database of SQLite, nor the log of a server, nor answers.

#[cfg(target_os = "linux")]
mod calls;
#[cfg(target_os = "linux")]
mod record;
