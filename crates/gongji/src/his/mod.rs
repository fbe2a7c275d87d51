//! `gongji his`: a hospital or a pharmacy at the national interface, to show what happens, to train, and to check whether
//! a centre answers as the specification says.
//!
//! What is said and what is checked stands in `gongji-his`; here are arguments, files, the connection and the clock.

mod answer;
mod centre;
mod conformance;
mod demo;
mod play;
mod told;

use std::path::PathBuf;

use crate::output::{Ended, Failure};

use centre::Centre;

/// Where a sandbox is, unless it was given another port.
const SANDBOX: &str = "http://127.0.0.1:8400";

/// What the institution's side can do.
#[derive(Debug, clap::Subcommand)]
pub enum His {
    /// 演示 Play a clinic visit, a purchase and a stay against a sandbox, and say what each message means
    Demo(demo::Demo),
    /// 模拟就诊 Play visits from a file, or asked for at the prompt
    Play(play::PlayIt),
    /// 接入验收 Check a centre's answers against the specification, and write a report
    Conformance(conformance::Conformance),
    /// 核对回执 Hold one answer in a file against the specification
    Check(answer::CheckIt),
}

/// Where the centre is.
#[derive(Debug, clap::Args)]
struct At {
    /// The address of the centre
    #[arg(long, default_value = SANDBOX, value_name = "URL")]
    url: String,
    /// Certificates (PEM) that vouch for a centre at https
    #[arg(long, default_value = "/etc/ssl/certs/ca-certificates.crt", value_name = "FILE")]
    ca: PathBuf,
}

impl At {
    fn centre(&self) -> Result<Centre, Failure> {
        Centre::of(&self.url, &self.ca)
    }
}

/// Does what is asked.
pub fn run(asked: &His) -> Ended {
    match asked {
        His::Demo(asked) => demo::play(asked),
        His::Play(asked) => play::play(asked),
        His::Conformance(asked) => conformance::check(asked),
        His::Check(asked) => answer::check(asked),
    }
}
