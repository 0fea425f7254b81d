//! The cookies of one user: names, values and paths (RFC 6265). All requests go to one target, so hosts are left out.

/// More are forgotten, the oldest first: a server that invents names does not cost memory without end.
const MOST_COOKIES: usize = 50;
const LONGEST_COOKIE: usize = 4096;

#[derive(Debug, Clone, PartialEq, Eq)]
struct Cookie {
    name: Vec<u8>,
    value: Vec<u8>,
    path: Vec<u8>,
}

#[derive(Debug, Default)]
pub(crate) struct Cookies(Vec<Cookie>);

impl Cookies {
    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    /// Keeps what a `Set-Cookie` header says. One whose `Max-Age` is 0 or less is forgotten, and one that may be sent over TLS
    /// only is not kept where `secure` is false; `Expires` is not looked at, as a test is short.
    pub(crate) fn keep(&mut self, header: &[u8], secure: bool) {
        let Some((name, value)) = pair(header) else { return };
        if header.len() > LONGEST_COOKIE {
            return;
        }
        let (mut path, mut ended) = (b"/".as_slice(), false);
        for attribute in header.split(|byte| *byte == b';').skip(1) {
            let (key, value) = split_once(attribute.trim_ascii(), b'=').unwrap_or((attribute.trim_ascii(), b""));
            match key.to_ascii_lowercase().as_slice() {
                b"path" if value.starts_with(b"/") => path = value,
                b"max-age" => ended = value == b"0" || value.starts_with(b"-"),
                b"secure" if !secure => return,
                _ => {}
            }
        }
        self.0.retain(|known| known.name != name || known.path != path);
        if !ended {
            if self.0.len() == MOST_COOKIES {
                self.0.remove(0);
            }
            self.0.push(Cookie { name: name.to_vec(), value: value.to_vec(), path: path.to_vec() });
        }
    }

    /// Appends a `Cookie` header's value for a request of `path` (with its query), or nothing where there is no cookie.
    pub(crate) fn write(&self, output: &mut Vec<u8>, path: &[u8]) {
        let path = path.split(|byte| *byte == b'?').next().unwrap_or_default();
        let mut separator: &[u8] = b"";
        for cookie in self.0.iter().filter(|cookie| matches(path, &cookie.path)) {
            for part in [separator, &cookie.name, b"=", &cookie.value] {
                output.extend_from_slice(part);
            }
            separator = b"; ";
        }
    }
}

/// Name and value of a `Set-Cookie` header.
pub(crate) fn pair(header: &[u8]) -> Option<(&[u8], &[u8])> {
    let (name, value) = split_once(header.split(|byte| *byte == b';').next()?, b'=')?;
    let (name, value) = (name.trim_ascii(), value.trim_ascii());
    (!name.is_empty()).then_some((name, value))
}

fn split_once(text: &[u8], separator: u8) -> Option<(&[u8], &[u8])> {
    let at = text.iter().position(|byte| *byte == separator)?;
    Some((&text[..at], &text[at + 1..]))
}

/// RFC 6265, section 5.1.4.
fn matches(request: &[u8], cookie: &[u8]) -> bool {
    request.strip_prefix(cookie).is_some_and(|rest| rest.is_empty() || rest[0] == b'/' || cookie.ends_with(b"/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sends_back_what_was_set_for_the_path_until_it_is_ended() {
        let mut cookies = Cookies::default();
        let sent = |cookies: &Cookies, path: &str| {
            let mut output = Vec::new();
            cookies.write(&mut output, path.as_bytes());
            String::from_utf8(output).expect("text")
        };
        cookies.keep(b"session=1; HttpOnly; Path=/", false);
        cookies.keep(b"cart = 2;path=/shop", false);
        cookies.keep(b"secret=3; Secure", false);
        cookies.keep(b"nonsense", false);
        assert_eq!(sent(&cookies, "/shop/a?b"), "session=1; cart=2");
        assert_eq!(sent(&cookies, "/shopping"), "session=1");
        cookies.keep(b"session=4", false);
        assert_eq!(sent(&cookies, "/"), "session=4");
        cookies.keep(b"session=; Max-Age=0", false);
        assert_eq!(sent(&cookies, "/"), "");
        for number in 0..=MOST_COOKIES {
            cookies.keep(format!("n{number}=1").as_bytes(), false);
        }
        assert_eq!(cookies.0.len(), MOST_COOKIES);
    }
}
