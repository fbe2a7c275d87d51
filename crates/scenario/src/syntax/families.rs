//! Statements about bindings: who shares his personal account with whom, and how far.

use gongji_words::Fen;

use super::ast::{Answer, Bind, LimitChange, Limits, Name, Pair, Purpose, Statement};
use super::cursor::{Cursor, Keys, Keywords};
use super::error::Read;
use super::lexer::{Word, character_count};
use super::nearest::suggestion;
use super::outcome::{Sentence, asked_state, binding_state, expected, nothing_but_refusal, single_word};
use super::scope::Scope;
use super::values::{amount, choice, day};
use super::vocabulary::{BindingState, Kind, Side, Verdict};

const NO_KEYS: Keywords = Keywords::of(&[]);

pub(super) fn bind(mut line: Sentence<'_>, scope: &mut Scope<'_>) -> Read<Statement> {
    const STATES: [BindingState; 4] =
        [BindingState::Active, BindingState::PendingConsent, BindingState::PendingReview, BindingState::Scheduled];
    let pair = sponsor_first(&mut line.head, scope)?;
    let bind = bind_keys(pair, line.head)?;
    let expected = expected(line.outcome, scope, |words, _| binding_state(words, &STATES))?;
    Ok(Statement::Bind { bind, expected })
}

fn bind_keys(pair: Pair, words: Cursor<'_>) -> Read<Bind> {
    const KEYS: Keywords = Keywords::of(&[
        "relation",
        "from",
        "until",
        "quota",
        "per-settlement",
        "per-day",
        "per-month",
        "per-year",
        "for",
        "proof",
        "channel",
    ]);
    let keys = words.keys(&KEYS)?;
    Ok(Bind {
        pair,
        relation: keys.required("relation", choice)?,
        from: keys.optional("from", day)?,
        until: keys.optional("until", day)?,
        limits: limits(&keys, amount)?,
        purposes: keys.optional("for", purposes)?.unwrap_or_default(),
        proof: keys.optional("proof", choice)?,
        channel: keys.optional("channel", choice)?,
    })
}

pub(super) fn consent(mut line: Sentence<'_>, scope: &mut Scope<'_>) -> Read<Statement> {
    const KEYS: Keywords = Keywords { once: &[], often: &[], flags: &["no"] };
    const STATES: [BindingState; 4] =
        [BindingState::Active, BindingState::Scheduled, BindingState::PendingReview, BindingState::Ended];
    let beneficiary = scope.person(line.head.take("the beneficiary")?)?;
    let sponsor = scope.person(line.head.take("the sponsor")?)?;
    let keys = line.head.keys(&KEYS)?;
    let answer = if keys.has_flag("no") { Answer::No } else { Answer::Yes };
    let expected = expected(line.outcome, scope, |words, _| binding_state(words, &STATES))?;
    Ok(Statement::Consent { pair: Pair { sponsor, beneficiary }, answer, expected })
}

pub(super) fn review(mut line: Sentence<'_>, scope: &mut Scope<'_>) -> Read<Statement> {
    const STATES: [BindingState; 4] =
        [BindingState::Active, BindingState::Scheduled, BindingState::Rejected, BindingState::Returned];
    let pair = sponsor_first(&mut line.head, scope)?;
    let verdict: Verdict = choice(line.head.take("approve, reject or return")?)?;
    line.head.keys(&NO_KEYS)?;
    let expected = expected(line.outcome, scope, |words, _| binding_state(words, &STATES))?;
    Ok(Statement::Review { pair, verdict, expected })
}

pub(super) fn limit(mut line: Sentence<'_>, scope: &mut Scope<'_>) -> Read<Statement> {
    const KEYS: Keywords = Keywords::of(&["quota", "per-settlement", "per-day", "per-month", "per-year"]);
    let pair = sponsor_first(&mut line.head, scope)?;
    let keys = line.head.keys(&KEYS)?;
    if keys.pairs().next().is_none() {
        return Err(keys
            .missing("an amount to change")
            .help("write at least one of: quota, per-settlement, per-day, per-month, per-year"));
    }
    let limits = limits(&keys, limit_change)?;
    let expected = expected(line.outcome, scope, single_word("changed"))?;
    Ok(Statement::Limit { pair, limits, expected })
}

pub(super) fn pause(mut line: Sentence<'_>, scope: &mut Scope<'_>) -> Read<Statement> {
    let pair = sponsor_first(&mut line.head, scope)?;
    line.head.keys(&NO_KEYS)?;
    let states = [BindingState::Paused];
    let expected = expected(line.outcome, scope, |words, _| binding_state(words, &states))?;
    Ok(Statement::Pause { pair, expected })
}

