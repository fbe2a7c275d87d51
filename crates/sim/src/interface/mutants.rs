//! Messages that somebody broke: whatever comes, an envelope goes back, nobody is told what he may not know, and money moves
//! only where the answer says that it did.

use std::panic::AssertUnwindSafe;

use futures_util::FutureExt;
use gongji_wire::dialect::{ApiKey, Cover, SealKeys, TifPass};
use gongji_wire::gm::Secret;
use gongji_wire::{Value, value};

use super::bill::{Line, Till, envelope, node, text, who};
use super::mutation::{KINDS, broken};
use super::town::{CLIENT, HOSPITAL, PATH, PHARMACY, SEALED, SECRET, Sent, Somebody, Told, Town};
use crate::load::tasks;
use crate::random::Rng;

/// After so many messages there is another patient with another visit.
const A_SCENE: u64 = 400;
/// Calls that move money when they are done.
const MONEY: [&str; 8] = ["2207", "2304", "2102", "2208", "2305", "2103", "2601", "6202"];
/// Where they are sent.
const PATHS: [&str; 7] = [
    PATH,
    "/fsi/api/rsfComIfsService/callService/2207",
    "/ebus/gdyb_api/prd/hsa/hgs/2207",
    "/mbs/fmi/fsi/api/callFsiService/callService",
    "/mbs-fsi/web/api/fsi/callService",
    "/mbs-hiIntf-450100/web/api/fsi/callService",
    "/mss/web/api/fsi/callService",
];

/// What was found.
#[derive(Clone, Debug, Default)]
pub struct Found {
    /// Messages that were sent.
    pub messages: u64,
    /// Those that were done.
    pub done: u64,
    /// Those that were refused.
    pub refused: u64,
    /// Those that were not let in.
    pub shut_out: u64,
    /// Payments that groups wrote.
    pub payments: u64,
    /// What must not be; the first few.
    pub wrong: Vec<String>,
}

/// Sends so many broken messages.
///
/// # Errors
/// A sentence when what is not broken is not done either.
pub fn send((count, seed): (u64, u64), progress: &mut dyn FnMut(u64)) -> Result<Found, String> {
    tasks::runtime()?.block_on(async {
        let town = Town::of(40, seed).await?;
        let mut found = Found::default();
        let mut scene = Vec::new();
        for number in 0..count {
            let mut random = Rng::of(seed, "mutant", number);
            if number.is_multiple_of(A_SCENE) {
                scene = set(&town, seed, number).await?;
            }
            one(&town, random.pick(&scene), (&mut random, number), &mut found).await?;
            progress(number + 1);
        }
        found.wrong.extend(town.audited().await?);
        found.payments = town.written.payments();
        Ok(found)
    })
}

/// A message that would be done, and whom it is about.
struct Good {
    code: &'static str,
    infno: &'static str,
    input: String,
    about: Somebody,
}

/// A patient with a visit and a stay that have lines.
struct Scene {
    about: Somebody,
    psn_no: String,
    visit: String,
    stay: String,
    line: Line,
}

const BEGIN: &str =
    r#""begntime":"2026-03-02 09:00:00","ipt_otp_no":"1","ipt_no":"1","dept_code":"1","dept_name":"内科","caty":"A03""#;

