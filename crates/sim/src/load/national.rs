//! Bills by the national interface: visits are registered and their lines uploaded before, so that 2207 alone is measured.
//!
//! Requests are written and signed before, too (`_api_` headers hold for half an hour): what is measured is the server. An institution
//! may sign its envelopes (SM2) and seal them (SM4); answers are opened where something is to be read in them.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use gongji_wire::dialect::{ApiKey, Cover, SealKeys};
use gongji_wire::envelope::Seals;
use gongji_wire::gm::Secret;
use gongji_wire::{Answer, Outcome};
use gongji_words::Moment;
use tokio::runtime::Runtime;

use super::calls::{Calls, connect, exchange};
use super::closed_loop::Meter;
use super::tasks;

const PATH: &str = "/fsi/api/rsfComIfsService/callService";
/// What a bill comes to, in yuan.
const AMOUNT: &str = "10.00";
/// An item of the example catalogue.
const ITEM: &str = "EXD001";
/// Tills that prepare at once.
const PREPARING: u32 = 64;

/// An institution as it is connected.
#[derive(Clone, Debug)]
pub struct Connected {
    code: String,
    area: String,
    key: ApiKey,
    seals: Option<Arc<(SealKeys, Cover)>>,
}

/// What institutions of the load sign with: the number one, whose public key is the base point of the curve (GB/T 32918.5-2017),
/// which is what to name when they are connected (`gongji access connect --key-of`).
const PRIVATE_KEY: &str = "0000000000000000000000000000000000000000000000000000000000000001";

impl Connected {
    /// Of a line with its code, its area, its access key and the secret of that; and where its envelopes are signed, the client's
    /// id, the centre's public key, and whether they are `signed` or `sealed`.
    ///
    /// # Errors
    /// A sentence with the line.
    pub fn parse(line: &str) -> Result<Self, String> {
        let words: Vec<&str> = line.split_whitespace().collect();
        let wrong = || {
            let form = "CODE AREA ACCESS-KEY SECRET, or these with CLIENT-ID CENTRE-KEY signed|sealed";
            format!("{line}: write an institution as {form}")
        };
        let [code, area, access_key, secret, ref seals @ ..] = words[..] else { return Err(wrong()) };
        let seals = match seals {
            [] => None,
            [client, centre, cover] => {
                let keys = SealKeys::parse(client, PRIVATE_KEY, centre).ok_or_else(wrong)?;
                Some(Arc::new((keys, if *cover == "sealed" { Cover::Sealed } else { Cover::Clear })))
            }
            _ => return Err(wrong()),
        };
        Ok(Self {
            code: code.to_owned(),
            area: area.to_owned(),
            key: ApiKey::new(access_key, Secret::new(secret.to_owned())),
            seals,
        })
    }

    /// An input as this institution sends it.
    fn covered(&self, input: &str) -> (String, Seals) {
        let (Some(seals), Ok(value)) = (&self.seals, gongji_wire::value::read(input)) else {
            return (input.to_owned(), Seals::default());
        };
        let (value, seals) = seals.0.close(value, seals.1);
        (value.to_string(), seals)
    }

    /// The output of an answer, as text.
    fn opened(&self, body: &str) -> Result<String, String> {
        let Some(seals) = &self.seals else { return Ok(body.to_owned()) };
        let answer = Answer::read(body.as_bytes(), None).map_err(|fault| fault.to_string())?;
        let Outcome::Done(output) = &answer.outcome else { return Err(format!("a message was answered {body}")) };
        let output = seals.0.open_output(output, &answer.seals).map_err(|fault| fault.to_string())?;
        Ok(output.to_string())
    }

    /// A request, written and signed.
    fn request(&self, infno: &str, (msgid, now): (&str, Moment), input: &str) -> Vec<u8> {
        let (input, seals) = self.covered(input);
        let Seals { cainfo, signtype, enc_type } = seals;
        let body = format!(
            r#"{{"infno":"{infno}","msgid":"{msgid}","mdtrtarea_admvs":"{}","insuplc_admdvs":"","recer_sys_code":"99","infver":"1.0.0","opter_type":"1","opter":"1","opter_name":"load","inf_time":"2026-01-01 00:00:00","fixmedins_code":"{}","fixmedins_name":"load","cainfo":"{cainfo}","signtype":"{signtype}","enc_type":"{enc_type}","input":{input}}}"#,
            self.area, self.code
        );
        let headers = self.key.headers(infno, "1.0.0", now);
        let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        format!(
            "POST {PATH} HTTP/1.1\r\nhost: load\r\n{headers}content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            body.len()
        )
        .into_bytes()
    }
}

/// Who prepares visits, and with what.
struct Preparing {
    calls: Calls,
    connected: Vec<Connected>,
    since: u128,
    ready: Mutex<Vec<Vec<u8>>>,
}

