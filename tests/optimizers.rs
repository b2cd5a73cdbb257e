//! The optimizers against PyTorch's numbers, their FLOPs and the bytes of their state against the constants.

mod allocations;

use quipu::optim::{Adagrad, Adam, AdamW, Lion, Momentum, Optimizer, Part, RmsProp, Schedule, Sgd};
use quipu::scalar::{Counted, Scalar, count};
use quipu_cost::OptimizerKind;

/// The bytes allocated while `run` runs.
fn bytes(run: impl FnOnce()) -> usize {
    allocations::asked(run).0.bytes
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
        ("rmsprop", || Box::new(RmsProp::new(0.01)), Kind::RmsProp),
        (
            "rmsprop decay",
            || Box::new(RmsProp::new(0.02).alpha(0.9).eps(1e-3).decay(0.05)),
            Kind::RmsProp.decay(),
        ),
        ("rmsprop clip", || Box::new(RmsProp::new(0.02).clip(1.5)), Kind::RmsProp.clip()),
        ("rmsprop momentum", || Box::new(RmsProp::new(0.02).momentum(0.9)), Kind::RmsProp.momentum()),
        ("rmsprop centered", || Box::new(RmsProp::new(0.02).centered()), Kind::RmsProp.centered()),
        (
            "rmsprop all",
            || Box::new(RmsProp::new(0.02).alpha(0.8).momentum(0.7).centered().decay(0.05).clip(1.5)),
            Kind::RmsProp.momentum().centered().decay().clip(),
        ),
        ("adagrad", || Box::new(Adagrad::new(0.01)), Kind::Adagrad),
        (
            "adagrad decay",
            || Box::new(Adagrad::new(0.1).lr_decay(0.1).eps(1e-3).decay(0.05)),
            Kind::Adagrad.decay(),
        ),
        ("adagrad initial", || Box::new(Adagrad::new(0.1).initial(0.5).clip(1.5)), Kind::Adagrad.clip()),
        ("lion", || Box::new(Lion::new(1e-4)), Kind::Lion),
        ("lion decay", || Box::new(Lion::new(0.02).betas(0.8, 0.95).decay(0.3)), Kind::Lion.decay()),
        ("lion clip", || Box::new(Lion::new(0.02).clip(1.5)), Kind::Lion.clip()),
        ("sgd l1", || Box::new(Sgd::new(0.1).l1(0.1)), Kind::Sgd.l1()),
        ("sgd l1 l2 clip", || Box::new(Sgd::new(0.1).l1(0.1).l2(0.05).clip(1.5)), Kind::Sgd.l1().l2().clip()),
        ("momentum l1", || Box::new(Momentum::new(0.1, 0.9).l1(0.1)), Kind::Momentum.l1()),
        (
            "nesterov l2",
            || Box::new(Momentum::new(0.1, 0.9).nesterov().l2(0.05)),
            Kind::Momentum.nesterov().l2(),
        ),
        ("adam l1", || Box::new(Adam::new(0.02).l1(0.1)), Kind::Adam.l1()),
        ("adam l1 l2", || Box::new(Adam::new(0.02).l1(0.1).l2(0.05)), Kind::Adam.l1().l2()),
        (
            "adamw l1 l2",
            || Box::new(AdamW::new(0.02).l1(0.1).l2(0.05).clip(1.5)),
            Kind::AdamW.l1().l2().clip(),
        ),
        ("rmsprop l1 l2", || Box::new(RmsProp::new(0.02).l1(0.1).l2(0.05)), Kind::RmsProp.l1().l2()),
        ("adagrad l1 l2", || Box::new(Adagrad::new(0.1).l1(0.1).l2(0.05)), Kind::Adagrad.l1().l2()),
        (
            "lion l1 l2",
            || Box::new(Lion::new(0.02).decay(0.3).l1(0.1).l2(0.05)),
            Kind::Lion.decay().l1().l2(),
        ),
    ]
}

