//! The vault: who the people are, encrypted under a key of each one's own, and found by a keyed hash.
//!
//! Invariants: a name, certificate number or telephone is written only as ciphertext bound to its table, column
//! and person; without the working key none of it can be read or looked for; when a person's key is gone, so is
//! what it encrypted. Nothing here prints in the clear. Deliberately absent: randomness, which is an argument.

use std::collections::BTreeMap;
use std::fmt;
use std::fs::OpenOptions;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use aes_gcm::AesGcm;
use aes_gcm::aead::array::Array;
use aes_gcm::aead::consts::U12;
use aes_gcm::aead::{Aead, KeyInit, Payload};
use gongji_words::{CertificateKind, CertificateNumber, PersonId, PersonName};
use hmac::{Hmac, Mac};
use sm3::Sm3;
use sm4::Sm4;
use zeroize::Zeroizing;

use crate::StoreError;
use crate::sql::Fields;

/// SM4 (GB/T 32907) in Galois counter mode with nonces of 96 bits.
type Sm4Gcm = AesGcm<Sm4, U12>;

/// Bytes of a key of SM4.
pub(crate) const KEY: usize = 16;
const NONCE: usize = 12;
const TABLE: &str = "person_secret";

/// The name under which a store keeps the value that tells its working key.
pub(crate) const KEY_CHECK: &str = "working-key-check";
/// The name under which it keeps the wrapped working key.
pub(crate) const ENVELOPE: &str = "envelope";

/// Fills a slice with random bytes. The caller decides where they come from.
pub type Randomness<'a> = dyn FnMut(&mut [u8]) + Send + 'a;

/// What the vault keeps of a person.
#[derive(Clone, PartialEq, Eq)]
pub struct Secrets {
    /// The name.
    pub name: PersonName,
    /// The certificate by which the person is found.
    pub certificate: CertificateNumber,
    /// A telephone number, as the person gave it.
    pub phone: Option<String>,
}

impl fmt::Debug for Secrets {
    /// Masked.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let phone = if self.phone.is_some() { "given" } else { "none" };
        write!(f, "Secrets({}, {}, phone {phone})", self.name, self.certificate)
    }
}

/// The working key of a store: 32 random bytes, from which all keys in use are derived, one for each purpose. It
/// stands in the database only as an [`Envelope`](crate::Envelope), wrapped by the master key.
#[derive(Clone)]
pub struct WorkingKey {
    bytes: Zeroizing<[u8; 32]>,
    in_use: Arc<InUse>,
}

/// Keys derived from a working key, each when it is first wanted: a key takes longer to derive than what it is mostly used for.
#[derive(Default)]
struct InUse {
    papers: OnceLock<Cipher>,
    wrapping: OnceLock<Cipher>,
    /// Keyed hashes by their purpose, the key taken in.
    hashes: Mutex<BTreeMap<&'static str, Hmac<Sm3>>>,
}

impl WorkingKey {
    /// The key of 32 random bytes.
    #[must_use]
    pub fn generate(bytes: [u8; 32]) -> Self {
        Self { bytes: Zeroizing::new(bytes), in_use: Arc::default() }
    }

    /// No key: what opens a database for what stands there unencrypted.
    pub(crate) fn none() -> Self {
        Self::generate([0; 32])
    }

    /// Whether this is no key: then nothing that wants one is checked.
    pub(crate) fn is_none(&self) -> bool {
        self.bytes.iter().all(|byte| *byte == 0)
    }

