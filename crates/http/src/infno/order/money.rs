//! What an order comes to, in the words of mobile payment, and `setlinfo` beside it.

use gongji_wire::fields::Written;
use gongji_wire::{Object, Value, number};
use gongji_words::Fen;

use crate::infno::till::Till;

/// `setlinfo` of an answer of 2206, 2207 or 2208.
pub fn setlinfo_of(output: &Value) -> Object {
    let found = output.as_object().and_then(|output| output.get("setlinfo")?.as_object().cloned());
    found.unwrap_or_default()
}

/// What an order comes to.
pub struct Money {
    pub whole: Fen,
    pub cash: Fen,
    pub account: Fen,
    aid: Fen,
    pub fund: Fen,
    hospital: Fen,
}

impl Money {
    pub fn of(till: &Till, setlinfo: &Object) -> Self {
        let of = |name: &str| {
            let words = setlinfo.get(name).and_then(Value::as_words);
            words.and_then(|words| number::amount(words).ok()).unwrap_or(Fen::ZERO)
        };
        let (fund, account) = (of("fund_pay_sumamt"), of("acct_pay"));
        Self {
            whole: of("medfee_sumamt"),
            cash: of("psn_cash_pay"),
            account,
            aid: of("acct_mulaid_pay"),
            // An order tells accounts beside the funds everywhere.
            fund: if till.profile.fund_holds_account { fund.minus(account) } else { fund },
            hospital: of("hosp_part_amt"),
        }
    }
}

/// Identity H: the whole is cash, accounts, funds and what others pay, which is the institution's own part; the accounts are the
/// relatives' and the patient's own, with his wallet.
pub fn tell_amounts(node: &mut Written, (till, setlinfo): (&Till, &Object)) {
    let money = Money::of(till, setlinfo);
    for (name, amount) in [
        ("feeSumamt", money.whole),
        ("ownPayAmt", money.cash),
        ("psnAcctPay", money.account),
        ("fundPay", money.fund),
        ("othFeeAmt", money.hospital),
        ("acctMulaidPay", money.aid),
        ("selfAcctPay", money.account.minus(money.aid)),
        ("hospPartAmt", money.hospital),
        ("deposit", Fen::ZERO),
        ("delvFee", Fen::ZERO),
    ] {
        node.amount(name, amount);
    }
}

/// An answer with `setlinfo` beside its own amounts, where clients look for what this interface has no field for.
pub fn with_setlinfo(mut output: Value, setlinfo: Object) -> Value {
    let data = if let Value::Object(outer) = &mut output { outer.get_mut("data") } else { None };
    if let Some(Value::Object(data)) = data {
        let mut extension = Object::new();
        extension.set("preSetl", Value::Object(setlinfo));
        data.set("extData", Value::Object(extension));
    }
    output
}
