//! Running the program, and a database in a temporary folder with a small family in it.

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::SystemTime;

use gongji_words::Moment;
use serde_json::Value;
use tempfile::TempDir;

/// A mother in Shijiazhuang; nobody has a certificate of this region.
pub const MOTHER: &str = "170101194804020223";
/// Her son, an employee.
pub const SON: &str = "170101197206150312";

/// The program with arguments and without the environment's own database.
pub fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_gongji"));
    command.args(arguments).stdin(Stdio::null());
    let own = ["DB", "KEY", "SHREDS", "PIN", "DSN", "PATIENCE", "RESTORE_TO", "WITNESS", "CONFIG", "LISTEN"];
    own.map(|name| format!("GONGJI_{name}")).into_iter().for_each(|name| {
        command.env_remove(name);
    });
    command
}

/// What a run of the program came to.
pub struct Ran {
    pub status: i32,
    pub out: String,
    pub err: String,
}

impl Ran {
    pub fn of(output: Output) -> Self {
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("the program writes UTF-8");
        let status = output.status.code().expect("the program was not killed");
        Self { status, out: text(output.stdout), err: text(output.stderr) }
    }

    pub fn json(&self) -> Value {
        serde_json::from_str(&self.out).unwrap_or_else(|error| panic!("{error}: {}\n{}", self.out, self.err))
    }

    pub fn last_line(&self) -> &str {
        self.out.lines().last().unwrap_or_default()
    }
}

/// Runs the program to its end.
pub fn run(arguments: &[&str]) -> Ran {
    Ran::of(program(arguments).output().expect("the program starts"))
}

/// A file of the repository.
pub fn of_repository(path: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    root.join(path).canonicalize().expect("a file of the repository").display().to_string()
}

/// The address of a server on which databases may be made.
pub fn server() -> String {
    std::env::var("GONGJI_TEST_POSTGRES")
        .expect("GONGJI_TEST_POSTGRES is set: run the tests by `cargo xtask postgres cargo nextest run`")
}

