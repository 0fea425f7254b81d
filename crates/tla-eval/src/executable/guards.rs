//! Tests that units begin with, of a part of the state against a constant: `pc[self] = "waiting"`.
//!
//! Most units do nothing in most states because such a test fails. Units that look at the same part are told apart by one
//! look at it, and where that part is one of a single variable, once for each value of the variable.

use std::rc::Rc;

use crate::code::{Action, Code, Comparison, Measure, Op, Pair, Path, SlotIndex};
use crate::evaluate::Evaluator;
use crate::value::Value;

type Bindings = [(SlotIndex, Value)];

/// The units' first guards, by the part that they look at, and those that follow them.
#[derive(Default)]
pub(super) struct Guards {
    /// Those about one variable alone, by variable.
    alone: Vec<(usize, Vec<Group>)>,
    mixed: Vec<Group>,
    /// By unit, where there are several: all of them, since one that cannot be evaluated hides those after it.
    further: Vec<Vec<Guard>>,
}

struct Group {
    part: Path,
    tests: Vec<(usize, Test)>,
}

#[derive(Clone)]
struct Guard {
    part: Path,
    test: Test,
}

impl Guard {
    /// The variable whose value alone decides it.
    fn variable(&self) -> Option<usize> {
        let variable = variable_alone(&self.part)?;
        self.test.is_constant().then_some(variable)
    }
}

#[derive(Clone)]
enum Test {
    Is(bool),
    Equal(Path),
    NotEqual(Path),
    In(Path),
    NotIn(Path),
    Compare(Comparison, Path),
}

/// Looking at more guards than this before a unit is evaluated does not pay.
const MOST_GUARDS: usize = 4;

impl Guards {
    /// Adds the unit with the next number; without its action where something else is tested before it.
    pub(super) fn add(&mut self, action: Option<&Rc<Action>>, bindings: &Bindings) {
        let mut guards = Vec::new();
        if let Some(action) = action {
            leading(action, bindings, &mut guards);
        }
        let unit = self.further.len();
        if let Some(Guard { part, test }) = guards.first().cloned() {
            let groups = self.groups(guards[0].variable());
            match groups.iter_mut().find(|group| group.part.is(&part)) {
                Some(group) => group.tests.push((unit, test)),
                None => groups.push(Group { part, tests: vec![(unit, test)] }),
            }
        }
        if guards.len() < 2 {
            guards.clear();
        }
        self.further.push(guards);
    }

    fn groups(&mut self, variable: Option<usize>) -> &mut Vec<Group> {
        let Some(variable) = variable else { return &mut self.mixed };
        let place = match self.alone.iter().position(|(known, _)| *known == variable) {
            Some(place) => place,
            None => {
                self.alone.push((variable, Vec::new()));
                self.alone.len() - 1
            }
        };
        &mut self.alone[place].1
    }

    /// Takes away units whose first guard fails, given as bits. A guard that cannot be evaluated is left to evaluation,
    /// which says what is wrong.
    pub(super) fn sift(&self, evaluator: &mut Evaluator, busy: &mut [u64]) {
        for (variable, groups) in &self.alone {
            if evaluator.states.is_sifted(*variable) {
                continue;
            }
            let (mut idle, mut all_known) = (Vec::new(), true);
            for group in groups {
                all_known &= group.each_failing(evaluator, |unit| idle.push(unit));
            }
            for unit in idle {
                evaluator.states.is_idle(unit, *variable);
                busy[unit / 64] &= !(1 << (unit % 64));
            }
            if all_known {
                evaluator.states.mark_sifted(*variable);
            }
        }
        for group in &self.mixed {
            group.each_failing(evaluator, |unit| busy[unit / 64] &= !(1 << (unit % 64)));
        }
    }

    /// Whether another of the unit's guards fails, those before it being true.
    pub(super) fn stop(&self, unit: usize, evaluator: &mut Evaluator) -> bool {
        let guards = &self.further[unit];
        let mut alone = guards.first().and_then(Guard::variable);
        for guard in guards {
            alone = alone.filter(|&variable| guard.variable() == Some(variable));
            let Some(part) = evaluator.part(&guard.part) else { return false };
            match guard.test.holds(part, evaluator) {
                Some(true) => {}
                Some(false) => {
                    if let Some(variable) = alone {
                        evaluator.states.is_idle(unit, variable);
                    }
                    return true;
                }
                None => return false,
            }
        }
        false
    }
}

impl Group {
    /// Returns whether each test could be made.
    fn each_failing(&self, evaluator: &Evaluator, mut visit: impl FnMut(usize)) -> bool {
        let Some(part) = evaluator.part(&self.part) else { return false };
        let mut all_known = true;
        for (unit, test) in &self.tests {
            let holds = test.holds(part, evaluator);
            all_known &= holds.is_some();
            if holds == Some(false) {
                visit(*unit);
            }
        }
        all_known
    }
}

