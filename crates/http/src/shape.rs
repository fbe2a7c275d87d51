//! What documents look like: one description from which requests are read and the interface is described.
//!
//! Invariants: a field that is not described is refused by its name; a description and what is read by it cannot differ,
//! because there is one. Deliberately absent: what a value means, which whoever takes it reads out.

use std::fmt::Display;

use gongji_words::{AreaCode, CertificateNumber, Day, Fen, Month, PersonId};
use serde_json::{Map, Value, json};

use crate::problem::Problem;

/// What a field holds.
#[derive(Clone, Copy, Debug)]
pub enum Kind {
    /// A person: `P` and his number here, or a certificate number.
    Whose,
    /// A person: `P` and his number here.
    Person,
    /// The number of a certificate.
    Certificate,
    /// An institution's number, as text.
    Institution,
    /// A division code of six digits.
    Area,
    /// A day, `2025-03-08`.
    Day,
    /// A month, `2025-03`.
    Month,
    /// A moment with its zone, `2025-03-08T10:07:05.042+08:00`.
    Time,
    /// Yuan with two decimals, `88.50`.
    Yuan,
    /// The same, and more than nothing.
    MoreThanNothing,
    /// Yuan with two decimals, below zero too.
    SignedYuan,
    /// Text of at most so many characters.
    Text(usize),
    /// A policy pack, as TOML of several lines.
    Pack,
    /// One of these words.
    Word(fn() -> Vec<&'static str>),
    /// Yes or no.
    Flag,
    /// A whole number from the first to the second.
    Number(i64, i64),
    /// An amount for each of some words, at least one.
    Amounts(fn() -> Vec<&'static str>),
    /// How many there may be on a page, as an address says it.
    Limit,
    /// Where a page begins, as the page before it said.
    Cursor,
    /// A document of its own.
    One(&'static Shape),
    /// A list of this kind.
    List(&'static Kind),
}

/// Whether a field has to be there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// It is there and says something.
    Required,
    /// It may be left out.
    Optional,
    /// It is there, and may say `null`.
    Nullable,
}

/// One field.
#[derive(Clone, Copy, Debug)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
    /// Whether it has to be there.
    pub need: Need,
    /// What it says, for who reads the description.
    pub about: &'static str,
}

/// A document.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    /// Its name in the description.
    pub name: &'static str,
    /// What it is.
    pub about: &'static str,
    /// Its fields.
    pub fields: &'static [Field],
}

/// A field that has to be there.
#[must_use]
pub const fn required(name: &'static str, kind: Kind, about: &'static str) -> Field {
    Field { name, kind, need: Need::Required, about }
}

/// A field that may be left out.
#[must_use]
pub const fn optional(name: &'static str, kind: Kind, about: &'static str) -> Field {
    Field { name, kind, need: Need::Optional, about }
}

/// A field of an answer that may say `null`.
#[must_use]
pub const fn nullable(name: &'static str, kind: Kind, about: &'static str) -> Field {
    Field { name, kind, need: Need::Nullable, about }
}

/// No fields at all.
pub const NOTHING: Shape = Shape { name: "Nothing", about: "No fields.", fields: &[] };

impl Shape {
    /// Reads a document.
    ///
    /// # Errors
    /// A problem that names the first field to blame.
    pub fn read(&'static self, value: Value) -> Result<Fields, Problem> {
        let Value::Object(map) = value else {
            return Err(Problem::schema("", "写成一个对象 {…}", "write one object {…}"));
        };
        let is_known = |name: &str| self.fields.iter().any(|field| field.name == name);
        if let Some(name) = map.keys().find(|name| !is_known(name)) {
            return Err(Problem::schema(name, "没有这个字段", "there is no such field"));
        }
        for field in self.fields {
            field.check(map.get(field.name))?;
        }
        Ok(Fields(map))
    }

