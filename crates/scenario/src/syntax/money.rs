//! Statements that move money at a till or for a premium, and that ask where it is.

use gongji_words::Fen;

use super::ast::{Id, MessageKind, Name, Plan, Premium, Statement, Using, Visit};
use super::cursor::{Cursor, Keys, Keywords};
use super::error::Read;
use super::families::sponsor_first;
use super::lexer::Word;
use super::outcome::{
    Sentence, account_balance, expected, notices_sent, paid_by, repeated, settlement, single_word, use_of_binding,
};
use super::scope::Scope;
use super::values::{amount, choice, name, not_a, year};
use super::vocabulary::{InstitutionKind, Kind, Part, only_at};

const NO_KEYS: Keywords = Keywords::of(&[]);

/// The keys of a bill; the last fourteen are the parts.
const VISIT: Keywords = Keywords {
    once: &[
        "at",
        "kind",
        "fund",
        "using",
        "code",
        "deductible",
        "class-b",
        "copay",
        "over-cap",
        "over-limit",
        "out-of-catalogue",
        "drug",
        "device",
        "consumable",
        "vaccine",
        "exam",
        "fitness",
        "wellness",
        "public-health",
    ],
    often: &[],
    flags: &["emergency"],
};

pub(super) fn preview(mut line: Sentence<'_>, scope: &mut Scope<'_>) -> Read<Statement> {
    let id = Id::from_checked(name(line.head.take("an id")?)?);
    let visit = visit(id, line.head, scope)?;
    let expected = expected(line.outcome, scope, settlement)?;
    Ok(Statement::Preview { visit, expected })
}

pub(super) fn settle(mut line: Sentence<'_>, scope: &mut Scope<'_>) -> Read<Statement> {
    let id = scope.use_id(line.head.take("an id")?, MessageKind::Settlement)?;
    let visit = visit(id, line.head, scope)?;
    let expected = expected(line.outcome, scope, settlement)?;
    Ok(Statement::Settle { visit, expected })
}

fn visit(id: Id, mut words: Cursor<'_>, scope: &Scope<'_>) -> Read<Visit> {
    let beneficiary = scope.person(words.take("the beneficiary")?)?;
    let keys = words.keys(&VISIT)?;
    let (institution, place) = keys.required("at", |word| scope.institution(word))?;
    let code = keys.optional("code", |word| scope.person(word))?;
    Ok(Visit {
        id,
        institution,
        kind: keys.required("kind", |word| kind_at(word, place))?,
        parts: parts(&keys, place)?,
        fund: keys.optional("fund", amount)?.unwrap_or(Fen::ZERO),
        using: keys.optional("using", |word| using(word, scope))?.unwrap_or(Using::Auto),
        code: code.unwrap_or_else(|| beneficiary.clone()),
        emergency: keys.has_flag("emergency"),
        beneficiary,
    })
}

fn kind_at(word: Word<'_>, place: Option<InstitutionKind>) -> Read<Kind> {
    let kind: Kind = choice(word)?;
    if kind == Kind::Pharmacy && place == Some(InstitutionKind::Hospital) {
        return Err(word
            .fault("the kind `pharmacy` stands at a hospital")
            .help("it stands only at an institution of kind pharmacy"));
    }
    Ok(kind)
}

fn parts(keys: &Keys<'_>, place: Option<InstitutionKind>) -> Read<Vec<(Part, Fen)>> {
    let mut found: Vec<(Part, Fen)> = Vec::new();
    for pair in keys.pairs() {
        let Some(part) = Part::from_word(pair.key.text) else {
            continue;
        };
        refuse_elsewhere(pair.key, part, place)?;
        found.push((part, amount(pair.value)?));
    }
    if found.is_empty() {
        return Err(keys.missing("a part of the bill").help("write what the patient has to pay, like `copay 60.00`"));
    }
    Ok(found)
}

