//! Reading what stands after `=>`. Every outcome may be `refused CODE` instead; what
//! cannot be an outcome of the statement is an error of form.

use gongji_words::Fen;

use super::ast::{MessageKind, Name};
use super::cursor::Cursor;
use super::error::{Fault, Read};
use super::expected::{
    AskedState, BalanceExpected, ClearingExpected, Expected, NoticeExpected, Owes, RepeatExpected, SettlementExpected,
    UsedExpected,
};
use super::lexer::Word;
use super::nearest::{nearest, suggestion};
use super::scope::Scope;
use super::values::{amount, area, count, keyword};
use super::vocabulary::{BindingState, Vocabulary};

/// A statement after its verb: the words up to `=>`, and those after it if it stands.
pub(super) struct Sentence<'a> {
    pub head: Cursor<'a>,
    pub outcome: Option<Cursor<'a>>,
}

/// Reads an outcome where one is written: a refusal, or what `read` makes of it.
pub(super) fn expected<'a, T>(
    outcome: Option<Cursor<'a>>,
    scope: &Scope<'_>,
    read: impl FnOnce(&mut Cursor<'a>, &Scope<'_>) -> Read<T>,
) -> Read<Option<Expected<T>>> {
    let Some(mut words) = outcome else {
        return Ok(None);
    };
    let first = words.peek().ok_or_else(|| words.missing("what is expected after =>"))?;
    let expected = if first.is("refused") {
        words.take("the word `refused`")?;
        Expected::Refused(scope.code(words.take("the code after `refused`")?)?)
    } else {
        Expected::Done(read(&mut words, scope)?)
    };
    words.finish()?;
    Ok(Some(expected))
}

/// The one word that the statement can answer.
pub(super) fn single_word(answer: &'static str) -> impl FnOnce(&mut Cursor<'_>, &Scope<'_>) -> Read<()> {
    move |words, _| {
        let word = words.take(answer)?;
        if word.is(answer) {
            return Ok(());
        }
        Err(no_outcome(word, word.text).help(format!("write `{answer}` or `refused CODE`")))
    }
}

/// For a statement that answers nothing when it is done.
pub(super) fn nothing_but_refusal(words: &mut Cursor<'_>, _: &Scope<'_>) -> Read<()> {
    let word = words.take("`refused`")?;
    Err(no_outcome(word, word.text).help("only `refused CODE` can be expected here"))
}

/// One of the states that the statement can lead to.
pub(super) fn binding_state(words: &mut Cursor<'_>, admitted: &[BindingState]) -> Read<BindingState> {
    let (word, text) = state_text(words)?;
    let found = admitted.iter().copied().find(|state| state.word() == text);
    found.ok_or_else(|| {
        let words: Vec<&str> = admitted.iter().map(|state| state.word()).collect();
        let help = match nearest(&text, &words) {
            Some(word) => format!("did you mean `{word}`?"),
            None => format!("write one of: {}, refused CODE", words.join(", ")),
        };
        no_outcome(word, &text).help(help)
    })
}

/// Any state of a binding, or `none`.
pub(super) fn asked_state(words: &mut Cursor<'_>, _: &Scope<'_>) -> Read<AskedState> {
    if words.peek().is_some_and(|word| word.is("none")) {
        words.take("`none`")?;
        return Ok(AskedState::None);
    }
    binding_state(words, BindingState::ALL).map(AskedState::Is)
}

/// A state of one word, or `pending` with what is awaited.
fn state_text<'a>(words: &mut Cursor<'a>) -> Read<(Word<'a>, String)> {
    let word = words.take("a state")?;
    if !word.is("pending") {
        return Ok((word, word.text.to_owned()));
    }
    let awaited = words.take("`consent` or `review` after `pending`")?;
    if awaited.is("consent") || awaited.is("review") {
        return Ok((word, format!("pending {}", awaited.text)));
    }
    let help = suggestion(awaited.text, ["consent", "review"].into_iter());
    Err(no_outcome(awaited, &format!("pending {}", awaited.text)).help(help))
}

/// The pieces of a settlement, each once but `by`, in any order.
pub(super) fn settlement(words: &mut Cursor<'_>, scope: &Scope<'_>) -> Read<SettlementExpected> {
    let mut found = SettlementExpected::default();
    while let Some(key) = words.take_if_any() {
        match unquoted(key) {
            "own" => fill(&mut found.own, key, amount_after(key, words)?)?,
            "aid" => fill(&mut found.aid, key, amount_after(key, words)?)?,
            "wallet" => fill(&mut found.wallet, key, amount_after(key, words)?)?,
            "cash" => fill(&mut found.cash, key, amount_after(key, words)?)?,
            "by" => {
                let sponsor = scope.person(words.take("the sponsor after `by`")?)?;
                found.by.push((sponsor, amount_after(key, words)?));
            }
            "reason" => {
                let code = scope.code(words.take("the code after `reason`")?)?;
                fill(&mut found.reason, key, code)?;
            }
            _ => {
                return Err(unknown(key, &["own", "aid", "wallet", "cash", "by", "reason"]));
            }
        }
    }
    Ok(found)
}

