//! Softer targets: logits over a temperature, smoothed labels, and what a teacher knows.

use super::error::{class_of, distribution, finite, plain};
use crate::batch::{IGNORED, Inputs, Targets};
use crate::dataset::{Dataset, TargetsMut};
use crate::error::{Error, Result};
use crate::heads::softmax_ce::shift;
use crate::network::{self, Model, TargetKind};
use crate::optim::AsModel;
use crate::scalar::{Real, Scalar, reduce};
use crate::workspace::Workspace;

/// Rows that a teacher is asked about at a time.
const BATCH: usize = 256;

/// Softmax of one row of logits over a temperature, exp(z / T) / sum exp(z / T):
/// [`cost::tempered_softmax`](crate::cost::tempered_softmax), 6C − 2 FLOPs.
///
/// Temperature 1 is the softmax itself; above it the distribution is flatter, below it sharper. No logit and no
/// temperature overflows.
///
/// ```
/// use quipu::prob::softmax;
///
/// let logits = [0.0, 4.0_f64.ln()];
/// assert_eq!(softmax(&logits, 1.0)?, [0.2, 0.8]);
/// assert!((softmax(&logits, 2.0)?[1] - 2.0 / 3.0).abs() < 1e-15);
/// # Ok::<(), quipu::Error>(())
/// ```
///
/// # Errors
/// [`Empty`](super::ProbabilityError::Empty), [`NotFinite`](super::ProbabilityError::NotFinite);
/// [`Error::Argument`] unless the temperature is finite and above 0.
pub fn softmax<T: Scalar>(logits: &[T], temperature: f64) -> Result<Vec<T>> {
    let temperature = check_temperature(temperature)?;
    finite("logits", logits)?;
    let mut z = logits.to_vec();
    temper(&mut z, temperature);
    Ok(z)
}

/// ln softmax of one row, z − ln sum exp z, finite where the softmax itself would be 0:
/// [`cost::log_softmax`](crate::cost::log_softmax), 5C − 1 FLOPs.
///
/// # Errors
/// [`Empty`](super::ProbabilityError::Empty), [`NotFinite`](super::ProbabilityError::NotFinite).
pub fn log_softmax<T: Scalar>(logits: &[T]) -> Result<Vec<T>> {
    finite("logits", logits)?;
    let mut z = logits.to_vec();
    let log_sum = log_sum(&mut z);
    for z in &mut z {
        *z -= log_sum;
    }
    Ok(z)
}

/// Divides logits by a temperature, any number of rows: [`cost::scale`](crate::cost::scale), 1 FLOP each.
///
/// # Errors
/// As [`softmax`].
pub fn scale_logits<T: Scalar>(logits: &mut [T], temperature: f64) -> Result<()> {
    let temperature: T = check_temperature(temperature)?;
    finite("logits", logits)?;
    for z in logits {
        *z /= temperature;
    }
    Ok(())
}

/// Takes a share e of a distribution and gives it to all classes alike, (1 − e) p + e / C:
/// [`cost::axpy`](crate::cost::axpy), 2C FLOPs. `softmax_ce(C, smoothing = e)` does the same on the way.
///
/// # Errors
/// [`Empty`](super::ProbabilityError::Empty), [`Range`](super::ProbabilityError::Range),
/// [`Sum`](super::ProbabilityError::Sum); [`Error::Argument`] unless `smoothing` is 0 to 1.
pub fn smooth<T: Scalar>(p: &mut [T], smoothing: f64) -> Result<()> {
    check_share("smoothing", smoothing)?;
    distribution("p", p)?;
    let (keep, give) = (T::from_f64(1.0 - smoothing), T::from_f64(smoothing / p.len() as f64));
    for p in p {
        *p = *p * keep + give;
    }
    Ok(())
}

