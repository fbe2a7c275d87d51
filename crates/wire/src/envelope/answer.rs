//! The envelope of an answer.

use std::fmt::Write as _;

use gongji_words::{AreaCode, Moment};

use super::{misread, text_of};
use crate::fault::{Fault, Form, Place, shortened};
use crate::time;
use crate::value::{Object, Value, read};

/// Most answers fit into so many bytes.
const ROOM: usize = 4096;

/// What one institution's program reads differently from another's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Default)]
pub struct Quirks {
    /// `infcode` as text, `"0"`, instead of a number.
    pub infcode_as_text: bool,
}

/// What came of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was done, and this is the output. A text is an output that was sealed.
    Done(Value),
    /// It was not done, and why.
    Failed(String),
}

/// What goes with an output that is signed or sealed; empty otherwise.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Seals {
    /// 数字签名信息.
    pub cainfo: String,
    /// 签名类型.
    pub signtype: String,
    /// 加密方式.
    pub enc_type: String,
}

/// An answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// 接收方报文ID, as [`reference()`] makes it.
    pub inf_refmsgid: String,
    /// When the request came.
    pub refmsg_time: Moment,
    /// When the answer left.
    pub respond_time: Moment,
    /// What came of it.
    pub outcome: Outcome,
    /// What is odd about the request, for its programmer.
    pub warn_msg: String,
    /// Signature and sealing of the output.
    pub seals: Seals,
}

/// 接收方报文ID: the area, the moment in fourteen digits, and ten digits of a serial number.
#[must_use]
pub fn reference(area: AreaCode, moment: Moment, serial: u64) -> String {
    format!("{area}{}{:010}", time::fourteen(moment), serial % 10_000_000_000)
}

impl Answer {
    /// The body of this answer, in UTF-8: always `application/json;charset=UTF-8`, with the status 200.
    #[must_use]
    pub fn into_body(self, quirks: Quirks) -> String {
        let mut body = String::with_capacity(ROOM);
        write!(body, "{}", self.into_object(quirks)).expect("a text takes whatever is written to it");
        body
    }

    /// The body of the answer to whoever was not let in: what a gateway says (code 401 and a message), in the envelope.
    #[must_use]
    pub fn into_body_refused(self, quirks: Quirks) -> String {
        let why = if let Outcome::Failed(why) = &self.outcome { Some(why.clone()) } else { None };
        let mut object = self.into_object(quirks);
        object.set("code", Value::whole(401));
        if let Some(why) = why {
            object.set("message", Value::text(why));
        }
        object.to_string()
    }

    fn into_object(self, quirks: Quirks) -> Object {
        let (code, message, output) = match self.outcome {
            Outcome::Done(output) => (0, String::new(), output),
            Outcome::Failed(why) => (-1, shortened(&why), Value::Object(Object::new())),
        };
        let code = if quirks.infcode_as_text { Value::text(code.to_string()) } else { Value::whole(code) };
        let mut object = Object::new();
        object.set("infcode", code);
        let texts = [
            ("inf_refmsgid", self.inf_refmsgid.as_str()),
            ("refmsg_time", &time::seventeen(self.refmsg_time)),
            ("respond_time", &time::seventeen(self.respond_time)),
            ("err_msg", &message),
            ("cainfo", &self.seals.cainfo),
            ("signtype", &self.seals.signtype),
        ];
        for (name, text) in texts {
            object.set(name, Value::text(text));
        }
        if !self.warn_msg.is_empty() {
            object.set("warn_msg", Value::text(&self.warn_msg));
        }
        if !self.seals.enc_type.is_empty() {
            object.set("enc_type", Value::text(&self.seals.enc_type));
        }
        object.set("output", output);
        object
    }

    /// Reads an answer, as a till does.
    ///
    /// # Errors
    /// [`Fault`], as for a request.
    pub fn read(bytes: &[u8], content_type: Option<&str>) -> Result<Answer, Fault> {
        let text = text_of(bytes, content_type)?;
        let Value::Object(mut object) = read(&text).map_err(misread)? else { return Err(Fault::NotAnObject) };
        let output = object.remove("output").unwrap_or(Value::Null);
        let words = |field: &str| object.filled(field).and_then(Value::as_words).unwrap_or_default().to_owned();
        let moment =
            |field: &'static str| time::moment(&words(field)).ok_or(Fault::Form(Place::head(field), Form::Moment));
        let outcome = match words("infcode").as_str() {
            "0" => Outcome::Done(output),
            "" => return Err(Fault::Missing(Place::head("infcode"))),
            _ => Outcome::Failed(words("err_msg")),
        };
        Ok(Answer {
            inf_refmsgid: words("inf_refmsgid"),
            refmsg_time: moment("refmsg_time")?,
            respond_time: moment("respond_time")?,
            outcome,
            warn_msg: words("warn_msg"),
            seals: Seals { cainfo: words("cainfo"), signtype: words("signtype"), enc_type: words("enc_type") },
        })
    }
}
