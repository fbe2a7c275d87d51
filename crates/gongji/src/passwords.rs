//! Passwords of staff: Argon2id, on threads of its own, a few at a time because each takes 19 MB.

use std::sync::{Arc, Mutex, PoisonError};

use argon2::{Argon2, PasswordHasher as _, PasswordVerifier as _};
use gongji_service::Passwords;
use gongji_service::ports::{Randomness, Slow};
use tokio::sync::Semaphore;

use crate::randomness::SystemRandomness;

/// At a time.
const AT_ONCE: usize = 2;

/// Bytes of a salt.
const SALT: usize = 16;

/// Slow digests of passwords.
pub struct SlowPasswords {
    turns: Arc<Semaphore>,
    randomness: Arc<dyn Randomness>,
}

impl SlowPasswords {
    /// With salts of this randomness.
    pub fn new(randomness: Arc<dyn Randomness>) -> Self {
        Self { turns: Arc::new(Semaphore::new(AT_ONCE)), randomness }
    }
}

/// What a password is held against where nobody has the name, so that it takes as long.
const NOBODY: &[u8] = b"nobody has this";

impl Passwords for SlowPasswords {
    fn text_of(&self, password: String) -> Slow<'_, String> {
        let mut salt = [0; SALT];
        self.randomness.fill(&mut salt);
        Box::pin(async move {
            let _turn = self.turns.acquire().await;
            let hashed = tokio::task::spawn_blocking(move || text_of(&password, &salt)).await;
            hashed.expect("a digest of a password does not panic")
        })
    }

    fn is_of(&self, password: String, text: Option<String>) -> Slow<'_, bool> {
        Box::pin(async move {
            let _turn = self.turns.acquire().await;
            let compared = move || match text {
                Some(text) => Argon2::default().verify_password(password.as_bytes(), text.as_str()).is_ok(),
                None => text_of(&password, NOBODY).is_empty(),
            };
            tokio::task::spawn_blocking(compared).await.unwrap_or(false)
        })
    }
}

fn text_of(password: &str, salt: &[u8]) -> String {
    let hashed = Argon2::default().hash_password_with_salt(password.as_bytes(), salt);
    hashed.expect("a salt of this length is taken").to_string()
}

/// The system's randomness for several at once.
pub struct SharedRandomness(Mutex<SystemRandomness>);

impl SharedRandomness {
    /// Of this source.
    pub const fn of(source: SystemRandomness) -> Self {
        Self(Mutex::new(source))
    }
}

impl Randomness for SharedRandomness {
    fn fill(&self, bytes: &mut [u8]) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).fill(bytes);
    }
}