/// A scene, and every message that could come next.
async fn set(town: &Town, seed: u64, number: u64) -> Result<Vec<Good>, String> {
    let mut random = Rng::of(seed, "scene", number);
    let about = random.pick(&town.people).clone();
    let mut till = Till::of(town, HOSPITAL.1).after(number * 100);
    let known = till.done("1101", &format!(r#"{{"data":{{{}}}}}"#, who(&about, ""))).await?;
    let psn_no = text(node(&known.output, "baseinfo"), "psn_no")?;
    let named = who(&about, &psn_no);
    let visit = till.done("2201", &format!(r#"{{"data":{{{named},{BEGIN},"med_type":"11"}}}}"#)).await?;
    let visit = text(node(&visit.output, "data"), "mdtrt_id")?;
    let stay = till.done("2401", &format!(r#"{{"mdtrtinfo":{{{named},{BEGIN},"med_type":"2101"}}}}"#)).await?;
    let stay = text(node(&stay.output, "result"), "mdtrt_id")?;
    let line = std::iter::repeat_with(|| Line::drawn(&mut random)).find(|line| line.amount().is_positive());
    let line = line.ok_or("a line")?;
    let scene = Scene { about, psn_no, visit, stay, line };
    till.done("2204", &scene.feedetail(&scene.visit)).await?;
    till.done("2301", &scene.feedetail(&scene.stay)).await?;
    Ok(scene.messages())
}

impl Scene {
    fn named(&self) -> String {
        who(&self.about, &self.psn_no)
    }

    fn feedetail(&self, visit: &str) -> String {
        format!(r#"{{"feedetail":[{}]}}"#, self.line.written(1, (visit, &self.psn_no)))
    }

    fn bill(&self, visit: &str, kind: &str) -> String {
        let (named, whole) = (self.named(), self.line.amount());
        format!(
            r#"{{"data":{{{named},"med_type":"{kind}","medfee_sumamt":{whole},"psn_setlway":"01","mdtrt_id":"{visit}","chrg_bchno":"1","acct_used_flag":"2","exp_content":"{{\"OTP_ER_REFL_FLAG\":\"1\"}}"}}}}"#
        )
    }

    fn of(&self, infno: &'static str, input: String) -> Good {
        let code = if matches!(infno, "2101" | "2102" | "2103") { PHARMACY.1 } else { HOSPITAL.1 };
        Good { code, infno, input, about: self.about.clone() }
    }

    /// Every message, those that settle most often.
    fn messages(&self) -> Vec<Good> {
        let named_visit = format!(
            r#"{{"data":{{"mdtrt_id":"{}","psn_no":"{}","setl_id":"1","chrg_bchno":"1"}}}}"#,
            self.visit, self.psn_no
        );
        let mut all = self.of_visits(&named_visit);
        all.extend(self.of_enquiries(&named_visit));
        for _ in 0..4 {
            all.push(self.of("2206", self.bill(&self.visit, "11")));
            all.push(self.of("2207", self.bill(&self.visit, "11")));
            all.push(self.of("2208", named_visit.clone()));
        }
        all
    }

    fn of_visits(&self, named_visit: &str) -> Vec<Good> {
        let Self { psn_no, visit, stay, line, .. } = self;
        let named = self.named();
        let purchase = format!(
            r#"{{"druginfo":{{{named},"med_type":"41","medfee_sumamt":{},"acct_used_flag":"1"}},"drugdetail":[{}]}}"#,
            line.amount(),
            line.written(1, ("", psn_no))
        );
        vec![
            self.of("9001", r#"{"signIn":{"opter_no":"1","mac":"m","ip":"127.0.0.1"}}"#.to_owned()),
            self.of("9002", r#"{"signOut":{"sign_no":"1","opter_no":"1"}}"#.to_owned()),
            self.of("1101", format!(r#"{{"data":{{{named}}}}}"#)),
            self.of("2201", format!(r#"{{"data":{{{named},{BEGIN}}}}}"#)),
            self.of(
                "2203",
                format!(
                    r#"{{"mdtrtinfo":{{{named},"mdtrt_id":"{visit}",{BEGIN}}},"diseinfo":[{{"diag_type":"1","diag_srt_no":"1","diag_code":"J00","diag_name":"感冒"}}]}}"#
                ),
            ),
            self.of("2204", self.feedetail(visit)),
            self.of("2205", named_visit.to_owned()),
            self.of("2301", self.feedetail(stay)),
            self.of("2303", self.bill(stay, "2101")),
            self.of(
                "2402",
                format!(
                    r#"{{"dscginfo":{{"mdtrt_id":"{stay}","psn_no":"{psn_no}","insutype":"390","endtime":"2026-03-02 20:00:00","dscg_way":"1"}},"diseinfo":[]}}"#
                ),
            ),
            self.of("2304", self.bill(stay, "2101")),
            self.of("2102", purchase.clone()),
            self.of("2101", purchase),
            self.of("2601", format!(r#"{{"data":{{"psn_no":"{psn_no}","omsgid":"x","oinfno":"2207"}}}}"#)),
        ]
    }

    fn of_enquiries(&self, named_visit: &str) -> Vec<Good> {
        let psn_no = &self.psn_no;
        let span = r#""stmt_begndate":"2026-03-01","stmt_enddate":"2026-03-31""#;
        vec![
            self.of("5203", named_visit.to_owned()),
            self.of("5204", named_visit.to_owned()),
            self.of(
                "5201",
                format!(
                    r#"{{"data":{{"psn_no":"{psn_no}","begntime":"2026-01-01 00:00:00","endtime":"2026-12-31 00:00:00","med_type":"11"}}}}"#
                ),
            ),
            self.of(
                "3201",
                format!(
                    r#"{{"data":{{"insutype":"390","clr_type":"11","setl_optins":"1","medfee_sumamt":0,"fund_pay_sumamt":0,"acct_pay":0,"fixmedins_setl_cnt":0,{span}}}}}"#
                ),
            ),
            self.of(
                "3202",
                format!(
                    r#"{{"data":{{"setl_optins":"1","file_qury_no":"1","clr_type":"11","medfee_sumamt":0,"fund_pay_sumamt":0,"cash_payamt":0,"fixmedins_setl_cnt":0,{span}}}}}"#
                ),
            ),
            self.of(
                "9101",
                r#"{"fsUploadIn":{"in":"UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA==","filename":"a.zip","fixmedins_code":"1"}}"#.to_owned(),
            ),
            self.of(
                "9102",
                r#"{"fsDownloadIn":{"file_qury_no":"1","filename":"a.zip","fixmedins_code":"plc"}}"#.to_owned(),
            ),
            self.of(
                "2501",
                format!(
                    r#"{{"refmedin":{{"psn_no":"{psn_no}","diag_code":"J00","diag_name":"感冒","reflin_medins_no":"H1","reflin_medins_name":"院","refl_type":"1","refl_date":"2026-03-02","refl_rea":"r","refl_opnn":"o","begndate":"2026-03-02","enddate":"2026-04-02"}}}}"#
                ),
            ),
        ]
    }
}

/// The headers and the body under one of the ways in which an institution proves itself, perhaps wrongly.
fn dressed(town: &Town, good: &Good, (random, number): (&mut Rng, u64)) -> (Vec<(String, String)>, Vec<u8>) {
    use gongji_service::Clock as _;
    let (now, area) = (town.clock.now(), town.area().to_string());
    let msgid = format!("M{number}");
    let text = envelope(good.code, &area, (good.infno, &msgid), &good.input);
    let mut headers: Vec<(String, String)> = Vec::new();
    let mut body = broken(random, &text);
    match random.below(10) {
        0 => {
            let signed = ApiKey::new("ak", Secret::new(SECRET)).headers(good.infno, "1.0.0", now);
            headers.extend(signed.into_iter().map(|(name, value)| (name.to_owned(), value)));
        }
        1 => {
            let signed = TifPass::new("paas", Secret::new(SECRET)).headers("nonce-nonce", now);
            headers.extend(signed.into_iter().map(|(name, value)| (name.to_owned(), value)));
        }
        2 => body = sealed(town, good, (random, &msgid)).unwrap_or(body),
        3 => headers.push(("authorization".to_owned(), "Bearer gongji_0".to_owned())),
        _ => {}
    }
    if !headers.is_empty() && random.one_in(3) {
        let place = random.place(headers.len());
        let value = broken(random, &headers[place].1);
        headers[place].1 = String::from_utf8_lossy(&value).chars().filter(char::is_ascii_graphic).collect();
    }
    headers.push(("content-type".to_owned(), (*random.pick(&KINDS)).to_owned()));
    (headers, body)
}

/// A sealed envelope of which something is broken outside or inside.
fn sealed(town: &Town, good: &Good, (random, msgid): (&mut Rng, &str)) -> Option<Vec<u8>> {
    let keys = SealKeys::parse(CLIENT, &town.sealing.0, &town.sealing.1)?;
    let inner = if random.one_in(2) { broken(random, &good.input) } else { good.input.clone().into_bytes() };
    let value = value::read(&String::from_utf8_lossy(&inner)).ok()?;
    let (input, seals) = keys.close(value, Cover::Sealed);
    let text = envelope(SEALED.1, &town.area().to_string(), (good.infno, msgid), &input.to_string());
    let text = text
        .replace(r#""cainfo":"""#, &format!(r#""cainfo":"{}""#, seals.cainfo))
        .replace(r#""signtype":"""#, &format!(r#""signtype":"{}","enc_type":"{}""#, seals.signtype, seals.enc_type));
    Some(if random.one_in(2) { broken(random, &text) } else { text.into_bytes() })
}

async fn one(town: &Town, good: &Good, (random, number): (&mut Rng, u64), found: &mut Found) -> Result<(), String> {
    let (headers, body) = dressed(town, good, (random, number));
    let path = (*random.pick(&PATHS)).to_owned();
    let before = town.written.payments();
    let shown =
        || format!("message {number} of {} ({})", good.infno, String::from_utf8_lossy(&body[..body.len().min(300)]));
    let sent = Sent { path, headers, body: body.clone() };
    let told = match AssertUnwindSafe(town.send(sent)).catch_unwind().await {
        Ok(told) => told,
        Err(_) => return note(found, format!("{} broke down", shown())),
    };
    // A header that cannot be sent is no message.
    let Ok(told) = told else { return Ok(()) };
    found.messages += 1;
    let what = judged(town, (good, &body), &told, found);
    let moved = town.written.payments() - before;
    let is_settled = what.as_deref() == Ok("0") || told.kind == "application/octet-stream";
    if let Err(wrong) = what {
        return note(found, format!("{}: {wrong}", shown()));
    }
    if moved > 0 && !(is_settled && MONEY.iter().any(|infno| contains(&body, infno) || good.code == SEALED.1)) {
        return note(found, format!("{} moved money and was not settled", shown()));
    }
    for failure in town.failures() {
        note(found, format!("{} failed inside: {failure}", shown()))?;
    }
    Ok(())
}

fn contains(body: &[u8], text: &str) -> bool {
    // What is encrypted names its call outside; what is in another charset is not looked for.
    body.windows(text.len()).any(|window| window == text.as_bytes()) || body.windows(2).any(|two| two[1] == 0)
}

fn note(found: &mut Found, what: String) -> Result<(), String> {
    if found.wrong.len() < 20 {
        found.wrong.push(what);
    }
    Ok(())
}

/// The `infcode` of an answer that is an envelope.
fn judged(town: &Town, (good, sent): (&Good, &[u8]), told: &Told, found: &mut Found) -> Result<String, String> {
    let shown = || String::from_utf8_lossy(&told.body[..told.body.len().min(400)]).into_owned();
    if told.status != 200 {
        return Err(format!("status {}: {}", told.status, shown()));
    }
    if told.kind == "application/octet-stream" {
        found.done += 1;
        return Ok("0".to_owned());
    }
    if town.tells_too_much(&good.about, (sent, &told.body)) {
        return Err(format!("it tells of somebody else: {}", shown()));
    }
    let answer = value::read(&String::from_utf8_lossy(&told.body)).map_err(|_| format!("no envelope: {}", shown()))?;
    let answer = answer.as_object().ok_or_else(|| format!("no envelope: {}", shown()))?;
    for name in ["infcode", "inf_refmsgid", "refmsg_time", "respond_time", "err_msg", "output"] {
        answer.get(name).ok_or_else(|| format!("{name} is missing: {}", shown()))?;
    }
    let code = answer.get("infcode").and_then(Value::as_words).unwrap_or_default().to_owned();
    let count = match (code.as_str(), answer.get("code")) {
        ("0", _) => &mut found.done,
        ("-1", Some(_)) => &mut found.shut_out,
        ("-1", None) => &mut found.refused,
        _ => return Err(format!("infcode {code}: {}", shown())),
    };
    *count += 1;
    Ok(code)
}
