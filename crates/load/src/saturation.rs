//! Whether the generator itself was the bottleneck.

use std::fmt;
use std::time::Duration;

use crate::outcome::Outcome;

/// From this share on, a thread that runs or waits for a core has no reserve.
const SATURATED: f64 = 0.95;
/// Below this share of the intended rate a schedule was not kept.
const KEPT: f64 = 0.99;
/// A start that is later than this is no longer on schedule.
const LATE: Duration = Duration::from_millis(5);

/// What one thread of the generator used while the test ran.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ThreadUse {
    /// Processor time, user and system.
    pub processor: Duration,
    /// The part of it that was spent in the kernel, as far as the kernel tells the two apart.
    pub system: Duration,
    /// Time in which it could have run and had no core; nothing where the kernel does not tell.
    pub queued: Option<Duration>,
    /// How long the thread was at work.
    pub elapsed: Duration,
}

impl ThreadUse {
    /// Processor time as a share of the time, 0 to 1.
    pub fn processor_share(&self) -> f64 {
        share(self.processor, self.elapsed)
    }

    /// Time spent waiting for a core as a share of the time, 0 to 1.
    pub fn queued_share(&self) -> f64 {
        share(self.queued.unwrap_or_default(), self.elapsed)
    }

    fn busy_share(&self) -> f64 {
        self.processor_share() + self.queued_share()
    }
}

fn share(part: Duration, whole: Duration) -> f64 {
    if whole.is_zero() {
        0.0
    } else {
        part.as_secs_f64() / whole.as_secs_f64()
    }
}

/// Why a result is limited by the generator, with the figures behind it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum GeneratorLimit {
    /// A thread was busy, or waiting for a core, nearly all of the time: the server might do more than was asked of it.
    Processor { running: f64, queued: f64 },
    /// One request in a hundred started late by this much, although a connection was free: latencies include it.
    Late(Duration),
    /// So many arrivals were never sent, since all connections were in use. A slow server causes that as well; more
    /// connections tell which.
    Connections { dropped: u64 },
    /// So many requests could not be sent for want of local ports or descriptors.
    Local { failed: u64 },
}

impl GeneratorLimit {
    /// All that apply, the gravest first.
    pub(crate) fn all_of(outcome: &Outcome) -> Vec<Self> {
        let local = outcome.failures().iter().filter(|(failure, _)| failure.is_local()).map(|(_, count)| count).sum();
        let busiest = outcome.threads.iter().max_by(|one, other| one.busy_share().total_cmp(&other.busy_share()));
        // In the open model a busy generator does no harm as long as it keeps the schedule.
        let kept = outcome.intended_rate().is_some_and(|intended| outcome.achieved_rate() >= KEPT * intended);
        let busiest = busiest.filter(|thread| !kept && thread.busy_share() >= SATURATED);
        let lateness = outcome.lateness.quantile(0.99);
        let dropped = outcome.dropped.count();
        let limits = [
            (local > 0).then_some(Self::Local { failed: local }),
            busiest.map(|thread| Self::Processor { running: thread.processor_share(), queued: thread.queued_share() }),
            (lateness > LATE).then_some(Self::Late(lateness)),
            (dropped > 0).then_some(Self::Connections { dropped }),
        ];
        limits.into_iter().flatten().collect()
    }
}

impl fmt::Display for GeneratorLimit {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Processor { running, queued } => write!(
                formatter,
                "a thread of the generator ran for {:.0}% of the time and waited for a core for {:.0}%; give it more threads \
                 or another machine",
                running * 100.0,
                queued * 100.0
            ),
            Self::Late(lateness) => write!(
                formatter,
                "1% of the requests started more than {:.1} ms late because the generator was busy; latencies include that",
                lateness.as_secs_f64() * 1000.0
            ),
            Self::Connections { dropped } => write!(
                formatter,
                "{dropped} requests were never sent, since all connections were in use; allow more connections to see whether \
                 the server keeps up"
            ),
            Self::Local { failed } => write!(
                formatter,
                "{failed} requests found no local port or descriptor on this machine; use fewer connections or keep them open"
            ),
        }
    }
}

/// Measures what the calling thread uses, from now on.
#[cfg(target_os = "linux")]
#[derive(Debug)]
pub(crate) struct Meter {
    processor: Duration,
    ticks: Ticks,
    queued: Option<Duration>,
    begin: std::time::Instant,
}

#[cfg(target_os = "linux")]
impl Meter {
    pub(crate) fn start() -> Self {
        Self {
            processor: processor_time(),
            ticks: Ticks::now(),
            queued: queued_time(),
            begin: std::time::Instant::now(),
        }
    }

    pub(crate) fn read(&self) -> ThreadUse {
        let queued = queued_time().zip(self.queued).map(|(now, before)| now.saturating_sub(before));
        let processor = processor_time().saturating_sub(self.processor);
        let system = processor.mul_f64(Ticks::now().system_share_since(self.ticks));
        ThreadUse { processor, system, queued, elapsed: self.begin.elapsed() }
    }
}

/// Processor time of the calling thread in the units that the kernel shows it in, hundredths of a second mostly: too coarse
/// for a sum, good enough for the proportion of its two parts.
#[cfg(target_os = "linux")]
#[derive(Debug, Clone, Copy, Default)]
struct Ticks {
    user: u64,
    system: u64,
}

#[cfg(target_os = "linux")]
impl Ticks {
    /// Fields 14 and 15 of proc_pid_stat(5); zero where they cannot be read.
    fn now() -> Self {
        let fields = std::fs::read_to_string("/proc/thread-self/stat").unwrap_or_default();
        // The name of the thread, in parentheses, may hold anything.
        let mut after = fields.rsplit(')').next().unwrap_or_default().split_whitespace().skip(11);
        let mut number = || after.next().and_then(|field| field.parse().ok()).unwrap_or(0);
        Self { user: number(), system: number() }
    }

    fn system_share_since(self, before: Self) -> f64 {
        let (user, system) = (self.user.saturating_sub(before.user), self.system.saturating_sub(before.system));
        if system == 0 {
            0.0
        } else {
            system as f64 / (user + system) as f64
        }
    }
}

#[cfg(target_os = "linux")]
fn processor_time() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.try_into().unwrap_or(0), time.tv_nsec.try_into().unwrap_or(0))
}

/// The second figure of schedstat: nanoseconds in the run queue (kernel documentation, "Scheduler Statistics").
#[cfg(target_os = "linux")]
fn queued_time() -> Option<Duration> {
    let statistics = std::fs::read_to_string("/proc/thread-self/schedstat").ok()?;
    statistics.split_whitespace().nth(1)?.parse().ok().map(Duration::from_nanos)
}
