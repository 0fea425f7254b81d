//! What is wrong with a text, where, and what to do about it.

use crate::source::{SourceMap, Span};

/// A stable name for a kind of error; scripts and documentation refer to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Code {
    /// A character or a word that is not TLA+.
    Lexical,
    /// Text that does not follow the grammar.
    Syntax,
    /// Operators whose precedence ranges overlap, or that do not associate.
    Precedence,
    /// A name that nothing defines.
    UndefinedName,
    /// A name that is defined twice.
    DuplicateName,
    /// An operator with the wrong number or kind of arguments.
    Arity,
    /// An expression of a level that its place does not allow (a primed variable in an invariant).
    Level,
    /// A module that no source holds.
    MissingModule,
    /// Modules that extend each other in a circle.
    CyclicModules,
    /// An operator that uses itself without `RECURSIVE`.
    UndeclaredRecursion,
    /// A configuration file that does not follow its grammar.
    ConfigSyntax,
    /// A configuration that does not fit the module.
    Config,
    /// A constant without a value.
    UndefinedConstant,
    /// A limit of the reader: depth of nesting, size of a file.
    Limit,
    /// A construct that Assay does not handle.
    Unsupported,
    /// An expression that has no value where it is needed.
    Evaluation,
    /// An `Assert` of the specification that failed.
    Assertion,
    /// An `ASSUME` that is false.
    Assumption,
    /// A result that could be taken for more than it is.
    Caution,
    /// The machine gave out: memory, disk, threads.
    System,
}

impl Code {
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Lexical => "lexical",
            Self::Syntax => "syntax",
            Self::Precedence => "precedence",
            Self::UndefinedName => "undefined-name",
            Self::DuplicateName => "duplicate-name",
            Self::Arity => "arity",
            Self::Level => "level",
            Self::MissingModule => "missing-module",
            Self::CyclicModules => "cyclic-modules",
            Self::UndeclaredRecursion => "undeclared-recursion",
            Self::ConfigSyntax => "config-syntax",
            Self::Config => "config",
            Self::UndefinedConstant => "undefined-constant",
            Self::Limit => "limit",
            Self::Unsupported => "unsupported",
            Self::Evaluation => "evaluation",
            Self::Assertion => "assertion",
            Self::Assumption => "assumption",
            Self::Caution => "caution",
            Self::System => "system",
        }
    }
}

/// One thing that is wrong. `message` and `hint` are lower case, without a full stop.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    pub code: Code,
    pub message: String,
    pub span: Option<Span>,
    pub hint: Option<String>,
}

impl Diagnostic {
    #[must_use]
    pub fn new(code: Code, span: Span, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), span: Some(span), hint: None }
    }

    #[must_use]
    pub fn without_place(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), span: None, hint: None }
    }

    #[must_use]
    pub fn with_hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The message as people read it: place, source line, caret, hint.
    #[must_use]
    pub fn render(&self, sources: &SourceMap) -> String {
        self.render_as("error", sources)
    }

    /// The same for something that does not stop the work.
    #[must_use]
    pub fn render_warning(&self, sources: &SourceMap) -> String {
        self.render_as("warning", sources)
    }

    fn render_as(&self, kind: &str, sources: &SourceMap) -> String {
        let mut text = format!("{kind}[{}]: {}", self.code.as_str(), self.message);
        if let Some(span) = self.span {
            let at = sources.locate(span);
            let line = sources.get(span.source).line(at.line).replace('\t', " ");
            let number = at.line.to_string();
            let margin = " ".repeat(number.len());
            let before = " ".repeat(at.column as usize - 1);
            let width = if at.end_line == at.line { at.end_column + 1 - at.column.min(at.end_column) } else { 1 };
            let carets = "^".repeat(width.max(1) as usize);
            text += &format!("\n{margin}--> {at}\n{margin} |\n{number} | {line}\n{margin} | {before}{carets}");
        }
        if let Some(hint) = &self.hint {
            text += &format!("\n  hint: {hint}");
        }
        text
    }
}
