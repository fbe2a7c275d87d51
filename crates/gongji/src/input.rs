//! Bills and bindings as JSON files: strict, and every mistake named with its place, its field and a remedy.
//!
//! Invariants: no message repeats a name or a certificate number; a file is understood whole before anything of it
//! is done.

use std::collections::BTreeSet;
use std::fmt;
use std::path::Path;

use gongji_domain::burden::{Part, Purpose, VisitKind};
use gongji_domain::kinship::Relation;
use gongji_domain::policy::Proof;
use gongji_words::{AreaCode, Day, Fen};
use serde::de::{DeserializeOwned, Error, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use crate::files;
use crate::output::Failure;

/// The largest file of bills or bindings.
const LARGEST: u64 = 1 << 20;

/// A bill as a file states it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BillInput {
    /// The till's number for the message: a repeat of it gets the first answer.
    #[serde(deserialize_with = "id")]
    pub id: String,
    /// Who sends it.
    #[serde(default = "till", deserialize_with = "sender")]
    pub sender: String,
    /// The patient.
    #[serde(deserialize_with = "patient")]
    pub patient: String,
    /// Where the patient is insured, if it is not in this province.
    #[serde(default, deserialize_with = "patient_area", rename = "patient-area")]
    pub patient_area: Option<AreaCode>,
    /// The number of the institution.
    pub institution: i64,
    /// What for.
    #[serde(deserialize_with = "kind")]
    pub kind: VisitKind,
    /// The personal burden by parts.
    #[serde(deserialize_with = "parts")]
    pub parts: Vec<(Part, Fen)>,
    /// What pooled insurance pays of the same bill.
    #[serde(default, deserialize_with = "fund")]
    pub fund: Fen,
    /// `auto`, `own`, `none`, or a sponsor.
    #[serde(default = "auto", deserialize_with = "using")]
    pub using: String,
    /// Whose code was shown; the patient's if not said.
    #[serde(default, deserialize_with = "code")]
    pub code: Option<String>,
    /// Whether it was an emergency.
    #[serde(default)]
    pub emergency: bool,
}

/// A binding as a file states it.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BindInput {
    /// The number of the message: a repeat of it gets the first answer.
    #[serde(deserialize_with = "id")]
    pub id: String,
    /// Who sends it.
    #[serde(default = "portal", deserialize_with = "sender")]
    pub sender: String,
    /// Whose account pays.
    #[serde(deserialize_with = "sponsor")]
    pub sponsor: String,
    /// Whose bills are paid.
    #[serde(deserialize_with = "beneficiary")]
    pub beneficiary: String,
    /// Where the beneficiary is insured, if it is not in this province.
    #[serde(default, deserialize_with = "beneficiary_area", rename = "beneficiary-area")]
    pub beneficiary_area: Option<AreaCode>,
    /// Who the beneficiary is to the sponsor.
    #[serde(deserialize_with = "relation")]
    pub relation: Relation,
    /// First day.
    #[serde(default, deserialize_with = "from")]
    pub from: Option<Day>,
    /// Last whole day.
    #[serde(default, deserialize_with = "until")]
    pub until: Option<Day>,
    /// Limit over the binding's life.
    #[serde(default, deserialize_with = "quota")]
    pub quota: Option<Fen>,
    /// Limit of one settlement.
    #[serde(default, deserialize_with = "per_settlement", rename = "per-settlement")]
    pub per_settlement: Option<Fen>,
    /// Limit of one day.
    #[serde(default, deserialize_with = "per_day", rename = "per-day")]
    pub per_day: Option<Fen>,
    /// Limit of one month.
    #[serde(default, deserialize_with = "per_month", rename = "per-month")]
    pub per_month: Option<Fen>,
    /// Limit of one year.
    #[serde(default, deserialize_with = "per_year", rename = "per-year")]
    pub per_year: Option<Fen>,
    /// What it may pay for.
    #[serde(default, deserialize_with = "purposes", rename = "for")]
    pub purposes: Option<BTreeSet<Purpose>>,
    /// How kinship is shown.
    #[serde(default = "promise", deserialize_with = "proof")]
    pub proof: Proof,
}

fn till() -> String {
    "till".to_owned()
}

fn portal() -> String {
    "portal".to_owned()
}

