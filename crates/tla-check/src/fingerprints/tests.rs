//! The set against `HashSet`, with and without files, with one and several threads.

use std::collections::HashSet;

use proptest::prelude::*;

use super::*;

fn set(threads: usize, limit: Option<u64>) -> FingerprintSet {
    FingerprintSet::new(threads, limit, Arc::new(WorkingDirectory::new(None)))
}

/// Fingerprints that are often equal, often neighbours, and sometimes extreme.
fn fingerprint() -> impl Strategy<Value = u64> {
    prop_oneof![0..40_u64, any::<u64>(), (0..40_u64).prop_map(|n| u64::MAX - n), (0..40_u64).prop_map(|n| n << 58)]
}

fn agrees_with_a_hash_set(fingerprints: &[u64], limit: Option<u64>) -> Result<(), TestCaseError> {
    let set = set(1, limit);
    let mut handle = set.handle(0);
    let mut expected = HashSet::new();
    for fingerprint in fingerprints {
        let present = handle.contains(*fingerprint);
        prop_assert_eq!(present.ok(), Some(expected.contains(fingerprint)));
        prop_assert_eq!(handle.insert(*fingerprint).ok(), Some(expected.insert(*fingerprint)));
    }
    for fingerprint in expected {
        prop_assert_eq!(handle.contains(fingerprint).ok(), Some(true));
    }
    Ok(())
}

proptest! {
    #[test]
    fn agrees_with_a_hash_set_in_memory(fingerprints in prop::collection::vec(fingerprint(), 0..2000)) {
        agrees_with_a_hash_set(&fingerprints, None)?;
    }

    #[test]
    fn agrees_with_a_hash_set_on_disk(fingerprints in prop::collection::vec(fingerprint(), 0..2000), limit in 0..4000_u64) {
        agrees_with_a_hash_set(&fingerprints, Some(limit))?;
    }
}

/// Each thread inserts all of `count` fingerprints; how many insertions were told to be new, in all.
fn insert_from_all_threads(set: &FingerprintSet, threads: usize, count: u64) -> Result<u64, CheckError> {
    std::thread::scope(|scope| {
        let insert_all = |thread: usize| -> Result<u64, CheckError> {
            let mut handle = set.handle(thread);
            let mut new = 0;
            for step in 0..count {
                let fingerprint = (step + thread as u64 * count / threads as u64) % count;
                new += u64::from(handle.insert(fingerprint)?);
            }
            Ok(new)
        };
        let threads: Vec<_> = (0..threads).map(|thread| scope.spawn(move || insert_all(thread))).collect();
        threads.into_iter().map(|thread| thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))).sum()
    })
}

#[test]
fn tells_one_of_several_threads_that_a_fingerprint_is_new() -> Result<(), CheckError> {
    for threads in [1, 2, 4] {
        assert_eq!(insert_from_all_threads(&set(threads, None), threads, 300_000)?, 300_000);
    }
    Ok(())
}

#[test]
fn tells_one_of_several_threads_that_a_fingerprint_is_new_also_on_disk() -> Result<(), CheckError> {
    let set = set(4, Some(1 << 16));
    assert_eq!(insert_from_all_threads(&set, 4, 40_000)?, 40_000);
    assert!(set.directory.bytes_written() > 0);
    Ok(())
}

#[test]
fn stays_within_its_limit() -> Result<(), CheckError> {
    let limit = 1 << 17;
    let set = set(2, Some(limit));
    insert_from_all_threads(&set, 2, 50_000)?;
    assert!(set.peak_bytes() <= limit, "{} bytes", set.peak_bytes());
    Ok(())
}

#[test]
fn finds_the_smallest_distance() -> Result<(), CheckError> {
    let mut set = set(1, None);
    let mut words = HashSet::new();
    for fingerprint in 1..2000_u64 {
        set.handle(0).insert(fingerprint * fingerprint)?;
        words.insert(spread(fingerprint * fingerprint));
    }
    let mut words: Vec<u64> = words.into_iter().collect();
    words.sort_unstable();
    assert_eq!(set.smallest_distance(), words.windows(2).map(|pair| pair[1] - pair[0]).min());
    Ok(())
}

#[test]
fn names_the_directory_that_cannot_be_made() {
    let set = FingerprintSet::new(1, Some(0), Arc::new(WorkingDirectory::new(Some("/dev/null/spill".as_ref()))));
    let mut handle = set.handle(0);
    let error = (0..1000).find_map(|fingerprint| handle.insert(fingerprint).err());
    let text = error.map(|error| error.to_string()).unwrap_or_default();
    assert!(text.starts_with("cannot create the directory `/dev/null/spill`"), "{text}");
}
