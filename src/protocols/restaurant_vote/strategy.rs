//! How an agent votes, and how its mind changes: pure functions over places on the menu. The replicas call them, and so
//! does the closed loop of [`crate::challenge`]; chance comes in as a draw. Loops stand where iterators would read as well: a closed loop
//! comes by here millions of times, in code that is compiled for few bytes.

use crate::kernel::data::random::below;

/// The place of a restaurant on the menu, from 0.
pub type Place = u8;

/// How much an agent likes a restaurant, in thousandths of a point; points go from 0 to 10.
pub type Rating = u32;

/// The most restaurants that a menu can have.
pub const MENU: usize = 64;

/// How an agent votes.
#[derive(crate::kernel::Choice, Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Strategy {
    /// For what it proposes itself.
    Own,
    /// For the most popular proposal.
    Popular,
    /// For any of the proposals.
    Random,
    /// For the proposal that it rates highest.
    Utility,
    /// As the world outside says: a student's code, a language model.
    External,
}

/// What an agent does to its preference after a round without consensus.
#[derive(crate::kernel::Choice, Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Change {
    /// Nothing.
    Stubborn,
    /// It takes over what got the most votes.
    Conform,
    /// It moves its ratings half way to the mean of the ratings that it heard (DeGroot 1974).
    Average,
}

/// What a tie does.
#[derive(crate::kernel::Choice, Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Ties {
    /// Nothing wins.
    None,
    /// What the agent with the lowest number named.
    LowestAgent,
    /// The first by name.
    Alphabetical,
    /// Any, drawn.
    Random,
}

impl Ties {
    /// One of several: `tied` has bit i for place i on the menu, `named` is what the agents named, in the order of their
    /// numbers, `ranks` the places' order by name.
    fn pick(self, tied: u64, named: &[Option<Place>], ranks: &[u8], draw: u64) -> Option<Place> {
        let first = tied.trailing_zeros() as Place;
        if tied & (tied.wrapping_sub(1)) == 0 {
            return (tied != 0).then_some(first);
        }
        let is_tied = |place: Place| tied >> place & 1 == 1;
        let mut places = (0..ranks.len() as Place).filter(|place| is_tied(*place));
        match self {
            Ties::None => None,
            Ties::LowestAgent => named.iter().flatten().copied().find(|place| is_tied(*place)).or(Some(first)),
            Ties::Alphabetical => places.min_by_key(|place| ranks[*place as usize]),
            Ties::Random => places.nth(below(draw, tied.count_ones().into()) as usize),
        }
    }
}

/// What an agent votes on.
pub struct Choice<'a> {
    /// What it proposes itself.
    pub own: Place,
    /// What it heard, in the order of the agents' numbers, its own proposal included.
    pub proposals: &'a [Option<Place>],
    /// How it likes each restaurant of the menu.
    pub ratings: &'a [Rating],
    /// 64 random bits.
    pub draw: u64,
    /// What is done where several are equally good.
    pub ties: Ties,
    /// The places' order by name.
    pub ranks: &'a [u8],
}

/// The vote of an agent, and whether something else was as good. With no proposal at hand, and for
/// [`Strategy::External`], there is none; with a tie that nothing breaks it is for what the agent proposes itself.
pub fn vote(strategy: Strategy, choice: &Choice) -> (Option<Place>, bool) {
    match strategy {
        Strategy::Own => (Some(choice.own), false),
        Strategy::Random => (any(choice.proposals, present(choice.proposals), choice.draw), false),
        Strategy::External => (None, false),
        Strategy::Popular | Strategy::Utility => {
            let tied = if strategy == Strategy::Popular {
                best_of(choice.proposals, &popularity(choice.proposals))
            } else {
                best_of(choice.proposals, choice.ratings)
            };
            let sole = choice.ties.pick(tied, choice.proposals, choice.ranks, choice.draw);
            (sole.or((tied != 0).then_some(choice.own)), tied & tied.wrapping_sub(1) != 0)
        }
    }
}

/// Any of the proposals, of which there are `count`, each as likely as the other.
pub fn any(proposals: &[Option<Place>], count: usize, draw: u64) -> Option<Place> {
    let chosen = below(draw, count as u64) as usize;
    if count == proposals.len() {
        return proposals.get(chosen).copied().flatten();
    }
    proposals.iter().flatten().nth(chosen).copied()
}

/// How many propose, or vote for, something.
pub fn present(said: &[Option<Place>]) -> usize {
    said.iter().flatten().count()
}

