//! Evaluation that may take long, watched from the thread that may be told to stop.

use std::panic::resume_unwind;
use std::sync::mpsc::{channel, RecvTimeoutError};
use std::thread;
use std::time::{Duration, Instant};

use tla_check::model::Flow;
use tla_check::options::StopFlag;
use tla_check::progress::Progress;

/// How soon a request to stop is noticed.
const POLL: Duration = Duration::from_millis(50);

/// Is told how far a check is, and says whether to go on.
pub(super) type Observer<'a> = dyn FnMut(&Progress) -> Flow + 'a;

/// Runs `work` on a thread with the stack that evaluation needs. While it runs, `observer` is asked every now and then
/// whether to go on; where it says no, or the time is up, `stop` is raised, which makes evaluation give up.
///
/// # Errors
/// Where no thread can be started.
pub(super) fn evaluate<T: Send>(
    stop: &StopFlag,
    until: Option<Instant>,
    observer: &mut Observer<'_>,
    work: impl FnOnce() -> T + Send,
) -> std::io::Result<T> {
    thread::scope(|scope| {
        let (ended, waiting) = channel();
        let builder = thread::Builder::new().name("evaluate".into()).stack_size(tla_eval::STACK_BYTES);
        let worker = builder.spawn_scoped(scope, move || {
            let result = work();
            // Nobody listens any more only where this thread is being waited for anyway.
            let _ = ended.send(());
            result
        })?;
        let began = Instant::now();
        while let Err(RecvTimeoutError::Timeout) = waiting.recv_timeout(POLL) {
            let late = until.is_some_and(|until| Instant::now() >= until);
            if late || observer(&nothing_explored(began.elapsed())) == Flow::Stop {
                stop.request();
            }
        }
        Ok(worker.join().unwrap_or_else(|panic| resume_unwind(panic)))
    })
}

fn nothing_explored(elapsed: Duration) -> Progress {
    Progress {
        generated: 0,
        distinct: 0,
        queue: 0,
        depth: 0,
        elapsed,
        generated_per_second: 0.0,
        distinct_per_second: 0.0,
        checks_properties: false,
    }
}
