//! One check from beginning to end: load, test the assumptions, explore, look at what was found.

use std::sync::Arc;
use std::time::{Duration, Instant};

use tla_check::error::CheckError;
use tla_check::model::{EvaluationError, Model as _};
use tla_check::options::StopFlag;
use tla_check::outcome::{self, Limit};
use tla_eval::executable::{Executable, Sampler};
use tla_syntax::diagnostic::{Code, Diagnostic};
use tla_syntax::loader::BUILTIN_FOLDER;
use tla_syntax::source::SourceMap;

use super::cautions::Cautions;
use super::conclusion::{Conclusion, SPECIFICATION_PARSE, SYSTEM};
use super::detailing::Details;
use super::exploring::{Explored, Limits};
use super::facts::Facts;
use super::graph::{state_graph, StateGraph};
use super::loading::{self, Loaded};
use super::printed::Printed;
use super::profiling::{sampled, Naming};
use super::properties::Properties;
use super::replaying::Replaying;
use super::report::{Action, Expression, Report, Trace};
use super::request::{Checkpoint, Given, Mode, Request};
use super::shown;
use super::traces::Traces;
use super::watching::{evaluate, Observer};

/// Checks what `request` asks for. Whatever goes wrong is in the report.
pub(super) fn check(request: &Request, observer: &mut Observer<'_>) -> Report {
    let began = Instant::now();
    let mut sources = SourceMap::default();
    let mut report = Report::new(&request.specification);
    match loading::load(request, &mut sources) {
        Ok(loaded) => Check::new(request, &sources, &loaded, began).run(&mut report, observer),
        Err(unreadable) => {
            report.conclusion = unreadable.conclusion();
            report.diagnostics = shown::errors(&sources, &unreadable.diagnostics);
        }
    }
    report.seconds = began.elapsed().as_secs_f64();
    report
}

/// The report of a check that panicked: a mistake of ours.
pub(super) fn panicked(request: &Request, message: &str) -> Report {
    let mut report = Report::new(&request.specification);
    let message = format!("internal error: {message}");
    report.conclusion = Conclusion::failure(outcome::SYSTEM_FAILURE, message);
    report
}

struct Check<'a> {
    request: &'a Request,
    sources: &'a SourceMap,
    loaded: &'a Loaded,
    stop: StopFlag,
    facts: Arc<Facts>,
    printed: Printed,
    until: Option<Instant>,
}

/// A model that is ready to be explored, with what is known of its assumptions.
struct Prepared {
    executable: Executable,
    /// Where a profile is asked for.
    sampler: Option<Sampler>,
    assumptions: Result<Option<usize>, EvaluationError>,
}

/// What is found out by evaluating after the exploration.
struct Afterwards {
    traces: Vec<Trace>,
    violated: Option<String>,
    postcondition: Option<Result<bool, EvaluationError>>,
    graph: Option<StateGraph>,
    alias_failure: Option<EvaluationError>,
}

impl<'a> Check<'a> {
    fn new(request: &'a Request, sources: &'a SourceMap, loaded: &'a Loaded, began: Instant) -> Self {
        let seconds = request.max_seconds.and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
        Self {
            request,
            sources,
            loaded,
            stop: StopFlag::new(),
            facts: Facts::new(request, loaded.model.check_deadlock),
            printed: Printed::default(),
            until: seconds.and_then(|seconds| began.checked_add(seconds)),
        }
    }

