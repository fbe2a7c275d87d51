//! `gongji sandbox`: three provinces with invented people, at a port of this machine, for whoever writes a client.
//!
//! Who comes with which bill decides what happens. Invariants: everything is invented, kept in a folder that goes with the
//! program, and reached from this machine alone; so its tokens are the same each time, and stand in documents.
//! Deliberately absent: rules of its own. What answers is what a server answers with.

mod cast;
mod control;
mod faults;
mod keys;

use std::num::NonZeroU32;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use axum::Router;
use gongji_http::infno::code;
use gongji_http::{Face, Numbers, Ports, Settings, router};
use gongji_scenario::world::Standing;
use gongji_service::{Node, Randomness};
use gongji_words::PersonId;
use serde_json::{Value, json};
use tokio::sync::{Mutex, watch};

use crate::output::{self, Ended, Failure, Verdict};
use crate::passwords::{SharedRandomness, SlowPasswords};
use crate::randomness::SystemRandomness;
use crate::serve::connections::{self, Front, Limits};
use crate::serve::{Config, Gates, Metrics, Place, Told, Watched};
use crate::{WORKERS, ready};

use cast::{Player, Scene};
use control::Control;
use faults::Faults;
use keys::Keys;

/// Arguments of `gongji sandbox`.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Example 例:\n  gongji sandbox\n  gongji sandbox --port 8400 --json\n  gongji sandbox --provinces\n  \
    gongji sandbox --scene scenarios/taian/exclusive-roles.scn\n\n\
    Everybody in it is invented, and gone when it ends (Ctrl-C). GET /sandbox tells all people, institutions and keys;\n\
    PUT /sandbox/clock, /sandbox/faults and /sandbox/stops change time, lines and what is stopped (docs/sandbox.md)."
)]
pub struct Sandbox {
    /// The port of 127.0.0.1 to listen at; 0 takes one that is free
    #[arg(long, default_value_t = 8400)]
    port: u16,
    /// Listen for each of the three provinces, the others at ports that are free
    #[arg(long)]
    provinces: bool,
    /// In place of the usual people: those of a scenario, at the time at which it ends; with a port for each of its provinces
    #[arg(long, value_name = "FILE")]
    scene: Option<PathBuf>,
    /// Print one JSON line once it is ready
    #[arg(long)]
    json: bool,
}

/// Numbers of people who are new, above those of the cast.
struct Newcomers(AtomicI64);

impl Numbers for Newcomers {
    fn prepare(&self) -> gongji_http::face::Drawn<'_> {
        Box::pin(async { Ok(()) })
    }

    fn next_person(&self) -> PersonId {
        PersonId::from_number(self.0.fetch_add(1, Ordering::AcqRel))
    }
}

/// The hospital whose key is shown first.
pub const TILL: &str = "T-HOSP-OK";
/// What the people of the cast have below.
const FIRST_NEWCOMER: i64 = 1_000_000;

/// How requests end, and connections: as those of a server.
const LIMITS: Limits = Limits {
    connections: 1_000,
    request: Duration::from_secs(30),
    header: Duration::from_secs(30),
    stop: Duration::from_secs(2),
};

/// Whoever tries everything out may ask for something without a key as often as with one.
const RATE: NonZeroU32 = NonZeroU32::new(10_000).expect("it is not zero");

/// Plays until it is told to stop.
pub fn run(asked: &Sandbox) -> Ended {
    let threads = std::thread::available_parallelism().map_or(2, std::num::NonZero::get);
    WORKERS.store(threads.max(2), Ordering::Release);
    let folder = tempfile::Builder::new().prefix("gongji-sandbox-").tempdir().map_err(|error| Failure::of(&error))?;
    let scene = asked.scene.as_deref().map_or_else(|| Ok(Scene::usual()), Scene::of_file)?;
    let mut stage = Stage::set(folder.path(), &scene)?;
    ready(stage.until_told(asked))
}

/// A card of somebody: the one that he has, or one that he has lost.
fn card_of(player: &Player, is_lost: bool) -> Value {
    let letter = if is_lost { 'L' } else { 'C' };
    json!({ "number": format!("{letter}{:08}", player.person.number()), "sn": format!("SN{:08}", player.person.number()) })
}

/// Registers the cards of everybody at the node of his province.
fn cards(standing: &Standing, (players, randomness): (&[Player], &dyn Randomness)) -> Result<(), Failure> {
    for player in players {
        let Some(node) = standing.nodes.get(&player.area.province()) else { continue };
        for is_lost in [false, true] {
            let card = card_of(player, is_lost);
            let of = |name: &str| card[name].as_str().unwrap_or_default().to_owned();
            ready(code::register_card((node, randomness), player.person, (&of("number"), &of("sn"), is_lost)))?;
        }
    }
    Ok(())
}

/// All that stands in the sandbox.
struct Stage {
    standing: Arc<Mutex<Standing>>,
    faces: Vec<Arc<Face>>,
    players: Vec<Player>,
    keys: Keys,
    faults: Arc<Faults>,
    front: Arc<Front>,
}

