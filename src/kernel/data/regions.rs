//! Places on the map of the world, and how far they are from each other.

use super::ids::{MS, Time};

/// A place where data centres are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Region {
    /// What it is called.
    pub name: &'static str,
    /// Degrees north.
    pub latitude: i16,
    /// Degrees east.
    pub longitude: i16,
}

/// Where replicas stand, by their numbers. The first five are on five continents.
pub const REGIONS: [Region; 9] = [
    Region { name: "New York", latitude: 41, longitude: -74 },
    Region { name: "São Paulo", latitude: -24, longitude: -47 },
    Region { name: "Frankfurt", latitude: 50, longitude: 9 },
    Region { name: "Tokyo", latitude: 36, longitude: 140 },
    Region { name: "Sydney", latitude: -34, longitude: 151 },
    Region { name: "Oregon", latitude: 44, longitude: -121 },
    Region { name: "Mumbai", latitude: 19, longitude: 73 },
    Region { name: "Cape Town", latitude: -34, longitude: 18 },
    Region { name: "Singapore", latitude: 1, longitude: 104 },
];

/// How long light takes, in milliseconds one way, from each region to those before it: along a great circle, at two thirds
/// of its speed in a vacuum, as in glass fibre, and half as long again, since no cable runs straight.
const DISTANCES: [&[u8]; REGIONS.len()] = [
    &[],
    &[58],
    &[47, 74],
    &[81, 139, 70],
    &[120, 100, 124, 59],
    &[29, 80, 64, 60, 93],
    &[94, 104, 49, 51, 76, 97],
    &[94, 47, 70, 111, 83, 123, 62],
    &[115, 120, 77, 40, 47, 100, 29, 73],
];

/// The time, in virtual microseconds, that the distance between two regions adds to a message's way.
pub fn distance(one: usize, other: usize) -> Time {
    let (near, far) = (one.min(other), one.max(other));
    DISTANCES[far].get(near).map_or(0, |&ms| Time::from(ms) * MS)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The mean radius of the earth, in kilometres, and light's speed in a vacuum, in kilometres a millisecond.
    const EARTH: f64 = 6_371.0;
    const LIGHT: f64 = 299.792_458;

    fn by_great_circle(one: Region, other: Region) -> f64 {
        let place = |at: Region| (f64::from(at.latitude).to_radians(), f64::from(at.longitude).to_radians());
        let ((north, east), (to_north, to_east)) = (place(one), place(other));
        let across = ((to_east - east) / 2.0).sin().powi(2) * north.cos() * to_north.cos();
        let angle = 2.0 * (((to_north - north) / 2.0).sin().powi(2) + across).sqrt().asin();
        1.5 * angle * EARTH / (LIGHT * 2.0 / 3.0)
    }

    #[test]
    fn distances_are_those_of_great_circles() {
        for (one, &from) in REGIONS.iter().enumerate() {
            for (other, &to) in REGIONS.iter().enumerate() {
                let ms = by_great_circle(from, to).round() as Time;
                assert_eq!(distance(one, other), ms * MS, "{} to {}", from.name, to.name);
            }
        }
    }
}
