//! How an institution shows who it is: no two provinces ask for the same.
//!
//! Invariants: signatures and secrets are compared in a time that does not tell where they differ; a refusal says which of
//! four things is wrong and nothing of what was expected; the moment is an argument. Both ends are here, because a till
//! signs what a centre checks. Deliberately absent: memory of nonces; a request that comes again is the same message and
//! gets the same answer.

use gongji_words::Moment;
use subtle::ConstantTimeEq as _;

use crate::envelope::Quirks;
use crate::value::{Object, Value};

mod api;
mod bearer;
mod seal;
mod tif;

pub use api::ApiKey;
pub use bearer::{Client, GrantRefused, bearer_of, client_of, grant_answer};
pub use seal::{Cover, SealKeys};
pub use tif::TifPass;

/// For how long a request holds after it was signed, in minutes, unless a profile says otherwise.
pub const MINUTES: i64 = 30;

/// A look at the headers of a request: the name in small letters, to its value.
pub type Headers<'h> = dyn Fn(&str) -> Option<&'h str> + 'h;

/// What is agreed with one institution.
#[derive(Clone, Debug, Default)]
pub struct Profile {
    /// How its requests are let in.
    pub gate: Gate,
    /// How its inputs and outputs are signed and sealed, if they are.
    pub seal: Option<SealKeys>,
    /// What its program reads differently.
    pub quirks: Quirks,
}

/// How requests are let in.
#[derive(Clone, Debug, Default)]
pub enum Gate {
    /// They are, as behind a front machine of the institution's own network.
    #[default]
    Open,
    /// Headers `_api_…` with HMAC-SHA1.
    Api(ApiKey),
    /// Headers `x-tif-…` with SHA-256.
    Tif(TifPass),
    /// A token that was given for name and password. Which tokens are good is known to whoever gave them: here is only
    /// asked whether the request shows one.
    Bearer,
}

/// Why a request is not let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refused {
    /// Headers are missing, or hold what is no value of theirs.
    HeadersMissing,
    /// It was signed too long ago, or in the future.
    Expired,
    /// Nobody has this key.
    UnknownKey,
    /// It was signed with another secret, or not as it came.
    Mismatch,
}

impl Gate {
    /// Whether a request is let in at this moment.
    ///
    /// # Errors
    /// [`Refused`].
    pub fn check(&self, headers: &Headers<'_>, now: Moment) -> Result<(), Refused> {
        match self {
            Gate::Open => Ok(()),
            Gate::Api(key) => key.check(headers, now),
            Gate::Tif(pass) => pass.check(headers, now),
            Gate::Bearer => bearer_of(headers).map(|_| ()).ok_or(Refused::HeadersMissing),
        }
    }
}

impl Refused {
    /// The body of the refusal.
    #[must_use]
    pub fn to_body(self) -> String {
        let mut object = Object::new();
        object.set("code", Value::whole(401));
        object.set("message", Value::text(self.message()));
        object.to_string()
    }

    /// The sentence of the refusal.
    #[must_use]
    pub const fn message(self) -> &'static str {
        match self {
            Refused::HeadersMissing => {
                "请求头缺失或格式不正确，请按接口规范填写。Request headers are missing: send all that the specification names."
            }
            Refused::Expired => {
                "签名时间戳已失效，请校准本机时间后重新签名。The time-stamp of the signature has expired: set the clock and sign anew."
            }
            Refused::UnknownKey => "访问标识不存在，请核对。The access key is unknown: check it.",
            Refused::Mismatch => {
                "签名不匹配，请核对密钥和签名原文。The signature does not match: check the secret and what is signed."
            }
        }
    }
}

/// Whether two texts are the same, in a time that depends on their lengths alone.
#[must_use]
pub fn same(one: &str, other: &str) -> bool {
    one.as_bytes().ct_eq(other.as_bytes()).into()
}

/// Whether a time-stamp in milliseconds lies within so many minutes of now, before or after.
fn is_fresh(stamp: i64, now: Moment, minutes: i64) -> bool {
    now.millis().abs_diff(stamp) <= minutes.unsigned_abs().saturating_mul(60_000)
}

/// A time-stamp of so many digits.
fn stamp(text: &str, digits: usize) -> Option<i64> {
    let good = text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| good)
}

#[cfg(test)]
mod tests;
