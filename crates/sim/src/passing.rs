//! The words of `gongji-sim passing`.

use clap::Args;
use gongji_sim::load::passing::{Added, Passing, measure};
use serde_json::json;

pub const EXAMPLE: &str = "Example: gongji-sim passing --address 127.0.0.1:8080 --listen 127.0.0.1:8099 --code H13010001301\n\n\
    The institution connects before: gongji access connect ... --way open --upstream http://127.0.0.1:8099";

#[derive(Args)]
pub struct Words {
    /// HOST:PORT of the server.
    #[arg(long)]
    address: String,
    /// HOST:PORT at which the centre behind is to listen, as the institution's profile names it.
    #[arg(long)]
    listen: String,
    /// The institution's code at the national interface.
    #[arg(long)]
    code: String,
    /// Pairs of calls to measure.
    #[arg(long, default_value_t = 2_000)]
    count: usize,
}

/// One line of JSON, in microseconds.
pub fn run(words: &Words) -> Result<u64, String> {
    let Words { address, listen, code, count } = words;
    let passing = Passing { address: address.clone(), listen: listen.clone(), code: code.clone(), count: *count };
    let Added { direct, through, added } = measure(&passing)?;
    println!(
        "{}",
        json!({ "what": "passed on", "count": count, "direct_median_us": direct, "through_median_us": through, "added_median_us": added })
    );
    Ok(0)
}
