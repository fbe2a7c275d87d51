//! What people get wrong: each gets a sentence that names the place, status 2, and nothing is written.

use crate::support::{MOTHER, SON, Town, bill};

/// A bill with one piece of text replaced.
fn but(from: &str, to: &str) -> Vec<u8> {
    let sound = bill("B1", "88.50");
    assert!(sound.contains(from), "{from}");
    sound.replace(from, to).into_bytes()
}

fn check(town: &Town, command: &str, cases: &[(&str, Vec<u8>, &[&str])]) {
    let before = town.digest();
    for (name, bytes, expected) in cases {
        let ran = town.run_on(command, &town.file("input", bytes));
        assert_eq!(ran.status, 2, "{name}: {}{}", ran.out, ran.err);
        assert_eq!(ran.out, "", "{name}");
        for words in *expected {
            assert!(ran.err.contains(words), "{name}: `{words}` is not in: {}", ran.err);
        }
        for secret in [MOTHER, SON, "刘桂兰", "赵建国"] {
            assert!(!ran.err.contains(secret), "{name}: {}", ran.err);
        }
    }
    assert_eq!(town.digest(), before, "nothing is written");
}

#[test]
fn every_bad_bill_is_answered_with_place_field_and_remedy() {
    let amount = |text: &str| but("\"88.50\"", text);
    let table: Vec<(&str, Vec<u8>, &[&str])> = vec![
        ("empty", vec![], &["input: the file is empty"]),
        ("blank", b" \n".to_vec(), &["the file is empty"]),
        ("an empty list", b"[]".to_vec(), &["the list is empty"]),
        ("no JSON", b"id: B1".to_vec(), &["input:1:1:", "not JSON"]),
        ("cut off", but("}}", ""), &["input:1:", "end of the file is missing"]),
        ("two documents", [but("1301", "1301"), but("1301", "1301")].concat(), &["input:1:"]),
        (
            "not UTF-8",
            but("outpatient", "X").iter().map(|b| if *b == b'X' { 0xff } else { *b }).collect(),
            &["input:1:", "UTF-8"],
        ),
        ("ten megabytes", vec![b' '; 10 << 20], &["larger than 1024 KB", "divide it"]),
        (
            "an unknown field",
            but("\"kind\"", "\"刘桂兰\": 1, \"kind\""),
            &["input:1:", "a field here is not known: write one of id, sender, patient"],
        ),
        ("a certificate as institution", but("1301", &format!("\"{MOTHER}\"")), &["input:1:", "write a whole number"]),
        ("a missing field", but("\"kind\": \"outpatient\", ", ""), &["missing field `kind`"]),
        ("a field twice", but("\"kind\"", "\"institution\": 2, \"kind\""), &["duplicate field `institution`"]),
        ("three decimals", amount("\"1.005\""), &["input:1:", "parts.copay:", "write two"]),
        ("a sign", amount("\"-1\""), &["parts.copay:", "sign"]),
        ("an exponent", amount("\"1e9\""), &["parts.copay:", "exponent"]),
        ("a number", amount("88.50"), &["parts.copay:", "like \"88.50\""]),
        ("no decimals", amount("\"88\""), &["parts.copay:", "two decimals"]),
        ("full-width digits", amount("\"８８.50\""), &["parts.copay:"]),
        ("too large", amount("\"99999999999999999999.00\""), &["parts.copay:"]),
        ("an unknown part", but("copay", "copey"), &["parts: write one of deductible"]),
        ("no part", but("\"copay\": \"88.50\"", ""), &["parts: there is none"]),
        ("a part twice", but("\"copay\"", "\"copay\": \"1.00\", \"copay\""), &["parts.copay: stands there twice"]),
        ("an unknown kind", but("outpatient", "out"), &["kind: write one of outpatient"]),
        ("a kind elsewhere", but("outpatient", "pharmacy"), &["kind: pharmacy cannot be at a hospital"]),
        ("a part elsewhere", but("copay", "drug"), &["parts.drug: a hospital has no such part"]),
        ("an unknown institution", but("1301", "1399"), &["institution: none has the number 1399"]),
        ("the agency is no till", but("1301", "0"), &["institution: none has the number 0"]),
        ("a bad check digit", but(MOTHER, "170101194804020224"), &["entry 1: patient:", "does not fit"]),
        ("a date that is none", but(MOTHER, "170101194802300223"), &["patient:", "no real date of birth"]),
        ("a stranger", but(MOTHER, "170101197509300461"), &["patient:", "nobody with this number is registered"]),
        ("a number of nobody", but(MOTHER, "P7"), &["patient:", "nobody with this number is registered"]),
        ("an empty id", but("\"B1\"", "\"\""), &["id: write 1 to 64 characters"]),
        ("a long id", but("B1", &"x".repeat(65)), &["id: write 1 to 64 characters"]),
        ("a number as id", but("\"B1\"", "1"), &["id: put it in quotes"]),
        ("a strange area", but("\"kind\"", "\"patient-area\": \"32\", \"kind\""), &["patient-area:"]),
        ("using nobody", but("\"kind\"", "\"using\": \"all\", \"kind\""), &["using:"]),
    ];
    let town = Town::settled();
    check(&town, "settle", &table);
    check(&town, "preview", &table[..4]);
}

