//! Whom a run speaks for and about: institutions with their secrets, patients with what is expected of them, and who must
//! not be named. As a file says it (`docs/his.md`), or as a sandbox tells it.

use gongji_wire::dialect::{ApiKey, Client, Cover, SealKeys, TifPass};
use gongji_wire::gm::Secret;
use serde::Deserialize;

use crate::station::{Grant, Kind, PATH, Station, Token, Way};

/// What is sold where nobody says: a drug of the example catalogue. A centre that does not know it leaves it to the patient.
const ITEM: &str = "EXD001";

/// Where tokens are given, unless a file says otherwise.
const TOKENS: &str = "/auth/oauth/token";

/// A file.
#[derive(Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Profile {
    /// Institutions; one that connects in several ways stands there several times.
    pub institution: Vec<Institution>,
    /// Patients.
    pub patient: Vec<Patient>,
    /// Whoever pays for them: no answer may name him.
    pub sponsor: Vec<Sponsor>,
    /// Paths that the centre takes besides those of the institutions.
    pub paths: Vec<String>,
    /// 医疗目录编码 of something that the insurance knows.
    pub item: Option<String>,
}

/// An institution, in one of the ways in which it connects.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Institution {
    /// 定点医药机构编号.
    pub code: String,
    /// Its name.
    #[serde(default)]
    pub name: String,
    /// 就医地医保区划.
    pub area: String,
    /// hospital, pharmacy.
    #[serde(default)]
    pub kind: Kind,
    /// open, api, tif, bearer, password.
    pub way: String,
    /// The access key (api), the paasid (tif) or the client's id (password).
    #[serde(default)]
    pub key: String,
    /// Secret, token.
    #[serde(default)]
    pub secret: String,
    /// With which name a token is asked for.
    #[serde(default)]
    pub username: String,
    /// With which password.
    #[serde(default)]
    pub password: String,
    /// The path that gives tokens.
    #[serde(default)]
    pub token_path: Option<String>,
    /// The path of its calls.
    #[serde(default)]
    pub path: Option<String>,
    /// Signed envelopes: the client's id.
    #[serde(default)]
    pub client: Option<String>,
    /// Its own private key (SM2).
    #[serde(default)]
    pub private_key: String,
    /// The centre's public key.
    #[serde(default)]
    pub centre_key: String,
    /// Whether inputs and outputs are sealed (SM4), too.
    #[serde(default)]
    pub sealed: bool,
    /// Whether `infcode` was agreed to be text.
    #[serde(default)]
    pub infcode_as_text: bool,
    /// Whether `fund_pay_sumamt` was agreed to hold what accounts pay.
    #[serde(default)]
    pub fund_holds_account: bool,
}

/// What comes of a bill of somebody.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Expect {
    /// A relative pays all that the insurance leaves; his own account is empty.
    Aid,
    /// His own account pays first, then a relative.
    OwnThenAid,
    /// Nobody pays for him.
    NoAid,
    /// Not insured.
    Uninsured,
    /// Insured in another province.
    OtherProvince,
    /// Nothing in particular: somebody with a name.
    #[default]
    Name,
}

/// A patient.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Patient {
    /// What reports call him: nothing that tells who he is.
    pub key: String,
    /// His name.
    pub name: String,
    /// His certificate.
    pub certificate: String,
    /// His number at the centre, where it gives codes for trying.
    pub person: String,
    /// Where he is insured.
    pub area: String,
    /// What comes of his bills.
    pub expect: Expect,
    /// A card of his: number and 卡识别码.
    pub card: Option<(String, String)>,
    /// One that is reported lost.
    pub lost_card: Option<(String, String)>,
}

/// Somebody who pays for a patient.
#[derive(Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Sponsor {
    /// His name.
    pub name: String,
    /// His certificate.
    pub certificate: String,
}

