//! The commands that work on a database.

mod access;
mod audit;
mod backup;
mod books;
pub mod connect;
mod db;
mod distribute;
mod doctor;
pub mod due;
mod enquiry;
mod import;
mod key;
mod money;
mod person;
mod restore;
mod settings;
mod statement;
mod stop;
mod webhook;

use std::path::PathBuf;

pub use access::{Access, access};
pub use audit::{Audit, Tick, audit, tick};
pub use backup::{Backup, backup};
pub use books::{OnDay, Vouchers, trial_balance, vouchers};
pub use db::{Migrate, migrate, status};
pub use distribute::{Distribute, distribute};
pub use doctor::{Doctor, doctor};
pub use enquiry::{Explain, balance, explain};
pub use import::{Import, import};
pub use key::{Key, key};
pub use money::{bind, preview, reverse, settle};
pub use person::{Person, person};
pub use restore::{Restore, restore};
pub use settings::{Settings, settings};
pub use statement::{Statements, statements};
pub use stop::{ResumeIt, StopIt, resume, stop};
pub use webhook::{Webhooks, webhook};

use crate::node::Book;

/// Arguments of commands that need nothing but the database.
#[derive(Debug, clap::Args)]
pub struct OnBook {
    #[command(flatten)]
    book: Book,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

/// Arguments of commands that read a file of bills or bindings.
#[derive(Debug, clap::Args)]
pub struct OnFile {
    /// A JSON file: one object, or a list of them; 1 MB at most
    #[arg(value_name = "FILE.json")]
    file: PathBuf,
    #[command(flatten)]
    book: Book,
    /// Print one JSON line for each
    #[arg(long)]
    json: bool,
}

/// Arguments of commands about a message that came in before.
#[derive(Debug, clap::Args)]
pub struct Named {
    /// The id of the bill, as its file stated it
    id: String,
    /// Who sent it
    #[arg(long, default_value = "till")]
    sender: String,
    #[command(flatten)]
    book: Book,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

/// Arguments of commands about a person.
#[derive(Debug, clap::Args)]
pub struct Whose {
    /// `P` and the number that the person has here, or a certificate number
    person: String,
    #[command(flatten)]
    book: Book,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

/// After the help of `gongji settle`.
pub const SETTLE_EXAMPLE: &str = "Example 例:\n  gongji settle bill.json --db gongji.db --key gongji.key\n\n\
bill.json, one bill or a list [..]:\n  \
{\n    \"id\": \"BILL-1\",\n    \"patient\": \"170101194804020223\",\n    \"institution\": 1301,\n    \
\"kind\": \"outpatient\",\n    \"parts\": { \"deductible\": \"100.00\", \"copay\": \"520.00\" },\n    \
\"fund\": \"300.00\"\n  }\n\nAlso: \"sender\" (till), \"using\" (auto, own, none, or a sponsor), \"code\" (whose code was \
shown),\n\"emergency\" (true), \"patient-area\" (of patients insured in another province).\nThe same id again gets the \
first answer and moves nothing. Exit status 1: the bill was refused as a whole.";

/// After the help of `gongji preview`.
pub const PREVIEW_EXAMPLE: &str = "Example 例:\n  gongji preview bill.json\n\n\
The file is that of `gongji settle`. Nothing is kept, and no money moves.";

/// After the help of `gongji bind`.
pub const BIND_EXAMPLE: &str = "Example 例:\n  gongji bind bind.json --db gongji.db --key gongji.key\n\n\
bind.json, one binding or a list [..]:\n  {\n    \"id\": \"BIND-1\",\n    \"sponsor\": \"170101197206150312\",\n    \
\"beneficiary\": \"170101194804020223\",\n    \"relation\": \"parent\"\n  }\n\n\
The relation is who the beneficiary is to the sponsor. Also: \"from\", \"until\" (days), \"quota\", \"per-settlement\",\n\
\"per-day\", \"per-month\", \"per-year\" (\"200.00\"), \"for\" ([\"outpatient\", \"pharmacy\"]), \"proof\" (promise, upload),\n\
\"beneficiary-area\".\n\n\
This program has no consent, review or unbind yet: a binding that waits for them stays waiting.";

/// After the help of `gongji reverse`.
pub const REVERSE_EXAMPLE: &str = "Example 例:\n  gongji reverse BILL-1\n\n\
Each fen goes back to where it came from. Asking again gets the first answer.";

/// After the help of `gongji balance`.
pub const BALANCE_EXAMPLE: &str = "Example 例:\n  gongji balance P1846012345678901";

/// After the help of `gongji tick`.
pub const TICK_EXAMPLE: &str = "Example 例:\n  gongji tick --db gongji.db --key gongji.key\n\n\
Run it from a timer, every minute or so: bindings begin and end, unanswered invitations lapse, days are closed half an\n\
hour after their end and added to the witness.\n\
Bills that have waited for another province for 10 minutes are answered first, without it.";

/// After the help of `gongji db migrate`.
pub const MIGRATE_EXAMPLE: &str = "Example 例:\n  gongji db migrate --plan\n  gongji db migrate --db gongji.db\n\n\
Make a backup first. Of two programs that begin at once each step is run by one.";

/// After the help of `gongji db distribute`.
pub const DISTRIBUTE_EXAMPLE: &str = "Example 例:\n  gongji db distribute --plan --db postgresql://gongji@db1/gongji\n  \
gongji db distribute --shards 32 --db postgresql://gongji@db1/gongji\n\n\
The server is the coordinator of a Citus cluster (docs/databases.md). It may be run again: tables that are in their place stay.\n\
Programs that had the database open before are told apart: restart them, and run this again (status 1 until then).";

/// After the help of `gongji db status`.
pub const STATUS_EXAMPLE: &str = "Example 例:\n  gongji db status --db postgresql://gongji@db1/gongji\n\n\
Reads without any key. Exit status 1 if steps are missing, or a setting lets a crash take what was acknowledged.";
