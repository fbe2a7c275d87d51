//! Messages, commands, answers: what comes in once and has one answer for ever.

use std::collections::BTreeSet;

use gongji_words::{AreaCode, CommandId, Day, Fen, InstitutionId, MessageId, Moment, PersonId};
use serde::{Deserialize, Serialize};

use crate::binding::{BindingState, Channel};
use crate::burden::{Burden, Purpose, VisitKind};
use crate::institution::Institution;
use crate::kinship::Relation;
use crate::limits::Limits;
pub use crate::peer::{AidQuestion, Heard, Past, PeerAsk, PeerCommand, Purse, Told};
use crate::person::{InsuranceStatus, Person, Scheme, Sex, Trait};
use crate::policy::Proof;
use crate::reason::Reason;

/// A command on its way to its one answer.
#[derive(Clone, Debug, PartialEq)]
pub struct Envelope {
    /// Who sent it under which number: the key of its one answer.
    pub message: MessageId,
    /// The id made by the caller before the first attempt; rows it writes carry it.
    pub id: CommandId,
    /// Its place in the order of work of this node: notices and messages to other provinces follow it. A new one
    /// for every judgement.
    pub serial: CommandId,
    /// When it was entered: the day that counts is the centre's.
    pub at: Moment,
    /// What is asked for.
    pub command: Command,
    /// What other provinces have answered so far.
    pub heard: Vec<Heard>,
    /// A short keyed digest of each field of the command, to tell a changed repeat which one differs.
    pub digests: Vec<(String, u64)>,
}

/// What the payer said at the till.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Using {
    /// He took what the area offers; where aid is asked for at payment, he asked.
    Auto,
    /// His own account and nothing else.
    Own,
    /// Cash only.
    Cash,
    /// Of the sponsors only this one.
    Only(PersonId),
    /// What the area offers but aid, which the machine at which he pays does not take.
    WithoutAid,
    /// What the area offers but his wallet, which the machine at which he pays does not take.
    WithoutWallet,
    /// His own account: the machine at which he pays takes neither aid nor the wallet.
    WithoutBoth,
}

impl Using {
    /// Why relatives are not asked to pay, if they are not: the payer chose so, or the machine does not take it.
    #[must_use]
    pub const fn without_aid(self) -> Option<Reason> {
        match self {
            Self::Auto | Self::Only(_) | Self::WithoutWallet => None,
            Self::Own | Self::Cash => Some(Reason::SettleChoseNot),
            Self::WithoutAid | Self::WithoutBoth => Some(Reason::SettleInstChannel),
        }
    }

    /// Whether his wallet may pay.
    #[must_use]
    pub const fn uses_wallet(self) -> bool {
        matches!(self, Self::Auto | Self::Only(_) | Self::WithoutAid)
    }
}

/// Whether an emergency was stated: it counts as filed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Urgency {
    /// An ordinary visit.
    Ordinary,
    /// Stated as an emergency.
    Emergency,
}

/// A bill at a till.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Bill {
    /// Whose bill.
    pub patient: PersonId,
    /// Where he is insured, as his code says.
    pub patient_area: AreaCode,
    /// Where.
    pub institution: InstitutionId,
    /// What for.
    pub kind: VisitKind,
    /// The personal burden by parts.
    pub burden: Burden,
    /// What pooled insurance pays of the same bill.
    pub fund: Fen,
    /// What the payer said.
    pub using: Using,
    /// Whose code was shown.
    pub code_of: PersonId,
    /// Whether an emergency was stated.
    pub urgency: Urgency,
}

/// What a sponsor asks for when he binds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BindRequest {
    /// Whose account.
    pub sponsor: PersonId,
    /// Whose bills.
    pub beneficiary: PersonId,
    /// Where the beneficiary is insured.
    pub beneficiary_area: AreaCode,
    /// Who the beneficiary is to the sponsor.
    pub relation: Relation,
    /// First day, today if not said.
    pub from: Option<Day>,
    /// Last whole day.
    pub until: Option<Day>,
    /// Limits.
    pub limits: Limits,
    /// What it may pay for.
    pub purposes: Option<BTreeSet<Purpose>>,
    /// How kinship is shown.
    pub proof: Proof,
    /// Where it came in.
    pub channel: Channel,
}

/// One side of a binding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Side {
    /// 共济人
    Sponsor,
    /// 使用人
    Beneficiary,
}

