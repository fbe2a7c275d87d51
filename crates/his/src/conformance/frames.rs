//! The envelope of a request: what must be there, what may be missing, in which forms things come.

use gongji_wire::Value;

use super::bench::{Bench, done, enquiry, enquiry_with, not_run, refused};
use super::{Check, Went, check};
use crate::script::digits;

const CLAUSE: &str = "4 报文请求 4 request";

/// Fields without which there is no answer.
const NEEDED: &[&str] = &["infno", "msgid", "mdtrtarea_admvs", "opter", "inf_time", "fixmedins_code", "input"];
/// Fields that clients leave out.
const SPARED: &[&str] = &[
    "recer_sys_code",
    "dev_no",
    "dev_safe_info",
    "cainfo",
    "signtype",
    "infver",
    "opter_type",
    "opter_name",
    "fixmedins_name",
    "sign_no",
    "insuplc_admdvs",
];
/// Fields, and odd values that clients send.
const ODD: &[(&str, &str, &str, &str, &str)] = &[
    ("01", "inf_time", "t:20260310090000", "inf_time 为 14 位数字", "inf_time of 14 digits"),
    ("02", "inf_time", "t:2026-03-10", "inf_time 只有日期", "inf_time is a bare day"),
    ("03", "inf_time", "t:2026-03-10T09:00:00", "inf_time 以 T 分隔", "inf_time parted by T"),
    ("04", "inf_time", "t:2026-03-10 09:00:00.125", "inf_time 带毫秒", "inf_time with milliseconds"),
    ("05", "opter", "n:1", "opter 为数字", "opter is a number"),
    ("06", "opter_type", "n:1", "opter_type 为数字", "opter_type is a number"),
    ("07", "opter_type", "t:2", "自助机 opter_type 2", "a terminal, opter_type 2"),
    ("08", "opter_type", "t:3", "移动端 opter_type 3", "mobile, opter_type 3"),
    ("09", "infno", "n:1101", "infno 为数字", "infno is a number"),
    ("10", "infver", "t:V1.0", "infver 为 V1.0", "infver is V1.0"),
    ("11", "recer_sys_code", "t:MBS_LOCAL", "recer_sys_code 为 MBS_LOCAL", "recer_sys_code is MBS_LOCAL"),
    ("12", "insuplc_admdvs", "t:", "insuplc_admdvs 为空即本地", "insuplc_admdvs empty means here"),
    (
        "13",
        "insuplc_admdvs",
        "t:null",
        "insuplc_admdvs 为文本 null 即本地",
        "insuplc_admdvs as the text null means here",
    ),
    ("14", "insuplc_admdvs", "z", "insuplc_admdvs 为 null 即本地", "insuplc_admdvs null means here"),
    ("15", "dev_no", "t:null", "dev_no 为文本 null", "dev_no is the text null"),
    ("16", "sign_no", "z", "sign_no 为 null", "sign_no is null"),
    ("17", "fixmedins_name", "long", "fixmedins_name 超过 20 个字", "fixmedins_name of more than 20 characters"),
    ("18", "opter_name", "long", "opter_name 超过 50 个字", "opter_name of more than 50 characters"),
    ("19", "opter_name", "t: ", "opter_name 只有空格", "opter_name is a blank"),
    (
        "20",
        "fixmedins_soft_fcty",
        "t:某软件厂商",
        "多余字段 fixmedins_soft_fcty",
        "an unknown field fixmedins_soft_fcty",
    ),
    ("21", "mode", "t:1", "多余字段 mode", "an unknown field mode"),
    ("22", "medins_code", "z", "多余字段 medins_code 为 null", "an unknown field medins_code, null"),
    ("23", "unknown_node", "node", "多余的节点", "an unknown node"),
    ("24", "enc_type", "t:", "enc_type 为空", "enc_type is empty"),
];
/// Fields, values that cannot be understood, and what the sentence names.
const BAD: &[(&str, &str, &str, &str, &str)] = &[
    ("01", "inf_time", "t:昨天", "inf_time", "inf_time 不是时间"),
    ("02", "inf_time", "t:2026-13-01 09:00:00", "inf_time", "inf_time 没有这一天"),
    ("03", "inf_time", "t:2026-02-30", "inf_time", "inf_time 没有 2 月 30 日"),
    ("04", "inf_time", "t:2026-03-10 25:00:00", "inf_time", "inf_time 没有 25 点"),
    ("05", "infno", "t:9999", "infno", "没有 9999 这个交易"),
    ("06", "infno", "t:22 07", "infno", "infno 里有空格"),
    ("07", "infno", "t:", "infno", "infno 为空"),
    ("08", "msgid", "z", "msgid", "msgid 为 null"),
    ("09", "msgid", "t:", "msgid", "msgid 为空"),
    ("10", "fixmedins_code", "t:H00000000000", "fixmedins_code", "没有登记的机构"),
    ("11", "input", "t:", "input", "input 为空文本"),
    ("12", "input", "n:1", "input", "input 是数字"),
    ("13", "opter", "node", "opter", "opter 是对象"),
    ("14", "input", "z", "input", "input 为 null"),
];

