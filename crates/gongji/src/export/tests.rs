//! Exports of a small ledger over three days, two of them closed; and what is found when somebody changes them.

use std::path::Path;

use gongji_domain::account::{Account, Colour, Lots};
use gongji_domain::journal::{Journal, JournalKind, Moves, Position};
use gongji_domain::record::{Rows, Wanted};
use gongji_store::{WitnessLine, WorkingKey};
use gongji_words::{CommandId, Fen, InstitutionId, PersonId};
use tempfile::TempDir;

use super::verify::{Finding, check};
use super::*;

const COLOUR: Colour = Colour(2026);
const PEOPLE: [i64; 3] = [3, 4, 5];

/// A store in a folder of its own, and an export beside it.
struct Town {
    folder: TempDir,
    store: Store,
    signer: Signer,
}

fn day(number: u8) -> Day {
    Day::new(2026, 3, number).unwrap()
}

fn key(byte: u8) -> WorkingKey {
    WorkingKey::generate([byte; 32])
}

/// A move of so many yuan of a person's, and what his account has then.
fn moved((id, on, person): (i64, u8, i64), (kind, yuan, left): (JournalKind, i64, i64)) -> (Moment, Rows) {
    let (id, person) = (CommandId::from_number(id), PersonId::from_number(person));
    let hospital = Position::Institution(InstitutionId::from_number(1301));
    let places = match kind {
        JournalKind::Credit => (Position::Credits, Position::Free(person)),
        _ => (Position::Free(person), hospital),
    };
    let (at, mut rows, mut moves) = (Moment::at(day(on), 12, 0), Rows::default(), Moves::none());
    moves.push(person, places, (COLOUR, Fen::from_fen(yuan * 100)));
    rows.journals.insert(id, Journal { id, at, kind, reverses: None });
    rows.entries.extend(moves.into_entries(id).into_iter().map(|entry| ((id, entry.leg), entry)));
    let lots = Lots::one(COLOUR, Fen::from_fen(left * 100));
    rows.accounts.insert(person, Account { person, lots, frozen: false });
    (at, rows)
}

impl Town {
    /// Everybody is credited on the 8th and pays on the 9th; one more pays on the 11th, which is not closed.
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = Store::create_sqlite(&folder.path().join("gongji.db"), &key(7)).unwrap();
        let town = Self { folder, store, signer: Signer::of(&key(7)) };
        for person in PEOPLE {
            town.write(moved((10 + person, 8, person), (JournalKind::Credit, 100, 100)));
        }
        for person in PEOPLE {
            town.write(moved((20 + person, 9, person), (JournalKind::Settlement, 30, 70)));
        }
        town.close_until(10);
        town.write(moved((33, 11, 3), (JournalKind::Settlement, 5, 65)));
        town
    }

    fn write(&self, (at, rows): (Moment, Rows)) {
        let wanted = Wanted { people: rows.accounts.keys().copied().collect(), ..Wanted::default() };
        ready(self.store.group(at, &[wanted], &mut |_, _| rows.clone())).unwrap();
    }

    fn close_until(&self, last: u8) {
        while ready(self.store.close_day(day(last))).unwrap().is_some() {}
    }

    fn witness(&self) -> Vec<WitnessLine> {
        let days = ready(self.store.closed_days()).unwrap();
        let marks = ready(self.store.lane_marks()).unwrap();
        days.iter().map(WitnessLine::from).chain(marks.into_iter().map(WitnessLine::Lane)).collect()
    }

    /// An export of these days, in a folder of this name.
    fn export(&self, name: &str, span: Span) -> PathBuf {
        let folder = self.folder.path().join(name);
        let at = Moment::at(day(11), 18, 30);
        let occasion = Occasion { province: AreaCode::from_number(130_000), at, span };
        write_out(&self.store, &self.signer, &folder, &occasion).unwrap();
        folder
    }

    fn whole(&self) -> PathBuf {
        self.export("export", Span::default())
    }

    fn check(&self, folder: &Path) -> Vec<Finding> {
        check(folder, Some(&self.signer.public_key()), &self.witness()).list
    }
}

fn read(folder: &Path, name: &str) -> String {
    std::fs::read_to_string(folder.join(name)).unwrap()
}

