//! Who keeps the master key of a database: a file, a program that prints it, or a PKCS#11 token that never lets it out.
//!
//! The master key does one thing: it wraps the working key of the store, which stands in the database as an envelope
//! (`docs/keys.md`). Invariants: a text here never holds a key, a PIN, what a program printed, or its arguments; every
//! failure says what to do, in Chinese and English. Deliberately absent: keys of people, which the store has.

mod printed;
mod token;

use std::convert::Infallible;
use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use gongji_store::{Envelope, MasterKey, StoreError, WorkingKey};

use crate::output::Failure;
use crate::randomness::SystemRandomness;
use printed::{PATIENCE, printed_by};
use token::TokenKey;

/// Who keeps a master key. Written as a path, `exec:PROGRAM ARGUMENT...`, or `pkcs11:...`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Custodian {
    /// A file of 64 hexadecimal digits that only its reader may open.
    File(PathBuf),
    /// A program that prints 64 hexadecimal digits, with its arguments.
    Program(Vec<String>),
    /// A key in a token.
    Token(TokenKey),
}

impl FromStr for Custodian {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if let Some(words) = text.strip_prefix("exec:") {
            let words: Vec<String> = words.split_whitespace().map(str::to_owned).collect();
            let nobody = || "after exec: write a program, and its arguments with blanks between".to_owned();
            return if words.is_empty() { Err(nobody()) } else { Ok(Self::Program(words)) };
        }
        if let Some(attributes) = text.strip_prefix("pkcs11:") {
            return TokenKey::parse(attributes).map(Self::Token);
        }
        let Ok(path) = PathBuf::from_str(text) as Result<PathBuf, Infallible>;
        Ok(Self::File(path))
    }
}

impl fmt::Display for Custodian {
    /// Without arguments of a program, which may be secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => path.display().fmt(f),
            Self::Program(words) => write!(f, "exec:{}", words[0]),
            Self::Token(key) => key.fmt(f),
        }
    }
}

impl Custodian {
    /// Makes a master key where there is none.
    pub fn make(&self) -> Result<(), Failure> {
        match self {
            Self::File(path) => make_file(path),
            Self::Program(_) => Err(told(
                &format!("{self}：程序保管的主密钥由它自己生成；去掉 --new-key 再做一次"),
                &format!("{self}: a program makes the key that it keeps itself: leave out --new-key and do it again"),
            )),
            Self::Token(key) => key.make(),
        }
    }

    /// Wraps a working key, and sees that it can be unwrapped again.
    pub fn wrap(&self, keys: &WorkingKey) -> Result<Envelope, Failure> {
        let mut randomness = SystemRandomness::open()?;
        let mut fill = |bytes: &mut [u8]| randomness.fill(bytes);
        let envelope = match self {
            Self::File(_) | Self::Program(_) => self.bytes()?.wrap(keys, &mut fill),
            Self::Token(key) => key.wrap(keys, &mut fill)?,
        };
        if self.unwrap(&envelope)?.reveal() == keys.reveal() {
            return Ok(envelope);
        }
        Err(told(
            &format!("{self}：封装以后解不回原来的工作密钥；什么也没有改"),
            &format!("{self}: what it wrapped does not unwrap to the same working key; nothing was changed"),
        ))
    }

    /// Unwraps the working key of a store.
    pub fn unwrap(&self, envelope: &Envelope) -> Result<WorkingKey, Failure> {
        let unwrapped = match self {
            Self::File(_) | Self::Program(_) => self.bytes()?.unwrap(envelope),
            Self::Token(key) => return key.unwrap(envelope)?.ok_or_else(|| self.is_another(envelope)),
        };
        unwrapped.map_err(|error| match error {
            StoreError::WrongKey => self.is_another(envelope),
            other => other.into(),
        })
    }

    /// The master key itself, where it is bytes.
    fn bytes(&self) -> Result<MasterKey, Failure> {
        match self {
            Self::File(path) => read_file(path),
            Self::Program(words) => printed_by(words, PATIENCE),
            Self::Token(_) => unreachable!("a token does not give its key away"),
        }
    }

    fn is_another(&self, envelope: &Envelope) -> Failure {
        let wanted = &envelope.master;
        told(
            &format!(
                "{self}：主密钥不是这个数据库的，数据库要的是 {wanted}。用 --key 或 GONGJI_KEY 指明正确的一把；\
                 `gongji key check` 说明没有它还能保住什么"
            ),
            &format!(
                "{self}: the master key is not the one this database was made with, which is {wanted}: name that one \
                 with --key or GONGJI_KEY; `gongji key check` says what is safe without it"
            ),
        )
    }
}

/// What could not be done, for both kinds of readers.
pub fn told(zh: &str, en: &str) -> Failure {
    Failure::Impossible(format!("{zh}\n{en}"))
}

fn read_file(path: &Path) -> Result<MasterKey, Failure> {
    if path.is_file() {
        return Ok(MasterKey::from_file(path)?);
    }
    let shown = path.display();
    Err(told(
        &format!("{shown}：没有密钥文件。用 --key 指明，或用 `gongji db init --new-key` 生成"),
        &format!("{shown}: there is no key file: name it with --key, or make one with `gongji db init --new-key`"),
    ))
}

fn make_file(path: &Path) -> Result<(), Failure> {
    if path.exists() {
        let shown = path.display();
        return Err(told(
            &format!("{shown}：已经有密钥文件，没有动它。要用它就去掉 --new-key"),
            &format!("{shown}: there is a key file already, which is left as it is: leave out --new-key to use it"),
        ));
    }
    Ok(SystemRandomness::open()?.master_key().write_file(path)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_a_key_is_kept_is_read_from_one_word() {
        let program = Custodian::Program(vec!["/usr/bin/give".to_owned(), "gongji".to_owned()]);
        assert_eq!("exec:/usr/bin/give  gongji".parse(), Ok(program));
        assert_eq!("some/gongji.key".parse(), Ok(Custodian::File("some/gongji.key".into())));
        for wrong in ["exec:", "exec:  ", "pkcs11:", "pkcs11:token=a;object=b"] {
            assert!(wrong.parse::<Custodian>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn arguments_of_a_program_are_never_shown() {
        let shown = "exec:/usr/bin/give --password hunter2".parse::<Custodian>().unwrap().to_string();
        assert_eq!(shown, "exec:/usr/bin/give");
    }
}
