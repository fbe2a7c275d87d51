//! What is measured: which program, with how many callers, over what, on a disk how slow.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::figure::{Figure, PEOPLE};
use crate::built::built;
use crate::server::{ADDRESS, Measured};

/// How much is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Size {
    /// Enough for figures.
    Full,
    /// Enough to see that it works.
    Quick,
}

/// Callers at once.
const CALLERS: [u64; 3] = [1, 64, 512];
/// A flush of a disk that is not a cache: so many microseconds more.
const SLOW_FLUSH_US: u64 = 1_000;

impl Size {
    fn runs(self) -> u64 {
        if self == Self::Full { 3 } else { 1 }
    }

    /// Bills of a run; fewer where each takes long.
    fn bills(self, callers: u64, flush_delay_us: u64) -> u64 {
        let all = if self == Self::Full { 20_000 } else { 800 };
        let all = if callers == 1 { all / 4 } else { all };
        if flush_delay_us > 0 { all / 4 } else { all }
    }

    /// People of the large databases; each is measured with nothing behind them, and with as many settlements.
    fn large(self) -> &'static [u64] {
        if self == Self::Full { &[100_000, 1_000_000] } else { &[9_000] }
    }
}

/// The programs that are measured.
pub struct Programs {
    simulator: PathBuf,
    naive: PathBuf,
    naive_on_server: PathBuf,
    flush: PathBuf,
}

/// How a program is run.
struct Run<'a> {
    program: &'a Path,
    words: Vec<String>,
    /// Where the server is, if there is one: its flushes are slow then, not those of the program.
    server: Option<&'a str>,
    flush_delay_us: u64,
}

impl Programs {
    /// Builds them, in release.
    ///
    /// # Errors
    /// A sentence, where one does not build.
    pub fn build(root: &Path) -> Result<Self, String> {
        let release = |package| built(root, &["build", "--release", "--package", package], &package.replace('-', "_"));
        let naive =
            |name: &str| built(root, &["bench", "--no-run", "--package", "gongji-store", "--bench", name], name);
        Ok(Self {
            simulator: built(root, &["build", "--release", "--package", "gongji-sim"], "gongji-sim")?,
            naive: naive("naive")?,
            naive_on_server: naive("naive_postgres")?,
            flush: release("gongji-flush")?,
        })
    }

    /// The figures that a program prints.
    fn run(&self, run: &Run<'_>) -> Result<Vec<Figure>, String> {
        eprintln!("bench: {} {}", file_name(run.program), run.words.join(" "));
        let mut command = Command::new(run.program);
        command.args(&run.words);
        if let Some(address) = run.server {
            command.env(ADDRESS, address);
        } else if run.flush_delay_us > 0 {
            command.env("LD_PRELOAD", &self.flush).env("GONGJI_FLUSH_DELAY_US", run.flush_delay_us.to_string());
        }
        let output = command.output().map_err(|error| format!("{}: {error}", run.program.display()))?;
        if !output.status.success() {
            return Err(format!("{}: {}", run.program.display(), String::from_utf8_lossy(&output.stderr)));
        }
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        let figure = |line: &str| -> Result<Figure, String> {
            let figure = serde_json::from_str(line).map_err(|error| format!("{line}: {error}"))?;
            Ok(Figure { flush_delay_us: run.flush_delay_us, ..figure })
        };
        text.lines().map(figure).collect()
    }
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

fn words(text: &str) -> Vec<String> {
    text.split_whitespace().map(str::to_owned).collect()
}

/// Everything, from the quickest to what takes longest.
///
/// # Errors
/// A sentence of the program that failed.
pub fn measure(programs: &Programs, (size, reuse): (Size, bool), out: &Path) -> Result<Vec<Figure>, String> {
    let mut figures = Vec::new();
    figures.extend(desk(programs, size, ("memory", 0))?);
    let families = kept(programs, out, (PEOPLE, 40, false))?;
    for delay in slownesses() {
        figures.extend(desk(programs, size, ("sqlite", delay))?);
        figures.extend(naive(programs, size, (&families, "usual", delay))?);
    }
    figures.extend(naive(programs, size, (&families, "product", 0))?);
    for delay in slownesses() {
        figures.extend(on_server(programs, size, delay)?);
    }
    figures.extend(programs.run(&audit(programs, size, "sqlite"))?);
    for people in size.large() {
        for behind in [0, *people] {
            let database = kept(programs, out, (*people, behind, reuse))?;
            figures.extend(over(programs, size, (&database, *people, behind))?);
        }
    }
    Ok(figures)
}

/// Flushes can be made slower on Linux only.
fn slownesses() -> Vec<u64> {
    if cfg!(target_os = "linux") { vec![0, SLOW_FLUSH_US] } else { vec![0] }
}

fn desk(programs: &Programs, size: Size, (engine, delay): (&str, u64)) -> Result<Vec<Figure>, String> {
    let mut figures = Vec::new();
    for callers in CALLERS {
        let (bills, runs) = (size.bills(callers, delay), size.runs());
        let text = format!(
            "load --json --engine {engine} --people {PEOPLE} --callers {callers} --settlements {bills} --runs {runs}"
        );
        figures.extend(programs.run(&Run {
            program: &programs.simulator,
            words: words(&text),
            server: None,
            flush_delay_us: delay,
        })?);
    }
    Ok(figures)
}

fn naive(
    programs: &Programs,
    size: Size,
    (over, checkpoint, delay): (&Path, &str, u64),
) -> Result<Vec<Figure>, String> {
    let mut figures = Vec::new();
    // How often the log is written back matters to a full queue; the other figures would only be longer in coming.
    let callers: &[u64] = if checkpoint == "usual" { &CALLERS } else { &[512] };
    for callers in callers {
        let (bills, runs) = (size.bills(*callers, delay), size.runs());
        let text = format!(
            "--people {PEOPLE} --checkpoint {checkpoint} --callers {callers} --settlements {bills} --runs {runs} --over"
        );
        let words = [words(&text), vec![over.display().to_string()]].concat();
        figures.extend(programs.run(&Run { program: &programs.naive, words, server: None, flush_delay_us: delay })?);
    }
    Ok(figures)
}

/// The audit of an engine, with its words.
fn audit<'a>(programs: &'a Programs, size: Size, engine: &str) -> Run<'a> {
    Run { program: &programs.simulator, words: words(&audited(size, engine)), server: None, flush_delay_us: 0 }
}

