//! A slice decides as the whole set does: the same answer, by the same policies, with the same errors.

use std::fmt::Write;

use policy::{PolicyStore, Source, Texts};

const SCHEMA: &str = r#"
entity Role in [Role];
entity User in [Role] = { "level": Long };
entity Robot in [Role] = { "level": Long };
entity Folder in [Folder] = { "open": Bool };
entity File in [Folder] = { "open": Bool, "owner"?: User };
action "any";
action "look" in ["any"] appliesTo { principal: [User, Robot], resource: [File, Folder], context: { "risk": Long } };
action "write" in ["any"] appliesTo { principal: [User], resource: [File], context: { "risk": Long } };
action "sweep" appliesTo { principal: [Robot], resource: [Folder], context: { "risk": Long } };
"#;

const ENTITIES: &str = r#"[
{"uid": {"type": "Role", "id": "top"}, "attrs": {}, "parents": []},
{"uid": {"type": "Role", "id": "mid"}, "attrs": {}, "parents": [{"type": "Role", "id": "top"}]},
{"uid": {"type": "User", "id": "0"}, "attrs": {"level": 1}, "parents": [{"type": "Role", "id": "mid"}]},
{"uid": {"type": "User", "id": "1"}, "attrs": {"level": 9223372036854775807}, "parents": []},
{"uid": {"type": "Robot", "id": "0"}, "attrs": {"level": 2}, "parents": [{"type": "Role", "id": "top"}]},
{"uid": {"type": "Folder", "id": "0"}, "attrs": {"open": true}, "parents": []},
{"uid": {"type": "Folder", "id": "1"}, "attrs": {"open": false}, "parents": [{"type": "Folder", "id": "0"}]},
{"uid": {"type": "File", "id": "0"}, "attrs": {"open": true}, "parents": [{"type": "Folder", "id": "1"}]},
{"uid": {"type": "File", "id": "1"}, "attrs": {"open": false, "owner": {"__entity": {"type": "User", "id": "0"}}}, "parents": []}
]"#;

/// The same numbers on every machine (splitmix64).
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        ((mixed ^ (mixed >> 31)) % end as u64) as usize
    }

    fn of<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices[self.below(choices.len())]
    }
}

fn policies(chance: &mut Chance) -> String {
    let mut text = String::new();
    for number in 0..12 {
        let effect = chance.of(&["permit", "permit", "forbid"]);
        let principal = chance.of(&[
            "principal",
            "principal in Role::\"top\"",
            "principal in Role::\"mid\"",
            "principal is User",
            "principal is Robot in Role::\"top\"",
            "principal == User::\"1\"",
        ]);
        let action = chance.of(&[
            "action",
            "action == Action::\"look\"",
            "action in Action::\"any\"",
            "action in [Action::\"write\", Action::\"sweep\"]",
        ]);
        let resource = chance.of(&[
            "resource",
            "resource is File",
            "resource in Folder::\"0\"",
            "resource in Folder::\"1\"",
            "resource is Folder in Folder::\"0\"",
            "resource == File::\"1\"",
        ]);
        let condition = chance.of(&[
            "",
            "when { context.risk < 50 }",
            "when { resource.open }",
            // Overflows for one of the users, which is an error that only shows at evaluation.
            "when { principal.level + 1 > context.risk }",
            "unless { principal.level * 2 > 3 }",
            "when { resource is File && resource has owner && resource.owner == principal }",
        ]);
        let _ = writeln!(text, "@id(\"p{number}\") {effect} ({principal}, {action}, {resource}) {condition};");
    }
    text
}

#[test]
fn a_slice_decides_as_all_policies_do() {
    let mut chance = Chance(20_261_124);
    let source = |name: &str, text: &str| Source { name: name.to_owned(), text: text.to_owned() };
    let nothing =
        Texts { policies: Vec::new(), schema: source("schema", SCHEMA), entities: Some(source("entities", ENTITIES)) };
    let empty = PolicyStore::load(&nothing).expect("the schema and the entities fit");
    let (mut loaded, mut allowed, mut denied, mut skipped) = (0, 0, 0, 0);
    for _ in 0..30 {
        // Some of these do not fit the schema, such as a Robot that writes.
        let Ok(store) = empty.with_policies(&[source("p", &policies(&mut chance))]) else { continue };
        loaded += 1;
        for _ in 0..60 {
            let principal = chance.of(&["User::\"0\"", "User::\"1\"", "User::\"9\"", "Robot::\"0\"", "Role::\"top\""]);
            let action = chance.of(&["Action::\"look\"", "Action::\"write\"", "Action::\"sweep\"", "Action::\"any\""]);
            let resource = chance.of(&["File::\"0\"", "File::\"1\"", "File::\"9\"", "Folder::\"0\"", "Folder::\"1\""]);
            let context = format!("{{\"risk\": {}}}", chance.below(100));
            let sliced = store.authorise(principal, action, resource, &context);
            assert_eq!(sliced, store.authorise_by_all(principal, action, resource, &context));
            assert_eq!(sliced, store.explain(principal, action, resource, &context).decision);
            allowed += usize::from(sliced.allowed);
            denied += usize::from(!sliced.policies.is_empty() && !sliced.allowed);
            skipped += sliced.skipped.len();
        }
    }
    // Else this would show nothing.
    assert!(loaded > 5 && allowed > 50 && denied > 50 && skipped > 50, "{loaded} {allowed} {denied} {skipped}");
}
