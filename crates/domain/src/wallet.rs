//! The wallet (医保钱包): opened wallets and transfers of the transfer mode. The quota mode has no money in
//! wallets; its holds stand with the account ([`crate::account::Hold`]).

use gongji_words::{AreaCode, CommandId, Day, Fen, Moment, PersonId};
use serde::{Deserialize, Serialize};

use crate::word::vocabulary;
use crate::zoo::{self, Cage};

/// A person's wallet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wallet {
    /// Whose.
    pub person: PersonId,
    /// Where its money can be used.
    pub place: AreaCode,
    /// Money transferred into it and not yet spent.
    pub balance: Fen,
}

vocabulary! {
    /// Where a transfer stands.
    TransferState {
        /// The receiver has not answered.
        Pending = 1 "pending",
        /// 已接收: there is no way back.
        Accepted = 2 "accepted",
        /// The sender took it back.
        Cancelled = 3 "cancelled",
        /// It was not accepted in time.
        Returned = 4 "returned",
    }
}

/// Money on its way from a personal account to a relative's wallet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Transfer {
    /// The command that sent it.
    pub id: CommandId,
    /// Who sent it.
    pub sender: PersonId,
    /// Who receives it.
    pub receiver: PersonId,
    /// Where the sender is insured.
    pub sender_area: AreaCode,
    /// Where the receiver is insured.
    pub receiver_area: AreaCode,
    /// How much.
    pub amount: Fen,
    /// When it was sent.
    pub sent_at: Moment,
    /// When it returns unless accepted.
    pub returns_at: Moment,
    /// Where it stands.
    pub state: TransferState,
}

/// The moment at which a transfer sent at `sent` returns: the next time that the clock shows `return_at`
/// (minutes after 00:00).
#[must_use]
pub fn return_moment(sent: Moment, return_at: u16) -> Moment {
    let on = |day: Day| day.start().plus_minutes(i64::from(return_at));
    let today = on(sent.day());
    if sent < today { today } else { on(sent.day().next().plus_days(zoo::days(Cage::ReturnADayLate))) }
}
