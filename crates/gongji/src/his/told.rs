//! Whom a run speaks for and about: as a file says, or as a sandbox tells of itself.

use std::path::Path;

use gongji_his::profile::{Expect, Institution, Patient, Sponsor};
use gongji_his::{Kind, Profile, World};
use serde_json::Value;

use super::centre::Centre;
use crate::files;
use crate::output::Failure;

/// The longest profile, in bytes.
const LONGEST: u64 = 1 << 20;
/// The institutions of a sandbox that speak: both have every dialect.
const INSTITUTIONS: [&str; 2] = ["T-HOSP-OK", "T-PHARM-OK"];
/// What documents call whoever pays for others.
const SPONSOR: &str = "T-SP-";
/// What comes of the bills of some of its people.
const EXPECTED: &[(&str, Expect)] = &[
    ("T-BEN-OK", Expect::Aid),
    ("T-BEN-TWO", Expect::Aid),
    ("T-OWN", Expect::OwnThenAid),
    ("T-BEN-NONE", Expect::NoAid),
    ("T-BEN-UNINSURED", Expect::Uninsured),
    ("T-BEN-OTHERPROV", Expect::OtherProvince),
    ("T-NAME-DOT", Expect::Name),
    ("T-NAME-RARE", Expect::Name),
    ("T-NAME-LONG", Expect::Name),
    ("T-NAME-LATIN", Expect::Name),
];
/// Paths under which a sandbox is called as other platforms are.
const PATHS: &[&str] = &[
    "/fsi/api/rsfComIfsService/callService",
    "/fsi/api/rsfComIfsService/callService/1101",
    "/ebus/gdyb_api/prd/hsa/hgs/1101",
    "/ebus/gdyb_inf/poc/hsa/hgs/1101",
    "/mbs/fmi/fsi/api/callFsiService/callService",
    "/mbs-fsi/web/api/fsi/callService",
    "/mbs-fsi-jc/web/api/fsi/callService",
    "/mbs-hiIntf-4501/web/api/fsi/callService",
    "/mss/web/api/fsi/callService",
];

/// The world of a file, or of the sandbox at this address.
pub fn world(centre: &Centre, file: Option<&Path>) -> Result<World, Failure> {
    let profile = match file {
        Some(path) => read(path)?,
        None => {
            let remedy = "这里不是沙箱：请用 --profile 写明机构和参保人 this is no sandbox: say institutions and patients \
                          with --profile (docs/his.md)";
            let told = centre.sandbox()?.ok_or_else(|| Failure::NotUnderstood(remedy.to_owned()))?;
            of_sandbox(&told)
        }
    };
    profile.world().map_err(Failure::NotUnderstood)
}

fn read(path: &Path) -> Result<Profile, Failure> {
    let wrong = |why: &dyn std::fmt::Display| Failure::NotUnderstood(format!("{}: {why}", path.display()));
    let text = files::read_text(path, LONGEST)?;
    toml::from_str(&text).map_err(|error| wrong(&error))
}

/// What a sandbox tells of itself.
pub fn of_sandbox(told: &Value) -> Profile {
    let list = |name: &str| told[name].as_array().cloned().unwrap_or_default();
    let institutions = list("institutions");
    let is_speaking = |one: &&Value| INSTITUTIONS.iter().any(|key| one["key"] == *key);
    let people = list("people");
    let is_sponsor = |one: &&Value| text(one, "key").starts_with(SPONSOR);
    let sponsor = |one: &Value| Sponsor { name: text(one, "name"), certificate: text(one, "certificate") };
    let patient = |(key, expect): &(&str, Expect)| {
        people.iter().find(|one| one["key"] == *key).map(|one| patient_of(one, *expect))
    };
    Profile {
        institution: institutions.iter().filter(is_speaking).flat_map(stations_of).collect(),
        patient: EXPECTED.iter().filter_map(patient).collect(),
        sponsor: people.iter().filter(is_sponsor).map(sponsor).collect(),
        paths: PATHS.iter().map(|path| (*path).to_owned()).collect(),
        item: None,
    }
}

fn text(value: &Value, name: &str) -> String {
    value[name].as_str().unwrap_or_default().to_owned()
}

/// An institution in each of its ways.
fn stations_of(one: &Value) -> Vec<Institution> {
    let code = text(one, "fixmedins_code");
    let kind = if code.starts_with('P') { Kind::Pharmacy } else { Kind::Hospital };
    let secrets = &one["secrets"];
    let of = |way: &str, key: String, secret: String| Institution {
        code: code.clone(),
        name: text(one, "name"),
        area: text(one, "area"),
        kind,
        way: way.to_owned(),
        key,
        secret,
        ..Institution::default()
    };
    let [api, tif, oauth, sealed, signed] = ["api", "tif", "oauth", "sealed", "signed"].map(|name| &secrets[name]);
    let mut ways = vec![
        of("api", text(api, "access_key"), text(api, "secret_key")),
        of("tif", text(tif, "paasid"), text(tif, "token")),
        of("bearer", String::new(), text(secrets, "token")),
        of("open", String::new(), String::new()),
    ];
    if oauth.is_object() {
        ways.push(Institution {
            username: text(oauth, "username"),
            password: text(oauth, "password"),
            ..of("password", text(oauth, "client_id"), text(oauth, "client_secret"))
        });
    }
    for (keys, is_sealed) in [(sealed, true), (signed, false)] {
        if keys.is_object() {
            ways.push(Institution {
                code: text(keys, "fixmedins_code"),
                client: Some(text(keys, "client")),
                private_key: text(keys, "private_key"),
                centre_key: text(keys, "centre_key"),
                sealed: is_sealed,
                ..of("bearer", String::new(), text(secrets, "token"))
            });
        }
    }
    ways
}

fn patient_of(one: &Value, expect: Expect) -> Patient {
    let card = |name: &str| {
        let card = &one[name];
        card.is_object().then(|| (text(card, "number"), text(card, "sn")))
    };
    Patient {
        key: text(one, "key"),
        name: text(one, "name"),
        certificate: text(one, "certificate"),
        person: text(one, "person"),
        area: text(one, "area"),
        expect,
        card: card("card"),
        lost_card: card("lost_card"),
    }
}
