//! What is asked thousands of times a second, by keys: whoever comes while a question is under way waits, and is asked for
//! together with all others who did. So the busier the server is, the fewer statements it gets; and while many come, a question also
//! waits a moment for them ([`crate::patience::Patience::gather`]), because a statement for few costs nearly what one for many does.
//!
//! Invariants: one connection, however many ask; a statement of each kind for all who waited; nobody's answer depends on another's, and a
//! caller who goes away takes no one's answer with him. Deliberately absent: keeping answers for later.

use std::fmt;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::Poll;

use tokio::sync::oneshot::error::TryRecvError;
use tokio::sync::{Mutex as AsyncMutex, MutexGuard as Turn, oneshot};

use super::address::Address;
use super::lookups::{self, Answer, Question};
use super::session::Session;
use crate::StoreError;
use crate::patience::Patient;

/// Most questions in one statement; who is over waits for the next.
const MOST: usize = 256;

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
    pub(super) async fn ask(
        &self,
        (address, patience): (&Address, &Patient),
        question: Question,
    ) -> Result<Answer, StoreError> {
        loop {
            let (told, mut answer) = oneshot::channel();
            self.waiting().push(Waiting { question: question.clone(), told });
            let mut turn = pin!(self.turn.lock());
            // Who has been answered meanwhile does not take the turn.
            let come = poll_fn(|context| match Pin::new(&mut answer).poll(context) {
                Poll::Ready(told) => Poll::Ready(Come::Told(told.ok())),
                Poll::Pending => turn.as_mut().poll(context).map(Come::Turn),
            });
            let told = match come.await {
                Come::Told(told) => told,
                Come::Turn(mut session) => self.ask_until(&mut answer, (&mut session, address), patience).await,
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
        patience: &Patient,
    ) -> Option<Told> {
        loop {
            match answer.try_recv() {
                Err(TryRecvError::Empty) => {
                    patience.gather().await;
                    self.ask_for_all(session, address).await;
                }
                told => return told.ok(),
            }
        }
    }

    async fn ask_alone(&self, address: &Address, question: Question) -> Result<Answer, StoreError> {
        let mut session = self.turn.lock().await;
        let mut answers = answers(&mut session, address, &[question]).await?;
        Ok(answers.pop().expect("each question has its answer"))
    }

    /// Those whose answers nobody waits for any more are told in vain.
    async fn ask_for_all(&self, session: &mut Option<Session>, address: &Address) {
        let waiting: Vec<Waiting> = {
            let mut waiting = self.waiting();
            let count = waiting.len().min(MOST);
            waiting.drain(..count).collect()
        };
        let questions: Vec<Question> = waiting.iter().map(|one| one.question.clone()).collect();
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

async fn answers(
    session: &mut Option<Session>,
    address: &Address,
    questions: &[Question],
) -> Result<Vec<Answer>, StoreError> {
    if session.as_ref().is_none_or(Session::is_closed) {
        *session = Some(Box::pin(Session::connect(address)).await?);
    }
    // Boxed, because everybody who asks carries this with him, and one asks for all.
    Box::pin(lookups::answers(session.as_ref().expect("it was made above"), questions)).await
}
