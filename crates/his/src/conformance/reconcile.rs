//! Reconciliation: totals (3201), and line by line (9101, 3202, 9102) with a difference of every kind.
//!
//! Looked at are bills of one kind of clearing (emergencies) that nothing else here settles. For the totals nothing else of
//! that kind may have been settled that day by others; the lines are looked at one by one, and others do not matter.

use base64ct::{Base64, Encoding as _};
use gongji_wire::{Call, Object, Value, table};
use gongji_words::Fen;

use super::bench::{Bench, done, failed, holds, refused, same};
use super::{Check, Stop, Went, check};
use crate::edit::{at, fen_at, words_at};
use crate::profile::Expect;
use crate::script::{Case, digits};

/// The kind of clearing, and the visits that it is of.
const KIND: &str = "13";
const FIELDS: [&str; 6] = ["setl_id", "mdtrt_id", "psn_no", "medfee_sumamt", "fund_pay_sumamt", "acct_pay"];

/// The file of these lines, as 9101 takes it in a node.
pub(super) fn file_text(lines: &[Value]) -> String {
    Base64::encode_string(&file_of(lines))
}

fn file_of(lines: &[Value]) -> Vec<u8> {
    let mut file = Object::new();
    file.set("file", Value::List(lines.to_vec()));
    let side = Call::of("3202").map(|call| &call.sent).expect("3202 is in the tables");
    table::write(&Value::Object(file), side, "sent.txt")
}

/// A bill that was settled, with its visit.
struct Bill<'l> {
    case: Case<'l>,
    output: Value,
}

impl<'l> Bill<'l> {
    /// An emergency of somebody whom a relative pays for, settled.
    fn settled(bench: &Bench<'l>, price: &str) -> Result<Self, Stop> {
        let who = if bench.world.patient(Expect::Aid).is_some() { Expect::Aid } else { bench.anybody() };
        let mut case = bench.visit(who, price)?;
        case.say_that("med_type", KIND);
        case.say_that("clr_type", KIND);
        case.say_that("flag", "1");
        let heard = case.ask("2207")?;
        done(&heard)?;
        Ok(Self { case, output: heard.output })
    }

    fn undo(&mut self) -> Went {
        done(&self.case.ask("2208")?)
    }

    /// Its line, as an institution writes it; some columns changed.
    fn line(&self, changed: &[(&str, &str)]) -> Value {
        let mut line = Object::new();
        for field in FIELDS {
            line.set(field, Value::text(words_at(&self.output, &format!("setlinfo.{field}"))));
        }
        line.set("refd_setl_flag", Value::text("0"));
        for (field, text) in changed {
            line.set(field, Value::text(*text));
        }
        Value::Object(line)
    }

    fn amount(&self, name: &str) -> Fen {
        fen_at(&self.output, &format!("setlinfo.{name}")).unwrap_or(Fen::ZERO)
    }
}

/// A row that came back.
struct Row {
    setl_id: String,
    msgid: String,
    is_uneven: bool,
    memo: String,
}

/// Sends lines, and reads the file that comes back.
fn reconciled(case: &mut Case<'_>, file: Value) -> Result<Vec<Row>, Stop> {
    case.set("file", file);
    for (name, zero) in [("total_whole", "0.00"), ("total_fund", "0.00"), ("total_count", "1")] {
        case.say_that(name, zero);
    }
    done(&case.ask("9101")?)?;
    done(&case.ask("3202")?)?;
    let heard = case.ask("9102")?;
    holds(heard.is_file(), "9102 应回文件流 application/octet-stream", "9102 must answer a stream")?;
    let call = Call::of("3202").expect("3202 is in the tables");
    let wrong = |fault: gongji_wire::Fault| Stop::Failed(format!("3202 的文件 the file of 3202: {fault}"));
    let file = table::read(&heard.came.body, &call.returned).map_err(wrong)?;
    let rows = at(&file, "file").and_then(Value::as_list).unwrap_or_default();
    let of = |row: &Value| Row {
        setl_id: words_at(row, "setl_id").to_owned(),
        msgid: words_at(row, "msgid").to_owned(),
        is_uneven: words_at(row, "stmt_rslt") == "1",
        memo: words_at(row, "memo").to_owned(),
    };
    Ok(rows.iter().map(of).collect())
}

/// The checks.
pub(super) fn checks() -> Vec<Check> {
    let mut all = of_totals();
    all.extend(of_lines());
    all.extend(of_undone());
    all.extend(of_files());
    all
}

