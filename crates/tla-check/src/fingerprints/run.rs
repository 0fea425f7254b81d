//! Sorted words in a file, with the first word of each page in memory: a lookup reads one page, if the run's filter does
//! not make that unnecessary.

use std::fs::{self, File};
use std::io::{BufReader, BufWriter, Read, Seek, Write};
use std::path::PathBuf;

use super::filter::Filter;
use crate::error::CheckError;
use crate::positional::read_exact_at;
use crate::working_directory::WorkingDirectory;

const WORD_BYTES: usize = 8;

/// Words in a page; a page is 4096 bytes.
const PAGE_WORDS: usize = 512;

/// Bytes that a run is written and merged with at a time.
const STREAM_BYTES: usize = 1 << 18;

pub(super) struct Run {
    file: File,
    path: PathBuf,
    count: u64,
    /// First word of each page.
    index: Box<[u64]>,
    /// Absent where there is no memory for it.
    filter: Option<Filter>,
    /// How often the words in it were merged into a larger run.
    tier: u32,
}

impl Run {
    /// A run of the words that `give_all` gives in ascending order, each once. `filter` is empty and large enough.
    pub(super) fn write(
        directory: &WorkingDirectory,
        tier: u32,
        mut filter: Option<Filter>,
        give_all: impl FnOnce(&mut dyn FnMut(u64) -> Result<(), CheckError>) -> Result<(), CheckError>,
    ) -> Result<Self, CheckError> {
        let (file, path) = directory.create_file("fingerprints")?;
        let mut index = Vec::new();
        let mut count = 0_u64;
        let failed = |source| CheckError::file("write fingerprints to", &path, source);
        let mut output = BufWriter::with_capacity(STREAM_BYTES, &file);
        give_all(&mut |word| {
            if count % PAGE_WORDS as u64 == 0 {
                index.push(word);
            }
            count += 1;
            if let Some(filter) = &mut filter {
                filter.add(word);
            }
            output.write_all(&word.to_le_bytes()).map_err(failed)
        })?;
        output.flush().map_err(failed)?;
        drop(output);
        directory.count_written(count * WORD_BYTES as u64);
        Ok(Self { file, path, count, index: index.into_boxed_slice(), filter, tier })
    }

    /// All words of `runs`, which have none in common, in one run of the next tier.
    pub(super) fn merge<'run>(
        directory: &WorkingDirectory,
        runs: impl Iterator<Item = &'run Self>,
        filter: Option<Filter>,
    ) -> Result<Self, CheckError> {
        let mut streams = runs.map(Stream::open).collect::<Result<Vec<_>, _>>()?;
        let tier = streams.iter().map(|stream| stream.run.tier).max().unwrap_or(0) + 1;
        Self::write(directory, tier, filter, |give| {
            loop {
                // There are few runs, so looking at each is as good as a heap.
                let least = streams.iter_mut().filter(|stream| stream.head.is_some()).min_by_key(|stream| stream.head);
                let Some(stream) = least else { return Ok(()) };
                if let Some(word) = stream.head {
                    give(word)?;
                }
                stream.advance()?;
            }
        })
    }

    pub(super) fn tier(&self) -> u32 {
        self.tier
    }

    pub(super) fn count(&self) -> u64 {
        self.count
    }

    /// Bytes held in memory.
    pub(super) fn bytes(&self) -> u64 {
        (self.index.len() * WORD_BYTES) as u64 + self.filter.as_ref().map_or(0, Filter::bytes)
    }

    /// Whether `word` is present. `page` is a buffer to be used again.
    pub(super) fn contains(&self, word: u64, page: &mut Vec<u8>) -> Result<bool, CheckError> {
        if self.filter.as_ref().is_some_and(|filter| !filter.may_contain(word)) {
            return Ok(false);
        }
        let Some(number) = self.page_of(word) else { return Ok(false) };
        let first = number as u64 * PAGE_WORDS as u64;
        let words = (self.count - first).min(PAGE_WORDS as u64) as usize;
        page.resize(words * WORD_BYTES, 0);
        read_exact_at(&self.file, page, first * WORD_BYTES as u64)
            .map_err(|source| CheckError::file("read fingerprints from", &self.path, source))?;
        let (mut low, mut high) = (0, words);
        while low < high {
            let middle = (low + high) / 2;
            match word_at(page, middle).cmp(&word) {
                std::cmp::Ordering::Equal => return Ok(true),
                std::cmp::Ordering::Less => low = middle + 1,
                std::cmp::Ordering::Greater => high = middle,
            }
        }
        Ok(false)
    }

    /// The page on which `word` would be. Words are spread evenly, so the search begins where it is expected and widens.
    fn page_of(&self, word: u64) -> Option<usize> {
        let pages = self.index.len();
        if *self.index.first()? > word {
            return None;
        }
        let expected = ((u128::from(word) * pages as u128) >> 64) as usize;
        let (mut low, mut high, mut step) = (expected, expected + 1, 1);
        while low > 0 && self.index[low] > word {
            low = low.saturating_sub(step);
            step *= 2;
        }
        step = 1;
        while high < pages && self.index[high] <= word {
            high = (high + step).min(pages);
            step *= 2;
        }
        Some(low + self.index[low..high].partition_point(|first| *first <= word) - 1)
    }
}

