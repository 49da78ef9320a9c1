//! Byzantine agents around the table. They misbehave by the same code as in the kernel, and on the same draws: what the
//! kernel would let them tell on a network that loses and delays nothing, they tell here.

use super::Closed;
use crate::kernel::{Behaviour, Lie, NodeId, Outgoing, Verdict, betrayal};
use crate::protocols::restaurant_vote::config::MOST_AGENTS;
use crate::protocols::restaurant_vote::lies::{About, LIES, Matter, Told};
use crate::protocols::restaurant_vote::strategy::{MENU, Place, rarest};

/// What is said.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Said {
    Proposal,
    Vote,
    Decision,
}

/// One that lies.
#[derive(Clone)]
struct Liar<'a> {
    agent: usize,
    behaviour: &'a Behaviour,
    /// What it told each agent last.
    told: [Option<Place>; MOST_AGENTS],
    /// Whom it told that it had decided: in which round, and for what. It is taken at the first such word.
    stands: [Option<(u64, Place)>; MOST_AGENTS],
    /// What the fewest propose, besides what it votes for.
    rarest: Option<Place>,
}

/// All that lie.
pub(super) struct Liars<'a> {
    closed: &'a Closed,
    seed: u64,
    list: Vec<Liar<'a>>,
}

impl<'a> Liars<'a> {
    pub fn new(closed: &'a Closed) -> Self {
        let (told, stands) = ([None; MOST_AGENTS], [None; MOST_AGENTS]);
        let liar = |(agent, behaviour): (usize, &'a Option<Behaviour>)| {
            behaviour.as_ref().map(|behaviour| Liar { agent, behaviour, told, stands, rarest: None })
        };
        Liars { closed, seed: 0, list: closed.byzantine.iter().enumerate().filter_map(liar).collect() }
    }

    pub fn none(&self) -> bool {
        self.list.is_empty()
    }

    pub fn len(&self) -> usize {
        self.list.len()
    }

    pub fn agent(&self, liar: usize) -> usize {
        self.list[liar].agent
    }

    /// The liar that this agent is.
    pub fn find(&self, agent: usize) -> Option<usize> {
        for (liar, one) in self.list.iter().enumerate() {
            if one.agent == agent {
                return Some(liar);
            }
        }
        None
    }

    pub fn begin(&mut self, seed: u64) {
        self.seed = seed;
        for liar in &mut self.list {
            liar.stands = [None; MOST_AGENTS];
        }
    }

    /// What a liar's word is for `me` in a round; once it claimed to have decided, it stays with that.
    pub fn heard(&self, liar: usize, me: usize, round: u64) -> Option<Place> {
        let liar = &self.list[liar];
        match liar.stands[me] {
            Some((decided, place)) if decided < round => Some(place),
            _ => liar.told[me],
        }
    }

    /// Whether `me` holds that it decided before this round.
    pub fn stands(&self, liar: usize, me: usize, round: u64) -> bool {
        self.list[liar].stands[me].is_some_and(|(decided, _)| decided < round)
    }

    /// Looks for the rarest of the proposals that a liar heard.
    pub fn consider(&mut self, liar: usize, vote: Option<Place>, heard: &[Option<Place>]) {
        self.list[liar].rarest = rarest(heard, self.closed.config.menu.len(), vote);
    }

    pub fn rarest(&self, liar: usize) -> Option<Place> {
        self.list[liar].rarest
    }

    /// A liar speaks to all who hear it, one after the other.
    pub fn tell(&mut self, liar: usize, round: u64, said: Said, truth: Option<Place>, rarest: Option<Place>) {
        let (config, liar) = (&self.closed.config, &mut self.list[liar]);
        let about = match said {
            Said::Proposal => About::Proposal,
            Said::Vote => About::Vote(round, rarest),
            Said::Decision => About::Decision,
        };
        let favourite = config.profiles[liar.agent].favourite;
        let mut matter = Matter { about, truth, menu: config.menu.len(), favourite, liked: 0 };
        let mut lies = [Lie { sort: LIES[0].sort, kind: 0 }; MENU + 8];
        let mut count = 0;
        while let Some((place, told)) = matter.lie(count) {
            let kind = if matches!(told, Told::Decided(_)) { Said::Decision } else { said } as u8;
            lies[count] = Lie { sort: LIES[place as usize].sort, kind };
            count += 1;
        }
        // Its draws so far: one at the start, and in each round one for each message and three for timers.
        let hearers = config.electorate(liar.agent) as u32 - 1;
        let mut draws = 1 + (round as u32 - 1) * (2 * hearers + 3) + said as u32 * (hearers + 1);
        let from = NodeId::replica(liar.agent + 1);
        for to in 0..config.agents() {
            if to == liar.agent || !config.hears(to, liar.agent) {
                continue;
            }
            draws += 1;
            let node = NodeId::replica(to + 1);
            let outgoing = Outgoing {
                from,
                to: node,
                kind: said as u8,
                lies: &lies[..count],
                past: 0,
                chosen: liar.behaviour.chosen(node),
                accomplice: self.closed.byzantine.get(to).is_some_and(Option::is_some),
                draw: betrayal(self.seed, from, draws),
            };
            matter.liked = config.profiles[to].favourite;
            let lie = match liar.behaviour.way.judge(&outgoing) {
                Verdict::Lie(place) => matter.lie(place).map(|lie| lie.1),
                _ => None,
            };
            let decided = match (lie, truth) {
                (Some(Told::Decided(place)), _) => Some((round - 1, place)),
                (Some(Told::Place(place)), _) | (None, Some(place)) if said == Said::Decision => Some((round, place)),
                _ => None,
            };
            liar.stands[to] = liar.stands[to].or(decided);
            if said == Said::Decision {
                continue; // It counts from the next round on, and others still count the votes of this one.
            }
            liar.told[to] = match lie {
                Some(Told::Place(place)) => Some(place),
                Some(_) => None,
                None => truth,
            };
        }
    }
}
