//! From resolved expressions to [`crate::code`].
//!
//! Operators that are not recursive are inlined: their parameters become slots of the frame they are inlined into, or
//! disappear where the argument is trivial or used once. An argument or LET definition in a slot is lazy, as in TLC: it is
//! evaluated when first used and at most once. Recursive operators become routines with frames of their own; what they
//! use of a LET's surroundings is passed along. Operator arguments are known statically wherever an operator is inlined;
//! natives and routines receive them as closures.

mod action;
mod analysis;
mod apply;
mod comprehension;
mod dependencies;
mod environment;
mod expression;
mod folding;
mod frame;
mod invariant_code;
mod leaves;
mod operators;
mod profiled;
mod routines;
mod scoped;
mod stand_ins;
mod strictness;
pub(crate) mod temporal;

use std::collections::HashMap;
use std::rc::Rc;

use tla_syntax::config::Model;
use tla_syntax::diagnostic::Diagnostic;
use tla_syntax::resolved::{DefinitionId, Expr, Program};
use tla_syntax::source::Span;

use crate::code::{Code, Measure, Op, Path, Routine};

use analysis::Analysis;
pub(crate) use environment::Env;
pub(crate) use folding::step as step_of_fold;
use frame::FrameBuilder;
use invariant_code::Loop;
pub(crate) use leaves::Leaf;
use profiled::timed;
pub(crate) use profiled::{Node, Nodes};
pub(crate) use scoped::{Layer, Scope};
use stand_ins::StandIns;

pub(crate) type Compiled<T> = Result<T, Box<Diagnostic>>;

/// Where an action of the next-state relation comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActionInfo {
    /// The operator that defines it.
    pub name: String,
    pub span: Span,
}

/// What the code read so far depends on, to find constants and volatile values.
#[derive(Clone, Copy)]
struct Reads {
    /// The binders used, one bit for each depth.
    binders: u128,
    /// A variable, or something else that changes from state to state.
    state: bool,
    /// A variable of the next state.
    primed: bool,
    /// A random choice: made once in a constant definition, and each time anywhere else.
    chance: bool,
    /// The state of the run, or the world outside.
    run: bool,
}

impl Reads {
    const NOTHING: Self = Self { binders: 0, state: false, primed: false, chance: false, run: false };

    fn and(self, other: Self) -> Self {
        Self {
            binders: self.binders | other.binders,
            state: self.state || other.state,
            primed: self.primed || other.primed,
            chance: self.chance || other.chance,
            run: self.run || other.run,
        }
    }

    /// The binders used that are outside of an expression at this depth.
    fn outside(self, depth: u32) -> u128 {
        self.binders & (binder_bit(depth) - 1)
    }
}

/// Binders nested deeper than the bits suffice for share the last one: what uses them just counts as using more.
fn binder_bit(depth: u32) -> u128 {
    1 << depth.min(127)
}

/// A set of variables, as bits; models with more than 64 count as mentioning all.
#[derive(Clone, Copy, Default, PartialEq, Eq, Debug)]
pub(crate) struct Mentioned(pub(crate) u64);

impl Mentioned {
    pub(crate) const ALL: Self = Self(u64::MAX);

    fn add(&mut self, variable: u32) {
        self.0 |= 1_u64.checked_shl(variable).unwrap_or(u64::MAX);
    }
}

/// How variables are read and what conjuncts may do.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) struct Mode {
    /// Plain variables mean the next state: inside a prime, in initial predicates and in everything that is asked about
    /// a state that was just made.
    pub(crate) primed: bool,
    /// The next state is being chosen: values that depend on it must not be kept.
    pub(crate) choosing: bool,
    /// Plain variables are assigned by `x = e`.
    pub(crate) initial: bool,
}

impl Mode {
    pub(crate) const INITIAL: Self = Self { primed: true, choosing: true, initial: true };
    pub(crate) const NEXT: Self = Self { primed: false, choosing: true, initial: false };
    /// Of a finished candidate.
    pub(crate) const CANDIDATE: Self = Self { primed: true, choosing: false, initial: false };
    /// Of a finished step, with both states.
    pub(crate) const STEP: Self = Self { primed: false, choosing: false, initial: false };
}

