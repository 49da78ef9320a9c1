//! The groups that replicas fall into, over time, beside what the equations of a large population say.

use super::types::number;
use super::types::*;
use crate::kernel::{Event, Population, Time, WHOLE, What};
use crate::scenario::Session;

/// How many moments are looked at.
const PIECES: usize = 80;

/// Who is in which group: by replica, the place of its group, from 1; 0 for none.
struct Members<'a> {
    groups: &'a [(u64, String)],
    of: Vec<u16>,
    counts: Vec<u64>,
}

impl Members<'_> {
    fn take(&mut self, event: &Event) {
        let Some(node) = event.node.filter(|node| !node.is_client()) else { return };
        let place = self.groups.iter().position(|(epoch, _)| *epoch == u64::from(event.epoch));
        let place = place.map_or(0, |place| place + 1);
        let before = std::mem::replace(&mut self.of[node.index()], place as u16);
        self.counts[usize::from(before)] -= 1;
        self.counts[place] += 1;
    }

    /// The groups' shares of [`WHOLE`].
    fn shares(&self) -> Vec<i64> {
        let all = self.of.len().max(1) as i64;
        self.counts[1..].iter().map(|count| *count as i64 * WHOLE / all).collect()
    }
}

fn part(share: i64) -> f64 {
    share as f64 / WHOLE as f64
}

/// The groups of a run up to now; `None` where its protocol has none.
pub fn population(session: &Session) -> Option<PopulationView> {
    let world = session.world();
    let population = world.population()?;
    let piece = (world.now() / (PIECES as Time - 1)).max(1);
    let size = world.size();
    let mut counts = vec![0; population.groups.len() + 1];
    counts[0] = size as u64;
    let mut members = Members { groups: &population.groups, of: vec![0; size], counts };
    let (mut course, mut asked) = (Vec::with_capacity(PIECES), None);
    let until = |course: &mut Vec<Vec<i64>>, at: Time, members: &Members<'_>| {
        while course.len() < PIECES && course.len() as Time * piece < at {
            course.push(members.shares());
        }
    };
    for event in session.trace().events.iter().take(session.event() as usize) {
        until(&mut course, event.at, &members);
        if event.what == What::Request {
            asked = Some(course.len());
        }
        members.take(event);
    }
    until(&mut course, Time::MAX, &members);
    let expected = expected(&population, &course, asked, piece);
    let column = |of: &[Vec<i64>], group: usize| of.iter().map(|shares| part(shares[group])).collect::<Vec<_>>();
    let groups = 0..population.groups.len();
    Some(PopulationView {
        members: members.of.clone(),
        times: (0..PIECES).map(|place| number(place as Time * piece)).collect(),
        shares: groups.clone().map(|group| column(&course, group)).collect(),
        expected_from: (PIECES - expected.len()) as u32,
        expected: groups.map(|group| column(&expected, group)).collect(),
        rests: population
            .rests()
            .iter()
            .map(|rest| RestView {
                shares: rest.shares.iter().map(|share| part(*share)).collect(),
                stable: rest.stable,
            })
            .collect(),
        groups: population.groups.into_iter().map(|(epoch, label)| GroupView { epoch: epoch as f64, label }).collect(),
    })
}

/// What the equations say from the last request on, beginning where the population was then.
fn expected(population: &Population, course: &[Vec<i64>], asked: Option<usize>, piece: Time) -> Vec<Vec<i64>> {
    let Some(first) = asked.map(|asked| asked.min(PIECES - 1)) else { return Vec::new() };
    let start = course.get(first).cloned().unwrap_or_else(|| vec![0; population.groups.len()]);
    population.course(&start, piece, PIECES - first)
}
