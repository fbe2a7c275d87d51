//! What is looked up by its key before there is a bill, or to know whose it is: all who ask at the same time are answered
//! by one statement for each kind of thing.
//!
//! Invariant: nobody's answer depends on what others ask for.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::future::try_join_all;
use futures_util::try_join;
use gongji_domain::access::Credential;
use gongji_domain::institution::Institution;
use gongji_domain::paper::{PaperCount, PaperKey, PaperKind};
use gongji_domain::person::Person;
use gongji_domain::readiness::Backing;
use gongji_domain::record::{MessageRow, PaymentState};
use gongji_domain::stop::Stops;
use gongji_words::{CommandId, InstitutionId, MessageId, PersonId};

use super::Engine;
use super::session::Session;
use super::spread;
use crate::door::{self, Coded};
use crate::lookup::{Money, Outcomes};
use crate::paper::{self, Closed};
use crate::sql::{Fields, Statement, Value, catalogue as sql, decode};
use crate::vault::Sealed;
use crate::{StoreError, stop};

/// So many messages are asked for among what others ask; more in a session of their own.
const FEW: usize = 32;

/// Who could pay, the institution, and the stops in force.
pub(crate) type Readiness = (Vec<Backing>, Option<Institution>, Stops);

/// What is asked for.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Question {
    /// Who could pay for somebody at an institution.
    Readiness(PersonId, InstitutionId),
    /// A person's row.
    Person(PersonId),
    /// An institution's.
    Institution(InstitutionId),
    /// A token, by its digest.
    Credential([u8; 32]),
    /// A person, by the keyed hash of his certificate.
    Certificate(Vec<u8>),
    /// The money in an account.
    Money(PersonId),
    /// A message.
    Message(MessageId),
    /// Where a payment stands.
    Payment(CommandId),
    /// A paper.
    Paper(PaperKey),
    /// All papers of one kind about a person.
    PapersOf(PaperKind, PersonId),
    /// How many papers tell what the bills of a person have come to.
    PapersCounted(PersonId),
    /// What the vault has of a person.
    Secret(PersonId),
}