/// Rows of smoothed targets for classes: 1 − e + e / C in the class's own place, e / C elsewhere. Constants, so 0 FLOPs.
///
/// # Errors
/// [`Error::Argument`] unless `smoothing` is 0 to 1 and there is a class; [`Error::Label`] for a class that is not
/// there, an ignored one too.
pub fn smoothed_classes(labels: &[u32], classes: usize, smoothing: f64) -> Result<Vec<f32>> {
    check_share("smoothing", smoothing)?;
    if classes == 0 {
        return Err(Error::argument("classes", 0, "at least 1"));
    }
    let give = smoothing / classes as f64;
    let mut rows = vec![give as f32; labels.len() * classes];
    for (row, (&label, targets)) in labels.iter().zip(rows.chunks_exact_mut(classes)).enumerate() {
        let place = class_of(label, classes).map_err(|_| Error::Label { row, label, classes })?;
        targets[place] = (1.0 - smoothing + give) as f32;
    }
    Ok(rows)
}

/// What a student should answer: rows of a teacher's logits as distributions at a temperature,
/// [`cost::tempered_softmax`](crate::cost::tempered_softmax) a row.
///
/// # Errors
/// As [`softmax`]; [`Error::Multiple`] if the logits are not whole rows of `classes`.
pub fn distillation_targets<T: Scalar>(logits: &[T], classes: usize, temperature: f64) -> Result<Vec<T>> {
    let temperature = check_temperature(temperature)?;
    if classes == 0 || !logits.len().is_multiple_of(classes) {
        return Err(Error::Multiple { argument: "logits", found: logits.len(), width: classes });
    }
    finite("logits", logits)?;
    let mut z = logits.to_vec();
    for row in z.chunks_exact_mut(classes) {
        temper(row, temperature);
    }
    Ok(z)
}

/// A data set for a student: the inputs of `data`, and for each row what `teacher` answers at a temperature, mixed with
/// a share `hard` of the row's own class (0: the teacher alone; a row whose class is ignored has the teacher's answer).
///
/// A head `softmax_ce` takes such targets. A student that meets them has the teacher's logits divided by the
/// temperature: its answers are as right as they can be, and softer than the teacher's; [`softmax`] of its logits at
/// 1 / T sharpens them again. With training on the targets, the loss is at least their entropy, not 0.
///
/// ```
/// use quipu::prelude::*;
/// use quipu::prob::distil;
///
/// network! { pub Teacher < fc(784, 32); relu; softmax_ce(10) > }
/// network! { pub Student < fc(784, 4); relu; softmax_ce(10) > }
///
/// # fn main() -> quipu::Result<()> {
/// let data = quipu::data::digits()?.1.split(100)?.0;
/// let soft = distil(&Teacher::init(1), &data, 4.0, 0.1)?;
/// Trainer::new(Adam::new(1e-2)).epochs(1).fit(&mut Student::init(1), &soft, Some(&data))?;
/// # Ok(())
/// # }
/// ```
///
/// # Errors
/// [`Error::Argument`] for a temperature or a share out of range, or a teacher whose head has no classes;
/// [`Error::DatasetWidth`], [`Error::Label`], [`Error::WrongTargets`] for data that do not fit the teacher; as
/// [`softmax`] for logits that are not finite.
pub fn distil<K, N: AsModel<K>>(teacher: &N, data: &Dataset, temperature: f64, hard: f64) -> Result<Dataset> {
    check_share("hard", hard)?;
    let TargetKind::Classes(classes) = N::Model::TARGETS else {
        // `hinge` has scores, no logits of probabilities, and class weights have moved those of `softmax_ce`.
        let found = match N::Model::TARGETS {
            TargetKind::Labels(_) => "a network with `hinge` or class weights",
            _ => "a network over values",
        };
        return Err(Error::argument(
            "teacher",
            found,
            "one with the head `softmax_ce`, without class weights",
        ));
    };
    if data.width() != N::Model::INPUTS {
        return Err(Error::DatasetWidth { dataset: data.width(), network: N::Model::INPUTS });
    }
    let Targets::Classes(labels) = data.targets() else {
        return Err(Error::WrongTargets { expected: "classes", found: "values" });
    };
    let mut targets = answers(teacher.model(), data, classes, temperature)?;
    for (row, (&label, target)) in labels.iter().zip(targets.chunks_exact_mut(classes)).enumerate() {
        if label != IGNORED && hard > 0.0 {
            let place = class_of(label, classes).map_err(|_| Error::Label { row, label, classes })?;
            target.iter_mut().for_each(|t| *t *= (1.0 - hard) as f32);
            target[place] += hard as f32;
        }
    }
    data.with_values(targets)
}

