//! What the catalogue must obey before anything is made of it.
//!
//! Every check reports a line. Numbers are compared with those of the committed enum, since traces keep them:
//! a number that moves would make old traces lie.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use toml::Spanned;

use super::{CATALOGUE, Catalogue, ENUM, Entry, Notice, Problem, Reader, Words, line_of, rust};

const MOST_HAN_IN_A_SENTENCE: usize = 40;
const MOST_HAN_AT_THE_TILL: usize = 40;
const MOST_WORDS_IN_A_SENTENCE: usize = 20;

/// Words that nobody says to a neighbour, or that promise a time without naming it.
const BANNED_ZH: [&str; 20] = [
    "操作失败",
    "用户",
    "主体",
    "系统检测",
    "参数错误",
    "网络异常",
    "管理员",
    "敬请谅解",
    "提交",
    "办理",
    "授权",
    "经办",
    "发起",
    "立即",
    "尽快",
    "近期",
    "红色",
    "右下角",
    "被共济人",
    "共济账户",
];
const BANNED_EN: [&str; 5] = ["user", "operation failed", "system error", "as soon as possible", "administrator"];
/// What a line at the till must never speak of.
const BANNED_AT_THE_TILL: [&str; 6] = ["余额", "共济人", "家人", "balance", "sponsor", "relative's"];

/// What the catalogue is compared with.
pub(super) struct Surroundings {
    source: String,
    committed: BTreeMap<String, u16>,
    policy: Option<String>,
}

impl Surroundings {
    /// Reads the committed enum and the policy's keys under `root`; what is not there yet is not compared.
    pub(super) fn read(root: &Path, source: &str) -> Self {
        let enums = std::fs::read_to_string(root.join(ENUM)).unwrap_or_default();
        Self { source: source.to_owned(), committed: committed_numbers(&enums), policy: policy_text(root) }
    }
}

fn policy_text(root: &Path) -> Option<String> {
    std::fs::read_to_string(root.join("crates/domain/src/policy/model.rs")).ok()
}

/// `    SettlePaused = 315,` of a committed enum: variant and number.
fn committed_numbers(enums: &str) -> BTreeMap<String, u16> {
    enums
        .lines()
        .filter_map(|line| line.strip_prefix("    ")?.strip_suffix(',')?.split_once(" = "))
        .filter_map(|(variant, number)| Some((variant.to_owned(), number.parse().ok()?)))
        .collect()
}

/// Everything that is wrong with the catalogue, in the order of its lines.
pub(super) fn all(catalogue: &Catalogue, surroundings: &Surroundings) -> Vec<Problem> {
    let mut check = Check { catalogue, surroundings, problems: Vec::new() };
    check.numbers_and_codes();
    check.committed_numbers();
    check.ranks();
    for entry in &catalogue.reason {
        check.entry(entry);
    }
    for notice in &catalogue.notice {
        check.notice(notice);
    }
    check.shared_texts();
    check.problems.sort_by_key(|problem| problem.line);
    check.problems
}

struct Check<'a> {
    catalogue: &'a Catalogue,
    surroundings: &'a Surroundings,
    problems: Vec<Problem>,
}

impl<'a> Check<'a> {
    fn report(&mut self, offset: usize, text: String) {
        let line = line_of(&self.surroundings.source, offset);
        self.problems.push(Problem { file: CATALOGUE.to_owned(), line, text });
    }

    /// Code and number of every reason and notice.
    fn names(&self) -> Vec<(&'a Spanned<String>, u16)> {
        let reasons = self.catalogue.reason.iter().map(|entry| (&entry.code, entry.number));
        reasons.chain(self.catalogue.notice.iter().map(|notice| (&notice.code, notice.number))).collect()
    }

    fn numbers_and_codes(&mut self) {
        let (mut codes, mut numbers) = (BTreeSet::new(), BTreeMap::new());
        for (code, number) in self.names() {
            let at = code.span().start;
            if !codes.insert(code.get_ref()) {
                self.report(at, format!("code {} stands twice", code.get_ref()));
            }
            if let Some(first) = numbers.insert(number, code.get_ref()) {
                self.report(at, format!("number {number} of {} belongs to {first}", code.get_ref()));
            }
            if !is_code(code.get_ref()) {
                self.report(at, format!("{} is not of capitals, digits and single _", code.get_ref()));
            }
        }
    }