/// What the first message with the id can have answered.
pub(super) fn repeated(
    outcome: Option<Cursor<'_>>,
    scope: &Scope<'_>,
    first: MessageKind,
) -> Read<Option<RepeatExpected>> {
    Ok(match first {
        MessageKind::Settlement => expected(outcome, scope, settlement)?.map(RepeatExpected::Settlement),
        MessageKind::Premium => expected(outcome, scope, paid_by)?.map(RepeatExpected::Premium),
        MessageKind::Transfer => expected(outcome, scope, single_word("pending"))?.map(RepeatExpected::Transfer),
    })
}

/// `paid by NAME`.
pub(super) fn paid_by(words: &mut Cursor<'_>, scope: &Scope<'_>) -> Read<Name> {
    let word = words.take("`paid`")?;
    if !word.is("paid") {
        return Err(unknown(word, &["paid", "refused"]));
    }
    keyword(words.take("`by` after `paid`")?, "by")?;
    scope.person(words.take("the name after `by`")?)
}

/// `balance A [available A] [frozen A]`.
pub(super) fn account_balance(words: &mut Cursor<'_>, _: &Scope<'_>) -> Read<BalanceExpected> {
    let mut found = BalanceExpected::default();
    while let Some(key) = words.take_if_any() {
        let slot = match unquoted(key) {
            "balance" => &mut found.balance,
            "available" => &mut found.available,
            "frozen" => &mut found.frozen,
            _ => return Err(unknown(key, &["balance", "available", "frozen"])),
        };
        fill(slot, key, amount_after(key, words)?)?;
    }
    Ok(found)
}

/// `this-month A this-year A total A`.
pub(super) fn use_of_binding(words: &mut Cursor<'_>, _: &Scope<'_>) -> Read<UsedExpected> {
    let mut found = UsedExpected::default();
    while let Some(key) = words.take_if_any() {
        let slot = match unquoted(key) {
            "this-month" => &mut found.this_month,
            "this-year" => &mut found.this_year,
            "total" => &mut found.total,
            _ => return Err(unknown(key, &["this-month", "this-year", "total"])),
        };
        fill(slot, key, amount_after(key, words)?)?;
    }
    Ok(found)
}

/// `none`, or codes of notices, each with or without its amount.
pub(super) fn notices_sent(words: &mut Cursor<'_>, scope: &Scope<'_>) -> Read<Vec<NoticeExpected>> {
    let mut found = Vec::new();
    if words.peek().is_some_and(|word| word.is("none")) {
        words.take("`none`")?;
        return Ok(found);
    }
    while let Some(word) = words.take_if_any() {
        let code = scope.notice_code(word)?;
        let amount = match words.peek() {
            Some(next) if !begins_like_a_code(next) => Some(amount_after(word, words)?),
            _ => None,
        };
        found.push(NoticeExpected { code, amount });
    }
    Ok(found)
}

fn begins_like_a_code(word: Word<'_>) -> bool {
    word.text.starts_with(char::is_alphabetic)
}

/// `owes FROM TO A` for each pair of areas, and `matched N unmatched N`.
pub(super) fn cleared(words: &mut Cursor<'_>, _: &Scope<'_>) -> Read<ClearingExpected> {
    let mut found = ClearingExpected::default();
    while let Some(key) = words.take_if_any() {
        match unquoted(key) {
            "owes" => found.owes.push(Owes {
                from: area(words.take("the area that owes")?)?,
                to: area(words.take("the area that is owed")?)?,
                amount: amount_after(key, words)?,
            }),
            "matched" => fill(&mut found.matched, key, count_after(key, words)?)?,
            "unmatched" => fill(&mut found.unmatched, key, count_after(key, words)?)?,
            _ => return Err(unknown(key, &["owes", "matched", "unmatched"])),
        }
    }
    Ok(found)
}

/// `frozen A`.
pub(super) fn frozen_amount(words: &mut Cursor<'_>, _: &Scope<'_>) -> Read<Fen> {
    one_amount(words, "frozen")
}

/// `balance A`.
pub(super) fn wallet_amount(words: &mut Cursor<'_>, _: &Scope<'_>) -> Read<Fen> {
    one_amount(words, "balance")
}

fn one_amount(words: &mut Cursor<'_>, key: &str) -> Read<Fen> {
    let word = words.take(key)?;
    if !word.is(key) {
        return Err(unknown(word, &[key, "refused"]));
    }
    amount_after(word, words)
}

fn amount_after(key: Word<'_>, words: &mut Cursor<'_>) -> Read<Fen> {
    amount(words.take(&format!("the amount after `{}`", key.text))?)
}

fn count_after(key: Word<'_>, words: &mut Cursor<'_>) -> Read<u64> {
    count(words.take(&format!("the number after `{}`", key.text))?)
}

fn fill<T>(slot: &mut Option<T>, key: Word<'_>, value: T) -> Read<()> {
    match slot.replace(value) {
        None => Ok(()),
        Some(_) => Err(key.fault(format!("`{}` is expected twice", key.text)).help("leave one out")),
    }
}

/// The word if it can be one of the language; a quoted text never is.
fn unquoted<'a>(word: Word<'a>) -> &'a str {
    if word.quoted { "" } else { word.text }
}

fn no_outcome(word: Word<'_>, text: &str) -> Fault {
    word.fault(format!("`{text}` is not an outcome of this statement"))
}

fn unknown(word: Word<'_>, known: &[&str]) -> Fault {
    no_outcome(word, word.text).help(suggestion(word.text, known.iter().copied()))
}