/// One optimizer of each rule, as the fixture's sections `… groups` have it.
fn in_groups<T: Scalar>() -> Vec<(&'static str, Make<T>)> {
    vec![
        ("sgd groups", || Box::new(Sgd::new(0.01).decay(0.05))),
        ("momentum groups", || Box::new(Momentum::new(0.01, 0.9).clip(1.5))),
        ("adam groups", || Box::new(Adam::new(0.02).clip(1.5))),
        ("adamw groups", || Box::new(AdamW::new(0.02).decay(0.3))),
        ("rmsprop groups", || Box::new(RmsProp::new(0.02).momentum(0.9).centered().clip(1.5))),
        ("adagrad groups", || Box::new(Adagrad::new(0.02).lr_decay(0.1).initial(0.5))),
        ("lion groups", || Box::new(Lion::new(0.02).decay(0.3).clip(1.5))),
    ]
}

/// Of seven parameters the fixture's groups: three as fast as the optimizer says, two frozen, two at ten times the rate.
fn groups() -> [Part; 2] {
    [Part { range: 0..3, factor: 1.0 }, Part { range: 5..7, factor: 10.0 }]
}

/// The rows of a section of the fixture.
fn section(name: &str) -> Vec<Vec<f64>> {
    let text = include_str!("fixtures/optimizers.txt");
    let heading = format!("[{name}]");
    let lines = text.lines().skip_while(|&line| line != heading).skip(1);
    let rows = lines.take_while(|line| !line.starts_with('['));
    rows.map(|line| line.split(' ').map(|number| number.parse().unwrap()).collect()).collect()
}

/// Ten steps along the fixture's gradients, each compared; `step` is given its number, the parameters and the gradient.
fn compare(name: &str, mut step: impl FnMut(usize, &mut [f64], &[f64])) {
    let mut params = section("start").remove(0);
    let (gradients, expected) = (section("gradients"), section(name));
    assert_eq!((gradients.len(), expected.len()), (10, 10), "{name}");
    for (number, (gradient, expected)) in gradients.iter().zip(&expected).enumerate() {
        step(number, &mut params, gradient);
        for (found, expected) in params.iter().zip(expected) {
            assert!(
                (found - expected).abs() <= 1e-10 * expected.abs(),
                "{name}, step {number}: {found}, {expected}"
            );
        }
    }
}

#[test]
fn ten_steps_are_those_of_pytorch() {
    for (name, make, _) in table::<f64>() {
        let mut optimizer = make();
        compare(name, |_, params, gradient| optimizer.step_flat(params, gradient).unwrap());
    }
}

#[test]
fn steps_in_groups_are_those_of_pytorch() {
    for (name, make) in in_groups::<f64>() {
        let mut optimizer = make();
        compare(name, |_, params, gradient| {
            let frozen = params[3..5].to_vec();
            optimizer.update_parts(params, gradient, &groups());
            assert_eq!(params[3..5], frozen, "{name}");
        });
    }
}

/// Whatever the gradient of frozen parameters is, it leaves no trace in their state, nor in the norm.
#[test]
fn frozen_state_stays_as_it_was() {
    let gradients = section("gradients");
    for (name, make) in in_groups::<f64>() {
        let all = [Part { range: 0..7, factor: 1.0 }];
        let thawed = |first: &[f64]| {
            let (mut optimizer, mut params) = (make(), section("start").remove(0));
            optimizer.update_parts(&mut params, first, &[Part { range: 0..3, factor: 1.0 }]);
            optimizer.update_parts(&mut params, &gradients[1], &all);
            params
        };
        let (mut first, mut other) = (gradients[0].clone(), gradients[0].clone());
        first[3..].fill(1e3);
        other[3..].fill(f64::NAN);
        assert_eq!(thawed(&first), thawed(&other), "{name}");
        assert!(thawed(&first).iter().all(|w| w.is_finite()), "{name}");
    }
}

