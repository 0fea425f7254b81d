//! The sample policy of the shop: what it decides, and why.

use policy::{Outcome, PolicyStore, Reason, Source, Texts};

const CALM: &str = r#"{"device": {"compliant": true, "trust": 90}, "risk": 5, "hour": 10, "second_factor": true}"#;
const RISKY: &str = r#"{"device": {"compliant": true, "trust": 90}, "risk": 45, "hour": 10, "second_factor": true}"#;

fn source(name: &str, text: &str) -> Source {
    Source { name: name.to_owned(), text: text.to_owned() }
}

fn texts() -> Texts {
    Texts {
        policies: vec![
            source("guards.cedar", include_str!("../../../src/assay/trust/policy/sample/guards.cedar")),
            source("roles.cedar", include_str!("../../../src/assay/trust/policy/sample/roles.cedar")),
        ],
        schema: source("schema.cedarschema", include_str!("../../../src/assay/trust/policy/sample/schema.cedarschema")),
        entities: Some(source("entities.json", include_str!("../../../src/assay/trust/policy/sample/entities.json"))),
    }
}

fn store() -> PolicyStore {
    PolicyStore::load(&texts()).expect("the sample fits its schema")
}

#[test]
fn names_the_permit_that_allowed() {
    let decision = store().authorise("User::\"carol\"", "Action::\"order\"", "Product::\"atlas\"", CALM);
    assert!(decision.allowed);
    assert_eq!(decision.policies, ["customers-order"]);
}

#[test]
fn names_the_forbid_that_denied_and_its_fact() {
    let why = store().explain("User::\"mallory\"", "Action::\"order\"", "Product::\"atlas\"", CALM);
    assert_eq!((why.decision.allowed, why.reason), (false, Reason::Forbidden));
    assert_eq!(why.decision.policies, ["no-suspended-accounts"]);
    let clause = &why.deciding[0].clauses[1];
    assert_eq!((clause.text.as_str(), clause.outcome), ("principal.suspended", Outcome::Holds));
    assert_eq!(clause.facts[0].value.as_deref(), Some("true"));
    assert_eq!((why.deciding[0].policy.file.as_str(), why.deciding[0].policy.line), ("guards.cedar", 3));
}

#[test]
fn tells_which_condition_the_nearest_permit_lacked() {
    let why = store().explain("User::\"sam\"", "Action::\"refund\"", "Payment::\"p-1\"", RISKY);
    assert_eq!(why.reason, Reason::NothingPermits);
    assert_eq!(why.nearest[0].policy.id, "support-refunds");
    let lacked: Vec<_> = why.nearest[0].clauses.iter().filter(|clause| clause.outcome == Outcome::Fails).collect();
    assert_eq!(lacked.len(), 1);
    assert_eq!(lacked[0].text, "context.risk < 30");
    assert_eq!(lacked[0].facts[0].name, "context.risk");
    assert_eq!(lacked[0].facts[0].value.as_deref(), Some("45"));
}

#[test]
fn an_unless_is_told_by_what_stands_in_it() {
    let why = store().explain("User::\"carol\"", "Action::\"cancel\"", "Order::\"o-2\"", CALM);
    let lacked: Vec<_> = why.nearest[0].clauses.iter().filter(|clause| clause.outcome != Outcome::Holds).collect();
    assert_eq!((lacked[0].place, lacked[0].text.as_str()), ("unless", "resource.state == \"shipped\""));
}

#[test]
fn scopes_are_told_as_they_are_written() {
    let why = store().explain("User::\"gus\"", "Action::\"order\"", "Product::\"atlas\"", CALM);
    let scope: Vec<_> = why.nearest[0].clauses.iter().take(3).map(|clause| clause.text.as_str()).collect();
    assert_eq!(scope, ["principal in Role::\"customer\"", "action == Action::\"order\"", "resource is Product"]);
    assert_eq!(why.nearest[0].clauses[0].outcome, Outcome::Fails);
}

#[test]
fn denies_what_does_not_fit_the_schema_and_says_why() {
    let store = store();
    let user = "User::\"carol\"";
    let refusal = |principal: &str, action: &str, resource: &str, context: &str| {
        let decision = store.authorise(principal, action, resource, context);
        assert!(!decision.allowed);
        decision.refusal.expect("refused")
    };
    let product = "Product::\"atlas\"";
    assert!(refusal(user, "Action::\"fly\"", product, CALM).contains("no action"));
    assert!(refusal("Ghost::\"x\"", "Action::\"read\"", product, CALM).contains("Ghost"));
    assert!(refusal("carol", "Action::\"read\"", product, CALM).contains("Type::"));
    assert!(refusal(user, "Action::\"charge\"", "Payment::\"p-1\"", CALM).contains("does not let a User"));
    assert!(refusal(user, "Action::\"read\"", product, "{}").contains("context"));
    assert!(refusal(user, "Action::\"read\"", product, "{").contains("context"));
    assert!(refusal(user, "Action::\"read\"", product, &" ".repeat(70_000)).contains("longer than 65536"));
}

#[test]
fn reads_an_attribute_once() {
    let twice = CALM.replace("\"risk\": 5", "\"risk\": 5, \"risk\": 95");
    let decision = store().authorise("User::\"carol\"", "Action::\"order\"", "Product::\"atlas\"", &twice);
    assert!(!decision.allowed);
    assert!(decision.refusal.is_some_and(|why| why.contains("risk")));
    let twice = CALM.replace("\"trust\": 90", "\"trust\": 90, \"trust\": 10");
    assert!(store().authorise("User::\"gus\"", "Action::\"read\"", "Product::\"atlas\"", &twice).refusal.is_some());
}

#[test]
fn reads_addresses_and_entities_as_the_schema_expects_them() {
    let schema = "entity User; action \"go\" appliesTo { principal: [User], resource: [User], context: { from: __cedar::ipaddr, by: User } };";
    let policy = "@id(\"inside\") permit (principal, action, resource) when { context.from.isInRange(ip(\"10.0.0.0/8\")) && context.by == principal };";
    let texts = Texts { policies: vec![source("a.cedar", policy)], schema: source("schema", schema), entities: None };
    let store = PolicyStore::load(&texts).expect("fits");
    let ask = |from: &str| {
        let context =
            format!("{{\"from\": \"{from}\", \"by\": {{\"__entity\": {{\"type\": \"User\", \"id\": \"a\"}}}}}}");
        store.authorise("User::\"a\"", "Action::\"go\"", "User::\"b\"", &context)
    };
    assert_eq!(ask("10.1.2.3").policies, ["inside"]);
    assert!(!ask("11.1.2.3").allowed);
    assert!(ask("nowhere").refusal.is_some());
}

#[test]
fn a_policy_that_cannot_be_evaluated_is_named() {
    // Not among the entities: it has no attributes.
    let decision = store().authorise("User::\"nobody\"", "Action::\"read\"", "Product::\"atlas\"", CALM);
    assert!(!decision.allowed);
    assert_eq!(decision.skipped[0].policy, "no-suspended-accounts");
}

#[test]
fn other_policies_share_the_entities() {
    let open = "@id(\"all\") permit (principal, action, resource);";
    let other = store().with_policies(&[source("open.cedar", open)]).expect("fits");
    assert_eq!(other.authorise("User::\"gus\"", "Action::\"read\"", "Payment::\"p-1\"", CALM).policies, ["all"]);
}
