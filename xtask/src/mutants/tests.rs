use super::{Found, without_place};

fn found(viable: usize, alive: &[&str]) -> Found {
    Found { viable, unviable: 3, endless: 1, alive: alive.iter().map(|mutant| without_place(mutant)).collect() }
}

#[test]
fn a_change_is_known_by_its_file_and_not_by_its_line() {
    let change = "crates/domain/src/a.rs: replace >= with < in A::b";
    assert_eq!(without_place("crates/domain/src/a.rs:24:36: replace >= with < in A::b"), change);
    assert_eq!(without_place(change.split(':').next().unwrap_or_default()), "crates/domain/src/a.rs");
}

#[test]
fn what_lives_must_be_named_with_its_file_and_change() {
    let found = found(30, &["a.rs:1:2: replace + with -", "a.rs:7:2: replace - with +"]);
    assert_eq!(found.unnamed("- `a.rs: replace + with -`: never two."), ["a.rs: replace - with +"]);
    assert_eq!(found.unnamed("`a.rs: replace + with -` `a.rs: replace - with +`"), Vec::<&str>::new());
}

#[test]
fn the_score_is_of_what_builds_and_is_never_rounded_up() {
    let found = found(30, &["a.rs:1:2: replace + with -", "a.rs:7:2: replace - with +"]);
    assert_eq!(found.in_a_thousand(), 933);
    assert_eq!(
        found.in_words(),
        "mutants: 30 that build, 28 noticed (1 by never ending), 2 alive; 3 do not build; score 93.3 %"
    );
}