/// Registers a visit for each bill and uploads its line; gives the requests that settle them.
///
/// # Errors
/// A sentence about the first message that was not done.
pub fn prepared(
    runtime: &Runtime,
    (calls, connected): (&Calls, Vec<Connected>),
    count: u64,
) -> Result<Vec<Vec<u8>>, String> {
    if connected.is_empty() {
        return Err("no institution is connected: name a file of codes, access keys and secrets".to_owned());
    }
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_millis();
    let preparing = Arc::new(Preparing { calls: calls.clone(), connected, since, ready: Mutex::default() });
    let shared = preparing.clone();
    let each = move |number| {
        let preparing = shared.clone();
        async move { preparing.visit(number).await }
    };
    tasks::drive(runtime, Meter { callers: PREPARING, count, server: None }, each)?;
    Ok(std::mem::take(&mut *preparing.ready.lock().unwrap_or_else(PoisonError::into_inner)))
}

impl Preparing {
    async fn visit(&self, number: u64) -> Result<(), String> {
        let place = |count: usize| usize::try_from(number).unwrap_or(0) % count;
        let connected = &self.connected[place(self.connected.len())];
        let certificate = &self.calls.patients[place(self.calls.patients.len())];
        let mut stream = connect(&self.calls.address).await?;
        let now = || {
            let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
            Moment::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
        };
        let msgid = |infno: &str| format!("N{}-{number}-{infno}", self.since);
        let who = format!(
            r#""mdtrt_cert_type":"02","mdtrt_cert_no":"{certificate}","psn_cert_type":"01","certno":"{certificate}","psn_name":"""#
        );
        let person = format!(r#"{{"data":{{{who}}}}}"#);
        let told = connected.said(&mut stream, ("1101", &msgid("1101"), now()), &person).await?;
        let psn_no = field(&told, "psn_no")?;
        let visit = format!(
            r#"{{"data":{{{who},"psn_no":"{psn_no}","insutype":"390","begntime":"2026-01-01 00:00:00","ipt_otp_no":"{number}","dept_code":"1","dept_name":"d","caty":"A03"}}}}"#
        );
        let told = connected.said(&mut stream, ("2201", &msgid("2201"), now()), &visit).await?;
        let mdtrt_id = field(&told, "mdtrt_id")?;
        let lines = format!(
            r#"{{"feedetail":[{{"feedetl_sn":"1","mdtrt_id":"{mdtrt_id}","psn_no":"{psn_no}","chrg_bchno":"1","rx_circ_flag":"0","fee_ocur_time":"2026-01-01 00:00:00","med_list_codg":"{ITEM}","medins_list_codg":"1","det_item_fee_sumamt":{AMOUNT},"cnt":1,"pric":{AMOUNT},"bilg_dept_codg":"1","bilg_dept_name":"d","bilg_dr_codg":"1","bilg_dr_name":"d","hosp_appr_flag":"0"}}]}}"#
        );
        connected.said(&mut stream, ("2204", &msgid("2204"), now()), &lines).await?;
        let bill = format!(
            r#"{{"data":{{{who},"psn_no":"{psn_no}","insutype":"390","med_type":"11","medfee_sumamt":{AMOUNT},"psn_setlway":"01","mdtrt_id":"{mdtrt_id}","chrg_bchno":"1","acct_used_flag":"1"}}}}"#
        );
        let request = connected.request("2207", (&msgid("2207"), now()), &bill);
        self.ready.lock().unwrap_or_else(PoisonError::into_inner).push(request);
        Ok(())
    }
}

impl Connected {
    /// The output of a message that was done.
    async fn said(
        &self,
        stream: &mut tokio::net::TcpStream,
        (infno, msgid, now): (&str, &str, Moment),
        input: &str,
    ) -> Result<String, String> {
        let told = exchange(stream, &self.request(infno, (msgid, now), input)).await?;
        if told.body.contains(r#""infcode":0"#) {
            self.opened(&told.body)
        } else {
            Err(format!("a message was answered {}", told.body))
        }
    }
}

/// The first text of this name in an answer.
fn field<'a>(body: &'a str, name: &str) -> Result<&'a str, String> {
    let rest = body.split_once(&format!(r#""{name}":""#)).map(|(_, rest)| rest);
    rest.and_then(|rest| rest.split('"').next()).ok_or_else(|| format!("{name} is missing in {body}"))
}

/// Whether a bill was settled, and a relative paid for it; of a sealed answer, whether it was settled.
pub(super) fn is_settled(body: &str) -> bool {
    if body.contains(r#""enc_type":"SM4""#) {
        return body.contains(r#""infcode":0"#);
    }
    body.contains(r#""infcode":0"#)
        && body.contains(r#""acct_mulaid_pay":"#)
        && !body.contains(r#""acct_mulaid_pay":0.00"#)
}
