//! The node of this program: one database, one province, other provinces out of reach.

use std::path::PathBuf;
use std::sync::Arc;

use gongji_domain::institution::{Designation, Institution, InstitutionKind, Takes};
use gongji_domain::message::{Answer, Command};
use gongji_domain::policy::Law;
use gongji_domain::record::Wanted;
use gongji_service::import::{Whose, find};
use gongji_service::ports::PeerAnswer;
use gongji_service::release::{self, law_in_force};
use gongji_service::{Clock as _, FieldKey, Node, NodeParts, PeerMessage, Peers, Terms, Unreachable};
use gongji_store::{Store, StoreError, WorkingKey};
use gongji_words::{AreaCode, InstitutionId, MessageId, PersonId};
use serde_json::json;

use crate::clock::SystemClock;
use crate::database::{At, Database, Seconds};
use crate::ids::{TimeOrderedIds, USUAL};
use crate::keys::Custodian;
use crate::output::{self, Ended, Failure, Verdict};
use crate::randomness::SystemRandomness;
use crate::{policy, ready};

/// The agency itself stands in the register of institutions under this number, as one that is no till. Its area is
/// the province that the database serves.
const AGENCY: InstitutionId = InstitutionId::from_number(0);

/// Which database, and with which key.
#[derive(Debug, Clone, clap::Args)]
pub struct Book {
    /// The database: a file, or postgresql://USER@HOST[,HOST]/NAME
    #[arg(long, env = "GONGJI_DB", hide_env_values = true, value_name = "FILE|URL", default_value = "gongji.db")]
    pub db: Database,
    /// Who keeps the master key: a file, exec:PROGRAM, or pkcs11:... (see docs/keys.md)
    #[arg(long, env = "GONGJI_KEY", value_name = "WHERE", default_value = "gongji.key")]
    pub key: Custodian,
    /// How long to wait for a database server that is away, as during a failover
    #[arg(long, env = "GONGJI_PATIENCE", value_name = "SECONDS", default_value_t = 10)]
    pub patience: u64,
}

impl Book {
    /// The database.
    pub const fn at(&self) -> At<'_> {
        At { place: &self.db, patience: Seconds(self.patience) }
    }
}

/// Arguments of `gongji db init`.
#[derive(Debug, clap::Args)]
#[command(after_help = "Example 例:\n  gongji db init --province 130000 --new-key\n  \
    gongji db init /srv/gongji --province 130000 --new-key\n  \
    gongji db init --province 130000 --db 'postgresql://gongji@db1,db2/gongji?sslmode=verify-full' --new-key\n  \
    gongji db init --province 130000 --key 'pkcs11:token=gongji;object=master?module-path=/usr/lib/token.so' --new-key\n\n\
    A password goes into GONGJI_DB rather than --db, where others on the machine could see it.\n\
    A database serves one province. Keep the master key apart from the database, and a copy of it elsewhere: without it\n\
    names and certificate numbers cannot be read any more.")]
pub struct Init {
    /// A folder for gongji.db and gongji.key, in place of --db and --key
    #[arg(value_name = "DIR")]
    folder: Option<PathBuf>,
    #[command(flatten)]
    book: Book,
    /// The province: six digits that end in 0000
    #[arg(long, value_name = "CODE")]
    province: String,
    /// Make a master key: a file that only its owner may read, or a key in the token
    #[arg(long)]
    new_key: bool,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

/// Nobody else is in reach of this program.
struct NoPeers;

impl Peers for NoPeers {
    fn ask(&self, _: PeerMessage) -> PeerAnswer<'_> {
        Box::pin(async { Err(Unreachable) })
    }

    fn reaches(&self, one: AreaCode, other: AreaCode) -> bool {
        one.province() == other.province()
    }
}

/// A node over a database that is open.
pub struct Open {
    /// The node.
    pub node: Arc<Node>,
    /// Its ids, for people who are new.
    pub ids: Arc<TimeOrderedIds>,
    /// The working key of its store.
    pub keys: WorkingKey,
}

impl Open {
    /// Opens a database to write to it. Another program that is just ending is waited for, about 5 seconds.
    pub fn to_write(book: &Book) -> Result<Self, Failure> {
        let keys = keys_of(book)?;
        let store = Arc::new(book.at().open(&keys)?);
        let ids = book.at().ids(&store)?;
        Self::over(store, &keys, ids)
    }

