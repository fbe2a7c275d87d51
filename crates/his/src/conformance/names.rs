//! Names in every script of the country: they come back letter by letter, and no message is refused for one.

use gongji_wire::Value;

use super::bench::{Bench, Scene, done, failed, holds, same};
use super::{Check, Went, check};
use crate::edit::{at, words_at};
use crate::profile::Expect;

const CLAUSE: &str = "附录 A psn_name A psn_name";

/// Scripts, and an invented name in each.
const NAMES: &[(&str, &str, &str, &str)] = &[
    ("HAN", "汉字", "Chinese", "王小明"),
    ("HAN-TWO", "两个字", "two characters", "卫东"),
    ("HAN-FOUR", "复姓四字", "four characters", "欧阳明月"),
    ("DOT", "维吾尔族姓名，间隔号", "Uyghur with a dot", "买买提江·阿卜杜热合曼"),
    ("DOTS", "间隔号两个", "two dots", "阿不都·买买提·艾力"),
    (
        "LONG",
        "47 个字",
        "47 characters",
        "阿依古丽阿依古丽阿依古丽阿依古丽阿依古丽阿依古丽阿依古丽阿依古丽阿依古丽阿依古丽阿依古丽·买提",
    ),
    ("RARE", "生僻字（第二平面）", "rare characters of plane 2", "𬭎㛃"),
    ("RARE-3", "生僻字（扩展 B）", "rare characters of extension B", "王𠮷"),
    ("ZERO", "〇字", "the character 〇", "刘〇"),
    ("LATIN", "外文姓名", "Latin letters", "MARIA DA SILVA"),
    ("HYPHEN", "外文，连字符和撇号", "Latin with hyphen and apostrophe", "ANNE-MARIE O'NEILL"),
    ("UYGHUR", "维吾尔文", "Uyghur letters", "ئابدۇرەھىم"),
    ("TIBETAN", "藏文", "Tibetan", "བཀྲཤིས"),
    ("TIBETAN-TSHEG", "藏文，带音节点", "Tibetan with its dots between syllables", "བཀྲ་ཤིས"),
    ("MONGOLIAN", "蒙古文", "Mongolian", "ᠪᠠᠲᠤ"),
    ("MONGOLIAN-VOWEL", "蒙古文，带元音间隔符", "Mongolian with its vowel separator", "ᠰᠠᠷᠠᠨ\u{180e}ᠠ"),
    ("TIBETAN-END", "藏文，以音节点结尾", "Tibetan that ends in its dot", "བཀྲ་ཤིས་"),
    ("KOREAN", "朝鲜文", "Korean", "김철수"),
    ("YI", "彝文", "Yi", "ꀊꁮ"),
    ("KAZAKH", "哈萨克文（西里尔）", "Kazakh in Cyrillic", "Нұрлан"),
    ("ZHUANG", "壮文", "Zhuang", "Vangz Mingz"),
    ("DAI", "傣文", "Tai Nüa", "ᥟᥭᥰᥔᥣᥛ"),
];

/// The checks.
pub(super) fn checks() -> Vec<Check> {
    let mut all = Vec::new();
    for (id, zh, en, name) in NAMES {
        let words = (format!("医师姓名 {zh}：5202 原样回"), format!("a doctor's name, {en}: 5202 tells it as it was"));
        all.push(check(format!("NAME-DOCTOR-{id}"), CLAUSE, words, move |bench| doctor(bench, name)));
        let words =
            (format!("联系人姓名 {zh}：5201 原样回"), format!("a relative's name, {en}: 5201 tells it as it was"));
        all.push(check(format!("NAME-CONTACT-{id}"), CLAUSE, words, move |bench| contact(bench, name)));
        let words = (format!("收费员姓名 {zh}：照办"), format!("a cashier's name, {en}: done"));
        all.push(check(format!("NAME-CASHIER-{id}"), CLAUSE, words, move |bench| cashier(bench, name)));
        let words = (
            format!("异地参保人姓名 {zh}：2201 照办，2206 原样回"),
            format!("a patient of another province, {en}: told as he is called"),
        );
        all.push(check(format!("NAME-PATIENT-{id}"), CLAUSE, words, move |bench| patient(bench, name)));
    }
    for place in 0..4 {
        let words = (
            format!("参保人姓名第 {} 例：1101 原样回", place + 1),
            format!("the name of patient {}: 1101 tells it as it is", place + 1),
        );
        all.push(check(format!("NAME-1101-{}", place + 1), "1101", words, move |bench| of_patient(bench, place)));
    }
    let words = ("姓名和证件不符：退回，并指明 psn_name", "a name that is another's: refused, and psn_name is named");
    all.push(check("NAME-1101-OTHER", "1101", words, |bench| {
        let mut case = bench.case(bench.anybody())?;
        let heard = case.ask_with("1101", ("data.psn_name", Some(Value::text("另有其人"))))?;
        super::bench::refused(&heard, &["psn_name"])
    }));
    all
}

fn doctor(bench: &Bench<'_>, name: &str) -> Went {
    let mut case = bench.scene(Scene::Open)?;
    case.say_that("doctor", name);
    done(&case.ask("2203")?)?;
    let told = case.ask("5202")?;
    done(&told)?;
    same("dise_dor_name", words_at(&told.output, "diseinfo.0.dise_dor_name"), name)
}

fn contact(bench: &Bench<'_>, name: &str) -> Went {
    let mut case = bench.scene(Scene::Stay)?;
    case.say_that("contact", name);
    done(&case.ask("2403")?)?;
    let told = case.ask("5201")?;
    done(&told)?;
    let rows = at(&told.output, "mdtrtinfo").and_then(Value::as_list).unwrap_or_default();
    let row = rows.iter().find(|row| words_at(row, "mdtrt_id") == case.words("mdtrt_id"));
    match row {
        Some(row) => same("coner_name", words_at(row, "coner_name"), name),
        None => failed("5201 没有这次就诊 5201 does not have the visit"),
    }
}

fn cashier(bench: &Bench<'_>, name: &str) -> Went {
    let (case, mut draft) = super::bench::enquiry(bench)?;
    draft.object.set("opter_name", Value::text(name));
    done(&case.desk.send(&draft)?)
}

fn patient(bench: &Bench<'_>, name: &str) -> Went {
    let patient = bench.patient(Expect::OtherProvince)?;
    let mut case = bench.fresh(bench.hospital()?, patient)?;
    case.say_that("name", name);
    case.say_that("flag", "0");
    done(&case.ask("2201")?)?;
    case.lines = vec![bench.item(1, "10.00", "1")];
    done(&case.ask("2204")?)?;
    let told = case.ask("2206")?;
    done(&told)?;
    same("psn_name", words_at(&told.output, "setlinfo.psn_name"), name)
}

fn of_patient(bench: &Bench<'_>, place: usize) -> Went {
    let named: Vec<_> = bench.world.patients.iter().filter(|patient| patient.expect == Expect::Name).collect();
    let Some(patient) = named.get(place) else {
        return Err(super::bench::not_run("没有给出这样的参保人", "no such patient was given"));
    };
    let mut case = bench.fresh(bench.hospital()?, patient)?;
    let told = case.ask("1101")?;
    holds(words_at(&told.output, "baseinfo.psn_name") == patient.name, "姓名没有原样回来", "the name is not as it is")
}
