//! What a run of the catalogue came to: for machines, and as a page for people that needs nothing from outside.
//!
//! Invariant: nothing of a person stands in it. What is told of an answer is a field, an amount, a sentence with its long
//! numbers left out.

use std::fmt::Write as _;

use gongji_wire::{Object, Value, time};
use gongji_words::Moment;

use crate::conformance::{Outcome, Verdict};

/// A run.
#[derive(Clone, Debug)]
pub struct Report {
    /// The address of the centre.
    pub url: String,
    /// When it ended, by the centre's clock.
    pub at: Moment,
    /// The release of this program.
    pub release: &'static str,
    /// How many messages were sent.
    pub messages: u32,
    /// The checks that were made.
    pub outcomes: Vec<Outcome>,
}

/// How many passed, failed, and could not be made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// They hold.
    pub passed: usize,
    /// They do not.
    pub failed: usize,
    /// They could not be made.
    pub not_run: usize,
}

const STYLE: &str = "body{font:16px/1.6 system-ui,'Noto Sans CJK SC','Microsoft YaHei',sans-serif;margin:0 auto;max-width:60rem;\
padding:1rem;color:#1a1a1a;background:#fff}h1{font-size:1.4rem}h2{font-size:1.1rem;margin-top:2rem}p{margin:.4rem 0}\
dl{display:grid;grid-template-columns:max-content 1fr;gap:.2rem .8rem}dt{color:#444}dd{margin:0;overflow-wrap:anywhere}\
ul{list-style:none;padding:0}li{border-top:1px solid #ccc;padding:.5rem 0;overflow-wrap:anywhere}\
b{display:inline-block;min-width:4.5rem}.passed b{color:#0a5c33}.failed b{color:#9b1c1c}.not-run b{color:#5a4a00}\
code{font:inherit;color:#333}.en{color:#444}.why{border-left:4px solid #9b1c1c;padding-left:.6rem}\
.not-run .why{border-color:#5a4a00}@media(prefers-color-scheme:dark){body{background:#111;color:#eee}dt,.en,code{color:#bbb}\
.passed b{color:#6fd29a}.failed b{color:#ff9c9c}.not-run b{color:#e6cf74}}";

impl Verdict {
    /// The word of it, for machines.
    #[must_use]
    pub const fn word(&self) -> &'static str {
        match self {
            Verdict::Passed => "passed",
            Verdict::Failed(_) => "failed",
            Verdict::NotRun(_) => "not-run",
        }
    }

    /// The word of it, for people.
    #[must_use]
    pub const fn text(&self) -> &'static str {
        match self {
            Verdict::Passed => "通过",
            Verdict::Failed(_) => "未通过",
            Verdict::NotRun(_) => "未执行",
        }
    }

    /// Why it did not pass; nothing if it did.
    #[must_use]
    pub fn why(&self) -> &str {
        match self {
            Verdict::Passed => "",
            Verdict::Failed(why) | Verdict::NotRun(why) => why,
        }
    }
}

impl Outcome {
    /// A line for people.
    #[must_use]
    pub fn line(&self) -> String {
        let Self { id, zh, en, verdict, .. } = self;
        let why = if verdict.why().is_empty() { String::new() } else { format!("\n     {}", verdict.why()) };
        format!("{} {id:<26} {zh} · {en}{why}", verdict.text())
    }
}

impl Report {
    /// How many of each.
    #[must_use]
    pub fn counts(&self) -> Counts {
        let mut counts = Counts::default();
        for outcome in &self.outcomes {
            match outcome.verdict {
                Verdict::Passed => counts.passed += 1,
                Verdict::Failed(_) => counts.failed += 1,
                Verdict::NotRun(_) => counts.not_run += 1,
            }
        }
        counts
    }

    /// How many of each, for people.
    #[must_use]
    pub fn summary(&self) -> String {
        let Counts { passed, failed, not_run } = self.counts();
        format!(
            "通过 passed {passed}，未通过 failed {failed}，未执行 not run {not_run}；报文 messages {}",
            self.messages
        )
    }

    /// For machines.
    #[must_use]
    pub fn value(&self) -> Value {
        let Counts { passed, failed, not_run } = self.counts();
        let count = |number: usize| Value::whole(i64::try_from(number).unwrap_or(i64::MAX));
        let checks = self.outcomes.iter().map(|outcome| {
            let texts = [
                ("id", outcome.id.as_str()),
                ("verdict", outcome.verdict.word()),
                ("zh", &outcome.zh),
                ("en", &outcome.en),
                ("clause", outcome.clause),
                ("why", outcome.verdict.why()),
            ];
            Value::Object(texts.into_iter().map(|(name, text)| (name.to_owned(), Value::text(text))).collect())
        });
        let checks = Value::List(checks.collect());
        let mut object = Object::new();
        for (name, value) in [
            ("url", Value::text(&self.url)),
            ("at", Value::text(time::nineteen(self.at))),
            ("release", Value::text(self.release)),
            ("passed", count(passed)),
            ("failed", count(failed)),
            ("not_run", count(not_run)),
            ("messages", Value::whole(i64::from(self.messages))),
            ("checks", checks),
        ] {
            object.set(name, value);
        }
        Value::Object(object)
    }

