//! Whether an answer is as the specification has it: its frame, its fields, its amounts.
//!
//! Invariants: a finding says where something stands and what should stand there, and never what a field of a person holds.
//! Amounts are exact. Families are looked at with care: what relatives paid stands inside `acct_pay` under its own name,
//! and nobody who paid is named.

use std::fmt;

use gongji_wire::dialect::SealKeys;
use gongji_wire::envelope::Seals;
use gongji_wire::{Object, Value};

mod frame;
mod money;
mod table;

pub use frame::frame;
pub use money::{against_balance, identities, negatives, same_amounts};
pub use table::output;

/// Something that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Which rule of the interface it breaks; stays the same between releases.
    pub rule: &'static str,
    /// In Chinese.
    pub zh: String,
    /// In English.
    pub en: String,
}

impl Finding {
    /// A finding.
    #[must_use]
    pub fn new(rule: &'static str, zh: impl Into<String>, en: impl Into<String>) -> Self {
        Self { rule, zh: zh.into(), en: en.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{}] {} {}", self.rule, self.zh, self.en)
    }
}

/// The output in the clear.
#[must_use]
pub fn opened(body: &Object, keys: Option<&SealKeys>) -> (Value, Vec<Finding>) {
    let output = body.get("output").cloned().unwrap_or(Value::Null);
    let is_done = body.get("infcode").and_then(Value::as_words) == Some("0");
    let Some(keys) = keys.filter(|_| is_done) else { return (output, Vec::new()) };
    let words = |field: &str| body.get(field).and_then(Value::as_words).unwrap_or_default().to_owned();
    let seals = Seals { cainfo: words("cainfo"), signtype: words("signtype"), enc_type: words("enc_type") };
    match keys.open_output(&output, &seals) {
        Ok(clear) => (clear, Vec::new()),
        Err(fault) => (Value::Null, vec![Finding::new("seal", fault.message(), String::new())]),
    }
}

/// Whether an answer names somebody whom it must not name: `names` are names, certificate numbers, person numbers.
#[must_use]
pub fn names_nobody(bytes: &[u8], names: &[String]) -> Option<Finding> {
    let text = String::from_utf8_lossy(bytes);
    let named = names.iter().any(|name| !name.is_empty() && text.contains(name.as_str()));
    named.then(|| {
        Finding::new(
            "sponsor-named",
            "回执写出了共济人是谁：不得出现",
            "the answer says who the sponsor is: it must not",
        )
    })
}

#[cfg(test)]
mod tests;
