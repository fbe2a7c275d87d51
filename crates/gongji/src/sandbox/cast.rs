//! Who is there: the scene that is played before anybody comes, and what its people are called.

use std::collections::BTreeMap;
use std::path::Path;

use gongji_domain::person::Sex;
use gongji_scenario::run::{is_known_code, set};
use gongji_scenario::syntax::{self, Scenario, SyntaxError};
use gongji_scenario::world::Standing;
use gongji_service::law::built_in;
use gongji_service::people::{Enrolled, Identity};
use gongji_service::{Clock as _, Randomness, release};
use gongji_store::{Store, WorkingKey};
use gongji_words::{AreaCode, CertificateNumber, Day, PersonId, PersonName};

use crate::clock::SystemClock;
use crate::output::Failure;
use crate::{files, ready, ready_within};

/// The usual scene. Days are told from the day on which it is played: `@-10` is ten days before.
const USUAL: &str = include_str!("cast.scn");
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

/// A scene is written by hand; what is larger is something else.
const LARGEST: u64 = 1 << 20;

/// Of a file that is something else, so many faults are told.
const MOST_TOLD: usize = 10;

/// What is played before anybody comes.
pub struct Scene {
    played: Scenario,
    /// Whether it is the usual one: its people have names of their own, and its clock is this machine's.
    pub is_usual: bool,
}

impl Scene {
    /// The one that documents speak of.
    pub fn usual() -> Self {
        let text = dated(USUAL, SystemClock.now().day());
        let played = syntax::parse("cast.scn", text.as_bytes(), &is_known_code).expect("the scene is written right");
        Self { played, is_usual: true }
    }

    /// That of a file, in the language of scenarios.
    pub fn of_file(path: &Path) -> Result<Self, Failure> {
        let read = syntax::parse(&path.display().to_string(), &files::read(path, LARGEST)?, &is_known_code);
        let wrong = |errors: Vec<SyntaxError>| {
            let lines: Vec<String> = errors.iter().take(MOST_TOLD).map(ToString::to_string).collect();
            Failure::NotUnderstood(lines.join("\n"))
        };
        Ok(Self { played: read.map_err(wrong)?, is_usual: false })
    }
}

/// Plays the scene on files of a folder. The clock of the usual one shows this moment then; that of another stays where it ended.
pub fn play(folder: &Path, keys: &WorkingKey, scene: &Scene) -> Result<Standing, Failure> {
    let mut make = |province: AreaCode| {
        let store =
            Store::create_sqlite(&folder.join(format!("{province}.db")), keys).map_err(|error| error.to_string())?;
        let founded = release::found(&store, ("gongji", "gongji sandbox"), SystemClock.now());
        ready_within(founded).map_err(|error| error.to_string())?;
        Ok(store)
    };
    let (report, mut standing) = ready(set(&scene.played, &built_in(), &mut make));
    if let Some(failure) = report.failures.first() {
        let (line, expected, got) = (failure.line, &failure.expected, &failure.got);
        let file = &scene.played.file;
        return Err(Failure::Impossible(format!("{file}:{line}: expected {expected}, got {got}")));
    }
    if standing.nodes.is_empty() {
        let file = &scene.played.file;
        return Err(Failure::NotUnderstood(format!("{file}: 没有地区 it names no area: begin with `area 130100`")));
    }
    if scene.is_usual {
        ready(standing.move_clock(SystemClock.now())).map_err(Failure::Impossible)?;
    }
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
pub fn enrol(standing: &Standing, scene: &Scene, randomness: &dyn Randomness) -> Result<Vec<Player>, Failure> {
    let usual = called();
    let mut players = Vec::new();
    for (place, (key, (person, area))) in (0..).zip(&standing.people) {
        let (name, certificate) = match usual.get(key.as_str()).filter(|_| scene.is_usual) {
            Some(called) => called.clone(),
            None => ready(invented(standing, (*person, *area), place))?,
        };
        for node in standing.nodes.values() {
            let identity = Identity { name: name.clone(), certificate: certificate.clone(), phone: None };
            let enrolled = ready(node.enrol((*person, identity), randomness))?;
            assert_eq!(enrolled, Enrolled::Done, "no two have one certificate");
        }
        let (key, name) = (key.clone(), name.reveal().to_owned());
        players.push(Player { key, name, certificate, person: *person, area: *area });
    }
    Ok(players)
}

/// A name, and a certificate of the region that was never given out, for somebody of a scene that names nobody.
async fn invented(
    standing: &Standing,
    (person, area): (PersonId, AreaCode),
    place: u32,
) -> Result<(PersonName, CertificateNumber), Failure> {
    let node = standing.nodes.get(&area.province()).expect("everybody has his node");
    let person = node.person(person).await?.expect("everybody of a scene is registered");
    let digits: String = place.to_string().bytes().map(|digit| NUMERALS[usize::from(digit - b'0')]).collect();
    let name = PersonName::parse(&format!("示例{digits}")).expect("a name");
    // The last digit of the serial is odd for men; so there are five hundred of a day.
    let serial = place % 500 * 2 + u32::from(person.sex != Some(Sex::Female));
    let born = person.born.to_string().replace('-', "");
    if place >= 500 {
        return Err(Failure::NotUnderstood("场景最多 500 人 a scene has 500 people at most".to_owned()));
    }
    let first = format!("170101{born}{serial:03}");
    let checked = "0123456789X".chars().find_map(|check| CertificateNumber::parse(&format!("{first}{check}")).ok());
    Ok((name, checked.expect("one of the eleven is right")))
}

const NUMERALS: [char; 10] = ['〇', '一', '二', '三', '四', '五', '六', '七', '八', '九'];

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
