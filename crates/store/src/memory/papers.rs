//! Papers in memory.

use gongji_domain::paper::{Paper, PaperCount, PaperKind, Whose};
use gongji_words::{InstitutionId, Moment, PersonId};

use super::{Engine, Kept};

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

    pub(crate) fn papers_counted(&self, person: PersonId) -> PaperCount {
        self.kept().papers_counted(person)
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

impl Kept {
    pub(super) fn papers_counted(&self, person: PersonId) -> PaperCount {
        let mut count = PaperCount::default();
        self.papers.values().filter(|paper| paper.person == Some(person)).for_each(|paper| count.add(paper.kind, 1));
        count
    }
}
