//! The form of the scenario language: from the bytes of a file to typed statements.
//!
//! A file is read line by line; every line stands alone but for the names, ids and the
//! time that the lines above have made known. Either the whole file is well formed or
//! every faulty line is reported. Nothing is executed and no rule of any area is known
//! here; whether a word names a known code is asked of the caller.

mod ast;
mod cursor;
mod error;
mod expected;
mod families;
mod lexer;
mod money;
mod nearest;
mod outcome;
mod scope;
mod values;
mod vocabulary;
mod wallet;
mod world;

pub use ast::{
    Answer, Bind, Code, Id, Institution, LimitChange, Limits, Line, MessageKind, Name, Pair, Person, Plan, Premium,
    Purpose, Scenario, Statement, Using, Visit,
};
pub use error::SyntaxError;
pub use expected::{
    AskedState, BalanceExpected, ClearingExpected, Expected, NoticeExpected, Owes, RepeatExpected, SettlementExpected,
    UsedExpected,
};
pub use vocabulary::{
    BindingState, Channel, Designated, InstitutionKind, Kind, LinkState, Part, Proof, Relation, Scheme, Sex, Side,
    Status, TraitWord, Verdict, Vocabulary, only_at,
};

use cursor::Cursor;
use error::Read;
use lexer::{Word, Words};
use outcome::Sentence;
use scope::Scope;

/// Reads a scenario file.
///
/// `file_name` is used in messages only. `known_code` says which codes of reasons,
/// refusals and notices (those that begin with `N_`) exist.
///
/// # Errors
///
/// The first fault of every faulty line, in the order of the lines.
pub fn parse(file_name: &str, bytes: &[u8], known_code: &dyn Fn(&str) -> bool) -> Result<Scenario, Vec<SyntaxError>> {
    let mut scope = Scope::new(known_code);
    let mut order = Order::BeforeClock;
    let mut lines = Vec::new();
    let mut errors = Vec::new();
    for (number, raw) in (1..).zip(lexer::lines(bytes)) {
        match read_line(raw, &mut order, &mut scope) {
            Ok(None) => {}
            Ok(Some(line)) => lines.push(Line { number, ..line }),
            Err(fault) => {
                errors.push(fault.in_line(file_name, number, &String::from_utf8_lossy(raw)));
            }
        }
    }
    if errors.is_empty() { Ok(Scenario { file: file_name.to_owned(), lines }) } else { Err(errors) }
}

/// Whether the time is set yet. A missing clock is reported at the first line that needs
/// it, not at all that follow.
#[derive(PartialEq, Eq)]
enum Order {
    BeforeClock,
    Running,
}

fn read_line(raw: &[u8], order: &mut Order, scope: &mut Scope<'_>) -> Read<Option<Line>> {
    let text = lexer::text_of(raw)?;
    let words = lexer::words_of(text)?;
    let Some(verb) = words.words.first().copied() else {
        return Ok(None);
    };
    let reader = reader_of(verb)?;
    let (head, outcome) = split(&words);
    let expectation = outcome.as_ref().map(|_| expectation_text(text, &words));
    let statement = reader.read(Sentence { head, outcome }, &words, scope);
    refuse_before_clock(verb, order)?;
    Ok(Some(Line { number: 0, source: text.to_owned(), expectation, statement: statement? }))
}

fn refuse_before_clock(verb: Word<'_>, order: &mut Order) -> Read<()> {
    if *order == Order::Running || verb.is("area") {
        return Ok(());
    }
    *order = Order::Running;
    if verb.is("clock") {
        return Ok(());
    }
    Err(verb
        .fault(format!("`{}` stands before the first `clock`", verb.text))
        .help("set the time first, like `clock 2025-03-08T10:00`"))
}

/// The words between verb and arrow, and those after the arrow.
fn split<'a>(words: &Words<'a>) -> (Cursor<'a>, Option<Cursor<'a>>) {
    let rest = &words.words[1..];
    let Some(arrow) = rest.iter().position(|word| word.is(ARROW)) else {
        return (Cursor::new(rest, words.end), None);
    };
    let before = words.words[arrow];
    let head = Cursor::new(&rest[..arrow], before.column + before.width());
    (head, Some(Cursor::new(&rest[arrow + 1..], words.end)))
}

