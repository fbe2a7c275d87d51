//! Undoing: a settlement by its number (2208, 2305, 2103), and whatever a message did by that message (2601).

use gongji_domain::message::{Answer, Command, Settled};
use gongji_domain::paper::{Enclosure, Paper, PaperKind};
use gongji_domain::reason::Reason;
use gongji_domain::record::MessageState;
use gongji_service::{Node, Randomness, ServiceError, Terms};
use gongji_words::{CommandId, Fen, MessageId, Moment, PersonId};

use super::amounts::{Told, tell_settlement};
use super::bill::{SettledBill, settled_among};
use super::paper::{Amounts, Bill, Kept, Reversal, State, Visit};
use super::refusal::Refusal;
use super::till::{Done, Said, Till};
use crate::asked::institution_of;

fn no_settlement() -> Refusal {
    let (zh, en) = ("没有这笔结算，请核对结算ID、就诊ID和人员编号", "no such settlement of this person");
    Refusal::unknown("setl_id", zh, en)
}

/// What is enclosed with the undoing of a bill that came by this interface, whichever way it is undone: who lists the papers of its
/// institution or its patient finds it. None for any other bill.
///
/// # Errors
/// [`ServiceError`] of the store.
pub async fn paper_of_undoing(
    node: &Node,
    (original, message): (&MessageId, &MessageId),
    randomness: &dyn Randomness,
) -> Result<Option<Enclosure>, ServiceError> {
    let Some(owner) = institution_of(original.sender()) else { return Ok(None) };
    let Some(bill) = node.paper(PaperKind::Bill, owner, original.id()).await? else { return Ok(None) };
    let is_own = message.sender() == original.sender();
    let name = if is_own { message.id().to_owned() } else { format!("{}/{}", message.sender(), message.id()) };
    let reversal = Reversal { original: original.id().to_owned(), left: None };
    let body = serde_json::to_vec(&reversal).unwrap_or_default();
    let (kind, person, at) = (PaperKind::Reversal, bill.person, node.now());
    Ok(Some(Node::enclose(Paper { kind, owner, name, person, at, version: 1, body }, randomness)))
}

impl Till {
    /// A settlement of this institution by its number, its visit and its person.
    pub async fn settlement(&self, (setl_id, visit): (&str, &str), person: PersonId) -> Result<SettledBill, Refusal> {
        let settled = self.settled_of(person, Some(visit)).await?;
        let is_it = |bill: &SettledBill| bill.command.number().to_string() == setl_id;
        settled.into_iter().find(is_it).ok_or_else(no_settlement)
    }

    /// What was settled of a stay after this bill stands on it, so that has to be undone first.
    async fn refuse_if_followed(&self, bill: &SettledBill) -> Result<(), Refusal> {
        let (body, person) = (&bill.kept.body, bill.kept.paper.person);
        let Some(person) = person.filter(|_| body.stay.is_some() && !bill.is_reversed) else { return Ok(()) };
        let of_stay = self.settled_of(person, Some(&body.visit)).await?;
        match of_stay.iter().rev().find(|other| !other.is_reversed && other.command > bill.command) {
            Some(later) => {
                let number = later.command.number();
                let why = format!("这次住院之后还有一笔结算 {number}，请先冲正那一笔(setl_id)");
                Err(Refusal::saying(Reason::ReqReference, why))
            }
            None => Ok(()),
        }
    }

    /// Enters the undoing of a bill as this message.
    async fn undone(&self, bill: &SettledBill) -> Result<(CommandId, Moment), Refusal> {
        let person = bill.kept.paper.person;
        self.refuse_if_followed(bill).await?;
        let reversal = Reversal { original: bill.kept.paper.name.clone(), left: None };
        let enclosure = Some(self.enclosed((PaperKind::Reversal, &self.request.msgid, person), &reversal));
        self.face.ports.numbers.prepare().await?;
        let command = Command::Reverse { original: bill.message.clone() };
        let taken = self.node().take_on(Terms { enclosure, ..Terms::default() }, self.message()?, command).await?;
        match taken.answer {
            Answer::Reversed => Ok((taken.id, taken.at)),
            Answer::Refused(Reason::ReverseNotFound) if bill.is_reversed => {
                Err(Refusal::saying(Reason::ReverseNotFound, "这笔结算已冲正过，不能再冲正"))
            }
            Answer::Refused(reason) => Err(Refusal::Reason(reason, None)),
            Answer::Conflict(_) => Err(self.changed()),
            other => {
                let word: String = format!("{other:?}").chars().take_while(char::is_ascii_alphabetic).collect();
                Err(Refusal::Inner(Reason::ReqFailed, format!("an answer of another kind: {word}")))
            }
        }
    }
}

impl Till {
    /// What is in the patient's own account after this message undid a bill. It is written into the paper before it is told
    /// for the first time; of two who come at once the second reads what the first wrote.
    async fn left_undone(&self, person: PersonId) -> Result<Fen, Refusal> {
        let now = self.node().balance(person).await?.total;
        let name = &self.request.msgid;
        let Some(mut kept) = self.kept::<Reversal>(PaperKind::Reversal, name).await? else { return Ok(now) };
        if let Some(left) = kept.body.left {
            return Ok(left);
        }
        kept.body.left = Some(now);
        match self.replace(&kept).await {
            Ok(()) => Ok(now),
            Err(refusal) => {
                let first = self.kept::<Reversal>(PaperKind::Reversal, name).await?;
                first.and_then(|kept| kept.body.left).ok_or(refusal)
            }
        }
    }
}

