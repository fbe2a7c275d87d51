use crate::support::{of_repository, run};

#[test]
fn the_packs_of_the_repository_have_no_mistake() {
    for arguments in [vec!["policy", "check"], vec!["policy", "check", &of_repository("policies")]] {
        let ran = run(&arguments);
        assert_eq!(ran.status, 0, "{}", ran.out);
        assert!(ran.last_line().ends_with(" packs checked, 0 mistakes"), "{}", ran.out);
    }
}

#[test]
fn every_mistake_is_shown_with_its_place_and_help() {
    let folder = tempfile::tempdir().unwrap();
    let text = std::fs::read_to_string(of_repository("policies/130000-hebei.toml")).unwrap();
    let file = folder.path().join("130000-hebei.toml");
    std::fs::write(&file, text.replace("till.sponsor-order", "till.sponsor-odrer").replace("\"N1\"", "\"N99\""))
        .unwrap();
    let ran = run(&["policy", "check", &file.display().to_string()]);
    assert_eq!(ran.status, 1, "{}{}", ran.out, ran.err);
    assert!(ran.out.contains("130000-hebei.toml:56:7: unknown rule key `till.sponsor-odrer`"), "{}", ran.out);
    assert!(ran.out.contains("did you mean `till.sponsor-order`?"), "{}", ran.out);
    let scenario = of_repository("scenarios/hebei/eight-members.scn");
    let policies = folder.path().display().to_string();
    let ran = run(&["scenario", "run", &scenario, "--policies", &policies]);
    assert_eq!((ran.status, ran.out.as_str()), (2, ""), "a pack with mistakes is no law to play by");
}

#[test]
fn a_rule_is_shown_with_who_says_so() {
    let ran = run(&["policy", "show", "130100", "--on", "2025-03-08", "--key", "till.sponsor-order"]);
    assert_eq!(ran.status, 0);
    let expected = "till.sponsor-order = balance-descending  [130000 from 2021-05-01; 国家医保局解答";
    assert!(ran.last_line().starts_with(expected), "{}", ran.out);
    let document =
        run(&["policy", "show", "652700", "--on", "2025-05-06", "--key", "till.own-account", "--json"]).json();
    assert_eq!(document["rules"][0]["grade"], "requirement");
}

#[test]
fn a_policies_folder_stands_over_what_is_built_in() {
    let folder = tempfile::tempdir().unwrap();
    let text = std::fs::read_to_string(of_repository("policies/130000-hebei.toml")).unwrap();
    let text = text.replace("\"balance-descending\"", "\"binding-order\"");
    std::fs::write(folder.path().join("130000-hebei.toml"), text).unwrap();
    let policies = folder.path().display().to_string();
    let shown = run(&["policy", "show", "130100", "--key", "till.sponsor-order", "--policies", &policies]);
    assert_eq!(shown.status, 0, "{}", shown.err);
    assert!(shown.out.contains("till.sponsor-order = binding-order"), "{}", shown.out);
    let scenario = of_repository("scenarios/hebei/highest-balance-alone.scn");
    assert_eq!(run(&["scenario", "run", &scenario, "--policies", &policies]).status, 1, "the rule is another one");
}

#[test]
fn differences_name_both_sides() {
    let ran = run(&["policy", "diff", "110000", "2024-12-01", "2024-12-12"]);
    assert_eq!(ran.status, 0);
    assert!(ran.out.contains("- bind.relations = [spouse, parent, child]"), "{}", ran.out);
    assert!(ran.last_line().ends_with("keys differ"), "{}", ran.out);
}

#[test]
fn what_is_asked_wrongly_is_status_2() {
    let table = [
        (vec!["policy", "show", "13010"], "area `13010`"),
        (vec!["policy", "show", "139999"], "no division has this code"),
        (vec!["policy", "show", "130100", "--on", "2025-02-30"], "day `2025-02-30`"),
        (vec!["policy", "show", "130100", "--on", "2020-01-01"], "the first day is 2021-05-01"),
        (vec!["policy", "show", "130100", "--key", "sponsor-order"], "is it till.sponsor-order?"),
    ];
    for (arguments, expected) in table {
        let ran = run(&arguments);
        assert_eq!((ran.status, ran.out.as_str()), (2, ""), "{arguments:?}");
        assert!(ran.err.contains(expected), "{arguments:?}: {}", ran.err);
    }
}

#[test]
fn keys_and_areas_are_listed() {
    assert!(run(&["policy", "keys"]).out.contains("`till.sponsor-order`"));
    assert!(run(&["policy", "areas"]).out.contains("130000 河北省 Hebei"));
}
