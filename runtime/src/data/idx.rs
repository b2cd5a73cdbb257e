//! IDX, the format of MNIST and its kin: a header of big-endian sizes, then bytes; plain or gzip.
//!
//! Format: two zero bytes, an element type (0x08: unsigned bytes), the number of dimensions, each dimension as a
//! big-endian u32, then the elements, the last dimension running fastest.

use std::fs::File;
use std::io::{self, Cursor, ErrorKind, Read};
use std::path::{Path, PathBuf};

use flate2::read::MultiGzDecoder;

use crate::dataset::Dataset;
use crate::error::{Error, Result, shape};

/// Room asked for before reading, at most. A header may promise anything; beyond this a buffer grows only with
/// bytes that are really there. (60,000 images of 28 x 28 fit.)
const TRUSTED: u128 = 64 << 20;

/// A training and a test set in the four files of MNIST, Fashion-MNIST, KMNIST and the like, in one directory:
/// `train-images-idx3-ubyte`, `train-labels-idx1-ubyte`, `t10k-images-idx3-ubyte`, `t10k-labels-idx1-ubyte`.
///
/// The names may end in `.gz` and may have a dot for the second hyphen (`train-images.idx3-ubyte`); whether a file
/// is gzip is told by its content. Each image is one row of grey levels, 0..=1, kept as bytes
/// ([`Dataset::byte_classes`]), and each label its class.
///
/// # Errors
/// [`Error::Missing`] for a directory or file that is not there, and those of [`idx_pair`] for what is in the files.
pub fn idx(directory: impl AsRef<Path>) -> Result<(Dataset, Dataset)> {
    let directory = directory.as_ref();
    match std::fs::metadata(directory) {
        Err(source) => return Err(Error::io(directory, "open", "a directory with four IDX files", source)),
        Ok(found) if !found.is_dir() => {
            let allowed = "a directory with four IDX files; for two single files use `data::idx_pair`";
            return Err(Error::argument("directory", directory.display(), allowed));
        }
        Ok(_) => {}
    }
    let half = |set: &str| {
        let images = find(directory, &format!("{set}-images"), "idx3-ubyte")?;
        let labels = find(directory, &format!("{set}-labels"), "idx1-ubyte")?;
        idx_pair(images, labels)
    };
    Ok((half("train")?, half("t10k")?))
}

/// One data set from a file of images (one row each, grey levels scaled to 0..=1) and a file of labels, both IDX of
/// unsigned bytes, plain or gzip.
///
/// # Errors
/// [`Error::Missing`], [`Error::Io`]; [`Error::Gzip`] if the compressed data is cut short or damaged;
/// [`Error::IdxMagic`], [`Error::IdxType`], [`Error::IdxRank`] for another kind of file; [`Error::IdxSize`] if the
/// header and the bytes behind it disagree; [`Error::IdxCounts`] if there is not one label for each image;
/// [`Error::NoData`] if there is no image.
pub fn idx_pair(images: impl AsRef<Path>, labels: impl AsRef<Path>) -> Result<Dataset> {
    let open = |path: &Path, expected: &str| {
        File::open(path).map_err(|source| Error::io(path, "open", expected, source))
    };
    let (images, labels) = (images.as_ref(), labels.as_ref());
    // Both are opened before either is read: a missing second file should not cost the reading of the first.
    let image_file = open(images, "an IDX file of images")?;
    let label_file = open(labels, "an IDX file of labels")?;
    read(images, image_file, Role::Images)?.with(read(labels, label_file, Role::Labels)?)
}

/// The first spelling of a file's name that is there.
fn find(directory: &Path, stem: &str, suffix: &str) -> Result<PathBuf> {
    let spellings = [
        format!("{stem}-{suffix}"),
        format!("{stem}-{suffix}.gz"),
        format!("{stem}.{suffix}"),
        format!("{stem}.{suffix}.gz"),
    ];
    let found = spellings.iter().map(|name| directory.join(name)).find(|path| path.exists());
    found.ok_or_else(|| Error::Missing {
        path: directory.join(&spellings[0]),
        expected: format!(
            "that file, or the same as `{}`, `{}` or `{}`",
            spellings[1], spellings[2], spellings[3]
        ),
    })
}

/// What a file is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// Count x height x width, or any other two to four dimensions, the first of which counts.
    Images,
    /// Count.
    Labels,
}

