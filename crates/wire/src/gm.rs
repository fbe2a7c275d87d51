//! The national ciphers as this interface uses them: SM2 signatures of 64 bytes, SM4 in blocks of its own (ECB, PKCS #7).
//!
//! Invariants: the same key and bytes get the same signature; nothing secret prints. ECB shows where blocks of a message
//! are alike; that is what institutions were told to use, and nothing of ours is kept so.

use std::fmt;

use base64ct::{Base64, Encoding as _};
use sm2::dsa::signature::{Signer as _, Verifier as _};
use sm2::dsa::{Signature, SigningKey, VerifyingKey};
use sm4::Sm4;
use sm4::cipher::{Array, BlockCipherDecrypt as _, BlockCipherEncrypt as _, KeyInit as _};

/// The signer's name where none was agreed: GB/T 35276.
pub const NAME: &str = "1234567812345678";
/// Bytes of a block of SM4 and of its key.
pub(crate) const BLOCK: usize = 16;

/// A secret as text: it prints as dots.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// The secret of this text.
    #[must_use]
    pub fn new(text: impl Into<String>) -> Secret {
        Secret(text.into())
    }

    pub(crate) fn text(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(..)")
    }
}

/// A private key of SM2 with the name of its signer.
#[derive(Clone)]
pub struct PrivateKey(SigningKey);

impl PrivateKey {
    /// The key of 32 bytes in Base64 or in hexadecimal digits; `None` where the text is no key.
    #[must_use]
    pub fn parse(text: &str, name: &str) -> Option<PrivateKey> {
        let bytes = key_bytes(text).filter(|bytes| bytes.len() == 32)?;
        SigningKey::from_slice(name, &bytes).ok().map(PrivateKey)
    }

    /// Its public key.
    #[must_use]
    pub fn public(&self) -> PublicKey {
        PublicKey(self.0.verifying_key().clone())
    }

    /// The signature over these bytes in Base64.
    #[must_use]
    pub fn sign(&self, bytes: &[u8]) -> String {
        let signature: Signature = self.0.sign(bytes);
        Base64::encode_string(&signature.to_bytes())
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PrivateKey(..)")
    }
}

/// A public key of SM2 with the name of its signer.
#[derive(Clone, Debug)]
pub struct PublicKey(VerifyingKey);

impl PublicKey {
    /// The key of 64 bytes, or of 65 with the leading `04`, in Base64 or in hexadecimal digits.
    #[must_use]
    pub fn parse(text: &str, name: &str) -> Option<PublicKey> {
        let mut bytes = key_bytes(text)?;
        if bytes.len() == 64 {
            bytes.insert(0, 4);
        }
        VerifyingKey::from_sec1_bytes(name, &bytes).ok().map(PublicKey)
    }

    /// The key as 65 bytes in Base64.
    #[must_use]
    pub fn to_base64(&self) -> String {
        Base64::encode_string(&self.0.to_sec1_bytes())
    }

    /// Whether this signature in Base64 is over these bytes. What is no signature is a no.
    #[must_use]
    pub fn verifies(&self, bytes: &[u8], signature: &str) -> bool {
        let signature = base64(signature).and_then(|pair| Signature::from_slice(&pair).ok());
        signature.is_some_and(|signature| self.0.verify(bytes, &signature).is_ok())
    }
}

/// The bytes of Base64 text; blanks and line breaks in it are passed over.
pub(crate) fn base64(text: &str) -> Option<Vec<u8>> {
    Base64::decode_vec(&text.split_whitespace().collect::<String>()).ok()
}

fn key_bytes(text: &str) -> Option<Vec<u8>> {
    let text = text.trim();
    // Hexadecimal digits of a key are longer than its Base64, so one is never taken for the other.
    if matches!(text.len(), 64 | 128 | 130) { unhex(text) } else { base64(text) }
}

/// Bytes in capital hexadecimal digits.
pub(crate) fn hex_capitals(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02X}")).collect()
}

/// The bytes of hexadecimal digits.
pub(crate) fn unhex(text: &str) -> Option<Vec<u8>> {
    let pair = |pair: &[u8]| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    if !text.len().is_multiple_of(2) || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    text.as_bytes().chunks(2).map(pair).collect()
}

/// Bytes under a key of SM4.
pub(crate) fn seal(key: [u8; BLOCK], clear: &[u8]) -> Vec<u8> {
    let cipher = Sm4::new(&Array::from(key));
    let padding = BLOCK - clear.len() % BLOCK;
    let mut bytes = clear.to_vec();
    // A whole block of padding where nothing is missing, so that there is always some.
    bytes.resize(clear.len() + padding, u8::try_from(padding).expect("a block has 16 bytes"));
    for block in bytes.chunks_exact_mut(BLOCK) {
        cipher.encrypt_block(block.try_into().expect("the bytes were filled up to whole blocks"));
    }
    bytes
}

/// What was sealed under the key, or `None` where it was not.
pub(crate) fn open(key: [u8; BLOCK], sealed: &[u8]) -> Option<Vec<u8>> {
    let cipher = Sm4::new(&Array::from(key));
    let mut bytes = sealed.to_vec();
    if !bytes.len().is_multiple_of(BLOCK) {
        return None;
    }
    for block in bytes.chunks_exact_mut(BLOCK) {
        cipher.decrypt_block(block.try_into().ok()?);
    }
    let last = *bytes.last()?;
    let padding = usize::from(last);
    let good = (1..=BLOCK).contains(&padding) && bytes[bytes.len() - padding..].iter().all(|byte| *byte == last);
    good.then(|| {
        bytes.truncate(bytes.len() - padding);
        bytes
    })
}

/// The first sixteen bytes of a name, as a key.
pub(crate) fn key_of(name: &str) -> Option<[u8; BLOCK]> {
    name.as_bytes().first_chunk().copied()
}

#[cfg(test)]
mod tests;
