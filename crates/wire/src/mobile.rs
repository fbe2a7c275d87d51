//! The message of the mobile payment centre (6201 to 6401): signed, then sealed.
//!
//! Invariants: the signature is over the data in the clear, in a form that both ends make of it: names in order, what is
//! empty left out, numbers with the digits that were sent. A message that was opened was signed by the other end. Its
//! moment is told, not judged: how old a message may be says whoever takes it.

use gongji_words::Moment;

use crate::envelope::{LONGEST, misread, text_of};
use crate::fault::{Fault, Form, Place};
use crate::gm::{self, BLOCK, PrivateKey, PublicKey, Secret};
use crate::time;
use crate::value::{Object, Value, read};

/// The version of the message that is written.
pub const VERSION: &str = "2.0.1";
/// What is not signed.
const UNSIGNED: &[&str] = &["signData", "encData", "extra"];

/// The keys of one end of a channel.
#[derive(Clone, Debug)]
pub struct Channel {
    app_id: String,
    app_secret: Secret,
    key: [u8; BLOCK],
    ours: PrivateKey,
    theirs: PublicKey,
}

/// What the centre says of an order besides its data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// Whether it was done.
    pub success: bool,
    /// Its code.
    pub code: i64,
    /// Why not.
    pub message: String,
}

/// A message that was opened.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opened {
    /// When it was signed.
    pub signed_at: Moment,
    /// Its data; nothing in a refusal.
    pub data: Value,
    /// What it says of the order, if it is an answer.
    pub verdict: Option<Verdict>,
}

/// The message of a body, not opened yet. `content_type` is the header, if there was one.
///
/// # Errors
/// [`Fault`]: too long, no text, no JSON, no object.
pub fn read_message(bytes: &[u8], content_type: Option<&str>) -> Result<Object, Fault> {
    if bytes.len() > LONGEST {
        return Err(Fault::TooLong { limit: LONGEST });
    }
    match read(&text_of(bytes, content_type)?).map_err(misread)? {
        Value::Object(message) => Ok(message),
        _ => Err(Fault::NotAnObject),
    }
}

/// The channel that a message names.
///
/// # Errors
/// [`Fault::Missing`] where it names none.
pub fn app_id_of(message: &Object) -> Result<&str, Fault> {
    message.filled("appId").and_then(Value::as_words).ok_or(Fault::Missing(Place::head("appId")))
}

/// An answer that nobody can sign, because the channel is not known.
#[must_use]
pub fn unsigned(verdict: &Verdict) -> Object {
    let mut message = Object::new();
    message.set("success", Value::Bool(verdict.success));
    message.set("code", Value::whole(verdict.code));
    message.set("message", Value::text(&verdict.message));
    message
}

/// The key of a channel: SM4 under the first sixteen bytes of its id over its secret, and of that the first sixteen capital
/// hexadecimal digits, as letters. `None` for an id that is shorter.
#[must_use]
pub fn derive_key(app_id: &str, app_secret: &Secret) -> Option<[u8; BLOCK]> {
    let sealed = gm::seal(gm::key_of(app_id)?, app_secret.text().as_bytes());
    gm::key_of(&gm::hex_capitals(&sealed))
}

/// The text that is signed: `name=value` in the order of the names, joined by `&`, and the secret behind it.
#[must_use]
pub fn sign_source(message: &Object, app_secret: &Secret) -> String {
    let mut parts: Vec<(&str, String)> = message
        .iter()
        .filter(|(name, _)| !UNSIGNED.contains(name))
        .filter_map(|(name, value)| Some((name, signed(value)?)))
        .collect();
    parts.sort();
    let mut source: Vec<String> = parts.into_iter().map(|(name, text)| format!("{name}={text}")).collect();
    source.push(format!("key={}", app_secret.text()));
    source.join("&")
}

impl Channel {
    /// The channel of this id and secret, with the private key of this end and the public key of the other. `None` where
    /// one of them is no key, or the id is shorter than sixteen bytes.
    #[must_use]
    pub fn parse(app_id: &str, app_secret: Secret, (ours, theirs): (&str, &str)) -> Option<Channel> {
        Some(Channel {
            key: derive_key(app_id, &app_secret)?,
            ours: PrivateKey::parse(ours, gm::NAME)?,
            theirs: PublicKey::parse(theirs, gm::NAME)?,
            app_id: app_id.to_owned(),
            app_secret,
        })
    }

