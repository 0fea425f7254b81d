//! Every operator symbol of TLA+: its spellings, where it may stand, and how tightly it binds.
//!
//! Facts from *Specifying Systems*, tables 5 and 6, with the ranges that SANY uses where the two differ (`SUBSET`,
//! `UNION` and `DOMAIN` bind 10–13).
//!
//! Each operator has one canonical name, the one used in the syntax tree: ASCII, and of several ASCII spellings the
//! one most specifications use (`\leq` for `<=` and `=<`, `\o` for `\circ`, `\cup` for `\union`, `/=` for `#`,
//! `/\` for `\land`, `~` for `\lnot`, `\equiv` for `<=>`, `\oplus` for `(+)`). Unary minus is `-.`, as in its definition.

use crate::ast::Builtin;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fixity {
    Prefix,
    Infix,
    Postfix,
}

/// What the parser makes of an operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Meaning {
    /// Belongs to the language.
    Builtin(Builtin),
    Conjunction,
    Disjunction,
    /// `\X`, which makes one flat product of a chain.
    Product,
    /// Defined by modules: looked up by its canonical name.
    Defined,
}

/// An operator: an index into [`OPERATORS`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Operator(u8);

/// One row of the table of operators.
#[derive(Debug)]
pub struct OperatorFacts {
    /// Canonical name.
    pub name: &'static str,
    /// Other spellings, ASCII and Unicode.
    pub synonyms: &'static [&'static str],
    pub fixity: Fixity,
    /// Precedence range, 1 (loose) to 15 (tight), both ends included.
    pub low: u8,
    pub high: u8,
    /// `a op b op c` means `(a op b) op c`; otherwise it is an error.
    pub associative: bool,
    pub meaning: Meaning,
}

impl Operator {
    pub const AND: Self = Self::named("/\\");
    pub const OR: Self = Self::named("\\/");
    pub const IN: Self = Self::named("\\in");
    pub const EQUAL: Self = Self::named("=");
    pub const MINUS: Self = Self::named("-");
    pub const NEGATE: Self = Self::named("-.");
    pub const ALWAYS: Self = Self::named("[]");
    pub const ENABLED: Self = Self::named("ENABLED");
    pub const UNCHANGED: Self = Self::named("UNCHANGED");
    pub const SUBSET: Self = Self::named("SUBSET");
    pub const UNION: Self = Self::named("UNION");
    pub const DOMAIN: Self = Self::named("DOMAIN");

    #[must_use]
    pub fn facts(self) -> &'static OperatorFacts {
        &TABLE[self.0 as usize]
    }

    #[must_use]
    pub fn name(self) -> &'static str {
        self.facts().name
    }

    #[must_use]
    pub fn is_infix(self) -> bool {
        self.facts().fixity == Fixity::Infix
    }

    #[must_use]
    pub fn is_prefix(self) -> bool {
        self.facts().fixity == Fixity::Prefix
    }

    #[must_use]
    pub fn is_postfix(self) -> bool {
        self.facts().fixity == Fixity::Postfix
    }

    /// Every operator, in the order of the table.
    pub fn all() -> impl Iterator<Item = Self> {
        (0..OPERATORS.len()).map(|index| Self(index as u8))
    }

    /// The operator with a canonical name or any other spelling.
    #[must_use]
    pub fn find(spelling: &str) -> Option<Self> {
        Self::all().find(|operator| {
            let facts = operator.facts();
            facts.name == spelling || facts.synonyms.contains(&spelling)
        })
    }

    const fn named(name: &str) -> Self {
        let mut index = 0;
        while !same_bytes(TABLE[index].name.as_bytes(), name.as_bytes()) {
            index += 1;
        }
        Self(index as u8)
    }
}

/// The operator of the language that a canonical name stands for (`\cup` passed as an argument); `None` for names
/// that modules define, and for `/\`, `\/` and `\X`, which are not [`Builtin`]s.
#[must_use]
pub fn builtin_named(name: &str) -> Option<Builtin> {
    let facts = OPERATORS.iter().find(|facts| facts.name == name)?;
    match facts.meaning {
        Meaning::Builtin(builtin) => Some(builtin),
        _ => None,
    }
}

const fn same_bytes(left: &[u8], right: &[u8]) -> bool {
    if left.len() != right.len() {
        return false;
    }
    let mut index = 0;
    while index < left.len() {
        if left[index] != right[index] {
            return false;
        }
        index += 1;
    }
    true
}

