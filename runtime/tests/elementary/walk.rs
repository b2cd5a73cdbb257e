//! How far an elementary function of f32 is from the true one, in ulp, over all or some of the numbers.

use quipu::scalar::Scalar;

/// A function, the true one, and the error that the library states, in ulp.
pub(crate) struct Function {
    pub(crate) name: &'static str,
    pub(crate) found: fn(f32) -> f32,
    pub(crate) exact: fn(f64) -> f64,
    pub(crate) stated: f64,
}

/// The table of `runtime/src/scalar/elementary.rs`.
pub(crate) const FUNCTIONS: [Function; 6] = [
    Function { name: "exp", found: <f32 as Scalar>::exp, exact: f64::exp, stated: 1.1 },
    Function { name: "exp_m1", found: <f32 as Scalar>::exp_m1, exact: f64::exp_m1, stated: 1.7 },
    Function { name: "ln", found: <f32 as Scalar>::ln, exact: f64::ln, stated: 0.9 },
    Function { name: "ln_1p", found: <f32 as Scalar>::ln_1p, exact: f64::ln_1p, stated: 1.5 },
    Function { name: "tanh", found: <f32 as Scalar>::tanh, exact: f64::tanh, stated: 2.7 },
    Function { name: "erf", found: <f32 as Scalar>::erf, exact: <f64 as Scalar>::erf, stated: 1.5 },
];

/// The largest error of a function, and where it is.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Worst {
    /// In units of the last place of the true value; infinite where one of the two is no number or infinite alone.
    pub(crate) ulp: f64,
    pub(crate) at: f32,
}

impl Function {
    /// Walks through the numbers whose bits are `first`, `first + step`, … below 2^32.
    pub(crate) fn walk(&self, first: u32, step: usize) -> Worst {
        let mut worst = Worst::default();
        for bits in (first..=u32::MAX).step_by(step) {
            let at = f32::from_bits(bits);
            let ulp = error((self.found)(at), (self.exact)(f64::from(at)));
            if ulp > worst.ulp {
                worst = Worst { ulp, at };
            }
        }
        worst
    }
}

/// The distance of a value from the true one, in ulp of the true one.
fn error(found: f32, exact: f64) -> f64 {
    let nearest = exact as f32;
    if found.is_nan() || nearest.is_nan() || found.is_infinite() || nearest.is_infinite() {
        let same = found == nearest || (found.is_nan() && nearest.is_nan());
        return if same { 0.0 } else { f64::INFINITY };
    }
    // The last place of a normal number is 2^-23 of its exponent's power; below all are 2^-149 apart.
    let exponent = (nearest.abs().to_bits() >> 23).max(1);
    let place = f64::from(f32::from_bits(exponent << 23)) * 2.0_f64.powi(-23);
    (f64::from(found) - exact).abs() / place
}
