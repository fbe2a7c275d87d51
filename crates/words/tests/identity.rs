//! Certificate numbers and names: what is well formed, what is said about the rest, and that neither prints in full.
//! All numbers are made up; their check digits are computed.

use gongji_words::{
    CertificateError, CertificateKind, CertificateNumber, Day, NameError, PersonName, Sex, same_person_name,
};

fn certificate(text: &str) -> CertificateNumber {
    CertificateNumber::parse(text).expect(text)
}

fn name(text: &str) -> PersonName {
    PersonName::parse(text).expect(text)
}

#[test]
fn a_number_tells_kind_birth_and_sex() {
    use CertificateKind::{PermanentResident2023, ResidencePermit, ResidentIdentity};
    let table = [
        ("13010019850615018X", ResidentIdentity, "1985-06-15", Sex::Female),
        ("130100200002290023", ResidentIdentity, "2000-02-29", Sex::Female),
        ("710000197001010016", ResidentIdentity, "1970-01-01", Sex::Male),
        ("810000199001010035", ResidencePermit, "1990-01-01", Sex::Male),
        ("820000199001010045", ResidencePermit, "1990-01-01", Sex::Female),
        ("830000199001010055", ResidencePermit, "1990-01-01", Sex::Male),
        ("911156199001010029", PermanentResident2023, "1990-01-01", Sex::Female),
        ("999440202402290035", PermanentResident2023, "2024-02-29", Sex::Male),
    ];
    for (text, kind, born, sex) in table {
        let number = certificate(text);
        assert_eq!(number.kind(), kind, "{text}");
        assert_eq!(number.born(), Some(Day::parse(born).expect(born)), "{text}");
        assert_eq!(number.sex(), Some(sex), "{text}");
        assert_eq!(number.reveal(), text);
    }
}

#[test]
fn a_card_of_2017_tells_neither_century_nor_sex() {
    let number = certificate("abc130185061502");
    assert_eq!(number.kind(), CertificateKind::PermanentResident2017);
    assert_eq!((number.born(), number.sex()), (None, None));
    assert_eq!(number.reveal(), "ABC130185061502");
    assert!(CertificateNumber::parse("ABC130100022902").is_ok(), "29 February of 2000");
}

#[test]
fn a_small_x_is_the_capital_one() {
    assert_eq!(certificate("13010019850615018x"), certificate("13010019850615018X"));
}

#[test]
fn a_mistyped_number_is_told_what_is_wrong_with_it() {
    use CertificateError::{CheckDigit, Date, FifteenDigits, Length, Region};
    let table = [
        ("", Length { found: 0 }),
        ("13010019850615018", Length { found: 17 }),
        (" 13010019850615018X", Length { found: 19 }),
        ("130100850615018", FifteenDigits),
        ("130100198506150181", CheckDigit),
        ("130100198506150271", CheckDigit),
        ("13010091850615018X", Date),
        ("13010019900229001X", Date),
        ("130100198513150180", Date),
        ("130100189912310017", Date),
        ("ABC130185063102", Date),
        ("ABC130185023002", Date),
        ("000100198001010019", Region { position: 1 }),
        ("840000199001010057", Region { position: 2 }),
    ];
    for (text, error) in table {
        assert_eq!(CertificateNumber::parse(text), Err(error), "{text}");
    }
}

#[test]
fn a_wrong_character_is_told_by_its_place() {
    let table = [
        ("1301001985061501X8", 17),
        ("X30100198506150182", 1),
        ("13010019850615018Y", 18),
        ("1301001985 6150182", 11),
        ("１30100198506150182", 1),
        ("AB1130185061502", 3),
        ("ABCD30185061502", 4),
        ("ABC13018506150X", 15),
    ];
    for (text, expected) in table {
        let error = CertificateNumber::parse(text).expect_err(text);
        let CertificateError::Character { position, .. } = error else {
            panic!("{text} is answered with {error}");
        };
        assert_eq!(position, expected, "{text}");
        assert!(error.to_string().contains(&format!("character {expected} ")), "{error}");
    }
}

#[test]
fn one_wrong_digit_or_two_swapped_ones_are_always_noticed() {
    let good = b"13010019850615018X";
    for place in 0..17 {
        for digit in b'0'..=b'9' {
            let mut bad = *good;
            bad[place] = digit;
            let text = String::from_utf8_lossy(&bad);
            assert_eq!(CertificateNumber::parse(&text).is_ok(), bad == *good, "{text}");
        }
    }
    for place in 0..16 {
        let mut bad = *good;
        bad.swap(place, place + 1);
        let text = String::from_utf8_lossy(&bad);
        assert_eq!(CertificateNumber::parse(&text).is_ok(), bad == *good, "{text}");
    }
}

