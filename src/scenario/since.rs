//! Looking for the event with which something came about.

use super::Session;
use crate::kernel::{DynWorld, Time, Trace};

impl Session {
    /// The last event with which something began to hold that holds now, by replay from the moments that are kept; `None`
    /// where it does not hold now, and where nothing is kept. What held for a while in between, from one kept moment to the
    /// next, is not looked for.
    pub fn since(&self, holds: impl Fn(&DynWorld) -> bool) -> Option<u32> {
        if !holds(self.world()) {
            return None;
        }
        let (mut until, mut moment) = (self.event(), self.frames.before(self.event())?);
        while holds(&moment.world) {
            until = moment.world.counts().events;
            // The first moment that is kept is that after the replicas' first starts, under whatever event it is kept.
            let earlier = until.checked_sub(1).and_then(|event| self.frames.before(event));
            match earlier.filter(|earlier| earlier.world.counts().events < until) {
                Some(earlier) => moment = earlier,
                None => return Some(until),
            }
        }
        let (mut moment, mut held, mut found) = (moment.clone(), false, None);
        while moment.world.counts().events < until || !held {
            moment.tick(&self.scenario, Time::MAX, &mut Trace::forgetful())?;
            let now = holds(&moment.world);
            if now && !held {
                found = Some(moment.world.counts().events);
            }
            held = now;
        }
        found
    }
}
