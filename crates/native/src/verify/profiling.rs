//! Where the time of an exploration goes: looks at the workers while they explore, and names what it saw.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use serde::Serialize;
use tla_eval::executable::{Activity, Executable, ExpressionTime, Sampled, Sampler};
use tla_syntax::config::Model;
use tla_syntax::loader::BUILTIN_FOLDER;
use tla_syntax::resolved::{DefinitionId, Program};
use tla_syntax::source::{SourceMap, Span};

use super::exploring::Explored;
use super::report::Place;
use super::shown::place;

/// Between two looks at the workers.
const INTERVAL: Duration = Duration::from_micros(500);
/// Expressions that are reported: the costliest.
const EXPRESSIONS: usize = 200;

#[derive(Debug, Serialize)]
pub(super) struct Profile {
    /// Of all workers together, and of what comes after the exploration.
    seconds: f64,
    /// How often the workers were looked at.
    looks: u64,
    activities: Vec<ActivityShare>,
    expressions: Vec<ExpressionShare>,
}

/// Of an action, an invariant, or something that is none of the specification's expressions.
#[derive(Debug, Serialize)]
struct ActivityShare {
    kind: &'static str,
    /// The action, invariant or constraint.
    name: Option<String>,
    place: Option<Place>,
    seconds: f64,
    samples: u64,
    /// Of these seconds, those in which no single expression was evaluated.
    between_seconds: f64,
    /// Of an action.
    generated: Option<u64>,
    distinct: Option<u64>,
}

#[derive(Debug, Serialize)]
struct ExpressionShare {
    text: String,
    place: Place,
    /// The definition whose text it is part of.
    operator: Option<String>,
    /// Without the expressions inside it that are in the list themselves.
    own_seconds: f64,
    total_seconds: f64,
    samples: u64,
    evaluations: u64,
    /// What it was mostly evaluated for.
    kind: Option<&'static str>,
    name: Option<String>,
}

/// Runs `explore` while the sampler looks at its workers.
///
/// # Errors
/// Where no thread can be started.
pub(super) fn sampled<T>(sampler: Sampler, explore: impl FnOnce() -> T) -> std::io::Result<(T, Sampled)> {
    let ended = AtomicBool::new(false);
    thread::scope(|scope| {
        let builder = thread::Builder::new().name("profile".into());
        let looking = builder.spawn_scoped(scope, || look(sampler, &ended))?;
        let ending = SetOnDrop(&ended);
        let explored = explore();
        drop(ending);
        let sampler = looking.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic));
        Ok((explored, sampler.sampled()))
    })
}

/// Also where the exploration panics: the scope waits for the thread that looks.
struct SetOnDrop<'a>(&'a AtomicBool);

impl Drop for SetOnDrop<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Relaxed);
    }
}

fn look(mut sampler: Sampler, ended: &AtomicBool) -> Sampler {
    let mut before = Instant::now();
    while !ended.load(Ordering::Relaxed) {
        thread::sleep(INTERVAL);
        let now = Instant::now();
        sampler.look(now - before);
        before = now;
    }
    sampler
}

/// Gives what was seen names and places.
pub(super) struct Naming<'a> {
    pub(super) program: &'a Program,
    pub(super) model: &'a Model,
    pub(super) sources: &'a SourceMap,
    pub(super) executable: &'a Executable,
}

