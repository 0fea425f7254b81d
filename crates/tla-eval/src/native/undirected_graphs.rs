//! UndirectedGraphs: an edge is the set of the one or two nodes that it joins.

use super::adjacency::{Adjacency, Edges};
use super::arguments::Arguments;
use super::{Context, Table};
use crate::error::Result;
use crate::value::{SetBuilder, Value};

pub(super) const TABLE: Table = &[
    ("SimplePath", 1, |_, arguments| Edges::Undirected.simple_paths(arguments)),
    ("AreConnectedIn", 3, |_, arguments| Edges::Undirected.are_connected(arguments)),
    ("ConnectedComponents", 1, components),
];

fn components(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let graph = Adjacency::read(&Arguments::new("ConnectedComponents", arguments), 0, Edges::Undirected)?;
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