/// How many propose each restaurant.
fn popularity(proposals: &[Option<Place>]) -> [Rating; MENU] {
    let mut counts = [0; MENU];
    for place in proposals.iter().flatten() {
        counts[*place as usize] += 1;
    }
    counts
}

/// The best of what is proposed: bit i for place i on the menu.
fn best_of(proposals: &[Option<Place>], good: &[Rating]) -> u64 {
    let (mut tied, mut best) = (0, 0);
    for place in proposals.iter().flatten() {
        let mark = good[*place as usize];
        if tied == 0 || mark > best {
            (tied, best) = (0, mark);
        }
        if mark == best {
            tied |= 1 << place;
        }
    }
    tied
}

/// What the fewest propose of a menu of this length, but for one restaurant; the first on the menu of several.
pub fn rarest(proposals: &[Option<Place>], menu: usize, but: Option<Place>) -> Option<Place> {
    let counts = popularity(proposals);
    (0..menu as Place).filter(|place| Some(*place) != but).min_by_key(|place| counts[*place as usize])
}

/// What leads a tally.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Lead {
    /// The restaurant; the first on the menu of several where nothing breaks the tie.
    pub place: Place,
    /// Its votes.
    pub votes: u16,
    /// Those of the next one. Where a tie was broken the loser counts as having one fewer than it has.
    pub second: u16,
    /// Whether there was a tie.
    pub tie: bool,
}

impl Lead {
    /// What leads this tally of these votes, which are in the order of the agents' numbers.
    pub fn of(tally: &[u16], votes: &[Option<Place>], ties: Ties, ranks: &[u8], draw: u64) -> Lead {
        let (mut tied, mut best, mut second) = (0u64, 0, 0);
        for (place, &count) in tally.iter().enumerate() {
            if count > best {
                (tied, second, best) = (1 << place, best, count);
            } else if count == best {
                (tied, second) = (tied | 1 << place, count);
            } else if count > second {
                second = count;
            }
        }
        let lead = Lead { place: tied.trailing_zeros() as Place % MENU as Place, votes: best, second, tie: false };
        if best == 0 || best > second {
            return lead;
        }
        match ties.pick(tied, votes, ranks, draw) {
            Some(place) => Lead { place, second: best - 1, tie: true, ..lead },
            None => Lead { tie: true, ..lead },
        }
    }
}

/// The preference after conforming: what leads. With a tie that nothing breaks the agent keeps its own.
pub fn conform(own: Place, lead: &Lead) -> Place {
    if lead.votes > lead.second { lead.place } else { own }
}

/// Moves ratings half way to the mean of the ratings heard, one's own among them; rounds down to a thousandth of a point.
/// `sums` are the sums over all that were heard, restaurant by restaurant, and `heard` is how many these were.
pub fn average(ratings: &mut [Rating], sums: &[Rating], heard: u32) {
    if heard == 0 {
        return;
    }
    for (rating, sum) in ratings.iter_mut().zip(sums) {
        *rating = (*rating * heard + sum) / (2 * heard);
    }
}

/// The restaurant that is rated highest; of several the one preferred so far, else the first on the menu.
pub fn favourite(ratings: &[Rating], own: Place) -> Place {
    let mut best = own;
    for (place, &rating) in ratings.iter().enumerate() {
        if rating > ratings[best as usize] {
            best = place as Place;
        }
    }
    best
}

#[cfg(test)]
mod tests {
    use super::*;

    const PROPOSALS: [Option<Place>; 5] = [Some(2), Some(0), None, Some(0), Some(2)];
    const RATINGS: [Rating; 3] = [4_000, 9_000, 4_000];

