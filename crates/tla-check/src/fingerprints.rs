//! The set of fingerprints of all states that were found: about 8 bytes / load per state.
//!
//! Each thread works through a [`Handle`]. Insertion takes no lock that another thread wants: a handle holds its own
//! gate while it touches the table, and only a thread that must replace the table (it is full) shuts all gates. Past a
//! limit of memory the table goes to disk as a sorted run, which lookups then consult too; what the set answers is the
//! same.

mod filter;
mod run;
mod table;
#[cfg(test)]
mod tests;

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::error::CheckError;
use crate::working_directory::WorkingDirectory;
use filter::Filter;
use run::Run;
use table::{Table, MINIMUM_SLOTS};

const FIRST_SLOTS: u64 = 1 << 12;

/// Most entries that a thread reserves at once, so that threads seldom touch the shared count.
const RESERVATION: u64 = 1024;

/// So many runs of one tier are merged into one of the next.
const RUNS_PER_TIER: usize = 4;

/// Runs may hold one part in so many of the limit in memory; beyond it they do without filters.
const RUNS_SHARE: u64 = 4;

/// A set of 64-bit fingerprints for a fixed number of threads.
pub struct FingerprintSet {
    gates: Box<[Gate]>,
    /// Raised while gates are being shut, so that no thread passes its gate again and starves the one that waits.
    shutting: AtomicBool,
    replacing: Mutex<()>,
    /// Zero marks free slots, so whether fingerprint zero is present is kept here.
    has_zero: AtomicBool,
    /// Bytes the table may take.
    limit: u64,
    directory: Arc<WorkingDirectory>,
    peak_bytes: AtomicU64,
}

/// On a cache line of its own: threads that pass different gates do not disturb each other.
#[repr(align(128))]
struct Gate(Mutex<View>);

/// What a thread sees of the set behind its gate.
struct View {
    contents: Contents,
    /// Raised by 1 each time the contents are replaced.
    generation: u64,
    /// Entries that this thread may add before it must reserve again.
    allowance: u64,
    /// A word that is in no run, 0 if there is none: what was just looked up is often inserted next.
    in_no_run: u64,
    /// Buffer for a page of a run.
    page: Vec<u8>,
}

#[derive(Clone)]
struct Contents {
    table: Arc<Table>,
    runs: Arc<[Arc<Run>]>,
}

/// One thread's access to a set.
pub struct Handle<'set> {
    set: &'set FingerprintSet,
    gate: usize,
    /// Held for good where there is one thread only: then nothing is locked per fingerprint.
    held: Option<MutexGuard<'set, View>>,
}

enum Attempt {
    Done(bool),
    Full { generation: u64 },
}

impl FingerprintSet {
    /// A set for `threads` threads (at least 1) that holds up to `limit` bytes in memory, and the rest in `directory`.
    #[must_use]
    pub fn new(threads: usize, limit: Option<u64>, directory: Arc<WorkingDirectory>) -> Self {
        let limit = limit.unwrap_or(u64::MAX);
        let table = Arc::new(Table::new(FIRST_SLOTS.min(limit / 8)));
        let bytes = table.bytes();
        let contents = Contents { table, runs: Arc::new([]) };
        Self {
            gates: (0..threads.max(1)).map(|_| Gate(Mutex::new(View::of(contents.clone())))).collect(),
            shutting: AtomicBool::new(false),
            replacing: Mutex::new(()),
            has_zero: AtomicBool::new(false),
            limit,
            directory,
            peak_bytes: AtomicU64::new(bytes),
        }
    }

