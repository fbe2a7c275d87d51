//! Values as they are written in answers: amounts in yuan, times with their zone, people by number.

use gongji_domain::reason::{Audience, Language, Reason, fill};
use gongji_words::{Fen, InstitutionId, MessageId, Moment, PersonId};
use serde_json::{Value, json};

/// A moment as RFC 3339 has it, China Standard Time.
pub fn time(at: Moment) -> String {
    const ZONE: i64 = 8 * 3_600_000;
    let of_minute = (at.millis() + ZONE).rem_euclid(60_000);
    let (second, milli) = (of_minute / 1_000, of_minute % 1_000);
    format!("{}T{:02}:{:02}:{second:02}.{milli:03}+08:00", at.day(), at.hour(), at.minute())
}

/// A person by the number that he has here.
pub fn person(id: PersonId) -> String {
    format!("P{id}")
}

/// An institution by its number.
pub fn institution(id: InstitutionId) -> String {
    id.to_string()
}

/// A reason as somebody may know it.
pub fn reason(reason: Reason, (audience, language): (Audience, Language), due: Option<Fen>) -> Value {
    let due = due.map(|due| due.to_string());
    let values: Vec<(&str, &str)> =
        due.iter().flat_map(|due| [("due", due.as_str()), ("rest", due.as_str())]).collect();
    let text = reason.text(language, audience);
    let [what, why, remedy] = [text.what, text.why, text.remedy].map(|part| fill(part, &values));
    let gap = if language == Language::Zh || why.is_empty() { "" } else { " " };
    let mut told = json!({ "code": reason.seen_by(audience).code(), "text": format!("{what}{gap}{why}") });
    // What a till reads is one line, which says what to do.
    if !remedy.is_empty() {
        told["remedy"] = remedy.into();
    }
    told
}

/// The name of a message in an address.
pub fn opaque(message: &MessageId) -> String {
    let bytes = format!("{}\u{0}{}", message.sender(), message.id()).into_bytes();
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// The message of a name; `None` if it is none.
pub fn message(text: &str) -> Option<MessageId> {
    let digit = |at: usize| text.get(at..at + 2).and_then(|digits| u8::from_str_radix(digits, 16).ok());
    let bytes: Option<Vec<u8>> = (0..text.len()).step_by(2).map(digit).collect();
    let text = String::from_utf8(bytes?).ok()?;
    let (sender, id) = text.split_once('\u{0}')?;
    MessageId::new(sender, id).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_found_again_by_its_name() {
        for (sender, id) in [("staff-王敏", "K-1"), ("institution-1301", "x")] {
            let one = MessageId::new(sender, id).unwrap();
            assert_eq!(message(&opaque(&one)), Some(one));
        }
        for text in ["", "0", "zz", "é1", "ff00", "6100"] {
            assert_eq!(message(text), None, "{text}");
        }
    }

    #[test]
    fn a_moment_is_written_with_its_zone() {
        let at = Moment::parse("2025-03-08T10:07").unwrap();
        assert_eq!(time(Moment::from_millis(at.millis() + 5_042)), "2025-03-08T10:07:05.042+08:00");
    }
}
