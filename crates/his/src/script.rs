//! What an institution says: a message for each call, with places that a case fills in, and the case itself.
//!
//! The messages stand in `data/messages.json`, complete by the tables of the interface. A case learns from answers what
//! later messages need: the person's number, the visit's, the settlement's.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use gongji_wire::{Count, Number, Object, Price, Value, number, time, value};
use gongji_words::{Fen, Moment};

use crate::desk::{Desk, Draft, Heard, OPERATOR};
use crate::edit::{at, with};
use crate::line::Silence;
use crate::profile::Patient;

static MESSAGES: LazyLock<Object> = LazyLock::new(|| {
    let read = value::read(include_str!("../data/messages.json"));
    read.ok().and_then(|value| value.as_object().cloned()).expect("the messages are JSON")
});

/// What is learnt from an answer: where it stands, and what it is called here.
const LEARNT: &[(&str, &str)] = &[
    ("baseinfo.psn_no", "psn_no"),
    ("insuinfo.0.insutype", "insutype"),
    ("insuinfo.0.psn_type", "psn_type"),
    ("insuinfo.0.balc", "balance"),
    ("data.mdtrt_id", "mdtrt_id"),
    ("result.mdtrt_id", "mdtrt_id"),
    ("setlinfo.mdtrt_id", "mdtrt_id"),
    ("setlinfo.setl_id", "setl_id"),
    ("setlinfo.fulamt_ownpay_amt", "fulamt_ownpay_amt"),
    ("setlinfo.overlmt_selfpay", "overlmt_selfpay"),
    ("setlinfo.preselfpay_amt", "preselfpay_amt"),
    ("setlinfo.inscp_scp_amt", "inscp_scp_amt"),
    ("signinoutb.sign_no", "sign_no"),
    ("file_qury_no", "file_no"),
    ("filename", "filename"),
    ("fileinfo.file_qury_no", "file_no"),
    ("fileinfo.filename", "filename"),
    ("result.trt_dcla_detl_sn", "filing"),
];
/// Their answers repeat what is known, or give other numbers to it.
const NOTHING_LEARNT: &[&str] = &["2103", "2208", "2305", "5201", "5202", "5203", "5204", "5303", "5304"];
/// What can be undone by its message.
const BY_MESSAGE: &[&str] = &["2102", "2207", "2304", "2401"];
/// After these the patient's own account holds what they say.
const MOVES_MONEY: &[&str] = &["2102", "2103", "2207", "2208", "2304", "2305"];
/// Minutes before now at which a stay began.
const STAY: i64 = 3 * 24 * 60;

/// A line of a bill.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Its number in the visit.
    pub number: u64,
    /// What it is, by the catalogue.
    pub code: String,
    /// 单价.
    pub price: Price,
    /// 数量.
    pub count: Count,
    /// 金额.
    pub amount: Fen,
    /// The line that it returns, if it does.
    pub returns: Option<u64>,
}

impl Item {
    /// A line of so much at this price.
    ///
    /// # Errors
    /// The field that is no number, and what to write.
    pub fn parse(number: u64, (code, price, count): (&str, &str, &str)) -> Result<Self, String> {
        let wrong = |field: &str, zh: &str, en: &str| format!("{field}: {zh} {en}");
        if code.is_empty() {
            return Err(wrong("item", "写目录编码", "write the code of the catalogue"));
        }
        let price = Price::parse(price)
            .map_err(|_| wrong("price", "写成 12.50，最多六位小数", "write 12.50, at most six decimals"))?;
        let count = Count::parse(count)
            .map_err(|_| wrong("count", "写成 2，最多四位小数", "write 2, at most four decimals"))?;
        let amount = price.times(count).ok_or_else(|| wrong("price", "金额过大", "the amount is too large"))?;
        Ok(Self { number, code: code.to_owned(), price, count, amount, returns: None })
    }
}

/// Somebody at a desk, and what is known of his visit.
#[derive(Clone)]
pub struct Case<'d> {
    /// The desk.
    pub desk: &'d Desk<'d>,
    /// What the places of messages are filled with.
    pub known: BTreeMap<String, Value>,
    /// The lines of the bill.
    pub lines: Vec<Item>,
    /// Where the patient is insured, if that is another province.
    pub elsewhere: Option<String>,
}

