//! Probabilities: every function counts what its rule says, and on real data maximum likelihood is cross-entropy.

use quipu::prelude::*;
use quipu::prob::*;
use quipu::scalar::{Counted, Scalar, count};
use quipu_cost as cost;

type C = Counted<f64>;

network! {
    /// Digits as classes.
    pub Classes < fc(784, 16); relu; softmax_ce(10) >
}

network! {
    /// Digits as ten questions, each with a yes or a no.
    pub Questions < fc(784, 16); relu; bce(10) >
}

network! {
    /// Digits as ten values to meet.
    pub Values < fc(784, 16); relu; mse(10) >
}

network! {
    /// Digits as classes, the even ones worth more.
    pub Weighted <
        fc(784, 16);
        relu;
        softmax_ce(10, class_weights = [2, 1, 2, 1, 2, 1, 2, 1, 2, 1])
    >
}

/// A distribution over `n` outcomes, a fifth of them impossible, and different for each `turn`.
fn distribution(n: usize, turn: usize) -> Vec<C> {
    let weight =
        |i: usize| if n > 4 && i.is_multiple_of(5) { 0.0 } else { ((i * 7 + turn * 3) % 11 + 1) as f64 };
    let sum: f64 = (0..n).map(weight).sum();
    (0..n).map(|i| Counted(weight(i) / sum)).collect()
}

#[test]
fn every_function_counts_what_its_rule_says() {
    for n in [1, 2, 7, 40] {
        let (p, q) = (distribution(n, 1), distribution(n, 2));
        let logits: Vec<C> = (0..n).map(|i| Counted(i as f64 - 3.0)).collect();
        let observed: Vec<f64> = (0..n).map(|i| i as f64 / 7.0).collect();
        let (n, last) = (n as u64, n as u32 - 1);
        assert_eq!(count(|| entropy(&p).unwrap()), cost::entropy(n));
        assert_eq!(count(|| cross_entropy(&p, &q).unwrap()), cost::entropy(n));
        for (p, q) in [(&p, &q), (&q, &p), (&p, &p)] {
            assert_eq!(count(|| kl_divergence(p, q).unwrap()), cost::kl_divergence(n));
        }
        assert_eq!(count(|| softmax(&logits, 3.0).unwrap()), cost::tempered_softmax(n));
        assert_eq!(count(|| log_softmax(&logits).unwrap()), cost::log_softmax(n));
        assert_eq!(count(|| scale_logits(&mut logits.clone(), 3.0).unwrap()), cost::scale(n));
        assert_eq!(count(|| smooth(&mut p.clone(), 0.1).unwrap()), cost::axpy(n));
        let rows = [logits.clone(), logits.clone(), logits.clone()].concat();
        let targets = || distillation_targets(&rows, logits.len(), 2.0).unwrap();
        assert_eq!(count(targets), 3 * cost::tempered_softmax(n));
        let one = || categorical_log_likelihood(&p, last).unwrap();
        assert_eq!(count(one), cost::categorical_log_likelihood());
        let one = || categorical_log_likelihood_of_logits(&logits, last).unwrap();
        assert_eq!(count(one), cost::categorical_log_likelihood_of_logits(n));
        let density = || gaussian_log_likelihood(&observed, &logits, 2.0).unwrap();
        assert_eq!(count(density), cost::gaussian_log_likelihood(n));
    }
    // Whatever the data: certain, impossible, in between.
    for (p, t) in [(0.0, 0.0), (1.0, 1.0), (0.3, 0.0), (0.3, 1.0), (0.3, 0.4)] {
        let flops = count(|| bernoulli_log_likelihood(Counted(p), t).unwrap());
        assert_eq!(flops, cost::bernoulli_log_likelihood());
    }
    for z in [-800.0, -1.0, 0.0, 1.0, 800.0] {
        let flops = count(|| bernoulli_log_likelihood_of_logit(Counted(z), 0.4).unwrap());
        assert_eq!(flops, cost::bernoulli_log_likelihood_of_logit());
    }
}

