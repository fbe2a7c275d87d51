//! Renders the catalogue as Rust: the enum, its texts and its tests.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use super::{CATALOGUE, Catalogue, Entry, Family, Problem, Reader, Words};

const ENUM_HEAD: &str = include_str!("templates/enum_head.txt");
const ENUM_TAIL: &str = include_str!("templates/enum_tail.txt");
const TEXTS_HEAD: &str = include_str!("templates/texts_head.txt");
const TESTS: &str = include_str!("templates/tests.txt");

#[derive(Clone, Copy)]
enum Language {
    Zh,
    En,
}

/// A code as a variant: `SETTLE_NO_BINDING` is `SettleNoBinding`, `N_SPENT` is `Spent`.
pub(super) fn variant(code: &str) -> String {
    let code = code.strip_prefix("N_").unwrap_or(code);
    code.split('_').map(capitalised).collect()
}

fn capitalised(word: &str) -> String {
    let mut letters = word.chars();
    let first = letters.next().map(|c| c.to_ascii_uppercase());
    first.into_iter().chain(letters.map(|c| c.to_ascii_lowercase())).collect()
}

/// The enum of the reasons and that of the notices.
pub(super) fn enums(catalogue: &Catalogue) -> String {
    let mut out = ENUM_HEAD.to_owned();
    out.push_str(&family_enum(catalogue));
    out.push_str(&reason_enum(catalogue));
    out.push_str(&reason_methods(catalogue));
    out.push_str(&notice_enum(catalogue));
    out.push_str(&notice_methods(catalogue));
    out.push_str(ENUM_TAIL);
    out
}

fn family_enum(catalogue: &Catalogue) -> String {
    let mut out = String::from(
        "/// What a code is about.\n#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]\npub enum Family {\n",
    );
    for family in &catalogue.family {
        let _ = writeln!(
            out,
            "/// {} ({})\n{},",
            family.title.en.get_ref(),
            family.title.zh.get_ref(),
            capitalised(&family.name)
        );
    }
    out + "}\n\n"
}

fn reason_enum(catalogue: &Catalogue) -> String {
    let mut out = String::from(
        "/// Why the rules say no, or why aid did not pay (all). Codes and numbers are stable; the order of the\n\
         /// variants is that of the catalogue, not that of precedence (see [`Reason::till_rank`]).\n\
         #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]\n#[repr(u16)]\npub enum Reason {\n",
    );
    for entry in &catalogue.reason {
        let _ = writeln!(out, "{}{} = {},", variant_doc(entry), variant(entry.code.get_ref()), entry.number);
    }
    out + "}\n\n"
}

fn variant_doc(entry: &Entry) -> String {
    let text = format!("{} {}", entry.what.en.get_ref(), entry.why.en.get_ref());
    let mut doc = format!("/// `{}`: {}\n", entry.code.get_ref(), text.replace(['{', '}'], "`"));
    if let Some([place, _]) = entry.till_rank {
        let _ = writeln!(doc, "/// Place {place} at the till.");
    }
    if entry.refuses_settlement {
        doc.push_str("/// Refuses the settlement as a whole.\n");
    }
    if entry.reserved {
        doc.push_str("/// Given by pages and interfaces, never by a decision of the rules.\n");
    }
    doc
}

fn reason_methods(catalogue: &Catalogue) -> String {
    let entries = &catalogue.reason;
    let mut out = String::from("impl Reason {\n");
    out.push_str(&all_constant(entries.iter().map(|entry| entry.code.get_ref())));
    out.push_str(&code_methods(entries.iter().map(|entry| entry.code.get_ref())));
    out.push_str(&rank_method("till_rank", TILL_DOC, entries, |entry| entry.till_rank.map(|[place, _]| place)));
    out.push_str(&till_order_method(entries));
    out.push_str(&rank_method("bind_rank", BIND_DOC, entries, |entry| entry.bind_rank));
    out.push_str(&rank_method("transfer_rank", TRANSFER_DOC, entries, |entry| entry.transfer_rank));
    out.push_str(&rank_method("premium_rank", PREMIUM_DOC, entries, |entry| entry.premium_rank));
    out.push_str(&flag_method("refuses_settlement", REFUSES_DOC, entries, |entry| entry.refuses_settlement));
    out.push_str(&flag_method("is_reserved", RESERVED_DOC, entries, |entry| entry.reserved));
    out.push_str(&family_method(entries));
    out.push_str(&clause_method(entries));
    out.push_str(&veil_method(entries));
    out.push_str(TEXT_METHOD);
    out + "}\n\n"
}

