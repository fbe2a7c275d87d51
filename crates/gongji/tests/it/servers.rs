//! The same program over a database on a server: every command, several at once, and what is told of the address.

use std::process::Stdio;

use crate::support::{MOTHER, Ran, SON, Town, bill, program, psql, server};

/// A town on a server, with one bill settled.
fn with_a_bill() -> Town {
    let town = Town::settled_on_server();
    let file = town.file("bill.json", bill("B1", "620.00").as_bytes());
    assert_eq!(town.run(&["settle", &file, "--json"]).json()["aid"], "620.00");
    town
}

#[test]
fn every_command_does_on_a_server_what_it_does_on_a_file() {
    let town = with_a_bill();
    let file = town.path("bill.json").display().to_string();
    let again = town.run(&["settle", &file, "--json"]);
    assert_eq!((again.json()["aid"].as_str(), town.balance(SON).as_str()), (Some("620.00"), "99380.00"));
    for (words, status) in [
        (vec!["preview", &file], 0),
        (vec!["explain", "B1"], 0),
        (vec!["tick"], 0),
        (vec!["policy", "replay", "--from", "2026-01-01", "--to", "2099-12-31"], 0),
        (vec!["key", "check"], 0),
        (vec!["reverse", "B1"], 0),
        (vec!["db", "migrate"], 0),
        (vec!["db", "init", "--province", "130000"], 3),
        (vec!["explain", "B9"], 2),
    ] {
        let ran = town.run(&words);
        assert_eq!(ran.status, status, "{words:?}: {}{}", ran.out, ran.err);
    }
    assert_eq!(town.balance(SON), "100000.00");
    town.digest();
}

#[test]
fn keys_are_changed_and_people_shredded_on_a_server() {
    let town = with_a_bill();
    let new = town.path("new.key").display().to_string();
    let rotated = town.run(&["key", "rotate", "--to", &new, "--new-key"]);
    assert_eq!(rotated.status, 0, "{}", rotated.err);
    let lost = town.run(&["key", "check", "--json"]);
    assert_eq!(
        (lost.status, lost.json()["opens"].as_bool(), lost.json()["journals"].as_u64()),
        (1, Some(false), Some(2))
    );
    let shredded = town.run(&["person", "shred", MOTHER, "--by", "one", "--and", "other", "--key", &new]);
    assert_eq!(shredded.status, 0, "{}", shredded.err);
    assert_eq!(town.run(&["key", "replay-shreds", "--key", &new, "--json"]).json()["shredded"], 0);
    assert_eq!(town.run(&["balance", MOTHER, "--key", &new]).status, 2, "nobody finds her");
}

#[test]
fn no_password_is_ever_told() {
    let file = Town::empty();
    let path = file.file("bill.json", bill("B1", "1.00").as_bytes());
    let commands = [
        vec!["db", "init", "--province", "130000", "--json"],
        vec!["db", "migrate"],
        vec!["db", "status", "--json"],
        vec!["settle", &path],
        vec!["audit", "--json"],
        vec!["key", "check"],
        vec!["balance", "P1"],
        vec!["balance", "--help"],
        vec!["scenario", "run", "--help"],
    ];
    for url in ["postgresql://u:geheim@localhost:1/x", "host=/nowhere password=geheim", "postgresql://u:geheim@:y/x"] {
        for words in &commands {
            let mut asked = program(words);
            asked.env("GONGJI_DB", url).env("GONGJI_DSN", url).env("GONGJI_PATIENCE", "0");
            let ran = Ran::of(asked.env("GONGJI_KEY", file.path("gongji.key")).output().unwrap());
            assert!(!format!("{}{}", ran.out, ran.err).contains("geheim"), "{words:?}: {}{}", ran.out, ran.err);
            assert_eq!(ran.status, if words.contains(&"--help") { 0 } else { 3 }, "{words:?}");
        }
    }
}

#[test]
fn ids_that_were_taken_are_never_given_again_whatever_the_clock_says() {
    let town = with_a_bill();
    // As after a clock that was an hour ahead when somebody took ids, and was put back.
    let an_hour = "update store_identity set value = int8send(('x' || encode(value, 'hex'))::bit(64)::bigint + 3600000) \
        where name = 'ids' returning ('x' || encode(value, 'hex'))::bit(64)::bigint";
    let ahead: i64 = town.psql(an_hour).lines().next().unwrap().parse().unwrap();
    let file = town.file("later.json", bill("B2", "1.00").as_bytes());
    assert_eq!(town.run(&["settle", &file]).status, 0);
    let above = format!("select count(*) from message where command_id >= {ahead}::bigint << 20");
    assert_eq!(town.psql(&above).trim(), "1");
}