#[test]
fn a_number_prints_its_ends_only() {
    let table = [("13010019850615018X", "130***********018X"), ("ABC130185061502", "ABC********1502")];
    for (text, masked) in table {
        assert_eq!(certificate(text).to_string(), masked);
        assert_eq!(format!("{:?}", certificate(text)), format!("CertificateNumber({masked})"));
    }
}

#[test]
fn no_message_repeats_the_number_or_the_name() {
    for text in ["130100198506150181", "13010019900229001X", "130100850615018", "1301001985061501Y8"] {
        let error = CertificateNumber::parse(text).expect_err(text);
        assert!(!format!("{error}{error:?}").contains(&text[6..14]), "{error}");
    }
    for text in ["王1明", "·王明", "王/明"] {
        let error = PersonName::parse(text).expect_err(text);
        assert!(!format!("{error}{error:?}").contains('王'), "{error}");
    }
}

#[test]
fn every_dot_becomes_the_middle_dot() {
    for dot in ['\u{b7}', '\u{2027}', '\u{2022}', '\u{30fb}', '\u{ff65}', '\u{ff0e}', '\u{2219}', '\u{22c5}', '.'] {
        let text = format!("买买提{dot}阿卜杜拉");
        assert_eq!(name(&text).reveal(), "买买提\u{b7}阿卜杜拉", "{dot:?}");
    }
}

#[test]
fn the_period_of_an_initial_stays() {
    let table =
        [("J. Smith", "J. Smith"), ("John A. Smith", "John A. Smith"), ("J.Smith", "J·Smith"), ("Mary’s", "Mary's")];
    for (text, normalised) in table {
        assert_eq!(name(text).reveal(), normalised);
    }
}

#[test]
fn names_of_all_scripts_are_names() {
    let fifty = "长".repeat(50);
    let table = [
        "李",
        "王小明",
        "〇文",
        "𠀀𪚥",
        "阿依努尔·买买提·肉孜",
        "مەمەت ئابدۇللا",
        "བསྟན འཛིན",
        "བཀྲ་ཤིས",
        "བཀྲ་ཤིས་",
        "ᠰᠠᠷᠠᠨ\u{180e}ᠠ",
        "Zoë O'Brien-Núñez",
        "Владимир",
        fifty.as_str(),
    ];
    for text in table {
        assert_eq!(name(text).reveal(), text);
    }
}

#[test]
fn what_is_no_name_is_told_where() {
    let fifty_one = "长".repeat(51);
    let table = [
        ("", NameError::Empty),
        (fifty_one.as_str(), NameError::TooLong { found: 51 }),
        ("王2", NameError::Digit { position: 2 }),
        ("王２", NameError::Digit { position: 2 }),
        ("王Ⅳ", NameError::Digit { position: 2 }),
        ("王\n明", NameError::Character { position: 2 }),
        ("王\u{200b}明", NameError::Character { position: 2 }),
        ("王\u{3000}明", NameError::Character { position: 2 }),
        ("王*", NameError::Character { position: 2 }),
        ("😀", NameError::Character { position: 1 }),
        ("·王", NameError::Separator { position: 1 }),
        (" 王", NameError::Separator { position: 1 }),
        ("王.", NameError::Separator { position: 2 }),
        ("王 ", NameError::Separator { position: 2 }),
        ("J. ", NameError::Separator { position: 3 }),
        ("王··明", NameError::Separator { position: 3 }),
        ("王 ·明", NameError::Separator { position: 3 }),
        ("Li  Na", NameError::Separator { position: 4 }),
        ("J.. Smith", NameError::Separator { position: 3 }),
        ("J. .Smith", NameError::Separator { position: 4 }),
        ("་བཀྲ", NameError::Separator { position: 1 }),
        ("བཀྲ་་ཤིས", NameError::Separator { position: 5 }),
        ("\u{180b}ᠪ", NameError::Separator { position: 1 }),
    ];
    for (text, error) in table {
        assert_eq!(PersonName::parse(text), Err(error), "{text:?}");
    }
}

#[test]
fn a_name_prints_its_first_character_only() {
    for (text, masked) in [("王小明", "王＊"), ("李", "李＊"), ("𠀀文", "𠀀＊")] {
        assert_eq!(name(text).to_string(), masked);
        assert_eq!(format!("{:?}", name(text)), format!("PersonName({masked})"));
    }
}

#[test]
fn names_are_the_same_whatever_the_dot_and_the_capitals() {
    let table = [
        ("买买提·阿卜杜拉", "买买提．阿卜杜拉", true),
        ("ZHANG Wei", "Zhang WEI", true),
        ("Zoë", "ZOË", true),
        ("买买提·阿卜杜拉", "买买提阿卜杜拉", false),
        ("Li Na", "Lina", false),
        ("王明", "王鸣", false),
    ];
    for (one, other, same) in table {
        assert_eq!(same_person_name(&name(one), &name(other)), same, "{one} / {other}");
    }
}
