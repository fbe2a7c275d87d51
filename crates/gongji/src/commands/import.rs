//! `gongji import`: a file is checked whole, every mistake is listed, and only a sound file is entered.

use std::collections::BTreeSet;
use std::fmt::Display;
use std::fs::File;
use std::io::{Seek, SeekFrom};
use std::path::{Path, PathBuf};

use gongji_domain::institution::{Designation, Institution, InstitutionKind, Takes};
use gongji_domain::message::Command;
use gongji_domain::person::{InsuranceStatus, Person, Scheme, Sex, Trait};
use gongji_domain::reason::Reason;
use gongji_domain::record::Wanted;
use gongji_service::ServiceError;
use gongji_service::desk::GROUP;
use gongji_service::import::{
    Column, CreditLine, CreditLines, Entered, ImportError, Mistake, Mistakes, Need, Row, Sound, Table, Unread,
    check_credits,
};
use gongji_store::Secrets;
use gongji_words::{
    AreaCode, CertificateNumber, Day, Fen, InstitutionId, MessageId, PersonId, PersonName, Sex as Stated,
};
use serde_json::{Map, Value, json};

use crate::ids::USUAL;
use crate::node::{Book, Open};
use crate::output::{self, Ended, Failure, Verdict};
use crate::randomness::SystemRandomness;
use crate::{files, ready};

/// Lines between two notes of progress.
const STRIDE: u64 = 1_000;

/// What can be imported.
#[derive(Debug, clap::Subcommand)]
pub enum Import {
    /// 参保人 People: names and certificates into the vault, insurance into the ledger
    #[command(after_help = "Example 例:\n  gongji import people people.csv\n\npeople.csv:\n  \
        certificate,name,area,scheme\n  170101194804020223,刘桂兰,130100,resident\n  \
        170101197206150312,赵建国,130100,employee\n\n\
        Also: status (active, suspended, arrears, ended, dead), born (2016-09-01), sex (male, female; both are in most\n\
        certificates), traits (words with blanks between), phone. Scheme: employee, resident, none.\n\
        A line of somebody who is registered alike already changes nothing.")]
    People(Source),
    /// 定点医药机构 Hospitals and pharmacies
    #[command(after_help = "Example 例:\n  gongji import institutions places.csv\n\nplaces.csv:\n  \
        number,area,kind\n  1301,130100,hospital\n\n\
        Also: designated (yes, no, suspended), aid (yes, no), wallet (yes, no). Kind: hospital, pharmacy.\n\
        A line of a number that is known replaces what was registered.")]
    Institutions(Source),
    /// 入账 Money for personal accounts, each line exactly once
    #[command(after_help = "Example 例:\n  gongji import credits credits.csv\n\ncredits.csv:\n  \
        person,amount,kind\n  170101197206150312,1500.00,opening\n  170101197206150312,88.50,contribution\n\n\
        Kind: contribution, opening, interest. An opening balance may have the column previous-years: the part that\n\
        stems from previous years (all of it, if not said). Nothing is written while one line has a mistake. The same\n\
        file again, also after an interruption, credits only what is not credited yet.")]
    Credits(Source),
}