    /// A page for people, whole in itself.
    #[must_use]
    pub fn html(&self) -> String {
        let Counts { passed, failed, not_run } = self.counts();
        let verdict = if failed == 0 {
            "没有未通过的检查 Nothing failed"
        } else {
            "有检查未通过 Some checks failed"
        };
        let mut page = format!(
            "<!doctype html>\n<html lang=\"zh-CN\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta name=\"viewport\" content=\"width=device-width,initial-scale=1\">\n<title>接入验收报告 Conformance report</title>\n\
             <style>{STYLE}</style>\n</head>\n<body>\n<h1>国家接口接入验收报告<br><span class=\"en\" lang=\"en\">Conformance report of the \
             national interface</span></h1>\n<p><strong>{verdict}</strong></p>\n<dl>\n\
             <dt>中心 Centre</dt><dd>{}</dd>\n<dt>时间 Time</dt><dd>{}</dd>\n<dt>程序 Program</dt><dd>gongji {}</dd>\n\
             <dt>通过 Passed</dt><dd>{passed}</dd>\n<dt>未通过 Failed</dt><dd>{failed}</dd>\n<dt>未执行 Not run</dt><dd>{not_run}</dd>\n\
             <dt>报文 Messages</dt><dd>{}</dd>\n</dl>\n",
            escaped(&self.url),
            time::nineteen(self.at),
            escaped(self.release),
            self.messages,
        );
        for (zh, en, word) in
            [("未通过", "Failed", "failed"), ("未执行", "Not run", "not-run"), ("通过", "Passed", "passed")]
        {
            let of: Vec<&Outcome> = self.outcomes.iter().filter(|outcome| outcome.verdict.word() == word).collect();
            if !of.is_empty() {
                let _a_string_takes_all = writeln!(page, "<h2>{zh} {en} ({})</h2>\n<ul class=\"{word}\">", of.len());
                of.iter().for_each(|outcome| item(&mut page, outcome));
                page.push_str("</ul>\n");
            }
        }
        page.push_str("</body>\n</html>\n");
        page
    }
}

fn item(page: &mut String, outcome: &Outcome) {
    let verdict = outcome.verdict.text();
    let (id, zh, en) = (escaped(&outcome.id), escaped(&outcome.zh), escaped(&outcome.en));
    let clause = escaped(outcome.clause);
    let _a_string_takes_all = write!(
        page,
        "<li><b>{verdict}</b> {zh}<br><span class=\"en\" lang=\"en\">{en}</span><br><code>{id}</code> · {clause}"
    );
    if !outcome.verdict.why().is_empty() {
        let _a_string_takes_all = write!(page, "<p class=\"why\">{}</p>", escaped(outcome.verdict.why()));
    }
    page.push_str("</li>\n");
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(id: &str, verdict: Verdict) -> Outcome {
        let (id, zh, en) = (id.to_owned(), "检查 <一>".to_owned(), "a check".to_owned());
        Outcome { id, zh, en, clause: "2207", verdict }
    }

    #[test]
    fn a_report_says_of_each_check_how_it_went_and_needs_nothing_from_outside() {
        let outcomes = vec![
            outcome("A-1", Verdict::Passed),
            outcome("A-2", Verdict::Failed("应为 <b>1</b>".to_owned())),
            outcome("A-3", Verdict::NotRun("没有给出".to_owned())),
        ];
        let (url, at) = ("http://centre".to_owned(), Moment::from_millis(0));
        let report = Report { url, at, release: "1", messages: 7, outcomes };
        assert_eq!(report.counts(), Counts { passed: 1, failed: 1, not_run: 1 });
        let page = report.html();
        for words in
            ["应为 &lt;b&gt;1&lt;/b&gt;", "检查 &lt;一&gt;", "A-3", "没有给出", "未通过 Failed (1)", "lang=\"zh-CN\""]
        {
            assert!(page.contains(words), "{words}: {page}");
        }
        for outside in ["src=", "href=", "@import", "url(", "<script"] {
            assert!(!page.contains(outside), "{outside}");
        }
        let value = report.value();
        assert_eq!(crate::edit::words_at(&value, "checks.1.verdict"), "failed");
        assert_eq!(crate::edit::words_at(&value, "not_run"), "1");
    }
}
