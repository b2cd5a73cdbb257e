//! The optimizers against PyTorch's numbers, their FLOPs and the bytes of their state against the constants.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use quipu::optim::{Adagrad, Adam, AdamW, Lion, Momentum, Optimizer, RmsProp, Schedule, Sgd};
use quipu::scalar::{Counted, Scalar, count};
use quipu_cost::OptimizerKind;

/// Counts the bytes that this thread asks for.
struct Counting;

thread_local! {
    static BYTES: Cell<usize> = const { Cell::new(0) };
}

// SAFETY: hands every request on to the system's allocator.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        BYTES.set(BYTES.get() + layout.size());
        // SAFETY: the caller's promise is the system allocator's condition.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, at: *mut u8, layout: Layout) {
        // SAFETY: `at` came from `alloc` above, so from the system's allocator.
        unsafe { System.dealloc(at, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// The bytes allocated while `run` runs.
fn bytes(run: impl FnOnce()) -> usize {
    let before = BYTES.get();
    run();
    BYTES.get() - before
}

type Make<T> = fn() -> Box<dyn Optimizer<T>>;

/// Every optimizer with its extras, the name of its section in the fixture, and its kind.
fn table<T: Scalar>() -> Vec<(&'static str, Make<T>, OptimizerKind)> {
    use OptimizerKind as Kind;
    vec![
        ("sgd", || Box::new(Sgd::new(0.1)), Kind::Sgd),
        ("sgd decay", || Box::new(Sgd::new(0.1).decay(0.05)), Kind::Sgd.decay()),
        ("sgd decay clip", || Box::new(Sgd::new(0.1).decay(0.05).clip(1.5)), Kind::Sgd.decay().clip()),
        ("momentum", || Box::new(Momentum::new(0.1, 0.9)), Kind::Momentum),
        ("momentum decay", || Box::new(Momentum::new(0.1, 0.9).decay(0.05)), Kind::Momentum.decay()),
        ("momentum clip", || Box::new(Momentum::new(0.1, 0.9).clip(1.5)), Kind::Momentum.clip()),
        ("nesterov", || Box::new(Momentum::new(0.1, 0.9).nesterov()), Kind::Momentum.nesterov()),
        (
            "nesterov decay",
            || Box::new(Momentum::new(0.1, 0.9).nesterov().decay(0.05)),
            Kind::Momentum.nesterov().decay(),
        ),
        ("adam", || Box::new(Adam::new(0.02)), Kind::Adam),
        ("adam decay", || Box::new(Adam::new(0.02).decay(0.05)), Kind::Adam.decay()),
        ("adam betas", || Box::new(Adam::new(0.02).betas(0.8, 0.95).eps(1e-3)), Kind::Adam),
        ("adam clip", || Box::new(Adam::new(0.02).clip(1.5)), Kind::Adam.clip()),
        ("adamw", || Box::new(AdamW::new(0.02)), Kind::AdamW),
        ("adamw decay", || Box::new(AdamW::new(0.02).decay(0.3)), Kind::AdamW),
        ("adamw clip", || Box::new(AdamW::new(0.02).clip(1.5)), Kind::AdamW.clip()),
        ("sgd l1", || Box::new(Sgd::new(0.1).l1(0.07)), Kind::Sgd.l1()),
        (
            "momentum decay l1",
            || Box::new(Momentum::new(0.1, 0.9).decay(0.05).l1(0.07)),
            Kind::Momentum.decay().l1(),
        ),
        ("adam l1", || Box::new(Adam::new(0.02).l1(0.07)), Kind::Adam.l1()),
        ("rmsprop", || Box::new(RmsProp::new(0.02)), Kind::RmsProp),
        (
            "rmsprop alpha decay clip",
            || Box::new(RmsProp::new(0.02).alpha(0.9).eps(1e-3).decay(0.05).clip(1.5)),
            Kind::RmsProp.decay().clip(),
        ),
        ("rmsprop centered", || Box::new(RmsProp::new(0.02).centered()), Kind::RmsProp.centered()),
        ("rmsprop momentum", || Box::new(RmsProp::new(0.02).momentum(0.9)), Kind::RmsProp.momentum()),
        (
            "rmsprop centered momentum",
            || Box::new(RmsProp::new(0.02).momentum(0.9).centered()),
            Kind::RmsProp.centered().momentum(),
        ),
        ("adagrad", || Box::new(Adagrad::new(0.1)), Kind::Adagrad),
        (
            "adagrad decay clip",
            || Box::new(Adagrad::new(0.1).lr_decay(0.2).initial(0.5).eps(1e-3).decay(0.05).clip(1.5)),
            Kind::Adagrad.decay().clip(),
        ),
        ("lion", || Box::new(Lion::new(0.02)), Kind::Lion),
        ("lion decay", || Box::new(Lion::new(0.02).betas(0.8, 0.95).decay(0.3)), Kind::Lion.decay()),
        ("lion clip", || Box::new(Lion::new(0.02).clip(1.5)), Kind::Lion.clip()),
    ]
}

/// The rows of a section of the fixture.
fn section(name: &str) -> Vec<Vec<f64>> {
    let text = include_str!("fixtures/optimizers.txt");
    let heading = format!("[{name}]");
    let lines = text.lines().skip_while(|&line| line != heading).skip(1);
    let rows = lines.take_while(|line| !line.starts_with('['));
    rows.map(|line| line.split(' ').map(|number| number.parse().unwrap()).collect()).collect()
}

/// Ten steps along the fixture's gradients, each compared; `before` may change the learning rate.
fn compare(name: &str, optimizer: &mut dyn Optimizer<f64>, before: impl Fn(usize, &mut dyn Optimizer<f64>)) {
    let mut params = section("start").remove(0);
    let (gradients, expected) = (section("gradients"), section(name));
    assert_eq!((gradients.len(), expected.len()), (10, 10), "{name}");
    for (step, (gradient, expected)) in gradients.iter().zip(&expected).enumerate() {
        before(step, optimizer);
        optimizer.step_flat(&mut params, gradient).unwrap();
        for (found, expected) in params.iter().zip(expected) {
            assert!(
                (found - expected).abs() <= 1e-10 * expected.abs(),
                "{name}, step {step}: {found}, {expected}"
            );
        }
    }
}

#[test]
fn ten_steps_are_those_of_pytorch() {
    for (name, make, _) in table::<f64>() {
        compare(name, &mut *make(), |_, _| {});
    }
}

#[test]
fn the_cosine_is_that_of_pytorch() {
    let schedule = Schedule::cosine(0).floor(0.1);
    compare("adam cosine", &mut Adam::new(0.02), |step, adam| {
        adam.set_learning_rate(0.02 * schedule.factor(step, 10));
    });
}

#[test]
fn a_step_counts_exactly_what_the_constants_say() {
    for (name, make, kind) in table::<Counted<f64>>() {
        for p in [1, 7, 16, 100, 5_000] {
            let mut optimizer = make();
            assert_eq!(optimizer.kind(), kind, "{name}");
            let (mut params, grad) = (vec![Counted(0.5); p], vec![Counted(0.25); p]);
            for _ in 0..2 {
                let flops = count(|| optimizer.step_flat(&mut params, &grad).unwrap());
                assert_eq!(flops, kind.flops(p as u64), "{name}, {p} parameters");
            }
        }
    }
    assert_eq!((OptimizerKind::Sgd.flops(1_000), OptimizerKind::Adam.flops(1_000)), (2_000, 14_000));
}

#[test]
fn the_state_takes_exactly_the_bytes_of_the_constants() {
    fn check<T: Scalar>() {
        const P: usize = 1_000;
        for (name, make, kind) in table::<T>() {
            let mut optimizer = make();
            let state = kind.state_elements(P as u64) as usize * size_of::<T>();
            let (mut params, grad) = (vec![T::zero(); P], vec![T::one(); P]);
            assert_eq!(bytes(|| optimizer.prepare_flat(P)), state, "{name}: prepare");
            assert_eq!(bytes(|| optimizer.prepare_flat(P)), 0, "{name}: prepare again");
            assert_eq!(bytes(|| optimizer.step_flat(&mut params, &grad).unwrap()), 0, "{name}: step");
            let mut optimizer = make();
            assert_eq!(bytes(|| optimizer.update(&mut params, &grad)), state, "{name}: first step");
        }
    }
    check::<f32>();
    check::<f64>();
}

/// The gradient that a step takes in beyond the loss's is the derivative of the penalty.
#[test]
fn penalties_are_what_steps_descend() {
    let params = [0.5, -0.25, 2.0];
    let sgd = || Sgd::<f64>::new(1.0).decay(0.3).l1(0.07);
    assert!((sgd().penalty(&params) - (0.07 * 2.75 + 0.15 * 4.3125)).abs() < 1e-15);
    let mut stepped = params;
    sgd().step_flat(&mut stepped, &[0.0; 3]).unwrap();
    for (i, (before, after)) in params.iter().zip(stepped).enumerate() {
        let at = |h: f64| {
            let mut moved = params;
            moved[i] += h;
            sgd().penalty(&moved)
        };
        let derivative = (at(1e-5) - at(-1e-5)) / 2e-5;
        assert!((before - after - derivative).abs() < 1e-9, "{i}");
    }
    // Decay of the weights themselves is no penalty.
    assert_eq!(
        (AdamW::<f64>::new(0.1).penalty(&params), Lion::<f64>::new(0.1).decay(1.0).penalty(&params)),
        (0.0, 0.0)
    );
    assert!(Sgd::<f32>::new(0.1).l1(-1.0).check().unwrap_err().to_string().starts_with("l1 = -1: expected"));
}

#[test]
fn preparing_again_forgets() {
    for (name, make, _) in table::<f64>() {
        let mut optimizer = make();
        let mut first = vec![1.0, -2.0, 3.0];
        optimizer.update(&mut first, &[0.5, 0.25, -1.0]);
        optimizer.prepare_flat(3);
        let mut second = vec![1.0, -2.0, 3.0];
        optimizer.update(&mut second, &[0.5, 0.25, -1.0]);
        assert_eq!(first, second, "{name}");
    }
}

#[test]
fn another_number_of_parameters_starts_afresh_and_a_wrong_one_is_an_error() {
    for (name, make, _) in table::<f32>() {
        let mut optimizer = make();
        let mut params = vec![1.0; 5];
        optimizer.step_flat(&mut params, &[0.1; 5]).unwrap();
        let mut fewer = vec![1.0; 2];
        optimizer.step_flat(&mut fewer, &[0.1; 2]).unwrap();
        assert_eq!(params[..2], fewer, "{name}");
        let error = optimizer.step_flat(&mut params, &[1.0; 4]).unwrap_err();
        assert_eq!(error.to_string(), "grad has 4 elements; expected 5 (1 rows of 5)", "{name}");
    }
}

#[test]
fn hyperparameters_out_of_range_are_reported() {
    let message = |optimizer: &dyn Optimizer<f32>| optimizer.check().unwrap_err().to_string();
    for rate in [0.0, -1.0, f64::NAN, f64::INFINITY] {
        let expected = format!("learning rate = {rate}: expected a finite number above 0");
        assert_eq!(message(&Sgd::new(rate)), expected);
        assert_eq!(message(&AdamW::new(rate)), expected);
    }
    assert!(message(&Momentum::new(0.1, 1.0)).starts_with("momentum = 1: expected"));
    assert!(message(&Adam::new(0.1).betas(0.9, 1.0)).starts_with("beta 2 = 1: expected"));
    assert!(message(&Adam::new(0.1).betas(-0.1, 0.9)).starts_with("beta 1 = -0.1: expected"));
    assert!(message(&Adam::new(0.1).eps(f64::NAN)).starts_with("eps = NaN: expected"));
    assert!(message(&Sgd::new(0.1).decay(-0.1)).starts_with("weight decay = -0.1: expected"));
    assert!(message(&AdamW::new(0.1).decay(f64::NAN)).starts_with("weight decay = NaN: expected"));
    assert!(message(&Adam::new(0.1).clip(0.0)).starts_with("clip = 0: expected"));
    assert!(message(&RmsProp::new(0.1).alpha(1.0)).starts_with("alpha = 1: expected"));
    assert!(message(&RmsProp::new(0.1).momentum(1.5)).starts_with("momentum = 1.5: expected"));
    assert!(message(&RmsProp::new(0.1).eps(-1.0)).starts_with("eps = -1: expected"));
    assert!(message(&Adagrad::new(0.1).lr_decay(-0.5)).starts_with("lr decay = -0.5: expected"));
    assert!(message(&Adagrad::new(0.1).initial(f64::NAN)).starts_with("initial = NaN: expected"));
    assert!(message(&Lion::new(0.1).betas(0.9, 1.0)).starts_with("beta 2 = 1: expected"));
    assert!(message(&Lion::new(0.1).decay(-1.0)).starts_with("weight decay = -1: expected"));
    for (name, make, _) in table::<f32>() {
        assert!(make().check().is_ok(), "{name}");
    }
}
