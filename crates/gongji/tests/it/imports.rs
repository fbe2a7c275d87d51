use std::io::{BufRead, BufReader};
use std::process::Stdio;

use crate::support::{SON, Town};

#[test]
fn a_repeated_import_credits_nothing_twice() {
    let town = Town::settled();
    let text = format!("\u{feff}kind,person,amount\r\ncontribution,{SON},1.50\r\n\"interest\",\"{SON}\",\"0.50\"\r\n");
    let file = town.file("credits.csv", text.as_bytes());
    let first = town.run(&["import", "credits", &file, "--json"]).json();
    assert_eq!(
        (first["credited"].as_u64(), first["already"].as_u64(), first["amount"].as_str()),
        (Some(2), Some(0), Some("2.00"))
    );
    let again = town.run(&["import", "credits", &file, "--json"]).json();
    assert_eq!(
        (again["credited"].as_u64(), again["already"].as_u64(), again["amount"].as_str()),
        (Some(0), Some(2), Some("0.00"))
    );
    assert_eq!(town.balance(SON), "100002.00");
}

#[test]
fn the_same_person_twice_in_one_file_is_two_credits() {
    let town = Town::settled();
    let line = format!("{SON},1.00,contribution\n");
    let file = town.file("credits.csv", format!("person,amount,kind\n{line}{line}").as_bytes());
    assert_eq!(town.run(&["import", "credits", &file, "--json"]).json()["credited"], 2);
    assert_eq!(town.balance(SON), "100002.00");
}

#[test]
fn an_interrupted_import_goes_on_where_it_stopped() {
    let town = Town::settled();
    let lines: String = (0..3_000).map(|_| format!("{SON},0.01,contribution\n")).collect();
    let file = town.file("many.csv", format!("person,amount,kind\n{lines}").as_bytes());
    let mut first = town.program(&["import", "credits", &file]).stderr(Stdio::piped()).spawn().unwrap();
    let mut told = BufReader::new(first.stderr.take().unwrap()).lines();
    let told = told.next().unwrap().unwrap();
    let (done, of) = told.split_once(" / ").unwrap();
    assert_eq!(of, "3000");
    first.kill().unwrap();
    first.wait().unwrap();
    let rest = town.run(&["import", "credits", &file, "--json"]).json();
    let (credited, already) = (rest["credited"].as_u64().unwrap(), rest["already"].as_u64().unwrap());
    assert!(already >= done.parse().unwrap() && credited > 0 && credited + already == 3_000, "{told}: {rest}");
    assert_eq!(town.balance(SON), "100030.00");
    town.digest();
}

#[test]
fn lines_are_counted_first_and_one_is_one_line() {
    let town = Town::settled();
    let stranger = "170101197509300461,赵秀英,130100,employee\n";
    let table = [
        (format!("{SON},赵建国,130100,employee\n{stranger}"), "2 lines: 1 registered, 1 already"),
        (stranger.to_owned(), "1 line: 0 registered, 1 already"),
    ];
    for (lines, expected) in table {
        let file = town.file("more.csv", format!("certificate,name,area,scheme\n{lines}").as_bytes());
        assert_eq!(town.run(&["import", "people", &file]).last_line(), expected);
    }
}

#[test]
fn names_keep_their_letters_and_every_dot_is_the_same_dot() {
    let town = Town::empty();
    let people = "certificate,name,area,scheme\n\
        170101196501010174,艾力．买买提,130100,resident\n\
        170101196705200447,阿依古丽•吐尔逊,130100,employee\n\
        170101199208080353,\"Ai Li O'Neil\",130100,employee\n";
    let file = town.file("people.csv", people.as_bytes());
    let first = town.run(&["import", "people", &file, "--json"]).json();
    assert_eq!(first["registered"], 3, "{first}");
    let again = town.run(&["import", "people", &file, "--json"]).json();
    assert_eq!((again["registered"].as_u64(), again["already"].as_u64()), (Some(0), Some(3)));
}
