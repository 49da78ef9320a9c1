//! Carrying a scenario out in slices: at most so many ticks in one go, so that whoever calls can look up in between,
//! show how far it is, and stop. A run in slices is the same run.

use super::Session;
use super::session::Tick;
use crate::kernel::Time;

impl Session {
    /// Lets virtual time pass until `target`, or until `event` has happened. `None` where `ticks` were not enough.
    pub fn run_slice(&mut self, target: Time, event: u32, ticks: u32) -> Option<Tick> {
        let mut seen = Tick::Clock;
        for _ in 0..ticks {
            if self.event() >= event {
                return Some(seen);
            }
            match self.tick(target) {
                Some(tick) => seen = tick,
                None if !self.world().questions().is_empty() => return Some(Tick::Question),
                None => {
                    self.moment.world.advance(target);
                    return Some(seen);
                }
            }
        }
        None
    }

    /// Goes to right after an event, as [`Session::seek`] does; whether it is there already.
    pub fn seek_slice(&mut self, event: u32, ticks: u32) -> bool {
        let event = self.approach(event);
        for _ in 0..ticks {
            if self.event() >= event || self.tick(Time::MAX).is_none() {
                return true;
            }
        }
        self.event() >= event
    }

    /// Goes on until an event happens of which `marked` says that it is worth a look; whether one has. `None` where
    /// `ticks` were not enough.
    pub fn onward_slice(&mut self, ticks: u32, marked: impl Fn(&Self) -> bool) -> Option<(Tick, bool)> {
        for _ in 0..ticks {
            let before = self.event();
            let tick = self.step();
            if matches!(tick, Tick::Idle | Tick::Question) {
                return Some((tick, false));
            }
            if self.event() > before && marked(self) {
                return Some((tick, true));
            }
        }
        None
    }
}