/// The tempered predictions of a network for every row.
fn answers<M: Model>(teacher: &M, data: &Dataset, classes: usize, temperature: f64) -> Result<Vec<f32>> {
    let batch = BATCH.min(data.len());
    let mut ws = Workspace::inference(batch.max(1));
    let mut inputs = vec![<M::Scalar as Scalar>::Real::from_f64(0.0); batch * data.width()];
    // The row's labels are gathered with its inputs, and have been read already.
    let mut unused = vec![0; batch];
    let mut targets = Vec::with_capacity(data.len() * classes);
    let rows: Vec<u32> = (0..data.len() as u32).collect();
    let threads = ws.threads_for(M::COST.infer_flops(batch as u64));
    for rows in rows.chunks(batch.max(1)) {
        let inputs = &mut inputs[..rows.len() * data.width()];
        data.gather_into(rows, inputs, TargetsMut::Classes(&mut unused[..rows.len()]), threads);
        let logits = network::logits(teacher, Inputs::Values(inputs), &mut ws)?;
        let soft = distillation_targets(logits, classes, temperature)?;
        targets.extend(soft.into_iter().map(|t| t.real().to_f64() as f32));
    }
    Ok(targets)
}

/// Logits become probabilities at a temperature: 6C − 2 FLOPs.
fn temper<T: Scalar>(z: &mut [T], temperature: T) {
    // What overflows after the maximum has been taken off lies far below it, and its exponential is 0: so the step that
    // makes numbers smaller comes first.
    let flatter = plain(temperature) >= 1.0;
    let divide = |z: &mut [T]| z.iter_mut().for_each(|z| *z /= temperature);
    if flatter {
        divide(z);
    }
    shift(z);
    if !flatter {
        divide(z);
    }
    for z in &mut *z {
        *z = z.exp();
    }
    let sum = reduce::sum(z);
    for z in z {
        *z /= sum;
    }
}

/// Logits are shifted, and the logarithm of the sum of their exponentials is returned: 4C − 1 FLOPs.
pub(super) fn log_sum<T: Scalar>(z: &mut [T]) -> T {
    shift(z);
    let exponentials: Vec<T> = z.iter().map(|z| z.exp()).collect();
    reduce::sum(&exponentials).ln()
}

/// The temperature as a scalar, in which it may round to 0 or to infinity.
fn check_temperature<T: Scalar>(temperature: f64) -> Result<T> {
    let scalar = T::from_f64(temperature);
    let value = plain(scalar);
    if value.is_finite() && value > 0.0 {
        Ok(scalar)
    } else {
        let allowed = format!("a finite number above 0 as {}", T::Real::DTYPE);
        Err(Error::argument("temperature", format!("{temperature:e}"), allowed))
    }
}

