//! CSV: rows of separated values in files. Nothing is quoted: a value must not contain the separator.

use super::arguments::Arguments;
use super::{files, Context, Table};
use crate::error::{EvalError, Result};
use crate::value::{Symbol, Value};

pub(super) const TABLE: Table =
    &[("CSVWrite", 3, write), ("CSVWriteRecord", 4, write_record), ("CSVRead", 3, read), ("CSVRecords", 1, records)];

/// A string without its quotes, anything else as TLA+ text.
fn cell(value: &Value) -> String {
    match value {
        Value::String(text) => text.text().to_owned(),
        other => other.to_string(),
    }
}

fn write(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let named = Arguments::new("CSVWrite", arguments);
    let (template, path) = (named.text(0)?, named.text(2)?);
    let cells: Vec<String> = named.sequence(1)?.iter().map(cell).collect();
    files::append(path.text(), &(fill(template.text(), &cells)? + "\n"))?;
    Ok(Value::Bool(true))
}

/// `%s` takes the next cell, `%2$s` the second, `%%` is a percent sign.
fn fill(template: &str, cells: &[String]) -> Result<String> {
    let unknown = || EvalError::undefined(format!("the template \"{template}\" may hold %s, %1$s and %% only"));
    let mut result = String::new();
    let mut next = 0;
    let mut rest = template;
    while let Some(at) = rest.find('%') {
        result.push_str(&rest[..at]);
        rest = &rest[at + 1..];
        if let Some(after) = rest.strip_prefix('%') {
            result.push('%');
            rest = after;
            continue;
        }
        let digits = rest.len() - rest.trim_start_matches(|digit: char| digit.is_ascii_digit()).len();
        let index = if digits == 0 {
            next += 1;
            next - 1
        } else {
            let number: usize = rest[..digits].parse().map_err(|_| unknown())?;
            rest = rest[digits..].strip_prefix('$').ok_or_else(unknown)?;
            number.checked_sub(1).ok_or_else(unknown)?
        };
        rest = rest.strip_prefix(['s', 'd']).ok_or_else(unknown)?;
        let cell = cells.get(index).ok_or_else(|| {
            EvalError::undefined(format!("the template \"{template}\" needs value {}, of {}", index + 1, cells.len()))
        })?;
        result.push_str(cell);
    }
    result.push_str(rest);
    Ok(result)
}

fn write_record(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let named = Arguments::new("CSVWriteRecord", arguments);
    let (delimiter, headers, path) = (named.text(1)?.text(), named.boolean(2)?, named.text(3)?.text());
    let Value::Record(record) = named.value(0) else {
        return Err(named.unfit(0, "a record", named.value(0)));
    };
    let mut text = String::new();
    if headers && line_count(path)? == 0 {
        let names: Vec<_> = record.extra().fields().iter().map(|field| field.text()).collect();
        text = names.join(delimiter) + "\n";
    }
    let cells: Vec<_> = record.iter().map(cell).collect();
    text += &(cells.join(delimiter) + "\n");
    files::append(path, &text)?;
    Ok(Value::Bool(true))
}

fn read(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let named = Arguments::new("CSVRead", arguments);
    let (delimiter, path) = (named.text(1)?.text(), named.text(2)?.text());
    let columns = named.sequence(0)?.iter().map(|name| name.as_string("each column's name"));
    let columns: Vec<Symbol> = columns.collect::<Result<_>>()?;
    if delimiter.is_empty() {
        return Err(named.unfit(1, "a delimiter", named.value(1)));
    }
    if !files::exists(path) {
        return Ok(Value::tuple(Vec::new()));
    }
    let mut rows = Vec::new();
    for (number, line) in files::read(path)?.lines().enumerate() {
        let cells: Vec<&str> = line.split(delimiter).collect();
        if cells.len() != columns.len() {
            let mismatch = format!("line {} has {} values for {} columns", number + 1, cells.len(), columns.len());
            return Err(files::failure("read", path, &mismatch));
        }
        rows.push(Value::record(columns.iter().copied().zip(cells.into_iter().map(Value::string)).collect()));
    }
    Ok(Value::tuple(rows))
}

fn line_count(path: &str) -> Result<usize> {
    if !files::exists(path) {
        return Ok(0);
    }
    Ok(files::read(path)?.lines().count())
}

fn records(_: &mut dyn Context, arguments: &[Value]) -> Result<Value> {
    let path = Arguments::new("CSVRecords", arguments).text(0)?;
    Ok(Value::Int(line_count(path.text())? as i64))
}