/// What is said of the totals of two bills: whether they are even, and by what they are changed, in fen; which count.
struct Total {
    id: &'static str,
    words: (&'static str, &'static str),
    even: bool,
    change: (i64, i64, i64, i64),
}

const TOTALS: &[Total] = &[
    Total { id: "EVEN", words: ("总额一致：平", "the totals agree: even"), even: true, change: (0, 0, 0, 0) },
    Total {
        id: "WHOLE",
        words: ("医疗费差一分：不平", "the whole is a fen off: uneven"),
        even: false,
        change: (1, 0, 0, 0),
    },
    Total {
        id: "FUND",
        words: ("基金差一分：不平", "the funds are a fen off: uneven"),
        even: false,
        change: (0, -1, 0, 0),
    },
    Total {
        id: "ACCOUNT",
        words: ("账户差一分：不平", "the accounts are a fen off: uneven"),
        even: false,
        change: (0, 0, 1, 0),
    },
    Total {
        id: "COUNT",
        words: ("笔数多报：不平", "the count is too large: uneven"),
        even: false,
        change: (0, 0, 0, 977),
    },
];

fn of_totals() -> Vec<Check> {
    let mut all: Vec<Check> = TOTALS
        .iter()
        .map(|total| {
            check(format!("TOTAL-{}", total.id), "3201", total.words, move |bench| {
                totalled(bench, total.even, |bills| {
                    let sum = |name: &str| Fen::sum(bills.iter().map(|bill| bill.amount(name)));
                    let (whole, fund, account, count) = total.change;
                    let with = |fen: Fen, change: i64| fen.plus(Fen::from_fen(change));
                    let sums = [
                        with(sum("medfee_sumamt"), whole),
                        with(sum("fund_pay_sumamt"), fund),
                        with(sum("acct_pay"), account),
                    ];
                    (sums, 2 + count)
                })
            })
        })
        .collect();
    let words = ("账户没有计入家庭共济：不平", "accounts without what relatives paid: uneven");
    all.push(check("TOTAL-AID-LEFT-OUT", "3201 acct_pay", words, |bench| {
        totalled(bench, false, |bills| of_aid(bills, -1))
    }));
    let words = ("家庭共济计了两次：不平", "what relatives paid counted twice: uneven");
    all.push(check("TOTAL-AID-TWICE", "3201 acct_pay", words, |bench| {
        totalled(bench, false, |bills| of_aid(bills, 1))
    }));
    let words = ("撤销之后：净额为 0，平", "after all was undone: nothing, even");
    all.push(check("TOTAL-UNDONE", "3201", words, |bench| {
        let mut bill = Bill::settled(bench, "21.00")?;
        bill.undo()?;
        stated(&mut bill.case, ([Fen::ZERO; 3], 0)).and_then(|result| same("stmt_rslt", &result, "0"))
    }));
    let words = ("别的清算类别：不计入", "another kind of clearing is not counted");
    all.push(check("TOTAL-OTHER-KIND", "3201 clr_type", words, |bench| {
        let mut bill = Bill::settled(bench, "21.00")?;
        bill.case.say_that("clr_type", "99");
        let result = stated(&mut bill.case, ([Fen::ZERO; 3], 0));
        bill.undo()?;
        same("stmt_rslt", &result?, "0")
    }));
    let words = ("别的险种：不计入", "another kind of insurance is not counted");
    all.push(check("TOTAL-OTHER-INSURANCE", "3201 insutype", words, |bench| {
        let mut bill = Bill::settled(bench, "21.00")?;
        let own = bill.case.words("insutype").to_owned();
        bill.case.say_that("insutype", "340");
        let result = stated(&mut bill.case, ([Fen::ZERO; 3], 0));
        bill.case.say_that("insutype", &own);
        bill.undo()?;
        same("stmt_rslt", &result?, "0")
    }));
    all
}

/// The totals of two bills; with so many times the aid more in the accounts.
fn of_aid(bills: &[Bill<'_>], times: i64) -> ([Fen; 3], i64) {
    let sum = |name: &str| Fen::sum(bills.iter().map(|bill| bill.amount(name)));
    let aid = Fen::from_fen(sum("acct_mulaid_pay").fen() * times);
    ([sum("medfee_sumamt"), sum("fund_pay_sumamt"), sum("acct_pay").plus(aid)], 2)
}

/// Settles two bills, states totals, and undoes them.
fn totalled(bench: &Bench<'_>, even: bool, state: impl Fn(&[Bill<'_>]) -> ([Fen; 3], i64)) -> Went {
    let mut bills = vec![Bill::settled(bench, "21.00")?, Bill::settled(bench, "17.30")?];
    let said = state(&bills);
    let result = stated(&mut bills[0].case, said);
    bills.iter_mut().try_for_each(Bill::undo)?;
    same("stmt_rslt", &result?, if even { "0" } else { "1" })
}

