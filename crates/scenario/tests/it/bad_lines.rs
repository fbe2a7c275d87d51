//! Words, keys, quotes and bytes that are malformed are reported where they stand.

use super::marks::check_below;
use super::{ABOVE, read};

#[test]
fn an_unknown_statement_is_reported_with_the_nearest_known_one() {
    check_below(&[
        ("‸bnd ming kid relation child", "`bnd` is not a statement", "did you mean `bind`?"),
        ("‸Bind ming kid relation child", "`Bind` is not a statement", "`bind`"),
        ("‸setle s1 kid at clinic", "`setle` is not a statement", "`settle`"),
        ("‸wallet_balance ming", "is not a statement", "`wallet-balance`"),
        ("‸共济 ming kid", "`共济` is not a statement", "write one of: clock, area"),
        ("‸=> active", "`=>` is not a statement", ""),
        ("‸\"bind\" ming kid", "`bind` is not a statement", ""),
    ]);
}

#[test]
fn a_missing_word_is_reported_where_it_should_stand() {
    check_below(&[
        ("clock‸", "a time is missing", ""),
        ("area‸ # which", "the code of an area is missing", ""),
        ("person‸", "the person's name is missing", ""),
        ("institution‸", "the institution's name is missing", ""),
        ("status ming‸", "a status is missing", ""),
        ("credit ming‸", "an amount is missing", ""),
        ("year-end‸", "the code of an area is missing", ""),
        ("link 110000‸", "the code of the other area is missing", ""),
        ("link 110000 130000‸", "down or up is missing", ""),
        ("bind ming‸", "the beneficiary is missing", ""),
        ("bind ming‸ => active", "the beneficiary is missing", ""),
        ("consent kid‸", "the sponsor is missing", ""),
        ("review ming kid‸", "approve, reject or return is missing", ""),
        ("order kid‸", "a sponsor is missing", ""),
        ("settle‸", "an id is missing", ""),
        ("reverse‸ => reversed", "an id is missing", ""),
        ("wallet ming‸", "`open` is missing", ""),
        ("quota ming kid‸", "an amount is missing", ""),
        ("clearing‸", "a month is missing", ""),
    ]);
}

#[test]
fn a_missing_key_or_value_is_reported() {
    check_below(&[
        ("person new area 130100‸", "the key `scheme` is missing", ""),
        ("institution new area 130100‸", "the key `kind` is missing", ""),
        ("account ming previous-years 1.00‸", "the key `balance` is missing", ""),
        ("move ming‸", "the key `area` is missing", ""),
        ("filing ming from 2025-04-01‸", "the key `area` is missing", ""),
        ("bind ming kid‸", "the key `relation` is missing", ""),
        ("settle s1 kid kind outpatient copay 1.00‸", "the key `at` is missing", ""),
        ("settle s1 kid at clinic copay 1.00‸", "the key `kind` is missing", ""),
        ("settle s1 kid at clinic kind outpatient‸", "a part of the bill is missing", "copay 60.00"),
        ("settle s1 kid at clinic kind outpatient fund 2.00‸", "a part of the bill is missing", ""),
        ("premium p1 ming plan resident year 2026 amount 1.00‸", "the key `for` is missing", ""),
        ("premium p1 ming for kid plan resident year 2026‸", "the key `amount` is missing", ""),
        ("limit ming kid‸", "an amount to change is missing", "per-settlement"),
        ("bind ming kid relation‸", "the value of `relation` is missing", ""),
        ("person new scheme resident born‸", "the value of `born` is missing", ""),
        ("person new scheme ‸area 130100", "the value of `scheme` is missing: found the key `area`", ""),
        ("settle s1 kid at ‸kind outpatient copay 1.00", "the value of `at` is missing: found the key `kind`", ""),
    ]);
}

#[test]
fn an_unknown_or_doubled_key_is_reported() {
    check_below(&[
        ("person new ‸shceme employee", "`shceme` is not a key", "did you mean `scheme`?"),
        ("person new scheme resident ‸sexx male", "`sexx` is not a key", "`sex`"),
        ("bind ming kid relation child ‸per-yaer 1.00", "`per-yaer` is not a key", "`per-year`"),
        ("bind ming kid relation child ‸no", "`no` is not a key", ""),
        ("settle s1 kid at clinic kind birth ‸co-pay 1.00", "`co-pay` is not a key", "`copay`"),
        ("wallet ming open ‸at 130100", "`at` is not a key", "place"),
        ("consent kid ming ‸yes", "`yes` is not a key", "no"),
        ("limit ming kid ‸relation child", "`relation` is not a key", ""),
        ("bind ming kid relation child ‸relation child", "the key `relation` stands twice", ""),
        ("person new scheme resident born 2000-01-01 ‸born 2000-01-01", "stands twice", ""),
        ("settle s1 kid at clinic kind birth copay 1.00 ‸copay 2.00", "`copay` stands twice", ""),
        ("consent kid ming no ‸no", "the flag `no` stands twice", ""),
        ("settle s1 kid at clinic kind birth copay 1.00 emergency ‸emergency", "the flag `emergency` stands twice", ""),
    ]);
}

