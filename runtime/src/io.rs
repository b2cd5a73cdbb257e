//! Networks to files and back: safetensors with PyTorch's names and layout.
//!
//! A tensor is called as PyTorch's `state_dict` would call it, the fields' names joined by dots (`fc1.weight`,
//! `repeat1.0.fc1.weight`). Weights are (in, out) in memory and (out, in) in PyTorch and in the file: they are
//! transposed here and nowhere else.

use std::borrow::Cow;
use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs::File;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use safetensors::tensor::{Dtype, SafeTensors, TensorView, View};

use crate::error::{Error, Result, shape};
use crate::network::{Model, Node, zeros};
use crate::scalar::{Real, Scalar};

/// Writes a network's parameters and buffers to a safetensors file, as F32 or F64 after the network's numbers.
///
/// The file is written under another name beside `path` and then renamed: an interrupted save leaves what was there.
/// Over a scalar that carries more than a number, the numbers are saved.
///
/// # Errors
/// [`Error::Missing`] if the directory is not there, [`Error::Io`] if it cannot be written to.
pub fn save<M: Model>(net: &M, path: impl AsRef<Path>) -> Result<()> {
    let path = path.as_ref();
    replace(path, &encode(path, [M::TREE, M::BUFFER_TREE], net.flat_all())?)
}

/// Reads a network's parameters and buffers from a safetensors file of F32 or F64 tensors (converted to the network's
/// numbers). PyTorch's `num_batches_tracked` beside buffers is passed over: nothing here depends on it.
///
/// # Errors
/// [`Error::Missing`], [`Error::Io`]; [`Error::Safetensors`] if the file is damaged or something else;
/// [`Error::TensorMissing`], [`Error::TensorExtra`], [`Error::TensorShape`], [`Error::TensorType`] if it is the file of
/// another network.
pub fn load<M: Model>(path: impl AsRef<Path>) -> Result<Box<M>> {
    let path = path.as_ref();
    let bytes = std::fs::read(path)
        .map_err(|source| Error::io(path, "read", "a safetensors file of this network", source))?;
    let mut net = zeros::<M>();
    decode(path, &bytes, [M::TREE, M::BUFFER_TREE], net.flat_all_mut())?;
    Ok(net)
}

/// One array of parameters: its name in files, its shape in memory, and where it lies in the flat order.
pub(crate) struct Entry {
    pub(crate) name: String,
    pub(crate) shape: &'static [usize],
    pub(crate) transposed: bool,
    pub(crate) start: usize,
}

impl Entry {
    pub(crate) fn len(&self) -> usize {
        self.shape.iter().product()
    }

    /// The name up to its last dot, which included: the layer's.
    fn layer(&self) -> &str {
        self.name.rfind('.').map_or("", |dot| &self.name[..=dot])
    }

    /// The shape in the file: where it is transposed, the last axis (out) stands first.
    fn file_shape(&self) -> Vec<usize> {
        let mut shape = self.shape.to_vec();
        if self.transposed {
            shape.rotate_right(1);
        }
        shape
    }

    /// The element of the flat order that stands at place `index` of the file's tensor.
    fn source(&self, index: usize) -> usize {
        match self.shape {
            [before @ .., out] if self.transposed => {
                let inner: usize = before.iter().product();
                self.start + index % inner * out + index / inner
            }
            _ => self.start + index,
        }
    }
}

/// What PyTorch counts beside the buffers of a layer, and a network here has no use for.
const COUNTER: &str = "num_batches_tracked";

/// The parameters and the buffers of a network, as trees.
pub(crate) type Trees<'t> = [&'t [Node]; 2];

/// The weights of a network: arrays that lead from inputs to outputs, their last axis.
pub(crate) fn weights<M: Model>() -> impl Iterator<Item = Entry> {
    entries([M::TREE, &[]]).into_iter().filter(|entry| entry.transposed && entry.shape.len() > 1)
}

/// The arrays of a network's trees in the flat order.
pub(crate) fn entries(trees: Trees<'_>) -> Vec<Entry> {
    fn walk(nodes: &[Node], prefix: &str, start: &mut usize, entries: &mut Vec<Entry>) {
        for node in nodes {
            match *node {
                Node::Param { name, shape, transposed, .. } => {
                    let entry = Entry { name: format!("{prefix}{name}"), shape, transposed, start: *start };
                    *start += entry.len();
                    entries.push(entry);
                }
                Node::Group { name, times: None, children } => {
                    walk(children, &format!("{prefix}{name}."), start, entries);
                }
                Node::Group { name, times: Some(times), children } => {
                    for copy in 0..times {
                        walk(children, &format!("{prefix}{name}.{copy}."), start, entries);
                    }
                }
            }
        }
    }
    let (mut entries, mut start) = (Vec::new(), 0);
    for tree in trees {
        walk(tree, "", &mut start, &mut entries);
    }
    entries
}

