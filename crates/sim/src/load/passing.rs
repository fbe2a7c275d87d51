//! What it costs that a call is passed on: asked of a centre directly and through a server before it, in turns.
//!
//! The centre is this program's own, at a port that the profile of an institution names as what is behind. Each pair of answers
//! comes over connections that are kept, one request at a time, so that a pair differs by the server alone.

use std::time::Instant;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

use super::calls::{connect, exchange};
use super::tasks;

/// Pairs that come before the measuring begins.
const WARM: usize = 100;
/// What the centre answers, in bytes.
const ANSWER: usize = 1_024;

/// Whom to ask.
#[derive(Clone, Debug)]
pub struct Passing {
    /// `HOST:PORT` of the server.
    pub address: String,
    /// Where the centre behind is to listen.
    pub listen: String,
    /// 定点医药机构编号 of the institution that asks.
    pub code: String,
    /// Pairs to measure.
    pub count: usize,
}

/// Medians, in microseconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Added {
    /// Of the centre asked directly.
    pub direct: u64,
    /// Through the server.
    pub through: u64,
    /// Of the differences within pairs; 0 where the server was the quicker one.
    pub added: u64,
}

/// Measures.
///
/// # Errors
/// A sentence about the first answer that was not the centre's, or about a connection.
pub fn measure(passing: &Passing) -> Result<Added, String> {
    let runtime = tasks::runtime()?;
    runtime.block_on(async {
        let listener =
            TcpListener::bind(&passing.listen).await.map_err(|error| format!("{}: {error}", passing.listen))?;
        let at = listener.local_addr().map_err(|error| error.to_string())?.to_string();
        let centre = tokio::spawn(serve(listener));
        let added = in_turns(passing, &at).await;
        centre.abort();
        added
    })
}

async fn in_turns(passing: &Passing, centre: &str) -> Result<Added, String> {
    let (mut near, mut far) = (connect(centre).await?, connect(&passing.address).await?);
    let request = request_of(&passing.code);
    let (mut direct, mut through, mut added) = (Vec::new(), Vec::new(), Vec::new());
    for pair in 0..WARM + passing.count {
        let (one, other) = (asked(&mut near, &request).await?, asked(&mut far, &request).await?);
        if pair >= WARM {
            direct.push(one);
            through.push(other);
            added.push(other.saturating_sub(one));
        }
    }
    Ok(Added { direct: median(direct), through: median(through), added: median(added) })
}

/// How long an answer took, in microseconds.
async fn asked(stream: &mut TcpStream, request: &str) -> Result<u64, String> {
    let begun = Instant::now();
    let told = exchange(stream, request.as_bytes()).await?;
    let micros = u64::try_from(begun.elapsed().as_micros()).unwrap_or(u64::MAX);
    if told.body.len() == ANSWER { Ok(micros) } else { Err(format!("this is not the centre's answer: {}", told.body)) }
}

fn median(mut figures: Vec<u64>) -> u64 {
    figures.sort_unstable();
    figures.get(figures.len() / 2).copied().unwrap_or_default()
}

/// A call that is served by no server of ours.
fn request_of(code: &str) -> String {
    let body = format!(
        r#"{{"infno":"1301","msgid":"L-1","mdtrtarea_admvs":"130100","opter":"001","inf_time":"2026-03-10 09:00:00","fixmedins_code":"{code}","input":{{"data":{{"ver":"0"}}}}}}"#
    );
    format!(
        "POST /fsi/api/rsfComIfsService/callService HTTP/1.1\r\nhost: load\r\ncontent-type: application/json\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    )
}

async fn serve(listener: TcpListener) {
    while let Ok((stream, _)) = listener.accept().await {
        let _it_ends_with_its_caller = tokio::spawn(answer_all(stream));
    }
}

/// Answers every request of a connection.
async fn answer_all(mut stream: TcpStream) -> Option<()> {
    stream.set_nodelay(true).ok()?;
    let answer = format!("HTTP/1.1 200 OK\r\ncontent-length: {ANSWER}\r\n\r\n{}", "x".repeat(ANSWER));
    let mut read = Vec::new();
    loop {
        while let Some(length) = length_of(&read) {
            read.drain(..length);
            stream.write_all(answer.as_bytes()).await.ok()?;
        }
        if stream.read_buf(&mut read).await.ok()? == 0 {
            return None;
        }
    }
}

/// How long the first request is, once all of it is there.
fn length_of(read: &[u8]) -> Option<usize> {
    let head = read.windows(4).position(|four| four == b"\r\n\r\n")? + 4;
    let text = String::from_utf8_lossy(&read[..head]).to_ascii_lowercase();
    let body = text.split("\r\n").find_map(|line| line.strip_prefix("content-length:"))?;
    let whole = head + body.trim().parse::<usize>().ok()?;
    (read.len() >= whole).then_some(whole)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_answered_once_all_of_it_is_there() {
        let request = request_of("H13010001301");
        let bytes = [request.as_bytes(), b"POST"].concat();
        for length in 0..request.len() {
            assert_eq!(length_of(&bytes[..length]), None, "{length}");
        }
        assert_eq!(length_of(&bytes), Some(request.len()));
    }

    #[test]
    fn the_median_is_in_the_middle() {
        assert_eq!((median(vec![9, 1, 5]), median(Vec::new())), (5, 0));
    }
}