    fn committed_numbers(&mut self) {
        let now: BTreeMap<String, (u16, usize)> = self
            .names()
            .into_iter()
            .map(|(code, number)| (rust::variant(code.get_ref()), (number, code.span().start)))
            .collect();
        for (variant, number) in &self.surroundings.committed {
            match now.get(variant) {
                None => self.report(0, format!("{variant} = {number} is gone: codes are for ever")),
                Some((new, at)) if new != number => {
                    self.report(*at, format!("{variant} had number {number}, now {new}: numbers are for ever"));
                }
                Some(_) => {}
            }
        }
    }

    fn ranks(&mut self) {
        self.unique_ranks("till", |entry| entry.till_rank.map(|[place, position]| place * 10 + position));
        self.unique_ranks("bind", |entry| entry.bind_rank);
        self.unique_ranks("transfer", |entry| entry.transfer_rank);
        self.unique_ranks("premium", |entry| entry.premium_rank);
    }

    fn unique_ranks(&mut self, list: &str, rank: fn(&Entry) -> Option<u8>) {
        let mut seen = BTreeMap::new();
        for entry in &self.catalogue.reason {
            let Some(rank) = rank(entry) else { continue };
            if let Some(first) = seen.insert(rank, entry.code.get_ref()) {
                let text = format!("{list}-rank {rank} of {} belongs to {first}", entry.code.get_ref());
                self.report(entry.code.span().start, text);
            }
        }
    }

    fn entry(&mut self, entry: &Entry) {
        self.entry_facts(entry);
        let bodies =
            [Some(&entry.why), Some(&entry.remedy), entry.relative_why.as_ref(), entry.relative_remedy.as_ref()];
        for words in bodies.into_iter().flatten() {
            self.words(words);
            self.first_sentence_stands_alone(words);
        }
        self.words(&entry.what);
        self.no_values(&entry.what);
        if let Some(cashier) = &entry.cashier {
            self.till_line(cashier);
        }
    }

    fn entry_facts(&mut self, entry: &Entry) {
        let at = entry.code.span().start;
        let code = entry.code.get_ref();
        if self.catalogue.family_of(entry).is_none() {
            self.report(at, format!("{code}: family {} is not declared", entry.family));
        }
        if entry.till_rank.is_some_and(|[place, position]| !(1..=18).contains(&place) || !(1..=9).contains(&position)) {
            self.report(at, format!("{code}: till-rank is [place 1 to 18, position 1 to 9]"));
        }
        if entry.relative_why.is_some() != entry.relative_remedy.is_some() {
            self.report(at, format!("{code}: relative-why and relative-remedy go together"));
        }
        if !entry.is_for(Reader::Staff) && !entry.is_for(Reader::Sponsor) {
            self.report(at, format!("{code}: nobody who could help may read it"));
        }
        self.veil(entry);
        self.clause(entry);
    }

    fn veil(&mut self, entry: &Entry) {
        let Some(veil) = &entry.veiled_as else { return };
        let readable = self
            .catalogue
            .entry(veil)
            .is_some_and(|other| other.is_for(Reader::Beneficiary) && other.veiled_as.is_none());
        if !readable {
            let text = format!("{}: {veil} is no code that a beneficiary may read", entry.code.get_ref());
            self.report(entry.code.span().start, text);
        }
    }

    fn clause(&mut self, entry: &Entry) {
        let (Some(clause), Some(policy)) = (&entry.clause, &self.surroundings.policy) else {
            return;
        };
        if !policy.contains(&format!("`{clause}`")) {
            let text = format!("{}: the policy has no key {clause}", entry.code.get_ref());
            self.report(entry.code.span().start, text);
        }
    }

    fn notice(&mut self, notice: &Notice) {
        if !notice.code.get_ref().starts_with("N_") {
            self.report(notice.code.span().start, format!("{} does not begin with N_", notice.code.get_ref()));
        }
        self.words(&notice.text);
    }

    fn shared_texts(&mut self) {
        let catalogue = self.catalogue;
        self.words(&catalogue.neutral.why);
        self.words(&catalogue.neutral.remedy);
        for family in &catalogue.family {
            self.words(&family.title);
            self.till_line(&family.cashier);
            for words in [&family.why, &family.remedy].into_iter().flatten() {
                self.words(words);
            }
        }
    }

