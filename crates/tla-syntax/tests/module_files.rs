//! Modules from folders, and what is wrong with files before they are read as text.

use std::path::{Path, PathBuf};

use tla_syntax::diagnostic::Code;
use tla_syntax::limits;
use tla_syntax::loader::{Directories, ModuleSource, Texts};
use tla_syntax::resolve::resolve;
use tla_syntax::resolved::Program;
use tla_syntax::source::SourceMap;

/// A folder that is removed when the test ends.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("module-files-{name}-{}", std::process::id()));
        std::fs::create_dir_all(&folder).expect("a folder for the test");
        Self(folder)
    }

    fn with(self, module: &str, body: &str) -> Self {
        let text = format!("---- MODULE {module} ----\n{body}\n====\n");
        self.with_bytes(module, text.as_bytes())
    }

    fn with_bytes(self, module: &str, bytes: &[u8]) -> Self {
        std::fs::write(self.0.join(format!("{module}.tla")), bytes).expect("a file of the test");
        self
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        // A folder that stays behind does no harm.
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn standard(program: &Program, module: &str) -> bool {
    program.modules.iter().find(|info| info.name == module).expect("the module").standard
}

#[test]
fn can_read_modules_of_folders() {
    let own = Folder::new("own").with("M", "EXTENDS Naturals, Functions, Extra\nA == Mine + InLibrary");
    let own = own.with("Naturals", "Wrong ==").with("Functions", "Mine == 1");
    let library = Folder::new("library").with("Extra", "InLibrary == 2").with("Functions", "Other == 1");
    let files = Directories::around(&own.0.join("M.tla"), std::slice::from_ref(&library.0));
    let program = resolve("M", &files, &mut SourceMap::default()).expect("the modules resolve");
    assert!(standard(&program, "Naturals"), "native modules are always those that ship");
    assert!(!standard(&program, "Functions"), "a community module of the user's own comes first");
    assert!(program.scope.contains_key("Mine") && !program.scope.contains_key("Other"));
}

#[test]
fn can_read_modules_that_ship() {
    let files = Directories::new([]);
    let (path, _) = files.read("SequencesExt").expect("it can be read").expect("it is there");
    assert_eq!(path, Path::new("<builtin>/SequencesExt.tla"));
    assert!(files.read("NoSuchModule").expect("nothing to read").is_none());
}

#[test]
fn reports_files_that_are_not_text() {
    let folder = Folder::new("bytes").with_bytes("M", b"---- MODULE M ----\nA == \"\xff\"\n====\n");
    let mut sources = SourceMap::default();
    let errors =
        resolve("M", &Directories::new([folder.0.clone()]), &mut sources).map(|_| ()).expect_err("this is not UTF-8");
    assert_eq!(errors[0].message, "the file is not UTF-8 text");
    let place = sources.locate(errors[0].span.expect("a place"));
    assert_eq!((place.line, place.column), (2, 7));
}

#[test]
fn reports_files_that_are_too_large() {
    let folder = Folder::new("large").with_bytes("M", &vec![b' '; limits::FILE_BYTES + 1]);
    let mut sources = SourceMap::default();
    let errors =
        resolve("M", &Directories::new([folder.0.clone()]), &mut sources).map(|_| ()).expect_err("this is too large");
    assert_eq!(errors[0].code, Code::Limit);
}

#[test]
fn can_follow_long_chains_of_modules() {
    let chain = |length: usize| {
        let body = |level: usize| match level + 1 == length {
            true => "VARIABLE v\nA0 == v".to_owned(),
            false => format!("EXTENDS M{}\nB{level} == A0", level + 1),
        };
        (0..length).fold(Texts::default(), |texts, level| {
            texts.with(&format!("M{level}"), format!("---- MODULE M{level} ----\n{}\n====\n", body(level)))
        })
    };
    assert!(resolve("M0", &chain(limits::MODULES - 1), &mut SourceMap::default()).is_ok());
    let errors = resolve("M0", &chain(limits::MODULES + 5), &mut SourceMap::default())
        .map(|_| ())
        .expect_err("too many modules");
    assert_eq!(errors[0].code, Code::Limit);
}

#[test]
fn can_read_deep_expressions() {
    let nested = |depth: usize| {
        let text = format!("A == {}1{}", "{".repeat(depth), "}".repeat(depth));
        Texts::default().with("M", format!("---- MODULE M ----\n{text}\n====\n"))
    };
    assert!(resolve("M", &nested(limits::TEXT_NESTING - 2), &mut SourceMap::default()).is_ok());
    let errors = resolve("M", &nested(10_000), &mut SourceMap::default()).map(|_| ()).expect_err("too deep");
    assert_eq!(errors[0].code, Code::Limit);
}
