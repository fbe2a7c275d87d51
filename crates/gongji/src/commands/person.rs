//! `gongji person shred`: who somebody is, is destroyed; his money and its history stay.

use std::path::PathBuf;

use gongji_service::Clock as _;
use gongji_words::PersonId;
use serde_json::json;

use crate::clock::SystemClock;
use crate::node::{Book, Open};
use crate::output::{self, Ended, Failure, Tongue, Verdict};
use crate::ready;
use crate::shreds::{ShredList, Signed};

/// What can be done with a person.
#[derive(Debug, clap::Subcommand)]
pub enum Person {
    /// 销毁身份 Destroy a person's key: who he is cannot be read any more
    #[command(after_help = "Example 例:\n  gongji person shred P1846012345678901 --by 王敏 --and 李强\n\n\
        Two people ask for it. Name, certificate number and telephone can never be read again, and nobody finds the person\n\
        by his certificate; balances, settlements and journals stay under his number. A line in the shred list, which keeps\n\
        neither names nor certificates, lets `gongji key replay-shreds` do it again in a restored backup.")]
    Shred(Shred),
}

/// Arguments of `gongji person shred`.
#[derive(Debug, clap::Args)]
pub struct Shred {
    /// `P` and the number that the person has here, or a certificate number
    person: String,
    /// Who asks for it
    #[arg(long, value_name = "NAME")]
    by: String,
    /// Who else asks for it: another person
    #[arg(long, value_name = "NAME")]
    and: String,
    /// The shred list, which is kept apart from the database and its backups
    #[arg(long, env = "GONGJI_SHREDS", value_name = "FILE", default_value = "gongji.shreds")]
    list: PathBuf,
    #[command(flatten)]
    book: Book,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

/// Does what is asked of a person.
pub fn person(person: &Person, tongue: Tongue) -> Ended {
    match person {
        Person::Shred(asked) => shred(asked, tongue),
    }
}

/// The list first: whoever is shredded is on it, however this ends.
fn shred(arguments: &Shred, tongue: Tongue) -> Ended {
    let names = two_names(&arguments.by, &arguments.and)?;
    let open = Open::to_write(&arguments.book)?;
    let person = open.person("person", &arguments.person)?;
    let mut list = ShredList::read(&arguments.list, &open.keys)?;
    list.add(person, &Signed { names, at: SystemClock.now() }, &open.keys)?;
    ready(open.node.store().shred(person))?;
    tell(person, arguments, tongue);
    Ok(Verdict::Yes)
}

fn tell(person: PersonId, arguments: &Shred, tongue: Tongue) {
    let list = arguments.list.display();
    if arguments.json {
        output::json(&json!({ "person": format!("P{person}"), "shredded": true, "list": list.to_string() }));
        return;
    }
    output::line(tongue.inline(
        &format!("P{person}：身份已销毁，账目不变；已记入 {list}。"),
        &format!("P{person}: who it was cannot be read any more, the money stays; noted in {list}."),
    ));
}

/// Two names that are not the same but for blanks and case.
fn two_names<'n>(by: &'n str, and: &'n str) -> Result<[&'n str; 2], Failure> {
    let plain = |name: &str| name.split_whitespace().collect::<String>().to_lowercase();
    let wrong = |zh: &str, en: &str| Err(Failure::NotUnderstood(format!("--by, --and: {zh}\n--by, --and: {en}")));
    if plain(by).is_empty() || plain(and).is_empty() {
        return wrong("要写姓名", "write a name");
    }
    if plain(by) == plain(and) {
        return wrong("要两个不同的人", "two different people must ask for it");
    }
    Ok([by.trim(), and.trim()])
}
