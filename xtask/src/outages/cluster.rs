//! Three PostgreSQL servers of which one leads, as an agency has them on three machines.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::time::{Duration, Instant};

use serde::Deserialize;

/// What keeps them.
const KEEPER: &str = include_str!("patroni.sh");
/// The account for whom servers run that root has started.
const ACCOUNT: &str = "postgres";
/// Etcd's two ports, and two for each server.
const PORTS: usize = 8;
/// How long a cluster may take to be whole.
const PATIENCE: Duration = Duration::from_secs(90);
const BETWEEN: Duration = Duration::from_millis(250);

/// A running cluster; ended when it is dropped, and when this process ends.
pub struct Cluster {
    keeper: Child,
    told: BufReader<ChildStdout>,
    folder: PathBuf,
    ports: Vec<u16>,
}

#[derive(Deserialize)]
struct Members {
    members: Vec<Member>,
}

#[derive(Deserialize)]
struct Member {
    name: String,
    role: String,
    state: String,
}

impl Cluster {
    /// Makes a cluster and waits until one leads and the others follow it.
    ///
    /// # Errors
    /// A sentence.
    pub fn start(patroni: &Path) -> Result<Self, String> {
        let programs = programs()?;
        let (ports, account) = (free_ports()?, account()?);
        let folder = std::env::temp_dir().join(format!("gongji-patroni-{}", std::process::id()));
        std::fs::create_dir(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
        let mut keeper = Command::new("sh");
        keeper.args(["-c", KEEPER, "keeper"]).args([&programs, patroni, &folder]);
        keeper.args(ports.iter().map(u16::to_string)).stdin(Stdio::piped()).stdout(Stdio::piped());
        // What interrupts its owner is not to interrupt the end; and nobody but root may enter root's folders.
        keeper.current_dir("/").process_group(0);
        if let Some((user, group)) = account {
            keeper.uid(user).gid(group);
            chown(&folder, Some(user), Some(group)).map_err(|error| error.to_string())?;
        }
        std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o700)).map_err(|error| error.to_string())?;
        let mut keeper = keeper.spawn().map_err(|error| format!("sh: {error}"))?;
        let told = BufReader::new(keeper.stdout.take().ok_or("the keeper has an output")?);
        let mut cluster = Self { keeper, told, folder, ports };
        cluster.followed()?;
        cluster.whole()?;
        Ok(cluster)
    }

    /// All addresses, of which the one that leads takes what is written.
    pub fn address(&self) -> String {
        let hosts: Vec<String> = self.servers().iter().map(|port| format!("127.0.0.1:{port}")).collect();
        format!("postgresql://gongji@{}/postgres?target_session_attrs=read-write&sslmode=disable", hosts.join(","))
    }

    fn servers(&self) -> &[u16] {
        &self.ports[2..5]
    }

    /// Waits until one leads and the others can take its place; gives the number of the one.
    ///
    /// # Errors
    /// A sentence after a minute and a half, with what the members say of themselves.
    pub fn whole(&self) -> Result<usize, String> {
        let begun = Instant::now();
        let mut last = String::new();
        while begun.elapsed() < PATIENCE {
            match self.members() {
                Ok(members) => {
                    if let Some(leader) = leader_of_whole(&members) {
                        return Ok(leader);
                    }
                    last = members.iter().map(|one| format!("{} {} {}; ", one.name, one.role, one.state)).collect();
                }
                Err(why) => last = why,
            }
            std::thread::park_timeout(BETWEEN);
        }
        Err(format!("the cluster did not become whole: {last}{}", self.last_words()))
    }

    /// What any of them knows of all.
    fn members(&self) -> Result<Vec<Member>, String> {
        let mut answer = Err("nobody answers".to_owned());
        for port in &self.ports[5..8] {
            answer = asked(*port, "/cluster").and_then(|text| {
                serde_json::from_str(&text).map(|members: Members| members.members).map_err(|error| error.to_string())
            });
            if answer.is_ok() {
                break;
            }
        }
        answer
    }

    /// Kills a member, manager and server at once.
    ///
    /// # Errors
    /// A sentence when nobody is there to do it.
    pub fn kill(&mut self, member: usize) -> Result<(), String> {
        self.tell(&format!("kill {member}"))
    }

    /// Starts it again.
    ///
    /// # Errors
    /// A sentence when nobody is there to do it.
    pub fn restart(&mut self, member: usize) -> Result<(), String> {
        self.tell(&format!("start {member}"))
    }

    fn tell(&mut self, words: &str) -> Result<(), String> {
        let input = self.keeper.stdin.as_mut().ok_or("the keeper listens")?;
        writeln!(input, "{words}").map_err(|error| format!("the keeper: {error}"))?;
        self.followed()
    }

    fn followed(&mut self) -> Result<(), String> {
        let mut line = String::new();
        self.told.read_line(&mut line).map_err(|error| format!("the keeper: {error}"))?;
        if line == "+\n" { Ok(()) } else { Err(format!("the keeper ended: {}", self.last_words())) }
    }

    /// The ends of the logs.
    fn last_words(&self) -> String {
        let of = |name: &str| {
            let text = std::fs::read_to_string(self.folder.join(name)).unwrap_or_default();
            let lines: Vec<&str> = text.lines().rev().take(3).collect();
            format!("\n{name}: {}", lines.into_iter().rev().collect::<Vec<_>>().join("\n  "))
        };
        ["etcd.log", "1.log", "2.log", "3.log"].map(of).concat()
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        let _it_ends_by_itself = self.keeper.wait();
    }
}

