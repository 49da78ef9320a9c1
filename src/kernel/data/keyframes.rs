//! Moments of a run, kept so that going back costs a short replay and memory stays bounded.

/// How many bytes are copied in about the time of an event.
const BYTES_PER_EVENT: usize = 4096;

/// Clones of a run at some of its events. When there are too many, every other one goes, and from then on they are
/// taken half as often: a replay then costs at most one distance between two of them.
#[derive(Clone)]
pub struct Keyframes<T> {
    frames: Vec<Frame<T>>,
    stride: u32,
    most: usize,
    most_bytes: usize,
}

/// A moment that is kept.
#[derive(Clone)]
struct Frame<T> {
    event: u32,
    moment: T,
    bytes: usize,
}

impl<T> Keyframes<T> {
    /// At most `most` moments (at least 2), and no more than `most_bytes` of them, at first one every `stride` events (at
    /// least 1).
    pub fn new(stride: u32, most: usize, most_bytes: usize) -> Self {
        let (stride, most) = (stride.max(1), most.max(2));
        Keyframes { frames: Vec::new(), stride, most, most_bytes }
    }

    /// Whether a moment of so many bytes at this event would be kept: it lies far enough behind the last one. Copying it
    /// must not cost more than the events in between.
    pub fn wants(&self, event: u32, bytes: usize) -> bool {
        let stride = self.stride_for(bytes);
        self.frames.last().is_none_or(|last| event >= last.event.saturating_add(stride))
    }

    fn stride_for(&self, bytes: usize) -> u32 {
        self.stride.max((bytes / BYTES_PER_EVENT) as u32)
    }

    /// Keeps a moment that takes about so many bytes. Moments come in the order of their events.
    pub fn push(&mut self, event: u32, moment: T, bytes: usize) {
        while self.frames.len() >= self.most || (self.frames.len() > 1 && self.bytes() + bytes > self.most_bytes) {
            let mut place = 0;
            self.frames.retain(|_| {
                place += 1;
                place % 2 == 1
            });
            // Else the moments of before would thin out while new ones lie as close as ever.
            self.stride = self.stride_for(bytes).saturating_mul(2);
        }
        self.frames.push(Frame { event, moment, bytes });
    }

    fn bytes(&self) -> usize {
        self.frames.iter().map(|frame| frame.bytes).sum()
    }

    /// The last moment at or before an event.
    pub fn before(&self, event: u32) -> Option<&T> {
        let place = self.frames.partition_point(|frame| frame.event <= event);
        self.frames.get(place.checked_sub(1)?).map(|frame| &frame.moment)
    }

    /// Forgets all moments after an event.
    pub fn truncate(&mut self, event: u32) {
        let place = self.frames.partition_point(|frame| frame.event <= event);
        self.frames.truncate(place);
    }

    /// Forgets the moments that are not meant, but for the first.
    pub fn retain(&mut self, meant: impl Fn(&T) -> bool) {
        let mut first = true;
        self.frames.retain(|frame| std::mem::take(&mut first) || meant(&frame.moment));
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
        let mut frames = Keyframes::new(1, 16, usize::MAX);
        for event in 0..10_000 {
            if frames.wants(event, 1) {
                frames.push(event, event, 1);
            }
        }
        assert!(frames.len() <= 16, "{}", frames.len());
        assert_eq!(frames.before(0), Some(&0));
        let widest = (0..10_000).map(|event| event - frames.before(event).unwrap()).max().unwrap();
        assert!(widest <= 2 * 10_000 / 8, "a replay of {widest} events");
    }

    #[test]
    fn moments_never_take_more_bytes_than_they_may() {
        let mut frames = Keyframes::new(1, 1_000, 10_000);
        for event in 0..5_000 {
            if frames.wants(event, 1) {
                frames.push(event, event, 10 + event as usize / 10);
                assert!(frames.bytes() <= 10_000, "{} bytes at event {event}", frames.bytes());
            }
        }
        assert!(frames.before(0) == Some(&0) && frames.len() > 10, "{}", frames.len());
    }

    #[test]
    fn large_moments_lie_as_far_apart_early_as_late() {
        let (most_bytes, bytes) = (64 << 22, 1 << 22);
        let mut frames = Keyframes::new(64, 192, most_bytes);
        for event in 0..1_000_000 {
            if frames.wants(event, bytes) {
                frames.push(event, event, bytes);
            }
        }
        let widest = (0..1_000_000).map(|event| event - frames.before(event).unwrap()).max().unwrap();
        assert!(widest < 1_000_000 / frames.len() as u32 * 2, "a replay of {widest} events, {} moments", frames.len());
        assert!(frames.len() > 32, "{}", frames.len());
    }

    #[test]
    fn the_moment_before_an_event_is_found() {
        let mut frames = Keyframes::new(10, 100, usize::MAX);
        for event in [0, 10, 20] {
            frames.push(event, event, 1);
        }
        assert_eq!([0, 9, 10, 25].map(|event| *frames.before(event).unwrap()), [0, 0, 10, 20]);
        frames.truncate(15);
        assert_eq!(frames.before(25), Some(&10));
        assert!(!frames.wants(19, 1) && frames.wants(20, 1));
    }
}
