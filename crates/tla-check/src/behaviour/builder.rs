//! Makes the graph of what recorders have written.

use std::collections::HashMap;

use super::graph::{enabled_atom, Class, Graph, SourceNode};
use super::interner::Interner;
use super::nodes::{NodeTable, Nodes};
use super::record::{read_block, Record, Source};
use super::recorder::Recorder;
use super::steps::Steps;
use crate::ancestry::{Log, Sequence};
use crate::error::CheckError;
use crate::temporal::{Atoms, Enabled, Temporal};

const CACHED_CLASSES: usize = 1 << 12;

/// A graph and the most bytes that making it took.
pub(crate) struct Built {
    pub(crate) graph: Graph,
    pub(crate) peak_bytes: u64,
}

/// The graph of a complete exploration. `None` if `stopped` said so in the middle.
///
/// # Errors
/// Where files cannot be read, or do not hold together.
pub(crate) fn build(
    temporal: &Temporal,
    ancestry: &[&Log],
    recorders: &[&Recorder],
    stopped: &(dyn Fn() -> bool + Sync),
) -> Result<Option<Built>, CheckError> {
    let nodes = Nodes::new(ancestry)?;
    let mut initial = Vec::new();
    let table = NodeTable::new(ancestry, nodes.count(), &mut initial)?;
    let mut builder = Builder::new(temporal, nodes, table, initial);
    let mut parts = Parts::default();
    for recorder in recorders {
        let mut reader = Reader { state_sets: Vec::new(), step_sets: Vec::new(), source: Source::default() };
        let mut halted = false;
        let whole = recorder.log.for_each_block(|block| {
            halted = stopped();
            !halted && read_block(block, |record| reader.read(record, &mut builder, &mut parts).is_some())
        })?;
        if halted {
            return Ok(None);
        }
        if !whole {
            return Err(inconsistent());
        }
    }
    parts.give(&mut builder).ok_or_else(inconsistent)?;
    if builder.sources != builder.graph.node_count() {
        return Err(inconsistent());
    }
    let peak_bytes = builder.table.bytes() + builder.graph.bytes();
    builder.graph.state_sets = builder.state_sets.into_sets();
    builder.graph.step_sets = builder.step_sets.into_sets();
    builder.graph.steps.shrink();
    Ok(Some(Built { graph: builder.graph, peak_bytes }))
}

fn inconsistent() -> CheckError {
    CheckError::Inconsistent("the logs of steps do not fit the states that were found".into())
}

struct Builder<'temporal> {
    temporal: &'temporal Temporal,
    /// Whether some fairness condition is enabled by steps.
    by_steps: bool,
    table: NodeTable,
    graph: Graph,
    /// Sets of the model's atoms of states.
    plain_sets: Interner,
    /// The same with atoms for fairness conditions.
    state_sets: Interner,
    step_sets: Interner,
    /// By set of step atoms, the atoms of fairness conditions that a step of it makes true of the state it leaves.
    makes_enabled: Vec<Atoms>,
    enabled: Atoms,
    classes: HashMap<Class, u32>,
    /// By a hash of the class.
    recent: Vec<(Class, u32)>,
    sources: u32,
}

impl<'temporal> Builder<'temporal> {
    fn new(temporal: &'temporal Temporal, nodes: Nodes, table: NodeTable, initial: Vec<u32>) -> Self {
        let count = nodes.count() as usize;
        let graph = Graph {
            steps: Steps::new(nodes.count()),
            nodes,
            initial,
            sources: vec![SourceNode::default(); count],
            class_table: Vec::new(),
            state_sets: Vec::new(),
            step_sets: Vec::new(),
        };
        let nothing = Class { state: u32::MAX, step: u32::MAX };
        let mut builder = Self {
            temporal,
            by_steps: temporal.fairness.iter().any(|fairness| fairness.enabled == Enabled::BySteps),
            table,
            graph,
            plain_sets: Interner::default(),
            state_sets: Interner::default(),
            step_sets: Interner::default(),
            makes_enabled: Vec::new(),
            enabled: Atoms::default(),
            classes: HashMap::new(),
            recent: vec![(nothing, 0); CACHED_CLASSES],
            sources: 0,
        };
        builder.step_set(&temporal.stuttering);
        builder
    }

    /// The set that stuttering steps have was the first to get a number.
    const STUTTERING: u32 = 0;

