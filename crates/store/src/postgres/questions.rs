//! What a till asks before there is a bill, thousands of times a second: whoever comes while a question is under way waits, and
//! is asked for together with all others who did. So the busier the server is, the fewer statements it gets.
//!
//! Invariants: one connection, however many ask; two statements for all who waited; nobody's answer depends on another's, and a
//! caller who goes away takes no one's answer with him. Deliberately absent: keeping answers for later.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::Poll;

use futures_util::future::try_join_all;
use futures_util::try_join;
use gongji_domain::institution::Institution;
use gongji_domain::readiness::Backing;
use gongji_domain::stop::Stops;
use gongji_words::{InstitutionId, PersonId};
use tokio::sync::oneshot::error::TryRecvError;
use tokio::sync::{Mutex as AsyncMutex, MutexGuard as Turn, oneshot};

use super::address::Address;
use super::session::Session;
use super::spread;
use crate::sql::{catalogue as sql, decode};
use crate::{StoreError, stop};

/// Most questions in one statement; who is over waits for the next.
const MOST: usize = 256;

/// Who could pay, the institution, and the stops in force.
pub(crate) type Answer = (Vec<Backing>, Option<Institution>, Stops);
/// For whom, and where.
pub(super) type Question = (PersonId, InstitutionId);

/// What becomes of a question that somebody else asks for.
enum Told {
    Answer(Answer),
    /// The server was not there.
    Unreachable,
    /// Something that came up may have nothing to do with this question.
    AskAlone,
}

/// What came first.
enum Come<'q> {
    /// Somebody else has asked; nothing if he has gone away.
    Told(Option<Told>),
    /// Nobody is asking any more.
    Turn(Turn<'q, Option<Session>>),
}

struct Waiting {
    question: Question,
    told: oneshot::Sender<Told>,
}

/// Those who wait, and the connection of whoever asks for them.
#[derive(Default)]
pub(super) struct Questions {
    waiting: Mutex<Vec<Waiting>>,
    turn: AsyncMutex<Option<Session>>,
}

impl fmt::Debug for Questions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Questions").finish_non_exhaustive()
    }
}

impl Questions {
    /// Asks, or has somebody ask who is about to.
    pub(super) async fn ask(&self, address: &Address, question: Question) -> Result<Answer, StoreError> {
        loop {
            let (told, mut answer) = oneshot::channel();
            self.waiting().push(Waiting { question, told });
            let mut turn = pin!(self.turn.lock());
            // Who has been answered meanwhile does not take the turn.
            let come = poll_fn(|context| match Pin::new(&mut answer).poll(context) {
                Poll::Ready(told) => Poll::Ready(Come::Told(told.ok())),
                Poll::Pending => turn.as_mut().poll(context).map(Come::Turn),
            });
            let told = match come.await {
                Come::Told(told) => told,
                Come::Turn(mut session) => self.ask_until(&mut answer, (&mut session, address)).await,
            };
            match told {
                Some(Told::Answer(answer)) => return Ok(answer),
                Some(Told::Unreachable) => return Err(StoreError::Unreachable),
                Some(Told::AskAlone) => return self.ask_alone(address, question).await,
                // Who was asking has gone away.
                None => {}
            }
        }
    }

    fn waiting(&self) -> MutexGuard<'_, Vec<Waiting>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Asks for those who wait, the first first, until one of them is answered.
    async fn ask_until(
        &self,
        answer: &mut oneshot::Receiver<Told>,
        (session, address): (&mut Option<Session>, &Address),
    ) -> Option<Told> {
        loop {
            match answer.try_recv() {
                Err(TryRecvError::Empty) => self.ask_for_all(session, address).await,
                told => return told.ok(),
            }
        }
    }

    async fn ask_alone(&self, address: &Address, question: Question) -> Result<Answer, StoreError> {
        let mut session = self.turn.lock().await;
        let answers = answers(&mut session, address, &[question]).await?;
        Ok(answers.into_iter().next().unwrap_or_default())
    }

    /// Those whose answers nobody waits for any more are told in vain.
    async fn ask_for_all(&self, session: &mut Option<Session>, address: &Address) {
        let waiting: Vec<Waiting> = {
            let mut waiting = self.waiting();
            let count = waiting.len().min(MOST);
            waiting.drain(..count).collect()
        };
        let questions: Vec<Question> = waiting.iter().map(|one| one.question).collect();
        match answers(session, address, &questions).await {
            Ok(answers) => {
                for (one, answer) in waiting.into_iter().zip(answers) {
                    drop(one.told.send(Told::Answer(answer)));
                }
            }
            Err(error) => {
                let lost = matches!(error, StoreError::Unreachable);
                let told = || if lost { Told::Unreachable } else { Told::AskAlone };
                waiting.into_iter().for_each(|one| drop(one.told.send(told())));
            }
        }
    }
}

/// The answers in the order of the questions, by two statements that go out at once, unless rows are spread over machines.
async fn answers(
    session: &mut Option<Session>,
    address: &Address,
    questions: &[Question],
) -> Result<Vec<Answer>, StoreError> {
    if session.as_ref().is_none_or(Session::is_closed) {
        *session = Some(Session::connect(address).await?);
    }
    let session = session.as_ref().expect("it was made above");
    if session.is_spread() {
        return try_join_all(questions.iter().map(|question| spread::answer(session, *question))).await;
    }
    let patients: BTreeSet<i64> = questions.iter().map(|(patient, _)| patient.number()).collect();
    let institutions: BTreeSet<i64> = questions.iter().map(|(_, institution)| institution.number()).collect();
    let (patients, institutions): (Vec<i64>, Vec<i64>) =
        (patients.into_iter().collect(), institutions.into_iter().collect());
    let (backings, places) = try_join!(
        session.query_keys(&sql::BACKINGS, &patients, decode::backing),
        session.query_keys(&sql::INSTITUTION_WITH_STOPS, &institutions, stop::institution_with_stop),
    )?;
    let mut of_patient: BTreeMap<PersonId, Vec<Backing>> = BTreeMap::new();
    for backing in backings {
        of_patient.entry(backing.binding.beneficiary).or_default().push(backing);
    }
    // Each of them comes with all stops.
    let stops: Stops = places.iter().filter_map(|(_, stop)| *stop).collect();
    let known: BTreeMap<InstitutionId, Institution> = places.into_iter().map(|(one, _)| (one.id, one)).collect();
    let answer = |(patient, institution): &Question| {
        (of_patient.get(patient).cloned().unwrap_or_default(), known.get(institution).cloned(), stops.clone())
    };
    Ok(questions.iter().map(answer).collect())
}
