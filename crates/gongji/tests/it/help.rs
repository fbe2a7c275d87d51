use crate::support::run;

const COMMANDS: &[&str] = &[
    "demo",
    "scenario run",
    "policy check",
    "policy show",
    "policy diff",
    "policy replay",
    "policy propose",
    "policy approve",
    "policy withdraw",
    "policy releases",
    "policy areas",
    "policy keys",
    "benefit check",
    "benefit show",
    "benefit split",
    "benefit keys",
    "db init",
    "db migrate",
    "db status",
    "db distribute",
    "db backup",
    "db restore",
    "key check",
    "key rotate",
    "key replay-shreds",
    "person shred",
    "import people",
    "import institutions",
    "import credits",
    "bind",
    "settle",
    "preview",
    "reverse",
    "explain",
    "balance",
    "serve",
    "sandbox",
    "his demo",
    "his play",
    "his conformance",
    "his check",
    "access token",
    "access connect",
    "access staff add",
    "access staff passwd",
    "access staff roles",
    "access list",
    "access revoke",
    "webhook add",
    "webhook list",
    "webhook remove",
    "webhook test",
    "stop",
    "resume",
    "tick",
    "audit",
    "audit export",
    "audit verify",
    "trial-balance",
    "vouchers",
    "statement",
];

#[test]
fn every_command_has_help_with_an_example_and_json() {
    for command in COMMANDS {
        let words: Vec<&str> = command.split(' ').chain(["--help"]).collect();
        let ran = run(&words);
        assert_eq!(ran.status, 0, "{command}");
        assert!(ran.out.contains(&format!("gongji {command}")), "{command} has no example:\n{}", ran.out);
        assert!(ran.out.contains("--json"), "{command}:\n{}", ran.out);
    }
}

#[test]
fn alone_it_gives_a_short_guide() {
    let ran = run(&[]);
    assert_eq!(ran.status, 0);
    assert!(ran.out.lines().count() <= 25 && ran.out.contains("gongji demo"), "{}", ran.out);
}

#[test]
fn a_wrong_word_is_answered_with_the_right_one() {
    let table = [
        (vec!["setle", "x.json"], "settle"),
        (vec!["demmo"], "demo"),
        (vec!["policy", "shwo"], "show"),
        (vec!["audit", "--jsno"], "--json"),
    ];
    for (arguments, right) in table {
        let ran = run(&arguments);
        assert_eq!(ran.status, 2, "{arguments:?}");
        assert!(ran.err.contains(right), "{arguments:?}: {}", ran.err);
    }
}
