//! What the faces are made of: a node, and what the program brings.

use std::future::Future;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::atomic::{AtomicI64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use axum::body::Bytes;
use axum::http::{HeaderMap, StatusCode};
use gongji_domain::access::Holder;
use gongji_domain::benefit::Benefits;
use gongji_service::benefits::built_in_benefits;
use gongji_service::past::Past;
use gongji_service::pulse::Pulse;
use gongji_service::{Node, Passwords, Randomness, ServiceError, Turns};
use gongji_words::{AreaCode, PersonId};

use crate::holders::Holders;
use crate::infno::{Profiles, Tallies};

/// A future of the numbers.
pub type Drawn<'a> = Pin<Box<dyn Future<Output = Result<(), ServiceError>> + Send + 'a>>;

/// Where numbers come from, for commands and for people who are new.
pub trait Numbers: Send + Sync {
    /// To be awaited before a command is entered: numbers that several programs share are taken in advance.
    fn prepare(&self) -> Drawn<'_>;

    /// A number for a person who is new here.
    fn next_person(&self) -> PersonId;
}

/// Where failures are written down.
pub trait Journal: Send + Sync {
    /// A failure under its number, in words for operators: without names, certificate numbers and balances.
    fn failure(&self, number: i64, operation: &'static str, what: &str);
}

/// Who asks, as far as it matters how often.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Caller {
    /// Whoever has this token.
    Holder(Holder),
    /// Somebody without a valid one, from this address.
    Address(IpAddr),
}

/// A future of a turn.
pub type Entering<'g> = Pin<Box<dyn Future<Output = bool> + Send + 'g>>;

/// Who may ask how often. Asking too often is told as [`REQ_RATE_LIMIT`](gongji_domain::reason::Reason::ReqRateLimit).
pub trait Gate: Send + Sync {
    /// Whether a request may begin, at its caller's turn; one that may ends with [`Gate::leave`].
    fn enter<'g>(&'g self, caller: &'g Caller) -> Entering<'g>;

    /// It has ended.
    fn leave(&self, caller: &Caller);
}

/// Everybody, as often as he likes.
impl Gate for () {
    fn enter<'g>(&'g self, _: &'g Caller) -> Entering<'g> {
        Box::pin(async { true })
    }

    fn leave(&self, _: &Caller) {}
}

/// What the program counts.
pub trait Meters: Send + Sync {
    /// All of it in the text form of Prometheus, with how the node is now and how many requests are under way.
    fn text(&self, pulse: &Pulse, under_way: usize) -> String;
}

/// A call of the national interface that another centre serves, as it came.
#[derive(Debug)]
pub struct Passing {
    /// The centre: scheme, host, and a path that stands before that of the call.
    pub to: String,
    /// Path and query of the call.
    pub path: String,
    /// Its headers, without those of the connection.
    pub headers: HeaderMap,
    /// Its body.
    pub body: Bytes,
}

/// What the other centre answered, as it came.
#[derive(Debug)]
pub struct Returned {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

/// A future of what another centre answers, or why it does not, in words for operators.
pub type Passed<'u> = Pin<Box<dyn Future<Output = Result<Returned, String>> + Send + 'u>>;

/// The way to other centres.
pub trait Upstream: Send + Sync {
    /// Passes a call on, once.
    fn pass(&self, passing: Passing) -> Passed<'_>;

    /// Who divides the bills of a pooling area in place of our calculator, if anybody does.
    fn core_of(&self, _: AreaCode) -> Option<Core> {
        None
    }
}

/// The core of a pooling area (待遇核心), which divides bills itself.
#[derive(Clone, PartialEq, Eq)]
pub struct Core {
    /// Where it is asked.
    pub url: String,
    /// What shows it that we may.
    pub token: Option<String>,
}

/// There is none.
impl Upstream for () {
    fn pass(&self, _: Passing) -> Passed<'_> {
        Box::pin(async { Err("this program passes nothing on".to_owned()) })
    }
}

/// What the program brings.
pub struct Ports {
    /// Numbers.
    pub numbers: Arc<dyn Numbers>,
    /// Randomness of tokens and keys.
    pub randomness: Arc<dyn Randomness>,
    /// Passwords of staff.
    pub passwords: Arc<dyn Passwords>,
    /// Where failures go.
    pub journal: Arc<dyn Journal>,
    /// Who may ask how often.
    pub gate: Arc<dyn Gate>,
    /// What is counted.
    pub meters: Arc<dyn Meters>,
    /// Where calls go that are not served here.
    pub upstream: Arc<dyn Upstream>,
}

/// What can be set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Settings {
    /// The largest body, in bytes.
    pub body_bytes: usize,
    /// Most requests under way at once; more are told to come again.
    pub requests: usize,
    /// How long a session lasts, in minutes.
    pub session_minutes: i64,
}

