//! Room in which a thread sorts duals by planes: made in its first product of duals, and as large as the largest so far.

use std::any::Any;
use std::cell::RefCell;

use crate::scalar::Scalar;

thread_local! {
    /// One vector for each type of scalar that has been asked for.
    static ROOMS: RefCell<Vec<Box<dyn Any>>> = const { RefCell::new(Vec::new()) };
}

/// Runs `work` with room for so many scalars; what stands in it is of no importance.
pub(super) fn with<T: Scalar, R>(count: usize, work: impl FnOnce(&mut [T]) -> R) -> R {
    // Taken out while it is used: scalars that are duals themselves ask for theirs in the meantime.
    let mut room = ROOMS.with_borrow_mut(|rooms| find::<T>(rooms).map(std::mem::take)).unwrap_or_default();
    if room.len() < count {
        room.resize(count, T::zero());
    }
    let result = work(&mut room[..count]);
    ROOMS.with_borrow_mut(|rooms| match find(rooms) {
        Some(place) => *place = room,
        None => rooms.push(Box::new(room)),
    });
    result
}

fn find<T: Scalar>(rooms: &mut [Box<dyn Any>]) -> Option<&mut Vec<T>> {
    rooms.iter_mut().find_map(|room| room.downcast_mut())
}
