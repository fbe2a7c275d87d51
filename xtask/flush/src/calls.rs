//! The calls that are caught. Each does what the C library does, and says what it did.
//!
//! SQLite writes with `pwrite` or `pwrite64`, flushes with `fdatasync` or `fsync`, cuts with `ftruncate` and takes away
//! with `unlink`; the others are here so that a program that changes its ways is still seen. Writing through memory
//! cannot be seen: `cargo xtask flush` holds the file on the disk against the record, so that it would not pass
//! unnoticed.

use std::ffi::{CStr, c_void};
use std::slice::from_raw_parts;
use std::sync::OnceLock;

use libc::{c_char, c_int, c_uint, iovec, off_t, size_t, ssize_t, timespec};

use crate::record::{Event, is_on, kind_at, kind_of, note};

/// The function of this name that would have been called without this library.
macro_rules! beyond {
    ($name:ident: $($type:ty),* => $gives:ty) => {{
        static FOUND: OnceLock<usize> = OnceLock::new();
        let name = concat!(stringify!($name), "\0");
        // SAFETY: the name is a C string.
        let found = *FOUND.get_or_init(|| unsafe { libc::dlsym(libc::RTLD_NEXT, name.as_ptr().cast()) } as usize);
        assert!(found != 0, "the C library has no {}", stringify!($name));
        // SAFETY: the C library's function of this name has this type.
        unsafe { std::mem::transmute::<usize, unsafe extern "C" fn($($type),*) -> $gives>(found) }
    }};
}

/// Microseconds that each flush is to take longer.
fn delay() -> u64 {
    static DELAY: OnceLock<u64> = OnceLock::new();
    let stated = || std::env::var("GONGJI_FLUSH_DELAY_US").ok().and_then(|text| text.parse().ok());
    *DELAY.get_or_init(|| stated().unwrap_or(0))
}

fn take_longer() {
    let micros = delay();
    if micros == 0 {
        return;
    }
    let part = |number: u64| i64::try_from(number).unwrap_or(0);
    let time = timespec { tv_sec: part(micros / 1_000_000), tv_nsec: part(micros % 1_000_000 * 1_000) };
    // SAFETY: the time lives until the call returns, and what is left of it is not asked for.
    unsafe { libc::nanosleep(&raw const time, std::ptr::null_mut()) };
}

/// The kind of a file, if anything is written down.
fn recorded(file: c_int) -> Option<u8> {
    if is_on() { kind_of(file) } else { None }
}

/// A flush by `real`.
fn flush(file: c_int, real: impl FnOnce() -> c_int) -> c_int {
    let kind = recorded(file);
    if let Some(kind) = kind {
        note(kind, Event::FlushBegins);
    }
    let result = real();
    if result == 0 {
        take_longer();
        if let Some(kind) = kind {
            note(kind, Event::Flushed);
        }
    }
    result
}

/// # Safety
/// As in the C library.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fsync(file: c_int) -> c_int {
    let real = beyond!(fsync: c_int => c_int);
    // SAFETY: the caller's promise is passed on.
    flush(file, || unsafe { real(file) })
}

/// # Safety
/// As in the C library.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn fdatasync(file: c_int) -> c_int {
    let real = beyond!(fdatasync: c_int => c_int);
    // SAFETY: the caller's promise is passed on.
    flush(file, || unsafe { real(file) })
}

/// It flushes no metadata and promises nothing, so it counts as no flush.
///
/// # Safety
/// As in the C library.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn sync_file_range(file: c_int, from: off_t, length: off_t, how: c_uint) -> c_int {
    let real = beyond!(sync_file_range: c_int, off_t, off_t, c_uint => c_int);
    // SAFETY: the caller's promise is passed on.
    unsafe { real(file, from, length, how) }
}

/// Where a file stands.
fn place_of(file: c_int) -> u64 {
    // SAFETY: any number may be asked; one that is no file gives an error.
    u64::try_from(unsafe { libc::lseek(file, 0, libc::SEEK_CUR) }).unwrap_or(0)
}

/// Writing by `real`; `parts` are what it is given.
fn write_parts(file: c_int, place: Option<off_t>, parts: &[iovec], real: impl FnOnce() -> ssize_t) -> ssize_t {
    let Some(kind) = recorded(file) else { return real() };
    let place = place.map_or_else(|| place_of(file), |place| u64::try_from(place).unwrap_or(0));
    if kind == b'a' {
        note_parts(kind, place, parts, usize::MAX);
        return real();
    }
    let written = real();
    note_parts(kind, place, parts, usize::try_from(written).unwrap_or(0));
    written
}

