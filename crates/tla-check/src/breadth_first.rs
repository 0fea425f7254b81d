//! Breadth-first exploration of a model's state graph, level by level, with one or several workers.
//!
//! With one worker every count is TLC's (`tlc2/tool/ModelChecker.java`, `Worker.java`): states are explored first in
//! first out, successors in order of generation. With several, states within a level are explored in any order; a
//! complete exploration gives the same counts, and a counterexample is as short as any.

mod beginning;
mod ending;
mod expansion;
mod persistence;
mod replay;
mod report;
mod search;
mod temporal;
mod watch;

use crate::error::CheckError;
use crate::model::{Flow, Model};
use crate::options::Options;
use crate::outcome::Outcome;
use crate::progress::Progress;
pub(crate) use ending::{Finding, Findings};
use search::Search;

/// Explores all states of `model` that are reachable within its constraints. `progress` is called from the calling
/// thread about every `options.progress_interval`; returning [`Flow::Stop`] ends the exploration.
///
/// # Errors
/// [`CheckError`] where files or threads fail. What fails in the model is an [`Outcome`].
pub fn explore<M: Model>(
    model: &M,
    options: &Options,
    progress: &mut dyn FnMut(&Progress) -> Flow,
) -> Result<Outcome, CheckError> {
    let mut search = Search::new(model, options)?;
    let explored_after = search.run(progress)?;
    let (temporal, duration) = search.check_temporal(explored_after, progress)?;
    search.report(duration, temporal)
}
