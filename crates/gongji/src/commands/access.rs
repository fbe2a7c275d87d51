//! `gongji access`: tokens of institutions, staff and their roles. Each row keeps who made it and who took it back.

use std::collections::BTreeSet;
use std::io::{BufRead, IsTerminal};
use std::sync::Arc;

use gongji_domain::access::{Credential, Holder, Role, Staff};
use gongji_domain::release::{Signed, signing_name};
use gongji_service::door::{NewToken, staff_name};
use gongji_service::{Clock as _, Passwords as _};
use gongji_words::{AreaCode, Day, Moment};
use serde_json::{Value, json};

use super::connect::{Connect, connect};
use crate::clock::SystemClock;
use crate::node::{Book, Open};
use crate::output::{self, Ended, Failure, Tongue, Verdict};
use crate::passwords::{SharedRandomness, SlowPasswords};
use crate::randomness::SystemRandomness;
use crate::ready;

/// The shortest password, in characters.
const SHORTEST: usize = 10;

/// What can be done at the door.
#[derive(Debug, clap::Subcommand)]
pub enum Access {
    /// 机构令牌 Give an institution a token, which is shown once
    #[command(after_help = "Example 例:\n  gongji access token --institution 1301 --by 王敏\n  \
        gongji access token --institution 1301 --until 2027-12-31 --by 王敏 --json\n\n\
        The institution sends it as `Authorization: Bearer TOKEN`. Only its digest is kept: who loses it gets another, and\n\
        the old one is taken back with `gongji access revoke`.")]
    Token(NewInstitutionToken),
    /// 接入 How an institution connects by the national interface; its secrets are shown once
    #[command(
        after_help = "Example 例:\n  gongji access connect --institution 1301 --code H13010001301 --name 示例医院 --level 05 --way api --by 王敏\n  \
        gongji access connect --institution 1301 --code H13010001301 --name 示例医院 --way api,tif --infcode-as-text --by 王敏 --json\n\n\
        It calls POST /fsi/api/rsfComIfsService/callService, or under any path of its province's platform (docs/national-interface.md).\n\
        Again it draws new secrets, and the old ones are good no more."
    )]
    Connect(Box<Connect>),
    /// 人员 Staff who sign in
    #[command(subcommand)]
    Staff(OfStaff),
    /// 清单 All tokens and staff, without secrets
    #[command(after_help = "Example 例:\n  gongji access list --json")]
    List(super::OnBook),
    /// 收回 Take a token back, from its next request on
    #[command(after_help = "Example 例:\n  gongji access revoke 3f0c9a1be27d4411 --by 王敏\n\n\
        The name of a token stands in `gongji access list`.")]
    Revoke(Revoke),
}

/// Staff.
#[derive(Debug, clap::Subcommand)]
pub enum OfStaff {
    /// 增加 Add a member of staff; his password is the first line of standard input
    #[command(
        after_help = "Example 例:\n  gongji access staff add li.qiang --roles clerk --areas 130100 --by 王敏 < password.txt\n\n\
        Roles: clerk, reviewer, policy-editor, releaser, auditor, clearing, operator. An area's code reaches what lies in it."
    )]
    Add(Member),
    /// 改密码 Set a password anew; every session of his ends
    #[command(after_help = "Example 例:\n  gongji access staff passwd li.qiang --by 王敏 < password.txt")]
    Passwd(Passwd),
    /// 改角色 Set roles and areas anew, or close the door to him; every session of his ends
    #[command(
        after_help = "Example 例:\n  gongji access staff roles li.qiang --roles clerk,auditor --areas 130000 --by 王敏\n  \
        gongji access staff roles li.qiang --closed --by 王敏"
    )]
    Roles(Roles),
}

/// Arguments of `gongji access token`.
#[derive(Debug, clap::Args)]
pub struct NewInstitutionToken {
    /// The number of the institution
    #[arg(long, value_name = "NUMBER")]
    institution: i64,
    /// Its last day; without one it is good until it is taken back
    #[arg(long, value_name = "DAY")]
    until: Option<String>,
    #[command(flatten)]
    signing: Signing,
}