    /// Opens a database to read, also while another program writes to it.
    pub fn to_read(book: &Book) -> Result<Self, Failure> {
        let keys = keys_of(book)?;
        Self::over(Arc::new(book.at().read(&keys)?), &keys, TimeOrderedIds::passing())
    }

    /// Opens the rows alone to read, for what asks nothing of a node.
    pub fn rows_to_read(book: &Book) -> Result<Store, Failure> {
        Ok(book.at().read(&keys_of(book)?)?)
    }

    /// Opens the rows alone to write, for what judges nothing.
    pub fn rows_to_write(book: &Book) -> Result<Store, Failure> {
        Ok(book.at().open(&keys_of(book)?)?)
    }

    /// The same; where another program holds the file, with what to do about that.
    pub fn rows_to_write_or(book: &Book, remedy: &str) -> Result<Store, Failure> {
        match book.at().open(&keys_of(book)?) {
            Err(held @ StoreError::Locked { .. }) => Err(Failure::Impossible(format!("{held}\n{remedy}"))),
            opened => Ok(opened?),
        }
    }

    fn over(store: Arc<Store>, keys: &WorkingKey, ids: TimeOrderedIds) -> Result<Self, Failure> {
        let Some(province) = province_of(&store)? else {
            let why =
                "the database serves no province: making it was interrupted. Remove it and run `gongji db init` again";
            return Err(Failure::Impossible(why.to_owned()));
        };
        let law = ready(law_in_force(&store))?;
        Ok(Self::serving((province, law), store, (keys, ids)))
    }

    fn serving(
        (province, law): (AreaCode, Law),
        store: Arc<Store>,
        (keys, ids): (&WorkingKey, TimeOrderedIds),
    ) -> Self {
        let ids = Arc::new(ids);
        let node = Node::new(NodeParts {
            province,
            law,
            store,
            clock: Arc::new(SystemClock),
            ids: ids.clone(),
            peers: Arc::new(NoPeers),
            field_key: field_key(keys),
        });
        let node = Arc::new(node.gathering());
        Self { node, ids, keys: keys.clone() }
    }

    /// Enters a command under a fresh id.
    pub fn enter(&self, message: MessageId, command: Command) -> Result<Answer, Failure> {
        Ok(ready(async {
            self.ids.refresh(USUAL).await?;
            self.node.enter(message, command).await
        })?)
    }

    /// The same on terms.
    pub fn enter_on(&self, terms: Terms, message: MessageId, command: Command) -> Result<Answer, Failure> {
        let taken = ready(async {
            self.ids.refresh(USUAL).await?;
            self.node.take_on(terms, message, command).await
        })?;
        Ok(taken.answer)
    }

    /// An id for a person who is new here.
    pub fn next_person(&self) -> Result<PersonId, Failure> {
        ready(self.ids.refresh(USUAL))?;
        Ok(self.ids.next_person())
    }

    /// Who is meant, if he is registered here; else a sentence about the field that names him.
    pub fn person(&self, field: &str, text: &str) -> Result<PersonId, Failure> {
        let wrong = |why: &str| Failure::NotUnderstood(format!("{field}: {why}"));
        let whose = Whose::parse(text).map_err(|why| wrong(&why))?;
        let unknown = "nobody with this number is registered here: import people first";
        let person = ready(find(&self.node, &whose))?.ok_or_else(|| wrong(unknown))?;
        self.area_of(person)?.map(|_| person).ok_or_else(|| wrong(unknown))
    }

    /// Where a person is insured, if he is registered here.
    pub fn area_of(&self, person: PersonId) -> Result<Option<AreaCode>, Failure> {
        let wanted = Wanted { people: [person].into(), ..Wanted::default() };
        Ok(ready(self.node.store().read(&wanted))?.rows.persons.get(&person).map(|person| person.area))
    }

    /// An institution, if it is registered here. The agency is none.
    pub fn institution(&self, number: i64) -> Result<Option<Institution>, Failure> {
        let id = InstitutionId::from_number(number);
        let wanted = Wanted { institutions: [id].into(), ..Wanted::default() };
        let found = ready(self.node.store().read(&wanted))?.rows.institutions.remove(&id);
        Ok(found.filter(|institution| institution.id != AGENCY))
    }
}

