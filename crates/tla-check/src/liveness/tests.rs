//! Random graphs, fairness and formulas, against behaviours that are enumerated and judged one by one.

use super::{check, LassoPath, Move};
use crate::ancestry::{Log, Record, Sequence};
use crate::behaviour::{build, enabled_atom, Graph, Recorder};
use crate::error::CheckError;
use crate::random::Random;
use crate::temporal::{Atoms, Enabled, Fairness, Formula, Temporal};
use crate::working_directory::WorkingDirectory;

const STATE_ATOMS: usize = 3;
const STEP_ATOMS: usize = 3;

/// Steps that leave the constraints have no target.
struct Sketch {
    states: Vec<Atoms>,
    initial: Vec<bool>,
    steps: Vec<(usize, Option<usize>, Atoms)>,
    temporal: Temporal,
}

fn below(random: &mut Random, bound: u64) -> usize {
    random.below(bound) as usize
}

fn some_atoms(random: &mut Random, count: usize) -> Atoms {
    let mut atoms = Atoms::default();
    (0..count).filter(|_| random.below(2) == 0).collect::<Vec<_>>().into_iter().for_each(|atom| atoms.set(atom));
    atoms
}

fn formula(random: &mut Random, depth: u32) -> Formula {
    let inner = |random: &mut Random| Box::new(formula(random, depth - 1));
    match random.below(if depth == 0 { 3 } else { 10 }) {
        0 => Formula::State(below(random, STATE_ATOMS as u64)),
        1 => Formula::Step(below(random, STEP_ATOMS as u64)),
        2 => Formula::Not(Box::new(Formula::State(below(random, STATE_ATOMS as u64)))),
        3 => Formula::Not(inner(random)),
        4 | 5 => Formula::Always(inner(random)),
        6 | 7 => Formula::Eventually(inner(random)),
        kind => {
            let parts = (0..random.below(3)).map(|_| formula(random, depth - 1)).collect();
            if kind == 8 {
                Formula::And(parts)
            } else {
                Formula::Or(parts)
            }
        }
    }
}

fn sketch(random: &mut Random) -> Sketch {
    let count = 1 + below(random, 4);
    let mut steps = Vec::new();
    for from in 0..count {
        for _ in 0..random.below(3) {
            let target = (random.below(8) > 0).then(|| below(random, count as u64));
            steps.push((from, target, some_atoms(random, STEP_ATOMS)));
        }
    }
    let fairness = |random: &mut Random| Fairness {
        strong: random.below(2) == 0,
        enabled: if random.below(2) == 0 { Enabled::BySteps } else { Enabled::Atom(below(random, STATE_ATOMS as u64)) },
        taken: below(random, STEP_ATOMS as u64),
    };
    let depth = 1 + random.below(4) as u32;
    let temporal = Temporal {
        state_atoms: STATE_ATOMS,
        step_atoms: STEP_ATOMS,
        stuttering: some_atoms(random, STEP_ATOMS),
        fairness: (0..random.below(4)).map(|_| fairness(random)).collect(),
        assumptions: (0..random.below(3) / 2).map(|_| formula(random, 2)).collect(),
        properties: vec![formula(random, depth), formula(random, 2)],
    };
    Sketch {
        states: (0..count).map(|_| some_atoms(random, STATE_ATOMS)).collect(),
        initial: initial(random, count, &steps),
        steps,
        temporal,
    }
}

/// Some states, so that all can be reached, as those that are explored can.
fn initial(random: &mut Random, count: usize, steps: &[(usize, Option<usize>, Atoms)]) -> Vec<bool> {
    let mut initial: Vec<bool> = (0..count).map(|_| random.below(4) == 0).collect();
    loop {
        let mut reached = initial.clone();
        for _ in 0..count {
            steps
                .iter()
                .filter(|step| reached[step.0])
                .filter_map(|step| step.1)
                .collect::<Vec<_>>()
                .into_iter()
                .for_each(|target| reached[target] = true);
        }
        match reached.iter().position(|reached| !reached) {
            Some(node) => initial[node] = true,
            None => return initial,
        }
    }
}

