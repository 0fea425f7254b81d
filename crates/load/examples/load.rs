//! Loads one URL and prints what it cost: `load URL [--connections N] [--seconds N] [--rate N] [--threads N]
//! [--streams N] [--traces true]`.
//!
//! With `--streams` it speaks HTTP/2, with so many requests at the same time on each connection; any certificate is trusted.
//! Without `--rate` as many users as connections send without pause (closed model); with it requests start at that rate
//! (open model). For development: it measures the engine, beside wrk.

use std::process::ExitCode;
use std::str::FromStr;
use std::sync::atomic::AtomicBool;
use std::time::Duration;

use load::histogram::Durations;
use load::request::Request;
use load::target::Target;
use load::{Executor, Outcome, Plan, Protocol, Schedule, Settings};

struct Arguments {
    url: String,
    connections: u32,
    seconds: f64,
    rate: Option<f64>,
    threads: usize,
    streams: Option<u32>,
    traces: bool,
}

fn main() -> ExitCode {
    let outcome = arguments(std::env::args().skip(1)).and_then(|arguments| measure(&arguments));
    match outcome {
        Ok(outcome) => {
            print(&outcome);
            ExitCode::SUCCESS
        }
        Err(reason) => {
            eprintln!("load: {reason}");
            ExitCode::FAILURE
        }
    }
}

fn arguments(mut given: impl Iterator<Item = String>) -> Result<Arguments, String> {
    let url = given.next().ok_or("name a URL")?;
    let mut arguments =
        Arguments { url, connections: 64, seconds: 5.0, rate: None, threads: 1, streams: None, traces: false };
    while let Some(option) = given.next() {
        let value = given.next().ok_or_else(|| format!("{option} needs a value"))?;
        match option.as_str() {
            "--connections" => arguments.connections = number(&option, &value)?,
            "--threads" => arguments.threads = number(&option, &value)?,
            "--traces" => arguments.traces = number(&option, &value)?,
            "--streams" => arguments.streams = Some(number(&option, &value)?),
            "--seconds" => arguments.seconds = number(&option, &value)?,
            "--rate" => arguments.rate = Some(number(&option, &value)?),
            _ => return Err(format!("there is no option {option}")),
        }
    }
    Ok(arguments)
}

fn number<Number: FromStr>(option: &str, value: &str) -> Result<Number, String> {
    value.parse().map_err(|_| format!("{option}: {value:?} is not a number that it takes"))
}

fn measure(arguments: &Arguments) -> Result<Outcome, String> {
    let (target, path) = Target::parse(&arguments.url).map_err(|error| error.to_string())?;
    let mut settings = Settings::new(target, Request::get(&path));
    settings.connections = arguments.connections;
    settings.threads = arguments.threads;
    settings.tls.insecure = true;
    settings.traces = arguments.traces;
    if let Some(streams) = arguments.streams {
        settings.protocol = Protocol::Http2 { streams };
    }
    let duration = Duration::try_from_secs_f64(arguments.seconds).map_err(|error| error.to_string())?;
    let executor = match arguments.rate {
        Some(rate) => Executor::ConstantArrivalRate { rate, duration },
        None => Executor::ConstantUsers { users: arguments.connections * arguments.streams.unwrap_or(1), duration },
    };
    let plan = Plan::new(settings).map_err(|error| error.to_string())?;
    let schedule = Schedule::new(&executor).map_err(|error| error.to_string())?;
    let (stop, interval) = (AtomicBool::new(false), Duration::from_secs(1));
    load::run(&plan, &schedule, &stop, interval, &mut |_| ()).map_err(|error| error.to_string())
}

fn print(outcome: &Outcome) {
    println!("{}: {:.2} s, {} answers", outcome.executor, outcome.elapsed.as_secs_f64(), outcome.answered);
    match outcome.intended_rate() {
        Some(intended) => println!("requests/s    {:.0} of {intended:.0} intended", outcome.achieved_rate()),
        None => println!("requests/s    {:.0}", outcome.achieved_rate()),
    }
    let processor: Duration = outcome.threads.iter().map(|thread| thread.processor).sum();
    let requests = (outcome.answered + outcome.failed).max(1);
    println!("CPU           {:.2} us/request", processor.as_secs_f64() * 1e6 / requests as f64);
    for thread in &outcome.threads {
        let (running, queued) = (thread.processor_share() * 100.0, thread.queued_share() * 100.0);
        println!("thread        {running:.0}% running, {queued:.0}% waiting for a core");
    }
    println!("bytes         {}", outcome.bytes);
    print_durations("latency", &outcome.latency());
    print_durations("connect", &outcome.connect);
    print_durations("tls", &outcome.tls);
    print_durations("lateness", &outcome.lateness);
    for endpoint in &outcome.endpoints {
        print_durations("wait", &endpoint.wait);
        print_durations("receive", &endpoint.receive);
        for status in &endpoint.statuses {
            println!("status {}    {}", status.status, status.count);
        }
    }
    for (failure, count) in outcome.failures() {
        println!("failed        {count}: {failure}");
    }
    for (failure, reason) in &outcome.reasons {
        println!("{}: {reason}", failure.name());
    }
    if outcome.dropped.count() > 0 {
        println!("dropped       {}", outcome.dropped.count());
    }
    for slow in outcome.slowest().iter().take(3) {
        println!("slow          {:.3} ms {:?} {:032x}", slow.latency as f64 / 1e6, slow.end, slow.trace.unwrap_or(0));
    }
    for limit in outcome.generator_limits() {
        println!("limited by the generator: {limit}");
    }
}

fn print_durations(name: &str, durations: &Durations) {
    let milliseconds = |duration: Duration| duration.as_secs_f64() * 1000.0;
    println!(
        "{name:<10}    mean {:.3}  p50 {:.3}  p90 {:.3}  p99 {:.3}  p99.9 {:.3}  max {:.3} ms",
        milliseconds(durations.mean()),
        milliseconds(durations.quantile(0.5)),
        milliseconds(durations.quantile(0.9)),
        milliseconds(durations.quantile(0.99)),
        milliseconds(durations.quantile(0.999)),
        milliseconds(durations.maximum()),
    );
}