/// Who does it, where.
#[derive(Debug, clap::Args)]
pub struct Signing {
    /// Who does this
    #[arg(long, value_name = "NAME")]
    by: String,
    #[command(flatten)]
    book: Book,
    /// Print one JSON document
    #[arg(long)]
    json: bool,
}

/// Arguments of `gongji access staff add`.
#[derive(Debug, clap::Args)]
pub struct Member {
    /// The name with which he signs in
    name: String,
    /// What he is, with commas
    #[arg(long, value_delimiter = ',', value_name = "ROLE", required = true)]
    roles: Vec<String>,
    /// The areas that he reaches, with commas
    #[arg(long, value_delimiter = ',', value_name = "CODE", required = true)]
    areas: Vec<String>,
    /// Who he is, such as his staff number: the same for all names of one person
    #[arg(long, value_name = "WHO")]
    person: Option<String>,
    #[command(flatten)]
    signing: Signing,
}

/// Arguments of `gongji access staff passwd`.
#[derive(Debug, clap::Args)]
pub struct Passwd {
    /// The name with which he signs in
    name: String,
    #[command(flatten)]
    signing: Signing,
}

/// Arguments of `gongji access staff roles`.
#[derive(Debug, clap::Args)]
pub struct Roles {
    /// The name with which he signs in
    name: String,
    /// What he is from now on; as it is if not said
    #[arg(long, value_delimiter = ',', value_name = "ROLE")]
    roles: Vec<String>,
    /// The areas that he reaches from now on; as they are if not said
    #[arg(long, value_delimiter = ',', value_name = "CODE")]
    areas: Vec<String>,
    /// Who he is, from now on; as it is if not said
    #[arg(long, value_name = "WHO")]
    person: Option<String>,
    /// He may not sign in any more
    #[arg(long)]
    closed: bool,
    #[command(flatten)]
    signing: Signing,
}

/// Arguments of `gongji access revoke`.
#[derive(Debug, clap::Args)]
pub struct Revoke {
    /// The name of the token
    token: String,
    #[command(flatten)]
    signing: Signing,
}

/// Does what is asked at the door.
pub fn access(asked: &Access, tongue: Tongue) -> Ended {
    match asked {
        Access::Token(asked) => give_token(asked, tongue),
        Access::Connect(asked) => connect(asked, tongue),
        Access::Staff(OfStaff::Add(asked)) => add(asked, tongue),
        Access::Staff(OfStaff::Passwd(asked)) => set_password(asked, tongue),
        Access::Staff(OfStaff::Roles(asked)) => set_roles(asked, tongue),
        Access::List(asked) => list(asked, tongue),
        Access::Revoke(asked) => revoke(asked, tongue),
    }
}

impl Signing {
    pub(super) fn signed(&self) -> Result<Signed, Failure> {
        let by = signing_name(&self.by).ok_or_else(|| wrong("--by", "write the name of the person who does this"))?;
        Ok(Signed { by: by.to_owned(), at: SystemClock.now() })
    }

    pub(super) fn open(&self) -> Result<Open, Failure> {
        Open::to_write(&self.book)
    }

    pub(super) fn tell(&self, document: Value, line: String) -> Ended {
        if self.json {
            output::json(&document)
        } else {
            output::line(line)
        }
        Ok(Verdict::Yes)
    }
}

pub(super) fn wrong(field: &str, why: &str) -> Failure {
    Failure::NotUnderstood(format!("{field}: {why}"))
}

fn give_token(asked: &NewInstitutionToken, tongue: Tongue) -> Ended {
    let signed = asked.signing.signed()?;
    let until = asked.until.as_deref().map(end_of).transpose()?;
    let open = asked.signing.open()?;
    let unknown = || wrong("--institution", "none has this number here: `gongji import institutions`");
    let institution = open.institution(asked.institution)?.ok_or_else(unknown)?;
    let randomness = SharedRandomness::of(SystemRandomness::open()?);
    let new = NewToken::of_institution(institution.id, until);
    let (token, credential) = ready(open.node.issue(new, &randomness, signed))?;
    let mut document = told(&credential);
    document["token"] = token.reveal().into();
    let text =
        tongue.inline("只显示这一次，请交给机构保存好", "shown this once: hand it to the institution, which keeps it");
    asked.signing.tell(document, format!("{}\n{text} ({})", token.reveal(), credential.name()))
}

