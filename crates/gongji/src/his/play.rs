//! `gongji his play`: visits as a file says them, or as somebody says them at the prompt.

use std::io::BufRead;
use std::path::{Path, PathBuf};

use gongji_his::desk::Record;
use gongji_his::tale::{self, Play};
use gongji_his::{Case, Desk, Item, Kind, Patient, World};
use serde::Deserialize;

use super::centre::Centre;
use super::{At, told};
use crate::files;
use crate::output::{self, Ended, Failure, Verdict};

/// The longest file of visits, in bytes.
const LONGEST: u64 = 1 << 20;

/// Arguments of `gongji his play`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example 例:\n  gongji his play examples/his/visits.toml\n  gongji his play < /dev/tty\n\n\
    A file has [[visit]] with kind (outpatient, pharmacy, inpatient), certificate or code or card, and [[visit.line]] with\n\
    item, price and count. Without a file it asks. Exit status 1: a message was not done, or its answer is not as the\n\
    specification has it.")]
pub struct PlayIt {
    /// A file of visits (TOML); - reads it from standard input; without it, it asks
    #[arg(value_name = "FILE.toml")]
    file: Option<PathBuf>,
    #[command(flatten)]
    at: At,
    /// Institutions with their secrets (TOML); a sandbox tells its own
    #[arg(long, value_name = "FILE")]
    profile: Option<PathBuf>,
    /// The way in which to prove who sends: open, api, tif, bearer, sealed
    #[arg(long, value_name = "WAY")]
    way: Option<String>,
    /// Print one JSON line for each message
    #[arg(long)]
    json: bool,
}

/// A file of visits.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Visits {
    visit: Vec<Visit>,
}

/// A visit.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Visit {
    kind: Play,
    certificate: Option<String>,
    #[serde(default)]
    name: String,
    code: Option<String>,
    card: Option<String>,
    #[serde(default)]
    card_sn: String,
    /// `acct_used_flag`.
    accounts: Option<String>,
    /// Whether it is undone afterwards.
    #[serde(default)]
    undo: bool,
    line: Vec<Line>,
}

/// A line.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    item: String,
    price: String,
    count: String,
}

/// Plays.
pub fn play(asked: &PlayIt) -> Ended {
    let visits = match asked.file.as_deref() {
        None => asked_for(&mut std::io::stdin().lock())?,
        Some(path) if path == Path::new("-") => {
            let text = std::io::read_to_string(std::io::stdin().lock()).map_err(|error| Failure::of(&error))?;
            visits_of("-", &text)?
        }
        Some(path) => visits_of(&path.display().to_string(), &files::read_text(path, LONGEST)?)?,
    };
    let lines = visits.iter().enumerate().map(|(at, visit)| lines_of(at + 1, visit)).collect::<Result<Vec<_>, _>>()?;
    let centre = asked.at.centre()?;
    let world = told::world(&centre, asked.profile.as_deref())?;
    let record = Record::begin(&centre, world.unnamed.clone());
    let mut is_good = true;
    for (visit, lines) in visits.iter().zip(lines) {
        is_good &= one((&centre, &world, &record), asked, (visit, lines))?;
    }
    Ok(Verdict::of(is_good))
}

fn visits_of(shown: &str, text: &str) -> Result<Vec<Visit>, Failure> {
    let visits: Visits = toml::from_str(text).map_err(|error| Failure::NotUnderstood(format!("{shown}: {error}")))?;
    Ok(visits.visit)
}

fn lines_of(number: usize, visit: &Visit) -> Result<Vec<Item>, Failure> {
    let wrong = |what: String| Failure::NotUnderstood(format!("visit {number}: {what}"));
    if visit.certificate.is_none() && visit.code.is_none() && visit.card.is_none() {
        let what = "certificate: 写证件号码，或写 code、card write a certificate number, or code, or card";
        return Err(wrong(what.to_owned()));
    }
    if visit.line.is_empty() {
        return Err(wrong("line: 至少写一行明细 write one line at least".to_owned()));
    }
    let line = |(at, line): (u64, &Line)| {
        let item = Item::parse(at, (&line.item, &line.price, &line.count));
        item.map_err(|what| wrong(format!("line {at}: {what}")))
    };
    (1..).zip(&visit.line).map(line).collect()
}

