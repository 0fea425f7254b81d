use super::*;
use crate::source::SourceId;

#[test]
fn can_parse_a_module_with_text_around_it() {
    let text = "notes\n---- MODULE M ----\nEXTENDS Naturals, Sequences\nA == 1\n====\nmore ---- notes";
    let module = parse_module(SourceId(0), text).expect("valid");
    assert_eq!(module.name.text, "M");
    assert_eq!(module.extends.len(), 2);
    assert_eq!(module.units.len(), 1);
}
