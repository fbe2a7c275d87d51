//! The envelope: the working key of a store, wrapped by its master key, as it stands in the database.
//!
//! The master key is kept outside: in a file, by a program, or in a token that never lets it out and wraps and
//! unwraps itself. So the master key is changed by writing one row anew, and what stands under the working key (the
//! keys of people, the index of certificates, the digests of messages) stays as it is. Invariants: an envelope is
//! opened whole or not at all; a master key prints as its fingerprint only. Deliberately absent: programs and
//! tokens, which the program reaches.

use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::path::Path;

use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::StoreError;
use crate::digest::hex;
use crate::vault::{Cipher, KEY, Randomness, WorkingKey, close_to_others, mac};

/// The table in which an envelope stands.
const TABLE: &str = "store_identity";

/// To what a wrapped working key is bound; a token takes it as additional data.
pub const BOUND: &[u8] = b"gongji/envelope/1";

/// How a working key was wrapped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scheme {
    /// By [`MasterKey::wrap`]: SM4-GCM under a key derived from the master key.
    Sm4Gcm,
    /// Within a PKCS#11 token: AES-256-GCM, nonce of 12 bytes first.
    TokenAesGcm,
}

/// A wrapped working key, and which master key opens it.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Envelope {
    /// How it was wrapped.
    pub scheme: Scheme,
    /// Which master key opens it: a fingerprint, or where in a token it is.
    pub master: String,
    sealed: String,
}

impl Envelope {
    /// Puts what was wrapped beside who can open it.
    #[must_use]
    pub fn new(scheme: Scheme, master: String, sealed: &[u8]) -> Self {
        Self { scheme, master, sealed: hex(sealed) }
    }

    /// The wrapped bytes.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] if they are no bytes.
    pub fn sealed(&self) -> Result<Zeroizing<Vec<u8>>, StoreError> {
        bytes_of(&self.sealed).ok_or_else(|| damaged("its bytes cannot be read"))
    }

    /// As a row keeps it.
    pub(crate) fn to_row(&self) -> Vec<u8> {
        serde_json::to_vec(self).expect("an envelope is plain text")
    }

    /// From a row.
    pub(crate) fn of_row(row: &[u8]) -> Result<Self, StoreError> {
        serde_json::from_slice(row).map_err(|_| damaged("the envelope of the working key cannot be read"))
    }
}

impl fmt::Debug for Envelope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Envelope({:?}, {})", self.scheme, self.master)
    }
}

/// A master key that is bytes: 32 random ones, which never stand in the database.
#[derive(Clone)]
pub struct MasterKey(Zeroizing<[u8; 32]>);

impl MasterKey {
    /// The key of 32 random bytes.
    #[must_use]
    pub fn generate(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// The key of 64 hexadecimal digits, after which a line may end; none of any other text.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = bytes_of(text.trim_end())?;
        bytes.as_slice().try_into().ok().map(Self::generate)
    }

    /// Reads a key file: 64 hexadecimal digits, and nobody but its owner may read it.
    ///
    /// # Errors
    /// [`StoreError::KeyFile`] says what is wrong with the file and what to do; [`StoreError::Io`] if it cannot
    /// be read.
    pub fn from_file(path: &Path) -> Result<Self, StoreError> {
        let wrong = || StoreError::KeyFile { path: path.to_owned(), why: "it must hold 64 hexadecimal digits" };
        Self::parse(&read_private(path)?).ok_or_else(wrong)
    }

    /// Writes a key file that only its owner may read, and has it on the disk when it returns. A file that is there
    /// already is left as it is.
    ///
    /// # Errors
    /// [`StoreError::Io`] if there is such a file or it cannot be written.
    pub fn write_file(&self, path: &Path) -> Result<(), StoreError> {
        let io = |error| StoreError::io("writing the key file", path, error);
        let mut options = OpenOptions::new();
        options.write(true).create_new(true);
        close_to_others(&mut options);
        let mut file = options.open(path).map_err(io)?;
        let text = Zeroizing::new(hex(&self.0[..]));
        writeln!(file, "{}", text.as_str()).map_err(io)?;
        file.sync_all().map_err(io)?;
        keep_name(path).map_err(io)
    }

