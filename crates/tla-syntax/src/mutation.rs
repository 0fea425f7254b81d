//! Mutation testing of specifications: small changes of what a specification does, to see whether a property notices.
//!
//! What is changed is what the initial predicate, the next-state relation and the fairness conditions reach. Properties,
//! constraints and assumptions keep the definitions as they were written, also where they use the same ones: see
//! [`Subject`].

mod changes;
mod copying;
mod search;
mod subject;

pub use subject::Subject;

use std::sync::Arc;

use crate::resolved::{DefinitionId, Expr};
use crate::source::{SourceMap, Span};

/// What a mutation does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// A conjunct that only tests is dropped.
    Guard,
    /// A way to satisfy a disjunction is removed.
    Branch,
    /// `x' = e` becomes `UNCHANGED x`.
    Assignment,
    /// `e'` becomes `e`.
    Prime,
    /// One of the updates of an EXCEPT is dropped.
    Update,
    /// `<` becomes `<=`, and `>` becomes `>=`.
    Comparison,
    /// What a number is compared with is off by one.
    Bound,
    /// `e + n` and `e - n` become `e`.
    Step,
    /// `\A` becomes `\E`, or the other way round.
    Quantifier,
    /// A fairness condition, or another temporal assumption, is dropped.
    Fairness,
    /// `SF` becomes `WF`.
    WeakerFairness,
}

impl Change {
    /// A stable name for programs.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Guard => "guard",
            Self::Branch => "branch",
            Self::Assignment => "assignment",
            Self::Prime => "prime",
            Self::Update => "update",
            Self::Comparison => "comparison",
            Self::Bound => "bound",
            Self::Step => "step",
            Self::Quantifier => "quantifier",
            Self::Fairness => "fairness",
            Self::WeakerFairness => "weaker-fairness",
        }
    }

    /// Whether it changes which behaviours are fair, and leaves states and steps alone.
    #[must_use]
    pub fn is_of_fairness(self) -> bool {
        matches!(self, Self::Fairness | Self::WeakerFairness)
    }
}

/// One change of a [`Subject`].
#[derive(Clone, Debug)]
pub struct Mutation<'s> {
    pub change: Change,
    /// The definition whose text is changed; the specification's where the change is in no other.
    pub definition: Arc<str>,
    /// What is dropped or changed.
    pub span: Span,
    pub(crate) root: Root,
    pub(crate) edit: Edit<'s>,
}

/// Which expression of a subject an edit belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Root {
    Definition(DefinitionId),
    /// Of the parts of a specification, by index.
    Initial(usize),
    Next,
    Fairness(usize),
}

#[derive(Clone, Debug)]
pub(crate) enum Edit<'s> {
    Replace {
        /// Known by its address: equal expressions may stand in several places.
        target: &'s Expr,
        by: Box<Expr>,
    },
    /// The whole root is dropped, which only parts of a specification can be.
    DropRoot,
}

/// Text of the specification that a description quotes at most, in characters.
const QUOTED: usize = 60;

impl Mutation<'_> {
    /// What was done, without the place: `guard "owner = None" dropped from Acquire`.
    #[must_use]
    pub fn description(&self, sources: &SourceMap) -> String {
        let text = quoted(sources.text(self.span));
        let within = &self.definition;
        match self.change {
            Change::Guard => format!("guard \"{text}\" dropped from {within}"),
            Change::Branch => format!("branch \"{text}\" removed from {within}"),
            Change::Assignment => format!("\"{text}\" left unchanged in {within}"),
            Change::Prime => format!("prime of \"{text}\" dropped in {within}"),
            Change::Update => format!("update \"{text}\" dropped in {within}"),
            Change::Comparison => format!("comparison \"{text}\" also true of equals in {within}"),
            Change::Bound => format!("\"{text}\" off by one in {within}"),
            Change::Step => format!("\"{text}\" by 0 in {within}"),
            Change::Quantifier => format!("quantifier of \"{text}\" exchanged in {within}"),
            Change::Fairness => format!("fairness \"{text}\" dropped from {within}"),
            Change::WeakerFairness => format!("strong fairness \"{text}\" made weak in {within}"),
        }
    }
}

/// The text on one line, shortened. The places of expressions leave out parentheses at their ends.
fn quoted(text: &str) -> String {
    let (mut open, mut missing) = (0_usize, 0_usize);
    for character in text.chars() {
        match character {
            '(' => open += 1,
            ')' if open == 0 => missing += 1,
            ')' => open -= 1,
            _ => {}
        }
    }
    let line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let line = format!("{}{line}{}", "(".repeat(missing), ")".repeat(open));
    if line.chars().count() <= QUOTED {
        return line;
    }
    let beginning: String = line.chars().take(QUOTED - 2).collect();
    format!("{} ..", beginning.trim_end())
}
