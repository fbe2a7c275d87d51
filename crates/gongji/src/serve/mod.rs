//! `gongji serve`: a node with its faces, at sockets, with a timer, until it is told to stop.
//!
//! Invariants: one line says where it listens, once it does; what was begun when it is told to stop is finished, as far as
//! the time for that goes. Deliberately absent: what a request means.

pub mod connections;
mod courier;
mod gates;
mod lines;
mod metrics;
mod settings;
mod timer;
mod tls;

use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::sync::atomic::Ordering;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use gongji_http::{Face, Journal, Numbers, Ports, Settings, router};
use gongji_service::{Clock as _, ServiceError};
use gongji_words::PersonId;
use serde_json::json;
use tokio::sync::watch;

use crate::clock::SystemClock;
use crate::cores;
use crate::database::Database;
use crate::ids::{TimeOrderedIds, USUAL};
use crate::node::Open;
use crate::output::{self, Ended, Failure, Verdict};
use crate::passwords::{SharedRandomness, SlowPasswords};
use crate::randomness::SystemRandomness;
use crate::upstream::Centres;
use crate::webhook::address::Reach;
use crate::witness::Witness;
use crate::{WORKERS, ready};

use connections::{Front, Limits};
use courier::Courier;
pub use gates::Gates;
use lines::Lines;
pub use metrics::{Metrics, Watched};
pub use settings::{Config, KEYS, Key, Log, Origins, Place};
use settings::{Sources, Spoken};
use timer::Timer;
pub use tls::Tls;

/// Arguments of `gongji serve`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example 例:\n  gongji serve --config gongji.toml\n  gongji serve --listen 127.0.0.1:8080 --listen unix:/run/gongji/socket\n  \
    gongji serve --set requests=512 --set log=failures\n\n\
    Flags go before the environment, that before the file; `gongji config reference` lists all settings, `gongji config check`\n\
    looks at them. /healthz, /readyz and /metrics say how it is, /docs and /openapi.json what can be asked. SIGTERM ends it once\n\
    what was begun is done. Make tokens with `gongji access`."
)]
pub struct Serve {
    #[command(flatten)]
    settings: Stated,
    /// Where to listen: ADDRESS:PORT or unix:PATH; may be given again
    #[arg(long, value_delimiter = ',', value_name = "PLACE")]
    listen: Vec<String>,
    /// Print one JSON line once it listens
    #[arg(long)]
    json: bool,
}

/// Settings on the command line.
#[derive(Debug, clap::Args)]
pub struct Stated {
    /// A configuration file in TOML
    #[arg(long, env = "GONGJI_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    /// The database: a file, or postgresql://USER@HOST[,HOST]/NAME
    #[arg(long, value_name = "FILE|URL")]
    db: Option<String>,
    /// Who keeps the master key: a file, exec:PROGRAM, or pkcs11:... (see docs/keys.md)
    #[arg(long, value_name = "WHERE")]
    key: Option<String>,
    /// How long to wait for a database server that is away, as during a failover
    #[arg(long, value_name = "SECONDS")]
    patience: Option<u64>,
    /// A file outside the database, better on another machine, to which closed days are added
    #[arg(long, value_name = "FILE")]
    witness: Option<PathBuf>,
    /// Any setting; may be given again
    #[arg(long, value_name = "KEY=VALUE")]
    set: Vec<String>,
}

impl Stated {
    /// What holds, and which key came from where.
    ///
    /// # Errors
    /// [`Failure::NotUnderstood`] with the place of the mistake.
    pub fn settled(&self, listen: &[String]) -> Result<(Config, Origins), Failure> {
        let mut flags = Vec::new();
        for set in &self.set {
            let wrong = || Failure::NotUnderstood("--set: 写成 KEY=VALUE write KEY=VALUE".to_owned());
            let (key, value) = set.split_once('=').ok_or_else(wrong)?;
            let by = format!("--set {key}");
            flags.push(Spoken { key: key.to_owned(), value: value.to_owned(), by });
        }
        let witness = self.witness.as_ref().map(|path| path.display().to_string());
        let patience = self.patience.map(|seconds| seconds.to_string());
        let listen = (!listen.is_empty()).then(|| listen.join(","));
        for (key, value) in [
            ("listen", listen),
            ("db", self.db.clone()),
            ("key", self.key.clone()),
            ("patience", patience),
            ("witness", witness),
        ] {
            let spoken = |value| Spoken { key: key.to_owned(), value, by: format!("--{key}") };
            flags.extend(value.map(spoken));
        }
        Sources { flags, environment: settings::environment(), file: self.config.as_deref() }.settled()
    }
}

/// Numbers of the program.
struct Drawn(Arc<TimeOrderedIds>);

impl Numbers for Drawn {
    fn prepare(&self) -> gongji_http::face::Drawn<'_> {
        Box::pin(async { self.0.refresh(USUAL).await.map_err(ServiceError::from) })
    }

    fn next_person(&self) -> PersonId {
        self.0.next_person()
    }
}

/// Failures go to standard error, a JSON line each.
pub struct Told;

