//! The words of `gongji-sim bills`, `mutants` and `decoders`.

use clap::Args;
use gongji_sim::interface::{bills, decoders, mutants};
use serde_json::json;

pub const BILLS: &str = "Example: gongji-sim bills --count 100000 --families 10000";
pub const MUTANTS: &str = "Example: gongji-sim mutants --count 1000000 --seed 7";
pub const DECODERS: &str = "Example: gongji-sim decoders --count 100000 --only envelope";
/// Between two lines of progress.
const A_WHILE: u64 = 1_000;

#[derive(Args)]
pub struct Bills {
    /// How many.
    #[arg(long, default_value_t = 1_000, value_parser = clap::value_parser!(u64).range(1..=1_000_000))]
    count: u64,
    /// Families whose bills they are.
    #[arg(long, default_value_t = 200, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    families: u32,
    /// From this everything follows.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// One JSON document instead of text.
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
pub struct Mutants {
    /// How many messages.
    #[arg(long, default_value_t = 20_000)]
    count: u64,
    /// From this everything follows.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// One JSON document instead of text.
    #[arg(long)]
    json: bool,
}

#[derive(Args)]
pub struct Decoders {
    /// How many inputs for each.
    #[arg(long, default_value_t = 10_000)]
    count: u64,
    /// From this everything follows.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// This one alone.
    #[arg(long, value_name = "NAME")]
    only: Option<String>,
    /// One JSON document instead of text.
    #[arg(long)]
    json: bool,
}

fn progress(count: u64, what: &'static str) -> impl FnMut(u64) {
    move |done| {
        if done.is_multiple_of(A_WHILE) {
            eprint!("\r{done} of {count} {what} ");
        }
        if done == count && count >= A_WHILE {
            eprintln!();
        }
    }
}

fn told(wrong: &[String]) -> u64 {
    wrong.iter().for_each(|one| eprintln!("{one}"));
    u64::try_from(wrong.len()).unwrap_or(u64::MAX)
}

pub fn play(words: &Bills) -> Result<u64, String> {
    let found = bills::play((words.count, words.families, words.seed), &mut progress(words.count, "bills"))?;
    let bills::Found { bills, undone, with_aid, lines, messages, wrong } = &found;
    if words.json {
        println!(
            "{}",
            json!({"bills": bills, "undone": undone, "with_aid": with_aid, "lines": lines, "messages": messages, "wrong": wrong})
        );
    } else {
        println!(
            "{bills} bills settled, {undone} undone, {with_aid} with aid; {lines} lines reconciled even, and once with a fen planted; \
             {messages} messages; {} wrong",
            wrong.len()
        );
    }
    Ok(told(wrong))
}

pub fn send(words: &Mutants) -> Result<u64, String> {
    let found = mutants::send((words.count, words.seed), &mut progress(words.count, "messages"))?;
    let mutants::Found { messages, done, refused, shut_out, payments, wrong } = &found;
    if words.json {
        println!(
            "{}",
            json!({"messages": messages, "done": done, "refused": refused, "shut_out": shut_out, "payments": payments, "wrong": wrong})
        );
    } else {
        println!(
            "{messages} messages: {done} done, {refused} refused, {shut_out} not let in; {payments} payments written; audit clean; {} wrong",
            wrong.len()
        );
    }
    Ok(told(wrong))
}

pub fn decode(words: &Decoders) -> Result<u64, String> {
    let named = |name: &String| decoders::TARGETS.iter().any(|target| target.name == name);
    if let Some(name) = words.only.as_ref().filter(|name| !named(name)) {
        let names: Vec<&str> = decoders::TARGETS.iter().map(|target| target.name).collect();
        return Err(format!("--only {name}: there is no such decoder; write one of {}", names.join(", ")));
    }
    let wrong = decoders::run((words.count, words.seed), words.only.as_deref());
    let decoders = if words.only.is_some() { 1 } else { decoders::TARGETS.len() };
    if words.json {
        println!("{}", json!({"decoders": decoders, "inputs_each": words.count, "wrong": wrong}));
    } else {
        println!("{decoders} decoders, {} inputs each; {} broke down", words.count, wrong.len());
    }
    Ok(told(&wrong))
}
