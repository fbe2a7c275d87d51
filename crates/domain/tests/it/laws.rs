//! Laws for tests: the nation's file and invented areas of 99xxxx, so that each dimension is switched alone.
//!
//! The rules of an invented area are lines of `key = value`, as a pack has them, in force from the first day.

use std::sync::LazyLock;

use gongji_domain::policy::Law;
use gongji_words::AreaCode;

const NATION: &str = include_str!("../../../../policies/nation.toml");

/// Words for how the own account stands to aid.
pub const OWN: [&str; 3] = ["own-first", "aid-first", "own-must-be-zero"];
/// Words for what is paid by how many; all-or-nothing goes with one sponsor alone.
pub const PAYING: [(&str, &str); 3] = [("part", "chain"), ("part", "one"), ("all-or-nothing", "one")];
/// Words for the order of sponsors.
pub const ORDERS: [&str; 5] = ["binding-order", "balance-descending", "beneficiary-order", "random", "latest-bound"];

/// A pack of an invented area.
pub fn pack(code: u32, rules: &str) -> String {
    let mut text = format!(
        "[area]\ncode = \"{code}\"\nname = {{ zh = \"示例\", en = \"Example\" }}\n\n[[source]]\nid = \"X\"\n\
         document = \"示例规则\"\nauthority = \"gongji\"\ndate = \"2021-05-01\"\ngrade = \"example\"\n"
    );
    for line in rules.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (key, value) = line.split_once(" = ").expect("a rule is a line of key = value");
        text += &format!(
            "\n[[rule]]\nkey = \"{key}\"\nfrom = \"2021-05-01\"\nvalue = {value}\nsource = \"X\"\n\
             note = {{ zh = \"示例\", en = \"invented\" }}\n"
        );
    }
    text
}

/// The nation's law with invented areas.
pub fn law(areas: &[(u32, String)]) -> Law {
    let texts = areas.iter().map(|(code, rules)| (format!("{code}.toml"), pack(*code, rules)));
    let texts: Vec<(String, String)> = texts.collect();
    let named = texts.iter().map(|(name, text)| (name.as_str(), text.as_str()));
    let packs: Vec<(&str, &str)> = named.chain([("nation.toml", NATION)]).collect();
    Law::from_packs(&packs).unwrap_or_else(|errors| panic!("{errors:#?}"))
}

/// The patient's area of these three places in [`OWN`], [`PAYING`] and [`ORDERS`].
pub fn area_of(own: usize, paying: usize, order: usize) -> AreaCode {
    let place = (own * PAYING.len() + paying) * ORDERS.len() + order + 1;
    AreaCode::from_number(990_000 + 100 * u32::try_from(place).expect("a small number"))
}

/// How many areas [`area_of`] knows.
pub const COMBINATIONS: usize = OWN.len() * PAYING.len() * ORDERS.len();

/// Areas where sponsors are insured, by the word that the tables use.
pub const SPONSOR_AREAS: [(&str, u32, &str); 6] = [
    ("all", 999_000, ""),
    ("previous-years", 999_100, "money.usable = \"previous-years\""),
    ("reserve", 999_200, "money.reserve = \"50.00\""),
    ("both", 999_300, "money.usable = \"previous-years\"\nmoney.reserve = \"50.00\""),
    ("closed", 999_400, "bind.open = false"),
    ("reaching", 999_500, "bind.reach = \"nation\""),
];

/// A patient's area in which aid cannot be used.
pub const SHUT: u32 = 998_000;

fn every_area(more: &str) -> Law {
    let mut areas = vec![(SHUT, "till.open = false".to_owned())];
    areas.extend(SPONSOR_AREAS.iter().map(|(_, code, rules)| (*code, (*rules).to_owned())));
    for (own, own_word) in OWN.iter().enumerate() {
        for (paying, (shortfall, sponsors)) in PAYING.iter().enumerate() {
            for (order, order_word) in ORDERS.iter().enumerate() {
                let rules = format!(
                    "till.own-account = \"{own_word}\"\ntill.shortfall = \"{shortfall}\"\n\
                     till.sponsors-per-settlement = \"{sponsors}\"\ntill.sponsor-order = \"{order_word}\"\n{more}"
                );
                areas.push((area_of(own, paying, order).number(), rules));
            }
        }
    }
    law(&areas)
}

/// All areas of [`area_of`] and [`SPONSOR_AREAS`], otherwise as the nation.
pub static OPEN: LazyLock<Law> = LazyLock::new(|| every_area(""));

/// The same, with every rule that only says no: kinds, pooled benefit, items, filing.
pub static STRICT: LazyLock<Law> = LazyLock::new(|| {
    every_area(
        "till.kinds-employee = [\"outpatient\", \"emergency\", \"pharmacy\"]\n\
         till.kinds-resident = [\"outpatient\", \"emergency\"]\n\
         till.pooled-benefit = \"pure-account-only\"\n\
         till.item-limit = { parts = [\"device\", \"consumable\"], monthly = \"100.00\" }\n\
         till.filing-for-aid = \"outside-province\"\n\
         till.member-traits = [\"mutual-help-plan\"]",
    )
});
