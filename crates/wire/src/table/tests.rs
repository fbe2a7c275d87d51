use gongji_words::Fen;
use proptest::prelude::*;

use super::*;
use crate::fault::{Form, Place};
use crate::fields::Call;

fn call() -> &'static Call {
    Call::of("3202").unwrap()
}

/// An archive with these files.
fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        archive.start_file(*name, SimpleFileOptions::default()).unwrap();
        archive.write_all(bytes).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

fn of_text(text: &str) -> Result<Value, Fault> {
    super::read(&archive(&[("a.txt", text.as_bytes())]), &call().sent)
}

#[test]
fn rows_are_read_back_as_they_were_written() {
    let mut file = call().file_returned();
    file.row("file").text("psn_no", "P1").text("setl_id", "S1").amount("acct_pay", Fen::from_fen(1230));
    file.row("file").text("psn_no", "P2").text("memo", "两地\t不符\n请核");
    let bytes = write(&file.done(), &call().returned, "result.txt");
    let read = super::read(&bytes, &call().returned).unwrap();
    let rows = call().file_answered(&read).rows("file").unwrap();
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[0].amount("acct_pay"), Ok(Fen::from_fen(1230)));
    assert_eq!((rows[0].text("setl_id"), rows[1].text_if("setl_id")), (Ok("S1"), Ok(None)));
    assert_eq!(rows[1].text("memo"), Ok("两地 不符 请核"));
    assert_eq!(
        inflated(&bytes).unwrap().lines().next(),
        Some("P1\tnull\tS1\tnull\tnull\tnull\tnull\tnull\tnull\t12.30")
    );
}

#[test]
fn files_are_read_in_the_forms_that_clients_send() {
    let row = "S1\tM1\tP1\t100.00\t60\t12.30\t0";
    let heading = "setl_id\tmdtrt_id\tpsn_no\tmedfee_sumamt\tfund_pay_sumamt\tacct_pay\trefd_setl_flag";
    for text in
        [format!("{row}\n"), row.to_owned(), format!("\u{feff}{row}\r\n\r\n"), format!("{heading}\r\n{row}\r\n")]
    {
        let file = of_text(&text).unwrap();
        let rows = call().file_received(&file).rows("file").unwrap();
        assert_eq!(rows.len(), 1, "{text}");
        assert_eq!(rows[0].amount("fund_pay_sumamt"), Ok(Fen::from_fen(6000)));
    }
    assert_eq!(of_text("").map(|file| file.to_string()), Ok(r#"{"file":[]}"#.to_owned()));
}

#[test]
fn what_is_wrong_with_a_file_is_told_with_its_line() {
    assert_eq!(of_text("S1\tM1\n").err(), Some(Fault::Columns { line: 1, columns: 7 }));
    let row = "S1\tM1\tP1\t1\t1\t1\t0\n";
    assert_eq!(of_text(&format!("{row}\n{row}x\t{row}")).err(), Some(Fault::Columns { line: 4, columns: 7 }));
    let file = of_text(&format!("{row}S2\tM2\tP2\tten\t1\t1\t0\n")).unwrap();
    let rows = call().file_received(&file).rows("file").unwrap();
    let place = Place { node: "file", row: Some(2), field: "medfee_sumamt" };
    assert_eq!(rows[1].amount("medfee_sumamt"), Err(Fault::Form(place, Form::Amount)));
}

#[test]
fn what_is_no_archive_with_one_text_is_refused() {
    let read = |bytes: &[u8]| super::read(bytes, &call().sent).err();
    let text: &[u8] = b"S1\tM1\tP1\t1\t1\t1\t0\n";
    assert_eq!(read(b""), Some(Fault::Archive));
    assert_eq!(read(text), Some(Fault::Archive));
    assert_eq!(read(&archive(&[])), Some(Fault::Archive));
    assert_eq!(read(&archive(&[("a.csv", text)])), Some(Fault::Archive));
    assert_eq!(read(&archive(&[("a.txt", text), ("b.TXT", text)])), Some(Fault::Archive));
    assert_eq!(read(&archive(&[("dir/a.TXT", text), ("__MACOSX/a.txt", text)])), None);
    assert_eq!(read(&archive(&[("a.txt", b"\xb9\xb2")])), Some(Fault::Charset { charset: "UTF-8" }));
    assert_eq!(read(&vec![0; LONGEST + 1]), Some(Fault::TooLong { limit: LONGEST }));
}

#[test]
fn a_file_that_inflates_without_end_is_put_down() {
    let zeros = vec![b'0'; LONGEST_TEXT + 1];
    let bytes = archive(&[("a.txt", &zeros)]);
    assert!(bytes.len() < LONGEST / 50, "it comes small");
    assert_eq!(super::read(&bytes, &call().sent).err(), Some(Fault::TooLong { limit: LONGEST_TEXT }));
}

#[test]
fn the_same_rows_make_the_same_bytes() {
    let file = of_text("S1\tM1\tP1\t1\t1\t1\t0\n").unwrap();
    assert_eq!(write(&file, &call().sent, "a.txt"), write(&file, &call().sent, "a.txt"));
}

proptest! {
    #[test]
    fn whatever_bytes_come_in_are_rows_or_a_fault(mut bytes in prop::collection::vec(any::<u8>(), 0..200), at in 0..150_usize) {
        let _ = super::read(&bytes, &call().sent);
        let mut spoilt = archive(&[("a.txt", b"S1\tM1\tP1\t1\t1\t1\t0\n")]);
        let at = at.min(spoilt.len() - 1);
        spoilt[at] ^= bytes.pop().unwrap_or(1);
        let _ = super::read(&spoilt, &call().sent);
    }

    #[test]
    fn every_text_is_read_back(text in "[^\\p{C}\\p{Z}]{1,20}") {
        let mut file = call().file_sent();
        file.row("file").text("setl_id", &text);
        let file = file.done();
        let read = super::read(&write(&file, &call().sent, "a.txt"), &call().sent).unwrap();
        let rows = call().file_received(&read).rows("file").unwrap();
        let expected = if text == "null" { None } else { Some(text.as_str()) };
        prop_assert_eq!(rows[0].text_if("setl_id"), Ok(expected));
    }
}
