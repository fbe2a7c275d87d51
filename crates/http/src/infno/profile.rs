//! How an institution connects: its code at the interface, how it proves itself, and what its program reads differently.
//!
//! Invariants: an institution without a way to prove itself is let in from this machine alone; secrets never print. Kept as
//! a paper of the agency, encrypted, under the code.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use gongji_domain::access::Holder;
use gongji_domain::institution::Institution;
use gongji_domain::paper::{Paper, PaperKind};
use gongji_service::{Node, Randomness, SealedPaper, ServiceError};
use gongji_wire::dialect::{ApiKey, Client, Cover, Gate, Refused, SealKeys, TifPass};
use gongji_wire::gm::{self, PrivateKey, Secret};
use gongji_wire::mobile::Channel;
use gongji_wire::{Fault, Input, Quirks, Request, Value};
use gongji_words::InstitutionId;
use serde::{Deserialize, Serialize};

use super::refusal::Refusal;
use crate::face::Face;
use crate::route::{Origin, shown_token};

/// Papers of the agency itself have this owner.
pub const AGENCY: InstitutionId = InstitutionId::from_number(0);

/// A name that is shown, and a secret that signs.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Signing {
    /// What is shown: an access key, a name of a platform.
    pub name: String,
    /// What signs.
    pub secret: String,
}

/// Keys by which envelopes are signed and sealed.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sealing {
    /// The client's id, which is also the signer's name.
    pub client: String,
    /// The centre's private key.
    pub ours: String,
    /// The institution's public key.
    pub theirs: String,
    /// Whether outputs are sealed under SM4, or signed alone.
    pub sealed: bool,
}

impl Sealing {
    /// For a client and its public key, with a new private key of the centre (32 bytes in hexadecimal digits). Gives what the
    /// institution needs, too: the centre's public key. `None` where one of them is no key.
    #[must_use]
    pub fn begin((client, theirs): (&str, &str), ours: String, sealed: bool) -> Option<(Self, String)> {
        SealKeys::parse(client, &ours, theirs)?;
        let public = PrivateKey::parse(&ours, client)?.public().to_base64();
        Some((Self { client: client.to_owned(), ours, theirs: theirs.to_owned(), sealed }, public))
    }
}

/// Keys of messages of mobile payment.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mobile {
    /// The id of the institution's program, of 16 characters at least.
    pub app_id: String,
    /// Its secret.
    pub app_secret: String,
    /// The centre's private key.
    pub ours: String,
    /// The institution's public key.
    pub theirs: String,
}

impl Mobile {
    /// For a program and its public key, with a new secret and a new private key of the centre (32 bytes in hexadecimal
    /// digits). Gives what the institution needs, too: the centre's public key. `None` where one of them is no key, or the id
    /// is shorter than sixteen bytes.
    #[must_use]
    pub fn begin((app_id, theirs): (&str, &str), (app_secret, ours): (String, String)) -> Option<(Self, String)> {
        let public = public_key_of(&ours)?;
        let made = Self { app_id: app_id.to_owned(), app_secret, ours, theirs: theirs.to_owned() };
        made.channel()?;
        Some((made, public))
    }

    /// The centre's end of the channel.
    pub(super) fn channel(&self) -> Option<Channel> {
        Channel::parse(&self.app_id, Secret::new(self.app_secret.clone()), (&self.ours, &self.theirs))
    }
}

/// The public key of a private one (SM2), in Base64; `None` where the text is no key.
#[must_use]
pub fn public_key_of(private: &str) -> Option<String> {
    Some(PrivateKey::parse(private, gm::NAME)?.public().to_base64())
}

/// What a token is asked for with (OAuth 2.0, password grant).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// The client's id.
    pub client: String,
    /// Its secret.
    pub secret: String,
    /// The name.
    pub username: String,
    /// The password.
    pub password: String,
}

impl Grant {
    /// The client as it asks.
    pub(super) fn client(&self) -> Client {
        Client {
            id: self.client.clone(),
            secret: Secret::new(self.secret.clone()),
            username: self.username.clone(),
            password: Secret::new(self.password.clone()),
        }
    }
}

/// What happens when a bill comes to more cash than the last preview of its visit said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum WhenChanged {
    /// It is settled, and the answer says both amounts.
    #[default]
    Commit,
    /// It is not settled: the till previews again.
    Refuse,
}

