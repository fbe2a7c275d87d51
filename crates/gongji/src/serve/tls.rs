//! TLS of the ports: certificate and key from files, taken up again when they change.
//!
//! Invariants: a certificate that cannot be used is told at the start, and later leaves the one before in force.
//! Deliberately absent: certificates of clients (tokens say who asks), and making certificates.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::SystemTime;

use gongji_words::Moment;
use rustls::ServerConfig;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::TlsAcceptor;
use x509_cert::Certificate;
use x509_cert::der::Decode;

use super::settings::Config;
use crate::output::Failure;

const DAY: i64 = 24 * 60 * 60;

/// Certificate and key of the ports.
pub struct Tls {
    certificate: PathBuf,
    key: PathBuf,
    now: Mutex<InForce>,
}

struct InForce {
    config: Arc<ServerConfig>,
    /// When the files were written from which it comes.
    written: [Option<SystemTime>; 2],
    /// Until when it is good, in seconds since 1970.
    until: i64,
}

impl Tls {
    /// As the settings say; none if they name no certificate.
    ///
    /// # Errors
    /// [`Failure::Impossible`] with the key of the settings and what is wrong with the file.
    pub fn of(config: &Config) -> Result<Option<Self>, Failure> {
        let (Some(certificate), Some(key)) = (&config.tls_certificate, &config.tls_key) else { return Ok(None) };
        let now = Mutex::new(read(certificate, key)?);
        Ok(Some(Self { certificate: certificate.clone(), key: key.clone(), now }))
    }

    /// Takes a new connection over.
    pub fn acceptor(&self) -> TlsAcceptor {
        self.now.lock().unwrap_or_else(PoisonError::into_inner).config.clone().into()
    }

    /// Whole days that the certificate is good from a time on; negative once it is over.
    pub fn days_left(&self, now: Moment) -> i64 {
        let until = self.now.lock().unwrap_or_else(PoisonError::into_inner).until;
        (until - now.millis() / 1_000).div_euclid(DAY)
    }

    /// Takes files up that have changed.
    ///
    /// # Errors
    /// As [`Tls::of`]; what was in force stays.
    pub fn renew(&self) -> Result<(), Failure> {
        let known = self.now.lock().unwrap_or_else(PoisonError::into_inner).written;
        if written(&self.certificate, &self.key) != known {
            let renewed = read(&self.certificate, &self.key)?;
            *self.now.lock().unwrap_or_else(PoisonError::into_inner) = renewed;
        }
        Ok(())
    }
}

fn written(certificate: &Path, key: &Path) -> [Option<SystemTime>; 2] {
    [certificate, key].map(|path| std::fs::metadata(path).and_then(|found| found.modified()).ok())
}

fn read(certificate: &Path, key: &Path) -> Result<InForce, Failure> {
    let written = written(certificate, key);
    let wrong = |key: &str, why: &dyn std::fmt::Display| Failure::Impossible(format!("{key}: {why}"));
    let chain: Vec<CertificateDer<'static>> = CertificateDer::pem_file_iter(certificate)
        .and_then(Iterator::collect)
        .map_err(|error| wrong("tls-certificate", &error))?;
    let first =
        chain.first().ok_or_else(|| wrong("tls-certificate", &"文件里没有证书 there is no certificate in the file"))?;
    let until = until_of(first).ok_or_else(|| wrong("tls-certificate", &"看不懂有效期 its end cannot be read"))?;
    let private = PrivateKeyDer::from_pem_file(key).map_err(|error| wrong("tls-key", &error))?;
    let builder = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let builder = builder.with_safe_default_protocol_versions().expect("ring knows the versions of today");
    let config = builder.with_no_client_auth().with_single_cert(chain, private);
    let mut config =
        config.map_err(|error| wrong("tls-key", &format!("不是这张证书的 not of this certificate: {error}")))?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(InForce { config: Arc::new(config), written, until })
}

fn until_of(certificate: &CertificateDer<'_>) -> Option<i64> {
    let read = Certificate::from_der(certificate).ok()?;
    let until = read.tbs_certificate().validity().not_after.to_unix_duration();
    i64::try_from(until.as_secs()).ok()
}

#[cfg(test)]
mod tests {
    use std::process::Command;
    use std::time::UNIX_EPOCH;

    use super::*;

    fn certify(folder: &Path, days: &str) {
        let at = |name: &str| folder.join(name);
        let text = "[req]\ndistinguished_name = name\nx509_extensions = server\nprompt = no\n[name]\nCN = localhost\n\
            [server]\nsubjectAltName = DNS:localhost\n";
        std::fs::write(at("cnf"), text).unwrap();
        let mut openssl = Command::new("openssl");
        openssl.args([
            "req",
            "-x509",
            "-newkey",
            "ec",
            "-pkeyopt",
            "ec_paramgen_curve:prime256v1",
            "-nodes",
            "-days",
            days,
        ]);
        openssl.arg("-config").arg(at("cnf")).arg("-keyout").arg(at("key")).arg("-out").arg(at("crt"));
        assert!(openssl.output().unwrap().status.success());
        // Two files of one moment are still told apart: each is a second older than the one of fewer days.
        let written = UNIX_EPOCH + std::time::Duration::from_secs(days.parse().unwrap());
        std::fs::File::options().append(true).open(at("crt")).unwrap().set_modified(written).unwrap();
    }

    #[test]
    fn a_certificate_that_was_renewed_is_taken_up_and_one_that_is_broken_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let (certificate, key) = (folder.path().join("crt"), folder.path().join("key"));
        certify(folder.path(), "10");
        let config = Config { tls_certificate: Some(certificate.clone()), tls_key: Some(key), ..Config::usual() };
        let tls = Tls::of(&config).unwrap().unwrap();
        let now = Moment::from_millis(crate::clock::millis_of(SystemTime::now()) + 60_000);
        assert_eq!(tls.days_left(now), 9);
        certify(folder.path(), "100");
        tls.renew().unwrap();
        assert_eq!(tls.days_left(now), 99);
        std::fs::write(&certificate, "no certificate").unwrap();
        assert!(tls.renew().unwrap_err().text().starts_with("tls-certificate: "));
        assert_eq!(tls.days_left(now), 99);
        assert!(tls.days_left(Moment::from_millis(now.millis() + 101 * DAY * 1_000)) < 0);
    }
}
