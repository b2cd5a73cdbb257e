//! Placing buffers: an offset for each, so that none meets another that lives at the same time.
//!
//! The best placement is a hard problem (dynamic storage allocation). Buffers placed greedily, one after another, are
//! within a few percent of the bound if the order is good; which order is good depends on the network, so several are
//! tried, and then the order is improved where the total is decided.

use std::cmp::Reverse;

/// A stretch of memory that lives for a while.
pub(super) struct Item {
    /// Elements a sample.
    pub(super) width: u64,
    /// When it is first used.
    pub(super) from: usize,
    /// When it is last used.
    pub(super) to: usize,
}

impl Item {
    /// For how long it is used.
    fn life(&self) -> u64 {
        (self.to - self.from + 1) as u64
    }

    /// Whether the two live at one time.
    fn meets(&self, other: &Item) -> bool {
        self.from <= other.to && other.from <= self.to
    }
}

/// Buffers beyond which one order is tried: an attempt costs the square of their number.
const FEW: usize = 200;

/// Attempts to improve an order.
const ATTEMPTS: usize = 100;

/// Gives each item an offset at which it meets none that lives at the same time; returns the offsets and how long all
/// of it is.
pub(super) fn place(items: &[Item]) -> (Vec<u64>, u64) {
    if items.len() > FEW {
        return by_beginning(items);
    }
    let bound = live(items);
    let by = |key: fn(&Item) -> (Reverse<u64>, usize)| {
        let mut order: Vec<usize> = (0..items.len()).collect();
        order.sort_by_key(|&index| key(&items[index]));
        order
    };
    let orders = [
        by(|item| (Reverse(item.width), item.from)),
        by(|item| (Reverse(item.life()), item.from)),
        by(|item| (Reverse(item.width.saturating_mul(item.life())), item.from)),
        by(|item| (Reverse(0), item.from)),
    ];
    let mut best: Option<(Vec<u64>, u64)> = None;
    for order in orders {
        let found = improve(items, order, bound);
        if best.as_ref().is_none_or(|best| found.1 < best.1) {
            best = Some(found);
        }
        if best.as_ref().is_some_and(|best| best.1 == bound) {
            break;
        }
    }
    best.unwrap_or_default()
}

/// Places in this order; then again and again, after what ends last was moved to the front of it, as long as there is
/// hope for less.
fn improve(items: &[Item], mut order: Vec<usize>, bound: u64) -> (Vec<u64>, u64) {
    let mut best = in_order(items, &order);
    let mut last = best.clone();
    for _ in 0..ATTEMPTS {
        if best.1 == bound {
            break;
        }
        let (offsets, total) = &last;
        // The latest in the order of those that end where all of it ends: the one that found no better place.
        let Some(at) = order.iter().rposition(|&index| offsets[index] + items[index].width == *total) else {
            break;
        };
        let index = order.remove(at);
        order.insert(0, index);
        last = in_order(items, &order);
        if last.1 < best.1 {
            best = last.clone();
        }
    }
    best
}

/// As [`in_order`] in the order of beginnings, quickly: what has ended is gone for good. What was made last is mostly gone
/// first in a network, as on a stack, and there no order is better.
fn by_beginning(items: &[Item]) -> (Vec<u64>, u64) {
    let mut order: Vec<usize> = (0..items.len()).collect();
    order.sort_by_key(|&index| items[index].from);
    let (mut offsets, mut total) = (vec![0; items.len()], 0);
    // Start, end and last use of what lives, by its start.
    let mut living: Vec<(u64, u64, usize)> = Vec::new();
    for index in order {
        let item = &items[index];
        living.retain(|&(_, _, to)| to >= item.from);
        let (mut offset, mut at) = (0, living.len());
        for (place, &(start, end, _)) in living.iter().enumerate() {
            if offset + item.width <= start {
                at = place;
                break;
            }
            offset = offset.max(end);
        }
        living.insert(at, (offset, offset + item.width, item.to));
        offsets[index] = offset;
        total = total.max(offset + item.width);
    }
    (offsets, total)
}

