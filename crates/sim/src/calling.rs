//! The words of `gongji-sim calls`.

use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use gongji_sim::load::calls::{Call, Called, Calls, Coming, call};
use gongji_sim::load::national::Connected;
use serde_json::json;

pub const EXAMPLE: &str = "Example: gongji-sim calls --address 127.0.0.1:8080 --tills tills.txt --patients patients.txt --callers 512 \
    --count 20000\n\ntills.txt has a line for each institution: its number, a blank, its token. patients.txt has a certificate number a \
    line, or for eligibility a person's number there, which --numbers writes.";

#[derive(Args)]
pub struct Words {
    /// HOST:PORT of the server.
    #[arg(long)]
    address: String,
    /// Institutions and their tokens.
    #[arg(long, value_name = "FILE")]
    tills: PathBuf,
    /// Whose bills.
    #[arg(long, value_name = "FILE")]
    patients: PathBuf,
    /// What is asked for.
    #[arg(long, value_enum, default_value_t = What::Settle)]
    what: What,
    /// Callers at once.
    #[arg(long, default_value_t = 64, value_parser = clap::value_parser!(u32).range(1..=4096))]
    callers: u32,
    /// Answers to wait for.
    #[arg(long, default_value_t = 5_000)]
    count: u64,
    /// Requests a second, which come whether or not those before have their answers, in place of callers.
    #[arg(long, default_value_t = 0)]
    rate: u64,
    /// For so many seconds they come.
    #[arg(long, default_value_t = 10)]
    seconds: u64,
    /// The server's process, whose processor time is counted too.
    #[arg(long, value_name = "PID")]
    server: Option<u32>,
    /// Institutions as they are connected by the national interface: code, area, access key and secret of each; where envelopes are
    /// signed also the client's id, the centre's public key, and `signed` or `sealed`.
    #[arg(long, value_name = "FILE", required_if_eq("what", "bill"))]
    connected: Option<PathBuf>,
    /// Connections that are opened before, and on which nothing is ever said; `ulimit -n` has to allow them.
    #[arg(long, default_value_t = 0)]
    silent: u32,
    /// Writes the numbers of the patients for whom bills were settled.
    #[arg(long, value_name = "FILE")]
    numbers: Option<PathBuf>,
}

#[derive(Clone, Copy, ValueEnum)]
enum What {
    Settle,
    Eligibility,
    /// By the national interface: visits are registered before, 2207 alone is measured.
    Bill,
    Fixed,
}

/// One line of JSON.
pub fn run(words: &Words) -> Result<u64, String> {
    let (tills, patients) = (tills_of(&words.tills)?, lines(&words.patients)?);
    let connected = words.connected.as_deref().map(lines).transpose()?.unwrap_or_default();
    let connected = connected.iter().map(|line| Connected::parse(line)).collect::<Result<_, _>>()?;
    let (address, server, silent) = (words.address.clone(), words.server, words.silent);
    let calls = Calls { address, tills, patients, server, connected, silent };
    let (what, name) = match words.what {
        What::Settle => (Call::Settle, "settlements"),
        What::Eligibility => (Call::Eligibility, "questions"),
        What::Bill => (Call::Bill, "bills by the national interface"),
        What::Fixed => (Call::Fixed, "fixed answers"),
    };
    let coming = match words.rate {
        0 => Coming::Closed(words.callers, words.count),
        rate => Coming::Open(rate, words.seconds),
    };
    let Called { rate, numbers } = call(&calls, what, coming)?;
    if let Some(path) = &words.numbers {
        let text: String = numbers.iter().map(|number| format!("{number}\n")).collect();
        std::fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))?;
    }
    println!("{}", rate.beside(json!({ "program": "http", "what": name })));
    Ok(0)
}

/// Numbers of institutions with their tokens, from a file that has a line for each.
pub fn tills_of(path: &Path) -> Result<Vec<(String, String)>, String> {
    let of = |line: String| line.split_once(' ').map(|(number, token)| (number.to_owned(), token.to_owned()));
    Ok(lines(path)?.into_iter().filter_map(of).collect())
}

pub fn lines(path: &Path) -> Result<Vec<String>, String> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    Ok(text.lines().filter(|line| !line.is_empty()).map(str::to_owned).collect())
}
