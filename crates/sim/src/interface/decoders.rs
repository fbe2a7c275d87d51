//! Every decoder of bytes that come from outside, each under a name: whatever it is given, it says yes or no.

use std::hint::black_box;
use std::panic::{AssertUnwindSafe, catch_unwind};

use gongji_wire::dialect::{Cover, SealKeys};
use gongji_wire::gm::{PrivateKey, PublicKey, Secret};
use gongji_wire::mobile::Channel;
use gongji_wire::{Answer, Call, Count, Price, Request, multipart, number, table, time, value};
use gongji_words::{AreaCode, CertificateNumber, Day, Fen, Moment, Month, PersonName};

use super::bill::envelope;
use super::mutation::{KINDS, bytes_broken};
use crate::random::Rng;

const OURS: &str = "5555555555555555555555555555555555555555555555555555555555555555";
const CLIENT: &str = "a-client-of-sixteen";

/// A decoder: its name, what it takes, and something that it takes well.
pub struct Target {
    /// Its name.
    pub name: &'static str,
    seeds: fn() -> Vec<Vec<u8>>,
    run: fn(&[u8]),
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn of(texts: &[&str]) -> Vec<Vec<u8>> {
    texts.iter().map(|text| text.as_bytes().to_vec()).collect()
}

fn envelopes() -> Vec<Vec<u8>> {
    let inputs =
        [r#"{"data":{"psn_no":"1","medfee_sumamt":12.30}}"#, r#"{"feedetail":[{"cnt":1,"pric":"2.5"}]}"#, "\"QUJD\""];
    inputs.iter().map(|input| envelope("H13010000001", "130100", ("2207", "M1"), input).into_bytes()).collect()
}

fn seal_keys() -> Option<SealKeys> {
    let ours = PrivateKey::parse(OURS, CLIENT)?;
    SealKeys::parse(CLIENT, OURS, &ours.public().to_base64())
}

fn sealed_envelopes() -> Vec<Vec<u8>> {
    let Some(keys) = seal_keys() else { return Vec::new() };
    let Ok(value) = value::read(r#"{"data":{"psn_no":"1"}}"#) else { return Vec::new() };
    let (input, seals) = keys.close(value, Cover::Sealed);
    let whole = envelope("H13010000001", "130100", ("1101", "M1"), &input.to_string());
    vec![whole.replace(r#""cainfo":"""#, &format!(r#""cainfo":"{}","enc_type":"SM4""#, seals.cainfo)).into_bytes()]
}

fn channel() -> Option<Channel> {
    let public = PrivateKey::parse(OURS, gongji_wire::gm::NAME)?.public().to_base64();
    Channel::parse(CLIENT, Secret::new("0123456789abcdef"), (OURS, &public))
}

fn mobile_messages() -> Vec<Vec<u8>> {
    let (Some(channel), Ok(data)) = (channel(), value::read(r#"{"payOrdId":"1","feeSumamt":12.30}"#)) else {
        return Vec::new();
    };
    vec![gongji_wire::Value::Object(channel.close(&data, None, Moment::from_millis(0))).to_string().into_bytes()]
}

fn files() -> Vec<Vec<u8>> {
    let Some(call) = Call::of("3202") else { return Vec::new() };
    let mut file = call.file_sent();
    file.row("file")
        .text("setl_id", "1")
        .text("mdtrt_id", "2")
        .text("psn_no", "3")
        .amount("medfee_sumamt", Fen::from_fen(5));
    vec![table::write(&file.done(), &call.sent, "a.txt")]
}

/// All of them.
pub const TARGETS: &[Target] = &[
    Target { name: "json", seeds: envelopes, run: |bytes| drop(value::read(&text(bytes))) },
    Target { name: "json-spans", seeds: envelopes, run: |bytes| drop(value::read_spans(&text(bytes))) },
    Target {
        name: "envelope",
        seeds: envelopes,
        run: |bytes| KINDS.iter().for_each(|kind| drop(Request::read(bytes, Some(kind)))),
    },
    Target {
        name: "fields",
        seeds: envelopes,
        run: |bytes| {
            let Ok(request) = Request::read(bytes, None) else { return };
            let gongji_wire::Input::Open(input) = &request.input else { return };
            for call in Call::all() {
                drop(call.received(input).warnings());
                for node in &call.input.nodes {
                    drop(call.received(input).node_if(node.name));
                    drop(call.received(input).rows(node.name));
                }
            }
        },
    },
    Target {
        name: "answer",
        seeds: || {
            of(&[
                r#"{"infcode":0,"inf_refmsgid":"1","refmsg_time":"20260302090000000","respond_time":"20260302090000000","err_msg":"","output":{}}"#,
            ])
        },
        run: |bytes| drop(Answer::read(bytes, None)),
    },
    Target {
        name: "sealed-envelope",
        seeds: sealed_envelopes,
        run: |bytes| {
            if let (Ok(request), Some(keys)) = (Request::read(bytes, None), seal_keys()) {
                drop(keys.open(&request));
            }
        },
    },
    Target {
        name: "mobile-message",
        seeds: mobile_messages,
        run: |bytes| {
            let Ok(gongji_wire::Value::Object(message)) = value::read(&text(bytes)) else { return };
            drop(channel().map(|channel| channel.open(&message)));
        },
    },
    Target {
        name: "multipart",
        seeds: || of(&["--x\r\nContent-Disposition: form-data; name=\"jsonStr\"\r\n\r\n{}\r\n--x--\r\n"]),
        run: |bytes| {
            drop(multipart::parts(Some("multipart/form-data; boundary=x"), bytes));
            drop(multipart::parts(Some(&text(bytes)), bytes));
        },
    },
    Target {
        name: "file",
        seeds: files,
        run: |bytes| {
            if let Some(call) = Call::of("3202") {
                drop(table::read(bytes, &call.sent));
            }
        },
    },
    Target {
        name: "numbers",
        seeds: || of(&["12.30", "1.23E+1", "-0.005", "99999999999999.99"]),
        run: |bytes| {
            let text = text(bytes);
            drop((number::amount(&text), Price::parse(&text), Count::parse(&text), Fen::parse_yuan(&text)));
        },
    },
    Target {
        name: "times",
        seeds: || of(&["2026-03-02 09:00:00", "20260302090000", "2026-03-02", "2026-03-02T09:00", "2026-03"]),
        run: |bytes| {
            let text = text(bytes);
            let _ = black_box((
                time::day(&text),
                time::moment(&text),
                Day::parse(&text),
                Moment::parse(&text),
                Month::parse(&text),
            ));
        },
    },
    Target {
        name: "names",
        seeds: || of(&["130100", "17010119400101000X", "阿卜杜拉·买买提", "H12345678"]),
        run: |bytes| {
            let text = text(bytes);
            drop((AreaCode::parse(&text), CertificateNumber::parse(&text), PersonName::parse(&text)));
        },
    },
    Target {
        name: "keys",
        seeds: || of(&[OURS, "BBBB", "-----BEGIN PUBLIC KEY-----"]),
        run: |bytes| {
            let text = text(bytes);
            drop((PrivateKey::parse(&text, CLIENT), PublicKey::parse(&text, CLIENT)));
        },
    },
    Target {
        name: "trace",
        seeds: || of(&["\u{1}\u{2}\u{3}"]),
        run: |bytes| drop(gongji_domain::trace::decode(bytes)),
    },
    Target {
        name: "scenario",
        seeds: || of(&["title: a\narea: 130100\n\nregister P1\n"]),
        run: |bytes| drop(gongji_scenario::syntax::parse("fuzz.scn", bytes, &|_| false)),
    },
];

/// Gives each decoder so many inputs; gives those on which one broke down, with the name.
#[must_use]
pub fn run((count, seed): (u64, u64), only: Option<&str>) -> Vec<String> {
    let mut wrong = Vec::new();
    for target in TARGETS.iter().filter(|target| only.is_none_or(|name| name == target.name)) {
        let seeds = (target.seeds)();
        for number in 0..count {
            let mut random = Rng::of(seed, target.name, number);
            let seed = seeds.get(random.place(seeds.len().max(1))).cloned().unwrap_or_default();
            let input = bytes_broken(&mut random, &seed);
            if catch_unwind(AssertUnwindSafe(|| (target.run)(&input))).is_err() {
                wrong.push(format!("{}: input {number}", target.name));
                break;
            }
        }
    }
    wrong
}
