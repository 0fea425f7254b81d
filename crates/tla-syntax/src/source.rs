//! Source texts, and places in them.

use std::path::{Path, PathBuf};

/// Index of a source text in its [`SourceMap`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SourceId(pub u32);

/// A half-open range of bytes in one source text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Span {
    pub source: SourceId,
    pub start: u32,
    pub end: u32,
}

impl Span {
    #[must_use]
    pub fn new(source: SourceId, start: usize, end: usize) -> Self {
        let clamp = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        Self { source, start: clamp(start), end: clamp(end) }
    }

    /// The smallest span that covers both; both lie in the same source.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        Self { source: self.source, start: self.start.min(other.start), end: self.end.max(other.end) }
    }
}

/// One source text: a module, a configuration file, or an expression from the command line.
#[derive(Debug)]
pub struct Source {
    /// The file it came from; `<builtin>/Naturals.tla` for modules that ship with Assay.
    pub path: PathBuf,
    pub text: String,
    line_starts: Vec<u32>,
}

/// A place for people: lines and columns count from 1, columns in characters; the end is inclusive.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Location {
    pub path: PathBuf,
    pub line: u32,
    pub column: u32,
    pub end_line: u32,
    pub end_column: u32,
}

impl std::fmt::Display for Location {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}:{}:{}", self.path.display(), self.line, self.column)
    }
}

/// Every text that was read, so that any span can be shown to a person.
#[derive(Debug, Default)]
pub struct SourceMap {
    sources: Vec<Source>,
}

impl SourceMap {
    pub fn add(&mut self, path: &Path, text: String) -> SourceId {
        let mut line_starts = vec![0];
        let breaks = text.bytes().enumerate().filter(|&(_, byte)| byte == b'\n');
        line_starts.extend(breaks.map(|(offset, _)| offset as u32 + 1));
        self.sources.push(Source { path: path.to_owned(), text, line_starts });
        SourceId(self.sources.len() as u32 - 1)
    }

    #[must_use]
    pub fn get(&self, id: SourceId) -> &Source {
        &self.sources[id.0 as usize]
    }

    /// All of them, in the order in which they were read.
    #[must_use]
    pub fn all(&self) -> &[Source] {
        &self.sources
    }

    #[must_use]
    pub fn text(&self, span: Span) -> &str {
        self.get(span.source).text.get(span.start as usize..span.end as usize).unwrap_or("")
    }

    #[must_use]
    pub fn locate(&self, span: Span) -> Location {
        let source = self.get(span.source);
        let (line, column) = source.line_and_column(span.start);
        let (end_line, end_column) = source.line_and_column(span.end.max(span.start + 1) - 1);
        Location { path: source.path.clone(), line, column, end_line, end_column }
    }
}

impl Source {
    /// Line and column of a byte offset, both from 1.
    #[must_use]
    pub fn line_and_column(&self, offset: u32) -> (u32, u32) {
        let line = self.line_starts.partition_point(|&start| start <= offset);
        let start = self.line_starts[line - 1] as usize;
        let end = (offset as usize).min(self.text.len());
        let before = self.text.as_bytes().get(start..end).unwrap_or(&[]);
        // A character is counted at its first byte: continuation bytes look like 0b10xxxxxx.
        let column = before.iter().filter(|&&byte| byte & 0xC0 != 0x80).count();
        (line as u32, column as u32 + 1)
    }

    /// The text of a line (from 1), without its line break.
    #[must_use]
    pub fn line(&self, line: u32) -> &str {
        let start = self.line_starts[line as usize - 1] as usize;
        let end = self.line_starts.get(line as usize).map_or(self.text.len(), |&next| next as usize);
        self.text[start..end].trim_end_matches(['\n', '\r'])
    }
}
