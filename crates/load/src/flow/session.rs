//! One user on its way through a flow: the values that it carries along, and what it makes of each answer. Knows neither
//! clock nor network, so that every transport can use it.

use std::sync::atomic::{AtomicU64, Ordering};

use super::answer::Answer;
use super::compiled::{CompiledFlows, CompiledStep};
use super::cookies::{self, Cookies};
use super::{Comparison, CookiePolicy, DataOrder, Expectation, Generated, Source, Variable};
use crate::plan::ThinkTime;
use crate::request::is_value;
use crate::selection::Selection;
use crate::statistics::Statistics;
use crate::target::Target;
use crate::trace_context::{self, TraceParent};

/// How many rows of each table were handed out, over all threads.
pub(crate) type RowCounters = Vec<AtomicU64>;

/// What the sessions of one thread share.
#[derive(Debug)]
pub(crate) struct Surroundings<'a> {
    pub(crate) flows: &'a CompiledFlows,
    pub(crate) target: &'a Target,
    pub(crate) rows: &'a RowCounters,
    /// Which flow is next, and all else that is random.
    pub(crate) random: Selection,
}

#[derive(Debug, Default)]
pub(crate) struct Session {
    flow: usize,
    step: usize,
    values: Vec<Vec<u8>>,
    cookies: Cookies,
    /// When the iteration was to begin.
    intended: u64,
}

/// What follows an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Next {
    /// The next step, after so many nanoseconds.
    Step(u64),
    /// The iteration is over.
    Done,
}

/// A value cannot be sent where the step wants it: in a header, with a line break.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unsendable;

impl Session {
    /// Begins an iteration. False where a table whose rows are used once has none left.
    pub(crate) fn begin(&mut self, around: &mut Surroundings<'_>, user: u64, iteration: u64, intended: u64) -> bool {
        let flows = &around.flows.flows;
        self.flow = around.random.choose();
        self.step = 0;
        self.intended = intended;
        if flows.cookies != CookiePolicy::User {
            self.cookies.clear();
        }
        self.values.resize_with(flows.variables.len(), Vec::new);
        for (data, next) in flows.data.iter().zip(around.rows) {
            let count = data.rows.len() as u64;
            let row = match data.order {
                DataOrder::Sequential => next.fetch_add(1, Ordering::Relaxed) % count,
                DataOrder::Random => around.random.below(count),
                DataOrder::Unique => next.fetch_add(1, Ordering::Relaxed),
            };
            let Some(row) = data.rows.get(row as usize) else { return false };
            for (variable, value) in data.columns.iter().zip(row) {
                self.set(*variable, value);
            }
        }
        for (variable, generated) in &flows.generated {
            let value = match generated {
                Generated::User => user.to_string(),
                Generated::Iteration => iteration.to_string(),
                Generated::Uuid => uuid(&mut around.random),
            };
            self.set(*variable, value.as_bytes());
        }
        true
    }