/// An array of parameters on its way into a file.
struct Tensor<'a, T> {
    entry: &'a Entry,
    shape: Vec<usize>,
    flat: &'a [T],
}

impl<T: Scalar> View for Tensor<'_, T> {
    fn dtype(&self) -> Dtype {
        match T::Real::DTYPE {
            quipu_cost::Dtype::F32 => Dtype::F32,
            // Every other number fits.
            _ => Dtype::F64,
        }
    }

    fn shape(&self) -> &[usize] {
        &self.shape
    }

    fn data(&self) -> Cow<'_, [u8]> {
        let mut bytes = Vec::with_capacity(self.data_len());
        for index in 0..self.entry.len() {
            let value = self.flat[self.entry.source(index)].real().to_f64();
            if self.dtype() == Dtype::F32 {
                bytes.extend((value as f32).to_le_bytes());
            } else {
                bytes.extend(value.to_le_bytes());
            }
        }
        bytes.into()
    }

    fn data_len(&self) -> usize {
        self.entry.len() * self.dtype().bitsize() / 8
    }
}

/// The file of these parameters; `path` is only for the messages.
fn encode<T: Scalar>(path: &Path, trees: Trees<'_>, flat: &[T]) -> Result<Vec<u8>> {
    let entries = entries(trees);
    let tensors =
        entries.iter().map(|entry| (entry.name.as_str(), Tensor { entry, shape: entry.file_shape(), flat }));
    // Loaders of the PyTorch world look for this mark.
    let mark = [("format".to_owned(), "pt".to_owned())].into_iter().collect();
    safetensors::serialize(tensors, Some(mark)).map_err(|error| damaged(path, &error))
}

/// Reads a file's bytes into the flat parameters and buffers; nothing is written unless the whole file fits the trees.
fn decode<T: Scalar>(path: &Path, bytes: &[u8], trees: Trees<'_>, flat: &mut [T]) -> Result<()> {
    let file = SafeTensors::deserialize(bytes).map_err(|error| damaged(path, &error))?;
    let (buffers, entries) = (entries([&[], trees[1]]), entries(trees));
    let mut left: BTreeSet<&str> = file.names().into_iter().collect();
    let mut tensors = Vec::with_capacity(entries.len());
    for entry in &entries {
        left.remove(entry.name.as_str());
        tensors.push(checked(path, &file, entry)?);
    }
    // A counter stands beside buffers; anywhere else it is a tensor of another network.
    let counter = |name: &str| {
        let layer = name.strip_suffix(COUNTER).filter(|layer| layer.ends_with('.'));
        layer.is_some_and(|layer| buffers.iter().any(|buffer| buffer.layer() == layer))
    };
    if let Some(name) = left.into_iter().find(|name| !counter(name)) {
        return Err(Error::TensorExtra { path: path.into(), name: name.into() });
    }
    for (entry, tensor) in entries.iter().zip(tensors) {
        let mut put = |index: usize, value: f64| flat[entry.source(index)] = T::from_f64(value);
        if tensor.dtype() == Dtype::F32 {
            for (index, value) in tensor.data().as_chunks().0.iter().enumerate() {
                put(index, f64::from(f32::from_le_bytes(*value)));
            }
        } else {
            for (index, value) in tensor.data().as_chunks().0.iter().enumerate() {
                put(index, f64::from_le_bytes(*value));
            }
        }
    }
    Ok(())
}

/// The file's tensor for one array of the network.
fn checked<'a>(path: &Path, file: &SafeTensors<'a>, entry: &Entry) -> Result<TensorView<'a>> {
    let (path, name) = (path.to_path_buf(), entry.name.clone());
    let expected = entry.file_shape();
    let Ok(tensor) = file.tensor(&name) else {
        return Err(Error::TensorMissing { path, name, expected: shape(&expected) });
    };
    if tensor.shape() != expected {
        return Err(Error::TensorShape {
            path,
            name,
            expected: shape(&expected),
            found: shape(tensor.shape()),
        });
    }
    if !matches!(tensor.dtype(), Dtype::F32 | Dtype::F64) {
        return Err(Error::TensorType { path, name, found: tensor.dtype().to_string() });
    }
    Ok(tensor)
}