/// A file and a database.
#[derive(Debug, clap::Args)]
pub struct Source {
    /// A CSV file in UTF-8 with a header
    #[arg(value_name = "FILE.csv")]
    file: PathBuf,
    #[command(flatten)]
    book: Book,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

/// Imports a file.
pub fn import(import: &Import) -> Ended {
    match import {
        Import::People(source) => people(source),
        Import::Institutions(source) => institutions(source),
        Import::Credits(source) => credits(source),
    }
}

fn credits(source: &Source) -> Ended {
    let mut file = files::open(&source.file)?;
    let open = Open::to_write(&source.book)?;
    let checked = ready(check_credits(&open.node, &file)).map_err(|error| failed(&source.file, error))?;
    let sound = match checked {
        Ok(sound) => sound,
        Err(mistakes) => return Err(listed(source, &mistakes)),
    };
    file.seek(SeekFrom::Start(0)).map_err(|error| failed(&source.file, ImportError::Read(error)))?;
    let lines = sound.lines;
    let imported = apply(&open, &file, &sound).map_err(|error| failed(&source.file, error))?;
    let (credited, already, amount) = (imported.credited, imported.already, imported.amount);
    let refused = imported.refused.iter();
    if source.json {
        let refused = refused.map(|(line, reason)| json!({ "line": line, "code": reason.code() }));
        output::json(&json!({
            "lines": lines, "credited": credited, "already": already, "amount": amount,
            "refused": refused.collect::<Vec<_>>(),
        }));
    } else {
        refused.for_each(|(line, reason)| output::line(format!("line {line}: refused {}", reason.code())));
        let lines = output::counted(lines, ["line", "lines"]);
        output::line(format!("{lines}: {credited} credited, {already} already, amount {amount}"));
    }
    Ok(Verdict::of(imported.refused.is_empty()))
}

/// What an import did.
#[derive(Default)]
struct Imported {
    credited: u64,
    already: u64,
    amount: Fen,
    refused: Vec<(u64, Reason)>,
}

impl Imported {
    fn count(&mut self, line: u64, entered: Entered) {
        match entered {
            Entered::Already => self.already += 1,
            Entered::Refused(reason) => self.refused.push((line, reason)),
            Entered::Credited(amount) => {
                self.credited += 1;
                self.amount = self.amount.plus(amount);
            }
        }
    }
}

/// Enters a sound file, as many lines at a time as one group of the desk takes.
fn apply(open: &Open, file: &File, sound: &Sound) -> Result<Imported, ImportError> {
    let mut reading = CreditLines::open(&open.node, file, sound)?;
    let mut imported = Imported::default();
    let (mut done, mut noted) = (0, 0);
    loop {
        let lines = ready(reading.next_lines(GROUP))?;
        if lines.is_empty() {
            return Ok(imported);
        }
        ready(open.ids.refresh(USUAL)).map_err(ServiceError::from)?;
        for (line, entered) in lines.iter().zip(enter_together(open, &lines)) {
            imported.count(line.line, entered?);
            done += 1;
        }
        if done / STRIDE > noted || done == sound.lines {
            noted = done / STRIDE;
            output::note(format!("{done} / {}", sound.lines));
        }
    }
}

/// A thread for each line, so that they wait at the desk together and are made durable as one group.
fn enter_together(open: &Open, lines: &[CreditLine]) -> Vec<Result<Entered, ServiceError>> {
    std::thread::scope(|scope| {
        let enter = |line| scope.spawn(move || ready(CreditLine::enter(line, &open.node)));
        let entering: Vec<_> = lines.iter().map(enter).collect();
        entering
            .into_iter()
            .map(|one| one.join().expect("entering a line does not panic: the desk catches it"))
            .collect()
    })
}

fn failed(file: &Path, error: ImportError) -> Failure {
    let shown = file.display();
    match error {
        ImportError::Service(error) => error.into(),
        ImportError::Read(error) => Failure::Impossible(format!("{shown}: the file cannot be read: {error}")),
        ImportError::Changed => Failure::Impossible(format!("{shown}: {error}")),
    }
}

/// All mistakes, each with its file; nothing was written.
fn listed(source: &Source, mistakes: &Mistakes) -> Failure {
    let shown = source.file.display();
    if source.json {
        let list = mistakes
            .shown
            .iter()
            .map(|mistake| json!({ "line": mistake.line, "field": mistake.field, "what": mistake.what }));
        output::json(&json!({ "mistakes": list.collect::<Vec<_>>(), "more": mistakes.more }));
    }
    let mut lines: Vec<String> = mistakes.shown.iter().map(|mistake| format!("{shown}: {mistake}")).collect();
    if mistakes.more > 0 {
        lines.push(format!("{shown}: and {}", output::counted(mistakes.more, ["more mistake", "more mistakes"])));
    }
    lines.push(format!("{shown}: nothing was imported: correct the file and import it again"));
    Failure::NotUnderstood(lines.join("\n"))
}

/// Reads a table whole with a function for each line; all mistakes are listed, or all lines are given.
fn read_all<T>(
    source: &Source,
    columns: &'static [Column],
    mut read: impl FnMut(&Row<'_>) -> Result<T, Failing>,
) -> Result<(String, Vec<(u64, T)>), Failure> {
    let file: File = files::open(&source.file)?;
    let mut mistakes = Mistakes::default();
    let mut rows = Vec::new();
    let unread = |error| failed(&source.file, ImportError::Read(error));
    let mut table = match Table::open(file, columns) {
        Ok(table) => table,
        Err(Unread::Failed(error)) => return Err(unread(error)),
        Err(Unread::Mistake(mistake)) => {
            mistakes.push(mistake);
            return Err(listed(source, &mistakes));
        }
    };
    while let Some(row) = table.next_row() {
        match row {
            Ok(row) => match read(&row) {
                Ok(value) => rows.push((row.line, value)),
                Err(Failing::Mistake(mistake)) => mistakes.push(mistake),
                Err(Failing::Failure(failure)) => return Err(failure),
            },
            Err(Unread::Mistake(mistake)) => mistakes.push(mistake),
            Err(Unread::Failed(error)) => return Err(unread(error)),
        }
    }
    if rows.is_empty() && mistakes.is_empty() {
        mistakes.push(Mistake::of_file("there is no line below the header"));
    }
    if mistakes.is_empty() { Ok((table.digest(), rows)) } else { Err(listed(source, &mistakes)) }
}

/// Why a line gave nothing.
enum Failing {
    Mistake(Mistake),
    Failure(Failure),
}

impl From<Mistake> for Failing {
    fn from(mistake: Mistake) -> Self {
        Self::Mistake(mistake)
    }
}

impl From<Failure> for Failing {
    fn from(failure: Failure) -> Self {
        Self::Failure(failure)
    }
}

/// All of a vocabulary, and how one of its words is read.
type Vocabulary<T> = (&'static [T], fn(&str) -> Option<T>);

/// A word of a vocabulary, or the default where the field is empty.
fn word<T: Copy + Display>(
    (row, field): (&Row<'_>, &'static str),
    (all, from): Vocabulary<T>,
    default: Option<T>,
) -> Result<T, Mistake> {
    let text = row.get(field);
    if let (true, Some(default)) = (text.is_empty(), default) {
        return Ok(default);
    }
    let known = || all.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    from(text).ok_or_else(|| row.mistake(field, &format!("write one of {}", known())))
}

/// Areas of this province.
fn area_of(open: &Open, row: &Row<'_>) -> Result<AreaCode, Mistake> {
    let area = AreaCode::parse(row.get("area")).map_err(|error| row.mistake("area", &error.to_string()))?;
    let province = open.node.province();
    if area.province() == province {
        return Ok(area);
    }
    Err(row.mistake("area", &format!("this database serves {province}: write an area of that province")))
}

const PEOPLE: &[Column] = &[
    Column { name: "certificate", need: Need::Required },
    Column { name: "name", need: Need::Required },
    Column { name: "area", need: Need::Required },
    Column { name: "scheme", need: Need::Required },
    Column { name: "status", need: Need::Optional },
    Column { name: "born", need: Need::Optional },
    Column { name: "sex", need: Need::Optional },
    Column { name: "traits", need: Need::Optional },
    Column { name: "phone", need: Need::Optional },
];

/// A line of people, understood.
struct Newcomer {
    secrets: Secrets,
    /// He, if he is registered alike already.
    known: Option<PersonId>,
    person: Person,
}

fn people(source: &Source) -> Ended {
    let open = Open::to_write(&source.book)?;
    let mut seen = BTreeSet::new();
    let (digest, rows) = read_all(source, PEOPLE, |row| {
        let newcomer = read_person(&open, row)?;
        if seen.insert(newcomer.secrets.certificate.clone()) {
            return Ok(newcomer);
        }
        Err(row.mistake("certificate", "the same certificate stands in a line above: leave one of them out").into())
    })?;
    let mut randomness = SystemRandomness::open()?;
    let (mut registered, mut already) = (0_u64, 0_u64);
    for (line, newcomer) in rows {
        if newcomer.known.is_some() {
            already += 1;
            continue;
        }
        enrol(&open, &newcomer, &mut randomness)?;
        let message = message_of("people", &digest, line);
        open.enter(message, Command::Register(newcomer.person))?;
        registered += 1;
    }
    told(source, registered + already, &[("registered", registered), ("already", already)])
}

fn read_person(open: &Open, row: &Row<'_>) -> Result<Newcomer, Failing> {
    let certificate = CertificateNumber::parse(row.get("certificate"))
        .map_err(|error| row.mistake("certificate", &error.to_string()))?;
    let name = PersonName::parse(row.get("name")).map_err(|error| row.mistake("name", &error.to_string()))?;
    let phone = Some(row.get("phone")).filter(|phone| !phone.is_empty()).map(str::to_owned);
    let stated = stated_person(open, row, &certificate)?;
    let found = ready(open.node.store().find_person(&certificate)).map_err(Failure::from)?;
    let id = found.map_or_else(|| open.next_person(), Ok)?;
    let person = Person { id, ..stated };
    let known = match registered(open, id)? {
        Some(before) => {
            let secrets = ready(open.node.store().reveal(id)).map_err(Failure::from)?;
            same_secrets(row, secrets.as_ref(), (&name, phone.as_deref()))?;
            same_facts(row, &before, &person)?;
            Some(id)
        }
        None => None,
    };
    Ok(Newcomer { secrets: Secrets { name, certificate, phone }, known, person })
}

/// Whoever is registered under this certificate has this name, and this telephone where one is stated. What is
/// registered is not told: the line may be somebody else's.
fn same_secrets(
    row: &Row<'_>,
    registered: Option<&Secrets>,
    (name, phone): (&PersonName, Option<&str>),
) -> Result<(), Mistake> {
    let Some(registered) = registered else { return Ok(()) };
    if registered.name != *name {
        let why = "another name is registered under this certificate: an import changes nobody; compare both with \
                   the card";
        return Err(row.mistake("name", why));
    }
    if phone.is_some() && registered.phone.as_deref() != phone {
        return Err(row.mistake("phone", "another telephone is registered: an import changes nobody, leave it out"));
    }
    Ok(())
}

/// The first fact that is registered otherwise is the mistake.
fn same_facts(row: &Row<'_>, registered: &Person, stated: &Person) -> Result<(), Mistake> {
    let facts = [
        ("area", registered.area == stated.area),
        ("scheme", registered.scheme == stated.scheme),
        ("status", registered.status == stated.status),
        ("born", registered.born == stated.born),
        ("sex", registered.sex == stated.sex),
        ("traits", registered.traits == stated.traits),
    ];
    match facts.into_iter().find(|(_, same)| !same) {
        Some((field, _)) => {
            Err(row.mistake(field, "this person is registered otherwise: an import changes nobody, leave the line out"))
        }
        None => Ok(()),
    }
}

fn stated_person(open: &Open, row: &Row<'_>, certificate: &CertificateNumber) -> Result<Person, Mistake> {
    let born = match row.get("born") {
        "" => certificate.born().ok_or_else(|| row.mistake("born", "this certificate does not say it: fill it in"))?,
        text => Day::parse(text).map_err(|error| row.mistake("born", &error.to_string()))?,
    };
    if certificate.born().is_some_and(|stated| stated != born) {
        return Err(row.mistake("born", "the certificate says another day: compare both with the card"));
    }
    let sex = match row.get("sex") {
        "" => certificate.sex().map(|sex| if sex == Stated::Male { Sex::Male } else { Sex::Female }),
        _ => Some(word((row, "sex"), (Sex::ALL, Sex::from_word), None)?),
    };
    let active = Some(InsuranceStatus::Active);
    let traits = row.get("traits").split_whitespace().map(|text| {
        let known = || Trait::ALL.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        Trait::from_word(text).ok_or_else(|| row.mistake("traits", &format!("write words of {}", known())))
    });
    Ok(Person {
        id: PersonId::from_number(0),
        area: area_of(open, row)?,
        scheme: word((row, "scheme"), (Scheme::ALL, Scheme::from_word), None)?,
        status: word((row, "status"), (InsuranceStatus::ALL, InsuranceStatus::from_word), active)?,
        born,
        sex,
        traits: traits.collect::<Result<_, _>>()?,
    })
}

fn registered(open: &Open, id: PersonId) -> Result<Option<Person>, Failure> {
    let wanted = Wanted { people: [id].into(), ..Wanted::default() };
    Ok(ready(open.node.store().read(&wanted))?.rows.persons.remove(&id))
}

/// First the vault, then the ledger: an interruption between leaves a person who is found and registered next time.
fn enrol(open: &Open, newcomer: &Newcomer, randomness: &mut SystemRandomness) -> Result<(), Failure> {
    let mut random = |bytes: &mut [u8]| randomness.fill(bytes);
    Ok(ready(open.node.store().enrol(newcomer.person.id, &newcomer.secrets, &mut random))?)
}

fn message_of(what: &str, digest: &str, line: u64) -> MessageId {
    let file: String = digest.chars().take(16).collect();
    MessageId::new("import", format!("{what}-{file}-{line}")).expect("digits are short and printable")
}

const INSTITUTIONS: &[Column] = &[
    Column { name: "number", need: Need::Required },
    Column { name: "area", need: Need::Required },
    Column { name: "kind", need: Need::Required },
    Column { name: "designated", need: Need::Optional },
    Column { name: "aid", need: Need::Optional },
    Column { name: "wallet", need: Need::Optional },
];

fn institutions(source: &Source) -> Ended {
    let open = Open::to_write(&source.book)?;
    let mut seen = BTreeSet::new();
    let (digest, rows) = read_all(source, INSTITUTIONS, |row| {
        let institution = read_institution(&open, row)?;
        if seen.insert(institution.id) {
            return Ok(institution);
        }
        Err(row.mistake("number", "the same number stands in a line above: leave one of them out").into())
    })?;
    let mut registered = 0;
    for (line, institution) in rows {
        let message = message_of("places", &digest, line);
        open.enter(message, Command::RegisterInstitution(institution))?;
        registered += 1;
    }
    told(source, registered, &[("registered", registered)])
}

fn read_institution(open: &Open, row: &Row<'_>) -> Result<Institution, Mistake> {
    let number = row.get("number").parse().ok().filter(|number: &i64| *number > 0);
    let number = number.ok_or_else(|| row.mistake("number", "write a whole number above 0"))?;
    // What an operator stops is no fact of the register.
    let registered = |text: &str| Takes::from_word(text).filter(|takes| *takes != Takes::Stopped);
    let takes = |field| word((row, field), (&[Takes::Yes, Takes::No], registered), Some(Takes::Yes));
    let designated = Some(Designation::Designated);
    Ok(Institution {
        id: InstitutionId::from_number(number),
        area: area_of(open, row)?,
        kind: word((row, "kind"), (InstitutionKind::ALL, InstitutionKind::from_word), None)?,
        designation: word((row, "designated"), (Designation::ALL, Designation::from_word), designated)?,
        aid: takes("aid")?,
        wallet: takes("wallet")?,
    })
}

/// How many lines, and what became of them, as JSON or as a line.
fn told(source: &Source, lines: u64, counts: &[(&str, u64)]) -> Ended {
    if source.json {
        let counts = [("lines", lines)].into_iter().chain(counts.iter().copied());
        output::json(&counts.map(|(name, count)| (name.to_owned(), count.into())).collect::<Map<String, Value>>());
        return Ok(Verdict::Yes);
    }
    let counts: Vec<String> = counts.iter().map(|(name, count)| format!("{count} {name}")).collect();
    output::line(format!("{}: {}", output::counted(lines, ["line", "lines"]), counts.join(", ")));
    Ok(Verdict::Yes)
}
