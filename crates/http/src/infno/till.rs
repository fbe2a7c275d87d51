//! A message on its way to an answer: who sent it, what stands in it, and what every call does with both.

use std::sync::Arc;

use axum::body::Bytes;
use gongji_domain::institution::Institution;
use gongji_domain::reason::{Audience, Language, Reason};
use gongji_service::Node;
use gongji_wire::{Call, Node as Part, Received, Request, Value};
use gongji_words::{CommandId, Fen, MessageId, Moment, PersonId};

use super::cases::CaseNumber;
use super::profile::Profile;
use super::refusal::Refusal;
use crate::asked::sender_of;
use crate::face::Face;
use crate::shape;
use crate::texts;

/// What came of a message.
pub type Said = Result<Done, Refusal>;

/// A good answer.
#[derive(Debug)]
pub struct Done {
    /// Its output.
    pub output: Value,
    /// A file that is sent in place of it.
    pub file: Option<Vec<u8>>,
    /// What the cashier is told beside it.
    pub reason: Option<Hint>,
}

/// A reason for the cashier, in one line.
#[derive(Debug)]
pub struct Hint {
    /// The stable code.
    pub code: &'static str,
    /// Code, sentence, and the number under which the case is found.
    pub text: String,
}

/// The sentence of a hint has at most so many characters.
const LONGEST_HINT: usize = 40;

impl Hint {
    /// A reason of a settlement.
    pub fn of(reason: Reason, (command, cash): (CommandId, Fen)) -> Self {
        let told = reason.seen_by(Audience::Cashier);
        let text = told.text(Language::Zh, Audience::Cashier).what;
        let text = gongji_domain::reason::fill(text, &[("due", &cash.to_string())]);
        let sentence: String = text.chars().take(LONGEST_HINT).collect();
        let code = told.code();
        Self { code, text: format!("{code} {sentence} {}", CaseNumber::of(command)) }
    }
}

/// Kinds of operators (`opter_type`), and where a patient finds them.
const CHANNELS: [(&str, &str); 3] = [("1", "收费窗口"), ("2", "自助机"), ("3", "手机")];

impl Hint {
    /// Aid is taken in this institution, but not at machines of this kind: where it is.
    pub fn elsewhere(barred: &[String], command: CommandId) -> Self {
        let code = Reason::SettleInstChannel.code();
        let open = CHANNELS.iter().filter(|(kind, _)| !barred.iter().any(|one| one == kind));
        let open: Vec<&str> = open.map(|(_, name)| *name).collect();
        let sentence = match open.as_slice() {
            [] => "本机构还不能用家庭共济，请患者用其他方式付".to_owned(),
            open => format!("这里不能用家庭共济，可以到{}付", open.join("、")),
        };
        Self { code, text: format!("{code} {sentence} {}", CaseNumber::of(command)) }
    }

    /// So many lines of a reconciliation differ.
    pub fn uneven(lines: u64) -> Self {
        let code = Reason::ReconTotals.code();
        Self { code, text: format!("{code} {lines} 行不一致，原因在文件的备注(memo)中") }
    }

    /// A bill came to other cash than its preview.
    pub fn changed((before, now): (Fen, Fen), command: CommandId) -> Self {
        let code = Reason::SettleTrialStale.code();
        Self {
            code,
            text: format!("{code} 预结算后账户有变化：现金预计 {before}，实际 {now} {}", CaseNumber::of(command)),
        }
    }
}

impl Done {
    /// With this output, and nothing more to say.
    pub fn with(output: Value) -> Self {
        Self { output, reason: None, file: None }
    }
}

/// A message of an institution.
pub struct Till {
    pub face: Arc<Face>,
    pub profile: Arc<Profile>,
    pub institution: Institution,
    pub request: Request,
    pub input: Value,
    pub call: &'static Call,
    /// A file that came beside it.
    pub file: Option<Bytes>,
    /// When it came, by the centre's clock.
    pub at: Moment,
}

impl Till {
    pub fn node(&self) -> &Node {
        self.face.node()
    }

    pub fn received(&self) -> Received<'_> {
        self.call.received(&self.input)
    }

    /// The node of the input that comes once.
    pub fn part(&self, name: &'static str) -> Result<Part<'_>, Refusal> {
        Ok(self.received().node(name)?)
    }

    /// Nothing to tell but that it is done.
    pub fn done(&self) -> Done {
        Done::with(self.call.answer().done())
    }

    /// The message under which it is entered: repeats have the same.
    pub fn message(&self) -> Result<MessageId, Refusal> {
        self.message_of(&self.request.msgid)
    }

    /// The message of a number that this institution gave.
    pub fn message_of(&self, msgid: &str) -> Result<MessageId, Refusal> {
        let sender = sender_of(&gongji_domain::access::Holder::Institution(self.institution.id));
        let good = MessageId::new(sender, msgid);
        good.map_err(|_| Refusal::saying(Reason::ReqSchema, "报文编号(msgid)只能用字母、数字和 -_.:~，不超过 64 个"))
    }

    /// A number that this message gives to what it makes: a repeat gives the same.
    pub fn number(&self, what: &str) -> String {
        self.node().number_of(what, &format!("{}/{}", self.institution.id, self.request.msgid)).to_string()
    }

    /// What tells a changed repeat from a true one.
    pub fn digest(&self) -> u64 {
        self.node().number_of("input", &self.input.to_string())
    }

    /// A person's number of a field.
    pub fn person(&self, part: &Part<'_>) -> Result<PersonId, Refusal> {
        let unknown = || Refusal::unknown("psn_no", "人员编号不存在，请先用 1101 查询", "ask 1101 for the number");
        shape::person(part.text("psn_no")?).ok_or_else(unknown)
    }

    /// A person's number as it is told.
    pub fn psn_no(person: PersonId) -> String {
        texts::person(person)
    }

    /// This message came before with other content.
    pub fn changed(&self) -> Refusal {
        let what = "这个报文编号(msgid)已用于另一笔内容，请换新编号";
        Refusal::saying(Reason::ReqIdempotencyConflict, what)
    }
}
