//! A cashier's desk: messages of one station, written, sent, and read with everything that is wrong about the answer.

use std::cell::{Cell, RefCell};
use std::fmt;

use gongji_wire::{Call, Input, Object, Request, Value, time};
use gongji_words::Moment;

use crate::judge::{self, Finding};
use crate::line::{Came, Line, Sent, Silence};
use crate::station::{Grant, Station, Token, Way};

/// The operator who sits there.
pub const OPERATOR: &str = "001";

/// What all desks of a run share: serial numbers, of which no two are alike, and what was found wrong with any answer.
pub struct Record {
    serial: Cell<u32>,
    sent: Cell<u32>,
    unnamed: Vec<String>,
    noted: RefCell<Vec<Finding>>,
}

impl Record {
    /// Begins somewhere, so that two runs within a second do not send the same numbers. No answer may hold `unnamed`.
    pub fn begin(line: &dyn Line, unnamed: Vec<String>) -> Self {
        let mut drawn = [0; 4];
        line.fill(&mut drawn);
        let serial = Cell::new(u32::from_be_bytes(drawn) % 10_000);
        Self { serial, sent: Cell::new(0), unnamed, noted: RefCell::new(Vec::new()) }
    }

    fn next(&self) -> u32 {
        self.serial.set((self.serial.get() + 1) % 10_000);
        self.serial.get()
    }

    /// How many messages were sent.
    #[must_use]
    pub fn sent(&self) -> u32 {
        self.sent.get()
    }

    /// What was found since this was asked last.
    #[must_use]
    pub fn taken(&self) -> Vec<Finding> {
        self.noted.take()
    }
}

/// A desk.
pub struct Desk<'l> {
    /// The line to the centre.
    pub line: &'l dyn Line,
    /// Which institution it belongs to.
    pub station: Station,
    record: &'l Record,
    /// The token that was given for name and password.
    token: RefCell<Option<Token>>,
}

/// A message that can still be changed.
#[derive(Clone)]
pub struct Draft {
    /// Its call.
    pub infno: String,
    /// Its number.
    pub msgid: String,
    /// The envelope with the input.
    pub object: Object,
    /// Where it goes.
    pub path: String,
    /// What its content type says; nothing for no such header.
    pub content_type: Option<String>,
    /// The headers that show who sends it.
    pub headers: Vec<(String, String)>,
    /// The bytes, where they are not the envelope's.
    pub body: Option<Vec<u8>>,
}

/// An answer, and what is wrong with it.
#[derive(Clone)]
pub struct Heard {
    /// The call.
    pub infno: String,
    /// The number of the message.
    pub msgid: String,
    /// What came.
    pub came: Came,
    /// The envelope; empty if there was none.
    pub body: Object,
    /// The output in the clear; null if there was none.
    pub output: Value,
    /// What the specification has otherwise.
    pub findings: Vec<Finding>,
}

impl<'l> Desk<'l> {
    /// A desk of a station.
    #[must_use]
    pub fn new(line: &'l dyn Line, station: Station, record: &'l Record) -> Self {
        Self { line, station, record, token: RefCell::new(None) }
    }

    /// 发送方报文ID: the institution, the moment, and a serial number.
    #[must_use]
    pub fn msgid(&self) -> String {
        format!("{}{}{:04}", self.station.code, time::fourteen(self.line.now()), self.record.next())
    }

    /// Sixteen random bytes.
    #[must_use]
    pub fn drawn(&self) -> [u8; 16] {
        let mut drawn = [0; 16];
        self.line.fill(&mut drawn);
        drawn
    }

