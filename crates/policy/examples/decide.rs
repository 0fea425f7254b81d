//! How long a decision takes: `cargo run --release -p policy --example decide [POLICIES] [ENTITIES]`.

use std::fmt::Write;
use std::time::Instant;

use policy::{PolicyStore, Source, Texts};

const SERVICES: usize = 10;
const DECISIONS: usize = 20_000;

fn main() {
    let mut numbers = std::env::args().skip(1).filter_map(|argument| argument.parse().ok());
    let (policies, entities) = (numbers.next().unwrap_or(100), numbers.next().unwrap_or(10_000));
    let texts = texts(policies, entities);
    let began = Instant::now();
    let store = match PolicyStore::load(&texts) {
        Ok(store) => store,
        Err(problems) => {
            eprintln!("{problems:#?}");
            std::process::exit(2);
        }
    };
    println!("{policies} policies, {} entities, loaded in {:.0} ms", store.entity_count(), millis(began));
    measure("by slice", &store, entities, PolicyStore::authorise);
    measure("by all policies", &store, entities, PolicyStore::authorise_by_all);
    measure("explained", &store, entities, |store, principal, action, resource, context| {
        store.explain(principal, action, resource, context).decision
    });
}

type Decide = fn(&PolicyStore, &str, &str, &str, &str) -> policy::Decision;

fn measure(name: &str, store: &PolicyStore, entities: usize, decide: Decide) {
    let mut micros = Vec::with_capacity(DECISIONS);
    let mut allowed = 0;
    for number in 0..DECISIONS {
        let user = format!("User::\"u{}\"", number * 7919 % (entities / 2));
        let resource = format!("Thing{}::\"t{}\"", number % SERVICES, number % (entities / 2));
        let context = format!("{{\"risk\": {}, \"trust\": {}}}", number % 100, number % 97);
        let began = Instant::now();
        let decision = decide(store, &user, "Action::\"read\"", &resource, &context);
        micros.push(began.elapsed().as_secs_f64() * 1e6);
        allowed += usize::from(decision.allowed);
        assert_eq!(decision.refusal, None);
    }
    micros.sort_by(f64::total_cmp);
    let at = |share: f64| micros[(share * (DECISIONS - 1) as f64) as usize];
    println!("{name}: p50 {:.1} µs, p99 {:.1} µs, {allowed} of {DECISIONS} allowed", at(0.5), at(0.99));
}

fn millis(began: Instant) -> f64 {
    began.elapsed().as_secs_f64() * 1e3
}

/// Services with policies of their own; half of the entities are people in roles, half are things that somebody owns.
fn texts(policies: usize, entities: usize) -> Texts {
    let mut schema = "entity Role;\nentity User in [Role] = { \"level\": Long };\n".to_owned();
    for service in 0..SERVICES {
        let _ = writeln!(schema, "entity Thing{service} = {{ \"owner\": User, \"public\": Bool }};");
    }
    let things = (0..SERVICES).map(|service| format!("Thing{service}")).collect::<Vec<_>>().join(", ");
    for action in ["read", "write"] {
        let _ = writeln!(
            schema,
            "action \"{action}\" appliesTo {{ principal: [User], resource: [{things}], context: {{ \"risk\": Long, \"trust\": Long }} }};"
        );
    }
    let mut text = String::new();
    for number in 0..policies {
        let service = number % SERVICES;
        let _ = match number % 4 {
            0 => writeln!(text, "@id(\"p{number}\")\npermit(principal in Role::\"r{}\", action == Action::\"read\", resource is Thing{service}) when {{ context.risk < {} && context.trust > 20 }};", number % 50, 20 + number % 60),
            1 => writeln!(text, "@id(\"p{number}\")\npermit(principal, action, resource is Thing{service}) when {{ resource.owner == principal && context.trust > {} }};", number % 60),
            2 => writeln!(text, "@id(\"p{number}\")\npermit(principal, action == Action::\"read\", resource is Thing{service}) when {{ resource.public && principal.level > {} }};", number % 9),
            _ => writeln!(text, "@id(\"p{number}\")\nforbid(principal, action, resource is Thing{service}) when {{ context.risk > {} }};", 80 + number % 20),
        };
    }
    let source = |name: &str, text: String| Source { name: name.to_owned(), text };
    Texts {
        policies: vec![source("bench.cedar", text)],
        schema: source("schema.cedarschema", schema),
        entities: Some(source("entities.json", entity_text(entities))),
    }
}

fn entity_text(entities: usize) -> String {
    let mut all: Vec<_> = (0..50)
        .map(|role| {
            format!("{{\"uid\": {{\"type\": \"Role\", \"id\": \"r{role}\"}}, \"attrs\": {{}}, \"parents\": []}}")
        })
        .collect();
    for number in 0..entities / 2 {
        all.push(format!(
            "{{\"uid\": {{\"type\": \"User\", \"id\": \"u{number}\"}}, \"attrs\": {{\"level\": {}}}, \"parents\": [{{\"type\": \"Role\", \"id\": \"r{}\"}}]}}",
            number % 10,
            number % 50
        ));
        all.push(format!(
            "{{\"uid\": {{\"type\": \"Thing{}\", \"id\": \"t{number}\"}}, \"attrs\": {{\"owner\": {{\"type\": \"User\", \"id\": \"u{number}\"}}, \"public\": {}}}, \"parents\": []}}",
            number % SERVICES,
            number.is_multiple_of(3)
        ));
    }
    format!("[{}]", all.join(",\n"))
}
