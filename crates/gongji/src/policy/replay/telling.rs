//! The past judged again, for people and for machines.

use comfy_table::Table;
use comfy_table::presets::UTF8_HORIZONTAL_ONLY;
use gongji_domain::policy::{Key, Law};
use gongji_domain::reason::Reason;
use gongji_domain::trace::replaying::{Example, Missing, Moved, Split, Tally};
use gongji_words::{CommandId, Day, Fen};
use serde_json::{Value, json};

use super::Judged;
use crate::output::{self, Tongue};
use crate::policy::show::name_of;

/// Unreadable traces are named up to this many.
const MOST_NAMED: usize = 10;

/// All that is told.
pub struct Told<'a> {
    pub days: (Day, Day),
    pub law: &'a Law,
    pub judged: &'a Judged,
    /// Keys that the other law answers otherwise on these days.
    pub keys: Vec<&'static Key>,
}

impl Told<'_> {
    /// What people read: the sums, then tables of what is otherwise.
    pub fn lines(&self, tongue: Tongue) -> Vec<String> {
        let tally = &self.judged.tally;
        let mut lines = self.head(tongue);
        lines.push(purses(tally, tongue).to_string());
        if tally.moved.changed > 0 {
            lines.push(self.areas(tongue).to_string());
            lines.push(reasons(tally, tongue).to_string());
            lines.push(examples(tally, tongue).to_string());
        }
        if !tally.cannot_tell.is_empty() {
            lines.push(untold(tally, tongue).to_string());
        }
        lines
    }

    fn head(&self, tongue: Tongue) -> Vec<String> {
        let (tally, (from, to)) = (&self.judged.tally, self.days);
        let Moved { changed, winners, won, losers, lost } = tally.moved;
        let cannot: u64 = tally.cannot_tell.values().sum();
        let say = |zh: &str, en: &str| tongue.inline(zh, en);
        vec![
            format!(
                "{from} .. {to}: {} {}; {} {}, {} {changed}, {} {cannot}",
                tally.decisions,
                say("笔结算", "settlements"),
                say("结果不变", "the same"),
                tally.same(),
                say("结果不同", "changed"),
                say("无法判断", "cannot tell"),
            ),
            format!("{}: {winners}, ¥{won}", say("家庭少付现金", "families pay less cash")),
            format!("{}: {losers}, ¥{lost}", say("家庭多付现金", "families pay more cash")),
        ]
    }

    fn areas(&self, tongue: Tongue) -> Table {
        let heads = [("统筹区", "Area"), ("结算", "Settlements"), ("无法判断", "Cannot tell")];
        let mut table = table(&heads, &MOVED, tongue);
        let changed = self.judged.tally.areas.iter().filter(|(_, of_area)| of_area.moved.changed > 0);
        for (area, of_area) in changed {
            let area = format!("{area} {}", name_of(self.law, *area));
            let counts = [of_area.decisions, of_area.cannot_tell].map(|count| count.to_string());
            table.add_row([area].into_iter().chain(counts).chain(cells(&of_area.moved)));
        }
        table
    }

    /// What people should know beside it.
    pub fn notes(&self, is_draft: bool, tongue: Tongue) -> Vec<String> {
        let mut notes = Vec::new();
        let unasked: Vec<&str> =
            self.keys.iter().filter(|key| !key.is_asked_by_settlements()).map(|key| key.name).collect();
        if is_draft && self.keys.is_empty() {
            let zh = "草案对这些日子、这些地区没有不同的规则：新规则的首日（from）在这些日子之后的，要提前。";
            let en = "The draft says nothing else about these days and areas: date back rules that begin later.";
            notes.push(tongue.inline(zh, en));
        }
        if !unasked.is_empty() {
            let zh = "下列规则也不同，但结算时不看：关系、限额和钱包按当时实有的算";
            let en =
                "These rules differ too, and no settlement asks them: bindings, limits and wallets stand as they were";
            notes.push(format!("{}: {}", tongue.inline(zh, en), unasked.join(", ")));
        }
        let mut named = |commands: &[CommandId], what: &str| {
            if !commands.is_empty() {
                let first: Vec<String> = commands.iter().take(MOST_NAMED).map(ToString::to_string).collect();
                let count = output::counted(commands.len(), ["trace", "traces"]);
                notes.push(format!("{count} {what}, and run `gongji audit`: {}", first.join(", ")));
            }
        };
        named(&self.judged.unreadable, "cannot be read");
        named(&self.judged.unreleased, "decided by rules that no release resolves to");
        notes
    }

    /// What machines read.
    pub fn json(&self) -> Value {
        let tally = &self.judged.tally;
        let missing = |(missing, count): (&Missing, &u64)| (missing.word().to_owned(), json!(count));
        let areas = tally.areas.iter().map(|(area, of_area)| {
            json!({
                "area": area.to_string(), "settlements": of_area.decisions, "cannot_tell": of_area.cannot_tell,
                "moved": json_of_moved(&of_area.moved),
            })
        });
        let reasons = tally.reasons.iter().map(|((before, after), moved)| {
            json!({ "before": code(*before), "after": code(*after), "moved": json_of_moved(moved) })
        });
        let keys = self.keys.iter().map(|key| json!({ "key": key.name, "asked": key.is_asked_by_settlements() }));
        json!({
            "from": self.days.0.to_string(),
            "to": self.days.1.to_string(),
            "settlements": tally.decisions,
            "same": tally.same(),
            "moved": json_of_moved(&tally.moved),
            "before": json_of_split(&tally.before),
            "after": json_of_split(&tally.after),
            "areas": areas.collect::<Vec<_>>(),
            "reasons": reasons.collect::<Vec<_>>(),
            "cannot_tell": tally.cannot_tell.iter().map(missing).collect::<serde_json::Map<_, _>>(),
            "examples": tally.examples.iter().map(json_of_example).collect::<Vec<_>>(),
            "differing_keys": keys.collect::<Vec<_>>(),
            "unreleased": self.judged.unreleased.iter().map(ToString::to_string).collect::<Vec<_>>(),
            "unreadable": self.judged.unreadable.iter().map(ToString::to_string).collect::<Vec<_>>(),
        })
    }
}

