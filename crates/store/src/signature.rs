//! Signatures over what leaves the store: SM2 with SM3 (GB/T 32918.2), which whoever has the public key can check.
//!
//! Invariants: the private key is derived from the working key and never kept; the same bytes get the same signature.
//! Deliberately absent: certificates. Whose a public key is, its owner tells in another way.

use std::fmt;

use sm2::dsa::signature::{Signer as _, Verifier as _};
use sm2::dsa::{Signature, SigningKey, VerifyingKey};

use crate::WorkingKey;
use crate::digest::{hex, unhex};

/// The signer's name that goes into the digest where none was agreed: GB/T 35276.
const NAME: &str = "1234567812345678";
/// One of 2^32 derived numbers is no private key; then the next is.
const TRIES: u8 = 8;

/// Signs what leaves a store.
pub struct Signer(SigningKey);

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Signer(..)")
    }
}

impl Signer {
    /// The signer of a store.
    #[must_use]
    pub fn of(keys: &WorkingKey) -> Self {
        let key = |number: u8| SigningKey::from_slice(NAME, &keys.derive(&format!("signature/{number}"))[..]).ok();
        Self((0..TRIES).find_map(key).expect("eight numbers below 2^256 are not all beyond the order of the curve"))
    }

    /// Its public key, as the point `04`, x, y in 130 hexadecimal digits.
    #[must_use]
    pub fn public_key(&self) -> String {
        hex(&self.0.verifying_key().to_sec1_bytes())
    }

    /// The signature over these bytes, r and s in 128 hexadecimal digits.
    #[must_use]
    pub fn sign(&self, bytes: &[u8]) -> String {
        let signature: Signature = self.0.sign(bytes);
        hex(&signature.to_bytes())
    }
}

/// Whether these bytes were signed with the private key of this public key. What is no key or no signature is a no.
#[must_use]
pub fn is_signed_by(public_key: &str, bytes: &[u8], signature: &str) -> bool {
    let key = unhex(public_key).and_then(|point| VerifyingKey::from_sec1_bytes(NAME, &point).ok());
    let signature = unhex(signature).and_then(|pair| Signature::from_slice(&pair).ok());
    key.zip(signature).is_some_and(|(key, signature)| key.verify(bytes, &signature).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An example that another program made: OpenSSL 3, `pkeyutl -sign -rawin -digest sm3 -pkeyopt distid:1234567812345678`.
    const FOREIGN: (&str, &str, &str) = (
        "04f7130e60cdbcd9a09e7e8f3b6ee5d3614088f98cf5625cf127b5227b0c0c973898514eec914dee44251fc52dd69546d7cf873239126e312777a5c6df27d55e8a",
        "a manifest\n",
        "fc203df3a2e839aa2ffa2880a5bc4ccd86afc0713bd43cca14241f14c98680ba242fca9aea876843702a3ff3957b48410d9306e81f1d5f240b2fd48bb96654c2",
    );

    #[test]
    fn what_is_signed_is_recognised_and_nothing_else() {
        let signer = Signer::of(&WorkingKey::generate([7; 32]));
        let (key, signature) = (signer.public_key(), signer.sign(b"a manifest"));
        assert!(is_signed_by(&key, b"a manifest", &signature));
        assert_eq!(signer.sign(b"a manifest"), signature);
        let other = Signer::of(&WorkingKey::generate([8; 32]));
        let table: [(&str, &[u8], &str); 6] = [
            (&key, b"a manifesT", &signature),
            (&other.public_key(), b"a manifest", &signature),
            (&key, b"a manifest", &other.sign(b"a manifest")),
            (&key, b"a manifest", &signature[2..]),
            (&key[..64], b"a manifest", &signature),
            ("no key", b"a manifest", "no signature"),
        ];
        for (key, bytes, signature) in table {
            assert!(!is_signed_by(key, bytes, signature), "{key} {signature}");
        }
    }

    #[test]
    fn a_signature_of_another_program_is_recognised() {
        let (key, text, signature) = FOREIGN;
        assert!(is_signed_by(key, text.as_bytes(), signature));
        assert!(!is_signed_by(key, text.trim_end().as_bytes(), signature));
    }
}
