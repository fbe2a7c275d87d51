//! The laws under which histories are played: the packs of all areas, and generated ones, each key of which may have
//! any value that its kind allows.
//!
//! Invariant: what the check of packs refuses is not played. Deliberately absent: a second reader of packs; a generated
//! policy is text like any other.

use std::collections::BTreeSet;

use gongji_domain::policy::{KEYS, Key, Kind, Law};
use gongji_service::law;
use gongji_words::{AreaCode, Day};

use crate::random::Rng;

/// Areas of one generated law; all are of the province of examples.
const AREAS: u32 = 30;

/// Generated laws of a run.
const LAWS: u64 = 8;

/// All laws of a run.
#[derive(Debug)]
pub struct Laws {
    built_in: Law,
    generated: Vec<Law>,
}

impl Laws {
    /// The laws that follow from a seed.
    #[must_use]
    pub fn of(seed: u64) -> Self {
        Self { built_in: law::built_in(), generated: (0..LAWS).map(|number| generated(seed, number)).collect() }
    }

    /// One of them: the packs as they are, or a generated one.
    #[must_use]
    pub fn pick(&self, rng: &mut Rng) -> &Law {
        if rng.one_in(2) { &self.built_in } else { rng.pick(&self.generated) }
    }

    /// How many generated policies the check of packs takes.
    #[must_use]
    pub fn generated(&self) -> usize {
        self.generated.iter().map(|law| law.areas().count()).sum()
    }
}

/// The nation's pack with generated areas; those in which rules contradict each other are left out.
fn generated(seed: u64, number: u64) -> Law {
    let nation = law::BUILT_IN.iter().find(|(name, _)| *name == "nation.toml").expect("the nation has a pack");
    let mut rng = Rng::of(seed, "laws", number);
    let mut packs: Vec<(String, String)> = (1..=AREAS).map(|place| pack(&mut rng, 990_000 + 100 * place)).collect();
    loop {
        let texts: Vec<(&str, &str)> = packs.iter().map(|(name, text)| (name.as_str(), text.as_str())).collect();
        match Law::from_packs(&[&[*nation], &texts[..]].concat()) {
            Ok(law) => return law,
            Err(errors) => {
                let wrong: BTreeSet<String> = errors.into_iter().map(|error| error.file).collect();
                packs.retain(|(name, _)| !wrong.contains(name));
            }
        }
    }
}

const HEAD: &str = "name = { zh = \"示例\", en = \"Example\" }\n[[source]]\nid = \"X\"\ndocument = \"示例规则\"\n\
                    authority = \"gongji\"\ndate = \"2021-05-01\"\ngrade = \"example\"\n";

fn pack(rng: &mut Rng, code: u32) -> (String, String) {
    let rules: String = KEYS.iter().map(|key| rules(rng, key)).collect();
    (format!("{code}-generated.toml"), format!("[area]\ncode = \"{code}\"\n{HEAD}{rules}"))
}

/// Nothing, one rule, or two of which the second begins later.
fn rules(rng: &mut Rng, key: &Key) -> String {
    let first = Day::new(2021, 5, 1).expect("a day of the calendar");
    let later = first.plus_days(i32::try_from(rng.below(1_900)).unwrap_or(0) + 1);
    let days: &[Day] = match rng.below(12) {
        0..=3 => &[first],
        4 => &[first, later],
        _ => &[],
    };
    let rule = |day: &Day| {
        let value = value(rng, key)?;
        Some(format!("[[rule]]\nkey = \"{}\"\nfrom = \"{day}\"\nvalue = {value}\nsource = \"X\"\n", key.name))
    };
    days.iter().filter_map(rule).collect()
}

/// A value as it stands in a pack; none for the kinds that only name things.
fn value(rng: &mut Rng, key: &Key) -> Option<String> {
    Some(match key.kind {
        // A world in which nothing is open has no histories.
        Kind::Flag => (if key.name.ends_with(".open") { !rng.one_in(8) } else { rng.one_in(2) }).to_string(),
        Kind::Number { absent: Some(word), .. } if rng.one_in(3) => format!("\"{word}\""),
        Kind::Number { least, most, .. } => {
            (u64::from(least) + rng.below(u64::from((most - least).min(18)) + 1)).to_string()
        }
        Kind::Money { absent: Some(word) } if rng.one_in(3) => format!("\"{word}\""),
        Kind::Money { .. } => format!("\"{}.{:02}\"", rng.below(2_500), rng.below(100)),
        Kind::Minute => format!("\"{:02}:{:02}\"", rng.below(24), rng.below(60)),
        Kind::Word(words) => format!("\"{}\"", rng.pick(&words())),
        Kind::Words(words) => listed(rng, &words()),
        Kind::Counts => "{ parent = 1, child = 2 }".to_owned(),
        Kind::Limit => format!("{{ parts = [\"drug\"], monthly = \"{}.50\" }}", rng.below(400)),
        Kind::Texts | Kind::Products | Kind::Season => return None,
    })
}

/// Most of the words, in their order.
fn listed(rng: &mut Rng, words: &[&str]) -> String {
    let chosen: Vec<String> = words.iter().filter(|_| !rng.one_in(4)).map(|word| format!("\"{word}\"")).collect();
    if chosen.is_empty() { "\"none\"".to_owned() } else { format!("[{}]", chosen.join(", ")) }
}

/// Two areas of one province of a law, the same twice where it has but one; of another province where `far` is.
pub fn areas(rng: &mut Rng, law: &Law, far: Far) -> Vec<AreaCode> {
    let all: Vec<AreaCode> = law.areas().collect();
    let first = *rng.pick(&all);
    let near = |area: &&AreaCode| area.province() == first.province();
    let candidates: Vec<AreaCode> = match far {
        Far::SameProvince => all.iter().filter(near).copied().collect(),
        Far::OtherProvince => all.iter().filter(|area| !near(area)).copied().collect(),
    };
    let second = if candidates.is_empty() { first } else { *rng.pick(&candidates) };
    if second == first { vec![first] } else { vec![first, second] }
}

/// Whether a family lives in two provinces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Far {
    /// It lives in one.
    SameProvince,
    /// It lives in two.
    OtherProvince,
}
