//! What a server can be told: by flags, over the environment, over a file, over what holds if nobody says anything.
//!
//! Every key stands once in [`KEYS`], with what holds otherwise and what it means; the file's form, the names in the
//! environment and the reference in `docs/settings.md` are made from it. Invariants: a key that is not known is a mistake with
//! its line; no message repeats a value, since an address may hold a password. Deliberately absent: looking at what the
//! values name (files, addresses), which is for `gongji config check` and the start.

use std::num::{NonZeroU32, NonZeroU64, NonZeroUsize};
use std::path::{Path, PathBuf};

use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::database::Database;
use crate::files;
use crate::input::unrepeated;
use crate::node::Book;
use crate::output::Failure;

/// The largest file.
const LARGEST: u64 = 1 << 20;

/// How a value is written where there is only text: in the environment, or behind `--set`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// As it stands.
    Text,
    /// Digits.
    Number,
    /// Several, with commas between them.
    List,
    /// `true` or `false`.
    Flag,
}

/// What can be the value of a key.
pub trait Written {
    /// How it is written.
    const FORM: Form;

    /// How people read it.
    fn shown(&self) -> String;
}

macro_rules! written {
    ($($kind:ty: $form:ident, $shown:expr;)+) => {
        $(impl Written for $kind {
            const FORM: Form = Form::$form;

            fn shown(&self) -> String {
                let shown: fn(&Self) -> String = $shown;
                shown(self)
            }
        })+
    };
}

written! {
    String: Text, Self::clone;
    Address: Text, |address| address.0.parse::<Database>().map_or_else(|never| match never {}, |database| database.to_string());
    PathBuf: Text, |path| path.display().to_string();
    Listen: List, |listen| listen.texts().join(", ");
    Log: Text, |log| format!("{log:?}").to_lowercase();
    bool: Flag, Self::to_string;
    u64: Number, Self::to_string;
    NonZeroU32: Number, Self::to_string;
    NonZeroU64: Number, Self::to_string;
    NonZeroUsize: Number, Self::to_string;
}

impl<T: Written> Written for Option<T> {
    const FORM: Form = T::FORM;

    fn shown(&self) -> String {
        self.as_ref().map(T::shown).unwrap_or_default()
    }
}

/// Where a database is. A password may be in it.
#[derive(Clone, Deserialize)]
#[serde(transparent)]
pub struct Address(String);

impl std::fmt::Debug for Address {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.shown())
    }
}

/// A key of the settings.
#[derive(Debug)]
pub struct Key {
    /// Its name in a file.
    pub name: &'static str,
    /// What holds if nobody says it, as it would stand in a file; nothing if it then is not there.
    pub usual: &'static str,
    /// How it is written as text.
    pub form: Form,
    /// What it means.
    pub zh: &'static str,
    /// The same in English.
    pub en: &'static str,
}

impl Key {
    /// Its name in the environment.
    pub fn variable(&self) -> String {
        format!("GONGJI_{}", self.name.replace('-', "_").to_uppercase())
    }
}

