//! `gongji db distribute`: a database on a server is spread over the machines of a Citus cluster. No key is asked for.

use gongji_domain::policy::Bilingual;
use gongji_store::postgres::{Placing, Spreading};
use serde_json::{Value, json};

use crate::database::Database;
use crate::node::Book;
use crate::output::{self, Ended, Tongue, Verdict};

/// Arguments of `gongji db distribute`.
#[derive(Debug, clap::Args)]
pub struct Distribute {
    /// Print the statements that would run, and change nothing
    #[arg(long)]
    plan: bool,
    /// Into how many parts the rows fall; it cannot be changed while programs go on
    #[arg(long, default_value_t = 32, value_parser = clap::value_parser!(u32).range(1..=4096))]
    shards: u32,
    #[command(flatten)]
    book: Book,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

/// Spreads a database, or says what that would be.
pub fn distribute(arguments: &Distribute, tongue: Tongue) -> Ended {
    let at = arguments.book.at();
    if arguments.plan {
        plan(&at.placings(arguments.shards)?, arguments.json, tongue);
        return Ok(Verdict::Yes);
    }
    let spreading = at.spread(arguments.shards)?;
    if arguments.json {
        output::json(&as_json(&spreading));
    } else {
        tongue.lines(&told(&arguments.book.db, &spreading)).into_iter().for_each(output::line);
    }
    Ok(Verdict::of(matches!(spreading, Spreading::Done(_))))
}

fn plan(placings: &[Placing], as_json: bool, tongue: Tongue) {
    if as_json {
        let shown = |placing: &Placing| json!({ "table": placing.table, "text": placing.text });
        return output::json(&json!({ "missing": placings.iter().map(shown).collect::<Vec<Value>>() }));
    }
    placings.iter().for_each(|placing| output::line(format!("{};", placing.text)));
    let missing = placings.len();
    output::line(tongue.inline(
        &format!("-- 还有 {missing} 张表要分布；什么也没有改。"),
        &format!("-- {missing} tables to go; nothing was changed."),
    ));
}

fn as_json(spreading: &Spreading) -> Value {
    match spreading {
        Spreading::Done(tables) => json!({ "spread": true, "placed": tables, "programs": 0 }),
        Spreading::Noted(programs) => json!({ "spread": false, "placed": [], "programs": programs }),
    }
}

fn told(database: &Database, spreading: &Spreading) -> Bilingual {
    match spreading {
        Spreading::Done(tables) => Bilingual {
            zh: format!("{database}：已经分布，这次放好 {} 张表。", tables.len()),
            en: format!("{database}: it is spread; tables put in their place by this call: {}.", tables.len()),
        },
        Spreading::Noted(programs) => Bilingual {
            zh: format!(
                "{database}：已经记下要分布，还没有移动任何一张表：有 {programs} 个连接是在这之前打开的。\
                 请逐个重启那些程序，再运行一次。"
            ),
            en: format!(
                "{database}: it is noted that it is to be spread, and no table was moved: {programs} connections were opened \
                 before. Restart those programs one after another, then run this again."
            ),
        },
    }
}
