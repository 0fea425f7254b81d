//! Graphs: directed ones, whose edges are pairs.

use super::adjacency::Adjacency;
use super::arguments::Arguments;
use super::{Context, Table};
use crate::error::Result;
use crate::value::Value;

pub(super) const TABLE: Table = &[
    ("SimplePath", 1, simple_paths),
    ("AreConnectedIn", 3, are_connected),
    ("ConnectionsIn", 1, connections),
    ("IsStronglyConnected", 1, is_strongly_connected),
];

fn read(named: &Arguments<'_>, index: usize) -> Result<Adjacency> {
    Adjacency::read(named, index, false, |edge| {
        Ok(match edge {
            Value::Tuple(ends) if ends.len() == 2 => Some((ends[0].clone(), ends[1].clone())),
            _ => None,
        })
    })
}

fn simple_paths(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    read(&Arguments::new("SimplePath", arguments), 0)?.simple_paths()
}

fn are_connected(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let graph = read(&Arguments::new("AreConnectedIn", arguments), 2)?;
    graph.connects(&arguments[0], &arguments[1]).map(Value::Bool)
}

fn connections(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let graph = read(&Arguments::new("ConnectionsIn", arguments), 0)?;
    let (mut pairs, mut connected) = (Vec::new(), Vec::new());
    for (index, from) in graph.nodes.iter().enumerate() {
        for (to, reached) in graph.nodes.iter().zip(graph.reachable(index)) {
            pairs.push(Value::tuple(vec![from.clone(), to.clone()]));
            connected.push(Value::Bool(reached));
        }
    }
    Value::function(&Value::sorted_set(pairs), connected)
}

fn is_strongly_connected(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let graph = read(&Arguments::new("IsStronglyConnected", arguments), 0)?;
    let all = (0..graph.nodes.len()).all(|from| graph.reachable(from).into_iter().all(|reached| reached));
    Ok(Value::Bool(all))
}
