//! Machines at which an institution takes no relative's money: the cashier is told where it is taken.

use gongji_http::infno::profile::Profile;
use serde_json::Value;

use crate::national::{His, fen, town};
use crate::world::{HOSPITAL, MOTHER, SON, Town};

/// What a bill came to at a machine of this kind.
fn settled(his: &His<'_>, (kind, flag): (&str, &str)) -> (Value, String) {
    let visit = his.visit(MOTHER);
    visit.upload(&[("1", ("EXD001", 300.0))]);
    let number = format!("M-{kind}-{flag}-{}", visit.bill(300.0, flag)["data"]["mdtrt_id"].as_str().unwrap());
    let mut envelope = his.envelope("2207", &number, &visit.bill(300.0, flag));
    envelope["opter_type"] = kind.into();
    let answer = his.send(&envelope);
    assert_eq!(answer["infcode"], 0, "{answer}");
    let text = answer.to_string();
    assert!(!text.contains(SON) && !text.contains("赵建国"), "nobody who could pay is named");
    let warning = answer["warn_msg"].as_str().unwrap_or_default().to_owned();
    (answer["output"]["setlinfo"].clone(), warning)
}

fn with(town: &Town, no_aid_at: &[&str], no_wallet_at: &[&str]) {
    let kinds = |at: &[&str]| at.iter().map(|kind| (*kind).to_owned()).collect();
    let profile = Profile {
        institution: 1301,
        code: HOSPITAL.to_owned(),
        name: "示例机构".to_owned(),
        level: "05".to_owned(),
        open: true,
        no_aid_at: kinds(no_aid_at),
        no_wallet_at: kinds(no_wallet_at),
        ..Profile::default()
    };
    town.profile(&profile);
}

#[test]
fn where_a_machine_takes_no_aid_the_cashier_is_told_which_ones_do() {
    let town = town();
    let his = His::new(&town, HOSPITAL);
    for (no_aid_at, kind, expected) in [
        (&["2"][..], "1", None),
        (&["2"], "3", None),
        (&["2"], "2", Some("这里不能用家庭共济，可以到收费窗口、手机付")),
        (&["2", "3"], "3", Some("这里不能用家庭共济，可以到收费窗口付")),
        (&["1", "2", "3"], "1", Some("本机构还不能用家庭共济，请患者用其他方式付")),
    ] {
        with(&town, no_aid_at, &[]);
        let (info, warning) = settled(&his, (kind, "1"));
        assert_eq!(fen(&info, "acct_mulaid_pay") > 0, expected.is_none(), "{no_aid_at:?} {kind}: {info}");
        match expected {
            None => assert_eq!(warning, ""),
            Some(sentence) => {
                let words: Vec<&str> = warning.split(' ').collect();
                assert_eq!(words[..2], ["SETTLE_INST_CHANNEL", sentence], "{warning}");
                assert!(sentence.chars().count() <= 40 && words[2].chars().count() == 4, "{warning}");
            }
        }
    }
    with(&town, &["2"], &[]);
    let (_, warning) = settled(&his, ("2", "0"));
    assert!(!warning.contains("SETTLE_INST_CHANNEL"), "he wanted none: {warning}");
}

#[test]
fn a_machine_may_take_the_one_purse_and_not_the_other() {
    let town = town();
    let his = His::new(&town, HOSPITAL);
    with(&town, &[], &["2"]);
    let (info, _) = settled(&his, ("2", "1"));
    assert!(fen(&info, "acct_mulaid_pay") > 0, "aid is taken where the wallet is not: {info}");
    with(&town, &["2"], &["2"]);
    let (info, _) = settled(&his, ("2", "1"));
    assert_eq!(fen(&info, "acct_pay"), 0, "{info}");
}
