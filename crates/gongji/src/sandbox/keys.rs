//! Tokens of the sandbox: for each institution, and for each role of staff. They are the same in every run.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU64, Ordering};

use gongji_domain::access::{Holder, Role};
use gongji_domain::institution::{Institution, InstitutionKind};
use gongji_domain::release::Signed;
use gongji_http::infno::profile::{Grant, Mobile, Profile, Sealing, Signing, public_key_of};
use gongji_scenario::world::Standing;
use gongji_service::door::NewToken;
use gongji_service::{Node, Randomness};
use gongji_wire::gm::PrivateKey;
use gongji_words::{AreaCode, InstitutionId};
use serde_json::{Map, Value, json};

use super::TILL;
use crate::commands::connect::grant_shown;
use crate::output::Failure;
use crate::ready;

/// No secret: everybody knows what comes next.
struct Known(AtomicU64);

impl Randomness for Known {
    fn fill(&self, bytes: &mut [u8]) {
        bytes.fill(0);
        let number = self.0.fetch_add(1, Ordering::AcqRel).to_be_bytes();
        bytes.iter_mut().rev().zip(number.iter().rev()).for_each(|(byte, digit)| *byte = *digit);
    }
}

/// An institution with its token.
struct Till {
    key: String,
    id: InstitutionId,
    area: AreaCode,
    token: String,
    /// How it connects by the national interface.
    profile: Profile,
    /// What it signs and seals with under its other code, if it has one.
    sealed: Value,
    /// What it signs with under a third, whose envelopes are signed and not sealed.
    signed: Value,
}

/// How an institution of the sandbox connects: in every way, and from this machine in none.
fn profile_of(key: &str, institution: &Institution) -> Profile {
    let (id, area) = (institution.id.number(), institution.area);
    let letter = if institution.kind == InstitutionKind::Pharmacy { 'P' } else { 'H' };
    let signing = |kind: &str| Signing { name: format!("{kind}-{id}"), secret: format!("sandbox-{kind}-secret-{id}") };
    Profile {
        institution: id,
        code: format!("{letter}{area}{:05}", id.rem_euclid(100_000)),
        name: key.to_owned(),
        uscc: format!("91{area}SANDBOX{:03}", id.rem_euclid(1_000)),
        level: "05".to_owned(),
        open: true,
        upstream: (key == STRICT).then(|| GONE.to_owned()),
        must_sign_in: key == STRICT,
        api: Some(signing("api")),
        tif: Some(signing("tif")),
        mobile: Some(mobile_of(id).0),
        oauth: Some(Grant {
            client: format!("client-{id}"),
            secret: format!("sandbox-client-secret-{id}"),
            username: format!("user-{id}"),
            password: format!("sandbox-password-{id}"),
        }),
        ..Profile::default()
    }
}

/// The hospital that has another centre behind this one, and has to sign in every day.
const STRICT: &str = "T-HOSP-SLOW";
/// A centre that does not answer: nobody listens at this port of a machine that has no such service (RFC 863).
const GONE: &str = "http://127.0.0.1:9";

/// A private key that everybody knows.
fn known_key(number: i64) -> String {
    format!("{number:064x}")
}

/// Keys of mobile payment: the profile's, and what its institution has.
fn mobile_of(id: i64) -> (Mobile, Value) {
    let [ours, theirs] = [known_key(1_000_000 + id), known_key(2_000_000 + id)];
    let public = |private: &str| public_key_of(private).expect("a small number is a key");
    let (app_id, app_secret) = (format!("SANDBOX{id:025}"), format!("sandbox-mobile-secret-{id}"));
    let shown =
        json!({ "app_id": app_id, "app_secret": app_secret, "private_key": theirs, "public_key": public(&ours) });
    let theirs = public(&theirs);
    (Mobile { app_id, app_secret, ours, theirs }, shown)
}

/// How the first hospital connects besides, under a code of its own: its envelopes are signed (SM2), and sealed (SM4) or not. What
/// its side needs goes with it.
fn enveloped(profile: &Profile, is_sealed: bool) -> (Profile, Value) {
    let (client, theirs, ours) =
        (format!("sandbox-client-{:05}", profile.institution), "5a".repeat(32), "3c".repeat(32));
    let public = PrivateKey::parse(&theirs, &client).expect("32 bytes are a key").public().to_base64();
    let (sealing, centre_key) =
        Sealing::begin((&client, &public), ours, is_sealed).expect("an id of sixteen characters, and two keys");
    let digit = if is_sealed { 9 } else { 8 };
    let code = format!("{}{digit}{:04}", &profile.code[..7], profile.institution.rem_euclid(10_000));
    let told = json!({ "fixmedins_code": code, "client": client, "private_key": theirs, "centre_key": centre_key });
    (Profile { code, seal: Some(sealing), ..profile.clone() }, told)
}

/// Somebody who has two roles, and may still not approve what he proposed.
const BOTH: &str = "clerk-and-reviewer";