const TILL_DOC: &str = "The place at the till, 1 to 18: of the reasons that apply, one of the lowest place is what a\n\
    settlement carries. Several may share a place: see [`Reason::till_order`].";
const BIND_DOC: &str = "The rank among the causes that refuse a binding: the lowest that applies is given.";
const TRANSFER_DOC: &str = "The rank among the causes that refuse a transfer of the wallet.";
const PREMIUM_DOC: &str = "The rank among the causes that refuse a premium.";
const REFUSES_DOC: &str =
    "Whether the settlement is refused as a whole; any other reason denies mutual aid alone and cash pays.";
const RESERVED_DOC: &str = "Whether only pages and interfaces give it, never a decision of the rules.";
const TEXT_METHOD: &str = "/// The templates for one reader: see [`fill`]. A cashier's text is one line, its `why` and `remedy` are empty.\n\
    #[must_use]\npub const fn text(self, language: Language, audience: Audience) -> Text {\n\
    texts::spoken(self.seen_by(audience), language).for_audience(audience)\n}\n";

fn all_constant<'a>(codes: impl Iterator<Item = &'a String>) -> String {
    let variants: Vec<String> = codes.map(|code| format!("Self::{}", variant(code))).collect();
    format!(
        "/// Every one, in the order of the catalogue.\npub const ALL: &'static [Self] = &[{}];\n\n",
        variants.join(", ")
    )
}

fn code_methods<'a>(codes: impl Iterator<Item = &'a String>) -> String {
    let mut to_code = String::new();
    let mut from_code = String::new();
    for code in codes {
        let variant = variant(code);
        let _ = writeln!(to_code, "Self::{variant} => \"{code}\",");
        let _ = writeln!(from_code, "\"{code}\" => Self::{variant},");
    }
    format!(
        "/// The code that institutions, pages and scenarios use.\n#[must_use]\n\
         pub const fn code(self) -> &'static str {{ match self {{ {to_code} }} }}\n\n\
         /// The one that has this code.\n#[must_use]\n\
         pub fn from_code(code: &str) -> Option<Self> {{ Some(match code {{ {from_code} _ => return None }}) }}\n\n\
         /// The stable number that traces and rows keep.\n#[must_use]\n\
         pub const fn number(self) -> u16 {{ self as u16 }}\n\n\
         /// The one that has this number.\n#[must_use]\n\
         pub fn from_number(number: u16) -> Option<Self> {{\n\
         Self::ALL.iter().copied().find(|one| one.number() == number) }}\n\n",
    )
}

fn rank_method(name: &str, doc: &str, entries: &[Entry], rank: fn(&Entry) -> Option<u8>) -> String {
    let arms: String = entries
        .iter()
        .filter_map(|entry| Some(format!("Self::{} => Some({}),\n", variant(entry.code.get_ref()), rank(entry)?)))
        .collect();
    format!(
        "{}#[must_use]\npub const fn {name}(self) -> Option<u8> {{ match self {{ {arms} _ => None }} }}\n\n",
        doc_lines(doc)
    )
}

fn till_order_method(entries: &[Entry]) -> String {
    let arms =
        grouped_arms(entries, |entry| entry.till_rank.map(|[place, position]| format!("Some(({place}, {position}))")));
    format!(
        "/// Place at the till and position inside the place: unique, and in the order in which reasons are asked.\n\
         #[must_use]\npub const fn till_order(self) -> Option<(u8, u8)> {{ match self {{ {arms} _ => None }} }}\n\n",
    )
}

fn flag_method(name: &str, doc: &str, entries: &[Entry], flag: fn(&Entry) -> bool) -> String {
    let hits: Vec<String> = entries
        .iter()
        .filter(|entry| flag(entry))
        .map(|entry| format!("Self::{}", variant(entry.code.get_ref())))
        .collect();
    format!(
        "{}#[must_use]\npub const fn {name}(self) -> bool {{ matches!(self, {}) }}\n\n",
        doc_lines(doc),
        hits.join(" | ")
    )
}