impl Stage {
    fn set(folder: &Path, scene: &Scene) -> Result<Self, Failure> {
        let working_key = SystemRandomness::open()?.working_key();
        let standing = cast::play(folder, &working_key, scene)?;
        let randomness = Arc::new(SharedRandomness::of(SystemRandomness::open()?));
        let players = cast::enrol(&standing, scene, &*randomness)?;
        let keys = Keys::give(&standing)?;
        cards(&standing, (&players, &*randomness))?;
        let newcomers = Arc::new(Newcomers(AtomicI64::new(FIRST_NEWCOMER)));
        let metrics = Arc::new(Metrics::default());
        let gate = Arc::new(Gates::of(&Config { rate_per_address: RATE, ..Config::usual() }));
        let face = |node: &Arc<Node>| {
            let clock = node.clone();
            let watched = Watched { metrics: metrics.clone(), today: Box::new(move || clock.now().day()) };
            let ports = Ports {
                numbers: newcomers.clone(),
                passwords: Arc::new(SlowPasswords::new(randomness.clone())),
                randomness: randomness.clone(),
                journal: Arc::new(Told),
                gate: gate.clone(),
                meters: Arc::new(watched),
                upstream: Arc::new(()),
            };
            Arc::new(Face::new(node.clone(), ports, Settings::default()))
        };
        let faces = standing.nodes.values().map(face).collect();
        let faults = Arc::new(Faults::of(&keys));
        let front = Arc::new(Front { limits: LIMITS, metrics, lines: None, tls: None });
        Ok(Self { standing: Arc::new(Mutex::new(standing)), faces, players, keys, faults, front })
    }

    async fn until_told(&mut self, asked: &Sandbox) -> Ended {
        let (stop, stopped) = watch::channel(false);
        let front = self.front.clone();
        let faces = if asked.provinces || asked.scene.is_some() { &self.faces[..] } else { &self.faces[..1] };
        let mut listeners = Vec::new();
        for place in 0..faces.len() {
            let port = if place == 0 { asked.port } else { 0 };
            listeners.push(connections::listen(&Place::Tcp(format!("127.0.0.1:{port}"))).await?);
        }
        let urls: Vec<String> = listeners.iter().map(|listener| listener.url(&front)).collect();
        let told = self.told(&urls);
        let served = listeners.into_iter().zip(faces).map(|(listener, face)| (listener, self.service(face, &told)));
        let served: Vec<_> = served.collect();
        let time = tokio::spawn(control::go_on(self.standing.clone(), stopped));
        if asked.json {
            output::line(&told);
        } else {
            self.explain(&urls);
        }
        connections::until_told(served, &front, &stop).await?;
        time.await.map_err(|error| Failure::of(&error))?;
        Ok(Verdict::Yes)
    }

    fn service(&self, face: &Arc<Face>, told: &Value) -> Router {
        let served = connections::watched(face, router(face), &self.front);
        let control = Control {
            standing: self.standing.clone(),
            faults: self.faults.clone(),
            face: face.clone(),
            told: told.clone(),
        };
        faults::before(served, (&self.faults, face)).merge(control::routes(control))
    }

    /// Everything that a program wants to know.
    fn told(&self, urls: &[String]) -> Value {
        let provinces: Vec<Value> = urls
            .iter()
            .zip(&self.faces)
            .map(|(url, face)| json!({ "area": face.node().province().to_string(), "url": url }))
            .collect();
        let people: Vec<Value> = self
            .players
            .iter()
            .map(|player| {
                json!({
                    "key": player.key,
                    "name": player.name,
                    "certificate": player.certificate.reveal(),
                    "person": format!("P{}", player.person),
                    "area": player.area.to_string(),
                    "card": card_of(player, false),
                    "lost_card": card_of(player, true),
                })
            })
            .collect();
        json!({
            "url": urls.first(),
            "provinces": provinces,
            "keys": self.keys.by_role(),
            "people": people,
            "institutions": self.keys.institutions(),
        })
    }

    fn explain(&self, urls: &[String]) {
        let url = urls.first().map_or("", String::as_str);
        output::line(format!("沙箱 sandbox: {}", urls.join("  ")));
        if let Some((key, _, token)) = self.keys.first() {
            output::line(format!("密钥 key ({key}): {token}"));
        }
        let [child, mother] = ["T-BEN-OK", "T-BEN-TWO"].map(|key| self.players.iter().find(|player| player.key == key));
        // Those of another scene are nobody's whom these lines would speak of.
        if let (Some(till), Some(child), Some(mother)) = (self.keys.first(), child, mother) {
            curl_lines((url, till), (child, mother)).into_iter().for_each(output::line);
        }
        output::line(format!(
            "接口 API: {url}/docs   人、机构和密钥 people, institutions, keys: {url}/sandbox   Ctrl-C 结束 ends it"
        ));
    }
}

/// Whether anybody could pay; a bill; why it came out so.
fn curl_lines(
    (url, (_, code, token)): (&str, (&str, String, &str)),
    (child, mother): (&Player, &Player),
) -> [String; 3] {
    let who = format!("-H 'Authorization: Bearer {token}'");
    let (child, mother) = (child.person, mother.certificate.reveal());
    [
        format!("curl -s '{url}/v1/eligibility?patient=P{child}&institution={code}&purpose=outpatient' {who}"),
        format!(
            "curl -s {url}/v1/settlements {who} -H 'Idempotency-Key: BILL-1' -H 'Content-Type: application/json' \
             -d '{{\"patient\": \"{mother}\", \"kind\": \"outpatient\", \"parts\": {{\"copay\": \"620.00\"}}, \"fund\": \"300.00\"}}'"
        ),
        format!("curl -s {url}/v1/settlements/{code}-BILL-1/explanation {who}"),
    ]
}
