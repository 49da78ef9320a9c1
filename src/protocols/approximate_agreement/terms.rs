//! Words that its sentences use, for somebody who meets them for the first time.

use crate::kernel::WordInfo;

/// For the descriptor.
pub const TERMS: &[WordInfo] = &[
    WordInfo {
        name: "round",
        about: "Everybody tells its value once, then takes a new one from those that it was told.",
    },
    WordInfo {
        name: "drops",
        about: "To leave out the f lowest and the f highest values. At most f are lies, so what is left lies between true ones.",
    },
    WordInfo { name: "averages", about: "To take the mean: the sum divided by how many there are." },
    WordInfo {
        name: "the area of the correct ones",
        about: "The convex hull: the smallest shape without dents that holds all points of the correct replicas.",
    },
];