pub(crate) struct Compiler<'p> {
    program: &'p Program,
    model: &'p Model,
    analysis: Analysis<'p>,
    frames: Vec<FrameBuilder>,
    mode: Mode,
    /// Number of binders around the current expression.
    depth: u32,
    /// The comprehensions around the current expression.
    loops: Vec<Loop>,
    reads: Reads,
    /// Whether something was compiled that is not the same each time it is evaluated, or that others notice.
    pub(crate) volatile: bool,
    /// Expressions whose values are remembered.
    pub(crate) recalled: usize,
    /// Compiles what the text says, without shortcuts: for comparing with them.
    pub(crate) general: bool,
    memos: usize,
    /// Constant definitions; `None` for those that turned out not to be constant.
    globals: HashMap<DefinitionId, Option<(usize, Rc<Routine>)>>,
    routines: HashMap<(DefinitionId, bool), Rc<Routine>>,
    pub(crate) actions: Vec<ActionInfo>,
    /// Where each action stands, if that is asked for: then steps name their leaf and not their action.
    pub(crate) leaves: Option<Vec<Leaf>>,
    /// Variables mentioned since this was last cleared.
    pub(crate) mentioned: Mentioned,
    /// Places of the expressions whose evaluations are counted, if any are.
    pub(crate) counted: Option<Vec<Span>>,
    /// The expressions whose time is to be known, if it is.
    pub(crate) profiled: Option<Nodes>,
    /// Of the ENABLED around, if there is one.
    stand_ins: Option<StandIns>,
    /// Expressions compiled so far, to bound what inlining can blow up to.
    expressions: usize,
}

/// Inlining stops being worth it, and soon stops fitting in memory, past this many expressions.
const MOST_EXPRESSIONS: usize = 4_000_000;

impl<'p> Compiler<'p> {
    pub(crate) fn new(program: &'p Program, model: &'p Model) -> Self {
        Self {
            program,
            model,
            analysis: Analysis::new(program),
            frames: Vec::new(),
            mode: Mode::STEP,
            depth: 0,
            loops: Vec::new(),
            reads: Reads::NOTHING,
            volatile: false,
            recalled: 0,
            general: false,
            memos: 0,
            globals: HashMap::new(),
            routines: HashMap::new(),
            actions: Vec::new(),
            leaves: None,
            mentioned: Mentioned::default(),
            counted: None,
            profiled: None,
            stand_ins: None,
            expressions: 0,
        }
    }

    pub(crate) fn memo_count(&self) -> usize {
        self.memos
    }

    pub(crate) fn global_count(&self) -> usize {
        self.globals.len()
    }

    /// An expression as an entry point with a frame of its own.
    pub(crate) fn entry(&mut self, name: &str, expr: &'p Expr, mode: Mode) -> Compiled<Rc<Routine>> {
        self.entry_in(name, expr, &Env::default(), mode)
    }

    /// The same for an expression in an environment that has no slots.
    pub(crate) fn entry_in(&mut self, name: &str, expr: &'p Expr, env: &Env<'p>, mode: Mode) -> Compiled<Rc<Routine>> {
        let routine = Routine::named(name);
        self.finish_routine(&routine, mode, |compiler| Ok((compiler.code(expr, env)?, Box::default())))?;
        Ok(routine)
    }

    /// A definition without parameters as an entry point.
    pub(crate) fn entry_definition(&mut self, id: DefinitionId, mode: Mode) -> Compiled<Rc<Routine>> {
        let definition = &self.program.definitions[id.index()];
        let routine = Routine::named(&definition.name);
        self.finish_routine(&routine, mode, |compiler| {
            Ok((compiler.apply(id, &[], &Env::default(), definition.span)?, Box::default()))
        })?;
        Ok(routine)
    }

    /// Compiles a routine's body in a fresh frame, with nothing of the surroundings in reach.
    fn finish_routine(
        &mut self,
        routine: &Rc<Routine>,
        mode: Mode,
        build: impl FnOnce(&mut Self) -> Compiled<(Code, Box<[u32]>)>,
    ) -> Compiled<Reads> {
        let frames = std::mem::replace(&mut self.frames, vec![FrameBuilder::default()]);
        let outer_mode = std::mem::replace(&mut self.mode, mode);
        let outer_loops = std::mem::take(&mut self.loops);
        let outer_reads = std::mem::replace(&mut self.reads, Reads::NOTHING);
        let built = self.alone(build);
        let reads = std::mem::replace(&mut self.reads, outer_reads);
        self.mode = outer_mode;
        self.loops = outer_loops;
        let frame = std::mem::replace(&mut self.frames, frames).pop().unwrap_or_default();
        let (body, parameters) = built?;
        let fresh = routine.body.set(body).is_ok()
            && routine.frame.set(frame.size).is_ok()
            && routine.parameters.set(parameters).is_ok();
        debug_assert!(fresh, "a routine is compiled once");
        Ok(reads)
    }