impl<'d> Case<'d> {
    /// A patient at a desk.
    #[must_use]
    pub fn of(desk: &'d Desk<'d>, patient: &Patient) -> Self {
        let mut case = Self { desk, known: BTreeMap::new(), lines: Vec::new(), elsewhere: None };
        let station = &desk.station;
        let kind = if station.kind == crate::Kind::Pharmacy { "2" } else { "1" };
        let day = |moment: Moment| Value::text(moment.day().to_string());
        let now = desk.line.now();
        for (name, text) in [
            ("cert_type", "02"),
            ("cert_no", patient.certificate.as_str()),
            ("card_sn", ""),
            ("certno", &patient.certificate),
            ("name", &patient.name),
            ("place", &station.code),
            ("place_name", &station.name),
            ("place_kind", kind),
            ("area", &station.area),
            ("operator", OPERATOR),
            ("doctor", "李医生"),
            ("contact", "王家属"),
            ("batch", "B1"),
            ("flag", "1"),
            ("med_type", "11"),
            ("clr_type", "11"),
            ("ticket", "T1"),
            ("filename", "lines.zip"),
        ] {
            case.set(name, Value::text(text));
        }
        case.set("first_day", day(now.plus_minutes(-24 * 60)));
        case.set("last_day", day(now));
        case.set("day_after", day(now.plus_minutes(24 * 60)));
        case
    }

    /// Fills a place of the messages.
    pub fn set(&mut self, name: &str, value: Value) {
        self.known.insert(name.to_owned(), value);
    }

    /// The same with words.
    pub fn say_that(&mut self, name: &str, words: &str) {
        self.set(name, Value::text(words));
    }

    /// What is known under a name, as words.
    #[must_use]
    pub fn words(&self, name: &str) -> &str {
        self.known.get(name).and_then(Value::as_words).unwrap_or_default()
    }

    /// The patient's own balance, as 1101 told it.
    #[must_use]
    pub fn balance(&self) -> Fen {
        number::amount(self.words("balance")).unwrap_or(Fen::ZERO)
    }

    /// A card instead of the identity card.
    pub fn show_card(&mut self, (number, sn): (&str, &str)) {
        self.say_that("cert_type", "03");
        self.say_that("cert_no", number);
        self.say_that("card_sn", sn);
    }

    /// A code instead of it.
    pub fn show_code(&mut self, code: &str) {
        self.say_that("cert_type", "01");
        self.say_that("cert_no", code);
        self.say_that("card_sn", "");
    }

    /// The lines come to so much.
    #[must_use]
    pub fn sum(&self) -> Fen {
        Fen::sum(self.lines.iter().map(|line| line.amount))
    }

    /// The input of a call, filled in.
    #[must_use]
    pub fn input(&self, infno: &str) -> Value {
        let message = MESSAGES.get(infno).cloned().unwrap_or(Value::Object(Object::new()));
        let mut known = self.known.clone();
        let now = self.desk.line.now();
        for (name, text) in [
            ("now", time::nineteen(now)),
            ("today", now.day().to_string()),
            ("admitted", time::nineteen(now.plus_minutes(-STAY))),
        ] {
            known.insert(name.to_owned(), Value::text(text));
        }
        known.insert("sum".to_owned(), Value::Number(number::amount_number(self.sum())));
        known.entry("line_no".to_owned()).or_insert_with(|| Value::text("0000"));
        let lines = self.lines.iter().map(|line| line_of(infno, line, &known)).collect();
        known.insert("lines".to_owned(), Value::List(lines));
        filled(&message, &known)
    }

    /// The message of a call, which can still be changed.
    #[must_use]
    pub fn draft(&self, infno: &str) -> Draft {
        self.draft_with(infno, &self.input(infno))
    }

    /// The same with this input.
    #[must_use]
    pub fn draft_with(&self, infno: &str, input: &Value) -> Draft {
        let mut draft = self.desk.draft(infno, input);
        if let Some(area) = &self.elsewhere {
            draft.object.set("insuplc_admdvs", Value::text(area));
        }
        draft
    }

    /// Sends a message, and learns from its answer.
    ///
    /// # Errors
    /// [`Silence`].
    pub fn send(&mut self, draft: &Draft) -> Result<Heard, Silence> {
        let heard = self.desk.send(draft)?;
        self.learn(&heard);
        Ok(heard)
    }

    /// Asks, and learns from the answer.
    ///
    /// # Errors
    /// [`Silence`].
    pub fn ask(&mut self, infno: &str) -> Result<Heard, Silence> {
        self.send(&self.draft(infno))
    }

    /// Asks with one place of the input changed.
    ///
    /// # Errors
    /// [`Silence`].
    pub fn ask_with(&mut self, infno: &str, (place, new): (&str, Option<Value>)) -> Result<Heard, Silence> {
        let input = with(&self.input(infno), place, new);
        self.send(&self.draft_with(infno, &input))
    }

