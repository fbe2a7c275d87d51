//! Statements that set up and change the world: time, persons, institutions, accounts.
//! None of them has an outcome to expect.

use gongji_words::{AreaCode, Day};

use super::ast::{Institution, Person, Statement};
use super::cursor::{Cursor, Keys, Keywords};
use super::error::Read;
use super::lexer::Word;
use super::scope::Scope;
use super::values::{amount, area, choice, choice_of, day};
use super::vocabulary::{Designated, LinkState, Scheme, Status, TraitWord, YesNo};

/// The number of 1970-01-01, the day of birth of those of whom none is said.
const BORN_BY_DEFAULT: i32 = 0;

const NO_KEYS: Keywords = Keywords::of(&[]);

pub(super) fn clock(mut words: Cursor<'_>, scope: &mut Scope<'_>) -> Read<Statement> {
    let time = scope.set_clock(words.take("a time")?)?;
    words.keys(&NO_KEYS)?;
    Ok(Statement::Clock { time })
}

pub(super) fn default_area(mut words: Cursor<'_>, scope: &mut Scope<'_>) -> Read<Statement> {
    let area = area(words.take("the code of an area")?)?;
    words.keys(&NO_KEYS)?;
    scope.default_area = Some(area);
    Ok(Statement::Area { area })
}

pub(super) fn person(mut words: Cursor<'_>, scope: &mut Scope<'_>) -> Read<Statement> {
    const KEYS: Keywords =
        Keywords { once: &["scheme", "area", "status", "born", "sex"], often: &["trait"], flags: &[] };
    let name = scope.define_person(words.take("the person's name")?)?;
    let keys = words.keys(&KEYS)?;
    let scheme = keys.required("scheme", choice::<Scheme>)?;
    scope.note_scheme(&name, scheme);
    let born = keys.optional("born", day)?;
    Ok(Statement::Person(Person {
        name,
        scheme,
        area: area_or_default(&keys, scope)?,
        status: keys.optional("status", living_status)?.unwrap_or(Status::Active),
        born: born.unwrap_or(Day::from_number(BORN_BY_DEFAULT)),
        sex: keys.optional("sex", choice)?,
        traits: traits(&keys)?,
    }))
}

pub(super) fn account(mut words: Cursor<'_>, scope: &mut Scope<'_>) -> Read<Statement> {
    const KEYS: Keywords = Keywords::of(&["balance", "previous-years"]);
    let person = scope.define_account(words.take("the person's name")?)?;
    let keys = words.keys(&KEYS)?;
    let balance = keys.required("balance", amount)?;
    let not_more = |word: Word<'_>| {
        let previous_years = amount(word)?;
        if previous_years > balance {
            let message = format!("{previous_years} of previous years is more than {balance}");
            return Err(word.fault(message).help("it is a part of the balance"));
        }
        Ok(previous_years)
    };
    let previous_years = keys.optional("previous-years", not_more)?.unwrap_or(balance);
    Ok(Statement::Account { person, balance, previous_years })
}

pub(super) fn institution(mut words: Cursor<'_>, scope: &mut Scope<'_>) -> Read<Statement> {
    const KEYS: Keywords = Keywords::of(&["kind", "area", "designated", "aid", "wallet"]);
    let name = scope.define_institution(words.take("the institution's name")?)?;
    let keys = words.keys(&KEYS)?;
    let kind = keys.required("kind", choice)?;
    scope.note_kind(&name, kind);
    let designated = keys.optional("designated", choice)?;
    Ok(Statement::Institution(Institution {
        name,
        kind,
        area: area_or_default(&keys, scope)?,
        designated: designated.unwrap_or(Designated::Designated),
        takes_aid: yes_unless_no(&keys, "aid")?,
        takes_wallet: yes_unless_no(&keys, "wallet")?,
    }))
}

pub(super) fn status(mut words: Cursor<'_>, scope: &mut Scope<'_>) -> Read<Statement> {
    let person = scope.person(words.take("the person's name")?)?;
    let status = choice(words.take("a status")?)?;
    words.keys(&NO_KEYS)?;
    Ok(Statement::Status { person, status })
}

pub(super) fn moves(mut words: Cursor<'_>, scope: &mut Scope<'_>) -> Read<Statement> {
    const KEYS: Keywords = Keywords::of(&["area"]);
    let person = scope.person(words.take("the person's name")?)?;
    let keys = words.keys(&KEYS)?;
    Ok(Statement::Move { person, area: keys.required("area", area)? })
}

pub(super) fn freeze(mut words: Cursor<'_>, scope: &mut Scope<'_>) -> Read<Statement> {
    let person = scope.person(words.take("the person's name")?)?;
    words.keys(&NO_KEYS)?;
    Ok(Statement::Freeze { person })
}

pub(super) fn unfreeze(mut words: Cursor<'_>, scope: &mut Scope<'_>) -> Read<Statement> {
    let person = scope.person(words.take("the person's name")?)?;
    words.keys(&NO_KEYS)?;
    Ok(Statement::Unfreeze { person })
}

pub(super) fn filing(mut words: Cursor<'_>, scope: &mut Scope<'_>) -> Read<Statement> {
    const KEYS: Keywords = Keywords::of(&["area", "from", "until"]);
    let person = scope.person(words.take("the person's name")?)?;
    let keys = words.keys(&KEYS)?;
    Ok(Statement::Filing {
        person,
        area: keys.required("area", area)?,
        from: keys.optional("from", day)?,
        until: keys.optional("until", day)?,
    })
}

pub(super) fn credit(mut words: Cursor<'_>, scope: &mut Scope<'_>) -> Read<Statement> {
    let person = scope.person(words.take("the person's name")?)?;
    let amount = amount(words.take("an amount")?)?;
    words.keys(&NO_KEYS)?;
    Ok(Statement::Credit { person, amount })
}

pub(super) fn year_end(mut words: Cursor<'_>, _: &mut Scope<'_>) -> Read<Statement> {
    let area = area(words.take("the code of an area")?)?;
    words.keys(&NO_KEYS)?;
    Ok(Statement::YearEnd { area })
}

pub(super) fn link(mut words: Cursor<'_>, _: &mut Scope<'_>) -> Read<Statement> {
    let one = area(words.take("the code of an area")?)?;
    let other = area(words.take("the code of the other area")?)?;
    let state: LinkState = choice(words.take("down or up")?)?;
    words.keys(&NO_KEYS)?;
    Ok(Statement::Link { areas: [one, other], state })
}

fn living_status(word: Word<'_>) -> Read<Status> {
    choice_of(word, &[Status::Active, Status::Suspended, Status::Arrears, Status::Ended])
}

fn traits(keys: &Keys<'_>) -> Read<Vec<TraitWord>> {
    let mut found: Vec<TraitWord> = Vec::new();
    for word in keys.all("trait") {
        let trait_word = choice(word)?;
        if !found.contains(&trait_word) {
            found.push(trait_word);
        }
    }
    Ok(found)
}

fn area_or_default(keys: &Keys<'_>, scope: &Scope<'_>) -> Read<AreaCode> {
    let written = keys.optional("area", area)?;
    written.or(scope.default_area).ok_or_else(|| {
        keys.missing("the key `area`").help("name an area here, or for all that follow by a line `area CODE` above")
    })
}

fn yes_unless_no(keys: &Keys<'_>, key: &str) -> Read<bool> {
    let said = keys.optional(key, choice::<YesNo>)?;
    Ok(said != Some(YesNo::No))
}
