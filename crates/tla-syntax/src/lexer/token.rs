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
    ($($keyword:ident: $($word:literal)|+,)*) => {
        /// A reserved word; plural forms and synonyms are one keyword. The prefix operators (`SUBSET`) are none.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum Keyword {
            $($keyword),*
        }

        impl Keyword {
            /// The keyword that a word is, if it is one.
            pub(crate) fn from_word(word: &str) -> Option<Self> {
                Some(match word {
                    $($($word)|+ => Self::$keyword,)*
                    _ => return None,
                })
            }
        }
    };
}

keywords! {
    Action: "ACTION" | "ACTIONS",
    Assume: "ASSUME",
    Axiom: "AXIOM" | "ASSUMPTION",
    By: "BY",
    Case: "CASE",
    Choose: "CHOOSE",
    Constant: "CONSTANT" | "CONSTANTS",
    Def: "DEF" | "DEFS",
    Define: "DEFINE",
    Else: "ELSE",
    Except: "EXCEPT",
    Extends: "EXTENDS",
    False: "FALSE",
    Have: "HAVE",
    Hide: "HIDE",
    If: "IF",
    In: "IN",
    Instance: "INSTANCE",
    Lambda: "LAMBDA",
    Let: "LET",
    Local: "LOCAL",
    Module: "MODULE",
    New: "NEW",
    Obvious: "OBVIOUS",
    Omitted: "OMITTED",
    Only: "ONLY",
    Other: "OTHER",
    Pick: "PICK",
    Proof: "PROOF",
    Prove: "PROVE",
    Qed: "QED",
    Recursive: "RECURSIVE",
    State: "STATE",
    Suffices: "SUFFICES",
    Take: "TAKE",
    Temporal: "TEMPORAL" | "TEMPORALS",
    Then: "THEN",
    Theorem: "THEOREM" | "PROPOSITION" | "LEMMA" | "COROLLARY",
    True: "TRUE",
    Use: "USE",
    Variable: "VARIABLE" | "VARIABLES",
    With: "WITH",
    Witness: "WITNESS",
}