#[test]
fn penalties_have_pytorch_s_values_and_count_what_the_constants_say() {
    let start = &section("start")[0];
    let kinds = [OptimizerKind::Sgd.l1(), OptimizerKind::AdamW.l2(), OptimizerKind::Lion.l1().l2()];
    fn optimizers<T: Scalar>() -> [Box<dyn Optimizer<T>>; 3] {
        [
            Box::new(Sgd::new(0.1).l1(0.1)),
            Box::new(AdamW::new(0.1).l2(0.05)),
            Box::new(Lion::new(0.1).l1(0.1).l2(0.05)),
        ]
    }
    for (optimizer, expected) in optimizers::<f64>().iter().zip(&section("penalties")[0]) {
        let found = optimizer.penalty_flat(start);
        assert!((found - expected).abs() <= 1e-12 * expected, "{found}, {expected}");
    }
    for p in [1, 7, 100, 5_000] {
        let params = vec![Counted(-0.5); p];
        for (optimizer, kind) in optimizers::<Counted<f64>>().iter().zip(kinds) {
            let flops = count(|| optimizer.penalty_flat(&params));
            assert_eq!(flops, kind.penalty_flops(p as u64), "{kind}, {p} parameters");
        }
        let none = AdamW::<Counted<f64>>::new(0.1);
        assert_eq!(count(|| none.penalty_flat(&params)), none.kind().penalty_flops(p as u64));
    }
}

#[test]
fn the_cosine_is_that_of_pytorch() {
    let schedule = Schedule::cosine(0).floor(0.1);
    let mut adam = Adam::new(0.02);
    compare("adam cosine", |step, params, gradient| {
        Optimizer::<f64>::set_learning_rate(&mut adam, 0.02 * schedule.factor(step, 10));
        adam.step_flat(params, gradient).unwrap();
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
    for (name, make) in in_groups::<Counted<f64>>() {
        let mut optimizer = make();
        let (mut params, grad) = ([Counted(0.5); 7], [Counted(0.25); 7]);
        let flops = count(|| optimizer.update_parts(&mut params, &grad, &groups()));
        assert_eq!(flops, optimizer.kind().flops(5), "{name}: two of seven are frozen");
        let flops = count(|| optimizer.update_parts(&mut params, &grad, &[]));
        assert_eq!(flops, 0, "{name}: nothing is trained");
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
    assert!(message(&Sgd::new(0.1).decay(-0.1)).starts_with("L2 penalty (weight decay) = -0.1: expected"));
    assert!(message(&AdamW::new(0.1).decay(f64::NAN)).starts_with("weight decay = NaN: expected"));
    assert!(message(&RmsProp::new(0.1).alpha(1.0)).starts_with("alpha = 1: expected"));
    assert!(message(&RmsProp::new(0.1).momentum(-0.5)).starts_with("momentum = -0.5: expected"));
    assert!(message(&RmsProp::new(0.1).eps(-1.0)).starts_with("eps = -1: expected"));
    assert!(message(&Adagrad::new(0.1).lr_decay(-1.0)).starts_with("learning rate decay = -1: expected"));
    assert!(message(&Adagrad::new(0.1).initial(f64::NAN)).starts_with("initial sum = NaN: expected"));
    assert!(message(&Adagrad::new(0.1).eps(-1.0)).starts_with("eps = -1: expected"));
    assert!(message(&Lion::new(0.1).betas(1.0, 0.9)).starts_with("beta 1 = 1: expected"));
    assert!(message(&Lion::new(0.1).betas(0.9, 1.0)).starts_with("beta 2 = 1: expected"));
    assert!(message(&Lion::new(0.1).decay(-1.0)).starts_with("weight decay = -1: expected"));
    assert!(message(&Lion::new(0.1).l1(-1.0)).starts_with("L1 penalty = -1: expected"));
    assert!(message(&AdamW::new(0.1).l2(-1.0)).starts_with("L2 penalty (weight decay) = -1: expected"));
    assert!(message(&Adam::new(0.1).clip(0.0)).starts_with("clip = 0: expected"));
    for (name, make, _) in table::<f32>() {
        assert!(make().check().is_ok(), "{name}");
    }
}
