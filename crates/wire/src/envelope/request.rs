//! The envelope of a request.
//!
//! Asked for is what an answer cannot do without: the call, the message, who sent it and when, where, and the input.
//! What the specification asks for besides is told as lacking, and taken.

use std::fmt;

use gongji_words::Moment;

use super::{misread, text_of};
use crate::fault::{Fault, Form, Place, Warning};
use crate::fields::nominal_length;
use crate::time;
use crate::value::{Object, Value, read, read_spans};

/// The longest body that is read, in bytes.
pub const LONGEST: usize = 8 * 1024 * 1024;
/// The longest number of a call: provinces have some of six characters.
const INFNO: usize = 10;

/// What the specification requires and nothing here needs.
const WISHED: &[&str] = &["recer_sys_code", "infver", "opter_type", "opter_name", "fixmedins_name"];

/// The fields of the envelope whose length is told. The number of a call is longer than said in several provinces, and
/// nobody need hear that.
const MEASURED: &[&str] = &[
    "msgid",
    "mdtrtarea_admvs",
    "insuplc_admdvs",
    "recer_sys_code",
    "dev_no",
    "dev_safe_info",
    "cainfo",
    "signtype",
    "infver",
    "opter_type",
    "opter",
    "opter_name",
    "fixmedins_code",
    "fixmedins_name",
    "sign_no",
];

/// A request, with the names of the specification.
#[derive(Clone, PartialEq, Eq)]
pub struct Request {
    /// 交易编号: which call.
    pub infno: String,
    /// 发送方报文ID: unique for its institution, and otherwise of any form.
    pub msgid: String,
    /// 就医地医保区划: where the patient is treated.
    pub mdtrtarea_admvs: String,
    /// 参保地医保区划: where he is insured; nothing for here.
    pub insuplc_admdvs: Option<String>,
    /// 接收方系统代码.
    pub recer_sys_code: String,
    /// 设备编号.
    pub dev_no: String,
    /// 设备安全信息.
    pub dev_safe_info: String,
    /// 数字签名信息.
    pub cainfo: String,
    /// 签名类型.
    pub signtype: String,
    /// 加密方式, which some provinces add.
    pub enc_type: String,
    /// 接口版本号.
    pub infver: String,
    /// 经办人类别: 1 clerk, 2 terminal, 3 mobile.
    pub opter_type: String,
    /// 经办人.
    pub opter: String,
    /// 经办人姓名.
    pub opter_name: String,
    /// 交易时间, by the clock of the institution.
    pub inf_time: Moment,
    /// 定点医药机构编号.
    pub fixmedins_code: String,
    /// 定点医药机构名称.
    pub fixmedins_name: String,
    /// 交易签到流水号, from 9001.
    pub sign_no: String,
    /// 交易输入.
    pub input: Input,
    /// The input letter by letter as it came, because a signature is over the text.
    pub input_text: String,
}

/// The input of a request.
#[derive(Clone, PartialEq, Eq)]
pub enum Input {
    /// Nodes in the clear.
    Open(Value),
    /// Base64 text that a key opens.
    Sealed(String),
}

impl Request {
    /// Reads a body. `content_type` is the header, if there was one.
    ///
    /// # Errors
    /// [`Fault`]: too long, no text, no JSON, no object, or a field without which there is no answer.
    pub fn read(bytes: &[u8], content_type: Option<&str>) -> Result<Request, Fault> {
        if bytes.len() > LONGEST {
            return Err(Fault::TooLong { limit: LONGEST });
        }
        let text = text_of(bytes, content_type)?;
        let (value, spans) = read_spans(&text).map_err(misread)?;
        let Value::Object(mut object) = value else { return Err(Fault::NotAnObject) };
        let input = object.remove("input").unwrap_or(Value::Null);
        let span = spans.into_iter().rfind(|(name, _)| name == "input").map(|(_, span)| span);
        let (input, input_text) = opened(input, span.map_or("", |span| &text[span]))?;
        let head = Head(&object);
        Ok(Request {
            infno: head.infno()?,
            msgid: head.required("msgid")?,
            mdtrtarea_admvs: head.required("mdtrtarea_admvs")?,
            insuplc_admdvs: head.text("insuplc_admdvs")?,
            recer_sys_code: head.or_empty("recer_sys_code")?,
            dev_no: head.or_empty("dev_no")?,
            dev_safe_info: head.or_empty("dev_safe_info")?,
            cainfo: head.or_empty("cainfo")?,
            signtype: head.or_empty("signtype")?,
            enc_type: head.or_empty("enc_type")?,
            infver: head.or_empty("infver")?,
            opter_type: head.or_empty("opter_type")?,
            opter: head.required("opter")?,
            opter_name: head.or_empty("opter_name")?,
            inf_time: head.inf_time()?,
            fixmedins_code: head.required("fixmedins_code")?,
            fixmedins_name: head.or_empty("fixmedins_name")?,
            sign_no: head.or_empty("sign_no")?,
            input,
            input_text,
        })
    }