impl Drop for Run {
    fn drop(&mut self) {
        // The directory is removed at the end anyway; this frees the room earlier.
        let _ = fs::remove_file(&self.path);
    }
}

fn word_at(bytes: &[u8], index: usize) -> u64 {
    let mut word = [0; WORD_BYTES];
    word.copy_from_slice(&bytes[index * WORD_BYTES..(index + 1) * WORD_BYTES]);
    u64::from_le_bytes(word)
}

/// A run that is read from front to back.
struct Stream<'run> {
    run: &'run Run,
    input: BufReader<&'run File>,
    left: u64,
    head: Option<u64>,
}

impl<'run> Stream<'run> {
    fn open(run: &'run Run) -> Result<Self, CheckError> {
        let mut input = BufReader::with_capacity(STREAM_BYTES, &run.file);
        input.rewind().map_err(|source| CheckError::file("read fingerprints from", &run.path, source))?;
        let mut stream = Self { run, input, left: run.count, head: None };
        stream.advance()?;
        Ok(stream)
    }

    fn advance(&mut self) -> Result<(), CheckError> {
        self.head = None;
        if self.left > 0 {
            let mut word = [0; WORD_BYTES];
            self.input
                .read_exact(&mut word)
                .map_err(|source| CheckError::file("read fingerprints from", &self.run.path, source))?;
            self.left -= 1;
            self.head = Some(u64::from_le_bytes(word));
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run_of(directory: &WorkingDirectory, words: &[u64]) -> Result<Run, CheckError> {
        // With and without a filter.
        let filter = (words.len() % 2 == 0).then(|| Filter::new(words.len() as u64));
        Run::write(directory, 0, filter, |give| words.iter().try_for_each(|word| give(*word)))
    }

    #[test]
    fn finds_words_wherever_they_lie() -> Result<(), CheckError> {
        let directory = WorkingDirectory::new(None);
        let mut page = Vec::new();
        for words in [
            (1..5000).map(|n| n * 3).collect::<Vec<u64>>(),
            (0..5000).map(|n| u64::MAX - 3 * (4999 - n)).collect(),
            (0..5000).map(|n| n * (u64::MAX / 5000) + 1).collect(),
            vec![7],
        ] {
            let run = run_of(&directory, &words)?;
            for word in words {
                assert!(run.contains(word, &mut page)?, "{word}");
                assert!(!run.contains(word.wrapping_add(1), &mut page)?, "{word} + 1");
            }
        }
        Ok(())
    }

    #[test]
    fn can_merge_runs_into_one() -> Result<(), CheckError> {
        let directory = WorkingDirectory::new(None);
        let runs = [0, 1, 2].map(|rest| (1..4000).map(|n| n * 3 + rest).collect::<Vec<u64>>());
        let runs = runs.iter().map(|words| run_of(&directory, words)).collect::<Result<Vec<_>, _>>()?;
        let merged = Run::merge(&directory, runs.iter(), Some(Filter::new(12_000)))?;
        assert_eq!((merged.count, merged.tier()), (3999 * 3, 1));
        let mut page = Vec::new();
        for word in 3..12000 {
            assert!(merged.contains(word, &mut page)?, "{word}");
        }
        assert!(!merged.contains(2, &mut page)? && !merged.contains(12000, &mut page)?);
        Ok(())
    }
}
