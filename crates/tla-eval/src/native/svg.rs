//! SVG: pictures as text and files.

use std::fmt::Write;

use super::arguments::Arguments;
use super::entries::Entries;
use super::{files, Context, Table};
use crate::error::{ErrorKind, EvalError, Result};
use crate::value::{Symbol, Value};

pub(super) const TABLE: Table = &[
    ("SVGElemToString", 1, to_string),
    ("SVGSerialize", 3, serialize),
    ("NodeOfRingNetwork", 5, ring_node),
    ("NodesOfDirectedMultiGraph", 3, graph_nodes),
];

/// Elements may be nested this deep.
const DEEPEST: usize = 200;

fn text_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.text().to_owned(),
        other => other.to_string(),
    }
}

fn render(element: &Value, depth: usize, out: &mut String) -> Result<()> {
    if depth > DEEPEST {
        return Err(EvalError::new(ErrorKind::Limit, format!("SVG elements are nested deeper than {DEEPEST}")));
    }
    let field = |name: &str| element.field(Symbol::new(name));
    let name = text_of(field("name")?);
    let _ = write!(out, "<{name}");
    for (key, value) in Entries::of(field("attrs")?)?.iter() {
        let _ = write!(out, " {}=\"{}\"", text_of(key), text_of(value).replace('"', "&quot;"));
    }
    out.push('>');
    for child in field("children")?.function_values() {
        render(child, depth + 1, out)?;
    }
    let _ = write!(out, "{}</{name}>", text_of(field("innerText")?));
    Ok(())
}

fn to_string(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let mut text = String::new();
    render(&arguments[0], 0, &mut text)?;
    Ok(Value::string(&text))
}

fn serialize(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let named = Arguments::new("SVGSerialize", arguments);
    let (prefix, number) = (named.text(1)?, named.integer(2)?);
    let mut text = String::new();
    render(&arguments[0], 0, &mut text)?;
    files::write(&format!("{}{number}.svg", prefix.text()), &text)?;
    Ok(Value::Bool(true))
}

fn point(x: f64, y: f64) -> Value {
    Value::record(vec![(Symbol::new("x"), Value::Int(x as i64)), (Symbol::new("y"), Value::Int(y as i64))])
}

fn on_circle(center: (f64, f64), radius: f64, index: f64, total: f64) -> Value {
    let angle = std::f64::consts::TAU * index / total;
    point(center.0 + radius * angle.cos(), center.1 + radius * angle.sin())
}

fn ring_node(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let named = Arguments::new("NodeOfRingNetwork", arguments);
    let number = |index| named.integer(index).map(|value| value as f64);
    let total = number(4)?;
    if total < 1.0 {
        return Err(named.unfit(4, "a positive number", named.value(4)));
    }
    Ok(on_circle((number(0)?, number(1)?), number(2)?, number(3)?, total))
}

/// A circle with room for the nodes; the edges and options make no difference.
fn graph_nodes(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    const ROOM: f64 = 20.0;
    let nodes = Arguments::new("NodesOfDirectedMultiGraph", arguments).elements(0)?;
    let radius = ROOM * nodes.len() as f64;
    let places = (0..nodes.len()).map(|at| on_circle((radius, radius), radius, at as f64, nodes.len() as f64));
    let places = places.collect();
    Value::function(&Value::Set(nodes), places)
}
