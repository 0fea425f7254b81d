//! Graphs as lists of neighbours.

use std::cmp::Ordering;

use super::arguments::Arguments;
use crate::error::Result;
use crate::value::{Block, SetBuilder, Symbol, Value};

/// The two nodes that an edge joins.
pub(super) type Ends = (Value, Value);

/// How edges are written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Edges {
    /// Pairs; each leads from the first node to the second.
    Directed,
    /// Sets of the one or two nodes that they join.
    Undirected,
}

impl Edges {
    /// The ends of an edge, `None` where it has not two.
    fn ends(self, edge: &Value) -> Result<Option<Ends>> {
        match self {
            Self::Directed => Ok(match edge {
                Value::Tuple(ends) if ends.len() == 2 => Some((ends[0].clone(), ends[1].clone())),
                _ => None,
            }),
            Self::Undirected => {
                let ends = edge.listed()?;
                let joined = matches!(ends.len(), 1 | 2);
                Ok(joined.then(|| (ends[0].clone(), ends[ends.len() - 1].clone())))
            }
        }
    }

    pub(super) fn simple_paths(self, arguments: &[Value]) -> Result<Value> {
        Adjacency::read(&Arguments::new("SimplePath", arguments), 0, self)?.simple_paths()
    }

    pub(super) fn are_connected(self, arguments: &[Value]) -> Result<Value> {
        let graph = Adjacency::read(&Arguments::new("AreConnectedIn", arguments), 2, self)?;
        graph.connects(&arguments[0], &arguments[1]).map(Value::Bool)
    }
}

pub(super) struct Adjacency {
    pub(super) nodes: Block<()>,
    /// For each node the indices of those that an edge leads to, rising.
    neighbours: Vec<Vec<usize>>,
}

impl Adjacency {
    /// Reads the graph at `index`. Edges whose ends are no nodes are left out.
    pub(super) fn read(named: &Arguments<'_>, index: usize, written: Edges) -> Result<Self> {
        let graph = named.value(index);
        let unfit = |_| named.unfit(index, "a graph [node |-> ..., edge |-> ...]", graph);
        let nodes = graph.field(Symbol::new("node")).map_err(unfit)?.listed()?;
        let edges = graph.field(Symbol::new("edge")).map_err(unfit)?.listed()?;
        let mut adjacency = Self { neighbours: vec![Vec::new(); nodes.len()], nodes };
        for edge in edges.iter() {
            let Some((from, to)) = written.ends(edge)? else {
                return Err(named.unfit(index, "a graph whose edges join two nodes", graph));
            };
            if let (Some(from), Some(to)) = (adjacency.index(&from)?, adjacency.index(&to)?) {
                adjacency.neighbours[from].push(to);
                if written == Edges::Undirected {
                    adjacency.neighbours[to].push(from);
                }
            }
        }
        for neighbours in &mut adjacency.neighbours {
            neighbours.sort_unstable();
            neighbours.dedup();
        }
        Ok(adjacency)
    }

    pub(super) fn index(&self, node: &Value) -> Result<Option<usize>> {
        let (mut low, mut high) = (0, self.nodes.len());
        while low < high {
            let middle = low + (high - low) / 2;
            match self.nodes[middle].compare(node)? {
                Ordering::Less => low = middle + 1,
                Ordering::Greater => high = middle,
                Ordering::Equal => return Ok(Some(middle)),
            }
        }
        Ok(None)
    }

    /// For each node whether a path leads to it; a path may have no edge.
    pub(super) fn reachable(&self, from: usize) -> Vec<bool> {
        let mut reached = vec![false; self.nodes.len()];
        let mut open = vec![from];
        reached[from] = true;
        while let Some(node) = open.pop() {
            for &next in &self.neighbours[node] {
                if !reached[next] {
                    reached[next] = true;
                    open.push(next);
                }
            }
        }
        reached
    }

    pub(super) fn connects(&self, from: &Value, to: &Value) -> Result<bool> {
        match (self.index(from)?, self.index(to)?) {
            (Some(from), Some(to)) => Ok(self.reachable(from)[to]),
            _ => Ok(false),
        }
    }

    /// All non-empty paths that visit no node twice, as sequences.
    pub(super) fn simple_paths(&self) -> Result<Value> {
        let mut paths = SetBuilder::default();
        for start in 0..self.nodes.len() {
            let mut path = vec![start];
            // For each node of the path, how many of its neighbours were tried.
            let mut tried = vec![0];
            self.keep(&path, &mut paths)?;
            while let Some(&last) = path.last() {
                let attempt = tried[path.len() - 1];
                let Some(&next) = self.neighbours[last].get(attempt) else {
                    path.pop();
                    tried.pop();
                    continue;
                };
                tried[path.len() - 1] += 1;
                if !path.contains(&next) {
                    path.push(next);
                    tried.push(0);
                    self.keep(&path, &mut paths)?;
                }
            }
        }
        paths.finish()
    }

    fn keep(&self, path: &[usize], paths: &mut SetBuilder) -> Result<()> {
        paths.insert(Value::tuple(path.iter().map(|&index| self.nodes[index].clone()).collect()))
    }
}
