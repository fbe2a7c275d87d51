//! What is wrong with a message, in a sentence that names the field and the remedy, and what is odd about it.
//!
//! Invariants: a sentence is Chinese first and English after it, at most [`LONGEST`] characters, which is what `err_msg`
//! holds; it says where something stands and never what stands there.

use std::fmt;

use crate::fields::title;

/// Characters that `err_msg` holds.
pub const LONGEST: usize = 200;

/// Where in a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The node; empty for the envelope and for what stands straight in the input.
    pub node: &'static str,
    /// The row of a repeating node, from 1.
    pub row: Option<usize>,
    /// The field; empty for the node itself.
    pub field: &'static str,
}

impl Place {
    /// A field of the envelope.
    #[must_use]
    pub const fn head(field: &'static str) -> Place {
        Place { node: "", row: None, field }
    }
}

impl fmt::Display for Place {
    /// `data.psn_no`, `feedetail[3].cnt`, `infno`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.node)?;
        if let Some(row) = self.row {
            write!(f, "[{row}]")?;
        }
        let parted = !self.node.is_empty() && !self.field.is_empty();
        write!(f, "{}{}", if parted { "." } else { "" }, self.field)
    }
}

/// What a field should have held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// Text.
    Text,
    /// An amount in yuan.
    Amount,
    /// A number.
    Number,
    /// A whole number.
    Whole,
    /// A day.
    Day,
    /// A moment.
    Moment,
    /// A node with fields.
    Node,
    /// Rows, each with fields.
    Rows,
    /// Bytes.
    Bytes,
    /// Yes or no.
    Bool,
}

impl Form {
    const fn texts(self) -> (&'static str, &'static str) {
        match self {
            Form::Text => ("应为文本", "must be text"),
            Form::Amount => ("应为金额，如 12.30", "must be an amount as in 12.30"),
            Form::Number => ("应为数字，如 1.5", "must be a number as in 1.5"),
            Form::Whole => ("应为整数，如 3", "must be a whole number as in 3"),
            Form::Day => ("应为日期，如 2025-03-08", "must be a date as in 2025-03-08"),
            Form::Moment => ("应为时间，如 2025-03-08 10:00:05", "must be a time as in 2025-03-08 10:00:05"),
            Form::Node => ("应为对象节点 {…}", "must be an object {…}"),
            Form::Rows => ("应为数组节点 [{…}]", "must be an array [{…}]"),
            Form::Bytes => ("应为 Base64 文本或字节数组", "must be Base64 text or an array of bytes"),
            Form::Bool => ("应为 true 或 false", "must be true or false"),
        }
    }
}

/// Why a message is not taken. Whoever sent it can mend it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// Longer than what is read.
    TooLong {
        /// The limit in bytes.
        limit: usize,
    },
    /// Bytes that are no text in the character set that was declared.
    Charset {
        /// Its name.
        charset: &'static str,
    },
    /// No JSON.
    Json {
        /// Line, from 1.
        line: usize,
        /// Column, from 1.
        column: usize,
    },
    /// Nested too deep.
    Deep,
    /// Two values under one name.
    Twice {
        /// The name, or `?`.
        name: String,
    },
    /// JSON, but no object.
    NotAnObject,
    /// No such call.
    UnknownCall,
    /// What must be there is not.
    Missing(Place),
    /// What is there has another form.
    Form(Place, Form),
    /// More decimals than a number of this kind has.
    Decimals(Place, u32),
    /// Beyond what is calculated with.
    TooLarge(Place),
    /// None of the codes that are taken here.
    Code(Place, &'static [&'static str]),
    /// The input is sealed and nobody agreed on a key, or the key does not open it.
    Sealed,
    /// The signature is not that of the input.
    Signature,
    /// A file that is no ZIP with one TXT in it.
    Archive,
    /// A line of a file with another number of columns.
    Columns {
        /// The line, from 1.
        line: usize,
        /// How many columns it should have.
        columns: usize,
    },
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message())
    }
}

impl std::error::Error for Fault {}

impl Fault {
    /// The sentence for `err_msg`.
    #[must_use]
    pub fn message(&self) -> String {
        let whole = match self {
            Fault::Missing(_) | Fault::Form(..) | Fault::Decimals(..) | Fault::TooLarge(_) | Fault::Code(..) => {
                self.of_a_field()
            }
            _ => self.of_the_whole(),
        };
        shortened(&whole)
    }

    fn of_a_field(&self) -> String {
        match self {
            Fault::Form(place, form) => {
                let (chinese, english) = form.texts();
                format!("{}{chinese}，请更正后重发。{place} {english}.", named(place))
            }
            Fault::Decimals(place, places) => format!(
                "{}最多 {places} 位小数，请更正后重发。{place} has at most {places} decimals: round it before sending.",
                named(place)
            ),
            Fault::TooLarge(place) => {
                format!("{}数值过大，请核对后重发。{place} is too large: check it and send again.", named(place))
            }
            Fault::Code(place, codes) => {
                let codes = codes.join(", ");
                format!("{}取值应为 {codes}，请更正后重发。{place} must be one of {codes}.", named(place))
            }
            Fault::Missing(place) => {
                format!("{}未填写，请填写后重发。{place} is missing: fill it in and send again.", named(place))
            }
            _ => String::new(),
        }
    }

