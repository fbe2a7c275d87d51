//! A server as tills meet it, over HTTP, beside the naive programs on the same machine in the same run; with questions beside
//! settlements at a fixed pace, a flood from one key, and ten thousand connections that say nothing.
//!
//! Prints a line for each figure and fails on nothing but a failure: how quick a minute is, is the machine's.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitCode, Stdio};

use serde_json::Value;

use crate::built::built;
use crate::server::{ADDRESS, Measured};
use crate::town::{Serving, Town};

const USAGE: &str = "usage: cargo xtask bench-http [--quick] [--engine sqlite|postgres]

  --quick    few families, short runs: shows that it works, and nothing else
  --engine   this one alone";

/// How much is measured.
#[derive(Clone, Copy)]
struct Size {
    families: usize,
    bills: u64,
    seconds: u64,
    silent: u32,
}

const FULL: Size = Size { families: 10_000, bills: 20_000, seconds: 60, silent: 10_000 };
const QUICK: Size = Size { families: 200, bills: 1_000, seconds: 3, silent: 500 };

/// Measures, and prints.
pub fn run(root: &Path, words: &[&str]) -> ExitCode {
    let (size, words) = match words {
        ["--quick", rest @ ..] => (QUICK, rest),
        _ => (FULL, words),
    };
    let engines: &[&str] = match words {
        [] => &["sqlite", "postgres"],
        ["--engine", engine @ ("sqlite" | "postgres")] => &[engine],
        _ => {
            eprintln!("{USAGE}");
            return ExitCode::from(2);
        }
    };
    match measured(root, size, engines) {
        Ok(()) => ExitCode::SUCCESS,
        Err(what) => {
            eprintln!("bench-http: {what}");
            ExitCode::FAILURE
        }
    }
}

struct Programs {
    gongji: PathBuf,
    simulator: PathBuf,
    naive: PathBuf,
    naive_on_server: PathBuf,
}

impl Programs {
    fn build(root: &Path) -> Result<Self, String> {
        let given_out = |package| built(root, &["build", "--profile", "dist", "--package", package], package);
        let naive = ["bench", "--no-run", "--profile", "dist", "--package", "gongji-store", "--bench"];
        let naive = |name| built(root, &[&naive[..], &[name]].concat(), name);
        Ok(Self {
            gongji: given_out("gongji")?,
            simulator: given_out("gongji-sim")?,
            naive: naive("naive")?,
            naive_on_server: naive("naive_postgres")?,
        })
    }
}

fn measured(root: &Path, size: Size, engines: &[&str]) -> Result<(), String> {
    let programs = Programs::build(root)?;
    let folder = root.join("target/bench-http");
    let bytes = std::fs::metadata(&programs.gongji).map_err(|error| error.to_string())?.len();
    println!("the program: {} KiB", bytes / 1_024);
    for engine in engines {
        match *engine {
            "sqlite" => on_file(&programs, &folder, size)?,
            _ => on_server(&programs, &folder, size)?,
        }
    }
    Ok(())
}

fn on_file(programs: &Programs, folder: &Path, size: Size) -> Result<(), String> {
    let file = folder.join("sqlite/gongji.db").display().to_string();
    let town = Town::make(&programs.gongji, (folder.join("sqlite"), &file), size.families)?;
    town.connect()?;
    let bare = folder.join("sqlite/naive.db").display().to_string();
    let people = size.families * 3;
    let load = format!("load --json --people {people} --settlements 0 --behind 40 --callers 1 --keep {bare}");
    figure(Command::new(&programs.simulator).args(load.split(' ')))?;
    let naive = |callers: u32| {
        let words = format!(
            "--people {people} --checkpoint usual --callers {callers} --settlements {} --runs 1 --over {bare}",
            size.bills
        );
        figures(Command::new(&programs.naive).args(words.split(' ')))
    };
    let of = Of { programs, town: &town, size, engine: "sqlite" };
    of.all(&naive)
}

