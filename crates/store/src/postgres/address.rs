//! Where a server is, as a person writes it: a URL or words of libpq, with several hosts where there are several.
//!
//! Invariants: a password is never shown; what is not said stands as it should for money: one host after the other until
//! one takes writes, names looked up at every connection, silence noticed, statements bounded. What is said in `options`
//! comes after our defaults and so wins over them, but for the isolation on which the groups rely.

use std::fmt;
use std::path::PathBuf;

use tokio_postgres::Config;
use tokio_postgres::config::{Host, SslMode, TargetSessionAttrs};
use zeroize::Zeroizing;

use super::stay::Stay;
use super::tls::{Tls, Trust, authorities_in};
use crate::StoreError;

/// How long a statement may take before the server gives it up, and a transaction that nobody goes on with. A commit is
/// not a statement that it would give up: PostgreSQL takes the bound off before.
const BOUNDS: &str = "-c statement_timeout=20s -c idle_in_transaction_session_timeout=60s";
/// How statements are planned: once, because every one goes by keys, and for tables that are large, because the plan that
/// is made while they are empty stays. A table is never read whole, whether row by row or to be joined with its keys.
const PLANS: &str = "-c plan_cache_mode=force_generic_plan -c enable_seqscan=off -c enable_mergejoin=off \
    -c enable_hashjoin=off -c jit=off";
/// Citus has no plan without values for a statement that goes to several machines: each has to be planned with its own.
const PLANS_OF_SPREAD: &str = "-c plan_cache_mode=auto";
const ISOLATION: &str = "-c default_transaction_isolation=read\\ committed";
/// By what name a server knows a program, and one that speaks to it as to a database that is spread.
const NAME: &str = "gongji";
const NAME_OF_SPREAD: &str = "gongji spread";
/// What holds where nothing else is said, in seconds: for each host in turn to answer, for sent bytes to be acknowledged, for
/// a connection to be silent until it is asked for a sign of life. Whoever does not take writes is passed over.
const UNSAID: [&str; 6] = [
    "connect_timeout=5",
    "tcp_user_timeout=30",
    "keepalives_idle=10",
    "keepalives_interval=10",
    "keepalives_retries=3",
    "target_session_attrs=read-write",
];

/// An address, understood.
#[derive(Clone)]
pub(super) struct Address {
    pub(super) config: Config,
    pub(super) tls: Tls,
    /// Whether the database is spread over machines, so that only statements of one row may go there.
    pub(super) is_spread: bool,
    pub(super) stay: Stay,
    trust: Trust,
    /// What it says of the session itself, without our defaults.
    options: String,
}

/// Names and values of variables of an environment. A password may be among them.
pub type Variables = Vec<(&'static str, Zeroizing<String>)>;

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.shown())
    }
}

impl Address {
    /// Reads an address.
    pub(super) fn parse(text: &str) -> Result<Self, StoreError> {
        let said = Said::parse(text).ok_or(StoreError::Address)?;
        let mut config: Config = said.rest.parse().map_err(|_| StoreError::Address)?;
        if config.get_hosts().is_empty() && config.get_hostaddrs().is_empty() {
            return Err(StoreError::Address);
        }
        let trust = match said.mode.as_deref() {
            Some("verify-full") => Trust::Chain(said.root.map(PathBuf::from)),
            None | Some("disable" | "prefer" | "require") => Trust::Anybody,
            Some(_) => return Err(StoreError::Address),
        };
        config.ssl_mode(match said.mode.as_deref() {
            Some("disable") => SslMode::Disable,
            Some("require" | "verify-full") => SslMode::Require,
            _ => SslMode::Prefer,
        });
        let options = config.get_options().unwrap_or_default().to_owned();
        config.application_name(NAME).options(format!("{BOUNDS} {PLANS} {options} {ISOLATION}"));
        let tls = Tls::trusting(&trust)?;
        Ok(Self { config, tls, is_spread: false, stay: Stay::default(), trust, options })
    }

    /// The same for a database that is spread over machines.
    pub(super) fn spread(&self) -> Self {
        let mut spread = self.clone();
        let options = spread.config.get_options().unwrap_or_default().to_owned();
        spread.config.application_name(NAME_OF_SPREAD).options(format!("{options} {PLANS_OF_SPREAD}"));
        spread.is_spread = true;
        spread
    }

    /// The same for one who waits so.
    pub(super) const fn staying(mut self, stay: Stay) -> Self {
        self.stay = stay;
        self
    }

    /// The same with a schema of its own.
    pub(super) fn within(&self, room: &str) -> Self {
        let mut within = self.clone();
        let options = within.config.get_options().unwrap_or_default().to_owned();
        within.config.options(format!("{options} -c search_path={room}"));
        within
    }

