//! The program as people and scripts meet it: arguments in, lines and exit statuses out.

#![expect(clippy::unwrap_used, reason = "what these tests set up is there, or the test has failed")]

mod audits;
mod backups;
mod bad_inputs;
mod benefits;
mod cases;
mod codes;
mod connecting;
mod demo;
mod encrypted;
mod examples;
mod exports;
mod forwarding;
mod help;
mod his;
mod imports;
mod keys;
mod kills;
mod leaks;
mod needles;
mod operating;
mod orders;
mod packs;
mod relay;
mod releases;
mod replays;
mod sandbox;
mod scenarios;
mod server_backups;
mod servers;
mod serving;
mod settling;
mod shredding;
mod statements;
mod stops;
mod support;
#[cfg(target_os = "linux")]
mod tokens;
mod webhooks;
