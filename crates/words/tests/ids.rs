//! Identifiers: each its own type, and names of messages within their limits.

use gongji_words::{CommandId, InstitutionId, MessageId, MessageIdError, PersonId};

#[test]
fn identifiers_print_their_type_and_travel_as_numbers() {
    assert_eq!(format!("{:?}", PersonId::from_number(12)), "PersonId(12)");
    assert_eq!(format!("{:?}", InstitutionId::from_number(3)), "InstitutionId(3)");
    assert_eq!(CommandId::from_number(7).to_string(), "7");
    assert_eq!(PersonId::from_number(-1).number(), -1);
    let json = serde_json::to_string(&PersonId::from_number(12)).expect("an id can be written");
    assert_eq!(json, "12");
    let back: PersonId = serde_json::from_str(&json).expect("and read");
    assert_eq!(back, PersonId::from_number(12));
    assert!(PersonId::from_number(2) < PersonId::from_number(10));
}

#[test]
fn a_message_is_named_by_sender_and_id() {
    let long = "共".repeat(64);
    let message = MessageId::new("hospital-1", long.as_str()).expect("64 characters fit");
    assert_eq!((message.sender(), message.id()), ("hospital-1", long.as_str()));
    assert_ne!(message, MessageId::new("hospital-2", long).expect("another sender"));
}

#[test]
fn a_message_without_a_good_name_is_refused() {
    let long = "x".repeat(65);
    let table = [
        ("", "1", MessageIdError::Empty { part: "sender" }),
        ("s", "", MessageIdError::Empty { part: "id" }),
        (long.as_str(), "1", MessageIdError::TooLong { part: "sender" }),
        ("s", long.as_str(), MessageIdError::TooLong { part: "id" }),
        ("s\n", "1", MessageIdError::Control { part: "sender" }),
        ("s", "1\u{0}", MessageIdError::Control { part: "id" }),
        ("s", "\u{85}", MessageIdError::Control { part: "id" }),
    ];
    for (sender, id, error) in table {
        assert_eq!(MessageId::new(sender, id), Err(error), "{sender:?} {id:?}");
    }
}

#[test]
fn a_message_name_in_a_document_is_checked_too() {
    let good: MessageId = serde_json::from_str(r#"{"sender":"s","id":"1"}"#).expect("a good name");
    assert_eq!(good, MessageId::new("s", "1").expect("a good name"));
    for json in [r#"{"sender":"","id":"1"}"#, r#"{"sender":"s"}"#, r#"{"sender":"s","id":"1","x":1}"#] {
        assert!(serde_json::from_str::<MessageId>(json).is_err(), "{json}");
    }
}