/// What a beneficiary says to an invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Consented {
    /// 同意
    Yes,
    /// 不同意
    No,
}

/// What a reviewer decides.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Verdict {
    /// 通过
    Approve,
    /// 不通过
    Reject,
    /// 退回补材料
    Return,
}

/// A change of limits: each one is left, set, or lifted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LimitChange {
    /// Over the binding's life.
    pub quota: Option<Option<Fen>>,
    /// In one settlement.
    pub per_settlement: Option<Option<Fen>>,
    /// On one day.
    pub per_day: Option<Option<Fen>>,
    /// In one month.
    pub per_month: Option<Option<Fen>>,
    /// In one year.
    pub per_year: Option<Option<Fen>>,
}

/// A sponsor and a beneficiary.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Pair {
    /// Whose account.
    pub sponsor: PersonId,
    /// Whose bills.
    pub beneficiary: PersonId,
}

/// Money for a relative's use through the wallet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WalletOrder {
    /// Who gives, and to whom.
    pub pair: Pair,
    /// Where the relative is insured.
    pub receiver_area: AreaCode,
    /// How much is frozen, or sent.
    pub amount: Fen,
}

/// A premium that somebody pays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PremiumOrder {
    /// Who pays.
    pub payer: PersonId,
    /// Where the payer is insured.
    pub payer_area: AreaCode,
    /// For whom.
    pub person: PersonId,
    /// `resident`, `long-term-care`, or the name of a product.
    pub plan: String,
    /// The plan year.
    pub year: i32,
    /// The whole premium.
    pub amount: Fen,
}

/// How money comes into an account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum CreditKind {
    /// A contribution of this insurance year.
    Contribution,
    /// The opening balance: so much of it stems from previous years.
    Opening {
        /// The part from previous years.
        previous_years: Fen,
    },
    /// Interest on the balance, of this year's colour.
    Interest,
}

/// A correction of a balance by hand: two persons answer for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Correction {
    /// Whose account.
    pub person: PersonId,
    /// What is added, or taken if negative; taken from previous years' money first.
    pub amount: Fen,
    /// Who wrote it.
    pub maker: String,
    /// Who approved it; another person.
    pub checker: String,
    /// Why.
    pub grounds: String,
}

/// Everything that can be asked for. One variant a use case.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Command {
    /// A person is registered at this node.
    Register(Person),
    /// A personal account is opened or credited.
    Credit {
        /// Whose.
        person: PersonId,
        /// How much.
        amount: Fen,
        /// As what.
        kind: CreditKind,
    },
    /// A correction under two names.
    Correct(Correction),
    /// What a dead person's account holds is paid to the heirs.
    PayHeirs {
        /// Whose account it was.
        person: PersonId,
    },
    /// An institution is registered.
    RegisterInstitution(Institution),
    /// A person's insurance status changes.
    ChangeStatus {
        /// Whose.
        person: PersonId,
        /// To what.
        status: InsuranceStatus,
    },
    /// A person's insurance moves to another area.
    Move {
        /// Whose.
        person: PersonId,
        /// To where.
        area: AreaCode,
    },
    /// The personal account is frozen.
    Freeze(PersonId),
    /// The personal account is released.
    Unfreeze(PersonId),
    /// 异地就医备案
    File {
        /// Whose.
        person: PersonId,
        /// For care where.
        area: AreaCode,
        /// From which day.
        from: Day,
        /// To which last day.
        until: Option<Day>,
    },
    /// A filing ends: from today on it covers nothing. What was settled under it stands. One that has ended stays so.
    EndFiling {
        /// Whose.
        person: PersonId,
        /// The message that filed.
        filed: MessageId,
    },
    /// The insurance year of an area turns now.
    TurnYear(AreaCode),
    /// 亲情账户: shows a code, pays nothing.
    ShowFamilyCode {
        /// Who holds the phone.
        holder: PersonId,
        /// Whose code is shown.
        member: PersonId,
    },
    /// A sponsor binds.
    Bind(BindRequest),
    /// A beneficiary answers.
    Consent(Pair, Consented),
    /// The agency reviews.
    Review(Pair, Verdict),
    /// A sponsor changes limits.
    ChangeLimits(Pair, LimitChange),
    /// A sponsor pauses.
    Pause(Pair),
    /// A sponsor resumes.
    Resume(Pair),
    /// One side unbinds.
    Unbind(Pair, Side),
    /// The beneficiary orders his sponsors.
    Order {
        /// Whose order.
        beneficiary: PersonId,
        /// The sponsors, first to pay first.
        sponsors: Vec<PersonId>,
    },
    /// A bill is settled.
    Settle(Bill),
    /// What settling a bill would come to; nothing is kept.
    Preview(Bill),
    /// A settlement or premium is undone.
    Reverse {
        /// The message that made it.
        original: MessageId,
    },
    /// A premium is paid.
    PayPremium(PremiumOrder),
    /// A wallet is opened.
    OpenWallet {
        /// Whose.
        person: PersonId,
        /// Place of use.
        place: AreaCode,
    },
    /// A quota is set (quota mode).
    SetQuota(WalletOrder),
    /// Money is sent to a wallet (transfer mode).
    Transfer(WalletOrder),
    /// The receiver takes it.
    AcceptTransfer {
        /// The transfer.
        transfer: CommandId,
        /// Who receives.
        receiver: PersonId,
        /// Where the sender is insured.
        sender_area: AreaCode,
    },
    /// The sender takes it back while it waits.
    CancelTransfer {
        /// The transfer.
        transfer: CommandId,
        /// Who sent.
        sender: PersonId,
    },
    /// Time has come for something.
    Due(Due),
    /// A message to another province has arrived there.
    Acknowledge(crate::record::OutboxRow),
    /// Another province asks.
    Peer(PeerCommand),
}