/// The variable of the current state that the part is one of, whatever the others are.
fn variable_alone(part: &Path) -> Option<usize> {
    match part {
        Path::Variable(variable) => Some(*variable as usize),
        Path::Apply(parts) if is_constant(&parts.1) => variable_alone(&parts.0),
        Path::Field(record, _) | Path::Head(record) => variable_alone(record),
        _ => None,
    }
}

fn is_constant(part: &Path) -> bool {
    match part {
        Path::Constant(_) | Path::Memo(_) | Path::Global(_) => true,
        Path::Apply(parts) => is_constant(&parts.0) && is_constant(&parts.1),
        Path::Field(record, _) | Path::Head(record) => is_constant(record),
        Path::Slot(_) | Path::Variable(_) | Path::Primed(_) => false,
    }
}

impl Test {
    fn is_constant(&self) -> bool {
        match self {
            Self::Is(_) => true,
            Self::Equal(other)
            | Self::NotEqual(other)
            | Self::In(other)
            | Self::NotIn(other)
            | Self::Compare(_, other) => is_constant(other),
        }
    }

    /// `None` where the test fails to be one.
    fn holds(&self, part: &Value, evaluator: &Evaluator) -> Option<bool> {
        match self {
            Self::Is(wanted) => match part {
                Value::Bool(value) => Some(value == wanted),
                _ => None,
            },
            Self::Equal(other) => part.equals(evaluator.part(other)?).ok(),
            Self::NotEqual(other) => part.equals(evaluator.part(other)?).ok().map(|equal| !equal),
            Self::In(set) => evaluator.part(set)?.contains(part).ok(),
            Self::NotIn(set) => evaluator.part(set)?.contains(part).ok().map(|inside| !inside),
            Self::Compare(comparison, other) => match (part, evaluator.part(other)?) {
                (Value::Int(a), Value::Int(b)) => Some(comparison.holds(*a, *b)),
                _ => None,
            },
        }
    }
}

/// Appends the guards that an action begins with. Returns whether there may be more after them.
fn leading(action: &Action, bindings: &Bindings, guards: &mut Vec<Guard>) -> bool {
    match action {
        Action::Named { body, .. } => leading(body, bindings, guards),
        Action::Let { body, .. } => leading(body, bindings, guards),
        Action::And(items) => items.iter().all(|item| leading(item, bindings, guards)),
        Action::Test(code) => guard(code, bindings, guards),
        // What keeps variables can be done before or after a test.
        Action::Unchanged(_) => guards.len() < MOST_GUARDS,
        _ => false,
    }
}

fn guard(code: &Code, bindings: &Bindings, guards: &mut Vec<Guard>) -> bool {
    let both = |pair: &Pair| Some((part_of(&pair.0, bindings)?, part_of(&pair.1, bindings)?));
    let found = match &code.op {
        Op::And(items) => return items.iter().all(|item| guard(item, bindings, guards)),
        Op::Constant(Value::Bool(true)) => return true,
        Op::Counted(_, inner) => return guard(inner, bindings, guards),
        Op::Equal(pair) => both(pair).map(|(part, other)| Guard { part, test: Test::Equal(other) }),
        Op::NotEqual(pair) => both(pair).map(|(part, other)| Guard { part, test: Test::NotEqual(other) }),
        Op::In(pair) => both(pair).map(|(part, set)| Guard { part, test: Test::In(set) }),
        Op::NotIn(pair) => both(pair).map(|(part, set)| Guard { part, test: Test::NotIn(set) }),
        Op::Compare(comparison, pair) => {
            both(pair).map(|(part, other)| Guard { part, test: Test::Compare(*comparison, other) })
        }
        Op::Not(inner) => part_of(inner, bindings).map(|part| Guard { part, test: Test::Is(false) }),
        _ => part_of(code, bindings).map(|part| Guard { part, test: Test::Is(true) }),
    };
    let is_one = found.is_some() && guards.len() < MOST_GUARDS;
    guards.extend(found.filter(|_| is_one));
    is_one
}

/// The part of the current state, or the constant, that the expression is. What a LET defines is looked up as what it is.
fn part_of(code: &Code, bindings: &Bindings) -> Option<Path> {
    let part = |code| part_of(code, bindings).map(Box::new);
    Some(match &code.op {
        Op::Slot(slot) => Path::Constant(bindings.iter().find(|(bound, _)| bound == slot)?.1.clone()),
        Op::Lazy { lazy, .. } => return part_of(lazy.code.get()?, bindings),
        Op::Apply(pair) => Path::Apply(Box::new((*part(&pair.0)?, *part(&pair.1)?))),
        Op::Field(record, field) => Path::Field(part(record)?, *field),
        Op::Measure(Measure::Head, parts) => Path::Head(part(&parts.1)?),
        Op::Path(path) => return part_of(&path.1, bindings),
        Op::Counted(_, inner) => return part_of(inner, bindings),
        Op::Constant(_) | Op::Memo { .. } | Op::Global { .. } | Op::Variable(_) => Path::of(&code.op)?,
        _ => return None,
    })
}
