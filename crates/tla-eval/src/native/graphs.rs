//! Graphs: directed ones, whose edges are pairs.

use super::adjacency::{Adjacency, Edges};
use super::arguments::Arguments;
use super::{Context, Table};
use crate::error::Result;
use crate::value::Value;

pub(super) const TABLE: Table = &[
    ("SimplePath", 1, |_, arguments| Edges::Directed.simple_paths(arguments)),
    ("AreConnectedIn", 3, |_, arguments| Edges::Directed.are_connected(arguments)),
    ("ConnectionsIn", 1, connections),
    ("IsStronglyConnected", 1, is_strongly_connected),
];

fn connections(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let graph = Adjacency::read(&Arguments::new("ConnectionsIn", arguments), 0, Edges::Directed)?;
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
    let graph = Adjacency::read(&Arguments::new("IsStronglyConnected", arguments), 0, Edges::Directed)?;
    let all = (0..graph.nodes.len()).all(|from| graph.reachable(from).into_iter().all(|reached| reached));
    Ok(Value::Bool(all))
}
