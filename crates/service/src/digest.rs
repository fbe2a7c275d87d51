//! Short keyed digests of a command's fields: enough to tell a changed repeat which field differs, too little to
//! learn the field from.

use gongji_domain::message::Command;
use hmac::{Hmac, KeyInit, Mac};
use sm3::Sm3;

/// The key of the digests; it is not in the database.
#[derive(Clone)]
pub struct FieldKey(Hmac<Sm3>);

impl std::fmt::Debug for FieldKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("FieldKey(***)")
    }
}

impl FieldKey {
    /// The key made of these bytes.
    #[must_use]
    pub fn new(bytes: &[u8]) -> Self {
        Self(Hmac::new_from_slice(bytes).expect("HMAC takes a key of any length"))
    }

    /// The digest of each field of a command.
    #[must_use]
    pub fn digests(&self, command: &Command) -> Vec<(String, u64)> {
        let fields = command.fields();
        fields.into_iter().map(|(name, value)| (name.to_owned(), self.digest(name, &value))).collect()
    }

    pub(crate) fn digest(&self, name: &str, value: &str) -> u64 {
        let mut mac = self.0.clone();
        mac.update(name.as_bytes());
        mac.update(&[0]);
        mac.update(value.as_bytes());
        let bytes = mac.finalize().into_bytes();
        let first: [u8; 8] = std::array::from_fn(|place| bytes[place]);
        // Engines keep signed 64-bit numbers: one bit is given up.
        u64::from_be_bytes(first) >> 1
    }
}
