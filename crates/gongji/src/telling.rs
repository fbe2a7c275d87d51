//! Explanations on a terminal and as JSON.

use gongji_domain::explain::Explanation;
use gongji_domain::policy::{Bilingual, Grade};
pub use gongji_service::explaining::texts_of;
use serde_json::{Value, json};

use crate::output::Tongue;

/// Every line with the key it stands on, then the sources, numbered.
pub fn lines_of(explanation: &Explanation<'_>, tongue: Tongue) -> Vec<String> {
    let mut lines = Vec::new();
    for line in &explanation.lines {
        let source = line.source.map(|place| format!(" [{}]", place + 1)).unwrap_or_default();
        push(&mut lines, ("- ", &source), &line.text, tongue);
    }
    for (place, cited) in explanation.sources.iter().enumerate() {
        let head = format!("[{}] {} = {}. ", place + 1, cited.provenance.key, cited.provenance.value);
        let tail = format!(" ({})", grade_text(cited.provenance.grade(), tongue));
        push(&mut lines, (&head, &tail), &cited.text, tongue);
    }
    lines
}

fn push(lines: &mut Vec<String>, (head, tail): (&str, &str), text: &Bilingual, tongue: Tongue) {
    let spoken = tongue.lines(text);
    for (place, line) in spoken.iter().enumerate() {
        let head = if place == 0 { head.to_owned() } else { "  ".to_owned() };
        let tail = if place + 1 == spoken.len() { tail } else { "" };
        lines.push(format!("{head}{line}{tail}"));
    }
}

/// What a source is worth, in words.
pub fn grade_text(grade: Grade, tongue: Tongue) -> String {
    match grade {
        Grade::A | Grade::B | Grade::C | Grade::D => {
            let word = grade.word();
            tongue.inline(&format!("来源等级 {word}"), &format!("grade {word}"))
        }
        Grade::Requirement => tongue.inline("需求文件", "requirement document"),
        Grade::Default => tongue.inline("本系统默认", "default of this system"),
        Grade::Example => tongue.inline("虚构示例", "invented example"),
    }
}

/// The same for machines.
pub fn json_of(explanation: &Explanation<'_>) -> Value {
    let lines = explanation.lines.iter().map(|line| {
        json!({
            "about": format!("{:?}", line.about).to_lowercase(),
            "clause": line.clause,
            "zh": line.text.zh,
            "en": line.text.en,
            "source": line.source,
        })
    });
    let sources = explanation.sources.iter().map(|cited| {
        let rule = &cited.provenance;
        json!({
            "key": rule.key,
            "value": rule.value,
            "inherited_from": rule.inherited_from.to_string(),
            "from": rule.from.to_string(),
            "document": rule.source.document,
            "authority": rule.source.authority,
            "date": rule.source.date,
            "grade": rule.source.grade.word(),
            "zh": cited.text.zh,
            "en": cited.text.en,
        })
    });
    json!({ "lines": lines.collect::<Vec<_>>(), "sources": sources.collect::<Vec<_>>() })
}
