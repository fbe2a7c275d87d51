//! What was found, as lines for a terminal, as documents for programs, and as a page for readers.

use serde_json::{Value, json};

use super::{Check, Finding, Look};

/// How much of what a check said is told in a line.
const TOLD: usize = 110;

/// A line for a terminal.
#[must_use]
pub fn line(finding: &Finding) -> String {
    let millis: u128 = finding.looks.iter().map(|look| look.millis).sum();
    let name = finding.cage.map_or("(all shut)", |cage| cage.name());
    let Some((look, sighting)) = finder(finding) else {
        return format!("{name:<28} {:<10} {millis:>7} ms", "-");
    };
    let others: Vec<&str> = finding.looks.iter().filter(|other| also(other, look)).map(|o| o.check.name()).collect();
    let others = if others.is_empty() { String::new() } else { format!(", also by {}", others.join(", ")) };
    let told: String = sighting.what.chars().take(TOLD).collect();
    format!("{name:<28} {:<10} {millis:>7} ms  {}{others}: {told}", look.check.name(), sighting.place)
}

fn finder(finding: &Finding) -> Option<(&Look, &super::Sighting)> {
    finding.looks.iter().find_map(|look| look.sighting.as_ref().map(|sighting| (look, sighting)))
}

fn also(other: &Look, first: &Look) -> bool {
    other.check != first.check && other.sighting.is_some()
}

/// A document for programs.
#[must_use]
pub fn document(finding: &Finding) -> Value {
    let looks = finding.looks.iter().map(|look| {
        let (place, what) = look.sighting.as_ref().map(|seen| (seen.place.clone(), seen.what.clone())).unzip();
        json!({ "check": look.check.name(), "place": place, "what": what, "millis": look.millis })
    });
    json!({
        "cage": finding.cage.map(|cage| cage.name()),
        "rule": finding.cage.map(|cage| cage.rule()),
        "room": finding.cage.map(|cage| cage.room().name()),
        "found": finding.is_found(),
        "looks": looks.collect::<Vec<_>>(),
    })
}

/// The page: a row for each cage, room by room.
#[must_use]
pub fn page(findings: &[Finding]) -> String {
    let mut page = String::from(HEAD);
    let mut room = None;
    for (finding, cage) in findings.iter().filter_map(|finding| Some((finding, finding.cage?))) {
        if room != Some(cage.room()) {
            room = Some(cage.room());
            page.push_str(&format!("\n## {}\n\n{COLUMNS}", titled(cage.room().name())));
        }
        let cells: Vec<String> = Check::ALL.iter().map(|check| cell(finding, *check)).collect();
        let seen = cage.seen().map_or(String::new(), |seen| format!(" *Seen: {seen}.*"));
        page.push_str(&format!("| `{}` | {}{seen} | {} |\n", cage.name(), cage.rule(), cells.join(" | ")));
    }
    page
}

fn cell(finding: &Finding, check: Check) -> String {
    let look = finding.looks.iter().find(|look| look.check == check);
    match look.and_then(|look| look.sighting.as_ref()) {
        Some(sighting) if check == Check::Scenarios => link(&sighting.place),
        Some(sighting) => sighting.place.clone(),
        None => "-".to_owned(),
    }
}

/// `scenarios/hebei/x.scn:12` as a link that leads to the line.
fn link(place: &str) -> String {
    let Some((file, line)) = place.rsplit_once(':') else { return place.to_owned() };
    let short = file.trim_start_matches("scenarios/").trim_end_matches(".scn");
    format!("[{short}:{line}](../{file}#L{line})")
}

fn titled(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map_or(String::new(), |first| first.to_uppercase().chain(letters).collect())
}

const HEAD: &str = "<!-- Written by `cargo xtask zoo --write`; not by hand. -->

# The zoo

Faults that are planted on purpose, each in a cage of its own, and what finds them. A row is one fault: its name, the
rule that it breaks, and where each check saw it first. `cargo xtask zoo` opens the cages one after the other in a
build that is made for it, and fails when nobody finds what is in one, or when somebody finds something while all are
shut; `cargo xtask ci` does so on every change. In any other build there is no way to open one.

- **scenarios**: the files of `scenarios/`, with the line whose expectation did not hold.
- **worlds**: the simulator's, with the seed, the number of provinces and the step after which a checker spoke.
- **crowds**: many callers at one desk at once, held against the same callers one by one.
- **drills**: what only the inside of a store can show, and what no world comes to.

A dash says that this check does not see the fault. *Seen* names another house that had one of its kind, in public.
";

const COLUMNS: &str = "| cage | rule | scenarios | worlds | crowds | drills |\n|---|---|---|---|---|---|\n";