pub(super) fn resume(mut line: Sentence<'_>, scope: &mut Scope<'_>) -> Read<Statement> {
    let pair = sponsor_first(&mut line.head, scope)?;
    line.head.keys(&NO_KEYS)?;
    let states = [BindingState::Active];
    let expected = expected(line.outcome, scope, |words, _| binding_state(words, &states))?;
    Ok(Statement::Resume { pair, expected })
}

pub(super) fn unbind(mut line: Sentence<'_>, scope: &mut Scope<'_>) -> Read<Statement> {
    const KEYS: Keywords = Keywords::of(&["by"]);
    const STATES: [BindingState; 2] = [BindingState::Ended, BindingState::Ending];
    let pair = sponsor_first(&mut line.head, scope)?;
    let keys = line.head.keys(&KEYS)?;
    let by = keys.optional("by", choice)?.unwrap_or(Side::Sponsor);
    let expected = expected(line.outcome, scope, |words, _| binding_state(words, &STATES))?;
    Ok(Statement::Unbind { pair, by, expected })
}

pub(super) fn order(mut line: Sentence<'_>, scope: &mut Scope<'_>) -> Read<Statement> {
    let beneficiary = scope.person(line.head.take("the beneficiary")?)?;
    let first = line.head.take("a sponsor")?;
    let mut sponsors: Vec<Name> = vec![scope.person(first)?];
    while let Some(word) = line.head.take_if_any() {
        let sponsor = scope.person(word)?;
        if sponsors.contains(&sponsor) {
            return Err(word.fault(format!("the sponsor `{sponsor}` stands twice")));
        }
        sponsors.push(sponsor);
    }
    let expected = expected(line.outcome, scope, nothing_but_refusal)?;
    Ok(Statement::Order { beneficiary, sponsors, expected })
}

pub(super) fn family_code(mut line: Sentence<'_>, scope: &mut Scope<'_>) -> Read<Statement> {
    let holder = scope.person(line.head.take("the holder")?)?;
    let member = scope.person(line.head.take("the member")?)?;
    line.head.keys(&NO_KEYS)?;
    let expected = expected(line.outcome, scope, single_word("shown"))?;
    Ok(Statement::FamilyCode { holder, member, expected })
}

pub(super) fn binding(mut line: Sentence<'_>, scope: &mut Scope<'_>) -> Read<Statement> {
    let pair = sponsor_first(&mut line.head, scope)?;
    line.head.keys(&NO_KEYS)?;
    let expected = expected(line.outcome, scope, asked_state)?;
    Ok(Statement::Binding { pair, expected })
}

/// The two words `SPONSOR BENEFICIARY`.
pub(super) fn sponsor_first(words: &mut Cursor<'_>, scope: &Scope<'_>) -> Read<Pair> {
    let sponsor = scope.person(words.take("the sponsor")?)?;
    let beneficiary = scope.person(words.take("the beneficiary")?)?;
    Ok(Pair { sponsor, beneficiary })
}

fn limits<T>(keys: &Keys<'_>, read: impl Fn(Word<'_>) -> Read<T>) -> Read<Limits<T>> {
    Ok(Limits {
        quota: keys.optional("quota", &read)?,
        per_settlement: keys.optional("per-settlement", &read)?,
        per_day: keys.optional("per-day", &read)?,
        per_month: keys.optional("per-month", &read)?,
        per_year: keys.optional("per-year", &read)?,
    })
}

fn limit_change(word: Word<'_>) -> Read<LimitChange> {
    if word.is("none") {
        return Ok(LimitChange::Lift);
    }
    let set: Fen = amount(word)?;
    Ok(LimitChange::Set(set))
}

/// A list of purposes with commas between them and no blanks.
fn purposes(word: Word<'_>) -> Read<Vec<Purpose>> {
    let mut found: Vec<Purpose> = Vec::new();
    let mut column = word.column;
    for text in word.text.split(',') {
        let piece = Word { text, column, quoted: word.quoted };
        let purpose = purpose(piece)?;
        if found.contains(&purpose) {
            return Err(piece.fault(format!("the purpose `{text}` stands twice")));
        }
        found.push(purpose);
        column += character_count(text) + 1;
    }
    Ok(found)
}

fn purpose(word: Word<'_>) -> Read<Purpose> {
    if word.text.is_empty() {
        return Err(word
            .fault("a purpose is missing")
            .help("write purposes with commas and no blanks, like outpatient,premium"));
    }
    if word.is("premium") {
        return Ok(Purpose::Premium);
    }
    let kind = Kind::ALL.iter().copied().find(|kind| word.is(kind.word()));
    kind.map(Purpose::Visit).ok_or_else(|| {
        let names = Kind::ALL.iter().map(|kind| kind.word()).chain(std::iter::once("premium"));
        word.fault(format!("`{}` is not a purpose", word.text)).help(suggestion(word.text, names))
    })
}