macro_rules! settings {
    ($($field:ident: $kind:ty, $name:literal = $usual:literal, $zh:literal, $en:literal;)+) => {
        /// What holds, each key with a value.
        #[derive(Clone, Debug)]
        pub struct Config { $(#[doc = $en] pub $field: $kind,)+ }

        /// What one source says.
        #[derive(Clone, Debug, Default, Deserialize)]
        #[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
        struct Said { $($field: Option<$kind>,)+ }

        impl Said {
            /// What is not said here is as said there.
            fn over(self, under: Self) -> Self {
                Self { $($field: self.$field.or(under.$field),)+ }
            }

            fn settled(self) -> Config {
                Config { $($field: self.$field.unwrap_or_default_of($name),)+ }
            }
        }

        impl Config {
            /// The value of a key, as people read it; nothing if it is not there. No password is in it.
            pub fn shown(&self, name: &str) -> String {
                match name {
                    $($name => self.$field.shown(),)+
                    _ => String::new(),
                }
            }
        }

        /// All keys.
        pub const KEYS: &[Key] = &[$(Key {
            name: $name,
            usual: $usual,
            form: <$kind as Written>::FORM,
            zh: $zh,
            en: $en,
        }),+];
    };
}

/// A key that nobody has said, not even the usual values, may only be one that can be left out.
trait OrNone<T> {
    fn unwrap_or_default_of(self, name: &str) -> T;
}

impl<T: Absent> OrNone<T> for Option<T> {
    fn unwrap_or_default_of(self, name: &str) -> T {
        self.or_else(T::absent).unwrap_or_else(|| panic!("`{name}` has a usual value"))
    }
}

/// What stands for a key that is not there, if it need not be.
trait Absent: Sized {
    fn absent() -> Option<Self> {
        None
    }
}

impl<T> Absent for Option<T> {
    fn absent() -> Option<Self> {
        Some(None)
    }
}

impl Absent for String {}
impl Absent for Address {}
impl Absent for Listen {}
impl Absent for Log {}
impl Absent for bool {}
impl Absent for PathBuf {}
impl Absent for u64 {}
impl Absent for NonZeroU32 {}
impl Absent for NonZeroU64 {}
impl Absent for NonZeroUsize {}

settings! {
    listen: Listen, "listen" = "\"127.0.0.1:8080\"",
        "在哪里接受连接：`127.0.0.1:8080`、`[::1]:8080` 或 `unix:/run/gongji/socket`，可以是一个列表。端口 0 取一个空闲的端口",
        "Where to listen: `127.0.0.1:8080`, `[::1]:8080` or `unix:/run/gongji/socket`; may be a list. Port 0 takes one that is free";
    db: Address, "db" = "\"gongji.db\"",
        "数据库：一个文件，或 `postgresql://USER@HOST[,HOST]/NAME`。密码写在环境变量里",
        "The database: a file, or `postgresql://USER@HOST[,HOST]/NAME`. A password belongs into the environment";
    key: String, "key" = "\"gongji.key\"",
        "谁保管主密钥：一个文件、`exec:PROGRAM` 或 `pkcs11:...`",
        "Who keeps the master key: a file, `exec:PROGRAM`, or `pkcs11:...`";
    patience: u64, "patience" = "10",
        "数据库服务器不在时等多久（秒）",
        "How long to wait for a database server that is away, in seconds";
    area: Option<String>, "area" = "",
        "数据库必须属于的省（六位代码）；不写则不检查",
        "The province that the database has to be of, six digits; any if not said";
    witness: Option<PathBuf>, "witness" = "",
        "数据库之外的文件，每个关账日的根追加在里面；最好在另一台机器上",
        "A file outside the database to which closed days are added, better on another machine";
    tls_certificate: Option<PathBuf>, "tls-certificate" = "",
        "端口的 TLS 证书链（PEM）；有了它端口只说 HTTPS。文件换了，一分钟内换上新证书，不断连接",
        "The chain of certificates for ports, PEM; with it ports speak HTTPS alone. A changed file is taken up within a minute, without a break";
    tls_key: Option<PathBuf>, "tls-key" = "",
        "证书的私钥（PEM），只有运行本程序的账户可读",
        "The private key of the certificate, PEM, readable by this program's account alone";
    body_bytes: NonZeroUsize, "body-bytes" = "65536",
        "请求正文最多多少字节，超过得 413",
        "The largest body of a request in bytes; a larger one gets 413";
    requests: NonZeroUsize, "requests" = "1024",
        "同时办理的请求最多多少，超过得 503",
        "Most requests under way at once; more get 503";
    connections: NonZeroUsize, "connections" = "10000",
        "同时的连接最多多少，超过的排队",
        "Most connections at once; more wait until one ends";
    rate_per_key: NonZeroU32, "rate-per-key" = "10000",
        "一个密钥每秒最多多少请求（短时可以加倍），超过得 429",
        "Most requests a second of one key, twice as many in a burst; more get 429";
    requests_per_key: NonZeroUsize, "requests-per-key" = "768",
        "一个密钥同时办理和排队的请求最多多少，超过得 429。别人也在用时，一个密钥只占它的一份，其余排队，所以一个密钥的洪水不拖慢别人",
        "Most requests of one key under way or waiting at once; more get 429. While others ask too, a key has but its share under way and the rest waits, so that a flood from one key does not slow the others down";
    rate_per_address: NonZeroU32, "rate-per-address" = "50",
        "一个地址每秒最多多少没有有效密钥的请求（登录也算；短时可以加倍），超过得 429",
        "Most requests a second of one address without a valid key, signing in among them, twice as many in a burst; more get 429";
    request_seconds: NonZeroU64, "request-seconds" = "30",
        "一个请求最多办多久（秒）",
        "How long a request may take, in seconds";
    header_seconds: NonZeroU64, "header-seconds" = "30",
        "请求头（和 TLS 握手）最多等多久，一个连接空闲最多多久（秒）",
        "How long the head of a request (and a TLS handshake) may take, and how long a connection may be idle, in seconds";
    stop_seconds: u64, "stop-seconds" = "30",
        "收到停止的信号后，已开始的请求最多再办多久（秒）",
        "How long requests that were begun have to end after the server was told to stop, in seconds";
    session_minutes: NonZeroU32, "session-minutes" = "480",
        "经办人员登录一次有效多久（分钟）",
        "How long a session of staff lasts, in minutes";
    threads: Option<NonZeroUsize>, "threads" = "",
        "答复请求的线程数；不写则和机器的处理器一样多，至少两个",
        "Threads that answer; as many as the machine has processors if not said, two at least";
    log: Log, "log" = "\"requests\"",
        "标准错误上每行一个 JSON：`requests` 每个请求一行，`failures` 只记失败",
        "JSON lines on standard error: `requests` has one for each request, `failures` failures alone";
    webhook_ca: PathBuf, "webhook-ca" = "\"/etc/ssl/certs/ca-certificates.crt\"",
        "为回调接收方的证书作保的证书（PEM）",
        "The certificates (PEM) that vouch for receivers of webhooks";
    webhook_private: bool, "webhook-private" = "false",
        "回调也可以发往内网和本机的地址；只在接收方都在自己网内时打开",
        "Webhooks may go to private networks and to this machine too; only where receivers are in networks of one's own";
    upstream_ca: PathBuf, "upstream-ca" = "\"/etc/ssl/certs/ca-certificates.crt\"",
        "为上级中心（`gongji access connect --upstream https://…`）的证书作保的证书（PEM）",
        "The certificates (PEM) that vouch for centres to which calls are passed on (`gongji access connect --upstream https://…`)";
    cores: Option<PathBuf>, "cores" = "",
        "各统筹区自有待遇核心的名单（TOML，只有运行本程序的账户可读）：这些地区的账单由它们拆分（docs/benefits.md）",
        "A list (TOML, readable by this program's account alone) of the cores of pooling areas that divide bills themselves (docs/benefits.md)";
}

/// What is written down.
#[derive(Clone, Copy, Debug, Deserialize, PartialEq, Eq)]
#[serde(rename_all = "kebab-case")]
pub enum Log {
    /// Each request.
    Requests,
    /// What failed.
    Failures,
}

/// One place, or a list of them.
#[derive(Clone, Debug, Deserialize)]
#[serde(untagged)]
pub enum Listen {
    /// One.
    One(String),
    /// Several.
    Several(Vec<String>),
}

impl Listen {
    fn texts(&self) -> &[String] {
        match self {
            Self::One(text) => std::slice::from_ref(text),
            Self::Several(texts) => texts,
        }
    }
}

/// Where to listen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// An address and port.
    Tcp(String),
    /// A socket of this machine.
    Unix(PathBuf),
}

impl Place {
    /// As it is written.
    pub fn parse(text: &str) -> Self {
        match text.strip_prefix("unix:") {
            Some(path) => Self::Unix(path.into()),
            None => Self::Tcp(text.to_owned()),
        }
    }

    /// Whether it can be one at all.
    ///
    /// # Errors
    /// What is wrong.
    pub fn check(&self) -> Result<(), &'static str> {
        let is_port = |address: &str| {
            address.rsplit_once(':').is_some_and(|(host, port)| !host.is_empty() && port.parse::<u16>().is_ok())
        };
        match self {
            Self::Tcp(address) if !is_port(address) => {
                Err("写成 127.0.0.1:8080 或 unix:/路径 write 127.0.0.1:8080 or unix:/PATH")
            }
            Self::Unix(path) if path.parent().is_none_or(|folder| !folder.is_dir()) => {
                Err("没有放套接字的文件夹 there is no folder for the socket")
            }
            _ => Ok(()),
        }
    }
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Tcp(address) => f.write_str(address),
            Self::Unix(path) => write!(f, "unix:{}", path.display()),
        }
    }
}