/// What a server answers, a line for each row, without the program.
pub fn psql(address: &str, text: &str) -> String {
    let mut psql = psql_at(address);
    let output = psql.args(["-c", text]).output().expect("psql comes with PostgreSQL");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

fn psql_at(address: &str) -> Command {
    let beside = gongji_scratch::programs().map(|programs| programs.join("psql")).filter(|psql| psql.is_file());
    let mut psql = Command::new(beside.unwrap_or_else(|| "psql".into()));
    psql.args(["-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1"]).arg(address);
    psql
}

/// How many schemas a server's first database has whose names are like this.
pub fn schemas_like(address: &str, pattern: &str) -> usize {
    let text = format!("select count(*) from pg_namespace where nspname like '{pattern}'");
    psql(address, &text).trim().parse().unwrap()
}

/// A server that root starts runs for another account, which needs a folder that it may enter.
pub fn open_to_all(folder: &Path) {
    use std::os::unix::fs::PermissionsExt;
    std::fs::set_permissions(folder, std::fs::Permissions::from_mode(0o777)).unwrap();
}

/// Somebody else who has the database open.
pub struct Session(Child);

impl Session {
    /// Lets go of everything.
    pub fn end(&mut self) {
        drop(self.0.stdin.take());
        self.0.wait().unwrap();
    }
}

/// Somebody who has done this in a database, up to its last line, and has not gone.
pub fn session_at(address: &str, text: &str) -> Session {
    let mut psql = psql_at(address).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
    writeln!(psql.stdin.as_mut().unwrap(), "{text}").unwrap();
    let mut lines = BufReader::new(psql.stdout.take().unwrap()).lines();
    assert!(lines.any(|line| line.unwrap() == "held"), "the last line says that it is done");
    Session(psql)
}

/// An empty database on the server; gone with this.
pub struct Vacant(String);

impl Vacant {
    pub fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("town_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        psql(&server(), &format!("create database {name} template template0"));
        Self(name)
    }

    pub fn address(&self) -> String {
        server().replace("dbname=postgres", &format!("dbname={}", self.0))
    }
}

impl Drop for Vacant {
    fn drop(&mut self) {
        let _it_ends_with_the_server = psql_at(&server()).args(["-c", &format!("drop database {}", self.0)]).output();
    }
}

/// A database for Hebei with mother and son in it, the son bound, his account filled.
pub struct Town {
    folder: TempDir,
    /// Where it is on the server, if it is there.
    place: Option<Vacant>,
}

impl Town {
    /// The province alone.
    pub fn empty() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), place: None }.made()
    }

    /// The same in a database of its own on a server.
    pub fn on_server() -> Self {
        Self { folder: tempfile::tempdir().unwrap(), place: Some(Vacant::new()) }.made()
    }

    fn made(self) -> Self {
        let town = self;
        let made = town.run(&["db", "init", "--province", "130000", "--new-key"]);
        assert_eq!(made.status, 0, "{}", made.err);
        town
    }

    /// With the family, a hospital (1301) and a pharmacy (1302).
    pub fn settled() -> Self {
        Self::empty().peopled()
    }

    /// The same on a server.
    pub fn settled_on_server() -> Self {
        Self::on_server().peopled()
    }

    fn peopled(self) -> Self {
        let town = self;
        let people =
            format!("certificate,name,area,scheme\n{MOTHER},刘桂兰,130100,resident\n{SON},赵建国,130100,employee\n");
        town.import("people", &people);
        town.import("institutions", "number,area,kind\n1301,130100,hospital\n1302,130100,pharmacy\n");
        town.import("credits", &format!("person,amount,kind\n{SON},100000.00,opening\n"));
        let bind = format!(r#"{{"id": "BIND", "sponsor": "{SON}", "beneficiary": "{MOTHER}", "relation": "parent"}}"#);
        let bound = town.run_on("bind", &town.file("bind.json", bind.as_bytes()));
        assert_eq!(bound.last_line(), "BIND: active", "{}", bound.err);
        town
    }

    fn import(&self, what: &str, text: &str) {
        let imported = self.run(&["import", what, &self.file(&format!("{what}.csv"), text.as_bytes())]);
        assert_eq!(imported.status, 0, "{}", imported.err);
    }

    /// A file in the folder.
    pub fn file(&self, name: &str, bytes: &[u8]) -> String {
        let path = self.path(name);
        std::fs::write(&path, bytes).unwrap();
        path.display().to_string()
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// Where the database is.
    pub fn address(&self) -> String {
        self.place.as_ref().map_or_else(|| self.path("gongji.db").display().to_string(), Vacant::address)
    }

    /// What the database on the server answers, without the program.
    pub fn psql(&self, text: &str) -> String {
        psql(&self.address(), text)
    }

    /// Somebody who has done this on the server, up to its last line, and has not gone.
    pub fn session(&self, text: &str) -> Session {
        session_at(&self.address(), text)
    }

    /// The program on this database.
    pub fn program(&self, arguments: &[&str]) -> Command {
        let mut command = program(arguments);
        command.env("GONGJI_DB", self.address()).env("GONGJI_KEY", self.path("gongji.key"));
        command.env("GONGJI_SHREDS", self.path("gongji.shreds"));
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Ran {
        Ran::of(self.program(arguments).output().expect("the program starts"))
    }

    /// A command with a file.
    pub fn run_on(&self, command: &str, file: &str) -> Ran {
        let words: Vec<&str> = command.split(' ').chain([file]).collect();
        self.run(&words)
    }

    /// What stands in the store, as one digest; the audit must be clean.
    pub fn digest(&self) -> String {
        let audit = self.run(&["audit", "--digest", "--json"]);
        assert_eq!(audit.status, 0, "{}{}", audit.out, audit.err);
        audit.json()["digest"].as_str().expect("a digest").to_owned()
    }

    /// What a personal account holds.
    pub fn balance(&self, person: &str) -> String {
        self.run(&["balance", person, "--json"]).json()["balance"].as_str().expect("an amount").to_owned()
    }
}

/// A bill of the mother's at the hospital.
pub fn bill(id: &str, copay: &str) -> String {
    format!(
        r#"{{"id": "{id}", "patient": "{MOTHER}", "institution": 1301, "kind": "outpatient", "parts": {{"copay": "{copay}"}}}}"#
    )
}

/// The moment, by the clock that the program reads too.
pub fn now() -> Moment {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
    Moment::from_millis(i64::try_from(since.as_millis()).unwrap())
}

/// Today in China.
pub fn today() -> String {
    now().day().to_string()
}
