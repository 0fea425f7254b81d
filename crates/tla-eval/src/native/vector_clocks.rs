//! VectorClocks: a log of several nodes put in an order that agrees with its clocks.

use super::arguments::Arguments;
use super::entries::Entries;
use super::{Context, Table};
use crate::error::{EvalError, Result};
use crate::value::Value;

pub(super) const TABLE: Table = &[("CausalOrder", 4, causal_order)];

struct Event {
    line: Value,
    /// What the event's node knows of each node, itself included.
    clock: Vec<(Value, i64)>,
    /// The event's place among those of its node.
    time: i64,
}

/// The events of one node, by time; those before `next` are in the result.
#[derive(Default)]
struct Log {
    events: Vec<Event>,
    next: usize,
}

fn causal_order(context: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let named = Arguments::new("CausalOrder", arguments);
    let lines = named.sequence(0)?;
    let mut nodes: Vec<Value> = Vec::new();
    let mut logs: Vec<Log> = Vec::new();
    for line in lines.iter() {
        let (node, event) = read(context, &named, line)?;
        let index = match find(&nodes, &node)? {
            Some(index) => index,
            None => {
                nodes.push(node);
                logs.push(Log::default());
                nodes.len() - 1
            }
        };
        logs[index].events.push(event);
    }
    for log in &mut logs {
        log.events.sort_by_key(|event| event.time);
    }
    merge(&nodes, &mut logs, lines.len()).map(Value::tuple)
}

fn read(context: &mut dyn Context, named: &Arguments<'_>, line: &Value) -> Result<(Value, Event)> {
    let of_line = std::slice::from_ref(line);
    let clock = context.call(named.value(1), of_line)?;
    let node = context.call(named.value(2), of_line)?;
    let known = context.call(named.value(3), std::slice::from_ref(&clock))?;
    let entries = Entries::of(&clock)?;
    let mut ticks = Vec::new();
    let mut time = 0;
    for other in known.elements()? {
        let tick = entries.get(&other)?.map_or(Ok(0), |tick| tick.as_int("each value of a vector clock"))?;
        if other.equals(&node)? {
            time = tick;
        }
        ticks.push((other, tick));
    }
    Ok((node, Event { line: line.clone(), clock: ticks, time }))
}

fn find(nodes: &[Value], node: &Value) -> Result<Option<usize>> {
    for (index, candidate) in nodes.iter().enumerate() {
        if candidate.equals(node)? {
            return Ok(Some(index));
        }
    }
    Ok(None)
}

/// Takes events whose clock knows of nothing that is still to come, in turn from each node.
fn merge(nodes: &[Value], logs: &mut [Log], total: usize) -> Result<Vec<Value>> {
    let mut ordered = Vec::with_capacity(total);
    while ordered.len() < total {
        let before = ordered.len();
        for index in 0..logs.len() {
            let Some(event) = logs[index].events.get(logs[index].next) else { continue };
            if is_ready(nodes, logs, index, event)? {
                ordered.push(event.line.clone());
                logs[index].next += 1;
            }
        }
        if ordered.len() == before {
            return Err(EvalError::undefined("the clocks of the log contradict each other: no event can come next"));
        }
    }
    Ok(ordered)
}

fn is_ready(nodes: &[Value], logs: &[Log], own: usize, event: &Event) -> Result<bool> {
    for (node, tick) in &event.clock {
        let Some(index) = find(nodes, node)? else { continue };
        let pending = logs[index].events.get(logs[index].next);
        if index != own && pending.is_some_and(|pending| pending.time <= *tick) {
            return Ok(false);
        }
    }
    Ok(true)
}
