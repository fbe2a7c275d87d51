//! Single rows of a file, by their keys.

use std::collections::BTreeSet;

use gongji_domain::institution::Institution;
use gongji_domain::person::Person;
use gongji_domain::record::MessageRow;
use gongji_words::{InstitutionId, MessageId, PersonId};

use super::Engine;
use super::access::query_one;
use crate::StoreError;
use crate::lookup::{Money, Outcomes};
use crate::sql::{catalogue as sql, decode};

impl Engine {
    pub(crate) async fn person(&self, id: PersonId) -> Result<Option<Person>, StoreError> {
        let found = self.certain_row(|at| query_one(at, &sql::PERSON, [id.number()], decode::person)).await?;
        Ok(found.map(|(person, _)| person))
    }

    pub(crate) async fn institution(&self, id: InstitutionId) -> Result<Option<Institution>, StoreError> {
        self.certain_row(|at| query_one(at, &sql::INSTITUTION, [id.number()], decode::read_institution)).await
    }

    pub(crate) async fn money_of(&self, person: PersonId) -> Result<Money, StoreError> {
        let found = self.certain_row(|at| query_one(at, &sql::ACCOUNT, [person.number()], decode::account)).await?;
        Ok(found.map(|kept| kept.money()).unwrap_or_default())
    }

    pub(crate) async fn message(&self, id: &MessageId) -> Result<Option<MessageRow>, StoreError> {
        self.certain_row(|at| query_one(at, &sql::MESSAGE, [id.sender(), id.id()], decode::message)).await
    }

    pub(crate) async fn outcomes(&self, messages: &BTreeSet<MessageId>) -> Result<Outcomes, StoreError> {
        self.certain(|at| {
            let mut found = Outcomes::default();
            for id in messages {
                let Some(row) = query_one(at, &sql::MESSAGE, [id.sender(), id.id()], decode::message)? else {
                    continue;
                };
                let payment = query_one(at, &sql::PAYMENT, [row.command.number()], decode::payment)?;
                found.payments.extend(payment.map(|payment| (payment.id, payment.state)));
                found.messages.insert(id.clone(), row);
            }
            Ok(found)
        })
        .await
    }
}
