//! Modules with names in the wrong places: resolving must not panic, must point into the texts, and what it accepts
//! must be well formed.

mod corpora;
mod mutation;
mod wellformed;

use std::io;
use std::path::PathBuf;

use mutation::{check, Mutator};
use tla_syntax::config::{bind, parse_config};
use tla_syntax::limits;
use tla_syntax::loader::{Directories, ModuleSource, Texts};
use tla_syntax::resolve::resolve;
use tla_syntax::source::SourceMap;

const LIBRARY: &str = "---- MODULE Lib ----\nEXTENDS Naturals\nCONSTANTS C, Op(_, _)\nVARIABLE v\nRECURSIVE Sum(_)\n\
    Sum(k) == IF k = 0 THEN C ELSE Sum(k - 1)\nApply(F(_, _), a) == F(a, C)\nUse == Apply(Op, v)\nMine(a, b) == Op(b, v)\n\
    Deep == Apply(Mine, Sum(2))\nNext == /\\ v' = Sum(v)\n  /\\ \\E i \\in {1} : lab(i):: LET f[j \\in {i}] == f[j] + v IN f[i] = v\n\
    Part == Next!1 /\\ Next!lab(3)\n====\n";

const ROOT: &str = "---- MODULE M ----\nEXTENDS Integers, Sequences\nCONSTANT N\nVARIABLES x, y\nI == INSTANCE Lib WITH v <- x, C <- N, Op <- +\n\
    J(p, q) == INSTANCE Lib WITH v <- p, C <- q, Op <- LAMBDA s, t : s + t + q\nPlus(a, b) == a + b\n\
    K(v) == INSTANCE Lib WITH C <- N, Op <- Plus\n---- MODULE In ----\nVARIABLE z\nGo == z' = x + N\nSeen == Len(z)\n====\n\
    L(z) == INSTANCE In\nTwice(F(_), a) == F(F(a))\nA == J(x, 3)!Deep /\\ I!Next /\\ K(y)!Use\n\
    B(r) == LET H == INSTANCE Lib WITH v <- x[r], C <- r, Op <- Plus IN H!Next /\\ H!Sum(r) = Twice(LAMBDA e : e, r) /\\ L(y)!Go\n\
    D == J(x, y)!Apply(Plus, 2)\nE == [x EXCEPT ![1] = @ + 1, ![2].f = @]\nInit == x = 0 /\\ y = <<>>\n\
    Spec == Init /\\ [][A \\/ B(1)]_<<x, y>> /\\ WF_x(A)\n====\n";

const CONFIG: &str = "SPECIFICATION Spec CONSTANT N = 3 D <- A\nINVARIANT Init\n";

/// One module's text, others from where they usually come from.
struct Overlay {
    name: String,
    text: String,
    others: Box<dyn ModuleSource + Sync>,
}

impl ModuleSource for Overlay {
    fn read(&self, module: &str) -> io::Result<Option<(PathBuf, Vec<u8>)>> {
        if module == self.name {
            return Ok(Some((PathBuf::from(format!("{module}.tla")), self.text.clone().into_bytes())));
        }
        self.others.read(module)
    }
}

struct Seed {
    name: String,
    text: String,
    config: String,
    folder: Option<PathBuf>,
}

fn seeds() -> Vec<Seed> {
    let mut seeds = vec![
        Seed { name: "M".into(), text: ROOT.into(), config: CONFIG.into(), folder: None },
        Seed { name: "Lib".into(), text: LIBRARY.into(), config: CONFIG.into(), folder: None },
    ];
    let files = corpora::specifications().map(|folder| corpora::files_with_extension(&folder, "tla"));
    for path in files.unwrap_or_default() {
        let (Ok(text), Some(name)) = (std::fs::read_to_string(&path), path.file_stem().and_then(|name| name.to_str()))
        else {
            continue;
        };
        let config = std::fs::read_to_string(path.with_extension("cfg")).unwrap_or_default();
        seeds.push(Seed { name: name.into(), text, config, folder: path.parent().map(PathBuf::from) });
    }
    seeds
}

/// Puts names and numbers of the text in each other's place.
fn exchange_words(mutator: &mut Mutator, text: &str) -> String {
    let words: Vec<(usize, &str)> = text
        .match_indices(|character: char| character.is_alphanumeric())
        .map(|(at, _)| at)
        .filter(|&at| at == 0 || !text[..at].ends_with(|before: char| before.is_alphanumeric() || before == '_'))
        .map(|at| {
            let end = text[at..].find(|after: char| !after.is_alphanumeric() && after != '_');
            (at, &text[at..end.map_or(text.len(), |length| at + length)])
        })
        .collect();
    let mut changed = text.to_owned();
    for _ in 0..=mutator.below(3) {
        let (at, word) = words[mutator.below(words.len())];
        let (_, other) = words[mutator.below(words.len())];
        // Offsets stay right when the later of several changes comes first only by chance; a miss changes nothing.
        if changed.get(at..at + word.len()) == Some(word) {
            changed.replace_range(at..at + word.len(), other);
        }
    }
    changed
}

fn try_out(seed: &Seed, text: &str) {
    let standalone = seed.folder.is_none();
    // A change of Lib is seen through M, which copies what Lib defines.
    let root = if standalone { "M" } else { &seed.name };
    let others: Box<dyn ModuleSource + Sync> = match &seed.folder {
        Some(folder) => Box::new(Directories::new([folder.clone()])),
        None => Box::new(Texts::default().with("M", ROOT).with("Lib", LIBRARY)),
    };
    let overlay = Overlay { name: seed.name.clone(), text: text.to_owned(), others };
    let mut sources = SourceMap::default();
    let program = match resolve(root, &overlay, &mut sources) {
        Ok(program) => program,
        Err(errors) => {
            assert!(!errors.is_empty() && errors.len() <= limits::ERRORS);
            errors.iter().for_each(|error| assert!(error.render(&sources).contains(&error.message)));
            return;
        }
    };
    assert_eq!(wellformed::faults(&program), [""; 0]);
    let source = sources.add("M.cfg".as_ref(), seed.config.clone());
    if let Ok(config) = parse_config(source, &seed.config) {
        let errors = bind(&program, &config).err().unwrap_or_default();
        errors.iter().for_each(|error| assert!(error.render(&sources).contains(&error.message)));
    }
}

#[test]
fn can_survive_names_in_wrong_places() {
    let seeds = seeds();
    for iteration in 0..mutation::iterations() / 4 {
        let mut mutator = Mutator::new(iteration + 1);
        let chosen = if mutator.below(2) == 0 { mutator.below(2) } else { mutator.below(seeds.len()) };
        let seed = &seeds[chosen];
        let text = match mutator.below(4) {
            0 => mutator.mutate(&seed.text, ROOT),
            _ => exchange_words(&mut mutator, &seed.text),
        };
        check(iteration, text, |_, text| {
            try_out(seed, text);
            None
        });
    }
}