fn expectation_text(line: &str, words: &Words<'_>) -> String {
    let mut after = words.words.iter().skip_while(|word| !word.is(ARROW)).skip(1);
    let Some(first) = after.next() else {
        return String::new();
    };
    let from = first.column as usize - 1;
    line.chars().take(words.end as usize - 1).skip(from).collect()
}

const ARROW: &str = "=>";

type ReadWorld = fn(Cursor<'_>, &mut Scope<'_>) -> Read<Statement>;
type ReadActed = fn(Sentence<'_>, &mut Scope<'_>) -> Read<Statement>;

/// How a statement is read.
#[derive(Clone, Copy)]
enum Reader {
    /// It has no outcome.
    World(ReadWorld),
    /// It has one, which may be expected.
    Acted(ReadActed),
}

impl Reader {
    fn read(self, line: Sentence<'_>, words: &Words<'_>, scope: &mut Scope<'_>) -> Read<Statement> {
        match self {
            Self::Acted(read) => read(line, scope),
            Self::World(read) => {
                let statement = read(line.head, scope)?;
                match words.words.iter().find(|word| word.is(ARROW)) {
                    None => Ok(statement),
                    Some(arrow) => Err(arrow
                        .fault(format!("`{}` has no outcome to expect", words.words[0].text))
                        .help("leave out => and what follows it")),
                }
            }
        }
    }
}

fn reader_of(verb: Word<'_>) -> Read<Reader> {
    let found = VERBS.iter().find(|(name, _)| verb.is(name));
    found.map(|(_, reader)| *reader).ok_or_else(|| {
        let names = VERBS.iter().map(|(name, _)| *name);
        verb.fault(format!("`{}` is not a statement", verb.text)).help(nearest::suggestion(verb.text, names))
    })
}

const VERBS: [(&str, Reader); 38] = [
    ("clock", Reader::World(world::clock)),
    ("area", Reader::World(world::default_area)),
    ("person", Reader::World(world::person)),
    ("account", Reader::World(world::account)),
    ("institution", Reader::World(world::institution)),
    ("status", Reader::World(world::status)),
    ("move", Reader::World(world::moves)),
    ("freeze", Reader::World(world::freeze)),
    ("unfreeze", Reader::World(world::unfreeze)),
    ("filing", Reader::World(world::filing)),
    ("credit", Reader::World(world::credit)),
    ("year-end", Reader::World(world::year_end)),
    ("link", Reader::World(world::link)),
    ("bind", Reader::Acted(families::bind)),
    ("consent", Reader::Acted(families::consent)),
    ("review", Reader::Acted(families::review)),
    ("limit", Reader::Acted(families::limit)),
    ("pause", Reader::Acted(families::pause)),
    ("resume", Reader::Acted(families::resume)),
    ("unbind", Reader::Acted(families::unbind)),
    ("order", Reader::Acted(families::order)),
    ("family-code", Reader::Acted(families::family_code)),
    ("binding", Reader::Acted(families::binding)),
    ("preview", Reader::Acted(money::preview)),
    ("settle", Reader::Acted(money::settle)),
    ("reverse", Reader::Acted(money::reverse)),
    ("repeat", Reader::Acted(money::repeat)),
    ("premium", Reader::Acted(money::premium)),
    ("balance", Reader::Acted(money::balance)),
    ("notices", Reader::Acted(money::notices)),
    ("used", Reader::Acted(money::used)),
    ("wallet", Reader::Acted(wallet::wallet)),
    ("quota", Reader::Acted(wallet::quota)),
    ("transfer", Reader::Acted(wallet::transfer)),
    ("accept", Reader::Acted(wallet::accept)),
    ("cancel", Reader::Acted(wallet::cancel)),
    ("wallet-balance", Reader::Acted(wallet::wallet_balance)),
    ("clearing", Reader::Acted(wallet::clearing)),
];