/// `t:` text, `n:` a number, `z` null; a long text, a node.
fn value(text: &str) -> Value {
    match text {
        "z" => Value::Null,
        "long" => Value::text("示例".repeat(40)),
        "node" => Value::Object([("any".to_owned(), Value::text("1"))].into_iter().collect()),
        _ => match text.split_once(':') {
            Some(("n", number)) => digits(number),
            _ => Value::text(text.strip_prefix("t:").unwrap_or(text)),
        },
    }
}

/// The checks.
pub(super) fn checks() -> Vec<Check> {
    let needed = NEEDED.iter().map(|field| {
        let words = (format!("缺 {field}：退回，并指明它"), format!("without {field}: refused, and it is named"));
        check(format!("ENV-NEED-{field}"), CLAUSE, words, move |bench| missing(bench, field))
    });
    let spared = SPARED.iter().map(|field| {
        let words = (format!("缺 {field}：照办"), format!("without {field}: done all the same"));
        check(format!("ENV-SPARE-{field}"), "惯例 practice", words, move |bench| {
            done(&enquiry_with(bench, (field, None))?)
        })
    });
    let odd = ODD.iter().map(|(number, field, text, zh, en)| {
        let words = (format!("{zh}：照办"), format!("{en}: done all the same"));
        check(format!("ENV-ODD-{number}"), "惯例 practice", words, move |bench| {
            done(&enquiry_with(bench, (field, Some(value(text))))?)
        })
    });
    let bad = BAD.iter().map(|(number, field, text, named, zh)| {
        let words =
            (format!("{zh}：退回，并指明 {named}"), format!("{field} as {text}: refused, and {named} is named"));
        check(format!("ENV-BAD-{number}"), CLAUSE, words, move |bench| {
            let told = if *field == "fixmedins_code" {
                let (_, mut draft) = enquiry(bench)?;
                draft.object.set(field, value(text));
                bench.leniently(bench.hospital()?, &draft)?
            } else {
                enquiry_with(bench, (field, Some(value(text))))?
            };
            refused(&told, &[named])
        })
    });
    let mut all: Vec<Check> = needed.chain(spared).chain(odd).chain(bad).collect();
    all.extend(of_numbers());
    all.extend(of_paths());
    all
}

/// The sentence names the field. Who does not say who he is may be refused before the message is looked at.
fn missing(bench: &Bench<'_>, field: &str) -> Went {
    refused(&enquiry_with(bench, (field, None))?, &[field])
}

/// Numbers of messages as clients make them.
fn of_numbers() -> Vec<Check> {
    const FORMS: &[(&str, usize, &str, &str)] = &[
        ("hex", 30, "msgid 为 30 位十六进制", "msgid of 30 hexadecimal digits"),
        ("uuid", 36, "msgid 为 UUID", "msgid is a UUID"),
        ("short", 8, "msgid 只有 8 位", "msgid of 8 characters"),
        ("64", 64, "msgid 为 64 位", "msgid of 64 characters"),
    ];
    let of = |(form, length, zh, en): &'static (&str, usize, &str, &str)| {
        let words = (format!("{zh}：照办"), format!("{en}: done all the same"));
        check(format!("ENV-MSGID-{form}"), "惯例 practice", words, move |bench| {
            let drawn: String = (0..4)
                .flat_map(|_| bench.hospital().map(|desk| desk.drawn()))
                .flatten()
                .map(|byte| format!("{byte:02x}"))
                .collect();
            let msgid: String = drawn.chars().take(*length).collect();
            done(&enquiry_with(bench, ("msgid", Some(Value::text(msgid))))?)
        })
    };
    FORMS.iter().map(of).collect()
}

/// The families of paths of the platforms.
fn of_paths() -> Vec<Check> {
    const PATHS: &[(&str, &str)] = &[
        ("hunan", "/fsi/api/rsfComIfsService/callService"),
        ("hunan-infno", "/fsi/api/rsfComIfsService/callService/1101"),
        ("guangdong", "/ebus/gdyb_api/prd/hsa/hgs/1101"),
        ("guangdong-test", "/ebus/gdyb_inf/poc/hsa/hgs/1101"),
        ("jilin", "/mbs/fmi/fsi/api/callFsiService/callService"),
        ("shanxi", "/mbs-fsi/web/api/fsi/callService"),
        ("shanxi-jc", "/mbs-fsi-jc/web/api/fsi/callService"),
        ("guangxi", "/mbs-hiIntf-4501/web/api/fsi/callService"),
        ("sichuan", "/mss/web/api/fsi/callService"),
    ];
    let of = |(family, path): &'static (&str, &str)| {
        let words = (format!("路径 {path}：照办"), format!("the path {path}: done all the same"));
        check(format!("PATH-{family}"), "附录 A 各平台 A platforms", words, move |bench| {
            let taken = bench.world.paths.iter().any(|own| own == path);
            if !taken {
                return Err(not_run("中心不用这个路径", "the centre has no such path"));
            }
            let (case, mut draft) = enquiry(bench)?;
            draft.path = (*path).to_owned();
            done(&case.desk.send(&draft)?)
        })
    };
    let mut all: Vec<Check> = PATHS.iter().map(of).collect();
    let words =
        ("路径末尾写别的交易号：按报文里的 infno 办", "another number at the end of the path: the message decides");
    all.push(check("PATH-OTHER", "惯例 practice", words, |bench| {
        let (case, mut draft) = enquiry(bench)?;
        draft.path = format!("{}/2207", draft.path);
        done(&case.desk.send(&draft)?)
    }));
    all
}