    fn step_set(&mut self, set: &Atoms) -> u32 {
        let (number, new) = self.step_sets.number(set);
        if new {
            let mut makes = Atoms::default();
            for (index, fairness) in self.temporal.fairness.iter().enumerate() {
                if fairness.enabled == Enabled::BySteps && set.contains(fairness.taken) {
                    makes.set(enabled_atom(self.temporal, index));
                }
            }
            self.makes_enabled.push(makes);
        }
        number
    }

    /// Adds a source whose sets have this builder's numbers.
    fn add(&mut self, source: &Source) -> Option<()> {
        let node = self.graph.nodes.number(Sequence::from_number(source.sequence))?;
        let state = self.state_set(source)?;
        let start = self.graph.steps.len() as u64;
        for (fingerprint, step) in &source.steps {
            let target = self.table.find(*fingerprint)?;
            if target == node && *step == Self::STUTTERING {
                continue;
            }
            let class = self.class(Class { state, step: *step });
            self.graph.steps.push(target, class);
        }
        let degree = self.graph.steps.len() as u64 - start;
        let stuttering = self.class(Class { state, step: Self::STUTTERING });
        self.graph.sources[node as usize] = SourceNode::new(start, degree, stuttering)?;
        self.sources += 1;
        Some(())
    }

    fn state_set(&mut self, source: &Source) -> Option<u32> {
        let plain = self.plain_sets.sets().get(source.state_set? as usize)?;
        if !self.by_steps {
            return Some(self.state_sets.number(plain).0);
        }
        self.enabled.clear();
        self.enabled.unite(plain);
        for step in source.steps.iter().map(|(_, step)| step).chain(&source.outside) {
            self.enabled.unite(self.makes_enabled.get(*step as usize)?);
        }
        Some(self.state_sets.number(&self.enabled).0)
    }

    #[inline]
    fn class(&mut self, class: Class) -> u32 {
        let mixed = (u64::from(class.state) << 32 | u64::from(class.step)).wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let place = (mixed >> 52) as usize;
        let (known, number) = self.recent[place];
        if known == class {
            return number;
        }
        let next = self.graph.class_table.len() as u32;
        let number = *self.classes.entry(class).or_insert(next);
        if number == next {
            self.graph.class_table.push(class);
        }
        self.recent[place] = (class, number);
        number
    }
}

/// Reads one log, whose sets have numbers of their own.
struct Reader {
    /// The builder's numbers.
    state_sets: Vec<u32>,
    step_sets: Vec<u32>,
    /// The source being read, in the builder's numbers.
    source: Source,
}

impl Reader {
    /// `None` where the record makes no sense.
    fn read(&mut self, record: Record<'_>, builder: &mut Builder<'_>, parts: &mut Parts) -> Option<()> {
        match record {
            Record::StateSet(set) => self.state_sets.push(builder.plain_sets.number(&set).0),
            Record::StepSet(set) => self.step_sets.push(builder.step_set(&set)),
            Record::Cut => {}
            Record::Source(source) => {
                self.renumber(source)?;
                if self.source.has_parts || self.source.state_set.is_none() {
                    parts.add(&self.source);
                } else {
                    builder.add(&self.source)?;
                }
            }
        }
        Some(())
    }

    fn renumber(&mut self, source: &Source) -> Option<()> {
        let step_set = |number: u32| self.step_sets.get(number as usize).copied();
        let own = &mut self.source;
        own.sequence = source.sequence;
        own.has_parts = source.has_parts;
        own.state_set = match source.state_set {
            Some(number) => Some(*self.state_sets.get(number as usize)?),
            None => None,
        };
        own.outside.clear();
        for number in &source.outside {
            own.outside.push(step_set(*number)?);
        }
        own.steps.clear();
        for (fingerprint, number) in &source.steps {
            own.steps.push((*fingerprint, step_set(*number)?));
        }
        Some(())
    }
}

/// States that were written in several parts, perhaps to several logs.
#[derive(Default)]
struct Parts(HashMap<u64, Source>);

impl Parts {
    fn add(&mut self, part: &Source) {
        let whole = self.0.entry(part.sequence).or_default();
        whole.sequence = part.sequence;
        whole.state_set = whole.state_set.or(part.state_set);
        whole.steps.extend_from_slice(&part.steps);
        whole.outside.extend_from_slice(&part.outside);
    }

    fn give(self, builder: &mut Builder<'_>) -> Option<()> {
        let mut sources: Vec<Source> = self.0.into_values().collect();
        sources.sort_unstable_by_key(|source| source.sequence);
        for source in &mut sources {
            source.steps.sort_unstable();
            source.steps.dedup();
            builder.add(source)?;
        }
        Some(())
    }
}
