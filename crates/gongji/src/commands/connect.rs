//! `gongji access connect`: how an institution connects by the national interface. Its secrets are shown once.

use gongji_http::infno::profile::{Grant, Mobile, Profile, Sealing, Signing as Secret, WhenChanged};
use gongji_words::InstitutionId;
use serde_json::{Value, json};

use super::access::Signing;
use crate::output::{Ended, Failure, Tongue};
use crate::passwords::SharedRandomness;
use crate::randomness::SystemRandomness;
use crate::ready;
use crate::upstream::Centre;

/// Arguments of `gongji access connect`.
#[derive(Debug, clap::Args)]
pub struct Connect {
    /// The number of the institution here
    #[arg(long, value_name = "NUMBER")]
    institution: i64,
    /// 定点医药机构编号 Its code at the interface: H or P and eleven digits
    #[arg(long, value_name = "CODE")]
    code: String,
    /// Its name
    #[arg(long, value_name = "NAME")]
    name: String,
    /// 医院等级 Its level (hosp_lv), 01 to 14
    #[arg(long, default_value = "11", value_name = "LEVEL")]
    level: String,
    /// 统一社会信用代码 Its code among all organisations
    #[arg(long, default_value = "", value_name = "CODE")]
    uscc: String,
    /// How it proves itself, with commas: `_api_` headers, `x-tif-` headers, tokens for name and password (oauth); or open,
    /// from this machine alone
    #[arg(long, value_enum, value_delimiter = ',', required = true)]
    way: Vec<Way>,
    /// Signed envelopes (SM2): the client's id, of 16 characters at least
    #[arg(long, value_name = "ID", requires = "key_of")]
    client: Option<String>,
    /// The institution's public key, in Base64 or hexadecimal digits
    #[arg(long, value_name = "KEY", requires = "client")]
    key_of: Option<String>,
    /// Answers are sealed too (SM4)
    #[arg(long, requires = "client")]
    sealed: bool,
    /// Orders of mobile payment (6201 to 6401): the id of its program, of 16 characters at least
    #[arg(long, value_name = "APPID", requires = "mobile_key_of")]
    mobile: Option<String>,
    /// The program's public key (SM2), in Base64 or hexadecimal digits
    #[arg(long, value_name = "KEY", requires = "mobile")]
    mobile_key_of: Option<String>,
    /// The centre to which calls are passed on that are not served here: http://HOST:PORT or https://HOST
    #[arg(long, value_name = "URL")]
    upstream: Option<String>,
    /// `infcode` as text
    #[arg(long)]
    infcode_as_text: bool,
    /// `fund_pay_sumamt` holds what accounts pay
    #[arg(long)]
    fund_holds_account: bool,
    /// When a bill comes to more cash than its preview: settle, or refuse
    #[arg(long, value_enum, default_value_t = Changed::Settle)]
    when_changed: Changed,
    /// It signs in each day (9001) before anything else
    #[arg(long)]
    must_sign_in: bool,
    /// Kinds of operators (opter_type) where no relative's money is taken, with commas
    #[arg(long, value_delimiter = ',', value_name = "KINDS")]
    no_aid_at: Vec<String>,
    /// Kinds of operators (opter_type) where no wallet's money is taken, with commas
    #[arg(long, value_delimiter = ',', value_name = "KINDS")]
    no_wallet_at: Vec<String>,
    #[command(flatten)]
    signing: Signing,
}

/// How it proves itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Way {
    Api,
    Tif,
    Oauth,
    Open,
}

/// What happens to a bill that comes to more cash than was said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Changed {
    Settle,
    Refuse,
}

fn wrong(flag: &str, remedy: &str) -> Failure {
    Failure::NotUnderstood(format!("{flag}: {remedy}"))
}

fn code_of(text: &str) -> Result<String, Failure> {
    let is_code = (1..=12).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let remedy = "写 H 或 P 和 11 位数字 write H or P and eleven digits";
    if is_code { Ok(text.to_owned()) } else { Err(wrong("--code", remedy)) }
}