fn on_server(programs: &Programs, folder: &Path, size: Size) -> Result<(), String> {
    let server = Measured::start(None)?;
    server.statement("create database town")?;
    let address = server.address().replace("dbname=postgres", "dbname=town");
    let town = Town::make(&programs.gongji, (folder.join("postgres"), &address), size.families)?;
    town.connect()?;
    let people = size.families * 3;
    let load =
        format!("load --json --engine postgres --people {people} --callers 1 --settlements 0 --behind 40 --keep bench");
    figure(Command::new(&programs.simulator).args(load.split(' ')).env(ADDRESS, server.address()))?;
    server.statement("analyze")?;
    let naive = |callers: u32| {
        let words = format!("--people {people} --callers {callers} --settlements {} --runs 1 --over bench", size.bills);
        figures(Command::new(&programs.naive_on_server).args(words.split(' ')).env(ADDRESS, server.address()))
    };
    let of = Of { programs, town: &town, size, engine: "postgres" };
    of.all(&naive)
}

/// What is measured on one engine.
struct Of<'a> {
    programs: &'a Programs,
    town: &'a Town,
    size: Size,
    engine: &'a str,
}

/// The naive programs with so many callers.
type Naive<'a> = &'a dyn Fn(u32) -> Result<Vec<Value>, String>;

impl Of<'_> {
    fn all(&self, naive: Naive<'_>) -> Result<(), String> {
        let (serving, took) = self.town.serve("127.0.0.1:0")?;
        println!("{}: listens after {} ms", self.engine, took.as_millis());
        let numbers = self.town.path("numbers");
        self.called(&serving, &format!("--callers 64 --count {} --numbers {numbers}", self.size.families))?;
        for callers in [512, 64] {
            self.beside_naive(&serving, callers, naive)?;
        }
        self.by_the_national_interface(&serving)?;
        self.at_a_pace(&serving)?;
        self.beside_a_flood(&serving)?;
        self.beside_silence(&serving)?;
        println!("{}: the server held {} MiB at most", self.engine, serving.peak_kib() / 1_024);
        Ok(())
    }

    /// Calls, all tills for all patients, unless the words say otherwise.
    fn calling(&self, serving: &Serving, words: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", "ulimit -n 16384; exec \"$@\"", "sh"]).arg(&self.programs.simulator);
        command.args(["calls", "--address", &serving.address, "--server", &serving.process()]);
        command.args(words.split_whitespace());
        for (flag, file) in [("--tills", "tills"), ("--patients", "patients")] {
            if !words.contains(flag) {
                command.args([flag, &self.town.path(file)]);
            }
        }
        command
    }

    fn called(&self, serving: &Serving, words: &str) -> Result<Value, String> {
        figure(&mut self.calling(serving, words))
    }

    fn beside_naive(&self, serving: &Serving, callers: u32, naive: Naive<'_>) -> Result<(), String> {
        let (engine, bills) = (self.engine, self.size.bills);
        let naive = naive(callers)?;
        let settled = self.called(serving, &format!("--callers {callers} --count {bills}"))?;
        let fixed = self.called(serving, &format!("--what fixed --callers {callers} --count {bills}"))?;
        tell(engine, "settlements over HTTP", &settled);
        tell(engine, "a fixed answer over HTTP", &fixed);
        for one in naive {
            let name = one["program"].as_str().unwrap_or("naive").to_owned();
            tell(engine, &name, &one);
            let hundredths = number(&settled, "per_second") * 100 / number(&one, "per_second").max(1);
            println!("{engine}, {callers} callers: {}.{:02} times {name}", hundredths / 100, hundredths % 100);
        }
        Ok(())
    }

    /// 2207 alone, over visits that are registered before, and the same number of settlements by REST right after it.
    fn by_the_national_interface(&self, serving: &Serving) -> Result<(), String> {
        let (engine, bills, connected) = (self.engine, self.size.bills / 2, self.town.path("connected"));
        for callers in [512, 64] {
            let words = format!("--what bill --connected {connected} --callers {callers} --count {bills}");
            let billed = self.called(serving, &words)?;
            let settled = self.called(serving, &format!("--callers {callers} --count {bills}"))?;
            tell(engine, "2207 by the national interface", &billed);
            tell(engine, "settlements over HTTP", &settled);
            let hundredths = number(&billed, "per_second") * 100 / number(&settled, "per_second").max(1);
            println!("{engine}, {callers} callers: 2207 at {}.{:02} of REST", hundredths / 100, hundredths % 100);
        }
        Ok(())
    }

    fn at_a_pace(&self, serving: &Serving) -> Result<(), String> {
        let (seconds, numbers) = (self.size.seconds, self.town.path("numbers"));
        let asking = format!("--what eligibility --rate 6000 --seconds {seconds} --patients {numbers}");
        let asking = Beside::start(self.calling(serving, &asking))?;
        let settled = self.called(serving, &format!("--rate 300 --seconds {seconds}"))?;
        tell(self.engine, "300 settlements a second beside questions", &settled);
        tell(self.engine, "6000 questions a second beside them", &asking.ended()?);
        Ok(())
    }

    fn beside_a_flood(&self, serving: &Serving) -> Result<(), String> {
        let few = format!("--callers 8 --count {} --tills {}", self.size.bills / 10, self.town.path("other-tills"));
        tell(self.engine, "8 callers alone", &self.called(serving, &few)?);
        let flood = format!("--callers 500 --count 1000000 --tills {}", self.town.path("one-till"));
        let flood = Beside::start(self.calling(serving, &flood))?;
        let beside = self.called(serving, &few)?;
        drop(flood);
        tell(self.engine, "the same beside a flood from one key", &beside);
        Ok(())
    }

    fn beside_silence(&self, serving: &Serving) -> Result<(), String> {
        let (silent, count) = (self.size.silent, self.size.bills / 10);
        let words = format!("--callers 8 --count {count} --silent {}", silent.saturating_sub(64));
        tell(self.engine, &format!("8 callers beside {silent} silent connections"), &self.called(serving, &words)?);
        Ok(())
    }
}

