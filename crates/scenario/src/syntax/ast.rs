//! A scenario file as typed statements, in the order of its lines.
//!
//! A statement that stands here is well formed: names are defined by a line above, parts
//! stand at the right kind of institution, defaults are filled in. Whether the rules
//! agree to it is not known here. Amounts are in fen, times in China Standard Time.

use std::fmt;

use gongji_words::{AreaCode, Day, Fen, Moment, Month};

use super::expected::{
    AskedState, BalanceExpected, ClearingExpected, Expected, NoticeExpected, RepeatExpected, SettlementExpected,
    UsedExpected,
};
use super::vocabulary::{
    BindingState, Channel, Designated, InstitutionKind, Kind, LinkState, Part, Proof, Relation, Scheme, Sex, Side,
    Status, TraitWord, Verdict,
};

macro_rules! text_type {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            pub(super) fn from_checked(text: &str) -> Self {
                Self(text.to_owned())
            }

            /// As it stands in the file.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    };
}

text_type! {
    /// The name of a person or institution; one name stands for one of them in a file.
    Name
}
text_type! {
    /// The id of a message: a settlement, premium or transfer.
    Id
}
text_type! {
    /// A code of a reason, refusal or notice that the caller of the parser knows.
    Code
}

/// A whole file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scenario {
    /// The file as it was named to the parser.
    pub file: String,
    /// Its statements in order; empty lines and comments are left out.
    pub lines: Vec<Line>,
}

/// One statement with where it stands.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Line number in the file, from 1.
    pub number: u32,
    /// The line as it stands in the file, without line end.
    pub source: String,
    /// What is written after `=>`, without comment and outer blanks; none: no `=>`.
    pub expectation: Option<String>,
    /// What is to be done or asked.
    pub statement: Statement,
}

/// A statement. Where `expected` is none, it must succeed.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(missing_docs, reason = "each variant shows its form, which names the fields")]
pub enum Statement {
    /// `clock TIME`; never before the time of a line above.
    Clock { time: Moment },
    /// `area CODE`; already carried into the persons and institutions that follow.
    Area { area: AreaCode },
    /// `person NAME …`
    Person(Person),
    /// `account NAME balance AMOUNT …`; only of employees, once.
    Account { person: Name, balance: Fen, previous_years: Fen },
    /// `institution NAME …`
    Institution(Institution),
    /// `status NAME WORD`
    Status { person: Name, status: Status },
    /// `move NAME area CODE`
    Move { person: Name, area: AreaCode },
    /// `freeze NAME`
    Freeze { person: Name },
    /// `unfreeze NAME`
    Unfreeze { person: Name },
    /// `filing NAME area CODE …`; both days are whole days within it.
    Filing { person: Name, area: AreaCode, from: Option<Day>, until: Option<Day> },
    /// `credit NAME AMOUNT`
    Credit { person: Name, amount: Fen },
    /// `year-end AREA`
    YearEnd { area: AreaCode },

    /// `bind SPONSOR BENEFICIARY …`
    Bind { bind: Bind, expected: Option<Expected<BindingState>> },
    /// `consent BENEFICIARY SPONSOR [no]`
    Consent { pair: Pair, answer: Answer, expected: Option<Expected<BindingState>> },
    /// `review SPONSOR BENEFICIARY VERDICT`
    Review { pair: Pair, verdict: Verdict, expected: Option<Expected<BindingState>> },
    /// `limit SPONSOR BENEFICIARY …`; at least one amount is named. Outcome `changed`.
    Limit { pair: Pair, limits: Limits<LimitChange>, expected: Option<Expected<()>> },
    /// `pause SPONSOR BENEFICIARY`
    Pause { pair: Pair, expected: Option<Expected<BindingState>> },
    /// `resume SPONSOR BENEFICIARY`
    Resume { pair: Pair, expected: Option<Expected<BindingState>> },
    /// `unbind SPONSOR BENEFICIARY [by SIDE]`
    Unbind { pair: Pair, by: Side, expected: Option<Expected<BindingState>> },
    /// `order BENEFICIARY SPONSOR...`; each once. Only a refusal can be expected.
    Order { beneficiary: Name, sponsors: Vec<Name>, expected: Option<Expected<()>> },
    /// `family-code HOLDER MEMBER`. Outcome `shown`.
    FamilyCode { holder: Name, member: Name, expected: Option<Expected<()>> },
    /// `binding SPONSOR BENEFICIARY`
    Binding { pair: Pair, expected: Option<Expected<AskedState>> },

    /// `preview ID BENEFICIARY …`; its id is not kept.
    Preview { visit: Visit, expected: Option<Expected<SettlementExpected>> },
    /// `settle ID BENEFICIARY …`
    Settle { visit: Visit, expected: Option<Expected<SettlementExpected>> },
    /// `reverse ID`; the id may be unknown. Outcome `reversed`.
    Reverse { id: Id, expected: Option<Expected<()>> },
    /// `repeat ID`; `first` is what the first line with this id was.
    Repeat { id: Id, first: MessageKind, expected: Option<RepeatExpected> },
    /// `premium ID PAYER …`
    Premium { premium: Premium, expected: Option<Expected<Name>> },
    /// `balance NAME`
    Balance { person: Name, expected: Option<Expected<BalanceExpected>> },
    /// `notices NAME`; an empty list is `none`.
    Notices { person: Name, expected: Option<Expected<Vec<NoticeExpected>>> },
    /// `used SPONSOR BENEFICIARY`
    Used { pair: Pair, expected: Option<Expected<UsedExpected>> },

