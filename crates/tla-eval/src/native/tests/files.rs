use super::{apply, function, int, record, seq, set, set_of, show, text, tuple};
use crate::error::ErrorKind;
use crate::value::{Symbol, Value};

/// A folder that goes away with the test.
struct Folder(std::path::PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("assay-natives-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a writable temporary folder");
        Self(folder)
    }

    fn file(&self, name: &str) -> Value {
        text(&self.0.join(name).to_string_lossy())
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn plain(module: &str, name: &str, arguments: &[Value]) -> String {
    match apply(module, name, arguments) {
        Ok(Value::String(symbol)) => symbol.text().to_owned(),
        other => format!("{other:?}"),
    }
}

#[test]
fn can_write_json_texts() {
    let json = |value| plain("Json", "ToJson", &[value]);
    assert_eq!(json(int(-1)), "-1");
    assert_eq!(json(Value::Bool(true)), "true");
    assert_eq!(json(text("a\"b")), "\"a\\\"b\"");
    assert_eq!(json(Value::model("m")), "\"m\"");
    assert_eq!(json(seq(&[1, 2])), "[1,2]");
    assert_eq!(json(set(&[2, 1])), "[1,2]");
    assert_eq!(json(record(&[("b", int(1)), ("a", seq(&[]))])), "{\"a\":[],\"b\":1}");
    assert_eq!(json(function(&[(int(0), int(1))])), "{\"0\":1}");
    assert_eq!(plain("Json", "ToJsonArray", &[set(&[2, 1])]), "[1,2]");
    assert_eq!(plain("Json", "ToJsonObject", &[seq(&[7])]), "{\"0\":7}");
    assert!(plain("Json", "ToJsonArray", &[int(1)]).contains("must be a sequence, function or set"));
    assert!(plain("Json", "ToJsonObject", &[int(1)]).contains("must be a function"));
}

#[test]
fn can_keep_values_in_json_files() {
    let folder = Folder::new("json");
    let value = tuple(&[record(&[("a", seq(&[1, 2])), ("b", text("x"))]), Value::Bool(false)]);
    assert_eq!(show("Json", "JsonSerialize", &[folder.file("new/a.json"), value.clone()]), "TRUE");
    assert_eq!(show("Json", "JsonDeserialize", &[folder.file("new/a.json")]), value.to_string());
    assert_eq!(show("Json", "ndJsonSerialize", &[folder.file("b.ndjson"), value.clone()]), "TRUE");
    assert_eq!(show("Json", "ndJsonDeserialize", &[folder.file("b.ndjson")]), value.to_string());
    assert_eq!(show("Json", "JsonSerialize", &[folder.file("c.json"), int(3)]), "TRUE");
    assert_eq!(show("Json", "JsonDeserialize", &[folder.file("c.json")]), "3");
}

#[test]
fn reports_json_that_is_no_value() {
    let folder = Folder::new("no-value");
    for (content, expected) in [
        ("[1", "cannot read the file"),
        ("null", "JSON's null is no TLA+ value"),
        ("1.5", "no integer of 64 bits"),
        ("99999999999999999999", "no integer of 64 bits"),
    ] {
        let file = folder.file("x.json");
        std::fs::write(folder.0.join("x.json"), content).expect("a writable folder");
        let message = show("Json", "JsonDeserialize", &[file]);
        assert!(message.contains(expected), "{content}: {message}");
    }
    std::fs::write(folder.0.join("y"), "1\n\n{\n").expect("a writable folder");
    let message = show("Json", "ndJsonDeserialize", &[folder.file("y")]);
    assert!(message.contains("line 3"), "{message}");
    let error = apply("Json", "JsonDeserialize", &[folder.file("missing")]).expect_err("no such file");
    assert_eq!(error.kind(), ErrorKind::Io);
}

#[test]
fn can_keep_every_kind_of_value_in_files() {
    let folder = Folder::new("stored");
    let value = tuple(&[
        set_of(&[seq(&[1])]),
        Value::interval(1, 3).expect("a small interval"),
        Value::model("m1"),
        text("m1"),
        Value::Bool(true),
        function(&[(int(5), set(&[]))]),
        record(&[("set", text("x"))]),
    ]);
    assert_eq!(show("IOUtils", "IOSerialize", &[value.clone(), folder.file("v"), Value::Bool(true)]), "TRUE");
    let back = apply("IOUtils", "IODeserialize", &[folder.file("v"), Value::Bool(true)]).expect("the value");
    assert!(back.equals(&value).expect("comparable"), "{back}");
    std::fs::write(folder.0.join("v"), "{\"other\": 1}").expect("a writable folder");
    let message = show("IOUtils", "IODeserialize", &[folder.file("v"), Value::Bool(false)]);
    assert!(message.contains("no value that IOSerialize wrote"), "{message}");
}

#[test]
fn can_write_and_read_texts() {
    let folder = Folder::new("texts");
    let options = |open: &[&str]| {
        let open = tuple(&open.iter().map(|&name| text(name)).collect::<Vec<_>>());
        record(&[("ser", text("TXT")), ("charset", text("UTF-8")), ("openOptions", open)])
    };
    let write = |open: &[&str]| {
        let result = apply("IOUtils", "Serialize", &[text("hé"), folder.file("t"), options(open)]).expect("a record");
        result.field(Symbol::new("exitValue")).expect("its field").to_string()
    };
    assert_eq!(write(&["WRITE", "CREATE", "TRUNCATE_EXISTING"]), "0");
    assert_eq!(write(&["APPEND"]), "0");
    assert_eq!(write(&["CREATE_NEW"]), "1");
    let back = show("IOUtils", "Deserialize", &[folder.file("t"), options(&[])]);
    assert_eq!(back, "[exitValue |-> 0, stderr |-> \"\", stdout |-> \"héhé\"]");
    let unknown = record(&[("ser", text("XML"))]);
    assert!(show("IOUtils", "Deserialize", &[folder.file("t"), unknown]).contains("is not known"));
}

#[test]
fn can_read_the_environment_but_runs_nothing() {
    let environment = apply("IOUtils", "IOEnv", &[]).expect("a record");
    assert!(environment.field(Symbol::new("PATH")).is_ok(), "tests run with a PATH");
    for (name, arity) in [("IOExec", 1), ("IOEnvExec", 2), ("IOExecTemplate", 2), ("IOEnvExecTemplate", 3)] {
        let error = apply("IOUtils", name, &vec![seq(&[]); arity]).expect_err("it is refused");
        assert!(error.kind() == ErrorKind::Io && error.message().contains("runs none"), "{error}");
    }
    assert_eq!(show("IOUtils", "atoi", &[text("-17")]), "-17");
    assert!(show("IOUtils", "atoi", &[text("x")]).contains("a string that writes an integer"));
}

#[test]
fn can_keep_rows_of_values() {
    let folder = Folder::new("csv");
    let file = folder.file("rows.csv");
    assert_eq!(show("CSV", "CSVRecords", std::slice::from_ref(&file)), "0");
    let columns = tuple(&[text("name"), text("age")]);
    assert_eq!(show("CSV", "CSVRead", &[columns.clone(), text(","), file.clone()]), "<<>>");
    let row = tuple(&[text("ann"), int(30)]);
    assert_eq!(show("CSV", "CSVWrite", &[text("%1$s,%2$s"), row.clone(), file.clone()]), "TRUE");
    assert_eq!(show("CSV", "CSVWrite", &[text("%2$s%%,%s"), row.clone(), file.clone()]), "TRUE");
    assert_eq!(show("CSV", "CSVRecords", std::slice::from_ref(&file)), "2");
    assert_eq!(
        show("CSV", "CSVRead", &[columns, text(","), file.clone()]),
        "<<[age |-> \"30\", name |-> \"ann\"], [age |-> \"ann\", name |-> \"30%\"]>>"
    );
    assert!(show("CSV", "CSVRead", &[tuple(&[text("x")]), text(","), file.clone()]).contains("line 1 has 2 values"));
    assert!(show("CSV", "CSVWrite", &[text("%3$s"), row.clone(), file.clone()]).contains("needs value 3, of 2"));
    assert!(show("CSV", "CSVWrite", &[text("%x"), row, file]).contains("may hold"));
}

#[test]
fn can_write_records_with_headers() {
    let folder = Folder::new("records");
    let row = record(&[("b", int(1)), ("a", text("x"))]);
    for _ in 0..2 {
        let arguments = [row.clone(), text(";"), Value::Bool(true), folder.file("r.csv")];
        assert_eq!(show("CSV", "CSVWriteRecord", &arguments), "TRUE");
    }
    assert_eq!(std::fs::read_to_string(folder.0.join("r.csv")).expect("the file"), "a;b\nx;1\nx;1\n");
    let arguments = [int(1), text(";"), Value::Bool(true), folder.file("r.csv")];
    assert!(show("CSV", "CSVWriteRecord", &arguments).contains("must be a record"));
}

#[test]
fn can_write_pictures() {
    let folder = Folder::new("svg");
    let element = record(&[("name", text("g")), ("attrs", seq(&[])), ("children", seq(&[])), ("innerText", text(""))]);
    assert_eq!(show("SVG", "SVGSerialize", &[element, folder.file("frame_"), int(3)]), "TRUE");
    assert_eq!(std::fs::read_to_string(folder.0.join("frame_3.svg")).expect("the file"), "<g></g>");
}