fn family_method(entries: &[Entry]) -> String {
    let arms = grouped_arms(entries, |entry| Some(format!("Family::{}", capitalised(&entry.family))));
    format!("/// What it is about.\n#[must_use]\npub const fn family(self) -> Family {{ match self {{ {arms} }} }}\n\n")
}

fn clause_method(entries: &[Entry]) -> String {
    let arms = grouped_arms(entries, |entry| Some(format!("Some(\"{}\")", entry.clause.as_ref()?)));
    format!(
        "/// The policy key on which the rule stands; `None` where it is no choice of an area.\n#[must_use]\n\
         pub const fn clause(self) -> Option<&'static str> {{ match self {{ {arms} _ => None }} }}\n\n",
    )
}

fn veil_method(entries: &[Entry]) -> String {
    let arms = grouped_arms(entries, |entry| Some(format!("Self::{}", variant(entry.veiled_as.as_ref()?))));
    format!(
        "/// The reason that this reader may know. Some codes alone tell how much a sponsor has: relatives and\n\
         /// cashiers get another one in their place.\n#[must_use]\n\
         pub const fn seen_by(self, audience: Audience) -> Self {{ match audience {{\n\
         Audience::Sponsor | Audience::Staff => self,\n\
         Audience::Beneficiary | Audience::Cashier => match self {{ {arms} other => other }} }} }}\n\n",
    )
}

/// Match arms, those of equal value together, in the order of their first member.
fn grouped_arms(entries: &[Entry], value: impl Fn(&Entry) -> Option<String>) -> String {
    let mut groups: Vec<(String, Vec<String>)> = Vec::new();
    for entry in entries {
        let Some(value) = value(entry) else { continue };
        let pattern = format!("Self::{}", variant(entry.code.get_ref()));
        match groups.iter_mut().find(|(known, _)| *known == value) {
            Some((_, patterns)) => patterns.push(pattern),
            None => groups.push((value, vec![pattern])),
        }
    }
    groups.iter().map(|(value, patterns)| format!("{} => {value},\n", patterns.join(" | "))).collect()
}

fn notice_enum(catalogue: &Catalogue) -> String {
    let mut out = String::from(
        "/// A message that a person gets without asking. Codes and numbers are stable.\n\
         #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]\n#[repr(u16)]\npub enum Notice {\n",
    );
    for notice in &catalogue.notice {
        let text = notice.text.en.get_ref().replace(['{', '}'], "`");
        let code = notice.code.get_ref();
        let _ = writeln!(out, "/// `{code}`, to {}: {text}\n{} = {},", notice.to.word(), variant(code), notice.number);
    }
    out + "}\n\n"
}

fn notice_methods(catalogue: &Catalogue) -> String {
    let mut out = String::from("impl Notice {\n");
    out.push_str(&all_constant(catalogue.notice.iter().map(|notice| notice.code.get_ref())));
    out.push_str(&code_methods(catalogue.notice.iter().map(|notice| notice.code.get_ref())));
    out.push_str(
        "/// The template of its text; all its values must be given to [`fill`] (see [`values_of`]).\n#[must_use]\n\
         pub const fn text(self, language: Language) -> &'static str { texts::notice(self, language) }\n",
    );
    out + "}\n\n"
}

/// The texts of every reason and notice.
pub(super) fn texts(catalogue: &Catalogue) -> String {
    let mut out = TEXTS_HEAD.to_owned();
    for (language, name) in [(Language::Zh, "zh"), (Language::En, "en")] {
        let arms: String = catalogue.reason.iter().map(|entry| spoken_arm(catalogue, entry, language)).collect();
        let _ = writeln!(out, "const fn {name}(reason: Reason) -> Spoken {{ match reason {{ {arms} }} }}\n");
    }
    for (language, name) in [(Language::Zh, "notice_zh"), (Language::En, "notice_en")] {
        let arms: String = catalogue
            .notice
            .iter()
            .map(|notice| {
                format!("Notice::{} => {:?},\n", variant(notice.code.get_ref()), pick(&notice.text, language))
            })
            .collect();
        let _ = writeln!(out, "const fn {name}(notice: Notice) -> &'static str {{ match notice {{ {arms} }} }}\n");
    }
    out
}

