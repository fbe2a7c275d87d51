//! Tests of the scenario language.

mod bad_lines;
mod bad_meanings;
mod bad_values;
mod good_lines;
mod good_outcomes;
mod marks;
mod repository_files;

use gongji_scenario::syntax::{Line, Scenario, Statement, SyntaxError, parse};
use gongji_words::{AreaCode, Day, Fen};

/// Codes that occur in the tests; a faulty or invented code must not be among them.
const CODES: [&str; 47] = [
    "BIND_COOLDOWN",
    "BIND_DUPLICATE",
    "BIND_MEMBER_LIMIT",
    "BIND_MEMBER_NOT_INSURED",
    "BIND_MEMBER_OTHER_PROVINCE",
    "BIND_NOT_FOUND",
    "BIND_RELATION_COUNT",
    "BIND_RELATION_NOT_ALLOWED",
    "BIND_ROLE_CONFLICT",
    "BIND_SELF",
    "BIND_SPONSOR_NO_ACCOUNT",
    "N_EFFECTIVE",
    "N_INVITE",
    "N_NOT_USED",
    "N_PAID_FOR",
    "N_PARTIAL",
    "N_REFUND",
    "N_SPENT",
    "N_UNBOUND",
    "ORDER_NOT_YOURS",
    "PREMIUM_PAID",
    "PREMIUM_SHORT",
    "REQ_IDEMPOTENCY_CONFLICT",
    "REVERSE_NOT_FOUND",
    "REVERSE_TWICE",
    "SETTLE_CONSENT_PENDING",
    "SETTLE_EXPIRED",
    "SETTLE_FAMILY_CODE_ONLY",
    "SETTLE_INSUFFICIENT_WHOLE",
    "SETTLE_INST_CHANNEL",
    "SETTLE_ITEM_EXCLUDED",
    "SETTLE_NO_BINDING",
    "SETTLE_NO_QUOTA",
    "SETTLE_NOT_OWN_CODE",
    "SETTLE_PARTIAL",
    "SETTLE_QUOTA",
    "SETTLE_RESERVE",
    "SETTLE_REVIEW_PENDING",
    "SETTLE_SPONSOR_UNAVAILABLE",
    "SYS_UPSTREAM",
    "WALLET_AREA_NOT_OPEN",
    "WALLET_CLOSED",
    "WALLET_MODE",
    "WALLET_NO_WAY_BACK",
    "WALLET_OVER_COUNT",
    "WALLET_OVER_SINGLE",
    "WALLET_PENDING",
];

fn is_code(word: &str) -> bool {
    CODES.contains(&word)
}

/// Every code of the right form is taken for known, so that a file is judged by its form.
fn has_form_of_code(word: &str) -> bool {
    word.contains('_') && word.chars().all(|c| c.is_ascii_uppercase() || c == '_')
}

fn read(bytes: &[u8]) -> Result<Scenario, Vec<SyntaxError>> {
    parse("test.scn", bytes, &is_code)
}

/// The lines above every tested line.
const ABOVE: &str = "\
area 130100
clock 2025-03-08T10:00
person ming scheme employee
person kid scheme resident
person son scheme employee
account son balance 100.00
institution clinic kind hospital
institution shop kind pharmacy
settle s0 kid at clinic kind outpatient copay 1.00
premium p0 ming for kid plan resident year 2026 amount 400.00
transfer t0 ming kid 5.00
";

/// Reads one line, or several, below the usual definitions and gives the last.
fn read_below(text: &str) -> Line {
    let whole = format!("{ABOVE}{text}\n");
    let scenario = read(whole.as_bytes()).unwrap_or_else(|errors| {
        let shown: Vec<String> = errors.iter().map(ToString::to_string).collect();
        panic!("`{text}` is well formed, but:\n{}", shown.join("\n"))
    });
    scenario.lines.last().expect("the definitions are lines").clone()
}

fn statement(text: &str) -> Statement {
    read_below(text).statement
}

fn fen(text: &str) -> Fen {
    Fen::parse_yuan(text).expect("an amount of the test")
}

fn area(text: &str) -> AreaCode {
    AreaCode::parse(text).expect("an area of the test")
}

fn day(text: &str) -> Day {
    Day::parse(text).expect("a day of the test")
}
