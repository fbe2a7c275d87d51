//! Stays: settled in one or in several, away from home with and without a filing, and of a newborn under his mother's name.

use gongji_http::infno::profile::Profile;
use serde_json::{Map, Value, json};

use crate::national::{His, certificate_of, fen, identities, town, with};
use crate::world::{HOSPITAL, MOTHER, THERE_HOSPITAL, Town};

/// A patient in a hospital.
struct Stay<'h, 't> {
    his: &'h His<'t>,
    who: Map<String, Value>,
    mdtrt_id: Value,
}

impl<'h, 't> Stay<'h, 't> {
    fn of(his: &'h His<'t>, more: &Value) -> Self {
        let person = his.done("1101", &json!({"data": certificate_of(MOTHER)}));
        let mut who = certificate_of(MOTHER);
        who.insert("psn_no".to_owned(), person["baseinfo"]["psn_no"].clone());
        who.insert("insutype".to_owned(), "390".into());
        let about = json!({"begntime": "2026-03-01 08:00:00", "med_type": "2101", "ipt_no": "Z1", "atddr_no": "D"});
        let about = with(about.as_object().unwrap(), more);
        let admitted = his.done("2401", &json!({"mdtrtinfo": with(&who, &about), "diseinfo": []}));
        Self { his, who, mdtrt_id: admitted["result"]["mdtrt_id"].clone() }
    }

    fn lines(&self, numbers: impl IntoIterator<Item = u32>) {
        let line = |number: u32| {
            json!({"feedetl_sn": number, "mdtrt_id": self.mdtrt_id, "psn_no": self.who["psn_no"], "med_type": "2101",
                "fee_ocur_time": "2026-03-02 10:00:00", "med_list_codg": "EXD001", "medins_list_codg": "x",
                "det_item_fee_sumamt": 500, "cnt": 1, "pric": 500, "hosp_appr_flag": "0"})
        };
        let lines: Vec<Value> = numbers.into_iter().map(line).collect();
        self.his.done("2301", &json!({"feedetail": lines}));
    }

    fn bill(&self, (amount, interim): (u32, &str), more: &Value) -> Value {
        let bill = json!({"medfee_sumamt": amount, "psn_setlway": "01", "mdtrt_id": self.mdtrt_id, "acct_used_flag": "1",
            "mid_setl_flag": interim, "insuplc_admdvs": "130100", "mdtrtarea_admvs": "130100"});
        json!({"data": with(&self.who, &with(bill.as_object().unwrap(), more))})
    }

    /// Previewed and settled: both say the same.
    fn settled(&self, amount: u32, interim: &str) -> Value {
        let bill = self.bill((amount, interim), &json!({}));
        let previewed = self.his.done("2303", &bill);
        let settled = self.his.done("2304", &bill);
        identities(&settled);
        for field in ["act_pay_dedc", "hifp_pay", "fund_pay_sumamt", "psn_part_amt", "acct_pay", "psn_cash_pay"] {
            assert_eq!(previewed["setlinfo"][field], settled["setlinfo"][field], "{field}");
        }
        settled["setlinfo"].clone()
    }

    fn named(&self, settled: &Value) -> Value {
        json!({"data": {"setl_id": settled["setl_id"], "mdtrt_id": self.mdtrt_id, "psn_no": self.who["psn_no"]}})
    }

    fn undone(&self, settled: &Value) {
        identities(&self.his.done("2305", &self.named(settled)));
    }

    fn line_numbers(&self, settled: &Value) -> Vec<String> {
        let lines = self.his.done("5204", &self.named(settled));
        let number = |line: &Value| line["feedetl_sn"].as_str().unwrap().to_owned();
        lines.as_array().unwrap().iter().map(number).collect()
    }
}

const SUMS: [&str; 5] = ["medfee_sumamt", "act_pay_dedc", "hifp_pay", "fund_pay_sumamt", "psn_part_amt"];

#[test]
fn a_stay_that_was_undone_is_settled_anew_also_by_whoever_asks_for_no_preview() {
    let town = town();
    let his = His::new(&town, HOSPITAL);
    let stay = Stay::of(&his, &json!({}));
    stay.lines(1..=4);
    let bill = stay.bill((2_000, "0"), &json!({}));
    let first = his.done("2304", &bill)["setlinfo"].clone();
    stay.undone(&first);
    let again = his.done("2304", &bill)["setlinfo"].clone();
    for field in SUMS {
        assert_eq!(fen(&first, field), fen(&again, field), "{field}");
    }
    assert_ne!(first["setl_id"], again["setl_id"], "it is another settlement");
}

#[test]
fn a_stay_that_is_settled_on_the_way_comes_to_what_it_comes_to_at_once() {
    let town = town();
    let his = His::new(&town, HOSPITAL);
    let stay = Stay::of(&his, &json!({}));
    stay.lines(1..=4);
    stay.lines(5..=12);
    let whole = stay.settled(6_000, "0");
    assert_eq!(stay.line_numbers(&whole).len(), 12);
    stay.undone(&whole);
    stay.his.done(
        "2302",
        &json!({"data": [{"feedetl_sn": "0000", "mdtrt_id": stay.mdtrt_id, "psn_no": stay.who["psn_no"]}]}),
    );
    // The same again in three: less than the deductible, the rest of it, and one more.
    stay.lines([1]);
    let first = stay.settled(500, "1");
    stay.lines(2..=8);
    let second = stay.settled(3_500, "1");
    stay.lines(9..=12);
    let last = stay.settled(2_000, "0");
    for field in SUMS {
        assert_eq!(
            [&first, &second, &last].map(|info| fen(info, field)).iter().sum::<i64>(),
            fen(&whole, field),
            "{field}"
        );
    }
    assert_eq!(fen(&first, "act_pay_dedc"), 50_000);
    assert_eq!(fen(&last, "act_pay_dedc"), 0);
    assert_eq!(stay.line_numbers(&first), ["1"]);
    assert_eq!(stay.line_numbers(&second).len(), 7);
    assert_eq!(stay.line_numbers(&last).len(), 4);
    // What came later stands on what came before.
    let named = stay.named(&second);
    assert!(his.refused("2305", &named).contains("先冲正"));
    stay.undone(&last);
    stay.undone(&second);
    let again = stay.settled(5_500, "0");
    for field in SUMS {
        assert_eq!(fen(&first, field) + fen(&again, field), fen(&whole, field), "{field}");
    }
}

