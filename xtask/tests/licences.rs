//! What comes in from outside keeps to `deny.toml`.

use xtask::licences::{Named, Package, Rules, findings, packages, rules};
use xtask::tree;

fn stranger(name: &str, version: &str, licence: Option<&str>) -> Package {
    Package {
        name: name.to_owned(),
        version: version.to_owned(),
        license: licence.map(str::to_owned),
        source: Some("registry+somewhere".to_owned()),
        dependencies: Vec::new(),
    }
}

fn some_rules() -> Rules {
    toml::from_str(
        r#"
        [licenses]
        allow = ["MIT", "Unicode-3.0"]
        [bans]
        deny = [{ crate = "bad", reason = "it is bad", wrappers = ["good"] }]
        skip = [{ crate = "borne", reason = "two are needed" }]
        "#,
    )
    .expect("rules that can be read")
}

#[test]
fn every_crate_that_comes_in_keeps_to_the_rules() {
    let root = tree::root();
    let packages = packages(&root).expect("cargo knows what it resolved");
    assert!(packages.len() > 50, "the crates from outside are among them");
    assert_eq!(findings(&rules(&root).expect("the rules can be read"), &packages), Vec::<String>::new());
}

#[test]
fn a_licence_must_be_allowed_in_every_part_that_is_joined() {
    let table: &[(Option<&str>, bool)] = &[
        (Some("MIT"), true),
        (Some("GPL-3.0 OR MIT"), true),
        (Some("Unlicense/MIT"), true),
        (Some("(MIT OR Apache-2.0) AND Unicode-3.0"), true),
        (Some("MIT AND GPL-3.0"), false),
        (Some("GPL-3.0"), false),
        (None, false),
    ];
    for (licence, allowed) in table {
        let found = findings(&some_rules(), &[stranger("x", "1.0.0", *licence)]);
        assert_eq!(found.is_empty(), *allowed, "{licence:?}: {found:?}");
    }
}

#[test]
fn a_banned_crate_comes_in_only_through_the_one_that_may_name_it() {
    let naming_as = |name: &str, kind: Option<&str>| Package {
        dependencies: vec![Named { name: "bad".to_owned(), kind: kind.map(str::to_owned) }],
        ..stranger(name, "1.0.0", Some("MIT"))
    };
    let naming = |name: &str| naming_as(name, None);
    let bad = || stranger("bad", "1.0.0", Some("MIT"));
    assert!(findings(&some_rules(), &[naming("good"), bad()]).is_empty());
    assert!(findings(&some_rules(), &[naming_as("other", Some("dev")), bad()]).is_empty());
    assert_eq!(findings(&some_rules(), &[naming("other"), bad()]), ["other names bad: it is bad"]);
}

#[test]
fn two_versions_and_foreign_places_are_named() {
    let two = |name: &str| [stranger(name, "1.0.0", Some("MIT")), stranger(name, "2.0.0", Some("MIT"))];
    assert_eq!(findings(&some_rules(), &two("x")), ["x comes in 2 versions: 1.0.0, 2.0.0"]);
    assert!(findings(&some_rules(), &two("borne")).is_empty());
    let elsewhere = Package { source: Some("git+somewhere".to_owned()), ..stranger("x", "1.0.0", Some("MIT")) };
    assert_eq!(findings(&some_rules(), &[elsewhere]), ["x 1.0.0 comes from no registry"]);
}
