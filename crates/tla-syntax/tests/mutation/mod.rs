//! Spoils texts, always in the same way for the same seed, and checks what a reader does with them.

mod check;

pub(crate) use check::check;

/// Pieces that matter to the grammar, put where they do not belong.
const PIECES: &[&str] = &[
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    "<<",
    ">>",
    ">>_v",
    "]_v",
    "/\\",
    "\\/",
    "==",
    "====",
    "----",
    "---- MODULE M ----",
    "\n",
    "\n\n",
    " ",
    "\t",
    "\r",
    "(*",
    "*)",
    "\\*",
    "\"",
    "\\",
    "!",
    "@",
    "'",
    "_",
    ",",
    ":",
    "::",
    "->",
    "<-",
    "|->",
    "IF",
    "THEN",
    "ELSE",
    "LET",
    "IN",
    "CASE",
    "OTHER",
    "[]",
    "CHOOSE",
    "\\A",
    "\\E",
    "\\in",
    "EXCEPT",
    "LAMBDA",
    "WF_",
    "SF_",
    "INSTANCE",
    "WITH",
    "THEOREM",
    "PROOF",
    "BY",
    "QED",
    "<1>1.",
    "<*>",
    "ASSUME",
    "PROVE",
    "LOCAL",
    "RECURSIVE",
    "CONSTANT",
    "VARIABLES",
    "\\b1",
    "\\h",
    "9999999999999999999999",
    "1.5",
    "..",
    "-.",
    "^+",
    "\\X",
    "é",
    "∧",
    "≜",
    "\u{feff}",
    "\0",
    "CONSTANTS",
    "INVARIANT",
    "SPECIFICATION",
    "SYMMETRY",
    "\\and",
    "!=",
    "&&",
    "#",
];

/// Longest text that mutations make, in bytes; repetition would grow it without end.
const LONGEST: usize = 200_000;

pub(crate) struct Mutator {
    state: u64,
}

impl Mutator {
    pub(crate) fn new(seed: u64) -> Self {
        // Xorshift never leaves zero.
        Self { state: seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1 }
    }

    /// A number below `limit`, which is not zero.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        (self.state >> 11) as usize % limit
    }

    /// A text with one to eight faults; `other` gives text to splice in.
    pub(crate) fn mutate(&mut self, text: &str, other: &str) -> String {
        let mut bytes = text.as_bytes().to_vec();
        for _ in 0..=self.below(8) {
            self.spoil(&mut bytes, other.as_bytes());
            bytes.truncate(LONGEST);
        }
        String::from_utf8_lossy(&bytes).into_owned()
    }

    fn spoil(&mut self, bytes: &mut Vec<u8>, other: &[u8]) {
        let (start, end) = self.token(bytes);
        let token = bytes[start..end].to_vec();
        match self.below(12) {
            0 => drop(bytes.drain(start..end)),
            1 => insert(bytes, start, &token),
            2 => {
                let (from, to) = self.token(bytes);
                let second = bytes[from..to].to_vec();
                if to <= start {
                    bytes.splice(start..end, second);
                    bytes.splice(from..to, token);
                }
            }
            3 | 4 => insert(bytes, start, PIECES[self.below(PIECES.len())].as_bytes()),
            5 => {
                let value = self.below(256) as u8;
                insert(bytes, start, &[value]);
            }
            6 => {
                if let Some(byte) = bytes.get_mut(start) {
                    *byte = self.below(256) as u8;
                }
            }
            7 => {
                let piece = PIECES[self.below(PIECES.len())].as_bytes();
                let count = 1 << self.below(12);
                insert(bytes, start, &piece.repeat(count));
            }
            8 => {
                let (from, _) = self.token(other);
                let length = self.below(400);
                insert(bytes, start, &other[from..(from + length).min(other.len())]);
            }
            9 => {
                let length = self.below(400);
                let stop = (start + length).min(bytes.len());
                bytes.drain(start..stop);
            }
            10 => self.shift_line(bytes, start),
            _ => {
                if self.below(4) == 0 {
                    bytes.truncate(start);
                }
            }
        }
    }

    /// Moves one line to the right or to the left: bulleted lists depend on columns.
    fn shift_line(&mut self, bytes: &mut Vec<u8>, at: usize) {
        let line = bytes[..at].iter().rposition(|&byte| byte == b'\n').map_or(0, |position| position + 1);
        if bytes.get(line) == Some(&b' ') && self.below(2) == 0 {
            bytes.remove(line);
        } else {
            insert(bytes, line, b"  ");
        }
    }

    /// Bounds of a word, a run of blanks, or a single other byte.
    fn token(&mut self, bytes: &[u8]) -> (usize, usize) {
        if bytes.is_empty() {
            return (0, 0);
        }
        let at = self.below(bytes.len());
        let class = |byte: u8| match byte {
            _ if byte.is_ascii_alphanumeric() || byte == b'_' => 0,
            b' ' | b'\n' => 1,
            _ => 2,
        };
        let same = |&byte: &u8| class(byte) == class(bytes[at]) && class(byte) != 2;
        let before = bytes[..at].iter().rev().take_while(|byte| same(byte)).count();
        let after = bytes[at + 1..].iter().take_while(|byte| same(byte)).count();
        (at - before, at + 1 + after)
    }
}

fn insert(bytes: &mut Vec<u8>, at: usize, piece: &[u8]) {
    bytes.splice(at..at, piece.iter().copied());
}

/// How many inputs to try: `ASSAY_FUZZ_ITERATIONS`, or a number that a test run can afford.
pub(crate) fn iterations() -> u64 {
    std::env::var("ASSAY_FUZZ_ITERATIONS").ok().and_then(|count| count.parse().ok()).unwrap_or(2_000)
}
