//! The set of fingerprints of all states that were found: about 8 bytes / load per state.
//!
//! Each thread works through a [`Handle`]. Insertion takes no lock that another thread wants: a handle holds its own
//! gate while it touches the table, and only a thread that must replace the table (it is full) shuts all gates.

mod table;

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::error::CheckError;
use table::Table;

const FIRST_SLOTS: u64 = 1 << 12;

/// Most entries that a thread reserves at once, so that threads seldom touch the shared count.
const RESERVATION: u64 = 1024;

/// A set of 64-bit fingerprints for a fixed number of threads.
pub struct FingerprintSet {
    gates: Box<[Gate]>,
    /// Raised while gates are being shut, so that no thread passes its gate again and starves the one that waits.
    shutting: AtomicBool,
    replacing: Mutex<()>,
    /// Zero marks free slots, so whether fingerprint zero is present is kept here.
    has_zero: AtomicBool,
    memory_bytes: AtomicU64,
    peak_bytes: AtomicU64,
}

/// On a cache line of its own: threads that pass different gates do not disturb each other.
#[repr(align(128))]
struct Gate(Mutex<View>);

/// What a thread sees of the set behind its gate.
struct View {
    table: Arc<Table>,
    /// Raised by 1 each time the table is replaced.
    generation: u64,
    /// Entries that this thread may add before it must reserve again.
    allowance: u64,
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
    /// A set for `threads` threads (at least 1).
    #[must_use]
    pub fn new(threads: usize) -> Self {
        let table = Arc::new(Table::new(FIRST_SLOTS));
        let bytes = table.bytes();
        let gate = || Gate(Mutex::new(View { table: Arc::clone(&table), generation: 0, allowance: 0 }));
        Self {
            gates: (0..threads.max(1)).map(|_| gate()).collect(),
            shutting: AtomicBool::new(false),
            replacing: Mutex::new(()),
            has_zero: AtomicBool::new(false),
            memory_bytes: AtomicU64::new(bytes),
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

    /// Smallest distance between two fingerprints as they are stored (spread over the whole range by a bijection).
    #[must_use]
    pub fn smallest_distance(&mut self) -> Option<u64> {
        let view = lock(&self.gates[0].0);
        let mut last = None;
        let mut smallest = None;
        let look = |word: u64| -> Result<(), std::convert::Infallible> {
            if let Some(last) = last {
                let distance = word - last;
                smallest = Some(smallest.map_or(distance, |least: u64| least.min(distance)));
            }
            last = Some(word);
            Ok(())
        };
        let _ = view.table.for_each_sorted(look);
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
    fn make_room(&self, generation: u64) {
        let _replacing = lock(&self.replacing);
        self.shutting.store(true, Ordering::Relaxed);
        let mut views: Vec<_> = self.gates.iter().map(|gate| lock(&gate.0)).collect();
        if views[0].generation == generation {
            let old = Arc::clone(&views[0].table);
            let larger = Arc::new(old.enlarged(old.slot_count() * 2));
            self.peak_bytes.fetch_max(old.bytes() + larger.bytes(), Ordering::Relaxed);
            self.memory_bytes.store(larger.bytes(), Ordering::Relaxed);
            for view in &mut views {
                view.table = Arc::clone(&larger);
                view.generation += 1;
                view.allowance = 0;
            }
        }
        drop(views);
        self.shutting.store(false, Ordering::Relaxed);
    }
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
        Ok(self.with_view(|_, view| view.table.contains(word)))
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
            match self.with_view(|set, view| view.try_insert(word, set.gates.len())) {
                Attempt::Done(new) => return Ok(new),
                Attempt::Full { generation } => {
                    self.held = None;
                    self.set.make_room(generation);
                    self.held = self.set.hold_alone(self.gate);
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
    #[inline]
    fn try_insert(&mut self, word: u64, threads: usize) -> Attempt {
        if self.allowance == 0 {
            self.allowance = self.table.reserve(reservation(&self.table, threads));
            if self.allowance == 0 {
                return Attempt::Full { generation: self.generation };
            }
        }
        let new = if threads == 1 { self.table.insert_alone(word) } else { self.table.insert(word) };
        self.allowance -= u64::from(new);
        Attempt::Done(new)
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
