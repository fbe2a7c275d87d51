//! Certificate numbers: what their digits say about kind, birth and sex, and whether they are well formed.

use std::fmt;

use crate::calendar::Day;

/// What kind of certificate a number belongs to.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum CertificateKind {
    /// 居民身份证, the resident identity card (GB 11643-1999).
    ResidentIdentity,
    /// 港澳台居民居住证, the residence permit of residents of Hong Kong, Macao and Taiwan (from 2018-09-01; State
    /// Council General Office 〔2018〕81): the same form with 81, 82 or 83 for the place of origin.
    ResidencePermit,
    /// 外国人永久居留身份证 of 2017: three letters of nationality and twelve digits.
    PermanentResident2017,
    /// 外国人永久居留身份证 from 2023-12-01: eighteen digits that begin with 9.
    PermanentResident2023,
}

/// Sex as a certificate number states it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Sex {
    /// An odd sequence number.
    Male,
    /// An even sequence number.
    Female,
}

/// A well-formed certificate number.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CertificateNumber {
    text: String,
    kind: CertificateKind,
    born: Option<Day>,
    sex: Option<Sex>,
}

impl CertificateNumber {
    /// Reads a number of any of the four kinds; a small `x` or small letters count as capitals.
    ///
    /// # Errors
    /// [`CertificateError`], which never repeats the number.
    pub fn parse(text: &str) -> Result<CertificateNumber, CertificateError> {
        let text = text.to_ascii_uppercase();
        match text.chars().count() {
            15 => fifteen_characters(text),
            18 => eighteen_characters(text),
            found => Err(CertificateError::Length { found }),
        }
    }

    /// What kind of certificate it belongs to.
    #[must_use]
    pub const fn kind(&self) -> CertificateKind {
        self.kind
    }

    /// The day of birth; unstated in the 2017 form, which leaves out the century.
    #[must_use]
    pub const fn born(&self) -> Option<Day> {
        self.born
    }

    /// The sex; unstated in the 2017 form.
    #[must_use]
    pub const fn sex(&self) -> Option<Sex> {
        self.sex
    }

    /// The full number: to compare, to encrypt, or to show to the person himself.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.text
    }
}

fn eighteen_characters(text: String) -> Result<CertificateNumber, CertificateError> {
    check_characters(&text, |position| match position {
        18 => Allowed::DigitOrX,
        _ => Allowed::Digit,
    })?;
    let kind = kind_of_eighteen(&text)?;
    let born = birth(&text[6..14])?;
    if check_character(&text) != text.as_bytes()[17] {
        return Err(CertificateError::CheckDigit);
    }
    let sex = match text.as_bytes()[16] % 2 {
        1 => Sex::Male,
        _ => Sex::Female,
    };
    Ok(CertificateNumber { text, kind, born: Some(born), sex: Some(sex) })
}

/// The region need not exist: divisions ended, and were renumbered, long before the cards that carry them.
fn kind_of_eighteen(text: &str) -> Result<CertificateKind, CertificateError> {
    match &text.as_bytes()[..2] {
        b"81" | b"82" | b"83" => Ok(CertificateKind::ResidencePermit),
        [b'9', _] => Ok(CertificateKind::PermanentResident2023),
        [b'1'..=b'7', _] => Ok(CertificateKind::ResidentIdentity),
        [b'8', _] => Err(CertificateError::Region { position: 2 }),
        _ => Err(CertificateError::Region { position: 1 }),
    }
}

/// In the 2023 form the birth date stands at the same place as in the resident number (9, two digits of the
/// place of application, three of nationality, then the date).
fn birth(date: &str) -> Result<Day, CertificateError> {
    let number = |range: std::ops::Range<usize>| date[range].parse::<u8>().map_err(|_| CertificateError::Date);
    let year = date[..4].parse::<i32>().map_err(|_| CertificateError::Date)?;
    Day::new(year, number(4..6)?, number(6..8)?).ok_or(CertificateError::Date)
}

