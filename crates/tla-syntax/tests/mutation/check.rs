use std::panic::RefUnwindSafe;
use std::path::Path;
use std::time::{Duration, Instant};

use tla_syntax::diagnostic::Diagnostic;
use tla_syntax::limits;
use tla_syntax::source::{SourceId, SourceMap};

/// For one input of at most 200 kB, in a debug build on a busy machine.
const LONGEST_TIME: Duration = Duration::from_secs(5);

/// Reads a text, and shows what is wrong with it as a person would see it. `read` returns the errors, if any.
///
/// # Panics
/// If reading panics, takes too long, or gives errors that point nowhere; the text is kept in a file then.
pub(crate) fn check(
    iteration: u64,
    text: String,
    read: impl Fn(SourceId, &str) -> Option<Vec<Diagnostic>> + RefUnwindSafe,
) {
    let attempt = std::panic::catch_unwind(|| {
        let mut sources = SourceMap::default();
        let source = sources.add(Path::new("Spoilt.tla"), text.clone());
        let start = Instant::now();
        let errors = read(source, &text);
        assert!(errors.as_ref().is_none_or(|errors| !errors.is_empty()), "an error without a reason");
        let diagnostics = errors.unwrap_or_default();
        let time = start.elapsed();
        assert!(time < LONGEST_TIME, "took {time:?}");
        assert!(diagnostics.len() <= limits::ERRORS);
        for diagnostic in &diagnostics {
            let span = diagnostic.span.expect("every error has a place");
            assert!(span.start <= span.end && span.end as usize <= text.len(), "{diagnostic:?}");
            assert!(diagnostic.render(&sources).contains(&diagnostic.message));
        }
    });
    if attempt.is_err() {
        let file = std::env::temp_dir().join(format!("spoilt-{iteration}.tla"));
        let written = std::fs::write(&file, &text).is_ok();
        panic!("iteration {iteration} failed; input written to {}: {written}", file.display());
    }
}