/// 32 random bytes in hexadecimal digits.
fn drawn(randomness: &mut SystemRandomness) -> String {
    let mut bytes = [0; 32];
    randomness.fill(&mut bytes);
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Keeps how an institution connects; what was kept under its code before is no longer good.
pub fn connect(asked: &Connect, tongue: Tongue) -> Ended {
    let signed = asked.signing.signed()?;
    let mut randomness = SystemRandomness::open()?;
    let (profile, public) = profile_of(asked, &mut randomness)?;
    let open = asked.signing.open()?;
    let id = InstitutionId::from_number(asked.institution);
    if ready(open.node.institution(id))?.is_none() {
        let remedy = "没有这个机构，先用 gongji import institutions 登记 no such institution: register it first";
        return Err(wrong("--institution", remedy));
    }
    if let Some(other) = ready(profile.rival(&open.node))? {
        let remedy = format!("这个 appId 已是机构 {other} 的，请换一个 this id is institution {other}'s: take another");
        return Err(wrong("--mobile", &remedy));
    }
    let shared = SharedRandomness::of(randomness);
    ready(profile.keep_as(&profile.code, (&open.node, &shared)))?;
    let document = told(&profile, &public, &signed.by);
    let text = tongue.inline("密钥只显示这一次", "secrets are shown this once");
    let shown = serde_json::to_string_pretty(&document).unwrap_or_default();
    asked.signing.tell(document, format!("{shown}\n{text}"))
}

/// The centre's public keys, which an institution needs.
#[derive(Default)]
struct Public {
    seal: Option<String>,
    mobile: Option<String>,
}

fn profile_of(asked: &Connect, randomness: &mut SystemRandomness) -> Result<(Profile, Public), Failure> {
    let code = code_of(&asked.code)?;
    let mut secret = |way: Way, start: &str| {
        let name = format!("{start}{}", asked.institution);
        asked.way.contains(&way).then(|| Secret { name, secret: drawn(randomness) })
    };
    let (api, tif) = (secret(Way::Api, "ak-"), secret(Way::Tif, "paas-"));
    let oauth = asked.way.contains(&Way::Oauth).then(|| Grant {
        client: format!("client-{}", asked.institution),
        secret: drawn(randomness),
        username: code.clone(),
        password: drawn(randomness),
    });
    let (seal, of_seal) = sealing_of(asked, randomness)?.unzip();
    let (mobile, of_mobile) = mobile_of(asked, randomness)?.unzip();
    let when_changed = if asked.when_changed == Changed::Refuse { WhenChanged::Refuse } else { WhenChanged::Commit };
    let profile = Profile {
        institution: asked.institution,
        code,
        name: asked.name.clone(),
        uscc: asked.uscc.clone(),
        level: asked.level.clone(),
        open: asked.way.contains(&Way::Open),
        api,
        tif,
        seal,
        mobile,
        oauth,
        upstream: upstream_of(asked)?,
        infcode_as_text: asked.infcode_as_text,
        fund_holds_account: asked.fund_holds_account,
        when_changed,
        must_sign_in: asked.must_sign_in,
        no_aid_at: asked.no_aid_at.clone(),
        no_wallet_at: asked.no_wallet_at.clone(),
    };
    Ok((profile, Public { seal: of_seal, mobile: of_mobile }))
}

fn upstream_of(asked: &Connect) -> Result<Option<String>, Failure> {
    let Some(url) = &asked.upstream else { return Ok(None) };
    Centre::parse(url).map_err(|remedy| wrong("--upstream", remedy))?;
    Ok(Some(url.clone()))
}

fn sealing_of(asked: &Connect, randomness: &mut SystemRandomness) -> Result<Option<(Sealing, String)>, Failure> {
    let (Some(client), Some(theirs)) = (&asked.client, &asked.key_of) else { return Ok(None) };
    let made = Sealing::begin((client, theirs), drawn(randomness), asked.sealed);
    let remedy = "客户端 id 至少 16 个字符，公钥为 SM2 公钥 an id of 16 characters, a public key of SM2";
    made.map(Some).ok_or_else(|| wrong("--client, --key-of", remedy))
}

fn mobile_of(asked: &Connect, randomness: &mut SystemRandomness) -> Result<Option<(Mobile, String)>, Failure> {
    let (Some(app_id), Some(theirs)) = (&asked.mobile, &asked.mobile_key_of) else { return Ok(None) };
    let made = Mobile::begin((app_id, theirs), (drawn(randomness), drawn(randomness)));
    let remedy = "appId 至少 16 个字符，公钥为 SM2 公钥 an id of 16 characters, a public key of SM2";
    made.map(Some).ok_or_else(|| wrong("--mobile, --mobile-key-of", remedy))
}

fn told(profile: &Profile, public: &Public, by: &str) -> Value {
    let shown = |secret: &Option<Secret>, [name, key]: [&str; 2]| {
        secret.as_ref().map_or(Value::Null, |secret| json!({ name: secret.name, key: secret.secret }))
    };
    let mobile = profile
        .mobile
        .as_ref()
        .map(|mobile| json!({ "app_id": mobile.app_id, "app_secret": mobile.app_secret, "public_key": public.mobile }));
    json!({
        "code": profile.code,
        "institution": profile.institution,
        "by": by,
        "open": profile.open,
        "api": shown(&profile.api, ["access_key", "secret_key"]),
        "tif": shown(&profile.tif, ["paasid", "token"]),
        "oauth": profile.oauth.as_ref().map(grant_shown),
        "public_key": public.seal,
        "mobile": mobile,
        "upstream": profile.upstream,
    })
}

/// What a token is asked for with, as its institution reads it.
pub fn grant_shown(grant: &Grant) -> Value {
    json!({
        "client_id": grant.client,
        "client_secret": grant.secret,
        "username": grant.username,
        "password": grant.password,
    })
}
