//! `gongji key check`, `rotate`, `replay-shreds`.

use std::path::PathBuf;

use gongji_domain::policy::Bilingual;
use gongji_store::{Store, StoreError, Totals};
use gongji_words::PersonId;
use serde_json::json;

use super::OnBook;
use crate::keys::{Custodian, told};
use crate::node::{Book, Open};
use crate::output::{self, Ended, Failure, Tongue, Verdict};
use crate::ready;
use crate::shreds::ShredList;

/// People whom the vault is asked for at a time.
const PAGE: usize = 1_000;

/// After the help of `gongji key check`.
pub const CHECK_EXAMPLE: &str = "Example 例:\n  gongji key check --db gongji.db --key gongji.key\n\n\
Unwraps the working key and decrypts everybody in the vault; shows nobody. Exit status 1 if the master key does not open\n\
the database, or somebody cannot be read; then it says what is lost with the key, and what is not.";

/// After the help of `gongji key rotate`.
pub const ROTATE_EXAMPLE: &str = "Example 例:\n  gongji key rotate --key old.key --to new.key --new-key\n  \
gongji key rotate --key old.key --to 'pkcs11:token=gongji;object=master?module-path=/usr/lib/token.so' --new-key\n\n\
Wraps the working key of the database under another master key. It may be interrupted at any time: until it says that\n\
it is done, the old key opens the database or the new one does; repeat it, without --new-key once that is made.\n\
Backups made before still need the old key: keep it as long as them.";

/// After the help of `gongji key replay-shreds`.
pub const REPLAY_EXAMPLE: &str = "Example 例:\n  gongji key replay-shreds --list gongji.shreds --db gongji.db\n\n\
After a backup was restored: shreds everybody again who is on the list. It may be repeated.";

/// What can be done with keys.
#[derive(Debug, clap::Subcommand)]
pub enum Key {
    /// 核对密钥 Whether the master key opens the database, and what is safe without it
    #[command(after_help = CHECK_EXAMPLE)]
    Check(OnBook),
    /// 更换主密钥 Wrap the database's working key under another master key
    #[command(after_help = ROTATE_EXAMPLE)]
    Rotate(Rotate),
    /// 恢复后重新销毁 After a restore, shred again everybody on the shred list
    #[command(after_help = REPLAY_EXAMPLE)]
    ReplayShreds(Replay),
}