fn spoken_arm(catalogue: &Catalogue, entry: &Entry, language: Language) -> String {
    let full = text_literal([&entry.what, &entry.why, &entry.remedy], language);
    let neutral = text_literal(neutral_words(catalogue, entry), language);
    let sponsor = if entry.is_for(Reader::Sponsor) { "None".to_owned() } else { format!("Some({neutral})") };
    let relative = match (&entry.relative_why, &entry.relative_remedy) {
        (Some(why), Some(remedy)) => format!("Some({})", text_literal([&entry.what, why, remedy], language)),
        _ if entry.is_for(Reader::Beneficiary) => "None".to_owned(),
        _ => format!("Some({neutral})"),
    };
    let line =
        catalogue.family_of(entry).map_or(&entry.what, |family| entry.cashier.as_ref().unwrap_or(&family.cashier));
    format!(
        "Reason::{} => Spoken {{ full: {full}, sponsor: {sponsor}, beneficiary: {relative}, cashier: {:?} }},\n",
        variant(entry.code.get_ref()),
        pick(line, language),
    )
}

/// What, why and remedy for a reader who may not be told the cause.
fn neutral_words<'a>(catalogue: &'a Catalogue, entry: &'a Entry) -> [&'a Words; 3] {
    let family: Option<&Family> = catalogue.family_of(entry);
    let why = family.and_then(|family| family.why.as_ref()).unwrap_or(&catalogue.neutral.why);
    let remedy = family.and_then(|family| family.remedy.as_ref()).unwrap_or(&catalogue.neutral.remedy);
    [&entry.what, why, remedy]
}

fn text_literal(words: [&Words; 3], language: Language) -> String {
    let [what, why, remedy] = words.map(|words| pick(words, language));
    format!("Text {{ what: {what:?}, why: {why:?}, remedy: {remedy:?} }}")
}

fn pick(words: &Words, language: Language) -> &str {
    match language {
        Language::Zh => words.zh.get_ref(),
        Language::En => words.en.get_ref(),
    }
}

/// The tests that hold the enum to the catalogue.
pub(super) fn tests(catalogue: &Catalogue) -> String {
    let names: Vec<String> = catalogue.cashier_placeholders.iter().map(|name| format!("{name:?}")).collect();
    let till: Vec<String> = till_codes(catalogue).iter().map(|code| format!("{code:?}")).collect();
    TESTS
        .replace("@CASHIER_VALUES@", &names.join(", "))
        .replace("@TILL@", &till.join(", "))
        .replace("@REASONS@", &catalogue.reason.len().to_string())
        .replace("@NOTICES@", &catalogue.notice.len().to_string())
}

fn till_codes(catalogue: &Catalogue) -> Vec<&str> {
    let mut ranked: Vec<&Entry> = catalogue.reason.iter().filter(|entry| entry.till_rank.is_some()).collect();
    ranked.sort_by_key(|entry| entry.order());
    ranked.iter().map(|entry| entry.code.get_ref().as_str()).collect()
}

fn doc_lines(doc: &str) -> String {
    doc.lines().map(|line| format!("/// {}\n", line.trim_start())).collect()
}

/// Formats Rust as `cargo fmt` would, so that the committed file and the made one agree.
pub(super) fn format(source: &str) -> Result<String, Problem> {
    let failed = |text: String| Problem { file: CATALOGUE.to_owned(), line: 1, text };
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    let mut child = Command::new("rustfmt")
        .args(["--edition", "2024", "--emit", "stdout"])
        .current_dir(root)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| failed(format!("rustfmt cannot be started: {error}")))?;
    if let Some(mut input) = child.stdin.take() {
        input.write_all(source.as_bytes()).map_err(|error| failed(format!("rustfmt does not read: {error}")))?;
    }
    let output = child.wait_with_output().map_err(|error| failed(format!("rustfmt was lost: {error}")))?;
    if !output.status.success() {
        return Err(failed("what the generator made is no Rust: see rustfmt's message above".to_owned()));
    }
    String::from_utf8(output.stdout).map_err(|error| failed(format!("rustfmt answered bytes: {error}")))
}