#[test]
fn lines_that_an_interim_settlement_has_taken_stay_and_others_can_be_withdrawn() {
    let town = town();
    let his = His::new(&town, HOSPITAL);
    let stay = Stay::of(&his, &json!({}));
    let withdraw = |number: &str| json!({"data": [{"feedetl_sn": number, "mdtrt_id": stay.mdtrt_id, "psn_no": stay.who["psn_no"]}]});
    stay.lines([1, 2]);
    let nothing_new = stay.bill((1_000, "1"), &json!({}));
    stay.settled(1_000, "1");
    assert!(!his.refused("2304", &nothing_new).is_empty(), "all of it is settled");
    stay.lines([3, 4]);
    assert!(his.refused("2302", &withdraw("1")).contains("冲正"));
    his.done("2302", &withdraw("3"));
    stay.settled(500, "0");
    assert!(his.refused("2302", &withdraw("0000")).contains("冲正"));
}

#[test]
fn an_interim_settlement_that_comes_again_gets_its_first_answer() {
    let town = town();
    let his = His::new(&town, HOSPITAL);
    let stay = Stay::of(&his, &json!({}));
    stay.lines([1, 2]);
    let envelope = his.envelope("2304", "M-1", &stay.bill((1_000, "1"), &json!({})));
    let first = his.send(&envelope);
    assert_eq!(first["infcode"], 0, "{first}");
    stay.lines([3]);
    stay.settled(500, "0");
    assert_eq!(his.send(&envelope)["output"], first["output"]);
}

fn away(town: &Town) -> His<'_> {
    let profile = Profile {
        institution: 1303,
        code: THERE_HOSPITAL.to_owned(),
        name: "示例机构".to_owned(),
        level: "05".to_owned(),
        open: true,
        ..Profile::default()
    };
    town.profile(&profile);
    His::new(town, THERE_HOSPITAL)
}

/// What the funds pay of a stay away from home.
fn pool_pays(his: &His<'_>, more: &Value) -> i64 {
    let stay = Stay::of(his, &json!({}));
    stay.lines(1..=10);
    let previewed = his.done("2303", &stay.bill((5_000, "0"), more));
    fen(&previewed["setlinfo"], "hifp_pay")
}

#[test]
fn who_is_referred_is_filed_for_care_where_he_is_sent_until_the_referral_is_withdrawn() {
    let town = town();
    let (home, there) = (His::new(&town, HOSPITAL), away(&town));
    let nothing = json!({});
    let unfiled = pool_pays(&there, &nothing);
    let emergency = pool_pays(&there, &json!({"exp_content": "{\"OTP_ER_REFL_FLAG\":\"1\"}"}));
    assert!(emergency > unfiled, "an emergency counts as filed: {emergency} {unfiled}");
    let person = home.done("1101", &json!({"data": certificate_of(MOTHER)}));
    let psn_no = &person["baseinfo"]["psn_no"];
    let referral = |area: &str, day: &str| {
        json!({"refmedin": {"psn_no": psn_no, "insutype": "390", "diag_code": "I10", "diag_name": "高血压",
            "reflin_medins_no": THERE_HOSPITAL, "reflin_medins_name": "示例机构", "mdtrtarea_admdvs": area, "refl_type": "1",
            "refl_date": day, "refl_rea": "病情需要", "refl_opnn": "同意"}})
    };
    assert!(home.refused("2501", &referral("唐山", "2026-03-10")).contains("mdtrtarea_admdvs"));
    home.done("2501", &referral("130200", "2026-03-11"));
    assert_eq!(pool_pays(&there, &nothing), unfiled, "from tomorrow on");
    let filed = home.done("2501", &referral("130200", "2026-03-10"));
    assert_eq!(pool_pays(&there, &nothing), emergency);
    let number = &filed["result"]["trt_dcla_detl_sn"];
    let withdraw = json!({"data": {"trt_dcla_detl_sn": number, "psn_no": psn_no}});
    home.done("2502", &withdraw);
    home.done("2502", &withdraw);
    assert_eq!(pool_pays(&there, &nothing), unfiled);
}

#[test]
fn a_newborn_is_cared_for_under_his_mothers_name_by_his_birth_date() {
    let town = town();
    let his = His::new(&town, HOSPITAL);
    let preview = |more: Value| {
        let stay = Stay::of(&his, &more);
        stay.lines([1, 2]);
        his.ask("2303", &stay.bill((1_000, "0"), &json!({})))
    };
    let without = preview(json!({"med_type": "2109"}));
    assert!(without["err_msg"].as_str().unwrap().contains("birctrl_matn_date"), "{without}");
    let with = preview(json!({"med_type": "2109", "birctrl_matn_date": "2026-02-20"}));
    assert_eq!(with["infcode"], 0, "{with}");
    let late = preview(json!({"med_type": "2109", "birctrl_matn_date": "2025-02-20"}));
    assert_eq!(late["infcode"], -1, "{late}");
}
