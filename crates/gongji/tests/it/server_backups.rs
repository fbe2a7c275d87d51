//! Backups of a database on a server, by PostgreSQL's own programs: the same promises as of a file.

use std::path::Path;
use std::process::Stdio;

use crate::backups::{back_up, is_of_one_moment_while_somebody_settles, named, without_room};
use crate::support::{MOTHER, Ran, SON, Town, Vacant, bill, psql, session_at};

/// A town on the server with one bill settled, and a shred list on which nobody stands.
fn with_a_bill() -> Town {
    let town = Town::settled_on_server();
    town.file("gongji.shreds", b"");
    assert_eq!(town.run_on("settle", &town.file("bill.json", bill("B1", "620.00").as_bytes())).status, 0);
    town
}

/// What is in the schema of a database.
fn things(place: &Vacant) -> String {
    psql(&place.address(), "select count(*) from pg_class where relnamespace = 'public'::regnamespace")
        .trim()
        .to_owned()
}

/// Waits until a program of PostgreSQL waits for a lock in a database; gives its process at the server.
fn waits_for_lock(address: &str, program: &str) -> String {
    let text = format!(
        "select pid from pg_stat_activity where datname = current_database() and application_name = '{program}' \
         and wait_event_type = 'Lock'"
    );
    (0..2_000)
        .map(|_| psql(address, &text).trim().to_owned())
        .find(|pid| !pid.is_empty())
        .expect("it comes to the lock")
}

/// Waits until nobody of this name is connected to a database.
fn is_gone(address: &str, program: &str) {
    let text = format!(
        "select count(*) from pg_stat_activity where datname = current_database() and application_name = '{program}'"
    );
    assert!((0..2_000).any(|_| psql(address, &text).trim() == "0"), "{program} is still there");
}

