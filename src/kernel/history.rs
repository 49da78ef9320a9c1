//! Moments of a run, kept so that going back costs a short replay and memory stays bounded.

/// Clones of a run at some of its events. When there are too many, every other one goes, and from then on they are
/// taken half as often: a replay then costs at most one distance between two of them.
#[derive(Clone)]
pub struct Keyframes<T> {
    frames: Vec<(u32, T)>,
    stride: u32,
    most: usize,
}

impl<T> Keyframes<T> {
    /// At most `most` moments (at least 2), at first one every `stride` events (at least 1).
    pub fn new(stride: u32, most: usize) -> Self {
        Keyframes { frames: Vec::new(), stride: stride.max(1), most: most.max(2) }
    }

    /// Whether a moment at this event would be kept: it lies far enough behind the last one.
    pub fn wants(&self, event: u32) -> bool {
        self.frames.last().is_none_or(|(last, _)| event >= last.saturating_add(self.stride))
    }

    /// Keeps a moment. Moments come in the order of their events.
    pub fn push(&mut self, event: u32, moment: T) {
        if self.frames.len() >= self.most {
            let mut place = 0;
            self.frames.retain(|_| {
                place += 1;
                place % 2 == 1
            });
            self.stride = self.stride.saturating_mul(2);
        }
        self.frames.push((event, moment));
    }

    /// The last moment at or before an event.
    pub fn before(&self, event: u32) -> Option<&T> {
        let place = self.frames.partition_point(|(at, _)| *at <= event);
        self.frames.get(place.checked_sub(1)?).map(|(_, moment)| moment)
    }

    /// Forgets all moments after an event.
    pub fn truncate(&mut self, event: u32) {
        let place = self.frames.partition_point(|(at, _)| *at <= event);
        self.frames.truncate(place);
    }

    /// Forgets the moments that are not meant, but for the first.
    pub fn retain(&mut self, meant: impl Fn(&T) -> bool) {
        let mut first = true;
        self.frames.retain(|(_, moment)| std::mem::take(&mut first) || meant(moment));
    }

    /// How many moments are kept.
    pub fn len(&self) -> usize {
        self.frames.len()
    }

    /// Whether none is kept.
    pub fn is_empty(&self) -> bool {
        self.frames.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_number_of_moments_is_bounded_and_the_first_stays() {
        let mut frames = Keyframes::new(1, 16);
        for event in 0..10_000 {
            if frames.wants(event) {
                frames.push(event, event);
            }
        }
        assert!(frames.len() <= 16, "{}", frames.len());
        assert_eq!(frames.before(0), Some(&0));
        let widest = (0..10_000).map(|event| event - frames.before(event).unwrap()).max().unwrap();
        assert!(widest <= 2 * 10_000 / 8, "a replay of {widest} events");
    }

    #[test]
    fn the_moment_before_an_event_is_found() {
        let mut frames = Keyframes::new(10, 100);
        for event in [0, 10, 20] {
            frames.push(event, event);
        }
        assert_eq!([0, 9, 10, 25].map(|event| *frames.before(event).unwrap()), [0, 0, 10, 20]);
        frames.truncate(15);
        assert_eq!(frames.before(25), Some(&10));
        assert!(!frames.wants(19) && frames.wants(20));
    }
}