/// An IDX file in memory.
pub(super) struct Idx {
    path: PathBuf,
    /// The first dimension.
    count: usize,
    /// The product of the others.
    width: usize,
    bytes: Vec<u8>,
}

impl Idx {
    /// These images with those labels.
    pub(super) fn with(self, labels: Idx) -> Result<Dataset> {
        if self.count != labels.count {
            return Err(Error::IdxCounts {
                images: self.path,
                image_count: self.count,
                labels: labels.path,
                label_count: labels.count,
            });
        }
        if self.bytes.is_empty() {
            return Err(Error::NoData { path: self.path });
        }
        Dataset::byte_classes(
            self.bytes,
            self.width,
            labels.bytes.iter().map(|&label| u32::from(label)).collect(),
        )
    }
}

/// Reads an IDX file, unpacking it if it is gzip; `path` is only for the messages.
pub(super) fn read(path: &Path, mut source: impl Read, role: Role) -> Result<Idx> {
    let raw = |source| Error::Io { path: path.into(), doing: "read", source };
    let start = up_to(&mut source, 2).map_err(raw)?;
    let packed = start == [0x1f, 0x8b];
    let whole = Cursor::new(start).chain(source);
    if packed {
        unpacked(path, MultiGzDecoder::new(whole), role, true)
    } else {
        unpacked(path, whole, role, false)
    }
}

/// Reads the IDX bytes themselves.
fn unpacked(path: &Path, mut source: impl Read, role: Role, packed: bool) -> Result<Idx> {
    let failed = |source: io::Error| match source.kind() {
        ErrorKind::UnexpectedEof | ErrorKind::InvalidInput | ErrorKind::InvalidData if packed => {
            Error::Gzip { path: path.into(), source }
        }
        _ => Error::Io { path: path.into(), doing: "read", source },
    };

    let magic = up_to(&mut source, 4).map_err(failed)?;
    let &[0, 0, element, rank] = magic.as_slice() else {
        return Err(Error::IdxMagic { path: path.into(), found: magic });
    };
    // Every type code of the format is 0x08 to 0x0e: anything else is another kind of file.
    if !(0x08..=0x0e).contains(&element) {
        return Err(Error::IdxMagic { path: path.into(), found: magic });
    }
    if element != 0x08 {
        return Err(Error::IdxType { path: path.into(), found: element });
    }
    let (ranks, expected) = match role {
        Role::Images => (2..=4, "3 (count, height, width) for images"),
        Role::Labels => (1..=1, "1 (count) for labels"),
    };
    if !ranks.contains(&rank) {
        return Err(Error::IdxRank { path: path.into(), expected, found: rank.into() });
    }

    let sizes = up_to(&mut source, 4 * usize::from(rank)).map_err(failed)?;
    let dimensions: Vec<usize> = sizes
        .chunks_exact(4)
        .map(|size| u32::from_be_bytes([size[0], size[1], size[2], size[3]]) as usize)
        .collect();
    let header = (magic.len() + sizes.len()) as u128;
    let wrong = |promised: u128, found: u128| Error::IdxSize {
        path: path.into(),
        header: shape(&dimensions),
        expected: promised,
        found,
    };
    let header_length = 4 + 4 * u128::from(rank);
    if header < header_length {
        return Err(wrong(header_length, header));
    }

    // Four dimensions of a u32 each fit a u128, and so does everything compared with them.
    let elements: u128 = dimensions.iter().map(|&size| size as u128).product();
    let promised = header_length.saturating_add(elements);
    let mut bytes = Vec::with_capacity(elements.min(TRUSTED) as usize);
    let limit = u64::try_from(elements).unwrap_or(u64::MAX);
    (&mut source).take(limit).read_to_end(&mut bytes).map_err(failed)?;
    // What follows is read to its end: that checks the gzip checksum too.
    let rest = io::copy(&mut source, &mut io::sink()).map_err(failed)?;
    let found = header_length + bytes.len() as u128 + u128::from(rest);
    if found != promised {
        return Err(wrong(promised, found));
    }
    // By division: with a count of 0 the product of the other dimensions may be anything.
    let width = bytes.len().checked_div(dimensions[0]).unwrap_or(0);
    Ok(Idx { path: path.into(), count: dimensions[0], width, bytes })
}

/// The next `count` bytes, or fewer where the source ends.
fn up_to(source: &mut impl Read, count: usize) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(count);
    source.take(count as u64).read_to_end(&mut bytes)?;
    Ok(bytes)
}