impl Config {
    /// What holds if nobody says anything.
    pub fn usual() -> Self {
        usual().settled()
    }

    /// Where to listen.
    pub fn places(&self) -> Vec<Place> {
        self.listen.texts().iter().map(|text| Place::parse(text)).collect()
    }

    /// The database and its key.
    pub fn book(&self) -> Result<Book, Failure> {
        let db = self.db.0.parse();
        let key = self.key.parse();
        let key = key.map_err(|error| Failure::NotUnderstood(format!("key: {error}")))?;
        Ok(Book { db: db.unwrap_or_else(|never| match never {}), key, patience: self.patience })
    }
}

/// A value that was said as text, and who said it: a variable, or a flag.
pub struct Spoken {
    /// The key.
    pub key: String,
    /// The value.
    pub value: String,
    /// How whoever said it calls the key.
    pub by: String,
}

/// Where values come from, the strongest first.
#[derive(Default)]
pub struct Sources<'a> {
    /// Flags.
    pub flags: Vec<Spoken>,
    /// Variables of the environment.
    pub environment: Vec<Spoken>,
    /// A file.
    pub file: Option<&'a Path>,
}

/// The variables of the environment that say something.
pub fn environment() -> Vec<Spoken> {
    let said = |key: &Key| {
        let by = key.variable();
        std::env::var(&by).ok().map(|value| Spoken { key: key.name.to_owned(), value, by })
    };
    KEYS.iter().filter_map(said).collect()
}

