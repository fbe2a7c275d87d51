//! Identifiers, each its own type, so that one cannot be passed for another.
//!
//! Invariant: a number never changes its meaning. Deliberately absent: making new ones (the caller
//! brings them), and any personal data inside them.

use std::fmt;

use serde::{Deserialize, Serialize};

macro_rules! typed_ids {
    ($($(#[$doc:meta])* $name:ident,)+) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
        pub struct $name(i64);

        impl $name {
            /// The identifier of this number.
            #[must_use]
            pub const fn from_number(number: i64) -> Self {
                Self(number)
            }

            /// The number as stored.
            #[must_use]
            pub const fn number(self) -> i64 {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }
    )+};
}

typed_ids! {
    /// One command as recorded, in the order of recording.
    CommandId,
    /// A hospital or pharmacy.
    InstitutionId,
    /// A person, insured or not.
    PersonId,
}

/// The name of a message: who sent it, and the sender's own name for it. One message has one answer for ever.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Serialize, Deserialize)]
#[serde(try_from = "StatedMessageId")]
pub struct MessageId {
    sender: String,
    id: String,
}

/// The longest sender or id, in characters: it must fit an indexed column of every supported database.
const LONGEST_PART: usize = 64;

impl MessageId {
    /// The message `id` of `sender`, each 1 to 64 characters without control characters.
    ///
    /// # Errors
    /// [`MessageIdError`] names the part and what is wrong with it.
    pub fn new(sender: impl Into<String>, id: impl Into<String>) -> Result<MessageId, MessageIdError> {
        let (sender, id) = (sender.into(), id.into());
        check_part("sender", &sender)?;
        check_part("id", &id)?;
        Ok(MessageId { sender, id })
    }

    /// Who sent it.
    #[must_use]
    pub fn sender(&self) -> &str {
        &self.sender
    }

    /// The sender's name for it.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }
}

fn check_part(part: &'static str, text: &str) -> Result<(), MessageIdError> {
    if text.is_empty() {
        return Err(MessageIdError::Empty { part });
    }
    if text.chars().count() > LONGEST_PART {
        return Err(MessageIdError::TooLong { part });
    }
    if text.chars().any(char::is_control) {
        return Err(MessageIdError::Control { part });
    }
    Ok(())
}

impl fmt::Display for MessageId {
    /// `sender/id`, for people to read; not unambiguous if either holds a slash.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.sender, self.id)
    }
}

/// What stands in a document, before it is checked.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StatedMessageId {
    sender: String,
    id: String,
}

impl TryFrom<StatedMessageId> for MessageId {
    type Error = MessageIdError;

    fn try_from(stated: StatedMessageId) -> Result<Self, Self::Error> {
        MessageId::new(stated.sender, stated.id)
    }
}

/// Why a message cannot be named so; `part` is `sender` or `id`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MessageIdError {
    /// The part is empty.
    Empty {
        /// Which part.
        part: &'static str,
    },
    /// The part has more than 64 characters.
    TooLong {
        /// Which part.
        part: &'static str,
    },
    /// The part holds a control character, such as a line break.
    Control {
        /// Which part.
        part: &'static str,
    },
}

impl fmt::Display for MessageIdError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Empty { part } => {
                write!(f, "the message's {part} is empty: give 1 to 64 characters")
            }
            Self::TooLong { part } => write!(f, "the message's {part} is too long: give at most 64 characters"),
            Self::Control { part } => {
                write!(f, "the message's {part} holds a control character: remove line breaks and tabs")
            }
        }
    }
}

impl std::error::Error for MessageIdError {}
