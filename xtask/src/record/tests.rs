use super::*;

/// A record as a line: `header`, `frame`, `commit`, `page:TEXT` for the log, `db` a page of the database, `answer:TEXT`;
/// `flush` of the log, `flush-db`; `begin` and `done` for a flush in two halves; `cut`, `gone` for the log.
fn record_of(line: &str) -> Vec<u8> {
    let mut bytes = Vec::new();
    for word in line.split_whitespace() {
        let (word, text) = word.split_once(':').unwrap_or((word, ""));
        let commit = [[0; 4], [0, 0, 0, 9]].concat();
        let heads: &[(u8, u8, u64, Vec<u8>)] = &match word {
            "header" => vec![(b'W', b'w', 0, vec![7; 32])],
            "frame" => vec![(b'W', b'w', 32, vec![0; 24])],
            "commit" => vec![(b'W', b'w', 32, [commit, vec![0; 16]].concat())],
            "page" => vec![(b'W', b'w', 56, format!("..{text}..").into_bytes())],
            "db" => vec![(b'W', b'd', 0, vec![1; 8])],
            "answer" => vec![(b'W', b'a', 0, format!("{text}\n").into_bytes())],
            "begin" => vec![(b'f', b'w', 0, vec![])],
            "done" => vec![(b'F', b'w', 0, vec![])],
            "flush" => vec![(b'f', b'w', 0, vec![]), (b'F', b'w', 0, vec![])],
            "flush-db" => vec![(b'f', b'd', 0, vec![]), (b'F', b'd', 0, vec![])],
            "cut" => vec![(b'T', b'w', 0, vec![])],
            "gone" => vec![(b'U', b'w', 0, vec![])],
            other => panic!("no such event: {other}"),
        };
        for (kind, object, place, written) in heads {
            bytes.extend([*kind, *object, 0, 0]);
            bytes.extend(u32::try_from(written.len()).unwrap().to_le_bytes());
            bytes.extend(place.to_le_bytes());
            bytes.extend(written);
        }
    }
    bytes
}

fn judged(line: &str) -> Seen {
    judge(&read(&record_of(line)).unwrap())
}

#[test]
fn what_is_flushed_in_time_passes() {
    let lines = [
        "header flush frame page:m1 commit page:x flush answer:m1",
        "header commit page:m1m2 flush answer:m2 answer:m1",
        "header commit page:m1 flush commit page:m1m2 answer:m1 flush answer:m2",
        "header commit page:m1 flush answer:m1 db flush-db header commit page:m2 flush answer:m2",
        "header commit page:m1 flush answer:m1 db flush-db gone",
        "header commit page:m1 flush answer:m1 db flush-db cut",
    ];
    for line in lines {
        assert_eq!(judged(line).findings, [""; 0], "{line}");
    }
}

#[test]
fn what_is_not_flushed_in_time_is_found() {
    let unflushed = "an answer left before the log was flushed after its group: ";
    let table = [
        ("header commit page:m1 answer:m1", format!("{unflushed}m1")),
        ("header commit page:m1 answer:m1 flush", format!("{unflushed}m1")),
        ("header flush commit page:m1 flush answer:m1 commit page:m2 answer:m2", format!("{unflushed}m2")),
        ("header frame page:m1 flush commit page:x answer:m1", format!("{unflushed}m1")),
        ("header begin commit page:m1 done answer:m1", format!("{unflushed}m1")),
        ("header commit page:m1 begin answer:m1 done", format!("{unflushed}m1")),
        ("header flush frame page:m1 flush answer:m1", "an answer left before its group was in the log: m1".to_owned()),
        ("header flush answer:m1", "an answer left before its group was in the log: m1".to_owned()),
        (
            "header commit page:x db flush flush-db",
            "the database was written before the log was flushed: event 4".to_owned(),
        ),
        ("header commit page:x flush db header", "the log ended before the database was flushed: event 7".to_owned()),
        ("header commit page:x flush db cut", "the log ended before the database was flushed: event 7".to_owned()),
        ("header commit page:x flush db gone", "the log ended before the database was flushed: event 7".to_owned()),
    ];
    for (line, expected) in table {
        assert_eq!(judged(line).findings, [expected], "{line}");
    }
}

#[test]
fn what_was_seen_is_counted() {
    let seen = judged(
        "db flush-db header commit page:m1 frame page:m2 commit page:x flush answer:m1 answer:m2 db flush-db gone",
    );
    let Seen { answers, groups, log_flushes, log_ends, pages, findings } = seen;
    assert_eq!((answers, groups, log_flushes, log_ends, pages), (2, 2, 1, 2, 1));
    assert_eq!(findings, [""; 0]);
}

#[test]
fn a_finding_is_told_once_however_often_it_is_found() {
    assert_eq!(judged("header commit page:m1m2 answer:m1 answer:m2").findings.len(), 1);
}

#[test]
fn a_record_that_is_torn_or_none_is_not_read() {
    let whole = record_of("header commit");
    assert_eq!(read(&whole[..whole.len() - 1]), Err("no event of a record at byte 48".to_owned()));
    assert_eq!(read(b"surely not one, but longer"), Err("no event of a record at byte 0".to_owned()));
}

#[test]
fn the_database_is_made_again_from_its_writes() {
    let written =
        |place: u64, bytes: &'static [u8]| Event { kind: Kind::Written, object: Object::Database, place, bytes };
    let cut = Event { kind: Kind::Cut, place: 5, ..written(0, b"") };
    let log = Event { object: Object::Log, ..written(0, b"log") };
    assert_eq!(replayed(&[written(0, b"abc"), log, written(4, b"xyz"), cut]), b"abc\0x");
}
