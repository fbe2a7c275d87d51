//! Headers `_api_name`, `_api_version`, `_api_timestamp`, `_api_access_key` and `_api_signature`, as Hunan's gateway has them.
//!
//! The signature is the Base64 of HMAC-SHA1 under the secret over the other four, `name=value` joined by `&` in the order of
//! their names. `_api_name` is signed and otherwise not looked at: some clients put another text there than the number of
//! the call, which stands in the body.

use base64ct::{Base64, Encoding as _};
use gongji_words::Moment;
use hmac::{Hmac, KeyInit as _, Mac as _};
use sha1::Sha1;

use super::{Headers, MINUTES, Refused, is_fresh, same, stamp};
use crate::gm::Secret;

/// An access key with its secret.
#[derive(Clone, Debug)]
pub struct ApiKey {
    access_key: String,
    secret: Secret,
    minutes: i64,
}

impl ApiKey {
    /// A key whose requests hold for [`MINUTES`].
    #[must_use]
    pub fn new(access_key: impl Into<String>, secret: Secret) -> ApiKey {
        ApiKey { access_key: access_key.into(), secret, minutes: MINUTES }
    }

    /// The same key with requests that hold for so many minutes.
    #[must_use]
    pub fn lasting(self, minutes: i64) -> ApiKey {
        ApiKey { minutes, ..self }
    }

    /// The headers of a request for `name` (a number of a call, or what the institution calls it) in this version.
    #[must_use]
    pub fn headers(&self, name: &str, version: &str, now: Moment) -> Vec<(&'static str, String)> {
        let stamp = now.millis().to_string();
        let signature = self.signature(&Signed { name, version, stamp: &stamp });
        vec![
            ("_api_name", name.to_owned()),
            ("_api_version", version.to_owned()),
            ("_api_timestamp", stamp),
            ("_api_access_key", self.access_key.clone()),
            ("_api_signature", signature),
        ]
    }

    pub(super) fn check(&self, headers: &Headers<'_>, now: Moment) -> Result<(), Refused> {
        let header = |name| headers(name).filter(|value| !value.is_empty()).ok_or(Refused::HeadersMissing);
        let signed =
            Signed { name: header("_api_name")?, version: header("_api_version")?, stamp: header("_api_timestamp")? };
        let (access_key, signature) = (header("_api_access_key")?, header("_api_signature")?);
        let millis = stamp(signed.stamp, 13).ok_or(Refused::HeadersMissing)?;
        if !is_fresh(millis, now, self.minutes) {
            return Err(Refused::Expired);
        }
        if !same(access_key, &self.access_key) {
            return Err(Refused::UnknownKey);
        }
        if same(signature.trim(), &self.signature(&signed)) { Ok(()) } else { Err(Refused::Mismatch) }
    }

    fn signature(&self, signed: &Signed<'_>) -> String {
        let mut mac = Hmac::<Sha1>::new_from_slice(self.secret.text().as_bytes()).expect("a key may have any length");
        mac.update(signed.source(&self.access_key).as_bytes());
        Base64::encode_string(&mac.finalize().into_bytes())
    }
}

/// What is signed beside the access key.
struct Signed<'h> {
    name: &'h str,
    version: &'h str,
    stamp: &'h str,
}

impl Signed<'_> {
    fn source(&self, access_key: &str) -> String {
        let Signed { name, version, stamp } = self;
        format!("_api_access_key={access_key}&_api_name={name}&_api_timestamp={stamp}&_api_version={version}")
    }
}
