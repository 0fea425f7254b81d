//! What a text is made of.

use crate::operators::Operator;

/// A piece of text: `start..end` in bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Token {
    pub(crate) kind: TokenKind,
    /// Nothing but blanks and comments stands before it on its line.
    pub(crate) first_on_line: bool,
    pub(crate) start: u32,
    pub(crate) end: u32,
    /// From 1, in characters; a tab reaches to the next multiple of eight, as in SANY.
    pub(crate) column: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum TokenKind {
    Name,
    /// Decimal digits, or a number in another base (`\b`, `\o`, `\h`).
    Number,
    /// `12.5`
    Decimal,
    String,
    Operator(Operator),
    Keyword(Keyword),
    /// `<1>2.`, `<*>`
    ProofStep,
    /// `WF_`
    WeakFairness,
    /// `SF_`
    StrongFairness,
    Comma,
    Colon,
    ColonColon,
    Dot,
    Underscore,
    /// `==`
    Define,
    LeftParenthesis,
    RightParenthesis,
    LeftBracket,
    RightBracket,
    /// `]_`
    RightBracketUnderscore,
    LeftBrace,
    RightBrace,
    /// `<<`
    LeftAngle,
    /// `>>`
    RightAngle,
    /// `>>_`
    RightAngleUnderscore,
    Bang,
    At,
    /// `->`
    Arrow,
    /// `<-`
    LeftArrow,
    /// `|->`
    MapsTo,
    ForAll,
    Exists,
    TemporalForAll,
    TemporalExists,
    /// `----`
    Separator,
    /// `====`
    EndModule,
    /// A token that does not stand to the right of the bullet of the list item being read. Only the parser makes it.
    ItemEnd,
    /// Text that is no token; already reported.
    Invalid,
    EndOfText,
}

macro_rules! keywords {
    ($($text:literal => $keyword:ident),* $(,)?) => {
        /// A reserved word; plural forms and synonyms are one keyword.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Keyword {
            $($keyword),*
        }

        impl Keyword {
            pub(crate) fn as_str(self) -> &'static str {
                match self {
                    $(Self::$keyword => $text),*
                }
            }
        }
    };
}

keywords! {
    "ACTION" => Action, "ASSUME" => Assume, "AXIOM" => Axiom, "BY" => By, "CASE" => Case, "CHOOSE" => Choose,
    "CONSTANT" => Constant, "DEF" => Def, "DEFINE" => Define, "ELSE" => Else, "EXCEPT" => Except,
    "EXTENDS" => Extends, "FALSE" => False, "HAVE" => Have, "HIDE" => Hide, "IF" => If, "IN" => In,
    "INSTANCE" => Instance, "LAMBDA" => Lambda, "LET" => Let, "LOCAL" => Local, "MODULE" => Module, "NEW" => New,
    "OBVIOUS" => Obvious, "OMITTED" => Omitted, "ONLY" => Only, "OTHER" => Other, "PICK" => Pick, "PROOF" => Proof,
    "PROVE" => Prove, "QED" => Qed, "RECURSIVE" => Recursive, "STATE" => State, "SUFFICES" => Suffices,
    "TAKE" => Take, "TEMPORAL" => Temporal, "THEN" => Then, "THEOREM" => Theorem, "TRUE" => True, "USE" => Use,
    "VARIABLE" => Variable, "WITH" => With, "WITNESS" => Witness,
}

impl Keyword {
    /// The keyword that a word is, if it is one. The prefix operators (`SUBSET`) are not keywords.
    pub(crate) fn from_word(word: &str) -> Option<Self> {
        Some(match word {
            "ACTION" | "ACTIONS" => Self::Action,
            "ASSUME" => Self::Assume,
            "ASSUMPTION" | "AXIOM" => Self::Axiom,
            "BY" => Self::By,
            "CASE" => Self::Case,
            "CHOOSE" => Self::Choose,
            "CONSTANT" | "CONSTANTS" => Self::Constant,
            "DEF" | "DEFS" => Self::Def,
            "DEFINE" => Self::Define,
            "ELSE" => Self::Else,
            "EXCEPT" => Self::Except,
            "EXTENDS" => Self::Extends,
            "FALSE" => Self::False,
            "HAVE" => Self::Have,
            "HIDE" => Self::Hide,
            "IF" => Self::If,
            "IN" => Self::In,
            "INSTANCE" => Self::Instance,
            "LAMBDA" => Self::Lambda,
            "LET" => Self::Let,
            "LOCAL" => Self::Local,
            "MODULE" => Self::Module,
            "NEW" => Self::New,
            "OBVIOUS" => Self::Obvious,
            "OMITTED" => Self::Omitted,
            "ONLY" => Self::Only,
            "OTHER" => Self::Other,
            "PICK" => Self::Pick,
            "PROOF" => Self::Proof,
            "PROVE" => Self::Prove,
            "QED" => Self::Qed,
            "RECURSIVE" => Self::Recursive,
            "STATE" => Self::State,
            "SUFFICES" => Self::Suffices,
            "TAKE" => Self::Take,
            "TEMPORAL" | "TEMPORALS" => Self::Temporal,
            "THEN" => Self::Then,
            "THEOREM" | "PROPOSITION" | "LEMMA" | "COROLLARY" => Self::Theorem,
            "TRUE" => Self::True,
            "USE" => Self::Use,
            "VARIABLE" | "VARIABLES" => Self::Variable,
            "WITH" => Self::With,
            "WITNESS" => Self::Witness,
            _ => return None,
        })
    }
}
