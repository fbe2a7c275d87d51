//! What can fail in a use case, by what the caller can do. A refusal of the rules is no error: it is an answer.

use gongji_store::StoreError;

/// A failure. Nothing was acknowledged; sending the same message again is always safe.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// An invariant did not hold while this command was judged. Nothing of it was written.
    #[error("an invariant did not hold while the command was judged; nothing of it was written: {0}")]
    Broken(String),
    /// The facts kept changing while the command was judged.
    #[error("the facts changed too often while the command was judged: send the same message again")]
    Unsettled,
}
