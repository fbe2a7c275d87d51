//! Bills that are brought over HTTP, to one of several servers of the same database.

use std::time::Duration;

use serde_json::Value;

use super::super::calls::{connect, exchange, settling};

/// A server that has not answered for so long may have been killed; the same is asked of the next one.
const LONGEST: Duration = Duration::from_secs(20);

/// Servers and whose bills are brought to them.
#[derive(Clone, Debug)]
pub struct Servers {
    /// `HOST:PORT` of each.
    pub addresses: Vec<String>,
    /// Tokens of institutions.
    pub tokens: Vec<String>,
    /// Certificate numbers of patients.
    pub patients: Vec<String>,
}

/// What a server answered.
#[derive(Clone, Debug)]
pub(super) struct Answered {
    pub(super) outcome: String,
    /// Whether it had been answered before.
    pub(super) is_repeat: bool,
}

impl Servers {
    /// Brings a bill; the next time it failed, to the next server.
    ///
    /// # Errors
    /// A sentence when there was no good answer.
    pub(super) async fn ask(&self, (name, bill): (&str, u64), tried: u32) -> Result<Answered, String> {
        let place = |number: u64, count: usize| usize::try_from(number).unwrap_or(0) % count;
        let address = &self.addresses[place(bill + u64::from(tried), self.addresses.len())];
        let token = &self.tokens[place(bill, self.tokens.len())];
        let patient = &self.patients[place(bill, self.patients.len())];
        let request = settling(token, patient, &format!("{name}-{bill}"));
        let asked = async { exchange(&mut connect(address).await?, request.as_bytes()).await };
        let told = tokio::time::timeout(LONGEST, asked).await.map_err(|_| format!("{address}: no answer"))??;
        if told.status != 201 {
            return Err(format!("{address}: {}: {}", told.status, told.body));
        }
        let body: Value = serde_json::from_str(&told.body).map_err(|error| format!("{address}: {error}"))?;
        let of = |name: &str| body[name].as_str().unwrap_or("?").to_owned();
        Ok(Answered { outcome: format!("{} aid={}", of("id"), of("aid")), is_repeat: told.is_repeat })
    }
}
