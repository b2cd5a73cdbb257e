//! Whether threads still help: on a machine that has other things to do, a step that is shared waits for a thread that the
//! system has put aside, and takes longer than on one thread alone.
//!
//! No formula knows that; the clock does. Now and then a pass is done the other way, a few times, and the faster way is kept.
//! Results are the same bits either way, so that nobody sees more of it than the time.

use std::time::Duration;

/// Passes of one kind, and how long they take on all threads and on one.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Gauge {
    /// Whose passes these are: their FLOPs, which tell a network's passes and batches apart.
    flops: u64,
    /// Whether one thread is the faster way, as far as is known.
    alone: bool,
    /// Seconds a pass takes that way: a mean in which the last [`MEMORY`] count most.
    usual: f64,
    /// What that was when the two ways were compared.
    then: f64,
    /// Passes until the other way is tried again.
    left: u32,
    /// Passes between two trials.
    apart: u32,
    /// Passes of a trial so far, and the seconds they took; the first is not counted.
    trial: (u32, f64),
}

/// Passes before the first trial.
const FIRST: u32 = 48;
/// Passes between trials after that, and at most: each trial that changes nothing doubles it. A trial of a way that takes
/// twice as long then costs less than a percent, and soon less than a thousandth.
const APART: (u32, u32) = (512, 8192);
/// The same where one thread is the faster way: whoever disturbs a machine seldom does for long.
const APART_ALONE: (u32, u32) = (128, 1024);
/// Passes in a trial that count.
const TRIAL: u32 = 4;
/// Passes that a mean remembers.
const MEMORY: f64 = 8.0;
/// Passes after which a mean means something.
const SETTLED: u32 = 24;
/// How much slower the usual way has to become for the other one to be tried early.
const WORSE: f64 = 1.3;
/// How much faster the other way has to be to be kept.
const BETTER: f64 = 0.95;

impl Gauge {
    pub(crate) fn new(flops: u64) -> Self {
        Gauge { flops, alone: false, usual: 0.0, then: 0.0, left: FIRST, apart: FIRST, trial: (0, 0.0) }
    }

    /// Whether the next pass is to be done on one thread.
    pub(crate) fn alone(&self) -> bool {
        self.alone != (self.left == 0)
    }

    /// How long that took.
    pub(crate) fn took(&mut self, time: Duration) {
        let seconds = time.as_secs_f64();
        if self.left > 0 {
            self.usual =
                if self.usual == 0.0 { seconds } else { self.usual + (seconds - self.usual) / MEMORY };
            self.left -= 1;
            let since = self.apart - self.left;
            if self.then == 0.0 && since >= SETTLED {
                self.then = self.usual;
            }
            if since >= SETTLED && self.usual > WORSE * self.then {
                self.left = 0;
            }
            return;
        }
        let (passes, sum) = &mut self.trial;
        // The first finds the other way's caches and threads cold.
        if *passes > 0 {
            *sum += seconds;
        }
        *passes += 1;
        if *passes > TRIAL {
            let found = *sum / f64::from(TRIAL);
            self.compare(found);
        }
    }

    /// The other way took `found` seconds a pass.
    fn compare(&mut self, found: f64) {
        let changes = found < BETTER * self.usual;
        if changes {
            (self.alone, self.usual) = (!self.alone, found);
        }
        let (least, most) = if self.alone { APART_ALONE } else { APART };
        self.apart = if changes { least } else { (2 * self.apart).clamp(least, most) };
        (self.left, self.then, self.trial) = (self.apart, self.usual, (0, 0.0));
    }
}

/// The gauges of a workspace: one for each kind of pass that it has lately been used for.
#[derive(Debug, Default)]
pub(crate) struct Gauges {
    kinds: [Option<Gauge>; 4],
    next: usize,
}

impl Gauges {
    /// That of passes of so many FLOPs.
    pub(crate) fn of(&mut self, flops: u64) -> &mut Gauge {
        let known = self.kinds.iter().position(|kind| kind.is_some_and(|gauge| gauge.flops == flops));
        let index = known.unwrap_or_else(|| {
            self.next = (self.next + 1) % self.kinds.len();
            self.kinds[self.next] = None;
            self.next
        });
        self.kinds[index].get_or_insert_with(|| Gauge::new(flops))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Passes that take so many microseconds on all threads and on one; how many of them were done on one.
    fn passes(gauge: &mut Gauge, count: usize, times: impl Fn(usize) -> [u64; 2]) -> usize {
        let mut alone = 0;
        for pass in 0..count {
            let way = usize::from(gauge.alone());
            alone += way;
            gauge.took(Duration::from_micros(times(pass)[way]));
        }
        alone
    }

    #[test]
    fn a_quiet_machine_is_left_in_peace() {
        let mut gauge = Gauge::new(1);
        let alone = passes(&mut gauge, 100_000, |pass| [500 + pass as u64 % 7 * 20, 950]);
        assert!((5..150).contains(&alone), "{alone} of 100,000 passes tried on one thread");
        assert!(!gauge.alone());
    }

    #[test]
    fn a_machine_that_is_busy_gets_one_thread_and_later_all_again() {
        let mut gauge = Gauge::new(1);
        passes(&mut gauge, 300, |_| [500, 950]);
        // Every third pass waits for a thread that was put aside.
        let busy = |pass: usize| [if pass.is_multiple_of(3) { 4000 } else { 500 }, 950];
        let alone = passes(&mut gauge, 1000, busy);
        assert!(alone > 900, "{alone} of 1000 passes on one thread");
        let alone = passes(&mut gauge, 3000, |_| [500, 950]);
        assert!(alone < 1500, "{alone} of 3000 passes on one thread, the machine being free again");
        assert_eq!(passes(&mut gauge, 100, |_| [500, 950]), 0);
    }

    #[test]
    fn kinds_of_passes_are_told_apart() {
        let mut gauges = Gauges::default();
        passes(gauges.of(1), 100, |_| [400, 260]);
        passes(gauges.of(2), 100, |_| [400, 800]);
        assert!(gauges.of(1).alone() && !gauges.of(2).alone());
        (3..6).for_each(|flops| assert!(!gauges.of(flops).alone(), "{flops} is new"));
        assert!(!gauges.of(1).alone(), "there is room for four");
    }

    #[test]
    fn threads_that_never_help_are_given_up() {
        let mut gauge = Gauge::new(1);
        let alone = passes(&mut gauge, 5000, |_| [400, 260]);
        assert!(alone > 4400, "{alone} of 5000 passes on one thread");
    }
}