    /// The body of this request, in UTF-8.
    #[must_use]
    pub fn to_body(&self) -> String {
        let mut object = Object::new();
        let inf_time = time::nineteen(self.inf_time);
        for (name, text) in self.heads().into_iter().chain([("inf_time", inf_time.as_str())]) {
            object.set(name, Value::text(text));
        }
        if !self.enc_type.is_empty() {
            object.set("enc_type", Value::text(&self.enc_type));
        }
        let input = match &self.input {
            Input::Open(value) => value.clone(),
            Input::Sealed(text) => Value::text(text),
        };
        object.set("input", input);
        object.to_string()
    }

    /// What is odd about the envelope: what the specification asks for and is not there, and what is longer than it says.
    #[must_use]
    pub fn warnings(&self) -> Vec<Warning> {
        let heads = self.heads();
        let of = |name: &str| heads.iter().find(|(own, _)| *own == name).map_or("", |(_, text)| text);
        let lacking = WISHED.iter().filter(|name| of(name).is_empty());
        let lacking = lacking.map(|name| Warning::Lacking(Place::head(name)));
        let long = MEASURED.iter().filter_map(|name| {
            let length = nominal_length(name)?;
            (of(name).chars().count() > length as usize).then_some(Warning::Long(Place::head(name), length))
        });
        lacking.chain(long).collect()
    }

    /// The fields beside the input that are texts, but for the one that some provinces add.
    fn heads(&self) -> [(&'static str, &str); 16] {
        [
            ("infno", self.infno.as_str()),
            ("msgid", &self.msgid),
            ("mdtrtarea_admvs", &self.mdtrtarea_admvs),
            ("insuplc_admdvs", self.insuplc_admdvs.as_deref().unwrap_or_default()),
            ("recer_sys_code", &self.recer_sys_code),
            ("dev_no", &self.dev_no),
            ("dev_safe_info", &self.dev_safe_info),
            ("cainfo", &self.cainfo),
            ("signtype", &self.signtype),
            ("infver", &self.infver),
            ("opter_type", &self.opter_type),
            ("opter", &self.opter),
            ("opter_name", &self.opter_name),
            ("fixmedins_code", &self.fixmedins_code),
            ("fixmedins_name", &self.fixmedins_name),
            ("sign_no", &self.sign_no),
        ]
    }
}

/// The input with its text. Some clients send the object as a text of its own: that text is what they sign.
fn opened(input: Value, raw: &str) -> Result<(Input, String), Fault> {
    match input {
        Value::Object(_) => Ok((Input::Open(input), raw.to_owned())),
        Value::Text(text) if text.trim_start().starts_with('{') => match read(&text).map_err(misread)? {
            inner @ Value::Object(_) => Ok((Input::Open(inner), text.into())),
            _ => Err(Fault::Form(Place::head("input"), Form::Node)),
        },
        blank if blank.is_blank() => Err(Fault::Missing(Place::head("input"))),
        Value::Text(text) => Ok((Input::Sealed(text.to_string()), text.into())),
        _ => Err(Fault::Form(Place::head("input"), Form::Node)),
    }
}

/// The fields beside the input.
struct Head<'o>(&'o Object);

impl Head<'_> {
    fn text(&self, field: &'static str) -> Result<Option<String>, Fault> {
        let Some(value) = self.0.filled(field) else { return Ok(None) };
        let words = value.as_words().filter(|words| !words.contains('\0'));
        words.map(|words| Some(words.to_owned())).ok_or(Fault::Form(Place::head(field), Form::Text))
    }

    fn required(&self, field: &'static str) -> Result<String, Fault> {
        self.text(field)?.ok_or(Fault::Missing(Place::head(field)))
    }

    fn or_empty(&self, field: &'static str) -> Result<String, Fault> {
        self.text(field).map(Option::unwrap_or_default)
    }

    fn infno(&self) -> Result<String, Fault> {
        let infno = self.required("infno")?;
        let good = infno.len() <= INFNO && infno.bytes().all(|byte| byte.is_ascii_alphanumeric());
        if good { Ok(infno) } else { Err(Fault::UnknownCall) }
    }

    fn inf_time(&self) -> Result<Moment, Fault> {
        let text = self.required("inf_time")?;
        time::moment(&text).ok_or(Fault::Form(Place::head("inf_time"), Form::Moment))
    }
}

impl fmt::Debug for Input {
    /// In which form it came: what it holds is somebody's, sealed or not.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Input::Open(value) => value.fmt(f),
            Input::Sealed(text) => write!(f, "sealed({})", text.len()),
        }
    }
}

impl fmt::Debug for Request {
    /// Which call of whom: the rest is somebody's.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Request({} {} of {})", self.infno, self.msgid, self.fixmedins_code)
    }
}
