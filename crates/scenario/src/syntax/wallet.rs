//! Statements about the wallet and about clearing between areas.

use super::ast::{MessageKind, Statement};
use super::cursor::Keywords;
use super::error::Read;
use super::families::sponsor_first;
use super::outcome::{Sentence, cleared, expected, frozen_amount, single_word, wallet_amount};
use super::scope::Scope;
use super::values::{amount, area, keyword, month};

const NO_KEYS: Keywords = Keywords::of(&[]);

pub(super) fn wallet(mut line: Sentence<'_>, scope: &mut Scope<'_>) -> Read<Statement> {
    const KEYS: Keywords = Keywords::of(&["place"]);
    let person = scope.person(line.head.take("the person's name")?)?;
    keyword(line.head.take("`open`")?, "open")?;
    let place = line.head.keys(&KEYS)?.optional("place", area)?;
    let expected = expected(line.outcome, scope, single_word("open"))?;
    Ok(Statement::Wallet { person, place, expected })
}

pub(super) fn quota(mut line: Sentence<'_>, scope: &mut Scope<'_>) -> Read<Statement> {
    let pair = sponsor_first(&mut line.head, scope)?;
    let amount = amount(line.head.take("an amount")?)?;
    line.head.keys(&NO_KEYS)?;
    let expected = expected(line.outcome, scope, frozen_amount)?;
    Ok(Statement::Quota { pair, amount, expected })
}

pub(super) fn transfer(mut line: Sentence<'_>, scope: &mut Scope<'_>) -> Read<Statement> {
    let id = scope.use_id(line.head.take("an id")?, MessageKind::Transfer)?;
    let pair = sponsor_first(&mut line.head, scope)?;
    let amount = amount(line.head.take("an amount")?)?;
    line.head.keys(&NO_KEYS)?;
    let expected = expected(line.outcome, scope, single_word("pending"))?;
    Ok(Statement::Transfer { id, pair, amount, expected })
}

pub(super) fn accept(mut line: Sentence<'_>, scope: &mut Scope<'_>) -> Read<Statement> {
    let (id, _) = scope.used_id(line.head.take("an id")?)?;
    line.head.keys(&NO_KEYS)?;
    let expected = expected(line.outcome, scope, single_word("accepted"))?;
    Ok(Statement::Accept { id, expected })
}

pub(super) fn cancel(mut line: Sentence<'_>, scope: &mut Scope<'_>) -> Read<Statement> {
    let (id, _) = scope.used_id(line.head.take("an id")?)?;
    line.head.keys(&NO_KEYS)?;
    let expected = expected(line.outcome, scope, single_word("cancelled"))?;
    Ok(Statement::Cancel { id, expected })
}

pub(super) fn wallet_balance(mut line: Sentence<'_>, scope: &mut Scope<'_>) -> Read<Statement> {
    let person = scope.person(line.head.take("the person's name")?)?;
    line.head.keys(&NO_KEYS)?;
    let expected = expected(line.outcome, scope, wallet_amount)?;
    Ok(Statement::WalletBalance { person, expected })
}

pub(super) fn clearing(mut line: Sentence<'_>, scope: &mut Scope<'_>) -> Read<Statement> {
    let month = month(line.head.take("a month")?)?;
    line.head.keys(&NO_KEYS)?;
    let expected = expected(line.outcome, scope, cleared)?;
    Ok(Statement::Clearing { month, expected })
}
