//! The envelope around every call: who asks for what, and the frame of what is answered.
//!
//! Invariants: an answer is read back as it was written; `infcode` is 0 or -1 and nothing else; every moment is an
//! argument. The content type of a request decides on nothing but the character set that it names.

mod answer;
mod request;

pub use answer::{Answer, Outcome, Quirks, Seals, reference};
pub use request::{Input, LONGEST, Request};

use crate::fault::Fault;
use crate::value::Misread;

/// The text of a body: in GBK where the content type says so (its larger brother GB 18030 is read the same way), else in
/// UTF-8.
pub(crate) fn text_of(bytes: &[u8], content_type: Option<&str>) -> Result<String, Fault> {
    let (encoding, charset) = match declared(content_type).as_deref() {
        Some("gbk" | "gb2312" | "cp936" | "gb18030") => (encoding_rs::GB18030, "GBK"),
        _ => (encoding_rs::UTF_8, "UTF-8"),
    };
    let text = encoding.decode_without_bom_handling_and_without_replacement(bytes);
    text.map(std::borrow::Cow::into_owned).ok_or(Fault::Charset { charset })
}

/// The character set that a content type names, in small letters.
fn declared(content_type: Option<&str>) -> Option<String> {
    let parameters = content_type?.split(';').skip(1);
    let mut named = parameters.filter_map(|parameter| parameter.split_once('='));
    let (_, charset) = named.find(|(name, _)| name.trim().eq_ignore_ascii_case("charset"))?;
    Some(charset.trim().trim_matches('"').to_ascii_lowercase())
}

pub(crate) fn misread(error: Misread) -> Fault {
    match error {
        Misread::Form { line, column } => Fault::Json { line, column },
        Misread::Deep => Fault::Deep,
        Misread::Twice { name } => Fault::Twice { name },
    }
}

#[cfg(test)]
mod tests;
