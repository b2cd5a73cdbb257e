//! Metrics against scikit-learn's figures, by hand, and on networks.

use quipu::metrics::{
    ConfusionMatrix, Predictions, mean_absolute_error, r2, roc_auc, roc_auc_one_vs_rest, top_k_accuracy,
};
use quipu::prelude::*;
use quipu::train::evaluate;

network! { pub Points < fc(2, 8); tanh; softmax_ce(2) > }
network! { pub Three < fc(2, 8); tanh; softmax_ce(3) > }
network! { pub Yes < fc(2, 8); tanh; bce(1) > }
network! { pub Line < fc(2, 2); mse(2) > }
network! { pub Spread < fc(2, 4); gaussian_nll(2) > }

/// The numbers of a section of the fixture, row after row.
fn section(name: &str) -> Vec<f64> {
    let (_, rest) = include_str!("fixtures/metrics.txt").split_once(&format!("[{name}]\n")).unwrap();
    let lines = rest.lines().take_while(|line| !line.starts_with('['));
    lines.flat_map(str::split_whitespace).map(|number| number.parse().unwrap()).collect()
}

fn classes(name: &str) -> Vec<u32> {
    section(name).into_iter().map(|class| class as u32).collect()
}

#[track_caller]
fn close(found: f64, expected: f64) {
    assert!((found - expected).abs() < 1e-14 * (1.0 + expected.abs()), "{found} != {expected}");
}

#[test]
fn confusion_is_scikit_learn_s() {
    let matrix = ConfusionMatrix::new(&classes("found"), &classes("labels"), 5).unwrap();
    let counts: Vec<f64> = matrix.counts().iter().map(|&count| count as f64).collect();
    assert_eq!(counts, section("confusion"));
    for (class, figures) in section("precision recall f1 rows").chunks_exact(4).enumerate() {
        close(matrix.precision(class), figures[0]);
        close(matrix.recall(class), figures[1]);
        close(matrix.f1(class), figures[2]);
        assert_eq!(matrix.support(class) as f64, figures[3]);
    }
    for (name, averages) in [("macro", matrix.macro_average()), ("micro", matrix.micro_average())] {
        let expected = section(name);
        close(averages.precision, expected[0]);
        close(averages.recall, expected[1]);
        close(averages.f1, expected[2]);
    }
    // A class that is nowhere changes no average, as scikit-learn has it.
    let wider = ConfusionMatrix::new(&classes("found"), &classes("labels"), 6).unwrap();
    assert_eq!(wider.macro_average(), matrix.macro_average());
    assert_eq!((wider.precision(5), wider.recall(5), wider.f1(5)), (0.0, 0.0, 0.0));
}

#[test]
fn ranks_are_scikit_learn_s() {
    let (scores, labels) = (section("scores"), classes("labels"));
    for (k, expected) in (1..).zip(section("top k")) {
        close(top_k_accuracy(&scores, 5, &labels, k).unwrap(), expected);
    }
    close(roc_auc_one_vs_rest(&scores, 5, &labels).unwrap(), section("one vs rest")[0]);
    close(roc_auc(&section("marks"), &classes("yes")).unwrap(), section("auc")[0]);
}

#[test]
fn ranks_of_equal_scores() {
    // Nothing told apart is a half; zeros of either sign are one score.
    assert_eq!(roc_auc(&[0.5; 4], &[0, 1, 1, 0]).unwrap(), 0.5);
    assert_eq!(roc_auc(&[0.0, -0.0], &[0, 1]).unwrap(), 0.5);
    assert_eq!(roc_auc(&[0.9, 0.1], &[0, 1]).unwrap(), 0.0);
    let ignored = u32::MAX;
    assert_eq!(roc_auc(&[0.1, 0.9, 0.3], &[0, ignored, 1]).unwrap(), 1.0);
    assert_eq!(top_k_accuracy(&[0.5; 6], 3, &[0, 1], 1).unwrap(), 0.5);
    assert_eq!(top_k_accuracy(&[0.5; 6], 3, &[ignored, 1], 2).unwrap(), 1.0);
    assert_eq!(ConfusionMatrix::new(&[1, 1], &[ignored, 1], 2).unwrap().total(), 1);
}

#[test]
fn values_are_scikit_learn_s() {
    let (predicted, wanted) = (section("predicted"), section("wanted"));
    let two = |values: &[f64]| values.chunks_exact(3).flat_map(|row| [row[0], row[1]]).collect::<Vec<_>>();
    close(r2(&two(&predicted), &two(&wanted), 2).unwrap(), section("r2")[0]);
    close(r2(&predicted, &wanted, 3).unwrap(), section("r2")[1]);
    close(mean_absolute_error(&predicted, &wanted).unwrap(), section("mae")[0]);
    assert_eq!(r2(&[0.1; 3], &[0.1; 3], 1).unwrap(), 1.0);
}