/// What 3201 says of these totals.
fn stated(case: &mut Case<'_>, ([whole, fund, account], count): ([Fen; 3], i64)) -> Result<String, Stop> {
    for (name, amount) in [("total_whole", whole), ("total_fund", fund), ("total_account", account)] {
        case.set(name, digits(&amount.to_string()));
    }
    case.set("total_count", Value::whole(count));
    let heard = case.ask("3201")?;
    done(&heard)?;
    Ok(words_at(&heard.output, "stmtinfo.stmt_rslt").to_owned())
}

/// What the institution's file says of two bills that were settled, and what must come back for the first.
struct Difference {
    id: &'static str,
    words: (&'static str, &'static str),
    /// The columns of the first line that are changed; `aid-less`, `aid-more`: by what relatives paid.
    changed: &'static [(&'static str, &'static str)],
    even: bool,
}

const DIFFERENCES: &[Difference] = &[
    Difference { id: "EVEN", words: ("逐行一致：平", "the lines agree: even"), changed: &[], even: true },
    Difference {
        id: "WHOLE",
        words: ("医疗费不同", "another whole"),
        changed: &[("medfee_sumamt", "0.01")],
        even: false,
    },
    Difference {
        id: "FUND",
        words: ("基金不同", "another sum of funds"),
        changed: &[("fund_pay_sumamt", "0.01")],
        even: false,
    },
    Difference {
        id: "ACCOUNT",
        words: ("账户不同", "another sum of accounts"),
        changed: &[("acct_pay", "0.01")],
        even: false,
    },
    Difference {
        id: "AID-LESS",
        words: ("账户未计家庭共济", "accounts without aid"),
        changed: &[("acct_pay", "aid-less")],
        even: false,
    },
    Difference {
        id: "AID-MORE",
        words: ("家庭共济计了两次", "aid counted twice"),
        changed: &[("acct_pay", "aid-more")],
        even: false,
    },
    Difference {
        id: "PERSON",
        words: ("人员编号不同：串单", "another person"),
        changed: &[("psn_no", "P4711")],
        even: false,
    },
    Difference {
        id: "VISIT",
        words: ("就诊ID不同：串单", "another visit"),
        changed: &[("mdtrt_id", "4711")],
        even: false,
    },
    Difference {
        id: "NUMBER",
        words: ("结算ID不同：只有机构有", "an unknown settlement: only the institution has it"),
        changed: &[("setl_id", "4711")],
        even: false,
    },
    Difference {
        id: "UNDOING",
        words: ("没有的退费：只有机构有", "an undoing that never came"),
        changed: &[("refd_setl_flag", "1")],
        even: false,
    },
];

fn of_lines() -> Vec<Check> {
    let mut all: Vec<Check> = DIFFERENCES
        .iter()
        .map(|difference| {
            let (zh, en) = difference.words;
            check(
                format!("LINES-{}", difference.id),
                "3202",
                (format!("3202 {zh}"), format!("3202: {en}")),
                move |bench| differs(bench, difference),
            )
        })
        .collect();
    let words = (
        "3202 机构漏报：中心的行带原 msgid 回来",
        "3202: a bill that is left out comes back with the number of its message",
    );
    all.push(check("LINES-LEFT-OUT", "3202", words, |bench| {
        two(bench, |first, second| {
            let rows = reconciled(&mut first.case, Value::text(file_text(&[second.line(&[])])))?;
            let msgid = words_at(&first.output, "setlinfo.medins_setl_id").to_owned();
            let row = rows.iter().find(|row| row.msgid == msgid);
            let row = row.ok_or_else(|| Stop::Failed("漏报的结算没有回来 it does not come back".to_owned()))?;
            holds(row.is_uneven && row.setl_id.is_empty(), "应为不一致，且没有结算ID", "uneven, and without setl_id")
        })
    }));
    let words = ("3202 同一笔写了两行：第二行不平", "3202: a line twice: the second is uneven");
    all.push(check("LINES-TWICE", "3202", words, |bench| {
        two(bench, |first, second| {
            let lines = [first.line(&[]), first.line(&[]), second.line(&[])];
            let rows = reconciled(&mut first.case, Value::text(file_text(&lines)))?;
            let own = words_at(&first.output, "setlinfo.setl_id").to_owned();
            let uneven = rows.iter().filter(|row| row.setl_id == own && row.is_uneven).count();
            same("stmt_rslt", &uneven.to_string(), "1")
        })
    }));
    let words = ("3202 回来的行带原 msgid", "3202: lines come back with the numbers of their messages");
    all.push(check("LINES-MSGID", "3202 msgid", words, |bench| {
        two(bench, |first, second| {
            let lines = [first.line(&[]), second.line(&[])];
            let rows = reconciled(&mut first.case, Value::text(file_text(&lines)))?;
            let own = words_at(&first.output, "setlinfo.setl_id").to_owned();
            let msgid = words_at(&first.output, "setlinfo.medins_setl_id").to_owned();
            let row = rows.iter().find(|row| row.setl_id == own);
            same("msgid", row.map_or("", |row| row.msgid.as_str()), &msgid)
        })
    }));
    all
}

