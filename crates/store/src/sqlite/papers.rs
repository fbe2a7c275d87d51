//! Papers in a file.

use gongji_domain::paper::{PaperKind, Whose};
use gongji_words::{InstitutionId, Moment, PersonId};
use rusqlite::params_from_iter;

use super::Engine;
use super::access::{execute, query, query_one};
use crate::StoreError;
use crate::paper::{Closed, TABLE, decode_count, key, of_owner, of_person};
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

    pub(crate) fn count_papers(&self, kind: PaperKind, person: PersonId) -> Result<i64, StoreError> {
        let values = params_from_iter(of_person(kind, person));
        let counted = self.looking_up(|at| query_one(at, &sql::COUNT_PAPERS, values, decode_count))?;
        Ok(counted.map_or(0, |(_, count)| count))
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
