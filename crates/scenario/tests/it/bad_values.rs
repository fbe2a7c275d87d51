//! Values, outcomes and codes that the language does not have are reported where they stand.

use super::marks::check_below;

#[test]
fn a_value_outside_its_list_is_reported() {
    check_below(&[
        ("person new scheme ‸employe", "`employe` is not a scheme", "did you mean `employee`?"),
        ("person new scheme resident status ‸dead", "`dead` is not a status", "arrears"),
        ("person new scheme resident sex ‸m", "`m` is not a sex", "male, female"),
        ("person new scheme resident trait ‸civil", "`civil` is not a trait", "civil-service"),
        ("institution new kind ‸clinic", "`clinic` is not a kind of institution", "hospital"),
        ("institution new kind hospital designated ‸maybe", "is not yes, no or suspended", ""),
        ("institution new kind hospital aid ‸true", "`true` is not yes or no", ""),
        ("institution new kind hospital wallet ‸suspended", "is not yes or no", ""),
        ("status ming ‸frozen", "`frozen` is not a status", "dead"),
        ("bind ming kid relation ‸uncle", "`uncle` is not a relation", "sibling"),
        ("bind ming kid relation ‸grandparents", "is not a relation", "`grandparent`"),
        ("bind ming kid relation child proof ‸paper", "`paper` is not a proof", "upload"),
        ("bind ming kid relation child channel ‸phone", "`phone` is not a channel", "counter"),
        ("review ming kid ‸approved", "`approved` is not a verdict", "`approve`"),
        ("unbind ming kid by ‸kid", "`kid` is not a side", "beneficiary"),
        ("settle s1 kid at clinic kind ‸ambulance copay 1.00", "is not a kind of visit", ""),
        ("wallet ming ‸close", "found `close` instead of `open`", ""),
        ("link 110000 130000 ‸off", "`off` is not down or up", ""),
        ("bind ming kid relation ‸\"child\"", "`\"child\"` is not a relation", ""),
    ]);
}

#[test]
fn a_malformed_amount_is_reported() {
    check_below(&[
        ("account ming balance ‸1.005", "`1.005` is not an amount", ""),
        ("account ming balance ‸-0.01", "`-0.01` is not an amount", ""),
        ("account ming balance ‸100", "`100` is not an amount", ""),
        ("credit ming ‸1,000.00", "is not an amount", ""),
        ("credit ming ‸1e3", "is not an amount", ""),
        ("credit ming ‸８８.50", "is not an amount", ""),
        ("credit ming ‸\"88.50\"", "is not an amount", "without quotes"),
        ("quota ming kid ‸.50", "is not an amount", ""),
        ("bind ming kid relation child quota ‸none", "`none` is not an amount", ""),
        ("limit ming kid quota ‸nil", "`nil` is not an amount", ""),
        ("account ming balance 1.00 previous-years ‸1.01", "is more than 1.00", "a part"),
        ("settle s1 kid at clinic kind birth copay ‸+1.00", "is not an amount", ""),
        ("credit ming ‸5.00=>", "an arrow within a word", "put blanks around =>"),
    ]);
}

#[test]
fn a_malformed_date_number_or_area_is_reported() {
    check_below(&[
        ("clock ‸2025-3-9", "`2025-3-9` is not a time", ""),
        ("clock ‸2025-03-09T24:00", "is not a time", ""),
        ("clock ‸2025-03-09T10:00:00", "is not a time", ""),
        ("clock ‸2025-02-29", "is not a time", ""),
        ("clock ‸2025/03/09", "is not a time", ""),
        ("person new scheme resident born ‸2023-02-29", "is not a day", ""),
        ("filing ming area 130100 until ‸2025-04-01T10:00", "is not a day", ""),
        ("clearing ‸2025-13", "`2025-13` is not a month", ""),
        ("clearing ‸2025-03-01", "is not a month", ""),
        ("premium p1 ming for kid plan resident year ‸26 amount 1.00", "is not a year", "four"),
        ("premium p1 ming for kid plan resident year ‸+026 amount 1.00", "is not a year", ""),
        ("premium p1 ming for kid plan resident year ‸1026 amount 1.00", "is not a year", "1900"),
        ("area ‸13010", "`13010` is not an area", ""),
        ("area ‸1301001", "is not an area", ""),
        ("area ‸010100", "is not an area", ""),
        ("move ming area ‸hebei", "`hebei` is not an area", ""),
        ("clearing 2025-03 => matched ‸1.00", "`1.00` is not a number", "digits"),
        ("clearing 2025-03 => matched ‸+1", "is not a number", ""),
    ]);
}

#[test]
fn a_malformed_name_is_reported() {
    check_below(&[
        ("person mi‸.ng scheme resident", "a name cannot hold `.`", "letters, digits"),
        ("person \"li‸ lei\" scheme resident", "a name cannot hold ` `", ""),
        ("person ‸\"\" scheme resident", "this name is empty", ""),
        ("institution no‸!1 kind hospital", "a name cannot hold `!`", ""),
        ("settle s‸/1 kid at clinic kind birth copay 1.00", "a name cannot hold `/`", ""),
        ("reverse ‸s0=>reversed", "an arrow within a word", "put blanks around =>"),
        ("premium p1 ming for kid plan ‸\" \" year 2026 amount 1.00", "not the name of a plan", ""),
    ]);
}

