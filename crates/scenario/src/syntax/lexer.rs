//! From bytes to lines and from a line to words.
//!
//! A word is a run of characters without blanks, or a text in double quotes. There are
//! no escapes and nothing goes on in the next line, so that every line stands alone.

use super::error::{Fault, Read};

/// One word of a line; `text` is without the quotes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Word<'a> {
    pub text: &'a str,
    /// Where it begins, in characters from 1.
    pub column: u32,
    pub quoted: bool,
}

impl Word<'_> {
    /// Whether this is the given word of the language; a quoted text never is.
    pub fn is(self, text: &str) -> bool {
        !self.quoted && self.text == text
    }

    /// How many characters it takes up, quotes included.
    pub fn width(self) -> u32 {
        let quotes = if self.quoted { 2 } else { 0 };
        character_count(self.text) + quotes
    }

    /// A fault that covers this word.
    pub fn fault(self, message: impl Into<String>) -> Fault {
        Fault { width: self.width(), ..Fault::at(self.column, message) }
    }
}

/// The words of a line and the column after the last of them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Words<'a> {
    pub words: Vec<Word<'a>>,
    pub end: u32,
}

/// The lines of a file as bytes, without byte order mark and line ends.
pub(super) fn lines(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let body = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    body.split(|byte| *byte == b'\n').map(without_carriage_returns)
}

fn without_carriage_returns(line: &[u8]) -> &[u8] {
    let kept = line.iter().rposition(|byte| *byte != b'\r').map_or(0, |last| last + 1);
    &line[..kept]
}

/// The line as text; what is not UTF-8 is a fault at the first such byte.
pub(super) fn text_of(line: &[u8]) -> Read<&str> {
    std::str::from_utf8(line).map_err(|error| {
        let good = String::from_utf8_lossy(&line[..error.valid_up_to()]);
        let byte = line[error.valid_up_to()];
        let message = format!("this is not UTF-8: byte 0x{byte:02X}");
        Fault { width: 1, ..Fault::at(character_count(&good) + 1, message) }.help("save the file in the encoding UTF-8")
    })
}

/// Splits a line into words and drops the comment.
pub(super) fn words_of(line: &str) -> Read<Words<'_>> {
    let mut found = Words { words: Vec::new(), end: 1 };
    let mut rest = Rest { text: line, column: 1 };
    while rest.skip_blanks() {
        let word = rest.take_word()?;
        found.end = rest.column;
        found.words.push(word);
    }
    Ok(found)
}

/// What of the line is not yet split.
struct Rest<'a> {
    text: &'a str,
    column: u32,
}

impl<'a> Rest<'a> {
    /// Goes to the next word; false at the end or at a comment.
    fn skip_blanks(&mut self) -> bool {
        let blanks = self.text.find(|c| !is_blank(c)).unwrap_or(self.text.len());
        self.advance(blanks);
        !self.text.is_empty() && !self.text.starts_with('#')
    }

    fn take_word(&mut self) -> Read<Word<'a>> {
        if self.text.starts_with('"') { self.take_quoted() } else { self.take_plain() }
    }

    fn take_quoted(&mut self) -> Read<Word<'a>> {
        let column = self.column;
        let inside = &self.text[1..];
        let Some(length) = inside.find('"') else {
            let fault = Fault::at(column, "this quote is not closed on its line");
            return Err(Fault { width: 1, ..fault }.help("close the text with \""));
        };
        self.advance(length + 2);
        let word = Word { text: &inside[..length], column, quoted: true };
        match self.text.chars().next() {
            Some(next) if !is_blank(next) && next != '#' => {
                Err(Fault::at(self.column, format!("found `{next}` directly after a quoted text"))
                    .help("put a blank after the closing quote"))
            }
            _ => Ok(word),
        }
    }

    fn take_plain(&mut self) -> Read<Word<'a>> {
        let column = self.column;
        let length = self.text.find(|c| is_blank(c) || c == '#' || c == '"').unwrap_or(self.text.len());
        let word = Word { text: &self.text[..length], column, quoted: false };
        refuse_odd_characters(word)?;
        self.advance(length);
        if self.text.starts_with('"') {
            return Err(Fault::at(self.column, "found `\"` inside a word").help("put a blank before the opening quote"));
        }
        Ok(word)
    }

    fn advance(&mut self, bytes: usize) {
        self.column += character_count(&self.text[..bytes]);
        self.text = &self.text[bytes..];
    }
}

/// What an input method for Chinese easily puts where the language wants ASCII.
const LOOK_ALIKES: [(char, &str); 7] = [
    ('\u{201C}', "a Chinese quotation mark; write \""),
    ('\u{201D}', "a Chinese quotation mark; write \""),
    ('\u{FF03}', "a full-width number sign; write #"),
    ('\u{FF0C}', "a full-width comma; write ,"),
    ('\u{FF0E}', "a full-width full stop; write ."),
    ('\u{FFE5}', "a currency sign; amounts are written like 88.50"),
    ('\u{00A5}', "a currency sign; amounts are written like 88.50"),
];

fn refuse_odd_characters(word: Word<'_>) -> Read<()> {
    for (column, character) in (word.column..).zip(word.text.chars()) {
        let fault = |message: String| Fault { width: 1, ..Fault::at(column, message) };
        let code = u32::from(character);
        if character.is_whitespace() || character == '\u{FEFF}' {
            return Err(fault(format!("found U+{code:04X}, a blank that is none here"))
                .help("separate words by spaces or tabs"));
        }
        if character.is_control() {
            return Err(fault(format!("found the control character U+{code:04X}")));
        }
        if let Some((_, what)) = LOOK_ALIKES.iter().find(|(known, _)| *known == character) {
            return Err(fault(format!("found `{character}`")).help(format!("this is {what}")));
        }
    }
    Ok(())
}

fn is_blank(character: char) -> bool {
    character == ' ' || character == '\t'
}

/// Length in characters; lines are far shorter than `u32::MAX`, longer ones saturate.
pub(super) fn character_count(text: &str) -> u32 {
    u32::try_from(text.chars().count()).unwrap_or(u32::MAX)
}