    /// Access for thread number `thread`; each number is to be used by one thread at a time.
    #[must_use]
    pub fn handle(&self, thread: usize) -> Handle<'_> {
        let gate = thread % self.gates.len();
        Handle { set: self, gate, held: self.hold_alone(gate) }
    }

    /// Most bytes held in memory at once so far.
    #[must_use]
    pub fn peak_bytes(&self) -> u64 {
        self.peak_bytes.load(Ordering::Relaxed)
    }

    /// Smallest distance between two fingerprints as they are stored (spread over the whole range by a bijection);
    /// `None` where some are on disk or there are fewer than two.
    #[must_use]
    pub fn smallest_distance(&mut self) -> Option<u64> {
        let view = lock(&self.gates[0].0);
        if !view.contents.runs.is_empty() {
            return None;
        }
        let mut last = self.has_zero.load(Ordering::Relaxed).then_some(0);
        let mut smallest = None;
        let look = |word: u64| -> Result<(), std::convert::Infallible> {
            if let Some(last) = last {
                let distance = word - last;
                smallest = Some(smallest.map_or(distance, |least: u64| least.min(distance)));
            }
            last = Some(word);
            Ok(())
        };
        let _ = view.contents.table.for_each_sorted(look);
        smallest
    }

    fn hold_alone(&self, gate: usize) -> Option<MutexGuard<'_, View>> {
        (self.gates.len() == 1).then(|| lock(&self.gates[gate].0))
    }

    fn pass(&self, gate: usize) -> MutexGuard<'_, View> {
        if self.shutting.load(Ordering::Relaxed) {
            drop(lock(&self.replacing));
        }
        lock(&self.gates[gate].0)
    }

    /// Makes room, unless another thread has since `generation`.
    fn make_room(&self, generation: u64) -> Result<(), CheckError> {
        let _replacing = lock(&self.replacing);
        self.shutting.store(true, Ordering::Relaxed);
        let mut views: Vec<_> = self.gates.iter().map(|gate| lock(&gate.0)).collect();
        let mut result = Ok(());
        if views[0].generation == generation {
            match self.roomier(&views[0].contents) {
                Ok(contents) => views.iter_mut().for_each(|view| view.replace(contents.clone())),
                Err(error) => result = Err(error),
            }
        }
        drop(views);
        self.shutting.store(false, Ordering::Relaxed);
        result
    }

    /// A filter for a run of up to `count` words beside `runs`, if there is memory for it.
    fn filter(&self, count: u64, runs: &[Arc<Run>]) -> Option<Filter> {
        let taken = runs.iter().map(|run| run.bytes()).sum::<u64>();
        (taken + Filter::bytes_for(count) <= self.limit / RUNS_SHARE).then(|| Filter::new(count))
    }

    /// The same words with room for more. Nobody else may be looking at `contents`.
    fn roomier(&self, contents: &Contents) -> Result<Contents, CheckError> {
        let Contents { table, runs } = contents;
        let (slots, index_bytes) = (table.slot_count(), runs.iter().map(|run| run.bytes()).sum::<u64>());
        // While words are copied both tables are in memory.
        let affordable = self.limit.saturating_sub(table.bytes() + index_bytes) / 8;
        let larger = (slots * 2).min(affordable);
        if larger >= slots + slots / 4 && larger >= MINIMUM_SLOTS {
            self.peak_bytes.fetch_max((slots + larger) * 8 + index_bytes, Ordering::Relaxed);
            let table = Arc::new(table.enlarged(larger));
            return Ok(Contents { table, runs: Arc::clone(runs) });
        }
        let mut runs = runs.to_vec();
        let filter = self.filter(table.capacity(), &runs);
        let run = Run::write(&self.directory, 0, filter, |give| table.for_each_sorted(give))?;
        runs.push(Arc::new(run));
        while let Some(start) = mergeable(&runs) {
            let count = runs[start..].iter().map(|run| run.count()).sum();
            let filter = self.filter(count, &runs[..start]);
            let merged = Run::merge(&self.directory, runs[start..].iter().map(Arc::as_ref), filter)?;
            runs.truncate(start);
            runs.push(Arc::new(merged));
        }
        table.clear();
        let index_bytes = runs.iter().map(|run| run.bytes()).sum::<u64>();
        self.peak_bytes.fetch_max(table.bytes() + index_bytes, Ordering::Relaxed);
        Ok(Contents { table: Arc::clone(table), runs: runs.into() })
    }
}

/// Where the last runs begin, if there are enough of one tier.
fn mergeable(runs: &[Arc<Run>]) -> Option<usize> {
    let start = runs.len().checked_sub(RUNS_PER_TIER)?;
    runs[start..].iter().all(|run| run.tier() == runs[start].tier()).then_some(start)
}

