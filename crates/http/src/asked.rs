//! A request that was let in and understood: who asks, what for, in which language.

use std::sync::Arc;

use gongji_domain::access::{Credential, Holder, Role};
use gongji_domain::institution::Institution;
use gongji_domain::message::{Answer, Command};
use gongji_domain::person::Person;
use gongji_domain::reason::{Audience, Language, Reason};
use gongji_domain::release::Signed;
use gongji_service::import::{Whose, find};
use gongji_service::{Node, Taken, Terms};
use gongji_words::{AreaCode, InstitutionId, MessageId, PersonId};
use serde_json::json;

use crate::face::Face;
use crate::problem::Problem;
use crate::reply::Reply;
use crate::shape::{self, Fields, Kind, Shape, required};
use crate::texts;

/// What came of a request.
pub type Answered = Result<Reply, Problem>;

/// That something is done, where there is no more to say.
pub const DONE: Shape = Shape {
    name: "Done",
    about: "It is done. A repeat gets the same.",
    fields: &[required("outcome", Kind::Text(16), "done"), required("at", Kind::Time, "when it was entered")],
};

/// A request on its way to an answer.
pub struct Asked {
    pub(crate) face: Arc<Face>,
    /// Who asks; none where nobody has to say.
    pub(crate) who: Option<Credential>,
    /// The parts of the address that are not fixed, in their order.
    pub(crate) path: Vec<String>,
    pub(crate) query: Fields,
    pub(crate) body: Fields,
    /// What the header `Idempotency-Key` says.
    pub(crate) key: Option<String>,
    pub(crate) language: Language,
}

impl Asked {
    pub(crate) fn node(&self) -> &Node {
        self.face.node()
    }

    /// Who asks; a route that lets everybody in does not come here.
    pub(crate) fn who(&self) -> Result<&Credential, Problem> {
        self.who.as_ref().ok_or_else(|| Problem::of(Reason::ReqToken))
    }

    /// The institution whose token it is; staff have none.
    pub(crate) fn own_institution(&self) -> Option<InstitutionId> {
        match self.who.as_ref().map(|who| &who.holder) {
            Some(Holder::Institution(id)) => Some(*id),
            _ => None,
        }
    }

    /// Whose texts are read.
    pub(crate) fn audience(&self) -> Audience {
        let is_till = self.who.as_ref().is_some_and(|who| who.roles.contains(&Role::Institution));
        if is_till { Audience::Cashier } else { Audience::Staff }
    }

    /// The part of the address in this place.
    pub(crate) fn part(&self, place: usize) -> &str {
        self.path.get(place).map_or("", String::as_str)
    }

    /// The signature of whoever asks.
    pub(crate) fn signed(&self) -> Result<Signed, Problem> {
        Ok(Signed { by: sender_of(&self.who()?.holder), at: self.node().now() })
    }

    /// The same under the name with which he signs in: what stands beside a deed that takes two.
    pub(crate) fn signature(&self) -> Result<Signed, Problem> {
        let signed = self.signed()?;
        let by = signed.by.strip_prefix("staff-").unwrap_or(&signed.by).to_owned();
        Ok(Signed { by, at: signed.at })
    }

    /// The message of this request: no two holders can ever mean the same.
    pub(crate) fn message(&self) -> Result<MessageId, Problem> {
        let key = self.key.as_deref().ok_or_else(|| Problem::of(Reason::ReqKeyMissing))?;
        let sender = sender_of(&self.who()?.holder);
        MessageId::new(sender, key).map_err(|_| Problem::of(Reason::ReqKeyMissing))
    }

    /// Enters a command as this request's message. Refusals and changed repeats are problems.
    pub(crate) async fn enter(&self, command: Command) -> Result<Taken, Problem> {
        self.enter_as(self.message()?, command).await
    }

    /// The same under another message.
    pub(crate) async fn enter_as(&self, message: MessageId, command: Command) -> Result<Taken, Problem> {
        self.enter_on(Terms::default(), message, command).await
    }

    /// The same on terms.
    pub(crate) async fn enter_on(&self, terms: Terms, message: MessageId, command: Command) -> Result<Taken, Problem> {
        self.face.ports.numbers.prepare().await?;
        let taken = self.node().take_on(terms, message.clone(), command.clone()).await?;
        match &taken.answer {
            Answer::Refused(reason) => Err(Problem::refusal(*reason, self.audience()).turned_out(taken.turnout)),
            Answer::Conflict(first) => {
                let fields = self.node().differing(&message, &command).await?;
                let fields = if fields.is_empty() { vec![first.clone()] } else { fields };
                let problem = Problem::of(Reason::ReqIdempotencyConflict).with("id", message.id().to_owned());
                Err(fields.iter().fold(problem, |problem, field| problem.at(field)))
            }
            _ => Ok(taken),
        }
    }

