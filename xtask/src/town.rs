//! A database with families in it, made by the program's own commands, and the server over it.

use std::fmt::Write as _;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::{Value, json};

/// Institutions, each with a key of its own.
const TILLS: usize = 16;
const FIRST_TILL: usize = 1301;
/// Bindings in a file, which may have a megabyte.
const BINDINGS: usize = 5_000;
/// Lines of what a command that failed said on each of its outputs.
const LINES: usize = 20;
/// A region that nobody's certificate names.
const REGION: &str = "170101";
/// Where everybody is insured and treated.
const AREA: &str = "130100";

/// A database and what its callers need.
pub struct Town {
    /// The program that runs over it.
    pub program: PathBuf,
    folder: PathBuf,
    database: String,
}

impl Town {
    /// Makes it with so many families, a parent and a child who pays for him, in a folder that is made anew, and with a token
    /// for each institution.
    ///
    /// # Errors
    /// What a command of the program said.
    pub fn make(program: &Path, place: (PathBuf, &str), families: usize) -> Result<Self, String> {
        let town = Self::without_tokens(program, place, families)?;
        town.give_tokens()?;
        Ok(town)
    }

    /// The same by a program that knows of no tokens.
    ///
    /// # Errors
    /// What a command of the program said.
    pub fn without_tokens(
        program: &Path,
        (folder, database): (PathBuf, &str),
        families: usize,
    ) -> Result<Self, String> {
        let _there_was_none = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        let town = Self { program: program.to_owned(), folder, database: database.to_owned() };
        town.run(&["db", "init", "--province", "130000", "--new-key"])?;
        town.fill(families)?;
        Ok(town)
    }

    /// Gives each institution a token, and writes them down.
    ///
    /// # Errors
    /// What the program said.
    pub fn give_tokens(&self) -> Result<(), String> {
        let mut tills = String::new();
        for number in (FIRST_TILL..).take(TILLS) {
            let given =
                self.run(&["access", "token", "--institution", &number.to_string(), "--by", "王敏", "--json"])?;
            let given: Value = serde_json::from_str(&given).map_err(|error| format!("a token: {error}"))?;
            let _a_text_takes_everything = writeln!(tills, "{number} {}", given["token"].as_str().unwrap_or_default());
        }
        self.write("tills", &tills)?;
        let (first, others) = tills.split_once('\n').unwrap_or_default();
        self.write("one-till", first)?;
        self.write("other-tills", others).map(drop)
    }

    /// Connects each institution by the national interface, and writes down code, area and secrets.
    ///
    /// # Errors
    /// What the program said.
    pub fn connect(&self) -> Result<(), String> {
        let mut connected = String::new();
        for number in (FIRST_TILL..).take(TILLS) {
            let (institution, code) = (number.to_string(), format!("H{number:011}"));
            let words = ["access", "connect", "--institution", &institution, "--code", &code, "--name", "示例医院"];
            let given =
                self.run(&[&words[..], &["--level", "05", "--way", "api", "--by", "王敏", "--json"]].concat())?;
            let given: Value = serde_json::from_str(&given).map_err(|error| format!("a secret: {error}"))?;
            let of = |name: &str| given["api"][name].as_str().unwrap_or_default();
            let _ = writeln!(connected, "{code} {AREA} {} {}", of("access_key"), of("secret_key"));
        }
        self.write("connected", &connected).map(drop)
    }

    fn fill(&self, families: usize) -> Result<(), String> {
        let (mut people, mut credits) =
            ("certificate,name,area,scheme\n".to_owned(), "person,amount,kind\n".to_owned());
        let (mut patients, mut bindings) = (String::new(), Vec::new());
        for number in 0..families {
            let [parent, child] = [1940, 1970].map(|year| certificate(year, number));
            let _ = writeln!(people, "{parent},刘桂兰,{AREA},resident\n{child},赵建国,{AREA},employee");
            let _ = writeln!(credits, "{child},9000000.00,opening");
            let _ = writeln!(patients, "{parent}");
            bindings.push(
                json!({"id": format!("B{number}"), "sponsor": child, "beneficiary": parent, "relation": "parent"}),
            );
        }
        let places: String = (FIRST_TILL..).take(TILLS).map(|number| format!("{number},{AREA},hospital\n")).collect();
        self.run(&["import", "people", &self.write("people.csv", &people)?])?;
        self.run(&["import", "institutions", &self.write("places.csv", &format!("number,area,kind\n{places}"))?])?;
        self.run(&["import", "credits", &self.write("credits.csv", &credits)?])?;
        for some in bindings.chunks(BINDINGS) {
            self.run(&["bind", &self.write("bindings.json", &json!(some).to_string())?])?;
        }
        self.write("patients", &patients).map(drop)
    }

    /// A file of it.
    pub fn path(&self, name: &str) -> String {
        self.folder.join(name).display().to_string()
    }

    /// Writes a file of it, and gives its path.
    ///
    /// # Errors
    /// A sentence.
    pub fn write(&self, name: &str, text: &str) -> Result<String, String> {
        let path = self.path(name);
        std::fs::write(&path, text).map_err(|error| format!("{path}: {error}"))?;
        Ok(path)
    }

    fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(&self.program);
        command
            .args(words)
            .current_dir(&self.folder)
            .env("GONGJI_DB", &self.database)
            .env("GONGJI_KEY", self.path("key"));
        command
    }

    /// Runs the program over it, and gives what it said.
    ///
    /// # Errors
    /// What it said was wrong.
    pub fn run(&self, words: &[&str]) -> Result<String, String> {
        let output = self.command(words).output().map_err(|error| error.to_string())?;
        if output.status.success() {
            return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
        }
        let said = [&output.stderr, &output.stdout].map(|bytes| String::from_utf8_lossy(bytes));
        // An audit that finds something prints what, and that may be long.
        let said = said.iter().flat_map(|text| text.lines().take(LINES)).collect::<Vec<_>>().join("\n");
        Err(format!("gongji {}: {said}", words.join(" ")))
    }

    /// Begins to run the program over it, and has what it says written into a file of it.
    ///
    /// # Errors
    /// A sentence.
    pub fn begin(&self, words: &[&str], into: &str) -> Result<Child, String> {
        let file = std::fs::File::create(self.path(into)).map_err(|error| error.to_string())?;
        self.command(words).stdout(file).spawn().map_err(|error| error.to_string())
    }

    /// Starts a server over it at an address, of which the port may be 0; gives it with how long it took until it listened.
    ///
    /// # Errors
    /// A sentence when it does not listen.
    pub fn serve(&self, listen: &str) -> Result<(Serving, Duration), String> {
        let begun = Instant::now();
        // Ten thousand connections are as many files.
        let mut command = Command::new("sh");
        command.args(["-c", "ulimit -n 16384; exec \"$@\"", "sh"]).arg(&self.program);
        command.args(["serve", "--listen", listen, "--json"]).current_dir(&self.folder);
        command.env("GONGJI_DB", &self.database).env("GONGJI_KEY", self.path("key"));
        let log = std::fs::OpenOptions::new()
            .append(true)
            .create(true)
            .open(self.path("log"))
            .map_err(|error| error.to_string())?;
        let mut child = command.stdout(Stdio::piped()).stderr(log).spawn().map_err(|error| error.to_string())?;
        let mut line = String::new();
        let stdout = child.stdout.take().ok_or("the server says nothing")?;
        let _nothing_is_an_empty_line = BufReader::new(stdout).read_line(&mut line);
        let told: Value = serde_json::from_str(&line).map_err(|error| format!("the server: {error}: {line}"))?;
        let address = told["url"].as_str().and_then(|url| url.split_once("://")).map(|(_, address)| address.to_owned());
        Ok((Serving { child, address: address.ok_or("the server names no address")? }, begun.elapsed()))
    }
}

/// A server; ended when it is dropped.
pub struct Serving {
    child: Child,
    /// Where it listens.
    pub address: String,
}

impl Serving {
    /// Its process.
    pub fn process(&self) -> String {
        self.child.id().to_string()
    }

    /// Kills it, at once.
    pub fn kill(&mut self) {
        let _ended_already = self.child.kill();
        let _now_it_has = self.child.wait();
    }

    /// Tells it to stop, and waits until it has.
    ///
    /// # Errors
    /// How it ended, if not well.
    pub fn stop(&mut self) -> Result<(), String> {
        let told = Command::new("kill").arg(self.process()).status().map_err(|error| error.to_string())?;
        let ended = self.child.wait().map_err(|error| error.to_string())?;
        if told.success() && ended.success() { Ok(()) } else { Err(format!("the server ended {ended}")) }
    }

    /// The most memory that it has held, in KiB.
    pub fn peak_kib(&self) -> u64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        line.and_then(|text| text.split_whitespace().next()?.parse().ok()).unwrap_or_default()
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        self.kill();
    }
}

/// The certificate number of somebody who does not exist: nobody was ever registered in that region.
fn certificate(year: usize, number: usize) -> String {
    let (serial, day, month) = (number % 1_000, number / 1_000 % 28 + 1, number / 28_000 % 12 + 1);
    let year = year + number / 336_000;
    let first = format!("{REGION}{year:04}{month:02}{day:02}{serial:03}");
    // GB 11643: weights are powers of two modulo eleven.
    let sum: u32 =
        first.bytes().zip((1..=17).rev()).map(|(digit, place)| u32::from(digit - b'0') * ((1 << place) % 11)).sum();
    let check = match (12 - sum % 11) % 11 {
        10 => 'X',
        digit => char::from_digit(digit, 10).unwrap_or('0'),
    };
    format!("{first}{check}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn certificates_are_written_right_and_each_is_another() {
        // The first is that of a person of the tests, who does not exist either.
        assert!(certificate(1940, 0).starts_with("17010119400101000"));
        let all: std::collections::BTreeSet<String> = (0..40_000).map(|number| certificate(1940, number)).collect();
        assert_eq!(all.len(), 40_000);
    }
}