/// Somebody who calls meanwhile; ended when it is dropped.
struct Beside(Child);

impl Beside {
    fn start(mut command: Command) -> Result<Self, String> {
        command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().map(Self).map_err(|error| error.to_string())
    }

    fn ended(mut self) -> Result<Value, String> {
        let mut text = String::new();
        let stdout = self.0.stdout.as_mut().ok_or("it has an output")?;
        std::io::Read::read_to_string(stdout, &mut text).map_err(|error| error.to_string())?;
        serde_json::from_str(&text).map_err(|_| "those who called beside failed".to_owned())
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        let _ended_already = self.0.kill();
        let _ = self.0.wait();
    }
}

fn figures(command: &mut Command) -> Result<Vec<Value>, String> {
    let output = command.output().map_err(|error| error.to_string())?;
    if !output.status.success() {
        return Err(format!("{command:?}: {}", String::from_utf8_lossy(&output.stderr)));
    }
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    text.lines().map(|line| serde_json::from_str(line).map_err(|error| format!("{line}: {error}"))).collect()
}

fn figure(command: &mut Command) -> Result<Value, String> {
    Ok(figures(command)?.pop().unwrap_or_default())
}

fn number(figure: &Value, name: &str) -> u64 {
    figure[name].as_u64().unwrap_or_default()
}

fn tell(engine: &str, what: &str, figure: &Value) {
    let of = |name: &str| number(figure, name);
    println!(
        "{engine}: {what}, {} callers: {} a second, within {} us (p50) and {} us (p99), {} us of CPU each, {} of them in the server; \
         others used {} % of a processor",
        of("callers"),
        of("per_second"),
        of("p50_micros"),
        of("p99_micros"),
        of("cpu_micros_each"),
        of("server_micros_each"),
        of("others_percent"),
    );
}
