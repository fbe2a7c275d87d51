//! Backups: whole while others write, refused when damaged, and shredded again when they are restored.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::Stdio;

use crate::support::{Ran, SON, Town, bill};

/// A town with one bill settled, and a shred list on which nobody stands.
fn with_a_bill() -> Town {
    let town = Town::settled();
    town.file("gongji.shreds", b"");
    assert_eq!(town.run_on("settle", &town.file("bill.json", bill("B1", "620.00").as_bytes())).status, 0);
    town
}

/// Makes a backup; gives its path.
pub fn back_up(town: &Town) -> String {
    let to = town.path("copy.db").display().to_string();
    let made = town.run(&["db", "backup", "--to", &to, "--json"]);
    assert_eq!(made.status, 0, "{}", made.err);
    assert_eq!(made.json()["manifest"]["digest"].as_str().map(str::len), Some(64));
    to
}

/// Whatever is named like this in the folder of a town.
pub fn named(town: &Town, part: &str) -> Vec<String> {
    let folder = town.path("x");
    let entries = std::fs::read_dir(folder.parent().unwrap_or(Path::new("."))).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned());
    names.filter(|name| name.contains(part)).collect()
}

#[test]
fn a_backup_is_restored_to_the_same_rows_and_never_over_something() {
    let town = with_a_bill();
    let (copy, new) = (back_up(&town), town.path("new.db").display().to_string());
    assert_eq!(town.run(&["db", "restore", "--check", &copy]).status, 0);
    let restored = town.run(&["db", "restore", &copy, "--to", &new]);
    assert_eq!(restored.status, 0, "{}{}", restored.out, restored.err);
    let digest = town.run(&["audit", "--digest", "--json", "--db", &new]).json()["digest"].as_str().map(str::to_owned);
    assert_eq!(digest, Some(town.digest()));
    assert_eq!(town.run(&["db", "restore", &copy, "--to", &new]).status, 3, "there is a database");
    assert_eq!(town.run(&["db", "backup", "--to", &copy]).status, 3, "there is a backup");
    assert_eq!(named(&town, "partial"), Vec::<String>::new());
}

#[test]
fn a_backup_that_was_cut_off_or_edited_is_refused_by_name_and_not_restored() {
    let town = with_a_bill();
    let copy = back_up(&town);
    let whole = std::fs::read(&copy).unwrap();
    let mut edited = whole.clone();
    *edited.last_mut().unwrap() ^= 1;
    for (name, bytes) in [("cut off", &whole[..whole.len() - 1]), ("empty", &[]), ("edited", &edited)] {
        std::fs::write(&copy, bytes).unwrap();
        let new = town.path("new.db").display().to_string();
        for words in [vec!["db", "restore", "--check", &copy], vec!["db", "restore", &copy, "--to", &new]] {
            let refused = town.run(&words);
            assert_eq!(refused.status, 1, "{name}: {}", refused.err);
            assert!(refused.out.contains(&copy), "{name}: {}", refused.out);
        }
        assert_eq!(named(&town, "new.db"), Vec::<String>::new(), "{name}");
    }
    std::fs::remove_file(format!("{copy}.manifest")).unwrap();
    assert_eq!(town.run(&["db", "restore", "--check", &copy]).status, 2, "without a manifest");
}

/// Backs up in the middle of many bills: what is restored is sound, and ends between two of them.
pub fn is_of_one_moment_while_somebody_settles(town: &Town) {
    let bills: Vec<String> = (0..200).map(|number| bill(&format!("R-{number}"), "1.00")).collect();
    let file = town.file("bills.json", format!("[{}]", bills.join(",")).as_bytes());
    let mut settling = town.program(&["settle", &file, "--json"]).stdout(Stdio::piped()).spawn().unwrap();
    let mut answers = BufReader::new(settling.stdout.take().unwrap()).lines();
    assert!(answers.next().is_some(), "it settles");
    let copy = back_up(town);
    let rest = answers.count();
    assert!(settling.wait().unwrap().success() && rest > 0);
    let checked = town.run(&["db", "restore", "--check", &copy, "--json"]);
    assert_eq!(checked.status, 0, "{}{}", checked.out, checked.err);
    let journals = checked.json()["journals"].as_u64().unwrap();
    let all = town.run(&["audit", "--json"]).json()["journals"].as_u64().unwrap();
    assert!(journals >= 3 && journals <= all, "{journals} of {all}");
}

#[test]
fn a_backup_that_is_taken_while_somebody_settles_is_of_one_moment() {
    is_of_one_moment_while_somebody_settles(&with_a_bill());
}