/// The folder of all of PostgreSQL's programs: where the search path has some of them, they may be links to it.
fn programs() -> Result<PathBuf, String> {
    let folder = gongji_scratch::programs().ok_or("PostgreSQL is not installed here")?;
    let initdb = folder.join("initdb").canonicalize().map_err(|error| format!("{}: {error}", folder.display()))?;
    Ok(initdb.parent().map_or(folder, Path::to_path_buf))
}

/// The number of the leader, if both others follow it and may take its place.
fn leader_of_whole(members: &[Member]) -> Option<usize> {
    let follows = |one: &&Member| one.role == "quorum_standby" && one.state == "streaming";
    let leader = members.iter().find(|one| one.role == "leader" && one.state == "running")?;
    let is_whole = members.iter().filter(follows).count() == members.len() - 1 && members.len() == 3;
    is_whole.then(|| leader.name.strip_prefix("member")?.parse().ok()).flatten()
}

fn asked(port: u16, path: &str) -> Result<String, String> {
    let failed = |error: std::io::Error| format!("port {port}: {error}");
    let mut stream = TcpStream::connect(("127.0.0.1", port)).map_err(failed)?;
    stream.set_read_timeout(Some(Duration::from_secs(5))).map_err(failed)?;
    write!(stream, "GET {path} HTTP/1.0\r\nHost: localhost\r\n\r\n").map_err(failed)?;
    let mut text = String::new();
    stream.read_to_string(&mut text).map_err(failed)?;
    text.split_once("\r\n\r\n").map(|(_, body)| body.to_owned()).ok_or_else(|| format!("port {port}: no answer"))
}

/// Ports that nobody listens on now.
fn free_ports() -> Result<Vec<u16>, String> {
    let taken = (0..PORTS).map(|_| TcpListener::bind(("127.0.0.1", 0))).collect::<Result<Vec<_>, _>>();
    let taken = taken.map_err(|error| error.to_string())?;
    taken.iter().map(|one| one.local_addr().map(|address| address.port()).map_err(|error| error.to_string())).collect()
}

/// Another account than root's, if this is root.
fn account() -> Result<Option<(u32, u32)>, String> {
    let id = |words: &[&str]| -> Option<u32> {
        let output = Command::new("id").args(words).output().ok()?;
        String::from_utf8(output.stdout).ok()?.trim().parse().ok()
    };
    if id(&["-u"]) != Some(0) {
        return Ok(None);
    }
    let both = id(&["-u", ACCOUNT]).zip(id(&["-g", ACCOUNT]));
    both.map(Some).ok_or_else(|| format!("this is root, for whom no server runs, and there is no account {ACCOUNT}"))
}
