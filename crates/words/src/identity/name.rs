//! Names of persons, in one spelling per name.

use std::fmt;

/// The dot between the parts of a name (U+00B7), as the resident registers write it.
const DOT: char = '·';
/// What people and systems type for it: U+2027, U+2022, U+30FB, U+FF65, U+FF0E, U+2219, U+22C5 and U+002E.
const DOTS: [char; 8] = ['‧', '•', '・', '･', '．', '∙', '⋅', '.'];
/// The dot between the syllables of Tibetan (U+0F0B), which may end a name, too.
const TSHEG: char = '\u{f0b}';
const LONGEST: usize = 50;
/// 〇 is a letter of names, though Unicode counts it among the numbers.
const HAN_ZERO: char = '〇';

/// A person's name of 1 to 50 characters, dots and apostrophes in their one spelling.
///
/// Every dot becomes `·`, with one exception: an ASCII dot between a Latin letter and a space (`J. Smith`)
/// is the period of an initial and stays.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PersonName(String);

impl PersonName {
    /// Reads a name in letters of any script, with single spaces, hyphens, apostrophes or dots between them.
    ///
    /// # Errors
    /// [`NameError`], which never repeats the name.
    pub fn parse(text: &str) -> Result<PersonName, NameError> {
        let name = normalised(text);
        match name.len() {
            0 => return Err(NameError::Empty),
            1..=LONGEST => (),
            found => return Err(NameError::TooLong { found }),
        }
        check_characters(&name)?;
        check_separators(&name)?;
        Ok(PersonName(name.into_iter().collect()))
    }

    /// The full name: to compare, to encrypt, or to show to who may see it.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

fn normalised(text: &str) -> Vec<char> {
    let characters: Vec<char> = text.chars().collect();
    let at = |place: usize| characters.get(place).copied().unwrap_or_default();
    let period =
        |place: usize| place > 0 && at(place) == '.' && at(place - 1).is_ascii_alphabetic() && at(place + 1) == ' ';
    let one_spelling = |(place, character): (usize, &char)| match *character {
        '.' if period(place) => '.',
        dot if DOTS.contains(&dot) => DOT,
        '’' => '\'',
        '‐' | '‑' => '-',
        other => other,
    };
    characters.iter().enumerate().map(one_spelling).collect()
}

fn is_separator(character: char) -> bool {
    matches!(character, DOT | TSHEG | ' ' | '-' | '\'')
}

/// Signs that shape letters of Mongolian and are none themselves: variation selectors and the vowel separator.
fn is_shaping(character: char) -> bool {
    matches!(character, '\u{180b}'..='\u{180f}')
}

fn check_characters(name: &[char]) -> Result<(), NameError> {
    for (place, character) in name.iter().copied().enumerate() {
        let position = place + 1;
        if character.is_numeric() && character != HAN_ZERO {
            return Err(NameError::Digit { position });
        }
        if !character.is_alphabetic() && !is_separator(character) && !is_shaping(character) && character != '.' {
            return Err(NameError::Character { position });
        }
    }
    Ok(())
}

fn check_separators(name: &[char]) -> Result<(), NameError> {
    let is_letter = |character: Option<&char>| character.is_some_and(|c| c.is_alphabetic());
    if !is_letter(name.first()) {
        return Err(NameError::Separator { position: 1 });
    }
    let ends = |character: &char| *character == TSHEG || is_shaping(*character);
    if !is_letter(name.last()) && !name.last().is_some_and(ends) {
        return Err(NameError::Separator { position: name.len() });
    }
    let doubled = name.windows(2).position(|pair| is_separator(pair[0]) && is_separator(pair[1]));
    match doubled {
        Some(place) => Err(NameError::Separator { position: place + 2 }),
        None => Ok(()),
    }
}

/// Whether two names are spelled alike, capital letters counting as small ones. Nothing else is forgiven: money
/// follows a name, so a missing part or dot is for a clerk to judge.
#[must_use]
pub fn same_person_name(one: &PersonName, other: &PersonName) -> bool {
    one.0.to_lowercase() == other.0.to_lowercase()
}

impl fmt::Debug for PersonName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PersonName({self})")
    }
}

impl fmt::Display for PersonName {
    /// Masked: the first character and one `＊`, whatever the length.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let first = self.0.chars().next().expect("a name has at least one character");
        write!(f, "{first}＊")
    }
}

/// What is wrong with a name; nothing of the name itself is in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NameError {
    /// There is no text.
    Empty,
    /// More than 50 characters.
    TooLong {
        /// How many there are.
        found: usize,
    },
    /// A digit or another number.
    Digit {
        /// Its place, counted in characters from 1.
        position: usize,
    },
    /// Neither a letter nor a separator.
    Character {
        /// Its place, counted in characters from 1.
        position: usize,
    },
    /// A dot, space, hyphen or apostrophe that does not stand between two letters.
    Separator {
        /// Its place, counted in characters from 1.
        position: usize,
    },
}

impl fmt::Display for NameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty => f.write_str("the name is missing: write it as on the certificate"),
            Self::TooLong { found } => {
                write!(f, "the name has {found} characters: write at most {LONGEST}, as on the certificate")
            }
            Self::Digit { position } => {
                write!(f, "character {position} of the name is a number: names are written in letters")
            }
            Self::Character { position } => write!(
                f,
                "character {position} of the name is no letter: use letters, with a dot, space, hyphen or apostrophe between parts"
            ),
            Self::Separator { position } => write!(
                f,
                "character {position} of the name separates nothing: put one dot, space, hyphen or apostrophe between two letters"
            ),
        }
    }
}

impl std::error::Error for NameError {}
