//! `gongji serve`: a node with its faces, at sockets, with a timer, until it is told to stop.
//!
//! Invariants: one line says where it listens, once it does; what was begun when it is told to stop is finished, as far as
//! the time for that goes. Deliberately absent: what a request means.

mod config;
pub mod connections;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use gongji_http::{Face, Journal, Numbers, Ports, Settings, router};
use gongji_service::{Clock as _, ServiceError};
use gongji_words::PersonId;
use serde_json::json;
use tokio::sync::watch;

use crate::clock::SystemClock;
use crate::commands::due::do_due;
use crate::ids::{TimeOrderedIds, USUAL};
use crate::node::Open;
use crate::output::{self, Ended, Failure, Verdict};
use crate::passwords::{SharedRandomness, SlowPasswords};
use crate::randomness::SystemRandomness;
use crate::witness::Witness;
use crate::{WORKERS, ready};

pub use config::Config;
use config::Listen;
pub use config::Place;
use connections::Limits;

/// Arguments of `gongji serve`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example 例:\n  gongji serve --config gongji.toml\n  gongji serve --listen 127.0.0.1:8080 --listen unix:/run/gongji/socket\n\n\
    gongji.toml, every key may be left out (docs/api.md has all):\n  listen = \"127.0.0.1:8080\"\n  db = \"gongji.db\"\n  \
    key = \"gongji.key\"\n  witness = \"/mnt/elsewhere/witness.jsonl\"\n\n\
    Flags go before the environment, that before the file. /healthz and /readyz say how it is, /docs and /openapi.json what \
    can be\nasked. SIGTERM ends it once what was begun is done. Make tokens with `gongji access`."
)]
pub struct Serve {
    /// A configuration file in TOML
    #[arg(long, env = "GONGJI_CONFIG", value_name = "FILE")]
    config: Option<PathBuf>,
    /// Where to listen: ADDRESS:PORT or unix:PATH; may be given again
    #[arg(long, env = "GONGJI_LISTEN", value_delimiter = ',', value_name = "PLACE")]
    listen: Vec<String>,
    /// The database: a file, or postgresql://USER@HOST[,HOST]/NAME
    #[arg(long, env = "GONGJI_DB", hide_env_values = true, value_name = "FILE|URL")]
    db: Option<String>,
    /// Who keeps the master key: a file, exec:PROGRAM, or pkcs11:... (see docs/keys.md)
    #[arg(long, env = "GONGJI_KEY", value_name = "WHERE")]
    key: Option<String>,
    /// How long to wait for a database server that is away, as during a failover
    #[arg(long, env = "GONGJI_PATIENCE", value_name = "SECONDS")]
    patience: Option<u64>,
    /// A file outside the database, better on another machine, to which closed days are added
    #[arg(long, env = "GONGJI_WITNESS", value_name = "FILE")]
    witness: Option<PathBuf>,
    /// Print one JSON line once it listens
    #[arg(long)]
    json: bool,
}

impl Serve {
    /// The file, with the environment and the flags over it.
    fn settled(&self) -> Result<Config, Failure> {
        let file = Config::read(self.config.as_deref())?;
        let listen = (!self.listen.is_empty()).then(|| Listen::Several(self.listen.clone()));
        Ok(Config {
            listen: listen.or(file.listen),
            db: self.db.clone().or(file.db),
            key: self.key.clone().or(file.key),
            patience: self.patience.or(file.patience),
            witness: self.witness.clone().or(file.witness),
            ..file
        })
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
        output::note(json!({ "level": "error", "failure": number, "operation": operation, "what": what }));
    }
}

/// Serves until it is told to stop.
pub fn serve(arguments: &Serve) -> Ended {
    let config = arguments.settled()?;
    let most = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    WORKERS.store(config.threads.unwrap_or(most).max(2), Ordering::Release);
    let open = Open::to_write(&config.book()?)?;
    check_area(&config, &open)?;
    let witness = config.witness.as_deref().map(Witness::read_or_begin).transpose()?;
    let face = Arc::new(face_of(&open, &config)?);
    ready(until_told(&config, (open, face, witness), arguments.json))
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
pub fn face_of(open: &Open, config: &Config) -> Result<Face, Failure> {
    let randomness = Arc::new(SharedRandomness::of(SystemRandomness::open()?));
    let ports = Ports {
        numbers: Arc::new(Drawn(open.ids.clone())),
        passwords: Arc::new(SlowPasswords::new(randomness.clone())),
        randomness,
        journal: Arc::new(Told),
    };
    let usual = Settings::default();
    let settings = Settings {
        body_bytes: config.body_bytes.unwrap_or(usual.body_bytes),
        requests: config.requests.unwrap_or(usual.requests),
        session_minutes: config.session_minutes.unwrap_or(usual.session_minutes),
    };
    Ok(Face::new(open.node.clone(), ports, settings))
}

async fn until_told(
    config: &Config,
    (open, face, witness): (Open, Arc<Face>, Option<Witness>),
    as_json: bool,
) -> Ended {
    let seconds = |stated: Option<u64>| Duration::from_secs(stated.unwrap_or(30));
    let limits = Limits {
        connections: config.connections.unwrap_or(10_000),
        request: seconds(config.request_seconds),
        header: seconds(config.header_seconds),
        stop: seconds(config.stop_seconds),
    };
    let (stop, stopped) = watch::channel(false);
    let timer = tokio::spawn(on_time(Arc::new(open), witness, stopped.clone()));
    let service = connections::limited(&face, router(&face), limits.request);
    let mut listeners = Vec::new();
    for place in config.places() {
        listeners.push(connections::listen(&place).await?);
    }
    let told: Vec<String> = listeners.iter().map(connections::Listener::url).collect();
    let serving: Vec<_> = listeners
        .into_iter()
        .map(|listener| tokio::spawn(connections::serve(listener, service.clone(), (limits, stopped.clone()))))
        .collect();
    tell(&told, as_json);
    connections::told_to_stop().await?;
    let _nobody_may_listen = stop.send(true);
    for one in serving {
        one.await.map_err(|error| Failure::of(&error))?;
    }
    timer.await.map_err(|error| Failure::of(&error))?;
    Ok(Verdict::Yes)
}

fn tell(urls: &[String], as_json: bool) {
    if as_json {
        output::line(json!({ "listening": urls, "url": urls.first() }));
    } else {
        output::line(format!("监听 listening: {}", urls.join("  ")));
    }
}

/// The longest time between two looks at what is due.
const LOOK: Duration = Duration::from_secs(60);
/// How often the log of a file is written back.
const WRITE_BACK: Duration = Duration::from_secs(1);

/// Does what falls due, and writes the log of a file back, until it is told to stop. What fails is done the next time.
async fn on_time(open: Arc<Open>, mut witness: Option<Witness>, mut stopped: watch::Receiver<bool>) {
    let mut waited = LOOK;
    loop {
        if waited >= LOOK {
            waited = Duration::ZERO;
            if let Err(failure) = do_due(&open.node, (&open.ids, witness.as_mut()), SystemClock.now()).await {
                output::note(json!({ "level": "error", "operation": "tick", "what": failure.text() }));
            }
        }
        if tokio::time::timeout(WRITE_BACK, stopped.wait_for(|stopped| *stopped)).await.is_ok() {
            return;
        }
        waited += WRITE_BACK;
        let writing = open.clone();
        let written = tokio::task::spawn_blocking(move || writing.node.store().write_back()).await;
        if let Ok(Err(error)) = written {
            output::note(json!({ "level": "error", "operation": "write-back", "what": error.to_string() }));
        }
    }
}
