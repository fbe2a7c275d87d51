//! The example clients, each as it stands, against a sandbox.

use std::process::Command;

use crate::sandbox::Sandbox;
use crate::support::{Ran, of_repository};

/// A client runs to its end and says everything that the page about the examples promises; nobody is left with less.
fn settles(mut client: Command, sandbox: &Sandbox) {
    let name = client.get_program().to_string_lossy().into_owned();
    client.args([sandbox.url(), sandbox.token("T-HOSP-OK")]);
    let ran = Ran::of(client.output().unwrap_or_else(|error| panic!("install {name}: {error}")));
    assert_eq!(ran.status, 0, "{}\n{}", ran.out, ran.err);
    for said in [
        "  ready\n",
        "  own 0.00  aid 100.00  wallet 0.00  cash 0.00\n",
        "  the same answer\n",
        "  409 REQ_IDEMPOTENCY_CONFLICT at parts: ",
        "  own 0.00  aid 0.00  wallet 0.00  cash 100.00\n  SETTLE_INSUFFICIENT_WHOLE: ",
        "the same again\n  own 0.00  aid 50.00  wallet 0.00  cash 0.00\n",
        "  reversed\n  reversed\n  reversed\n",
    ] {
        assert!(ran.out.contains(said), "{said:?} is missing:\n{}\n{}", ran.out, ran.err);
    }
    assert_eq!(sandbox.balance("T-SP-OK"), "2000.00", "all that was settled is undone");
}

#[test]
fn the_client_in_python_settles_and_undoes_bills() {
    let mut python = Command::new("python3");
    python.arg(of_repository("examples/python/settle.py"));
    settles(python, &Sandbox::new(&[]));
}

#[test]
fn the_client_in_java_is_java_8_and_settles_and_undoes_bills() {
    let folder = tempfile::tempdir().unwrap();
    let mut compiler = Command::new("javac");
    compiler.args(["--release", "8", "-Xlint:all,-options", "-Werror", "-d"]).arg(folder.path());
    compiler.arg(of_repository("examples/java/Settle.java"));
    let compiled = Ran::of(compiler.output().unwrap_or_else(|error| panic!("install javac: {error}")));
    assert_eq!(compiled.status, 0, "{}", compiled.err);
    let mut java = Command::new("java");
    java.arg("-cp").arg(folder.path()).arg("Settle");
    settles(java, &Sandbox::new(&[]));
}
