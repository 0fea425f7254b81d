//! What is kept of an answer so that a step can look at it.

use std::cell::OnceCell;

use crate::response::Sink;

/// More of a body is not kept: what is to be found there is then not found.
pub(crate) const LARGEST_KEPT_BODY: usize = 4 * 1024 * 1024;
/// Room that is kept for the next answer.
const KEPT_ROOM: usize = 64 * 1024;

/// Headers and body of one answer, as far as the step needs them.
#[derive(Debug, Default)]
pub(crate) struct Answer {
    keeps_fields: bool,
    keeps_body: bool,
    /// Names and values one after the other, and where each begins and ends.
    text: Vec<u8>,
    fields: Vec<[usize; 3]>,
    body: Vec<u8>,
    json: OnceCell<Option<serde_json::Value>>,
}

impl Answer {
    /// Forgets the last answer.
    pub(crate) fn begin(&mut self, keeps_fields: bool, keeps_body: bool) {
        (self.keeps_fields, self.keeps_body) = (keeps_fields, keeps_body);
        self.text.clear();
        self.fields.clear();
        self.body.clear();
        if self.body.capacity() > KEPT_ROOM {
            self.body = Vec::new();
        }
        self.json = OnceCell::new();
    }

    /// The values of all headers of this name, without regard to case.
    pub(crate) fn all<'a>(&'a self, name: &'a [u8]) -> impl Iterator<Item = &'a [u8]> + 'a {
        let text = &self.text;
        let wanted =
            self.fields.iter().filter(move |[begin, middle, _]| text[*begin..*middle].eq_ignore_ascii_case(name));
        wanted.map(move |[_, middle, end]| &text[*middle..*end])
    }

    pub(crate) fn body(&self) -> &[u8] {
        &self.body
    }

    /// The body, where it is JSON.
    pub(crate) fn json(&self) -> Option<&serde_json::Value> {
        self.json.get_or_init(|| serde_json::from_slice(&self.body).ok()).as_ref()
    }
}

impl Sink for Answer {
    fn restart(&mut self) {
        self.text.clear();
        self.fields.clear();
    }

    fn field(&mut self, name: &[u8], value: &[u8]) {
        if self.keeps_fields {
            let begin = self.text.len();
            self.text.extend_from_slice(name);
            self.text.extend_from_slice(value);
            self.fields.push([begin, begin + name.len(), self.text.len()]);
        }
    }

    fn body(&mut self, bytes: &[u8]) {
        if self.keeps_body {
            let room = LARGEST_KEPT_BODY - self.body.len();
            self.body.extend_from_slice(&bytes[..bytes.len().min(room)]);
        }
    }
}
