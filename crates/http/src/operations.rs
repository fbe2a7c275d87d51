//! Every route: its address, what it reads, what it answers, what runs.

use std::future::Future;
use std::pin::Pin;

use crate::access::Operation;
use crate::asked::{Answered, Asked, DONE};
use crate::shape::{NOTHING, PAGE_OF, Shape};
use crate::{
    bindings, books, cases, health, institutions, money, openapi, orders, page, people, policy, proposals, sessions,
    settlements, stops, visits,
};

/// How an address is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// Reads.
    Get,
    /// Makes, or does.
    Post,
    /// Puts in place of what is there.
    Put,
    /// Takes away.
    Delete,
}

impl Verb {
    /// Its word in a request.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Post => "POST",
            Self::Put => "PUT",
            Self::Delete => "DELETE",
        }
    }
}

/// Whether a repeat has to be told apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Effect {
    /// It changes nothing, or nothing that counts.
    Read,
    /// It is a message, with a key and one answer for ever.
    Write,
}

/// The answer of a route.
pub type Answering = Pin<Box<dyn Future<Output = Answered> + Send>>;

/// A route.
pub struct Route {
    /// What it does: [`crate::access`] says who may.
    pub operation: Operation,
    /// How it is asked.
    pub verb: Verb,
    /// Where; parts in braces are open.
    pub path: &'static str,
    /// What its open parts are called in the description, and what they are.
    pub about: &'static str,
    /// Whether it is a message.
    pub effect: Effect,
    /// What stands behind the question mark.
    pub query: &'static Shape,
    /// What it reads.
    pub body: Option<&'static Shape>,
    /// The status of a good answer, and what it looks like.
    pub good: (u16, Option<&'static Shape>),
    /// What runs.
    pub run: fn(Asked) -> Answering,
}

impl Route {
    const fn of(
        (verb, path): (Verb, &'static str),
        operation: Operation,
        about: &'static str,
        run: fn(Asked) -> Answering,
    ) -> Self {
        let effect = Effect::Read;
        Self { operation, verb, path, about, effect, query: &NOTHING, body: None, good: (200, None), run }
    }

    const fn asks(mut self, query: &'static Shape) -> Self {
        self.query = query;
        self
    }

    const fn reads(mut self, body: &'static Shape) -> Self {
        self.body = Some(body);
        self
    }

    const fn writes(mut self, body: Option<&'static Shape>) -> Self {
        self.effect = Effect::Write;
        self.body = body;
        self
    }

    const fn gives(mut self, status: u16, shape: Option<&'static Shape>) -> Self {
        self.good = (status, shape);
        self
    }
}

macro_rules! run {
    ($handler:path) => {
        |asked| Box::pin($handler(asked))
    };
}

use Operation as O;
use Verb::{Delete, Get, Post, Put};

/// All of them.
pub const ROUTES: &[Route] = &[
    Route::of((Get, "/healthz"), O::IsAlive, "The program runs.", run!(health::alive)).gives(200, Some(&health::STATE)),
    Route::of((Get, "/readyz"), O::IsReady, "It can do its work: store, tables, law.", run!(health::ready))
        .gives(200, Some(&health::STATE)),
    Route::of(
        (Get, "/metrics"),
        O::ReadMetrics,
        "What it counts, in the text form of Prometheus.",
        run!(health::metrics),
    ),
    Route::of((Get, "/openapi.json"), O::Describe, "This description.", run!(openapi::document)),
    Route::of((Get, "/docs"), O::ReadDocs, "This description, to be read.", run!(page::page)),
    Route::of((Get, "/problems/{code}"), O::ReadProblem, "What a code means, in both languages.", run!(page::problem)),
    Route::of((Post, "/v1/sessions"), O::SignIn, "Staff sign in; the token is shown once.", run!(sessions::sign_in))
        .reads(&sessions::SIGN_IN)
        .gives(201, Some(&sessions::SESSION)),
    Route::of((Delete, "/v1/sessions/current"), O::SignOut, "The session ends.", run!(sessions::sign_out))
        .gives(204, None),
    Route::of((Get, "/v1/sessions/current"), O::WhoAmI, "Who asks, and what he is.", run!(sessions::current))
        .gives(200, Some(&sessions::HOLDER)),
    Route::of((Post, "/v1/settlements"), O::Settle, "A bill is settled.", run!(settlements::settle))
        .writes(Some(&settlements::BILL))
        .gives(201, Some(&settlements::SETTLED)),
    Route::of((Get, "/v1/settlements/{id}"), O::ReadSettlement, "A settlement as it stands.", run!(settlements::read))
        .gives(200, Some(&settlements::SETTLEMENT)),
    Route::of(
        (Post, "/v1/settlements/{id}/reversal"),
        O::Reverse,
        "It is undone, each fen to where it came from.",
        run!(settlements::reverse),
    )
    .writes(None)
    .gives(201, Some(&settlements::REVERSED)),
    Route::of(
        (Get, "/v1/settlements/{id}/explanation"),
        O::Explain,
        "Why it came out so, as the reader may know it.",
        run!(settlements::explain),
    )
    .gives(200, Some(&settlements::EXPLANATION)),
    Route::of(
        (Get, "/v1/cases/{number}"),
        O::FindCase,
        "The settlement behind the four characters that a cashier was told.",
        run!(cases::of_number),
    )
    .asks(&cases::ASKED)
    .gives(200, Some(&cases::FOUND)),
    Route::of((Post, "/v1/visits"), O::OpenVisit, "A patient is there: good for this day.", run!(visits::open))
        .writes(Some(&visits::NEW))
        .gives(201, Some(&visits::VISIT)),
    Route::of(
        (Post, "/v1/previews"),
        O::Preview,
        "What a bill of a visit would come to. Counted; nothing is kept.",
        run!(visits::preview),
    )
    .reads(&visits::PREVIEW)
    .gives(200, Some(&visits::PREVIEWED)),
    Route::of(
        (Get, "/v1/eligibility"),
        O::IsEligible,
        "Whether anybody of this province is ready to pay. It names nobody.",
        run!(visits::eligibility),
    )
    .asks(&visits::ELIGIBILITY)
    .gives(200, Some(&visits::READINESS)),
    Route::of((Post, "/v1/people"), O::RegisterPerson, "A person is registered.", run!(people::register))
        .writes(Some(&people::NEW))
        .gives(201, Some(&people::REGISTERED)),
    Route::of((Get, "/v1/people/{person}"), O::ReadPerson, "A person.", run!(people::read))
        .gives(200, Some(&people::PERSON)),
    Route::of((Get, "/v1/people/{person}/balance"), O::ReadBalance, "His account and wallet.", run!(people::balance))
        .gives(200, Some(&people::BALANCE)),
    Route::of(
        (Get, "/v1/people/{person}/notices"),
        O::ListNotices,
        "What he was told, the oldest first.",
        run!(people::notices),
    )
    .asks(&PAGE_OF)
    .gives(200, Some(&people::NOTICES)),
    Route::of(
        (Get, "/v1/people/{person}/previews"),
        O::ListPreviews,
        "Visits, and how often a preview was asked for.",
        run!(people::previews),
    )
    .asks(&PAGE_OF)
    .gives(200, Some(&people::PREVIEWS)),
    Route::of(
        (Get, "/v1/people/{person}/bindings"),
        O::ListBindings,
        "His bindings, given and used.",
        run!(bindings::list),
    )
    .asks(&PAGE_OF)
    .gives(200, Some(&bindings::BINDINGS)),
    Route::of((Post, "/v1/bindings"), O::Bind, "A sponsor binds a relative.", run!(bindings::bind))
        .writes(Some(&bindings::NEW))
        .gives(201, Some(&bindings::BOUND)),
    Route::of(
        (Get, "/v1/bindings/{pair}"),
        O::ReadBinding,
        "The last binding of a sponsor and a beneficiary.",
        run!(bindings::read),
    )
    .gives(200, Some(&bindings::BINDING)),
    Route::of((Post, "/v1/bindings/{pair}/consent"), O::Consent, "The beneficiary answers.", run!(bindings::consent))
        .writes(Some(&bindings::CONSENT))
        .gives(200, Some(&bindings::BOUND)),
    Route::of((Post, "/v1/bindings/{pair}/review"), O::Review, "The agency decides.", run!(bindings::review))
        .writes(Some(&bindings::REVIEW))
        .gives(200, Some(&bindings::BOUND)),
    Route::of(
        (Post, "/v1/bindings/{pair}/limits"),
        O::ChangeLimits,
        "The sponsor changes limits: null lifts one.",
        run!(bindings::limits),
    )
    .writes(Some(&bindings::LIMITS))
    .gives(200, Some(&DONE)),
    Route::of((Post, "/v1/bindings/{pair}/pause"), O::Pause, "The sponsor pauses.", run!(bindings::pause))
        .writes(None)
        .gives(200, Some(&bindings::BOUND)),
    Route::of((Post, "/v1/bindings/{pair}/resumption"), O::Resume, "The sponsor resumes.", run!(bindings::resume))
        .writes(None)
        .gives(200, Some(&bindings::BOUND)),
    Route::of((Post, "/v1/bindings/{pair}/unbinding"), O::Unbind, "One side unbinds.", run!(bindings::unbind))
        .writes(Some(&bindings::UNBIND))
        .gives(200, Some(&bindings::BOUND)),
    Route::of((Put, "/v1/people/{person}/sponsors"), O::OrderSponsors, "Who pays first.", run!(orders::sponsors))
        .writes(Some(&orders::SPONSORS))
        .gives(200, Some(&DONE)),
    Route::of((Post, "/v1/people/{person}/filings"), O::FileCare, "Care away from home is filed.", run!(orders::file))
        .writes(Some(&orders::FILING))
        .gives(200, Some(&DONE)),
    Route::of(
        (Post, "/v1/people/{person}/family-codes"),
        O::ShowFamilyCode,
        "Somebody's phone shows his code.",
        run!(orders::show_family_code),
    )
    .writes(Some(&orders::FAMILY_CODE))
    .gives(200, Some(&DONE)),
    Route::of((Post, "/v1/people/{person}/wallet"), O::OpenWallet, "A wallet is opened.", run!(orders::open_wallet))
        .writes(Some(&orders::WALLET))
        .gives(200, Some(&DONE)),
    Route::of((Post, "/v1/people/{person}/credits"), O::Credit, "Money comes into his account.", run!(money::credit))
        .writes(Some(&money::CREDIT))
        .gives(200, Some(&DONE)),
    Route::of((Post, "/v1/people/{person}/freeze"), O::Freeze, "His account is frozen.", run!(money::freeze))
        .writes(None)
        .gives(200, Some(&DONE)),
    Route::of(
        (Post, "/v1/people/{person}/status"),
        O::ChangeStatus,
        "The state of his insurance changes.",
        run!(money::change_status),
    )
    .writes(Some(&money::STATUS))
    .gives(200, Some(&DONE)),
    Route::of(
        (Post, "/v1/people/{person}/move"),
        O::Relocate,
        "His insurance moves to another area.",
        run!(money::relocate),
    )
    .writes(Some(&money::MOVE))
    .gives(200, Some(&DONE)),
    Route::of((Post, "/v1/quotas"), O::SetQuota, "A quota is frozen for a relative.", run!(orders::quota))
        .writes(Some(&orders::ORDER))
        .gives(200, Some(&orders::FROZEN)),
    Route::of((Post, "/v1/transfers"), O::Transfer, "Money is sent to a relative's wallet.", run!(orders::transfer))
        .writes(Some(&orders::ORDER))
        .gives(201, Some(&orders::TRANSFER)),
    Route::of(
        (Post, "/v1/transfers/{transfer}/acceptance"),
        O::AcceptTransfer,
        "The receiver takes it.",
        run!(orders::accept),
    )
    .writes(Some(&orders::ACCEPTANCE))
    .gives(200, Some(&orders::TRANSFER)),
    Route::of(
        (Post, "/v1/transfers/{transfer}/cancellation"),
        O::CancelTransfer,
        "The sender takes it back.",
        run!(orders::cancel),
    )
    .writes(Some(&orders::CANCELLATION))
    .gives(200, Some(&orders::TRANSFER)),
    Route::of((Post, "/v1/premiums"), O::PayPremium, "A premium is paid.", run!(orders::pay_premium))
        .writes(Some(&orders::PREMIUM))
        .gives(201, Some(&orders::PAID)),
    Route::of(
        (Post, "/v1/premiums/{premium}/reversal"),
        O::ReversePremium,
        "It is given back before its year begins.",
        run!(orders::reverse_premium),
    )
    .writes(None)
    .gives(200, Some(&DONE)),
    Route::of(
        (Post, "/v1/proposals"),
        O::Propose,
        "Something that takes two persons is proposed.",
        run!(proposals::propose),
    )
    .writes(Some(&proposals::NEW))
    .gives(201, Some(&proposals::PROPOSAL)),
    Route::of((Get, "/v1/proposals"), O::ListProposals, "Proposals of one's areas.", run!(proposals::list))
        .asks(&proposals::WHICH)
        .gives(200, Some(&proposals::PROPOSALS)),
    Route::of((Get, "/v1/proposals/{proposal}"), O::ReadProposal, "A proposal.", run!(proposals::read))
        .gives(200, Some(&proposals::PROPOSAL)),
    Route::of(
        (Post, "/v1/proposals/{proposal}/approval"),
        O::ApproveProposal,
        "Another person approves it, and it is done, once.",
        run!(proposals::approve),
    )
    .gives(200, Some(&proposals::PROPOSAL)),
    Route::of(
        (Post, "/v1/proposals/{proposal}/rejection"),
        O::RejectProposal,
        "It is rejected.",
        run!(proposals::reject),
    )
    .reads(&proposals::REJECTION)
    .gives(200, Some(&proposals::PROPOSAL)),
    Route::of(
        (Post, "/v1/proposals/{proposal}/withdrawal"),
        O::WithdrawProposal,
        "It is taken back.",
        run!(proposals::withdraw),
    )
    .gives(200, Some(&proposals::PROPOSAL)),
    Route::of(
        (Get, "/v1/institutions"),
        O::ListInstitutions,
        "The institutions of one's areas.",
        run!(institutions::list),
    )
    .asks(&PAGE_OF)
    .gives(200, Some(&institutions::INSTITUTIONS)),
    Route::of((Get, "/v1/institutions/{institution}"), O::ReadInstitution, "An institution.", run!(institutions::read))
        .gives(200, Some(&institutions::INSTITUTION)),
    Route::of(
        (Put, "/v1/institutions/{institution}"),
        O::RegisterInstitution,
        "An institution is as said from now on.",
        run!(institutions::register),
    )
    .writes(Some(&institutions::NEW))
    .gives(200, Some(&DONE)),
    Route::of(
        (Get, "/v1/policy"),
        O::ReadLaw,
        "The law of an area on a day, each rule with its source.",
        run!(policy::law),
    )
    .asks(&policy::ON)
    .gives(200, Some(&policy::LAW)),
    Route::of((Get, "/v1/policy/releases"), O::ListReleases, "How packs became law.", run!(policy::list))
        .asks(&PAGE_OF)
        .gives(200, Some(&policy::RELEASES)),
    Route::of(
        (Post, "/v1/policy/releases"),
        O::ProposeRelease,
        "A pack is proposed; its text tells a repeat.",
        run!(policy::propose),
    )
    .reads(&policy::PROPOSAL)
    .gives(201, Some(&policy::RELEASE)),
    Route::of(
        (Post, "/v1/policy/releases/{release}/approval"),
        O::ApproveRelease,
        "Another person approves it: it is law from the next bill on.",
        run!(policy::approve),
    )
    .gives(200, Some(&policy::RELEASE)),
    Route::of(
        (Post, "/v1/policy/releases/{release}/withdrawal"),
        O::WithdrawRelease,
        "It never becomes law.",
        run!(policy::withdraw),
    )
    .gives(200, Some(&policy::RELEASE)),
    Route::of((Get, "/v1/stops"), O::ListStops, "What mutual aid was stopped for, by whom and why.", run!(stops::list))
        .asks(&PAGE_OF)
        .gives(200, Some(&stops::STOPS)),
    Route::of((Get, "/v1/months/{month}/claims"), O::ListClaims, "The claims of a month.", run!(books::claims))
        .asks(&PAGE_OF)
        .gives(200, Some(&books::CLAIMS)),
    Route::of((Get, "/v1/months/{month}/clearing"), O::ReadClearing, "Its positions.", run!(books::clearing))
        .gives(200, Some(&books::CLEARING)),
    Route::of(
        (Get, "/v1/days/{day}/trial-balance"),
        O::ReadTrialBalance,
        "All that was entered until its end, by position.",
        run!(books::trial_balance),
    )
    .gives(200, Some(&books::TRIAL_BALANCE)),
];
