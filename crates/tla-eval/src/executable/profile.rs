//! Where the time of an exploration goes: seen by looking at the workers now and then.
//!
//! Looking from outside hardly disturbs what is looked at, and finds every shortcut that evaluation takes under the
//! expression that it stands for: each expression of the text writes down that it has begun and that it has ended, however
//! it is evaluated.

use std::cmp::Reverse;
use std::collections::HashMap;
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use tla_syntax::diagnostic::Diagnostic;
use tla_syntax::source::Span;

use super::entry_points::{EntryPoints, Reading};
use super::Executable;
use crate::compile::Node;
pub use crate::evaluate::Activity;
use crate::evaluate::{Places, Spot};

/// What workers need to be seen, and what is seen needs to be understood.
pub(super) struct Profile {
    pub(super) places: Arc<Places>,
    /// The expressions, each with the one around it.
    pub(super) nodes: Vec<Node>,
}

/// Looks at the workers of an [`Executable`], from any one thread.
pub struct Sampler {
    profile: Arc<Profile>,
    spent: HashMap<Spot, Spent>,
    looks: u64,
    /// A worker was seen.
    begun: bool,
}

#[derive(Clone, Copy, Default)]
struct Spent {
    time: Duration,
    samples: u64,
}

/// What was seen; times are those of all workers together.
#[derive(Clone, Debug, Default)]
pub struct Sampled {
    pub looks: u64,
    pub activities: Vec<ActivityTime>,
    /// By the expression's place, the costliest first.
    pub expressions: Vec<ExpressionTime>,
}

#[derive(Clone, Debug)]
pub struct ActivityTime {
    pub activity: Activity,
    pub time: Duration,
    pub samples: u64,
    /// The share of `time` in which some expression of it was evaluated.
    pub evaluating: Duration,
}

#[derive(Clone, Debug)]
pub struct ExpressionTime {
    pub span: Span,
    /// Without the expressions inside it.
    pub own: Duration,
    /// With them, and with the operators that it uses unless they are recursive.
    pub total: Duration,
    pub samples: u64,
    pub evaluations: u64,
    /// Of its own time, how much each activity needed; the one that needed most comes first.
    pub activities: Vec<(Activity, Duration)>,
}

impl Executable {
    /// Has all workers that are made after this write down where they are. Costs some time.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn profile(&mut self) -> Result<Sampler, Box<Diagnostic>> {
        let nodes = EntryPoints::compile(&self.program, &self.configuration, Reading::Profiled, &self.stop)?.nodes;
        let profile = Arc::new(Profile { places: Arc::default(), nodes });
        self.profile = Some(profile.clone());
        Ok(Sampler { profile, spent: HashMap::new(), looks: 0, begun: false })
    }
}

impl Sampler {
    /// Looks at each worker once. `elapsed` is the time since this was last called: where a worker is found is where it
    /// is taken to have been.
    pub fn look(&mut self, elapsed: Duration) {
        self.looks += 1;
        let mut workers = self.profile.places.workers.lock().unwrap_or_else(PoisonError::into_inner);
        let mut seen = Vec::with_capacity(workers.len());
        workers.retain(|place| {
            let spot = place.look();
            seen.extend(spot);
            spot.is_some()
        });
        drop(workers);
        self.begun |= !seen.is_empty();
        if seen.is_empty() && self.begun {
            seen.push(Spot::of(Activity::Afterwards));
        }
        for spot in seen {
            let spent = self.spent.entry(spot).or_default();
            spent.time += elapsed;
            spent.samples += 1;
        }
    }

    /// What was seen so far. To be called when the workers are gone: only then is it known how often they evaluated what.
    #[must_use]
    pub fn sampled(&self) -> Sampled {
        let mut activities: HashMap<Activity, ActivityTime> = HashMap::new();
        for (spot, spent) in &self.spent {
            let activity = spot.activity();
            let empty = ActivityTime { activity, time: Duration::ZERO, samples: 0, evaluating: Duration::ZERO };
            let known = activities.entry(activity).or_insert(empty);
            known.time += spent.time;
            known.samples += spent.samples;
            if spot.expression().is_some() {
                known.evaluating += spent.time;
            }
        }
        let mut activities: Vec<_> = activities.into_values().collect();
        activities.sort_by_key(|known| (Reverse(known.time), known.activity));
        Sampled { looks: self.looks, activities, expressions: self.expressions() }
    }

    fn expressions(&self) -> Vec<ExpressionTime> {
        let mut by_span: HashMap<Span, ExpressionTime> = HashMap::new();
        let evaluations = self.profile.places.evaluations.lock().unwrap_or_else(PoisonError::into_inner);
        for (node, evaluations) in self.profile.nodes.iter().zip(evaluations.iter()) {
            known(&mut by_span, node.span).evaluations += evaluations;
        }
        for (spot, spent) in &self.spent {
            let Some(node) = spot.expression().and_then(|index| self.profile.nodes.get(index)) else { continue };
            let own = known(&mut by_span, node.span);
            own.own += spent.time;
            own.samples += spent.samples;
            let activity = spot.activity();
            match own.activities.iter_mut().find(|(known, _)| *known == activity) {
                Some((_, time)) => *time += spent.time,
                None => own.activities.push((activity, spent.time)),
            }
            for span in self.around(node) {
                known(&mut by_span, span).total += spent.time;
            }
        }
        let mut expressions: Vec<_> = by_span.into_values().filter(|known| !known.total.is_zero()).collect();
        expressions
            .iter_mut()
            .for_each(|each| each.activities.sort_by_key(|(activity, time)| (Reverse(*time), *activity)));
        expressions.sort_by_key(|each| (Reverse(each.own), Reverse(each.total), each.span));
        expressions
    }

    /// The places of an expression and of those around it, each once: an operator that uses itself is around itself.
    fn around(&self, node: &Node) -> Vec<Span> {
        let mut spans = vec![node.span];
        let mut around = node.around;
        while let Some(outer) = around.and_then(|index| self.profile.nodes.get(index as usize)) {
            if !spans.contains(&outer.span) {
                spans.push(outer.span);
            }
            around = outer.around;
        }
        spans
    }
}

fn known(by_span: &mut HashMap<Span, ExpressionTime>, span: Span) -> &mut ExpressionTime {
    by_span.entry(span).or_insert_with(|| ExpressionTime {
        span,
        own: Duration::ZERO,
        total: Duration::ZERO,
        samples: 0,
        evaluations: 0,
        activities: Vec::new(),
    })
}