/// Whom a run speaks for and about.
#[derive(Clone, Default)]
pub struct World {
    /// Stations, hospitals first as they stood.
    pub stations: Vec<Station>,
    /// Patients.
    pub patients: Vec<Patient>,
    /// What no answer may hold.
    pub unnamed: Vec<String>,
    /// Paths that the centre takes.
    pub paths: Vec<String>,
    /// 医疗目录编码 of something that is sold.
    pub item: String,
}

impl Institution {
    /// The station.
    ///
    /// # Errors
    /// The field that is wrong, and what to write.
    pub fn station(&self) -> Result<Station, String> {
        let wrong = |field: &str, zh: &str, en: &str| format!("institution {}: {field}: {zh} {en}", self.code);
        let needed = |field: &str, text: &str| {
            if text.is_empty() { Err(wrong(field, "没有填写", "fill it in")) } else { Ok(text.to_owned()) }
        };
        let way = match self.way.as_str() {
            "open" => Way::Open,
            "api" => Way::Api(ApiKey::new(needed("key", &self.key)?, Secret::new(needed("secret", &self.secret)?))),
            "tif" => Way::Tif(TifPass::new(needed("key", &self.key)?, Secret::new(needed("secret", &self.secret)?))),
            "bearer" => Way::Bearer(Token(needed("secret", &self.secret)?)),
            "password" => Way::Password(Grant {
                client: Client {
                    id: needed("key", &self.key)?,
                    secret: Secret::new(needed("secret", &self.secret)?),
                    username: needed("username", &self.username)?,
                    password: Secret::new(needed("password", &self.password)?),
                },
                path: self.token_path.clone().unwrap_or_else(|| TOKENS.to_owned()),
            }),
            _ => {
                let zh = "写 open、api、tif、bearer 或 password";
                return Err(wrong("way", zh, "write open, api, tif, bearer or password"));
            }
        };
        let seal = match &self.client {
            None => None,
            Some(client) => {
                let keys = SealKeys::parse(client, &self.private_key, &self.centre_key).ok_or_else(|| {
                    let zh = "客户端 id 至少 16 个字符，private-key、centre-key 为 SM2 密钥";
                    wrong("client", zh, "an id of 16 characters at least, private-key and centre-key keys of SM2")
                })?;
                Some((keys, if self.sealed { Cover::Sealed } else { Cover::Clear }))
            }
        };
        Ok(Station {
            code: needed("code", &self.code)?,
            name: self.name.clone(),
            area: needed("area", &self.area)?,
            kind: self.kind,
            path: self.path.clone().unwrap_or_else(|| PATH.to_owned()),
            way,
            seal,
            infcode_as_text: self.infcode_as_text,
            fund_holds_account: self.fund_holds_account,
        })
    }
}

impl Profile {
    /// Whom it speaks for and about.
    ///
    /// # Errors
    /// The institution and the field that are wrong, and what to write.
    pub fn world(self) -> Result<World, String> {
        let stations = self.institution.iter().map(Institution::station).collect::<Result<Vec<_>, _>>()?;
        if stations.is_empty() {
            return Err("institution: 没有机构，至少写一个 [[institution]] write at least one".to_owned());
        }
        let unnamed = self.sponsor.into_iter().flat_map(|sponsor| [sponsor.name, sponsor.certificate]);
        let unnamed = unnamed.filter(|text| !text.is_empty()).collect();
        let mut paths = self.paths;
        paths.extend(stations.iter().map(|station| station.path.clone()));
        Ok(World {
            stations,
            patients: self.patient,
            unnamed,
            paths,
            item: self.item.unwrap_or_else(|| ITEM.to_owned()),
        })
    }
}

impl World {
    /// The first station of a kind that connects so; of any dialect without one.
    #[must_use]
    pub fn station(&self, kind: Kind, dialect: Option<&str>) -> Option<&Station> {
        let is_it =
            |station: &&Station| station.kind == kind && dialect.is_none_or(|dialect| station.dialect() == dialect);
        self.stations.iter().find(is_it)
    }

    /// The first patient of whom this is expected.
    #[must_use]
    pub fn patient(&self, expect: Expect) -> Option<&Patient> {
        self.patients.iter().find(|patient| patient.expect == expect)
    }
}
