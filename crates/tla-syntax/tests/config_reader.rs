//! What the configuration reader accepts, and how it says what it does not.

use std::path::Path;

use tla_syntax::config::{parse_config, AssignedValue, Config, ConfigName, ConfigValue};
use tla_syntax::source::SourceMap;

fn read(text: &str) -> Config {
    let mut sources = SourceMap::default();
    let source = sources.add(Path::new("M.cfg"), text.to_owned());
    parse_config(source, text).unwrap_or_else(|errors| {
        panic!("{}", errors.iter().map(|error| error.render(&sources)).collect::<Vec<_>>().join("\n"))
    })
}

fn errors(text: &str) -> Vec<String> {
    let mut sources = SourceMap::default();
    let source = sources.add(Path::new("M.cfg"), text.to_owned());
    let errors = parse_config(source, text).expect_err("this configuration is wrong");
    errors.iter().map(|error| error.render(&sources)).collect()
}

fn texts(names: &[ConfigName]) -> Vec<&str> {
    names.iter().map(|name| name.text.as_str()).collect()
}

fn value(text: &str) -> ConfigValue {
    let config = read(&format!("CONSTANT C = {text}"));
    match &config.constants[0].value {
        AssignedValue::Value(value) => value.clone(),
        other => panic!("expected a value, got {other:?}"),
    }
}

fn model(name: &str) -> ConfigValue {
    ConfigValue::ModelValue(name.to_owned())
}

#[test]
fn can_read_every_section() {
    let config = read(
        "\\* a comment\nINIT Init NEXT Next (* nested (* comment *) *)\nINVARIANTS TypeOK, Inv\nINVARIANT I!Safe\n\
         PROPERTY Live PROPERTIES A B\nCONSTRAINT C1\nCONSTRAINTS C2 C3\nACTION_CONSTRAINT A1\nACTION-CONSTRAINTS A2\n\
         SYMMETRY Perms VIEW View ALIAS Alias POSTCONDITION Post\nCHECK_DEADLOCK FALSE",
    );
    assert_eq!(config.init.as_ref().map(|name| name.text.as_str()), Some("Init"));
    assert_eq!(config.next.as_ref().map(|name| name.text.as_str()), Some("Next"));
    assert_eq!(texts(&config.invariants), ["TypeOK", "Inv", "I!Safe"]);
    assert_eq!(texts(&config.properties), ["Live", "A", "B"]);
    assert_eq!(texts(&config.constraints), ["C1", "C2", "C3"]);
    assert_eq!(texts(&config.action_constraints), ["A1", "A2"]);
    assert_eq!(config.check_deadlock, Some(false));
    assert!(config.symmetry.is_some() && config.view.is_some() && config.alias.is_some());
    assert!(config.postcondition.is_some() && config.specification.is_none());
}

#[test]
fn can_read_values() {
    assert_eq!(value("-3"), ConfigValue::Integer(-3));
    assert_eq!(value("\"a b\""), ConfigValue::String("a b".to_owned()));
    assert_eq!(value("TRUE"), ConfigValue::Boolean(true));
    assert_eq!(value("{}"), ConfigValue::Set(Vec::new()));
    assert_eq!(value("{{a, 1}, b}"), {
        let inner = ConfigValue::Set(vec![model("a"), ConfigValue::Integer(1)]);
        ConfigValue::Set(vec![inner, model("b")])
    });
    assert_eq!(value("<<1, x>>"), ConfigValue::Tuple(vec![ConfigValue::Integer(1), model("x")]));
    assert_eq!(
        value("[a |-> 1, b |-> TRUE]"),
        ConfigValue::Record(vec![
            ("a".to_owned(), ConfigValue::Integer(1)),
            ("b".to_owned(), ConfigValue::Boolean(true))
        ])
    );
}

#[test]
fn can_read_replacements() {
    let config =
        read("CONSTANTS N <- MCN\n Nat <- [Naturals]MCNat, I!Op <- Other\n NoHash = [Nano]NoHashVal\n \\prec <- Less");
    let described: Vec<String> = config
        .constants
        .iter()
        .map(|assignment| match &assignment.value {
            AssignedValue::Replacement { module, operator } => {
                format!("{} <- {:?} {}", assignment.name.text, module.as_deref(), operator.text)
            }
            other => format!("{} = {other:?}", assignment.name.text),
        })
        .collect();
    assert_eq!(
        described,
        [
            "N <- None MCN",
            "Nat <- Some(\"Naturals\") MCNat",
            "I!Op <- None Other",
            "NoHash = ModuleValue { module: \"Nano\", value: ModelValue(\"NoHashVal\") }",
            "\\prec <- None Less",
        ]
    );
}

#[test]
fn can_read_an_empty_configuration() {
    let config = read("\n\\* nothing\n");
    assert!(config.init.is_none() && config.constants.is_empty());
}

#[test]
fn reports_misspelt_keywords() {
    assert_eq!(
        errors("SPECIFCATION Spec"),
        ["error[config-syntax]: expected a keyword such as SPECIFICATION, INVARIANT or CONSTANT, found `SPECIFCATION`\n \
          --> M.cfg:1:1\n  |\n1 | SPECIFCATION Spec\n  | ^^^^^^^^^^^^\n  hint: did you mean `SPECIFICATION`?"]
    );
    let config = read("INVARIANT A\nPROPERTEIS B");
    assert_eq!(config.warnings[0].hint.as_deref(), Some("did you mean the keyword `PROPERTIES`?"));
}

#[test]
fn reports_a_keyword_given_twice() {
    let found = errors("INIT A\nINIT B");
    assert!(found[0].contains("`INIT` is given a second time") && found[0].contains("it is `A` already"), "{found:?}");
}

#[test]
fn reports_several_errors() {
    let found = errors("INIT\nNEXT Next\nCONSTANT N 3\nCHECK_DEADLOCK maybe\nCONSTANT S = {1, }");
    assert_eq!(found.len(), 4, "{found:?}");
    assert!(found[0].contains("expected a name after `INIT`, found `NEXT`"));
    assert!(found[1].contains("expected `=` or `<-` after the name of a constant, found `3`"));
    assert!(found[2].contains("expected TRUE or FALSE"));
    assert!(found[3].contains("expected a value, found `}`"));
}

#[test]
fn reports_limits() {
    let deep = format!("CONSTANT C = {}{}", "{".repeat(1000), "}".repeat(1000));
    assert!(errors(&deep)[0].starts_with("error[limit]: values nest more than 64 deep"));
    assert!(errors("CONSTANT C = 99999999999999999999")[0].contains("larger than 64 bits"));
}

#[test]
fn reports_text_that_is_never_closed() {
    assert!(errors("(* no end")[0].contains("this comment is never closed"));
    assert!(errors("CONSTANT C = \"abc")[0].contains("this string is never closed"));
}