#[test]
fn a_matrix_prints_as_a_table() {
    let matrix = ConfusionMatrix::new(&[0, 1, 1, 1], &[0, 0, 1, 1], 2).unwrap();
    let table = matrix.clone().with_class_names(["cat", "dog"]).unwrap().to_string();
    let expected = "\
class  as cat  as dog  rows  precision  recall      F1
──────────────────────────────────────────────────────
cat         1       1     2     1.0000  0.5000  0.6667
dog         0       2     2     0.6667  1.0000  0.8000
macro                     4     0.8333  0.7500  0.7333
micro                     4     0.7500  0.7500  0.7500
";
    assert_eq!(table, expected, "\n{table}");
    assert!(matrix.to_string().contains("as 1"));
}

#[test]
fn what_does_not_fit_is_refused() {
    let message = |error: quipu::Result<f64>| error.unwrap_err().to_string();
    let matrix = |found: &[u32], labels: &[u32]| ConfusionMatrix::new(found, labels, 2).map(|m| m.accuracy());
    let named = ConfusionMatrix::new(&[0], &[0], 2).unwrap().with_class_names(["one"]);
    let none: [f64; 0] = [];
    let table = [
        (message(matrix(&[], &[])), "rows = 0: expected at least one row that counts"),
        (message(matrix(&[0], &[u32::MAX])), "rows = 0: expected at least one row that counts"),
        (message(matrix(&[0], &[0, 1])), "predicted has 1 elements; expected 2 (2 rows of 1)"),
        (message(matrix(&[0, 0], &[0, 2])), "row 1: label 2 is out of range for 2 classes"),
        (message(matrix(&[0, 3], &[0, 1])), "row 1: label 3 is out of range for 2 classes"),
        (named.unwrap_err().to_string(), "names = [\"one\"]: expected a name for each of the 2 classes"),
        (message(top_k_accuracy(&[0.5; 4], 2, &[0, 1], 3)), "k = 3: expected 1 to the 2 classes"),
        (message(top_k_accuracy(&[0.5; 4], 2, &[0, 1], 0)), "k = 0: expected 1 to the 2 classes"),
        (
            message(top_k_accuracy(&[0.5; 3], 2, &[0, 1], 1)),
            "scores has 3 elements; expected 4 (2 rows of 2)",
        ),
        (message(top_k_accuracy(&[0.5; 4], 2, &[0, 2], 1)), "row 1: label 2 is out of range for 2 classes"),
        (
            message(top_k_accuracy(&[0.5, 0.5, 0.5, f64::NAN], 2, &[0, 1], 1)),
            "scores, row 1, column 1: found NaN",
        ),
        (message(roc_auc(&none, &[])), "rows = 0: expected at least one row that counts"),
        (
            message(roc_auc(&[0.5, 0.1], &[1, 1])),
            "rows of a class = 2 of class 1: expected some, but not all of the 2",
        ),
        (message(roc_auc(&[0.5, f64::INFINITY], &[0, 1])), "scores, row 1, column 0: found inf"),
        (message(roc_auc(&[0.5], &[0, 1])), "scores has 1 elements; expected 2"),
        (message(roc_auc(&[0.5, 0.1], &[0, 2])), "row 1: label 2 is out of range for 2 classes"),
        (
            message(roc_auc_one_vs_rest(&[0.5; 6], 3, &[0, 1])),
            "rows of a class = 0 of class 2: expected some",
        ),
        (message(mean_absolute_error(&none, &none)), "rows = 0: expected at least one row"),
        (message(mean_absolute_error(&[1.0], &[1.0, 2.0])), "predictions has 1 elements; expected 2"),
        (message(mean_absolute_error(&[1.0], &[f64::NAN])), "targets, row 0, column 0: found NaN"),
        (message(r2(&[1.0], &[1.0], 1)), "rows = 1: expected at least two"),
        (message(r2(&[1.0; 4], &[1.0; 4], 0)), "width = 0: expected at least one value in a row"),
        (
            message(r2(&[1.0; 3], &[1.0; 3], 2)),
            "targets has 3 elements, which is not a whole number of rows of 2",
        ),
        (message(r2(&[1.0; 3], &[1.0; 4], 2)), "predictions has 3 elements; expected 4 (2 rows of 2)"),
    ];
    for (found, expected) in table {
        assert!(found.starts_with(expected), "{found}");
    }
}