/// The end of a day.
fn end_of(text: &str) -> Result<Moment, Failure> {
    Ok(Day::parse(text).map_err(|error| wrong("--until", &error.to_string()))?.next().start())
}

fn add(asked: &Member, tongue: Tongue) -> Ended {
    let (signed, name) = (asked.signing.signed()?, name_of(&asked.name)?);
    let (roles, areas) = (roles_of(&asked.roles)?, areas_of(&asked.areas)?);
    let (person, password) = (person_of(asked.person.as_deref())?, password()?);
    let open = asked.signing.open()?;
    if ready(open.node.staff(&name))?.is_some() {
        return Err(wrong("NAME", "somebody signs in with this name already: `gongji access staff passwd` or `roles`"));
    }
    let password = digested(password)?;
    let staff = Staff { name, person, password, roles, areas, active: true, changed: signed };
    keep(&open, staff, (&asked.signing, tongue))
}

fn set_password(asked: &Passwd, tongue: Tongue) -> Ended {
    let (changed, password) = (asked.signing.signed()?, password()?);
    let open = asked.signing.open()?;
    let staff = found(&open, &asked.name)?;
    let password = digested(password)?;
    keep(&open, Staff { password, changed, ..staff }, (&asked.signing, tongue))
}

fn set_roles(asked: &Roles, tongue: Tongue) -> Ended {
    let changed = asked.signing.signed()?;
    let open = asked.signing.open()?;
    let staff = found(&open, &asked.name)?;
    let roles = if asked.roles.is_empty() { staff.roles.clone() } else { roles_of(&asked.roles)? };
    let areas = if asked.areas.is_empty() { staff.areas.clone() } else { areas_of(&asked.areas)? };
    let person = person_of(asked.person.as_deref())?.or_else(|| staff.person.clone());
    keep(&open, Staff { person, roles, areas, active: !asked.closed, changed, ..staff }, (&asked.signing, tongue))
}

fn found(open: &Open, name: &str) -> Result<Staff, Failure> {
    let unknown = || wrong("NAME", "nobody signs in with this name: `gongji access list`");
    ready(open.node.staff(name.trim()))?.ok_or_else(unknown)
}

/// Nobody gives himself more than he has: whoever signs is another person than whom it is for.
fn keep(open: &Open, staff: Staff, (signing, tongue): (&Signing, Tongue)) -> Ended {
    let (signed, node) = (&staff.changed.by, &open.node);
    // Who he was known as, and who he is to be: neither may be whoever signs.
    if ready(node.are_one_person(&staff.name, signed))? || ready(node.are_one_person(staff.identity(), signed))? {
        return Err(wrong("--by", "another person than the one whom it is for has to do this"));
    }
    ready(open.node.keep_staff(&staff))?;
    let text = tongue.inline("记下了，原来的登录已经失效", "kept; sessions of before have ended");
    signing.tell(told_of(&staff), format!("{}: {text}", staff.name))
}

fn name_of(text: &str) -> Result<String, Failure> {
    let name = staff_name(text).ok_or_else(|| wrong("NAME", "write 1 to 48 characters, no line breaks"))?;
    Ok(name.to_owned())
}

fn person_of(text: Option<&str>) -> Result<Option<String>, Failure> {
    let of_text =
        |text| signing_name(text).ok_or_else(|| wrong("--person", "write 1 to 64 characters, no line breaks"));
    text.map(of_text).transpose().map(|person| person.map(str::to_owned))
}

fn roles_of(words: &[String]) -> Result<BTreeSet<Role>, Failure> {
    let of_staff: Vec<&str> =
        Role::ALL.iter().filter(|role| **role != Role::Institution).map(|role| role.word()).collect();
    let unknown = || wrong("--roles", &format!("write some of {}", of_staff.join(", ")));
    let role = |word: &String| Role::from_word(word.trim()).filter(|role| *role != Role::Institution);
    words.iter().map(|word| role(word).ok_or_else(unknown)).collect()
}