#[test]
fn who_was_shredded_after_a_backup_cannot_be_read_in_what_is_restored_with_the_list() {
    let town = with_a_bill();
    let copy = back_up(&town);
    let shredded = town.run(&["person", "shred", SON, "--by", "王敏", "--and", "李强"]);
    assert_eq!(shredded.status, 0, "{}", shredded.err);
    for (name, listed, found) in [("with.db", true, 2), ("without.db", false, 0)] {
        let new = town.path(name).display().to_string();
        let mut words = town.program(&["db", "restore", &copy, "--to", &new, "--json"]);
        if !listed {
            words.env_remove("GONGJI_SHREDS");
        }
        let restored = Ran::of(words.output().unwrap());
        assert_eq!(restored.status, 0, "{}{}", restored.out, restored.err);
        assert_eq!(restored.json()["shredded"].as_u64(), Some(u64::from(listed)));
        assert_eq!(town.run(&["balance", SON, "--db", &new]).status, found, "{name}");
    }
}

#[test]
fn a_backup_that_is_killed_leaves_nothing_that_looks_like_one() {
    let town = with_a_bill();
    let to = town.path("copy.db").display().to_string();
    for _ in 0..8 {
        let mut making = town.program(&["db", "backup", "--to", &to]).stdout(Stdio::null()).spawn().unwrap();
        making.kill().unwrap();
        making.wait().unwrap();
        // Either it is whole, or it is not there; what is left of it stops nobody.
        if Path::new(&to).exists() {
            assert_eq!(town.run(&["db", "restore", "--check", &to]).status, 0);
            std::fs::remove_file(&to).unwrap();
        }
    }
    back_up(&town);
}

#[test]
fn ids_of_a_backup_are_not_given_again_where_it_is_restored_whatever_the_clock_says() {
    let town = with_a_bill();
    // As after a clock that was an hour ahead when somebody was registered, and was put back.
    let number = |text: String| text.trim().trim_start_matches('P').parse::<i64>().unwrap();
    let ahead = number(std::fs::read_to_string(town.path("gongji.db.ids")).unwrap()) + (3_600_000 << 20);
    town.file("gongji.db.ids", format!("{ahead:019}\n").as_bytes());
    let born = |certificate: &str, db: &str| {
        let people = format!("certificate,name,area,scheme\n{certificate},王小雨,130100,resident\n");
        let file = town.file("newcomer.csv", people.as_bytes());
        assert_eq!(town.run(&["import", "people", &file, "--db", db]).status, 0);
        number(town.run(&["balance", certificate, "--db", db, "--json"]).json()["person"].as_str().unwrap().to_owned())
    };
    let last = born("170101201609010241", &town.address());
    assert!(last > ahead);
    let (copy, new) = (back_up(&town), town.path("new.db").display().to_string());
    assert_eq!(town.run(&["db", "restore", &copy, "--to", &new]).status, 0);
    assert!(born("17010119880312028X", &new) > last);
}

/// A disk that is full and a file that may not grow are the same to a program: it cannot write on.
pub fn without_room(town: &Town, words: &[&str]) -> Ran {
    let program = town.program(words);
    let mut limited = std::process::Command::new("sh");
    limited.args(["-c", "trap '' XFSZ; ulimit -f 16; exec \"$0\" \"$@\""]).arg(program.get_program());
    limited.args(program.get_args()).envs(program.get_envs().filter_map(|(name, value)| Some((name, value?))));
    Ran::of(limited.output().unwrap())
}

#[test]
fn a_backup_for_which_there_is_no_room_leaves_nothing() {
    let town = with_a_bill();
    let to = town.path("copy.db").display().to_string();
    let refused = without_room(&town, &["db", "backup", "--to", &to]);
    assert_eq!(refused.status, 3, "{}{}", refused.out, refused.err);
    assert_eq!(named(&town, "copy.db"), Vec::<String>::new());
}

#[cfg(unix)]
#[test]
fn what_is_restored_is_its_makers_alone_whoever_could_read_the_backup() {
    use std::os::unix::fs::PermissionsExt;
    let town = with_a_bill();
    let (copy, new) = (back_up(&town), town.path("new.db"));
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(Path::new(&copy)), mode(&town.path("copy.db.manifest"))), (0o600, 0o600));
    std::fs::set_permissions(&copy, std::fs::Permissions::from_mode(0o644)).unwrap();
    assert_eq!(town.run(&["db", "restore", &copy, "--to", &new.display().to_string()]).status, 0);
    assert_eq!((mode(&new), mode(&town.path("new.db.ids"))), (0o600, 0o600));
}