fn graph(sketch: &Sketch) -> Result<Graph, CheckError> {
    let directory = WorkingDirectory::new(None);
    let mut log = Log::temporary(0);
    let mut recorders = [Recorder::temporary(), Recorder::temporary()];
    let fingerprint = |node: usize| node as u64 * 77;
    for (node, atoms) in sketch.states.iter().enumerate() {
        let predecessor = if sketch.initial[node] { Sequence::NONE } else { Sequence::new(0, 0) };
        let sequence = log.append(Record { predecessor, fingerprint: fingerprint(node), action: 0 }, &directory)?;
        let recorder = &mut recorders[node % 2];
        recorder.begin(sequence, false);
        for (number, (_, target, step)) in sketch.steps.iter().filter(|step| step.0 == node).enumerate() {
            if number == 1 {
                // As where a checkpoint is written in the middle of a state.
                recorder.persist(&directory)?;
            }
            recorder.step(target.map(fingerprint), &directory, |into| {
                into.unite(step);
                Ok::<_, CheckError>(())
            })?;
        }
        recorder.end(&directory, |into| {
            into.unite(atoms);
            Ok::<_, CheckError>(())
        })?;
    }
    let recorders: Vec<&Recorder> = recorders.iter().collect();
    let built = build(&sketch.temporal, &[&log], &recorders, &|| false)?;
    let graph = built.expect("nobody stops it").graph;
    assert_eq!((0..graph.node_count()).map(|node| graph.degree(node)).sum::<u32>() as usize, distinct_steps(sketch));
    Ok(graph)
}

/// Steps within the constraints that differ from each other and from those that stutter.
fn distinct_steps(sketch: &Sketch) -> usize {
    let within = sketch.steps.iter().filter_map(|(from, to, atoms)| Some((*from, (*to)?, atoms)));
    let changing = within.filter(|(from, to, atoms)| from != to || **atoms != sketch.temporal.stuttering);
    changing.collect::<std::collections::HashSet<_>>().len()
}

/// A behaviour as it is judged: by position, the sets of atoms; after the last comes `repeats_from`.
struct Word<'graph> {
    letters: Vec<(&'graph Atoms, &'graph Atoms)>,
    repeats_from: usize,
}

impl Word<'_> {
    fn rest(&self, position: usize) -> std::ops::Range<usize> {
        position.min(self.repeats_from)..self.letters.len()
    }

    fn satisfies(&self, formula: &Formula, position: usize) -> bool {
        match formula {
            Formula::Constant(value) => *value,
            Formula::State(atom) => self.letters[position].0.contains(*atom),
            Formula::Step(atom) => self.letters[position].1.contains(*atom),
            Formula::Not(inner) => !self.satisfies(inner, position),
            Formula::And(parts) => parts.iter().all(|part| self.satisfies(part, position)),
            Formula::Or(parts) => parts.iter().any(|part| self.satisfies(part, position)),
            Formula::Always(inner) => self.rest(position).all(|later| self.satisfies(inner, later)),
            Formula::Eventually(inner) => self.rest(position).any(|later| self.satisfies(inner, later)),
        }
    }

    fn violates(&self, temporal: &Temporal, property: usize) -> bool {
        let cycle = &self.letters[self.repeats_from..];
        let fair = temporal.fairness.iter().enumerate().all(|(index, fairness)| {
            let mut enabled = cycle.iter().map(|(state, _)| state.contains(enabled_atom(temporal, index)));
            let taken = cycle.iter().any(|(_, step)| step.contains(fairness.taken));
            taken || if fairness.strong { !enabled.any(|enabled| enabled) } else { !enabled.all(|enabled| enabled) }
        });
        fair && temporal.assumptions.iter().all(|assumption| self.satisfies(assumption, 0))
            && !self.satisfies(&temporal.properties[property], 0)
    }
}

fn letter(graph: &Graph, class: u32) -> (&Atoms, &Atoms) {
    let class = graph.class_table[class as usize];
    (&graph.state_sets[class.state as usize], &graph.step_sets[class.step as usize])
}

/// All steps from `node`, the one that stutters included.
fn moves(graph: &Graph, node: u32) -> Vec<Move> {
    let steps = (0..graph.degree(node)).map(|index| graph.step(node, index));
    let stuttering = (node, graph.stuttering(node));
    steps.chain([stuttering]).map(|(target, class)| Move { target, class }).collect()
}

fn is_behaviour(graph: &Graph, path: &LassoPath) -> bool {
    let mut node = path.first;
    let mut start = node;
    for (number, step) in path.prefix.iter().chain(&path.cycle).enumerate() {
        if number == path.prefix.len() {
            start = node;
        }
        if !moves(graph, node).contains(step) {
            return false;
        }
        node = step.target;
    }
    graph.initial.contains(&path.first) && !path.cycle.is_empty() && node == start
}

/// Whether some behaviour violates whose states before the repetition begins again are at most `length`.
fn some_behaviour_violates(graph: &Graph, temporal: &Temporal, property: usize, length: usize) -> bool {
    let mut waiting: Vec<(Vec<u32>, Vec<u32>)> = graph.initial.iter().map(|node| (vec![*node], vec![])).collect();
    while let Some((nodes, classes)) = waiting.pop() {
        for step in moves(graph, nodes[nodes.len() - 1]) {
            let mut classes = classes.clone();
            classes.push(step.class);
            for repeats_from in (0..nodes.len()).filter(|place| nodes[*place] == step.target) {
                let letters = classes.iter().map(|class| letter(graph, *class)).collect();
                if (Word { letters, repeats_from }).violates(temporal, property) {
                    return true;
                }
            }
            if nodes.len() < length {
                let mut nodes = nodes.clone();
                nodes.push(step.target);
                waiting.push((nodes, classes));
            }
        }
    }
    false
}

