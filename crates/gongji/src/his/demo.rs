//! `gongji his demo`: a clinic visit, a purchase and a stay against a sandbox, each message with its meaning.

use gongji_his::desk::Record;
use gongji_his::profile::Expect;
use gongji_his::tale::{self, Play, Step};
use gongji_his::{Case, Desk, Item, Kind, Patient, Silence, World};
use gongji_wire::Value;

use super::centre::Centre;
use super::{At, told};
use crate::output::{self, Ended, Failure, Verdict};

/// Arguments of `gongji his demo`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example 例:\n  gongji sandbox            # in another window\n  gongji his demo\n\n\
    Three visits, each in another dialect, with another certificate, and with a relative who pays; then everything is undone.\n\
    Exit status 1: a message was not done, a relative did not pay, or an answer is not as the specification has it.")]
pub struct Demo {
    #[command(flatten)]
    at: At,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

/// A visit of the demonstration.
struct Scene {
    play: Play,
    dialect: &'static str,
    /// Who comes.
    key: &'static str,
    expect: Expect,
    shows: Shows,
    /// What, at which price, how much.
    lines: &'static [(&'static str, &'static str, &'static str)],
}

/// What the patient shows.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Shows {
    Code,
    Card,
    Identity,
}

const SCENES: &[Scene] = &[
    Scene {
        play: Play::Outpatient,
        dialect: "api",
        key: "T-BEN-OK",
        expect: Expect::Aid,
        shows: Shows::Code,
        lines: &[("EXD001", "22.90", "2"), ("EXD005", "41.30", "2")],
    },
    Scene {
        play: Play::Pharmacy,
        dialect: "tif",
        key: "T-OWN",
        expect: Expect::OwnThenAid,
        shows: Shows::Identity,
        lines: &[("EXD002", "45.80", "4"), ("EXD003", "12.50", "2")],
    },
    Scene {
        play: Play::Inpatient,
        dialect: "sealed",
        key: "T-BEN-TWO",
        expect: Expect::Aid,
        shows: Shows::Card,
        lines: &[("EXD008", "86.00", "10"), ("EXD001", "32.00", "15")],
    },
];

/// What was played, and whether all of it was as it should be.
struct Played {
    json: bool,
    steps: Vec<Value>,
    is_good: bool,
}

impl Played {
    fn tell(&mut self, step: &Step) {
        self.is_good &= step.heard.is_done() && step.findings.is_empty();
        if self.json {
            self.steps.push(step.value());
        } else {
            step.lines().iter().for_each(output::line);
        }
    }

    fn say(&self, line: &str) {
        if !self.json {
            output::line(line);
        }
    }
}

/// Plays.
pub fn play(asked: &Demo) -> Ended {
    let centre = asked.at.centre()?;
    let world = told::world(&centre, None)?;
    let record = Record::begin(&centre, world.unnamed.clone());
    let mut played = Played { json: asked.json, steps: Vec::new(), is_good: true };
    all((&centre, &world, &record), &mut played).map_err(|silence| Failure::Impossible(silence.to_string()))?;
    if asked.json {
        let good = Value::Bool(played.is_good);
        let document = [("good".to_owned(), good), ("steps".to_owned(), Value::List(played.steps))];
        output::line(Value::Object(document.into_iter().collect()));
    } else if played.is_good {
        output::line(
            "全部办成，共济都写在 acct_mulaid_pay，没有写出共济人 all done: aid stands apart, nobody who paid is named",
        );
    }
    Ok(Verdict::of(played.is_good))
}

fn all(at: (&Centre, &World, &Record), played: &mut Played) -> Result<(), Silence> {
    let (centre, world, record) = at;
    let Some(first) = world.station(Kind::Hospital, None) else { return Ok(()) };
    let desk = Desk::new(centre, first.clone(), record);
    let mut clerk = Case::of(&desk, &Patient::default());
    played.say("══ 签到 signing in");
    played.tell(&tale::step(&mut clerk, "9001")?);
    for scene in SCENES {
        one(at, scene, played)?;
    }
    played.say("══ 签退 signing out");
    played.tell(&tale::step(&mut clerk, "9002")?);
    Ok(())
}

fn one((centre, world, record): (&Centre, &World, &Record), scene: &Scene, played: &mut Played) -> Result<(), Silence> {
    let kind = if scene.play == Play::Pharmacy { Kind::Pharmacy } else { Kind::Hospital };
    let station = world.station(kind, Some(scene.dialect)).or_else(|| world.station(kind, None));
    let by_key = world.patients.iter().find(|patient| patient.key == scene.key);
    let (Some(station), Some(patient)) = (station, by_key.or_else(|| world.patient(scene.expect))) else {
        return Ok(());
    };
    played.say(&format!("══ {} · {}", scene.play.title(), patient.key));
    let desk = Desk::new(centre, station.clone(), record);
    let mut case = Case::of(&desk, patient);
    case.lines = lines(scene.lines);
    show(&mut case, (centre, patient), scene.shows);
    let mut aid = false;
    let done = tale::visit(&mut case, scene.play, &mut |step| {
        aid |= step.paid.is_some_and(|paid| paid.aid.is_positive());
        played.tell(step);
    })?;
    if !(done && aid) {
        played.is_good = false;
        played.say("   ✗ 没有用上家庭共济：共济人的余额可能已用完，请重新启动沙箱 no aid: start the sandbox again");
    }
    if done {
        played.tell(&tale::step(&mut case, scene.play.undoing())?);
    }
    Ok(())
}

fn lines(items: &[(&str, &str, &str)]) -> Vec<Item> {
    (1..).zip(items).map(|(number, item)| Item::parse(number, *item).expect("the lines are written right")).collect()
}

fn show(case: &mut Case<'_>, (centre, patient): (&Centre, &Patient), shows: Shows) {
    use gongji_his::Line as _;
    match (shows, &patient.card) {
        (Shows::Card, Some((number, sn))) => case.show_card((number, sn)),
        (Shows::Code, _) => {
            if let Some(code) = centre.code_of(&patient.person) {
                case.show_code(&code);
            }
        }
        _ => {}
    }
}