macro_rules! answers {
    ($($(#[$doc:meta])* $kind:ident $take:ident $type:ty;)+) => {
        /// What is there, of the kind that was asked for. It goes from one who asks for many to another, so it is small.
        pub(super) enum Answer {
            $($(#[$doc])* $kind(Box<$type>),)+
        }

        impl Answer {
            $($(#[$doc])* pub(super) fn $take(self) -> $type {
                match self {
                    Self::$kind(found) => *found,
                    _ => unreachable!("a question has an answer of its kind"),
                }
            })+
        }
    };
}

answers! {
    /// Who could pay.
    Readiness readiness Readiness;
    /// A person.
    Person person Option<Person>;
    /// An institution.
    Institution institution Option<Institution>;
    /// A token.
    Credential credential Option<Coded<Credential>>;
    /// Whose certificate it is.
    Certificate certificate Option<PersonId>;
    /// Money.
    Money money Money;
    /// A message.
    Message message Option<MessageRow>;
    /// Where a payment stands.
    Payment payment Option<PaymentState>;
    /// A paper.
    Paper paper Option<Closed>;
    /// Papers.
    Papers papers Vec<Closed>;
    /// How many papers.
    Count count PaperCount;
    /// What the vault has.
    Secret secret Option<Sealed>;
}

impl Engine {
    pub(crate) async fn backings_of(
        &self,
        patient: PersonId,
        institution: InstitutionId,
    ) -> Result<Readiness, StoreError> {
        Ok(self.told(Question::Readiness(patient, institution)).await?.readiness())
    }

    pub(crate) async fn person(&self, id: PersonId) -> Result<Option<Person>, StoreError> {
        Ok(self.told(Question::Person(id)).await?.person())
    }

    pub(crate) async fn institution(&self, id: InstitutionId) -> Result<Option<Institution>, StoreError> {
        Ok(self.told(Question::Institution(id)).await?.institution())
    }

    pub(crate) async fn money_of(&self, person: PersonId) -> Result<Money, StoreError> {
        Ok(self.told(Question::Money(person)).await?.money())
    }

    pub(crate) async fn message(&self, id: &MessageId) -> Result<Option<MessageRow>, StoreError> {
        Ok(self.told(Question::Message(id.clone())).await?.message())
    }

    pub(crate) async fn outcomes(&self, messages: &BTreeSet<MessageId>) -> Result<Outcomes, StoreError> {
        if messages.len() > FEW {
            return self.patience.until_done(|| self.outcomes_once(messages)).await;
        }
        let mut outcomes = Outcomes::default();
        let told = try_join_all(messages.iter().map(|id| self.message(id))).await?;
        outcomes.messages = told.into_iter().flatten().map(|row| (row.id.clone(), row)).collect();
        let commands: Vec<CommandId> = outcomes.messages.values().map(|row| row.command).collect();
        let told = try_join_all(commands.iter().map(|id| self.told(Question::Payment(*id)))).await?;
        let payments = commands.into_iter().zip(told);
        outcomes.payments = payments.filter_map(|(id, answer)| Some((id, answer.payment()?))).collect();
        Ok(outcomes)
    }

    async fn outcomes_once(&self, messages: &BTreeSet<MessageId>) -> Result<Outcomes, StoreError> {
        let _turn = self.enquiries.acquire().await;
        let session = self.session().await?;
        let outcomes = outcomes(&session, messages).await?;
        self.give_back(session);
        Ok(outcomes)
    }

    /// Looks something up, together with others who do.
    pub(super) async fn told(&self, question: Question) -> Result<Answer, StoreError> {
        self.patience.until_done(|| self.questions.ask((&self.address, &self.patience), question.clone())).await
    }
}

/// Everything that some questions ask for, by its key.
#[derive(Default)]
struct Found {
    backings: BTreeMap<PersonId, Vec<Backing>>,
    /// Institutions of questions about readiness.
    places: BTreeMap<InstitutionId, Institution>,
    stops: Stops,
    people: BTreeMap<PersonId, Person>,
    institutions: BTreeMap<InstitutionId, Institution>,
    credentials: BTreeMap<[u8; 32], Coded<Credential>>,
    certificates: BTreeMap<Vec<u8>, PersonId>,
    money: BTreeMap<PersonId, Money>,
    messages: BTreeMap<MessageId, MessageRow>,
    payments: BTreeMap<CommandId, PaymentState>,
    papers: BTreeMap<PaperKey, Closed>,
    papers_of: BTreeMap<(PaperKind, PersonId), Vec<Closed>>,
    counts: BTreeMap<PersonId, PaperCount>,
    secrets: BTreeMap<PersonId, Sealed>,
}

/// The answers in the order of the questions, by statements that go out at once.
pub(super) async fn answers(session: &Session, questions: &[Question]) -> Result<Vec<Answer>, StoreError> {
    if session.is_spread() {
        return try_join_all(questions.iter().map(|question| alone(session, question))).await;
    }
    let found = found(session, questions).await?;
    Ok(questions.iter().map(|question| found.answer(question)).collect())
}

fn keys<'q, K: Ord>(questions: &'q [Question], key: impl Fn(&'q Question) -> Option<K>) -> Vec<K> {
    let keys: BTreeSet<K> = questions.iter().filter_map(key).collect();
    keys.into_iter().collect()
}

async fn found(session: &Session, questions: &[Question]) -> Result<Found, StoreError> {
    use Question as Q;
    let number = |of: fn(&Question) -> Option<i64>| keys(questions, of);
    let patients = number(|one| if let Q::Readiness(patient, _) = one { Some(patient.number()) } else { None });
    let places = number(|one| if let Q::Readiness(_, place) = one { Some(place.number()) } else { None });
    let people = number(|one| if let Q::Person(person) = one { Some(person.number()) } else { None });
    let institutions = number(|one| if let Q::Institution(place) = one { Some(place.number()) } else { None });
    let credentials = keys(questions, |one| if let Q::Credential(digest) = one { Some(&digest[..]) } else { None });
    let certificates = keys(questions, |one| if let Q::Certificate(hash) = one { Some(&hash[..]) } else { None });
    let accounts = number(|one| if let Q::Money(person) = one { Some(person.number()) } else { None });
    let messages = keys(questions, |one| if let Q::Message(id) = one { Some(id) } else { None });
    let messages: Vec<Value<'_>> = messages.into_iter().flat_map(key_of_message).collect();
    let papers = keys(questions, |one| if let Q::Paper(key) = one { Some(key) } else { None });
    let papers: Vec<Value<'_>> =
        papers.into_iter().flat_map(|(kind, owner, name)| paper::key(*kind, *owner, name)).collect();
    let payments = number(|one| if let Q::Payment(command) = one { Some(command.number()) } else { None });
    let about = keys(questions, |one| if let Q::PapersOf(kind, person) = one { Some((*kind, *person)) } else { None });
    let about: Vec<Value<'_>> = about.into_iter().flat_map(|(kind, person)| paper::of_person(kind, person)).collect();
    let counted = number(|one| if let Q::PapersCounted(person) = one { Some(person.number()) } else { None });
    let secrets = number(|one| if let Q::Secret(person) = one { Some(person.number()) } else { None });
    let known = async {
        try_join!(
            of_numbers(session, &sql::PAYMENT, &payments, decode::payment),
            session.query_wide((&sql::PAPERS_OF_PERSON, 2), &about, Closed::decode),
            of_numbers(session, &sql::PAPERS_COUNTED, &counted, paper::decode_count),
            of_numbers(session, &sql::SECRET, &secrets, Sealed::decode),
        )
    };
    let (backings, places, people, institutions, credentials, certificates, accounts, messages, papers, known) = try_join!(
        of_numbers(session, &sql::BACKINGS, &patients, decode::backing),
        of_numbers(session, &sql::INSTITUTION_WITH_STOPS, &places, stop::institution_with_stop),
        of_numbers(session, &sql::PERSON, &people, decode::person),
        of_numbers(session, &sql::INSTITUTION, &institutions, decode::read_institution),
        of_bytes(session, &sql::CREDENTIAL, &credentials, door::decode),
        of_bytes(session, &sql::CERTIFICATE, &certificates, decode::certificate),
        of_numbers(session, &sql::ACCOUNT, &accounts, decode::account),
        session.query_wide((&sql::MESSAGE, 2), &messages, decode::message),
        session.query_wide((&sql::PAPER, 3), &papers, Closed::decode),
        known,
    )?;
    let mut found = Found::default();
    let (payments, about, counts, secrets) = known;
    for (kind, person, count) in counts {
        found.counts.entry(person).or_default().add(kind, count);
    }
    found.payments = payments.into_iter().map(|payment| (payment.id, payment.state)).collect();
    for closed in about {
        found.papers_of.entry(closed.about()).or_default().push(closed);
    }
    found.secrets = secrets.into_iter().collect();
    for backing in backings {
        found.backings.entry(backing.binding.beneficiary).or_default().push(backing);
    }
    for (place, stop) in places {
        // Each of them comes with all stops.
        found.stops.extend(stop);
        found.places.insert(place.id, place);
    }
    found.people = people.into_iter().map(|(person, _)| (person.id, person)).collect();
    found.institutions = institutions.into_iter().map(|one| (one.id, one)).collect();
    found.credentials = credentials.into_iter().map(|coded| (coded.row.digest, coded)).collect();
    found.certificates = certificates.into_iter().collect();
    found.money = accounts.into_iter().map(|kept| (kept.account.person, kept.money())).collect();
    found.messages = messages.into_iter().map(|row| (row.id.clone(), row)).collect();
    found.papers = papers.into_iter().map(|closed| (closed.key(), closed)).collect();
    Ok(found)
}

type Decode<T> = fn(&mut Fields<'_>) -> Result<T, StoreError>;

async fn of_numbers<T>(
    session: &Session,
    statement: &'static Statement,
    keys: &[i64],
    decode: Decode<T>,
) -> Result<Vec<T>, StoreError> {
    if keys.is_empty() { Ok(Vec::new()) } else { session.query_keys(statement, &keys, decode).await }
}

async fn of_bytes<T>(
    session: &Session,
    statement: &'static Statement,
    keys: &[&[u8]],
    decode: Decode<T>,
) -> Result<Vec<T>, StoreError> {
    if keys.is_empty() { Ok(Vec::new()) } else { session.query_keys(statement, &keys, decode).await }
}

fn key_of_message(id: &MessageId) -> [Value<'_>; 2] {
    [id.sender().into(), id.id().into()]
}

/// What became of some messages; payments are read after them.
pub(super) async fn outcomes(session: &Session, ids: &BTreeSet<MessageId>) -> Result<Outcomes, StoreError> {
    let mut found = Outcomes::default();
    if session.is_spread() {
        for id in ids {
            let messages = session.query(&sql::MESSAGE, &key_of_message(id), decode::message).await?;
            for row in messages {
                let key = [row.command.number().into()];
                let payments = session.query(&sql::PAYMENT, &key, decode::payment).await?;
                found.payments.extend(payments.into_iter().map(|payment| (payment.id, payment.state)));
                found.messages.insert(row.id.clone(), row);
            }
        }
        return Ok(found);
    }
    let keys: Vec<Value<'_>> = ids.iter().flat_map(key_of_message).collect();
    let messages = session.query_wide((&sql::MESSAGE, 2), &keys, decode::message).await?;
    let commands: Vec<i64> = messages.iter().map(|row| row.command.number()).collect();
    let payments = of_numbers(session, &sql::PAYMENT, &commands, decode::payment).await?;
    found.payments = payments.into_iter().map(|payment| (payment.id, payment.state)).collect();
    found.messages = messages.into_iter().map(|row| (row.id.clone(), row)).collect();
    Ok(found)
}

impl Found {
    fn answer(&self, question: &Question) -> Answer {
        use Answer as A;
        match question {
            Question::Readiness(patient, institution) => {
                let backings = self.backings.get(patient).cloned().unwrap_or_default();
                A::Readiness(Box::new((backings, self.places.get(institution).copied(), self.stops.clone())))
            }
            Question::Person(person) => A::Person(Box::new(self.people.get(person).cloned())),
            Question::Institution(place) => A::Institution(Box::new(self.institutions.get(place).copied())),
            Question::Credential(digest) => A::Credential(Box::new(self.credentials.get(digest).cloned())),
            Question::Certificate(hash) => A::Certificate(Box::new(self.certificates.get(hash).copied())),
            Question::Money(person) => A::Money(Box::new(self.money.get(person).copied().unwrap_or_default())),
            Question::Message(id) => A::Message(Box::new(self.messages.get(id).cloned())),
            Question::Payment(id) => A::Payment(Box::new(self.payments.get(id).copied())),
            Question::Paper(key) => A::Paper(Box::new(self.papers.get(key).cloned())),
            Question::PapersOf(kind, person) => {
                A::Papers(Box::new(self.papers_of.get(&(*kind, *person)).cloned().unwrap_or_default()))
            }
            Question::PapersCounted(person) => A::Count(Box::new(self.counts.get(person).copied().unwrap_or_default())),
            Question::Secret(person) => A::Secret(Box::new(self.secrets.get(person).cloned())),
        }
    }
}

/// Where rows are spread over machines: by statements of one key each.
async fn alone(session: &Session, question: &Question) -> Result<Answer, StoreError> {
    use Answer as A;
    Ok(match question {
        Question::Readiness(patient, institution) => {
            A::Readiness(Box::new(spread::readiness(session, (*patient, *institution)).await?))
        }
        Question::Person(person) => {
            let found = session.query(&sql::PERSON, &[person.number().into()], decode::person).await?.pop();
            A::Person(Box::new(found.map(|(person, _)| person)))
        }
        Question::Institution(institution) => {
            let key = [institution.number().into()];
            A::Institution(Box::new(session.query(&sql::INSTITUTION, &key, decode::read_institution).await?.pop()))
        }
        Question::Credential(digest) => {
            let key = [Value::Bytes(digest)];
            A::Credential(Box::new(session.query(&sql::CREDENTIAL, &key, door::decode).await?.pop()))
        }
        Question::Certificate(hash) => {
            let found = session.query(&sql::CERTIFICATE, &[Value::Bytes(hash)], decode::certificate).await?.pop();
            A::Certificate(Box::new(found.map(|(_, person)| person)))
        }
        Question::Money(person) => {
            let found = session.query(&sql::ACCOUNT, &[person.number().into()], decode::account).await?.pop();
            A::Money(Box::new(found.map(|kept| kept.money()).unwrap_or_default()))
        }
        Question::Message(id) => {
            let found = session.query(&sql::MESSAGE, &key_of_message(id), decode::message).await?.pop();
            A::Message(Box::new(found))
        }
        Question::Paper((kind, owner, name)) => {
            let key = paper::key(*kind, *owner, name);
            A::Paper(Box::new(session.query(&sql::PAPER, &key, Closed::decode).await?.pop()))
        }
        Question::Payment(id) => {
            let found = session.query(&sql::PAYMENT, &[id.number().into()], decode::payment).await?.pop();
            A::Payment(Box::new(found.map(|payment| payment.state)))
        }
        Question::PapersOf(kind, person) => {
            let key = paper::of_person(*kind, *person);
            A::Papers(Box::new(session.query(&sql::PAPERS_OF_PERSON, &key, Closed::decode).await?))
        }
        Question::PapersCounted(person) => {
            let found = session.query(&sql::PAPERS_COUNTED, &[person.number().into()], paper::decode_count).await?;
            A::Count(Box::new(paper::count_of(found)))
        }
        Question::Secret(person) => {
            let found = session.query(&sql::SECRET, &[person.number().into()], Sealed::decode).await?.pop();
            A::Secret(Box::new(found.map(|(_, sealed)| sealed)))
        }
    })
}
