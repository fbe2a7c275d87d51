//! A file of commands, and what it comes to on each engine: by the million, not by the history.
//!
//! A file fixes everything that an outcome may follow from: for each command its message, its id, its moment and the node
//! that it goes to; when timed work is done and days are closed. So it comes to the same rows and the same answers on every
//! engine, however the desk makes groups of it. Its form: a line of JSON that says what follows ([`Head`]), one for each
//! command and each closing of a day ([`Line`]), and a last one with the SM3 of all that stands before it.
//!
//! The author ([`Author`]) never asks what became of a command, so that no engine has a say in what is asked. Deliberately
//! absent: crashes and lost messages, which worlds have ([`crate::story`]).

pub mod author;
pub mod household;
pub mod place;
pub mod play;
pub mod player;

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;

use gongji_domain::message::Command;
use gongji_store::hex;
use gongji_words::{AreaCode, CommandId, Day, MessageId, Moment};
use serde::{Deserialize, Serialize};
use sm3::{Digest, Sm3};

pub use author::Author;
pub use place::Place;
pub use play::{Difference, Played, play};
pub use player::{Came, Player};

/// The form of files that this program writes and reads.
pub const FORM: &str = "gongji-commands/1";

/// What a file begins with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Head {
    /// Its form, [`FORM`].
    pub format: String,
    /// From this and the number of commands everything in it followed.
    pub seed: u64,
    /// Commands in it.
    pub count: u64,
    /// The provinces, each with a node; lines name them by their places here.
    pub provinces: Vec<AreaCode>,
}

/// What is to be done next.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Line {
    /// A command.
    Enter(Entry),
    /// Timed work until a moment, then the end of a day.
    Close {
        /// The moment.
        at: Moment,
        /// The day.
        day: Day,
    },
}

/// A command as it is entered.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// When.
    pub at: Moment,
    /// The only family whom it concerns; `None` if others may be concerned, or another province: then nothing else is done
    /// at the same time.
    pub family: Option<u32>,
    /// The province whose node it goes to.
    pub site: usize,
    /// Its message.
    pub message: MessageId,
    /// Its id, if its message is new.
    pub id: CommandId,
    /// What is asked for.
    pub command: Command,
}

/// What a file ends with.
#[derive(Serialize, Deserialize)]
struct End {
    sm3: String,
}

/// Writes a file; gives the SM3 that it ends with.
///
/// # Errors
/// A sentence if it cannot be written.
pub fn write(author: Author, mut to: impl Write) -> Result<String, String> {
    let mut digest = Sm3::new();
    let mut put = |text: serde_json::Result<String>| -> Result<(), String> {
        let text = text.map_err(|error| error.to_string())? + "\n";
        digest.update(text.as_bytes());
        to.write_all(text.as_bytes()).map_err(|error| format!("the file cannot be written: {error}"))
    };
    put(serde_json::to_string(&author.head()))?;
    for line in author {
        put(serde_json::to_string(&line))?;
    }
    let sm3 = hex(&digest.finalize());
    let end = serde_json::to_string(&End { sm3: sm3.clone() }).map_err(|error| error.to_string())?;
    let ended = to.write_all(format!("{end}\n").as_bytes()).and_then(|()| to.flush());
    ended.map_err(|error| format!("the file cannot be written: {error}"))?;
    Ok(sm3)
}

/// A file that is read, line after line.
pub struct Script<R = BufReader<File>> {
    /// What it says of itself.
    pub head: Head,
    from: R,
    digest: Sm3,
    text: String,
    number: u64,
}

impl Script {
    /// Opens a file.
    ///
    /// # Errors
    /// A sentence if it cannot be read or is of another form.
    pub fn open(path: &Path) -> Result<Self, String> {
        let file = File::open(path).map_err(|error| format!("{}: {error}", path.display()))?;
        Self::of(BufReader::with_capacity(1 << 20, file))
    }
}

impl<R: BufRead> Script<R> {
    /// Reads what it begins with.
    ///
    /// # Errors
    /// As [`Script::open`].
    pub fn of(mut from: R) -> Result<Self, String> {
        let mut text = String::new();
        from.read_line(&mut text).map_err(|error| format!("the file cannot be read: {error}"))?;
        let head: Head = serde_json::from_str(&text).map_err(|_| format!("this is no file of the form {FORM}"))?;
        if head.format != FORM {
            return Err(format!("the file is of the form {}, this program reads {FORM}", head.format));
        }
        let digest = Sm3::new_with_prefix(text.as_bytes());
        Ok(Self { head, from, digest, text, number: 1 })
    }

    /// The next line and its number, from 1; none at the end, which is the right one.
    ///
    /// # Errors
    /// A sentence if it cannot be read, or the file is not what its author wrote.
    pub fn line(&mut self) -> Result<Option<(u64, Line)>, String> {
        self.text.clear();
        self.number += 1;
        let number = self.number;
        let read = self.from.read_line(&mut self.text);
        if read.map_err(|error| format!("line {number}: {error}"))? == 0 {
            return Err("the file ends before its end".to_owned());
        }
        if let Ok(End { sm3 }) = serde_json::from_str(&self.text) {
            let here = hex(&std::mem::take(&mut self.digest).finalize());
            return if here == sm3 { Ok(None) } else { Err("the file is not what its author wrote".to_owned()) };
        }
        self.digest.update(self.text.as_bytes());
        let line = serde_json::from_str(&self.text).map_err(|error| format!("line {number}: {error}"))?;
        Ok(Some((number, line)))
    }
}
