//! A story as it was played: what people did, and for each bill who paid, why, and by which rule.

use gongji_domain::explain::{Cited, Reader, cite, explain, picture};
use gongji_domain::message::{Answer, Bill, Command};
use gongji_domain::policy::{Bilingual, Grade};
use gongji_domain::reason::{Audience, Language, Reason, fill};
use gongji_domain::trace::Trace;
use gongji_words::{AreaCode, Fen, PersonId};
use serde_json::{Value, json};

use super::stage::Stage;
use crate::output::{Failure, Tongue};
use crate::telling::grade_text;

/// Columns of a picture.
const WIDTH: usize = 60;

/// Words of ours, in both languages.
#[derive(Clone, Copy, Debug)]
pub struct Words {
    /// Chinese.
    pub zh: &'static str,
    /// English.
    pub en: &'static str,
}

/// A story.
pub struct Story {
    title: Words,
    told: Vec<Told>,
}

enum Told {
    Step { who: String, words: Words, answer: &'static str },
    Bill(Box<BillTold>),
}

/// What is told of one bill.
struct BillTold {
    id: &'static str,
    patient: String,
    trace: Trace,
    pictures: [String; 2],
    /// Who paid, by name.
    aid: Vec<(String, Fen)>,
    reason: Option<ReasonTold>,
    rule: RuleTold,
}

struct ReasonTold {
    reason: Reason,
    what: Bilingual,
    remedy: Bilingual,
}

/// The rule behind a bill and who says so.
struct RuleTold {
    key: String,
    value: String,
    source: Bilingual,
    grade: Grade,
    document: Option<String>,
    authority: String,
    date: String,
}

impl Story {
    /// A story with nothing told yet.
    pub fn begin(title: Words) -> Self {
        Self { title, told: Vec::new() }
    }

    /// Somebody does something.
    pub fn step(
        &mut self,
        stage: &mut Stage,
        (area, words): (AreaCode, Words),
        command: Command,
    ) -> Result<(), Failure> {
        let who = actor(&command).map_or_else(|| "医保经办 agency".to_owned(), |person| stage.name(person));
        let answer = answer_word(&stage.enter(area, command)?);
        self.told.push(Told::Step { who, words, answer });
        Ok(())
    }

    /// A bill is settled at the till of an area. `rule` is the key that it shows, where its reason stands on none.
    pub fn settle(
        &mut self,
        stage: &mut Stage,
        (area, id, rule): (AreaCode, &'static str, &'static str),
        bill: Bill,
    ) -> Result<(), Failure> {
        let answer = stage.enter_bill(area, id, Command::Settle(bill))?;
        let Answer::Settled(_) = answer else { return Err(off_script(id)) };
        let trace = stage.trace(bill.patient_area, id)?.ok_or_else(|| off_script(id))?;
        self.told.push(Told::Bill(Box::new(bill_told(stage, (id, rule), trace)?)));
        Ok(())
    }

    /// The story in lines.
    pub fn lines(&self, tongue: Tongue) -> Vec<String> {
        let mut lines = vec![format!("══ {}", tongue.inline(self.title.zh, self.title.en))];
        for told in &self.told {
            match told {
                Told::Step { who, words, answer } => {
                    lines.push(format!("   {who} {} → {answer}", tongue.inline(words.zh, words.en)));
                }
                Told::Bill(bill) => bill_lines(bill, tongue, &mut lines),
            }
        }
        lines.push(String::new());
        lines
    }

    /// The story for machines.
    pub fn json(&self) -> Value {
        let told = self.told.iter().map(|told| match told {
            Told::Step { who, words, answer } => {
                json!({ "step": { "who": who, "zh": words.zh, "en": words.en, "answer": answer } })
            }
            Told::Bill(bill) => json!({ "bill": bill_json(bill) }),
        });
        json!({ "title": { "zh": self.title.zh, "en": self.title.en }, "told": told.collect::<Vec<_>>() })
    }
}

fn off_script(id: &str) -> Failure {
    Failure::Impossible(format!("the demonstration went off its script at the bill {id}: please report this"))
}

fn actor(command: &Command) -> Option<PersonId> {
    match command {
        Command::Bind(request) => Some(request.sponsor),
        Command::Consent(pair, _) => Some(pair.beneficiary),
        Command::SetQuota(order) => Some(order.pair.sponsor),
        Command::Order { beneficiary, .. } => Some(*beneficiary),
        Command::OpenWallet { person, .. } => Some(*person),
        _ => None,
    }
}

fn answer_word(answer: &Answer) -> &'static str {
    match answer {
        Answer::Binding(state) => state.word(),
        Answer::Refused(reason) => reason.code(),
        _ => "done",
    }
}

