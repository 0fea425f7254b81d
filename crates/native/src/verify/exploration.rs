//! A specification that is looked at state by state: what can happen next, what holds, what an expression is.

use serde::{Deserialize, Serialize};
use tla_check::model::EvaluationError;
use tla_check::options::StopFlag;
use tla_eval::error::EvalError;
use tla_eval::executable::{Executable, Explorer, Instance};
use tla_eval::value::{decode_all, Value};
use tla_syntax::diagnostic::{Code, Diagnostic};
use tla_syntax::source::SourceMap;

use super::explaining::{blocked_action, reason, BlockedAction, Reason};
use super::expressions::{evaluate as evaluate_all, Evaluated};
use super::loading::{self, Loaded, Unreadable};
use super::report::{Shown, Step};
use super::request::Request;
use super::shown::{self, place};
use super::shown_values::named;
use super::values::tagged;
use super::watching::{evaluate, Observer};

/// Successors of one state, and initial states, that are listed.
const CHOICES: usize = 1000;
/// States that are remembered.
const STATES: usize = 100_000;

/// What is asked.
#[derive(Debug, Deserialize)]
#[serde(tag = "ask", rename_all = "lowercase")]
pub(super) enum Question {
    /// The initial states.
    Initial,
    /// What can happen in a state, by its index.
    Successors { state: usize },
    /// Which invariants hold.
    Invariants { state: usize },
    /// Why no action can be taken.
    Blocked { state: usize },
    /// An expression of a state, or of the step to another one.
    Evaluate { state: usize, next: Option<usize>, expression: String },
}

/// What is answered: of these, that which the question is about; or why there is no answer.
#[derive(Debug, Default, Serialize)]
pub(super) struct Answer {
    choices: Vec<Choice>,
    /// There are more choices than are listed.
    more: bool,
    invariants: Vec<Invariant>,
    blocked: Vec<BlockedAction>,
    evaluated: Option<Evaluated>,
    diagnostics: Vec<Shown>,
    exit_code: i32,
}

#[derive(Debug, Serialize)]
struct Choice {
    /// The index by which further questions name the state.
    state: usize,
    action: Option<Step>,
    variables: Vec<(String, serde_json::Value)>,
}

#[derive(Debug, Serialize)]
struct Invariant {
    name: String,
    /// Nothing where it cannot be evaluated.
    holds: Option<bool>,
    /// Of one that does not hold.
    reason: Option<Reason>,
    error: Option<String>,
}

/// A loaded specification with the states that were seen.
pub(super) struct Exploration {
    request: Request,
    sources: SourceMap,
    loaded: Option<Loaded>,
    states: Vec<Vec<u8>>,
}

/// Why a question has no answer.
enum Unanswered {
    Evaluation(EvaluationError),
    Diagnostics(Vec<Diagnostic>, i32),
}

impl From<EvalError> for Unanswered {
    fn from(error: EvalError) -> Self {
        let place = error.places().first().map(|span| (span.source.0, span.start, span.end));
        Self::Evaluation(EvaluationError { code: 75, message: error.message().to_owned(), place })
    }
}

impl From<Box<Diagnostic>> for Unanswered {
    fn from(diagnostic: Box<Diagnostic>) -> Self {
        Self::Diagnostics(vec![*diagnostic], super::conclusion::SPECIFICATION_PARSE)
    }
}

impl Exploration {
    pub(super) fn new(request: Request) -> Self {
        Self { request, sources: SourceMap::default(), loaded: None, states: Vec::new() }
    }

    /// Answers a question; a specification that cannot be read is part of the answer. `observer` is asked now and then
    /// whether to go on.
    pub(super) fn answer(&mut self, question: &Question, observer: &mut Observer<'_>) -> Answer {
        match self.try_answer(question, observer) {
            Ok(answer) => answer,
            Err(Unanswered::Evaluation(error)) => Answer {
                diagnostics: shown::errors(&self.sources, &[shown::evaluation(&error)]),
                exit_code: error.code,
                ..Answer::default()
            },
            Err(Unanswered::Diagnostics(diagnostics, exit_code)) => {
                Answer { diagnostics: shown::errors(&self.sources, &diagnostics), exit_code, ..Answer::default() }
            }
        }
    }

    fn try_answer(&mut self, question: &Question, observer: &mut Observer<'_>) -> Result<Answer, Unanswered> {
        let expressions = match question {
            Question::Evaluate { expression, .. } => vec![expression.clone()],
            _ => Vec::new(),
        };
        // An expression is read in the scope of the module, which is read again with it.
        if self.loaded.is_none() || self.request.expressions != expressions {
            self.request.expressions = expressions;
            self.sources = SourceMap::default();
            self.loaded = None;
            self.loaded = Some(
                loading::load(&self.request, &mut self.sources)
                    .map_err(|Unreadable { exit_code, diagnostics }| Unanswered::Diagnostics(diagnostics, exit_code))?,
            );
        }
        let Some(loaded) = &self.loaded else { return Ok(Answer::default()) };
        let states = match question {
            Question::Initial => Vec::new(),
            Question::Successors { state } | Question::Invariants { state } | Question::Blocked { state } => {
                vec![self.state(*state)?]
            }
            Question::Evaluate { state, next, .. } => {
                let next = next.map(|next| self.state(next)).transpose()?;
                std::iter::once(self.state(*state)?).chain(next).collect()
            }
        };
        let stop = StopFlag::new();
        let looking = Looking { request: &self.request, loaded, sources: &self.sources, stop: &stop };
        let found = evaluate(&stop, None, observer, || looking.answer(question, &states));
        let (answer, found) = found.map_err(|error| {
            let error = Diagnostic::without_place(Code::Limit, format!("no thread can be started: {error}"));
            Unanswered::Diagnostics(vec![error], super::conclusion::SYSTEM)
        })??;
        self.remembered(answer, found)
    }