#[test]
fn programs_that_write_at_once_give_no_id_twice() {
    const PROGRAMS: usize = 4;
    const BILLS: usize = 25;
    let town = Town::settled_on_server();
    let files = (0..PROGRAMS).map(|program| {
        let bills: Vec<String> = (0..BILLS).map(|number| bill(&format!("P{program}-{number}"), "1.00")).collect();
        town.file(&format!("{program}.json"), format!("[{}]", bills.join(",")).as_bytes())
    });
    let settle = |file: String| town.program(&["settle", &file]).stdout(Stdio::null()).spawn().unwrap();
    let running: Vec<_> = files.map(settle).collect();
    for mut program in running {
        assert!(program.wait().unwrap().success());
    }
    let ids = town.psql("select count(*), count(distinct command_id) from message where sender = 'till'");
    assert_eq!(ids.trim(), format!("{0}|{0}", PROGRAMS * BILLS));
    assert_eq!(town.balance(SON), "99900.00");
    town.digest();
}

#[test]
fn a_plan_changes_nothing_and_the_status_says_what_is_missing() {
    for town in [Town::empty(), Town::on_server()] {
        let plan = town.run(&["db", "migrate", "--plan", "--json"]);
        assert_eq!((plan.status, plan.json()["missing"].as_array().map(Vec::len)), (0, Some(0)), "{}", plan.err);
        let status = town.run(&["db", "status", "--json"]).json();
        assert_eq!((status["province"].as_str(), status["steps"]["missing"].as_u64()), (Some("130000"), Some(0)));
        assert!(status["bytes"].as_u64() > Some(10_000), "{status}");
    }
}

#[test]
fn steps_that_are_missing_are_shown_with_their_text_before_they_run() {
    let town = Town::on_server();
    let last = town.psql("delete from migration where step = (select max(step) from migration) returning name");
    let name = last.lines().next().unwrap();
    let plan = town.run(&["db", "migrate", "--plan", "--lang", "en"]);
    assert!(plan.out.contains(&format!(" {name}  sm3 ")) && plan.out.contains("create "), "{}", plan.out);
    assert!(plan.out.contains("1 to do; nothing was changed"), "{}", plan.out);
    let status = town.run(&["db", "status", "--lang", "en"]);
    assert_eq!(status.status, 1);
    assert!(status.out.contains("warning: 1 steps are missing"), "{}", status.out);
    assert_eq!(town.run(&["balance", SON]).status, 3, "its tables are behind");
    assert_eq!(town.run(&["db", "migrate", "--json"]).json()["steps"], 1);
    assert_eq!(town.run(&["db", "migrate", "--json"]).json()["steps"], 0);
}

#[test]
fn a_server_that_may_lose_what_was_acknowledged_is_warned_of_with_the_remedy() {
    let town = Town::on_server();
    let status = town.run(&["db", "status", "--lang", "en"]);
    assert_eq!(status.status, 1, "servers for tests flush nothing");
    assert!(
        status.out.contains("warning: fsync=off") && status.out.contains("alter system set fsync = on"),
        "{}",
        status.out
    );
    assert!(!status.out.contains("warning: synchronous_commit"), "{}", status.out);
    let lax = format!("{} options='-c synchronous_commit=off'", town.address());
    let lax = Ran::of(town.program(&["db", "status", "--lang", "en"]).env("GONGJI_DB", lax).output().unwrap());
    assert!(lax.out.contains("warning: synchronous_commit=off"), "{}", lax.out);
}

