//! Measures what temporal properties cost on a large graph in which everything is connected and that costs next to
//! nothing to compute: the worst case for the explorer.
//!
//! `cargo run --release -p tla-check --example measure_liveness [states in millions] [workers] [megabytes of memory]`

#[path = "../tests/models/mod.rs"]
mod models;

use models::wheel::Wheel;
use models::GraphModel;
use tla_check::breadth_first::explore;
use tla_check::error::CheckError;
use tla_check::model::Flow;
use tla_check::options::Options;
use tla_check::temporal::Formula;

fn main() -> Result<(), CheckError> {
    let argument = |index: usize| std::env::args().nth(index).and_then(|text| text.parse::<u64>().ok());
    let size = (argument(1).unwrap_or(1) * 1_000_000) as u32;
    let workers = argument(2).unwrap_or(1) as usize;
    let memory_limit = argument(3).map(|megabytes| megabytes << 20);
    let zero = || Formula::State(0);
    let not = |formula| Formula::Not(Box::new(formula));
    let always = |formula| Formula::Always(Box::new(formula));
    let eventually = |formula| Formula::Eventually(Box::new(formula));
    let leads_to = |left, right| always(Formula::Or(vec![not(left), eventually(right)]));
    let cases = [
        ("no property", vec![]),
        ("a property that the classes of steps decide", vec![eventually(zero())]),
        ("[]<>, which holds", vec![always(eventually(Formula::Step(0)))]),
        ("~>, which holds", vec![leads_to(zero(), not(zero()))]),
        ("~>, which is violated", vec![leads_to(not(zero()), zero())]),
        ("four of them", (0..4).map(|_| always(eventually(Formula::Step(0)))).collect()),
    ];
    for (what, properties) in cases {
        let mut wheel = Wheel::new(size, properties);
        wheel.recorded = !wheel.temporal.properties.is_empty();
        let options = Options { workers, memory_limit, ..Options::default() };
        let outcome = explore(&&GraphModel(wheel), &options, &mut |_| Flow::Continue)?;
        println!(
            "{what}: {:?}, {:.2} s, {:.0} bytes per distinct state, {} MiB in files",
            outcome.verdict,
            outcome.duration.as_secs_f64(),
            outcome.peak_bytes as f64 / outcome.distinct as f64,
            outcome.spilled_bytes >> 20,
        );
    }
    Ok(())
}
