//! The elementary functions: a million f32 against the true values (`examples/ulp` walks through all of them), f64 against
//! the C library's, and the same bits on every instruction set.

#[path = "elementary/walk.rs"]
mod walk;

use quipu::scalar::Scalar;
use walk::FUNCTIONS;

#[test]
fn errors_of_f32_are_those_stated() {
    for function in FUNCTIONS {
        let worst = function.walk(0, 4_001);
        assert!(
            worst.ulp <= function.stated,
            "{}: {} ulp at {:e}, stated {}",
            function.name,
            worst.ulp,
            worst.at,
            function.stated
        );
    }
}

#[test]
fn f64_agrees_with_the_c_library() {
    type Of64 = fn(f64) -> f64;
    let pairs: [(&str, Of64, Of64, f64); 5] = [
        ("exp", <f64 as Scalar>::exp, f64::exp, 1.0),
        ("exp_m1", <f64 as Scalar>::exp_m1, f64::exp_m1, 2.0),
        ("ln", <f64 as Scalar>::ln, f64::ln, 1.0),
        ("ln_1p", <f64 as Scalar>::ln_1p, f64::ln_1p, 2.0),
        ("tanh", <f64 as Scalar>::tanh, f64::tanh, 3.0),
    ];
    for (name, found, expected, most) in pairs {
        for bits in (0..=u64::MAX).step_by(18_446_744_073_709) {
            let x = f64::from_bits(bits);
            let (found, expected) = (found(x), expected(x));
            if found == expected || (found.is_nan() && expected.is_nan()) {
                continue;
            }
            let ulp = (found.to_bits() as i64).abs_diff(expected.to_bits() as i64);
            assert!(ulp as f64 <= most, "{name} of {x:e}: {found:e}, the C library has {expected:e}");
        }
        // Where networks are: a thousand numbers a binade tell more there.
        for i in 0..200_000 {
            let x = f64::from(i) * 2.3e-4 - 23.0;
            let (found, expected) = (found(x), expected(x));
            let ulp = (found.to_bits() as i64).abs_diff(expected.to_bits() as i64);
            assert!(ulp as f64 <= most || found.is_nan() && expected.is_nan(), "{name} of {x:e}: {ulp} ulp");
        }
    }
}

/// Nothing is fused, so a loop in vectors gives the bits that a call alone does.
#[test]
fn vectors_give_the_same_bits() {
    let inputs: Vec<f32> = (0..100_003_u32).map(|i| f32::from_bits(i.wrapping_mul(42_949))).collect();
    for function in FUNCTIONS {
        let alone: Vec<u32> =
            inputs.iter().map(|&x| std::hint::black_box(function.found)(x).to_bits()).collect();
        let mut together = inputs.clone();
        match function.name {
            "exp" => loops(&mut together, <f32 as Scalar>::exp),
            "exp_m1" => loops(&mut together, <f32 as Scalar>::exp_m1),
            "ln" => loops(&mut together, <f32 as Scalar>::ln),
            "ln_1p" => loops(&mut together, <f32 as Scalar>::ln_1p),
            "tanh" => loops(&mut together, <f32 as Scalar>::tanh),
            "erf" => loops(&mut together, <f32 as Scalar>::erf),
            other => panic!("{other} has no loop"),
        }
        for ((&x, alone), together) in inputs.iter().zip(alone).zip(together) {
            let nan = f32::from_bits(alone).is_nan() && together.is_nan();
            assert!(nan || alone == together.to_bits(), "{} of {x:e}", function.name);
        }
    }
}

#[inline(always)]
fn loops(values: &mut [f32], function: impl Fn(f32) -> f32) {
    f32::dispatch(|| {
        for value in &mut *values {
            *value = function(*value);
        }
    });
}
