//! The users of one thread: each has a connection of its own, and is sending, thinking, or parked.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use std::sync::atomic::{AtomicU64, Ordering};

use super::Share;
use crate::flow::session::pause;
use crate::plan::ThinkTime;
use crate::schedule::{Iterations, UserCount};
use crate::selection::Selection;

/// After a connection could not be made a user waits so long: else it would do nothing but fail, as fast as it can.
const PAUSE_AFTER_FAILED_CONNECT: u64 = 10_000_000;
/// How often the number of users is looked at while it changes.
const RAMP_STEP: u64 = 10_000_000;

/// The iterations that the users of all threads have taken of those they share.
pub(crate) type SharedBudget = AtomicU64;

#[derive(Debug)]
struct User {
    /// Neither sending nor thinking.
    parked: bool,
    /// Iterations begun.
    begun: u64,
}

#[derive(Debug)]
pub(crate) struct Users<'a> {
    count: &'a UserCount,
    share: Share,
    users: Vec<User>,
    /// How many of `users`, from the first on, are active now.
    active: usize,
    /// When thinking users go on.
    thinking: BinaryHeap<Reverse<(u64, usize)>>,
    think_time: ThinkTime,
    random: Selection,
    budget: &'a SharedBudget,
    next_step: u64,
    finished: bool,
}

impl<'a> Users<'a> {
    pub(crate) fn new(
        count: &'a UserCount,
        share: Share,
        think_time: ThinkTime,
        random: Selection,
        budget: &'a SharedBudget,
    ) -> Self {
        let most = share.of(u64::from(count.most())) as usize;
        Self {
            count,
            share,
            users: (0..most).map(|_| User { parked: true, begun: 0 }).collect(),
            active: 0,
            thinking: BinaryHeap::with_capacity(most),
            think_time,
            random,
            budget,
            next_step: 0,
            finished: false,
        }
    }

    /// A user that begins a request now, and the moment at which it was to begin.
    pub(crate) fn take(&mut self, now: u64) -> Option<(usize, u64)> {
        self.follow_ramp(now);
        while let Some(Reverse((wake, user))) = self.thinking.peek().copied().filter(|Reverse((wake, _))| *wake <= now)
        {
            self.thinking.pop();
            if self.may_begin(user, now) {
                return Some((user, wake));
            }
            self.users[user].parked = true;
        }
        None
    }

    /// What a user does after an answer: begins the next request at once, or thinks, or is done.
    #[inline]
    pub(crate) fn answered(&mut self, user: usize, now: u64) -> bool {
        let thought = pause(self.think_time, &mut self.random);
        if thought > 0 {
            self.thinking.push(Reverse((now + thought, user)));
            return false;
        }
        let goes_on = self.may_begin(user, now);
        self.users[user].parked = !goes_on;
        goes_on
    }

    /// What a user does after a failure: it tries again, after a pause if it could not even connect.
    pub(crate) fn failed(&mut self, user: usize, connecting: bool, now: u64) {
        let pause = if connecting { PAUSE_AFTER_FAILED_CONNECT } else { 0 };
        self.thinking.push(Reverse((now + pause, user)));
    }

    /// When there is something to do next, should no answer come before.
    pub(crate) fn wake(&self) -> u64 {
        let thinking = self.thinking.peek().map_or(u64::MAX, |Reverse((wake, _))| *wake);
        let step = if self.count.is_ramping() { self.next_step } else { u64::MAX };
        thinking.min(step).min(self.count.end())
    }

    /// No more iterations begin.
    pub(crate) fn finish(&mut self) {
        self.finished = true;
    }

    /// Whether no request will begin any more, provided that none is under way.
    pub(crate) fn is_over(&self, now: u64) -> bool {
        self.finished
            || now >= self.count.end()
            || (self.thinking.is_empty() && !self.count.is_ramping() && self.next_step > 0)
    }

    fn may_begin(&mut self, user: usize, now: u64) -> bool {
        if self.finished || user >= self.active || now >= self.count.end() {
            return false;
        }
        let may = match self.count.iterations() {
            Iterations::Unlimited => true,
            Iterations::PerUser(most) => self.users[user].begun < most,
            Iterations::Shared(most) => self.budget.fetch_add(1, Ordering::Relaxed) < most,
        };
        self.users[user].begun += u64::from(may);
        may
    }

