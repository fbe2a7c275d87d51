//! The door (准入): giving out tokens, taking them back, signing in.
//!
//! Invariants: a token leaves here once and is kept as its SM3 alone; whose roles or password change is signed out
//! everywhere. Deliberately absent: what a role may do, which faces say, and any memory of tokens that lets somebody in, so that
//! what is taken back is taken back at once.

use std::collections::BTreeSet;
use std::fmt;

use gongji_domain::access::{Credential, Holder, Role, Staff, Visit};
use gongji_domain::release::{Signed, is_same_person, signing_name};
use gongji_words::{AreaCode, InstitutionId, MessageId, Moment, PersonId};
use sm3::{Digest, Sm3};

use crate::error::ServiceError;
use crate::node::Node;
use crate::ports::{Passwords, Randomness};

/// What every token begins with, so that one in the wrong place is recognised.
const PREFIX: &str = "gongji_";

/// Random bytes of a token.
const BYTES: usize = 32;

/// The longest name to sign in with, in characters: it must fit the sender of a message.
pub const LONGEST_NAME: usize = 48;

/// A token in the clear: shown once.
pub struct Token(String);

impl Token {
    fn of(randomness: &dyn Randomness) -> Self {
        let mut bytes = [0; BYTES];
        randomness.fill(&mut bytes);
        let digits: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        Self(format!("{PREFIX}{digits}"))
    }

    /// The text, to be shown to its holder.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(***)")
    }
}

/// As a token is kept.
#[must_use]
pub fn digest_of(token: &str) -> [u8; 32] {
    Sm3::digest(token.as_bytes()).into()
}

/// For whom a token is made.
#[derive(Clone, Debug)]
pub struct NewToken {
    /// Whose it is.
    pub holder: Holder,
    /// What he is.
    pub roles: BTreeSet<Role>,
    /// The areas that he reaches.
    pub areas: BTreeSet<AreaCode>,
    /// Until when; `None`: until it is revoked.
    pub until: Option<Moment>,
}

impl NewToken {
    /// For an institution.
    #[must_use]
    pub fn of_institution(institution: InstitutionId, until: Option<Moment>) -> Self {
        let (roles, areas) = ([Role::Institution].into(), BTreeSet::new());
        Self { holder: Holder::Institution(institution), roles, areas, until }
    }
}

/// What came of signing in.
#[derive(Debug)]
pub enum SignedIn {
    /// A session has begun.
    In(Token, Credential),
    /// The name or the password is wrong.
    Wrong,
    /// It was tried too often: nobody looked at the password.
    TooOften,
}

/// A name to sign in with; none of one that is empty, too long, or no line.
#[must_use]
pub fn staff_name(text: &str) -> Option<&str> {
    signing_name(text).filter(|name| name.chars().count() <= LONGEST_NAME)
}

impl Node {
    /// Gives a token out.
    ///
    /// # Errors
    /// [`ServiceError`] of the store.
    pub async fn issue(
        &self,
        new: NewToken,
        randomness: &dyn Randomness,
        signed: Signed,
    ) -> Result<(Token, Credential), ServiceError> {
        let token = Token::of(randomness);
        let NewToken { holder, roles, areas, until } = new;
        let (digest, from) = (digest_of(token.reveal()), signed.at);
        let credential = Credential { digest, holder, roles, areas, from, until, issued: signed, revoked: None };
        self.parts.store.keep_credentials(std::slice::from_ref(&credential)).await?;
        Ok((token, credential))
    }

    /// Whom a token lets in now, if anybody.
    ///
    /// # Errors
    /// [`ServiceError`] of the store.
    pub async fn admitted(&self, token: &str) -> Result<Option<Credential>, ServiceError> {
        if !token.starts_with(PREFIX) {
            return Ok(None);
        }
        let found = self.parts.store.credential(&digest_of(token)).await?;
        Ok(found.filter(|credential| credential.is_valid(self.parts.clock.now())))
    }

    /// Takes tokens back that are valid and are of this name, as [`Credential::name`] gives it. Returns them.
    ///
    /// # Errors
    /// [`ServiceError`] of the store.
    pub async fn revoke(&self, name: &str, signed: Signed) -> Result<Vec<Credential>, ServiceError> {
        let all = self.parts.store.credentials(None).await?;
        self.revoke_all(all.into_iter().filter(|credential| credential.name() == name), signed).await
    }

    async fn revoke_all(
        &self,
        credentials: impl Iterator<Item = Credential>,
        signed: Signed,
    ) -> Result<Vec<Credential>, ServiceError> {
        let open = credentials.filter(|credential| credential.revoked.is_none());
        let revoked: Vec<Credential> =
            open.map(|credential| Credential { revoked: Some(signed.clone()), ..credential }).collect();
        self.parts.store.keep_credentials(&revoked).await?;
        Ok(revoked)
    }

    /// Every token that was given out, in the order of their digests.
    ///
    /// # Errors
    /// [`ServiceError`] of the store.
    pub async fn credentials(&self) -> Result<Vec<Credential>, ServiceError> {
        Ok(self.parts.store.credentials(None).await?)
    }