    fn choice(proposals: &[Option<Place>], ties: Ties, draw: u64) -> Choice<'_> {
        Choice { own: 1, proposals, ratings: &RATINGS, draw, ties, ranks: &[2, 0, 1] }
    }

    fn vote_with(strategy: Strategy, ties: Ties, draw: u64) -> Option<Place> {
        vote(strategy, &choice(&PROPOSALS, ties, draw)).0
    }

    #[test]
    fn a_tie_of_proposals_is_broken_as_the_option_says() {
        // Restaurants 0 and 2 are proposed twice each and rated alike; by name 2 comes before 0.
        let more = [Some(0), Some(2), Some(0)];
        for strategy in [Strategy::Popular, Strategy::Utility] {
            assert_eq!(vote_with(strategy, Ties::LowestAgent, 0), Some(2), "agent 1 proposed it");
            assert_eq!(vote_with(strategy, Ties::Alphabetical, 0), Some(2));
            assert_eq!(vote_with(strategy, Ties::None, 0), Some(1), "its own");
            assert_eq!(
                (vote_with(strategy, Ties::Random, 0), vote_with(strategy, Ties::Random, u64::MAX)),
                (Some(0), Some(2))
            );
            assert!(vote(strategy, &choice(&PROPOSALS, Ties::None, 0)).1, "it says that there was a tie");
        }
        assert_eq!(vote(Strategy::Popular, &choice(&more, Ties::None, 0)), (Some(0), false));
    }

    #[test]
    fn a_tie_of_votes_has_no_winner_or_the_one_that_the_option_says() {
        let votes = [Some(2), Some(0), None, Some(0), Some(2), Some(1)];
        let lead = |ties, draw| Lead::of(&[2, 1, 2], &votes, ties, &[2, 0, 1], draw);
        assert_eq!(lead(Ties::None, 0), Lead { place: 0, votes: 2, second: 2, tie: true });
        for (ties, draw, place) in
            [(Ties::LowestAgent, 0, 2), (Ties::Alphabetical, 0, 2), (Ties::Random, 0, 0), (Ties::Random, u64::MAX, 2)]
        {
            assert_eq!(lead(ties, draw), Lead { place, votes: 2, second: 1, tie: true }, "{ties:?}");
        }
        let clear = Lead::of(&[2, 5, 3], &votes, Ties::LowestAgent, &[2, 0, 1], 0);
        assert_eq!(clear, Lead { place: 1, votes: 5, second: 3, tie: false });
        assert_eq!(Lead::of(&[0, 0], &[None], Ties::Random, &[0, 1], 0).votes, 0, "no votes, no tie");
        assert_eq!(Lead::of(&[0; MENU], &[None], Ties::None, &[0; MENU], 0).place, 0);
    }

    #[test]
    fn the_own_favourite_needs_no_proposal_and_the_outside_no_function() {
        assert_eq!(vote_with(Strategy::Own, Ties::None, 0), Some(1));
        assert_eq!(vote_with(Strategy::External, Ties::None, 0), None);
        for strategy in [Strategy::Popular, Strategy::Random, Strategy::Utility] {
            assert_eq!(vote(strategy, &choice(&[None, None], Ties::LowestAgent, 9)), (None, false));
        }
    }

    #[test]
    fn a_random_vote_weighs_each_proposal_alike() {
        let drawn = |i| vote_with(Strategy::Random, Ties::None, crate::kernel::data::random::draw(1, 1, i));
        let votes = |place| (0..10_000).filter(|&i| drawn(i) == Some(place)).count();
        assert!((4_800..5_200).contains(&votes(0)) && votes(0) + votes(2) == 10_000, "{} of 10000", votes(0));
    }

    #[test]
    fn the_rarest_is_what_the_fewest_propose() {
        assert_eq!(rarest(&PROPOSALS, 3, None), Some(1));
        assert_eq!(rarest(&PROPOSALS, 3, Some(1)), Some(0), "the first of several");
        assert_eq!(rarest(&PROPOSALS, 1, Some(0)), None);
    }

    #[test]
    fn conforming_needs_a_lead() {
        let lead = |tally: &[u16], ties| Lead::of(tally, &[Some(0)], ties, &[0, 1, 2], 0);
        assert_eq!(conform(2, &lead(&[1, 3, 1], Ties::None)), 1);
        assert_eq!(conform(2, &lead(&[2, 2, 1], Ties::None)), 2, "a tie moves nobody");
        assert_eq!(conform(2, &lead(&[2, 2, 1], Ties::LowestAgent)), 0, "but for one that is broken");
    }

    #[test]
    fn averaging_brings_ratings_together_and_may_change_the_favourite() {
        let mut mine: [Rating; 3] = [10_000, 0, 7_000];
        let others: [[Rating; 3]; 3] = [[10_000, 0, 7_000], [0, 10_000, 8_000], [1_000, 9_000, 9_000]];
        let sums: Vec<Rating> = (0..3).map(|r| others.iter().map(|other| other[r]).sum()).collect();
        average(&mut mine, &sums, 3);
        assert_eq!(mine, [6_833, 3_166, 7_500]);
        assert_eq!(favourite(&mine, 0), 2);
        assert_eq!(favourite(&[5, 5], 1), 1, "of equals it keeps its own");
    }
}