impl Naming<'_> {
    pub(super) fn profile(&self, sampled: &Sampled, explored: &Explored) -> Profile {
        let seconds = sampled.activities.iter().map(|known| known.time).sum::<Duration>().as_secs_f64();
        let mut activities: Vec<ActivityShare> = Vec::new();
        for known in &sampled.activities {
            let mut share = self.activity(known.activity);
            share.seconds = known.time.as_secs_f64();
            share.samples = known.samples;
            share.between_seconds = known.time.saturating_sub(known.evaluating).as_secs_f64();
            activities.push(share);
        }
        self.add_unseen(sampled, &mut activities);
        for (index, share) in self.actions(&mut activities) {
            let counts = explored.actions.get(index).copied().unwrap_or_default();
            share.generated = Some(counts.generated);
            share.distinct = Some(counts.distinct);
        }
        let theirs = |known: &&ExpressionTime| !self.sources.get(known.span.source).path.starts_with(BUILTIN_FOLDER);
        let expressions = sampled.expressions.iter().filter(theirs).take(EXPRESSIONS);
        let expressions = expressions.map(|known| self.expression(known)).collect();
        Profile { seconds, looks: sampled.looks, activities, expressions }
    }

    /// Actions that were never met took no time worth mentioning, but belong into a table of all actions.
    fn add_unseen(&self, sampled: &Sampled, activities: &mut Vec<ActivityShare>) {
        for index in 0..self.executable.actions().len() {
            let action = Activity::Action(index as u32);
            if !sampled.activities.iter().any(|known| known.activity == action) {
                activities.push(self.activity(action));
            }
        }
    }

    /// The shares of actions, with the indices of those.
    fn actions<'s>(&self, activities: &'s mut [ActivityShare]) -> impl Iterator<Item = (usize, &'s mut ActivityShare)> {
        let actions = self.executable.actions();
        let places: Vec<(String, Place)> =
            actions.iter().map(|action| (action.name.clone(), place(self.sources, action.span))).collect();
        activities.iter_mut().filter(|share| share.kind == "action").filter_map(move |share| {
            let index = places.iter().position(|(name, at)| {
                Some(name) == share.name.as_ref()
                    && share.place.as_ref().is_some_and(|place| (place.line, place.column) == (at.line, at.column))
            })?;
            Some((index, share))
        })
    }

    fn activity(&self, activity: Activity) -> ActivityShare {
        let (kind, name, span) = self.named(activity);
        ActivityShare {
            kind,
            name,
            place: span.map(|span| place(self.sources, span)),
            seconds: 0.0,
            samples: 0,
            between_seconds: 0.0,
            generated: None,
            distinct: None,
        }
    }

    fn named(&self, activity: Activity) -> (&'static str, Option<String>, Option<Span>) {
        let defined = |id: Option<DefinitionId>| {
            let definition = id.map(|id| &self.program.definitions[id.index()]);
            (definition.map(|known| known.name.to_string()), definition.map(|known| known.body.span))
        };
        let of = |kind, id| {
            let (name, span) = defined(id);
            (kind, name, span)
        };
        match activity {
            Activity::Waiting => ("queue", None, None),
            Activity::Initial => ("initial", None, None),
            Activity::Choosing => ("guards", None, None),
            Activity::Action(index) => {
                let action = self.executable.actions().get(index as usize);
                ("action", action.map(|action| action.name.clone()), action.map(|action| action.span))
            }
            Activity::Constraint(index) => of("constraint", self.model.constraints.get(index as usize).copied()),
            Activity::ActionConstraint(index) => {
                of("action constraint", self.model.action_constraints.get(index as usize).copied())
            }
            Activity::Invariant(index) => {
                let kind = match self.executable.conjunct(index as usize) {
                    Some(_) => "property",
                    None => "invariant",
                };
                of(kind, self.executable.invariant(index as usize))
            }
            Activity::StepTests => ("steps of properties", None, None),
            Activity::StateTests => ("states of properties", None, None),
            Activity::View => of("view", self.model.view),
            Activity::Fingerprint if self.model.symmetry.is_some() => of("symmetry", self.model.symmetry),
            Activity::Fingerprint => ("fingerprints", None, None),
            Activity::Storing => ("storing", None, None),
            Activity::Afterwards if self.executable.temporal_properties().is_some() => ("graph", None, None),
            Activity::Afterwards => ("ending", None, None),
        }
    }

    fn expression(&self, known: &ExpressionTime) -> ExpressionShare {
        let mostly = known.activities.first().map(|(activity, _)| self.named(*activity));
        let (kind, name) = mostly.map_or((None, None), |(kind, name, _)| (Some(kind), name));
        ExpressionShare {
            text: self.first_line(known.span),
            place: place(self.sources, known.span),
            operator: self.operator(known.span),
            own_seconds: known.own.as_secs_f64(),
            total_seconds: known.total.as_secs_f64(),
            samples: known.samples,
            evaluations: known.evaluations,
            kind,
            name,
        }
    }

    /// A place begins after the parentheses that an expression begins with; without them its text would look broken.
    fn first_line(&self, span: Span) -> String {
        let text = self.sources.text(span);
        let line = text.lines().next().unwrap_or_default();
        let missing = text.matches(')').count().saturating_sub(text.matches('(').count());
        format!("{}{line}", "(".repeat(missing))
    }

    /// The innermost definition around a place.
    fn operator(&self, span: Span) -> Option<String> {
        let around = |body: Span| body.source == span.source && body.start <= span.start && span.end <= body.end;
        let definitions = self.program.definitions.iter().filter(|definition| around(definition.body.span));
        let innermost = definitions.min_by_key(|definition| definition.body.span.end - definition.body.span.start)?;
        Some(innermost.name.to_string())
    }
}
