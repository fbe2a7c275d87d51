//! Tokens, staff and visits in memory.

use gongji_domain::access::{Credential, Holder, MOST_PREVIEWS, Staff, Visit};
use gongji_words::{InstitutionId, PersonId};

use super::Engine;
use crate::door::Coded;

impl Engine {
    pub(crate) fn credential(&self, digest: &[u8; 32]) -> Option<Coded<Credential>> {
        self.kept().credentials.get(digest).cloned()
    }

    pub(crate) fn credentials(&self, of: Option<&Holder>) -> Vec<Coded<Credential>> {
        let kept = self.kept();
        let wanted = |coded: &&Coded<Credential>| of.is_none_or(|holder| coded.row.holder == *holder);
        kept.credentials.values().filter(wanted).cloned().collect()
    }

    pub(crate) fn keep_credentials(&self, rows: Vec<Coded<Credential>>) {
        self.kept().credentials.extend(rows.into_iter().map(|coded| (coded.row.digest, coded)));
    }

    pub(crate) fn staff(&self, name: &str) -> Option<Coded<Staff>> {
        self.kept().staff.get(name).cloned()
    }

    pub(crate) fn all_staff(&self) -> Vec<Coded<Staff>> {
        self.kept().staff.values().cloned().collect()
    }

    pub(crate) fn keep_staff(&self, coded: Coded<Staff>) {
        self.kept().staff.insert(coded.row.name.clone(), coded);
    }

    pub(crate) fn open_visit(&self, visit: &Visit) -> Visit {
        let key = (visit.institution, visit.name.clone());
        self.kept().visits.entry(key).or_insert_with(|| visit.clone()).clone()
    }

    pub(crate) fn visit(&self, institution: InstitutionId, name: &str) -> Option<Visit> {
        self.kept().visits.get(&(institution, name.to_owned())).cloned()
    }

    pub(crate) fn visits_of(&self, patient: PersonId) -> Vec<Visit> {
        let kept = self.kept();
        let mut visits: Vec<Visit> = kept.visits.values().filter(|visit| visit.patient == patient).cloned().collect();
        visits.sort_by(|one, other| {
            (one.opened, one.institution, &one.name).cmp(&(other.opened, other.institution, &other.name))
        });
        visits
    }

    pub(crate) fn count_preview(&self, institution: InstitutionId, name: &str) -> bool {
        let mut kept = self.kept();
        let there = kept.visits.get_mut(&(institution, name.to_owned()));
        let Some(visit) = there.filter(|visit| visit.previews < MOST_PREVIEWS) else { return false };
        visit.previews += 1;
        true
    }
}
