use super::*;

#[test]
fn comments_strings_and_characters_are_no_code() {
    let table = [
        ("a // b\nc", "a     \nc"),
        ("a /* b /* c */ d */ e", "a                   e"),
        ("f(\"b\\\" }\")", "f(       )"),
        ("f(r#\"b\" }\"#)", "f(         )"),
        ("f(br\"}\")", "f(     )"),
        ("f('}', '\\'', '\\u{7d}', '余')", "f(   ,     ,         ,      )"),
        ("fn f<'a>(x: &'a str)", "fn f<'a>(x: &'a str)"),
        ("r#type", "r#type"),
    ];
    for (text, code) in table {
        assert_eq!(code_only(text).len(), text.len(), "{text}");
        assert_eq!(code_only(text).trim_end(), code.trim_end(), "{text}");
    }
}

#[test]
fn functions_are_measured_from_name_to_brace() {
    let text = "trait T { fn a(&self); }\nfn b(x: [u8; 2]) -> u8 {\n    \"}\";\n    1\n}\nlet p: fn(u8) = c;\n";
    let found = functions(&code_only(text));
    assert_eq!(found, [Function { name: "b".to_owned(), line: 2, lines: 4 }]);
}

#[test]
fn a_function_inside_another_is_measured_too() {
    let found = functions("fn outer() {\n    fn inner() {\n    }\n}\n");
    let lines: Vec<(&str, usize)> = found.iter().map(|found| (found.name.as_str(), found.lines)).collect();
    assert_eq!(lines, [("outer", 4), ("inner", 2)]);
}

#[test]
fn what_only_tests_see_is_left_out() {
    let kept = without_tests("fn a() {}\n#[cfg(test)]\nmod tests { fn b() {} }\nfn c() {}\n#[cfg(test)]\nmod t;\n");
    let names: Vec<&str> = words(&kept).map(|(_, word)| word).collect();
    assert_eq!(names, ["fn", "a", "fn", "c"]);
}