#[test]
fn agrees_with_behaviours_that_are_enumerated() -> Result<(), CheckError> {
    let (mut violated, mut held) = (0, 0);
    for seed in 0..3000 {
        let mut random = Random::stream(seed, 0);
        let sketch = sketch(&mut random);
        let graph = graph(&sketch)?;
        for property in 0..2 {
            let context = || format!("seed {seed}, property {property}: {:?}", sketch.temporal);
            match check(&graph, &sketch.temporal, property, &|| false).map(|checked| checked.violation) {
                Ok(Some(path)) => {
                    violated += 1;
                    assert!(is_behaviour(&graph, &path), "{path:?} is none, {}", context());
                    let steps = path.prefix.iter().chain(&path.cycle);
                    let letters = steps.map(|step| letter(&graph, step.class)).collect();
                    let word = Word { letters, repeats_from: path.prefix.len() };
                    assert!(word.violates(&sketch.temporal, property), "{path:?} does not, {}", context());
                }
                Ok(None) => {
                    held += 1;
                    let overlooked = some_behaviour_violates(&graph, &sketch.temporal, property, 5);
                    assert!(!overlooked, "overlooked one, {}", context());
                }
                Err(failure) => panic!("{failure:?}, {}", context()),
            }
        }
    }
    assert!(violated > 500 && held > 500, "{violated} violated, {held} held");
    Ok(())
}

/// A graph in which steps of all classes occur that two atoms of states and two of steps allow.
fn everything(properties: Vec<Formula>, assumptions: Vec<Formula>) -> (Temporal, Result<Graph, CheckError>) {
    let atoms = |bits: usize| {
        let mut atoms = Atoms::default();
        (0..2).filter(|atom| bits >> atom & 1 == 1).for_each(|atom| atoms.set(atom));
        atoms
    };
    let steps = (0..16).map(|number| (number / 4, Some((number + 1) % 4), atoms(number % 4))).collect();
    let temporal = Temporal { state_atoms: 2, step_atoms: 2, properties, assumptions, ..Temporal::default() };
    let states = (0..4).map(atoms).collect();
    let sketch = Sketch { states, initial: vec![true; 4], steps, temporal: temporal.clone() };
    (temporal, graph(&sketch))
}

#[test]
fn makes_small_automata_of_what_people_write() -> Result<(), CheckError> {
    let (p, q) = (|| Formula::State(0), || Formula::State(1));
    let taken = || Formula::Step(0);
    let not = |formula| Formula::Not(Box::new(formula));
    let always = |formula| Formula::Always(Box::new(formula));
    let eventually = |formula| Formula::Eventually(Box::new(formula));
    let or = |one, other| Formula::Or(vec![one, other]);
    let again = |formula| always(eventually(formula));
    let settled = |formula| eventually(always(formula));
    let weak = || or(not(settled(p())), again(taken()));
    let strong = || or(not(again(p())), again(taken()));
    // States, whether the first waits, what is demanded again and again, responses.
    let cases = [
        (again(p()), (2, true, 0, 0)),
        (settled(p()), (1, false, 1, 0)),
        (always(or(not(p()), eventually(q()))), (2, true, 0, 0)),
        (eventually(p()), (1, false, 0, 0)),
        (always(p()), (2, false, 0, 0)),
        (weak(), (2, true, 0, 0)),
        (strong(), (2, true, 1, 0)),
        (always(or(Formula::Step(1), p())), (2, false, 0, 0)),
    ];
    for (property, expected) in cases {
        let (temporal, graph) = everything(vec![property.clone()], vec![]);
        assert_eq!(sizes(&graph?, &temporal), expected, "{property:?}");
    }
    let (temporal, graph) = everything(vec![Formula::Constant(false)], vec![weak(), strong(), again(q())]);
    assert_eq!(sizes(&graph?, &temporal), (1, false, 2, 1), "as assumptions");
    Ok(())
}

fn sizes(graph: &Graph, temporal: &Temporal) -> (usize, bool, usize, usize) {
    let questions = super::question::questions(graph, temporal, 0).unwrap_or_default();
    assert_eq!(questions.len(), 1);
    let super::question::Question { automaton, demands } = &questions[0];
    (automaton.states.len(), automaton.waits(), demands.recurrent.len(), demands.responses.len())
}
