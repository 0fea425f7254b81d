//! Measures what the explorer itself sustains, on a graph that costs next to nothing to compute.
//!
//! `cargo run --release -p tla-check --example measure_explorer [states in millions]`

#[path = "../tests/models/mod.rs"]
mod models;

use std::sync::Arc;
use std::time::Instant;

use models::synthetic::Synthetic;
use models::GraphModel;
use tla_check::breadth_first::explore;
use tla_check::error::CheckError;
use tla_check::fingerprints::FingerprintSet;
use tla_check::model::Flow;
use tla_check::options::Options;
use tla_check::working_directory::WorkingDirectory;

fn main() -> Result<(), CheckError> {
    let millions = std::env::args().nth(1).and_then(|text| text.parse().ok()).unwrap_or(4);
    measure_insertion(millions * 4_000_000)?;
    for (what, states, degree, work) in [
        ("successors for free", millions * 1_000_000, 4, 0),
        ("2 microseconds per successor", millions * 200_000, 4, 600),
    ] {
        println!("{what}: {states} states of {degree} successors");
        let alone = measure_exploration(states, degree, work, 1)?;
        let both = measure_exploration(states, degree, work, 2)?;
        println!("  two workers are {:.2} times as fast as one", alone / both);
    }
    println!("successors for free, with memory for an eighth of the fingerprints");
    let states = millions * 1_000_000;
    measure_with(states, 4, Options { memory_limit: Some(states * 3), ..options(1) }, 0)?;
    Ok(())
}

fn options(workers: usize) -> Options {
    Options { workers, check_deadlock: false, ..Options::default() }
}

fn measure_insertion(count: u64) -> Result<(), CheckError> {
    for threads in [1, 2] {
        let set = FingerprintSet::new(threads, None, Arc::new(WorkingDirectory::new(None)));
        let started = Instant::now();
        std::thread::scope(|scope| {
            let set = &set;
            let insert = move |thread: usize| -> Result<u64, CheckError> {
                let mut handle = set.handle(thread);
                let mut new = 0_u64;
                for number in (thread as u64..count).step_by(threads) {
                    new += u64::from(handle.insert((number + 1).wrapping_mul(0xd129_2b3c_9a11_4e2f))?);
                }
                Ok(new)
            };
            let handles: Vec<_> = (0..threads).map(|thread| scope.spawn(move || insert(thread))).collect();
            let mut new = 0;
            for handle in handles {
                new += handle.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))?;
            }
            let millions_per_second = count as f64 / started.elapsed().as_secs_f64() / 1e6;
            println!("{threads} threads insert {millions_per_second:.1} million fingerprints/s ({new} new)");
            Ok::<(), CheckError>(())
        })?;
    }
    Ok(())
}

fn measure_exploration(states: u64, degree: u64, work: u64, workers: usize) -> Result<f64, CheckError> {
    measure_with(states, degree, options(workers), work)
}

fn measure_with(states: u64, degree: u64, options: Options, work: u64) -> Result<f64, CheckError> {
    let model = GraphModel(Synthetic { states, degree, work });
    let outcome = explore(&&model, &options, &mut |_| Flow::Continue)?;
    assert_eq!(outcome.distinct, states, "the whole range is reachable");
    let seconds = outcome.duration.as_secs_f64();
    println!(
        "  {} workers: {:.2} million generated/s, {:.2} million distinct/s, {:.0} bytes per distinct state",
        options.workers,
        outcome.generated as f64 / seconds / 1e6,
        outcome.distinct as f64 / seconds / 1e6,
        outcome.peak_bytes as f64 / outcome.distinct as f64,
    );
    Ok(seconds)
}