    /// Eight hexadecimal digits by which people tell one master key from another. They say nothing of it.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        hex(&self.derive("fingerprint")[..4])
    }

    /// Wraps a working key.
    #[must_use]
    pub fn wrap(&self, keys: &WorkingKey, random: &mut Randomness<'_>) -> Envelope {
        let sealed = self.cipher().seal_bound(BOUND, keys.reveal(), random);
        Envelope::new(Scheme::Sm4Gcm, self.fingerprint(), &sealed)
    }

    /// Unwraps a working key.
    ///
    /// # Errors
    /// [`StoreError::WrongKey`] if another master key wrapped it, [`StoreError::Damaged`] if this one did and the
    /// envelope is not what was written.
    pub fn unwrap(&self, envelope: &Envelope) -> Result<WorkingKey, StoreError> {
        if envelope.scheme != Scheme::Sm4Gcm || envelope.master != self.fingerprint() {
            return Err(StoreError::WrongKey);
        }
        let opened = self.cipher().open_bound(BOUND, &envelope.sealed()?);
        let keys = opened.and_then(|bytes| WorkingKey::from_envelope(&bytes));
        keys.ok_or_else(|| damaged("the envelope of the working key is not what was written"))
    }

    fn cipher(&self) -> Cipher {
        Cipher::of(&self.derive("envelope")[..KEY])
    }

    fn derive(&self, label: &str) -> Zeroizing<[u8; 32]> {
        mac(&self.0[..], &[b"gongji/master/", label.as_bytes()])
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "MasterKey({})", self.fingerprint())
    }
}

/// Reads a file that holds a secret: nobody but its owner may read it.
///
/// # Errors
/// [`StoreError::KeyFile`] if others may, with what to do; [`StoreError::Io`] if it cannot be read.
pub fn read_private(path: &Path) -> Result<Zeroizing<String>, StoreError> {
    let io = |error| StoreError::io("reading the secret file", path, error);
    let mut file = File::open(path).map_err(io)?;
    if is_open_to_others(&file.metadata().map_err(io)?) {
        let why = "others than its owner may read it; run `chmod 600` on it";
        return Err(StoreError::KeyFile { path: path.to_owned(), why });
    }
    let mut text = Zeroizing::new(String::new());
    file.read_to_string(&mut text).map_err(io)?;
    Ok(text)
}

fn damaged(why: &str) -> StoreError {
    StoreError::Damaged { table: TABLE, row: "envelope".to_owned(), why: why.to_owned() }
}

/// The bytes of hexadecimal digits; none if there is anything else.
fn bytes_of(text: &str) -> Option<Zeroizing<Vec<u8>>> {
    if !text.len().is_multiple_of(2) || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let pairs = (0..text.len()).step_by(2);
    let bytes = pairs.map(|place| u8::from_str_radix(&text[place..place + 2], 16).ok());
    bytes.collect::<Option<Vec<u8>>>().map(Zeroizing::new)
}

/// A new file is found again after a power cut once its folder is on the disk.
#[cfg(unix)]
fn keep_name(path: &Path) -> std::io::Result<()> {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => File::open(folder)?.sync_all(),
        _ => File::open(".")?.sync_all(),
    }
}

#[cfg(not(unix))]
fn keep_name(_: &Path) -> std::io::Result<()> {
    Ok(())
}

#[cfg(unix)]
fn is_open_to_others(file: &std::fs::Metadata) -> bool {
    use std::os::unix::fs::PermissionsExt;
    file.permissions().mode() & 0o077 != 0
}

#[cfg(not(unix))]
fn is_open_to_others(_: &std::fs::Metadata) -> bool {
    false
}