fn refuse_elsewhere(word: Word<'_>, part: Part, place: Option<InstitutionKind>) -> Read<()> {
    let (Some(only), Some(here)) = (only_at(part), place) else {
        return Ok(());
    };
    if only == here {
        return Ok(());
    }
    let (only, here) = (only.word(), here.word());
    let message = format!("the part `{}` stands at a {here}", part.word());
    Err(word.fault(message).help(format!("it stands only at a {only}")))
}

fn using(word: Word<'_>, scope: &Scope<'_>) -> Read<Using> {
    match word.text {
        "auto" => Ok(Using::Auto),
        "own" => Ok(Using::Own),
        "none" => Ok(Using::None),
        _ => scope.person(word).map(Using::Sponsor),
    }
}

pub(super) fn reverse(mut line: Sentence<'_>, scope: &mut Scope<'_>) -> Read<Statement> {
    let id = Id::from_checked(name(line.head.take("an id")?)?);
    line.head.keys(&NO_KEYS)?;
    let expected = expected(line.outcome, scope, single_word("reversed"))?;
    Ok(Statement::Reverse { id, expected })
}

pub(super) fn repeat(mut line: Sentence<'_>, scope: &mut Scope<'_>) -> Read<Statement> {
    let (id, first) = scope.used_id(line.head.take("an id")?)?;
    line.head.keys(&NO_KEYS)?;
    let expected = repeated(line.outcome, scope, first)?;
    Ok(Statement::Repeat { id, first, expected })
}

pub(super) fn premium(mut line: Sentence<'_>, scope: &mut Scope<'_>) -> Read<Statement> {
    let id = scope.use_id(line.head.take("an id")?, MessageKind::Premium)?;
    let payer = scope.person(line.head.take("the payer")?)?;
    let premium = premium_keys(id, payer, line.head, scope)?;
    let expected = expected(line.outcome, scope, paid_by)?;
    Ok(Statement::Premium { premium, expected })
}

fn premium_keys(id: Id, payer: Name, words: Cursor<'_>, scope: &Scope<'_>) -> Read<Premium> {
    const KEYS: Keywords = Keywords::of(&["for", "plan", "year", "amount"]);
    let keys = words.keys(&KEYS)?;
    Ok(Premium {
        id,
        payer,
        insured: keys.required("for", |word| scope.person(word))?,
        plan: keys.required("plan", plan)?,
        year: keys.required("year", year)?,
        amount: keys.required("amount", amount)?,
    })
}

/// A plan; only here may a text in quotes have blanks, for the names of products have.
fn plan(word: Word<'_>) -> Read<Plan> {
    if word.is("resident") {
        return Ok(Plan::Resident);
    }
    if word.is("long-term-care") {
        return Ok(Plan::LongTermCare);
    }
    if !word.quoted {
        return name(word).map(|text| Plan::Product(text.to_owned()));
    }
    if word.text.trim().is_empty() {
        return Err(not_a(word, "the name of a plan"));
    }
    Ok(Plan::Product(word.text.to_owned()))
}

pub(super) fn balance(mut line: Sentence<'_>, scope: &mut Scope<'_>) -> Read<Statement> {
    let person = scope.person(line.head.take("the person's name")?)?;
    line.head.keys(&NO_KEYS)?;
    let expected = expected(line.outcome, scope, account_balance)?;
    Ok(Statement::Balance { person, expected })
}

pub(super) fn notices(mut line: Sentence<'_>, scope: &mut Scope<'_>) -> Read<Statement> {
    let person = scope.person(line.head.take("the person's name")?)?;
    line.head.keys(&NO_KEYS)?;
    let expected = expected(line.outcome, scope, notices_sent)?;
    Ok(Statement::Notices { person, expected })
}

pub(super) fn used(mut line: Sentence<'_>, scope: &mut Scope<'_>) -> Read<Statement> {
    let pair = sponsor_first(&mut line.head, scope)?;
    line.head.keys(&NO_KEYS)?;
    let expected = expected(line.outcome, scope, use_of_binding)?;
    Ok(Statement::Used { pair, expected })
}
