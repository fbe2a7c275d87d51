//! What each call means, as a cashier would say it.

/// A call in words.
#[derive(Clone, Copy, Debug)]
pub struct Meaning {
    /// Its number.
    pub infno: &'static str,
    /// Its name in Chinese.
    pub zh: &'static str,
    /// In English.
    pub en: &'static str,
    /// What is asked, in Chinese.
    pub asks_zh: &'static str,
    /// In English.
    pub asks_en: &'static str,
}

/// Number, name, and what is asked; each in Chinese and English.
const ALL: &[[&str; 5]] = &[
    ["9001", "签到", "sign in", "收费员开始工作", "an operator begins work"],
    ["9002", "签退", "sign out", "收费员结束工作", "an operator ends work"],
    ["1101", "人员信息", "who is there", "这位参保人是谁，有什么待遇", "who is this, and how is he insured"],
    ["1201", "机构信息", "institution", "本机构的登记信息", "how is this institution registered"],
    ["2001", "待遇检查", "entitlement", "现在能不能享受医保", "does insurance pay for him now"],
    ["2101", "药店预结算", "pharmacy preview", "买这些药要付多少", "what would these medicines come to"],
    ["2102", "药店结算", "pharmacy settlement", "按这些药结算", "settle these medicines"],
    ["2103", "药店结算撤销", "pharmacy reversal", "退药，原路退回", "undo it: everything goes back where it came from"],
    ["2201", "门诊挂号", "registration", "登记这次就诊", "register this visit"],
    ["2202", "挂号撤销", "registration cancelled", "这次就诊不要了", "take the visit back"],
    ["2203", "就诊信息上传", "diagnoses", "上传诊断", "hand in the diagnoses"],
    ["2203A", "就诊信息上传（药店）", "diagnoses at a pharmacy", "上传处方的诊断", "hand in the diagnoses"],
    ["2204", "费用明细上传", "lines", "上传这一批费用", "hand in the lines of a batch"],
    ["2205", "费用明细撤销", "lines withdrawn", "撤回这一批费用", "withdraw the lines of a batch"],
    ["2206", "门诊预结算", "preview", "要付多少，各由谁付", "what would it come to, and who would pay"],
    ["2207", "门诊结算", "settlement", "按这些费用结算", "settle these lines"],
    ["2208", "门诊结算撤销", "reversal", "退费，原路退回", "undo it: everything goes back where it came from"],
    ["2301", "住院费用上传", "lines of a stay", "上传住院费用", "hand in the lines of a stay"],
    ["2302", "住院费用撤销", "lines withdrawn", "撤回住院费用", "withdraw lines of a stay"],
    ["2303", "住院预结算", "preview of a stay", "要付多少，各由谁付", "what would it come to, and who would pay"],
    ["2304", "住院结算", "settlement of a stay", "按这些费用结算", "settle the stay"],
    [
        "2305",
        "住院结算撤销",
        "reversal of a stay",
        "退费，原路退回",
        "undo it: everything goes back where it came from",
    ],
    ["2401", "入院登记", "admission", "登记入院", "admit the patient"],
    ["2402", "出院登记", "discharge", "登记出院", "the patient leaves"],
    ["2403", "住院信息变更", "change of a stay", "更正住院信息", "change what was said of the stay"],
    ["2404", "入院撤销", "admission cancelled", "这次住院不要了", "take the admission back"],
    ["2405", "出院撤销", "discharge cancelled", "出院登记撤回", "the patient is in again"],
    [
        "2601",
        "按报文冲正",
        "reversal by message",
        "没收到回执的那笔，撤销它",
        "undo what a message without an answer did",
    ],
    ["2501", "转院备案", "referral", "备案转院", "file a referral"],
    ["2502", "转院备案撤销", "referral withdrawn", "撤销转院备案", "withdraw it"],
    ["2503", "门诊慢特病备案", "chronic-disease filing", "备案慢特病", "file a chronic disease"],
    ["2504", "门诊慢特病备案撤销", "chronic-disease filing withdrawn", "撤销慢特病备案", "withdraw it"],
    ["2505", "定点备案", "institution filing", "备案定点机构", "file an institution of choice"],
    ["2506", "定点备案撤销", "institution filing withdrawn", "撤销定点备案", "withdraw it"],
    ["3201", "对总账", "totals", "核对当天的总额和笔数", "do the totals of the days agree"],
    ["3202", "对明细账", "reconciliation", "逐笔核对", "do the bills agree, line by line"],
    ["5201", "就诊查询", "visits", "查就诊", "which visits are there"],
    ["5202", "诊断查询", "diagnoses told", "查诊断", "which diagnoses were handed in"],
    ["5203", "结算查询", "settlement told", "查一笔结算", "what did a settlement come to"],
    ["5204", "费用明细查询", "lines told", "查结算的明细", "which lines did it have"],
    ["5206", "累计查询", "sums of the year", "查年度累计", "what has the year come to"],
    ["5303", "在院查询", "who is in hospital", "查在院", "who is in hospital"],
    ["5304", "转院备案查询", "referrals told", "查转院备案", "which referrals are there"],
    ["9101", "文件上传", "file sent", "上传文件", "send a file"],
    ["9102", "文件下载", "file fetched", "下载文件", "fetch a file"],
];

/// The meaning of a call; where it is not known here, its number.
#[must_use]
pub fn of(infno: &str) -> Meaning {
    let row = ALL.iter().find(|row| row[0] == infno);
    let [infno, zh, en, asks_zh, asks_en] = row.copied().unwrap_or(["", "其他交易", "another call", "", ""]);
    Meaning { infno, zh, en, asks_zh, asks_en }
}
