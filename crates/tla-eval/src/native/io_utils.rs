//! IOUtils: files and the environment. Programs are not run.

use super::arguments::Arguments;
use super::{files, stored_value, Context, Table};
use crate::error::{ErrorKind, EvalError, Result};
use crate::value::{Symbol, Value};

pub(super) const TABLE: Table = &[
    ("IOSerialize", 3, serialize_value),
    ("IODeserialize", 2, deserialize_value),
    ("Serialize", 3, serialize_text),
    ("Deserialize", 2, deserialize_text),
    ("IOExec", 1, refuse),
    ("IOEnvExec", 2, refuse),
    ("IOExecTemplate", 2, refuse),
    ("IOEnvExecTemplate", 3, refuse),
    ("IOEnv", 0, environment),
    ("atoi", 1, parse_integer),
];

/// The file is never compressed: what the last argument says makes no difference when it is read again.
fn serialize_value(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let path = Arguments::new("IOSerialize", arguments).text(1)?;
    files::write(path.text(), &stored_value::to_text(&arguments[0])?)?;
    Ok(Value::Bool(true))
}

fn deserialize_value(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let path = Arguments::new("IODeserialize", arguments).text(0)?.text();
    stored_value::from_text(&files::read(path)?).map_err(|error| files::failure("read", path, &error))
}

/// What the text operators answer instead of failing: an exit value, output, and what went wrong.
fn outcome(result: Result<String>) -> Value {
    let (exit, output, failure) = match result {
        Ok(output) => (0, output, String::new()),
        Err(error) => (1, String::new(), error.to_string()),
    };
    Value::record(vec![
        (Symbol::new("exitValue"), Value::Int(exit)),
        (Symbol::new("stdout"), Value::string(&output)),
        (Symbol::new("stderr"), Value::string(&failure)),
    ])
}

/// Checks the serializer and the character set of the options.
fn check_options(options: &Value) -> Result<()> {
    let serializer = options.field(Symbol::new("ser")).or_else(|_| options.field(Symbol::new("format")))?;
    if serializer.as_string("the serializer")?.text() != "TXT" {
        return Err(EvalError::undefined(format!("the serializer {serializer} is not known, only \"TXT\" is")));
    }
    if let Ok(set) = options.field(Symbol::new("charset")) {
        if !matches!(set.as_string("the character set")?.text(), "UTF-8" | "US-ASCII") {
            return Err(EvalError::undefined(format!("the character set {set} is not known, only \"UTF-8\" is")));
        }
    }
    Ok(())
}

fn serialize_text(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let named = Arguments::new("Serialize", arguments);
    let write = || -> Result<String> {
        check_options(named.value(2))?;
        let (text, path) = (named.text(0)?.text(), named.text(1)?.text());
        let options = match named.value(2).field(Symbol::new("openOptions")) {
            Ok(options) => options.as_sequence("openOptions")?.to_vec(),
            Err(_) => Vec::new(),
        };
        let has =
            |name: &str| options.iter().any(|option| matches!(option, Value::String(text) if text.text() == name));
        if has("CREATE_NEW") && files::exists(path) {
            return Err(files::failure("create", path, &"it exists already"));
        }
        if has("APPEND") {
            files::append(path, text)?;
        } else {
            files::write(path, text)?;
        }
        Ok(format!("wrote {path}"))
    };
    Ok(outcome(write()))
}

fn deserialize_text(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let named = Arguments::new("Deserialize", arguments);
    let read = || -> Result<String> {
        check_options(named.value(1))?;
        files::read(named.text(0)?.text())
    };
    Ok(outcome(read()))
}

fn refuse(_: &mut dyn Context, _: &[Value]) -> Result<Value> {
    let message = "the specification asks to run a program (IOExec and its kin), and a check runs none";
    Err(EvalError::new(ErrorKind::Io, message))
}

/// Variables whose names or values are not Unicode are left out.
fn environment(_: &mut dyn Context, _: &[Value]) -> Result<Value> {
    let variables = std::env::vars_os().filter_map(|(name, value)| {
        let (name, value) = (name.into_string().ok()?, value.into_string().ok()?);
        Some((Symbol::new(&name), Value::string(&value)))
    });
    Ok(Value::record(variables.collect()))
}

fn parse_integer(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let named = Arguments::new("atoi", arguments);
    let text = named.text(0)?.text();
    text.parse().map(Value::Int).map_err(|_| named.unfit(0, "a string that writes an integer", named.value(0)))
}