/// All tokens.
pub struct Keys {
    tills: Vec<Till>,
    /// The institution whose key is shown first; a scene may have none.
    first: Option<String>,
    staff: BTreeMap<String, String>,
}

impl Keys {
    /// Gives them out: institutions at the node of their province, staff at all nodes and for all of it.
    pub fn give(standing: &Standing) -> Result<Self, Failure> {
        // Papers take their own, so that tokens stay what documents say.
        let (known, of_papers) = (Known(AtomicU64::new(1)), Known(AtomicU64::new(1 << 32)));
        let signed = || Signed {
            by: "sandbox".to_owned(),
            at: standing.nodes.values().map(|node| node.now()).min().expect("there are nodes"),
        };
        let first = Some(TILL.to_owned()).filter(|key| standing.institutions.contains_key(key));
        let first = first.or_else(|| standing.institutions.keys().next().cloned());
        let mut tills = Vec::new();
        for (key, (id, area)) in &standing.institutions {
            let node = standing.nodes.get(&area.province()).expect("an institution has its node");
            let token = issue(node, NewToken::of_institution(*id, None), (&known, signed()))?;
            let institution = ready(node.institution(*id))?;
            let profile = institution.map(|institution| profile_of(key, &institution)).unwrap_or_default();
            // Under its number too, which is all that the scenes name it by.
            for code in [profile.code.clone(), id.number().to_string()] {
                ready(profile.keep_as(&code, (node, &of_papers)))?;
            }
            let [mut sealed, mut signed] = [Value::Null, Value::Null];
            if Some(key) == first.as_ref() {
                for (told, is_sealed) in [(&mut sealed, true), (&mut signed, false)] {
                    let (other, secrets) = enveloped(&profile, is_sealed);
                    ready(other.keep_as(&other.code, (node, &of_papers)))?;
                    *told = secrets;
                }
            }
            tills.push(Till { key: key.clone(), id: *id, area: *area, token, profile, sealed, signed });
        }
        let mut staff = BTreeMap::new();
        let one = |role: &Role| (role.to_string(), BTreeSet::from([*role]));
        let of_one = Role::ALL.iter().filter(|role| **role != Role::Institution).map(one);
        for (name, roles) in of_one.chain([(BOTH.to_owned(), BTreeSet::from([Role::Clerk, Role::Reviewer]))]) {
            let number = known.0.fetch_add(1, Ordering::AcqRel);
            for (province, node) in &standing.nodes {
                let (holder, roles) = (Holder::Staff(name.clone()), roles.clone());
                let new = NewToken { holder, roles, areas: BTreeSet::from([*province]), until: None };
                let token = issue(node, new, (&Known(AtomicU64::new(number)), signed()))?;
                staff.insert(name.clone(), token);
            }
        }
        Ok(Self { tills, first, staff })
    }

    fn till(&self, key: &str) -> Option<&Till> {
        self.tills.iter().find(|till| till.key == key)
    }

    /// The token of an institution.
    pub fn of(&self, key: &str) -> Option<&str> {
        self.till(key).map(|till| till.token.as_str())
    }

    /// The code of an institution in the national interface.
    pub fn code_of(&self, key: &str) -> Option<&str> {
        self.till(key).map(|till| till.profile.code.as_str())
    }

    /// The institution whose key is shown first: its name, its code, its token.
    pub fn first(&self) -> Option<(&str, String, &str)> {
        let till = self.till(self.first.as_ref()?)?;
        Some((&till.key, till.id.number().to_string(), &till.token))
    }

    /// A token for each role; that of an institution is that of the first hospital.
    pub fn by_role(&self) -> Value {
        let mut keys: Map<String, Value> =
            self.staff.iter().map(|(name, token)| (name.clone(), json!(token))).collect();
        if let Some((_, _, token)) = self.first() {
            keys.insert(Role::Institution.to_string(), json!(token));
        }
        Value::Object(keys)
    }

    /// Each institution with what it signs in with.
    pub fn institutions(&self) -> Vec<Value> {
        let told = |till: &Till| {
            json!({
                "key": till.key,
                "code": till.id.number().to_string(),
                "name": till.key,
                "area": till.area.to_string(),
                "fixmedins_code": till.profile.code,
                "secrets": {
                    "token": till.token,
                    "api": shown(&till.profile.api, "access_key", "secret_key"),
                    "tif": shown(&till.profile.tif, "paasid", "token"),
                    "oauth": till.profile.oauth.as_ref().map(grant_shown),
                    "sealed": till.sealed,
                    "signed": till.signed,
                    "mobile": mobile_of(till.id.number()).1,
                },
            })
        };
        self.tills.iter().map(told).collect()
    }
}

fn shown(signing: &Option<Signing>, name: &str, secret: &str) -> Value {
    signing.as_ref().map_or(Value::Null, |signing| json!({ name: signing.name, secret: signing.secret }))
}

fn issue(node: &Node, new: NewToken, (known, signed): (&Known, Signed)) -> Result<String, Failure> {
    let (token, _) = ready(node.issue(new, known, signed))?;
    Ok(token.reveal().to_owned())
}
