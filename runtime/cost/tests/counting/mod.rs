//! A number that counts its operations, for the loops that the rules are held against.

use std::cell::Cell;
use std::ops::{Add, Div, Mul, Neg, Sub};

thread_local!(static COUNT: Cell<u64> = const { Cell::new(0) });

/// An `f64` whose every operation counts one FLOP; making one from a constant is free.
#[derive(Clone, Copy, Debug)]
pub(crate) struct C(pub(crate) f64);

fn one(value: f64) -> C {
    COUNT.set(COUNT.get() + 1);
    C(value)
}

macro_rules! binary {
    ($($trait:ident $method:ident $op:tt)*) => {$(
        impl $trait for C {
            type Output = C;
            fn $method(self, other: C) -> C {
                one(self.0 $op other.0)
            }
        }
    )*};
}
binary!(Add add + Sub sub - Mul mul * Div div /);

impl Neg for C {
    type Output = C;
    fn neg(self) -> C {
        one(-self.0)
    }
}

impl C {
    pub(crate) fn less(self, other: C) -> bool {
        one(0.0);
        self.0 < other.0
    }
    pub(crate) fn max(self, other: C) -> C {
        if self.less(other) { other } else { self }
    }
    pub(crate) fn abs(self) -> C {
        one(self.0.abs())
    }
    pub(crate) fn exp(self) -> C {
        one(self.0.exp())
    }
    pub(crate) fn ln(self) -> C {
        one(self.0.ln())
    }
    pub(crate) fn sqrt(self) -> C {
        one(self.0.sqrt())
    }
    pub(crate) fn tanh(self) -> C {
        one(self.0.tanh())
    }
    pub(crate) fn powf(self, p: f64) -> C {
        one(self.0.powf(p))
    }
    /// The integral of the bell curve by Simpson's rule: good to 1e-9 for small arguments, and one FLOP.
    pub(crate) fn erf(self) -> C {
        let (n, x) = (400, self.0);
        let f = |i: usize| (-(x * i as f64 / n as f64).powi(2)).exp();
        let sum: f64 =
            (0..=n).map(|i| f(i) * if i == 0 || i == n { 1.0 } else { 2.0 + 2.0 * (i % 2) as f64 }).sum();
        one(sum * x / (3.0 * n as f64) * 2.0 / std::f64::consts::PI.sqrt())
    }
}

/// What `work` returns, and the FLOPs it took.
pub(crate) fn counted<R>(work: impl FnOnce() -> R) -> (R, u64) {
    COUNT.set(0);
    let result = work();
    (result, COUNT.get())
}