fn areas_of(words: &[String]) -> Result<BTreeSet<AreaCode>, Failure> {
    let area = |word: &String| AreaCode::parse(word.trim()).map_err(|error| wrong("--areas", &error.to_string()));
    words.iter().map(area).collect()
}

/// The first line of standard input: an argument could be seen by others on the machine.
fn password() -> Result<String, Failure> {
    let input = std::io::stdin();
    if input.is_terminal() {
        output::note("密码 password:");
    }
    let mut line = String::new();
    input.lock().read_line(&mut line).map_err(|error| Failure::of(&error))?;
    let password = line.trim_end_matches(['\r', '\n']).to_owned();
    if password.chars().count() < SHORTEST {
        return Err(wrong("standard input", "the first line is the password: write 10 characters or more"));
    }
    Ok(password)
}

fn digested(password: String) -> Result<String, Failure> {
    let randomness = Arc::new(SharedRandomness::of(SystemRandomness::open()?));
    Ok(ready(SlowPasswords::new(randomness).text_of(password)))
}

fn revoke(asked: &Revoke, tongue: Tongue) -> Ended {
    let signed = asked.signing.signed()?;
    let open = asked.signing.open()?;
    let revoked = ready(open.node.revoke(asked.token.trim(), signed))?;
    if revoked.is_empty() {
        return Err(wrong("TOKEN", "no token of this name can be taken back: `gongji access list`"));
    }
    let text = tongue.inline("已收回", "taken back");
    let document = json!({ "revoked": revoked.iter().map(told).collect::<Vec<_>>() });
    asked.signing.tell(document, format!("{}: {text}", asked.token.trim()))
}

fn list(asked: &super::OnBook, tongue: Tongue) -> Ended {
    let open = Open::to_read(&asked.book)?;
    let (credentials, staff) = (ready(open.node.credentials())?, ready(open.node.all_staff())?);
    if asked.json {
        let tokens: Vec<Value> = credentials.iter().map(told).collect();
        let staff: Vec<Value> = staff.iter().map(told_of).collect();
        output::json(&json!({ "tokens": tokens, "staff": staff }));
        return Ok(Verdict::Yes);
    }
    for member in &staff {
        let state =
            if member.active { tongue.inline("可登录", "open") } else { tongue.inline("已关闭", "closed") };
        output::line(format!("{}  {}  {}  {state}", member.name, words(&member.roles), areas(&member.areas)));
    }
    for credential in &credentials {
        let state = match &credential.revoked {
            Some(Signed { by, at }) => format!("{} {by} {at}", tongue.inline("已收回", "taken back")),
            None => credential.until.map_or_else(|| "—".to_owned(), |until| format!("→ {until}")),
        };
        output::line(format!("{}  {}  {state}", credential.name(), holder(&credential.holder)));
    }
    Ok(Verdict::Yes)
}

fn words(roles: &BTreeSet<Role>) -> String {
    roles.iter().map(|role| role.word()).collect::<Vec<_>>().join(",")
}

fn areas(areas: &BTreeSet<AreaCode>) -> String {
    areas.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
}

fn holder(holder: &Holder) -> String {
    match holder {
        Holder::Institution(id) => format!("institution {id}"),
        Holder::Staff(name) => format!("staff {name}"),
    }
}

fn told(credential: &Credential) -> Value {
    let signed = |signed: &Signed| json!({ "by": signed.by, "at": signed.at.to_string() });
    json!({
        "name": credential.name(),
        "holder": holder(&credential.holder),
        "roles": credential.roles,
        "areas": credential.areas,
        "until": credential.until.map(|until| until.to_string()),
        "issued": signed(&credential.issued),
        "revoked": credential.revoked.as_ref().map(signed),
    })
}

fn told_of(staff: &Staff) -> Value {
    json!({
        "staff": staff.name,
        "person": staff.person,
        "roles": staff.roles,
        "areas": staff.areas,
        "active": staff.active,
        "changed": { "by": staff.changed.by, "at": staff.changed.at.to_string() },
    })
}