fn check_share(name: &'static str, share: f64) -> Result<()> {
    if (0.0..=1.0).contains(&share) { Ok(()) } else { Err(Error::argument(name, share, "0 to 1")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn near(found: &[f64], expected: &[f64]) {
        assert_eq!(found.len(), expected.len());
        for (found, expected) in found.iter().zip(expected) {
            assert!((found - expected).abs() <= 1e-14 * expected.abs().max(1.0), "{found} for {expected}");
        }
    }

    #[test]
    fn temperatures_flatten_and_sharpen() {
        // scipy.special.softmax([1, 2, 4]), and of the logits divided by 2 and by 0.5
        let z = [1.0, 2.0, 4.0];
        near(
            &softmax(&z, 1.0).unwrap(),
            &[0.042_010_066_134_066_05, 0.114_195_199_384_594_49, 0.843_794_734_481_339_5],
        );
        let mut halves = z;
        scale_logits(&mut halves, 2.0).unwrap();
        assert_eq!(halves, [0.5, 1.0, 2.0]);
        near(&softmax(&z, 2.0).unwrap(), &softmax(&halves, 1.0).unwrap());
        assert!(softmax(&z, 0.5).unwrap()[2] > 0.97 && softmax(&z, 100.0).unwrap()[2] < 0.35);
        near(
            &log_softmax(&z).unwrap(),
            &softmax(&z, 1.0).unwrap().iter().map(|p| p.ln()).collect::<Vec<_>>(),
        );
        let rows = distillation_targets(&[1.0, 2.0, 4.0, 4.0, 2.0, 1.0], 3, 2.0).unwrap();
        near(&rows[..3], &softmax(&z, 2.0).unwrap());
        near(&rows[3..], &[rows[2], rows[1], rows[0]]);
    }

    #[test]
    fn extremes_stay_finite() {
        // Too small for f32, in which it would be 0.
        assert!(softmax(&[3e38_f32, -3e38], 1e-300).is_err());
        assert_eq!(softmax(&[3e38_f32, -3e38], 1e-30).unwrap(), [1.0, 0.0]);
        assert_eq!(softmax(&[1e308, -1e308], 1e-300).unwrap(), [1.0, 0.0]);
        near(&softmax(&[1e308, -1e308], 1e308).unwrap(), &softmax(&[2.0, 0.0], 1.0).unwrap());
        assert_eq!(log_softmax(&[0.0_f32, -2e4]).unwrap(), [0.0, -2e4]);
    }

    #[test]
    fn labels_and_distributions_are_smoothed_alike() {
        let mut p = [0.0, 1.0, 0.0, 0.0];
        smooth(&mut p, 0.1).unwrap();
        near(&p, &[0.025, 0.925, 0.025, 0.025]);
        let rows = smoothed_classes(&[1, 3], 4, 0.1).unwrap();
        assert_eq!(rows, [0.025, 0.925, 0.025, 0.025, 0.025, 0.025, 0.025, 0.925]);
        assert_eq!(smoothed_classes(&[1], 2, 0.0).unwrap(), [0.0, 1.0]);
    }

    #[test]
    fn what_does_not_fit_is_told() {
        let text = |result: Result<Vec<f64>>| result.unwrap_err().to_string();
        assert!(
            text(softmax(&[1.0], 0.0))
                .starts_with("temperature = 0e0: expected a finite number above 0 as f64")
        );
        assert!(text(softmax(&[1.0], f64::INFINITY)).starts_with("temperature = inf"));
        assert!(text(softmax(&[], 1.0)).starts_with("logits is empty"));
        assert!(text(log_softmax(&[1.0, f64::NAN])).starts_with("logits[1] = NaN"));
        assert!(text(distillation_targets(&[1.0; 5], 2, 1.0)).starts_with("logits has 5 elements"));
        assert!(distillation_targets(&[1.0; 5], 0, 1.0).is_err());
        assert!(
            smooth(&mut [0.5, 0.5], 1.5)
                .unwrap_err()
                .to_string()
                .starts_with("smoothing = 1.5: expected 0 to 1")
        );
        assert!(smooth(&mut [0.5, 0.6], 0.5).is_err());
        let labels = |labels: &[u32]| smoothed_classes(labels, 3, 0.1).unwrap_err().to_string();
        assert!(labels(&[0, 3]).starts_with("row 1: label 3 is out of range for 3 classes"));
        assert!(labels(&[IGNORED]).starts_with("row 0: label 4294967295 is out of range"));
        assert!(smoothed_classes(&[], 0, 0.1).is_err());
    }
}
