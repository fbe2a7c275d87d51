//! Who people are stands nowhere in the clear: not in the database, its log, its server's files and log, dumps, backups and
//! manifests, nor in what the program says.
//!
//! Ten thousand invented people are registered; some of them pay, are told wrongly, and are shredded. Then every byte is
//! looked at. That the search would speak is shown at the end, where one of them is written down in the clear.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use gongji_scratch::Server;
use gongji_store::Store;
use tempfile::TempDir;

use crate::needles::Needles;
use crate::support::{Ran, program, psql};

const PEOPLE: usize = 10_000;
const FAMILIES: usize = 20;
const SHREDDED: usize = 100;
/// Who asks for shredding. Their names are kept no more than those of the shredded.
const ASKING: [&str; 2] = ["诸葛敏之", "欧阳强之"];

/// Somebody who does not exist.
struct Person {
    name: String,
    certificate: String,
    phone: String,
}

/// A sequence of numbers that is the same in every run.
struct Sequence(u64);

impl Sequence {
    fn below(&mut self, bound: u32) -> u32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        u32::try_from((self.0 >> 33) % u64::from(bound)).unwrap()
    }

    /// Four letters that nobody has chosen, a number of a region that there is not, and a telephone of none either: numbers
    /// of people begin with 13 to 19.
    fn person(&mut self) -> Person {
        let letter = |number| char::from_u32(0x4e00 + number).unwrap();
        let name = (0..4).map(|_| letter(self.below(0x5000))).collect();
        let born = format!("{}{:02}{:02}", 1940 + self.below(60), 1 + self.below(12), 1 + self.below(28));
        let body = format!("170101{born}{:03}", self.below(1_000));
        let phone = format!("120-{:04}-{:04}", self.below(10_000), self.below(10_000));
        Person { name, certificate: checked(&body), phone }
    }
}

/// A number with its check digit: GB 11643-1999.
fn checked(body: &str) -> String {
    let weights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2];
    let sum: u32 = body.chars().zip(weights).map(|(digit, weight)| digit.to_digit(10).unwrap() * weight).sum();
    format!("{body}{}", char::from(b"10X98765432"[usize::try_from(sum % 11).unwrap()]))
}

fn invented() -> Vec<Person> {
    let (mut sequence, mut taken) = (Sequence(20_261_122), BTreeSet::new());
    let people = std::iter::from_fn(|| Some(sequence.person()));
    people.filter(|person| taken.insert(person.certificate.clone())).take(PEOPLE).collect()
}

/// A database with all of them in it, and everything that was said on the way.
struct Place {
    /// What belongs to the database.
    folder: TempDir,
    /// What is given to the program, which has everybody in the clear.
    given: TempDir,
    address: String,
    said: String,
}

