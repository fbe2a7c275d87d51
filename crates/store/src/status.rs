//! What stands in a database and how it is kept, for whoever looks after it; read without any key.

use crate::sql::steps;

/// A numbered step that makes tables.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// From 1.
    pub number: i64,
    /// What it makes.
    pub name: &'static str,
    /// Its text, as the engine runs it.
    pub text: &'static str,
}

impl Step {
    /// The digest of the text that is written down when the step was run: SM3, in hexadecimal digits.
    #[must_use]
    pub fn digest(&self) -> String {
        steps::digest(self.text)
    }
}

/// Which steps a database has behind it, and which it has not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Steps {
    /// Those that were run, in their order.
    pub done: Vec<Step>,
    /// Those that would be run, in their order.
    pub missing: Vec<Step>,
}

impl Steps {
    pub(crate) fn after(done: usize, all: &[(&'static str, &'static str)]) -> Self {
        let step = |(place, (name, text)): (usize, &(&'static str, &'static str))| Step {
            number: steps::number_of(place),
            name,
            text,
        };
        let mut all: Vec<Step> = all.iter().enumerate().map(step).collect();
        let missing = all.split_off(done);
        Self { done: all, missing }
    }
}

/// How a database is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// Its steps.
    pub steps: Steps,
    /// How long it is, with its indexes, in bytes.
    pub bytes: u64,
    /// Programs that have it open: of a file those that write to it, one at most; of a server all but this one.
    pub programs: u64,
    /// Settings on which it depends that what was acknowledged outlives a crash, and what they are.
    pub settings: Vec<(&'static str, String)>,
}
