//! Whom the program believes over TLS: the authorities of a file.

use std::path::Path;
use std::sync::Arc;

use rustls::crypto::ring;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use tokio_rustls::TlsConnector;

use crate::output::Failure;

/// Connects to whoever has a certificate of these authorities. The file is the value of a setting.
///
/// # Errors
/// [`Failure::Impossible`] with the setting and what is wrong with the file.
pub fn connector(setting: &str, authorities: &Path) -> Result<TlsConnector, Failure> {
    let wrong = |why: &dyn std::fmt::Display| {
        Failure::Impossible(format!(
            "{setting}: {}: {why}; 安装 ca-certificates，或写出自己的文件 install ca-certificates, or name a file of \
             your own",
            authorities.display()
        ))
    };
    let certificates: Vec<CertificateDer<'static>> =
        CertificateDer::pem_file_iter(authorities).and_then(Iterator::collect).map_err(|error| wrong(&error))?;
    let mut roots = RootCertStore::empty();
    if roots.add_parsable_certificates(certificates).0 == 0 {
        return Err(wrong(&"文件里没有证书 there is no certificate in the file"));
    }
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let builder = builder.with_safe_default_protocol_versions().expect("ring knows the versions of today");
    let mut config = builder.with_root_certificates(roots).with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config).into())
}
