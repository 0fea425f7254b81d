//! From settings to a configuration of rustls: files are read once, before the test.

use std::path::Path;
use std::sync::Arc;

use tokio_rustls::rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use tokio_rustls::rustls::client::{ClientConfig, Resumption};
use tokio_rustls::rustls::crypto::{self, CryptoProvider};
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, ServerName, UnixTime};
use tokio_rustls::rustls::{self, DigitallySignedStruct, RootCertStore, SignatureScheme};

use crate::error::LoadError;
use crate::protocol::{Protocol, TlsSettings};
use crate::target::Target;

/// How connections of a test are encrypted.
#[derive(Debug, Clone)]
pub(crate) struct Tls {
    pub(crate) config: Arc<ClientConfig>,
    pub(crate) server_name: ServerName<'static>,
}

impl Tls {
    /// Reads the files that `settings` name. An error names the setting, the file and what is wrong with it.
    pub(crate) fn new(settings: &TlsSettings, target: &Target, protocol: Protocol) -> Result<Self, LoadError> {
        let provider = Arc::new(crypto::ring::default_provider());
        let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
            .with_safe_default_protocol_versions()
            .map_err(|error| refused("tls", error))?;
        let builder = if settings.insecure {
            builder.dangerous().with_custom_certificate_verifier(Arc::new(TrustAnyone { provider }))
        } else {
            builder.with_root_certificates(authorities(settings.authorities.as_deref())?)
        };
        let mut config = match &settings.identity {
            None => builder.with_no_client_auth(),
            Some(identity) => {
                let certificates = certificates("tls.certificate_file", &identity.certificates)?;
                let key = PrivateKeyDer::from_pem_file(&identity.key)
                    .map_err(|error| unreadable("tls.key_file", &identity.key, &error))?;
                builder
                    .with_client_auth_cert(certificates, key)
                    .map_err(|error| refused("tls.certificate_file and tls.key_file", error))?
            }
        };
        config.alpn_protocols = match protocol {
            Protocol::Http1 | Protocol::WebSocket => vec![b"http/1.1".to_vec()],
            Protocol::Http2 { .. } | Protocol::Grpc { .. } => vec![b"h2".to_vec()],
        };
        // Users of a real system do not share one client's memory: each handshake is a whole one.
        config.resumption = Resumption::disabled();
        let name = settings.server_name.as_deref().unwrap_or(target.host());
        let server_name = ServerName::try_from(name.trim_matches(['[', ']']).to_owned())
            .map_err(|_| refused("tls.server_name", format!("{name:?} is neither a host name nor an address")))?;
        Ok(Self { config: Arc::new(config), server_name })
    }
}

fn authorities(file: Option<&Path>) -> Result<RootCertStore, LoadError> {
    let mut roots = RootCertStore::empty();
    match file {
        Some(file) => {
            for certificate in certificates("tls.ca_file", file)? {
                roots
                    .add(certificate)
                    .map_err(|error| refused("tls.ca_file", format!("{}: {error}", file.display())))?;
            }
        }
        None => {
            let found = rustls_native_certs::load_native_certs();
            // Some systems carry certificates that cannot be read; they are no use and no harm.
            roots.add_parsable_certificates(found.certs);
            if roots.is_empty() {
                return Err(refused("tls.ca_file", "this system trusts no authority; name a file of those to trust"));
            }
        }
    }
    Ok(roots)
}

fn certificates(setting: &'static str, file: &Path) -> Result<Vec<CertificateDer<'static>>, LoadError> {
    let read = CertificateDer::pem_file_iter(file).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    match read {
        Ok(certificates) if certificates.is_empty() => {
            Err(refused(setting, format!("{}: it holds no certificate in PEM form", file.display())))
        }
        Ok(certificates) => Ok(certificates),
        Err(error) => Err(unreadable(setting, file, &error)),
    }
}

fn unreadable(setting: &'static str, file: &Path, error: &tokio_rustls::rustls::pki_types::pem::Error) -> LoadError {
    refused(setting, format!("{}: {error}", file.display()))
}

fn refused(name: &'static str, reason: impl ToString) -> LoadError {
    LoadError::Setting { name, reason: reason.to_string() }
}

/// Takes any certificate; that the server holds its key is still checked.
#[derive(Debug)]
struct TrustAnyone {
    provider: Arc<CryptoProvider>,
}

impl ServerCertVerifier for TrustAnyone {
    fn verify_server_cert(
        &self,
        _certificate: &CertificateDer<'_>,
        _intermediates: &[CertificateDer<'_>],
        _name: &ServerName<'_>,
        _stapled: &[u8],
        _now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        crypto::verify_tls12_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        crypto::verify_tls13_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}
