//! Papers in a file.

use gongji_domain::paper::{PaperCount, PaperKind, Whose};
use gongji_words::{InstitutionId, Moment, PersonId};
use rusqlite::params_from_iter;

use super::Engine;
use super::access::{execute, query, query_one};
use crate::paper::{Closed, Named, TABLE, count_of, decode_count, in_order, key, keys_of, of_owner, of_person, opened};
use crate::sql::{catalogue as sql, decode};
use crate::vault::Sealed;
use crate::{Around, StoreError};

impl Engine {
    pub(crate) fn keep_paper(&self, closed: &Closed) -> Result<bool, StoreError> {
        let written = self.at_the_door(TABLE, |at| {
            if closed.is_first() {
                execute(at, &sql::ADD_PAPER, params_from_iter(closed.values()))
            } else {
                execute(at, &sql::REPLACE_PAPER, params_from_iter(closed.values_replacing()))
            }
        })?;
        Ok(written == 1)
    }

    pub(crate) fn paper(
        &self,
        kind: PaperKind,
        owner: InstitutionId,
        name: &str,
    ) -> Result<Option<Closed>, StoreError> {
        self.looking_up(|at| query_one(at, &sql::PAPER, params_from_iter(key(kind, owner, name)), Closed::decode))
    }

    pub(crate) fn around(
        &self,
        (owner, named): (InstitutionId, [Named<'_>; 4]),
        patient: PersonId,
    ) -> Result<Around, StoreError> {
        let (papers, person, secret, counted) = self.looking_up_at_once(|at| {
            let papers = query(at, &sql::FOUR_PAPERS, params_from_iter(keys_of(owner, named)), Closed::decode)?;
            let person = query_one(at, &sql::PERSON, [patient.number()], decode::person)?;
            let secret = query_one(at, &sql::SECRET, [patient.number()], Sealed::decode)?;
            let counted = query(at, &sql::PAPERS_COUNTED, [patient.number()], decode_count)?;
            Ok((papers, person, secret, counted))
        })?;
        let mut papers = in_order(papers, named).into_iter().map(|closed| closed.map(|one| opened(&self.keys, one)));
        let mut next = || papers.next().flatten().transpose();
        Ok(Around {
            papers: [next()?, next()?, next()?, next()?],
            person: person.map(|(person, _)| person),
            secrets: secret.map(|(_, sealed)| self.keys.open(patient, &sealed)).transpose()?,
            counted: count_of(counted),
        })
    }

    pub(crate) fn papers_counted(&self, person: PersonId) -> Result<PaperCount, StoreError> {
        let counted = self.looking_up(|at| query(at, &sql::PAPERS_COUNTED, [person.number()], decode_count))?;
        Ok(count_of(counted))
    }

    pub(crate) fn papers(
        &self,
        kind: PaperKind,
        whose: Whose,
        span: (Moment, Moment),
    ) -> Result<Vec<Closed>, StoreError> {
        match whose {
            Whose::Owner(owner) => {
                let values = params_from_iter(of_owner(kind, owner, span));
                self.reading(|at| query(at, &sql::PAPERS_OF_OWNER, values, Closed::decode))
            }
            Whose::Person(person) => {
                let values = params_from_iter(of_person(kind, person));
                self.looking_up(|at| query(at, &sql::PAPERS_OF_PERSON, values, Closed::decode))
            }
        }
    }
}
