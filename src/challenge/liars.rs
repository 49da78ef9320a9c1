//! Byzantine agents around the table. They misbehave by the same code as in the kernel, and on the same draws: what the
//! kernel would let them tell on a network that loses and delays nothing, they tell here.

use super::Closed;
use crate::kernel::data::random::drawn;
use crate::kernel::{Alternative, Behaviour, LieKind, NodeId, Outgoing, Verdict, betrayal_key};
use crate::protocols::restaurant_vote::Config;
use crate::protocols::restaurant_vote::config::MOST_AGENTS;
use crate::protocols::restaurant_vote::lies::{About, Matter, Told};
use crate::protocols::restaurant_vote::strategy::{Place, rarest};

/// In which round somebody decided, and for what.
pub(super) type Decision = Option<(u16, Place)>;

/// What is said.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Said {
    Proposal,
    Vote,
    Decision,
}

const SAID: [Said; 3] = [Said::Proposal, Said::Vote, Said::Decision];

fn about(said: Said, round: u64, rarest: Option<Place>) -> About {
    match said {
        Said::Proposal => About::Proposal,
        Said::Vote => About::Vote(round, rarest),
        Said::Decision => About::Decision,
    }
}

fn matter(config: &Config, liar: usize, about: About, truth: Option<Place>) -> Matter {
    Matter { about, truth, menu: config.menu.len(), favourite: config.profiles[liar].favourite, liked: 0 }
}

/// The lies that there are, whatever is true: only of one restaurant alone there is no rarest besides.
fn sorts(config: &Config, said: Said, round: u64) -> Vec<Alternative> {
    let rarest = (config.menu.len() > 1).then_some(0);
    let matter = matter(config, 0, about(said, round, rarest), Some(0));
    let mut lies = Vec::new();
    while let Some((lie, told)) = matter.lie(lies.len()) {
        let kind = if matches!(told, Told::Decided(_)) { Said::Decision } else { said } as u8;
        lies.push(Alternative { sort: lie.info().sort, kind });
    }
    lies
}

/// One that lies.
#[derive(Clone)]
struct Liar<'a> {
    agent: usize,
    behaviour: &'a Behaviour,
    /// What its lies are drawn from.
    key: u64,
    /// What it told each agent last.
    told: [Option<Place>; MOST_AGENTS],
    /// Whom it told that it had decided: in which round, and for what. It is taken at the first such word.
    stands: [Decision; MOST_AGENTS],
    /// What the fewest propose, besides what it votes for.
    rarest: Option<Place>,
    /// Of which sorts its lies are, by what is said: in the first round, and later.
    sorts: [[Vec<Alternative>; 2]; 3],
}

/// All that lie.
pub(super) struct Liars<'a> {
    config: &'a Config,
    hears: Vec<u32>,
    favourites: Vec<Place>,
    list: Vec<Liar<'a>>,
    /// Who they are: bit i for the agent in place i.
    who: u32,
}

impl<'a> Liars<'a> {
    pub fn new(closed: &'a Closed) -> Self {
        let config = &closed.config;
        let (mut list, mut who) = (Vec::new(), 0);
        for (agent, behaviour) in closed.byzantine.iter().enumerate().take(config.agents()) {
            let Some(behaviour) = behaviour else { continue };
            let sorts = SAID.map(|said| [1, 2].map(|round| sorts(config, said, round)));
            let (told, stands) = ([None; MOST_AGENTS], [None; MOST_AGENTS]);
            list.push(Liar { agent, behaviour, key: 0, told, stands, rarest: None, sorts });
            who |= 1 << agent;
        }
        let favourites = config.profiles.iter().map(|profile| profile.favourite).collect();
        Liars { config, hears: config.hears.clone(), favourites, list, who }
    }

    pub fn len(&self) -> usize {
        self.list.len()
    }

    pub fn agent(&self, liar: usize) -> usize {
        self.list[liar].agent
    }

    /// The liar that this agent is.
    pub fn find(&self, agent: usize) -> Option<usize> {
        let before = self.who & ((1 << agent) - 1);
        (self.who >> agent & 1 == 1).then_some(before.count_ones() as usize)
    }

    pub fn begin(&mut self, seed: u64) {
        for liar in &mut self.list {
            liar.key = betrayal_key(seed, NodeId::replica(liar.agent + 1));
            liar.stands.fill(None);
        }
    }

    /// What a liar's word is for `me` in a round; once it claimed to have decided, it stays with that.
    pub fn heard(&self, liar: usize, me: usize, round: u64) -> Option<Place> {
        let liar = &self.list[liar];
        match liar.stands[me] {
            Some((decided, place)) if u64::from(decided) < round => Some(place),
            _ => liar.told[me],
        }
    }

    /// Whether `me` holds that it decided before this round.
    pub fn stands(&self, liar: usize, me: usize, round: u64) -> bool {
        self.list[liar].stands[me].is_some_and(|(decided, _)| u64::from(decided) < round)
    }

    /// Looks for the rarest of the proposals that a liar heard.
    pub fn consider(&mut self, liar: usize, vote: Option<Place>, heard: &[Option<Place>]) {
        self.list[liar].rarest = rarest(heard, self.config.menu.len(), vote);
    }

    pub fn rarest(&self, liar: usize) -> Option<Place> {
        self.list[liar].rarest
    }

    /// A liar speaks to all who hear it, one after the other.
    pub fn tell(&mut self, liar: usize, round: u64, said: Said, truth: Option<Place>, rarest: Option<Place>) {
        let (config, liar) = (self.config, &mut self.list[liar]);
        let mut matter = matter(config, liar.agent, about(said, round, rarest), truth);
        let lies = &liar.sorts[said as usize][usize::from(round > 1)];
        debug_assert_eq!(lies.len(), matter.lies(), "in a closed loop everybody proposes and votes");
        // Its draws so far: one at the start, and in each round one for each message and three for timers.
        let hearers = u64::from(self.hears[liar.agent].count_ones()) - 1;
        let mut draws = 1 + (round - 1) * (2 * hearers + 3) + said as u64 * (hearers + 1);
        let from = NodeId::replica(liar.agent + 1);
        for to in 0..self.favourites.len() {
            if to == liar.agent || self.hears[liar.agent] >> to & 1 == 0 {
                continue;
            }
            draws += 1;
            let node = NodeId::replica(to + 1);
            let outgoing = Outgoing {
                from,
                to: node,
                kind: said as u8,
                lies,
                past: 0,
                chosen: liar.behaviour.chosen(node),
                accomplice: self.who >> to & 1 == 1,
                draw: drawn(liar.key, draws),
            };
            matter.liked = self.favourites[to];
            let lie = match liar.behaviour.way.judge(&outgoing) {
                Verdict::Lie(place) => matter.lie(place).map(|lie| lie.1),
                _ => None,
            };
            let decided = match (lie, truth) {
                (Some(Told::Decided(place)), _) => Some((round as u16 - 1, place)),
                (Some(Told::Place(place)), _) | (None, Some(place)) if said == Said::Decision => {
                    Some((round as u16, place))
                }
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
