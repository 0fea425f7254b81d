//! What cannot be loaded, and where it is said to be.

use policy::{limits, PolicyStore, Problem, Source, Texts};

const SCHEMA: &str = "entity User = { \"level\": Long };\nentity Thing;\naction \"read\" appliesTo { principal: [User], resource: [Thing], context: {} };\n";

fn source(name: &str, text: &str) -> Source {
    Source { name: name.to_owned(), text: text.to_owned() }
}

fn problems(policies: &str, schema: &str, entities: Option<&str>) -> Vec<Problem> {
    let entities = entities.map(|text| source("entities.json", text));
    let texts =
        Texts { policies: vec![source("a.cedar", policies)], schema: source("s.cedarschema", schema), entities };
    PolicyStore::load(&texts).err().unwrap_or_default()
}

fn first(policies: &str, schema: &str, entities: Option<&str>) -> (String, usize, usize, String) {
    let mut found = problems(policies, schema, entities);
    assert!(!found.is_empty(), "it was loaded");
    let problem = found.remove(0);
    (problem.file, problem.line, problem.column, problem.message)
}

#[test]
fn points_at_what_cannot_be_parsed() {
    let (file, line, column, _) = first("// first\npermit (principal, action resource);", SCHEMA, None);
    assert_eq!((file.as_str(), line, column), ("a.cedar", 2, 27));
}

#[test]
fn points_at_an_attribute_that_the_schema_does_not_have() {
    let policies = "@id(\"good\")\npermit (principal, action, resource);\n@id(\"bad\")\npermit (principal is User, action, resource) when {\n  principal.levle > 3 };";
    let (file, line, column, message) = first(policies, SCHEMA, None);
    assert_eq!((file.as_str(), line, column), ("a.cedar", 5, 3));
    assert!(message.contains("levle"), "{message}");
}

#[test]
fn points_at_types_that_do_not_match() {
    let (_, line, _, message) =
        first("permit (principal, action, resource)\nwhen { principal.level == \"x\" };", SCHEMA, None);
    assert_eq!(line, 2);
    assert!(message.contains("type"), "{message}");
}

#[test]
fn points_at_two_policies_of_one_name() {
    let policy = "@id(\"a\")\npermit (principal, action, resource);\n";
    let (_, line, _, message) = first(&policy.repeat(2), SCHEMA, None);
    assert_eq!((line, message.as_str()), (3, "two policies are called \"a\""));
}

#[test]
fn points_into_the_schema() {
    let (file, line, ..) = first("", "entity User;\nentity Thing in [Nothing];", None);
    assert_eq!((file.as_str(), line), ("s.cedarschema", 2));
    let (file, line, ..) = first("", "entity User;\nentity;", None);
    assert_eq!((file.as_str(), line), ("s.cedarschema", 2));
}

#[test]
fn points_at_an_entity_that_does_not_fit() {
    let good = "{\"uid\": {\"type\": \"User\", \"id\": \"a\"}, \"attrs\": {\"level\": 1}, \"parents\": []}";
    let bad = good.replace("\"a\"", "\"b\"").replace('1', "\"high\"");
    let (file, line, _, message) = first("", SCHEMA, Some(&format!("[{good},\n{bad}]")));
    assert_eq!((file.as_str(), line), ("entities.json", 2));
    assert!(message.contains("level"), "{message}");
    let (_, line, ..) = first("", SCHEMA, Some("[\n{,]"));
    assert_eq!(line, 2);
}

#[test]
fn refuses_templates_and_endless_nesting() {
    assert!(first("permit (principal == ?principal, action, resource);", SCHEMA, None).3.contains("template"));
    let deep =
        format!("permit (principal, action, resource) when {{ {}1 == 1{} }};", "(".repeat(5000), ")".repeat(5000));
    assert!(first(&deep, SCHEMA, None).3.contains("nested deeper than 64"));
    let long = format!("permit (principal, action, resource) when {{ {} true }};", "true && ".repeat(3000));
    assert!(first(&long, SCHEMA, None).3.contains("deeper than 400 levels"));
    let larger = format!("permit (principal, action, resource) when {{ {} true }};", "true && ".repeat(5000));
    assert!(first(&larger, SCHEMA, None).3.contains("the limit is 32768"));
}

#[test]
fn refuses_more_policies_than_the_limit() {
    let many = "permit (principal, action, resource);\n".repeat(limits::POLICIES + 1);
    assert!(first(&many, SCHEMA, None).3.contains("the limit is 2000"));
}
