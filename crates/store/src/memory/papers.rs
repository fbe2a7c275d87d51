//! Papers in memory.

use gongji_domain::paper::{Paper, PaperKind, Whose};
use gongji_words::{InstitutionId, Moment, PersonId};

use super::Engine;

impl Engine {
    pub(crate) fn keep_paper(&self, paper: &Paper) -> bool {
        let mut kept = self.kept();
        let key = paper.key();
        let there = kept.papers.get(&key).map_or(0, |there| there.version);
        let follows = paper.version == there + 1;
        if follows {
            kept.papers.insert(key, paper.clone());
        }
        follows
    }

    pub(crate) fn paper(&self, kind: PaperKind, owner: InstitutionId, name: &str) -> Option<Paper> {
        self.kept().papers.get(&(kind, owner, name.to_owned())).cloned()
    }

    pub(crate) fn count_papers(&self, kind: PaperKind, person: PersonId) -> i64 {
        let kept = self.kept();
        let of_person = kept.papers.values().filter(|paper| paper.kind == kind && paper.person == Some(person));
        i64::try_from(of_person.count()).unwrap_or(i64::MAX)
    }

    pub(crate) fn papers(&self, kind: PaperKind, whose: Whose, (from, until): (Moment, Moment)) -> Vec<Paper> {
        let kept = self.kept();
        let is_wanted = |paper: &&Paper| {
            let is_his = match whose {
                Whose::Owner(owner) => paper.owner == owner,
                Whose::Person(person) => paper.person == Some(person),
            };
            paper.kind == kind && is_his && (from..until).contains(&paper.at)
        };
        let mut papers: Vec<Paper> = kept.papers.values().filter(is_wanted).cloned().collect();
        papers.sort_by(|one, other| (one.at, one.owner, &one.name).cmp(&(other.at, other.owner, &other.name)));
        papers
    }
}
