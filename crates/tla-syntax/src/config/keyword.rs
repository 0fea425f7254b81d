//! The words that start a section of a configuration.

use crate::suggestions;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Keyword {
    Constants,
    Init,
    Next,
    Specification,
    Invariants,
    Properties,
    Constraints,
    ActionConstraints,
    Symmetry,
    View,
    Alias,
    Postcondition,
    CheckDeadlock,
    /// Read and ignored, as TLC does, followed by one name.
    Ignored,
}

const KEYWORDS: [(&str, Keyword); 23] = [
    ("CONSTANT", Keyword::Constants),
    ("CONSTANTS", Keyword::Constants),
    ("INIT", Keyword::Init),
    ("NEXT", Keyword::Next),
    ("SPECIFICATION", Keyword::Specification),
    ("INVARIANT", Keyword::Invariants),
    ("INVARIANTS", Keyword::Invariants),
    ("PROPERTY", Keyword::Properties),
    ("PROPERTIES", Keyword::Properties),
    ("CONSTRAINT", Keyword::Constraints),
    ("CONSTRAINTS", Keyword::Constraints),
    ("ACTION_CONSTRAINT", Keyword::ActionConstraints),
    ("ACTION_CONSTRAINTS", Keyword::ActionConstraints),
    ("SYMMETRY", Keyword::Symmetry),
    ("VIEW", Keyword::View),
    ("ALIAS", Keyword::Alias),
    ("POSTCONDITION", Keyword::Postcondition),
    ("CHECK_DEADLOCK", Keyword::CheckDeadlock),
    ("TYPE", Keyword::Ignored),
    ("TYPE_CONSTRAINT", Keyword::Ignored),
    ("_PERIODIC", Keyword::Ignored),
    ("PERIODIC", Keyword::Ignored),
    ("_RL_REWARD", Keyword::Ignored),
];

impl Keyword {
    pub(super) fn from_word(word: &str) -> Option<Self> {
        KEYWORDS.iter().find(|(text, _)| *text == word).map(|&(_, keyword)| keyword)
    }

    /// The keyword that `word` was probably meant to be.
    pub(super) fn meant_by(word: &str) -> Option<&'static str> {
        suggestions::closest(word, KEYWORDS.iter().map(|&(text, _)| text))
    }
}
