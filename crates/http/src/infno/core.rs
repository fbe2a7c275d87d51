//! The core of a pooling area (待遇核心) that divides bills itself, where an area has one: asked over REST at the moment of the
//! preview and of the settlement, in place of our calculator.
//!
//! Invariants: what it answers is believed only if it adds up to the fen (identities A, D, E and F of the interface) and is about
//! these lines; a bill whose core does not answer is not settled, and comes again as the same message. Deliberately absent: the sums
//! of the year, which such a core keeps, and telling it what became of a bill: webhooks do that.

use std::fmt::Write as _;

use axum::body::Bytes;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue, StatusCode};
use gongji_domain::benefit::{self, Stay};
use gongji_domain::burden::{Burden, Part};
use gongji_domain::reason::Reason;
use gongji_words::{AreaCode, Fen};
use serde_json::{Map, Value, json};

use super::paper::Amounts;
use super::refusal::Refusal;
use super::till::Till;
use crate::face::{Core, Passing};

/// What is divided, and what for.
pub struct Asking<'a> {
    pub bill: &'a benefit::Bill,
    pub psn_no: &'a str,
    pub certificate: &'a str,
    pub visit: &'a str,
    pub med_type: &'a str,
    /// Whether it is settled now; else it is a preview.
    pub settles: bool,
}

/// What a core said of a bill.
pub struct Divided {
    pub amounts: Amounts,
    pub burden: Burden,
}

impl Till {
    /// What the core of an area says of a bill, if it has one.
    pub async fn divided_by_core(&self, area: AreaCode, asking: &Asking<'_>) -> Result<Option<Divided>, Refusal> {
        let Some(core) = self.face.ports.upstream.core_of(area.pool()) else { return Ok(None) };
        let failed = |why: String| Refusal::Inner(Reason::ReqUpstream, format!("the core of {area}: {why}"));
        let said = self.asked_of(core, asking).await.map_err(failed)?;
        let divided = divided_of(&said).map_err(failed)?;
        divided.check().map_err(|why| failed(why.to_owned()))?;
        Ok(Some(divided))
    }

    async fn asked_of(&self, core: Core, asking: &Asking<'_>) -> Result<Value, String> {
        let mut headers = HeaderMap::new();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        if let Some(token) = &core.token {
            let value = HeaderValue::from_str(&format!("Bearer {token}")).map_err(|_| "its token is no header")?;
            headers.insert(AUTHORIZATION, value);
        }
        let body = Bytes::from(self.question(asking).to_string());
        let passing = Passing { to: core.url, path: String::new(), headers, body };
        let returned = self.face.ports.upstream.pass(passing).await?;
        if returned.status != StatusCode::OK {
            return Err(format!("it answers {}", returned.status));
        }
        serde_json::from_slice(&returned.body).map_err(|_| "what it answers is no JSON".to_owned())
    }

    /// The bill as `gongji benefit split` takes it, with whose it is.
    fn question(&self, asking: &Asking<'_>) -> Value {
        let benefit::Bill { insured, visit, lines } = asking.bill;
        let lines: Vec<Value> = lines.iter().map(line_of).collect();
        let mut question = json!({
            "purpose": if asking.settles { "settlement" } else { "preview" },
            "number": format!("{}/{}", self.profile.code, self.request.msgid),
            "institution": self.profile.code,
            "patient": asking.psn_no,
            "certificate": asking.certificate,
            "visit": asking.visit,
            "med-type": asking.med_type,
            "area": insured.area.to_string(),
            "person": insured.kind.word(),
            "traits": insured.traits.iter().map(|one| one.word()).collect::<Vec<_>>(),
            "kind": visit.kind.word(),
            "level": visit.level.word(),
            "care-area": visit.care_area.to_string(),
            "place": visit.place.word(),
            "last-day": visit.last_day.to_string(),
            "goes-on": visit.stay != Stay::New,
            "lines": lines,
        });
        if let Some(born) = insured.newborn {
            question["newborn"] = born.to_string().into();
        }
        question
    }
}

fn line_of(line: &benefit::Line) -> Value {
    json!({
        "number": line.number,
        "returns": line.returns,
        "item": line.item,
        "day": line.day.to_string(),
        "count": line.count.to_string(),
        "price": line.price.to_string(),
        "amount": line.amount.map(|amount| amount.to_string()),
        "approval": line.approval.word(),
    })
}