/// Two bills that are undone afterwards, whatever was found.
fn two(bench: &Bench<'_>, look: impl Fn(&mut Bill<'_>, &Bill<'_>) -> Went) -> Went {
    let (mut first, mut second) = (Bill::settled(bench, "21.00")?, Bill::settled(bench, "17.30")?);
    let went = look(&mut first, &second);
    first.undo()?;
    second.undo()?;
    went
}

fn differs(bench: &Bench<'_>, difference: &Difference) -> Went {
    two(bench, |first, second| {
        let (account, aid) = (first.amount("acct_pay"), first.amount("acct_mulaid_pay"));
        let (less, more) = (account.minus(aid).to_string(), account.plus(aid).to_string());
        let of = |text: &'static str| match text {
            "aid-less" => less.clone(),
            "aid-more" => more.clone(),
            other => other.to_owned(),
        };
        let changed: Vec<(&str, String)> = difference.changed.iter().map(|(field, text)| (*field, of(text))).collect();
        let changed: Vec<(&str, &str)> = changed.iter().map(|(field, text)| (*field, text.as_str())).collect();
        let line = first.line(&changed);
        let own = words_at(&line, "setl_id").to_owned();
        let mut lines = vec![line, second.line(&[])];
        if difference.id == "UNDOING" {
            lines.push(first.line(&[]));
        }
        let rows = reconciled(&mut first.case, Value::text(file_text(&lines)))?;
        let of_first: Vec<&Row> = rows.iter().filter(|row| row.setl_id == own).collect();
        let Some(row) = of_first.iter().find(|row| row.is_uneven != difference.even) else {
            let expected = if difference.even { "平 even" } else { "不平 uneven" };
            return failed(format!("这一行应为{expected} the line must be so"));
        };
        let told = row.is_uneven == row.memo.is_empty();
        holds(!told, "不一致的行应写明原因，一致的不写", "an uneven line says why, an even one nothing")
    })
}

fn of_undone() -> Vec<Check> {
    fn undone(bench: &Bench<'_>, changed: Option<&[(&str, &str)]>) -> Result<Vec<bool>, Stop> {
        let mut bill = Bill::settled(bench, "21.00")?;
        bill.undo()?;
        let mut lines = vec![bill.line(&[])];
        lines.extend(changed.map(|changed| bill.line(changed)));
        let own = words_at(&bill.output, "setlinfo.setl_id").to_owned();
        let msgid = words_at(&bill.output, "setlinfo.medins_setl_id").to_owned();
        let rows = reconciled(&mut bill.case, Value::text(file_text(&lines)))?;
        let own = rows.iter().filter(|row| row.setl_id == own || row.setl_id.is_empty() && row.msgid == msgid);
        Ok(own.map(|row| row.is_uneven).collect())
    }
    let words = [
        ("BOTH", "结算和退费各一行：平", "a bill and its undoing, a line each: even"),
        ("MINUS", "退费行金额写成负数：平", "the undoing with minus signs: even"),
        ("MISSING", "机构漏报退费：不平", "the undoing is left out: uneven"),
    ];
    words
        .into_iter()
        .map(|(id, zh, en)| {
            check(
                format!("LINES-UNDONE-{id}"),
                "3202 refd_setl_flag",
                (format!("3202 {zh}"), format!("3202: {en}")),
                move |bench| {
                    let minus = [("refd_setl_flag", "1"), ("medfee_sumamt", "-21.00")];
                    let rows = match id {
                        "BOTH" => undone(bench, Some(&minus[..1]))?,
                        "MINUS" => undone(bench, Some(&minus))?,
                        _ => undone(bench, None)?,
                    };
                    let uneven = rows.iter().filter(|uneven| **uneven).count();
                    same("stmt_rslt", &uneven.to_string(), if id == "MISSING" { "1" } else { "0" })
                },
            )
        })
        .collect()
}