fn bill_told(stage: &Stage, (id, rule): (&'static str, &'static str), trace: Trace) -> Result<BillTold, Failure> {
    let name = |person| stage.name(person);
    let outcome = &trace.decision.outcome;
    let pictures = [Language::Zh, Language::En].map(|language| picture(outcome, WIDTH, language, &name));
    let aid = outcome.aid.iter().map(|payment| (name(payment.sponsor), payment.amount)).collect();
    let reason = outcome.reason.map(|reason| reason_told(reason, &trace));
    let clause = outcome.reason.and_then(Reason::clause).unwrap_or(rule);
    let told = [Reader::Staff, Reader::Beneficiary].map(|reader| explain(stage.law(), &trace, reader, &name));
    let mut cited = told.iter().flat_map(|told| &told.sources);
    let cited = cited.find(|cited| cited.provenance.key == clause).cloned();
    let told_by_nobody = || cite(stage.law(), (trace.case.area, trace.case.at.day()), clause);
    let cited = cited.or_else(told_by_nobody).ok_or_else(|| off_script(id))?;
    let rule = rule_told(&cited);
    Ok(BillTold { id, patient: stage.name(trace.case.patient), pictures, aid, reason, rule, trace })
}

fn rule_told(cited: &Cited<'_>) -> RuleTold {
    let rule = &cited.provenance;
    RuleTold {
        key: rule.key.to_owned(),
        value: rule.value.to_owned(),
        source: cited.text.clone(),
        grade: rule.grade(),
        document: rule.source.document.clone(),
        authority: rule.source.authority.clone(),
        date: rule.source.date.clone(),
    }
}

/// What happened and why, and what can be done, as the person concerned reads it.
fn reason_told(reason: Reason, trace: &Trace) -> ReasonTold {
    let outcome = &trace.decision.outcome;
    let (paid, rest) = (outcome.aid_total().to_string(), outcome.cash.to_string());
    let values = [("paid", paid.as_str()), ("rest", rest.as_str()), ("due", rest.as_str())];
    let [zh, en] = [Language::Zh, Language::En].map(|language| reason.text(language, Audience::Staff));
    let of = |text| fill(text, &values);
    ReasonTold {
        reason,
        what: Bilingual { zh: of(zh.what) + &of(zh.why), en: format!("{} {}", of(en.what), of(en.why)) },
        remedy: Bilingual { zh: of(zh.remedy), en: of(en.remedy) },
    }
}

fn bill_lines(bill: &BillTold, tongue: Tongue, lines: &mut Vec<String>) {
    let case = &bill.trace.case;
    let burden = case.burden.total();
    let (day, fund) = (case.at.day(), case.fund);
    let head =
        tongue.inline(&format!("个人负担 {burden}，医保付 {fund}"), &format!("personal burden {burden}, fund {fund}"));
    lines.push(format!("── {} {} {day} {head}", bill.id, bill.patient));
    let drawn = if tongue == Tongue::En { &bill.pictures[1] } else { &bill.pictures[0] };
    lines.extend(drawn.lines().map(|line| format!("   {line}")));
    if let Some(told) = &bill.reason {
        let head = tongue.inline("为什么", "Why");
        lines.push(format!("   {head}: {}", told.reason.code()));
        push(lines, "", &told.what, tongue);
        push(lines, &format!("{}: ", tongue.inline("可以怎么办", "What to do")), &told.remedy, tongue);
    }
    let rule = &bill.rule;
    let grade = grade_text(rule.grade, tongue);
    lines.push(format!("   {}: {} = {} ({grade})", tongue.inline("规则", "Rule"), rule.key, rule.value));
    push(lines, "", &rule.source, tongue);
}

fn push(lines: &mut Vec<String>, head: &str, text: &Bilingual, tongue: Tongue) {
    let spoken = tongue.lines(text);
    let heads = std::iter::once(head).chain(std::iter::repeat(""));
    lines.extend(spoken.iter().zip(heads).map(|(line, head)| format!("     {head}{line}")));
}

fn bill_json(bill: &BillTold) -> Value {
    let (case, outcome) = (&bill.trace.case, &bill.trace.decision.outcome);
    let text = |text: &Bilingual| json!({ "zh": text.zh, "en": text.en });
    let reason = bill
        .reason
        .as_ref()
        .map(|told| json!({ "code": told.reason.code(), "why": text(&told.what), "remedy": text(&told.remedy) }));
    let aid = bill.aid.iter().map(|(sponsor, amount)| json!({ "sponsor": sponsor, "amount": amount }));
    let rule = &bill.rule;
    json!({
        "id": bill.id,
        "patient": bill.patient,
        "at": case.at.to_string(),
        "area": case.area.to_string(),
        "burden": case.burden.total(),
        "fund": case.fund,
        "own": outcome.own,
        "aid": aid.collect::<Vec<_>>(),
        "wallet": outcome.wallet,
        "cash": outcome.cash,
        "picture": { "zh": bill.pictures[0], "en": bill.pictures[1] },
        "reason": reason,
        "rule": {
            "key": rule.key, "value": rule.value, "document": rule.document, "authority": rule.authority,
            "date": rule.date, "grade": rule.grade.word(), "text": text(&rule.source),
        },
    })
}