fn change(folder: &Path, name: &str, change: impl FnOnce(String) -> String) {
    std::fs::write(folder.join(name), change(read(folder, name))).unwrap();
}

fn where_found(found: &[Finding]) -> Vec<(&str, Option<u64>)> {
    found.iter().map(|one| (one.file.as_str(), one.line)).collect()
}

/// Signs what stands in the folder anew, after it was changed.
fn sign_anew(folder: &Path, signer: &Signer) {
    let mut signed: manifest::Signed = serde_json::from_str(&read(folder, manifest::NAME)).unwrap();
    for stated in &mut signed.manifest.files {
        let text = read(folder, &stated.name);
        let again = tempfile::tempdir().unwrap();
        let name = ALL.into_iter().find(|name| *name == stated.name).unwrap();
        let mut paper = Paper::begin(again.path(), name).unwrap();
        paper.write(&text).unwrap();
        *stated = paper.end().unwrap();
    }
    std::fs::remove_file(folder.join(manifest::NAME)).unwrap();
    let public_key = signer.public_key();
    Manifest { public_key, ..signed.manifest }.write(folder, signer).unwrap();
}

const ALL: [&str; 6] = [JOURNALS, ENTRIES, SEALS, DAYS, BALANCES, REPORT];

#[test]
fn what_was_exported_agrees_with_itself_and_with_its_witness() {
    let town = Town::new();
    let folder = town.whole();
    assert_eq!(town.check(&folder), []);
    assert_eq!(read(&folder, JOURNALS).lines().count(), 7);
    assert_eq!(read(&folder, DAYS).lines().count(), 2);
    assert_eq!(read(&folder, ENTRIES).lines().count(), 15);
}

#[test]
fn days_may_be_exported_alone_and_their_roots_follow_nevertheless() {
    let town = Town::new();
    for (from, until, journals) in [(Some(9), None, 4), (None, Some(8), 3), (Some(9), Some(9), 3), (Some(12), None, 0)]
    {
        let span = Span { from: from.map(day), until: until.map(day) };
        let folder = town.export(&format!("{from:?}-{until:?}"), span);
        assert_eq!(read(&folder, JOURNALS).lines().count(), journals, "{span:?}");
        assert_eq!(town.check(&folder), [], "{span:?}");
    }
    let folder = town.export("part", Span { from: Some(day(9)), until: None });
    change(&folder, SEALS, |text| text.split_once('\n').unwrap().1.to_owned());
    sign_anew(&folder, &town.signer);
    let found = town.check(&folder);
    assert!(found.iter().any(|one| one.why.contains("give another root")), "{found:?}");
}

#[test]
fn a_byte_of_any_file_that_was_changed_is_found_in_its_line() {
    let town = Town::new();
    let folder = town.whole();
    for name in ALL {
        let (whole, mut line) = (read(&folder, name), 0);
        for (place, byte) in whole.bytes().enumerate().filter(|(_, byte)| byte.is_ascii_digit()) {
            if whole[..place].lines().count() == line {
                continue;
            }
            line = whole[..=place].lines().count();
            let mut bytes = whole.clone().into_bytes();
            bytes[place] = if byte == b'1' { b'2' } else { b'1' };
            std::fs::write(folder.join(name), bytes).unwrap();
            let found = town.check(&folder);
            let at = (name, u64::try_from(line).ok());
            assert!(where_found(&found).contains(&at), "{name}:{line}: {found:?}");
        }
        assert!(line > 1, "{name} has lines with digits");
        std::fs::write(folder.join(name), whole).unwrap();
    }
    assert_eq!(town.check(&folder), []);
}

#[test]
fn a_line_that_was_removed_or_moved_is_found() {
    let town = Town::new();
    let folder = town.whole();
    for name in [JOURNALS, ENTRIES, SEALS, DAYS, BALANCES] {
        let whole = read(&folder, name);
        let lines: Vec<&str> = whole.split_inclusive('\n').collect();
        let last = lines.len() - 1;
        let table = [(lines[1..].concat(), 1), (lines[..last].concat(), last), ([lines[1], lines[0]].concat(), 1)];
        for (changed, line) in table {
            std::fs::write(folder.join(name), changed).unwrap();
            let found = town.check(&folder);
            let at = |one: &Finding| one.file == name && one.line.is_some_and(|at| at >= u64::try_from(line).unwrap());
            assert!(found.iter().any(at), "{name}:{line}: {found:?}");
        }
        std::fs::write(folder.join(name), whole).unwrap();
    }
}

