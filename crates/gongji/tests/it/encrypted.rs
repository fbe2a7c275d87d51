//! Connections to a server that shows a certificate.

use std::net::TcpListener;
use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::Path;
use std::process::Command;

use gongji_scratch::Server;
use tempfile::TempDir;

use crate::support::{Ran, open_to_all, program};

const CERTIFICATE: &str = "[req]\ndistinguished_name = name\nx509_extensions = server\nprompt = no\n[name]\nCN = localhost\n\
    [server]\nbasicConstraints = critical, CA:FALSE\nsubjectAltName = DNS:localhost\n";

/// Makes a key and a certificate for `localhost` that nobody but itself vouches for.
pub fn certify(folder: &Path, name: &str) {
    let at = |ending: &str| folder.join(format!("{name}.{ending}"));
    std::fs::write(at("cnf"), CERTIFICATE).unwrap();
    let mut openssl = Command::new("openssl");
    openssl.args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"]);
    openssl.arg("-config").arg(at("cnf")).arg("-keyout").arg(at("key")).arg("-out").arg(at("crt"));
    assert!(openssl.output().expect("openssl comes with PostgreSQL").status.success());
    // The server reads its own key, or root's with its group.
    let mode = if std::fs::metadata(at("key")).unwrap().uid() == 0 { 0o640 } else { 0o600 };
    std::fs::set_permissions(at("key"), std::fs::Permissions::from_mode(mode)).unwrap();
}

/// A server that takes connections over the network of this machine, encrypted ones only.
fn encrypted() -> (TempDir, Server, u16) {
    let folder = tempfile::tempdir().unwrap();
    open_to_all(folder.path());
    ["server", "other"].iter().for_each(|name| certify(folder.path(), name));
    let port = TcpListener::bind("localhost:0").unwrap().local_addr().unwrap().port();
    let at = |ending: &str| folder.path().join(format!("server.{ending}")).display().to_string();
    let (certificate, key) = (format!("-c ssl_cert_file={}", at("crt")), format!("-c ssl_key_file={}", at("key")));
    let port_said = format!("-c port={port}");
    let settings = ["-c ssl=on", &certificate, &key, "-c listen_addresses=localhost", &port_said];
    let server = Server::start(&settings).unwrap();
    (folder, server, port)
}

#[test]
fn a_server_is_believed_only_by_its_certificate_where_that_was_asked() {
    let (folder, _server, port) = encrypted();
    let file = |name: &str| folder.path().join(name).display().to_string();
    let (own, other) = (file("server.crt"), file("other.crt"));
    for (host, said, told) in [
        ("localhost", format!("sslmode=verify-full&sslrootcert={own}"), "create one with `gongji db init`"),
        ("localhost", "sslmode=require".to_owned(), "create one with `gongji db init`"),
        ("localhost", format!("sslmode=verify-full&sslrootcert={other}"), "not who it should be"),
        ("127.0.0.1", format!("sslmode=verify-full&sslrootcert={own}"), "not who it should be"),
        ("localhost", "sslmode=verify-full".to_owned(), "not who it should be"),
    ] {
        let url = format!("postgresql://gongji@{host}:{port}/postgres?{said}");
        let ran = Ran::of(program(&["db", "status", "--db", &url, "--patience", "0"]).output().unwrap());
        assert!(ran.status == 3 && ran.err.contains(told), "{host} {said}: {}", ran.err);
    }
}

#[test]
fn a_server_that_does_not_encrypt_is_told_nothing_where_that_was_asked() {
    let port = TcpListener::bind("localhost:0").unwrap().local_addr().unwrap().port();
    let _server = Server::start(&["-c listen_addresses=localhost", &format!("-c port={port}")]).unwrap();
    for (mode, told) in
        [("require", "does not support TLS"), ("prefer", "gongji db init"), ("disable", "gongji db init")]
    {
        let url = format!("postgresql://gongji@localhost:{port}/postgres?sslmode={mode}");
        let ran = Ran::of(program(&["db", "status", "--db", &url, "--patience", "0"]).output().unwrap());
        assert!(ran.status == 3 && ran.err.contains(told), "{mode}: {}", ran.err);
    }
}

#[test]
fn a_backup_goes_over_the_encryption_that_the_address_asks_for() {
    let (folder, _server, port) = encrypted();
    let file = |name: &str| folder.path().join(name).display().to_string();
    let (own, key, to) = (file("server.crt"), file("gongji.key"), file("copy.dump"));
    // The name of a host that nobody has comes first: the next is tried.
    let hosts = format!("nobody.invalid:{port},localhost:{port}");
    let url = format!("postgresql://gongji@{hosts}/postgres?sslmode=verify-full&sslrootcert={own}");
    for words in [
        &["db", "init", "--province", "130000", "--new-key", "--db", &url, "--key", &key][..],
        &["db", "backup", "--db", &url, "--to", &to],
        &["db", "restore", "--check", &to, "--key", &key],
    ] {
        let ran = Ran::of(program(words).output().unwrap());
        assert_eq!(ran.status, 0, "{words:?}: {}{}", ran.out, ran.err);
    }
}