fn one(
    (centre, world, record): (&Centre, &World, &Record),
    asked: &PlayIt,
    (visit, lines): (&Visit, Vec<Item>),
) -> Result<bool, Failure> {
    let kind = if visit.kind == Play::Pharmacy { Kind::Pharmacy } else { Kind::Hospital };
    let station = world.station(kind, asked.way.as_deref()).ok_or_else(|| {
        let way = asked.way.as_deref().unwrap_or("-");
        Failure::NotUnderstood(format!("--way {way}: 没有这样接入的机构 no institution for this visit connects so"))
    })?;
    let desk = Desk::new(centre, station.clone(), record);
    let (certificate, name) = (visit.certificate.clone().unwrap_or_default(), visit.name.clone());
    let mut case = Case::of(&desk, &Patient { certificate, name, ..Patient::default() });
    case.lines = lines;
    if let Some(code) = &visit.code {
        case.show_code(code);
    } else if let Some(card) = &visit.card {
        case.show_card((card, &visit.card_sn));
    }
    if let Some(flag) = &visit.accounts {
        case.say_that("flag", flag);
    }
    let mut is_good = true;
    let mut tell = |step: &tale::Step| {
        is_good &= step.heard.is_done() && step.findings.is_empty();
        if asked.json {
            output::line(step.value());
        } else {
            step.lines().iter().for_each(output::line);
        }
    };
    let silent = |silence: gongji_his::Silence| Failure::Impossible(silence.to_string());
    let done = tale::visit(&mut case, visit.kind, &mut tell).map_err(silent)?;
    if done && visit.undo {
        tell(&tale::step(&mut case, visit.kind.undoing()).map_err(silent)?);
    }
    Ok(is_good)
}

/// A visit as somebody says it, line by line.
fn asked_for(input: &mut impl BufRead) -> Result<Vec<Visit>, Failure> {
    let mut ask = |question: &str| -> Result<Option<String>, Failure> {
        output::note(question);
        let mut line = String::new();
        let read = input.read_line(&mut line).map_err(|error| Failure::of(&error))?;
        Ok((read > 0).then(|| line.trim().to_owned()))
    };
    let ended = || Failure::NotUnderstood("输入到此为止：没有办任何事 the input ended: nothing was done".to_owned());
    let certificate = ask("证件号码 certificate number:")?.filter(|text| !text.is_empty()).ok_or_else(ended)?;
    let kind = loop {
        match ask("类别：1 门诊，2 药店，3 住院 kind: 1 clinic, 2 pharmacy, 3 stay:")?.ok_or_else(ended)?.as_str()
        {
            "1" => break Play::Outpatient,
            "2" => break Play::Pharmacy,
            "3" => break Play::Inpatient,
            _ => output::note("写 1、2 或 3 write 1, 2 or 3"),
        }
    };
    let mut line = Vec::new();
    while let Some(text) = ask("明细：编码 单价 数量，空行结束 line: code price count; an empty line ends:")?
    {
        if text.is_empty() {
            break;
        }
        match line_said(&text) {
            Ok(said) => line.push(said),
            Err(remedy) => output::note(remedy),
        }
    }
    let (name, card_sn) = (String::new(), String::new());
    let certificate = Some(certificate);
    Ok(vec![Visit { kind, certificate, name, code: None, card: None, card_sn, accounts: None, undo: false, line }])
}

fn line_said(text: &str) -> Result<Line, String> {
    let words: Vec<&str> = text.split([' ', ',', '，']).filter(|word| !word.is_empty()).collect();
    let [item, price, count] = words[..] else {
        return Err("写成 EXD001 22.90 2 write it so: EXD001 22.90 2".to_owned());
    };
    Item::parse(1, (item, price, count))?;
    Ok(Line { item: item.to_owned(), price: price.to_owned(), count: count.to_owned() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_visit_is_asked_for_and_what_is_wrong_is_asked_again() {
        let said = "170101200509010223\n9\n1\nEXD001 x 1\nEXD001 22.90\nEXD001, 22.90, 2\n\n";
        let visits = asked_for(&mut said.as_bytes()).unwrap();
        assert_eq!((visits.len(), visits[0].kind, visits[0].line.len()), (1, Play::Outpatient, 1));
        assert!(asked_for(&mut "".as_bytes()).is_err());
    }

    #[test]
    fn what_is_wrong_in_a_file_is_told_with_visit_line_and_field() {
        let text = |line: &str| format!("[[visit]]\nkind = \"pharmacy\"\ncertificate = \"1\"\n[[visit.line]]\n{line}");
        let good = text("item = \"E\"\nprice = \"1\"\ncount = \"1\"\n");
        assert_eq!(lines_of(1, &visits_of("f", &good).unwrap()[0]).unwrap().len(), 1);
        let bad = text("item = \"E\"\nprice = \"1,5\"\ncount = \"1\"\n");
        let told = lines_of(3, &visits_of("f", &bad).unwrap()[0]).unwrap_err();
        assert!(told.text().starts_with("visit 3: line 1: price"), "{}", told.text());
        for wrong in [text("itme = \"E\"\n"), good.replace("pharmacy", "clinic"), "visits = 1".to_owned()] {
            assert!(visits_of("f", &wrong).is_err_and(|told| told.text().starts_with("f: ")), "{wrong}");
        }
    }
}