    fn words(&mut self, words: &Words) {
        for text in [&words.zh, &words.en] {
            if text.get_ref().trim().is_empty() {
                self.report(text.span().start, "the text is missing".to_owned());
            }
            self.placeholders(text, &self.catalogue.placeholders);
        }
        let [zh, en] =
            [&words.zh, &words.en].map(|text| placeholders(text.get_ref()).into_iter().collect::<BTreeSet<_>>());
        if zh != en {
            self.report(words.en.span().start, "the two languages name different values".to_owned());
        }
        self.chinese(&words.zh);
        self.english(&words.en);
    }

    fn chinese(&mut self, text: &Spanned<String>) {
        let at = text.span().start;
        for sentence in text.get_ref().split(['。', '？', '！']) {
            let length = han(sentence);
            if length > MOST_HAN_IN_A_SENTENCE {
                self.report(
                    at,
                    format!("a sentence of {length} characters; {MOST_HAN_IN_A_SENTENCE} at most: {sentence}"),
                );
            }
        }
        let plain = text.get_ref().replace("异地就医备案", "");
        for word in BANNED_ZH.iter().chain(&["备案"]).filter(|word| plain.contains(**word)) {
            self.report(at, format!("{word} is not plain language"));
        }
    }

    fn english(&mut self, text: &Spanned<String>) {
        let at = text.span().start;
        for sentence in text.get_ref().split(['.', ';', '?']) {
            let length = sentence.split_whitespace().count();
            if length > MOST_WORDS_IN_A_SENTENCE {
                self.report(
                    at,
                    format!("a sentence of {length} words; {MOST_WORDS_IN_A_SENTENCE} at most: {sentence}"),
                );
            }
        }
        let plain = spaced_words(text.get_ref());
        for word in BANNED_EN.iter().filter(|word| plain.contains(&format!(" {word} "))) {
            self.report(at, format!("{word} is not plain language"));
        }
    }

    fn placeholders(&mut self, text: &Spanned<String>, known: &[String]) {
        for name in placeholders(text.get_ref()) {
            if !known.contains(&name) {
                self.report(text.span().start, format!("{{{name}}} is no value that may stand here"));
            }
        }
    }

    fn no_values(&mut self, words: &Words) {
        for text in [&words.zh, &words.en] {
            self.placeholders(text, &[]);
        }
    }

    /// A sentence whose value is not known is left out; one must remain.
    fn first_sentence_stands_alone(&mut self, words: &Words) {
        for text in [&words.zh, &words.en] {
            let first = text.get_ref().split_inclusive(['。', '.']).next().unwrap_or_default();
            if first.contains('{') {
                self.report(text.span().start, format!("the first sentence must stand without a value: {first}"));
            }
        }
    }

    fn till_line(&mut self, words: &Words) {
        self.words(words);
        let length = han(words.zh.get_ref());
        if length > MOST_HAN_AT_THE_TILL {
            self.report(
                words.zh.span().start,
                format!("{length} characters at the till; {MOST_HAN_AT_THE_TILL} at most"),
            );
        }
        for text in [&words.zh, &words.en] {
            self.placeholders(text, &self.catalogue.cashier_placeholders);
            for word in BANNED_AT_THE_TILL.iter().filter(|word| text.get_ref().contains(**word)) {
                self.report(text.span().start, format!("{word} is no matter of the till"));
            }
        }
    }
}

fn is_code(code: &str) -> bool {
    code.split('_').all(|word| !word.is_empty() && word.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit()))
}

fn han(text: &str) -> usize {
    text.chars().filter(|c| matches!(c, '\u{3400}'..='\u{9fff}' | '\u{20000}'..='\u{3ffff}')).count()
}

/// The words in lower case, with one blank around each, so that a word is not found inside another.
fn spaced_words(text: &str) -> String {
    let letters = text.to_lowercase().replace(|c: char| !c.is_alphabetic(), " ");
    let words: Vec<&str> = letters.split_whitespace().collect();
    format!(" {} ", words.join(" "))
}

/// The names in braces, in order.
fn placeholders(text: &str) -> Vec<String> {
    text.split('{').skip(1).map(|rest| rest.split('}').next().unwrap_or_default().to_owned()).collect()
}

#[cfg(test)]
mod tests;