/// What the safetensors reader reports, in our terms.
fn damaged(path: &Path, error: &safetensors::SafeTensorError) -> Error {
    Error::Safetensors { path: path.into(), problem: error.to_string() }
}

/// Puts `bytes` at `path` in one stroke: written beside it, then renamed over it.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> Result<()> {
    let failed =
        |source| Error::io(path, "write", "a directory that exists, for the file to be written in", source);
    let beside = beside(path);
    let written = File::create(&beside)
        .and_then(|mut file| file.write_all(bytes).and_then(|()| file.sync_all()))
        .and_then(|()| std::fs::rename(&beside, path));
    written.map_err(|source| {
        // Whatever happens to the remains, the first failure is the one to tell.
        let _ = std::fs::remove_file(&beside);
        failed(source)
    })
}

/// A name in the same directory that no other save is using: `.digits.safetensors.4711.0.part`.
fn beside(path: &Path) -> PathBuf {
    static SAVES: AtomicU64 = AtomicU64::new(0);
    let mut name = OsString::from(".");
    name.push(path.file_name().unwrap_or_default());
    name.push(format!(".{}.{}.part", std::process::id(), SAVES.fetch_add(1, Ordering::Relaxed)));
    path.with_file_name(name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::network::Init;

    const FC: &[Node] = &[
        Node::Param { name: "weight", shape: &[2, 3], transposed: true, init: Init::Zeros },
        Node::Param { name: "bias", shape: &[3], transposed: false, init: Init::Zeros },
    ];
    const TREE: &[Node] = &[
        Node::Group { name: "fc1", times: None, children: FC },
        Node::Group {
            name: "repeat1",
            times: Some(2),
            children: &[Node::Group { name: "fc1", times: None, children: FC }],
        },
    ];
    const PARAMS: usize = 27;

    fn here() -> &'static Path {
        Path::new("net.safetensors")
    }

    fn numbers() -> Vec<f32> {
        (0..PARAMS).map(|index| index as f32 + 0.5).collect()
    }

    /// A file of F32 tensors, each of zeros.
    fn file(tensors: &[(&str, Dtype, &[usize])]) -> Vec<u8> {
        let zeros = vec![0; 1024];
        let views = tensors.iter().map(|(name, dtype, shape)| {
            let bytes = shape.iter().product::<usize>() * dtype.bitsize() / 8;
            (*name, TensorView::new(*dtype, shape.to_vec(), &zeros[..bytes]).unwrap())
        });
        safetensors::serialize(views, None).unwrap()
    }

    fn message(bytes: &[u8], tree: &[Node]) -> String {
        decode(here(), bytes, [tree, &[]], &mut [0.0_f32; PARAMS]).unwrap_err().to_string()
    }

    #[test]
    fn what_is_written_is_read_in_either_precision() {
        let bytes = encode(here(), [TREE, &[]], &numbers()).unwrap();
        let mut single = vec![0.0_f32; PARAMS];
        decode(here(), &bytes, [TREE, &[]], &mut single).unwrap();
        assert_eq!(single, numbers());

        let mut double = vec![0.0_f64; PARAMS];
        decode(here(), &bytes, [TREE, &[]], &mut double).unwrap();
        assert!(double.iter().zip(numbers()).all(|(&double, single)| double == f64::from(single)));
        let bytes = encode(here(), [TREE, &[]], &double).unwrap();
        single.fill(0.0);
        decode(here(), &bytes, [TREE, &[]], &mut single).unwrap();
        assert_eq!(single, numbers());
    }

    #[test]
    fn names_and_layout_are_those_of_pytorch() {
        let bytes = encode(here(), [TREE, &[]], &numbers()).unwrap();
        let file = SafeTensors::deserialize(&bytes).unwrap();
        let names: BTreeSet<&str> = file.names().into_iter().collect();
        let expected = [
            "fc1.bias",
            "fc1.weight",
            "repeat1.0.fc1.bias",
            "repeat1.0.fc1.weight",
            "repeat1.1.fc1.bias",
            "repeat1.1.fc1.weight",
        ];
        assert_eq!(names, expected.into());
        let weight = file.tensor("fc1.weight").unwrap();
        assert_eq!(weight.shape(), [3, 2]);
        let values: Vec<f32> =
            weight.data().as_chunks().0.iter().map(|value| f32::from_le_bytes(*value)).collect();
        assert_eq!(values, [0.5, 3.5, 1.5, 4.5, 2.5, 5.5]); // columns of (0.5 1.5 2.5; 3.5 4.5 5.5)
    }

    #[test]
    fn a_transposed_array_of_higher_rank_has_its_last_axis_in_front() {
        let entry = Entry { name: String::new(), shape: &[2, 3, 4], transposed: true, start: 10 };
        assert_eq!(entry.file_shape(), [4, 2, 3]);
        assert_eq!((entry.source(0), entry.source(1), entry.source(6)), (10, 14, 11));
    }

    #[test]
    fn a_file_of_another_network_is_told_apart() {
        let f32 = Dtype::F32;
        let weight = ("fc1.weight", f32, &[3, 2][..]);
        let bias = ("fc1.bias", f32, &[3][..]);
        let only = &TREE[..1];
        assert!(decode(here(), &file(&[weight, bias]), [only, &[]], &mut [0.0_f32; 9]).is_ok());

        let missing = message(&file(&[weight]), only);
        assert!(missing.contains("no tensor `fc1.bias` (expected with shape (3))"), "{missing}");
        let extra = message(&file(&[weight, bias, ("fc2.bias", f32, &[3])]), only);
        assert!(extra.contains("the network has no tensor `fc2.bias`"), "{extra}");
        let wrong = message(&file(&[("fc1.weight", f32, &[2, 3]), bias]), only);
        assert!(wrong.contains("`fc1.weight`: expected shape (3, 2), found (2, 3)"), "{wrong}");
        let half = message(&file(&[("fc1.weight", Dtype::F16, &[3, 2]), bias]), only);
        assert!(half.contains("expected F32 or F64, found F16"), "{half}");
    }

    #[test]
    fn buffers_stand_behind_the_parameters_and_pytorch_s_counters_are_passed_over() {
        const RUNNING: &[Node] =
            &[Node::Param { name: "running_mean", shape: &[3], transposed: false, init: Init::Zeros }];
        const BUFFERS: &[Node] = &[Node::Group { name: "norm1", times: None, children: RUNNING }];
        let trees = [&TREE[..1], BUFFERS];
        let flat: Vec<f32> = numbers()[..12].to_vec();
        let bytes = encode(here(), trees, &flat).unwrap();
        let mut read = [0.0_f32; 12];
        decode(here(), &bytes, trees, &mut read).unwrap();
        assert_eq!(read[..], flat);
        let f32 = Dtype::F32;
        let whole =
            [("fc1.weight", f32, &[3, 2][..]), ("fc1.bias", f32, &[3]), ("norm1.running_mean", f32, &[3])];
        let with = |name: &'static str| {
            let tensors: Vec<_> = whole.into_iter().chain([(name, Dtype::I64, &[][..])]).collect();
            decode(here(), &file(&tensors), trees, &mut [0.0_f32; 12])
        };
        assert!(with("norm1.num_batches_tracked").is_ok());
        for name in ["fc1.num_batches_tracked", "num_batches_tracked", "norm1.x.num_batches_tracked"] {
            assert!(matches!(with(name), Err(Error::TensorExtra { .. })), "{name}");
        }
        let missing = decode(here(), &file(&whole[..2]), trees, &mut [0.0_f32; 12]).unwrap_err().to_string();
        assert!(missing.contains("no tensor `norm1.running_mean`"), "{missing}");
    }

    #[test]
    fn a_damaged_file_is_an_error() {
        let bytes = encode(here(), [TREE, &[]], &numbers()).unwrap();
        for broken in
            [&[][..], &[7, 0], &bytes[..bytes.len() - 1], b"not a safetensors file at all", &[0xff; 64]]
        {
            let text = message(broken, TREE);
            assert!(text.starts_with("net.safetensors: not a whole safetensors file: "), "{text}");
        }
    }

    #[test]
    fn a_save_replaces_the_file_in_one_stroke_and_leaves_nothing_beside_it() {
        let directory = std::env::temp_dir().join(format!("quipu-io-{}", std::process::id()));
        std::fs::create_dir(&directory).unwrap();
        let path = directory.join("net.safetensors");
        for content in [&b"first"[..], b"second"] {
            replace(&path, content).unwrap();
            assert_eq!(std::fs::read(&path).unwrap(), content);
        }
        // A directory cannot be written over: the save fails and tidies up.
        let taken = directory.join("taken");
        std::fs::create_dir(&taken).unwrap();
        assert!(matches!(replace(&taken, b"third"), Err(Error::Io { doing: "write", .. })));
        assert_eq!(std::fs::read_dir(&directory).unwrap().count(), 2);

        let nowhere = directory.join("no/such/net.safetensors");
        assert!(matches!(replace(&nowhere, b""), Err(Error::Missing { .. })));
        std::fs::remove_dir_all(&directory).unwrap();
    }
}
