//! The arrows between the crates, as cargo sees them.

use xtask::arrows::{Dependency, Package, forbidden, packages};
use xtask::tree;

/// `store in tests` is one of tests alone.
fn dependency(text: &str) -> Dependency {
    let (name, kind) = text.strip_suffix(" in tests").map_or((text, None), |name| (name, Some("dev".to_owned())));
    Dependency { name: name.to_owned(), kind }
}

fn package(name: &str, dependencies: &[&str]) -> Package {
    let dependencies = dependencies.iter().map(|name| dependency(name)).collect();
    Package { name: name.to_owned(), dependencies }
}

#[test]
fn no_crate_names_what_is_behind_its_fence() {
    let packages = packages(&tree::root()).expect("cargo knows the workspace");
    assert!(packages.iter().any(|package| package.name == "gongji-domain"), "the rules are a crate");
    assert_eq!(forbidden(&packages), Vec::<String>::new());
}

#[test]
fn a_forbidden_arrow_is_named() {
    let table: &[(&str, &[&str], &[&str])] = &[
        ("gongji-words", &["serde"], &[]),
        ("gongji-words", &["gongji-domain"], &["gongji-words -> gongji-domain"]),
        ("gongji-domain", &["gongji-words", "gongji-store"], &["gongji-domain -> gongji-store"]),
        ("gongji-domain", &["rusqlite"], &["gongji-domain -> rusqlite"]),
        ("gongji-store", &["gongji-domain", "rusqlite"], &[]),
        ("gongji-service", &["rusqlite"], &["gongji-service -> rusqlite"]),
        ("gongji-service", &["gongji-http"], &["gongji-service -> gongji-http"]),
        ("gongji-http", &["gongji-store"], &["gongji-http -> gongji-store"]),
        ("gongji-http", &["gongji-store in tests"], &[]),
        ("gongji-http", &["argon2"], &["gongji-http -> argon2"]),
        ("gongji-service", &["axum"], &["gongji-service -> axum"]),
        ("gongji-domain", &["gongji-store in tests"], &["gongji-domain -> gongji-store"]),
        ("gongji", &["gongji-sim"], &["gongji -> gongji-sim"]),
        ("gongji-sim", &["gongji"], &["gongji-sim -> gongji"]),
        ("xtask", &["gongji-domain"], &["xtask -> gongji-domain"]),
    ];
    for (name, dependencies, found) in table {
        assert_eq!(forbidden(&[package(name, dependencies)]), *found, "{name} {dependencies:?}");
    }
}

#[test]
fn a_crate_without_a_place_is_named() {
    let found = forbidden(&[package("gongji-attic", &[])]);
    assert!(found[0].starts_with("gongji-attic has no place"), "{found:?}");
}
