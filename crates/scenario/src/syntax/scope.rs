//! What the lines above have defined: names, accounts, ids, the time, the default area.
//!
//! A name counts as defined as soon as its line has named it, even if the rest of that
//! line is faulty, so that one mistake is reported once and not in every line that follows.

use std::collections::BTreeMap;

use gongji_words::{AreaCode, Moment};

use super::ast::{Code, Id, MessageKind, Name};
use super::error::{Fault, Read};
use super::lexer::Word;
use super::nearest::{nearest, nearest_code};
use super::values;
use super::vocabulary::{InstitutionKind, Scheme};

/// Names that mean something else where a person may be named.
const RESERVED: [&str; 3] = ["auto", "own", "none"];

/// Everything that the lines above make known.
pub(super) struct Scope<'k> {
    pub default_area: Option<AreaCode>,
    clock: Option<Moment>,
    persons: BTreeMap<String, PersonSeen>,
    institutions: BTreeMap<String, Option<InstitutionKind>>,
    ids: BTreeMap<String, MessageKind>,
    known_code: &'k dyn Fn(&str) -> bool,
}

#[derive(Default)]
struct PersonSeen {
    scheme: Option<Scheme>,
    has_account_line: bool,
}

impl<'k> Scope<'k> {
    pub fn new(known_code: &'k dyn Fn(&str) -> bool) -> Self {
        Self {
            default_area: None,
            clock: None,
            persons: BTreeMap::new(),
            institutions: BTreeMap::new(),
            ids: BTreeMap::new(),
            known_code,
        }
    }

    /// Sets the time, which may stand still but not run backwards.
    pub fn set_clock(&mut self, word: Word<'_>) -> Read<Moment> {
        let time = values::moment(word)?;
        if let Some(now) = self.clock.filter(|now| time < *now) {
            return Err(word
                .fault(format!("time runs backwards: a line above has set {now}"))
                .help("write the statements in the order of their times"));
        }
        self.clock = Some(time);
        Ok(time)
    }

    /// Defines a person of whom nothing but the name is known yet.
    pub fn define_person(&mut self, word: Word<'_>) -> Read<Name> {
        let name = self.free_name(word)?;
        if RESERVED.contains(&name.as_str()) {
            return Err(word
                .fault(format!("a person cannot be called `{name}`"))
                .help("auto, own and none say what pays at the till; take another name"));
        }
        self.persons.insert(name.as_str().to_owned(), PersonSeen::default());
        Ok(name)
    }

    /// Notes the scheme of a person defined before.
    pub fn note_scheme(&mut self, person: &Name, scheme: Scheme) {
        self.persons.entry(person.as_str().to_owned()).or_default().scheme = Some(scheme);
    }

    /// Defines an institution of which nothing but the name is known yet.
    pub fn define_institution(&mut self, word: Word<'_>) -> Read<Name> {
        let name = self.free_name(word)?;
        self.institutions.insert(name.as_str().to_owned(), None);
        Ok(name)
    }

    /// Notes the kind of an institution defined before.
    pub fn note_kind(&mut self, institution: &Name, kind: InstitutionKind) {
        self.institutions.insert(institution.as_str().to_owned(), Some(kind));
    }

    /// Defines the account of an employee, once.
    pub fn define_account(&mut self, word: Word<'_>) -> Read<Name> {
        let person = self.person(word)?;
        let seen = self.persons.entry(person.as_str().to_owned()).or_default();
        if seen.scheme.is_some_and(|scheme| scheme != Scheme::Employee) {
            return Err(word
                .fault(format!("`{person}` has no personal account"))
                .help("only persons of scheme employee have one"));
        }
        if seen.has_account_line {
            return Err(word
                .fault(format!("the account of `{person}` is defined twice"))
                .help("later money comes in by `credit`"));
        }
        seen.has_account_line = true;
        Ok(person)
    }

    /// A person whom a line above defines.
    pub fn person(&self, word: Word<'_>) -> Read<Name> {
        let text = values::name(word)?;
        if self.persons.contains_key(text) {
            return Ok(Name::from_checked(text));
        }
        if self.institutions.contains_key(text) {
            return Err(word.fault(format!("`{text}` is an institution, not a person")));
        }
        Err(undefined(word, "person", self.persons.keys()))
    }

    /// An institution that a line above defines, and its kind where that could be read.
    pub fn institution(&self, word: Word<'_>) -> Read<(Name, Option<InstitutionKind>)> {
        let text = values::name(word)?;
        if let Some(kind) = self.institutions.get(text) {
            return Ok((Name::from_checked(text), *kind));
        }
        if self.persons.contains_key(text) {
            return Err(word.fault(format!("`{text}` is a person, not an institution")));
        }
        Err(undefined(word, "institution", self.institutions.keys()))
    }

    /// Notes that a message of this kind is sent; the first use of an id decides its kind.
    pub fn use_id(&mut self, word: Word<'_>, kind: MessageKind) -> Read<Id> {
        let text = values::name(word)?;
        self.ids.entry(text.to_owned()).or_insert(kind);
        Ok(Id::from_checked(text))
    }

    /// An id that a line above has used, and what for first.
    pub fn used_id(&self, word: Word<'_>) -> Read<(Id, MessageKind)> {
        let text = values::name(word)?;
        match self.ids.get(text) {
            Some(kind) => Ok((Id::from_checked(text), *kind)),
            None => {
                Err(word.fault(format!("no line above has used the id `{text}`")).help_if(like(text, self.ids.keys())))
            }
        }
    }

    /// A code of a reason or refusal.
    pub fn code(&self, word: Word<'_>) -> Read<Code> {
        let code = self.known(word)?;
        if code.as_str().starts_with(NOTICE) {
            return Err(word.fault(format!("`{code}` is a notice, not a reason or refusal")));
        }
        Ok(code)
    }

    /// A code of a notice.
    pub fn notice_code(&self, word: Word<'_>) -> Read<Code> {
        let code = self.known(word)?;
        if code.as_str().starts_with(NOTICE) {
            return Ok(code);
        }
        Err(word.fault(format!("`{code}` is not the code of a notice")).help("codes of notices begin with N_"))
    }

    fn known(&self, word: Word<'_>) -> Read<Code> {
        if !word.quoted && (self.known_code)(word.text) {
            return Ok(Code::from_checked(word.text));
        }
        let near = nearest_code(word.text, self.known_code);
        Err(values::not_a(word, "a known code").help_if(near.map(|code| format!("did you mean `{code}`?"))))
    }

    fn free_name(&self, word: Word<'_>) -> Read<Name> {
        let text = values::name(word)?;
        let taken = if self.persons.contains_key(text) {
            "a person"
        } else if self.institutions.contains_key(text) {
            "an institution"
        } else {
            return Ok(Name::from_checked(text));
        };
        Err(word.fault(format!("`{text}` is defined twice: a line above calls {taken} so")).help("take another name"))
    }
}

/// How the codes of notices begin.
const NOTICE: &str = "N_";

fn undefined<'a>(word: Word<'_>, what: &str, known: impl Iterator<Item = &'a String>) -> Fault {
    word.fault(format!("no line above defines the {what} `{}`", word.text))
        .help(format!("define it above by a line `{what} {} …`", word.text))
        .help_if(like(word.text, known))
}

fn like<'a>(text: &str, known: impl Iterator<Item = &'a String>) -> Option<String> {
    let known: Vec<&str> = known.map(String::as_str).collect();
    nearest(text, &known).map(|name| format!("did you mean `{name}`?"))
}