    /// The same for programs that speak through libpq, as it takes it from its environment. What is not there is not said.
    pub(super) fn variables(&self) -> Result<Variables, StoreError> {
        let config = &self.config;
        let password = config.get_password().map(|bytes| std::str::from_utf8(bytes).map_err(|_| StoreError::Address));
        let seconds = config.get_connect_timeout().map(|time| time.as_secs().to_string()).unwrap_or_default();
        let mut variables = vec![
            ("PGHOST", self.hosts().join(",")),
            ("PGHOSTADDR", joined(config.get_hostaddrs())),
            ("PGPORT", joined(config.get_ports())),
            ("PGUSER", config.get_user().unwrap_or_default().to_owned()),
            ("PGDATABASE", config.get_dbname().unwrap_or_default().to_owned()),
            ("PGPASSWORD", password.transpose()?.unwrap_or_default().to_owned()),
            ("PGCONNECT_TIMEOUT", seconds),
            ("PGTARGETSESSIONATTRS", session_of(config.get_target_session_attrs()).to_owned()),
            ("PGOPTIONS", self.options.clone()),
            // The driver does not know this kind of encryption, and libpq tries it first.
            ("PGGSSENCMODE", "disable".to_owned()),
            ("PGSSLMODE", self.mode().to_owned()),
        ];
        if let Trust::Chain(file) = &self.trust {
            variables.push(("PGSSLROOTCERT", authorities_in(file.as_deref()).display().to_string()));
        }
        variables.retain(|(_, value)| !value.is_empty());
        Ok(variables.into_iter().map(|(name, value)| (name, Zeroizing::new(value))).collect())
    }

    fn mode(&self) -> &'static str {
        match (&self.trust, self.config.get_ssl_mode()) {
            (Trust::Chain(_), _) => "verify-full",
            (Trust::Anybody, SslMode::Disable) => "disable",
            (Trust::Anybody, SslMode::Require) => "require",
            (Trust::Anybody, _) => "prefer",
        }
    }

    fn hosts(&self) -> Vec<String> {
        let hosts = self.config.get_hosts().iter().map(|host| match host {
            Host::Tcp(name) => name.clone(),
            #[cfg(unix)]
            Host::Unix(path) => path.display().to_string(),
        });
        hosts.collect()
    }

    /// The address without who connects and with what.
    pub(super) fn shown(&self) -> String {
        let numbers = self.config.get_hostaddrs().iter().map(ToString::to_string);
        let mut names = self.hosts();
        if names.is_empty() {
            names = numbers.collect();
        }
        format!("postgresql://{}/{}", names.join(","), self.config.get_dbname().unwrap_or("?"))
    }

    /// The same as a path, as errors have it.
    pub(super) fn place(&self) -> PathBuf {
        self.shown().into()
    }
}

fn joined<T: ToString>(values: &[T]) -> String {
    values.iter().map(ToString::to_string).collect::<Vec<_>>().join(",")
}

fn session_of(attributes: TargetSessionAttrs) -> &'static str {
    match attributes {
        TargetSessionAttrs::ReadWrite => "read-write",
        TargetSessionAttrs::ReadOnly => "read-only",
        _ => "any",
    }
}

/// What the driver does not know, taken out of an address.
#[derive(Default)]
struct Said {
    mode: Option<String>,
    root: Option<String>,
    /// All else, after what holds where it says nothing: of two values the driver takes the later.
    rest: String,
}

impl Said {
    fn parse(text: &str) -> Option<Self> {
        let mut said = Self::default();
        if text.starts_with("postgresql://") || text.starts_with("postgres://") {
            let (place, query) = text.split_once('?').unwrap_or((text, ""));
            let pairs = query.split('&').filter(|pair| !pair.is_empty());
            let kept: Vec<&str> = pairs.filter(|pair| !said.takes_encoded(pair)).collect();
            said.rest = format!("{place}?{}", [&UNSAID[..], &kept].concat().join("&"));
            return Some(said);
        }
        said.rest = UNSAID.join(" ");
        for (key, value) in words(text)? {
            if !said.takes(&key, &value) {
                let value = value.replace('\\', "\\\\").replace('\'', "\\'");
                said.rest = format!("{} {key}='{value}'", said.rest);
            }
        }
        Some(said)
    }

    fn takes_encoded(&mut self, pair: &str) -> bool {
        let (key, value) = pair.split_once('=').unwrap_or((pair, ""));
        decoded(value).is_some_and(|value| self.takes(key, &value))
    }

    fn takes(&mut self, key: &str, value: &str) -> bool {
        match key {
            "sslmode" => self.mode = Some(value.to_owned()),
            "sslrootcert" => self.root = Some(value.to_owned()),
            _ => return false,
        }
        true
    }
}

/// `key = value` pairs; a value with blanks stands in quotes, in which a backslash takes the next letter as it is.
fn words(text: &str) -> Option<Vec<(String, String)>> {
    let mut pairs = Vec::new();
    let mut rest = text.trim_start();
    while !rest.is_empty() {
        let (key, after) = rest.split_once('=')?;
        let (value, after) = value(after.trim_start())?;
        pairs.push((key.trim().to_owned(), value));
        rest = after.trim_start();
    }
    Some(pairs)
}

