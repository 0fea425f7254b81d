//! Places and diagnostics for people.

use tla_check::model::EvaluationError;
use tla_syntax::diagnostic::{Code, Diagnostic};
use tla_syntax::source::{SourceId, SourceMap, Span};

use super::conclusion::ASSERTION;
use super::report::{Place, Shown};

pub(super) fn place(sources: &SourceMap, span: Span) -> Place {
    let at = sources.locate(span);
    Place {
        path: at.path.display().to_string(),
        line: at.line,
        column: at.column,
        end_line: at.end_line,
        end_column: at.end_column,
    }
}

pub(super) fn errors(sources: &SourceMap, diagnostics: &[Diagnostic]) -> Vec<Shown> {
    diagnostics.iter().map(|diagnostic| one(sources, diagnostic, diagnostic.render(sources))).collect()
}

pub(super) fn warnings(sources: &SourceMap, diagnostics: &[Diagnostic]) -> Vec<Shown> {
    diagnostics.iter().map(|diagnostic| one(sources, diagnostic, diagnostic.render_warning(sources))).collect()
}

fn one(sources: &SourceMap, diagnostic: &Diagnostic, rendered: String) -> Shown {
    let found = diagnostic.span.map(|span| (place(sources, span), sources.get(span.source)));
    let line = found.as_ref().map(|(place, source)| source.line(place.line).to_owned());
    Shown {
        code: diagnostic.code.as_str(),
        message: diagnostic.message.clone(),
        place: found.map(|(place, _)| place),
        line: line.unwrap_or_default(),
        hint: diagnostic.hint.clone(),
        rendered,
    }
}

pub(super) fn evaluation(error: &EvaluationError) -> Diagnostic {
    let code = if error.code == ASSERTION { Code::Assertion } else { Code::Evaluation };
    match error.place {
        Some((source, start, end)) => {
            Diagnostic::new(code, Span { source: SourceId(source), start, end }, error.message.as_str())
        }
        None => Diagnostic::without_place(code, error.message.as_str()),
    }
}