    fn state(&self, index: usize) -> Result<Vec<u8>, Unanswered> {
        self.states.get(index).cloned().ok_or_else(|| limit(format!("there is no state {index}")))
    }

    /// Gives the states that were found their indices.
    fn remembered(&mut self, mut answer: Answer, found: Vec<Vec<u8>>) -> Result<Answer, Unanswered> {
        if self.states.len() + found.len() > STATES {
            return Err(limit(format!("more than {STATES} states were looked at: begin anew")));
        }
        for (choice, state) in answer.choices.iter_mut().zip(found) {
            choice.state = self.states.len();
            self.states.push(state);
        }
        Ok(answer)
    }
}

fn limit(message: String) -> Unanswered {
    Unanswered::Diagnostics(vec![Diagnostic::without_place(Code::Limit, message)], super::conclusion::SYSTEM)
}

/// Answers one question, on the thread that evaluates.
struct Looking<'a> {
    request: &'a Request,
    loaded: &'a Loaded,
    sources: &'a SourceMap,
    stop: &'a StopFlag,
}

impl Looking<'_> {
    /// The answer, and the states of its choices.
    fn answer(&self, question: &Question, states: &[Vec<u8>]) -> Result<(Answer, Vec<Vec<u8>>), Unanswered> {
        let Loaded { program, model, .. } = self.loaded;
        let mut executable = Executable::new(program.clone(), model.clone(), self.request.seed)?;
        executable.set_stop_flag(self.stop.shared());
        let mut explorer = Explorer::new(&executable)?;
        let values: Vec<Vec<Value>> = states.iter().map(|state| decode_all(state).unwrap_or_default()).collect();
        let mut answer = Answer::default();
        let mut found = Vec::new();
        match question {
            Question::Initial => {
                let (initial, more) = explorer.initial_states(CHOICES)?;
                answer.more = more;
                for state in initial {
                    answer.choices.push(self.choice(&executable, None, &state));
                    found.push(encoded(&state));
                }
            }
            Question::Successors { .. } => {
                let (successors, more) = explorer.successors(&values[0], CHOICES)?;
                answer.more = more;
                for successor in successors {
                    answer.choices.push(self.choice(&executable, Some(&successor.instance), &successor.state));
                    found.push(encoded(&successor.state));
                }
            }
            Question::Invariants { .. } => {
                answer.invariants = self.invariants(&executable, &mut explorer, &values[0])?
            }
            Question::Blocked { .. } => {
                explorer.look_at(&values[0], None);
                let blocked = explorer.blocked()?;
                answer.blocked = blocked.iter().map(|action| blocked_action(self.sources, action)).collect();
            }
            Question::Evaluate { .. } => {
                let next = values.get(1).map(Vec::as_slice);
                let texts = &self.request.expressions;
                answer.evaluated = evaluate_all(&mut explorer, program, texts, &values[0], next).pop();
            }
        }
        Ok((answer, found))
    }

    fn choice(&self, executable: &Executable, instance: Option<&Instance>, state: &[Value]) -> Choice {
        let step = |instance: &Instance| Step {
            name: instance.name.clone(),
            place: place(self.sources, instance.span),
            parameters: named(&instance.parameters),
            bound: instance.bound,
        };
        let names = executable.variables().iter();
        let variables = names.zip(state).map(|(name, value)| (name.to_string(), tagged(value))).collect();
        Choice { state: 0, action: instance.map(step), variables }
    }

    fn invariants(
        &self,
        executable: &Executable,
        explorer: &mut Explorer<'_>,
        state: &[Value],
    ) -> Result<Vec<Invariant>, Unanswered> {
        explorer.look_at(state, None);
        let mut invariants = Vec::new();
        let mut index = 0;
        while let Some(id) = executable.invariant(index) {
            let name = self.loaded.program.definitions[id.index()].name.to_string();
            let mut known = Invariant { name, holds: None, reason: None, error: None };
            let holds = explorer.invariant_holds(index);
            if let Ok(Some(false)) = holds {
                known.reason = explorer.why_invariant(index)?.map(|finding| reason(self.sources, &finding));
            }
            match holds {
                Ok(holds) => known.holds = holds,
                Err(error) => known.error = Some(error.message().to_owned()),
            }
            // Others are properties of steps.
            if known.holds.is_some() || known.error.is_some() {
                invariants.push(known);
            }
            index += 1;
        }
        Ok(invariants)
    }
}

fn encoded(state: &[Value]) -> Vec<u8> {
    let mut bytes = Vec::new();
    state.iter().for_each(|value| value.encode(&mut bytes));
    bytes
}