/// What somebody changes who has the working key too, so that digests and signature are right again; and what tells it.
#[test]
fn parts_that_contradict_each_other_are_found_though_the_signature_is_right() {
    let town = Town::new();
    let line = |text: &str, number: usize| text.split_inclusive('\n').nth(number).unwrap().to_owned();
    /// Which file, what is done to it, and where that is found.
    type Change = (&'static str, fn(String) -> String, (&'static str, Option<u64>));
    let table: [Change; 12] = [
        (JOURNALS, |text| text.replacen("\"100.00\"", "\"100.01\"", 1), (JOURNALS, Some(1))),
        (JOURNALS, |text| text.replace("\"day\":\"2026-03-11\"", "\"day\":\"2026-03-10\""), (JOURNALS, Some(7))),
        (JOURNALS, |text| text.replacen("\"leg\":1", "\"leg\":2", 1), (JOURNALS, Some(1))),
        (JOURNALS, |text| text.replacen("\"credits\"", "\"corrections\"", 1), (ENTRIES, Some(2))),
        (JOURNALS, |text| text.replacen("\"institution\"", "\"area\"", 1), (JOURNALS, Some(4))),
        (JOURNALS, |text| text.replacen("\"at_ms\":", "\"at_ms\":9", 1), (JOURNALS, Some(1))),
        (ENTRIES, |text| text.replacen("100.00", "100.01", 1), (ENTRIES, Some(2))),
        (ENTRIES, |text| text + "J99\n", (ENTRIES, Some(16))),
        (SEALS, |text| text.replacen("\"number\":2", "\"number\":3", 1), (SEALS, Some(2))),
        (
            SEALS,
            |text| text.replacen("\"kind\":1,\"subject\":\"13\"", "\"kind\":1,\"subject\":\"14\"", 1),
            (JOURNALS, None),
        ),
        (DAYS, |text| text.replacen("\"people\":3", "\"people\":2", 1), (DAYS, Some(1))),
        (BALANCES, |text| text.replacen("65.00", "66.00", 1), (BALANCES, Some(1))),
    ];
    for (number, (name, how, at)) in table.into_iter().enumerate() {
        let folder = town.export(&format!("changed-{number}"), Span::default());
        let before = read(&folder, name);
        change(&folder, name, how);
        assert_ne!(before, read(&folder, name), "{name}: {}", line(&before, 0));
        sign_anew(&folder, &town.signer);
        let found = town.check(&folder);
        assert!(where_found(&found).contains(&at), "change {number}: {found:?}");
        let told = |one: &Finding| one.why.contains("not as it was exported") || one.why.contains("signature");
        assert!(!found.iter().any(told), "change {number}: {found:?}");
    }
}

#[test]
fn whoever_signs_anew_with_another_key_is_found_by_the_public_key() {
    let town = Town::new();
    let folder = town.whole();
    change(&folder, REPORT, |text| text.replace("导出", "導出"));
    sign_anew(&folder, &Signer::of(&key(8)));
    assert_eq!(check(&folder, None, &town.witness()).list, [], "without the key nothing shows it");
    let found = town.check(&folder);
    assert!(found.len() == 1 && found[0].why.contains("another public key"), "{found:?}");
}

#[test]
fn a_manifest_that_was_changed_is_not_signed_any_more() {
    let town = Town::new();
    let folder = town.whole();
    let table = [
        ("\"discrepancies\": 0", "\"discrepancies\": 1"),
        ("2026-03-11T18:30", "2026-03-11T18:31"),
        ("\"people\": 3", "\"people\": 4"),
    ];
    let whole = read(&folder, manifest::NAME);
    for (old, new) in table {
        change(&folder, manifest::NAME, |text| text.replacen(old, new, 1));
        let found = town.check(&folder);
        assert!(found.iter().any(|one| one.why.contains("signature")), "{old}: {found:?}");
        change(&folder, manifest::NAME, |_| whole.clone());
    }
    for text in ["", "{", "[]", "{\"manifest\":{}}", &"9".repeat(40)] {
        change(&folder, manifest::NAME, |_| text.to_owned());
        assert_eq!(town.check(&folder).len(), 1, "{text}");
    }
    std::fs::remove_file(folder.join(manifest::NAME)).unwrap();
    assert!(town.check(&folder)[0].why.contains("interrupted"));
}

