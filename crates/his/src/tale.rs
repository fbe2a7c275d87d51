//! Visits told to people: what is asked, what came back, who paid.

use gongji_wire::{Object, Value};

use crate::desk::Heard;
use crate::edit::words_at;
use crate::judge::{self, Finding};
use crate::line::Silence;
use crate::meaning;
use crate::paid::Paid;
use crate::script::Case;

/// What kind of visit is played.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Play {
    /// 门诊
    Outpatient,
    /// 药店购药
    Pharmacy,
    /// 住院
    Inpatient,
}

impl Play {
    /// The calls of it, in order.
    #[must_use]
    pub const fn calls(self) -> &'static [&'static str] {
        match self {
            Play::Outpatient => &["1101", "2201", "2203", "2204", "2206", "2207"],
            Play::Pharmacy => &["1101", "2101", "2102"],
            Play::Inpatient => &["1101", "2401", "2301", "2402", "2303", "2304"],
        }
    }

    /// The call that undoes it.
    #[must_use]
    pub const fn undoing(self) -> &'static str {
        match self {
            Play::Outpatient => "2208",
            Play::Pharmacy => "2103",
            Play::Inpatient => "2305",
        }
    }

    /// 医疗类别.
    #[must_use]
    pub const fn med_type(self) -> &'static str {
        match self {
            Play::Outpatient => "11",
            Play::Pharmacy => "41",
            Play::Inpatient => "2101",
        }
    }

    /// Its name.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Play::Outpatient => "门诊 clinic visit",
            Play::Pharmacy => "药店购药 pharmacy purchase",
            Play::Inpatient => "住院 inpatient stay",
        }
    }
}

/// A message and its answer.
#[derive(Clone, Debug)]
pub struct Step {
    /// Which institution, and how it showed who it is.
    pub station: (String, &'static str),
    /// The answer.
    pub heard: Heard,
    /// Who paid, if it was about that.
    pub paid: Option<Paid>,
    /// What is wrong with the answer.
    pub findings: Vec<Finding>,
}

/// Asks, and tells.
///
/// # Errors
/// [`Silence`].
pub fn step(case: &mut Case<'_>, infno: &str) -> Result<Step, Silence> {
    let before = case.balance();
    let heard = case.ask(infno)?;
    let mut findings = heard.findings.clone();
    if heard.is_done() && matches!(infno, "2102" | "2207" | "2304") && case.known.contains_key("balance") {
        findings.extend(judge::against_balance(&heard.output, before));
    }
    let station = (case.desk.station.code.clone(), case.desk.station.dialect_text());
    Ok(Step { station, paid: Paid::of(&heard.output), heard, findings })
}

/// Plays a visit: its calls in order, until one is not done.
///
/// # Errors
/// [`Silence`].
pub fn visit(case: &mut Case<'_>, play: Play, tell: &mut dyn FnMut(&Step)) -> Result<bool, Silence> {
    case.say_that("med_type", play.med_type());
    for infno in play.calls() {
        let told = step(case, infno)?;
        tell(&told);
        if !told.heard.is_done() {
            return Ok(false);
        }
    }
    Ok(true)
}

impl Step {
    /// For people: what is asked, what came back, who paid, what is wrong.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        let meaning = meaning::of(&self.heard.infno);
        let (code, dialect) = (&self.station.0, self.station.1);
        let mut lines = vec![
            format!("── {} {} {}  · {code} · {dialect}", self.heard.infno, meaning.zh, meaning.en),
            format!("   → {} {}", meaning.asks_zh, meaning.asks_en),
            format!("   ← {}", self.came()),
        ];
        if let Some(paid) = &self.paid {
            lines.extend(paid.picture().into_iter().map(|line| format!("     {line}")));
        }
        if !self.heard.warning().is_empty() {
            lines.push(format!("     提示 hint: {}", self.heard.warning()));
        }
        lines.extend(self.findings.iter().map(|finding| format!("   ✗ {finding}")));
        lines
    }

    fn came(&self) -> String {
        let of = |place: &str| words_at(&self.heard.output, place).to_owned();
        if !self.heard.is_done() {
            return format!("没有办成 not done: {}", self.heard.sentence());
        }
        let paid = self.paid.unwrap_or_default();
        match self.heard.infno.as_str() {
            "1101" => {
                let (kind, own) = (of("insuinfo.0.insutype"), of("insuinfo.0.balc"));
                format!("参保 insured {kind}，本人账户 own account {own}，人员编号 number {}", of("baseinfo.psn_no"))
            }
            "2201" => format!("就诊ID visit {}", of("data.mdtrt_id")),
            "2401" => format!("就诊ID visit {}", of("result.mdtrt_id")),
            "2204" | "2301" => {
                let rows = crate::edit::at(&self.heard.output, "result").and_then(Value::as_list).map_or(0, <[_]>::len);
                format!("收下 {rows} 行明细 {rows} lines taken")
            }
            "2101" | "2206" | "2303" => format!("共 {0}，试算如下 {0} in all, it would be", paid.whole),
            "2102" | "2207" | "2304" => {
                format!("共 {0}，已结算 {0} in all, settled: setl_id {1}", paid.whole, of("setlinfo.setl_id"))
            }
            "2103" | "2208" | "2305" => format!("已冲正 undone: {}", paid.whole),
            "9001" => format!("签到编号 number {}", of("signinoutb.sign_no")),
            _ => "已办 done".to_owned(),
        }
    }

    /// For machines.
    #[must_use]
    pub fn value(&self) -> Value {
        let meaning = meaning::of(&self.heard.infno);
        let mut object = Object::new();
        for (name, text) in [
            ("infno", self.heard.infno.as_str()),
            ("zh", meaning.zh),
            ("en", meaning.en),
            ("institution", &self.station.0),
            ("dialect", self.station.1),
            ("msgid", &self.heard.msgid),
            ("err_msg", self.heard.sentence()),
            ("warn_msg", self.heard.warning()),
        ] {
            object.set(name, Value::text(text));
        }
        object.set("done", Value::Bool(self.heard.is_done()));
        if let Some(paid) = &self.paid {
            let amounts =
                [("whole", paid.whole), ("fund", paid.fund), ("own", paid.own), ("aid", paid.aid), ("cash", paid.cash)];
            let amounts = amounts.map(|(name, amount)| (name.to_owned(), Value::text(amount.to_string())));
            object.set("paid", Value::Object(amounts.into_iter().collect()));
        }
        let findings = self.findings.iter().map(|finding| Value::text(finding.to_string())).collect();
        object.set("findings", Value::List(findings));
        Value::Object(object)
    }
}