    fn follow_ramp(&mut self, now: u64) {
        if now < self.next_step {
            return;
        }
        self.next_step = if self.count.is_ramping() { now + RAMP_STEP } else { u64::MAX };
        let active = self.share.of(u64::from(self.count.at(now))) as usize;
        for user in self.active..active {
            if self.users[user].parked {
                self.users[user].parked = false;
                // A constant number of users begins with the test, however long the thread took to get here.
                self.thinking.push(Reverse((if self.count.is_ramping() { now } else { 0 }, user)));
            }
        }
        self.active = active;
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;
    use crate::schedule::{Executor, Model, Schedule, Stage};

    const MILLISECOND: u64 = 1_000_000;
    const SECOND: Duration = Duration::from_secs(1);

    fn with_users(executor: Executor, think_time: ThinkTime, check: impl FnOnce(Users<'_>)) {
        let schedule = Schedule::new(&executor).expect("a good schedule");
        let Model::Closed(count) = schedule.model() else { panic!("users are the closed model") };
        let (share, random) = (Share { index: 0, count: 1 }, Selection::new([1].into_iter(), 0));
        check(Users::new(count, share, think_time, random, &SharedBudget::new(0)));
    }

    /// How many users begin at `now`.
    fn beginning(users: &mut Users<'_>, now: u64) -> usize {
        std::iter::from_fn(|| users.take(now)).count()
    }

    #[test]
    fn begins_with_all_users_and_ends_in_time() {
        with_users(Executor::ConstantUsers { users: 3, duration: SECOND }, ThinkTime::None, |mut users| {
            assert!(!users.is_over(0));
            assert_eq!(beginning(&mut users, MILLISECOND), 3);
            assert!(users.answered(0, 500 * MILLISECOND));
            assert!(!users.answered(0, 1000 * MILLISECOND));
            assert!(users.is_over(1000 * MILLISECOND));
        });
    }

    #[test]
    fn lets_users_think() {
        let think_time = ThinkTime::Uniform(Duration::from_millis(10), Duration::from_millis(20));
        with_users(Executor::ConstantUsers { users: 100, duration: SECOND }, think_time, |mut users| {
            assert_eq!(beginning(&mut users, 0), 100);
            for user in 0..100 {
                assert!(!users.answered(user, 0));
            }
            assert_eq!(beginning(&mut users, 10 * MILLISECOND - 1), 0);
            let half = beginning(&mut users, 15 * MILLISECOND);
            assert!((20..80).contains(&half), "{half}");
            assert_eq!(half + beginning(&mut users, 20 * MILLISECOND), 100);
        });
    }

    #[test]
    fn shares_iterations_or_gives_each_user_its_own() {
        let shared = Executor::SharedIterations { users: 2, iterations: 5, longest: SECOND };
        with_users(shared, ThinkTime::None, |mut users| {
            assert_eq!(beginning(&mut users, 0), 2);
            assert_eq!((0..10).filter(|_| users.answered(0, 1)).count(), 3);
            assert!(!users.answered(1, 1));
            assert!(users.is_over(1));
        });
        let own = Executor::PerUserIterations { users: 2, iterations: 5, longest: SECOND };
        with_users(own, ThinkTime::None, |mut users| {
            assert_eq!(beginning(&mut users, 0), 2);
            assert_eq!((0..10).filter(|_| users.answered(0, 1)).count(), 4);
            assert_eq!((0..10).filter(|_| users.answered(1, 1)).count(), 4);
            assert!(users.is_over(1));
        });
    }

    #[test]
    fn follows_a_ramp_up_and_down() {
        let stages = vec![Stage { target: 10.0, duration: SECOND }, Stage { target: 0.0, duration: SECOND }];
        with_users(Executor::RampingUsers { start_users: 0, stages }, ThinkTime::None, |mut users| {
            assert_eq!(beginning(&mut users, 0), 0);
            assert_eq!(beginning(&mut users, 500 * MILLISECOND), 5);
            assert_eq!(beginning(&mut users, 1000 * MILLISECOND), 5);
            assert_eq!(beginning(&mut users, 1500 * MILLISECOND), 0);
            assert!(users.answered(4, 1500 * MILLISECOND) && !users.answered(5, 1500 * MILLISECOND));
            assert!(!users.is_over(1500 * MILLISECOND) && users.is_over(2000 * MILLISECOND));
        });
    }

    #[test]
    fn pauses_after_a_failed_connect_only() {
        with_users(Executor::ConstantUsers { users: 2, duration: SECOND }, ThinkTime::None, |mut users| {
            assert_eq!(beginning(&mut users, 0), 2);
            users.failed(0, true, 0);
            users.failed(1, false, 0);
            assert_eq!(users.take(0), Some((1, 0)));
            assert_eq!(users.take(PAUSE_AFTER_FAILED_CONNECT - 1), None);
            assert_eq!(users.take(PAUSE_AFTER_FAILED_CONNECT), Some((0, PAUSE_AFTER_FAILED_CONNECT)));
        });
    }
}
