//! Headers `x-tif-paasid`, `x-tif-timestamp`, `x-tif-nonce` and `x-tif-signature`, as Guangdong's gateway has them.
//!
//! The signature is SHA-256 over time-stamp, token, nonce and time-stamp again, in hexadecimal digits; the time-stamp is in
//! seconds, and the nonce has 6 to 32 characters.

use gongji_words::Moment;
use sha2::{Digest as _, Sha256};

use super::{Headers, MINUTES, Refused, is_fresh, same, stamp};
use crate::gm::{Secret, hex_capitals};

/// A name with its token.
#[derive(Clone, Debug)]
pub struct TifPass {
    paasid: String,
    token: Secret,
    minutes: i64,
}

impl TifPass {
    /// A pass whose requests hold for [`MINUTES`].
    #[must_use]
    pub fn new(paasid: impl Into<String>, token: Secret) -> TifPass {
        TifPass { paasid: paasid.into(), token, minutes: MINUTES }
    }

    /// The same pass with requests that hold for so many minutes.
    #[must_use]
    pub fn lasting(self, minutes: i64) -> TifPass {
        TifPass { minutes, ..self }
    }

    /// The headers of a request; the nonce is drawn by the caller.
    #[must_use]
    pub fn headers(&self, nonce: &str, now: Moment) -> Vec<(&'static str, String)> {
        let stamp = now.millis().div_euclid(1000).to_string();
        let signature = self.signature(&stamp, nonce);
        vec![
            ("x-tif-paasid", self.paasid.clone()),
            ("x-tif-timestamp", stamp),
            ("x-tif-nonce", nonce.to_owned()),
            ("x-tif-signature", signature),
        ]
    }

    pub(super) fn check(&self, headers: &Headers<'_>, now: Moment) -> Result<(), Refused> {
        let header = |name| headers(name).filter(|value| !value.is_empty()).ok_or(Refused::HeadersMissing);
        let (paasid, text) = (header("x-tif-paasid")?, header("x-tif-timestamp")?);
        let (nonce, signature) = (header("x-tif-nonce")?, header("x-tif-signature")?);
        let seconds = stamp(text, 10).ok_or(Refused::HeadersMissing)?;
        if !(6..=32).contains(&nonce.chars().count()) {
            return Err(Refused::HeadersMissing);
        }
        if !is_fresh(seconds * 1000, now, self.minutes) {
            return Err(Refused::Expired);
        }
        if !same(paasid, &self.paasid) {
            return Err(Refused::UnknownKey);
        }
        let matches = same(&signature.trim().to_ascii_lowercase(), &self.signature(text, nonce));
        if matches { Ok(()) } else { Err(Refused::Mismatch) }
    }

    fn signature(&self, stamp: &str, nonce: &str) -> String {
        let source = [stamp, self.token.text(), nonce, stamp].concat();
        hex_capitals(&Sha256::digest(source)).to_ascii_lowercase()
    }
}
