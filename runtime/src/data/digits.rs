//! The handwritten digits that the crate carries, so that a first network trains without a download.

use std::path::Path;

use super::idx::{Role, read};
use crate::dataset::Dataset;
use crate::error::Result;

/// 10,000 handwritten digits of MNIST, 28 x 28 grey levels scaled to 0..=1: 8,000 to train on and 2,000 to test
/// with, none of them in both. Each row has 784 numbers, kept as bytes ([`Dataset::byte_classes`]); its class is the digit.
///
/// They are a part of the crate (1.6 MB, gzip): nothing is read from the disk. `runtime/data/digits/README.md` says
/// where they come from and under which licence.
///
/// # Errors
/// None in a crate that was built from whole files: the same checks as [`idx`](super::idx()) makes.
pub fn digits() -> Result<(Dataset, Dataset)> {
    Ok((
        unpack(
            "train",
            include_bytes!("../../data/digits/train-images-idx3-ubyte.gz"),
            include_bytes!("../../data/digits/train-labels-idx1-ubyte.gz"),
        )?,
        unpack(
            "t10k",
            include_bytes!("../../data/digits/t10k-images-idx3-ubyte.gz"),
            include_bytes!("../../data/digits/t10k-labels-idx1-ubyte.gz"),
        )?,
    ))
}

/// One half, from the bytes of its two files.
fn unpack(stem: &str, images: &[u8], labels: &[u8]) -> Result<Dataset> {
    let name = |rest: &str| format!("quipu's digits/{stem}-{rest}.gz");
    let (images_name, labels_name) = (name("images-idx3-ubyte"), name("labels-idx1-ubyte"));
    let images = read(Path::new(&images_name), images, Role::Images)?;
    let labels = read(Path::new(&labels_name), labels, Role::Labels)?;
    images.with(labels)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_classes_and_grey_levels() {
        let (train, test) = digits().unwrap();
        assert_eq!((train.len(), train.width(), train.class_count()), (8000, 784, 10));
        assert_eq!((test.len(), test.width(), test.class_count()), (2000, 784, 10));
        for half in [&train, &test] {
            assert!(half.input_bytes().is_some());
            assert!(half.inputs().iter().all(|pixel| (0.0..=1.0).contains(pixel)));
            let mean =
                half.inputs().iter().map(|&pixel| f64::from(pixel)).sum::<f64>() / half.inputs().len() as f64;
            // The whole of MNIST has 0.1307.
            assert!((mean - 0.1307).abs() < 0.004, "mean grey level {mean}");
        }
    }
}
