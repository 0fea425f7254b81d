//! The product of a graph and an automaton, made as it is walked.

use super::automaton::Automaton;
use super::class_set::ClassSet;
use super::Failure;
use crate::behaviour::Graph;

/// A node of the graph and a state of the automaton.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Pair {
    pub(super) node: u32,
    pub(super) state: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Edge {
    pub(super) target: Pair,
    pub(super) class: u32,
    pub(super) marks: u64,
}

/// How far the edges of a pair were given.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Cursor {
    step: u32,
    transition: u32,
}

/// Something to search for strongly connected components.
pub(super) trait Space {
    fn next(&self, pair: Pair, cursor: &mut Cursor) -> Option<Edge>;

    /// What was stored for a pair, 0 at first.
    fn stored(&self, pair: Pair) -> u32;

    fn store(&mut self, pair: Pair, value: u32);

    /// Bytes that what is stored takes.
    fn bytes(&self) -> u64;
}

#[derive(Clone, Copy)]
pub(super) struct Product<'run> {
    pub(super) graph: &'run Graph,
    pub(super) automaton: &'run Automaton,
}

impl<'run> Product<'run> {
    pub(super) fn edges(self, pair: Pair) -> impl Iterator<Item = Edge> + use<'run> {
        let mut cursor = Cursor::default();
        std::iter::from_fn(move || self.next(pair, &mut cursor))
    }

    #[inline]
    pub(super) fn next(&self, pair: Pair, cursor: &mut Cursor) -> Option<Edge> {
        let transitions = &self.automaton.states[pair.state as usize];
        let degree = self.graph.degree(pair.node);
        while cursor.step <= degree {
            // The step that stutters comes first, so that of paths of one length those are found that change least.
            let (node, class) = match cursor.step.checked_sub(1) {
                Some(index) => self.graph.step(pair.node, index),
                None => (pair.node, self.graph.stuttering(pair.node)),
            };
            while let Some(transition) = transitions.get(cursor.transition as usize) {
                cursor.transition += 1;
                if transition.guard.contains(class) {
                    let target = Pair { node, state: transition.target };
                    return Some(Edge { target, class, marks: transition.marks });
                }
            }
            *cursor = Cursor { step: cursor.step + 1, transition: 0 };
        }
        None
    }

    pub(super) fn initial(&self) -> impl Iterator<Item = Pair> + '_ {
        self.graph.initial.iter().map(|node| Pair { node: *node, state: 0 })
    }
}

/// A number for each pair of a product; room is taken for states of the automaton that occur.
pub(super) struct Numbers {
    nodes: usize,
    by_state: Vec<Vec<u32>>,
}

impl Numbers {
    pub(super) fn new(product: Product<'_>) -> Self {
        let states = product.automaton.states.len();
        Self { nodes: product.graph.node_count() as usize, by_state: vec![Vec::new(); states] }
    }

    #[inline]
    pub(super) fn get(&self, pair: Pair) -> u32 {
        self.by_state[pair.state as usize].get(pair.node as usize).copied().unwrap_or(0)
    }

    #[inline]
    pub(super) fn set(&mut self, pair: Pair, value: u32) {
        let list = &mut self.by_state[pair.state as usize];
        if list.is_empty() {
            *list = vec![0; self.nodes];
        }
        list[pair.node as usize] = value;
    }
}

/// The whole product.
pub(super) struct Whole<'run> {
    pub(super) product: Product<'run>,
    pub(super) numbers: Numbers,
}

impl Space for Whole<'_> {
    #[inline]
    fn next(&self, pair: Pair, cursor: &mut Cursor) -> Option<Edge> {
        self.product.next(pair, cursor)
    }

    #[inline]
    fn stored(&self, pair: Pair) -> u32 {
        self.numbers.get(pair)
    }

    #[inline]
    fn store(&mut self, pair: Pair, value: u32) {
        self.numbers.set(pair, value);
    }

    fn bytes(&self) -> u64 {
        self.numbers.by_state.iter().map(|list| list.capacity() as u64 * 4).sum()
    }
}

/// Some pairs of the product, without the edges of some classes.
#[derive(Debug)]
pub(super) struct Part {
    /// In order.
    pub(super) members: Vec<Pair>,
    pub(super) forbidden: ClassSet,
}

impl Part {
    pub(super) fn lookup<'run>(&'run self, product: Product<'run>) -> Lookup<'run> {
        // Where members are few, searching for them is cheaper than a number for each node.
        let many = self.members.len() > product.graph.node_count() as usize / 64;
        let places = many.then(|| {
            let mut places = Numbers::new(product);
            (1..).zip(&self.members).for_each(|(place, pair)| places.set(*pair, place));
            places
        });
        Lookup { product, part: self, places }
    }
}

/// Finds members of a part.
pub(super) struct Lookup<'run> {
    product: Product<'run>,
    part: &'run Part,
    /// By member, its place and 1.
    places: Option<Numbers>,
}

impl Lookup<'_> {
    #[inline]
    pub(super) fn place(&self, pair: Pair) -> Option<usize> {
        match &self.places {
            Some(places) => (places.get(pair) as usize).checked_sub(1),
            None => self.part.members.binary_search(&pair).ok(),
        }
    }

    /// The next edge within the part.
    #[inline]
    pub(super) fn next(&self, pair: Pair, cursor: &mut Cursor) -> Option<Edge> {
        while let Some(edge) = self.product.next(pair, cursor) {
            if !self.part.forbidden.contains(edge.class) && self.place(edge.target).is_some() {
                return Some(edge);
            }
        }
        None
    }
}

/// A part to be searched.
pub(super) struct Within<'run> {
    lookup: Lookup<'run>,
    numbers: Vec<u32>,
}

impl<'run> Within<'run> {
    pub(super) fn new(product: Product<'run>, part: &'run Part) -> Self {
        Self { lookup: part.lookup(product), numbers: vec![0; part.members.len()] }
    }
}

impl Space for Within<'_> {
    fn next(&self, pair: Pair, cursor: &mut Cursor) -> Option<Edge> {
        self.lookup.next(pair, cursor)
    }

    fn stored(&self, pair: Pair) -> u32 {
        // Only members are asked for.
        self.lookup.place(pair).map_or(0, |place| self.numbers[place])
    }

    fn store(&mut self, pair: Pair, value: u32) {
        if let Some(place) = self.lookup.place(pair) {
            self.numbers[place] = value;
        }
    }

    fn bytes(&self) -> u64 {
        self.numbers.capacity() as u64 * 4
    }
}

/// Calls `stopped` now and then.
pub(super) struct Patience<'run> {
    stopped: &'run dyn Fn() -> bool,
    left: u32,
}

impl<'run> Patience<'run> {
    const INTERVAL: u32 = 1 << 14;

    pub(super) fn new(stopped: &'run dyn Fn() -> bool) -> Self {
        Self { stopped, left: 0 }
    }

    #[inline]
    pub(super) fn check(&mut self) -> Result<(), Failure> {
        match self.left.checked_sub(1) {
            Some(left) => self.left = left,
            None if (self.stopped)() => return Err(Failure::Stopped),
            None => self.left = Self::INTERVAL,
        }
        Ok(())
    }
}
