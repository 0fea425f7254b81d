//! UndirectedGraphs: an edge is the set of the one or two nodes that it joins.

use super::adjacency::Adjacency;
use super::arguments::Arguments;
use super::{Context, Table};
use crate::error::Result;
use crate::value::{SetBuilder, Value};

pub(super) const TABLE: Table =
    &[("SimplePath", 1, simple_paths), ("AreConnectedIn", 3, are_connected), ("ConnectedComponents", 1, components)];

fn read(named: &Arguments<'_>, index: usize) -> Result<Adjacency> {
    Adjacency::read(named, index, true, |edge| {
        let ends = edge.listed()?;
        Ok(match ends.len() {
            1 | 2 => Some((ends[0].clone(), ends[ends.len() - 1].clone())),
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

fn components(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let graph = read(&Arguments::new("ConnectedComponents", arguments), 0)?;
    let mut seen = vec![false; graph.nodes.len()];
    let mut components = SetBuilder::default();
    for start in 0..graph.nodes.len() {
        if seen[start] {
            continue;
        }
        let mut component = Vec::new();
        for (index, reached) in graph.reachable(start).into_iter().enumerate() {
            if reached {
                seen[index] = true;
                component.push(graph.nodes[index].clone());
            }
        }
        components.insert(Value::sorted_set(component))?;
    }
    components.finish()
}