    /// Why a document is not of this shape; for tests of answers.
    #[must_use]
    pub fn fault(&self, value: &Value) -> Option<String> {
        let Value::Object(map) = value else { return Some(format!("{}: no object", self.name)) };
        let unknown = map.keys().find(|name| self.fields.iter().all(|field| field.name != name.as_str()));
        if let Some(name) = unknown {
            return Some(format!("{}.{name} is not described", self.name));
        }
        let of_field = |field: &Field| match map.get(field.name) {
            None if field.need != Need::Optional => Some("is missing".to_owned()),
            Some(Value::Null) if field.need != Need::Nullable => Some("is null".to_owned()),
            None | Some(Value::Null) => None,
            Some(value) => field.kind.fault(value).map(|(_, en)| en),
        };
        self.fields.iter().find_map(|field| of_field(field).map(|why| format!("{}.{} {why}", self.name, field.name)))
    }
}

impl Field {
    fn check(&self, value: Option<&Value>) -> Result<(), Problem> {
        match value {
            None | Some(Value::Null) if self.need == Need::Required => {
                Err(Problem::schema(self.name, "这个字段要写", "this field has to be there"))
            }
            None | Some(Value::Null) => Ok(()),
            Some(value) => match self.kind.fault(value) {
                Some((zh, en)) => Err(Problem::schema(self.name, &zh, &en)),
                None => Ok(()),
            },
        }
    }
}

impl Kind {
    /// Why a value is not of this kind, in Chinese and English: without the value, which may be a name or a number.
    fn fault(self, value: &Value) -> Option<(String, String)> {
        let said = |zh: &str, en: &str| Some((zh.to_owned(), en.to_owned()));
        match (self, value) {
            (Self::Flag, Value::Bool(_)) => None,
            (Self::Flag, _) => said("写 true 或 false", "write true or false"),
            (Self::Number(least, most), value) => {
                let fits = value.as_i64().is_some_and(|number| (least..=most).contains(&number));
                let zh = format!("写 {least} 到 {most} 的整数");
                if fits { None } else { Some((zh, format!("write a whole number from {least} to {most}"))) }
            }
            (Self::Amounts(words), Value::Object(map)) if !map.is_empty() => map.iter().find_map(|(name, value)| {
                Self::Word(words).fault(&Value::String(name.clone())).or_else(|| Self::Yuan.fault(value))
            }),
            (Self::Amounts(_), _) => {
                said("写成 {\"copay\": \"88.50\"}，至少一项", "write {\"copay\": \"88.50\"}, one at least")
            }
            (Self::One(shape), value) => shape.fault(value).map(|why| (why.clone(), why)),
            (Self::List(kind), Value::Array(items)) => items.iter().find_map(|item| kind.fault(item)),
            (Self::List(_), _) => said("写成一个列表 […]", "write a list […]"),
            (Self::MoreThanNothing, Value::String(text)) if Fen::parse_yuan(text).is_ok_and(|yuan| yuan.is_zero()) => {
                said("写大于零的金额", "write more than nothing")
            }
            (Self::Yuan | Self::MoreThanNothing, Value::String(text)) => Fen::parse_yuan(text)
                .err()
                .map(|error| ("金额写成两位小数的文字，如 \"88.50\"".to_owned(), error.to_string())),
            (kind, Value::String(text)) => kind.fault_of_text(text),
            (Self::Yuan | Self::MoreThanNothing, _) => {
                said("金额写成两位小数的文字，如 \"88.50\"", "an amount is text with two decimals, like \"88.50\"")
            }
            _ => said("写成带引号的文字", "write text in quotes"),
        }
    }

    fn fault_of_text(self, text: &str) -> Option<(String, String)> {
        let unless = |good: bool, zh: &str, en: &str| (!good).then(|| (zh.to_owned(), en.to_owned()));
        match self {
            Self::Whose => {
                let read = gongji_service::import::Whose::parse(text);
                read.err().map(|why| ("写 P 和编号，或证件号码".to_owned(), why))
            }
            Self::Certificate => {
                let read = CertificateNumber::parse(text);
                read.err().map(|why| ("证件号码不对".to_owned(), why.to_string()))
            }
            Self::Person => {
                unless(person(text).is_some(), "写 P 和编号", "write P and the number that the person has here")
            }
            Self::Institution => {
                unless(number(text).is_some(), "写机构编号的数字", "write the number of the institution")
            }
            Self::Area => AreaCode::parse(text).err().map(|why| ("写六位区划代码".to_owned(), why.to_string())),
            Self::Day => Day::parse(text).err().map(|why| ("日期写成 2025-03-08".to_owned(), why.to_string())),
            Self::Month => Month::parse(text).err().map(|why| ("月份写成 2025-03".to_owned(), why.to_string())),
            Self::Text(most) => {
                let fits = !text.is_empty() && text.chars().count() <= most && !text.chars().any(char::is_control);
                let zh = format!("写 1 到 {most} 个字，不要换行");
                unless(fits, &zh, &format!("write 1 to {most} characters, no line breaks"))
            }
            Self::Word(words) => {
                let known = words().join(", ");
                let is_known = words().contains(&text);
                unless(is_known, &format!("写其中一个：{known}"), &format!("write one of {known}"))
            }
            Self::Limit => {
                let fits = number(text).is_some_and(|number| number <= LONGEST_PAGE);
                unless(fits, "写 1 到 200", "write 1 to 200")
            }
            Self::Cursor => unless(cursor(text).is_some(), "用上一页的 next", "use next of the page before"),
            Self::Pack => unless(!text.trim().is_empty(), "写政策包的内容", "write the text of a pack"),
            Self::Time | Self::SignedYuan => None,
            Self::Flag
            | Self::Number(..)
            | Self::Amounts(_)
            | Self::One(_)
            | Self::List(_)
            | Self::Yuan
            | Self::MoreThanNothing => unless(false, "不要写成文字", "do not write it as text"),
        }
    }