    /// The message with this data, and with a verdict if it is an answer.
    #[must_use]
    pub fn close(&self, data: &Value, verdict: Option<&Verdict>, now: Moment) -> Object {
        let mut message = Object::new();
        for (name, text) in [
            ("appId", self.app_id.as_str()),
            ("encType", "SM4"),
            ("signType", "SM2"),
            ("version", VERSION),
            ("timestamp", &time::fourteen(now)),
        ] {
            message.set(name, Value::text(text));
        }
        if let Some(verdict) = verdict {
            message.set("success", Value::Bool(verdict.success));
            message.set("code", Value::whole(verdict.code));
            message.set("message", Value::text(&verdict.message));
        }
        let data = cleaned(data).filter(|data| !is_empty(data));
        if let Some(data) = data.clone() {
            message.set("data", data);
        }
        let signature = self.ours.sign(sign_source(&message, &self.app_secret).as_bytes());
        message.remove("data");
        if let Some(data) = data {
            let sealed = gm::seal(self.key, data.to_string().as_bytes());
            message.set("encData", Value::text(gm::hex_capitals(&sealed)));
        }
        message.set("signData", Value::text(signature));
        message
    }

    /// What a message says, once its signature is good.
    ///
    /// # Errors
    /// [`Fault::Missing`] without a signature, [`Fault::Sealed`] where the data cannot be opened or the message is of another
    /// channel, [`Fault::Signature`] where the signature is not that of the other end, [`Fault::Form`] without a time.
    pub fn open(&self, message: &Object) -> Result<Opened, Fault> {
        let words = |name| message.filled(name).and_then(Value::as_words);
        let signature = words("signData").ok_or(Fault::Missing(Place::head("signData")))?;
        if words("appId") != Some(&self.app_id) {
            return Err(Fault::Sealed);
        }
        let mut clear = message.clone();
        let data = match words("encData") {
            Some(sealed) => self.unsealed(sealed)?,
            None => Value::Null,
        };
        clear.set("data", data.clone());
        if !self.theirs.verifies(sign_source(&clear, &self.app_secret).as_bytes(), signature) {
            return Err(Fault::Signature);
        }
        let form = Fault::Form(Place::head("timestamp"), Form::Moment);
        let signed_at = words("timestamp").and_then(time::moment).ok_or(form)?;
        Ok(Opened { signed_at, data, verdict: verdict_of(message) })
    }

    fn unsealed(&self, sealed: &str) -> Result<Value, Fault> {
        let clear = gm::unhex(sealed).and_then(|bytes| gm::open(self.key, &bytes));
        let text = clear.and_then(|bytes| String::from_utf8(bytes).ok()).ok_or(Fault::Sealed)?;
        let value = read(&text).map_err(|_| Fault::Sealed)?;
        if value.as_object().is_some() { Ok(value) } else { Err(Fault::Sealed) }
    }
}

fn verdict_of(message: &Object) -> Option<Verdict> {
    let success = match message.get("success")? {
        Value::Bool(success) => *success,
        other => other.as_words() == Some("true"),
    };
    let words = |name| message.filled(name).and_then(Value::as_words).unwrap_or_default();
    Some(Verdict { success, code: words("code").parse().unwrap_or(-1), message: words("message").to_owned() })
}

/// A value of the message as it is signed; nothing for what is empty.
fn signed(value: &Value) -> Option<String> {
    match cleaned(value)? {
        Value::Text(text) => Some(text.into()),
        other if is_empty(&other) => None,
        other => Some(other.to_string()),
    }
}

/// Without what is empty at any depth, and with names in order. A list in a list stays even where it is empty.
fn cleaned(value: &Value) -> Option<Value> {
    match value {
        Value::Null => None,
        Value::Text(text) if text.is_empty() => None,
        Value::List(values) => Some(Value::List(values.iter().filter_map(cleaned).collect())),
        Value::Object(object) => {
            let kept = object.iter().filter_map(|(name, value)| Some((name.to_owned(), cleaned(value)?)));
            let mut kept: Vec<(String, Value)> = kept.filter(|(_, value)| !is_empty(value)).collect();
            kept.sort_by(|one, other| one.0.cmp(&other.0));
            (!kept.is_empty()).then(|| Value::Object(kept.into_iter().collect()))
        }
        other => Some(other.clone()),
    }
}

fn is_empty(value: &Value) -> bool {
    match value {
        Value::List(values) => values.is_empty(),
        Value::Object(object) => object.is_empty(),
        _ => false,
    }
}

#[cfg(test)]
mod tests;
