//! What clients sent and what they were told: the model that every later answer is held against.

use gongji_domain::message::{Answer, Command, Settled};
use gongji_domain::record::MessageState;
use gongji_words::{CommandId, Fen, MessageId, Moment};

use crate::plan::Figures;

/// A command of a client, from its first sending to its one answer.
#[derive(Clone, Debug)]
pub struct Order {
    /// Its message.
    pub message: MessageId,
    /// The site that it goes to.
    pub site: usize,
    /// What is asked for.
    pub command: Command,
    /// When it was sent first.
    pub sent_at: Moment,
    /// Its first answer.
    pub answer: Option<Answer>,
    /// The id under which it was entered, once it is answered.
    pub id: Option<CommandId>,
    /// How often it is under way.
    pub under_way: u32,
    /// The step in which the client tries again.
    pub again_at: u64,
}

impl Order {
    /// Whether it asks and changes nothing: then no answer is for ever.
    #[must_use]
    pub fn is_question(&self) -> bool {
        matches!(self.command, Command::Preview(_))
    }

    /// The bill's outcome, if it was settled.
    #[must_use]
    pub fn settled(&self) -> Option<&Settled> {
        match (&self.command, &self.answer) {
            (Command::Settle(_), Some(Answer::Settled(settled))) => Some(settled),
            _ => None,
        }
    }

    /// Takes an answer in; says what is wrong with it.
    ///
    /// # Errors
    /// A sentence about an answer that must not be.
    pub fn take(&mut self, answer: Answer) -> Result<(), String> {
        check_sum(&self.command, &answer)?;
        match &self.answer {
            Some(first) if !self.is_question() && *first != answer => {
                Err(format!("{} was first answered {first:?}, later {answer:?}", name(&self.message)))
            }
            Some(_) => Ok(()),
            None => {
                self.answer = Some(answer);
                Ok(())
            }
        }
    }
}

/// A message in words.
#[must_use]
pub fn name(message: &MessageId) -> String {
    format!("{}/{}", message.sender(), message.id())
}

/// Own, aid, wallet and cash are the personal part, no more and no less, and none of them is negative.
fn check_sum(command: &Command, answer: &Answer) -> Result<(), String> {
    let (Command::Settle(bill) | Command::Preview(bill), Answer::Settled(settled)) = (command, answer) else {
        return Ok(());
    };
    let purses = [settled.own, settled.aid_total(), settled.wallet, settled.cash];
    let sum = Fen::sum(purses);
    if sum != bill.burden.total() || purses.iter().any(|purse| purse.is_negative()) {
        return Err(format!("a bill of {} was paid with {purses:?}", bill.burden.total()));
    }
    Ok(())
}

/// Counts an answer.
pub fn count(figures: &mut Figures, command: &Command, answer: &Answer) {
    *figures.answers.entry(kind(answer).to_owned()).or_default() += 1;
    match (command, answer) {
        (Command::Settle(_), Answer::Settled(settled)) => {
            figures.settlements += 1;
            figures.with_aid += u64::from(settled.aid_total().is_positive());
        }
        (_, Answer::Reversed) => figures.reversals += 1,
        (_, Answer::PaidBy(_)) => figures.premiums += 1,
        (_, Answer::Refused(_)) => figures.refusals += 1,
        _ => {}
    }
}

/// Of what kind an answer is; a refusal is of its reason's.
#[must_use]
pub fn kind(answer: &Answer) -> &'static str {
    match answer {
        Answer::Done => "done",
        Answer::Refused(reason) => reason.code(),
        Answer::Conflict(_) => "conflict",
        Answer::Binding(state) => state.word(),
        Answer::Settled(_) => "settled",
        Answer::Reversed => "reversed",
        Answer::PaidBy(_) => "premium paid",
        Answer::Frozen(_) => "quota frozen",
        Answer::Pending => "transfer pending",
        Answer::Accepted(_) => "transfer accepted",
        Answer::Cancelled => "transfer cancelled",
        Answer::Member(_) | Answer::Standing(_) | Answer::Paid(_) => "of a peer",
    }
}

/// Whether the row of a message says what its client was told.
#[must_use]
pub fn says(state: &MessageState, answer: &Answer) -> bool {
    matches!(state, MessageState::Answered(kept) if kept == answer)
}