/// How an institution connects.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Profile {
    /// Its number here.
    pub institution: i64,
    /// 定点医药机构编号: H or P and eleven digits.
    pub code: String,
    /// Its name.
    pub name: String,
    /// 统一社会信用代码.
    pub uscc: String,
    /// 医院等级 (`hosp_lv`).
    pub level: String,
    /// Whether it is let in without a proof, from this machine.
    pub open: bool,
    /// Headers `_api_…`.
    pub api: Option<Signing>,
    /// Headers `x-tif-…`.
    pub tif: Option<Signing>,
    /// Signed and sealed envelopes.
    pub seal: Option<Sealing>,
    /// Orders of mobile payment.
    pub mobile: Option<Mobile>,
    /// Tokens for name and password.
    pub oauth: Option<Grant>,
    /// The centre to which calls are passed on that are not served here: `http://` or `https://`, a host, and a path
    /// that stands before that of the call.
    pub upstream: Option<String>,
    /// `infcode` as text.
    pub infcode_as_text: bool,
    /// Whether `fund_pay_sumamt` holds what accounts pay, as in Guangdong.
    pub fund_holds_account: bool,
    /// What happens when a bill comes to more cash than was said.
    pub when_changed: WhenChanged,
    /// Whether it must sign in each day (9001).
    pub must_sign_in: bool,
    /// Kinds of operators (`opter_type`) where no relative's money is taken.
    pub no_aid_at: Vec<String>,
    /// Kinds of operators (`opter_type`) where no wallet's money is taken.
    pub no_wallet_at: Vec<String>,
}

impl fmt::Debug for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Profile({} of {})", self.code, self.institution)
    }
}

impl Profile {
    /// Keeps it in place of what was kept under a code, usually its own; and under the ids of its programs, where its own code is.
    ///
    /// # Errors
    /// [`ServiceError`] of the store.
    pub async fn keep_as(&self, code: &str, by: (&Node, &dyn Randomness)) -> Result<(), ServiceError> {
        put(code, serde_json::to_vec(self).unwrap_or_default(), by).await?;
        for (kind, id) in self.ids() {
            put(&name_of(by.0, (kind, id)), serde_json::to_vec(&self.code).unwrap_or_default(), by).await?;
        }
        Ok(())
    }

    /// The ids by which its programs are known.
    fn ids(&self) -> impl Iterator<Item = (Id, &str)> {
        let app = self.mobile.iter().map(|mobile| (Id::App, mobile.app_id.as_str()));
        app.chain(self.oauth.iter().map(|grant| (Id::Client, grant.client.as_str())))
    }

    /// The code of another institution whose program has one of these ids: a second one would take its messages.
    ///
    /// # Errors
    /// [`ServiceError`] of the store.
    pub async fn rival(&self, node: &Node) -> Result<Option<String>, ServiceError> {
        for id in self.ids() {
            if let Some(other) = Self::with(node, id).await?
                && other.code != self.code
            {
                return Ok(Some(other.code));
            }
        }
        Ok(None)
    }

    /// The one that has this id now. One that had it before has it no more.
    pub(super) async fn with(node: &Node, id: (Id, &str)) -> Result<Option<Self>, ServiceError> {
        let Some(found) = node.paper(PaperKind::Profile, AGENCY, &name_of(node, id)).await? else { return Ok(None) };
        let code: String = serde_json::from_slice(&found.body).unwrap_or_default();
        Ok(Self::of(node, &code).await?.filter(|profile| profile.ids().any(|own| own == id)))
    }

    /// The one of a code.
    ///
    /// # Errors
    /// [`ServiceError`] of the store.
    pub async fn of(node: &Node, code: &str) -> Result<Option<Self>, ServiceError> {
        let found = node.paper(PaperKind::Profile, AGENCY, code).await?;
        Ok(found.and_then(|paper| serde_json::from_slice(&paper.body).ok()))
    }

    pub(super) const fn quirks(&self) -> Quirks {
        Quirks { infcode_as_text: self.infcode_as_text }
    }

    /// Keys and cover of its envelopes, if they are signed.
    pub(super) fn sealing(&self) -> Option<(SealKeys, Cover)> {
        let Sealing { client, ours, theirs, sealed } = self.seal.as_ref()?;
        let keys = SealKeys::parse(client, ours, theirs)?;
        Some((keys, if *sealed { Cover::Sealed } else { Cover::Clear }))
    }

    fn check(&self, headers: &HeaderMap, (origin, node): (Origin, &Node)) -> Result<(), Refused> {
        let look = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
        let shows = |start: &str| headers.keys().any(|name| name.as_str().starts_with(start));
        let secret = |signing: &Signing| Secret::new(signing.secret.clone());
        let gate = if shows("_api_") {
            self.api.as_ref().map(|signing| Gate::Api(ApiKey::new(signing.name.clone(), secret(signing))))
        } else if shows("x-tif-") {
            self.tif.as_ref().map(|signing| Gate::Tif(TifPass::new(signing.name.clone(), secret(signing))))
        } else if self.open && origin.is_here {
            Some(Gate::Open)
        } else {
            return Err(Refused::HeadersMissing);
        };
        gate.ok_or(Refused::UnknownKey)?.check(&look, node.now())
    }
}

