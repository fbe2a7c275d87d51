//! Whether all that tills were told is there, once, and nothing besides.
//!
//! First the rows are read, without entering anything: a message that was lost would be settled by asking for it. Then
//! each answered message is sent again, which must give its first answer and change no row. Deliberately absent: trust in
//! the audit alone, which sees whether the rows agree with each other, not whether some are missing from all tables.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use gongji_domain::message::Command;
use gongji_domain::policy::Law;
use gongji_domain::record::{MessageState, PaymentKind, PaymentState, Rows};
use gongji_service::Node;
use gongji_store::{Store, digest_of};
use gongji_words::{CommandId, Fen, MessageId, PersonId};
use tokio::task::JoinSet;

use super::super::families::{BILL, OPENING};
use super::journal::{self, Told};
use super::{Place, Servers, families, message, node, open, outcome, runtime, told};

/// Messages that are sent again at once.
const AT_ONCE: usize = 64;
/// So many findings are told in words; all are counted.
const SHOWN: usize = 20;

/// What was found.
#[derive(Clone, Debug, Default)]
pub struct Checked {
    /// Messages that some till was told the outcome of.
    pub answered: u64,
    /// Messages in doubt: sent, and not answered as far as the tills know.
    pub doubtful: u64,
    /// Those of them that are there, once.
    pub found: u64,
    /// Settlements in the store.
    pub settlements: u64,
    /// What the sponsors have paid.
    pub paid: Fen,
    /// Sentences, one for each thing that must not be; the first ones.
    pub findings: Vec<String>,
    /// How many there are.
    pub wrong: u64,
}

impl Checked {
    fn find(&mut self, what: String) {
        self.wrong += 1;
        if self.findings.len() < SHOWN {
            self.findings.push(what);
        }
    }
}

/// What one till was told of one bill.
struct Expected {
    bill: u64,
    /// None while it is in doubt.
    outcome: Option<String>,
}

type Expectations = BTreeMap<MessageId, Expected>;

/// Holds a store against the journals of all tills that have written to it.
///
/// # Errors
/// A sentence when the store or a journal cannot be read.
pub fn check((place, patience): (&Place, u64), journals: &[PathBuf], law: &Law) -> Result<Checked, String> {
    let mut all = Vec::new();
    for path in journals {
        all.extend(journal::read(path)?);
    }
    if let Place::Http(servers) = place {
        return runtime()?.block_on(asked_over_http(servers, &all));
    }
    let mut expected = Expectations::new();
    for told in &all {
        expect(told, &mut expected)?;
    }
    runtime()?.block_on(async {
        let store = open(place, patience).await?;
        let before = store.dump().await.map_err(|error| told(&error))?;
        let mut checked = held_against(&before, &expected);
        let node = Arc::new(node(&store, law).await?);
        ask_again(&node, expected, &mut checked).await?;
        let after = store.dump().await.map_err(|error| told(&error))?;
        if digest_of(&after) != digest_of(&before) {
            checked.find("asking again changed rows".to_owned());
        }
        audit(&store, &mut checked).await?;
        Ok(checked)
    })
}

fn expect(told: &Told, expected: &mut Expectations) -> Result<(), String> {
    for (bill, outcome) in &told.answered {
        let outcome = Some(outcome.clone());
        expected.insert(message(&told.name, *bill)?, Expected { bill: *bill, outcome });
    }
    for bill in &told.doubtful {
        expected.insert(message(&told.name, *bill)?, Expected { bill: *bill, outcome: None });
    }
    Ok(())
}

/// Holds the rows against what tills were told.
fn held_against(rows: &Rows, expected: &Expectations) -> Checked {
    let mut checked = Checked::default();
    let mut commands = BTreeSet::new();
    for (message, expected) in expected {
        match &expected.outcome {
            Some(_) => checked.answered += 1,
            None => checked.doubtful += 1,
        }
        let Some(row) = rows.messages.get(message) else {
            if expected.outcome.is_some() {
                checked.find(format!("{message} was answered and is not there"));
            }
            continue;
        };
        checked.found += u64::from(expected.outcome.is_none());
        if !commands.insert(row.command) {
            checked.find(format!("{message} has the command of another message"));
        }
        told_of(row_outcome(&row.state), (message, expected), &mut checked);
    }
    sums(rows, &commands, &mut checked);
    checked
}