/// A file of the institution, sent.
fn sent<'l>(bench: &Bench<'l>, file: Value) -> Result<(Case<'l>, crate::Heard), Stop> {
    let mut case = bench.case(bench.anybody())?;
    case.say_that("clr_type", KIND);
    case.set("file", file);
    let heard = case.ask("9101")?;
    Ok((case, heard))
}

fn file(id: &str, words: (&str, &str), act: fn(&Bench<'_>) -> Went) -> Check {
    check(format!("FILE-{id}"), "9101 3202 9102", words, act)
}

fn of_files() -> Vec<Check> {
    vec![
        file(
            "ROUND",
            ("传上去的文件取得回来，一字不差", "a file that was sent is fetched as it was"),
            |bench| {
                let bytes = file_of(&[]);
                let (mut case, heard) = sent(bench, Value::text(Base64::encode_string(&bytes)))?;
                done(&heard)?;
                holds(case.ask("9102")?.came.body == bytes, "文件变了", "the file is another")
            },
        ),
        file("BYTES", ("文件写成字节数组", "a file as a list of bytes"), |bench| {
            let bytes = file_of(&[]);
            let list = bytes.iter().map(|byte| Value::whole(i64::from(*byte))).collect();
            let (mut case, heard) = sent(bench, Value::List(list))?;
            done(&heard)?;
            holds(case.ask("9102")?.came.body == bytes, "文件变了", "the file is another")
        }),
        file(
            "SIGNED-BYTES",
            ("文件写成带符号的字节数组", "a file as signed bytes, as Java writes them"),
            |bench| {
                let bytes = file_of(&[]);
                let list = bytes.iter().map(|byte| Value::whole(i64::from(i8::from_ne_bytes([*byte])))).collect();
                let (mut case, heard) = sent(bench, Value::List(list))?;
                done(&heard)?;
                holds(case.ask("9102")?.came.body == bytes, "文件变了", "the file is another")
            },
        ),
        file("PARTS", ("文件放在 multipart 里", "a file as a part of the body"), in_parts),
        file("OTHERS", ("别家机构取不到", "another institution does not get it"), |bench| {
            let (case, heard) = sent(bench, Value::text(file_text(&[])))?;
            done(&heard)?;
            let mut other = case.clone();
            other.desk = bench.desk(crate::Kind::Pharmacy, None)?;
            refused(&other.ask("9102")?, &["file_qury_no"])
        }),
        file("NO-ZIP", ("3202 的文件不是 ZIP：退回", "3202 with a file that is no ZIP: refused"), |bench| {
            let (mut case, heard) = sent(bench, Value::text(Base64::encode_string(b"no zip")))?;
            done(&heard)?;
            refused(&case.ask("3202")?, &[])
        }),
        file(
            "UNKNOWN",
            ("3202 的文件没有传过：退回", "3202 with a file that was never sent: refused"),
            |bench| {
                let mut case = bench.case(bench.anybody())?;
                case.say_that("file_no", "4711");
                refused(&case.ask("3202")?, &["file_qury_no"])
            },
        ),
        file("PATH", ("文件名里的路径不保留", "a path in the name of a file is dropped"), |bench| {
            let mut case = bench.case(bench.anybody())?;
            case.say_that("filename", "../../lines.zip");
            case.set("file", Value::text(file_text(&[])));
            let heard = case.ask("9101")?;
            done(&heard)?;
            holds(!words_at(&heard.output, "filename").contains('/'), "文件名里有路径", "there is a path in the name")
        }),
    ]
}

fn in_parts(bench: &Bench<'_>) -> Went {
    let mut case = bench.case(bench.anybody())?;
    let bytes = file_of(&[]);
    let mut draft = case.draft("9101");
    if let Some(input) = draft.object.get_mut("input") {
        crate::edit::put(input, "fsUploadIn.in", None);
    }
    let head = format!(
        "--B7\r\nContent-Disposition: form-data; name=\"jsonStr\"\r\n\r\n{}\r\n--B7\r\n\
         Content-Disposition: form-data; name=\"file\"; filename=\"lines.zip\"\r\nContent-Type: application/zip\r\n\r\n",
        draft.object
    );
    draft.body = Some([head.as_bytes(), &bytes, b"\r\n--B7--\r\n"].concat());
    draft.content_type = Some("multipart/form-data; boundary=B7".to_owned());
    done(&case.send(&draft)?)?;
    holds(case.ask("9102")?.came.body == bytes, "文件变了", "the file is another")
}
