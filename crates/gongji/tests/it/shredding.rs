//! Shredding: asked for by two, written down outside the database, and done again after a restore.

use crate::support::{MOTHER, SON, Town, bill};

/// The number that somebody has here.
fn number_of(town: &Town, certificate: &str) -> String {
    town.run(&["balance", certificate, "--json"]).json()["person"].as_str().unwrap().to_owned()
}

fn shred(town: &Town, person: &str) {
    let shredded = town.run(&["person", "shred", person, "--by", "王敏", "--and", "李强", "--json"]);
    assert_eq!(shredded.status, 0, "{}", shredded.err);
    assert_eq!(shredded.json()["shredded"].as_bool(), Some(true));
}

/// Whether staff still read the son's name where his mother's bill is explained.
fn is_named(town: &Town) -> bool {
    let told = town.run(&["explain", "B1", "--lang", "zh"]);
    assert_eq!(told.status, 0, "{}", told.err);
    told.out.contains("赵建国")
}

fn with_a_bill() -> Town {
    let town = Town::settled();
    assert_eq!(town.run_on("settle", &town.file("bill.json", bill("B1", "620.00").as_bytes())).status, 0);
    town
}

#[test]
fn who_is_shredded_is_neither_found_nor_named_and_his_money_stays() {
    let town = with_a_bill();
    let (son, before) = (number_of(&town, SON), town.digest());
    assert!(is_named(&town));
    shred(&town, SON);
    assert_eq!(town.run(&["balance", SON]).status, 2, "nobody finds him by his certificate");
    assert!(!is_named(&town));
    assert_eq!((town.balance(&son).as_str(), town.digest()), ("99380.00", before));
    assert!(number_of(&town, MOTHER) != son, "the mother is untouched");
    let list = std::fs::read_to_string(town.path("gongji.shreds")).unwrap();
    assert!(list.starts_with(&format!("{son} ")) && list.lines().count() == 1, "{list}");
    for personal in [SON, "赵建国", "王敏", "李强"] {
        assert!(!list.contains(personal), "{list}");
    }
    shred(&town, &son);
    assert_eq!(std::fs::read_to_string(town.path("gongji.shreds")).unwrap(), list, "again it changes nothing");
}

#[test]
fn shredding_is_asked_for_by_two_different_people() {
    let town = Town::settled();
    for (by, and) in [("王敏", "王敏"), ("Wang Min", " wangmin "), ("王敏", " "), ("", "王敏")] {
        let refused = town.run(&["person", "shred", SON, "--by", by, "--and", and]);
        assert_eq!(refused.status, 2, "{by} {and}: {}", refused.err);
        assert!(refused.err.contains("--by, --and: "), "{}", refused.err);
    }
    assert_eq!(town.run(&["person", "shred", SON, "--by", "王敏"]).status, 2);
    assert_eq!(town.run(&["person", "shred", "P7", "--by", "王敏", "--and", "李强"]).status, 2, "nobody");
    assert_eq!((town.run(&["balance", SON]).status, town.path("gongji.shreds").exists()), (0, false));
}

#[test]
fn a_restored_database_gives_back_who_was_shredded_until_the_list_is_replayed() {
    let town = with_a_bill();
    let (son, before) = (number_of(&town, SON), town.digest());
    std::fs::copy(town.path("gongji.db"), town.path("old.db")).unwrap();
    shred(&town, &son);
    std::fs::copy(town.path("old.db"), town.path("gongji.db")).unwrap();
    assert!(is_named(&town) && town.run(&["balance", SON]).status == 0, "the old copy knows him");
    for shredded in [1, 0] {
        let replayed = town.run(&["key", "replay-shreds", "--json"]);
        assert_eq!(replayed.status, 0, "{}", replayed.err);
        let counts = (replayed.json()["listed"].as_u64(), replayed.json()["shredded"].as_u64());
        assert_eq!(counts, (Some(1), Some(shredded)));
        assert!(!is_named(&town));
        assert_eq!(town.run(&["balance", SON]).status, 2);
        assert_eq!((town.balance(&son).as_str(), town.digest()), ("99380.00", before.clone()));
    }
}

#[test]
fn a_list_that_somebody_changed_is_not_followed() {
    let town = Town::settled();
    let (son, mother) = (number_of(&town, SON), number_of(&town, MOTHER));
    shred(&town, &son);
    let list = std::fs::read_to_string(town.path("gongji.shreds")).unwrap();
    std::fs::write(town.path("gongji.shreds"), list.replace(&son, &mother)).unwrap();
    let refused = town.run(&["key", "replay-shreds"]);
    assert_eq!(refused.status, 3, "{}", refused.out);
    assert!(refused.err.contains("gongji.shreds:1: ") && refused.err.contains("没有照它销毁"), "{}", refused.err);
    assert_eq!(town.run(&["balance", MOTHER]).status, 0);
}

#[test]
fn a_list_that_is_not_where_it_is_looked_for_is_not_taken_for_an_empty_one() {
    let town = Town::settled();
    shred(&town, SON);
    let elsewhere = town.path("elsewhere").display().to_string();
    let refused = town.run(&["key", "replay-shreds", "--list", &elsewhere]);
    assert!(refused.status == 2 && refused.err.contains("there is no shred list"), "{}", refused.err);
}

#[test]
fn where_the_list_cannot_be_written_nobody_is_shredded() {
    let town = Town::settled();
    let list = town.path("no-folder/list").display().to_string();
    let refused = town.run(&["person", "shred", SON, "--by", "王敏", "--and", "李强", "--list", &list]);
    assert!(refused.status == 3 && refused.err.contains("nobody was shredded"), "{}", refused.err);
    assert_eq!(town.run(&["balance", SON]).status, 0);
}

#[test]
fn a_shredded_person_who_comes_back_is_a_new_one_and_stays_when_the_list_is_replayed() {
    let town = Town::settled();
    let before = number_of(&town, SON);
    shred(&town, SON);
    let people = format!("certificate,name,area,scheme\n{SON},赵建国,130100,employee\n");
    assert_eq!(town.run_on("import people", &town.file("again.csv", people.as_bytes())).status, 0);
    let now = number_of(&town, SON);
    assert_ne!(now, before);
    assert_eq!(town.run(&["key", "replay-shreds"]).status, 0);
    assert_eq!(number_of(&town, SON), now);
}