#[test]
fn a_word_beyond_the_end_is_reported() {
    check_below(&[
        ("clock 2025-03-09 ‸10:00", "found `10:00` where the statement should end", ""),
        ("freeze ming ‸now", "where the statement should end", "a comment begins with #"),
        ("transfer t1 ming kid 5.00 ‸6.00", "where the statement should end", ""),
        ("pause ming kid ‸until 2025-04-01", "where the statement should end", ""),
        ("reverse s0 => reversed ‸twice", "where the statement should end", ""),
        ("bind ming kid relation child => active ‸pending", "where the statement should end", ""),
        ("reverse s0 => refused REVERSE_TWICE ‸cash 1.00", "where the statement should end", ""),
        ("notices kid => none ‸N_SPENT", "where the statement should end", ""),
        ("reverse s0 => reversed ‸=> reversed", "where the statement should end", ""),
    ]);
}

#[test]
fn malformed_characters_and_quotes_are_reported() {
    check_below(&[
        ("freeze ‸\"ming", "this quote is not closed on its line", ""),
        ("freeze \"ming\"‸x", "found `x` directly after a quoted text", ""),
        ("freeze mi‸\"ng\"", "found `\"` inside a word", ""),
        ("freeze ‸“ming”", "found `“`", "Chinese quotation mark"),
        ("freeze‸\u{3000}ming", "U+3000", "spaces or tabs"),
        ("freeze‸\u{a0}ming", "U+00A0", "spaces or tabs"),
        ("freeze ‸\u{feff}ming", "U+FEFF", ""),
        ("freeze ming‸\u{0}", "control character U+0000", ""),
        ("freeze ‸\rming", "U+000D", ""),
        ("freeze ming ‸＃ why", "found `＃`", "write #"),
        ("credit ming ‸￥5.00", "found `￥`", "amounts are written like 88.50"),
        ("# 王\nperson 王 scheme resident\nfreeze 王 ‸王", "where the statement should end", ""),
        ("\tfreeze\t \t‸nobody", "the person `nobody`", ""),
    ]);
}

#[test]
fn bytes_that_are_not_utf8_are_reported_by_character() {
    let rows: [(&[u8], u32, u32, &str); 5] = [
        (b"area 130100\nperson \xE6\x98\x8E \xFF", 2, 10, "byte 0xFF"),
        (b"# \xC4\xE3\xBA\xC3", 1, 3, "byte 0xC4"),
        (b"\xEF\xBB\xBF\xFFarea 130100", 1, 1, "byte 0xFF"),
        (b"\xFF\xFEa\0r\0", 1, 1, "byte 0xFF"),
        (b"area 130100\r\n\r\nclock \xE6\x98", 3, 7, "byte 0xE6"),
    ];
    for (bytes, line, column, message) in rows {
        let error = &read(bytes).expect_err("not UTF-8")[0];
        assert_eq!((error.line, error.column), (line, column), "{error}");
        assert!(error.message.contains(message), "{error}");
        assert!(error.help.as_deref().is_some_and(|help| help.contains("UTF-8")));
    }
}

#[test]
fn every_faulty_line_is_reported_and_one_mistake_only_once() {
    let text = format!("{ABOVE}person new shceme resident\nfreeze new\nstatus new deaad\n\nfoo\n");
    let errors = read(text.as_bytes()).expect_err("three faulty lines");
    let lines: Vec<u32> = errors.iter().map(|error| error.line).collect();
    assert_eq!(lines, [12, 14, 16]);
}

#[test]
fn an_error_shows_file_line_column_and_help() {
    let text = format!("{ABOVE}bnd ming kid\n");
    let error = &read(text.as_bytes()).expect_err("no such statement")[0];
    assert_eq!(error.to_string(), "test.scn:12:1: `bnd` is not a statement\n  help: did you mean `bind`?");
    assert_eq!(error.width, 3);
}