impl Journal for Told {
    fn failure(&self, number: i64, operation: &'static str, what: &str) {
        output::note(
            json!({ "level": "error", "time": gongji_http::time(SystemClock.now()), "failure": number, "operation": operation, "what": what }),
        );
    }
}

/// Serves until it is told to stop.
pub fn serve(arguments: &Serve) -> Ended {
    let (config, _) = arguments.settings.settled(&arguments.listen)?;
    let most = std::thread::available_parallelism().map_or(2, NonZeroUsize::get);
    WORKERS.store(config.threads.map_or(most, NonZeroUsize::get).max(2), Ordering::Release);
    let front = Arc::new(front_of(&config)?);
    let open = Open::to_write(&config.book()?)?;
    check_area(&config, &open)?;
    let witness = config.witness.as_deref().map(Witness::read_or_begin).transpose()?;
    let face = Arc::new(face_of(&open, &config, &front)?);
    ready(until_told(&config, (open, face, witness), (front, arguments.json)))
}

/// What stands before the faces.
fn front_of(config: &Config) -> Result<Front, Failure> {
    let limits = Limits {
        connections: config.connections.get(),
        request: Duration::from_secs(config.request_seconds.get()),
        header: Duration::from_secs(config.header_seconds.get()),
        stop: Duration::from_secs(config.stop_seconds),
    };
    let (metrics, tls) = (Metrics::default(), Tls::of(config)?);
    metrics.certificate_days.set(tls.as_ref().map_or(-1, |tls| tls.days_left(SystemClock.now())));
    let lines = (config.log == Log::Requests).then(Lines::begin);
    Ok(Front { limits, metrics: Arc::new(metrics), lines, tls })
}

fn check_area(config: &Config, open: &Open) -> Result<(), Failure> {
    let served = open.node.province().to_string();
    match &config.area {
        Some(area) if *area != served => {
            Err(Failure::NotUnderstood(format!("area: the database serves {served}: name that, or another database")))
        }
        _ => Ok(()),
    }
}

/// The faces of a node, with what this program brings.
fn face_of(open: &Open, config: &Config, front: &Front) -> Result<Face, Failure> {
    let randomness = Arc::new(SharedRandomness::of(SystemRandomness::open()?));
    let ports = Ports {
        numbers: Arc::new(Drawn(open.ids.clone())),
        passwords: Arc::new(SlowPasswords::new(randomness.clone())),
        randomness,
        journal: Arc::new(Told),
        gate: Arc::new(Gates::of(config)),
        meters: Arc::new(Watched { metrics: front.metrics.clone(), today: Box::new(|| SystemClock.now().day()) }),
        upstream: Arc::new(Centres::of(config.upstream_ca.clone(), cores::read(config.cores.as_deref())?)),
    };
    Ok(Face::new(open.node.clone(), ports, settings_of(config)))
}

/// What of the settings is the faces'.
pub fn settings_of(config: &Config) -> Settings {
    Settings {
        body_bytes: config.body_bytes.get(),
        requests: config.requests.get(),
        session_minutes: config.session_minutes.get().into(),
    }
}

async fn until_told(
    config: &Config,
    (open, face, witness): (Open, Arc<Face>, Option<Witness>),
    (front, as_json): (Arc<Front>, bool),
) -> Ended {
    let (stop, stopped) = watch::channel(false);
    let open = Arc::new(open);
    let courier = tokio::spawn(courier_of(config, (&open, &front), &stopped)?.go_on());
    let timer = Timer { open, witness, front: front.clone() };
    let timer = tokio::spawn(timer.go_on(stopped));
    let service = connections::watched(&face, router(&face), &front);
    let mut served = Vec::new();
    for place in config.places() {
        served.push((connections::listen(&place).await?, service.clone()));
    }
    let urls: Vec<String> = served.iter().map(|(listener, _)| listener.url(&front)).collect();
    tell(&urls, as_json);
    connections::until_told(served, &front, &stop).await?;
    timer.await.map_err(|error| Failure::of(&error))?;
    courier.await.map_err(|error| Failure::of(&error))?;
    Ok(Verdict::Yes)
}

/// Who tells webhooks. A file has no other program that could; on a server each has a name of its own.
fn courier_of(
    config: &Config,
    (open, front): (&Arc<Open>, &Arc<Front>),
    stopped: &watch::Receiver<bool>,
) -> Result<Courier, Failure> {
    let name = match config.book()?.db {
        Database::File(_) => None,
        Database::Server(_) => Some(SystemRandomness::open()?.name()),
    };
    let reach = if config.webhook_private { Reach::Private } else { Reach::Public };
    Ok(Courier {
        open: open.clone(),
        front: front.clone(),
        trust: (config.webhook_ca.clone(), reach),
        name,
        stopped: stopped.clone(),
        caller: OnceLock::new(),
    })
}

fn tell(urls: &[String], as_json: bool) {
    if as_json {
        output::line(json!({ "listening": urls, "url": urls.first() }));
    } else {
        output::line(format!("监听 listening: {}", urls.join("  ")));
    }
}