    /// Enters a command whose answer says no more than that it is done.
    pub(crate) async fn done(&self, command: Command) -> Answered {
        let taken = self.enter(command).await?;
        let body = json!({ "outcome": "done", "at": texts::time(taken.at) });
        Ok(Reply::of(body).turned_out(taken.turnout))
    }

    /// A person of the address whom whoever asks reaches: by the area of his insurance.
    pub(crate) async fn person(&self, text: &str) -> Result<Person, Problem> {
        let id = shape::person(text).ok_or_else(Problem::not_found)?;
        let found = self.node().person(id).await?.ok_or_else(Problem::not_found)?;
        if self.who()?.reaches(found.area) { Ok(found) } else { Err(Problem::not_found()) }
    }

    /// A person whom a field names, wherever in this province he is insured.
    pub(crate) async fn anybody(&self, field: &str) -> Result<Option<Person>, Problem> {
        let Some(whose) = self.body.read(field, Whose::parse)? else { return Ok(None) };
        let unknown = || Problem::of(Reason::ReqReference).at(field);
        let person = find(self.node(), &whose).await?.ok_or_else(unknown)?;
        self.node().person(person).await?.map(Some).ok_or_else(unknown)
    }

    /// The beneficiary of the body and where he is insured: here as registered, in another province as stated.
    pub(crate) async fn relative(&self) -> Result<(PersonId, AreaCode), Problem> {
        let stated = self.body.read("beneficiary-area", AreaCode::parse)?;
        if let Some(area) = stated.filter(|area| area.province() != self.node().province()) {
            let id = self.body.text("beneficiary").and_then(shape::person);
            let (zh, en) = ("写 P 和他在那里的编号", "write P and the number that he has there");
            return id.map(|id| (id, area)).ok_or_else(|| Problem::schema("beneficiary", zh, en));
        }
        let unknown = || Problem::of(Reason::ReqReference).at("beneficiary");
        let found = self.anybody("beneficiary").await?.ok_or_else(unknown)?;
        Ok((found.id, found.area))
    }

    /// A person whom a field names and whom whoever asks reaches.
    pub(crate) async fn own_person(&self, field: &str) -> Result<Person, Problem> {
        let unknown = || Problem::of(Reason::ReqReference).at(field);
        let person = self.anybody(field).await?.ok_or_else(unknown)?;
        if self.who()?.reaches(person.area) { Ok(person) } else { Err(unknown()) }
    }

    /// An institution that whoever asks reaches: its own token, or staff of its area.
    pub(crate) async fn reached_institution(&self, id: InstitutionId) -> Result<Institution, Problem> {
        if self.own_institution().is_some_and(|own| own != id) {
            return Err(Problem::not_found());
        }
        let found = self.node().institution(id).await?.ok_or_else(Problem::not_found)?;
        let reached = self.own_institution() == Some(id) || self.who()?.reaches(found.area);
        if reached { Ok(found) } else { Err(Problem::not_found()) }
    }

    /// An area that a field or query names: whoever asks says that it is his.
    pub(crate) fn own_area(&self, area: AreaCode) -> Result<AreaCode, Problem> {
        if self.who()?.reaches(area) { Ok(area) } else { Err(Problem::of(Reason::ReqRole)) }
    }

    /// A reason as this reader may know it.
    pub(crate) fn reason(&self, reason: Reason, due: Option<gongji_words::Fen>) -> serde_json::Value {
        texts::reason(reason, (self.audience(), self.language), due)
    }
}

/// What stands before the number of an institution that sends.
const INSTITUTION: &str = "institution-";

/// Under which name a holder sends.
pub fn sender_of(holder: &Holder) -> String {
    match holder {
        Holder::Institution(id) => format!("{INSTITUTION}{id}"),
        Holder::Staff(name) => format!("staff-{name}"),
    }
}

/// The institution that sends under a name, if it is one's.
pub fn institution_of(sender: &str) -> Option<InstitutionId> {
    sender.strip_prefix(INSTITUTION)?.parse().ok().map(InstitutionId::from_number)
}