    /// The key of the bytes that came out of an envelope; none of any other number of bytes.
    #[must_use]
    pub fn from_envelope(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self::generate)
    }

    /// The bytes, for whoever wraps them: a master key or a token.
    #[must_use]
    pub fn reveal(&self) -> &[u8] {
        &self.bytes[..]
    }

    /// A short keyed digest of a field of a message: tells a changed repeat from a true one, and nothing to
    /// those who do not have the key.
    #[must_use]
    pub fn digest(&self, field: &str, value: &[u8]) -> u64 {
        let full = finished(over(self.keyed("digest"), &[field.as_bytes(), b"\0", value]));
        u64::from_be_bytes(full[..8].try_into().expect("a digest of 32 bytes has eight"))
    }

    /// What a store keeps, to recognise its key.
    pub(crate) fn check_value(&self) -> Vec<u8> {
        self.derive("check").to_vec()
    }

    /// How a certificate is found without being written down.
    pub(crate) fn index_of(&self, certificate: &CertificateNumber) -> Vec<u8> {
        let kind = [kind_number(certificate.kind())];
        finished(over(self.keyed("index"), &[&kind, certificate.reveal().as_bytes()])).to_vec()
    }

    /// A code over parts, under a key for one purpose: who does not have the working key cannot make it.
    pub(crate) fn code(&self, purpose: &'static str, parts: &[&[u8]]) -> [u8; 32] {
        *finished(over(self.keyed(purpose), parts))
    }

    /// Whether a code is that of these parts; how long that takes says nothing of the right one.
    pub(crate) fn has_code(&self, purpose: &'static str, parts: &[&[u8]], code: &[u8]) -> bool {
        over(self.keyed(purpose), parts).verify_slice(code).is_ok()
    }

    pub(crate) fn derive(&self, label: &str) -> Zeroizing<[u8; 32]> {
        mac(&self.bytes[..], &[b"gongji/", label.as_bytes()])
    }

    /// A keyed hash for one purpose.
    fn keyed(&self, purpose: &'static str) -> Hmac<Sm3> {
        let mut hashes = self.in_use.hashes.lock().unwrap_or_else(PoisonError::into_inner);
        hashes.entry(purpose).or_insert_with(|| begun(&self.derive(purpose)[..])).clone()
    }

    fn wrapping(&self) -> &Cipher {
        self.in_use.wrapping.get_or_init(|| Cipher::of(&self.derive("wrap")[..KEY]))
    }

    /// What papers are encrypted with.
    pub(crate) fn papers(&self) -> &Cipher {
        self.in_use.papers.get_or_init(|| Cipher::of(&self.derive("paper")[..KEY]))
    }

    /// Encrypts under a fresh key of the person's own.
    pub(crate) fn seal(&self, person: PersonId, secrets: &Secrets, random: &mut Randomness<'_>) -> Sealed {
        let mut key = Zeroizing::new([0; KEY]);
        random(&mut key[..]);
        let own = Cipher::of(&key[..]);
        let phone = secrets.phone.as_ref();
        Sealed {
            key: self.wrapping().seal(person, ("key_wrapped", &key[..]), random),
            name: own.seal(person, ("name_ct", secrets.name.reveal().as_bytes()), random),
            certificate: own.seal(person, ("certificate_ct", secrets.certificate.reveal().as_bytes()), random),
            phone: phone.map(|phone| own.seal(person, ("phone_ct", phone.as_bytes()), random)),
        }
    }

    /// The keyed hash of a person's certificate, from what is kept of him.
    pub(crate) fn index_of_sealed(
        &self,
        person: PersonId,
        key: &[u8],
        certificate: &[u8],
    ) -> Result<Vec<u8>, StoreError> {
        let key = self.wrapping().open(person, ("key_wrapped", key))?;
        if key.len() != KEY {
            return Err(damaged(person, "key_wrapped"));
        }
        let text = Cipher::of(&key).open_text(person, ("certificate_ct", certificate))?;
        let certificate = CertificateNumber::parse(&text).map_err(|_| damaged(person, "certificate_ct"))?;
        Ok(self.index_of(&certificate))
    }

    /// Decrypts what [`WorkingKey::seal`] made for the same person.
    pub(crate) fn open(&self, person: PersonId, sealed: &Sealed) -> Result<Secrets, StoreError> {
        let key = self.wrapping().open(person, ("key_wrapped", &sealed.key))?;
        if key.len() != KEY {
            return Err(damaged(person, "key_wrapped"));
        }
        let own = Cipher::of(&key);
        let text = |column, bytes: &[u8]| own.open_text(person, (column, bytes));
        let name = text("name_ct", &sealed.name)?;
        let certificate = text("certificate_ct", &sealed.certificate)?;
        let phone = sealed.phone.as_ref().map(|bytes| text("phone_ct", bytes)).transpose()?;
        Ok(Secrets {
            name: PersonName::parse(&name).map_err(|_| damaged(person, "name_ct"))?,
            certificate: CertificateNumber::parse(&certificate).map_err(|_| damaged(person, "certificate_ct"))?,
            phone: phone.map(|phone| phone.to_string()),
        })
    }
}

impl fmt::Debug for WorkingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("WorkingKey(..)")
    }
}