fn auto() -> String {
    "auto".to_owned()
}

fn promise() -> Proof {
    Proof::Promise
}

/// Reads a file that holds one object, or a list of them.
pub fn read<T: DeserializeOwned>(path: &Path) -> Result<Vec<T>, Failure> {
    let text = files::read_text(path, LARGEST)?;
    if text.trim().is_empty() {
        let shown = path.display();
        return Err(Failure::NotUnderstood(format!("{shown}: the file is empty: `--help` shows what stands in one")));
    }
    let is_list = text.trim_start().starts_with('[');
    let read = if is_list { serde_json::from_str(&text) } else { serde_json::from_str(&text).map(|one| vec![one]) };
    let all: Vec<T> = read.map_err(|error| misread(path, &error))?;
    if all.is_empty() {
        return Err(Failure::NotUnderstood(format!("{}: the list is empty: put something in it", path.display())));
    }
    Ok(all)
}

fn misread(path: &Path, error: &serde_json::Error) -> Failure {
    let whole = error.to_string();
    let what = unrepeated(whole.rsplit_once(" at line ").map_or(whole.as_str(), |(what, _)| what));
    let remedy = match error.classify() {
        serde_json::error::Category::Eof => ": the end of the file is missing",
        serde_json::error::Category::Syntax => {
            ": this is not JSON; look at the comma, quote or bracket before this place"
        }
        _ => "",
    };
    Failure::NotUnderstood(format!("{}:{}:{}: {what}{remedy}", path.display(), error.line(), error.column()))
}

/// The sentence without what the file says at this place, which may be a name or a number.
pub fn unrepeated(what: &str) -> String {
    if what.starts_with("unknown field ") {
        let known = what.rsplit_once(", expected ").map_or("", |(_, known)| known);
        let known = known.strip_prefix("one of ").unwrap_or(known).replace('`', "");
        return format!("a field here is not known: write one of {known}");
    }
    if what.starts_with("unknown variant ") {
        let known = what.rsplit_once(", expected ").map_or("", |(_, known)| known);
        let known = known.strip_prefix("one of ").unwrap_or(known).replace('`', "");
        return format!("the word here is not known: write {known}");
    }
    if what.starts_with("invalid type: ") || what.starts_with("invalid value: ") {
        let expected = what.rsplit_once(", expected ").map_or("something else", |(_, expected)| expected);
        let is_number = ["i64", "u64", "usize"].contains(&expected);
        let expected = if is_number { "a whole number" } else { expected };
        let expected = if expected.starts_with("a nonzero ") { "a whole number from 1 on" } else { expected };
        return format!("the value here is not of its kind: write {expected}");
    }
    what.to_owned()
}

/// A text; numbers and the like are told to stand in quotes.
fn stated<'de, D: Deserializer<'de>>(field: &str, deserializer: D) -> Result<String, D::Error> {
    match Value::deserialize(deserializer)? {
        Value::String(text) => Ok(text),
        Value::Number(_) => Err(Error::custom(format!("{field}: put it in quotes, as text"))),
        _ => Err(Error::custom(format!("{field}: must be text in quotes"))),
    }
}

/// A text that is something of ours.
fn parsed<'de, D, T, E>(field: &str, parse: impl FnOnce(&str) -> Result<T, E>, deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    E: fmt::Display,
{
    let text = stated(field, deserializer)?;
    parse(&text).map_err(|error| Error::custom(format!("{field}: {error}")))
}

fn amount<'de, D: Deserializer<'de>>(field: &str, deserializer: D) -> Result<Fen, D::Error> {
    match Value::deserialize(deserializer)? {
        Value::String(text) => Fen::parse_yuan(&text).map_err(|error| Error::custom(format!("{field}: {error}"))),
        _ => Err(Error::custom(format!("{field}: an amount is text with two decimals, like \"88.50\""))),
    }
}

fn word<T: Copy>(
    all: &[T],
    from: impl Fn(&str) -> Option<T>,
    name: fn(T) -> &'static str,
    text: &str,
) -> Result<T, String> {
    let known = || all.iter().map(|one| name(*one)).collect::<Vec<_>>().join(", ");
    from(text).ok_or_else(|| format!("write one of {}", known()))
}