#[test]
fn how_a_database_would_be_spread_is_shown_and_where_it_cannot_be_nothing_is_changed() {
    let town = Town::on_server();
    let plan = town.run(&["db", "distribute", "--plan", "--shards", "8", "--lang", "en"]);
    let person = "select create_distributed_table_concurrently('person', 'person_id', colocate_with => 'none', shard_count => 8);";
    assert!(plan.status == 0 && plan.out.lines().any(|line| line == person), "{}{}", plan.out, plan.err);
    let tables = town.run(&["db", "distribute", "--plan", "--json"]).json()["missing"].as_array().unwrap().len();
    assert_eq!(plan.last_line(), format!("-- {tables} tables to go; nothing was changed."));
    let refused = town.run(&["db", "distribute", "--json"]);
    assert!(refused.status == 3 && refused.err.contains("create extension citus"), "{}{}", refused.out, refused.err);
    assert_eq!(town.psql("select count(*) from store_identity where name = 'layout'").trim(), "0");
    let file = Town::empty();
    for words in [&["db", "distribute"][..], &["db", "distribute", "--plan"]] {
        let refused = file.run(words);
        assert!(refused.status == 3 && refused.err.contains("is a file"), "{}", refused.err);
    }
}

#[test]
fn a_database_that_says_it_is_spread_is_settled_on_like_any_other() {
    let town = with_a_bill();
    town.psql("insert into store_identity (name, value) values ('layout', 'spread')");
    let file = town.file("later.json", bill("B2", "80.00").as_bytes());
    let settled = town.run(&["settle", &file, "--json"]);
    assert_eq!(settled.json()["aid"], "80.00", "{}", settled.err);
    assert_eq!(town.run(&["settle", &file, "--json"]).json()["aid"], "80.00", "the first answer again");
    assert_eq!(town.run(&["reverse", "B1"]).status, 0);
    assert_eq!(town.balance(SON), "99920.00");
    assert_eq!(town.run(&["audit", "--json"]).json()["discrepancies"].as_array().map(Vec::len), Some(0));
    assert_eq!(town.run(&["db", "status", "--json"]).json()["settings"]["layout"], "spread");
    town.digest();
}

#[test]
fn a_statement_that_takes_longer_than_the_address_allows_is_given_up() {
    let town = with_a_bill();
    let mut holder = town.session("begin; select 1 from person for update; select 'held';");
    let short = format!("{} options='-c statement_timeout=200ms'", town.address());
    let file = town.file("other.json", bill("B2", "1.00").as_bytes());
    let mut settle = town.program(&["settle", &file]);
    let ran = Ran::of(settle.env("GONGJI_DB", short).output().unwrap());
    assert_eq!((ran.status, ran.err.contains("do it again")), (3, true), "{}", ran.err);
    holder.end();
    assert_eq!(town.run(&["settle", &file]).status, 0);
}

#[test]
fn a_server_that_is_away_is_waited_for_as_long_as_was_asked() {
    let folder = tempfile::tempdir().unwrap();
    crate::support::open_to_all(folder.path());
    let own = gongji_scratch::Server::start(&[]).unwrap();
    // The same socket by a name that is there only later.
    let later = folder.path().join("later");
    let address = format!("host={} user=gongji dbname=postgres", later.display());
    let key = folder.path().join("gongji.key").display().to_string();
    let words = ["db", "init", "--province", "130000", "--new-key", "--db", &address, "--key", &key];
    let now = crate::support::run(&[&words[..], &["--patience", "0"]].concat());
    assert!(now.status == 3 && now.err.contains("cannot be reached"), "{}", now.err);
    let status = ["db", "status", "--db", &address, "--patience", "30"];
    let waiting = program(&status).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    std::os::unix::fs::symlink(own.folder(), &later).unwrap();
    let ran = Ran::of(waiting.wait_with_output().unwrap());
    assert!(ran.err.contains("gongji db init"), "it answered that there are no tables yet: {}", ran.err);
    assert!(psql(&server(), "select 1").starts_with('1'), "the other server is another one");
}

#[test]
fn a_server_that_takes_no_writes_is_passed_over_until_one_does() {
    let town = with_a_bill();
    let database = town.psql("select current_database()").trim().to_owned();
    town.psql(&format!("alter database {database} set default_transaction_read_only = on"));
    let file = town.file("later.json", bill("B2", "1.00").as_bytes());
    let refused = town.run(&["settle", &file, "--patience", "0"]);
    assert_eq!((refused.status, refused.out.as_str()), (3, ""), "{}", refused.err);
    let waiting = town.program(&["settle", &file, "--patience", "30"]).stdout(Stdio::piped()).spawn().unwrap();
    let writes =
        format!("set transaction_read_only = off; alter database {database} set default_transaction_read_only = off");
    town.psql(&writes);
    let ran = Ran::of(waiting.wait_with_output().unwrap());
    assert!(ran.status == 0 && ran.out.contains("aid 1.00"), "{}", ran.out);
}