/// Arguments of `gongji key rotate`.
#[derive(Debug, clap::Args)]
pub struct Rotate {
    /// Who keeps the new master key, written as --key is
    #[arg(long, value_name = "WHERE")]
    to: Custodian,
    /// Make the new master key there
    #[arg(long)]
    new_key: bool,
    #[command(flatten)]
    book: Book,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

/// Arguments of `gongji key replay-shreds`.
#[derive(Debug, clap::Args)]
pub struct Replay {
    /// The shred list
    #[arg(long, env = "GONGJI_SHREDS", value_name = "FILE", default_value = "gongji.shreds")]
    list: PathBuf,
    #[command(flatten)]
    book: Book,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

/// Does what is asked of keys.
pub fn key(key: &Key, tongue: Tongue) -> Ended {
    match key {
        Key::Check(book) => check(book, tongue),
        Key::Rotate(rotation) => rotate(rotation, tongue),
        Key::ReplayShreds(replayed) => replay(replayed, tongue),
    }
}

fn check(arguments: &OnBook, tongue: Tongue) -> Ended {
    let envelope = arguments.book.at().envelope()?;
    if let Err(failure) = arguments.book.key.unwrap(&envelope) {
        return without_key(arguments, &failure, tongue);
    }
    let open = Open::to_read(&arguments.book)?;
    let (people, unreadable) = readable(open.node.store())?;
    let master = &envelope.master;
    if arguments.json {
        let numbers: Vec<String> = unreadable.iter().map(|person| format!("P{person}")).collect();
        output::json(&json!({ "opens": true, "master": master, "people": people, "unreadable": numbers }));
    } else {
        output::line(tongue.inline(
            &format!("主密钥 {master} 打得开数据库；{people} 人中 {} 人读不出。", unreadable.len()),
            &format!(
                "the master key {master} opens the database; of {people} people {} cannot be read.",
                unreadable.len()
            ),
        ));
        unreadable.iter().for_each(|person| output::line(format!("P{person}")));
    }
    Ok(Verdict::of(unreadable.is_empty()))
}

/// How many people the vault has, and who of them cannot be decrypted.
fn readable(store: &Store) -> Result<(u64, Vec<PersonId>), Failure> {
    let (mut people, mut unreadable, mut after) = (0, Vec::new(), None);
    loop {
        let page = ready(store.enrolled(after, PAGE))?;
        let Some(last) = page.last() else { return Ok((people, unreadable)) };
        after = Some(*last);
        for person in page {
            people += 1;
            match ready(store.reveal(person)) {
                Ok(_) => {}
                Err(StoreError::Damaged { .. }) => unreadable.push(person),
                Err(error) => return Err(error.into()),
            }
        }
    }
}

/// What is lost with the master key, and what is not; the ledger is looked at to say so.
fn without_key(arguments: &OnBook, failure: &Failure, tongue: Tongue) -> Ended {
    let totals = ready(arguments.book.at().read_without_key()?.audit_totals())?;
    if arguments.json {
        output::json(&json!({
            "opens": false, "why": failure.text(), "people": totals.people, "journals": totals.journals,
            "entries": totals.entries, "discrepancies": totals.discrepancies.len(),
        }));
        return Ok(Verdict::No);
    }
    output::note(failure.text());
    tongue.lines(&loss(&totals)).into_iter().for_each(output::line);
    Ok(Verdict::No)
}

fn loss(totals: &Totals) -> Bilingual {
    let (people, journals, wrong) = (totals.people, totals.journals, totals.discrepancies.len());
    let zh = format!(
        "没有这把主密钥：姓名、证件号码、电话读不出来，按证件号码找不到人，也不能记新账。\n\
         账本没有加密，都还在：有账的 {people} 人，{journals} 笔分录，审计发现 {wrong} 处不符。\n\
         从另存的地方取回主密钥，一切照旧；真的丢失，谁也解不开，只能凭别处的名册重新登记人员。"
    );
    let counts = [
        output::counted(people, ["person", "people"]),
        output::counted(journals, ["journal", "journals"]),
        output::counted(wrong, ["discrepancy", "discrepancies"]),
    ];
    let en = format!(
        "Without this master key names, certificate numbers and telephones cannot be read, nobody is found by his \
         certificate, and nothing new is entered.\n\
         The ledger is not encrypted and is all there: {}.\n\
         Get the master key back from where its copy is kept, and all is as before. If it is lost for good, nobody can \
         read them: people must be registered anew from lists kept elsewhere.",
        counts.join(", ")
    );
    Bilingual { zh, en }
}

/// The new key is made and tried before the database is touched; the change itself is one row in one transaction.
fn rotate(arguments: &Rotate, tongue: Tongue) -> Ended {
    let (book, new) = (&arguments.book, &arguments.to);
    let envelope = book.at().envelope()?;
    if arguments.new_key {
        // Whoever cannot open the database is not to leave a key behind.
        book.key.unwrap(&envelope)?;
        new.make()?;
    } else if new.unwrap(&envelope).is_ok() {
        return rotated(arguments, &envelope.master, tongue);
    }
    let keys = book.key.unwrap(&envelope)?;
    let fresh = new.wrap(&keys)?;
    let store = book.at().open(&keys)?;
    if book.at().envelope()? != envelope {
        return Err(told(
            "主密钥刚被别人更换了，这次没有更换：先用 `gongji key check` 核对",
            "somebody else has just changed the master key, and this changed nothing: run `gongji key check` first",
        ));
    }
    ready(store.keep_envelope(&fresh))?;
    rotated(arguments, &fresh.master, tongue)
}

fn rotated(arguments: &Rotate, master: &str, tongue: Tongue) -> Ended {
    let new = &arguments.to;
    if arguments.json {
        output::json(&json!({ "master": master, "key": new.to_string() }));
        return Ok(Verdict::Yes);
    }
    output::line(tongue.inline(
        &format!("主密钥现在是 {master}，在 {new}；以前的备份还要用旧的主密钥。"),
        &format!("the master key is {master} now, kept at {new}; backups made before still need the old one."),
    ));
    Ok(Verdict::Yes)
}

/// Shreds everybody on the list again, and counts those who were back.
fn replay(arguments: &Replay, tongue: Tongue) -> Ended {
    if !arguments.list.is_file() {
        let shown = arguments.list.display();
        let zh = format!("{shown}：没有销毁清单，谁也没有销毁。用 --list 指明；从来没有销毁过人，就没有清单");
        let en = format!(
            "{shown}: there is no shred list, and nobody was shredded: name it with --list; where nobody ever was, there \
             is none"
        );
        return Err(Failure::NotUnderstood(format!("{zh}\n{en}")));
    }
    let open = Open::to_write(&arguments.book)?;
    let list = ShredList::read(&arguments.list, &open.keys)?;
    let store = open.node.store();
    let mut shredded = 0_u64;
    for person in &list.people {
        shredded += u64::from(!matches!(ready(store.reveal(*person)), Ok(None)));
        // Who is not there may have left his key in the log, if this was held back before.
        ready(store.shred(*person))?;
    }
    let listed = list.people.len();
    if arguments.json {
        output::json(&json!({ "listed": listed, "shredded": shredded }));
    } else {
        output::line(tongue.inline(
            &format!("清单上 {listed} 人，这次销毁 {shredded} 人。"),
            &format!("{listed} on the list, {shredded} shredded now."),
        ));
    }
    Ok(Verdict::Yes)
}
