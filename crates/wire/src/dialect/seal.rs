//! Signed and sealed inputs and outputs, as Jilin's platform has them: SM2 over the text, SM4 around it.
//!
//! `cainfo` is the signature over the JSON text in the clear, with the client's id as the signer's name; a sealed text is
//! Base64 of SM4 under the first sixteen bytes of that id. Whoever knows the id can open it: what protects these messages
//! is the line they travel on.

use base64ct::{Base64, Encoding as _};

use crate::envelope::{Input, Request, Seals};
use crate::fault::{Fault, Place};
use crate::gm::{self, BLOCK, PrivateKey, PublicKey};
use crate::value::{Value, read};

/// Whether what is sent is sealed, or signed alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cover {
    /// In the clear.
    Clear,
    /// Under SM4.
    Sealed,
}

/// The keys of one end.
#[derive(Clone, Debug)]
pub struct SealKeys {
    key: [u8; BLOCK],
    ours: PrivateKey,
    theirs: PublicKey,
}

impl SealKeys {
    /// The keys of this client id: the private key of this end and the public key of the other, as text. `None` where one
    /// of them is no key, or the id is shorter than sixteen bytes.
    #[must_use]
    pub fn parse(client_id: &str, ours: &str, theirs: &str) -> Option<SealKeys> {
        let (ours, theirs) = (PrivateKey::parse(ours, client_id)?, PublicKey::parse(theirs, client_id)?);
        Some(SealKeys { key: gm::key_of(client_id)?, ours, theirs })
    }

    /// The input of a request in the clear, once its signature is good. A request without one is not taken.
    ///
    /// # Errors
    /// [`Fault::Sealed`] where the input cannot be opened, [`Fault::Missing`] without and [`Fault::Signature`] with a wrong
    /// signature, and what a text can have.
    pub fn open(&self, request: &Request) -> Result<Value, Fault> {
        let (value, text) = match &request.input {
            Input::Open(value) => (value.clone(), request.input_text.clone()),
            Input::Sealed(sealed) => self.unsealed(sealed)?,
        };
        self.verified(&text, &request.cainfo)?;
        Ok(value)
    }

    /// The output of an answer in the clear, once its signature is good.
    ///
    /// # Errors
    /// As [`SealKeys::open`]. An output that was sent in the clear is signed as this crate writes it.
    pub fn open_output(&self, output: &Value, seals: &Seals) -> Result<Value, Fault> {
        let (value, text) = match output {
            Value::Text(sealed) => self.unsealed(sealed)?,
            open => (open.clone(), open.to_string()),
        };
        self.verified(&text, &seals.cainfo)?;
        Ok(value)
    }

    /// A value as it is sent, with what goes into the envelope beside it.
    #[must_use]
    pub fn close(&self, value: Value, cover: Cover) -> (Value, Seals) {
        let text = value.to_string();
        let (cainfo, signtype) = (self.ours.sign(text.as_bytes()), "SM2".to_owned());
        match cover {
            Cover::Clear => (value, Seals { cainfo, signtype, enc_type: String::new() }),
            Cover::Sealed => {
                let sealed = Base64::encode_string(&gm::seal(self.key, text.as_bytes()));
                (Value::text(sealed), Seals { cainfo, signtype, enc_type: "SM4".to_owned() })
            }
        }
    }

    fn unsealed(&self, sealed: &str) -> Result<(Value, String), Fault> {
        let clear = gm::base64(sealed).and_then(|bytes| gm::open(self.key, &bytes));
        let text = clear.and_then(|bytes| String::from_utf8(bytes).ok()).ok_or(Fault::Sealed)?;
        let value = read(&text).map_err(|_| Fault::Sealed)?;
        if value.as_object().is_none() && value.as_list().is_none() {
            return Err(Fault::Sealed);
        }
        Ok((value, text))
    }

    fn verified(&self, text: &str, cainfo: &str) -> Result<(), Fault> {
        if cainfo.is_empty() {
            return Err(Fault::Missing(Place::head("cainfo")));
        }
        if self.theirs.verifies(text.as_bytes(), cainfo) { Ok(()) } else { Err(Fault::Signature) }
    }
}