#[test]
fn one_distribution_in_all_of_its_forms() {
    // A divergence whose every share is above, as rounding can make it: the sums are within what is taken for 1.
    let (p, q) = ([0.5005, 0.5], [0.5, 0.4996]);
    assert_eq!(count(|| kl_divergence(&p.map(Counted), &q.map(Counted)).unwrap()), cost::kl_divergence(2));
    let expected: f64 = p.iter().zip(&q).map(|(p, q): (&f64, &f64)| p * (p / q).ln()).sum();
    assert!((kl_divergence(&p, &q).unwrap() - expected).abs() < 1e-15);
}

/// Real digits as inputs of a network in f64, with their classes.
fn digits(rows: usize) -> (Vec<f64>, Vec<u32>) {
    let (_, test) = quipu::data::digits().unwrap();
    let inputs = test.inputs()[..rows * test.width()].iter().map(|&x| f64::from(x)).collect();
    let Targets::Classes(labels) = test.targets() else { panic!("digits are classes") };
    (inputs, labels[..rows].to_vec())
}

/// Ones in the places of the classes.
fn one_hot(labels: &[u32]) -> Vec<f64> {
    labels.iter().flat_map(|&label| (0..10).map(move |c| f64::from(u8::from(c == label)))).collect()
}

const ROWS: usize = 200;

fn near(found: f64, expected: f64) {
    assert!((found - expected).abs() < 1e-12 * expected.abs().max(1.0), "{found} for {expected}");
}

#[test]
fn the_loss_of_softmax_ce_is_the_mean_log_likelihood_of_the_digits_with_its_sign_turned() {
    let (inputs, labels) = digits(ROWS);
    let (mut net, mut ws) = (ClassesOf::<f64>::init(1), ClassesOf::<f64>::workspace(ROWS));
    let batch = Batch::new(&inputs, &labels);
    let (mut grad, mut adam) = (ClassesOf::<f64>::zeros(), Adam::new(1e-2));
    for trained in [false, true] {
        let loss = net.loss(&batch, &mut ws).unwrap();
        let p = net.predict(&inputs, &mut ws).unwrap();
        let rows = || p.chunks_exact(10).zip(&labels);
        let mean: f64 =
            rows().map(|(p, &k)| categorical_log_likelihood(p, k).unwrap()).sum::<f64>() / ROWS as f64;
        near(-mean, loss);
        // The cross-entropy of what is and what is predicted: the entropy of a certainty is 0, so it is the divergence.
        let truth = one_hot(&labels);
        let pairs = || truth.chunks_exact(10).zip(p.chunks_exact(10));
        let cross: f64 = pairs().map(|(t, p)| cross_entropy(t, p).unwrap()).sum();
        let divergence: f64 = pairs().map(|(t, p)| kl_divergence(t, p).unwrap()).sum();
        near(cross / ROWS as f64, loss);
        near(divergence / ROWS as f64, loss);
        let z = net.logits(&inputs, &mut ws).unwrap();
        let of_logits: f64 = z
            .chunks_exact(10)
            .zip(&labels)
            .map(|(z, &k)| categorical_log_likelihood_of_logits(z, k).unwrap())
            .sum();
        near(-of_logits / ROWS as f64, loss);
        if trained {
            assert!(loss < 1.0, "{loss}");
        }
        for _ in 0..20 {
            net.loss_and_grad(&batch, &mut ws, &mut grad).unwrap();
            adam.step(&mut net, &grad);
        }
    }
}

#[test]
fn the_loss_of_bce_is_bernoulli_s() {
    let (inputs, labels) = digits(ROWS);
    let targets = one_hot(&labels);
    let (net, mut ws) = (QuestionsOf::<f64>::init(2), QuestionsOf::<f64>::workspace(ROWS));
    let loss = net.loss(&Batch::new(&inputs, &targets), &mut ws).unwrap();
    let p = net.predict(&inputs, &mut ws).unwrap();
    let sum: f64 = p.iter().zip(&targets).map(|(&p, &t)| bernoulli_log_likelihood(p, t).unwrap()).sum();
    near(-sum / (10 * ROWS) as f64, loss);
    let z = net.logits(&inputs, &mut ws).unwrap();
    let of_logits = z.iter().zip(&targets).map(|(&z, &t)| bernoulli_log_likelihood_of_logit(z, t).unwrap());
    near(-of_logits.sum::<f64>() / (10 * ROWS) as f64, loss);
}