impl Handle<'_> {
    /// Whether `fingerprint` is in the set.
    ///
    /// # Errors
    /// Where a spill file cannot be read.
    #[inline]
    pub fn contains(&mut self, fingerprint: u64) -> Result<bool, CheckError> {
        let word = spread(fingerprint);
        if word == 0 {
            return Ok(self.set.has_zero.load(Ordering::Relaxed));
        }
        self.with_view(|_, view| view.contains(word))
    }

    /// Adds `fingerprint`; whether it is new. Of several threads that add the same, one is told so.
    ///
    /// # Errors
    /// Where a spill file cannot be read or written.
    #[inline]
    pub fn insert(&mut self, fingerprint: u64) -> Result<bool, CheckError> {
        let word = spread(fingerprint);
        if word == 0 {
            return Ok(!self.set.has_zero.swap(true, Ordering::Relaxed));
        }
        loop {
            match self.with_view(|set, view| view.try_insert(word, set.gates.len()))? {
                Attempt::Done(new) => return Ok(new),
                Attempt::Full { generation } => {
                    self.held = None;
                    let result = self.set.make_room(generation);
                    self.held = self.set.hold_alone(self.gate);
                    result?;
                }
            }
        }
    }

    #[inline]
    fn with_view<T>(&mut self, act: impl FnOnce(&FingerprintSet, &mut View) -> T) -> T {
        match &mut self.held {
            Some(view) => act(self.set, view),
            None => act(self.set, &mut self.set.pass(self.gate)),
        }
    }
}

impl View {
    fn of(contents: Contents) -> Self {
        Self { contents, generation: 0, allowance: 0, in_no_run: 0, page: Vec::new() }
    }

    fn replace(&mut self, contents: Contents) {
        self.contents = contents;
        self.generation += 1;
        self.allowance = 0;
        self.in_no_run = 0;
    }

    #[inline]
    fn contains(&mut self, word: u64) -> Result<bool, CheckError> {
        Ok(self.contents.table.contains(word) || self.in_a_run(word)?)
    }

    #[inline]
    fn in_a_run(&mut self, word: u64) -> Result<bool, CheckError> {
        if self.contents.runs.is_empty() || self.in_no_run == word {
            return Ok(false);
        }
        self.search_runs(word)
    }

    #[cold]
    fn search_runs(&mut self, word: u64) -> Result<bool, CheckError> {
        // Newest first: successors are mostly states of the levels just before.
        for run in self.contents.runs.iter().rev() {
            if run.contains(word, &mut self.page)? {
                return Ok(true);
            }
        }
        self.in_no_run = word;
        Ok(false)
    }

    #[inline]
    fn try_insert(&mut self, word: u64, threads: usize) -> Result<Attempt, CheckError> {
        // The gate is held from here to the insertion, so the table cannot go to disk in between.
        if !self.contents.runs.is_empty() && self.contains(word)? {
            return Ok(Attempt::Done(false));
        }
        let table = &self.contents.table;
        if self.allowance == 0 {
            self.allowance = table.reserve(reservation(table, threads));
            if self.allowance == 0 {
                return Ok(Attempt::Full { generation: self.generation });
            }
        }
        let new = if threads == 1 { table.insert_alone(word) } else { table.insert(word) };
        self.allowance -= u64::from(new);
        Ok(Attempt::Done(new))
    }
}

fn reservation(table: &Table, threads: usize) -> u64 {
    // What one thread reserved and does not use is lost to the others; an eighth of the table in all is tolerable.
    (table.capacity() / (8 * threads as u64)).clamp(1, RESERVATION)
}

/// A bijection that spreads fingerprints over the whole range, whatever they are; 0 stays 0.
#[inline]
fn spread(fingerprint: u64) -> u64 {
    // An odd multiplier near 2^64 divided by the golden ratio.
    (fingerprint ^ (fingerprint >> 32)).wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // A panic elsewhere never leaves a view half changed, and the exploration ends anyway.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
