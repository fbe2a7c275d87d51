//! `gongji-sim acknowledged`: a till with a journal, and the check of what it was told.

use std::io::Read;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use clap::Args;
use gongji_service::law;
use gongji_sim::load::acknowledged::check::{Checked, check};
use gongji_sim::load::acknowledged::{Heard, Place, Servers, Till, make, settle};

use crate::calling::{lines, tills_of};
use serde_json::json;

pub const EXAMPLE: &str = "Example:\n  gongji-sim acknowledged --db try.db --make\n  \
    gongji-sim acknowledged --db try.db --journal till.txt\n  gongji-sim acknowledged --db try.db --journal till.txt --check\n\n\
    Kill anything meanwhile, and start it again with the same journal.";

/// What is asked for.
#[derive(Args)]
pub struct Words {
    /// The database: a file.
    #[arg(long, value_name = "FILE", conflicts_with = "dsn")]
    db: Option<PathBuf>,
    /// The database: an address of a server.
    #[arg(long, env = "GONGJI_DSN", hide_env_values = true, value_name = "URL", required_unless_present_any = ["db", "http"])]
    dsn: Option<String>,
    /// Servers before the database, HOST:PORT with commas between them.
    #[arg(long, value_name = "ADDRESSES", value_delimiter = ',', conflicts_with_all = ["db", "make"], requires_all = ["tills", "patients"])]
    http: Vec<String>,
    /// Institutions and their tokens, for --http.
    #[arg(long, value_name = "FILE")]
    tills: Option<PathBuf>,
    /// Certificate numbers of patients, for --http.
    #[arg(long, value_name = "FILE")]
    patients: Option<PathBuf>,
    /// What this till sent and was told; for a check those of all tills that have written to the database.
    #[arg(long, value_name = "FILE", required_unless_present = "make")]
    journal: Vec<PathBuf>,
    /// Makes the tables, families, money and bindings, and settles nothing.
    #[arg(long, conflicts_with_all = ["journal", "check"])]
    make: bool,
    /// Holds the database against the journals, and settles nothing.
    #[arg(long)]
    check: bool,
    /// Bills at once.
    #[arg(long, default_value_t = 8, value_parser = clap::value_parser!(u32).range(1..=512))]
    callers: u32,
    /// Seconds for which a server that is away is waited for.
    #[arg(long, default_value_t = 60)]
    patience: u64,
}

/// After how many answers it is told how many there are.
const EVERY: u64 = 16;

fn tell(answered: u64) {
    if answered.is_multiple_of(EVERY) {
        println!("answered {answered}");
    }
}

/// Does what is asked for; gives how much is wrong.
pub fn run(words: &Words) -> Result<u64, String> {
    let law = law::built_in();
    let place = place(words)?;
    if words.make {
        return make(&place, &law).map(|()| 0);
    }
    if words.check {
        let checked = check((&place, words.patience), &words.journal, &law)?;
        println!("{}", shown(&checked));
        return Ok(checked.wrong);
    }
    let [journal] = words.journal.as_slice() else { return Err("a till has one journal".to_owned()) };
    let (callers, patience) = (words.callers, words.patience);
    let till = Till { place, journal: journal.clone(), callers, patience };
    let heard = settle(&till, &law, until_input_ends(), tell)?;
    println!("{}", as_json(&heard));
    Ok(0)
}

fn place(words: &Words) -> Result<Place, String> {
    match (&words.tills, &words.patients, &words.db, &words.dsn) {
        (Some(tills), Some(patients), ..) if !words.http.is_empty() => {
            let tokens = tills_of(tills)?.into_iter().map(|(_, token)| token).collect();
            let (addresses, patients) = (words.http.clone(), lines(patients)?);
            Ok(Place::Http(Servers { addresses, tokens, patients }))
        }
        (_, _, Some(file), _) => Ok(Place::File(file.clone())),
        (_, _, None, Some(url)) => Ok(Place::Server(url.clone())),
        _ => Err("name a database with --db or --dsn, or servers with --http".to_owned()),
    }
}

/// Is set once standard input ends.
fn until_input_ends() -> Arc<AtomicBool> {
    let ended = Arc::new(AtomicBool::new(false));
    let shared = ended.clone();
    std::thread::spawn(move || {
        let _whatever_it_says = std::io::stdin().lock().read_to_end(&mut Vec::new());
        shared.store(true, Ordering::Relaxed);
    });
    ended
}

fn as_json(heard: &Heard) -> serde_json::Value {
    json!({
        "answered": heard.answered, "doubtful": heard.doubtful, "found": heard.found, "failures": heard.failures,
        "silences_ms": heard.silences,
    })
}

fn shown(checked: &Checked) -> serde_json::Value {
    json!({
        "answered": checked.answered, "doubtful": checked.doubtful, "found": checked.found,
        "settlements": checked.settlements, "paid": checked.paid.to_string(), "wrong": checked.wrong,
        "findings": checked.findings,
    })
}
