use crate::support::{Ran, of_repository, program, run};

/// Plays a file with this text, on an engine.
fn play(text: &[u8], engine: &str) -> crate::support::Ran {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("case.scn");
    std::fs::write(&file, text).unwrap();
    run(&["scenario", "run", &file.display().to_string(), "--engine", engine])
}

const WORLD: &str = "area 130100\nclock 2025-03-08T10:00\nperson p scheme resident\ninstitution h kind hospital\n";

#[test]
fn expectations_that_hold_are_counted() {
    let file = of_repository("scenarios/hebei/highest-balance-alone.scn");
    for engine in ["sqlite", "memory"] {
        let ran = run(&["scenario", "run", &file, "--engine", engine]);
        assert_eq!((ran.status, ran.out.as_str(), ran.err.as_str()), (0, "13 passed, 0 failed\n", ""), "{engine}");
    }
}

#[test]
fn a_failed_expectation_is_one_line_and_status_1() {
    let text = format!("{WORLD}settle s p at h kind outpatient copay 1.00 => aid 1.00\nbalance p => balance 0.00\n");
    let ran = play(text.as_bytes(), "sqlite");
    let lines: Vec<&str> = ran.out.lines().collect();
    assert_eq!((ran.status, lines.len()), (1, 2), "{}", ran.out);
    assert!(lines[0].contains("case.scn:5: expected aid 1.00, got own 0.00 aid 0.00"), "{}", lines[0]);
    assert_eq!(lines[1], "1 passed, 1 failed");
}

#[test]
fn what_cannot_be_parsed_is_status_2_with_its_place_and_nothing_is_played() {
    let table: [(&[u8], &str); 6] = [
        (b"", "case.scn:1:1: the file has no statement"),
        (b"# nothing\narea 130100\n", "case.scn:1:1: the file has no statement"),
        (b"clock 2025-03-08\nsetle x\n", "case.scn:2:1: `setle` is not a statement"),
        (b"clock 2025-03-08\nbalance nobody => balance 0.00\n", "case.scn:2:9:"),
        (b"clock 2025-03-08\nperson a scheme employee\naccount a balance 1.005\n", "case.scn:3:19:"),
        (b"clock 2025-03-08\nperson \xff\xfe scheme employee\n", "case.scn:2:"),
    ];
    for (text, expected) in table {
        let ran = play(text, "sqlite");
        assert_eq!((ran.status, ran.out.as_str()), (2, ""), "{expected}");
        assert!(ran.err.contains(expected), "{expected}: {}", ran.err);
    }
}

#[test]
fn files_that_are_not_there_and_folders_without_scenarios_are_status_2() {
    let folder = tempfile::tempdir().unwrap();
    for path in [folder.path().join("none.scn"), folder.path().to_owned()] {
        let ran = run(&["scenario", "run", &path.display().to_string()]);
        assert_eq!((ran.status, ran.out.as_str()), (2, ""), "{}", ran.err);
    }
}

#[test]
fn a_server_of_its_own_plays_the_same_and_is_gone_afterwards() {
    let folder = tempfile::tempdir().unwrap();
    crate::support::open_to_all(folder.path());
    let file = of_repository("scenarios/hebei/highest-balance-alone.scn");
    let mut played = program(&["scenario", "run", &file, &file, "--engine", "postgres"]);
    let ran = Ran::of(played.env("TMPDIR", folder.path()).output().unwrap());
    assert_eq!((ran.status, ran.out.as_str(), ran.err.as_str()), (0, "26 passed, 0 failed\n", ""));
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "the server's folder is gone");
}

#[test]
fn scenarios_come_out_the_same_in_statements_of_one_row() {
    let server = crate::support::server();
    let paths = ["hebei", "events", "wallet/return-at-six.scn", "across/three-provinces-notices.scn"];
    let paths = paths.map(|path| of_repository(&format!("scenarios/{path}")));
    let play = |engine: &str| {
        let words = ["scenario", "run", &paths[0], &paths[1], &paths[2], &paths[3], "--engine", engine];
        Ran::of(program(&words).env("GONGJI_DSN", &server).output().unwrap())
    };
    let (spread, memory) = (play("spread"), play("memory"));
    assert_eq!((spread.status, &spread.out, spread.err.as_str()), (0, &memory.out, ""));
}

#[test]
fn in_somebodys_database_the_nodes_have_schemas_of_their_own_which_go_also_when_an_expectation_fails() {
    let server = crate::support::server();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("case.scn");
    std::fs::write(&file, format!("{WORLD}balance p => balance 1.00\n")).unwrap();
    let ran = run(&["scenario", "run", &file.display().to_string(), "--engine", "postgres", "--dsn", &server]);
    assert_eq!((ran.status, ran.last_line()), (1, "0 passed, 1 failed"), "{}", ran.err);
    assert_eq!(crate::support::schemas_like(&server, "gongji_scenario_%"), 0);
}

#[test]
fn a_server_that_is_not_there_is_told_before_anything_is_played_and_its_password_is_not() {
    let file = of_repository("scenarios/hebei/eight-members.scn");
    for dsn in
        ["host=/nowhere dbname=x password=geheim", "postgresql://u:geheim@localhost:1/x", "postgresql://geheim@:x"]
    {
        let ran = run(&["scenario", "run", &file, "--engine", "postgres", "--dsn", dsn]);
        assert_eq!((ran.status, ran.out.as_str()), (3, ""), "{dsn}");
        assert!(!ran.err.is_empty() && !ran.err.contains("geheim"), "{dsn}: {}", ran.err);
    }
}

#[test]
fn without_postgresql_it_is_said_what_to_install() {
    let file = of_repository("scenarios/hebei/eight-members.scn");
    let Some(_) = gongji_scratch::programs() else { return };
    let mut played = program(&["scenario", "run", &file, "--engine", "postgres"]);
    let ran = Ran::of(played.env("TMPDIR", "/nowhere/at/all").output().unwrap());
    assert_eq!(ran.status, 3);
    assert!(ran.err.contains("--dsn") && ran.err.contains("--engine sqlite"), "{}", ran.err);
}

#[test]
fn explanations_stand_under_their_settlements() {
    let file = of_repository("scenarios/hebei/highest-balance-alone.scn");
    let ran = run(&["scenario", "run", &file, "--explain", "--lang", "en"]);
    let lines: Vec<&str> = ran.out.lines().collect();
    assert!(lines[0].contains(":16: settle s1 father"), "{}", lines[0]);
    assert!(ran.out.contains("Passed over: the rule here asks only the first in order."), "{}", ran.out);
    assert_eq!(ran.last_line(), "13 passed, 0 failed");
}

#[test]
fn the_same_is_said_to_machines() {
    let file = of_repository("scenarios/hebei/highest-balance-alone.scn");
    let document = run(&["scenario", "run", &file, "--json", "--explain"]).json();
    assert_eq!((document["passed"].as_u64(), document["failed"].as_u64()), (Some(13), Some(0)));
    assert_eq!(document["files"][0]["explained"][0]["line"], 16);
}