fn divided_of(said: &Value) -> Result<Divided, String> {
    let setlinfo = said["setlinfo"].as_object().ok_or("it answers without setlinfo")?;
    let amount = |field: &str| amount_of(setlinfo, field);
    let amounts = Amounts {
        whole: amount("medfee_sumamt")?,
        uninsured: amount("fulamt_ownpay_amt")?,
        over_limit: amount("overlmt_selfpay")?,
        class_b: amount("preselfpay_amt")?,
        in_scope: amount("inscp_scp_amt")?,
        deductible: amount("act_pay_dedc")?,
        pool: amount("hifp_pay")?,
        civil_service: amount("cvlserv_pay")?,
        enterprise: amount("hifes_pay")?,
        serious: amount("hifmi_pay")?,
        large: amount("hifob_pay")?,
        assistance: amount("maf_pay")?,
        other: amount("oth_pay")?,
        fund: amount("fund_pay_sumamt")?,
        personal: amount("psn_part_amt")?,
        hospital: amount("hosp_part_amt")?,
    };
    let parts = said["parts"].as_object().ok_or("it answers without parts")?;
    let mut burden = Burden::nothing();
    for name in parts.keys() {
        let part = Part::from_word(name).ok_or_else(|| format!("no part of a burden is called `{}`", short(name)))?;
        burden.add(part, amount_of(parts, name)?);
    }
    Ok(Divided { amounts, burden })
}

/// An amount in yuan, as a text with two decimals.
fn amount_of(of: &Map<String, Value>, field: &str) -> Result<Fen, String> {
    let text = of.get(field).and_then(Value::as_str);
    text.and_then(|text| Fen::parse_yuan(text).ok()).ok_or_else(|| format!("`{}` is no amount", short(field)))
}

/// Of what another wrote, so much as a line of a log takes.
fn short(text: &str) -> String {
    let mut short = String::new();
    let plain = text.chars().take(24).filter(|letter| !letter.is_control());
    plain.for_each(|letter| short.write_char(letter).unwrap_or_default());
    short
}

impl Divided {
    /// Whether it adds up.
    fn check(&self) -> Result<(), &'static str> {
        let a = &self.amounts;
        let funds = [a.pool, a.civil_service, a.enterprise, a.serious, a.large, a.assistance, a.other];
        let catalogue = [a.uninsured, a.over_limit, a.class_b, a.in_scope];
        let left = Fen::sum(catalogue).minus(a.fund).minus(a.hospital);
        let rules = [
            (
                a.whole == Fen::sum([a.fund, a.personal, a.hospital]),
                "A: medfee_sumamt is not funds, personal and hospital's part",
            ),
            (a.fund == Fen::sum(funds), "D: fund_pay_sumamt is not the sum of the funds"),
            (a.whole == Fen::sum(catalogue), "E: medfee_sumamt is not what the catalogue divides it into"),
            (a.personal == left && a.deductible <= a.in_scope, "F: psn_part_amt is not what the funds leave"),
            (a.personal == self.burden.total(), "the parts do not add up to psn_part_amt"),
        ];
        rules.iter().find(|(holds, _)| !holds).map_or(Ok(()), |(_, why)| Err(why))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answer() -> Value {
        json!({
            "setlinfo": {
                "medfee_sumamt": "100.00", "fulamt_ownpay_amt": "10.00", "overlmt_selfpay": "5.00", "preselfpay_amt": "5.00",
                "inscp_scp_amt": "80.00", "act_pay_dedc": "20.00", "hifp_pay": "40.00", "cvlserv_pay": "1.00",
                "hifes_pay": "0.00", "hifmi_pay": "2.00", "hifob_pay": "0.00", "maf_pay": "0.00", "oth_pay": "0.00",
                "fund_pay_sumamt": "43.00", "psn_part_amt": "52.00", "hosp_part_amt": "5.00",
            },
            "parts": {"deductible": "20.00", "copay": "17.00", "class-b": "5.00", "out-of-catalogue": "10.00"},
        })
    }

    fn told(answer: &Value) -> Result<Fen, String> {
        let divided = divided_of(answer)?;
        divided.check()?;
        Ok(divided.burden.total())
    }

    #[test]
    fn what_adds_up_is_believed_and_nothing_else() {
        assert_eq!(told(&answer()), Ok(Fen::from_fen(5_200)));
        for (field, amount, why) in [
            ("medfee_sumamt", "100.01", "A:"),
            ("psn_part_amt", "51.99", "A:"),
            ("hifmi_pay", "2.01", "D:"),
            ("inscp_scp_amt", "80.01", "E:"),
            ("act_pay_dedc", "80.01", "F:"),
            ("hifp_pay", "-1.00", "`hifp_pay` is no amount"),
            ("oth_pay", "0.001", "`oth_pay` is no amount"),
        ] {
            let mut wrong = answer();
            wrong["setlinfo"][field] = amount.into();
            let said = told(&wrong).unwrap_err();
            assert!(said.starts_with(why), "{field}: {said}");
        }
        for (pointer, value, why) in [
            ("/parts/copay", json!("17.01"), "the parts"),
            ("/parts/copay", json!(17), "`copay` is no amount"),
            ("/parts", json!({"gift": "1.00"}), "no part"),
            ("/parts", Value::Null, "it answers without parts"),
            ("/setlinfo", json!([]), "it answers without setlinfo"),
            ("/setlinfo/maf_pay", Value::Null, "`maf_pay` is no amount"),
        ] {
            let mut wrong = answer();
            *wrong.pointer_mut(pointer).unwrap() = value;
            let said = told(&wrong).unwrap_err();
            assert!(said.starts_with(why), "{pointer}: {said}");
        }
    }
}