type Head = (&'static str, &'static str);

/// The columns of [`cells`].
const MOVED: [Head; 5] =
    [("不同", "Changed"), ("少付", "Winners"), ("少付现金", "Won"), ("多付", "Losers"), ("多付现金", "Lost")];

fn table(heads: &[Head], more: &[Head], tongue: Tongue) -> Table {
    let mut table = Table::new();
    table.load_style(UTF8_HORIZONTAL_ONLY);
    table.set_header(heads.iter().chain(more).map(|(zh, en)| tongue.inline(zh, en)));
    table
}

fn cells(moved: &Moved) -> [String; 5] {
    let Moved { changed, winners, won, losers, lost } = moved;
    [changed.to_string(), winners.to_string(), won.to_string(), losers.to_string(), lost.to_string()]
}

const PURSES: [Head; 4] = [("本人账户", "Own account"), ("共济", "Aid"), ("钱包", "Wallet"), ("现金", "Cash")];

/// In the order of [`PURSES`].
fn amounts(split: &Split) -> [Fen; 4] {
    [split.own, split.aid, split.wallet, split.cash]
}

fn purses(tally: &Tally, tongue: Tongue) -> Table {
    let mut table =
        table(&[("谁付", "Purse"), ("当时", "Then"), ("换规则后", "Now"), ("差", "Difference")], &[], tongue);
    for (name, (before, after)) in PURSES.iter().zip(amounts(&tally.before).into_iter().zip(amounts(&tally.after))) {
        let name = tongue.inline(name.0, name.1);
        table.add_row([name, before.to_string(), after.to_string(), after.minus(before).to_string()]);
    }
    table
}

fn reasons(tally: &Tally, tongue: Tongue) -> Table {
    let mut table = table(&[("当时的原因", "Reason then"), ("换规则后", "Now")], &MOVED, tongue);
    for ((before, after), moved) in &tally.reasons {
        let codes = [before, after].map(|reason| code(*reason).unwrap_or("—").to_owned());
        table.add_row(codes.into_iter().chain(cells(moved)));
    }
    table
}

fn examples(tally: &Tally, tongue: Tongue) -> Table {
    let heads = [("例：结算编号", "Example: command"), ("统筹区", "Area"), ("日期", "Day")];
    let more: Vec<Head> = PURSES.into_iter().chain([("原因", "Reason")]).collect();
    let mut table = table(&heads, &more, tongue);
    for Example { command, area, day, change } in &tally.examples {
        let pairs = amounts(&change.before).into_iter().zip(amounts(&change.after));
        let pairs = pairs.map(|(before, after)| turned(&before.to_string(), &after.to_string()));
        let (was, is) = change.reasons;
        let reason = turned(code(was).unwrap_or("—"), code(is).unwrap_or("—"));
        let named = [command.to_string(), area.to_string(), day.to_string()];
        table.add_row(named.into_iter().chain(pairs).chain([reason]));
    }
    table
}

fn turned(before: &str, after: &str) -> String {
    if before == after { before.to_owned() } else { format!("{before} → {after}") }
}

fn untold(tally: &Tally, tongue: Tongue) -> Table {
    let mut table =
        table(&[("无法判断：缺什么", "Cannot tell: what is missing"), ("结算", "Settlements")], &[], tongue);
    for (missing, count) in &tally.cannot_tell {
        let (zh, en) = words(*missing);
        table.add_row([tongue.inline(zh, en), count.to_string()]);
    }
    table
}

fn words(missing: Missing) -> Head {
    match missing {
        Missing::Order => ("使用人当时不能排定的顺序", "the order that the beneficiary could not set then"),
        Missing::Quota => ("当时还没有的额度或钱包的钱", "a quota or wallet money that could not be there then"),
        Missing::Years => ("按另一个医保年度分的历年结余", "money of previous years, cut at another month"),
        Missing::Limit => ("限额按另一种算法还剩多少", "what limits leave when they are counted otherwise"),
        Missing::Items => ("这些项目当月已共济多少", "what aid had paid for these items that month"),
    }
}

fn code(reason: Option<Reason>) -> Option<&'static str> {
    reason.map(Reason::code)
}

fn json_of_moved(moved: &Moved) -> Value {
    let Moved { changed, winners, won, losers, lost } = moved;
    json!({ "changed": changed, "winners": winners, "won": won, "losers": losers, "lost": lost })
}

fn json_of_split(split: &Split) -> Value {
    let Split { own, aid, wallet, cash } = split;
    json!({ "own": own, "aid": aid, "wallet": wallet, "cash": cash })
}

fn json_of_example(example: &Example) -> Value {
    let Example { command, area, day, change } = example;
    json!({
        "command": command.to_string(), "area": area.to_string(), "day": day.to_string(),
        "before": json_of_split(&change.before), "after": json_of_split(&change.after),
        "reason_before": code(change.reasons.0), "reason_after": code(change.reasons.1),
    })
}