/// 2208, 2305, 2103. The amounts are those of the settlement, negative.
pub async fn reverse(till: &Till) -> Said {
    let part = till.part("data")?;
    let person = till.person(&part)?;
    let patient = till.patient(person).await?;
    let bill = till.settlement((part.text("setl_id")?, part.text("mdtrt_id")?), person).await?;
    let (id, at) = till.undone(&bill).await?;
    let balance = till.left_undone(person).await?;
    let body = &bill.kept.body;
    let told = Told {
        setl_id: Some(id),
        patient: &patient,
        visit: &body.visit,
        med_type: &body.med_type,
        amounts: &body.amounts,
        settled: &bill.settled,
        balance,
        at,
        msgid: &till.request.msgid,
        shown: body.shown(),
        sign: -1,
    };
    let mut answer = till.call.answer();
    tell_settlement(&mut answer, till, &told);
    Ok(Done::with(answer.done()))
}

/// 2601: what a message of 2102, 2207, 2304 or 2401 did is undone. A message that never came is noted, so that it does nothing
/// when it comes later. Again it finds it undone.
pub async fn by_message(till: &Till) -> Said {
    let part = till.part("data")?;
    let person = till.person(&part)?;
    let original = part.text("omsgid")?;
    match part.text("oinfno")? {
        "2102" | "2207" | "2304" => undo_bill(till, (person, original)).await?,
        "2401" => undo_admission(till, (person, original)).await?,
        _ => {
            let (zh, en) = ("只能冲正 2102、2207、2304、2401", "only these can be undone by their message");
            return Err(Refusal::unknown("oinfno", zh, en));
        }
    }
    Ok(till.done())
}

async fn undo_bill(till: &Till, (person, original): (PersonId, &str)) -> Result<(), Refusal> {
    let kept: Option<Kept<Bill>> = till.kept(PaperKind::Bill, original).await?;
    let Some(kept) = kept else { return forestall(till, (person, original)).await };
    if kept.paper.person != Some(person) {
        let (zh, en) = ("原报文不是这个人的，请核对", "the message is about somebody else");
        return Err(Refusal::unknown("omsgid", zh, en));
    }
    if kept.body.undone_before {
        return Ok(());
    }
    match settled_among(till.node(), vec![kept]).await?.pop() {
        Some(bill) if bill.is_reversed => Ok(()),
        Some(bill) => till.undone(&bill).await.map(|_| ()),
        None => nothing_moved(till, original).await,
    }
}

/// A bill that was refused moved nothing. One that still waits for another province may yet.
async fn nothing_moved(till: &Till, original: &str) -> Result<(), Refusal> {
    let row = till.node().message(&till.message_of(original)?).await?;
    let is_answered = row.is_some_and(|row| matches!(row.state, MessageState::Answered(_)));
    if is_answered { Ok(()) } else { Err(under_way()) }
}

fn under_way() -> Refusal {
    Refusal::saying(Reason::ReqBusy, "原报文正在处理，请稍后用同一报文重发")
}

/// A bill that never came: it will do nothing.
async fn forestall(till: &Till, (person, original): (PersonId, &str)) -> Result<(), Refusal> {
    let bill = Bill {
        infno: String::new(),
        digest: 0,
        visit: String::new(),
        batch: String::new(),
        covers: std::collections::BTreeSet::new(),
        stay: None,
        insutype: String::new(),
        med_type: String::new(),
        amounts: Amounts::default(),
        code_of: person,
        burden: gongji_domain::burden::Burden::nothing(),
        added: Vec::new(),
        shown: String::new(),
        invono: String::new(),
        previewed: None,
        undone_before: true,
    };
    let kept = till.keep((PaperKind::Bill, original, Some(person)), &bill).await?;
    if kept.body.undone_before { Ok(()) } else { Err(under_way()) }
}

async fn undo_admission(till: &Till, (person, original): (PersonId, &str)) -> Result<(), Refusal> {
    let of = format!("{}/{original}", till.institution.id);
    let name = till.node().number_of("mdtrt_id", &of).to_string();
    let kept: Option<Kept<Visit>> = till.kept(PaperKind::Visit, &name).await?;
    let Some(mut kept) = kept.filter(|kept| kept.paper.person == Some(person)) else { return Ok(()) };
    let settled = till.settled_of(person, Some(&name)).await?;
    if settled.iter().any(|bill| !bill.is_reversed) {
        return Err(Refusal::saying(Reason::SettleDuplicate, "这次住院已结算，请先冲正(2305)"));
    }
    if kept.body.state == State::Cancelled {
        return Ok(());
    }
    kept.body.state = State::Cancelled;
    till.replace(&kept).await
}

/// What a settlement that is undone had come to, for totals.
pub fn account_of(settled: &Settled) -> Fen {
    Fen::sum([settled.own, settled.aid_total(), settled.wallet])
}