    /// Compiles an action in a frame of its own. Returns the frame's size.
    pub(crate) fn in_own_frame<T>(&mut self, build: impl FnOnce(&mut Self) -> Compiled<T>) -> Compiled<(T, u32)> {
        let frames = std::mem::replace(&mut self.frames, vec![FrameBuilder::default()]);
        let built = build(self);
        let frame = std::mem::replace(&mut self.frames, frames).pop().unwrap_or_default();
        Ok((built?, frame.size))
    }

    /// Runs `build` in another mode.
    fn in_mode<T>(&mut self, mode: Mode, build: impl FnOnce(&mut Self) -> Compiled<T>) -> Compiled<T> {
        let outer = std::mem::replace(&mut self.mode, mode);
        let built = build(self);
        self.mode = outer;
        built
    }

    /// Runs `build` and says what it read, which also counts as read by the surroundings.
    fn observed<T>(&mut self, build: impl FnOnce(&mut Self) -> Compiled<T>) -> Compiled<(T, Reads)> {
        let outer = std::mem::replace(&mut self.reads, Reads::NOTHING);
        let built = build(self);
        let inner = self.reads;
        self.reads = outer.and(inner);
        Ok((built?, inner))
    }

    /// An expression; where it depends on nothing that changes it is computed only once.
    pub(crate) fn code(&mut self, expr: &'p Expr, env: &Env<'p>) -> Compiled<Code> {
        self.expressions += 1;
        if self.expressions > MOST_EXPRESSIONS {
            return Err(Box::new(
                Diagnostic::new(
                    tla_syntax::diagnostic::Code::Limit,
                    expr.span,
                    format!("inlining operators made more than {MOST_EXPRESSIONS} expressions"),
                )
                .with_hint("declare the operators that are used most with RECURSIVE: those are not inlined"),
            ));
        }
        let depth = self.depth;
        let begun = self.begin_timed(expr.span);
        let observed = self.observed(|compiler| compiler.op(expr, env));
        self.end_timed(begun);
        let (op, reads) = observed?;
        let code = Code { op, span: expr.span };
        if self.general {
            return Ok(code);
        }
        let code = self.counting(in_place(code));
        if self.depth >= 127 {
            return Ok(code);
        }
        let constant = !reads.state && !reads.chance && reads.outside(depth) == 0;
        if constant {
            return Ok(self.memoised(timed(code, begun)));
        }
        let code = if reads.chance || reads.run { code } else { self.remembered_part(code) };
        Ok(self.moved_out(timed(code, begun), reads))
    }

    /// Counts evaluations where coverage is asked for. What only looks something up is not worth counting.
    fn counting(&mut self, code: Code) -> Code {
        let plain = matches!(
            code.op,
            Op::Constant(_)
                | Op::Slot(_)
                | Op::Lazy { .. }
                | Op::Variable(_)
                | Op::Primed(_)
                | Op::Memo { .. }
                | Op::Global { .. }
                | Op::Closure(_)
                | Op::Counted(..)
        );
        let Some(places) = self.counted.as_mut().filter(|_| !plain) else { return code };
        let span = code.span;
        // An expression that was inlined several times is one expression to people.
        let index = places.iter().position(|&place| place == span).unwrap_or_else(|| {
            places.push(span);
            places.len() - 1
        });
        Code { op: Op::Counted(index, Box::new(code)), span }
    }

    fn memoised(&mut self, code: Code) -> Code {
        let already = matches!(code.op, Op::Constant(_) | Op::Memo { .. } | Op::Global { .. } | Op::Closure(_));
        if already || matches!(code.op, Op::Refused(_)) {
            return code;
        }
        self.memo(code)
    }

    fn memo(&mut self, code: Code) -> Code {
        self.memos += 1;
        let span = code.span;
        Code { op: Op::Memo { index: self.memos - 1, code: Rc::new(code) }, span }
    }
}

/// Reads parts of values where they are, instead of copying the values on the way to them.
fn in_place(code: Code) -> Code {
    if !matches!(code.op, Op::Apply(_) | Op::Field(..) | Op::Measure(Measure::Head, _)) {
        return code;
    }
    let span = code.span;
    match Path::of(&code.op) {
        Some(path) => Code { op: Op::Path(Box::new((path, code))), span },
        None => code,
    }
}
