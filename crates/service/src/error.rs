//! What can fail in a use case, by what the caller can do. A refusal of the rules is no error: it is an answer.

use gongji_store::StoreError;
use gongji_words::Fen;

/// A failure. Nothing was acknowledged; sending the same message again is always safe.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// An invariant did not hold while this command was judged. Nothing of it was written.
    #[error("an invariant did not hold while the command was judged; nothing of it was written: {0}")]
    Broken(String),
    /// There is no release of policy, and so no law to judge by.
    #[error(
        "the database holds no released policy, so nothing is judged: if it was made by a program before releases, run \
         `gongji db migrate`; if making it was interrupted, remove it and run `gongji db init` again; if there was one, \
         restore it from a backup"
    )]
    NoLaw,
    /// This program cannot make a law of what was released.
    #[error("this program cannot judge by the released policy, so nothing is judged: {0}")]
    Law(String),
    /// A release by which this program has judged is not there any more.
    #[error(
        "release {had} of the policy, by which this program judged, is not in the database any more (the last is {has}), so \
         nothing is judged: find out who took it away, and restore it from a backup"
    )]
    LawGone {
        /// The release by which was judged.
        had: u32,
        /// The last that is there.
        has: u32,
    },
    /// A paper that was to be kept with the message is there already, by another message or by whoever was first. Nothing of
    /// the command was written.
    #[error("a paper of this name was kept first; nothing of the command was written")]
    Enclosed,
    /// The bill comes to more cash than its sender agreed to. Nothing of it was written.
    #[error("the bill comes to {0} in cash, which is more than was agreed to; nothing was written")]
    MoreCash(Fen),
    /// What the bill was worked out of is not all there is: another bill of the same person was brought or undone meanwhile.
    /// Nothing of the command was written.
    #[error("another bill of the same person was brought or undone meanwhile; nothing of the command was written")]
    Outrun,
    /// The facts kept changing while the command was judged.
    #[error("the facts changed too often while the command was judged: send the same message again")]
    Unsettled,
}

impl ServiceError {
    /// Whether the same may well succeed when it is done again.
    #[must_use]
    pub const fn is_worth_retrying(&self) -> bool {
        match self {
            Self::Store(error) => error.is_worth_retrying(),
            Self::Unsettled | Self::Enclosed | Self::Outrun => true,
            Self::MoreCash(_) | Self::Broken(_) | Self::NoLaw | Self::Law(_) | Self::LawGone { .. } => false,
        }
    }
}