#[test]
fn a_malformed_list_of_purposes_is_reported_at_the_purpose() {
    check_below(&[
        ("bind ming kid relation child for birth,‸x", "`x` is not a purpose", ""),
        ("bind ming kid relation child for birth,‸premum", "not a purpose", "`premium`"),
        ("bind ming kid relation child for birth,‸birth", "`birth` stands twice", ""),
        ("bind ming kid relation child for birth, ‸chronic", "`chronic` is not a key", "no blanks"),
        ("bind ming kid relation child for birth,‸", "a purpose is missing", "no blanks"),
        ("bind ming kid relation child for ‸,birth", "a purpose is missing", ""),
    ]);
}

#[test]
fn an_outcome_that_cannot_be_is_reported() {
    check_below(&[
        ("reverse s0 =>‸", "what is expected after => is missing", ""),
        ("reverse s0 => ‸reverse", "`reverse` is not an outcome", "`reversed`"),
        ("bind ming kid relation child => ‸ended", "`ended` is not an outcome", "scheduled"),
        ("bind ming kid relation child => ‸activ", "is not an outcome", "`active`"),
        ("bind ming kid relation child => pending‸", "`consent` or `review`", ""),
        ("bind ming kid relation child => pending ‸reviews", "pending reviews", "`review`"),
        ("consent kid ming => ‸pending consent", "`pending consent` is not an outcome", ""),
        ("review ming kid reject => ‸pending review", "is not an outcome", "rejected"),
        ("pause ming kid => ‸active", "`active` is not an outcome", "paused"),
        ("resume ming kid => ‸resumed", "`resumed` is not an outcome", "active"),
        ("unbind ming kid => ‸none", "`none` is not an outcome", "ending"),
        ("limit ming kid quota 1.00 => ‸active", "is not an outcome", "`changed`"),
        ("order kid ming => ‸changed", "is not an outcome", "only `refused CODE`"),
        ("family-code ming kid => ‸active", "is not an outcome", "`shown`"),
        ("binding ming kid => ‸refund", "`refund` is not an outcome", ""),
        ("settle s1 kid at clinic kind birth copay 1.00 => ‸cahs 1.00", "not an outcome", "`cash`"),
        ("repeat s0 => cash 1.00 ‸cash 1.00", "`cash` is expected twice", ""),
        ("repeat s0 => cash‸", "the amount after `cash` is missing", ""),
        ("repeat s0 => by‸", "the sponsor after `by` is missing", ""),
        ("repeat s0 => by son‸", "the amount after `by` is missing", ""),
        ("repeat s0 => by son ‸cash 1.00", "`cash` is not an amount", ""),
        ("repeat s0 => ‸paid by ming", "`paid` is not an outcome", ""),
        ("repeat p0 => ‸cash 1.00", "`cash` is not an outcome", "paid"),
        ("repeat p0 => paid ‸ming", "found `ming` instead of `by`", ""),
        ("repeat t0 => ‸accepted", "`accepted` is not an outcome", "`pending`"),
        ("balance ming => ‸100.00", "`100.00` is not an outcome", "balance"),
        ("balance ming => frozen 1.00 ‸frozen 1.00", "expected twice", ""),
        ("used ming kid => ‸this-week 1.00", "`this-week` is not an outcome", ""),
        ("wallet ming open => ‸opened", "is not an outcome", "`open`"),
        ("quota ming kid 1.00 => ‸1.00", "is not an outcome", "frozen"),
        ("wallet-balance ming => ‸frozen 1.00", "is not an outcome", "balance"),
        ("clearing 2025-03 => owes 110000 ‸5.00", "`5.00` is not an area", ""),
        ("clearing 2025-03 => owes 110000 130100‸", "the amount after `owes` is missing", ""),
    ]);
}

#[test]
fn an_unknown_code_is_reported_with_the_nearest_known_one() {
    check_below(&[
        ("reverse s0 => refused‸", "the code after `refused` is missing", ""),
        ("reverse s0 => refused ‸REVERSE_TWISE", "not a known code", "`REVERSE_TWICE`"),
        ("reverse s0 => refused ‸reverse-twice", "not a known code", "`REVERSE_TWICE`"),
        ("reverse s0 => refused ‸REVERES_TWICE", "not a known code", "`REVERSE_TWICE`"),
        ("reverse s0 => refused ‸\"REVERSE_TWICE\"", "not a known code", ""),
        ("repeat s0 => reason ‸SETTLE_PARTIALL", "not a known code", "`SETTLE_PARTIAL`"),
        ("repeat s0 => reason ‸SETTLE_QUOT", "not a known code", "`SETTLE_QUOTA`"),
        ("repeat s0 => reason ‸余额不足", "`余额不足` is not a known code", ""),
        ("repeat s0 => reason ‸N_SPENT", "`N_SPENT` is a notice", ""),
        ("notices kid => ‸SETTLE_PARTIAL", "is not the code of a notice", "N_"),
        ("notices kid => N_SPENT ‸1.0", "`1.0` is not an amount", ""),
        ("notices kid => ‸5.00", "not a known code", ""),
    ]);
}
