//! Reading the words of a statement one after another: first the plain words, then keys
//! with their values and flags in any order.

use super::error::{Fault, Read};
use super::lexer::Word;
use super::nearest::suggestion;

/// A place in the words of a statement or of its expectation.
#[derive(Debug, Clone)]
pub(super) struct Cursor<'a> {
    words: Vec<Word<'a>>,
    next: usize,
    end: u32,
}

impl<'a> Cursor<'a> {
    /// The words to read and the column where the next word would have to stand.
    pub fn new(words: &[Word<'a>], end: u32) -> Self {
        Self { words: words.to_vec(), next: 0, end }
    }

    /// The next word, which is called `what` in the message if it is missing.
    pub fn take(&mut self, what: &str) -> Read<Word<'a>> {
        let word = self.take_if_any().ok_or_else(|| self.missing(what))?;
        Ok(word)
    }

    /// The next word, or none at the end.
    pub fn take_if_any(&mut self) -> Option<Word<'a>> {
        let word = self.words.get(self.next).copied()?;
        self.next += 1;
        Some(word)
    }

    /// The next word without taking it.
    pub fn peek(&self) -> Option<Word<'a>> {
        self.words.get(self.next).copied()
    }

    /// Nothing more may follow.
    pub fn finish(&self) -> Read<()> {
        match self.peek() {
            None => Ok(()),
            Some(word) => Err(beyond_the_end(word)),
        }
    }

    /// The fault that something is missing at the end.
    pub fn missing(&self, what: &str) -> Fault {
        Fault::at(self.end, format!("{what} is missing"))
    }

    /// Reads all that is left as keys and flags.
    pub fn keys(mut self, known: &Keywords) -> Read<Keys<'a>> {
        let mut found = Keys { end: self.end, pairs: Vec::new(), flags: Vec::new() };
        while let Some(key) = self.take_if_any() {
            if !key.quoted && known.flags.contains(&key.text) {
                found.add_flag(key)?;
                continue;
            }
            if key.quoted || !known.keys().any(|name| name == key.text) {
                return Err(found.unknown(key, known));
            }
            let value = self
                .take_if_any()
                .ok_or_else(|| Fault::at(self.end, format!("the value of `{}` is missing", key.text)))?;
            found.add_pair(Pair { key, value }, known)?;
        }
        Ok(found)
    }
}

/// The keys and flags that a statement knows.
#[derive(Debug, Clone, Copy)]
pub(super) struct Keywords {
    /// Each at most once.
    pub once: &'static [&'static str],
    /// Any number of times.
    pub often: &'static [&'static str],
    /// Without a value.
    pub flags: &'static [&'static str],
}

impl Keywords {
    /// Keys that stand once each, and no flags.
    pub const fn of(once: &'static [&'static str]) -> Self {
        Self { once, often: &[], flags: &[] }
    }

    fn keys(&self) -> impl Iterator<Item = &'static str> {
        self.once.iter().chain(self.often).copied()
    }

    fn names(&self) -> impl Iterator<Item = &'static str> {
        self.keys().chain(self.flags.iter().copied())
    }
}

/// A key with its value.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pair<'a> {
    pub key: Word<'a>,
    pub value: Word<'a>,
}

/// The keys and flags that a statement has.
#[derive(Debug)]
pub(super) struct Keys<'a> {
    end: u32,
    pairs: Vec<Pair<'a>>,
    flags: Vec<Word<'a>>,
}

impl<'a> Keys<'a> {
    /// The value of a key, read; none where the key is not written.
    pub fn optional<T>(&self, key: &str, read: impl FnOnce(Word<'a>) -> Read<T>) -> Read<Option<T>> {
        self.all(key).next().map(read).transpose()
    }

    /// The value of a key that must be written, read.
    pub fn required<T>(&self, key: &str, read: impl FnOnce(Word<'a>) -> Read<T>) -> Read<T> {
        let value = self.optional(key, read)?;
        value.ok_or_else(|| Fault::at(self.end, format!("the key `{key}` is missing")))
    }

    /// Every value of a key, in order.
    pub fn all(&self, key: &str) -> impl Iterator<Item = Word<'a>> {
        self.pairs.iter().filter(move |pair| pair.key.text == key).map(|pair| pair.value)
    }

    /// Every key with its value, in order.
    pub fn pairs(&self) -> impl Iterator<Item = Pair<'a>> {
        self.pairs.iter().copied()
    }

    /// Whether a flag is written.
    pub fn has_flag(&self, flag: &str) -> bool {
        self.flags.iter().any(|word| word.text == flag)
    }

    /// The fault that something is missing after all keys.
    pub fn missing(&self, what: &str) -> Fault {
        Fault::at(self.end, format!("{what} is missing"))
    }

    fn add_flag(&mut self, flag: Word<'a>) -> Read<()> {
        if self.has_flag(flag.text) {
            return Err(twice(flag, "flag"));
        }
        self.flags.push(flag);
        Ok(())
    }

    fn add_pair(&mut self, pair: Pair<'a>, known: &Keywords) -> Read<()> {
        let once = known.once.contains(&pair.key.text);
        if once && self.all(pair.key.text).next().is_some() {
            return Err(twice(pair.key, "key"));
        }
        self.pairs.push(pair);
        Ok(())
    }

    /// A word that is no key. Where the value before it is one, that value was forgotten
    /// and every word since is off by one: that is what the writer must be told.
    fn unknown(&self, word: Word<'_>, known: &Keywords) -> Fault {
        if let Some(last) = self.pairs.last()
            && known.keys().any(|key| last.value.is(key))
        {
            let (key, value) = (last.key.text, last.value.text);
            return last.value.fault(format!("the value of `{key}` is missing: found the key `{value}`"));
        }
        if known.names().next().is_none() {
            return beyond_the_end(word);
        }
        let fault = word.fault(format!("`{}` is not a key of this statement", word.text));
        if self.pairs.last().is_some_and(|last| last.value.text.ends_with(',')) {
            return fault.help("a list has commas between its words and no blanks");
        }
        fault.help(suggestion(word.text, known.names()))
    }
}

fn beyond_the_end(word: Word<'_>) -> Fault {
    word.fault(format!("found `{}` where the statement should end", word.text))
        .help("one statement a line; a comment begins with #")
}

fn twice(word: Word<'_>, what: &str) -> Fault {
    word.fault(format!("the {what} `{}` stands twice", word.text))
        .help(format!("each {what} stands once; leave one out"))
}
