//! An authority, and certificates that it signs, in files of a folder of their own.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::Arc;

use load::protocol::Identity;
use rcgen::{date_time_ymd, BasicConstraints, Certificate, CertificateParams, DnType, IsCa, KeyPair};
use tokio_rustls::rustls::crypto::ring::default_provider;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::rustls::server::WebPkiClientVerifier;
use tokio_rustls::rustls::{RootCertStore, ServerConfig};

static FOLDERS: AtomicU32 = AtomicU32::new(0);

pub(crate) struct Authority {
    folder: PathBuf,
    certificate: Certificate,
    key: KeyPair,
}

pub(crate) enum Valid {
    Now,
    LongAgo,
}

impl Authority {
    pub(crate) fn new() -> Self {
        let number = FOLDERS.fetch_add(1, Ordering::SeqCst);
        let folder = std::env::temp_dir().join(format!("load-certificates-{}-{number}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder for certificates");
        let mut parameters = CertificateParams::new(Vec::new()).expect("no names");
        parameters.distinguished_name.push(DnType::CommonName, format!("authority {number}"));
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("a key");
        let certificate = parameters.self_signed(&key).expect("an authority");
        Self { folder, certificate, key }
    }

    /// The file of the authority's own certificate.
    pub(crate) fn file(&self) -> PathBuf {
        self.written("authority.pem", &self.certificate.pem())
    }

    /// A certificate and key for a client, in files.
    pub(crate) fn identity(&self) -> Identity {
        let (certificate, key) = self.signed("client", Valid::Now);
        Identity {
            certificates: self.written("client.pem", &certificate.pem()),
            key: self.written("client.key", &key.serialize_pem()),
        }
    }

    /// What a server for `name` needs. One that wants to know its clients takes those that this authority signed.
    pub(crate) fn server(&self, name: &str, valid: Valid, wants_clients: bool, protocols: &[&[u8]]) -> ServerConfig {
        let (certificate, key) = self.signed(name, valid);
        let provider = Arc::new(default_provider());
        let builder = ServerConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .expect("versions of TLS");
        let builder = if wants_clients {
            let mut roots = RootCertStore::empty();
            roots.add(self.certificate.der().clone()).expect("an authority");
            let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), provider).build();
            builder.with_client_cert_verifier(verifier.expect("a verifier"))
        } else {
            builder.with_no_client_auth()
        };
        let key = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let chain = vec![certificate.der().clone()];
        let mut config = builder.with_single_cert(chain, key).expect("a certificate with its key");
        config.alpn_protocols = protocols.iter().map(|name| name.to_vec()).collect();
        config
    }

    fn signed(&self, name: &str, valid: Valid) -> (Certificate, KeyPair) {
        let mut parameters = CertificateParams::new(vec![name.to_owned()]).expect("a name");
        if matches!(valid, Valid::LongAgo) {
            parameters.not_before = date_time_ymd(2001, 1, 1);
            parameters.not_after = date_time_ymd(2002, 1, 1);
        }
        let key = KeyPair::generate().expect("a key");
        let certificate = parameters.signed_by(&key, &self.certificate, &self.key).expect("a certificate");
        (certificate, key)
    }

    fn written(&self, name: &str, text: &str) -> PathBuf {
        let file: &Path = &self.folder.join(name);
        std::fs::write(file, text).expect("a file in a folder of ours");
        file.to_owned()
    }
}

impl Drop for Authority {
    fn drop(&mut self) {
        // Left behind in the folder for what is temporary, should that fail.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}
