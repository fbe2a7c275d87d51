//! What is written down: one record an event, a head of 16 bytes and then what was written.
//!
//! The head: byte 0 the kind of the event (`W` written, `T` cut to a length, `U` taken out of its folder, `f` a flush
//! begins, `F` it is done); byte 1 the kind of the file (`d` database, `w` its log, or that of a PostgreSQL server, `j` its journal, `a` answers); from
//! byte 4 how many bytes were written, from byte 8 where, or the length after a cut. Numbers begin with their lowest
//! byte. Each record goes out in one call to a file that only grows, so records of several threads stay whole and stand
//! in the order of the calls.
//!
//! A write is noted when it is done and an answer before it leaves; a flush twice, when it begins and when it is done,
//! because it promises nothing for what was written after it began. So the record never makes a program look safer
//! than it is.

use std::ffi::{CStr, c_void};
use std::sync::OnceLock;

use libc::{c_int, iovec};

/// What happened to a file.
#[derive(Clone, Copy)]
pub enum Event<'a> {
    /// Written at a place.
    Written(u64, &'a [u8]),
    /// Cut to a length.
    Cut(u64),
    /// Taken out of its folder.
    Unlinked,
    /// A flush begins.
    FlushBegins,
    /// A flush is done.
    Flushed,
}

/// The file of records, if there is to be one.
static LOG: OnceLock<Option<c_int>> = OnceLock::new();

fn log() -> Option<c_int> {
    *LOG.get_or_init(|| {
        let path = std::env::var_os("GONGJI_FLUSH_LOG")?;
        let path = std::ffi::CString::new(path.into_encoded_bytes()).ok()?;
        // SAFETY: the path is a C string that outlives the call; `open` is not one of the calls caught here.
        let file = unsafe {
            libc::open(path.as_ptr(), libc::O_WRONLY | libc::O_CREAT | libc::O_APPEND | libc::O_CLOEXEC, 0o666)
        };
        (file >= 0).then_some(file)
    })
}

/// Whether anything is written down at all.
pub fn is_on() -> bool {
    log().is_some()
}

/// The kind of an open file, by its name.
pub fn kind_of(file: c_int) -> Option<u8> {
    let mut name = [0_u8; 512];
    let link = std::ffi::CString::new(format!("/proc/self/fd/{file}")).ok()?;
    // SAFETY: the path is a C string, and the buffer is as long as said.
    let length = unsafe { libc::readlink(link.as_ptr(), name.as_mut_ptr().cast(), name.len()) };
    kind_of_name(name.get(..usize::try_from(length).ok()?)?)
}

/// The kind of a file of this path.
pub fn kind_at(path: &CStr) -> Option<u8> {
    kind_of_name(path.to_bytes())
}

/// The folder of a server's log.
const SERVER_LOG: &[u8] = b"/pg_wal/";

fn kind_of_name(name: &[u8]) -> Option<u8> {
    if name.windows(SERVER_LOG.len()).any(|part| part == SERVER_LOG) {
        return Some(b'w');
    }
    let endings: [(&[u8], u8); 4] = [(b".db", b'd'), (b".db-wal", b'w'), (b".db-journal", b'j'), (b".answers", b'a')];
    endings.into_iter().find(|(ending, _)| name.ends_with(ending)).map(|(_, kind)| kind)
}

/// Writes an event down.
pub fn note(file: u8, event: Event<'_>) {
    let Some(log) = log() else { return };
    let (kind, place, bytes): (u8, u64, &[u8]) = match event {
        Event::Written(place, bytes) => (b'W', place, bytes),
        Event::Cut(length) => (b'T', length, &[]),
        Event::Unlinked => (b'U', 0, &[]),
        Event::FlushBegins => (b'f', 0, &[]),
        Event::Flushed => (b'F', 0, &[]),
    };
    let head = head((kind, file), (bytes.len(), place));
    let parts = [part(&head), part(bytes)];
    // SAFETY: both parts live until the call returns. The kernel is called by number, because the functions of the C
    // library that write are caught, and would come back here.
    let written = unsafe { libc::syscall(libc::SYS_writev, log, parts.as_ptr(), 2) };
    if usize::try_from(written).ok() != Some(head.len() + bytes.len()) {
        // A record with a hole would prove nothing, and nobody could tell.
        std::process::abort();
    }
}

fn head((kind, file): (u8, u8), (length, place): (usize, u64)) -> [u8; 16] {
    let mut head = [0; 16];
    head[0] = kind;
    head[1] = file;
    head[4..8].copy_from_slice(&u32::try_from(length).unwrap_or(u32::MAX).to_le_bytes());
    head[8..].copy_from_slice(&place.to_le_bytes());
    head
}

fn part(bytes: &[u8]) -> iovec {
    iovec { iov_base: bytes.as_ptr().cast_mut().cast::<c_void>(), iov_len: bytes.len() }
}