/// A row of the vault: each field is its nonce and then its ciphertext with the tag.
#[derive(Clone)]
pub(crate) struct Sealed {
    pub(crate) key: Vec<u8>,
    pub(crate) name: Vec<u8>,
    pub(crate) certificate: Vec<u8>,
    pub(crate) phone: Option<Vec<u8>>,
}

impl Sealed {
    pub(crate) fn decode(f: &mut Fields<'_>) -> Result<(PersonId, Self), StoreError> {
        let person = PersonId::from_number(f.plain()?);
        Ok((person, Self { key: f.plain()?, name: f.plain()?, certificate: f.plain()?, phone: f.plain()? }))
    }
}

/// Stable number of a kind of certificate, as rows keep it.
pub(crate) const fn kind_number(kind: CertificateKind) -> u8 {
    match kind {
        CertificateKind::ResidentIdentity => 1,
        CertificateKind::ResidencePermit => 2,
        CertificateKind::PermanentResident2017 => 3,
        CertificateKind::PermanentResident2023 => 4,
    }
}

/// A key with its cipher.
pub(crate) struct Cipher(Sm4Gcm);

impl Cipher {
    pub(crate) fn of(key: &[u8]) -> Self {
        Self(Sm4Gcm::new_from_slice(key).expect("a key of SM4 has 16 bytes"))
    }

    /// The nonce and then the ciphertext with its tag; `bound` must be the same for opening it.
    pub(crate) fn seal_bound(&self, bound: &[u8], clear: &[u8], random: &mut Randomness<'_>) -> Vec<u8> {
        let mut nonce = [0; NONCE];
        random(&mut nonce);
        let payload = Payload { msg: clear, aad: bound };
        let sealed = self.0.encrypt(&Array::from(nonce), payload).expect("a field is far shorter than 64 GiB");
        [&nonce[..], &sealed].concat()
    }

    /// What [`Cipher::seal_bound`] was given, unless key, place or a bit differ.
    pub(crate) fn open_bound(&self, bound: &[u8], sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE>()?;
        let payload = Payload { msg: sealed, aad: bound };
        self.0.decrypt(&Array::from(*nonce), payload).ok().map(Zeroizing::new)
    }

    fn seal(&self, person: PersonId, field: (&str, &[u8]), random: &mut Randomness<'_>) -> Vec<u8> {
        self.seal_bound(&place(field.0, person), field.1, random)
    }

    fn open(&self, person: PersonId, field: (&str, &[u8])) -> Result<Zeroizing<Vec<u8>>, StoreError> {
        self.open_bound(&place(field.0, person), field.1).ok_or_else(|| damaged(person, field.0))
    }

    fn open_text(&self, person: PersonId, field: (&str, &[u8])) -> Result<Zeroizing<String>, StoreError> {
        let column = field.0;
        let clear = self.open(person, field)?;
        let text = std::str::from_utf8(&clear).map_err(|_| damaged(person, column))?;
        Ok(Zeroizing::new(text.to_owned()))
    }
}

/// Where a ciphertext belongs: moved to another row or column, it cannot be opened.
fn place(column: &str, person: PersonId) -> Vec<u8> {
    [TABLE.as_bytes(), b"\0", column.as_bytes(), b"\0", &person.number().to_be_bytes()].concat()
}

fn damaged(person: PersonId, column: &str) -> StoreError {
    let why = format!("{column} cannot be decrypted");
    StoreError::Damaged { table: TABLE, row: person.to_string(), why }
}

pub(crate) fn mac(key: &[u8], parts: &[&[u8]]) -> Zeroizing<[u8; 32]> {
    finished(over(begun(key), parts))
}

fn begun(key: &[u8]) -> Hmac<Sm3> {
    <Hmac<Sm3> as hmac::KeyInit>::new_from_slice(key).expect("a keyed hash takes keys of any length")
}

fn over(mut mac: Hmac<Sm3>, parts: &[&[u8]]) -> Hmac<Sm3> {
    parts.iter().for_each(|part| mac.update(part));
    mac
}

fn finished(mac: Hmac<Sm3>) -> Zeroizing<[u8; 32]> {
    Zeroizing::new(mac.finalize().into_bytes().into())
}

#[cfg(unix)]
pub(crate) fn close_to_others(options: &mut OpenOptions) {
    use std::os::unix::fs::OpenOptionsExt;
    options.mode(0o600);
}

#[cfg(not(unix))]
pub(crate) fn close_to_others(_: &mut OpenOptions) {}
