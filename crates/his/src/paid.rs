//! Who paid: fund, the patient's own account, relatives, cash; and a small picture of it.

use gongji_wire::Value;
use gongji_words::Fen;

use crate::edit::{at, fen_at};

/// Columns of the longest bar.
const WIDTH: u64 = 36;

/// What a bill came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Paid {
    /// The whole bill.
    pub whole: Fen,
    /// 统筹等基金.
    pub fund: Fen,
    /// 本人账户: `acct_pay` without what relatives paid.
    pub own: Fen,
    /// 家庭共济.
    pub aid: Fen,
    /// 现金.
    pub cash: Fen,
    /// 医院承担.
    pub hospital: Fen,
}

impl Paid {
    /// What the `setlinfo` of an output says; `None` where there is none.
    #[must_use]
    pub fn of(output: &Value) -> Option<Self> {
        at(output, "setlinfo.medfee_sumamt")?;
        let of = |name: &str| fen_at(output, &format!("setlinfo.{name}")).unwrap_or(Fen::ZERO);
        let aid = of("acct_mulaid_pay");
        let cash = fen_at(output, "setlinfo.cash_payamt").unwrap_or_else(|| of("psn_cash_pay"));
        Some(Self {
            whole: of("medfee_sumamt"),
            fund: of("fund_pay_sumamt"),
            own: of("acct_pay").minus(aid),
            aid,
            cash,
            hospital: of("hosp_part_amt"),
        })
    }

    /// The parts with their names.
    #[must_use]
    pub fn parts(&self) -> Vec<(&'static str, &'static str, Fen)> {
        let mut parts = vec![
            ("统筹基金", "fund", self.fund),
            ("本人账户", "own account", self.own),
            ("家庭共济", "family aid", self.aid),
            ("现    金", "cash", self.cash),
        ];
        if !self.hospital.is_zero() {
            parts.push(("医院承担", "hospital", self.hospital));
        }
        parts
    }

    /// A bar for each part, as long as its share of the whole.
    #[must_use]
    pub fn picture(&self) -> Vec<String> {
        let whole = self.whole.fen().unsigned_abs().max(1);
        let line = |(zh, en, amount): (&str, &str, Fen)| {
            let columns = amount.fen().unsigned_abs().saturating_mul(WIDTH).div_ceil(whole);
            let bar = "█".repeat(usize::try_from(columns.min(WIDTH)).unwrap_or_default());
            format!("{zh} {en:<11} {:>10}  {bar}", amount.to_string()).trim_end().to_owned()
        };
        self.parts().into_iter().map(line).collect()
    }
}

#[cfg(test)]
mod tests {
    use gongji_wire::value::read;

    use super::*;

    #[test]
    fn a_picture_has_a_bar_for_each_who_paid_and_tells_relatives_from_the_own_account() {
        let output = r#"{"setlinfo":{"medfee_sumamt":100.00,"fund_pay_sumamt":25.00,"psn_part_amt":75.00,"acct_pay":70.00,
            "acct_mulaid_pay":50.00,"psn_cash_pay":5.00}}"#;
        let paid = Paid::of(&read(output).unwrap()).unwrap();
        let lengths: Vec<usize> = paid.picture().iter().map(|line| line.matches('█').count()).collect();
        assert_eq!(lengths, [9, 8, 18, 2]);
        assert_eq!((paid.own.to_string(), paid.aid.to_string()), ("20.00".to_owned(), "50.00".to_owned()));
        assert_eq!(Paid::of(&read(r#"{"data":{}}"#).unwrap()), None);
    }
}
