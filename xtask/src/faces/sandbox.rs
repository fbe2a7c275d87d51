//! A sandbox of this tree, at a free port.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::Value;

use crate::built::built;

/// A sandbox; ended when it is dropped.
pub struct Sandbox {
    child: Child,
    told: Value,
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        let _ended_already = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Sandbox {
    /// Builds it and waits until it listens.
    ///
    /// # Errors
    /// A sentence, where it cannot be built or does not say where it listens.
    pub fn start(root: &Path) -> Result<Self, String> {
        let program = built(root, &["build", "--package", "gongji"], "gongji")?;
        let mut command = Command::new(program);
        command.args(["sandbox", "--port", "0", "--json"]).stdin(Stdio::null()).stdout(Stdio::piped());
        let child = command.spawn().map_err(|error| format!("the sandbox cannot be started: {error}"))?;
        let mut sandbox = Self { child, told: Value::Null };
        let mut line = String::new();
        let stdout = sandbox.child.stdout.as_mut().ok_or("the sandbox says nothing")?;
        BufReader::new(stdout).read_line(&mut line).map_err(|error| error.to_string())?;
        sandbox.told = serde_json::from_str(&line).map_err(|error| format!("what the sandbox says: {error}"))?;
        Ok(sandbox)
    }

    /// Where it listens.
    pub fn url(&self) -> &str {
        self.told["url"].as_str().unwrap_or_default()
    }

    /// The token of somebody with a role.
    pub fn key(&self, role: &str) -> &str {
        self.told["keys"][role].as_str().unwrap_or_default()
    }

    /// The token of an institution that takes no aid, and that nobody misses.
    pub fn spare_key(&self) -> &str {
        let institutions = self.told["institutions"].as_array().map(Vec::as_slice).unwrap_or_default();
        let spare = institutions.iter().find(|one| one["key"] == "T-HOSP-WINDOWONLY");
        spare.and_then(|one| one["secrets"]["token"].as_str()).unwrap_or_default()
    }

    /// Whether it still runs.
    pub fn runs(&mut self) -> bool {
        self.child.try_wait().is_ok_and(|ended| ended.is_none())
    }
}