macro_rules! fields {
    ($($field:ident $name:literal $type:ty = $read:expr;)+) => {
        $(fn $field<'de, D: Deserializer<'de>>(deserializer: D) -> Result<$type, D::Error> {
            let read: fn(&str, D) -> Result<$type, D::Error> = $read;
            read($name, deserializer)
        })+
    };
}

fields! {
    id "id" String = part_of_message;
    sender "sender" String = part_of_message;
    patient "patient" String = stated;
    sponsor "sponsor" String = stated;
    beneficiary "beneficiary" String = stated;
    using "using" String = stated;
    code "code" Option<String> = |field, from| stated(field, from).map(Some);
    patient_area "patient-area" Option<AreaCode> = |field, from| parsed(field, AreaCode::parse, from).map(Some);
    beneficiary_area "beneficiary-area" Option<AreaCode> = |field, from| parsed(field, AreaCode::parse, from).map(Some);
    from "from" Option<Day> = |field, from| parsed(field, Day::parse, from).map(Some);
    until "until" Option<Day> = |field, from| parsed(field, Day::parse, from).map(Some);
    fund "fund" Fen = amount;
    quota "quota" Option<Fen> = |field, from| amount(field, from).map(Some);
    per_settlement "per-settlement" Option<Fen> = |field, from| amount(field, from).map(Some);
    per_day "per-day" Option<Fen> = |field, from| amount(field, from).map(Some);
    per_month "per-month" Option<Fen> = |field, from| amount(field, from).map(Some);
    per_year "per-year" Option<Fen> = |field, from| amount(field, from).map(Some);
    kind "kind" VisitKind = |field, from| {
        parsed(field, |text| word(VisitKind::ALL, VisitKind::from_word, VisitKind::word, text), from)
    };
    relation "relation" Relation = |field, from| {
        parsed(field, |text| word(Relation::ALL, Relation::from_word, Relation::word, text), from)
    };
    proof "proof" Proof = |field, from| {
        parsed(field, |text| word(Proof::ALL, Proof::from_word, Proof::word, text), from)
    };
    purposes "for" Option<BTreeSet<Purpose>> = |field, from| {
        let words = Vec::<String>::deserialize(from)?;
        let purpose = |text: &String| word(Purpose::ALL, Purpose::from_word, Purpose::word, text);
        let all: Result<_, String> = words.iter().map(purpose).collect();
        all.map(Some).map_err(|error| Error::custom(format!("{field}: {error}")))
    };
}

fn part_of_message<'de, D: Deserializer<'de>>(field: &str, deserializer: D) -> Result<String, D::Error> {
    let text = stated(field, deserializer)?;
    let checked = gongji_words::MessageId::new("sender", text.clone());
    checked
        .map(|_| text)
        .map_err(|_| Error::custom(format!("{field}: write 1 to 64 characters, no line breaks or tabs")))
}

fn parts<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<(Part, Fen)>, D::Error> {
    deserializer.deserialize_map(Parts)
}

struct Parts;

impl<'de> Visitor<'de> for Parts {
    type Value = Vec<(Part, Fen)>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the parts of the bill, like {\"copay\": \"88.50\"}")
    }

    fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Self::Value, M::Error> {
        let mut parts: Vec<(Part, Fen)> = Vec::new();
        while let Some(name) = map.next_key::<String>()? {
            let part = word(Part::ALL, Part::from_word, Part::word, &name);
            let part = part.map_err(|error| Error::custom(format!("parts: {error}")))?;
            if parts.iter().any(|(known, _)| *known == part) {
                return Err(Error::custom(format!("parts.{part}: stands there twice: add the two amounts")));
            }
            parts.push((part, map.next_value_seed(AmountOf(part))?));
        }
        if parts.is_empty() {
            return Err(Error::custom(
                "parts: there is none: a bill has at least one part, like {\"copay\": \"88.50\"}",
            ));
        }
        Ok(parts)
    }
}

/// The amount of a part, so that a mistake in it can name the part.
struct AmountOf(Part);

impl<'de> serde::de::DeserializeSeed<'de> for AmountOf {
    type Value = Fen;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Fen, D::Error> {
        amount(&format!("parts.{}", self.0), deserializer)
    }
}