    fn learn(&mut self, heard: &Heard) {
        if BY_MESSAGE.contains(&heard.infno.as_str()) {
            self.say_that("omsgid", &heard.msgid);
            self.say_that("oinfno", &heard.infno);
        }
        if heard.is_done()
            && MOVES_MONEY.contains(&heard.infno.as_str())
            && let Some(balance) = at(&heard.output, "setlinfo.balc")
        {
            self.set("balance", balance.clone());
        }
        if !heard.is_done() || NOTHING_LEARNT.contains(&heard.infno.as_str()) {
            return;
        }
        for (place, name) in LEARNT {
            if let Some(value) = at(&heard.output, place) {
                self.known.insert((*name).to_owned(), value.clone());
            }
        }
    }
}

fn line_of(infno: &str, line: &Item, known: &BTreeMap<String, Value>) -> Value {
    let key = match infno {
        "2101" | "2102" => "line of 2101",
        "2301" => "line of 2301",
        _ => "line of 2204",
    };
    let mut known = known.clone();
    let returns = line.returns.map(|number| number.to_string()).unwrap_or_default();
    for (name, value) in [
        ("line_no", Value::text(line.number.to_string())),
        ("item", Value::text(&line.code)),
        ("amount", Value::Number(number::amount_number(line.amount))),
        ("count", Value::Number(line.count.to_number())),
        ("price", Value::Number(line.price.to_number())),
        ("returns", Value::text(returns)),
    ] {
        known.insert(name.to_owned(), value);
    }
    MESSAGES.get(key).map_or(Value::Null, |message| filled(message, &known))
}

/// The same with every `$name` filled in; what is not known is empty.
fn filled(message: &Value, known: &BTreeMap<String, Value>) -> Value {
    match message {
        Value::Text(text) => match text.strip_prefix('$') {
            Some(name) => known.get(name).cloned().unwrap_or_else(|| Value::text("")),
            None => message.clone(),
        },
        Value::List(values) => Value::List(values.iter().map(|value| filled(value, known)).collect()),
        Value::Object(object) => {
            Value::Object(object.iter().map(|(name, value)| (name.to_owned(), filled(value, known))).collect())
        }
        other => other.clone(),
    }
}

/// The calls for which there is a message.
pub fn calls() -> impl Iterator<Item = &'static str> {
    MESSAGES.iter().map(|(name, _)| name).filter(|name| !name.starts_with("line"))
}

/// A number as it is written in JSON, from its digits.
#[must_use]
pub fn digits(text: &str) -> Value {
    Number::parse(text).map_or_else(|| Value::text(text), Value::Number)
}

#[cfg(test)]
mod tests {
    use gongji_wire::Call;

    use super::*;

    #[test]
    fn every_message_has_the_nodes_of_its_call_and_all_fields_that_the_specification_asks_for() {
        for infno in calls() {
            let call = Call::of(infno).unwrap_or_else(|| panic!("no call {infno}"));
            let message = MESSAGES.get(infno).unwrap();
            for table in
                call.input.nodes.iter().filter(|table| !table.name.is_empty() && table.name != "durg_trac_info")
            {
                let node = at(message, table.name).unwrap_or_else(|| panic!("{infno}: {}", table.name));
                let node = node.as_list().and_then(<[Value]>::first).unwrap_or(node);
                let row = match node {
                    Value::Text(_) => MESSAGES.get(&format!("line of {}", infno.replace("2102", "2101"))).unwrap(),
                    other => other,
                };
                let row = row.as_object().unwrap();
                for field in table.fields.iter().filter(|field| field.required) {
                    assert!(row.get(field.name).is_some(), "{infno}: {}.{}", table.name, field.name);
                }
                for (name, _) in row.iter() {
                    assert!(table.field(name).is_some(), "{infno}: {}.{name} is no field", table.name);
                }
            }
        }
    }

    #[test]
    fn a_line_comes_to_price_times_count_and_what_is_no_number_is_told_with_its_field() {
        let line = Item::parse(1, ("EX", "0.005", "1")).unwrap();
        assert_eq!(line.amount, Fen::from_fen(1));
        for (item, field) in [(("", "1", "1"), "item"), (("EX", "x", "1"), "price"), (("EX", "1", "1.00001"), "count")]
        {
            assert!(Item::parse(1, item).unwrap_err().starts_with(field));
        }
    }
}