const fn row(
    name: &'static str,
    synonyms: &'static [&'static str],
    fixity: Fixity,
    range: (u8, u8),
    associative: bool,
    meaning: Meaning,
) -> OperatorFacts {
    OperatorFacts { name, synonyms, fixity, low: range.0, high: range.1, associative, meaning }
}

const fn prefix(
    name: &'static str,
    synonyms: &'static [&'static str],
    range: (u8, u8),
    meaning: Meaning,
) -> OperatorFacts {
    row(name, synonyms, Fixity::Prefix, range, false, meaning)
}

const fn postfix(name: &'static str, synonyms: &'static [&'static str], meaning: Meaning) -> OperatorFacts {
    row(name, synonyms, Fixity::Postfix, (15, 15), false, meaning)
}

/// An infix operator of the language that does not associate.
const fn language(
    name: &'static str,
    synonyms: &'static [&'static str],
    precedence: u8,
    builtin: Builtin,
) -> OperatorFacts {
    row(name, synonyms, Fixity::Infix, (precedence, precedence), false, Meaning::Builtin(builtin))
}

/// An infix operator that modules define and that does not associate.
const fn plain(name: &'static str, synonyms: &'static [&'static str], range: (u8, u8)) -> OperatorFacts {
    row(name, synonyms, Fixity::Infix, range, false, Meaning::Defined)
}

/// An infix operator that modules define and that associates to the left.
const fn left(name: &'static str, synonyms: &'static [&'static str], range: (u8, u8)) -> OperatorFacts {
    row(name, synonyms, Fixity::Infix, range, true, Meaning::Defined)
}

/// A relation symbol that modules define: precedence 5, does not associate.
const fn relation(name: &'static str, synonyms: &'static [&'static str]) -> OperatorFacts {
    plain(name, synonyms, (5, 5))
}

const fn builtin(builtin: Builtin) -> Meaning {
    Meaning::Builtin(builtin)
}

/// All operators.
pub static OPERATORS: &[OperatorFacts] = TABLE;

// Constants may not refer to statics, and `Operator::AND` is found at compile time.
const TABLE: &[OperatorFacts] = &[
    prefix("~", &["\\lnot", "\\neg", "¬"], (4, 4), builtin(Builtin::Not)),
    prefix("[]", &["□"], (4, 15), builtin(Builtin::Always)),
    prefix("<>", &["◇"], (4, 15), builtin(Builtin::Eventually)),
    prefix("ENABLED", &[], (4, 15), builtin(Builtin::Enabled)),
    prefix("UNCHANGED", &[], (4, 15), builtin(Builtin::Unchanged)),
    prefix("SUBSET", &[], (10, 13), builtin(Builtin::Powerset)),
    prefix("UNION", &[], (10, 13), builtin(Builtin::BigUnion)),
    prefix("DOMAIN", &[], (10, 13), builtin(Builtin::Domain)),
    prefix("-.", &[], (12, 12), Meaning::Defined),
    postfix("'", &["′"], builtin(Builtin::Prime)),
    postfix("^+", &["⁺"], Meaning::Defined),
    postfix("^*", &[], Meaning::Defined),
    postfix("^#", &[], Meaning::Defined),
    language("=>", &["⇒"], 1, Builtin::Implies),
    language("\\equiv", &["<=>", "≡", "⇔"], 2, Builtin::Equivalent),
    language("~>", &["↝"], 2, Builtin::LeadsTo),
    language("-+->", &["⇸"], 2, Builtin::PlusArrow),
    row("/\\", &["\\land", "∧"], Fixity::Infix, (3, 3), true, Meaning::Conjunction),
    row("\\/", &["\\lor", "∨"], Fixity::Infix, (3, 3), true, Meaning::Disjunction),
    language("=", &[], 5, Builtin::Equal),
    language("/=", &["#", "≠"], 5, Builtin::NotEqual),
    language("\\in", &["∈"], 5, Builtin::In),
    language("\\notin", &["∉"], 5, Builtin::NotIn),
    language("\\subseteq", &["⊆"], 5, Builtin::SubsetEq),
    row("\\cdot", &["⋅"], Fixity::Infix, (5, 14), true, builtin(Builtin::Composition)),
    row("\\cup", &["\\union", "∪"], Fixity::Infix, (8, 8), true, builtin(Builtin::Union)),
    row("\\cap", &["\\intersect", "∩"], Fixity::Infix, (8, 8), true, builtin(Builtin::Intersection)),
    language("\\", &["∖"], 8, Builtin::Difference),
    row("\\X", &["\\times", "×"], Fixity::Infix, (10, 13), true, Meaning::Product),
    relation("<", &[]),
    relation("\\leq", &["<=", "=<", "≤"]),
    relation(">", &[]),
    relation("\\geq", &[">=", "≥"]),
    relation("|-", &["⊢"]),
    relation("|=", &["⊨"]),
    relation("-|", &["⊣"]),
    relation("=|", &["⫤"]),
    relation(":=", &["≔"]),
    relation("::=", &["⩴"]),
    relation("\\prec", &["≺"]),
    relation("\\succ", &["≻"]),
    relation("\\preceq", &["⪯"]),
    relation("\\succeq", &["⪰"]),
    relation("\\sim", &["∼"]),
    relation("\\simeq", &["≃"]),
    relation("\\ll", &["≪"]),
    relation("\\gg", &["≫"]),
    relation("\\asymp", &["≍"]),
    relation("\\subset", &["⊂"]),
    relation("\\supset", &["⊃"]),
    relation("\\supseteq", &["⊇"]),
    relation("\\approx", &["≈"]),
    relation("\\cong", &["≅"]),
    relation("\\sqsubset", &["⊏"]),
    relation("\\sqsubseteq", &["⊑"]),
    relation("\\sqsupset", &["⊐"]),
    relation("\\sqsupseteq", &["⊒"]),
    relation("\\doteq", &["≐"]),
    relation("\\propto", &["∝"]),
    left("@@", &[], (6, 6)),
    plain(":>", &[], (7, 7)),
    plain("<:", &[], (7, 7)),
    plain("..", &["‥"], (9, 9)),
    plain("...", &["…"], (9, 9)),
    plain("!!", &["‼"], (9, 13)),
    left("##", &[], (9, 13)),
    left("$", &[], (9, 13)),
    left("$$", &[], (9, 13)),
    left("??", &["⁇"], (9, 13)),
    left("\\sqcap", &["⊓"], (9, 13)),
    left("\\sqcup", &["⊔"], (9, 13)),
    left("\\uplus", &["⊎"], (9, 13)),
    plain("\\wr", &["≀"], (9, 14)),
    left("+", &[], (10, 10)),
    left("++", &[], (10, 10)),
    left("\\oplus", &["(+)", "⊕"], (10, 10)),
    plain("%", &[], (10, 11)),
    left("%%", &[], (10, 11)),
    left("|", &[], (10, 11)),
    left("||", &["‖"], (10, 11)),
    left("-", &[], (11, 11)),
    left("--", &[], (11, 11)),
    left("\\ominus", &["(-)", "⊖"], (11, 11)),
    left("*", &[], (13, 13)),
    left("**", &[], (13, 13)),
    plain("/", &[], (13, 13)),
    plain("//", &[], (13, 13)),
    left("&", &[], (13, 13)),
    left("&&", &[], (13, 13)),
    left("\\odot", &["(.)", "⊙"], (13, 13)),
    plain("\\oslash", &["(/)", "⊘"], (13, 13)),
    left("\\otimes", &["(\\X)", "⊗"], (13, 13)),
    left("\\bigcirc", &["◯"], (13, 13)),
    left("\\bullet", &["●"], (13, 13)),
    plain("\\div", &["÷"], (13, 13)),
    left("\\o", &["\\circ", "∘"], (13, 13)),
    left("\\star", &["⋆"], (13, 13)),
    plain("^", &[], (14, 14)),
    plain("^^", &[], (14, 14)),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_spelling_belongs_to_two_operators() {
        let mut spellings: Vec<&str> = Vec::new();
        for facts in OPERATORS {
            spellings.push(facts.name);
            spellings.extend(facts.synonyms);
        }
        let count = spellings.len();
        spellings.sort_unstable();
        spellings.dedup();
        assert_eq!(spellings.len(), count);
    }

    #[test]
    fn can_find_an_operator_by_any_spelling() {
        for (spelling, name) in [("<=", "\\leq"), ("≤", "\\leq"), ("\\union", "\\cup"), ("∧", "/\\"), ("#", "/=")] {
            assert_eq!(Operator::find(spelling).map(Operator::name), Some(name), "{spelling}");
        }
        assert_eq!(Operator::find("?"), None);
    }

    #[test]
    fn names_the_operators_of_the_language() {
        assert_eq!(builtin_named("\\cup"), Some(Builtin::Union));
        assert_eq!(builtin_named("+"), None);
        assert_eq!(builtin_named("/\\"), None);
    }
}
