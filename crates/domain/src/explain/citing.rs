//! Where the rules behind an explanation come from: document, authority, date, what the source is worth, in
//! whose file the rule stands and since when.

use gongji_words::AreaCode;

use super::{Cited, Telling, Values, joined, texts};
use crate::decide::{Clause, Step, reaches};
use crate::policy::{Bilingual, Grade, Law, Level, Provenance, Speaker, key_of};
use crate::reason::Reason;

impl Telling<'_, '_> {
    /// The place of a rule among the sources; it is added if it is new. `None` for a day without law.
    pub(super) fn cite(&mut self, area: AreaCode, key: &'static str) -> Option<usize> {
        let provenance = self.law.provenance(area, self.trace.case.at.day(), key)?;
        let known = self.told.sources.iter().position(|cited| cited.provenance == provenance);
        if known.is_some() {
            return known;
        }
        let text = sentence(self.law, area, &provenance);
        self.told.sources.push(Cited { provenance, text });
        Some(self.told.sources.len() - 1)
    }

    /// The key that a step stands on and the area whose file answers it. A choice of the sponsor himself
    /// stands on no rule.
    pub(super) fn rule_of(&self, step: &Step) -> Option<(&'static str, Option<AreaCode>)> {
        let key = match (step.clause, step.reason) {
            (Clause::Binding, Some(Reason::SettlePurposeExcluded)) => return None,
            (Clause::Binding, Some(reason)) => reason.clause()?,
            (Clause::Open, _) => return Some(self.opening(step)),
            (clause, _) => clause.word(),
        };
        Some((key, self.speaking_area(key, step)))
    }

    /// Whose file answers a key for a step: the patient's, or that of the sponsor whom the step looked at.
    fn speaking_area(&self, key: &str, step: &Step) -> Option<AreaCode> {
        let theirs = step.candidate.and_then(|place| self.trace.case.candidates.get(usize::from(place)));
        match key_of(key)?.speaker() {
            Speaker::Patient => Some(self.trace.case.area),
            Speaker::Sponsor => theirs.map(|candidate| candidate.area),
            Speaker::EachSide => Some(theirs.map_or(self.trace.case.area, |candidate| candidate.area)),
        }
    }

    /// What had not been opened: aid at the patient's till, or the wallet on one of the two sides.
    fn opening(&self, step: &Step) -> (&'static str, Option<AreaCode>) {
        let case = &self.trace.case;
        let by_till = ("till.open", Some(case.area));
        let Some(candidate) = step.candidate.and_then(|place| case.candidates.get(usize::from(place))) else {
            return by_till;
        };
        let day = case.at.day();
        let (Ok(ours), Ok(theirs)) = (self.law.on(case.area, day), self.law.on(candidate.area, day)) else {
            return by_till;
        };
        if candidate.frozen_quota.is_none() && reaches(theirs.bind.reach, candidate.distance) {
            return by_till;
        }
        ("wallet.open", Some(if ours.wallet.open { candidate.area } else { case.area }))
    }
}

/// What an area is called: by its own file, else by the table of divisions, else by its code.
pub(super) fn area_text(law: &Law, area: AreaCode) -> Bilingual {
    let by_file = law.area_name(area);
    let code = area.to_string();
    let zh = area.name_zh().or(by_file.map(|(zh, _)| zh)).unwrap_or(&code).to_owned();
    let en =
        by_file.map(|(_, en)| en).or(area.name_en()).or(area.name_zh()).map_or_else(|| code.clone(), str::to_owned);
    Bilingual { zh, en }
}

fn level_text(law: &Law, level: Level) -> Bilingual {
    match level {
        Level::Nation => Bilingual { zh: "全国".to_owned(), en: "the nation".to_owned() },
        Level::Area(area) => area_text(law, area),
    }
}

fn date_text(date: &str) -> Bilingual {
    let zh = if date == "undated" { "日期不详" } else { date };
    Bilingual { zh: zh.to_owned(), en: date.to_owned() }
}

pub(super) fn sentence(law: &Law, area: AreaCode, provenance: &Provenance<'_>) -> Bilingual {
    let source = provenance.source;
    let document = source.document.as_deref();
    let values = Values::none()
        .with("document", document.unwrap_or_default())
        .with("authority", &source.authority)
        .both("date", date_text(&source.date))
        .with("from", provenance.from)
        .both("level", level_text(law, provenance.inherited_from))
        .both("area", area_text(law, area));
    let head = match (source.grade, document) {
        (Grade::Default, _) => texts::SOURCE_DEFAULT,
        (Grade::Requirement, _) => texts::SOURCE_REQUIREMENT,
        (Grade::Example, _) => texts::SOURCE_EXAMPLE,
        (_, Some(_)) => texts::SOURCE_DOCUMENT,
        (_, None) => texts::SOURCE_REPRINT,
    };
    let is_own = provenance.inherited_from == Level::Area(area.pool());
    let place = if is_own { texts::RULE_OWN } else { texts::RULE_INHERITED };
    joined(&values.put_into(head), &values.put_into(place))
}