    /// The step that is under way or next.
    #[inline]
    pub(crate) fn step<'a>(&self, flows: &'a CompiledFlows) -> &'a CompiledStep {
        &flows.steps[self.flow][self.step]
    }

    /// Writes the request of the step as HTTP/1.1, in place of what `output` holds.
    pub(crate) fn write_http1(
        &self,
        around: &Surroundings<'_>,
        trace: Option<TraceParent>,
        output: &mut Vec<u8>,
    ) -> Result<(), Unsendable> {
        let step = &self.step(around.flows).step;
        let value_of = |variable: Variable| self.values[variable].as_slice();
        output.clear();
        output.extend_from_slice(step.method.as_bytes());
        output.push(b' ');
        let path = output.len();
        step.path.write(output, value_of);
        let path = path..output.len();
        output.extend_from_slice(b" HTTP/1.1\r\n");
        if !step.headers.iter().any(|(name, _)| name.eq_ignore_ascii_case("host")) {
            write_header(output, b"Host", |output| output.extend_from_slice(around.target.authority().as_bytes()));
        }
        if let Some(trace) = trace {
            let place = trace_context::write_place(output);
            trace_context::fill_place(output, place, trace);
        }
        for (name, value) in &step.headers {
            let begin = output.len() + name.len() + 2;
            write_header(output, name.as_bytes(), |output| value.write(output, value_of));
            if !is_value(&output[begin..output.len() - 2]) {
                return Err(Unsendable);
            }
        }
        let (mut cookies, mut body) = (Vec::new(), Vec::new());
        self.cookies.write(&mut cookies, &output[path]);
        if !cookies.is_empty() {
            write_header(output, b"Cookie", |output| output.extend_from_slice(&cookies));
        }
        step.body.write(&mut body, value_of);
        if !body.is_empty() || matches!(step.method.as_str(), "POST" | "PUT" | "PATCH") {
            write_header(output, b"Content-Length", |output| {
                output.extend_from_slice(body.len().to_string().as_bytes());
            });
        }
        output.extend_from_slice(b"\r\n");
        output.extend_from_slice(&body);
        Ok(())
    }

    /// Looks at a complete answer: checks, values, cookies; and goes on to the next step.
    pub(crate) fn answered(
        &mut self,
        around: &mut Surroundings<'_>,
        status: u16,
        answer: &Answer,
        statistics: &mut Statistics,
        now: u64,
    ) -> Next {
        let compiled = self.step(around.flows);
        let mut goes_on = true;
        for (check, counter) in compiled.step.checks.iter().zip(&compiled.checks) {
            let holds = self.holds(&check.expectation, status, answer, &mut around.random);
            statistics.checked(*counter, holds);
            goes_on &= holds || !check.ends_iteration;
        }
        for (taking, counter) in compiled.step.takings.iter().zip(&compiled.takings) {
            let found = found(&taking.from, answer, &mut around.random);
            if let Some(counter) = counter {
                statistics.checked(*counter, found.is_some());
            }
            match found.as_deref().or(taking.otherwise.as_deref()) {
                Some(value) => self.set(taking.variable, value),
                None => goes_on = false,
            }
        }
        if around.flows.flows.cookies != CookiePolicy::Ignored {
            answer.all(b"set-cookie").for_each(|header| self.cookies.keep(header, around.target.is_secure()));
        }
        if !goes_on {
            statistics.cut_short += 1;
            return Next::Done;
        }
        self.step += 1;
        if self.step < around.flows.steps[self.flow].len() {
            return Next::Step(pause(compiled.step.pause, &mut around.random));
        }
        statistics.iterations.record(now.saturating_sub(self.intended));
        Next::Done
    }

    fn holds(&self, expectation: &Expectation, status: u16, answer: &Answer, random: &mut Selection) -> bool {
        match expectation {
            Expectation::Status(ranges) => ranges.iter().any(|(from, to)| (*from..=*to).contains(&status)),
            Expectation::Header(name, comparison) => {
                let mut values = answer.all(name.as_bytes());
                values.any(|value| self.compares(comparison, value))
            }
            Expectation::Cookie(name, comparison) => {
                let mut set = answer.all(b"set-cookie").filter_map(cookies::pair);
                set.any(|(known, value)| known == name.as_bytes() && self.compares(comparison, value))
            }
            Expectation::Body(comparison) => self.compares(comparison, answer.body()),
            Expectation::Json(path, comparison) => {
                let value = answer.json().and_then(|json| path.find(json, &mut |limit| random.below(limit)));
                value.is_some_and(|value| self.compares(comparison, &text_of(value)))
            }
        }
    }

    fn compares(&self, comparison: &Comparison, value: &[u8]) -> bool {
        let written = |template: &super::Template| {
            let mut text = Vec::new();
            template.write(&mut text, |variable| self.values[variable].as_slice());
            text
        };
        match comparison {
            Comparison::Present => true,
            Comparison::Equals(template) => value == written(template),
            Comparison::Contains(template) => memchr::memmem::find(value, &written(template)).is_some(),
            Comparison::Matches(pattern) => pattern.regex().is_match(value),
        }
    }

    fn set(&mut self, variable: Variable, value: &[u8]) {
        self.values[variable].clear();
        self.values[variable].extend_from_slice(value);
    }
}

fn write_header(output: &mut Vec<u8>, name: &[u8], value: impl FnOnce(&mut Vec<u8>)) {
    output.extend_from_slice(name);
    output.extend_from_slice(b": ");
    value(output);
    output.extend_from_slice(b"\r\n");
}

fn found(from: &Source, answer: &Answer, random: &mut Selection) -> Option<Vec<u8>> {
    match from {
        Source::Header(name) => answer.all(name.as_bytes()).next().map(<[u8]>::to_vec),
        Source::Cookie(name) => {
            let mut set = answer.all(b"set-cookie").filter_map(cookies::pair);
            set.find(|(known, _)| *known == name.as_bytes()).map(|(_, value)| value.to_vec())
        }
        Source::Json(path) => {
            let value = path.find(answer.json()?, &mut |limit| random.below(limit))?;
            Some(text_of(value))
        }
        Source::Pattern(pattern) => {
            let groups = pattern.regex().captures(answer.body())?;
            groups.get(1).or_else(|| groups.get(0)).map(|group| group.as_bytes().to_vec())
        }
    }
}

/// A text as it is, anything else as JSON writes it.
fn text_of(value: &serde_json::Value) -> Vec<u8> {
    value.as_str().map_or_else(|| value.to_string().into_bytes(), |text| text.as_bytes().to_vec())
}

pub(crate) fn pause(think_time: ThinkTime, random: &mut Selection) -> u64 {
    match think_time {
        ThinkTime::None => 0,
        ThinkTime::Constant(time) => time.as_nanos() as u64,
        ThinkTime::Uniform(shortest, longest) => {
            let range = (longest - shortest).as_nanos() as u64;
            shortest.as_nanos() as u64 + random.below(range + 1)
        }
    }
}

fn uuid(random: &mut Selection) -> String {
    let mut half = || random.below(u64::MAX);
    let (high, low) = (half() & !0xf000 | 0x4000, half() & (u64::MAX >> 2) | 1 << 63);
    format!(
        "{:08x}-{:04x}-{:04x}-{:04x}-{:012x}",
        high >> 32,
        high >> 16 & 0xffff,
        high & 0xffff,
        low >> 48,
        low & 0xffff_ffff_ffff
    )
}
