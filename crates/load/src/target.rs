//! Where requests go: scheme, host, port, and the addresses behind them.

use std::net::{IpAddr, SocketAddr, ToSocketAddrs};

use crate::error::LoadError;

/// The addresses of a host that are kept. They are tried in turn where connecting fails.
const MOST_ADDRESSES: usize = 16;

/// A server that was found: its addresses are known, so that no request waits for DNS.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    secure: bool,
    authority: String,
    host: String,
    addresses: Vec<SocketAddr>,
}

impl Target {
    /// The target that `url` names, with its addresses, and the path and query of the URL (`/` where it has none).
    ///
    /// `scheme://host[:port][/path][?query]` is understood, with http, https, and for WebSocket ws and wss; an IPv6 address
    /// stands in brackets. Asks the resolver once.
    pub fn parse(url: &str) -> Result<(Self, String), LoadError> {
        let refused = |reason| LoadError::Target { url: url.to_owned(), reason };
        let (scheme, rest) = url.split_once("://").unwrap_or_default();
        let secure = match scheme.to_ascii_lowercase().as_str() {
            "http" | "ws" => false,
            "https" | "wss" => true,
            _ => return Err(refused("a URL begins with http://, https://, ws:// or wss://")),
        };
        let rest = rest.split('#').next().unwrap_or_default();
        let (authority, path) = rest.split_at(rest.find(['/', '?']).unwrap_or(rest.len()));
        if authority.contains('@') {
            return Err(refused("a user name in the URL is not sent; use a header"));
        }
        let standard_port = if secure { 443 } else { 80 };
        let (host, port) =
            split_port(authority, standard_port).ok_or_else(|| refused("the port is a number from 1 to 65535"))?;
        if host.is_empty() || !host.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err(refused("the host is missing or holds characters that no host name has"));
        }
        let path = if path.starts_with('/') { path.to_owned() } else { format!("/{path}") };
        let (authority, addresses) = (authority.to_owned(), resolve(host, port)?);
        Ok((Self { secure, authority, host: host.to_owned(), addresses }, path))
    }

    /// The same target at other addresses, whatever the resolver says: one instance of several, for example. Of more than 16
    /// the first 16 are kept; without any the target stays as it is.
    #[must_use]
    pub fn at(self, addresses: &[SocketAddr]) -> Self {
        if addresses.is_empty() {
            return self;
        }
        Self { addresses: addresses[..addresses.len().min(MOST_ADDRESSES)].to_vec(), ..self }
    }

    /// Whether connections are encrypted: https and wss.
    pub fn is_secure(&self) -> bool {
        self.secure
    }

    /// The name or address without the port, as the URL says it; an IPv6 address is in brackets.
    pub fn host(&self) -> &str {
        &self.host
    }

    /// Host and port as the `Host` header says them.
    pub fn authority(&self) -> &str {
        &self.authority
    }

    /// At least one address.
    pub fn addresses(&self) -> &[SocketAddr] {
        &self.addresses
    }
}

fn split_port(authority: &str, standard: u16) -> Option<(&str, u16)> {
    let (host, port) = match authority.rfind(':') {
        Some(colon) if !authority[colon..].contains(']') => (&authority[..colon], Some(&authority[colon + 1..])),
        _ => (authority, None),
    };
    let port = match port {
        None => standard,
        Some(digits) if digits.bytes().all(|byte| byte.is_ascii_digit()) => {
            digits.parse().ok().filter(|port| *port > 0)?
        }
        Some(_) => return None,
    };
    Some((host, port))
}

fn resolve(host: &str, port: u16) -> Result<Vec<SocketAddr>, LoadError> {
    let unresolved = |reason: String| LoadError::Resolution { host: host.to_owned(), reason };
    if let Some(literal) = host.strip_prefix('[') {
        let address = literal.strip_suffix(']').and_then(|literal| literal.parse().ok());
        let address: IpAddr = address.ok_or_else(|| unresolved("not an IPv6 address".to_owned()))?;
        return Ok(vec![SocketAddr::new(address, port)]);
    }
    let mut addresses: Vec<SocketAddr> =
        (host, port).to_socket_addrs().map_err(|error| unresolved(error.to_string()))?.collect();
    addresses.dedup();
    addresses.truncate(MOST_ADDRESSES);
    if addresses.is_empty() {
        return Err(unresolved("the resolver knows none".to_owned()));
    }
    Ok(addresses)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn can_read_hosts_ports_and_paths() {
        let read =
            |url| Target::parse(url).map(|(target, path)| (target.authority, target.addresses[0].to_string(), path));
        let expected = |authority: &str, address: &str, path: &str| {
            Ok((authority.to_owned(), address.to_owned(), path.to_owned()))
        };
        assert_eq!(read("http://127.0.0.1:8080/a?b=c#d"), expected("127.0.0.1:8080", "127.0.0.1:8080", "/a?b=c"));
        assert_eq!(read("HTTP://127.0.0.1"), expected("127.0.0.1", "127.0.0.1:80", "/"));
        assert_eq!(read("http://127.0.0.1?q"), expected("127.0.0.1", "127.0.0.1:80", "/?q"));
        assert_eq!(read("http://[::1]:81/"), expected("[::1]:81", "[::1]:81", "/"));
        assert_eq!(read("http://[::1]"), expected("[::1]", "[::1]:80", "/"));
        assert_eq!(read("https://127.0.0.1/a"), expected("127.0.0.1", "127.0.0.1:443", "/a"));
        assert_eq!(read("wss://[::1]:9"), expected("[::1]:9", "[::1]:9", "/"));
        let secure = |url| Target::parse(url).map(|(target, _)| target.is_secure());
        assert_eq!((secure("ws://127.0.0.1"), secure("WSS://127.0.0.1")), (Ok(false), Ok(true)));
    }

    #[test]
    fn refuses_what_is_no_target() {
        let urls = [
            "",
            "127.0.0.1",
            "https//127.0.0.1/",
            "http://",
            "http://:80/",
            "http://u@127.0.0.1/",
            "http://127.0.0.1:0/",
            "http://127.0.0.1:65536/",
            "http://127.0.0.1:+8/",
            "http://127.0.0.1:/",
            "http://a b/",
            "ftp://127.0.0.1/",
        ];
        for url in urls {
            assert!(matches!(Target::parse(url), Err(LoadError::Target { .. })), "{url}");
        }
    }

    #[test]
    fn reports_a_host_without_an_address() {
        for url in ["http://no-such-host.invalid/", "http://[nonsense]/"] {
            assert!(matches!(Target::parse(url), Err(LoadError::Resolution { .. })), "{url}");
        }
    }
}
