//! Division codes: provinces, pooling areas, what covers what, and the table of names.

use gongji_words::{AreaCode, AreaError};

const fn code(number: u32) -> AreaCode {
    AreaCode::from_number(number)
}

#[test]
fn six_digits_of_a_known_province_are_a_code() {
    for text in ["110000", "130100", "659001", "660100", "710000", "820000", "990100"] {
        assert_eq!(AreaCode::parse(text).expect(text).to_string(), text);
    }
    let table = [
        ("", AreaError::Form),
        ("13010", AreaError::Form),
        ("1301000", AreaError::Form),
        ("13010a", AreaError::Form),
        ("+13010", AreaError::Form),
        ("１３０１００", AreaError::Form),
        ("000000", AreaError::Province),
        ("160000", AreaError::Province),
        ("470000", AreaError::Province),
        ("670000", AreaError::Province),
        ("830000", AreaError::Province),
        ("980000", AreaError::Province),
    ];
    for (text, error) in table {
        assert_eq!(AreaCode::parse(text), Err(error), "{text}");
    }
}

#[test]
#[should_panic(expected = "no division code")]
fn a_number_of_seven_digits_is_no_code() {
    let _ = AreaCode::from_number(1_301_000);
}

#[test]
fn every_code_has_a_province_and_a_pooling_area() {
    let table = [
        (130_102, 130_000, 130_100),
        (130_100, 130_000, 130_100),
        (130_000, 130_000, 130_000),
        (110_105, 110_000, 110_000),
        (120_225, 120_000, 120_000),
        (310_151, 310_000, 310_000),
        (500_229, 500_000, 500_000),
        (652_701, 650_000, 652_700),
        (659_001, 660_000, 659_000),
        (660_100, 660_000, 660_100),
        (660_102, 660_000, 660_100),
        (429_004, 420_000, 429_000),
        (990_101, 990_000, 990_100),
    ];
    for (number, province, pool) in table {
        assert_eq!(code(number).province(), code(province), "province of {number}");
        assert_eq!(code(number).pool(), code(pool), "pooling area of {number}");
    }
}

#[test]
fn an_area_covers_what_lies_in_it() {
    let table = [
        (130_000, 130_102, true),
        (130_000, 130_000, true),
        (130_000, 140_100, false),
        (130_100, 130_102, true),
        (130_100, 130_000, false),
        (130_100, 130_200, false),
        (130_102, 130_103, true),
        (310_101, 310_000, true),
        (660_000, 660_102, true),
        (660_000, 659_001, true),
        (650_000, 659_001, false),
        (650_000, 660_000, false),
        (650_000, 652_701, true),
    ];
    for (area, other, covered) in table {
        assert_eq!(code(area).covers(code(other)), covered, "{area} covers {other}");
    }
}

#[test]
fn codes_have_names() {
    let table = [
        (130_000, Some("河北省"), Some("Hebei")),
        (130_100, Some("石家庄市"), None),
        (110_105, Some("朝阳区"), None),
        (659_001, Some("石河子市"), None),
        (810_000, Some("香港特别行政区"), Some("Hong Kong")),
        (660_000, Some("新疆生产建设兵团"), Some("Xinjiang Production and Construction Corps")),
        (110_103, Some("崇文区"), None),
        (990_100, None, None),
        (130_199, None, None),
    ];
    for (number, chinese, english) in table {
        assert_eq!(code(number).name_zh(), chinese, "{number}");
        assert_eq!(code(number).name_en(), english, "{number}");
    }
}

#[test]
fn ended_codes_tell_what_they_meant_and_what_followed() {
    let table = [
        (110_103, "崇文区", None, 2010, Some(110_101)),
        (310_103, "卢湾区", None, 2011, Some(310_101)),
        (330_183, "富阳市", Some(1995), 2014, Some(330_111)),
        (142_122, "天镇县", Some(1982), 1993, Some(140_222)),
        (431_121, "祁阳县", Some(1995), 2021, Some(431_181)),
    ];
    for (number, name, first, last, successor) in table {
        let former = code(number).former().expect("an ended code");
        assert_eq!(former.code, code(number));
        assert_eq!(former.name_zh, name);
        assert_eq!((former.first_year, former.last_year), (first, last), "{name}");
        assert_eq!(former.successor, successor.map(code), "{name}");
    }
    assert_eq!(code(130_100).former(), None);
    assert_eq!(code(990_100).former(), None);
}

#[test]
fn a_renamed_division_has_its_present_name_and_its_former_one() {
    let hubei_prefecture = code(422_800);
    assert_eq!(hubei_prefecture.name_zh(), Some("恩施土家族苗族自治州"));
    let former = hubei_prefecture.former().expect("a renamed prefecture");
    assert_eq!((former.name_zh, former.last_year), ("鄂西土家族苗族自治州", 1993));
    assert_eq!(former.successor, Some(hubei_prefecture));
}

#[test]
fn the_table_is_complete_and_in_order() {
    let lines: Vec<Vec<&str>> =
        include_str!("../data/divisions.csv").lines().map(|line| line.split(',').collect()).collect();
    assert_eq!(lines[0], ["code", "name_zh", "first_year", "last_year", "successor"]);
    let rows = &lines[1..];
    let present: Vec<&str> = rows.iter().filter(|row| row[3].is_empty()).map(|row| row[0]).collect();
    assert_eq!((rows.len(), present.len()), (7_715, 3_215));
    assert!(present.is_sorted_by(|one, next| one < next), "no code has two present names");
    assert_eq!(present.iter().filter(|text| text.ends_with("0000")).count(), 35);
    for row in rows {
        assert_eq!(row.len(), 5, "{row:?}");
        assert!(!row[1].is_empty(), "{row:?}");
        AreaCode::parse(row[0]).expect("a code of the table");
        assert!(row[2].is_empty() || row[3].is_empty() || row[2] <= row[3], "{row:?}");
        assert!(row[4].is_empty() || rows.iter().any(|other| other[0] == row[4]), "{row:?}");
    }
    let order = |row: &[&str]| (row[0].to_owned(), row[3].parse().unwrap_or(9_999));
    assert!(rows.is_sorted_by_key(|row| order(row)));
}

#[test]
fn every_province_has_an_english_name() {
    for line in include_str!("../data/divisions.csv").lines().skip(1) {
        let area = AreaCode::parse(&line[..6]).expect("a code of the table");
        assert_eq!(area.name_en().is_some(), area.is_province(), "{area}");
    }
}

#[test]
fn codes_travel_as_text() {
    let json = serde_json::to_string(&code(130_100)).expect("a code can be written");
    assert_eq!(json, "\"130100\"");
    assert_eq!(serde_json::from_str::<AreaCode>(&json).expect("and read"), code(130_100));
    assert!(serde_json::from_str::<AreaCode>("130100").is_err());
    assert!(serde_json::from_str::<AreaCode>("\"000000\"").is_err());
}
