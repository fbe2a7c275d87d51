//! Who is there: the scene that is played before anybody comes, and what its people are called.

use std::collections::BTreeMap;
use std::path::Path;

use gongji_scenario::run::{is_known_code, set};
use gongji_scenario::syntax;
use gongji_scenario::world::Standing;
use gongji_service::law::built_in;
use gongji_service::people::{Enrolled, Identity};
use gongji_service::{Clock as _, Randomness, release};
use gongji_store::{Store, WorkingKey};
use gongji_words::{AreaCode, CertificateNumber, Day, PersonId, PersonName};

use crate::clock::SystemClock;
use crate::output::Failure;
use crate::{ready, ready_within};

/// The scene. Days are told from the day on which it is played: `@-10` is ten days before.
const SCENE: &str = include_str!("cast.scn");
/// What people are called, and their certificates, of a region that was never given out.
const PEOPLE: &str = include_str!("people.csv");

/// Somebody of the cast.
pub struct Player {
    /// What documents call him.
    pub key: String,
    /// His name.
    pub name: String,
    /// His certificate.
    pub certificate: CertificateNumber,
    /// His number.
    pub person: PersonId,
    /// Where he is insured.
    pub area: AreaCode,
}

/// Plays the scene on files of a folder; its clock shows this moment then.
pub fn play(folder: &Path, keys: &WorkingKey) -> Result<Standing, Failure> {
    let today = SystemClock.now().day();
    let text = dated(SCENE, today);
    let scene = syntax::parse("cast.scn", text.as_bytes(), &is_known_code).expect("the scene is written right");
    let mut make = |province: AreaCode| {
        let store =
            Store::create_sqlite(&folder.join(format!("{province}.db")), keys).map_err(|error| error.to_string())?;
        let founded = release::found(&store, ("gongji", "gongji sandbox"), SystemClock.now());
        ready_within(founded).map_err(|error| error.to_string())?;
        Ok(store)
    };
    let (report, mut standing) = ready(set(&scene, &built_in(), &mut make));
    if let Some(failure) = report.failures.first() {
        let (line, expected, got) = (failure.line, &failure.expected, &failure.got);
        return Err(Failure::Impossible(format!("cast.scn:{line}: expected {expected}, got {got}")));
    }
    ready(standing.move_clock(SystemClock.now())).map_err(Failure::Impossible)?;
    Ok(standing)
}

/// `@-10` and the like as days.
fn dated(text: &str, today: Day) -> String {
    let mut parts = text.split('@');
    let mut dated = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let end = part.find(|sign: char| !sign.is_ascii_digit() && !"+-".contains(sign)).unwrap_or(part.len());
        let days: i32 = part[..end].parse().expect("a number of days follows");
        dated.push_str(&today.plus_days(days).to_string());
        dated.push_str(&part[end..]);
    }
    dated
}

/// Puts everybody into the vault of each node, so that he is known wherever he goes.
pub fn enrol(standing: &Standing, randomness: &dyn Randomness) -> Result<Vec<Player>, Failure> {
    let called = called();
    let mut players = Vec::new();
    for (key, (person, area)) in &standing.people {
        let (name, certificate) = called.get(key.as_str()).expect("everybody has a name");
        for node in standing.nodes.values() {
            let identity = Identity { name: name.clone(), certificate: certificate.clone(), phone: None };
            let enrolled = ready(node.enrol((*person, identity), randomness))?;
            assert_eq!(enrolled, Enrolled::Done, "no two have one certificate");
        }
        let (key, name) = (key.clone(), name.reveal().to_owned());
        players.push(Player { key, name, certificate: certificate.clone(), person: *person, area: *area });
    }
    Ok(players)
}

fn called() -> BTreeMap<String, (PersonName, CertificateNumber)> {
    let mut rows = csv::Reader::from_reader(PEOPLE.as_bytes());
    let row = |row: Result<csv::StringRecord, csv::Error>| {
        let row = row.expect("the names are written right");
        let name = PersonName::parse(&row[1]).expect("a name");
        (row[0].to_owned(), (name, CertificateNumber::parse(&row[2]).expect("a certificate")))
    };
    rows.records().map(row).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_of_the_scene_are_told_from_today() {
        let today = Day::new(2026, 3, 2).unwrap();
        assert_eq!(dated("clock @-2T09:00\nuntil @+30 x", today), "clock 2026-02-28T09:00\nuntil 2026-04-01 x");
    }
}