/// Which key came from where, besides those that nobody said.
pub type Origins = std::collections::BTreeMap<String, String>;

impl Sources<'_> {
    /// What holds.
    ///
    /// # Errors
    /// [`Failure::NotUnderstood`] with file, line and column, or with the name of variable or flag.
    pub fn settled(&self) -> Result<(Config, Origins), Failure> {
        let mut origins = Origins::new();
        let mut said = usual();
        if let Some(path) = self.file {
            let (file, names) = read_file(path)?;
            said = file.over(said);
            origins.extend(names.into_iter().map(|name| (name, path.display().to_string())));
        }
        for spoken in self.environment.iter().chain(&self.flags) {
            said = spoken.said()?.over(said);
            origins.insert(spoken.key.clone(), spoken.by.clone());
        }
        let config = said.settled();
        match (&config.tls_certificate, &config.tls_key) {
            (Some(_), None) => {
                Err(Failure::NotUnderstood("tls-key: tls-certificate 需要它 is wanted by tls-certificate".into()))
            }
            (None, Some(_)) => {
                Err(Failure::NotUnderstood("tls-certificate: tls-key 需要它 is wanted by tls-key".into()))
            }
            _ => Ok((config, origins)),
        }
    }
}

/// What holds if nobody says anything.
fn usual() -> Said {
    let lines = KEYS.iter().filter(|key| !key.usual.is_empty()).map(|key| format!("{} = {}\n", key.name, key.usual));
    toml::from_str(&lines.collect::<String>()).expect("the usual values are written right")
}

/// What a file says, and which keys it names.
fn read_file(path: &Path) -> Result<(Said, Vec<String>), Failure> {
    let text = files::read_text(path, LARGEST)?;
    let read = |error: toml::de::Error| misread(path, &text, &error);
    let said: Said = toml::from_str(&text).map_err(read)?;
    let table: toml::Table = toml::from_str(&text).map_err(read)?;
    Ok((said, table.keys().cloned().collect()))
}

impl Spoken {
    fn said(&self) -> Result<Said, Failure> {
        let known = KEYS.iter().find(|key| key.name == self.key);
        let wrong = |why: &str| Failure::NotUnderstood(format!("{}: {why}", self.by));
        let known = known.ok_or_else(|| {
            wrong("没有这个设置 there is no such setting; gongji config reference 列出全部 lists all")
        })?;
        let value = match known.form {
            Form::Text => toml::Value::String(self.value.clone()),
            Form::Number => {
                let number = self.value.trim().parse::<i64>();
                toml::Value::Integer(number.map_err(|_| wrong("应该是整数 has to be a whole number"))?)
            }
            Form::Flag => {
                let flag = self.value.trim().parse::<bool>();
                toml::Value::Boolean(flag.map_err(|_| wrong("写 true 或 false write true or false"))?)
            }
            Form::List => {
                let each = self.value.split(',').map(|one| toml::Value::String(one.trim().to_owned()));
                toml::Value::Array(each.collect())
            }
        };
        let table = toml::Table::from_iter([(self.key.clone(), value)]);
        read_table(table).map_err(|error| wrong(&unrepeated(error.message())))
    }
}

fn read_table<T: DeserializeOwned>(table: toml::Table) -> Result<T, toml::de::Error> {
    table.try_into()
}

