//! Running the program, and a database in a temporary folder with a small family in it.

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

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
    ["GONGJI_DB", "GONGJI_KEY", "GONGJI_SHREDS", "GONGJI_PIN"].into_iter().for_each(|name| {
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

/// A database for Hebei with mother and son in it, the son bound, his account filled.
pub struct Town {
    folder: TempDir,
}

impl Town {
    /// The province alone.
    pub fn empty() -> Self {
        let town = Self { folder: tempfile::tempdir().unwrap() };
        let made = town.run(&["db", "init", "--province", "130000", "--new-key"]);
        assert_eq!(made.status, 0, "{}", made.err);
        town
    }

    /// With the family, a hospital (1301) and a pharmacy (1302).
    pub fn settled() -> Self {
        let town = Self::empty();
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

    /// The program on this database.
    pub fn program(&self, arguments: &[&str]) -> Command {
        let mut command = program(arguments);
        command.env("GONGJI_DB", self.path("gongji.db")).env("GONGJI_KEY", self.path("gongji.key"));
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
