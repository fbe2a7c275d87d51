//! The line to a centre, as whoever runs this crate brings it: bytes there and back, the time, and randomness.

use std::fmt;

use gongji_words::Moment;

/// What is sent: one POST.
#[derive(Clone)]
pub struct Sent {
    /// The path, from the slash on.
    pub path: String,
    /// Headers, without `host` and `content-length`.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

/// What came back.
#[derive(Clone)]
pub struct Came {
    /// The status.
    pub status: u16,
    /// Headers, names in small letters.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

/// Nothing came back, and why, in a few words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Silence(pub String);

impl fmt::Display for Silence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "没有回音 no answer: {}", self.0)
    }
}

impl Came {
    /// A header by its name in small letters.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(own, _)| own == name).map(|(_, value)| value.as_str())
    }
}

impl fmt::Debug for Sent {
    /// Where to and how much: what it holds is somebody's.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Sent({} {} bytes)", self.path, self.body.len())
    }
}

impl fmt::Debug for Came {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Came({} {} bytes)", self.status, self.body.len())
    }
}

/// A centre at the other end.
pub trait Line {
    /// Sends, and waits for the answer.
    ///
    /// # Errors
    /// [`Silence`].
    fn send(&self, sent: &Sent) -> Result<Came, Silence>;

    /// Sends, and closes the connection without waiting for the answer.
    ///
    /// # Errors
    /// [`Silence`], if it could not even be sent.
    fn send_and_leave(&self, sent: &Sent) -> Result<(), Silence>;

    /// Closes the connection: what is sent next goes over a new one.
    fn hang_up(&self);

    /// The time, as the centre has it if it tells.
    fn now(&self) -> Moment;

    /// Random bytes for message numbers and nonces.
    fn fill(&self, bytes: &mut [u8]);

    /// A code (医保码) that somebody shows, where the centre gives any for trying.
    fn code_of(&self, _person: &str) -> Option<String> {
        None
    }

    /// Lets the centre's clock go on until codes have expired; whether it has one that can be moved.
    fn let_codes_expire(&self) -> bool {
        false
    }
}
