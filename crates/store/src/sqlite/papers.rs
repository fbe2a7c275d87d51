//! Papers in a file.

use gongji_domain::paper::{PaperCount, PaperKind, Whose};
use gongji_words::{InstitutionId, Moment, PersonId};
use rusqlite::params_from_iter;

use super::Engine;
use super::access::{execute, query, query_one};
use crate::StoreError;
use crate::paper::{Closed, Named, TABLE, count_of, decode_count, in_order, key, keys_of, of_owner, of_person};
use crate::sql::catalogue as sql;

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

    pub(crate) fn papers_named(
        &self,
        owner: InstitutionId,
        named: [Named<'_>; 4],
    ) -> Result<[Option<Closed>; 4], StoreError> {
        let values = params_from_iter(keys_of(owner, named));
        let found = self.looking_up(|at| query(at, &sql::FOUR_PAPERS, values, Closed::decode))?;
        Ok(in_order(found, named))
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
