//! A master key that a program prints: its output is read up to a size and is never shown.

use std::io::Read;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use gongji_store::MasterKey;
use zeroize::Zeroizing;

use super::told;
use crate::output::Failure;

/// How long a program may take: it may ask somebody to touch a device.
pub const PATIENCE: Duration = Duration::from_secs(30);

/// How often is looked whether it has ended, once it has printed.
const BETWEEN: Duration = Duration::from_millis(5);

/// More than a key has; what is longer is no key.
const MOST: u64 = 4096;

/// Runs a program and takes the 64 hexadecimal digits that it prints. What it says on standard error is shown, because
/// it says why it failed.
pub fn printed_by(words: &[String], patience: Duration) -> Result<MasterKey, Failure> {
    let until = Instant::now() + patience;
    let shown = format!("exec:{}", words[0]);
    let mut command = Command::new(&words[0]);
    command.args(&words[1..]).stdin(Stdio::null()).stdout(Stdio::piped());
    let mut child = command.spawn().map_err(|error| {
        told(
            &format!("{shown}：取主密钥的程序启动不了：{error}。请检查路径和权限"),
            &format!("{shown}: the program that gives the master key cannot be started: {error}: check its path"),
        )
    })?;
    let printed = reading(&mut child).recv_timeout(patience);
    let ended = ended_by(&mut child, until);
    let (Ok(printed), Some(status)) = (printed, ended) else {
        return Err(too_slow(&shown, patience));
    };
    if !status.success() {
        return Err(told(
            &format!("{shown}：取主密钥的程序失败了（{status}），原因看它自己的提示"),
            &format!("{shown}: the program that gives the master key failed ({status}); it says itself why"),
        ));
    }
    let text = std::str::from_utf8(&printed).ok();
    text.and_then(MasterKey::parse).ok_or_else(|| {
        told(
            &format!("{shown}：取主密钥的程序输出的不是 64 位十六进制数（输出内容不显示）"),
            &format!(
                "{shown}: the program printed something else than 64 hexadecimal digits (which is not shown here)"
            ),
        )
    })
}

/// What the child prints, once it has closed its output. A thread of its own reads, so that a child that never does can
/// be given up.
fn reading(child: &mut Child) -> Receiver<Zeroizing<Vec<u8>>> {
    let (sender, receiver) = channel();
    let out = child.stdout.take();
    std::thread::spawn(move || {
        let mut bytes = Zeroizing::new(Vec::with_capacity(2 * MOST as usize));
        let _what_is_missing_is_no_key = out.map(|out| out.take(MOST).read_to_end(&mut bytes));
        let _nobody_waits_any_more = sender.send(bytes);
    });
    receiver
}

/// How the child ended; it is killed if it has not by then.
fn ended_by(child: &mut Child, until: Instant) -> Option<ExitStatus> {
    loop {
        match child.try_wait() {
            Ok(Some(status)) => return Some(status),
            Ok(None) if Instant::now() < until => std::thread::park_timeout(BETWEEN),
            Ok(None) | Err(_) => {
                let _may_just_have_ended = child.kill();
                let _reaped = child.wait();
                return None;
            }
        }
    }
}

fn too_slow(shown: &str, patience: Duration) -> Failure {
    let seconds = patience.as_secs();
    told(
        &format!("{shown}：取主密钥的程序 {seconds} 秒没有结束，已经终止。请检查它在等什么"),
        &format!(
            "{shown}: the program that gives the master key did not end within {seconds} s and was killed: see what it waits for"
        ),
    )
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    const DIGITS: &str = "00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff";

    /// What a line of the shell comes to as a program.
    fn printing(line: &str, patience: Duration) -> Result<MasterKey, String> {
        let words = ["/bin/sh", "-c", line].map(str::to_owned);
        printed_by(&words, patience).map_err(|failure| failure.text().to_owned())
    }

    #[test]
    fn the_digits_that_a_program_prints_are_the_key() {
        let expected = MasterKey::parse(DIGITS).unwrap().fingerprint();
        for line in [format!("printf {DIGITS}"), format!("echo {DIGITS}")] {
            assert_eq!(printing(&line, PATIENCE).unwrap().fingerprint(), expected, "{line}");
        }
    }

    #[test]
    fn whatever_else_a_program_does_is_said_and_what_it_printed_is_not() {
        let short = &DIGITS[..62];
        for (line, expected) in [
            (format!("echo {DIGITS}; exit 3"), "failed (exit status: 3)"),
            (format!("echo {short}"), "something else than 64 hexadecimal digits"),
            (format!("echo {DIGITS}{DIGITS}"), "something else than 64 hexadecimal digits"),
            (format!("echo {short}xx"), "something else than 64 hexadecimal digits"),
            ("true".to_owned(), "something else than 64 hexadecimal digits"),
            ("head -c 100000 /dev/zero".to_owned(), "64 hexadecimal digits"),
        ] {
            let text = printing(&line, PATIENCE).unwrap_err();
            let broken_pipe = line.starts_with("head") && text.contains("failed (");
            assert!(text.contains(expected) || broken_pipe, "{line}: {text}");
            assert!(!text.contains(&short[..20]), "{line}: {text}");
        }
        let missing = printed_by(&["/nowhere/give".to_owned()], PATIENCE).unwrap_err();
        assert!(missing.text().contains("cannot be started"), "{}", missing.text());
    }

    #[test]
    fn a_program_that_does_not_end_is_killed_when_patience_is() {
        for line in ["exec tail -f /dev/null", "exec >&-; exec tail -f /dev/null"] {
            let text = printing(line, Duration::ZERO).unwrap_err();
            assert!(text.contains("did not end within 0 s and was killed"), "{text}");
        }
    }
}