    /// A call with this input, as the specification has it, signed for now.
    #[must_use]
    pub fn draft(&self, infno: &str, input: &Value) -> Draft {
        let (now, msgid) = (self.line.now(), self.msgid());
        let closed = self.station.seal.as_ref().map(|(keys, cover)| keys.close(input.clone(), *cover));
        let (input, seals) = closed.unwrap_or_else(|| (input.clone(), gongji_wire::envelope::Seals::default()));
        let request = Request {
            infno: infno.to_owned(),
            msgid: msgid.clone(),
            mdtrtarea_admvs: self.station.area.clone(),
            insuplc_admdvs: None,
            recer_sys_code: "99".to_owned(),
            dev_no: String::new(),
            dev_safe_info: String::new(),
            cainfo: seals.cainfo,
            signtype: seals.signtype,
            enc_type: seals.enc_type,
            infver: "1.0.0".to_owned(),
            opter_type: "1".to_owned(),
            opter: OPERATOR.to_owned(),
            opter_name: "收费员".to_owned(),
            inf_time: now,
            fixmedins_code: self.station.code.clone(),
            fixmedins_name: self.station.name.clone(),
            sign_no: String::new(),
            input: Input::Open(input),
            input_text: String::new(),
        };
        let body = gongji_wire::value::read(&request.to_body());
        let object = body.ok().and_then(|body| body.as_object().cloned()).unwrap_or_default();
        Draft {
            infno: infno.to_owned(),
            msgid,
            object,
            path: self.station.path.clone(),
            content_type: Some("text/plain".to_owned()),
            headers: self.headers(infno, now),
            body: None,
        }
    }

    fn headers(&self, infno: &str, now: Moment) -> Vec<(String, String)> {
        let Way::Password(grant) = &self.station.way else { return self.station.headers(infno, now, self.drawn()) };
        let kept = self.token.borrow().clone();
        let token = kept.or_else(|| self.granted(grant));
        self.token.replace(token.clone());
        token.into_iter().map(|token| ("authorization".to_owned(), format!("Bearer {}", token.0))).collect()
    }

    /// The token that the centre gives; none where it refuses, which the next message will show.
    fn granted(&self, grant: &Grant) -> Option<Token> {
        let kind = "application/x-www-form-urlencoded".to_owned();
        let headers = vec![("authorization".to_owned(), grant.client.basic()), ("content-type".to_owned(), kind)];
        let asked = Sent { path: grant.path.clone(), headers, body: grant.client.form().into_bytes() };
        let came = self.line.send(&asked).ok()?;
        let body = gongji_wire::value::read(std::str::from_utf8(&came.body).ok()?).ok()?;
        let token = body.as_object()?.filled("access_token")?.as_words()?;
        Some(Token(token.to_owned()))
    }

    /// Sends a draft, and reads the answer.
    ///
    /// # Errors
    /// [`Silence`].
    pub fn send(&self, draft: &Draft) -> Result<Heard, Silence> {
        self.record.sent.set(self.record.sent.get() + 1);
        let came = self.line.send(&draft.sent())?;
        let heard = self.heard(draft, came);
        self.record.noted.borrow_mut().extend(heard.findings.iter().cloned());
        Ok(heard)
    }

    /// Sends a draft, and goes away before the answer.
    ///
    /// # Errors
    /// [`Silence`].
    pub fn send_and_leave(&self, draft: &Draft) -> Result<(), Silence> {
        self.line.send_and_leave(&draft.sent())
    }

    /// Asks.
    ///
    /// # Errors
    /// [`Silence`].
    pub fn ask(&self, infno: &str, input: &Value) -> Result<Heard, Silence> {
        self.send(&self.draft(infno, input))
    }

    fn heard(&self, draft: &Draft, came: Came) -> Heard {
        let (infno, msgid) = (draft.infno.clone(), draft.msgid.clone());
        let mut heard = Heard { infno, msgid, came, body: Object::new(), output: Value::Null, findings: Vec::new() };
        let named = judge::names_nobody(&heard.came.body, &self.record.unnamed);
        if heard.is_file() {
            heard.findings.extend(named);
            return heard;
        }
        let (body, mut findings) = judge::frame(&heard.came, &self.station);
        heard.body = body;
        let (output, of_seal) = judge::opened(&heard.body, self.station.seal.as_ref().map(|(keys, _)| keys));
        heard.output = output;
        findings.extend(of_seal);
        if heard.is_done()
            && let Some(call) = Call::of(&heard.infno)
        {
            findings.extend(judge::output(call, &heard.output));
            findings.extend(judge::identities(&heard.output, &self.station));
        }
        findings.extend(named);
        heard.findings = findings;
        heard
    }
}