/// Which province a database serves; none if making it was interrupted.
pub fn province_of(store: &Store) -> Result<Option<AreaCode>, Failure> {
    let wanted = Wanted { institutions: [AGENCY].into(), ..Wanted::default() };
    Ok(ready(store.read(&wanted))?.rows.institutions.get(&AGENCY).map(|agency| agency.area))
}

/// The working key of a database, which the master key unwraps.
fn keys_of(book: &Book) -> Result<WorkingKey, Failure> {
    book.key.unwrap(&book.at().envelope()?)
}

/// Digests of fields are keyed with the working key, through a digest of its own.
fn field_key(keys: &WorkingKey) -> FieldKey {
    let parts = (0..4_u8).map(|part| keys.digest("fields", &[part]).to_be_bytes());
    FieldKey::new(&parts.collect::<Vec<_>>().concat())
}

/// Makes a database.
pub fn init(arguments: &Init) -> Ended {
    let province = read_province(&arguments.province)?;
    let book = match &arguments.folder {
        Some(folder) => Book {
            db: Database::File(folder.join("gongji.db")),
            key: Custodian::File(folder.join("gongji.key")),
            patience: arguments.book.patience,
        },
        None => arguments.book.clone(),
    };
    if let Some(folder) = &arguments.folder {
        std::fs::create_dir_all(folder).map_err(|error| {
            Failure::Impossible(format!("{}: the folder cannot be made: {error}", folder.display()))
        })?;
    }
    refuse_existing(&book)?;
    if arguments.new_key {
        book.key.make()?;
    }
    let keys = SystemRandomness::open()?.working_key();
    let envelope = book.key.wrap(&keys)?;
    let store = Arc::new(book.at().create(&keys)?);
    ready(store.keep_envelope(&envelope))?;
    let law = found_law(&store)?;
    let ids = book.at().ids(&store)?;
    let open = Open::serving((province, law), store, (&keys, ids));
    let message = MessageId::new("setup", "agency").expect("short and printable");
    open.enter(message, Command::RegisterInstitution(agency_of(province)))?;
    let (db, key) = (&book.db, &book.key);
    if arguments.json {
        output::json(&json!({ "db": db.to_string(), "key": key.to_string(), "province": province.to_string() }));
    } else {
        output::line(format!(
            "{db}: a database for {province} {}; its key is in {key}",
            province.name_zh().unwrap_or("")
        ));
    }
    Ok(Verdict::Yes)
}

/// Before a key is made for it.
fn refuse_existing(book: &Book) -> Result<(), Failure> {
    let there = match &book.db {
        Database::File(path) if path.exists() => "there is a file already, which is left as it is: name another",
        Database::Server(_) if book.at().steps().is_ok() => "there are tables already, which are left as they are",
        _ => return Ok(()),
    };
    Err(Failure::Impossible(format!("{}: {there}", book.db)))
}

/// The packs of this program become the first law of a database.
pub fn found_law(store: &Store) -> Result<Law, Failure> {
    let program = concat!("gongji ", env!("CARGO_PKG_VERSION"));
    ready(release::found(store, (program, "gongji db"), SystemClock.now()))?;
    Ok(ready(law_in_force(store))?)
}

fn agency_of(province: AreaCode) -> Institution {
    Institution {
        id: AGENCY,
        area: province,
        kind: InstitutionKind::Hospital,
        designation: Designation::Undesignated,
        aid: Takes::No,
        wallet: Takes::No,
    }
}

fn read_province(text: &str) -> Result<AreaCode, Failure> {
    let wrong = |why: &str| Failure::NotUnderstood(format!("--province {text}: {why}"));
    let area = AreaCode::parse(text).map_err(|error| wrong(&error.to_string()))?;
    if !area.is_province() {
        return Err(wrong(&format!("this is no province: write {}", area.province())));
    }
    let law = policy::law_with(None)?;
    if area.name_zh().is_none() && law.area_name(area).is_none() {
        return Err(wrong("no province has this code, as 130000 has Hebei: check the digits"));
    }
    Ok(area)
}