impl Command {
    /// The fields of a command as a repeat must have them again, by name.
    #[must_use]
    pub fn fields(&self) -> Vec<(&'static str, String)> {
        crate::fields::of(self)
    }
}

/// Timed work.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Due {
    /// A binding changes by time alone.
    Binding {
        /// Whose account.
        sponsor: PersonId,
        /// Which.
        binding: CommandId,
    },
    /// A transfer was not accepted.
    Transfer {
        /// Who sent.
        sender: PersonId,
        /// Which.
        transfer: CommandId,
    },
}

/// What is known of a relative at the node of his insurance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MemberFacts {
    /// Which insurance.
    pub scheme: Scheme,
    /// State of the insurance.
    pub status: InsuranceStatus,
    /// Where.
    pub area: AreaCode,
    /// Birth date.
    pub born: Day,
    /// Sex, if stated.
    pub sex: Option<Sex>,
    /// Facts that a policy may look at.
    pub traits: BTreeSet<Trait>,
    /// Whether he has opened a wallet.
    pub wallet_open: bool,
}

/// What a settlement came to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Settled {
    /// The patient's own account.
    pub own: Fen,
    /// Aid, by sponsor, in the order of paying.
    pub aid: Vec<(PersonId, Fen)>,
    /// The patient's wallet.
    pub wallet: Fen,
    /// Cash.
    pub cash: Fen,
    /// The reason that it carries.
    pub reason: Option<Reason>,
    /// What each area owes for it: (area of a payer, amount).
    pub owed: Vec<(AreaCode, Fen)>,
    /// What it leaves in the patient's own account: kept with the answer, so that a repeat tells the same. None where his
    /// province did not say it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub left: Option<Fen>,
}

impl Settled {
    /// All aid.
    #[must_use]
    pub fn aid_total(&self) -> Fen {
        Fen::sum(self.aid.iter().map(|(_, amount)| *amount))
    }
}

/// The one answer to a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Answer {
    /// Done; there is nothing more to say.
    Done,
    /// The rules say no.
    Refused(Reason),
    /// The same message id came before with another content; the field differs.
    Conflict(String),
    /// A binding is now in this state.
    Binding(BindingState),
    /// A settlement.
    Settled(Settled),
    /// Undone.
    Reversed,
    /// A premium was paid by him.
    PaidBy(PersonId),
    /// A quota is frozen.
    Frozen(Fen),
    /// A transfer waits for its receiver.
    Pending,
    /// A transfer was accepted; money of these colours went over.
    Accepted(Fen),
    /// A transfer was cancelled.
    Cancelled,
    /// What is known of a relative.
    Member(MemberFacts),
    /// What a relation could pay.
    Standing(crate::case::Candidate),
    /// Paid from another province.
    Paid(Fen),
}