    /// `wallet NAME open [place CODE]`. Outcome `open`.
    Wallet { person: Name, place: Option<AreaCode>, expected: Option<Expected<()>> },
    /// `quota SPONSOR BENEFICIARY AMOUNT`. Outcome: what is frozen.
    Quota { pair: Pair, amount: Fen, expected: Option<Expected<Fen>> },
    /// `transfer ID SPONSOR BENEFICIARY AMOUNT`. Outcome `pending`.
    Transfer { id: Id, pair: Pair, amount: Fen, expected: Option<Expected<()>> },
    /// `accept ID`. Outcome `accepted`.
    Accept { id: Id, expected: Option<Expected<()>> },
    /// `cancel ID`. Outcome `cancelled`.
    Cancel { id: Id, expected: Option<Expected<()>> },
    /// `wallet-balance NAME`
    WalletBalance { person: Name, expected: Option<Expected<Fen>> },
    /// `link AREA AREA STATE`
    Link { areas: [AreaCode; 2], state: LinkState },
    /// `clearing MONTH`
    Clearing { month: Month, expected: Option<Expected<ClearingExpected>> },
}

/// The two sides of a binding, whichever order the statement names them in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    /// Whose money it is.
    pub sponsor: Name,
    /// Who uses it; may be the same person, which the rules then refuse.
    pub beneficiary: Name,
}

/// What is said of a person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// Not `auto`, `own` or `none`.
    pub name: Name,
    /// The insurance scheme.
    pub scheme: Scheme,
    /// The area of insurance.
    pub area: AreaCode,
    /// Never `dead`.
    pub status: Status,
    /// Day of birth; 1970-01-01 where unstated.
    pub born: Day,
    /// None: unstated.
    pub sex: Option<Sex>,
    /// Each once, in the order written.
    pub traits: Vec<TraitWord>,
}

/// What is said of an institution.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Institution {
    /// Its name.
    pub name: Name,
    /// Hospital or pharmacy.
    pub kind: InstitutionKind,
    /// Where it stands.
    pub area: AreaCode,
    /// Whether it is designated.
    pub designated: Designated,
    /// Whether it takes direct calls.
    pub takes_aid: bool,
    /// Whether it takes wallet money and frozen quotas.
    pub takes_wallet: bool,
}

/// What a sponsor asks for when he binds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bind {
    /// Who binds whom.
    pub pair: Pair,
    /// What the beneficiary is to the sponsor.
    pub relation: Relation,
    /// First day.
    pub from: Option<Day>,
    /// Last whole day; may lie before `from`, which the rules then refuse.
    pub until: Option<Day>,
    /// The limits that the sponsor sets.
    pub limits: Limits<Fen>,
    /// What the money is for, each purpose once; empty: not said.
    pub purposes: Vec<Purpose>,
    /// How the relation is proven; none: not said.
    pub proof: Option<Proof>,
    /// Where it is asked for; none: not said.
    pub channel: Option<Channel>,
}

/// The five amounts of a binding; none: not named.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits<T> {
    /// Over the whole life of the binding.
    pub quota: Option<T>,
    /// For one settlement.
    pub per_settlement: Option<T>,
    /// For one day.
    pub per_day: Option<T>,
    /// For one calendar month.
    pub per_month: Option<T>,
    /// For one year.
    pub per_year: Option<T>,
}

/// A new amount for a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LimitChange {
    /// From now on this amount, in fen.
    Set(Fen),
    /// Written `none`.
    Lift,
}

/// What a binding may be used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Purpose {
    /// Visits of this kind.
    Visit(Kind),
    /// Written `premium`.
    Premium,
}

/// What a beneficiary says to an invitation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// Nothing is written.
    Yes,
    /// Written `no`.
    No,
}

/// A bill at an institution, to be settled or previewed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Visit {
    /// The id of the message.
    pub id: Id,
    /// The patient.
    pub beneficiary: Name,
    /// Where the bill is made out.
    pub institution: Name,
    /// The kind of visit.
    pub kind: Kind,
    /// The pieces of the personal burden, each once, in the order written; never empty.
    pub parts: Vec<(Part, Fen)>,
    /// What pooled insurance pays of the same bill.
    pub fund: Fen,
    /// What the payer said at the till.
    pub using: Using,
    /// Whose code was shown; the patient where nothing is written.
    pub code: Name,
    /// Whether the bill is marked `emergency` (which counts as filed).
    pub emergency: bool,
}

impl Visit {
    /// The personal part of the bill: the sum of its parts.
    #[must_use]
    pub fn personal_part(&self) -> Fen {
        Fen::sum(self.parts.iter().map(|(_, amount)| *amount))
    }
}

/// What the payer said at the till.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Using {
    /// What the area offers.
    Auto,
    /// His own account and nothing else.
    Own,
    /// Cash only.
    None,
    /// Of the sponsors only this one.
    Sponsor(Name),
}

/// A premium to be paid.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Premium {
    /// The id of the message.
    pub id: Id,
    /// Whose money it is.
    pub payer: Name,
    /// Whose insurance it is; may be the payer.
    pub insured: Name,
    /// Which insurance.
    pub plan: Plan,
    /// The calendar year that is insured.
    pub year: i32,
    /// The whole premium.
    pub amount: Fen,
}

/// An insurance that a premium is paid for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Plan {
    /// Written `resident`.
    Resident,
    /// Written `long-term-care`.
    LongTermCare,
    /// A product by its name.
    Product(String),
}

/// What kind of message an id was first used for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MessageKind {
    /// `settle`
    Settlement,
    /// `premium`
    Premium,
    /// `transfer`
    Transfer,
}
