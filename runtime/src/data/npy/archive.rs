//! The zip archive of an NPZ file: the directory at its end, and the member that is wanted.
//!
//! Sizes are taken from the directory, with the 64-bit ones where the others say so; a member is stored or deflated.
//! Nothing is believed: every place is looked up with its bounds, and the checksum must fit.

use std::io::Read;
use std::path::Path;

use flate2::Crc;
use flate2::read::DeflateDecoder;

use super::NpyError;

/// Room asked for before unpacking, at most: a directory may promise anything.
const TRUSTED: u64 = 64 << 20;

/// A member as the directory lists it.
struct Entry {
    name: String,
    flags: u16,
    method: u16,
    checksum: u32,
    packed: u64,
    size: u64,
    /// Where its own header stands.
    offset: u64,
}

/// The bytes of the member `name.npy`.
pub(super) fn member(path: &Path, archive: &[u8], name: &str) -> Result<Vec<u8>, NpyError> {
    let damaged = |problem: String| NpyError::Archive { path: path.into(), problem };
    let entries = directory(archive).map_err(|problem| damaged(problem.into()))?;
    let wanted = format!("{name}.npy");
    let Some(entry) = entries.iter().find(|entry| entry.name == wanted) else {
        let names = entries.iter().map(|entry| entry.name.strip_suffix(".npy").unwrap_or(&entry.name));
        let available = match names.collect::<Vec<_>>().join(", ") {
            none if none.is_empty() => "no array".into(),
            names => names,
        };
        return Err(NpyError::NoArray { path: path.into(), name: name.into(), available });
    };
    unpack(archive, entry).map_err(|problem| damaged(format!("{wanted}: {problem}")))
}

/// The members of an archive.
fn directory(archive: &[u8]) -> Result<Vec<Entry>, &'static str> {
    const END: &[u8] = b"PK\x05\x06";
    if !archive.starts_with(b"PK") {
        return Err("it does not begin as a zip archive does");
    }
    // The end record is 22 bytes, the last two of them the length of a comment that ends the file.
    let ends = |at: &usize| {
        let comment = u16_at(archive, at + 20).map(usize::from);
        archive[*at..].starts_with(END) && comment.is_some_and(|length| at + 22 + length == archive.len())
    };
    let cut = "the directory at its end is missing or cut short";
    let from = archive.len().saturating_sub(22 + 0xffff);
    let end = (from..archive.len()).rev().find(ends).ok_or(cut)?;
    let mut count = u16_at(archive, end + 10).map(u64::from).ok_or(cut)?;
    let mut start = u32_at(archive, end + 16).map(u64::from).ok_or(cut)?;
    if count == 0xffff || start == 0xffff_ffff {
        // The 64-bit record, which a locator of 20 bytes before the end points to.
        let locator =
            end.checked_sub(20).filter(|&at| archive[at..].starts_with(b"PK\x06\x07")).ok_or(cut)?;
        let record = place(u64_at(archive, locator + 8).ok_or(cut)?);
        (count, start) = (
            u64_at(archive, record.saturating_add(32)).ok_or(cut)?,
            u64_at(archive, record.saturating_add(48)).ok_or(cut)?,
        );
    }
    let mut at = place(start);
    let mut entries = Vec::new();
    for _ in 0..count {
        let (entry, next) = listed(archive, at).ok_or(cut)?;
        entries.push(entry);
        at = next;
    }
    Ok(entries)
}

/// The member listed at a place of the directory, and the place of the next.
fn listed(archive: &[u8], at: usize) -> Option<(Entry, usize)> {
    let record = archive.get(at..)?;
    if !record.starts_with(b"PK\x01\x02") {
        return None;
    }
    let lengths = [28, 30, 32].map(|field| u16_at(record, field).map(usize::from));
    let (name_length, extra_length, comment_length) = (lengths[0]?, lengths[1]?, lengths[2]?);
    let name = record.get(46..46 + name_length)?;
    let extra = record.get(46 + name_length..46 + name_length + extra_length)?;
    let mut wide = wide_sizes(extra);
    // In this order, each only where the 32-bit field is full.
    let mut size = |field| match u32_at(record, field)? {
        u32::MAX => wide.next(),
        size => Some(u64::from(size)),
    };
    let (unpacked, packed, offset) = (size(24)?, size(20)?, size(42)?);
    let entry = Entry {
        name: String::from_utf8_lossy(name).into_owned(),
        flags: u16_at(record, 8)?,
        method: u16_at(record, 10)?,
        checksum: u32_at(record, 16)?,
        packed,
        size: unpacked,
        offset,
    };
    Some((entry, at + 46 + name_length + extra_length + comment_length))
}

/// The numbers of the extra field 1, the 64-bit sizes.
fn wide_sizes(mut extra: &[u8]) -> impl Iterator<Item = u64> + '_ {
    let mut found: &[u8] = &[];
    while let (Some(id), Some(length)) = (u16_at(extra, 0), u16_at(extra, 2)) {
        let end = extra.len().min(4 + usize::from(length));
        if id == 1 {
            found = &extra[4..end];
        }
        extra = &extra[end..];
    }
    found.as_chunks().0.iter().map(|bytes| u64::from_le_bytes(*bytes))
}

/// The bytes of a member.
fn unpack(archive: &[u8], entry: &Entry) -> Result<Vec<u8>, String> {
    if entry.flags & 1 == 1 {
        return Err("it is encrypted".into());
    }
    let cut = || "its data are cut short".to_string();
    let header = place(entry.offset);
    let local = archive.get(header..).filter(|local| local.starts_with(b"PK\x03\x04")).ok_or_else(cut)?;
    let lengths = [26, 28].map(|field| u16_at(local, field).map(usize::from));
    let (Some(name), Some(extra)) = (lengths[0], lengths[1]) else { return Err(cut()) };
    let data = local.get(30 + name + extra..).and_then(|data| data.get(..place(entry.packed)));
    let data = data.ok_or_else(cut)?;
    let mut bytes = Vec::new();
    match entry.method {
        0 => bytes.extend_from_slice(data),
        8 => {
            bytes.reserve(entry.size.min(TRUSTED) as usize);
            // One byte beyond the promise shows that there is more.
            let limit = entry.size.saturating_add(1);
            let read = DeflateDecoder::new(data).take(limit).read_to_end(&mut bytes);
            read.map_err(|error| format!("it does not unpack: {error}"))?;
        }
        method => return Err(format!("compression method {method}; expected 0 (stored) or 8 (deflate)")),
    }
    if bytes.len() as u64 != entry.size {
        return Err(format!("it unpacks to other than the {} bytes that it should", entry.size));
    }
    let mut checksum = Crc::new();
    checksum.update(&bytes);
    if checksum.sum() != entry.checksum {
        return Err("its checksum does not fit".into());
    }
    Ok(bytes)
}

/// A place in memory, or beyond all of it.
fn place(offset: u64) -> usize {
    usize::try_from(offset).unwrap_or(usize::MAX)
}

fn array_at<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..)?.first_chunk().copied()
}

fn u16_at(bytes: &[u8], at: usize) -> Option<u16> {
    array_at(bytes, at).map(u16::from_le_bytes)
}

fn u32_at(bytes: &[u8], at: usize) -> Option<u32> {
    array_at(bytes, at).map(u32::from_le_bytes)
}

fn u64_at(bytes: &[u8], at: usize) -> Option<u64> {
    array_at(bytes, at).map(u64::from_le_bytes)
}