/// Points of the square, and on which side of its diagonal they lie.
fn points(rows: usize) -> (Vec<f32>, Vec<u32>) {
    let at = |i: usize, step: usize, of: usize| (i * step % of) as f32 * 2.0 / of as f32 - 1.0;
    let points: Vec<[f32; 2]> = (0..rows).map(|i| [at(i, 37, 101), at(i, 53, 97)]).collect();
    let labels = points.iter().map(|[x, y]| u32::from(x < y)).collect();
    (points.concat(), labels)
}

#[test]
fn a_network_s_predictions_have_metrics() {
    let (inputs, labels) = points(90);
    let data = Dataset::classes(inputs.clone(), 2, labels.clone()).unwrap();
    let mut net = Points::init(1);
    Trainer::new(Adam::new(0.02)).epochs(2).fit(&mut net, &data, None).unwrap();
    let named = data.clone().with_class_names(["below", "above"]).unwrap();
    let predictions = Predictions::of(&net, &named, 16).unwrap();
    // Batches of 16 and of 90 rows may differ in rounding.
    let mut ws = Points::infer_workspace(90);
    let outputs = net.predict(&inputs, &mut ws).unwrap();
    assert!(outputs.iter().zip(predictions.outputs()).all(|(&a, b)| (f64::from(a) - b).abs() < 1e-6));

    let accuracy = evaluate(&net, &data, 16).unwrap().accuracy;
    assert!(accuracy < 1.0, "nothing to confuse");
    let confusion = predictions.confusion().unwrap();
    assert_eq!((confusion.accuracy(), predictions.top_k_accuracy(1).unwrap()), (accuracy, accuracy));
    assert_eq!(predictions.top_k_accuracy(2).unwrap(), 1.0);
    assert!(confusion.to_string().contains("as above"));
    let yes: Vec<f64> = predictions.outputs().iter().skip(1).step_by(2).copied().collect();
    assert_eq!(predictions.roc_auc().unwrap(), roc_auc(&yes, &labels).unwrap());
    assert!(predictions.r2().is_err() && predictions.mean_absolute_error().is_err());

    // Three classes, one probability, values.
    let thirds: Vec<u32> = (0..90).map(|row| row % 3).collect();
    let three = Dataset::classes(inputs.clone(), 2, thirds.clone()).unwrap();
    let predictions = Predictions::of(&Three::init(1), &three, 7).unwrap();
    let expected = roc_auc_one_vs_rest(predictions.outputs(), 3, &thirds).unwrap();
    assert_eq!(predictions.roc_auc().unwrap(), expected);

    let binary =
        Dataset::values(inputs.clone(), 2, labels.iter().map(|&label| label as f32).collect()).unwrap();
    let mut net = Yes::init(1);
    Trainer::new(Adam::new(0.02)).epochs(3).fit(&mut net, &binary, None).unwrap();
    let predictions = Predictions::of(&net, &binary, 16).unwrap();
    assert_eq!(predictions.confusion().unwrap().accuracy(), evaluate(&net, &binary, 16).unwrap().accuracy);
    assert_eq!(predictions.roc_auc().unwrap(), roc_auc(predictions.outputs(), &labels).unwrap());
    assert!(predictions.top_k_accuracy(1).is_err());

    let values = Dataset::values(inputs.clone(), 2, inputs.iter().map(|x| 2.0 * x).collect()).unwrap();
    let predictions = Predictions::of(&LineOf::<f64>::init(1), &values, 16).unwrap();
    let wanted: Vec<f64> = inputs.iter().map(|&x| 2.0 * f64::from(x)).collect();
    assert_eq!(predictions.r2().unwrap(), r2(predictions.outputs(), &wanted, 2).unwrap());
    let mean = mean_absolute_error(predictions.outputs(), &wanted).unwrap();
    assert_eq!(predictions.mean_absolute_error().unwrap(), mean);
    // Means count, variances do not.
    let spread = Predictions::of(&SpreadOf::<f64>::init(1), &values, 16).unwrap();
    let means: Vec<f64> = spread.outputs().chunks_exact(4).flat_map(|row| &row[..2]).copied().collect();
    assert_eq!(spread.r2().unwrap(), r2(&means, &wanted, 2).unwrap());
    assert_eq!(spread.mean_absolute_error().unwrap(), mean_absolute_error(&means, &wanted).unwrap());
    let error = predictions.confusion().unwrap_err().to_string();
    assert_eq!(error, "targets = values: expected classes: this metric is one of classes");
    assert!(Predictions::of(&Line::init(1), &data, 16).is_err());
}