    /// The same as a schema of OpenAPI.
    #[must_use]
    pub fn schema(self) -> Value {
        let text = |pattern: &str, example: &str| json!({"type": "string", "pattern": pattern, "examples": [example]});
        match self {
            Self::Whose => {
                text("^(P[0-9]{1,18}|P[1-8][0-9]{18}|[0-9A-Za-z]{15}|[0-9]{17}[0-9Xx])$", "170101194804020223")
            }
            Self::Certificate => text("^([0-9A-Za-z]{15}|[0-9]{17}[0-9Xx])$", "170101194804020223"),
            Self::Person => text("^P([1-9][0-9]{0,17}|[1-8][0-9]{18})$", "P1882611721499049984"),
            Self::Institution => text("^([1-9][0-9]{0,17}|[1-8][0-9]{18})$", "1301"),
            Self::Area => text(&format!("^({})[0-9]{{4}}$", provinces()), "130100"),
            Self::Day => {
                json!({"type": "string", "format": "date", "examples": ["2025-03-08"]})
            }
            Self::Month => text("^(19|20|21)[0-9]{2}-(0[1-9]|1[0-2])$", "2025-03"),
            Self::Time => json!({"type": "string", "format": "date-time"}),
            Self::Yuan => text("^(0|[1-9][0-9]{0,11})\\.[0-9]{2}$", "88.50"),
            Self::MoreThanNothing => text("^([1-9][0-9]{0,11}\\.[0-9]{2}|0\\.([1-9][0-9]|0[1-9]))$", "88.50"),
            Self::SignedYuan => text("^-?[0-9]+\\.[0-9]{2}$", "-88.50"),
            Self::Text(most) => {
                let pattern = r"^[^\x00-\x1f\x7f-\x9f]+$";
                json!({"type": "string", "minLength": 1, "maxLength": most, "pattern": pattern})
            }
            Self::Pack => json!({"type": "string", "minLength": 1, "pattern": r"\S"}),
            Self::Word(words) => json!({"type": "string", "enum": words()}),
            Self::Flag => json!({"type": "boolean"}),
            Self::Number(least, most) => json!({"type": "integer", "minimum": least, "maximum": most}),
            Self::Amounts(words) => json!({"type": "object", "minProperties": 1, "additionalProperties": false,
                "properties": words().into_iter().map(|word| (word.to_owned(), Self::Yuan.schema())).collect::<Map<_, _>>()}),
            Self::Limit => json!({"type": "integer", "minimum": 1, "maximum": LONGEST_PAGE, "default": PAGE}),
            Self::Cursor => text("^c[0-9a-f]{1,16}$", "c1f"),
            Self::One(shape) => json!({"$ref": format!("#/components/schemas/{}", shape.name)}),
            Self::List(kind) => json!({"type": "array", "items": kind.schema()}),
        }
    }
}

/// How codes of divisions begin, as an alternative of a pattern.
fn provinces() -> String {
    let begins =
        (10..100).map(|prefix| prefix.to_string()).filter(|prefix| AreaCode::parse(&format!("{prefix}0000")).is_ok());
    begins.collect::<Vec<_>>().join("|")
}

/// The longest page of a list, and the usual one.
const LONGEST_PAGE: i64 = 200;
const PAGE: usize = 50;

/// The place in a list after which a page begins.
fn cursor(text: &str) -> Option<usize> {
    let digits = text.strip_prefix('c').filter(|digits| (1..=16).contains(&digits.len()))?;
    usize::from_str_radix(digits, 16)
        .ok()
        .filter(|_| digits.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f')))
}

/// One page of a list.
pub const PAGE_OF: Shape = Shape {
    name: "Page",
    about: "Which part of a list.",
    fields: &[
        optional("limit", Kind::Limit, "how many at most"),
        optional("cursor", Kind::Cursor, "next of the page before"),
    ],
};

/// The part of a list that a query asks for, and where the next begins. Rows are only added at the end of such lists, so a
/// place stays what it is.
#[must_use]
pub fn page<T>(query: &Fields, all: Vec<T>) -> (Vec<T>, Option<String>) {
    let limit = query.text("limit").and_then(|text| text.parse().ok()).unwrap_or(PAGE);
    let first = query.text("cursor").and_then(cursor).unwrap_or(0);
    let next = first.saturating_add(limit);
    let more = (next < all.len()).then(|| format!("c{next:x}"));
    (all.into_iter().skip(first).take(limit).collect(), more)
}

/// `P` and a number.
#[must_use]
pub fn person(text: &str) -> Option<PersonId> {
    number(text.strip_prefix('P')?).map(PersonId::from_number)
}

/// A number above zero as it is written: of at most 18 digits, or of 19 that do not begin with 9. Numbers that a program draws
/// have 19.
#[must_use]
pub fn number(text: &str) -> Option<i64> {
    let is_number = !text.is_empty()
        && (text.len() < 19 || (text.len() == 19 && text < "9"))
        && text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number || text.starts_with('0') { None } else { text.parse().ok() }
}

/// The fields of a document that was found to be of its shape.
#[derive(Clone, Debug, Default)]
pub struct Fields(Map<String, Value>);

impl Fields {
    /// A text.
    #[must_use]
    pub fn text(&self, name: &str) -> Option<&str> {
        self.0.get(name).and_then(Value::as_str)
    }

    /// Whether a flag is set.
    #[must_use]
    pub fn is_set(&self, name: &str) -> bool {
        self.0.get(name).and_then(Value::as_bool).unwrap_or(false)
    }

    /// A number.
    #[must_use]
    pub fn number(&self, name: &str) -> Option<i64> {
        self.0.get(name).and_then(Value::as_i64)
    }

    /// The texts of a list.
    #[must_use]
    pub fn texts(&self, name: &str) -> Option<Vec<&str>> {
        self.0.get(name).and_then(Value::as_array).map(|items| items.iter().filter_map(Value::as_str).collect())
    }

    /// The texts of a document within this one, by name.
    pub fn within(&self, name: &str) -> impl Iterator<Item = (&str, &str)> {
        let map = self.0.get(name).and_then(Value::as_object);
        map.into_iter().flatten().filter_map(|(name, value)| Some((name.as_str(), value.as_str()?)))
    }

    /// Whether a field is there, even if it says `null`.
    #[must_use]
    pub fn is_there(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// A text as what it means.
    ///
    /// # Errors
    /// A problem that names the field, where it means nothing.
    pub fn read<T, E: Display>(
        &self,
        name: &str,
        parse: impl FnOnce(&str) -> Result<T, E>,
    ) -> Result<Option<T>, Problem> {
        let read = self.text(name).map(parse).transpose();
        read.map_err(|error| Problem::schema(name, "写法不对。", &error.to_string()))
    }

    /// The same of a text that has to be there.
    ///
    /// # Errors
    /// A problem that names the field.
    pub fn must<T, E: Display>(&self, name: &str, parse: impl FnOnce(&str) -> Result<T, E>) -> Result<T, Problem> {
        self.read(name, parse)?.ok_or_else(|| Problem::schema(name, "这个字段要写", "this field has to be there"))
    }

    /// A word of a closed vocabulary that has to be there.
    ///
    /// # Errors
    /// A problem that names the field.
    pub fn word<T>(&self, name: &str, meaning: fn(&str) -> Option<T>) -> Result<T, Problem> {
        self.must(name, |text| meaning(text).ok_or("no such word"))
    }

    /// An amount, nothing if it is left out.
    ///
    /// # Errors
    /// A problem that names the field.
    pub fn yuan(&self, name: &str) -> Result<Option<Fen>, Problem> {
        self.read(name, Fen::parse_yuan)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_taken(kind: Kind, text: &str) -> bool {
        kind.fault(&Value::String(text.to_owned())).is_none()
    }

    #[test]
    fn a_number_that_a_program_draws_names_a_person_and_one_that_is_too_large_nobody() {
        let drawn = person("P1882611721499049984").map(PersonId::number);
        assert_eq!(
            (drawn, person("P9000000000000000000"), person("P18826117214990499840")),
            (Some(1_882_611_721_499_049_984), None, None)
        );
    }

    #[test]
    fn nothing_is_no_amount_where_more_is_asked_for() {
        for (text, more, yuan) in
            [("0.01", true, true), ("0.00", false, true), ("-1.00", false, false), ("1", false, false)]
        {
            assert_eq!((is_taken(Kind::MoreThanNothing, text), is_taken(Kind::Yuan, text)), (more, yuan), "{text}");
        }
    }

    #[test]
    fn areas_are_described_by_the_provinces_that_there_are() {
        let described = Kind::Area.schema()["pattern"].as_str().unwrap_or_default().to_owned();
        let inner = described.trim_start_matches("^(").trim_end_matches(")[0-9]{4}$");
        for prefix in 0..100 {
            let prefix = format!("{prefix:02}");
            let taken = is_taken(Kind::Area, &format!("{prefix}0100"));
            assert_eq!(inner.split('|').any(|one| one == prefix), taken, "{prefix}");
        }
    }

    #[test]
    fn a_cursor_is_as_it_was_given_and_as_it_is_described() {
        for (text, taken) in [("c1f", true), ("c1F", false), ("c", false), ("1f", false), ("c+1", false)] {
            assert_eq!(is_taken(Kind::Cursor, text), taken, "{text}");
        }
    }
}
