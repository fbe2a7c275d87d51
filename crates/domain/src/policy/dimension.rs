//! The forty-six questions on which areas differ. Each is answered by keys, by the binding itself, by a fixed
//! behaviour of the system, or is carried by a pack without being played.

/// One question on which areas differ.
#[derive(Debug)]
pub struct Dimension {
    /// Its number.
    pub number: &'static str,
    /// What it asks, in Chinese.
    pub zh: &'static str,
    /// What it asks, in English.
    pub en: &'static str,
    /// What answers it besides keys; empty if keys do it alone.
    pub besides: &'static str,
}

/// The dimension of a number.
#[must_use]
pub fn dimension_of(number: &str) -> Option<&'static Dimension> {
    DIMENSIONS.iter().find(|dimension| dimension.number == number)
}

macro_rules! dimensions {
    ($($number:literal $zh:literal, $en:literal, $besides:literal;)+) => {
        /// All dimensions.
        pub static DIMENSIONS: &[Dimension] =
            &[$(Dimension { number: $number, zh: $zh, en: $en, besides: $besides }),+];
    };
}

dimensions! {
    "1" "共济方式", "mechanism", "pool accounts and allotments are carried";
    "2" "地域范围", "scope", "";
    "3" "两侧开通日期", "opening date of each side", "an institution's own switches say whether it takes direct calls and the wallet";
    "4" "亲属范围", "relatives", "step and adoptive kin count as kin";
    "5" "同类亲属人数", "how many of one relation", "";
    "6" "使用人参保类型与状态", "the beneficiary's insurance", "only a normal state can bind and use";
    "7" "排除人员", "excluded persons", "";
    "8" "一名共济人的使用人数", "beneficiaries of one sponsor", "";
    "9" "一名使用人的共济人数", "sponsors of one beneficiary", "";
    "10" "角色互斥", "roles", "";
    "11" "同意", "consent", "how a face is checked is carried";
    "12" "证明与审核", "proof and review", "";
    "13" "办理渠道与代办", "channels and proxies", "";
    "14" "期限", "term", "each binding may have a first and a last day";
    "15" "绑定生效", "when a binding begins", "";
    "16" "解绑生效", "when an unbinding takes effect", "";
    "17" "锁定与冷却", "lock after binding, pause after unbinding", "";
    "18" "谁可解绑", "who may unbind", "";
    "19" "自动终止", "automatic end", "";
    "20" "可用资金", "which money", "";
    "21" "额度冻结", "frozen quota", "what is frozen is released when the binding ends";
    "22" "共济人设的限额", "the sponsor's limits", "each binding may have five amounts and a list of purposes";
    "23" "国家或地方限额", "limits of nation or area", "";
    "24" "本人账户先后", "own account and aid", "";
    "25" "共济人顺序", "order of sponsors", "";
    "26" "余额相同", "tie", "the earlier binding goes first";
    "27" "余额不足", "shortfall", "";
    "28" "与统筹待遇", "pooled benefit", "";
    "29" "用途", "purposes", "";
    "30" "费用类别", "cost classes", "";
    "31" "项目清单", "item lists", "lists of single devices are carried";
    "32" "不予支付的情形", "excluded payers", "bills of work injury, third parties and abroad do not reach the till; carried";
    "33" "机构能力", "capability of institutions", "an institution's own switches";
    "34" "钱包使用地", "place of use of the wallet", "set by the holder; an area's texts are carried";
    "35" "备案", "filing", "emergency counts as filed";
    "35b" "状态变化的效果", "effect of a change of status", "";
    "36" "缴费规则", "premiums", "a premium is paid whole, once for a plan year";
    "37" "未接收的转账", "unaccepted transfers", "";
    "38" "退回途径", "way back", "wallet money never goes back to an account";
    "39" "退费去向", "where a refund goes", "to where each fen came from";
    "40" "可见范围", "who sees what", "carried";
    "41" "通知", "notices", "fixed: at each use, invitation, beginning and end";
    "42" "清算日历", "clearing calendar", "monthly, in full; an area's days are carried";
    "43" "原因文本", "texts of reasons", "the catalogue of texts";
    "44" "统计口径", "classes of statistics", "each settlement keeps areas, purpose and mechanism";
    "45" "依据", "evidence", "the source that every rule cites";
}