impl Default for Settings {
    fn default() -> Self {
        Self { body_bytes: 64 * 1_024, requests: 1_024, session_minutes: 8 * 60 }
    }
}

/// A node with its faces.
pub struct Face {
    pub(crate) node: Arc<Node>,
    pub(crate) ports: Ports,
    pub(crate) settings: Settings,
    under_way: AtomicUsize,
    failures: AtomicI64,
    /// The laws of the past, as of a release.
    past: Mutex<Option<(u32, Arc<Past>)>>,
    /// Plans and catalogue of the basic insurance, read when they are first needed.
    benefits: OnceLock<Benefits>,
    pub(crate) holders: Holders,
    pub(crate) tallies: Tallies,
    pub(crate) profiles: Profiles,
    /// Bills of one patient are worked out one after the other: each stands on those before it.
    pub(crate) patients: Turns<PersonId>,
}

/// The place of a request among those under way; free again when dropped.
pub(crate) struct Place<'f>(&'f Face);

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.under_way.fetch_sub(1, Ordering::AcqRel);
    }
}

/// A caller who was let in; it is over when dropped.
pub(crate) struct Pass<'f> {
    face: &'f Face,
    caller: Option<Caller>,
}

impl Drop for Pass<'_> {
    fn drop(&mut self) {
        if let Some(caller) = &self.caller {
            self.face.ports.gate.leave(caller);
        }
    }
}

impl Face {
    /// Puts faces on a node.
    #[must_use]
    pub fn new(node: Arc<Node>, ports: Ports, settings: Settings) -> Self {
        let (under_way, failures) = (AtomicUsize::new(0), AtomicI64::new(0));
        let (past, benefits) = (Mutex::new(None), OnceLock::new());
        let (holders, tallies, profiles) = (Holders::default(), Tallies::default(), Profiles::default());
        let patients = Turns::default();
        Self { node, ports, settings, under_way, failures, past, benefits, holders, tallies, profiles, patients }
    }

    /// The node behind them.
    #[must_use]
    pub fn node(&self) -> &Arc<Node> {
        &self.node
    }

    /// Plans and catalogue of the basic insurance.
    pub(crate) fn benefits(&self) -> &Benefits {
        self.benefits.get_or_init(built_in_benefits)
    }

    /// How many requests are under way.
    #[must_use]
    pub fn requests_under_way(&self) -> usize {
        self.under_way.load(Ordering::Acquire)
    }

    /// A place, unless there are too many already.
    pub(crate) fn enter(&self) -> Option<Place<'_>> {
        let place = Place(self);
        let before = self.under_way.fetch_add(1, Ordering::AcqRel);
        (before < self.settings.requests).then_some(place)
    }

    /// Lets a caller in, unless he asks too often. Who cannot be told from others is not counted.
    pub(crate) async fn let_in(&self, caller: Option<Caller>) -> Option<Pass<'_>> {
        let may = match &caller {
            Some(caller) => self.ports.gate.enter(caller).await,
            None => true,
        };
        may.then(|| Pass { face: self, caller })
    }

    /// Writes a failure down and gives its number.
    pub(crate) fn note(&self, operation: &'static str, what: &str) -> i64 {
        let number = self.failures.fetch_add(1, Ordering::AcqRel) + 1;
        self.ports.journal.failure(number, operation, what);
        number
    }

    /// The laws of the past, read again when there is a new release.
    pub(crate) async fn past(&self) -> Result<Arc<Past>, ServiceError> {
        let law = self.node.law();
        let known = self.past.lock().unwrap_or_else(PoisonError::into_inner).clone();
        if let Some((release, past)) = known
            && release == law.release()
        {
            return Ok(past);
        }
        let past = Arc::new(self.node.past().await?);
        *self.past.lock().unwrap_or_else(PoisonError::into_inner) = Some((law.release(), past.clone()));
        Ok(past)
    }
}