    /// All staff, by name.
    ///
    /// # Errors
    /// [`ServiceError`] of the store.
    pub async fn all_staff(&self) -> Result<Vec<Staff>, ServiceError> {
        Ok(self.parts.store.all_staff().await?)
    }

    /// A member of staff.
    ///
    /// # Errors
    /// [`ServiceError`] of the store.
    pub async fn staff(&self, name: &str) -> Result<Option<Staff>, ServiceError> {
        Ok(self.parts.store.staff(name).await?)
    }

    /// Whether two names that staff sign in with are one person's: as they are written, or as the agency knows who has them.
    ///
    /// # Errors
    /// [`ServiceError`] of the store.
    pub async fn are_one_person(&self, one: &str, other: &str) -> Result<bool, ServiceError> {
        let (who, whom) = (self.staff(one).await?, self.staff(other).await?);
        let [who, whom] =
            [(&who, one), (&whom, other)].map(|(staff, name)| staff.as_ref().map_or(name, Staff::identity));
        Ok(is_same_person(one, other) || is_same_person(who, whom))
    }

    /// Keeps a member of staff as he is now, and ends his sessions.
    ///
    /// # Errors
    /// [`ServiceError`] of the store.
    pub async fn keep_staff(&self, staff: &Staff) -> Result<(), ServiceError> {
        self.parts.store.keep_staff(staff).await?;
        let sessions = self.parts.store.credentials(Some(&Holder::Staff(staff.name.clone()))).await?;
        self.revoke_all(sessions.into_iter(), staff.changed.clone()).await.map(|_| ())
    }

    /// Signs in: a token until then, if name and password are right. A name that nobody has takes as long, and is counted
    /// like any other ([`crate::tries`]).
    ///
    /// # Errors
    /// [`ServiceError`] of the store.
    pub async fn sign_in(
        &self,
        (name, password): (&str, String),
        (passwords, randomness): (&dyn Passwords, &dyn Randomness),
        until: Moment,
    ) -> Result<SignedIn, ServiceError> {
        if !self.tries().begin(name, self.parts.clock.now()) {
            return Ok(SignedIn::TooOften);
        }
        let staff = self.parts.store.staff(name).await?.filter(|staff| staff.active);
        let text = staff.as_ref().map(|staff| staff.password.clone());
        let is_right = passwords.is_of(password, text).await;
        let Some(Staff { name, roles, areas, .. }) = staff.filter(|_| is_right) else { return Ok(SignedIn::Wrong) };
        self.tries().succeed(&name);
        let signed = Signed { by: name.clone(), at: self.parts.clock.now() };
        let new = NewToken { holder: Holder::Staff(name), roles, areas, until: Some(until) };
        let (token, credential) = self.issue(new, randomness, signed).await?;
        Ok(SignedIn::In(token, credential))
    }

    /// Ends a session.
    ///
    /// # Errors
    /// [`ServiceError`] of the store.
    pub async fn sign_out(&self, credential: Credential, signed: Signed) -> Result<(), ServiceError> {
        self.revoke_all(std::iter::once(credential), signed).await.map(|_| ())
    }

    /// Registers a visit; gives the one of this name that is there now, which may be of another patient.
    ///
    /// # Errors
    /// [`ServiceError`] of the store.
    pub async fn open_visit(
        &self,
        (institution, name): (InstitutionId, &str),
        patient: PersonId,
    ) -> Result<Visit, ServiceError> {
        let opened = self.parts.clock.now();
        let visit = Visit { institution, name: name.to_owned(), patient, opened, previews: 0 };
        Ok(self.parts.store.open_visit(&visit).await?)
    }

    /// A visit, whatever its day.
    ///
    /// # Errors
    /// [`ServiceError`] of the store.
    pub async fn visit(&self, institution: InstitutionId, name: &str) -> Result<Option<Visit>, ServiceError> {
        Ok(self.parts.store.visit(institution, name).await?)
    }

    /// A message for a question that leaves nothing behind: each has a name of its own.
    #[must_use]
    pub fn preview_message(&self) -> MessageId {
        let name = self.parts.ids.next().number().to_string();
        MessageId::new("preview", name).expect("numbers are short and printable")
    }

    /// A visit that is good today.
    ///
    /// # Errors
    /// [`ServiceError`] of the store.
    pub async fn visit_of_today(&self, institution: InstitutionId, name: &str) -> Result<Option<Visit>, ServiceError> {
        let found = self.parts.store.visit(institution, name).await?;
        Ok(found.filter(|visit| visit.opened.day() == self.parts.clock.now().day()))
    }

    /// The visits of a patient, each with how many previews were asked for.
    ///
    /// # Errors
    /// [`ServiceError`] of the store.
    pub async fn visits_of(&self, patient: PersonId) -> Result<Vec<Visit>, ServiceError> {
        Ok(self.parts.store.visits_of(patient).await?)
    }

    /// Counts a preview, before it is answered; no if the visit has had its number of them.
    ///
    /// # Errors
    /// [`ServiceError`] of the store.
    pub async fn count_preview(&self, institution: InstitutionId, visit: &str) -> Result<bool, ServiceError> {
        Ok(self.parts.store.count_preview(institution, visit).await?)
    }
}