fn value(text: &str) -> Option<(String, &str)> {
    let (quoted, text) = text.strip_prefix('\'').map_or((false, text), |inner| (true, inner));
    let mut value = String::new();
    let mut letters = text.char_indices();
    while let Some((place, letter)) = letters.next() {
        match letter {
            '\\' => value.push(letters.next()?.1),
            '\'' if quoted => return Some((value, &text[place + 1..])),
            blank if !quoted && blank.is_whitespace() => return Some((value, &text[place..])),
            other => value.push(other),
        }
    }
    (!quoted).then_some((value, ""))
}

/// Text in which `%41` stands for a byte.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::new();
    let mut parts = text.split('%');
    bytes.extend(parts.next()?.bytes());
    for part in parts {
        bytes.push(u8::from_str_radix(part.get(..2)?, 16).ok()?);
        bytes.extend(part.get(2..)?.bytes());
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio_postgres::config::TargetSessionAttrs;

    use super::*;

    #[test]
    fn an_address_is_shown_without_who_connects_and_his_password() {
        for (text, shown) in [
            ("postgresql://u:geheim@one,two:5433/book?sslmode=require", "postgresql://one,two/book"),
            ("postgres://u:geheim@one/book", "postgresql://one/book"),
            ("host=/run/pg user=u password=geheim dbname=book", "postgresql:///run/pg/book"),
            ("host = 'one' password = 'ge\\'heim x' dbname=book sslmode=disable", "postgresql://one/book"),
        ] {
            let address = Address::parse(text).unwrap();
            assert_eq!((address.shown(), format!("{address:?}")), (shown.to_owned(), shown.to_owned()), "{text}");
        }
    }

    #[test]
    fn what_is_no_address_is_said_to_be_none() {
        for text in [
            "",
            "dbname=x",
            "postgresql://",
            "host",
            "host='one",
            "host=one sslmode=perhaps",
            "postgresql://one/x?hosst=y",
            "host=one sslmode=verify-full sslrootcert=/nowhere",
        ] {
            assert!(Address::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn every_connection_has_a_bound_on_its_statements_and_one_isolation() {
        let plain = "postgresql://one/book";
        let said = "host=one dbname=book options='-c plan_cache_mode=force_generic_plan'";
        for address in [plain, said].map(|text| Address::parse(text).unwrap()) {
            for one in [address.clone(), address.within("room"), address.spread(), address.within("room").spread()] {
                let options = one.config.get_options().unwrap();
                assert!(
                    options.contains("statement_timeout=") && options.contains("isolation=read\\ committed"),
                    "{options}"
                );
                assert!(!one.is_spread || options.ends_with("plan_cache_mode=auto"), "{options}");
            }
        }
    }

    #[test]
    fn defaults_stand_where_nothing_is_said_and_give_way_where_something_is() {
        let plain = Address::parse("postgresql://one,two/book").unwrap().config;
        assert_eq!(plain.get_target_session_attrs(), TargetSessionAttrs::ReadWrite);
        assert_eq!(
            (plain.get_connect_timeout(), plain.get_ssl_mode()),
            (Some(&Duration::from_secs(5)), SslMode::Prefer)
        );
        let options = "options=-c%20statement_timeout%3D5s";
        let said = format!("postgresql://one/book?target_session_attrs=any&connect_timeout=1&{options}");
        let said = Address::parse(&said).unwrap().config;
        assert_eq!(said.get_target_session_attrs(), TargetSessionAttrs::Any);
        assert_eq!(said.get_connect_timeout(), Some(&Duration::from_secs(1)));
        let (ours, theirs) = said.get_options().unwrap().split_once("statement_timeout=5s").unwrap();
        assert!(ours.contains("statement_timeout=20s") && theirs.contains("default_transaction_isolation"), "{said:?}");
    }
    #[test]
    fn libpq_is_told_the_same_address() {
        let common = "PGCONNECT_TIMEOUT=5 PGGSSENCMODE=disable";
        for (text, told) in [
            (
                "postgresql://u:ge%20heim@one,two:5433/book?sslmode=require",
                "PGHOST=one,two PGPORT=5432,5433 PGUSER=u PGDATABASE=book PGPASSWORD=ge heim \
                 PGTARGETSESSIONATTRS=read-write PGSSLMODE=require",
            ),
            (
                "host=/run/pg dbname=book target_session_attrs=any options='-c search_path=x'",
                "PGHOST=/run/pg PGDATABASE=book PGTARGETSESSIONATTRS=any PGOPTIONS=-c search_path=x PGSSLMODE=prefer",
            ),
            (
                "hostaddr=127.0.0.1 port=1 sslmode=disable target_session_attrs=read-only",
                "PGHOSTADDR=127.0.0.1 PGPORT=1 PGTARGETSESSIONATTRS=read-only PGSSLMODE=disable",
            ),
        ] {
            let variables = Address::parse(text).unwrap().variables().unwrap();
            let said: Vec<String> =
                variables.iter().map(|(name, value)| format!("{name}={}", value.as_str())).collect();
            let mut said = said.join(" ");
            for one in common.split(' ') {
                assert!(said.contains(one), "{text}: {said}");
                said = said.replace(&format!("{one} "), "");
            }
            assert_eq!(said, told, "{text}");
        }
    }
}