#[test]
fn an_export_of_yesterday_is_older_than_the_witness_of_today() {
    let town = Town::new();
    let folder = town.whole();
    town.write(moved((34, 11, 4), (JournalKind::Settlement, 5, 65)));
    let found = town.check(&folder);
    assert!(found.len() == 1 && found[0].why.contains("sheet 8"), "the sheets have gone on: {found:?}");
    town.close_until(11);
    let found = town.check(&folder);
    assert!(found.iter().any(|one| one.file == DAYS && one.why.contains("the export is older")), "{found:?}");
    let again = town.export("again", Span::default());
    assert_eq!(town.check(&again), []);
    let part = town.export("part", Span { from: None, until: Some(day(9)) });
    assert_eq!(town.check(&part), [], "days that were left out are not missed");
}

#[test]
fn another_root_than_the_witness_has_is_found() {
    let town = Town::new();
    let folder = town.whole();
    let mut witness = town.witness();
    let WitnessLine::Day { root, .. } = &mut witness[1] else { panic!("days come first") };
    root.replace_range(..1, if root.starts_with('0') { "1" } else { "0" });
    let found = check(&folder, None, &witness).list;
    assert_eq!(where_found(&found), [(DAYS, Some(2))]);
    let mut witness = town.witness();
    let Some(WitnessLine::Lane(mark)) = witness.last_mut() else { panic!("lanes come last") };
    mark.code.replace_range(..1, if mark.code.starts_with('0') { "1" } else { "0" });
    let found = check(&folder, None, &witness).list;
    assert!(found.len() == 1 && found[0].why.contains("another sheet"), "{found:?}");
}

#[test]
fn files_that_are_missing_or_do_not_belong_there_are_named() {
    let town = Town::new();
    let folder = town.whole();
    std::fs::write(folder.join("more.txt"), "more").unwrap();
    std::fs::remove_file(folder.join(SEALS)).unwrap();
    let found = town.check(&folder);
    let files: Vec<&str> = found.iter().map(|one| one.file.as_str()).collect();
    assert!(files.contains(&"more.txt") && files.contains(&SEALS), "{found:?}");
}

#[test]
fn a_folder_that_is_not_empty_is_left_as_it_is() {
    let town = Town::new();
    let folder = town.whole();
    let occasion =
        Occasion { province: AreaCode::from_number(130_000), at: Moment::at(day(11), 18, 30), span: Span::default() };
    let before = read(&folder, manifest::NAME);
    let Err(Failure::Impossible(why)) = write_out(&town.store, &town.signer, &folder, &occasion) else {
        panic!("it is not empty")
    };
    assert!(why.contains("not empty"), "{why}");
    assert_eq!(read(&folder, manifest::NAME), before);
}

#[test]
fn the_report_is_one_page_without_a_script_and_tells_what_the_audit_found() {
    let town = Town::new();
    let page = read(&town.whole(), REPORT);
    for text in [
        "审计导出",
        "未发现不符",
        "应付定点医药机构",
        "2026-03-08",
        "<svg",
        "<td>合计 Total</td><td class=\"n\">395.00</td>",
    ] {
        assert!(page.contains(text), "{text}: {page}");
    }
    for text in ["<script", "http", "src=", "P3"] {
        assert!(!page.contains(text), "{text}");
    }
    let told = Told {
        totals: Totals {
            discrepancies: vec![gongji_store::Discrepancy {
                table: "account",
                row: "<3>".to_owned(),
                why: "a & b".to_owned(),
            }],
            ..Totals::default()
        },
        ..Told::default()
    };
    let occasion =
        Occasion { province: AreaCode::from_number(130_000), at: Moment::at(day(11), 18, 30), span: Span::default() };
    let page = report::page(&told, &occasion);
    assert!(page.contains("发现 1 处不符") && page.contains("&lt;3&gt;") && page.contains("a &amp; b"), "{page}");
}