fn row_outcome(state: &MessageState) -> Option<String> {
    match state {
        MessageState::Answered(answer) => Some(outcome(answer)),
        MessageState::Asking(_) => None,
    }
}

fn told_of(there: Option<String>, (message, expected): (&MessageId, &Expected), checked: &mut Checked) {
    match (&expected.outcome, there) {
        (_, None) => checked.find(format!("{message} was left half: it has no answer")),
        (Some(told), Some(there)) if *told != there => {
            checked.find(format!("{message} was answered {told}, and now says {there}"));
        }
        _ => {}
    }
}

/// A payment for each message and no other; and from the accounts went what the payments say.
fn sums(rows: &Rows, commands: &BTreeSet<CommandId>, checked: &mut Checked) {
    let settled = rows.payments.values().filter(|row| row.kind == PaymentKind::Settlement);
    let paid: BTreeSet<CommandId> = settled.filter(|row| row.state == PaymentState::Paid).map(|row| row.id).collect();
    checked.settlements = paid.len() as u64;
    for lost in commands.difference(&paid) {
        checked.find(format!("command {lost} has a message and no payment"));
    }
    for doubled in paid.difference(commands) {
        checked.find(format!("command {doubled} was paid and no till has sent it"));
    }
    let sponsors = rows.accounts.values().filter(|account| is_sponsor(account.person));
    checked.paid = Fen::sum(sponsors.map(|account| OPENING.minus(account.lots.total())));
    let owed = Fen::sum(paid.iter().map(|_| BILL));
    if checked.paid != owed {
        checked.find(format!("{} went from the accounts for settlements of {owed}", checked.paid));
    }
}

/// Children, on places 1 and 2 of their family, have money.
fn is_sponsor(person: PersonId) -> bool {
    person.number() % 10 != 0
}

/// Sends everything that was answered again.
async fn ask_again(node: &Arc<Node>, expected: Expectations, checked: &mut Checked) -> Result<(), String> {
    let mut asked = JoinSet::new();
    let mut left = expected.into_iter().filter_map(|(message, one)| Some((message, one.bill, one.outcome?)));
    loop {
        while asked.len() < AT_ONCE
            && let Some((message, bill, outcome)) = left.next()
        {
            asked.spawn(again(node.clone(), (message, bill), outcome));
        }
        let Some(one) = asked.join_next().await else { return Ok(()) };
        if let Some(finding) = one.map_err(|_| "a caller stopped".to_owned())?? {
            checked.find(finding);
        }
    }
}

async fn again(node: Arc<Node>, (message, bill): (MessageId, u64), first: String) -> Result<Option<String>, String> {
    let command = Command::Settle(families()?.bill(bill));
    let answer = node.enter(message.clone(), command).await.map_err(|error| told(&error))?;
    let now = outcome(&answer);
    Ok((now != first).then(|| format!("{message} was answered {first}, and when it came again {now}")))
}

/// Sends everything again over HTTP: what was answered must get its first answer, marked as such. What was in doubt is
/// settled by it, if it was not before; so each message has then one settlement, and whoever has the database can count them.
async fn asked_over_http(servers: &Servers, tills: &[Told]) -> Result<Checked, String> {
    let mut checked = Checked::default();
    for told in tills {
        let answered = told.answered.iter().map(|(bill, outcome)| (*bill, Some(outcome)));
        for (bill, expected) in answered.chain(told.doubtful.iter().map(|bill| (*bill, None))) {
            let again = servers.ask((&told.name, bill), 0).await?;
            checked.settlements += 1;
            match expected {
                None => {
                    checked.doubtful += 1;
                    checked.found += u64::from(again.is_repeat);
                }
                Some(first) => {
                    checked.answered += 1;
                    if !again.is_repeat {
                        checked.find(format!("{}-{bill} was answered and is not there", told.name));
                    } else if *first != again.outcome {
                        checked
                            .find(format!("{}-{bill} was answered {first}, and now says {}", told.name, again.outcome));
                    }
                }
            }
        }
    }
    Ok(checked)
}

async fn audit(store: &Store, checked: &mut Checked) -> Result<(), String> {
    let totals = store.audit_totals().await.map_err(|error| told(&error))?;
    for one in totals.discrepancies {
        checked.find(format!("audit: {} {}: {}", one.table, one.row, one.why));
    }
    Ok(())
}