fn audited(size: Size, engine: &str) -> String {
    let behind = if size == Size::Full { 200_000 } else { 800 };
    format!("load --json --audit --engine {engine} --people {PEOPLE} --callers 1 --behind {behind}")
}

/// A database with so many people and settlements behind them; made, unless an earlier one is to be used.
fn kept(programs: &Programs, out: &Path, (people, behind, reuse): (u64, u64, bool)) -> Result<PathBuf, String> {
    let path = out.join(format!("people-{people}-behind-{behind}.db"));
    if reuse && path.is_file() {
        return Ok(path);
    }
    for ending in ["", "-wal", "-shm", ".lock"] {
        let _not_all_of_them_are_there = std::fs::remove_file(format!("{}{ending}", path.display()));
    }
    let text = format!("load --json --people {people} --behind {behind} --settlements 0 --callers 1 --keep");
    let words = [words(&text), vec![path.display().to_string()]].concat();
    programs.run(&Run { program: &programs.simulator, words, server: None, flush_delay_us: 0 })?;
    Ok(path)
}

/// In a process of its own, so that the memory it holds is that of settling and not of making what lies behind.
fn over(programs: &Programs, size: Size, (database, people, behind): (&Path, u64, u64)) -> Result<Vec<Figure>, String> {
    let mut figures = Vec::new();
    for callers in &CALLERS[1..] {
        let (bills, runs) = (size.bills(*callers, 0), size.runs());
        let text = format!(
            "load --json --people {people} --behind {behind} --callers {callers} --settlements {bills} --runs {runs} --over"
        );
        let words = [words(&text), vec![database.display().to_string()]].concat();
        figures.extend(programs.run(&Run { program: &programs.simulator, words, server: None, flush_delay_us: 0 })?);
    }
    Ok(figures)
}

/// The schema in which both programs settle.
const ROOM: &str = "bench";

/// The desk and the naive program on a PostgreSQL server of their own, in turn over one schema, so that neighbouring figures
/// are of the same minutes; then, on an ordinary disk, what else may come to the desk.
fn on_server(programs: &Programs, size: Size, delay: u64) -> Result<Vec<Figure>, String> {
    let slower = (delay > 0).then_some((programs.flush.as_path(), delay));
    let server = Measured::start(slower)?;
    let address = server.address();
    let run = |program: &Path, text: &str| {
        let run = Run { program, words: words(text), server: Some(&address), flush_delay_us: delay };
        programs.run(&run)
    };
    let simulator = &programs.simulator;
    let load = format!("load --json --engine postgres --people {PEOPLE}");
    run(simulator, &format!("{load} --callers 1 --settlements 0 --behind 40 --keep {ROOM}"))?;
    // The desk's plans need no statistics; those of an ordinary program do.
    server.statement("analyze")?;
    let mut figures = Vec::new();
    for callers in CALLERS {
        let how = format!("--callers {callers} --settlements {} --runs {}", size.bills(callers, delay), size.runs());
        figures.extend(run(simulator, &format!("{load} {how} --over {ROOM}"))?);
        figures.extend(run(&programs.naive_on_server, &format!("--people {PEOPLE} {how} --over {ROOM}"))?);
    }
    if delay == 0 {
        let how = format!("--callers 64 --settlements {} --runs {}", size.bills(64, 0), size.runs());
        for (people, shape) in [(PEOPLE, "--mix 2025"), (PEOPLE, "--institutions hot"), (900, "--families hot")] {
            let text = format!("load --json --engine postgres --people {people} {how} {shape}");
            figures.extend(run(simulator, &text)?);
        }
        figures.extend(run(simulator, &audited(size, "postgres"))?);
        let seconds = if size == Size::Full { 20 } else { 2 };
        for pace in ["--rate 300", "--eligibility 6000", "--rate 300 --eligibility 6000"] {
            figures.extend(run(simulator, &format!("{load} {pace} --seconds {seconds}"))?);
        }
    }
    Ok(figures)
}