impl Place {
    fn at(address: impl FnOnce(&Path) -> String) -> Self {
        let (folder, given) = (quick_folder(), tempfile::tempdir().unwrap());
        let address = address(folder.path());
        Self { folder, given, address, said: String::new() }
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn given(&self, name: &str, text: &str) -> String {
        let path = self.given.path().join(name);
        std::fs::write(&path, text).unwrap();
        path.display().to_string()
    }

    fn program(&self, words: &[&str]) -> Command {
        let mut command = program(words);
        for (name, file) in [("KEY", "gongji.key"), ("SHREDS", "shreds"), ("WITNESS", "witness")] {
            command.env(format!("GONGJI_{name}"), self.path(file));
        }
        command.env("GONGJI_DB", &self.address);
        command
    }

    /// Runs the program, and remembers all that it says.
    fn run(&mut self, words: &[&str], status: i32) -> Ran {
        let ran = Ran::of(self.program(words).output().unwrap());
        assert_eq!(ran.status, status, "{words:?}: {}{}", ran.out, ran.err);
        write!(self.said, "{}{}", ran.out, ran.err).unwrap();
        ran
    }

    fn init(&mut self) {
        self.run(&["db", "init", "--province", "130000", "--new-key"], 0);
    }

    /// Everybody is registered; the first of them are families that pay, bind, are refused and told wrongly.
    fn fill(&mut self, people: &[Person]) {
        let line = |person: &Person| {
            let Person { name, certificate, phone } = person;
            format!("{certificate},{name},130100,employee,{phone}\n")
        };
        let head = "certificate,name,area,scheme,phone\n";
        let all = self.given("people.csv", &people.iter().map(line).fold(head.to_owned(), |text, line| text + &line));
        self.run(&["import", "people", &all], 0);
        let places = self.given("places.csv", "number,area,kind\n1301,130100,hospital\n");
        self.run(&["import", "institutions", &places], 0);
        let families: Vec<&[Person]> = people[..FAMILIES * 2].chunks(2).collect();
        let credits = families.iter().map(|family| format!("{},900.00,opening\n", family[0].certificate));
        let credits = self.given("credits.csv", &format!("person,amount,kind\n{}", credits.collect::<String>()));
        self.run(&["import", "credits", &credits], 0);
        let list = |make: &dyn Fn(usize, &[Person]) -> String| {
            let every: Vec<String> = families.iter().enumerate().map(|(number, family)| make(number, family)).collect();
            format!("[{}]", every.join(","))
        };
        let bindings = list(&|number, family| {
            let (sponsor, beneficiary) = (&family[0].certificate, &family[1].certificate);
            format!(
                r#"{{"id":"BIND-{number}","sponsor":"{sponsor}","beneficiary":"{beneficiary}","relation":"spouse"}}"#
            )
        });
        let bindings = self.given("bindings.json", &bindings);
        self.run(&["bind", &bindings], 0);
        let bills = list(&|number, family| bill(&format!("BILL-{number}"), &family[1].certificate));
        let bills = self.given("bills.json", &bills);
        for words in
            [&["settle", &bills][..], &["settle", &bills, "--json"], &["preview", &bills], &["reverse", "BILL-1"]]
        {
            self.run(words, 0);
        }
        self.mistakes(people);
        for words in [&["tick"][..], &["audit"], &["db", "status", "--json"], &["key", "check", "--json"]] {
            // A server for tests flushes nothing, of which it warns.
            let status = i32::from(words.contains(&"status") && !self.address.starts_with('/'));
            self.run(words, status);
        }
    }

    /// What people do wrong is told without saying whom it was about.
    fn mistakes(&mut self, people: &[Person]) {
        let (one, other) = (&people[0], &people[1]);
        let head = "certificate,name,area,scheme,phone";
        for (number, line) in [
            format!("{},{},130100,employee,{}", one.certificate, other.name, one.phone),
            format!("{},{},130100,employee,{}", one.certificate, one.name, other.phone),
            format!("{},{},130100,nobody,{}", one.certificate, one.name, one.phone),
            format!("{},,130100,employee,{}", other.certificate, other.phone),
        ]
        .iter()
        .enumerate()
        {
            let file = self.given(&format!("wrong-{number}.csv"), &format!("{head}\n{line}\n"));
            self.run(&["import", "people", &file], 2);
        }
        let unknown = self.given("wrong.json", &bill("BILL-X", &checked("17010119990228999")));
        self.run(&["settle", &unknown], 2);
        let balance = one.certificate.clone();
        self.run(&["balance", &balance, "--json"], 0);
    }

    fn shred(&mut self, people: &[Person]) {
        for person in &people[..SHREDDED] {
            let words = ["person", "shred", &person.certificate, "--by", ASKING[0], "--and", ASKING[1]];
            self.run(&words, 0);
        }
        self.run(&["audit"], 0);
    }

    /// How many people can still be read.
    fn readable(&mut self, address: &str) -> usize {
        let checked = self.run(&["key", "check", "--json", "--db", address], 0).json();
        assert_eq!(checked["unreadable"].as_array().map(Vec::len), Some(0));
        usize::try_from(checked["people"].as_u64().unwrap()).unwrap()
    }

    /// A backup that was made before people were shredded is restored with the list: they stay unreadable, and all is sound.
    fn restore(&mut self, backup: &str, to: &str) {
        let restored = self.run(&["db", "restore", backup, "--to", to, "--json"], 0).json();
        assert_eq!(restored["shredded"].as_u64(), Some(SHREDDED as u64));
        assert_eq!(self.readable(to), PEOPLE - SHREDDED);
        self.run(&["audit", "--db", to], 0);
    }
}

/// In memory where there is such a place: what is looked for does not depend on flushes, of which there are very many.
fn quick_folder() -> TempDir {
    let memory = Path::new("/dev/shm");
    if memory.is_dir() { tempfile::tempdir_in(memory).unwrap() } else { tempfile::tempdir().unwrap() }
}

fn bill(id: &str, patient: &str) -> String {
    format!(
        r#"{{"id":"{id}","patient":"{patient}","institution":1301,"kind":"outpatient","parts":{{"copay":"12.34"}}}}"#
    )
}

fn needles(people: &[Person]) -> Needles {
    let of_people = people.iter().flat_map(|person| [&person.name, &person.certificate, &person.phone]);
    Needles::of(of_people.map(String::as_str).chain(ASKING))
}

/// Nothing is found in a folder, which has something in it.
fn is_clean(needles: &Needles, folder: &Path, least: u64) {
    let (found, looked) = needles.found_below(folder);
    assert!(found.is_empty(), "{found:#?}");
    assert!(looked > least, "only {looked} bytes in {}", folder.display());
}

/// Everything in a folder in which something is found, without the folder.
fn found_below(needles: &Needles, folder: &Path) -> String {
    needles.found_below(folder).0.join("\n").replace(&folder.display().to_string(), "")
}

#[test]
fn nobody_stands_in_the_clear_in_a_file_its_log_its_backups_or_what_is_said() {
    let people = invented();
    let needles = needles(&people);
    let mut place = Place::at(|folder| folder.join("gongji.db").display().to_string());
    place.init();
    // Who only reads keeps the log from being taken away when a program ends.
    let reader = Store::open_sqlite_without_key(&place.path("gongji.db")).unwrap();
    place.fill(&people);
    let copy = place.path("copy.db").display().to_string();
    place.run(&["db", "backup", "--to", &copy], 0);
    assert!(std::fs::metadata(place.path("gongji.db-wal")).unwrap().len() > 0);
    is_clean(&needles, place.folder.path(), 4 << 20);
    drop(reader);
    place.shred(&people);
    let new = place.path("new.db").display().to_string();
    place.restore(&copy, &new);
    is_clean(&needles, place.folder.path(), 4 << 20);
    assert_eq!(needles.found_in(place.said.as_bytes()), None);
    // A till that takes a certificate for the number of a bill.
    let planted = place.given("planted.json", &bill(&people[500].certificate, &people[501].certificate));
    place.run(&["settle", &planted], 0);
    place.run(&["db", "backup", "--to", &place.path("planted.copy").display().to_string()], 0);
    let found = found_below(&needles, place.folder.path());
    assert!(found.contains("/gongji.db: ") && found.contains("/planted.copy: "), "{found}");
    assert!(needles.found_in(place.said.as_bytes()).is_some());
}

/// A dump of the server's own kind, in which what is looked for is not compressed.
fn dump(place: &Place, words: &[&str], name: &str) {
    let tools = gongji_scratch::copying().expect("PostgreSQL is installed where tests run");
    let mut dump = Command::new(tools.join("pg_dump"));
    dump.args(words).arg("--file").arg(place.path(name)).arg("--dbname").arg(&place.address);
    assert!(dump.status().unwrap().success());
}

fn dump_all(place: &Place, before: &str) {
    dump(place, &["-Fp"], &format!("{before}.sql"));
    dump(place, &["-Fc", "-Z0"], &format!("{before}.custom"));
    psql(&place.address, "checkpoint");
}

#[test]
fn nobody_stands_in_the_clear_in_a_server_its_files_its_log_its_dumps_or_what_is_said() {
    let people = invented();
    let needles = needles(&people);
    // All that the server can write down of what it is asked.
    let server = Server::start(&["-c log_statement=all", "-c log_parameter_max_length=-1"]).unwrap();
    let new = format!("{} options='-c search_path=public'", server.address().replace("=postgres", "=restored"));
    let mut place = Place::at(|_| server.address());
    place.init();
    place.fill(&people);
    let copy = place.path("copy.dump").display().to_string();
    place.run(&["db", "backup", "--to", &copy], 0);
    dump_all(&place, "clean");
    place.shred(&people);
    psql(&place.address, "create database restored template template0");
    place.restore(&copy, &new);
    let log = std::fs::read_to_string(server.folder().join("log")).unwrap();
    assert!(
        log.contains("insert into person_secret") && log.contains("parameters: $1 = "),
        "the log says what is asked"
    );
    is_clean(&needles, place.folder.path(), 4 << 20);
    is_clean(&needles, server.folder(), 64 << 20);
    assert_eq!(needles.found_in(place.said.as_bytes()), None);
    let name = &people[500].name;
    let planted = format!("create table note (bytes bytea, text text); insert into note values ('{name}', '{name}')");
    psql(&place.address, &planted);
    dump_all(&place, "planted");
    let (of_server, of_dumps) = (found_below(&needles, server.folder()), found_below(&needles, place.folder.path()));
    for part in ["/log: ", "/data/base/", "/data/pg_wal/"] {
        assert!(of_server.contains(part), "{part}: {of_server}");
    }
    assert!(of_dumps.contains("/planted.sql: ") && of_dumps.contains("/planted.custom: "), "{of_dumps}");
}
