//! From files to a program and its model.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use tla_eval::value::Value;
use tla_syntax::config::{bind, parse_config, Config, ConstantBinding, Model};
use tla_syntax::diagnostic::{Code, Diagnostic};
use tla_syntax::loader::{add_source, read_file, Directories};
use tla_syntax::resolve::resolve_with;
use tla_syntax::resolved::Program;
use tla_syntax::source::SourceMap;

use super::conclusion::{Conclusion, CONFIGURATION_PARSE, SPECIFICATION_PARSE};
use super::expressions;
use super::overrides::assume_usual_names;
use super::request::{Mode, Request};

pub(super) struct Loaded {
    pub(super) program: Arc<Program>,
    pub(super) model: Arc<Model>,
    /// What was taken for granted because there is no configuration.
    pub(super) assumed: Vec<String>,
    pub(super) warnings: Vec<Diagnostic>,
}

/// Why nothing can be checked.
pub(super) struct Unreadable {
    pub(super) exit_code: i32,
    pub(super) diagnostics: Vec<Diagnostic>,
}

impl Unreadable {
    pub(super) fn conclusion(&self) -> Conclusion {
        let first = self.diagnostics.first();
        let message = first.map_or("the specification cannot be read", |first| first.message.as_str());
        Conclusion::failure(self.exit_code, message)
    }
}

pub(super) fn load(request: &Request, sources: &mut SourceMap) -> Result<Loaded, Unreadable> {
    let unreadable_module = |diagnostics| Unreadable { exit_code: SPECIFICATION_PARSE, diagnostics };
    let unreadable_configuration = |diagnostics| Unreadable { exit_code: CONFIGURATION_PARSE, diagnostics };
    let root = request.specification.file_stem().and_then(|stem| stem.to_str()).unwrap_or_default();
    let directories = Directories::around(&request.specification, &request.libraries);
    let expressions = expressions::given(&request.expressions);
    let program = resolve_with(root, &expressions, &directories, sources).map_err(unreadable_module)?;
    expressions::refuse_temporal(&program, expressions.len()).map_err(unreadable_module)?;
    if request.mode == Mode::Parse && request.configuration.is_none() && request.overrides.constants.is_empty() {
        // A module of a library has no model, and need not say how it behaves.
        return Ok(Loaded {
            program: Arc::new(program),
            model: Arc::default(),
            assumed: Vec::new(),
            warnings: Vec::new(),
        });
    }
    let mut config = match &request.configuration {
        Some(path) => read_configuration(path, sources).map_err(unreadable_configuration)?,
        None => Config::default(),
    };
    request.overrides.apply(&mut config, sources).map_err(unreadable_configuration)?;
    let assumed = match request.configuration {
        Some(_) => Vec::new(),
        None => assume_usual_names(&program, &mut config, sources),
    };
    let mut warnings = std::mem::take(&mut config.warnings);
    let mut model = bind(&program, &config).map_err(unreadable_configuration)?;
    warnings.append(&mut model.warnings);
    if request.configuration.is_none() && model.behaviour.is_none() && !program.variables.is_empty() {
        return Err(unreadable_configuration(vec![no_behaviour(&program)]));
    }
    Ok(Loaded { program: Arc::new(program), model: Arc::new(model), assumed, warnings })
}

fn read_configuration(path: &Path, sources: &mut SourceMap) -> Result<Config, Vec<Diagnostic>> {
    let bytes = read_file(path).map_err(|error| {
        let message = format!("cannot read the configuration `{}`: {error}", path.display());
        vec![Diagnostic::without_place(Code::Config, message)]
    })?;
    let source = add_source(sources, path, bytes).map_err(|error| vec![error])?;
    let text = sources.get(source).text.clone();
    parse_config(source, &text)
}

fn no_behaviour(program: &Program) -> Diagnostic {
    let message = format!(
        "nothing says how `{}` behaves: it has no configuration, no `Spec`, no `Init` and `Next`",
        program.name
    );
    let hint = "name its formulas: `--init .. --next ..` or `--spec ..`, or write them into a .cfg beside it";
    Diagnostic::without_place(Code::Config, message).with_hint(hint)
}

/// The constants and their values as TLA+ text; by name, without those that only declare model values.
pub(super) fn constants(program: &Program, model: &Model) -> BTreeMap<String, String> {
    let mut constants = BTreeMap::new();
    for (id, binding) in &model.constants {
        let name = program.constants[id.index()].name.to_string();
        let text = match binding {
            ConstantBinding::Value(value) if super::overrides::declares_model_value(&name, value) => continue,
            ConstantBinding::Value(value) => Value::from_config(value).to_string(),
            ConstantBinding::Definition(definition) => program.definitions[definition.index()].name.to_string(),
        };
        constants.insert(name, text);
    }
    for (id, definition) in &model.constant_operators {
        let name = program.constants[id.index()].name.to_string();
        constants.entry(name).or_insert_with(|| program.definitions[definition.index()].name.to_string());
    }
    constants
}
