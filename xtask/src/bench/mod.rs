//! The figures that the project gives for itself, measured on this machine, beside the floors they should keep to.
//!
//! Written are `figures.json`, `figures.md` and plots; a floor that is missed is told and fails nothing, because a rate
//! is the machine's as much as the program's. Processor time for each settlement moves least where others work too.
//! `docs/performance.md` says what is measured and against what.

mod figure;
mod floors;
mod page;
pub mod plan;
mod plot;

use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};

use serde_json::{Value, json};

use plan::Size;

/// What the words of the command line ask for.
struct Wish {
    size: Size,
    out: PathBuf,
    reuse: bool,
}

const USAGE: &str = "usage: cargo xtask bench [--quick] [--out DIR] [--reuse]

  --quick    small sizes, one run a figure: shows that it works, and nothing else
  --out DIR  where figures and plots go (target/bench)
  --reuse    settles over the large databases that an earlier run has left there";

/// Measures everything and writes it down.
pub fn run(root: &Path, words: &[&str]) -> ExitCode {
    let Some(wish) = wish_of(root, words) else {
        eprintln!("{USAGE}");
        return ExitCode::from(2);
    };
    match measured(root, &wish) {
        Ok(()) => ExitCode::SUCCESS,
        Err(what) => {
            eprintln!("bench: {what}");
            ExitCode::FAILURE
        }
    }
}

fn wish_of(root: &Path, words: &[&str]) -> Option<Wish> {
    let mut wish = Wish { size: Size::Full, out: root.join("target/bench"), reuse: false };
    let mut words = words.iter();
    while let Some(word) = words.next() {
        match *word {
            "--quick" => wish.size = Size::Quick,
            "--out" => wish.out = PathBuf::from(words.next()?),
            "--reuse" => wish.reuse = true,
            _ => return None,
        }
    }
    Some(wish)
}

fn measured(root: &Path, wish: &Wish) -> Result<(), String> {
    std::fs::create_dir_all(&wish.out).map_err(|error| format!("{}: {error}", wish.out.display()))?;
    let decide = decided(root)?;
    let programs = plan::Programs::build(root)?;
    let figures = plan::measure(&programs, (wish.size, wish.reuse), &wish.out)?;
    let kept = floors::of(&figures);
    let text = page::text(&decide, &figures, &kept);
    println!("{text}");
    let all = json!({ "decide": decide, "figures": figures, "floors": kept });
    write(wish, "figures.json", &format!("{all:#}\n"))?;
    write(wish, "figures.md", &text)?;
    for (name, drawing) in plot::all(&figures) {
        write(wish, name, &drawing)?;
    }
    println!("written to {}", wish.out.display());
    Ok(())
}

fn write(wish: &Wish, name: &str, text: &str) -> Result<(), String> {
    let path = wish.out.join(name);
    std::fs::write(&path, text).map_err(|error| format!("{}: {error}", path.display()))
}

/// What a decision at the till costs: the bench of the rules.
fn decided(root: &Path) -> Result<Value, String> {
    let words = ["bench", "--quiet", "--package", "gongji-domain", "--bench", "decide", "--", "--json"];
    let output = Command::new("cargo").args(words).current_dir(root).output().map_err(|error| error.to_string())?;
    let line = output.stdout.split(|byte| *byte == b'\n').find(|line| line.starts_with(b"{"));
    let line = line.ok_or_else(|| String::from_utf8_lossy(&output.stderr).into_owned())?;
    serde_json::from_slice(line).map_err(|error| format!("the bench of the rules: {error}"))
}