/// Profiles that were opened: each message needs that of its institution, and it seldom changes.
#[derive(Default)]
pub(crate) struct Profiles(Mutex<BTreeMap<String, (SealedPaper, Arc<Profile>)>>);

impl Profiles {
    /// The one of a code. Its row is read each time, so one that was replaced or revoked by another program is so at once.
    async fn of(&self, node: &Node, code: &str) -> Result<Option<Arc<Profile>>, ServiceError> {
        let Some(sealed) = node.sealed_paper(PaperKind::Profile, AGENCY, code).await? else { return Ok(None) };
        let known = self.opened().get(code).filter(|(known, _)| *known == sealed).map(|(_, profile)| profile.clone());
        if known.is_some() {
            return Ok(known);
        }
        let paper = node.open_paper(sealed.clone())?;
        let Some(profile) = serde_json::from_slice(&paper.body).ok().map(Arc::new) else { return Ok(None) };
        self.opened().insert(code.to_owned(), (sealed, Arc::clone(&profile)));
        Ok(Some(profile))
    }

    fn opened(&self) -> MutexGuard<'_, BTreeMap<String, (SealedPaper, Arc<Profile>)>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// By what a program of an institution is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Id {
    /// `appId` of mobile payment.
    App,
    /// The client that asks for tokens.
    Client,
}

/// Where the code of the institution stands that has an id. No code of an institution has this form.
fn name_of(node: &Node, (kind, id): (Id, &str)) -> String {
    let kind = if kind == Id::App { "app" } else { "client" };
    format!("{kind}-{}", node.number_of(kind, id))
}

/// Keeps a paper of the agency in place of what there was.
async fn put(name: &str, body: Vec<u8>, (node, randomness): (&Node, &dyn Randomness)) -> Result<(), ServiceError> {
    loop {
        let before = node.paper(PaperKind::Profile, AGENCY, name).await?;
        let version = before.map_or(1, |before| before.version + 1);
        let (kind, owner, at) = (PaperKind::Profile, AGENCY, node.now());
        let paper = Paper { kind, owner, name: name.to_owned(), person: None, at, version, body: body.clone() };
        if node.keep_paper(&paper, randomness).await? {
            return Ok(());
        }
    }
}

/// Who sent a message, once he is let in.
pub(super) struct Entered {
    pub profile: Arc<Profile>,
    pub institution: Institution,
}

/// Lets an institution in.
///
/// # Errors
/// [`Refusal`]: its code is not known, or it did not prove itself.
pub(super) async fn entered(
    face: &Face,
    request: &Request,
    (headers, origin): (&HeaderMap, Origin),
) -> Result<Entered, Refusal> {
    let node = face.node();
    let unknown = || {
        let (zh, en) = ("机构编号没有登记，请核对或联系医保经办机构", "this institution is not registered");
        Refusal::unknown("fixmedins_code", zh, en)
    };
    let profile = face.profiles.of(node, &request.fixmedins_code).await?.ok_or_else(unknown)?;
    let id = InstitutionId::from_number(profile.institution);
    if headers.contains_key(AUTHORIZATION) {
        let token = shown_token(headers).ok_or(Refusal::Gate(Refused::HeadersMissing))?;
        let found = node.admitted(token).await?;
        let is_its = found.is_some_and(|credential| credential.holder == Holder::Institution(id));
        if !is_its {
            return Err(Refusal::Gate(Refused::UnknownKey));
        }
    } else {
        profile.check(headers, (origin, node)).map_err(Refusal::Gate)?;
    }
    let institution = node.institution(id).await?.ok_or_else(unknown)?;
    Ok(Entered { profile, institution })
}

/// The input in the clear, taken out of its request. An institution whose envelopes are signed signs all of them.
///
/// # Errors
/// [`Refusal`]: it cannot be opened, or its signature is wrong.
pub(super) fn opened(request: &mut Request, sealing: Option<&(SealKeys, Cover)>) -> Result<Value, Refusal> {
    match (sealing, &mut request.input) {
        (Some((keys, _)), _) => Ok(keys.open(request)?),
        (None, Input::Open(value)) => Ok(std::mem::replace(value, Value::Null)),
        (None, Input::Sealed(_)) => Err(Refusal::Fault(Fault::Sealed)),
    }
}