#[test]
fn one_bad_bill_of_a_list_stops_all_before_any_is_settled() {
    let town = Town::settled();
    let list = format!("[{}, {}]", bill("B1", "1.00"), bill("B2", "1.00").replace("1301", "1399"));
    check(&town, "settle", &[("a list", list.into_bytes(), &["entry 2: institution:"])]);
}

#[test]
fn every_bad_binding_is_answered_with_place_field_and_remedy() {
    let sound = format!(r#"{{"id": "X", "sponsor": "{SON}", "beneficiary": "{MOTHER}", "relation": "parent"}}"#);
    let but = |from: &str, to: &str| sound.replace(from, to).into_bytes();
    let town = Town::settled();
    let table: Vec<(&str, Vec<u8>, &[&str])> = vec![
        ("an unknown relation", but("parent", "mother"), &["relation: write one of spouse, parent"]),
        ("a bad quota", but("\"id\"", "\"quota\": \"1\", \"id\""), &["quota:", "two decimals"]),
        ("a bad day", but("\"id\"", "\"until\": \"2025-02-30\", \"id\""), &["until:"]),
        ("a bad purpose", but("\"id\"", "\"for\": [\"fun\"], \"id\""), &["for: write one of"]),
        ("a stranger", but(SON, "170101197509300461"), &["entry 1: sponsor: nobody"]),
    ];
    check(&town, "bind", &table);
}

#[test]
fn every_bad_file_of_credits_is_listed_line_by_line() {
    let town = Town::settled();
    let head = "person,amount,kind\n";
    let line = |amount: &str| format!("{head}{SON},{amount},contribution\n").into_bytes();
    let table: Vec<(&str, Vec<u8>, &[&str])> = vec![
        ("empty", vec![], &["the file is empty", "person,amount,kind"]),
        ("a header alone", head.as_bytes().to_vec(), &["no line below the header"]),
        ("a missing column", b"person,kind\n".to_vec(), &["line 1: the column amount is missing"]),
        ("an unknown column", b"person,amount,kind,note\n".to_vec(), &["line 1: column 4 is not known"]),
        ("a column twice", b"person,amount,kind,kind\n".to_vec(), &["line 1: the column kind stands there twice"]),
        ("another separator", format!("person;amount;kind\n{SON};1.00;interest\n").into_bytes(), &["line 1:"]),
        ("three decimals", line("1.005"), &["line 2: amount:", "nothing was imported"]),
        ("a sign", line("-1"), &["line 2: amount:", "sign"]),
        ("an exponent", line("1e9"), &["line 2: amount:", "exponent"]),
        ("nothing", line("0.00"), &["line 2: amount: nothing would be credited"]),
        ("no amount", line(""), &["line 2: amount: the field is empty"]),
        ("a field too many", line("1,5"), &["line 2: there are 4 fields, and the header has 3"]),
        (
            "not UTF-8",
            [head.as_bytes(), b"\xd5\xd4,1.00,interest\n"].concat(),
            &["line 2: person: the text is not UTF-8"],
        ),
        ("a bad check digit", format!("{head}170101197206150313,1.00,interest\n").into_bytes(), &["line 2: person:"]),
        ("a stranger", format!("{head}170101197509300461,1.00,interest\n").into_bytes(), &["line 2: person: nobody"]),
        (
            "no account",
            format!("{head}{MOTHER},1.00,interest\n").into_bytes(),
            &["line 2: person:", "no personal account"],
        ),
        ("an unknown kind", format!("{head}{SON},1.00,gift\n").into_bytes(), &["line 2: kind: write contribution"]),
        (
            "more than all from previous years",
            format!("person,amount,kind,previous-years\n{SON},1.00,opening,2.00\n").into_bytes(),
            &["line 2: previous-years:"],
        ),
        (
            "several mistakes and a sound line",
            format!("{head}{SON},1,interest\n{SON},1.00,interest\n{SON},1.00,x\n").into_bytes(),
            &["line 2: amount:", "line 4: kind:"],
        ),
    ];
    check(&town, "import credits", &table);
}

#[test]
fn every_bad_file_of_people_is_listed_line_by_line() {
    let town = Town::settled();
    let head = "certificate,name,area,scheme\n";
    let person = |rest: &str| format!("{head}170101197509300461,{rest}\n").into_bytes();
    let twice = format!("{head}{0},赵秀英,130100,employee\n{0},赵秀英,130100,employee\n", "170101197509300461");
    let table: Vec<(&str, Vec<u8>, &[&str])> = vec![
        ("a digit in a name", person("赵2,130100,employee"), &["line 2: name: character 2"]),
        ("another province", person("赵秀英,320500,employee"), &["line 2: area: this database serves 130000"]),
        ("no area", person("赵秀英,1301,employee"), &["line 2: area:"]),
        ("an unknown scheme", person("赵秀英,130100,worker"), &["line 2: scheme: write one of employee"]),
        ("the same certificate twice", twice.into_bytes(), &["line 3: certificate: the same certificate stands"]),
        (
            "another name",
            format!("{head}{SON},赵建军,130100,employee\n").into_bytes(),
            &["line 2: name: another name is"],
        ),
        ("another area", format!("{head}{SON},赵建国,130200,employee\n").into_bytes(), &["line 2: area: this person"]),
        ("another scheme", format!("{head}{SON},赵建国,130100,none\n").into_bytes(), &["line 2: scheme: this person"]),
        (
            "another telephone",
            format!("certificate,name,area,scheme,phone\n{SON},赵建国,130100,employee,1\n").into_bytes(),
            &["line 2: phone: another telephone"],
        ),
        (
            "another birthday",
            b"certificate,name,area,scheme,born\n170101197509300461,Zhao,130100,employee,1975-09-29\n".to_vec(),
            &["line 2: born:"],
        ),
    ];
    check(&town, "import people", &table);
    check(
        &town,
        "import institutions",
        &[
            ("no number", b"number,area,kind\nx,130100,hospital\n".to_vec(), &["line 2: number:"]),
            ("the agency's number", b"number,area,kind\n0,130100,hospital\n".to_vec(), &["line 2: number:"]),
            (
                "an unknown kind",
                b"number,area,kind\n5,130100,clinic\n".to_vec(),
                &["line 2: kind: write one of hospital"],
            ),
        ],
    );
}