#[test]
fn a_backup_of_a_server_is_restored_to_the_same_rows_and_only_into_an_empty_schema() {
    let (town, new) = (with_a_bill(), Vacant::new());
    let copy = back_up(&town);
    let manifest = std::fs::read_to_string(format!("{copy}.manifest")).unwrap();
    assert!(manifest.contains(r#""engine": "postgres""#) && manifest.contains(r#""schema": "public""#), "{manifest}");
    let restored = town.run(&["db", "restore", &copy, "--to", &new.address()]);
    assert_eq!(restored.status, 0, "{}{}", restored.out, restored.err);
    let digest = town.run(&["audit", "--digest", "--json", "--db", &new.address()]).json()["digest"].clone();
    assert_eq!(digest.as_str(), Some(town.digest().as_str()));
    let file = town.file("later.json", bill("B2", "1.00").as_bytes());
    assert_eq!(town.run(&["settle", &file, "--db", &new.address()]).status, 0, "it goes on there");
    let again = town.run(&["db", "restore", &copy, "--to", &new.address(), "--lang", "en"]);
    assert_eq!(again.status, 3, "{}", again.out);
    assert!(again.err.contains("the schema public is not empty, there is account"), "{}", again.err);
    assert_eq!(town.run(&["audit", "--db", &new.address()]).status, 0, "it is left as it is");
    assert_eq!(town.run(&["db", "backup", "--to", &copy]).status, 3, "there is a backup");
    assert_eq!(named(&town, "partial"), Vec::<String>::new());
}

#[test]
fn anything_in_a_schema_makes_it_one_that_is_not_restored_into() {
    let town = with_a_bill();
    let copy = back_up(&town);
    for made in [
        "create table notes (text text)",
        "create function f() returns int language sql return 1",
        "create type t as enum ('a')",
    ] {
        let other = Vacant::new();
        psql(&other.address(), made);
        let refused = town.run(&["db", "restore", &copy, "--to", &other.address()]);
        assert!(refused.status == 3 && refused.err.contains("is not empty"), "{made}: {}", refused.err);
    }
    let elsewhere = Vacant::new();
    psql(&elsewhere.address(), "create schema books");
    let there = format!("{} options='-c search_path=books'", elsewhere.address());
    let refused = town.run(&["db", "restore", &copy, "--to", &there]);
    assert!(refused.status == 3 && refused.err.contains("make an empty schema public first"), "{}", refused.err);
}

#[test]
fn a_database_in_a_schema_of_its_own_is_backed_up_without_what_is_beside_it() {
    let (town, from, to) = (Town::empty(), Vacant::new(), Vacant::new());
    let with_schema = |place: &Vacant| {
        psql(&place.address(), "create schema \"Books\"; create table beside (text text)");
        format!("{} options='-c search_path=\"Books\"'", place.address())
    };
    let (from, to) = (with_schema(&from), with_schema(&to));
    town.file("gongji.shreds", b"");
    let made = town.run(&["db", "init", "--province", "130000", "--db", &from]);
    assert_eq!(made.status, 0, "{}", made.err);
    let copy = town.path("copy.dump").display().to_string();
    let backup = town.run(&["db", "backup", "--db", &from, "--to", &copy]);
    assert_eq!(backup.status, 0, "{}", backup.err);
    let restored = town.run(&["db", "restore", &copy, "--to", &to]);
    assert_eq!(restored.status, 0, "{}{}", restored.out, restored.err);
    assert_eq!(town.run(&["audit", "--db", &to]).status, 0);
}

#[test]
fn a_dump_that_was_cut_off_or_edited_or_is_of_the_other_engine_is_refused_by_name() {
    let (town, new, file) = (with_a_bill(), Vacant::new(), Town::empty());
    let copy = back_up(&town);
    let whole = std::fs::read(&copy).unwrap();
    let mut edited = whole.clone();
    *edited.last_mut().unwrap() ^= 1;
    for (name, bytes) in [("cut off", &whole[..whole.len() - 1]), ("empty", &[]), ("edited", &edited)] {
        std::fs::write(&copy, bytes).unwrap();
        for words in [vec!["db", "restore", "--check", &copy], vec!["db", "restore", &copy, "--to", &new.address()]] {
            let refused = town.run(&words);
            assert_eq!(refused.status, 1, "{name}: {}", refused.err);
            assert!(refused.out.contains(&copy), "{name}: {}", refused.out);
        }
    }
    std::fs::write(&copy, &whole).unwrap();
    let as_file = town.path("new.db").display().to_string();
    let refused = town.run(&["db", "restore", &copy, "--to", &as_file, "--lang", "en"]);
    assert!(refused.status == 3 && refused.err.contains("this is a backup of a server"), "{}", refused.err);
    let refused = town.run(&["db", "restore", &back_up(&file), "--to", &new.address(), "--lang", "en"]);
    assert!(refused.status == 3 && refused.err.contains("this is a backup of a file"), "{}", refused.err);
    let other = file.path("gongji.key").display().to_string();
    for words in [vec!["--check"], vec!["--to", &new.address()]] {
        let words = [vec!["db", "restore", &copy, "--key", &other], words].concat();
        let refused = town.run(&words);
        assert!(refused.status == 3 && refused.err.contains("the master key is not the one"), "{}", refused.err);
    }
    assert_eq!((things(&new).as_str(), Path::new(&as_file).exists()), ("0", false));
}

#[test]
fn a_dump_whose_bytes_are_none_is_told_by_the_program_that_reads_it_and_leaves_nothing() {
    let (town, new) = (with_a_bill(), Vacant::new());
    let copy = back_up(&town);
    let whole = std::fs::read(&copy).unwrap();
    let manifest = std::fs::read_to_string(format!("{copy}.manifest")).unwrap();
    // A file that was damaged while it was written, so that its manifest fits.
    std::fs::remove_file(&copy).unwrap();
    let half = town.file("copy.db", &whole[..whole.len() / 2]);
    let digest = |bytes: &[u8]| gongji_store::hex(&<sm3::Sm3 as sm3::Digest>::digest(bytes));
    let fits = manifest
        .replace(&digest(&whole), &digest(&whole[..whole.len() / 2]))
        .replace(&format!("\"bytes\": {}", whole.len()), &format!("\"bytes\": {}", whole.len() / 2));
    town.file("copy.db.manifest", fits.as_bytes());
    let refused = town.run(&["db", "restore", &half, "--to", &new.address(), "--lang", "en"]);
    assert_eq!((refused.status, things(&new).as_str()), (3, "0"), "{}{}", refused.out, refused.err);
    assert!(refused.err.contains("pg_restore could not do it, nothing was restored; it says: "), "{}", refused.err);
}

#[test]
fn a_dump_that_is_taken_while_somebody_settles_is_of_one_moment() {
    is_of_one_moment_while_somebody_settles(&with_a_bill());
}

#[test]
fn who_was_shredded_after_a_dump_cannot_be_read_in_what_is_restored_with_the_list() {
    let town = with_a_bill();
    let copy = back_up(&town);
    let shredded = town.run(&["person", "shred", SON, "--by", "王敏", "--and", "李强"]);
    assert_eq!(shredded.status, 0, "{}", shredded.err);
    let mother = town.balance(MOTHER);
    for (listed, found) in [(true, 2), (false, 0)] {
        let new = Vacant::new();
        let mut words = town.program(&["db", "restore", &copy, "--to", &new.address(), "--json"]);
        if !listed {
            words.env_remove("GONGJI_SHREDS");
        }
        let restored = Ran::of(words.output().unwrap());
        assert_eq!(restored.status, 0, "{}{}", restored.out, restored.err);
        assert_eq!(restored.json()["shredded"].as_u64(), Some(u64::from(listed)));
        assert_eq!(town.run(&["balance", SON, "--db", &new.address()]).status, found);
        assert_eq!(town.run(&["balance", MOTHER, "--db", &new.address(), "--json"]).json()["balance"], mother);
    }
}

#[test]
fn where_something_is_found_nothing_is_restored() {
    let (town, new) = (with_a_bill(), Vacant::new());
    let copy = back_up(&town);
    assert_eq!(town.run_on("settle", &town.file("bill.json", bill("B2", "1.00").as_bytes())).status, 0);
    let witness = town.path("witness.jsonl").display().to_string();
    assert_eq!(town.run(&["tick", "--witness", &witness]).status, 0);
    for words in [vec!["--check"], vec!["--to", &new.address()]] {
        let found = town.run(&[vec!["db", "restore", &copy, "--witness", &witness], words].concat());
        assert_eq!(found.status, 1, "{}", found.err);
        assert!(found.out.contains("the store is behind its witness"), "{}", found.out);
    }
    assert_eq!(things(&new), "0");
}

#[test]
fn a_dump_that_is_killed_or_cut_off_by_the_server_leaves_nothing_that_looks_like_one() {
    let town = with_a_bill();
    let to = town.path("copy.db").display().to_string();
    for killed in [true, false] {
        let mut holder = town.session("begin; lock table person in access exclusive mode; select 'held';");
        let mut making = town.program(&["db", "backup", "--to", &to, "--lang", "en"]);
        let mut making = making.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        let process = waits_for_lock(&town.address(), "pg_dump");
        let second = town.run(&["db", "backup", "--to", &to, "--lang", "en"]);
        assert!(second.status == 3 && second.err.contains("another program is making it"), "{}", second.err);
        if killed {
            making.kill().unwrap();
            making.wait().unwrap();
        } else {
            town.psql(&format!("select pg_terminate_backend({process})"));
            let ran = Ran::of(making.wait_with_output().unwrap());
            assert_eq!(ran.status, 3, "{}", ran.out);
            assert!(ran.err.contains("pg_dump could not do it, no backup is left; it says: "), "{}", ran.err);
            assert_eq!(named(&town, "copy.db"), Vec::<String>::new());
        }
        assert!(!Path::new(&to).exists());
        holder.end();
        is_gone(&town.address(), "pg_dump");
    }
    assert_eq!(town.run(&["db", "restore", "--check", &back_up(&town)]).status, 0);
}

#[test]
fn a_restore_that_is_killed_has_left_either_nothing_or_all() {
    let (town, new) = (with_a_bill(), Vacant::new());
    let copy = back_up(&town);
    // Somebody who is making the same table holds it up in the middle of its one transaction.
    let mut maker = session_at(&new.address(), "begin; create table person (a int); select 'held';");
    let to = new.address();
    let mut restoring = town.program(&["db", "restore", &copy, "--to", &to]).stdout(Stdio::null()).spawn().unwrap();
    waits_for_lock(&to, "pg_restore");
    restoring.kill().unwrap();
    restoring.wait().unwrap();
    maker.end();
    is_gone(&to, "pg_restore");
    if things(&new) != "0" {
        assert_eq!(town.run(&["audit", "--db", &to]).status, 0);
    }
}

#[test]
fn a_backup_for_which_there_is_no_room_leaves_nothing_of_a_server_either() {
    let town = with_a_bill();
    let to = town.path("copy.db").display().to_string();
    let refused = without_room(&town, &["db", "backup", "--to", &to]);
    assert_eq!(refused.status, 3, "{}{}", refused.out, refused.err);
    assert!(refused.err.contains("copy.db.partial"), "{}", refused.err);
    assert_eq!(named(&town, "copy.db"), Vec::<String>::new());
}

#[test]
fn tables_of_an_older_release_are_backed_up_before_they_are_migrated() {
    let town = Town::on_server();
    town.psql("delete from migration where step = (select max(step) from migration)");
    let steps: u64 = town.psql("select count(*) from migration").trim().parse().unwrap();
    let copy = back_up(&town);
    let manifest: serde_json::Value =
        serde_json::from_str(&std::fs::read_to_string(format!("{copy}.manifest")).unwrap()).unwrap();
    assert_eq!(manifest["steps"].as_u64(), Some(steps));
    let older = town.run(&["db", "restore", "--check", &copy, "--lang", "en"]);
    assert!(
        older.status == 3 && older.err.contains("this backup is of an older release, 1 steps behind"),
        "{}",
        older.err
    );
}

/// A folder with a `pg_dump` that says this of its version, writes down what it was given, and fails with a password in
/// its words.
fn false_tools(town: &Town, version: &str) -> String {
    use std::os::unix::fs::PermissionsExt;
    let script = format!(
        "#!/bin/sh\n[ \"$1\" = --version ] && echo '{version}' && exit\necho \"$@\" >\"$0.words\"\n\
         env | grep ^PG >\"$0.environment\"\necho \"pg_dump: error: not with $PGPASSWORD\" >&2\nexit 1\n"
    );
    let path = town.file("pg_dump", script.as_bytes());
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).unwrap();
    town.path("").display().to_string()
}

#[test]
fn a_password_stands_neither_in_arguments_nor_in_what_is_told() {
    let town = Town::on_server();
    let tools = false_tools(&town, "pg_dump (PostgreSQL) 99.1");
    let to = town.path("copy.db").display().to_string();
    let mut words = town.program(&["db", "backup", "--to", &to, "--tools", &tools, "--lang", "en"]);
    let address = format!("{} password=geheim", town.address());
    let ran = Ran::of(words.env("GONGJI_DB", &address).env("PGPASSFILE", "elsewhere").output().unwrap());
    assert_eq!(ran.status, 3, "{}", ran.out);
    assert!(ran.err.contains("it says: not with ***"), "{}", ran.err);
    let words = std::fs::read_to_string(town.path("pg_dump.words")).unwrap();
    let environment = std::fs::read_to_string(town.path("pg_dump.environment")).unwrap();
    assert!(words.contains("--schema=\"public\"") && !words.contains("geheim") && !words.contains("town_"), "{words}");
    assert!(environment.contains("PGPASSWORD=geheim") && !environment.contains("PGPASSFILE"), "{environment}");
    assert_eq!(named(&town, "copy.db"), Vec::<String>::new());
}

#[test]
fn tools_that_are_missing_or_older_than_the_server_are_told_with_the_remedy() {
    let town = Town::on_server();
    let to = town.path("copy.db").display().to_string();
    let nothing = tempfile::tempdir().unwrap().path().display().to_string();
    let older = false_tools(&town, "pg_dump (PostgreSQL) 9.6.24");
    for (tools, why) in [(nothing, "there is no pg_dump and pg_restore"), (older, "an older one cannot copy a newer")] {
        let refused = town.run(&["db", "backup", "--to", &to, "--tools", &tools, "--lang", "en"]);
        assert!(refused.status == 3 && refused.err.contains(why), "{}", refused.err);
        assert!(refused.err.contains("--tools") && named(&town, "copy.db").is_empty(), "{}", refused.err);
    }
}