/// Line and column, and what is wrong, without the line itself.
fn misread(path: &Path, text: &str, error: &toml::de::Error) -> Failure {
    let at = error.span().map_or(0, |span| span.start);
    let before = text.get(..at).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().map_or(0, |rest| rest.chars().count()) + 1;
    Failure::NotUnderstood(format!("{}:{line}:{column}: {}", path.display(), unrepeated(error.message())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, spoken: &[(&str, &str)]) -> Result<Config, String> {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("c.toml");
        std::fs::write(&path, text).unwrap();
        let says = |(key, value): &(&str, &str)| Spoken {
            key: (*key).to_owned(),
            value: (*value).to_owned(),
            by: format!("--set {key}"),
        };
        let sources = Sources { flags: spoken.iter().map(says).collect(), environment: Vec::new(), file: Some(&path) };
        let told = |failure: Failure| failure.text().rsplit('/').next().unwrap_or_default().to_owned();
        sources.settled().map(|(config, _)| config).map_err(told)
    }

    #[test]
    fn a_mistake_is_told_with_its_line_and_without_its_value() {
        for (text, place) in [
            ("db = \"x\"\nlisten = 7\n", "c.toml:2:10"),
            ("\n\npassword = \"geheim\"\n", "c.toml:3:1"),
            ("requests = \"geheim\"\n", "c.toml:1:12"),
            ("requests = 0\n", "c.toml:1:12"),
            ("db = \n", "c.toml:1:6"),
        ] {
            let told = read(text, &[]).unwrap_err();
            assert!(told.starts_with(place) && !told.contains("geheim"), "{text}: {told}");
        }
    }

    #[test]
    fn a_mistake_behind_a_flag_is_told_with_its_name_and_without_its_value() {
        for (key, value) in [("requests", "geheim"), ("requests", "0"), ("log", "geheim"), ("pasword", "geheim")] {
            let told = read("", &[(key, value)]).unwrap_err();
            assert!(told.starts_with(&format!("--set {key}: ")) && !told.contains("geheim"), "{key}: {told}");
        }
        assert!(read("tls-key = \"x\"\n", &[]).unwrap_err().starts_with("tls-certificate: "));
    }

    #[test]
    fn one_place_or_several_can_be_listened_at() {
        let tcp = |text: &str| Place::Tcp(text.to_owned());
        for (text, places) in [
            ("", vec![tcp("127.0.0.1:8080")]),
            ("listen = \"[::1]:1\"\n", vec![tcp("[::1]:1")]),
            ("listen = [\"a:1\", \"unix:/x/y\"]\n", vec![tcp("a:1"), Place::Unix("/x/y".into())]),
        ] {
            assert_eq!(read(text, &[]).unwrap().places(), places, "{text}");
        }
        let spoken = read("listen = \"[::1]:1\"\n", &[("listen", "a:1, unix:/x/y")]).unwrap();
        assert_eq!(spoken.places(), [tcp("a:1"), Place::Unix("/x/y".into())]);
    }

    #[test]
    fn flags_go_before_the_environment_and_that_before_the_file_and_all_before_what_is_usual() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("c.toml");
        std::fs::write(&path, "requests = 1\npatience = 2\nbody-bytes = 3\n").unwrap();
        let says =
            |key: &str, value: &str| Spoken { key: key.to_owned(), value: value.to_owned(), by: key.to_uppercase() };
        let sources = Sources {
            flags: vec![says("requests", "100")],
            environment: vec![says("requests", "10"), says("patience", "20")],
            file: Some(&path),
        };
        let (config, origins) = sources.settled().unwrap();
        let held = (config.requests.get(), config.patience, config.body_bytes.get(), config.connections.get());
        assert_eq!(held, (100, 20, 3, 10_000));
        let origin = |key: &str| origins.get(key).map(String::as_str);
        assert_eq!([origin("requests"), origin("connections")], [Some("REQUESTS"), None]);
    }

    #[test]
    fn the_usual_values_are_all_there_and_each_name_has_a_variable_of_its_own() {
        let config = usual().settled();
        assert_eq!((config.db.0.as_str(), config.log, config.area), ("gongji.db", Log::Requests, None));
        let variables: std::collections::BTreeSet<String> = KEYS.iter().map(Key::variable).collect();
        assert_eq!(variables.len(), KEYS.len());
        assert!(variables.contains("GONGJI_RATE_PER_KEY"));
    }
}
