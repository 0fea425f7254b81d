//! What is wrong with a text, and where.

use miette::Diagnostic;
use serde::{Deserialize, Serialize};

use crate::limits;

/// A file's text and the name that people know it by.
#[derive(Clone, Debug, Deserialize)]
pub struct Source {
    pub name: String,
    pub text: String,
}

/// Something that keeps a policy set from being loaded, or a warning about it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Problem {
    /// Lower case, without a full stop.
    pub message: String,
    /// The name of the source; empty where it is about no file.
    pub file: String,
    /// From 1; 0 where it is not known.
    pub line: usize,
    /// In characters, from 1; 0 where it is not known.
    pub column: usize,
    pub hint: Option<String>,
}

impl Problem {
    pub(crate) fn new(message: impl Into<String>, file: &str, hint: impl Into<String>) -> Self {
        Problem { message: message.into(), file: file.to_owned(), line: 0, column: 0, hint: Some(hint.into()) }
    }

    /// At the byte `offset` of `source`.
    pub(crate) fn at(message: impl Into<String>, source: &Source, offset: usize, hint: Option<String>) -> Self {
        let (line, column) = place(&source.text, offset);
        Problem { message: message.into(), file: source.name.clone(), line, column, hint }
    }

    /// From one of Cedar's errors; where it does not say where it is at `otherwise`, else at the name that it quotes.
    pub(crate) fn of(error: &dyn Diagnostic, source: &Source, otherwise: Option<usize>) -> Self {
        let message = innermost(error);
        let hint = error.help().map(|help| help.to_string());
        let found = label_of(error).or(otherwise).or_else(|| quoted_in(&message, &source.text));
        match found {
            Some(offset) => Problem::at(message, source, offset, hint),
            None => Problem { message, file: source.name.clone(), line: 0, column: 0, hint },
        }
    }

    pub(crate) fn too_large(what: &str, is: usize, limit: usize, file: &str) -> Self {
        Problem::new(format!("{what}: {is}, and the limit is {limit}"), file, "split it, or leave out what is not used")
    }
}

/// The message with what caused it, each part once.
fn innermost(error: &dyn Diagnostic) -> String {
    let mut message = error.to_string();
    let mut cause = error.source();
    for _ in 0..8 {
        let Some(inner) = cause else { break };
        let text = inner.to_string();
        if !message.contains(&text) {
            message = format!("{message}: {text}");
        }
        cause = inner.source();
    }
    message.replace('\n', " ")
}

fn label_of(error: &dyn Diagnostic) -> Option<usize> {
    let own = error.labels().and_then(|mut labels| labels.next()).map(|label| label.offset());
    own.or_else(|| error.related().and_then(|mut related| related.find_map(label_of)))
}

/// The first place of a name that the message quotes in backticks.
fn quoted_in(message: &str, text: &str) -> Option<usize> {
    message.split('`').skip(1).step_by(2).find_map(|name| {
        let last = name.rsplit("::").next().unwrap_or(name);
        [name, last].into_iter().filter(|name| !name.is_empty()).find_map(|name| text.find(name))
    })
}

/// Line and column of a byte, both from 1.
pub(crate) fn place(text: &str, offset: usize) -> (usize, usize) {
    let mut end = offset.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let before = &text[..end];
    let begins = before.rfind('\n').map_or(0, |newline| newline + 1);
    (before.matches('\n').count() + 1, before[begins..].chars().count() + 1)
}

/// Refuses text whose brackets are nested deeper than [`limits::BRACKET_DEPTH`], before any parser recurses into it.
pub(crate) fn check_brackets(source: &Source) -> Result<(), Problem> {
    let (mut depth, mut in_string, mut in_comment, mut escaped) = (0usize, false, false, false);
    let mut before = b' ';
    for (offset, &byte) in source.text.as_bytes().iter().enumerate() {
        if in_comment {
            in_comment = byte != b'\n';
        } else if in_string {
            in_string = escaped || byte != b'"';
            escaped = !escaped && byte == b'\\';
        } else {
            match byte {
                b'"' => in_string = true,
                b'/' if before == b'/' => in_comment = true,
                b'(' | b'[' | b'{' => depth += 1,
                b')' | b']' | b'}' => depth = depth.saturating_sub(1),
                _ => {}
            }
        }
        if depth > limits::BRACKET_DEPTH {
            let message = format!("brackets are nested deeper than {}", limits::BRACKET_DEPTH);
            let hint = "write it as several policies or types".to_owned();
            return Err(Problem::at(message, source, offset, Some(hint)));
        }
        before = byte;
    }
    Ok(())
}
