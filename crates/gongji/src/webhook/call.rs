//! One call of a receiver: over TLS, signed, within limits.
//!
//! Invariants: the certificate is checked, a redirect is not followed, of the answer nothing but its status is looked at,
//! and a call ends within [`LIMIT`]; what is told of a failure holds no URL, since one may hold a secret. Deliberately
//! absent: trying again.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use base64ct::{Base64, Encoding as _};
use gongji_words::Moment;
use hmac::{Hmac, KeyInit, Mac};
use hyper::client::conn::http1;
use hyper::{Request, header};
use hyper_util::rt::TokioIo;
use rustls::crypto::ring;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use sha2::Sha256;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;

use super::address::{Reach, Target};
use super::{Secret, Webhook};
use crate::output::Failure;

/// The longest time that a call may take.
pub const LIMIT: Duration = Duration::from_secs(15);
/// The longest head of an answer, in bytes.
const LONGEST_HEAD: usize = 16 << 10;

/// What is sent: a name that stays the same when it is sent again, and what it says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parcel {
    /// The name.
    pub id: String,
    /// The body, in JSON.
    pub body: String,
}

/// Who calls: whom he believes, and where he may go.
#[derive(Clone)]
pub struct Caller {
    tls: TlsConnector,
    reach: Reach,
}

impl Caller {
    /// Believes the authorities of a file.
    ///
    /// # Errors
    /// [`Failure::Impossible`] with the setting and what is wrong with the file.
    pub fn of(authorities: &Path, reach: Reach) -> Result<Self, Failure> {
        Ok(Self { tls: connector("webhook-ca", authorities)?, reach })
    }

    /// Sends a parcel; done if the receiver answers with a status of 200 to 299.
    ///
    /// # Errors
    /// What came instead, in a few words.
    pub async fn call(&self, webhook: &Webhook, parcel: &Parcel, now: Moment) -> Result<u16, String> {
        let target = Target::parse(&webhook.url)?;
        let status = tokio::time::timeout(LIMIT, self.answered(&target, signed(&target, &webhook.secret, parcel, now)));
        match status.await.map_err(|_| format!("no answer within {} seconds", LIMIT.as_secs()))?? {
            status @ 200..=299 => Ok(status),
            status @ 300..=399 => Err(format!("status {status}: redirects are not followed")),
            status => Err(format!("status {status}")),
        }
    }

    async fn answered(&self, target: &Target, request: Request<Body>) -> Result<u16, String> {
        let stream = connected(&target.addresses(self.reach).await?).await?;
        let name = ServerName::try_from(target.host.clone()).map_err(|_| "the host is no name of a certificate")?;
        let stream = self.tls.connect(name, stream).await.map_err(|error| format!("TLS: {error}"))?;
        let talking = http1::Builder::new().max_buf_size(LONGEST_HEAD).handshake(TokioIo::new(stream)).await;
        let (mut sender, connection) = talking.map_err(|error| error.to_string())?;
        let connection = tokio::spawn(connection);
        let answer = sender.send_request(request).await;
        // The rest of the answer is nobody's.
        connection.abort();
        Ok(answer.map_err(|error| format!("no answer: {error}"))?.status().as_u16())
    }
}

/// TLS towards whoever these authorities vouch for; `setting` is what their file was named by.
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

async fn connected(addresses: &[SocketAddr]) -> Result<TcpStream, String> {
    TcpStream::connect(addresses).await.map_err(|error| format!("no connection: {error}"))
}

/// The signature of a parcel at a second.
pub fn signature(secret: &Secret, (id, second): (&str, i64), body: &str) -> String {
    let mut mac: Hmac<Sha256> = Hmac::new_from_slice(secret.bytes()).expect("a keyed hash takes keys of any length");
    mac.update(format!("{id}.{second}.{body}").as_bytes());
    format!("v1,{}", Base64::encode_string(&mac.finalize().into_bytes()))
}

fn signed(target: &Target, secret: &Secret, parcel: &Parcel, now: Moment) -> Request<Body> {
    let second = now.millis().div_euclid(1_000);
    let request = Request::post(&target.path)
        .header(header::HOST, &target.authority)
        .header(header::CONTENT_TYPE, "application/json")
        .header(header::CONTENT_LENGTH, parcel.body.len())
        .header(header::CONNECTION, "close")
        .header("webhook-id", &parcel.id)
        .header("webhook-timestamp", second)
        .header("webhook-signature", signature(secret, (&parcel.id, second), &parcel.body));
    request.body(Body::from(parcel.body.clone())).expect("a target was read from a URL, and ids are plain")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_is_over_id_second_and_body() {
        let secret = Secret::of_bytes(&[7; 32]);
        let of = |id: &str, second: i64, body: &str| signature(&secret, (id, second), body);
        let one = of("settled-1", 1_700_000_000, "{}");
        // Worked out with `openssl dgst -sha256 -mac hmac`.
        assert_eq!(one, "v1,eI7dK2ftInLSuzfxhRcDMdzBw/gQKRsT5PMOWtryG08=");
        for other in [of("settled-2", 1_700_000_000, "{}"), of("settled-1", 1_700_000_001, "{}")] {
            assert_ne!(other, one);
        }
        assert_ne!(of("settled-1", 1_700_000_000, "{ }"), one);
    }
}