    fn properties(&self) -> Properties<'_> {
        Properties { program: &self.loaded.program, model: &self.loaded.model, sources: self.sources }
    }

    fn run(&self, report: &mut Report, observer: &mut Observer<'_>) {
        report.bounds.constants = loading::constants(&self.loaded.program, &self.loaded.model);
        report.assumed.clone_from(&self.loaded.assumed);
        report.warnings = shown::warnings(self.sources, &self.loaded.warnings);
        if self.request.mode == Mode::Parse {
            report.conclusion = Conclusion::ok("the specification can be read");
            report.bounds.reason = "nothing was checked".to_owned();
            return;
        }
        if let Some(Err(error)) = self.request.checkpoint.as_ref().map(Checkpoint::prepare) {
            return self.check_failed(&error, report);
        }
        match evaluate(&self.stop, self.until, observer, || self.prepare()) {
            Ok(Ok(prepared)) => self.explore(prepared, report, observer),
            Ok(Err(diagnostic)) => {
                report.conclusion = Conclusion::failure(SPECIFICATION_PARSE, diagnostic.message.as_str());
                report.diagnostics = shown::errors(self.sources, &[*diagnostic]);
            }
            Err(error) => self.no_thread(report, &error),
        }
        report.printed = self.printed.take();
    }

    fn prepare(&self) -> Result<Prepared, Box<Diagnostic>> {
        let Loaded { program, model, .. } = self.loaded;
        let mut executable = Executable::new(program.clone(), model.clone(), self.request.seed)?;
        executable.set_stop_flag(self.stop.shared());
        executable.set_facts(self.facts.answers());
        executable.remember_at_most(self.request.remembered_at_most());
        if self.request.continue_after_violation {
            executable.expect_violations();
        }
        if self.request.coverage {
            executable.count_expressions()?;
        }
        let printed = self.printed.clone();
        executable.set_printer(Arc::new(move |line| printed.line(line)));
        let assumptions = executable.worker().false_assumption();
        let sampler = if self.request.profile { Some(executable.profile()?) } else { None };
        Ok(Prepared { executable, sampler, assumptions })
    }

    fn explore(&self, prepared: Prepared, report: &mut Report, observer: &mut Observer<'_>) {
        let properties = self.properties();
        let total = self.loaded.program.assumptions.len();
        let (decided, false_one) = match &prepared.assumptions {
            Ok(None) => (total, false),
            Ok(Some(index)) => (*index, true),
            Err(_) => (0, false),
        };
        report.properties = properties.assumptions(decided, false_one);
        if decided < total || prepared.assumptions.is_err() {
            report.properties.extend(properties.undecided(&prepared.executable));
            report.properties.extend(properties.postcondition(None));
            self.assumption_failed(&prepared.assumptions, report);
            return;
        }
        if let Some(given) = &self.request.replay {
            return self.replay(given, &prepared.executable, report, observer);
        }
        let limits = Limits {
            request: self.request,
            model: &self.loaded.model,
            sources: self.sources,
            stop: &self.stop,
            until: self.until,
        };
        let Prepared { executable, sampler, .. } = prepared;
        let mut explore = || {
            limits.explore(&executable, &mut |progress| {
                self.facts.progress(progress);
                observer(progress)
            })
        };
        let (outcome, seen) = match sampler.map(|sampler| sampled(sampler, &mut explore)) {
            None => (explore(), None),
            Some(Ok((outcome, seen))) => (outcome, Some(seen)),
            Some(Err(error)) => return self.no_thread(report, &error),
        };
        match outcome {
            Ok(outcome) => {
                report.profile = seen.map(|seen| self.naming(&executable).profile(&seen, &outcome));
                self.explored(&executable, &outcome, report, observer);
            }
            Err(error) => {
                report.properties.extend(properties.undecided(&executable));
                self.check_failed(&error, report);
            }
        }
    }

    fn naming<'e>(&'e self, executable: &'e Executable) -> Naming<'e> {
        let Loaded { program, model, .. } = self.loaded;
        Naming { program, model, sources: self.sources, executable }
    }

    fn replay(&self, given: &Given, executable: &Executable, report: &mut Report, observer: &mut Observer<'_>) {
        let replaying = Replaying { request: self.request, loaded: self.loaded, sources: self.sources, executable };
        report.properties.extend(self.properties().undecided(executable));
        match evaluate(&self.stop, self.until, observer, || replaying.run(given)) {
            Ok(Ok(replayed)) => {
                let violated = replaying.names(&replayed.violated);
                replayed.report(&violated, report);
            }
            Ok(Err(error)) => {
                report.conclusion = Conclusion::failure(error.code, error.message.as_str());
                report.diagnostics = shown::errors(self.sources, &[shown::evaluation(&error)]);
            }
            Err(error) => self.no_thread(report, &error),
        }
    }

    fn explored(&self, executable: &Executable, outcome: &Explored, report: &mut Report, observer: &mut Observer<'_>) {
        self.facts.outcome(outcome);
        self.figures(executable, outcome, report);
        let complete = outcome.verdict == outcome::Verdict::Complete;
        let afterwards = evaluate(&self.stop, self.until, observer, || self.look_back(executable, outcome, complete));
        let Afterwards { traces, violated, postcondition, graph, alias_failure } = match afterwards {
            Ok(afterwards) => afterwards,
            Err(error) => return self.no_thread(report, &error),
        };
        report.traces = traces;
        report.graph = graph;
        report.conclusion = Conclusion::of(executable, &outcome.verdict, violated.as_deref());
        let mut diagnostics = Vec::new();
        if let outcome::Verdict::Error(error) = &outcome.verdict {
            diagnostics.push(shown::evaluation(error));
        }
        let properties = self.properties();
        report.properties.extend(properties.explored(executable, outcome, self.request.continue_after_violation));
        match &postcondition {
            Some(Ok(false)) => report.conclusion = Conclusion::assumption("the postcondition is false"),
            Some(Err(error)) => {
                report.conclusion = Conclusion::failure(error.code, error.message.as_str());
                diagnostics.push(shown::evaluation(error));
            }
            _ => {}
        }
        let holds = postcondition.and_then(Result::ok);
        report.properties.extend(properties.postcondition(holds));
        report.diagnostics = shown::errors(self.sources, &diagnostics);
        let cautions = Cautions { program: &self.loaded.program, model: &self.loaded.model, executable };
        report.warnings.extend(shown::warnings(self.sources, &cautions.about(outcome)));
        if let Some(error) = alias_failure {
            report.warnings.extend(shown::warnings(self.sources, &[shown::evaluation(&error)]));
        }
        Self::bounds(outcome, executable.asked_to_end(), report);
    }

    fn look_back(&self, executable: &Executable, outcome: &Explored, complete: bool) -> Afterwards {
        let Loaded { program, model, .. } = self.loaded;
        let worker = executable.worker();
        let details = Details::new(self.request, program, self.sources, executable);
        let mut traces =
            Traces { program, model, sources: self.sources, executable, worker, alias_failure: None, details };
        let violated = match &outcome.verdict {
            outcome::Verdict::Violation { invariant } => traces.invariant_name(*invariant),
            outcome::Verdict::Liveness { property } => traces.formula_name(*property),
            _ => None,
        };
        let shown = traces.all(outcome);
        let postcondition = (complete && model.postcondition.is_some()).then(|| traces.worker.postcondition());
        // Where it cannot be evaluated to the end, the exploration has said so.
        let graph = self.request.graph_states.and_then(|most| state_graph(executable, most).ok());
        Afterwards { traces: shown, violated, postcondition, graph, alias_failure: traces.alias_failure }
    }

    fn figures(&self, executable: &Executable, outcome: &Explored, report: &mut Report) {
        report.counts = outcome.counts.clone();
        report.collision.clone_from(&outcome.collision);
        report.out_degree.clone_from(&outcome.out_degree);
        let counts = |index: usize| outcome.actions.get(index).copied().unwrap_or_default();
        let actions = executable.actions().iter().enumerate();
        report.actions = actions
            .map(|(index, action)| Action {
                name: action.name.clone(),
                place: shown::place(self.sources, action.span),
                generated: counts(index).generated,
                distinct: counts(index).distinct,
            })
            .collect();
        report.expressions = self.expressions(executable);
        report.violations = outcome.violations;
        report.exploration_seconds = outcome.duration.as_secs_f64();
        report.held_bytes = outcome.held_bytes;
        report.spilled_bytes = outcome.spilled_bytes;
    }

    /// Coverage of the user's modules, in the order of the text.
    fn expressions(&self, executable: &Executable) -> Vec<Expression> {
        let mut counted = executable.evaluations();
        counted.retain(|(span, _)| !self.sources.get(span.source).path.starts_with(BUILTIN_FOLDER));
        counted.sort_by_key(|(span, _)| *span);
        let expression = |(span, evaluations)| Expression {
            text: self.sources.text(span).lines().next().unwrap_or_default().to_owned(),
            place: shown::place(self.sources, span),
            evaluations,
        };
        counted.into_iter().map(expression).collect()
    }

    /// `asked_to_end`: the specification did.
    fn bounds(outcome: &Explored, asked_to_end: bool, report: &mut Report) {
        report.bounds.complete = outcome.complete;
        if !outcome.complete {
            report.bounds.reason = match &outcome.verdict {
                outcome::Verdict::Complete => "not every reachable state was explored".to_owned(),
                outcome::Verdict::LimitReached(Limit::Walks(walks)) => format!("{walks} random walks"),
                outcome::Verdict::LimitReached(limit) => format!("stopped at {limit}"),
                outcome::Verdict::Interrupted if asked_to_end => {
                    "the specification ended the check by TLCSet(\"exit\", TRUE)".to_owned()
                }
                outcome::Verdict::Interrupted => "interrupted".to_owned(),
                outcome::Verdict::Error(_) => "an expression could not be evaluated".to_owned(),
                outcome::Verdict::Violation { .. } | outcome::Verdict::Deadlock | outcome::Verdict::Liveness { .. } => {
                    "the check ends at the first violation".to_owned()
                }
            };
        }
    }

    fn assumption_failed(&self, assumptions: &Result<Option<usize>, EvaluationError>, report: &mut Report) {
        report.bounds.reason = "no state was explored".to_owned();
        let diagnostic = match assumptions {
            Err(_) if self.stop.is_requested() => {
                let late = self.until.is_some_and(|until| Instant::now() >= until);
                let duration = Duration::from_secs_f64(self.request.max_seconds.unwrap_or_default());
                report.conclusion =
                    if late { Conclusion::limit(Limit::Duration(duration)) } else { Conclusion::interrupted() };
                return;
            }
            Err(error) => {
                report.conclusion = Conclusion::failure(error.code, error.message.as_str());
                shown::evaluation(error)
            }
            Ok(index) => {
                let assumption = index.and_then(|index| self.loaded.program.assumptions.get(index));
                let name = assumption.and_then(|assumption| assumption.name.as_deref());
                let message =
                    name.map_or("an assumption is false".to_owned(), |name| format!("the assumption {name} is false"));
                report.conclusion = Conclusion::assumption(message.as_str());
                match assumption {
                    Some(assumption) => Diagnostic::new(Code::Assumption, assumption.span, message),
                    None => Diagnostic::without_place(Code::Assumption, message),
                }
            }
        };
        report.diagnostics = shown::errors(self.sources, &[diagnostic]);
    }

    fn check_failed(&self, error: &CheckError, report: &mut Report) {
        report.conclusion = Conclusion::failure(SYSTEM, error.to_string());
        let diagnostic = Diagnostic::without_place(Code::System, error.to_string());
        report.diagnostics = shown::errors(self.sources, &[diagnostic]);
    }

    fn no_thread(&self, report: &mut Report, error: &std::io::Error) {
        self.check_failed(&CheckError::Thread { source: std::io::Error::new(error.kind(), error.to_string()) }, report);
    }
}
