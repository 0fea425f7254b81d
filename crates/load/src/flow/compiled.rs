//! Flows that were found to make sense, with what all sessions need to know of them.

use super::{Data, Escape, Expectation, Flow, Flows, Piece, Source, Step, Template};
use crate::error::LoadError;
use crate::request::{fault_of_header, is_token};
use crate::trace_context;

const MOST_FLOWS: usize = 100;
const MOST_STEPS: usize = 200;
const MOST_VARIABLES: usize = 1000;
const MOST_CHECKS: usize = 1000;

/// A step, with its places among endpoints and checks.
#[derive(Debug, Clone)]
pub(crate) struct CompiledStep {
    pub(crate) step: Step,
    pub(crate) endpoint: usize,
    /// The counters of its checks.
    pub(crate) checks: Vec<usize>,
    /// The counters of its takings, where what is not there ends the iteration.
    pub(crate) takings: Vec<Option<usize>>,
    pub(crate) keeps_fields: bool,
    pub(crate) keeps_body: bool,
    pub(crate) expects_body: bool,
    /// It says itself which trace it belongs to.
    pub(crate) has_trace: bool,
}

#[derive(Debug, Clone)]
pub(crate) struct CompiledFlows {
    pub(crate) flows: Flows,
    /// By flow.
    pub(crate) steps: Vec<Vec<CompiledStep>>,
    pub(crate) endpoints: Vec<String>,
    pub(crate) checks: Vec<String>,
}

impl CompiledFlows {
    /// Checks flows. An error names the step at fault.
    pub(crate) fn new(flows: Flows) -> Result<Self, LoadError> {
        limited("flows", flows.flows.len(), MOST_FLOWS)?;
        limited("variables", flows.variables.len(), MOST_VARIABLES)?;
        if flows.flows.is_empty() {
            return Err(LoadError::Setting { name: "flows", reason: "at least 1 is needed".to_owned() });
        }
        flows.data.iter().try_for_each(|data| check_data(data, flows.variables.len()))?;
        let mut compiled = Self { steps: Vec::new(), endpoints: Vec::new(), checks: Vec::new(), flows };
        for index in 0..compiled.flows.flows.len() {
            let flow = compiled.flows.flows[index].clone();
            let steps = compiled.steps_of(&flow)?;
            compiled.steps.push(steps);
        }
        limited("endpoints", compiled.endpoints.len(), MOST_STEPS)?;
        limited("checks", compiled.checks.len(), MOST_CHECKS)?;
        Ok(compiled)
    }

    fn steps_of(&mut self, flow: &Flow) -> Result<Vec<CompiledStep>, LoadError> {
        limited("steps", flow.steps.len(), MOST_STEPS)?;
        if flow.weight == 0 || flow.steps.is_empty() {
            let reason = if flow.weight == 0 { "its weight is 0; leave it out instead" } else { "it has no step" };
            return Err(LoadError::Request { name: flow.name.clone(), reason: reason.to_owned() });
        }
        let mut known = vec![false; self.flows.variables.len()];
        let given = self.flows.data.iter().flat_map(|data| &data.columns);
        for variable in given.chain(self.flows.generated.iter().map(|(variable, _)| variable)) {
            *known.get_mut(*variable).ok_or_else(|| unknown_variable(&flow.name))? = true;
        }
        flow.steps.iter().map(|step| self.step(step, &mut known)).collect()
    }

    fn step(&mut self, step: &Step, known: &mut [bool]) -> Result<CompiledStep, LoadError> {
        check_step(step)?;
        let given = |templates: &mut dyn Iterator<Item = &Template>, known: &[bool]| {
            let mut missing = templates.flat_map(Template::variables);
            match missing.find(|variable| !known.get(*variable).is_some_and(|known| *known)) {
                Some(variable) => {
                    let name = self.flows.variables.get(variable).map_or("", String::as_str);
                    Err(refused(step, format!("it uses the value {name:?}, which nothing before it gives")))
                }
                None => Ok(()),
            }
        };
        given(&mut sent(step), known)?;
        let mut checked = step.checks.iter().filter_map(|check| check.expectation.template());
        given(&mut checked, known)?;
        for taking in &step.takings {
            *known.get_mut(taking.variable).ok_or_else(|| unknown_variable(&step.name))? = true;
        }
        let checks = step.checks.iter().map(|check| index_of(&mut self.checks, &check.name)).collect();
        let takings = step.takings.iter().map(|taking| {
            let name = || format!("{}: {} is there", step.name, self.flows.variables[taking.variable]);
            taking.otherwise.is_none().then(|| index_of(&mut self.checks, &name()))
        });
        Ok(CompiledStep {
            takings: takings.collect(),
            checks,
            endpoint: index_of(&mut self.endpoints, &step.name),
            keeps_fields: self.flows.cookies != super::CookiePolicy::Ignored || needs_fields(step),
            keeps_body: needs_body(step),
            expects_body: !step.method.eq_ignore_ascii_case("HEAD"),
            has_trace: step.headers.iter().any(|(name, _)| trace_context::is_header(name)),
            step: step.clone(),
        })
    }
}

