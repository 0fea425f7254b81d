//! What went wrong with an exchange: its kind, which is counted, and what the libraries say about it, which is told once.

use std::io;

use rustix::io::Errno;
use tokio_rustls::rustls::{self, AlertDescription, CertificateError};

use crate::failure::Failure;
use crate::response::Unreadable;
use crate::socket;

/// Characters of a reason that are kept: a server may send any length.
const LONGEST_REASON: usize = 300;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Fault {
    pub(crate) failure: Failure,
    /// Where there is more to say than the kind does.
    pub(crate) reason: Option<String>,
}

impl Fault {
    pub(crate) fn new(failure: Failure, reason: impl Into<String>) -> Self {
        let reason: String = reason.into();
        let printable = reason.chars().map(|character| if character.is_control() { ' ' } else { character });
        Self { failure, reason: Some(printable.take(LONGEST_REASON).collect()) }
    }

    /// A fault of the TLS handshake, whatever it came from.
    pub(crate) fn of_handshake(error: &io::Error, server_name: &str) -> Self {
        match tls_error(error) {
            Some(rustls::Error::InvalidCertificate(fault)) => {
                Self::new(Failure::TlsCertificate, certificate_reason(fault, server_name))
            }
            Some(fault) => Self::new(Failure::TlsHandshake, handshake_reason(fault)),
            None if error.kind() == io::ErrorKind::UnexpectedEof => Self::new(
                Failure::TlsHandshake,
                "the server closed the connection in the handshake; does it speak TLS?",
            ),
            None => Self::new(Failure::TlsHandshake, format!("in the handshake: {error}")),
        }
    }
}

impl From<Failure> for Fault {
    fn from(failure: Failure) -> Self {
        Self { failure, reason: None }
    }
}

impl From<Unreadable> for Fault {
    fn from(unreadable: Unreadable) -> Self {
        Self::from(match unreadable {
            Unreadable::Malformed(reason) => Failure::Malformed(reason),
            Unreadable::HeadTooLarge => Failure::HeadTooLarge,
            Unreadable::BodyTooLarge => Failure::BodyTooLarge,
            Unreadable::ClosedEarly => Failure::ClosedEarly,
        })
    }
}

/// A fault of an established connection.
impl From<io::Error> for Fault {
    fn from(error: io::Error) -> Self {
        match tls_error(&error) {
            // With TLS 1.3 a server looks at the client's certificate after the client's handshake is over.
            Some(rustls::Error::AlertReceived(alert)) if speaks_of_certificate(*alert) => {
                return Self::new(Failure::TlsHandshake, alert_reason(*alert));
            }
            Some(fault) => return Self::new(Failure::Tls, fault.to_string()),
            None => {}
        }
        if let Some(number) = error.raw_os_error() {
            return Self::from(socket::failure_of(Errno::from_raw_os_error(number)));
        }
        match error.kind() {
            io::ErrorKind::UnexpectedEof => Self::from(Failure::ClosedEarly),
            io::ErrorKind::BrokenPipe | io::ErrorKind::ConnectionReset | io::ErrorKind::ConnectionAborted => {
                Self::from(Failure::Reset)
            }
            _ => Self::new(Failure::ClosedEarly, error.to_string()),
        }
    }
}

fn tls_error(error: &io::Error) -> Option<&rustls::Error> {
    error.get_ref().and_then(|inner| inner.downcast_ref::<rustls::Error>())
}

fn certificate_reason(fault: &CertificateError, server_name: &str) -> String {
    match fault {
        CertificateError::Expired | CertificateError::ExpiredContext { .. } => {
            "the server's certificate has expired; renew it".to_owned()
        }
        CertificateError::NotValidYet | CertificateError::NotValidYetContext { .. } => {
            "the server's certificate is not valid yet; check the clocks".to_owned()
        }
        CertificateError::NotValidForName | CertificateError::NotValidForNameContext { .. } => format!(
            "the server's certificate is not for {server_name}; use the name that it is for, in the URL or as \
             tls.server_name"
        ),
        CertificateError::UnknownIssuer => {
            "the server's certificate comes from an authority that is not trusted; name \
             its certificate as tls.ca_file"
                .to_owned()
        }
        CertificateError::Revoked => "the server's certificate was revoked".to_owned(),
        other => format!("the server's certificate is refused: {}", rustls::Error::InvalidCertificate(other.clone())),
    }
}

fn handshake_reason(fault: &rustls::Error) -> String {
    match fault {
        rustls::Error::AlertReceived(alert) => alert_reason(*alert),
        rustls::Error::InvalidMessage(_) => format!("what the server sent is not TLS ({fault}); does it speak TLS?"),
        other => other.to_string(),
    }
}

fn speaks_of_certificate(alert: AlertDescription) -> bool {
    matches!(
        alert,
        AlertDescription::CertificateRequired
            | AlertDescription::BadCertificate
            | AlertDescription::UnsupportedCertificate
            | AlertDescription::CertificateRevoked
            | AlertDescription::CertificateExpired
            | AlertDescription::CertificateUnknown
            | AlertDescription::UnknownCA
            | AlertDescription::AccessDenied
            | AlertDescription::DecryptError
    )
}

fn alert_reason(alert: AlertDescription) -> String {
    match alert {
        AlertDescription::CertificateRequired => {
            "the server wants a client certificate; name one as tls.certificate_file and tls.key_file".to_owned()
        }
        AlertDescription::NoApplicationProtocol => {
            "the server does not speak the protocol that was asked for".to_owned()
        }
        alert if speaks_of_certificate(alert) => format!("the server refuses the client's certificate: {alert:?}"),
        alert => format!("the server refuses the handshake: {alert:?}"),
    }
}