impl Draft {
    /// The bytes that go out.
    #[must_use]
    pub fn bytes(&self) -> Vec<u8> {
        self.body.clone().unwrap_or_else(|| self.object.to_string().into_bytes())
    }

    fn sent(&self) -> Sent {
        let mut headers = self.headers.clone();
        if let Some(kind) = &self.content_type {
            headers.push(("content-type".to_owned(), kind.clone()));
        }
        Sent { path: self.path.clone(), headers, body: self.bytes() }
    }
}

impl Heard {
    /// Whether a file came in place of an envelope.
    #[must_use]
    pub fn is_file(&self) -> bool {
        self.infno == "9102"
            && self.came.header("content-type").is_some_and(|kind| kind.contains("application/octet-stream"))
    }

    /// Whether it was done.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.is_file() || self.infcode() == "0"
    }

    /// `infcode`, as its words.
    #[must_use]
    pub fn infcode(&self) -> &str {
        self.head("infcode")
    }

    /// A field of the envelope, as its words.
    #[must_use]
    pub fn head(&self, field: &str) -> &str {
        self.body.get(field).and_then(Value::as_words).unwrap_or_default()
    }

    /// Why it was not done.
    #[must_use]
    pub fn sentence(&self) -> &str {
        self.head("err_msg")
    }

    /// What the cashier is told beside it.
    #[must_use]
    pub fn warning(&self) -> &str {
        self.head("warn_msg")
    }
}

impl fmt::Debug for Draft {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Draft({} {})", self.infno, self.msgid)
    }
}

impl fmt::Debug for Heard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Heard({} {} {} {:?})", self.infno, self.msgid, self.infcode(), self.findings)
    }
}

#[cfg(test)]
mod tests {
    use gongji_wire::dialect::Client;
    use gongji_wire::gm::Secret;

    use super::*;
    use crate::script::Case;

    /// A centre that gives one token, and answers nothing else.
    #[derive(Default)]
    struct Giving(RefCell<Vec<Sent>>);

    impl Line for Giving {
        fn send(&self, sent: &Sent) -> Result<Came, Silence> {
            self.0.borrow_mut().push(sent.clone());
            let body = if sent.path == "/token" { r#"{"access_token":"T1","expires_in":60}"# } else { "{}" };
            Ok(Came { status: 200, headers: Vec::new(), body: body.as_bytes().to_vec() })
        }

        fn send_and_leave(&self, sent: &Sent) -> Result<(), Silence> {
            self.send(sent).map(|_| ())
        }

        fn hang_up(&self) {}

        fn now(&self) -> Moment {
            Moment::from_millis(0)
        }

        fn fill(&self, bytes: &mut [u8]) {
            bytes.fill(7);
        }
    }

    #[test]
    fn a_token_is_asked_for_once_with_name_and_password_and_shown_with_every_message() {
        let line = Giving::default();
        let secret = |text: &str| Secret::new(text);
        let client =
            Client { id: "c".to_owned(), secret: secret("s"), username: "u".to_owned(), password: secret("p") };
        let way = Way::Password(Grant { client, path: "/token".to_owned() });
        let station = Station { path: "/call".to_owned(), way, ..Station::default() };
        let record = Record::begin(&line, Vec::new());
        let desk = Desk::new(&line, station, &record);
        let mut case = Case::of(&desk, &crate::Patient::default());
        let (one, other) = (case.ask("1101").unwrap(), case.ask("1201").unwrap());
        assert_ne!(one.msgid, other.msgid);
        let sent = line.0.borrow();
        let paths: Vec<&str> = sent.iter().map(|sent| sent.path.as_str()).collect();
        assert_eq!(paths, ["/token", "/call", "/call"]);
        assert_eq!(sent[0].body, b"grant_type=password&username=u&password=p");
        assert_eq!(sent[0].headers[0], ("authorization".to_owned(), "Basic Yzpz".to_owned()));
        for message in &sent[1..] {
            assert!(message.headers.contains(&("authorization".to_owned(), "Bearer T1".to_owned())), "{message:?}");
        }
        assert!(record.taken().iter().any(|finding| finding.rule == "infcode"), "an empty answer is found out");
    }
}
