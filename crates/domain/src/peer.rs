//! What the nodes of two provinces say to each other. The states behind it are pure functions of
//! [`crate::judge`], so that the scenario runner, the simulator and a network run the same code.

use gongji_words::{AreaCode, CommandId, Day, Fen, Moment, PersonId};
use serde::{Deserialize, Serialize};

use crate::account::{Account, Lots};
use crate::binding::{Binding, EndCause};
use crate::burden::Purpose;
use crate::institution::Institution;
use crate::message::{Answer, Bill};
use crate::person::Person;
use crate::wallet::Transfer;

/// What one province's node asks of another's.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum PeerCommand {
    /// Whether and how a person is insured; to the node of his insurance.
    MemberFacts(PersonId),
    /// A binding across provinces as it now is; to the beneficiary's node.
    Mirror(Binding),
    /// The beneficiary has ended it; to the sponsor's node.
    EndBinding {
        /// Whose account.
        sponsor: PersonId,
        /// Which.
        binding: CommandId,
        /// Why.
        cause: EndCause,
        /// When it takes effect, if not at once.
        ends_at: Option<Moment>,
    },
    /// What the relation could pay; to the sponsor's node. Writes nothing.
    Standing(AidQuestion),
    /// Pay exactly this much, and tell the sponsor so; to the sponsor's node.
    Pay(AidQuestion, Fen, Told),
    /// The bill stands: the payment is owed from now on; to the sponsor's node.
    Confirm {
        /// The share at the sponsor's node.
        share: CommandId,
        /// Who paid.
        sponsor: PersonId,
        /// What the sponsor's area owes for the whole bill. One share of an area says it for all of them, so that
        /// there is one claim; zero in the others, and where the institution's own node keeps both sides.
        owed: Fen,
    },
    /// Undo a payment, or refuse it when it comes; to the sponsor's node.
    Cancel {
        /// The share at the sponsor's node.
        share: CommandId,
        /// Who would have paid.
        sponsor: PersonId,
    },
    /// Settle a bill of your insured person at our institution; to the patient's node.
    SettleAway(Bill, Institution),
    /// What that would come to; nothing is kept.
    PreviewAway(Bill, Institution),
    /// The bill stands at the institution's node; to the patient's node.
    ConfirmAway {
        /// The settlement.
        settlement: CommandId,
        /// Who the patient is.
        patient: PersonId,
    },
    /// Undo such a settlement, or refuse it when it comes; to the patient's node.
    CancelAway {
        /// The settlement.
        settlement: CommandId,
        /// Who the patient is.
        patient: PersonId,
    },
    /// A settlement was reversed; to the nodes of those who paid.
    ReverseAway {
        /// The settlement.
        settlement: CommandId,
        /// Its reversal.
        reversal: CommandId,
        /// When it was reversed.
        at: Moment,
        /// The person under whose key the settlement stands at the other node.
        key: PersonId,
        /// The day of the settlement: its limits get the money back.
        day: Day,
        /// The area of the institution.
        payee_area: AreaCode,
        /// What the area of a sponsor is owed back for it: see [`PeerCommand::Confirm`].
        owed: Fen,
    },
    /// A transfer waits for your insured person, or does so no more; to the receiver's node.
    TransferNotice(Transfer),
    /// The receiver accepts; to the sender's node.
    TransferAccepted {
        /// The transfer.
        transfer: CommandId,
        /// Who sent it.
        sender: PersonId,
        /// Where the receiver is insured when he accepts.
        receiver_area: AreaCode,
    },
    /// A person arrives with his money; to his new node.
    Arrive {
        /// The person, with his new area.
        person: Person,
        /// His money.
        purse: Purse,
        /// Transfers to him that wait for his acceptance.
        incoming: Vec<Transfer>,
        /// What tills ask of his relations.
        past: Past,
    },
    /// Money that belongs to a person who has moved to you; to his new node.
    Remit {
        /// Whose.
        person: PersonId,
        /// What belongs into his account.
        lots: Lots,
        /// What belongs into his wallet.
        wallet: Fen,
        /// What he is to be told of as reversed to him; zero if nothing was.
        reversed: Fen,
    },
}

/// The money that moves with a person.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Purse {
    /// His account as it leaves, if he has one. Frozen it stays frozen: only the unfreezing ends that.
    pub account: Option<Account>,
    /// Place of use and money of his wallet, if he has opened one.
    pub wallet: Option<(AreaCode, Fen)>,
}

/// What is known of a person's relations and has no effect any more, but is the reason that a till gives.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Past {
    /// Bindings that named him and have ended.
    pub ended: Vec<Binding>,
    /// Whose phones show his code.
    pub shown_by: Vec<PersonId>,
}

/// What the sponsor is told of a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Told {
    /// That it was made.
    Spent,
    /// That a limit of his left a part of the bill in cash.
    Partial,
}

/// What a sponsor's node must know to judge a payment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct AidQuestion {
    /// The settlement or premium.
    pub payment: CommandId,
    /// Which try.
    pub attempt: u16,
    /// Whose account.
    pub sponsor: PersonId,
    /// Where it is.
    pub sponsor_area: AreaCode,
    /// Which binding.
    pub binding: CommandId,
    /// What for.
    pub purpose: Purpose,
    /// Where the money goes: the institution's area, or the area of the premium.
    pub payee_area: AreaCode,
    /// When the bill was entered.
    pub at: Moment,
}

/// What another province answered to a question of a command.
#[derive(Clone, Debug, PartialEq)]
pub struct Heard {
    /// Which question.
    pub asked: PeerAsk,
    /// The answer; `None` when the other province does not answer.
    pub answer: Option<Answer>,
}

/// A question to the node of an area.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PeerAsk {
    /// The area whose node is asked.
    pub to: AreaCode,
    /// The question.
    pub command: PeerCommand,
}

impl PeerCommand {
    /// The area of the institution that the money of this message goes to or comes back from, if it is about money
    /// of a bill: a link that is down to there stops it too.
    #[must_use]
    pub const fn payee_area(&self) -> Option<AreaCode> {
        match self {
            Self::Standing(question) | Self::Pay(question, ..) => Some(question.payee_area),
            Self::ReverseAway { payee_area, .. } => Some(*payee_area),
            _ => None,
        }
    }

    /// A short name, for the key of the message.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        match self {
            Self::MemberFacts(_) => "member",
            Self::Mirror(_) => "mirror",
            Self::EndBinding { .. } => "end",
            Self::Standing(_) => "standing",
            Self::Pay(..) => "pay",
            Self::Confirm { .. } => "confirm",
            Self::Cancel { .. } => "cancel",
            Self::SettleAway(..) => "settle",
            Self::PreviewAway(..) => "preview",
            Self::ConfirmAway { .. } => "confirm-away",
            Self::CancelAway { .. } => "cancel-away",
            Self::ReverseAway { .. } => "reverse",
            Self::TransferNotice(_) => "transfer",
            Self::TransferAccepted { .. } => "accept",
            Self::Arrive { .. } => "arrive",
            Self::Remit { .. } => "remit",
        }
    }
}