    fn of_the_whole(&self) -> String {
        match self {
            Fault::TooLong { limit } => {
                format!("报文超过 {limit} 字节，请分批发送。The message is longer than {limit} bytes: send it in parts.")
            }
            Fault::Charset { charset } => format!(
                "报文不是 {charset} 编码，请统一用 UTF-8 编码，或在 Content-Type 中注明 charset=GBK。The bytes are not \
                 {charset}: send UTF-8, or say charset=GBK."
            ),
            Fault::Json { line, column } => format!(
                "报文不是正确的 JSON：第 {line} 行第 {column} 列，请更正后重发。No JSON at line {line}, column {column}."
            ),
            Fault::Deep => "报文嵌套过深，请按接口规范组织节点。The message is nested too deep: use the nodes of the \
                            specification."
                .to_owned(),
            Fault::Twice { name } => format!(
                "{name} 出现两次且取值不同，请只保留一个。{name} stands twice with different values: send it once."
            ),
            Fault::NotAnObject => {
                "报文应为 JSON 对象 {…}，请按接口规范组织报文。The message must be a JSON object {…}.".to_owned()
            }
            Fault::UnknownCall => "交易编号 infno 不受支持，请核对。infno names no call that is answered here: check it.".to_owned(),
            Fault::Sealed => "input 无法解密，请核对加密方式和密钥。input cannot be opened: check enc_type and the key.".to_owned(),
            Fault::Signature => {
                "签名 cainfo 与 input 不符，请核对签名密钥和原文。cainfo is no signature of input: check the key and the text.".to_owned()
            }
            Fault::Archive => {
                "文件应为仅含一个 TXT 的 ZIP 压缩包，请重新生成。The file must be a ZIP with one TXT in it: make it anew.".to_owned()
            }
            Fault::Columns { line, columns } => format!(
                "文件第 {line} 行应有 {columns} 列，以 TAB 分隔，请更正后重传。Line {line} of the file must have {columns} \
                 columns parted by tabs."
            ),
            _ => String::new(),
        }
    }
}

/// What is odd about a message that is taken all the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Warning {
    /// Longer than the specification says.
    Long(Place, u32),
    /// The specification asks for it, and it is not there.
    Lacking(Place),
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Warning::Long(place, length) => {
                write!(f, "{}超过规范长度 {length}；{place} is longer than {length}", named(place))
            }
            Warning::Lacking(place) => write!(f, "{}按规范应填写；{place} should be there", named(place)),
        }
    }
}

/// Warnings in one text, as many as `warn_msg` holds.
#[must_use]
pub fn warnings_text(warnings: &[Warning]) -> String {
    let mut text = String::new();
    for warning in warnings {
        let next = if text.is_empty() { warning.to_string() } else { format!("{text}。{warning}") };
        if next.chars().count() > LONGEST {
            break;
        }
        text = next;
    }
    text
}

/// The Chinese name with the place behind it: 人员编号(data.psn_no).
fn named(place: &Place) -> String {
    match title(place.field) {
        Some(title) => format!("{title}({place})"),
        None => format!("{place} "),
    }
}

/// At most as many characters as `err_msg` holds.
#[must_use]
pub fn shortened(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => text[..end].to_owned(),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LONG: Place = Place { node: "feedetailList", row: Some(99_999), field: "fixmedins_refd_setl_flag" };

    fn all() -> Vec<Fault> {
        let forms = [
            Form::Text,
            Form::Amount,
            Form::Number,
            Form::Whole,
            Form::Day,
            Form::Moment,
            Form::Node,
            Form::Rows,
            Form::Bytes,
            Form::Bool,
        ];
        let mut all = vec![
            Fault::TooLong { limit: 100_000_000 },
            Fault::Charset { charset: "GB18030" },
            Fault::Json { line: 999_999, column: 999_999 },
            Fault::Deep,
            Fault::Twice { name: "a".repeat(40) },
            Fault::NotAnObject,
            Fault::UnknownCall,
            Fault::Missing(LONG),
            Fault::Decimals(LONG, 6),
            Fault::TooLarge(LONG),
            Fault::Code(LONG, &["0", "1", "2"]),
            Fault::Sealed,
            Fault::Signature,
            Fault::Archive,
            Fault::Columns { line: 9_999_999, columns: 100 },
        ];
        all.extend(forms.map(|form| Fault::Form(LONG, form)));
        all
    }

    #[test]
    fn a_fault_is_a_sentence_in_two_languages_that_fits() {
        for fault in all() {
            let message = fault.message();
            let (chinese, english) = message.split_once('。').expect("Chinese comes first");
            assert!(!chinese.is_ascii(), "{message}");
            assert!(english.ends_with('.'), "it is whole: {message}");
            assert!(english.is_ascii() || english.contains('…'), "{message}");
            assert!(message.chars().count() <= LONGEST, "{message}");
        }
    }

    #[test]
    fn a_place_names_node_row_and_field() {
        let place = |node, row, field| Place { node, row, field }.to_string();
        assert_eq!(place("data", None, "psn_no"), "data.psn_no");
        assert_eq!(place("feedetail", Some(3), "cnt"), "feedetail[3].cnt");
        assert_eq!(place("", None, "infno"), "infno");
        assert_eq!(place("diseinfo", None, ""), "diseinfo");
        assert_eq!(
            Fault::Missing(Place { node: "data", row: None, field: "psn_no" }).message(),
            "人员编号(data.psn_no)未填写，请填写后重发。data.psn_no is missing: fill it in and send again."
        );
    }

    #[test]
    fn warnings_are_told_as_far_as_there_is_room() {
        let warnings = vec![Warning::Long(LONG, 30); 50];
        let text = warnings_text(&warnings);
        assert!(text.contains("feedetailList[99999].fixmedins_refd_setl_flag is longer than 30"), "{text}");
        assert!(text.chars().count() <= LONGEST);
        assert_eq!(warnings_text(&[]), "");
    }
}
