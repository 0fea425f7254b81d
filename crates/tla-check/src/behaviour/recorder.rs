//! Collects the steps of the state that a worker explores, and writes them down.

use std::path::PathBuf;

use super::interner::Interner;
use super::log::{BehaviourLog, BehaviourMark};
use super::record::{read_block, write_cut, write_source, write_state_set, write_step_set, Record, Source};
use crate::ancestry::Sequence;
use crate::error::CheckError;
use crate::temporal::Atoms;
use crate::working_directory::WorkingDirectory;

pub(crate) struct Recorder {
    pub(super) log: BehaviourLog,
    state_sets: Interner,
    step_sets: Interner,
    cut: bool,
    /// Steps of the current state, as far as they are not in the log.
    source: Source,
    /// Where atoms are put to be looked up.
    atoms: Atoms,
}

impl Recorder {
    pub(crate) fn temporary() -> Self {
        Self::new(BehaviourLog::temporary())
    }

    /// One whose log is a new file that is to outlive the process.
    pub(crate) fn lasting(path: PathBuf) -> Result<Self, CheckError> {
        BehaviourLog::lasting(path).map(Self::new)
    }

    /// Goes on with a lasting log that had reached `mark`. `None` if the file is not what it was then.
    pub(crate) fn resume(path: PathBuf, mark: BehaviourMark) -> Result<Option<Self>, CheckError> {
        let (mut state_sets, mut step_sets, mut cut) = (Interner::default(), Interner::default(), false);
        let log = BehaviourLog::resume(path, mark, |block| {
            read_block(block, |record| match record {
                Record::StateSet(set) => state_sets.number(&set).1,
                Record::StepSet(set) => step_sets.number(&set).1,
                Record::Cut => {
                    cut = true;
                    true
                }
                Record::Source(source) => source.refers_below(state_sets.sets().len(), step_sets.sets().len()),
            })
        })?;
        Ok(log.map(|log| Self { state_sets, step_sets, cut, ..Self::new(log) }))
    }

    fn new(log: BehaviourLog) -> Self {
        Self {
            log,
            state_sets: Interner::default(),
            step_sets: Interner::default(),
            cut: false,
            source: Source::default(),
            atoms: Atoms::default(),
        }
    }

    /// Begins with a state, some steps of which were written before if `has_parts`.
    #[inline]
    pub(crate) fn begin(&mut self, sequence: Sequence, has_parts: bool) {
        self.source.sequence = sequence.to_number();
        self.source.has_parts = has_parts;
        self.source.outside.clear();
        self.source.steps.clear();
    }

    /// Takes a step of the current state; `target` is `None` for one that leaves the constraints. `fill` sets its atoms.
    #[inline]
    pub(crate) fn step<E: From<CheckError>>(
        &mut self,
        target: Option<u64>,
        directory: &WorkingDirectory,
        fill: impl FnOnce(&mut Atoms) -> Result<(), E>,
    ) -> Result<(), E> {
        self.atoms.clear();
        fill(&mut self.atoms)?;
        let (set, new) = self.step_sets.number(&self.atoms);
        if new {
            write_step_set(&self.atoms, self.log.room(directory)?);
        }
        match target {
            Some(fingerprint) => self.source.steps.push((fingerprint, set)),
            None => {
                self.cut(directory)?;
                self.source.outside.push(set);
            }
        }
        Ok(())
    }

    /// Notes that a constraint kept something out.
    pub(crate) fn cut(&mut self, directory: &WorkingDirectory) -> Result<(), CheckError> {
        if !std::mem::replace(&mut self.cut, true) {
            write_cut(self.log.room(directory)?);
        }
        Ok(())
    }

    /// Writes the current state down, all of whose steps were taken; `fill` sets its atoms.
    #[inline]
    pub(crate) fn end<E: From<CheckError>>(
        &mut self,
        directory: &WorkingDirectory,
        fill: impl FnOnce(&mut Atoms) -> Result<(), E>,
    ) -> Result<(), E> {
        self.atoms.clear();
        fill(&mut self.atoms)?;
        let (set, new) = self.state_sets.number(&self.atoms);
        if new {
            write_state_set(&self.atoms, self.log.room(directory)?);
        }
        self.source.state_set = Some(set);
        Ok(self.write(directory)?)
    }

    /// Writes down what was taken of the current state so far, and all before it, so that it outlives the process where
    /// the log does.
    pub(crate) fn persist(&mut self, directory: &WorkingDirectory) -> Result<BehaviourMark, CheckError> {
        if !self.source.steps.is_empty() || !self.source.outside.is_empty() {
            self.source.state_set = None;
            self.write(directory)?;
            self.source.has_parts = true;
        }
        self.log.persist(directory)
    }

    fn write(&mut self, directory: &WorkingDirectory) -> Result<(), CheckError> {
        self.source.steps.sort_unstable();
        self.source.steps.dedup();
        self.source.outside.sort_unstable();
        self.source.outside.dedup();
        write_source(&self.source, self.log.room(directory)?);
        self.source.steps.clear();
        self.source.outside.clear();
        Ok(())
    }

    pub(crate) fn mark(&self) -> BehaviourMark {
        self.log.mark()
    }

    /// Bytes held in memory.
    pub(crate) fn bytes(&self) -> u64 {
        let source = self.source.steps.capacity() * 16 + self.source.outside.capacity() * 4;
        self.log.bytes() + self.state_sets.bytes() + self.step_sets.bytes() + source as u64
    }

    /// Whether a constraint kept some step out.
    pub(crate) fn is_cut(&self) -> bool {
        self.cut
    }

    /// The sets of atoms that occurred, of states and of steps.
    pub(crate) fn sets(&self) -> (&[Atoms], &[Atoms]) {
        (self.state_sets.sets(), self.step_sets.sets())
    }
}

impl Source {
    /// Whether it refers only to that many sets.
    fn refers_below(&self, state_sets: usize, step_sets: usize) -> bool {
        let mut step_numbers = self.steps.iter().map(|(_, set)| set).chain(&self.outside);
        self.state_set.is_none_or(|set| (set as usize) < state_sets)
            && step_numbers.all(|set| (*set as usize) < step_sets)
    }
}