/// ISO 7064 MOD 11-2 over the first seventeen digits.
fn check_character(text: &str) -> u8 {
    let remainder = text.bytes().take(17).fold(0, |sum, digit| (sum + u32::from(digit - b'0')) * 2 % 11);
    match (12 - remainder) % 11 {
        10 => b'X',
        digit => b'0' + u8::try_from(digit).expect("a remainder of 11 other than 10 is one digit"),
    }
}

/// The 2017 form. Its last digit is not checked, and its sex not read: no public standard says how they are formed.
fn fifteen_characters(text: String) -> Result<CertificateNumber, CertificateError> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(CertificateError::FifteenDigits);
    }
    check_characters(&text, |position| match position {
        1..=3 => Allowed::Letter,
        _ => Allowed::Digit,
    })?;
    let (month, day) = (&text[9..11], &text[11..13]);
    // 2000 is a leap year: 29 February passes, as some century has it.
    birth(&format!("2000{month}{day}"))?;
    let kind = CertificateKind::PermanentResident2017;
    Ok(CertificateNumber { text, kind, born: None, sex: None })
}

/// What may stand at a place of a number.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Allowed {
    /// 0 to 9.
    Digit,
    /// 0 to 9, or X for ten.
    DigitOrX,
    /// A to Z.
    Letter,
}

impl Allowed {
    const fn admits(self, character: char) -> bool {
        match self {
            Allowed::Digit => character.is_ascii_digit(),
            Allowed::DigitOrX => character.is_ascii_digit() || character == 'X',
            Allowed::Letter => character.is_ascii_uppercase(),
        }
    }

    const fn words(self) -> &'static str {
        match self {
            Allowed::Digit => "a digit 0-9 (not full-width)",
            Allowed::DigitOrX => "a digit 0-9 or X",
            Allowed::Letter => "a letter A-Z",
        }
    }
}

fn check_characters(text: &str, allowed_at: impl Fn(usize) -> Allowed) -> Result<(), CertificateError> {
    for (place, character) in text.chars().enumerate() {
        let position = place + 1;
        let allowed = allowed_at(position);
        if !allowed.admits(character) {
            return Err(CertificateError::Character { position, allowed });
        }
    }
    Ok(())
}

impl fmt::Display for CertificateNumber {
    /// Masked: the first three and the last four characters.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let hidden = self.text.len() - 7;
        let last = &self.text[self.text.len() - 4..];
        write!(f, "{}{}{last}", &self.text[..3], "*".repeat(hidden))
    }
}

impl fmt::Debug for CertificateNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CertificateNumber({self})")
    }
}

/// What is wrong with a certificate number; nothing of the number itself is in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CertificateError {
    /// Neither 18 nor 15 characters.
    Length {
        /// How many there are.
        found: usize,
    },
    /// A resident number of the form that ended on 2013-01-01.
    FifteenDigits,
    /// A character that cannot stand where it does.
    Character {
        /// Its place, counted in characters from 1.
        position: usize,
        /// What may stand there.
        allowed: Allowed,
    },
    /// A first or second digit that no kind of certificate has.
    Region {
        /// The place of the digit.
        position: usize,
    },
    /// The calendar has no such day of birth.
    Date,
    /// The check digit does not fit the others.
    CheckDigit,
}

impl fmt::Display for CertificateError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Length { found } => write!(
                f,
                "the certificate number has {found} characters: give all 18 (15 on a permanent residence card of 2017), without spaces"
            ),
            Self::FifteenDigits => f.write_str(
                "resident numbers of 15 digits ended on 2013-01-01: give the 18 of the present card",
            ),
            Self::Character { position, allowed } => {
                write!(f, "character {position} of the certificate number must be {}: check it against the card", allowed.words())
            }
            Self::Region { position } => write!(
                f,
                "digit {position} of the certificate number belongs to no certificate: check the first two digits against the card"
            ),
            Self::Date => f.write_str(
                "the certificate number holds no real date of birth: check the digits of year, month and day against the card",
            ),
            Self::CheckDigit => f.write_str(
                "the last character of the certificate number does not fit the others, so one is mistyped: compare all with the card",
            ),
        }
    }
}

impl std::error::Error for CertificateError {}
