//! Reading the tables of a pack field by field, noting what is unknown, missing or of the wrong kind.

use std::ops::Range;

use gongji_words::Day;
use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::mistake::{Mistakes, suggestion};

/// A place in a file: byte offsets.
pub(crate) type Span = Range<usize>;

/// A word of the file with its place.
#[derive(Clone, Debug)]
pub(crate) struct Placed<T> {
    pub(crate) is: T,
    pub(crate) at: Span,
}

/// One table of a pack, under the title by which mistakes name it.
pub(crate) struct Fields<'a, 'i> {
    table: &'a DeTable<'i>,
    at: Span,
    title: &'static str,
}

impl<'a, 'i> Fields<'a, 'i> {
    /// Opens a table; notes a value that is no table, and fields that nobody knows.
    pub(crate) fn open(
        value: &'a Spanned<DeValue<'i>>,
        title: &'static str,
        known: &[&str],
        mistakes: &mut Mistakes<'_>,
    ) -> Option<Self> {
        let DeValue::Table(table) = value.get_ref() else {
            mistakes.note(value.span(), format!("{title} is not a table"), format!("write it as {title}"));
            return None;
        };
        let fields = Self { table, at: value.span(), title };
        fields.note_unknown(known, mistakes);
        Some(fields)
    }

    /// The table of a whole file.
    pub(crate) fn of_file(table: &'a DeTable<'i>, known: &[&str], mistakes: &mut Mistakes<'_>) -> Self {
        let fields = Self { table, at: 0..0, title: "the file" };
        fields.note_unknown(known, mistakes);
        fields
    }

    fn note_unknown(&self, known: &[&str], mistakes: &mut Mistakes<'_>) {
        for name in self.table.keys() {
            let word: &str = name.get_ref();
            if !known.contains(&word) {
                let help = suggestion(word, known.iter().copied());
                mistakes.note(name.span(), format!("unknown key `{word}` in {}", self.title), help);
            }
        }
    }

    pub(crate) fn at(&self) -> Span {
        self.at.clone()
    }

    pub(crate) fn optional(&self, name: &str) -> Option<&'a Spanned<DeValue<'i>>> {
        self.table.get(name)
    }

    pub(crate) fn required(&self, name: &str, mistakes: &mut Mistakes<'_>) -> Option<&'a Spanned<DeValue<'i>>> {
        let value = self.optional(name);
        if value.is_none() {
            mistakes.note(self.at(), format!("{} without `{name}`", self.title), format!("add a line `{name} = ...`"));
        }
        value
    }

    pub(crate) fn text(&self, name: &str, mistakes: &mut Mistakes<'_>) -> Option<Placed<&'a str>> {
        let value = self.required(name, mistakes)?;
        text_of(value, name, mistakes)
    }

    pub(crate) fn optional_text(&self, name: &str, mistakes: &mut Mistakes<'_>) -> Option<Placed<&'a str>> {
        text_of(self.optional(name)?, name, mistakes)
    }

    pub(crate) fn day(&self, name: &str, mistakes: &mut Mistakes<'_>) -> Option<Placed<Day>> {
        let text = self.text(name, mistakes)?;
        day_of(&text, mistakes)
    }

    pub(crate) fn optional_day(&self, name: &str, mistakes: &mut Mistakes<'_>) -> Option<Placed<Day>> {
        let text = self.optional_text(name, mistakes)?;
        day_of(&text, mistakes)
    }

    /// The tables of an array of tables; none if the file has none.
    pub(crate) fn tables(&self, name: &str, mistakes: &mut Mistakes<'_>) -> &'a [Spanned<DeValue<'i>>] {
        let Some(value) = self.optional(name) else { return &[] };
        let DeValue::Array(tables) = value.get_ref() else {
            mistakes.note(value.span(), format!("`{name}` is not a list of tables"), format!("write it as [[{name}]]"));
            return &[];
        };
        tables
    }
}

/// A text; anything else, and an empty one, is noted.
pub(crate) fn text_of<'a>(
    value: &'a Spanned<DeValue<'_>>,
    name: &str,
    mistakes: &mut Mistakes<'_>,
) -> Option<Placed<&'a str>> {
    let found = value.get_ref();
    match found.as_str() {
        Some(text) if !text.trim().is_empty() => Some(Placed { is: text, at: value.span() }),
        Some(_) => {
            mistakes.note(value.span(), format!("`{name}` is empty"), "say it in words");
            None
        }
        None => {
            let message = format!("`{name}` is a text in quotes, not {}", with_article(found.type_str()));
            mistakes.note(value.span(), message, format!("as in `{name} = \"...\"`"));
            None
        }
    }
}

fn day_of(text: &Placed<&str>, mistakes: &mut Mistakes<'_>) -> Option<Placed<Day>> {
    match Day::parse(text.is) {
        Ok(day) => Some(Placed { is: day, at: text.at.clone() }),
        Err(_) => {
            let message = format!("`{}` is not a day", text.is);
            mistakes.note(text.at.clone(), message, "write a calendar day as in \"2025-03-08\"");
            None
        }
    }
}

/// The name of a TOML type with its article.
pub(crate) fn with_article(type_name: &str) -> String {
    match type_name.chars().next() {
        Some('a' | 'e' | 'i' | 'o' | 'u') => format!("an {type_name}"),
        _ => format!("a {type_name}"),
    }
}
