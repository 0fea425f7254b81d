use super::{function, int, record, set, set_of, show, text, tuple};
use crate::value::Value;

fn directed(edges: &[(i64, i64)]) -> Value {
    let edges: Vec<Value> = edges.iter().map(|&(from, to)| tuple(&[int(from), int(to)])).collect();
    record(&[("node", set(&[1, 2, 3])), ("edge", set_of(&edges))])
}

fn undirected(edges: &[(i64, i64)]) -> Value {
    let edges: Vec<Value> = edges.iter().map(|&(from, to)| set(&[from, to])).collect();
    record(&[("node", set(&[1, 2, 3])), ("edge", set_of(&edges))])
}

#[test]
fn can_follow_directed_edges() {
    let chain = directed(&[(1, 2), (2, 3)]);
    let connected = |from, to| show("Graphs", "AreConnectedIn", &[int(from), int(to), chain.clone()]);
    assert_eq!(connected(1, 3), "TRUE");
    assert_eq!(connected(3, 1), "FALSE");
    assert_eq!(connected(2, 2), "TRUE");
    assert_eq!(connected(1, 9), "FALSE");
    assert_eq!(show("Graphs", "IsStronglyConnected", std::slice::from_ref(&chain)), "FALSE");
    assert_eq!(show("Graphs", "IsStronglyConnected", &[directed(&[(1, 2), (2, 3), (3, 1)])]), "TRUE");
    let all = show("Graphs", "ConnectionsIn", std::slice::from_ref(&chain));
    assert!(all.contains("<<1, 3>> :> TRUE") && all.contains("<<3, 1>> :> FALSE"), "{all}");
    let paths = show("Graphs", "SimplePath", &[chain]);
    assert_eq!(paths, "{<<1>>, <<2>>, <<3>>, <<1, 2>>, <<2, 3>>, <<1, 2, 3>>}");
}

#[test]
fn can_follow_undirected_edges() {
    let graph = undirected(&[(1, 2), (3, 3)]);
    let connected = |from, to| show("UndirectedGraphs", "AreConnectedIn", &[int(from), int(to), graph.clone()]);
    assert_eq!(connected(2, 1), "TRUE");
    assert_eq!(connected(2, 3), "FALSE");
    assert_eq!(show("UndirectedGraphs", "ConnectedComponents", std::slice::from_ref(&graph)), "{{3}, {1, 2}}");
    assert_eq!(show("UndirectedGraphs", "SimplePath", &[graph]), "{<<1>>, <<2>>, <<3>>, <<1, 2>>, <<2, 1>>}");
}

#[test]
fn reports_what_is_no_graph() {
    assert!(show("Graphs", "ConnectionsIn", &[int(1)]).contains("a graph [node |-> ..., edge |-> ...]"));
    let bad = record(&[("node", set(&[1])), ("edge", set(&[1]))]);
    assert!(show("Graphs", "SimplePath", &[bad]).contains("edges join two nodes"));
}

fn line(node: &str, clock: &[(&str, i64)]) -> Value {
    let clock = record(&clock.iter().map(|&(name, ticks)| (name, int(ticks))).collect::<Vec<_>>());
    record(&[("node", text(node)), ("clock", clock)])
}

#[test]
fn can_order_logs_by_their_clocks() {
    let order = |lines: &[Value]| {
        show("VectorClocks", "CausalOrder", &[tuple(lines), text("clock"), text("node"), text("domain")])
    };
    let (send, receive) = (line("a", &[("a", 1)]), line("b", &[("a", 1), ("b", 1)]));
    let later = line("a", &[("a", 2), ("b", 1)]);
    let expected = tuple(&[send.clone(), receive.clone(), later.clone()]).to_string();
    assert_eq!(order(&[later, receive.clone(), send.clone()]), expected);
    let circular = [line("a", &[("a", 1), ("b", 1)]), line("b", &[("a", 1), ("b", 1)])];
    assert!(order(&circular).contains("contradict"));
    assert_eq!(order(&[]), "<<>>");
}

#[test]
fn can_draw() {
    let element = |children: &[Value]| {
        record(&[
            ("name", text("g")),
            ("attrs", function(&[(text("id"), text("a\"b"))])),
            ("children", tuple(children)),
            ("innerText", text("hi")),
        ])
    };
    let drawing = element(&[element(&[])]);
    assert_eq!(
        super::apply("SVG", "SVGElemToString", &[drawing]).expect("a text").as_string("it").expect("a text").text(),
        "<g id=\"a&quot;b\"><g id=\"a&quot;b\">hi</g>hi</g>"
    );
    assert_eq!(show("SVG", "NodeOfRingNetwork", &[int(10), int(10), int(5), int(4), int(4)]), "[x |-> 15, y |-> 9]");
    assert!(show("SVG", "NodesOfDirectedMultiGraph", &[set(&[1, 2]), set(&[]), record(&[])]).starts_with("<<[x |->"));
}
