//! Randomness, for keys only: the operating system's.

use std::fs::File;
use std::io::Read;

use gongji_store::{MasterKey, WorkingKey};

use crate::output::Failure;

/// The operating system's source of random bytes.
pub struct SystemRandomness(File);

impl SystemRandomness {
    /// Opens it.
    pub fn open() -> Result<Self, Failure> {
        let file = File::open("/dev/urandom");
        file.map(Self).map_err(|error| Failure::Impossible(format!("no randomness of the system for keys: {error}")))
    }

    /// Fills a slice.
    pub fn fill(&mut self, bytes: &mut [u8]) {
        self.0.read_exact(bytes).expect("the system's source of random bytes never ends");
    }

    /// A new master key.
    pub fn master_key(&mut self) -> MasterKey {
        MasterKey::generate(self.key())
    }

    /// A new working key.
    pub fn working_key(&mut self) -> WorkingKey {
        WorkingKey::generate(self.key())
    }

    /// A name that nobody else has.
    pub fn name(&mut self) -> String {
        let mut bytes = [0; 8];
        self.fill(&mut bytes);
        gongji_store::hex(&bytes)
    }

    /// A key, or a secret.
    pub fn key(&mut self) -> [u8; 32] {
        let mut bytes = [0; 32];
        self.fill(&mut bytes);
        bytes
    }
}