/// Gives each item, in this order, the lowest offset at which it meets none that was placed before.
fn in_order(items: &[Item], order: &[usize]) -> (Vec<u64>, u64) {
    let mut offsets = vec![0; items.len()];
    let mut total = 0;
    for (count, &index) in order.iter().enumerate() {
        let item = &items[index];
        let mut taken: Vec<(u64, u64)> = order[..count]
            .iter()
            .filter(|&&other| items[other].meets(item))
            .map(|&other| (offsets[other], offsets[other] + items[other].width))
            .collect();
        taken.sort_unstable();
        let mut offset = 0;
        for (start, end) in taken {
            if offset + item.width <= start {
                break;
            }
            offset = offset.max(end);
        }
        offsets[index] = offset;
        total = total.max(offset + item.width);
    }
    (offsets, total)
}

/// The most that lives at one time: no placement can do with less.
pub(super) fn live(items: &[Item]) -> u64 {
    // What begins and what has ended, in order; at one time beginnings come last, and only they can make a new most.
    let begins = items.iter().map(|item| (item.from, true, item.width));
    let mut changes: Vec<(usize, bool, u64)> =
        begins.chain(items.iter().map(|item| (item.to + 1, false, item.width))).collect();
    changes.sort_unstable();
    let (mut now, mut most) = (0, 0);
    for (_, begins, width) in changes {
        now = if begins { now + width } else { now - width };
        most = most.max(now);
    }
    most
}

#[cfg(test)]
mod tests {
    use super::{Item, by_beginning, in_order, live, place};

    /// Items of pseudo-random widths and lives.
    fn items(count: usize, seed: u64) -> Vec<Item> {
        let mut state = seed;
        let mut draw = |below: u64| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % below
        };
        (0..count)
            .map(|_| {
                let (width, from) = (1 + draw(12), draw(30) as usize);
                Item { width, from, to: from + draw(9) as usize }
            })
            .collect()
    }

    #[test]
    fn nothing_overlaps_and_the_total_is_near_the_bound() {
        let (mut sum, mut bounds) = (0, 0);
        for seed in 0..200 {
            let items = items(1 + seed as usize % 40, seed);
            let (offsets, total) = place(&items);
            for (i, a) in items.iter().enumerate() {
                assert!(offsets[i] + a.width <= total);
                for (j, b) in items.iter().enumerate().skip(i + 1) {
                    let apart = offsets[i] + a.width <= offsets[j] || offsets[j] + b.width <= offsets[i];
                    assert!(apart || !a.meets(b), "seed {seed}: {i} and {j}");
                }
            }
            assert!(live(&items) <= total && total * 100 <= live(&items) * 125, "seed {seed}");
            (sum, bounds) = (sum + total, bounds + live(&items));
        }
        assert!(sum * 100 <= bounds * 102, "{sum} for {bounds}");
    }

    #[test]
    fn it_is_never_longer_than_the_widest_first_and_often_shorter() {
        let mut shorter = 0;
        for seed in 0..200 {
            let items = items(1 + seed as usize % 40, seed);
            let mut widest: Vec<usize> = (0..items.len()).collect();
            widest.sort_by_key(|&index| (std::cmp::Reverse(items[index].width), items[index].from));
            let (placed, greedy) = (place(&items).1, in_order(&items, &widest).1);
            assert!(placed <= greedy, "seed {seed}");
            shorter += usize::from(placed < greedy);
        }
        assert!(shorter > 20, "{shorter}");
        assert_eq!(place(&[]), (vec![], 0));
    }

    #[test]
    fn the_quick_way_is_the_order_of_beginnings() {
        for seed in 0..100 {
            let items = items(1 + seed as usize, seed);
            let mut order: Vec<usize> = (0..items.len()).collect();
            order.sort_by_key(|&index| items[index].from);
            assert_eq!(by_beginning(&items), in_order(&items, &order), "seed {seed}");
        }
        // Deep chains: made one after another, gone in the opposite order.
        let deep: Vec<Item> =
            (0..500).map(|i| Item { width: 1 + i as u64 % 7, from: i, to: 1_000 - i }).collect();
        assert_eq!(place(&deep).1, live(&deep));
    }
}