fn note_parts(kind: u8, mut place: u64, parts: &[iovec], mut left: usize) {
    for part in parts {
        let length = part.iov_len.min(left);
        if length == 0 {
            continue;
        }
        // SAFETY: the caller gave these bytes to be written, and as many are readable.
        let bytes = unsafe { from_raw_parts(part.iov_base.cast::<u8>().cast_const(), length) };
        note(kind, Event::Written(place, bytes));
        left -= length;
        place += u64::try_from(length).unwrap_or(0);
    }
}

fn one(bytes: *const c_void, length: size_t) -> [iovec; 1] {
    [iovec { iov_base: bytes.cast_mut(), iov_len: length }]
}

/// # Safety
/// As in the C library.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn write(file: c_int, bytes: *const c_void, length: size_t) -> ssize_t {
    let real = beyond!(write: c_int, *const c_void, size_t => ssize_t);
    // SAFETY: the caller's promise is passed on.
    write_parts(file, None, &one(bytes, length), || unsafe { real(file, bytes, length) })
}

/// # Safety
/// As in the C library.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pwrite(file: c_int, bytes: *const c_void, length: size_t, place: off_t) -> ssize_t {
    let real = beyond!(pwrite: c_int, *const c_void, size_t, off_t => ssize_t);
    // SAFETY: the caller's promise is passed on.
    write_parts(file, Some(place), &one(bytes, length), || unsafe { real(file, bytes, length, place) })
}

/// # Safety
/// As in the C library.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pwrite64(file: c_int, bytes: *const c_void, length: size_t, place: off_t) -> ssize_t {
    let real = beyond!(pwrite64: c_int, *const c_void, size_t, off_t => ssize_t);
    // SAFETY: the caller's promise is passed on.
    write_parts(file, Some(place), &one(bytes, length), || unsafe { real(file, bytes, length, place) })
}

/// # Safety
/// As in the C library: `parts` are `count` readable parts.
unsafe fn all<'a>(parts: *const iovec, count: c_int) -> &'a [iovec] {
    match usize::try_from(count) {
        // SAFETY: the caller's promise.
        Ok(count) if count > 0 && !parts.is_null() => unsafe { from_raw_parts(parts, count) },
        _ => &[],
    }
}

/// # Safety
/// As in the C library.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn writev(file: c_int, parts: *const iovec, count: c_int) -> ssize_t {
    let real = beyond!(writev: c_int, *const iovec, c_int => ssize_t);
    // SAFETY: the caller's promise is passed on.
    write_parts(file, None, unsafe { all(parts, count) }, || unsafe { real(file, parts, count) })
}

/// # Safety
/// As in the C library.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pwritev(file: c_int, parts: *const iovec, count: c_int, place: off_t) -> ssize_t {
    let real = beyond!(pwritev: c_int, *const iovec, c_int, off_t => ssize_t);
    // SAFETY: the caller's promise is passed on.
    write_parts(file, Some(place), unsafe { all(parts, count) }, || unsafe { real(file, parts, count, place) })
}

/// # Safety
/// As in the C library.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn pwritev64(file: c_int, parts: *const iovec, count: c_int, place: off_t) -> ssize_t {
    let real = beyond!(pwritev64: c_int, *const iovec, c_int, off_t => ssize_t);
    // SAFETY: the caller's promise is passed on.
    write_parts(file, Some(place), unsafe { all(parts, count) }, || unsafe { real(file, parts, count, place) })
}

/// Cutting by `real`.
fn cut(file: c_int, length: off_t, real: impl FnOnce() -> c_int) -> c_int {
    let result = real();
    if result == 0
        && let Some(kind) = recorded(file)
    {
        note(kind, Event::Cut(u64::try_from(length).unwrap_or(0)));
    }
    result
}

/// # Safety
/// As in the C library.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ftruncate(file: c_int, length: off_t) -> c_int {
    let real = beyond!(ftruncate: c_int, off_t => c_int);
    // SAFETY: the caller's promise is passed on.
    cut(file, length, || unsafe { real(file, length) })
}

/// # Safety
/// As in the C library.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn ftruncate64(file: c_int, length: off_t) -> c_int {
    let real = beyond!(ftruncate64: c_int, off_t => c_int);
    // SAFETY: the caller's promise is passed on.
    cut(file, length, || unsafe { real(file, length) })
}

/// # Safety
/// As in the C library.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn unlink(path: *const c_char) -> c_int {
    let real = beyond!(unlink: *const c_char => c_int);
    // SAFETY: the caller's promise is passed on.
    let result = unsafe { real(path) };
    if result == 0 && is_on() {
        // SAFETY: the C library has just read the path to its end.
        if let Some(kind) = kind_at(unsafe { CStr::from_ptr(path) }) {
            note(kind, Event::Unlinked);
        }
    }
    result
}