#[test]
fn the_loss_of_mse_is_gauss_s_but_for_its_constants() {
    let (inputs, labels) = digits(ROWS);
    let targets = one_hot(&labels);
    let (net, mut ws) = (ValuesOf::<f64>::init(3), ValuesOf::<f64>::workspace(ROWS));
    let loss = net.loss(&Batch::new(&inputs, &targets), &mut ws).unwrap();
    let means = net.predict(&inputs, &mut ws).unwrap();
    for deviation in [0.5, 1.0, 3.0] {
        let rows = targets.chunks_exact(10).zip(means.chunks_exact(10));
        let sum: f64 = rows.map(|(x, m)| gaussian_log_likelihood(x, m, deviation).unwrap()).sum();
        let constant = 10.0 * (deviation * std::f64::consts::TAU.sqrt()).ln();
        near(-(2.0 * deviation * deviation / 10.0) * (sum / ROWS as f64 + constant), loss);
    }
}

#[test]
fn teachers_give_soft_targets_that_a_student_trains_on() {
    let (train, _) = quipu::data::digits().unwrap();
    let data = train.split(300).unwrap().0;
    let teacher = Classes::init(5);
    let soft = distil(&teacher, &data, 2.0, 0.0).unwrap();
    assert_eq!((soft.len(), soft.width(), soft.target_width()), (300, 784, 10));
    assert_eq!(soft.inputs(), data.inputs());
    let Targets::Values(targets) = soft.targets() else { panic!("distributions") };
    let mut ws = Classes::workspace(300);
    let logits = teacher.logits(data.batch(..).inputs, &mut ws).unwrap();
    let expected = distillation_targets(logits, 10, 2.0).unwrap();
    assert!(targets.iter().zip(&expected).all(|(a, b)| (a - b).abs() < 1e-6));

    let mixed = distil(&teacher, &data, 2.0, 0.25).unwrap();
    let (Targets::Values(mixed), Targets::Classes(labels)) = (mixed.targets(), data.targets()) else {
        panic!("distributions, and classes")
    };
    for (row, &label) in mixed.chunks_exact(10).zip(labels) {
        assert!(row[label as usize] >= 0.25 && (row.iter().sum::<f32>() - 1.0).abs() < 1e-5);
    }
    // The least loss is the entropy of the targets, and the teacher's own at that temperature has it.
    let mut student = Classes::init(6);
    let mut trainer = Trainer::new(Adam::new(5e-3)).epochs(20);
    let history = trainer.fit(&mut student, &soft, None).unwrap();
    let least: f64 =
        targets.chunks_exact(10).map(|t| f64::from(entropy(t).unwrap())).sum::<f64>() / soft.len() as f64;
    assert!(history.last().loss > least && history.last().loss < 1.02 * least, "{} {least}", history.last());

    let text = |result: quipu::Result<Dataset>| result.unwrap_err().to_string();
    assert!(text(distil(&teacher, &data, 0.0, 0.0)).starts_with("temperature = 0e0"));
    assert!(text(distil(&teacher, &data, 1.0, 1.5)).starts_with("hard = 1.5: expected 0 to 1"));
    assert!(text(distil(&Values::init(1), &data, 1.0, 0.0)).starts_with("teacher = a network over values"));
    assert!(
        text(distil(&Weighted::init(1), &data, 1.0, 0.0)).starts_with("teacher = a network with `hinge` or")
    );
    assert!(text(distil(&teacher, &soft, 1.0, 0.0)).starts_with("the targets are values"));
    let narrow = Dataset::classes(vec![0.0; 4], 2, vec![0, 1]).unwrap();
    assert!(text(distil(&teacher, &narrow, 1.0, 0.0)).starts_with("the data set has rows of 2 values"));
    let beyond = Dataset::classes(vec![0.0; 784], 784, vec![11]).unwrap();
    assert!(text(distil(&teacher, &beyond, 1.0, 0.5)).starts_with("row 0: label 11 is out of range for 10"));
    let none = data.subset([]).unwrap();
    assert!(distil(&teacher, &none, 1.0, 0.0).unwrap().is_empty());
}

#[test]
fn results_have_the_scalar_s_own_type() {
    assert!((entropy(&[0.5_f32, 0.5]).unwrap() - 2.0_f32.ln()).abs() < 1e-7);
    assert_eq!(entropy(&[C::from_f64(1.0)]).unwrap().0, 0.0);
}
