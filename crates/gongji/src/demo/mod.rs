//! `gongji demo`: four families play on real stores in a temporary folder; every yuan is explained, and at the end
//! the books are shown to balance.

mod books;
mod stage;
mod stories;
mod telling;

use serde_json::json;

use crate::output::{self, Ended, Tongue, Verdict};

/// Arguments of `gongji demo`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example 例:\n  gongji demo --lang en\n\n\
    Everything is in a temporary folder, which is removed at the end. The people are invented.")]
pub struct Demo {
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

/// Plays and tells.
pub fn play(arguments: &Demo, tongue: Tongue) -> Ended {
    let mut stage = stage::Stage::set(gongji_service::law::built_in())?;
    let stories = stories::all(&mut stage)?;
    let books = books::Books::read(&stage)?;
    if arguments.json {
        let stories: Vec<_> = stories.iter().map(telling::Story::json).collect();
        output::json(&json!({ "stories": stories, "books": books.json() }));
        return Ok(Verdict::of(books.are_even()));
    }
    let lines = stories.iter().flat_map(|story| story.lines(tongue)).chain(books.lines(tongue));
    lines.for_each(output::line);
    Ok(Verdict::of(books.are_even()))
}