impl Expectation {
    fn template(&self) -> Option<&Template> {
        let (Self::Header(_, comparison)
        | Self::Cookie(_, comparison)
        | Self::Body(comparison)
        | Self::Json(_, comparison)) = self
        else {
            return None;
        };
        match comparison {
            super::Comparison::Equals(template) | super::Comparison::Contains(template) => Some(template),
            super::Comparison::Present | super::Comparison::Matches(_) => None,
        }
    }
}

fn sent(step: &Step) -> impl Iterator<Item = &Template> {
    [&step.path, &step.body].into_iter().chain(step.headers.iter().map(|(_, value)| value))
}

fn needs_fields(step: &Step) -> bool {
    let taken = step.takings.iter().any(|taking| matches!(taking.from, Source::Header(_) | Source::Cookie(_)));
    taken
        || step
            .checks
            .iter()
            .any(|check| matches!(check.expectation, Expectation::Header(..) | Expectation::Cookie(..)))
}

fn needs_body(step: &Step) -> bool {
    let taken = step.takings.iter().any(|taking| matches!(taking.from, Source::Json(_) | Source::Pattern(_)));
    taken || step.checks.iter().any(|check| matches!(check.expectation, Expectation::Body(_) | Expectation::Json(..)))
}

/// As `Request::serialised` does, for what stands in the text; what values bring is looked at when it is sent.
fn check_step(step: &Step) -> Result<(), LoadError> {
    if !is_token(&step.method) || step.method.eq_ignore_ascii_case("CONNECT") {
        return Err(refused(step, format!("{:?} is no method that can be sent", step.method)));
    }
    let texts = || {
        step.path.pieces.iter().filter_map(|piece| match piece {
            Piece::Text(text) => Some(text),
            Piece::Value(_) | Piece::Raw(_) => None,
        })
    };
    let begins = matches!(step.path.pieces.first(), Some(Piece::Text(text)) if text.starts_with(b"/"));
    let raw = step.path.pieces.iter().any(|piece| matches!(piece, Piece::Raw(_)));
    let encoded = step.path.escape == Escape::Percent && !raw || step.path.variables().next().is_none();
    if !begins || !encoded || !texts().flatten().all(u8::is_ascii_graphic) {
        let reason = "a path begins with / and holds no spaces or non-ASCII characters; encode them";
        return Err(refused(step, reason.to_owned()));
    }
    for (name, value) in &step.headers {
        let mut text = Vec::new();
        value.write(&mut text, |_| b"");
        if let Some(reason) = fault_of_header(name, &text) {
            return Err(refused(step, format!("header {name:?} {reason}")));
        }
    }
    Ok(())
}

fn check_data(data: &Data, variables: usize) -> Result<(), LoadError> {
    let refused = |reason: &str| Err(LoadError::Request { name: data.name.clone(), reason: reason.to_owned() });
    if data.rows.is_empty() {
        return refused("it has no rows");
    }
    if data.columns.iter().any(|column| *column >= variables) {
        return refused("a column gives its values to no variable");
    }
    if data.rows.iter().any(|row| row.len() != data.columns.len()) {
        return refused("a row has more or fewer values than there are columns");
    }
    Ok(())
}

fn refused(step: &Step, reason: String) -> LoadError {
    LoadError::Request { name: step.name.clone(), reason }
}

fn unknown_variable(name: &str) -> LoadError {
    LoadError::Request { name: name.to_owned(), reason: "it names a variable that there is not".to_owned() }
}

fn limited(what: &'static str, value: usize, limit: usize) -> Result<(), LoadError> {
    if value > limit {
        return Err(LoadError::Limit { what, value: value as u64, limit: limit as u64 });
    }
    Ok(())
}

fn index_of(names: &mut Vec<String>, name: &str) -> usize {
    names.iter().position(|known| known == name).unwrap_or_else(|| {
        names.push(name.to_owned());
        names.len() - 1
    })
}
